/*
 * fold_world.h - a state built from nothing by folding journal rows: all
 * records and tasks in memory, no store, no Lua. For audit.
 */
#pragma once

#include "engine/fold.h"

struct fold_world; /* opaque */

fl_status fold_world_new(struct fold_world **out);
void fold_world_free(struct fold_world *f);
/* Folds one row under the schema of its ruleset. Statuses of fold_event(). */
fl_status fold_world_row(struct fold_world *f, const struct schema *schema,
			 const struct event_row *row, struct fl_error *err);
/* What the fold came to; NULL: no such. Valid until the next row. */
const struct record *fold_world_record(const struct fold_world *f, int64_t id);
const struct task *fold_world_task(const struct fold_world *f, int64_t id);
/* All records and tasks, in no order; visitors return false to stop. */
void fold_world_each(const struct fold_world *f, record_visit record,
		     task_visit task, void *ctx);
uint32_t fold_world_records(const struct fold_world *f);
uint32_t fold_world_tasks(const struct fold_world *f);
