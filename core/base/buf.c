#include "base/buf.h"

#include <stdarg.h>
#include <string.h>

#define CAP_LEAST 256

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max < SIZE_MAX ? max : SIZE_MAX - 1};
}

void buf_deinit(struct buf *b)
{
	free(b->at);
	buf_init(b, b->max);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->at != NULL)
		b->at[0] = '\0';
}

bool buf_widen(struct buf *b, size_t n)
{
	size_t cap, need;
	char *at;

	if (n > b->max - b->len)
		goto refused;
	need = b->len + n + 1;
	cap = b->cap > SIZE_MAX / 2 ? need : b->cap * 2;
	if (cap < need)
		cap = need;
	if (cap < CAP_LEAST)
		cap = CAP_LEAST;
	if (cap > b->max + 1)
		cap = b->max + 1;
	if ((at = realloc(b->at, cap)) == NULL)
		goto refused;
	b->at = at;
	b->cap = cap;
	return true;
refused:
	b->failed = true;
	return false;
}

void buf_add_text(struct buf *b, const char *nul_terminated)
{
	buf_add(b, nul_terminated, strlen(nul_terminated));
}

void buf_add_int(struct buf *b, int64_t n)
{
	char digits[20], *p = digits + sizeof(digits);
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		*--p = (char)('0' + left % 10);
		left /= 10;
	} while (left != 0);
	if (n < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
		return;
	}
	if (!buf_reserve(b, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(b->at + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void buf_consume(struct buf *b, size_t n)
{
	if (n == 0 || b->len == 0)
		return;
	if (n > b->len)
		n = b->len;
	b->len -= n;
	memmove(b->at, b->at + n, b->len + 1);
}
