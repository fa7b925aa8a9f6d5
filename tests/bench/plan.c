/*
 * plan ROOFTOP CANDIDATE CUSTOMERS - fills ROOFTOP with that many customers
 * who stand in its cards, then plans the rules of the folder CANDIDATE against
 * it. Prints in_flight, changes and plan_s: reading everything, asking every
 * rule, and the sums; loading the candidate is not in it.
 */
#include "day.h"
#include "rig.h"

#include "sim/plan.h"

#include <stdio.h>

#define WINDOW 1024

static void on_answer(void *ctx, const struct post_answer *a)
{
	int64_t *answered = ctx;

	if (a->status != FL_OK)
		bench_fail(false, "event %lld was not taken",
			(long long)*answered + 1);
	++*answered;
}

static void fill(struct rig *r, int64_t customers)
{
	int64_t sent = 0, answered = 0;
	struct arena a;
	char line[300];
	int n;

	arena_init(&a, 0);
	while (answered < customers * 2) {
		while (sent < customers * 2 && sent - answered < WINDOW) {
			int64_t i = sent / 2;

			n = sent % 2 == 0
				? snprintf(line, sizeof(line),
					  "{\"type\":\"lead.received\",\"id\":"
					  "\"l%lld\",\"source\":\"web\","
					  "\"data\":{\"deal\":\"D-%lld\","
					  "\"customer\":{\"name\":\"Klant "
					  "%lld\"}}}",
					  (long long)i, (long long)i,
					  (long long)i)
				: snprintf(line, sizeof(line),
					  "{\"type\":\"contact.made\",\"id\":"
					  "\"c%lld\",\"source\":\"web\","
					  "\"subject\":\"D-%lld\",\"data\":{"
					  "\"channel\":\"phone\"}}",
					  (long long)i, (long long)i);
			rig_post(r, &a, line, (size_t)n, on_answer, &answered);
			sent++;
		}
		rig_poll(r);
	}
	arena_deinit(&a);
}

int main(int argc, char **argv)
{
	struct reader *reader = NULL;
	struct fl_error err = {0};
	struct ruleset *next;
	struct rig r = {0};
	struct plan plan;
	struct arena a;
	double from;

	if (argc != 4)
		bench_fail(false, "usage: plan ROOFTOP CANDIDATE CUSTOMERS");
	rig_open(&r, argv[1], DAY_FIRST_MS);
	next = rig_rules(argv[2]);
	fill(&r, bench_number(argv[3]));
	arena_init(&a, 0);
	if (reader_open(argv[1], &reader, &err) != FL_OK)
		bench_fail(false, "%s", err.text);
	from = bench_now_s();
	if (plan_make(reader, ruleset_book(r.rules),
		    engine_ruleset_number(r.engine), next, DAY_FIRST_MS, &a,
		    &plan, &err) != FL_OK)
		bench_fail(false, "%s", err.text);
	from = bench_now_s() - from;
	if (plan.in_flight != bench_number(argv[3]) ||
		plan.moved != plan.in_flight)
		bench_fail(false, "%u of %u customers move", plan.moved,
			plan.in_flight);
	printf("in_flight %u\nchanges %u\nplan_s %.3f\n", plan.in_flight,
		plan.n_changes, from);
	reader_free(reader);
	arena_deinit(&a);
	ruleset_unref(next);
	rig_close(&r);
	return 0;
}
