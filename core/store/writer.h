/*
 * writer.h - the writer thread: runs one piece of work at a time on the
 * writing connection, tells when it is done, and checkpoints between pieces,
 * so that no acknowledgement waits for a checkpoint. After the first failure
 * it does nothing any more. Private to store; every function is for the
 * engine thread.
 */
#pragma once

#include "store/commit.h"

#include <pthread.h>

/* Runs on the writer thread. */
typedef fl_status (*writer_work)(struct commit *c, void *arg,
	struct fl_error *err);

struct writer {
	struct commit *commit;   /* the thread's from start to stop */
	void (*wake)(void *ctx); /* may be NULL */
	void *ctx;
	int64_t pages_max;       /* checkpoint past so many WAL pages */
	int64_t idle_ms;         /* or when idle for so long */
	int64_t seen_pages;      /* thread: WAL pages after the last work */
	int64_t next_pages;      /* thread: checkpoint from here on */
	int64_t idle_pages;      /* thread: nothing more to copy at this size */
	bool failed;             /* set by the thread alone, under lock */
	pthread_t thread;
	pthread_mutex_t lock;    /* guards all below, and `failed` */
	pthread_cond_t asked, answered;
	writer_work work;        /* NULL: none */
	void *arg;
	bool started, stop;
	bool over;               /* nothing is written any more */
	bool done;               /* work is finished, result not yet taken */
	fl_status result;
	struct fl_error err;     /* of result */
	struct fl_error failure; /* why it failed */
};

/* FL_STORAGE: no thread could be made. `w` is zeroed before; not moved. */
fl_status writer_start(struct writer *w, struct commit *c,
	const struct store_options *opt, struct fl_error *err);
/* Hands over one piece of work; there must be none under way. */
void writer_ask(struct writer *w, writer_work work, void *arg);
/* True when the work is done: *result and *err are its. */
bool writer_take(struct writer *w, fl_status *result, struct fl_error *err);
/* The same, waiting for it. */
void writer_wait(struct writer *w, fl_status *result, struct fl_error *err);
/* Whether a checkpoint or work has failed; then *err says why. */
bool writer_failed(struct writer *w, struct fl_error *err);
/* Nothing is written from now on, also no checkpoint: damage was found. A
 * zeroed writer is fine. */
void writer_over(struct writer *w);
/* Finishes the work under way, empties the WAL unless something has failed or
 * it is over, and ends the thread. A zeroed writer is fine. */
void writer_stop(struct writer *w);
