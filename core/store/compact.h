/*
 * compact.h - documents (base/brief.h) in their columns: names that are symbols
 * become their number. A column holds a BLOB (brief), or a TEXT (JSON, by
 * versions before format 2; an empty one stands for no document).
 *
 * Keys become symbols when they look like names of fields; other texts only
 * when the symbol is there already: what people typed never gets into the
 * table of names. Private to store.
 */
#pragma once

#include "base/brief.h"
#include "store/symbol.h"

/* A document on its way into a column: written to `to`. */
struct compact {
	struct symbols *y;
	int rc; /* SQLite's code of the first failure of the table of names */
	struct brief_names names;
	struct brief to;
};

/* Begins one behind what `out` has. *c is not moved until the end. Writing
 * side only. */
void compact_begin(struct compact *c, struct symbols *y, struct buf *out);
/* SQLite's code; SQLITE_NOMEM also when `out` is full. */
int compact_end(const struct compact *c);

/* A column as a document without numbers, copied into `a`; empty for none.
 * Damage sets *rc to SQLITE_CORRUPT; no memory is the arena's failure too. */
struct text compact_column(struct symbols *y, sqlite3_stmt *s, int column,
	struct arena *a, int *rc);
/* The same column as a value; names in it are borrowed when they are lent
 * (symbol.h). SQLITE_NOMEM: the arena refused;
 * SQLITE_CORRUPT: damage, also of a text that is no JSON. */
int compact_value(struct symbols *y, sqlite3_stmt *s, int column,
	struct arena *a, struct value *out);
