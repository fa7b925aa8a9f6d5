/*
 * What a running function sees of the world: read-only views of records,
 * people and the event, userdata that ask the record when a field is read.
 * Lists and maps are made once a view, so that they stay the same table.
 */
#include "script/sandbox.h"

#include "base/near.h"

#include <string.h>

#define VIEWS_MAX  100000
#define VIEW_TYPE  "fairlead.view"
#define WORD(literal)                                                          \
	{                                                                      \
		(literal), sizeof(literal) - 1                                 \
	}
#define TABLES     1 /* user value: tables made of this view, by field */

static int view_write(lua_State *lua)
{
	const char *key =
		lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";

	return luaL_error(
		lua, "\"%s\" cannot be changed here; use act.set", key);
}

static struct view *view_at(lua_State *lua, int at)
{
	return luaL_testudata(lua, at, VIEW_TYPE);
}

/* Puts n more views on the shelf. */
MAY_RAISE static void views_grow(lua_State *lua, struct ruleset *rs, uint32_t n)
{
	struct view **views;

	if (rs->n_views + n > VIEWS_MAX)
		luaL_error(lua, "too many records in one function");
	luaL_checkstack(lua, 4, NULL);
	views = realloc(rs->views, (rs->n_views + n) * sizeof(struct view *));
	if (views == NULL)
		luaL_error(lua, "no memory");
	rs->views = views;
	while (n-- > 0) {
		struct view *v = lua_newuserdatauv(lua, sizeof(*v), TABLES);

		memset(v, 0, sizeof(*v));
		luaL_setmetatable(lua, VIEW_TYPE);
		v->index = rs->n_views;
		v->ref = luaL_ref(lua, LUA_REGISTRYINDEX);
		rs->views[rs->n_views++] = v;
	}
}

/* A view of this call that shows nothing yet. */
MAY_RAISE static struct view *view_take(lua_State *lua)
{
	struct ruleset *rs = ruleset_of(lua);
	struct view *v, old;

	if (rs->used_views == rs->n_views)
		views_grow(lua, rs, rs->n_views);
	v = rs->views[rs->used_views++];
	old = *v;
	if (old.has_tables) {
		lua_rawgeti(lua, LUA_REGISTRYINDEX, v->ref);
		lua_pushnil(lua);
		lua_setiuservalue(lua, -2, TABLES);
		lua_pop(lua, 1);
	}
	*v = (struct view){.index = old.index, .ref = old.ref,
		.person = TEXT("")};
	return v;
}

static void view_push(lua_State *lua, const struct view *v)
{
	lua_rawgeti(lua, LUA_REGISTRYINDEX, v->ref);
}

static bool shows_the_same(const struct script_view *a,
	const struct script_view *b)
{
	return a->stamp != 0 && a->stamp == b->stamp && a->world == b->world &&
	       a->subject == b->subject && a->event == b->event &&
	       a->before == b->before;
}

static int views_room(lua_State *lua)
{
	struct ruleset *rs = lua_touserdata(lua, 1);

	views_grow(lua, rs, rs->n_views);
	return 0;
}

fl_status lua_view_begin(struct ruleset *rs, struct script_call *call)
{
	bool first = call->outer == NULL && call->view != NULL;

	if (first && !shows_the_same(&rs->shown, call->view)) {
		rs->used_views = 0;
		rs->shown = *call->view;
	}
	call->first_view = first ? 0 : rs->used_views;
	if (rs->n_views - rs->used_views < VIEWS_OF_A_CALL)
		return sandbox_protect(rs, views_room, rs, NULL);
	return FL_OK;
}

void lua_view_end(struct ruleset *rs, struct script_call *call)
{
	if (call->outer != NULL || call->view == NULL)
		rs->used_views = call->first_view;
}

/* The view of `r` in this call, or NULL. */
static struct view *view_of(const struct ruleset *rs, const struct record *r)
{
	for (uint32_t i = rs->call->first_view; i < rs->used_views; i++)
		if (rs->views[i]->record == r)
			return rs->views[i];
	return NULL;
}

static void record_push(lua_State *lua, const struct record *r)
{
	struct ruleset *rs = ruleset_of(lua);
	struct view *v = view_of(rs, r);

	if (v == NULL) {
		v = view_take(lua);
		v->record = r;
		v->kind = schema_kind(rs->call->view->world->schema, r->kind);
		if (text_is(r->kind, "person"))
			v->person = r->ref;
	}
	view_push(lua, v);
}

static void person_push(lua_State *lua, struct text id)
{
	struct ruleset *rs = ruleset_of(lua);
	struct world *w = rs->call->view->world;
	const struct record *r = NULL;
	struct view *v;

	for (uint32_t i = rs->call->first_view; i < rs->used_views; i++)
		if (text_equal(rs->views[i]->person, id)) {
			view_push(lua, rs->views[i]);
			return;
		}
	if (w->by_ref != NULL)
		r = w->by_ref(w->ctx, TEXT("person"), id);
	v = view_take(lua);
	v->record = r;
	v->kind = schema_kind(w->schema, TEXT("person"));
	v->person = id;
	view_push(lua, v);
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
	lua_State *lua, const struct view *v, struct text name)
{
	struct ruleset *rs = ruleset_of(lua);
	const struct person *p;

	if (v->person.bytes == 0)
		return false;
	if (text_is(name, "id")) {
		lua_pushlstring(lua, v->person.at, v->person.bytes);
		return true;
	}
	p = rulebook_person(&rs->book, v->person);
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

static const void *look_kind(
	const struct ruleset *rs, const void *of, struct text name)
{
	const struct kind_def *kind = of;

	return schema_field(rs->book.schema, kind->name, name);
}

static const void *look_event(
	const struct ruleset *rs, const void *of, struct text name)
{
	(void)rs;
	return event_field(of, name);
}

/* The member `name`, which most often stands where it stood last time. */
static const struct value *member_at(
	const struct value *map, struct text name, uint32_t *place)
{
	const struct member *m = map->as.members;

	if (*place < map->count && text_equal(m[*place].key, name))
		return &m[*place].value;
	for (uint32_t i = 0; i < map->count; i++)
		if (text_equal(m[i].key, name)) {
			*place = i;
			return &m[i].value;
		}
	return NULL;
}

static void note_read(lua_State *lua, struct text kind, struct text name,
	const struct value *v)
{
	const struct script_view *view = ruleset_of(lua)->call->view;
	struct value none = value_null();

	if (view->read != NULL)
		view->read(view->read_ctx, kind, name, v != NULL ? v : &none);
}

static void computed_push(
	lua_State *lua, const struct field_def *f, const struct value *v)
{
	struct text id = value_as_text(v);

	if (f == NULL && id.bytes > 0 &&
		rulebook_person(&ruleset_of(lua)->book, id) != NULL)
		person_push(lua, id);
	else
		typed_push(lua, f, v);
}

/* What every record has, declared or not; false: not that name. */
static bool record_part_push(
	lua_State *lua, const struct record *r, struct text name)
{
	if (text_is(name, "id"))
		lua_pushinteger(lua, r->id);
	else if (text_is(name, "ref"))
		lua_pushlstring(lua, r->ref.at, r->ref.bytes);
	else
		return false;
	return true;
}

static void record_load(lua_State *lua, const struct view *v, struct text name)
{
	const struct script_view *view = ruleset_of(lua)->call->view;
	const struct record *r = v->record;
	const struct value *stored = NULL;
	const struct field_def *f = NULL;
	struct name_known *known = NULL;
	struct value computed;
	struct text kind = v->kind != NULL ? v->kind->name : TEXT("");
	uint32_t place = 0;

	if (person_part_push(lua, v, name))
		return;
	if (v->kind != NULL && (known = lua_name_find(lua, 2, name, v->kind,
					look_kind)) != NULL)
		f = known->found;
	if (r != NULL)
		stored = member_at(&r->fields, name,
			known != NULL ? &known->place : &place);
	if (stored != NULL && stored->kind != VALUE_NULL) {
		note_read(lua, kind, name, stored);
		typed_push(lua, f, stored);
	} else if (r != NULL && view->computed != NULL &&
		   view->computed(
			   view->world, view->book, r, name, &computed)) {
		note_read(lua, kind, name, &computed);
		computed_push(lua, f, &computed);
	} else if (f != NULL) {
		note_read(lua, kind, name, &f->dflt);
		typed_push(lua, f, &f->dflt);
	} else if (r == NULL || !record_part_push(lua, r, name)) {
		unknown_field(lua, kind.at, name,
			schema_near_field(view->world->schema, kind, name));
	}
}

/* What an event has beside its data. */
static const struct event_part {
	struct text name;
	enum {
		PART_TYPE,
		PART_AT,
		PART_RECORDED_AT,
		PART_NUMBER,
		PART_ID,
		PART_SOURCE,
		PART_ACTOR,
		PART_ROLE,
		PART_DATA,
		PART_BEFORE
	} is;
} event_parts[] = {{WORD("type"), PART_TYPE}, {WORD("at"), PART_AT},
	{WORD("recorded_at"), PART_RECORDED_AT}, {WORD("number"), PART_NUMBER},
	{WORD("id"), PART_ID}, {WORD("source"), PART_SOURCE},
	{WORD("actor"), PART_ACTOR}, {WORD("role"), PART_ROLE},
	{WORD("data"), PART_DATA}, {WORD("before"), PART_BEFORE}};
#define PARTS (sizeof(event_parts) / sizeof(event_parts[0]))

static const void *look_part(
	const struct ruleset *rs, const void *of, struct text name)
{
	(void)rs, (void)of;
	for (size_t i = 0; i < PARTS; i++)
		if (text_equal(event_parts[i].name, name))
			return &event_parts[i];
	return NULL;
}

static void event_push(lua_State *lua, const struct event *e, bool data_only)
{
	struct ruleset *rs = ruleset_of(lua);
	struct view *v;

	for (uint32_t i = rs->call->first_view; i < rs->used_views; i++) {
		v = rs->views[i];
		if (v->event == e && v->data_only == data_only) {
			view_push(lua, v);
			return;
		}
	}
	v = view_take(lua);
	v->event = e;
	v->data_only = data_only;
	view_push(lua, v);
}

static void text_push(lua_State *lua, struct text t)
{
	lua_pushlstring(lua, t.at, t.bytes);
}

static void event_part_push(
	lua_State *lua, const struct event *e, const struct event_part *part)
{
	const struct record *before = ruleset_of(lua)->call->view->before;

	switch (part->is) {
	case PART_TYPE:
		text_push(lua, e->def->name);
		return;
	case PART_AT:
		lua_pushinteger(lua, e->occurred_at_ms);
		return;
	case PART_RECORDED_AT:
		lua_pushinteger(lua, e->recorded_at_ms);
		return;
	case PART_NUMBER:
		lua_pushinteger(lua, e->number);
		return;
	case PART_ID:
		text_push(lua, e->id);
		return;
	case PART_SOURCE:
		text_push(lua, e->source);
		return;
	case PART_ACTOR:
		text_push(lua, e->actor);
		return;
	case PART_ROLE:
		text_push(lua, e->role);
		return;
	case PART_DATA:
		event_push(lua, e, true);
		return;
	case PART_BEFORE:
		if (before != NULL)
			record_push(lua, before);
		else
			lua_pushnil(lua);
		return;
	}
}

static const char *near_event_field(const struct event *e, struct text wrong)
{
	const char *names[160];
	size_t n = 0;
	int near;

	for (; n < PARTS; n++)
		names[n] = event_parts[n].name.at;
	for (uint32_t i = 0; i < e->def->n_fields && n < 160; i++)
		names[n++] = e->def->fields[i].name.at;
	near = near_name(wrong.at, names, n);
	return near >= 0 ? names[near] : NULL;
}

static void event_load(lua_State *lua, const struct view *v, struct text name)
{
	const struct event *e = v->event;
	struct name_known *known;
	const struct value *data;
	uint32_t place = 0;

	if (!v->data_only && (known = lua_name_find(lua, 2, name, event_parts,
				      look_part)) != NULL) {
		event_part_push(lua, e, known->found);
		return;
	}
	known = lua_name_find(lua, 2, name, e->def, look_event);
	data = member_at(
		&e->data, name, known != NULL ? &known->place : &place);
	note_read(lua, TEXT("event"), name, data);
	if (data != NULL)
		lua_value_push(lua, data, true);
	else if (known != NULL)
		lua_pushnil(lua);
	else
		unknown_field(
			lua, e->def->name.at, name, near_event_field(e, name));
}

/* Pushes the table made earlier of field 2 of view 1, if there is one. */
static bool table_known(lua_State *lua)
{
	lua_getiuservalue(lua, 1, TABLES);
	lua_pushvalue(lua, 2);
	return lua_rawget(lua, -2) == LUA_TTABLE;
}

static void table_keep(lua_State *lua, struct view *v)
{
	if (!v->has_tables) {
		lua_newtable(lua);
		lua_setiuservalue(lua, 1, TABLES);
		v->has_tables = true;
	}
	lua_getiuservalue(lua, 1, TABLES);
	lua_pushvalue(lua, 2);
	lua_pushvalue(lua, -3);
	lua_rawset(lua, -3);
	lua_pop(lua, 1);
}

/* __index: view, field. */
static int view_load(lua_State *lua)
{
	struct ruleset *rs = ruleset_of(lua);
	struct view *v = lua_touserdata(lua, 1);
	struct text name;
	size_t n;

	if (lua_type(lua, 2) != LUA_TSTRING)
		return luaL_error(lua, "a field has a name, not %s",
			luaL_typename(lua, 2));
	if (rs->call == NULL || rs->call->view == NULL ||
		v->index >= rs->used_views)
		return luaL_error(lua, "this cannot be read here");
	if (v->has_tables) {
		if (table_known(lua))
			return 1;
		lua_settop(lua, 2);
	}
	name.at = lua_tolstring(lua, 2, &n);
	name.bytes = (uint32_t)n;
	if (v->event != NULL)
		event_load(lua, v, name);
	else
		record_load(lua, v, name);
	if (lua_type(lua, -1) == LUA_TTABLE)
		table_keep(lua, v);
	return 1;
}

void lua_view_open(lua_State *lua)
{
	static const luaL_Reg meta[] = {{"__index", view_load},
		{"__newindex", view_write}, {NULL, NULL}};

	luaL_newmetatable(lua, VIEW_TYPE);
	luaL_setfuncs(lua, meta, 0);
	lua_pushboolean(lua, 0);
	lua_setfield(lua, -2, "__metatable");
	lua_pop(lua, 1);
	views_grow(lua, ruleset_of(lua), 2 * VIEWS_OF_A_CALL);
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
	const struct script_view *view = ruleset_of(lua)->call->view;

	if (view->event != NULL)
		event_push(lua, view->event, false);
	else
		lua_pushnil(lua);
}

const struct field_def *lua_view_field(lua_State *lua, int at, struct text name)
{
	struct ruleset *rs = ruleset_of(lua);
	const struct view *v = view_of(rs, rs->call->view->subject);
	const struct name_known *known = NULL;

	if (v != NULL && v->kind != NULL)
		known = lua_name_find(lua, at, name, v->kind, look_kind);
	return known != NULL ? known->found : NULL;
}

bool lua_view_value(lua_State *lua, int at, struct value *out)
{
	const struct view *v = view_at(lua, at);

	if (v == NULL || v->index >= ruleset_of(lua)->used_views ||
		v->event != NULL)
		return false;
	*out = v->person.bytes > 0 ? value_of_text(v->person)
				   : value_int(v->record->id);
	return true;
}

bool lua_view_table(lua_State *lua, int at)
{
	const struct view *v = view_at(lua, at);
	struct value none = value_map();

	if (v == NULL)
		return false;
	if (v->event != NULL)
		lua_value_push(lua, &v->event->data, true);
	else if (v->record != NULL)
		lua_value_push(lua, &v->record->fields, true);
	else
		lua_value_push(lua, &none, true);
	lua_freeze_contents(lua, -1);
	lua_remove(lua, -2);
	return true;
}

const char *lua_view_name(lua_State *lua, int at)
{
	const struct view *v = view_at(lua, at);

	if (v == NULL)
		return NULL;
	if (v->event != NULL)
		return "event";
	if (v->person.bytes > 0)
		return v->person.at;
	return v->record->kind.at;
}
