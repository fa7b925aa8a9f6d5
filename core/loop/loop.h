/*
 * loop.h - the event loop of one thread: timers, signals, wake-ups from other
 * threads, work on pool threads, descriptors of foreign libraries, deferred
 * tasks. Streams are in stream.h, children in process.h.
 *
 * Invariants: one loop belongs to the thread that runs it; of all calls only
 * loop_wake_send() may come from elsewhere. Callbacks run inside loop_run() and
 * never inside the call that asked for them. Everything made on a loop is freed
 * before the loop is; a freed thing never calls again.
 * Callers: net, api and app. The engine never sees this header.
 */
#pragma once

#include "base/status.h"

struct loop;	    /* opaque; loop_new() .. loop_free() */
struct loop_timer;  /* opaque */
struct loop_signal; /* opaque */
struct loop_wake;   /* opaque */
struct loop_poll;   /* opaque */

typedef void (*loop_cb)(void *ctx);

/* Makes a loop and lets SIGPIPE be ignored in this process. FL_OK: the caller
 * owns *out. FL_NOMEM, FL_STORAGE (no descriptors left). err may be NULL, here
 * and below. */
fl_status loop_new(struct loop **out, struct fl_error *err);

/* Waits for close callbacks and pool work still running, then frees; NULL is
 * fine. Aborts when something made on the loop was not freed. */
void loop_free(struct loop *l);

/* Runs callbacks until loop_stop() or until nothing is left to wait for. */
void loop_run(struct loop *l);

/* Runs what is ready, waits at most once when nothing is (`wait`), returns. */
void loop_turn(struct loop *l, bool wait);

/* loop_run() returns after the callbacks of this iteration. Loop thread. */
void loop_stop(struct loop *l);

/*
 * A task run once at the end of the current iteration, before the loop waits
 * again: what many callbacks touched is then handled in one go. Caller's
 * storage; set run and ctx, zero the rest; must stay until it ran or was
 * dropped. A task may defer itself or others again: those run at the next
 * iteration, which does not wait.
 */
struct loop_task {
	loop_cb run;		 /* what to do */
	void *ctx;		 /* handed to run */
	struct loop_task *next;	 /* the loop's */
	struct loop_task **prev; /* the loop's; NULL: not queued */
};
void loop_defer(struct loop *l, struct loop_task *task); /* queued: no-op */
void loop_defer_drop(struct loop *l, struct loop_task *task);

/* Makes a stopped timer. FL_NOMEM. `cb` is called with ctx each time. */
fl_status loop_timer_new(struct loop *l, loop_cb cb, void *ctx,
	struct loop_timer **out, struct fl_error *err);

/* Starts or restarts: first after `after_ms`, then each `every_ms` (0: once).
 * Less than 1 ms counts as 1: the library runs a timer armed with 0 inside its
 * own callback again at once, and nothing else would ever get a turn. */
void loop_timer_start(struct loop_timer *t, int64_t after_ms, int64_t every_ms);
void loop_timer_stop(struct loop_timer *t);
bool loop_timer_active(const struct loop_timer *t);
void loop_timer_free(struct loop_timer *t); /* NULL is fine */

/* Calls cb(ctx) for each `signum` (or several that came close together) from
 * now on; does not keep loop_run() going. FL_NOMEM, FL_INVALID. */
fl_status loop_signal_new(struct loop *l, int signum, loop_cb cb, void *ctx,
	struct loop_signal **out, struct fl_error *err);
void loop_signal_free(struct loop_signal *s); /* NULL is fine */

/* A door for other threads. Several sends may become one call of cb; a send
 * after the last call is never lost. Keeps loop_run() going until freed.
 * FL_NOMEM, FL_STORAGE. */
fl_status loop_wake_new(struct loop *l, loop_cb cb, void *ctx,
	struct loop_wake **out, struct fl_error *err);
void loop_wake_send(struct loop_wake *w); /* any thread; also signal handlers */
/* The caller sees to it that no other thread sends any more. NULL is fine. */
void loop_wake_free(struct loop_wake *w);

/* Runs work(ctx) on a pool thread (four of them), then done(ctx) on the loop's
 * thread. FL_OK: done will come exactly once. FL_NOMEM. */
fl_status loop_work(struct loop *l, loop_cb work, loop_cb done, void *ctx,
	struct fl_error *err);

enum { LOOP_READABLE = 1, LOOP_WRITABLE = 2 };

/* Watches a descriptor that somebody else owns (sockets of a foreign library).
 * `failed` in the callback: the descriptor broke. Free before closing it (at
 * once after is fine). It becomes non-blocking. */
fl_status loop_poll_new(struct loop *l, int fd,
	void (*cb)(void *ctx, unsigned events, bool failed), void *ctx,
	struct loop_poll **out, struct fl_error *err);
/* Sets what to wait for; 0: nothing. */
fl_status loop_poll_set(
	struct loop_poll *p, unsigned events, struct fl_error *err);
void loop_poll_free(struct loop_poll *p); /* NULL is fine */
