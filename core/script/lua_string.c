/* The string library but for patterns, formats and packing. */
#include "script/lua_lib.h"

#include <limits.h>
#include <string.h>

size_t lua_string_from(lua_Integer at, size_t n)
{
	if (at > 0)
		return (size_t)at;
	if (at == 0 || at < -(lua_Integer)n)
		return 1;
	return n + (size_t)at + 1;
}

/* A last position: at most the length; negative from the end, at least 0. */
static size_t last_position(lua_Integer at, size_t n)
{
	if (at > (lua_Integer)n)
		return n;
	if (at >= 0)
		return (size_t)at;
	if (at < -(lua_Integer)n)
		return 0;
	return n + (size_t)at + 1;
}

static int string_len(lua_State *lua)
{
	size_t n;

	luaL_checklstring(lua, 1, &n);
	lua_pushinteger(lua, (lua_Integer)n);
	return 1;
}

static int string_sub(lua_State *lua)
{
	size_t n;
	const char *s = luaL_checklstring(lua, 1, &n);
	size_t from = lua_string_from(luaL_checkinteger(lua, 2), n);
	size_t to = last_position(luaL_optinteger(lua, 3, -1), n);

	if (from > to)
		lua_pushliteral(lua, "");
	else
		lua_pushlstring(lua, s + from - 1, to - from + 1);
	return 1;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int string_mapped(lua_State *lua, char (*to)(char))
{
	struct watch *watch = &ruleset_of(lua)->watch;
	size_t n;
	const char *s = luaL_checklstring(lua, 1, &n);
	luaL_Buffer b;
	char *out = luaL_buffinitsize(lua, &b, n);

	for (size_t i = 0; i < n; i++) {
		TICK(lua, watch);
		out[i] = to(s[i]);
	}
	luaL_pushresultsize(&b, n);
	return 1;
}

static int string_upper(lua_State *lua)
{
	return string_mapped(lua, upper);
}

static int string_lower(lua_State *lua)
{
	return string_mapped(lua, lower);
}

static int string_reverse(lua_State *lua)
{
	struct watch *watch = &ruleset_of(lua)->watch;
	size_t n;
	const char *s = luaL_checklstring(lua, 1, &n);
	luaL_Buffer b;
	char *out = luaL_buffinitsize(lua, &b, n);

	for (size_t i = 0; i < n; i++) {
		TICK(lua, watch);
		out[i] = s[n - 1 - i];
	}
	luaL_pushresultsize(&b, n);
	return 1;
}

static int string_rep(lua_State *lua)
{
	struct watch *watch = &ruleset_of(lua)->watch;
	size_t n, between;
	const char *s = luaL_checklstring(lua, 1, &n);
	lua_Integer times = luaL_checkinteger(lua, 2);
	const char *separator = luaL_optlstring(lua, 3, "", &between);
	luaL_Buffer b;
	size_t total;
	char *out;

	if (times <= 0) {
		lua_pushliteral(lua, "");
		return 1;
	}
	if (n + between > LIB_TEXT_MAX / (lua_Unsigned)times)
		return luaL_error(lua, "resulting string too large");
	total = (size_t)times * n + (size_t)(times - 1) * between;
	out = luaL_buffinitsize(lua, &b, total);
	for (lua_Integer i = 0; total > 0 && i < times; i++) {
		TICK(lua, watch);
		if (i > 0) {
			memcpy(out, separator, between);
			out += between;
		}
		memcpy(out, s, n);
		out += n;
	}
	luaL_pushresultsize(&b, total);
	return 1;
}

static int string_byte(lua_State *lua)
{
	size_t n;
	const char *s = luaL_checklstring(lua, 1, &n);
	lua_Integer first = luaL_optinteger(lua, 2, 1);
	size_t from = lua_string_from(first, n);
	size_t to = last_position(luaL_optinteger(lua, 3, first), n);

	if (from > to)
		return 0;
	if (to - from >= (size_t)INT_MAX)
		return luaL_error(lua, "string slice too long");
	luaL_checkstack(lua, (int)(to - from) + 1, "string slice too long");
	for (size_t i = from; i <= to; i++)
		lua_pushinteger(lua, (unsigned char)s[i - 1]);
	return (int)(to - from) + 1;
}

static int string_char(lua_State *lua)
{
	int n = lua_gettop(lua);
	luaL_Buffer b;
	char *out = luaL_buffinitsize(lua, &b, (size_t)n);

	for (int i = 1; i <= n; i++) {
		lua_Unsigned c = (lua_Unsigned)luaL_checkinteger(lua, i);

		luaL_argcheck(lua, c <= UCHAR_MAX, i, "value out of range");
		out[i - 1] = (char)(unsigned char)c;
	}
	luaL_pushresultsize(&b, (size_t)n);
	return 1;
}

/* ---- texts in sums: "10" + 1 ---- */

static bool number_push(lua_State *lua, int at)
{
	const char *s;
	size_t n;

	if (lua_type(lua, at) == LUA_TNUMBER) {
		lua_pushvalue(lua, at);
		return true;
	}
	s = lua_tolstring(lua, at, &n);
	return s != NULL && lua_stringtonumber(lua, s) == n + 1;
}

/* Both as numbers, else the other one's own operator. */
static int arithmetic(lua_State *lua, int operator, const char * event)
{
	if (number_push(lua, 1) && number_push(lua, 2)) {
		lua_arith(lua, operator);
		return 1;
	}
	lua_settop(lua, 2);
	if (lua_type(lua, 2) == LUA_TSTRING ||
		luaL_getmetafield(lua, 2, event) == LUA_TNIL)
		return luaL_error(lua, "attempt to %s a '%s' with a '%s'",
			event + 2, luaL_typename(lua, 1),
			luaL_typename(lua, 2));
	lua_insert(lua, 1);
	lua_call(lua, 2, 1);
	return 1;
}

#define OPERATOR(name, event, code)                                            \
	static int name(lua_State *lua)                                        \
	{                                                                      \
		return arithmetic(lua, code, event);                           \
	}
OPERATOR(text_add, "__add", LUA_OPADD)
OPERATOR(text_sub, "__sub", LUA_OPSUB)
OPERATOR(text_mul, "__mul", LUA_OPMUL)
OPERATOR(text_mod, "__mod", LUA_OPMOD)
OPERATOR(text_pow, "__pow", LUA_OPPOW)
OPERATOR(text_div, "__div", LUA_OPDIV)
OPERATOR(text_idiv, "__idiv", LUA_OPIDIV)
OPERATOR(text_unm, "__unm", LUA_OPUNM)

void lua_string_open(lua_State *lua)
{
	static const luaL_Reg functions[] = {{"byte", string_byte},
		{"char", string_char}, {"find", lua_pattern_find},
		{"format", lua_format}, {"gmatch", lua_pattern_gmatch},
		{"gsub", lua_pattern_gsub}, {"len", string_len},
		{"lower", string_lower}, {"match", lua_pattern_match},
		{"pack", lua_pack}, {"packsize", lua_pack_size},
		{"rep", string_rep}, {"reverse", string_reverse},
		{"sub", string_sub}, {"unpack", lua_unpack},
		{"upper", string_upper}, {NULL, NULL}};
	static const luaL_Reg operators[] = {{"__add", text_add},
		{"__sub", text_sub}, {"__mul", text_mul}, {"__mod", text_mod},
		{"__pow", text_pow}, {"__div", text_div}, {"__idiv", text_idiv},
		{"__unm", text_unm}, {NULL, NULL}};

	luaL_newlib(lua, functions);
	lua_pushliteral(lua, "");
	luaL_newlib(lua, operators);
	lua_pushvalue(lua, -3);
	lua_setfield(lua, -2, "__index");
	lua_setmetatable(lua, -2);
	lua_pop(lua, 1);
}
