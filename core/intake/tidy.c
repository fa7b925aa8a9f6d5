#include "intake/tidy.h"

#include <ctype.h>

/* Bytes 0x80-0x9F of Windows-1252; 0: not assigned. */
static const uint16_t windows_1252[32] = {
	0x20AC,
	0,
	0x201A,
	0x0192,
	0x201E,
	0x2026,
	0x2020,
	0x2021,
	0x02C6,
	0x2030,
	0x0160,
	0x2039,
	0x0152,
	0,
	0x017D,
	0,
	0,
	0x2018,
	0x2019,
	0x201C,
	0x201D,
	0x2022,
	0x2013,
	0x2014,
	0x02DC,
	0x2122,
	0x0161,
	0x203A,
	0x0153,
	0,
	0x017E,
	0x0178,
};

size_t tidy_put(char *out, uint32_t point)
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xC0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3F));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xE0 | point >> 12);
		out[1] = (char)(0x80 | (point >> 6 & 0x3F));
		out[2] = (char)(0x80 | (point & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | point >> 18);
	out[1] = (char)(0x80 | (point >> 12 & 0x3F));
	out[2] = (char)(0x80 | (point >> 6 & 0x3F));
	out[3] = (char)(0x80 | (point & 0x3F));
	return 4;
}

/* The code point at `at` and its length; length 0 when not valid UTF-8. */
static uint32_t next_point(const unsigned char *at, size_t n, size_t *length)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	size_t want = at[0] < 0x80   ? 1
		      : at[0] < 0xC2 ? 0
		      : at[0] < 0xE0 ? 2
		      : at[0] < 0xF0 ? 3
		      : at[0] < 0xF5 ? 4
				     : 0;
	uint32_t point = 0;

	*length = 0;
	if (want == 0 || want > n)
		return 0;
	point = want == 1 ? at[0] : at[0] & (0xFFu >> (want + 1));
	for (size_t i = 1; i < want; i++) {
		if ((at[i] & 0xC0) != 0x80)
			return 0;
		point = point << 6 | (at[i] & 0x3Fu);
	}
	if (point < least[want] || point > 0x10FFFF ||
		(point >= 0xD800 && point <= 0xDFFF))
		return 0;
	*length = want;
	return point;
}

static bool valid_utf8(const char *bytes, size_t n)
{
	size_t length = 0;

	for (size_t i = 0; i < n; i += length) {
		(void)next_point(
			(const unsigned char *)bytes + i, n - i, &length);
		if (length == 0)
			return false;
	}
	return true;
}

static char *from_utf16(struct arena *a, const unsigned char *at, size_t n,
	bool big, size_t *out_n)
{
	char *out = arena_alloc(a, n * 2 + 1); /* 2 bytes give 3 at most */
	size_t len = 0;

	if (out == NULL)
		return NULL;
	for (size_t i = 0; i + 1 < n; i += 2) {
		uint32_t u = big ? (uint32_t)at[i] << 8 | at[i + 1]
				 : (uint32_t)at[i + 1] << 8 | at[i];
		if (u >= 0xD800 && u < 0xDC00 && i + 3 < n) {
			uint32_t low =
				big ? (uint32_t)at[i + 2] << 8 | at[i + 3]
				    : (uint32_t)at[i + 3] << 8 | at[i + 2];

			if (low >= 0xDC00 && low < 0xE000) {
				u = 0x10000 + ((u - 0xD800) << 10) +
				    (low - 0xDC00);
				i += 2;
			}
		}
		if (u >= 0xD800 && u < 0xE000)
			u = '?';
		len += tidy_put(out + len, u);
	}
	*out_n = len;
	return out;
}

static char *from_1252(
	struct arena *a, const unsigned char *at, size_t n, size_t *out_n)
{
	char *out = arena_alloc(a, n * 3 + 1);
	size_t len = 0;

	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		uint32_t point = at[i];

		if (point >= 0x80 && point < 0xA0)
			point = windows_1252[point - 0x80];
		len += tidy_put(out + len, point == 0 ? ' ' : point);
	}
	*out_n = len;
	return out;
}

char *tidy_utf8(struct arena *a, const char *bytes, size_t n, size_t *out_n,
	bool *changed)
{
	const unsigned char *at = (const unsigned char *)bytes;
	char *out = NULL;
	bool recoded = true;

	if (n >= 2 && at[0] == 0xFF && at[1] == 0xFE) {
		out = from_utf16(a, at + 2, n - 2, false, out_n);
	} else if (n >= 2 && at[0] == 0xFE && at[1] == 0xFF) {
		out = from_utf16(a, at + 2, n - 2, true, out_n);
	} else if (valid_utf8(bytes, n)) {
		size_t skip =
			n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

		recoded = false;
		*out_n = n - skip;
		out = arena_text(a, bytes + skip, n - skip);
	} else {
		out = from_1252(a, at, n, out_n);
	}
	for (size_t i = 0; out != NULL && i < *out_n; i++) {
		if (out[i] == '\0')
			out[i] = ' ';
	}
	if (changed != NULL)
		*changed = recoded;
	return out;
}

/* Characters nobody sees: controls, zero width, direction, byte order. */
static bool unseen(uint32_t point)
{
	return point < 0x20 || (point >= 0x7F && point < 0xA0) ||
	       point == 0xAD || (point >= 0x200B && point <= 0x200F) ||
	       (point >= 0x2028 && point <= 0x202E) ||
	       (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF;
}

static bool blank(uint32_t point)
{
	return point == ' ' || (point >= '\t' && point <= '\r') ||
	       point == 0x85 || point == 0xA0 || point == 0x2028 ||
	       point == 0x2029 || point == 0x202F || point == 0x3000;
}

/* One character of a text under way. */
struct walk {
	struct text in;
	uint32_t next;  /* byte behind it */
	const char *at;
	size_t length;
	uint32_t point;
};

/* Goes on to the next whole character; bytes that are none are passed over.
 * False: no more. */
static bool walk_on(struct walk *w)
{
	while (w->next < w->in.bytes) {
		w->at = w->in.at + w->next;
		w->point = next_point((const unsigned char *)w->at,
			w->in.bytes - w->next, &w->length);
		w->next += w->length > 0 ? (uint32_t)w->length : 1;
		if (w->length > 0)
			return true;
	}
	return false;
}

struct text tidy_line(struct arena *a, struct text in)
{
	char *out = arena_alloc(a, (size_t)in.bytes + 1);
	struct walk w = {.in = in};
	uint32_t len = 0;
	bool gap = false;

	if (out == NULL)
		return (struct text){NULL, 0};
	while (walk_on(&w)) {
		if (blank(w.point)) {
			gap = len > 0;
			continue;
		}
		if (unseen(w.point))
			continue;
		if (gap)
			out[len++] = ' ';
		gap = false;
		memcpy(out + len, w.at, w.length);
		len += (uint32_t)w.length;
	}
	return (struct text){out, len};
}

struct text tidy_block(struct arena *a, struct text in)
{
	char *out = arena_alloc(a, (size_t)in.bytes + 1);
	struct walk w = {.in = in};
	uint32_t len = 0, start = 0;

	if (out == NULL)
		return (struct text){NULL, 0};
	while (walk_on(&w)) {
		if (w.point == '\r') {
			if (w.next == in.bytes || in.at[w.next] != '\n')
				out[len++] = '\n';
			continue;
		}
		if (unseen(w.point) && w.point != '\n' && w.point != '\t')
			continue;
		memcpy(out + len, w.at, w.length);
		len += (uint32_t)w.length;
	}
	while (start < len && isspace((unsigned char)out[start]))
		start++;
	while (len > start && isspace((unsigned char)out[len - 1]))
		len--;
	out[len] = '\0';
	return (struct text){out + start, len - start};
}

/* Decodes the entity at `in` ("&lt;"); its length, 0 when it is none. */
static size_t entity(const char *in, size_t n, uint32_t *point)
{
	static const struct {
		const char *name;
		uint32_t point;
	} known[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'},
		{"&quot;", '"'}, {"&apos;", '\''}, {"&nbsp;", ' '}};
	size_t i = 2;
	uint32_t value = 0;
	bool hex = false;

	for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++) {
		size_t len = strlen(known[k].name);

		if (n >= len && strncasecmp(in, known[k].name, len) == 0) {
			*point = known[k].point;
			return len;
		}
	}
	if (n < 4 || in[1] != '#')
		return 0;
	hex = in[2] == 'x' || in[2] == 'X';
	for (i += hex; i < n && i < 10 && isxdigit((unsigned char)in[i]); i++) {
		unsigned char c = (unsigned char)tolower((unsigned char)in[i]);

		if (!hex && !isdigit(c))
			return 0;
		value = value * (hex ? 16 : 10) +
			(uint32_t)(isdigit(c) ? c - '0' : c - 'a' + 10);
	}
	if (i >= n || in[i] != ';' || value == 0 || value > 0x10FFFF ||
		(value >= 0xD800 && value <= 0xDFFF))
		return 0;
	*point = value;
	return i + 1;
}

static bool ends_line(const char *tag, size_t n)
{
	static const char *const names[] = {"br", "p", "div", "tr", "li"};
	size_t from = n > 0 && tag[0] == '/';

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);

		if (n >= from + len &&
			strncasecmp(tag + from, names[i], len) == 0 &&
			(n == from + len ||
				!isalnum((unsigned char)tag[from + len])))
			return true;
	}
	return false;
}

char *tidy_html(struct arena *a, const char *in, size_t n, size_t *out_n)
{
	char *out = arena_alloc(a, n + 1); /* nothing grows */
	size_t len = 0, i = 0;
	bool tags = true; /* a ">" may still follow */

	if (out == NULL)
		return NULL;
	while (i < n) {
		const char *end = NULL;
		uint32_t point = 0;
		size_t length = 0;

		if (in[i] == '<' && tags)
			end = memchr(in + i, '>', n - i);
		if (in[i] == '<' && end == NULL)
			tags = false;
		if (end != NULL) {
			size_t tag = (size_t)(end - in) - i - 1;

			if (ends_line(in + i + 1, tag))
				out[len++] = '\n';
			i += tag + 2;
		} else if (in[i] == '&' &&
			   (length = entity(in + i, n - i, &point)) > 0) {
			len += tidy_put(out + len, point);
			i += length;
		} else {
			out[len++] = in[i++];
		}
	}
	*out_n = len;
	return out;
}

size_t tidy_find(const char *at, size_t n, size_t from, const char *needle)
{
	size_t len = strlen(needle);

	for (size_t i = from; len <= n && i <= n - len; i++) {
		if (tolower((unsigned char)at[i]) == needle[0] &&
			strncasecmp(at + i, needle, len) == 0)
			return i;
	}
	return n;
}

bool tidy_is(struct text t, const char *word)
{
	return t.bytes == strlen(word) && strncasecmp(t.at, word, t.bytes) == 0;
}
