/*
 * When a mode looks: not each opening for nothing, never too late; and the
 * counts it looks at, also when the rooftop's zone changes.
 */
#include "scene_lua.h"

#define KARIN                                                                  \
	"person \"karin\" { name = \"Karin\", roles = { "                      \
	"\"delivery_specialist\" } }\n"
#define DEALER	SCENE_DEALER KARIN
#define CHANGES "changes = { never_in(\"seller diary\", \"delivery\") }"
#define BUSY                                                                   \
	"mode \"busy\" { or_when = function(rooftop) return "                  \
	"rooftop.deliveries.planned_load > 0.05 end, back_when = "             \
	"function(rooftop) return rooftop.deliveries.planned_load < 0.02 "     \
	"end, " CHANGES " }\n"

static void car(struct scene *s, int deal, int64_t slot_ms)
{
	static const char *const events[] = {
		"{\"type\":\"lead.received\",\"source\":\"web\",\"id\":\"c%d\","
		"\"data\":{\"deal\":\"D-%d\",\"customer\":{\"name\":\"K\"}}}",
		"{\"type\":\"deal.signed\",\"source\":\"dms\",\"id\":\"s%d\","
		"\"data\":{\"deal\":\"D-%d\",\"seller\":\"jan\"}}",
		"{\"type\":\"delivery.handed_off\",\"source\":\"dms\",\"id\":"
		"\"h%d\",\"data\":{\"deal\":\"D-%d\",\"to\":\"karin\"}}"};
	char json[400];

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		snprintf(json, sizeof(json), events[i], deal, deal);
		assert_int_equal(scene_post(s, json).status, FL_OK);
	}
	snprintf(json, sizeof(json),
		"{\"type\":\"delivery.planned\",\"source\":\"dms\",\"id\":\"p%"
		"d\","
		"\"data\":{\"deal\":\"D-%d\",\"slot\":%lld}}",
		deal, deal, (long long)slot_ms);
	assert_int_equal(scene_post(s, json).status, FL_OK);
}

static const struct place *look_of(struct scene *s, const char *mode)
{
	const struct record *roof = scene_record(s, "rooftop:rooftop");
	const struct run *run;
	char name[80];

	assert_non_null(roof);
	snprintf(name, sizeof(name), "own/%s", mode);
	run = record_run(roof, text_of(name));
	return run != NULL ? run_place(run, TEXT("mode.look")) : NULL;
}

static int64_t number_of(struct scene *s, const char *key)
{
	const struct record *roof = scene_record(s, "rooftop:rooftop");

	return value_get_int(value_get(&roof->fields, "deliveries"), key, -1);
}

/* Nothing to deliver: a year goes by in a handful of rows. */
static void test_idle(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, DEALER, BUSY);
	scene_clock(&s, SCENE_START + 365 * SCENE_DAY);
	assert_in_range(scene_count(&s, "timer.fired"), 1, 8);
	assert_int_equal(scene_count(&s, "mode.started"), 0);
	scene_close(&s);
}

/* What is planned brings the look to the next opening; as time goes on it is
 * looked at again when that is no longer in the coming weeks. */
static void test_planned(void **state)
{
	struct scene s;
	uint32_t before;

	(void)state;
	scene_begin(&s, DEALER, BUSY);
	assert_true(look_of(&s, "busy")->due_at_ms > OPENING(20));
	for (int i = 1; i <= 8; i++)
		car(&s, i, OPENING(14) + 7200000);
	assert_int_equal(scene_count(&s, "mode.started"), 0);
	assert_true(look_of(&s, "busy")->due_at_ms == OPENING(1));
	scene_clock(&s, OPENING(1));
	assert_int_equal(scene_count(&s, "mode.started"), 1);
	assert_int_equal(number_of(&s, "planned"), 8);
	before = scene_count(&s, "timer.fired");
	scene_clock(&s, OPENING(14)); /* nothing differs until that day */
	assert_true(scene_count(&s, "timer.fired") <= before + 1);
	assert_int_equal(number_of(&s, "planned"), 8);
	assert_int_equal(scene_count(&s, "mode.ended"), 0);
	scene_clock(&s, OPENING(15)); /* the slots are over */
	assert_int_equal(number_of(&s, "planned"), 0);
	assert_int_equal(scene_count(&s, "mode.ended"), 1);
	scene_close(&s);
}

/* Far ahead: it is seen on the day on which it comes within the weeks that
 * count, without any event of that day. */
static void test_comes_near(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, DEALER, BUSY);
	for (int i = 1; i <= 8; i++)
		car(&s, i, OPENING(56) + 7200000);
	scene_clock(&s, OPENING(27));
	assert_int_equal(scene_count(&s, "mode.started"), 0);
	scene_clock(&s, OPENING(28));
	assert_int_equal(scene_count(&s, "mode.started"), 1);
	scene_close(&s);
}

/* What reads the clock of the event, or anything else, is asked each opening:
 * nobody knows when it will say otherwise. */
static void test_unknown(void **state)
{
	static const char *const asks[] = {"event.at > 0 and false",
		"rooftop.crowd > 5", "math.random(2) == 3",
		"rooftop.deliveries.planned_load < 0 and event.at > 0"};
	static const int rows[] = {20, 20, 20, 1};
	struct scene s;
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		scene_begin(&s, DEALER,
			arena_printf(&a,
				"field \"rooftop.crowd\" { type = \"number\", "
				"default = "
				"0 }\nmode \"odd\" { or_when = "
				"function(rooftop, event) "
				"return %s end, " CHANGES " }\n",
				asks[i]));
		scene_clock(&s, SCENE_START + 28 * SCENE_DAY);
		if ((int)scene_count(&s, "timer.fired") < rows[i] - 1 ||
			(int)scene_count(&s, "timer.fired") > rows[i])
			fail_msg("%s: %u rows", asks[i],
				scene_count(&s, "timer.fired"));
		scene_close(&s);
	}
	arena_deinit(&a);
}

/* A function that asks what the team can do hears of it in a week with a
 * holiday, though nothing is planned. */
static void test_capacity(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s,
		"dealership { name = \"Test\", zone = \"Europe/Amsterdam\", "
		"language = \"en\", legal = \"nl\", hours = { [\"mon-fri\"] = "
		"\"09:00-18:00\" } }\n" SCENE_JAN SCENE_PIET KARIN,
		"mode \"short\" { or_when = function(rooftop) return "
		"rooftop.deliveries.capacity < 82 end, back_when = "
		"function(rooftop) return rooftop.deliveries.capacity >= 82 "
		"end, " CHANGES " }\n");
	scene_clock(&s, SCENE_START + 80 * SCENE_DAY);
	assert_int_equal(scene_count(&s, "mode.started"), 0);
	scene_clock(&s, SCENE_START + 140 * SCENE_DAY); /* Christmas */
	assert_int_equal(scene_count(&s, "mode.started"), 1);
	assert_int_equal(scene_count(&s, "mode.ended"), 1);
	scene_close(&s);
}

/* Days are those of the rooftop's zone, also of what was counted before it
 * changed; and what is counted down is what was counted up. */
static void test_zone(void **state)
{
	static const char east[] =
		"dealership { name = \"Test\", zone = \"Pacific/Auckland\", "
		"language = \"en\", legal = \"nl\", holidays = \"none\", hours "
		"= { [\"mon-fri\"] = \"09:00-18:00\" } }\n" SCENE_JAN SCENE_PIET
			KARIN;
	struct scene s;

	(void)state;
	scene_begin(&s, DEALER, BUSY);
	for (int i = 1; i <= 8; i++) /* 23:30 in Amsterdam: next day there */
		car(&s, i,
			SCENE_START + SCENE_DAY * 28 + 13 * 3600000 + 1800000);
	scene_clock(&s, OPENING(1));
	assert_int_equal(number_of(&s, "planned"), 8);
	scene_publish(&s, east, BUSY);
	/* Wednesday evening there: 28 days on is a day short of the slot */
	assert_int_equal(number_of(&s, "planned"), 8);
	scene_publish(&s, DEALER, BUSY);
	scene_publish(&s, east, BUSY);
	for (int i = 1; i <= 8; i++) {
		char json[200];

		snprintf(json, sizeof(json),
			"{\"type\":\"delivery.completed\",\"source\":\"dms\","
			"\"id\":\"d%d\",\"data\":{\"deal\":\"D-%d\"}}",
			i, i);
		assert_int_equal(scene_post(&s, json).status, FL_OK);
	}
	scene_clock(&s, OPENING(4));
	assert_int_equal(number_of(&s, "planned"), 0);
	car(&s, 9, OPENING(10));
	scene_clock(&s, OPENING(7));
	assert_int_equal(number_of(&s, "planned"), 1);
	scene_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_planned),
		cmocka_unit_test(test_comes_near),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_capacity),
		cmocka_unit_test(test_zone),
	};

	digest_init();
	script_init();
	log_level_set(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
