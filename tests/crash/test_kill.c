/*
 * kill -9 at random moments while events stream in: what was acknowledged is
 * known afterwards under the same number, nothing is there twice, and no event
 * is without its effects: every record, task and due row is what events and
 * decisions come to, as another process finds.
 */
#include "history.h"

#include "base/clock.h"
#include "base/log.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	IN_FLIGHT = 64,    /* posts a worker keeps waiting */
	OF_A_LIFE = 600,   /* events a worker sends unless it is killed */
	FOLDER_LIVES = 20, /* cycles in one folder */
	STREAM = FOLDER_LIVES * (OF_A_LIFE + 1),
	AT_LEAST = 40,     /* cycles, however slow the machine */
	OPENS_US = 60000000, /* in which a worker opens its rooftop */
	CHECK_MS = 35000   /* enough of them for make check */
};

/* ---- the worker: what is killed ---- */

enum kind { FIRST = 'A', AGAIN = 'R', OTHER = 'C', ANSWER = 'D', CLOCK = 'K',
	    OPENED = 'O' };

struct worker;

struct sent {
	struct worker *w;
	enum kind kind;
	uint32_t nth;
	char json[HISTORY_BYTES]; /* ANSWER: as sent */
};

struct worker {
	fl_rooftop *r;
	struct arena a;
	uint64_t seed, dice;
	uint32_t in_flight;
	char task[32]; /* one that may be answered, "" none */
};

/* One line at once, so that it is there or not. */
static void say(const char *line, size_t n)
{
	if (write(STDOUT_FILENO, line, n) != (ssize_t)n)
		_exit(3);
}

static void note_task(struct worker *w, const struct value *answer)
{
	const struct value *tasks = value_get(answer, "tasks");
	const char *id = NULL;

	if (tasks != NULL && tasks->count > 0)
		id = value_get_str(&tasks->as.items[0], "task");
	if (id != NULL)
		snprintf(w->task, sizeof(w->task), "%s", id);
}

static void on_answer(void *ctx, fl_status status, const char *json,
		      size_t bytes)
{
	struct sent *s = ctx;
	struct worker *w = s->w;
	char line[HISTORY_BYTES + 80];
	struct fl_error err;
	struct value v;
	int n;

	arena_reset(&w->a);
	w->in_flight--;
	if (value_read(&w->a, json, bytes, NULL, &v, &err) != FL_OK)
		_exit(4);
	note_task(w, &v);
	n = snprintf(line, sizeof(line), "%c %u %d %lld %d %s\n", s->kind,
		s->nth, (int)status, (long long)value_get_int(&v, "number", 0),
		value_get_bool(&v, "repeat", false), s->json);
	say(line, (size_t)n);
	free(s);
}

static struct sent *sent_new(struct worker *w, enum kind kind, uint32_t nth)
{
	struct sent *s = calloc(1, sizeof(*s));

	if (s == NULL)
		_exit(5);
	s->w = w;
	s->kind = kind;
	s->nth = nth;
	w->in_flight++;
	return s;
}

static void post(struct worker *w, const char *json, struct sent *s)
{
	if (fl_post(w->r, json, strlen(json), on_answer, s) != FL_OK)
		_exit(6);
}

/* Some earlier event once more, as it was or with another body. */
static void post_earlier(struct worker *w, uint32_t nth)
{
	char json[HISTORY_BYTES];
	enum kind kind = unit_below(&w->dice, 3) == 0 ? OTHER : AGAIN;
	uint32_t back = 1 + unit_below(&w->dice, nth < 90 ? nth : 90);

	if (kind == OTHER)
		history_other_body(w->seed, nth - back, json);
	else
		history_event(w->seed, nth - back, json);
	post(w, json, sent_new(w, kind, nth - back));
}

static void post_answer(struct worker *w, uint32_t nth)
{
	struct sent *s = sent_new(w, ANSWER, nth);

	snprintf(s->json, sizeof(s->json),
		"{\"type\":\"task.done\",\"source\":\"app\",\"id\":\"a%u\","
		"\"task\":\"%s\",\"outcome\":\"%s\"}",
		nth, w->task,
		unit_below(&w->dice, 3) != 0 ? "done" : "reached");
	w->task[0] = '\0';
	post(w, s->json, s);
}

static void post_next(struct worker *w, uint32_t nth)
{
	char json[HISTORY_BYTES];

	history_event(w->seed, nth, json);
	post(w, json, sent_new(w, FIRST, nth));
	if (nth > 0 && unit_below(&w->dice, 8) == 0)
		post_earlier(w, nth);
	if (w->task[0] != '\0' && unit_below(&w->dice, 4) == 0)
		post_answer(w, nth);
	if (nth % 50 == 49 &&
		fl_ask(w->r, "clock", "{\"by\":\"5 hours\"}", on_answer,
			sent_new(w, CLOCK, nth)) != FL_OK)
		_exit(6);
}

static int worker_main(char **argv)
{
	struct fl_options opt = {.size = sizeof(opt), .manual_clock = 1};
	struct fl_error err = {0};
	struct worker w = {.seed = strtoull(argv[1], NULL, 10)};
	uint32_t nth = (uint32_t)strtoul(argv[2], NULL, 10);
	uint32_t end = nth + OF_A_LIFE;

	w.dice = w.seed + nth;
	log_level_set(LOG_ERROR);
	arena_init(&w.a, 16u << 20);
	if (fl_open(argv[0], &opt, &w.r, &err) != FL_OK) {
		fprintf(stderr, "worker: %s\n", err.text);
		return 2;
	}
	say("O 0 0 0 0 \n", 11);
	while (nth < end || w.in_flight > 0) {
		while (nth < end && w.in_flight < IN_FLIGHT)
			post_next(&w, nth++);
		if (fl_poll(w.r, 50) != FL_OK)
			return 7;
	}
	fl_close(w.r);
	arena_deinit(&w.a);
	return 0;
}

/* ---- the parent: what must hold ---- */

struct life {
	char dir[HISTORY_DIR];
	uint64_t seed;
	uint32_t from;               /* first event of this life */
	uint32_t most;               /* first one nobody can have sent */
	int64_t numbers[STREAM];     /* acknowledged or found, 0 unknown */
	char *answers[STREAM];       /* answers of tasks as sent, by nth */
	int64_t answer_numbers[STREAM];
	long acked, repeats, conflicts, finished, refused;
};

static void took(struct life *l, char kind, uint32_t nth, int status,
		 int64_t number, int repeat, const char *json)
{
	assert_true(nth < STREAM);
	if (kind == OTHER) {
		assert_int_equal(status, FL_CONFLICT);
		l->conflicts++;
	} else if (kind == OPENED) {
		; /* only its moment counts */
	} else if (kind == CLOCK) {
		assert_int_equal(status, FL_OK);
	} else if (kind == ANSWER && status != FL_OK) {
		l->refused++; /* answered or withdrawn meanwhile, or no such
			       * outcome */
	} else if (kind == ANSWER) {
		assert_null(l->answers[nth]);
		assert_non_null(l->answers[nth] = strdup(json));
		l->answer_numbers[nth] = number;
	} else {
		if (status != FL_OK)
			fail_msg("event %u: status %d", nth, status);
		assert_int_equal(repeat, kind == AGAIN);
		assert_true(number > 0);
		if (kind == AGAIN)
			assert_int_equal(number, l->numbers[nth]);
		else
			assert_int_equal(l->numbers[nth], 0);
		l->numbers[nth] = number;
		l->acked += kind == FIRST;
		l->repeats += kind == AGAIN;
	}
}

static void read_acks(struct life *l, char *text)
{
	char *line = text, *end;

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		char kind;
		unsigned nth;
		int status, repeat, at = 0;
		long long number;

		*end = '\0';
		if (sscanf(line, "%c %u %d %lld %d %n", &kind, &nth, &status,
			    &number, &repeat, &at) != 5)
			fail_msg("worker said: %s", line);
		took(l, kind, nth, status, number, repeat, line + at);
		if (kind == FIRST && nth >= l->most)
			l->most = nth + 1;
	}
}

/* Reads what the worker writes for so long, counted from its start or (not
 * `opening`) from its first word, then ends it. */
static void run_and_kill(struct life *l, int64_t for_us, bool opening)
{
	char seed[24], from[24], *rest, *text = calloc(1, 1);
	const char *args[] = {l->dir, seed, from, NULL};
	struct pollfd p = {.events = POLLIN};
	int64_t until = clock_mono_us() + (opening ? for_us : OPENS_US), left;
	size_t n = 0;
	ssize_t got = 1;
	pid_t pid;

	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)l->seed);
	snprintf(from, sizeof(from), "%u", l->from);
	pid = history_spawn(&p.fd, "worker", args);
	while (got > 0 && (left = until - clock_mono_us()) > 0) {
		struct timespec t = {0, left * 1000};

		if (left >= 1000000)
			t = (struct timespec){left / 1000000, 0};
		if (ppoll(&p, 1, &t, NULL) <= 0)
			continue;
		text = realloc(text, n + 4097);
		assert_non_null(text);
		if (n == 0 && !opening)
			until = clock_mono_us() + for_us;
		got = read(p.fd, text + n, 4096);
		n += got > 0 ? (size_t)got : 0;
	}
	assert_int_equal(kill(pid, SIGKILL), 0);
	text[n] = '\0';
	rest = history_slurp(p.fd);
	text = realloc(text, n + strlen(rest) + 1);
	assert_non_null(text);
	memcpy(text + n, rest, strlen(rest) + 1);
	switch (history_wait(pid)) {
	case -1:
		break;
	case 0:
		l->finished++;
		break;
	default:
		fail_msg("the worker gave up: %s", text);
	}
	l->most = l->from;
	read_acks(l, text);
	free(rest);
	free(text);
}

/* ---- everything once more ---- */

struct again {
	struct life *l;
	int64_t *number;
	long *left;
};

static void on_again(void *ctx, fl_status status, const char *json,
		     size_t bytes)
{
	struct again *g = ctx;
	struct fl_error err;
	struct arena a;
	struct value v;
	int64_t number;

	arena_init(&a, 1u << 20);
	assert_int_equal(value_read(&a, json, bytes, NULL, &v, &err), FL_OK);
	if (status != FL_OK)
		fail_msg("sent again: %s", json);
	number = value_get_int(&v, "number", 0);
	if (*g->number != 0) {
		if (!value_get_bool(&v, "repeat", false))
			fail_msg("acknowledged as E%lld, not known: %s",
				(long long)*g->number, json);
		assert_int_equal(number, *g->number);
	}
	*g->number = number;
	(*g->left)--;
	arena_deinit(&a);
	free(g);
}

static void send_again(struct life *l, struct history_roof *h,
		       const char *json, int64_t *number, long *left)
{
	struct again *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	*g = (struct again){l, number, left};
	(*left)++;
	assert_int_equal(fl_post(h->r, json, strlen(json), on_again, g),
		FL_OK);
	while (*left > 500)
		assert_int_equal(fl_poll(h->r, 50), FL_OK);
}

/* Sends what the stream holds from `from` on: what was acknowledged must be
 * known, what was under way may or may not be. */
static void check_known(struct life *l, uint32_t from)
{
	uint32_t end = l->most + IN_FLIGHT;
	char json[HISTORY_BYTES];
	struct history_roof h;
	long left = 0;

	assert_true(history_open(&h, l->dir));
	for (uint32_t i = from; i < end && i < STREAM; i++) {
		history_event(l->seed, i, json);
		send_again(l, &h, json, &l->numbers[i], &left);
		if (l->answers[i] != NULL)
			send_again(l, &h, l->answers[i], &l->answer_numbers[i],
				&left);
	}
	while (left > 0)
		assert_int_equal(fl_poll(h.r, 50), FL_OK);
	history_close(&h);
	l->from = end < STREAM - OF_A_LIFE ? end : STREAM - OF_A_LIFE;
}

static void check_audit(struct life *l)
{
	struct history_audit a;

	history_audit(l->dir, &a);
	if (a.differences != 0)
		fail_msg("%lld differences in %s: %s", a.differences, l->dir,
			a.first);
	assert_int_equal(a.doubled, 0);
	assert_true(a.events >= l->from);
}

static void life_end(struct life *l)
{
	check_known(l, 0);
	check_audit(l);
	history_remove(l->dir);
	for (uint32_t i = 0; i < STREAM; i++)
		free(l->answers[i]);
}

static void life_begin(struct life *l, uint64_t seed)
{
	long sums[] = {l->acked, l->repeats, l->conflicts, l->finished,
		l->refused};

	memset(l, 0, sizeof(*l));
	l->acked = sums[0];
	l->repeats = sums[1];
	l->conflicts = sums[2];
	l->finished = sums[3];
	l->refused = sums[4];
	l->seed = seed;
	history_folder(l->dir, "kill");
}

static void one_cycle(struct life *l, uint64_t *dice)
{
	/* some die while they open, most while events stream in */
	bool opening = unit_below(dice, 4) == 0;

	run_and_kill(l, 1000 + unit_below(dice, opening ? 40000 : 80000),
		opening);
	check_known(l, l->from);
	check_audit(l);
}

static bool enough(long cycles, int64_t began)
{
	return getenv("FL_TORTURE") == NULL && cycles >= AT_LEAST &&
		clock_mono_us() - began > CHECK_MS * INT64_C(1000);
}

static void kills_lose_and_double_nothing(void **state)
{
	static struct life l;
	uint64_t dice = 20310902;
	long most = history_scale(200, 10, 10000), cycles = 0;
	int64_t began = clock_mono_us();

	(void)state;
	while (cycles < most && !enough(cycles, began)) {
		if (cycles % FOLDER_LIVES == 0)
			life_begin(&l, (uint64_t)cycles + 1);
		one_cycle(&l, &dice);
		if (++cycles % FOLDER_LIVES == 0)
			life_end(&l);
	}
	if (cycles % FOLDER_LIVES != 0)
		life_end(&l);
	print_message("# %ld kills (%ld came too late), %ld events "
		"acknowledged, %ld resent, %ld conflicts, %ld answers refused; "
		"0 lost, 0 doubled, 0 without effects; %lld ms a cycle\n",
		cycles, l.finished, l.acked, l.repeats, l.conflicts,
		l.refused,
		(long long)((clock_mono_us() - began) / 1000 / cycles));
	assert_true(l.acked > cycles);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kills_lose_and_double_nothing),
	};

	if (argc > 4 && strcmp(argv[1], "worker") == 0)
		return worker_main(argv + 2);
	if (argc > 2 && strcmp(argv[1], "audit") == 0)
		return history_audit_main(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
