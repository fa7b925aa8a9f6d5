/*
 * why-not: each condition of a card for one customer, with what it saw, now or
 * as it was then. Runs in a checker: the rules of then are loaded again.
 */
#include "ask/condition.h"
#include "ask/who.h"
#include "sim/still.h"

struct asking {
	struct view *v;          /* as it stands now: who is meant */
	struct view *then;       /* the rules of that moment, for words */
	const struct card *card;
	const struct record *subject;
	struct archived *rules;
	struct still *still;
	struct ruleset *ruleset; /* borrowed */
	int64_t ruleset_number;
	int64_t at_ms, number;   /* moment, last event that counts; 0: now */
	bool undecided;          /* as the cards of `number` saw it */
	struct event event;
	struct explained why;
};

static const char *const names[CONDITION_KINDS] = {"quarantined", "closed",
	"inside", "left", "starts", "stops", "paused", "unless", "as_long_as",
	"when", "counts", "shown", "done", "skipped", "anchor", "time", "needs",
	"once", "skip_if", "if_state", "people", "channel"};

/* ---- then ---- */

struct last_row {
	struct asking *q;
	const struct event_row *row; /* the one to be seen by functions */
	bool start;                  /* a starting event: none is better */
};

static bool take_row(void *ctx, const struct event_row *row)
{
	struct last_row *l = ctx;

	l->row = arena_copy(l->q->v->a, row, sizeof(*row));
	return false;
}

static const struct event_row *row_of(struct asking *q, int64_t number)
{
	struct event_filter f = {
		.from_number = number, .to_number = number, .limit = 1};
	struct last_row l = {.q = q};

	view_note(q->v, reader_events(q->v->ask->reader, q->v->a, &f, take_row,
				&l, &q->v->err));
	return l.row;
}

/* The last event that was recorded by `at_ms`, 0 none. */
static int64_t number_at(struct asking *q, int64_t at_ms)
{
	struct store_state state;
	int64_t low = 0, high;

	view_note(q->v,
		reader_state(q->v->ask->reader, &state, &q->v->err));
	high = q->v->status == FL_OK ? state.last_number : 0;
	while (low < high) {
		int64_t mid = low + (high - low + 1) / 2;
		const struct event_row *row = row_of(q, mid);

		if (row != NULL && row->recorded_at_ms <= at_ms)
			low = mid;
		else
			high = mid - 1;
	}
	return low;
}

static bool read_moment(
	struct asking *q, const struct value *args, struct problems *p)
{
	struct text typed = args_text(q->v->a, args, "at", false, p), kind;
	const struct event_row *row;
	struct fl_error err;

	q->at_ms = q->v->ask->now_ms;
	if (typed.bytes == 0)
		return true;
	q->number = id_read(typed, &kind);
	q->undecided = q->number != 0 && text_is(kind, "event");
	if (!q->undecided) {
		if (zone_read_time(q->v->book->zone, typed, &q->at_ms, &err) !=
			FL_OK) {
			struct problem *it = problem_add(p, "FL503", NULL, 0,
				"%s", q->v->nl ? "dit is geen tijdstip"
					       : err.text);

			it->field = "at";
			it->remedy = q->v->nl
				? "schrijf \"2026-09-01 10:00\", of een "
				  "gebeurtenis (E128)"
				: "write \"2026-09-01 10:00\", or an event "
				  "(E128)";
			return false;
		}
		q->number = number_at(q, q->at_ms);
	}
	row = q->number > 0 ? row_of(q, q->number) : NULL;
	if (row == NULL) {
		problem_add(p, "FL504", NULL, 0,
			q->v->nl ? "er was nog niets gebeurd op \"%s\""
				 : "nothing had happened yet at \"%s\"",
			typed.at)->field = "at";
		return false;
	}
	if (q->undecided)
		q->at_ms = row->recorded_at_ms;
	q->ruleset_number = row->ruleset;
	return true;
}

/* ---- card and subject ---- */

/* The newest event that starts the card, else the newest of all: what the
 * card's functions get as their event. */
static bool take_start(void *ctx, const struct event_row *row)
{
	struct last_row *l = ctx;
	const struct card *c = l->q->card;

	if (l->row == NULL)
		take_row(l, row);
	for (uint32_t i = 0; i < c->n_starts && !l->start; i++)
		if (text_equal(c->starts[i], row->type)) {
			take_row(l, row);
			l->start = true;
		}
	return !l->start;
}

static void set_event(struct asking *q, const struct record *about)
{
	struct event_filter f = {.home = about->home, .to_number = q->number,
		.newest_first = true};
	struct last_row l = {.q = q};
	struct event *e = &q->event;
	const struct schema *schema = q->then->schema;

	if (q->undecided)
		l.row = row_of(q, q->number);
	else
		view_note(q->v, reader_events(q->v->ask->reader, q->v->a, &f,
					take_start, &l, &q->v->err));
	*e = (struct event){.def = l.row != NULL
			? schema_event(schema, l.row->type) : NULL,
		.data = value_map()};
	if (e->def == NULL) {
		e->def = schema_event(schema, TEXT("rules.recomputed"));
		return;
	}
	e->number = l.row->number;
	e->source = l.row->source;
	e->id = l.row->id;
	e->actor = l.row->actor;
	e->role = l.row->role;
	e->occurred_at_ms = l.row->occurred_at_ms;
	e->recorded_at_ms = l.row->recorded_at_ms;
	e->data = view_data(q->v, l.row);
}

static int64_t ref_of(const struct record *r, const char *kind)
{
	return text_is(r->kind, kind) ? r->id
				      : value_get_int(&r->fields, kind, 0);
}

static const char *several(struct asking *q, struct arena *a,
	const int64_t *ids, uint32_t n)
{
	const char *text = q->v->nl ? "noem een van: " : "name one of: ";

	for (uint32_t i = 0; i < n; i++)
		text = arena_printf(a, "%s%s%s", text, i > 0 ? ", " : "",
			id_show(a, q->card->about, ids[i]).at);
	return text;
}

/* The card's subject among what belongs to `about`, as the engine finds it. */
static bool set_subject(struct asking *q, const struct snapshot *s,
	const struct record *about, struct problems *p)
{
	struct view *v = q->v;
	int64_t ids[8];
	struct problem *it;
	uint32_t n;

	q->event.subject = about->id;
	q->event.home = about->home;
	q->event.deal = ref_of(about, "deal");
	q->event.customer = ref_of(about, "customer");
	n = card_subjects(s, q->card, ids, 8);
	if (n == 1) {
		q->subject = still_record(q->still, ids[0]);
		return q->subject != NULL;
	}
	it = problem_add(p, n == 0 ? "FL504" : "FL505", NULL, 0,
		n == 0 ? v->nl ? "deze kaart gaat over een %s, en die is er "
				 "hier niet"
			       : "this card is about a %s, and there is none "
				 "here"
		: v->nl ? "deze kaart gaat over een %s, en daarvan zijn er "
			  "hier meer"
			: "this card is about a %s, and here are several",
		words_code(v, q->card->about).at);
	it->field = "who";
	if (n > 1)
		it->remedy = several(q, p->arena, ids, n < 8 ? n : 8);
	return false;
}

/* ---- the answer ---- */

static struct text condition_text(struct asking *q, const struct condition *c)
{
	return condition_words(q->then, q->card, c,
		c->kind == CONDITION_SHOWN ? still_task(q->still, c->task)
					   : NULL);
}

static struct value reads_value(struct asking *q, const struct condition *c)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < c->reads.count; i++) {
		const struct value *read = &c->reads.as.items[i];
		const struct value *v = value_get(read, "value");
		const char *field = value_get_str(read, "field");
		const char *dot = strchr(field, '.');
		struct text kind = {field, (uint32_t)(dot - field)};
		struct value one = value_map();

		put_text(q->then, &one, "field", text_of(field));
		value_put(q->v->a, &one, "value", *v);
		put_text(q->then, &one, "text",
			v->kind == VALUE_NULL
				? text_of(q->v->nl ? "niets" : "nothing")
				: words_value(q->then,
					  schema_field(q->then->schema, kind,
						  text_of(dot + 1)), v));
		value_append(q->v->a, &list, one);
	}
	return list;
}

static struct value condition_value(struct asking *q,
	const struct condition *c)
{
	struct value one = value_map();

	put_text(q->v, &one, "what", text_of(names[c->kind]));
	if (c->step != NULL)
		put_text(q->v, &one, "step", c->step->id);
	if (c->step != NULL)
		put_text(q->v, &one, "step_text",
			words_step(q->then, c->step->id));
	value_put(q->v->a, &one, "line", value_int(c->line));
	value_put(q->v->a, &one, "ok", value_bool(c->holds));
	put_text(q->v, &one, "text", condition_text(q, c));
	put_time(q->v, &one, "at", c->at_ms, true);
	if (c->saw.kind != VALUE_NULL)
		value_put(q->v->a, &one, "saw", c->saw);
	if (c->reads.count > 0)
		value_put(q->v->a, &one, "reads", reads_value(q, c));
	return one;
}

/* ---- what is missing ---- */

/* How many conditions of a step, or (NULL) of the card, say no. */
static uint32_t missing(const struct explained *why, const struct step *st)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < why->n; i++)
		n += why->items[i].step == st && !why->items[i].holds;
	return n;
}

/* A step that is over says no for good: nothing is near there. */
static bool over(const struct explained *why, const struct step *st)
{
	for (uint32_t i = 0; i < why->n; i++)
		if (why->items[i].step == st &&
			(why->items[i].kind == CONDITION_DONE ||
				why->items[i].kind == CONDITION_SKIPPED ||
				why->items[i].kind == CONDITION_SHOWN))
			return true;
	return false;
}

static const struct step *nearest_step(const struct explained *why)
{
	const struct step *best = NULL;
	uint32_t least = UINT32_MAX;

	for (uint32_t i = 0; i < why->n; i++) {
		const struct step *st = why->items[i].step;
		uint32_t n = st != NULL ? missing(why, st) : 0;

		if (n > 0 && n < least && !over(why, st)) {
			best = st;
			least = n;
		}
	}
	return best;
}

/* What stands between: of the card itself, else of the step that lacks
 * least. */
static void put_nearest(struct asking *q, struct value *out)
{
	struct value near = value_map(), list = value_list();
	const struct step *st = NULL;
	uint32_t n = missing(&q->why, NULL);

	if (n == 0) {
		st = nearest_step(&q->why);
		n = st != NULL ? missing(&q->why, st) : 0;
	}
	if (n == 0)
		return;
	for (uint32_t i = 0; i < q->why.n; i++)
		if (q->why.items[i].step == st && !q->why.items[i].holds) {
			struct text t = condition_text(q, &q->why.items[i]);

			value_append(q->v->a, &list, value_of_text(t));
		}
	if (st != NULL) {
		put_text(q->v, &near, "step", st->id);
		put_text(q->v, &near, "step_text", words_step(q->then, st->id));
	}
	value_put(q->v->a, &near, "missing", value_int(n));
	value_put(q->v->a, &near, "texts", list);
	value_put(q->v->a, out, "nearest", near);
}

/* The first that says no; what is over does not count while anything else
 * may still come. */
static void put_first(struct asking *q, struct value *out)
{
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < q->why.n; i++) {
			const struct condition *c = &q->why.items[i];

			if (c->holds || (round == 0 && c->step != NULL &&
						over(&q->why, c->step)))
				continue;
			value_put(q->v->a, out, "first",
				condition_value(q, c));
			return;
		}
}

static void answer(struct asking *q, struct value *out)
{
	struct view *v = q->v;
	struct value list = value_list();
	const struct record *customer;

	*out = value_map();
	put_text(v, out, "card", q->card->name);
	put_text(v, out, "title",
		wording_text(&q->card->title, q->then->book));
	put_text(v, out, "file", text_of(q->card->file));
	value_put(v->a, out, "line", value_int(q->card->line));
	put_id(v, out, "subject", q->subject->kind, q->subject->id);
	customer = view_customer(v, q->subject);
	if (customer != NULL)
		put_text(v, out, "customer_name",
			words_customer(v, customer));
	put_time(v, out, "at", q->at_ms, true);
	if (q->event.number != 0)
		put_id(v, out, "event", TEXT("event"), q->event.number);
	value_put(v->a, out, "ruleset", value_int(q->ruleset_number));
	value_put(v->a, out, "inside", value_bool(q->why.inside));
	for (uint32_t i = 0; i < q->why.n; i++)
		value_append(v->a, &list,
			condition_value(q, &q->why.items[i]));
	value_put(v->a, out, "conditions", list);
	put_first(q, out);
	put_nearest(q, out);
}

/* ---- asking ---- */

/* The state and the rules of the moment. */
static fl_status go_there(struct asking *q, struct problems *p)
{
	struct ask *then = arena_copy(q->v->a, q->v->ask, sizeof(*then));
	struct reader *r = q->v->ask->reader;
	struct fl_error err = {0};
	fl_status s = archived_new(r, &q->rules);

	if (then == NULL || s != FL_OK)
		return FL_NOMEM;
	q->ruleset = q->v->ask->ruleset;
	if (q->number == 0)
		s = still_new(r, q->v->book->calendar, q->at_ms, &q->still,
			&err);
	else if ((q->ruleset = archived_rules(q->rules, q->ruleset_number,
			  &err)) == NULL)
		s = FL_INVALID;
	else
		s = still_then(r, q->rules,
			ruleset_book(q->ruleset)->calendar, q->at_ms,
			q->number, q->undecided, &q->still, &err);
	if (s != FL_OK) {
		problem_add(p, "FL510", NULL, 0, "%s", problem_cause(p, err.text));
		return s;
	}
	then->ruleset = q->ruleset;
	then->ruleset_number = q->ruleset_number;
	then->now_ms = q->at_ms;
	q->then = view_new(then);
	return q->then != NULL ? FL_OK : FL_NOMEM;
}

static const struct record *find_about(
	struct asking *q, struct text who, struct problems *p)
{
	const struct record *now = view_who(q->v, who, TEXT(""), p);
	const struct record *about =
		now != NULL ? still_record(q->still, now->id) : NULL;

	if (now != NULL && about == NULL)
		problem_add(p, "FL504", NULL, 0, q->v->nl
				? "\"%s\" was er toen nog niet"
				: "\"%s\" was not there yet then",
			who.at)->field = "who";
	return about;
}

static fl_status explain(struct asking *q, const struct value *args,
	struct value *out, struct problems *p)
{
	struct text card = args_text(q->v->a, args, "card", true, p);
	struct text who = args_text(q->v->a, args, "who", true, p);
	const struct record *about;
	struct world world;
	struct snapshot s;
	fl_status st;

	if (p->errors > 0 || !read_moment(q, args, p))
		return problems_status(p);
	if ((st = go_there(q, p)) != FL_OK)
		return st;
	q->card = view_card(q->then, card, p);
	about = q->card != NULL ? find_about(q, who, p) : NULL;
	if (about == NULL)
		return problems_status(p);
	still_look(q->still, q->v->a, q->then->book, q->ruleset, &world, &s);
	set_event(q, about);
	s.event = &q->event;
	if (!set_subject(q, &s, about, p))
		return problems_status(p);
	st = explain_card(&s, q->card, q->subject, &q->why);
	if (st == FL_OK && !still_whole(q->still))
		st = FL_NOMEM;
	if (st == FL_OK)
		answer(q, out);
	return st;
}

fl_status ask_why_not(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	struct asking q = {.v = view_new(ask),
		.ruleset_number = ask->ruleset_number};
	fl_status s, read;

	*out = value_null();
	if (q.v == NULL)
		return FL_NOMEM;
	if (!args_known(args, "card who at", p))
		return FL_INVALID;
	s = explain(&q, args, out, p);
	read = view_done(q.v, p);
	/* names of the rules of then die with them */
	*out = s == FL_OK ? value_clone(ask->a, out) : value_null();
	still_free(q.still);
	archived_free(q.rules);
	return s != FL_OK ? s : read;
}
