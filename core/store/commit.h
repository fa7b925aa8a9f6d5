/*
 * commit.h - what the writing connection does: one batch, one transaction.
 * Statements are prepared once. Belongs to the writer thread (to the engine
 * thread for an in-memory store, and while the store opens). Private to store.
 */
#pragma once

#include "store/sql.h"
#include "store/store.h"
#include "store/symbol.h"

#define COMMIT_STATEMENTS 20

struct commit {
	sqlite3 *db;                 /* borrowed */
	sqlite3_stmt *stmt[COMMIT_STATEMENTS];
	struct symbols symbols;
	struct buf text;             /* key list being written */
	struct buf packed;           /* documents of the row being written */
	struct arena keys;           /* old keys of the record at hand */
	int64_t epoch;               /* this owner's */
	int64_t clock_ms;            /* training clock as stored */
	int64_t outbox_waiting;      /* rows not yet delivered */
	int64_t outbox_more;         /* ... by the batch being written */
	int64_t wal_pages;           /* in the WAL after the last commit */
	int (*fault)(void *ctx, const char *point); /* tests; may be NULL */
	void *ctx;
};

/* Prepares on `db`, whose tables exist; takes over `epoch`. FL_CONFLICT: a
 * newer owner has written here. FL_STORAGE, FL_NOMEM. */
fl_status commit_open(struct commit *c, sqlite3 *db,
	const struct store_options *opt, struct fl_error *err);
void commit_deinit(struct commit *c); /* zeroed is fine */

/* Writes the batch. FL_OK: committed and synced. FL_CONFLICT: nothing was
 * written, expected_number or epoch is stale. Else FL_UNKNOWN: err says why;
 * the connection must not be used for writing again. */
fl_status commit_write(struct commit *c, const struct batch *b,
	struct commit_receipt *out, struct fl_error *err);

/* Marks the folder as training. FL_CONFLICT: there is a journal already. */
fl_status commit_mark_training(struct commit *c, struct fl_error *err);

/* Copies the WAL's pages into the database: what can be without waiting, or
 * all of it with the WAL cut to nothing. *pages_left gets what had to stay
 * because of a reader. FL_OK; FL_UNKNOWN: a write or sync failed. */
fl_status commit_checkpoint(struct commit *c, bool truncate,
	int64_t *pages_left, struct fl_error *err);
