/*
 * Names known by their address. A rule that writes deal.light asks with the
 * same text object each time, so what a name means is looked up once. That two
 * equal texts may be two objects (long ones are) costs a search, never a wrong
 * answer: an address is remembered only while its text is kept.
 */
#include "script/sandbox.h"

/* Keeps the text at `at` for good, or the equal one that is kept already;
 * returns where the kept one lies. */
static const char *keep(lua_State *lua, int at)
{
	const char *kept;

	lua_rawgeti(lua, LUA_REGISTRYINDEX, ruleset_of(lua)->names_ref);
	lua_pushvalue(lua, at);
	if (lua_rawget(lua, -2) == LUA_TNIL) {
		lua_pushvalue(lua, at);
		lua_pushvalue(lua, at);
		lua_rawset(lua, -4);
		kept = lua_tostring(lua, at);
	} else {
		kept = lua_tostring(lua, -1);
	}
	lua_pop(lua, 2);
	return kept;
}

struct name_known *lua_name_learn(lua_State *lua, int at, struct text name,
	const void *of, name_look *look)
{
	struct ruleset *rs = ruleset_of(lua);
	struct name_known *known = lua_name_place(rs, name.at, of);
	const void *found = look(rs, of, name);

	if (found == NULL)
		return NULL;
	if (keep(lua, at) != name.at)
		known = &rs->name_once;
	*known = (struct name_known){name.at, of, found, 0};
	return known;
}

const char *lua_name_keep(lua_State *lua, struct text name)
{
	const char *kept;

	lua_pushlstring(lua, name.at, name.bytes);
	kept = keep(lua, lua_gettop(lua));
	lua_pop(lua, 1);
	return kept;
}

void lua_name_open(lua_State *lua)
{
	lua_newtable(lua);
	ruleset_of(lua)->names_ref = luaL_ref(lua, LUA_REGISTRYINDEX);
}
