/* Cards that ended the process, and cards that never stop: held back, told,
 * put away, and let in again. */
#include "scene_crash.h"
#include "scene_rules.h"

#include <signal.h>

/* The process dies while `card` runs in the event jan sends as `id`, and the
 * page is opened by the next one. */
static void death(const char *card, const char *id)
{
	struct crash_page *next;
	struct fl_error err;
	char key[80];

	snprintf(key, sizeof(key), "jan %s", id);
	crash_page_event(page, text_of(key));
	crash_page_enter(page, text_of(card));
	assert_true(crash_page_fault(page, SIGSEGV));
	assert_int_equal(crash_page_open(path, &next, &err), FL_OK);
	crash_page_free(next);
}

static bool touches(
	const struct script_view *v, struct card_decision *out, char *reason)
{
	(void)reason;
	scene_set(v, out, "touch_count",
		value_int(value_get_int(&v->subject->fields, "touch_count", 0) +
			1));
	return true;
}

static bool prices(
	const struct script_view *v, struct card_decision *out, char *reason)
{
	(void)reason;
	scene_set(v, out, "price",
		value_int(value_get_int(&v->subject->fields, "price", 0) + 1));
	return true;
}

static struct ruleset *rules(const char *name)
{
	struct ruleset *rs = scene_rules(name);

	scene_card(rs, "bad", "t.a", touches);
	scene_card(rs, "good", "t.a", prices);
	scene_card(rs, "third", "t.a", prices);
	return rs;
}

static void begin(struct scene *s, bool live, uint32_t per_minute)
{
	struct scene_how how = {.manual = !live, .crash = page,
		.limits = {.effects_per_minute = per_minute}};
	struct ruleset *rs = rules("one");

	memset(s, 0, sizeof(*s));
	scene_open(s, rs, &how);
	ruleset_unref(rs);
	assert_int_equal(
		scene_post(s,
			"{\"type\":\"lead.received\",\"id\":\"l1\","
			"\"source\":\"web\",\"data\":{\"deal\":\"D-1\","
			"\"customer\":{\"name\":\"Jo Peeters\",\"phone\":"
			"\"0612345678\"}}}")
			.status,
		FL_OK);
	s->n_types = 0;
}

static struct scene_answer post(struct scene *s, const char *id)
{
	char json[200];

	snprintf(json, sizeof(json),
		"{\"type\":\"t.a\",\"id\":\"%s\",\"subject\":\"D-1\","
		"\"data\":{}}",
		id);
	return scene_post(s, json);
}

static int64_t deal_int(struct scene *s, const char *field)
{
	const struct record *r = scene_record(s, "deal:D-1");

	assert_non_null(r);
	return value_get_int(&r->fields, field, -1);
}

static void test_skipped_once(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, false, 0);
	death("t/bad", "e1");
	assert_int_equal(post(&s, "e1").status, FL_OK);
	assert_true(deal_int(&s, "touch_count") <= 0);
	assert_int_equal(deal_int(&s, "price"), 1); /* the others ran */
	assert_int_equal(scene_count(&s, "card.crashed"), 1);
	assert_int_equal(scene_count(&s, "card.failed"), 0);
	assert_int_equal(scene_count(&s, "card.quarantined"), 0);
	/* only that event */
	assert_int_equal(post(&s, "e2").status, FL_OK);
	assert_int_equal(deal_int(&s, "touch_count"), 1);
	assert_int_equal(scene_count(&s, "card.crashed"), 1);
	scene_close(&s);
}

/* After a fix the event may be tried again. */
static void test_retry(void **state)
{
	struct scene_answer first;
	struct scene s;
	char json[200];

	(void)state;
	begin(&s, false, 0);
	death("t/bad", "e1");
	first = post(&s, "e1");
	assert_true(deal_int(&s, "touch_count") <= 0);
	snprintf(json, sizeof(json),
		"{\"type\":\"event.retried\",\"id\":\"r1\",\"subject\":"
		"%lld,\"data\":{\"event\":%lld,\"type\":\"t.a\",\"data\":"
		"{},\"cards\":[\"t/bad\"]}}",
		(long long)scene_record(&s, "deal:D-1")->id,
		(long long)first.number);
	first = scene_post(&s, json);
	assert_int_equal(first.status, FL_OK);
	assert_false(first.misfit);
	assert_int_equal(deal_int(&s, "touch_count"), 1);
	assert_int_equal(deal_int(&s, "price"), 1);
	scene_close(&s);
}

static void test_put_away(void **state)
{
	struct engine_counts n;
	struct value list;
	struct scene s = {0};
	struct ruleset *next;
	struct post_by by = {.actor = TEXT("admin"), .role = TEXT(""),
		.source = TEXT("")};
	struct scene_answer a = {0};

	(void)state;
	begin(&s, false, 0);
	death("t/bad", "e1");
	death("t/bad", "e2");
	death("t/bad", "e3");
	post(&s, "e3");
	assert_int_equal(scene_count(&s, "card.crashed"), 1);
	assert_int_equal(scene_count(&s, "card.quarantined"), 1);
	engine_counts(s.engine, &n);
	assert_int_equal(n.quarantined, 1);
	list = engine_quarantined(s.engine, &s.arena);
	assert_string_equal(
		value_get_str(&list.as.items[0], "card"), "t/bad");
	assert_string_equal(
		value_get_str(&list.as.items[0], "file"), "rules/t.lua");
	assert_int_equal(value_get_int(&list.as.items[0], "line", 0), 10);
	assert_non_null(value_get_str(&list.as.items[0], "reason"));
	post(&s, "e4");
	assert_true(deal_int(&s, "touch_count") <= 0);
	/* new rules: everybody gets another chance */
	next = rules("two");
	engine_publish(
		s.engine, next, &by, "mended", NULL, scene_answered, &a);
	ruleset_unref(next);
	scene_poll(&s);
	post(&s, "e5");
	assert_int_equal(deal_int(&s, "touch_count"), 1);
	assert_int_equal(crash_page_card_deaths(page, TEXT("t/bad")), 0);
	scene_close(&s);
}

static void test_set_aside(void **state)
{
	struct scene s = {0};

	(void)state;
	begin(&s, false, 0);
	death("t/bad", "e1");
	death("t/good", "e1");
	death("t/third", "e1");
	assert_int_equal(post(&s, "e1").status, FL_OK);
	assert_int_equal(scene_count(&s, "event.set_aside"), 1);
	assert_int_equal(scene_count(&s, "card.crashed"), 0);
	assert_true(deal_int(&s, "price") <= 0);
	assert_int_equal(post(&s, "e2").status, FL_OK);
	assert_int_equal(deal_int(&s, "price"), 1);
	assert_int_equal(scene_count(&s, "event.set_aside"), 1);
	scene_close(&s);
}

/* At most so many effects of one card about one customer in a minute. */
static void test_rate(void **state)
{
	struct scene s = {0};

	(void)state;
	begin(&s, true, 3);
	for (int i = 0; i < 5; i++)
		assert_int_equal(
			post(&s, (const char[]){(char)('a' + i), 0}).status,
			FL_OK);
	assert_int_equal(deal_int(&s, "touch_count"), 3);
	assert_int_equal(scene_count(&s, "card.failed"), 6); /* three cards */
	s.now_ms += 60000;
	post(&s, "later");
	assert_int_equal(deal_int(&s, "touch_count"), 4);
	scene_close(&s);
	/* by hand no minute passes */
	memset(&s, 0, sizeof(s));
	begin(&s, false, 3);
	for (int i = 0; i < 5; i++)
		post(&s, (const char[]){(char)('a' + i), 0});
	assert_int_equal(deal_int(&s, "touch_count"), 5);
	scene_close(&s);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {TEST(test_skipped_once),
		TEST(test_retry), TEST(test_put_away), TEST(test_set_aside),
		TEST(test_rate)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
