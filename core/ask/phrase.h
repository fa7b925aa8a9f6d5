/*
 * phrase.h - pieces of sentences about a card, in the rooftop's language, added
 * to one buffer: for `show` and `why-not`. Files of ask only.
 */
#pragma once

#include "ask/asking.h"

struct phrase {
	struct view *v;
	const struct card *card;
	struct buf b;
};

void phrase_add(struct phrase *s, const char *en, const char *nl);
void phrase_text(struct phrase *s, struct text t);
/* "a" (type), "b" (type) or "c" (type). */
void phrase_events(struct phrase *s, const struct text *events, uint32_t n);
/* Codes in words; `all`: joined by "and", else by "or". */
void phrase_codes(struct phrase *s, const struct text *codes, uint32_t n,
	bool all);
void phrase_span(struct phrase *s, struct span span);
/* What is fixed, or a setting as it stands now; false: nothing is known before
 * somebody is in the card. */
bool phrase_known_span(const struct phrase *s, const struct expr *e,
	struct span *out);
bool phrase_known_number(const struct phrase *s, const struct expr *e,
	int32_t *out);
void phrase_expr(struct phrase *s, const struct expr *e);
void phrase_moment(struct phrase *s, struct moment m, struct text field);
void phrase_who(struct phrase *s, const struct who *w);
void phrase_cond(struct phrase *s, const struct cond *c);
