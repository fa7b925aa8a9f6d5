#include "kit.h"

#include "store/lock.h"

#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* Which fault point fails, and how often the wake came. */
struct trouble {
	const char *point;
	int skip; /* so often it passes first */
	int wakes;
};

static int on_fault(void *ctx, const char *point)
{
	struct trouble *t = ctx;

	return t->point != NULL && strcmp(point, t->point) == 0 &&
		t->skip-- <= 0;
}

static void on_wake(void *ctx)
{
	((struct trouble *)ctx)->wakes++;
}

static bool there(const struct kit *k, const char *name)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", k->dir, name);
	return stat(path, &st) == 0;
}

static void sql(const struct kit *k, const char *statement)
{
	char path[128];
	sqlite3 *db = NULL;

	snprintf(path, sizeof(path), "%s/data/fairlead.db", k->dir);
	assert_int_equal(SQLITE_OK, sqlite3_open(path, &db));
	assert_int_equal(SQLITE_OK,
		sqlite3_exec(db, statement, NULL, NULL, NULL));
	sqlite3_close(db);
}

/* Must be the first: SQLite is set up before any other call of it. */
static void sqlite_counts_no_bytes(void **state)
{
	struct kit k;

	(void)state;
	kit_folder(&k);
	kit_open(&k, NULL);
	assert_int_equal(0, sqlite3_memory_used());
	kit_close(&k);
}

static void refuses(const char *dir, const struct store_options *opt,
	fl_status want, const char *text)
{
	struct fl_error err = {0};
	struct store *st = (struct store *)&err;

	assert_int_equal(want, store_open(dir, opt, &st, &err));
	assert_null(st);
	assert_int_equal(want, err.status);
	if (strstr(err.text, text) == NULL)
		fail_msg("'%s' does not say '%s'", err.text, text);
	assert_null(strchr(err.text, '\n'));
}

static void one_event(struct kit *k)
{
	kit_begin(k);
	kit_event(k, RECORD_ID(k->number + 1, 0), "note.added", NULL);
}

static void is_held_by_one_process(void **state)
{
	struct kit k;
	int ready[2], go[2];
	char byte = 0, text[64];
	pid_t child;

	(void)state;
	kit_folder(&k);
	kit_open(&k, NULL);
	snprintf(text, sizeof(text), "process %ld has", (long)getpid());
	refuses(k.dir, NULL, FL_CONFLICT, text);
	store_free(k.st);
	k.st = NULL;
	assert_int_equal(0, pipe(ready) | pipe(go));
	if ((child = fork()) == 0) {
		struct fl_error err = {0};
		struct store *st = NULL;

		byte = store_open(k.dir, NULL, &st, &err) == FL_OK;
		if (write(ready[1], &byte, 1) == 1 && read(go[0], &byte, 1) == 1)
			store_free(st);
		_exit(0);
	}
	assert_int_equal(1, read(ready[0], &byte, 1));
	assert_int_equal(1, byte);
	snprintf(text, sizeof(text), "process %ld has", (long)child);
	refuses(k.dir, NULL, FL_CONFLICT, text);
	assert_int_equal(1, write(go[1], &byte, 1));
	waitpid(child, NULL, 0);
	kit_open(&k, NULL);
	kit_close(&k);
	for (int i = 0; i < 2; i++) {
		close(ready[i]);
		close(go[i]);
	}
}

static void refuses_files_that_are_not_its_own(void **state)
{
	struct kit k;
	struct fl_error err = {0};
	struct reader *r = NULL;

	(void)state;
	kit_folder(&k);
	kit_open(&k, NULL);
	store_free(k.st);
	k.st = NULL;
	sql(&k, "PRAGMA user_version=99");
	refuses(k.dir, NULL, FL_INVALID, "newer fairlead");
	assert_int_equal(FL_INVALID, reader_open(k.dir, &r, &err));
	assert_null(r);
	assert_true(there(&k, "data/fairlead.db"));
	sql(&k, "PRAGMA user_version=1; PRAGMA application_id=7");
	refuses(k.dir, NULL, FL_INVALID, "not a fairlead database");
	sql(&k, "PRAGMA application_id=1179403313; PRAGMA user_version=0");
	assert_int_equal(FL_INVALID, reader_open(k.dir, &r, &err));
	assert_non_null(strstr(err.text, "older version"));
	kit_close(&k);
}

static void damage_is_found_and_kept(void **state)
{
	struct kit k;
	char path[128], junk[4096];
	FILE *f;

	(void)state;
	kit_folder(&k);
	kit_open(&k, NULL);
	store_free(k.st);
	k.st = NULL;
	snprintf(path, sizeof(path), "%s/data/fairlead.db", k.dir);
	memset(junk, 0x5a, sizeof(junk));
	f = fopen(path, "r+");
	assert_int_equal(0, fseek(f, 4096 * 3, SEEK_SET));
	assert_int_equal(1, fwrite(junk, sizeof(junk), 1, f));
	fclose(f);
	refuses(k.dir, NULL, FL_STORAGE, "damaged");
	f = fopen(path, "w");
	assert_int_equal(1, fwrite(junk, sizeof(junk), 1, f));
	fclose(f);
	refuses(k.dir, NULL, FL_STORAGE, "fairlead.db: file is not a database");
	assert_true(there(&k, "data/fairlead.db"));
	kit_close(&k);
}

static void says_which_path_and_why(void **state)
{
	struct kit k;
	struct trouble t = {.point = "network-fs"};
	struct store_options opt = {.fault = on_fault, .ctx = &t};
	char path[128];
	FILE *f;

	(void)state;
	kit_folder(&k);
	snprintf(path, sizeof(path), "%s/none", k.dir);
	refuses(path, NULL, FL_STORAGE, "/none: No such file");
	refuses("/proc", NULL, FL_STORAGE, "/proc/data: cannot be made");
	refuses(k.dir, &opt, FL_STORAGE, "network file system");
	assert_false(there(&k, "data"));
	t.point = "sync-folder";
	refuses(k.dir, &opt, FL_STORAGE, "/data: cannot be synced");
	assert_false(there(&k, "data"));
	t.point = "settings";
	refuses(k.dir, &opt, FL_STORAGE, "settings");
	assert_false(there(&k, "data"));
	opt = (struct store_options){.vfs = "none such"};
	refuses(k.dir, &opt, FL_STORAGE, "fairlead.db");
	snprintf(path, sizeof(path), "%s/data", k.dir);
	f = fopen(path, "w");
	fclose(f);
	refuses(k.dir, NULL, FL_STORAGE, "/data/lock: Not a directory");
	refuses(path, NULL, FL_STORAGE, "/data: is not a folder");
	kit_close(&k);
	assert_true(lock_is_network(0x6969));
	assert_true(lock_is_network((long)(int)0xff534d42));
	assert_false(lock_is_network(0xef53));
}

static void a_folder_that_fails_later_is_kept(void **state)
{
	struct kit k;
	struct trouble t = {.point = "sync-folder"};
	struct store_options opt = {.fault = on_fault, .ctx = &t};

	(void)state;
	kit_folder(&k);
	kit_open(&k, NULL);
	one_event(&k);
	assert_int_equal(FL_OK, kit_commit(&k).status);
	store_free(k.st);
	k.st = NULL;
	refuses(k.dir, &opt, FL_STORAGE, "/data: cannot be synced");
	kit_open(&k, NULL);
	assert_int_equal(1, k.number);
	kit_close(&k);
}

static void reads_without_taking_anything(void **state)
{
	struct kit k;
	const struct store_options opt = {.readonly = true};
	struct fl_error err = {0};
	struct store *other = NULL;

	(void)state;
	kit_folder(&k);
	refuses(k.dir, &opt, FL_NOT_FOUND, "no database yet");
	assert_false(there(&k, "data"));
	kit_open(&k, NULL);
	one_event(&k);
	assert_int_equal(FL_OK, kit_commit(&k).status);
	assert_int_equal(FL_OK, store_open(k.dir, &opt, &other, &err));
	assert_int_equal(1, store_state(other)->last_number);
	assert_int_equal(FL_DENIED, store_mark_training(other, &err));
	store_free(k.st);
	k.st = other;
	one_event(&k);
	assert_int_equal(FL_DENIED, kit_commit(&k).status);
	kit_load(&k, &(struct load_want){.kind = LOAD_RESIDENT}, 1);
	kit_close(&k);
}

static void a_stale_batch_changes_nothing(void **state)
{
	struct kit k;
	struct kit_said said;

	(void)state;
	for (int memory = 0; memory < 2; memory++) {
		if (memory != 0) {
			kit_memory(&k);
		} else {
			kit_folder(&k);
			kit_open(&k, NULL);
		}
		one_event(&k);
		assert_int_equal(FL_OK, kit_commit(&k).status);
		k.number = 0;
		one_event(&k);
		said = kit_commit(&k);
		assert_int_equal(1, said.calls);
		assert_int_equal(FL_CONFLICT, said.status);
		k.number = 1;
		one_event(&k);
		k.b.epoch = 3;
		assert_int_equal(FL_CONFLICT, kit_commit(&k).status);
		k.b.epoch = 0;
		assert_int_equal(FL_OK, kit_commit(&k).status);
		assert_null(store_failure(k.st));
		kit_close(&k);
	}
}

static void an_older_owner_is_refused(void **state)
{
	struct kit k;
	struct store_options opt = {.epoch = 5};

	(void)state;
	kit_folder(&k);
	kit_open(&k, &opt);
	one_event(&k);
	assert_int_equal(FL_CONFLICT, kit_commit(&k).status);
	k.b.epoch = 5;
	assert_int_equal(FL_OK, kit_commit(&k).status);
	store_free(k.st);
	k.st = NULL;
	opt.epoch = 4;
	refuses(k.dir, &opt, FL_CONFLICT, "owner 5");
	opt.epoch = 6;
	kit_open(&k, &opt);
	kit_close(&k);
}

static void refuses_what_cannot_be(void **state)
{
	struct kit k;
	struct kit_said said = {0};
	struct fl_error err = {0};

	(void)state;
	kit_folder(&k);
	kit_open(&k, NULL);
	one_event(&k);
	k.events[0].number = 2;
	assert_int_equal(FL_INVALID, kit_commit(&k).status);
	k.events[0].number = 1;
	k.events[0].id = TEXT("x");
	k.events[0].source = TEXT("");
	assert_int_equal(FL_INVALID, kit_commit(&k).status);
	one_event(&k);
	assert_int_equal(FL_OK,
		store_commit(k.st, &k.b, kit_on_commit, &said));
	assert_true(store_busy(k.st));
	assert_int_equal(FL_LIMIT,
		store_commit(k.st, &k.b, kit_on_commit, &said));
	assert_int_equal(FL_CONFLICT, store_mark_training(k.st, &err));
	kit_wait(k.st, &said, 1);
	assert_false(store_busy(k.st));
	assert_int_equal(FL_OK, said.status);
	kit_close(&k);
}

/* Each point of a commit fails in turn; afterwards all or nothing is there. */
static void a_failed_commit_ends_all_work(void **state)
{
	static const char *const points[] = {"begin", "row", "row", "row",
		"row", "commit"};
	struct fl_error err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		struct kit k;
		struct trouble t = {.point = points[i], .skip = (int)i - 1};
		struct store_options opt = {.fault = on_fault, .ctx = &t};
		struct kit_said said = {0};

		if (strcmp(points[i], "row") != 0)
			t.skip = 0;
		kit_folder(&k);
		kit_open(&k, &opt);
		one_event(&k);
		kit_record(&k, RECORD_ID(1, 0), RECORD_ID(1, 0), "deal", "",
			"{}");
		kit_task(&k, RECORD_ID(1, 1), RECORD_ID(1, 0), "jan", 1, true);
		kit_due(&k, 5, RECORD_ID(1, 0), "a/b", "c", false);
		assert_int_equal(FL_OK, store_load(k.st, &k.a,
			&(struct load_want){.kind = LOAD_RESIDENT}, 1,
			kit_on_load, &said));
		kit_wait(k.st, &said, 1);
		assert_int_equal(FL_OK, said.status);
		assert_int_equal(FL_UNKNOWN, kit_commit(&k).status);
		assert_non_null(strstr(store_failure(k.st), "fairlead.db"));
		assert_int_equal(FL_FATAL, kit_commit(&k).status);
		assert_int_equal(FL_FATAL, store_load(k.st, &k.a, NULL, 0,
			kit_on_load, &said));
		assert_int_equal(FL_FATAL, store_mark_training(k.st, &err));
		store_free(k.st);
		kit_open(&k, NULL);
		assert_int_equal(0, k.number);
		assert_true(store_state(k.st)->next_due_ms == INT64_MAX);
		kit_close(&k);
	}
}

static void a_failed_checkpoint_ends_all_work(void **state)
{
	struct kit k;
	struct trouble t = {.point = "checkpoint"};
	struct store_options opt = {.fault = on_fault,
		.ctx = &t,
		.checkpoint_pages = 1};
	const struct timespec nap = {0, 1000000};

	(void)state;
	kit_folder(&k);
	kit_open(&k, &opt);
	one_event(&k);
	assert_int_equal(FL_OK, kit_commit(&k).status);
	for (int i = 0; i < 5000 && store_failure(k.st) == NULL; i++)
		nanosleep(&nap, NULL);
	assert_non_null(strstr(store_failure(k.st), "checkpoint"));
	one_event(&k);
	assert_int_equal(FL_FATAL, kit_commit(&k).status);
	store_free(k.st);
	kit_open(&k, NULL);
	assert_int_equal(1, k.number);
	kit_close(&k);
}

static int64_t bytes_of(const struct kit *k, const char *name)
{
	char path[128];
	struct stat st = {0};

	snprintf(path, sizeof(path), "%s/data/%s", k->dir, name);
	return stat(path, &st) == 0 ? st.st_size : -1;
}

static void checkpoints_when_idle_and_at_the_end(void **state)
{
	struct kit k;
	struct store_options opt = {.checkpoint_idle_ms = 20};
	const struct timespec nap = {0, 1000000};
	int64_t before;

	(void)state;
	kit_folder(&k);
	kit_open(&k, &opt);
	before = bytes_of(&k, "fairlead.db");
	one_event(&k);
	k.events[0].data = brief_of(&k.a,
		arena_printf(&k.a, "\"%0200000d\"", 1));
	assert_int_equal(FL_OK, kit_commit(&k).status);
	for (int i = 0;
		i < 5000 && bytes_of(&k, "fairlead.db") <= before + 190000;
		i++)
		nanosleep(&nap, NULL);
	assert_true(bytes_of(&k, "fairlead.db") > before + 190000);
	assert_true(bytes_of(&k, "fairlead.db-wal") > 0);
	store_free(k.st);
	assert_int_equal(0, bytes_of(&k, "fairlead.db-wal"));
	kit_open(&k, NULL);
	kit_close(&k);
}

static void training_is_for_empty_folders(void **state)
{
	struct kit k;
	struct fl_error err = {0};

	(void)state;
	kit_folder(&k);
	kit_open(&k, NULL);
	assert_int_equal(FL_OK, store_mark_training(k.st, &err));
	assert_true(store_state(k.st)->training);
	store_free(k.st);
	kit_open(&k, NULL);
	assert_true(store_state(k.st)->training);
	one_event(&k);
	assert_int_equal(FL_OK, kit_commit(&k).status);
	assert_int_equal(FL_CONFLICT, store_mark_training(k.st, &err));
	kit_close(&k);
	kit_memory(&k);
	assert_int_equal(FL_OK, store_mark_training(k.st, &err));
	kit_close(&k);
}

static void wakes_the_engine_thread(void **state)
{
	struct kit k;
	struct trouble t = {0};
	struct store_options opt = {.wake = on_wake, .ctx = &t};

	(void)state;
	kit_folder(&k);
	kit_open(&k, &opt);
	one_event(&k);
	assert_int_equal(FL_OK, kit_commit(&k).status);
	store_free(k.st);
	k.st = NULL;
	assert_int_equal(1, t.wakes);
	kit_close(&k);
}

static void free_waits_for_the_writer(void **state)
{
	struct kit k;
	struct kit_said said = {0};

	(void)state;
	store_free(NULL);
	kit_folder(&k);
	kit_open(&k, NULL);
	one_event(&k);
	assert_int_equal(FL_OK, store_commit(k.st, &k.b, kit_on_commit, &said));
	store_free(k.st);
	assert_int_equal(0, said.calls);
	kit_open(&k, NULL);
	assert_int_equal(1, k.number);
	kit_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sqlite_counts_no_bytes),
		cmocka_unit_test(is_held_by_one_process),
		cmocka_unit_test(refuses_files_that_are_not_its_own),
		cmocka_unit_test(damage_is_found_and_kept),
		cmocka_unit_test(says_which_path_and_why),
		cmocka_unit_test(a_folder_that_fails_later_is_kept),
		cmocka_unit_test(reads_without_taking_anything),
		cmocka_unit_test(a_stale_batch_changes_nothing),
		cmocka_unit_test(an_older_owner_is_refused),
		cmocka_unit_test(refuses_what_cannot_be),
		cmocka_unit_test(a_failed_commit_ends_all_work),
		cmocka_unit_test(a_failed_checkpoint_ends_all_work),
		cmocka_unit_test(checkpoints_when_idle_and_at_the_end),
		cmocka_unit_test(training_is_for_empty_folders),
		cmocka_unit_test(wakes_the_engine_thread),
		cmocka_unit_test(free_waits_for_the_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
