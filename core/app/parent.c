/*
 * `fairlead --checkers`: the parent of a daemon's checkers. A note with a
 * socket comes in on descriptor 0, a copy of this process becomes a checker on
 * that socket, a note about its end goes back. Loading a program anew costs
 * several milliseconds of kernel time, which who posts meanwhile would wait
 * for; a copy of this small process, with its one thread, costs a tenth. It
 * reads no request and runs no rule itself, so each checker begins clean.
 */
#include "app/checkers.h"

#include "base/digest.h"
#include "base/log.h"
#include "base/priority.h"
#include "loop/pass.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 4 * CHECKERS_MOST }; /* those of a killed worker may still end */

struct child {
	pid_t pid; /* 0: none */
	uint32_t tag;
};

struct parent {
	struct child children[MOST];
	sigset_t usual; /* signals that are held back, but while it waits */
};

static void on_child(int signum)
{
	(void)signum; /* ends the wait */
}

static void say_ended(uint32_t tag, int code, int signum)
{
	const struct pass_note note = {tag, code, signum};

	/* nobody there: its end is read next */
	(void)pass_send(STDIN_FILENO, &note, -1, NULL);
}

static void become_checker(const struct parent *p, int fd, pid_t parent)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, CHECKER_NAME);
	if (getppid() != parent || dup2(fd, STDIN_FILENO) < 0 ||
		dup2(fd, STDOUT_FILENO) < 0)
		_exit(1);
	close(fd);
	sigaction(SIGCHLD, &usual, NULL);
	sigprocmask(SIG_SETMASK, &p->usual, NULL);
	exit(checker_main());
}

static void start(struct parent *p, uint32_t tag, int fd)
{
	struct child *c = p->children, *end = c + MOST;
	pid_t self = getpid(), pid;

	while (c < end && c->pid != 0)
		c++;
	pid = c < end ? fork() : -1;
	if (pid == 0)
		become_checker(p, fd, self);
	if (pid > 0)
		*c = (struct child){pid, tag};
	else
		say_ended(tag, CHECKER_NOT_STARTED, 0);
}

static void kill_all(struct parent *p)
{
	for (struct child *c = p->children; c < p->children + MOST; c++)
		if (c->pid != 0)
			kill(c->pid, SIGKILL);
}

static void reap(struct parent *p)
{
	int how;
	pid_t pid;

	while ((pid = waitpid(-1, &how, WNOHANG)) > 0) {
		for (struct child *c = p->children; c < p->children + MOST;
			c++) {
			if (c->pid != pid)
				continue;
			c->pid = 0;
			say_ended(c->tag, WIFEXITED(how) ? WEXITSTATUS(how) : 0,
				WIFSIGNALED(how) ? WTERMSIG(how) : 0);
		}
	}
}

/* false: the supervisor is gone. */
static bool take_notes(struct parent *p)
{
	struct pass_note note;
	fl_status s;
	int with;

	while ((s = pass_take(STDIN_FILENO, &note, &with, NULL)) == FL_OK) {
		if (with < 0) {
			kill_all(p); /* a new worker: nobody wants them */
			continue;
		}
		start(p, note.tag, with);
		close(with);
	}
	return s == FL_NOT_FOUND;
}

int checker_parent_main(void)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	struct sigaction child = {.sa_handler = on_child};
	struct parent p = {0};
	sigset_t held;

	log_level_set(LOG_ERROR);
	priority_below(PRIORITY_CHILD);
	digest_init();
	sigemptyset(&held);
	sigaddset(&held, SIGCHLD);
	sigprocmask(SIG_BLOCK, &held, &p.usual);
	sigaction(SIGCHLD, &child, NULL);
	do {
		if (ppoll(&in, 1, NULL, &p.usual) < 0 && errno != EINTR)
			break;
		reap(&p);
	} while (take_notes(&p));
	kill_all(&p);
	return 0;
}
