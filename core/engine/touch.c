/*
 * Calls and mails that plain Lua asks for (act.task) are touches like any
 * other: the hours of the law and the contact budget hold them too. What is
 * held waits in the run's keep, under the name of its place, and comes when
 * that place's time has come. A card that nobody is inside is entered for it.
 */
#include "engine/machine_internal.h"

#define HELD "held:" /* + the task's step: the place, and the key in keep */

bool touch_waits(struct text place)
{
	return text_begins(place, HELD);
}

static struct text arg(const struct value *args, const char *key)
{
	return value_as_text(value_get(args, key));
}

/* The task as a step, for the guards. */
static void as_step(const struct value *args, struct text id, int line,
		    struct step *st)
{
	memset(st, 0, sizeof(*st));
	st->id = id;
	st->line = line;
	st->purpose = arg(args, "purpose");
	st->task.kind = arg(args, "kind");
	st->each_event = value_get_bool(args, "each_event", false);
}

static bool is_touch(const struct mach *m, const struct effect *e)
{
	struct text kind = arg(&e->args, "kind");

	return e->kind == EFFECT_TASK && e->subject == m->subject->id &&
		(text_is(kind, "call") || text_is(kind, "mail")) &&
		mach_customer(m) != NULL;
}

static struct text place_name(struct mach *m, struct text step)
{
	return text_of(arena_printf(m->a, HELD "%.*s", (int)step.bytes,
		step.at));
}

/* Puts it behind what waits already; without each_event one waits. */
static void put_by(struct mach *m, const struct value *args, struct text step,
		   int64_t retry)
{
	struct text name = place_name(m, step);
	struct value list = value_list(), one = value_clone(m->a, args);
	const struct value *now;
	struct place *p = name.bytes > 0 ? mach_place(m, name) : NULL;

	if (p == NULL)
		return;
	now = value_get(&m->run->keep, name.at);
	if (now != NULL && now->kind == VALUE_LIST &&
		value_get_bool(args, "each_event", false))
		list = value_clone(m->a, now);
	value_append(m->a, &list, one);
	mach_keep(m, name.at, list);
	p->phase = STEP_WAITING;
	if (p->due_at_ms == 0 || p->due_at_ms > retry)
		p->due_at_ms = retry;
}

/* May it appear now? Told when it may not. */
static enum guard ask(struct mach *m, const struct value *args,
		      struct text step, int line, int64_t *retry)
{
	struct text channel;
	struct step st;

	as_step(args, step, line, &st);
	return step_touch(m, &st, &channel, retry);
}

static void drop(struct mach *m, uint32_t at)
{
	struct effect *all = m->out->effects;

	memmove(all + at, all + at + 1,
		(m->out->n_effects - at - 1) * sizeof(*all));
	m->out->n_effects--;
}

/* One touch at `at` among the effects; true when it is held, and gone from
 * there. */
static bool hold(struct mach *m, uint32_t at)
{
	struct effect e = m->out->effects[at];
	int64_t retry = 0;
	enum guard g;

	/* it does not count against itself */
	m->out->effects[at].kind = EFFECT_KEEP;
	g = ask(m, &e.args, e.step, e.line, &retry);
	m->out->effects[at].kind = EFFECT_TASK;
	if (g == GUARD_OK)
		return false;
	if (m->run == NULL) {
		mach_enter(m);
		if (m->failed || m->run == NULL)
			return false;
		ask(m, &e.args, e.step, e.line, &retry); /* to be told */
	}
	drop(m, at);
	if (g == GUARD_LATER)
		put_by(m, &e.args, e.step, retry);
	else
		step_ask_manager(m, e.step, e.line);
	return true;
}

void touch_hold(struct mach *m, uint32_t first)
{
	uint32_t end = m->out->n_effects;

	for (uint32_t i = first; i < end && !m->failed && !m->left;)
		if (is_touch(m, &m->out->effects[i]) && hold(m, i))
			end--;
		else
			i++;
}

static void release(struct mach *m, const struct value *args, struct text step)
{
	struct effect *e = mach_effect(m, EFFECT_TASK, step, 0);

	e->args = value_clone(m->a, args);
}

bool touch_timer(struct mach *m, struct place *p)
{
	struct text step = p->step;
	struct value left = value_list();
	const struct value *all;
	int64_t retry, next = 0;

	if (!touch_waits(p->step))
		return false;
	step.at += sizeof(HELD) - 1;
	step.bytes -= (uint32_t)sizeof(HELD) - 1;
	all = value_get(&m->run->keep, p->step.at);
	for (uint32_t i = 0; all != NULL && all->kind == VALUE_LIST &&
		i < all->count; i++) {
		const struct value *one = &all->as.items[i];

		switch (ask(m, one, step, m->card->line, &retry)) {
		case GUARD_OK:
			release(m, one, step);
			break;
		case GUARD_LATER:
			value_append(m->a, &left, value_clone(m->a, one));
			next = next == 0 || retry < next ? retry : next;
			break;
		case GUARD_NEVER:
			step_ask_manager(m, step, m->card->line);
			break;
		}
	}
	p->phase = left.count > 0 ? STEP_WAITING : STEP_DONE;
	p->due_at_ms = next;
	mach_keep(m, p->step.at, left.count > 0 ? left : value_null());
	return true;
}
