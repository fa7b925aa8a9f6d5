/*
 * Names known by their address. A rule that writes deal.light asks with the
 * same text object each time, so what a name means is looked up once. That two
 * equal texts may be two objects (long ones are) costs a search, never a wrong
 * answer: an address is remembered only while its text is kept.
 */
#include "script/sandbox.h"

static struct name_known *place_of(
	struct ruleset *rs, const void *of, const char *name)
{
	uint64_t h = (uint64_t)(uintptr_t)name ^ (uint64_t)(uintptr_t)of << 20;

	return &rs->names[(h * UINT64_C(0x9E3779B97F4A7C15) >> 32) %
			  NAMES_KNOWN];
}

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

struct name_known *lua_name_find(lua_State *lua, int at, struct text name,
	const void *of, name_look *look)
{
	struct ruleset *rs = ruleset_of(lua);
	struct name_known *known = place_of(rs, of, name.at);
	const void *found;

	if (known->name == name.at && known->of == of)
		return known;
	found = look(rs, of, name);
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
