#include "net/http_fixture.h"

#include "fault.h"
#include "net/http_client.h"

/* Room beforehand, so that only the server runs out of memory. */
static void make_room(struct buf *b)
{
	char space[16384];

	memset(space, 'r', sizeof(space));
	buf_init(b, 1u << 20);
	buf_add(b, space, sizeof(space));
	buf_reset(b);
}

/* Runs the talk with each allocation failing in turn: the client is answered
 * or cut off, never left hanging, and the server lives on. */
static void check_talk(const char *text, bool parts, const char *last)
{
	struct fixture f;
	struct buf got;
	bool hit = true;
	bool whole;
	long n;
	int fd;

	fix_begin(&f);
	make_room(&f.last_line);
	make_room(&got);
	for (n = 0; hit; n++) {
		fault_after(n);
		fd = fix_client(&f);
		buf_reset(&got);
		fix_say(&f, fd, text);
		while (f.kept_count > 0) {
			struct http_request *req = f.kept[--f.kept_count];

			if (!parts)
				continue;
			http_answer_chunk(req, "part", 4);
			http_answer_end(req);
		}
		assert_true(fix_hear_ms(&f, fd, &got, NULL, 3000));
		hit = fault_disarm();
		whole = got.len > 0 && strstr(got.at, last) != NULL;
		if (!hit)
			assert_true(whole);
		close(fd);
		fix_wait(&f, 2);
		assert_int_equal(http_server_connections(f.server), 0);
		assert_true(n < 200);
	}
	assert_true(n > 3);
	buf_deinit(&got);
	fix_end(&f);
}

static void test_answers(void **state)
{
	(void)state;
	check_talk("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
		   "\r\nhello"
		   "GET /never HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
		   "\r\n",
		false, "FL900");
}

static void test_parts(void **state)
{
	(void)state;
	check_talk("GET /parts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
		   "\r\n",
		true, "part\r\n0\r\n");
}

static void test_lines(void **state)
{
	(void)state;
	check_talk("POST /lines HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
		   "Transfer-Encoding: chunked\r\n\r\n"
		   "6\r\none\ntw\r\n2\r\no\n\r\n0\r\n\r\n",
		false, "}\n\r\n0\r\n");
}

static void test_refusals(void **state)
{
	(void)state;
	check_talk("GET /a HTTP/1.1\r\n\r\n", false, "exactly one Host");
}

static void test_opening(void **state)
{
	struct http_server_options opt = {.on_request = fix_on_request};
	struct http_client_options client_opt = {0};
	struct http_client *c = NULL;
	struct http_server *sv = NULL;
	struct loop *l = NULL;
	fl_status s = FL_OK;
	bool hit = true;
	char path[64];
	long n;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/fl-fault-%d", getpid());
	client_opt.unix_path = path;
	for (n = 0; hit; n++) {
		fault_after(n);
		s = loop_new(&l, NULL);
		if (s == FL_OK)
			s = http_server_new(l, &opt, &sv, NULL);
		if (s == FL_OK)
			s = http_listen_unix(sv, path, NULL);
		if (s == FL_OK)
			s = http_client_open(&client_opt, &c, NULL);
		hit = fault_disarm();
		assert_int_equal(s, hit ? FL_NOMEM : FL_OK);
		http_client_free(c);
		http_server_free(sv);
		loop_free(l);
		c = NULL;
		sv = NULL;
		l = NULL;
	}
	assert_true(n > 5);
	assert_int_not_equal(access(path, F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_opening),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
