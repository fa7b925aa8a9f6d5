/*
 * record.h - one entity's state: a customer, deal, visit, promise, case,
 * delivery, lead, appointment, complaint, person or the rooftop itself.
 *
 * A record is found by its id (event number << 10 | ordinal: derived, never
 * random) or by "kind:ref", the name outsiders know it by. `home` is the
 * record whose cluster it is loaded with: a customer with all its deals,
 * visits, cases. Runs (where it stands in each card), named timers and ids of
 * open tasks are part of the record and of the state hash. Fields, runs,
 * places, timers and open tasks are kept in the order of their names and ids,
 * so equal records give equal bytes (record_write) and walk alike, whatever
 * order things were set in, before and after a restart. Change them only by
 * the functions here.
 */
#pragma once

#include "base/brief.h"

#define RECORD_ORDINAL_BITS 10
#define RECORD_ID(number, ordinal)                                             \
	(((int64_t)(number) << RECORD_ORDINAL_BITS) | (ordinal))

/* Life of one step inside a run. */
enum step_phase {
	STEP_WAITING = 0, /* due_at says when it appears; 0: anchor unknown */
	STEP_SHOWN,       /* its task is open */
	STEP_DONE,        /* answered, or ran out */
	STEP_SKIPPED      /* its condition said no, or late and if_late=skip */
};

/* Where a subject stands in one step: (subject, card, run, step, anchor,
 * wait) and what follows from it. */
struct place {
	struct text step;
	uint8_t phase;        /* enum step_phase */
	int64_t anchor_ms;    /* 0: not known yet */
	struct text wait;     /* evaluated wait as text, "21 days" */
	int64_t due_at_ms;    /* wake-up of a due row; 0: none */
	int64_t task;         /* open task, 0: none */
	uint32_t count;       /* how often it has appeared in this run */
	uint32_t rung;        /* next rung of its ladder, 0 first */
	int64_t done_at_ms;   /* last time done; 0 never */
};

/* One stay of a subject in one card. Left runs stay as a row with
 * left_at_ms set, so that `once` and `was` know the past. */
struct run {
	struct text card;     /* "pack/id" */
	uint32_t number;      /* 1 first stay, 2 second ... */
	int64_t entered_at_ms; /* occurred_at of the starting event */
	int64_t left_at_ms;   /* 0: inside */
	int64_t paused_at_ms; /* 0: not paused */
	struct text once;     /* space-separated ids of `once` steps ever done */
	struct value keep;    /* machine's own notes for this run (map): handoff
			       * offered_to, tried[], refusals ... */
	struct place *places; /* by step id, in byte order */
	uint32_t n_places, cap_places;
};

/* A named timer set by act.timer. */
struct named_timer {
	struct text card;
	struct text name;
	int64_t due_at_ms;
};

struct record {
	int64_t id;
	struct text kind;   /* schema name, interned by the schema */
	int64_t home;       /* id of the cluster's first record */
	struct text ref;    /* outsiders' id, empty when it has none */
	struct value fields; /* map, by name; only declared fields, no nulls */
	struct run *runs;    /* by card */
	uint32_t n_runs, cap_runs;
	struct named_timer *timers; /* by card, name */
	uint32_t n_timers, cap_timers;
	int64_t *open_tasks; /* rising */
	uint32_t n_open_tasks, cap_open_tasks;
};

/* Deep copy into `a`; NULL when memory was refused. */
struct record *record_clone(struct arena *a, const struct record *r);
/* One to be changed: its texts are borrowed from `r`. */
struct record *record_fork(struct arena *a, const struct record *r);
struct run *record_run(const struct record *r, struct text card); /* or NULL */
struct place *run_place(const struct run *run, struct text step); /* or NULL */
/* Field as stored, NULL when it is not set (defaults: schema_value). */
const struct value *record_get(const struct record *r, const char *field);
/* Do two versions of a record differ in one of these fields? */
bool record_differs(const struct record *a, const struct record *b,
		    const struct text *fields, size_t n);
/* Sets or, with a null value, removes a field; name and value are borrowed.
 * false when memory was refused. */
bool record_set(struct arena *a, struct record *r, struct text field,
		struct value v);
/* Adds an empty run / place of which there is none yet; the name is copied,
 * memory from `a`; NULL refused. Pointers to other runs / places of the same
 * owner are invalid afterwards. */
struct run *record_add_run(struct arena *a, struct record *r, struct text card);
struct place *run_add_place(struct arena *a, struct run *run, struct text step);
void run_clear_places(struct run *run);
bool record_add_task(struct arena *a, struct record *r, int64_t task);
void record_drop_task(struct record *r, int64_t task);
const struct named_timer *record_timer(
	const struct record *r, struct text card, struct text name); /* or NULL */
/* Sets or replaces the timer of (card, name); due 0 removes it. */
bool record_set_timer(struct arena *a, struct record *r, struct text card,
		      struct text name, int64_t due_at_ms);

/* Body as stored: fields, runs, timers, open tasks (not id, kind, home, ref):
 * {f:{..},o:[..],r:[..],t:[[card,name,due]..]}, each absent when empty. */
void record_write(struct brief *b, const struct record *r);
/* The reverse, of the body as a value. kind, ref and body are borrowed for the
 * record's life. FL_INVALID on a damaged body, FL_NOMEM. */
fl_status record_of_value(struct arena *a, int64_t id, struct text kind,
			  int64_t home, struct text ref,
			  const struct value *body, struct record **out,
			  struct fl_error *err);

/* Every wake-up a record holds, for due rows: calls cb(ctx, card, slot, due)
 * with slot = step id, or "@" + name for a named timer; slot is the callback's
 * until it returns. */
void record_dues(const struct record *r,
		 void (*cb)(void *ctx, struct text card, struct text slot,
			    int64_t due_at_ms),
		 void *ctx);

/* A task: one line on somebody's list. */
enum task_state {
	TASK_OPEN = 0, TASK_DONE, TASK_WITHDRAWN, TASK_MISSED
};

struct task {
	int64_t id;          /* derived like a record id */
	int64_t home;        /* cluster it is loaded with */
	int64_t subject;     /* record it is about */
	struct text card;    /* "pack/id" */
	struct text step;    /* step id; slot of act.task: "line:N" */
	struct text kind;    /* call, mail, visit, todo */
	struct text who;     /* person id; empty: nobody could be found */
	int64_t shown_at_ms; /* when it appeared */
	int64_t due_at_ms;
	uint8_t state;       /* enum task_state */
	/* map: title {nl,en} template texts or text, answers [names], ask [..],
	 * writes [..], with, queue, purpose, why (event number), ruleset,
	 * line, escalated_to, reminded ... rendered only when asked */
	struct value body;
};
