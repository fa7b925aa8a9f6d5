#include "net/http_client.h"
#include "base/clock.h"
#include "loop/socket.h"
#include "net/http_parse.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SEND_AHEAD_BYTES = 65536 };

struct http_client {
	struct http_client_options opt;
	char *unix_path;
	int fd; /* -1: not connected */
	struct http_parse *parse;
	/* the call at work */
	const struct http_call *call;
	struct http_reply *reply;
	struct buf out;	 /* to send */
	size_t out_at;	 /* sent up to here */
	struct buf line; /* a line of the answer, not yet whole */
	bool source_ended;
	bool source_later; /* it has nothing now */
	bool deaf;	   /* the other side takes no more bytes */
	bool interim;	   /* 1xx: the real answer follows */
	bool keep_alive;
	bool sent_some;
	fl_status fault; /* of a callback of the parser */
};

static bool on_head(void *ctx, struct http_head *head)
{
	struct http_client *c = ctx;
	const char *type = http_head_field(head, "content-type");

	c->interim = head->status < 200;
	if (c->interim)
		return true;
	c->reply->status = head->status;
	c->keep_alive = head->keep_alive && (head->chunked || head->has_length);
	snprintf(
		c->reply->type, sizeof(c->reply->type), "%s", type ? type : "");
	return true;
}

static void answer_line(struct http_client *c, const char *at, size_t n)
{
	c->reply->lines_answered++;
	if (c->call->on_line != NULL)
		c->call->on_line(c->call->ctx, at, n);
}

static bool add_lines(struct http_client *c, const char *at, size_t n)
{
	const char *end = NULL;
	size_t part;

	while (n > 0) {
		end = memchr(at, '\n', n);
		part = end ? (size_t)(end - at) : n;
		if (end != NULL && c->line.len == 0) {
			answer_line(c, at, part);
		} else {
			buf_add(&c->line, at, part);
			if (c->line.failed)
				return false;
			if (end != NULL) {
				answer_line(c, c->line.at, c->line.len);
				buf_reset(&c->line);
			}
		}
		part += end != NULL;
		at += part;
		n -= part;
	}
	return true;
}

static bool on_body(void *ctx, const char *at, size_t n)
{
	struct http_client *c = ctx;

	if (c->call->next != NULL && c->reply->status / 100 == 2) {
		if (add_lines(c, at, n))
			return true;
	} else {
		buf_add(&c->reply->body, at, n);
		if (!c->reply->body.failed)
			return true;
	}
	c->fault = FL_LIMIT;
	return false;
}

static const struct http_parse_calls parse_calls = {on_head, on_body};

static void disconnect(struct http_client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	http_parse_free(c->parse);
	c->parse = NULL;
}

static fl_status reconnect(struct http_client *c, struct fl_error *err)
{
	fl_status s;

	if (c->fd >= 0)
		return FL_OK;
	s = socket_connect_unix(
		c->unix_path, c->opt.timeout_ms, &c->fd, err);
	if (s != FL_OK)
		return s;
	c->parse = http_parse_new(
		false, &parse_calls, c, HTTP_HEAD_BYTES, HTTP_FIELDS_MAX);
	if (c->parse == NULL) {
		disconnect(c);
		return status_fail(err, FL_NOMEM, "HTTP client");
	}
	return FL_OK;
}

fl_status http_client_open(const struct http_client_options *opt,
	struct http_client **out, struct fl_error *err)
{
	struct http_client *c = NULL;
	fl_status s;

	*out = NULL;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return status_fail(err, FL_NOMEM, "HTTP client");
	c->fd = -1;
	c->opt = *opt;
	if (c->opt.timeout_ms == 0)
		c->opt.timeout_ms = 30000;
	if (c->opt.reply_bytes == 0)
		c->opt.reply_bytes = 64u << 20;
	if (c->opt.line_bytes == 0)
		c->opt.line_bytes = 1u << 20;
	buf_init(&c->out, SIZE_MAX / 2);
	buf_init(&c->line, c->opt.line_bytes);
	c->unix_path = strdup(opt->unix_path);
	if (c->unix_path == NULL) {
		s = status_fail(err, FL_NOMEM, "HTTP client");
		goto out;
	}
	if ((s = reconnect(c, err)) != FL_OK)
		goto out;
	*out = c;
	c = NULL;
out:
	http_client_free(c);
	return s;
}

void http_client_free(struct http_client *c)
{
	if (c == NULL)
		return;
	disconnect(c);
	buf_deinit(&c->out);
	buf_deinit(&c->line);
	free(c->unix_path);
	free(c);
}

void http_reply_deinit(struct http_reply *reply)
{
	buf_deinit(&reply->body);
}

static fl_status write_head(struct http_client *c, struct fl_error *err)
{
	const struct http_call *call = c->call;
	bool lines = call->next != NULL;

	buf_printf(&c->out, "%s %s HTTP/1.1\r\nHost: localhost\r\n",
		call->method, call->target);
	if (call->fields != NULL)
		buf_add_text(&c->out, call->fields);
	if (lines || call->body != NULL)
		buf_printf(&c->out, "Content-Type: %s\r\n",
			call->type ? call->type
			: lines	   ? "application/x-ndjson"
				   : "application/json");
	if (lines)
		buf_add_text(&c->out, "Transfer-Encoding: chunked\r\n");
	else if (call->body != NULL)
		buf_printf(
			&c->out, "Content-Length: %zu\r\n", call->body_bytes);
	buf_add_text(&c->out, "\r\n");
	if (call->body != NULL && !lines)
		buf_add(&c->out, call->body, call->body_bytes);
	c->source_ended = !lines;
	return c->out.failed ? status_fail(err, FL_NOMEM, "request") : FL_OK;
}

static size_t unsent(const struct http_client *c)
{
	return c->out.len - c->out_at;
}

static bool may_ask(const struct http_client *c)
{
	uint64_t flying = c->reply->lines_sent - c->reply->lines_answered;
	uint32_t window = c->call->window ? c->call->window : 512;

	return !c->source_ended && !c->deaf && flying < window &&
	       unsent(c) < SEND_AHEAD_BYTES;
}

/* Lines that may go now become one chunk. */
static void ask_source(struct http_client *c)
{
	static const char mark[] = "00000000\r\n";
	size_t at = c->out.len;
	const char *line = NULL;
	size_t n = 0;
	char size[9];

	c->source_later = false;
	if (!may_ask(c))
		return;
	buf_add(&c->out, mark, sizeof(mark) - 1);
	while (may_ask(c) && !c->source_later) {
		switch (c->call->next(c->call->ctx, &line, &n)) {
		case HTTP_LINE:
			buf_add(&c->out, line, n);
			buf_add_char(&c->out, '\n');
			c->reply->lines_sent++;
			break;
		case HTTP_LINE_LATER:
			c->source_later = true;
			break;
		case HTTP_LINE_END:
			c->source_ended = true;
			break;
		}
	}
	if (c->out.failed)
		return;
	n = c->out.len - at - (sizeof(mark) - 1);
	if (n > 0) {
		snprintf(size, sizeof(size), "%08x", (unsigned)n);
		memcpy(c->out.at + at, size, 8);
		buf_add(&c->out, "\r\n", 2);
	} else {
		c->out.len = at; /* a chunk of nothing would be the last */
	}
	if (c->source_ended)
		buf_add(&c->out, "0\r\n\r\n", 5);
}

static void drop_sent(struct http_client *c)
{
	if (unsent(c) == 0) {
		buf_reset(&c->out);
		c->out_at = 0;
	} else if (c->out_at > c->out.len / 2) {
		buf_consume(&c->out, c->out_at);
		c->out_at = 0;
	}
}

static void send_some(struct http_client *c)
{
	ssize_t n;

	if (unsent(c) == 0 || c->deaf)
		return;
	n = send(c->fd, c->out.at + c->out_at, unsent(c),
		MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n > 0) {
		c->sent_some = true;
		c->out_at += (size_t)n;
	} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
		c->deaf = true; /* why may be in an answer already there */
		c->out_at = c->out.len;
	}
	drop_sent(c);
}

static fl_status lost(
	struct http_client *c, const char *why, struct fl_error *err)
{
	if (!c->sent_some)
		return status_fail(
			err, FL_NOT_FOUND, "nobody answers at %s", c->unix_path);
	return status_fail(err, FL_UNKNOWN,
		"%s: %s before the answer was whole: it may have "
		"happened, ask again with the same id",
		c->unix_path, why);
}

/* Waits for something to do. FL_OK with *readable set, or the time is up. */
static fl_status wait_more(
	struct http_client *c, bool *readable, struct fl_error *err)
{
	struct pollfd p[2] = {
		{.fd = c->fd, .events = POLLIN}, {.fd = -1, .events = POLLIN}};
	bool patient = false;
	int rc;

	if (unsent(c) > 0)
		p[0].events |= POLLOUT;
	if (c->source_later) {
		p[1].fd = c->call->ready_fd;
		patient = unsent(c) == 0 &&
			  c->reply->lines_sent == c->reply->lines_answered;
	}
	rc = poll(p, 2, patient ? -1 : c->opt.timeout_ms);
	*readable = rc > 0 && (p[0].revents & ~POLLOUT) != 0;
	if (rc == 0)
		return lost(c, "time ran out", err);
	if (rc < 0 && errno != EINTR)
		return lost(c, strerror(errno), err);
	return FL_OK;
}

static fl_status take(struct http_client *c, const char *bytes, size_t n,
	bool *done, struct fl_error *err)
{
	enum http_parse_result r;
	size_t used = 0;
	size_t part = 0;

	while (used < n && !*done) {
		r = http_parse_feed(c->parse, bytes + used, n - used, &part);
		used += part;
		if (r == HTTP_PARSE_STOPPED)
			return status_fail(
				err, c->fault, "the answer is too long");
		if (r == HTTP_PARSE_BAD)
			return status_fail(err, FL_INVALID,
				"%s: no proper HTTP answer: %s",
				c->unix_path,
				http_parse_reason(c->parse));
		*done = r == HTTP_PARSE_DONE && !c->interim;
		if (r == HTTP_PARSE_DONE && c->interim &&
			strcmp(c->call->method, "HEAD") == 0)
			http_parse_no_body(c->parse);
	}
	if (used < n)
		c->keep_alive = false; /* more than was asked for */
	return FL_OK;
}

static fl_status receive_some(
	struct http_client *c, bool *done, struct fl_error *err)
{
	char space[65536];
	ssize_t n = recv(c->fd, space, sizeof(space), MSG_DONTWAIT);

	if (n > 0)
		return take(c, space, (size_t)n, done, err);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return FL_OK;
	c->keep_alive = false;
	if (n == 0 && http_parse_eof(c->parse) == HTTP_PARSE_DONE) {
		*done = true;
		return FL_OK;
	}
	return lost(c, "the connection broke", err);
}

static fl_status converse(struct http_client *c, struct fl_error *err)
{
	fl_status s = FL_OK;
	bool readable = false;
	bool done = false;

	while (s == FL_OK && !done) {
		ask_source(c);
		if (c->out.failed)
			return status_fail(err, FL_NOMEM, "request");
		send_some(c);
		s = wait_more(c, &readable, err);
		if (s == FL_OK && readable)
			s = receive_some(c, &done, err);
	}
	return s;
}

fl_status http_client_call(struct http_client *c, const struct http_call *call,
	struct http_reply *reply, struct fl_error *err)
{
	fl_status s;

	memset(reply, 0, sizeof(*reply));
	buf_init(&reply->body, c->opt.reply_bytes);
	c->call = call;
	c->reply = reply;
	c->source_later = false;
	c->deaf = false;
	c->sent_some = false;
	c->keep_alive = false;
	buf_reset(&c->out);
	c->out_at = 0;
	buf_reset(&c->line);
	if ((s = reconnect(c, err)) != FL_OK)
		return s;
	if (strcmp(call->method, "HEAD") == 0)
		http_parse_no_body(c->parse);
	if ((s = write_head(c, err)) == FL_OK)
		s = converse(c, err);
	if (s == FL_OK && c->line.len > 0)
		answer_line(c, c->line.at, c->line.len);
	if (s != FL_OK || !c->keep_alive || !c->source_ended || unsent(c) > 0 ||
		c->deaf)
		disconnect(c);
	c->call = NULL;
	c->reply = NULL;
	return s;
}
