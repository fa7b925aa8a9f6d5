#include "unit.h"

#include "base/value.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

static struct arena arena;
static struct buf out;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 0);
	buf_init(&out, 1u << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_deinit(&arena);
	buf_deinit(&out);
	return 0;
}

static const char *canonical(const struct value *v)
{
	buf_reset(&out);
	value_write(&out, v);
	assert_false(out.failed);
	return out.at;
}

static struct value read_ok(const char *json)
{
	struct value v;
	struct fl_error err = {0};

	if (value_read(&arena, json, strlen(json), NULL, &v, &err) != FL_OK)
		fail_msg("%s: %s", json, err.text);
	return v;
}

static void keys_are_in_byte_order(void **state)
{
	struct value v = read_ok("{ \"b\" : [ 1 , { } , [ ] ] , \"\xC3\xA9\":1,"
				 "\"a\":null,\"aa\":true,\"Z\":false,\"\":0}");

	(void)state;
	assert_string_equal("{\"\":0,\"Z\":false,\"a\":null,\"aa\":true,"
			    "\"b\":[1,{},[]],\"\xC3\xA9\":1}",
		canonical(&v));
}

static void many_keys_are_sorted(void **state)
{
	struct value m = value_map();
	const struct member *last = NULL;
	uint64_t seed = 3;
	uint32_t i;

	(void)state;
	for (i = 0; i < 500; i++)
		assert_true(value_put(&arena, &m,
			arena_printf(&arena, "%x",
				(unsigned)unit_random(&seed)),
			value_int(i)));
	m = read_ok(canonical(&m));
	assert_int_equal(500, m.count);
	for (i = 0; i < m.count; i++) {
		if (last != NULL)
			assert_true(text_compare(last->key,
					    m.as.members[i].key) < 0);
		last = &m.as.members[i];
	}
}

static void reals_are_shortest(void **state)
{
	static const struct {
		double d;
		const char *text;
	} list[] = {
		{0.0, "0.0"},
		{-0.0, "-0.0"},
		{1.0, "1.0"},
		{-25.0, "-25.0"},
		{0.1, "0.1"},
		{0.1 + 0.2, "0.30000000000000004"},
		{1.0 / 3, "0.3333333333333333"},
		{2.5e-8, "2.5e-08"},
		{1e15, "1e+15"},
		{999999999999999.0, "999999999999999.0"},
		{1e22, "1e+22"},
		{123456789012345680.0, "1.2345678901234568e+17"},
		{9007199254740993.0, "9007199254740992.0"},
		{1.7976931348623157e308, "1.7976931348623157e+308"},
		{5e-324, "4.94065645841247e-324"},
		{4.35, "4.35"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(list) / sizeof(*list); i++) {
		struct value v = value_real(list[i].d), back;

		assert_string_equal(list[i].text, canonical(&v));
		back = read_ok(list[i].text);
		assert_true(value_equal(&v, &back));
	}
}

static void texts_are_escaped_least(void **state)
{
	struct value v = value_text(
		"\"\\/\b\f\n\r\t\v\x01\x1f\x7f\xC3\xA9\xF0\x9F\x98\x80");

	(void)state;
	assert_string_equal("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u000b\\u0001\\u001f"
			    "\x7f\xC3\xA9\xF0\x9F\x98\x80\"",
		canonical(&v));
}

static void write_text_replaces_what_is_no_utf8(void **state)
{
	(void)state;
	buf_reset(&out);
	value_write_text(&out, "a\xFF\xC3z\0\xE2\x82", 7);
	assert_false(out.failed);
	assert_string_equal("\"a\xEF\xBF\xBD\xEF\xBF\xBDz\\u0000\xEF\xBF\xBD"
			    "\xEF\xBF\xBD\"",
		out.at);
}

static void refuses(const struct value *v)
{
	struct value list = value_list(), map = value_map();

	buf_reset(&out);
	value_write(&out, v);
	assert_true(out.failed);
	assert_true(value_append(&arena, &list, *v));
	assert_true(value_put(&arena, &map, "k", list));
	buf_reset(&out);
	value_write(&out, &map);
	assert_true(out.failed);
	buf_reset(&out);
	value_pretty(&out, &map);
	assert_true(out.failed);
}

static void refuses_what_the_reader_would(void **state)
{
	struct value bad[] = {
		value_real((double)NAN),
		value_real((double)INFINITY),
		value_real(-(double)INFINITY),
		value_of_text(TEXT("a\0b")),
		value_text("a\xFF"),
		value_text("\xED\xA0\x80"),
		value_map(),
		{.kind = 99},
	};
	size_t i;

	(void)state;
	assert_true(value_put(&arena, &bad[6], "\xC0", value_null()));
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refuses(&bad[i]);
}

static void depth_is_that_of_the_reader(void **state)
{
	const struct value_limits deepest = {.depth = VALUE_DEPTH_MAX};
	struct value v = value_list(), outer, back;
	int i;

	(void)state;
	for (i = 1; i < VALUE_DEPTH_MAX; i++) {
		outer = value_list();
		assert_true(value_append(&arena, &outer, v));
		v = outer;
	}
	canonical(&v);
	assert_int_equal(FL_OK,
		value_read(&arena, out.at, out.len, &deepest, &back, NULL));
	outer = value_list();
	assert_true(value_append(&arena, &outer, v));
	buf_reset(&out);
	value_write(&out, &outer);
	assert_true(out.failed);
}

/* A value of every kind, seeded; text of all sorts of characters. */
static struct text some_text(uint64_t *seed)
{
	static const char *const chars[] = {"a", "Z", "\"", "\\", "\n", "\x01",
		"\x7f", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
		"\xEF\xBF\xBF", "/", "longer run of plain text"};
	struct buf b;
	struct text t;
	uint32_t n = unit_below(seed, 8);

	buf_init(&b, 1000);
	while (n-- > 0)
		buf_add_text(&b, chars[unit_below(seed, 13)]);
	t = text_of(arena_text(&arena, b.at, b.len));
	buf_deinit(&b);
	return t;
}

static double some_real(uint64_t *seed)
{
	uint64_t bits;
	double d;

	switch (unit_below(seed, 3)) {
	case 0:
		return (double)(int64_t)unit_random(seed);
	case 1:
		return (double)unit_below(seed, 100000) / 100;
	default:
		do {
			bits = unit_random(seed);
			memcpy(&d, &bits, sizeof(d));
		} while (!isfinite(d));
		return d;
	}
}

static struct value some_value(uint64_t *seed, int depth)
{
	struct value v;
	uint32_t n = unit_below(seed, depth == 0 ? 40 : 5);

	switch (unit_below(seed, depth > 4 ? 5 : 7)) {
	case 0:
		return value_null();
	case 1:
		return value_bool(unit_below(seed, 2));
	case 2:
		return value_int((int64_t)(unit_random(seed) >>
					   unit_below(seed, 64)));
	case 3:
		return value_real(some_real(seed));
	case 4:
		return value_of_text(some_text(seed));
	case 5:
		for (v = value_list(); n > 0; n--)
			assert_true(value_append(&arena, &v,
				some_value(seed, depth + 1)));
		return v;
	default:
		for (v = value_map(); n > 0; n--)
			assert_true(value_set(&arena, &v, some_text(seed),
				some_value(seed, depth + 1)));
		return v;
	}
}

static void shuffle(struct value *map, uint64_t *seed)
{
	uint32_t i, j;

	if (map->kind != VALUE_MAP)
		return;
	for (i = map->count; i > 1; i--) {
		struct member *m = map->as.members, one;

		j = unit_below(seed, i);
		one = m[j];
		m[j] = m[i - 1];
		m[i - 1] = one;
	}
}

/* read(write(v)) == v, write(read(write(v))) == write(v), pretty the same
 * value, and the order of members leaves no trace. */
static void round_trip_of(uint64_t first, uint64_t last)
{
	struct buf again;
	uint64_t n;

	buf_init(&again, 1u << 20);
	for (n = first; n < last; n++) {
		uint64_t seed = n;
		struct value v, back;
		const char *bytes;

		arena_reset(&arena);
		v = some_value(&seed, 0);
		bytes = arena_strdup(&arena, canonical(&v));
		back = read_ok(bytes);
		if (!value_equal(&v, &back))
			fail_msg("seed %d: %s", (int)n, bytes);
		assert_string_equal(bytes, canonical(&back));
		shuffle(&v, &seed);
		assert_true(value_equal(&v, &back));
		assert_string_equal(bytes, canonical(&v));
		buf_reset(&again);
		value_pretty(&again, &v);
		back = read_ok(again.at);
		assert_true(value_equal(&v, &back));
	}
	buf_deinit(&again);
}

static void round_trips(void **state)
{
	(void)state;
	round_trip_of(0, 3000);
}

/* Makes a locale "comma" with ',' for '.' in `dir`. */
static void comma_locale(const char *dir)
{
	char command[200];
	FILE *f;

	snprintf(command, sizeof(command), "%s/source", dir);
	f = fopen(command, "w");
	assert_non_null(f);
	fputs("comment_char %\nescape_char /\nLC_NUMERIC\n"
	      "decimal_point \",\"\nthousands_sep \"\"\ngrouping -1\n"
	      "END LC_NUMERIC\n",
		f);
	fclose(f);
	snprintf(command, sizeof(command),
		"localedef --no-archive -c -i %s/source %s/comma >/dev/null "
		"2>&1",
		dir, dir);
	if (system(command) != 0)
		return; /* warnings, or no localedef: setlocale() tells */
}

static void locale_leaves_no_trace(void **state)
{
	char dir[] = "/tmp/unit-locale-XXXXXX", command[100];
	struct value v = value_real(1234.5), tiny = value_real(1.5e-9);
	bool commas;

	(void)state;
	assert_non_null(mkdtemp(dir));
	comma_locale(dir);
	setenv("LOCPATH", dir, 1);
	commas = setlocale(LC_NUMERIC, "comma") != NULL &&
		 strcmp(localeconv()->decimal_point, ",") == 0;
	if (commas) {
		assert_string_equal("1234.5", canonical(&v));
		assert_string_equal("1.5e-09", canonical(&tiny));
		v = read_ok("[0.25,1.23456789012345678901]");
		assert_true(v.as.items[0].as.real == 0.25);
		assert_true(v.as.items[1].as.real > 1.2);
		round_trip_of(5000, 5300);
	}
	setlocale(LC_NUMERIC, "C");
	unsetenv("LOCPATH");
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(0, system(command));
	if (!commas)
		skip();
}

static void pretty_is_for_people(void **state)
{
	struct value v = read_ok("{\"z\":[1,{\"a\":null}],\"b\":{},\"l\":[]}");

	(void)state;
	buf_reset(&out);
	value_pretty(&out, &v);
	assert_string_equal("{\n"
			    "  \"z\": [\n"
			    "    1,\n"
			    "    {\n"
			    "      \"a\": null\n"
			    "    }\n"
			    "  ],\n"
			    "  \"b\": {},\n"
			    "  \"l\": []\n"
			    "}",
		out.at);
}

static void no_room_is_told(void **state)
{
	struct value v = read_ok("{\"a\":[1,2,3],\"b\":\"text\"}");
	struct buf small;
	size_t full, n;

	(void)state;
	full = strlen(canonical(&v));
	for (n = 0; n <= full; n++) {
		buf_init(&small, n);
		value_write(&small, &v);
		assert_int_equal(n < full, small.failed);
		buf_deinit(&small);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_in_byte_order),
		cmocka_unit_test(many_keys_are_sorted),
		cmocka_unit_test(reals_are_shortest),
		cmocka_unit_test(texts_are_escaped_least),
		cmocka_unit_test(write_text_replaces_what_is_no_utf8),
		cmocka_unit_test(refuses_what_the_reader_would),
		cmocka_unit_test(depth_is_that_of_the_reader),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(locale_leaves_no_trace),
		cmocka_unit_test(pretty_is_for_people),
		cmocka_unit_test(no_room_is_told),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
