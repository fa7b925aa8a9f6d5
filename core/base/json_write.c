#include "base/value.h"

#include <endian.h>
#include <math.h>

/* Stands for itself in a JSON string, alone. */
static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* Are all 8 bytes plain? May say no when they are. */
static bool word_plain(uint64_t x)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t quote = x ^ ones * '"', slash = x ^ ones * '\\';

	/* a byte below n sets its high bit in x - n and has none in x */
	return ((x | (x - ones * 0x20) | (quote - ones) | (slash - ones)) &
		       high) == 0;
}

static bool are_plain(const char *at)
{
	uint64_t x;

	memcpy(&x, at, sizeof(x));
	return word_plain(x);
}

bool text_plain(const char *at, size_t n)
{
	uint32_t first, last;
	const char *end = at + n;

	if (n >= 8) {
		for (; end - at > 8; at += 8)
			if (!are_plain(at))
				return false;
		return are_plain(end - 8);
	}
	if (n >= 4) {
		memcpy(&first, at, sizeof(first));
		memcpy(&last, end - 4, sizeof(last));
		return word_plain((uint64_t)last << 32 | first);
	}
	while (at < end && is_plain((unsigned char)*at))
		at++;
	return at == end;
}

/* A text of plain bytes alone, quoted; false: it has others. */
static bool write_plain(struct buf *b, const char *at, size_t n)
{
	if (!text_plain(at, n) || !buf_reserve(b, n + 2))
		return false;
	b->at[b->len] = '"';
	if (n > 0)
		memcpy(b->at + b->len + 1, at, n);
	b->len += n + 2;
	b->at[b->len - 1] = '"';
	b->at[b->len] = '\0';
	return true;
}

/* Appends `n` bytes as JSON string content. Bytes that are no UTF-8 become
 * U+FFFD; false: there were some, or a NUL. */
static bool write_escaped(struct buf *b, const char *at, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	static const char names[] = "btn?fr"; /* 8 to 13; \v has none */
	const char *end = at + n, *run = at;
	bool valid = true;

	while (at < end) {
		char esc[6] = "\\u00";
		unsigned char c;
		size_t k = 1;

		while (end - at >= 8 && are_plain(at))
			at += 8;
		while (at < end && is_plain((unsigned char)*at))
			at++;
		if (at == end)
			break;
		c = (unsigned char)*at;
		if (c >= 0x80 && (k = text_char(at, (size_t)(end - at))) > 0) {
			at += k;
			continue;
		}
		esc[4] = hex[c >> 4];
		esc[5] = hex[c & 15];
		buf_add(b, run, (size_t)(at - run));
		run = ++at;
		if (k == 0) {
			buf_add(b, "\xEF\xBF\xBD", 3);
			valid = false;
		} else if (c == '"' || c == '\\') {
			esc[1] = (char)c;
			buf_add(b, esc, 2);
		} else if (c >= 8 && c <= 13 && c != 11) {
			esc[1] = names[c - 8];
			buf_add(b, esc, 2);
		} else {
			buf_add(b, esc, 6);
			valid = valid && c != 0;
		}
	}
	buf_add(b, run, (size_t)(at - run));
	return valid;
}

void value_write_text(struct buf *b, const char *at, size_t n)
{
	if (write_plain(b, at, n))
		return;
	buf_add_char(b, '"');
	write_escaped(b, at, n);
	buf_add_char(b, '"');
}

static void write_strict(struct buf *b, const char *at, size_t n)
{
	if (write_plain(b, at, n))
		return;
	buf_add_char(b, '"');
	if (!write_escaped(b, at, n))
		b->failed = true;
	buf_add_char(b, '"');
}

/* Shortest digits that read back as the same double. printf and strtod share
 * the locale here; its decimal point, of any length, becomes a '.'. */
static void write_real(struct buf *b, double d)
{
	char text[40], plain[40];
	const char *p;
	size_t n = 0;
	int digits;
	bool point = false;

	if (!isfinite(d)) {
		b->failed = true;
		return;
	}
	if (fabs(d) < 1e15 && d == trunc(d) && !(d == 0 && signbit(d))) {
		buf_add_int(b, (int64_t)d);
		buf_add(b, ".0", 2);
		return;
	}
	for (digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, d);
		if (digits == 17 || strtod(text, NULL) == d)
			break;
	}
	for (p = text; *p != '\0'; p++) {
		bool own = (*p >= '0' && *p <= '9') || *p == '-' ||
			   *p == '+' || *p == 'e';

		if (own)
			plain[n++] = *p;
		else if (!point)
			plain[n++] = '.';
		point = point || !own || *p == 'e';
	}
	buf_add(b, plain, n);
	if (!point)
		buf_add(b, ".0", 2);
}

/* Writes a value that holds no others. */
static void write_leaf(struct buf *b, const struct value *v)
{
	switch ((enum value_kind)v->kind) {
	case VALUE_NULL:
		buf_add(b, "null", 4);
		return;
	case VALUE_BOOL:
		buf_add_text(b, v->as.boolean ? "true" : "false");
		return;
	case VALUE_INT:
		buf_add_int(b, v->as.integer);
		return;
	case VALUE_REAL:
		write_real(b, v->as.real);
		return;
	case VALUE_TEXT:
		write_strict(b, v->as.text, v->count);
		return;
	case VALUE_LIST:
	case VALUE_MAP:
		break;
	}
	b->failed = true;
}

static int by_key(const void *a, const void *b)
{
	const struct member *const *x = a, *const *y = b;

	return text_compare((*x)->key, (*y)->key);
}

/* The first bytes of a key as a number that is ordered as they are. */
static uint64_t key_head(struct text key)
{
	uint64_t head = 0;
	uint32_t n = key.bytes;

	if (n >= sizeof(head)) {
		memcpy(&head, key.at, sizeof(head));
		return be64toh(head);
	}
	for (uint32_t i = 0; i < n; i++)
		head = head << 8 | (unsigned char)key.at[i];
	return n > 0 ? head << 8 * (sizeof(head) - n) : 0;
}

static const struct member **order_many(const struct value *v)
{
	const struct member **order = malloc(v->count * sizeof(*order));

	if (order == NULL)
		return NULL;
	for (uint32_t i = 0; i < v->count; i++)
		order[i] = &v->as.members[i];
	qsort(order, v->count, sizeof(*order), by_key);
	return order;
}

const struct member **value_order(
	const struct value *v, const struct member *few[VALUE_FEW])
{
	uint64_t heads[VALUE_FEW];
	uint32_t i, j;

	if (v->count > VALUE_FEW)
		return order_many(v);
	for (i = 0; i < v->count; i++) {
		const struct member *m = &v->as.members[i];
		uint64_t head = key_head(m->key);

		for (j = i; j > 0; j--) {
			if (heads[j - 1] < head ||
				(heads[j - 1] == head &&
					text_compare(few[j - 1]->key,
						m->key) < 0))
				break;
			heads[j] = heads[j - 1];
			few[j] = few[j - 1];
		}
		heads[j] = head;
		few[j] = m;
	}
	return few;
}

static void write_canonical(struct buf *b, const struct value *v, int depth);

static void write_map(struct buf *b, const struct value *v, int depth)
{
	const struct member *few[VALUE_FEW], **order = value_order(v, few);
	uint32_t i;

	if (order == NULL) {
		b->failed = true;
		return;
	}
	buf_add_char(b, '{');
	for (i = 0; i < v->count; i++) {
		if (i > 0)
			buf_add_char(b, ',');
		write_strict(b, order[i]->key.at, order[i]->key.bytes);
		buf_add_char(b, ':');
		write_canonical(b, &order[i]->value, depth + 1);
	}
	buf_add_char(b, '}');
	if (order != few)
		free(order);
}

static void write_list(struct buf *b, const struct value *v, int depth)
{
	uint32_t i;

	buf_add_char(b, '[');
	for (i = 0; i < v->count; i++) {
		if (i > 0)
			buf_add_char(b, ',');
		write_canonical(b, &v->as.items[i], depth + 1);
	}
	buf_add_char(b, ']');
}

static void write_canonical(struct buf *b, const struct value *v, int depth)
{
	if (v->kind != VALUE_MAP && v->kind != VALUE_LIST)
		write_leaf(b, v);
	else if (depth >= VALUE_DEPTH_MAX || b->failed)
		b->failed = true;
	else if (v->kind == VALUE_MAP)
		write_map(b, v, depth);
	else
		write_list(b, v, depth);
}

void value_write(struct buf *b, const struct value *v)
{
	write_canonical(b, v, 0);
}

static void line_break(struct buf *b, int depth)
{
	buf_add_char(b, '\n');
	while (depth-- > 0)
		buf_add(b, "  ", 2);
}

static void pretty(struct buf *b, const struct value *v, int depth)
{
	bool map = v->kind == VALUE_MAP;
	uint32_t i;

	if (!map && v->kind != VALUE_LIST) {
		write_leaf(b, v);
		return;
	}
	if (depth >= VALUE_DEPTH_MAX || b->failed) {
		b->failed = true;
		return;
	}
	buf_add_char(b, map ? '{' : '[');
	for (i = 0; i < v->count; i++) {
		if (i > 0)
			buf_add_char(b, ',');
		line_break(b, depth + 1);
		if (map) {
			const struct member *m = &v->as.members[i];

			write_strict(b, m->key.at, m->key.bytes);
			buf_add(b, ": ", 2);
			pretty(b, &m->value, depth + 1);
		} else {
			pretty(b, &v->as.items[i], depth + 1);
		}
	}
	if (v->count > 0)
		line_break(b, depth);
	buf_add_char(b, map ? '}' : ']');
}

void value_pretty(struct buf *b, const struct value *v)
{
	pretty(b, v, 0);
}
