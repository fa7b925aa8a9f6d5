/* brief.h - documents of tests: written as JSON, looked at as JSON. */
#pragma once

#include "unit.h"

#include "base/brief.h"

static inline struct text brief_of_value(
	struct arena *a, const struct value *v)
{
	struct buf b;
	struct text made;

	buf_init(&b, 16u << 20);
	brief_value(&(struct brief){.to = &b}, v);
	assert_false(b.failed);
	made = (struct text){arena_text(a, b.at, b.len), (uint32_t)b.len};
	buf_deinit(&b);
	return made;
}

/* JSON as a document; must be JSON. */
static inline struct text brief_of(struct arena *a, const char *json)
{
	struct value v;

	assert_int_equal(FL_OK,
		value_read(a, json, strlen(json), NULL, &v, NULL));
	return brief_of_value(a, &v);
}

/* The JSON of a document without numbers; "" of none. */
static inline const char *json_of(struct arena *a, struct text document)
{
	const char *json;
	struct buf b;

	if (document.bytes == 0)
		return "";
	buf_init(&b, 16u << 20);
	assert_int_equal(FL_OK, brief_json(&b, NULL, document));
	json = arena_text(a, b.at, b.len);
	buf_deinit(&b);
	return json;
}
