/*
 * kit.h - what the store's tests share: a folder that goes away again, a
 * batch that is filled call by call, commits and loads that wait.
 */
#pragma once

#include "brief.h"

#include "store/store.h"

#include <ftw.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { KIT_ROWS = 600 };

struct kit {
	char dir[64];
	struct store *st;
	struct arena a;
	int64_t number; /* last one committed */
	struct batch b; /* being filled */
	struct event_row events[KIT_ROWS];
	struct record_row records[KIT_ROWS];
	struct task_change tasks[KIT_ROWS];
	struct due_change dues[KIT_ROWS];
	struct outbox_row outbox[KIT_ROWS];
};

/* What a callback said. */
struct kit_said {
	int calls;
	fl_status status;
	struct commit_receipt receipt;
	struct load_got *got;
};

static inline void kit_on_commit(void *ctx, fl_status status,
	const struct commit_receipt *receipt)
{
	struct kit_said *said = ctx;

	said->calls++;
	said->status = status;
	if (receipt != NULL)
		said->receipt = *receipt;
	else if (status == FL_OK)
		said->status = FL_FATAL;
}

static inline void kit_on_load(void *ctx, fl_status status,
	struct load_got *got)
{
	struct kit_said *said = ctx;

	said->calls++;
	said->status = status;
	said->got = got;
}

static inline void kit_wait(struct store *st, struct kit_said *said, int calls)
{
	const struct timespec nap = {0, 50000};

	for (int i = 0; i < 200000 && said->calls < calls; i++)
		if (!store_poll(st))
			nanosleep(&nap, NULL);
	assert_int_equal(calls, said->calls);
}

static inline int kit_unlink(const char *path, const struct stat *st, int flag,
	struct FTW *walk)
{
	(void)st;
	(void)flag;
	(void)walk;
	return remove(path);
}

static inline void kit_remove(const char *dir)
{
	nftw(dir, kit_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void kit_folder(struct kit *k)
{
	memset(k, 0, sizeof(*k));
	arena_init(&k->a, 0);
	strcpy(k->dir, "/tmp/fairlead-store-XXXXXX");
	assert_non_null(mkdtemp(k->dir));
}

static inline void kit_open(struct kit *k, const struct store_options *opt)
{
	struct fl_error err = {0};

	if (store_open(k->dir, opt, &k->st, &err) != FL_OK)
		fail_msg("%s", err.text);
	k->number = store_state(k->st)->last_number;
}

static inline void kit_close(struct kit *k)
{
	store_free(k->st);
	k->st = NULL;
	arena_deinit(&k->a);
	if (k->dir[0] != '\0')
		kit_remove(k->dir);
}

/* In memory: no folder. */
static inline void kit_memory(struct kit *k)
{
	struct fl_error err = {0};

	memset(k, 0, sizeof(*k));
	arena_init(&k->a, 0);
	assert_int_equal(FL_OK, store_open(NULL, NULL, &k->st, &err));
}

static inline void kit_begin(struct kit *k)
{
	k->b = (struct batch){
		.expected_number = k->number,
		.events = k->events,
		.records = k->records,
		.tasks = k->tasks,
		.dues = k->dues,
		.outbox = k->outbox,
	};
}

static inline struct event_row *kit_event(struct kit *k, int64_t home,
	const char *type, const char *id)
{
	struct event_row *e = &k->events[k->b.n_events++];
	int64_t number = k->b.expected_number + k->b.n_events;

	*e = (struct event_row){
		.number = number,
		.source = TEXT("test"),
		.id = text_of(id),
		.type = text_of(type),
		.subject = home,
		.home = home,
		.occurred_at_ms = 1000 * number,
		.recorded_at_ms = 1000 * number + 7,
		.actor = TEXT("jan"),
		.role = TEXT("seller"),
		.version = 1,
		.data = brief_of(&k->a, "{\"a\":1}"),
		.body_digest = number * 31,
		.decision = brief_of(&k->a, "[]"),
		.ruleset = 1,
	};
	return e;
}

static inline struct record_row *kit_record(struct kit *k, int64_t id,
	int64_t home, const char *kind, const char *ref, const char *body)
{
	struct record_row *r = &k->records[k->b.n_records++];
	struct record *record;
	struct value v;

	assert_int_equal(FL_OK,
		value_read(&k->a, body, strlen(body), NULL, &v, NULL));
	assert_int_equal(FL_OK,
		record_of_value(&k->a, id, text_of(kind), home, text_of(ref),
			&v, &record, NULL));
	*r = (struct record_row){.record = record};
	return r;
}

static inline void kit_keys(struct kit *k, struct record_row *r,
	const char *const *keys, uint32_t n)
{
	r->keys = arena_alloc(&k->a, (n + 1) * sizeof(*r->keys));
	r->n_keys = n;
	r->keys_changed = true;
	for (uint32_t i = 0; i < n; i++)
		r->keys[i] = text_of(arena_strdup(&k->a, keys[i]));
}

static inline struct task *kit_task(struct kit *k, int64_t id, int64_t home,
	const char *who, int64_t due_at_ms, bool is_new)
{
	struct task *t = arena_alloc(&k->a, sizeof(*t));

	*t = (struct task){.id = id,
		.home = home,
		.subject = home,
		.card = TEXT("std/lead"),
		.step = TEXT("call"),
		.kind = TEXT("call"),
		.who = text_of(who),
		.shown_at_ms = due_at_ms - 1000,
		.due_at_ms = due_at_ms,
		.body = value_map()};
	value_put(&k->a, &t->body, "title", value_text("Bel de klant"));
	k->tasks[k->b.n_tasks++] = (struct task_change){t, is_new};
	return t;
}

static inline void kit_due(struct kit *k, int64_t due_at_ms, int64_t subject,
	const char *card, const char *slot, bool drop)
{
	k->dues[k->b.n_dues++] = (struct due_change){
		{due_at_ms, subject, subject, text_of(card), text_of(slot)},
		drop};
}

/* Commits what has been filled in and waits for the answer. */
static inline struct kit_said kit_commit(struct kit *k)
{
	struct kit_said said = {0};

	said.status = store_commit(k->st, &k->b, kit_on_commit, &said);
	if (said.status != FL_OK)
		return said;
	kit_wait(k->st, &said, 1);
	if (said.status == FL_OK)
		k->number += k->b.n_events;
	return said;
}

static inline struct load_got *kit_load(struct kit *k,
	const struct load_want *wants, uint32_t n)
{
	struct kit_said said = {0};

	assert_int_equal(FL_OK,
		store_load(k->st, &k->a, wants, n, kit_on_load, &said));
	kit_wait(k->st, &said, 1);
	assert_int_equal(FL_OK, said.status);
	assert_non_null(said.got);
	return said.got;
}
