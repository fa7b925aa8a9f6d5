/*
 * act: what a running function wants, as effects. Everything is read raw and
 * checked here for form; people and times stay as given, the engine resolves
 * them when the effect is applied.
 */
#include "script/read.h"
#include "script/sandbox.h"
#include "script/synonym.h"

#include "base/near.h"

#include <string.h>

#define WORD(literal) {(literal), sizeof(literal) - 1}

/* In the order in which they are recorded. */
enum task_key {
	TASK_KIND,
	TASK_WHO,
	TASK_TITLE,
	TASK_DUE,
	TASK_WITHIN,
	TASK_EACH_EVENT,
	TASK_WRITES,
	TASK_WITH,
	TASK_QUEUE,
	TASK_PURPOSE,
	TASK_ANSWERS,
	TASK_ABOUT,
	TASK_KEYS
};
static const struct text task_keys[TASK_KEYS] = {WORD("kind"), WORD("who"),
	WORD("title"), WORD("due"), WORD("within"), WORD("each_event"),
	WORD("writes"), WORD("with"), WORD("queue"), WORD("purpose"),
	WORD("answers"), WORD("about")};

enum message_key {
	MESSAGE_CHANNEL,
	MESSAGE_TO,
	MESSAGE_TEMPLATE,
	MESSAGE_ABOUT,
	MESSAGE_PURPOSE,
	MESSAGE_KEYS
};
static const struct text message_keys[MESSAGE_KEYS] = {WORD("channel"),
	WORD("to"), WORD("template"), WORD("about"), WORD("purpose")};

const char *lua_act_task_key(size_t i)
{
	return i < TASK_KEYS ? task_keys[i].at : NULL;
}

const char *lua_act_message_key(size_t i)
{
	return i < MESSAGE_KEYS ? message_keys[i].at : NULL;
}

/* What a verb takes in { }. */
struct verb {
	const char *name;
	const struct text *keys;
	uint32_t n_keys;	  /* at most VERB_KEYS */
	const char *const *known; /* each key as the state keeps it */
};

/* What { } said: by key, and all of it in the order of the keys. */
struct said {
	struct value map;
	struct value *at[VERB_KEYS]; /* into map; NULL: not said, or nil */
};

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

static void *memory(lua_State *lua, void *from_arena)
{
	if (from_arena == NULL) {
		ruleset_of(lua)->call->nomem = true;
		luaL_error(lua, "no memory");
	}
	return from_arena;
}

static struct value given(lua_State *lua, int at, const char *name)
{
	struct value v;

	lua_value_read(lua, at, ruleset_of(lua)->call->view->world->arena, name,
		NULL, &v);
	return v;
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
	struct ruleset *rs = ruleset_of(lua);
	struct script_call *call = rs->call;
	struct card_decision *out = call->out;
	const struct record *subject = call->view->subject;

	if (out->n_effects - call->effects_before >= rs->limits.effects)
		return luaL_error(lua, "more than %d effects in one call",
			(int)rs->limits.effects);
	if (out->n_effects == out->cap_effects)
		out->effects = memory(lua,
			arena_grow(call->view->world->arena, out->effects,
				out->n_effects, &out->cap_effects,
				out->n_effects + 1, sizeof(*out->effects)));
	out->effects[out->n_effects++] = (struct effect){.kind = (uint8_t)kind,
		.subject = subject != NULL ? subject->id : 0,
		.args = args,
		.line = act_line(lua),
		.step = TEXT("")};
	return 0;
}

/* The same with these members, copied. */
static int effect_of(lua_State *lua, enum effect_kind kind,
	const struct member *members, uint32_t n)
{
	struct arena *a = ruleset_of(lua)->call->view->world->arena;
	struct value args = value_map();

	if (n > 0)
		args.as.members = memory(
			lua, arena_copy(a, members, n * sizeof(*members)));
	args.count = n;
	return effect_add(lua, kind, args);
}

MAY_RAISE static void key_unknown(
	lua_State *lua, const char *key, const struct verb *verb)
{
	const char *names[VERB_KEYS];
	int near;

	for (uint32_t i = 0; i < verb->n_keys; i++)
		names[i] = verb->keys[i].at;
	near = near_name(key, names, verb->n_keys);
	if (near >= 0)
		luaL_error(lua,
			"%s has no key \"%s\" (did you mean "
			"\"%s\"?)",
			verb->name, key, names[near]);
	luaL_error(lua, "%s has no key \"%s\"", verb->name, key);
}

/* Most keys are known by their address, all of them by their letters. */
static uint32_t key_place(const struct verb *verb, struct text key)
{
	uint32_t k = 0;

	while (k < verb->n_keys && verb->known[k] != key.at)
		k++;
	if (k < verb->n_keys)
		return k;
	for (k = 0; k < verb->n_keys && !text_equal(key, verb->keys[k]);)
		k++;
	return k;
}

/* Leaves the values of the table at `at` on top in the order of the verb's
 * keys; returns which of them are there, as bits. Of several unknown keys the
 * first in byte order is told: the order of a table is none. */
MAY_RAISE static uint32_t values_order(
	lua_State *lua, int at, const struct verb *verb)
{
	const char *unknown = NULL;
	int first = lua_gettop(lua) + 1;
	uint32_t present = 0;

	lua_settop(lua, first - 1 + (int)verb->n_keys);
	for (lua_pushnil(lua); lua_next(lua, at);) {
		struct text key;
		size_t bytes;
		uint32_t k;

		if (lua_type(lua, -2) != LUA_TSTRING)
			luaL_error(lua, "%s wants names for its values",
				verb->name);
		key.at = lua_tolstring(lua, -2, &bytes);
		key.bytes = (uint32_t)bytes;
		k = key_place(verb, key);
		if (k < verb->n_keys) {
			lua_replace(lua, first + (int)k);
			present |= UINT32_C(1) << k;
			continue;
		}
		if (unknown == NULL || strcmp(key.at, unknown) < 0)
			unknown = key.at;
		lua_pop(lua, 1);
	}
	if (unknown != NULL)
		key_unknown(lua, unknown, verb);
	return present;
}

/* Reads { ... } at `at`. There is room for one member more: a default. */
MAY_RAISE static void said_read(
	lua_State *lua, int at, const struct verb *verb, struct said *said)
{
	struct arena *a = ruleset_of(lua)->call->view->world->arena;
	struct value *map = &said->map;
	size_t spent = 0;
	uint32_t present;
	int first;

	if (lua_type(lua, at) != LUA_TTABLE)
		luaL_error(lua, "%s wants { ... }, not %s", verb->name,
			luaL_typename(lua, at));
	luaL_checkstack(lua, VERB_KEYS + 4, NULL);
	lua_freeze_contents(lua, at);
	at = lua_gettop(lua);
	first = at + 1;
	present = values_order(lua, at, verb);
	*said = (struct said){.map = value_map()};
	for (map->room = 1; 1 << map->room <= __builtin_popcount(present);)
		map->room++;
	map->as.members =
		memory(lua, arena_alloc(a, sizeof(struct member) << map->room));
	for (; present != 0; present &= present - 1) {
		struct member *m = &map->as.members[map->count++];
		int k = __builtin_ctz(present);

		m->key = verb->keys[k];
		lua_value_read(lua, first + k, a, m->key.at, &spent, &m->value);
		if (m->value.kind != VALUE_NULL)
			said->at[k] = &m->value;
	}
	lua_settop(lua, at - 1);
}

/* What was not said is this. */
static void default_to(
	struct said *said, const struct verb *verb, uint32_t key, struct text v)
{
	struct member *m = &said->map.as.members[said->map.count];

	if (said->at[key] != NULL)
		return;
	*m = (struct member){verb->keys[key], value_of_text(v)};
	said->at[key] = &m->value;
	said->map.count++;
}

static bool among(struct text one, const struct text *allowed, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_equal(one, allowed[i]))
			return true;
	return false;
}

/* A Dutch word becomes the English one that is kept. */
static void one_of(lua_State *lua, const char *verb, const char *key,
	struct value *v, const struct text *allowed, size_t n)
{
	const char *names[VERB_KEYS];
	struct text word;
	int near;

	if (v == NULL || among(value_as_text(v), allowed, n))
		return;
	if (v->kind != VALUE_TEXT)
		luaL_error(lua, "%s: %s must be a text", verb, key);
	word = read_phrase(value_as_text(v));
	*v = value_of_text(word);
	if (among(word, allowed, n))
		return;
	for (size_t i = 0; i < n; i++)
		names[i] = allowed[i].at;
	near = near_name(word.at, names, n);
	if (near >= 0)
		luaL_error(lua,
			"%s: %s cannot be \"%s\" (did you mean "
			"\"%s\"?)",
			verb, key, word.at, names[near]);
	luaL_error(lua, "%s: %s cannot be \"%s\"", verb, key, word.at);
}

/* People: a descriptor, or the id of somebody in dealership.lua. */
static void who_check(lua_State *lua, const char *verb, const char *key,
	const struct value *v)
{
	if (v == NULL || (v->kind == VALUE_MAP && value_get(v, "who") != NULL))
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

static void title_check(lua_State *lua, const struct value *title)
{
	if (title == NULL)
		luaL_error(lua, "act.task lacks a title");
	if (title->kind == VALUE_TEXT && title->count > 0)
		return;
	if (title->kind == VALUE_MAP && (value_get(title, "nl") != NULL ||
						value_get(title, "en") != NULL))
		return;
	luaL_error(lua, "act.task: title must be a text or { nl = , en = }");
}

static int act_task(lua_State *lua)
{
	static const struct text kinds[] = {
		WORD("call"), WORD("mail"), WORD("visit"), WORD("todo")};
	static const struct text purposes[] = {WORD("help"), WORD("assurance"),
		WORD("offer"), WORD("service"), WORD("requested")};
	const struct verb verb = {
		"act.task", task_keys, TASK_KEYS, running(lua)->task_keys};
	struct said said;

	said_read(lua, 1, &verb, &said);
	default_to(&said, &verb, TASK_KIND, TEXT("todo"));
	one_of(lua, verb.name, "kind", said.at[TASK_KIND], kinds, 4);
	one_of(lua, verb.name, "purpose", said.at[TASK_PURPOSE], purposes, 5);
	title_check(lua, said.at[TASK_TITLE]);
	if (said.at[TASK_WHO] == NULL)
		luaL_error(lua, "act.task lacks who, as who = handler");
	who_check(lua, verb.name, "who", said.at[TASK_WHO]);
	who_check(lua, verb.name, "with", said.at[TASK_WITH]);
	time_check(lua, verb.name, "due", said.at[TASK_DUE]);
	time_check(lua, verb.name, "within", said.at[TASK_WITHIN]);
	return effect_add(lua, EFFECT_TASK, said.map);
}

/* An effect of one text, which may be left out. */
static int effect_of_text(
	lua_State *lua, enum effect_kind kind, struct text key, bool may_lack)
{
	struct member only = {key, value_null()};

	running(lua);
	if (may_lack && lua_isnoneornil(lua, 1))
		return effect_add(lua, kind, value_map());
	only.value = text_given(lua, 1, key.at);
	return effect_of(lua, kind, &only, 1);
}

static int act_assign(lua_State *lua)
{
	struct member args[] = {
		{TEXT("who"), value_null()}, {TEXT("reason"), value_null()}};
	uint32_t n = 1;

	running(lua);
	args[0].value = given(lua, 1, "who");
	if (args[0].value.kind == VALUE_NULL)
		return luaL_error(lua, "act.assign wants who, as act.assign("
				       "round_robin \"sales\")");
	who_check(lua, "act.assign", "who", &args[0].value);
	if (!lua_isnoneornil(lua, 2))
		args[n++].value = text_given(lua, 2, "reason");
	return effect_of(lua, EFFECT_ASSIGN, args, n);
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

static int field_unknown(lua_State *lua, struct text kind, struct text name)
{
	const char *near =
		schema_near_field(ruleset_of(lua)->book.schema, kind, name);

	return luaL_error(lua,
		"%s has no field \"%s\"%s%s%s; declare it: field \"%s.%s\" { "
		"type = ... }",
		kind.at, name.at, near != NULL ? " (did you mean \"" : "",
		near != NULL ? near : "", near != NULL ? "\"?)" : "", kind.at,
		name.at);
}

static int act_set(lua_State *lua)
{
	const struct record *subject = running(lua)->call->view->subject;
	const struct field_def *f;
	struct member args[] = {
		{TEXT("field"), value_null()}, {TEXT("value"), value_null()}};
	struct value *to = &args[1].value;
	struct text name;

	if (subject == NULL)
		return luaL_error(lua, "act.set: there is no subject here");
	name = name_given(lua, 1, "field");
	*to = given(lua, 2, name.at);
	f = lua_view_field(lua, 1, name);
	if (f == NULL)
		return field_unknown(lua, subject->kind, name);
	if (f->pack.bytes == 0)
		return luaL_error(lua,
			"\"%s\" is changed by events only; use "
			"act.emit, or declare a field of your own",
			name.at);
	if (f->type == FIELD_MAP && to->kind == VALUE_LIST)
		*to = value_map();
	if (!fits(f, to))
		return luaL_error(lua, "field \"%s\" cannot hold this value",
			name.at);
	args[0].value = value_of_text(f->name);
	return effect_of(lua, EFFECT_SET, args, 2);
}

static int act_timer(lua_State *lua)
{
	struct member args[] = {
		{TEXT("name"), value_null()}, {TEXT("due"), value_null()}};

	running(lua);
	args[0].value = text_given(lua, 1, "name");
	args[1].value = given(lua, 2, "due");
	if (args[1].value.kind == VALUE_NULL)
		return luaL_error(lua, "act.timer wants when, as act.timer("
				       "\"cool-down\", \"2 weeks\")");
	time_check(lua, "act.timer", "due", &args[1].value);
	return effect_of(lua, EFFECT_TIMER, args, 2);
}

static int act_cancel(lua_State *lua)
{
	return effect_of_text(lua, EFFECT_CANCEL, TEXT("name"), true);
}

static int act_message(lua_State *lua)
{
	static const struct text channels[] = {WORD("phone"), WORD("email"),
		WORD("sms"), WORD("whatsapp"), WORD("post")};
	const struct verb verb = {"act.message", message_keys, MESSAGE_KEYS,
		running(lua)->message_keys};
	struct said said;

	said_read(lua, 1, &verb, &said);
	if (said.at[MESSAGE_TEMPLATE] == NULL)
		return luaL_error(lua, "act.message lacks a template");
	default_to(&said, &verb, MESSAGE_CHANNEL, TEXT("email"));
	one_of(lua, verb.name, "channel", said.at[MESSAGE_CHANNEL], channels,
		5);
	if (said.at[MESSAGE_TO] != NULL &&
		said.at[MESSAGE_TO]->kind == VALUE_MAP)
		who_check(lua, verb.name, "to", said.at[MESSAGE_TO]);
	return effect_add(lua, EFFECT_MESSAGE, said.map);
}

static int act_webhook(lua_State *lua)
{
	struct member args[] = {
		{TEXT("url"), value_null()}, {TEXT("event"), value_null()}};
	const char *url;
	uint32_t n = 1;

	running(lua);
	args[0].value = text_given(lua, 1, "url");
	url = args[0].value.as.text;
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return luaL_error(lua, "act.webhook wants an address that "
				       "begins with https://");
	if (!lua_isnoneornil(lua, 2))
		args[n++].value = given(lua, 2, "event");
	return effect_of(lua, EFFECT_WEBHOOK, args, n);
}

/* {type, data}: an event this one causes. */
static int emit(lua_State *lua, const char *verb, struct value type,
	struct value data, bool by_engine)
{
	struct ruleset *rs = running(lua);
	const struct event_def *def;
	struct text name = {type.as.text, type.count};
	const struct member args[] = {
		{TEXT("type"), type}, {TEXT("data"), data}};
	const char *near;

	def = schema_event(rs->book.schema, name);
	if (def == NULL) {
		near = synonym_event(rs->book.schema, name);
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
	return effect_of(lua, EFFECT_EMIT, args, 2);
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
	return effect_of_text(lua, EFFECT_NOTE, TEXT("text"), false);
}

static int act_stop(lua_State *lua)
{
	return effect_of_text(lua, EFFECT_STOP, TEXT("reason"), true);
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

	struct ruleset *rs = ruleset_of(lua);

	for (size_t i = 0; i < TASK_KEYS; i++)
		rs->task_keys[i] = lua_name_keep(lua, task_keys[i]);
	for (size_t i = 0; i < MESSAGE_KEYS; i++)
		rs->message_keys[i] = lua_name_keep(lua, message_keys[i]);
	luaL_newlib(lua, verbs);
	lua_createtable(lua, 0, 1);
	lua_pushcfunction(lua, act_unknown);
	lua_setfield(lua, -2, "__index");
	lua_setmetatable(lua, -2);
	lua_freeze_table(lua, -1);
	rs->act_ref = luaL_ref(lua, LUA_REGISTRYINDEX);
}
