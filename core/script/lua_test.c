/*
 * t of test "..." blocks: t:verb(...) hands its arguments as data to whoever
 * runs the test and gives the answer back.
 */
#include "script/sandbox.h"

#include <string.h>

#define TEST_TYPE "test"

static int verb_call(lua_State *lua)
{
	struct ruleset *rs = ruleset_of(lua);
	struct script_call *call = rs->call;
	const char *verb = lua_tostring(lua, lua_upvalueindex(1));
	struct value args = value_list(), one, result = value_null();
	struct fl_error err = {FL_OK, ""};
	lua_Debug ar;
	fl_status s;
	int top = lua_gettop(lua), line = 0;

	if (call == NULL || call->verb == NULL)
		return luaL_error(lua, "t is over");
	for (int i = 2; i <= top; i++) { /* 1 is t */
		lua_value_read(lua, i, call->verb_arena, verb, NULL,
			&one);
		if (!value_append(call->verb_arena, &args, one))
			return luaL_error(lua, "no memory");
	}
	if (lua_getstack(lua, 1, &ar) && lua_getinfo(lua, "l", &ar))
		line = ar.currentline;
	/* what the verb sets going runs functions of this state: their time
	 * is theirs */
	watch_leave(&rs->watch);
	s = call->verb(call->verb_ctx, verb, &args, line, &result, &err);
	watch_enter(&rs->watch);
	if (s != FL_OK)
		return luaL_error(lua, "%s", err.text);
	lua_value_push(lua, &result, false);
	return 1;
}

static int test_index(lua_State *lua)
{
	luaL_checktype(lua, 2, LUA_TSTRING);
	lua_pushvalue(lua, 2);
	lua_pushcclosure(lua, verb_call, 1);
	return 1;
}

void lua_test_push(lua_State *lua)
{
	lua_newuserdatauv(lua, 1, 0);
	if (luaL_newmetatable(lua, TEST_TYPE)) {
		lua_pushcfunction(lua, test_index);
		lua_setfield(lua, -2, "__index");
		lua_pushboolean(lua, 0);
		lua_setfield(lua, -2, "__metatable");
	}
	lua_setmetatable(lua, -2);
}
