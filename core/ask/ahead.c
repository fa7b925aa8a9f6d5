/*
 * ahead: what all cards will do for one customer or for everybody: tasks by
 * month and card, the load by day and person, and what nobody is there for.
 * Runs in a checker.
 */
#include "ask/who.h"
#include "base/map.h"
#include "sim/sim.h"

#define BUDGET_US 40000000 /* of a checker's 60 s */
#define LONGEST_MONTHS 18

/* How many of one thing: (day or month, then who, card or step). */
struct tally {
	int64_t day;       /* first day of the month, or the day */
	struct text a, b;
	int64_t n;
};

struct tallies {
	struct map *by_key;
	struct tally **items;
	uint32_t n, cap;
};

struct looking {
	struct view *v;
	struct tallies months, days, nobody;
	struct value coming; /* of one customer */
	int64_t tasks;
	bool one;
};

static void count(struct view *v, struct tallies *t, int64_t day, struct text a,
	struct text b)
{
	char *key = arena_printf(v->a, "%lld %.*s %.*s", (long long)day,
		(int)a.bytes, a.at, (int)b.bytes, b.at);
	struct tally **grown, *one;

	if (key == NULL)
		return;
	if ((one = map_get(t->by_key, text_of(key))) != NULL) {
		one->n++;
		return;
	}
	grown = arena_grow(
		v->a, t->items, t->n, &t->cap, t->n + 1, sizeof(*grown));
	one = arena_alloc(v->a, sizeof(*one));
	if (grown == NULL || one == NULL)
		return;
	*one = (struct tally){day,
		{arena_text(v->a, a.at, a.bytes), a.bytes},
		{arena_text(v->a, b.at, b.bytes), b.bytes}, 1};
	t->items = grown;
	t->items[t->n++] = one;
	if (!map_put(t->by_key, text_of(key), one))
		v->a->failed = true;
}

static int in_order(const void *x, const void *y)
{
	const struct tally *a = *(const struct tally *const *)x;
	const struct tally *b = *(const struct tally *const *)y;
	int order;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	order = text_compare(a->a, b->a);
	return order != 0 ? order : text_compare(a->b, b->b);
}

static void on_task(void *ctx, const struct task *t, const char *title)
{
	struct looking *l = ctx;
	struct view *v = l->v;
	int64_t day = calendar_day(v->book->calendar, t->shown_at_ms);
	int32_t year;
	int8_t month, mday;

	civil_from_days(day, &year, &month, &mday);
	l->tasks++;
	count(v, &l->months, day - mday + 1, t->card, TEXT(""));
	count(v, &l->days, day, t->who, TEXT(""));
	if (t->who.bytes == 0)
		count(v, &l->nobody, 0, t->card, t->step);
	if (l->one)
		coming_add(v->a, v->book, t, title, &l->coming);
}

/* With the moments as all answers have them. */
static struct value timed(struct view *v, const struct value *coming)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < coming->count; i++) {
		struct value one = coming->as.items[i];

		put_time(v, &one, "at", value_get_int(&one, "at_ms", 0), true);
		put_time(v, &one, "due", value_get_int(&one, "due_ms", 0),
			true);
		value_append(v->a, &list, one);
	}
	return list;
}

/* ---- the answer ---- */

static void sort(struct tallies *t)
{
	if (t->n > 0)
		qsort(t->items, t->n, sizeof(*t->items), in_order);
}

static struct value months_value(struct looking *l)
{
	struct view *v = l->v;
	struct tallies *t = &l->months;
	struct value list = value_list();

	sort(t);
	for (uint32_t i = 0; i < t->n;) {
		int64_t day = t->items[i]->day, n = 0;
		struct value one = value_map(), cards = value_list();
		int32_t year;
		int8_t month, mday;

		civil_from_days(day, &year, &month, &mday);
		value_put(v->a, &one, "month", value_text(arena_printf(v->a,
			"%04d-%02d", (int)year, month)));
		for (; i < t->n && t->items[i]->day == day; i++) {
			struct value card = value_map();

			put_text(v, &card, "card", t->items[i]->a);
			value_put(v->a, &card, "tasks",
				value_int(t->items[i]->n));
			value_append(v->a, &cards, card);
			n += t->items[i]->n;
		}
		value_put(v->a, &one, "tasks", value_int(n));
		value_put(v->a, &one, "cards", cards);
		value_append(v->a, &list, one);
	}
	return list;
}

static struct value days_value(struct looking *l)
{
	struct view *v = l->v;
	struct tallies *t = &l->days;
	struct value list = value_list();

	sort(t);
	for (uint32_t i = 0; i < t->n;) {
		int64_t day = t->items[i]->day;
		struct value one = value_map(), people = value_list();

		put_time(v, &one, "day",
			calendar_midnight(v->book->calendar, day), true);
		for (; i < t->n && t->items[i]->day == day; i++) {
			struct value who = value_map();

			put_text(v, &who, "person", t->items[i]->a);
			put_text(v, &who, "name",
				words_person(v, t->items[i]->a));
			value_put(v->a, &who, "tasks",
				value_int(t->items[i]->n));
			value_append(v->a, &people, who);
		}
		value_put(v->a, &one, "people", people);
		value_append(v->a, &list, one);
	}
	return list;
}

/* Whom the step asks for, and nobody is there. */
static struct value nobody_value(struct looking *l)
{
	struct view *v = l->v;
	struct value list = value_list();

	sort(&l->nobody);
	for (uint32_t i = 0; i < l->nobody.n; i++) {
		const struct tally *t = l->nobody.items[i];
		const struct step *st = rulebook_step(v->book, t->a, t->b);
		const struct card *card = rulebook_card(v->book, t->a);
		const struct who *who = st != NULL && st->who.kind != WHO_NONE
			? &st->who
			: card != NULL ? &card->who : NULL;
		struct value one = value_map();

		put_text(v, &one, "card", t->a);
		put_text(v, &one, "step", t->b);
		if (who != NULL)
			put_text(v, &one, "role", who->arg);
		value_put(v->a, &one, "tasks", value_int(t->n));
		value_append(v->a, &list, one);
	}
	return list;
}

static void answer(struct looking *l, const struct record *r, int64_t until_ms,
	int64_t reached_ms, struct value *out)
{
	struct view *v = l->v;

	*out = value_map();
	if (r != NULL) {
		put_id(v, out, "subject", r->kind, r->id);
		put_text(v, out, "customer_name",
			words_customer(v, view_customer(v, r)));
		value_put(v->a, out, "coming", timed(v, &l->coming));
	}
	put_time(v, out, "from", v->ask->now_ms, true);
	put_time(v, out, "until", reached_ms, true);
	value_put(v->a, out, "cut", value_bool(reached_ms < until_ms));
	value_put(v->a, out, "tasks", value_int(l->tasks));
	value_put(v->a, out, "months", months_value(l));
	value_put(v->a, out, "days", days_value(l));
	value_put(v->a, out, "unstaffed", nobody_value(l));
}

/* ---- asking ---- */

static bool read_until(struct view *v, const struct value *args,
	int64_t *until_ms, struct problems *p)
{
	const struct calendar *c = v->book->calendar;
	struct text typed = args_text(v->a, args, "for", false, p);
	struct value span_text = value_of_text(
		typed.bytes > 0 ? typed : TEXT("18 months"));
	int64_t most = span_add((struct span){LONGEST_MONTHS, UNIT_MONTH},
		v->ask->now_ms, c);
	struct fl_error err;
	struct span span;

	if (span_of_value(&span_text, &span, &err) != FL_OK) {
		problem_add(p, "FL503", NULL, 0, "%s", v->nl
			? "dat is geen tijdsduur: schrijf \"2 werkdagen\", \"3 "
			  "weken\" of \"4 werkuren\""
			: err.text)->field =
			"for";
		return false;
	}
	*until_ms = span_add(span, v->ask->now_ms, c);
	if (*until_ms <= most)
		return true;
	problem_add(p, "FL503", NULL, 0, "%s", v->nl
			? "verder dan 18 maanden wordt niet gekeken"
			: "18 months is the furthest one can look")->field =
		"for";
	return false;
}

static fl_status look(struct looking *l, const struct value *args,
	struct value *out, struct problems *p)
{
	struct view *v = l->v;
	struct text who = args_text(v->a, args, "who", false, p);
	struct ahead_options opt = {.now_ms = v->ask->now_ms, .answered = true,
		.budget_us = BUDGET_US, .on_task = on_task, .ctx = l};
	const struct record *r = NULL;
	struct fl_error err = {0};
	int64_t reached_ms;
	fl_status s;

	if (!read_until(v, args, &opt.until_ms, p))
		return FL_INVALID;
	if (who.bytes > 0 && (r = view_who(v, who, TEXT(""), p)) == NULL)
		return problems_status(p);
	if (r != NULL && text_is(r->kind, "person")) {
		problem_add(p, "FL503", NULL, 0, v->nl
				? "\"%s\" werkt hier: ahead vertelt van klanten; "
				  "zonder naam staan er de dagen van iedereen"
				: "\"%s\" works here: ahead tells of customers; "
				  "without a name it has everybody's days",
			who.at)->field = "who";
		return FL_INVALID;
	}
	opt.home = r != NULL ? r->home : 0;
	l->one = r != NULL;
	s = sim_ahead(v->ask->reader, v->ask->ruleset, &opt, v->a, &reached_ms,
		&err);
	if (s != FL_OK)
		problem_add(p, "FL510", NULL, 0, "%s", problem_cause(p, err.text));
	else
		answer(l, r, opt.until_ms, reached_ms, out);
	return s;
}

fl_status ask_ahead(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	struct looking l = {.v = view_new(ask), .coming = value_list()};
	fl_status s, read;

	*out = value_null();
	if (l.v == NULL)
		return FL_NOMEM;
	if (!args_known(args, "who for", p))
		return FL_INVALID;
	l.months.by_key = map_new();
	l.days.by_key = map_new();
	l.nobody.by_key = map_new();
	s = FL_NOMEM;
	if (l.months.by_key != NULL && l.days.by_key != NULL &&
		l.nobody.by_key != NULL)
		s = look(&l, args, out, p);
	map_free(l.months.by_key);
	map_free(l.days.by_key);
	map_free(l.nobody.by_key);
	read = view_done(l.v, p);
	return s != FL_OK ? s : read;
}
