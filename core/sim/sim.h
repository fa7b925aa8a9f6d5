/*
 * sim.h - the engine under a virtual clock: tests beside cards, what is
 * coming, audit. Never a second implementation: the same engine, the same
 * store code on a private in-memory database, no outbox.
 */
#pragma once

#include "engine/engine.h"
#include "model/keys.h"

struct sim; /* opaque */

/* A rooftop of its own with this ruleset (reference taken), the clock at
 * start_ms. On its own thread only. */
fl_status sim_new(struct ruleset *rs, int64_t start_ms, struct sim **out,
		  struct fl_error *err);
/* The same, with records that are there from the beginning (copied through
 * the store): residents, a home. Their due rows come along, and the tasks
 * given with them. */
struct sim_start {
	struct record **records;
	uint32_t n_records;
	const struct task **tasks;
	uint32_t n_tasks;
};
fl_status sim_new_with(struct ruleset *rs, int64_t start_ms,
		       const struct sim_start *start, struct arena *a,
		       struct sim **out, struct fl_error *err);
void sim_free(struct sim *s);
struct engine *sim_engine(struct sim *s);
struct store *sim_store(struct sim *s);
/* A reader of its store, borrowed for the sim's life. */
fl_status sim_reader(struct sim *s, struct reader **out, struct fl_error *err);
int64_t sim_now_ms(const struct sim *s);
void sim_on_told(struct sim *s, void (*cb)(void *ctx, const struct told *t),
		 void *ctx);
/* Posts as `actor` and runs until answered and at rest. Problems go to `p`
 * (may be NULL). */
fl_status sim_post(struct sim *s, const struct value *wire, struct text actor,
		   bool command, int64_t *number, struct problems *p);
/* Moves the clock, firing everything due on the way. */
fl_status sim_run_to(struct sim *s, int64_t to_ms, struct fl_error *err);

/* From now on posts and moves of the clock are committed many at a time, for
 * whoever tells it a long story: before its store is read comes sim_settle().
 * What happens is the same. */
void sim_in_groups(struct sim *s);
fl_status sim_settle(struct sim *s, struct fl_error *err);

/* Puts records in beside the journal, as if they had always been there (tests
 * and `coming`); only while the engine is idle and their homes unknown to it.
 * Ids come from sim_next_record(). */
int64_t sim_next_record(struct sim *s);
fl_status sim_inject(struct sim *s, const struct schema *schema,
		     struct record **records, uint32_t n, struct arena *a);
int64_t sim_last_number(struct sim *s);
int64_t sim_next_due(struct sim *s); /* ms, INT64_MAX none */

/* Which tests run; zeroed: all. */
struct sim_test_filter {
	const char *name;   /* part of the test's name or file; NULL any */
	const char *folder; /* its file's name begins so; NULL any */
	bool outside;       /* the files that do not begin so instead */
};

/* Tests beside cards: runs the tests of the ruleset that `filter` (NULL: all)
 * lets through, each in a fresh sim; failures told as a story. */
struct test_result {
	struct text name;
	const char *file;
	int line;
	bool passed;
	const char *story;  /* of a failure: times and reasons; NULL passed */
	int64_t took_us;
};
/* `tests` was loaded with_tests; `rules` are the same sources loaded again,
 * for the engines under test (one Lua state never runs inside itself).
 * `coverage`: how far they went, a list as coverage_list(); NULL: not asked. A
 * test that expects nothing, or in which nothing happens that any card looks
 * at, fails. */
fl_status sim_test(struct ruleset *tests, struct ruleset *rules,
		   const struct sim_test_filter *filter, struct arena *a,
		   struct value *coverage, struct test_result **out,
		   uint32_t *n, struct fl_error *err);

/* The i-th verb of t, and the i-th key of t:expect_task { }, for whoever
 * describes them all; NULL past the last. */
const char *sim_test_verb(size_t i);
const char *sim_test_filter_key(size_t i);

/*
 * Audit: folds events and recorded decisions of a database from nothing and
 * compares every record and task, byte for byte, and every due row, in one
 * snapshot. Findings go to `p` (code FL701). FL_OK also with findings: see
 * differences.
 */
struct audit_result {
	int64_t events, records, tasks, dues, differences;
	struct digest decisions; /* over the journal's decisions, in order */
	struct digest state;     /* over all records and tasks, by id */
};
fl_status sim_audit(struct reader *r, struct arena *a,
		    struct audit_result *out, struct problems *p,
		    struct fl_error *err);

/* What the rules will do from now on, on the records as they stand. */
struct ahead_options {
	int64_t home;      /* a record of one customer; 0: everybody */
	int64_t now_ms, until_ms;
	bool answered;     /* each task is answered when due: reached, done ..,
			    * else no_answer, whichever asks for no field; a
			    * task without such an answer stays open. false:
			    * nobody answers anything */
	int64_t budget_us; /* looks no further after so long; 0: no bound */
	/* each task that is made; its sentence with `home`, else "" */
	void (*on_task)(void *ctx, const struct task *t, const char *title);
	void *ctx;
};
/* *reached_ms: how far it got. FL_OK, FL_NOMEM, FL_STORAGE. */
fl_status sim_ahead(struct reader *r, struct ruleset *rs,
		    const struct ahead_options *opt, struct arena *a,
		    int64_t *reached_ms, struct fl_error *err);
/* The same as a list of {at, at_ms, due_ms, card, step, kind, who, title}, at
 * most 500, when nobody answers. */
fl_status sim_coming(struct reader *r, struct ruleset *rs, int64_t home,
		     int64_t now_ms, int64_t until_ms, struct arena *a,
		     struct value *out, struct fl_error *err);
/* Adds one such entry. */
void coming_add(struct arena *a, const struct rulebook *book,
		const struct task *t, const char *title, struct value *list);

/*
 * Backtest: the facts of a database's past, in order and each at the moment it
 * was learned, told to a fresh rooftop with the rules of `rs`. What only the
 * engine or the rules of then made is left out: it follows, or it does not.
 */
#define BACKTEST_RESIDENT (-1)
struct backtest_options {
	int64_t until_ms;  /* facts learned later are left out */
	int64_t budget_us; /* looks no further after so long; 0: no bound */
	/* each task that was shown up to reached_ms, once all is told: of the
	 * past, and of the rules in question (home 0: a customer the past does
	 * not have; subject is the sim's). About the rooftop or a person the
	 * home is BACKTEST_RESIDENT. */
	void (*on_task)(void *ctx, const struct task *t, bool candidate);
	void *ctx;
};
struct backtest_result {
	int64_t first_ms, reached_ms; /* 0: there is no past */
	int64_t told;
	int64_t unknown;  /* answers to tasks these rules do not make, and what
			   * is about a record they do not make */
	int64_t refused;  /* a command these rules do not accept */
};
/* The reader is not begun. FL_OK, FL_NOMEM, FL_STORAGE. */
fl_status sim_backtest(struct reader *r, struct ruleset *rs,
		       const struct backtest_options *opt,
		       struct backtest_result *out, struct fl_error *err);
