/*
 * What gates will ask before something may be said of a deal, told before
 * anybody tries: the needs alone, for functions of rules are not called here
 * and what people write is judged when they write it.
 */
#include "ask/asking.h"

#include "ask/sentence.h"

struct gates {
	struct view *v;
	struct snapshot s;
	const struct record *deal;
	const struct record *subject; /* of the task; may be the deal */
	const struct task *task;      /* NULL none */
	struct value *list;
};

/* One of the task's answers says it. */
static bool is_answer(const struct gates *g, struct text type)
{
	const struct step *st = g->task == NULL
		? NULL
		: rulebook_step(g->v->book, g->task->card, g->task->step);

	for (uint32_t i = 0; st != NULL && i < st->task.n_answers; i++) {
		const struct action *a = &st->task.answers[i].action;

		if (a->kind == ACTION_RECORD && text_equal(a->event, type))
			return true;
	}
	return false;
}

/* It can be said of the deal as it stands. */
static bool is_next(const struct gates *g, const struct event_def *def)
{
	struct value none = value_map();

	return def->moves && schema_move(g->v->schema,
				     event_deal_state(&g->v->world, g->deal),
				     def->name, &none) != NULL;
}

static const struct record *subject_of(const struct gates *g,
	const struct event_def *def)
{
	if (text_equal(def->subject, g->deal->kind))
		return g->deal;
	return g->subject != NULL &&
			text_equal(def->subject, g->subject->kind)
		? g->subject
		: NULL;
}

static struct value needs_value(struct gates *g, const struct problems *p)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < p->count; i++) {
		const struct problem *it = &p->items[i];
		struct value one = value_map();

		put_text(g->v, &one, "field", text_of(it->field));
		put_text(g->v, &one, "text", text_of(it->text));
		put_text(g->v, &one, "remedy", text_of(it->remedy));
		value_append(g->v->a, &list, one);
	}
	return list;
}

static bool is_listed(const struct gates *g, struct text deal,
	struct text card, struct text event)
{
	for (uint32_t i = 0; i < g->list->count; i++) {
		const struct value *one = &g->list->as.items[i];

		if (text_is(deal, value_get_str(one, "deal")) &&
			text_is(card, value_get_str(one, "card")) &&
			text_is(event, value_get_str(one, "event")))
			return true;
	}
	return false;
}

static void look(struct gates *g, const struct card *card, struct text type)
{
	const struct event_def *def = schema_event(g->v->schema, type);
	const struct record *subject =
		def != NULL ? subject_of(g, def) : NULL;
	struct text deal = id_show(g->v->a, g->deal->kind, g->deal->id);
	struct value one = value_map(), none = value_map();
	struct problems p;

	if (subject == NULL || (!is_next(g, def) && !is_answer(g, type)) ||
		is_listed(g, deal, card->name, type))
		return;
	problems_init(&p, g->v->a);
	gate_needs(&g->s, card, def, subject, &p);
	if (p.count == 0)
		return;
	put_text(g->v, &one, "deal", deal);
	put_text(g->v, &one, "customer_name",
		words_customer(g->v, view_customer(g->v, g->deal)));
	put_text(g->v, &one, "event", type);
	put_text(g->v, &one, "text", sentence_make(g->v, type, &none));
	put_text(g->v, &one, "card", card->name);
	value_put(g->v->a, &one, "needs", needs_value(g, &p));
	value_append(g->v->a, g->list, one);
}

void gates_add(struct view *v, const struct record *subject,
	const struct task *task, struct value *list)
{
	struct gates g = {.v = v, .deal = view_deal(v, subject),
		.subject = subject, .task = task, .list = list,
		.s = {.world = &v->world, .book = v->book,
			.now_ms = v->ask->now_ms}};

	if (g.deal == NULL)
		return;
	for (uint32_t i = 0; i < v->book->n_cards; i++) {
		const struct card *card = &v->book->cards[i];

		if (card->kind != CARD_GATE)
			continue;
		for (uint32_t k = 0; k < card->gate->n_guards; k++)
			look(&g, card, card->gate->guards[k]);
	}
}
