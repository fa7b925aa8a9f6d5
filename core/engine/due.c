#include "engine/engine_internal.h"

#include "base/log.h"

#define WINDOW 256u /* rows whose homes are loaded at once */

fl_status due_init(struct engine *e)
{
	arena_init(&e->due.arena, 0);
	arena_init(&e->due.scratch, 0);
	e->due.item.seen_key = (struct text){"", 0};
	return FL_OK;
}

void due_deinit(struct engine *e)
{
	item_forget(&e->due.item);
	arena_deinit(&e->due.arena);
	arena_deinit(&e->due.scratch);
}

int due_compare(const struct due_row *a, const struct due_row *b)
{
	int order;

	if (a->due_at_ms != b->due_at_ms)
		return a->due_at_ms < b->due_at_ms ? -1 : 1;
	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	order = text_compare(a->card, b->card);
	return order != 0 ? order : text_compare(a->slot, b->slot);
}

/* ---- rows at hand ---- */

static fl_status row_insert(struct due_list *d, const struct due_row *row)
{
	struct due_row *grown = arena_grow(&d->arena, d->rows, d->n, &d->cap,
		d->n + 1, sizeof(*grown));
	uint32_t at;

	if (grown == NULL)
		return FL_NOMEM;
	d->rows = grown;
	for (at = d->n; at > d->at && due_compare(&d->rows[at - 1], row) > 0;
		at--)
		d->rows[at] = d->rows[at - 1];
	d->rows[at] = *row;
	d->rows[at].card.at =
		arena_text(&d->arena, row->card.at, row->card.bytes);
	d->rows[at].slot.at =
		arena_text(&d->arena, row->slot.at, row->slot.bytes);
	d->n++;
	return d->arena.failed ? FL_NOMEM : FL_OK;
}

fl_status due_loaded(struct engine *e, const struct load_got *got)
{
	struct due_list *d = &e->due;
	fl_status s = FL_OK;

	d->loading = false;
	d->complete = got->n_dues < DUE_ROWS;
	for (uint32_t i = 0; i < got->n_dues && s == FL_OK; i++)
		s = row_insert(d, &got->dues[i]);
	if (d->n > 0)
		d->last = d->rows[d->n - 1];
	d->active = d->n > 0;
	if (d->n == 0 && e->next_due_ms <= d->until_ms)
		e->next_due_ms = d->until_ms + 1;
	return s;
}

struct notice {
	struct engine *engine;
	const struct record *before, *now;
	fl_status status;
};

static bool has_due(const struct record *r, struct text card, struct text slot,
		    int64_t due_at_ms)
{
	const struct run *run;
	const struct place *p;

	if (r == NULL)
		return false;
	if (slot.bytes > 0 && slot.at[0] == '@') {
		for (uint32_t i = 0; i < r->n_timers; i++)
			if (text_equal(r->timers[i].card, card) &&
				text_is(r->timers[i].name, slot.at + 1))
				return r->timers[i].due_at_ms == due_at_ms;
		return false;
	}
	run = record_run(r, card);
	p = run != NULL ? run_place(run, slot) : NULL;
	return p != NULL && run->left_at_ms == 0 && run->paused_at_ms == 0 &&
		p->due_at_ms == due_at_ms;
}

static void notice_due(void *ctx, struct text card, struct text slot,
		       int64_t due_at_ms)
{
	struct notice *n = ctx;
	struct due_list *d = &n->engine->due;
	struct due_row row = {.due_at_ms = due_at_ms,
		.subject = n->now->id, .home = n->now->home, .card = card,
		.slot = slot};

	if (n->status != FL_OK || has_due(n->before, card, slot, due_at_ms))
		return;
	if (d->complete ? due_at_ms <= d->until_ms
			: due_compare(&row, &d->last) <= 0)
		n->status = row_insert(d, &row);
}

fl_status due_notice(struct engine *e, const struct record *before,
		     const struct record *now)
{
	struct notice n = {.engine = e, .before = before, .now = now};

	if (e->due.active)
		record_dues(now, notice_due, &n);
	return n.status;
}

/* ---- reading ---- */

static bool settled(const struct engine *e)
{
	return e->flying == NULL && e->open->n_events == 0 &&
		e->open->n_orphans == 0;
}

bool due_over(const struct engine *e, int64_t until_ms)
{
	const struct due_list *d = &e->due;

	return !d->loading && !d->active && settled(e) &&
		e->next_due_ms > until_ms;
}

static fl_status read_rows(struct engine *e, int64_t until_ms, bool *did)
{
	struct due_list *d = &e->due;
	struct fetch *j;

	if (d->loading || !settled(e) || e->next_due_ms > until_ms)
		return FL_OK;
	arena_reset(&d->arena);
	d->rows = NULL;
	d->n = d->cap = d->at = 0;
	d->until_ms = until_ms;
	if ((j = fetch_new(e)) == NULL)
		return FL_NOMEM;
	if (!fetch_want(j, NULL, LOAD_DUE, until_ms, (struct text){"", 0})) {
		fetch_unref(j);
		return FL_NOMEM;
	}
	j->wants[0].limit = DUE_ROWS;
	j->dues = true;
	d->loading = true;
	*did = true;
	return fetch_start(j);
}

/* Homes of the next rows that are not here. */
static fl_status load_window(struct engine *e, bool *did)
{
	struct due_list *d = &e->due;
	struct fetch *j = fetch_new(e);
	uint32_t most = e->limits.cached_homes / 2 + 1;

	if (j == NULL)
		return FL_NOMEM;
	most = most < WINDOW ? most : WINDOW;
	for (uint32_t i = d->at; i < d->n && j->n_wants < most; i++)
		if (cache_record(&e->cache, d->rows[i].subject) == NULL &&
			!fetch_want(j, i == d->at ? &d->item : NULL, LOAD_HOME,
				d->rows[i].subject, (struct text){"", 0}))
			break;
	d->item.state = ITEM_LOADING;
	*did = true;
	return fetch_start(j);
}

/* ---- firing ---- */

static void row_over(struct due_list *d)
{
	d->at++;
	d->looked = false;
	item_forget(&d->item);
	if (d->at == d->n)
		d->active = false;
}

/* A live clock stepped back over what is left: it is read again in time. */
static void rows_later(struct engine *e, const struct due_row *row)
{
	struct due_list *d = &e->due;

	e->next_due_ms = row->due_at_ms;
	d->active = d->looked = false;
	item_forget(&d->item);
}

/* The store has a row that no record knows of: it must go. */
static fl_status row_stale(struct engine *e, const struct due_row *row)
{
	struct group *g = e->open;
	const struct cached_record *r = cache_record(&e->cache, row->subject);
	struct due_row *grown;

	if (r != NULL && (r->dirty || r->home->pins > 0))
		return FL_OK; /* it goes with that change */
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
	struct due_list *d = &e->due;
	bool named = row->slot.bytes > 0 && row->slot.at[0] == '@';

	root->engine_made = true;
	root->is_timer = true;
	root->timer = *row;
	ev->def = schema_event(e->book->schema, TEXT("timer.fired"));
	ev->source = ev->actor = TEXT(ENGINE_SOURCE);
	ev->subject = row->subject;
	ev->occurred_at_ms = row->due_at_ms;
	ev->data = value_map();
	value_put(&d->arena, &ev->data, "card", value_of_text(row->card));
	if (named)
		value_put(&d->arena, &ev->data, "name",
			value_text(row->slot.at + 1));
	else
		value_put(&d->arena, &ev->data, "step",
			value_of_text(row->slot));
}

static void fill_slice(struct engine *e, struct due_row *row,
		       struct root *root)
{
	publish_root(e, root, &e->due.arena, &row->subject, 1, 0, false);
}

/* `until_ms` is the clock as read when the row was found due: a live clock may
 * have stepped back since. */
static fl_status fire(struct engine *e, struct due_row *row, int64_t until_ms)
{
	struct due_list *d = &e->due;
	bool behind = !d->looked && publish_behind(e, row->subject);
	enum turn_result result;
	struct problems p;
	struct root *root = &d->item.root;
	int64_t now;
	fl_status s;

	problems_init(&p, &d->scratch);
	if (e->manual_clock && e->clock_ms < row->due_at_ms)
		e->clock_ms = row->due_at_ms;
	now = e->manual_clock ? e->clock_ms : until_ms;
	if (behind)
		fill_slice(e, row, root);
	else
		fill_root(e, row, root);
	if (root->event.def == NULL || d->arena.failed)
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
		d->looked = true;
		return FL_OK;
	}
	row_over(d);
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

fl_status due_step(struct engine *e, int64_t until_ms, bool *did)
{
	struct due_list *d = &e->due;
	struct due_row *row;
	struct cached_record *r;
	fl_status s;

	if (!d->active)
		return read_rows(e, until_ms, did);
	row = &d->rows[d->at];
	if (d->item.state == ITEM_LOADING)
		return FL_OK;
	if (row->due_at_ms > until_ms) {
		rows_later(e, row);
		return FL_OK;
	}
	r = cache_record(&e->cache, row->subject);
	if (r == NULL && !is_nowhere(&d->item.root, row->subject))
		return load_window(e, did);
	*did = true;
	if (r == NULL || !has_due(r->now, row->card, row->slot,
				 row->due_at_ms)) {
		s = row_stale(e, row);
		row_over(d);
		return s;
	}
	return fire(e, row, until_ms);
}
