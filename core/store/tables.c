#include "store/tables.h"

#include "base/file.h"
#include "base/log.h"

#include <unistd.h>

/* Personal columns, redacted by an erasure: event.data, record.ref, .keys and
 * .body, key, task.body, outbox.body. Names in columns of type ANY are
 * symbols. Short columns stand before the long texts, so that scans of a home
 * never read an overflow page. */
static const char version_1[] =
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE symbol(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)"
	" STRICT;"
	"INSERT INTO symbol VALUES(1,'person'),(2,'rooftop');"

	/* happened at `at`, learned `lag` ms later; root 0: itself */
	"CREATE TABLE event(number INTEGER PRIMARY KEY, id TEXT, source ANY,"
	" type ANY NOT NULL, subject INTEGER NOT NULL, home INTEGER NOT NULL,"
	" at INTEGER NOT NULL, lag INTEGER NOT NULL, cause INTEGER NOT NULL,"
	" root INTEGER NOT NULL, actor ANY, role ANY, version INTEGER NOT NULL,"
	" misfit INTEGER NOT NULL, ruleset INTEGER NOT NULL,"
	" digest INTEGER NOT NULL, data TEXT NOT NULL, decision TEXT NOT NULL)"
	" STRICT;"
	"CREATE UNIQUE INDEX event_id ON event(id,source) WHERE id IS NOT NULL;"
	"CREATE INDEX event_home ON event(home);"
	"CREATE INDEX event_misfit ON event(number) WHERE misfit=1;"

	/* keys: those it has in table key, NUL behind each */
	"CREATE TABLE record(id INTEGER PRIMARY KEY, home INTEGER NOT NULL,"
	" kind ANY NOT NULL, ref TEXT NOT NULL, keys BLOB NOT NULL,"
	" body TEXT NOT NULL) STRICT;"
	"CREATE INDEX record_home ON record(home) WHERE home<>id;"
	"CREATE INDEX record_resident ON record(id) WHERE kind<=2;"
	"CREATE TABLE key(key TEXT, record INTEGER, PRIMARY KEY(key,record))"
	" STRICT, WITHOUT ROWID;"

	"CREATE TABLE task(id INTEGER PRIMARY KEY, home INTEGER NOT NULL,"
	" subject INTEGER NOT NULL, card ANY, step ANY, kind ANY, who ANY,"
	" shown INTEGER NOT NULL, due INTEGER NOT NULL,"
	" state INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"
	"CREATE INDEX task_open ON task(who,due) WHERE state=0;"

	/* home 0: the subject itself */
	"CREATE TABLE due(due INTEGER, subject INTEGER, card ANY, slot ANY,"
	" home INTEGER NOT NULL, PRIMARY KEY(due,subject,card,slot))"
	" STRICT, WITHOUT ROWID;"

	"CREATE TABLE outbox(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
	" home INTEGER NOT NULL, channel ANY, body TEXT NOT NULL,"
	" created INTEGER NOT NULL, state INTEGER NOT NULL) STRICT;"
	"CREATE INDEX outbox_waiting ON outbox(id) WHERE state=0;"

	"CREATE TABLE ruleset(number INTEGER PRIMARY KEY, digest BLOB NOT NULL,"
	" archive BLOB NOT NULL, activated INTEGER NOT NULL, actor TEXT NOT"
	" NULL, summary TEXT NOT NULL) STRICT;";

/* Canonical JSON may be short (compact.h): a BLOB where a TEXT was. */
static const char version_2[] =
	"ALTER TABLE event RENAME TO old_event;"
	"CREATE TABLE event(number INTEGER PRIMARY KEY, id TEXT, source ANY,"
	" type ANY NOT NULL, subject INTEGER NOT NULL, home INTEGER NOT NULL,"
	" at INTEGER NOT NULL, lag INTEGER NOT NULL, cause INTEGER NOT NULL,"
	" root INTEGER NOT NULL, actor ANY, role ANY, version INTEGER NOT NULL,"
	" misfit INTEGER NOT NULL, ruleset INTEGER NOT NULL,"
	" digest INTEGER NOT NULL, data ANY NOT NULL, decision ANY NOT NULL)"
	" STRICT;"
	"INSERT INTO event SELECT * FROM old_event;"
	"DROP TABLE old_event;"
	"CREATE UNIQUE INDEX event_id ON event(id,source) WHERE id IS NOT NULL;"
	"CREATE INDEX event_home ON event(home);"
	"CREATE INDEX event_misfit ON event(number) WHERE misfit=1;"

	"ALTER TABLE record RENAME TO old_record;"
	"CREATE TABLE record(id INTEGER PRIMARY KEY, home INTEGER NOT NULL,"
	" kind ANY NOT NULL, ref TEXT NOT NULL, keys BLOB NOT NULL,"
	" body ANY NOT NULL) STRICT;"
	"INSERT INTO record SELECT * FROM old_record;"
	"DROP TABLE old_record;"
	"CREATE INDEX record_home ON record(home) WHERE home<>id;"
	"CREATE INDEX record_resident ON record(id) WHERE kind<=2;"

	"ALTER TABLE task RENAME TO old_task;"
	"CREATE TABLE task(id INTEGER PRIMARY KEY, home INTEGER NOT NULL,"
	" subject INTEGER NOT NULL, card ANY, step ANY, kind ANY, who ANY,"
	" shown INTEGER NOT NULL, due INTEGER NOT NULL,"
	" state INTEGER NOT NULL, body ANY NOT NULL) STRICT;"
	"INSERT INTO task SELECT * FROM old_task;"
	"DROP TABLE old_task;"
	"CREATE INDEX task_open ON task(who,due) WHERE state=0;";

static const char *const versions[] = {version_1, version_2};
const struct tables_steps tables_steps = {versions,
	sizeof(versions) / sizeof(versions[0])};

fl_status tables_identify(sqlite3 *db, const char *path,
	const struct tables_steps *steps, int *version, struct fl_error *err)
{
	fl_status s;
	int64_t app = 0, user = 0, tables = 0;

	if ((s = sql_int(db, "PRAGMA application_id", &app, err)) != FL_OK ||
		(s = sql_int(db, "PRAGMA user_version", &user, err)) != FL_OK ||
		(s = sql_int(db, "SELECT count(*) FROM sqlite_schema", &tables,
			 err)) != FL_OK)
		return s;
	if (app != TABLES_APPLICATION && (app != 0 || user != 0 || tables != 0))
		return status_fail(err, FL_INVALID,
			"%s: is not a fairlead database", path);
	if (user > steps->n)
		return status_fail(err, FL_INVALID,
			"%s: was written by a newer fairlead (format %lld, this"
			" one reads up to %d); install that version again",
			path, (long long)user, steps->n);
	*version = (int)user;
	return FL_OK;
}

/* A whole copy of an older file beside it, kept for going back. */
static fl_status keep_copy(sqlite3 *db, const char *path, int version,
	struct fl_error *err)
{
	fl_status s = FL_OK;
	char *copy = sqlite3_mprintf("%s.before-%d", path, version + 1);
	char *sql = sqlite3_mprintf("VACUUM INTO %Q", copy);

	if (copy == NULL || sql == NULL) {
		s = status_fail(err, FL_NOMEM, "%s: no memory", path);
		goto out;
	}
	unlink(copy); /* of an upgrade that was cut short */
	if ((s = sql_exec(db, sql, err)) == FL_OK)
		log_write(LOG_INFO, "store", "kept %s before the upgrade",
			copy);
out:
	sqlite3_free(sql);
	sqlite3_free(copy);
	return s;
}

static fl_status run_steps(sqlite3 *db, const struct tables_steps *steps,
	int from, struct fl_error *err)
{
	fl_status s = FL_OK;
	char mark[96];

	for (int i = from; i < steps->n && s == FL_OK; i++)
		s = sql_exec(db, steps->sql[i], err);
	if (s != FL_OK)
		return s;
	snprintf(mark, sizeof(mark),
		"PRAGMA application_id=%d;PRAGMA user_version=%d;",
		TABLES_APPLICATION, steps->n);
	return sql_exec(db, mark, err);
}

fl_status tables_migrate(sqlite3 *db, const char *path,
	const struct tables_steps *steps, struct fl_error *err)
{
	fl_status s;
	int version = 0;

	if ((s = tables_identify(db, path, steps, &version, err)) != FL_OK ||
		version == steps->n)
		return s;
	if (version > 0 && (s = keep_copy(db, path, version, err)) != FL_OK)
		return s;
	if ((s = sql_exec(db, "BEGIN IMMEDIATE", err)) != FL_OK)
		return s;
	if ((s = run_steps(db, steps, version, err)) == FL_OK)
		s = sql_exec(db, "COMMIT", err);
	if (s != FL_OK && sqlite3_get_autocommit(db) == 0)
		(void)sql_exec(db, "ROLLBACK", NULL);
	return s;
}

static bool mode_is_wal(sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	bool wal = false;

	if (sqlite3_prepare_v2(db, "PRAGMA journal_mode=WAL", -1, &s, NULL) ==
			SQLITE_OK &&
		sqlite3_step(s) == SQLITE_ROW) {
		const char *mode = (const char *)sqlite3_column_text(s, 0);

		wal = mode != NULL && strcmp(mode, "wal") == 0;
	}
	sqlite3_finalize(s);
	return wal;
}

fl_status tables_settings(sqlite3 *db, const char *path, int64_t wal_bytes,
	struct fl_error *err)
{
	fl_status s;
	char limit[64];
	int64_t sync = 0, keys = 0;

	snprintf(limit, sizeof(limit), "PRAGMA page_size=%d",
		TABLES_PAGE_BYTES);
	if ((s = sql_exec(db, limit, err)) != FL_OK)
		return s;
	if (!mode_is_wal(db))
		return sqlite3_errcode(db) == SQLITE_ROW ||
				sqlite3_errcode(db) == SQLITE_OK
			? status_fail(err, FL_STORAGE,
				  "%s: the file system refuses WAL mode", path)
			: sql_fail(db, err, path);
	snprintf(limit, sizeof(limit), "PRAGMA journal_size_limit=%lld",
		(long long)wal_bytes);
	if ((s = sql_exec(db,
		     "PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
		     "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-2048;"
		     "PRAGMA wal_autocheckpoint=0",
		     err)) != FL_OK ||
		(s = sql_exec(db, limit, err)) != FL_OK ||
		(s = sql_int(db, "PRAGMA synchronous", &sync, err)) != FL_OK ||
		(s = sql_int(db, "PRAGMA foreign_keys", &keys, err)) != FL_OK)
		return s;
	if (sync != 2 || keys != 1)
		return status_fail(err, FL_STORAGE,
			"%s: SQLite did not take synchronous=FULL and"
			" foreign_keys", path);
	return FL_OK;
}
