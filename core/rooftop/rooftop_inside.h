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
	struct ruleset *loaded;  /* not yet live; own */
	struct job *next_candidate; /* waits for this one to end */
	void (*begin)(struct job *j); /* its turn has come */
	struct source_set files; /* going live: the bytes in question */
	bool given;              /* ... they came with the job: a watcher's */
	bool same;               /* ... they are those that are live */
	struct digest bytes;     /* ... of them */
	struct value asked;      /* ... arguments as asked */
	struct value plan;       /* ... what the checker planned */
	bool yes;                /* ... somebody says yes */
	bool own;                /* posts what only the rooftop itself may */
	bool automatic;          /* ... nobody asked: at a start, watched */
	int64_t to;              /* rollback: ruleset */
	char held[DIGEST_HEX];   /* ... of the folder; "" unknown */
	struct fl_error err;     /* why they could not be read */
	struct buf request, reply; /* of a checker; own */
	void (*work)(struct job *j); /* on another thread */
	void (*done)(struct job *j); /* afterwards, on ours */
	void (*checked)(struct job *j); /* after job_check() */
	struct value wires;      /* list of events still to post */
	int64_t body_digest;     /* of what was sent, before names were looked
				  * up; 0: of each wire itself */
	uint32_t posted;         /* how many of them have been answered */
	uint32_t *item_of;       /* import: item of each wire */
	bool many;               /* the answer lists one answer per event */
	void (*each)(struct job *j, const struct post_answer *a); /* or NULL */
};

/* One event posted and not yet answered; answers leave in order of posting,
 * those the engine never saw among them. */
struct posting {
	struct posting *next;
	struct rooftop *r;
	rooftop_cb cb;
	void *ctx;
	bool refused;        /* answered by `doc`, not by the engine */
	fl_status status;    /* refused: why */
	struct value doc;    /* refused: the problem document */
	struct arena a;      /* refused: owns doc */
};

struct rooftop {
	char *dir;
	struct rooftop_options opt;
	struct store *store;
	struct engine *engine;
	struct ruleset *ruleset;
	struct crash_page *crash; /* NULL: without */
	bool manual;
	bool training;
	int64_t clock_ms;        /* manual clock */
	int64_t beat_ms;         /* real clock: last sign of life */
	struct job *first, *last; /* waiting for rooftop_poll */
	struct posting *posted_first, *posted_last; /* not yet answered */
	uint32_t under_way;      /* jobs and postings not yet answered */
	uint32_t on_threads;     /* jobs at work on other threads */
	pthread_mutex_t readers_lock;
	struct reader *readers[READERS_MAX]; /* idle ones */
	uint32_t n_readers;
	struct arena answers;    /* reset for each answer to a post */
	struct arena broken_arena;
	struct problems broken;
	bool start_offer;        /* the folder has other rules than are live:
				  * offered once the engine is ready */
	bool offering;           /* ... under way: other jobs wait */
	bool live_untold;        /* rules went live that nobody asked for by
				  * hand: the next reload is told */
	int64_t differ_since_ms; /* disk and live rules differ; 0: they do not */
	bool paused;             /* a file reload.paused is there */
	char again[40];          /* why it was started again; "": it was not */
	int64_t again_ms;        /* and when, by the real clock */
	struct job *candidates;  /* the first is at work */
	bool has_refused;
	struct digest refused;   /* bytes refused last */
	bool failed;             /* FL_FATAL was seen */
	bool ending;             /* closing: nothing goes to threads any more */
	bool closing;
};

/* NULL: no memory. */
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
/* Runs work(j) on another thread when the host has any, then done(j). */
void job_away(struct job *j, void (*work)(struct job *j),
	      void (*done)(struct job *j));
/* Has a checker answer `name` about `files` (NULL: the folder's) with j->args;
 * then `done`, with j->answer and j->status set. */
void job_check(struct job *j, const char *name, const struct source_set *files,
	       void (*done)(struct job *j));
/* Answers refused postings that nothing stands before any more. */
void postings_flush(struct rooftop *r);
/* Rule files on their way to going live (offer.c): j->files, or when there are
 * none the folder's. `yes`: also what waits for one. */
void rooftop_offer_files(struct job *j);
/* heartbeat.c: when somebody last served this folder, 0 not known; now does,
 * at most once a minute; when the next beat is due. */
int64_t heartbeat_last(const struct rooftop *r);
void heartbeat_beat(struct rooftop *r);
int64_t heartbeat_next_ms(const struct rooftop *r);
void rooftop_undo(struct job *j);     /* args: ruleset */
void rooftop_rollback(struct job *j); /* args: to? */
void rooftop_clock(struct job *j);
/* Keeps a copy of what is wrong with the folder's rules; NULL: nothing. */
void rooftop_keep_broken(struct rooftop *r, const struct problems *p);
/* The rules that were live last, from the archive in the database. */
fl_status rooftop_archived(struct reader *reader, struct arena *a,
			   struct problems *p, struct ruleset **out,
			   struct fl_error *err);
struct value rooftop_live(struct rooftop *r, struct arena *a);
