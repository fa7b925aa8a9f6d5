/*
 * fold.h - state = fold(events + recorded decisions): applies one journalled
 * event to a world without any Lua. Used by audit; the turn shares its parts,
 * so that live and fold cannot drift.
 */
#pragma once

#include "model/effect.h"
#include "store/store.h"

/* Applies row's own change, then the effects its decision recorded. The
 * world's `create` must derive ids from (row->number, ordinal 0, 1, ...) and
 * now_ms must be row->recorded_at_ms. FL_OK; FL_NOMEM; FL_INVALID: the row
 * does not fold (err says why). Memory from w->arena. */
fl_status fold_event(struct world *w, struct task_world *tw,
		     const struct event_row *row, struct fl_error *err);

/* The subject, deal and customer of an event that is no event of the rooftop:
 * found or made by the model, but for timer.fired and task.done, whose
 * subject is known. Statuses as event_resolve(). */
fl_status fold_resolve(struct world *w, struct event *e,
		       struct text subject_ref, struct problems *p);

/* The rooftop's record, made when there is none yet (`known` 0); 0: memory. */
int64_t fold_rooftop(struct world *w, int64_t known);
