/*
 * The rooftop was away: a restart after days, a machine asleep, a clock that
 * jumped, a restored backup. Nothing is fired at once, nobody is told off for
 * what nobody could see, and the journal says it all.
 */
#include "scene_lua.h"

#include "ask/ask.h"
#include "sim/sim.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define SLOW(steps)                                                            \
	"cadence \"slow\" { title = \"T\", about = \"deal\", starts = "        \
	"\"contact.made\", " steps " }\n"
#define CALL(wait, more)                                                       \
	"step \"call\" { after = \"" wait "\", task = call \"Call\", purpose = \"service\", who = "   \
	"\"jan\", " more " }"

static void open_live(struct scene *s, const char *dir, int64_t now_ms,
		      const char *own)
{
	struct scene_how how = {.dir = dir};
	struct ruleset *rs = scene_load(SCENE_DEALER, own);

	memset(s, 0, sizeof(*s));
	s->now_ms = now_ms;
	scene_open(s, rs, &how);
	ruleset_unref(rs);
}

/* The clock goes on by so much, looked at every few minutes. */
static void pass(struct scene *s, int64_t ms)
{
	for (int64_t end = s->now_ms + ms; s->now_ms < end;) {
		s->now_ms += end - s->now_ms < 5 * MINUTE ? end - s->now_ms
							  : 5 * MINUTE;
		scene_poll(s);
	}
}

static void jump(struct scene *s, int64_t to_ms)
{
	s->now_ms = to_ms;
	scene_poll(s);
}

static bool held(struct scene *s)
{
	const struct value *v =
		engine_rooftop_field(s->engine, "messages_held");

	return v != NULL && v->kind == VALUE_BOOL && v->as.boolean;
}

static bool summary_visit(void *ctx, const struct task *t)
{
	if (strncmp(t->step.at, "outage:", 7) == 0)
		++*(int *)ctx;
	return true;
}

static int summaries(struct scene *s)
{
	struct fl_error err;
	struct reader *r;
	int n = 0;

	assert_int_equal(reader_of_store(s->store, &r, &err), FL_OK);
	assert_int_equal(reader_tasks(r, &s->arena, TEXT("piet"), 0,
				 summary_visit, &n, &err), FL_OK);
	reader_free(r);
	return n;
}

/* Events and recorded decisions come to exactly this state. */
static void audit(struct scene *s)
{
	struct audit_result result;
	struct problems p;
	struct fl_error err;
	struct reader *r;

	problems_init(&p, &s->arena);
	assert_int_equal(reader_of_store(s->store, &r, &err), FL_OK);
	assert_int_equal(sim_audit(r, &s->arena, &result, &p, &err), FL_OK);
	if (result.differences != 0)
		fail_msg("%s", p.items[0].text);
	reader_free(r);
}

static int shown(struct scene *s, const char *step)
{
	int all = scene_open_tasks(s, NULL, step, NULL);

	/* these deals have no handler: that is told beside it */
	return step != NULL ? all
			    : all - scene_open_tasks(s, NULL, "silent", NULL);
}

/* A customer's story as people read it, one line an event. */
static const char *story(struct scene *s, const char *deal)
{
	struct value args = value_map(), out = value_null();
	struct ask ask = {.ruleset = engine_ruleset(s->engine),
		.ruleset_number = engine_ruleset_number(s->engine),
		.now_ms = s->now_ms,
		.a = &s->arena};
	const char *text;
	struct problems p;
	struct fl_error err;
	struct buf b;

	buf_init(&b, 1 << 20);
	problems_init(&p, &s->arena);
	value_put(&s->arena, &args, "who", value_text(deal));
	assert_int_equal(reader_of_store(s->store, &ask.reader, &err), FL_OK);
	assert_int_equal(ask_find("deal")->fn(&ask, &args, &out, &p), FL_OK);
	value_write(&b, value_get(&out, "story"));
	reader_free(ask.reader);
	text = arena_strdup(&s->arena, b.at);
	buf_deinit(&b);
	return text;
}

static void has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("no \"%s\" at the end of ...%s", part,
			strlen(text) > 700 ? text + strlen(text) - 700 : text);
}

/* ---- a clock that jumps ---- */

static void test_jump(void **state)
{
	struct scene s;
	int n[3] = {0};

	(void)state;
	open_live(&s, NULL, SCENE_START, SLOW(CALL("2 work days", "")));
	scene_deals(&s, 0, 25);
	jump(&s, OPENING(39)); /* Saturday, five weeks on */
	assert_int_equal(scene_count(&s, "clock.stepped"), 1);
	assert_int_equal(scene_count(&s, "timer.fired"), 0);
	assert_int_equal(shown(&s, "call"), 0);
	assert_true(held(&s));
	assert_int_equal(summaries(&s), 1);
	for (int i = 0; i < 25; i++)
		for (int d = 0; d < 3; d++)
			n[d] += scene_due(&s, i, "slow", "call") ==
				OPENING(41 + d);
	assert_int_equal(n[0], 10);
	assert_int_equal(n[1], 10);
	assert_int_equal(n[2], 5);
	has(story(&s, "D-3"), "fairlead was away from ");
	has(story(&s, "D-3"), "own/slow\",\"step\":\"call\",\"text\":"
			      "\"step now comes Mon 12 Oct 09:00: call");
	pass(&s, 2 * SCENE_DAY + HOUR);
	assert_int_equal(shown(&s, "call"), 10);
	pass(&s, 2 * SCENE_DAY);
	assert_int_equal(shown(&s, "call"), 25);
	assert_int_equal(scene_count(&s, "clock.stepped"), 1);
	assert_int_equal(summaries(&s), 1);
	audit(&s);
	scene_close(&s);
}

/* Whoever was moved by it reads so in their story, and nobody else does. */
static void test_story(void **state)
{
	static const char dutch[] =
		"dealership { name = \"Test\", zone = \"Europe/Amsterdam\", "
		"language = \"nl\", legal = \"nl\", holidays = \"none\", "
		"hours = { [\"mon-fri\"] = \"09:00-18:00\" } }\n" SCENE_JAN
			SCENE_PIET;
	struct scene_how how = {0};
	struct ruleset *rs = scene_load(dutch, SLOW(CALL("2 work days", "")));
	struct scene s = {.now_ms = SCENE_START};

	(void)state;
	scene_open(&s, rs, &how);
	ruleset_unref(rs);
	scene_deals(&s, 0, 2);
	scene_post(&s, "{\"type\":\"lead.received\",\"source\":\"web\","
		       "\"id\":\"n\",\"data\":{\"deal\":\"D-9\","
		       "\"customer\":{\"name\":\"Nieuw\"}}}");
	jump(&s, OPENING(39));
	has(story(&s, "D-1"), "fairlead was weg van do 3 sep 08:59 tot za "
			      "10 okt 09:00");
	has(story(&s, "D-1"), "stap komt nu ma 12 okt 09:00: call");
	assert_null(strstr(story(&s, "D-9"), "fairlead was weg"));
	scene_close(&s);
}

/* What comes back is checked again when it comes: who signed meanwhile is not
 * called. */
static void test_checked_again(void **state)
{
	struct scene s;

	(void)state;
	open_live(&s, NULL, SCENE_START, SLOW(CALL("2 work days",
		"unless = function(deal) return deal.state == \"quoted\" "
		"end")));
	scene_deals(&s, 0, 2);
	jump(&s, OPENING(39));
	assert_int_equal(scene_post(&s, "{\"type\":\"quote.presented\","
					"\"source\":\"dms\",\"id\":\"q\","
					"\"subject\":\"D-0\",\"data\":{}}")
				 .status, FL_OK);
	pass(&s, 2 * SCENE_DAY + HOUR);
	assert_int_equal(shown(&s, "call"), 1);
	audit(&s);
	scene_close(&s);
}

/* if_late is what the rule says, also then. */
static void test_if_late(void **state)
{
	struct scene s;

	(void)state;
	open_live(&s, NULL, SCENE_START, SLOW(
		CALL("2 work days", "if_late = \"skip\"") ", step \"do\" { "
		"after = \"2 work days\", task = todo \"d\", who = \"jan\", "
		"if_late = \"do\" }"));
	scene_deals(&s, 0, 3);
	jump(&s, OPENING(39));
	assert_int_equal(shown(&s, "do"), 3);
	pass(&s, 9 * SCENE_DAY);
	assert_int_equal(shown(&s, "call"), 0);
	audit(&s);
	scene_close(&s);
}

/* A timer a rule has set fires once, as soon as the rooftop is back. */
static void test_own_timer(void **state)
{
	struct scene s;

	(void)state;
	open_live(&s, NULL, SCENE_START, "rule \"warm\" { title = \"W\", about "
		"= \"deal\", when \"contact.made\" { run = function(deal, event, "
		"act) act.timer(\"cool\", \"2 work days\") end }, when "
		"\"timer.fired\" { name = \"cool\", run = function(deal, event, "
		"act) act.task { kind = \"todo\", who = \"jan\", title = \"x\" } "
		"end } }\n");
	scene_deals(&s, 0, 2);
	jump(&s, OPENING(39));
	assert_int_equal(scene_count(&s, "clock.stepped"), 1);
	assert_int_equal(scene_open_tasks(&s, "jan", NULL, NULL), 2);
	assert_int_equal(scene_count(&s, "timer.fired"), 2);
	audit(&s);
	scene_close(&s);
}

/* A clock that went back is told once, though its turn first has to read a deal
 * that is not in memory. */
static void test_back(void **state)
{
	static const char *const own = "rule \"back\" { title = \"B\", about = "
		"\"rooftop\", when \"clock.stepped\" { run = function(rooftop, "
		"event, act) act.emit(\"contact.made\", { deal = \"dms-1\" }) "
		"end } }\n";
	char dir[] = "/tmp/fairlead-late-XXXXXX", command[100];
	struct scene s;

	(void)state;
	assert_non_null(mkdtemp(dir));
	open_live(&s, dir, SCENE_START, own);
	scene_post(&s, "{\"type\":\"quote.presented\",\"data\":"
		"{\"deal\":\"dms-1\"}}");
	scene_close(&s);
	open_live(&s, dir, SCENE_START + MINUTE, own);
	jump(&s, SCENE_START - 3 * HOUR);
	scene_poll(&s);
	assert_int_equal(scene_count(&s, "clock.stepped"), 1);
	assert_int_equal(scene_count(&s, "contact.made"), 1);
	pass(&s, HOUR);
	assert_int_equal(scene_count(&s, "clock.stepped"), 1);
	audit(&s);
	scene_close(&s);
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* A few minutes are no outage: late things fire as they are. */
static void test_short(void **state)
{
	struct scene s;

	(void)state;
	open_live(&s, NULL, SCENE_START, SLOW(CALL("2 hours", "")));
	scene_deals(&s, 0, 12);
	pass(&s, HOUR + 55 * MINUTE);
	jump(&s, SCENE_START + 2 * HOUR + 9 * MINUTE);
	assert_int_equal(scene_count(&s, "clock.stepped"), 0);
	assert_int_equal(shown(&s, "call"), 12);
	assert_false(held(&s));
	audit(&s);
	scene_close(&s);
}

/* An idle host need not poll until something is due: that is no outage. */
static void test_idle(void **state)
{
	struct scene s;

	(void)state;
	open_live(&s, NULL, SCENE_START, SLOW(CALL("2 work days", "")));
	scene_deals(&s, 0, 1);
	assert_int_equal(engine_next_ms(s.engine), OPENING(2));
	jump(&s, OPENING(2) + 1000);
	assert_int_equal(scene_count(&s, "clock.stepped"), 0);
	assert_int_equal(shown(&s, "call"), 1);
	scene_close(&s);
}

/* ---- people's deadlines and ladders ---- */

/* Shown at 10:00 with four hours to do it. Something came due at 12:30 and it
 * is 15:00 before anybody looks: two and a half hours were lost, the deadline
 * is 16:30, and Piet hears of it only half an hour after that. */
static void test_deadlines(void **state)
{
	const struct task *t;
	struct scene s;

	(void)state;
	open_live(&s, NULL, SCENE_START, SLOW("step \"call\" { task = call "
		"\"Call\", purpose = \"service\", who = \"jan\", within = \"4 work hours\", if_missed "
		"= { tell = role \"sales_manager\", after = \"30 work minutes\""
		" } }, step \"other\" { after = \"150 minutes\", task = todo "
		"\"o\", who = \"piet\" }"));
	scene_deals(&s, 0, 1);
	assert_int_equal(scene_open_tasks(&s, "jan", "call", &t), 1);
	assert_int_equal(t->due_at_ms, SCENE_START + 4 * HOUR);
	pass(&s, HOUR);
	jump(&s, SCENE_START + 5 * HOUR);
	assert_int_equal(scene_count(&s, "clock.stepped"), 1);
	assert_int_equal(scene_open_tasks(&s, "jan", "call", &t), 1);
	assert_int_equal(t->due_at_ms, SCENE_START + 6 * HOUR + 30 * MINUTE);
	assert_int_equal(scene_due(&s, 0, "slow", "call"),
		SCENE_START + 7 * HOUR);
	assert_int_equal(shown(&s, "other"), 1);
	pass(&s, HOUR + 55 * MINUTE);
	assert_int_equal(shown(&s, "call.told"), 0);
	pass(&s, 10 * MINUTE);
	assert_int_equal(shown(&s, "call.told"), 1);
	audit(&s);
	scene_close(&s);
}

static void test_deadlines_with_heartbeat(void **state)
{
	char dir[] = "/tmp/fairlead-away-XXXXXX", command[100];
	const struct task *t;
	struct scene s;

	(void)state;
	assert_non_null(mkdtemp(dir));
	scene_heartbeat = true;
	open_live(&s, dir, SCENE_START, SLOW("step \"call\" { task = call "
		"\"Call\", purpose = \"service\", who = \"jan\", within = \"2 work hours\", if_missed "
		"= { tell = role \"sales_manager\", after = \"30 work minutes\""
		" } }"));
	scene_deals(&s, 0, 1);
	pass(&s, HOUR);
	scene_close(&s);
	scene_alive_ms = SCENE_START + HOUR;
	open_live(&s, dir, SCENE_START + 5 * HOUR, SLOW("step \"call\" { task "
		"= call \"Call\", purpose = \"service\", who = \"jan\", within = \"2 work hours\", "
		"if_missed = { tell = role \"sales_manager\", after = \"30 "
		"work minutes\" } }"));
	scene_alive_ms = 0;
	assert_int_equal(scene_count(&s, "outage.ended"), 1);
	assert_int_equal(shown(&s, "call.told"), 0);
	assert_int_equal(scene_open_tasks(&s, "jan", "call", &t), 1);
	assert_int_equal(t->due_at_ms, SCENE_START + 6 * HOUR);
	assert_int_equal(scene_due(&s, 0, "slow", "call"),
		SCENE_START + 6 * HOUR + 30 * MINUTE);
	pass(&s, HOUR + 29 * MINUTE);
	assert_int_equal(shown(&s, "call.told"), 0);
	pass(&s, 5 * MINUTE);
	assert_int_equal(shown(&s, "call.told"), 1);
	audit(&s);
	scene_close(&s);
	scene_heartbeat = false;
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* On a Saturday no open hour is lost; still nobody is told off for a deadline
 * of minutes that passed while nobody could see it: what was left is left. */
static void test_deadlines_in_closed_hours(void **state)
{
	static const char *const own = SLOW("step \"call\" { task = todo "
		"\"Call\", purpose = \"service\", who = \"jan\", within = \"10 minutes\", if_missed = "
		"{ tell = role \"sales_manager\", after = \"5 minutes\" } }");
	char dir[] = "/tmp/fairlead-closed-XXXXXX", command[100];
	const int64_t saturday = OPENING(4);
	const struct task *t;
	struct scene s;

	(void)state;
	assert_non_null(mkdtemp(dir));
	scene_heartbeat = true;
	open_live(&s, dir, saturday, own);
	scene_deals(&s, 0, 1);
	scene_close(&s);
	scene_alive_ms = saturday + MINUTE;
	open_live(&s, dir, saturday + 2 * HOUR, own);
	scene_alive_ms = 0;
	scene_heartbeat = false;
	assert_int_equal(scene_count(&s, "outage.ended"), 1);
	assert_int_equal(shown(&s, "call.told"), 0);
	assert_int_equal(scene_open_tasks(&s, "jan", "call", &t), 1);
	assert_int_equal(t->due_at_ms, saturday + 2 * HOUR + 9 * MINUTE);
	pass(&s, 15 * MINUTE);
	assert_int_equal(shown(&s, "call.told"), 1);
	audit(&s);
	scene_close(&s);
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* An older copy of the data is put back: a sign of life that is younger than
 * what should have fired by then does not count. */
static void test_restored(void **state)
{
	char dir[] = "/tmp/fairlead-back-XXXXXX", command[100];
	static const char *const own = SLOW(CALL("2 work days", ""));
	struct scene s;

	(void)state;
	assert_non_null(mkdtemp(dir));
	scene_heartbeat = true;
	open_live(&s, dir, SCENE_START, own);
	scene_deals(&s, 0, 12);
	scene_close(&s);
	scene_alive_ms = OPENING(6) - MINUTE;
	open_live(&s, dir, OPENING(6), own); /* Monday */
	scene_alive_ms = 0;
	scene_heartbeat = false;
	assert_int_equal(scene_count(&s, "outage.ended"), 1);
	assert_int_equal(shown(&s, "call"), 10);
	assert_true(held(&s));
	audit(&s);
	scene_close(&s);
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* ---- a year ---- */

static void test_year(void **state)
{
	char dir[] = "/tmp/fairlead-year-XXXXXX", command[100];
	static const char *const own = SLOW("step \"rhythm\" { every = \"3 "
		"weeks\", from = \"last touch\", task = call \"Call\", purpose = \"service\", who = "
		"\"jan\", up_to = \"18 months\" }");
	struct scene s;

	(void)state;
	assert_non_null(mkdtemp(dir));
	open_live(&s, dir, SCENE_START, own);
	scene_deals(&s, 0, 4);
	scene_close(&s);
	open_live(&s, dir, SCENE_START + 365 * SCENE_DAY, own);
	assert_int_equal(scene_count(&s, "outage.ended"), 1);
	assert_int_equal(scene_count(&s, "timer.fired"), 4);
	assert_int_equal(shown(&s, "rhythm"), 4); /* Wednesday, open, four */
	assert_int_equal(summaries(&s), 1);
	assert_true(held(&s));
	assert_int_equal(scene_post(&s, "{\"type\":\"messages.released\","
					"\"data\":{\"count\":0}}").status,
		FL_OK);
	assert_false(held(&s));
	audit(&s);
	scene_close(&s);
	/* and started again at once it has nothing to say */
	open_live(&s, dir, SCENE_START + 365 * SCENE_DAY + MINUTE, own);
	assert_int_equal(scene_count(&s, "outage.ended"), 0);
	scene_close(&s);
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* On a manual clock no span is a jump: every row fires at its own time. */
static void test_manual(void **state)
{
	struct scene_how how = {.manual = true};
	struct ruleset *rs = scene_load(SCENE_DEALER,
		SLOW(CALL("2 work days", "if_missed = { tell = role "
			"\"sales_manager\", after = \"1 work day\" }")));
	struct scene s;

	(void)state;
	memset(&s, 0, sizeof(s));
	scene_open(&s, rs, &how);
	ruleset_unref(rs);
	scene_deals(&s, 0, 3);
	scene_clock(&s, SCENE_START + 365 * SCENE_DAY);
	assert_int_equal(scene_count(&s, "outage.ended"), 0);
	assert_int_equal(scene_count(&s, "clock.stepped"), 0);
	assert_int_equal(shown(&s, "call"), 3);
	assert_int_equal(shown(&s, "call.told"), 3);
	assert_false(held(&s));
	scene_close(&s);
}

/* ---- cut short ---- */

/* The machine stops again while people are looked at: the next start goes on,
 * with the same outage and the same count of who got what day. */
static void test_cut_short(void **state)
{
	char dir[] = "/tmp/fairlead-cut-XXXXXX", command[100];
	static const char *const own = SLOW(CALL("2 work days", ""));
	struct scene s;
	int n = 0;

	(void)state;
	assert_non_null(mkdtemp(dir));
	open_live(&s, dir, SCENE_START, own);
	scene_deals(&s, 0, 300);
	s.now_ms = OPENING(41) + HOUR;
	while (scene_count(&s, "clock.stepped") == 0)
		assert_int_equal(engine_poll(s.engine), FL_OK);
	scene_close(&s);
	open_live(&s, dir, OPENING(41) + HOUR + MINUTE, own);
	assert_int_equal(scene_count(&s, "outage.ended"), 0);
	assert_int_equal(summaries(&s), 1);
	for (int i = 0; i < 300; i++)
		n += scene_due(&s, i, "slow", "call") > s.now_ms;
	assert_int_equal(shown(&s, "call"), 10);
	assert_int_equal(n, 290);
	audit(&s);
	scene_close(&s);
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* Other rules and an outage at one start: one look at everybody does both. */
static void test_with_other_rules(void **state)
{
	char dir[] = "/tmp/fairlead-both-XXXXXX", command[100];
	struct scene s;

	(void)state;
	assert_non_null(mkdtemp(dir));
	open_live(&s, dir, SCENE_START, SLOW(CALL("2 work days", "")));
	scene_deals(&s, 0, 12);
	scene_close(&s);
	open_live(&s, dir, OPENING(39), SLOW(CALL("6 weeks", "")));
	assert_int_equal(scene_count(&s, "outage.ended"), 1);
	assert_int_equal(shown(&s, NULL), 1); /* the summary */
	for (int i = 0; i < 12; i++)
		assert_int_equal(scene_due(&s, i, "slow", "call"),
			OPENING(42));
	audit(&s);
	scene_close(&s);
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jump),
		cmocka_unit_test(test_story),
		cmocka_unit_test(test_checked_again),
		cmocka_unit_test(test_if_late),
		cmocka_unit_test(test_own_timer),
		cmocka_unit_test(test_back),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_deadlines),
		cmocka_unit_test(test_deadlines_with_heartbeat),
		cmocka_unit_test(test_deadlines_in_closed_hours),
		cmocka_unit_test(test_restored),
		cmocka_unit_test(test_year),
		cmocka_unit_test(test_manual),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_with_other_rules),
	};

	digest_init();
	script_init();
	log_level_set(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
