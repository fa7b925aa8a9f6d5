/*
 * notify.h - the kernel's notes about folders that are watched: something was
 * written, closed, moved, made, deleted. A hint to look, never the truth: notes
 * may be lost, come late or not at all. Loop thread only.
 */
#pragma once

#include "loop/loop.h"

enum notify_what {
	NOTIFY_CHANGED = 0, /* made, moved, deleted, its rights changed */
	NOTIFY_WRITTEN,	    /* written to; perhaps more will come */
	NOTIFY_CLOSED,	    /* who wrote has closed it, or it has gone away */
	NOTIFY_LOST	    /* notes were lost; folder and name are NULL */
};

/* `folder` as given to notify_folders(); `name` inside it, NULL: the folder
 * itself. Both borrowed until return. */
typedef void (*notify_cb)(
	void *ctx, enum notify_what what, const char *folder, const char *name);

struct notify; /* opaque; notify_free() */

/* FL_LIMIT: no more users of notes on this machine; FL_STORAGE: none here at
 * all. Look now and then instead. */
fl_status notify_new(struct loop *l, notify_cb cb, void *ctx,
	struct notify **out, struct fl_error *err);
void notify_free(struct notify *n); /* NULL is fine */

/* Watches these folders (copied) and no others from now on. A folder that was
 * deleted and made again is another one: call it after each look. *added: one
 * is new, something may have happened in it before. FL_OK; FL_LIMIT: not all
 * could be watched. */
fl_status notify_folders(struct notify *n, const char *const *folders,
	uint32_t count, bool *added);
