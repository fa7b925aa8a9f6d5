/*
 * process.h - child processes. The program starts nothing but its own binary:
 * the supervisor its workers, a worker's checker on request. Loop thread only.
 */
#pragma once

#include "loop/stream.h"

struct process; /* opaque; process_free() */

/* What a child gets as descriptor 0 to 4. Others are closed. */
enum process_slot {
	PROCESS_NULL = 0, /* /dev/null (0-2), nothing (3, 4) */
	PROCESS_INHERIT,  /* ours, as it is (0-2) */
	PROCESS_PIPE,	  /* a two-way stream: process_stream() */
	PROCESS_FD	  /* a copy of `fd`, which stays the caller's */
};
enum { PROCESS_SLOTS = 5 };

struct process_options {
	const char *const *argv; /* NULL at the end, argv[0] included; copied */
	enum process_slot slot[PROCESS_SLOTS];
	int fd[PROCESS_SLOTS]; /* of PROCESS_FD slots */
	const char *dir; /* folder to start in; NULL: ours; copied */
	/* Told once when the child ended and was reaped: exit code, or the
	 * signal that ended it (else 0). NULL: nobody wants to know. */
	void (*on_exit)(void *ctx, int code, int signum);
	void *ctx;
};

/* Starts this very binary with other arguments, all signals at default.
 * FL_OK: *out is the caller's. FL_NOMEM, FL_LIMIT, FL_STORAGE. */
fl_status process_spawn(struct loop *l, const struct process_options *opt,
	struct process **out, struct fl_error *err);

/* Our end of a PROCESS_PIPE slot, NULL for others. The caller owns it from the
 * first call on (stream_free()); asked again it is NULL. Not taken: freed with
 * the process. */
struct stream *process_stream(struct process *p, int slot);

void process_kill(struct process *p, int signum); /* ended: does nothing */

/* Forgets the child, running or not, without killing it; on_exit is not called
 * any more. NULL is fine. */
void process_free(struct process *p);
