/*
 * rows.h - rows of the tables as the model's structs. Each ROWS_ list names
 * the columns its function expects first in a statement. Everything is copied
 * into the arena, names unless they are lent (symbol.h). All return FL_OK,
 * FL_NOMEM, or FL_STORAGE for a row that makes no sense (damage). Private to
 * store.
 */
#pragma once

#include "store/store.h"
#include "store/symbol.h"

#define ROWS_FACT                                                              \
	"number,id,source,type,subject,home,at,lag,cause,root,actor,role,"      \
	"version,misfit,ruleset,digest,data"
#define ROWS_EVENT ROWS_FACT ",decision"
#define ROWS_RECORD "id,home,kind,ref,body"
#define ROWS_TASK "id,home,subject,card,step,kind,who,shown,due,state,body"
#define ROWS_DUE "due,subject,card,slot,home"
#define ROWS_RULESET "number,digest,archive,activated,actor,summary"
#define ROWS_OUTBOX "id,key,home,channel,body,created"
#define ROWS_SEEN "subject,type,at,number"

fl_status rows_event(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	struct event_row *out, struct fl_error *err);
fl_status rows_record(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	struct record **out, struct fl_error *err);
fl_status rows_task(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	struct task **out, struct fl_error *err);
fl_status rows_due(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	struct due_row *out, struct fl_error *err);
fl_status rows_seen(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	struct seen_event *out, struct fl_error *err);
fl_status rows_outbox(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	struct outbox_row *out, struct fl_error *err);
fl_status rows_ruleset(sqlite3_stmt *s, struct arena *a,
	struct ruleset_row *out, struct fl_error *err);

/*
 * Steps through due rows (ROWS_DUE, ordered by due and subject) and hands at
 * most `limit` (0: all) to cb in the order due, subject, card, slot, by name:
 * the table itself orders names by when they were first met, which differs
 * between histories.
 */
fl_status rows_dues(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	uint32_t limit, due_visit cb, void *ctx, struct fl_error *err);
