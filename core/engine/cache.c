#include "engine/cache.h"

#include "base/brief.h"
#include "model/keys.h"

#define DOCUMENT_BYTES (64u << 20)

struct key_ids {
	uint32_t n, cap;
	int64_t ids[]; /* ascending */
};

fl_status cache_init(struct cache *c, uint32_t homes_max)
{
	memset(c, 0, sizeof(*c));
	c->homes_max = homes_max;
	c->keys = map_new();
	c->names = map_new();
	c->shared = names_new();
	buf_init(&c->document, DOCUMENT_BYTES);
	return c->shared != NULL && c->keys != NULL && c->names != NULL
		? FL_OK
		: FL_NOMEM;
}

static bool room(void **items, uint32_t *cap, uint32_t want, size_t item_bytes)
{
	void *grown;

	if (want <= *cap)
		return true;
	if ((grown = realloc(*items, want * item_bytes)) == NULL)
		return false;
	*items = grown;
	*cap = want;
	return true;
}

/* One more. Thousands of homes stay: what grows, grows by a half. */
static bool grow(void **items, uint32_t n, uint32_t *cap, size_t item_bytes)
{
	return n < *cap ||
		room(items, cap, n < 4 ? 2 * n + 2 : n + n / 2, item_bytes);
}

/* ---- what is replaced ---- */

static bool bury(struct cache *c, void *replaced)
{
	struct grave *g = &c->dead;

	if (replaced == NULL)
		return true;
	if (!grow((void **)&g->blocks, g->n, &g->cap, sizeof(void *)))
		return false;
	g->blocks[g->n++] = replaced;
	return true;
}

void cache_give_dead(struct cache *c, struct grave *to)
{
	struct grave empty = *to;

	REQUIRE(empty.n == 0);
	*to = c->dead;
	c->dead = empty;
}

void grave_sweep(struct grave *g)
{
	while (g->n > 0)
		free(g->blocks[--g->n]);
}

/* ---- keys ---- */

/* The ids of a key with room for one more, in the map; NULL: no memory. Most
 * keys are of one record for good. */
static struct key_ids *key_room(struct cache *c, struct text key)
{
	struct key_ids *k = map_get(c->keys, key);
	uint32_t cap = k == NULL ? 1 : k->cap * 2;
	struct key_ids *more;

	if (k != NULL && k->n < k->cap)
		return k;
	more = malloc(sizeof(*more) + cap * sizeof(more->ids[0]));
	if (more == NULL || !map_put(c->keys, key, more)) {
		free(more);
		return NULL;
	}
	more->n = 0;
	more->cap = cap;
	if (k != NULL) {
		more->n = k->n;
		memcpy(more->ids, k->ids, k->n * sizeof(k->ids[0]));
	}
	free(k);
	return more;
}

static bool key_add(struct cache *c, struct text key, int64_t id)
{
	struct key_ids *k = key_room(c, key);
	uint32_t at;

	if (k == NULL)
		return false;
	for (at = k->n; at > 0 && k->ids[at - 1] > id; at--)
		k->ids[at] = k->ids[at - 1];
	k->ids[at] = id;
	k->n++;
	return true;
}

static void key_drop(struct cache *c, struct text key, int64_t id)
{
	struct key_ids *k = map_get(c->keys, key);
	uint32_t at = 0;

	while (k != NULL && at < k->n && k->ids[at] != id)
		at++;
	if (k == NULL || at == k->n)
		return;
	k->n--;
	memmove(&k->ids[at], &k->ids[at + 1], (k->n - at) * sizeof(*k->ids));
	if (k->n == 0) {
		map_remove(c->keys, key);
		free(k);
	}
}

int64_t cache_key(const struct cache *c, struct text key)
{
	const struct key_ids *k = map_get(c->keys, key);

	return k != NULL ? k->ids[0] : 0;
}

static bool keys_same(const struct cached_record *r, const struct text *keys,
		      uint32_t n)
{
	if (r->n_keys != n)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (!text_equal(r->keys[i], keys[i]))
			return false;
	return true;
}

/* Brings the keys of `r` up to date with `r->now`. */
static bool keys_refresh(struct cache *c, const struct schema *schema,
			 struct arena *scratch, struct cached_record *r)
{
	struct arena_mark mark = arena_mark(scratch);
	struct text keys[RECORD_KEYS_MOST];
	uint32_t n = record_keys(schema, r->now, scratch, keys, RECORD_KEYS_MOST);
	bool done = true;

	if (keys_same(r, keys, n))
		goto out;
	if (!bury(c, r->keys)) {
		done = false;
		goto out;
	}
	for (uint32_t i = 0; i < r->n_keys; i++)
		key_drop(c, r->keys[i], r->now->id);
	r->n_keys = 0;
	if ((r->keys = pack_texts(keys, n)) == NULL) {
		done = false;
		goto out;
	}
	r->n_keys = n;
	r->keys_changed = true;
	for (uint32_t i = 0; i < n; i++) {
		if (key_add(c, r->keys[i], r->now->id))
			continue;
		r->n_keys = i; /* the rest is not in the map */
		done = false;
		break;
	}
out:
	arena_release(scratch, mark);
	return done;
}

/* ---- homes ---- */

static void unlink_home(struct cache *c, struct cached_home *h)
{
	if (h->older != NULL)
		h->older->newer = h->newer;
	else
		c->oldest = h->newer;
	if (h->newer != NULL)
		h->newer->older = h->older;
	else
		c->newest = h->older;
	h->older = h->newer = NULL;
	c->n_homes--;
}

static void link_newest(struct cache *c, struct cached_home *h)
{
	h->older = c->newest;
	h->newer = NULL;
	if (c->newest != NULL)
		c->newest->newer = h;
	else
		c->oldest = h;
	c->newest = h;
	c->n_homes++;
}

void cache_used(struct cache *c, struct cached_home *h)
{
	if (h->resident || c->newest == h)
		return;
	unlink_home(c, h);
	link_newest(c, h);
}

static struct cached_home *home_new(struct cache *c, int64_t id,
				    bool resident)
{
	struct cached_home *h = calloc(1, sizeof(*h));

	if (h == NULL || !idmap_put(&c->homes, id, h)) {
		free(h);
		return NULL;
	}
	h->id = id;
	h->group = -1;
	h->resident = resident;
	if (!resident)
		link_newest(c, h);
	return h;
}

static void home_free(struct cache *c, struct cached_home *h)
{
	for (uint32_t i = 0; i < h->n_records; i++) {
		struct cached_record *r = h->records[i];

		for (uint32_t k = 0; k < r->n_keys; k++)
			key_drop(c, r->keys[k], r->now->id);
		idmap_remove(&c->records, r->now->id);
		free(r->keys);
		free(r->base);
		free(r->now);
		free(r);
	}
	for (uint32_t i = 0; i < h->n_tasks; i++) {
		idmap_remove(&c->tasks, h->tasks[i]->id);
		free(h->tasks[i]);
	}
	if (!h->resident)
		unlink_home(c, h);
	idmap_remove(&c->homes, h->id);
	free(h->records);
	free(h->tasks);
	free(h->seen);
	free(h);
}

void cache_deinit(struct cache *c)
{
	uint32_t at = 0;
	struct cached_home *h;

	while ((h = idmap_any(&c->homes, &at)) != NULL)
		home_free(c, h);
	grave_sweep(&c->dead);
	free(c->dead.blocks);
	idmap_deinit(&c->homes);
	idmap_deinit(&c->records);
	idmap_deinit(&c->tasks);
	map_free(c->keys);
	map_free_all(c->names);
	names_free(c->shared);
	buf_deinit(&c->document);
	memset(c, 0, sizeof(*c));
}

void cache_trim(struct cache *c)
{
	struct cached_home *h = c->oldest;

	while (h != NULL && c->n_homes > c->homes_max) {
		struct cached_home *next = h->newer;

		if (h->pins == 0) {
			if (h->group > c->forgotten)
				c->forgotten = h->group;
			home_free(c, h);
		}
		h = next;
	}
}

const char *cache_intern(struct cache *c, struct text name)
{
	char *known = map_get(c->names, name);

	if (known != NULL)
		return known;
	if ((known = malloc((size_t)name.bytes + 1)) == NULL)
		return NULL;
	memcpy(known, name.at, name.bytes);
	known[name.bytes] = '\0';
	if (!map_put(c->names, name, known)) {
		free(known);
		return NULL;
	}
	return known;
}

struct cached_record *cache_record(const struct cache *c, int64_t id)
{
	return idmap_get(&c->records, id);
}

struct cached_home *cache_home(const struct cache *c, int64_t id)
{
	return idmap_get(&c->homes, id);
}

const struct kept_task *cache_task(const struct cache *c, int64_t id)
{
	return idmap_get(&c->tasks, id);
}

struct cached_seen *cache_seen(const struct cache *c, int64_t subject,
			       struct text type)
{
	const struct cached_record *r = cache_record(c, subject);
	const struct cached_home *h = r != NULL ? r->home : NULL;

	for (uint32_t i = 0; h != NULL && i < h->n_seen; i++)
		if (h->seen[i].subject == subject &&
			text_is(type, h->seen[i].type))
			return &h->seen[i];
	return NULL;
}

/* ---- changes ---- */

/* A record not known before; `r` becomes the cache's on success. */
static struct cached_record *record_add(struct cache *c,
					const struct schema *schema,
					struct arena *scratch,
					struct cached_home *h,
					struct record *r)
{
	struct cached_record *made = calloc(1, sizeof(*made));
	uint32_t at;

	if (made == NULL ||
		!grow((void **)&h->records, h->n_records, &h->cap_records,
			sizeof(struct cached_record *)) ||
		!idmap_put(&c->records, r->id, made)) {
		free(made);
		return NULL;
	}
	made->now = r;
	made->home = h;
	for (at = h->n_records; at > 0 && h->records[at - 1]->now->id > r->id;
		at--)
		h->records[at] = h->records[at - 1];
	h->records[at] = made;
	h->n_records++;
	return keys_refresh(c, schema, scratch, made) ? made : NULL;
}

struct cached_record *cache_put(struct cache *c, const struct schema *schema,
				struct arena *scratch, const struct record *r)
{
	struct cached_record *known = cache_record(c, r->id);
	struct cached_home *h = cache_home(c, r->home);
	struct record *now = pack_record(r, c->shared);
	bool resident = text_is(r->kind, "person") ||
		text_is(r->kind, "rooftop");

	if (now == NULL)
		return NULL;
	if (h == NULL)
		h = home_new(c, r->home, resident);
	if (h == NULL) {
		free(now);
		return NULL;
	}
	if (known == NULL) {
		known = record_add(c, schema, scratch, h, now);
		if (known != NULL)
			known->dirty = true;
		else if (cache_record(c, r->id) == NULL)
			free(now);
		return known;
	}
	if (!known->dirty) {
		known->base = known->now;
		known->dirty = true;
	} else if (!bury(c, known->now)) {
		free(now);
		return NULL;
	}
	known->now = now;
	return keys_refresh(c, schema, scratch, known) ? known : NULL;
}

static struct kept_task *keep(struct cache *c, const struct task *t)
{
	struct brief b = {.to = &c->document};

	buf_reset(&c->document);
	brief_value(&b, &t->body);
	return c->document.failed
		? NULL
		: kept_new(t, (struct text){c->document.at,
				      (uint32_t)c->document.len}, c->shared);
}

fl_status cache_put_task(struct cache *c, const struct task *t)
{
	struct kept_task *kept = keep(c, t);
	struct cached_home *h = cache_home(c, t->home);
	uint32_t at = 0;

	while (h != NULL && at < h->n_tasks && h->tasks[at]->id != t->id)
		at++;
	if (kept == NULL || h == NULL ||
		!grow((void **)&h->tasks, h->n_tasks, &h->cap_tasks,
			sizeof(*h->tasks)) ||
		(at < h->n_tasks && !bury(c, h->tasks[at]))) {
		free(kept);
		return FL_NOMEM;
	}
	if (at == h->n_tasks)
		h->n_tasks++;
	h->tasks[at] = kept;
	if (!idmap_put(&c->tasks, t->id, kept))
		return FL_NOMEM;
	return FL_OK;
}

static fl_status seen_add(struct cache *c, struct cached_home *h,
			  const struct seen_event *s)
{
	const char *type = cache_intern(c, s->type);

	if (type == NULL ||
		!grow((void **)&h->seen, h->n_seen, &h->cap_seen,
			sizeof(*h->seen)))
		return FL_NOMEM;
	h->seen[h->n_seen++] = (struct cached_seen){
		s->subject, type, s->last_at_ms, s->last_number};
	return FL_OK;
}

fl_status cache_put_seen(struct cache *c, int64_t subject, struct text type,
			 int64_t at_ms, int64_t number)
{
	struct cached_seen *known = cache_seen(c, subject, type);
	const struct cached_record *r = cache_record(c, subject);

	if (known == NULL && r != NULL)
		return seen_add(c, r->home, &(struct seen_event){
			.subject = subject, .type = type, .last_at_ms = at_ms,
			.last_number = number});
	if (known != NULL) {
		known->last_number = number;
		if (at_ms > known->last_at_ms)
			known->last_at_ms = at_ms;
	}
	return FL_OK;
}

fl_status cache_add(struct cache *c, const struct schema *schema,
		    struct arena *scratch, const struct home *from,
		    bool resident)
{
	struct cached_home *h = cache_home(c, from->id);
	fl_status s = FL_OK;

	if (h != NULL) {
		cache_used(c, h);
		return FL_OK;
	}
	if ((h = home_new(c, from->id, resident)) == NULL)
		return FL_NOMEM;
	if (!room((void **)&h->records, &h->cap_records, from->n_records,
		    sizeof(*h->records)) ||
		!room((void **)&h->tasks, &h->cap_tasks, from->n_tasks,
			sizeof(*h->tasks)) ||
		!room((void **)&h->seen, &h->cap_seen, from->n_seen,
			sizeof(*h->seen)))
		s = FL_NOMEM;
	for (uint32_t i = 0; i < from->n_records && s == FL_OK; i++) {
		struct record *r = pack_record(from->records[i], c->shared);
		struct cached_record *made = r != NULL
			? record_add(c, schema, scratch, h, r)
			: NULL;

		if (made == NULL) {
			if (cache_record(c, from->records[i]->id) == NULL)
				free(r);
			s = FL_NOMEM;
			break;
		}
		made->keys_changed = false;
	}
	for (uint32_t i = 0; i < from->n_tasks && s == FL_OK; i++)
		s = cache_put_task(c, from->tasks[i]);
	for (uint32_t i = 0; i < from->n_seen && s == FL_OK; i++)
		s = seen_add(c, h, &from->seen[i]);
	if (s != FL_OK)
		home_free(c, h);
	return s;
}

bool cache_handed_over(struct cache *c, struct cached_record *r)
{
	if (!bury(c, r->base))
		return false;
	r->base = NULL;
	r->dirty = false;
	r->keys_changed = false;
	return true;
}

void cache_unpin(struct cache *c, struct cached_home *h)
{
	uint32_t kept = 0;

	REQUIRE(h->pins > 0);
	if (--h->pins > 0)
		return;
	for (uint32_t i = 0; i < h->n_tasks; i++) {
		struct kept_task *t = h->tasks[i];

		if (t->state == TASK_OPEN) {
			h->tasks[kept++] = t;
			continue;
		}
		idmap_remove(&c->tasks, t->id);
		free(t);
	}
	h->n_tasks = kept;
}
