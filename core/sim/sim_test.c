/*
 * Tests beside cards: each test is a rooftop of its own under a virtual clock.
 * The verbs of `t` are in bench_act.c and bench_expect.c.
 */
#include "base/clock.h"
#include "base/near.h"
#include "sim/coverage.h"
#include "sim/test_bench.h"

static const struct {
	const char *name;
	bench_fn *fn;
} verbs[] = {
	{ "at", bench_at },
	{ "deal", bench_deal },
	{ "happens", bench_happens },
	{ "says", bench_says },
	{ "refused", bench_refused },
	{ "everyone_answers", bench_everyone },
	{ "nobody_answers", bench_nobody },
	{ "answers", bench_answers },
	{ "run_for", bench_run_for },
	{ "expect_task", bench_expect_task },
	{ "expect_none", bench_expect_none },
	{ "expect_event", bench_expect_event },
	{ "expect_state", bench_expect_state },
	{ "expect_field", bench_expect_field },
};

const char *sim_test_verb(size_t i)
{
	return i < sizeof(verbs) / sizeof(verbs[0]) ? verbs[i].name : NULL;
}

static fl_status on_verb(void *ctx, const char *verb, const struct value *args,
			 int line, struct value *result, struct fl_error *err)
{
	const char *names[sizeof(verbs) / sizeof(verbs[0])];
	const size_t n = sizeof(verbs) / sizeof(verbs[0]);
	struct bench *b = ctx;
	fl_status st;
	int near;

	(void)line;
	*result = value_null();
	for (size_t i = 0; i < n; i++) {
		names[i] = verbs[i].name;
		if (strcmp(verb, names[i]) != 0)
			continue;
		if (verbs[i].fn != bench_at && (st = bench_ready(b, err)) != FL_OK)
			return st;
		return verbs[i].fn(b, args, result, err);
	}
	near = near_name(verb, names, n);
	return status_fail(err, FL_NOT_FOUND,
		bench_words(b, "a test has no verb t:%s%s",
			"een toets kent t:%s niet%s"),
		verb, bench_near(b, near >= 0 ? names[near] : NULL));
}

/* Why a test whose expectations all held proves nothing; NULL: it does. */
static const char *proves_nothing(const struct bench *b)
{
	if (b->expectations == 0)
		return bench_words(b,
			"this test expects nothing: add t:expect_task or "
			"t:expect_none",
			"deze toets verwacht niets: voeg t:expect_task of "
			"t:expect_none toe");
	if (!b->exercised)
		return bench_words(b,
			"this test exercised nothing: nothing happened in it "
			"that moves a deal or that any card looks at; add "
			"t:happens(...)",
			"deze toets heeft niets beproefd: er gebeurde niets "
			"waardoor een deal verandert of waar een kaart naar "
			"kijkt; voeg t:happens(...) toe");
	return NULL;
}

static void run_one(struct ruleset *rs, struct ruleset *engine_rules,
		    const struct test_case *t, struct arena *a,
		    struct value *seen, struct test_result *out)
{
	struct script_outcome outcome;
	struct bench *b = arena_alloc(a, sizeof(*b));
	int64_t began = clock_mono_us();
	const char *why;
	fl_status st;

	memset(out, 0, sizeof(*out));
	out->name = t->name;
	out->file = t->file;
	out->line = t->line;
	if (b == NULL)
		return;
	b->rs = engine_rules;
	b->book = ruleset_book(engine_rules);
	b->seen_arena = a;
	b->seen = seen;
	b->start_ms = 1788249600000; /* 1 September 2026, 10:00 in Amsterdam */
	arena_init(&b->a, 512u << 20);
	memset(&outcome, 0, sizeof(outcome));
	st = ruleset_test(rs, t, &b->a, on_verb, b, &outcome);
	why = st != FL_OK ? outcome.reason : proves_nothing(b);
	out->passed = why == NULL;
	if (why != NULL)
		out->story = bench_story(b, a, why);
	out->took_us = clock_mono_us() - began;
	sim_free(b->sim);
	arena_deinit(&b->a);
}

static bool lets_through(const struct sim_test_filter *f,
			 const struct test_case *t)
{
	if (f == NULL)
		return true;
	if (f->folder != NULL &&
		(strncmp(t->file, f->folder, strlen(f->folder)) == 0) ==
			f->outside)
		return false;
	return f->name == NULL || strstr(t->name.at, f->name) != NULL ||
		strstr(t->file, f->name) != NULL;
}

fl_status sim_test(struct ruleset *tests, struct ruleset *rules,
		   const struct sim_test_filter *filter, struct arena *a,
		   struct value *coverage, struct test_result **out,
		   uint32_t *n, struct fl_error *err)
{
	struct value seen = value_map();
	const struct test_case *cases;
	uint32_t total = ruleset_tests(tests, &cases);

	*n = 0;
	*out = arena_alloc(a, (total + 1) * sizeof(**out));
	if (*out == NULL)
		return status_fail(err, FL_NOMEM, "tests");
	for (uint32_t i = 0; i < total; i++)
		if (lets_through(filter, &cases[i]))
			run_one(tests, rules, &cases[i], a,
				coverage != NULL ? &seen : NULL,
				&(*out)[(*n)++]);
	if (coverage != NULL)
		*coverage = coverage_list(a, ruleset_book(rules), &seen,
			filter != NULL ? filter->folder : NULL,
			filter != NULL && filter->outside);
	return FL_OK;
}
