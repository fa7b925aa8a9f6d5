#include "store/commit.h"

#include "store/compact.h"

enum { TEXT_MAX = 16 << 20, KEYS_MAX = 1 << 20, ROOM = 64 };

/* Statements, in the order of the table below. */
enum { BEGIN, END, ROLLBACK, HEAD, PUT_EVENT, PUT_RECORD, SET_BODY, GET_KEYS,
	SET_KEYS, ADD_KEY, DROP_KEY, ADD_TASK, SET_TASK, ADD_DUE, DROP_DUE,
	ADD_OUTBOX, DROP_OUTBOX, ADD_RULESET, SET_META, LAST };
_Static_assert(LAST <= COMMIT_STATEMENTS, "struct commit has no room");

static const char *const statements[LAST] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[END] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
	[HEAD] = "SELECT ifnull((SELECT max(number) FROM event),"
		 "ifnull((SELECT value FROM meta WHERE name='after'),0)),"
		 "ifnull((SELECT value FROM meta WHERE name='epoch'),0)",
	[PUT_EVENT] = "INSERT INTO event(number,id,source,type,subject,home,at,"
		"lag,cause,root,actor,role,version,misfit,ruleset,digest,data,"
		"decision) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,"
		"?14,?15,?16,?17,?18)",
	[PUT_RECORD] = "INSERT INTO record(id,home,kind,ref,keys,body)"
		" VALUES(?1,?2,?3,?4,x'',?5) ON CONFLICT(id) DO UPDATE SET"
		" home=?2,ref=?4,body=?5",
	/* the usual change touches no index */
	[SET_BODY] = "UPDATE record SET body=?4 WHERE id=?1 AND home=?2 AND"
		" ref=?3",
	[GET_KEYS] = "SELECT keys FROM record WHERE id=?1",
	[SET_KEYS] = "UPDATE record SET keys=?2 WHERE id=?1",
	[ADD_KEY] = "INSERT OR IGNORE INTO key(key,record) VALUES(?2,?1)",
	[DROP_KEY] = "DELETE FROM key WHERE key=?2 AND record=?1",
	[ADD_TASK] = "INSERT INTO task(id,home,subject,card,step,kind,who,"
		"shown,due,state,body) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,"
		"?11)",
	[SET_TASK] = "UPDATE task SET home=?2,subject=?3,card=?4,step=?5,"
		"kind=?6,who=?7,shown=?8,due=?9,state=?10,body=?11 WHERE"
		" id=?1",
	[ADD_DUE] = "INSERT OR REPLACE INTO due(due,subject,card,slot,home)"
		" VALUES(?1,?2,?3,?4,?5)",
	[DROP_DUE] = "DELETE FROM due WHERE due=?1 AND subject=?2 AND card=?3"
		" AND slot=?4",
	[ADD_OUTBOX] = "INSERT INTO outbox(key,home,channel,body,created,state)"
		" VALUES(?1,?2,?3,?4,?5,0)",
	[DROP_OUTBOX] = "UPDATE outbox SET state=2 WHERE key=?1 AND state=0",
	[ADD_RULESET] = "INSERT INTO ruleset(number,digest,archive,activated,"
		"actor,summary) VALUES(?1,?2,?3,?4,?5,?6)",
	[SET_META] = "INSERT INTO meta(name,value) VALUES(?1,?2) ON"
		" CONFLICT(name) DO UPDATE SET value=?2",
};

/* Binds parameters from left to right and keeps the first failure. */
struct row {
	struct commit *c;
	sqlite3_stmt *s;
	int at, rc;
};

static struct row row_of(struct commit *c, int statement)
{
	return (struct row){c, c->stmt[statement], 0, SQLITE_OK};
}

static void keep(struct row *r, int rc)
{
	if (r->rc == SQLITE_OK)
		r->rc = rc;
}

static void put_int(struct row *r, int64_t n)
{
	keep(r, sqlite3_bind_int64(r->s, ++r->at, n));
}

static void put_text(struct row *r, struct text t)
{
	keep(r, sql_bind_text(r->s, ++r->at, t));
}

static void put_blob(struct row *r, const void *bytes, size_t n)
{
	keep(r, sqlite3_bind_blob64(r->s, ++r->at, n > 0 ? bytes : "", n,
			SQLITE_STATIC));
}

static void put_name(struct row *r, struct text name)
{
	keep(r, symbol_bind(&r->c->symbols, r->s, ++r->at, name));
}

/* A document on its way: written to c->packed, which put_packed() binds. */
static void pack_begin(struct row *r, struct compact *c)
{
	buf_reset(&r->c->packed);
	compact_begin(c, &r->c->symbols, &r->c->packed);
}

static void put_packed(struct row *r, const struct compact *c)
{
	keep(r, compact_end(c));
	put_blob(r, r->c->packed.at, r->c->packed.len);
}

/* Documents of an event, one behind the other: what is bound must not move. */
static void put_document(struct row *r, struct text document)
{
	struct buf *packed = &r->c->packed;
	size_t from = packed->len;
	struct compact c;

	if (document.bytes == 0) {
		put_text(r, document);
		return;
	}
	compact_begin(&c, &r->c->symbols, packed);
	if (brief_copy(&c.to, NULL, document) != FL_OK)
		keep(r, SQLITE_CORRUPT);
	keep(r, compact_end(&c));
	put_blob(r, packed->at + from, packed->len - from);
}

static int row_run(struct row *r)
{
	return r->rc != SQLITE_OK ? r->rc : sql_run(r->s);
}

static int put_event(struct commit *c, const struct event_row *e)
{
	struct row r = row_of(c, PUT_EVENT);

	put_int(&r, e->number);
	if (e->id.bytes > 0)
		put_text(&r, e->id);
	else
		keep(&r, sqlite3_bind_null(r.s, ++r.at));
	put_name(&r, e->source);
	put_name(&r, e->type);
	put_int(&r, e->subject);
	put_int(&r, e->home);
	put_int(&r, e->occurred_at_ms);
	put_int(&r, e->recorded_at_ms - e->occurred_at_ms);
	put_int(&r, e->cause);
	put_int(&r, e->root == e->number ? 0 : e->root);
	put_name(&r, e->actor);
	put_name(&r, e->role);
	put_int(&r, e->version);
	put_int(&r, e->misfit);
	put_int(&r, e->ruleset);
	put_int(&r, e->body_digest);
	buf_reset(&c->packed);
	if (!buf_reserve(&c->packed, e->data.bytes + e->decision.bytes + ROOM))
		keep(&r, SQLITE_NOMEM);
	put_document(&r, e->data);
	put_document(&r, e->decision);
	return row_run(&r);
}

/* Whether a NUL-separated list has `key`. */
static bool list_has(const char *list, size_t bytes, struct text key)
{
	for (size_t at = 0; at < bytes; at += strlen(list + at) + 1)
		if (text_is(key, list + at))
			return true;
	return false;
}

static bool keys_have(const struct record_row *r, const char *key)
{
	for (uint32_t i = 0; i < r->n_keys; i++)
		if (text_is(r->keys[i], key))
			return true;
	return false;
}

static int key_run(struct commit *c, int statement, int64_t record,
	struct text key)
{
	struct row r = row_of(c, statement);

	put_int(&r, record);
	put_text(&r, key);
	return row_run(&r);
}

/* The record's keys as stored until now; *bytes 0 for a new one. */
static int old_keys(struct commit *c, int64_t record, const char **list,
	size_t *bytes)
{
	sqlite3_stmt *s = c->stmt[GET_KEYS];
	int rc = sqlite3_bind_int64(s, 1, record);

	arena_reset(&c->keys);
	*list = "";
	*bytes = 0;
	if (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		*bytes = (size_t)sqlite3_column_bytes(s, 0);
		if (*bytes > 0)
			*list = arena_text(&c->keys,
				sqlite3_column_blob(s, 0), *bytes);
	}
	sqlite3_reset(s);
	if (*list == NULL)
		return SQLITE_NOMEM;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* Adds and drops what differs, so that keys need no index by record. */
static int put_keys(struct commit *c, const struct record_row *row)
{
	const char *list;
	size_t bytes;
	struct row r = row_of(c, SET_KEYS);
	int64_t id = row->record->id;
	int rc = old_keys(c, id, &list, &bytes);

	for (size_t at = 0; rc == SQLITE_OK && at < bytes;
		at += strlen(list + at) + 1)
		if (!keys_have(row, list + at))
			rc = key_run(c, DROP_KEY, id, text_of(list + at));
	buf_reset(&c->text);
	for (uint32_t i = 0; rc == SQLITE_OK && i < row->n_keys; i++) {
		if (list_has(c->text.at, c->text.len, row->keys[i]))
			continue;
		if (!list_has(list, bytes, row->keys[i]))
			rc = key_run(c, ADD_KEY, id, row->keys[i]);
		buf_add(&c->text, row->keys[i].at, row->keys[i].bytes);
		buf_add_char(&c->text, '\0');
	}
	if (rc != SQLITE_OK || c->text.failed)
		return rc != SQLITE_OK ? rc : SQLITE_NOMEM;
	put_int(&r, id);
	put_blob(&r, c->text.at, c->text.len);
	return row_run(&r);
}

static void put_body(struct row *r, const struct record *record)
{
	struct compact c;

	pack_begin(r, &c);
	record_write(&c.to, record);
	put_packed(r, &c);
}

static int set_body(struct commit *c, const struct record *record)
{
	struct row r = row_of(c, SET_BODY);

	put_int(&r, record->id);
	put_int(&r, record->home);
	put_text(&r, record->ref);
	put_body(&r, record);
	return row_run(&r);
}

static int put_record(struct commit *c, const struct batch *b,
	const struct record_row *row)
{
	struct row r = row_of(c, PUT_RECORD);
	const struct record *record = row->record;
	bool is_new = record->id >> RECORD_ORDINAL_BITS > b->expected_number;
	int rc = SQLITE_OK;

	if (!is_new)
		rc = set_body(c, record);
	if (rc == SQLITE_OK && (is_new || sqlite3_changes(c->db) == 0)) {
		put_int(&r, record->id);
		put_int(&r, record->home);
		put_name(&r, record->kind);
		put_text(&r, record->ref);
		put_body(&r, record);
		rc = row_run(&r);
	}
	if (rc == SQLITE_OK && row->keys_changed)
		rc = put_keys(c, row);
	return rc;
}

static int put_task(struct commit *c, const struct task_change *change)
{
	const struct task *t = change->task;
	struct row r = row_of(c, change->is_new ? ADD_TASK : SET_TASK);
	struct compact body;
	int rc;

	put_int(&r, t->id);
	put_int(&r, t->home);
	put_int(&r, t->subject);
	put_name(&r, t->card);
	put_name(&r, t->step);
	put_name(&r, t->kind);
	put_name(&r, t->who);
	put_int(&r, t->shown_at_ms);
	put_int(&r, t->due_at_ms);
	put_int(&r, t->state);
	pack_begin(&r, &body);
	brief_value(&body.to, &t->body);
	put_packed(&r, &body);
	rc = row_run(&r);
	if (rc == SQLITE_OK && sqlite3_changes(c->db) != 1)
		rc = SQLITE_NOTFOUND;
	return rc;
}

static int put_due(struct commit *c, const struct due_change *change)
{
	const struct due_row *d = &change->row;
	struct row r = row_of(c, change->remove ? DROP_DUE : ADD_DUE);

	put_int(&r, d->due_at_ms);
	put_int(&r, d->subject);
	put_name(&r, d->card);
	put_name(&r, d->slot);
	if (!change->remove)
		put_int(&r, d->home == d->subject ? 0 : d->home);
	return row_run(&r);
}

static int put_outbox(struct commit *c, const struct outbox_row *o)
{
	struct row r = row_of(c, o->withdrawn ? DROP_OUTBOX : ADD_OUTBOX);
	int rc;

	put_text(&r, o->key);
	if (o->withdrawn) {
		rc = row_run(&r);
		c->outbox_more -= rc == SQLITE_OK ? sqlite3_changes(c->db) : 0;
		return rc;
	}
	c->outbox_more++;
	put_int(&r, o->home);
	put_name(&r, o->channel);
	put_text(&r, o->body);
	put_int(&r, o->created_at_ms);
	return row_run(&r);
}

static int put_ruleset(struct commit *c, const struct ruleset_row *u)
{
	struct row r = row_of(c, ADD_RULESET);

	put_int(&r, u->number);
	put_blob(&r, u->digest.at, DIGEST_BYTES);
	put_blob(&r, u->archive.at, u->archive.bytes);
	put_int(&r, u->activated_at_ms);
	put_text(&r, u->actor);
	put_text(&r, u->summary);
	return row_run(&r);
}

static int put_meta(struct commit *c, struct text name, int64_t value)
{
	struct row r = row_of(c, SET_META);

	put_text(&r, name);
	put_int(&r, value);
	return row_run(&r);
}

static int fault(struct commit *c, const char *point)
{
	if (c->fault != NULL && c->fault(c->ctx, point) != 0)
		return SQLITE_IOERR;
	return SQLITE_OK;
}

static int put_dues(struct commit *c, const struct batch *b, bool remove)
{
	int rc = SQLITE_OK;

	for (uint32_t i = 0; i < b->n_dues && rc == SQLITE_OK; i++)
		if (b->dues[i].remove == remove &&
			(rc = fault(c, "row")) == SQLITE_OK)
			rc = put_due(c, &b->dues[i]);
	return rc;
}

static int put_rows(struct commit *c, const struct batch *b)
{
	int rc = SQLITE_OK;

	for (uint32_t i = 0; i < b->n_events && rc == SQLITE_OK; i++)
		if ((rc = fault(c, "row")) == SQLITE_OK)
			rc = put_event(c, &b->events[i]);
	for (uint32_t i = 0; i < b->n_records && rc == SQLITE_OK; i++)
		if ((rc = fault(c, "row")) == SQLITE_OK)
			rc = put_record(c, b, &b->records[i]);
	for (uint32_t i = 0; i < b->n_tasks && rc == SQLITE_OK; i++)
		if ((rc = fault(c, "row")) == SQLITE_OK)
			rc = put_task(c, &b->tasks[i]);
	if (rc == SQLITE_OK)
		rc = put_dues(c, b, true);
	if (rc == SQLITE_OK)
		rc = put_dues(c, b, false);
	for (uint32_t i = 0; i < b->n_outbox && rc == SQLITE_OK; i++)
		if ((rc = fault(c, "row")) == SQLITE_OK)
			rc = put_outbox(c, &b->outbox[i]);
	if (rc == SQLITE_OK && b->ruleset != NULL &&
		(rc = fault(c, "row")) == SQLITE_OK)
		rc = put_ruleset(c, b->ruleset);
	if (rc == SQLITE_OK && b->clock_ms != 0 && b->clock_ms != c->clock_ms)
		rc = put_meta(c, TEXT("clock"), b->clock_ms);
	return rc;
}

/* Whether the batch follows what is stored, under the owner it names. */
static int check_head(struct commit *c, const struct batch *b, bool *stale)
{
	sqlite3_stmt *s = c->stmt[HEAD];
	int rc = sqlite3_step(s);

	if (rc == SQLITE_ROW) {
		*stale = sqlite3_column_int64(s, 0) != b->expected_number ||
			sqlite3_column_int64(s, 1) != b->epoch;
		rc = SQLITE_OK;
	}
	sqlite3_reset(s);
	return rc;
}

static fl_status failed(struct commit *c, int rc, const char *doing,
	struct fl_error *err)
{
	status_fail(err, FL_UNKNOWN, "%s: %s: %s (%d)", sql_path(c->db), doing,
		sqlite3_errstr(rc), rc);
	if (sqlite3_get_autocommit(c->db) == 0)
		(void)sql_run(c->stmt[ROLLBACK]); /* dead either way */
	return FL_UNKNOWN;
}

fl_status commit_write(struct commit *c, const struct batch *b,
	struct commit_receipt *out, struct fl_error *err)
{
	bool stale = false;
	int rc;

	*out = (struct commit_receipt){0};
	c->outbox_more = 0;
	if ((rc = fault(c, "begin")) != SQLITE_OK ||
		(rc = sql_run(c->stmt[BEGIN])) != SQLITE_OK ||
		(rc = check_head(c, b, &stale)) != SQLITE_OK)
		return failed(c, rc, "begin", err);
	if (stale) {
		if ((rc = sql_run(c->stmt[ROLLBACK])) != SQLITE_OK)
			return failed(c, rc, "rollback", err);
		return status_fail(err, FL_CONFLICT,
			"the batch does not follow event %lld of epoch %lld",
			(long long)b->expected_number, (long long)b->epoch);
	}
	if ((rc = put_rows(c, b)) != SQLITE_OK)
		return failed(c, rc, "write", err);
	if ((rc = fault(c, "commit")) != SQLITE_OK ||
		(rc = sql_run(c->stmt[END])) != SQLITE_OK)
		return failed(c, rc, "commit", err);
	if (b->clock_ms != 0)
		c->clock_ms = b->clock_ms;
	c->outbox_waiting += c->outbox_more;
	out->outbox_waiting = (uint32_t)c->outbox_waiting;
	return FL_OK;
}

fl_status commit_mark_training(struct commit *c, struct fl_error *err)
{
	struct batch empty = {.epoch = c->epoch};
	bool stale = false;
	int rc;

	if ((rc = sql_run(c->stmt[BEGIN])) != SQLITE_OK ||
		(rc = check_head(c, &empty, &stale)) != SQLITE_OK)
		return failed(c, rc, "mark as training", err);
	if (stale) {
		if ((rc = sql_run(c->stmt[ROLLBACK])) != SQLITE_OK)
			return failed(c, rc, "mark as training", err);
		return status_fail(err, FL_CONFLICT,
			"a folder with events cannot become a training folder");
	}
	if ((rc = put_meta(c, TEXT("training"), 1)) != SQLITE_OK ||
		(rc = sql_run(c->stmt[END])) != SQLITE_OK)
		return failed(c, rc, "mark as training", err);
	return FL_OK;
}

fl_status commit_checkpoint(struct commit *c, bool truncate,
	int64_t *pages_left, struct fl_error *err)
{
	int log = 0, done = 0;
	int rc = fault(c, "checkpoint");

	*pages_left = 0;
	if (rc == SQLITE_OK)
		rc = sqlite3_wal_checkpoint_v2(c->db, NULL,
			truncate ? SQLITE_CHECKPOINT_TRUNCATE
				 : SQLITE_CHECKPOINT_PASSIVE,
			&log, &done);
	if (rc == SQLITE_BUSY) /* readers: their pages stay for next time */
		rc = SQLITE_OK;
	if (rc != SQLITE_OK)
		return status_fail(err, FL_UNKNOWN, "%s: checkpoint: %s (%d)",
			sql_path(c->db), sqlite3_errstr(rc),
			rc);
	*pages_left = log > done ? log - done : 0;
	return FL_OK;
}

static int on_wal(void *ctx, sqlite3 *db, const char *name, int pages)
{
	struct commit *c = ctx;

	(void)db;
	(void)name;
	c->wal_pages = pages;
	return SQLITE_OK;
}

static fl_status take_epoch(struct commit *c, struct fl_error *err)
{
	fl_status s;
	int64_t stored = 0;

	if ((s = sql_int(c->db, "SELECT value FROM meta WHERE name='epoch'",
		     &stored, err)) != FL_OK)
		return s;
	if (stored > c->epoch)
		return status_fail(err, FL_CONFLICT,
			"%s: owner %lld has taken over from owner %lld",
			sql_path(c->db), (long long)stored,
			(long long)c->epoch);
	if (stored < c->epoch &&
		put_meta(c, TEXT("epoch"), c->epoch) != SQLITE_OK)
		return sql_fail(c->db, err, "owner's epoch");
	return FL_OK;
}

fl_status commit_open(struct commit *c, sqlite3 *db,
	const struct store_options *opt, struct fl_error *err)
{
	fl_status s;

	c->db = db;
	c->fault = opt->fault;
	c->ctx = opt->ctx;
	c->epoch = opt->epoch;
	buf_init(&c->text, TEXT_MAX);
	buf_init(&c->packed, 5 * (size_t)TEXT_MAX);
	arena_init(&c->keys, KEYS_MAX);
	sqlite3_wal_hook(db, on_wal, c);
	if ((s = symbol_open(&c->symbols, db, true, err)) != FL_OK ||
		(s = sql_prepare(db, statements, c->stmt, LAST, err)) !=
			FL_OK ||
		(s = sql_int(db, "SELECT value FROM meta WHERE name='clock'",
			 &c->clock_ms, err)) != FL_OK ||
		(s = sql_int(db, "SELECT count(*) FROM outbox WHERE state=0",
			 &c->outbox_waiting, err)) != FL_OK)
		return s;
	return take_epoch(c, err);
}

void commit_deinit(struct commit *c)
{
	sql_finalize(c->stmt, COMMIT_STATEMENTS);
	symbol_deinit(&c->symbols);
	buf_deinit(&c->text);
	buf_deinit(&c->packed);
	arena_deinit(&c->keys);
	c->db = NULL;
}
