#include "app/checkers.h"

#include "loop/pass.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * waiting --a child is free--> running --reply ended and child gone--> done
 * A child that could not be started is one that is gone at once.
 */
struct inquiry {
	struct inquiry *next;
	struct checkers *asker; /* NULL: nobody waits any more */
	const struct buf *request;
	checker_done done;
	void *arg;
	uint32_t tag;
	struct stream *stream;	 /* NULL: not started */
	struct process *process; /* a child of our own; NULL */
	struct buf reply;
	bool ended; /* the reply is whole, or the socket broke */
	bool gone;  /* the child is; code and signum say how */
	int code, signum;
};

struct checkers {
	struct loop *loop;
	int door; /* borrowed; -1: children of our own */
	struct loop_poll *poll;
	struct loop_task look;
	struct inquiry *first;
	uint32_t last_tag;
};

enum { STOPPING = -2 };

static void look_soon(struct checkers *c)
{
	loop_defer(c->loop, &c->look);
}

/* ---- how it ended ---- */

static void why(const struct inquiry *q, char *text, size_t n)
{
	if (q->code == STOPPING)
		snprintf(text, n, "%s", CHECKERS_STOPPED);
	else if (q->code == CHECKER_NOT_STARTED)
		snprintf(text, n, "the checker could not be started");
	else if (q->signum == SIGXCPU || q->signum == SIGALRM)
		snprintf(text, n,
			"this took the checker longer than %d seconds and was "
			"stopped; nothing was changed",
			q->signum == SIGXCPU ? CHECKER_CPU_S : CHECKER_WALL_S);
	else if (q->signum != 0)
		snprintf(text, n,
			"the checker was ended by signal %d (%s)%s; nothing "
			"was changed",
			q->signum, strsignal(q->signum),
			q->signum == SIGKILL ? ", perhaps for want of memory"
					     : "");
	else
		snprintf(text, n,
			"the checker ended without an answer (code %d)",
			q->code);
}

static void free_inquiry(void *ctx)
{
	struct inquiry *q = ctx;

	process_free(q->process);
	buf_deinit(&q->reply);
	free(q);
}

/* Answers and forgets; `q` is in no list any more. */
static void finish(struct inquiry *q)
{
	char text[200];
	struct stream *s = q->stream;
	bool whole = q->code == 0 && q->signum == 0 && q->reply.len > 0 &&
		     !q->reply.failed;

	why(q, text, sizeof(text));
	q->asker = NULL;
	q->done(q->arg, whole ? &q->reply : NULL, whole ? NULL : text);
	if (s != NULL)
		stream_free(s, free_inquiry, q);
	else
		free_inquiry(q);
}

static void set_gone(struct inquiry *q, int code, int signum)
{
	q->gone = true;
	q->code = code;
	q->signum = signum;
	look_soon(q->asker);
}

/* ---- talking to one ---- */

static void on_reply(void *ctx, const char *bytes, ssize_t n)
{
	struct inquiry *q = ctx;

	if (n > 0) {
		buf_add(&q->reply, bytes, (size_t)n);
		return;
	}
	q->ended = true;
	if (q->asker != NULL)
		look_soon(q->asker);
}

static void on_sent(void *ctx, fl_status status)
{
	(void)ctx;
	(void)status; /* broken: the reply's end tells */
}

static void on_exit_child(void *ctx, int code, int signum)
{
	struct inquiry *q = ctx;

	if (q->asker != NULL)
		set_gone(q, code, signum);
}

static fl_status spawn(struct inquiry *q, int theirs, struct fl_error *err)
{
	static const char *const argv[] = {"fairlead", "--checker", NULL};
	struct process_options opt = {.argv = argv,
		.slot = {PROCESS_FD, PROCESS_FD, PROCESS_INHERIT},
		.fd = {theirs, theirs},
		.on_exit = on_exit_child,
		.ctx = q};
	struct pass_note note = {.tag = q->tag};

	if (q->asker->door >= 0)
		return pass_send(q->asker->door, &note, theirs, err);
	return process_spawn(q->asker->loop, &opt, &q->process, err);
}

static void start(struct inquiry *q)
{
	struct fl_error err;
	int fds[2];
	fl_status s;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
		q->ended = true;
		set_gone(q, CHECKER_NOT_STARTED, 0);
		return;
	}
	q->tag = ++q->asker->last_tag;
	s = stream_open(q->asker->loop, fds[0], &q->stream, &err);
	if (s != FL_OK)
		close(fds[0]);
	else
		s = spawn(q, fds[1], &err);
	close(fds[1]);
	if (s == FL_OK)
		s = stream_write(q->stream, q->request->at, q->request->len,
			on_sent, q, &err);
	if (q->stream != NULL) {
		stream_read_start(q->stream, on_reply, q);
		stream_finish(q->stream);
	}
	if (s != FL_OK) {
		q->ended = true;
		set_gone(q, CHECKER_NOT_STARTED, 0);
	}
}

/* ---- all of them ---- */

static void look(void *ctx)
{
	struct checkers *c = ctx;
	struct inquiry **at = &c->first, *q, *done = NULL, **last = &done;
	uint32_t running = 0;

	while ((q = *at) != NULL) {
		if (q->ended && q->gone) {
			*at = q->next;
			q->next = NULL;
			*last = q;
			last = &q->next;
			continue;
		}
		if (q->stream == NULL && running < CHECKERS_MOST)
			start(q);
		running += q->stream != NULL;
		at = &q->next;
	}
	while ((q = done) != NULL) { /* may ask again */
		done = q->next;
		finish(q);
	}
}

static void on_note(void *ctx, unsigned events, bool failed)
{
	struct checkers *c = ctx;
	struct pass_note note;
	struct fl_error err;
	fl_status s = FL_UNKNOWN;
	int with;

	(void)events;
	while (!failed &&
		(s = pass_take(c->door, &note, &with, &err)) == FL_OK) {
		if (with >= 0)
			close(with);
		for (struct inquiry *q = c->first; q != NULL; q = q->next)
			if (q->stream != NULL && q->tag == note.tag)
				set_gone(q, note.code, note.signum);
	}
	if (s != FL_UNKNOWN)
		return;
	loop_poll_set(c->poll, 0, &err); /* the supervisor is gone */
	for (struct inquiry *q = c->first; q != NULL; q = q->next)
		if (q->stream != NULL && !q->gone)
			set_gone(q, STOPPING, 0);
}

fl_status checkers_new(
	struct loop *l, int door, struct checkers **out, struct fl_error *err)
{
	struct checkers *c = calloc(1, sizeof(*c));
	fl_status s = FL_OK;

	*out = NULL;
	if (c == NULL)
		return status_fail(err, FL_NOMEM, "checkers");
	c->loop = l;
	c->door = door;
	c->look = (struct loop_task){.run = look, .ctx = c};
	if (door >= 0)
		s = loop_poll_new(l, door, on_note, c, &c->poll, err);
	if (s == FL_OK && door >= 0)
		s = loop_poll_set(c->poll, LOOP_READABLE, err);
	if (s != FL_OK) {
		checkers_free(c);
		return s;
	}
	*out = c;
	return FL_OK;
}

void checkers_free(struct checkers *c)
{
	struct inquiry *q;

	if (c == NULL)
		return;
	while ((q = c->first) != NULL) {
		c->first = q->next;
		q->code = STOPPING;
		if (q->process != NULL)
			process_kill(q->process, SIGKILL);
		finish(q);
	}
	loop_poll_free(c->poll);
	loop_defer_drop(c->loop, &c->look);
	free(c);
}

void checkers_ask(struct checkers *c, const struct buf *request,
	checker_done done, void *arg)
{
	struct inquiry *q = calloc(1, sizeof(*q)), **at = &c->first;

	REQUIRE(q != NULL);
	*q = (struct inquiry){
		.asker = c, .request = request, .done = done, .arg = arg};
	buf_init(&q->reply, CHECKER_BYTES);
	while (*at != NULL)
		at = &(*at)->next;
	*at = q;
	look_soon(c);
}

/* ---- one, waited for ---- */

struct once {
	struct loop *loop;
	checker_done done;
	void *arg;
};

static void on_once(void *ctx, const struct buf *reply, const char *cut)
{
	struct once *o = ctx;

	o->done(o->arg, reply, cut);
	loop_stop(o->loop);
}

void checkers_once(const struct buf *request, checker_done done, void *arg)
{
	struct once o = {.done = done, .arg = arg};
	struct checkers *c = NULL;
	struct fl_error err = {0};
	fl_status s = loop_new(&o.loop, &err);

	if (s == FL_OK)
		s = checkers_new(o.loop, -1, &c, &err);
	if (s == FL_OK) {
		checkers_ask(c, request, on_once, &o);
		loop_run(o.loop);
	} else {
		done(arg, NULL, err.text);
	}
	checkers_free(c);
	loop_free(o.loop);
}
