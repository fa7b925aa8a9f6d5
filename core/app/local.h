/*
 * local.h - a rooftop opened for one command where no daemon runs: opened,
 * asked, closed, with the same answers. One thread.
 */
#pragma once

#include "rooftop/rooftop.h"

struct local; /* opaque; local_close() */

/* Opens and waits until it takes facts. `p` gets what is wrong with the rules;
 * `hold_rules` as in rooftop_options. Statuses of rooftop_open(). */
fl_status local_open(const char *dir, bool hold_rules, struct local **out,
	struct problems *p, struct fl_error *err);
void local_close(struct local *l); /* NULL is fine */
struct rooftop *local_rooftop(struct local *l);

/* Turns the rooftop until *waiting is at most `most`. FL_OK; FL_FATAL: a commit
 * failed, what waits has been answered as unknown. */
fl_status local_run(struct local *l, const uint32_t *waiting, uint32_t most);
