/*
 * compact.h - canonical JSON in its column: about half as long, and back byte
 * for byte. Names that are symbols become their number, numbers their bytes,
 * marks one byte each; texts stay as they are, quotes and escapes too, so that
 * nothing is read into them. What is not canonical is kept as text: a column
 * holds a BLOB (short) or a TEXT.
 *
 * Keys become symbols when they look like names of fields; other texts only
 * when the symbol is there already: what people typed never gets into the
 * table of names. Private to store.
 */
#pragma once

#include "store/symbol.h"

/* Room in the buffer that so many bytes of JSON may take meanwhile. */
#define COMPACT_ROOM(bytes) (2 * (size_t)(bytes) + 32)

/* Appends the short form of `json` to `out`. *made false: it has none, keep
 * the text, nothing is appended. SQLite's code; SQLITE_NOMEM also when `out`
 * is full. Writing side only. */
int compact_write(
	struct symbols *y, struct text json, struct buf *out, bool *made);
/* A column that compact_write() or its text filled, copied into `a`. Damage
 * sets *rc to SQLITE_CORRUPT; no memory is the arena's failure too. */
struct text compact_column(struct symbols *y, sqlite3_stmt *s, int column,
	struct arena *a, int *rc);
/* The same column as a value, without its JSON in between. SQLITE_NOMEM: the
 * arena refused; SQLITE_CORRUPT: damage, also of a text that is no JSON. */
int compact_value(struct symbols *y, sqlite3_stmt *s, int column,
	struct arena *a, struct value *out);
