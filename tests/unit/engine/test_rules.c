/* The turn with real rules: publishing, people in flight, tasks. */
#include "scene.h"

#define DEALER                                                                 \
	"dealership { name = \"Test\", zone = \"Europe/Amsterdam\", "          \
	"language = \"en\", legal = \"nl\", currency = \"EUR\", "              \
	"hours = { [\"mon-fri\"] = \"09:00-18:00\" }, holidays = \"none\" }\n" \
	"person \"jan\" { name = \"Jan\", roles = { \"seller\" } }\n"          \
	"person \"piet\" { name = \"Piet\", roles = { \"sales_manager\" } }\n" \
	"team \"both\" { \"jan\", \"piet\" }\n"

static struct ruleset *rules(const char *own)
{
	struct source_file files[] = {
		{"dealership.lua", DEALER, sizeof(DEALER) - 1},
		{"rules/own.lua", own, strlen(own)}};
	struct source_set set = {files, 2, NULL, 0};
	struct ruleset *rs = NULL;
	struct problems p;
	struct arena a;
	struct buf b;

	arena_init(&a, 0);
	buf_init(&b, 1u << 16);
	problems_init(&p, &a);
	if (ruleset_load(&set, NULL, false, &p, &rs) != FL_OK) {
		problems_print(&p, &b);
		fail_msg("%s", b.at);
	}
	buf_deinit(&b);
	arena_deinit(&a);
	return rs;
}

static struct ruleset *cadence(const char *wait)
{
	char own[600];

	snprintf(own, sizeof(own),
		"cadence \"slow\" { title = \"Slow\", about = \"deal\", "
		"starts = \"contact.made\", step \"call\" { after = \"%s\", "
		"task = todo \"Look at {customer.name}\", who = \"jan\" } }\n",
		wait);
	return rules(own);
}

static void open_with(struct scene *s, struct ruleset *rs, const char *dir)
{
	struct scene_how how = {.dir = dir, .manual = true};

	memset(s, 0, sizeof(*s));
	scene_open(s, rs, &how);
	ruleset_unref(rs);
}

static void deals(struct scene *s, int n)
{
	struct scene_answer a;
	char json[300];

	for (int i = 0; i < n; i++) {
		snprintf(json, sizeof(json),
			"{\"type\":\"lead.received\",\"source\":\"web\","
			"\"id\":\"d%d\",\"data\":{\"deal\":\"D-%d\","
			"\"customer\":{\"name\":\"Klant %d\"}}}",
			i, i, i);
		scene_send(s, json, false, &a);
		scene_poll(s);
		assert_int_equal(a.status, FL_OK);
		snprintf(json, sizeof(json),
			"{\"type\":\"contact.made\",\"subject\":\"D-%d\","
			"\"data\":{\"channel\":\"phone\"}}",
			i);
		assert_int_equal(scene_post(s, json).status, FL_OK);
	}
}

static struct scene_answer publish(struct scene *s, struct ruleset *rs)
{
	struct post_by by = {.actor = TEXT("admin"), .role = TEXT(""),
		.source = TEXT("")};
	struct scene_answer a = {0};

	engine_publish(s->engine, rs, &by, "other wait", NULL,
		scene_answered, &a);
	ruleset_unref(rs);
	scene_poll(s);
	assert_int_equal(a.status, FL_OK);
	return a;
}

/* When the deal's one step is due; 0: not at all. */
static int64_t due_of(struct scene *s, int deal)
{
	char key[32];
	const struct record *r;

	snprintf(key, sizeof(key), "deal:D-%d", deal);
	r = scene_record(s, key);
	assert_non_null(r);
	return r->n_runs == 1 && r->runs[0].n_places == 1
		? r->runs[0].places[0].due_at_ms
		: 0;
}

static bool count_due(void *ctx, const struct due_row *row)
{
	(void)row;
	++*(int *)ctx;
	return true;
}

/* Due rows of the store up to a moment. */
static int dues_until(struct scene *s, int64_t until)
{
	struct fl_error err;
	struct reader *r;
	int n = 0;

	assert_int_equal(reader_of_store(s->store, &r, &err), FL_OK);
	assert_int_equal(reader_dues(r, &s->arena, 0, until, 0, count_due, &n,
				 &err), FL_OK);
	reader_free(r);
	return n;
}

/* Work days after Tuesday 1 September; opening is 07:00 UTC. */
#define OPENING(days) (SCENE_START + (days) * SCENE_DAY - SCENE_DAY / 24)

static void test_recompute(void **state)
{
	struct scene s;

	(void)state;
	open_with(&s, cadence("3 work days"), NULL);
	deals(&s, 3);
	assert_int_equal(due_of(&s, 1), OPENING(3));
	publish(&s, cadence("2 work days"));
	for (int i = 0; i < 3; i++)
		assert_int_equal(due_of(&s, i), OPENING(2));
	assert_int_equal(dues_until(&s, INT64_MAX), 3);
	assert_int_equal(scene_count(&s, "rules.recomputed"), 1);
	s.n_types = 0;
	scene_clock(&s, OPENING(2));
	assert_int_equal(scene_count(&s, "timer.fired"), 3);
	assert_int_equal(scene_record(&s, "deal:D-2")->n_open_tasks, 1);
	scene_close(&s);
}

/* The same bytes again are no change; a first start recomputes nobody. */
static void test_first_rules(void **state)
{
	struct scene s;

	(void)state;
	open_with(&s, cadence("3 work days"), NULL);
	assert_int_equal(scene_count(&s, "rules.recomputed"), 0);
	assert_int_equal(scene_count(&s, "rules.activated"), 1);
	scene_close(&s);
}

static void test_many_slices(void **state)
{
	struct scene s;

	(void)state;
	open_with(&s, cadence("3 work days"), NULL);
	deals(&s, 400);
	publish(&s, cadence("4 work days"));
	assert_int_equal(scene_count(&s, "rules.recomputed"), 13); /* of 32 */
	assert_int_equal(dues_until(&s, OPENING(3)), 0);
	for (int i = 0; i < 400; i += 57)
		assert_int_equal(due_of(&s, i), OPENING(6)); /* Monday */
	scene_close(&s);
}

/* Cut short by the end of the process: the next start goes on with it. */
static void test_slices_after_restart(void **state)
{
	char dir[] = "/tmp/fairlead-rules-XXXXXX", command[100];
	struct post_by by = {.actor = TEXT("admin"), .role = TEXT(""),
		.source = TEXT("")};
	struct scene_answer a = {0};
	struct ruleset *next;
	struct scene s;

	(void)state;
	assert_non_null(mkdtemp(dir));
	open_with(&s, cadence("3 work days"), dir);
	deals(&s, 300);
	next = cadence("2 work days");
	engine_publish(s.engine, next, &by, "", NULL,
		scene_answered, &a);
	ruleset_unref(next);
	while (!a.given)
		assert_int_equal(engine_poll(s.engine), FL_OK);
	assert_false(engine_idle(s.engine));
	scene_close(&s);
	open_with(&s, cadence("2 work days"), dir);
	assert_int_equal(scene_count(&s, "rules.activated"), 0);
	for (int i = 0; i < 300; i += 13)
		assert_int_equal(due_of(&s, i), OPENING(2));
	assert_int_equal(dues_until(&s, INT64_MAX), 300);
	scene_close(&s);
	open_with(&s, cadence("2 work days"), dir);
	assert_int_equal(s.n_types, 1);
	scene_close(&s);
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* A card that is gone leaves its runs where they are, and nothing loops. */
static void test_card_gone(void **state)
{
	struct scene s;

	(void)state;
	open_with(&s, cadence("3 work days"), NULL);
	deals(&s, 2);
	publish(&s, rules("rule \"other\" { title = \"Other\", about = \"deal\""
			  ", when \"deal.signed\" { run = function(deal, event,"
			  " act) act.note(\"x\") end } }\n"));
	scene_clock(&s, OPENING(9));
	assert_int_equal(dues_until(&s, INT64_MAX), 0);
	/* but for what the manager hears: nothing is planned any more */
	assert_int_equal(scene_record(&s, "deal:D-0")->n_open_tasks, 1);
	scene_close(&s);
}

static bool one_task(void *ctx, const struct task *t)
{
	*(struct task *)ctx = *t;
	return false;
}

/* People and times of act.task are resolved when it is applied. */
static void test_act_task(void **state)
{
	struct fl_error err;
	struct reader *r;
	struct task t = {0};
	struct scene s;

	(void)state;
	open_with(&s, rules("rule \"r\" { title = \"R\", about = \"deal\", "
			    "when \"contact.made\" { run = function(deal, "
			    "event, act) act.task { kind = \"call\", purpose = \"service\", who = role"
			    " \"sales_manager\", title = \"Warm\", due = \"end "
			    "of next work day\" } end } }\n"), NULL);
	deals(&s, 1);
	assert_int_equal(reader_of_store(s.store, &r, &err), FL_OK);
	assert_int_equal(reader_tasks(r, &s.arena, TEXT("piet"), 1, one_task,
				 &t, &err), FL_OK);
	reader_free(r);
	assert_true(text_is(t.kind, "call"));
	/* Wednesday's last moment in Amsterdam */
	assert_in_range(t.due_at_ms, SCENE_START + SCENE_DAY,
		SCENE_START + SCENE_DAY + SCENE_DAY * 14 / 24);
	scene_close(&s);
}

static bool count_task(void *ctx, const struct task *t)
{
	(void)t;
	++*(int *)ctx;
	return true;
}

static int tasks_of(struct scene *s, const char *who)
{
	struct fl_error err;
	struct reader *r;
	int n = 0;

	assert_int_equal(reader_of_store(s->store, &r, &err), FL_OK);
	assert_int_equal(reader_tasks(r, &s->arena, text_of(who), 0,
				 count_task, &n, &err), FL_OK);
	reader_free(r);
	return n;
}

/* Loads count what the same event has given out already, and what was given
 * before a restart. */
static void test_least_loaded(void **state)
{
	static const char own[] =
		"rule \"r\" { title = \"R\", about = \"deal\", when "
		"\"contact.made\" { run = function(deal, event, act) for i = 1,"
		" 3 do act.task { kind = \"call\", purpose = \"service\", who = least_loaded \"both\""
		", title = \"Warm\", each_event = true } end end } }\n";
	char dir[] = "/tmp/fairlead-loads-XXXXXX", command[100];
	struct scene s;

	(void)state;
	assert_non_null(mkdtemp(dir));
	open_with(&s, rules(own), dir);
	deals(&s, 1);
	assert_int_equal(tasks_of(&s, "jan"), 2);
	assert_int_equal(tasks_of(&s, "piet"), 1);
	scene_close(&s);
	open_with(&s, rules(own), dir);
	assert_int_equal(scene_post(&s, "{\"type\":\"contact.made\",\"subject"
					"\":\"D-0\",\"data\":{\"channel\":"
					"\"phone\"}}").status, FL_OK);
	assert_int_equal(tasks_of(&s, "jan"), 3);
	assert_int_equal(tasks_of(&s, "piet"), 3);
	scene_close(&s);
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* An endless loop is cut, the others go on, the cut is journalled. */
static void test_endless(void **state)
{
	struct engine_counts n;
	struct scene s;

	(void)state;
	open_with(&s, rules("rule \"a\" { title = \"A\", about = \"deal\", when"
			    " \"contact.made\" { run = function(deal, event, "
			    "act) while true do end end } }\n"
			    "rule \"b\" { title = \"B\", about = \"deal\", when"
			    " \"contact.made\" { run = function(deal, event, "
			    "act) act.task { kind = \"call\", purpose = \"service\", title = \"B\", "
			    "who = handler } end } }\n"), NULL);
	deals(&s, 1);
	engine_counts(s.engine, &n);
	assert_int_equal(n.card_errors, 1);
	assert_int_equal(scene_count(&s, "card.failed"), 1);
	/* b's call is nobody's, and the manager hears of both */
	assert_int_equal(scene_record(&s, "deal:D-0")->n_open_tasks, 3);
	scene_close(&s);
}

/* Functions that each keep within their own limit, but there is no end of
 * them: the card is cut as a whole, and so is each of many customers. */
static void test_many_slow(void **state)
{
	struct engine_counts n;
	struct scene s;
	struct buf b;

	(void)state;
	buf_init(&b, 1u << 20);
	buf_add_text(&b, "local function slow() local n = 0 for i = 1, 600000 "
			 "do n = n + i % 7 end return n end\ncadence \"a\" { "
			 "title = \"A\", about = \"deal\", starts = "
			 "\"contact.made\",\n");
	for (int i = 0; i < 400; i++)
		buf_printf(&b,
			"step \"s%d\" { after = function() slow() return \"%d "
			"days\" end, task = todo \"x\", who = handler },\n",
			i, i + 1);
	buf_add_text(&b, "}\nrule \"b\" { title = \"B\", about = \"deal\", "
			 "when \"contact.made\" { run = function(deal, event, "
			 "act) act.task { kind = \"call\", purpose = \"service\", title = \"B\", who = "
			 "handler } end } }\n");
	buf_add_char(&b, '\0');
	open_with(&s, rules(b.at), NULL);
	buf_deinit(&b);
	deals(&s, 1);
	engine_counts(s.engine, &n);
	assert_int_equal(n.card_errors, 1);
	assert_int_equal(scene_count(&s, "card.failed"), 1);
	assert_null(record_run(scene_record(&s, "deal:D-0"), TEXT("own/a")));
	assert_int_equal(scene_record(&s, "deal:D-0")->n_open_tasks, 3);
	scene_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_rules),
		cmocka_unit_test(test_recompute),
		cmocka_unit_test(test_many_slices),
		cmocka_unit_test(test_slices_after_restart),
		cmocka_unit_test(test_card_gone),
		cmocka_unit_test(test_act_task),
		cmocka_unit_test(test_least_loaded),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_many_slow),
	};

	digest_init();
	script_init();
	log_level_set(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
