/* What the reader takes, the writer writes, and both come back the same. */
#include "base/value.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct value read_back(struct arena *a, const struct buf *b)
{
	const struct value_limits widest = {
		.depth = VALUE_DEPTH_MAX, .bytes = INT32_MAX, .keys = 1u << 20};
	struct value v;

	REQUIRE(!b->failed);
	REQUIRE(value_read(a, b->at, b->len, &widest, &v, NULL) == FL_OK);
	return v;
}

/* The first two bytes choose the limits. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct value_limits limits = {0};
	struct fl_error err = {0};
	struct arena a;
	struct buf b, again;
	struct value v, back;
	fl_status s;

	if (size < 2)
		return 0;
	limits.depth = data[0];
	limits.keys = data[1];
	arena_init(&a, 0);
	buf_init(&b, 1u << 24);
	buf_init(&again, 1u << 24);
	s = value_read(&a, (const char *)data + 2, size - 2, &limits, &v, &err);
	if (s != FL_OK) {
		REQUIRE(err.status == s && err.text[0] != '\0');
		REQUIRE(a.used_bytes == 0);
		goto out;
	}
	value_write(&b, &v);
	back = read_back(&a, &b);
	REQUIRE(value_equal(&v, &back));
	value_write(&again, &back);
	REQUIRE(!again.failed && again.len == b.len &&
		memcmp(again.at, b.at, b.len) == 0);
	buf_reset(&again);
	value_pretty(&again, &v);
	back = read_back(&a, &again);
	REQUIRE(value_equal(&v, &back));
	back = value_clone(&a, &v);
	REQUIRE(value_equal(&v, &back));
out:
	buf_deinit(&b);
	buf_deinit(&again);
	arena_deinit(&a);
	return 0;
}
