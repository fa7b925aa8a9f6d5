/*
 * What people have on hand, counted by day: what is over is forgotten once a
 * day, what is still to be done or may still be asked for is not.
 */
#include "unit.h"

#include "engine/workload.h"

#define DAY ((int64_t)86400000)
#define NOW (20000 * DAY + DAY / 2) /* some noon */

struct fixture {
	struct arena a;
	struct calendar *c;
	struct workload *w;
};

static int setup(void **state)
{
	static struct fixture f;
	struct value spec = value_map(), hours = value_map();
	struct problems p;

	memset(&f, 0, sizeof(f));
	arena_init(&f.a, 0);
	problems_init(&p, &f.a);
	value_put(&f.a, &hours, "mon-sun", value_text("09:00-18:00"));
	value_put(&f.a, &spec, "hours", hours);
	if (calendar_new(&f.a, &spec, NULL, NULL, NULL, 0, &p, &f.c) != FL_OK ||
		workload_new(&f.w) != FL_OK)
		return -1;
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	workload_free(f->w);
	arena_deinit(&f->a);
	return 0;
}

/* A car that went to tom so many days ago; `done`: the customer has it. */
static struct record delivery(struct fixture *f, int64_t id, int ago, bool done)
{
	struct record r = {.id = id, .kind = TEXT("delivery"), .home = 1};

	r.fields = value_map();
	record_set(&f->a, &r, TEXT("specialist"), value_text("tom"));
	record_set(&f->a, &r, TEXT("handed_off_at"),
		value_int(NOW - ago * DAY));
	record_set(&f->a, &r, TEXT("state"),
		value_text(done ? "completed" : "accepted"));
	assert_true(workload_record(f->w, f->c, &r, 1));
	return r;
}

static uint32_t on_day(struct fixture *f, int ago)
{
	int64_t at = NOW - ago * DAY;

	return workload_known(f->w, TEXT("tom"), TEXT("deliveries a day"), at,
		calendar_day(f->c, at));
}

static void what_is_over_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct record old = delivery(f, 1, 10, true);

	delivery(f, 2, 10, false);
	delivery(f, 3, 1, true);
	delivery(f, 4, 0, true);
	delivery(f, 5, 0, true);
	assert_int_equal(on_day(f, 10), 2);
	assert_true(workload_tidy(f->w, f->c, NOW));
	assert_int_equal(on_day(f, 10), 1); /* still to be handed over */
	assert_int_equal(on_day(f, 1), 1);
	assert_int_equal(on_day(f, 0), 2);
	/* what was forgotten may change, or go, without a trace */
	assert_true(workload_record(f->w, f->c, &old, -1));
	assert_int_equal(on_day(f, 10), 1);
	/* once a day, and never for a clock that went back */
	old = delivery(f, 6, 10, true);
	assert_true(workload_tidy(f->w, f->c, NOW + 1));
	assert_true(workload_tidy(f->w, f->c, NOW - 5 * DAY));
	assert_int_equal(on_day(f, 10), 2);
	assert_true(workload_tidy(f->w, f->c, NOW + DAY));
	assert_int_equal(on_day(f, 10), 1);
	assert_int_equal(on_day(f, 0), 2);
	assert_true(workload_tidy(f->w, f->c, NOW + 3 * DAY));
	assert_int_equal(on_day(f, 0), 0);
}

static void what_counts_nothing_is_counted_anew(void **state)
{
	struct fixture *f = *state;
	struct record r = delivery(f, 1, 0, true);

	assert_true(workload_record(f->w, f->c, &r, -1));
	assert_true(workload_tidy(f->w, f->c, NOW));
	assert_int_equal(on_day(f, 0), 0);
	delivery(f, 1, 0, true);
	assert_int_equal(on_day(f, 0), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_over_is_forgotten, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_counts_nothing_is_counted_anew, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
