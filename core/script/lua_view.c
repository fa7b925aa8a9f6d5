/*
 * What a running function sees of the world: read-only proxies of records,
 * people and the event. A proxy is a userdata whose metatable's __index is a
 * cache table; what the cache lacks it loads from the record and keeps, so a
 * field costs a C call once per function call and a table index afterwards.
 */
#include "script/sandbox.h"

#include "base/near.h"

#include <string.h>

#define SLOTS_MAX 100000

static const char view_mark; /* key of the slot's index in a metatable */

static int proxy_write(lua_State *lua)
{
	const char *key =
		lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";

	return luaL_error(
		lua, "\"%s\" cannot be changed here; use act.set", key);
}

static int slot_index(lua_State *lua, int at)
{
	lua_Integer i = -1;

	if (lua_type(lua, at) != LUA_TUSERDATA || !lua_getmetatable(lua, at))
		return -1;
	if (lua_rawgetp(lua, -1, &view_mark) == LUA_TNUMBER)
		i = lua_tointeger(lua, -1);
	lua_pop(lua, 2);
	return (int)i;
}

static int view_load(lua_State *lua);

/* Makes slot `i` with its proxy, cache and loader. */
static void slot_make(lua_State *lua, struct ruleset *rs, uint32_t i)
{
	struct view_slot *s = &rs->slots[i];

	lua_newtable(lua);
	lua_createtable(lua, 0, 1);
	lua_pushinteger(lua, i);
	lua_pushcclosure(lua, view_load, 1);
	lua_setfield(lua, -2, "__index");
	lua_setmetatable(lua, -2);
	lua_newuserdatauv(lua, 1, 0);
	lua_createtable(lua, 0, 4);
	lua_pushvalue(lua, -3);
	lua_setfield(lua, -2, "__index");
	lua_pushcfunction(lua, proxy_write);
	lua_setfield(lua, -2, "__newindex");
	lua_pushboolean(lua, 0);
	lua_setfield(lua, -2, "__metatable");
	lua_pushinteger(lua, i);
	lua_rawsetp(lua, -2, &view_mark);
	lua_setmetatable(lua, -2);
	s->proxy_ref = luaL_ref(lua, LUA_REGISTRYINDEX);
	s->cache_ref = luaL_ref(lua, LUA_REGISTRYINDEX);
}

static void slots_grow(lua_State *lua, struct ruleset *rs)
{
	uint32_t want = rs->n_slots == 0 ? 8 : rs->n_slots * 2;
	struct view_slot *slots;

	if (want > SLOTS_MAX)
		luaL_error(lua, "too many records in one function");
	slots = realloc(rs->slots, want * sizeof(*slots));
	if (slots == NULL)
		luaL_error(lua, "no memory");
	memset(slots + rs->n_slots, 0, (want - rs->n_slots) * sizeof(*slots));
	rs->slots = slots;
	for (uint32_t i = rs->n_slots; i < want; i++) {
		slot_make(lua, rs, i);
		rs->n_slots = i + 1;
	}
}

static void cache_clear(lua_State *lua, struct view_slot *s)
{
	if (!s->dirty)
		return;
	lua_rawgeti(lua, LUA_REGISTRYINDEX, s->cache_ref);
	for (lua_pushnil(lua); lua_next(lua, -2);) {
		lua_pop(lua, 1);
		lua_pushvalue(lua, -1);
		lua_pushnil(lua);
		lua_rawset(lua, -4);
	}
	lua_pop(lua, 1);
	s->dirty = false;
}

/* A fresh slot of this call. */
static struct view_slot *slot_take(lua_State *lua)
{
	struct ruleset *rs = ruleset_of(lua);
	struct view_slot *s;

	luaL_checkstack(lua, 8, NULL);
	if (rs->used_slots == rs->n_slots)
		slots_grow(lua, rs);
	s = &rs->slots[rs->used_slots];
	cache_clear(lua, s);
	rs->used_slots++;
	s->record = NULL;
	s->event = NULL;
	s->kind = NULL;
	s->data_only = false;
	s->person = TEXT("");
	return s;
}

static void slot_push(lua_State *lua, const struct view_slot *s)
{
	lua_rawgeti(lua, LUA_REGISTRYINDEX, s->proxy_ref);
}

void lua_view_begin(struct ruleset *rs, struct script_call *call)
{
	call->first_slot = rs->used_slots;
}

void lua_view_end(struct ruleset *rs, struct script_call *call)
{
	rs->used_slots = call->first_slot;
}

static void record_push(lua_State *lua, const struct record *r)
{
	struct ruleset *rs = ruleset_of(lua);
	struct view_slot *s;

	for (uint32_t i = rs->call->first_slot; i < rs->used_slots; i++)
		if (rs->slots[i].record == r && rs->slots[i].event == NULL) {
			slot_push(lua, &rs->slots[i]);
			return;
		}
	s = slot_take(lua);
	s->record = r;
	s->kind = schema_kind(rs->call->view->world->schema, r->kind);
	if (text_is(r->kind, "person"))
		s->person = r->ref;
	slot_push(lua, s);
}

static void person_push(lua_State *lua, struct text id)
{
	struct ruleset *rs = ruleset_of(lua);
	struct world *w = rs->call->view->world;
	const struct record *r = NULL;
	struct view_slot *s;

	for (uint32_t i = rs->call->first_slot; i < rs->used_slots; i++)
		if (text_equal(rs->slots[i].person, id)) {
			slot_push(lua, &rs->slots[i]);
			return;
		}
	if (w->by_ref != NULL)
		r = w->by_ref(w->ctx, TEXT("person"), id);
	s = slot_take(lua);
	s->record = r;
	s->kind = schema_kind(w->schema, TEXT("person"));
	s->person = id;
	slot_push(lua, s);
}

/* Pushes a stored value as its declared type shows it. */
static void typed_push(
	lua_State *lua, const struct field_def *f, const struct value *v)
{
	struct world *w = ruleset_of(lua)->call->view->world;
	const struct record *r;

	if (f != NULL && f->type == FIELD_PERSON && v->kind == VALUE_TEXT) {
		person_push(lua, (struct text){v->as.text, v->count});
	} else if (f != NULL && f->type == FIELD_REF && v->kind == VALUE_INT) {
		r = w->get(w->ctx, v->as.integer);
		if (r != NULL)
			record_push(lua, r);
		else
			lua_pushnil(lua);
	} else {
		lua_value_push(lua, v, true);
	}
}

static bool roster_push(
	lua_State *lua, const struct person *p, struct text name)
{
	if (text_is(name, "name"))
		lua_pushlstring(lua, p->name.at, p->name.bytes);
	else if (text_is(name, "email") && p->email.bytes > 0)
		lua_pushlstring(lua, p->email.at, p->email.bytes);
	else if (text_is(name, "phone") && p->phone.bytes > 0)
		lua_pushlstring(lua, p->phone.at, p->phone.bytes);
	else if (text_is(name, "brand") && p->brand.bytes > 0)
		lua_pushlstring(lua, p->brand.at, p->brand.bytes);
	else if (text_is(name, "external"))
		lua_pushboolean(lua, p->external);
	else if (text_is(name, "roles")) {
		lua_createtable(lua, (int)p->n_roles, 0);
		for (uint32_t i = 0; i < p->n_roles; i++) {
			lua_pushlstring(lua, p->roles[i].at, p->roles[i].bytes);
			lua_rawseti(lua, -2, (lua_Integer)i + 1);
		}
		lua_freeze_table(lua, -1);
	} else {
		return false;
	}
	return true;
}

static bool person_part_push(
	lua_State *lua, const struct view_slot *s, struct text name)
{
	struct ruleset *rs = ruleset_of(lua);
	const struct person *p;

	if (s->person.bytes == 0)
		return false;
	if (text_is(name, "id")) {
		lua_pushlstring(lua, s->person.at, s->person.bytes);
		return true;
	}
	p = rulebook_person(&rs->book, s->person);
	return p != NULL && roster_push(lua, p, name);
}

static int unknown_field(
	lua_State *lua, const char *what, struct text name, const char *near)
{
	if (near != NULL)
		return luaL_error(lua,
			"%s has no field \"%s\" (did you mean "
			"\"%s\"?)",
			what, name.at, near);
	return luaL_error(lua, "%s has no field \"%s\"", what, name.at);
}

static int kind_index_make(
	lua_State *lua, struct ruleset *rs, const struct kind_def *kind)
{
	lua_createtable(lua, 0, (int)kind->n_fields);
	for (uint32_t i = 0; i < kind->n_fields; i++) {
		lua_pushlstring(lua, kind->fields[i].name.at,
			kind->fields[i].name.bytes);
		lua_pushlightuserdata(lua, &kind->fields[i]);
		lua_rawset(lua, -3);
	}
	rs->kinds[rs->n_kinds].kind = kind;
	rs->kinds[rs->n_kinds].ref = luaL_ref(lua, LUA_REGISTRYINDEX);
	return rs->kinds[rs->n_kinds++].ref;
}

/* The field of `kind` whose name is at stack index 2. */
static const struct field_def *field_of(
	lua_State *lua, const struct kind_def *kind, struct text name)
{
	struct ruleset *rs = ruleset_of(lua);
	const struct field_def *f;
	uint32_t i = 0;
	int ref;

	while (i < rs->n_kinds && rs->kinds[i].kind != kind)
		i++;
	if (i == KIND_INDEXES)
		return schema_field(rs->book.schema, kind->name, name);
	ref = i < rs->n_kinds ? rs->kinds[i].ref
			      : kind_index_make(lua, rs, kind);
	lua_rawgeti(lua, LUA_REGISTRYINDEX, ref);
	lua_pushvalue(lua, 2);
	lua_rawget(lua, -2);
	f = lua_touserdata(lua, -1);
	lua_pop(lua, 2);
	return f;
}

static void record_load(lua_State *lua, struct view_slot s, struct text name)
{
	const struct script_view *view = ruleset_of(lua)->call->view;
	const struct value *stored = NULL;
	const struct field_def *f = NULL;
	struct value computed;
	struct text kind = s.kind != NULL ? s.kind->name : TEXT("");

	if (person_part_push(lua, &s, name))
		return;
	if (s.kind != NULL)
		f = field_of(lua, s.kind, name);
	if (s.record != NULL)
		stored = value_get_text(&s.record->fields, name);
	if (stored != NULL && stored->kind != VALUE_NULL) {
		typed_push(lua, f, stored);
	} else if (s.record != NULL && view->computed != NULL &&
		   view->computed(view->world, view->book, s.record, name,
			   &computed)) {
		if (f == NULL && computed.kind == VALUE_TEXT &&
			rulebook_person(
				view->book, (struct text){computed.as.text,
						    computed.count}) != NULL)
			person_push(lua, (struct text){computed.as.text,
						 computed.count});
		else
			typed_push(lua, f, &computed);
	} else if (f != NULL) {
		typed_push(lua, f, &f->dflt);
	} else if (text_is(name, "id") && s.record != NULL) {
		lua_pushinteger(lua, s.record->id);
	} else if (text_is(name, "ref") && s.record != NULL) {
		lua_pushlstring(lua, s.record->ref.at, s.record->ref.bytes);
	} else {
		unknown_field(lua, kind.at, name,
			schema_near_field(view->world->schema, kind, name));
	}
}

static bool event_part_push(
	lua_State *lua, const struct event *e, struct text name)
{
	if (text_is(name, "type"))
		lua_pushlstring(lua, e->def->name.at, e->def->name.bytes);
	else if (text_is(name, "at"))
		lua_pushinteger(lua, e->occurred_at_ms);
	else if (text_is(name, "recorded_at"))
		lua_pushinteger(lua, e->recorded_at_ms);
	else if (text_is(name, "number"))
		lua_pushinteger(lua, e->number);
	else if (text_is(name, "id"))
		lua_pushlstring(lua, e->id.at, e->id.bytes);
	else if (text_is(name, "source"))
		lua_pushlstring(lua, e->source.at, e->source.bytes);
	else if (text_is(name, "actor"))
		lua_pushlstring(lua, e->actor.at, e->actor.bytes);
	else if (text_is(name, "role"))
		lua_pushlstring(lua, e->role.at, e->role.bytes);
	else
		return false;
	return true;
}

static void event_data_push(lua_State *lua, const struct event *e)
{
	struct view_slot *s = slot_take(lua);

	s->event = e;
	s->data_only = true;
	slot_push(lua, s);
}

static const char *near_event_field(const struct event *e, struct text wrong)
{
	static const char *const own[] = {"type", "at", "recorded_at", "number",
		"id", "source", "actor", "role", "data", "before"};
	const char *names[160];
	size_t n = 0;
	int near;

	for (; n < sizeof(own) / sizeof(own[0]); n++)
		names[n] = own[n];
	for (uint32_t i = 0; i < e->def->n_fields && n < 160; i++)
		names[n++] = e->def->fields[i].name.at;
	near = near_name(wrong.at, names, n);
	return near >= 0 ? names[near] : NULL;
}

static void event_load(lua_State *lua, struct view_slot s, struct text name)
{
	const struct value *v;

	if (!s.data_only && event_part_push(lua, s.event, name))
		return;
	if (!s.data_only && text_is(name, "data")) {
		event_data_push(lua, s.event);
		return;
	}
	if (!s.data_only && text_is(name, "before")) {
		if (ruleset_of(lua)->call->view->before != NULL)
			record_push(lua, ruleset_of(lua)->call->view->before);
		else
			lua_pushnil(lua);
		return;
	}
	v = value_get_text(&s.event->data, name);
	if (v != NULL)
		lua_value_push(lua, v, true);
	else if (event_field(s.event->def, name) != NULL)
		lua_pushnil(lua);
	else
		unknown_field(lua, s.event->def->name.at, name,
			near_event_field(s.event, name));
}

/* __index of a cache: cache, key. */
static int view_load(lua_State *lua)
{
	struct ruleset *rs = ruleset_of(lua);
	lua_Integer i = lua_tointeger(lua, lua_upvalueindex(1));
	struct view_slot s = rs->slots[i];
	struct text name;
	size_t n;

	if (lua_type(lua, 2) != LUA_TSTRING)
		return luaL_error(lua, "a field has a name, not %s",
			luaL_typename(lua, 2));
	if (rs->call == NULL || rs->call->view == NULL)
		return luaL_error(lua, "this cannot be read here");
	name.at = lua_tolstring(lua, 2, &n);
	name.bytes = (uint32_t)n;
	if (s.event != NULL)
		event_load(lua, s, name);
	else
		record_load(lua, s, name);
	if (!lua_isnil(lua, -1)) {
		lua_pushvalue(lua, 2);
		lua_pushvalue(lua, -2);
		lua_rawset(lua, 1);
		rs->slots[i].dirty = true;
	}
	return 1;
}

void lua_view_open(lua_State *lua)
{
	slots_grow(lua, ruleset_of(lua));
}

void lua_view_subject(lua_State *lua)
{
	const struct script_view *view = ruleset_of(lua)->call->view;

	if (view->subject != NULL)
		record_push(lua, view->subject);
	else
		lua_pushnil(lua);
}

void lua_view_event(lua_State *lua)
{
	struct ruleset *rs = ruleset_of(lua);
	struct view_slot *s;

	if (rs->call->view->event == NULL) {
		lua_pushnil(lua);
		return;
	}
	s = slot_take(lua);
	s->event = rs->call->view->event;
	slot_push(lua, s);
}

bool lua_view_value(lua_State *lua, int at, struct value *out)
{
	struct ruleset *rs = ruleset_of(lua);
	int i = slot_index(lua, at);

	if (i < 0 || (uint32_t)i >= rs->used_slots ||
		rs->slots[i].event != NULL)
		return false;
	*out = rs->slots[i].person.bytes > 0
		       ? value_of_text(rs->slots[i].person)
		       : value_int(rs->slots[i].record->id);
	return true;
}

bool lua_view_table(lua_State *lua, int at)
{
	struct ruleset *rs = ruleset_of(lua);
	int i = slot_index(lua, at);
	const struct view_slot *s;
	struct value none = value_map();

	if (i < 0)
		return false;
	s = &rs->slots[i];
	if (s->event != NULL)
		lua_value_push(lua, &s->event->data, true);
	else if (s->record != NULL)
		lua_value_push(lua, &s->record->fields, true);
	else
		lua_value_push(lua, &none, true);
	lua_freeze_contents(lua, -1);
	lua_remove(lua, -2);
	return true;
}

const char *lua_view_name(lua_State *lua, int at)
{
	struct ruleset *rs = ruleset_of(lua);
	int i = slot_index(lua, at);

	if (i < 0)
		return NULL;
	if (rs->slots[i].event != NULL)
		return "event";
	if (rs->slots[i].person.bytes > 0)
		return rs->slots[i].person.at;
	return rs->slots[i].record->kind.at;
}
