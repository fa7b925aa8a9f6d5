#include "intake/mime.h"
#include "intake/intake.h"
#include "intake/tidy.h"

#include <ctype.h>

#define HEADER_BYTES   (64u * 1024) /* headers of one part */
#define BOUNDARY_BYTES 200

/* Headers of one part, as far as they matter. */
struct head {
	struct text type;     /* "text/plain" */
	struct text boundary; /* of a multipart */
	struct text name;     /* file name of an attachment */
	struct text encoding; /* "base64" */
	size_t body;	      /* where the part's body begins */
};

struct walk {
	struct arena *arena;
	struct mime_parts *out;
	struct fl_error *err;
};

/* End of the line at `i`, its line feed included. */
static size_t line_end(const char *at, size_t n, size_t i)
{
	const char *feed = memchr(at + i, '\n', n - i);

	return feed == NULL ? n : (size_t)(feed - at) + 1;
}

static bool blank_line(const char *at, size_t from, size_t to)
{
	while (from < to && (at[from] == '\r' || at[from] == '\n'))
		from++;
	return from == to;
}

/* Length of a header's name at `i`, 0 when there is none. */
static size_t header_name(const char *at, size_t n, size_t i)
{
	size_t j = i;

	while (j < n && at[j] > ' ' && at[j] < 127 && at[j] != ':')
		j++;
	return j < n && at[j] == ':' ? j - i : 0;
}

bool mime_present(const char *bytes, size_t n)
{
	static const char *const known[] = {"from", "to", "subject", "date",
		"received", "return-path", "message-id", "mime-version",
		"content-type", "delivered-to", "x-original-to"};
	size_t i = 0;

	while (i < n && isspace((unsigned char)bytes[i]))
		i++;
	if (n - i > 5 && memcmp(bytes + i, "From ", 5) == 0)
		i = line_end(bytes, n, i); /* mbox */
	for (int lines = 0; i < n && lines < 100; lines++) {
		size_t end = line_end(bytes, n, i);
		size_t name = header_name(bytes, n, i);
		struct text word = {bytes + i, (uint32_t)name};

		if (name == 0 && bytes[i] != ' ' && bytes[i] != '\t')
			return false;
		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++) {
			if (name > 0 && tidy_is(word, known[k]))
				return true;
		}
		i = end;
	}
	return false;
}

/* One header's value, folded lines joined. */
static struct text unfold(struct arena *a, const char *at, size_t n)
{
	char *out = arena_text(a, at, n);

	for (size_t i = 0; out != NULL && i < n; i++) {
		if (out[i] == '\r' || out[i] == '\n' || out[i] == '\0')
			out[i] = ' ';
	}
	return (struct text){out, out == NULL ? 0 : (uint32_t)n};
}

/* What stands before the first ';'. */
static struct text plain_value(struct arena *a, struct text header)
{
	uint32_t n = 0;

	while (n < header.bytes && header.at[n] != ';' && header.at[n] != '(')
		n++;
	return tidy_line(a, (struct text){header.at, n});
}

/* Parameter `name` of a structured header, quotes undone. */
static struct text parameter(
	struct arena *a, struct text header, const char *name)
{
	size_t len = strlen(name);
	uint32_t i = 0;
	bool quoted = false;

	for (; i < header.bytes; i++) {
		uint32_t from = i + 1;
		char shut = '\0';

		quoted = quoted != (header.at[i] == '"');
		if (quoted || header.at[i] != ';')
			continue;
		while (from < header.bytes && header.at[from] == ' ')
			from++;
		if (header.bytes - from <= len ||
			strncasecmp(header.at + from, name, len) != 0)
			continue;
		from += (uint32_t)len;
		while (from < header.bytes && header.at[from] == ' ')
			from++;
		if (from == header.bytes || header.at[from++] != '=')
			continue;
		while (from < header.bytes && header.at[from] == ' ')
			from++;
		shut = from < header.bytes && header.at[from] == '"' ? '"'
								     : ';';
		from += shut == '"';
		for (i = from; i < header.bytes && header.at[i] != shut; i++)
			;
		return tidy_line(a, (struct text){header.at + from, i - from});
	}
	return (struct text){"", 0};
}

static void take_header(
	struct arena *a, struct text name, struct text value, struct head *out)
{
	if (tidy_is(name, "content-type")) {
		out->type = plain_value(a, value);
		out->boundary = parameter(a, value, "boundary");
		if (out->name.bytes == 0)
			out->name = parameter(a, value, "name");
	} else if (tidy_is(name, "content-transfer-encoding")) {
		out->encoding = plain_value(a, value);
	} else if (tidy_is(name, "content-disposition")) {
		struct text file = parameter(a, value, "filename");

		if (file.bytes > 0)
			out->name = file;
	}
}

static void read_head(
	struct arena *a, const char *at, size_t n, struct head *out)
{
	size_t i = 0;

	*out = (struct head){.type = TEXT("text/plain")};
	while (i < n && i < HEADER_BYTES) {
		size_t end = line_end(at, n, i);
		size_t name = header_name(at, n, i);

		if (blank_line(at, i, end)) {
			out->body = end;
			return;
		}
		while (end < n && (at[end] == ' ' || at[end] == '\t') &&
			end - i < HEADER_BYTES)
			end = line_end(at, n, end);
		if (name >= 12 && strncasecmp(at + i, "content-", 8) == 0)
			take_header(a, (struct text){at + i, (uint32_t)name},
				unfold(a, at + i + name + 1,
					end - i - name - 1),
				out);
		i = end;
	}
	out->body = i;
}

/* ---- transfer encodings ---- */

static int base64_digit(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static size_t from_base64(const char *at, size_t n, char *out)
{
	uint32_t bits = 0;
	size_t len = 0;
	int held = 0;

	for (size_t i = 0; i < n && at[i] != '='; i++) {
		int digit = base64_digit((unsigned char)at[i]);

		if (digit < 0)
			continue;
		bits = (bits << 6 | (uint32_t)digit) & 0xFFFFFF;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[len++] = (char)(bits >> held & 0xFF);
		}
	}
	return len;
}

static int hex_digit(unsigned char c)
{
	return isdigit(c) ? c - '0' : isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

static size_t from_quoted(const char *at, size_t n, char *out)
{
	size_t len = 0, i = 0;

	while (i < n) {
		size_t j = i + 1;

		if (at[i] != '=') {
			out[len++] = at[i++];
			continue;
		}
		while (j < n &&
			(at[j] == ' ' || at[j] == '\t' || at[j] == '\r'))
			j++;
		if (j == n || at[j] == '\n') { /* soft line end */
			i = j == n ? n : j + 1;
		} else if (i + 2 < n &&
			   hex_digit((unsigned char)at[i + 1]) >= 0 &&
			   hex_digit((unsigned char)at[i + 2]) >= 0) {
			out[len++] =
				(char)(hex_digit((unsigned char)at[i + 1])
						<< 4 |
					hex_digit((unsigned char)at[i + 2]));
			i += 3;
		} else {
			out[len++] = at[i++];
		}
	}
	return len;
}

/* The body without its transfer encoding; NULL: no memory. */
static const char *decode(struct arena *a, struct text encoding, const char *at,
	size_t n, size_t *out_n)
{
	char *out = NULL;

	*out_n = n;
	if (!tidy_is(encoding, "base64") &&
		!tidy_is(encoding, "quoted-printable"))
		return at;
	out = arena_alloc(a, n + 1);
	if (out == NULL)
		return NULL;
	*out_n = tidy_is(encoding, "base64") ? from_base64(at, n, out)
					     : from_quoted(at, n, out);
	return out;
}

/* ---- the tree of parts ---- */

static bool ends_in(struct text t, const char *tail)
{
	size_t len = strlen(tail);

	return t.bytes >= len &&
	       strncasecmp(t.at + t.bytes - len, tail, len) == 0;
}

static enum mime_rank rank_of(const struct head *h)
{
	static const char *const xml[] = {"application/xml", "text/xml",
		"application/x-adf", "application/adf", "text/x-adf"};

	for (size_t i = 0; i < sizeof(xml) / sizeof(xml[0]); i++) {
		if (tidy_is(h->type, xml[i]))
			return MIME_XML;
	}
	if (ends_in(h->type, "+xml") || ends_in(h->name, ".xml") ||
		ends_in(h->name, ".adf"))
		return MIME_XML;
	if (tidy_is(h->type, "text/html"))
		return MIME_HTML;
	return tidy_is(h->type, "text/plain") || tidy_is(h->type, "text")
		       ? MIME_PLAIN
		       : MIME_OTHER;
}

static fl_status add_leaf(
	struct walk *w, const struct head *h, const char *at, size_t n)
{
	enum mime_rank rank = rank_of(h);
	struct mime_parts *out = w->out;
	struct mime_part *grown = NULL;
	const char *bytes = NULL;
	size_t size = 0;

	if (out->seen++ == INTAKE_MAIL_PARTS)
		return status_fail(w->err, FL_LIMIT,
			out->dutch ? "een e-mail van meer dan %u delen"
				   : "an e-mail of more than %u parts",
			INTAKE_MAIL_PARTS);
	if (rank == MIME_OTHER)
		return FL_OK;
	grown = arena_grow(w->arena, out->items, out->count, &out->cap,
		out->count + 1, sizeof(*grown));
	if (grown != NULL)
		bytes = decode(w->arena, h->encoding, at, n, &size);
	if (bytes == NULL)
		return status_fail(w->err, FL_NOMEM, "e-mail part");
	out->items = grown;
	out->items[out->count++] = (struct mime_part){rank, bytes, size};
	return FL_OK;
}

static fl_status walk_part(
	struct walk *w, const char *at, size_t n, uint32_t depth);

/* Is the line at `i` a delimiter? *last: the closing one. */
static bool delimiter(
	const char *at, size_t n, size_t i, struct text boundary, bool *last)
{
	size_t rest = 0;

	if (n - i < boundary.bytes + 2u || at[i] != '-' || at[i + 1] != '-' ||
		memcmp(at + i + 2, boundary.at, boundary.bytes) != 0)
		return false;
	rest = i + 2 + boundary.bytes;
	*last = n - rest >= 2 && at[rest] == '-' && at[rest + 1] == '-';
	rest += *last ? 2 : 0;
	while (rest < n &&
		(at[rest] == ' ' || at[rest] == '\t' || at[rest] == '\r'))
		rest++;
	return rest == n || at[rest] == '\n';
}

static fl_status walk_multipart(struct walk *w, const struct head *h,
	const char *at, size_t n, uint32_t depth)
{
	size_t from = n; /* of the open part; n: none */
	bool last = false;
	fl_status s = FL_OK;

	for (size_t i = 0; i < n && !last && s == FL_OK;
		i = line_end(at, n, i)) {
		if (!delimiter(at, n, i, h->boundary, &last))
			continue;
		if (from < n)
			s = walk_part(w, at + from, i - from, depth + 1);
		from = line_end(at, n, i);
	}
	if (s == FL_OK && !last && from < n) /* closing delimiter was lost */
		s = walk_part(w, at + from, n - from, depth + 1);
	return s;
}

static fl_status walk_part(
	struct walk *w, const char *at, size_t n, uint32_t depth)
{
	struct head h;
	const char *body = NULL;
	size_t size = 0;

	if (depth > INTAKE_MAIL_DEPTH)
		return status_fail(w->err, FL_LIMIT,
			w->out->dutch
				? "een e-mail met meer dan %u delen in elkaar"
				: "an e-mail with more than %u parts inside "
				  "each other",
			INTAKE_MAIL_DEPTH);
	read_head(w->arena, at, n, &h);
	body = at + h.body;
	if (h.type.bytes >= 10 &&
		strncasecmp(h.type.at, "multipart/", 10) == 0 &&
		h.boundary.bytes > 0 && h.boundary.bytes <= BOUNDARY_BYTES)
		return walk_multipart(w, &h, body, n - h.body, depth);
	if (!tidy_is(h.type, "message/rfc822"))
		return add_leaf(w, &h, body, n - h.body);
	body = decode(w->arena, h.encoding, body, n - h.body, &size);
	if (body == NULL)
		return status_fail(w->err, FL_NOMEM, "forwarded e-mail");
	return walk_part(w, body, size, depth + 1);
}

fl_status mime_read(struct arena *a, const char *bytes, size_t n,
	struct mime_parts *out, struct fl_error *err)
{
	struct walk w = {.arena = a, .out = out, .err = err};
	size_t i = 0;

	*out = (struct mime_parts){.dutch = out->dutch};
	while (i < n && isspace((unsigned char)bytes[i]))
		i++;
	if (n - i > 5 && memcmp(bytes + i, "From ", 5) == 0)
		i = line_end(bytes, n, i);
	return walk_part(&w, bytes + i, n - i, 0);
}
