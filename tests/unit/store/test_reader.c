#include "kit.h"

#include <sqlite3.h>
#include <sys/stat.h>

/* What visitors saw, as one line of text. */
struct seen {
	char text[2000];
	int stop_after; /* 0: never */
	int n;
	struct reader *ask; /* asked again from inside, when set */
	struct arena *a;
};

static bool note(struct seen *s, const char *fmt, ...)
{
	size_t at = strlen(s->text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(s->text + at, sizeof(s->text) - at, fmt, args);
	va_end(args);
	return ++s->n != s->stop_after;
}

static bool on_event(void *ctx, const struct event_row *e)
{
	struct seen *s = ctx;

	if (s->ask != NULL) {
		struct home *h = NULL;
		struct fl_error err = {0};

		assert_int_equal(FL_OK,
			reader_home(s->ask, s->a, e->home, &h, &err));
		assert_int_equal(e->home, h->id);
	}
	return note(s, "%d ", (int)e->number);
}

static bool on_task(void *ctx, const struct task *t)
{
	return note(ctx, "%s:%d:%d ", t->who.at, (int)(t->id >> 10),
		(int)t->due_at_ms);
}

static bool on_record(void *ctx, const struct record *r)
{
	return note(ctx, "%s%d ", r->kind.at, (int)(r->id >> 10));
}

static bool on_due(void *ctx, const struct due_row *d)
{
	return note(ctx, "%d/%s/%s ", (int)d->due_at_ms, d->card.at,
		d->slot.at);
}

static bool on_ruleset(void *ctx, const struct ruleset_row *u)
{
	return note(ctx, "%d:%d:%s ", (int)u->number, (int)u->archive.bytes,
		u->summary.at);
}

static void add_ruleset(struct kit *k, int64_t number)
{
	const struct ruleset_row u = {.number = number,
		.digest = {{(unsigned char)number}},
		.archive = {"a\0b", 3},
		.activated_at_ms = 77,
		.actor = TEXT("admin"),
		.summary = TEXT("edit")};

	kit_begin(k);
	k->b.ruleset = &u;
	assert_int_equal(FL_OK, kit_commit(k).status);
}

/* Events 1 to 6 on homes 1 and 2; event 3 and 4 caused by 2; 5 a misfit. */
static void fill(struct kit *k)
{
	int64_t one = RECORD_ID(1, 0), two = RECORD_ID(2, 0);
	struct record_row *r;

	kit_begin(k);
	for (int i = 1; i <= 6; i++)
		kit_event(k, i % 2 == 1 ? one : two, "call.made", NULL);
	k->events[2].root = k->events[3].root = 2;
	k->events[4].misfit = true;
	r = kit_record(k, one, one, "customer", "", "{}");
	kit_keys(k, r, (const char *[]){"name:jansen", "name:jan jansen"}, 2);
	r = kit_record(k, two, two, "person", "els", "{}");
	kit_keys(k, r, (const char *[]){"name:jansma"}, 1);
	kit_record(k, RECORD_ID(3, 0), one, "deal", "D1", "{}");
	kit_task(k, RECORD_ID(1, 1), one, "els", 500, true);
	kit_task(k, RECORD_ID(2, 1), one, "jan", 300, true);
	kit_task(k, RECORD_ID(3, 1), two, "els", 500, true);
	kit_task(k, RECORD_ID(4, 1), two, "els", 100, true);
	kit_task(k, RECORD_ID(5, 1), two, "", 50, true);
	/* cards first met in another order than that of their names */
	kit_due(k, 20, one, "z/z", "b", false);
	kit_due(k, 20, one, "a/a", "y", false);
	kit_due(k, 20, one, "a/a", "x", false);
	kit_due(k, 10, two, "m/m", "@t", false);
	kit_due(k, 30, two, "m/m", "@t", false);
	assert_int_equal(FL_OK, kit_commit(k).status);
	kit_begin(k);
	kit_task(k, RECORD_ID(4, 1), two, "els", 100, false)->state = TASK_DONE;
	assert_int_equal(FL_OK, kit_commit(k).status);
	add_ruleset(k, 1);
	add_ruleset(k, 2);
}

static void events(struct reader *r, struct arena *a, struct event_filter f,
	int stop_after, const char *want)
{
	struct seen s = {.stop_after = stop_after, .ask = r, .a = a};
	struct fl_error err = {0};

	assert_int_equal(FL_OK, reader_events(r, a, &f, on_event, &s, &err));
	assert_string_equal(want, s.text);
}

static bool count_decided(void *ctx, const struct event_row *e)
{
	*(int *)ctx += e->decision.bytes > 0;
	return true;
}

static void check_undecided(struct kit *k, struct reader *r)
{
	struct fl_error err = {0};

	for (int undecided = 0; undecided < 2; undecided++) {
		struct event_filter f = {.undecided = undecided != 0};
		int n = 0;

		assert_int_equal(FL_OK, reader_events(r, &k->a, &f,
			count_decided, &n, &err));
		assert_int_equal(n, undecided ? 0 : 6);
		events(r, &k->a, f, 0, "1 2 3 4 5 6 ");
	}
}

static void check_events(struct kit *k, struct reader *r)
{
	int64_t two = RECORD_ID(2, 0);

	events(r, &k->a, (struct event_filter){0}, 0, "1 2 3 4 5 6 ");
	events(r, &k->a, (struct event_filter){0}, 2, "1 2 ");
	events(r, &k->a, (struct event_filter){.limit = 3}, 0, "1 2 3 ");
	events(r, &k->a, (struct event_filter){.from_number = 5}, 0, "5 6 ");
	events(r, &k->a,
		(struct event_filter){.to_number = 2, .newest_first = true}, 0,
		"2 1 ");
	events(r, &k->a, (struct event_filter){.home = two}, 0, "2 4 6 ");
	events(r, &k->a, (struct event_filter){.root = 2}, 0, "2 3 4 ");
	events(r, &k->a, (struct event_filter){.root = 6}, 0, "6 ");
	events(r, &k->a, (struct event_filter){.misfit_only = true}, 0, "5 ");
	check_undecided(k, r);
}

static bool on_kind(void *ctx, const struct record *r)
{
	const char **kind = ctx;

	*kind = r->kind.at;
	return false;
}

/* Lent names are the reader's own, others are copied for each. */
static void check_lent(struct kit *k, struct reader *r)
{
	const char *kinds[3] = {NULL};
	struct fl_error err = {0};

	for (int i = 0; i < 3; i++) {
		reader_lend(r, i < 2);
		assert_int_equal(FL_OK,
			reader_records(r, &k->a, TEXT("deal"), 0, 0, on_kind,
				&kinds[i], &err));
		assert_string_equal("deal", kinds[i]);
	}
	assert_ptr_equal(kinds[0], kinds[1]);
	assert_ptr_not_equal(kinds[0], kinds[2]);
}

static void check_tasks(struct kit *k, struct reader *r)
{
	struct seen s = {0};
	struct task *t = NULL;
	struct fl_error err = {0};

	reader_tasks(r, &k->a, TEXT("els"), 0, on_task, &s, &err);
	assert_string_equal("els:1:500 els:3:500 ", s.text);
	s = (struct seen){0};
	reader_tasks(r, &k->a, TEXT(""), 3, on_task, &s, &err);
	assert_string_equal(":5:50 jan:2:300 els:1:500 ", s.text);
	s = (struct seen){0};
	reader_tasks(r, &k->a, TEXT("nobody"), 0, on_task, &s, &err);
	assert_string_equal("", s.text);
	s = (struct seen){0};
	reader_open_tasks(r, &k->a, on_task, &s, &err);
	assert_int_equal(strlen(":5:50 jan:2:300 els:1:500 els:3:500 "),
		strlen(s.text));
	assert_non_null(strstr(s.text, ":5:50 "));
	assert_non_null(strstr(s.text, "jan:2:300 "));
	assert_non_null(strstr(s.text, "els:1:500 "));
	assert_non_null(strstr(s.text, "els:3:500 "));
	s = (struct seen){.stop_after = 2};
	reader_all_tasks(r, &k->a, RECORD_ID(3, 0), 0, on_task, &s, &err);
	assert_string_equal("els:3:500 els:4:100 ", s.text);
	assert_int_equal(FL_OK,
		reader_task(r, &k->a, RECORD_ID(4, 1), &t, &err));
	assert_int_equal(TASK_DONE, t->state);
	assert_int_equal(FL_NOT_FOUND,
		reader_task(r, &k->a, RECORD_ID(9, 9), &t, &err));
}

static void check_records(struct kit *k, struct reader *r)
{
	struct seen s = {0};
	struct home *h = NULL;
	struct record *one = NULL;
	struct fl_error err = {0};

	assert_int_equal(FL_OK,
		reader_record(r, &k->a, RECORD_ID(1, 0), &one, &err));
	assert_int_equal(RECORD_ID(1, 0), one->id);
	assert_int_equal(FL_NOT_FOUND,
		reader_record(r, &k->a, RECORD_ID(9, 9), &one, &err));
	reader_find(r, &k->a, TEXT("name:jan"), 0, on_record, &s, &err);
	assert_string_equal("customer1 person2 ", s.text);
	s = (struct seen){0};
	reader_find(r, &k->a, TEXT("name:"), 1, on_record, &s, &err);
	assert_string_equal("customer1 ", s.text);
	s = (struct seen){0};
	reader_find(r, &k->a, TEXT("name:jansen "), 1, on_record, &s, &err);
	assert_string_equal("", s.text);
	s = (struct seen){0};
	reader_records(r, &k->a, TEXT("person"), 0, 0, on_record, &s, &err);
	reader_records(r, &k->a, TEXT("deal"), 0, 0, on_record, &s, &err);
	reader_records(r, &k->a, TEXT(""), RECORD_ID(2, 0), 1, on_record, &s,
		&err);
	assert_string_equal("person2 deal3 person2 ", s.text);
	assert_int_equal(FL_OK,
		reader_home(r, &k->a, RECORD_ID(3, 0), &h, &err));
	assert_int_equal(RECORD_ID(1, 0), h->id);
	assert_int_equal(2, h->n_records);
	assert_int_equal(1, h->n_seen);
	assert_int_equal(2, h->seen[0].count); /* 1 and 3, not misfit 5 */
	assert_int_equal(FL_NOT_FOUND, reader_home(r, &k->a, 5, &h, &err));
}

static void check_rest(struct kit *k, struct reader *r)
{
	struct seen s = {0};
	struct ruleset_row u;
	struct store_state state;
	struct store_counts n;
	struct fl_error err = {0};

	reader_dues(r, &k->a, 10, 20, 0, on_due, &s, &err);
	assert_string_equal("10/m/m/@t 20/a/a/x 20/a/a/y 20/z/z/b ", s.text);
	s = (struct seen){0};
	reader_dues(r, &k->a, 11, 99, 2, on_due, &s, &err);
	assert_string_equal("20/a/a/x 20/a/a/y ", s.text);
	s = (struct seen){.stop_after = 1};
	reader_dues(r, &k->a, 0, 99, 0, on_due, &s, &err);
	assert_string_equal("10/m/m/@t ", s.text);
	s = (struct seen){0};
	reader_rulesets(r, &k->a, on_ruleset, &s, &err);
	assert_string_equal("2:3:edit 1:3:edit ", s.text);
	assert_int_equal(FL_OK, reader_ruleset(r, &k->a, 2, &u, &err));
	assert_int_equal(2, u.digest.at[0]);
	assert_memory_equal("a\0b", u.archive.at, 3);
	assert_int_equal(FL_NOT_FOUND, reader_ruleset(r, &k->a, 3, &u, &err));
	assert_int_equal(FL_OK, reader_state(r, &state, &err));
	assert_int_equal(6, state.last_number);
	assert_int_equal(6007, state.last_now_ms);
	assert_int_equal(2, state.ruleset);
	assert_int_equal(10, state.next_due_ms);
	assert_int_equal(FL_OK, reader_counts(r, &n, &err));
	assert_int_equal(6, n.events);
	assert_int_equal(3, n.records);
	assert_int_equal(5, n.tasks);
	assert_int_equal(4, n.tasks_open);
	assert_int_equal(5, n.dues);
	assert_int_equal(2, n.rulesets);
	assert_int_equal(1, n.misfits);
	assert_int_equal(0, n.outbox_waiting);
	assert_true(n.db_bytes >= 4096);
}

static void check_all(struct kit *k, struct reader *r)
{
	check_events(k, r);
	check_tasks(k, r);
	check_lent(k, r);
	check_records(k, r);
	check_rest(k, r);
}

static void answers_while_the_store_is_open(void **state)
{
	struct kit k;
	struct fl_error err = {0};
	struct reader *r = NULL;

	(void)state;
	kit_folder(&k);
	assert_int_equal(FL_NOT_FOUND, reader_open(k.dir, &r, &err));
	assert_null(r);
	kit_open(&k, NULL);
	fill(&k);
	assert_int_equal(FL_OK, reader_open(k.dir, &r, &err));
	check_all(&k, r);
	reader_free(r);
	assert_int_equal(FL_OK, reader_of_store(k.st, &r, &err));
	check_all(&k, r);
	reader_free(r);
	reader_free(NULL);
	kit_close(&k);
}

static void answers_in_memory(void **state)
{
	struct kit k;
	struct fl_error err = {0};
	struct reader *r = NULL;

	(void)state;
	kit_memory(&k);
	fill(&k);
	assert_int_equal(FL_OK, reader_of_store(k.st, &r, &err));
	assert_int_equal(FL_OK, reader_begin(r, &err));
	check_all(&k, r);
	kit_begin(&k);
	kit_event(&k, RECORD_ID(1, 0), "call.made", NULL);
	assert_int_equal(FL_OK, kit_commit(&k).status);
	reader_end(r);
	reader_free(r);
	kit_close(&k);
}

static void sees_one_snapshot(void **state)
{
	struct kit k;
	struct fl_error err = {0};
	struct reader *r = NULL;
	struct store_state before, after;

	(void)state;
	kit_folder(&k);
	kit_open(&k, NULL);
	fill(&k);
	assert_int_equal(FL_OK, reader_open(k.dir, &r, &err));
	assert_int_equal(FL_OK, reader_begin(r, &err));
	assert_int_equal(FL_CONFLICT, reader_begin(r, &err));
	kit_begin(&k);
	kit_event(&k, RECORD_ID(1, 0), "call.made", NULL);
	assert_int_equal(FL_OK, kit_commit(&k).status);
	assert_int_equal(FL_OK, reader_state(r, &before, &err));
	reader_end(r);
	assert_int_equal(FL_OK, reader_state(r, &after, &err));
	assert_int_equal(6, before.last_number);
	assert_int_equal(7, after.last_number);
	reader_free(r);
	kit_close(&k);
}

static void says_when_the_arena_is_full(void **state)
{
	struct kit k;
	struct fl_error err = {0};
	struct reader *r = NULL;
	struct arena small;
	struct seen s = {0};
	struct event_filter all = {0};

	(void)state;
	kit_memory(&k);
	fill(&k);
	assert_int_equal(FL_OK, reader_of_store(k.st, &r, &err));
	arena_init(&small, 64);
	assert_int_equal(FL_NOMEM,
		reader_events(r, &small, &all, on_event, &s, &err));
	arena_deinit(&small);
	reader_free(r);
	kit_close(&k);
}

static void damage_is_not_served(void **state)
{
	struct kit k;
	struct fl_error err = {0};
	struct reader *r = NULL;
	struct kit_said said = {0};
	struct seen s = {0};
	struct home *h = NULL;
	struct stat before, after;
	sqlite3 *db = NULL;
	char path[128];

	(void)state;
	kit_folder(&k);
	kit_open(&k, NULL);
	fill(&k);
	snprintf(path, sizeof(path), "%s/data/fairlead.db", k.dir);
	assert_int_equal(SQLITE_OK, sqlite3_open(path, &db));
	assert_int_equal(SQLITE_OK,
		sqlite3_exec(db,
			"UPDATE record SET body='{' WHERE kind<>1;"
			"UPDATE task SET who=19999 WHERE state=0",
			NULL, NULL, NULL));
	sqlite3_close(db);
	assert_int_equal(FL_OK, reader_open(k.dir, &r, &err));
	assert_int_equal(FL_STORAGE,
		reader_home(r, &k.a, RECORD_ID(1, 0), &h, &err));
	assert_non_null(strstr(err.text, "record 1024 is damaged"));
	assert_int_equal(FL_STORAGE,
		reader_tasks(r, &k.a, TEXT(""), 0, on_task, &s, &err));
	assert_non_null(strstr(err.text, "task "));
	reader_free(r);
	assert_int_equal(FL_OK,
		store_load(k.st, &k.a,
			&(struct load_want){.kind = LOAD_HOME,
				.id = RECORD_ID(1, 0)},
			1, kit_on_load, &said));
	kit_wait(k.st, &said, 1);
	assert_int_equal(FL_FATAL, said.status);
	assert_null(said.got);
	assert_non_null(strstr(store_failure(k.st), "damaged"));
	/* closing writes nothing more, neither before nor behind the WAL */
	snprintf(path, sizeof(path), "%s/data/fairlead.db-wal", k.dir);
	assert_int_equal(0, stat(path, &before));
	assert_true(before.st_size > 0);
	store_free(k.st);
	k.st = NULL;
	assert_int_equal(0, stat(path, &after));
	assert_int_equal(before.st_size, after.st_size);
	kit_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_while_the_store_is_open),
		cmocka_unit_test(answers_in_memory),
		cmocka_unit_test(sees_one_snapshot),
		cmocka_unit_test(says_when_the_arena_is_full),
		cmocka_unit_test(damage_is_not_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
