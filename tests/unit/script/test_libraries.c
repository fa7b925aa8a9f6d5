/*
 * fairlead's string, table and utf8 libraries against those of the system's
 * Lua: the same calls in two states, every result and every error compared.
 */
#include "script/lua_lib.h"

#include "base/file.h"
#include "unit.h"

#include <lualib.h>

#define ROUNDS 60000

/* One set of libraries at work. */
struct side {
	struct ruleset rules; /* where own libraries look for their watch */
	lua_State *lua;
	struct buf said;
	uint64_t seed;
};

static struct side *side_of(lua_State *lua)
{
	return lua_touserdata(lua, lua_upvalueindex(1));
}

/* A value by its raw content, without any library. */
static void write_value(lua_State *lua, struct buf *b, int at, int depth)
{
	char text[64];
	size_t n;
	const char *s;

	at = lua_absindex(lua, at);
	switch (lua_type(lua, at)) {
	case LUA_TNUMBER:
		if (lua_isinteger(lua, at))
			snprintf(text, sizeof(text), "%lld",
				lua_tointeger(lua, at));
		else
			snprintf(text, sizeof(text), "%a",
				lua_tonumber(lua, at));
		buf_add(b, text, strlen(text));
		return;
	case LUA_TSTRING:
		s = lua_tolstring(lua, at, &n);
		buf_add_char(b, '"');
		for (size_t i = 0; i < n; i++) {
			if (s[i] >= ' ' && s[i] < 127) {
				buf_add_char(b, s[i]);
				continue;
			}
			snprintf(text, sizeof(text), "\\%02x",
				(unsigned char)s[i]);
			buf_add(b, text, strlen(text));
		}
		buf_add_char(b, '"');
		return;
	case LUA_TBOOLEAN:
		s = lua_toboolean(lua, at) ? "true" : "false";
		buf_add(b, s, strlen(s));
		return;
	case LUA_TTABLE:
		buf_add_char(b, '{');
		for (lua_Integer i = 0; depth < 3 && i <= 70; i++) {
			if (lua_rawgeti(lua, at, i) != LUA_TNIL) {
				write_value(lua, b, -1, depth + 1);
				buf_add_char(b, ',');
			}
			lua_pop(lua, 1);
		}
		lua_pushliteral(lua, "t");
		if (lua_rawget(lua, at) != LUA_TNIL)
			write_value(lua, b, -1, depth + 1);
		lua_pop(lua, 1);
		buf_add_char(b, '}');
		return;
	default:
		s = luaL_typename(lua, at);
		buf_add(b, s, strlen(s));
	}
}

/* show(f, ...): a line with what came of it. */
static int show(lua_State *lua)
{
	struct side *side = side_of(lua);
	struct buf *b = &side->said;
	int args = lua_gettop(lua) - 1;

	for (int i = 2; i <= args + 1; i++) {
		write_value(lua, b, i, 0);
		buf_add_char(b, ' ');
	}
	if (lua_pcall(lua, args, LUA_MULTRET, 0) == LUA_OK)
		buf_add(b, "=>", 2);
	else
		buf_add(b, "!!", 2);
	for (int i = 1; i <= lua_gettop(lua); i++) {
		buf_add_char(b, ' ');
		write_value(lua, b, i, 0);
	}
	buf_add_char(b, '\n');
	return 0;
}

static int below(lua_State *lua)
{
	struct side *side = side_of(lua);
	lua_Unsigned n = (lua_Unsigned)luaL_checkinteger(lua, 1);

	lua_pushinteger(lua, (lua_Integer)(unit_random(&side->seed) % n));
	return 1;
}

static void put(lua_State *lua, const char *name)
{
	luaL_getsubtable(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_pushvalue(lua, -2);
	lua_setfield(lua, -2, name);
	lua_pop(lua, 1);
	lua_setglobal(lua, name);
}

static void side_open(struct side *side, bool own, const char *file)
{
	struct ruleset *rules = &side->rules;
	struct fl_error err;
	struct buf text;
	lua_State *lua = luaL_newstate();

	memset(side, 0, sizeof(*side));
	memcpy(lua_getextraspace(lua), &rules, sizeof(rules));
	buf_init(&side->said, 256u << 20);
	side->lua = lua;
	luaL_openlibs(lua);
	if (own) {
		lua_string_open(lua);
		put(lua, "string");
		lua_table_open(lua);
		put(lua, "table");
		lua_utf8_open(lua);
		put(lua, "utf8");
	}
	lua_pushlightuserdata(lua, side);
	lua_pushcclosure(lua, show, 1);
	lua_setglobal(lua, "show");
	lua_pushlightuserdata(lua, side);
	lua_pushcclosure(lua, below, 1);
	lua_setglobal(lua, "below");
	lua_pushinteger(lua, ROUNDS);
	lua_setglobal(lua, "rounds");
	buf_init(&text, 1u << 20);
	assert_int_equal(file_read(file, 1u << 20, &text, &err), FL_OK);
	if (luaL_loadbufferx(lua, text.at, text.len, "@calls", "t") != LUA_OK ||
		lua_pcall(lua, 0, 0, 0) != LUA_OK)
		fail_msg("%s: %s", file, lua_tostring(lua, -1));
	buf_deinit(&text);
}

static void side_close(struct side *side)
{
	lua_close(side->lua);
	buf_deinit(&side->said);
}

#define TOLD_MOST 12

/* Line by line; tells the first that differ. */
static size_t sides_equal(const struct side *stock, const struct side *own)
{
	const char *a = stock->said.at, *b = own->said.at;
	const char *end = a + stock->said.len, *other = b + own->said.len;
	size_t lines = 0, wrong = 0;

	while (a < end && b < other) {
		const char *x = memchr(a, '\n', (size_t)(end - a));
		const char *y = memchr(b, '\n', (size_t)(other - b));

		assert_non_null(x);
		assert_non_null(y);
		if ((x - a != y - b || memcmp(a, b, (size_t)(x - a)) != 0) &&
			wrong++ < TOLD_MOST)
			print_error("line %zu\nstock %.*s\nown   %.*s\n",
				lines + 1, (int)(x - a), a, (int)(y - b), b);
		lines++;
		a = x + 1;
		b = y + 1;
	}
	assert_int_equal(wrong, 0);
	assert_int_equal(stock->said.len, own->said.len);
	return lines;
}

static size_t compare(const char *file)
{
	static struct side stock, own;
	size_t lines;

	side_open(&stock, false, file);
	side_open(&own, true, file);
	lines = sides_equal(&stock, &own);
	side_close(&stock);
	side_close(&own);
	return lines;
}

static void test_cases(void **state)
{
	size_t lines = compare("tests/fixtures/libraries/cases.lua");

	(void)state;
	assert_true(lines > 10000);
	print_message("# %zu calls equal\n", lines);
}

static void test_random(void **state)
{
	(void)state;
	assert_int_equal(
		compare("tests/fixtures/libraries/random.lua"), 2 * ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_random)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
