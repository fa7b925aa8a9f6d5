#include "net/http_fixture.h"

#define OK_HEAD	 "GET /a HTTP/1.1\r\nHost: x\r\n"
#define SMUGGLED "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"

struct bad_case {
	const char *name;
	const char *bytes;
	const char *status; /* of the only answer, which closes; "" none */
};

/* Each is refused, answered once at most, and the connection ends: what comes
 * behind is never taken for a request. */
static const struct bad_case bad_cases[] = {
	{"both lengths",
		"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
		"400"},
	{"both, other order",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
		"0\r\n\r\n" SMUGGLED,
		"400"},
	{"two lengths",
		"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"
		"Content-Length: 44\r\n\r\n" SMUGGLED,
		"400"},
	{"two equal lengths",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 0\r\nContent-Length: 0\r\n\r\n" SMUGGLED,
		"400"},
	{"list of lengths",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 0, 0\r\n\r\n" SMUGGLED,
		"400"},
	{"signed length",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: +3\r\n\r\nabc" SMUGGLED,
		"400"},
	{"negative length",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: -3\r\n\r\nabc" SMUGGLED,
		"400"},
	{"hex length",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 0x3\r\n\r\nabc" SMUGGLED,
		"400"},
	{"length with a blank",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 1 2\r\n\r\nabc" SMUGGLED,
		"400"},
	{"length beyond 64 bits",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 18446744073709551617\r\n\r\na" SMUGGLED,
		"400"},
	{"empty length",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Content-Length:\r\n\r\n" SMUGGLED,
		"400"},
	{"lengths behind empty fields",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"A:\r\nContent-Length: 5\r\nB: \r\nTransfer-Encoding: "
		"chunked\r\n"
		"\r\n0\r\n\r\n" SMUGGLED,
		"400"},
	{"host behind an empty field",
		OK_HEAD "A: \t\r\nHost: y\r\n\r\n" SMUGGLED, "400"},
	{"blank before colon",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Content-Length : 3\r\n\r\nabc" SMUGGLED,
		"400"},
	{"unknown coding",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: gzip\r\n\r\nabc" SMUGGLED,
		"501"},
	{"two codings",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
		"501"},
	{"chunked not last",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: chunked, "
		"identity\r\n\r\n0\r\n\r\n" SMUGGLED,
		""},
	{"coding twice",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: "
		"chunked\r\n\r\n"
		"0\r\n\r\n" SMUGGLED,
		"400"},
	{"coding with vertical tab",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: \x0b"
		"chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
		""},
	{"coding in HTTP/1.0",
		"POST /a HTTP/1.0\r\nHost: x\r\n"
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED,
		"400"},
	{"bad chunk size",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: "
		"chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n" SMUGGLED,
		"400"},
	{"negative chunk",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: "
		"chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n" SMUGGLED,
		"400"},
	{"chunk size overflow",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n"
		"0\r\n\r\n" SMUGGLED,
		"400"},
	{"chunk longer than said",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: "
		"chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n" SMUGGLED,
		"400"},
	{"chunk extension",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: "
		"chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n" SMUGGLED,
		"400"},
	{"chunk line ended by LF",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: "
		"chunked\r\n\r\n3\nabc\r\n0\r\n\r\n" SMUGGLED,
		"400"},
	{"trailer",
		"POST /a HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: chunked\r\n\r\n0\r\nHost: "
		"y\r\n\r\n" SMUGGLED,
		"400"},
	{"no host", "GET /a HTTP/1.1\r\n\r\n" SMUGGLED, "400"},
	{"empty host", "GET /a HTTP/1.1\r\nHost:\r\n\r\n" SMUGGLED, "400"},
	{"two hosts", OK_HEAD "Host: y\r\n\r\n" SMUGGLED, "400"},
	{"two equal hosts", OK_HEAD "hOST: x\r\n\r\n" SMUGGLED, "400"},
	{"list of hosts", "GET /a HTTP/1.1\r\nHost: x, y\r\n\r\n" SMUGGLED,
		"400"},
	{"host with path", "GET /a HTTP/1.1\r\nHost: x/y\r\n\r\n" SMUGGLED,
		"400"},
	{"folded field", OK_HEAD "A: b\r\n c\r\n\r\n" SMUGGLED, "400"},
	{"folded by tab", OK_HEAD "A: b\r\n\tc\r\n\r\n" SMUGGLED, "400"},
	{"folded empty", OK_HEAD "A:\r\n chunked\r\n\r\n" SMUGGLED, "400"},
	{"folded first line", "GET /a HTTP/1.1\r\n Host: x\r\n\r\n" SMUGGLED,
		"400"},
	{"bare LF", "GET /a HTTP/1.1\nHost: x\n\n" SMUGGLED, "400"},
	{"bare LF once", OK_HEAD "A: b\nC: d\r\n\r\n" SMUGGLED, "400"},
	{"bare CR", OK_HEAD "A: b\rC: d\r\n\r\n" SMUGGLED, "400"},
	{"CR CR LF", OK_HEAD "A: b\r\r\n\r\n" SMUGGLED, "400"},
	{"field without colon", OK_HEAD "A\r\n\r\n" SMUGGLED, "400"},
	{"field without name", OK_HEAD ": b\r\n\r\n" SMUGGLED, "400"},
	{"control in value", OK_HEAD "A: \x01\r\n\r\n" SMUGGLED, "400"},
	{"not HTTP", "hello there\r\n\r\n" SMUGGLED, "400"},
	{"a TLS hello", "\x16\x03\x01\x02\x01\x01\n\n", "400"},
	{"HTTP/0.9", "GET /a\r\n\r\n" SMUGGLED, ""},
	{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" SMUGGLED, ""},
	{"HTTP/1.2", "GET /a HTTP/1.2\r\nHost: x\r\n\r\n" SMUGGLED, ""},
	{"unknown method", "BREW /a HTTP/1.1\r\nHost: x\r\n\r\n" SMUGGLED,
		"400"},
	{"connect", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n" SMUGGLED, "501"},
	{"trace", "TRACE /a HTTP/1.1\r\nHost: x\r\n\r\n" SMUGGLED, "501"},
	{"absolute target",
		"GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n" SMUGGLED, "400"},
	{"target with blank", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n" SMUGGLED,
		"400"},
	{"target with fragment",
		"GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n" SMUGGLED, "400"},
	{"star for GET", "GET * HTTP/1.1\r\nHost: x\r\n\r\n" SMUGGLED, "400"},
	{"two blanks", "GET  /a HTTP/1.1\r\nHost: x\r\n\r\n" SMUGGLED, ""},
	{"other expectation",
		"POST /a HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n"
		"Content-Length: 3\r\n\r\nabc" SMUGGLED,
		"417"},
	{"announced too long",
		"POST /small HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 11\r\n\r\n",
		"413"},
	{"announced absurdly",
		"POST /small HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 999999999999999999\r\n\r\n",
		"413"},
	{"chunks too long",
		"POST /small HTTP/1.1\r\nHost: x\r\n"
		"Transfer-Encoding: "
		"chunked\r\n\r\n6\r\nabcdef\r\n6\r\nghijkl\r\n",
		"413"},
	{"refused by its head",
		"POST /never HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 44\r\n\r\n" SMUGGLED,
		"403"},
};

static uint32_t count(const char *text, const char *what)
{
	uint32_t n = 0;

	while ((text = strstr(text, what)) != NULL) {
		n++;
		text += strlen(what);
	}
	return n;
}

static void check_bad(struct fixture *f, const struct bad_case *b, size_t step)
{
	size_t n = strlen(b->bytes);
	struct buf got;
	size_t i;
	int fd = fix_client(f);
	uint32_t before = f->requests;

	buf_init(&got, 1u << 20);
	for (i = 0; i < n; i += step)
		if (!fix_send(f, fd, b->bytes + i, n - i < step ? n - i : step))
			break;
	if (!fix_hear(f, fd, &got, NULL))
		fail_msg("%s: the connection stays open", b->name);
	if (got.at == NULL || count(got.at, "HTTP/1.1 ") != 1 ||
		strstr(got.at, "Connection: close\r\n") == NULL ||
		strstr(got.at, "application/problem+json") == NULL ||
		(got.at[9] != '4' && got.at[9] != '5') ||
		strncmp(got.at + 9, b->status, strlen(b->status)) != 0)
		fail_msg("%s: answered %s", b->name, got.at ? got.at : "-");
	if (f->requests != before)
		fail_msg("%s: was taken for a request", b->name);
	buf_deinit(&got);
	close(fd);
}

static void test_bad_requests(void **state)
{
	struct fixture f;
	size_t i;

	(void)state;
	fix_begin(&f);
	for (i = 0; i < sizeof(bad_cases) / sizeof(bad_cases[0]); i++) {
		check_bad(&f, &bad_cases[i], 1u << 20);
		check_bad(&f, &bad_cases[i], 1);
		check_bad(&f, &bad_cases[i], 7);
	}
	fix_wait(&f, 20);
	assert_int_equal(http_server_connections(f.server), 0);
	fix_end(&f);
}

static void test_nul_in_head(void **state)
{
	static const char nul[] = "GET /a HTTP/1.1\r\nHost: x\0y\r\n\r\n";
	struct fixture f;
	char *got;

	(void)state;
	fix_begin(&f);
	got = fix_talk(&f, nul, sizeof(nul) - 1);
	assert_int_equal(strncmp(got, "HTTP/1.1 400 ", 13), 0);
	assert_int_equal(f.requests, 0);
	free(got);
	fix_end(&f);
}

/* Head bytes and fields: the limit is fine, one more is not. */
static void check_head(
	struct fixture *f, size_t bytes, uint32_t fields, const char *status)
{
	struct buf b;
	char *got;
	uint32_t i;

	buf_init(&b, 1u << 20);
	buf_add_text(&b, "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
	for (i = 2; i < fields; i++)
		buf_printf(&b, "F%u: v\r\n", i);
	if (bytes > b.len) {
		buf_add_text(&b, "F0: ");
		while (b.len < bytes - 4)
			buf_add_char(&b, 'x');
		buf_add_text(&b, "\r\n");
	}
	buf_add_text(&b, "\r\n");
	got = fix_talk(f, b.at, b.len);
	if (strncmp(got + 9, status, 3) != 0)
		fail_msg("%zu bytes, %u fields: %s", bytes, fields, got);
	free(got);
	buf_deinit(&b);
}

static void test_head_limits(void **state)
{
	struct fixture f;

	(void)state;
	fix_begin(&f);
	check_head(&f, 32768, 2, "200");
	check_head(&f, 32769, 2, "431");
	check_head(&f, 200000, 2, "431");
	check_head(&f, 0, 64, "200");
	check_head(&f, 0, 65, "431");
	fix_end(&f);
}

static void test_body_at_limit(void **state)
{
	static const char at[] = "POST /small HTTP/1.1\r\nHost: x\r\n"
				 "Connection: close\r\n"
				 "Content-Length: 10\r\n\r\n0123456789";
	static const char chunks[] = "POST /small HTTP/1.1\r\nHost: x\r\n"
				     "Connection: close\r\n"
				     "Transfer-Encoding: CHUNKED\r\n\r\n"
				     "4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n";
	struct fixture f;
	char *got;

	(void)state;
	fix_begin(&f);
	got = fix_talk(&f, at, sizeof(at) - 1);
	assert_non_null(strstr(got, "\r\n\r\n0123456789"));
	free(got);
	got = fix_talk(&f, chunks, sizeof(chunks) - 1);
	assert_non_null(strstr(got, "\r\n\r\n0123456789"));
	free(got);
	assert_int_equal(f.requests, 2);
	fix_end(&f);
}

/* A client that goes on sending still gets to read why it was refused. */
static void test_refusal_is_heard(void **state)
{
	struct fixture f;
	struct buf got;
	char junk[8192];
	int fd, i;

	(void)state;
	memset(junk, 'j', sizeof(junk));
	fix_begin(&f);
	fd = fix_client(&f);
	buf_init(&got, 65536);
	assert_true(fix_say(&f, fd,
		"POST /small HTTP/1.1\r\nHost: x\r\n"
		"Content-Length: 1000000\r\n\r\n"));
	for (i = 0; i < 20; i++)
		assert_true(fix_send(&f, fd, junk, sizeof(junk)));
	assert_true(fix_hear(&f, fd, &got, NULL));
	assert_int_equal(strncmp(got.at, "HTTP/1.1 413 ", 13), 0);
	close(fd);
	buf_deinit(&got);
	fix_end(&f);
}

/* ---- time ---- */

static const struct http_limits fast = {
	.head_ms = 60,
	.idle_ms = 150,
	.floor_ms = 60,
	.floor_bytes = 100,
	.linger_ms = 40,
};

/* Says `head`, then a byte of `drip` every 15 ms. */
static void check_slow(const char *head, const char *drip, const char *status)
{
	struct fixture f;
	struct buf got;
	size_t i = 0;
	int fd;
	int64_t from_us = clock_mono_us();

	fix_begin_with(&f, &fast);
	fd = fix_client(&f);
	buf_init(&got, 65536);
	fix_say(&f, fd, head);
	while (!fix_hear_ms(&f, fd, &got, NULL, 15) &&
		clock_mono_us() - from_us < 3000000)
		if (drip[i] != '\0')
			fix_send(&f, fd, &drip[i++], 1);
	assert_in_range(clock_mono_us() - from_us, 30000, 2000000);
	if (*status == '\0')
		assert_int_equal(got.len, 0);
	else
		assert_int_equal(strncmp(got.at + 9, status, 3), 0);
	close(fd);
	buf_deinit(&got);
	fix_end(&f);
}

static void test_silent_client(void **state)
{
	(void)state;
	check_slow("", "", "");
}

static void test_slow_head(void **state)
{
	(void)state;
	check_slow("GET /a HTTP/1.1\r\nHost: x\r\n",
		"A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"408");
}

static void test_slow_body(void **state)
{
	(void)state;
	check_slow(
		"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"408");
}

static void test_slow_chunk_framing(void **state)
{
	(void)state;
	check_slow("POST /a HTTP/1.1\r\nHost: x\r\n"
		   "Transfer-Encoding: chunked\r\n\r\n",
		"00000000000000000000000000000000000000000000000000000000",
		"408");
}

static void test_slow_line(void **state)
{
	(void)state;
	check_slow("POST /lines HTTP/1.1\r\nHost: x\r\n"
		   "Content-Length: 1000\r\n\r\n",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"200");
}

static void test_idle_after_request(void **state)
{
	(void)state;
	check_slow("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "", "200");
}

/* Asks for 8 MB and does not read them. */
static void test_client_that_does_not_read(void **state)
{
	struct fixture f;
	int fd;

	(void)state;
	fix_begin_with(&f, &fast);
	fd = fix_client(&f);
	fix_say(&f, fd, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(http_server_connections(f.server), 1);
	fix_wait(&f, 300);
	assert_int_equal(http_server_connections(f.server), 0);
	close(fd);
	fix_end(&f);
}

/* Many slow ones do not keep an honest one waiting; past the cap: 503. */
static void test_many_slow_and_the_cap(void **state)
{
	struct http_limits m = {.connections = 100};
	struct fixture f;
	struct buf got;
	int fds[99];
	int64_t from_us;
	char *text;
	int fd, over;
	size_t i;

	(void)state;
	fix_begin_with(&f, &m);
	buf_init(&got, 65536);
	for (i = 0; i < 99; i++) {
		fds[i] = fix_client(&f);
		fix_say(&f, fds[i], "GET /a HTTP/1.1\r\nHo");
	}
	from_us = clock_mono_us();
	fd = fix_client(&f);
	fix_say(&f, fd, "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_true(fix_hear(&f, fd, &got, "X-Query: b=c\r\n"));
	assert_true(clock_mono_us() - from_us < 100000);
	assert_int_equal(http_server_connections(f.server), 100);
	over = fix_client(&f);
	fix_turn(&f);
	buf_reset(&got);
	assert_true(fix_hear(&f, over, &got, "HTTP/1.1 503 "));
	close(over);
	close(fd);
	fix_wait(&f, 10);
	text = fix_talk(&f, OK_HEAD "Connection: close\r\n\r\n",
		strlen(OK_HEAD "Connection: close\r\n\r\n"));
	assert_int_equal(strncmp(text + 9, "200", 3), 0);
	free(text);
	for (i = 0; i < 99; i++)
		close(fds[i]);
	buf_deinit(&got);
	fix_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_requests),
		cmocka_unit_test(test_nul_in_head),
		cmocka_unit_test(test_head_limits),
		cmocka_unit_test(test_body_at_limit),
		cmocka_unit_test(test_refusal_is_heard),
		cmocka_unit_test(test_silent_client),
		cmocka_unit_test(test_slow_head),
		cmocka_unit_test(test_slow_body),
		cmocka_unit_test(test_slow_chunk_framing),
		cmocka_unit_test(test_slow_line),
		cmocka_unit_test(test_idle_after_request),
		cmocka_unit_test(test_client_that_does_not_read),
		cmocka_unit_test(test_many_slow_and_the_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
