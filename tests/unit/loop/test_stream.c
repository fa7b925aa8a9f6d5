#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "loop/socket.h"
#include "loop/stream.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct fixture {
	struct loop *loop;
	struct listener *listener;
	struct stream *stream;
	char path[64];
	int client;
	char got[64];
	size_t got_bytes;
	ssize_t last;
	fl_status written;
	int write_calls, closed_calls;
};

static void on_accept(void *ctx, struct stream *s)
{
	struct fixture *f = ctx;

	f->stream = s;
	loop_stop(f->loop);
}

static void on_read(void *ctx, const char *bytes, ssize_t n)
{
	struct fixture *f = ctx;

	f->last = n;
	if (n > 0 && f->got_bytes + (size_t)n < sizeof(f->got)) {
		memcpy(f->got + f->got_bytes, bytes, (size_t)n);
		f->got_bytes += (size_t)n;
	}
	loop_stop(f->loop);
}

static void on_write(void *ctx, fl_status status)
{
	struct fixture *f = ctx;

	f->written = status;
	f->write_calls++;
	loop_stop(f->loop);
}

static void on_closed(void *ctx)
{
	struct fixture *f = ctx;

	f->closed_calls++;
}

static void begin(struct fixture *f)
{
	struct fl_error err;

	memset(f, 0, sizeof(*f));
	f->last = -2;
	assert_int_equal(loop_new(&f->loop, NULL), FL_OK);
	snprintf(f->path, sizeof(f->path), "/tmp/fl-stream-%d", getpid());
	assert_int_equal(listener_unix(f->loop, f->path, on_accept, f,
				 &f->listener, &err),
		FL_OK);
	assert_int_equal(
		socket_connect_unix(f->path, 1000, &f->client, &err), FL_OK);
	loop_run(f->loop);
	assert_non_null(f->stream);
}

static void end(struct fixture *f)
{
	stream_free(f->stream, on_closed, f);
	listener_free(f->listener);
	if (f->client >= 0)
		close(f->client);
	loop_free(f->loop);
	assert_int_equal(f->closed_calls, 1);
	assert_int_not_equal(access(f->path, F_OK), 0);
}

static void test_both_ways(void **state)
{
	struct fixture f;
	char got[8] = "";

	(void)state;
	begin(&f);
	stream_read_start(f.stream, on_read, &f);
	assert_int_equal(write(f.client, "abc", 3), 3);
	loop_run(f.loop);
	assert_string_equal(f.got, "abc");
	assert_int_equal(stream_write_now(f.stream, "de", 2), 2);
	assert_int_equal(
		stream_write(f.stream, "fg", 2, on_write, &f, NULL), FL_OK);
	assert_int_equal(f.write_calls, 0); /* later, never at once */
	loop_run(f.loop);
	assert_int_equal(f.write_calls, 1);
	assert_int_equal(f.written, FL_OK);
	assert_int_equal(recv(f.client, got, 4, MSG_WAITALL), 4);
	assert_string_equal(got, "defg");
	stream_finish(f.stream);
	loop_turn(f.loop, false);
	assert_int_equal(read(f.client, got, 1), 0);
	close(f.client);
	f.client = -1;
	loop_run(f.loop);
	assert_int_equal(f.last, 0);
	end(&f);
}

/* A write that cannot finish is told FL_UNKNOWN when the stream is freed. */
static void test_free_with_unsent(void **state)
{
	struct fixture f;
	size_t n = 8u << 20;
	char *big = calloc(1, n);

	(void)state;
	assert_non_null(big);
	begin(&f);
	assert_int_equal(
		stream_write(f.stream, big, n, on_write, &f, NULL), FL_OK);
	assert_true(stream_unsent(f.stream) > 0);
	assert_int_equal(stream_write_now(f.stream, "x", 1), 0);
	end(&f);
	assert_int_equal(f.write_calls, 1);
	assert_int_equal(f.written, FL_UNKNOWN);
	free(big);
}

/* The other side is gone: no SIGPIPE, the callback says so. */
static void test_write_to_nobody(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	close(f.client);
	f.client = -1;
	assert_int_equal(stream_write_now(f.stream, "x", 1), 0);
	assert_int_equal(
		stream_write(f.stream, "x", 1, on_write, &f, NULL), FL_OK);
	loop_run(f.loop);
	assert_int_equal(f.written, FL_UNKNOWN);
	end(&f);
}

static void count_accepted(void *ctx, struct stream *s)
{
	struct fixture *f = ctx;

	f->write_calls++;
	stream_free(s, NULL, NULL);
}

/* Out of descriptors: who waits is hung up on, and the loop does not spin;
 * later clients are served. */
static void test_out_of_descriptors(void **state)
{
	struct fixture f;
	struct rlimit was, few;
	struct fl_error err;
	int all[64];
	char c;
	int n = 0;
	int i;

	(void)state;
	memset(&f, 0, sizeof(f));
	assert_int_equal(loop_new(&f.loop, NULL), FL_OK);
	snprintf(f.path, sizeof(f.path), "/tmp/fl-stream-%d", getpid());
	assert_int_equal(listener_unix(f.loop, f.path, count_accepted, &f,
				 &f.listener, &err),
		FL_OK);
	assert_int_equal(
		socket_connect_unix(f.path, 1000, &f.client, &err), FL_OK);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	few = was;
	few.rlim_cur = (rlim_t)f.client + 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	for (n = 0; n < 64 && (all[n] = dup(f.client)) >= 0; n++)
		;
	for (i = 0; i < 3; i++)
		loop_turn(f.loop, false);
	assert_int_equal(f.write_calls, 0);
	assert_int_equal(recv(f.client, &c, 1, MSG_DONTWAIT), 0); /* hung up */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	while (n > 0)
		close(all[--n]);
	close(f.client);
	assert_int_equal(
		socket_connect_unix(f.path, 1000, &f.client, &err), FL_OK);
	loop_turn(f.loop, false);
	assert_int_equal(f.write_calls, 1);
	close(f.client);
	listener_free(f.listener);
	loop_free(f.loop);
}

static void free_listener(void *ctx, struct stream *s)
{
	struct fixture *f = ctx;

	f->write_calls++;
	stream_free(s, NULL, NULL);
	listener_free(f->listener);
	f->listener = NULL;
}

static void test_listener_freed_by_its_callback(void **state)
{
	struct fixture f;
	int other;

	(void)state;
	memset(&f, 0, sizeof(f));
	assert_int_equal(loop_new(&f.loop, NULL), FL_OK);
	snprintf(f.path, sizeof(f.path), "/tmp/fl-stream-%d", getpid());
	assert_int_equal(listener_unix(f.loop, f.path, free_listener, &f,
				 &f.listener, NULL),
		FL_OK);
	assert_int_equal(
		socket_connect_unix(f.path, 1000, &f.client, NULL), FL_OK);
	assert_int_equal(
		socket_connect_unix(f.path, 1000, &other, NULL), FL_OK);
	loop_run(f.loop);
	assert_int_equal(f.write_calls, 1);
	close(f.client);
	close(other);
	loop_free(f.loop);
}

static void test_open_takes_sockets_and_pipes(void **state)
{
	struct fixture f;
	struct stream *s = NULL;
	int pair[2];
	FILE *file = tmpfile();

	(void)state;
	begin(&f);
	assert_int_equal(
		stream_open(f.loop, fileno(file), &s, NULL), FL_INVALID);
	assert_null(s);
	fclose(file);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(stream_open(f.loop, pair[0], &s, NULL), FL_OK);
	stream_read_start(s, on_read, &f);
	assert_int_equal(write(pair[1], "z", 1), 1);
	loop_run(f.loop);
	assert_string_equal(f.got, "z");
	stream_read_stop(s);
	assert_int_equal(write(pair[1], "z", 1), 1);
	loop_turn(f.loop, false);
	assert_int_equal(f.got_bytes, 1);
	stream_free(s, NULL, NULL);
	close(pair[1]);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_free_with_unsent),
		cmocka_unit_test(test_write_to_nobody),
		cmocka_unit_test(test_out_of_descriptors),
		cmocka_unit_test(test_listener_freed_by_its_callback),
		cmocka_unit_test(test_open_takes_sockets_and_pipes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
