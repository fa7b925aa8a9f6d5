#include "unit.h"

#include "app/keyval.h"

/* Every argument up to NULL, then the map as JSON; "" when one was refused. */
static const char *read_all(struct arena *a, struct fl_error *err, ...)
{
	static char json[1000];
	struct value map = value_map();
	const char *arg;
	struct buf b;
	va_list ap;
	fl_status s = FL_OK;

	arena_reset(a);
	va_start(ap, err);
	while (s == FL_OK && (arg = va_arg(ap, const char *)) != NULL)
		s = keyval_add(a, &map, arg, false, err);
	va_end(ap);
	if (s != FL_OK)
		return "";
	buf_init(&b, sizeof(json));
	value_write(&b, &map);
	snprintf(json, sizeof(json), "%s", b.at);
	buf_deinit(&b);
	return json;
}

static void test_values(void **state)
{
	static const char *const rows[][2] = {
		{ "a=1", "{\"a\":1}" }, { "a=-20", "{\"a\":-20}" },
		{ "a=2.5", "{\"a\":2.5}" }, { "a=0", "{\"a\":0}" },
		{ "a=true", "{\"a\":true}" }, { "a=false", "{\"a\":false}" },
		{ "a=0612345678", "{\"a\":\"0612345678\"}" },
		{ "a=+31612345678", "{\"a\":\"+31612345678\"}" },
		{ "a=1234567890123456789", "{\"a\":\"1234567890123456789\"}" },
		{ "a=1.", "{\"a\":\"1.\"}" }, { "a=-", "{\"a\":\"-\"}" },
		{ "a=2026-09-01", "{\"a\":\"2026-09-01\"}" },
		{ "a=", "{\"a\":\"\"}" }, { "a=b=c", "{\"a\":\"b=c\"}" },
		{ "a=x, y", "{\"a\":\"x, y\"}" },
		{ "a=[1,\"b\"]", "{\"a\":[1,\"b\"]}" },
		{ "a={\"b\":2}", "{\"a\":{\"b\":2}}" },
		{ "a=\"12\"", "{\"a\":\"12\"}" },
		{ "a.b.c=1", "{\"a\":{\"b\":{\"c\":1}}}" },
	};
	struct fl_error err;
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(read_all(&a, &err, rows[i][0], NULL),
			rows[i][1]);
	assert_string_equal(read_all(&a, &err, "c.n=A", "c.p=06", "d=1",
				    NULL),
		"{\"c\":{\"n\":\"A\",\"p\":\"06\"},\"d\":1}");
	arena_deinit(&a);
}

static void test_refused(void **state)
{
	static const char *const rows[][2] = {
		{ "nonsense", "not key=value" }, { "=1", "not key=value" },
		{ "a={x", "a: " }, { "a=[1,", "a: " }, { ".a=1", "empty" },
		{ "a.=1", "empty" }, { "a..b=1", "empty" },
		{ "a=\xff", "UTF-8" },
	};
	struct fl_error err;
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(read_all(&a, &err, rows[i][0], NULL), "");
		if (strstr(err.text, rows[i][1]) == NULL)
			fail_msg("%s: %s", rows[i][0], err.text);
	}
	assert_string_equal(read_all(&a, &err, "a=1", "a=2", NULL), "");
	assert_non_null(strstr(err.text, "twice"));
	assert_string_equal(read_all(&a, &err, "a=1", "a.b=2", NULL), "");
	assert_non_null(strstr(err.text, "with parts"));
	assert_string_equal(read_all(&a, &err, "a.b=2", "a=1", NULL), "");
	arena_deinit(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
