#include "engine/engine_internal.h"

#include "base/log.h"
#include "engine/names.h"

#define LOADED 256u            /* rows whose homes are loaded at once */
#define ROWS_MOST (2 * DUE_ROWS) /* kept; beyond, the later half is let go */
#define ODD_BYTES (16u << 20)

fl_status due_init(struct engine *e)
{
	arena_init(&e->due.odd, ODD_BYTES);
	arena_init(&e->due.fired, 0);
	arena_init(&e->due.scratch, 0);
	e->due.item.seen_key = (struct text){"", 0};
	return FL_OK;
}

void due_deinit(struct engine *e)
{
	item_forget(&e->due.item);
	free(e->due.rows);
	arena_deinit(&e->due.odd);
	arena_deinit(&e->due.fired);
	arena_deinit(&e->due.scratch);
}

static int due_compare(const struct due_row *a, const struct due_row *b)
{
	int order;

	if (a->due_at_ms != b->due_at_ms)
		return a->due_at_ms < b->due_at_ms ? -1 : 1;
	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	order = text_compare(a->card, b->card);
	return order != 0 ? order : text_compare(a->slot, b->slot);
}

/* ---- the earliest rows there are ---- */

/* As somebody else wrote rows, or there is no room: read again when the first
 * of what is not known can be due. */
static void rows_forget(struct due_list *d, int64_t next_due_ms)
{
	d->known = d->complete = d->active = false;
	d->n = d->at = 0;
	d->next_due_ms = next_due_ms;
}

void engine_due_again(struct engine *e)
{
	rows_forget(&e->due, INT64_MIN);
}

int64_t due_next(const struct engine *e)
{
	const struct due_list *d = &e->due;

	return d->at < d->n ? d->rows[d->at].due_at_ms : d->next_due_ms;
}

/* Names that thousands of rows share; the others lie beside them. */
static struct text name_keep(struct engine *e, struct text t)
{
	const char *shared = names_share(e->cache.shared, t);

	if (shared == NULL)
		shared = arena_text(&e->due.odd, t.at, t.bytes);
	return (struct text){shared, t.bytes};
}

static struct due_row row_keep(struct engine *e, const struct due_row *row)
{
	struct due_row kept = *row;

	kept.card = name_keep(e, row->card);
	kept.slot = name_keep(e, row->slot);
	return kept;
}

/* Where it stands, or belongs. */
static uint32_t row_place(const struct due_list *d, const struct due_row *row)
{
	uint32_t low = d->at, high = d->n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (due_compare(&d->rows[mid], row) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool row_stands(const struct due_list *d, uint32_t at,
		       const struct due_row *row)
{
	return at < d->n && due_compare(&d->rows[at], row) == 0;
}

static bool rows_grow(struct due_list *d)
{
	uint32_t cap = d->cap == 0 ? 64 : 2 * d->cap;
	struct due_row *more;

	if (d->at > 0 && d->n == d->cap) {
		memmove(d->rows, d->rows + d->at,
			(d->n - d->at) * sizeof(*d->rows));
		d->n -= d->at;
		d->at = 0;
	}
	if (d->n < d->cap)
		return true;
	more = realloc(d->rows, cap * sizeof(*more));
	if (more == NULL)
		return false;
	d->rows = more;
	d->cap = cap;
	return true;
}

/* The later ones are read again in time. */
static void rows_trim(struct due_list *d)
{
	if (d->n - d->at < ROWS_MOST)
		return;
	d->n = d->at + DUE_ROWS;
	d->complete = false;
	d->last = d->rows[d->n - 1];
	d->next_due_ms = d->last.due_at_ms;
}

static fl_status row_insert(struct engine *e, const struct due_row *row)
{
	struct due_list *d = &e->due;
	struct due_row kept = row_keep(e, row);
	int64_t next = due_next(e);
	uint32_t at;

	if (d->odd.failed) {
		rows_forget(d, row->due_at_ms < next ? row->due_at_ms : next);
		return FL_OK;
	}
	if (!rows_grow(d))
		return FL_NOMEM;
	at = row_place(d, &kept);
	if (row_stands(d, at, &kept))
		return FL_OK;
	memmove(&d->rows[at + 1], &d->rows[at],
		(d->n - at) * sizeof(*d->rows));
	d->rows[at] = kept;
	d->n++;
	rows_trim(d);
	return FL_OK;
}

static void row_remove(struct due_list *d, const struct due_row *row)
{
	uint32_t at = row_place(d, row);

	if (!row_stands(d, at, row))
		return;
	if (at == d->at) {
		d->at++;
		return;
	}
	d->n--;
	memmove(&d->rows[at], &d->rows[at + 1],
		(d->n - at) * sizeof(*d->rows));
}

static bool has_due(const struct record *r, struct text card, struct text slot,
		    int64_t due_at_ms)
{
	const struct named_timer *timer;
	const struct run *run;
	const struct place *p;

	if (r == NULL)
		return false;
	if (slot.bytes > 0 && slot.at[0] == '@') {
		timer = record_timer(r, card,
			(struct text){slot.at + 1, slot.bytes - 1});
		return timer != NULL && timer->due_at_ms == due_at_ms;
	}
	run = record_run(r, card);
	p = run != NULL ? run_place(run, slot) : NULL;
	return p != NULL && run->left_at_ms == 0 && run->paused_at_ms == 0 &&
		p->due_at_ms == due_at_ms;
}

struct differing {
	const struct record *other;
	due_cb cb;
	void *ctx;
};

static void pass_on(void *ctx, struct text card, struct text slot,
		    int64_t due_at_ms)
{
	const struct differing *d = ctx;

	if (!has_due(d->other, card, slot, due_at_ms))
		d->cb(d->ctx, card, slot, due_at_ms);
}

void due_differ(const struct record *of, const struct record *other, due_cb cb,
		void *ctx)
{
	record_dues(of, pass_on, &(struct differing){other, cb, ctx});
}

/* Wake-ups of a record that come, or go. */
struct notice {
	struct engine *engine;
	const struct record *of;
	bool gone;
	fl_status status;
};

static void notice_due(void *ctx, struct text card, struct text slot,
		       int64_t due_at_ms)
{
	struct notice *n = ctx;
	struct due_list *d = &n->engine->due;
	struct due_row row = {.due_at_ms = due_at_ms,
		.subject = n->of->id, .home = n->of->home, .card = card,
		.slot = slot};

	if (n->status != FL_OK)
		return;
	if (n->gone)
		row_remove(d, &row);
	else if (!d->known)
		d->next_due_ms = due_at_ms < d->next_due_ms ? due_at_ms
							    : d->next_due_ms;
	else if (d->complete || due_compare(&row, &d->last) <= 0)
		n->status = row_insert(n->engine, &row);
}

fl_status due_notice(struct engine *e, const struct record *before,
		     const struct record *now)
{
	struct notice gone = {e, before, true, FL_OK};
	struct notice come = {e, now, false, FL_OK};

	if (before != NULL && e->due.known)
		due_differ(before, now, notice_due, &gone);
	due_differ(now, before, notice_due, &come);
	return come.status;
}

/* ---- reading ---- */

/* A change that is not handed over yet takes this row out of the store. */
static bool row_goes(const struct engine *e, const struct due_row *row)
{
	const struct cached_record *r = cache_record(&e->cache, row->subject);

	return r != NULL &&
		has_due(r->base, row->card, row->slot, row->due_at_ms) &&
		!has_due(r->now, row->card, row->slot, row->due_at_ms);
}

/* What a group holds and the store does not have yet. */
static fl_status rows_under_way(struct engine *e, const struct group *g)
{
	struct notice come = {.engine = e};

	for (uint32_t i = 0; g != NULL && i < g->n_records &&
		come.status == FL_OK && e->due.known; i++) {
		come.of = g->records[i]->now;
		record_dues(come.of, notice_due, &come);
	}
	return come.status;
}

fl_status due_loaded(struct engine *e, const struct load_got *got)
{
	struct due_list *d = &e->due;
	fl_status s = FL_OK;

	d->loading = false;
	d->known = true;
	d->complete = got->n_dues < DUE_ROWS;
	d->next_due_ms = INT64_MAX;
	if (!d->complete) {
		d->last = row_keep(e, &got->dues[got->n_dues - 1]);
		d->next_due_ms = d->last.due_at_ms;
	}
	for (uint32_t i = 0; i < got->n_dues && s == FL_OK && d->known; i++)
		if (!row_goes(e, &got->dues[i]))
			s = row_insert(e, &got->dues[i]);
	if (s == FL_OK)
		s = rows_under_way(e, e->flying);
	return s == FL_OK ? rows_under_way(e, e->open) : s;
}

static fl_status read_rows(struct engine *e, bool *did)
{
	struct due_list *d = &e->due;
	struct fetch *j;

	if (e->flying != NULL)
		return FL_OK; /* its rows would come back */
	if ((j = fetch_new(e)) == NULL)
		return FL_NOMEM;
	rows_forget(d, d->next_due_ms);
	arena_reset(&d->odd);
	if (!fetch_want(j, NULL, LOAD_DUE, INT64_MAX, (struct text){"", 0})) {
		fetch_unref(j);
		return FL_NOMEM;
	}
	j->wants[0].limit = DUE_ROWS;
	j->dues = true;
	d->loading = true;
	*did = true;
	return fetch_start(j);
}

bool due_over(const struct engine *e, int64_t until_ms)
{
	return !e->due.loading && !e->due.active && due_next(e) > until_ms;
}

/* Homes of the next rows that are not here. */
static fl_status load_homes(struct engine *e, int64_t until_ms, bool *did)
{
	struct due_list *d = &e->due;
	struct fetch *j = fetch_new(e);
	uint32_t most = e->limits.cached_homes / 2 + 1;

	if (j == NULL)
		return FL_NOMEM;
	most = most < LOADED ? most : LOADED;
	for (uint32_t i = d->at; i < d->n && j->n_wants < most &&
		d->rows[i].due_at_ms <= until_ms; i++)
		if (cache_record(&e->cache, d->rows[i].subject) == NULL &&
			!fetch_want(j, i == d->at ? &d->item : NULL, LOAD_HOME,
				d->rows[i].subject, (struct text){"", 0}))
			break;
	d->item.state = ITEM_LOADING;
	*did = true;
	return fetch_start(j);
}

/* ---- firing ---- */

static void row_over(struct due_list *d, const struct due_row *row)
{
	row_remove(d, row);
	d->looked = 0;
	item_forget(&d->item);
}

/* The store has a row that no record knows of: it must go. */
static fl_status row_stale(struct engine *e, const struct due_row *row)
{
	struct group *g = e->open;
	struct due_row *grown;

	if (row_goes(e, row))
		return FL_OK;
	grown = arena_grow(&g->arena, g->orphans, g->n_orphans, &g->cap_orphans,
		g->n_orphans + 1, sizeof(*grown));
	if (grown == NULL)
		return FL_NOMEM;
	g->orphans = grown;
	g->orphans[g->n_orphans] = *row;
	g->orphans[g->n_orphans].card.at =
		arena_text(&g->arena, row->card.at, row->card.bytes);
	g->orphans[g->n_orphans++].slot.at =
		arena_text(&g->arena, row->slot.at, row->slot.bytes);
	return g->arena.failed ? FL_NOMEM : FL_OK;
}

static void fill_root(struct engine *e, const struct due_row *row,
		      struct root *root)
{
	struct event *ev = &root->event;
	struct arena *a = &e->due.fired;
	bool named = row->slot.bytes > 0 && row->slot.at[0] == '@';

	root->engine_made = true;
	root->is_timer = true;
	ev->def = schema_event(e->book->schema, TEXT("timer.fired"));
	ev->source = ev->actor = TEXT(ENGINE_SOURCE);
	ev->subject = row->subject;
	ev->occurred_at_ms = row->due_at_ms;
	ev->data = value_map();
	value_put(a, &ev->data, "card", value_of_text(row->card));
	if (named)
		value_put(a, &ev->data, "name", value_text(row->slot.at + 1));
	else
		value_put(a, &ev->data, "step", value_of_text(row->slot));
}

/* `until_ms` is the clock as read when the row was found due: a live clock may
 * have stepped back since. */
static fl_status fire(struct engine *e, const struct due_row *row,
		      int64_t until_ms)
{
	struct due_list *d = &e->due;
	bool behind = d->looked != row->subject &&
		publish_behind(e, row->subject);
	enum turn_result result;
	struct problems p;
	struct root *root = &d->item.root;
	int64_t now;
	fl_status s;

	problems_init(&p, &d->scratch);
	arena_reset(&d->fired);
	if (e->manual_clock && e->clock_ms < row->due_at_ms)
		e->clock_ms = row->due_at_ms;
	now = e->manual_clock ? e->clock_ms : until_ms;
	root->timer = *row;
	if (behind)
		publish_root(e, root, &d->fired, &root->timer.subject, 1, 0,
			false);
	else
		fill_root(e, row, root);
	if (root->event.def == NULL || d->fired.failed)
		return engine_dead(e, "no room for a due step");
	s = engine_run(e, &d->item, now, &p, &result);
	arena_reset(&d->scratch);
	if (s != FL_OK || result == TURN_NEEDS)
		return s;
	if (result != TURN_DONE)
		return engine_dead(e, "a due step could not run");
	if (behind) {
		if (!pace_keep(e, &e->turn.paced))
			return FL_NOMEM;
		item_forget(&d->item);
		d->looked = row->subject;
		return FL_OK;
	}
	row_over(d, row);
	return FL_OK;
}

/* The store was asked for this record and has none. */
static bool is_nowhere(const struct root *root, int64_t id)
{
	for (uint32_t i = 0; i < root->n_asked; i++)
		if (root->asked[i].key.bytes == 0 &&
			root->asked[i].id == id)
			return root->asked[i].found == 0;
	return false;
}

/* Reads what is next, when it may be due; the first row that is. */
static fl_status look(struct engine *e, int64_t until_ms, bool *did)
{
	struct due_list *d = &e->due;

	if (d->at == d->n && !d->complete)
		d->known = false;
	d->active = d->at < d->n && d->rows[d->at].due_at_ms <= until_ms;
	return d->known || d->next_due_ms > until_ms ? FL_OK
						     : read_rows(e, did);
}

fl_status due_step(struct engine *e, int64_t until_ms, bool *did)
{
	struct due_list *d = &e->due;
	struct cached_record *r;
	struct due_row row; /* a copy: running it changes the rows */
	fl_status s;

	if (d->loading || d->item.state == ITEM_LOADING)
		return FL_OK;
	if ((s = look(e, until_ms, did)) != FL_OK || !d->active)
		return s;
	row = d->rows[d->at];
	r = cache_record(&e->cache, row.subject);
	if (r == NULL && !is_nowhere(&d->item.root, row.subject))
		return load_homes(e, until_ms, did);
	*did = true;
	if (r == NULL || !has_due(r->now, row.card, row.slot,
				 row.due_at_ms)) {
		s = row_stale(e, &row);
		row_over(d, &row);
		return s;
	}
	return fire(e, &row, until_ms);
}
