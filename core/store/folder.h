/*
 * folder.h - the folder `data` of a rooftop: its paths, taking it (lock, file
 * system, first making), giving it back as it was when that fails, syncing.
 * Private to store.
 */
#pragma once

#include "store/lock.h"
#include "store/sql.h"
#include "store/store.h"

struct folder {
	char *dir, *data, *db, *lock_path; /* heap */
	const char *vfs;        /* borrowed; NULL default */
	int (*fault)(void *ctx, const char *point);
	void *ctx;
	struct lock lock;
	bool made_data, made_db; /* by this opening */
};

/* Fills the paths; `f` is zeroed before. FL_NOMEM. */
fl_status folder_init(struct folder *f, const char *dir,
	const struct store_options *opt, struct fl_error *err);
/* Makes `data` if needed and takes the lock. FL_CONFLICT, FL_STORAGE. */
fl_status folder_take(struct folder *f, struct fl_error *err);
/* FL_STORAGE when the folder could not be synced. */
fl_status folder_sync(struct folder *f, struct fl_error *err);
/* Removes what this opening has made; the database is closed by now. */
void folder_undo(struct folder *f);
void folder_deinit(struct folder *f); /* drops the lock; zeroed is fine */

/* Whether the file beside the database with this ending is there and not
 * empty ("" the database itself, "-wal"). */
bool folder_has(const struct folder *f, const char *ending);
/* Opens the database for reading, of exactly this version. FL_NOT_FOUND,
 * FL_INVALID, FL_STORAGE. */
fl_status folder_open_reading(const struct folder *f, sqlite3 **out,
	struct fl_error *err);
