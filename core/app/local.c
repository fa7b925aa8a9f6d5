#include "app/local.h"

#include "app/checkers.h"
#include "base/clock.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct local {
	struct rooftop *rooftop;
	int event_fd; /* rung by the store's writer thread */
};

static void ring(void *ctx)
{
	struct local *l = ctx;
	uint64_t one = 1;
	ssize_t n = write(l->event_fd, &one, sizeof(one));

	(void)n; /* full: it rings already */
}

static void check(
	void *ctx, const struct buf *request, checker_done done, void *arg)
{
	(void)ctx;
	checkers_once(request, done, arg);
}

/* One poll, then waits for the writer unless there is work at once. */
static fl_status turn(struct local *l)
{
	struct pollfd p = { .fd = l->event_fd, .events = POLLIN };
	fl_status s = rooftop_poll(l->rooftop);
	int64_t next = rooftop_next_ms(l->rooftop);
	uint64_t rung;

	if (s != FL_OK || rooftop_idle(l->rooftop) || next == INT64_MIN)
		return s;
	if (poll(&p, 1, next <= clock_wall_ms() ? 1 : 100) > 0 &&
		read(l->event_fd, &rung, sizeof(rung)) < 0)
		return FL_OK; /* nothing to take: polling again costs little */
	return FL_OK;
}

/* `why`: what the disk or database said; NULL: it was neither, and the log has
 * the reason. */
static void say_failed(const char *dir, fl_status s, const char *why,
	struct fl_error *err)
{
	bool dutch = folder_is_dutch(dir);

	if (why == NULL)
		why = dutch ? "zie hierboven" : "see above";
	status_fail(err, s,
		dutch ? "%s is niet te openen: %s" : "%s could not be opened: %s",
		dir, why);
}

fl_status local_open(const char *dir, bool hold_rules, struct local **out,
	struct problems *p, struct fl_error *err)
{
	struct rooftop_options opt = { .read_rules_from_archive = true,
		.hold_rules = hold_rules,
		.wake = ring };
	struct local *l = calloc(1, sizeof(*l));
	fl_status s;

	*out = NULL;
	if (l == NULL)
		return status_fail(err, FL_NOMEM, "%s", dir);
	l->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->event_fd < 0) {
		free(l);
		return status_fail(err, FL_STORAGE, "no event descriptor");
	}
	opt.check = check;
	opt.ctx = l;
	s = rooftop_open(dir, &opt, &l->rooftop, p, err);
	while (s == FL_OK && !rooftop_ready(l->rooftop))
		if ((s = turn(l)) != FL_OK)
			say_failed(dir, s, rooftop_failure(l->rooftop), err);
	if (s != FL_OK) {
		local_close(l);
		return s;
	}
	*out = l;
	return FL_OK;
}

void local_close(struct local *l)
{
	if (l == NULL)
		return;
	rooftop_close(l->rooftop);
	close(l->event_fd);
	free(l);
}

struct rooftop *local_rooftop(struct local *l)
{
	return l->rooftop;
}

fl_status local_run(struct local *l, const uint32_t *waiting, uint32_t most)
{
	fl_status s = FL_OK;

	while (s == FL_OK && *waiting > most)
		s = turn(l);
	return s;
}
