/*
 * term.h - text for people's terminals: colours only where they are wanted, no
 * byte of foreign data can steer the terminal, columns that stand straight.
 * Everything is collected and written at once. One thread.
 */
#pragma once

#include "base/value.h"

enum term_style {
	TERM_PLAIN = 0,
	TERM_BOLD,
	TERM_DIM,
	TERM_RED,
	TERM_GREEN,
	TERM_YELLOW,
	TERM_CYAN
};

struct term {
	FILE *file;    /* borrowed */
	bool colour;   /* a terminal that has not asked for none */
	bool terminal; /* `file` was one when we began */
	bool dutch;    /* the rooftop's language: labels follow it */
	uint32_t columns; /* of the terminal; 0: no terminal, nothing wraps */
	struct buf buf; /* not yet written */
};

/* Colours when `file` is a terminal, NO_COLOR is not set and TERM is not
 * "dumb". */
void term_init(struct term *t, FILE *file);
void term_deinit(struct term *t); /* writes what is left */
/* The terminal is no more: its window was closed, the line to it cut. */
bool term_gone(const struct term *t);
void term_flush(struct term *t);

/* Foreign text: control characters, escapes, and marks that turn the writing
 * direction around become U+FFFD; line ends stay when `lines`. */
void term_add(struct term *t, struct text text, bool lines);
void term_say(struct term *t, const char *text); /* foreign, too */
void term_style(struct term *t, enum term_style style, const char *text);
/* Our own words; %s arguments are cleaned like foreign text. */
void term_printf(struct term *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Cells of a line on the terminal: wide characters two, combining none. */
uint32_t term_width(struct text text);

/* What was collected from byte `from` on: lines wider than the terminal are
 * broken between words and go on four cells further in. Nothing without a
 * terminal, or in one too narrow for words. Not for what is to be copied. */
void term_wrap(struct term *t, size_t from);

/* Rows of cells, each column as wide as its widest cell; the last is free: where
 * the terminal is too narrow it goes on below itself, word by word. Columns
 * without any text take no room. */
enum { TERM_COLUMNS = 8 };
struct term_table {
	struct arena *a;   /* borrowed: owns cells */
	uint32_t columns;
	struct term_row *first, *last;
	const char *indent; /* before each row; NULL none */
};
void table_row(struct term_table *tab); /* begins a row */
void table_cell(struct term_table *tab, enum term_style style,
		const char *text); /* copied; NULL: empty */
void table_print(struct term_table *tab, struct term *t);
