/*
 * The math library: Lua's own functions, by name, and a random that begins
 * anew in each call from the event's identity and its subject. The same event
 * throws the same dice in every process, in a test and in a replay.
 */
#include "script/lua_lib.h"

#include <lualib.h>

static uint64_t mixed(uint64_t h, const void *at, size_t n)
{
	const unsigned char *p = at;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return (h ^ 0xff) * 0x100000001b3u;
}

static uint64_t seed_of(const struct script_view *v)
{
	const struct event *e = v->event;
	uint64_t h = 0xcbf29ce484222325u;
	int64_t subject = v->subject != NULL ? v->subject->id : 0;

	h = mixed(h, e->source.at, e->source.bytes);
	h = mixed(h, e->id.at, e->id.bytes);
	h = mixed(h, e->def->name.at, e->def->name.bytes);
	h = mixed(h, &e->occurred_at_ms, sizeof(e->occurred_at_ms));
	return mixed(h, &subject, sizeof(subject));
}

/* 64 bits (splitmix64). */
static uint64_t next(lua_State *lua)
{
	struct script_call *call = ruleset_of(lua)->call;
	uint64_t z;

	if (call == NULL || call->view == NULL || call->view->event == NULL)
		luaL_error(lua, "math.random needs an event: it can only be "
				"used while one is handled");
	if (!call->seeded) {
		call->random = seed_of(call->view);
		call->seeded = true;
	}
	z = call->random += 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

/* 0 to `most`, each as likely as the other. */
static uint64_t upto(lua_State *lua, uint64_t most)
{
	uint64_t rest, v;

	if (most == UINT64_MAX)
		return next(lua);
	rest = UINT64_MAX % (most + 1); /* what would favour the low ones */
	do
		v = next(lua);
	while (rest != most && v > UINT64_MAX - rest - 1);
	return v % (most + 1);
}

static int math_random(lua_State *lua)
{
	lua_Integer low = 1, high;

	switch (lua_gettop(lua)) {
	case 0:
		lua_pushnumber(lua, (lua_Number)(next(lua) >> 11) * 0x1p-53);
		return 1;
	case 1:
		high = luaL_checkinteger(lua, 1);
		if (high == 0) {
			lua_pushinteger(lua, (lua_Integer)next(lua));
			return 1;
		}
		break;
	case 2:
		low = luaL_checkinteger(lua, 1);
		high = luaL_checkinteger(lua, 2);
		break;
	default:
		return luaL_error(lua, "wrong number of arguments");
	}
	luaL_argcheck(
		lua, low <= high, lua_gettop(lua), "interval is empty");
	lua_pushinteger(lua,
		(lua_Integer)((lua_Unsigned)low +
			      upto(lua, (lua_Unsigned)high -
						(lua_Unsigned)low)));
	return 1;
}

void lua_math_open(lua_State *lua)
{
	static const char *const kept[] = {"abs", "acos", "asin", "atan",
		"ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log",
		"max", "maxinteger", "min", "mininteger", "modf", "pi", "rad",
		"sin", "sqrt", "tan", "tointeger", "type", "ult"};

	lua_newtable(lua);
	luaL_requiref(lua, "math", luaopen_math, 0);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		lua_getfield(lua, -1, kept[i]);
		lua_setfield(lua, -3, kept[i]);
	}
	lua_pop(lua, 1);
	lua_pushcfunction(lua, math_random);
	lua_setfield(lua, -2, "random");
}
