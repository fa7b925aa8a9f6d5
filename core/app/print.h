/*
 * print.h - the JSON answers as people read them. Shapes as in ask/ask.h and
 * rooftop/rooftop.h; what is not known is left out.
 */
#pragma once

#include "app/cli.h"

/* The answer to command `name`; unknown names print as indented JSON. */
void print_answer(struct term *t, struct arena *a, const char *name,
		  const struct value *answer);
/* A problem document: what is wrong, where, what to do. */
void print_problem(struct term *t, const struct value *doc);
/* One entry of a list of problems as in problems_value(), with the line it
 * stands in and carets under the wrong word. */
void print_mistake(struct term *t, const struct value *problem);

/* A member that counts, as printf wants it; 0 when it is not there. */
static inline long long print_count(const struct value *map, const char *key)
{
	return (long long)value_get_int(map, key, 0);
}

/* print_story.c: tasks and lines of a story, for print.c. */
/* A list of GATE; NULL none. */
void print_gates(struct term *t, const struct value *gates);
void print_tasks(struct term *t, struct arena *a, const struct value *tasks,
		 bool answers);
void print_lines(struct term *t, struct arena *a, const struct value *lines);
void print_why(struct term *t, struct arena *a, const struct value *answer);
void print_backtest(struct term *t, struct arena *a,
		    const struct value *answer);
void print_plan(struct term *t, struct arena *a, const struct value *plan);
void print_undo(struct term *t, struct arena *a, const struct value *answer);
void print_rulesets(struct term *t, struct arena *a,
		    const struct value *answer);
void print_deal(struct term *t, struct arena *a, const struct value *d);
/* print_status.c */
void print_status(struct term *t, struct arena *a, const struct value *s);
/* print_show.c */
void print_orphans(struct term *t, struct arena *a,
		   const struct value *answer);
void print_ahead(struct term *t, struct arena *a, const struct value *answer);
void print_why_not(struct term *t, struct arena *a,
		   const struct value *answer);
void print_show(struct term *t, struct arena *a, const struct value *answer);

/* One of two wordings, by the rooftop's language; may be a format. */
const char *label(const struct term *t, const char *nl, const char *en)
	__attribute__((format_arg(2), format_arg(3)));
/* "standard/own-tempo/rhythm"; of plain Lua "standard/first-response:18". */
/* The text at `key`; for the engine itself "fairlead". */
const char *card_name(const struct value *map, const char *key);
const char *place_name(struct arena *a, const struct value *map);

/* Shorthands on maps: "" when absent. */
const char *str(const struct value *map, const char *key);
const char *number(struct arena *a, const struct value *map, const char *key);
/* The people's form of a time: KEY_text, else KEY. */
const char *when(struct arena *a, const struct value *map, const char *key);
