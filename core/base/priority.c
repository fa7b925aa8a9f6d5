#include "base/priority.h"

#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SLICE_BELOW_NS 20000000

/* glibc has no name for these two. */
static long get_attr(struct sched_attr *at)
{
	return syscall(SYS_sched_getattr, 0, at, sizeof(*at), 0);
}

static void set_attr(struct sched_attr *at)
{
	at->size = sizeof(*at);
	at->sched_flags = 0;
	syscall(SYS_sched_setattr, 0, at, 0);
}

void priority_below(int niceness)
{
	struct sched_attr at = {0};

	if (get_attr(&at) != 0 || at.sched_policy == SCHED_BATCH)
		return;
	at.sched_policy = SCHED_BATCH;
	at.sched_nice = niceness;
	at.sched_runtime = SLICE_BELOW_NS;
	set_attr(&at);
}

void priority_prompt(int slice_us)
{
	struct sched_attr at = {0};

	if (get_attr(&at) != 0 || at.sched_policy != SCHED_NORMAL)
		return;
	at.sched_runtime = (uint64_t)slice_us * 1000;
	set_attr(&at);
}
