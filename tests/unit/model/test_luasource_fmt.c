/* The layout of rule files: what a case becomes, that it stays so, and that
 * Lua's own compiler sees no difference. */
#include "unit.h"

#include "base/file.h"
#include "model/luasource.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)512 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_deinit(&arena);
	return 0;
}

static fl_status laid_out(const char *bytes, size_t n, struct buf *out)
{
	struct lua_source *s = NULL;
	struct problems p;

	problems_init(&p, &arena);
	buf_init(out, 1 << 22);
	assert_int_equal(luasource_read(&arena, "r.lua", bytes, n, &p, &s),
		FL_OK);
	return luasource_format(s, bytes, n, out);
}

static void becomes(const char *from, const char *to)
{
	struct buf once, twice;

	assert_int_equal(laid_out(from, strlen(from), &once), FL_OK);
	assert_string_equal(once.at, to);
	assert_int_equal(laid_out(once.at, once.len, &twice), FL_OK);
	assert_string_equal(twice.at, to);
	buf_deinit(&once);
	buf_deinit(&twice);
}

static void test_blanks(void **state)
{
	(void)state;
	becomes("", "");
	becomes("local   x=1", "local x = 1\n");
	becomes("set( \"tempo\" ,\"3 weeks\" )", "set(\"tempo\", \"3 weeks\")\n");
	becomes("t : at \"x\"", "t:at \"x\"\n");
	becomes("a={1,2 , x=3,[\"k\"]=4}", "a = { 1, 2, x = 3, [\"k\"] = 4 }\n");
	becomes("a={ }", "a = {}\n");
	becomes("x=-1 y=a-1 z=- -1 n=#l", "x = -1 y = a - 1 z = - -1 n = #l\n");
	becomes("x=not  a..b", "x = not a .. b\n");
	becomes("local f=function ( a,... ) return a [1] end",
		"local f = function(a, ...) return a[1] end\n");
	becomes("local x<const> =1", "local x <const> = 1\n");
	becomes("if (a<b and c>d) then end", "if (a < b and c > d) then end\n");
	becomes("step \"x\"{after=\"1 day\"}", "step \"x\" { after = \"1 day\" }\n");
	becomes("x = [[ a\n  b ]]  ;  y=1", "x = [[ a\n  b ]]; y = 1\n");
}

static void test_lines(void **state)
{
	(void)state;
	becomes("rule \"x\" {\nabout = \"deal\",\n\n\n\nstep \"a\" {\nday = 1,\n},"
		"\n}",
		"rule \"x\" {\n  about = \"deal\",\n\n  step \"a\" {\n    day = 1,"
		"\n  },\n}\n");
	becomes("test \"t\" (function(t)\nfor i = 1, 2 do\nt:at \"x\"\nend\nend)",
		"test \"t\" (function(t)\n  for i = 1, 2 do\n    t:at \"x\"\n  end"
		"\nend)\n");
	becomes("if a then\nb()\nelseif c then\nd()\nelse\ne()\nend",
		"if a then\n  b()\nelseif c then\n  d()\nelse\n  e()\nend\n");
	becomes("repeat\nx()\nuntil y\nz()", "repeat\n  x()\nuntil y\nz()\n");
	becomes("return a\nand b\nor c", "return a\n  and b\n  or c\n");
	becomes("local x =\n1", "local x =\n  1\n");
	becomes("f(function()\na()\nend, {\nb,\n})",
		"f(function()\n  a()\nend, {\n  b,\n})\n");
	becomes("x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n");
	becomes("#!/usr/bin/lua\nx=1", "#!/usr/bin/lua\nx = 1\n");
	becomes("\xef\xbb\xbfx=1", "x = 1\n");
}

static void test_comments(void **state)
{
	(void)state;
	becomes("-- first\nx=1 -- one\nlong_name=2   -- two\n\ny=3 -- three",
		"-- first\nx = 1          -- one\nlong_name = 2  -- two\n\n"
		"y = 3  -- three\n");
	becomes("a = {\n-- inside\n}", "a = {\n  -- inside\n}\n");
	becomes("x = 1 --[[ here ]] + 2", "x = 1  --[[ here ]] + 2\n");
	becomes("na = \"\xc3\xab\" -- a\nn = 1 -- b",
		"na = \"\xc3\xab\"  -- a\nn = 1     -- b\n");
	becomes("-- only this", "-- only this\n");
}

static void test_refused(void **state)
{
	struct buf out;
	struct buf deep;

	(void)state;
	assert_int_equal(laid_out("x = {", 5, &out), FL_INVALID);
	buf_deinit(&out);
	assert_int_equal(laid_out("x = \"a", 6, &out), FL_INVALID);
	buf_deinit(&out);
	buf_init(&deep, 4096);
	buf_add_text(&deep, "x = ");
	for (int i = 0; i < 201; i++)
		buf_add_char(&deep, '{');
	for (int i = 0; i < 201; i++)
		buf_add_char(&deep, '}');
	assert_int_equal(laid_out(deep.at, deep.len, &out), FL_LIMIT);
	buf_deinit(&out);
	buf_deinit(&deep);
}

/* ---- all our own rule files, as they are and torn apart ---- */

static uint32_t seen, compared;

static int add_code(lua_State *L, const void *bytes, size_t n, void *out)
{
	(void)L;
	buf_add(out, bytes, n);
	return 0;
}

/* What Lua makes of it; the lines where functions begin are part of it. */
static void compile(const char *bytes, size_t n, struct buf *code)
{
	lua_State *L = luaL_newstate();

	assert_non_null(L);
	buf_init(code, 1 << 22);
	if (luaL_loadbufferx(L, bytes, n, "=r", "t") != LUA_OK)
		fail_msg("%s\n%.*s", lua_tostring(L, -1), (int)n, bytes);
	lua_dump(L, add_code, code, 1);
	lua_close(L);
}

static void means_the_same(const char *a, size_t n, const char *b, size_t m)
{
	struct buf one, two;

	compile(a, n, &one);
	compile(b, m, &two);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.at, two.at, one.len);
	buf_deinit(&one);
	buf_deinit(&two);
}

static int lines(const char *at, size_t n)
{
	int count = 0;

	for (size_t i = 0; i < n; i++)
		count += at[i] == '\n';
	return count;
}

/* Every remark, in its order, as it is written. */
static void remarks(const char *bytes, size_t n, struct buf *out)
{
	struct lua_source *s = NULL;
	const struct token *t;
	struct problems p;
	uint32_t n_tokens = 0;

	problems_init(&p, &arena);
	buf_init(out, 1 << 22);
	assert_int_equal(luasource_read(&arena, "r.lua", bytes, n, &p, &s),
		FL_OK);
	t = luasource_tokens(s, &n_tokens);
	for (uint32_t i = 0; i < n_tokens; i++) {
		uint32_t end = t[i].end;

		if (t[i].kind != TOKEN_COMMENT)
			continue;
		while (end > t[i].offset && strchr(" \t\r", bytes[end - 1]))
			end--; /* blanks at the end of a line go */
		buf_add(out, bytes + t[i].offset, end - t[i].offset);
		buf_add_char(out, '\n');
	}
	buf_add_char(out, '\0');
}

static void remarks_stay(const char *a, size_t n, const char *b, size_t m)
{
	struct buf before, after;

	remarks(a, n, &before);
	remarks(b, m, &after);
	assert_string_equal(before.at, after.at);
	buf_deinit(&before);
	buf_deinit(&after);
}

static void stays(const char *bytes, size_t n)
{
	struct buf once, twice;

	assert_int_equal(laid_out(bytes, n, &once), FL_OK);
	remarks_stay(bytes, n, once.at, once.len);
	if (lines(bytes, n) == lines(once.at, once.len)) {
		means_the_same(bytes, n, once.at, once.len);
		compared++;
	}
	assert_int_equal(laid_out(once.at, once.len, &twice), FL_OK);
	assert_string_equal(once.at, twice.at);
	buf_deinit(&once);
	buf_deinit(&twice);
}

/* The same tokens with other blanks between them; line ends among the last
 * of `kinds`. */
static void tear(const char *bytes, size_t n, uint64_t *seed, uint32_t kinds,
	struct buf *out)
{
	static const char *const gaps[] = {" ", "  ", "\t", " --[[ x ]] ",
		"\n", "\n\n\n", " -- torn, \"here\"\n", "\r\n"};
	struct lua_source *s = NULL;
	struct problems p;
	const struct token *t;
	uint32_t n_tokens = 0;

	problems_init(&p, &arena);
	buf_init(out, 1 << 22);
	assert_int_equal(luasource_read(&arena, "r.lua", bytes, n, &p, &s),
		FL_OK);
	t = luasource_tokens(s, &n_tokens);
	for (uint32_t i = 0; i + 1 < n_tokens; i++) {
		buf_add(out, bytes + t[i].offset,
			t[i + 1].offset - t[i].offset);
		if (t[i].kind != TOKEN_COMMENT &&
			unit_below(seed, 4) == 0)
			buf_add_text(out, gaps[unit_below(seed, kinds)]);
	}
}

static void each_file(void *ctx, const char *name, bool is_folder);

static void walk(const char *dir)
{
	assert_int_equal(file_list(dir, each_file, (void *)(uintptr_t)dir,
		NULL), FL_OK);
}

static void each_file(void *ctx, const char *name, bool is_folder)
{
	char path[512];
	size_t n = strlen(name);
	uint64_t seed = 7;
	struct buf in, torn;

	snprintf(path, sizeof(path), "%s/%s", (const char *)ctx, name);
	if (is_folder) {
		walk(path);
		return;
	}
	if (n < 4 || strcmp(name + n - 4, ".lua") != 0 ||
		strstr(path, "/mistakes/") != NULL)
		return;
	buf_init(&in, 1 << 20);
	assert_int_equal(file_read(path, 1 << 20, &in, NULL), FL_OK);
	stays(in.at, in.len);
	for (int i = 0; i < 5; i++) {
		tear(in.at, in.len, &seed, i % 2 == 0 ? 4 : 8, &torn);
		stays(torn.at, torn.len);
		buf_deinit(&torn);
	}
	buf_deinit(&in);
	seen++;
}

static void test_our_own_files(void **state)
{
	(void)state;
	walk("scripts");
	walk("examples");
	walk("tests/script/rooftop");
	walk("tests/script/situations");
	assert_true(seen >= 15);
	assert_true(compared >= 3 * seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blanks),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_our_own_files),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
