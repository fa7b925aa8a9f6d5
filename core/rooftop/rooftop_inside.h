/*
 * rooftop_inside.h - shared by the files of core/rooftop only.
 */
#pragma once

#include "rooftop/rooftop.h"

#include <pthread.h>

#define READERS_MAX 4

/* One question, command or import under way; freed when answered. */
struct job {
	struct rooftop *r;
	struct job *next;
	rooftop_cb cb;
	void *ctx;
	struct arena a;          /* owns everything below */
	const struct ask_row *row; /* NULL: import */
	struct value args;
	struct text actor;
	struct problems problems;
	struct ask ask;
	struct ruleset *ruleset; /* reference for the thread */
	struct value answer;
	fl_status status;
	struct value wires;      /* list of events still to post */
	uint32_t posted;         /* how many of them have been answered */
	bool many;               /* the answer lists one answer per event */
	void (*each)(struct job *j, const struct post_answer *a); /* or NULL */
};

struct rooftop {
	char *dir;
	struct rooftop_options opt;
	struct store *store;
	struct engine *engine;
	struct ruleset *ruleset;
	bool manual;
	bool training;
	int64_t clock_ms;        /* manual clock */
	struct job *first, *last; /* waiting for rooftop_poll */
	uint32_t under_way;      /* jobs not yet answered */
	pthread_mutex_t readers_lock;
	struct reader *readers[READERS_MAX]; /* idle ones */
	uint32_t n_readers;
	struct arena answers;    /* reset for each answer to a post */
	struct arena broken_arena;
	struct problems broken;
	bool failed;             /* FL_FATAL was seen */
	bool closing;
};

struct job *job_new(struct rooftop *r, rooftop_cb cb, void *ctx,
		    struct text actor);
void job_later(struct job *j); /* runs in the next rooftop_poll */
void job_finish(struct job *j); /* answers and frees */
bool jobs_run(struct rooftop *r); /* true when there were any */
/* Posts j->wires one after another and finishes with their answers. */
void job_post_wires(struct job *j);

struct reader *rooftop_reader(struct rooftop *r, struct fl_error *err);
void rooftop_reader_back(struct rooftop *r, struct reader *reader);

/* {event, number, ...} or the problem document of one answer, in `a`. */
struct value answer_value(struct arena *a, const struct rulebook *book,
			  const struct post_answer *pa);
void rooftop_reload(struct job *j);
void rooftop_clock(struct job *j);
struct value rooftop_live(struct rooftop *r, struct arena *a);
