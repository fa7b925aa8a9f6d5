/*
 * alias.h - pseudonyms: what tells who somebody is becomes "Customer 1",
 * 0600000001 and the like, the same original always the same. Text is kept
 * only when it is known to tell nothing (a code, a date, a person of the
 * roster, a make); anything else is replaced. Files of ask only.
 */
#pragma once

#include "ask/asking.h"

struct alias {
	uint8_t kind;
	struct text original, shown;
};
struct aliases {
	struct view *v;
	struct alias *items;
	uint32_t n, cap;
	struct text *words; /* of the names of the home's customers */
	uint32_t n_words, cap_words;
};

/* For the story of one home. */
void aliases_init(struct aliases *al, struct view *v, const struct home *h);
/* Data of an event without what tells who it is about; `def` says what its
 * fields are, NULL: of no event. Memory is the view's. */
struct value alias_data(struct aliases *al, const struct event_def *def,
	const struct value *data);
