#include "rooftop/rooftop_inside.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"

#include <limits.h>

static int64_t host_now(void *ctx)
{
	struct rooftop *r = ctx;

	return r->manual ? r->clock_ms : clock_wall_ms();
}

static void host_told(void *ctx, const struct told *told)
{
	struct rooftop *r = ctx;

	if (r->opt.on_told != NULL)
		r->opt.on_told(r->opt.ctx, told);
}

struct reader *rooftop_reader(struct rooftop *r, struct fl_error *err)
{
	struct reader *reader = NULL;

	pthread_mutex_lock(&r->readers_lock);
	if (r->n_readers > 0)
		reader = r->readers[--r->n_readers];
	pthread_mutex_unlock(&r->readers_lock);
	if (reader == NULL)
		reader_open(r->dir, &reader, err);
	return reader;
}

void rooftop_reader_back(struct rooftop *r, struct reader *reader)
{
	pthread_mutex_lock(&r->readers_lock);
	if (r->n_readers < READERS_MAX) {
		r->readers[r->n_readers++] = reader;
		reader = NULL;
	}
	pthread_mutex_unlock(&r->readers_lock);
	reader_free(reader);
}

fl_status rooftop_archived(struct reader *reader, struct arena *a,
			   struct problems *p, struct ruleset **out,
			   struct fl_error *err)
{
	struct store_state state;
	struct ruleset_row row;
	struct source_set set;
	fl_status s = reader_state(reader, &state, err);

	if (s == FL_OK && state.ruleset == 0)
		s = status_fail(err, FL_INVALID,
			"no rules have ever been live here");
	if (s == FL_OK)
		s = reader_ruleset(reader, a, state.ruleset, &row, err);
	if (s == FL_OK)
		s = source_set_read(a, row.archive.at, row.archive.bytes, &set,
			err);
	if (s == FL_OK)
		s = ruleset_load(&set, NULL, false, p, out);
	return s;
}

/* Were other rules than these live last? Then those, and these are offered. */
static fl_status keep_live(struct rooftop *r, struct arena *a,
			   struct fl_error *err)
{
	struct reader *reader = rooftop_reader(r, err);
	struct ruleset *live = NULL;
	struct store_state state;
	struct ruleset_row row;
	struct problems ignored;
	fl_status s = reader != NULL ? reader_state(reader, &state, err)
				     : FL_STORAGE;

	problems_init(&ignored, a);
	if (s == FL_OK && state.ruleset != 0)
		s = reader_ruleset(reader, a, state.ruleset, &row, err);
	if (s == FL_OK && state.ruleset != 0 &&
		!digest_equal(&row.digest, ruleset_digest(r->ruleset)) &&
		rooftop_archived(reader, a, &ignored, &live, err) == FL_OK) {
		ruleset_unref(r->ruleset);
		r->ruleset = live;
		r->start_offer = !r->opt.hold_rules;
	}
	if (reader != NULL)
		rooftop_reader_back(r, reader);
	return s;
}

/* Rules of the folder; when they are broken and it is allowed, what was live
 * last, with the problems kept to be shown. */
static fl_status load_rules(struct rooftop *r, struct problems *p,
			    struct fl_error *err)
{
	struct reader *reader = NULL;
	struct fl_error ignored_err;
	struct problems ignored;
	struct arena a;
	fl_status s;

	arena_init(&a, 64u << 20);
	problems_init(&r->broken, &r->broken_arena);
	s = folder_load(r->dir, false, &a, p, &r->ruleset, err);
	if (s == FL_OK)
		s = keep_live(r, &a, err);
	if (s == FL_INVALID && r->opt.read_rules_from_archive)
		reader = rooftop_reader(r, &ignored_err);
	if (reader != NULL) {
		problems_init(&ignored, &a);
		if (rooftop_archived(reader, &a, &ignored, &r->ruleset,
			    &ignored_err) == FL_OK) {
			rooftop_keep_broken(r, p);
			s = FL_OK;
		}
		rooftop_reader_back(r, reader);
	}
	arena_deinit(&a);
	return s;
}

/* A training folder keeps its clock by hand for good; a real one never. */
static fl_status settle_clock(struct rooftop *r, struct fl_error *err)
{
	const struct store_state *state = store_state(r->store);
	fl_status s = FL_OK;

	if (r->opt.manual_clock && !state->training) {
		if (state->last_number > 0)
			return status_fail(err, FL_DENIED,
				"%s holds real history: its clock cannot be "
				"moved by hand; make a training folder with "
				"fairlead init DIR --training",
				r->dir);
		s = store_mark_training(r->store, err);
	}
	r->training = state->training || r->opt.manual_clock;
	r->manual = r->training;
	r->clock_ms = state->clock_ms > 0 ? state->clock_ms : state->last_now_ms;
	if (r->manual && r->clock_ms == 0)
		r->clock_ms = clock_wall_ms() / 60000 * 60000;
	return s;
}

/* Without it (a full disk) the rooftop is served all the same. */
static void open_crash_page(struct rooftop *r)
{
	char path[PATH_MAX];
	struct fl_error err;

	snprintf(path, sizeof(path), "%s/data/crash", r->dir);
	if (crash_page_open(path, &r->crash, &err) != FL_OK)
		log_write(LOG_WARN, "rooftop", "no crash page: %s", err.text);
}

static fl_status start_engine(struct rooftop *r, struct fl_error *err)
{
	struct engine_options opt;

	memset(&opt, 0, sizeof(opt));
	opt.store = r->store;
	opt.host = (struct engine_host){ r, host_now };
	opt.ruleset = r->ruleset;
	opt.manual_clock = r->manual;
	opt.heartbeat = !r->manual;
	opt.alive_ms = r->manual ? 0 : heartbeat_last(r);
	opt.on_told = host_told;
	opt.told_ctx = r;
	opt.actor = TEXT("system");
	opt.crash = r->crash;
	return engine_new(&opt, &r->engine, err);
}

fl_status rooftop_open(const char *dir, const struct rooftop_options *opt,
		       struct rooftop **out, struct problems *p,
		       struct fl_error *err)
{
	struct store_options store_opt;
	struct rooftop *r = NULL;
	fl_status s;

	*out = NULL;
	digest_init();
	script_init();
	if (!folder_is_rooftop(dir)) {
		s = status_fail(err, FL_NOT_FOUND,
			"%s is no dealership folder (no dealership.lua): make "
			"one with fairlead init %s",
			dir, dir);
		goto out;
	}
	r = calloc(1, sizeof(*r));
	if (r == NULL) {
		s = status_fail(err, FL_NOMEM, "%s: no memory", dir);
		goto out;
	}
	r->opt = *opt;
	if (opt->again != NULL) {
		snprintf(r->again, sizeof(r->again), "%s", opt->again);
		r->again_ms = clock_wall_ms();
	}
	r->dir = strdup(dir);
	pthread_mutex_init(&r->readers_lock, NULL);
	arena_init(&r->answers, 64u << 20);
	arena_init(&r->broken_arena, 4u << 20);
	if (r->dir == NULL) {
		s = status_fail(err, FL_NOMEM, "%s: no memory", dir);
		goto out;
	}
	memset(&store_opt, 0, sizeof(store_opt));
	store_opt.wake = opt->wake;
	store_opt.ctx = opt->ctx;
	s = store_open(dir, &store_opt, &r->store, err);
	if (s == FL_OK)
		s = settle_clock(r, err);
	if (s == FL_OK)
		s = load_rules(r, p, err);
	if (s == FL_OK) {
		open_crash_page(r);
		s = start_engine(r, err);
	}
	if (s != FL_OK)
		goto out;
	*out = r;
	r = NULL;
out:
	rooftop_close(r);
	return s;
}

/* What was accepted is finished if the disk lets us; the rest is unknown. */
static void finish(struct rooftop *r)
{
	for (int i = 0; i < 100000 && !rooftop_idle(r) && !r->failed; i++) {
		if (rooftop_poll(r) != FL_OK)
			break;
		if (store_busy(r->store)) {
			struct timespec nap = { 0, 200000 };

			nanosleep(&nap, NULL);
		}
	}
}

void rooftop_close(struct rooftop *r)
{
	struct job *j;

	if (r == NULL)
		return;
	r->ending = true;
	if (r->engine != NULL) {
		finish(r);
		r->closing = true;
		engine_free(r->engine);
		r->engine = NULL;
		postings_flush(r);
	}
	while ((j = r->first) != NULL) {
		r->first = j->next;
		j->status = FL_UNKNOWN;
		job_finish(j);
	}
	for (uint32_t i = 0; i < r->n_readers; i++)
		reader_free(r->readers[i]);
	store_free(r->store);
	crash_page_free(r->crash);
	ruleset_unref(r->ruleset);
	arena_deinit(&r->answers);
	arena_deinit(&r->broken_arena);
	pthread_mutex_destroy(&r->readers_lock);
	free(r->dir);
	free(r);
}

fl_status rooftop_poll(struct rooftop *r)
{
	fl_status s;

	if (r->failed)
		return FL_FATAL;
	heartbeat_beat(r);
	s = engine_poll(r->engine);
	postings_flush(r);
	if (s != FL_OK) {
		r->failed = true;
		return s;
	}
	if (engine_ready(r->engine))
		jobs_run(r);
	return FL_OK;
}

bool rooftop_dutch(const struct rooftop *r)
{
	return text_is(ruleset_book(engine_ruleset(r->engine))->language, "nl");
}

const char *rooftop_failure(struct rooftop *r)
{
	return store_failure(r->store);
}

/* Jobs can run. */
static bool rooftop_awake(const struct rooftop *r)
{
	return engine_ready(r->engine) && !r->offering;
}

int64_t rooftop_next_ms(const struct rooftop *r)
{
	int64_t next;

	if ((r->first != NULL || r->start_offer) && rooftop_awake(r))
		return INT64_MIN;
	if (r->posted_first != NULL && r->posted_first->refused)
		return INT64_MIN;
	next = engine_next_ms(r->engine);
	return next < heartbeat_next_ms(r) ? next : heartbeat_next_ms(r);
}

bool rooftop_idle(const struct rooftop *r)
{
	return r->under_way == 0 && engine_idle(r->engine);
}

bool rooftop_has_threads(const struct rooftop *r)
{
	return r->on_threads > 0;
}

bool rooftop_ready(const struct rooftop *r)
{
	return engine_ready(r->engine) && !r->start_offer && !r->offering;
}

bool rooftop_training(const struct rooftop *r)
{
	return r->training;
}

struct engine *rooftop_engine(struct rooftop *r)
{
	return r->engine;
}

struct crash_page *rooftop_crash_page(struct rooftop *r)
{
	return r->crash;
}

const char *rooftop_dir(const struct rooftop *r)
{
	return r->dir;
}

const struct problems *rooftop_broken(const struct rooftop *r)
{
	return &r->broken;
}
