/* One customer's story, told once. */
#include "ask/next.h"
#include "ask/who.h"

#define LINES_MOST 1000u /* newest ones; the rest is counted */

struct events {
	struct view *v;
	const struct event_row **items; /* newest first */
	uint32_t n, cap;
	int64_t left_out;
};

/* What happened in the machine only says nothing to people. */
static bool is_told(const struct event_row *row)
{
	static const char *const silent[] = {"task.created", "task.missed",
		"task.escalated", "message.queued", "rules.recomputed"};

	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		if (text_is(row->type, silent[i]))
			return false;
	return true;
}

static bool take_event(void *ctx, const struct event_row *row)
{
	struct events *ev = ctx;
	const struct event_row **grown;

	if (!is_told(row))
		return true;
	if (ev->n >= LINES_MOST) {
		ev->left_out++;
		return true;
	}
	grown = arena_grow(ev->v->a, ev->items, ev->n, &ev->cap, ev->n + 1,
		sizeof(*grown));
	if (grown == NULL)
		return false;
	ev->items = grown;
	grown[ev->n] = arena_copy(ev->v->a, row, sizeof(*row));
	return grown[ev->n++] != NULL;
}

static void put_story(struct view *v, struct value *out, int64_t home)
{
	struct event_filter filter = {.home = home, .newest_first = true};
	struct events ev = {.v = v};
	struct value list = value_list();
	fl_status s = reader_events(
		v->ask->reader, v->a, &filter, take_event, &ev, &v->err);

	view_note(v, s);
	for (uint32_t i = ev.n; i-- > 0;) {
		struct value line = say_line(v, ev.items[i]);

		if (text_is(ev.items[i]->type, "timer.fired") &&
			value_get(&line, "did")->count == 0)
			continue;
		value_append(v->a, &list, line);
	}
	value_put(v->a, out, "story", list);
	if (ev.left_out > 0)
		value_put(v->a, out, "left_out", value_int(ev.left_out));
}

/* ---- the header ---- */

static void put_customer(
	struct view *v, struct value *out, const struct record *c)
{
	const struct value *consent =
		c != NULL ? value_get(&c->fields, "consent") : NULL;
	struct value map = value_map(), channels = value_list();

	if (c == NULL)
		return;
	put_id(v, &map, "id", c->kind, c->id);
	put_text(v, &map, "name", words_customer(v, c));
	put_text(v, &map, "phone", field_text(c, "phone"));
	put_text(v, &map, "email", field_text(c, "email"));
	if (field_int(c, "tempo_days") != 0)
		value_put(v->a, &map, "tempo_days",
			value_int(field_int(c, "tempo_days")));
	for (uint32_t i = 0; consent != NULL && consent->kind == VALUE_MAP &&
			     i < consent->count;
		i++)
		value_append(v->a, &channels,
			value_of_text(consent->as.members[i].key));
	value_put(v->a, &map, "consent", channels);
	if (value_get_bool(&c->fields, "objected", false))
		value_put(v->a, &map, "objected", value_bool(true));
	value_put(v->a, out, "customer", map);
}

static void put_person(struct view *v, struct value *out, const char *key,
	const char *name_key, struct text id)
{
	put_text(v, out, key, id);
	put_text(v, out, name_key, words_person(v, id));
}

static void put_price(
	struct view *v, struct value *out, const struct record *deal)
{
	int64_t cents = field_int(deal, "price");

	if (cents == 0)
		cents = field_int(deal, "quote_amount");
	if (cents == 0)
		return;
	put_text(v, out, "price", words_money(v, cents));
	value_put(v->a, out, "price_cents", value_int(cents));
}

static void put_header(
	struct view *v, struct value *out, const struct record *deal)
{
	struct text state = deal_text(v, deal, "state");

	put_id(v, out, "deal", deal->kind, deal->id);
	put_text(v, out, "ref", deal->ref);
	put_text(v, out, "state", state);
	put_text(v, out, "state_text", words_code(v, state));
	put_text(v, out, "light", deal_text(v, deal, "light"));
	put_text(v, out, "light_reason", field_text(deal, "light_reason"));
	put_text(v, out, "light_text",
		words_code(v, field_text(deal, "light_reason")));
	put_person(
		v, out, "handler", "handler_name", field_text(deal, "handler"));
	put_person(v, out, "seller", "seller_name", field_text(deal, "seller"));
	put_text(v, out, "car", words_car(v, deal));
	put_price(v, out, deal);
	put_time(v, out, "last_touch", field_int(deal, "last_touch_at"), true);
	put_text(v, out, "stop", field_text(deal, "stop"));
	put_customer(v, out, view_customer(v, deal));
}

static void put_others(struct view *v, struct value *out, const struct home *h,
	const struct record *deal)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < h->n_records; i++) {
		const struct record *r = h->records[i];
		struct value one = value_map();

		if (!text_is(r->kind, "deal") || r->id == deal->id)
			continue;
		put_id(v, &one, "deal", r->kind, r->id);
		put_text(v, &one, "state", deal_text(v, r, "state"));
		put_text(v, &one, "state_text",
			words_code(v, deal_text(v, r, "state")));
		value_append(v->a, &list, one);
	}
	value_put(v->a, out, "other_deals", list);
}

static int by_due(const void *a, const void *b)
{
	const struct task *x = *(struct task *const *)a;
	const struct task *y = *(struct task *const *)b;

	if (x->due_at_ms != y->due_at_ms)
		return x->due_at_ms < y->due_at_ms ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void put_tasks(struct view *v, struct value *out, const struct home *h)
{
	struct value list = value_list();
	struct task **sorted =
		arena_copy(v->a, h->tasks, h->n_tasks * sizeof(*sorted));

	if (sorted != NULL && h->n_tasks > 1)
		qsort(sorted, h->n_tasks, sizeof(*sorted), by_due);
	for (uint32_t i = 0; sorted != NULL && i < h->n_tasks; i++)
		value_append(v->a, &list, task_value(v, sorted[i]));
	value_put(v->a, out, "tasks", list);
}

static void put_gates(struct view *v, struct value *out, const struct home *h,
	const struct record *deal)
{
	struct value list = value_list();

	gates_add(v, deal, NULL, &list);
	for (uint32_t i = 0; i < h->n_tasks; i++)
		gates_add(v, view_record(v, h->tasks[i]->subject), h->tasks[i],
			&list);
	value_put(v->a, out, "gates", list);
}

static void story(struct view *v, const struct value *args, struct value *out,
	struct problems *p)
{
	const struct record *deal;
	const struct home *h;
	struct text typed;

	args_known(args, "who", p);
	typed = args_text(v->a, args, "who", true, p);
	if (p->errors > 0 ||
		(deal = view_who(v, typed, TEXT("deal"), p)) == NULL ||
		(h = view_home(v, deal->id)) == NULL)
		return;
	*out = value_map();
	put_header(v, out, deal);
	put_others(v, out, h, deal);
	put_tasks(v, out, h);
	put_gates(v, out, h, deal);
	value_put(v->a, out, "next", next_steps(v, h));
	put_story(v, out, h->id);
}

fl_status ask_deal(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p)
{
	return ask_run(ask, args, out, p, story);
}
