/*
 * names.h - one copy of the names that thousands of cached things share: of
 * fields, cards, steps, kinds, people. Bounded in number and length, so that
 * nobody can fill it; what finds no room is copied by whoever asks. Engine
 * thread only.
 */
#pragma once

#include "base/value.h"

struct names; /* opaque */

struct names *names_new(void); /* NULL: no memory */
void names_free(struct names *n);
/* The shared copy of `t`, NUL behind it, for the life of `n`; NULL: it is too
 * long, there is no room, or no memory. What was shared once always is. */
const char *names_share(struct names *n, struct text t);
