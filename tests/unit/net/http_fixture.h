/*
 * http_fixture.h - a server and raw clients in one thread: the loop is turned
 * by hand while a client waits, so that tests decide what happens when.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "loop/socket.h"
#include "net/http.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct fixture {
	struct loop *loop;
	struct http_server *server;
	char path[64];
	struct http_request *kept[64]; /* unanswered, in order of arrival */
	uint32_t kept_count;
	uint32_t requests; /* on_request calls */
	uint32_t lines;	   /* on_line calls */
	uint32_t long_lines;
	uint32_t most;	 /* most lines unanswered at once */
	uint32_t flying; /* lines now unanswered */
	uint32_t ends;	 /* on_end calls */
	fl_status end_why;
	bool ended;	 /* http_answer_end() was called by on_end */
	bool hold_lines; /* do not answer lines by itself */
	uint32_t window;
	struct buf last_line;
};

static void fix_answer_lines(
	struct fixture *f, struct http_request *req, uint32_t n)
{
	char line[64];

	for (; n > 0; n--, f->flying--) {
		snprintf(line, sizeof(line), "{\"n\":%u}",
			f->lines - f->flying + 1);
		http_answer_line(req, line, strlen(line));
	}
}

static void fix_on_line(
	void *ctx, struct http_request *req, const char *line, size_t n)
{
	struct fixture *f = ctx;

	f->lines++;
	f->flying++;
	if (f->flying > f->most)
		f->most = f->flying;
	f->long_lines += line == NULL;
	buf_reset(&f->last_line);
	if (line != NULL)
		buf_add(&f->last_line, line, n);
	if (!f->hold_lines)
		fix_answer_lines(f, req, 1);
}

static void fix_on_end(void *ctx, struct http_request *req, fl_status why)
{
	struct fixture *f = ctx;

	f->ends++;
	f->end_why = why;
	f->ended = f->flying == 0 || why != FL_OK;
	if (f->ended)
		http_answer_end(req);
}

static void fix_on_head(void *ctx, struct http_request *req)
{
	struct fixture *f = ctx;
	const char *path = http_path(req);
	struct http_lines lines = {
		.on_line = fix_on_line,
		.on_end = fix_on_end,
		.ctx = f,
	};

	if (strcmp(path, "/lines") == 0) {
		lines.window = f->window;
		lines.line_bytes = 100;
		http_take_lines(req, &lines);
		http_answer_begin(req, 200, "application/x-ndjson");
		f->kept[f->kept_count++ % 64] = req;
	} else if (strcmp(path, "/small") == 0) {
		http_body_max(req, 10);
	} else if (strcmp(path, "/never") == 0) {
		http_problem(req, 403, "FL900", "not for \"you\"");
	}
}

static void fix_on_request(void *ctx, struct http_request *req)
{
	struct fixture *f = ctx;
	const char *path = http_path(req);
	const char *body = NULL;
	size_t n = 0;

	f->requests++;
	body = http_body(req, &n);
	if (strcmp(path, "/later") == 0 || strcmp(path, "/parts") == 0) {
		f->kept[f->kept_count++ % 64] = req;
		if (strcmp(path, "/parts") == 0)
			http_answer_begin(req, 200, "text/event-stream");
	} else if (strcmp(path, "/big") == 0) {
		size_t big_bytes = 8u << 20;
		char *big = malloc(big_bytes);

		assert_non_null(big);
		memset(big, 'b', big_bytes);
		http_answer(req, 200, "text/plain", big, big_bytes);
		free(big);
	} else {
		http_answer_field(req, "X-Query", http_query(req));
		http_answer(req, 200, "text/plain", body, n);
	}
}

static void fix_begin_with(struct fixture *f, const struct http_limits *limits)
{
	struct http_server_options opt = {
		.on_head = fix_on_head,
		.on_request = fix_on_request,
		.ctx = f,
	};
	struct fl_error err = {0};

	memset(f, 0, sizeof(*f));
	buf_init(&f->last_line, 4096);
	if (limits != NULL)
		opt.limits = *limits;
	snprintf(f->path, sizeof(f->path), "/tmp/fl-http-%d", getpid());
	assert_int_equal(loop_new(&f->loop, &err), FL_OK);
	assert_int_equal(
		http_server_new(f->loop, &opt, &f->server, &err), FL_OK);
	assert_int_equal(http_listen_unix(f->server, f->path, &err), FL_OK);
}

static inline void fix_begin(struct fixture *f)
{
	fix_begin_with(f, NULL);
}

static void fix_end(struct fixture *f)
{
	http_server_free(f->server);
	loop_free(f->loop);
	buf_deinit(&f->last_line);
	assert_int_not_equal(access(f->path, F_OK), 0);
}

static void fix_turn(struct fixture *f)
{
	loop_turn(f->loop, false);
}

static int fix_client(struct fixture *f)
{
	struct fl_error err = {0};
	int fd = -1;

	assert_int_equal(socket_connect_unix(f->path, 1000, &fd, &err), FL_OK);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	fix_turn(f);
	return fd;
}

/* Sends all, turning the loop as needed; false when the server shut us out. */
static bool fix_send(struct fixture *f, int fd, const char *bytes, size_t n)
{
	int64_t until_us = clock_mono_us() + 5000000;
	ssize_t now;

	while (n > 0 && clock_mono_us() < until_us) {
		now = send(fd, bytes, n, MSG_NOSIGNAL);
		if (now < 0 && errno != EAGAIN)
			return false;
		if (now > 0) {
			bytes += now;
			n -= (size_t)now;
		}
		fix_turn(f);
	}
	fix_turn(f);
	return n == 0;
}

static bool fix_say(struct fixture *f, int fd, const char *text)
{
	return fix_send(f, fd, text, strlen(text));
}

/* Adds what arrives to `got` until it holds `text` (NULL: until the end of the
 * connection). False after wait_ms, or at an end that came first. */
static bool fix_hear_ms(struct fixture *f, int fd, struct buf *got,
	const char *text, int wait_ms)
{
	int64_t until_us = clock_mono_us() + wait_ms * 1000;
	char space[65536];
	ssize_t n;

	for (;;) {
		if (text != NULL && got->len > 0 && strstr(got->at, text))
			return true;
		fix_turn(f);
		n = recv(fd, space, sizeof(space), 0);
		if (n > 0)
			buf_add(got, space, (size_t)n);
		else if (n == 0 || errno != EAGAIN)
			return text == NULL ||
			       (got->len > 0 && strstr(got->at, text));
		else if (clock_mono_us() > until_us)
			return false;
		else
			usleep(200);
	}
}

static bool fix_hear(
	struct fixture *f, int fd, struct buf *got, const char *text)
{
	return fix_hear_ms(f, fd, got, text, 5000);
}

/* Turns the loop for so long. */
static inline void fix_wait(struct fixture *f, int ms)
{
	int64_t until_us = clock_mono_us() + ms * 1000;

	while (clock_mono_us() < until_us) {
		fix_turn(f);
		usleep(500);
	}
}

/* One connection: says text, hears until the end. The caller frees. */
static inline char *fix_talk(struct fixture *f, const char *text, size_t n)
{
	struct buf got;
	int fd = fix_client(f);

	buf_init(&got, 16u << 20);
	buf_add(&got, "", 0);
	fix_send(f, fd, text, n);
	assert_true(fix_hear(f, fd, &got, NULL));
	close(fd);
	fix_turn(f);
	if (got.at == NULL)
		buf_add(&got, " ", 1);
	return got.at;
}
