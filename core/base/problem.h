/*
 * problem.h - a list of mistakes, all found in one pass: what is wrong, where,
 * what to write instead. Lives in an arena.
 */
#pragma once

#include "base/value.h"

struct problem {
	const char *code; /* stable, "FL123"; static */
	const char *file; /* NULL when it has no file */
	int line;         /* 1-based; 0 unknown */
	uint16_t column;  /* of the wrong word in that line, in characters, */
	uint8_t width;	  /* 1-based, and how many they are; 0: unknown */
	bool warning;	  /* true: told, but nothing is refused */
	const char *source; /* that line as it is written; NULL unknown or
			     * far too long to show */
	const char *field; /* JSON field or key; NULL */
	const char *text;  /* what is wrong, one sentence */
	const char *remedy; /* what to do; NULL when text says it all */
	const char *nearest; /* nearest right name; NULL */
};

struct problems {
	struct arena *arena; /* borrowed: owns every text */
	bool dutch;	     /* language of the texts */
	struct problem *items;
	uint32_t count, cap;
	uint32_t errors;     /* no warnings; counts those not kept, too */
	struct problem spill; /* what problem_add() returns when full */
};

void problems_init(struct problems *p, struct arena *a);
/* Adds one (at most 1,000 are kept) and returns it, so that the caller may set
 * field, remedy, nearest, warning. Never NULL. */
struct problem *problem_add(struct problems *p, const char *code,
			    const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void problem_warn(struct problems *p, struct problem *it); /* make a warning */
/* The first that is no warning; NULL: none is. */
const struct problem *problem_error(const struct problems *p);
/* Its text behind file and line, as far as it has them; NULL: no memory. */
const char *problem_placed(struct arena *a, const struct problem *it);
/* The one that is in the language of the list. */
const char *problem_words(const struct problems *p, const char *en,
	const char *nl) __attribute__((format_arg(2), format_arg(3)));
/* What a lower floor said (dutch.h), in the language of the list. */
const char *problem_cause(const struct problems *p, const char *text);
/* Sets column and width, as far as they go. */
void problem_place(struct problem *it, int column, int width);
/*
 * Finds the wrong word in `line_text` (the line of the problem, borrowed, no
 * line end) and notes line and place on
 * it: the first word in straight quotes
 * of its text that stands in the line, else all of the line. Nothing happens
 * to a problem that has its place.
 */
void problem_point(
	struct problems *p, struct problem *it, struct text line_text);
/* "rules/own.lua:12: text. remedy (did you mean \"x\"?) [FL123]\n" each,
 * without the line and its caret */
void problems_print(const struct problems *p, struct buf *out);
/* A deep copy at the end of `p`. */
void problem_copy(struct problems *p, const struct problem *from);
/* Adds what problems_value() wrote, perhaps in another process. */
void problems_take(struct problems *p, const struct value *list);
struct value problems_value(const struct problems *p, struct arena *a);
