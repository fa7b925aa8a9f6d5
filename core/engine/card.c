/* Which events a card looks at, and for which records. */
#include "engine/machine_internal.h"

bool card_away(const struct record *rooftop, struct text card)
{
	const struct value *away = rooftop != NULL
		? value_get(&rooftop->fields, "quarantined")
		: NULL;

	return value_get_text(away, card) != NULL;
}

bool card_about_case(const struct card *card)
{
	return card->kind == CARD_ESCALATION && text_is(card->about, "case");
}

bool card_wants(const struct card *card, struct text type)
{
	if (text_among(card->starts, card->n_starts, type) ||
		text_among(card->stops, card->n_stops, type) ||
		text_among(card->pause_from, card->n_pause_from, type) ||
		text_among(card->pause_to, card->n_pause_to, type))
		return true;
	for (uint32_t i = 0; i < card->n_whens; i++)
		if (text_among(card->whens[i].events, card->whens[i].n_events,
			    type))
			return true;
	for (uint32_t i = 0; i < card->n_ladders; i++)
		if (text_among(card->ladders[i].counts,
			    card->ladders[i].n_counts, type))
			return true;
	if (text_is(type, "card.moved"))
		return true;
	if (card->kind == CARD_MODE)
		return text_is(type, "rules.activated");
	if (card->kind == CARD_ESCALATION)
		return text_is(type, "fails.case_opened") ||
			text_is(type, "lead.granted");
	return false;
}

static uint32_t add_subject(int64_t id, int64_t *out, uint32_t n, uint32_t cap)
{
	for (uint32_t i = 0; i < n; i++)
		if (out[i] == id)
			return n;
	if (id == 0 || n == cap)
		return n;
	out[n] = id;
	return n + 1;
}

/* Not in a state that ends it. */
static bool record_open(const struct record *r)
{
	static const char *const ends[] = { "stopped", "closed", "sold",
		"unsold", "kept", "broken", "resolved", "completed", "excepted",
		"missed", "linked", "forwarded" };
	const char *state = value_get_str(&r->fields, "state");

	for (size_t i = 0; state != NULL && i < sizeof(ends) / sizeof(ends[0]);
		i++)
		if (strcmp(state, ends[i]) == 0)
			return false;
	return true;
}

static bool inside(const struct record *r, const struct card *card)
{
	const struct run *run = record_run(r, card->name);

	return run != NULL && run->left_at_ms == 0;
}

/* Records of the card's kind in the home that hang on `owner` and are open, or
 * still in the card (this very event may have closed them). */
static uint32_t members_of(const struct snapshot *s, const struct card *card,
			   int64_t home, int64_t owner, int64_t *out,
			   uint32_t n, uint32_t cap)
{
	struct world *w = s->world;
	int64_t ids[64];
	uint32_t found = w->members(w->ctx, home, card->about, ids, 64);

	found = found > 64 ? 64 : found;
	for (uint32_t i = 0; i < found; i++) {
		const struct record *r = w->get(w->ctx, ids[i]);

		if (r == NULL || (!record_open(r) && !inside(r, card)))
			continue;
		if (owner == value_get_int(&r->fields, "deal", 0) ||
			owner == value_get_int(&r->fields, "customer", 0))
			n = add_subject(r->id, out, n, cap);
	}
	return n;
}

uint32_t card_subjects(const struct snapshot *s, const struct card *card,
		       int64_t *out, uint32_t cap)
{
	const struct event *e = s->event;
	struct world *w = s->world;
	const struct record *subject = w->get(w->ctx, e->subject);
	const struct record *deal =
		e->deal != 0 ? w->get(w->ctx, e->deal) : NULL;
	uint32_t n = 0;

	if (subject == NULL)
		return 0;
	if (card->kind == CARD_MODE) {
		const struct record *roof = w->by_ref(w->ctx,
			TEXT("rooftop"), TEXT("rooftop"));

		return add_subject(roof != NULL ? roof->id : 0, out, 0, cap);
	}
	if (text_is(subject->kind, "deal"))
		deal = subject;
	if (card->kind == CARD_ESCALATION &&
		text_is(e->def->name, "lead.granted"))
		return add_subject(deal != NULL ? deal->id : 0, out, 0, cap);
	if (text_equal(subject->kind, card->about))
		return add_subject(subject->id, out, 0, cap);
	if (deal != NULL && text_is(card->about, "deal"))
		return add_subject(deal->id, out, 0, cap);
	if (text_is(card->about, "customer"))
		return add_subject(e->customer, out, 0, cap);
	if (deal != NULL) {
		n = members_of(s, card, deal->home, deal->id, out, 0, cap);
		if (n == 0 && card_about_case(card) &&
			text_among(card->starts, card->n_starts, e->def->name))
			n = add_subject(deal->id, out, 0, cap);
	} else if (text_is(subject->kind, "customer")) {
		n = members_of(s, card, subject->home, subject->id, out, 0,
			cap);
	}
	return n;
}
