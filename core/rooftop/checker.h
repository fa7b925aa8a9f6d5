/*
 * checker.h - questions whose answering runs rules (ASK_CHECKER, ASK_FILES)
 * are answered by another process, the checker: one request, one reply, both
 * one JSON document. This is what asker and checker say to each other; who
 * starts the child is the host's business (app/checkers.h). Any thread.
 *
 * Request: {do, dir, actor, args, files?: [{name, text}]}; `files` are the
 * exact bytes in question, else the checker reads the folder.
 * Reply: {status, answer}: a number of fl_status; the answer or the problem
 * document.
 *
 * Problems: FL595 cut: too much time or memory, FL596 it fell over or said
 * nothing.
 */
#pragma once

#include "ask/ask.h"

#define CHECKER_BYTES ((size_t)128 * 1024 * 1024) /* of a request or reply */

/* Both told by the parent; exactly one of them is set. `cut` says why there is
 * no reply. Both borrowed until return. */
typedef void (*checker_done)(
	void *arg, const struct buf *reply, const char *cut);

/* The reason when who asks is ending itself: nothing is said about the files
 * or the question. */
#define CHECKERS_STOPPED "stopped: fairlead is ending"

/* True when this name is answered by a checker. */
bool checker_takes(const char *name);

/* Writes the request. `files` may be NULL. out->failed: no memory. */
void checker_request(struct buf *out, const char *name, const char *dir,
	struct text actor, const struct value *args,
	const struct source_set *files);

/* In the child: answers. The database is opened read-only. */
void checker_answer(const struct buf *request, struct buf *reply);

/* Back at the asker: the answer or problem document, in `a`; its status:
 * FL_LIMIT when it was cut, FL_UNKNOWN with CHECKERS_STOPPED. */
fl_status checker_reply(struct arena *a, const struct buf *reply,
	const char *cut, struct value *answer);
