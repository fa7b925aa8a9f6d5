#include "loop/loop.h"
#include "loop/loop_uv.h"

#include "base/priority.h"

#include <signal.h>
#include <stddef.h>

struct loop_timer {
	uv_timer_t uv;
	struct loop *loop;
	loop_cb cb;
	void *ctx;
};

struct loop_signal {
	uv_signal_t uv;
	struct loop *loop;
	loop_cb cb;
	void *ctx;
};

struct loop_wake {
	uv_async_t uv;
	struct loop *loop;
	loop_cb cb;
	void *ctx;
};

struct loop_poll {
	uv_poll_t uv;
	struct loop *loop;
	void (*cb)(void *ctx, unsigned events, bool failed);
	void *ctx;
};

struct loop_job {
	uv_work_t uv;
	loop_cb work, done;
	void *ctx;
};

fl_status loop_uv_fail(struct fl_error *err, int code, const char *what)
{
	fl_status s = FL_STORAGE;

	switch (code) {
	case UV_ENOMEM:
		s = FL_NOMEM;
		break;
	case UV_EINVAL:
	case UV_EBADF:
		s = FL_INVALID;
		break;
	case UV_ENOENT:
		s = FL_NOT_FOUND;
		break;
	case UV_EACCES:
	case UV_EPERM:
		s = FL_DENIED;
		break;
	case UV_EADDRINUSE:
	case UV_EEXIST:
		s = FL_CONFLICT;
		break;
	case UV_EMFILE:
	case UV_ENFILE:
	case UV_EAGAIN:
		s = FL_LIMIT;
		break;
	default:
		break;
	}
	return status_fail(err, s, "%s: %s", what, uv_strerror(code));
}

static void free_handle(uv_handle_t *h)
{
	free(h->data);
}

/* ---- deferred tasks ---- */

static void on_again(uv_idle_t *h)
{
	(void)h; /* being active is all: the loop neither waits nor ends */
}

void loop_defer(struct loop *l, struct loop_task *task)
{
	if (task->prev != NULL)
		return;
	uv_idle_start(&l->again, on_again);
	task->next = NULL;
	task->prev = l->tasks_end;
	*l->tasks_end = task;
	l->tasks_end = &task->next;
}

void loop_defer_drop(struct loop *l, struct loop_task *task)
{
	if (task->prev == NULL)
		return;
	*task->prev = task->next;
	if (task->next != NULL)
		task->next->prev = task->prev;
	else
		l->tasks_end = task->prev;
	task->next = NULL;
	task->prev = NULL;
}

/* Runs what is queued now; what these queue anew waits for the next time. */
static void run_tasks(struct loop *l)
{
	struct loop_task *t;

	if (l->tasks != NULL) {
		loop_defer(l, &l->fence);
		while ((t = l->tasks) != &l->fence) {
			loop_defer_drop(l, t);
			t->run(t->ctx);
		}
		loop_defer_drop(l, &l->fence);
	}
	if (l->tasks == NULL)
		uv_idle_stop(&l->again);
}

static void on_before(uv_prepare_t *h)
{
	run_tasks(h->data);
}

static void on_after(uv_check_t *h)
{
	run_tasks(h->data);
}

/* ---- the loop ---- */

fl_status loop_new(struct loop **out, struct fl_error *err)
{
	struct loop *l = NULL;
	int rc;

	*out = NULL;
	signal(SIGPIPE, SIG_IGN);
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return status_fail(err, FL_NOMEM, "event loop");
	l->tasks_end = &l->tasks;
	if ((rc = uv_loop_init(&l->uv)) != 0) {
		free(l);
		return loop_uv_fail(err, rc, "event loop");
	}
	uv_idle_init(&l->uv, &l->again);
	uv_prepare_init(&l->uv, &l->before);
	l->before.data = l;
	uv_prepare_start(&l->before, on_before);
	uv_unref((uv_handle_t *)&l->before);
	uv_check_init(&l->uv, &l->after);
	l->after.data = l;
	uv_check_start(&l->after, on_after);
	uv_unref((uv_handle_t *)&l->after);
	*out = l;
	return FL_OK;
}

void loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	REQUIRE(l->live == 0);
	uv_close((uv_handle_t *)&l->before, NULL);
	uv_close((uv_handle_t *)&l->after, NULL);
	uv_close((uv_handle_t *)&l->again, NULL);
	/* a pending loop_stop() ends the first round early: go on */
	while (uv_run(&l->uv, UV_RUN_DEFAULT) != 0)
		;
	REQUIRE(uv_loop_close(&l->uv) == 0);
	free(l);
}

void loop_run(struct loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_turn(struct loop *l, bool wait)
{
	uv_run(&l->uv, wait ? UV_RUN_ONCE : UV_RUN_NOWAIT);
}

void loop_stop(struct loop *l)
{
	uv_stop(&l->uv);
}

/* ---- timers ---- */

static void on_timer(uv_timer_t *h)
{
	struct loop_timer *t = h->data;

	t->cb(t->ctx);
}

fl_status loop_timer_new(struct loop *l, loop_cb cb, void *ctx,
	struct loop_timer **out, struct fl_error *err)
{
	struct loop_timer *t = calloc(1, sizeof(*t));

	*out = t;
	if (t == NULL)
		return status_fail(err, FL_NOMEM, "timer");
	uv_timer_init(&l->uv, &t->uv);
	t->uv.data = t;
	t->loop = l;
	t->cb = cb;
	t->ctx = ctx;
	l->live++;
	return FL_OK;
}

void loop_timer_start(struct loop_timer *t, int64_t after_ms, int64_t every_ms)
{
	uint64_t after = after_ms < 1 ? 1 : (uint64_t)after_ms;
	uint64_t every = every_ms < 1 ? 0 : (uint64_t)every_ms;

	/* the loop's time stands still during callbacks: without this a
	 * timer armed after a long one would fire early */
	uv_update_time(&t->loop->uv);
	uv_timer_start(&t->uv, on_timer, after, every);
}

void loop_timer_stop(struct loop_timer *t)
{
	uv_timer_stop(&t->uv);
}

bool loop_timer_active(const struct loop_timer *t)
{
	return uv_is_active((const uv_handle_t *)&t->uv) != 0;
}

void loop_timer_free(struct loop_timer *t)
{
	if (t == NULL)
		return;
	t->loop->live--;
	uv_close((uv_handle_t *)&t->uv, free_handle);
}

/* ---- signals ---- */

static void on_signal(uv_signal_t *h, int signum)
{
	struct loop_signal *s = h->data;

	(void)signum;
	s->cb(s->ctx);
}

fl_status loop_signal_new(struct loop *l, int signum, loop_cb cb, void *ctx,
	struct loop_signal **out, struct fl_error *err)
{
	struct loop_signal *s = NULL;
	int rc;

	*out = NULL;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return status_fail(err, FL_NOMEM, "signal");
	if ((rc = uv_signal_init(&l->uv, &s->uv)) != 0) {
		free(s);
		return loop_uv_fail(err, rc, "signal");
	}
	s->uv.data = s;
	s->loop = l;
	s->cb = cb;
	s->ctx = ctx;
	l->live++;
	if ((rc = uv_signal_start(&s->uv, on_signal, signum)) != 0) {
		loop_signal_free(s);
		return loop_uv_fail(err, rc, "signal");
	}
	uv_unref((uv_handle_t *)&s->uv);
	*out = s;
	return FL_OK;
}

void loop_signal_free(struct loop_signal *s)
{
	if (s == NULL)
		return;
	s->loop->live--;
	uv_close((uv_handle_t *)&s->uv, free_handle);
}

/* ---- wake-ups ---- */

static void on_wake(uv_async_t *h)
{
	struct loop_wake *w = h->data;

	w->cb(w->ctx);
}

fl_status loop_wake_new(struct loop *l, loop_cb cb, void *ctx,
	struct loop_wake **out, struct fl_error *err)
{
	struct loop_wake *w = NULL;
	int rc;

	*out = NULL;
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return status_fail(err, FL_NOMEM, "wake-up");
	if ((rc = uv_async_init(&l->uv, &w->uv, on_wake)) != 0) {
		free(w);
		return loop_uv_fail(err, rc, "wake-up");
	}
	w->uv.data = w;
	w->loop = l;
	w->cb = cb;
	w->ctx = ctx;
	l->live++;
	*out = w;
	return FL_OK;
}

void loop_wake_send(struct loop_wake *w)
{
	uv_async_send(&w->uv);
}

void loop_wake_free(struct loop_wake *w)
{
	if (w == NULL)
		return;
	w->loop->live--;
	uv_close((uv_handle_t *)&w->uv, free_handle);
}

/* ---- work on pool threads ---- */

static void on_job(uv_work_t *req)
{
	struct loop_job *j = req->data;

	priority_below(PRIORITY_POOL);
	j->work(j->ctx);
}

static void on_job_done(uv_work_t *req, int status)
{
	struct loop_job *j = req->data;

	(void)status; /* nobody cancels */
	j->done(j->ctx);
	free(j);
}

fl_status loop_work(struct loop *l, loop_cb work, loop_cb done, void *ctx,
	struct fl_error *err)
{
	struct loop_job *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return status_fail(err, FL_NOMEM, "pool work");
	j->uv.data = j;
	j->work = work;
	j->done = done;
	j->ctx = ctx;
	uv_queue_work(&l->uv, &j->uv, on_job, on_job_done);
	return FL_OK;
}

/* ---- foreign descriptors ---- */

static void on_poll(uv_poll_t *h, int status, int events)
{
	struct loop_poll *p = h->data;
	unsigned got = 0;

	if (events & UV_READABLE)
		got |= LOOP_READABLE;
	if (events & UV_WRITABLE)
		got |= LOOP_WRITABLE;
	p->cb(p->ctx, got, status < 0);
}

fl_status loop_poll_new(struct loop *l, int fd,
	void (*cb)(void *ctx, unsigned events, bool failed), void *ctx,
	struct loop_poll **out, struct fl_error *err)
{
	struct loop_poll *p = NULL;
	int rc;

	*out = NULL;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return status_fail(err, FL_NOMEM, "descriptor watch");
	if ((rc = uv_poll_init(&l->uv, &p->uv, fd)) != 0) {
		free(p);
		return loop_uv_fail(err, rc, "descriptor watch");
	}
	p->uv.data = p;
	p->loop = l;
	p->cb = cb;
	p->ctx = ctx;
	l->live++;
	*out = p;
	return FL_OK;
}

fl_status loop_poll_set(
	struct loop_poll *p, unsigned events, struct fl_error *err)
{
	int want = 0;
	int rc;

	if (events & LOOP_READABLE)
		want |= UV_READABLE;
	if (events & LOOP_WRITABLE)
		want |= UV_WRITABLE;
	rc = want ? uv_poll_start(&p->uv, want, on_poll) : uv_poll_stop(&p->uv);
	return rc == 0 ? FL_OK : loop_uv_fail(err, rc, "descriptor watch");
}

void loop_poll_free(struct loop_poll *p)
{
	if (p == NULL)
		return;
	p->loop->live--;
	uv_close((uv_handle_t *)&p->uv, free_handle);
}
