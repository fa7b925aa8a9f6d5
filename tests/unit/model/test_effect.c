#include "model/test_world.h"

#include "brief.h"

static int setup(void **state)
{
	*state = world_new();
	return 0;
}

static int teardown(void **state)
{
	world_free(*state);
	return 0;
}

static struct effect *add(struct test_world *t, struct card_decision *c,
	enum effect_kind kind, int64_t subject, const char *args)
{
	struct effect *e = card_add_effect(&t->arena, c, kind, subject);

	e->args = world_json(t, args);
	return e;
}

static struct text document(struct test_world *t, const struct decision *d)
{
	struct buf b;
	struct text out;

	buf_init(&b, 1 << 20);
	decision_write(&(struct brief){.to = &b}, d);
	assert_false(b.failed);
	out = (struct text){arena_text(&t->arena, b.len > 0 ? b.at : "", b.len),
		(uint32_t)b.len};
	buf_deinit(&b);
	return out;
}

static const char *written(struct test_world *t, const struct decision *d)
{
	return json_of(&t->arena, document(t, d));
}

static void same(const struct decision *a, const struct decision *b)
{
	uint32_t i, j;

	assert_int_equal(a->n_cards, b->n_cards);
	for (i = 0; i < a->n_cards; i++) {
		const struct card_decision *x = &a->cards[i];
		const struct card_decision *y = &b->cards[i];

		assert_true(text_equal(x->card, y->card));
		assert_int_equal(x->fate, y->fate);
		assert_int_equal(x->reason == NULL, y->reason == NULL);
		if (x->reason != NULL)
			assert_string_equal(x->reason, y->reason);
		assert_int_equal(x->n_effects, y->n_effects);
		for (j = 0; j < x->n_effects; j++) {
			const struct effect *e = &x->effects[j];
			const struct effect *f = &y->effects[j];

			assert_int_equal(e->kind, f->kind);
			assert_int_equal(e->subject, f->subject);
			assert_int_equal(e->line, f->line);
			assert_true(text_equal(e->step, f->step));
			if (!value_equal(&e->args, &f->args))
				fail_msg("%s differs", effect_name(e->kind));
		}
	}
}

static void round_trip(struct test_world *t, const struct decision *d)
{
	const char *text = written(t, d);
	struct decision back;
	struct fl_error err = {0};

	if (decision_read(&t->arena, document(t, d), &back, &err) != FL_OK)
		fail_msg("%s: %s", text, err.text);
	same(d, &back);
	assert_string_equal(written(t, &back), text);
}

static void test_typical_is_small(void **state)
{
	struct test_world *t = *state;
	struct decision d = {0};
	struct card_decision *c =
		decision_add_card(&t->arena, &d, TEXT("bench/quote_chase"));

	add(t, c, EFFECT_TASK, 131073,
		"{'id':26424321,'kind':'call',"
		"'who':'c:07','due':1767772800000,'title':'chase_quote',"
		"'shown':1767600000000}")
		->line = 31;
	add(t, c, EFFECT_TIMER, 131073, "{'name':'quote','due':1767772800000}")
		->line = 32;
	add(t, c, EFFECT_SET, 131073, "{'field':'stage','value':'quote'}")
		->line = 33;
	round_trip(t, &d);
	print_message(
		"# %zu bytes: %s\n", strlen(written(t, &d)), written(t, &d));
	assert_true(strlen(written(t, &d)) <= 145);
}

static void test_exact_both_ways(void **state)
{
	struct test_world *t = *state;
	struct decision d = {0};
	struct card_decision *c;
	struct effect *e;

	assert_string_equal(written(t, &d), "");
	c = decision_add_card(&t->arena, &d, TEXT("p/none"));
	round_trip(t, &d);
	c = decision_add_card(&t->arena, &d, TEXT("p/failed"));
	c->fate = CARD_FAILED;
	c->reason = "rules/own.lua:12: \"x\"";
	c = decision_add_card(&t->arena, &d, TEXT("p/cut"));
	c->fate = CARD_CUT_TIME;
	c = decision_add_card(&t->arena, &d, TEXT("p/odd"));
	add(t, c, EFFECT_PLACE, 5, "{'phase':0,'due':0,'task':0,'wait':''}");
	add(t, c, EFFECT_PLACE, 5, "{'due':'later','task':null,'x':[1]}");
	e = add(t, c, EFFECT_PLACE, -7, "{'due':-9223372036854775807}");
	e->step = TEXT("rhythm");
	add(t, c, EFFECT_LEAVE, 5, "{'at':9223372036854775807}");
	add(t, c, EFFECT_SET, 5, "{'field':'f','value':null}");
	add(t, c, EFFECT_SET, 5, "{'field':'f','value':{'a':[1,2.5]}}");
	add(t, c, EFFECT_SET, 5, "{'field':'f'}");
	add(t, c, EFFECT_CANCEL, 5, "{}");
	add(t, c, EFFECT_KEEP, 0, "{'key':'k','value':false,'zz':1,'aa':2}");
	round_trip(t, &d);
}

static struct value random_value(
	struct test_world *t, uint64_t *seed, int depth)
{
	struct value v;
	uint32_t i, n;

	switch (unit_below(seed, depth > 1 ? 5 : 7)) {
	case 0:
		return value_null();
	case 1:
		return value_bool(unit_below(seed, 2) == 0);
	case 2:
		return value_int(
			(int64_t)unit_random(seed) >> unit_below(seed, 63));
	case 3:
		return value_real((double)unit_below(seed, 1000) / 8);
	case 4:
		return value_text(unit_below(seed, 2) ? "" : "tekst \"é\"");
	case 5:
		v = value_list();
		n = unit_below(seed, 3);
		for (i = 0; i < n; i++)
			value_append(&t->arena, &v,
				random_value(t, seed, depth + 1));
		return v;
	default:
		v = value_map();
		n = unit_below(seed, 3);
		for (i = 0; i < n; i++)
			value_put(&t->arena, &v, i ? "m" : "n",
				random_value(t, seed, depth + 1));
		return v;
	}
}

static void test_random_decisions(void **state)
{
	static const char *const names[] = {"id", "who", "due", "at", "value",
		"field", "phase", "task", "step", "zzz", "name", "body"};
	struct test_world *t = *state;
	uint64_t seed = 7;
	int round;

	for (round = 0; round < 2000; round++) {
		struct decision d = {0};
		uint32_t cards = unit_below(&seed, 3);

		while (cards-- > 0) {
			struct card_decision *c =
				decision_add_card(&t->arena, &d, TEXT("p/c"));
			uint32_t n = unit_below(&seed, 4);

			while (n-- > 0) {
				uint32_t k = unit_below(&seed, 5);
				struct effect *e = card_add_effect(&t->arena, c,
					(enum effect_kind)(
						1 + unit_below(&seed,
							    EFFECT_KINDS - 1)),
					(int64_t)unit_below(&seed, 4) << 10);

				e->line = (int)unit_below(&seed, 3);
				if (unit_below(&seed, 2) == 0)
					e->step = TEXT("s");
				while (k-- > 0)
					value_put(&t->arena, &e->args,
						names[unit_below(&seed, 12)],
						random_value(t, &seed, 0));
			}
		}
		round_trip(t, &d);
	}
}

static void test_damaged_decisions(void **state)
{
	static const char *const bad[] = {"{}", "[1]", "[[]]",
		"[[\"c\",[]]]", "[[\"c\",[0]]]", "[[\"c\",[31]]]",
		"[[\"c\",[33]]]", "[[\"c\",[65,1]]]", "[[\"c\",[257]]]",
		"[[\"c\",[512]]]", "[[\"c\",[257,1]]]",
		"[[\"c\",[6,\"n\",true]]]", "[[\"c\",[7,\"n\",1]]]",
		"[[\"c\",1]]", "[[\"c\",[33,3000000000]]]",
		"[[\"c\",[6,\"n\",9223372036854775807],[6,\"n\",5]]]"};
	struct test_world *t = *state;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct decision d;
		struct fl_error err = {0};

		if (decision_read(&t->arena, brief_of(&t->arena, bad[i]), &d,
			    &err) != FL_INVALID)
			fail_msg("read: %s", bad[i]);
	}
}

static void apply(struct test_world *t, enum effect_kind kind, int64_t subject,
	const char *step, const char *args)
{
	struct effect e = {.kind = (uint8_t)kind,
		.subject = subject,
		.args = world_json(t, args),
		.line = 12,
		.step = text_of(step)};
	struct fl_error err = {0};

	if (effect_apply(&t->world, &t->tasks_world, TEXT("p/card"), &e,
		    &err) != FL_OK)
		fail_msg("%s: %s", effect_name(kind), err.text);
}

static void test_tasks(void **state)
{
	struct test_world *t = *state;
	int64_t deal = world_fact(t, "contact.made", "d1", "{}").event.deal;
	const struct record *r = world_find(t, deal);
	struct task *task;

	apply(t, EFFECT_TASK, deal, "rhythm",
		"{'id':2048,'kind':'call','who':'jan','due':99,"
		"'title':{'nl':'Bel'},'purpose':'help'}");
	task = t->tasks[0];
	assert_int_equal(task->subject, deal);
	assert_string_equal(task->step.at, "rhythm");
	assert_string_equal(task->card.at, "p/card");
	assert_int_equal(task->shown_at_ms, t->world.now_ms);
	assert_int_equal(task->body.count, 3);
	assert_int_equal(value_get_int(&task->body, "line", 0), 12);
	assert_int_equal(r->n_open_tasks, 1);
	apply(t, EFFECT_TASK, deal, "", "{'id':2049,'kind':'todo'}");
	assert_string_equal(t->tasks[1]->step.at, "line:12");
	assert_int_equal(t->tasks[1]->who.bytes, 0);
	apply(t, EFFECT_TASK_EDIT, deal, "",
		"{'id':2048,'who':'piet','body':{'purpose':null,'why':3}}");
	assert_string_equal(task->who.at, "piet");
	assert_int_equal(task->due_at_ms, 99);
	assert_null(value_get(&task->body, "purpose"));
	apply(t, EFFECT_TASK_CLOSE, deal, "",
		"{'id':2048,'state':2,'reason':'signed'}");
	assert_int_equal(task->state, TASK_WITHDRAWN);
	assert_string_equal(value_get_str(&task->body, "reason"), "signed");
	apply(t, EFFECT_TASK_CLOSE, deal, "", "{'id':2049,'outcome':'done'}");
	assert_int_equal(t->tasks[1]->state, TASK_DONE);
	assert_int_equal(r->n_open_tasks, 0);
}

static void test_runs_and_places(void **state)
{
	struct test_world *t = *state;
	int64_t deal = world_fact(t, "contact.made", "d1", "{}").event.deal;
	const struct record *r = world_find(t, deal);
	struct run *run;
	struct place *p;

	apply(t, EFFECT_ENTER, deal, "", "{'run':1,'at':10}");
	apply(t, EFFECT_PLACE, deal, "rhythm",
		"{'phase':0,'anchor':5,'wait':'21 days','due':900}");
	apply(t, EFFECT_PLACE, deal, "rhythm",
		"{'phase':1,'due':0,'task':77,'count':1}");
	run = record_run(r, TEXT("p/card"));
	p = run_place(run, TEXT("rhythm"));
	assert_int_equal(p->phase, STEP_SHOWN);
	assert_int_equal(p->anchor_ms, 5);
	assert_string_equal(p->wait.at, "21 days");
	assert_int_equal(p->due_at_ms, 0);
	assert_int_equal(p->task, 77);
	apply(t, EFFECT_KEEP, deal, "", "{'key':'tried','value':['a']}");
	apply(t, EFFECT_ONCE, deal, "ask", "{}");
	apply(t, EFFECT_ONCE, deal, "", "{'step':'as'}");
	apply(t, EFFECT_ONCE, deal, "ask", "{}");
	assert_string_equal(run->once.at, "ask as");
	apply(t, EFFECT_PAUSE, deal, "", "{'at':40}");
	assert_int_equal(run->paused_at_ms, 40);
	apply(t, EFFECT_PAUSE, deal, "", "{}");
	assert_int_equal(run->paused_at_ms, 0);
	apply(t, EFFECT_LEAVE, deal, "", "{'at':60}");
	assert_int_equal(run->left_at_ms, 60);
	assert_int_equal(run->n_places, 0);
	apply(t, EFFECT_ENTER, deal, "", "{'run':2,'at':70}");
	assert_int_equal(run->number, 2);
	assert_int_equal(run->left_at_ms, 0);
	assert_int_equal(run->keep.count, 0);
	assert_string_equal(run->once.at, "ask as");
	assert_int_equal(r->n_runs, 1);
}

static void test_fields_and_timers(void **state)
{
	struct test_world *t = *state;
	struct posted lead = world_fact(
		t, "lead.received", "", "{'customer':{'email':'a@b.nl'}}");
	int64_t deal = lead.event.deal;
	const struct record *r = world_find(t, deal), *roof;

	roof = world_by_ref(t, TEXT("rooftop"), TEXT("rooftop"));
	assert_non_null(record_get(roof, "new_leads"));
	apply(t, EFFECT_ASSIGN, deal, "", "{'who':'jan'}");
	assert_string_equal(world_field(t, deal, "handler"), "\"jan\"");
	assert_string_equal(
		world_field(t, lead.event.customer, "handler"), "\"jan\"");
	assert_null(record_get(roof, "new_leads"));
	apply(t, EFFECT_SET, deal, "", "{'field':'flagged','value':true}");
	assert_string_equal(world_field(t, deal, "flagged"), "true");
	apply(t, EFFECT_SET, deal, "", "{'field':'flagged'}");
	assert_string_equal(world_field(t, deal, "flagged"), "-");
	apply(t, EFFECT_TIMER, deal, "", "{'name':'a','due':5}");
	apply(t, EFFECT_TIMER, deal, "", "{'name':'b','due':6}");
	apply(t, EFFECT_TIMER, deal, "", "{'name':'b','due':7}");
	assert_int_equal(r->n_timers, 2);
	apply(t, EFFECT_CANCEL, deal, "", "{'name':'a'}");
	assert_int_equal(r->n_timers, 1);
	apply(t, EFFECT_CANCEL, deal, "", "{}");
	assert_int_equal(r->n_timers, 0);
	apply(t, EFFECT_EMIT, deal, "", "{'type':'note.added'}");
	apply(t, EFFECT_NOTE, 0, "", "{'text':'x'}");
}

static void test_missing_records(void **state)
{
	struct test_world *t = *state;
	struct effect e = {.kind = EFFECT_SET,
		.subject = 999,
		.args = world_json(t, "{'field':'x'}"),
		.step = TEXT("")};
	struct fl_error err = {0};

	assert_int_equal(
		effect_apply(&t->world, &t->tasks_world, TEXT("c"), &e, &err),
		FL_INVALID);
	e.kind = EFFECT_TASK_CLOSE;
	e.args = world_json(t, "{'id':4}");
	assert_int_equal(
		effect_apply(&t->world, &t->tasks_world, TEXT("c"), &e, &err),
		FL_INVALID);
	assert_non_null(strstr(err.text, "no task 4"));
}

static void test_names(void **state)
{
	int i;

	(void)state;
	for (i = 1; i < EFFECT_KINDS; i++)
		assert_string_not_equal(effect_name((enum effect_kind)i), "?");
	assert_string_equal(effect_name(EFFECT_KINDS), "?");
	assert_string_equal(card_fate_name(CARD_CUT_RATE), "cut(rate)");
	assert_string_equal(card_fate_name((enum card_fate)99), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_typical_is_small),
		T(test_exact_both_ways),
		T(test_random_decisions),
		T(test_damaged_decisions),
		T(test_tasks),
		T(test_runs_and_places),
		T(test_fields_and_timers),
		T(test_missing_records),
		T(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
