/*
 * What happens at once: a ladder that counts how often something happened to
 * its subject (S5-06, S5-08), an alert that must be heard within minutes
 * (S4-06), and the band within which goodwill stays (S5-13).
 */
#include "engine/machine_internal.h"

#define ALERT_END ".alert"

static const struct who sales_manager = {.kind = WHO_ROLE,
	.arg = {"sales_manager", 13}};

/* ---- the ladder ---- */

/* Whoever stood on another rung need not act any more; on the top one only
 * when it does not appear again. */
static void withdraw_others(struct mach *m, const struct ladder *l,
	const struct step *now, const struct step *also)
{
	for (uint32_t i = 0; i < l->n_rungs; i++) {
		struct place *p = run_place(m->run, l->rungs[i].id);

		if (&l->rungs[i] == now || &l->rungs[i] == also ||
			p == NULL || p->phase != STEP_SHOWN)
			continue;
		if (p->task != 0)
			mach_close_task(m, p->task, TASK_WITHDRAWN,
				"the ladder went on", p->step);
		p->phase = STEP_DONE;
		p->task = 0;
		p->due_at_ms = 0;
	}
}

static void climb(struct mach *m, const struct step *rung)
{
	struct place *p = mach_place(m, rung->id);

	if (p == NULL)
		return;
	p->phase = STEP_WAITING;
	p->rung = 0;
	step_appear(m, rung, p);
}

static void count_once_more(struct mach *m, const struct ladder *l)
{
	char *key = arena_printf(m->a, "ladder.%s", l->id.at);
	const struct step *top = &l->rungs[l->n_rungs - 1], *rung;
	int64_t n;
	bool to_top;

	if (key == NULL) {
		m->no_memory = true;
		return;
	}
	n = mach_keep_int(m, key) + 1;
	mach_keep(m, key, value_int(n));
	rung = n < l->n_rungs ? &l->rungs[n - 1] : top;
	to_top = mach_cond(m, &l->also_top_if, false);
	if (m->failed)
		return;
	withdraw_others(m, l, rung, to_top ? top : NULL);
	climb(m, rung);
	if (to_top && rung != top && !m->failed && !m->left)
		climb(m, top);
}

void ladder_event(struct mach *m)
{
	struct text type = m->s->event->def->name;

	for (uint32_t i = 0;
		i < m->card->n_ladders && !m->failed && !m->left; i++) {
		const struct ladder *l = &m->card->ladders[i];

		if (l->n_rungs > 0 &&
			text_among(l->counts, l->n_counts, type))
			count_once_more(m, l);
	}
}

/* ---- alerts ---- */

static struct value wording_value(struct mach *m, const struct wording *w)
{
	struct value v = value_map();

	value_put(m->a, &v, "nl", value_of_text(w->nl));
	value_put(m->a, &v, "en", value_of_text(w->en));
	return v;
}

/* The task that is the alert; returns when it must have been heard. */
static int64_t alert_task(struct mach *m, const struct alert *al,
	const struct who *who, struct text step)
{
	struct effect *e = mach_effect(m, EFFECT_TASK, step, al->line);
	struct due_rule rule = {.kind = TIMING_NOW};
	int64_t due;

	rule.has_within = mach_span(m, &al->within, &rule.within);
	due = due_compute(&rule, m->s->now_ms,
		people_calendar(m->s, who, m->subject)).due_ms;
	mach_put(m, e, "kind", value_text("todo"));
	mach_put(m, e, "who", people_to_value(m->a, who));
	mach_put(m, e, "title", wording_value(m, &al->text));
	mach_put(m, e, "shown", value_int(m->s->now_ms));
	mach_put(m, e, "due", value_int(due));
	mach_put(m, e, "alert", value_bool(true));
	return due;
}

void alert_raise(struct mach *m, const struct step *st)
{
	const struct alert *al = st->alert;
	struct text id = text_of(
		arena_printf(m->a, "%s" ALERT_END, st->id.at));
	bool there = people_resolve(m->s, &al->who, m->subject, false,
		NULL).bytes > 0;
	struct place *p;
	int64_t due;

	if (id.bytes == 0) {
		m->no_memory = true;
		return;
	}
	if (!there && al->else_who.kind != WHO_NONE) {
		alert_task(m, al, &al->else_who, id);
		return;
	}
	due = alert_task(m, al, &al->who, id);
	if (m->run == NULL || al->else_who.kind == WHO_NONE ||
		(p = mach_place(m, id)) == NULL)
		return;
	p->phase = STEP_SHOWN;
	p->task = PLACE_TASK_MADE;
	p->due_at_ms = due;
	p->count++;
}

const struct step *alert_step(const struct card *c, struct text place)
{
	uint32_t n = (uint32_t)strlen(ALERT_END);
	const struct step *st;

	if (place.bytes <= n ||
		strcmp(place.at + place.bytes - n, ALERT_END) != 0)
		return NULL;
	st = card_part(c, (struct text){place.at, place.bytes - n});
	return st != NULL && st->alert != NULL ? st : NULL;
}

bool alert_timer(struct mach *m, struct place *p)
{
	const struct step *st = alert_step(m->card, p->step);
	const struct task *t =
		p->task != 0 ? m->s->task(m->s->ctx, p->task) : NULL;

	if (st == NULL)
		return false;
	if (t != NULL && t->state == TASK_OPEN)
		alert_task(m, st->alert, &st->alert->else_who,
			text_of(arena_printf(m->a, "%s.else", p->step.at)));
	p->phase = STEP_DONE;
	p->task = 0;
	return true;
}

/* ---- goodwill ---- */

/* The field in cents, of the subject or else of its deal. */
static int64_t base_cents(const struct mach *m, const struct goodwill *g)
{
	const struct record *deal = mach_deal(m);
	struct value v = field_path(m->s->world, m->s->book, m->subject,
		g->of);

	if (v.kind == VALUE_NULL && deal != NULL)
		v = field_path(m->s->world, m->s->book, deal, g->of);
	return v.kind == VALUE_INT ? v.as.integer : 0;
}

/* -1: not said, or a share of an unknown price. */
static int64_t bound_cents(struct mach *m, const struct goodwill *g,
	const struct expr *e)
{
	struct value v = mach_value(m, e);
	int64_t base;

	if (m->failed || v.kind == VALUE_NULL)
		return -1;
	if (v.kind == VALUE_INT)
		return v.as.integer;
	base = base_cents(m, g);
	if (v.kind != VALUE_REAL || base <= 0)
		return -1;
	return (int64_t)((double)base * v.as.real + 0.5);
}

struct value goodwill_band(struct mach *m, const struct goodwill *g)
{
	const struct {
		const char *key;
		const struct expr *e;
	} bounds[] = {{"at_least", &g->at_least}, {"at_most", &g->at_most},
		{"warn_below", &g->warn_below}};
	struct value band = value_map();

	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		int64_t cents = bound_cents(m, g, bounds[i].e);

		if (cents >= 0)
			value_put(m->a, &band, bounds[i].key,
				value_int(cents));
	}
	return band;
}

/* The band that counts now: of the part that appeared last. */
static const struct step *band_step(const struct mach *m)
{
	const struct step *found = NULL;

	for (uint32_t i = 0; i < m->run->n_places; i++) {
		const struct place *p = &m->run->places[i];
		const struct step *st = card_part(m->card, p->step);

		if (st != NULL && st->goodwill != NULL && p->count > 0)
			found = st;
	}
	return found;
}

static void tell_band(struct mach *m, const struct step *st,
	const struct who *who, const char *step, const char *nl,
	const char *en, struct value band)
{
	struct effect *e = mach_notice(m,
		text_of(arena_printf(m->a, "%s.%s", st->id.at, step)), who,
		nl, en, st->goodwill->line);
	const struct value *amount =
		value_get(&m->s->event->data, "amount");

	mach_put(m, e, "goodwill", band);
	if (amount != NULL)
		mach_put(m, e, "amount", *amount);
	mach_put(m, e, "each_event", value_bool(true));
}

void goodwill_event(struct mach *m)
{
	const struct step *st;
	int64_t amount = value_get_int(&m->s->event->data, "amount", 0);
	struct text by = text_of(value_get_str(&m->s->event->data, "by"));
	struct who giver = {.kind = WHO_PERSON, .arg = by};
	struct value band;

	if (!text_is(m->s->event->def->name, "goodwill.given") ||
		(st = band_step(m)) == NULL)
		return;
	band = goodwill_band(m, st->goodwill);
	if (m->failed)
		return;
	if (rulebook_person(m->s->book, by) == NULL)
		giver = *step_who(m, st);
	if (amount < value_get_int(&band, "warn_below", 0))
		tell_band(m, st, &giver, "token",
			"{amount|money} is een fooi voor {customer.name}: "
			"liever niets, of iets vanaf {goodwill.at_least|money}",
			"{amount|money} is a token to {customer.name}: rather "
			"nothing, or something from {goodwill.at_least|money}",
			band);
	else if (amount > value_get_int(&band, "at_most", INT64_MAX))
		tell_band(m, st, &sales_manager, "too-much",
			"{amount|money} coulance voor {customer.name}: de grens "
			"is {goodwill.at_most|money}",
			"{amount|money} goodwill for {customer.name}: the bound "
			"is {goodwill.at_most|money}",
			band);
}
