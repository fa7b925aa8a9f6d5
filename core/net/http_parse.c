#include "net/http_parse.h"

#include <llhttp.h>
#include <string.h>

/* Where a text stands in the head. */
struct span {
	const char *at;
	size_t n;
};

struct http_parse {
	llhttp_t ll;
	const struct http_parse_calls *calls;
	void *ctx;
	struct http_head head; /* of the message at work */
	struct span target, names[HTTP_FIELDS_MAX], values[HTTP_FIELDS_MAX];
	size_t head_max;
	uint32_t fields_max;
	size_t overhead;  /* framing bytes since the last body byte */
	size_t body_seen; /* body bytes of the feed at work */
	bool in_body;	  /* the head is done */
	bool no_body;	  /* asked by HEAD */
	bool stopped;	  /* a callback of ours said stop */
	bool whole;	  /* message complete */
	int status;	  /* when bad */
	const char *reason;
};

enum { OVERHEAD_MAX = 4096 };

static int refuse(struct http_parse *p, int status, const char *reason)
{
	if (p->status == 0) {
		p->status = status;
		p->reason = reason;
	}
	return -1;
}

static int on_url(llhttp_t *ll, const char *at, size_t n)
{
	struct http_parse *p = ll->data;

	p->target = (struct span){at, n};
	return 0;
}

static int on_field(llhttp_t *ll, const char *at, size_t n)
{
	struct http_parse *p = ll->data;
	uint32_t i = p->head.field_count;

	if (p->in_body)
		return refuse(p, 400, "trailer fields are not accepted");
	if (i == p->fields_max)
		return refuse(p, 431, "too many header fields");
	p->names[i] = (struct span){at, n};
	p->values[i] = (struct span){at + n, 0};
	p->head.field_count++;
	return 0;
}

static int on_value(llhttp_t *ll, const char *at, size_t n)
{
	struct http_parse *p = ll->data;

	if (p->in_body || p->head.field_count == 0)
		return refuse(p, 400, "field value out of place");
	/* an empty value is told to stand at the next line: not written to */
	if (n > 0)
		p->values[p->head.field_count - 1] = (struct span){at, n};
	return 0;
}

/* Ends a span by a NUL, over the byte that ended it in the head. */
static char *cut(struct http_parse *p, struct span sp)
{
	char *text = p->head.bytes.at + (sp.at - p->head.bytes.at);

	text[sp.n] = '\0';
	return text;
}

/* The library has passed over the head: now it may be written into. */
static void cut_fields(struct http_parse *p)
{
	struct http_head *h = &p->head;
	uint32_t i;

	h->target = p->target.at != NULL ? cut(p, p->target) : "";
	for (i = 0; i < h->field_count; i++) {
		struct span *v = &p->values[i];
		char *c = cut(p, p->names[i]);

		h->fields[i].name = c;
		for (; *c != '\0'; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c - 'A' + 'a');
		while (v->n > 0 &&
			(v->at[v->n - 1] == ' ' || v->at[v->n - 1] == '\t'))
			v->n--;
		h->fields[i].value = cut(p, *v);
	}
}

static int on_extension(llhttp_t *ll, const char *at, size_t n)
{
	(void)at;
	(void)n;
	return refuse(ll->data, 400, "chunk extensions are not accepted");
}

static int check_lengths(struct http_parse *p, bool request)
{
	struct http_head *h = &p->head;
	const char *length = http_head_field(h, "content-length");
	const char *coding = http_head_field(h, "transfer-encoding");

	if (length != NULL && coding != NULL)
		return refuse(p, 400,
			"content-length and transfer-encoding together");
	if (http_head_count(h, "content-length") > 1 ||
		http_head_count(h, "transfer-encoding") > 1)
		return refuse(p, 400, "the length is given twice");
	if (length != NULL &&
		(*length == '\0' || strlen(length) > 18 ||
			length[strspn(length, "0123456789")] != '\0'))
		return refuse(p, 400, "content-length is no number");
	if (coding != NULL && strcasecmp(coding, "chunked") != 0)
		return refuse(p, request ? 501 : 400,
			"transfer-encoding other than chunked");
	if (coding != NULL && h->minor == 0)
		return refuse(p, 400, "transfer-encoding in HTTP/1.0");
	h->chunked = coding != NULL;
	h->has_length = length != NULL;
	h->length = length ? strtoull(length, NULL, 10) : 0;
	return 0;
}

static const char *method_name(uint8_t method)
{
	switch (method) {
	case HTTP_GET:
		return "GET";
	case HTTP_HEAD:
		return "HEAD";
	case HTTP_POST:
		return "POST";
	case HTTP_PUT:
		return "PUT";
	case HTTP_PATCH:
		return "PATCH";
	case HTTP_DELETE:
		return "DELETE";
	case HTTP_OPTIONS:
		return "OPTIONS";
	default:
		return NULL;
	}
}

static int on_headers(llhttp_t *ll)
{
	struct http_parse *p = ll->data;
	struct http_head *h = &p->head;
	bool request = ll->type == HTTP_REQUEST;

	if (ll->http_major != 1 || ll->http_minor > 1)
		return refuse(p, 505, "only HTTP/1.0 and HTTP/1.1");
	h->minor = ll->http_minor;
	h->status = request ? 0 : ll->status_code;
	h->method = request ? method_name(ll->method) : "";
	h->keep_alive = h->minor == 1 ? !(ll->flags & F_CONNECTION_CLOSE)
				      : (ll->flags & F_CONNECTION_KEEP_ALIVE);
	if (h->method == NULL)
		return refuse(p, 501, "method not supported");
	cut_fields(p);
	if (check_lengths(p, request) != 0)
		return -1;
	ll->upgrade = 0; /* an offer that we do not take */
	p->in_body = true;
	if (!p->calls->on_head(p->ctx, h)) {
		p->stopped = true;
		return -1;
	}
	return p->no_body ? 1 : 0;
}

static int on_body(llhttp_t *ll, const char *at, size_t n)
{
	struct http_parse *p = ll->data;

	p->body_seen += n;
	if (!p->calls->on_body(p->ctx, at, n)) {
		p->stopped = true;
		return -1;
	}
	return 0;
}

static int on_complete(llhttp_t *ll)
{
	struct http_parse *p = ll->data;

	p->whole = true;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_url = on_url,
	.on_header_field = on_field,
	.on_header_value = on_value,
	.on_chunk_extension_name = on_extension,
	.on_chunk_extension_value = on_extension,
	.on_headers_complete = on_headers,
	.on_body = on_body,
	.on_message_complete = on_complete,
};

const char *http_head_field(const struct http_head *h, const char *name)
{
	uint32_t i;

	for (i = 0; i < h->field_count; i++)
		if (strcmp(h->fields[i].name, name) == 0)
			return h->fields[i].value;
	return NULL;
}

uint32_t http_head_count(const struct http_head *h, const char *name)
{
	uint32_t n = 0;
	uint32_t i;

	for (i = 0; i < h->field_count; i++)
		n += strcmp(h->fields[i].name, name) == 0;
	return n;
}

bool http_head_has_body(const struct http_head *h)
{
	return h->chunked || h->length > 0;
}

struct http_parse *http_parse_new(bool request,
	const struct http_parse_calls *calls, void *ctx, size_t head_max,
	uint32_t fields_max)
{
	struct http_parse *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	llhttp_init(&p->ll, request ? HTTP_REQUEST : HTTP_RESPONSE, &settings);
	p->ll.data = p;
	p->calls = calls;
	p->ctx = ctx;
	p->head_max = head_max;
	p->fields_max =
		fields_max < HTTP_FIELDS_MAX ? fields_max : HTTP_FIELDS_MAX;
	buf_init(&p->head.bytes, head_max);
	return p;
}

void http_parse_free(struct http_parse *p)
{
	if (p == NULL)
		return;
	buf_deinit(&p->head.bytes);
	free(p);
}

/* Makes ready for the next message of the connection. */
static void begin_again(struct http_parse *p)
{
	llhttp_resume(&p->ll);
	buf_deinit(&p->head.bytes);
	memset(&p->head, 0, sizeof(p->head));
	p->target = (struct span){0};
	buf_init(&p->head.bytes, p->head_max);
	p->overhead = 0;
	p->in_body = false;
	p->no_body = false;
	p->whole = false;
}

static bool refused_line(struct http_parse *p, const char *bytes, size_t i)
{
	char c = bytes[i];
	char before = i > 0 ? bytes[i - 1] : '\0';

	if (c == '\0')
		return refuse(p, 400, "NUL in the head") != 0;
	if ((c == '\n') != (before == '\r'))
		return refuse(p, 400, "line end that is not CR LF") != 0;
	if (before == '\n' && (c == ' ' || c == '\t'))
		return refuse(p, 400, "folded header field") != 0;
	if (before == '\n' && c == ':')
		return refuse(p, 400, "header field without a name") != 0;
	return false;
}

/* Collects head bytes. True when the empty line was seen. */
static bool take_head(
	struct http_parse *p, const char *bytes, size_t n, size_t *used)
{
	struct buf *b = &p->head.bytes;
	size_t from = b->len;
	size_t skip = 0;
	size_t part;
	size_t i;

	*used = 0;
	/* line ends between messages are not worth an error */
	if (from == 1 && b->at[0] == '\r' && n > 0 && bytes[0] == '\n') {
		buf_reset(b);
		from = 0;
		skip = 1;
	}
	while (from == 0 && skip + 1 < n && bytes[skip] == '\r' &&
		bytes[skip + 1] == '\n')
		skip += 2;
	part = n - skip;
	if (part > p->head_max - from)
		part = p->head_max - from;
	buf_add(b, bytes + skip, part);
	if (b->failed) {
		refuse(p, 503, "out of memory");
		return false;
	}
	for (i = from; i < b->len; i++) {
		if (refused_line(p, b->at, i))
			return false;
		if (i >= 3 && b->at[i] == '\n' && b->at[i - 2] == '\n') {
			*used = skip + i + 1 - from;
			b->len = i + 1;
			b->at[b->len] = '\0';
			return true;
		}
	}
	*used = skip + part;
	if (b->len == p->head_max)
		refuse(p, 431, "the head is too long");
	return false;
}

static enum http_parse_result outcome(struct http_parse *p, llhttp_errno_t rc)
{
	if (p->stopped)
		return HTTP_PARSE_STOPPED;
	if (p->whole)
		return HTTP_PARSE_DONE;
	if (rc == HPE_OK && p->status == 0)
		return HTTP_PARSE_MORE;
	refuse(p, 400, llhttp_get_error_reason(&p->ll));
	if (p->reason == NULL || *p->reason == '\0')
		p->reason = "not HTTP";
	return HTTP_PARSE_BAD;
}

/* Method, target and version stand one blank apart. */
static bool request_line_ok(const struct http_parse *p)
{
	const char *at = p->head.bytes.at;
	size_t blanks = 0;

	for (at += strspn(at, "\r\n"); *at != '\r' && *at != '\0'; at++)
		blanks += *at == ' ';
	return p->ll.type != HTTP_REQUEST || blanks == 2;
}

static enum http_parse_result feed_head(struct http_parse *p)
{
	struct buf *b = &p->head.bytes;
	enum http_parse_result r;

	if (!request_line_ok(p)) {
		refuse(p, 400, "the request line is malformed");
		return HTTP_PARSE_BAD;
	}
	r = outcome(p, llhttp_execute(&p->ll, b->at, b->len));
	/* the library must see the same end of the head as we did */
	if ((r == HTTP_PARSE_MORE || r == HTTP_PARSE_DONE) && !p->in_body) {
		refuse(p, 400, "the head has no clear end");
		return HTTP_PARSE_BAD;
	}
	return r;
}

static enum http_parse_result feed_body(
	struct http_parse *p, const char *bytes, size_t n, size_t *used)
{
	llhttp_errno_t rc;
	enum http_parse_result r;

	p->body_seen = 0;
	rc = llhttp_execute(&p->ll, bytes, n);
	r = outcome(p, rc);
	*used = n;
	if (r == HTTP_PARSE_DONE)
		*used = (size_t)(llhttp_get_error_pos(&p->ll) - bytes);
	if (p->body_seen > 0)
		p->overhead = 0;
	else
		p->overhead += n;
	if (r == HTTP_PARSE_MORE && p->overhead > OVERHEAD_MAX) {
		refuse(p, 400, "chunk framing without end");
		return HTTP_PARSE_BAD;
	}
	return r;
}

enum http_parse_result http_parse_feed(
	struct http_parse *p, const char *bytes, size_t n, size_t *used)
{
	enum http_parse_result r;
	size_t rest = 0;

	*used = 0;
	if (p->status != 0)
		return HTTP_PARSE_BAD;
	if (p->stopped)
		return HTTP_PARSE_STOPPED;
	if (p->whole)
		begin_again(p);
	if (!p->in_body) {
		bool whole_head = take_head(p, bytes, n, used);

		if (p->status != 0)
			return HTTP_PARSE_BAD;
		if (!whole_head)
			return HTTP_PARSE_MORE;
		r = feed_head(p);
		if (r != HTTP_PARSE_MORE || *used == n)
			return r;
	}
	r = feed_body(p, bytes + *used, n - *used, &rest);
	*used += rest;
	return r;
}

enum http_parse_result http_parse_eof(struct http_parse *p)
{
	llhttp_errno_t rc;

	if (p->status != 0 || !p->in_body || p->whole)
		return HTTP_PARSE_BAD;
	rc = llhttp_finish(&p->ll);
	if (p->whole)
		return HTTP_PARSE_DONE;
	refuse(p, 400,
		rc == HPE_OK ? "the connection ended"
			     : llhttp_get_error_reason(&p->ll));
	return HTTP_PARSE_BAD;
}

void http_parse_no_body(struct http_parse *p)
{
	if (p->whole)
		begin_again(p);
	p->no_body = true;
}

bool http_parse_in_head(const struct http_parse *p)
{
	return !p->whole && !p->in_body && p->head.bytes.len > 0;
}

int http_parse_status(const struct http_parse *p)
{
	return p->status;
}

const char *http_parse_reason(const struct http_parse *p)
{
	return p->reason ? p->reason : "not HTTP";
}
