/*
 * totals.h - what a rooftop's database holds of a dealer day, against what a
 * correct engine reaches. A fast wrong answer is no answer.
 */
#pragma once

#include "bench.h"

struct totals {
	int64_t events, tasks, timers_set, cancels, pending, checksum, deals;
};

/* Counts what is in the database below rooftop folder `dir`: exits with a
 * message when it cannot be read. */
void totals_count(const char *dir, struct totals *out);
/* As the generator wrote them. */
void totals_read(const char *path, struct totals *out);
/* Exits with 1 and says which differ. */
void totals_compare(const struct totals *is, const struct totals *expected);
