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

static bool keep_event(struct events *ev, const struct event_row *row)
{
	const struct event_row **grown = arena_grow(ev->v->a, ev->items, ev->n,
		&ev->cap, ev->n + 1, sizeof(*grown));

	if (grown == NULL)
		return false;
	ev->items = grown;
	grown[ev->n] = arena_copy(ev->v->a, row, sizeof(*row));
	return grown[ev->n++] != NULL;
}

static bool take_event(void *ctx, const struct event_row *row)
{
	struct events *ev = ctx;

	if (!is_told(row) ||
		(row->cause != 0 && row->decision.bytes == 0 &&
			say_is_bookkeeping(ev->v, row->type)))
		return true;
	if (ev->n >= LINES_MOST) {
		ev->left_out++;
		return true;
	}
	return keep_event(ev, row);
}

/* ---- what was done to everybody: rule changes, undo, outages, releases ---- */

#define ROOFTOP_ROWS 500u /* of the rooftop's own events read at a time */

struct moved {
	struct events *ev;
	const struct home *home;
	int64_t next;  /* event to go on from */
	int64_t taken; /* messages that an undo took back so far */
	uint32_t rows;
};

/* A first look, without reading it: is one of these numbers in there? */
static bool may_concern(const struct event_row *row, const struct home *h)
{
	for (uint32_t i = 0; i < h->n_records; i++)
		if (brief_may_have(row->decision, h->records[i]->id))
			return true;
	return false;
}

static struct text kept(struct arena *a, struct text t)
{
	return (struct text){arena_text(a, t.at, t.bytes), t.bytes};
}

static struct event_row row_kept(struct arena *a, const struct event_row *row)
{
	struct event_row own = *row;

	own.type = kept(a, row->type);
	own.source = kept(a, row->source);
	own.actor = kept(a, row->actor);
	own.data = kept(a, row->data);
	own.decision = kept(a, row->decision);
	return own;
}

/* How many of this home's messages an undo took out of the outbox. */
static int64_t taken_back(
	struct view *v, const struct event_row *row, const struct home *h)
{
	const struct value *list;
	struct value data;
	int64_t n = 0;

	if (!text_is(row->type, "rules.undone"))
		return 0;
	data = view_data(v, row);
	list = value_get_list(&data, "messages");
	for (uint32_t i = 0; i < list->count; i++)
		n += value_get_int(&list->as.items[i], "home", 0) == h->id;
	return n;
}

/* Did messages of this customer wait when they were all let go? */
static bool was_held(const struct moved *m, const struct event_row *released)
{
	int64_t waiting = -m->taken;

	for (uint32_t i = 0; i < m->ev->n; i++) {
		const struct event_row *row = m->ev->items[i];

		if (row->number >= released->number)
			continue;
		waiting += say_messages(m->ev->v, row, m->home);
		if (text_is(row->type, "message.resent"))
			waiting++;
		else if (text_is(row->type, "message.sent") ||
			text_is(row->type, "message.failed") ||
			text_is(row->type, "message.withdrawn"))
			waiting--;
	}
	return waiting > 0;
}

static bool concerns(const struct moved *m, const struct event_row *row)
{
	if (text_is(row->type, "messages.released"))
		return was_held(m, row);
	return (text_is(row->type, "rules.recomputed") ||
		       text_is(row->type, "rules.undone")) &&
	       row->decision.bytes > 0 && may_concern(row, m->home);
}

static bool take_moved(void *ctx, const struct event_row *row)
{
	struct moved *m = ctx;
	struct event_row own;

	m->next = row->number + 1;
	m->rows++;
	m->taken += taken_back(m->ev->v, row, m->home);
	if (!concerns(m, row))
		return true;
	own = row_kept(m->ev->v->a, row);
	return keep_event(m->ev, &own);
}

/* They are events of the rooftop, each with what it did to many. */
static void take_all_moved(struct events *ev, const struct home *h)
{
	struct view *v = ev->v;
	const struct record *roof = view_rooftop(v);
	struct moved m = {.ev = ev, .home = h,
		.next = h->id >> RECORD_ORDINAL_BITS, .rows = ROOFTOP_ROWS};
	struct arena a;

	if (ev->left_out > 0) /* not from before the oldest line shown */
		m.next = ev->items[ev->n - 1]->number;
	arena_init(&a, 0);
	while (roof != NULL && m.rows == ROOFTOP_ROWS && v->status == FL_OK) {
		struct event_filter f = {.home = roof->home,
			.from_number = m.next,
			.limit = ROOFTOP_ROWS};

		m.rows = 0;
		view_note(v, reader_events(v->ask->reader, &a, &f, take_moved,
				     &m, &v->err));
		arena_reset(&a);
	}
	arena_deinit(&a);
}

/* ---- all of it, in order ---- */

static int by_number(const void *a, const void *b)
{
	const struct event_row *x = *(const struct event_row *const *)a;
	const struct event_row *y = *(const struct event_row *const *)b;

	return (x->number > y->number) - (x->number < y->number);
}

/* Wake-ups, and what was done to everybody, are told when they did something
 * here. */
static bool must_do(const struct event_row *row)
{
	return text_is(row->type, "timer.fired") ||
	       text_is(row->type, "rules.recomputed") ||
	       text_is(row->type, "rules.undone");
}

/* That contact is not allowed, told before in the same words while nobody
 * reached the customer and nothing was allowed: then it counts there. */
static bool told_again(struct view *v, struct value *list,
	const struct value *line)
{
	static const char held[] = "contact.refused_by_guard";
	const char *text = value_get_str(line, "text");

	if (!text_is(value_as_text(value_get(line, "type")), held) ||
		text == NULL ||
		value_get(line, "did")->count > 0)
		return false;
	for (uint32_t i = list->count; i-- > 0;) {
		struct value *one = &list->as.items[i];
		struct text type = value_as_text(value_get(one, "type"));

		if (text_is(type, held)) {
			if (strcmp(value_get_str(one, "text"), text) != 0)
				continue;
			value_put(v->a, one, "times",
				value_int(value_get_int(one, "times", 1) + 1));
			put_time(v, one, "last",
				value_get_int(line, "at_ms", 0), false);
			return true;
		}
		if (text_begins(type, "contact.") ||
			text_begins(type, "consent."))
			return false;
	}
	return false;
}

static void say_times(struct view *v, struct value *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		struct value *one = &list->as.items[i];
		long long times = value_get_int(one, "times", 1);

		if (times > 1)
			put_text(v, one, "text", text_of(arena_printf(v->a,
				v->nl ? "%s (%lld keer, laatst %s)"
				      : "%s (%lld times, last %s)",
				value_get_str(one, "text"), times,
				words_moment(v, value_get_int(one, "last_ms",
					0)).at)));
	}
}

static void put_story(struct view *v, struct value *out, const struct home *h)
{
	struct event_filter filter = {.home = h->id, .newest_first = true};
	struct events ev = {.v = v};
	struct value list = value_list();
	fl_status s = reader_events(
		v->ask->reader, v->a, &filter, take_event, &ev, &v->err);

	view_note(v, s);
	take_all_moved(&ev, h);
	if (ev.n > 1)
		qsort(ev.items, ev.n, sizeof(*ev.items), by_number);
	for (uint32_t i = 0; i < ev.n; i++) {
		const struct event_row *row = ev.items[i];
		struct value line = row->home == h->id
					    ? say_line(v, row)
					    : say_line_to(v, row, h);

		if (must_do(row) && value_get(&line, "did")->count == 0)
			continue;
		if (!told_again(v, &list, &line))
			value_append(v->a, &list, line);
	}
	say_times(v, &list);
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
	put_story(v, out, h);
}

fl_status ask_deal(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p)
{
	return ask_run(ask, args, out, p, story);
}
