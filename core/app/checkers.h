/*
 * checkers.h - checker children from the side that asks. The supervisor has them
 * started for its worker; a command without a daemon starts its own. A child
 * reads its request from descriptor 0, writes its reply to descriptor 1 and
 * ends; both are one socket, whose other end is here.
 */
#pragma once

#include "loop/process.h"
#include "rooftop/checker.h"

enum {
	CHECKERS_MOST = 4,    /* at once; further requests wait */
	CHECKER_CPU_S = 60,   /* computing time of one; it ends itself */
	CHECKER_WALL_S = 180, /* and all in all */
	CHECKER_MEMORY_MB = 2048
};
enum { CHECKER_NOT_STARTED = -1 }; /* in place of an exit code */
#define CHECKER_NAME "fl-checker" /* of the process, for ps and top */

struct checkers; /* opaque; loop thread */

/* `door` is the worker's end of a pass_pair() with the supervisor (borrowed),
 * or -1: children of our own. FL_NOMEM, FL_STORAGE. */
fl_status checkers_new(
	struct loop *l, int door, struct checkers **out, struct fl_error *err);
/* What was asked is answered as cut. NULL is fine. */
void checkers_free(struct checkers *c);
/* `request` is borrowed until `done`, which comes once, from the loop. */
void checkers_ask(struct checkers *c, const struct buf *request,
	checker_done done, void *arg);

/* One question without a daemon, waited for; `done` is called before it
 * returns. */
void checkers_once(const struct buf *request, checker_done done, void *arg);

/* The supervisor's side (door.c): has a child started for each note that comes
 * from the worker and sends a note back when it ended. */
struct checker_door; /* opaque; loop thread */
fl_status checker_door_new(
	struct loop *l, struct checker_door **out, struct fl_error *err);
/* For a new worker: *worker_end is for it (the caller's to close). What ran
 * for the one before is killed. FL_STORAGE, FL_NOMEM. */
fl_status checker_door_open(
	struct checker_door *d, int *worker_end, struct fl_error *err);
void checker_door_free(struct checker_door *d); /* kills all; NULL is fine */

/* `fairlead --checkers`: the parent of a daemon's children, at the other end
 * of the door's pass_pair() on descriptor 0: a note with a socket starts one,
 * a note without kills all, and so does the door's end. Its exit code. */
int checker_parent_main(void);

/* `fairlead --checker`: the child. Its exit code. */
int checker_main(void);
