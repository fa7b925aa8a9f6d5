#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "loop/pass.h"

#include <fcntl.h>
#include <unistd.h>

static int ends[2];

static int setup(void **state)
{
	(void)state;
	return pass_pair(ends, NULL) == FL_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	return 0;
}

static void test_a_note_comes_over(void **state)
{
	struct pass_note sent = {7, 3, 9}, got;
	int with;

	(void)state;
	assert_int_equal(pass_take(ends[1], &got, &with, NULL), FL_NOT_FOUND);
	assert_int_equal(pass_send(ends[0], &sent, -1, NULL), FL_OK);
	assert_int_equal(pass_take(ends[1], &got, &with, NULL), FL_OK);
	assert_memory_equal(&sent, &got, sizeof(got));
	assert_int_equal(with, -1);
}

static void test_a_descriptor_comes_along(void **state)
{
	struct pass_note note = {1, 0, 0}, got;
	int pipe_ends[2], with;
	char c = 0;

	(void)state;
	assert_int_equal(pipe(pipe_ends), 0);
	assert_int_equal(pass_send(ends[0], &note, pipe_ends[1], NULL), FL_OK);
	close(pipe_ends[1]);
	assert_int_equal(pass_take(ends[1], &got, &with, NULL), FL_OK);
	assert_true(with >= 0);
	assert_true(fcntl(with, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write(with, "x", 1), 1);
	assert_int_equal(read(pipe_ends[0], &c, 1), 1);
	assert_int_equal(c, 'x');
	close(with);
	assert_int_equal(read(pipe_ends[0], &c, 1), 0); /* no copy is left */
	close(pipe_ends[0]);
}

static void test_the_other_side_gone(void **state)
{
	struct pass_note note = {1, 0, 0}, got;
	struct fl_error err;
	int with;

	(void)state;
	assert_int_equal(pass_send(ends[0], &note, -1, NULL), FL_OK);
	close(ends[0]);
	ends[0] = -1;
	assert_int_equal(pass_take(ends[1], &got, &with, NULL), FL_OK);
	assert_int_equal(pass_take(ends[1], &got, &with, &err), FL_UNKNOWN);
	assert_int_equal(pass_send(ends[1], &note, -1, &err), FL_UNKNOWN);
}

static void test_half_a_note_is_none(void **state)
{
	struct pass_note got;
	int with;

	(void)state;
	assert_int_equal(write(ends[0], "abc", 3), 3);
	assert_int_equal(pass_take(ends[1], &got, &with, NULL), FL_UNKNOWN);
	assert_int_equal(with, -1);
}

static void test_a_full_door_does_not_wait(void **state)
{
	struct pass_note note = {1, 0, 0};
	fl_status s = FL_OK;

	(void)state;
	for (int i = 0; i < 100000 && s == FL_OK; i++)
		s = pass_send(ends[0], &note, -1, NULL);
	assert_int_equal(s, FL_UNKNOWN);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_note_comes_over),
		T(test_a_descriptor_comes_along),
		T(test_the_other_side_gone),
		T(test_half_a_note_is_none),
		T(test_a_full_door_does_not_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
