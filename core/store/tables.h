/*
 * tables.h - the tables and how they grow from version to version. A version
 * is one step of SQL; all missing steps run in one transaction, after a copy
 * of the old file was made beside it. Private to store.
 */
#pragma once

#include "store/sql.h"

/* "FLD1": says in the file's head whose it is. */
#define TABLES_APPLICATION 0x464c4431

/* Of new files. What a commit changes lies scattered: half the page is half the
 * bytes written, and rows are short enough. */
#define TABLES_PAGE_BYTES 2048

/* Steps of SQL: steps[i] makes version i + 1 of version i. */
struct tables_steps {
	const char *const *sql;
	int n;
};
extern const struct tables_steps tables_steps;

/* Whether the file is ours and how old. *version 0: new and empty.
 * FL_INVALID: another program's, or made by a newer version than steps has.
 * FL_STORAGE: damaged or unreadable. */
fl_status tables_identify(sqlite3 *db, const char *path,
	const struct tables_steps *steps, int *version, struct fl_error *err);

/* Brings an identified database up to steps->n, whole or not at all. */
fl_status tables_migrate(sqlite3 *db, const char *path,
	const struct tables_steps *steps, struct fl_error *err);

/* WAL, synchronous FULL, foreign keys: sets and reads back. FL_STORAGE when
 * one of them did not take. */
fl_status tables_settings(sqlite3 *db, const char *path, int64_t wal_bytes,
	struct fl_error *err);
