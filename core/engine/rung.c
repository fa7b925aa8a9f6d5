/*
 * Rungs: what happens when nobody does a task in time, of a step (if_missed)
 * and of those handoffs and escalations bring along (if_silent).
 */
#include "engine/machine_internal.h"

int64_t rung_due(struct mach *m, const struct rung *rungs, uint32_t n,
		 const struct place *p, int64_t from_ms,
		 const struct calendar *c)
{
	const struct rung *r;
	struct span after;
	int64_t at;

	if (p->rung >= n)
		return 0;
	r = &rungs[p->rung];
	if (r->at.kind != MOMENT_NONE)
		return moment_at(r->at, from_ms + 1, c);
	if (!mach_span(m, &r->after, &after))
		return from_ms;
	at = span_add(after, from_ms, c);
	return r->after_offer ? span_add(after, at, c) : at;
}

int64_t rung_missed(struct mach *m, const struct step *st,
		    const struct place *p, int64_t shown, int64_t due)
{
	bool from_shown = p->rung < st->n_if_missed &&
		st->if_missed[p->rung].from_shown;

	return rung_due(m, st->if_missed, st->n_if_missed, p,
		from_shown ? shown : due, step_calendar(m, st));
}

static struct text next_in_team(struct mach *m, const struct team *team,
				struct text now)
{
	struct text at;
	uint32_t from = 0;

	if (team == NULL)
		return (struct text){ "", 0 };
	for (uint32_t i = 0; i < team->n_members; i++)
		if (text_equal(team->members[i], now))
			from = i + 1;
	for (uint32_t i = 0; i < team->n_members; i++) {
		at = team->members[(from + i) % team->n_members];
		if (!text_equal(at, now) &&
			text_equal(people_present(m->s, at), at))
			return at;
	}
	return (struct text){ "", 0 };
}

static void hand_task(struct mach *m, const struct place *p, struct text who,
		      const char *reason, int line)
{
	struct effect *e = mach_effect(m, EFFECT_TASK_EDIT, p->step, line);
	struct value body = value_map();

	value_put(m->a, &body, "moved_because", value_text(reason));
	mach_put(m, e, "id", value_int(p->task));
	mach_put(m, e, "who", value_of_text(who));
	mach_put(m, e, "body", body);
}

/* The deal goes to somebody else than who did nothing; the task follows. */
static void reassign(struct mach *m, const struct rung *r,
		     const struct task *t, struct text step)
{
	struct text old = t != NULL ? t->who : TEXT("");
	struct text next =
		people_resolve(m->s, &r->who, m->subject, false, NULL);
	struct value who = people_to_value(m->a, &r->who);
	struct effect *e;

	if (text_equal(next, old)) {
		next = next_in_team(m, rulebook_team(m->s->book, r->who.arg),
			old);
		who = value_of_text(next);
	}
	if (next.bytes == 0)
		return; /* nobody else is here: it stays */
	e = mach_effect(m, EFFECT_ASSIGN, step, r->line);
	mach_put(m, e, "who", who);
	mach_put(m, e, "reason", value_text("nobody acted in time"));
}

void rung_run(struct mach *m, const struct rung *r, struct text step,
	      struct place *p, const struct team *team)
{
	const struct task *t =
		p->task != 0 ? m->s->task(m->s->ctx, p->task) : NULL;
	struct text told = text_of(arena_printf(m->a, "%s.told", step.at));
	struct value body = value_map();
	struct text next;
	struct effect *e;

	switch (r->kind) {
	case RUNG_TELL:
		e = mach_notice(m, told, &r->who,
			r->text.nl.bytes > 0 ? r->text.nl.at
					     : "Niemand deed dit op tijd: "
					       "{task.title} ({task.who})",
			r->text.en.bytes > 0 ? r->text.en.at
					     : "Nobody did this in time: "
					       "{task.title} ({task.who})",
			r->line);
		mach_put(m, e, "about_task", value_int(p->task));
		break;
	case RUNG_REMIND:
		e = mach_effect(m, EFFECT_TASK_EDIT, step, r->line);
		mach_put(m, e, "id", value_int(p->task));
		value_put(m->a, &body, "reminded",
			value_int(m->s->now_ms));
		mach_put(m, e, "body", body);
		break;
	case RUNG_OFFER_NEXT:
		next = next_in_team(m, team,
			t != NULL ? t->who : (struct text){ "", 0 });
		if (next.bytes > 0) {
			hand_task(m, p, next, "offered to the next", r->line);
			mach_keep(m, "offered_to", value_of_text(next));
		}
		break;
	case RUNG_MOVE_TO:
		next = people_resolve(m->s, &r->who, m->subject, false, NULL);
		if (next.bytes > 0)
			hand_task(m, p, next, "moved by its ladder", r->line);
		break;
	case RUNG_REASSIGN:
		reassign(m, r, t, step);
		break;
	}
}

void rung_timer(struct mach *m, const struct step *st, struct place *p)
{
	const struct task *t =
		p->task != 0 ? m->s->task(m->s->ctx, p->task) : NULL;
	int64_t due = t != NULL ? t->due_at_ms : m->s->now_ms;
	int64_t shown = t != NULL ? t->shown_at_ms : m->s->now_ms;
	const struct who *who = step_who(m, st);

	if (p->rung >= st->n_if_missed)
		return;
	rung_run(m, &st->if_missed[p->rung], st->id, p,
		rulebook_team(m->s->book, who->arg));
	p->rung++;
	p->due_at_ms = rung_missed(m, st, p, shown, due);
	if (p->due_at_ms != 0 && p->due_at_ms <= m->s->now_ms)
		p->due_at_ms = m->s->now_ms + 1;
}
