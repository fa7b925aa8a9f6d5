/*
 * arena.h - memory that lives as long as one thing (a turn, a batch, a load)
 * and is released at once. Blocks are kept for reuse over arena_reset().
 * An arena belongs to one thread at a time. Running out of memory or over
 * `max_bytes` returns NULL from every call and sets arena.failed, which stays
 * set until reset: callers may check once at the end.
 */
#pragma once

#include "base/status.h"

#include <stdarg.h>
#include <string.h>

struct arena_block;

struct arena {
	struct arena_block *first;   /* oldest block; NULL when empty */
	struct arena_block *current; /* block being filled */
	size_t used_bytes;           /* handed out since the last reset */
	size_t max_bytes;            /* refusal above this; 0: 64 MiB */
	bool failed;                 /* an allocation was refused */
};

/* Position to fall back to; valid until an older mark is used or reset. */
struct arena_mark {
	struct arena_block *block;
	size_t block_used;
	size_t used_bytes;
};

void arena_init(struct arena *a, size_t max_bytes);
void arena_deinit(struct arena *a);              /* frees all blocks */
void arena_reset(struct arena *a);               /* keeps up to 1 MiB */
void *arena_alloc(struct arena *a, size_t bytes); /* zeroed, 16-aligned */
void *arena_room(struct arena *a, size_t bytes);  /* the same, not zeroed */
/* For text to be written: neither zeroed nor aligned. */
char *arena_bytes(struct arena *a, size_t bytes);
void *arena_copy(struct arena *a, const void *from, size_t bytes);
/* Copies `bytes` of text and adds a NUL. */
char *arena_text(struct arena *a, const char *from, size_t bytes);
char *arena_strdup(struct arena *a, const char *from);
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
struct arena_mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct arena_mark mark);

/* Grows an arena array: returns room for `want` items of `item_bytes`, moving
 * the old ones; *cap is updated. What lies behind them is not zeroed. NULL when
 * refused (old array stays). */
void *arena_grow(struct arena *a, void *items, uint32_t count, uint32_t *cap,
		 uint32_t want, size_t item_bytes);
