#include "base/priority.h"

#include <sched.h>
#include <sys/resource.h>

void priority_below(int niceness)
{
	const struct sched_param none = {0};

	if (sched_getscheduler(0) == SCHED_BATCH)
		return;
	/* on Linux both are of the thread, whatever the names say */
	sched_setscheduler(0, SCHED_BATCH, &none);
	setpriority(PRIO_PROCESS, 0, niceness);
}
