#include "store/symbol.h"

static const char sql_get[] = "SELECT name FROM symbol WHERE id=?1";
static const char sql_find[] = "SELECT id FROM symbol WHERE name=?1";
static const char sql_add[] = "INSERT INTO symbol(id,name) VALUES(?1,?2)";
static const char sql_all[] = "SELECT id,name FROM symbol ORDER BY id";

/* Notes that `name` has `id`, copying it. */
static int note(struct symbols *y, uint32_t id, struct text name)
{
	char *copy = NULL;

	if (id >= y->cap) {
		uint32_t cap = id < 60 ? 64 : id + id / 2;
		struct text *more = realloc(y->names, cap * sizeof(*more));

		if (more == NULL)
			return SQLITE_NOMEM;
		memset(more + y->cap, 0, (cap - y->cap) * sizeof(*more));
		y->names = more;
		y->cap = cap;
	}
	if (y->names[id].at != NULL)
		return SQLITE_OK;
	if ((copy = malloc(name.bytes + 1)) == NULL)
		return SQLITE_NOMEM;
	memcpy(copy, name.at, name.bytes);
	copy[name.bytes] = '\0';
	if (!map_put(y->ids, name, (void *)(uintptr_t)id)) {
		free(copy);
		return SQLITE_NOMEM;
	}
	y->names[id] = (struct text){copy, name.bytes};
	return SQLITE_OK;
}

static struct text column(sqlite3_stmt *s, int at)
{
	const char *name = (const char *)sqlite3_column_text(s, at);

	if (name == NULL)
		return TEXT("");
	return (struct text){name, (uint32_t)sqlite3_column_bytes(s, at)};
}

static bool is_id(int64_t id)
{
	return id > 0 && id <= SYMBOL_MAX;
}

static int read_all(struct symbols *y)
{
	sqlite3_stmt *s = NULL;
	int rc;

	if ((rc = sqlite3_prepare_v2(y->db, sql_all, -1, &s, NULL)) !=
		SQLITE_OK)
		return rc;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(s, 0);

		rc = is_id(id) ? note(y, (uint32_t)id, column(s, 1))
			       : SQLITE_CORRUPT;
		if (rc != SQLITE_OK)
			break;
		y->count = (uint32_t)id;
	}
	sqlite3_finalize(s);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

fl_status symbol_open(struct symbols *y, sqlite3 *db, bool writes,
	struct fl_error *err)
{
	fl_status s;
	int rc;

	y->db = db;
	if ((y->ids = map_new()) == NULL)
		return status_fail(err, FL_NOMEM, "no memory for names");
	if ((s = sql_prepare(db, (const char *const[]){sql_get}, &y->get, 1,
		     err)) != FL_OK ||
		(s = sql_prepare(db, (const char *const[]){sql_find}, &y->find,
			 1, err)) != FL_OK)
		return s;
	if (!writes)
		return FL_OK;
	if ((s = sql_prepare(db, (const char *const[]){sql_add}, &y->add, 1,
		     err)) != FL_OK)
		return s;
	if ((rc = read_all(y)) != SQLITE_OK)
		return status_fail(err,
			rc == SQLITE_NOMEM ? FL_NOMEM : FL_STORAGE,
			"table of names: %s", sqlite3_errstr(rc));
	return FL_OK;
}

void symbol_deinit(struct symbols *y)
{
	sql_finalize((sqlite3_stmt *[]){y->get, y->find, y->add}, 3);
	for (uint32_t i = 0; i < y->cap; i++)
		free((void *)(uintptr_t)y->names[i].at);
	free(y->names);
	map_free(y->ids);
	*y = (struct symbols){0};
}

static int add(struct symbols *y, struct text name, uint32_t *id)
{
	int rc;

	*id = y->count + 1;
	if ((rc = sqlite3_bind_int64(y->add, 1, *id)) != SQLITE_OK ||
		(rc = sql_bind_text(y->add, 2, name)) != SQLITE_OK ||
		(rc = sql_run(y->add)) != SQLITE_OK ||
		(rc = note(y, *id, name)) != SQLITE_OK)
		return rc;
	y->count = *id;
	return SQLITE_OK;
}

int symbol_id(struct symbols *y, struct text name, bool may_add, uint32_t *id)
{
	uint16_t *seat = &y->seats[text_glance(name) % SYMBOL_SEATS];

	if (*seat != 0 && text_equal(y->names[*seat], name)) {
		*id = *seat;
		return SQLITE_OK;
	}
	*id = (uint32_t)(uintptr_t)map_get(y->ids, name);
	if (*id != 0)
		*seat = (uint16_t)*id;
	if (*id != 0 || !may_add || name.bytes > SYMBOL_BYTES ||
		y->count >= SYMBOL_MAX)
		return SQLITE_OK;
	return add(y, name, id);
}

int symbol_bind(struct symbols *y, sqlite3_stmt *s, int at, struct text name)
{
	uint32_t id;
	int rc;

	if (name.bytes == 0)
		return sqlite3_bind_null(s, at);
	if ((rc = symbol_id(y, name, true, &id)) != SQLITE_OK)
		return rc;
	return id != 0 ? sqlite3_bind_int64(s, at, id)
		       : sql_bind_text(s, at, name);
}

int symbol_bind_known(struct symbols *y, sqlite3_stmt *s, int at,
	struct text name)
{
	int64_t id = (int64_t)(uintptr_t)map_get(y->ids, name);
	int rc;

	if (name.bytes == 0)
		return sqlite3_bind_null(s, at);
	if (id == 0) {
		if ((rc = sql_bind_text(y->find, 1, name)) != SQLITE_OK)
			return rc;
		if ((rc = sqlite3_step(y->find)) == SQLITE_ROW)
			id = sqlite3_column_int64(y->find, 0);
		sqlite3_reset(y->find);
		if (rc != SQLITE_ROW && rc != SQLITE_DONE)
			return rc;
		if (is_id(id) &&
			(rc = note(y, (uint32_t)id, name)) != SQLITE_OK)
			return rc;
	}
	return id != 0 ? sqlite3_bind_int64(s, at, id)
		       : sql_bind_text(s, at, name);
}

/* Asks the table for a name this connection has not met yet. */
static int fetch(struct symbols *y, uint32_t id)
{
	int rc;

	if ((rc = sqlite3_bind_int64(y->get, 1, id)) != SQLITE_OK)
		return rc;
	if ((rc = sqlite3_step(y->get)) == SQLITE_ROW)
		rc = note(y, id, column(y->get, 0));
	else if (rc == SQLITE_DONE)
		rc = SQLITE_CORRUPT;
	sqlite3_reset(y->get);
	return rc;
}

int symbol_name(struct symbols *y, int64_t id, struct text *out)
{
	int rc = SQLITE_OK;

	if (!is_id(id))
		return SQLITE_CORRUPT;
	if (id >= y->cap || y->names[id].at == NULL)
		rc = fetch(y, (uint32_t)id);
	if (rc == SQLITE_OK)
		*out = y->names[id];
	return rc;
}

struct text symbol_column(struct symbols *y, sqlite3_stmt *s, int at,
	struct arena *a, int *rc)
{
	struct text name = TEXT("");
	int got;

	if (sqlite3_column_type(s, at) != SQLITE_INTEGER)
		return sql_text(s, at, a);
	got = symbol_name(y, sqlite3_column_int64(s, at), &name);
	if (got != SQLITE_OK) {
		*rc = got;
		return TEXT("");
	}
	if (!y->lent)
		name.at = arena_text(a, name.at, name.bytes);
	return name;
}
