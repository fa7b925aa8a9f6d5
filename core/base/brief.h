/*
 * brief.h - a JSON document in about half its bytes, which need no scanning:
 * a mark of one byte, numbers as varints, texts as they stand between the
 * quotes of canonical JSON. Holds exactly what canonical JSON (value.h) holds,
 * keys in byte order, and comes back as those bytes. What goes from the engine
 * to the disk is written once in this form, and never as JSON.
 *
 * Names that a table numbers may stand as their number (struct brief_names);
 * whoever reads such a document needs that table. Without one a document
 * stands for itself.
 */
#pragma once

#include "base/value.h"

struct brief_names {
	void *ctx;
	/* The number of a text, 0: none. `may_add`: it looks like the name of
	 * a field, so it may get one. What people typed never does. */
	uint32_t (*number)(void *ctx, struct text name, bool may_add);
	/* The text of a number, borrowed until the next call; at NULL: nobody
	 * knows it. */
	struct text (*name)(void *ctx, uint32_t number);
	bool lent; /* what name() gives outlives all that is read with it */
};

/* ---- writing ---- */

/* What it is written to; failures show in to->failed. */
struct brief {
	struct buf *to;
	const struct brief_names *names; /* NULL: none */
	int depth;                       /* lists and maps open; 0 first */
};

void brief_null(struct brief *b);
void brief_bool(struct brief *b, bool v);
void brief_int(struct brief *b, int64_t n);
void brief_text(struct brief *b, struct text t); /* no UTF-8: U+FFFD */
void brief_key(struct brief *b, struct text t);  /* ... before its value */
/* A list, or a map, whose keys come in byte order; what open returned is for
 * its close, with the number of items or members between. */
size_t brief_list(struct brief *b);
size_t brief_map(struct brief *b);
void brief_close(struct brief *b, size_t opened, uint32_t n);
/* Canonical; the refusals of value_write() (value.h) set to->failed. */
void brief_value(struct brief *b, const struct value *v);
/* A whole document once more, which numbers its names by `names` (NULL: none),
 * with those of `b`. FL_INVALID: damaged. Failures of memory in to->failed. */
fl_status brief_copy(struct brief *b, const struct brief_names *names,
		     struct text document);

/* ---- reading: FL_OK, FL_INVALID: damaged, FL_NOMEM ---- */

/* As canonical JSON, appended. */
fl_status brief_json(struct buf *out, const struct brief_names *names,
		     struct text document);
/* A first look without reading it: false when that whole number is nowhere in
 * it. May say yes when it is not. */
bool brief_may_have(struct text document, int64_t n);
/* As a value in `a`, copied, but for names that are lent; null on failure.
 * `err` NULL is fine. */
fl_status brief_read(struct arena *a, const struct brief_names *names,
		     struct text document, struct value *out,
		     struct fl_error *err);
