/* The supervisor's door for checkers: notes with a socket come in from the
 * worker and go on to the parent of the checkers, notes about an end come
 * back. The parent is started for the first of them, and again should it end. */
#include "app/checkers.h"

#include "loop/pass.h"

#include <stdlib.h>
#include <unistd.h>

struct child {
	struct child *next;
	uint32_t ours;   /* its number between parent and door */
	uint32_t theirs; /* ... between door and worker */
	bool wanted;     /* its worker lives */
};

/* Our end of a pass_pair(). */
struct end {
	int fd; /* -1: none */
	struct loop_poll *poll;
};

struct checker_door {
	struct loop *loop;
	struct end up;   /* to the worker */
	struct end down; /* to the parent */
	struct process *parent;
	struct child *first;
	uint32_t last;
};

/* ---- ends ---- */

static void end_close(struct end *e)
{
	loop_poll_free(e->poll);
	if (e->fd >= 0)
		close(e->fd);
	*e = (struct end){.fd = -1};
}

/* *theirs is the caller's to close. */
static fl_status end_open(struct checker_door *d, struct end *e,
	void (*on_note)(void *ctx, unsigned events, bool failed), int *theirs,
	struct fl_error *err)
{
	int fds[2];
	fl_status s = pass_pair(fds, err);

	*theirs = -1;
	if (s != FL_OK)
		return s;
	e->fd = fds[0];
	s = loop_poll_new(d->loop, e->fd, on_note, d, &e->poll, err);
	if (s == FL_OK)
		s = loop_poll_set(e->poll, LOOP_READABLE, err);
	if (s == FL_OK) {
		*theirs = fds[1];
		return FL_OK;
	}
	close(fds[1]);
	end_close(e);
	return s;
}

/* ---- children ---- */

static void tell(struct checker_door *d, uint32_t tag, int code, int signum)
{
	const struct pass_note note = {tag, code, signum};

	if (d->up.fd >= 0) /* a worker that is gone need not know */
		(void)pass_send(d->up.fd, &note, -1, NULL);
}

static void drop(struct checker_door *d, struct child *k)
{
	struct child **at = &d->first;

	while (*at != k)
		at = &(*at)->next;
	*at = k->next;
	free(k);
}

static void ended(struct checker_door *d, struct child *k, int code,
	int signum)
{
	if (k->wanted)
		tell(d, k->theirs, code, signum);
	drop(d, k);
}

static void part(struct checker_door *d)
{
	end_close(&d->down);
	process_free(d->parent);
	d->parent = NULL;
}

/* ---- the parent ---- */

/* Its children end with it. */
static void on_parent_exit(void *ctx, int code, int signum)
{
	struct checker_door *d = ctx;

	part(d);
	while (d->first != NULL)
		ended(d, d->first,
			code != 0 || signum != 0 ? code : CHECKER_NOT_STARTED,
			signum);
}

static void on_end(void *ctx, unsigned events, bool failed)
{
	struct checker_door *d = ctx;
	struct pass_note note;
	struct child *k;
	fl_status s = FL_UNKNOWN;
	int with;

	(void)events;
	while (!failed && (s = pass_take(d->down.fd, &note, &with, NULL)) == FL_OK) {
		for (k = d->first; k != NULL && k->ours != note.tag;)
			k = k->next;
		if (k != NULL)
			ended(d, k, note.code, note.signum);
	}
	if (s == FL_UNKNOWN) /* it is ending: on_parent_exit() comes */
		(void)loop_poll_set(d->down.poll, 0, NULL);
}

static fl_status need_parent(struct checker_door *d, struct fl_error *err)
{
	static const char *const argv[] = {"fairlead", "--checkers", NULL};
	struct process_options opt = {.argv = argv,
		.slot = {PROCESS_FD, PROCESS_NULL, PROCESS_INHERIT},
		.on_exit = on_parent_exit,
		.ctx = d};
	fl_status s;

	if (d->parent != NULL)
		return FL_OK;
	if ((s = end_open(d, &d->down, on_end, &opt.fd[0], err)) != FL_OK)
		return s;
	s = process_spawn(d->loop, &opt, &d->parent, err);
	close(opt.fd[0]);
	if (s != FL_OK)
		part(d);
	return s;
}

/* ---- the worker ---- */

static void start(struct checker_door *d, uint32_t tag, int fd)
{
	struct child *k = calloc(1, sizeof(*k));
	struct pass_note note = {.tag = ++d->last};

	if (k == NULL || need_parent(d, NULL) != FL_OK ||
		pass_send(d->down.fd, &note, fd, NULL) != FL_OK) {
		free(k);
		tell(d, tag, CHECKER_NOT_STARTED, 0);
		return;
	}
	*k = (struct child){d->first, note.tag, tag, true};
	d->first = k;
}

static void shut(struct checker_door *d)
{
	const struct pass_note all = {0};

	end_close(&d->up);
	for (struct child *k = d->first; k != NULL; k = k->next)
		k->wanted = false;
	if (d->first != NULL && d->down.fd >= 0)
		(void)pass_send(d->down.fd, &all, -1, NULL);
}

static void on_note(void *ctx, unsigned events, bool failed)
{
	struct checker_door *d = ctx;
	struct pass_note note;
	fl_status s = FL_UNKNOWN;
	int with;

	(void)events;
	while (!failed && (s = pass_take(d->up.fd, &note, &with, NULL)) == FL_OK) {
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
	d->up.fd = d->down.fd = -1;
	return FL_OK;
}

fl_status checker_door_open(
	struct checker_door *d, int *worker_end, struct fl_error *err)
{
	shut(d);
	return end_open(d, &d->up, on_note, worker_end, err);
}

void checker_door_free(struct checker_door *d)
{
	if (d == NULL)
		return;
	shut(d);
	part(d); /* the parent reads that we are gone, kills all and ends */
	while (d->first != NULL)
		drop(d, d->first);
	free(d);
}
