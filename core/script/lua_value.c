/*
 * Values in and out of Lua. What rules give is read raw: no metamethod of
 * theirs ever runs here.
 */
#include "script/sandbox.h"

#include <math.h>
#include <string.h>

#define DEPTH_MAX  8
#define KEYS_MAX   1000
#define BYTES_MAX  (64u << 10)
#define CALL_MAX   (1u << 20)
#define VALUE_COST 64 /* of a value in the arena, beside its text */
#define PATH_BYTES 160

static void push_plain(lua_State *lua, const struct value *v)
{
	switch (v->kind) {
	case VALUE_BOOL:
		lua_pushboolean(lua, v->as.boolean);
		return;
	case VALUE_INT:
		lua_pushinteger(lua, v->as.integer);
		return;
	case VALUE_REAL:
		lua_pushnumber(lua, v->as.real);
		return;
	case VALUE_TEXT:
		lua_pushlstring(lua, v->as.text, v->count);
		return;
	case VALUE_LIST:
		luaL_checkstack(lua, 8, NULL);
		lua_createtable(lua, (int)v->count, 0);
		for (uint32_t i = 0; i < v->count; i++) {
			push_plain(lua, &v->as.items[i]);
			lua_rawseti(lua, -2, (lua_Integer)i + 1);
		}
		return;
	case VALUE_MAP:
		luaL_checkstack(lua, 8, NULL);
		lua_createtable(lua, 0, (int)v->count);
		for (uint32_t i = 0; i < v->count; i++) {
			lua_pushlstring(lua, v->as.members[i].key.at,
				v->as.members[i].key.bytes);
			push_plain(lua, &v->as.members[i].value);
			lua_rawset(lua, -3);
		}
		return;
	default:
		lua_pushnil(lua);
	}
}

void lua_value_push(lua_State *lua, const struct value *v, bool frozen)
{
	push_plain(lua, v);
	if (frozen && v->kind >= VALUE_LIST)
		lua_freeze_table(lua, -1);
}

/* Where in the data we are: names from the outside in. */
struct way {
	const struct way *up;
	const char *key; /* NULL: the index */
	lua_Integer index;
};

/* One reading: the first mistake by path, so that it is the same each time. */
struct reading {
	struct arena *a;
	size_t bytes;
	size_t values;		     /* seen so far */
	const char *wrong;	     /* static text; NULL none */
	char wrong_path[PATH_BYTES]; /* set with it */
	bool nomem;
	bool overflow; /* a limit of the whole: wins */
};

static size_t way_write(const struct way *w, char *out, size_t cap)
{
	size_t n = w->up != NULL ? way_write(w->up, out, cap) : 0;
	int more;

	if (n >= cap)
		return n;
	if (w->key != NULL)
		more = snprintf(out + n, cap - n, "%s%s",
			w->up != NULL ? "." : "", w->key);
	else
		more = snprintf(
			out + n, cap - n, "[%lld]", (long long)w->index);
	return n + (size_t)more;
}

static void wrong(struct reading *r, const struct way *w, const char *why)
{
	char path[PATH_BYTES];

	way_write(w, path, sizeof(path));
	if (r->wrong != NULL && strcmp(path, r->wrong_path) >= 0)
		return;
	r->wrong = why;
	memcpy(r->wrong_path, path, sizeof(path));
}

static void spend(struct reading *r, size_t bytes)
{
	r->bytes += bytes;
	if (r->bytes > BYTES_MAX)
		r->overflow = true;
}

/* What lies no deeper than itself and is as it should be; false: it is not,
 * or somebody must say why. *spent counts bytes. */
static bool flat_read(lua_State *lua, int at, struct arena *a, size_t *spent,
	struct value *out)
{
	const char *from, *copy;
	size_t n;

	switch (lua_type(lua, at)) {
	case LUA_TBOOLEAN:
		*out = value_bool(lua_toboolean(lua, at));
		return true;
	case LUA_TNUMBER:
		if (*spent + 8 > BYTES_MAX || !lua_isinteger(lua, at))
			return false;
		*out = value_int(lua_tointeger(lua, at));
		*spent += 8;
		return true;
	case LUA_TSTRING:
		from = lua_tolstring(lua, at, &n);
		if (n > BYTES_MAX - *spent || !text_valid(from, n) ||
			(copy = arena_text(a, from, n)) == NULL)
			return false;
		*out = value_of_text((struct text){copy, (uint32_t)n});
		*spent += n;
		return true;
	default:
		return false;
	}
}

static struct value text_read(
	lua_State *lua, int at, struct reading *r, const struct way *w)
{
	struct value v = value_null();
	const char *from;
	size_t n;

	if (flat_read(lua, at, r->a, &r->bytes, &v))
		return v;
	from = lua_tolstring(lua, at, &n);
	spend(r, n);
	if (!r->overflow && !text_valid(from, n))
		wrong(r, w, "is no UTF-8 text");
	else
		r->nomem |= !r->overflow;
	return v;
}

static struct value number_read(
	lua_State *lua, int at, struct reading *r, const struct way *w)
{
	lua_Number d;

	spend(r, 8);
	if (lua_isinteger(lua, at))
		return value_int(lua_tointeger(lua, at));
	d = lua_tonumber(lua, at);
	if (isnan(d) || isinf(d)) {
		wrong(r, w, "is no number (infinite or not a number)");
		return value_null();
	}
	if (floor(d) == d && fabs(d) <= 9007199254740992.0)
		return value_int((int64_t)d);
	return value_real(d);
}

static struct value any_read(lua_State *lua, int at, struct reading *r,
	const struct way *w, int depth);

static struct value list_read(lua_State *lua, int at, struct reading *r,
	const struct way *up, int depth, lua_Integer n)
{
	struct value list = value_list();

	for (lua_Integer i = 1; i <= n && !r->overflow; i++) {
		const struct way w = {up, NULL, i};

		lua_rawgeti(lua, at, i);
		if (lua_isnil(lua, -1))
			wrong(r, &w, "is missing in the list");
		else if (!value_append(r->a, &list,
				 any_read(lua, lua_gettop(lua), r, &w, depth)))
			r->nomem = true;
		lua_pop(lua, 1);
	}
	return list;
}

/* Keys of a table are unique: only their order is missing. */
static void members_order(struct member *m, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		struct member one = m[i];
		uint32_t k = i;

		for (; k > 0 && text_compare(m[k - 1].key, one.key) > 0; k--)
			m[k] = m[k - 1];
		m[k] = one;
	}
}

static int member_compare(const void *a, const void *b)
{
	return text_compare(((const struct member *)a)->key,
		((const struct member *)b)->key);
}

static void member_add(
	struct reading *r, struct value *map, uint32_t *cap, struct member one)
{
	struct member *all = map->as.members;

	if (map->count >= KEYS_MAX) {
		r->overflow = true;
		return;
	}
	if (map->count == *cap) {
		all = arena_grow(r->a, all, map->count, cap, map->count + 8,
			sizeof(*all));
		if (all == NULL) {
			r->nomem = true;
			return;
		}
		map->as.members = all;
	}
	all[map->count++] = one;
}

static struct value map_read(lua_State *lua, int at, struct reading *r,
	const struct way *up, int depth)
{
	struct value map = value_map();
	uint32_t cap = 0;

	for (lua_pushnil(lua); lua_next(lua, at) && !r->overflow;
		lua_pop(lua, 1)) {
		struct value key, v;
		struct way w = {up, NULL, 0};

		if (lua_type(lua, -2) != LUA_TSTRING) {
			wrong(r, up, "mixes names and numbers as keys");
			continue;
		}
		key = text_read(lua, lua_gettop(lua) - 1, r, up);
		if (key.kind != VALUE_TEXT)
			continue;
		w.key = key.as.text;
		v = any_read(lua, lua_gettop(lua), r, &w, depth);
		member_add(r, &map, &cap,
			(struct member){{key.as.text, key.count}, v});
	}
	if (r->overflow)
		lua_settop(lua, at);
	else if (map.count > 24)
		qsort(map.as.members, map.count, sizeof(struct member),
			member_compare);
	else
		members_order(map.as.members, map.count);
	return map;
}

/* A list has the keys 1 to n and no other. */
static bool is_list(lua_State *lua, int at, lua_Integer *n)
{
	lua_Integer count = 0, most = 0, i;
	bool list = true;

	for (lua_pushnil(lua); lua_next(lua, at); lua_pop(lua, 1)) {
		if (!lua_isinteger(lua, -2)) {
			lua_pop(lua, 2);
			list = false;
			break;
		}
		i = lua_tointeger(lua, -2);
		if (i < 1)
			list = false;
		most = i > most ? i : most;
		count++;
	}
	*n = count;
	return list && most == count;
}

static struct value table_read(lua_State *lua, int at, struct reading *r,
	const struct way *w, int depth)
{
	struct value v;
	lua_Integer n;

	if (depth >= DEPTH_MAX) {
		wrong(r, w, "lies too deep");
		return value_null();
	}
	lua_freeze_contents(lua, at);
	at = lua_gettop(lua);
	spend(r, 8);
	if (is_list(lua, at, &n)) /* { } is an empty list */
		v = list_read(lua, at, r, w, depth + 1, n);
	else
		v = map_read(lua, at, r, w, depth + 1);
	lua_settop(lua, at - 1);
	return v;
}

/* People in payloads: {who = KIND, arg = ...}. */
static struct value word_read(lua_State *lua, int at, struct reading *r,
	const struct way *w, int depth)
{
	const struct word_data *word = lua_word_data(lua, at);
	struct value map = value_map(), arg;
	int table;

	if (lua_view_value(lua, at, &arg))
		return value_clone(r->a, &arg);
	if (word == NULL || word->word < WORD_HANDLER ||
		word->word > WORD_ROUND_ROBIN) {
		wrong(r, w,
			"cannot be kept: only texts, numbers, yes and no, "
			"lists and people can");
		return value_null();
	}
	r->nomem |= !value_put(r->a, &map, "who",
		value_text(word_of((enum word)word->word)->name));
	lua_getiuservalue(lua, at, WORD_ARG);
	if (!lua_isnil(lua, -1))
		r->nomem |= !value_put(r->a, &map, "arg",
			text_read(lua, lua_gettop(lua), r, w));
	lua_getiuservalue(lua, at, WORD_TABLE);
	table = lua_gettop(lua);
	if (lua_istable(lua, table) &&
		lua_getfield(lua, table, "at_most") != LUA_TNIL)
		r->nomem |= !value_put(r->a, &map, "at_most",
			any_read(lua, lua_gettop(lua), r, w, depth + 1));
	if (lua_istable(lua, table) && lua_getfield(lua, table, "of") != LUA_TNIL)
		r->nomem |= !value_put(r->a, &map, "at_most_of",
			text_read(lua, lua_gettop(lua), r, w));
	return map;
}

static struct value any_read(lua_State *lua, int at, struct reading *r,
	const struct way *w, int depth)
{
	struct value v = value_null();
	int top;

	r->values++;
	switch (lua_type(lua, at)) {
	case LUA_TNONE:
	case LUA_TNIL:
		return v;
	case LUA_TBOOLEAN:
		return value_bool(lua_toboolean(lua, at));
	case LUA_TNUMBER:
		return number_read(lua, at, r, w);
	case LUA_TSTRING:
		return text_read(lua, at, r, w);
	case LUA_TTABLE:
	case LUA_TUSERDATA:
		break;
	default:
		wrong(r, w, "is a function, which cannot be kept");
		return v;
	}
	luaL_checkstack(lua, 12, NULL);
	top = lua_gettop(lua);
	if (lua_type(lua, at) == LUA_TTABLE)
		v = table_read(lua, at, r, w, depth);
	else
		v = word_read(lua, at, r, w, depth);
	lua_settop(lua, top);
	return v;
}

/* What is not flat, or wrong: raises what is wrong. */
static void deep_read(lua_State *lua, int at, struct arena *a, const char *name,
	size_t *spent, struct value *out)
{
	const struct way w = {NULL, name, 0};
	struct script_call *call = ruleset_of(lua)->call;
	struct reading r;

	r.a = a;
	r.bytes = *spent;
	r.values = 0;
	r.wrong = NULL;
	r.nomem = r.overflow = false;
	*out = any_read(lua, lua_absindex(lua, at), &r, &w, 0);
	call->given_bytes += r.bytes - *spent + r.values * VALUE_COST;
	if (r.nomem || a->failed) {
		call->nomem = true;
		luaL_error(lua, "no memory for %s", name);
	}
	if (r.overflow)
		luaL_error(lua,
			"%s is too large (at most 64 KiB and 1,000 "
			"keys)",
			name);
	if (r.wrong != NULL)
		luaL_error(lua, "%s %s", r.wrong_path, r.wrong);
	*spent = r.bytes;
}

void lua_value_read(lua_State *lua, int at, struct arena *a, const char *name,
	size_t *spent, struct value *out)
{
	struct script_call *call = ruleset_of(lua)->call;
	size_t alone = 0, before;

	if (spent == NULL)
		spent = &alone;
	if (call->given_bytes > CALL_MAX && call->view != NULL)
		luaL_error(lua, "this function gives back more than 1 MiB");
	before = *spent;
	if (flat_read(lua, at, a, spent, out))
		call->given_bytes += *spent - before + VALUE_COST;
	else
		deep_read(lua, at, a, name, spent, out);
}
