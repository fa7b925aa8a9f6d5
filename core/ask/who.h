/*
 * who.h - what was found for a typed text; files of ask only.
 */
#pragma once

#include "ask/asking.h"

struct found {
	struct view *v;
	const struct record **items; /* no doubles */
	uint32_t n, cap;
};
void found_add(struct found *f, const struct record *r);
/* By id, outsider's id, phone, plate, e-mail or name. `exact`: records whose
 * whole key it is come alone when there are any. */
void found_search(
	struct found *f, struct text typed, struct text kind, bool exact);

/* One record or task, else NULL and why in `p`. */
const struct record *view_who(struct view *v, struct text typed,
	struct text kind, struct problems *p);
struct task *view_task(struct view *v, struct text typed, struct problems *p);
