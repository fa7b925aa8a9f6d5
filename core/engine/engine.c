#include "engine/engine_internal.h"

#include "base/clock.h"
#include "base/log.h"

#include <time.h>

#define POLL_US 20000 /* a poll gives the thread back after about this */

static void take_limits(
	struct engine_limits *to, const struct engine_limits *from)
{
	*to = *from;
	if (to->effects_per_root == 0)
		to->effects_per_root = 1000;
	if (to->bytes_per_root == 0)
		to->bytes_per_root = 2u << 20;
	if (to->depth == 0)
		to->depth = 8;
	if (to->group_events == 0)
		to->group_events = 512;
	if (to->queue == 0)
		to->queue = 4096;
	if (to->cached_homes == 0)
		to->cached_homes = 5000;
	if (to->errors_to_quarantine == 0)
		to->errors_to_quarantine = 20;
	if (to->effects_per_minute == 0)
		to->effects_per_minute = 1000;
	if (to->fact_us == 0)
		to->fact_us = 50000;
}

static fl_status parts_new(struct engine *e)
{
	e->ring_cap = e->limits.queue + 2 * e->limits.group_events + 16;
	e->ring = calloc(e->ring_cap, sizeof(*e->ring));
	e->recent = map_new();
	e->scores = map_new();
	e->index = card_index_new(e->book);
	e->rate = rate_new();
	if (e->ring == NULL || e->recent == NULL || e->scores == NULL ||
		e->index == NULL || e->actor == NULL || e->rate == NULL ||
		cache_init(&e->cache, e->limits.cached_homes) != FL_OK ||
		workload_new(&e->workload) != FL_OK ||
		group_new(&e->open) != FL_OK ||
		turn_init(&e->turn, e) != FL_OK || due_init(e) != FL_OK)
		return FL_NOMEM;
	e->open->id = ++e->groups;
	return FL_OK;
}

static fl_status load_residents(struct engine *e)
{
	struct fetch *j = fetch_new(e);

	if (j == NULL)
		return FL_NOMEM;
	j->residents = true;
	if (!fetch_want(j, NULL, LOAD_RESIDENT, 0, (struct text){"", 0})) {
		fetch_unref(j);
		return FL_NOMEM;
	}
	return fetch_start(j);
}

static void take_state(struct engine *e, const struct store_state *state)
{
	e->last_number = e->committed_number = state->last_number;
	e->now_ms = state->last_now_ms;
	e->due.next_due_ms = state->next_due_ms;
	e->ruleset_number = state->ruleset;
	e->clock_ms = state->clock_ms;
	if (e->manual_clock && e->clock_ms == 0)
		e->clock_ms = e->host.now_ms(e->host.ctx);
}

fl_status engine_new(const struct engine_options *opt, struct engine **out,
	struct fl_error *err)
{
	struct engine *e = calloc(1, sizeof(*e));
	fl_status s = FL_NOMEM;

	*out = NULL;
	if (e == NULL)
		return status_fail(err, FL_NOMEM, "engine");
	arena_init(&e->scratch, (size_t)256 << 20);
	buf_init(&e->document, 64u << 20);
	arena_init(&e->pace_arena, 1u << 20);
	e->paced = value_map();
	e->store = opt->store;
	e->host = opt->host;
	e->ruleset = opt->ruleset;
	ruleset_ref(e->ruleset);
	e->book = ruleset_book(e->ruleset);
	e->manual_clock = opt->manual_clock;
	e->heartbeat = opt->heartbeat;
	e->away_item.seen_key = (struct text){"", 0};
	e->on_told = opt->on_told;
	e->told_ctx = opt->told_ctx;
	e->crash = opt->crash;
	e->actor = strndup(opt->actor.at != NULL ? opt->actor.at : "system",
		opt->actor.at != NULL ? opt->actor.bytes : 6);
	e->slice_item.seen_key = (struct text){"", 0};
	take_limits(&e->limits, &opt->limits);
	if ((s = parts_new(e)) != FL_OK)
		goto out;
	take_state(e, store_state(opt->store));
	outage_init(e, opt->alive_ms);
	if ((s = load_residents(e)) != FL_OK)
		goto out;
	*out = e;
	e = NULL; /* ownership moved out */
out:
	engine_free(e);
	return s == FL_OK ? s : status_fail(err, s, "the engine cannot start");
}

/* What the store was given comes back before anything is freed: its thread
 * reads the records of the cache. */
static void wait_store(struct engine *e)
{
	while (store_busy(e->store) ||
		(e->phase != ENGINE_DEAD && e->fetches > 0))
		if (!store_poll(e->store))
			nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

void engine_free(struct engine *e)
{
	if (e == NULL)
		return;
	wait_store(e);
	e->phase = ENGINE_DEAD;
	if (e->open != NULL)
		group_unknown(e);
	queue_free(e);
	item_forget(&e->slice_item);
	item_forget(&e->away_item);
	due_deinit(e);
	turn_deinit(&e->turn);
	group_free(e->open);
	group_free(e->flying);
	group_free(e->spare);
	reader_free(e->reader);
	workload_free(e->workload);
	cache_deinit(&e->cache);
	card_index_free(e->index);
	rate_free(e->rate);
	ruleset_unref(e->ruleset);
	map_free_all(e->recent);
	map_free_all(e->scores);
	free(e->ring);
	free(e->slice_ids);
	free(e->actor);
	buf_deinit(&e->document);
	arena_deinit(&e->scratch);
	arena_deinit(&e->pace_arena);
	free(e);
}

bool engine_ready(const struct engine *e)
{
	return e->phase == ENGINE_READY;
}

int64_t engine_time(struct engine *e)
{
	return e->manual_clock ? e->clock_ms : e->host.now_ms(e->host.ctx);
}

fl_status engine_dead(struct engine *e, const char *why)
{
	if (e->phase != ENGINE_DEAD)
		log_write(LOG_ERROR, "engine", "stops: %s", why);
	e->phase = ENGINE_DEAD;
	return FL_FATAL;
}

fl_status engine_run(struct engine *e, struct item *it, int64_t now_ms,
	struct problems *p, enum turn_result *result)
{
	int64_t began = clock_mono_us();
	fl_status s = FL_OK;

	*result = turn_run(&e->turn, &it->root, now_ms, p);
	if (*result == TURN_NEEDS)
		s = prepare_again(e, it, &e->turn);
	else if (*result == TURN_DONE)
		s = group_merge(e, &e->turn);
	e->open->work_us += clock_mono_us() - began;
	return s;
}

/* ---- work ---- */

static fl_status step_due(struct engine *e, bool *did)
{
	int64_t now;

	if (e->manual_clock)
		return FL_OK; /* only inside engine_clock() */
	now = engine_time(e);
	if (outage_under_way(e) || (!e->due.active && due_next(e) > now))
		return FL_OK;
	return due_step(e, now, did);
}

static fl_status step(struct engine *e, bool *did)
{
	fl_status s = prepare_queue(e, did);
	bool due_did = false, post_did = false;

	if (s == FL_OK)
		s = outage_watch(e, did);
	if (s == FL_OK && e->due_turn)
		s = step_due(e, &due_did);
	if (s == FL_OK && !due_did)
		s = queue_step(e, &post_did);
	if (s == FL_OK && !due_did && !post_did)
		s = step_due(e, &due_did);
	e->due_turn = !e->due_turn;
	*did = *did || due_did || post_did;
	return s;
}

static fl_status work(struct engine *e, bool *did)
{
	fl_status s = FL_OK;
	bool more = true;

	while (s == FL_OK && more && !group_full(e)) {
		more = false;
		s = step(e, &more);
		*did = *did || more;
	}
	return s;
}

static fl_status give_up(struct engine *e)
{
	engine_dead(e, "see above");
	group_unknown(e);
	return FL_FATAL;
}

void engine_at_once(struct engine *e)
{
	e->at_once = true;
}

void engine_commit(struct engine *e)
{
	e->commit_asked = true;
}

/* Slices alone wait for a fact to go with, or until there are enough of them:
 * a fact that comes meanwhile would wait for each commit of theirs. */
static bool slices_gather(const struct engine *e)
{
	return e->open->slice_us > 0 && e->open->n_answers == 0 &&
	       !e->commit_asked && publish_slices(e);
}

/* What waits for a load joins the group; without anybody who waits for the
 * disk so does all that comes, until there is enough of it. */
static bool flushes(const struct engine *e)
{
	if (e->at_once && !e->commit_asked && e->phase == ENGINE_READY &&
		e->slice_below == 0)
		return group_full(e);
	return (e->fetches == 0 && !slices_gather(e)) || group_full(e);
}

fl_status engine_poll(struct engine *e)
{
	int64_t until = clock_mono_us() + POLL_US;
	bool did = true, sliced = false;

	while (did && !sliced) { /* who posts comes between two slices */
		did = e->phase != ENGINE_DEAD && store_poll(e->store);
		if (e->phase == ENGINE_DEAD)
			return give_up(e);
		if (e->phase == ENGINE_READY &&
			(work(e, &did) != FL_OK ||
				publish_slice(e, &sliced) != FL_OK))
			return give_up(e);
		if (flushes(e) && group_flush(e) != FL_OK)
			return give_up(e);
		if (e->phase == ENGINE_DEAD)
			return give_up(e);
		if (clock_mono_us() >= until)
			break;
	}
	return FL_OK;
}

/* What waits for a commit is woken by the store, not by asking again. */
static bool first_can(const struct engine *e)
{
	const struct item *it = e->first;

	if (it == NULL || it->state == ITEM_LOADING)
		return false;
	if (it->kind == ITEM_CLOCK && it->firing && e->flying != NULL)
		return e->due.active;
	if (it->kind == ITEM_PUBLISH)
		return e->open->ruleset == NULL;
	return true;
}

static bool can_work(const struct engine *e)
{
	if (e->fetches > 0)
		return true;
	if (e->flying == NULL &&
		(e->open->n_events > 0 || e->open->n_answers > 0))
		return true;
	if (e->phase != ENGINE_READY || group_full(e))
		return false;
	return first_can(e) || (!e->manual_clock && e->due.active) ||
	       publish_slices(e);
}

int64_t engine_next_ms(const struct engine *e)
{
	if (e->phase == ENGINE_DEAD || can_work(e))
		return INT64_MIN;
	return e->manual_clock || e->flying != NULL ? INT64_MAX : due_next(e);
}

bool engine_idle(const struct engine *e)
{
	return e->phase == ENGINE_DEAD ||
	       (e->phase == ENGINE_READY && e->first == NULL &&
		       e->fetches == 0 && e->flying == NULL &&
		       e->open->n_events == 0 && e->open->n_answers == 0 &&
		       e->slice_below == 0 && !e->due.active);
}

int64_t engine_now_ms(const struct engine *e)
{
	return e->manual_clock ? e->clock_ms : e->now_ms;
}

const struct record *engine_record(const struct engine *e, int64_t id)
{
	const struct cached_record *r = cache_record(&e->cache, id);

	return r != NULL ? r->now : NULL;
}

const struct task *engine_task(const struct engine *e, int64_t id,
			       struct arena *a)
{
	const struct kept_task *k = cache_task(&e->cache, id);

	return k != NULL ? kept_read(k, a) : NULL;
}

struct ruleset *engine_ruleset(const struct engine *e)
{
	return e->ruleset;
}

int64_t engine_ruleset_number(const struct engine *e)
{
	return e->ruleset_number;
}

const struct value *engine_rooftop_field(
	const struct engine *e, const char *field)
{
	const struct cached_record *roof = cache_record(&e->cache, e->rooftop);

	return roof != NULL ? value_get(&roof->now->fields, field) : NULL;
}

static const struct value *quarantined(const struct engine *e)
{
	const struct value *v = engine_rooftop_field(e, "quarantined");

	return v != NULL && v->kind == VALUE_MAP ? v : NULL;
}

void engine_counts(const struct engine *e, struct engine_counts *out)
{
	const struct value *away = quarantined(e);

	*out = e->counts;
	out->cached_homes = e->cache.homes.n;
	out->waiting = e->waiting;
	out->quarantined = away != NULL ? away->count : 0;
	out->slice_at = e->slice_at;
	out->slice_below = e->slice_below;
	out->slices_away = e->away_to_ms != 0;
}

bool engine_rejected(const struct engine *e, const char *error)
{
	const struct value *now = engine_rooftop_field(e, "rejected");
	const char *known = value_get_str(now, "error");

	if (now == NULL || now->kind != VALUE_MAP)
		return false;
	return error == NULL || (known != NULL && strcmp(known, error) == 0);
}

struct value engine_quarantined(const struct engine *e, struct arena *a)
{
	const struct value *away = quarantined(e);
	struct value list = value_list();

	for (uint32_t i = 0; away != NULL && i < away->count; i++) {
		const struct member *m = &away->as.members[i];
		struct value one = value_clone(a, &m->value);

		if (one.kind != VALUE_MAP)
			one = value_map();
		value_put(a, &one, "card",
			value_clone(a, &(struct value){.kind = VALUE_TEXT,
					       .count = m->key.bytes,
					       .as.text = m->key.at}));
		value_append(a, &list, one);
	}
	return list;
}

struct value engine_failing(const struct engine *e, struct arena *a)
{
	const struct value *away = quarantined(e);
	struct value list = value_list();

	for (uint32_t i = 0; i < e->book->n_cards; i++) {
		struct text card = e->book->cards[i].name;
		const struct card_errors *known = map_get(e->scores, card);
		struct value one = value_map();

		if (known == NULL || known->times == 0 ||
			value_get_text(away, card) != NULL)
			continue;
		value_put(
			a, &one, "card", value_text(arena_strdup(a, card.at)));
		value_put(a, &one, "times", value_int(known->times));
		value_put(a, &one, "event",
			value_text(arena_printf(
				a, "E%lld", (long long)known->event)));
		value_put(a, &one, "reason",
			value_text(arena_strdup(a, known->reason)));
		value_append(a, &list, one);
	}
	return list;
}
