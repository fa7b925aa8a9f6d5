/*
 * A fact that concerns many slow cards: those that took most are held back
 * from it, a card that is quick runs wherever it stands among them, and
 * nobody waits longer than the time of one call and 100 ms.
 */
#include "scene_lua.h"

#include "base/clock.h"
#include "model/effect.h"

#define SLOW_CARDS 20
#define HELD_US	   150000 /* the soft limit of a call, and 100 ms */
#define SLACK_US   60000  /* of a machine that does other things */

/* Of a loop that must end in time, also under a tool that slows it down. */
static int turns(int n)
{
	return getenv("FL_RUN") != NULL ? n / 50 : n;
}

/* What cards decided on the last fact with the type at hand. */
struct seen {
	struct arena arena;
	const char *type;
	int ran, cut, failed;
	int innocents;	  /* effects of cards called "own/quick-*" */
	bool guilty_only; /* none but "own/slow-*" was cut */
	bool reasons;	  /* each with "file:line: text" */
};

static bool begins(struct text t, const char *with)
{
	return t.bytes >= strlen(with) && memcmp(t.at, with, strlen(with)) == 0;
}

static void look(void *ctx, const struct told *t)
{
	struct seen *s = ctx;

	for (uint32_t i = 0; i < t->n_events; i++) {
		struct decision d = {0};
		struct fl_error err;

		if (!text_is(t->events[i].type, s->type))
			continue;
		assert_int_equal(decision_read(&s->arena, t->events[i].decision,
					 &d, &err),
			FL_OK);
		for (uint32_t k = 0; k < d.n_cards; k++) {
			const struct card_decision *c = &d.cards[k];

			s->ran += c->fate == CARD_RAN;
			s->failed += c->fate == CARD_FAILED;
			s->innocents += c->fate == CARD_RAN &&
					begins(c->card, "own/quick");
			if (c->fate != CARD_CUT_TIME)
				continue;
			s->cut++;
			s->guilty_only =
				s->guilty_only && begins(c->card, "own/slow");
			s->reasons = s->reasons && c->reason != NULL &&
				     c->reason[0] != '\0';
		}
	}
}

static struct seen seen_of(const char *type)
{
	struct seen s = {.type = type, .guilty_only = true, .reasons = true};

	arena_init(&s.arena, 0);
	return s;
}

/* Quick cards before, among and behind `n` slow ones with that body. */
static const char *shop_of(struct arena *a, int n, const char *body)
{
	const char *rules = "";

	for (int i = 0; i < n; i++)
		rules = arena_printf(a,
			"%srule \"slow-%02d\" { about = \"deal\", when "
			"\"contact.made\" { run = function(deal, event, act) "
			"%s act.note(\"slow\") end } }\n",
			rules, i, body);
	for (int i = 0; i < 3; i++)
		rules = arena_printf(a,
			"%srule \"quick-%d\" { about = \"deal\", priority = "
			"%d, "
			"when \"contact.made\" { run = function(deal, event, "
			"act) "
			"act.note(\"quick\") end } }\n",
			rules, i, i - 1);
	return rules;
}

static const char *const bodies[] = {
	/* to the limit of a call, and just below it; in Lua, and in C */
	"while true do end",
	"for i = 1, 2000000 do end",
	"local s = (\"a\"):rep(40) s:match((\"a?\"):rep(40) .. s)",
	"local s = (\"x\"):rep(30000) for i = 1, 300 do s:find(\"yz\", 1, "
	"true) "
	"s:reverse() end",
};

static void one_fact(const char *body)
{
	struct scene s;
	struct arena a;
	struct seen seen = seen_of("contact.made");
	int64_t from, took;

	arena_init(&a, 0);
	scene_begin(&s, SCENE_DEALER, shop_of(&a, SLOW_CARDS, body));
	assert_int_equal(scene_post(&s, "{\"type\":\"lead.received\","
					"\"source\":\"web\",\"id\":\"1\","
					"\"data\":{\"deal\":\"D-1\","
					"\"customer\":{\"name\":\"Jo\"}}}")
				 .status,
		FL_OK);
	s.watch = look;
	s.watch_ctx = &seen;
	from = clock_thread_cpu_us();
	scene_contact(&s, 1);
	took = clock_thread_cpu_us() - from;
	if (getenv("FL_RUN") == NULL && took > HELD_US + SLACK_US)
		fail_msg("%s: held for %lld us", body, (long long)took);
	assert_int_equal(seen.innocents, 3);
	assert_true(seen.guilty_only);
	assert_true(seen.reasons);
	assert_int_equal(seen.failed, 0);
	print_message("# %-30.30s %lld us, %d cut, %d ran\n", body,
		(long long)took, seen.cut, seen.ran);
	scene_close(&s);
	arena_deinit(&seen.arena);
	arena_deinit(&a);
}

static void test_many_slow(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		one_fact(bodies[i]);
}

/* Each card that was cut is told once for the fact, however many events follow
 * from it; what the manager gets is one task a card. */
static void test_told_once(void **state)
{
	struct scene s;
	struct seen seen = seen_of("acme.again");
	static const char rules[] =
		"event \"acme.again\" { subject = \"deal\" }\n"
		"rule \"starts\" { about = \"deal\", when \"contact.made\" { "
		"run "
		"= function(deal, event, act) for i = 1, 5 do "
		"act.emit(\"acme.again\", {}) end end } }\n"
		"rule \"slow\" { about = \"deal\", when \"acme.again\" { run = "
		"function(deal, event, act) while true do end end } }\n"
		"rule \"quick\" { about = \"deal\", when \"acme.again\" { run "
		"= "
		"function(deal, event, act) act.note(\"quick\") end } }\n";

	(void)state;
	scene_begin(&s, SCENE_DEALER, rules);
	s.watch = look;
	s.watch_ctx = &seen;
	scene_deals(&s, 1, 1);
	assert_int_equal(seen.cut, 5);
	assert_int_equal(seen.innocents, 5);
	assert_int_equal(scene_count(&s, "card.failed"), 1);
	assert_int_equal(scene_open_tasks(&s, "piet", NULL, NULL), 1);
	/* the next fact is another one */
	scene_contact(&s, 1);
	assert_int_equal(scene_count(&s, "card.failed"), 2);
	assert_int_equal(scene_open_tasks(&s, "piet", NULL, NULL), 1);
	scene_close(&s);
	arena_deinit(&seen.arena);
}

/* A card that is slow for each customer is slow for many at a rule change: the
 * slice ends early, nobody who posts waits for all of it, and everybody is
 * looked at. */
static void test_slices(void **state)
{
	static const char step[] =
		"cadence \"slow\" { about = \"deal\", starts = "
		"\"contact.made\", stops = \"deal.signed\", step \"one\" { "
		"after "
		"= \"%d days\", unless = function(deal) for i = 1, %d do "
		"end "
		"return false end, task = call \"Call\", who = handler } }\n"
		"cadence \"calm\" { about = \"deal\", starts = "
		"\"contact.made\", stops = \"deal.signed\", as_long_as = "
		"function(deal) for i = 1, %d do end return true end, step "
		"\"one\" { after = \"%d days\", task = call \"Call\", who = "
		"handler } }\n";
	struct scene s;
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	scene_begin(&s, SCENE_DEALER,
		arena_printf(&a, step, 1, turns(400000), turns(2000000), 1));
	scene_deals(&s, 1, 40);
	scene_publish(&s, SCENE_DEALER,
		arena_printf(&a, step, 2, turns(400000), turns(2000000), 3));
	for (int i = 1; i <= 40; i++)
		assert_true(scene_due(&s, i, "calm", "one") -
				    scene_due(&s, i, "slow", "one") ==
			    SCENE_DAY);
	if (getenv("FL_RUN") == NULL) /* 40 in slices of 32 are two */
		if (scene_count(&s, "rules.recomputed") <= 2)
			fail_msg("%u slices", scene_count(&s, "rules.recomputed"));
	assert_int_equal(scene_count(&s, "card.failed"), 0);
	scene_close(&s);
	arena_deinit(&a);
}

/* The time of a fact is a limit of the engine like the others. */
static void test_limits(void **state)
{
	struct scene_how how = {.manual = true, .limits = {.fact_us = 3000000}};
	struct seen seen = seen_of("contact.made");
	struct ruleset *rs;
	struct scene s;
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	rs = scene_load(
		SCENE_DEALER, shop_of(&a, 5,
				      arena_printf(&a, "for i = 1, %d do end",
					      turns(1000000))));
	memset(&s, 0, sizeof(s));
	scene_open(&s, rs, &how);
	ruleset_unref(rs);
	s.watch = look;
	s.watch_ctx = &seen;
	scene_deals(&s, 1, 1);
	assert_int_equal(seen.cut, 0); /* 25 ms of three seconds */
	assert_int_equal(seen.ran, 8);
	scene_close(&s);
	arena_deinit(&seen.arena);
	arena_deinit(&a);
}

/* Gates that never end refuse what they guard, all of them in the time of one
 * fact; what nobody guards is not their business. */
static void test_gates(void **state)
{
	const char *rules = "";
	struct scene_answer answer;
	struct scene s;
	struct arena a;
	int64_t took;

	(void)state;
	arena_init(&a, 0);
	for (int i = 0; i < SLOW_CARDS; i++)
		rules = arena_printf(&a,
			"%sgate \"slow-%02d\" { guards = \"objection.raised\", "
			"refuses "
			"{ when = function(note) while true do end end, say = "
			"\"no\" } }\n",
			rules, i);
	scene_begin(&s, SCENE_DEALER, rules);
	assert_int_equal(
		scene_post(&s,
			"{\"type\":\"lead.received\",\"source\":\"web\","
			"\"id\":\"1\",\"data\":{\"deal\":\"D-1\",\"customer\":"
			"{\"name\":\"Jo\"}}}")
			.status,
		FL_OK);
	took = clock_thread_cpu_us();
	scene_send(&s,
		"{\"type\":\"objection.raised\",\"subject\":\"D-1\",\"data\":{"
		"\"code\":\"x\"}}",
		true, &answer);
	scene_poll(&s);
	took = clock_thread_cpu_us() - took;
	if (answer.status != FL_DENIED)
		fail_msg("%d %s", answer.status, answer.problem);
	if (getenv("FL_RUN") == NULL && took > HELD_US + SLACK_US)
		fail_msg("gates: held for %lld us", (long long)took);
	scene_contact(&s, 1);
	print_message("# gates %lld us\n", (long long)took);
	scene_close(&s);
	arena_deinit(&a);
}

/* A timer with another name each time is refused when they have piled up, and
 * the card is told; none is lost in silence. */
static void test_timers(void **state)
{
	static const char rules[] =
		"rule \"clock\" { about = \"deal\", when \"contact.made\" { "
		"run "
		"= function(deal, event, act) for i = 1, 90 do act.timer(\"t\" "
		".. event.number .. \"-\" .. i, \"300 days\") end end } }\n";
	struct scene s;
	const struct record *r;

	(void)state;
	scene_begin(&s, SCENE_DEALER, rules);
	scene_deals(&s, 1, 1);
	for (int i = 0; i < 14; i++)
		scene_contact(&s, 1);
	r = scene_deal(&s, 1);
	assert_int_equal(r->n_timers, 990);
	assert_int_equal(scene_count(&s, "card.failed"), 4);
	scene_clock(&s, SCENE_START + 300 * SCENE_DAY + 1);
	assert_int_equal(scene_deal(&s, 1)->n_timers, 0);
	assert_int_equal(scene_count(&s, "timer.fired"), 990);
	scene_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_slow),
		cmocka_unit_test(test_told_once),
		cmocka_unit_test(test_slices),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_gates),
		cmocka_unit_test(test_timers),
	};

	digest_init();
	script_init();
	log_level_set(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
