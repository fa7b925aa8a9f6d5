/* The Lua source reader: tokens, lines, mistakes with their codes, keys of
 * nested cards; compared with Lua itself on changed sources. */
#include "unit.h"

#include "model/luasource.h"

#include <lauxlib.h>
#include <lua.h>

static struct arena arena;
static struct problems problems;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, (size_t)256 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_deinit(&arena);
	return 0;
}

static struct lua_source *read_bytes(const char *bytes, size_t n)
{
	struct lua_source *s = NULL;

	problems_init(&problems, &arena);
	assert_int_equal(
		luasource_read(&arena, "r.lua", bytes, n, &problems, &s),
		FL_OK);
	return s;
}

static struct lua_source *checked(const char *text)
{
	struct lua_source *s = read_bytes(text, strlen(text));

	assert_int_equal(luasource_check(s, &problems), FL_OK);
	return s;
}

/* "N:text T:text ..." of all tokens, a letter per kind. */
static void tokens_are(const char *source, const char *expected)
{
	static const char kinds[] = "ENKTDSC";
	struct lua_source *s = read_bytes(source, strlen(source));
	uint32_t n = 0;
	const struct token *t = luasource_tokens(s, &n);
	struct buf b;

	buf_init(&b, 1 << 16);
	for (uint32_t i = 0; i + 1 < n; i++)
		buf_printf(&b, "%s%c:%s", i > 0 ? " " : "", kinds[t[i].kind],
			t[i].text.at);
	assert_int_equal(t[n - 1].kind, TOKEN_END);
	assert_string_equal(b.at != NULL ? b.at : "", expected);
	buf_deinit(&b);
	assert_int_equal(problems.count, 0);
}

static void tokens_of_all_kinds(void **state)
{
	(void)state;
	tokens_are("", "");
	tokens_are("local a_1 = nil", "K:local N:a_1 S:= K:nil");
	tokens_are(
		"a.b:c(...)..d", "N:a S:. N:b S:: N:c S:( S:... S:) S:.. N:d");
	tokens_are("a<=b>=c==d~=e//f<<g>>h::i",
		"N:a S:<= N:b S:>= N:c S:== N:d S:~= N:e S:// N:f S:<< N:g "
		"S:>> N:h S::: N:i");
	tokens_are("'a\"b' \"it's\"", "T:a\"b T:it's");
	tokens_are("1 2.5 .5 3. 1e3 1E-2 0xFF 0x.8p+1 0xA.p2",
		"D:1 D:2.5 D:.5 D:3. D:1e3 D:1E-2 D:0xFF D:0x.8p+1 D:0xA.p2");
	tokens_are("a -- one\n--[[two\nlines]] b --[==[ ]] ]==]c",
		"N:a C: one C:two\nlines N:b C: ]]  N:c");
	tokens_are(
		"x = [[\nlong]] [==[a]]b]==] [[]]", "N:x S:= T:long T:a]]b T:");
	tokens_are("a[b[1]]", "N:a S:[ N:b S:[ D:1 S:] S:]");
	tokens_are("#!/usr/bin/lua\nx", "N:x");
	tokens_are("\xef\xbb\xbf# shebang\nx", "N:x");
	tokens_are("\xef\xbb\xbfx", "N:x");
	tokens_are("a--", "N:a C:");
}

static void escapes(void **state)
{
	(void)state;
	tokens_are("\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\'\"",
		"T:\a\b\f\n\r\t\v\\\"'");
	tokens_are("'\\65\\066\\x43\\u{44}\\u{20AC}\\u{1F600}'",
		"T:ABCD\xe2\x82\xac\xf0\x9f\x98\x80");
	tokens_are("'a\\z  \n  b\\\nc'", "T:ab\nc");
	tokens_are("'\\u{7FFFFFFF}'", "T:\xfd\xbf\xbf\xbf\xbf\xbf");
	tokens_are("'\\1234'", "T:{4");
}

static void lines_and_columns(void **state)
{
	static const struct {
		const char *name;
		int line, column;
	} places[] = {{"a", 1, 1}, {"b", 2, 2}, {"c", 3, 1}, {"d", 4, 1},
		{"e", 6, 3}, {"f", 9, 1}, {"g", 9, 6}};
	static const char source[] =
		"a\r\n b\rc\n\rd\n[[x\n]]e --[[\r\n\r\n]]\nf '\xc3\xa9'g";
	struct lua_source *s = read_bytes(source, sizeof(source) - 1);
	uint32_t n = 0, found = 0;
	const struct token *t = luasource_tokens(s, &n);

	(void)state;
	for (uint32_t i = 0; i < n; i++) {
		if (t[i].kind != TOKEN_NAME)
			continue;
		assert_string_equal(t[i].text.at, places[found].name);
		assert_int_equal(t[i].line, places[found].line);
		assert_int_equal(t[i].column, places[found].column);
		assert_int_equal(source[t[i].offset], t[i].text.at[0]);
		found++;
	}
	assert_int_equal(found, 7);
	for (uint32_t i = 0; i < n; i++)
		if (t[i].kind == TOKEN_TEXT && t[i].line == 5)
			assert_int_equal(t[i].last_line, 6);
}

/* "FL111:3 FL116:7" of the problems, in order. */
static void mistakes_are(const char *source, const char *expected)
{
	struct buf b;

	checked(source);
	buf_init(&b, 1 << 16);
	for (uint32_t i = 0; i < problems.count; i++)
		buf_printf(&b, "%s%s:%d", i > 0 ? " " : "",
			problems.items[i].code, problems.items[i].line);
	if (strcmp(b.at != NULL ? b.at : "", expected) != 0)
		fail_msg("%s\ngives %s\nnot   %s", source,
			b.at != NULL ? b.at : "", expected);
	buf_deinit(&b);
}

static void mistakes_of_the_text(void **state)
{
	static char long_file[LUASOURCE_BYTES_MAX + 2];

	(void)state;
	mistakes_are("x = 'a\xe9'", "FL100:1");
	mistakes_are("x = 'abc\ny = 1", "FL101:1");
	mistakes_are("x = 'abc", "FL101:1");
	mistakes_are("\nx = [[abc\n\n", "FL102:2");
	mistakes_are("--[==[ abc ]]", "FL102:1");
	mistakes_are("x = \xe2\x80\x9c"
		     "a\xe2\x80\x9d y = 1",
		"FL103:1");
	mistakes_are("x = \xe2\x80\x98"
		     "a\xe2\x80\x99",
		"FL103:1");
	mistakes_are("f { \"a\xe2\x80\x9d, b = 1 }", "FL103:1");
	mistakes_are("f { a = \xe2\x80\x9c }", "FL103:1");
	mistakes_are("x = \xe2\x82\xac 20", "FL105:1");
	mistakes_are("x\xc2\xa0= 1", "FL105:1");
	mistakes_are("x = @a", "FL105:1");
	mistakes_are("x = '\\q' y = '\\xZ0' z = '\\300' u = '\\u{}'",
		"FL106:1 FL106:1 FL106:1 FL106:1");
	mistakes_are("x = '\\u{80000000}'", "FL106:1");
	mistakes_are("x = 20.000.000", "FL107:1");
	mistakes_are("x = 2days", "FL107:1");
	mistakes_are("x = 5_000", "FL107:1");
	mistakes_are("x = 0x", "FL107:1");
	mistakes_are("x = 1e", "FL107:1");
	mistakes_are("if a != b && c then end", "FL108:1 FL108:1");
	mistakes_are("x += 1", "FL108:1");
	memset(long_file, ' ', sizeof(long_file) - 1);
	mistakes_are(long_file, "FL100:1");
	/* in texts and comments anything goes */
	mistakes_are(
		"x = '\xe2\x80\x9c 0,5 \xe2\x82\xac' -- \xe2\x80\x9c != ", "");
}

static void keys_twice(void **state)
{
	(void)state;
	mistakes_are("x = { a = 1,\nb = 2,\na = 3 }", "FL110:3");
	mistakes_are("x = { a = 1,\n['a'] = 2 }", "FL110:2");
	mistakes_are("x = { [1] = 1;\n[1] = 2, ['1'] = 3 }", "FL110:2");
	mistakes_are(
		"x = { a = { b = 1 }, b = { a = 1 }, c = f { a = 1 } }", "");
	mistakes_are("x = { f = function() local a, b = 1 end, b = 2 }", "");
	mistakes_are("x = { a = function() return { a = 1 } end }", "");
	mistakes_are("x = { [a] = 1, [a] = 2 }", "");
}

static void commas(void **state)
{
	(void)state;
	mistakes_are("cadence 'a' {\n x = 1\n y = 2,\n}", "FL111:2");
	mistakes_are("x = { a = 1 b = 2 }", "FL111:1");
	mistakes_are("x = {\n 'a'\n 'b'\n}", "FL111:2");
	mistakes_are("x = {\n {}\n {}\n}", "FL111:2");
	mistakes_are("x = {\n a = b\n ['c'] = 1\n}", "FL111:2");
	mistakes_are("c 'x' {\n step 'a' {}\n step 'b' {}\n}", "FL111:2");
	mistakes_are("c 'x' {\n f = function() end\n g = 1\n}", "FL111:2");
	mistakes_are("c 'x' {\n step 'a' {}\n { 1 },\n}", "FL111:2");
	mistakes_are("c 'x' {\n task = call 'a'\n { 1 },\n}", "FL111:2");
	mistakes_are("c 'x' {\n who = role 'a'\n 'b',\n}", "FL111:2");
	mistakes_are("f(1 2)", "FL111:1");
	/* a call that goes on over lines is one */
	mistakes_are("cadence 'x'\n{\n step 'a'\n {\n }\n}", "");
	mistakes_are("c 'x' { a = least_loaded 'y'\n { at_most = 2 } }", "");
	mistakes_are("x = { f {}\n {} }", "");
	mistakes_are("x = { a = b\n.c\n:d(1)\n[2], -1, not a, #b, ... }", "");
	mistakes_are("test 'x' (function(t)\n t:at 'now'\n t.x = 1\nend)", "");
}

static void pairs_of_brackets(void **state)
{
	(void)state;
	mistakes_are("a 'a' {\n  s 'x' {\n    b = 1,\n  s 'y' {\n  },\n}",
		"FL112:2");
	mistakes_are("a 'a' {\n  s 'x' {\n  },\n\nb 'b' {\n}", "FL112:1");
	mistakes_are("r 'a' {\n run = function(d)\n  if d then\n  end,\n}",
		"FL112:2");
	mistakes_are("f(\n{ 1, 2 }", "FL112:1");
	mistakes_are("x = { a[1 }", "FL112:1");
	mistakes_are("repeat x()", "FL112:1");
	mistakes_are("while a do x()", "FL112:1");
	mistakes_are("a 'a' {\n}}", "FL113:2");
	mistakes_are("if a then end end", "FL113:1");
	mistakes_are("x = 1 until y", "FL113:1");
	/* an open text explains what is open behind it */
	mistakes_are("a 'a' {\n t = 'abc }\n", "FL101:2");
}

static void bare_values(void **state)
{
	(void)state;
	mistakes_are("x = { after = 2 work days,\n b = 1 }", "FL114:1");
	mistakes_are("x = { after = 3 weken }", "FL114:1");
	mistakes_are("x = { at = 09:30 }", "FL114:1");
	mistakes_are("x = { { 09:30-11:00 } }", "FL114:1");
	mistakes_are("x = { at_most = 2%, b = 1 }", "FL114:1");
	mistakes_are("c 'x' { from = 2026-09-01 }", "FL114:1");
	mistakes_are("c 'x' { at_least = 0,5 }", "FL104:1");
	mistakes_are("c 'x' { at_least = 0,5, b = 1 }", "FL104:1");
	mistakes_are("c 'x' { price = 20.000 }", "FL118:1");
	assert_int_equal(problems.errors, 0);
	assert_string_equal(
		problems.items[0].remedy, "For thousands write 20000.");
	mistakes_are("c 'x' { after = 2 work days }", "FL114:1");
	assert_string_equal(problems.items[0].remedy, "Write \"2 work days\".");
	/* Lua takes these, and outside a card so do we */
	mistakes_are("x = { n = 1,2 } y = 20.000 z = 2026-09-01", "");
	mistakes_are("c 'x' { a = 1, 2, b = 0.125, { 1,2 }, d = 5 % 2 }", "");
}

static void keys_and_comparisons(void **state)
{
	(void)state;
	mistakes_are("x = { end = 1, repeat = 2, function = 3 }",
		"FL115:1 FL115:1 FL115:1");
	mistakes_are("x = { a = 1,\n mon-fri = '9-18', a.b = 2 }",
		"FL115:2 FL115:2");
	assert_string_equal(problems.items[0].remedy, "Write [\"mon-fri\"] =");
	mistakes_are("if a = 1 then end", "FL116:1");
	mistakes_are("while f(x) and b = 2 do end", "FL116:1");
	mistakes_are("if a then elseif b = 1 then end", "FL116:1");
	mistakes_are("return a = b", "FL116:1");
	mistakes_are("f(a = 1)", "FL116:1");
	mistakes_are("x = (a = 1)", "FL116:1");
	mistakes_are("x = { u = function(d) return d.x = 1 end }", "FL116:1");
	mistakes_are("x = { u = d.light = 'green' }", "FL116:1");
	mistakes_are("if a then b = 1 else c = 2 end for i = 1, 2 do i = 3 end "
		     "f(function() return end) x = function() y = 1 end "
		     "if (function() z = 1 end)() then end",
		"");
	mistakes_are("c 'x' { starts = 'a' or 'b' }", "FL117:1");
	mistakes_are("c 'x' { f = function(d) return d.x == 'a' or 'b' end }",
		"FL117:1");
	mistakes_are("c 'x' { f = function(d) return d.x == 'a' or d.x == 'b' "
		     "end, g = s 'x' or 'y', h = z and 'a' or 'b' }",
		"");
}

/* Situations of the rule language, as a dealer writes them. */
static const char sample[] =
	"#!/usr/bin/env fairlead\n"
	"cadence \"own-tempo\" {\n"
	"  title = { nl = \"Contact\", en = \"Keep in touch\" },\n"
	"  about = \"deal\", starts = { \"visit.ended\", 'contact.made' },\n"
	"  as_long_as = function(deal) return deal.light == \"green\" end,\n"
	"  step \"ask-tempo\" {\n"
	"    after = \"1 work day\", once = true,\n"
	"    unless = function(deal)\n"
	"      local after, x = 1, { after = 2 }\n"
	"      if deal.customer.tempo_days ~= nil then return true end\n"
	"      for i = 1, 3 do while x do x = nil end end\n"
	"      repeat local y <const> = -1 until y // 2 == 1 or not y\n"
	"      return false\n"
	"    end,\n"
	"    task = call \"Thank {customer.first_name}\", -- a comment\n"
	"  },\n"
	"  step \"rhythm\" {\n"
	"    every = setting \"tempo\",\n"
	"    answers = {\n"
	"      reached = record \"contact.made\" {\n"
	"        ask = \"brand\",\n"
	"      },\n"
	"      [\"no.answer\"] = again { after = \"2 work days\" },\n"
	"    },\n"
	"    from = \"last touch\",\n"
	"  },\n"
	"  ladder \"slip\" {\n"
	"    counts = \"promise.slipped\",\n"
	"    [1] = { task = call [[Call\ntoday]], due = \"end of day\" },\n"
	"    [2] = { who = role \"sales_manager\" },\n"
	"  },\n"
	"}\n"
	"test \"story\" (function(t)\n"
	"  t:at \"2026-09-01 10:00\"\n"
	"  local deal = t:deal { handler = \"jan\",\n"
	"    state = \"visited\" }\n"
	"  t:happens(\"visit.ended\", { deal = deal, n = 0x1F + 1e3 })\n"
	"  goto done ::done::\n"
	"end)\n";

/* Codes that tell what Lua would take. */
static bool lua_takes(const char *code)
{
	static const char *const codes[] = {
		"FL100", "FL104", "FL109", "FL110", "FL111", "FL114",
		"FL117", "FL118"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

static bool lua_loads(lua_State *l, const char *bytes, size_t n)
{
	bool ok;

	while (n > 0 && *bytes == '#') /* as luaL_loadfile does */
		for (; n > 0 && (*bytes != '\n'); n--)
			bytes++;
	ok = luaL_loadbufferx(l, bytes, n, "x", "t") == LUA_OK;
	lua_settop(l, 0);
	return ok;
}

/* The sample with tokens dropped, doubled, swapped and replaced: what Lua
 * takes we take, but for what only a card forbids. */
static void agrees_with_lua(void **state)
{
	static const char *const words[] = {"end", "{", "}", ",", "=", "x",
		"\"t\"", "function(a)", "(", ")", "1", "or", "if a then", "do",
		"..", "--[[", "]]", "\\", "0x1p", "::", "return", "\r\n", "not",
		"-", "[", "]", "'", "\"", "nil", "~", "#"};
	lua_State *l = luaL_newstate();
	uint64_t seed = 7;
	int taken = 0;
	char text[sizeof(sample) + 64];

	(void)state;
	assert_non_null(l);
	assert_true(lua_loads(l, sample, sizeof(sample) - 1));
	for (int i = 0; i < 6000; i++) {
		const char *word = words[unit_below(
			&seed, sizeof(words) / sizeof(*words))];
		size_t at = unit_below(&seed, sizeof(sample) - 1);
		size_t cut = unit_below(&seed, 3) == 0 ? unit_below(&seed, 12)
						       : unit_below(&seed, 2);
		int n;

		if (cut > sizeof(sample) - 1 - at)
			cut = sizeof(sample) - 1 - at;
		n = snprintf(text, sizeof(text), "%.*s %s %s", (int)at, sample,
			unit_below(&seed, 4) > 0 ? word : "",
			sample + at + cut);
		arena_reset(&arena);
		checked(text);
		if (!lua_loads(l, text, (size_t)n))
			continue;
		taken++;
		for (uint32_t k = 0; k < problems.count; k++)
			if (!lua_takes(problems.items[k].code))
				fail_msg("%s:%d %s\n%s", problems.items[k].code,
					problems.items[k].line,
					problems.items[k].text, text);
	}
	assert_in_range(taken, 500, 5500);
	lua_close(l);
}

/* Any bytes: no crash, tokens in order. The fuzz target does this for long. */
static void any_bytes(void **state)
{
	static const char alphabet[] = "{}[]()=,;.:\"'\\\n\r-abex019~\xe2\x80"
				       "\x9c\x9d\xff fiuz#";
	uint64_t seed = 11;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		size_t n = unit_below(&seed, 60);
		char *bytes = malloc(n + 1);
		struct lua_source *s;
		const struct token *t;
		uint32_t count = 0;

		assert_non_null(bytes);
		for (size_t k = 0; k < n; k++)
			bytes[k] =
				alphabet[unit_below(&seed, sizeof(alphabet))];
		arena_reset(&arena);
		s = read_bytes(bytes, n);
		assert_int_equal(luasource_check(s, &problems), FL_OK);
		t = luasource_tokens(s, &count);
		for (uint32_t k = 1; k < count; k++) {
			assert_true(t[k - 1].offset < t[k].offset);
			assert_true(t[k - 1].last_line <= t[k].line);
		}
		free(bytes);
	}
}

static void deep_and_wide(void **state)
{
	static char deep[200001];

	(void)state;
	memset(deep, '{', sizeof(deep) - 1);
	checked(deep);
	assert_int_equal(problems.count, 1);
	memset(deep, ',', sizeof(deep) - 1);
	checked(deep);
	memset(deep, '@', sizeof(deep) - 1);
	checked(deep);
	assert_int_equal(problems.count, 1);
}

static void memory_refused(void **state)
{
	fl_status s = FL_NOMEM;
	int refused = 0;

	(void)state;
	for (size_t max = 64; s != FL_OK; max += max / 4) {
		struct arena small;
		struct problems p;
		struct lua_source *source = NULL;

		arena_init(&small, max);
		problems_init(&p, &small);
		s = luasource_read(
			&small, NULL, sample, sizeof(sample) - 1, &p, &source);
		assert_int_equal(s == FL_OK, source != NULL);
		if (s == FL_OK)
			s = luasource_check(source, &p);
		assert_true(s == FL_OK || s == FL_NOMEM);
		refused += s == FL_NOMEM;
		arena_deinit(&small);
	}
	assert_true(refused > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_of_all_kinds),
		cmocka_unit_test(escapes),
		cmocka_unit_test(lines_and_columns),
		cmocka_unit_test(mistakes_of_the_text),
		cmocka_unit_test(keys_twice),
		cmocka_unit_test(commas),
		cmocka_unit_test(pairs_of_brackets),
		cmocka_unit_test(bare_values),
		cmocka_unit_test(keys_and_comparisons),
		cmocka_unit_test(agrees_with_lua),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(deep_and_wide),
		cmocka_unit_test(memory_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
