#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "loop/loop.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

struct fixture {
	struct loop *loop;
	struct loop_timer *timer;
	struct loop_wake *wake;
	struct loop_poll *poll;
	int64_t at_us;
	int count, other;
	unsigned events;
	pthread_t thread;
	bool on_loop_thread;
	struct loop_task task, task2;
};

static struct fixture *begin(void)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	assert_int_equal(loop_new(&f->loop, NULL), FL_OK);
	return f;
}

static void end(struct fixture *f)
{
	loop_free(f->loop);
	free(f);
}

static void timer_again(void *ctx)
{
	struct fixture *f = ctx;

	f->count++;
	loop_timer_start(f->timer, 0, 0); /* for ever: must not starve */
}

static void timer_stop(void *ctx)
{
	struct fixture *f = ctx;

	f->other++;
	loop_stop(f->loop);
}

/* A timer re-armed with 0 in its own callback lets others run. */
static void test_zero_timer_starves_nobody(void **state)
{
	struct fixture *f = begin();
	struct loop_timer *stop = NULL;

	(void)state;
	assert_int_equal(
		loop_timer_new(f->loop, timer_again, f, &f->timer, NULL),
		FL_OK);
	assert_int_equal(
		loop_timer_new(f->loop, timer_stop, f, &stop, NULL), FL_OK);
	loop_timer_start(f->timer, 0, 0);
	loop_timer_start(stop, 20, 0);
	alarm(20);
	loop_run(f->loop);
	alarm(0);
	assert_int_equal(f->other, 1);
	assert_in_range(f->count, 1, 25);
	loop_timer_free(f->timer);
	loop_timer_free(stop);
	end(f);
}

static void timer_count(void *ctx)
{
	struct fixture *f = ctx;

	f->at_us = clock_mono_us();
	if (++f->count == 3)
		loop_timer_stop(f->timer);
}

static void test_repeating_timer(void **state)
{
	struct fixture *f = begin();
	int64_t from_us = clock_mono_us();

	(void)state;
	assert_int_equal(
		loop_timer_new(f->loop, timer_count, f, &f->timer, NULL),
		FL_OK);
	assert_false(loop_timer_active(f->timer));
	loop_timer_start(f->timer, 10, 5);
	assert_true(loop_timer_active(f->timer));
	loop_run(f->loop); /* ends: nothing is left to wait for */
	assert_int_equal(f->count, 3);
	assert_true(f->at_us - from_us >= 19000);
	loop_timer_free(f->timer);
	end(f);
}

/* Armed after a long callback it is not early: loop time stood still. */
static void test_timer_is_never_early(void **state)
{
	struct fixture *f = begin();
	int64_t from_us;

	(void)state;
	assert_int_equal(
		loop_timer_new(f->loop, timer_count, f, &f->timer, NULL),
		FL_OK);
	usleep(30000);
	from_us = clock_mono_us();
	loop_timer_start(f->timer, 20, 0);
	loop_run(f->loop);
	assert_true(f->at_us - from_us >= 19000);
	loop_timer_free(f->timer);
	end(f);
}

static void *send_many(void *ctx)
{
	struct fixture *f = ctx;
	int i;

	for (i = 0; i < 1000; i++)
		loop_wake_send(f->wake);
	__atomic_store_n(&f->other, 1, __ATOMIC_SEQ_CST);
	loop_wake_send(f->wake);
	return NULL;
}

static void on_wake(void *ctx)
{
	struct fixture *f = ctx;

	f->count++;
	f->on_loop_thread = pthread_equal(f->thread, pthread_self()) != 0;
	if (__atomic_load_n(&f->other, __ATOMIC_SEQ_CST) != 0)
		loop_stop(f->loop);
}

static void test_wake_from_another_thread(void **state)
{
	struct fixture *f = begin();
	pthread_t t;

	(void)state;
	f->thread = pthread_self();
	assert_int_equal(
		loop_wake_new(f->loop, on_wake, f, &f->wake, NULL), FL_OK);
	assert_int_equal(pthread_create(&t, NULL, send_many, f), 0);
	loop_run(f->loop);
	pthread_join(t, NULL);
	assert_true(f->count >= 1 && f->count <= 1001);
	assert_true(f->on_loop_thread);
	loop_wake_free(f->wake);
	end(f);
}

static void do_work(void *ctx)
{
	struct fixture *f = ctx;

	f->on_loop_thread = pthread_equal(f->thread, pthread_self()) != 0;
	f->count++;
}

static void work_done(void *ctx)
{
	struct fixture *f = ctx;

	assert_int_equal(f->count, 1);
	assert_true(pthread_equal(f->thread, pthread_self()));
	f->other++;
}

static void test_work_runs_elsewhere(void **state)
{
	struct fixture *f = begin();

	(void)state;
	f->thread = pthread_self();
	assert_int_equal(
		loop_work(f->loop, do_work, work_done, f, NULL), FL_OK);
	assert_int_equal(f->other, 0);
	loop_run(f->loop);
	assert_int_equal(f->other, 1);
	assert_false(f->on_loop_thread);
	end(f);
}

static void on_signal(void *ctx)
{
	struct fixture *f = ctx;

	f->count++;
	loop_stop(f->loop);
}

static void test_signal(void **state)
{
	struct fixture *f = begin();
	struct loop_signal *s = NULL;
	struct loop_signal *bad = NULL;
	struct fl_error err;

	(void)state;
	assert_int_equal(
		loop_signal_new(f->loop, SIGUSR1, on_signal, f, &s, NULL),
		FL_OK);
	assert_int_equal(
		loop_signal_new(f->loop, SIGKILL, on_signal, f, &bad, &err),
		FL_INVALID);
	assert_null(bad);
	assert_int_equal(
		loop_timer_new(f->loop, timer_count, f, &f->timer, NULL),
		FL_OK);
	loop_timer_start(f->timer, 60000, 0);
	raise(SIGUSR1);
	loop_run(f->loop);
	assert_int_equal(f->count, 1);
	loop_timer_free(f->timer);
	loop_signal_free(s);
	end(f);
}

static void task_again(void *ctx)
{
	struct fixture *f = ctx;

	f->count++;
	if (f->count < 5)
		loop_defer(f->loop, &f->task);
}

static void task_never(void *ctx)
{
	(void)ctx;
	fail_msg("a dropped task ran");
}

/* Once per iteration; deferring anew does not make the loop wait. */
static void test_tasks(void **state)
{
	struct fixture *f = begin();

	(void)state;
	f->task = (struct loop_task){.run = task_again, .ctx = f};
	f->task2 = (struct loop_task){.run = task_never};
	loop_defer(f->loop, &f->task2);
	loop_defer(f->loop, &f->task);
	loop_defer(f->loop, &f->task);
	loop_defer_drop(f->loop, &f->task2);
	loop_defer_drop(f->loop, &f->task2);
	loop_turn(f->loop, false);
	assert_in_range(f->count, 1, 2); /* before and after waiting */
	alarm(20);
	loop_turn(f->loop, true);
	loop_turn(f->loop, true);
	loop_turn(f->loop, true);
	alarm(0);
	assert_int_equal(f->count, 5);
	end(f);
}

static void on_poll(void *ctx, unsigned events, bool failed)
{
	struct fixture *f = ctx;

	assert_false(failed);
	f->events |= events;
	loop_stop(f->loop);
}

static void test_poll(void **state)
{
	struct fixture *f = begin();
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(
		loop_poll_new(f->loop, fds[0], on_poll, f, &f->poll, NULL),
		FL_OK);
	assert_int_equal(loop_poll_set(f->poll, LOOP_READABLE, NULL), FL_OK);
	assert_int_equal(write(fds[1], "x", 1), 1);
	loop_run(f->loop);
	assert_int_equal(f->events, LOOP_READABLE);
	assert_int_equal(loop_poll_set(f->poll, 0, NULL), FL_OK);
	f->events = 0;
	loop_turn(f->loop, false);
	assert_int_equal(f->events, 0);
	loop_poll_free(f->poll);
	end(f);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zero_timer_starves_nobody),
		cmocka_unit_test(test_repeating_timer),
		cmocka_unit_test(test_timer_is_never_early),
		cmocka_unit_test(test_wake_from_another_thread),
		cmocka_unit_test(test_work_runs_elsewhere),
		cmocka_unit_test(test_signal),
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_poll),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
