/*
 * fold.h - state = fold(events + recorded decisions): applies one journalled
 * event to a world without any Lua. Used by audit and by whoever rebuilds
 * state; every effect goes through effect_apply(), live and here.
 */
#pragma once

#include "model/effect.h"
#include "store/store.h"

/* Applies row's own change, then the effects its decision recorded. The
 * world's `create` must derive ids by keys_id() from row->number; now_ms must
 * be row->recorded_at_ms. FL_OK; FL_NOMEM; FL_INVALID: the row does not fold
 * (err says why). Memory from w->arena. */
fl_status fold_event(struct world *w, struct task_world *tw,
		     const struct event_row *row, struct fl_error *err);
