#include "store/folder.h"
#include "store/readers.h"

#include <sys/stat.h>

struct reader {
	sqlite3 *db;
	bool owned; /* false: an in-memory store's connection */
	bool begun; /* inside reader_begin */
	struct symbols symbols;
	struct loader loader;
	sqlite3_stmt *all; /* reader_records of every kind; NULL: not asked */
};

fl_status reader_new(sqlite3 *db, bool owned, struct reader **out,
	struct fl_error *err)
{
	fl_status s;
	struct reader *r = calloc(1, sizeof(*r));

	*out = NULL;
	if (r == NULL) {
		if (owned)
			sqlite3_close(db);
		return status_fail(err, FL_NOMEM, "no memory for a reader");
	}
	r->db = db;
	r->owned = owned;
	if ((s = symbol_open(&r->symbols, db, false, err)) != FL_OK ||
		(s = load_open(&r->loader, db, &r->symbols, err)) != FL_OK)
		goto out;
	*out = r;
	r = NULL;
out:
	reader_free(r);
	return s;
}

fl_status reader_open(const char *dir, struct reader **out,
	struct fl_error *err)
{
	static const struct store_options defaults;
	fl_status s;
	struct folder f = {0};
	sqlite3 *db = NULL;

	*out = NULL;
	if ((s = folder_init(&f, dir, &defaults, err)) == FL_OK &&
		(s = folder_open_reading(&f, &db, err)) == FL_OK)
		s = reader_new(db, true, out, err);
	folder_deinit(&f);
	return s;
}

void reader_free(struct reader *r)
{
	if (r == NULL)
		return;
	reader_end(r);
	sqlite3_finalize(r->all);
	load_deinit(&r->loader);
	symbol_deinit(&r->symbols);
	if (r->owned)
		sqlite3_close(r->db);
	free(r);
}

fl_status reader_begin(struct reader *r, struct fl_error *err)
{
	fl_status s = FL_OK;
	int64_t any = 0;

	if (r->begun)
		return status_fail(err, FL_CONFLICT,
			"this reader is inside a snapshot already");
	if (r->owned && (s = load_begin(&r->loader, err)) != FL_OK)
		return s;
	r->begun = true;
	/* the snapshot starts with the first read */
	s = sql_int(r->db, "SELECT count(*) FROM meta", &any, err);
	if (s != FL_OK)
		reader_end(r);
	return s;
}

void reader_end(struct reader *r)
{
	/* a transaction that only reads has nothing to lose */
	if (r->begun && r->owned)
		(void)load_end(&r->loader, NULL);
	r->begun = false;
}

void reader_lend(struct reader *r, bool lent)
{
	r->symbols.lent = lent;
}

static fl_status refused(struct reader *r, struct fl_error *err)
{
	return sql_fail(r->db, err, sql_path(r->db));
}

/* Prepared anew each time, so that visitors may ask the same reader. */
static fl_status prepare(struct reader *r, const char *sql, sqlite3_stmt **s,
	struct fl_error *err)
{
	*s = NULL;
	return sqlite3_prepare_v2(r->db, sql, -1, s, NULL) == SQLITE_OK
		? FL_OK
		: refused(r, err);
}

static int bind_limit(sqlite3_stmt *s, int at, uint32_t limit)
{
	return sqlite3_bind_int64(s, at, limit == 0 ? -1 : (int64_t)limit);
}

/* Who is shown the rows of a question; exactly one function is set. */
struct visitor {
	struct reader *r;
	struct arena *a;
	void *ctx;
	event_visit event;
	task_visit task;
	record_visit record;
	ruleset_visit ruleset;
	outbox_visit outbox;
};

/* Shows the row that `s` stands on; *on false: no more are wanted. */
typedef fl_status (*show_row)(const struct visitor *v, sqlite3_stmt *s,
	bool *on, struct fl_error *err);

/* Shows all rows and finalizes, or resets what is kept. `bound`: what binding
 * came to. */
static fl_status visit(const struct visitor *v, sqlite3_stmt *s, int bound,
	show_row show, struct fl_error *err)
{
	fl_status got = bound == SQLITE_OK ? FL_OK : refused(v->r, err);
	int rc = SQLITE_ROW;
	bool on = true;

	while (got == FL_OK && on && (rc = sqlite3_step(s)) == SQLITE_ROW)
		got = show(v, s, &on, err);
	if (got == FL_OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
		got = refused(v->r, err);
	if (s == v->r->all)
		sqlite3_reset(s);
	else
		sqlite3_finalize(s);
	return got;
}

static fl_status show_event(const struct visitor *v, sqlite3_stmt *s, bool *on,
	struct fl_error *err)
{
	struct event_row row;
	fl_status got = rows_event(&v->r->symbols, s, v->a, &row, err);

	*on = got == FL_OK && v->event(v->ctx, &row);
	return got;
}

static fl_status show_task(const struct visitor *v, sqlite3_stmt *s, bool *on,
	struct fl_error *err)
{
	struct task *t = NULL;
	fl_status got = rows_task(&v->r->symbols, s, v->a, &t, err);

	*on = got == FL_OK && v->task(v->ctx, t);
	return got;
}

static fl_status show_record(const struct visitor *v, sqlite3_stmt *s, bool *on,
	struct fl_error *err)
{
	struct record *record = NULL;
	fl_status got = rows_record(&v->r->symbols, s, v->a, &record, err);

	*on = got == FL_OK && v->record(v->ctx, record);
	return got;
}

static fl_status show_ruleset(const struct visitor *v, sqlite3_stmt *s,
	bool *on, struct fl_error *err)
{
	struct ruleset_row row;
	fl_status got = rows_ruleset(s, v->a, &row, err);

	*on = got == FL_OK && v->ruleset(v->ctx, &row);
	return got;
}

static fl_status show_outbox(const struct visitor *v, sqlite3_stmt *s, bool *on,
	struct fl_error *err)
{
	struct outbox_row row;
	fl_status got = rows_outbox(&v->r->symbols, s, v->a, &row, err);

	*on = got == FL_OK && v->outbox(v->ctx, &row);
	return got;
}

/* Makes the question for a filter; its fragments are all fixed text. */
static void event_sql(char *sql, size_t bytes, const struct event_filter *f)
{
	snprintf(sql, bytes,
		"SELECT " ROWS_FACT ",%s FROM event WHERE number>=?1 AND"
		" number<=?2%s%s%s ORDER BY number%s LIMIT ?3",
		f->undecided ? "NULL" : "decision",
		f->home != 0 ? " AND home=?4" : "",
		f->misfit_only ? " AND misfit=1" : "",
		/* a unit is without gaps: stop where another begins */
		f->root != 0
			? " AND number>=?5 AND number<ifnull((SELECT number"
			  " FROM event WHERE number>?5 AND root<>?5 ORDER BY"
			  " number LIMIT 1),9223372036854775807)"
			: "",
		f->newest_first ? " DESC" : "");
}

static int bind_filter(sqlite3_stmt *s, const struct event_filter *f)
{
	int rc = SQLITE_OK;

	if ((rc = sqlite3_bind_int64(s, 1, f->from_number)) != SQLITE_OK ||
		(rc = sqlite3_bind_int64(s, 2,
			 f->to_number != 0 ? f->to_number : INT64_MAX)) !=
			SQLITE_OK ||
		(rc = bind_limit(s, 3, f->limit)) != SQLITE_OK)
		return rc;
	if (f->home != 0)
		rc = sqlite3_bind_int64(s, 4, f->home);
	if (f->root != 0 && rc == SQLITE_OK)
		rc = sqlite3_bind_int64(s, 5, f->root);
	return rc;
}

fl_status reader_events(struct reader *r, struct arena *a,
	const struct event_filter *f, event_visit cb, void *ctx,
	struct fl_error *err)
{
	const struct visitor v = {r, a, ctx, .event = cb};
	fl_status got;
	sqlite3_stmt *s = NULL;
	char sql[640];

	event_sql(sql, sizeof(sql), f);
	if ((got = prepare(r, sql, &s, err)) != FL_OK)
		return got;
	return visit(&v, s, bind_filter(s, f), show_event, err);
}

fl_status reader_tasks(struct reader *r, struct arena *a, struct text who,
	uint32_t limit, task_visit cb, void *ctx, struct fl_error *err)
{
	const struct visitor v = {r, a, ctx, .task = cb};
	fl_status got;
	sqlite3_stmt *s = NULL;
	int rc;

	got = prepare(r,
		who.bytes > 0 ? "SELECT " ROWS_TASK " FROM task WHERE state=0"
				" AND who=?2 ORDER BY due,id LIMIT ?1"
			      : "SELECT " ROWS_TASK " FROM task WHERE state=0"
				" ORDER BY due,id LIMIT ?1",
		&s, err);
	if (got != FL_OK)
		return got;
	if ((rc = bind_limit(s, 1, limit)) == SQLITE_OK && who.bytes > 0)
		rc = symbol_bind_known(&r->symbols, s, 2, who);
	return visit(&v, s, rc, show_task, err);
}

fl_status reader_open_tasks(struct reader *r, struct arena *a, task_visit cb,
	void *ctx, struct fl_error *err)
{
	const struct visitor v = {r, a, ctx, .task = cb};
	sqlite3_stmt *s = NULL;
	/* as index task_open lies */
	fl_status got = prepare(r, "SELECT " ROWS_TASK " FROM task WHERE"
				   " state=0 ORDER BY who,due,id",
		&s, err);

	return got == FL_OK ? visit(&v, s, SQLITE_OK, show_task, err) : got;
}

fl_status reader_all_tasks(struct reader *r, struct arena *a, int64_t from_id,
	uint32_t limit, task_visit cb, void *ctx, struct fl_error *err)
{
	const struct visitor v = {r, a, ctx, .task = cb};
	fl_status got;
	sqlite3_stmt *s = NULL;
	int rc;

	if ((got = prepare(r, "SELECT " ROWS_TASK " FROM task WHERE id>=?1"
			      " ORDER BY id LIMIT ?2",
		     &s, err)) != FL_OK)
		return got;
	if ((rc = sqlite3_bind_int64(s, 1, from_id)) == SQLITE_OK)
		rc = bind_limit(s, 2, limit);
	return visit(&v, s, rc, show_task, err);
}

fl_status reader_task(struct reader *r, struct arena *a, int64_t id,
	struct task **out, struct fl_error *err)
{
	fl_status s = load_task(&r->loader, a, id, out, err);

	if (s == FL_OK && *out == NULL)
		return status_fail(err, FL_NOT_FOUND, "there is no such task");
	return s;
}

fl_status reader_record(struct reader *r, struct arena *a, int64_t id,
	struct record **out, struct fl_error *err)
{
	fl_status s = load_record(&r->loader, a, id, out, err);

	if (s == FL_OK && *out == NULL)
		return status_fail(err, FL_NOT_FOUND,
			"there is no such record");
	return s;
}

fl_status reader_home(struct reader *r, struct arena *a, int64_t id,
	struct home **out, struct fl_error *err)
{
	fl_status s;
	int64_t home = 0;

	*out = NULL;
	if ((s = load_home_of(&r->loader, id, &home, err)) != FL_OK)
		return s;
	if (home == 0)
		return status_fail(err, FL_NOT_FOUND,
			"there is no such record");
	if ((*out = arena_alloc(a, sizeof(**out))) == NULL)
		return status_fail(err, FL_NOMEM, "no memory for a home");
	return load_home(&r->loader, a, home, *out, err);
}

/* Shows the record of the key row the statement stands on, unless shown. */
static fl_status show_found(struct reader *r, struct arena *a, int64_t id,
	struct map *shown, record_visit cb, void *ctx, bool *on,
	struct fl_error *err)
{
	fl_status got;
	struct record *record = NULL;

	if (map_get_int(shown, id) != NULL)
		return FL_OK;
	if (!map_put_int(shown, id, shown))
		return status_fail(err, FL_NOMEM, "no memory for what was found");
	if ((got = load_record(&r->loader, a, id, &record, err)) != FL_OK)
		return got;
	if (record == NULL)
		return status_fail(err, FL_STORAGE,
			"%s: a key names record %lld, which is missing",
			sql_path(r->db), (long long)id);
	*on = cb(ctx, record);
	return FL_OK;
}

/* Keys that begin with `prefix` and, when it is not empty, hold `part`. */
static fl_status find_keys(struct reader *r, struct arena *a,
	struct text prefix, struct text part, uint32_t limit, record_visit cb,
	void *ctx, struct fl_error *err)
{
	fl_status got;
	sqlite3_stmt *s = NULL;
	struct map *shown = map_new();
	/* no UTF-8 text sorts behind this */
	char *end = arena_printf(a, "%.*s\xff", (int)prefix.bytes,
		prefix.bytes > 0 ? prefix.at : "");
	bool on = true;
	int rc = SQLITE_ROW;

	if (shown == NULL || end == NULL) {
		got = status_fail(err, FL_NOMEM, "no memory for a search");
		goto out;
	}
	if ((got = prepare(r, "SELECT record FROM key WHERE key>=?1 AND"
			      " key<?2 AND instr(key,?3) ORDER BY key,record",
		     &s, err)) != FL_OK)
		goto out;
	if (sql_bind_text(s, 1, prefix) != SQLITE_OK ||
		sql_bind_text(s, 2, text_of(end)) != SQLITE_OK ||
		sql_bind_text(s, 3, part) != SQLITE_OK)
		got = refused(r, err);
	while (got == FL_OK && on &&
		(limit == 0 || map_count(shown) < limit) &&
		(rc = sqlite3_step(s)) == SQLITE_ROW)
		got = show_found(r, a, sqlite3_column_int64(s, 0), shown, cb,
			ctx, &on, err);
	if (got == FL_OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
		got = refused(r, err);
out:
	sqlite3_finalize(s);
	map_free(shown);
	return got;
}

fl_status reader_find(struct reader *r, struct arena *a, struct text prefix,
	uint32_t limit, record_visit cb, void *ctx, struct fl_error *err)
{
	return find_keys(r, a, prefix, TEXT(""), limit, cb, ctx, err);
}

fl_status reader_find_part(struct reader *r, struct arena *a,
	struct text prefix, struct text part, uint32_t limit, record_visit cb,
	void *ctx, struct fl_error *err)
{
	return find_keys(r, a, prefix, part, limit, cb, ctx, err);
}

static const char *records_sql(struct text kind)
{
	if (kind.bytes == 0)
		return "SELECT " ROWS_RECORD " FROM record WHERE id>=?1"
		       " ORDER BY id LIMIT ?2";
	if (text_is(kind, "person") || text_is(kind, "rooftop"))
		return "SELECT " ROWS_RECORD " FROM record WHERE id>=?1 AND"
		       " kind<=2 AND kind=?3 ORDER BY id LIMIT ?2";
	return "SELECT " ROWS_RECORD " FROM record WHERE id>=?1 AND kind=?3"
	       " ORDER BY id LIMIT ?2";
}

fl_status reader_records(struct reader *r, struct arena *a, struct text kind,
	int64_t from_id, uint32_t limit, record_visit cb, void *ctx,
	struct fl_error *err)
{
	const struct visitor v = {r, a, ctx, .record = cb};
	fl_status got;
	sqlite3_stmt *s = NULL;
	int rc;

	/* rules that change ask it for each few homes */
	if (kind.bytes == 0 && r->all != NULL && !sqlite3_stmt_busy(r->all))
		s = r->all;
	else if ((got = prepare(r, records_sql(kind), &s, err)) != FL_OK)
		return got;
	if (kind.bytes == 0 && r->all == NULL)
		r->all = s;
	if ((rc = sqlite3_bind_int64(s, 1, from_id)) == SQLITE_OK &&
		(rc = bind_limit(s, 2, limit)) == SQLITE_OK && kind.bytes > 0)
		rc = symbol_bind_known(&r->symbols, s, 3, kind);
	return visit(&v, s, rc, show_record, err);
}

fl_status reader_dues(struct reader *r, struct arena *a, int64_t from_ms,
	int64_t to_ms, uint32_t limit, due_visit cb, void *ctx,
	struct fl_error *err)
{
	fl_status got;
	sqlite3_stmt *s = NULL;

	if ((got = prepare(r, "SELECT " ROWS_DUE " FROM due WHERE due>=?1 AND"
			      " due<=?2 ORDER BY due,subject",
		     &s, err)) != FL_OK)
		return got;
	if (sqlite3_bind_int64(s, 1, from_ms) != SQLITE_OK ||
		sqlite3_bind_int64(s, 2, to_ms) != SQLITE_OK)
		got = refused(r, err);
	else
		got = rows_dues(&r->symbols, s, a, limit, cb, ctx, err);
	sqlite3_finalize(s);
	return got;
}

fl_status reader_ruleset(struct reader *r, struct arena *a, int64_t number,
	struct ruleset_row *out, struct fl_error *err)
{
	fl_status got;
	sqlite3_stmt *s = NULL;
	int rc;

	if ((got = prepare(r, "SELECT " ROWS_RULESET " FROM ruleset WHERE"
			      " number=?1",
		     &s, err)) != FL_OK)
		return got;
	if ((rc = sqlite3_bind_int64(s, 1, number)) == SQLITE_OK &&
		(rc = sqlite3_step(s)) == SQLITE_ROW)
		got = rows_ruleset(s, a, out, err);
	else if (rc == SQLITE_DONE)
		got = status_fail(err, FL_NOT_FOUND,
			"there is no ruleset %lld", (long long)number);
	else
		got = refused(r, err);
	sqlite3_finalize(s);
	return got;
}

fl_status reader_rulesets(struct reader *r, struct arena *a, ruleset_visit cb,
	void *ctx, struct fl_error *err)
{
	const struct visitor v = {r, a, ctx, .ruleset = cb};
	fl_status got;
	sqlite3_stmt *s = NULL;

	if ((got = prepare(r, "SELECT " ROWS_RULESET " FROM ruleset ORDER BY"
			      " number DESC",
		     &s, err)) != FL_OK)
		return got;
	return visit(&v, s, SQLITE_OK, show_ruleset, err);
}

fl_status reader_outbox(struct reader *r, struct arena *a, outbox_visit cb,
	void *ctx, struct fl_error *err)
{
	const struct visitor v = {r, a, ctx, .outbox = cb};
	fl_status got;
	sqlite3_stmt *s = NULL;

	if ((got = prepare(r, "SELECT " ROWS_OUTBOX " FROM outbox WHERE"
			      " state=0 ORDER BY id",
		     &s, err)) != FL_OK)
		return got;
	return visit(&v, s, SQLITE_OK, show_outbox, err);
}

fl_status reader_state(struct reader *r, struct store_state *out,
	struct fl_error *err)
{
	return load_state(r->db, out, err);
}

fl_status reader_customers(struct reader *r, int64_t from, int64_t below,
	int64_t *out, struct fl_error *err)
{
	fl_status got;
	sqlite3_stmt *s = NULL;

	*out = 0;
	if ((got = prepare(r,
		     "SELECT count(DISTINCT part.home) FROM record AS part"
		     " JOIN record AS customer ON customer.id=part.home"
		     " WHERE part.id>=?1 AND part.id<?2 AND customer.kind=?3",
		     &s, err)) != FL_OK)
		return got;
	if (sqlite3_bind_int64(s, 1, from) != SQLITE_OK ||
		sqlite3_bind_int64(s, 2, below) != SQLITE_OK ||
		symbol_bind_known(&r->symbols, s, 3, TEXT("customer")) !=
			SQLITE_OK ||
		sqlite3_step(s) != SQLITE_ROW)
		got = refused(r, err);
	else
		*out = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return got;
}

static int64_t wal_bytes(struct reader *r)
{
	struct stat st = {0};
	char *path = sqlite3_mprintf("%s-wal", sql_path(r->db));
	int64_t bytes = 0;

	if (path != NULL && stat(path, &st) == 0)
		bytes = st.st_size;
	sqlite3_free(path);
	return bytes;
}

fl_status reader_counts(struct reader *r, struct store_counts *out,
	struct fl_error *err)
{
	const struct {
		const char *sql;
		int64_t *to;
	} parts[] = {
		{"SELECT count(*) FROM event", &out->events},
		{"SELECT count(*) FROM record", &out->records},
		{"SELECT count(*) FROM task WHERE state=0", &out->tasks_open},
		{"SELECT count(*) FROM task", &out->tasks},
		{"SELECT count(*) FROM due", &out->dues},
		{"SELECT count(*) FROM outbox WHERE state=0",
			&out->outbox_waiting},
		{"SELECT count(*) FROM ruleset", &out->rulesets},
		{"SELECT count(*) FROM event WHERE misfit=1", &out->misfits},
		{"SELECT page_count*page_size FROM pragma_page_count(),"
		 "pragma_page_size()",
			&out->db_bytes},
	};
	fl_status s;

	*out = (struct store_counts){0};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if ((s = sql_int(r->db, parts[i].sql, parts[i].to, err)) !=
			FL_OK)
			return s;
	out->wal_bytes = wal_bytes(r);
	return FL_OK;
}
