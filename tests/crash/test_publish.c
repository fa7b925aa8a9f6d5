/*
 * kill -9 at every step of a publish: before, between and after each write to
 * the disk. Afterwards the old rules are live and everybody stands where they
 * stood, or the new ones are, and nobody is between: each customer has their
 * old moment or their new one, the next start brings all to the new one, and
 * every record is what events and decisions come to. A large rooftop takes facts
 * between the slices, and the same holds.
 */
#include "history.h"

#include "base/log.h"
#include "reload/folder.h"

#include <signal.h>
#include <unistd.h>

enum {
	CUSTOMERS = 700, /* some twenty slices */
	STEPS_AT_LEAST = 24,
	LARGE = 5000, /* customers of a large rooftop */
	FACTS = 300 /* posted to it while it publishes */
};

#define BEGIN_MS INT64_C(1788249600000) /* Tuesday 2026-09-01, 10:00 */

static const char old_rule[] =
	"cadence \"after\" { title = { en = \"A\" }, about = \"deal\", starts ="
	" \"contact.made\", step \"call\" { after = \"2 weeks\", task = todo "
	"\"Call\", who = \"jan\" } }\n";
static const char new_rule[] =
	"cadence \"after\" { title = { en = \"A\" }, about = \"deal\", starts ="
	" \"contact.made\", step \"call\" { after = \"5 weeks\", task = todo "
	"\"Call\", who = \"jan\" } }\n";

static void write_rule(const char *dir, const char *text)
{
	char path[HISTORY_DIR + 40];
	FILE *f;

	snprintf(path, sizeof(path), "%s/rules/after.lua", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void run(const char *fmt, const char *a, const char *b)
{
	char command[3 * HISTORY_DIR];

	snprintf(command, sizeof(command), fmt, a, b);
	assert_int_equal(system(command), 0);
}

/* ---- the worker: publishes, and dies at the nth step ---- */

struct dying {
	long left; /* steps of the disk until then */
	long seen;
};

static int step(void *ctx, const char *point)
{
	struct dying *d = ctx;

	(void)point;
	d->seen++;
	if (--d->left == 0)
		kill(getpid(), SIGKILL);
	return 0;
}

static void published(void *ctx, const struct post_answer *a)
{
	*(fl_status *)ctx = a->status;
}

static void noted(void *ctx, const struct post_answer *a)
{
	(void)ctx;
	if (a->status != FL_OK)
		_exit(4);
}

/* Facts about customers, one every few polls: they go between the slices. */
static fl_status post_meanwhile(struct history_engine *e, long facts)
{
	fl_status s = FL_OK;
	char json[200];

	for (long i = 0; i < 4 * facts && s == FL_OK; i++) {
		if (i % 4 == 0) {
			snprintf(json, sizeof(json),
				"{\"type\":\"note.added\",\"source\":\"web\","
				"\"id\":\"note-%ld\",\"subject\":\"D-%ld\","
				"\"data\":{\"text\":\"x\"}}", i,
				i * 37 % LARGE);
			history_engine_post(e, json, noted, NULL);
		}
		s = engine_poll(e->engine);
		usleep(200); /* a commit takes a while, too */
	}
	return s;
}

/* DIR NEW-RULES STEP FACTS; prints how many steps there were. */
static int worker_main(char **argv)
{
	struct history_engine e = {.now_ms = BEGIN_MS};
	struct post_by by = {.actor = TEXT("admin")};
	struct dying d = {.left = strtol(argv[2], NULL, 10)};
	struct ruleset *next = NULL;
	struct fl_error err;
	struct problems p;
	struct arena a;
	fl_status s = FL_UNKNOWN;

	log_level_set(LOG_ERROR);
	arena_init(&a, 0);
	problems_init(&p, &a);
	if (history_engine_open(&e, argv[0]) != FL_OK ||
		folder_load(argv[1], false, &a, &p, &next, &err) != FL_OK)
		return 2;
	e.ctx = &d;
	e.fault = step;
	engine_publish(e.engine, next, &by, "kill", NULL, published, &s);
	if (post_meanwhile(&e, strtol(argv[3], NULL, 10)) != FL_OK)
		return 3;
	if (history_engine_rest(&e) != FL_OK || s != FL_OK)
		return 3;
	printf("%ld\n", d.seen);
	fflush(stdout);
	_exit(0); /* what comes after is not the publish */
}

/* ---- the parent ---- */

struct standing {
	int64_t live;       /* ruleset */
	long old, new, odd; /* customers */
};

static bool look_at(void *ctx, const struct record *r)
{
	struct standing *s = ctx;
	const struct run *in = record_run(r, TEXT("own/after"));
	const struct place *p =
		in != NULL ? run_place(in, TEXT("call")) : NULL;
	int64_t days;

	if (!text_is(r->kind, "deal"))
		return true;
	days = p != NULL ? (p->due_at_ms - BEGIN_MS) / 86400000 : 0;
	s->old += days == 13; /* two weeks on, at opening */
	s->new += days == 34;
	s->odd += days != 13 && days != 34;
	return true;
}

static struct standing standing(const char *dir)
{
	struct standing s = {0};
	struct store_state state;
	struct reader *r = NULL;
	struct fl_error err;
	struct arena a;

	arena_init(&a, 0);
	assert_int_equal(reader_open(dir, &r, &err), FL_OK);
	assert_int_equal(reader_state(r, &state, &err), FL_OK);
	s.live = state.ruleset;
	assert_int_equal(reader_records(r, &a, TEXT("deal"), 0, 0, look_at, &s,
				 &err), FL_OK);
	reader_free(r);
	arena_deinit(&a);
	return s;
}

static void fill(const char *dir, int customers)
{
	struct history_engine e = {.now_ms = BEGIN_MS};
	char json[300];

	assert_int_equal(history_engine_open(&e, dir), FL_OK);
	for (int i = 0; i < customers; i++) {
		snprintf(json, sizeof(json),
			"{\"type\":\"lead.received\",\"source\":\"web\","
			"\"id\":\"l%d\",\"data\":{\"deal\":\"D-%d\","
			"\"customer\":{\"name\":\"Klant %d\"}}}", i, i, i);
		history_engine_post(&e, json, NULL, NULL);
		snprintf(json, sizeof(json),
			"{\"type\":\"contact.made\",\"source\":\"web\","
			"\"id\":\"c%d\",\"subject\":\"D-%d\",\"data\":{"
			"\"channel\":\"phone\"}}", i, i);
		history_engine_post(&e, json, NULL, NULL);
		if (i % 100 == 99)
			assert_int_equal(history_engine_rest(&e), FL_OK);
	}
	assert_int_equal(history_engine_rest(&e), FL_OK);
	history_engine_close(&e);
}

/* Publishes in a process of its own; how many steps it took, -1 when it was
 * killed. */
static long publish_until(const char *dir, const char *next, long nth,
			  const char *facts)
{
	char number[24];
	const char *args[] = {dir, next, number, facts, NULL};
	int fd = -1, code;
	pid_t pid;
	char *text;
	long steps;

	snprintf(number, sizeof(number), "%ld", nth);
	pid = history_spawn(&fd, "worker", args);
	text = history_slurp(fd);
	code = history_wait(pid);
	steps = code == 0 ? strtol(text, NULL, 10) : -1;
	if (code > 0)
		fail_msg("the worker gave up: %d %s", code, text);
	free(text);
	return steps;
}

/* The next start, on whichever rules are live, and everybody at its end. */
static void next_start(const char *dir, const char *next, int64_t live,
		       int customers)
{
	struct history_engine e = {.now_ms = BEGIN_MS};
	struct history_audit audit;
	struct standing s;

	if (live == 2)
		run("cp '%s/rules/after.lua' '%s/rules/after.lua'", next, dir);
	assert_int_equal(history_engine_open(&e, dir), FL_OK);
	assert_int_equal(history_engine_rest(&e), FL_OK);
	history_engine_close(&e);
	s = standing(dir);
	assert_int_equal(s.live, live);
	assert_int_equal(s.odd, 0);
	assert_int_equal(live == 2 ? s.new : s.old, customers);
	history_audit(dir, &audit);
	if (audit.differences != 0)
		fail_msg("%s", audit.first);
	assert_int_equal(audit.doubled, 0);
}

/* A rooftop with so many customers on the old rules, and the new ones. */
struct shop {
	char base[HISTORY_DIR], next[HISTORY_DIR], dir[HISTORY_DIR + 8];
	int customers;
	const char *facts;
	long kills, olds, halves;
};

static void shop_open(struct shop *x, int customers, const char *facts)
{
	*x = (struct shop){.customers = customers, .facts = facts};
	history_folder(x->base, "publish");
	history_folder(x->next, "publish-next");
	write_rule(x->base, old_rule);
	write_rule(x->next, new_rule);
	fill(x->base, customers);
	snprintf(x->dir, sizeof(x->dir), "%s.run", x->base);
}

static void shop_close(struct shop *x)
{
	assert_true(x->kills > 0 && x->olds > 0 && x->halves > 0);
	history_remove(x->base);
	history_remove(x->next);
}

static void kill_at(struct shop *x, long nth)
{
	struct standing s;

	run("cp -r '%s' '%s'", x->base, x->dir);
	x->kills += publish_until(x->dir, x->next, nth, x->facts) < 0;
	s = standing(x->dir);
	assert_int_equal(s.odd, 0);
	assert_int_equal(s.old + s.new, x->customers);
	assert_true(s.live == 1 || s.live == 2);
	if (s.live == 1)
		assert_int_equal(s.old, x->customers);
	x->olds += s.live == 1;
	x->halves += s.old > 0 && s.new > 0;
	next_start(x->dir, x->next, s.live, x->customers);
	history_remove(x->dir);
}

static void old_or_new(void **state)
{
	struct shop x;
	long steps, most, every;

	(void)state;
	shop_open(&x, CUSTOMERS, "0");
	run("cp -r '%s' '%s'", x.base, x.dir);
	steps = publish_until(x.dir, x.next, 0, x.facts);
	assert_true(steps > 0);
	history_remove(x.dir);
	most = history_scale(200, STEPS_AT_LEAST, steps);
	every = steps / most > 0 ? steps / most : 1;
	for (long nth = 1; nth <= steps; nth += every)
		kill_at(&x, nth);
	print_message("# %ld kills at %ld steps of a publish: old rules %ld times, "
		"some moved already %ld times; nobody "
		"between\n", x.kills, steps, x.olds, x.halves);
	shop_close(&x);
}

/* ---- a large rooftop ---- */

struct between {
	long slices, facts; /* facts: behind the first slice, before the last */
	long waiting;
};

static bool count_between(void *ctx, const struct event_row *row)
{
	struct between *b = ctx;

	if (text_is(row->type, "rules.recomputed")) {
		b->slices++;
		b->facts += b->waiting;
		b->waiting = 0;
	}
	b->waiting += b->slices > 0 && text_is(row->type, "note.added");
	return true;
}

static struct between between(const char *dir)
{
	struct event_filter f = {0};
	struct between b = {0};
	struct reader *r = NULL;
	struct fl_error err;
	struct arena a;

	arena_init(&a, 0);
	assert_int_equal(reader_open(dir, &r, &err), FL_OK);
	assert_int_equal(reader_events(r, &a, &f, count_between, &b, &err),
		FL_OK);
	reader_free(r);
	arena_deinit(&a);
	return b;
}

/* Thousands in flight, facts coming in all the while: they go between the
 * slices, and a kill between two of them leaves nobody between. */
static void large(void **state)
{
	char facts[24];
	struct between b;
	struct shop x;
	long steps, times = history_scale(6, 2, 100);

	(void)state;
	snprintf(facts, sizeof(facts), "%d", FACTS);
	shop_open(&x, LARGE, facts);
	run("cp -r '%s' '%s'", x.base, x.dir);
	steps = publish_until(x.dir, x.next, 0, facts);
	assert_true(steps > 0);
	b = between(x.dir);
	assert_in_range(b.slices, LARGE / 32, LARGE / 32 + 2);
	assert_in_range(b.facts, FACTS / 10, FACTS);
	next_start(x.dir, x.next, 2, LARGE);
	history_remove(x.dir);
	kill_at(&x, 1);
	for (long i = 1; i <= times; i++)
		kill_at(&x, steps * i / (times + 1));
	print_message("# %d customers: %ld slices, %ld facts between them; %ld "
		"kills, some moved already %ld times\n", LARGE, b.slices,
		b.facts, x.kills, x.halves);
	shop_close(&x);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_or_new),
		cmocka_unit_test(large),
	};

	if (argc > 5 && strcmp(argv[1], "worker") == 0)
		return worker_main(argv + 2);
	if (argc > 2 && strcmp(argv[1], "audit") == 0)
		return history_audit_main(argv[2]);
	digest_init();
	script_init();
	log_level_set(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
