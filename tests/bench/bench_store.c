/*
 * bench_store - commits synthetic batches shaped like a dealer's day (per
 * event one record, 1.1 tasks, 0.95 due rows of which some are moved) and
 * prints events per second at group 512, 64 and 1. No verdict: a look at how
 * near the store is to a bare loop.
 * usage: bench_store FOLDER [EVENTS]
 */
#include "base/clock.h"
#include "store/store.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROUP_MAX = 512, DEALS = 5000 };

struct bench {
	struct store *st;
	int wake_fd;
	struct arena a;
	int64_t number;
	fl_status status;
	bool done;
	struct batch b;
	struct event_row events[GROUP_MAX];
	struct record_row records[GROUP_MAX];
	struct task_change tasks[2 * GROUP_MAX];
	struct due_change dues[2 * GROUP_MAX];
};

static void wake(void *ctx)
{
	uint64_t one = 1;
	struct bench *x = ctx;

	(void)!write(x->wake_fd, &one, sizeof(one));
}

static void on_commit(void *ctx, fl_status status,
	const struct commit_receipt *receipt)
{
	struct bench *x = ctx;

	(void)receipt;
	x->status = status;
	x->done = true;
}

static void add_task(struct bench *x, int64_t id, int64_t home, int64_t n)
{
	static const char *const people[] = {"jan", "piet", "els", "anna",
		"kees", "fatima", "mo", "lisa"};
	struct task *t = arena_alloc(&x->a, sizeof(*t));

	*t = (struct task){.id = id,
		.home = home,
		.subject = home,
		.card = TEXT("bench/follow-up"),
		.step = TEXT("call"),
		.kind = TEXT("call"),
		.who = text_of(people[n % 8]),
		.shown_at_ms = 1760000000000 + n * 1000,
		.due_at_ms = 1760003600000 + n * 1000,
		.body = value_map()};
	value_put(&x->a, &t->body, "why", value_int(n));
	value_put(&x->a, &t->body, "line", value_int(n % 40));
	x->tasks[x->b.n_tasks++] = (struct task_change){t, true};
}

static struct value value_of(struct bench *x, const char *json)
{
	struct value v = value_null();

	(void)value_read(&x->a, json, strlen(json), NULL, &v, NULL);
	return v;
}

static struct text document(struct bench *x, const char *json)
{
	struct value v = value_of(x, json);
	struct buf b;
	struct text t;

	buf_init(&b, 1 << 20);
	brief_value(&(struct brief){.to = &b}, &v);
	t = (struct text){arena_text(&x->a, b.at, b.len), (uint32_t)b.len};
	buf_deinit(&b);
	return t;
}

static struct record *record_of(struct bench *x, int64_t id, int64_t deal,
	const char *json)
{
	struct value v = value_of(x, json);
	struct record *r = NULL;

	(void)record_of_value(&x->a, id, TEXT("deal"), id,
		text_of(arena_printf(&x->a, "D%lld", (long long)deal)), &v, &r,
		NULL);
	return r;
}

static void add_event(struct bench *x, int64_t n, bool is_new)
{
	static const char *const types[] = {"bench.lead", "bench.call",
		"bench.visit", "bench.quote", "bench.signed"};
	int64_t deal = (n - 1) % DEALS + 1;
	int64_t id = RECORD_ID(deal, 0);
	struct text uuid = text_of(arena_printf(&x->a, "%016llx-%lld",
		(unsigned long long)n * 0x9E3779B97F4A7C15u, (long long)n));

	x->events[x->b.n_events++] = (struct event_row){.number = n,
		.source = TEXT("bench"),
		.id = uuid,
		.type = text_of(types[n % 5]),
		.subject = id,
		.home = id,
		.occurred_at_ms = 1760000000000 + n * 997,
		.recorded_at_ms = 1760000000000 + n * 1000,
		.actor = TEXT("jan"),
		.role = TEXT("seller"),
		.version = 1,
		.data = document(x,
			"{\"channel\":\"phone\",\"outcome\":\"no answer\","
			"\"note\":\"belt morgen terug na twaalven\","
			"\"price\":2499500}"),
		.body_digest = (int64_t)((uint64_t)n * 0x9E3779B97F4A7C15u >> 1),
		.decision = document(x,
			"[[\"bench/follow-up\",[[1,{\"kind\":\"call\","
			"\"who\":\"jan\"}]]]]"),
		.ruleset = 1};
	x->records[x->b.n_records++] = (struct record_row){
		.record = record_of(x, id, deal,
			"{\"f\":{\"last\":1760000000000,\"owner\":\"jan\","
			"\"stage\":\"lead\",\"touches\":3},\"r\":[{\"c\":"
			"\"bench/follow-up\",\"e\":1760000000000,\"n\":1,"
			"\"s\":[[\"call\",0,1760000000000,\"\","
			"1760003600000]]}]}")};
	if (is_new) {
		struct record_row *r = &x->records[x->b.n_records - 1];

		r->keys = arena_alloc(&x->a, sizeof(*r->keys));
		r->keys[0] = text_of(arena_printf(&x->a, "deal:D%lld",
			(long long)deal));
		r->n_keys = 1;
		r->keys_changed = true;
	}
	add_task(x, RECORD_ID(n, 1), id, n);
	if (n % 10 == 0)
		add_task(x, RECORD_ID(n, 2), id, n);
	x->dues[x->b.n_dues++] = (struct due_change){
		{1760003600000 + n * 1000, id, id, TEXT("bench/follow-up"),
			TEXT("call")},
		false};
	if (n > DEALS)
		x->dues[x->b.n_dues++] = (struct due_change){
			{1760003600000 + (n - DEALS) * 1000, id, id,
				TEXT("bench/follow-up"), TEXT("call")},
			true};
}

/* Hands one group over and waits for its sync. */
static bool commit(struct bench *x, int64_t group)
{
	struct pollfd p = {x->wake_fd, POLLIN, 0};
	uint64_t taken;

	arena_reset(&x->a);
	x->b = (struct batch){.expected_number = x->number,
		.events = x->events,
		.records = x->records,
		.tasks = x->tasks,
		.dues = x->dues};
	for (int64_t i = 1; i <= group; i++)
		add_event(x, x->number + i, x->number + i <= DEALS);
	x->done = false;
	if (store_commit(x->st, &x->b, on_commit, x) != FL_OK)
		return false;
	while (!x->done) {
		if (poll(&p, 1, -1) > 0)
			(void)!read(x->wake_fd, &taken, sizeof(taken));
		store_poll(x->st);
	}
	x->number += group;
	return x->status == FL_OK;
}

static bool run(const char *folder, int64_t events, int64_t group)
{
	static struct bench x;
	struct store_options opt = {.wake = wake, .ctx = &x};
	struct fl_error err = {0};
	struct rusage use = {0};
	int64_t from_us;
	char path[512];
	struct stat st = {0};
	bool ok = true;

	snprintf(path, sizeof(path), "%s/group-%lld", folder, (long long)group);
	x = (struct bench){.wake_fd = eventfd(0, EFD_CLOEXEC)};
	arena_init(&x.a, 0);
	if (mkdir(path, 0700) != 0 ||
		store_open(path, &opt, &x.st, &err) != FL_OK) {
		fprintf(stderr, "%s: cannot be used %s\n", path, err.text);
		return false;
	}
	from_us = clock_mono_us();
	while (ok && x.number + group <= events)
		ok = commit(&x, group);
	from_us = clock_mono_us() - from_us;
	store_free(x.st);
	arena_deinit(&x.a);
	close(x.wake_fd);
	getrusage(RUSAGE_SELF, &use);
	snprintf(path, sizeof(path), "%s/group-%lld/data/fairlead.db", folder,
		(long long)group);
	if (stat(path, &st) != 0 || x.number == 0)
		return false;
	printf("group %3lld: %lld events, %.0f events/s, %.0f bytes/event,"
	       " %ld KB resident\n",
		(long long)group, (long long)x.number,
		(double)x.number * 1e6 / (double)from_us,
		(double)st.st_size / (double)x.number, use.ru_maxrss);
	return ok;
}

int main(int argc, char **argv)
{
	int64_t events = argc > 2 ? strtoll(argv[2], NULL, 10) : 100000;

	if (argc < 2) {
		fprintf(stderr, "usage: %s FOLDER [EVENTS]\n", argv[0]);
		return 2;
	}
	return run(argv[1], events, 512) && run(argv[1], events / 2, 64) &&
			run(argv[1], events / 20, 1)
		? 0
		: 1;
}
