/*
 * sql.h - the little of SQLite's interface that the store's files share:
 * opening, preparing, binding, reading back, and turning its codes into
 * fl_status. Private to store. A connection and all its statements belong to
 * one thread at a time.
 */
#pragma once

#include "base/value.h"

#include <sqlite3.h>

/* Writes "what: SQLite's text" into *err. FL_NOMEM for out of memory, else
 * FL_STORAGE. db may be NULL. */
fl_status sql_fail(sqlite3 *db, struct fl_error *err, const char *what);

/* Path of the connection's file, for messages; never NULL. */
const char *sql_path(sqlite3 *db);

/* The VFS of that name, NULL the default; NULL when there is none. This or
 * sql_open() comes before any other call of SQLite. */
sqlite3_vfs *sql_vfs(const char *name);

/* Opens `path` (":memory:" for a private one) through the VFS of that name,
 * NULL the default. Never makes a file when `readonly`. On failure *out is
 * NULL. FL_STORAGE, FL_NOMEM. */
fl_status sql_open(const char *path, const char *vfs, bool readonly,
	sqlite3 **out, struct fl_error *err);

/* Runs one or more statements without results. */
fl_status sql_exec(sqlite3 *db, const char *sql, struct fl_error *err);

/* First column of the first row as an integer; 0 when there is no row. */
fl_status sql_int(sqlite3 *db, const char *sql, int64_t *out,
	struct fl_error *err);

/* Prepares n statements for the life of the connection. On failure those
 * already made stay in `out` for sql_finalize(). */
fl_status sql_prepare(sqlite3 *db, const char *const *sql, sqlite3_stmt **out,
	int n, struct fl_error *err);
void sql_finalize(sqlite3_stmt **stmts, int n); /* NULLs are fine */

/* Binds text, borrowed until the statement is bound anew. SQLite's code. */
int sql_bind_text(sqlite3_stmt *s, int at, struct text t);

/* Steps a statement that returns nothing (or one row nobody reads) and resets
 * it. SQLITE_OK or SQLite's code. */
int sql_run(sqlite3_stmt *s);

/* Text of a column, copied into `a`; empty when NULL or memory was refused
 * (a->failed says so). */
struct text sql_text(sqlite3_stmt *s, int column, struct arena *a);
