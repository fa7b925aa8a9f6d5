#include "ask/next.h"

#include "ask/condition.h"

struct next {
	int64_t at_ms;
	struct text card, slot;
	const struct record *record;
};

struct nexts {
	struct view *v;
	const struct home *home;
	const struct record *record;
	struct next *items;
	uint32_t n, cap;
};

static void take_due(
	void *ctx, struct text card, struct text slot, int64_t due_at_ms)
{
	struct nexts *nx = ctx;
	struct next *grown;

	if (rulebook_card(nx->v->book, card) == NULL)
		return; /* the engine's own, or of a card that is gone */
	grown = arena_grow(nx->v->a, nx->items, nx->n, &nx->cap, nx->n + 1,
		sizeof(*grown));
	if (grown == NULL)
		return;
	nx->items = grown;
	slot = text_join(nx->v->a, slot, TEXT(""), TEXT("")); /* lent to us */
	grown[nx->n++] = (struct next){due_at_ms, card, slot, nx->record};
}

static int by_time(const void *a, const void *b)
{
	const struct next *x = a, *y = b;
	int order;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	order = text_compare(x->card, y->card);
	if (order == 0)
		order = text_compare(x->slot, y->slot);
	return order != 0 ? order
		: x->record->id < y->record->id ? -1 : 1;
}

/* ---- what it is ---- */

static struct text one_of(struct view *v, const char *nl, const char *en,
	struct text name)
{
	return text_of(arena_printf(v->a, v->nl ? nl : en, (int)name.bytes,
		name.at));
}

/* What has no task of its own to be called by. */
static struct text other_words(struct view *v, const struct next *n,
	const struct step *st)
{
	static const struct text none = {"", 0};

	if (n->slot.bytes > 0 && n->slot.at[0] == '@')
		return one_of(v, "de wekker \"%.*s\" van deze kaart gaat",
			"the timer \"%.*s\" of this card goes off",
			(struct text){n->slot.at + 1, n->slot.bytes - 1});
	if (st != NULL && st->move_to.bytes > 0)
		return one_of(v, "gaat verder in de kaart %.*s",
			"goes on in the card %.*s", st->move_to);
	if (st != NULL && st->fn != FN_NONE)
		return text_of(arena_printf(v->a, v->nl
			? "regel %d van de kaart beslist"
			: "line %d of the card decides", st->line));
	if (text_begins(n->slot, "held:"))
		return one_of(v, "contact dat nog niet mocht%.*s",
			"a contact that was not allowed yet%.*s", none);
	if (text_is(n->slot, "escalation.wait"))
		return one_of(v, "opnieuw: heeft er iemand ruimte?%.*s",
			"again: has anybody room?%.*s", none);
	return n->slot;
}

static struct text what_words(struct view *v, const struct next *n,
	const struct step *st, const struct place *place)
{
	struct task t = {.subject = n->record->id, .card = n->card,
		.step = n->slot, .kind = TEXT("todo"), .body = value_map()};
	struct wording w;
	struct text what = task_title(v->book, &t, &w)
		? task_words(v, &t)
		: other_words(v, n, st);

	if (place != NULL && place->phase == STEP_SHOWN)
		what = one_of(v, "als niemand reageert: %.*s",
			"if nobody acts: %.*s", what);
	return what;
}

/* ---- whether it will come ---- */

static int64_t home_seen(void *ctx, int64_t subject, struct text type)
{
	const struct home *h = ctx;

	for (uint32_t i = 0; i < h->n_seen; i++)
		if (h->seen[i].subject == subject &&
			text_equal(h->seen[i].type, type))
			return h->seen[i].last_at_ms;
	return 0;
}

/* As things stand: which condition says no, which is still to be asked. */
static void put_holds(struct nexts *nx, struct value *map, const struct next *n,
	const struct card *card, const struct step *st)
{
	struct view *v = nx->v;
	struct event none = {.data = value_map(), .subject = n->record->id};
	struct snapshot s = {.world = &v->world, .book = v->book,
		.event = &none, .now_ms = v->ask->now_ms, .seen = home_seen,
		.ctx = (void *)nx->home};
	struct explained why = {0};
	const struct condition *no = NULL;

	if (explain_waiting(&s, card, st, n->record, &why) != FL_OK)
		return;
	for (uint32_t i = 0; i < why.n; i++) {
		const struct condition *c = &why.items[i];

		if (!c->holds && no == NULL)
			no = c;
		if (c->cond != NULL && c->cond->kind == COND_FN &&
			value_get(map, "line") == NULL)
			value_put(v->a, map, "line", value_int(c->line));
	}
	value_put(v->a, map, "ok", value_bool(no == NULL));
	if (no != NULL)
		put_text(v, map, "why", condition_words(v, card, no, NULL));
}

static struct value next_value(struct nexts *nx, const struct next *n)
{
	struct view *v = nx->v;
	const struct card *card = rulebook_card(v->book, n->card);
	const struct step *st = rulebook_step(v->book, n->card, n->slot);
	const struct run *run = record_run(n->record, n->card);
	const struct place *place =
		run != NULL ? run_place(run, n->slot) : NULL;
	struct value map = value_map();

	put_time(v, &map, "at", n->at_ms, true);
	put_text(v, &map, "card", n->card);
	put_text(v, &map, "step", n->slot);
	put_text(v, &map, "what", what_words(v, n, st, place));
	put_id(v, &map, "subject", n->record->kind, n->record->id);
	if (st != NULL && place != NULL && place->phase == STEP_WAITING)
		put_holds(nx, &map, n, card, st);
	else
		value_put(v->a, &map, "ok", value_bool(true));
	return map;
}

struct value next_steps(struct view *v, const struct home *h)
{
	struct nexts nx = {.v = v, .home = h};
	struct value list = value_list();

	for (uint32_t i = 0; i < h->n_records; i++) {
		nx.record = h->records[i];
		record_dues(nx.record, take_due, &nx);
	}
	if (nx.n > 1)
		qsort(nx.items, nx.n, sizeof(*nx.items), by_time);
	for (uint32_t i = 0; i < nx.n; i++)
		value_append(v->a, &list, next_value(&nx, &nx.items[i]));
	return list;
}
