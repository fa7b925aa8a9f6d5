#include "engine/engine_internal.h"

struct fetch *fetch_new(struct engine *e)
{
	struct fetch *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->engine = e;
	j->refs = 1;
	arena_init(&j->arena, 0);
	return j;
}

void fetch_unref(struct fetch *j)
{
	while (j != NULL && --j->refs == 0) {
		struct fetch *before = j->before;

		arena_deinit(&j->arena);
		free(j);
		j = before;
	}
}

bool fetch_want(struct fetch *j, struct item *owner, enum load_kind kind,
	      int64_t id, struct text key)
{
	uint32_t cap = j->cap_wants;
	struct load_want *wants = arena_grow(&j->arena, j->wants, j->n_wants,
		&cap, j->n_wants + 1, sizeof(*wants));
	struct item **owners = arena_grow(&j->arena, j->owners, j->n_wants,
		&j->cap_wants, j->n_wants + 1, sizeof(*owners));

	if (wants == NULL || owners == NULL)
		return false;
	j->wants = wants;
	j->owners = owners;
	j->wants[j->n_wants] = (struct load_want){.kind = kind, .id = id,
		.key = key};
	j->owners[j->n_wants++] = owner;
	return true;
}

static fl_status note_asked(struct fetch *j, struct item *it,
			    const struct load_want *w, int64_t found)
{
	struct root *root = &it->root;
	struct asked a = {
		.key = w->kind == LOAD_KEY ? w->key : (struct text){"", 0},
		.id = w->id, .found = found, .group = j->engine->groups};
	struct asked *grown;

	for (uint32_t i = 0; i < root->n_asked; i++)
		if (root->asked[i].id == a.id &&
			text_equal(root->asked[i].key, a.key)) {
			root->asked[i] = a;
			return FL_OK;
		}
	grown = arena_grow(&j->arena, root->asked, root->n_asked,
		&root->cap_asked, root->n_asked + 1, sizeof(*grown));
	if (grown == NULL)
		return FL_NOMEM;
	root->asked = grown;
	root->asked[root->n_asked++] = a;
	return FL_OK;
}

static fl_status tell_owner(struct fetch *j, uint32_t i,
			    const struct load_got *got)
{
	struct item *it = j->owners[i];
	const struct load_want *w = &j->wants[i];

	if (it == NULL)
		return FL_OK;
	it->state = ITEM_READY;
	switch (w->kind) {
	case LOAD_SEEN:
		it->seen_number = got->ids[i];
		it->seen_digest = got->digests != NULL ? got->digests[i] : 0;
		return FL_OK;
	case LOAD_TASK:
		it->root.task_asked = true;
		it->root.closed = got->closed != NULL ? got->closed[i] : NULL;
		return FL_OK;
	default:
		return note_asked(j, it, w, got->ids[i]);
	}
}

static bool is_resident(const struct home *h)
{
	return h->n_records > 0 &&
		(text_is(h->records[0]->kind, "person") ||
			text_is(h->records[0]->kind, "rooftop"));
}

static void fetch_done(void *ctx, fl_status status, struct load_got *got)
{
	struct fetch *j = ctx;
	struct engine *e = j->engine;
	fl_status s = status;

	e->fetches--;
	for (uint32_t i = 0; s == FL_OK && i < got->n_homes; i++)
		s = cache_add(&e->cache, e->book->schema, &e->due.scratch,
			&got->homes[i], is_resident(&got->homes[i]));
	for (uint32_t i = 0; s == FL_OK && i < j->n_wants; i++)
		s = tell_owner(j, i, got);
	if (s == FL_OK && j->dues)
		s = due_loaded(e, got);
	if (s == FL_OK && j->residents)
		s = publish_start(e);
	if (s != FL_OK)
		engine_dead(e, "loading from the store failed");
	fetch_unref(j);
}

fl_status fetch_start(struct fetch *j)
{
	struct engine *e = j->engine;
	fl_status s;

	if (j->arena.failed) {
		fetch_unref(j);
		return FL_NOMEM;
	}
	e->fetches++;
	s = store_load(e->store, &j->arena, j->wants, j->n_wants, fetch_done,
		j);
	if (s != FL_OK) {
		e->fetches--;
		fetch_unref(j);
	}
	return s;
}

/* ---- posts ---- */

/* Keys of kinds are unique, so what is cached needs no asking; others (a
 * phone two people share) must be seen whole. */
static bool known_key(struct engine *e, struct text key)
{
	const char *colon = strchr(key.at, ':');
	int64_t id = cache_key(&e->cache, key);
	struct text kind;

	if (colon == NULL || id == 0)
		return false;
	kind = (struct text){key.at, (uint32_t)(colon - key.at)};
	return schema_kind(e->book->schema, kind) != NULL;
}

static bool want_key(struct fetch *j, struct item *it, struct text key)
{
	struct engine *e = j->engine;
	long long id = 0;

	if (key.bytes > 1 && key.at[0] == '#') {
		id = strtoll(key.at + 1, NULL, 10);
		return cache_record(&e->cache, id) != NULL ||
			fetch_want(j, it, LOAD_HOME, id, (struct text){"", 0});
	}
	if (strncmp(key.at, "person:", 7) == 0 ||
		strncmp(key.at, "rooftop:", 8) == 0 || known_key(e, key))
		return true;
	if (!fetch_want(j, it, LOAD_KEY, 0, key))
		return false;
	/* nobody's deal yet: then a customer is looked for by that name */
	return strncmp(key.at, "deal:", 5) != 0 ||
		want_key(j, it, text_join(&j->arena, TEXT("customer:"),
			(struct text){key.at + 5, key.bytes - 5}, TEXT("")));
}

#define EVENT_KEYS_MOST 32

static bool want_for(struct fetch *j, struct item *it)
{
	struct engine *e = j->engine;
	struct event *ev = &it->root.event;
	struct text keys[EVENT_KEYS_MOST];
	int64_t task = text_is(ev->def->name, "task.done")
		? wire_task_id(value_get(&ev->data, "task"))
		: 0;
	uint32_t n = event_keys(e->book->schema, ev->def,
		it->root.subject_ref, &ev->data, &j->arena, keys,
		EVENT_KEYS_MOST);
	bool ok = true;

	for (uint32_t i = 0; i < n && ok; i++)
		ok = want_key(j, it, keys[i]);
	if (ok && task != 0 && cache_task(&e->cache, task) == NULL)
		ok = fetch_want(j, it, LOAD_TASK, task, (struct text){"", 0});
	if (ok && it->seen_key.bytes > 0 &&
		recent_find(e, it->seen_key) == NULL)
		ok = fetch_want(j, it, LOAD_SEEN, 0, it->seen_key);
	return ok;
}

static fl_status prepare(struct fetch *j, struct item *it)
{
	uint32_t before = j->n_wants;

	it->prepared_for = j->engine->ruleset_turns;
	it->fetch = j;
	j->refs++;
	it->state = ITEM_READY;
	wire_read(j->engine, it, &j->arena);
	if (it->status != FL_OK)
		return it->status == FL_NOMEM ? FL_NOMEM : FL_OK;
	if (!want_for(j, it))
		return FL_NOMEM;
	if (j->n_wants > before)
		it->state = ITEM_LOADING;
	return FL_OK;
}

fl_status prepare_queue(struct engine *e, bool *did)
{
	struct fetch *j = NULL;
	fl_status s = FL_OK;

	while (e->fresh != NULL && e->prepared < PREPARE_AHEAD && s == FL_OK) {
		struct item *it = e->fresh;

		if (it->kind == ITEM_EVENT && it->state == ITEM_NEW &&
			!it->refused_full && !it->no_memory) {
			if (j == NULL && (j = fetch_new(e)) == NULL)
				return FL_NOMEM;
			s = prepare(j, it);
		}
		e->prepared++;
		e->fresh = it->next;
	}
	if (j == NULL)
		return s;
	if (s == FL_OK && j->n_wants > 0) {
		*did = true;
		return fetch_start(j);
	}
	fetch_unref(j);
	return s;
}

fl_status prepare_again(struct engine *e, struct item *it,
			const struct turn *u)
{
	struct fetch *j = fetch_new(e);

	if (j == NULL)
		return FL_NOMEM;
	for (uint32_t i = 0; i < u->n_needs; i++) {
		const struct load_want *w = &u->needs[i];
		struct text key = {
			arena_text(&j->arena, w->key.bytes > 0 ? w->key.at : "",
				w->key.bytes),
			w->key.bytes};

		if (key.at == NULL || !fetch_want(j, it, w->kind, w->id, key)) {
			fetch_unref(j);
			return FL_NOMEM;
		}
	}
	j->before = it->fetch;
	it->fetch = j;
	j->refs++;
	it->state = ITEM_LOADING;
	return fetch_start(j);
}
