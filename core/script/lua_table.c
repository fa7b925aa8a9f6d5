/* The table library. Sorting is a merge sort: stable, any order function
 * ends it, and no pivot is taken from a clock. */
#include "script/lua_lib.h"

#include <limits.h>

enum { CAN_READ = 1, CAN_WRITE = 2, HAS_LENGTH = 4 };

static bool has_event(lua_State *lua, const char *name)
{
	bool yes;

	lua_pushstring(lua, name);
	yes = lua_rawget(lua, -2) != LUA_TNIL;
	lua_pop(lua, 1);
	return yes;
}

/* A table, or what behaves as one in the ways asked for. */
static void table_check(lua_State *lua, int arg, int ways)
{
	bool fits = false;

	if (lua_type(lua, arg) == LUA_TTABLE)
		return;
	if (lua_getmetatable(lua, arg)) {
		fits = ((ways & CAN_READ) == 0 || has_event(lua, "__index")) &&
		       ((ways & CAN_WRITE) == 0 ||
			       has_event(lua, "__newindex")) &&
		       ((ways & HAS_LENGTH) == 0 || has_event(lua, "__len"));
		lua_pop(lua, 1);
	}
	if (!fits)
		luaL_checktype(lua, arg, LUA_TTABLE);
}

static lua_Integer length(lua_State *lua, int arg, int ways)
{
	table_check(lua, arg, ways | HAS_LENGTH);
	return luaL_len(lua, arg);
}

/* t[to] = t[from] */
static void shift(lua_State *lua, lua_Integer from, lua_Integer to)
{
	lua_geti(lua, 1, from);
	lua_seti(lua, 1, to);
}

static int table_insert(lua_State *lua)
{
	struct watch *watch = &ruleset_of(lua)->watch;
	lua_Integer n = length(lua, 1, CAN_READ | CAN_WRITE);
	lua_Integer end = (lua_Integer)((lua_Unsigned)n + 1), at = end;

	switch (lua_gettop(lua)) {
	case 2:
		break;
	case 3:
		at = luaL_checkinteger(lua, 2);
		luaL_argcheck(lua, (lua_Unsigned)at - 1u < (lua_Unsigned)end, 2,
			"position out of bounds");
		for (lua_Integer i = end; i > at; i--) {
			TICK(lua, watch);
			shift(lua, i - 1, i);
		}
		break;
	default:
		return luaL_error(lua, "wrong number of arguments to 'insert'");
	}
	lua_seti(lua, 1, at);
	return 0;
}

static int table_remove(lua_State *lua)
{
	struct watch *watch = &ruleset_of(lua)->watch;
	lua_Integer n = length(lua, 1, CAN_READ | CAN_WRITE);
	lua_Integer at = luaL_optinteger(lua, 2, n);

	if (at != n)
		luaL_argcheck(lua, (lua_Unsigned)at - 1u <= (lua_Unsigned)n, 1,
			"position out of bounds");
	lua_geti(lua, 1, at);
	for (; at < n; at++) {
		TICK(lua, watch);
		shift(lua, at + 1, at);
	}
	lua_pushnil(lua);
	lua_seti(lua, 1, at);
	return 1;
}

static int table_move(lua_State *lua)
{
	struct watch *watch = &ruleset_of(lua)->watch;
	lua_Integer from = luaL_checkinteger(lua, 2);
	lua_Integer last = luaL_checkinteger(lua, 3);
	lua_Integer to = luaL_checkinteger(lua, 4);
	int into = lua_isnoneornil(lua, 5) ? 1 : 5;
	lua_Integer n;
	bool upwards;

	table_check(lua, 1, CAN_READ);
	table_check(lua, into, CAN_WRITE);
	lua_pushvalue(lua, into);
	if (last < from)
		return 1;
	luaL_argcheck(lua, from > 0 || last < LUA_MAXINTEGER + from, 3,
		"too many elements to move");
	n = last - from + 1;
	luaL_argcheck(lua, to <= LUA_MAXINTEGER - n + 1, 4,
		"destination wrap around");
	/* what is still to be read must not be written before */
	upwards = to > last || to <= from ||
		  (into != 1 && !lua_compare(lua, 1, into, LUA_OPEQ));
	for (lua_Integer i = 0; i < n; i++) {
		lua_Integer k = upwards ? i : n - 1 - i;

		TICK(lua, watch);
		lua_geti(lua, 1, from + k);
		lua_seti(lua, into, to + k);
	}
	return 1;
}

static int table_concat(lua_State *lua)
{
	struct watch *watch = &ruleset_of(lua)->watch;
	lua_Integer n = length(lua, 1, CAN_READ);
	size_t bytes;
	const char *separator = luaL_optlstring(lua, 2, "", &bytes);
	lua_Integer at = luaL_optinteger(lua, 3, 1);
	lua_Integer last = luaL_optinteger(lua, 4, n);
	luaL_Buffer b;

	luaL_buffinit(lua, &b);
	for (; at <= last; at++) {
		TICK(lua, watch);
		lua_geti(lua, 1, at);
		if (!lua_isstring(lua, -1))
			luaL_error(lua,
				"invalid value (%s) at index %I in table for "
				"'concat'",
				luaL_typename(lua, -1), (LUAI_UACINT)at);
		luaL_addvalue(&b);
		if (at == last) /* it may be the largest there is */
			break;
		luaL_addlstring(&b, separator, bytes);
	}
	luaL_pushresult(&b);
	return 1;
}

static int table_pack(lua_State *lua)
{
	int n = lua_gettop(lua);

	lua_createtable(lua, n, 1);
	lua_insert(lua, 1);
	for (int i = n; i >= 1; i--)
		lua_rawseti(lua, 1, i);
	lua_pushinteger(lua, n);
	lua_setfield(lua, 1, "n");
	return 1;
}

static int table_unpack(lua_State *lua)
{
	struct watch *watch = &ruleset_of(lua)->watch;
	lua_Integer from = luaL_optinteger(lua, 2, 1);
	lua_Integer last = lua_isnoneornil(lua, 3) ? luaL_len(lua, 1)
						   : luaL_checkinteger(lua, 3);
	lua_Unsigned n;

	if (from > last)
		return 0;
	n = (lua_Unsigned)last - (lua_Unsigned)from;
	if (n >= (lua_Unsigned)INT_MAX || !lua_checkstack(lua, (int)n + 1))
		return luaL_error(lua, "too many results to unpack");
	for (lua_Unsigned i = 0; i <= n; i++) {
		TICK(lua, watch);
		lua_geti(lua, 1, from + (lua_Integer)i);
	}
	return (int)n + 1;
}

/* ---- sort ---- */

enum { SORT_ORDER = 2, SORT_FROM = 3, SORT_TO = 4, SORT_LEFT, SORT_RIGHT };

/* Is the value at `a` before the one at `b`? */
static bool before(lua_State *lua, int a, int b)
{
	bool yes;

	if (lua_isnil(lua, SORT_ORDER))
		return lua_compare(lua, a, b, LUA_OPLT) != 0;
	lua_pushvalue(lua, SORT_ORDER);
	lua_pushvalue(lua, a);
	lua_pushvalue(lua, b);
	lua_call(lua, 2, 1);
	yes = lua_toboolean(lua, -1) != 0;
	lua_pop(lua, 1);
	return yes;
}

/* Merges the runs [left, right) and [right, end) of SORT_FROM into SORT_TO.
 * Of equals the left one stays in front. */
static void merge(lua_State *lua, struct watch *watch, lua_Integer left,
	lua_Integer right, lua_Integer end)
{
	lua_Integer a = left, b = right;

	for (lua_Integer at = left; at < end; at++) {
		bool take_right = a >= right;

		TICK(lua, watch);
		if (a < right && b < end) {
			lua_rawgeti(lua, SORT_FROM, a);
			lua_rawgeti(lua, SORT_FROM, b);
			take_right = before(lua, SORT_RIGHT, SORT_LEFT);
			lua_settop(lua, SORT_TO);
		}
		lua_rawgeti(lua, SORT_FROM, take_right ? b++ : a++);
		lua_rawseti(lua, SORT_TO, at);
	}
}

static void merge_runs(
	lua_State *lua, struct watch *watch, lua_Integer n, lua_Integer run)
{
	for (lua_Integer left = 1; left <= n; left += 2 * run) {
		lua_Integer right = left + run, end = right + run;

		merge(lua, watch, left, right <= n ? right : n + 1,
			end <= n ? end : n + 1);
	}
	lua_pushvalue(lua, SORT_FROM);
	lua_copy(lua, SORT_TO, SORT_FROM);
	lua_replace(lua, SORT_TO);
}

static int table_sort(lua_State *lua)
{
	struct watch *watch = &ruleset_of(lua)->watch;
	lua_Integer n = length(lua, 1, CAN_READ | CAN_WRITE);

	if (n < 2)
		return 0;
	luaL_argcheck(lua, n < INT_MAX, 1, "array too big");
	if (!lua_isnoneornil(lua, 2))
		luaL_checktype(lua, 2, LUA_TFUNCTION);
	lua_settop(lua, 2);
	lua_createtable(lua, 0, 0); /* grow: a length may be a lie */
	lua_createtable(lua, 0, 0);
	for (lua_Integer i = 1; i <= n; i++) {
		TICK(lua, watch);
		lua_geti(lua, 1, i);
		lua_rawseti(lua, SORT_FROM, i);
	}
	for (lua_Integer run = 1; run < n; run *= 2)
		merge_runs(lua, watch, n, run);
	for (lua_Integer i = 1; i <= n; i++) {
		TICK(lua, watch);
		lua_rawgeti(lua, SORT_FROM, i);
		lua_seti(lua, 1, i);
	}
	return 0;
}

void lua_table_open(lua_State *lua)
{
	static const luaL_Reg functions[] = {{"concat", table_concat},
		{"insert", table_insert}, {"move", table_move},
		{"pack", table_pack}, {"remove", table_remove},
		{"sort", table_sort}, {"unpack", table_unpack}, {NULL, NULL}};

	luaL_newlib(lua, functions);
}
