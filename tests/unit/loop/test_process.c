#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "loop/process.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

struct fixture {
	struct loop *loop;
	struct process *process;
	struct stream *out;
	char got[256];
	size_t got_bytes;
	bool got_end;
	int code, signum, exits;
};

static void on_exit_of_child(void *ctx, int code, int signum)
{
	struct fixture *f = ctx;

	f->code = code;
	f->signum = signum;
	f->exits++;
}

static void on_read(void *ctx, const char *bytes, ssize_t n)
{
	struct fixture *f = ctx;

	if (n <= 0) {
		f->got_end = true;
		return;
	}
	assert_true(f->got_bytes + (size_t)n < sizeof(f->got));
	memcpy(f->got + f->got_bytes, bytes, (size_t)n);
	f->got_bytes += (size_t)n;
}

static void on_written(void *ctx, fl_status status)
{
	(void)ctx;
	assert_int_equal(status, FL_OK);
}

static void spawn(struct fixture *f, const char *what, enum process_slot in,
	enum process_slot out, enum process_slot control)
{
	const char *const argv[] = {"child", what, NULL};
	struct process_options opt = {.argv = argv};

	memset(f, 0, sizeof(*f));
	assert_int_equal(loop_new(&f->loop, NULL), FL_OK);
	opt.slot[0] = in;
	opt.slot[1] = out;
	opt.slot[2] = PROCESS_INHERIT;
	opt.slot[3] = control;
	opt.on_exit = on_exit_of_child;
	opt.ctx = f;
	assert_int_equal(
		process_spawn(f->loop, &opt, &f->process, NULL), FL_OK);
}

static void end(struct fixture *f)
{
	process_free(f->process);
	stream_free(f->out, NULL, NULL);
	loop_free(f->loop);
}

static void test_pipes_and_exit_code(void **state)
{
	struct fixture f;
	struct stream *in = NULL;

	(void)state;
	spawn(&f, "echo", PROCESS_PIPE, PROCESS_PIPE, PROCESS_NULL);
	in = process_stream(f.process, 0);
	f.out = process_stream(f.process, 1);
	assert_non_null(in);
	assert_null(process_stream(f.process, 1));
	assert_null(process_stream(f.process, 2));
	stream_read_start(f.out, on_read, &f);
	assert_int_equal(
		stream_write(in, "hello", 5, on_written, NULL, NULL), FL_OK);
	stream_finish(in);
	loop_run(f.loop);
	assert_string_equal(f.got, "hello");
	assert_true(f.got_end);
	assert_int_equal(f.exits, 1);
	assert_int_equal(f.code, 7);
	assert_int_equal(f.signum, 0);
	process_kill(f.process, SIGKILL); /* harmless */
	stream_free(in, NULL, NULL);
	end(&f);
}

static void test_control_channel(void **state)
{
	struct fixture f;

	(void)state;
	spawn(&f, "control", PROCESS_NULL, PROCESS_NULL, PROCESS_PIPE);
	f.out = process_stream(f.process, 3);
	stream_read_start(f.out, on_read, &f);
	assert_int_equal(
		stream_write(f.out, "ping", 4, on_written, NULL, NULL), FL_OK);
	loop_run(f.loop);
	assert_string_equal(f.got, "pong");
	assert_int_equal(f.code, 0);
	end(&f);
}

static void test_kill(void **state)
{
	struct fixture f;

	(void)state;
	spawn(&f, "sleep", PROCESS_NULL, PROCESS_NULL, PROCESS_NULL);
	process_kill(f.process, SIGKILL);
	loop_run(f.loop);
	assert_int_equal(f.exits, 1);
	assert_int_equal(f.signum, SIGKILL);
	end(&f);
}

static void test_freed_does_not_call(void **state)
{
	struct fixture f;

	(void)state;
	spawn(&f, "echo", PROCESS_PIPE, PROCESS_NULL, PROCESS_NULL);
	process_free(f.process); /* its pipe ends, and the child with it */
	f.process = NULL;
	loop_run(f.loop);
	assert_int_equal(f.exits, 0);
	end(&f);
}

static int child(const char *what)
{
	char buf[64];
	ssize_t n;

	if (strcmp(what, "echo") == 0) {
		while ((n = read(0, buf, sizeof(buf))) > 0)
			if (write(1, buf, (size_t)n) != n)
				return 1;
		return 7;
	}
	if (strcmp(what, "control") == 0) {
		if (read(3, buf, sizeof(buf)) != 4)
			return 1;
		return write(3, "pong", 4) == 4 ? 0 : 1;
	}
	sleep(60);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pipes_and_exit_code),
		cmocka_unit_test(test_control_channel),
		cmocka_unit_test(test_kill),
		cmocka_unit_test(test_freed_does_not_call),
	};

	if (argc == 2)
		return child(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
