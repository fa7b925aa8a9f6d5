#include "store/sql.h"

#include <errno.h>
#include <pthread.h>

enum { BUSY_MS = 5000 };

fl_status sql_fail(sqlite3 *db, struct fl_error *err, const char *what)
{
	int code = db != NULL ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
	int sys = db != NULL ? sqlite3_system_errno(db) : 0;
	const char *text = db != NULL ? sqlite3_errmsg(db) : "no memory";
	const char *why = NULL;

	if ((code & 0xff) == SQLITE_CANTOPEN && sys != 0)
		why = strerrordesc_np(sys);
	return status_fail(err,
		(code & 0xff) == SQLITE_NOMEM ? FL_NOMEM : FL_STORAGE,
		"%s: %s%s%s%s (%d)", what, text, why != NULL ? " (" : "",
		why != NULL ? why : "", why != NULL ? ")" : "", code);
}

const char *sql_path(sqlite3 *db)
{
	const char *path = sqlite3_db_filename(db, "main");

	return path != NULL && *path != '\0' ? path : "database in memory";
}

static fl_status harden(sqlite3 *db, const char *path, struct fl_error *err)
{
	int was = 0;

	if (sqlite3_extended_result_codes(db, 1) != SQLITE_OK ||
		sqlite3_busy_timeout(db, BUSY_MS) != SQLITE_OK ||
		sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, &was) !=
			SQLITE_OK ||
		sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0,
			&was) != SQLITE_OK ||
		/* closing after a failure must not write or sync once more */
		sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
			&was) != SQLITE_OK)
		return sql_fail(db, err, path);
	return FL_OK;
}

/* SQLite would count the bytes of every allocation under a lock that all
 * connections share; nobody here asks for that sum. Refused, and no matter, in
 * a program that has used SQLite already. */
static void count_no_bytes(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static void set_up(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, count_no_bytes);
}

sqlite3_vfs *sql_vfs(const char *name)
{
	set_up();
	return sqlite3_vfs_find(name);
}

fl_status sql_open(const char *path, const char *vfs, bool readonly,
	sqlite3 **out, struct fl_error *err)
{
	fl_status s = FL_OK;
	sqlite3 *db = NULL;
	int flags = SQLITE_OPEN_NOMUTEX |
		(readonly ? SQLITE_OPEN_READONLY
			  : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	*out = NULL;
	set_up();
	if (sqlite3_threadsafe() == 0)
		return status_fail(err, FL_STORAGE,
			"%s: this SQLite was built without threads", path);
	if (sqlite3_open_v2(path, &db, flags, vfs) != SQLITE_OK) {
		s = sql_fail(db, err, path);
		goto out;
	}
	if ((s = harden(db, path, err)) != FL_OK)
		goto out;
	if (!readonly && sqlite3_db_readonly(db, "main") == 1) {
		s = status_fail(err, FL_STORAGE, "%s: cannot be written to",
			path);
		goto out;
	}
	*out = db;
	db = NULL;
out:
	sqlite3_close(db);
	return s;
}

fl_status sql_exec(sqlite3 *db, const char *sql, struct fl_error *err)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sql_fail(db, err, sql_path(db));
	return FL_OK;
}

fl_status sql_int(sqlite3 *db, const char *sql, int64_t *out,
	struct fl_error *err)
{
	fl_status got = FL_OK;
	sqlite3_stmt *s = NULL;
	int rc;

	*out = 0;
	if ((rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL)) == SQLITE_OK &&
		(rc = sqlite3_step(s)) == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		got = sql_fail(db, err, sql_path(db));
	sqlite3_finalize(s);
	return got;
}

fl_status sql_prepare(sqlite3 *db, const char *const *sql, sqlite3_stmt **out,
	int n, struct fl_error *err)
{
	for (int i = 0; i < n; i++)
		if (sqlite3_prepare_v3(db, sql[i], -1,
			    SQLITE_PREPARE_PERSISTENT, &out[i],
			    NULL) != SQLITE_OK)
			return sql_fail(db, err, sql_path(db));
	return FL_OK;
}

void sql_finalize(sqlite3_stmt **stmts, int n)
{
	for (int i = 0; i < n; i++) {
		sqlite3_finalize(stmts[i]);
		stmts[i] = NULL;
	}
}

int sql_bind_text(sqlite3_stmt *s, int at, struct text t)
{
	return sqlite3_bind_text64(s, at, t.at != NULL ? t.at : "", t.bytes,
		SQLITE_STATIC, SQLITE_UTF8);
}

int sql_run(sqlite3_stmt *s)
{
	int rc = sqlite3_step(s);
	int reset = sqlite3_reset(s);

	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		return rc;
	return reset;
}

struct text sql_text(sqlite3_stmt *s, int column, struct arena *a)
{
	const char *at = (const char *)sqlite3_column_text(s, column);
	int bytes = sqlite3_column_bytes(s, column);
	char *copy;

	if (at == NULL || bytes <= 0 ||
		(copy = arena_text(a, at, (size_t)bytes)) == NULL)
		return TEXT("");
	return (struct text){copy, (uint32_t)bytes};
}
