/*
 * day.h - the "dealer day": a made-up day of a large dealer group as a stream
 * of events, what twelve rules make of each, and the totals a correct engine
 * reaches. Integer arithmetic and a private splitmix64 only: the same deals
 * and seed give the same bytes everywhere. Used by every bench program; it
 * knows nothing of fairlead but its wire form.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define DAY_FIRST_MS INT64_C(1767600000000) /* first `at`, or later */

enum day_type {
	LEAD_CREATED, CALL_LOGGED, VISIT_BOOKED, VISIT_DONE, QUOTE_SENT,
	DEAL_SIGNED, DEAL_FAILED, DELIVERY_PROMISED, PROMISE_SLIPPED,
	DELIVERY_DONE, SURVEY_ANSWERED, DAY_TYPES
};
extern const char *const day_types[DAY_TYPES]; /* "bench.lead_created" ... */

/* Named timers of a deal, and who works on tasks. */
enum day_slot { SLA, CADENCE, VISIT, QUOTE, HANDOFF, FAILS, PROMISE, SURVEY,
	DAY_SLOTS };
enum day_who { WHO_SALES, WHO_MANAGER, WHO_FAILS, WHO_S0 }; /* s0 .. s3 */
enum day_stage { STAGE_NEW, STAGE_LEAD, STAGE_CONTACT, STAGE_VISIT,
	STAGE_QUOTE, STAGE_SIGNED, STAGE_FAILED, STAGE_DELIVERED };

/* What an engine keeps of a deal. */
struct day_state {
	int stage; /* enum day_stage */
	int step, touches;
	int64_t last_ms;
	int owner; /* enum day_who */
	int stopped, slips, flagged;
};

struct day_event {
	int64_t number; /* 1 first; its id is "e%010d" of it */
	int64_t at_ms;
	int deal;       /* its reference is "d%07d" of it */
	int type;       /* enum day_type */
	char actor[8];
	char data[384]; /* JSON */
	/* what rules look at */
	bool reached, do_not_call;
	int days, score, price;
};

enum day_op_kind { OP_TASK = 1, OP_TIMER, OP_CANCEL };
struct day_op {
	int kind;       /* enum day_op_kind */
	int name;       /* task: number of its kind; timer: enum day_slot */
	int who;        /* task: enum day_who */
	int64_t due_ms;
};
#define DAY_OPS 12

/* One event and what must be stored with it. */
struct day_turn {
	struct day_event event;
	struct day_op ops[DAY_OPS];
	int n_ops;
	uint32_t matched; /* bit per rule */
	struct day_state state; /* of the deal afterwards */
};

struct day_totals {
	int64_t deals, seed, events, matches, tasks, timers_set, cancels,
		pending, checksum, data_bytes, line_bytes;
};

struct day; /* opaque; day_free() */
struct day *day_new(int deals, int seed); /* NULL: no memory */
void day_free(struct day *d);             /* NULL is fine */
/* The next event in order of `at`; false: the day is over. */
bool day_next(struct day *d, struct day_turn *out);
/* Of the events told so far. */
struct day_totals day_totals(const struct day *d);
/* A deal's part of the checksum. */
int64_t day_checksum(const struct day_state *s);
/* Number of a stage's name, -1 unknown. */
int day_stage(const char *name);
const char *day_stage_name(int stage);
/* Writes the event in fairlead's wire form, without line end; its length. */
int day_line(const struct day_event *e, char *out, size_t room);
