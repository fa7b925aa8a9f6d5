/*
 * Timers: each fires exactly once in effect, never early, whatever happens to
 * the process or to the wall clock.
 */
#include "history.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)
#define BEGIN_MS INT64_C(1946455200000) /* 2031-09-06 10:00 UTC, a Saturday */

/* ---- arming and counting ---- */

static void ignore(void *ctx, const struct post_answer *a)
{
	(void)ctx;
	assert_int_equal(a->status, FL_OK);
}

/* One deal whose timer rings after so many minutes. */
static void arm(struct history_engine *e, uint32_t nth, uint32_t minutes)
{
	char json[200];

	snprintf(json, sizeof(json),
		"{\"type\":\"deal.opened\",\"source\":\"dms\",\"id\":\"%u\","
		"\"deal\":\"d%u\",\"channel\":\"%u minutes\"}",
		nth, nth, minutes);
	history_engine_post(e, json, ignore, NULL);
}

/* What the journal says of one deal's timer. */
struct ring {
	int64_t due_ms, fired_ms;
	uint32_t fired;
	bool held; /* two kills in one firing hold its card back, and say so */
};

struct rings {
	struct map *by_subject;
	struct arena a;
	long armed, fired, early, wrong_due, steps;
	int64_t latest_ms; /* most a timer was late */
};

static void ring_armed(struct rings *r, const struct event_row *row)
{
	struct ring *ring = calloc(1, sizeof(*ring));
	struct fl_error err;
	struct value data;
	unsigned minutes;

	assert_non_null(ring);
	assert_int_equal(brief_read(&r->a, NULL, row->data, &data, &err),
		FL_OK);
	assert_int_equal(sscanf(value_get_str(&data, "channel"), "%u",
				 &minutes), 1);
	ring->due_ms = row->recorded_at_ms + minutes * MINUTE_MS;
	assert_true(map_put_int(r->by_subject, row->subject, ring));
	r->armed++;
}

static bool on_event(void *ctx, const struct event_row *row)
{
	struct rings *r = ctx;
	struct ring *ring = map_get_int(r->by_subject, row->subject);
	int64_t late;

	if (text_is(row->type, "deal.opened"))
		ring_armed(r, row);
	r->steps += text_is(row->type, "clock.stepped");
	if (ring != NULL && text_is(row->type, "card.crashed"))
		ring->held = true;
	if (!text_is(row->type, "timer.fired"))
		return true;
	assert_non_null(ring);
	late = row->recorded_at_ms - ring->due_ms;
	ring->fired++;
	ring->fired_ms = row->recorded_at_ms;
	r->fired++;
	r->early += late < 0;
	r->wrong_due += row->occurred_at_ms != ring->due_ms;
	r->latest_ms = late > r->latest_ms ? late : r->latest_ms;
	return true;
}

static bool on_deal(void *ctx, const struct record *rec)
{
	struct rings *r = ctx;
	const struct ring *ring = map_get_int(r->by_subject, rec->id);

	if (ring == NULL)
		return true;
	if (ring->fired != 1)
		fail_msg("the timer of %lld fired %u times", (long long)rec->id,
			ring->fired);
	assert_int_equal(value_get_int(&rec->fields, "rings", 0),
		ring->held ? 0 : 1);
	return true;
}

/* Every timer rang once, in the journal and in its deal, and none early. */
static void check_rings(const char *dir, long armed, struct rings *r)
{
	struct event_filter all = {0};
	struct history_audit audit;
	struct reader *reader = NULL;
	struct fl_error err = {0};
	uint32_t at = 0;
	void *ring;

	memset(r, 0, sizeof(*r));
	r->by_subject = map_new();
	arena_init(&r->a, 0);
	assert_non_null(r->by_subject);
	assert_int_equal(reader_open(dir, &reader, &err), FL_OK);
	assert_int_equal(reader_events(reader, &r->a, &all, on_event, r, &err),
		FL_OK);
	assert_int_equal(reader_records(reader, &r->a, TEXT("deal"), 0, 0,
				 on_deal, r, &err), FL_OK);
	reader_free(reader);
	assert_int_equal(r->armed, armed);
	assert_int_equal(r->fired, armed);
	assert_int_equal(r->early, 0);
	assert_int_equal(r->wrong_due, 0);
	while (map_next(r->by_subject, &at, NULL, NULL, &ring))
		free(ring);
	map_free(r->by_subject);
	arena_deinit(&r->a);
	history_audit(dir, &audit);
	if (audit.differences != 0)
		fail_msg("%s", audit.first);
	assert_int_equal(audit.dues, 0);
}

/* ---- kills ---- */

/* tick DIR: moves the training clock on by six hours until 32 days are over. */
static int tick_main(const char *dir)
{
	struct history_roof h;
	int64_t until = BEGIN_MS + 32 * DAY_MS, now = 0;

	log_level_set(LOG_ERROR);
	if (!history_open(&h, dir))
		return 2;
	while (now < until) {
		if (!history_ask(&h, "clock", "{\"by\":\"6 hours\"}"))
			return 3;
		now = value_get_int(&h.answer, "now_ms", INT64_MAX);
	}
	history_close(&h);
	return 0;
}

static void arm_many(const char *dir, uint32_t n)
{
	struct history_engine e = {.now_ms = BEGIN_MS};
	uint64_t dice = 3;

	assert_int_equal(history_engine_open(&e, dir), FL_OK);
	for (uint32_t i = 0; i < n; i++) {
		/* 30 days, many at the same minute */
		arm(&e, i, 1 + unit_below(&dice, 30 * 24) * 60);
		if (i % 500 == 499)
			assert_int_equal(history_engine_rest(&e), FL_OK);
	}
	assert_int_equal(history_engine_rest(&e), FL_OK);
	history_engine_close(&e);
}

static void kills_leave_every_timer_once(void **state)
{
	uint32_t n = (uint32_t)history_scale(10000, 1000, 100000);
	uint64_t dice = 11;
	char dir[HISTORY_DIR];
	const char *args[] = {dir, NULL};
	struct rings r;
	long kills = 0;
	int code = -1;

	(void)state;
	history_folder(dir, "timers");
	history_alarm_rules(dir);
	arm_many(dir, n);
	for (int lives = 0; code != 0 && lives < 5000; lives++) {
		/* longer and longer, so that it ends on a slow machine too */
		long ms = 5 + (long)unit_below(&dice, 40) + lives / 4;
		struct timespec t = {ms / 1000, ms % 1000 * 1000000};
		pid_t pid = history_spawn(NULL, "tick", args);

		nanosleep(&t, NULL);
		kill(pid, SIGKILL);
		code = history_wait(pid);
		if (code > 0)
			fail_msg("ticking gave up: %d", code);
		kills += code < 0;
	}
	assert_int_equal(code, 0);
	check_rings(dir, n, &r);
	assert_int_equal(r.latest_ms, 0); /* the training clock waits for all */
	print_message("# %u timers, %ld kills: each fired once, at its time\n",
		n, kills);
	history_remove(dir);
}

/* ---- the wall clock ---- */

static const int64_t steps[] = {1000, HOUR_MS, DAY_MS, 365 * DAY_MS};

/* Polls a little: a step may come while due rows are being fired. */
static void some_polls(struct history_engine *e, uint64_t *dice)
{
	for (uint32_t n = unit_below(dice, 3); n > 0; n--)
		assert_int_equal(engine_poll(e->engine), FL_OK);
}

static void walk(struct history_engine *e, const char *dir, uint64_t *dice)
{
	int64_t step = steps[unit_below(dice, 4)];
	uint64_t shake = e->shake;

	switch (unit_below(dice, 8)) {
	case 0:
		e->now_ms += step;
		some_polls(e, dice);
		break;
	case 1:
		e->now_ms -= step;
		some_polls(e, dice);
		break;
	case 2: /* there and back */
		e->now_ms += step;
		some_polls(e, dice);
		e->now_ms -= step;
		break;
	case 3:
		assert_int_equal(history_engine_rest(e), FL_OK);
		history_engine_close(e);
		assert_int_equal(history_engine_open(e, dir), FL_OK);
		break;
	default:
		e->now_ms += (1 + unit_below(dice, 90)) * MINUTE_MS;
		some_polls(e, dice);
	}
	/* once the clock stands still there is an end to it */
	e->shake = 0;
	assert_int_equal(history_engine_rest(e), FL_OK);
	assert_true(engine_next_ms(e->engine) > e->now_ms);
	e->shake = shake + 1;
}

static void clock_steps_are_harmless(void **state)
{
	struct history_engine e = {.now_ms = BEGIN_MS, .live = true};
	long rounds = history_scale(200, 60, 3000), armed = 0;
	int64_t latest_ms = BEGIN_MS; /* that a timer is due */
	uint64_t dice = 29;
	char dir[HISTORY_DIR];
	struct rings r;

	(void)state;
	log_level_set(LOG_ERROR);
	history_folder(dir, "steps");
	history_alarm_rules(dir);
	assert_int_equal(history_engine_open(&e, dir), FL_OK);
	e.shake = 31;
	for (long i = 0; i < rounds; i++) {
		/* a step of a year there and back stays in what is recorded */
		int64_t last_ms = e.now_ms + 365 * DAY_MS + 2000 * MINUTE_MS;

		latest_ms = last_ms > latest_ms ? last_ms : latest_ms;
		for (int k = 0; k < 15; k++)
			arm(&e, (uint32_t)armed++,
				1 + unit_below(&dice, 2000));
		walk(&e, dir, &dice);
	}
	e.shake = 0;
	if (e.now_ms < latest_ms)
		e.now_ms = latest_ms;
	assert_int_equal(history_engine_rest(&e), FL_OK);
	history_engine_close(&e);
	check_rings(dir, armed, &r);
	assert_true(r.steps > 0); /* a step back is told */
	print_message("# %ld timers, %ld steps back told: none lost, none "
		"twice, none before its wall time\n", armed, r.steps);
	history_remove(dir);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kills_leave_every_timer_once),
		cmocka_unit_test(clock_steps_are_harmless),
	};

	if (argc > 2 && strcmp(argv[1], "tick") == 0)
		return tick_main(argv[2]);
	if (argc > 2 && strcmp(argv[1], "audit") == 0)
		return history_audit_main(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
