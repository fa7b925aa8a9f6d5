/*
 * map.h - hash maps from text or int64 to a pointer. Iteration is in order of
 * insertion, so nothing ever depends on a hash. Keys of text maps are copied.
 * One thread at a time.
 */
#pragma once

#include "base/value.h"

struct map; /* opaque, heap */

struct map *map_new(void); /* NULL: no memory */
void map_free(struct map *m); /* NULL is fine; values are the caller's */
void map_free_all(struct map *m); /* ... each a block that is freed too */
uint32_t map_count(const struct map *m);

void *map_get(const struct map *m, struct text key); /* NULL: none */
/* Adds at the end, or replaces in place. `value` is the caller's, not NULL
 * where map_get() shall tell. false: no memory, nothing changed. */
bool map_put(struct map *m, struct text key, void *value);
void *map_remove(struct map *m, struct text key); /* the old value or NULL */

void *map_get_int(const struct map *m, int64_t key);
bool map_put_int(struct map *m, int64_t key, void *value);
void *map_remove_int(struct map *m, int64_t key);

/* Walks in insertion order: start with *at = 0; false at the end. Removing
 * entries meanwhile is allowed, putting is not. The outs may be NULL; *key_out
 * is borrowed until its entry is removed, .at is NULL for an int64 key. */
bool map_next(const struct map *m, uint32_t *at, struct text *key_out,
	      int64_t *int_out, void **value_out);
