/*
 * backtest: rules in question over this rooftop's own past: which tasks they
 * would have made beside those that were made. Runs in a checker.
 */
#include "ask/asking.h"
#include "base/map.h"
#include "sim/sim.h"

#define BUDGET_US 40000000 /* of a checker's 60 s */
#define CUSTOMERS_MOST 20

/* Tasks of one card, person, month or customer: those of the past, and those
 * of the rules in question. */
struct beside {
	struct text name;
	int64_t home;
	int64_t was, would;
};

struct besides {
	struct map *by_key;
	struct beside **items;
	uint32_t n, cap;
};

enum { BY_CARD, BY_PERSON, BY_MONTH, BY_CUSTOMER, BY_TASK, BY_KINDS };

struct backtesting {
	struct view *v;
	struct besides by[BY_KINDS];
	int64_t from_ms, to_ms;
	int64_t was, would;
	int64_t open; /* of those that would be: never answered */
	struct backtest_result result;
};

static void count(struct backtesting *t, int kind, const char *key,
	int64_t home, bool candidate)
{
	struct arena *a = t->v->a;
	struct besides *by = &t->by[kind];
	struct beside **grown, *one;

	if (key == NULL)
		return;
	one = map_get(by->by_key, text_of(key));
	if (one == NULL) {
		grown = arena_grow(a, by->items, by->n, &by->cap, by->n + 1,
			sizeof(*grown));
		one = arena_alloc(a, sizeof(*one));
		if (grown == NULL || one == NULL)
			return;
		*one = (struct beside){.name = text_of(key), .home = home};
		by->items = grown;
		by->items[by->n++] = one;
		if (!map_put(by->by_key, one->name, one))
			a->failed = true;
	}
	*(candidate ? &one->would : &one->was) += 1;
}

static void on_task(void *ctx, const struct task *task, bool candidate)
{
	struct backtesting *t = ctx;
	struct arena *a = t->v->a;
	const struct calendar *c = t->v->book->calendar;
	int32_t year;
	int8_t month, mday;

	if (task->shown_at_ms < t->from_ms || task->shown_at_ms > t->to_ms)
		return;
	*(candidate ? &t->would : &t->was) += 1;
	t->open += candidate && task->state == TASK_OPEN;
	civil_from_days(
		calendar_day(c, task->shown_at_ms), &year, &month, &mday);
	count(t, BY_CARD, arena_text(a, task->card.at, task->card.bytes), 0,
		candidate);
	count(t, BY_PERSON, arena_text(a, task->who.at, task->who.bytes), 0,
		candidate);
	count(t, BY_MONTH, arena_printf(a, "%04d-%02d", (int)year, month), 0,
		candidate);
	if (task->home != BACKTEST_RESIDENT)
		count(t, BY_CUSTOMER,
			arena_printf(a, "%lld", (long long)task->home),
			task->home, candidate);
	count(t, BY_TASK,
		arena_printf(a, "%.*s %.*s %lld", (int)task->card.bytes,
			task->card.at, (int)task->step.bytes, task->step.at,
			(long long)task->home),
		task->home, candidate);
}

/* ---- the answer ---- */

static int64_t difference(const struct beside *b)
{
	return b->would > b->was ? b->would - b->was : b->was - b->would;
}

static int by_name(const void *x, const void *y)
{
	const struct beside *a = *(const struct beside *const *)x;
	const struct beside *b = *(const struct beside *const *)y;

	return text_compare(a->name, b->name);
}

static int by_difference(const void *x, const void *y)
{
	const struct beside *a = *(const struct beside *const *)x;
	const struct beside *b = *(const struct beside *const *)y;

	if (difference(a) != difference(b))
		return difference(a) > difference(b) ? -1 : 1;
	return a->home < b->home ? -1 : a->home > b->home;
}

static void sort(
	struct besides *by, int (*order)(const void *x, const void *y))
{
	if (by->n > 0)
		qsort(by->items, by->n, sizeof(*by->items), order);
}

static struct value beside_value(struct view *v, const struct beside *b)
{
	struct value one = value_map();

	value_put(v->a, &one, "was", value_int(b->was));
	value_put(v->a, &one, "would", value_int(b->would));
	return one;
}

static void put_list(
	struct backtesting *t, struct value *out, const char *key, int kind)
{
	static const char *const names[] = {"card", "person", "month"};
	struct view *v = t->v;
	struct value list = value_list();

	sort(&t->by[kind], by_name);
	for (uint32_t i = 0; i < t->by[kind].n; i++) {
		const struct beside *b = t->by[kind].items[i];
		struct value one = beside_value(v, b);

		put_text(v, &one, names[kind], kind == BY_CARD
				? words_card(b->name) : b->name);
		if (kind == BY_PERSON)
			put_text(v, &one, "name", words_person(v, b->name));
		value_append(v->a, &list, one);
	}
	value_put(v->a, out, key, list);
}

static void put_customers(struct backtesting *t, struct value *out)
{
	struct besides *by = &t->by[BY_CUSTOMER];
	struct view *v = t->v;
	struct value list = value_list();
	int64_t differ = 0;

	sort(by, by_difference);
	for (uint32_t i = 0; i < by->n && difference(by->items[i]) > 0; i++) {
		const struct beside *b = by->items[i];
		const struct record *r =
			b->home != 0 ? view_record(v, b->home) : NULL;
		struct value one = beside_value(v, b);

		if (differ++ >= CUSTOMERS_MOST)
			continue;
		if (r != NULL) {
			put_id(v, &one, "id", r->kind, r->id);
			if (text_is(r->kind, "customer"))
				put_text(v, &one, "name",
					words_customer(v, r));
		}
		value_append(v->a, &list, one);
	}
	value_put(v->a, out, "customers", list);
	value_put(v->a, out, "differ", value_int(differ));
}

static void answer(struct backtesting *t, struct value *out)
{
	const struct backtest_result *r = &t->result;
	int64_t fewer = 0, more = 0;
	struct view *v = t->v;

	for (uint32_t i = 0; i < t->by[BY_TASK].n; i++) {
		const struct beside *b = t->by[BY_TASK].items[i];

		*(b->would > b->was ? &more : &fewer) += difference(b);
	}
	*out = value_map();
	put_time(v, out, "from",
		t->from_ms > r->first_ms ? t->from_ms : r->first_ms, true);
	put_time(v, out, "until", r->reached_ms, true);
	value_put(v->a, out, "cut", value_bool(r->reached_ms < t->to_ms &&
		r->first_ms != 0));
	value_put(v->a, out, "facts", value_int(r->told));
	value_put(v->a, out, "unknown", value_int(r->unknown));
	value_put(v->a, out, "refused", value_int(r->refused));
	value_put(v->a, out, "was", value_int(t->was));
	value_put(v->a, out, "would", value_int(t->would));
	value_put(v->a, out, "open", value_int(t->open));
	value_put(v->a, out, "fewer", value_int(fewer));
	value_put(v->a, out, "more", value_int(more));
	put_list(t, out, "cards", BY_CARD);
	put_list(t, out, "people", BY_PERSON);
	put_list(t, out, "months", BY_MONTH);
	put_customers(t, out);
}

/* ---- asking ---- */

static bool read_time(struct view *v, const struct value *args,
	const char *key, int64_t *at_ms, struct problems *p)
{
	struct text typed = args_text(v->a, args, key, false, p);
	struct fl_error err = {0};
	struct problem *it;

	if (typed.bytes == 0)
		return p->errors == 0;
	if (zone_read_time(v->book->zone, typed, at_ms, &err) == FL_OK)
		return true;
	it = problem_add(p, "FL503", NULL, 0, "%s",
		v->nl ? "dit is geen tijdstip" : err.text);
	it->field = key;
	it->remedy = v->nl ? "schrijf \"2026-09-01\" of \"2026-09-01 10:00\""
			   : "write \"2026-09-01\" or \"2026-09-01 10:00\"";
	return false;
}

/* Rules that are nowhere in this folder come as their bytes: who asks may be
 * elsewhere, and a path of this disk is not theirs to have read. */
static fl_status files_of(struct view *v, const struct value *files,
	struct source_set *out, struct problems *p)
{
	struct problem *it;

	if (ask_files_of(v->a, files, out))
		return FL_OK;
	it = problem_add(p, "FL503", NULL, 0, "%s",
		v->nl ? "dit zijn geen regelbestanden"
		      : "these are no rule files");
	it->field = "files";
	it->remedy = v->nl ? "geef een lijst van {name, text}: naam en inhoud "
			     "van elk bestand"
			   : "give a list of {name, text}: name and content "
			     "of each file";
	return FL_INVALID;
}

static fl_status candidate(struct view *v, const struct value *args,
	struct ruleset **out, struct problems *p)
{
	const struct value *files = args != NULL ? value_get(args, "files")
						 : NULL;
	struct source_set set = {0};
	fl_status s;

	if (files == NULL)
		s = ask_files(v->ask, &set, p);
	else
		s = files_of(v, files, &set, p);
	if (s == FL_OK)
		s = ruleset_load(&set, NULL, false, p, out);
	if (s == FL_OK)
		p->count = p->errors = 0; /* warnings are for check */
	return s;
}

static fl_status look(struct backtesting *t, const struct value *args,
	struct value *out, struct problems *p)
{
	struct ask *ask = t->v->ask;
	struct backtest_options opt = {
		.budget_us = BUDGET_US, .on_task = on_task, .ctx = t};
	struct ruleset *rules = NULL;
	struct fl_error err = {0};
	fl_status s;

	t->to_ms = ask->now_ms;
	if (!read_time(t->v, args, "from", &t->from_ms, p) ||
		!read_time(t->v, args, "to", &t->to_ms, p))
		return FL_INVALID;
	if (t->to_ms > ask->now_ms)
		t->to_ms = ask->now_ms;
	opt.until_ms = t->to_ms;
	s = candidate(t->v, args, &rules, p);
	if (s == FL_OK) {
		s = sim_backtest(ask->reader, rules, &opt, &t->result, &err);
		if (s != FL_OK)
			problem_add(p, "FL510", NULL, 0, "%s", problem_cause(p, err.text));
	}
	if (s == FL_OK)
		answer(t, out);
	ruleset_unref(rules);
	return s;
}

fl_status ask_backtest(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	struct backtesting t = {.v = view_new(ask)};
	fl_status s = FL_OK, read;

	*out = value_null();
	if (t.v == NULL)
		return FL_NOMEM;
	if (!args_known(args, "files from to", p))
		return FL_INVALID;
	for (int i = 0; i < BY_KINDS; i++)
		if ((t.by[i].by_key = map_new()) == NULL)
			s = FL_NOMEM;
	if (s == FL_OK)
		s = look(&t, args, out, p);
	for (int i = 0; i < BY_KINDS; i++)
		map_free(t.by[i].by_key);
	read = view_done(t.v, p);
	return s != FL_OK ? s : read;
}
