/*
 * What a running function sees of the world: read-only views of records and
 * people, userdata that ask the record when a field is read. Lists and maps are
 * made once a view, so that they stay the same table.
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

int lua_view_write(lua_State *lua)
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
		lua_event_forget(rs);
	}
	if (!first)
		lua_event_forget(rs);
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

void lua_view_record(lua_State *lua, const struct record *r)
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
			lua_view_record(lua, r);
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

int lua_view_unknown(
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

void lua_view_note(lua_State *lua, struct text kind, struct text name,
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

	if (person_part_push(lua, v, name))
		return;
	if (v->kind != NULL && (known = lua_name_find(lua, 2, name, v->kind,
					look_kind)) != NULL)
		f = known->found;
	if (r != NULL)
		stored = lua_name_value(&r->fields, name, known);
	if (stored != NULL && stored->kind != VALUE_NULL) {
		lua_view_note(lua, kind, name, stored);
		typed_push(lua, f, stored);
	} else if (r != NULL && view->computed != NULL &&
		   view->computed(
			   view->world, view->book, r, name, &computed)) {
		lua_view_note(lua, kind, name, &computed);
		computed_push(lua, f, &computed);
	} else if (f != NULL) {
		lua_view_note(lua, kind, name, &f->dflt);
		typed_push(lua, f, &f->dflt);
	} else if (r == NULL || !record_part_push(lua, r, name)) {
		lua_view_unknown(lua, kind.at, name,
			schema_near_field(view->world->schema, kind, name));
	}
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
	record_load(lua, v, name);
	if (lua_type(lua, -1) == LUA_TTABLE)
		table_keep(lua, v);
	return 1;
}

void lua_view_open(lua_State *lua)
{
	static const luaL_Reg meta[] = {{"__index", view_load},
		{"__newindex", lua_view_write}, {NULL, NULL}};

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
		lua_view_record(lua, view->subject);
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

	if (v == NULL || v->index >= ruleset_of(lua)->used_views)
		return false;
	*out = v->person.bytes > 0 ? value_of_text(v->person)
				   : value_int(v->record->id);
	return true;
}

bool lua_view_table(lua_State *lua, int at)
{
	const struct view *v = view_at(lua, at);
	struct value none = value_map();

	if (lua_event_is(lua, at))
		lua_value_push(lua, &lua_event_now(lua)->data, true);
	else if (v == NULL)
		return false;
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

	if (lua_event_is(lua, at))
		return "event";
	if (v == NULL)
		return NULL;
	if (v->person.bytes > 0)
		return v->person.at;
	return v->record->kind.at;
}
