#include "store/compact.h"

enum { LONGEST = 16 << 20 };

static void keep(struct compact *c, int rc)
{
	if (c->rc == SQLITE_OK)
		c->rc = rc;
}

static uint32_t number(void *ctx, struct text name, bool may_add)
{
	struct compact *c = ctx;
	uint32_t id = 0;

	keep(c, symbol_id(c->y, name, may_add, &id));
	return id;
}

static struct text name(void *ctx, uint32_t id)
{
	struct compact *c = ctx;
	struct text found = {NULL, 0};

	keep(c, symbol_name(c->y, id, &found));
	return found;
}

void compact_begin(struct compact *c, struct symbols *y, struct buf *out)
{
	*c = (struct compact){.y = y, .rc = SQLITE_OK};
	c->names = (struct brief_names){c, number, name, y->lent};
	c->to = (struct brief){.to = out, .names = &c->names};
}

int compact_end(const struct compact *c)
{
	if (c->rc != SQLITE_OK)
		return c->rc;
	return c->to.to->failed ? SQLITE_NOMEM : SQLITE_OK;
}

/* ---- reading ---- */

static struct text bytes_of(sqlite3_stmt *s, int column, bool blob)
{
	const char *at = blob ? sqlite3_column_blob(s, column)
			      : (const char *)sqlite3_column_text(s, column);

	return (struct text){at, (uint32_t)sqlite3_column_bytes(s, column)};
}

static int code_of(const struct compact *c, fl_status s)
{
	if (c->rc != SQLITE_OK || s == FL_OK)
		return c->rc;
	return s == FL_NOMEM ? SQLITE_NOMEM : SQLITE_CORRUPT;
}

static fl_status read_json(struct arena *a, struct text json,
	struct value *out)
{
	static const struct value_limits limits = {.bytes = LONGEST};

	return value_read(a, json.at, json.bytes, &limits, out, NULL);
}

static fl_status json_again(struct arena *a, struct text json,
	struct brief *to)
{
	struct value v;
	fl_status s = read_json(a, json, &v);

	if (s == FL_OK)
		brief_value(to, &v);
	return s;
}

struct text compact_column(struct symbols *y, sqlite3_stmt *s, int column,
	struct arena *a, int *rc)
{
	bool blob = sqlite3_column_type(s, column) == SQLITE_BLOB;
	struct text from = bytes_of(s, column, blob), made = TEXT("");
	struct compact c;
	struct brief to;
	struct buf out;
	int code;

	if (from.bytes == 0 && !blob)
		return made;
	buf_init(&out, 4 * LONGEST);
	compact_begin(&c, y, &out);
	to = (struct brief){.to = &out};
	code = code_of(&c, blob ? brief_copy(&to, &c.names, from)
				: json_again(a, from, &to));
	if (code == SQLITE_OK && out.failed) {
		code = SQLITE_NOMEM;
		a->failed = true; /* as if it had been the arena's */
	}
	if (code == SQLITE_OK)
		made = (struct text){
			arena_text(a, out.at, out.len), (uint32_t)out.len};
	else
		*rc = code;
	buf_deinit(&out);
	return made.at != NULL ? made : TEXT("");
}

int compact_value(struct symbols *y, sqlite3_stmt *s, int column,
	struct arena *a, struct value *out)
{
	bool blob = sqlite3_column_type(s, column) == SQLITE_BLOB;
	struct text from = bytes_of(s, column, blob);
	struct compact c;

	if (from.at == NULL)
		return SQLITE_CORRUPT;
	compact_begin(&c, y, NULL);
	return code_of(&c, blob ? brief_read(a, &c.names, from, out, NULL)
				: read_json(a, from, out));
}
