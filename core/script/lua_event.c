/*
 * The event as a running function sees it: event.type, event.at, event.data,
 * and what it brought (event.channel as event.data.channel). There is one such
 * userdata a state, whatever the event: each field is asked of the event of the
 * running call. Only event.data, always the same, and event.at, brought up to
 * date when the event is pushed, lie ready in a table.
 */
#include "script/sandbox.h"

#include "base/near.h"

#define TABLES 1 /* user value of event.data: tables made of it */
#define WORD(literal)                                                          \
	{                                                                      \
		(literal), sizeof(literal) - 1                                 \
	}
#define FIELDS_TOLD 160 /* of one event, when a name is wrong */

/* What an event has beside its data. */
static const struct part {
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
		PART_BEFORE,
		PART_AFTER_HOURS
	} is;
} parts[] = {{WORD("type"), PART_TYPE}, {WORD("at"), PART_AT},
	{WORD("recorded_at"), PART_RECORDED_AT}, {WORD("number"), PART_NUMBER},
	{WORD("id"), PART_ID}, {WORD("source"), PART_SOURCE},
	{WORD("actor"), PART_ACTOR}, {WORD("role"), PART_ROLE},
	{WORD("data"), PART_DATA}, {WORD("before"), PART_BEFORE},
	{WORD("after_hours"), PART_AFTER_HOURS}};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

const char *lua_event_part(size_t i)
{
	return i < PARTS ? parts[i].name.at : NULL;
}

static const void *look_part(
	const struct ruleset *rs, const void *of, struct text name)
{
	(void)rs, (void)of;
	for (size_t i = 0; i < PARTS; i++)
		if (text_equal(parts[i].name, name))
			return &parts[i];
	return NULL;
}

static const void *look_field(
	const struct ruleset *rs, const void *of, struct text name)
{
	(void)rs;
	return event_field(of, name);
}

/* Another event brings it, or any may carry it: in this one it is nil. */
static const void *look_anywhere(
	const struct ruleset *rs, const void *of, struct text name)
{
	const struct schema *schema = of;

	(void)rs;
	for (uint32_t i = 0; i < schema_event_count(schema); i++)
		if (event_field(schema_event_at(schema, i), name) != NULL)
			return schema_event_at(schema, i);
	return schema_everybodys(schema, name) ? schema : NULL;
}

static void text_push(lua_State *lua, struct text t)
{
	lua_pushlstring(lua, t.at, t.bytes);
}

static void part_push(lua_State *lua, const struct part *part)
{
	const struct event *e = lua_event_now(lua);
	const struct ruleset *rs = ruleset_of(lua);
	const struct record *before = rs->call->view->before;

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
		lua_rawgeti(lua, LUA_REGISTRYINDEX, rs->event.data_ref);
		return;
	case PART_BEFORE:
		if (before != NULL)
			lua_view_record(lua, before);
		else
			lua_pushnil(lua);
		return;
	case PART_AFTER_HOURS:
		lua_pushboolean(lua, rs->book.calendar != NULL &&
				!calendar_is_open(rs->book.calendar,
					e->occurred_at_ms));
		return;
	}
}

static const char *near_field(const struct event *e, struct text wrong)
{
	const char *names[FIELDS_TOLD];
	size_t n = 0;
	int near;

	for (; n < PARTS; n++)
		names[n] = parts[n].name.at;
	for (uint32_t i = 0; i < e->def->n_fields && n < FIELDS_TOLD; i++)
		names[n++] = e->def->fields[i].name.at;
	near = near_name(wrong.at, names, n);
	return near >= 0 ? names[near] : NULL;
}

const struct event *lua_event_now(lua_State *lua)
{
	const struct ruleset *rs = ruleset_of(lua);

	if (rs->call == NULL || rs->call->view == NULL ||
		rs->call->view->event == NULL)
		luaL_error(lua, "this cannot be read here");
	return rs->call->view->event;
}

/* The name asked for, at stack index 2. */
MAY_RAISE static struct text name_asked(lua_State *lua)
{
	struct text name;
	size_t n;

	if (lua_type(lua, 2) != LUA_TSTRING)
		luaL_error(lua, "a field has a name, not %s",
			luaL_typename(lua, 2));
	name.at = lua_tolstring(lua, 2, &n);
	name.bytes = (uint32_t)n;
	return name;
}

/* Lists and maps are made once an event, so that they stay the same table. */
static void table_push(lua_State *lua, const struct value *v)
{
	struct event_view *ev = &ruleset_of(lua)->event;

	lua_rawgeti(lua, LUA_REGISTRYINDEX, ev->data_ref);
	if (!ev->has_tables) {
		lua_newtable(lua);
		lua_setiuservalue(lua, -2, TABLES);
		ev->has_tables = true;
	}
	lua_getiuservalue(lua, -1, TABLES);
	lua_pushvalue(lua, 2);
	if (lua_rawget(lua, -2) != LUA_TNIL)
		return;
	lua_pushvalue(lua, 2);
	lua_value_push(lua, v, true);
	lua_pushvalue(lua, -1);
	lua_replace(lua, -4); /* in the place of nil */
	lua_rawset(lua, -4);
}

static int data_push(lua_State *lua, struct text name)
{
	const struct event *e = lua_event_now(lua);
	struct name_known *known =
		lua_name_find(lua, 2, name, e->def, look_field);
	const struct value *v = lua_name_value(&e->data, name, known);

	lua_view_note(lua, TEXT("event"), name, v);
	if (v == NULL && known == NULL &&
		lua_name_find(lua, 2, name, ruleset_of(lua)->book.schema,
			look_anywhere) == NULL)
		return lua_view_unknown(
			lua, e->def->name.at, name, near_field(e, name));
	if (v == NULL)
		lua_pushnil(lua);
	else if (v->kind < VALUE_LIST)
		lua_value_push(lua, v, true);
	else
		table_push(lua, v);
	return 1;
}

/* __index of event.data: userdata, field. */
static int data_load(lua_State *lua)
{
	return data_push(lua, name_asked(lua));
}

/* __index of what lies ready of the event: table, field. */
static int event_load(lua_State *lua)
{
	struct text name = name_asked(lua);
	const struct name_known *known =
		lua_name_find(lua, 2, name, parts, look_part);

	if (known == NULL)
		return data_push(lua, name);
	part_push(lua, known->found);
	return 1;
}

void lua_event_push(lua_State *lua)
{
	struct ruleset *rs = ruleset_of(lua);
	struct event_view *ev = &rs->event;
	const struct event *e = rs->call->view->event;

	if (e == NULL) {
		lua_pushnil(lua);
		return;
	}
	if (ev->at_ms != e->occurred_at_ms) {
		lua_rawgeti(lua, LUA_REGISTRYINDEX, ev->ready_ref);
		lua_rawgeti(lua, LUA_REGISTRYINDEX, ev->at_ref);
		lua_pushinteger(lua, e->occurred_at_ms);
		lua_rawset(lua, -3); /* it has the key: no memory is wanted */
		lua_pop(lua, 1);
		ev->at_ms = e->occurred_at_ms;
	}
	lua_rawgeti(lua, LUA_REGISTRYINDEX, ev->whole_ref);
}

void lua_event_forget(struct ruleset *rs)
{
	if (!rs->event.has_tables)
		return;
	lua_rawgeti(rs->lua, LUA_REGISTRYINDEX, rs->event.data_ref);
	lua_pushnil(rs->lua);
	lua_setiuservalue(rs->lua, -2, TABLES);
	lua_pop(rs->lua, 1);
	rs->event.has_tables = false;
}

bool lua_event_is(lua_State *lua, int at)
{
	const struct event_view *ev = &ruleset_of(lua)->event;
	const void *it = lua_touserdata(lua, at);

	return it != NULL && (it == ev->whole || it == ev->data);
}

/* Makes a userdata that reads by the value on top, pops that; *ref holds the
 * userdata. */
static const void *view_make(lua_State *lua, int *ref)
{
	const void *it = lua_newuserdatauv(lua, 1, TABLES);

	lua_createtable(lua, 0, 3);
	lua_pushvalue(lua, -3);
	lua_setfield(lua, -2, "__index");
	lua_pushcfunction(lua, lua_view_write);
	lua_setfield(lua, -2, "__newindex");
	lua_pushboolean(lua, 0);
	lua_setfield(lua, -2, "__metatable");
	lua_setmetatable(lua, -2);
	*ref = luaL_ref(lua, LUA_REGISTRYINDEX);
	lua_pop(lua, 1);
	return it;
}

void lua_event_open(lua_State *lua)
{
	struct event_view *ev = &ruleset_of(lua)->event;

	lua_pushcfunction(lua, data_load);
	ev->data = view_make(lua, &ev->data_ref);
	lua_pushliteral(lua, "at");
	ev->at_ref = luaL_ref(lua, LUA_REGISTRYINDEX);
	lua_createtable(lua, 0, 2);
	lua_rawgeti(lua, LUA_REGISTRYINDEX, ev->data_ref);
	lua_setfield(lua, -2, "data");
	lua_pushinteger(lua, ev->at_ms);
	lua_setfield(lua, -2, "at");
	lua_createtable(lua, 0, 1);
	lua_pushcfunction(lua, event_load);
	lua_setfield(lua, -2, "__index");
	lua_setmetatable(lua, -2);
	lua_pushvalue(lua, -1);
	ev->ready_ref = luaL_ref(lua, LUA_REGISTRYINDEX);
	ev->whole = view_make(lua, &ev->whole_ref);
}
