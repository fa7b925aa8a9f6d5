/*
 * idmap.h - a map from ids to pointers, for tens of thousands that stay: 16
 * bytes a place, and what is removed leaves nothing behind. In no order that
 * means anything: whoever walks a map uses map.h. One thread at a time.
 */
#pragma once

#include "base/status.h"

struct idmap_place {
	int64_t id;
	void *value; /* NULL: nobody's place */
};

/* All zero is an empty one. */
struct idmap {
	struct idmap_place *places;
	uint32_t cap;   /* a power of two; 0: none yet */
	uint32_t n;     /* places taken, three quarters of them at most */
	uint32_t shift; /* 64 less the bits of a place */
};

void idmap_deinit(struct idmap *m); /* values are the caller's */
void *idmap_get(const struct idmap *m, int64_t id); /* NULL: none */
/* Adds, or replaces; `value` is not NULL. false: no memory, nothing changed. */
bool idmap_put(struct idmap *m, int64_t id, void *value);
void *idmap_remove(struct idmap *m, int64_t id); /* the old value or NULL */
/* Any of the values, NULL when there is none: to let go of all. `*at` is 0 at
 * first; each that is given is removed before the next call. */
void *idmap_any(const struct idmap *m, uint32_t *at);
