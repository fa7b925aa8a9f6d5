/* act: every verb's effect, and payloads that are refused. */
#include "script_run.h"

static void test_verbs(void **state)
{
	(void)state;
	run_ok("act.task { kind = 'call', who = role 'sales_manager', title = "
	       "'Warm', each_event = true, due = 'end of next work day' }",
		"task {\"due\":\"end of next work day\",\"each_event\":true,"
		"\"kind\":\"call\",\"title\":\"Warm\",\"who\":{\"arg\":"
		"\"sales_manager\",\"who\":\"role\"}}");
	assert_int_equal(run_out.effects[0].line, 5);
	assert_int_equal(run_out.effects[0].subject, run_deal);
	run_ok("act.assign(round_robin 'sales', 'new')",
		"assign {\"reason\":\"new\",\"who\":{\"arg\":\"sales\","
		"\"who\":\"round_robin\"}}");
	run_ok("act.assign('jan')",
		"assign {\"who\":\"jan\"}");
	run_ok("act.set('score', deal.score + 3)",
		"set {\"field\":\"score\",\"value\":3}");
	run_ok("act.timer('cool-down', '2 weeks')",
		"timer {\"due\":\"2 weeks\",\"name\":\"cool-down\"}");
	run_ok("act.timer('x', event.at + 60000)",
		"timer {\"due\":1788256860000,\"name\":\"x\"}");
	run_ok("act.cancel('x')", "cancel {\"name\":\"x\"}");
	run_ok("act.cancel()", "cancel {}");
	run_ok("act.emit('acme.won', { score = 2.5 })",
		"emit {\"data\":{\"score\":2.5},\"type\":\"acme.won\"}");
	run_ok("act.emit('acme.won')",
		"emit {\"data\":{},\"type\":\"acme.won\"}");
	run_ok("act.promise { what = 'tow bar', owner = 'jan' }",
		"emit {\"data\":{\"owner\":\"jan\",\"what\":\"tow bar\"},"
		"\"type\":\"promise.made\"}");
	run_ok("act.message { channel = 'email', template = 'hello' }",
		"message {\"channel\":\"email\",\"template\":\"hello\"}");
	run_ok("act.webhook('https://x.example/', 'deal.signed')",
		"webhook {\"event\":\"deal.signed\",\"url\":"
		"\"https://x.example/\"}");
	run_ok("act.note('well')", "note {\"text\":\"well\"}");
	run_ok("act.stop('enough')", "stop {\"reason\":\"enough\"}");
}

static void test_refused(void **state)
{
	static const struct {
		const char *body, *why;
	} cases[] = {
		{"act.task { kid = 'call' }", "no key \"kid\" (did you mean "
					      "\"kind\"?)"},
		{"act.task { kind = 'cal', who = handler, title = 'x' }",
			"did you mean \"call\"?"},
		{"act.task { who = handler }", "lacks a title"},
		{"act.task { title = 'x' }", "lacks who"},
		{"act.task { title = 'x', who = 'jam' }", "no person \"jam\""},
		{"act.task { title = 'x', who = handler, due = 'soon' }",
			"neither a length of time"},
		{"act.task 'x'", "wants { ... }, not string"},
		{"act.set('scor', 1)", "did you mean \"score\"?"},
		{"act.set('score', 'a lot')", "cannot hold this value"},
		{"act.set('light', 'red')", "changed by events only"},
		{"act.emit('acme.wom', {})", "did you mean \"acme.won\"?"},
		{"act.emit('acme.won', { scor = 1 })", "no field \"scor\""},
		{"act.emit('timer.fired')", "made by fairlead itself"},
		{"act.emit('acme.won', { 1, 2 })", "{ name = value }"},
		{"act.emit('acme.won', { score = 0/0 })", "score is no number"},
		{"act.emit('acme.won', { score = 1/0 })", "score is no number"},
		{"act.emit('acme.won', { score = '\\xff' })", "no UTF-8"},
		{"act.emit('acme.won', { score = print })", "is a function"},
		{"act.emit('acme.won', { score = setting })", "cannot be kept"},
		{"act.emit('acme.won', { score = { 1, x = 2 } })",
			"mixes names and numbers"},
		{"act.emit('acme.won', { score = { [1] = 1, [3] = 2 } })",
			"mixes names and numbers"},
		{"local t = {} for i = 1, 20 do t = { t } end "
		 "act.emit('acme.won', { score = t })",
			"lies too deep"},
		{"local t = {} t.t = t act.emit('acme.won', { score = t })",
			"lies too deep"},
		{"local t = {} for i = 1, 2000 do t['k' .. i] = 1 end "
		 "act.emit('acme.won', { score = t })",
			"too large"},
		{"act.note(string.rep('x', 70000))", "too large"},
		{"act.note(3)", "must be a text"},
		{"act.tsk {}", "did you mean \"act.task\"?"},
		{"act.webhook('ftp://x')", "begins with https://"},
		{"act.assign()", "wants who"},
		{"act.timer('x')", "wants when"},
		{"for i = 1, 101 do act.note('x') end", "more than 100"},
		{"act.x = 1", "read-only"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_fails(cases[i].body, cases[i].why);
}

/* The same mistake is told the same way, whatever order a table has. */
static void test_first_mistake(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		run_fails("act.emit('acme.won', { zz = 0/0, aa = 0/0, mm = "
			  "print })",
			"data.aa is no number");
}

static void test_effects_dropped(void **state)
{
	(void)state;
	run_fails("act.note('one') act.note('two') error('three')", "three");
	assert_non_null(strstr(run_outcome.reason, "rules/own.lua:5:"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_verbs, set_setup, run_teardown),
		cmocka_unit_test_setup_teardown(
			test_refused, set_setup, run_teardown),
		cmocka_unit_test_setup_teardown(
			test_first_mistake, set_setup, run_teardown),
		cmocka_unit_test_setup_teardown(
			test_effects_dropped, set_setup, run_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
