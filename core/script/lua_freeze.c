/*
 * Read-only tables. Freezing moves what a table holds into another table that
 * only its metatable knows, so every reference to it sees the frozen one and
 * reading stays an ordinary index.
 */
#include "script/loading.h"

#include <string.h>

static const char frozen; /* key of the contents in a frozen metatable */

static int refuse_write(lua_State *lua)
{
	const char *key = lua_type(lua, 2) == LUA_TSTRING
				  ? lua_tostring(lua, 2)
				  : luaL_typename(lua, 2);

	return luaL_error(lua,
		"this table is read-only: \"%s\" cannot be "
		"changed here",
		key);
}

static int contents_length(lua_State *lua)
{
	lua_freeze_contents(lua, 1);
	lua_pushinteger(lua, (lua_Integer)lua_rawlen(lua, -1));
	return 1;
}

void lua_freeze_contents(lua_State *lua, int at)
{
	at = lua_absindex(lua, at);
	if (lua_getmetatable(lua, at)) {
		if (lua_rawgetp(lua, -1, &frozen) == LUA_TTABLE) {
			lua_remove(lua, -2);
			return;
		}
		lua_pop(lua, 2);
	}
	lua_pushvalue(lua, at);
}

static bool is_frozen(lua_State *lua, int at)
{
	bool yes = false;

	at = lua_absindex(lua, at);
	if (lua_getmetatable(lua, at)) {
		yes = lua_rawgetp(lua, -1, &frozen) == LUA_TTABLE;
		lua_pop(lua, 2);
	}
	return yes;
}

/* Appends the value on top to the list at `queue` and pops it. */
static void enqueue(lua_State *lua, int queue)
{
	switch (lua_type(lua, -1)) {
	case LUA_TTABLE:
	case LUA_TFUNCTION:
		lua_rawseti(
			lua, queue, (lua_Integer)lua_rawlen(lua, queue) + 1);
		return;
	default:
		lua_pop(lua, 1);
	}
}

static void enqueue_members(lua_State *lua, int at, int queue)
{
	at = lua_absindex(lua, at);
	for (lua_pushnil(lua); lua_next(lua, at);) {
		enqueue(lua, queue);
		lua_pushvalue(lua, -1);
		enqueue(lua, queue);
	}
}

/* Gives the table at `at` a metatable that forwards to the contents on top;
 * pops them. An earlier metatable (a copy made by setmetatable) goes on
 * serving: its __index below the contents, its operators above. */
static void forward(lua_State *lua, int at, int queue)
{
	int contents = lua_gettop(lua);

	lua_createtable(lua, 0, 5);
	if (lua_getmetatable(lua, at)) {
		enqueue_members(lua, -1, queue);
		for (lua_pushnil(lua); lua_next(lua, -2);) {
			lua_pushvalue(lua, -2);
			lua_insert(lua, -2);
			lua_rawset(lua, contents + 1);
		}
		lua_createtable(lua, 0, 1);
		lua_getfield(lua, -2, "__index");
		lua_setfield(lua, -2, "__index");
		lua_setmetatable(lua, contents);
		lua_pop(lua, 1);
	}
	lua_pushvalue(lua, contents);
	lua_setfield(lua, -2, "__index");
	lua_pushcfunction(lua, refuse_write);
	lua_setfield(lua, -2, "__newindex");
	if (lua_getfield(lua, -1, "__len") == LUA_TNIL) {
		lua_pushcfunction(lua, contents_length);
		lua_setfield(lua, -3, "__len");
	}
	lua_pop(lua, 1);
	lua_pushboolean(lua, 0);
	lua_setfield(lua, -2, "__metatable");
	lua_pushvalue(lua, contents);
	lua_rawsetp(lua, -2, &frozen);
	lua_setmetatable(lua, at);
	lua_pop(lua, 1);
}

/* Freezes one table; what it holds goes to the queue. */
static void freeze_one(lua_State *lua, int at, int queue)
{
	at = lua_absindex(lua, at);
	if (is_frozen(lua, at))
		return;
	lua_newtable(lua);
	for (lua_pushnil(lua); lua_next(lua, at);) {
		lua_pushvalue(lua, -2);
		lua_insert(lua, -2);
		lua_rawset(lua, -4);
	}
	for (lua_pushnil(lua); lua_next(lua, -2);) {
		lua_pop(lua, 1);
		lua_pushvalue(lua, -1);
		lua_pushnil(lua);
		lua_rawset(lua, at);
	}
	enqueue_members(lua, -1, queue);
	forward(lua, at, queue);
}

struct outer_found {
	struct loading *ld;
	const struct file_unit *unit;
};

static void outer_assigned(void *ctx, struct text name, int line)
{
	const struct outer_found *f = ctx;

	say(f->ld, f->unit, line, SAY_REMEMBERS, name.at);
}

static void global_seen(void *ctx, struct text name, int line, bool assigned)
{
	(void)ctx, (void)name, (void)line, (void)assigned;
}

static const struct file_unit *unit_of(
	lua_State *lua, struct loading *ld, int *line)
{
	lua_Debug ar;

	lua_pushvalue(lua, -1);
	lua_getinfo(lua, ">S", &ar);
	*line = ar.linedefined;
	return ar.source[0] == '@' ? say_unit(ld, ar.source + 1) : NULL;
}

/* The function on top: what it assigns, and what it holds on to. */
static void function_one(lua_State *lua, int queue)
{
	struct loading *ld = ruleset_of(lua)->loading;
	struct outer_found found = {.ld = ld};
	struct bytecode_use use = {
		&found, global_seen, outer_assigned, NULL};
	const char *name;
	int line = 0;

	if (ld == NULL)
		return;
	found.unit = unit_of(lua, ld, &line);
	if (lua_iscfunction(lua, -1)) {
		/* an iterator kept outside of the call moves on at each use */
		if (lua_getupvalue(lua, -1, 1) != NULL) {
			lua_pop(lua, 1);
			say(ld, ld->running, 0, SAY_REMEMBERS, "pairs(...)");
		}
		return;
	}
	if (!bytecode_scan(lua, &use))
		say(ld, found.unit, line, SAY_COMPILED_FORM);
	for (int i = 1; (name = lua_getupvalue(lua, -1, i)) != NULL; i++) {
		if (strcmp(name, "_ENV") == 0)
			lua_pop(lua, 1);
		else
			enqueue(lua, queue);
	}
}

/* Works off the queue on top: each value once. */
static void walk(lua_State *lua)
{
	int queue = lua_gettop(lua), seen = queue + 1;

	lua_newtable(lua);
	for (lua_Integer i = 1; lua_rawgeti(lua, queue, i) != LUA_TNIL; i++) {
		lua_pushvalue(lua, -1);
		if (lua_rawget(lua, seen) == LUA_TNIL) {
			lua_pushvalue(lua, -2);
			lua_pushboolean(lua, 1);
			lua_rawset(lua, seen);
			lua_pop(lua, 1);
			if (lua_istable(lua, -1))
				freeze_one(lua, lua_gettop(lua), queue);
			else
				function_one(lua, queue);
		} else {
			lua_pop(lua, 1);
		}
		lua_settop(lua, seen);
	}
	lua_settop(lua, queue - 1);
}

static void walk_from(lua_State *lua, int at)
{
	luaL_checkstack(lua, 20, NULL);
	lua_pushvalue(lua, at);
	lua_newtable(lua);
	lua_insert(lua, -2);
	lua_rawseti(lua, -2, 1);
	walk(lua);
}

void lua_freeze_table(lua_State *lua, int at)
{
	walk_from(lua, at);
}

void lua_freeze_function(lua_State *lua, int at)
{
	walk_from(lua, at);
}
