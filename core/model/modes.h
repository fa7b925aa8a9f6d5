/*
 * modes.h - what the modes that are on change: values of settings, diaries
 * that are closed to something, steps that are put off. Which modes are on is
 * state (rooftop.modes, kept by mode.started and mode.ended), so everything
 * here changes back by itself. Pure; any thread that may read the world.
 */
#pragma once

#include "model/event.h"
#include "model/rulebook.h"

/* Is the mode on? w may be NULL: no. */
bool modes_on(const struct world *w, const struct card *mode);
/* setting_value(), unless a mode that is on says otherwise: the first in the
 * order of the cards that sets it. */
struct value modes_setting(const struct world *w, const struct rulebook *rb,
			   const struct setting *s, struct text person,
			   struct text brand);
/* The mode that keeps `what` ("delivery") out of the diary of `person`; NULL
 * none. */
const struct card *modes_never(const struct world *w,
			       const struct rulebook *rb, struct text person,
			       struct text what);
/* The end of the protected hours in which `at_ms` lies for `person`; 0: they
 * are not protected then. */
int64_t modes_protected(const struct world *w, const struct rulebook *rb,
			struct text person, int64_t at_ms);
/* By how much a step is put off now; NULL: it is not. */
const struct span *modes_push(const struct world *w, const struct rulebook *rb,
			      const struct card *card, struct text step);
