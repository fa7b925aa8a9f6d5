/*
 * engine.h - the turn: one event or one due row in, one snapshot, cards,
 * effects as data, checked, applied, recorded, committed together.
 *
 * One engine per rooftop, on one thread. It never sees a loop, a socket or a
 * clock: the host gives `now` and is told when there is work. Live daemon,
 * manual clock and sim are hosts of this same code.
 * Turns run ahead of the disk; what they changed stays pinned in the cache
 * until their group's commit returns, and only then is anyone answered.
 */
#pragma once

#include "base/crashpage.h"
#include "script/script.h"
#include "store/store.h"

struct engine; /* opaque */

struct engine_host {
	void *ctx;
	int64_t (*now_ms)(void *ctx); /* wall or virtual; may step back */
};

/* Told once per committed root event, in order, inside engine_poll(). */
struct told {
	const struct event_row *events; /* root first, then caused */
	uint32_t n_events;
	const struct task_change *tasks; /* made or changed in this unit */
	uint32_t n_tasks;
};

struct engine_limits { /* 0: default */
	uint32_t effects_per_root;  /* 1,000 */
	uint32_t bytes_per_root;    /* 2 MiB in all effects of an event */
	uint32_t depth;             /* 8 */
	uint32_t group_events;      /* 512 a commit */
	uint32_t queue;             /* 4,096 posts waiting */
	uint32_t cached_homes;      /* 5,000 */
	uint32_t errors_to_quarantine; /* 20 in a row of one card */
	uint32_t effects_per_minute; /* 1,000 of one card about one home, by
				      * the live clock */
	int64_t fact_us;            /* 50,000: CPU time of all functions that
				      * one fact sets off */
};

struct engine_options {
	struct store *store;       /* borrowed for the engine's life */
	struct engine_host host;
	struct ruleset *ruleset;   /* reference taken */
	bool manual_clock;         /* due rows fire only by engine_clock() */
	bool heartbeat;            /* live clock: polled at least every minute
				    * or two, so that a gap is an outage */
	int64_t alive_ms;          /* ... last time it was, 0 not known */
	struct engine_limits limits;
	void (*on_told)(void *ctx, const struct told *told); /* NULL none */
	void *told_ctx;
	struct text actor;         /* who starts it, for engine.started */
	struct crash_page *crash;  /* who is at work is noted there; borrowed
				    * for the engine's life; NULL: nowhere */
};

/* Answer to a post. */
struct post_answer {
	fl_status status;     /* FL_OK accepted (or known already); FL_INVALID,
			       * FL_NOT_FOUND, FL_CONFLICT, FL_DENIED refused;
			       * FL_LIMIT too much waiting; FL_UNKNOWN */
	int64_t number;       /* journal number; of the first one if a repeat */
	bool repeat;          /* same (source, id), same body: nothing done */
	bool misfit;          /* journalled, but did not fit */
	const struct problems *problems; /* reasons of a refusal; warnings about
			       * what was accepted; NULL none */
	const struct told *told; /* what came of it; NULL for refusals */
};
typedef void (*post_cb)(void *ctx, const struct post_answer *answer);

/* Starts: loads residents, then runs engine.started and, when the ruleset
 * differs from the archive's live one, rules.activated. The rooftop is ready
 * when engine_ready() says so (after some engine_poll()). */
fl_status engine_new(const struct engine_options *opt, struct engine **out,
		     struct fl_error *err);
/* Drops what has not been handed to the store; answers it FL_UNKNOWN. */
void engine_free(struct engine *e);
bool engine_ready(const struct engine *e);

/* Who posts. */
struct post_by {
	struct text actor;  /* person id or "admin", "system" */
	struct text role;   /* may be empty */
	struct text source; /* default source when the event names none */
	bool command;       /* a person's command: gates apply */
	bool own;           /* the rooftop itself: may post what only the
			     * engine says (rules.waiting) */
	/* engine_body_digest() of the body as it was sent, when what is posted
	 * has been changed since (names looked up): the same body must count
	 * as the same later; 0: of what is posted */
	int64_t body_digest;
	bool in_room;       /* what is posted lies in engine_room() */
};
/* By this a body is known again when its (source, id) comes again; never 0. */
int64_t engine_body_digest(const struct value *wire);

/* Where what is posted next may be built, so that it need not be copied: until
 * the next engine_post() or engine_poll(). NULL: no memory. */
struct arena *engine_room(struct engine *e);

/*
 * Posts one event as it came: a map {type, [id], [at], [subject], [actor],
 * [source], data}; keys of data may also stand directly in the map when it
 * has no `data`. Copied. A `source` in the event makes it a fact from outside
 * (journalled even when it does not fit); without, it is the poster's command.
 * Always answered later by cb, in order of posting; only when there is no
 * memory left to remember that, at once with FL_NOMEM.
 */
void engine_post(struct engine *e, const struct value *wire,
		 const struct post_by *by, post_cb cb, void *ctx);

/* Makes `next` (reference taken) the live ruleset by a rules.activated turn
 * between turns: people in flight are recomputed. `summary` in words. `held`:
 * digest in hex of rules that must not go live by themselves afterwards (they
 * were just taken back); NULL none. */
void engine_publish(struct engine *e, struct ruleset *next,
		    const struct post_by *by, const char *summary,
		    const char *held, post_cb cb, void *ctx);
/* A field of the rooftop's own record, as the last turn left it; NULL: not
 * set. Borrowed until the next engine_poll(). */
const struct value *engine_rooftop_field(const struct engine *e,
					 const char *field);

/* Manual clock: fires every due row up to `to_ms` in order, each at its own
 * time, then stands at to_ms. Refused backwards or on a live clock. */
void engine_clock(struct engine *e, int64_t to_ms, post_cb cb, void *ctx);

/* Runs what can run: finished loads and commits, waiting posts, due rows.
 * FL_OK; FL_FATAL after a failed commit: everything unanswered has been
 * answered FL_UNKNOWN, free the engine. */
fl_status engine_poll(struct engine *e);
/* Nothing outlives this process (a store in memory): from now on a unit is
 * told and answered when it is done, and committed with many others. What is
 * done so far is committed by the engine_poll() after engine_commit(): until
 * then readers of the store do not see all of it. */
void engine_at_once(struct engine *e);
void engine_commit(struct engine *e);
/* Due rows were put into the store beside it: they are read again. */
void engine_due_again(struct engine *e);
/* A record, a task, as the last unit left it; NULL: not in memory, ask the
 * store. Borrowed until the next engine_poll(), a task in `a` as its names. */
const struct record *engine_record(const struct engine *e, int64_t id);
const struct task *engine_task(const struct engine *e, int64_t id,
			       struct arena *a);
/* When engine_poll() has timed work: ms UTC; INT64_MIN now; INT64_MAX never. */
int64_t engine_next_ms(const struct engine *e);
bool engine_idle(const struct engine *e); /* nothing queued, loading, flying */
int64_t engine_now_ms(const struct engine *e); /* of the last turn / clock */
struct ruleset *engine_ruleset(const struct engine *e); /* borrowed */
int64_t engine_ruleset_number(const struct engine *e);

struct engine_counts {
	int64_t turns, commits, repeats, refused, misfits, card_errors,
		cached_homes, waiting;
	uint32_t quarantined; /* cards */
	/* everybody is looked at again: records with an id in [slice_at,
	 * slice_below) have still to be; slice_below 0: nobody */
	int64_t slice_at, slice_below;
	bool slices_away; /* after an outage, not a change of rules */
};
void engine_counts(const struct engine *e, struct engine_counts *out);
/* True while rule files stand refused (rules.rejected) and no good ones have
 * come since; `error`: and for this reason (NULL: any). */
bool engine_rejected(const struct engine *e, const char *error);
/* Names of quarantined cards with the reason, as a list of maps. */
struct value engine_quarantined(const struct engine *e, struct arena *a);
/* Cards that failed or were cut since these rules are live (or since the
 * start), without the quarantined: [{card, times, event: "E12", reason}], the
 * event and reason of the last time. */
struct value engine_failing(const struct engine *e, struct arena *a);
