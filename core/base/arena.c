#include "base/arena.h"

#include <stdint.h>

#define ARENA_ALIGN 16
#define BLOCK_LEAST_BYTES (16u << 10)
#define BLOCK_MOST_BYTES (256u << 10)
#define BYTES_MOST (SIZE_MAX / 4) /* so that sums cannot wrap */
#define KEEP_BYTES (1u << 20)
#define MAX_BYTES_DEFAULT (64u << 20)

struct arena_block {
	struct arena_block *next; /* younger block, kept for reuse; or NULL */
	size_t cap;               /* bytes behind this header */
	size_t used;              /* bytes handed out of it */
	_Alignas(ARENA_ALIGN) char at[];
};

void arena_init(struct arena *a, size_t max_bytes)
{
	*a = (struct arena){0};
	a->max_bytes = max_bytes != 0 ? max_bytes : MAX_BYTES_DEFAULT;
	if (a->max_bytes > BYTES_MOST)
		a->max_bytes = BYTES_MOST;
}

static void blocks_free(struct arena_block *b)
{
	while (b != NULL) {
		struct arena_block *next = b->next;

		free(b);
		b = next;
	}
}

void arena_deinit(struct arena *a)
{
	blocks_free(a->first);
	*a = (struct arena){.max_bytes = a->max_bytes};
}

void arena_reset(struct arena *a)
{
	struct arena_block **link = &a->first;
	size_t kept = 0;

	while (*link != NULL && kept + (*link)->cap <= KEEP_BYTES) {
		kept += (*link)->cap;
		link = &(*link)->next;
	}
	blocks_free(*link);
	*link = NULL;
	a->current = a->first;
	if (a->first != NULL)
		a->first->used = 0;
	a->used_bytes = 0;
	a->failed = false;
}

/* Makes a block with room for `bytes` the current one: the next kept block,
 * or a new one put behind the current. */
static bool block_next(struct arena *a, size_t bytes)
{
	struct arena_block *b = a->current ? a->current->next : a->first;
	size_t cap = BLOCK_LEAST_BYTES;

	if (b != NULL && b->cap >= bytes) {
		b->used = 0;
		a->current = b;
		return true;
	}
	if (a->current != NULL)
		cap = a->current->cap * 2;
	if (cap > BLOCK_MOST_BYTES)
		cap = BLOCK_MOST_BYTES;
	cap -= sizeof(*b);
	if (cap < bytes)
		cap = bytes;
	if ((b = malloc(sizeof(*b) + cap)) == NULL)
		return false;
	b->cap = cap;
	b->used = 0;
	if (a->current != NULL) {
		b->next = a->current->next;
		a->current->next = b;
	} else {
		b->next = a->first;
		a->first = b;
	}
	a->current = b;
	return true;
}

/* `align` is 1 or ARENA_ALIGN. */
static void *room(struct arena *a, size_t bytes, size_t align)
{
	struct arena_block *b = a->current;
	size_t start;

	if (a->failed || bytes > BYTES_MOST ||
		a->used_bytes + bytes + align - 1 > a->max_bytes)
		goto refused;
	start = b != NULL ? (b->used + align - 1) & ~(align - 1) : 0;
	if (b == NULL || start > b->cap || b->cap - start < bytes) {
		if (!block_next(a, bytes))
			goto refused;
		b = a->current;
		start = 0;
	}
	a->used_bytes += start + bytes - b->used;
	b->used = start + bytes;
	return b->at + start;
refused:
	a->failed = true;
	return NULL;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	void *p = room(a, bytes, ARENA_ALIGN);

	if (p != NULL)
		memset(p, 0, bytes);
	return p;
}

void *arena_room(struct arena *a, size_t bytes)
{
	return room(a, bytes, ARENA_ALIGN);
}

void *arena_copy(struct arena *a, const void *from, size_t bytes)
{
	void *p = room(a, bytes, ARENA_ALIGN);

	if (p != NULL && bytes > 0)
		memcpy(p, from, bytes);
	return p;
}

char *arena_bytes(struct arena *a, size_t bytes)
{
	return room(a, bytes, 1);
}

char *arena_text(struct arena *a, const char *from, size_t bytes)
{
	char *p = bytes < SIZE_MAX ? room(a, bytes + 1, 1) : NULL;

	if (p == NULL) {
		a->failed = true;
		return NULL;
	}
	if (bytes > 0)
		memcpy(p, from, bytes);
	p[bytes] = '\0';
	return p;
}

char *arena_strdup(struct arena *a, const char *from)
{
	return arena_text(a, from, strlen(from));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	char brief[256], *p = NULL;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(brief, sizeof(brief), fmt, ap);
	if (n >= 0)
		p = room(a, (size_t)n + 1, 1);
	if (p == NULL)
		a->failed = true;
	else if ((size_t)n < sizeof(brief))
		memcpy(p, brief, (size_t)n + 1);
	else
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	char *p;
	va_list ap;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){
		.block = a->current,
		.block_used = a->current != NULL ? a->current->used : 0,
		.used_bytes = a->used_bytes,
	};
}

void arena_release(struct arena *a, struct arena_mark mark)
{
	a->current = mark.block != NULL ? mark.block : a->first;
	if (a->current != NULL)
		a->current->used = mark.block_used;
	a->used_bytes = mark.used_bytes;
}

void *arena_grow(struct arena *a, void *items, uint32_t count, uint32_t *cap,
	uint32_t want, size_t item_bytes)
{
	uint64_t more = *cap < 4 ? 4 : (uint64_t)*cap * 2;
	void *moved;

	REQUIRE(count <= *cap && item_bytes > 0);
	if (want <= *cap)
		return items;
	if (more < want)
		more = want;
	if (more > UINT32_MAX)
		more = UINT32_MAX;
	if (more > SIZE_MAX / item_bytes) {
		a->failed = true;
		return NULL;
	}
	moved = room(a, (size_t)more * item_bytes, ARENA_ALIGN);
	if (moved == NULL)
		return NULL;
	if (count > 0)
		memcpy(moved, items, (size_t)count * item_bytes);
	*cap = (uint32_t)more;
	return moved;
}
