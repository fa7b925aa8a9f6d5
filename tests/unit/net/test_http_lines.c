#include "net/http_fixture.h"

#define ASK                                                                    \
	"POST /lines HTTP/1.1\r\nHost: x\r\n"                                  \
	"Transfer-Encoding: chunked\r\n\r\n"

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

static bool say_chunk(struct fixture *f, int fd, const char *text)
{
	char head[32];

	snprintf(head, sizeof(head), "%zx\r\n", strlen(text));
	return fix_say(f, fd, head) && fix_say(f, fd, text) &&
	       fix_say(f, fd, "\r\n");
}

/* Answers come while the request is still being sent. */
static void test_full_duplex(void **state)
{
	struct fixture f;
	struct buf got;
	char text[64];
	int fd, i;

	(void)state;
	begin(&f, &fd, &got);
	fix_say(&f, fd, ASK);
	assert_true(fix_hear(&f, fd, &got, "chunked\r\n\r\n"));
	for (i = 1; i <= 50; i++) {
		say_chunk(&f, fd, "{\"a\":1}\n");
		assert_int_equal(f.lines, i);
		assert_string_equal(f.last_line.at, "{\"a\":1}");
		snprintf(text, sizeof(text), "{\"n\":%d}\n", i);
		assert_true(fix_hear(&f, fd, &got, text));
	}
	assert_int_equal(f.ends, 0);
	fix_say(&f, fd, "0\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "\r\n0\r\n\r\n"));
	assert_int_equal(f.ends, 1);
	assert_int_equal(f.end_why, FL_OK);
	/* the connection goes on */
	buf_reset(&got);
	fix_say(&f, fd, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "HTTP/1.1 200"));
	end(&f, fd, &got);
}

/* Many lines at once: never more than the window unanswered. */
static void check_window(uint32_t window)
{
	struct fixture f;
	struct buf body, got;
	uint32_t i, expected;
	int fd;

	begin(&f, &fd, &got);
	f.hold_lines = true;
	f.window = window;
	buf_init(&body, 1u << 20);
	for (i = 0; i < 500; i++)
		buf_printf(&body, "{\"line\":%u}\r\n\n", i);
	buf_printf(&got,
		"POST /lines HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: %zu\r\n\r\n",
		body.len);
	fix_send(&f, fd, got.at, got.len);
	buf_reset(&got);
	fix_send(&f, fd, body.at, body.len);
	expected = window;
	for (i = 0; i < 500; i++) {
		assert_int_equal(f.lines, expected);
		fix_answer_lines(&f, f.kept[0], 1);
		fix_turn(&f);
		if (expected < 500)
			expected++;
	}
	assert_int_equal(f.most, window);
	assert_int_equal(f.ends, 1);
	assert_string_equal(f.last_line.at, "{\"line\":499}");
	if (!f.ended)
		http_answer_end(f.kept[0]);
	assert_true(fix_hear(&f, fd, &got, "\r\n0\r\n\r\n"));
	buf_deinit(&body);
	end(&f, fd, &got);
}

static void test_window_1(void **state)
{
	(void)state;
	check_window(1);
}

static void test_window_64(void **state)
{
	(void)state;
	check_window(64);
}

/* A client that sends for ever without being answered is not read for ever. */
static void test_full_window_stops_reading(void **state)
{
	struct fixture f;
	struct buf got;
	char lines[4096];
	int64_t until_us = clock_mono_us() + 200000;
	size_t taken = 0;
	ssize_t n;
	int fd;
	size_t i;

	(void)state;
	begin(&f, &fd, &got);
	f.hold_lines = true;
	f.window = 4;
	for (i = 0; i < sizeof(lines); i++)
		lines[i] = i % 8 == 7 ? '\n' : 'x';
	fix_say(&f, fd,
		"POST /lines HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 99999999\r\n\r\n");
	while (clock_mono_us() < until_us) {
		n = send(fd, lines, sizeof(lines), MSG_NOSIGNAL);
		if (n > 0)
			taken += (size_t)n;
		fix_turn(&f);
	}
	assert_int_equal(f.lines, 4);
	assert_true(taken < 2u << 20); /* kernel buffers and two reads */
	close(fd);
	fix_answer_lines(&f, f.kept[0], 4);
	fix_wait(&f, 20);
	assert_int_equal(f.ends, 1);
	assert_int_equal(f.end_why, FL_UNKNOWN);
	end(&f, -1, &got);
}

static void test_last_line_without_end(void **state)
{
	struct fixture f;
	struct buf got;
	int fd;

	(void)state;
	begin(&f, &fd, &got);
	fix_say(&f, fd, ASK);
	say_chunk(&f, fd, "one\ntw");
	assert_int_equal(f.lines, 1);
	say_chunk(&f, fd, "o");
	assert_int_equal(f.lines, 1);
	fix_say(&f, fd, "0\r\n\r\n");
	assert_int_equal(f.lines, 2);
	assert_string_equal(f.last_line.at, "two");
	assert_true(fix_hear(&f, fd, &got, "\r\n0\r\n\r\n"));
	end(&f, fd, &got);
}

static void test_no_lines(void **state)
{
	struct fixture f;
	struct buf got;
	int fd;

	(void)state;
	begin(&f, &fd, &got);
	fix_say(&f, fd, "POST /lines HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "\r\n0\r\n\r\n"));
	fix_say(&f, fd, ASK);
	say_chunk(&f, fd, "\n\r\n\n");
	fix_say(&f, fd, "0\r\n\r\n");
	assert_int_equal(f.lines, 0);
	assert_int_equal(f.ends, 2);
	end(&f, fd, &got);
}

/* Lines over the limit (100) are told and eaten; the next is fine. */
static void test_long_lines(void **state)
{
	struct fixture f;
	struct buf got, text;
	int fd, i;

	(void)state;
	begin(&f, &fd, &got);
	buf_init(&text, 1u << 20);
	for (i = 0; i < 100; i++)
		buf_add_char(&text, 'x');
	buf_add_text(&text, "\n"); /* just fits */
	for (i = 0; i < 101; i++)
		buf_add_char(&text, 'x');
	buf_add_text(&text, "\nfine\n");
	for (i = 0; i < 400000; i++)
		buf_add_char(&text, 'y');
	fix_say(&f, fd, ASK);
	say_chunk(&f, fd, text.at);
	assert_int_equal(f.lines, 3);
	assert_int_equal(f.long_lines, 1);
	assert_string_equal(f.last_line.at, "fine");
	say_chunk(&f, fd, "\nalso fine\nzzz");
	assert_int_equal(f.lines, 5);
	assert_int_equal(f.long_lines, 2);
	assert_string_equal(f.last_line.at, "also fine");
	buf_reset(&text);
	for (i = 0; i < 200; i++)
		buf_add_char(&text, 'z');
	say_chunk(&f, fd, text.at);
	fix_say(&f, fd, "0\r\n\r\n");
	assert_int_equal(f.lines, 6);
	assert_int_equal(f.long_lines, 3);
	assert_true(fix_hear(&f, fd, &got, "\r\n0\r\n\r\n"));
	buf_deinit(&text);
	end(&f, fd, &got);
}

/* Cut off in the middle: whole lines count, the rest does not, the answers to
 * the whole ones arrive. */
static void check_cut(const char *tail, bool shut)
{
	struct fixture f;
	struct buf got;
	int fd;

	begin(&f, &fd, &got);
	f.hold_lines = true;
	fix_say(&f, fd, ASK);
	say_chunk(&f, fd, "one\ntwo\nthr");
	fix_say(&f, fd, tail);
	if (shut)
		shutdown(fd, SHUT_WR);
	fix_wait(&f, 5);
	assert_int_equal(f.lines, 2);
	assert_int_equal(f.ends, 1);
	assert_int_equal(f.end_why, FL_UNKNOWN);
	assert_true(fix_hear(&f, fd, &got, NULL));
	assert_non_null(strstr(got.at, "\r\n0\r\n\r\n"));
	assert_int_equal(f.requests, 0);
	end(&f, fd, &got);
}

static void test_cut_by_client(void **state)
{
	(void)state;
	check_cut("", true);
}

static void test_cut_by_bad_chunk(void **state)
{
	(void)state;
	check_cut("xyz\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n", false);
}

/* Gone with lines unanswered: told once; late answers are harmless. */
static void test_client_leaves(void **state)
{
	struct fixture f;
	struct http_request *req;
	struct buf got;
	int fd;

	(void)state;
	begin(&f, &fd, &got);
	f.hold_lines = true;
	fix_say(&f, fd, ASK);
	say_chunk(&f, fd, "one\ntwo\n");
	req = http_ref(f.kept[0]);
	close(fd);
	fix_wait(&f, 10);
	assert_int_equal(f.ends, 1);
	assert_int_equal(f.end_why, FL_UNKNOWN);
	fix_answer_lines(&f, req, 2);
	assert_int_equal(http_server_connections(f.server), 0);
	http_unref(req);
	end(&f, -1, &got);
}

static void test_server_freed_with_lines(void **state)
{
	struct fixture f;
	int fd;

	(void)state;
	fix_begin(&f);
	fd = fix_client(&f);
	f.hold_lines = true;
	fix_say(&f, fd, ASK);
	say_chunk(&f, fd, "one\ntwo\n");
	fix_end(&f);
	assert_int_equal(f.ends, 1);
	assert_int_equal(f.end_why, FL_UNKNOWN);
	close(fd);
}

/* A line over several writes, one byte each. */
static void test_dripping_lines(void **state)
{
	static const char text[] = "{\"a\":\"b\"}\n{\"c\":1}\n";
	struct fixture f;
	struct buf got;
	char one[2] = "";
	int fd;
	size_t i;

	(void)state;
	begin(&f, &fd, &got);
	fix_say(&f, fd, ASK);
	for (i = 0; text[i] != '\0'; i++) {
		one[0] = text[i];
		say_chunk(&f, fd, one);
		assert_int_equal(f.lines, i < 9 ? 0 : i < 17 ? 1 : 2);
	}
	assert_string_equal(f.last_line.at, "{\"c\":1}");
	end(&f, fd, &got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_duplex),
		cmocka_unit_test(test_window_1),
		cmocka_unit_test(test_window_64),
		cmocka_unit_test(test_full_window_stops_reading),
		cmocka_unit_test(test_last_line_without_end),
		cmocka_unit_test(test_no_lines),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_cut_by_client),
		cmocka_unit_test(test_cut_by_bad_chunk),
		cmocka_unit_test(test_client_leaves),
		cmocka_unit_test(test_server_freed_with_lines),
		cmocka_unit_test(test_dripping_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
