/*
 * A subject passes from one person to another with a dossier (S1-01, S1-12):
 * complete it, hand it over, accept or send back once, free the seller.
 */
#include "engine/machine_internal.h"

static const struct who sales_manager = { .kind = WHO_ROLE,
	.arg = { "sales_manager", 13 } };

static const struct handoff_spec *spec(const struct mach *m)
{
	return m->card->handoff;
}

static bool is_empty(const struct value *v)
{
	return v == NULL || v->kind == VALUE_NULL ||
		((v->kind == VALUE_TEXT || v->kind == VALUE_LIST ||
			 v->kind == VALUE_MAP) &&
			v->count == 0);
}

/* "None" (an empty list, given) and "unknown" (nothing given) differ. */
static bool item_missing(struct mach *m, const struct dossier_item *it)
{
	const struct record *deal = mach_deal(m);
	const struct value *v = deal != NULL
		? value_get_text(&deal->fields, it->field)
		: NULL;

	if (!it->must || !mach_cond(m, &it->when, true) || m->failed)
		return false;
	if (it->none_is_fine)
		return v == NULL || v->kind == VALUE_NULL;
	return is_empty(v);
}

static struct value missing_items(struct mach *m)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < spec(m)->n_dossier && !m->failed; i++)
		if (item_missing(m, &spec(m)->dossier[i]))
			value_append(m->a, &list,
				value_of_text(spec(m)->dossier[i].field));
	return list;
}

static struct value dossier_of(struct mach *m)
{
	const struct record *deal = mach_deal(m);
	struct value map = value_map();

	for (uint32_t i = 0; i < spec(m)->n_dossier; i++) {
		struct text field = spec(m)->dossier[i].field;
		const struct value *v = deal != NULL
			? value_get_text(&deal->fields, field)
			: NULL;

		if (v != NULL)
			value_set(m->a, &map, field, *v);
	}
	return map;
}

static struct text seller_now(struct mach *m)
{
	static const struct who seller = { .kind = WHO_SELLER };

	return people_resolve(m->s,
		spec(m)->from.kind != WHO_NONE ? &spec(m)->from : &seller,
		m->subject, false, NULL);
}

static void ask_for_file(struct mach *m, struct value missing,
			 const struct who *who, const struct expr *within)
{
	const struct step *st = &spec(m)->if_missing;
	struct place *p = mach_place(m, TEXT(STEP_COMPLETE));
	struct due_rule rule = { .kind = TIMING_NOW };
	struct effect *e;
	int64_t due;

	if (p == NULL)
		return;
	rule.has_within = mach_span(m, within, &rule.within);
	due = due_compute(&rule, m->s->now_ms,
		people_calendar(m->s, who, m->subject))
		      .due_ms;
	e = mach_effect(m, EFFECT_TASK, TEXT(STEP_COMPLETE), st->line);
	mach_put(m, e, "kind", value_text("todo"));
	mach_put(m, e, "who", people_to_value(m->a, who));
	mach_put(m, e, "shown", value_int(m->s->now_ms));
	mach_put(m, e, "due", value_int(due));
	mach_put(m, e, "missing", missing);
	p->phase = STEP_SHOWN;
	p->task = PLACE_TASK_MADE;
	p->count++;
	p->due_at_ms = due; /* nobody completes it: the manager hears */
	p->rung = 0;
}

/* Who can take it now, by the card's own words. */
static struct text taker(struct mach *m)
{
	return people_resolve(m->s, &spec(m)->to, m->subject, false, NULL);
}

static void nobody_takes(struct mach *m)
{
	mach_notice(m, TEXT("handoff.nobody"), &sales_manager,
		"Niemand kan {customer.name} nu overnemen: wijs iemand aan of "
		"maak ruimte",
		"Nobody can take over {customer.name} now: name somebody or "
		"make room",
		spec(m)->to.line);
}

static void offer(struct mach *m)
{
	struct place *p = mach_place(m, TEXT(STEP_ACCEPT));
	struct text to = taker(m), seller = seller_now(m);
	struct due_rule rule = { .kind = TIMING_NOW };
	struct value data = value_map();
	struct effect *e;
	int64_t due;

	if (p == NULL)
		return;
	if (to.bytes == 0) {
		nobody_takes(m);
		to = people_resolve(m->s, &sales_manager, m->subject, false,
			NULL);
	}
	value_put(m->a, &data, "from", value_of_text(seller));
	value_put(m->a, &data, "to", value_of_text(to));
	value_put(m->a, &data, "dossier", dossier_of(m));
	value_put(m->a, &data, "missing", value_list());
	mach_emit(m, TEXT("delivery.handed_off"), m->subject->id, data,
		m->card->line);
	mach_keep(m, "offered_to", value_of_text(to));
	rule.has_within = mach_span(m, &spec(m)->accept_within, &rule.within);
	due = due_compute(&rule, m->s->now_ms,
		rulebook_calendar(m->s->book, to))
		      .due_ms;
	e = mach_effect(m, EFFECT_TASK, TEXT(STEP_ACCEPT), m->card->line);
	mach_put(m, e, "kind", value_text("todo"));
	mach_put(m, e, "who", value_of_text(to));
	mach_put(m, e, "shown", value_int(m->s->now_ms));
	mach_put(m, e, "due", value_int(due));
	p->phase = STEP_SHOWN;
	p->task = PLACE_TASK_MADE;
	p->count++;
	p->rung = 0;
	p->due_at_ms = rung_due(m, spec(m)->if_silent, spec(m)->n_if_silent, p,
		due, rulebook_calendar(m->s->book, to));
}

/* A brand or the manager may say that the seller delivers (S1-06, S1-21). */
static bool excepted(struct mach *m)
{
	const struct record *deal = mach_deal(m);
	const struct value *v;
	struct value data = value_map();

	if (!spec(m)->has_exception || deal == NULL)
		return false;
	/* a mode may keep deliveries out of this seller's diary (S1-19) */
	if (modes_never(m->s->world, m->s->book,
		    value_as_text(value_get(&deal->fields, "seller")),
		    TEXT("delivery")) != NULL)
		return false;
	if (mach_seen(m, TEXT("handoff.excepted")) >=
			m->run->entered_at_ms &&
		mach_seen(m, TEXT("handoff.excepted")) != 0)
		return true;
	v = spec(m)->exception_field.bytes > 0
		? value_get_text(&deal->fields, spec(m)->exception_field)
		: NULL;
	if (is_empty(v) || (v->kind == VALUE_BOOL && !v->as.boolean))
		return false;
	value_put(m->a, &data, "asked_by",
		value_of_text(spec(m)->exception_field));
	value_put(m->a, &data, "reason", *v);
	mach_emit(m, TEXT("handoff.excepted"), m->subject->id, data,
		m->card->line);
	return true;
}

void handoff_enter(struct mach *m)
{
	struct value missing;

	if (excepted(m)) {
		mach_leave(m, "excepted: the seller delivers");
		return;
	}
	missing = missing_items(m);
	if (m->failed)
		return;
	if (missing.count == 0)
		offer(m);
	else
		ask_for_file(m, missing, &spec(m)->if_missing.who,
			&spec(m)->if_missing.within);
}

/* The file was completed by whatever event: hand over. */
void handoff_event(struct mach *m)
{
	struct place *p = run_place(m->run, TEXT(STEP_COMPLETE));

	if (m->entered)
		return;
	if (text_is(m->s->event->def->name, "handoff.excepted") &&
		mach_keep_int(m, "accepted_at") == 0) {
		mach_leave(m, "excepted: the seller delivers");
		return;
	}
	if (p == NULL || p->phase != STEP_SHOWN ||
		text_is(m->s->event->def->name, "delivery.refused") ||
		mach_keep_int(m, "refused_now") != 0)
		return;
	if (missing_items(m).count > 0 || m->failed)
		return;
	if (p->task != 0)
		mach_close_task(m, p->task, TASK_DONE, "the file is complete",
			p->step);
	p->phase = STEP_DONE;
	p->due_at_ms = 0;
	p->task = 0;
	p->done_at_ms = m->s->now_ms;
	offer(m);
}

void handoff_timer(struct mach *m, struct place *p)
{
	static const struct rung tell = { .kind = RUNG_TELL,
		.who = { .kind = WHO_ROLE, .arg = { "sales_manager", 13 } } };
	const struct team *team = rulebook_team(m->s->book, spec(m)->to.arg);
	const struct task *t =
		p->task != 0 ? m->s->task(m->s->ctx, p->task) : NULL;
	int64_t from = t != NULL ? t->due_at_ms : m->s->now_ms;

	if (p->phase != STEP_SHOWN)
		return;
	if (text_is(p->step, STEP_COMPLETE)) {
		if (p->rung++ == 0)
			rung_run(m, &tell, p->step, p, NULL);
		return;
	}
	if (!text_is(p->step, STEP_ACCEPT) || p->rung >= spec(m)->n_if_silent)
		return;
	rung_run(m, &spec(m)->if_silent[p->rung], p->step, p, team);
	p->rung++;
	p->due_at_ms = rung_due(m, spec(m)->if_silent, spec(m)->n_if_silent, p,
		from, step_calendar(m, &spec(m)->if_missing));
	if (p->due_at_ms != 0 && p->due_at_ms <= m->s->now_ms)
		p->due_at_ms = m->s->now_ms + 1;
}

/* "complete the file" names the step handoff.complete-file, others the step
 * whose id reads the same with spaces for dashes. */
static bool kept(const struct mach *m, struct text step)
{
	const char *id = strncmp(step.at, "handoff.", 8) == 0 ? step.at + 8
							      : step.at;

	for (uint32_t i = 0; i < spec(m)->n_keeps; i++) {
		const char *word = spec(m)->keeps[i].at;
		size_t at = 0, out = 0;

		/* articles are left out on both sides */
		while (word[at] != '\0') {
			if (strncmp(word + at, "the ", 4) == 0) {
				at += 4;
				continue;
			}
			if (id[out] != (word[at] == ' ' ? '-' : word[at]))
				break;
			at++;
			out++;
		}
		if (word[at] == '\0' && id[out] == '\0')
			return true;
	}
	return false;
}

/* The seller's list holds prospecting only (S1-07): tasks on this deal go but
 * for what is kept, and a hunting block with its calls comes (S1-18). */
static void free_seller(struct mach *m)
{
	struct text seller = seller_now(m);
	struct value data = value_map();
	const struct calendar *c = rulebook_calendar(m->s->book, seller);
	struct value calls;
	int64_t open = 0, close = 0, day;

	for (uint32_t i = 0; i < m->subject->n_open_tasks; i++) {
		const struct task *t = m->s->task(m->s->ctx,
			m->subject->open_tasks[i]);

		if (t != NULL && t->state == TASK_OPEN &&
			text_equal(t->who, seller) && !kept(m, t->step) &&
			t->id != value_get_int(&m->s->event->data, "task", 0))
			mach_close_task(m, t->id, TASK_WITHDRAWN,
				"the delivery specialist has taken over",
				t->step);
	}
	if (spec(m)->then_block.bytes == 0 || seller.bytes == 0)
		return;
	calls = mach_value(m, &spec(m)->calls);
	if (m->failed)
		return;
	if (calls.kind != VALUE_INT) {
		mach_fault(m, spec(m)->calls.line,
			"calls must be a whole number");
		return;
	}
	day = calendar_add_work_days(c, calendar_day(c, m->s->now_ms), 1);
	calendar_hours(c, day, &open, &close);
	value_put(m->a, &data, "person", value_of_text(seller));
	value_put(m->a, &data, "kind", value_of_text(spec(m)->then_block));
	value_put(m->a, &data, "from", value_int(open));
	value_put(m->a, &data, "to", value_int(close));
	value_put(m->a, &data, "calls", calls);
	mach_emit(m, TEXT("block.planned"), 0, data, m->card->line);
}

static void accepted(struct mach *m, struct place *p,
		     const struct task *task)
{
	struct value data = value_map();

	value_put(m->a, &data, "by", value_of_text(mach_answerer(m, task)));
	mach_emit(m, TEXT("delivery.accepted"), m->subject->id, data,
		m->card->line);
	mach_keep(m, "accepted_at", value_int(m->s->event->occurred_at_ms));
	p->phase = STEP_DONE;
	p->done_at_ms = m->s->now_ms;
	p->due_at_ms = 0;
	p->task = 0;
	if (spec(m)->frees_seller)
		free_seller(m);
}

static void refused(struct mach *m, struct place *p,
		    const struct task *task)
{
	const struct value *fields = value_get(&m->s->event->data, "fields");
	const struct value *missing = value_get(fields, "missing");
	struct value data = value_map(), list = value_list();
	int64_t times = mach_keep_int(m, "refusals") + 1;

	if (missing != NULL && missing->kind == VALUE_LIST)
		list = *missing;
	else if (missing != NULL)
		value_append(m->a, &list, *missing);
	value_put(m->a, &data, "missing", list);
	value_put(m->a, &data, "by", value_of_text(mach_answerer(m, task)));
	mach_emit(m, TEXT("delivery.refused"), m->subject->id, data,
		m->card->line);
	mach_keep(m, "refusals", value_int(times));
	mach_keep(m, "refused_now", value_int(1));
	p->phase = STEP_WAITING;
	p->due_at_ms = 0;
	p->task = 0;
	if (times > 1 && spec(m)->second_time.kind != 0)
		rung_run(m, &spec(m)->second_time, p->step, p, NULL);
	ask_for_file(m, list,
		spec(m)->back_to.kind != WHO_NONE
			? &spec(m)->back_to
			: &spec(m)->if_missing.who,
		spec(m)->back_within.kind != EXPR_NONE
			? &spec(m)->back_within
			: &spec(m)->if_missing.within);
}

/* The seller says the file is complete: what they filled goes to the deal, and
 * that event shows whether it really is. */
static void completed(struct mach *m, struct place *p)
{
	const struct value *fields = value_get(&m->s->event->data, "fields");
	struct value data =
		fields != NULL && fields->kind == VALUE_MAP
		? value_clone(m->a, fields)
		: value_map();
	struct value missing;

	if (mach_keep_int(m, "refused_now") != 0)
		mach_keep(m, "refused_now", value_int(0));
	mach_emit(m, TEXT("deal.dossier_filled"), m->subject->id, data,
		m->card->line);
	missing = missing_items(m);
	p->task = 0;
	p->done_at_ms = m->s->now_ms;
	/* stays shown: the caused event hands over, or it is asked again */
	if (missing.count > data.count)
		ask_for_file(m, missing, &spec(m)->if_missing.who,
			&spec(m)->if_missing.within);
}

bool handoff_answer(struct mach *m, const struct task *task)
{
	struct text outcome =
		text_of(value_get_str(&m->s->event->data, "outcome"));
	struct place *p;
	struct effect *e;

	if (!text_is(task->step, STEP_ACCEPT) &&
		!text_is(task->step, STEP_COMPLETE))
		return false;
	p = mach_place(m, task->step);
	if (p == NULL)
		return true;
	e = mach_effect(m, EFFECT_TASK_CLOSE, task->step, 0);
	mach_put(m, e, "id", value_int(task->id));
	mach_put(m, e, "state", value_int(TASK_DONE));
	mach_put(m, e, "outcome", value_of_text(outcome));
	mach_put(m, e, "by", value_of_text(mach_answerer(m, task)));
	if (text_is(task->step, STEP_COMPLETE))
		completed(m, p);
	else if (text_is(outcome, "refused"))
		refused(m, p, task);
	else
		accepted(m, p, task);
	return true;
}
