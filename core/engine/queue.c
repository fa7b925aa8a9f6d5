#include "engine/engine_internal.h"

/* ---- recent ids ---- */

const struct recent *recent_find(const struct engine *e, struct text key)
{
	return map_get(e->recent, key);
}

fl_status recent_add(struct engine *e, struct text key, int64_t number,
		     int64_t digest)
{
	struct recent *old = e->ring[e->ring_at];
	struct recent *r = malloc(sizeof(*r) + key.bytes + 1);
	char *copy = (char *)(r + 1);

	if (r == NULL)
		return FL_NOMEM;
	memcpy(copy, key.at, key.bytes);
	copy[key.bytes] = '\0';
	*r = (struct recent){number, digest, {copy, key.bytes}};
	if (old != NULL) {
		map_remove(e->recent, old->key);
		free(old);
		e->ring[e->ring_at] = NULL;
	}
	if (!map_put(e->recent, r->key, r)) {
		free(r);
		return FL_NOMEM;
	}
	e->ring[e->ring_at] = r;
	e->ring_at = (e->ring_at + 1) % e->ring_cap;
	return FL_OK;
}

/* ---- items ---- */

/* Items that were posted one behind the other lie together: one block of
 * memory for many, freed or used again with the last of them. */
struct room {
	struct arena arena;
	uint32_t items;
};

static void room_free(struct room *r)
{
	arena_deinit(&r->arena);
	free(r);
}

/* No more items into it. */
static void room_close(struct engine *e)
{
	if (e->room != NULL && e->room->items == 0)
		room_free(e->room);
	e->room = NULL; /* its items free it */
}

static struct room *room_open(struct engine *e)
{
	struct room *r = e->room;

	if (r != NULL && r->arena.used_bytes < ROOM_BYTES && !r->arena.failed)
		return r;
	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	arena_init(&r->arena, 0);
	room_close(e);
	e->room = r;
	return r;
}

struct arena *engine_room(struct engine *e)
{
	struct room *r = room_open(e);

	return r != NULL ? &r->arena : NULL;
}

static void room_leave(struct engine *e, struct room *r)
{
	if (--r->items > 0)
		return;
	if (r == e->room)
		arena_reset(&r->arena);
	else
		room_free(r);
}

void item_forget(struct item *it)
{
	fetch_unref(it->fetch);
	it->fetch = NULL;
	it->root = (struct root){0};
	it->seen_key = (struct text){"", 0};
	it->seen_number = it->seen_digest = 0;
	it->problems = NULL;
	it->status = FL_OK;
	it->state = ITEM_NEW;
}

static void item_free(struct engine *e, struct item *it)
{
	item_forget(it);
	ruleset_unref(it->ruleset);
	free(it->summary);
	free(it->held);
	room_leave(e, it->room);
}

static struct text text_keep(struct arena *a, struct text t)
{
	if (t.at == NULL || t.bytes == 0)
		return TEXT("");
	return (struct text){arena_text(a, t.at, t.bytes), t.bytes};
}

static struct item *item_new(struct engine *e, enum item_kind kind,
			     const struct post_by *by, post_cb cb, void *ctx)
{
	static const struct post_answer no_memory = {.status = FL_NOMEM};
	struct room *room =
		by != NULL && by->in_room ? e->room : room_open(e);
	struct item *it =
		room != NULL ? arena_alloc(&room->arena, sizeof(*it)) : NULL;

	if (it == NULL) {
		if (cb != NULL)
			cb(ctx, &no_memory);
		return NULL;
	}
	it->room = room;
	room->items++;
	it->by[0] = it->by[1] = it->by[2] = TEXT("");
	if (by != NULL) {
		it->by[0] = text_keep(&room->arena, by->actor);
		it->by[1] = text_keep(&room->arena, by->role);
		it->by[2] = text_keep(&room->arena, by->source);
		it->command = by->command;
		it->own = by->own;
		it->sent_digest = by->body_digest;
	}
	it->kind = kind;
	it->cb = cb;
	it->ctx = ctx;
	it->seen_key = (struct text){"", 0};
	it->no_memory = room->arena.failed;
	it->refused_full = e->waiting >= e->limits.queue;
	if (!it->refused_full)
		e->waiting++;
	if (e->last != NULL)
		e->last->next = it;
	else
		e->first = it;
	e->last = it;
	if (e->fresh == NULL)
		e->fresh = it;
	return it;
}

void queue_pop(struct engine *e)
{
	struct item *it = e->first;

	e->first = it->next;
	if (e->first == NULL)
		e->last = NULL;
	if (e->fresh == it)
		e->fresh = it->next;
	else if (e->prepared > 0)
		e->prepared--;
	if (!it->refused_full)
		e->waiting--;
	item_free(e, it);
}

void queue_free(struct engine *e)
{
	while (e->first != NULL)
		queue_pop(e);
	room_close(e);
}

void queue_stale(struct engine *e)
{
	for (struct item *it = e->first; it != e->fresh; it = it->next)
		if (it->kind == ITEM_EVENT && it->state == ITEM_READY)
			item_forget(it);
	e->fresh = e->first;
	e->prepared = 0;
}

void engine_post(struct engine *e, const struct value *wire,
		 const struct post_by *by, post_cb cb, void *ctx)
{
	struct item *it = item_new(e, ITEM_EVENT, by, cb, ctx);

	if (it == NULL || it->refused_full)
		return;
	it->wire = by->in_room ? *wire : value_clone(&it->room->arena, wire);
	it->no_memory = it->no_memory || it->room->arena.failed;
}

void engine_publish(struct engine *e, struct ruleset *next,
		    const struct post_by *by, const char *summary,
		    const char *held, post_cb cb, void *ctx)
{
	struct item *it = item_new(e, ITEM_PUBLISH, by, cb, ctx);

	if (it == NULL)
		return;
	ruleset_ref(next);
	it->ruleset = next;
	it->summary = strdup(summary != NULL ? summary : "");
	it->held = held != NULL ? strdup(held) : NULL;
}

void engine_clock(struct engine *e, int64_t to_ms, post_cb cb, void *ctx)
{
	struct item *it = item_new(e, ITEM_CLOCK, NULL, cb, ctx);

	if (it != NULL)
		it->to_ms = to_ms;
}

/* ---- one step ---- */

static struct problems *problems_new(struct engine *e)
{
	struct problems *p =
		arena_alloc(&e->open->arena, sizeof(struct problems));

	if (p == NULL)
		return NULL;
	problems_init(p, &e->open->arena);
	p->dutch = text_is(e->book->language, "nl");
	return p;
}

static const char *copied(struct arena *a, const char *text)
{
	return text != NULL ? arena_strdup(a, text) : NULL;
}

/* Problems found while preparing move to where the answer lives. */
static const struct problems *problems_keep(struct engine *e,
					    const struct problems *from)
{
	struct problems *p = problems_new(e);

	for (uint32_t i = 0; p != NULL && from != NULL && i < from->count;
		i++) {
		const struct problem *of = &from->items[i];
		struct problem *it = problem_add(p, of->code,
			copied(p->arena, of->file), of->line, "%s", of->text);

		it->field = copied(p->arena, of->field);
		it->remedy = copied(p->arena, of->remedy);
		it->nearest = copied(p->arena, of->nearest);
		if (of->warning)
			problem_warn(p, it);
	}
	return p;
}

static fl_status refuse(struct engine *e, struct item *it, fl_status status,
			const struct problems *p)
{
	struct post_answer a = {.status = status, .problems = p};
	fl_status s = group_answer(e, it->cb, it->ctx, &a, -1);

	e->counts.refused++;
	if (s == FL_OK)
		queue_pop(e); /* else it is still to be answered */
	return s;
}

static fl_status refuse_text(struct engine *e, struct item *it,
			     fl_status status, const char *code,
			     const char *en, const char *nl)
{
	struct problems *p = problems_new(e);

	if (p != NULL)
		problem_add(p, code, NULL, 0, "%s", p->dutch ? nl : en);
	return refuse(e, it, status, p);
}

/* Was it journalled before? 1 yes, answered; 0 no; -1 the engine is dead. */
static int answer_known(struct engine *e, struct item *it)
{
	const struct recent *r = it->seen_key.bytes > 0
		? recent_find(e, it->seen_key)
		: NULL;
	int64_t number = r != NULL ? r->number : it->seen_number;
	int64_t digest = r != NULL ? r->digest : it->seen_digest;
	struct post_answer a = {.status = FL_OK, .number = number,
		.repeat = true};
	struct problems *p;

	if (number == 0)
		return 0;
	if (digest != it->root.body_digest) {
		p = problems_new(e);
		if (p != NULL)
			problem_add(p, "FL413", NULL, 0,
				problem_words(p,
					"id \"%s\" of source \"%s\" is known "
					"as E%lld with another body",
					"id \"%s\" van bron \"%s\" is er al "
					"als E%lld, met een andere inhoud"),
				it->root.event.id.at, it->root.event.source.at,
				(long long)number)->field = "id";
		a.status = FL_CONFLICT;
		a.problems = p;
		a.repeat = false;
		e->counts.refused++;
	} else {
		e->counts.repeats++;
	}
	if (group_answer(e, it->cb, it->ctx, &a, -1) != FL_OK)
		return -1;
	queue_pop(e);
	return 1;
}

static fl_status event_answer(struct engine *e, struct item *it)
{
	const struct event *ev = &e->turn.events[0]->event;
	struct post_answer a = {.status = FL_OK, .number = ev->number,
		.misfit = ev->misfit};
	fl_status s = FL_OK;

	if (it->problems != NULL && it->problems->count > 0)
		a.problems = problems_keep(e, it->problems);
	if (it->seen_key.bytes > 0)
		s = recent_add(e, it->seen_key, ev->number,
			it->root.body_digest);
	if (s == FL_OK)
		s = group_answer(e, it->cb, it->ctx, &a,
			(int64_t)e->open->n_turns - 1);
	if (s == FL_OK)
		queue_pop(e);
	return s;
}

static fl_status event_step(struct engine *e, struct item *it, bool *did)
{
	enum turn_result result;
	struct problems *p;
	int known;
	fl_status s;

	if (it->state == ITEM_READY && it->prepared_for != e->ruleset_turns) {
		queue_stale(e);
		*did = true;
		return FL_OK;
	}
	if (it->state != ITEM_READY)
		return FL_OK;
	*did = true;
	if (it->status != FL_OK)
		return refuse(e, it, it->status,
			problems_keep(e, it->problems));
	if ((known = answer_known(e, it)) != 0)
		return known > 0 ? FL_OK : FL_NOMEM;
	if ((p = problems_new(e)) == NULL)
		return FL_NOMEM;
	s = engine_run(e, it, engine_time(e), p, &result);
	if (s != FL_OK || result == TURN_NEEDS)
		return s;
	if (result == TURN_REFUSED)
		return refuse(e, it, e->turn.refusal, p);
	if (result == TURN_FAILED)
		return refuse_text(e, it, FL_NOMEM, "FL414",
			"not enough memory for this event",
			"niet genoeg geheugen voor deze gebeurtenis");
	return event_answer(e, it);
}

static fl_status clock_step(struct engine *e, struct item *it, bool *did)
{
	struct post_answer a = {.status = FL_OK};
	fl_status s;

	if (!e->manual_clock) {
		*did = true;
		return refuse_text(e, it, FL_DENIED, "FL415",
			"only a training rooftop's clock is moved by hand",
			"alleen de klok van een oefenmap gaat met de hand");
	}
	if (!it->firing && it->to_ms < e->clock_ms) {
		*did = true;
		return refuse_text(e, it, FL_INVALID, "FL416",
			"the clock only moves forward: name a later time",
			"de klok gaat alleen vooruit: noem een later tijdstip");
	}
	it->firing = true;
	if (e->slice_below != 0)
		return FL_OK;
	s = due_step(e, it->to_ms, did);
	if (s != FL_OK || *did || !due_over(e, it->to_ms))
		return s;
	*did = true;
	e->clock_ms = it->to_ms;
	e->open->clock_moved = true;
	a.number = e->last_number;
	s = group_answer(e, it->cb, it->ctx, &a, -1);
	if (s == FL_OK)
		queue_pop(e);
	return s;
}

fl_status queue_step(struct engine *e, bool *did)
{
	struct item *it = e->first;

	if (it == NULL)
		return FL_OK;
	if (it->refused_full) {
		*did = true;
		return refuse_text(e, it, FL_LIMIT, "FL417",
			"too much is waiting; try again with the same id",
			"er wacht te veel; probeer het opnieuw met hetzelfde "
			"id");
	}
	if (it->no_memory) {
		*did = true;
		return refuse_text(e, it, FL_NOMEM, "FL414",
			"not enough memory for this event",
			"niet genoeg geheugen voor deze gebeurtenis");
	}
	switch (it->kind) {
	case ITEM_PUBLISH:
		return publish_item(e, it, did);
	case ITEM_CLOCK:
		return clock_step(e, it, did);
	default:
		return event_step(e, it, did);
	}
}
