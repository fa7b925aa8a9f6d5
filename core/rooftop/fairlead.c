/*
 * The public library: fairlead.h on top of a rooftop. Waiting is done on an
 * eventfd that the store's writer thread rings.
 */
#include "rooftop/rooftop_inside.h"

#include "base/clock.h"
#include "script/script.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define POLL_CAP_MS 60000
#define HANG_MS     1000
#define HANG_MOST   3600000

struct fl_rooftop {
	struct rooftop *r;
	struct fl_options opt;
	int event_fd;
	struct arena told; /* reset for each committed unit */
};

/* One answer to give as bytes. */
struct give {
	fl_answer_cb cb;
	void *ctx;
};

const char *fl_version(void)
{
	return FL_VERSION;
}

static void ring(void *ctx)
{
	fl_rooftop *f = ctx;
	uint64_t one = 1;

	if (write(f->event_fd, &one, sizeof(one)) < 0) {
		/* full: it is ringing already */
	}
	if (f->opt.wake != NULL)
		f->opt.wake(f->opt.ctx);
}

static void tell(void *ctx, const struct told *told)
{
	fl_rooftop *f = ctx;
	struct buf out;

	if (f->opt.on_event == NULL)
		return;
	for (uint32_t i = 0; i < told->n_events; i++) {
		const struct event_row *e = &told->events[i];
		struct value v = value_map(), data;
		struct arena *a = &f->told;
		struct fl_error err;

		arena_reset(a);
		value_put(a, &v, "number", value_int(e->number));
		value_put(a, &v, "type", value_of_text(e->type));
		value_put(a, &v, "source", value_of_text(e->source));
		value_put(a, &v, "id", value_of_text(e->id));
		value_put(a, &v, "actor", value_of_text(e->actor));
		value_put(a, &v, "at", value_int(e->occurred_at_ms));
		value_put(a, &v, "recorded_at", value_int(e->recorded_at_ms));
		value_put(a, &v, "cause", value_int(e->cause));
		if (e->data.bytes > 0 &&
			value_read(a, e->data.at, e->data.bytes, NULL, &data,
				&err) == FL_OK)
			value_put(a, &v, "data", data);
		buf_init(&out, 1 << 20);
		value_write(&out, &v);
		if (!out.failed)
			f->opt.on_event(f->opt.ctx, out.at, out.len);
		buf_deinit(&out);
	}
}

fl_status fl_init(const char *dir, int training, struct fl_error *err)
{
	return rooftop_init(dir, NULL, training != 0, err);
}

fl_status fl_open(const char *dir, const struct fl_options *options,
		  fl_rooftop **out, struct fl_error *err)
{
	struct rooftop_options opt = { 0 };
	struct fl_error own = { 0 };
	struct problems problems;
	struct arena a;
	fl_rooftop *f = calloc(1, sizeof(*f));
	fl_status s = FL_NOMEM;

	*out = NULL;
	err = err != NULL ? err : &own;
	arena_init(&a, 0);
	problems_init(&problems, &a);
	if (f == NULL)
		goto out;
	f->event_fd = -1;
	arena_init(&f->told, 0);
	if (options != NULL)
		memcpy(&f->opt, options,
			options->size < sizeof(f->opt) ? options->size
						       : sizeof(f->opt));
	f->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (f->event_fd < 0) {
		s = status_fail(err, FL_STORAGE, "no event descriptor");
		goto out;
	}
	if (f->opt.hang_ms < 0 || f->opt.hang_ms > HANG_MOST) {
		s = status_fail(err, FL_INVALID, "hang_ms is not 0 to %d",
			HANG_MOST);
		goto out;
	}
	if (f->opt.on_hang != NULL)
		script_hard_limit((f->opt.hang_ms > 0 ? f->opt.hang_ms
						      : HANG_MS) * 1000,
			f->opt.on_hang);
	opt.manual_clock = f->opt.manual_clock != 0;
	opt.wake = ring;
	opt.on_told = tell;
	opt.ctx = f;
	s = rooftop_open(dir, &opt, &f->r, &problems, err);
	if (s == FL_INVALID && problems.count > 0)
		status_fail(err, s, "%s:%d: %s", problems.items[0].file,
			problems.items[0].line, problems.items[0].text);
	while (s == FL_OK && !rooftop_ready(f->r))
		s = fl_poll(f, 100);
	if (s != FL_OK)
		goto out;
	*out = f;
	f = NULL;
out:
	fl_close(f);
	arena_deinit(&a);
	return s;
}

void fl_close(fl_rooftop *f)
{
	if (f == NULL)
		return;
	rooftop_close(f->r);
	if (f->event_fd >= 0)
		close(f->event_fd);
	arena_deinit(&f->told);
	free(f);
}

static void on_answer(void *ctx, fl_status status, const struct value *answer)
{
	struct give *g = ctx;
	struct buf out;

	buf_init(&out, 64u << 20);
	value_write(&out, answer);
	if (g->cb != NULL)
		g->cb(g->ctx, status, out.failed ? "{}" : out.at,
			out.failed ? 2 : out.len);
	buf_deinit(&out);
	free(g);
}

static struct give *give_new(fl_answer_cb cb, void *ctx)
{
	struct give *g = calloc(1, sizeof(*g));

	REQUIRE(g != NULL);
	*g = (struct give){ cb, ctx };
	return g;
}

static void post_line(fl_rooftop *f, const char *line, size_t n,
		      fl_answer_cb cb, void *ctx)
{
	struct post_by by = { .actor = TEXT("system"),
		.source = TEXT("library"),
		.command = true };
	struct give *g = give_new(cb, ctx);
	struct fl_error err = { 0 };
	struct problems p;
	struct value wire, doc;
	struct arena a;

	arena_init(&a, 0);
	if (value_read(&a, line, n, NULL, &wire, &err) == FL_OK) {
		rooftop_post(f->r, &wire, &by, on_answer, g);
	} else {
		problems_init(&p, &a);
		problem_add(&p, "FL500", NULL, 0, "%s", err.text);
		doc = problem_document(&a, FL_INVALID, &p, NULL);
		rooftop_refuse(f->r, FL_INVALID, &doc, on_answer, g);
	}
	arena_deinit(&a);
}

fl_status fl_post(fl_rooftop *f, const char *body, size_t bytes,
		  fl_answer_cb cb, void *ctx)
{
	const char *at = body, *end = body + bytes, *nl;

	/* one document may span lines; several stand one a line */
	nl = memchr(body, '\n', bytes);
	if (nl == NULL || memchr(nl, '{', (size_t)(end - nl)) == NULL ||
		(bytes > 0 && nl > body && nl[-1] != '}')) {
		post_line(f, body, bytes, cb, ctx);
		return FL_OK;
	}
	while (at < end) {
		nl = memchr(at, '\n', (size_t)(end - at));
		if (nl == NULL)
			nl = end;
		if (nl > at)
			post_line(f, at, (size_t)(nl - at), cb, ctx);
		at = nl + 1;
	}
	return FL_OK;
}

fl_status fl_ask(fl_rooftop *f, const char *name, const char *args,
		 fl_answer_cb cb, void *ctx)
{
	struct give *g = give_new(cb, ctx);
	struct value v = value_map();
	struct fl_error err = { 0 };
	struct problems p;
	struct arena a;

	arena_init(&a, 0);
	problems_init(&p, &a);
	if (args != NULL &&
		value_read(&a, args, strlen(args), NULL, &v, &err) != FL_OK) {
		problem_add(&p, "FL500", NULL, 0, "%s", err.text);
		v = problem_document(&a, FL_INVALID, &p, NULL);
		rooftop_refuse(f->r, FL_INVALID, &v, on_answer, g);
	} else {
		rooftop_ask(f->r, name, &v, TEXT("system"), on_answer, g);
	}
	arena_deinit(&a);
	return FL_OK;
}

int64_t fl_next_ms(const fl_rooftop *f)
{
	int64_t next = rooftop_next_ms(f->r), now = clock_wall_ms();

	if (next == INT64_MAX)
		return rooftop_idle(f->r) ? -1 : POLL_CAP_MS;
	if (next <= now)
		return 0;
	return next - now < POLL_CAP_MS ? next - now : POLL_CAP_MS;
}

fl_status fl_poll(fl_rooftop *f, int timeout_ms)
{
	struct pollfd p = { .fd = f->event_fd, .events = POLLIN };
	int64_t wait = fl_next_ms(f);
	uint64_t rung;
	int n;

	if (wait < 0 || wait > timeout_ms)
		wait = timeout_ms;
	n = poll(&p, 1, (int)wait);
	if (n > 0 && read(f->event_fd, &rung, sizeof(rung)) < 0) {
		/* somebody else took it: polling costs nothing */
	}
	return rooftop_poll(f->r);
}
