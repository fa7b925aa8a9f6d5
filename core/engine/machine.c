#include "engine/machine_internal.h"

static struct run *run_copy(struct mach *m, const struct run *from)
{
	struct run *r = arena_copy(m->a, from, sizeof(*from));

	if (r == NULL) {
		m->no_memory = true;
		return NULL;
	}
	r->cap_places = from->n_places + 4;
	r->places = arena_alloc(m->a, sizeof(struct place) * r->cap_places);
	if (r->places == NULL) {
		m->no_memory = true;
		return NULL;
	}
	if (from->n_places > 0)
		memcpy(r->places, from->places,
			sizeof(struct place) * from->n_places);
	r->keep = value_clone(m->a, &from->keep);
	if (r->keep.kind != VALUE_MAP)
		r->keep = value_map();
	return r;
}

void mach_enter(struct mach *m)
{
	const struct run *old = record_run(m->subject, m->card->name);
	struct run *r = arena_alloc(m->a, sizeof(*r));
	struct effect *e;

	if (r == NULL) {
		m->no_memory = true;
		return;
	}
	r->card = m->card->name;
	r->number = old != NULL ? old->number + 1 : 1;
	r->entered_at_ms = m->s->event->occurred_at_ms;
	r->once = old != NULL ? old->once : (struct text){ "", 0 };
	r->keep = value_map();
	m->run = r;
	if (mach_cond(m, &m->card->unless, false) || m->failed ||
		!mach_cond(m, &m->card->as_long_as, true) || m->failed) {
		m->run = NULL;
		return;
	}
	m->entered = true;
	e = mach_effect(m, EFFECT_ENTER, (struct text){ "", 0 },
		m->card->line);
	mach_put(m, e, "run", value_int(r->number));
	mach_put(m, e, "at", value_int(r->entered_at_ms));
	for (uint32_t i = 0; i < m->card->n_steps; i++)
		mach_place(m, m->card->steps[i].id);
	if (m->card->kind == CARD_HANDOFF)
		handoff_enter(m);
	else if (m->card->kind == CARD_ESCALATION)
		escalation_enter(m);
}

static void run_function(struct mach *m, int fn, int line)
{
	struct script_view v = mach_view(m);
	struct script_outcome outcome;
	uint32_t first = m->out->n_effects;

	if (!mach_in_time(m))
		return;
	if (ruleset_run(m->s->ruleset, fn, &v, m->out, &outcome) != FL_OK) {
		m->out->n_effects = first;
		mach_call_failed(m, line, &outcome);
		return;
	}
	for (uint32_t i = first; i < m->out->n_effects; i++) {
		struct effect *e = &m->out->effects[i];

		if (e->subject == 0)
			e->subject = m->subject->id;
		if (e->step.bytes == 0 && e->kind == EFFECT_TASK)
			e->step = text_number(
				m->a, TEXT("line:"), e->line);
	}
	touch_hold(m, first);
	for (uint32_t i = first; i < m->out->n_effects; i++)
		if (m->out->effects[i].kind == EFFECT_STOP) {
			mach_leave(m, "act.stop");
			break;
		}
}

/* Has a ladder, comes again, or alerts somebody else: a place must be kept. */
static bool needs_place(const struct step *st)
{
	for (uint32_t i = 0; i < st->task.n_answers; i++)
		if (st->task.answers[i].action.kind == ACTION_AGAIN)
			return true;
	return st->n_if_missed > 0 || st->once ||
		(st->alert != NULL && st->alert->else_who.kind != WHO_NONE);
}

static void run_when(struct mach *m, const struct when *w)
{
	struct place scratch, *p;

	if (w->fn != FN_NONE) {
		if (mach_cond(m, &w->step.unless, false) || m->failed ||
			!mach_cond(m, &w->step.if_state, true) || m->failed)
			return;
		run_function(m, w->fn, w->line);
		return;
	}
	if (m->run == NULL && needs_place(&w->step)) {
		mach_enter(m);
		if (m->failed || m->run == NULL)
			return;
	}
	if (m->run != NULL) {
		if ((p = mach_place(m, w->step.id)) != NULL)
			step_appear(m, &w->step, p);
		return;
	}
	memset(&scratch, 0, sizeof(scratch));
	scratch.step = w->step.id;
	step_appear(m, &w->step, &scratch);
	/* held back until later: somebody must remember it */
	if (m->failed || scratch.phase != STEP_WAITING ||
		scratch.due_at_ms == 0)
		return;
	mach_enter(m);
	if (!m->failed && m->run != NULL &&
		(p = mach_place(m, w->step.id)) != NULL)
		step_appear(m, &w->step, p);
}

/* A card that nobody enters still has its unless and as_long_as. */
static bool card_holds(struct mach *m)
{
	return !mach_cond(m, &m->card->unless, false) && !m->failed &&
		mach_cond(m, &m->card->as_long_as, true) && !m->failed;
}

static void run_whens(struct mach *m)
{
	const struct event *e = m->s->event;
	bool timer = text_is(e->def->name, "timer.fired");
	const char *name = value_get_str(&e->data, "name");
	const char *card = value_get_str(&e->data, "card");

	if (m->run == NULL && (m->card->n_starts > 0 || !card_holds(m)))
		return;
	if (timer && (card == NULL || !text_is(m->card->name, card)))
		return;
	for (uint32_t i = 0; i < m->card->n_whens && !m->failed; i++) {
		const struct when *w = &m->card->whens[i];

		if (!text_among(w->events, w->n_events, e->def->name))
			continue;
		if (timer && (name == NULL || (w->name.bytes > 0 &&
						      !text_is(w->name, name))))
			continue;
		run_when(m, w);
	}
}

static void run_timer(struct mach *m)
{
	const struct event *e = m->s->event;
	const char *card = value_get_str(&e->data, "card");
	struct text id = text_of(value_get_str(&e->data, "step"));
	const struct step *st;
	struct place *p;

	if (m->run == NULL || id.bytes == 0 || card == NULL ||
		!text_is(m->card->name, card))
		return;
	p = run_place(m->run, id);
	if (p == NULL)
		return;
	p->due_at_ms = 0;
	st = card_part(m->card, id);
	if (st == NULL && (alert_timer(m, p) || touch_timer(m, p)))
		return;
	if (m->card->kind == CARD_HANDOFF && st == NULL)
		handoff_timer(m, p);
	else if (m->card->kind == CARD_ESCALATION && st == NULL)
		escalation_timer(m, p);
	else if (st != NULL && p->phase == STEP_WAITING)
		step_appear(m, st, p);
	else if (st != NULL && p->phase == STEP_SHOWN)
		rung_timer(m, st, p);
}

static void run_answer(struct mach *m)
{
	const struct task *t;
	int64_t id = value_get_int(&m->s->event->data, "task", 0);

	t = id != 0 ? m->s->task(m->s->ctx, id) : NULL;
	if (t == NULL || !text_equal(t->card, m->card->name) ||
		t->subject != m->subject->id)
		return;
	if (m->run != NULL && m->card->kind == CARD_HANDOFF &&
		handoff_answer(m, t))
		return;
	if (m->run != NULL && m->card->kind == CARD_ESCALATION &&
		escalation_answer(m, t))
		return;
	answer_run(m, t);
}

static void pause_run(struct mach *m)
{
	const struct card *c = m->card;
	struct text type = m->s->event->def->name;
	struct effect *e;

	if (m->run->paused_at_ms == 0 &&
		text_among(c->pause_from, c->n_pause_from, type)) {
		m->run->paused_at_ms = m->s->now_ms;
		e = mach_effect(m, EFFECT_PAUSE, (struct text){ "", 0 },
			c->line);
		mach_put(m, e, "at", value_int(m->s->now_ms));
		for (uint32_t i = 0; i < m->run->n_places; i++)
			if (m->run->places[i].phase == STEP_WAITING)
				m->run->places[i].due_at_ms = 0;
	} else if (m->run->paused_at_ms != 0 &&
		text_among(c->pause_to, c->n_pause_to, type)) {
		m->run->paused_at_ms = 0;
		e = mach_effect(m, EFFECT_PAUSE, (struct text){ "", 0 },
			c->line);
		mach_put(m, e, "at", value_int(0));
		for (uint32_t i = 0; i < m->run->n_places; i++)
			m->run->places[i].wait = (struct text){ "", 0 };
	}
}

/* A real contact that did not come from the open task itself makes that task
 * moot: the rhythm counts from the touch (S2-18). */
static void moot_by_touch(struct mach *m, const struct step *st,
			  struct place *p)
{
	if (p->phase != STEP_SHOWN || st->timing != TIMING_EVERY ||
		!text_is(st->anchor, "last touch") || !m->s->event->def->touch)
		return;
	if (p->task != 0)
		mach_close_task(m, p->task, TASK_WITHDRAWN,
			"there was contact already", p->step);
	step_done(m, st, p);
}

void mach_plan_all(struct mach *m, bool force)
{
	for (uint32_t i = 0; i < m->card->n_steps && !m->failed; i++) {
		const struct step *st = &m->card->steps[i];
		struct place *p = run_place(m->run, st->id);

		if (p == NULL)
			continue;
		moot_by_touch(m, st, p);
		step_follow(m, st, p);
		if (p->phase == STEP_WAITING)
			step_plan(m, st, p, force);
		if (!m->failed && !m->left && p->phase == STEP_WAITING &&
			st->timing == TIMING_NOW && p->due_at_ms != 0 &&
			p->due_at_ms <= m->s->now_ms) {
			p->due_at_ms = 0;
			step_appear(m, st, p);
		}
	}
}

static bool place_same(const struct place *a, const struct place *b)
{
	return a->phase == b->phase && a->anchor_ms == b->anchor_ms &&
		text_equal(a->wait, b->wait) && a->due_at_ms == b->due_at_ms &&
		a->count == b->count && a->rung == b->rung &&
		a->done_at_ms == b->done_at_ms && a->task == b->task;
}

static void put_changed(struct mach *m, struct effect *e, const char *key,
			int64_t now, int64_t was)
{
	if (now != was)
		mach_put(m, e, key, value_int(now));
}

/* Writes down what of one place is other than `was`. */
static void place_effect(struct mach *m, const struct place *p,
			 const struct place *was)
{
	struct effect *e = mach_effect(m, EFFECT_PLACE, p->step, 0);

	put_changed(m, e, "phase", p->phase, was->phase);
	put_changed(m, e, "anchor", p->anchor_ms, was->anchor_ms);
	if (!text_equal(p->wait, was->wait))
		mach_put(m, e, "wait", value_of_text(p->wait));
	put_changed(m, e, "due", p->due_at_ms, was->due_at_ms);
	put_changed(m, e, "count", p->count, was->count);
	put_changed(m, e, "rung", p->rung, was->rung);
	put_changed(m, e, "done", p->done_at_ms, was->done_at_ms);
	put_changed(m, e, "task", p->task, was->task);
}

void mach_write_places(struct mach *m)
{
	static const struct place none;
	const struct run *old = m->entered
		? NULL
		: record_run(m->subject, m->card->name);

	if (m->run == NULL || m->left)
		return;
	for (uint32_t i = 0; i < m->run->n_places; i++) {
		const struct place *p = &m->run->places[i];
		const struct place *was =
			old != NULL ? run_place(old, p->step) : NULL;

		if (was == NULL || !place_same(p, was))
			place_effect(m, p, was != NULL ? was : &none);
	}
}

void mach_fail_card(struct mach *m, uint32_t first)
{
	static const struct who manager = { .kind = WHO_ROLE,
		.arg = { "sales_manager", 13 } };
	struct text step = text_of(
		arena_printf(m->a, "fault:%d", m->fault_line));
	char *nl, *en;

	m->out->n_effects = first;
	if (m->out->fate == CARD_RAN)
		m->out->fate = CARD_FAILED;
	nl = arena_printf(m->a,
		"Regel %s werkt niet: %s. De klant blijft staan waar die "
		"stond; laat de regel herstellen",
		m->card->name.at, m->out->reason);
	en = arena_printf(m->a,
		"Rule %s does not work: %s. The customer stays where they "
		"were; have the rule mended",
		m->card->name.at, m->out->reason);
	if (nl == NULL || en == NULL || step.bytes == 0) {
		m->no_memory = true;
		return;
	}
	mach_notice(m, step, &manager, nl, en, m->fault_line);
}

static bool starts_now(const struct mach *m)
{
	struct text type = m->s->event->def->name;
	const char *card;

	if (text_is(type, "card.moved")) {
		card = value_get_str(&m->s->event->data, "card");
		return card != NULL && text_is(m->card->name, card);
	}
	if (card_about_case(m->card) && text_is(m->subject->kind, "case"))
		return text_is(type, "fails.case_opened");
	return text_among(m->card->starts, m->card->n_starts, type);
}

static void run_event(struct mach *m)
{
	struct text type = m->s->event->def->name;

	if (text_is(type, "timer.fired"))
		run_timer(m);
	else if (text_is(type, "task.done"))
		run_answer(m);
	if (!m->failed && m->run == NULL && !m->card->closed && starts_now(m))
		mach_enter(m);
	if (!m->failed && !m->left)
		run_whens(m);
	if (!m->failed && !m->left && m->run != NULL) {
		ladder_event(m);
		goodwill_event(m);
	}
	if (m->failed || m->left)
		return;
	if (m->card->kind == CARD_GATE)
		gate_event(m);
	if (m->run == NULL)
		return;
	if (!m->entered && text_among(m->card->stops, m->card->n_stops, type)) {
		mach_leave(m, type.at);
		return;
	}
	if (m->card->kind == CARD_GATE && gate_over(m)) {
		mach_leave(m, "nothing is left to close");
		return;
	}
	if (!m->entered && !mach_cond(m, &m->card->as_long_as, true)) {
		if (!m->failed)
			mach_leave(m, "as_long_as says no");
		return;
	}
	if (text_is(type, "lead.reassigned"))
		step_new_handler(m, value_as_text(value_get(
					    &m->s->event->data, "from")));
	pause_run(m);
	if (m->card->kind == CARD_HANDOFF)
		handoff_event(m);
	else if (m->card->kind == CARD_ESCALATION)
		escalation_event(m);
	if (!m->failed && !m->left && m->run->paused_at_ms == 0)
		mach_plan_all(m, false);
}

void mach_init(struct mach *m, const struct snapshot *s,
	       const struct card *card, const struct record *subject,
	       struct card_decision *out)
{
	const struct run *run = record_run(subject, card->name);

	memset(m, 0, sizeof(*m));
	m->s = s;
	m->card = card;
	m->subject = subject;
	m->a = s->world->arena;
	m->out = out;
	if (run != NULL && run->left_at_ms == 0)
		m->run = run_copy(m, run);
}

fl_status machine_run(const struct snapshot *s, const struct card *card,
		      const struct record *subject, struct card_decision *out)
{
	uint32_t first = out->n_effects;
	struct mach m;

	mach_init(&m, s, card, subject, out);
	if (card->kind == CARD_ESCALATION &&
		text_is(s->event->def->name, "lead.granted"))
		escalation_granted(&m);
	else if (card_about_case(card) && !text_is(subject->kind, "case"))
		escalation_open(&m);
	else if (card->kind == CARD_MODE)
		mode_event(&m);
	else
		run_event(&m);
	if (m.failed)
		mach_fail_card(&m, first);
	else
		mach_write_places(&m);
	return m.no_memory ? FL_NOMEM : FL_OK;
}

fl_status machine_replan(const struct snapshot *s, const struct card *card,
			 const struct record *subject,
			 struct card_decision *out)
{
	uint32_t first = out->n_effects;
	struct mach m;

	mach_init(&m, s, card, subject, out);
	if (m.run == NULL || m.run->paused_at_ms != 0)
		return m.no_memory ? FL_NOMEM : FL_OK;
	for (uint32_t i = 0; i < card->n_steps && !m.failed; i++) {
		const struct step *st = &card->steps[i];
		struct place *p = run_place(m.run, st->id);

		if (p == NULL)
			continue;
		step_follow(&m, st, p);
		if (p->phase == STEP_WAITING)
			step_plan(&m, st, p, false);
	}
	if (m.failed)
		mach_fail_card(&m, first);
	else
		mach_write_places(&m);
	return m.no_memory ? FL_NOMEM : FL_OK;
}
