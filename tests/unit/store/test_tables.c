#include "kit.h"

#include "store/tables.h"

static sqlite3 *open_db(const char *dir, char path[128])
{
	sqlite3 *db = NULL;
	struct fl_error err = {0};

	snprintf(path, 128, "%s/t.db", dir);
	assert_int_equal(FL_OK, sql_open(path, NULL, false, &db, &err));
	return db;
}

static int64_t number(sqlite3 *db, const char *sql)
{
	int64_t n = 0;
	struct fl_error err = {0};

	assert_int_equal(FL_OK, sql_int(db, sql, &n, &err));
	return n;
}

static const char *const good[] = {
	"CREATE TABLE t(a INT); INSERT INTO t VALUES(1)",
	"ALTER TABLE t ADD b INT; UPDATE t SET b=a+1",
	"UPDATE t SET b=b*10"};
static const char *const bad[] = {"CREATE TABLE t(a INT)",
	"ALTER TABLE t ADD b INT", "UPDATE none SET b=1"};

static void migrates_step_by_step_and_keeps_a_copy(void **state)
{
	struct kit k;
	char path[128], copy[160];
	struct tables_steps steps = {good, 1};
	struct fl_error err = {0};
	sqlite3 *db, *old = NULL;
	int version = -1;

	(void)state;
	kit_folder(&k);
	db = open_db(k.dir, path);
	assert_int_equal(FL_OK,
		tables_identify(db, path, &steps, &version, &err));
	assert_int_equal(0, version);
	assert_int_equal(FL_OK, tables_migrate(db, path, &steps, &err));
	assert_int_equal(1, number(db, "PRAGMA user_version"));
	snprintf(copy, sizeof(copy), "%s.before-1", path);
	assert_int_not_equal(0, access(copy, F_OK));
	steps.n = 3;
	assert_int_equal(FL_OK, tables_migrate(db, path, &steps, &err));
	assert_int_equal(FL_OK, tables_migrate(db, path, &steps, &err));
	assert_int_equal(3, number(db, "PRAGMA user_version"));
	assert_int_equal(20, number(db, "SELECT b FROM t"));
	snprintf(copy, sizeof(copy), "%s.before-2", path);
	assert_int_equal(FL_OK, sql_open(copy, NULL, true, &old, &err));
	assert_int_equal(1, number(old, "PRAGMA user_version"));
	assert_int_equal(1, number(old, "SELECT a FROM t"));
	sqlite3_close(old);
	steps.n = 2;
	assert_int_equal(FL_INVALID, tables_migrate(db, path, &steps, &err));
	assert_non_null(strstr(err.text, "newer"));
	sqlite3_close(db);
	kit_close(&k);
}

static void a_failed_step_undoes_all(void **state)
{
	struct kit k;
	char path[128];
	struct tables_steps steps = {bad, 1};
	struct fl_error err = {0};
	sqlite3 *db;

	(void)state;
	kit_folder(&k);
	db = open_db(k.dir, path);
	assert_int_equal(FL_OK, tables_migrate(db, path, &steps, &err));
	steps.n = 3;
	assert_int_equal(FL_STORAGE, tables_migrate(db, path, &steps, &err));
	assert_int_equal(1, number(db, "PRAGMA user_version"));
	assert_int_equal(0, number(db,
		"SELECT count(*) FROM pragma_table_info('t') WHERE name='b'"));
	assert_int_equal(1, sqlite3_get_autocommit(db));
	sqlite3_close(db);
	kit_close(&k);
}

static void settings_are_read_back(void **state)
{
	struct kit k;
	char path[128];
	struct fl_error err = {0};
	sqlite3 *db = NULL;

	(void)state;
	kit_folder(&k);
	db = open_db(k.dir, path);
	assert_int_equal(FL_OK, tables_settings(db, path, 1 << 20, &err));
	assert_int_equal(2, number(db, "PRAGMA synchronous"));
	assert_int_equal(1, number(db, "PRAGMA foreign_keys"));
	assert_int_equal(1 << 20, number(db, "PRAGMA journal_size_limit"));
	sqlite3_close(db);
	/* memory cannot have a WAL */
	assert_int_equal(FL_OK, sql_open(":memory:", NULL, false, &db, &err));
	assert_int_equal(FL_STORAGE, tables_settings(db, path, 1, &err));
	assert_non_null(strstr(err.text, "WAL"));
	sqlite3_close(db);
	kit_close(&k);
}

/* A file of the first format: its rows stay as they were. */
static void first_format_is_read_on(void **state)
{
	struct tables_steps first = {tables_steps.sql, 1};
	struct kit k;
	char path[128];
	struct fl_error err = {0};
	sqlite3 *db;

	(void)state;
	kit_folder(&k);
	db = open_db(k.dir, path);
	assert_int_equal(FL_OK, tables_migrate(db, path, &first, &err));
	assert_int_equal(FL_OK,
		sql_exec(db,
			"INSERT INTO event VALUES(1,'e1',5,6,7,8,9,10,0,0,1,1,"
			"1,1,1,3,'{\"a\":1}','[]');"
			"INSERT INTO record VALUES(7,7,2,'D-1',x'','{}');"
			"INSERT INTO task VALUES(9,7,7,1,1,1,1,0,4,0,'{}')",
			&err));
	assert_int_equal(FL_OK, tables_migrate(db, path, &tables_steps, &err));
	assert_int_equal(1, number(db, "SELECT count(*) FROM event WHERE"
				       " data='{\"a\":1}' AND id='e1'"));
	assert_int_equal(7, number(db, "SELECT id FROM record"));
	assert_int_equal(9, number(db, "SELECT id FROM task WHERE state=0"));
	assert_int_equal(FL_OK, sql_exec(db, "UPDATE event SET data=x'a0'",
				       &err));
	assert_int_equal(0, number(db, "SELECT count(*) FROM sqlite_schema"
				       " WHERE name LIKE 'old%'"));
	assert_int_equal(6, number(db, "SELECT count(*) FROM sqlite_schema"
				       " WHERE type='index' AND tbl_name IN"
				       " ('event','record','task')"));
	sqlite3_close(db);
	kit_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(migrates_step_by_step_and_keeps_a_copy),
		cmocka_unit_test(a_failed_step_undoes_all),
		cmocka_unit_test(settings_are_read_back),
		cmocka_unit_test(first_format_is_read_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
