#include "store/rows.h"

#include "store/compact.h"

/* What reading a row came to: damage, memory, or fine. */
static fl_status verdict(sqlite3_stmt *s, struct arena *a, int rc,
	const char *what, struct fl_error *err)
{
	if (a->failed || rc == SQLITE_NOMEM)
		return status_fail(err, FL_NOMEM, "no memory for a %s", what);
	if (rc != SQLITE_OK)
		return status_fail(err, FL_STORAGE,
			"%s: %s %lld is damaged: %s (%d)",
			sql_path(sqlite3_db_handle(s)), what,
			(long long)sqlite3_column_int64(s, 0),
			sqlite3_errstr(rc), rc);
	return FL_OK;
}

fl_status rows_event(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	struct event_row *out, struct fl_error *err)
{
	int rc = SQLITE_OK;

	*out = (struct event_row){
		.number = sqlite3_column_int64(s, 0),
		.id = sql_text(s, 1, a),
		.source = symbol_column(y, s, 2, a, &rc),
		.type = symbol_column(y, s, 3, a, &rc),
		.subject = sqlite3_column_int64(s, 4),
		.home = sqlite3_column_int64(s, 5),
		.occurred_at_ms = sqlite3_column_int64(s, 6),
		.cause = sqlite3_column_int64(s, 8),
		.root = sqlite3_column_int64(s, 9),
		.actor = symbol_column(y, s, 10, a, &rc),
		.role = symbol_column(y, s, 11, a, &rc),
		.version = sqlite3_column_int(s, 12),
		.misfit = sqlite3_column_int(s, 13) != 0,
		.ruleset = sqlite3_column_int64(s, 14),
		.body_digest = sqlite3_column_int64(s, 15),
		.data = compact_column(y, s, 16, a, &rc),
		.decision = compact_column(y, s, 17, a, &rc),
	};
	out->recorded_at_ms = out->occurred_at_ms + sqlite3_column_int64(s, 7);
	return verdict(s, a, rc, "event", err);
}

fl_status rows_record(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	struct record **out, struct fl_error *err)
{
	fl_status got;
	struct fl_error why = {0};
	int64_t id = sqlite3_column_int64(s, 0);
	int64_t home = sqlite3_column_int64(s, 1);
	int rc = SQLITE_OK;
	struct text kind = symbol_column(y, s, 2, a, &rc);
	struct text ref = sql_text(s, 3, a);
	struct value body = value_null();

	if (rc == SQLITE_OK)
		rc = compact_value(y, s, 4, a, &body);
	if ((got = verdict(s, a, rc, "record", err)) != FL_OK)
		return got;
	got = record_of_value(a, id, kind, home, ref, &body, out, &why);
	if (got == FL_OK || got == FL_NOMEM)
		return got == FL_OK ? FL_OK
				    : status_fail(err, got, "%s", why.text);
	return status_fail(err, FL_STORAGE, "%s: record %lld is damaged: %s",
		sql_path(sqlite3_db_handle(s)),
		(long long)id, why.text);
}

fl_status rows_task(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	struct task **out, struct fl_error *err)
{
	fl_status got;
	int rc = SQLITE_OK;
	struct task *t = arena_alloc(a, sizeof(*t));

	if (t == NULL)
		return verdict(s, a, SQLITE_NOMEM, "task", err);
	*t = (struct task){
		.id = sqlite3_column_int64(s, 0),
		.home = sqlite3_column_int64(s, 1),
		.subject = sqlite3_column_int64(s, 2),
		.card = symbol_column(y, s, 3, a, &rc),
		.step = symbol_column(y, s, 4, a, &rc),
		.kind = symbol_column(y, s, 5, a, &rc),
		.who = symbol_column(y, s, 6, a, &rc),
		.shown_at_ms = sqlite3_column_int64(s, 7),
		.due_at_ms = sqlite3_column_int64(s, 8),
		.state = (uint8_t)sqlite3_column_int(s, 9),
	};
	if (rc == SQLITE_OK)
		rc = compact_value(y, s, 10, a, &t->body);
	if ((got = verdict(s, a, rc, "task", err)) == FL_OK)
		*out = t;
	return got;
}

fl_status rows_due(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	struct due_row *out, struct fl_error *err)
{
	int rc = SQLITE_OK;

	*out = (struct due_row){
		.due_at_ms = sqlite3_column_int64(s, 0),
		.subject = sqlite3_column_int64(s, 1),
		.card = symbol_column(y, s, 2, a, &rc),
		.slot = symbol_column(y, s, 3, a, &rc),
		.home = sqlite3_column_int64(s, 4),
	};
	if (out->home == 0)
		out->home = out->subject;
	return verdict(s, a, rc, "due row", err);
}

fl_status rows_seen(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	struct seen_event *out, struct fl_error *err)
{
	int rc = SQLITE_OK;

	*out = (struct seen_event){
		.subject = sqlite3_column_int64(s, 0),
		.type = symbol_column(y, s, 1, a, &rc),
		.last_at_ms = sqlite3_column_int64(s, 2),
		.last_number = sqlite3_column_int64(s, 3),
		.count = 1,
	};
	return verdict(s, a, rc, "event", err);
}

fl_status rows_outbox(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	struct outbox_row *out, struct fl_error *err)
{
	int rc = SQLITE_OK;

	*out = (struct outbox_row){
		.key = sql_text(s, 1, a),
		.home = sqlite3_column_int64(s, 2),
		.channel = symbol_column(y, s, 3, a, &rc),
		.body = sql_text(s, 4, a),
		.created_at_ms = sqlite3_column_int64(s, 5),
	};
	return verdict(s, a, rc, "message", err);
}

fl_status rows_ruleset(sqlite3_stmt *s, struct arena *a,
	struct ruleset_row *out, struct fl_error *err)
{
	const void *digest = sqlite3_column_blob(s, 1);
	int rc = SQLITE_OK;

	*out = (struct ruleset_row){
		.number = sqlite3_column_int64(s, 0),
		.archive = sql_text(s, 2, a),
		.activated_at_ms = sqlite3_column_int64(s, 3),
		.actor = sql_text(s, 4, a),
		.summary = sql_text(s, 5, a),
	};
	if (digest == NULL || sqlite3_column_bytes(s, 1) != DIGEST_BYTES)
		rc = SQLITE_CORRUPT;
	else
		memcpy(out->digest.at, digest, DIGEST_BYTES);
	return verdict(s, a, rc, "ruleset", err);
}

static int compare_due(const void *left, const void *right)
{
	const struct due_row *l = left, *r = right;
	int order = text_compare(l->card, r->card);

	return order != 0 ? order : text_compare(l->slot, r->slot);
}

/* Rows of one due and subject, gathered to be sorted by name. */
struct group {
	struct due_row *rows;
	uint32_t n, cap, told, limit;
	due_visit cb;
	void *ctx;
};

/* Hands the group over; false when enough has been told. */
static bool tell(struct group *g)
{
	if (g->n > 1)
		qsort(g->rows, g->n, sizeof(*g->rows), compare_due);
	for (uint32_t i = 0; i < g->n; i++) {
		if (g->limit != 0 && g->told >= g->limit)
			return false;
		g->told++;
		if (!g->cb(g->ctx, &g->rows[i]))
			return false;
	}
	g->n = 0;
	return true;
}

static fl_status gather(struct arena *a, struct group *g,
	const struct due_row *row, bool *on, struct fl_error *err)
{
	if (g->n > 0 && (g->rows[0].due_at_ms != row->due_at_ms ||
				g->rows[0].subject != row->subject))
		*on = tell(g);
	if (!*on)
		return FL_OK;
	if (g->n == g->cap) {
		struct due_row *more = arena_grow(a, g->rows, g->n, &g->cap,
			g->n + 1, sizeof(*g->rows));

		if (more == NULL)
			return status_fail(err, FL_NOMEM,
				"no memory for due rows");
		g->rows = more;
	}
	g->rows[g->n++] = *row;
	return FL_OK;
}

fl_status rows_dues(struct symbols *y, sqlite3_stmt *s, struct arena *a,
	uint32_t limit, due_visit cb, void *ctx, struct fl_error *err)
{
	struct group g = {.limit = limit, .cb = cb, .ctx = ctx};
	bool on = true;
	int rc = SQLITE_DONE;

	while (on && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct due_row row;
		fl_status got;

		if ((got = rows_due(y, s, a, &row, err)) != FL_OK ||
			(got = gather(a, &g, &row, &on, err)) != FL_OK)
			return got;
	}
	if (on && rc != SQLITE_DONE)
		return sql_fail(sqlite3_db_handle(s), err, "due rows");
	if (on)
		tell(&g);
	return FL_OK;
}
