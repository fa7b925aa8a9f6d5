/*
 * A card that answers its own effects for ever would fill the store. What is
 * counted is memory only: that a card was held back is in the decision.
 */
#include "engine/engine_internal.h"

#define SLOTS	  16384u /* a power of 2 */
#define FULL	  (SLOTS / 2)
#define MINUTE_MS 60000

struct slot {
	uint64_t who;	  /* hash of card and home; 0: free */
	uint32_t effects; /* in this minute */
};

struct rate {
	int64_t minute;
	uint32_t used;
	struct slot slots[SLOTS];
};

struct rate *rate_new(void)
{
	return calloc(1, sizeof(struct rate));
}

void rate_free(struct rate *r)
{
	free(r);
}

static uint64_t hash(struct text card, int64_t home)
{
	uint64_t h = (uint64_t)home ^ 0xcbf29ce484222325u;

	for (uint32_t i = 0; i < card.bytes; i++)
		h = (h ^ (unsigned char)card.at[i]) * 0x100000001b3u;
	h ^= h >> 29;
	return h != 0 ? h : 1;
}

/* The slot of `who`, or the free one where it belongs. */
static struct slot *find(
	struct rate *r, int64_t now_ms, struct text card, int64_t home)
{
	uint64_t who = hash(card, home);
	uint32_t at = (uint32_t)(who & (SLOTS - 1));

	if (now_ms / MINUTE_MS != r->minute) {
		if (r->used > 0)
			memset(r->slots, 0, sizeof(r->slots));
		r->used = 0;
		r->minute = now_ms / MINUTE_MS;
	}
	while (r->slots[at].who != 0 && r->slots[at].who != who)
		at = (at + 1) & (SLOTS - 1);
	return &r->slots[at];
}

uint32_t rate_of(struct rate *r, int64_t now_ms, struct text card, int64_t home)
{
	return find(r, now_ms, card, home)->effects;
}

void rate_add(struct rate *r, int64_t now_ms, struct text card, int64_t home,
	      uint32_t n)
{
	struct slot *s = find(r, now_ms, card, home);

	if (s->who == 0) {
		if (r->used >= FULL)
			return; /* so many customers at once: no runaway */
		r->used++;
		s->who = hash(card, home);
	}
	s->effects += n;
}
