/*
 * act: what a running function wants, as effects. Everything is read raw and
 * checked here for form; people and times stay as given, the engine resolves
 * them when the effect is applied.
 */
#include "script/read.h"
#include "script/sandbox.h"

#include "base/near.h"

#include <string.h>

#define WORD(literal) {(literal), sizeof(literal) - 1}

static const struct text task_keys[] = {WORD("kind"), WORD("who"),
	WORD("title"), WORD("due"), WORD("within"), WORD("each_event"),
	WORD("writes"), WORD("with"), WORD("queue"), WORD("purpose"),
	WORD("answers"), WORD("about")};
static const struct text message_keys[] = {WORD("channel"), WORD("to"),
	WORD("template"), WORD("about"), WORD("purpose")};
#define TASK_KEYS    (sizeof(task_keys) / sizeof(task_keys[0]))
#define MESSAGE_KEYS (sizeof(message_keys) / sizeof(message_keys[0]))

const char *lua_act_task_key(size_t i)
{
	return i < TASK_KEYS ? task_keys[i].at : NULL;
}

const char *lua_act_message_key(size_t i)
{
	return i < MESSAGE_KEYS ? message_keys[i].at : NULL;
}
#define KEYS_MOST     32 /* of one verb */

static const struct value *member(const struct value *map, const char *key)
{
	const struct value *v = value_get(map, key);

	return v != NULL && v->kind != VALUE_NULL ? v : NULL;
}

static int act_line(lua_State *lua)
{
	lua_Debug ar;

	if (!lua_getstack(lua, 1, &ar) || !lua_getinfo(lua, "l", &ar))
		return 0;
	return ar.currentline;
}

static struct ruleset *running(lua_State *lua)
{
	struct ruleset *rs = ruleset_of(lua);

	if (rs->call == NULL || rs->call->out == NULL)
		luaL_error(lua, "act can only be used in run = function(...)");
	return rs;
}

static void put(
	lua_State *lua, struct value *args, const char *key, struct value v)
{
	struct script_call *call = ruleset_of(lua)->call;

	if (value_put(call->view->world->arena, args, key, v))
		return;
	call->nomem = true;
	luaL_error(lua, "no memory");
}

static struct value given_of(
	lua_State *lua, int at, const char *name, size_t *spent)
{
	struct value v;

	lua_value_read(lua, at, ruleset_of(lua)->call->view->world->arena,
		name, spent, &v);
	return v;
}

static struct value given(lua_State *lua, int at, const char *name)
{
	return given_of(lua, at, name, NULL);
}

/* A text as it lies in Lua's memory: to look something up with. */
static struct text name_given(lua_State *lua, int at, const char *name)
{
	struct text t;
	size_t n;

	if (lua_type(lua, at) != LUA_TSTRING)
		luaL_error(lua, "%s must be a text, not %s", name,
			luaL_typename(lua, at));
	t.at = lua_tolstring(lua, at, &n);
	t.bytes = (uint32_t)n;
	return t;
}

static struct value text_given(lua_State *lua, int at, const char *name)
{
	name_given(lua, at, name);
	return given(lua, at, name);
}

/* Appends one effect about the subject. */
static int effect_add(lua_State *lua, enum effect_kind kind, struct value args)
{
	struct ruleset *rs = running(lua);
	struct script_call *call = rs->call;
	struct card_decision *out = call->out;
	struct effect *all;

	if (out->n_effects - call->effects_before >= rs->limits.effects)
		return luaL_error(lua, "more than %d effects in one call",
			(int)rs->limits.effects);
	all = arena_grow(call->view->world->arena, out->effects, out->n_effects,
		&out->cap_effects, out->n_effects + 1, sizeof(*all));
	if (all == NULL) {
		call->nomem = true;
		return luaL_error(lua, "no memory");
	}
	out->effects = all;
	all[out->n_effects++] = (struct effect){.kind = (uint8_t)kind,
		.subject = call->view->subject != NULL ? call->view->subject->id
						       : 0,
		.args = args,
		.line = act_line(lua),
		.step = TEXT("")};
	return 0;
}

MAY_RAISE static void key_unknown(lua_State *lua, const char *key,
	const char *verb, const struct text *keys, size_t n)
{
	const char *names[KEYS_MOST];
	int near;

	for (size_t i = 0; i < n; i++)
		names[i] = keys[i].at;
	near = near_name(key, names, n);
	if (near >= 0)
		luaL_error(lua,
			"%s has no key \"%s\" (did you mean "
			"\"%s\"?)",
			verb, key, names[near]);
	luaL_error(lua, "%s has no key \"%s\"", verb, key);
}

/* Which of `keys` stand in the table at `at`, as bits. Of several unknown
 * ones the first in byte order is told: the order of a table is none. */
MAY_RAISE static uint32_t keys_present(lua_State *lua, int at,
	const char *verb, const struct text *keys, size_t n)
{
	const char *unknown = NULL;
	uint32_t found = 0;

	for (lua_pushnil(lua); lua_next(lua, at); lua_pop(lua, 1)) {
		struct text key;
		size_t bytes, k = 0;

		if (lua_type(lua, -2) != LUA_TSTRING)
			luaL_error(lua, "%s wants names for its values", verb);
		key.at = lua_tolstring(lua, -2, &bytes);
		key.bytes = (uint32_t)bytes;
		while (k < n && !text_equal(key, keys[k]))
			k++;
		if (k < n)
			found |= UINT32_C(1) << k;
		else if (unknown == NULL || strcmp(key.at, unknown) < 0)
			unknown = key.at;
	}
	if (unknown != NULL)
		key_unknown(lua, unknown, verb, keys, n);
	return found;
}

/* { ... } with `keys` alone, read in their order. */
MAY_RAISE static struct value map_given(lua_State *lua, int at,
	const char *verb, const struct text *keys, size_t n)
{
	struct arena *a = ruleset_of(lua)->call->view->world->arena;
	struct value map = value_map();
	size_t spent = 0;
	uint32_t present;

	if (lua_type(lua, at) != LUA_TTABLE)
		luaL_error(lua, "%s wants { ... }, not %s", verb,
			luaL_typename(lua, at));
	lua_freeze_contents(lua, at);
	at = lua_gettop(lua);
	present = keys_present(lua, at, verb, keys, n);
	for (map.room = 2; 1 << map.room <= __builtin_popcount(present);)
		map.room++; /* and one more: a default */
	map.as.members = arena_alloc(a, sizeof(struct member) << map.room);
	if (map.as.members == NULL) {
		ruleset_of(lua)->call->nomem = true;
		luaL_error(lua, "no memory");
	}
	for (size_t k = 0; k < n; k++) {
		if ((present & UINT32_C(1) << k) == 0)
			continue;
		lua_pushlstring(lua, keys[k].at, keys[k].bytes);
		lua_rawget(lua, at);
		map.as.members[map.count++] = (struct member){keys[k],
			given_of(lua, -1, keys[k].at, &spent)};
		lua_pop(lua, 1);
	}
	lua_settop(lua, at - 1);
	return map;
}

/* A Dutch word becomes the English one that is kept. */
static void one_of(lua_State *lua, const char *verb, struct value *map,
	const char *key, const char *const *allowed, size_t n)
{
	const struct value *v = member(map, key);
	int near;

	if (v == NULL)
		return;
	if (v->kind != VALUE_TEXT)
		luaL_error(lua, "%s: %s must be a text", verb, key);
	put(lua, map, key, value_of_text(read_phrase(value_as_text(v))));
	v = member(map, key);
	for (size_t i = 0; i < n; i++)
		if (strcmp(v->as.text, allowed[i]) == 0)
			return;
	near = near_name(v->as.text, allowed, n);
	if (near >= 0)
		luaL_error(lua,
			"%s: %s cannot be \"%s\" (did you mean "
			"\"%s\"?)",
			verb, key, v->as.text, allowed[near]);
	luaL_error(lua, "%s: %s cannot be \"%s\"", verb, key, v->as.text);
}

/* People: a descriptor, or the id of somebody in dealership.lua. */
static void who_check(lua_State *lua, const char *verb,
	const struct value *map, const char *key)
{
	const struct value *v = member(map, key);

	if (v == NULL || (v->kind == VALUE_MAP && member(v, "who") != NULL))
		return;
	if (v->kind != VALUE_TEXT)
		luaL_error(lua,
			"%s: %s must be a person, as role "
			"\"sales_manager\"",
			verb, key);
	if (rulebook_person(&ruleset_of(lua)->book, value_as_text(v)) == NULL)
		luaL_error(lua, "%s: there is no person \"%s\"", verb,
			v->as.text);
}

/* A time as given: text that is a span, moment or date; ms; days. */
static void time_check(lua_State *lua, const char *verb, const char *key,
	const struct value *v)
{
	struct zone *zone = ruleset_of(lua)->book.zone;
	struct moment moment;
	struct span span;
	struct fl_error err;
	int64_t ms;
	struct text t;

	if (v == NULL || v->kind == VALUE_INT || v->kind == VALUE_REAL)
		return;
	if (v->kind != VALUE_TEXT)
		luaL_error(lua, "%s: %s must be a time", verb, key);
	t = (struct text){v->as.text, v->count};
	if (span_read(t, &span, &err) == FL_OK ||
		moment_read(t, &moment) == FL_OK ||
		zone_read_time(zone, t, &ms, &err) == FL_OK)
		return;
	luaL_error(lua,
		"%s: %s \"%s\" is neither a length of time (\"2 work "
		"days\") nor a moment (\"end of day\")",
		verb, key, t.at);
}

static void title_check(lua_State *lua, const struct value *task)
{
	const struct value *title = member(task, "title");

	if (title == NULL)
		luaL_error(lua, "act.task lacks a title");
	if (title->kind == VALUE_TEXT && title->count > 0)
		return;
	if (title->kind == VALUE_MAP &&
		(member(title, "nl") != NULL || member(title, "en") != NULL))
		return;
	luaL_error(lua, "act.task: title must be a text or { nl = , en = }");
}

static int act_task(lua_State *lua)
{
	static const char *const kinds[] = {"call", "mail", "visit", "todo"};
	static const char *const purposes[] = {
		"help", "assurance", "offer", "service", "requested"};
	struct value v;

	running(lua);
	v = map_given(lua, 1, "act.task", task_keys, TASK_KEYS);
	if (member(&v, "kind") == NULL)
		put(lua, &v, "kind", value_text("todo"));
	one_of(lua, "act.task", &v, "kind", kinds, 4);
	one_of(lua, "act.task", &v, "purpose", purposes, 5);
	title_check(lua, &v);
	if (member(&v, "who") == NULL)
		luaL_error(lua, "act.task lacks who, as who = handler");
	who_check(lua, "act.task", &v, "who");
	who_check(lua, "act.task", &v, "with");
	time_check(lua, "act.task", "due", member(&v, "due"));
	time_check(lua, "act.task", "within", member(&v, "within"));
	return effect_add(lua, EFFECT_TASK, v);
}

static int act_assign(lua_State *lua)
{
	struct value v = value_map();

	running(lua);
	put(lua, &v, "who", given(lua, 1, "who"));
	if (member(&v, "who") == NULL)
		return luaL_error(lua, "act.assign wants who, as act.assign("
				       "round_robin \"sales\")");
	who_check(lua, "act.assign", &v, "who");
	if (!lua_isnoneornil(lua, 2))
		put(lua, &v, "reason", text_given(lua, 2, "reason"));
	return effect_add(lua, EFFECT_ASSIGN, v);
}

static bool fits(const struct field_def *f, const struct value *v)
{
	if (v->kind == VALUE_NULL)
		return true;
	switch (f->type) {
	case FIELD_INT:
	case FIELD_TIME:
	case FIELD_MONEY:
	case FIELD_REF:
		return v->kind == VALUE_INT;
	case FIELD_NUMBER:
		return v->kind == VALUE_INT || v->kind == VALUE_REAL;
	case FIELD_BOOL:
		return v->kind == VALUE_BOOL;
	case FIELD_LIST:
		return v->kind == VALUE_LIST;
	case FIELD_MAP:
		return v->kind == VALUE_MAP ||
		       (v->kind == VALUE_LIST && v->count == 0);
	case FIELD_ANY:
		return true;
	case FIELD_CHOICE:
		for (uint32_t i = 0; i < f->n_choices; i++)
			if (v->kind == VALUE_TEXT &&
				text_is(f->choices[i], v->as.text))
				return true;
		return false;
	default:
		return v->kind == VALUE_TEXT;
	}
}

static int act_set(lua_State *lua)
{
	struct ruleset *rs = running(lua);
	const struct script_view *view = rs->call->view;
	const struct schema *schema = rs->book.schema;
	const struct field_def *f;
	struct value v = value_map(), to;
	struct text name;
	const char *near;

	if (view->subject == NULL)
		return luaL_error(lua, "act.set: there is no subject here");
	name = name_given(lua, 1, "field");
	to = given(lua, 2, name.at);
	f = schema_field(schema, view->subject->kind, name);
	if (f == NULL) {
		near = schema_near_field(schema, view->subject->kind,
			name);
		return luaL_error(lua,
			"%s has no field \"%s\"%s%s%s; declare "
			"it: field \"%s.%s\" { type = ... }",
			view->subject->kind.at, name.at,
			near != NULL ? " (did you mean \"" : "",
			near != NULL ? near : "", near != NULL ? "\"?)" : "",
			view->subject->kind.at, name.at);
	}
	if (f->pack.bytes == 0)
		return luaL_error(lua,
			"\"%s\" is changed by events only; use "
			"act.emit, or declare a field of your own",
			name.at);
	if (f->type == FIELD_MAP && to.kind == VALUE_LIST)
		to = value_map();
	if (!fits(f, &to))
		return luaL_error(lua, "field \"%s\" cannot hold this value",
			name.at);
	put(lua, &v, "field", value_of_text(f->name));
	put(lua, &v, "value", to);
	return effect_add(lua, EFFECT_SET, v);
}

static int act_timer(lua_State *lua)
{
	struct value v = value_map();

	running(lua);
	put(lua, &v, "name", text_given(lua, 1, "name"));
	put(lua, &v, "due", given(lua, 2, "due"));
	if (member(&v, "due") == NULL)
		return luaL_error(lua, "act.timer wants when, as act.timer("
				       "\"cool-down\", \"2 weeks\")");
	time_check(lua, "act.timer", "due", member(&v, "due"));
	return effect_add(lua, EFFECT_TIMER, v);
}

static int act_cancel(lua_State *lua)
{
	struct value v = value_map();

	running(lua);
	if (!lua_isnoneornil(lua, 1))
		put(lua, &v, "name", text_given(lua, 1, "name"));
	return effect_add(lua, EFFECT_CANCEL, v);
}

static int act_message(lua_State *lua)
{
	static const char *const channels[] = {
		"phone", "email", "sms", "whatsapp", "post"};
	struct value v;

	running(lua);
	v = map_given(lua, 1, "act.message", message_keys, MESSAGE_KEYS);
	if (member(&v, "template") == NULL)
		return luaL_error(lua, "act.message lacks a template");
	if (member(&v, "channel") == NULL)
		put(lua, &v, "channel", value_text("email"));
	one_of(lua, "act.message", &v, "channel", channels, 5);
	if (member(&v, "to") != NULL && member(&v, "to")->kind == VALUE_MAP)
		who_check(lua, "act.message", &v, "to");
	return effect_add(lua, EFFECT_MESSAGE, v);
}

static int act_webhook(lua_State *lua)
{
	struct value v = value_map();
	const struct value *url;

	running(lua);
	put(lua, &v, "url", text_given(lua, 1, "url"));
	url = member(&v, "url");
	if (strncmp(url->as.text, "https://", 8) != 0 &&
		strncmp(url->as.text, "http://", 7) != 0)
		return luaL_error(lua, "act.webhook wants an address that "
				       "begins with https://");
	if (!lua_isnoneornil(lua, 2))
		put(lua, &v, "event", given(lua, 2, "event"));
	return effect_add(lua, EFFECT_WEBHOOK, v);
}

/* {type, data}: an event this one causes. */
static int emit(lua_State *lua, const char *verb, struct value type,
	struct value data, bool by_engine)
{
	struct ruleset *rs = running(lua);
	const struct event_def *def;
	struct text name = {type.as.text, type.count};
	struct value v = value_map();
	const char *near;

	def = schema_event(rs->book.schema, name);
	if (def == NULL) {
		near = schema_near_event(rs->book.schema, name);
		return luaL_error(lua,
			near != NULL
				? "%s: there is no event \"%s\" (did you mean "
				  "\"%s\"?)"
				: "%s: there is no event \"%s\"",
			verb, name.at, near);
	}
	if (def->engine_made && !by_engine)
		return luaL_error(lua, "%s: \"%s\" is made by fairlead itself",
			verb, name.at);
	for (uint32_t i = 0; i < data.count; i++)
		if (event_field(def, data.as.members[i].key) == NULL &&
			!text_equal(data.as.members[i].key, def->subject))
			return luaL_error(lua,
				"%s: event \"%s\" has no field "
				"\"%s\"",
				verb, name.at, data.as.members[i].key.at);
	put(lua, &v, "type", type);
	put(lua, &v, "data", data);
	return effect_add(lua, EFFECT_EMIT, v);
}

static struct value data_given(lua_State *lua, int at, const char *verb)
{
	struct value data = value_map();

	if (lua_isnoneornil(lua, at))
		return data;
	data = given(lua, at, "data");
	if (data.kind == VALUE_LIST && data.count == 0)
		data = value_map();
	if (data.kind != VALUE_MAP)
		luaL_error(
			lua, "%s wants its fields as { name = value }", verb);
	return data;
}

static int act_emit(lua_State *lua)
{
	struct value type;

	running(lua);
	type = text_given(lua, 1, "type");
	return emit(
		lua, "act.emit", type, data_given(lua, 2, "act.emit"), false);
}

static int act_promise(lua_State *lua)
{
	running(lua);
	return emit(lua, "act.promise", value_text("promise.made"),
		data_given(lua, 1, "act.promise"), true);
}

static int act_case(lua_State *lua)
{
	running(lua);
	return emit(lua, "act.case", value_text("fails.case_opened"),
		data_given(lua, 1, "act.case"), true);
}

static int act_note(lua_State *lua)
{
	struct value v = value_map();

	running(lua);
	put(lua, &v, "text", text_given(lua, 1, "text"));
	return effect_add(lua, EFFECT_NOTE, v);
}

static int act_stop(lua_State *lua)
{
	struct value v = value_map();

	running(lua);
	if (!lua_isnoneornil(lua, 1))
		put(lua, &v, "reason", text_given(lua, 1, "reason"));
	return effect_add(lua, EFFECT_STOP, v);
}

static int act_unknown(lua_State *lua)
{
	static const char *const verbs[] = {"task", "assign", "set", "timer",
		"cancel", "message", "webhook", "promise", "case", "emit",
		"note", "stop"};
	const char *name =
		lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
	int near = near_name(name, verbs, sizeof(verbs) / sizeof(verbs[0]));

	if (near >= 0)
		return luaL_error(lua,
			"there is no act.%s (did you mean "
			"\"act.%s\"?)",
			name, verbs[near]);
	return luaL_error(lua, "there is no act.%s", name);
}

void lua_act_open(lua_State *lua)
{
	static const luaL_Reg verbs[] = {{"task", act_task},
		{"assign", act_assign}, {"set", act_set}, {"timer", act_timer},
		{"cancel", act_cancel}, {"message", act_message},
		{"webhook", act_webhook}, {"promise", act_promise},
		{"case", act_case}, {"emit", act_emit}, {"note", act_note},
		{"stop", act_stop}, {NULL, NULL}};

	luaL_newlib(lua, verbs);
	lua_createtable(lua, 0, 1);
	lua_pushcfunction(lua, act_unknown);
	lua_setfield(lua, -2, "__index");
	lua_setmetatable(lua, -2);
	lua_freeze_table(lua, -1);
	ruleset_of(lua)->act_ref = luaL_ref(lua, LUA_REGISTRYINDEX);
}
