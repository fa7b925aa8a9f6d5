/*
 * json EVENTS ROUNDS - a JSON line to a Lua table, strictly: ours (value_read,
 * then a table of it) against lua-cjson and cJSON, where they are installed.
 * Prints ns per line of each, "0" when it is not there.
 */
#include "bench.h"

#include "base/value.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if __has_include(<cjson/cJSON.h>)
#include <cjson/cJSON.h>
#define HAVE_CJSON 1
#else
#define HAVE_CJSON 0
#endif

#define ROUNDS_MOST 99

struct json {
	struct bench_lines lines;
	struct arena a;
	lua_State *lua;
	int decode_ref; /* of lua-cjson; LUA_NOREF without */
};

static void push_value(lua_State *lua, const struct value *v)
{
	luaL_checkstack(lua, 4, NULL);
	switch (v->kind) {
	case VALUE_BOOL:
		lua_pushboolean(lua, v->as.boolean);
		break;
	case VALUE_INT:
		lua_pushinteger(lua, v->as.integer);
		break;
	case VALUE_REAL:
		lua_pushnumber(lua, v->as.real);
		break;
	case VALUE_TEXT:
		lua_pushlstring(lua, v->as.text, v->count);
		break;
	case VALUE_LIST:
		lua_createtable(lua, (int)v->count, 0);
		for (uint32_t i = 0; i < v->count; i++) {
			push_value(lua, &v->as.items[i]);
			lua_rawseti(lua, -2, (lua_Integer)i + 1);
		}
		break;
	case VALUE_MAP:
		lua_createtable(lua, 0, (int)v->count);
		for (uint32_t i = 0; i < v->count; i++) {
			const struct member *m = &v->as.members[i];

			lua_pushlstring(lua, m->key.at, m->key.bytes);
			push_value(lua, &m->value);
			lua_rawset(lua, -3);
		}
		break;
	default:
		lua_pushnil(lua);
	}
}

static void ours(struct json *j, size_t i)
{
	struct fl_error err;
	struct value v;

	arena_reset(&j->a);
	if (value_read(&j->a, j->lines.at[i], j->lines.length[i], NULL, &v,
		    &err) != FL_OK)
		bench_fail(false, "line %zu: %s", i + 1, err.text);
	push_value(j->lua, &v);
}

static void lua_cjson(struct json *j, size_t i)
{
	lua_rawgeti(j->lua, LUA_REGISTRYINDEX, j->decode_ref);
	lua_pushlstring(j->lua, j->lines.at[i], j->lines.length[i]);
	if (lua_pcall(j->lua, 1, 1, 0) != LUA_OK)
		bench_fail(false, "lua-cjson: %s", lua_tostring(j->lua, -1));
}

#if HAVE_CJSON
static void push_cjson(lua_State *lua, const cJSON *v)
{
	bool list = cJSON_IsArray(v);
	lua_Integer i = 0;

	luaL_checkstack(lua, 4, NULL);
	if (list || cJSON_IsObject(v)) {
		lua_createtable(lua, list ? 4 : 0, list ? 0 : 8);
		for (const cJSON *c = v->child; c != NULL; c = c->next) {
			push_cjson(lua, c);
			if (list)
				lua_rawseti(lua, -2, ++i);
			else
				lua_setfield(lua, -2, c->string);
		}
	} else if (cJSON_IsString(v)) {
		lua_pushstring(lua, v->valuestring);
	} else if (cJSON_IsNumber(v)) {
		lua_pushnumber(lua, v->valuedouble);
	} else if (cJSON_IsBool(v)) {
		lua_pushboolean(lua, cJSON_IsTrue(v));
	} else {
		lua_pushnil(lua);
	}
}

static void cjson(struct json *j, size_t i)
{
	cJSON *v = cJSON_ParseWithLength(j->lines.at[i], j->lines.length[i]);

	if (v == NULL)
		bench_fail(false, "cJSON: line %zu", i + 1);
	push_cjson(j->lua, v);
	cJSON_Delete(v);
}
#endif

static double one_round(struct json *j, void (*way)(struct json *, size_t))
{
	double from;

	lua_gc(j->lua, LUA_GCCOLLECT);
	from = bench_cpu_s();
	for (size_t i = 0; i < j->lines.n; i++) {
		way(j, i);
		lua_settop(j->lua, 0);
	}
	return (bench_cpu_s() - from) / (double)j->lines.n * 1e9;
}

static void open_lua(struct json *j)
{
	j->lua = luaL_newstate();
	if (j->lua == NULL)
		bench_fail(false, "no memory");
	luaL_openlibs(j->lua);
	lua_gc(j->lua, LUA_GCGEN, 0, 0);
	j->decode_ref = LUA_NOREF;
	if (luaL_dostring(j->lua, "return require('cjson').decode") == LUA_OK)
		j->decode_ref = luaL_ref(j->lua, LUA_REGISTRYINDEX);
	lua_settop(j->lua, 0);
}

int main(int argc, char **argv)
{
	struct json j = {0};
	double ns[3][ROUNDS_MOST] = {{0}};
	size_t rounds;

	if (argc != 3)
		bench_fail(false, "usage: json EVENTS ROUNDS");
	rounds = (size_t)bench_number(argv[2]);
	if (rounds < 1 || rounds > ROUNDS_MOST)
		bench_fail(false, "1 to %d rounds", ROUNDS_MOST);
	bench_lines_read(&j.lines, argv[1]);
	arena_init(&j.a, 0);
	open_lua(&j);
	for (size_t i = 0; i < rounds; i++) {
		ns[0][i] = one_round(&j, ours);
		if (j.decode_ref != LUA_NOREF)
			ns[1][i] = one_round(&j, lua_cjson);
#if HAVE_CJSON
		ns[2][i] = one_round(&j, cjson);
#endif
	}
	printf("ours_ns %.0f\nlua_cjson_ns %.0f\ncjson_ns %.0f\n",
		bench_percentile(ns[0], rounds, 0.5),
		bench_percentile(ns[1], rounds, 0.5),
		bench_percentile(ns[2], rounds, 0.5));
	lua_close(j.lua);
	arena_deinit(&j.a);
	bench_lines_free(&j.lines);
	return 0;
}
