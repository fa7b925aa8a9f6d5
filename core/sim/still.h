/*
 * still.h - everything a rooftop holds at one moment, read-only and in memory:
 * what `plan` asks the card machine about. All records, all open tasks; loads
 * are counted, and what happened to a record is read, when that is asked for.
 */
#pragma once

#include "engine/machine.h"
#include "engine/workload.h"
#include "sim/archived.h"

struct still; /* opaque */

/* Reads it all. Reader and calendar are borrowed for the still's life. FL_OK: free with still_free(). FL_NOMEM, FL_STORAGE. */
fl_status still_new(struct reader *r, const struct calendar *c, int64_t now_ms,
		    struct still **out, struct fl_error *err);
/* The same as it was after event `number`: the journal folded up to there.
 * `undecided`: before the cards of that very event had their say, so as they
 * saw it. FL_INVALID: a row does not fold. */
fl_status still_then(struct reader *r, struct archived *rules,
		     const struct calendar *c, int64_t now_ms, int64_t number,
		     bool undecided, struct still **out, struct fl_error *err);
void still_free(struct still *st); /* NULL is fine */
/* Records by rising id. */
const struct record *const *still_records(const struct still *st, uint32_t *n);
/* Records of one home by id: *at 0 first; NULL past the last. */
const struct record *still_next(struct still *st, int64_t home, uint32_t *at);
const struct record *still_record(const struct still *st, int64_t id);
const struct task *still_task(const struct still *st, int64_t id);
/* False: memory was refused while something was asked, so that an answer may
 * be wrong. */
bool still_whole(const struct still *st);
/* How many late things have been put in their place so far. */
uint64_t still_paced(const struct still *st);
/* Fills world and snapshot for looking under `book` and `rs` (NULL: its
 * functions are not called); memory of answers comes from `a`. Both must
 * outlive what is asked. */
void still_look(struct still *st, struct arena *a,
		const struct rulebook *book, struct ruleset *rs,
		struct world *w, struct snapshot *s);
