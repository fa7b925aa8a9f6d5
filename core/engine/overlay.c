#include "engine/engine_internal.h"
#include "model/keys.h"

struct turn_event *turn_now(struct turn *u)
{
	return u->events[u->current];
}

/* ---- what is not here ---- */

static const struct asked *asked_find(const struct turn *u, struct text key,
				      int64_t id)
{
	for (uint32_t i = 0; i < u->root->n_asked; i++) {
		const struct asked *a = &u->root->asked[i];

		if (key.bytes > 0 ? text_equal(a->key, key)
				  : a->key.bytes == 0 && a->id == id)
			return a;
	}
	return NULL;
}

/* The store was asked for it and has none. */
static bool is_nowhere(const struct turn *u, int64_t id)
{
	const struct asked *a = asked_find(u, (struct text){"", 0}, id);

	return a != NULL && a->found == 0;
}

void overlay_need(struct turn *u, enum load_kind kind, int64_t id,
		  struct text key)
{
	for (uint32_t i = 0; i < u->n_needs; i++)
		if (u->needs[i].kind == kind && u->needs[i].id == id &&
			text_equal(u->needs[i].key, key))
			return;
	if (u->n_needs < NEEDS_MOST)
		u->needs[u->n_needs++] = (struct load_want){
			.kind = kind, .id = id, .key = key};
}

/* ---- records ---- */

/* Where a record of the cache stands that was asked for before. */
static struct known_record *known_at(struct turn *u, int64_t id)
{
	return &u->known[((uint64_t)id >> RECORD_ORDINAL_BITS ^ (uint64_t)id) &
		(OVERLAY_KNOWN - 1)];
}

static struct cached_home *home_of(struct turn *u, int64_t id)
{
	if (u->home_id != id) {
		u->home = cache_home(&u->engine->cache, id);
		u->home_id = id;
	}
	return u->home;
}

static struct overlay_record *overlay_find(struct turn *u, int64_t id)
{
	for (uint32_t i = u->n_records; i-- > 0;)
		if (u->records[i].record->id == id)
			return &u->records[i];
	return NULL;
}

static bool overlay_push(struct turn *u, struct record *r, bool created)
{
	struct overlay_record *grown = arena_grow(u->arena, u->records,
		u->n_records, &u->cap_records, u->n_records + 1,
		sizeof(*grown));

	if (grown == NULL) {
		u->no_memory = true;
		return false;
	}
	u->records = grown;
	u->records[u->n_records++] = (struct overlay_record){r, created};
	return true;
}

/* What functions looked up is true no longer. */
static void world_changes(struct turn *u)
{
	u->snapshot.stamp = ++u->engine->stamps;
}

void overlay_forget(struct turn *u, uint32_t n_records)
{
	u->n_records = n_records;
	world_changes(u);
}

/* A record id of this unit or later is not in any store. */
static bool is_future(const struct turn *u, int64_t id)
{
	return id >= RECORD_ID(u->first_number, 0);
}

const struct record *overlay_record(struct turn *u, int64_t id)
{
	struct overlay_record *own = overlay_find(u, id);
	struct known_record *known = known_at(u, id);
	struct cached_record *cached;

	if (own != NULL)
		return own->record;
	if (known->record != NULL && known->id == id)
		return known->record;
	if ((cached = cache_record(&u->engine->cache, id)) != NULL) {
		cache_used(&u->engine->cache, cached->home);
		*known = (struct known_record){id, cached->now};
		return cached->now;
	}
	if (id > 0 && !is_future(u, id) && !is_nowhere(u, id))
		overlay_need(u, LOAD_HOME, id, (struct text){"", 0});
	return NULL;
}

static const struct record *world_get(void *ctx, int64_t id)
{
	return overlay_record(ctx, id);
}

static struct record *world_edit(void *ctx, int64_t id)
{
	struct turn *u = ctx;
	struct overlay_record *own = overlay_find(u, id);
	const struct record *known;
	struct record *copy;

	world_changes(u);
	if (own != NULL)
		return own->record;
	if ((known = overlay_record(u, id)) == NULL)
		return NULL;
	/* what is cached lies still until the group is over */
	if ((copy = record_fork(u->arena, known)) == NULL) {
		u->no_memory = true;
		return NULL;
	}
	return overlay_push(u, copy, false) ? copy : NULL;
}

static struct record *world_create(void *ctx, struct text kind,
				   struct text ref, int64_t home)
{
	struct turn *u = ctx;
	struct turn_event *ue = turn_now(u);
	const struct kind_def *def = schema_kind(u->world.schema, kind);
	struct record *r = arena_alloc(u->arena, sizeof(*r));

	world_changes(u);
	if (r != NULL)
		r->id = keys_id(kind, ue->event.number, ue->created);
	if (r == NULL || r->id == 0) {
		u->no_memory = true;
		return NULL;
	}
	r->kind = def != NULL ? def->name : kind;
	r->home = home != 0 ? home : r->id;
	r->ref = (struct text){
		arena_text(u->arena, ref.bytes > 0 ? ref.at : "", ref.bytes),
		ref.bytes};
	r->fields = value_map();
	return overlay_push(u, r, true) ? r : NULL;
}

/* ---- by key ---- */

/* Among the unit's own records; those are few. */
static const struct record *own_by_key(struct turn *u, struct text kind,
				       struct text ref, struct text key,
				       bool is_kind)
{
	for (uint32_t i = 0; i < u->n_records; i++) {
		const struct record *r = u->records[i].record;

		if (is_kind ? text_equal(r->kind, kind) &&
				    text_equal(r->ref, ref)
			    : record_has_key(u->world.schema, r, u->arena, key))
			return r;
	}
	return NULL;
}

static const struct record *world_by_ref(void *ctx, struct text kind,
					 struct text ref)
{
	struct turn *u = ctx;
	struct text key = text_join(u->arena, kind, TEXT(":"), ref);
	bool is_kind = schema_kind(u->world.schema, kind) != NULL;
	const struct record *own = own_by_key(u, kind, ref, key, is_kind);
	int64_t id = cache_key(&u->engine->cache, key);
	const struct asked *asked;

	if (own != NULL && (id == 0 || own->id <= id))
		return own;
	if (is_kind && id != 0)
		return overlay_record(u, id);
	if (text_is(kind, "person") || text_is(kind, "rooftop"))
		return NULL;
	asked = asked_find(u, key, 0);
	if (asked == NULL || (asked->found == 0 && id == 0 &&
		    u->engine->cache.forgotten >= asked->group)) {
		/* a home made since may have left the cache again */
		overlay_need(u, LOAD_KEY, 0, key);
		return NULL;
	}
	if (asked->found != 0 &&
		cache_record(&u->engine->cache, asked->found) == NULL) {
		overlay_need(u, LOAD_HOME, asked->found, (struct text){"", 0});
		return NULL;
	}
	return id != 0 ? overlay_record(u, id) : own;
}

/* ---- homes ---- */

static bool home_here(struct turn *u, int64_t home)
{
	if (home_of(u, home) != NULL || is_future(u, home))
		return true;
	if (!is_nowhere(u, home))
		overlay_need(u, LOAD_HOME, home, (struct text){"", 0});
	return false;
}

const struct record *overlay_next(struct turn *u, int64_t home, uint32_t *at)
{
	struct cached_home *h = home_of(u, home);
	uint32_t cached = h != NULL ? h->n_records : 0;

	if (*at < cached)
		return overlay_record(u, h->records[(*at)++]->now->id);
	while (*at - cached < u->n_records) {
		struct overlay_record *own = &u->records[(*at)++ - cached];

		if (own->created && own->record->home == home)
			return own->record;
	}
	return NULL;
}

static uint32_t world_members(void *ctx, int64_t home, struct text kind,
			      int64_t *out, uint32_t cap)
{
	struct turn *u = ctx;
	const struct record *r;
	uint32_t at = 0, n = 0;

	if (!home_here(u, home))
		return 0;
	while ((r = overlay_next(u, home, &at)) != NULL) {
		if (!text_equal(r->kind, kind))
			continue;
		if (n < cap)
			out[n] = r->id;
		n++;
	}
	return n;
}

/* ---- tasks ---- */

static struct overlay_task *own_task(struct turn *u, int64_t id)
{
	for (uint32_t i = u->n_tasks; i-- > 0;)
		if (u->task_list[i].task->id == id)
			return &u->task_list[i];
	return NULL;
}

static const struct task *task_read(struct turn *u, const struct kept_task *k)
{
	const struct task *t = kept_read(k, u->arena);

	if (t == NULL)
		u->no_memory = true;
	return t;
}

const struct task *overlay_task(struct turn *u, int64_t id)
{
	struct overlay_task *own = own_task(u, id);
	const struct kept_task *k;
	const struct task *t;

	if (own != NULL)
		return own->task;
	if ((k = cache_task(&u->engine->cache, id)) != NULL)
		return task_read(u, k);
	t = u->root->closed;
	return t != NULL && t->id == id && t->state != TASK_OPEN ? t : NULL;
}

static bool task_push(struct turn *u, struct task *t, bool created)
{
	struct overlay_task *grown = arena_grow(u->arena, u->task_list,
		u->n_tasks, &u->cap_tasks, u->n_tasks + 1, sizeof(*grown));

	if (grown == NULL) {
		u->no_memory = true;
		return false;
	}
	u->task_list = grown;
	u->task_list[u->n_tasks++] = (struct overlay_task){t, created};
	return true;
}

static struct task *tasks_edit(void *ctx, int64_t id)
{
	struct turn *u = ctx;
	struct overlay_task *own = own_task(u, id);
	const struct task *known;
	struct task *copy;

	if (own != NULL)
		return own->task;
	if ((known = overlay_task(u, id)) == NULL)
		return NULL;
	if ((copy = arena_copy(u->arena, known, sizeof(*known))) == NULL) {
		u->no_memory = true;
		return NULL;
	}
	copy->body = value_fork(u->arena, &known->body);
	return task_push(u, copy, false) ? copy : NULL;
}

static struct task *tasks_create(void *ctx, int64_t id, int64_t home)
{
	struct turn *u = ctx;
	struct task *t = arena_alloc(u->arena, sizeof(*t));

	if (t == NULL) {
		u->no_memory = true;
		return NULL;
	}
	t->id = id;
	t->home = home;
	t->body = value_map();
	return task_push(u, t, true) ? t : NULL;
}

const struct task *overlay_open_task(struct turn *u,
				     const struct record *subject,
				     struct text card, struct text step)
{
	for (uint32_t i = 0; i < subject->n_open_tasks; i++) {
		int64_t id = subject->open_tasks[i];
		const struct overlay_task *own = own_task(u, id);
		const struct kept_task *k = own == NULL
			? cache_task(&u->engine->cache, id)
			: NULL;
		struct task t = {.state = TASK_DONE};

		if (own != NULL)
			t = *own->task;
		else if (k != NULL)
			t = kept_head(k);
		if (t.state == TASK_OPEN && text_equal(t.card, card) &&
			text_equal(t.step, step))
			return own != NULL ? own->task : task_read(u, k);
	}
	return NULL;
}

/* ---- what cards ask beside the records ---- */

static int64_t snapshot_seen(void *ctx, int64_t subject, struct text type)
{
	struct turn *u = ctx;
	const struct cached_seen *known =
		cache_seen(&u->engine->cache, subject, type);
	int64_t at = known != NULL ? known->last_at_ms : 0;

	for (uint32_t i = 0; i <= u->current; i++) {
		const struct event *e = &u->events[i]->event;

		if (e->subject == subject && !e->misfit &&
			e->occurred_at_ms > at &&
			text_equal(e->def->name, type))
			at = e->occurred_at_ms;
	}
	return at;
}

bool overlay_keep_before(struct turn *u)
{
	u->n_before = 0;
	if (u->n_records == 0)
		return true;
	u->before = arena_alloc(u->arena, u->n_records * sizeof(*u->before));
	for (uint32_t i = 0; u->before != NULL && i < u->n_records; i++)
		if ((u->before[u->n_before++] = record_fork(u->arena,
			     u->records[i].record)) == NULL)
			return false;
	return u->before != NULL;
}

static const struct record *snapshot_before(void *ctx, int64_t id)
{
	struct turn *u = ctx;
	struct cached_record *cached;

	for (uint32_t i = 0; i < u->n_before; i++)
		if (u->before[i]->id == id)
			return u->before[i];
	cached = cache_record(&u->engine->cache, id);
	return cached != NULL ? cached->now : NULL;
}

static const struct task *snapshot_task(void *ctx, int64_t id)
{
	return overlay_task(ctx, id);
}

static uint32_t snapshot_load(void *ctx, struct text person, struct text what)
{
	return workload_of(ctx, person, what);
}

static uint32_t snapshot_planned(void *ctx, int64_t from_day, int64_t to_day)
{
	return workload_planned(ctx, from_day, to_day);
}

void overlay_begin(struct turn *u)
{
	const struct rulebook *book = u->engine->book;

	memset(u->known, 0, sizeof(u->known));
	u->home = NULL;
	u->home_id = 0;
	u->records = NULL;
	u->task_list = NULL;
	u->n_records = u->cap_records = 0;
	u->n_tasks = u->cap_tasks = 0;
	u->n_before = 0;
	u->n_needs = 0;
	u->wishes = NULL;
	u->world = (struct world){.ctx = u, .arena = u->arena,
		.schema = book->schema, .now_ms = u->now_ms,
		.get = world_get, .edit = world_edit, .create = world_create,
		.by_ref = world_by_ref, .members = world_members};
	u->tasks = (struct task_world){.ctx = u, .edit = tasks_edit,
		.create = tasks_create};
	u->snapshot = (struct snapshot){.world = &u->world, .book = book,
		.ruleset = u->engine->ruleset, .now_ms = u->now_ms,
		.seen = snapshot_seen, .before = snapshot_before, .task = snapshot_task,
		.load = snapshot_load, .planned = snapshot_planned,
		.pace = pace_slot, .asked = cards_asked, .held = meter_asks,
		.ctx = u};
	if (u->root->is_slice) {
		u->snapshot.away_from_ms = u->engine->away_from_ms;
		u->snapshot.away_to_ms = u->engine->away_to_ms;
	}
	world_changes(u);
}
