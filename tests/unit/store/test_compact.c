/* Documents in columns: back byte for byte; damage is told. */
#include "kit.h"

#include "store/compact.h"

static sqlite3 *db;
static struct symbols y;
static struct arena arena;

static int setup(void **state)
{
	struct fl_error err = {0};

	(void)state;
	arena_init(&arena, 0);
	assert_int_equal(FL_OK, sql_open(":memory:", NULL, false, &db, &err));
	assert_int_equal(FL_OK,
		sql_exec(db,
			"CREATE TABLE symbol(id INTEGER PRIMARY KEY,"
			" name TEXT NOT NULL UNIQUE);"
			"INSERT INTO symbol VALUES(1,'jan'),(40,'deal.light');"
			"CREATE TABLE t(v)",
			&err));
	assert_int_equal(FL_OK, symbol_open(&y, db, true, &err));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	symbol_deinit(&y);
	sqlite3_close(db);
	arena_deinit(&arena);
	return 0;
}

/* What a column with these bytes reads as; *rc as compact_column() set it. */
static struct text column(const void *bytes, size_t n, bool blob, int *rc)
{
	sqlite3_stmt *s = NULL;
	struct text t;

	*rc = SQLITE_OK;
	sqlite3_prepare_v2(db, "SELECT ?1", -1, &s, NULL);
	if (blob)
		sqlite3_bind_blob64(s, 1, bytes, n, SQLITE_STATIC);
	else
		sqlite3_bind_text64(s, 1, bytes, n, SQLITE_STATIC, SQLITE_UTF8);
	assert_int_equal(SQLITE_ROW, sqlite3_step(s));
	t = compact_column(&y, s, 0, &arena, rc);
	sqlite3_finalize(s);
	return t;
}

static int as_value(const void *bytes, size_t n, bool blob, struct value *out)
{
	sqlite3_stmt *s = NULL;
	int rc;

	sqlite3_prepare_v2(db, "SELECT ?1", -1, &s, NULL);
	if (blob)
		sqlite3_bind_blob64(s, 1, bytes, n, SQLITE_STATIC);
	else
		sqlite3_bind_text64(s, 1, bytes, n, SQLITE_STATIC, SQLITE_UTF8);
	assert_int_equal(SQLITE_ROW, sqlite3_step(s));
	rc = compact_value(&y, s, 0, &arena, out);
	sqlite3_finalize(s);
	return rc;
}

/* Read as a value it is what the JSON says, in either form of the column. */
static void same_value(const char *json, const void *bytes, size_t n)
{
	struct value said, got;
	struct fl_error err = {0};

	assert_int_equal(FL_OK,
		value_read(&arena, json, strlen(json), NULL, &said, &err));
	assert_int_equal(SQLITE_OK, as_value(bytes, n, true, &got));
	assert_true(value_equal(&said, &got));
	assert_int_equal(SQLITE_OK, as_value(json, strlen(json), false, &got));
	assert_true(value_equal(&said, &got));
	for (size_t cut = 0; cut < n; cut++) {
		struct arena_mark mark = arena_mark(&arena);

		assert_int_equal(SQLITE_CORRUPT,
			as_value(bytes, cut, true, &got));
		arena_release(&arena, mark);
	}
}

/* Into a column and out of it: how long it is there. */
static size_t there_and_back(const char *json)
{
	struct text document = brief_of(&arena, json), back;
	struct compact c;
	struct buf b;
	size_t n;
	int rc;

	buf_init(&b, 1 << 20);
	buf_add(&b, "x", 1); /* whatever stands before stays */
	compact_begin(&c, &y, &b);
	assert_int_equal(FL_OK, brief_copy(&c.to, NULL, document));
	assert_int_equal(SQLITE_OK, compact_end(&c));
	assert_true(b.at[0] == 'x');
	n = b.len - 1;
	assert_true(n <= document.bytes); /* room for both is known before */
	back = column(b.at + 1, n, true, &rc);
	assert_int_equal(SQLITE_OK, rc);
	assert_string_equal(json, json_of(&arena, back));
	back = column(json, strlen(json), false, &rc); /* as of format 1 */
	assert_int_equal(SQLITE_OK, rc);
	assert_string_equal(json, json_of(&arena, back));
	same_value(json, b.at + 1, n);
	for (size_t cut = 0; cut < n; cut++) { /* damaged: told, no more */
		column(b.at + 1, cut, true, &rc);
		assert_int_equal(SQLITE_CORRUPT, rc);
	}
	buf_deinit(&b);
	arena_reset(&arena);
	return n;
}

static void comes_back_byte_for_byte(void **state)
{
	static const char *const all[] = {"null", "true", "false", "0", "-1",
		"31", "-32", "32", "-33", "9223372036854775807",
		"-9223372036854775808", "1.5", "-0.0", "1e+300", "\"\"",
		"\"jan\"", "\"Jan\"", "\"a\\\"b\\\\\"", "\"\\u0001\\n\"",
		"\"\xc3\xa9\xe2\x82\xac\"", "[]", "{}", "[[],[{}],{\"a\":[]}]",
		"[1767600000000,-50,\"line:16\",null,false]",
		("{\"deal.light\":\"green\",\"f\":{\"x_1\":{\"deep\":1}},"
		 "\"with space\":2,\"\xc3\xa9\":3}")};
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		there_and_back(all[i]);
	for (size_t n = 10; n < 200; n += 7) { /* past every count in a byte */
		buf_init(&b, 1 << 20);
		for (size_t i = 0; i < n; i++)
			buf_printf(&b, "%c%zu", i == 0 ? '[' : ',', i * 1000);
		buf_add_text(&b, "]");
		there_and_back(b.at);
		buf_reset(&b);
		for (size_t i = 0; i < n; i++)
			buf_printf(&b, "%c\"K%03zu\":\"%0*d\"",
				i == 0 ? '{' : ',', i, (int)n, 0);
		buf_add_text(&b, "}");
		there_and_back(b.at);
		buf_deinit(&b);
	}
}

static void text_that_is_no_json_is_damage(void **state)
{
	static const char *const all[] = {"[1,]", "{\"a\":1,}", "{1:2}", "01",
		"-", "+1", "nul", "\"open", "\"open\\", "[", "{", "[1", "{\"a\"",
		"{\"a\":", "1]", "x"};
	struct value v;
	int rc;

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		column(all[i], strlen(all[i]), false, &rc);
		assert_int_equal(SQLITE_CORRUPT, rc);
		assert_int_equal(SQLITE_CORRUPT,
			as_value(all[i], strlen(all[i]), false, &v));
	}
	assert_int_equal(0, column("", 0, false, &rc).bytes); /* none */
	assert_int_equal(SQLITE_OK, rc);
	assert_int_equal(SQLITE_CORRUPT, /* a text with a quote in it */
		as_value("\x43" "a\"b", 4, true, &v));
	assert_int_equal(SQLITE_CORRUPT, /* ... that is no UTF-8 */
		as_value("\x42" "\xc3" "b", 3, true, &v));
}

/* Names of fields become symbols, what people wrote does not. */
static void only_names_become_symbols(void **state)
{
	uint32_t id;

	(void)state;
	assert_int_equal(1, there_and_back("\"jan\""));
	assert_int_equal(2, there_and_back("\"deal.light\""));
	there_and_back(
		"{\"Peeters\":{\"van peeters\":{\"too_deep\":1}},"
		"\"last_name\":\"peeters\"}");
	assert_int_equal(
		SQLITE_OK, symbol_id(&y, TEXT("last_name"), false, &id));
	assert_true(id > 40);
	for (size_t i = 0; i < 4; i++) {
		static const char *const none[] = {
			"peeters", "Peeters", "van peeters", "too_deep"};

		symbol_id(&y, text_of(none[i]), false, &id);
		assert_int_equal(0, id);
	}
}

static void damage_is_told(void **state)
{
	unsigned char bytes[3];
	int rc, refused = 0;

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		for (unsigned k = 0; k < 256; k += 5) {
			bytes[0] = (unsigned char)i;
			bytes[1] = (unsigned char)k;
			bytes[2] = 0xff;
			column(bytes, 3, true, &rc);
			assert_true(rc == SQLITE_OK || rc == SQLITE_CORRUPT);
			refused += rc != SQLITE_OK;
		}
	assert_true(refused > 0);
	memset(bytes, 0xc1, sizeof(bytes));
	column(bytes, 3, true, &rc);
	assert_int_equal(SQLITE_CORRUPT, rc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_byte_for_byte),
		cmocka_unit_test(text_that_is_no_json_is_damage),
		cmocka_unit_test(only_names_become_symbols),
		cmocka_unit_test(damage_is_told),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
