#include "net/http_fixture.h"

#include "base/value.h"
#include "base/arena.h"

static uint32_t count(const char *text, const char *what)
{
	uint32_t n = 0;

	while ((text = strstr(text, what)) != NULL) {
		n++;
		text += strlen(what);
	}
	return n;
}

static void begin(struct fixture *f, int *fd, struct buf *got)
{
	fix_begin(f);
	*fd = fix_client(f);
	buf_init(got, 32u << 20);
}

static void end(struct fixture *f, int fd, struct buf *got)
{
	if (fd >= 0)
		close(fd);
	buf_deinit(got);
	fix_end(f);
}

static void test_echo_and_keep_alive(void **state)
{
	struct fixture f;
	struct buf got;
	int fd;

	(void)state;
	begin(&f, &fd, &got);
	fix_say(&f, fd,
		"POST /a%20b?q=1 HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 5\r\n\r\nhello");
	assert_true(fix_hear(&f, fd, &got, "\r\n\r\nhello"));
	assert_int_equal(strncmp(got.at, "HTTP/1.1 200 OK\r\nDate: ", 23), 0);
	assert_non_null(strstr(got.at, " GMT\r\n"));
	assert_non_null(strstr(got.at, "Content-Type: text/plain\r\n"));
	assert_non_null(strstr(got.at, "Content-Length: 5\r\n"));
	assert_non_null(strstr(got.at, "X-Query: q=1\r\n"));
	assert_null(strstr(got.at, "Connection:"));
	buf_reset(&got);
	fix_say(&f, fd, "\r\nHEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "\r\n\r\n"));
	assert_int_equal(f.requests, 2);
	end(&f, fd, &got);
}

/* Byte by byte is the same as at once. */
static void test_every_cut(void **state)
{
	static const char text[] =
		"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
		"\r\n5\r\nhello\r\n00a\r\n, world..!\r\n0\r\n\r\n"
		"GET /b HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n"
		"Connection: upgrade, close\r\n\r\n";
	size_t n = sizeof(text) - 1;
	struct fixture f;
	struct buf got;
	size_t cut;
	int fd;

	(void)state;
	fix_begin(&f);
	for (cut = 1; cut < n; cut++) {
		fd = fix_client(&f);
		buf_init(&got, 65536);
		fix_send(&f, fd, text, cut);
		fix_send(&f, fd, text + cut, n - cut);
		assert_true(fix_hear(&f, fd, &got, NULL));
		assert_int_equal(count(got.at, "HTTP/1.1 200 OK"), 2);
		assert_int_equal(count(got.at, "\r\n\r\nhello, world..!"), 1);
		assert_int_equal(f.requests, 2 * cut);
		buf_deinit(&got);
		close(fd);
	}
	fix_end(&f);
}

static void answer(struct fixture *f, uint32_t i, const char *text)
{
	http_answer(f->kept[i], 200, "text/plain", text, strlen(text));
}

/* Pipelined requests wait for the delayed answer before them. */
static void test_pipelining_keeps_order(void **state)
{
	struct fixture f;
	struct buf got;
	struct buf ask;
	int fd, i;

	(void)state;
	begin(&f, &fd, &got);
	buf_init(&ask, 65536);
	for (i = 0; i < 20; i++)
		buf_printf(&ask,
			"POST /%s HTTP/1.1\r\nHost: x\r\n"
			"Content-Length: 4\r\n\r\n%04d",
			i % 3 == 0 ? "later" : "now", i);
	fix_send(&f, fd, ask.at, ask.len);
	for (i = 0; i < 20; i += 3) {
		assert_int_equal(f.requests, i + 1);
		assert_int_equal(f.kept_count, i / 3 + 1);
		fix_hear_ms(&f, fd, &got, "never", 1);
		assert_int_equal(
			got.len ? count(got.at, "HTTP/1.1 200") : 0, i);
		answer(&f, (uint32_t)i / 3, "late");
		fix_turn(&f);
		fix_turn(&f);
	}
	assert_true(fix_hear(&f, fd, &got, "0019"));
	assert_int_equal(count(got.at, "HTTP/1.1 200"), 20);
	assert_true(strstr(got.at, "0001") < strstr(got.at, "0002"));
	buf_deinit(&ask);
	end(&f, fd, &got);
}

/* The client leaves while its answer is pending: told, and answering into the
 * void is harmless. */
static void test_client_leaves(void **state)
{
	struct fixture f;
	struct linger hard = {1, 0};
	struct buf got;
	int fd;

	(void)state;
	begin(&f, &fd, &got);
	fix_say(&f, fd, "GET /parts HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "\r\n\r\n"));
	http_answer_chunk(f.kept[0], "one", 3);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(fd);
	fix_wait(&f, 10);
	assert_int_equal(http_server_connections(f.server), 0);
	assert_string_equal(http_path(f.kept[0]), "/parts");
	http_answer_chunk(f.kept[0], "two", 3);
	http_answer_end(f.kept[0]);
	end(&f, -1, &got);
}

/* The server is freed before the answer is given. */
static void test_server_freed_first(void **state)
{
	struct fixture f;
	struct http_request *req = NULL;
	int fd;

	(void)state;
	fix_begin(&f);
	fd = fix_client(&f);
	fix_say(&f, fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(f.kept_count, 1);
	req = http_ref(f.kept[0]);
	fix_end(&f);
	http_problem(req, 503, NULL, "stopping");
	http_unref(req);
	close(fd);
}

/* Half-closed clients (nc -N) get their answer. */
static void test_half_close(void **state)
{
	struct fixture f;
	struct buf got;
	int fd;

	(void)state;
	begin(&f, &fd, &got);
	fix_say(&f, fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	shutdown(fd, SHUT_WR);
	fix_wait(&f, 5);
	answer(&f, 0, "still here");
	assert_true(fix_hear(&f, fd, &got, NULL));
	assert_non_null(strstr(got.at, "\r\n\r\nstill here"));
	assert_non_null(strstr(got.at, "Connection: close\r\n"));
	end(&f, fd, &got);
}

static void test_parts_are_one_write(void **state)
{
	struct fixture f;
	struct buf got;
	int fd;

	(void)state;
	begin(&f, &fd, &got);
	fix_say(&f, fd, "GET /parts HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "chunked\r\n\r\n"));
	buf_reset(&got);
	http_answer_chunk(f.kept[0], "ab", 2);
	http_answer_chunk(f.kept[0], "", 0);
	http_answer_line(f.kept[0], "cd", 2);
	assert_true(fix_hear(&f, fd, &got, "\r\nabcd\n\r\n"));
	assert_string_equal(got.at, "00000005\r\nabcd\n\r\n");
	buf_reset(&got);
	http_answer_chunk(f.kept[0], "e", 1);
	http_answer_end(f.kept[0]);
	assert_true(fix_hear(&f, fd, &got, "\r\n0\r\n\r\n"));
	assert_string_equal(got.at, "00000001\r\ne\r\n0\r\n\r\n");
	/* and the connection goes on */
	buf_reset(&got);
	fix_say(&f, fd, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "HTTP/1.1 200 OK"));
	end(&f, fd, &got);
}

static void test_http_1_0(void **state)
{
	struct fixture f;
	struct buf got;
	int fd;

	(void)state;
	begin(&f, &fd, &got);
	fix_say(&f, fd,
		"GET /a HTTP/1.0\r\nHost: x\r\n"
		"Connection: keep-alive\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "\r\n\r\n"));
	assert_non_null(strstr(got.at, "Connection: keep-alive\r\n"));
	buf_reset(&got);
	fix_say(&f, fd,
		"GET /parts HTTP/1.0\r\nHost: x\r\n"
		"Connection: keep-alive\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "\r\n\r\n"));
	assert_null(strstr(got.at, "chunked"));
	http_answer_line(f.kept[0], "abc", 3);
	http_answer_end(f.kept[0]);
	assert_true(fix_hear(&f, fd, &got, NULL));
	assert_non_null(strstr(got.at, "\r\n\r\nabc\n"));
	end(&f, fd, &got);
}

static void test_expect_continue(void **state)
{
	struct fixture f;
	struct buf got;
	int fd;

	(void)state;
	begin(&f, &fd, &got);
	fix_say(&f, fd,
		"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
		"Expect: 100-Continue\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "\r\n\r\n"));
	assert_string_equal(got.at, "HTTP/1.1 100 Continue\r\n\r\n");
	fix_say(&f, fd, "ok");
	assert_true(fix_hear(&f, fd, &got, "\r\n\r\nok"));
	close(fd);
	/* too long: told without asking for it */
	fd = fix_client(&f);
	buf_reset(&got);
	fix_say(&f, fd,
		"POST /small HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 200\r\nExpect: 100-continue\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "HTTP/1.1 "));
	assert_int_equal(strncmp(got.at, "HTTP/1.1 413 ", 13), 0);
	close(fd);
	/* before a streamed answer, not behind its head */
	fd = fix_client(&f);
	buf_reset(&got);
	fix_say(&f, fd,
		"POST /lines HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "chunked\r\n\r\n"));
	assert_int_equal(strncmp(got.at,
				 "HTTP/1.1 100 Continue\r\n\r\nHTTP/"
				 "1.1 200 OK",
				 40),
		0);
	end(&f, fd, &got);
}

static void test_problem_document(void **state)
{
	static const char ask[] = "GET /never HTTP/1.1\r\nHost: x\r\n"
				  "Connection: close\r\n\r\n";
	struct fixture f;
	struct arena a;
	struct value v;
	char *got, *body;

	(void)state;
	fix_begin(&f);
	got = fix_talk(&f, ask, sizeof(ask) - 1);
	assert_int_equal(strncmp(got, "HTTP/1.1 403 Forbidden", 22), 0);
	body = strstr(got, "\r\n\r\n") + 4;
	arena_init(&a, 0);
	assert_int_equal(
		value_read(&a, body, strlen(body), NULL, &v, NULL), FL_OK);
	assert_int_equal(value_get_int(&v, "status", 0), 403);
	assert_string_equal(value_get_str(&v, "code"), "FL900");
	assert_string_equal(value_get_str(&v, "detail"), "not for \"you\"");
	assert_string_equal(value_get_str(&v, "title"), "Forbidden");
	arena_deinit(&a);
	free(got);
	/* answered by its head and without a body: the connection may stay */
	assert_int_equal(f.requests, 0);
	fix_end(&f);
}

static void test_answer_fields_are_checked(void **state)
{
	struct fixture f;
	struct buf got;
	struct http_request *req;
	int fd;

	(void)state;
	begin(&f, &fd, &got);
	fix_say(&f, fd,
		"GET /later HTTP/1.1\r\nHost:\t x \r\nEmpty:\r\n"
		"A-b:  C d\t\r\nBlank:  \r\nz:1\r\n\r\n");
	req = f.kept[0];
	assert_string_equal(http_field(req, "host"), "x");
	assert_string_equal(http_field(req, "a-b"), "C d");
	assert_string_equal(http_field(req, "empty"), "");
	assert_string_equal(http_field(req, "blank"), "");
	assert_string_equal(http_field(req, "z"), "1");
	assert_null(http_field(req, "a"));
	assert_string_equal(http_method(req), "GET");
	http_set_data(req, &f);
	assert_ptr_equal(http_data(req), &f);
	assert_int_equal(
		http_answer_field(req, "ETag", "a\r\nB: c"), FL_INVALID);
	assert_int_equal(http_answer_field(req, "E Tag", "a"), FL_INVALID);
	assert_int_equal(http_answer_field(req, "", "a"), FL_INVALID);
	assert_int_equal(http_answer_field(req, "ETag", "\"1\""), FL_OK);
	http_answer(req, 304, NULL, NULL, 0);
	assert_true(fix_hear(&f, fd, &got, "\r\n\r\n"));
	assert_non_null(strstr(got.at, "ETag: \"1\"\r\n"));
	assert_null(strstr(got.at, "Content-Length"));
	end(&f, fd, &got);
}

/* 8 MB to a slow reader: all of it comes, reading stops meanwhile. */
static void test_big_answer(void **state)
{
	struct fixture f;
	struct buf got;
	int fd;

	(void)state;
	begin(&f, &fd, &got);
	fix_say(&f, fd,
		"GET /big HTTP/1.1\r\nHost: x\r\n\r\n"
		"GET /last HTTP/1.1\r\nHost: x\r\n\r\n");
	fix_wait(&f, 10);
	assert_int_equal(f.requests, 1); /* the second waits for room */
	assert_true(fix_hear(&f, fd, &got, "X-Query"));
	assert_true(got.len > 8u << 20);
	assert_int_equal(f.requests, 2);
	end(&f, fd, &got);
}

static void test_answer_cap(void **state)
{
	struct http_limits m = {.answer_bytes = 1u << 20};
	struct fixture f;
	struct buf got;
	int fd;

	(void)state;
	fix_begin_with(&f, &m);
	fd = fix_client(&f);
	buf_init(&got, 32u << 20);
	fix_say(&f, fd, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
	fix_hear(&f, fd, &got, NULL);
	assert_int_equal(got.len, 0);
	assert_int_equal(http_server_connections(f.server), 0);
	end(&f, fd, &got);
}

static void test_drain(void **state)
{
	struct fixture f;
	struct fl_error err;
	struct buf got;
	int idle, fd, none;

	(void)state;
	begin(&f, &fd, &got);
	idle = fix_client(&f);
	fix_say(&f, fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	fix_turn(&f);
	assert_int_equal(http_server_connections(f.server), 2);
	http_server_drain(f.server);
	assert_int_equal(http_server_connections(f.server), 1);
	assert_int_equal(
		socket_connect_unix(f.path, 100, &none, &err), FL_NOT_FOUND);
	answer(&f, 0, "bye");
	assert_true(fix_hear(&f, fd, &got, NULL));
	assert_non_null(strstr(got.at, "Connection: close\r\n"));
	assert_non_null(strstr(got.at, "bye"));
	close(idle);
	end(&f, fd, &got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_echo_and_keep_alive),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_pipelining_keeps_order),
		cmocka_unit_test(test_client_leaves),
		cmocka_unit_test(test_server_freed_first),
		cmocka_unit_test(test_half_close),
		cmocka_unit_test(test_parts_are_one_write),
		cmocka_unit_test(test_http_1_0),
		cmocka_unit_test(test_expect_continue),
		cmocka_unit_test(test_problem_document),
		cmocka_unit_test(test_answer_fields_are_checked),
		cmocka_unit_test(test_big_answer),
		cmocka_unit_test(test_answer_cap),
		cmocka_unit_test(test_drain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
