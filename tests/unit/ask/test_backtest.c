/*
 * A look over the past that takes too long is cut: what it tells is true up to
 * the moment it came to, of the past and of the rules alike.
 */
#include "desk.h"

#define CUSTOMERS 60
#define WEEKS 12

struct seen {
	int64_t last_ms; /* shown latest */
	int was, would;
};

static void on_task(void *ctx, const struct task *t, bool candidate)
{
	struct seen *s = ctx;

	s->was += !candidate;
	s->would += candidate;
	if (t->shown_at_ms > s->last_ms)
		s->last_ms = t->shown_at_ms;
}

static struct backtest_result look(struct desk *d, int64_t budget_us,
				   struct seen *seen)
{
	struct backtest_options opt = {.until_ms = sim_now_ms(d->sim),
		.budget_us = budget_us, .on_task = on_task, .ctx = seen};
	struct reader *r = desk_reader(d);
	struct backtest_result out;
	struct fl_error err;

	*seen = (struct seen){0};
	assert_int_equal(sim_backtest(r, d->rs, &opt, &out, &err), FL_OK);
	reader_free(r);
	return out;
}

static void live(struct desk *d)
{
	for (int week = 0; week < WEEKS; week++) {
		for (int i = 0; i < CUSTOMERS / WEEKS; i++)
			desk_post(d, arena_printf(&d->a,
				"{'type':'lead.received','source':'web','id':"
				"'l%d-%d','data':{'customer':{'name':'Klant "
				"%d-%d','phone':'061%07d'},'channel':'web'}}",
				week, i, week, i, week * 100 + i));
		desk_run_days(d, 7);
	}
}

static void test_cut(void **state)
{
	struct desk *d = desk_new();
	int64_t until, budget = 100;
	struct backtest_result full, some;
	struct seen all, part;
	int cut = 0;

	(void)state;
	live(d);
	until = sim_now_ms(d->sim);
	full = look(d, 0, &all);
	assert_int_equal(full.reached_ms, until);
	assert_int_equal(full.told, CUSTOMERS);
	assert_true(all.was >= CUSTOMERS && all.was == all.would);
	do {
		some = look(d, budget, &part);
		budget *= 2;
		assert_true(some.told <= full.told);
		assert_true(some.reached_ms <= until);
		assert_true(part.last_ms <= some.reached_ms);
		assert_int_equal(part.was, part.would);
		assert_int_equal(some.unknown + some.refused, 0);
		cut += some.reached_ms > 0 && some.reached_ms < until;
	} while (some.reached_ms < until);
	assert_true(cut > 0);
	assert_int_equal(part.was, all.was);
	desk_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cut)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
