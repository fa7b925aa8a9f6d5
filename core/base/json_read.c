#include "base/value.h"

#include <locale.h>
#include <math.h>

#define DEPTH_DEFAULT 32
#define BYTES_DEFAULT (1u << 20)
#define KEYS_DEFAULT 1000
#define SCRATCH_INLINE 96
#define PAIRWISE_MOST 24 /* keys compared one by one; beyond: sorted */

/* The document is copied into the arena once. Texts stay where they lie in
 * that copy: unescaped in place, the closing quote becomes their NUL. */
struct reader {
	const char *at;          /* next byte */
	const char *start, *end; /* the copy; *end is NUL */
	struct arena *arena;
	struct value_limits limits;
	uint32_t depth;
	struct member *scratch;  /* children of the containers still open */
	uint32_t used, cap;
	struct member inline_scratch[SCRATCH_INLINE];
	fl_status status;        /* of the failure */
	const char *wrong;       /* what it is; static */
	const char *wrong_at;    /* where, in the copy */
};

static bool refuse(struct reader *r, fl_status s, const char *at,
	const char *what)
{
	r->status = s;
	r->wrong = what;
	r->wrong_at = at;
	return false;
}

static bool invalid(struct reader *r, const char *at, const char *what)
{
	return refuse(r, FL_INVALID, at, what);
}

static void skip_space(struct reader *r)
{
	while (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' ||
		*r->at == '\r')
		r->at++;
}

/* Eight bytes at once: high bit set in each byte that is a quote, backslash,
 * control character or not ASCII (bytes above a true hit may be false hits). */
static uint64_t special(uint64_t w)
{
	const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
	uint64_t quote = w ^ (ones * '"'), slash = w ^ (ones * '\\');

	return (w | (w - ones * 0x20) | (quote - ones) | (slash - ones)) &
	       highs;
}

/* First byte at or after p that ends a run of plain ASCII. */
static const char *plain_end(const char *p, const char *end)
{
	uint64_t w;

	while (end - p >= 8) {
		memcpy(&w, p, 8);
		if (special(w) != 0)
			break;
		p += 8;
	}
	while ((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 &&
		*p != '"' && *p != '\\')
		p++;
	return p;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Four hex digits, or -1; the copy's NUL stops it at the end. */
static int32_t hex4(const char *p)
{
	int32_t n = 0;
	int i, d;

	for (i = 0; i < 4; i++) {
		if ((d = hex_digit(p[i])) < 0)
			return -1;
		n = n * 16 + d;
	}
	return n;
}

static char *put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
		return to;
	}
	if (c < 0x800) {
		*to++ = (char)(0xC0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*to++ = (char)(0xE0 | c >> 12);
		} else {
			*to++ = (char)(0xF0 | c >> 18);
			*to++ = (char)(0x80 | (c >> 12 & 0x3F));
		}
		*to++ = (char)(0x80 | (c >> 6 & 0x3F));
	}
	*to++ = (char)(0x80 | (c & 0x3F));
	return to;
}

/* \uXXXX or a pair of them; r->at is at the 'u'. */
static char *unicode_escape(struct reader *r, char *to)
{
	int32_t c = hex4(r->at + 1), low;

	if (c < 0) {
		invalid(r, r->at - 1, "\\u wants four hex digits");
		return NULL;
	}
	if (c == 0) {
		invalid(r, r->at - 1, "NUL in a text");
		return NULL;
	}
	if (c >= 0xD800 && c <= 0xDFFF) {
		low = c < 0xDC00 && r->at[5] == '\\' && r->at[6] == 'u'
			      ? hex4(r->at + 7)
			      : -1;
		if (low < 0xDC00 || low > 0xDFFF) {
			invalid(r, r->at - 1, "half of a surrogate pair");
			return NULL;
		}
		c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
		r->at += 6;
	}
	r->at += 5;
	return put_utf8(to, (uint32_t)c);
}

/* One escape; r->at is at the backslash. NULL: refused. */
static char *escape(struct reader *r, char *to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	const char *hit;

	r->at++;
	if (*r->at == 'u')
		return unicode_escape(r, to);
	hit = *r->at != '\0' ? strchr(from, *r->at) : NULL;
	if (hit == NULL) {
		invalid(r, r->at - 1, "no such escape");
		return NULL;
	}
	r->at++;
	*to++ = into[hit - from];
	return to;
}

/* Reads a text; r->at is behind the opening quote. */
static bool read_text(struct reader *r, struct text *out)
{
	char *first = (char *)(uintptr_t)r->at, *to = first;

	for (;;) {
		const char *run = r->at, *p = plain_end(run, r->end);
		size_t n;

		if (to != run)
			memmove(to, run, (size_t)(p - run));
		to += p - run;
		r->at = p;
		if (*p == '"')
			break;
		if (*p == '\\') {
			if ((to = escape(r, to)) == NULL)
				return false;
			continue;
		}
		if (p == r->end)
			return invalid(r, p, "text without its closing quote");
		if ((unsigned char)*p < 0x20)
			return invalid(r, p, "control character in a text");
		n = text_char(p, (size_t)(r->end - p));
		if (n == 0)
			return invalid(r, p, "not UTF-8");
		memmove(to, p, n);
		to += n;
		r->at += n;
	}
	r->at++;
	*to = '\0';
	*out = (struct text){first, (uint32_t)(to - first)};
	return true;
}

/* Value of a real whose token is [from, r->at): exactly by double arithmetic
 * when digits and exponent are small, else by the C library. */
static bool real(struct reader *r, const char *from, uint64_t digits,
	int digit_count, int exponent, struct value *out)
{
	static const double tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,
		1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
		1e19, 1e20, 1e21, 1e22};
	double d;
	locale_t c;

	if (digit_count <= 15 && exponent >= -22 && exponent <= 22) {
		d = (double)digits;
		d = exponent < 0 ? d / tens[-exponent] : d * tens[exponent];
		*out = value_real(*from == '-' ? -d : d);
		return true;
	}
	c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (c == (locale_t)0)
		return refuse(r, FL_NOMEM, from, "no memory");
	d = strtod_l(from, NULL, c);
	freelocale(c);
	if (isinf(d))
		return invalid(r, from, "number too large");
	*out = value_real(d);
	return true;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool read_number(struct reader *r, struct value *out)
{
	const char *from = r->at, *p = from;
	bool negative = *p == '-', whole = true, fits = true;
	uint64_t n = 0, most = (uint64_t)INT64_MAX + negative;
	int count = 0, exponent = 0, written = 0;

	p += negative;
	if (!digit(*p))
		return invalid(r, from, "no value");
	if (*p == '0' && digit(p[1]))
		return invalid(r, from, "number with a leading zero");
	for (; digit(*p); p++) {
		unsigned d = (unsigned)(*p - '0');

		if (n > (most - d) / 10)
			fits = false;
		else
			n = n * 10 + d;
		count += n > 0;
	}
	if (*p == '.') {
		whole = false;
		if (!digit(*++p))
			return invalid(r, from, "number without decimals");
		for (; digit(*p); p++) {
			if (count >= 18) {
				count = 19; /* too long for double's own sums */
				continue;
			}
			n = n * 10 + (unsigned)(*p - '0');
			exponent--;
			count += n > 0;
		}
	}
	if (*p == 'e' || *p == 'E') {
		bool down = *++p == '-';

		whole = false;
		if (*p == '+' || *p == '-')
			p++;
		if (!digit(*p))
			return invalid(r, from, "number without exponent");
		for (; digit(*p); p++)
			if (written < 100000)
				written = written * 10 + (*p - '0');
		exponent += down ? -written : written;
	}
	r->at = p;
	if (!whole)
		return real(r, from, n, fits ? count : 19, exponent, out);
	if (!fits)
		return invalid(r, from, "integer beyond 64 bits");
	*out = value_int(negative ? (int64_t)(0 - n) : (int64_t)n);
	return true;
}

static bool word(struct reader *r, const char *what, size_t n,
	struct value v, struct value *out)
{
	if (strncmp(r->at, what, n) != 0)
		return invalid(r, r->at, "no value");
	r->at += n;
	*out = v;
	return true;
}

/* Puts a finished child on the scratch stack. */
static bool push(struct reader *r, const struct member *m)
{
	struct member *wider;
	uint32_t cap = r->cap * 2;

	if (r->used == r->cap) {
		wider = r->scratch != r->inline_scratch ? r->scratch : NULL;
		wider = realloc(wider, cap * sizeof(*wider));
		if (wider == NULL)
			return refuse(r, FL_NOMEM, r->at, "no memory");
		if (r->scratch == r->inline_scratch)
			memcpy(wider, r->scratch, r->used * sizeof(*wider));
		r->scratch = wider;
		r->cap = cap;
	}
	r->scratch[r->used++] = *m;
	return true;
}

static bool read_value(struct reader *r, struct value *out);

/* Behind a child: true when another follows. *end tells a proper end. */
static bool more(struct reader *r, char close, bool *end)
{
	*end = false;
	skip_space(r);
	if (*r->at == ',') {
		r->at++;
		skip_space(r);
		return true;
	}
	if (*r->at == close) {
		r->at++;
		*end = true;
	} else {
		invalid(r, r->at,
			close == ']' ? "want , or ]" : "want , or }");
	}
	return false;
}

static bool enter(struct reader *r)
{
	if (++r->depth > r->limits.depth)
		return refuse(r, FL_LIMIT, r->at, "nested too deeply");
	r->at++;
	skip_space(r);
	return true;
}

static bool read_list(struct reader *r, struct value *out)
{
	uint32_t base = r->used, i;
	struct member item = {0};
	bool end = false;

	if (!enter(r))
		return false;
	*out = value_list();
	if (*r->at == ']') {
		r->at++;
		r->depth--;
		return true;
	}
	do {
		if (!read_value(r, &item.value) || !push(r, &item))
			return false;
	} while (more(r, ']', &end));
	if (!end)
		return false;
	out->count = r->used - base;
	out->as.items = arena_alloc(r->arena,
		out->count * sizeof(*out->as.items));
	if (out->as.items == NULL)
		return refuse(r, FL_NOMEM, r->at, "no memory");
	for (i = 0; i < out->count; i++)
		out->as.items[i] = r->scratch[base + i].value;
	r->used = base;
	r->depth--;
	return true;
}

static int by_key(const void *a, const void *b)
{
	const struct member *const *x = a, *const *y = b;
	int c = text_compare((*x)->key, (*y)->key);

	return c != 0 ? c : (*x > *y) - (*x < *y);
}

/* Refuses a key that stands twice among many. */
static bool keys_differ(struct reader *r, const struct member *m, uint32_t n)
{
	const struct member **sorted = malloc(n * sizeof(*sorted));
	const char *twice = NULL;
	uint32_t i;

	if (sorted == NULL)
		return refuse(r, FL_NOMEM, r->at, "no memory");
	for (i = 0; i < n; i++)
		sorted[i] = &m[i];
	qsort(sorted, n, sizeof(*sorted), by_key);
	for (i = 1; i < n && twice == NULL; i++)
		if (text_equal(sorted[i - 1]->key, sorted[i]->key))
			twice = sorted[i]->key.at - 1;
	free(sorted);
	return twice == NULL || invalid(r, twice, "key written twice");
}

/* Reads `"key" :`; among the first keys a second one is refused at once. */
static bool read_key(struct reader *r, uint32_t base, struct text *key)
{
	const char *quote = r->at;
	uint32_t i, n = r->used - base;

	if (*r->at != '"')
		return invalid(r, r->at, "want a key in quotes");
	if (n >= r->limits.keys)
		return refuse(r, FL_LIMIT, r->at, "too many keys");
	r->at++;
	if (!read_text(r, key))
		return false;
	for (i = 0; n < PAIRWISE_MOST && i < n; i++)
		if (text_equal(r->scratch[base + i].key, *key))
			return invalid(r, quote, "key written twice");
	skip_space(r);
	if (*r->at != ':')
		return invalid(r, r->at, "want : behind a key");
	r->at++;
	skip_space(r);
	return true;
}

static bool read_map(struct reader *r, struct value *out)
{
	uint32_t base = r->used;
	struct member m = {0};
	bool end = false;

	if (!enter(r))
		return false;
	*out = value_map();
	if (*r->at == '}') {
		r->at++;
		r->depth--;
		return true;
	}
	do {
		if (!read_key(r, base, &m.key) || !read_value(r, &m.value) ||
			!push(r, &m))
			return false;
	} while (more(r, '}', &end));
	if (!end)
		return false;
	out->count = r->used - base;
	if (out->count > PAIRWISE_MOST &&
		!keys_differ(r, r->scratch + base, out->count))
		return false;
	out->as.members = arena_copy(r->arena, r->scratch + base,
		out->count * sizeof(*out->as.members));
	if (out->as.members == NULL)
		return refuse(r, FL_NOMEM, r->at, "no memory");
	r->used = base;
	r->depth--;
	return true;
}

static bool read_value(struct reader *r, struct value *out)
{
	struct text t = {0};

	switch (*r->at) {
	case '"':
		r->at++;
		if (!read_text(r, &t))
			return false;
		*out = value_of_text(t);
		return true;
	case '{':
		return read_map(r, out);
	case '[':
		return read_list(r, out);
	case 't':
		return word(r, "true", 4, value_bool(true), out);
	case 'f':
		return word(r, "false", 5, value_bool(false), out);
	case 'n':
		return word(r, "null", 4, value_null(), out);
	default:
		if (r->at == r->end)
			return invalid(r, r->at, "ends too early");
		return read_number(r, out);
	}
}

/* What can be wrong, in Dutch. */
static const struct {
	const char *en, *nl;
} dutch[] = {
	{"\\u wants four hex digits", "achter \\u horen vier cijfers 0-9 a-f"},
	{"NUL in a text", "een NUL in een tekst"},
	{"half of a surrogate pair", "een half teken (\\ud800 - \\udfff)"},
	{"no such escape", "achter \\ staat wat daar niet mag"},
	{"text without its closing quote",
		"een tekst zonder aanhalingsteken aan het eind"},
	{"control character in a text", "een besturingsteken in een tekst"},
	{"not UTF-8", "geen UTF-8"},
	{"no memory", "te weinig geheugen"},
	{"number too large", "een getal dat te groot is"},
	{"no value", "hier hoort een waarde"},
	{"number with a leading zero", "een getal dat met een nul begint"},
	{"number without decimals", "achter de punt horen cijfers"},
	{"number without exponent", "achter de e horen cijfers"},
	{"integer beyond 64 bits", "een geheel getal dat te groot is"},
	{"want , or ]", "hier hoort , of ]"},
	{"want , or }", "hier hoort , of }"},
	{"nested too deeply", "te diep in elkaar"},
	{"key written twice", "een sleutel die er twee keer staat"},
	{"want a key in quotes", "hier hoort een sleutel tussen aanhalingstekens"},
	{"too many keys", "te veel sleutels"},
	{"want : behind a key", "achter een sleutel hoort :"},
	{"ends too early", "houdt te vroeg op"},
	{"more behind the document", "er staat nog iets achter"},
};

static const char *wrong_words(const struct reader *r)
{
	for (size_t i = 0; r->limits.dutch && i < sizeof(dutch) / sizeof(*dutch);
		i++)
		if (strcmp(dutch[i].en, r->wrong) == 0)
			return dutch[i].nl;
	return r->wrong;
}

/* The sentence, with line, column and byte counted in the original. */
static fl_status report(const struct reader *r, const char *json,
	struct fl_error *err)
{
	size_t at = (size_t)(r->wrong_at - r->start), i;
	size_t line = 1, column = 1;

	for (i = 0; i < at; i++) {
		if (json[i] == '\n') {
			line++;
			column = 1;
		} else if ((json[i] & 0xC0) != 0x80) {
			column++;
		}
	}
	return status_fail(err, r->status,
		r->limits.dutch
			? "JSON: %s, in regel %zu, teken %zu (byte %zu)"
			: "JSON: %s at line %zu, column %zu (byte %zu)",
		wrong_words(r), line, column, at + 1);
}

static struct value_limits limits_of(const struct value_limits *given)
{
	struct value_limits l = {0};

	if (given != NULL)
		l = *given;
	if (l.depth == 0)
		l.depth = DEPTH_DEFAULT;
	if (l.depth > VALUE_DEPTH_MAX)
		l.depth = VALUE_DEPTH_MAX;
	if (l.bytes == 0)
		l.bytes = BYTES_DEFAULT;
	if (l.bytes > INT32_MAX)
		l.bytes = INT32_MAX;
	if (l.keys == 0)
		l.keys = KEYS_DEFAULT;
	return l;
}

static bool read_document(struct reader *r, struct value *out)
{
	skip_space(r);
	if (!read_value(r, out))
		return false;
	skip_space(r);
	return r->at == r->end ||
	       invalid(r, r->at, "more behind the document");
}

fl_status value_read(struct arena *a, const char *json, size_t bytes,
	const struct value_limits *limits, struct value *out,
	struct fl_error *err)
{
	fl_status s = FL_OK;
	struct arena_mark mark = arena_mark(a);
	struct reader r; /* not zeroed: its scratch is large */

	*out = value_null();
	r.arena = a;
	r.limits = limits_of(limits);
	r.depth = 0;
	r.scratch = r.inline_scratch;
	r.used = 0;
	r.cap = SCRATCH_INLINE;
	if (bytes > r.limits.bytes)
		return status_fail(err, FL_LIMIT,
			r.limits.dutch ? "JSON: %zu bytes, meer dan %zu"
				       : "JSON: %zu bytes, more than %zu",
			bytes, r.limits.bytes);
	if ((r.start = arena_text(a, json, bytes)) == NULL)
		return status_fail(err, FL_NOMEM, "JSON: no memory");
	r.at = r.start;
	r.end = r.start + bytes;
	if (!read_document(&r, out)) {
		s = report(&r, json, err);
		*out = value_null();
		arena_release(a, mark);
	}
	if (r.scratch != r.inline_scratch)
		free(r.scratch);
	return s;
}
