#include "unit.h"

#include "base/clock.h"

#include <time.h>

static void wall_is_the_system_clock(void **state)
{
	int64_t before = (int64_t)time(NULL), ms = clock_wall_ms();
	int64_t after = (int64_t)time(NULL);

	(void)state;
	assert_true(ms / 1000 >= before - 1);
	assert_true(ms / 1000 <= after + 1);
}

static void mono_never_steps_back(void **state)
{
	int64_t last = clock_mono_us(), now, first = last;
	const struct timespec pause = {0, 2000000};
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		now = clock_mono_us();
		assert_true(now >= last);
		last = now;
	}
	nanosleep(&pause, NULL);
	assert_true(clock_mono_us() - first >= 2000);
}

static void cpu_counts_work_not_waiting(void **state)
{
	const struct timespec pause = {0, 30000000};
	int64_t before = clock_thread_cpu_us(), worked;
	volatile unsigned sink = 0;

	(void)state;
	while (clock_thread_cpu_us() - before < 1000)
		sink++;
	worked = clock_thread_cpu_us();
	nanosleep(&pause, NULL);
	assert_true(clock_thread_cpu_us() - worked < 25000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wall_is_the_system_clock),
		cmocka_unit_test(mono_never_steps_back),
		cmocka_unit_test(cpu_counts_work_not_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
