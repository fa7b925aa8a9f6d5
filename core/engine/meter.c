/*
 * CPU time of rules in one fact: everything it sets off, all tries. A card
 * alone has the limit of a call; many slow ones together would hold everybody
 * up. When they have taken limits.fact_us, those that took most are held back
 * until half of it is left, and from then on every call has SLOW_US: a card
 * that is quick notices nothing, wherever it stands. What is held back is
 * recorded (cut(time)), so a replay measures nothing.
 *
 * Reading the thread's own time costs as much as a small function, so it is
 * read at most once a MARK_US; what went by belongs to who was called last.
 */
#include "engine/engine_internal.h"

#include "base/clock.h"

#define MARK_US 1000
#define SLOW_US 2000 /* who took less is never held back */
#define NO_MORE 3    /* times fact_us: nobody is asked any more */

struct meter_card {
	int64_t us;	  /* since the fact began, or its time was over */
	const char *held; /* why; NULL: it may go on */
	bool fresh;	  /* held back since the event at hand */
	bool told;	  /* ... and that is told, in this try */
};

static int card_at(const struct turn *u, const struct card *card)
{
	const struct rulebook *book = u->engine->book;
	uintptr_t at = (uintptr_t)card, first = (uintptr_t)book->cards;

	return at >= first && at < (uintptr_t)(book->cards + book->n_cards)
		       ? (int)((at - first) / sizeof(*card))
		       : -1;
}

/* NULL: no memory. */
static struct meter_card *card_of(struct turn *u, int card)
{
	struct meter *me = &u->meter;

	if (me->cards == NULL)
		me->cards = arena_alloc(&u->keep,
			u->engine->book->n_cards * sizeof(*me->cards));
	if (me->cards == NULL)
		u->no_memory = true;
	return me->cards != NULL ? &me->cards[card] : NULL;
}

/* ---- beginnings and ends ---- */

static void hurry(struct turn *u)
{
	ruleset_hurry(u->snapshot.ruleset, u->meter.over ? SLOW_US : 0);
}

void meter_begin(struct turn *u)
{
	struct meter *me = &u->meter;

	*me = (struct meter){.mark_us = me->mark_us,
		.mark_cpu_us = me->mark_cpu_us,
		.last = -1};
}

void meter_try(struct turn *u)
{
	struct meter *me = &u->meter;

	me->records = 0;
	if (me->over)
		hurry(u);
	for (uint32_t i = 0; me->cards != NULL && i < u->engine->book->n_cards;
		i++)
		me->cards[i].fresh = me->cards[i].told = false;
}

void meter_end(struct turn *u)
{
	if (u->meter.over)
		ruleset_hurry(u->snapshot.ruleset, 0);
}

/* ---- measuring ---- */

void meter_hold(struct turn *u, uint32_t card, const char *reason)
{
	struct meter_card *c = card_of(u, (int)card);

	if (c == NULL || c->held != NULL)
		return;
	c->held = arena_strdup(&u->keep, reason != NULL ? reason : "");
	c->fresh = true;
	if (c->held == NULL)
		u->no_memory = true;
}

static bool dutch(const struct turn *u)
{
	return text_is(u->engine->book->language, "nl");
}

static void hold_slow(struct turn *u, uint32_t card)
{
	const struct card *c = &u->engine->book->cards[card];

	meter_hold(u, card,
		arena_printf(u->arena,
			dutch(u) ? "%s:%d: dit feit kostte de regels meer dan "
				   "%lld ms, "
				   "waarvan deze kaart %lld ms"
				 : "%s:%d: this fact took the rules more than "
				   "%lld ms, "
				   "of which this card %lld ms",
			c->file, c->line,
			(long long)(u->engine->limits.fact_us / 1000),
			(long long)(u->meter.cards[card].us / 1000)));
}

static void hold_late(struct turn *u, uint32_t card)
{
	const struct card *c = &u->engine->book->cards[card];

	meter_hold(u, card,
		arena_printf(u->arena,
			dutch(u) ? "%s:%d: andere regels hadden alle tijd van "
				   "dit feit "
				   "op (%lld ms)"
				 : "%s:%d: other rules had used up all the "
				   "time of this "
				   "fact (%lld ms)",
			c->file, c->line,
			(long long)(NO_MORE * u->engine->limits.fact_us /
				    1000)));
}

/* The one that took most and is not held back; -1: none took SLOW_US. */
static int slowest(const struct turn *u)
{
	const struct meter_card *cards = u->meter.cards;
	int most = -1;

	for (uint32_t i = 0; i < u->engine->book->n_cards; i++)
		if (cards[i].held == NULL && cards[i].us > SLOW_US &&
			(most < 0 || cards[i].us > cards[most].us))
			most = (int)i;
	return most;
}

/* The fact's time is over: half of it stays with those that took least. */
static void time_over(struct turn *u)
{
	struct meter_card *cards = u->meter.cards;
	uint32_t n = u->engine->book->n_cards;
	int64_t left = 0;
	int most;

	for (uint32_t i = 0; i < n; i++)
		left += cards[i].held == NULL ? cards[i].us : 0;
	while (left > u->engine->limits.fact_us / 2 &&
		(most = slowest(u)) >= 0) {
		hold_slow(u, (uint32_t)most);
		left -= cards[most].us;
	}
	for (uint32_t i = 0; i < n; i++)
		cards[i].us = 0;
	u->meter.over = true;
	hurry(u);
}

/* What went by since the last mark is the time of who was called last. */
static void measure(struct turn *u)
{
	struct meter *me = &u->meter;
	int64_t now_us = clock_mono_us(), cpu_us, took;
	struct meter_card *c;

	if (now_us - me->mark_us < MARK_US)
		return;
	cpu_us = clock_thread_cpu_us();
	took = cpu_us - me->mark_cpu_us;
	if (took > now_us - me->mark_us) /* another thread's, before */
		took = now_us - me->mark_us;
	me->mark_us = now_us;
	me->mark_cpu_us = cpu_us;
	if (me->last < 0 || took <= 0 || (c = card_of(u, me->last)) == NULL)
		return;
	c->us += took;
	me->spent_us += took;
	me->total_us += took;
	if (!me->over && me->spent_us >= u->engine->limits.fact_us)
		time_over(u);
}

bool meter_record(struct turn *u)
{
	struct meter *me = &u->meter;
	bool first = me->records++ == 0;

	if (!first)
		measure(u); /* what the one before called last */
	if (!first && me->total_us >= u->engine->limits.fact_us)
		return false;
	me->over = false;
	hurry(u);
	me->cards = NULL;
	me->spent_us = 0;
	me->last = -1;
	return true;
}

const char *meter_asks(void *ctx, const struct card *card)
{
	struct turn *u = ctx;
	struct meter *me = &u->meter;
	int at = card_at(u, card);

	if (at < 0)
		return NULL;
	measure(u);
	me->last = at;
	if (me->over && card_of(u, at) != NULL) {
		if (me->spent_us >= NO_MORE * u->engine->limits.fact_us)
			hold_late(u, (uint32_t)at);
		else if (me->cards[at].us > SLOW_US)
			hold_slow(u, (uint32_t)at);
	}
	return meter_held(u, (uint32_t)at);
}

/* ---- what is held back ---- */

const char *meter_held(const struct turn *u, uint32_t card)
{
	return u->meter.cards != NULL ? u->meter.cards[card].held : NULL;
}

bool meter_fresh(struct turn *u, uint32_t card)
{
	struct meter_card *c =
		u->meter.cards != NULL ? &u->meter.cards[card] : NULL;
	bool fresh = c != NULL && c->fresh;

	if (fresh)
		c->fresh = false;
	return fresh && !c->told;
}

bool meter_tells(struct turn *u, uint32_t card)
{
	struct meter_card *c = card_of(u, (int)card);

	if (c == NULL || c->told)
		return false;
	return c->told = true;
}
