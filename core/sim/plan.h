/*
 * plan.h - what a candidate ruleset would do to everybody in flight, before it
 * is live: the very function that recomputes them (machine_recompute), asked
 * about a still of the rooftop, record by record in the order of publishing.
 * Changes nothing. Runs functions of the candidate: on the thread that owns it.
 */
#pragma once

#include "script/script.h"
#include "store/store.h"

enum plan_kind {
	PLAN_MOVES,     /* a step comes at another time */
	PLAN_APPEARS,   /* a step will come that was not there before */
	PLAN_GONE,      /* a step will not come any more */
	PLAN_SHOWS,     /* a task is shown at once */
	PLAN_WITHDRAWN, /* an open task is withdrawn */
	PLAN_HANDED,    /* an open task goes to somebody else */
	PLAN_LEAVES,    /* out of the card for good */
	PLAN_FAILS,     /* a function failed: stays where it is */
	PLAN_KINDS
};

struct plan_change {
	enum plan_kind kind;
	int64_t subject, home;
	struct text card, step;
	int64_t from_ms, to_ms; /* MOVES, APPEARS (to), GONE (from) */
	int64_t task;           /* WITHDRAWN, HANDED */
	struct text who, to_who;
	const char *reason;     /* WITHDRAWN, LEAVES, FAILS; NULL none */
	bool paced;             /* late: put in its place among others */
};

/* Steps that come to one person on one day, as it stands and under the
 * candidate. */
struct plan_load {
	struct text person; /* empty: nobody could be found */
	int64_t day;
	uint32_t before, after;
};

struct plan {
	int64_t live;            /* ruleset it was made against */
	struct digest candidate;
	struct plan_change *changes; /* by record, card, as publishing goes */
	uint32_t n_changes, cap_changes;
	struct plan_load *loads; /* by person, day; 28 days ahead */
	uint32_t n_loads;
	uint32_t in_flight;      /* customers with a step or task ahead */
	uint32_t moved;          /* customers with any change */
	uint32_t counts[PLAN_KINDS];
	uint32_t paced;          /* late ones that are spread ... */
	int64_t paced_until_ms;  /* ... until then */
	uint32_t bursts;         /* days of a person that grow past the pace */
	uint32_t burst_tasks;    /* ... by so many */
	int64_t took_us;
};

/* Everything in `out` lives in `a`, or in `live` and `candidate`. `now_ms`:
 * the rooftop's clock. FL_OK, FL_NOMEM, FL_STORAGE. */
fl_status plan_make(struct reader *r, const struct rulebook *live,
		    int64_t live_number, struct ruleset *candidate,
		    int64_t now_ms, struct arena *a, struct plan *out,
		    struct fl_error *err);
