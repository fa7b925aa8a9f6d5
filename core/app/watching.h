/*
 * watching.h - follows the rule files of the rooftop that a worker serves:
 * notes of the kernel and looks become candidates (reload/follow.h decides
 * when). Without notes it looks every two seconds, by the same way. Loop
 * thread; looks and reading happen on its pool.
 */
#pragma once

#include "loop/loop.h"
#include "rooftop/rooftop.h"

struct watching; /* opaque */

struct watching_options {
	struct loop *loop; /* borrowed, like the rest */
	struct rooftop *rooftop;
	/* What came of a candidate: the answer of "reload", or the problem
	 * document. Not told when nothing changed. */
	rooftop_cb on_outcome;
	/* for the terminal, in both languages */
	void (*on_remark)(void *ctx, const char *nl, const char *en);
	void (*asked)(void *ctx); /* the rooftop has something to do */
	void *ctx;
};

/* FL_NOMEM, FL_STORAGE. Looks at once. */
fl_status watching_new(const struct watching_options *opt,
	struct watching **out, struct fl_error *err);
/* Looks no more; what is under way is finished. */
void watching_stop(struct watching *w);
/* True while the pool works for it: turn the loop until it does not. */
bool watching_busy(const struct watching *w);
void watching_free(struct watching *w); /* not busy; NULL is fine */
