/*
 * test_bench.h - one test beside a card while it runs: a rooftop under a
 * virtual clock, the tasks and events seen so far, and the story that is told
 * when an expectation fails. A verb of `t` is one bench_fn: `args` is the list
 * it was called with (bench_arg), `result` what the test gets back (null unless
 * set). A verb fails with FL_INVALID and a text for the person who wrote the
 * test, or as the engine does. For sim_test.c and bench_*.c alone.
 */
#pragma once

#include "model/rulebook.h"
#include "sim/sim.h"

#define STORY_LINES 40

/* One task as the test saw it come and go. */
struct seen_task {
	int64_t id;
	int64_t shown_ms;
	struct text card, step, kind, who, outcome;
	bool open;
};

struct bench {
	struct ruleset *rs;
	const struct rulebook *book;
	struct sim *sim; /* made by the first verb that needs it */
	int64_t start_ms;
	struct arena a; /* of this test */
	struct seen_task *tasks;
	uint32_t n_tasks, cap_tasks;
	struct text *events; /* types, in order */
	uint32_t n_events, cap_events;
	struct text prefer[8]; /* everyone_answers */
	uint32_t n_prefer;
	char *story[STORY_LINES]; /* a ring of the latest lines */
	uint32_t n_story;
	uint32_t deals;
	uint32_t expectations;
	bool exercised; /* an event came that some card cares about, or
			 * that moved something */
	struct arena *seen_arena; /* coverage: of the run; NULL: not wanted */
	struct value *seen;
	int64_t story_ms; /* time of what is being told; 0: the clock's */
};

/* ---- story (bench_story.c) ---- */

/* Adds a line to the story, with its time. */
void bench_tell(struct bench *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A copy that lives as long as the test. */
struct text bench_keep(struct bench *b, struct text t);
/* Makes the rooftop, unless it is there. As sim_new. */
fl_status bench_ready(struct bench *b, struct fl_error *err);
/* The last lines of what happened, then `reason`; from `a`. */
const char *bench_story(struct bench *b, struct arena *a, const char *reason);

/* ---- what a verb was called with ---- */

/* The n-th argument, a null value when it was not given; never NULL. */
const struct value *bench_arg(const struct value *args, uint32_t n);
/* The rules' language: `nl` or `en`. */
const char *bench_words(const struct bench *b, const char *en, const char *nl)
	__attribute__((format_arg(2), format_arg(3)));
/* "; did you mean \"x\"?", or nothing when `near` is NULL. */
const char *bench_near(struct bench *b, const char *near);
/* Refuses a key of `spec` that is not among `keys`, naming the nearest. */
fl_status bench_keys(struct bench *b, const struct value *spec, const char *verb,
	const char *const *keys, size_t n, struct fl_error *err);
/* Refuses a type of event that is not there, naming the nearest. */
fl_status bench_known_type(
	struct bench *b, struct text type, struct fl_error *err);
/* Is this a task as `spec` {who, step, card, kind, open} describes it? */
bool bench_matches(const struct seen_task *s, const struct value *spec);

/* ---- verbs ---- */

typedef fl_status bench_fn(struct bench *b, const struct value *args,
	struct value *result, struct fl_error *err);

bench_fn bench_at, bench_deal, bench_happens, bench_says, bench_refused,
	bench_everyone, bench_nobody, bench_answers, bench_run_for;
bench_fn bench_expect_task, bench_expect_none, bench_expect_event,
	bench_expect_state, bench_expect_field;
