/*
 * timers ROOFTOP PENDING FIRED - PENDING deals get a timer each, spread over a
 * day, then the clock is moved until about FIRED of them have fired, each with
 * its rule, a task and its journal row. Prints fired_s, bytes a pending timer
 * takes on disk, and the memory in use with all of them pending (rss_kb).
 */
#include "day.h"
#include "rig.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WINDOW 1024
#define DAY_MS INT64_C(86400000)

struct counted {
	int64_t answered;
	bool moved;
};

static void on_answer(void *ctx, const struct post_answer *a)
{
	struct counted *c = ctx;

	if (a->status != FL_OK)
		bench_fail(false, "event %lld was not taken",
			(long long)c->answered + 1);
	c->answered++;
}

static void on_moved(void *ctx, const struct post_answer *a)
{
	struct counted *c = ctx;

	if (a->status != FL_OK)
		bench_fail(false, "the clock was not moved");
	c->moved = true;
}

static void set_timers(struct rig *r, int64_t pending)
{
	struct counted c = {0};
	struct arena a;
	int64_t sent = 0;
	char line[256];
	int n;

	arena_init(&a, 0);
	while (c.answered < pending) {
		while (sent < pending && sent - c.answered < WINDOW) {
			/* a prime step scatters neighbours over the day */
			int64_t wait = sent * 7919 * 1009 % DAY_MS;

			n = snprintf(line, sizeof(line),
				"{\"type\":\"bench.tick\",\"id\":\"t%lld\","
				"\"source\":\"bench\",\"subject\":\"t%lld\","
				"\"at\":%lld,\"data\":{\"wait\":%lld}}",
				(long long)sent, (long long)sent,
				(long long)DAY_FIRST_MS, (long long)wait);
			rig_post(r, &a, line, (size_t)n, on_answer, &c);
			sent++;
		}
		rig_poll(r);
	}
	arena_deinit(&a);
}

static int64_t rss_kb(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[128];
	long long kb = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "VmRSS: %lld", &kb) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return kb;
}

static int64_t ask(const char *dir, const char *sql)
{
	char path[4096];
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	int64_t n;

	snprintf(path, sizeof(path), "%s/data/fairlead.db", dir);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) !=
			SQLITE_OK ||
		sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK ||
		sqlite3_step(s) != SQLITE_ROW)
		bench_fail(false, "%s: %s", path, sqlite3_errmsg(db));
	n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return n;
}

int main(int argc, char **argv)
{
	struct rig r = {0};
	struct counted c = {0};
	int64_t pending, fired, bytes, memory;
	double from;

	if (argc != 4)
		bench_fail(false, "usage: timers ROOFTOP PENDING FIRED");
	pending = bench_number(argv[2]);
	rig_open(&r, argv[1], DAY_FIRST_MS);
	set_timers(&r, pending);
	memory = rss_kb();
	bytes = ask(argv[1], "SELECT sum(pgsize) FROM dbstat WHERE name='due'");
	from = bench_now_s();
	engine_clock(r.engine, DAY_FIRST_MS + DAY_MS * bench_number(argv[3]) /
			pending, on_moved, &c);
	while (!c.moved)
		rig_poll(&r);
	from = bench_now_s() - from;
	fired = pending - ask(argv[1], "SELECT count(*) FROM due");
	if (fired != ask(argv[1], "SELECT count(*) FROM task") || fired == 0)
		bench_fail(false, "%lld timers fired, tasks differ",
			(long long)fired);
	printf("pending %lld\nfired %lld\nper_s %.0f\nbytes %.1f\nrss_kb %lld\n",
		(long long)pending, (long long)fired, (double)fired / from,
		(double)bytes / (double)pending, (long long)memory);
	rig_close(&r);
	return 0;
}
