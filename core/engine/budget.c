/*
 * The contact budget of one customer over all cards and sellers (rule 6: no
 * pressure). Counted are outbound touches that happened (customer.touches) and
 * open tasks that will be one, and those that cards before this one ask for
 * on the same event. Service about a running order and what the
 * customer asked for are free. The numbers are settings, so a rooftop may
 * choose its own: touch_limit, touch_window, touch_free, offer_window.
 */
#include "engine/machine_internal.h"

#define TOUCH_LIMIT 2

static const char *in(const struct mach *m, const char *nl, const char *en)
{
	return text_is(m->s->book->language, "nl") ? nl : en;
}

static struct value setting_or(const struct mach *m, const char *name,
			       struct value dflt)
{
	const struct setting *s = rulebook_setting(m->s->book, text_of(name));

	return s != NULL ? modes_setting(m->s->world, m->s->book, s, TEXT(""),
				   TEXT(""))
			 : dflt;
}

static struct span span_setting(const struct mach *m, const char *name,
				struct span dflt)
{
	struct value v = setting_or(m, name, value_null());
	struct fl_error err;
	struct span out;

	return v.kind != VALUE_NULL && span_of_value(&v, &out, &err) == FL_OK
		? out
		: dflt;
}

static bool is_free(struct text purpose)
{
	return text_is(purpose, "service") || text_is(purpose, "requested");
}

/* What has been counted so far, oldest first as far as it matters. */
struct counted {
	const struct mach *m;
	struct text step;       /* of the card: its own task does not count;
				 * empty: all do */
	int64_t since_ms;
	int32_t n;              /* done in the window */
	int64_t oldest_ms;      /* the one that leaves the window first */
	struct text by;         /* who had the latest one */
	int64_t latest_ms;
	int32_t open;           /* tasks that will be one */
	struct text open_who, open_card;
};

static void count_done(struct counted *c, const struct record *customer,
		       bool offers)
{
	const struct value *all = value_get(&customer->fields, "touches");

	for (uint32_t i = 0; all != NULL && all->kind == VALUE_LIST &&
		i < all->count; i++) {
		const struct value *one = &all->as.items[i];
		int64_t at = value_get_int(one, "at", 0);
		struct text purpose =
			value_as_text(value_get(one, "purpose"));

		if (at <= c->since_ms || is_free(purpose) ||
			(offers && !text_is(purpose, "offer")))
			continue;
		if (c->n++ == 0 || at < c->oldest_ms)
			c->oldest_ms = at;
		if (at >= c->latest_ms) {
			c->latest_ms = at;
			c->by = value_as_text(value_get(one, "by"));
		}
	}
}

static void count_task(struct counted *c, const struct task *t, bool offers)
{
	struct text purpose = value_as_text(value_get(&t->body, "purpose"));

	if (t->state != TASK_OPEN || is_free(purpose) ||
		(offers && !text_is(purpose, "offer")) ||
		(!text_is(t->kind, "call") && !text_is(t->kind, "mail")) ||
		(text_equal(t->card, c->m->card->name) &&
			text_equal(t->step, c->step)))
		return;
	c->open++;
	c->open_who = t->who;
	c->open_card = t->card;
}

/* Open touches about the customer, whatever they hang on. */
static void count_open(struct counted *c, const struct record *customer,
		       bool offers)
{
	const struct snapshot *s = c->m->s;
	struct world *w = s->world;
	int64_t ids[64];

	for (uint32_t k = 0; k < schema_kind_count(w->schema); k++) {
		uint32_t n = w->members(w->ctx, customer->home,
			schema_kind_at(w->schema, k)->name, ids, 64);

		for (uint32_t i = 0; i < n && i < 64; i++) {
			const struct record *r = w->get(w->ctx, ids[i]);

			for (uint32_t j = 0; r != NULL && j < r->n_open_tasks;
				j++) {
				const struct task *t = s->task(s->ctx,
					r->open_tasks[j]);

				if (t != NULL)
					count_task(c, t, offers);
			}
		}
	}
}

/* Is a task of this card and step on a list already, and counted? */
static bool is_open(const struct snapshot *s, const struct record *r,
		    struct text card, struct text step)
{
	for (uint32_t i = 0; i < r->n_open_tasks; i++) {
		const struct task *t = s->task(s->ctx, r->open_tasks[i]);

		if (t != NULL && t->state == TASK_OPEN &&
			text_equal(t->card, card) && text_equal(t->step, step))
			return true;
	}
	return false;
}

static void count_effect(struct counted *c, const struct record *customer,
			 struct text card, const struct effect *e, bool offers)
{
	const struct snapshot *s = c->m->s;
	int64_t id = e->subject != 0 ? e->subject : s->event->subject;
	const struct record *r = s->world->get(s->world->ctx, id);
	struct text purpose = value_as_text(value_get(&e->args, "purpose"));
	struct text kind = value_as_text(value_get(&e->args, "kind"));
	struct who who;

	if (r == NULL || r->home != customer->home || is_free(purpose) ||
		(offers && !text_is(purpose, "offer")) ||
		(!text_is(kind, "call") && !text_is(kind, "mail")) ||
		(c->step.bytes > 0 && text_equal(card, c->m->card->name) &&
			text_equal(e->step, c->step)) ||
		is_open(s, r, card, e->step))
		return;
	c->open++;
	c->open_card = card;
	c->open_who = people_of_value(value_get(&e->args, "who"), &who)
		? people_resolve(s, &who, r, false, NULL)
		: value_as_text(value_get(&e->args, "who"));
}

/* Touches that cards before this one ask for on this very event: they see one
 * state, and the first in card order gets it. */
static void count_asked(struct counted *c, const struct record *customer,
			bool offers)
{
	const struct snapshot *s = c->m->s;
	const struct card_decision *d;

	for (uint32_t i = 0;
		s->asked != NULL && (d = s->asked(s->ctx, i)) != NULL; i++)
		for (uint32_t k = 0; k < d->n_effects; k++)
			if (d->effects[k].kind == EFFECT_TASK)
				count_effect(c, customer, d->card,
					&d->effects[k], offers);
}

static const char *name_of(const struct mach *m, struct text id)
{
	const struct person *p = rulebook_person(m->s->book, id);

	return p != NULL && p->name.bytes > 0 ? p->name.at
	       : id.bytes > 0		      ? id.at
					      : in(m, "iemand", "somebody");
}

/* Held, and until when: the oldest leaves the window, or a task is answered. */
static enum guard hold(struct mach *m, const struct counted *c,
		       struct span window, int64_t *retry, struct held *why)
{
	const struct calendar *cal = m->s->book->calendar;
	int64_t day = calendar_day(cal, m->s->now_ms);
	bool open = c->open > 0;

	*retry = open ? calendar_midnight(cal, day + 1)
		      : span_add(window, c->oldest_ms, cal);
	*retry = calendar_next_open(cal,
		*retry > m->s->now_ms ? *retry : m->s->now_ms + 1);
	why->guard = "budget";
	why->who = open ? c->open_who : c->by;
	why->reason = open
		? arena_printf(m->a, in(m, "%s heeft deze klant al op de "
			"lijst (%s)", "%s already has this customer on the "
			"list (%s)"), name_of(m, why->who), c->open_card.at)
		: arena_printf(m->a, in(m, "%s had deze klant net: genoeg "
			"contact voor nu", "%s just had this customer: enough "
			"contact for now"), name_of(m, why->who));
	return GUARD_LATER;
}

static bool says(const struct record *r, const char *field)
{
	return r != NULL && value_get_bool(&r->fields, field, false);
}

static enum guard budget_offer(struct mach *m, struct counted *c,
			       const struct record *customer, int64_t *retry,
			       struct held *why)
{
	struct span window = span_setting(m, "offer_window",
		(struct span){ 30, UNIT_DAY });
	const struct record *deal = mach_deal(m);

	if (says(customer, "no_offers") || says(customer, "no_push") ||
		says(deal, "no_offers") || says(deal, "no_push")) {
		why->guard = "no offers";
		why->reason = in(m, "deze klant wil geen aanbiedingen",
			"this customer wants no offers");
		return GUARD_NEVER;
	}
	c->since_ms = span_subtract(window, m->s->now_ms,
		m->s->book->calendar);
	count_done(c, customer, true);
	count_open(c, customer, true);
	count_asked(c, customer, true);
	return c->n + c->open >= 1 ? hold(m, c, window, retry, why)
				   : GUARD_OK;
}

/* The customer's order runs: contact about it is service. */
static bool order_runs(const struct mach *m)
{
	const struct record *deal = mach_deal(m);

	return deal != NULL && value_get(&deal->fields, "signed_at") != NULL &&
		value_get(&deal->fields, "cancelled_at") == NULL;
}

enum guard budget_touch(struct mach *m, const struct step *st,
			struct text purpose, int64_t *retry, struct held *why)
{
	const struct record *customer = mach_customer(m);
	const struct record *deal = mach_deal(m);
	const struct calendar *cal = m->s->book->calendar;
	struct text own = st->each_event ? TEXT("") : st->id;
	struct counted c = { .m = m, .step = own, .by = TEXT(""),
		.open_who = TEXT("") };
	struct value most = setting_or(m, "touch_limit",
		value_int(TOUCH_LIMIT));
	struct span window = span_setting(m, "touch_window",
		(struct span){ 7, UNIT_DAY });
	struct span fresh = span_setting(m, "touch_free",
		(struct span){ 14, UNIT_DAY });
	int64_t opened;
	enum guard g;

	if (customer == NULL || is_free(purpose) || order_runs(m) ||
		(!text_is(st->task.kind, "call") &&
			!text_is(st->task.kind, "mail")))
		return GUARD_OK;
	if (text_is(purpose, "offer") &&
		(g = budget_offer(m, &c, customer, retry, why)) != GUARD_OK)
		return g;
	opened = deal != NULL ? value_get_int(&deal->fields, "opened_at", 0)
			      : 0;
	if (opened != 0 && m->s->now_ms < span_add(fresh, opened, cal))
		return GUARD_OK;
	c = (struct counted){ .m = m, .step = own, .by = TEXT(""),
		.open_who = TEXT(""),
		.since_ms = span_subtract(window, m->s->now_ms, cal) };
	count_done(&c, customer, false);
	count_open(&c, customer, false);
	count_asked(&c, customer, false);
	return most.kind == VALUE_INT && c.n + c.open >= most.as.integer
		? hold(m, &c, window, retry, why)
		: GUARD_OK;
}

void budget_tell(struct mach *m, const struct step *st, struct text channel,
		 const struct held *why, int64_t retry)
{
	char *key = arena_printf(m->a, "held.%s", st->id.at);
	char *now = arena_printf(m->a, "%s %.*s", why->guard,
		(int)why->who.bytes, why->who.at);
	struct value data = value_map();
	const struct record *deal = mach_deal(m);
	const struct value *before;

	if (key == NULL || now == NULL || deal == NULL || m->run == NULL)
		return;
	before = value_get(&m->run->keep, key);
	if (before != NULL && text_is(value_as_text(before), now))
		return; /* told when it began */
	mach_keep(m, key, value_text(now));
	value_put(m->a, &data, "guard", value_text(why->guard));
	if (channel.bytes > 0)
		value_put(m->a, &data, "channel", value_of_text(channel));
	if (retry != 0)
		value_put(m->a, &data, "retry_at", value_int(retry));
	value_put(m->a, &data, "reason", value_text(why->reason));
	if (why->who.bytes > 0)
		value_put(m->a, &data, "who", value_of_text(why->who));
	value_put(m->a, &data, "card", value_of_text(m->card->name));
	value_put(m->a, &data, "step", value_of_text(st->id));
	mach_emit(m, TEXT("contact.refused_by_guard"), deal->id, data,
		st->line);
}

void budget_passed(struct mach *m, const struct step *st)
{
	char *key = arena_printf(m->a, "held.%s", st->id.at);

	if (key != NULL && m->run != NULL &&
		value_get(&m->run->keep, key) != NULL)
		mach_keep(m, key, value_null());
}
