/*
 * outage.c - the rooftop was away: a stop, a restore, a machine asleep, a clock
 * that jumped. What came due meanwhile is not fired at once. One event says
 * what was missed, messages wait for a yes, the manager gets one task, and
 * everybody in flight is looked at again (publish.c, recompute.c): deadlines
 * grow by the open hours lost, missed steps come back paced.
 *
 * What the clock decided stands in that event with its numbers; everything
 * after it follows from them. A manual clock never jumps: it passes through
 * every due row.
 */
#include "engine/engine_internal.h"

#include "base/log.h"

#define AWAY_MS (10 * 60 * 1000) /* shorter is no outage: late things fire */
#define HOLD_MS HOUR_MS          /* messages wait from so long on */

/* A sign of life that is younger than steps which should have fired by then is
 * of another history: an older copy of the data was put back. */
void outage_init(struct engine *e, int64_t alive_ms)
{
	if (e->last_number == 0)
		return;
	e->seen_ms = e->now_ms;
	if (alive_ms > e->now_ms && due_next(e) > alive_ms - AWAY_MS)
		e->seen_ms = alive_ms;
}

/* The moment nobody looked at due rows any more; 0: it was not away. */
static int64_t away_since(const struct engine *e, int64_t now)
{
	int64_t seen = e->seen_ms;

	if (seen == 0 || due_next(e) > now)
		return 0;
	/* without a heartbeat nobody need look before something is due */
	if (!e->heartbeat && due_next(e) > seen)
		seen = due_next(e) - 1;
	return now - seen > AWAY_MS ? seen : 0;
}

struct missing {
	int64_t from_ms;
	int64_t n;
};

static bool count_due(void *ctx, const struct due_row *row)
{
	struct missing *m = ctx;

	(void)row;
	m->n++;
	return true;
}

static bool count_task(void *ctx, const struct task *t)
{
	struct missing *m = ctx;

	m->n += t->due_at_ms > m->from_ms;
	return true;
}

/* How many steps came due, and how many open tasks have a deadline that
 * moves. */
static fl_status count_missed(struct engine *e, int64_t from, int64_t to,
			      int64_t *dues, int64_t *tasks)
{
	struct missing m = {.from_ms = from};
	struct fl_error err;
	struct arena a;
	fl_status s = publish_reader(e);

	arena_init(&a, (size_t)1 << 30);
	if (s == FL_OK)
		s = reader_dues(e->reader, &a, 0, to, 0, count_due, &m, &err);
	*dues = m.n;
	m.n = 0;
	arena_reset(&a);
	if (s == FL_OK)
		s = reader_open_tasks(e->reader, &a, count_task, &m, &err);
	*tasks = m.n;
	arena_deinit(&a);
	return s;
}

static struct event *root_begin(struct engine *e, struct text type,
				int64_t from, int64_t to)
{
	struct event *ev = &e->away_item.root.event;

	e->away_item.root.engine_made = true;
	ev->def = schema_event(e->book->schema, type);
	ev->source = ev->actor = TEXT(ENGINE_SOURCE);
	ev->data = value_map();
	value_put(&e->open->arena, &ev->data, "from", value_int(from));
	value_put(&e->open->arena, &ev->data, "to", value_int(to));
	return ev;
}

static fl_status fill_root(struct engine *e, int64_t now)
{
	struct arena *a = &e->open->arena;
	int64_t dues = 0, tasks = 0;
	struct event *ev;

	if (count_missed(e, e->away_from_ms, now, &dues, &tasks) != FL_OK)
		return engine_dead(e, "what was missed cannot be read");
	ev = root_begin(e, e->away_ran ? TEXT("clock.stepped")
				       : TEXT("outage.ended"),
		e->away_from_ms, now);
	value_put(a, &ev->data, "missed", value_int(dues));
	value_put(a, &ev->data, "deadlines", value_int(tasks));
	log_write(LOG_WARN, "engine", "away for %lld s: %lld steps missed, "
		"%lld deadlines", (long long)(now - e->away_from_ms) / 1000,
		(long long)dues, (long long)tasks);
	return ev->def != NULL && !a->failed ? FL_OK : FL_NOMEM;
}

/* A wall clock that went back by more than an hour is told. */
static bool went_back(struct engine *e, int64_t now)
{
	if (e->back_from_ms == 0 && e->now_ms != 0 &&
		now < e->now_ms - HOUR_MS) {
		log_write(LOG_WARN, "engine", "the clock went back by %lld s",
			(long long)(e->now_ms - now) / 1000);
		e->back_from_ms = e->now_ms;
		e->now_ms = now;
	}
	return e->back_from_ms != 0;
}

static fl_status tell_back(struct engine *e, int64_t now, bool *did)
{
	enum turn_result result;
	struct problems p;
	fl_status s;

	*did = true;
	problems_init(&p, &e->open->arena);
	root_begin(e, TEXT("clock.stepped"), e->back_from_ms, now);
	if (e->open->arena.failed)
		return FL_NOMEM;
	s = engine_run(e, &e->away_item, now, &p, &result);
	if (s != FL_OK || result == TURN_NEEDS)
		return s;
	if (result != TURN_DONE)
		return engine_dead(e, "a clock going back cannot be told");
	item_forget(&e->away_item);
	e->back_from_ms = 0;
	return FL_OK;
}

fl_status outage_watch(struct engine *e, bool *did)
{
	enum turn_result result;
	struct problems p;
	int64_t now, from;
	fl_status s;

	if (e->manual_clock || e->away_item.state == ITEM_LOADING)
		return FL_OK;
	now = engine_time(e);
	if (!e->away_pending && went_back(e, now))
		return tell_back(e, now, did);
	from = e->away_pending ? e->away_from_ms : away_since(e, now);
	if (from == 0) {
		e->seen_ms = now > e->seen_ms || e->seen_ms - now > HOUR_MS
			? now
			: e->seen_ms;
		e->away_ran = true;
		return FL_OK;
	}
	*did = true;
	e->away_pending = true;
	e->away_from_ms = from;
	if ((s = fill_root(e, now)) != FL_OK)
		return s;
	problems_init(&p, &e->open->arena);
	s = engine_run(e, &e->away_item, now, &p, &result);
	if (s != FL_OK || result == TURN_NEEDS)
		return s;
	if (result != TURN_DONE)
		return engine_dead(e, "the end of an outage cannot be told");
	item_forget(&e->away_item);
	e->away_pending = false;
	e->away_ran = true;
	e->away_to_ms = e->seen_ms = now;
	publish_again(e);
	return FL_OK;
}

bool outage_under_way(const struct engine *e)
{
	return e->away_pending || e->back_from_ms != 0 ||
	       (e->away_to_ms != 0 && e->slice_below != 0);
}

/* ---- what the event does ---- */

static const char *moment(struct turn *u, int64_t ms)
{
	char text[48];

	zone_write_time(u->engine->book->zone, ms, text, sizeof(text));
	text[10] = ' ';
	text[16] = '\0';
	return arena_strdup(u->arena, text);
}

static fl_status tell_manager(struct turn *u, const struct event *e)
{
	int64_t from = value_get_int(&e->data, "from", 0);
	int64_t to = value_get_int(&e->data, "to", 0);
	long long missed = value_get_int(&e->data, "missed", 0);
	long long late = value_get_int(&e->data, "deadlines", 0);
	const char *since = moment(u, from), *until = moment(u, to);
	bool hold = to - from >= HOLD_MS;
	struct effect task;

	if (since == NULL || until == NULL)
		return FL_NOMEM;
	manager_task(u, &task, u->engine->rooftop,
		text_of(arena_printf(u->arena, "outage:%lld",
			(long long)e->number)),
		arena_printf(u->arena, "Het systeem was weg van %s tot %s. "
			"%lld stappen komen gespreid terug, %lld termijnen "
			"schuiven op met de verloren open uren.%s",
			since, until, missed, late, hold ? " Berichten wachten: "
			"kijk ze na en geef ze vrij (fairlead release)." : ""),
		arena_printf(u->arena, "The system was away from %s until %s. "
			"%lld steps come back spread out, %lld deadlines move "
			"by the open hours lost.%s",
			since, until, missed, late, hold ? " Messages wait: "
			"look at them and let them go (fairlead release)."
			: ""));
	return apply_own(u, TEXT(ENGINE_CARD), &task);
}

fl_status outage_told(struct turn *u, const struct event *e)
{
	int64_t from = value_get_int(&e->data, "from", 0);
	int64_t to = value_get_int(&e->data, "to", 0);
	struct effect set = {.kind = EFFECT_SET,
		.subject = u->engine->rooftop, .args = value_map()};
	fl_status s = FL_OK;

	if (to <= from)
		return FL_OK; /* a clock that went back */
	value_put(u->arena, &set.args, "field", value_text("messages_held"));
	value_put(u->arena, &set.args, "value", value_bool(true));
	if (to - from >= HOLD_MS)
		s = apply_own(u, TEXT(ENGINE_CARD), &set);
	return s == FL_OK ? tell_manager(u, e) : s;
}
