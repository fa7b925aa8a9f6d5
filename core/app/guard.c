#include "app/guard.h"

#include "app/cli.h"
#include "script/script.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define HARD_US 1000000
#define STACK_BYTES 65536

static const int faults[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };

static struct crash_page *page; /* what a signal handler can reach */
static char stack[STACK_BYTES]; /* a fault may be an overflow of the other */

static void say(const char *text)
{
	ssize_t n = write(STDERR_FILENO, text, strlen(text));

	(void)n;
}

/* The handler is gone by now: raising it again ends the process. */
static void on_fault(int number)
{
	if (crash_page_fault(page, number))
		say("fairlead: a rule ended the process\n");
	raise(number);
}

static void on_hang(void)
{
	crash_page_fault(page, CRASH_HARD_LIMIT);
	say("fairlead: a rule did not come back\n");
	_exit(EXIT_HUNG);
}

void guard_begin(struct crash_page *p)
{
	stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action;

	page = p;
	memset(&action, 0, sizeof(action));
	action.sa_handler = on_fault;
	action.sa_flags = (int)SA_RESETHAND | SA_ONSTACK | SA_NODEFER;
	sigemptyset(&action.sa_mask);
	if (sigaltstack(&other, NULL) != 0)
		action.sa_flags &= ~SA_ONSTACK;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigaction(faults[i], &action, NULL);
	script_hard_limit(HARD_US, on_hang);
}

void guard_end(void)
{
	script_hard_limit(0, NULL);
	page = NULL;
}
