/* What `plan` says is what publishing does, to the millisecond and by name. */
#include "fault.h"
#include "scene_lua.h"

#include "sim/plan.h"

#define STEP(id, wait, who)                                                    \
	"step \"" id "\" { after = \"" wait "\", task = todo \"t\", who = "    \
	who " }"
#define SLOW(steps)                                                            \
	"cadence \"slow\" { title = \"T\", about = \"deal\", starts = "        \
	"\"contact.made\", " steps " }\n"
#define OTHER                                                                  \
	"cadence \"other\" { title = \"O\", about = \"deal\", starts = "       \
	"\"contact.made\", " STEP("o", "5 weeks", "\"piet\"") " }\n"
#define NO_JAN SCENE_HEAD SCENE_PIET

static void make(struct scene *s, struct ruleset *next, struct plan *plan)
{
	struct reader *r;
	struct fl_error err;

	assert_int_equal(reader_of_store(s->store, &r, &err), FL_OK);
	assert_int_equal(plan_make(r,
				 ruleset_book(engine_ruleset(s->engine)),
				 engine_ruleset_number(s->engine), next,
				 engine_now_ms(s->engine), &s->arena, plan,
				 &err), FL_OK);
	reader_free(r);
}

static const struct record *deal_of(struct scene *s, int64_t id, int n)
{
	for (int i = 0; i < n; i++) {
		const struct record *r = scene_deal(s, i);

		if (r->id == id)
			return r;
	}
	fail_msg("no such deal");
	return NULL;
}

static bool task_is_open(const struct record *r, int64_t task)
{
	for (uint32_t i = 0; i < r->n_open_tasks; i++)
		if (r->open_tasks[i] == task)
			return true;
	return false;
}

static void holds(struct scene *s, const struct plan_change *c, int n)
{
	const struct record *r = deal_of(s, c->subject, n);
	const struct run *run = record_run(r, c->card);
	const struct place *p = run != NULL ? run_place(run, c->step) : NULL;

	switch (c->kind) {
	case PLAN_MOVES:
	case PLAN_APPEARS:
		assert_non_null(p);
		assert_int_equal(p->due_at_ms, c->to_ms);
		break;
	case PLAN_GONE:
		assert_true(p == NULL || p->due_at_ms == 0);
		break;
	case PLAN_WITHDRAWN:
		assert_false(task_is_open(r, c->task));
		break;
	case PLAN_HANDED:
		assert_true(task_is_open(r, c->task));
		assert_true(scene_open_tasks(s, c->to_who.at, c->step.at,
				    NULL) > 0);
		break;
	case PLAN_LEAVES:
		assert_int_not_equal(run->left_at_ms, 0);
		break;
	default:
		fail_msg("not expected here");
	}
}

struct pair {
	const char *what;
	const char *before, *after, *dealer; /* NULL: the usual one */
	int64_t day;                         /* of publishing */
	uint32_t moved, withdrawn, gone, appears, paced, bursts;
};

static const struct pair pairs[] = {
	{"nothing", SLOW(STEP("a", "1 week", "\"jan\"")),
		SLOW(STEP("a", "1 week", "\"jan\"")), NULL, 1, 0, 0, 0, 0, 0,
		0},
	{"a longer wait", SLOW(STEP("a", "1 week", "\"jan\"")),
		SLOW(STEP("a", "3 weeks", "\"jan\"")), NULL, 1, 12, 0, 0, 0, 0,
		1},
	{"a wait that is over", SLOW(STEP("a", "3 weeks", "\"jan\"")),
		SLOW(STEP("a", "2 days", "\"jan\"")), NULL, 4, 12, 0, 0, 0, 12,
		0},
	{"a step that goes, with its task",
		SLOW(STEP("a", "1 work day", "\"jan\"") ", "
			STEP("b", "3 weeks", "\"jan\"")),
		SLOW(STEP("c", "4 weeks", "\"piet\"")), NULL, 1, 12, 12, 12,
		12, 0, 1},
	{"a card that goes", SLOW(STEP("a", "1 week", "\"jan\"")) OTHER, OTHER,
		NULL, 1, 12, 0, 12, 0, 0, 0},
	{"a person who goes", SLOW(STEP("a", "1 work day", "\"jan\"")),
		SLOW(STEP("a", "1 work day", "\"piet\"")), NO_JAN, 1, 12, 0, 0,
		0, 0, 0},
	{"a step renamed", SLOW(STEP("a", "1 week", "\"jan\"")),
		SLOW("step \"b\" { was = \"a\", after = \"1 week\", task = "
		     "todo \"t\", who = \"jan\" }"), NULL, 1, 0, 0, 0, 0, 0,
		0},
	{"a card stopped", SLOW(STEP("a", "1 work day", "\"jan\"")),
		SLOW("removed = \"stop\", " STEP("a", "1 work day",
			"\"jan\"")), NULL, 1, 12, 12, 0, 0, 0, 0},
};

static void test_as_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct pair *p = &pairs[i];
		const char *dealer =
			p->dealer != NULL ? p->dealer : SCENE_DEALER;
		struct ruleset *next = scene_load(dealer, p->after);
		struct plan plan;
		struct scene s;

		print_message("# %s\n", p->what);
		scene_begin(&s, SCENE_DEALER, p->before);
		scene_deals(&s, 0, 12);
		scene_clock(&s, OPENING(p->day));
		make(&s, next, &plan);
		ruleset_unref(next);
		assert_int_equal(plan.in_flight, 12);
		assert_int_equal(plan.moved, p->moved);
		assert_int_equal(plan.counts[PLAN_WITHDRAWN], p->withdrawn);
		assert_int_equal(plan.counts[PLAN_GONE], p->gone);
		assert_int_equal(plan.counts[PLAN_APPEARS], p->appears);
		assert_int_equal(plan.paced, p->paced);
		assert_int_equal(plan.bursts, p->bursts);
		scene_publish(&s, dealer, p->after);
		for (uint32_t k = 0; k < plan.n_changes; k++)
			holds(&s, &plan.changes[k], 12);
		/* and there is nothing left to do */
		next = scene_load(dealer, p->after);
		make(&s, next, &plan);
		assert_int_equal(plan.n_changes, 0);
		ruleset_unref(next);
		scene_close(&s);
	}
}

/* Loads count what comes to whom before and after, by day. */
static void test_loads(void **state)
{
	struct ruleset *next =
		scene_load(SCENE_DEALER, SLOW(STEP("a", "2 weeks",
					 "\"piet\"")));
	struct plan plan;
	struct scene s;

	(void)state;
	scene_begin(&s, SCENE_DEALER, SLOW(STEP("a", "1 week", "\"jan\"")));
	scene_deals(&s, 0, 3);
	make(&s, next, &plan);
	assert_int_equal(plan.n_loads, 2);
	assert_true(text_is(plan.loads[0].person, "jan"));
	assert_int_equal(plan.loads[0].before, 3);
	assert_int_equal(plan.loads[0].after, 0);
	assert_true(text_is(plan.loads[1].person, "piet"));
	assert_int_equal(plan.loads[1].before, 0);
	assert_int_equal(plan.loads[1].after, 3);
	assert_int_equal(plan.loads[1].day - plan.loads[0].day, 7);
	ruleset_unref(next);
	scene_close(&s);
}

/* A function of the candidate that fails is told, and moves nobody. */
static void test_fails(void **state)
{
	struct ruleset *next = scene_load(SCENE_DEALER,
		SLOW("as_long_as = function(deal) if deal.state == \"engaged\" "
		     "then error(\"broken\") end return true end, " STEP("a", "1 week", "\"jan\"")));
	struct plan plan;
	struct scene s;

	(void)state;
	scene_begin(&s, SCENE_DEALER, SLOW(STEP("a", "1 week", "\"jan\"")));
	scene_deals(&s, 0, 2);
	make(&s, next, &plan);
	assert_int_equal(plan.counts[PLAN_FAILS], 2);
	assert_int_equal(plan.n_changes, 2);
	assert_non_null(strstr(plan.changes[0].reason, "rules/own.lua:1"));
	ruleset_unref(next);
	scene_close(&s);
}

/* Three tasks of piet's are open, so that all goes to jan, who had it. */
static void jan_has_less(const struct plan *plan)
{
	assert_int_equal(plan->counts[PLAN_MOVES], 3);
	assert_int_equal(plan->n_loads, 2);
	for (int i = 0; i < 2; i++) {
		assert_true(text_is(plan->loads[i].person, "jan"));
		assert_int_equal(plan->loads[i].before, i == 0 ? 3 : 0);
		assert_int_equal(plan->loads[i].after, i == 0 ? 0 : 3);
	}
}

/* Memory that is refused, also to what is only counted when a rule asks, gives
 * no plan rather than a wrong one. */
static void test_no_memory(void **state)
{
	static const char team[] =
		SCENE_DEALER "team \"pair\" { \"piet\", \"jan\" }\n";
	struct ruleset *next = scene_load(team,
		SLOW(STEP("a", "2 weeks", "least_loaded \"pair\"")));
	struct plan plan;
	struct scene s;
	bool hit = true;
	int refused = 0;

	(void)state;
	scene_begin(&s, team, SLOW(STEP("a", "1 week", "\"jan\"")
		", " STEP("b", "1 work minute", "\"piet\"")));
	scene_deals(&s, 0, 3);
	scene_clock(&s, OPENING(1) + SCENE_DAY / 4);
	for (long n = 0; hit; n++) {
		struct reader *r;
		struct fl_error err;
		fl_status got;

		assert_int_equal(reader_of_store(s.store, &r, &err), FL_OK);
		fault_after(n);
		got = plan_make(r, ruleset_book(engine_ruleset(s.engine)), 1,
			next, engine_now_ms(s.engine), &s.arena, &plan, &err);
		hit = fault_disarm();
		reader_free(r);
		refused += got == FL_NOMEM;
		if (got != FL_OK)
			assert_true(hit && got == FL_NOMEM);
		else /* also when it could do without */
			jan_has_less(&plan);
	}
	assert_true(refused > 20);
	ruleset_unref(next);
	scene_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_said),
		cmocka_unit_test(test_loads),
		cmocka_unit_test(test_fails),
		cmocka_unit_test(test_no_memory),
	};

	digest_init();
	script_init();
	log_level_set(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
