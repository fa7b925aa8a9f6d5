/*
 * test_world.h - a state in memory for tests of the model: records by id,
 * found again by their keys, tasks beside them. Nothing is ever undone.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/effect.h"
#include "model/event.h"
#include "model/keys.h"

#define WORLD_MOST 4096

struct test_world {
	struct arena arena;
	struct schema *schema;
	struct world world;
	struct task_world tasks_world;
	struct record *records[WORLD_MOST];
	uint32_t n;
	struct task *tasks[WORLD_MOST];
	uint32_t n_tasks;
	int64_t number;  /* of the event being run */
	uint8_t created[KEYS_SLOTS]; /* records it made, by kind */
	int64_t at;
};

static inline struct record *world_find(struct test_world *t, int64_t id)
{
	uint32_t i;

	for (i = 0; i < t->n; i++)
		if (t->records[i]->id == id)
			return t->records[i];
	return NULL;
}

static inline const struct record *world_get(void *ctx, int64_t id)
{
	return world_find(ctx, id);
}

static inline struct record *world_edit(void *ctx, int64_t id)
{
	return world_find(ctx, id);
}

static inline struct text world_text(struct test_world *t, struct text from)
{
	return (struct text){arena_text(&t->arena, from.at, from.bytes),
		from.bytes};
}

static inline struct record *world_create(void *ctx, struct text kind,
	struct text ref, int64_t home)
{
	struct test_world *t = ctx;
	struct record *r = arena_alloc(&t->arena, sizeof(*r));

	if (t->n >= WORLD_MOST)
		return NULL;
	r->id = keys_id(kind, t->number, t->created);
	r->kind = world_text(t, kind);
	r->ref = world_text(t, ref);
	r->home = home != 0 ? home : r->id;
	r->fields = value_map();
	t->records[t->n++] = r;
	return r;
}

static inline const struct record *world_by_ref(void *ctx, struct text kind,
	struct text ref)
{
	struct test_world *t = ctx;
	struct text keys[64];
	char wanted[256];
	uint32_t i, j;

	snprintf(wanted, sizeof(wanted), "%s:%s",
		arena_text(&t->arena, kind.at, kind.bytes),
		arena_text(&t->arena, ref.at, ref.bytes));
	for (i = 0; i < t->n; i++) {
		uint32_t n = record_keys(t->schema, t->records[i], &t->arena,
			keys, 64);

		for (j = 0; j < n; j++)
			if (text_is(keys[j], wanted))
				return t->records[i];
	}
	return NULL;
}

static inline uint32_t world_members(void *ctx, int64_t home, struct text kind,
	int64_t *out, uint32_t cap)
{
	struct test_world *t = ctx;
	uint32_t i, n = 0;

	for (i = 0; i < t->n; i++)
		if (t->records[i]->home == home &&
			text_equal(t->records[i]->kind, kind)) {
			if (n < cap)
				out[n] = t->records[i]->id;
			n++;
		}
	return n;
}

static inline struct task *world_task(void *ctx, int64_t id)
{
	struct test_world *t = ctx;
	uint32_t i;

	for (i = 0; i < t->n_tasks; i++)
		if (t->tasks[i]->id == id)
			return t->tasks[i];
	return NULL;
}

static inline struct task *world_task_create(void *ctx, int64_t id,
	int64_t home)
{
	struct test_world *t = ctx;
	struct task *task = arena_alloc(&t->arena, sizeof(*task));

	task->id = id;
	task->home = home;
	t->tasks[t->n_tasks++] = task;
	return task;
}

static inline struct test_world *world_new(void)
{
	struct test_world *t = calloc(1, sizeof(*t));

	arena_init(&t->arena, 256 << 20);
	t->schema = schema_new(&t->arena);
	assert_non_null(t->schema);
	t->at = 1788256800000; /* 2026-09-01 10:00 UTC */
	t->world = (struct world){.ctx = t, .arena = &t->arena,
		.schema = t->schema, .now_ms = t->at, .get = world_get,
		.edit = world_edit, .create = world_create,
		.by_ref = world_by_ref, .members = world_members};
	t->tasks_world =
		(struct task_world){t, world_task, world_task_create};
	return t;
}

static inline void world_free(struct test_world *t)
{
	arena_deinit(&t->arena);
	free(t);
}

static inline struct value world_json(struct test_world *t, const char *json)
{
	struct value v = value_null();
	struct fl_error err = {0};
	char *copy = arena_strdup(&t->arena, json);
	char *p;

	for (p = copy; *p != '\0'; p++) /* so that tests need no escapes */
		if (*p == '\'')
			*p = '"';
	if (value_read(&t->arena, copy, strlen(copy), NULL, &v, &err) != FL_OK)
		fail_msg("%s: %s", json, err.text);
	return v;
}

/* What one posted event came to. */
struct posted {
	fl_status status;
	struct event event;
	struct problems problems;
	struct value caused;
};

/* Runs one event like a turn does: check, resolve, legal, project. */
static inline struct posted world_run(struct test_world *t, const char *type,
	const char *subject, struct value data, bool command, int64_t known)
{
	struct posted p = {.status = FL_OK, .caused = value_list()};
	struct event *e = &p.event;

	problems_init(&p.problems, &t->arena);
	e->def = schema_event(t->schema, text_of(type));
	if (e->def == NULL)
		fail_msg("no type %s", type);
	t->number++;
	memset(t->created, 0, sizeof(t->created));
	e->number = t->number;
	e->subject = known;
	e->command = command;
	e->actor = TEXT("jan");
	e->occurred_at_ms = e->recorded_at_ms = t->world.now_ms = t->at;
	e->data = data;
	p.status = schema_check(t->schema, e->def, NULL, !command, &t->arena,
		&e->data, &p.problems);
	if (p.status == FL_OK)
		p.status = event_resolve(&t->world, e, text_of(subject),
			&p.problems);
	if (p.status == FL_OK)
		p.status = event_legal(&t->world, e, &p.problems);
	if (p.status == FL_OK)
		p.status = event_project(&t->world, e, &p.caused);
	return p;
}

static inline struct posted world_post(struct test_world *t, const char *type,
	const char *subject, const char *json)
{
	return world_run(t, type, subject, world_json(t, json), true, 0);
}

static inline struct posted world_fact(struct test_world *t, const char *type,
	const char *subject, const char *json)
{
	return world_run(t, type, subject, world_json(t, json), false, 0);
}

/* Canonical text of a record's field, "-" when it is not set. */
static inline const char *world_field(struct test_world *t, int64_t id,
	const char *field)
{
	const struct record *r = world_find(t, id);
	const struct value *v = r != NULL ? record_get(r, field) : NULL;
	struct buf b;
	const char *out;

	if (v == NULL)
		return "-";
	buf_init(&b, 1 << 20);
	value_write(&b, v);
	out = arena_text(&t->arena, b.at, b.len);
	buf_deinit(&b);
	return out;
}
