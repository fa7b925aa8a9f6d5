/*
 * The story of S2 (S2-08, S2-13, S2-17): a prospect followed every three weeks
 * for eighteen months, across restarts, clock changes and a rule edit, who
 * signs at last: the calling stops, the handing over starts. Through the public
 * library only, on a real folder; the expected days come from a calculation of
 * their own.
 */
#include "unit.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/value.h"
#include "base/zone.h"
#include "model/calendar.h"

#include <unistd.h>

#define CALLS_MAX 64

struct story {
	char dir[128];
	fl_rooftop *r;
	struct arena a;
	struct value answer;   /* latest */
	fl_status status;
	bool answered;
	char days[CALLS_MAX][12]; /* local date of every call that showed */
	uint32_t n_days;
};

static void on_answer(void *ctx, fl_status status, const char *json,
		      size_t bytes)
{
	struct story *s = ctx;
	struct fl_error err = { 0 };

	s->answered = true;
	s->status = status;
	assert_int_equal(value_read(&s->a, json, bytes, NULL, &s->answer, &err),
		FL_OK);
}

static void settle(struct story *s)
{
	for (int i = 0; i < 100000 && !s->answered; i++)
		assert_int_equal(fl_poll(s->r, 20), FL_OK);
	assert_true(s->answered);
}

static const struct value *ask(struct story *s, const char *name,
			       const char *args)
{
	s->answered = false;
	arena_reset(&s->a);
	assert_int_equal(fl_ask(s->r, name, args, on_answer, s), FL_OK);
	settle(s);
	if (s->status != FL_OK)
		fail_msg("%s %s: %s", name, args,
			value_get_str(&s->answer, "detail"));
	return &s->answer;
}

static void post(struct story *s, const char *json)
{
	s->answered = false;
	arena_reset(&s->a);
	assert_int_equal(fl_post(s->r, json, strlen(json), on_answer, s),
		FL_OK);
	settle(s);
	if (s->status != FL_OK)
		fail_msg("%s: %s", json, value_get_str(&s->answer, "detail"));
}

static void open_rooftop(struct story *s)
{
	struct fl_options opt = { .size = sizeof(opt), .manual_clock = 1 };
	struct fl_error err = { 0 };
	fl_status st = fl_open(s->dir, &opt, &s->r, &err);

	if (st != FL_OK)
		fail_msg("open: %s", err.text);
}

static void reopen(struct story *s)
{
	fl_close(s->r);
	open_rooftop(s);
}

static uint32_t tasks_of(struct story *s, const char *card, const char *step)
{
	const struct value *list = value_get(ask(s, "tasks", "{}"), "tasks");
	uint32_t n = 0;

	for (uint32_t i = 0; i < list->count; i++) {
		const char *c = value_get_str(&list->as.items[i], "card");
		const char *st = value_get_str(&list->as.items[i], "step");

		n += strcmp(c, card) == 0 &&
			(step == NULL || strcmp(st, step) == 0);
	}
	return n;
}

/* Answers every open task of the cadence, writing down the day of each call. */
static void answer_all(struct story *s)
{
	char ids[CALLS_MAX][24], steps[CALLS_MAX][40], args[200];
	const struct value *list = value_get(ask(s, "tasks", "{}"), "tasks");
	uint32_t n = 0;

	for (uint32_t i = 0; i < list->count && n < CALLS_MAX; i++) {
		const struct value *t = &list->as.items[i];

		snprintf(ids[n], sizeof(ids[n]), "%s",
			value_get_str(t, "task"));
		snprintf(steps[n], sizeof(steps[n]), "%s",
			value_get_str(t, "step"));
		if (strcmp(steps[n], "rhythm") == 0) {
			assert_true(s->n_days < CALLS_MAX);
			snprintf(s->days[s->n_days++], sizeof(s->days[0]),
				"%.10s", value_get_str(t, "shown"));
		}
		n++;
	}
	for (uint32_t i = 0; i < n; i++) {
		snprintf(args, sizeof(args),
			"{\"task\":\"%.20s\",\"outcome\":\"reached\"%s}",
			ids[i],
			strcmp(steps[i], "ask-tempo") == 0
				? ",\"tempo_days\":21,\"consent.phone\":true"
				: "");
		ask(s, "answer", args);
	}
}

static void tick(struct story *s, int days)
{
	for (int i = 0; i < days; i++) {
		ask(s, "clock", "{\"by\":\"1 day\"}");
		answer_all(s);
	}
}

/* The same days by a calculation that knows nothing of the engine. */
static uint32_t expected(char days[CALLS_MAX][12], int64_t from, int64_t until,
			 int64_t edit, int first, int second)
{
	uint32_t n = 0;
	int64_t day = from;

	for (;;) {
		int64_t next = day + (day >= edit ? second : first);
		int32_t year;
		int8_t month, mday;

		for (;; next++) { /* not on Sundays and holidays */
			civil_from_days(next, &year, &month, &mday);
			if (civil_weekday(next) != 6 &&
				!holiday_nl(year, month, mday, true))
				break;
		}
		if (next > until)
			return n;
		assert_in_range(year, 2031, 2040);
		snprintf(days[n++], sizeof(days[0]), "%04u-%02u-%02u",
			(unsigned)year % 10000, (unsigned)month % 100,
			(unsigned)mday % 100);
		day = next;
	}
}

static void write_setting(struct story *s, const char *text)
{
	char path[200];
	struct fl_error err = { 0 };

	snprintf(path, sizeof(path), "%s/settings.lua", s->dir);
	assert_int_equal(file_write(path, text, strlen(text), &err), FL_OK);
}

static void eighteen_months(void **state)
{
	struct story *s = *state;
	char want[CALLS_MAX][12];
	int64_t began = clock_mono_us(), start = civil_days(2031, 9, 3);
	uint32_t n;

	ask(s, "clock", "{\"to\":\"2031-09-02 10:00\"}");
	post(s, "{\"type\":\"deal.opened\",\"source\":\"dms\",\"id\":\"1\","
		"\"deal\":\"d1\",\"handler\":\"jan\","
		"\"customer\":{\"name\":\"Sofie Peeters\","
		"\"phone\":\"0612345678\"}}");
	post(s, "{\"type\":\"visit.ended\",\"source\":\"dms\",\"id\":\"2\","
		"\"deal\":\"d1\",\"outcome\":\"thinking\","
		"\"turned_over_to\":\"piet\"}");
	post(s, "{\"type\":\"consent.given\",\"source\":\"dms\",\"id\":\"3\","
		"\"deal\":\"d1\",\"channel\":\"phone\"}");
	/* the answer of ask-tempo on the 3rd is the first touch that counts */
	for (int quarter = 0; quarter < 4; quarter++) {
		tick(s, 68);
		reopen(s);
	}
	write_setting(s, "set(\"tempo\", \"5 weeks\")\n");
	assert_true(value_get_bool(ask(s, "reload", "{}"), "changed", false));
	tick(s, 180);
	reopen(s);
	tick(s, 55);
	/* the customer named 21 days, so the new setting changes nobody who
	 * said how often */
	n = expected(want, start, start + 68 * 4 + 180 + 55 - 1, INT64_MAX, 21,
		35);
	assert_int_equal(s->n_days, n);
	for (uint32_t i = 0; i < n; i++)
		assert_string_equal(s->days[i], want[i]);

	post(s, "{\"type\":\"deal.signed\",\"source\":\"dms\",\"id\":\"4\","
		"\"deal\":\"d1\",\"seller\":\"jan\",\"promises\":[],"
		"\"extras\":[],\"delivery_target\":\"2033-03-01\","
		"\"payment_agreed\":true}");
	assert_int_equal(tasks_of(s, "standard/own-tempo", NULL), 0);
	assert_int_equal(
		tasks_of(s, "standard/delivery", "handoff.accept"), 1);
	ask(s, "clock", "{\"by\":\"3 months\"}");
	reopen(s);
	assert_int_equal(tasks_of(s, "standard/own-tempo", NULL), 0);
	print_message("# eighteen months took %lld ms\n",
		(long long)(clock_mono_us() - began) / 1000);
}

/* Without a tempo of the customer's own the setting counts, and an edit moves
 * people in flight. */
static void an_edit_moves_people(void **state)
{
	struct story *s = *state;
	char want[CALLS_MAX][12];
	int64_t start = civil_days(2031, 9, 2);
	uint32_t n;

	ask(s, "clock", "{\"to\":\"2031-09-02 10:00\"}");
	write_setting(s, "set(\"tempo\", \"2 weeks\")\n");
	ask(s, "reload", "{}");
	post(s, "{\"type\":\"deal.opened\",\"source\":\"dms\",\"id\":\"1\","
		"\"deal\":\"d1\",\"handler\":\"jan\","
		"\"customer\":{\"name\":\"Piet Vos\","
		"\"phone\":\"0612345679\"}}");
	post(s, "{\"type\":\"consent.given\",\"source\":\"dms\",\"id\":\"3\","
		"\"deal\":\"d1\",\"channel\":\"phone\"}");
	post(s, "{\"type\":\"contact.made\",\"source\":\"dms\",\"id\":\"2\","
		"\"deal\":\"d1\",\"channel\":\"phone\"}");
	/* ask-tempo is left on the list: only the rhythm is answered */
	for (int day = 0; day < 160; day++) {
		const struct value *list;

		if (day == 75) {
			write_setting(s, "set(\"tempo\", \"5 weeks\")\n");
			ask(s, "reload", "{}");
			reopen(s);
		}
		ask(s, "clock", "{\"by\":\"1 day\"}");
		list = value_get(ask(s, "tasks", "{}"), "tasks");
		for (uint32_t i = 0; i < list->count; i++) {
			const struct value *t = &list->as.items[i];
			char args[100];

			if (strcmp(value_get_str(t, "step"), "rhythm") != 0)
				continue;
			snprintf(s->days[s->n_days++], sizeof(s->days[0]),
				"%.10s", value_get_str(t, "shown"));
			snprintf(args, sizeof(args),
				"{\"task\":\"%s\",\"outcome\":\"reached\"}",
				value_get_str(t, "task"));
			ask(s, "answer", args);
			break;
		}
	}
	/* the round that ran when the rule changed is measured anew from its
	 * last touch: 11 November and five weeks */
	n = expected(want, start, start + 160, civil_days(2031, 11, 10), 14,
		35);
	assert_int_equal(s->n_days, n);
	for (uint32_t i = 0; i < n; i++)
		assert_string_equal(s->days[i], want[i]);
}

static int setup(void **state)
{
	struct story *s = calloc(1, sizeof(*s));
	struct fl_error err = { 0 };

	if (s == NULL)
		return -1;
	/* memory where there is some: this test is about days, not disks */
	snprintf(s->dir, sizeof(s->dir), "%s/fairlead-story-XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(s->dir) == NULL)
		return -1;
	arena_init(&s->a, 64u << 20);
	if (fl_init(s->dir, 1, &err) != FL_OK) {
		print_error("init: %s\n", err.text);
		return -1;
	}
	open_rooftop(s);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct story *s = *state;
	char command[200];

	fl_close(s->r);
	arena_deinit(&s->a);
	snprintf(command, sizeof(command), "rm -rf '%s'", s->dir);
	if (system(command) != 0)
		return -1;
	free(s);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(eighteen_months, setup,
			teardown),
		cmocka_unit_test_setup_teardown(an_edit_moves_people, setup,
			teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
