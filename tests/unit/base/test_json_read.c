#include "one_arena.h"

#include "base/value.h"

#include <math.h>

static struct value read_ok(const char *json)
{
	struct value v;
	struct fl_error err = {0};

	if (value_read(&arena, json, strlen(json), NULL, &v, &err) != FL_OK)
		fail_msg("%s: %s", json, err.text);
	return v;
}

struct refusal {
	const char *json;
	size_t bytes; /* 0: up to the NUL */
	const char *says;
};

/* The same mistake at the same place, in Dutch and with nothing English. */
static void refused_in_dutch(const char *json, size_t bytes, const char *english)
{
	const struct value_limits limits = {.dutch = true};
	const char *end = strstr(english, " at line ");
	char words[200], place[80];
	struct fl_error err = {0};
	struct value v;

	assert_non_null(end);
	snprintf(words, sizeof(words), "%.*s", (int)(end - english), english);
	snprintf(place, sizeof(place), "%s", strrchr(english, '('));
	assert_int_not_equal(
		FL_OK, value_read(&arena, json, bytes, &limits, &v, &err));
	if (strstr(err.text, words) != NULL ||
		strstr(err.text, ", in regel ") == NULL ||
		strstr(err.text, place) == NULL)
		fail_msg("%s: \"%s\" for \"%s\"", json, err.text, english);
}

static void refused(const struct refusal *r, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		size_t bytes = r[i].bytes ? r[i].bytes : strlen(r[i].json);
		/* exactly as many bytes: a sanitizer sees one too far */
		char *exact = malloc(bytes + (bytes == 0));
		struct fl_error err = {0};
		struct value v = value_int(1);
		size_t used = arena.used_bytes;

		memcpy(exact, r[i].json, bytes);
		if (value_read(&arena, exact, bytes, NULL, &v, &err) !=
				FL_INVALID ||
			strstr(err.text, r[i].says) == NULL)
			fail_msg("%s: \"%s\", want \"%s\"", r[i].json,
				err.text, r[i].says);
		assert_int_equal(FL_INVALID, err.status);
		assert_int_equal(VALUE_NULL, v.kind);
		assert_int_equal(used, arena.used_bytes);
		refused_in_dutch(exact, bytes, err.text);
		free(exact);
	}
}
#define REFUSED(list) refused(list, sizeof(list) / sizeof(*(list)))

static void refuses_broken_structure(void **state)
{
	static const struct refusal list[] = {
		{"", 0, "ends too early"},
		{" \n", 0, "ends too early at line 2, column 1 (byte 3)"},
		{"[", 0, "ends too early"},
		{"{", 0, "want a key"},
		{"[1", 0, "want , or ]"},
		{"[1,]", 0, "no value"},
		{"[,1]", 0, "no value"},
		{"[1 2]", 0, "want , or ] at line 1, column 4 (byte 4)"},
		{"{\"a\"}", 0, "want : behind a key"},
		{"{\"a\":}", 0, "no value"},
		{"{\"a\":1,}", 0, "want a key"},
		{"{a:1}", 0, "want a key"},
		{"{'a':1}", 0, "want a key"},
		{"{1:1}", 0, "want a key"},
		{"{\"a\":1 \"b\":2}", 0, "want , or }"},
		{"[1}", 0, "want , or ]"},
		{"]", 0, "no value"},
		{"1 2", 0, "more behind"},
		{"{}{}", 0, "more behind"},
		{"nul", 0, "no value"},
		{"nulll", 0, "more behind"},
		{"True", 0, "no value"},
		{"NaN", 0, "no value"},
		{"Infinity", 0, "no value"},
		{"-Infinity", 0, "no value"},
		{"// x\n1", 0, "no value"},
		{"\xEF\xBB\xBF{}", 0, "no value"},
		{"[1]\0", 4, "more behind"},
		{"\0", 1, "no value"},
		{"\v1", 0, "no value"},
		{"\xC2\xA0 1", 0, "no value"},
	};

	(void)state;
	REFUSED(list);
}

static void refuses_broken_numbers(void **state)
{
	static const struct refusal list[] = {
		{"01", 0, "leading zero"},
		{"-01", 0, "leading zero"},
		{"00.5", 0, "leading zero"},
		{"+1", 0, "no value"},
		{"-", 0, "no value"},
		{".5", 0, "no value"},
		{"1.", 0, "without decimals"},
		{"1.e3", 0, "without decimals"},
		{"1e", 0, "without exponent"},
		{"1e+", 0, "without exponent"},
		{"1.5E-", 0, "without exponent"},
		{"0x10", 0, "more behind"},
		{"1_000", 0, "more behind"},
		{"- 1", 0, "no value"},
		{"--1", 0, "no value"},
		{"1e400", 0, "too large"},
		{"-1e400", 0, "too large"},
		{"1e99999999999999999999", 0, "too large"},
		{"123456789012345678901234567890e300", 0, "too large"},
		{"9223372036854775808", 0, "beyond 64 bits"},
		{"-9223372036854775809", 0, "beyond 64 bits"},
		{"18446744073709551616", 0, "beyond 64 bits"},
		{"100000000000000000000000", 0, "beyond 64 bits"},
	};

	(void)state;
	REFUSED(list);
}

static void refuses_broken_texts(void **state)
{
	static const struct refusal list[] = {
		{"\"", 0, "without its closing quote"},
		{"\"abc", 0, "without its closing quote"},
		{"\"abc\\", 0, "no such escape"},
		{"\"abc\\\"", 0, "without its closing quote"},
		{"\"\\x\"", 0, "no such escape"},
		{"\"\\'\"", 0, "no such escape"},
		{"\"\\0\"", 0, "no such escape"},
		{"\"\\\0\"", 4, "no such escape"},
		{"\"a\nb\"", 0, "control character"},
		{"\"a\tb\"", 0, "control character"},
		{"\"a\x01\"", 0, "control character"},
		{"\"a\0b\"", 5, "control character"},
		{"\"12345678\x1f\"", 0, "control character"},
		{"\"\\u0000\"", 0, "NUL"},
		{"{\"\\u0000\":1}", 0, "NUL"},
		{"\"\\u\"", 0, "four hex digits"},
		{"\"\\u12\"", 0, "four hex digits"},
		{"\"\\u12g4\"", 0, "four hex digits"},
		{"\"\\u 123\"", 0, "four hex digits"},
		{"\"\\uD800\"", 0, "surrogate"},
		{"\"\\uD800x\"", 0, "surrogate"},
		{"\"\\uD83D\\n\"", 0, "surrogate"},
		{"\"\\uD83D\\u0041\"", 0, "surrogate"},
		{"\"\\uD83D\\uD83D\"", 0, "surrogate"},
		{"\"\\uDE00\"", 0, "surrogate"},
		{"\"\\uDE00\\uD83D\"", 0, "surrogate"},
		{"\"\\uD83D\\u\"", 0, "surrogate"},
		{"\"\\uD83D", 0, "surrogate"},
		{"\"\\uD83D\\uDE", 0, "surrogate"},
		{"\"\xFF\"", 0, "not UTF-8"},
		{"\"\x80\"", 0, "not UTF-8"},
		{"\"\xC3\"", 0, "not UTF-8"},
		{"\"\xC3", 0, "not UTF-8"},
		{"\"\xC0\xAF\"", 0, "not UTF-8"},
		{"\"\xE0\x80\xAF\"", 0, "not UTF-8"},
		{"\"\xED\xA0\x80\"", 0, "not UTF-8"},
		{"\"\xF0\x80\x80\x80\"", 0, "not UTF-8"},
		{"\"\xF4\x90\x80\x80\"", 0, "not UTF-8"},
		{"\"\xF8\x88\x80\x80\x80\"", 0, "not UTF-8"},
		{"\"1234567\xE9\"", 0, "not UTF-8"},
		{"{\"k\xC3\":1}", 0, "not UTF-8"},
	};

	(void)state;
	REFUSED(list);
}

static void refuses_keys_written_twice(void **state)
{
	static const struct refusal list[] = {
		{"{\"a\":1,\"a\":1}", 0, "twice at line 1, column 8"},
		{"{\"a\":1,\"\\u0061\":1}", 0, "twice"},
		{"{\"\":1,\"\":1}", 0, "twice"},
		{"[{\"x\":{\"k\":1,\"l\":2,\"k\":3}}]", 0, "twice"},
	};
	struct buf b;
	struct refusal r = {0};
	int twice, i;

	(void)state;
	REFUSED(list);
	buf_init(&b, 100000);
	for (twice = 0; twice < 200; twice += 7) {
		buf_reset(&b);
		buf_add_char(&b, '{');
		for (i = 0; i < 200; i++)
			buf_printf(&b, "\"k%d\":%d,", i, i);
		buf_printf(&b, "\"k%d\":0}", twice);
		r = (struct refusal){b.at, 0, "twice at line 1, column"};
		refused(&r, 1);
	}
	buf_deinit(&b);
	read_ok("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":1}]}");
}

static void integers_are_exact(void **state)
{
	struct value v = read_ok("[0,-0,1,-1,9223372036854775807,"
				 "-9223372036854775808,9007199254740993]");
	static const int64_t want[] = {0, 0, 1, -1, INT64_MAX, INT64_MIN,
		INT64_C(9007199254740993)};
	uint32_t i;

	(void)state;
	assert_int_equal(7, v.count);
	for (i = 0; i < v.count; i++) {
		assert_int_equal(VALUE_INT, v.as.items[i].kind);
		assert_true(want[i] == v.as.items[i].as.integer);
	}
}

static void reals_are_those_of_the_library(void **state)
{
	static const char *const list[] = {"0.0", "-0.0", "1.0", "1e0", "1E5",
		"1e+5", "1e-5", "0.1", "-0.1", "3.14", "2.5e-8", "1e22", "1e23",
		"1.7976931348623157e308", "5e-324", "2.2250738585072014e-308",
		"2.2250738585072011e-308", "1e-400", "0e999999999", "0.0e-5",
		"9007199254740993.0", "123456789012345678.5",
		"0.1234567890123456789012345678901234567890",
		"100000000000000000000000.0", "9223372036854775808.0",
		"0.000000000000000000000000000000000001",
		"999999999999999.9", "9999999999999999.9", "4.35", "1.005",
		"179769313486231570000000000000000000000e270",
		"0.30000000000000004"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(list) / sizeof(*list); i++) {
		struct value v = read_ok(list[i]);
		double want = strtod(list[i], NULL);

		assert_int_equal(VALUE_REAL, v.kind);
		if (memcmp(&want, &v.as.real, sizeof(want)) != 0)
			fail_msg("%s: %.17g", list[i], v.as.real);
	}
}

static void random_reals_are_exact(void **state)
{
	uint64_t seed = 7;
	char text[64];
	int i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		struct value v;
		double want;

		snprintf(text, sizeof(text), "%s%u.%0*ue%d",
			i % 2 ? "-" : "", unit_below(&seed, 1u << (i % 31)),
			1 + i % 9, unit_below(&seed, 10),
			(int)unit_below(&seed, i % 3 ? 60 : 600) - 300);
		want = strtod(text, NULL);
		if (isinf(want))
			continue;
		arena_reset(&arena);
		v = read_ok(text);
		if (memcmp(&want, &v.as.real, sizeof(want)) != 0)
			fail_msg("%s: %.17g", text, v.as.real);
	}
}

static void texts_are_decoded(void **state)
{
	struct value v = read_ok(
		"[\"\",\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"\\u00e9\\u20AC\\uD83D"
		"\\uDE00\\uFFFF\\u007f\",\"d\xC3\xA9j\xC3\xA0 vu, twelve "
		"bytes and more\",\"x\\u0041yyyyyyyyyyyyyyyyyyyyy\\u0042z\","
		"\"\xF0\x9F\x98\x80\x7F\"]");
	static const char *const want[] = {"", "\"\\/\b\f\n\r\t",
		"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBF\x7F",
		"d\xC3\xA9j\xC3\xA0 vu, twelve bytes and more",
		"xAyyyyyyyyyyyyyyyyyyyyyBz", "\xF0\x9F\x98\x80\x7F"};
	uint32_t i;

	(void)state;
	assert_int_equal(6, v.count);
	for (i = 0; i < v.count; i++) {
		assert_string_equal(want[i], v.as.items[i].as.text);
		assert_int_equal(strlen(want[i]), v.as.items[i].count);
	}
}

/* Each special byte at each place of the eight read at once. */
static void finds_the_quote_at_every_place(void **state)
{
	static const char *const inside[] = {"", "\\n", "\xC3\xA9", "\x7F",
		" ", "!", "#", "[", "]", "~"};
	char json[64];
	size_t pad, k;

	(void)state;
	for (pad = 0; pad < 20; pad++)
		for (k = 0; k < sizeof(inside) / sizeof(*inside); k++) {
			struct value v;

			snprintf(json, sizeof(json), "[\"%.*s%s\",\"b\"]",
				(int)pad, "abcdefghijklmnopqrst", inside[k]);
			v = read_ok(json);
			assert_int_equal(2, v.count);
			assert_int_equal(pad + strlen(inside[k]) -
						 (*inside[k] == '\\'),
				v.as.items[0].count);
			assert_string_equal("b", v.as.items[1].as.text);
		}
}

static void maps_keep_the_order_written(void **state)
{
	struct value v = read_ok(" {\"z\" : 1 ,\r\n\t\"a\":[ ] , \"m\":{ } } ");

	(void)state;
	assert_int_equal(3, v.count);
	assert_string_equal("z", v.as.members[0].key.at);
	assert_string_equal("a", v.as.members[1].key.at);
	assert_int_equal(VALUE_LIST, v.as.members[1].value.kind);
	assert_int_equal(0, v.as.members[1].value.count);
	assert_int_equal(VALUE_MAP, v.as.members[2].value.kind);
}

static void nothing_points_into_the_input(void **state)
{
	char json[] = "{\"key\":\"text\",\"l\":[\"x\\n\"]}";
	struct value v;

	(void)state;
	assert_int_equal(FL_OK,
		value_read(&arena, json, strlen(json), NULL, &v, NULL));
	memset(json, '?', sizeof(json));
	assert_string_equal("text", value_get_str(&v, "key"));
	assert_string_equal("x\n", value_get(&v, "l")->as.items[0].as.text);
}

static fl_status nested(uint32_t depth, uint32_t limit)
{
	const struct value_limits limits = {.depth = limit};
	struct fl_error err = {0};
	struct value v;
	struct buf b;
	uint32_t i;
	fl_status s;

	buf_init(&b, 1u << 20);
	for (i = 0; i < depth; i++)
		buf_add_text(&b, i % 2 ? "{\"a\":" : "[");
	buf_add_char(&b, '1');
	for (i = depth; i-- > 0;)
		buf_add_char(&b, i % 2 ? '}' : ']');
	s = value_read(&arena, b.at, b.len, &limits, &v, &err);
	assert_int_equal(s, s == FL_OK ? FL_OK : err.status);
	buf_deinit(&b);
	return s;
}

static void depth_is_limited(void **state)
{
	(void)state;
	assert_int_equal(FL_OK, nested(32, 0));
	assert_int_equal(FL_LIMIT, nested(33, 0));
	assert_int_equal(FL_OK, nested(3, 3));
	assert_int_equal(FL_LIMIT, nested(4, 3));
	assert_int_equal(FL_OK, nested(VALUE_DEPTH_MAX, UINT32_MAX));
	assert_int_equal(FL_LIMIT, nested(VALUE_DEPTH_MAX + 1, UINT32_MAX));
	assert_int_equal(FL_LIMIT, nested(100000, 0));
	assert_int_equal(FL_OK, nested(1, 1));
	read_ok("[[],[],[[]],{},{},{\"a\":[]}]");
}

static void size_and_keys_are_limited(void **state)
{
	struct value_limits limits = {.bytes = 10, .keys = 2};
	struct value v;
	struct fl_error err = {0};
	struct buf b;
	int i;

	(void)state;
	assert_int_equal(FL_OK,
		value_read(&arena, "[1,2,3,44]", 10, &limits, &v, NULL));
	assert_int_equal(FL_LIMIT,
		value_read(&arena, "[1,2,3,444]", 11, &limits, &v, &err));
	limits.bytes = 0;
	assert_int_equal(FL_OK,
		value_read(&arena, "{\"a\":1,\"b\":{\"c\":1,\"d\":2}}", 25,
			&limits, &v, NULL));
	assert_int_equal(FL_LIMIT,
		value_read(&arena, "{\"a\":1,\"b\":1,\"c\":1}", 19, &limits,
			&v, &err));
	assert_non_null(strstr(err.text, "too many keys"));
	buf_init(&b, 3u << 20);
	buf_add_char(&b, '[');
	for (i = 0; i < 300000; i++)
		buf_add_text(&b, i == 0 ? "1" : ",1");
	buf_add_char(&b, ']');
	assert_int_equal(FL_OK,
		value_read(&arena, b.at, b.len, NULL, &v, NULL));
	assert_int_equal(300000, v.count);
	buf_reset(&b);
	for (i = 0; i < (1 << 20) + 1; i++)
		buf_add_char(&b, ' ');
	assert_int_equal(FL_LIMIT,
		value_read(&arena, b.at, b.len, NULL, &v, &err));
	buf_deinit(&b);
}

static void no_memory_is_told(void **state)
{
	struct arena small;
	struct value v;
	struct buf b;
	bool hit = true, never = true;
	size_t room;
	long n;
	int i;

	(void)state;
	buf_init(&b, 100000);
	buf_add_text(&b, "{\"l\":[");
	for (i = 0; i < 500; i++)
		buf_printf(&b, "%s{\"k\":\"text\",\"n\":1e40}", i ? "," : "");
	buf_add_text(&b, "],\"m\":{");
	for (i = 0; i < 60; i++)
		buf_printf(&b, "%s\"%d\":1", i ? "," : "", i);
	buf_add_text(&b, "}}");
	for (room = 1000; room < 100000; room += 3000) {
		fl_status s;

		arena_init(&small, room);
		s = value_read(&small, b.at, b.len, NULL, &v, NULL);
		assert_int_equal(small.failed ? FL_NOMEM : FL_OK, s);
		never = never && s != FL_NOMEM;
		arena_deinit(&small);
	}
	assert_false(never);
	for (n = 0; hit && n < 100; n++) {
		fl_status s;

		arena_init(&small, 0);
		fault_after(n);
		s = value_read(&small, b.at, b.len, NULL, &v, NULL);
		hit = fault_disarm();
		assert_int_equal(hit ? FL_NOMEM : FL_OK, s);
		assert_int_equal(hit ? VALUE_NULL : VALUE_MAP, v.kind);
		arena_deinit(&small);
	}
	assert_true(n > 3 && !hit);
	buf_deinit(&b);
}

static void columns_count_characters(void **state)
{
	static const char json[] = "{\"a\":1,\n \"\xC3\xA9\xE2\x82\xAC\":2 !}";
	struct fl_error err = {0};
	struct value v;

	(void)state;
	assert_int_equal(FL_INVALID,
		value_read(&arena, json, strlen(json), NULL, &v, &err));
	assert_string_equal(
		"JSON: want , or } at line 2, column 9 (byte 20)", err.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_broken_structure),
		cmocka_unit_test(refuses_broken_numbers),
		cmocka_unit_test(refuses_broken_texts),
		cmocka_unit_test(refuses_keys_written_twice),
		cmocka_unit_test(integers_are_exact),
		cmocka_unit_test(reals_are_those_of_the_library),
		cmocka_unit_test(random_reals_are_exact),
		cmocka_unit_test(texts_are_decoded),
		cmocka_unit_test(finds_the_quote_at_every_place),
		cmocka_unit_test(maps_keep_the_order_written),
		cmocka_unit_test(nothing_points_into_the_input),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(size_and_keys_are_limited),
		cmocka_unit_test(no_memory_is_told),
		cmocka_unit_test(columns_count_characters),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
