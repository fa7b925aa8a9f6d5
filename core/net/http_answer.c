#include "base/clock.h"
#include "base/value.h"
#include "net/http_conn.h"

#include <string.h>
#include <time.h>

enum { EXTRA_BYTES = 8192, CHUNK_MARK = 10 }; /* "00000000\r\n" */

const char *http_status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} texts[] = {
		{200, "OK"},
		{201, "Created"},
		{202, "Accepted"},
		{204, "No Content"},
		{207, "Multi-Status"},
		{303, "See Other"},
		{304, "Not Modified"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{406, "Not Acceptable"},
		{408, "Request Timeout"},
		{409, "Conflict"},
		{410, "Gone"},
		{411, "Length Required"},
		{412, "Precondition Failed"},
		{413, "Content Too Large"},
		{415, "Unsupported Media Type"},
		{417, "Expectation Failed"},
		{422, "Unprocessable Content"},
		{428, "Precondition Required"},
		{429, "Too Many Requests"},
		{431, "Request Header Fields Too Large"},
		{500, "Internal Server Error"},
		{501, "Not Implemented"},
		{502, "Bad Gateway"},
		{503, "Service Unavailable"},
		{504, "Gateway Timeout"},
		{505, "HTTP Version Not Supported"},
		{507, "Insufficient Storage"},
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].status == status)
			return texts[i].text;
	return "Status";
}

/* ---- the request ---- */

struct http_request *http_request_new(
	struct http_conn *c, struct http_head *head)
{
	struct http_request *req = calloc(1, sizeof(*req));
	char *mark = NULL;

	if (req == NULL)
		return NULL;
	req->refs = 2; /* connection and answerer */
	req->conn = c;
	req->head = *head;
	memset(&head->bytes, 0, sizeof(head->bytes));
	req->path = req->head.target;
	req->query = "";
	mark = req->head.bytes.at + (req->path - req->head.bytes.at);
	mark += strcspn(mark, "?");
	if (*mark == '?') {
		*mark = '\0';
		req->query = mark + 1;
	}
	req->last = !req->head.keep_alive;
	req->no_body = strcmp(req->head.method, "HEAD") == 0;
	buf_init(&req->body, c->server->opt.limits.body_bytes);
	buf_init(&req->extra, EXTRA_BYTES);
	return req;
}

struct http_request *http_ref(struct http_request *req)
{
	req->refs++;
	return req;
}

void http_unref(struct http_request *req)
{
	if (req == NULL || --req->refs > 0)
		return;
	buf_deinit(&req->head.bytes);
	buf_deinit(&req->body);
	buf_deinit(&req->extra);
	buf_deinit(&req->held);
	free(req);
}

const char *http_method(const struct http_request *req)
{
	return req->head.method;
}

const char *http_path(const struct http_request *req)
{
	return req->path;
}

const char *http_query(const struct http_request *req)
{
	return req->query;
}

const char *http_field(const struct http_request *req, const char *name)
{
	return http_head_field(&req->head, name);
}

const char *http_body(const struct http_request *req, size_t *n)
{
	*n = req->body.len;
	return req->body.len > 0 ? req->body.at : "";
}

void http_set_data(struct http_request *req, void *data)
{
	req->data = data;
}

void *http_data(const struct http_request *req)
{
	return req->data;
}

void http_body_max(struct http_request *req, size_t bytes)
{
	req->body.max = bytes;
}

/* ---- heads of answers ---- */

static const char *date_now(struct http_server *sv)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t now_s = clock_wall_ms() / 1000;
	time_t t = (time_t)now_s;
	struct tm tm = {0};

	if (now_s == sv->date_s || gmtime_r(&t, &tm) == NULL)
		return sv->date;
	sv->date_s = now_s;
	snprintf(sv->date, sizeof(sv->date),
		"%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
		days + 3 * tm.tm_wday, (unsigned)tm.tm_mday % 100u,
		months + 3 * tm.tm_mon, (unsigned)(tm.tm_year + 1900) % 10000u,
		(unsigned)tm.tm_hour % 100u, (unsigned)tm.tm_min % 100u,
		(unsigned)tm.tm_sec % 100u);
	return sv->date;
}

/* Status line and fields that every answer has; the caller adds how long the
 * body is and the empty line. */
static void add_head(
	struct http_conn *c, int status, const char *type, bool last)
{
	buf_add_text(&c->out, "HTTP/1.1 ");
	buf_add_int(&c->out, status);
	buf_add_char(&c->out, ' ');
	buf_add_text(&c->out, http_status_text(status));
	buf_add_text(&c->out, "\r\nDate: ");
	buf_add_text(&c->out, date_now(c->server));
	buf_add_text(&c->out, "\r\n");
	if (type != NULL) {
		buf_add_text(&c->out, "Content-Type: ");
		buf_add_text(&c->out, type);
		buf_add(&c->out, "\r\n", 2);
	}
	if (last)
		buf_add_text(&c->out, "Connection: close\r\n");
}

static void add_length(struct http_conn *c, size_t n)
{
	buf_add_text(&c->out, "Content-Length: ");
	buf_add_int(&c->out, (int64_t)n);
	buf_add(&c->out, "\r\n", 2);
}

static void add_request_head(
	struct http_request *req, int status, const char *type)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct http_conn *c = req->conn;

	REQUIRE(!req->begun);
	req->begun = true;
	if (status == 204 || status == 304)
		req->no_body = true;
	if (c->eof || c->server->draining ||
		(c->state == HTTP_BODY && !req->lines_on &&
			http_head_has_body(&req->head)))
		req->last = true;
	if (req->lines_on && req->continues)
		buf_add(&c->out, go_on, sizeof(go_on) - 1);
	req->continues = false;
	add_head(c, status, type, req->last);
	if (!req->last && req->head.minor == 0)
		buf_add_text(&c->out, "Connection: keep-alive\r\n");
	buf_add(&c->out, req->extra.at, req->extra.len);
}

static void answered(struct http_request *req)
{
	REQUIRE(!req->answered);
	req->answered = true;
	if (req->conn != NULL)
		http_conn_touch(req->conn);
	http_unref(req);
}

static bool field_text_ok(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

fl_status http_answer_field(
	struct http_request *req, const char *name, const char *value)
{
	size_t before = req->extra.len;

	if (*name == '\0' || strpbrk(name, " :\t") != NULL ||
		!field_text_ok(name) || !field_text_ok(value))
		return FL_INVALID;
	buf_printf(&req->extra, "%s: %s\r\n", name, value);
	if (!req->extra.failed)
		return FL_OK;
	req->extra.len = before;
	req->extra.failed = false;
	return FL_NOMEM;
}

/* ---- whole answers ---- */

void http_answer(struct http_request *req, int status, const char *type,
	const char *body, size_t n)
{
	struct http_conn *c = req->conn;

	if (c != NULL) {
		add_request_head(req, status, type);
		if (status != 204 && status != 304)
			add_length(c, n);
		buf_add(&c->out, "\r\n", 2);
		if (!req->no_body && n > 0)
			buf_add(&c->out, body, n);
	}
	answered(req);
}

static void add_problem(
	struct buf *b, int status, const char *code, const char *detail)
{
	const char *title = http_status_text(status);

	buf_add_text(b, "{");
	if (code != NULL) {
		buf_add_text(b, "\"code\":");
		value_write_text(b, code, strlen(code));
		buf_add_text(b, ",");
	}
	buf_add_text(b, "\"detail\":");
	value_write_text(b, detail, strlen(detail));
	buf_printf(b, ",\"status\":%d,\"title\":", status);
	value_write_text(b, title, strlen(title));
	buf_add_text(b, ",\"type\":\"about:blank\"}");
}

static const char problem_type[] = "application/problem+json";

void http_problem(struct http_request *req, int status, const char *code,
	const char *detail)
{
	struct buf b;

	buf_init(&b, 16384);
	add_problem(&b, status, code, detail);
	http_answer(req, status, problem_type, b.at, b.failed ? 0 : b.len);
	buf_deinit(&b);
}

void http_conn_problem(struct http_conn *c, int status, const char *detail)
{
	struct buf b;

	buf_init(&b, 16384);
	add_problem(&b, status, NULL, detail);
	add_head(c, status, problem_type, true);
	add_length(c, b.len);
	buf_add(&c->out, "\r\n", 2);
	buf_add(&c->out, b.at, b.len);
	buf_deinit(&b);
}

/* ---- answers in parts ---- */

void http_answer_begin(struct http_request *req, int status, const char *type)
{
	struct http_conn *c = req->conn;

	if (c == NULL)
		return;
	req->plain = req->head.minor == 0;
	if (req->plain)
		req->last = true; /* its end is the connection's */
	add_request_head(req, status, type);
	if (!req->plain && !req->no_body)
		buf_add_text(&c->out, "Transfer-Encoding: chunked\r\n");
	buf_add(&c->out, "\r\n", 2);
	http_conn_touch(c);
}

/* What is written until the next send is one chunk: its size goes in front
 * when it is known. */
static void open_chunk(struct http_conn *c)
{
	if (c->chunk_at != 0)
		return;
	buf_add(&c->out, "00000000\r\n", CHUNK_MARK);
	c->chunk_at = c->out.len - CHUNK_MARK + 1;
}

void http_close_chunk(struct http_conn *c)
{
	static const char hex[] = "0123456789abcdef";
	size_t at = c->chunk_at - 1;
	size_t n = 0;
	size_t i;

	if (c->chunk_at == 0)
		return;
	c->chunk_at = 0;
	if (c->out.failed)
		return;
	n = c->out.len - at - CHUNK_MARK;
	for (i = 8; i > 0; i--, n >>= 4)
		c->out.at[at + i - 1] = hex[n & 15];
	buf_add(&c->out, "\r\n", 2);
}

static void add_part(struct http_request *req, const char *bytes, size_t n)
{
	if (req->no_body || n == 0)
		return;
	if (!req->plain)
		open_chunk(req->conn);
	buf_add(&req->conn->out, bytes, n);
	http_conn_touch(req->conn);
}

void http_answer_chunk(struct http_request *req, const char *bytes, size_t n)
{
	if (req->conn != NULL)
		add_part(req, bytes, n);
}

void http_answer_line(struct http_request *req, const char *line, size_t n)
{
	if (req->in_flight > 0)
		req->in_flight--;
	if (req->conn == NULL)
		return;
	add_part(req, line, n);
	add_part(req, "\n", 1);
}

void http_answer_end(struct http_request *req)
{
	struct http_conn *c = req->conn;

	if (c != NULL) {
		REQUIRE(req->begun);
		http_close_chunk(c);
		if (!req->plain && !req->no_body)
			buf_add(&c->out, "0\r\n\r\n", 5);
	}
	answered(req);
}
