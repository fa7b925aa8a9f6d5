/*
 * archived.h - the rulesets of a rooftop's archive, loaded when asked for and
 * kept: what was decided then is read by the rules of then. One thread.
 */
#pragma once

#include "script/script.h"
#include "store/store.h"

struct archived; /* opaque */

/* The reader is borrowed for its life. FL_OK, FL_NOMEM. */
fl_status archived_new(struct reader *r, struct archived **out);
void archived_free(struct archived *ar); /* NULL is fine */
/* Ruleset `number`; 0, what was journalled before there were any, is read by
 * the first. Borrowed until archived_free(). NULL: not in the archive, or it
 * does not load: `err` says why. */
struct ruleset *archived_rules(struct archived *ar, int64_t number,
			       struct fl_error *err);
