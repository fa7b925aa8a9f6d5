#include "script/loading.h"

#include <lualib.h>
#include <string.h>

#define MEMORY_DEFAULT	(16u << 20)
#define MEMORY_MOST	(32u << 20)
#define CPU_DEFAULT_US	50000
#define EFFECTS_DEFAULT 100
#define LOG_DEFAULT	1024

static void *allocate(void *ctx, void *at, size_t old, size_t want)
{
	struct ruleset *rs = ctx;
	void *to;

	if (at == NULL)
		old = 0;
	if (want == 0) {
		free(at);
		rs->used_bytes -= old;
		return NULL;
	}
	/* shrinking must never fail */
	if (want > old && want - old > rs->room_bytes - rs->used_bytes)
		return NULL;
	to = realloc(at, want);
	if (to == NULL)
		return NULL;
	rs->used_bytes = rs->used_bytes - old + want;
	return to;
}

static int refuse_global(lua_State *lua)
{
	return luaL_error(lua,
		"\"%s\" is made for everybody; write "
		"\"local\" in front of it",
		lua_tostring(lua, 2));
}

static int open_all(lua_State *lua)
{
	struct ruleset *rs = lua_touserdata(lua, 1);

	lua_name_open(lua);
	lua_newtable(lua);
	lua_base_open(lua);
	lua_word_open(lua);
	lua_view_open(lua);
	lua_event_open(lua);
	lua_act_open(lua);
	lua_createtable(lua, 0, 1);
	lua_pushcfunction(lua, lua_word_unknown);
	lua_setfield(lua, -2, "__index");
	lua_setmetatable(lua, -2);
	rs->api_ref = luaL_ref(lua, LUA_REGISTRYINDEX);
	return 0;
}

fl_status sandbox_new(struct ruleset *rs)
{
	struct script_limits *l = &rs->limits;

	if (l->memory_bytes == 0)
		l->memory_bytes = MEMORY_DEFAULT;
	if (l->memory_bytes > MEMORY_MOST)
		l->memory_bytes = MEMORY_MOST;
	rs->room_bytes = l->memory_bytes;
	if (l->cpu_soft_us == 0)
		l->cpu_soft_us = CPU_DEFAULT_US;
	if (l->effects == 0)
		l->effects = EFFECTS_DEFAULT;
	if (l->log_bytes == 0)
		l->log_bytes = LOG_DEFAULT;
	rs->lua = lua_newstate(allocate, rs);
	if (rs->lua == NULL)
		return FL_NOMEM;
	memcpy(lua_getextraspace(rs->lua), &rs, sizeof(rs));
	watch_init();
	watch_add(&rs->watch, rs->lua, l->cpu_soft_us);
	rs->watched = true;
	return sandbox_protect(rs, open_all, rs, NULL);
}

void sandbox_free(struct ruleset *rs)
{
	if (rs->watched)
		watch_remove(&rs->watch);
	rs->watched = false;
	if (rs->lua != NULL)
		lua_close(rs->lua);
	rs->lua = NULL;
	free(rs->log_used);
	rs->log_used = NULL;
	free(rs->views);
	rs->views = NULL;
}

void sandbox_environment(lua_State *lua)
{
	lua_newtable(lua);
	lua_createtable(lua, 0, 3);
	lua_rawgeti(lua, LUA_REGISTRYINDEX, ruleset_of(lua)->api_ref);
	lua_setfield(lua, -2, "__index");
	lua_pushcfunction(lua, refuse_global);
	lua_setfield(lua, -2, "__newindex");
	lua_pushboolean(lua, 0);
	lua_setfield(lua, -2, "__metatable");
	lua_setmetatable(lua, -2);
}

void sandbox_error_text(lua_State *lua, int at, char *out, size_t out_bytes)
{
	const char *text;
	size_t n;

	if (lua_type(lua, at) != LUA_TSTRING) {
		snprintf(out, out_bytes, "an error that is %s",
			luaL_typename(lua, at));
		return;
	}
	text = lua_tolstring(lua, at, &n);
	if (n >= out_bytes)
		n = out_bytes - 1;
	while (n > 0 && !text_valid(text, n))
		n--;
	memcpy(out, text, n);
	out[n] = '\0';
}

static void outcome_cut(struct ruleset *rs, struct script_outcome *o)
{
	bool nl = text_is(rs->book.language, "nl");

	if (rs->watch.cut == WATCH_MEMORY) {
		o->fate = CARD_CUT_MEMORY;
		packs_blame(rs, o->reason, sizeof(o->reason));
		return;
	}
	o->fate = CARD_CUT_TIME;
	if (rs->watch.short_us != 0)
		snprintf(o->reason, sizeof(o->reason),
			nl ? "duurt langer dan %lld ms, voor een feit dat de "
			     "regels al te veel tijd kostte"
			   : "takes more than %lld ms, for a fact that took the "
			     "rules too long already",
			(long long)(rs->watch.short_us / 1000));
	else
		snprintf(o->reason, sizeof(o->reason),
			nl ? "duurt langer dan %lld ms"
			   : "takes more than %lld ms",
			(long long)(rs->limits.cpu_soft_us / 1000));
}

fl_status sandbox_call(struct ruleset *rs, int n_args, int n_results,
	struct script_outcome *outcome)
{
	struct script_outcome own;
	int status;

	if (outcome == NULL)
		outcome = &own;
	outcome->fate = CARD_RAN;
	outcome->reason[0] = '\0';
	watch_enter(&rs->watch);
	status = lua_pcall(rs->lua, n_args, n_results, 0);
	watch_leave(&rs->watch);
	if (status == LUA_OK)
		return FL_OK;
	if (status == LUA_ERRMEM && rs->watch.cut == WATCH_NONE)
		rs->watch.cut = WATCH_MEMORY;
	if (rs->watch.cut != WATCH_NONE) {
		outcome_cut(rs, outcome);
	} else {
		outcome->fate = CARD_FAILED;
		sandbox_error_text(
			rs->lua, -1, outcome->reason, sizeof(outcome->reason));
		if (rs->loading == NULL)
			lua_said_run(outcome->reason, sizeof(outcome->reason),
				text_is(rs->book.language, "nl"));
	}
	lua_pop(rs->lua, 1);
	return FL_INVALID;
}

fl_status sandbox_protect(
	struct ruleset *rs, lua_CFunction fn, void *ctx, struct fl_error *err)
{
	char text[400];
	fl_status s;
	int status;

	if (!lua_checkstack(rs->lua, 10))
		return status_fail(err, FL_NOMEM, "rules: no memory");
	lua_pushcfunction(rs->lua, fn);
	lua_pushlightuserdata(rs->lua, ctx);
	rs->watch.cut = WATCH_NONE;
	status = lua_pcall(rs->lua, 1, 0, 0);
	if (status == LUA_OK)
		return FL_OK;
	sandbox_error_text(rs->lua, -1, text, sizeof(text));
	s = status_fail(
		err, status == LUA_ERRMEM ? FL_NOMEM : FL_INVALID, "%s", text);
	lua_pop(rs->lua, 1);
	return s;
}
