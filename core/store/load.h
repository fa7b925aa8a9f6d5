/*
 * load.h - reading homes and tasks from one read-only (or in-memory)
 * connection. Used by store_load and by readers. One thread. Private to store.
 */
#pragma once

#include "store/rows.h"

#define LOAD_STATEMENTS 11

struct loader {
	sqlite3 *db;             /* borrowed */
	struct symbols *symbols; /* borrowed */
	sqlite3_stmt *stmt[LOAD_STATEMENTS];
};

/* All return FL_OK, FL_NOMEM (the arena refused) or FL_STORAGE. */
fl_status load_open(struct loader *l, sqlite3 *db, struct symbols *symbols,
	struct fl_error *err);
void load_deinit(struct loader *l); /* zeroed is fine */

/* What is read between the two is of one moment. load_end() without a
 * transaction does nothing. */
fl_status load_begin(struct loader *l, struct fl_error *err);
fl_status load_end(struct loader *l, struct fl_error *err);

/* The home of a record; 0: no such record. */
fl_status load_home_of(struct loader *l, int64_t record, int64_t *home,
	struct fl_error *err);
fl_status load_home(struct loader *l, struct arena *a, int64_t home,
	struct home *out, struct fl_error *err);
/* *out NULL: no such task. */
fl_status load_task(struct loader *l, struct arena *a, int64_t id,
	struct task **out, struct fl_error *err);
fl_status load_record(struct loader *l, struct arena *a, int64_t id,
	struct record **out, struct fl_error *err);
/* Everything wanted, as store_load() hands it over. */
fl_status load_run(struct loader *l, struct arena *a,
	const struct load_want *wants, uint32_t n, struct load_got **out,
	struct fl_error *err);
/* What is known when a store opens. */
fl_status load_state(sqlite3 *db, struct store_state *out,
	struct fl_error *err);
