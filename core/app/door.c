/* The supervisor's door for checkers: a note with a socket comes in, a child
 * is started on that socket, a note about its end goes back. What is started
 * is always our own binary with the same arguments. */
#include "app/checkers.h"

#include "loop/pass.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

struct child {
	struct child *next;
	struct checker_door *door;
	struct process *process;
	uint32_t tag;
	uint32_t worker; /* which one asked */
};

struct checker_door {
	struct loop *loop;
	int fd; /* our end; -1: no worker */
	struct loop_poll *poll;
	struct child *first;
	uint32_t worker; /* counts them */
};

static void drop(struct child *k)
{
	struct child **at = &k->door->first;

	while (*at != k)
		at = &(*at)->next;
	*at = k->next;
	process_free(k->process);
	free(k);
}

static void tell(struct checker_door *d, uint32_t tag, int code, int signum)
{
	struct pass_note note = {tag, code, signum};

	if (d->fd >= 0) /* a worker that is gone need not know */
		pass_send(d->fd, &note, -1, NULL);
}

static void on_exit_child(void *ctx, int code, int signum)
{
	struct child *k = ctx;

	if (k->worker == k->door->worker)
		tell(k->door, k->tag, code, signum);
	drop(k);
}

static void start(struct checker_door *d, uint32_t tag, int fd)
{
	static const char *const argv[] = {"fairlead", "--checker", NULL};
	struct process_options opt = {.argv = argv,
		.slot = {PROCESS_FD, PROCESS_FD, PROCESS_INHERIT},
		.fd = {fd, fd},
		.on_exit = on_exit_child};
	struct child *k = calloc(1, sizeof(*k));
	struct fl_error err;

	opt.ctx = k;
	if (k == NULL ||
		process_spawn(d->loop, &opt, &k->process, &err) != FL_OK) {
		free(k);
		tell(d, tag, -1, 0);
		return;
	}
	k->door = d;
	k->tag = tag;
	k->worker = d->worker;
	k->next = d->first;
	d->first = k;
}

static void shut(struct checker_door *d)
{
	loop_poll_free(d->poll);
	d->poll = NULL;
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
	d->worker++;
	for (struct child *k = d->first; k != NULL; k = k->next)
		process_kill(k->process, SIGKILL);
}

static void on_note(void *ctx, unsigned events, bool failed)
{
	struct checker_door *d = ctx;
	struct pass_note note;
	struct fl_error err;
	fl_status s = FL_UNKNOWN;
	int with;

	(void)events;
	while (!failed && (s = pass_take(d->fd, &note, &with, &err)) == FL_OK) {
		if (with >= 0) {
			start(d, note.tag, with);
			close(with);
		}
	}
	if (s == FL_UNKNOWN)
		shut(d);
}

fl_status checker_door_new(
	struct loop *l, struct checker_door **out, struct fl_error *err)
{
	struct checker_door *d = calloc(1, sizeof(*d));

	*out = d;
	if (d == NULL)
		return status_fail(err, FL_NOMEM, "door for checkers");
	d->loop = l;
	d->fd = -1;
	return FL_OK;
}

fl_status checker_door_open(
	struct checker_door *d, int *worker_end, struct fl_error *err)
{
	int fds[2];
	fl_status s;

	shut(d);
	*worker_end = -1;
	if ((s = pass_pair(fds, err)) != FL_OK)
		return s;
	d->fd = fds[0];
	s = loop_poll_new(d->loop, d->fd, on_note, d, &d->poll, err);
	if (s == FL_OK)
		s = loop_poll_set(d->poll, LOOP_READABLE, err);
	if (s != FL_OK) {
		close(fds[1]);
		shut(d);
		return s;
	}
	*worker_end = fds[1];
	return FL_OK;
}

void checker_door_free(struct checker_door *d)
{
	if (d == NULL)
		return;
	shut(d);
	while (d->first != NULL)
		drop(d->first);
	free(d);
}
