#include "store/compact.h"

/*
 * First byte of an item:
 *   00-3f  integer -32 .. 31, zigzag
 *   40-7f  text of 0 .. 63 bytes, which follow
 *   80-9f  symbol 0 .. 31;  a0-bf  symbol, 5 high bits and a byte
 *   c0-de  list of 0 .. 30 items;  df  list until LAST
 *   e0-ee  map of 0 .. 14 members, key and value each;  ef  map until LAST
 *   f0-f7  the words below, some with a varint or bytes behind
 */
enum {
	INT = 0x00,
	TEXT_SHORT = 0x40,
	SYMBOL = 0x80,
	SYMBOL_TWO = 0xa0,
	LIST = 0xc0,
	MAP = 0xe0,
	WORD_NULL = 0xf0,
	WORD_FALSE,
	WORD_TRUE,
	INT_LONG,  /* zigzag varint */
	TEXT_LONG, /* varint bytes */
	NUMBER,	   /* varint bytes, as written */
	LAST
};

enum {
	INT_SMALL = 64,
	TEXT_SMALL = 64,
	SYMBOL_SMALL = 32,
	SYMBOL_TWO_END = 8192,
	LIST_SMALL = 31,
	MAP_SMALL = 15,
	KEY_DEPTH = 2, /* keys above become symbols */
	NAME_BYTES = 32,
	LONGEST = 16 << 20
};

/* ---- writing ---- */

struct scan {
	struct symbols *y;
	const char *at, *end; /* a NUL stands at end */
	unsigned char *to;    /* there is room: 2 bytes for each read */
	int rc;
};

static void put_varint(struct scan *s, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		*s->to++ = (unsigned char)(n | 0x80);
	*s->to++ = (unsigned char)n;
}

static void put_bytes(struct scan *s, struct text t)
{
	memcpy(s->to, t.at, t.bytes);
	s->to += t.bytes;
}

static void put_symbol(struct scan *s, uint32_t id)
{
	if (id < SYMBOL_SMALL) {
		*s->to++ = (unsigned char)(SYMBOL + id);
		return;
	}
	*s->to++ = (unsigned char)(SYMBOL_TWO + (id >> 8));
	*s->to++ = (unsigned char)id;
}

static bool is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

/* Letters, digits and what stands between them in names of fields. */
static bool is_name(struct text t)
{
	for (uint32_t i = 0; i < t.bytes; i++)
		if (!is_small(t.at[i]) && t.at[i] != '_' && t.at[i] != '.' &&
			(t.at[i] < '0' || t.at[i] > '9'))
			return false;
	return true;
}

/* The number of `t` if it may stand for it, else 0. */
static uint32_t symbol_for(struct scan *s, struct text t, int key_depth)
{
	uint32_t id = 0;

	if (t.bytes == 0 || t.bytes > NAME_BYTES || !is_small(t.at[0]))
		return 0;
	s->rc = symbol_id(s->y, t, false, &id);
	if (id == 0 && key_depth > 0 && key_depth <= KEY_DEPTH && is_name(t))
		s->rc = symbol_id(s->y, t, true, &id);
	return id < SYMBOL_TWO_END ? id : 0;
}

/* The quote that ends the text at `at`; NULL: none. */
static const char *text_end(const char *at, const char *end)
{
	const char *quote = at - 1, *back;

	do {
		quote++;
		quote = quote < end ? memchr(quote, '"', (size_t)(end - quote))
				    : NULL;
		for (back = quote;
			quote != NULL && back > at && back[-1] == '\\'; back--)
			continue;
	} while (quote != NULL && (quote - back) % 2 != 0);
	return quote;
}

/* key_depth: how deep the map lies whose key this is; 0: no key. */
static bool scan_text(struct scan *s, int key_depth)
{
	const char *from = s->at + 1, *quote = text_end(from, s->end);
	struct text t = {from, 0};
	uint32_t id;

	if (quote == NULL)
		return false;
	t.bytes = (uint32_t)(quote - from);
	s->at = quote + 1;
	if ((id = symbol_for(s, t, key_depth)) != 0) {
		put_symbol(s, id);
		return true;
	}
	if (t.bytes < TEXT_SMALL) {
		*s->to++ = (unsigned char)(TEXT_SHORT + t.bytes);
	} else {
		*s->to++ = TEXT_LONG;
		put_varint(s, t.bytes);
	}
	put_bytes(s, t);
	return s->rc == SQLITE_OK;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool scan_number(struct scan *s)
{
	const char *from = s->at, *digits = from + (*from == '-');
	int64_t n = 0;
	uint64_t zigzag;

	for (s->at = digits; is_digit(*s->at); s->at++)
		if (__builtin_mul_overflow(n, 10, &n) ||
			__builtin_sub_overflow(n, *s->at - '0', &n))
			return false;
	if (*s->at == '.' || *s->at == 'e') {
		while (*s->at != '\0' && strchr("0123456789+-.e", *s->at))
			s->at++;
		*s->to++ = NUMBER;
		put_varint(s, (uint64_t)(s->at - from));
		put_bytes(s, (struct text){from, (uint32_t)(s->at - from)});
		return true;
	}
	/* digits, none in front for nothing, no -0 */
	if (s->at == digits || (*digits == '0' && s->at - from > 1) ||
		(*from != '-' && __builtin_sub_overflow(0, n, &n)))
		return false;
	zigzag = (uint64_t)n << 1 ^ (n < 0 ? UINT64_MAX : 0);
	if (zigzag >= INT_SMALL)
		*s->to++ = INT_LONG;
	put_varint(s, zigzag);
	return true;
}

static bool scan_word(struct scan *s, struct text word, unsigned char mark)
{
	if ((size_t)(s->end - s->at) < word.bytes ||
		memcmp(s->at, word.at, word.bytes) != 0)
		return false;
	s->at += word.bytes;
	*s->to++ = mark;
	return true;
}

static bool scan_any(struct scan *s, int depth);

/* A list, or a map with its keys. The count goes into the first byte once it
 * is known. */
static bool scan_items(struct scan *s, int depth, bool map)
{
	const char close = map ? '}' : ']';
	const unsigned small = map ? MAP_SMALL : LIST_SMALL;
	unsigned char *mark = s->to++;
	unsigned n = 0;

	*mark = map ? MAP : LIST;
	if (*++s->at == close) {
		s->at++;
		return true;
	}
	do {
		if (map && (*s->at != '"' || !scan_text(s, depth + 1) ||
				   *s->at++ != ':'))
			return false;
		if (!scan_any(s, depth + 1))
			return false;
		n++;
	} while (*s->at == ',' && s->at++ < s->end);
	if (*s->at != close)
		return false;
	s->at++;
	if (n >= small)
		*s->to++ = LAST;
	*mark = (unsigned char)(*mark + (n < small ? n : small));
	return true;
}

static bool scan_any(struct scan *s, int depth)
{
	if (depth > VALUE_DEPTH_MAX)
		return false;
	switch (*s->at) {
	case '"':
		return scan_text(s, 0);
	case '[':
		return scan_items(s, depth, false);
	case '{':
		return scan_items(s, depth, true);
	case 'n':
		return scan_word(s, TEXT("null"), WORD_NULL);
	case 'f':
		return scan_word(s, TEXT("false"), WORD_FALSE);
	case 't':
		return scan_word(s, TEXT("true"), WORD_TRUE);
	default:
		return scan_number(s);
	}
}

int compact_write(
	struct symbols *y, struct text json, struct buf *out, bool *made)
{
	struct scan s = {y, json.at, json.at + json.bytes, NULL, SQLITE_OK};

	*made = false;
	if (json.bytes == 0 || json.bytes > LONGEST)
		return SQLITE_OK;
	if (!buf_reserve(out, COMPACT_ROOM(json.bytes)))
		return SQLITE_NOMEM;
	s.to = (unsigned char *)out->at + out->len;
	*made = scan_any(&s, 0) && s.at == s.end;
	if (*made)
		out->len = (size_t)((char *)s.to - out->at);
	out->at[out->len] = '\0';
	return s.rc;
}

/* ---- reading ---- */

struct unfold {
	struct symbols *y;
	struct buf *out;
	const unsigned char *at, *end;
	int rc;
};

static bool damaged(struct unfold *u)
{
	if (u->rc == SQLITE_OK)
		u->rc = SQLITE_CORRUPT;
	return false;
}

static bool get_varint(struct unfold *u, uint64_t *n)
{
	*n = 0;
	for (unsigned shift = 0; shift < 64 && u->at < u->end; shift += 7) {
		unsigned byte = *u->at++;

		*n |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return damaged(u);
}

static bool get_bytes(struct unfold *u, uint64_t n, bool quoted)
{
	if (n > (uint64_t)(u->end - u->at))
		return damaged(u);
	if (quoted)
		buf_add_char(u->out, '"');
	buf_add(u->out, u->at, n);
	if (quoted)
		buf_add_char(u->out, '"');
	u->at += n;
	return true;
}

static bool get_symbol(struct unfold *u, unsigned mark)
{
	uint32_t id = mark - SYMBOL;
	struct text name = TEXT("");

	if (mark >= SYMBOL_TWO) {
		if (u->at == u->end)
			return damaged(u);
		id = (mark - SYMBOL_TWO) << 8 | *u->at++;
	}
	if ((u->rc = symbol_name(u->y, id, &name)) != SQLITE_OK)
		return false;
	buf_add_char(u->out, '"');
	buf_add(u->out, name.at, name.bytes);
	buf_add_char(u->out, '"');
	return true;
}

static bool unfold_any(struct unfold *u, int depth);

static bool unfold_items(struct unfold *u, unsigned mark, int depth)
{
	bool map = mark >= MAP;
	unsigned small = map ? MAP_SMALL : LIST_SMALL;
	unsigned n = mark - (map ? MAP : LIST);

	buf_add_char(u->out, map ? '{' : '[');
	for (unsigned i = 0; n == small || i < n; i++) {
		if (n == small && u->at < u->end && *u->at == LAST) {
			u->at++;
			break;
		}
		if (i > 0)
			buf_add_char(u->out, ',');
		if (map) {
			if (!unfold_any(u, depth + 1))
				return false;
			buf_add_char(u->out, ':');
		}
		if (!unfold_any(u, depth + 1))
			return false;
	}
	buf_add_char(u->out, map ? '}' : ']');
	return true;
}

static bool unfold_int(struct unfold *u, uint64_t zigzag)
{
	buf_add_int(u->out, (int64_t)(zigzag >> 1 ^ (0 - (zigzag & 1))));
	return true;
}

static bool unfold_long(struct unfold *u, unsigned mark)
{
	uint64_t n;

	if (!get_varint(u, &n))
		return false;
	if (mark == INT_LONG)
		return unfold_int(u, n);
	return get_bytes(u, n, mark == TEXT_LONG);
}

static bool unfold_any(struct unfold *u, int depth)
{
	unsigned mark;

	if (u->at == u->end || depth > VALUE_DEPTH_MAX + 1)
		return damaged(u);
	mark = *u->at++;
	if (mark < TEXT_SHORT)
		return unfold_int(u, mark);
	if (mark < SYMBOL)
		return get_bytes(u, mark - TEXT_SHORT, true);
	if (mark < LIST)
		return get_symbol(u, mark);
	if (mark < WORD_NULL)
		return unfold_items(u, mark, depth);
	if (mark == INT_LONG || mark == TEXT_LONG || mark == NUMBER)
		return unfold_long(u, mark);
	if (mark >= INT_LONG)
		return damaged(u);
	buf_add_text(u->out, mark == WORD_NULL	  ? "null"
			     : mark == WORD_FALSE ? "false"
						  : "true");
	return true;
}

struct text compact_column(struct symbols *y, sqlite3_stmt *s, int column,
	struct arena *a, int *rc)
{
	struct unfold u = {.y = y, .rc = SQLITE_OK};
	struct text t = TEXT("");
	struct buf out;

	if (sqlite3_column_type(s, column) != SQLITE_BLOB)
		return sql_text(s, column, a);
	buf_init(&out, 4 * LONGEST);
	u.out = &out;
	u.at = sqlite3_column_blob(s, column);
	if (u.at != NULL)
		u.end = u.at + sqlite3_column_bytes(s, column);
	else /* empty, which it never is, or no memory */
		u.end = u.at;
	if (unfold_any(&u, 0) && u.at != u.end)
		damaged(&u);
	if (u.rc == SQLITE_OK && out.failed) {
		u.rc = SQLITE_NOMEM;
		a->failed = true; /* as if it had been the arena's */
	}
	if (u.rc == SQLITE_OK)
		t = (struct text){
			arena_text(a, out.at, out.len), (uint32_t)out.len};
	else
		*rc = u.rc;
	buf_deinit(&out);
	return t.at != NULL ? t : TEXT("");
}

/* ---- reading as a value ---- */

struct grow {
	struct symbols *y;
	struct arena *a;
	const unsigned char *at, *end;
	int rc;
};

static bool spoilt(struct grow *g)
{
	if (g->rc == SQLITE_OK)
		g->rc = g->a->failed ? SQLITE_NOMEM : SQLITE_CORRUPT;
	return false;
}

static bool grow_varint(struct grow *g, uint64_t *n)
{
	struct unfold u = {.at = g->at, .end = g->end, .rc = SQLITE_OK};

	if (!get_varint(&u, n))
		return spoilt(g);
	g->at = u.at;
	return true;
}

/* JSON that is not worth a path of its own: escapes, reals. */
static bool grow_json(struct grow *g, const void *at, size_t n,
	struct value *out)
{
	static const struct value_limits limits = {.bytes = LONGEST};
	struct fl_error err;

	return value_read(g->a, at, n, &limits, out, &err) == FL_OK ||
		spoilt(g);
}

static bool is_ascii_plain(const unsigned char *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (at[i] < 0x20 || at[i] >= 0x80 || at[i] == '"' ||
			at[i] == '\\')
			return false;
	return true;
}

/* The next `n` bytes: what stands between the quotes of a JSON string. */
static bool grow_text(struct grow *g, uint64_t n, struct value *out)
{
	const unsigned char *from = g->at;
	char *quoted;

	if (n > (uint64_t)(g->end - g->at))
		return spoilt(g);
	g->at += n;
	if (is_ascii_plain(from, n)) {
		*out = value_of_text((struct text){
			arena_text(g->a, (const char *)from, n), (uint32_t)n});
		return !g->a->failed || spoilt(g);
	}
	if ((quoted = arena_bytes(g->a, n + 2)) == NULL)
		return spoilt(g);
	quoted[0] = quoted[n + 1] = '"';
	memcpy(quoted + 1, from, n);
	return grow_json(g, quoted, n + 2, out);
}

static bool grow_symbol(struct grow *g, unsigned mark, struct value *out)
{
	uint32_t id = mark - SYMBOL;
	struct text name = TEXT("");

	if (mark >= SYMBOL_TWO) {
		if (g->at == g->end)
			return spoilt(g);
		id = (mark - SYMBOL_TWO) << 8 | *g->at++;
	}
	if ((g->rc = symbol_name(g->y, id, &name)) != SQLITE_OK)
		return false;
	*out = value_of_text((struct text){
		arena_text(g->a, name.at, name.bytes), name.bytes});
	return !g->a->failed || spoilt(g);
}

static bool grow_long(struct grow *g, unsigned mark, struct value *out)
{
	uint64_t n;

	if (!grow_varint(g, &n))
		return false;
	if (mark == TEXT_LONG)
		return grow_text(g, n, out);
	if (mark == INT_LONG) {
		*out = value_int((int64_t)(n >> 1 ^ (0 - (n & 1))));
		return true;
	}
	if (n > (uint64_t)(g->end - g->at))
		return spoilt(g);
	g->at += n;
	return grow_json(g, g->at - n, n, out);
}

static bool grow_any(struct grow *g, int depth, struct value *out);

/* Is there an item more? The last of a long list or map is marked. */
static bool more_items(struct grow *g, unsigned n, unsigned small, unsigned i)
{
	if (n != small)
		return i < n;
	if (g->at == g->end || *g->at != LAST)
		return true;
	g->at++;
	return false;
}

static bool grow_list(struct grow *g, unsigned n, int depth, struct value *out)
{
	uint32_t i, cap = 0;

	*out = value_list();
	for (i = 0; more_items(g, n, LIST_SMALL, i); i++) {
		struct value *items = arena_grow(g->a, out->as.items, i, &cap,
			i < n ? n : i + 1, sizeof(*items));

		if (items == NULL || !grow_any(g, depth + 1, &items[i]))
			return spoilt(g);
		out->as.items = items;
		out->count = i + 1;
	}
	return true;
}

static bool grow_map(struct grow *g, unsigned n, int depth, struct value *out)
{
	struct value key;
	uint32_t i, cap = 0;

	*out = value_map();
	for (i = 0; more_items(g, n, MAP_SMALL, i); i++) {
		struct member *to = arena_grow(g->a, out->as.members, i, &cap,
			i < n ? n : i + 1, sizeof(*to));

		if (to == NULL || !grow_any(g, depth + 1, &key) ||
			key.kind != VALUE_TEXT)
			return spoilt(g);
		to[i].key = value_as_text(&key);
		if (!grow_any(g, depth + 1, &to[i].value))
			return false;
		out->as.members = to;
		out->count = i + 1;
	}
	return true;
}

static bool grow_any(struct grow *g, int depth, struct value *out)
{
	unsigned mark;

	if (g->at == g->end || depth > VALUE_DEPTH_MAX + 1)
		return spoilt(g);
	mark = *g->at++;
	if (mark < TEXT_SHORT)
		*out = value_int((int64_t)mark >> 1 ^ -(int64_t)(mark & 1));
	else if (mark < SYMBOL)
		return grow_text(g, mark - TEXT_SHORT, out);
	else if (mark < LIST)
		return grow_symbol(g, mark, out);
	else if (mark < MAP)
		return grow_list(g, mark - LIST, depth, out);
	else if (mark < WORD_NULL)
		return grow_map(g, mark - MAP, depth, out);
	else if (mark == WORD_NULL)
		*out = value_null();
	else if (mark <= WORD_TRUE)
		*out = value_bool(mark == WORD_TRUE);
	else if (mark < LAST)
		return grow_long(g, mark, out);
	else
		return spoilt(g);
	return true;
}

int compact_value(struct symbols *y, sqlite3_stmt *s, int column,
	struct arena *a, struct value *out)
{
	struct grow g = {.y = y, .a = a, .rc = SQLITE_OK};
	bool is_short = sqlite3_column_type(s, column) == SQLITE_BLOB;

	g.at = is_short ? sqlite3_column_blob(s, column)
			: sqlite3_column_text(s, column);
	if (g.at == NULL)
		return SQLITE_CORRUPT;
	g.end = g.at + sqlite3_column_bytes(s, column);
	if (!is_short)
		grow_json(&g, g.at, (size_t)(g.end - g.at), out);
	else if (grow_any(&g, 0, out) && g.at != g.end)
		spoilt(&g);
	return g.rc;
}
