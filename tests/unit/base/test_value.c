#include "one_arena.h"

#include "base/value.h"

static struct value read_ok(const char *json)
{
	struct value v;
	struct fl_error err = {0};

	if (value_read(&arena, json, strlen(json), NULL, &v, &err) != FL_OK)
		fail_msg("%s: %s", json, err.text);
	return v;
}

static void texts_compare_by_bytes(void **state)
{
	static const struct text names[] = {TEXT_OF("a"), TEXT_OF("b")};

	(void)state;
	assert_true(text_is(TEXT("ab"), "ab"));
	assert_false(text_is(TEXT("ab"), "abc"));
	assert_true(text_equal(text_of(NULL), TEXT("")));
	assert_true(text_compare(TEXT("a"), TEXT("ab")) < 0);
	assert_true(text_compare(TEXT("b"), TEXT("ab")) > 0);
	assert_true(text_compare(TEXT("\xC3\xA9"), TEXT("z")) > 0);
	assert_int_equal(0, text_compare(TEXT("a"), TEXT("a")));
	assert_true(text_among(names, 2, TEXT("b")));
	assert_false(text_among(names, 1, TEXT("b")));
	assert_false(text_among(names, 2, TEXT("")));
	assert_int_equal(4, text_characters("a\xE2\x82\xAC\xC3\xA9z", 7));
}

/* A slow and obvious decoder as the oracle. */
static size_t char_slowly(const unsigned char *p, size_t n)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t want = p[0] < 0x80           ? 1
		      : (p[0] & 0xE0) == 0xC0 ? 2
		      : (p[0] & 0xF0) == 0xE0 ? 3
		      : (p[0] & 0xF8) == 0xF0 ? 4
					      : 0;
	uint32_t c = want == 1   ? p[0]
		     : want == 2 ? p[0] & 0x1Fu
		     : want == 3 ? p[0] & 0x0Fu
				 : p[0] & 0x07u;
	size_t i;

	if (want == 0 || want > n)
		return 0;
	for (i = 1; i < want; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3Fu);
	}
	if (c < least[want] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	return want;
}

static void utf8_is_strict(void **state)
{
	static const unsigned char edges[] = {0x00, 0x7F, 0x80, 0x8F, 0x90,
		0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF,
		0xF0, 0xF4, 0xF5, 0xFF};
	unsigned char p[4];
	unsigned lead;
	size_t b, c, d, n;

	(void)state;
	for (lead = 0; lead < 256; lead++)
		for (b = 0; b < sizeof(edges); b++)
			for (c = 0; c < sizeof(edges); c++)
				for (d = 0; d < sizeof(edges); d++) {
					p[0] = (unsigned char)lead;
					p[1] = edges[b];
					p[2] = edges[c];
					p[3] = edges[d];
					n = 1 + (b + c + d) % 4;
					assert_int_equal(char_slowly(p, n),
						text_char((char *)p, n));
				}
	assert_true(text_valid("a\xE2\x82\xAC", 4));
	assert_false(text_valid("a\xE2\x82\xAC", 3));
	assert_false(text_valid("a\0b", 3));
	assert_true(text_valid("", 0));
	/* a bad byte is seen wherever it stands in a long text */
	for (size_t i = 0; i < 20; i++) {
		char text[] = "long enough for two.";

		assert_true(text_valid(text, 20));
		text[i] = '\0';
		assert_false(text_valid(text, 20));
		text[i] = '\x80';
		assert_false(text_valid(text, 20));
		text[i] = '\x01';
		assert_true(text_valid(text, 20));
	}
}

static void getters_want_the_kind(void **state)
{
	struct value v = read_ok(
		"{\"i\":7,\"b\":true,\"s\":\"x\",\"r\":1.5,\"n\":null}");

	(void)state;
	assert_int_equal(7, value_get_int(&v, "i", -1));
	assert_int_equal(-1, value_get_int(&v, "s", -1));
	assert_int_equal(-1, value_get_int(&v, "r", -1));
	assert_int_equal(-1, value_get_int(&v, "none", -1));
	assert_true(value_get_bool(&v, "b", false));
	assert_true(value_get_bool(&v, "i", true));
	assert_string_equal("x", value_get_str(&v, "s"));
	assert_null(value_get_str(&v, "i"));
	assert_int_equal(value_get_list(&v, "s")->kind, VALUE_LIST);
	assert_int_equal(value_get_list(&v, "s")->count, 0);
	assert_int_equal(value_get_list(NULL, "l")->count, 0);
	assert_null(value_get(NULL, "i"));
	assert_null(value_get(value_get(&v, "s"), "i"));
	assert_int_equal(VALUE_NULL, value_get(&v, "n")->kind);
	assert_non_null(value_get_text(&v, TEXT("i")));
}

static void set_replaces_and_keeps_order(void **state)
{
	struct value m = value_map();
	char key[8];
	int i;

	(void)state;
	for (i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "k%d", 99 - i);
		assert_true(value_put(&arena, &m, arena_strdup(&arena, key),
			value_int(i)));
	}
	assert_true(value_put(&arena, &m, "k50", value_text("new")));
	assert_int_equal(100, m.count);
	assert_string_equal("k99", m.as.members[0].key.at);
	assert_string_equal("new", value_get_str(&m, "k50"));
	assert_true(value_remove(&m, TEXT("k99")));
	assert_false(value_remove(&m, TEXT("k99")));
	assert_int_equal(99, m.count);
	assert_string_equal("k98", m.as.members[0].key.at);
	for (i = 0; i < 99; i++) {
		if (i == 50)
			continue;
		snprintf(key, sizeof(key), "k%d", i);
		assert_int_equal(99 - i, value_get_int(&m, key, -1));
	}
}

/* A value that was read has no spare places: growing must move it. */
static void read_values_grow_safely(void **state)
{
	struct value v = read_ok("[[1,2,3,4],{\"a\":1,\"b\":2}]");
	struct value list = v.as.items[0], map = v.as.items[1];
	int64_t i;

	(void)state;
	for (i = 5; i <= 200; i++) {
		assert_true(value_append(&arena, &list, value_int(i)));
		assert_true(value_put(&arena, &map,
			arena_printf(&arena, "n%d", (int)i), value_int(i)));
	}
	for (i = 1; i <= 200; i++)
		assert_int_equal(i, list.as.items[i - 1].as.integer);
	assert_int_equal(2, value_get_int(&map, "b", 0));
	assert_int_equal(200, value_get_int(&map, "n200", 0));
	assert_int_equal(4, v.as.items[0].count);
	assert_int_equal(4, v.as.items[0].as.items[3].as.integer);

	/* removed and added again: as many places as before */
	map = v.as.items[1];
	assert_true(value_remove(&map, TEXT("a")));
	assert_true(value_put(&arena, &map, "c", value_int(3)));
	assert_true(value_put(&arena, &map, "d", value_int(4)));
	assert_int_equal(3, map.count);
	assert_int_equal(2, value_get_int(&map, "b", 0));
}

static void clone_shares_nothing(void **state)
{
	struct arena other;
	struct value v, copy;
	char json[] = "{\"k\":[\"t\",{\"x\":[]},1.5],\"e\":\"\"}";

	(void)state;
	arena_init(&other, 0);
	assert_int_equal(FL_OK,
		value_read(&other, json, strlen(json), NULL, &v, NULL));
	copy = value_clone(&arena, &v);
	assert_true(value_equal(&v, &copy));
	arena_deinit(&other);
	v = read_ok("{\"e\":\"\",\"k\":[\"t\",{\"x\":[]},1.5]}");
	assert_true(value_equal(&v, &copy));
}

static void clone_without_memory_is_null(void **state)
{
	struct arena small;
	struct value v = read_ok("{\"k\":[\"text\",{\"x\":[1,2,3]}]}"), copy;
	size_t room;

	(void)state;
	for (room = 16; room < 1000; room += 16) {
		arena_init(&small, room);
		copy = value_clone(&small, &v);
		if (small.failed)
			assert_int_equal(VALUE_NULL, copy.kind);
		else
			assert_true(value_equal(&v, &copy));
		arena_deinit(&small);
	}
	arena_init(&small, 40);
	copy = value_map();
	assert_false(value_put(&small, &copy, "k", value_int(1)));
	assert_int_equal(0, copy.count);
	copy = value_list();
	assert_false(value_append(&small, &copy, value_int(1)));
	arena_deinit(&small);
}

static void equality_is_that_of_canonical_bytes(void **state)
{
	static const char *const different[] = {"null", "true", "false", "1",
		"1.0", "0", "0.0", "-0.0", "\"1\"", "\"\"", "[]", "{}", "[1]",
		"[1,2]", "[2,1]", "{\"a\":1}", "{\"a\":2}", "{\"b\":1}",
		"{\"a\":1,\"b\":1}"};
	const size_t n = sizeof(different) / sizeof(*different);
	struct value a, b;
	size_t i, j;

	(void)state;
	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++) {
			a = read_ok(different[i]);
			b = read_ok(different[j]);
			assert_int_equal(i == j, value_equal(&a, &b));
			assert_int_equal(
				i == j, value_digest(&a) == value_digest(&b));
		}
	a = read_ok("{\"a\":1,\"b\":[{\"c\":2,\"d\":3}]}");
	b = read_ok("{\"b\":[{\"d\":3,\"c\":2}],\"a\":1}");
	assert_true(value_equal(&a, &b));
	assert_true(value_digest(&a) == value_digest(&b));
}

/* It is stored: another build must come to the same. */
static void digest_never_changes(void **state)
{
	struct value v = read_ok("{\"type\":\"contact.made\",\"at\":17,"
				 "\"data\":{\"to\":[true,null,2.5]}}");

	(void)state;
	assert_true(value_digest(&v) == INT64_C(1109980801851806217));
	assert_true(value_digest(&v) >= 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_compare_by_bytes),
		cmocka_unit_test(utf8_is_strict),
		cmocka_unit_test(getters_want_the_kind),
		cmocka_unit_test(set_replaces_and_keeps_order),
		cmocka_unit_test(read_values_grow_safely),
		cmocka_unit_test(clone_shares_nothing),
		cmocka_unit_test(clone_without_memory_is_null),
		cmocka_unit_test(equality_is_that_of_canonical_bytes),
		cmocka_unit_test(digest_never_changes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
