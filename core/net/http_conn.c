#include "net/http_conn.h"

#include <string.h>

enum { READ_MORE_BYTES = 256 << 10 }; /* bound of `in`, twice one read */

static const struct http_limits *limits(const struct http_conn *c)
{
	return &c->server->opt.limits;
}

static void state_to(struct http_conn *c, enum http_state to)
{
	static const uint8_t allowed[] = {
		[HTTP_HEAD] =
			1 << HTTP_BODY | 1 << HTTP_LINGER | 1 << HTTP_CLOSED,
		[HTTP_BODY] =
			1 << HTTP_WAIT | 1 << HTTP_LINGER | 1 << HTTP_CLOSED,
		[HTTP_WAIT] =
			1 << HTTP_HEAD | 1 << HTTP_LINGER | 1 << HTTP_CLOSED,
		[HTTP_LINGER] = 1 << HTTP_CLOSED,
		[HTTP_CLOSED] = 0,
	};

	REQUIRE((allowed[c->state] >> to & 1) != 0);
	c->state = to;
	c->since_ms = http_now_ms();
}

size_t http_conn_unsent(const struct http_conn *c)
{
	return c->out.len + (c->writing ? stream_unsent(c->stream) : 0);
}

void http_conn_touch(struct http_conn *c)
{
	loop_defer(c->server->loop, &c->task);
}

/* The connection lets go of its request. */
static void drop_request(struct http_conn *c)
{
	struct http_request *req = c->req;

	c->req = NULL;
	if (req == NULL)
		return;
	req->conn = NULL;
	if (!req->handed && !req->answered) {
		req->answered = true; /* nobody was asked to answer it */
		http_unref(req);
	}
	http_unref(req);
}

/* Behind what is in `out` nothing more is said. */
static void finish(struct http_conn *c)
{
	state_to(c, HTTP_LINGER);
	drop_request(c);
	buf_reset(&c->in);
	http_conn_touch(c);
}

/* Refuses what is arriving. A begun answer is just cut off. */
static void refuse(struct http_conn *c, int status, const char *detail)
{
	struct http_request *req = c->req;

	if (req != NULL && req->lines_on) {
		/* the lines before are good and get their answers */
		req->last = true;
		http_lines_end(req, FL_UNKNOWN);
		if (c->state == HTTP_BODY)
			state_to(c, HTTP_WAIT);
		return;
	}
	if (req == NULL)
		http_conn_problem(c, status, detail);
	else if (!req->begun) {
		req->last = true;
		http_problem(req, status, NULL, detail);
	}
	finish(c);
}

/* ---- what the parser tells ---- */

static bool host_ok(const struct http_head *h)
{
	const char *host = http_head_field(h, "host");

	return http_head_count(h, "host") == 1 && *host != '\0' &&
	       strpbrk(host, " \t,/@?#\\\"<>") == NULL;
}

static bool target_ok(const struct http_head *h)
{
	if (strcmp(h->target, "*") == 0)
		return strcmp(h->method, "OPTIONS") == 0;
	return h->target[0] == '/' && strchr(h->target, '#') == NULL;
}

/* Refuses inside the parser's callback: the loop around it must stop. */
static bool stop_with(struct http_conn *c, int status, const char *detail)
{
	refuse(c, status, detail);
	return false;
}

static bool ask_for_body(struct http_conn *c, struct http_request *req)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (!http_head_has_body(&req->head))
		return true;
	if (!req->lines_on && req->head.length > req->body.max)
		return stop_with(c, 413, "the body is too long");
	if (req->continues)
		buf_add(&c->out, go_on, sizeof(go_on) - 1);
	req->continues = false;
	return true;
}

static bool on_head(void *ctx, struct http_head *head)
{
	struct http_conn *c = ctx;
	const char *expect = http_head_field(head, "expect");
	struct http_request *req = NULL;

	if (!host_ok(head))
		return stop_with(c, 400, "exactly one Host is needed");
	if (!target_ok(head))
		return stop_with(c, 400, "the target must be a path");
	if (expect != NULL && strcasecmp(expect, "100-continue") != 0)
		return stop_with(c, 417, "unknown expectation");
	req = http_request_new(c, head);
	if (req == NULL)
		return stop_with(c, 503, "out of memory");
	req->continues = expect != NULL && req->head.minor == 1;
	c->req = req;
	c->served = true;
	c->body_bytes = 0;
	state_to(c, HTTP_BODY);
	c->in_gate = (struct http_gate){c->since_ms, 0};
	if (c->server->opt.on_head != NULL)
		c->server->opt.on_head(c->server->opt.ctx, req);
	if (req->answered && http_head_has_body(&req->head)) {
		finish(c);
		return false;
	}
	return ask_for_body(c, req);
}

static bool on_body(void *ctx, const char *at, size_t n)
{
	struct http_conn *c = ctx;
	struct http_request *req = c->req;

	c->body_bytes += n;
	if (req->lines_on) {
		buf_add(&req->held, at, n);
		if (req->held.failed)
			return stop_with(c, 503, "out of memory");
		c->since_ms = http_now_ms();
		http_lines_pump(req);
		if (req->answered) {
			finish(c);
			return false;
		}
		return true;
	}
	if (n > req->body.max - req->body.len)
		return stop_with(c, 413, "the body is too long");
	buf_add(&req->body, at, n);
	if (req->body.failed)
		return stop_with(c, 503, "out of memory");
	return true;
}

static const struct http_parse_calls parse_calls = {on_head, on_body};

static void body_whole(struct http_conn *c)
{
	struct http_request *req = c->req;

	state_to(c, HTTP_WAIT);
	if (req->lines_on) {
		http_lines_end(req, FL_OK);
	} else if (!req->answered) {
		req->handed = true;
		c->server->opt.on_request(c->server->opt.ctx, req);
	}
}

/* ---- moving on ---- */

/* An answered request makes room for the next one or for the end. */
static void after_answer(struct http_conn *c)
{
	struct http_request *req = c->req;

	if (c->state == HTTP_BODY && req->answered) {
		finish(c); /* the rest of the body is not wanted */
		return;
	}
	if (c->state != HTTP_WAIT || !req->answered)
		return;
	if (req->last || c->server->draining) {
		finish(c);
		return;
	}
	drop_request(c);
	state_to(c, HTTP_HEAD);
}

/* Parses as far as the turn of requests allows. Returns bytes used. */
static size_t feed(struct http_conn *c, const char *bytes, size_t n)
{
	enum http_parse_result r;
	size_t used = 0;
	size_t part = 0;

	while (used < n && !c->doomed) {
		if (c->state == HTTP_LINGER)
			return n;
		if (c->state == HTTP_WAIT ||
			http_conn_unsent(c) > limits(c)->unsent_bytes)
			break;
		if (c->state == HTTP_HEAD && !http_parse_in_head(c->parse))
			c->since_ms = http_now_ms();
		r = http_parse_feed(c->parse, bytes + used, n - used, &part);
		used += part;
		if (r == HTTP_PARSE_BAD)
			refuse(c, http_parse_status(c->parse),
				http_parse_reason(c->parse));
		else if (r == HTTP_PARSE_DONE)
			body_whole(c);
		if (c->req != NULL)
			after_answer(c);
		if (r == HTTP_PARSE_BAD || r == HTTP_PARSE_STOPPED)
			return n; /* what follows has no meaning */
	}
	return used;
}

static void on_read(void *ctx, const char *bytes, ssize_t n);

static bool want_input(const struct http_conn *c)
{
	if (c->eof)
		return false;
	if (c->state == HTTP_LINGER)
		return true;
	if (c->in.len > 0 || http_conn_unsent(c) > limits(c)->unsent_bytes)
		return false;
	return c->state != HTTP_BODY || !c->req->lines_on ||
	       !http_lines_full(c->req);
}

static void on_sent(void *ctx, fl_status status)
{
	struct http_conn *c = ctx;

	c->writing = false;
	if (c->state == HTTP_CLOSED)
		return;
	if (status != FL_OK)
		c->doomed = true;
	buf_reset(&c->sending);
	http_conn_touch(c);
}

static void send_out(struct http_conn *c)
{
	struct buf swap;
	size_t now = 0;

	http_close_chunk(c);
	if (c->out.failed)
		c->doomed = true;
	if (c->writing || c->out.len == 0 || c->doomed)
		return;
	now = stream_write_now(c->stream, c->out.at, c->out.len);
	c->queued_bytes += c->out.len;
	if (now == c->out.len) {
		buf_reset(&c->out);
		return;
	}
	swap = c->sending;
	c->sending = c->out;
	c->out = swap;
	c->out_gate = (struct http_gate){
		http_now_ms(), c->queued_bytes - (c->sending.len - now)};
	if (stream_write(c->stream, c->sending.at + now, c->sending.len - now,
		    on_sent, c, NULL) == FL_OK)
		c->writing = true;
	else
		c->doomed = true;
}

/* Nothing is left to say: shut our end, and go when theirs is shut too. */
static void end_if_said(struct http_conn *c)
{
	bool idle = c->state == HTTP_HEAD && c->in.len == 0;

	if (http_conn_unsent(c) > 0 || c->doomed)
		return;
	if (c->eof && (idle || c->state == HTTP_LINGER)) {
		c->doomed = true;
	} else if (c->state == HTTP_LINGER && !c->finished) {
		c->finished = true;
		c->since_ms = http_now_ms();
		stream_finish(c->stream);
	}
}

/* End of an iteration in which something happened here. */
static void on_task(void *ctx)
{
	struct http_conn *c = ctx;
	size_t used = 0;

	if (c->req != NULL && c->req->lines_on && !c->doomed)
		http_lines_pump(c->req);
	if (c->req != NULL && !c->doomed)
		after_answer(c);
	if (c->in.len > 0 && !c->doomed) {
		used = feed(c, c->in.at, c->in.len);
		buf_consume(&c->in, used < c->in.len ? used : c->in.len);
	}
	send_out(c);
	end_if_said(c);
	if (c->doomed) {
		http_conn_close(c);
		return;
	}
	if (want_input(c))
		stream_read_start(c->stream, on_read, c);
	else
		stream_read_stop(c->stream);
	/* room again for what waited in `in` */
	if (c->in.len > 0 && c->state == HTTP_HEAD &&
		http_conn_unsent(c) <= limits(c)->unsent_bytes)
		http_conn_touch(c);
}

static void on_eof(struct http_conn *c)
{
	struct http_request *req = c->req;

	c->eof = true;
	if (c->state == HTTP_BODY && req->lines_on)
		refuse(c, 400, "the body was cut off");
	else if (c->state == HTTP_BODY)
		c->doomed = true;
	else if (c->state == HTTP_WAIT && req->begun && !req->lines_on)
		c->doomed = true;
	else if (c->state == HTTP_WAIT)
		req->last = true;
	http_conn_touch(c);
}

static void on_read(void *ctx, const char *bytes, ssize_t n)
{
	struct http_conn *c = ctx;
	size_t used = 0;

	if (n < 0) {
		http_conn_close(c);
		return;
	}
	if (n == 0) {
		on_eof(c);
		return;
	}
	if (c->in.len == 0)
		used = feed(c, bytes, (size_t)n);
	if (used < (size_t)n)
		buf_add(&c->in, bytes + used, (size_t)n - used);
	if (c->in.failed)
		c->doomed = true;
	http_conn_touch(c);
}

/* ---- life and time ---- */

static void on_stream_closed(void *ctx)
{
	struct http_conn *c = ctx;

	http_parse_free(c->parse);
	buf_deinit(&c->in);
	buf_deinit(&c->out);
	buf_deinit(&c->sending);
	free(c);
}

void http_conn_open(struct http_server *sv, struct stream *s)
{
	struct http_conn *c = calloc(1, sizeof(*c));
	const struct http_limits *m = &sv->opt.limits;

	if (c != NULL)
		c->parse = http_parse_new(
			true, &parse_calls, c, m->head_bytes, m->fields);
	if (c == NULL || c->parse == NULL) {
		free(c);
		stream_free(s, NULL, NULL);
		return;
	}
	c->server = sv;
	c->stream = s;
	c->task = (struct loop_task){.run = on_task, .ctx = c};
	c->since_ms = http_now_ms();
	buf_init(&c->in, READ_MORE_BYTES);
	buf_init(&c->out, m->answer_bytes);
	buf_init(&c->sending, m->answer_bytes);
	c->next = sv->conns;
	c->prev = &sv->conns;
	if (c->next != NULL)
		c->next->prev = &c->next;
	sv->conns = c;
	sv->conn_count++;
	stream_read_start(s, on_read, c);
}

void http_conn_close(struct http_conn *c)
{
	struct http_request *req = c->req;

	*c->prev = c->next; /* c->next stays: a sweep may stand here */
	if (c->next != NULL)
		c->next->prev = c->prev;
	c->server->conn_count--;
	loop_defer_drop(c->server->loop, &c->task);
	c->server = NULL;
	state_to(c, HTTP_CLOSED);
	stream_free(c->stream, on_stream_closed, c);
	if (req == NULL)
		return;
	http_ref(req);
	drop_request(c);
	if (req->lines_on)
		http_lines_end(req, FL_UNKNOWN);
	http_unref(req);
}

/* Whether too little moved in the span that ends now. */
static bool stalled(const struct http_conn *c, struct http_gate *g,
	uint64_t bytes, int64_t now_ms)
{
	bool bad = false;

	if (now_ms - g->since_ms < limits(c)->floor_ms)
		return false;
	bad = bytes - g->bytes < limits(c)->floor_bytes;
	*g = (struct http_gate){now_ms, bytes};
	return bad;
}

static void sweep_head(struct http_conn *c, int64_t waited_ms)
{
	bool begun = http_parse_in_head(c->parse);

	if (begun && waited_ms >= limits(c)->head_ms)
		refuse(c, 408, "the head took too long");
	else if (waited_ms >= limits(c)->idle_ms ||
		 (!c->served && waited_ms >= limits(c)->head_ms))
		c->doomed = http_conn_unsent(c) == 0;
	else
		return;
	http_conn_touch(c);
}

static void sweep_body(struct http_conn *c, int64_t now_ms)
{
	struct http_request *req = c->req;
	const struct http_limits *m = limits(c);
	bool slow = false;

	if (!req->lines_on)
		slow = stalled(c, &c->in_gate, c->body_bytes, now_ms);
	else if (req->line_since_ms != 0)
		slow = now_ms - req->line_since_ms >= m->head_ms;
	else if (req->in_flight == 0)
		slow = now_ms - c->since_ms >= m->idle_ms;
	if (!slow)
		return;
	refuse(c, 408, "the body came too slowly");
	http_conn_touch(c);
}

void http_conn_sweep(struct http_conn *c, int64_t now_ms)
{
	if (c->writing &&
		stalled(c, &c->out_gate,
			c->queued_bytes - stream_unsent(c->stream), now_ms)) {
		http_conn_close(c);
		return;
	}
	if (c->state == HTTP_HEAD)
		sweep_head(c, now_ms - c->since_ms);
	else if (c->state == HTTP_BODY)
		sweep_body(c, now_ms);
	else if (c->state == HTTP_LINGER && c->finished &&
		 now_ms - c->since_ms >= limits(c)->linger_ms)
		http_conn_close(c);
}
