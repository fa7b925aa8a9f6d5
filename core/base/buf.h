/*
 * buf.h - a growing byte buffer with a maximum. After a refused append
 * (memory or maximum) buf.failed stays set and further appends do nothing, so
 * writers check once at the end. Always NUL-terminated behind len.
 */
#pragma once

#include "base/status.h"

#include <string.h>

struct buf {
	char *at;      /* heap; NULL until the first append */
	size_t len;    /* bytes used, without the NUL */
	size_t cap;    /* bytes allocated */
	size_t max;    /* largest len allowed */
	bool failed;   /* an append was refused */
};

void buf_init(struct buf *b, size_t max);
void buf_deinit(struct buf *b);
void buf_reset(struct buf *b); /* len 0, keeps the memory, clears failed */
/* Makes room for n more bytes and the NUL; false (and failed) when refused. */
bool buf_widen(struct buf *b, size_t n);
static inline bool buf_reserve(struct buf *b, size_t n)
{
	if (b->failed)
		return false;
	return n < b->cap - b->len || buf_widen(b, n);
}
static inline void buf_add(struct buf *b, const void *bytes, size_t n)
{
	if (!buf_reserve(b, n))
		return;
	if (n > 0)
		memcpy(b->at + b->len, bytes, n);
	b->len += n;
	b->at[b->len] = '\0';
}
static inline void buf_add_char(struct buf *b, char c)
{
	if (!buf_reserve(b, 1))
		return;
	b->at[b->len++] = c;
	b->at[b->len] = '\0';
}
void buf_add_text(struct buf *b, const char *nul_terminated);
void buf_add_int(struct buf *b, int64_t n); /* decimal */
void buf_printf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_consume(struct buf *b, size_t n); /* drops n bytes at the front */
