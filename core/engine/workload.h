/*
 * workload.h - what people have on hand: open tasks, open cases, deliveries by
 * day. Counted once from the store, then kept up to date by the engine; `plan`
 * counts its own. One thread.
 */
#pragma once

#include "model/calendar.h"
#include "store/store.h"

struct workload; /* opaque */

fl_status workload_new(struct workload **out);
void workload_free(struct workload *w); /* NULL is fine */
/* Counts `sign` for a task or record (nothing when it is no load); false: no
 * memory. */
bool workload_task(struct workload *w, const struct task *t, int sign);
bool workload_record(struct workload *w, const struct calendar *c,
		     const struct record *r, int sign);
/* A record of which there was another version, or NULL, is like this now. */
bool workload_change(struct workload *w, const struct calendar *c,
		     const struct record *before, const struct record *now);
/* Days are those of another calendar from now on. false: no memory, and the
 * counts are wrong until it succeeds. */
bool workload_calendar(struct workload *w, const struct calendar *c);
/* Forgets, once a day, what is over and what counts nothing: cars handed over
 * days ago are nobody's load any more. false: no memory, as above. */
bool workload_tidy(struct workload *w, const struct calendar *c,
		   int64_t now_ms);
/* Does a delivery count on another day, or no more? `was` may be NULL. */
bool workload_replans(const struct calendar *c, const struct record *was,
		      const struct record *now);
/* Counts what is open in the store. FL_OK, FL_NOMEM, FL_STORAGE. */
fl_status workload_read(struct workload *w, const struct calendar *c,
			int64_t now_ms, struct reader *r,
			struct fl_error *err);
/* "tasks" (or empty): open tasks; "open cases"; "customers": open deals they
 * handle; "deliveries a day": those handed over to the person on `day`; "open
 * matters": all that must not fall silent and bears the person's name;
 * "prospects due in 14 days": customers who have not decided yet and of whom
 * something comes up by then (who rests longer is no work). `day` is
 * the local one of `now_ms`. */
uint32_t workload_known(const struct workload *w, struct text person,
			struct text what, int64_t now_ms, int64_t day);
