#include "store/load.h"

/* Statements, in the order of the table below. */
enum { BEGIN, END, HOME_OF, RECORD, MEMBERS, TASK, SEEN, KEY, EVENT, DUE,
	RESIDENT, LAST };
_Static_assert(LAST <= LOAD_STATEMENTS, "struct loader has no room");

static const char *const statements[LAST] = {
	[BEGIN] = "BEGIN",
	[END] = "ROLLBACK",
	[HOME_OF] = "SELECT home FROM record WHERE id=?1",
	[RECORD] = "SELECT " ROWS_RECORD " FROM record WHERE id=?1",
	[MEMBERS] = "SELECT " ROWS_RECORD " FROM record WHERE home=?1 AND"
		" home<>id ORDER BY id",
	[TASK] = "SELECT " ROWS_TASK " FROM task WHERE id=?1",
	[SEEN] = "SELECT " ROWS_SEEN " FROM event WHERE home=?1 AND misfit=0"
		" ORDER BY number",
	[KEY] = "SELECT record FROM key WHERE key=?1 ORDER BY record LIMIT 1",
	[EVENT] = "SELECT number,digest FROM event WHERE id=?2 AND source IS"
		" ?1",
	[DUE] = "SELECT " ROWS_DUE " FROM due WHERE due<=?1 ORDER BY"
		" due,subject",
	[RESIDENT] = "SELECT DISTINCT home FROM record WHERE kind<=2",
};

fl_status load_open(struct loader *l, sqlite3 *db, struct symbols *symbols,
	struct fl_error *err)
{
	l->db = db;
	l->symbols = symbols;
	return sql_prepare(db, statements, l->stmt, LAST, err);
}

void load_deinit(struct loader *l)
{
	sql_finalize(l->stmt, LOAD_STATEMENTS);
	l->db = NULL;
}

static fl_status no_memory(struct fl_error *err)
{
	return status_fail(err, FL_NOMEM, "no memory for what was asked");
}

static fl_status refused(struct loader *l, struct fl_error *err)
{
	return sql_fail(l->db, err, sql_path(l->db));
}

fl_status load_begin(struct loader *l, struct fl_error *err)
{
	return sql_run(l->stmt[BEGIN]) == SQLITE_OK ? FL_OK : refused(l, err);
}

fl_status load_end(struct loader *l, struct fl_error *err)
{
	if (sqlite3_get_autocommit(l->db) != 0)
		return FL_OK;
	return sql_run(l->stmt[END]) == SQLITE_OK ? FL_OK : refused(l, err);
}

/* Room for one more item of an arena array. */
static void *more(struct arena *a, void *items, uint32_t n, uint32_t *cap,
	size_t bytes)
{
	return n < *cap ? items : arena_grow(a, items, n, cap, n + 1, bytes);
}

/* First column of a one-parameter statement's first row; 0 none. */
static fl_status number(struct loader *l, int statement, int64_t id,
	int64_t *out, struct fl_error *err)
{
	sqlite3_stmt *s = l->stmt[statement];
	int rc = sqlite3_bind_int64(s, 1, id);

	*out = 0;
	if (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? FL_OK
						     : refused(l, err);
}

fl_status load_home_of(struct loader *l, int64_t record, int64_t *home,
	struct fl_error *err)
{
	return number(l, HOME_OF, record, home, err);
}

fl_status load_task(struct loader *l, struct arena *a, int64_t id,
	struct task **out, struct fl_error *err)
{
	sqlite3_stmt *s = l->stmt[TASK];
	fl_status got = FL_OK;
	int rc = sqlite3_bind_int64(s, 1, id);

	*out = NULL;
	if (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW)
		got = rows_task(l->symbols, s, a, out, err);
	else if (rc != SQLITE_DONE)
		got = refused(l, err);
	sqlite3_reset(s);
	return got;
}

fl_status load_record(struct loader *l, struct arena *a, int64_t id,
	struct record **out, struct fl_error *err)
{
	sqlite3_stmt *s = l->stmt[RECORD];
	fl_status got = FL_OK;
	int rc = sqlite3_bind_int64(s, 1, id);

	*out = NULL;
	if (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW)
		got = rows_record(l->symbols, s, a, out, err);
	else if (rc != SQLITE_DONE)
		got = refused(l, err);
	sqlite3_reset(s);
	return got;
}

static fl_status read_members(struct loader *l, struct arena *a,
	struct home *h, uint32_t *cap, struct fl_error *err)
{
	sqlite3_stmt *s = l->stmt[MEMBERS];
	fl_status got = FL_OK;
	int rc = sqlite3_bind_int64(s, 1, h->id);

	while (got == FL_OK && rc == SQLITE_OK &&
		(rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct record **items =
			more(a, h->records, h->n_records, cap, sizeof(*items));

		if (items == NULL)
			got = no_memory(err);
		else
			got = rows_record(l->symbols, s, a,
				&items[h->n_records], err);
		if (got == FL_OK) {
			h->records = items;
			h->n_records++;
		}
		rc = SQLITE_OK;
	}
	if (got == FL_OK && rc != SQLITE_DONE)
		got = refused(l, err);
	sqlite3_reset(s);
	return got;
}

/* By id: the record that the home is named after finds its place among the
 * others. */
static fl_status read_records(struct loader *l, struct arena *a,
	struct home *h, struct fl_error *err)
{
	struct record *head = NULL;
	uint32_t cap = 0;
	fl_status got = load_record(l, a, h->id, &head, err);

	if (got == FL_OK && head != NULL && head->home == h->id) {
		h->records = more(a, NULL, 0, &cap, sizeof(*h->records));
		if (h->records == NULL)
			return no_memory(err);
		h->records[h->n_records++] = head;
	}
	if (got == FL_OK)
		got = read_members(l, a, h, &cap, err);
	for (uint32_t i = 1; got == FL_OK && i < h->n_records &&
		h->records[i]->id < h->records[i - 1]->id; i++) {
		h->records[i - 1] = h->records[i];
		h->records[i] = head;
	}
	return got;
}

/* Open tasks are found by the records that name them. */
static fl_status read_tasks(struct loader *l, struct arena *a, struct home *h,
	struct fl_error *err)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < h->n_records; i++)
		most += h->records[i]->n_open_tasks;
	if (most == 0)
		return FL_OK;
	if ((h->tasks = arena_alloc(a, most * sizeof(*h->tasks))) == NULL)
		return no_memory(err);
	for (uint32_t i = 0; i < h->n_records; i++) {
		const struct record *r = h->records[i];

		for (uint32_t k = 0; k < r->n_open_tasks; k++) {
			struct task *t = NULL;
			fl_status got =
				load_task(l, a, r->open_tasks[k], &t, err);

			if (got != FL_OK)
				return got;
			if (t != NULL && t->state == TASK_OPEN)
				h->tasks[h->n_tasks++] = t;
		}
	}
	return FL_OK;
}

/* Another event of a subject and type that has one. Grouping here costs less
 * than a sorter: a home has few of them. */
static bool seen_again(struct home *h, const struct seen_event *s)
{
	for (uint32_t i = 0; i < h->n_seen; i++) {
		struct seen_event *known = &h->seen[i];

		if (known->subject != s->subject ||
			!text_equal(known->type, s->type))
			continue;
		known->count++;
		known->last_number = s->last_number;
		if (s->last_at_ms > known->last_at_ms)
			known->last_at_ms = s->last_at_ms;
		return true;
	}
	return false;
}

static int by_subject(const void *a, const void *b)
{
	const struct seen_event *x = a, *y = b;

	if (x->subject != y->subject)
		return x->subject < y->subject ? -1 : 1;
	return (x->last_number > y->last_number) -
		(x->last_number < y->last_number);
}

static fl_status read_seen(struct loader *l, struct arena *a, struct home *h,
	struct fl_error *err)
{
	sqlite3_stmt *s = l->stmt[SEEN];
	fl_status got = FL_OK;
	uint32_t cap = 0;
	int rc = sqlite3_bind_int64(s, 1, h->id);

	while (got == FL_OK && rc == SQLITE_OK &&
		(rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct seen_event *items =
			more(a, h->seen, h->n_seen, &cap, sizeof(*items));

		if (items == NULL)
			got = no_memory(err);
		else
			got = rows_seen(l->symbols, s, a, &items[h->n_seen],
				err);
		if (got == FL_OK) {
			h->seen = items;
			h->n_seen += !seen_again(h, &items[h->n_seen]);
		}
		rc = SQLITE_OK;
	}
	if (got == FL_OK && rc != SQLITE_DONE)
		got = refused(l, err);
	sqlite3_reset(s);
	if (h->n_seen > 1)
		qsort(h->seen, h->n_seen, sizeof(*h->seen), by_subject);
	return got;
}

fl_status load_home(struct loader *l, struct arena *a, int64_t home,
	struct home *out, struct fl_error *err)
{
	fl_status s;

	*out = (struct home){.id = home};
	if ((s = read_records(l, a, out, err)) != FL_OK ||
		(s = read_tasks(l, a, out, err)) != FL_OK)
		return s;
	return read_seen(l, a, out, err);
}

/* One store_load() under way. */
struct loading {
	struct loader *l;
	struct arena *a;
	struct load_got *got;
	struct map *homes; /* id to anything: those already loaded */
	uint32_t cap_homes, cap_dues;
	struct fl_error *err;
};

static fl_status add_home(struct loading *r, int64_t home)
{
	struct load_got *got = r->got;
	struct home *items;
	fl_status s;

	if (home == 0 || map_get_int(r->homes, home) != NULL)
		return FL_OK;
	items = more(r->a, got->homes, got->n_homes, &r->cap_homes,
		sizeof(*items));
	if (items == NULL || !map_put_int(r->homes, home, r->homes))
		return no_memory(r->err);
	got->homes = items;
	if ((s = load_home(r->l, r->a, home, &items[got->n_homes], r->err)) ==
		FL_OK)
		got->n_homes++;
	return s;
}

static fl_status want_record(struct loading *r, uint32_t i, int64_t id)
{
	fl_status s;
	int64_t home = 0;

	if ((s = load_home_of(r->l, id, &home, r->err)) != FL_OK)
		return s;
	r->got->ids[i] = home != 0 ? id : 0;
	return add_home(r, home);
}

static fl_status want_key(struct loading *r, uint32_t i, struct text key)
{
	sqlite3_stmt *s = r->l->stmt[KEY];
	int64_t id = 0;
	int rc = sql_bind_text(s, 1, key);

	if (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW)
		id = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return refused(r->l, r->err);
	return id != 0 ? want_record(r, i, id) : FL_OK;
}

/* The same task in its home, when it is open: never two copies of one. */
static struct task *task_at_home(const struct load_got *got, struct task *t)
{
	for (uint32_t i = 0; i < got->n_homes; i++) {
		const struct home *h = &got->homes[i];

		if (h->id != t->home)
			continue;
		for (uint32_t k = 0; k < h->n_tasks; k++)
			if (h->tasks[k]->id == t->id)
				return h->tasks[k];
	}
	return t;
}

static fl_status want_task(struct loading *r, uint32_t i, int64_t id)
{
	struct task *t = NULL;
	fl_status s = load_task(r->l, r->a, id, &t, r->err);

	if (s != FL_OK || t == NULL)
		return s;
	if ((s = add_home(r, t->home)) != FL_OK)
		return s;
	r->got->ids[i] = id;
	r->got->closed[i] = task_at_home(r->got, t);
	return FL_OK;
}

static fl_status want_seen(struct loading *r, uint32_t i, struct text key)
{
	sqlite3_stmt *s = r->l->stmt[EVENT];
	const char *cut = memchr(key.at, '\n', key.bytes);
	struct text source = key, id = TEXT("");
	int rc;

	if (cut == NULL)
		return FL_OK;
	source.bytes = (uint32_t)(cut - key.at);
	id = (struct text){cut + 1, key.bytes - source.bytes - 1};
	if ((rc = symbol_bind_known(r->l->symbols, s, 1, source)) ==
			SQLITE_OK &&
		(rc = sql_bind_text(s, 2, id)) == SQLITE_OK &&
		(rc = sqlite3_step(s)) == SQLITE_ROW) {
		r->got->ids[i] = sqlite3_column_int64(s, 0);
		r->got->digests[i] = sqlite3_column_int64(s, 1);
	}
	sqlite3_reset(s);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? FL_OK
						     : refused(r->l, r->err);
}

static bool add_due(void *ctx, const struct due_row *row)
{
	struct loading *r = ctx;
	struct load_got *got = r->got;
	struct due_row *items =
		more(r->a, got->dues, got->n_dues, &r->cap_dues,
			sizeof(*items));

	if (items == NULL)
		return false; /* the arena remembers */
	got->dues = items;
	items[got->n_dues++] = *row;
	return true;
}

static fl_status want_dues(struct loading *r, int64_t until_ms, uint32_t limit)
{
	sqlite3_stmt *s = r->l->stmt[DUE];
	fl_status got;

	if (sqlite3_bind_int64(s, 1, until_ms) != SQLITE_OK)
		return refused(r->l, r->err);
	got = rows_dues(r->l->symbols, s, r->a, limit, add_due, r, r->err);
	sqlite3_reset(s);
	return got == FL_OK && r->a->failed ? no_memory(r->err) : got;
}

static fl_status want_residents(struct loading *r)
{
	sqlite3_stmt *s = r->l->stmt[RESIDENT];
	fl_status got = FL_OK;
	int rc = SQLITE_DONE;

	while (got == FL_OK && (rc = sqlite3_step(s)) == SQLITE_ROW)
		got = add_home(r, sqlite3_column_int64(s, 0));
	if (got == FL_OK && rc != SQLITE_DONE)
		got = refused(r->l, r->err);
	sqlite3_reset(s);
	return got;
}

static fl_status want(struct loading *r, uint32_t i, const struct load_want *w)
{
	switch (w->kind) {
	case LOAD_HOME:
		return want_record(r, i, w->id);
	case LOAD_KEY:
		return want_key(r, i, w->key);
	case LOAD_TASK:
		return want_task(r, i, w->id);
	case LOAD_SEEN:
		return want_seen(r, i, w->key);
	case LOAD_DUE:
		return want_dues(r, w->id, w->limit);
	case LOAD_RESIDENT:
		return want_residents(r);
	}
	return status_fail(r->err, FL_INVALID, "unknown kind of load %d",
		(int)w->kind);
}

fl_status load_run(struct loader *l, struct arena *a,
	const struct load_want *wants, uint32_t n, struct load_got **out,
	struct fl_error *err)
{
	fl_status s = FL_OK;
	struct loading r = {.l = l, .a = a, .err = err};

	r.got = arena_alloc(a, sizeof(*r.got));
	r.homes = map_new();
	if (r.got == NULL || r.homes == NULL) {
		s = no_memory(err);
		goto out;
	}
	r.got->ids = arena_alloc(a, (n + 1) * sizeof(*r.got->ids));
	r.got->digests = arena_alloc(a, (n + 1) * sizeof(*r.got->digests));
	r.got->closed = arena_alloc(a, (n + 1) * sizeof(struct task *));
	if (a->failed) {
		s = no_memory(err);
		goto out;
	}
	for (uint32_t i = 0; i < n && s == FL_OK; i++)
		s = want(&r, i, &wants[i]);
	*out = r.got;
out:
	map_free(r.homes);
	return s;
}

fl_status load_state(sqlite3 *db, struct store_state *out,
	struct fl_error *err)
{
	const struct {
		const char *sql;
		int64_t *to;
	} parts[] = {
		{"SELECT ifnull((SELECT max(number) FROM event),"
		 "(SELECT value FROM meta WHERE name='after'))",
			&out->last_number},
		{"SELECT at+lag FROM event ORDER BY number DESC LIMIT 1",
			&out->last_now_ms},
		{"SELECT max(number) FROM ruleset", &out->ruleset},
		{"SELECT value FROM meta WHERE name='clock'", &out->clock_ms},
		{"SELECT ifnull((SELECT due FROM due ORDER BY due LIMIT 1),"
		 "9223372036854775807)",
			&out->next_due_ms},
	};
	int64_t training = 0;
	fl_status s;

	*out = (struct store_state){0};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if ((s = sql_int(db, parts[i].sql, parts[i].to, err)) != FL_OK)
			return s;
	s = sql_int(db, "SELECT value FROM meta WHERE name='training'",
		&training, err);
	out->training = training != 0;
	return s;
}
