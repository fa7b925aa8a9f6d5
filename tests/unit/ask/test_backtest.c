/*
 * A look over the past that takes too long is cut: what it tells is true up to
 * the moment it came to, of the past and of the rules alike. And what a history
 * comes to does not depend on how much of it is committed at a time.
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

/* ---- one commit a fact, or one for many ---- */

#define OPEN_MOST 4096
#define FACTS     1500

/* One rooftop that lives a history. */
struct life {
	struct sim *sim;
	struct desk *d;
	int64_t open[OPEN_MOST]; /* tasks as they were told */
	uint32_t n_open;
	uint64_t seed;    /* of what happens */
	uint64_t settles; /* of commits besides; 0: none */
};

static uint32_t dice(struct life *l, uint32_t sides)
{
	return unit_below(&l->seed, sides);
}

static void note_tasks(void *ctx, const struct told *told)
{
	struct life *l = ctx;

	for (uint32_t i = 0; i < told->n_tasks; i++)
		if (told->tasks[i].is_new && l->n_open < OPEN_MOST)
			l->open[l->n_open++] = told->tasks[i].task->id;
}

/* Refused or not: that too must be the same. */
static void tell(struct life *l, const char *wire, bool command)
{
	struct value v = desk_json(l->d, wire);

	sim_post(l->sim, &v, command ? TEXT("jan") : TEXT("test"), command,
		NULL, NULL);
}

static void happen(struct life *l, int i)
{
	struct arena *a = &l->d->a;
	static const char *const outcomes[] = {"reached", "no_answer", "done",
		"accepted"};
	struct fl_error err;
	uint32_t who = dice(l, 40);

	switch (dice(l, 7)) {
	case 0:
	case 1:
		tell(l, arena_printf(a, "{'type':'lead.received','source':'web'"
			",'id':'l%d','data':{'deal':'D-%u','customer':{'name':"
			"'Klant %u','phone':'061%07u'},'channel':'web'}}", i,
			who, who, who / 2), false);
		break;
	case 2:
		tell(l, arena_printf(a, "{'type':'contact.made','source':'tel',"
			"'id':'c%d','subject':'D-%u','data':{'channel':"
			"'phone'}}", i, who), false);
		break;
	case 3:
		tell(l, arena_printf(a, "{'type':'objection.raised','source':"
			"'tel','id':'o%d','subject':'D-%u','data':{'objection':"
			"'price'}}", i, who), false);
		break;
	case 4:
		if (l->n_open > 0)
			tell(l, arena_printf(a, "{'type':'task.done','data':{"
				"'task':%lld,'outcome':'%s'}}",
				(long long)l->open[dice(l, l->n_open)],
				outcomes[dice(l, 4)]), true);
		break;
	default:
		assert_int_equal(sim_run_to(l->sim, sim_now_ms(l->sim) +
				(int64_t)dice(l, 600) * 60000, &err), FL_OK);
	}
	if (l->settles != 0 && unit_below(&l->settles, 7) == 0)
		assert_int_equal(sim_settle(l->sim, &err), FL_OK);
}

static struct audit_result lived(struct desk *d, bool groups, uint64_t settles)
{
	struct life l = {.d = d, .settles = settles, .seed = 7};
	struct audit_result out;
	struct reader *r = NULL;
	struct problems p;
	struct fl_error err;

	assert_int_equal(sim_new(d->rs, sim_now_ms(d->sim), &l.sim, &err),
		FL_OK);
	sim_on_told(l.sim, note_tasks, &l);
	if (groups)
		sim_in_groups(l.sim);
	for (int i = 0; i < FACTS; i++)
		happen(&l, i);
	assert_int_equal(sim_settle(l.sim, &err), FL_OK);
	assert_int_equal(sim_reader(l.sim, &r, &err), FL_OK);
	problems_init(&p, &d->a);
	assert_int_equal(sim_audit(r, &d->a, &out, &p, &err), FL_OK);
	assert_int_equal(out.differences, 0);
	sim_free(l.sim);
	return out;
}

static void test_groups(void **state)
{
	struct desk *d = desk_new();
	struct audit_result one = lived(d, false, 0), many;

	(void)state;
	assert_true(one.events > 1000 && one.tasks > 100 && one.dues > 20);
	for (uint64_t settles = 0; settles < 3; settles++) {
		many = lived(d, true, settles);
		assert_int_equal(many.events, one.events);
		assert_int_equal(many.dues, one.dues);
		assert_true(digest_equal(&many.decisions, &one.decisions));
		assert_true(digest_equal(&many.state, &one.state));
	}
	desk_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
