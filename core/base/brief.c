#include "base/brief.h"

/*
 * First byte of an item:
 *   00-3f  integer -32 .. 31, zigzag
 *   40-7f  text of 0 .. 63 bytes, which follow
 *   80-9f  name 0 .. 31;  a0-bf  name, 5 high bits and a byte
 *   c0-de  list of 0 .. 30 items;  df  list until LAST
 *   e0-ee  map of 0 .. 14 members, key and value each;  ef  map until LAST
 *   f0-f7  the words below, some with a varint or bytes behind
 */
enum {
	INT = 0x00,
	TEXT_SHORT = 0x40,
	NAME = 0x80,
	NAME_TWO = 0xa0,
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
	NAME_SMALL = 32,
	NAME_TWO_END = 8192,
	LIST_SMALL = 31,
	MAP_SMALL = 15,
	KEY_DEPTH = 2, /* keys above may get numbers */
	NAME_BYTES = 32,
	HEAD_MOST = 11, /* a mark and a varint */
	LONGEST = 16 << 20
};

/* ---- writing ---- */

/* Room for `n` bytes; NULL: refused. done() says where they end. */
static unsigned char *room(struct brief *b, size_t n)
{
	if (!buf_reserve(b->to, n))
		return NULL;
	return (unsigned char *)b->to->at + b->to->len;
}

static void done(struct brief *b, unsigned char *end)
{
	*end = '\0';
	b->to->len = (size_t)((char *)end - b->to->at);
}

static void put_mark(struct brief *b, unsigned mark)
{
	buf_add_char(b->to, (char)mark);
}

static unsigned char *put_varint(unsigned char *to, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		*to++ = (unsigned char)(n | 0x80);
	*to++ = (unsigned char)n;
	return to;
}

static unsigned char *put_text_head(unsigned char *to, size_t n)
{
	if (n < TEXT_SMALL) {
		*to++ = (unsigned char)(TEXT_SHORT + n);
		return to;
	}
	*to++ = TEXT_LONG;
	return put_varint(to, n);
}

void brief_null(struct brief *b)
{
	put_mark(b, WORD_NULL);
}

void brief_bool(struct brief *b, bool v)
{
	put_mark(b, v ? WORD_TRUE : WORD_FALSE);
}

static unsigned char *put_int(unsigned char *to, int64_t n)
{
	uint64_t zigzag = (uint64_t)n << 1 ^ (n < 0 ? UINT64_MAX : 0);

	if (zigzag >= INT_SMALL)
		*to++ = INT_LONG;
	return put_varint(to, zigzag);
}

void brief_int(struct brief *b, int64_t n)
{
	unsigned char *to = room(b, HEAD_MOST);

	if (to != NULL)
		done(b, put_int(to, n));
}

static bool is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

/* Small letters, digits and what stands between them in names of fields. */
static bool is_name(struct text t)
{
	for (uint32_t i = 0; i < t.bytes; i++)
		if (!is_small(t.at[i]) && t.at[i] != '_' && t.at[i] != '.' &&
			(t.at[i] < '0' || t.at[i] > '9'))
			return false;
	return true;
}

/* `t`: as it stands between quotes. True when its number stands for it now. */
static bool put_name(struct brief *b, struct text t, bool key)
{
	const struct brief_names *names = b->names;
	unsigned char *to;
	uint32_t n;

	if (names == NULL || t.bytes == 0 || t.bytes > NAME_BYTES ||
		!is_small(t.at[0]))
		return false;
	n = names->number(names->ctx, t, false);
	if (n == 0 && key && b->depth <= KEY_DEPTH && is_name(t))
		n = names->number(names->ctx, t, true);
	if (n == 0 || n >= NAME_TWO_END ||
		memchr(t.at, '\\', t.bytes) != NULL ||
		(to = room(b, 2)) == NULL)
		return false;
	if (n < NAME_SMALL) {
		*to++ = (unsigned char)(NAME + n);
	} else {
		*to++ = (unsigned char)(NAME_TWO + (n >> 8));
		*to++ = (unsigned char)n;
	}
	done(b, to);
	return true;
}

/* `t`: as it stands between quotes. */
static void put_content(struct brief *b, struct text t, bool key)
{
	unsigned char *to;

	if (put_name(b, t, key) ||
		(to = room(b, (size_t)t.bytes + HEAD_MOST)) == NULL)
		return;
	to = put_text_head(to, t.bytes);
	if (t.bytes > 0)
		memcpy(to, t.at, t.bytes);
	done(b, to + t.bytes);
}

/* What was just written behind `from`, without `quotes` bytes at both ends, is
 * the item itself: its head comes before it. */
static void frame(struct brief *b, size_t from, size_t quotes, bool text)
{
	unsigned char head[HEAD_MOST], *end = head;
	size_t n;
	char *at;

	if (b->to->failed || !buf_reserve(b->to, HEAD_MOST))
		return;
	at = b->to->at + from;
	n = b->to->len - from - 2 * quotes;
	if (text) {
		end = put_text_head(end, n);
	} else {
		*end++ = NUMBER;
		end = put_varint(end, n);
	}
	memmove(at + (end - head), at + quotes, n);
	memcpy(at, head, (size_t)(end - head));
	done(b, (unsigned char *)at + (end - head) + n);
}

/* A text that has more than plain bytes. */
static void put_escaped(struct brief *b, struct text t, bool key, bool strict)
{
	size_t from = b->to->len;
	struct value v = value_of_text(t);
	struct text content;

	if (strict)
		value_write(b->to, &v);
	else
		value_write_text(b->to, t.at, t.bytes);
	if (b->to->failed)
		return;
	content.at = b->to->at + from + 1;
	content.bytes = (uint32_t)(b->to->len - from - 2);
	if (b->names != NULL && content.bytes <= NAME_BYTES) {
		char copy[NAME_BYTES];

		memcpy(copy, content.at, content.bytes);
		content.at = copy;
		b->to->len = from;
		put_content(b, content, key);
		return;
	}
	frame(b, from, 1, true);
}

static void put_text(struct brief *b, struct text t, bool key, bool strict)
{
	if (text_plain(t.at, t.bytes))
		put_content(b, t, key);
	else
		put_escaped(b, t, key, strict);
}

void brief_text(struct brief *b, struct text t)
{
	put_text(b, t, false, false);
}

void brief_key(struct brief *b, struct text t)
{
	put_text(b, t, true, false);
}

static size_t open(struct brief *b, unsigned mark)
{
	size_t at = b->to->len;

	put_mark(b, mark);
	b->depth++;
	return at;
}

size_t brief_list(struct brief *b)
{
	return open(b, LIST);
}

size_t brief_map(struct brief *b)
{
	return open(b, MAP);
}

void brief_close(struct brief *b, size_t opened, uint32_t n)
{
	unsigned char *mark;
	unsigned small;

	b->depth--;
	if (b->to->failed)
		return;
	mark = (unsigned char *)b->to->at + opened;
	small = *mark == MAP ? MAP_SMALL : LIST_SMALL;
	*mark = (unsigned char)(*mark + (n < small ? n : small));
	if (n >= small)
		put_mark(b, LAST);
}

static void put_map(struct brief *b, const struct value *v)
{
	const struct member *few[VALUE_FEW], **order = value_order(v, few);
	size_t opened;

	if (order == NULL) {
		b->to->failed = true;
		return;
	}
	opened = brief_map(b);
	for (uint32_t i = 0; i < v->count; i++) {
		put_text(b, order[i]->key, true, true);
		brief_value(b, &order[i]->value);
	}
	brief_close(b, opened, v->count);
	if (order != few)
		free(order);
}

static void put_list(struct brief *b, const struct value *v)
{
	size_t opened = brief_list(b);

	for (uint32_t i = 0; i < v->count; i++)
		brief_value(b, &v->as.items[i]);
	brief_close(b, opened, v->count);
}

void brief_value(struct brief *b, const struct value *v)
{
	size_t from = b->to->len;

	switch ((enum value_kind)v->kind) {
	case VALUE_NULL:
		brief_null(b);
		return;
	case VALUE_BOOL:
		brief_bool(b, v->as.boolean);
		return;
	case VALUE_INT:
		brief_int(b, v->as.integer);
		return;
	case VALUE_REAL:
		value_write(b->to, v);
		frame(b, from, 0, false);
		return;
	case VALUE_TEXT:
		put_text(b, value_as_text(v), false, true);
		return;
	case VALUE_LIST:
	case VALUE_MAP:
		break;
	}
	if (b->to->failed || b->depth >= VALUE_DEPTH_MAX)
		b->to->failed = true;
	else if (v->kind == VALUE_MAP)
		put_map(b, v);
	else
		put_list(b, v);
}

/* ---- items of a document ---- */

struct source {
	const struct brief_names *names;
	const unsigned char *at, *end;
	int depth;
};

enum item_kind { ITEM_NULL, ITEM_BOOL, ITEM_INT, ITEM_REAL, ITEM_TEXT,
	ITEM_LIST, ITEM_MAP };

struct item {
	enum item_kind kind;
	bool truth;
	int64_t integer;
	struct text text; /* as JSON has it, without quotes: also of REAL */
	unsigned count;
	bool marked;      /* the end is; count says nothing */
};

static struct source source_of(
	const struct brief_names *names, struct text document)
{
	const unsigned char *at = (const unsigned char *)document.at;

	return (struct source){names, at,
		document.bytes > 0 ? at + document.bytes : at, 0};
}

static bool get_varint(struct source *s, uint64_t *n)
{
	*n = 0;
	for (unsigned shift = 0; shift < 64 && s->at < s->end; shift += 7) {
		unsigned byte = *s->at++;

		*n |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

static bool get_bytes(struct source *s, uint64_t n, struct text *out)
{
	if (n > (uint64_t)(s->end - s->at) || n > UINT32_MAX)
		return false;
	*out = (struct text){(const char *)s->at, (uint32_t)n};
	s->at += n;
	return true;
}

static int64_t unzigzag(uint64_t n)
{
	return (int64_t)(n >> 1 ^ (0 - (n & 1)));
}

static bool get_name(struct source *s, unsigned mark, struct text *out)
{
	uint32_t n = mark - NAME;

	if (mark >= NAME_TWO) {
		if (s->at == s->end)
			return false;
		n = (mark - NAME_TWO) << 8 | *s->at++;
	}
	if (s->names == NULL)
		return false;
	*out = s->names->name(s->names->ctx, n);
	return out->at != NULL;
}

static bool get_long(struct source *s, unsigned mark, struct item *out)
{
	uint64_t n;

	if (!get_varint(s, &n))
		return false;
	if (mark == INT_LONG) {
		out->kind = ITEM_INT;
		out->integer = unzigzag(n);
		return true;
	}
	out->kind = mark == NUMBER ? ITEM_REAL : ITEM_TEXT;
	return get_bytes(s, n, &out->text);
}

/* The next item; of a list or map only its head. False: damaged. */
static bool next(struct source *s, struct item *out)
{
	unsigned mark;

	if (s->at == s->end || s->depth > VALUE_DEPTH_MAX + 1)
		return false;
	mark = *s->at++;
	if (mark < TEXT_SHORT) {
		out->kind = ITEM_INT;
		out->integer = unzigzag(mark);
	} else if (mark < NAME) {
		out->kind = ITEM_TEXT;
		return get_bytes(s, mark - TEXT_SHORT, &out->text);
	} else if (mark < LIST) {
		out->kind = ITEM_TEXT;
		return get_name(s, mark, &out->text);
	} else if (mark < MAP) {
		out->kind = ITEM_LIST;
		out->count = mark - LIST;
		out->marked = out->count == LIST_SMALL;
	} else if (mark < WORD_NULL) {
		out->kind = ITEM_MAP;
		out->count = mark - MAP;
		out->marked = out->count == MAP_SMALL;
	} else if (mark == WORD_NULL) {
		out->kind = ITEM_NULL;
	} else if (mark <= WORD_TRUE) {
		out->kind = ITEM_BOOL;
		out->truth = mark == WORD_TRUE;
	} else {
		return mark < LAST && get_long(s, mark, out);
	}
	return true;
}

/* Is there an item more of `of` behind the i before? */
static bool more(struct source *s, const struct item *of, uint32_t i)
{
	if (!of->marked)
		return i < of->count;
	if (s->at == s->end || *s->at != LAST)
		return true;
	s->at++;
	return false;
}

/* ---- once more ---- */

static bool copy_any(struct brief *b, struct source *s, bool key);

static bool copy_below(struct brief *b, struct source *s, const struct item *of)
{
	bool map = of->kind == ITEM_MAP;
	size_t opened = map ? brief_map(b) : brief_list(b);
	uint32_t i;

	s->depth++;
	for (i = 0; more(s, of, i); i++)
		if ((map && !copy_any(b, s, true)) || !copy_any(b, s, false))
			return false;
	s->depth--;
	brief_close(b, opened, i);
	return true;
}

static bool copy_any(struct brief *b, struct source *s, bool key)
{
	const unsigned char *from = s->at;
	struct item it;

	if (!next(s, &it) || (key && it.kind != ITEM_TEXT))
		return false;
	if (it.kind == ITEM_LIST || it.kind == ITEM_MAP)
		return copy_below(b, s, &it);
	if (it.kind == ITEM_TEXT)
		put_content(b, it.text, key);
	else
		buf_add(b->to, from, (size_t)(s->at - from));
	return true;
}

fl_status brief_copy(struct brief *b, const struct brief_names *names,
	struct text document)
{
	struct source s = source_of(names, document);

	return copy_any(b, &s, false) && s.at == s.end ? FL_OK : FL_INVALID;
}

bool brief_may_have(struct text document, int64_t n)
{
	unsigned char item[HEAD_MOST];

	return memmem(document.at, document.bytes, item,
		       (size_t)(put_int(item, n) - item)) != NULL;
}

/* ---- as JSON ---- */

static bool json_any(struct buf *out, struct source *s, bool key);

static bool json_below(struct buf *out, struct source *s, const struct item *of)
{
	bool map = of->kind == ITEM_MAP;

	s->depth++;
	buf_add_char(out, map ? '{' : '[');
	for (uint32_t i = 0; more(s, of, i); i++) {
		if (i > 0)
			buf_add_char(out, ',');
		if (map && !json_any(out, s, true))
			return false;
		if (map)
			buf_add_char(out, ':');
		if (!json_any(out, s, false))
			return false;
	}
	buf_add_char(out, map ? '}' : ']');
	s->depth--;
	return true;
}

static bool json_any(struct buf *out, struct source *s, bool key)
{
	struct item it;

	if (!next(s, &it) || (key && it.kind != ITEM_TEXT))
		return false;
	switch (it.kind) {
	case ITEM_NULL:
		buf_add_text(out, "null");
		return true;
	case ITEM_BOOL:
		buf_add_text(out, it.truth ? "true" : "false");
		return true;
	case ITEM_INT:
		buf_add_int(out, it.integer);
		return true;
	case ITEM_REAL:
		buf_add(out, it.text.at, it.text.bytes);
		return true;
	case ITEM_TEXT:
		buf_add_char(out, '"');
		buf_add(out, it.text.at, it.text.bytes);
		buf_add_char(out, '"');
		return true;
	case ITEM_LIST:
	case ITEM_MAP:
		break;
	}
	return json_below(out, s, &it);
}

fl_status brief_json(struct buf *out, const struct brief_names *names,
	struct text document)
{
	struct source s = source_of(names, document);

	if (!json_any(out, &s, false) || s.at != s.end)
		return FL_INVALID;
	return out->failed ? FL_NOMEM : FL_OK;
}

/* ---- as a value ---- */

/* JSON that is not worth a path of its own: escapes, reals. */
static bool grow_json(struct arena *a, const char *at, size_t n,
	struct value *out)
{
	static const struct value_limits limits = {.bytes = LONGEST};

	return value_read(a, at, n, &limits, out, NULL) == FL_OK;
}

static bool grow_text(struct arena *a, struct text t, bool lent,
	struct value *out)
{
	char *quoted;

	if (text_plain(t.at, t.bytes)) {
		if (!lent)
			t.at = arena_text(a, t.at, t.bytes);
		*out = value_of_text(t);
		return !a->failed;
	}
	if ((quoted = arena_bytes(a, (size_t)t.bytes + 2)) == NULL)
		return false;
	quoted[0] = quoted[t.bytes + 1] = '"';
	memcpy(quoted + 1, t.at, t.bytes);
	return grow_json(a, quoted, (size_t)t.bytes + 2, out);
}

static bool grow_any(struct arena *a, struct source *s, struct value *out);

/* For how many there must be room, when there is none for one behind i. */
static uint32_t room_for(const struct item *of, uint32_t i)
{
	return of->marked ? i + 1 : of->count;
}

static bool grow_list(struct arena *a, struct source *s, const struct item *of,
	struct value *out)
{
	uint32_t i, cap = 0;

	*out = value_list();
	for (i = 0; more(s, of, i); i++) {
		if (i == cap &&
			(out->as.items = arena_grow(a, out->as.items, i, &cap,
				 room_for(of, i), sizeof(struct value))) == NULL)
			return false;
		if (!grow_any(a, s, &out->as.items[i]))
			return false;
		out->count = i + 1;
	}
	return true;
}

static bool grow_map(struct arena *a, struct source *s, const struct item *of,
	struct value *out)
{
	struct value key;
	uint32_t i, cap = 0;

	*out = value_map();
	for (i = 0; more(s, of, i); i++) {
		if (i == cap && (out->as.members = arena_grow(a,
					 out->as.members, i, &cap,
					 room_for(of, i),
					 sizeof(struct member))) == NULL)
			return false;
		if (!grow_any(a, s, &key) || key.kind != VALUE_TEXT)
			return false;
		out->as.members[i].key = value_as_text(&key);
		if (!grow_any(a, s, &out->as.members[i].value))
			return false;
		out->count = i + 1;
	}
	return true;
}

/* Does the item at `mark` lie where it may stay? */
static bool is_lent(const struct source *s, unsigned mark)
{
	return mark >= NAME && mark < LIST && s->names->lent;
}

static bool grow_any(struct arena *a, struct source *s, struct value *out)
{
	const unsigned char *from = s->at;
	struct item it;
	bool ok;

	if (!next(s, &it))
		return false;
	switch (it.kind) {
	case ITEM_NULL:
		*out = value_null();
		return true;
	case ITEM_BOOL:
		*out = value_bool(it.truth);
		return true;
	case ITEM_INT:
		*out = value_int(it.integer);
		return true;
	case ITEM_REAL:
		return grow_json(a, it.text.at, it.text.bytes, out);
	case ITEM_TEXT:
		return grow_text(a, it.text, is_lent(s, *from), out);
	case ITEM_LIST:
	case ITEM_MAP:
		break;
	}
	s->depth++;
	ok = it.kind == ITEM_LIST ? grow_list(a, s, &it, out)
				  : grow_map(a, s, &it, out);
	s->depth--;
	return ok;
}

fl_status brief_read(struct arena *a, const struct brief_names *names,
	struct text document, struct value *out, struct fl_error *err)
{
	struct source s = source_of(names, document);

	if (grow_any(a, &s, out) && s.at == s.end)
		return FL_OK;
	*out = value_null();
	if (a->failed)
		return status_fail(err, FL_NOMEM, "no memory to read it");
	return status_fail(err, FL_INVALID, "is damaged");
}
