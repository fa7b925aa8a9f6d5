/*
 * follow.h - when to look at the rule files, when to read them and when what
 * was read may be handed on. Decides only: clock, looks and bytes come from
 * outside, so that tests need neither. One thread; times are milliseconds of
 * a clock that never steps.
 *
 *                 event                    quiet                 differs
 *     RESTING ------------> QUIET ------------------> LOOKING -----------+
 *        |  safety look       ^  event: again            | same as taken |
 *        +--------------------|-------> LOOKING          v               v
 *                             |                        RESTING       SETTLING
 *                             |  moved                                   |
 *                             +---------------- LOOKING AGAIN <----------+
 *                             |  moved                |  the same      50 ms
 *                             +-------------------- READING
 *                             |  event meanwhile      |  the same after it
 *                             +-------------------- OFFERING --> RESTING
 *
 * Events are hints, looks are the truth: a set is handed on only when a look
 * before reading and one after it are equal, and a look 50 ms earlier was.
 */
#pragma once

#include "reload/scan.h"

enum {
	FOLLOW_QUIET_MS = 100,
	FOLLOW_BLIND_QUIET_MS = 1000, /* without events: writers go unseen */
	FOLLOW_SETTLE_MS = 50,
	FOLLOW_SAFETY_MS = 2000,
	FOLLOW_WRITER_MS = 30000, /* a file kept open is waited for so long
				   * after its last write */
	FOLLOW_WRITERS = 2048, /* as many as there may be rule files */
	FOLLOW_NAME_BYTES = 256
};

enum follow_state {
	FOLLOW_RESTING = 0,
	FOLLOW_QUIET,
	FOLLOW_LOOKING,
	FOLLOW_SETTLING,
	FOLLOW_LOOKING_AGAIN,
	FOLLOW_READING,
	FOLLOW_OFFERING,
	FOLLOW_STATES
};

/* What the caller is to do now. LOOK, READ and OFFER are said once and are
 * under way until their result is told. */
enum follow_act {
	FOLLOW_WAIT = 0, /* until at_ms, or an event */
	FOLLOW_LOOK,	 /* folder_scan(), then follow_looked() */
	FOLLOW_READ,	 /* folder_read(), folder_scan(), then follow_read() */
	FOLLOW_OFFER	 /* hand on what was read, then follow_offered() */
};

/* A file somebody has written to and not closed yet. */
struct follow_writer {
	uint64_t key;		   /* of the whole name */
	char name[FOLLOW_NAME_BYTES]; /* for people: its beginning */
	int64_t began_ms, last_ms; /* its first and last write */
	bool doubted;		   /* notes were lost: perhaps it is closed */
};

struct follow {
	enum follow_state state;
	bool acting;	  /* an act is under way */
	bool stirred;	  /* something happened during it */
	bool blind;	  /* no events come: looks alone */
	int64_t at_ms;	  /* when the state ends by itself */
	int64_t began_ms; /* QUIET: when it began */
	bool has_taken;
	struct digest taken; /* look of the set handed on last */
	struct digest seen;  /* first of two looks */
	bool paused;	     /* at the last look */
	struct follow_writer writers[FOLLOW_WRITERS];
	uint32_t n_writers;
	char slow[FOLLOW_NAME_BYTES]; /* being written for longer than that;
				       * "" none; the caller clears it */
};

/* Begins with a look at once. `blind`: there will be no events. */
void follow_init(struct follow *w, bool blind, int64_t now_ms);

/* What to do at `now_ms`; *at_ms is when to ask again at the latest (INT64_MAX
 * while an act is under way). */
enum follow_act follow_next(struct follow *w, int64_t now_ms, int64_t *at_ms);

/* Something changed, or may have (events were lost). */
void follow_stir(struct follow *w, int64_t now_ms);
/* `name` was written to: it is open until follow_closed(), or gone. */
void follow_written(struct follow *w, const char *name, int64_t now_ms);
void follow_closed(struct follow *w, const char *name, int64_t now_ms);
/* Events were lost: those who wrote may have closed, and are waited for only
 * until the safety look. */
void follow_lost(struct follow *w, int64_t now_ms);

void follow_looked(
	struct follow *w, const struct folder_scan *scan, int64_t now_ms);
/* The look after reading; `now` OFFER comes when nothing moved. */
void follow_read(
	struct follow *w, const struct folder_scan *scan, int64_t now_ms);
void follow_offered(struct follow *w, int64_t now_ms);
