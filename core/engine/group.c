#include "engine/engine_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "engine/pack.h"

fl_status group_new(struct group **out)
{
	struct group *g = calloc(1, sizeof(*g));

	*out = g;
	if (g == NULL)
		return FL_NOMEM;
	arena_init(&g->arena, 0);
	return FL_OK;
}

void group_free(struct group *g)
{
	if (g == NULL)
		return;
	grave_sweep(&g->dead);
	free(g->dead.blocks);
	arena_deinit(&g->arena);
	free(g);
}

static void group_reset(struct group *g)
{
	struct arena a = g->arena;
	struct grave dead = g->dead;

	grave_sweep(&dead);
	dead.n = 0;
	memset(g, 0, sizeof(*g));
	g->arena = a;
	g->dead = dead;
	arena_reset(&g->arena);
}

/* Room for one more; NULL: memory. */
#define ROOM(g, list, n, cap)                                                  \
	((g)->list = grown_or(&(g)->arena, (g)->list, (g)->n, &(g)->cap,       \
		 sizeof(*(g)->list)))

static void *grown_or(struct arena *a, void *items, uint32_t n, uint32_t *cap,
		      size_t item_bytes)
{
	void *grown = arena_grow(a, items, n, cap, n + 1, item_bytes);

	return grown != NULL ? grown : items;
}

static struct text text_keep(struct group *g, struct text t)
{
	return (struct text){
		arena_text(&g->arena, t.bytes > 0 ? t.at : "", t.bytes),
		t.bytes};
}

/* ---- taking a finished unit over ---- */

static fl_status pin(struct group *g, struct cached_home *h)
{
	if (h == NULL || h->group == g->id)
		return FL_OK;
	ROOM(g, homes, n_homes, cap_homes);
	if (g->arena.failed)
		return FL_NOMEM;
	g->homes[g->n_homes++] = h;
	h->group = g->id;
	h->pins++;
	return FL_OK;
}

static fl_status merge_record(struct engine *e, const struct record *r)
{
	struct group *g = e->open;
	struct cached_record *c = cache_record(&e->cache, r->id);
	const struct record *before = c != NULL ? c->now : NULL;
	bool dirty = c != NULL && c->dirty;

	if (due_notice(e, before, r) != FL_OK ||
		!workload_change(e->workload, e->book->calendar, before, r))
		return FL_NOMEM;
	c = cache_put(&e->cache, e->book->schema, &e->scratch, r);
	if (c == NULL)
		return FL_NOMEM;
	if (text_is(r->kind, "rooftop"))
		e->rooftop = r->id;
	if (!dirty) {
		ROOM(g, records, n_records, cap_records);
		if (g->arena.failed)
			return FL_NOMEM;
		g->records[g->n_records++] = c;
	}
	return pin(g, c->home);
}

static fl_status merge_task(struct engine *e, const struct overlay_task *own)
{
	struct group *g = e->open;
	const struct kept_task *before =
		cache_task(&e->cache, own->task->id);
	const struct task *whole;
	struct task was;

	if (before != NULL)
		was = kept_head(before);
	if ((before != NULL && !workload_task(e->workload, &was, -1)) ||
		!workload_task(e->workload, own->task, 1) ||
		cache_put_task(&e->cache, own->task) != FL_OK)
		return FL_NOMEM;
	ROOM(g, tasks, n_tasks, cap_tasks);
	whole = pack_task_in(&g->arena, own->task, e->cache.shared);
	if (g->arena.failed)
		return FL_NOMEM;
	g->tasks[g->n_tasks++] = (struct task_change){
		.task = whole, .is_new = own->created};
	return pin(g, cache_home(&e->cache, own->task->home));
}

static struct text written(struct group *g, struct buf *b)
{
	struct text t = text_keep(g, (struct text){b->at != NULL ? b->at : "",
						 (uint32_t)b->len});

	if (b->failed)
		g->arena.failed = true;
	buf_reset(b);
	return t;
}

/* Before anything cached changes: decisions borrow from what was there. */
static fl_status write_event(struct engine *e, struct turn_event *ue)
{
	struct group *g = e->open;
	struct brief b = {.to = &e->document};
	const struct event *ev = &ue->event;
	const struct root *root = e->turn.root;
	bool is_root = ev->cause == 0;
	struct event_row *row;

	ROOM(g, events, n_events, cap_events);
	if (g->arena.failed)
		return FL_NOMEM;
	row = &g->events[g->n_events++];
	*row = (struct event_row){.number = ev->number,
		.source = text_keep(g, ev->source),
		.type = text_keep(g, ev->def->name),
		.subject = ev->subject, .home = ev->home,
		.occurred_at_ms = ev->occurred_at_ms,
		.recorded_at_ms = ev->recorded_at_ms, .cause = ev->cause,
		.root = e->turn.first_number,
		.actor = text_keep(g, ev->actor),
		.role = text_keep(g, ev->role), .version = ev->def->version,
		.misfit = ev->misfit,
		.body_digest = is_root ? root->body_digest : 0,
		.ruleset = e->ruleset_number};
	row->id = ev->id.bytes > 0
		? text_keep(g, ev->id)
		: text_number(&g->arena, TEXT("n"), ev->number);
	if (ev->data.count > 0)
		brief_value(&b, &ev->data);
	row->data = written(g, &e->document);
	decision_write(&b, &ue->decision);
	row->decision = written(g, &e->document);
	return g->arena.failed ? FL_NOMEM : FL_OK;
}

static void rate_count(struct engine *e, const struct turn_event *ue)
{
	for (uint32_t i = 0; i < ue->decision.n_cards && !e->manual_clock; i++)
		rate_add(e->rate, ue->event.recorded_at_ms,
			ue->decision.cards[i].card, ue->event.home,
			ue->decision.cards[i].n_effects);
}

static fl_status merge_event(struct engine *e, const struct turn_event *ue)
{
	const struct event *ev = &ue->event;
	const struct cached_record *c = cache_record(&e->cache, ev->subject);

	if (!ev->misfit && cache_put_seen(&e->cache, ev->subject,
				   ev->def->name, ev->occurred_at_ms,
				   ev->number) != FL_OK)
		return FL_NOMEM;
	rate_count(e, ue);
	e->counts.misfits += ev->misfit;
	e->counts.turns++;
	for (uint32_t i = 0; i < ue->decision.n_cards; i++) {
		uint8_t fate = ue->decision.cards[i].fate;

		e->counts.card_errors += fate != CARD_RAN &&
			fate != CARD_CUT_QUARANTINED;
	}
	return c != NULL ? pin(e->open, c->home) : FL_OK;
}

static fl_status merge_scores(struct engine *e, const struct turn *u)
{
	for (uint32_t i = 0; i < u->n_scores; i++) {
		const struct card_score *s = &u->scores[i];
		struct card_errors *known = map_get(e->scores, s->card);

		if (known == NULL) {
			if ((known = calloc(1, sizeof(*known))) == NULL)
				return FL_NOMEM;
			if (!map_put(e->scores, s->card, known)) {
				free(known);
				return FL_NOMEM;
			}
		}
		known->in_row = s->failed + (s->ran ? 0 : known->in_row);
		if (s->times == 0)
			continue;
		known->times += s->times;
		known->event = s->event;
		snprintf(known->reason, sizeof(known->reason), "%s", s->reason);
	}
	return FL_OK;
}

static fl_status merge_outbox(struct group *g, const struct turn *u)
{
	for (uint32_t i = 0; i < u->n_outbox; i++) {
		struct outbox_row row = u->outbox[i];

		ROOM(g, outbox, n_outbox, cap_outbox);
		row.key = text_keep(g, row.key);
		if (!row.withdrawn) {
			row.channel = text_keep(g, row.channel);
			row.body = text_keep(g, row.body);
		}
		if (g->arena.failed)
			return FL_NOMEM;
		g->outbox[g->n_outbox++] = row;
	}
	return FL_OK;
}

static struct told told_of(const struct group *g, const struct group_turn *t)
{
	return (struct told){.events = g->events + t->event,
		.n_events = t->n_events, .tasks = g->tasks + t->task,
		.n_tasks = t->n_tasks};
}

static void tell(struct engine *e, const struct group *g,
		 const struct group_turn *t)
{
	struct told told = told_of(g, t);

	if (e->on_told != NULL)
		e->on_told(e->told_ctx, &told);
}

static void give_answer(const struct group *g, const struct reply *r)
{
	struct post_answer a = r->answer;
	struct told told;

	if (r->unit >= 0) {
		told = told_of(g, &g->turns[r->unit]);
		a.told = &told;
	}
	if (r->cb != NULL)
		r->cb(r->ctx, &a);
}

fl_status group_merge(struct engine *e, struct turn *u)
{
	struct group *g = e->open;
	struct group_turn mark = {.event = g->n_events, .task = g->n_tasks,
		.n_events = u->n_events, .n_tasks = u->n_tasks};
	fl_status s = FL_OK;

	for (uint32_t i = 0; i < u->n_events && s == FL_OK; i++)
		s = write_event(e, u->events[i]);
	if (s == FL_OK)
		s = merge_outbox(g, u);
	if (s == FL_OK &&
		!workload_tidy(e->workload, e->book->calendar, u->now_ms))
		s = FL_NOMEM;
	if (s == FL_OK)
		s = merge_scores(e, u);
	for (uint32_t i = 0; i < u->n_records && s == FL_OK; i++)
		s = merge_record(e, u->records[i].record);
	for (uint32_t i = 0; i < u->n_tasks && s == FL_OK; i++)
		s = merge_task(e, &u->task_list[i]);
	for (uint32_t i = 0; i < u->n_events && s == FL_OK; i++)
		s = merge_event(e, u->events[i]);
	ROOM(g, turns, n_turns, cap_turns);
	if (g->arena.failed)
		s = FL_NOMEM;
	if (s != FL_OK)
		return engine_dead(e, "no memory for what was decided");
	g->turns[g->n_turns++] = mark;
	if (e->at_once)
		tell(e, g, &mark);
	g->now_ms = u->now_ms;
	e->last_number += u->n_events;
	e->now_ms = u->now_ms;
	cache_trim(&e->cache);
	return FL_OK;
}

fl_status group_answer(struct engine *e, post_cb cb, void *ctx,
		       const struct post_answer *a, int64_t unit)
{
	struct group *g = e->open;
	struct reply reply = {
		.cb = cb, .ctx = ctx, .answer = *a, .unit = unit};

	if (e->at_once) {
		give_answer(g, &reply);
		return FL_OK;
	}
	ROOM(g, answers, n_answers, cap_answers);
	if (g->arena.failed)
		return FL_NOMEM;
	g->answers[g->n_answers++] = reply;
	return FL_OK;
}

/* While the writer is idle a group ends halfway through what has come, so that
 * one half is written while the other is worked on; not when nobody waits for
 * it. */
bool group_full(const struct engine *e)
{
	const struct group *g = e->open;
	bool empty = g->n_events == 0 && g->n_answers == 0 &&
		g->n_orphans == 0; /* whatever work went before: no flush */

	return g->n_events >= e->limits.group_events ||
		g->n_answers >= 2 * e->limits.group_events ||
		g->arena.used_bytes >= GROUP_BYTES ||
		(e->flying == NULL && !empty && !e->at_once &&
			(g->work_us >= GROUP_WORK_US ||
				(g->work_us >= GROUP_LEAST_US &&
					g->n_answers >= e->waiting)));
}

/* ---- handing over ---- */

/* Wake-ups of a record that come, or go. */
struct due_writing {
	struct group *g;
	const struct record *r;
	bool remove;
};

static void write_due(void *ctx, struct text card, struct text slot,
		      int64_t due_at_ms)
{
	const struct due_writing *w = ctx;
	struct group *g = w->g;

	ROOM(g, dues, n_dues, cap_dues);
	if (g->arena.failed)
		return;
	g->dues[g->n_dues++] = (struct due_change){
		.row = {.due_at_ms = due_at_ms, .subject = w->r->id,
			.home = w->r->home, .card = card,
			.slot = slot.at[0] == '@' ? text_keep(g, slot) : slot},
		.remove = w->remove};
}

static void write_dues(struct group *g, const struct cached_record *c)
{
	struct due_writing go = {g, c->now, true}, come = {g, c->now, false};

	if (c->base != NULL)
		due_differ(c->base, c->now, write_due, &go);
	due_differ(c->now, c->base, write_due, &come);
	g->batch.dues = g->dues;
	g->batch.n_dues = g->n_dues;
}

/* What is cached lies still until the group is over, also when it is replaced
 * meanwhile: the rows refer to it. */
static void write_records(struct engine *e, struct group *g)
{
	struct record_row *rows = arena_alloc(&g->arena,
		sizeof(*rows) * ((size_t)g->n_records + 1));

	for (uint32_t i = 0; rows != NULL && i < g->n_records; i++) {
		struct cached_record *c = g->records[i];

		rows[i] = (struct record_row){.record = c->now,
			.keys = c->keys, .n_keys = c->n_keys,
			.keys_changed = c->keys_changed};
		write_dues(g, c);
		if (!cache_handed_over(&e->cache, c))
			g->arena.failed = true;
	}
	g->batch.records = rows;
	g->batch.n_records = g->n_records;
}

/* Of a task that changed several times only the last is written. */
static void write_tasks(struct group *g)
{
	struct task_change *out = arena_alloc(&g->arena,
		sizeof(*out) * ((size_t)g->n_tasks + 1));
	struct map *last = map_new();
	uint32_t n = 0;

	if (out == NULL || last == NULL)
		g->arena.failed = true;
	for (uint32_t i = 0; !g->arena.failed && i < g->n_tasks; i++) {
		const struct task_change *t = &g->tasks[i];
		struct task_change *known = map_get_int(last, t->task->id);

		if (known != NULL) {
			known->task = t->task;
			continue;
		}
		out[n] = *t;
		if (!map_put_int(last, t->task->id, &out[n++]))
			g->arena.failed = true;
	}
	map_free(last);
	g->batch.tasks = out;
	g->batch.n_tasks = n;
}

static fl_status batch_build(struct engine *e, struct group *g)
{
	struct batch *batch = &g->batch;

	*batch = (struct batch){
		.expected_number = e->last_number - g->n_events,
		.epoch = 0, .events = g->events, .n_events = g->n_events,
		.outbox = g->outbox, .n_outbox = g->n_outbox,
		.ruleset = g->ruleset,
		.now_ms = g->n_events > 0 ? g->now_ms : e->now_ms,
		.clock_ms = e->manual_clock ? e->clock_ms : 0};
	for (uint32_t i = 0; i < g->n_orphans; i++) {
		ROOM(g, dues, n_dues, cap_dues);
		if (!g->arena.failed)
			g->dues[g->n_dues++] =
				(struct due_change){g->orphans[i], true};
	}
	batch->dues = g->dues;
	batch->n_dues = g->n_dues;
	write_records(e, g);
	write_tasks(g);
	cache_give_dead(&e->cache, &g->dead);
	return g->arena.failed ? FL_NOMEM : FL_OK;
}

/* ---- what the store says ---- */

static void give_answers(struct engine *e, struct group *g)
{
	for (uint32_t i = 0; !e->at_once && i < g->n_turns; i++)
		tell(e, g, &g->turns[i]);
	for (uint32_t i = 0; i < g->n_answers; i++)
		give_answer(g, &g->answers[i]);
}

static void group_give(struct engine *e, struct group *g)
{
	give_answers(e, g);
	for (uint32_t i = 0; i < g->n_homes; i++)
		cache_unpin(&e->cache, g->homes[i]);
	if (e->spare == NULL) {
		group_reset(g);
		e->spare = g;
	} else {
		group_free(g);
	}
}

static void commit_done(void *ctx, fl_status status,
			const struct commit_receipt *receipt)
{
	struct engine *e = ctx;
	struct group *g = e->flying;

	(void)receipt;
	if (status != FL_OK || e->phase == ENGINE_DEAD) {
		engine_dead(e, "a commit failed"); /* or it is already */
		return;
	}
	e->flying = NULL;
	e->counts.commits++;
	e->committed_number += g->n_events;
	if (e->phase == ENGINE_STARTING && e->open->n_events == 0)
		e->phase = ENGINE_READY;
	group_give(e, g);
}

static fl_status next_open(struct engine *e)
{
	fl_status s = FL_OK;

	if (e->spare == NULL)
		s = group_new(&e->spare);
	if (s != FL_OK)
		return s;
	e->open = e->spare;
	e->spare = NULL;
	e->open->id = ++e->groups;
	return FL_OK;
}

fl_status group_flush(struct engine *e)
{
	struct group *g = e->open;
	bool work = g->n_events > 0 || g->n_orphans > 0 || g->clock_moved;
	fl_status s;

	if (e->flying != NULL)
		return FL_OK;
	e->commit_asked = false; /* there is nothing, or it goes now */
	if (!work && g->n_answers == 0) {
		g->slice_us = 0; /* spent on looking, and found nobody */
		return FL_OK;
	}
	if ((s = next_open(e)) != FL_OK)
		return s;
	if (!work) {
		group_give(e, g);
		return FL_OK;
	}
	e->flying = g;
	if ((s = batch_build(e, g)) != FL_OK)
		return s;
	return store_commit(e->store, &g->batch, commit_done, e);
}

static void unknown(struct group *g)
{
	static const struct post_answer a = {.status = FL_UNKNOWN};

	for (uint32_t i = 0; g != NULL && i < g->n_answers; i++)
		if (g->answers[i].cb != NULL)
			g->answers[i].cb(g->answers[i].ctx, &a);
	if (g != NULL)
		g->n_answers = 0;
}

void group_unknown(struct engine *e)
{
	static const struct post_answer a = {.status = FL_UNKNOWN};

	unknown(e->flying);
	unknown(e->open);
	while (e->first != NULL) {
		post_cb cb = e->first->cb;
		void *ctx = e->first->ctx;

		queue_pop(e);
		if (cb != NULL)
			cb(ctx, &a);
	}
}
