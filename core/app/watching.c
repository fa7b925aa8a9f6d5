#include "app/watching.h"

#include "base/clock.h"
#include "base/file.h"
#include "loop/notify.h"
#include "reload/follow.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

struct watching {
	struct watching_options opt;
	const char *dir;
	char *real;	  /* resolved, for the folder above it; NULL */
	char *above;	  /* that folder; NULL */
	const char *name; /* of the rooftop in it */
	struct follow watch;
	struct notify *notify; /* NULL: no notes, looks alone */
	struct loop_timer *timer;
	bool stopped;
	bool busy;    /* the pool is at work */
	bool reading; /* ... on the bytes, too */
	bool dutch;   /* of the live rules: the files may be gone */
	bool was_paused;
	/* of the work on the pool */
	struct arena a;
	struct folder_scan scan;
	struct source_set files;
	struct problems problems;
	fl_status status; /* of the looks; reading's own is in problems */
	struct fl_error err;
};

static void drive(void *ctx);

static int64_t now_ms(void)
{
	return clock_mono_us() / 1000;
}

/* ---- work on the pool ---- */

static void work(void *ctx)
{
	struct watching *w = ctx;
	fl_status s = FL_OK;

	arena_reset(&w->a);
	problems_init(&w->problems, &w->a);
	w->problems.dutch = w->dutch;
	memset(&w->files, 0, sizeof(w->files));
	if (w->reading)
		s = folder_read(
			w->dir, &w->a, &w->files, &w->problems, &w->err);
	if (s == FL_NOT_FOUND)
		problem_add(&w->problems, "FL541", NULL, 0,
			problem_words(&w->problems, "the folder %s is gone",
				"de map %s is weg"),
			w->dir);
	else if (s != FL_OK && w->problems.errors == 0)
		problem_add(&w->problems, "FL541", NULL, 0, "%s", problem_cause(&w->problems, w->err.text));
	w->status = folder_scan(w->dir, &w->a, &w->scan);
}

static const char *path_of(struct watching *w, const char *folder)
{
	return arena_printf(
		&w->a, "%s%s%s", w->dir, folder[0] != '\0' ? "/" : "", folder);
}

/* Folders may be others than before: watch those that were seen. */
static void arm(struct watching *w)
{
	uint32_t n = w->scan.n_folders;
	const char **paths = arena_alloc(&w->a, (n + 1) * sizeof(*paths));
	bool added = false;

	if (w->notify == NULL || paths == NULL)
		return;
	for (uint32_t i = 0; i < n; i++)
		paths[i] = path_of(w, w->scan.folders[i]);
	if (w->above != NULL)
		paths[n++] = w->above;
	if (w->a.failed)
		return;
	if (notify_folders(w->notify, paths, n, &added) != FL_OK)
		w->watch.blind = true; /* some folder goes unseen */
	if (added)
		follow_stir(&w->watch, now_ms());
}

static void say_paused(struct watching *w)
{
	if (w->watch.paused != w->was_paused)
		w->opt.on_remark(w->opt.ctx,
			w->watch.paused
				? "reload.paused staat er: gewijzigde "
				  "regelbestanden wachten tot het weg is"
				: "reload.paused is weg: de "
				  "regelbestanden worden weer gevolgd",
			w->watch.paused
				? "reload.paused is there: changed rule "
				  "files wait until it is taken away"
				: "reload.paused is gone: rule files are "
				  "followed again");
	w->was_paused = w->watch.paused;
	rooftop_paused(w->opt.rooftop, w->was_paused);
}

static void say_slow(struct watching *w)
{
	char nl[FOLLOW_NAME_BYTES + 80], en[FOLLOW_NAME_BYTES + 80];

	if (w->watch.slow[0] == '\0')
		return;
	snprintf(nl, sizeof(nl),
		"er wordt al langer dan 30 seconden in %s geschreven",
		w->watch.slow);
	snprintf(en, sizeof(en),
		"%s has been open for writing for more than 30 seconds",
		w->watch.slow);
	w->watch.slow[0] = '\0';
	w->opt.on_remark(w->opt.ctx, nl, en);
}

static void done(void *ctx)
{
	struct watching *w = ctx;

	w->busy = false;
	if (w->status != FL_OK) /* no memory: as if something had moved */
		memset(&w->scan, 0, sizeof(w->scan));
	if (w->reading)
		follow_read(&w->watch, &w->scan, now_ms());
	else
		follow_looked(&w->watch, &w->scan, now_ms());
	arm(w);
	say_paused(w);
	drive(w);
}

static void away(struct watching *w, bool reading)
{
	w->busy = true;
	w->reading = reading;
	w->dutch = rooftop_dutch(w->opt.rooftop);
	if (loop_work(w->opt.loop, work, done, w, &w->err) == FL_OK)
		return;
	work(w);
	done(w);
}

/* ---- handing on ---- */

static void on_outcome(void *ctx, fl_status status, const struct value *answer)
{
	struct watching *w = ctx;

	follow_offered(&w->watch, now_ms());
	if (w->stopped)
		return;
	if (status != FL_OK || value_get_bool(answer, "changed", false) ||
		value_get_bool(answer, "waiting", false))
		w->opt.on_outcome(w->opt.ctx, status, answer);
	loop_timer_start(w->timer, 1, 0);
}

static void offer(struct watching *w)
{
	if (rooftop_offer(w->opt.rooftop, &w->files, &w->problems, on_outcome,
		    w) != FL_OK) { /* no memory: as if something had moved */
		follow_offered(&w->watch, now_ms());
		follow_stir(&w->watch, now_ms());
		loop_timer_start(w->timer, 1, 0);
	}
	w->opt.asked(w->opt.ctx);
}

/* ---- the wheel ---- */

static void drive(void *ctx)
{
	struct watching *w = ctx;
	int64_t now = now_ms(), at;

	if (w->stopped)
		return;
	say_slow(w);
	switch (follow_next(&w->watch, now, &at)) {
	case FOLLOW_LOOK:
		away(w, false);
		return;
	case FOLLOW_READ:
		away(w, true);
		return;
	case FOLLOW_OFFER:
		offer(w);
		return;
	case FOLLOW_WAIT:
		break;
	}
	if (at == INT64_MAX)
		loop_timer_stop(w->timer);
	else
		loop_timer_start(w->timer, at > now ? at - now : 1, 0);
}

/* Of the rooftop's own folder only what can hold rules. */
static bool matters(
	const struct watching *w, const char *folder, const char *name)
{
	static const char *const known[] = {"dealership.lua", "settings.lua",
		"rules", "packs", "reload.paused"};

	if (name == NULL)
		return true;
	if (w->above != NULL && strcmp(folder, w->above) == 0)
		return strcmp(name, w->name) == 0;
	if (strcmp(folder, w->dir) != 0)
		return !folder_passes_over(name);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(name, known[i]) == 0)
			return true;
	return false;
}

static void on_note(
	void *ctx, enum notify_what what, const char *folder, const char *name)
{
	struct watching *w = ctx;
	size_t dir = strlen(w->dir);
	char path[PATH_MAX];
	int64_t now = now_ms();

	if (what == NOTIFY_LOST) {
		follow_lost(&w->watch, now);
	} else if (!matters(w, folder, name)) {
		return;
	} else {
		if (strncmp(folder, w->dir, dir) == 0) /* as people name it */
			folder += dir + (folder[dir] == '/');
		snprintf(path, sizeof(path), "%s%s%s", folder,
			folder[0] != '\0' ? "/" : "", name != NULL ? name : "");
		if (what == NOTIFY_WRITTEN)
			follow_written(&w->watch, path, now);
		else if (what == NOTIFY_CLOSED)
			follow_closed(&w->watch, path, now);
		else
			follow_stir(&w->watch, now);
	}
	if (!w->busy)
		drive(w);
}

/* ---- making and unmaking ---- */

static void find_above(struct watching *w)
{
	char *slash;

	w->real = realpath(w->dir, NULL);
	slash = w->real != NULL ? strrchr(w->real, '/') : NULL;
	if (slash == NULL || slash[1] == '\0')
		return;
	w->name = slash + 1;
	w->above = slash == w->real
			   ? strdup("/")
			   : strndup(w->real, (size_t)(slash - w->real));
}

fl_status watching_new(const struct watching_options *opt,
	struct watching **out, struct fl_error *err)
{
	struct watching *w = calloc(1, sizeof(*w));
	struct fl_error why;
	fl_status s;

	*out = NULL;
	if (w == NULL)
		return status_fail(err, FL_NOMEM, "watching");
	w->opt = *opt;
	w->dir = rooftop_dir(opt->rooftop);
	arena_init(&w->a, 256u << 20);
	s = loop_timer_new(opt->loop, drive, w, &w->timer, err);
	if (s != FL_OK) {
		watching_free(w);
		return s;
	}
	find_above(w);
	if (file_is_remote(w->dir) ||
		notify_new(opt->loop, on_note, w, &w->notify, &why) != FL_OK)
		opt->on_remark(opt->ctx,
			"er wordt elke twee seconden naar gewijzigde "
			"regelbestanden gekeken",
			"changed rule files are looked for every two seconds");
	follow_init(&w->watch, w->notify == NULL, now_ms());
	loop_timer_start(w->timer, 1, 0);
	*out = w;
	return FL_OK;
}

void watching_stop(struct watching *w)
{
	if (w == NULL)
		return;
	w->stopped = true;
	loop_timer_stop(w->timer);
}

bool watching_busy(const struct watching *w)
{
	return w != NULL && w->busy;
}

void watching_free(struct watching *w)
{
	if (w == NULL)
		return;
	REQUIRE(!w->busy);
	notify_free(w->notify);
	loop_timer_free(w->timer);
	arena_deinit(&w->a);
	free(w->real);
	free(w->above);
	free(w);
}
