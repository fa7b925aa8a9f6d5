/*
 * recompute.c - people in flight when the rules change: the contract of
 * docs/en/in-flight.md, one function a row or two.
 *
 * Nothing is lost by a mistake: a step or card that is gone leaves its places
 * behind, marked, so that people go on where they stood when it comes back.
 */
#include "engine/machine_internal.h"

#define WAIT_GONE "gone" /* wait of a place whose step left the rules */
#define WAIT_WAS "was "  /* ... whose step is now called otherwise */

/* Places that handoff and escalation make for themselves. */
static bool is_inner(struct text step)
{
	return text_begins(step, "handoff.") ||
		text_begins(step, "escalation.");
}

static bool has_step(const struct card *c, struct text id)
{
	return card_part(c, id) != NULL || is_inner(id) ||
		alert_step(c, id) != NULL || touch_waits(id);
}

static void withdraw(struct mach *m, struct place *p, const char *reason)
{
	if (p->task != 0)
		mach_close_task(m, p->task, TASK_WITHDRAWN, reason, p->step);
	p->task = 0;
	p->rung = 0;
	p->due_at_ms = 0;
}

/* ---- gone ---- */

/* A step that is no longer in the card: its task goes, people move on. */
static void drop_gone_steps(struct mach *m)
{
	for (uint32_t i = 0; i < m->run->n_places; i++) {
		struct place *p = &m->run->places[i];

		if (has_step(m->card, p->step) ||
			(p->phase != STEP_WAITING && p->phase != STEP_SHOWN))
			continue;
		withdraw(m, p, "the rules no longer have this step");
		p->phase = STEP_SKIPPED;
		p->wait = TEXT(WAIT_GONE);
	}
}

/* A card that is no longer there: its tasks go, people stand still. What a
 * handoff or an escalation had begun cannot be taken up again. */
static void drop_gone_card(struct mach *m)
{
	static const char reason[] = "the rules no longer have this card";
	bool inner = false;

	mode_gone(m);
	if (m->left)
		return;
	for (uint32_t i = 0; i < m->run->n_places; i++)
		inner = inner || is_inner(m->run->places[i].step);
	if (inner) {
		mach_leave(m, reason);
		return;
	}
	mach_withdraw_all(m, reason);
	for (uint32_t i = 0; i < m->run->n_places; i++) {
		struct place *p = &m->run->places[i];

		p->due_at_ms = p->task = 0;
		if (p->phase != STEP_WAITING && p->phase != STEP_SHOWN)
			continue;
		p->rung = 0;
		p->phase = STEP_SKIPPED;
		p->wait = TEXT(WAIT_GONE);
	}
}

/* ---- renamed, back again, new ---- */

/* An open task keeps its step's name of when it was made; rules that know that
 * name no longer must show it anew. */
static void task_known(struct mach *m, struct place *p)
{
	const struct task *t =
		p->task > 0 ? m->s->task(m->s->ctx, p->task) : NULL;

	if (t == NULL || rulebook_step(m->s->book, t->card, t->step) != NULL)
		return;
	withdraw(m, p, "its step has another name now");
	p->phase = STEP_WAITING;
	p->wait = TEXT("");
	p->anchor_ms = 0;
}

/* Everything that stood in `from` stands in `to` from now on. */
static void take_over(struct mach *m, struct text from, struct text to)
{
	struct place *p = mach_place(m, to), *was = run_place(m->run, from);
	char *tries = arena_printf(m->a, "again.%s", from.at);
	char *mark = arena_printf(m->a, WAIT_WAS "%s", to.at);

	if (p == NULL || was == NULL || tries == NULL || mark == NULL)
		return;
	*p = *was;
	p->step = to;
	*was = (struct place){.step = was->step, .phase = STEP_SKIPPED,
		.wait = text_of(mark)};
	if (mach_keep_int(m, tries) > 0)
		mach_keep(m, arena_printf(m->a, "again.%s", to.at),
			value_int(mach_keep_int(m, tries)));
	task_known(m, p);
}

/* The name under which this step's place lives now; empty: its own. */
static struct text other_name(struct mach *m, const struct step *st)
{
	const struct place *p = run_place(m->run, st->id);
	struct text name = st->was;

	if (p != NULL && text_begins(p->wait, WAIT_WAS))
		name = text_of(p->wait.at + strlen(WAIT_WAS));
	else if (p != NULL)
		return TEXT("");
	return name.bytes > 0 && run_place(m->run, name) != NULL &&
			card_step(m->card, name) == NULL
		? name
		: TEXT("");
}

/* A new step ahead runs, one behind never: behind is what would already have
 * been due when the rule changed. A rhythm has no end that could be behind. */
static void new_step(struct mach *m, const struct step *st)
{
	struct place *p = mach_place(m, st->id);

	if (p == NULL)
		return;
	m->look = LOOK_NEW;
	step_plan(m, st, p, true);
	m->look = LOOK_AGAIN;
	if (p->due_at_ms == 0 || p->due_at_ms > m->s->now_ms ||
		st->timing == TIMING_EVERY)
		return;
	p->phase = STEP_SKIPPED;
	p->due_at_ms = 0;
}

static void take_in_steps(struct mach *m)
{
	for (uint32_t i = 0; i < m->card->n_steps && !m->failed; i++) {
		const struct step *st = &m->card->steps[i];
		struct text other = other_name(m, st);
		struct place *p;

		if (other.bytes > 0)
			take_over(m, other, st->id);
		p = run_place(m->run, st->id);
		if (p == NULL) {
			new_step(m, st);
			continue;
		}
		if (p->phase != STEP_SKIPPED || !text_is(p->wait, WAIT_GONE))
			continue;
		p->phase = STEP_WAITING;
		p->wait = TEXT("");
		p->anchor_ms = 0;
	}
}

/* ---- away ---- */

/* A deadline that had not passed when the outage began grows by the open time
 * that was lost; one that passed in closed hours of it, by what was left. */
static int64_t extended(const struct snapshot *s, int64_t due_ms,
			const struct calendar *c)
{
	int64_t at;

	if (due_ms <= s->away_from_ms)
		return due_ms;
	at = calendar_add_work_minutes(c, due_ms,
		calendar_open_minutes(c, s->away_from_ms, s->away_to_ms));
	return at > s->away_to_ms ? at
				  : s->away_to_ms + due_ms - s->away_from_ms;
}

static void missed_step(struct mach *m, struct place *p)
{
	const struct step *st = card_step(m->card, p->step);

	if (st == NULL) {
		p->due_at_ms = extended(m->s, p->due_at_ms,
			m->s->book->calendar);
		return;
	}
	if (st->if_late == LATE_DO)
		return;
	if (st->if_late == LATE_SKIP && st->timing != TIMING_EVERY) {
		step_skip(m, st, p);
		return;
	}
	p->due_at_ms = step_slot(m, st, step_calendar(m, st));
}

/* What came due while nobody was there: steps come back paced, the ladders of
 * what is shown wait for as long as nobody could see it. */
static void after_outage(struct mach *m)
{
	const struct run *was = record_run(m->subject, m->card->name);

	for (uint32_t i = 0; i < m->run->n_places && !m->failed; i++) {
		struct place *p = &m->run->places[i];
		const struct place *old = run_place(was, p->step);
		const struct step *st = card_step(m->card, p->step);

		if (p->due_at_ms == 0 || old == NULL ||
			p->due_at_ms != old->due_at_ms)
			continue;
		if (p->phase == STEP_WAITING &&
			p->due_at_ms <= m->s->away_to_ms)
			missed_step(m, p);
		else if (p->phase == STEP_SHOWN)
			p->due_at_ms = extended(m->s, p->due_at_ms,
				st != NULL ? step_calendar(m, st)
					   : m->s->book->calendar);
	}
}

/* ---- one run ---- */

static void recompute(struct mach *m)
{
	if (m->card->kind == CARD_MODE)
		return; /* rules.activated looked at it already */
	if (m->card->stopped) {
		mach_leave(m, "the rules stop this card");
		return;
	}
	if (!mach_cond(m, &m->card->as_long_as, true)) {
		if (!m->failed)
			mach_leave(m, "as_long_as says no");
		return;
	}
	take_in_steps(m);
	drop_gone_steps(m);
	if (!m->failed && m->run->paused_at_ms == 0)
		mach_plan_all(m, true);
	if (!m->failed && m->s->away_to_ms != 0 && m->run->paused_at_ms == 0)
		after_outage(m);
}

fl_status machine_recompute(const struct snapshot *s,
			    const struct record *subject,
			    struct card_decision *out, struct text card_name)
{
	const struct card *card = rulebook_card(s->book, card_name);
	uint32_t first = out->n_effects;
	struct card gone = {.name = card_name, .file = "",
		.about = subject->kind};
	struct mach m;

	mach_init(&m, s, card != NULL ? card : &gone, subject, out);
	m.look = LOOK_AGAIN;
	if (m.run == NULL)
		return m.no_memory ? FL_NOMEM : FL_OK;
	if (card == NULL)
		drop_gone_card(&m);
	else
		recompute(&m);
	if (m.failed)
		mach_fail_card(&m, first);
	else
		mach_write_places(&m);
	return m.no_memory ? FL_NOMEM : FL_OK;
}

/* ---- taken back ---- */

fl_status machine_undo(const struct snapshot *s, const struct record *subject,
		       const struct task *task, const char *reason,
		       struct card_decision *out)
{
	static const struct card none = {.file = ""};
	const struct card *card = rulebook_card(s->book, task->card);
	const struct step *st =
		rulebook_step(s->book, task->card, task->step);
	uint32_t first = out->n_effects;
	struct place *p;
	struct mach m;

	mach_init(&m, s, card != NULL ? card : &none, subject, out);
	m.look = LOOK_AGAIN;
	mach_close_task(&m, task->id, TASK_WITHDRAWN, reason, task->step);
	p = m.run != NULL && st != NULL && card_step(card, st->id) != NULL
		? run_place(m.run, st->id)
		: NULL;
	if (p == NULL || p->task != task->id)
		return m.no_memory ? FL_NOMEM : FL_OK;
	*p = (struct place){.step = p->step, .phase = STEP_WAITING,
		.wait = TEXT(""), .count = p->count > 0 ? p->count - 1 : 0,
		.done_at_ms = p->done_at_ms};
	if (m.run->paused_at_ms == 0)
		step_plan(&m, st, p, true);
	if (m.failed)
		mach_fail_card(&m, first + 1); /* the withdrawal stays */
	else
		mach_write_places(&m);
	return m.no_memory ? FL_NOMEM : FL_OK;
}

/* ---- people ---- */

struct text machine_who(const struct snapshot *s, const struct card *card,
			const struct step *step, const struct record *subject)
{
	struct mach m = {.s = s, .card = card, .subject = subject,
		.a = s->world->arena, .run = record_run(subject, card->name)};
	struct who who = step_who_now(&m, step);

	return people_resolve(s, &who, subject, false, NULL);
}

/* Who does it when the one who had it is not in the roster any more, or the
 * role or team it was for was nobody's. */
static struct who heir(const struct rulebook *book, const struct task *t)
{
	const struct step *st = rulebook_step(book, t->card, t->step);
	const struct card *card = rulebook_card(book, t->card);
	struct text wanted = value_as_text(value_get(&t->body, "wanted"));

	if (wanted.bytes > 0)
		return (struct who){.kind = rulebook_team(book, wanted) != NULL
				? WHO_LEAST_LOADED
				: WHO_ROLE,
			.arg = wanted};
	if (st != NULL && st->who.kind != WHO_NONE)
		return st->who;
	if (card != NULL && card->who.kind != WHO_NONE)
		return card->who;
	return (struct who){.kind = WHO_HANDLER};
}

/* Its deadline grows by the open hours lost. */
static void extend_task(struct mach *m, const struct task *t)
{
	const struct calendar *c = rulebook_calendar(m->s->book, t->who);
	int64_t due = extended(m->s, t->due_at_ms, c);
	struct effect *e;

	if (due == t->due_at_ms)
		return;
	e = mach_effect(m, EFFECT_TASK_EDIT, t->step, 0);
	mach_put(m, e, "id", value_int(t->id));
	mach_put(m, e, "due", value_int(due));
}

static void hand_over(struct mach *m, const struct task *t)
{
	static const struct who manager = {.kind = WHO_ROLE,
		.arg = {"sales_manager", 13}};
	struct who who = heir(m->s->book, t);
	struct text to = people_resolve(m->s, &who, m->subject, false, NULL);
	struct value body = value_map();
	struct effect *e;

	if (to.bytes == 0)
		to = people_resolve(m->s, &manager, m->subject, false, NULL);
	if (to.bytes == 0 || text_equal(to, t->who))
		return;
	e = mach_effect(m, EFFECT_TASK_EDIT, t->step, 0);
	value_put(m->a, &body, "moved_because",
		value_text("nobody of that name works here now"));
	mach_put(m, e, "id", value_int(t->id));
	mach_put(m, e, "who", value_of_text(to));
	mach_put(m, e, "body", body);
}

fl_status machine_people(const struct snapshot *s,
			 const struct record *subject,
			 struct card_decision *out)
{
	static const struct card none = {.file = ""};
	struct mach m;

	mach_init(&m, s, &none, subject, out);
	for (uint32_t i = 0; i < subject->n_open_tasks; i++) {
		const struct task *t =
			s->task(s->ctx, subject->open_tasks[i]);

		if (t == NULL || t->state != TASK_OPEN)
			continue;
		if (s->away_to_ms != 0)
			extend_task(&m, t);
		if (rulebook_person(s->book, t->who) == NULL)
			hand_over(&m, t);
	}
	return m.no_memory ? FL_NOMEM : FL_OK;
}
