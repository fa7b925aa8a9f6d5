/*
 * A subject climbs out of its handler's hands (S4-15, S4-22): a case is made
 * and given to whoever has room, its acceptance is watched, and the seller
 * gets a fresh lead back or is owed one.
 */
#include "engine/machine_internal.h"

static const struct escalation_spec *spec(const struct mach *m)
{
	return m->card->escalation;
}

void escalation_open(struct mach *m)
{
	const struct value *data = &m->s->event->data;
	const struct record *deal = mach_deal(m);
	struct value out = value_map();
	static const char *const copied[] = { "stage", "reason",
		"attribution", "save_a_deal" };

	if (deal == NULL || m->card->closed)
		return;
	for (size_t i = 0; i < sizeof(copied) / sizeof(copied[0]); i++) {
		const struct value *v = value_get(data, copied[i]);

		if (v != NULL)
			value_put(m->a, &out, copied[i], *v);
	}
	if (text_is(m->subject->kind, "case"))
		value_put(m->a, &out, "state",
			value_of_text(value_as_text(
				value_get(&m->subject->fields, "state"))));
	value_put(m->a, &out, "deal", value_int(deal->id));
	value_put(m->a, &out, "card", value_of_text(m->card->name));
	mach_emit(m, TEXT("fails.case_opened"), deal->id, out, m->card->line);
}

static struct text seller_of_case(struct mach *m)
{
	static const struct who seller = { .kind = WHO_SELLER };

	/* the one who is owed is the one who lost it, present or not */
	const struct value *v = value_get(&m->subject->fields, "seller");
	const struct record *deal = mach_deal(m);

	if (v == NULL && deal != NULL)
		v = value_get(&deal->fields, "seller");
	if (v == NULL && deal != NULL)
		v = value_get(&deal->fields, "handler");
	if (v != NULL && v->kind == VALUE_TEXT && v->count > 0)
		return (struct text){ v->as.text, v->count };
	return people_resolve(m->s, &seller, m->subject, false, NULL);
}

/* First deal of the pools the card names; 0 none. */
static int64_t pool_deal(struct mach *m)
{
	struct world *w = m->s->world;
	const struct record *roof =
		w->by_ref(w->ctx, TEXT("rooftop"), TEXT("rooftop"));
	static const char *const pools[][2] = {
		{ "new leads", "new_leads" },
		{ "service drive", "service_drive" },
		{ "owner base", "owner_base" },
		{ "sleeping prospects", "sleeping" },
	};
	const struct record *deal = mach_deal(m);

	for (uint32_t i = 0; roof != NULL && i < spec(m)->n_fresh_from; i++)
		for (size_t k = 0; k < sizeof(pools) / sizeof(pools[0]); k++) {
			const struct value *list;

			if (!text_is(spec(m)->fresh_from[i], pools[k][0]))
				continue;
			list = value_get(&roof->fields, pools[k][1]);
			for (uint32_t n = 0; list != NULL &&
				list->kind == VALUE_LIST && n < list->count;
				n++)
				if (list->as.items[n].kind == VALUE_INT &&
					(deal == NULL ||
						list->as.items[n].as.integer !=
							deal->id))
					return list->as.items[n].as.integer;
		}
	return 0;
}

/* What the seller gets back for a failed deal: owed at once, paid when a
 * pool has one (S4-22, S4-23). */
static void give_back(struct mach *m)
{
	struct text seller = seller_of_case(m);
	const struct record *deal = mach_deal(m);
	struct value owed = value_map(), granted = value_map();
	bool spared;
	int64_t lead;

	if (!spec(m)->fresh_lead || seller.bytes == 0 || deal == NULL)
		return;
	spared = mach_cond(m, &spec(m)->fresh_not_for, false);
	if (spared || m->failed)
		return;
	value_put(m->a, &owed, "person", value_of_text(seller));
	value_put(m->a, &owed, "in_return_for", value_int(deal->id));
	mach_emit(m, TEXT("lead.owed"), 0, owed, spec(m)->line);
	lead = pool_deal(m);
	if (lead == 0)
		return;
	value_put(m->a, &granted, "to", value_of_text(seller));
	value_put(m->a, &granted, "in_return_for", value_int(deal->id));
	value_put(m->a, &granted, "card", value_of_text(m->card->name));
	mach_emit(m, TEXT("lead.granted"), lead, granted, spec(m)->line);
}

void escalation_granted(struct mach *m)
{
	const struct value *data = &m->s->event->data;
	const char *to = value_get_str(data, "to");
	struct due_rule rule = { .kind = TIMING_NOW };
	const struct calendar *c;
	struct value title = value_map();
	const char *card = value_get_str(data, "card");
	struct effect *e;

	if (to == NULL || card == NULL || !text_is(m->card->name, card))
		return;
	c = rulebook_calendar(m->s->book, text_of(to));
	rule.has_within = mach_span(m, &spec(m)->fresh_within, &rule.within);
	value_put(m->a, &title, "nl",
		value_text("Verse lead voor jou: bel {customer.name}"));
	value_put(m->a, &title, "en",
		value_text("A fresh lead for you: call {customer.name}"));
	e = mach_effect(m, EFFECT_TASK, TEXT(STEP_FRESH), spec(m)->line);
	mach_put(m, e, "kind", value_text("call"));
	mach_put(m, e, "who", value_text(to));
	mach_put(m, e, "title", title);
	mach_put(m, e, "shown", value_int(m->s->now_ms));
	mach_put(m, e, "due",
		value_int(due_compute(&rule, m->s->now_ms, c).due_ms));
}

/* A case has a handler and a state of its own; of anything else the run
 * remembers who took it up. */
static void taken_by(struct mach *m, struct text who, const char *state)
{
	if (!text_is(m->subject->kind, "case")) {
		mach_keep(m, "offered_to", value_of_text(who));
		return;
	}
	mach_set_field(m, 0, "state", value_text(state), m->card->line);
	if (who.bytes > 0)
		mach_set_field(m, 0, "handler", value_of_text(who),
			m->card->line);
}

static void ask_to_take(struct mach *m, struct text who)
{
	struct place *p = mach_place(m, TEXT(STEP_TAKE));
	struct due_rule rule = { .kind = TIMING_NOW };
	const struct calendar *c = rulebook_calendar(m->s->book, who);
	struct effect *e;
	int64_t due;

	if (p == NULL)
		return;
	taken_by(m, who, "open");
	rule.has_within = mach_span(m, &spec(m)->accept_within, &rule.within);
	due = due_compute(&rule, m->s->now_ms, c).due_ms;
	e = mach_effect(m, EFFECT_TASK, TEXT(STEP_TAKE), m->card->line);
	mach_put(m, e, "kind", value_text("todo"));
	mach_put(m, e, "who", value_of_text(who));
	mach_put(m, e, "shown", value_int(m->s->now_ms));
	mach_put(m, e, "due", value_int(due));
	if (spec(m)->queue.bytes > 0)
		mach_put(m, e, "queue", value_of_text(spec(m)->queue));
	p->phase = STEP_SHOWN;
	p->task = PLACE_TASK_MADE;
	p->count++;
	p->rung = 0;
	p->due_at_ms = rung_due(m, spec(m)->if_silent, spec(m)->n_if_silent, p,
		due, c);
}

/* Everybody is full: the manager is accountable, and it is tried again. */
static void wait_for_room(struct mach *m)
{
	struct place *p = mach_place(m, TEXT(STEP_WAIT));
	struct text manager = people_resolve(m->s, &spec(m)->waits_with,
		m->subject, false, NULL);
	struct due_rule rule = { .kind = TIMING_AFTER };
	const struct calendar *c = rulebook_calendar(m->s->book, manager);

	if (p == NULL)
		return;
	if (!mach_span(m, &spec(m)->tell_after, &rule.wait))
		rule.wait = (struct span){ 1, UNIT_WORK_DAY };
	taken_by(m, manager, "waiting");
	p->phase = STEP_WAITING;
	p->anchor_ms = m->s->now_ms;
	p->due_at_ms = due_compute(&rule, m->s->now_ms, c).appears_ms;
}

void escalation_enter(struct mach *m)
{
	struct text to = people_resolve(m->s, &spec(m)->to, m->subject, false,
		NULL);

	give_back(m);
	if (m->failed)
		return;
	if (to.bytes > 0)
		ask_to_take(m, to);
	else
		wait_for_room(m);
}

/* The deal failed once more while its case is open: the same case is said to
 * be open for it, so that the deal is where it can be saved or closed. */
static void failed_again(struct mach *m)
{
	const struct record *deal = mach_deal(m);

	if (!m->entered && card_about_case(m->card) && deal != NULL &&
		text_among(m->card->starts, m->card->n_starts,
			m->s->event->def->name) &&
		text_is(value_as_text(value_get(&deal->fields, "state")), "failed"))
		escalation_open(m);
}

void escalation_event(struct mach *m)
{
	struct place *p = run_place(m->run, TEXT(STEP_TAKE));

	failed_again(m);
	/* any work on the case by its handler is an acceptance */
	if (m->entered || p == NULL || p->phase != STEP_SHOWN ||
		!text_is(m->s->event->def->name, "fails.case_accepted"))
		return;
	if (p->task != 0)
		mach_close_task(m, p->task, TASK_DONE, "accepted", p->step);
	p->phase = STEP_DONE;
	p->done_at_ms = m->s->now_ms;
	p->due_at_ms = 0;
	p->task = 0;
}

void escalation_timer(struct mach *m, struct place *p)
{
	const struct task *t =
		p->task != 0 ? m->s->task(m->s->ctx, p->task) : NULL;
	int64_t from = t != NULL ? t->due_at_ms : m->s->now_ms;
	struct text to;

	if (text_is(p->step, STEP_WAIT) && p->phase == STEP_WAITING) {
		to = people_resolve(m->s, &spec(m)->to, m->subject, false,
			NULL);
		if (to.bytes > 0) {
			p->phase = STEP_DONE;
			p->done_at_ms = m->s->now_ms;
			ask_to_take(m, to);
			return;
		}
		mach_notice(m, TEXT("escalation.full"), &spec(m)->waits_with,
			"De zaak {customer.name} wacht: niemand van de "
			"afdeling heeft ruimte",
			"The case {customer.name} waits: nobody in the "
			"department has room",
			spec(m)->line);
		wait_for_room(m);
		return;
	}
	if (!text_is(p->step, STEP_TAKE) || p->phase != STEP_SHOWN ||
		p->rung >= spec(m)->n_if_silent)
		return;
	rung_run(m, &spec(m)->if_silent[p->rung], p->step, p,
		rulebook_team(m->s->book, spec(m)->to.arg));
	p->rung++;
	p->due_at_ms = rung_due(m, spec(m)->if_silent, spec(m)->n_if_silent, p,
		from, m->s->book->calendar);
	if (p->due_at_ms != 0 && p->due_at_ms <= m->s->now_ms)
		p->due_at_ms = m->s->now_ms + 1;
}

bool escalation_answer(struct mach *m, const struct task *task)
{
	struct value data = value_map();
	struct place *p;
	struct effect *e;

	if (!text_is(task->step, STEP_TAKE))
		return false;
	p = mach_place(m, task->step);
	e = mach_effect(m, EFFECT_TASK_CLOSE, task->step, 0);
	mach_put(m, e, "id", value_int(task->id));
	mach_put(m, e, "state", value_int(TASK_DONE));
	mach_put(m, e, "outcome",
		value_text(value_get_str(&m->s->event->data, "outcome")));
	mach_put(m, e, "by", value_of_text(mach_answerer(m, task)));
	value_put(m->a, &data, "by", value_of_text(mach_answerer(m, task)));
	if (text_is(m->subject->kind, "case"))
		mach_emit(m, TEXT("fails.case_accepted"), m->subject->id, data,
			m->card->line);
	if (p != NULL) {
		p->phase = STEP_DONE;
		p->done_at_ms = m->s->now_ms;
		p->due_at_ms = 0;
		p->task = 0;
	}
	return true;
}
