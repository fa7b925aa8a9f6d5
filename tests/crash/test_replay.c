/*
 * The same history decides the same: three processes live through the same
 * eighteen months each in its own folder, and every decision and every record
 * is byte for byte the same. Neither where the process was stopped (cleanly or
 * by kill -9), nor how many posts were under way at once, nor who audits,
 * makes a difference.
 *
 * A start is an event of its own (engine.started) and takes a number, from
 * which ids are made. So that lives with starts at different places can be
 * compared, every place has one event: a start in one life is a fact that
 * changes nothing (messages.released, and none are held) in the other. Both
 * decide nothing.
 */
#include "history.h"

#include "base/file.h"
#include "base/log.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	PLACES = 12,        /* where a life may be stopped */
	BETWEEN = 60,       /* events between two of them */
	RELOAD_AT = 6,      /* new rules go live at this place */
	TASKS_ANSWERED = 40 /* at most, at each look at the lists */
};

/* ---- the life: in a process of its own ---- */

struct living {
	struct history_roof h;
	const char *dir;
	uint64_t seed;
	uint32_t window;    /* posts under way at once */
	uint32_t in_flight;
};

static void give_up(struct living *l, const char *what)
{
	const char *why = value_get_str(&l->h.answer, "detail");

	fprintf(stderr, "%s: %s\n", what, why != NULL ? why : "");
	exit(2);
}

static void must(struct living *l, bool fine, const char *what)
{
	if (!fine || l->h.status != FL_OK)
		give_up(l, what);
}

static void on_answer(void *ctx, fl_status status, const char *json,
		      size_t bytes)
{
	struct living *l = ctx;

	(void)bytes;
	l->in_flight--;
	if (status != FL_OK) {
		fprintf(stderr, "%s\n", json);
		exit(2);
	}
}

static void stream(struct living *l, uint32_t from)
{
	char json[HISTORY_BYTES];

	for (uint32_t i = from; i < from + BETWEEN; i++) {
		history_event(l->seed, i, json);
		l->in_flight++;
		if (fl_post(l->h.r, json, strlen(json), on_answer, l) != FL_OK)
			give_up(l, json);
		while (l->in_flight >= l->window)
			if (fl_poll(l->h.r, 50) != FL_OK)
				give_up(l, "poll");
	}
	while (l->in_flight > 0)
		if (fl_poll(l->h.r, 50) != FL_OK)
			give_up(l, "poll");
}

/* Answers some of what is open, whoever's it is. Not every answer is one the
 * task knows: those are refused the same everywhere. */
static void answer_some(struct living *l, uint64_t *dice)
{
	static const char *const outcomes[] = {"done", "reached", "no_answer",
		"accepted", "not_saved", "reached"};
	char ids[TASKS_ANSWERED][24], args[160];
	const struct value *list;
	uint32_t n = 0;

	must(l, history_ask(&l->h, "tasks", "{}"), "tasks");
	list = value_get(&l->h.answer, "tasks");
	for (uint32_t i = 0; i < list->count && n < TASKS_ANSWERED; i++)
		if (unit_below(dice, 3) != 0)
			snprintf(ids[n++], sizeof(ids[0]), "%s",
				value_get_str(&list->as.items[i], "task"));
	for (uint32_t i = 0; i < n; i++) {
		snprintf(args, sizeof(args),
			"{\"task\":\"%.23s\",\"outcome\":\"%s\"}", ids[i],
			outcomes[unit_below(dice, 6)]);
		if (!history_ask(&l->h, "answer", args))
			give_up(l, "answer");
	}
}

static void reload(struct living *l)
{
	static const char settings[] = "set(\"tempo\", \"5 weeks\")\n";
	char path[HISTORY_DIR + 20];
	struct fl_error err = {0};

	snprintf(path, sizeof(path), "%s/settings.lua", l->dir);
	if (file_write(path, settings, sizeof(settings) - 1, &err) != FL_OK)
		exit(2);
	must(l, history_ask(&l->h, "reload", "{}"), "reload");
	if (!value_get_bool(&l->h.answer, "changed", false))
		give_up(l, "nothing changed");
	if (l->h.recomputed == 0 && !history_recomputed(&l->h))
		give_up(l, "the new rules reach nobody");
}

/* What happens between two places: 60 facts, some answers, and 6 weeks in
 * steps, over the nights on which the clocks change. */
static void live_on(struct living *l, uint32_t place)
{
	uint64_t dice = l->seed * 31 + place;

	if (place == 0)
		must(l, history_ask(&l->h, "clock",
				"{\"to\":\"2031-09-02 10:00\"}"), "clock");
	if (place == RELOAD_AT)
		reload(l);
	stream(l, place * BETWEEN);
	for (int i = 0; i < 6; i++) {
		must(l, history_ask(&l->h, "clock", i % 2 == 0
				? "{\"by\":\"4 days\"}"
				: "{\"by\":\"10 days\"}"), "clock");
		answer_some(l, &dice);
	}
}

/* live DIR SEED WINDOW FROM TO STARTS die|end: lives from place FROM to TO,
 * begun anew at the places whose letter in STARTS is 'x'. */
static int live_main(char **argv)
{
	struct living l = {.dir = argv[0],
		.seed = strtoull(argv[1], NULL, 10),
		.window = (uint32_t)strtoul(argv[2], NULL, 10)};
	uint32_t from = (uint32_t)strtoul(argv[3], NULL, 10);
	uint32_t to = (uint32_t)strtoul(argv[4], NULL, 10);
	const char *starts = argv[5];

	log_level_set(LOG_ERROR);
	if (!history_open(&l.h, l.dir))
		return 2;
	for (uint32_t place = from; place < to; place++) {
		if (place > from && starts[place] == 'x') {
			history_close(&l.h);
			if (!history_open(&l.h, l.dir))
				return 2;
		} else if (place > from) {
			must(&l, history_post(&l.h,
					"{\"type\":\"messages.released\","
					"\"source\":\"x\"}"),
				"messages.released");
		}
		live_on(&l, place);
	}
	if (strcmp(argv[6], "die") == 0)
		kill(getpid(), SIGKILL);
	history_close(&l.h);
	return 0;
}

/* ---- the parent ---- */

struct life {
	char dir[HISTORY_DIR];
	pid_t pid;
	struct history_audit audit;
};

static void start(struct life *l, uint32_t window, uint32_t from, uint32_t to,
		  const char *starts, const char *end)
{
	char w[12], f[12], t[12];
	const char *args[] = {l->dir, "7", w, f, t, starts, end, NULL};

	snprintf(w, sizeof(w), "%u", window);
	snprintf(f, sizeof(f), "%u", from);
	snprintf(t, sizeof(t), "%u", to);
	l->pid = history_spawn(NULL, "live", args);
}

static void finish(struct life *l)
{
	assert_int_equal(history_wait(l->pid), 0);
	history_audit(l->dir, &l->audit);
	if (l->audit.differences != 0)
		fail_msg("%s: %lld differences: %s", l->dir,
			l->audit.differences, l->audit.first);
}

static void same(const struct history_audit *a, const struct history_audit *b)
{
	assert_int_equal(a->events, b->events);
	assert_int_equal(a->records, b->records);
	assert_int_equal(a->tasks, b->tasks);
	assert_int_equal(a->dues, b->dues);
	assert_string_equal(a->decisions, b->decisions);
	assert_string_equal(a->state, b->state);
}

static const char never[PLACES + 1] = "............";

static void three_processes_decide_the_same(void **state)
{
	struct life l[3];
	struct history_audit again;

	(void)state;
	for (int i = 0; i < 3; i++) {
		history_folder(l[i].dir, "replay");
		start(&l[i], 64, 0, PLACES, never, "end");
	}
	for (int i = 0; i < 3; i++)
		finish(&l[i]);
	print_message("# %lld events, %lld records, %lld tasks, %lld due\n",
		l[0].audit.events, l[0].audit.records, l[0].audit.tasks,
		l[0].audit.dues);
	assert_true(l[0].audit.events > PLACES * BETWEEN);
	assert_true(l[0].audit.tasks > 100);
	same(&l[0].audit, &l[1].audit);
	same(&l[0].audit, &l[2].audit);
	history_audit(l[0].dir, &again); /* once more, in yet another one */
	same(&l[0].audit, &again);
	for (int i = 0; i < 3; i++)
		history_remove(l[i].dir);
}

/* A life that is stopped at these places, compared with one that is not. */
static void stopped(const struct life *whole, uint32_t window,
		    const char *starts)
{
	struct life l;

	history_folder(l.dir, "replay");
	start(&l, window, 0, PLACES, starts, "end");
	finish(&l);
	same(&whole->audit, &l.audit);
	history_remove(l.dir);
}

static void killed(const struct life *whole)
{
	static const uint32_t places[] = {0, 1, 4, 6, 7, 11, PLACES};
	struct life l;

	history_folder(l.dir, "replay");
	for (int i = 0; places[i] != PLACES; i++) {
		bool last = places[i + 1] == PLACES;

		start(&l, 33, places[i], places[i + 1], never,
			last ? "end" : "die");
		if (!last)
			assert_int_equal(history_wait(l.pid), -1);
	}
	finish(&l);
	same(&whole->audit, &l.audit);
	history_remove(l.dir);
}

static void stops_make_no_difference(void **state)
{
	struct life whole;

	(void)state;
	history_folder(whole.dir, "replay");
	start(&whole, 64, 0, PLACES, never, "end");
	finish(&whole);
	stopped(&whole, 1, never);
	stopped(&whole, 300, "xxxxxxxxxxxx");
	stopped(&whole, 7, ".x..x..xx..x");
	killed(&whole);
	history_remove(whole.dir);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_processes_decide_the_same),
		cmocka_unit_test(stops_make_no_difference),
	};

	if (argc > 8 && strcmp(argv[1], "live") == 0)
		return live_main(argv + 2);
	if (argc > 2 && strcmp(argv[1], "audit") == 0)
		return history_audit_main(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
