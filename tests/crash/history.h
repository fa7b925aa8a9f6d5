/*
 * history.h - a dealership's days for the crash tests: a seeded stream of
 * facts about some customers, each event a pure function of (seed, place in
 * the stream), so that anyone can send the same one again; and the pieces the
 * crash tests share: a folder, a rooftop driven through fairlead.h, an audit
 * in a process of its own.
 */
#pragma once

#include "base/value.h"
#include "engine/engine.h"
#include "fairlead.h"
#include "unit.h"

#include <sys/types.h>

#define HISTORY_DEALS 400u
#define HISTORY_BYTES 700u /* bytes enough for any event */
#define HISTORY_DIR 128u

/* Event `nth` of the stream, NUL-terminated JSON; a fact with a source and the
 * id "SEED-NTH". */
void history_event(uint64_t seed, uint32_t nth, char out[HISTORY_BYTES]);
/* The same (source, id), another body. */
void history_other_body(uint64_t seed, uint32_t nth, char out[HISTORY_BYTES]);

/* What a folder's audit said, in another process. */
struct history_audit {
	long long events, records, tasks, dues, differences;
	long long doubled;      /* (source, id) that stand twice */
	char decisions[65], state[65]; /* digests in hex */
	char first[400];        /* the first finding */
};

/* Counts of a test, shortened by the environment: full / FL_SCALE, at least
 * `least`; FL_TORTURE set: `torture`. */
long history_scale(long full, long least, long torture);

/* A folder of its own below /tmp with the standard rules on the training
 * clock; and away with it. */
void history_folder(char dir[HISTORY_DIR], const char *name);
void history_remove(const char *dir);

/* Runs this very program again as `mode args...` (at most 8, NULL-terminated),
 * its output on *out_fd (NULL: ours). Returns its process id. */
pid_t history_spawn(int *out_fd, const char *mode, const char *const *args);
/* Waits; the exit code, or -1 when a signal ended it. */
int history_wait(pid_t pid);
/* Reads what the other end writes until it is closed; owned by the caller. */
char *history_slurp(int fd);
/* Audits `dir` in another process. Fails the test when that cannot be done. */
void history_audit(const char *dir, struct history_audit *out);
/* main() of the audit process: prints what history_audit() reads. */
int history_audit_main(const char *dir);

/* A rooftop and the latest answer it gave. */
struct history_roof {
	fl_rooftop *r;
	struct arena a;       /* of the answer: reset by the next call */
	struct value answer;
	fl_status status;
	bool answered;
	uint32_t recomputed; /* rule changes that have reached everybody */
};
/* Opens; says why not on standard error and returns false. */
bool history_open(struct history_roof *h, const char *dir);
void history_close(struct history_roof *h);
/* Asks and waits for the answer; false: FL_FATAL. See h->status, h->answer. */
bool history_ask(struct history_roof *h, const char *name, const char *args);
bool history_post(struct history_roof *h, const char *json);
/* Waits until one more rule change has reached everybody: where its slices fall
 * between facts is an order of arrival, which a comparison must not leave to
 * the processor. false: FL_FATAL. */
bool history_recomputed(struct history_roof *h);

/* An engine on a folder's own rules, with clock and faults in the hand. */
struct history_engine {
	struct store *store;
	struct ruleset *rules;
	struct engine *engine;
	struct arena a;      /* reset by nobody but the test */
	int64_t now_ms;      /* the clock: set before opening */
	bool live;           /* not the training clock */
	uint64_t shake;      /* not 0, a seed: now and then the clock steps by
			      * an hour, either way, while it is being read */
	/* non-zero fails, as store_options.fault; on the writer's thread */
	int (*fault)(void *ctx, const char *point);
	void *ctx;           /* of fault */
};
/* Opens and polls until it is ready. FL_OK or what refused; then all is
 * closed. */
fl_status history_engine_open(struct history_engine *e, const char *dir);
void history_engine_close(struct history_engine *e);
/* Posts a fact; see engine_post(). */
void history_engine_post(struct history_engine *e, const char *json,
			 post_cb cb, void *ctx);
/* Polls until nothing is left to do now; FL_OK, FL_FATAL. */
fl_status history_engine_rest(struct history_engine *e);

/* Rules that arm a timer "ring" when a deal is opened, after the span its
 * `channel` says, and count in deal.rings how often it rang: into `dir`. */
void history_alarm_rules(const char *dir);
