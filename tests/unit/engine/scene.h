/*
 * scene.h - a rooftop for tests of the turn: an engine on a store in memory
 * (or in a folder), a clock in the hand, and cards whose run functions are C
 * functions of the test. Stands in for script/: it defines the ruleset_*
 * calls the engine and the machine make. Included by one test file each.
 */
#pragma once

#include "base/digest.h"
#include "engine/engine.h"
#include "model/keys.h"
#include "unit.h"

#include <unistd.h>

#define SCENE_START INT64_C(1788249600000) /* 2026-09-01 08:00 UTC, a Tuesday */
#define SCENE_DAY INT64_C(86400000)
#define SCENE_CARDS 16
#define SCENE_ROWS 4096

/* What a card's function is given and answers. */
typedef bool (*scene_fn)(const struct script_view *v,
			 struct card_decision *out, char *reason);

struct ruleset {
	struct arena arena;
	struct rulebook book;
	struct digest digest;
	scene_fn fns[SCENE_CARDS];
	int refs;
};

/* ---- the calls of script/ ---- */

void ruleset_ref(struct ruleset *rs)
{
	rs->refs++;
}

void ruleset_unref(struct ruleset *rs)
{
	if (rs == NULL || --rs->refs > 0)
		return;
	zone_free(rs->book.zone);
	arena_deinit(&rs->arena);
	free(rs);
}

const struct rulebook *ruleset_book(const struct ruleset *rs)
{
	return &rs->book;
}

const struct digest *ruleset_digest(const struct ruleset *rs)
{
	return &rs->digest;
}

void ruleset_archive(const struct ruleset *rs, struct buf *out)
{
	(void)rs;
	buf_add_text(out, "{}");
}

fl_status ruleset_ask(struct ruleset *rs, int fn, const struct script_view *v,
		      struct value *out, struct script_outcome *outcome)
{
	(void)rs;
	(void)fn;
	(void)v;
	(void)outcome;
	*out = value_null();
	return FL_OK;
}

fl_status ruleset_run(struct ruleset *rs, int fn, const struct script_view *v,
		      struct card_decision *out,
		      struct script_outcome *outcome)
{
	memset(outcome, 0, sizeof(*outcome));
	if (rs->fns[fn](v, out, outcome->reason))
		return FL_OK;
	outcome->fate = CARD_FAILED;
	return FL_INVALID;
}

/* ---- rules ---- */

static inline struct text scene_text(struct arena *a, const char *s)
{
	return text_of(arena_strdup(a, s));
}

static inline void scene_event(struct ruleset *rs, const char *name,
			       const char *fields)
{
	struct problems p;
	struct fl_error err;
	struct value spec;

	problems_init(&p, &rs->arena);
	assert_int_equal(value_read(&rs->arena, fields, strlen(fields), NULL,
				 &spec, &err), FL_OK);
	assert_int_equal(schema_add_event(rs->book.schema, TEXT("t"),
				 scene_text(&rs->arena, name), &spec, "t.lua",
				 1, &p), FL_OK);
}

static inline struct ruleset *scene_rules(const char *name)
{
	struct ruleset *rs = calloc(1, sizeof(*rs));
	struct rulebook *b = &rs->book;
	struct value none = value_map();
	struct fl_error err;
	struct problems p;

	assert_non_null(rs);
	rs->refs = 1;
	arena_init(&rs->arena, 0);
	digest_of(name, strlen(name), &rs->digest);
	problems_init(&p, &rs->arena);
	b->name = TEXT("test");
	b->language = TEXT("en");
	b->legal = TEXT("nl");
	b->currency = TEXT("EUR");
	assert_int_equal(zone_load("Europe/Amsterdam", &b->zone, &err), FL_OK);
	assert_int_equal(calendar_new(&rs->arena, &none, NULL, b->zone, "t", 1,
				 &p, &b->calendar), FL_OK);
	b->schema = schema_new(&rs->arena);
	assert_non_null(b->schema);
	b->cards = arena_alloc(&rs->arena, SCENE_CARDS * sizeof(*b->cards));
	b->people = arena_alloc(&rs->arena, 2 * sizeof(*b->people));
	b->people[0] = (struct person){.id = TEXT("jan"), .name = TEXT("Jan"),
		.email = TEXT(""), .phone = TEXT(""), .brand = TEXT("")};
	b->people[1] = (struct person){.id = TEXT("piet"),
		.name = TEXT("Piet"), .email = TEXT(""), .phone = TEXT(""),
		.brand = TEXT("")};
	b->people[1].roles = arena_alloc(&rs->arena, sizeof(struct text));
	b->people[1].roles[0] = TEXT("sales_manager");
	b->people[1].n_roles = 1;
	b->n_people = 2;
	scene_event(rs, "t.a", "{\"subject\":\"deal\",\"fields\":"
		"{\"n\":\"number\"}}");
	scene_event(rs, "t.b", "{\"subject\":\"deal\",\"fields\":"
		"{\"n\":\"number\"}}");
	scene_event(rs, "t.c", "{\"subject\":\"deal\",\"fields\":"
		"{\"n\":\"number\"}}");
	return rs;
}

/* A rule card about deals: `fn` runs at each event of type `on`. */
static inline struct card *scene_card(struct ruleset *rs, const char *id,
				      const char *on, scene_fn fn)
{
	struct rulebook *b = &rs->book;
	struct card *c = &b->cards[b->n_cards];
	struct arena *a = &rs->arena;

	rs->fns[b->n_cards] = fn;
	c->kind = CARD_RULE;
	c->pack = TEXT("t");
	c->id = scene_text(a, id);
	c->name = text_of(arena_printf(a, "t/%s", id));
	c->file = "rules/t.lua";
	c->line = 10 + (int)b->n_cards;
	c->about = TEXT("deal");
	c->queue = c->purpose = TEXT("");
	c->whens = arena_alloc(a, sizeof(*c->whens));
	c->n_whens = 1;
	c->whens[0].events = arena_alloc(a, sizeof(struct text));
	c->whens[0].events[0] = scene_text(a, on);
	c->whens[0].n_events = 1;
	c->whens[0].name = TEXT("");
	c->whens[0].fn = (int)b->n_cards++;
	c->whens[0].line = c->line;
	return c;
}

static inline struct effect *scene_effect(const struct script_view *v,
					  struct card_decision *out,
					  enum effect_kind kind)
{
	struct effect *e = card_add_effect(v->world->arena, out, kind, 0);

	assert_non_null(e);
	e->line = 12;
	return e;
}

static inline void scene_emit(const struct script_view *v,
			      struct card_decision *out, const char *type,
			      int64_t n)
{
	struct effect *e = scene_effect(v, out, EFFECT_EMIT);
	struct value data = value_map();

	value_put(v->world->arena, &data, "n", value_int(n));
	value_put(v->world->arena, &e->args, "type", value_text(type));
	value_put(v->world->arena, &e->args, "data", data);
}

static inline void scene_set(const struct script_view *v,
			     struct card_decision *out, const char *field,
			     struct value value)
{
	struct effect *e = scene_effect(v, out, EFFECT_SET);

	value_put(v->world->arena, &e->args, "field", value_text(field));
	value_put(v->world->arena, &e->args, "value", value);
}

static inline void scene_timer(const struct script_view *v,
			       struct card_decision *out, const char *name,
			       int64_t due)
{
	struct effect *e = scene_effect(v, out, EFFECT_TIMER);

	value_put(v->world->arena, &e->args, "name", value_text(name));
	value_put(v->world->arena, &e->args, "due", value_int(due));
}

static inline void scene_task(const struct script_view *v,
			      struct card_decision *out, const char *title,
			      bool each)
{
	struct effect *e = scene_effect(v, out, EFFECT_TASK);

	value_put(v->world->arena, &e->args, "kind", value_text("todo"));
	value_put(v->world->arena, &e->args, "who", value_text("jan"));
	value_put(v->world->arena, &e->args, "title", value_text(title));
	value_put(v->world->arena, &e->args, "each_event", value_bool(each));
}

/* ---- the scene ---- */

struct scene_answer {
	bool given;
	fl_status status;
	int64_t number;
	bool repeat, misfit;
	uint32_t n_told;
	char problem[400];
	int order; /* of being given, from 1 */
};

struct scene {
	struct store *store;
	struct engine *engine;
	struct ruleset *rules;
	struct arena arena;
	int64_t now_ms;
	int answers;
	bool on_disk;
	const char *fault; /* point of the store that fails, NULL none */
	char types[SCENE_ROWS][40]; /* told, in order */
	int64_t numbers[SCENE_ROWS];
	uint32_t n_types;
};

static inline int64_t scene_now(void *ctx)
{
	return ((struct scene *)ctx)->now_ms;
}

static inline int scene_fault(void *ctx, const char *point)
{
	const struct scene *s = ctx;

	return s->fault != NULL && strcmp(s->fault, point) == 0;
}

static inline void scene_told(void *ctx, const struct told *t)
{
	struct scene *s = ctx;

	for (uint32_t i = 0; i < t->n_events && s->n_types < SCENE_ROWS; i++) {
		snprintf(s->types[s->n_types], 40, "%s", t->events[i].type.at);
		s->numbers[s->n_types++] = t->events[i].number;
	}
}

static inline void scene_poll(struct scene *s)
{
	for (int i = 0; i < 100000; i++) {
		assert_int_equal(engine_poll(s->engine), FL_OK);
		if (engine_ready(s->engine) && engine_idle(s->engine))
			return;
		if (s->on_disk)
			usleep(50);
	}
	fail_msg("the engine never comes to rest");
}

struct scene_how {
	const char *dir; /* NULL: in memory */
	bool manual;
	struct engine_limits limits;
};

static inline void scene_open(struct scene *s, struct ruleset *rules,
			      const struct scene_how *how)
{
	struct store_options so = {.ctx = s, .fault = scene_fault};
	struct engine_options opt;
	struct fl_error err;

	memset(&opt, 0, sizeof(opt));
	s->rules = rules;
	s->on_disk = how->dir != NULL;
	if (s->now_ms == 0)
		s->now_ms = SCENE_START;
	arena_init(&s->arena, 0);
	assert_int_equal(store_open(how->dir, &so, &s->store, &err), FL_OK);
	opt.store = s->store;
	opt.host = (struct engine_host){s, scene_now};
	opt.ruleset = rules;
	opt.manual_clock = how->manual;
	opt.limits = how->limits;
	opt.on_told = scene_told;
	opt.told_ctx = s;
	opt.actor = TEXT("system");
	assert_int_equal(engine_new(&opt, &s->engine, &err), FL_OK);
	scene_poll(s);
}

static inline void scene_close(struct scene *s)
{
	engine_free(s->engine);
	store_free(s->store);
	arena_deinit(&s->arena);
	s->engine = NULL;
	s->store = NULL;
}

static inline void scene_answered(void *ctx, const struct post_answer *a)
{
	static int order;
	struct scene_answer *out = ctx;

	out->given = true;
	out->order = ++order;
	out->status = a->status;
	out->number = a->number;
	out->repeat = a->repeat;
	out->misfit = a->misfit;
	out->n_told = a->told != NULL ? a->told->n_events : 0;
	if (a->problems != NULL && a->problems->count > 0)
		snprintf(out->problem, sizeof(out->problem), "%s: %s",
			a->problems->items[0].field != NULL
				? a->problems->items[0].field
				: "",
			a->problems->items[0].text);
}

static inline void scene_send(struct scene *s, const char *json, bool command,
			      struct scene_answer *out)
{
	struct post_by by = {.actor = TEXT("jan"), .role = TEXT("seller"),
		.source = TEXT("jan"), .command = command};
	struct fl_error err;
	struct value v;

	memset(out, 0, sizeof(*out));
	assert_int_equal(value_read(&s->arena, json, strlen(json), NULL, &v,
				 &err), FL_OK);
	engine_post(s->engine, &v, &by, scene_answered, out);
}

static inline struct scene_answer scene_post(struct scene *s, const char *json)
{
	struct scene_answer a;

	scene_send(s, json, false, &a);
	scene_poll(s);
	assert_true(a.given);
	return a;
}

static inline struct scene_answer scene_clock(struct scene *s, int64_t to_ms)
{
	struct scene_answer a;

	memset(&a, 0, sizeof(a));
	engine_clock(s->engine, to_ms, scene_answered, &a);
	scene_poll(s);
	assert_true(a.given);
	return a;
}

/* How often a type was told. */
static inline uint32_t scene_count(const struct scene *s, const char *type)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->n_types; i++)
		n += strcmp(s->types[i], type) == 0;
	return n;
}

/* The deal known outside as `ref`, from the store. */
struct scene_find {
	struct record *found;
	struct arena *arena;
};

static inline bool scene_visit(void *ctx, const struct record *r)
{
	struct scene_find *f = ctx;

	f->found = record_clone(f->arena, r);
	return false;
}

static inline const struct record *scene_record(struct scene *s,
						const char *key)
{
	struct scene_find f = {NULL, &s->arena};
	struct fl_error err;
	struct reader *r;

	assert_int_equal(reader_of_store(s->store, &r, &err), FL_OK);
	assert_int_equal(reader_find(r, &s->arena, text_of(key), 1,
				 scene_visit, &f, &err), FL_OK);
	reader_free(r);
	return f.found;
}
