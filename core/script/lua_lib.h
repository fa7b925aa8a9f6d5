/*
 * lua_lib.h - the string, table and utf8 libraries of rule files, written
 * from the reference manual. They give the results and errors of the stock
 * ones but for these differences: table.sort is stable and takes any order
 * function; nothing tells an address ("%p" is refused, tables and functions
 * show as their type); string.dump is absent; math.random is seeded by the
 * event.
 *
 * No call into them outlasts the watchdog: every loop whose length a rule
 * decides has a TICK. Memory of results is Lua's and counts for the ruleset.
 */
#pragma once

#include "script/sandbox.h"

/* Leaves the call, for good, once the watchdog has said so. MAY_RAISE. */
#define TICK(lua, watch)                                                       \
	do {                                                                   \
		if (__builtin_expect((watch)->tick, 0))                        \
			watch_tick(lua, watch);                                \
	} while (0)

/* The largest text these libraries make on purpose; memory ends far below. */
#define LIB_TEXT_MAX ((size_t)INT_MAX)

/*
 * Where Lua's own objects find no room it collects and tries again; its buffers
 * give up at once, for the garbage that others left. So what goes into one in
 * these files asks for room first.
 */
MAY_RAISE void lua_lib_room(lua_State *lua, size_t n);

MAY_RAISE static inline void lua_lib_grow(luaL_Buffer *b, size_t n)
{
	size_t more = b->size / 2 * 3; /* as Lua lets it grow */

	if (b->size - b->n < n)
		lua_lib_room(b->L, more > b->n + n ? more : b->n + n);
}

#define luaL_prepbuffsize(b, n)                                                \
	(lua_lib_grow(b, n), (luaL_prepbuffsize)(b, n))
#define luaL_addlstring(b, s, n)                                               \
	(lua_lib_grow(b, n), (luaL_addlstring)(b, s, n))
#define luaL_addvalue(b)                                                       \
	(lua_lib_grow(b, (size_t)lua_rawlen((b)->L, -1)), (luaL_addvalue)(b))
#define luaL_buffinitsize(lua, b, n)                                           \
	(lua_lib_room(lua, n), (luaL_buffinitsize)(lua, b, n))

/* Each pushes its library, a plain table. */
MAY_RAISE void lua_string_open(lua_State *lua); /* and texts' metatable */
MAY_RAISE void lua_table_open(lua_State *lua);
MAY_RAISE void lua_utf8_open(lua_State *lua);
MAY_RAISE void lua_math_open(lua_State *lua);

/* Functions of `string` with a file of their own. */
MAY_RAISE int lua_pattern_find(lua_State *lua);
MAY_RAISE int lua_pattern_match(lua_State *lua);
MAY_RAISE int lua_pattern_gmatch(lua_State *lua);
MAY_RAISE int lua_pattern_gsub(lua_State *lua);
MAY_RAISE int lua_format(lua_State *lua);
MAY_RAISE int lua_pack(lua_State *lua);
MAY_RAISE int lua_pack_size(lua_State *lua);
MAY_RAISE int lua_unpack(lua_State *lua);

/* A first position as Lua counts it: at least 1; negative from the end. */
size_t lua_string_from(lua_Integer at, size_t n);
