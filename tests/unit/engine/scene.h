/*
 * scene.h - a rooftop for tests of the turn: an engine on a store in memory
 * (or in a folder) and a clock in the hand.
 */
#pragma once

#include "base/digest.h"
#include "base/log.h"
#include "engine/engine.h"
#include "model/keys.h"
#include "unit.h"

#include <unistd.h>

#define SCENE_START INT64_C(1788249600000) /* 2026-09-01 08:00 UTC, a Tuesday */
#define SCENE_DAY INT64_C(86400000)
#define SCENE_ROWS 4096

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
	void (*watch)(void *ctx, const struct told *t); /* NULL: nobody */
	void *watch_ctx;
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
	if (s->watch != NULL)
		s->watch(s->watch_ctx, t);
}

static inline void scene_poll(struct scene *s)
{
	for (int i = 0; i < 100000; i++) {
		assert_int_equal(engine_poll(s->engine), FL_OK);
		if (engine_ready(s->engine) && engine_idle(s->engine))
			return;
		/* valgrind runs one thread at a time: the writer's turn */
		if (s->on_disk || i % 100 == 99)
			usleep(50);
	}
	fail_msg("the engine never comes to rest");
}

/* Of the next scene_open() with a live clock. */
static bool scene_heartbeat;
static int64_t scene_alive_ms;

struct scene_how {
	const char *dir; /* NULL: in memory */
	bool manual;
	struct engine_limits limits;
	struct crash_page *crash; /* NULL: none */
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
	opt.crash = how->crash;
	opt.heartbeat = scene_heartbeat;
	opt.alive_ms = scene_alive_ms;
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
