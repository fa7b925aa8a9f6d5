/*
 * What rule files can say, asked of the program itself:
 *   api facts      one line each: word, act and t verb, key of a class
 *   api kinds      the generated half of scripts/meta: kinds.lua
 *   api events     and events.lua
 *   api luacheck   the list of words, as luacheck wants it
 * tests/lint/api.sh holds them against what is written.
 */
#include "model/schema.h"
#include "script/card_keys.h"
#include "script/fn_check.h"
#include "script/sandbox.h"
#include "sim/sim.h"

#include <ctype.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEALERSHIP "dealership { name = \"x\" }\n"

static int failed(const char *what)
{
	fprintf(stderr, "api: %s\n", what);
	return 1;
}

/* ---- words ---- */

static struct ruleset *rules_load(struct arena *a)
{
	struct source_file file = {"dealership.lua", DEALERSHIP,
		sizeof(DEALERSHIP) - 1};
	struct source_set set = {.files = &file, .n_files = 1};
	struct ruleset *rs = NULL;
	struct problems p;

	problems_init(&p, a);
	return ruleset_load(&set, NULL, false, &p, &rs) == FL_OK ? rs : NULL;
}

/* Lua has it as well: no editor needs to be told. */
static bool is_of_lua(lua_State *plain, const char *name)
{
	bool known = lua_getglobal(plain, name) != LUA_TNIL;

	lua_pop(plain, 1);
	return known;
}

static int text_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each name in the table of `ref`, in byte order, with `before` and `after`
 * it. */
static void names_print(struct ruleset *rs, int ref, lua_State *plain,
	const char *before, const char *after)
{
	lua_State *lua = rs->lua;
	const char *names[500];
	size_t n = 0;

	lua_rawgeti(lua, LUA_REGISTRYINDEX, ref);
	lua_freeze_contents(lua, -1);
	for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1))
		if (n < COUNT_OF(names) && (plain == NULL ||
				!is_of_lua(plain, lua_tostring(lua, -2))))
			names[n++] = lua_tostring(lua, -2);
	qsort(names, n, sizeof(names[0]), text_order);
	for (size_t i = 0; i < n; i++)
		printf("%s%s%s\n", before, names[i], after);
	lua_settop(lua, 0);
}

static int words_print(bool act, const char *before, const char *after)
{
	lua_State *plain = luaL_newstate();
	struct ruleset *rs;
	struct arena a;

	arena_init(&a, 0);
	rs = rules_load(&a);
	if (rs == NULL || plain == NULL)
		return failed("no rules");
	luaL_openlibs(plain);
	names_print(rs, rs->api_ref, plain, before, after);
	if (act)
		names_print(rs, rs->act_ref, NULL, "act ", "");
	lua_close(plain);
	ruleset_unref(rs);
	arena_deinit(&a);
	return 0;
}

/* ---- keys ---- */

static const struct {
	uint32_t section;
	const char *name;
} classes[] = {{IN_CADENCE, "Cadence"}, {IN_HANDOFF, "Handoff"},
	{IN_ESCALATION, "Escalation"}, {IN_RULE, "Rule"}, {IN_GATE, "Gate"},
	{IN_MODE, "Mode"}, {IN_STEP, "Step"}, {IN_WHEN, "When"},
	{IN_LADDER, "Ladder"}, {IN_RUNG, "Rung"}, {IN_IF_MISSED, "IfMissed"},
	{IN_PAUSES, "Pauses"}, {IN_MUST, "Must"}, {IN_EXCEPTION, "Exception"},
	{IN_IF_MISSING, "IfMissing"}, {IN_IF_REFUSED, "IfRefused"},
	{IN_IF_SILENT, "IfSilent"}, {IN_FREES, "FreesSeller"},
	{IN_WHEN_FULL, "WhenFull"}, {IN_FRESH, "FreshLead"},
	{IN_ALERT, "Alert"}, {IN_GOODWILL, "Goodwill"},
	{IN_PERSON_WHO, "PersonWho"}, {IN_WORDS, "Words"},
	{IN_REFUSES, "Refuses"}};

static int card_keys_print(void)
{
	uint32_t known = 0;
	size_t n = 0;

	for (size_t c = 0; c < COUNT_OF(classes); c++)
		known |= classes[c].section;
	for (; card_keys_at(n) != NULL; n++) {
		if ((card_keys_where(n) & ~known) != 0)
			return failed("a section of card_keys.h has no class");
		for (size_t c = 0; c < COUNT_OF(classes); c++)
			if ((card_keys_where(n) & classes[c].section) != 0)
				printf("key %s.%s\n", classes[c].name,
					card_keys_at(n));
	}
	return 0;
}

static void list_print(const char *class, const char *(*at)(size_t i))
{
	const char *name;

	for (size_t i = 0; (name = at(i)) != NULL; i++)
		printf("key %s.%s\n", class, name);
}

static void dealer_print(const char *class, enum word w)
{
	const char *name;

	for (size_t i = 0; (name = dealer_key_at(w, i)) != NULL; i++)
		printf("key %s.%s\n", class, name);
}

static int facts(void)
{
	const char *verb, *known;

	if (words_print(true, "word ", "") != 0 || card_keys_print() != 0)
		return 1;
	dealer_print("Dealership", WORD_DEALERSHIP);
	dealer_print("PersonOf", WORD_PERSON);
	dealer_print("Department", WORD_DEPARTMENT);
	list_print("ActTask", lua_act_task_key);
	list_print("ActMessage", lua_act_message_key);
	list_print("Expected", sim_test_filter_key);
	for (size_t i = 0;; i++) {
		verb = sim_test_verb(i);
		known = fn_test_verb(i);
		if (verb == NULL && known == NULL)
			return 0;
		if (verb == NULL || known == NULL || strcmp(verb, known) != 0)
			return failed("core/script/fn_judge.c knows other "
				      "verbs of t than core/sim runs");
		printf("t %s\n", verb);
	}
}

/* ---- events and fields ---- */

/* "customer": "Customer". */
static void class_print(struct text kind)
{
	printf("%c%.*s", toupper((unsigned char)kind.at[0]),
		(int)kind.bytes - 1, kind.at + 1);
}

static void type_print(const struct field_def *f)
{
	static const char *const names[] = {[FIELD_TEXT] = "string",
		[FIELD_INT] = "integer", [FIELD_NUMBER] = "number",
		[FIELD_BOOL] = "boolean", [FIELD_TIME] = "integer",
		[FIELD_MONEY] = "integer", [FIELD_LIST] = "any[]",
		[FIELD_MAP] = "table", [FIELD_ANY] = "any",
		[FIELD_PHONE] = "string", [FIELD_EMAIL] = "string",
		[FIELD_PLATE] = "string"};

	if (f->type == FIELD_CHOICE)
		for (uint32_t i = 0; i < f->n_choices; i++)
			printf("%s\"%s\"", i > 0 ? "|" : "", f->choices[i].at);
	else if (f->type == FIELD_REF)
		class_print(f->ref_kind);
	else if (f->type == FIELD_PERSON)
		printf("Person");
	else
		printf("%s", names[f->type]);
}

/* The unit, and what is there when nothing was said. */
static void about_print(const struct field_def *f)
{
	static const char *const units[] = {
		[FIELD_TIME] = "milliseconds since 1970, UTC",
		[FIELD_MONEY] = "cents", [FIELD_PHONE] = "+31612345678",
		[FIELD_PLATE] = "without hyphens"};
	const char *unit = (size_t)f->type < COUNT_OF(units) ? units[f->type]
							      : NULL;
	struct buf b;

	if (unit != NULL)
		printf(" %s", unit);
	if (f->dflt.kind == VALUE_NULL)
		return;
	buf_init(&b, 1000);
	value_write(&b, &f->dflt);
	printf("%s else %.*s", unit != NULL ? ";" : "", (int)b.len, b.at);
	buf_deinit(&b);
}

static void field_print(const struct field_def *f, bool optional)
{
	printf("---@field %s ", f->name.at);
	type_print(f);
	printf("%s", optional ? "?" : "");
	about_print(f);
	printf("\n");
}

static void kind_print(const struct schema *s, const struct kind_def *k)
{
	/* what a record knows through its deal: core/engine/field.c */
	static const char *const lent[][2] = {{"customer", "Customer"},
		{"handler", "Person"}, {"seller", "Person"},
		{"vehicle", "any"}};

	printf("\n---@class ");
	class_print(k->name);
	printf(": Subject\n");
	for (uint32_t i = 0; i < k->n_fields; i++)
		field_print(&k->fields[i], k->fields[i].dflt.kind ==
			VALUE_NULL);
	if (text_is(k->name, "person")) /* the same page: person_field() */
		printf("---@field name string\n---@field email string\n"
		       "---@field phone string\n---@field brand string\n");
	if (schema_field(s, k->name, TEXT("deal")) == NULL)
		return;
	for (size_t i = 0; i < COUNT_OF(lent); i++)
		if (schema_field(s, k->name, text_of(lent[i][0])) == NULL)
			printf("---@field %s %s? of the deal\n", lent[i][0],
				lent[i][1]);
}

static void event_print(const struct event_def *e)
{
	printf("\n");
	if (e->means.bytes > 0)
		printf("---%s\n", e->means.at);
	printf("---@class event.%s: RuleEvent\n", e->name.at);
	for (uint32_t i = 0; i < e->n_fields; i++)
		field_print(&e->fields[i], !e->fields[i].required);
}

/* The top of a made file, and the schema it comes from; NULL: no memory. */
static const struct schema *made(struct arena *a, const char *what)
{
	arena_init(a, 0);
	printf("---@meta\n-- Made by `make api` out of "
	       "core/model/schema_table.c; not to be edited.\n-- %s\n", what);
	return schema_new(a);
}

static int kinds(void)
{
	struct arena a;
	const struct schema *s = made(&a,
		"Every kind of subject with its fields. Packs may declare "
		"more.");

	if (s == NULL)
		return failed("no memory");
	printf("\n---@alias State\n");
	for (int i = 0; i < schema_state_count(); i++)
		printf("---| '\"%s\"'\n", schema_state_name(i).at);
	printf("---| string\n\n---@alias AnySubject ");
	for (uint32_t i = 0; i < schema_kind_count(s); i++) {
		printf("%s", i > 0 ? "|" : "");
		class_print(schema_kind_at(s, i)->name);
	}
	printf("\n");
	for (uint32_t i = 0; i < schema_kind_count(s); i++)
		kind_print(s, schema_kind_at(s, i));
	arena_deinit(&a);
	return 0;
}

static int events(void)
{
	struct arena a;
	const struct schema *s = made(
		&a, "Every event with its fields. Packs may declare more.");

	if (s == NULL)
		return failed("no memory");
	printf("\n---@alias Event\n");
	for (uint32_t i = 0; i < schema_event_count(s); i++) {
		const struct event_def *e = schema_event_at(s, i);

		printf("---| '\"%s\"'%s%s\n", e->name.at,
			e->means.bytes > 0 ? " # " : "",
			e->means.bytes > 0 ? e->means.at : "");
	}
	printf("---| string\n");
	for (uint32_t i = 0; i < schema_event_count(s); i++)
		event_print(schema_event_at(s, i));
	arena_deinit(&a);
	return 0;
}

static int luacheck(void)
{
	int code;

	printf("-- For luacheck: Lua 5.4 and the words of rule files. Made by "
	       "`make api`.\nstd = \"lua54\"\nmax_line_length = false\n"
	       "exclude_files = { \".fairlead\" }\n"
	       "-- functions name all they are given, used or not\n"
	       "unused_args = false\nread_globals = {\n");
	code = words_print(false, "\t\"", "\",");
	printf("}\n");
	return code;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} what[] = {{"facts", facts}, {"kinds", kinds}, {"events", events},
		{"luacheck", luacheck}};

	for (size_t i = 0; argc == 2 && i < COUNT_OF(what); i++)
		if (strcmp(argv[1], what[i].name) == 0)
			return what[i].run();
	return failed("facts, kinds, events or luacheck");
}
