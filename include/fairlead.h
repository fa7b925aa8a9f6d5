/*
 * fairlead.h - the public interface of libfairlead.
 *
 * One fl_rooftop is one dealership folder: facts are posted, rules written in
 * Lua decide, people's lists change, and every accepted fact is on disk with
 * all its effects before anyone is told.
 *
 * Threads: a rooftop belongs to the thread that opened it; every call on it
 * comes from that thread. Callbacks run only inside fl_poll(), fl_close() and
 * (on_event) fl_open(); they may call fl_post(), fl_ask() and fl_next_ms(),
 * nothing else of their rooftop. The one call that may come from elsewhere is
 * the host's own: options.wake is invoked from a foreign thread to say "call
 * fl_poll() soon".
 * No argument may be NULL unless it says so. What is wrong in the program
 * itself (a NULL, fl_poll() inside a callback) may end the process.
 * Text is UTF-8. Times are milliseconds UTC since 1970.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FL_VERSION_MAJOR 0
#define FL_VERSION_MINOR 1
#define FL_VERSION_PATCH 0

#if defined(__GNUC__)
#define FL_API __attribute__((visibility("default")))
#else
#define FL_API
#endif

/* What a call came to. FL_OK is 0; all others say why it was not done. */
typedef enum {
	FL_OK = 0,    /* done */
	FL_NOMEM,     /* out of memory; nothing was changed */
	FL_INVALID,   /* the input is wrong; the text says what and where */
	FL_NOT_FOUND, /* what was named does not exist */
	FL_CONFLICT,  /* held by another process, or same id with another body */
	FL_DENIED,    /* not allowed in this state or for this actor */
	FL_LIMIT,     /* a named limit was reached */
	FL_STORAGE,   /* the disk or database refused */
	FL_UNKNOWN,   /* may or may not have happened: retry with the same id */
	FL_FATAL      /* the rooftop must be closed and opened again */
} fl_status;

/* Why a call failed. Caller's storage; the library never allocates for it. */
struct fl_error {
	fl_status status; /* the status the call returned */
	char text[480];   /* one sentence, NUL-terminated, UTF-8 */
};

typedef struct fl_rooftop fl_rooftop; /* opaque; release with fl_close() */

/* How a rooftop is opened. Zero every member you do not set (memset or = {0})
 * and set size to sizeof(struct fl_options): a later library may know members
 * that yours does not have, and yours one that the library does not know; that
 * must be zero then. */
struct fl_options {
	size_t size;      /* sizeof(struct fl_options) of the caller; not 0 */
	int manual_clock; /* 1: training clock, moved by fl_ask("clock") only */
	/* Called from a foreign thread when fl_poll() has work; NULL: the host
	 * polls by fl_poll()'s timeout. Must not call into the rooftop. */
	void (*wake)(void *ctx);
	/* Told after each commit, one JSON object per event of it, in order
	 * (borrowed until return): {number, type, source, id, actor, at,
	 * recorded_at, cause (number, 0 none), data?}. NULL: nobody listens. */
	void (*on_event)(void *ctx, const char *json, size_t bytes);
	void *ctx; /* handed to wake and on_event */
	/* A rule function that runs too long is cut and told as failed. One
	 * that not even that ends gets hang_ms more of CPU time (0: 1,000),
	 * then on_hang is called inside a signal handler, where it may only do
	 * what signal-safety(7) allows and must end the process, for somebody
	 * to start it again. One for the whole process: the last given holds,
	 * also after fl_close(). NULL: off. */
	void (*on_hang)(void);
	int64_t hang_ms; /* 0 to 3,600,000, else FL_INVALID */
	/* Told each line of the log, a JSON object {at, level, where, text}
	 * (borrowed until return), from whatever thread says it; must not call
	 * into the library. One for the whole process: the last given holds,
	 * also after fl_close(). NULL: lines go to stderr. */
	void (*on_log)(const char *json, size_t bytes);
};

/* Answer to a posted event or a question: of FL_OK what was asked for, else a
 * problem document (RFC 9457, with `code` and `problems`). `json` is borrowed
 * until return; it is never NULL. */
typedef void (*fl_answer_cb)(void *ctx, fl_status status, const char *json,
			     size_t bytes);

/* The version of the library that runs, "0.1.0"; static storage. */
FL_API const char *fl_version(void);

/* Name of a status, "FL_OK"; static storage, never NULL. */
FL_API const char *fl_status_name(fl_status status);

/*
 * Makes a dealership folder at `dir` with the standard rules, or says why not.
 * `training` 1 marks it for the manual clock, for good.
 * FL_OK, FL_CONFLICT (there is one already), FL_STORAGE, FL_NOMEM. err may be
 * NULL.
 */
FL_API fl_status fl_init(const char *dir, int training, struct fl_error *err);

/*
 * Opens the rooftop in folder `dir` (copied): takes the lock, recovers, loads
 * the rules, fires what fell due meanwhile. `options` may be NULL for defaults,
 * borrowed until return; so may err.
 * FL_OK: *out is owned by the caller, release with fl_close().
 * FL_CONFLICT: another process holds it. FL_INVALID: the rules are broken (err
 * names the first mistake), an option is out of its range or unknown to this
 * library. FL_NOT_FOUND: there is no dealership.lua in it. FL_DENIED: the
 * manual clock, for a folder that holds real history. FL_STORAGE: folder or
 * database refused. FL_FATAL: a commit failed. FL_NOMEM.
 * On failure *out is NULL.
 */
FL_API fl_status fl_open(const char *dir, const struct fl_options *options,
			 fl_rooftop **out, struct fl_error *err);

/* Finishes what was accepted, closes and frees; NULL is fine. Answers not yet
 * given are given with FL_UNKNOWN before it returns. */
FL_API void fl_close(fl_rooftop *rooftop);

/*
 * Posts one event (a JSON object) or many (NDJSON: at least two lines begin
 * with "{"; empty ones do not count). Each event, or line that is none,
 * is answered by one call of `cb`, in order, after its commit is on disk or its
 * refusal is known; `cb` may be NULL, `ctx` too. `body` is copied. An event is
 * at most 1 MiB.
 * FL_OK: taken. FL_FATAL: nothing was taken, close. FL_NOMEM: of several events
 * the first ones may have been taken; these are answered.
 * What an answer can say besides FL_OK: FL_INVALID, FL_NOT_FOUND, FL_CONFLICT
 * (the id is known with another body), FL_DENIED (a gate; not legal now),
 * FL_LIMIT (more than 4,096 events wait: poll, then post again), FL_NOMEM,
 * FL_STORAGE, FL_UNKNOWN.
 */
FL_API fl_status fl_post(fl_rooftop *rooftop, const char *body, size_t bytes,
			 fl_answer_cb cb, void *ctx);

/*
 * Asks a question or gives a command by the name the command line uses
 * ("today", "deal", "answer", "status", "reload", ...). `args` is a JSON
 * object, NUL-terminated, copied; NULL for none. Its member "as" names who asks
 * ("jan", "admin"); without it that is "system". The answer comes from
 * fl_poll(), by one call of `cb`, which may be NULL, `ctx` too.
 * FL_OK: taken. FL_FATAL: close. FL_NOMEM.
 */
FL_API fl_status fl_ask(fl_rooftop *rooftop, const char *name,
			const char *args, fl_answer_cb cb, void *ctx);

/*
 * Does what is due: answers commits, runs turns, fires due steps. When there is
 * nothing to do it waits up to `timeout_ms` (0: never; negative: until there
 * is). FL_OK; FL_FATAL: a commit failed, close and open again: what was
 * answered is safe, the rest is unknown and may be posted again under the same
 * ids.
 */
FL_API fl_status fl_poll(fl_rooftop *rooftop, int timeout_ms);

/* Milliseconds until fl_poll() has timed work, 0 when now, -1 when never;
 * never more than 60,000, so that a stepped clock is noticed. */
FL_API int64_t fl_next_ms(const fl_rooftop *rooftop);

#ifdef __cplusplus
}
#endif
