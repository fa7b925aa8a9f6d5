#include "unit.h"

#include "base/priority.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* as sched_setattr(2) has it: the kernel's own header and <sched.h> exclude
 * each other */
struct attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

static struct attr own(void)
{
	struct attr at = {0};

	assert_int_equal(syscall(SYS_sched_getattr, 0, &at, sizeof(at), 0), 0);
	return at;
}

static void *lowered(void *out)
{
	priority_below(PRIORITY_CHILD);
	priority_prompt(PROMPT_WRITER); /* who gave way stays there */
	priority_below(PRIORITY_POOL);
	*(struct attr *)out = own();
	return NULL;
}

static void *prompted(void *out)
{
	priority_prompt(PROMPT_WRITER);
	*(struct attr *)out = own();
	return NULL;
}

static struct attr in_thread(void *(*run)(void *out))
{
	struct attr at;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, run, &at), 0);
	pthread_join(thread, NULL);
	return at;
}

/* this thread is not lowered with it */
static void who_gives_way_is_a_batch_of_its_own(void **state)
{
	struct attr before = own(), at = in_thread(lowered);

	(void)state;
	assert_int_equal(at.policy, SCHED_BATCH);
	assert_int_equal(at.nice, PRIORITY_CHILD);
	assert_int_equal(own().policy, before.policy);
	assert_int_equal(own().nice, before.nice);
}

/* a shorter slice, where the kernel knows them, and nothing else */
static void who_is_prompt_asks_for_no_larger_share(void **state)
{
	struct attr before = own(), at = in_thread(prompted);

	(void)state;
	assert_int_equal(at.policy, before.policy);
	assert_int_equal(at.nice, before.nice);
	if (before.runtime != 0 && before.policy == SCHED_OTHER)
		assert_int_equal(at.runtime, PROMPT_WRITER * 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_gives_way_is_a_batch_of_its_own),
		cmocka_unit_test(who_is_prompt_asks_for_no_larger_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
