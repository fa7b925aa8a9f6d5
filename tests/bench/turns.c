/*
 * turns ROOFTOP EVENTS WINDOW - the engine in this process, without sockets:
 * reads each line, posts it, keeps at most WINDOW unanswered. What the daemon
 * takes beyond it is what the sockets cost.
 */
#include "day.h"
#include "rig.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct load {
	struct rig rig;
	struct bench_lines lines;
	size_t answered;
	double *latency; /* first the time of posting */
};

static void on_answer(void *ctx, const struct post_answer *a)
{
	struct load *l = ctx;

	if (a->status != FL_OK || a->misfit || a->repeat)
		bench_fail(false, "event %zu was not taken (%d)",
			l->answered + 1, (int)a->status);
	l->latency[l->answered] = bench_now_s() - l->latency[l->answered];
	l->answered++;
}

static int64_t commits_of(const struct load *l)
{
	struct engine_counts counts;

	engine_counts(l->rig.engine, &counts);
	return (int64_t)counts.commits;
}

static void all_events(struct load *l, size_t window)
{
	struct arena a;
	size_t sent = 0;

	arena_init(&a, 0);
	while (l->answered < l->lines.n) {
		while (sent < l->lines.n && sent - l->answered < window) {
			l->latency[sent] = bench_now_s();
			rig_post(&l->rig, &a, l->lines.at[sent],
				l->lines.length[sent], on_answer, l);
			sent++;
		}
		rig_poll(&l->rig);
	}
	arena_deinit(&a);
}

/* Syncs so far, as syncs.so counts them in its file; 0 without it. */
static int64_t syncs(void)
{
	const char *path = getenv("FL_BENCH_SYNCS");
	FILE *f = path != NULL ? fopen(path, "rb") : NULL;
	uint64_t n = 0;

	if (f != NULL && fread(&n, sizeof(n), 1, f) != 1)
		n = 0;
	if (f != NULL)
		fclose(f);
	return (int64_t)n;
}

static void tell(struct load *l, double wall, double cpu, int64_t engine_us,
	int64_t written)
{
	struct rusage ru;
	size_t n = l->lines.n;

	getrusage(RUSAGE_SELF, &ru);
	printf("events %zu\nper_s %.0f\nus_cpu %.2f\nus_engine %.2f\n"
	       "p50_us %.0f\np99_us %.0f\nwritten %.0f\n"
	       "rss_kb %ld\n",
		n, (double)n / wall, cpu / (double)n * 1e6,
		(double)engine_us / (double)n,
		bench_percentile(l->latency, n, 0.5) * 1e6,
		bench_percentile(l->latency, n, 0.99) * 1e6,
		(double)written / (double)n,
		ru.ru_maxrss);
}

int main(int argc, char **argv)
{
	struct load l = {0};
	double wall, cpu;
	int64_t engine_us, written, synced, commits;

	if (argc != 4)
		bench_fail(false, "usage: turns ROOFTOP EVENTS WINDOW");
	bench_lines_read(&l.lines, argv[2]);
	l.latency = bench_alloc(l.lines.n, sizeof(*l.latency));
	rig_open(&l.rig, argv[1], DAY_FIRST_MS);
	synced = syncs();
	commits = commits_of(&l);
	written = bench_written_bytes();
	cpu = bench_cpu_s();
	engine_us = clock_thread_cpu_us();
	wall = bench_now_s();
	all_events(&l, (size_t)bench_number(argv[3]));
	wall = bench_now_s() - wall;
	cpu = bench_cpu_s() - cpu;
	engine_us = clock_thread_cpu_us() - engine_us;
	written = bench_written_bytes() - written;
	synced = syncs() - synced;
	commits = commits_of(&l) - commits;
	printf("syncs %lld\ncommits %lld\n", (long long)synced,
		(long long)commits);
	tell(&l, wall, cpu, engine_us, written);
	rig_close(&l.rig);
	bench_lines_free(&l.lines);
	free(l.latency);
	return 0;
}
