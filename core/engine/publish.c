#include "engine/engine_internal.h"

#include "base/clock.h"
#include "base/log.h"

/* ---- a ruleset becomes the live one ---- */

struct rules {
	struct ruleset *ruleset;
	const struct rulebook *book;
	struct card_index *index;
	int64_t number;
};

static struct rules rules_now(const struct engine *e)
{
	return (struct rules){e->ruleset, e->book, e->index,
		e->ruleset_number};
}

static void rules_set(struct engine *e, const struct rules *r)
{
	e->ruleset = r->ruleset;
	e->book = r->book;
	e->index = r->index;
	e->ruleset_number = r->number;
}

static struct ruleset_row *row_new(struct engine *e, struct ruleset *rs,
				   int64_t number, struct text actor,
				   const char *summary)
{
	struct arena *a = &e->open->arena;
	struct ruleset_row *row = arena_alloc(a, sizeof(*row));
	struct buf b;

	buf_init(&b, 256u << 20);
	ruleset_archive(rs, &b);
	if (row == NULL || b.failed) {
		buf_deinit(&b);
		return NULL;
	}
	*row = (struct ruleset_row){.number = number,
		.digest = *ruleset_digest(rs),
		.archive = {arena_text(a, b.at, b.len), (uint32_t)b.len},
		.activated_at_ms = engine_time(e),
		.actor = text_of(arena_text(a, actor.at, actor.bytes)),
		.summary = text_of(arena_strdup(a, summary))};
	buf_deinit(&b);
	return a->failed ? NULL : row;
}

static void fill_root(struct engine *e, struct item *it,
		      const struct ruleset_row *row, struct text actor,
		      const char *held)
{
	struct arena *a = &e->open->arena;
	struct event *ev = &it->root.event;
	char *hex = arena_alloc(a, DIGEST_HEX);

	it->root.engine_made = true;
	it->root.ruleset = row;
	ev->def = schema_event(e->book->schema, TEXT("rules.activated"));
	ev->source = TEXT(ENGINE_SOURCE);
	ev->actor = actor;
	ev->data = value_map();
	if (hex == NULL)
		return;
	digest_hex(&row->digest, hex);
	value_put(a, &ev->data, "ruleset", value_int(row->number));
	value_put(a, &ev->data, "digest", value_text(hex));
	if (held != NULL)
		value_put(a, &ev->data, "held",
			value_text(arena_strdup(a, held)));
}

static void forget_scores(struct engine *e)
{
	uint32_t at = 0;
	void *known;

	while (map_next(e->scores, &at, NULL, NULL, &known))
		*(struct card_errors *)known = (struct card_errors){0};
}

/* Runs rules.activated under the new rules; the old ones come back when it
 * cannot run. *result as turn_run(). */
static fl_status activate(struct engine *e, struct item *it,
			  struct ruleset *next, struct text actor,
			  const char *summary, const char *held,
			  struct problems *p, enum turn_result *result)
{
	struct rules old = rules_now(e);
	struct rules new = {next, ruleset_book(next), NULL, old.number + 1};
	struct ruleset_row *row = NULL;
	fl_status s = FL_NOMEM;

	*result = TURN_FAILED;
	new.index = card_index_new(new.book);
	if (new.index == NULL)
		return FL_NOMEM;
	rules_set(e, &new);
	if (workload_calendar(e->workload, new.book->calendar))
		row = row_new(e, next, new.number, actor, summary);
	if (row != NULL) {
		fill_root(e, it, row, actor, held);
		s = it->root.event.def != NULL && !e->open->arena.failed
			? engine_run(e, it, engine_time(e), p, result)
			: FL_NOMEM;
	}
	if (s != FL_OK || *result != TURN_DONE) {
		rules_set(e, &old);
		card_index_free(new.index);
		return workload_calendar(e->workload, old.book->calendar)
			? s
			: engine_dead(e, "no memory for the old rules");
	}
	e->open->ruleset = row;
	ruleset_ref(next);
	card_index_free(old.index);
	ruleset_unref(old.ruleset);
	e->ruleset_turns++;
	forget_scores(e);
	if (old.number > 0)
		publish_again(e);
	return FL_OK;
}

void publish_again(struct engine *e)
{
	pace_forget(e);
	e->slice_at = 1;
	e->slice_below = RECORD_ID(e->last_number, 0);
	e->slice_renew = true; /* what is loading now comes first */
}

fl_status publish_item(struct engine *e, struct item *it, bool *did)
{
	struct post_answer a = {.status = FL_OK};
	enum turn_result result;
	struct problems p;
	fl_status s;

	if (e->open->ruleset != NULL || it->state == ITEM_LOADING)
		return FL_OK; /* one ruleset a commit */
	*did = true;
	problems_init(&p, &e->open->arena);
	s = activate(e, it, it->ruleset, it->by[0],
		it->summary != NULL ? it->summary : "", it->held, &p, &result);
	if (s != FL_OK || result == TURN_NEEDS)
		return s;
	if (result != TURN_DONE)
		a.status = FL_NOMEM;
	else
		a.number = e->turn.first_number;
	s = group_answer(e, it->cb, it->ctx, &a,
		result == TURN_DONE ? (int64_t)e->open->n_turns - 1 : -1);
	if (s != FL_OK)
		return s;
	queue_pop(e);
	queue_stale(e);
	return FL_OK;
}

/* ---- start ---- */

fl_status publish_reader(struct engine *e)
{
	struct fl_error err;
	fl_status s = FL_OK;

	if (e->reader == NULL)
		s = reader_of_store(e->store, &e->reader, &err);
	if (s != FL_OK)
		log_write(LOG_ERROR, "engine", "%s", err.text);
	return s;
}

static bool last_slice(void *ctx, const struct event_row *row)
{
	struct engine *e = ctx;
	struct fl_error err;
	struct value data;

	if (brief_read(&e->scratch, NULL, row->data, &data, &err) != FL_OK)
		return false;
	if (!text_is(row->type, "rules.recomputed")) {
		e->away_from_ms = value_get_int(&data, "from", 0);
		e->away_to_ms = value_get_int(&data, "to", 0);
		return false;
	}
	e->away_from_ms = value_get_int(&data, "away_from", 0);
	e->away_to_ms = value_get_int(&data, "away_to", 0);
	if (!pace_keep(e, value_get(&data, "paced")))
		return false;
	if (value_get_bool(&data, "done", false))
		e->slice_below = e->away_from_ms = e->away_to_ms = 0;
	else
		e->slice_at = value_get_int(&data, "upto", 1);
	return false;
}

static int64_t last_of(const struct engine *e, struct text type)
{
	const struct cached_seen *seen =
		cache_seen(&e->cache, e->rooftop, type);

	return seen != NULL ? seen->last_number : 0;
}

/* Was a recompute cut short by the end of the last life? */
static fl_status slices_left(struct engine *e)
{
	int64_t rules = last_of(e, TEXT("rules.activated"));
	int64_t ended = last_of(e, TEXT("outage.ended"));
	int64_t jumped = last_of(e, TEXT("clock.stepped"));
	int64_t slice = last_of(e, TEXT("rules.recomputed")), begun;
	struct event_filter f = {0};
	struct fl_error err;

	ended = jumped > ended ? jumped : ended;
	if (e->ruleset_number <= 1 && ended == 0)
		return FL_OK;
	begun = rules > ended ? rules : ended;
	e->slice_at = 1;
	e->slice_below = RECORD_ID(begun, 0);
	e->slice_renew = true;
	if (slice < begun && ended < rules)
		return FL_OK;
	f.from_number = f.to_number = slice > begun ? slice : ended;
	f.limit = 1;
	return reader_events(e->reader, &e->scratch, &f, last_slice, e, &err);
}

static fl_status same_rules(struct engine *e, bool *same)
{
	struct ruleset_row row;
	struct fl_error err;
	fl_status s;

	*same = false;
	if (e->ruleset_number == 0)
		return FL_OK;
	s = reader_ruleset(e->reader, &e->scratch, e->ruleset_number, &row,
		&err);
	if (s == FL_OK)
		*same = digest_equal(&row.digest, ruleset_digest(e->ruleset));
	return s;
}

static fl_status say_started(struct engine *e, struct item *it)
{
	struct event *ev = &it->root.event;
	enum turn_result result;
	struct problems p;
	struct arena *a = &e->open->arena;
	fl_status s;

	problems_init(&p, a);
	it->root.engine_made = true;
	ev->def = schema_event(e->book->schema, TEXT("engine.started"));
	ev->source = TEXT(ENGINE_SOURCE);
	ev->actor = text_of(e->actor);
	ev->data = value_map();
	value_put(a, &ev->data, "version", value_text(FL_VERSION));
	value_put(a, &ev->data, "semantics", value_int(ENGINE_SEMANTICS));
	if (ev->def == NULL)
		return FL_INVALID;
	s = engine_run(e, it, engine_time(e), &p, &result);
	return s == FL_OK && result != TURN_DONE ? FL_INVALID : s;
}

fl_status publish_start(struct engine *e)
{
	struct item it = {.state = ITEM_READY};
	enum turn_result result = TURN_DONE;
	struct problems p;
	struct fl_error err;
	bool same = false;
	fl_status s = publish_reader(e);

	e->rooftop = cache_key(&e->cache, TEXT("rooftop:" ROOFTOP_REF));
	if (s == FL_OK)
		s = workload_read(e->workload, e->book->calendar,
			engine_time(e), e->reader, &err);
	if (s == FL_OK)
		s = same_rules(e, &same);
	if (s == FL_OK && same)
		s = slices_left(e);
	if (s == FL_OK)
		s = say_started(e, &it);
	item_forget(&it);
	it.state = ITEM_READY;
	problems_init(&p, &e->open->arena);
	if (s == FL_OK && !same)
		s = activate(e, &it, e->ruleset, text_of(e->actor), "start", NULL,
			&p, &result);
	item_forget(&it);
	e->phase = ENGINE_STARTING;
	return s == FL_OK && result != TURN_DONE ? FL_INVALID : s;
}

/* ---- recompute in slices ---- */

bool publish_behind(const struct engine *e, int64_t record)
{
	return e->slice_below != 0 && record >= e->slice_at &&
		record < e->slice_below;
}

void publish_root(struct engine *e, struct root *root, struct arena *a,
		  const int64_t *ids, uint32_t n, int64_t upto, bool done)
{
	struct event *ev = &root->event;

	root->engine_made = true;
	root->is_slice = true;
	root->slice = ids;
	root->n_slice = n;
	ev->def = schema_event(e->book->schema, TEXT("rules.recomputed"));
	ev->source = ev->actor = TEXT(ENGINE_SOURCE);
	ev->data = value_map();
	value_put(a, &ev->data, "ruleset", value_int(e->ruleset_number));
	value_put(a, &ev->data, "upto", value_int(upto));
	value_put(a, &ev->data, "done", value_bool(done));
	if (e->away_to_ms == 0)
		return;
	value_put(a, &ev->data, "away_from", value_int(e->away_from_ms));
	value_put(a, &ev->data, "away_to", value_int(e->away_to_ms));
}

/* Somebody stands in a card, has a task on a list, or must not fall silent. */
static bool in_flight(const struct record *r)
{
	for (uint32_t i = 0; i < r->n_runs; i++)
		if (r->runs[i].left_at_ms == 0)
			return true;
	return r->n_open_tasks > 0 || silence_open(r);
}

/* ---- one slice: found, loaded, run; facts go between any two steps ---- */

static void slice_anew(struct engine *e)
{
	item_forget(&e->slice_item);
	e->n_slice_ids = e->slice_loaded = 0;
	e->slice_next = e->slice_at;
}

static bool slice_found(const struct engine *e)
{
	return e->n_slice_ids == SLICE_HOMES ||
		e->slice_next >= e->slice_below;
}

static bool slice_record(void *ctx, const struct record *r)
{
	struct engine *e = ctx;

	if (r->id >= e->slice_below)
		return false;
	e->slice_rows++;
	e->slice_next = r->id + 1;
	if (in_flight(r))
		e->slice_ids[e->n_slice_ids++] = r->id;
	return !slice_found(e);
}

static fl_status slice_find(struct engine *e)
{
	struct fl_error err;
	struct arena a;
	fl_status s = publish_reader(e);

	if (s == FL_OK && e->slice_ids == NULL &&
		(e->slice_ids = calloc(SLICE_HOMES, sizeof(int64_t))) == NULL)
		s = FL_NOMEM;
	e->slice_rows = 0;
	arena_init(&a, 0);
	if (s == FL_OK)
		s = reader_records(e->reader, &a, TEXT(""), e->slice_next,
			SLICE_ROWS, slice_record, e, &err);
	arena_deinit(&a);
	if (e->slice_rows < SLICE_ROWS && !slice_found(e))
		e->slice_next = e->slice_below; /* there are no more */
	return s;
}

/* Asks for the next few homes that are not in memory. */
static fl_status slice_load(struct engine *e)
{
	struct item *it = &e->slice_item;
	struct fetch *j = fetch_new(e);
	fl_status s = j != NULL ? FL_OK : FL_NOMEM;

	while (s == FL_OK && e->slice_loaded < e->n_slice_ids &&
		j->n_wants < SLICE_LOADS) {
		int64_t id = e->slice_ids[e->slice_loaded++];

		if (cache_record(&e->cache, id) == NULL &&
			!fetch_want(j, it, LOAD_HOME, id,
				(struct text){"", 0}))
			s = FL_NOMEM;
	}
	if (s != FL_OK || j->n_wants == 0) {
		fetch_unref(j);
		return s;
	}
	item_forget(it);
	it->fetch = j;
	j->refs++;
	it->state = ITEM_LOADING;
	return fetch_start(j);
}

static fl_status slice_run(struct engine *e)
{
	struct item *it = &e->slice_item;
	struct arena *a = &e->open->arena;
	bool done = e->slice_next >= e->slice_below, whole;
	enum turn_result result;
	struct problems p;
	fl_status s;

	problems_init(&p, a);
	publish_root(e, &it->root, a, e->slice_ids, e->n_slice_ids,
		e->slice_next, done);
	if (it->root.event.def == NULL)
		return engine_dead(e, "no event rules.recomputed");
	s = engine_run(e, it, engine_time(e), &p, &result);
	if (s != FL_OK || result == TURN_NEEDS)
		return s;
	if (result != TURN_DONE || !pace_keep(e, &e->turn.paced))
		return engine_dead(e, "people in flight were not recomputed");
	whole = e->turn.n_slice == e->n_slice_ids; /* or it took too long */
	e->slice_at = whole ? e->slice_next : e->slice_ids[e->turn.n_slice];
	if (done && whole)
		e->slice_below = e->away_from_ms = e->away_to_ms = 0;
	slice_anew(e);
	return FL_OK;
}

bool publish_slices(const struct engine *e)
{
	return e->slice_below != 0 && e->slice_item.state != ITEM_LOADING &&
		e->committed_number >=
			e->slice_below >> RECORD_ORDINAL_BITS &&
		e->open->slice_us < SLICE_US;
}

fl_status publish_slice(struct engine *e, bool *did)
{
	int64_t began = clock_mono_us();
	fl_status s;

	if (!publish_slices(e))
		return FL_OK;
	*did = true;
	if (e->slice_renew) {
		e->slice_renew = false;
		slice_anew(e);
	}
	if (!slice_found(e))
		s = slice_find(e);
	else if (e->slice_loaded < e->n_slice_ids)
		s = slice_load(e);
	else
		s = slice_run(e);
	e->open->slice_us += clock_mono_us() - began;
	return s == FL_OK || s == FL_FATAL
		? s
		: engine_dead(e, "people in flight cannot be recomputed");
}
