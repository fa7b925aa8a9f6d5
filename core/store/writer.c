#include "store/writer.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/priority.h"

#include <time.h>

enum { PAGES_MAX = 16000, IDLE_MS = 1000 };

static void fail(struct writer *w, const struct fl_error *err)
{
	log_write(LOG_ERROR, "store", "writing stopped: %s", err->text);
	pthread_mutex_lock(&w->lock);
	w->failed = true;
	w->failure = *err;
	pthread_mutex_unlock(&w->lock);
}

static void checkpoint(struct writer *w, bool truncate)
{
	struct fl_error err = {0};
	int64_t left = 0;

	if (commit_checkpoint(w->commit, truncate, &left, &err) != FL_OK) {
		fail(w, &err);
		return;
	}
	/* until the WAL starts anew, copy in larger and larger portions only:
	 * somebody is reading it */
	w->next_pages = w->commit->wal_pages + w->pages_max / 4 + 1;
	w->idle_pages = w->commit->wal_pages;
}

/* After work: has the WAL started anew, and is it long enough? */
static void watch_wal(struct writer *w)
{
	int64_t pages = w->commit->wal_pages;

	if (pages < w->seen_pages) {
		w->next_pages = w->pages_max;
		w->idle_pages = 0;
	}
	w->seen_pages = pages;
	if (pages >= w->next_pages)
		checkpoint(w, false);
}

/* Waits for work. False: nothing came for idle_ms and there are pages to
 * checkpoint meanwhile. Called and returns with the lock held. */
static bool wait_work(struct writer *w, bool pages)
{
	int64_t until_us = clock_mono_us() + w->idle_ms * 1000;
	struct timespec until = {until_us / 1000000,
		until_us % 1000000 * 1000};

	while (!w->stop && w->work == NULL)
		if (!pages)
			pthread_cond_wait(&w->asked, &w->lock);
		else if (pthread_cond_timedwait(&w->asked, &w->lock, &until) !=
			0)
			break;
	return w->stop || w->work != NULL;
}

static void run(struct writer *w, writer_work work, void *arg)
{
	struct fl_error err = {0};
	fl_status result = FL_UNKNOWN;

	if (w->failed)
		err = w->failure;
	else if ((result = work(w->commit, arg, &err)) == FL_UNKNOWN)
		fail(w, &err);
	pthread_mutex_lock(&w->lock);
	w->work = NULL;
	w->result = result;
	w->err = err;
	w->done = true;
	pthread_mutex_unlock(&w->lock);
	pthread_cond_signal(&w->answered);
	if (w->wake != NULL)
		w->wake(w->ctx);
}

static void *thread_main(void *ctx)
{
	struct writer *w = ctx;
	writer_work work;
	bool stop = false, over = false;

	priority_prompt(PROMPT_WRITER);
	while (!stop) {
		bool pages = !w->failed && !over &&
			w->commit->wal_pages != w->idle_pages;
		bool came;
		void *arg;

		pthread_mutex_lock(&w->lock);
		came = wait_work(w, pages);
		work = w->work;
		arg = w->arg;
		stop = w->stop && work == NULL;
		over = w->over;
		pthread_mutex_unlock(&w->lock);
		if (work != NULL)
			run(w, work, arg);
		if (w->failed || over)
			continue;
		if (work != NULL)
			watch_wal(w);
		else if (!came)
			checkpoint(w, false);
	}
	if (!w->failed && !over)
		checkpoint(w, true);
	return NULL;
}

fl_status writer_start(struct writer *w, struct commit *c,
	const struct store_options *opt, struct fl_error *err)
{
	pthread_condattr_t attr;
	int rc;

	w->commit = c;
	w->wake = opt->wake;
	w->ctx = opt->ctx;
	w->pages_max = opt->checkpoint_pages > 0 ? opt->checkpoint_pages
						 : PAGES_MAX;
	w->next_pages = w->pages_max;
	w->idle_ms = opt->checkpoint_idle_ms > 0 ? opt->checkpoint_idle_ms
						 : IDLE_MS;
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->asked, &attr);
	pthread_cond_init(&w->answered, &attr);
	pthread_condattr_destroy(&attr);
	rc = pthread_create(&w->thread, NULL, thread_main, w);
	w->started = rc == 0;
	if (rc != 0)
		return status_fail(err, FL_STORAGE, "writer thread: %s",
			strerrordesc_np(rc));
	return FL_OK;
}

void writer_ask(struct writer *w, writer_work work, void *arg)
{
	pthread_mutex_lock(&w->lock);
	REQUIRE(w->work == NULL && !w->done);
	w->work = work;
	w->arg = arg;
	pthread_mutex_unlock(&w->lock);
	pthread_cond_signal(&w->asked); /* who wakes finds the lock free */
}

bool writer_take(struct writer *w, fl_status *result, struct fl_error *err)
{
	bool done;

	pthread_mutex_lock(&w->lock);
	done = w->done;
	w->done = false;
	if (done) {
		*result = w->result;
		*err = w->err;
	}
	pthread_mutex_unlock(&w->lock);
	return done;
}

void writer_wait(struct writer *w, fl_status *result, struct fl_error *err)
{
	pthread_mutex_lock(&w->lock);
	while (!w->done)
		pthread_cond_wait(&w->answered, &w->lock);
	pthread_mutex_unlock(&w->lock);
	REQUIRE(writer_take(w, result, err));
}

bool writer_failed(struct writer *w, struct fl_error *err)
{
	bool failed;

	pthread_mutex_lock(&w->lock);
	failed = w->failed;
	if (failed)
		*err = w->failure;
	pthread_mutex_unlock(&w->lock);
	return failed;
}

void writer_over(struct writer *w)
{
	if (w->commit == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	w->over = true;
	pthread_mutex_unlock(&w->lock);
}

void writer_stop(struct writer *w)
{
	if (w->commit == NULL)
		return;
	if (w->started) {
		pthread_mutex_lock(&w->lock);
		w->stop = true;
		pthread_cond_signal(&w->asked);
		pthread_mutex_unlock(&w->lock);
		pthread_join(w->thread, NULL);
	}
	pthread_cond_destroy(&w->answered);
	pthread_cond_destroy(&w->asked);
	pthread_mutex_destroy(&w->lock);
	w->commit = NULL;
}
