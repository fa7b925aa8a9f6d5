#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "loop/socket.h"
#include "net/http.h"
#include "net/http_client.h"

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a real server on its own thread ---- */

struct server {
	struct loop *loop;
	struct loop_wake *stop;
	struct http_server *http;
	char path[64];
	pthread_t thread;
};

static void on_line(
	void *ctx, struct http_request *req, const char *line, size_t n)
{
	(void)ctx;
	http_answer_line(req, line, n);
}

static void on_end(void *ctx, struct http_request *req, fl_status why)
{
	(void)ctx;
	(void)why;
	http_answer_end(req);
}

static void on_head(void *ctx, struct http_request *req)
{
	struct http_lines lines = {
		.on_line = on_line,
		.on_end = on_end,
		.ctx = ctx,
	};

	if (strcmp(http_path(req), "/lines") == 0) {
		http_take_lines(req, &lines);
		http_answer_begin(req, 200, "application/x-ndjson");
	} else if (strcmp(http_path(req), "/no") == 0) {
		http_problem(req, 403, "FL901", "no");
	}
}

static void on_request(void *ctx, struct http_request *req)
{
	const char *body;
	size_t n = 0;

	(void)ctx;
	body = http_body(req, &n);
	if (strcmp(http_path(req), "/host") == 0)
		http_answer(req, 200, "text/plain", http_field(req, "host"),
			strlen(http_field(req, "host")));
	else if (strcmp(http_path(req), "/none") == 0)
		http_answer(req, 204, NULL, NULL, 0);
	else if (strcmp(http_path(req), "/parts") == 0) {
		http_answer_begin(req, 200, "text/plain");
		http_answer_chunk(req, "ab", 2);
		http_answer_chunk(req, "cd", 2);
		http_answer_end(req);
	} else
		http_answer(req, 200, "text/plain", body, n);
}

static void *run(void *ctx)
{
	struct server *sv = ctx;

	loop_run(sv->loop);
	return NULL;
}

static void on_stop(void *ctx)
{
	loop_stop(ctx);
}

static void server_begin(struct server *sv)
{
	struct http_server_options opt = {
		.on_head = on_head,
		.on_request = on_request,
		.ctx = sv,
	};

	memset(sv, 0, sizeof(*sv));
	opt.limits.body_bytes = 16u << 20;
	snprintf(sv->path, sizeof(sv->path), "/tmp/fl-client-%d", getpid());
	assert_int_equal(loop_new(&sv->loop, NULL), FL_OK);
	assert_int_equal(
		http_server_new(sv->loop, &opt, &sv->http, NULL), FL_OK);
	assert_int_equal(http_listen_unix(sv->http, sv->path, NULL), FL_OK);
	assert_int_equal(
		loop_wake_new(sv->loop, on_stop, sv->loop, &sv->stop, NULL),
		FL_OK);
	assert_int_equal(pthread_create(&sv->thread, NULL, run, sv), 0);
}

static void server_end(struct server *sv)
{
	loop_wake_send(sv->stop);
	pthread_join(sv->thread, NULL);
	loop_wake_free(sv->stop);
	http_server_free(sv->http);
	loop_free(sv->loop);
}

static struct http_client *client_to(const char *path)
{
	struct http_client_options opt = {.unix_path = path};
	struct http_client *c = NULL;
	struct fl_error err = {0};

	opt.timeout_ms = 5000;
	if (http_client_open(&opt, &c, &err) != FL_OK)
		fail_msg("%s", err.text);
	return c;
}

static void check_call(struct http_client *c, const char *method,
	const char *target, const char *body, int status, const char *expected)
{
	struct http_call call = {.method = method, .target = target};
	struct http_reply reply;
	struct fl_error err = {0};

	call.body = body;
	call.body_bytes = body ? strlen(body) : 0;
	if (http_client_call(c, &call, &reply, &err) != FL_OK)
		fail_msg("%s %s: %s", method, target, err.text);
	assert_int_equal(reply.status, status);
	assert_string_equal(reply.body.len ? reply.body.at : "", expected);
	http_reply_deinit(&reply);
}

static void test_calls(void **state)
{
	struct server sv;
	struct http_client *c;

	(void)state;
	server_begin(&sv);
	c = client_to(sv.path);
	check_call(c, "POST", "/echo", "hello", 200, "hello");
	check_call(c, "GET", "/host", NULL, 200, "localhost");
	check_call(c, "HEAD", "/host", NULL, 200, "");
	check_call(c, "GET", "/none", NULL, 204, "");
	check_call(c, "GET", "/parts", NULL, 200, "abcd");
	check_call(c, "HEAD", "/parts", NULL, 200, "");
	/* answered early and closed: the next call connects again */
	check_call(c, "POST", "/no", "xyz", 403,
		"{\"code\":\"FL901\",\"detail\":\"no\",\"status\":403,"
		"\"title\":\"Forbidden\",\"type\":\"about:blank\"}");
	check_call(c, "POST", "/echo", "again", 200, "again");
	http_client_free(c);
	server_end(&sv);
}

static void test_big_body_and_reply_cap(void **state)
{
	struct http_client_options opt = {.reply_bytes = 8u << 20};
	struct http_call call = {.method = "POST", .target = "/echo"};
	struct http_reply reply;
	struct http_client *c = NULL;
	struct server sv;
	size_t n = 8u << 20;
	char *big = malloc(n + 1);

	(void)state;
	assert_non_null(big);
	memset(big, 'x', n + 1);
	server_begin(&sv);
	opt.unix_path = sv.path;
	assert_int_equal(http_client_open(&opt, &c, NULL), FL_OK);
	call.body = big;
	call.body_bytes = n;
	assert_int_equal(http_client_call(c, &call, &reply, NULL), FL_OK);
	assert_int_equal(reply.body.len, n);
	assert_memory_equal(reply.body.at, big, n);
	http_reply_deinit(&reply);
	call.body_bytes = n + 1;
	assert_int_equal(http_client_call(c, &call, &reply, NULL), FL_LIMIT);
	http_reply_deinit(&reply);
	http_client_free(c);
	server_end(&sv);
	free(big);
}

/* ---- lines ---- */

struct lines {
	uint32_t total, sent, heard;
	uint32_t most;	   /* most in flight */
	uint32_t pause_at; /* LATER once before this line */
	int pipe[2];
	bool paused;
	char text[64];
};

static enum http_source next_line(void *ctx, const char **line, size_t *n)
{
	struct lines *l = ctx;

	if (l->sent == l->total)
		return HTTP_LINE_END;
	if (l->pause_at != 0 && l->sent == l->pause_at && !l->paused) {
		l->paused = true;
		return HTTP_LINE_LATER;
	}
	l->sent++;
	if (l->sent - l->heard > l->most)
		l->most = l->sent - l->heard;
	snprintf(l->text, sizeof(l->text), "{\"line\":%u}", l->sent);
	*line = l->text;
	*n = strlen(l->text);
	return HTTP_LINE;
}

static void hear_line(void *ctx, const char *line, size_t n)
{
	struct lines *l = ctx;
	char text[64];

	l->heard++;
	snprintf(text, sizeof(text), "{\"line\":%u}", l->heard);
	assert_int_equal(n, strlen(text));
	assert_memory_equal(line, text, n);
	/* all before the pause is heard while the source has nothing */
	if (l->pause_at != 0 && l->heard == l->pause_at)
		assert_int_equal(write(l->pipe[1], "x", 1), 1);
}

static void check_lines(uint32_t total, uint32_t window, uint32_t pause_at)
{
	struct lines l = {.total = total, .pause_at = pause_at};
	struct http_call call = {.method = "POST", .target = "/lines"};
	struct http_reply reply;
	struct http_client *c;
	struct server sv;

	assert_int_equal(pipe(l.pipe), 0);
	server_begin(&sv);
	c = client_to(sv.path);
	call.next = next_line;
	call.on_line = hear_line;
	call.ctx = &l;
	call.window = window;
	call.ready_fd = l.pipe[0];
	assert_int_equal(http_client_call(c, &call, &reply, NULL), FL_OK);
	assert_int_equal(reply.status, 200);
	assert_string_equal(reply.type, "application/x-ndjson");
	assert_int_equal(reply.lines_sent, total);
	assert_int_equal(reply.lines_answered, total);
	assert_int_equal(l.heard, total);
	assert_true(l.most <= (window ? window : 512));
	http_reply_deinit(&reply);
	check_call(
		c, "POST", "/echo", "same connection", 200, "same connection");
	http_client_free(c);
	server_end(&sv);
	close(l.pipe[0]);
	close(l.pipe[1]);
}

static void test_lines(void **state)
{
	(void)state;
	check_lines(20000, 0, 0);
	check_lines(500, 1, 0);
	check_lines(5000, 64, 0);
	check_lines(0, 64, 0);
}

static void test_lines_from_a_slow_source(void **state)
{
	(void)state;
	check_lines(100, 64, 40);
}

static void test_lines_refused(void **state)
{
	struct lines l = {.total = 1000000};
	struct http_call call = {.method = "POST", .target = "/no"};
	struct http_reply reply;
	struct http_client *c;
	struct server sv;

	(void)state;
	server_begin(&sv);
	c = client_to(sv.path);
	call.next = next_line;
	call.on_line = hear_line;
	call.ctx = &l;
	call.window = 1000000;
	assert_int_equal(http_client_call(c, &call, &reply, NULL), FL_OK);
	assert_int_equal(reply.status, 403);
	assert_non_null(strstr(reply.body.at, "FL901"));
	assert_int_equal(l.heard, 0);
	http_reply_deinit(&reply);
	http_client_free(c);
	server_end(&sv);
}

/* ---- servers that misbehave ---- */

struct fake {
	char path[64];
	int fd;
	pthread_t thread;
	const char *says; /* once something was read; NULL: nothing */
	bool deaf;	  /* closes without reading */
	bool stays;	  /* keeps the connection open till the end */
	int stop[2];
};

static void *fake_run(void *ctx)
{
	struct fake *f = ctx;
	char space[4096];
	int fd = accept(f->fd, NULL, NULL);

	if (!f->deaf && recv(fd, space, sizeof(space), 0) > 0 && f->says)
		send(fd, f->says, strlen(f->says), MSG_NOSIGNAL);
	if (f->stays && read(f->stop[0], space, 1) < 0)
		abort();
	close(fd);
	return NULL;
}

static void check_fake(
	const char *says, bool deaf, bool stays, fl_status expected)
{
	struct fake f = {.says = says, .deaf = deaf, .stays = stays};
	struct http_client_options opt = {.timeout_ms = 200};
	struct http_call call = {.method = "POST", .target = "/x"};
	struct http_client *c = NULL;
	struct http_reply reply;
	struct fl_error err = {0};
	fl_status s;

	snprintf(f.path, sizeof(f.path), "/tmp/fl-fake-%d", getpid());
	assert_int_equal(pipe(f.stop), 0);
	assert_int_equal(socket_listen_unix(f.path, &f.fd, NULL), FL_OK);
	opt.unix_path = f.path;
	assert_int_equal(http_client_open(&opt, &c, NULL), FL_OK);
	if (deaf) { /* gone before a byte is sent */
		assert_int_equal(
			pthread_create(&f.thread, NULL, fake_run, &f), 0);
		pthread_join(f.thread, NULL);
	} else {
		assert_int_equal(
			pthread_create(&f.thread, NULL, fake_run, &f), 0);
	}
	call.body = "{}";
	call.body_bytes = 2;
	s = http_client_call(c, &call, &reply, &err);
	if (s != expected)
		fail_msg("%s: status %d: %s", says ? says : "-", (int)s,
			err.text);
	if (s == FL_OK)
		assert_string_equal(reply.body.at, "abc");
	http_reply_deinit(&reply);
	http_client_free(c);
	if (!deaf) {
		close(f.stop[1]);
		pthread_join(f.thread, NULL);
	} else {
		close(f.stop[1]);
	}
	close(f.stop[0]);
	close(f.fd);
	unlink(f.path);
}

static void test_what_became_of_it(void **state)
{
	(void)state;
	check_fake("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", false,
		true, FL_OK);
	check_fake("HTTP/1.1 200 OK\r\n\r\nabc", false, false, FL_OK);
	check_fake("HTTP/1.0 200 OK\r\n\r\nabc", false, false, FL_OK);
	check_fake("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
		   "Content-Length: 3\r\n\r\nabc",
		false, true, FL_OK);
	check_fake("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcmore", false,
		true, FL_OK);
	check_fake(NULL, true, false, FL_NOT_FOUND);
	check_fake(NULL, false, false, FL_UNKNOWN);
	check_fake(NULL, false, true, FL_UNKNOWN);
	check_fake("HTTP/1.1 200 OK\r\nContent-Le", false, false, FL_UNKNOWN);
	check_fake("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false,
		false, FL_UNKNOWN);
	check_fake("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false,
		true, FL_UNKNOWN);
	check_fake("HTTP/1.1 100 Continue\r\n\r\n", false, false, FL_UNKNOWN);
	check_fake("SSH-2.0-OpenSSH_9.2\r\n\r\n", false, true, FL_INVALID);
	check_fake("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
		   "Content-Length: 4\r\n\r\nabc",
		false, true, FL_INVALID);
}

static void test_nobody_there(void **state)
{
	struct http_client_options opt = {.unix_path = "/tmp/fl-nobody"};
	struct http_client *c = NULL;
	struct fl_error err;
	char dir[] = "/tmp/fl-denied-XXXXXX";
	char path[64];
	int fd;

	(void)state;
	assert_int_equal(http_client_open(&opt, &c, &err), FL_NOT_FOUND);
	assert_null(c);
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	opt.unix_path = path;
	assert_int_equal(socket_listen_unix(path, &fd, &err), FL_OK);
	close(fd); /* left behind by a dead one */
	assert_int_equal(http_client_open(&opt, &c, &err), FL_NOT_FOUND);
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_big_body_and_reply_cap),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_lines_from_a_slow_source),
		cmocka_unit_test(test_lines_refused),
		cmocka_unit_test(test_what_became_of_it),
		cmocka_unit_test(test_nobody_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
