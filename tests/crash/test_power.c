/* Power loss at every change of the disk, and an error at every operation: no
 * batch that was acknowledged is lost, none is there in part. */
#include "store/kit.h"

#include "vfs_power.h"

#include <sqlite3.h>
#include <stdlib.h>

enum { BATCHES = 60, OPEN_TASKS = 5 };

static int on_fault(void *ctx, const char *point)
{
	(void)ctx;
	return strcmp(point, "sync-folder") == 0 && !power_sync_folder();
}

static const struct store_options options = {
	.fault = on_fault,
	.vfs = "power",
	.checkpoint_pages = 60,
	.checkpoint_idle_ms = 3600 * 1000,
};

/* Every operation with FL_SCALE=1, every n-th with FL_SCALE=n. */
static long stride(void)
{
	const char *scale = getenv("FL_SCALE");
	long n = scale != NULL ? strtol(scale, NULL, 10) : 25;

	return n > 0 ? n : 1;
}

/* Batch j (1 first): two events on one home, whose key says j; a task that is
 * closed OPEN_TASKS batches later; one due row that moves on; sometimes a text
 * that spills over pages. */
static void fill(struct kit *k, int64_t j)
{
	static char large[6000];
	int64_t home = RECORD_ID(1, 0);
	struct event_row *e;
	struct record_row *r;
	char *key;

	memset(large, 'x', sizeof(large) - 1);
	large[0] = large[sizeof(large) - 2] = '"';
	kit_begin(k);
	e = kit_event(k, home, j % 3 == 0 ? "lead.received" : "call.made",
		arena_printf(&k->a, "id-%lld", (long long)j));
	if (j % 7 == 0)
		e->decision = brief_of(&k->a, large);
	kit_event(k, home, arena_printf(&k->a, "type-%lld", (long long)j / 5),
		NULL)->root = e->number;
	key = arena_printf(&k->a, "name:%lld", (long long)j);
	r = kit_record(k, home, home, "customer", "", "{}");
	kit_keys(k, r, (const char *[]){key, "phone:1"}, 2);
	kit_record(k, RECORD_ID(e->number, 1), home, "deal", key, "{}");
	kit_task(k, RECORD_ID(e->number, 2), home, "jan", 1000 * j, true);
	if (j > OPEN_TASKS)
		kit_task(k, RECORD_ID(2 * (j - OPEN_TASKS) - 1, 2), home, "jan",
			1000 * (j - OPEN_TASKS), false)
			->state = TASK_DONE;
	kit_due(k, j, home, "std/lead", "call", false);
	kit_due(k, j - 1, home, "std/lead", "call", true);
}

/* Runs the script until it ends or the store fails. Returns the last batch
 * that was acknowledged; *asked the last one handed over. */
static int64_t run(struct kit *k, int64_t *asked)
{
	struct fl_error err = {0};
	int64_t acked = 0;

	*asked = 0;
	k->number = 0;
	if (store_open(k->dir, &options, &k->st, &err) != FL_OK) {
		assert_true(err.text[0] != '\0');
		return 0;
	}
	for (int64_t j = 1; j <= BATCHES; j++) {
		arena_reset(&k->a);
		fill(k, j);
		*asked = j;
		if (kit_commit(k).status != FL_OK)
			break;
		acked = j;
	}
	store_free(k->st);
	k->st = NULL;
	return acked;
}

static void check_integrity(struct kit *k)
{
	char path[128];
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;

	snprintf(path, sizeof(path), "%s/data/fairlead.db", k->dir);
	assert_int_equal(SQLITE_OK, sqlite3_open_v2(path, &db,
		SQLITE_OPEN_READONLY, "power"));
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db,
		"PRAGMA integrity_check", -1, &s, NULL));
	assert_int_equal(SQLITE_ROW, sqlite3_step(s));
	assert_string_equal("ok", (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	sqlite3_close(db);
}

static bool count(void *ctx, const struct record *r)
{
	(void)r;
	++*(int64_t *)ctx;
	return true;
}

static void check_counts(struct kit *k, int64_t j)
{
	struct fl_error err = {0};
	struct store_counts n;
	struct reader *r = NULL;
	int64_t found = 0;

	assert_int_equal(FL_OK, reader_of_store(k->st, &r, &err));
	assert_int_equal(FL_OK, reader_counts(r, &n, &err));
	assert_int_equal(2 * j, n.events);
	assert_int_equal(j, n.tasks);
	assert_int_equal(j < OPEN_TASKS ? j : OPEN_TASKS, n.tasks_open);
	assert_int_equal(j > 0 ? j + 1 : 0, n.records);
	assert_int_equal(j > 0 ? 1 : 0, n.dues);
	assert_int_equal(FL_OK, reader_find(r, &k->a, TEXT("name:"), 0, count,
		&found, &err));
	assert_int_equal(j > 0 ? 1 : 0, found);
	reader_free(r);
}

/* The state must be the one after a whole batch between the two. */
static void check_state(struct kit *k, int64_t acked, int64_t asked)
{
	struct load_got *got;
	int64_t j = k->number / 2;
	char *key = arena_printf(&k->a, "name:%lld", (long long)j);
	char *seen = arena_printf(&k->a, "test\nid-%lld", (long long)j);

	assert_int_equal(0, k->number % 2);
	assert_in_range(j, acked, asked);
	check_counts(k, j);
	if (j == 0)
		return;
	got = kit_load(k,
		(const struct load_want[]){
			{.kind = LOAD_KEY, .key = text_of(key)},
			{.kind = LOAD_DUE, .id = INT64_MAX, .limit = 9},
			{.kind = LOAD_SEEN, .key = text_of(seen)},
		},
		3);
	assert_int_equal(RECORD_ID(1, 0), got->ids[0]);
	assert_int_equal(j + 1, got->homes[0].n_records);
	assert_int_equal(j, got->dues[0].due_at_ms);
	assert_int_equal(2 * j - 1, got->ids[2]);
}

/* Opens what is left, checks it, and goes on working. */
static void recover(struct kit *k, int64_t acked, int64_t asked)
{
	arena_reset(&k->a);
	kit_open(k, &options);
	check_integrity(k);
	check_state(k, acked, asked);
	fill(k, k->number / 2 + 1);
	assert_int_equal(FL_OK, kit_commit(k).status);
	acked = k->number / 2;
	store_free(k->st);
	kit_open(k, &options);
	check_state(k, acked, acked);
	store_free(k->st);
	k->st = NULL;
}

/* One run with a fault at operation n; false when the script ended first. */
static bool once(struct kit *k, enum power_fault fault, long n, bool for_good,
	bool crash)
{
	int64_t asked = 0, acked;
	bool given;

	power_reset((uint64_t)n * 8 + (uint64_t)fault);
	power_arm(fault, n, for_good);
	acked = run(k, &asked);
	given = power_disarm();
	if (!given)
		assert_int_equal(BATCHES, acked);
	if (crash)
		power_boot();
	recover(k, acked, asked);
	return given;
}

static void survives_a_power_cut_at_every_change(void **state)
{
	struct kit k;
	long n, runs = 0;

	(void)state;
	kit_folder(&k);
	for (n = 0; once(&k, POWER_CUT, n, true, true);
		n += n < 40 ? 1 : stride())
		runs++;
	print_message("# %ld power cuts, none lost\n", runs);
	assert_true(runs > 40);
	kit_close(&k);
}

static void survives_an_error_at_every_operation(void **state)
{
	static const enum power_fault faults[] = {POWER_EIO, POWER_ENOSPC};
	struct kit k;
	long runs = 0;

	(void)state;
	kit_folder(&k);
	for (int i = 0; i < 4; i++)
		for (long n = 0; once(&k, faults[i % 2], n, i >= 2, n % 2 == 0);
			n += n < 40 ? 1 : stride())
			runs++;
	print_message("# %ld errors, none lost\n", runs);
	assert_true(runs > 40);
	kit_close(&k);
}

/* One row written without a sync, then a cut; whether it is gone. */
static bool loses_one(struct kit *k, uint64_t seed)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	char path[128];
	bool lost;

	snprintf(path, sizeof(path), "%s/x.db", k->dir);
	power_reset(seed);
	assert_int_equal(SQLITE_OK, sqlite3_open_v2(path, &db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "power"));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db,
		"PRAGMA journal_mode=WAL;CREATE TABLE t(a)", NULL, NULL, NULL));
	assert_true(power_sync_folder());
	assert_int_equal(SQLITE_OK, sqlite3_exec(db,
		"PRAGMA synchronous=OFF;INSERT INTO t VALUES(1)", NULL, NULL,
		NULL));
	power_arm(POWER_CUT, 0, true);
	sqlite3_close(db);
	power_disarm();
	power_boot();
	assert_int_equal(SQLITE_OK, sqlite3_open_v2(path, &db,
		SQLITE_OPEN_READWRITE, "power"));
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db,
		"SELECT count(*) FROM t", -1, &s, NULL));
	assert_int_equal(SQLITE_ROW, sqlite3_step(s));
	lost = sqlite3_column_int(s, 0) == 0;
	sqlite3_finalize(s);
	sqlite3_close(db);
	return lost;
}

/* The disk must be able to lose things, or the rest proves nothing. */
static void loses_what_was_not_synced(void **state)
{
	struct kit k;
	int lost = 0;

	(void)state;
	kit_folder(&k);
	for (uint64_t seed = 1; seed <= 20; seed++)
		lost += loses_one(&k, seed);
	assert_in_range(lost, 1, 19);
	kit_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loses_what_was_not_synced),
		cmocka_unit_test(survives_a_power_cut_at_every_change),
		cmocka_unit_test(survives_an_error_at_every_operation),
	};

	power_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
