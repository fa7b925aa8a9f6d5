/*
 * backtest ROOFTOP EVENTS - tells the past of ROOFTOP, in which EVENTS facts of
 * the dealer day were posted, to its own rules once more. Prints ns of CPU per
 * fact; the same tasks must come of it.
 */
#include "day.h"
#include "rig.h"

#include "sim/sim.h"

#include <stdio.h>

struct tasks {
	int64_t past, candidate;
};

static void on_task(void *ctx, const struct task *t, bool candidate)
{
	struct tasks *n = ctx;

	(void)t;
	if (candidate)
		n->candidate++;
	else
		n->past++;
}

int main(int argc, char **argv)
{
	struct tasks n = {0};
	struct backtest_options opt = {
		.until_ms = DAY_FIRST_MS, .on_task = on_task, .ctx = &n};
	struct backtest_result out = {0};
	struct reader *reader = NULL;
	struct fl_error err = {0};
	struct ruleset *rules;
	double from;

	if (argc != 3)
		bench_fail(false, "usage: backtest ROOFTOP EVENTS");
	rules = rig_rules(argv[1]);
	if (reader_open(argv[1], &reader, &err) != FL_OK)
		bench_fail(false, "%s", err.text);
	from = bench_cpu_s();
	if (sim_backtest(reader, rules, &opt, &out, &err) != FL_OK)
		bench_fail(false, "%s", err.text);
	from = bench_cpu_s() - from;
	if (out.told != bench_number(argv[2]) || out.unknown != 0 ||
		out.refused != 0 || n.past != n.candidate || n.past == 0)
		bench_fail(false, "backtest: %lld told, %lld of %lld tasks",
			(long long)out.told, (long long)n.candidate,
			(long long)n.past);
	printf("told %lld\nours_ns %.0f\n", (long long)out.told,
		from / (double)out.told * 1e9);
	reader_free(reader);
	ruleset_unref(rules);
	return 0;
}
