#include "sim/coverage.h"

#include "model/usual.h"

#include <limits.h>

/* ---- what a unit did ---- */

static void mark(struct arena *a, struct value *card, const char *what)
{
	int64_t n = value_get_int(card, what, 0);

	value_put(a, card, what, value_int(n + 1));
}

static const char *mark_of(struct arena *a, struct text step, const char *what)
{
	return arena_printf(a, "%.*s %s", (int)step.bytes, step.at, what);
}

static struct text arg_text(const struct effect *e, const char *key)
{
	const struct value *v = value_get(&e->args, key);

	return v != NULL && v->kind == VALUE_TEXT ? value_as_text(v) : e->step;
}

/* "delivery.told" was made by the ladder of step "delivery". */
static bool told_by(struct text step, struct text *of)
{
	static const char tail[] = ".told";
	size_t n = sizeof(tail) - 1;

	if (step.bytes <= n || memcmp(step.at + step.bytes - n, tail, n) != 0)
		return false;
	*of = (struct text){step.at, step.bytes - (uint32_t)n};
	return true;
}

static void mark_effect(struct arena *a, struct value *card,
	const struct effect *e)
{
	struct text step = arg_text(e, "step"), of;
	int64_t phase = value_get_int(&e->args, "phase", -1);

	if (e->line > 0)
		mark(a, card, arena_printf(a, "line %d", e->line));
	switch (e->kind) {
	case EFFECT_ENTER:
		mark(a, card, "entered");
		break;
	case EFFECT_TASK:
		mark(a, card, mark_of(a, step, "shown"));
		if (told_by(step, &of))
			mark(a, card, mark_of(a, of, "missed"));
		break;
	case EFFECT_TASK_EDIT:
		mark(a, card, mark_of(a, step, "missed"));
		break;
	case EFFECT_PLACE:
		if (phase == STEP_SKIPPED)
			mark(a, card, mark_of(a, step, "skipped"));
		else if (phase == STEP_DONE)
			mark(a, card, mark_of(a, step, "shown"));
		break;
	default:
		break;
	}
}

/* The marks of one card, made when it has none; NULL: no memory. */
static struct value *marks_of(struct arena *a, struct value *seen,
	struct text card)
{
	struct value none = value_map();

	if (value_get_text(seen, card) == NULL &&
		!value_set(a, seen, card, none))
		return NULL;
	for (uint32_t i = 0; i < seen->count; i++)
		if (text_equal(seen->as.members[i].key, card))
			return &seen->as.members[i].value;
	return NULL;
}

static bool add_decision(struct arena *a, struct value *seen,
	const struct event_row *row)
{
	struct fl_error err = {0};
	struct decision d;
	struct value *card;

	if (decision_read(a, row->decision, &d, &err) != FL_OK)
		return false;
	for (uint32_t i = 0; i < d.n_cards; i++) {
		struct text name = {arena_text(a, d.cards[i].card.at,
					    d.cards[i].card.bytes),
			d.cards[i].card.bytes};

		card = name.at != NULL ? marks_of(a, seen, name) : NULL;
		if (card == NULL)
			return false;
		for (uint32_t k = 0; k < d.cards[i].n_effects; k++)
			mark_effect(a, card, &d.cards[i].effects[k]);
	}
	return true;
}

static bool add_answer(struct arena *a, struct value *seen,
	const struct task *t)
{
	const char *outcome = value_get_str(&t->body, "outcome");
	struct text name = {arena_text(a, t->card.at, t->card.bytes),
		t->card.bytes};
	struct value *card;

	if (t->state != TASK_DONE || outcome == NULL)
		return true;
	card = name.at != NULL ? marks_of(a, seen, name) : NULL;
	if (card != NULL)
		mark(a, card, arena_printf(a, "%s answered %s", t->step.at,
				      outcome));
	return card != NULL;
}

bool coverage_add(struct arena *a, struct value *seen, const struct told *told)
{
	for (uint32_t i = 0; i < told->n_events; i++)
		if (!add_decision(a, seen, &told->events[i]))
			return false;
	for (uint32_t i = 0; i < told->n_tasks; i++)
		if (!add_answer(a, seen, told->tasks[i].task))
			return false;
	return !a->failed;
}

/* ---- what the cards have ---- */

struct counting {
	struct arena *a;
	const struct value *seen; /* marks of the card; NULL none */
	struct value missing;
	uint32_t parts, n_seen;
};

static void part(struct counting *c, int line, struct text name,
	const char *what, bool is_seen)
{
	struct value one = value_map();

	c->parts++;
	if (is_seen) {
		c->n_seen++;
		return;
	}
	value_put(c->a, &one, "line", value_int(line));
	value_put(c->a, &one, "part", value_of_text(name));
	value_put(c->a, &one, "what", value_text(what));
	value_append(c->a, &c->missing, one);
}

static bool has(const struct counting *c, const char *what)
{
	return c->seen != NULL && value_get(c->seen, what) != NULL;
}

static void marked(struct counting *c, int line, struct text step,
	const char *what)
{
	part(c, line, step, what, has(c, mark_of(c->a, step, what)));
}

/* An answer counts only where the step says what it does: what the usual ones
 * do is the program's business. */
static bool is_usual(const struct step *st)
{
	for (uint32_t i = 0; i < st->task.n_answers; i++)
		if (usual_find(st->task.kind, st->task.answers[i].name) == NULL)
			return false;
	return true;
}

static void count_step(struct counting *c, const struct step *st)
{
	marked(c, st->line, st->id, "shown");
	if (st->unless.kind != COND_NONE || st->skip_if.kind != COND_NONE ||
		st->if_state.kind != COND_NONE)
		marked(c, st->line, st->id, "skipped");
	for (uint32_t i = 0; !is_usual(st) && i < st->task.n_answers; i++)
		marked(c, st->line, st->id,
			arena_printf(c->a, "answered %s",
				st->task.answers[i].name.at));
	if (st->n_if_missed > 0)
		marked(c, st->line, st->id, "missed");
}

/* Anything that came of a line between this one and the next part. */
static bool line_seen(const struct counting *c, int from, int below)
{
	for (uint32_t i = 0; c->seen != NULL && i < c->seen->count; i++) {
		const char *key = c->seen->as.members[i].key.at;
		long line = strncmp(key, "line ", 5) == 0
				    ? strtol(key + 5, NULL, 10)
				    : 0;

		if (line >= from && line < below)
			return true;
	}
	return false;
}

static int next_part(const struct card *card, int line)
{
	int next = INT_MAX; /* marks are the card's own */

	for (uint32_t i = 0; i < card->n_whens; i++)
		if (card->whens[i].line > line && card->whens[i].line < next)
			next = card->whens[i].line;
	for (uint32_t i = 0; i < card->n_steps; i++)
		if (card->steps[i].line > line && card->steps[i].line < next)
			next = card->steps[i].line;
	return next;
}

static void count_when(struct counting *c, const struct card *card,
	const struct when *w)
{
	if (w->fn == FN_NONE) {
		count_step(c, &w->step);
		return;
	}
	part(c, w->line, w->step.id, "did something",
		line_seen(c, w->line, next_part(card, w->line)));
}

static void count_handoff(struct counting *c, const struct card *card)
{
	struct text accept = TEXT("handoff.accept");

	marked(c, card->line, accept, "shown");
	marked(c, card->line, accept, "answered accepted");
	marked(c, card->line, accept, "answered refused");
	if (card->handoff->n_if_silent > 0)
		marked(c, card->line, accept, "missed");
	if (card->handoff->n_dossier > 0)
		marked(c, card->line, TEXT("handoff.complete-file"), "shown");
}

static void count_escalation(struct counting *c, const struct card *card)
{
	struct text take = TEXT("escalation.accept");

	marked(c, card->line, take, "shown");
	marked(c, card->line, take, "answered accepted");
	if (card->escalation->n_if_silent > 0)
		marked(c, card->line, take, "missed");
}

static struct value card_coverage(struct arena *a, const struct card *card,
	const struct value *seen)
{
	struct counting c = {.a = a,
		.seen = value_get_text(seen, card->name),
		.missing = value_list()};
	struct value one = value_map();

	if (card->n_starts > 0)
		part(&c, card->line, card->id, "entered", has(&c, "entered"));
	for (uint32_t i = 0; i < card->n_steps; i++)
		count_step(&c, &card->steps[i]);
	for (uint32_t i = 0; i < card->n_whens; i++)
		count_when(&c, card, &card->whens[i]);
	for (uint32_t i = 0; i < card->n_ladders; i++)
		for (uint32_t k = 0; k < card->ladders[i].n_rungs; k++)
			count_step(&c, &card->ladders[i].rungs[k]);
	if (card->handoff != NULL)
		count_handoff(&c, card);
	if (card->escalation != NULL)
		count_escalation(&c, card);
	value_put(a, &one, "card", value_of_text(card->name));
	value_put(a, &one, "file", value_text(card->file));
	value_put(a, &one, "line", value_int(card->line));
	value_put(a, &one, "parts", value_int(c.parts));
	value_put(a, &one, "seen", value_int(c.n_seen));
	value_put(a, &one, "missing", c.missing);
	return value_clone(a, &one); /* names live in the ruleset */
}

struct value coverage_list(struct arena *a, const struct rulebook *book,
	const struct value *seen, const char *folder, bool outside)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < book->n_cards; i++) {
		const struct card *card = &book->cards[i];

		if (folder == NULL || (strncmp(card->file, folder,
					      strlen(folder)) == 0) != outside)
			value_append(a, &list, card_coverage(a, card, seen));
	}
	return list;
}
