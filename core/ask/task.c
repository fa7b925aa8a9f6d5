#include "ask/asking.h"
#include "model/usual.h"

#define OUTCOMES_MOST 32

bool task_action(struct view *v, const struct task *t, struct text outcome,
	struct action *out)
{
	const struct step *st = rulebook_step(v->book, t->card, t->step);
	const struct usual_answer *usual;

	for (uint32_t i = 0; st != NULL && i < st->task.n_answers; i++)
		if (text_equal(st->task.answers[i].name, outcome)) {
			*out = st->task.answers[i].action;
			return true;
		}
	usual = st == NULL ? usual_find(t->kind, outcome) : NULL;
	memset(out, 0, sizeof(*out));
	if (usual != NULL)
		usual_action(usual, v->a, out);
	return usual != NULL;
}

/* {task.title} and {task.who} of a notice about another task. */
static struct value about_task(struct view *v, int64_t id, int depth);

static struct text title_of(struct view *v, const struct task *t, int depth)
{
	struct value extra = value_map();
	const struct value *list;
	struct wording w;
	struct buf b;
	int64_t about = value_get_int(&t->body, "about_task", 0);

	if (!task_title(v->book, t, &w))
		return words_code(v, t->kind);
	for (uint32_t i = 0; i < t->body.count; i++) {
		const struct member *m = &t->body.as.members[i];

		list = m->value.kind == VALUE_LIST ? &m->value : NULL;
		value_set(v->a, &extra, m->key,
			list != NULL ? value_of_text(words_value(v, NULL, list))
				     : m->value);
	}
	if (about != 0 && depth == 0)
		value_put(v->a, &extra, "task", about_task(v, about, depth));
	buf_init(&b, WORDS_BYTES);
	template_render(&b, wording_text(&w, v->book), &v->world, v->book,
		view_record(v, t->subject), &extra);
	return words_buf(v, &b);
}

static struct value about_task(struct view *v, int64_t id, int depth)
{
	struct value map = value_map();
	struct task *t = NULL;

	if (reader_task(v->ask->reader, v->a, id, &t, &v->err) != FL_OK ||
		t == NULL)
		return map;
	put_text(v, &map, "title", title_of(v, t, depth + 1));
	put_text(v, &map, "who", words_person(v, t->who));
	return map;
}

struct text task_words(struct view *v, const struct task *t)
{
	return title_of(v, t, 0);
}

static struct value answers_value(struct view *v, const struct task *t)
{
	struct outcome *all = arena_alloc(v->a, sizeof(*all) * OUTCOMES_MOST);
	uint32_t n =
		all != NULL ? task_outcomes(v->book, t, all, OUTCOMES_MOST) : 0;
	struct value list = value_list();

	for (uint32_t i = 0; i < n; i++) {
		struct value one = value_map(), needs = value_list();

		put_text(v, &one, "outcome", all[i].name);
		if (!text_equal(words_code(v, all[i].name), all[i].name))
			put_text(v, &one, "text", words_code(v, all[i].name));
		for (uint32_t k = 0; k < all[i].n_need; k++)
			value_append(
				v->a, &needs, value_of_text(all[i].need[k]));
		value_put(v->a, &one, "needs", needs);
		value_append(v->a, &list, one);
	}
	return list;
}

static void put_customer(
	struct view *v, struct value *map, const struct task *t)
{
	const struct record *subject = view_record(v, t->subject);
	const struct record *deal = view_deal(v, subject);
	const struct record *customer = view_customer(v, subject);
	const char *channel = value_get_str(&t->body, "channel");
	bool mail = text_is(t->kind, "mail") ||
		    (channel != NULL && strcmp(channel, "email") == 0);

	if (subject != NULL) {
		put_id(v, map, "subject", subject->kind, subject->id);
		put_text(v, map, "subject_kind", subject->kind);
	}
	if (deal != NULL)
		put_id(v, map, "deal", deal->kind, deal->id);
	if (customer == NULL)
		return;
	put_id(v, map, "customer", customer->kind, customer->id);
	put_text(v, map, "customer_name", words_customer(v, customer));
	if (mail)
		put_text(v, map, "email", field_text(customer, "email"));
	else if (text_is(t->kind, "call") || channel != NULL)
		put_text(v, map, "phone", field_text(customer, "phone"));
}

/* What may be given away with the answer, and how that is said. */
static void put_goodwill(struct view *v, struct value *map, const struct task *t)
{
	const struct value *band = value_get(&t->body, "goodwill");
	int64_t least = value_get_int(band, "at_least", 0);
	int64_t most = value_get_int(band, "at_most", 0);
	const char *up = NULL;

	if (band == NULL || band->kind != VALUE_MAP || band->count == 0)
		return;
	value_put(v->a, map, "goodwill", *band);
	if (most > 0 && least > 0)
		up = arena_printf(v->a, v->nl ? "%s tot %s" : "%s to %s",
			words_money(v, least).at, words_money(v, most).at);
	else if (most > 0)
		up = arena_printf(v->a, v->nl ? "tot %s" : "up to %s",
			words_money(v, most).at);
	else if (least > 0)
		up = arena_printf(v->a, v->nl ? "vanaf %s" : "from %s",
			words_money(v, least).at);
	if (up != NULL)
		put_text(v, map, "goodwill_text",
			text_of(arena_printf(v->a, v->nl
					? "coulance %s; zeg het bij het antwoord: "
					  "goodwill=BEDRAG"
					: "goodwill %s; say it with the answer: "
					  "goodwill=AMOUNT",
				up)));
}

static const char *state_name(uint8_t state)
{
	static const char *const names[] = {
		"open", "done", "withdrawn", "missed"};

	return state < 4 ? names[state] : "open";
}

struct value task_value(struct view *v, const struct task *t)
{
	static const char *const kept[] = {"purpose", "queue", "with",
		"outcome", "by", "channel", "reason"};
	struct value map = value_map();

	put_id(v, &map, "task", TEXT("task"), t->id);
	put_text(v, &map, "kind", t->kind);
	put_text(v, &map, "kind_text", words_code(v, t->kind));
	put_text(v, &map, "title", task_words(v, t));
	put_text(v, &map, "who", t->who);
	put_text(v, &map, "who_name", words_person(v, t->who));
	put_customer(v, &map, t);
	put_time(v, &map, "shown", t->shown_at_ms, false);
	put_time(v, &map, "due", t->due_at_ms, true);
	value_put(v->a, &map, "late",
		value_bool(t->state == TASK_OPEN && t->due_at_ms != 0 &&
			   t->due_at_ms < v->ask->now_ms));
	value_put(v->a, &map, "state", value_text(state_name(t->state)));
	put_text(v, &map, "card", t->card);
	put_text(v, &map, "step", t->step);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		put_text(v, &map, kept[i],
			value_as_text(value_get(&t->body, kept[i])));
	put_time(v, &map, "reminded", value_get_int(&t->body, "reminded", 0),
		false);
	if (t->state == TASK_OPEN) {
		value_put(v->a, &map, "answers", answers_value(v, t));
		put_goodwill(v, &map, t);
	}
	return map;
}

struct gathering {
	struct view *v;
	struct task_list *list;
};

static bool gather(void *ctx, const struct task *t)
{
	struct gathering *g = ctx;
	struct task_list *l = g->list;
	const struct task **grown = arena_grow(
		g->v->a, l->items, l->n, &l->cap, l->n + 1, sizeof(*grown));

	if (grown == NULL)
		return false;
	l->items = grown;
	grown[l->n++] = t;
	return true;
}

void task_list(struct view *v, struct text who, struct task_list *out)
{
	memset(out, 0, sizeof(*out));
	task_list_add(v, who, out);
}

void task_list_add(struct view *v, struct text who, struct task_list *out)
{
	struct gathering g = {v, out};
	fl_status s;

	s = reader_tasks(v->ask->reader, v->a, who, 0, gather, &g, &v->err);
	view_note(v, s);
}
