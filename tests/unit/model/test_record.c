#include "brief.h"
#include "one_arena.h"

#include "model/record.h"

/* A record of the body's JSON, as the store reads it of its own short form. */
static fl_status record_read(struct arena *a, int64_t id, struct text kind,
	int64_t home, struct text ref, const char *json, size_t bytes,
	struct record **out, struct fl_error *err)
{
	struct value v = value_null();
	fl_status s = value_read(a, json, bytes, NULL, &v, err);

	*out = NULL;
	return s != FL_OK ? s
			  : record_of_value(a, id, kind, home, ref, &v, out,
				    err);
}

static struct record *fresh(void)
{
	struct record *r = arena_alloc(&arena, sizeof(*r));

	r->id = RECORD_ID(7, 1);
	r->kind = TEXT("deal");
	r->home = r->id;
	r->ref = TEXT("d1");
	r->fields = value_map();
	return r;
}

static const char *body(const struct record *r)
{
	struct buf b;
	const char *out;

	buf_init(&b, 1 << 20);
	record_write(&(struct brief){.to = &b}, r);
	assert_false(b.failed);
	out = json_of(&arena, (struct text){b.at, (uint32_t)b.len});
	buf_deinit(&b);
	return out;
}

static void fill(struct record *r, bool backwards)
{
	static const char *const names[] = {"alpha", "beta", "gamma"};
	int i;

	for (i = 0; i < 3; i++) {
		int k = backwards ? 2 - i : i;
		struct text name = text_of(names[k]);
		struct run *run;
		struct place *p;

		assert_true(record_set(&arena, r, name, value_int(k)));
		assert_true(record_add_task(&arena, r, 100 + k));
		assert_true(
			record_set_timer(&arena, r, name, TEXT("t"), 1000 + k));
		assert_true(
			record_set_timer(&arena, r, TEXT("x"), name, 2000 + k));
		run = record_add_run(&arena, r, name);
		run->number = 1;
		run->entered_at_ms = 50;
		p = run_add_place(&arena, run, TEXT("two"));
		p->due_at_ms = 77;
		p = run_add_place(&arena, run, TEXT("one"));
		p->wait = TEXT("21 days");
		p->phase = STEP_DONE;
		p->done_at_ms = 12;
	}
}

static void test_order_does_not_matter(void **state)
{
	struct record *a = fresh(), *b = fresh();

	(void)state;
	fill(a, false);
	fill(b, true);
	assert_string_equal(body(a), body(b));
	assert_string_equal(a->runs[0].card.at, "alpha");
	assert_string_equal(a->runs[0].places[0].step.at, "one");
}

/* Only the fields that were asked for count, however they are stored. */
static void test_what_differs(void **state)
{
	static const struct text asked[] = {TEXT_OF("beta"), TEXT_OF("list")};
	struct record *r = fresh(), *f;
	struct value list = value_list();

	(void)state;
	fill(r, false);
	value_append(&arena, &list, value_int(1));
	assert_true(record_set(&arena, r, TEXT("list"), list));
	f = record_fork(&arena, r);
	assert_false(record_differs(r, f, asked, 2));
	assert_true(record_set(&arena, f, TEXT("alpha"), value_int(77)));
	assert_true(record_set(&arena, f, TEXT("aaa"), value_int(1)));
	assert_true(record_set(&arena, f, TEXT("zzz"), value_text("z")));
	assert_false(record_differs(r, f, asked, 2));
	assert_false(record_differs(f, r, asked, 2));
	f = record_fork(&arena, r);
	assert_true(record_set(&arena, f, TEXT("beta"), value_text("other")));
	assert_true(record_differs(r, f, asked, 2));
	f = record_fork(&arena, r);
	assert_true(record_set(&arena, f, TEXT("beta"), value_null()));
	assert_true(record_differs(r, f, asked, 2));
	assert_true(record_differs(f, r, asked, 2));
	f = record_fork(&arena, r);
	((struct value *)(uintptr_t)record_get(f, "list"))->as.items[0] =
		value_int(2);
	assert_true(record_differs(r, f, asked, 2));
	assert_int_equal(1, record_get(r, "list")->as.items[0].as.integer);
}

/* A fork is changed without a trace in what it came from. */
static void test_fork_is_its_own(void **state)
{
	struct record *r = fresh(), *f;
	const char *before;

	(void)state;
	fill(r, false);
	before = body(r);
	f = record_fork(&arena, r);
	assert_string_equal(before, body(f));
	assert_true(record_set(&arena, f, TEXT("alpha"), value_text("x")));
	assert_true(record_set_timer(
		&arena, f, TEXT("alpha"), TEXT("t"), 5));
	record_drop_task(f, f->open_tasks[0]);
	f->runs[0].places[0].due_at_ms = 99;
	run_clear_places(&f->runs[1]);
	value_put(&arena, &f->runs[0].keep, "k", value_int(1));
	assert_true(record_add_run(&arena, f, TEXT("another")) != NULL);
	assert_string_equal(before, body(r));
	assert_string_not_equal(before, body(f));
}

static void test_empty_body(void **state)
{
	struct record *r = fresh();

	(void)state;
	assert_string_equal(body(r), "{}");
}

static void test_body_is_compact(void **state)
{
	struct record *r = fresh();

	(void)state;
	record_set(&arena, r, TEXT("step"), value_int(2));
	record_set(&arena, r, TEXT("owner"), value_text("c:1"));
	record_set_timer(&arena, r, TEXT("b/r"), TEXT("sla"), 5);
	record_add_task(&arena, r, 9);
	assert_string_equal(body(r),
		"{\"f\":{\"owner\":\"c:1\",\"step\":2},\"o\":[9],"
		"\"t\":[[\"b/r\",\"sla\",5]]}");
}

static void test_round_trip(void **state)
{
	struct record *r = fresh(), *back = NULL, *copy;
	struct fl_error err = {0};
	struct run *run;
	const char *text;

	(void)state;
	fill(r, true);
	run = record_run(r, TEXT("beta"));
	run->left_at_ms = 5;
	run->paused_at_ms = 6;
	run->once = TEXT("ask");
	value_put(&arena, &run->keep, "offered_to", value_text("dana"));
	text = body(r);
	assert_int_equal(record_read(&arena, r->id, r->kind, r->home, r->ref,
				 text, strlen(text), &back, &err),
		FL_OK);
	assert_string_equal(body(back), text);
	assert_int_equal(run_place(record_run(back, TEXT("alpha")), TEXT("two"))
				 ->due_at_ms,
		77);
	copy = record_clone(&arena, back);
	assert_string_equal(body(copy), text);
	record_set(&arena, copy, TEXT("alpha"), value_int(99));
	record_drop_task(copy, 101);
	assert_string_equal(body(back), text);
	assert_string_not_equal(body(copy), text);
}

static void test_damaged_bodies(void **state)
{
	static const char *const bad[] = {"", "[]", "{\"f\":1}",
		"{\"o\":[\"x\"]}", "{\"r\":[1]}", "{\"r\":[{\"n\":1}]}",
		"{\"r\":[{\"c\":\"x\",\"s\":[[]]}]}",
		"{\"r\":[{\"c\":\"x\",\"s\":3}]}", "{\"t\":[[\"a\",\"b\"]]}",
		"{\"t\":[[\"a\",1,2]]}", "{\"o\":{}}"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct record *r = NULL;
		struct fl_error err = {0};

		assert_int_equal(
			record_read(&arena, 1, TEXT("deal"), 1, TEXT(""),
				bad[i], strlen(bad[i]), &r, &err),
			FL_INVALID);
		assert_null(r);
		assert_true(err.text[0] != '\0');
	}
}

static void test_fields(void **state)
{
	struct record *r = fresh();

	(void)state;
	assert_null(record_get(r, "x"));
	assert_null(record_get(NULL, "x"));
	record_set(&arena, r, TEXT("x"), value_bool(false));
	assert_non_null(record_get(r, "x"));
	record_set(&arena, r, TEXT("x"), value_null());
	assert_null(record_get(r, "x"));
}

static void test_timers_are_found(void **state)
{
	struct record *r = fresh();
	char name[2] = "";

	(void)state;
	for (int i = 0; i < 26; i++) { /* in no order of names */
		name[0] = (char)('a' + i * 7 % 26);
		record_set_timer(&arena, r, i % 2 == 0 ? TEXT("c") : TEXT("d"),
			text_of(name), 1 + i);
	}
	for (int i = 0; i < 26; i++) {
		struct text card = i % 2 == 0 ? TEXT("c") : TEXT("d");
		struct text other = i % 2 == 0 ? TEXT("d") : TEXT("c");

		name[0] = (char)('a' + i * 7 % 26);
		assert_int_equal(
			record_timer(r, card, text_of(name))->due_at_ms, 1 + i);
		assert_null(record_timer(r, other, text_of(name)));
	}
	assert_null(record_timer(r, TEXT("c"), TEXT("")));
	assert_null(record_timer(fresh(), TEXT("c"), TEXT("a")));
}

static void test_timers_and_tasks(void **state)
{
	struct record *r = fresh();

	(void)state;
	record_set_timer(&arena, r, TEXT("c"), TEXT("a"), 10);
	record_set_timer(&arena, r, TEXT("c"), TEXT("a"), 20);
	assert_int_equal(r->n_timers, 1);
	assert_int_equal(r->timers[0].due_at_ms, 20);
	record_set_timer(&arena, r, TEXT("c"), TEXT("b"), 0);
	assert_int_equal(r->n_timers, 1);
	record_set_timer(&arena, r, TEXT("c"), TEXT("a"), 0);
	assert_int_equal(r->n_timers, 0);
	record_add_task(&arena, r, 5);
	record_add_task(&arena, r, 5);
	assert_int_equal(r->n_open_tasks, 1);
	record_drop_task(r, 6);
	record_drop_task(r, 5);
	assert_int_equal(r->n_open_tasks, 0);
}

struct dues {
	char text[400];
};

static void note_due(void *ctx, struct text card, struct text slot, int64_t due)
{
	struct dues *d = ctx;
	size_t n = strlen(d->text);

	snprintf(d->text + n, sizeof(d->text) - n, "%s/%s=%lld ", card.at,
		slot.at, (long long)due);
}

static void test_dues(void **state)
{
	struct record *r = fresh();
	struct dues d = {""};

	(void)state;
	fill(r, false);
	record_run(r, TEXT("beta"))->paused_at_ms = 1;
	record_run(r, TEXT("gamma"))->left_at_ms = 1;
	record_set_timer(&arena, r, TEXT("beta"), TEXT("t"), 0);
	record_set_timer(&arena, r, TEXT("x"), TEXT("alpha"), 0);
	record_set_timer(&arena, r, TEXT("x"), TEXT("gamma"), 0);
	record_dues(r, note_due, &d);
	assert_string_equal(d.text, "alpha/two=77 alpha/@t=1000 gamma/@t=1002 "
				    "x/@beta=2001 ");
}

/* Memory refused at any point: an answer, never a crash. */
static void test_no_memory(void **state)
{
	struct record *r = fresh();
	const char *text;
	size_t max;

	(void)state;
	fill(r, false);
	text = body(r);
	for (max = 16; max < 6000; max += 40) {
		struct arena small;
		struct record *back = NULL;
		struct fl_error err = {0};
		fl_status s;

		arena_init(&small, max);
		s = record_read(&small, 1, TEXT("deal"), 1, TEXT("d"), text,
			strlen(text), &back, &err);
		assert_true(s == FL_OK || s == FL_NOMEM);
		assert_true((s == FL_OK) == (back != NULL));
		arena_reset(&small);
		back = record_clone(&small, r);
		assert_true(back != NULL || small.failed);
		arena_deinit(&small);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_order_does_not_matter),
		T(test_what_differs),
		T(test_fork_is_its_own),
		T(test_empty_body),
		T(test_body_is_compact),
		T(test_round_trip),
		T(test_damaged_bodies),
		T(test_fields),
		T(test_timers_are_found),
		T(test_timers_and_tasks),
		T(test_dues),
		T(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
