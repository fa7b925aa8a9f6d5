/*
 * symbol.h - small names (event types, kinds, cards, steps, people, sources)
 * as integers in the tables, each connection with its own cache of the table
 * `symbol`. A name that is too long, or that comes when the table is full, is
 * stored as its text in the same column: how a name is stored never changes
 * once it is known, so equal names always compare equal.
 */
#pragma once

#include "base/map.h"
#include "store/sql.h"

enum {
	SYMBOL_SEATS = 1024,  /* names found without the map */
	SYMBOL_BYTES = 64,    /* longer names stay text */
	SYMBOL_MAX = 20000,   /* more names stay text; fits a seat */
	SYMBOL_PERSON = 1,    /* seeded by the schema: kinds of records that */
	SYMBOL_ROOFTOP = 2    /* are always loaded */
};

struct symbols {
	sqlite3 *db;         /* borrowed */
	sqlite3_stmt *get, *find, *add;
	struct map *ids;     /* name to id as a pointer */
	struct text *names;  /* by id; at NULL: not known here yet */
	uint32_t cap;        /* of names */
	uint32_t count;      /* highest id, kept by the writing side only */
	bool lent;           /* names read are borrowed for as long as this */
	uint16_t seats[SYMBOL_SEATS]; /* id last found there, 0 none: the same
				       * few names come all the time */
};

/* Prepares on `db`; `writes` reads the whole table and may add to it. */
fl_status symbol_open(struct symbols *y, sqlite3 *db, bool writes,
	struct fl_error *err);
void symbol_deinit(struct symbols *y); /* zeroed is fine */

/* The number of a name, 0 when it has none; with `add` it gets one, if the
 * table has room. `name` is not empty. SQLite's code. Writing side only. */
int symbol_id(struct symbols *y, struct text name, bool add, uint32_t *id);
/* The name of a number, borrowed until symbol_deinit(); SQLITE_CORRUPT: nobody
 * knows it. */
int symbol_name(struct symbols *y, int64_t id, struct text *out);
/* Binds `name` for storing, adding it to the table in the transaction that is
 * open; empty binds NULL. SQLite's code. Writing side only. */
int symbol_bind(struct symbols *y, sqlite3_stmt *s, int at, struct text name);
/* Binds `name` for asking; never adds. SQLite's code. */
int symbol_bind_known(struct symbols *y, sqlite3_stmt *s, int at,
	struct text name);
/* The name in a column, copied into `a` unless `lent`. Empty for NULL; a number
 * nobody knows sets *rc to SQLITE_CORRUPT. */
struct text symbol_column(struct symbols *y, sqlite3_stmt *s, int at,
	struct arena *a, int *rc);
