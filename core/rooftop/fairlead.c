/*
 * The public library: fairlead.h on top of a rooftop. Waiting is done on an
 * eventfd that the store's writer thread rings.
 */
#include "rooftop/rooftop_inside.h"

#include "base/clock.h"
#include "base/log.h"
#include "script/script.h"

#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define POLL_CAP_MS  60000
#define ANSWER_BYTES (64u << 20)
#define HANG_MS      1000
#define HANG_MOST    3600000

struct fl_rooftop {
	struct rooftop *r;
	struct fl_options opt;
	int event_fd;
	bool inside;       /* a callback may be running */
	bool closing;      /* nothing is taken any more */
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
			brief_read(a, NULL, e->data, &data, &err) == FL_OK)
			value_put(a, &v, "data", data);
		buf_init(&out, ANSWER_BYTES);
		value_write(&out, &v);
		if (!out.failed)
			f->opt.on_event(f->opt.ctx, out.at, out.len);
		buf_deinit(&out);
	}
}

/* What the caller says of it: members unknown to us must say nothing. */
static fl_status take_options(fl_rooftop *f, const struct fl_options *from,
			      struct fl_error *err)
{
	const char *bytes = (const char *)from;
	size_t known = sizeof(f->opt);

	if (from == NULL)
		return FL_OK;
	if (from->size < sizeof(from->size))
		return status_fail(err, FL_INVALID,
			"options.size is not sizeof(struct fl_options)");
	for (size_t i = known; i < from->size; i++)
		if (bytes[i] != 0)
			return status_fail(err, FL_INVALID,
				"an option is newer than this library (%s)",
				FL_VERSION);
	memcpy(&f->opt, from, from->size < known ? from->size : known);
	if (f->opt.hang_ms < 0 || f->opt.hang_ms > HANG_MOST)
		return status_fail(err, FL_INVALID, "hang_ms is not 0 to %d",
			HANG_MOST);
	return FL_OK;
}

fl_status fl_init(const char *dir, int training, struct fl_error *err)
{
	return rooftop_init(dir, NULL, training != 0, err);
}

/* The first mistake in the rules; not what merely stands out. */
static void say_broken(const struct problems *p, struct fl_error *err)
{
	const struct problem *wrong = problem_error(p);
	const char *said = wrong != NULL ? problem_placed(p->arena, wrong) : NULL;

	if (said != NULL)
		status_fail(err, FL_INVALID, "%s", said);
}

fl_status fl_open(const char *dir, const struct fl_options *options,
		  fl_rooftop **out, struct fl_error *err)
{
	struct rooftop_options opt = { 0 };
	struct fl_error own = { 0 };
	struct problems problems;
	struct arena a;
	fl_rooftop *f = calloc(1, sizeof(*f));
	fl_status s;

	*out = NULL;
	err = err != NULL ? err : &own;
	arena_init(&a, 0);
	problems_init(&problems, &a);
	if (f == NULL) {
		s = status_fail(err, FL_NOMEM, "%s: no memory", dir);
		goto out;
	}
	f->event_fd = -1;
	arena_init(&f->told, 0);
	if ((s = take_options(f, options, err)) != FL_OK)
		goto out;
	f->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (f->event_fd < 0) {
		s = status_fail(err, FL_STORAGE, "no event descriptor");
		goto out;
	}
	if (f->opt.on_log != NULL)
		log_to(f->opt.on_log);
	if (f->opt.on_hang != NULL)
		script_hard_limit((f->opt.hang_ms > 0 ? f->opt.hang_ms
						      : HANG_MS) * 1000,
			f->opt.on_hang);
	opt.manual_clock = f->opt.manual_clock != 0;
	opt.wake = ring;
	opt.on_told = tell;
	opt.ctx = f;
	s = rooftop_open(dir, &opt, &f->r, &problems, err);
	if (s == FL_INVALID)
		say_broken(&problems, err);
	while (s == FL_OK && !rooftop_ready(f->r))
		if ((s = fl_poll(f, 100)) != FL_OK)
			status_fail(err, s, "%s", rooftop_failure(f->r) != NULL
				? rooftop_failure(f->r)
				: "the rules could not go live");
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
	REQUIRE(!f->inside);
	f->inside = f->closing = true;
	rooftop_close(f->r);
	if (f->event_fd >= 0)
		close(f->event_fd);
	arena_deinit(&f->told);
	free(f);
}

static void on_answer(void *ctx, fl_status status, const struct value *answer)
{
	static const char too_long[] = "{\"code\":\"FL_LIMIT\",\"detail\":"
		"\"the answer is longer than 64 MiB\",\"status\":507,"
		"\"title\":\"too much at once\",\"type\":\"about:blank\"}";
	struct give *g = ctx;
	struct buf out;

	buf_init(&out, ANSWER_BYTES);
	value_write(&out, answer);
	if (g->cb != NULL && out.failed)
		g->cb(g->ctx, FL_LIMIT, too_long, sizeof(too_long) - 1);
	else if (g->cb != NULL)
		g->cb(g->ctx, status, out.at, out.len);
	buf_deinit(&out);
	free(g);
}

/* Whether the rooftop takes anything; then *out is what the answer needs. */
static fl_status begin(const fl_rooftop *f, fl_answer_cb cb, void *ctx,
		       struct give **out)
{
	*out = NULL;
	if (f->closing || f->r->failed)
		return FL_FATAL;
	*out = malloc(sizeof(**out));
	if (*out == NULL)
		return FL_NOMEM;
	**out = (struct give){ cb, ctx };
	return FL_OK;
}

static fl_status post_one(fl_rooftop *f, const char *json, size_t n,
			  fl_answer_cb cb, void *ctx)
{
	struct post_by by = { .actor = TEXT("system"),
		.source = TEXT("library"),
		.command = true };
	struct give *g;
	fl_status s = begin(f, cb, ctx, &g);

	if (s != FL_OK)
		return s;
	s = rooftop_post_json(f->r, json, n, &by, on_answer, g);
	if (s != FL_OK)
		free(g);
	return s;
}

fl_status fl_post(fl_rooftop *f, const char *body, size_t bytes,
		  fl_answer_cb cb, void *ctx)
{
	const char *at = body, *line;
	fl_status s = FL_OK;
	struct arena a;
	bool lines;
	size_t n;

	arena_init(&a, 0);
	lines = rooftop_is_lines(&a, body, bytes);
	arena_deinit(&a);
	if (!lines)
		return post_one(f, body, bytes, cb, ctx);
	while (s == FL_OK &&
		(line = rooftop_line(&at, body + bytes, &n)) != NULL)
		s = post_one(f, line, n, cb, ctx);
	return s;
}

fl_status fl_ask(fl_rooftop *f, const char *name, const char *args,
		 fl_answer_cb cb, void *ctx)
{
	struct text actor = TEXT("system");
	struct value v = value_map();
	struct fl_error err = { 0 };
	struct arena a;
	struct value_limits limits = { 0 };
	struct give *g;
	fl_status s = begin(f, cb, ctx, &g);

	if (s != FL_OK)
		return s;
	arena_init(&a, 0);
	limits.dutch = rooftop_dutch(f->r);
	if (args != NULL && value_read(&a, args, strlen(args), &limits, &v,
				    &err) != FL_OK) {
		s = rooftop_refuse(f->r, err.text, on_answer, g);
	} else if (v.kind != VALUE_MAP) {
		s = rooftop_refuse(f->r, limits.dutch
				? "de argumenten moeten een JSON-object zijn"
				: "the arguments must be a JSON object",
			on_answer, g);
	} else {
		if (value_get_str(&v, "as") != NULL) {
			actor = value_as_text(value_get(&v, "as"));
			value_remove(&v, TEXT("as"));
		}
		s = rooftop_ask(f->r, name, &v, actor, on_answer, g);
	}
	if (s != FL_OK)
		free(g);
	arena_deinit(&a);
	return s;
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
	int64_t most = timeout_ms < 0 ? INT_MAX : timeout_ms;
	int64_t wait = fl_next_ms(f);
	uint64_t rung;
	fl_status s;
	int n;

	REQUIRE(!f->inside);
	if (wait < 0 || wait > most)
		wait = most;
	n = f->r->failed ? 0 : poll(&p, 1, (int)wait);
	if (n > 0 && read(f->event_fd, &rung, sizeof(rung)) < 0) {
		/* somebody else took it: polling costs nothing */
	}
	f->inside = true;
	s = rooftop_poll(f->r);
	f->inside = false;
	return s;
}
