/*
 * The functions every rule file sees: those of Lua that cannot reach outside,
 * in versions that are ordered, tell no addresses and let no rule catch a
 * limit.
 */
#include "script/lua_lib.h"

#include "base/log.h"

#include <lualib.h>
#include <stdlib.h>
#include <string.h>

#define LOG_MINUTE 8192u /* bytes of one card */

void lua_base_check(lua_State *lua)
{
	TICK(lua, &ruleset_of(lua)->watch);
}

/* One key of an ordered walk. */
struct key {
	uint8_t rank; /* 0 number, 1 text, 2 boolean */
	bool whole;   /* number is an integer */
	lua_Integer integer;
	lua_Number real;
	const char *at; /* text, anchored by the table walked */
	size_t bytes;
};

static void key_read(lua_State *lua, int at, struct key *k)
{
	*k = (struct key){0};
	switch (lua_type(lua, at)) {
	case LUA_TNUMBER:
		k->whole = lua_isinteger(lua, at);
		k->integer = k->whole ? lua_tointeger(lua, at) : 0;
		k->real = lua_tonumber(lua, at);
		return;
	case LUA_TSTRING:
		k->rank = 1;
		k->at = lua_tolstring(lua, at, &k->bytes);
		return;
	case LUA_TBOOLEAN:
		k->rank = 2;
		k->integer = lua_toboolean(lua, at);
		return;
	default:
		luaL_error(lua,
			"keys that are no numbers or texts (%s) have "
			"no order",
			luaL_typename(lua, at));
	}
}

static int number_compare(const struct key *a, const struct key *b)
{
	if (a->whole && b->whole)
		return (a->integer > b->integer) - (a->integer < b->integer);
	if (a->real < b->real)
		return -1;
	if (a->real > b->real)
		return 1;
	return (int)b->whole - (int)a->whole;
}

static int key_compare(const struct key *a, const struct key *b)
{
	size_t n = a->bytes < b->bytes ? a->bytes : b->bytes;
	int order;

	if (a->rank != b->rank)
		return (int)a->rank - (int)b->rank;
	if (a->rank == 0)
		return number_compare(a, b);
	if (a->rank == 2)
		return (a->integer > b->integer) - (a->integer < b->integer);
	order = n > 0 ? memcmp(a->at, b->at, n) : 0;
	if (order != 0)
		return order;
	return (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

static void key_push(lua_State *lua, const struct key *k)
{
	if (k->rank == 1)
		lua_pushlstring(lua, k->at, k->bytes);
	else if (k->rank == 2)
		lua_pushboolean(lua, k->integer != 0);
	else if (k->whole)
		lua_pushinteger(lua, k->integer);
	else
		lua_pushnumber(lua, k->real);
}

/* Bottom-up merge sort; returns the half of `keys` that holds the result. */
static struct key *keys_sort(lua_State *lua, struct key *keys, size_t n)
{
	struct key *from = keys, *to = keys + n, *spare;

	for (size_t run = 1; run < n; run *= 2) {
		for (size_t lo = 0; lo < n; lo += 2 * run) {
			size_t mid = lo + run < n ? lo + run : n;
			size_t hi = lo + 2 * run < n ? lo + 2 * run : n;
			size_t a = lo, b = mid, at = lo;

			lua_base_check(lua);
			while (a < mid || b < hi)
				if (b >= hi ||
					(a < mid && key_compare(&from[a],
							    &from[b]) <= 0))
					to[at++] = from[a++];
				else
					to[at++] = from[b++];
		}
		spare = from;
		from = to;
		to = spare;
	}
	return from;
}

/* Pushes the list of the keys of the table at `at`, in order. */
static void keys_push(lua_State *lua, int at)
{
	size_t n = 0, filled = 0;
	struct key *keys;
	bool ordered = true;

	for (lua_pushnil(lua); lua_next(lua, at); lua_pop(lua, 1))
		n++;
	keys = lua_newuserdatauv(lua, (2 * n + 1) * sizeof(*keys), 0);
	for (lua_pushnil(lua); lua_next(lua, at) && filled < n;
		lua_pop(lua, 1)) {
		key_read(lua, -2, &keys[filled]);
		if (filled > 0 &&
			key_compare(&keys[filled - 1], &keys[filled]) > 0)
			ordered = false;
		filled++;
	}
	if (!ordered)
		keys = keys_sort(lua, keys, n);
	lua_createtable(lua, (int)n, 0);
	for (size_t i = 0; i < n; i++) {
		key_push(lua, &keys[i]);
		lua_rawseti(lua, -2, (lua_Integer)i + 1);
	}
	lua_remove(lua, -2);
}

static int pairs_step(lua_State *lua)
{
	lua_Integer i = lua_tointeger(lua, lua_upvalueindex(3));

	for (;;) {
		i++;
		if (lua_rawgeti(lua, lua_upvalueindex(1), i) == LUA_TNIL)
			return 1;
		lua_pushvalue(lua, -1);
		if (lua_rawget(lua, lua_upvalueindex(2)) != LUA_TNIL)
			break;
		lua_pop(lua, 2);
	}
	lua_pushinteger(lua, i);
	lua_replace(lua, lua_upvalueindex(3));
	return 2;
}

/* Replaces argument 1 by the table that holds what it shows. */
static void walked_table(lua_State *lua)
{
	if (!lua_view_table(lua, 1)) {
		luaL_checktype(lua, 1, LUA_TTABLE);
		lua_freeze_contents(lua, 1);
	}
	lua_replace(lua, 1);
}

static int base_pairs(lua_State *lua)
{
	walked_table(lua);
	keys_push(lua, 1);
	lua_pushvalue(lua, 1);
	lua_pushinteger(lua, 0);
	lua_pushcclosure(lua, pairs_step, 3);
	lua_pushvalue(lua, 1);
	lua_pushnil(lua);
	return 3;
}

/* The least key above the one given: slow, but ordered and without memory. */
static int base_next(lua_State *lua)
{
	struct key after = {0}, best = {0}, k;
	bool first, found = false;

	lua_settop(lua, 2);
	walked_table(lua);
	first = lua_isnil(lua, 2);
	if (!first)
		key_read(lua, 2, &after);
	for (lua_pushnil(lua); lua_next(lua, 1); lua_pop(lua, 1)) {
		lua_base_check(lua);
		key_read(lua, -2, &k);
		if (!first && key_compare(&k, &after) <= 0)
			continue;
		if (found && key_compare(&k, &best) >= 0)
			continue;
		best = k;
		found = true;
	}
	if (!found) {
		lua_pushnil(lua);
		return 1;
	}
	key_push(lua, &best);
	lua_pushvalue(lua, -1);
	lua_rawget(lua, 1);
	return 2;
}

void lua_lib_room(lua_State *lua, size_t n)
{
	const struct ruleset *rs = ruleset_of(lua);

	if (n > rs->room_bytes - rs->used_bytes)
		lua_gc(lua, LUA_GCCOLLECT);
}

/* A cut must not be caught, nor a lack of memory. */
static void limit_pass_on(lua_State *lua, int status)
{
	struct ruleset *rs = ruleset_of(lua);

	if (status == LUA_ERRMEM && rs->watch.cut == WATCH_NONE)
		rs->watch.cut = WATCH_MEMORY;
	if (rs->watch.cut != WATCH_NONE)
		watch_raise(lua);
}

static int base_pcall(lua_State *lua)
{
	int status;

	luaL_checkany(lua, 1);
	lua_pushboolean(lua, 1);
	lua_insert(lua, 1);
	status = lua_pcall(lua, lua_gettop(lua) - 2, LUA_MULTRET, 0);
	limit_pass_on(lua, status);
	if (status != LUA_OK) {
		lua_pushboolean(lua, 0);
		lua_replace(lua, 1);
	}
	return lua_gettop(lua);
}

static int handler_guarded(lua_State *lua)
{
	if (ruleset_of(lua)->watch.cut != WATCH_NONE)
		return 1;
	lua_pushvalue(lua, lua_upvalueindex(1));
	lua_insert(lua, 1);
	lua_call(lua, lua_gettop(lua) - 1, 1);
	return 1;
}

static int base_xpcall(lua_State *lua)
{
	int status;

	luaL_checktype(lua, 2, LUA_TFUNCTION);
	lua_pushvalue(lua, 2);
	lua_pushcclosure(lua, handler_guarded, 1);
	lua_replace(lua, 2);
	/* function, handler, arguments -> handler, true, function, ... */
	lua_pushboolean(lua, 1);
	lua_pushvalue(lua, 1);
	lua_rotate(lua, 3, 2);
	status = lua_pcall(lua, lua_gettop(lua) - 4, LUA_MULTRET, 2);
	limit_pass_on(lua, status);
	if (status != LUA_OK) {
		lua_pushboolean(lua, 0);
		lua_replace(lua, 3);
	}
	return lua_gettop(lua) - 2;
}

/* A table that is called by way of another one and so on: Lua goes round in
 * such a ring without ever looking at the watchdog. */
static void call_check(lua_State *lua, const char *event)
{
	if (strcmp(event, "__call") == 0 && !lua_isfunction(lua, -1))
		luaL_error(lua, "__call must be a function, not %s",
			luaL_typename(lua, -1));
}

static int base_setmetatable(lua_State *lua)
{
	static const char *const events[] = {"__index", "__newindex", "__call",
		"__eq", "__lt", "__le", "__len", "__unm", "__add", "__sub",
		"__mul", "__div", "__mod", "__pow", "__idiv", "__band", "__bor",
		"__bxor", "__shl", "__shr", "__bnot", "__tostring"};

	luaL_checktype(lua, 1, LUA_TTABLE);
	luaL_checktype(lua, 2, LUA_TTABLE);
	lua_freeze_contents(lua, 1);
	if (!lua_rawequal(lua, 1, -1))
		return luaL_error(lua, "this table is read-only");
	lua_pop(lua, 1);
	lua_freeze_contents(lua, 2);
	lua_newtable(lua);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		lua_pushstring(lua, events[i]);
		if (lua_rawget(lua, -3) == LUA_TNIL) {
			lua_pop(lua, 1);
			continue;
		}
		call_check(lua, events[i]);
		lua_setfield(lua, -2, events[i]);
	}
	lua_pushboolean(lua, 0);
	lua_setfield(lua, -2, "__metatable");
	lua_setmetatable(lua, 1);
	lua_settop(lua, 1);
	return 1;
}

static void userdata_tostring(lua_State *lua, int at)
{
	const struct word_data *w = lua_word_data(lua, at);
	const char *name = lua_view_name(lua, at);

	if (name != NULL)
		lua_pushstring(lua, name);
	else if (w != NULL)
		lua_pushstring(lua, word_of((enum word)w->word)->name);
	else
		lua_pushliteral(lua, "value");
}

void lua_base_tostring(lua_State *lua, int at)
{
	at = lua_absindex(lua, at);
	switch (lua_type(lua, at)) {
	case LUA_TNIL:
	case LUA_TBOOLEAN:
	case LUA_TNUMBER:
	case LUA_TSTRING:
		luaL_tolstring(lua, at, NULL);
		return;
	case LUA_TUSERDATA:
		userdata_tostring(lua, at);
		return;
	case LUA_TTABLE:
		if (luaL_callmeta(lua, at, "__tostring")) {
			if (!lua_isstring(lua, -1))
				luaL_error(lua, "'__tostring' must return a "
						"text");
			return;
		}
		break;
	default:
		break;
	}
	lua_pushstring(lua, luaL_typename(lua, at));
}

static int base_tostring(lua_State *lua)
{
	luaL_checkany(lua, 1);
	lua_base_tostring(lua, 1);
	return 1;
}

/* Which card does the running function belong to? NULL: none. */
static const struct card *card_of_call(const struct ruleset *rs)
{
	const struct rule_fn *fn = &rs->fns[rs->call->fn];

	for (uint32_t i = 0; i < rs->book.n_cards; i++) {
		const struct card *c = &rs->book.cards[i];

		if (fn->unit != NULL && strcmp(c->file, fn->unit->name) == 0 &&
			fn->line >= c->line && fn->line <= c->last_line)
			return c;
	}
	return NULL;
}

/* What the card may still write in this minute of turn time. */
static uint32_t *log_used(struct ruleset *rs, const struct card *c)
{
	int64_t minute = rs->call->view->world->now_ms / 60000;
	size_t n = (size_t)rs->book.n_cards + 1;

	if (rs->log_used == NULL)
		rs->log_used = calloc(n, sizeof(*rs->log_used));
	if (rs->log_used == NULL)
		return NULL;
	if (minute != rs->log_minute)
		memset(rs->log_used, 0, n * sizeof(*rs->log_used));
	rs->log_minute = minute;
	return &rs->log_used[c - rs->book.cards];
}

/* Bytes of `want` that may be written; 0 when the limit was told already.
 * *mark says why the rest is left out. */
static uint32_t log_allowed(
	struct ruleset *rs, size_t want, const char **mark)
{
	struct script_call *call = rs->call;
	uint32_t most = rs->limits.log_bytes, left = most - call->log_bytes;
	const struct card *c = call->view != NULL ? card_of_call(rs) : NULL;
	uint32_t *used = c != NULL ? log_used(rs, c) : NULL;
	uint32_t minute = used != NULL ? LOG_MINUTE - *used : left;
	uint32_t n = minute < left ? minute : left;

	*mark = "";
	if (n == 0)
		return 0;
	if (want > n)
		*mark = minute <= left ? "... (cut: this card wrote 8 KiB in "
					"this minute)"
				      : "... (cut)";
	if (want < n)
		n = (uint32_t)want;
	call->log_bytes += n;
	if (used != NULL)
		*used += n;
	return n;
}

/* A line in the log, at most log_bytes a call and LOG_MINUTE a card and
 * minute; then a mark and silence. */
static int base_print(lua_State *lua)
{
	struct ruleset *rs = ruleset_of(lua);
	luaL_Buffer b;
	const char *text, *mark;
	uint32_t left;
	size_t n;
	int top = lua_gettop(lua);

	luaL_buffinit(lua, &b);
	for (int i = 1; i <= top; i++) {
		if (i > 1)
			luaL_addchar(&b, ' ');
		lua_base_tostring(lua, i);
		luaL_addvalue(&b);
	}
	luaL_pushresult(&b);
	text = lua_tolstring(lua, -1, &n);
	if (rs->call == NULL || (left = log_allowed(rs, n + 1, &mark)) == 0)
		return 0;
	log_write(LOG_INFO, "rules", "%.*s%s", (int)left, text, mark);
	return 0;
}

/* Copies `names` from the table on top into the one below, pops the upper. */
static void pick(lua_State *lua, const char *const *names)
{
	for (; *names != NULL; names++) {
		lua_getfield(lua, -1, *names);
		lua_setfield(lua, -3, *names);
	}
	lua_pop(lua, 1);
}

/* Makes the library on top read-only and puts it into the table below. What
 * it holds is known to Lua as `name`, for its messages about arguments. */
static void library(lua_State *lua, const char *name)
{
	lua_freeze_table(lua, -1);
	luaL_getsubtable(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_freeze_contents(lua, -2);
	lua_setfield(lua, -2, name);
	lua_pop(lua, 1);
	lua_setfield(lua, -2, name);
}

/* Texts find their methods in the frozen table; nobody reaches the metatable.
 */
static void string_lock(lua_State *lua)
{
	lua_pushliteral(lua, "");
	if (!lua_getmetatable(lua, -1))
		luaL_error(lua, "texts have no metatable");
	lua_getfield(lua, -3, "string");
	lua_freeze_contents(lua, -1);
	lua_setfield(lua, -3, "__index");
	lua_pop(lua, 1);
	lua_pushboolean(lua, 0);
	lua_setfield(lua, -2, "__metatable");
	lua_pop(lua, 2);
}

void lua_base_open(lua_State *lua)
{
	static const char *const kept[] = {"assert", "error", "ipairs",
		"select", "tonumber", "type", NULL};
	static const luaL_Reg own[] = {{"pairs", base_pairs},
		{"next", base_next}, {"pcall", base_pcall},
		{"xpcall", base_xpcall}, {"tostring", base_tostring},
		{"print", base_print}, {"setmetatable", base_setmetatable},
		{NULL, NULL}};

	luaL_requiref(lua, "_G", luaopen_base, 0);
	pick(lua, kept);
	luaL_setfuncs(lua, own, 0);
	lua_string_open(lua);
	library(lua, "string");
	lua_table_open(lua);
	library(lua, "table");
	lua_utf8_open(lua);
	library(lua, "utf8");
	lua_math_open(lua);
	library(lua, "math");
	string_lock(lua);
}
