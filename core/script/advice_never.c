/*
 * Conditions of steps and whens that say the same whatever happens: a state
 * that cannot be at that place, an event that the card begins or stops with.
 * What can be is reckoned from the events alone, so a condition that is told
 * here decides nothing.
 */
#include "model/project.h"
#include "script/read.h"

/* States of the card's kind as bits: those of a deal by the life cycle, others
 * by the choices of their field. 0: the kind has none. */
struct states {
	struct loading *ld;
	const struct card *c;
	const struct field_def *field; /* NULL: of a deal */
	uint32_t all;
	uint32_t entered; /* right behind the event it starts with, */
	uint32_t inside;  /* and ever after, until it stops */
};

static bool has_all(const struct text *names, uint32_t n,
	const struct text *wanted, uint32_t n_wanted)
{
	for (uint32_t i = 0; i < n_wanted; i++)
		if (!text_among(names, n, wanted[i]))
			return false;
	return n_wanted > 0;
}

/* ---- what may be ---- */

static int state_number(const struct states *s, struct text name)
{
	if (s->field == NULL)
		return schema_state(name);
	for (uint32_t i = 0; i < s->field->n_choices; i++)
		if (text_equal(s->field->choices[i], name))
			return (int)i;
	return -1;
}

static uint32_t bits_of(
	const struct states *s, const struct text *names, uint32_t n)
{
	uint32_t bits = 0;

	for (uint32_t i = 0; i < n; i++)
		if (state_number(s, names[i]) >= 0)
			bits |= 1u << state_number(s, names[i]);
	return bits;
}

/* The life cycle's rows are tried in order, as schema_move() does. What is in
 * none of them is not legal then, and changes nothing. */
static uint32_t deal_after(
	const struct states *s, struct text event, uint32_t from)
{
	const struct schema *schema = s->ld->rs->book.schema;
	uint32_t left = from, to = 0;
	bool moves = false;

	for (uint32_t i = 0; i < schema_move_count(schema); i++) {
		const struct life_move *m = schema_move_at(schema, i);
		uint32_t moved = m->from & left;

		if (!text_equal(m->on, event))
			continue;
		moves = true;
		if (moved == 0)
			continue;
		to |= m->to.bytes > 0 ? 1u << schema_state(m->to) : moved;
		if (m->when.bytes == 0)
			left &= ~moved;
	}
	return moves ? to : from;
}

/* The state that a statement gives the kind; 0: none, or what the event
 * brings. */
static uint32_t op_gives(const struct states *s, const struct project_op *op)
{
	struct text said = op->kind == OP_OPEN	  ? TEXT("open")
			   : op->kind == OP_CLOSE ? TEXT("closed")
					: value_as_text(&op->from.literal);

	if (!text_equal(op->record, s->c->about) ||
		!text_is(op->field, "state") || state_number(s, said) < 0)
		return 0;
	return 1u << state_number(s, said);
}

/* The states an event's own change gives the kind; 0: it leaves them alone. */
static uint32_t given(const struct states *s, const struct event_def *def)
{
	uint32_t to = 0;

	for (uint32_t i = 0; i < def->n_ops; i++) {
		const struct project_op *op = &def->ops[i];

		if (!text_equal(op->record, s->c->about) ||
			!text_is(op->field, "state"))
			continue;
		if (op_gives(s, op) == 0 || op->kind == OP_SET_EMPTY ||
			op->kind == OP_CLOSE)
			return s->all; /* not always, or who knows which */
		to |= op_gives(s, op);
	}
	return to;
}

/* Every state but the first is given by some event: else the program itself
 * gives it, and what may be is not known. */
static bool all_given(const struct states *s)
{
	const struct schema *schema = s->ld->rs->book.schema;
	int first = state_number(s, value_as_text(&s->field->dflt));
	uint32_t found = first >= 0 ? 1u << first : 0;

	for (uint32_t i = 0; i < schema_event_count(schema); i++) {
		const struct event_def *def = schema_event_at(schema, i);

		for (uint32_t k = 0; k < def->n_ops; k++)
			found |= op_gives(s, &def->ops[k]);
	}
	return found == s->all;
}

static uint32_t after(const struct states *s, struct text event, uint32_t from)
{
	const struct event_def *def =
		schema_event(s->ld->rs->book.schema, event);
	uint32_t to;

	if (def == NULL)
		return s->all;
	if (s->field == NULL)
		return deal_after(s, event, from);
	to = given(s, def);
	return to != 0 ? to : from;
}

/* Every state that further events lead to, those that stop the card aside. */
static uint32_t in_time(const struct states *s, uint32_t from)
{
	const struct schema *schema = s->ld->rs->book.schema;
	uint32_t before;

	do {
		before = from;
		for (uint32_t i = 0; i < schema_event_count(schema); i++) {
			struct text name = schema_event_at(schema, i)->name;

			if (!text_among(s->c->stops, s->c->n_stops, name))
				from |= after(s, name, from);
		}
	} while (from != before);
	return from;
}

/* A new record begins as its field says. */
static uint32_t begun(const struct states *s, struct text event)
{
	const struct event_def *def =
		schema_event(s->ld->rs->book.schema, event);
	int first;

	if (s->field == NULL || def == NULL || !def->opens || def->reuse ||
		!text_equal(def->subject, s->c->about))
		return s->all;
	first = state_number(s, value_as_text(&s->field->dflt));
	return first >= 0 ? 1u << first : s->all;
}

static bool states_begin(
	struct states *s, struct loading *ld, const struct card *c)
{
	*s = (struct states){.ld = ld, .c = c};
	if (!text_is(c->about, "deal")) {
		s->field = schema_field(
			ld->rs->book.schema, c->about, TEXT("state"));
		if (s->field == NULL || s->field->n_choices == 0)
			return false;
		s->all = (1u << s->field->n_choices) - 1;
		if (!all_given(s))
			return false;
	} else {
		s->all = (1u << schema_state_count()) - 1;
	}
	for (uint32_t i = 0; i < c->n_starts; i++)
		s->entered |= after(s, c->starts[i], begun(s, c->starts[i]));
	if (c->n_starts == 0)
		s->entered = s->all;
	s->inside = in_time(s, s->entered);
	return true;
}

/* ---- what a condition says then ---- */

enum sure { UNSURE, NEVER, ALWAYS };

/* Of `cond`, where the state is one of `may`; *why gets the reason. */
static enum sure state_sure(const struct states *s, const struct cond *cond,
	uint32_t may, const char **why)
{
	uint32_t asked = bits_of(s, cond->names, cond->n_names);
	const char *names[32];
	size_t n = 0;

	for (uint32_t i = 0; i < cond->n_names && n < COUNT_OF(names); i++)
		names[n++] = arena_printf(
			s->ld->p->arena, "\"%s\"", cond->names[i].at);
	if ((asked & may) != 0 && (may & ~asked) != 0)
		return UNSURE;
	*why = arena_printf(s->ld->p->arena,
		(asked & may) == 0 ? problem_words(s->ld->p,
					     "%s is never %s here",
					     "%s is hier nooit %s")
				   : problem_words(s->ld->p,
					     "%s is always %s here",
					     "%s is hier altijd %s"),
		s->c->about.at, say_list(s->ld, names, n));
	return (asked & may) == 0 ? NEVER : ALWAYS;
}

/* Of logged: it came since the card was entered. */
static enum sure logged_sure(
	const struct states *s, const struct cond *cond, const char **why)
{
	const struct card *c = s->c;

	if (has_all(cond->names, cond->n_names, c->starts, c->n_starts)) {
		*why = arena_printf(s->ld->p->arena,
			problem_words(s->ld->p,
				"\"%s\" has always come before this, for the "
				"card starts at it",
				"\"%s\" is dan altijd al gebeurd, want de kaart "
				"begint erbij"),
			c->starts[0].at);
		return ALWAYS;
	}
	if (!has_all(c->stops, c->n_stops, cond->names, cond->n_names))
		return UNSURE;
	*why = arena_printf(s->ld->p->arena,
		problem_words(s->ld->p,
			"\"%s\" never comes before this, for the card stops at "
			"it",
			"\"%s\" is dan nooit al gebeurd, want de kaart stopt "
			"erbij"),
		cond->names[0].at);
	return NEVER;
}

static enum sure sure(const struct states *s, const struct cond *cond,
	uint32_t may, const char **why)
{
	enum sure is = UNSURE;

	if (cond->kind == COND_STATE && may != 0)
		return state_sure(s, cond, may, why);
	if (cond->kind == COND_LOGGED || cond->kind == COND_NO_EVENT)
		is = logged_sure(s, cond, why);
	if (cond->kind == COND_NO_EVENT && is != UNSURE)
		is = is == NEVER ? ALWAYS : NEVER;
	return is;
}

/* ---- told ---- */

/* One of the three of a step that appears in one of the states `may`. */
static void cond_look(const struct states *s, const struct step *st,
	const struct cond *cond, const char *key, uint32_t may)
{
	bool wants = cond == &st->if_state;
	const struct file_unit *unit = say_unit(s->ld, s->c->file);
	const char *why = NULL;
	enum sure is = sure(s, cond, may, &why);

	if (is == UNSURE || why == NULL)
		return;
	if (is == (wants ? NEVER : ALWAYS))
		say_warning(s->ld, unit, cond->line, SAY_NEVER_APPEARS, why,
			st->id.at, key);
	else if (!wants)
		say_warning(
			s->ld, unit, cond->line, SAY_SAYS_NOTHING, why, key);
}

static void step_look(
	const struct states *s, const struct step *st, uint32_t may)
{
	cond_look(s, st, &st->unless, "unless", may);
	cond_look(s, st, &st->skip_if, "skip_if", may);
	cond_look(s, st, &st->if_state, "if_state", may);
}

/* A when is asked right behind its event, unless it waits. */
static void when_look(const struct states *s, const struct when *w)
{
	uint32_t from = s->c->n_starts > 0 ? s->inside : s->all, may = 0;

	for (uint32_t i = 0; i < w->n_events; i++)
		may |= after(s, w->events[i], from);
	if (w->step.timing != TIMING_NOW)
		may = in_time(s, may);
	step_look(s, &w->step, may);
}

void advice_never(struct loading *ld, const struct card *c)
{
	struct states s;

	if (c->closed && c->unless.kind != COND_NONE)
		say_warning(ld, say_unit(ld, c->file), c->unless.line,
			SAY_NEVER_ASKED);
	if (!states_begin(&s, ld, c))
		s.all = s.entered = s.inside = 0;
	for (uint32_t i = 0; i < c->n_steps; i++)
		step_look(&s, &c->steps[i], s.inside);
	for (uint32_t i = 0; i < c->n_whens; i++)
		when_look(&s, &c->whens[i]);
	for (uint32_t i = 0; i < c->n_ladders; i++)
		for (uint32_t k = 0; k < c->ladders[i].n_rungs; k++)
			step_look(&s, &c->ladders[i].rungs[k], s.inside);
}
