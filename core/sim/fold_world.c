#include "sim/fold_world.h"

#include "base/map.h"
#include "engine/pack.h"
#include "model/keys.h"

/* Ids known by one key, lowest first. */
struct ids {
	int64_t *at;
	uint32_t n, cap;
};

struct kept_record {
	struct record *record; /* packed */
	struct text *keys;     /* packed */
	uint32_t n_keys;
};

struct fold_world {
	struct map *records; /* id -> kept_record */
	struct map *tasks;   /* id -> task, packed */
	struct map *keys;    /* key -> ids */
	struct map *homes;   /* id -> ids of its records */
	struct arena arena;  /* of one row */
	const struct schema *schema;
	int64_t number;      /* of the row */
	uint8_t created[KEYS_SLOTS];
	struct record **edited;
	uint32_t n_edited, cap_edited;
	struct task **touched;
	uint32_t n_touched, cap_touched;
};

fl_status fold_world_new(struct fold_world **out)
{
	struct fold_world *f = calloc(1, sizeof(*f));

	*out = f;
	if (f == NULL)
		return FL_NOMEM;
	f->records = map_new();
	f->tasks = map_new();
	f->keys = map_new();
	f->homes = map_new();
	arena_init(&f->arena, 256u << 20);
	if (f->records != NULL && f->tasks != NULL && f->keys != NULL &&
		f->homes != NULL)
		return FL_OK;
	fold_world_free(f);
	*out = NULL;
	return FL_NOMEM;
}

static void free_ids(struct map *m)
{
	uint32_t at = 0;
	void *v;

	while (m != NULL && map_next(m, &at, NULL, NULL, &v)) {
		free(((struct ids *)v)->at);
		free(v);
	}
	map_free(m);
}

void fold_world_free(struct fold_world *f)
{
	uint32_t at = 0;
	void *v;

	if (f == NULL)
		return;
	while (f->records != NULL &&
		map_next(f->records, &at, NULL, NULL, &v)) {
		struct kept_record *k = v;

		free(k->record);
		free(k->keys);
		free(k);
	}
	map_free(f->records);
	map_free_all(f->tasks);
	free_ids(f->keys);
	free_ids(f->homes);
	arena_deinit(&f->arena);
	free(f);
}

static bool ids_add(struct ids *l, int64_t id)
{
	uint32_t at = l->n;

	if (l->n == l->cap) {
		uint32_t cap = l->cap == 0 ? 2 : l->cap * 2;
		int64_t *grown = realloc(l->at, cap * sizeof(*grown));

		if (grown == NULL)
			return false;
		l->at = grown;
		l->cap = cap;
	}
	while (at > 0 && l->at[at - 1] > id) {
		l->at[at] = l->at[at - 1];
		at--;
	}
	l->at[at] = id;
	l->n++;
	return true;
}

static void ids_drop(struct ids *l, int64_t id)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->at[i] == id) {
			memmove(&l->at[i], &l->at[i + 1],
				(l->n - i - 1) * sizeof(*l->at));
			l->n--;
			return;
		}
}

static bool key_add(struct fold_world *f, struct text key, int64_t id)
{
	struct ids *l = map_get(f->keys, key);

	if (l == NULL) {
		l = calloc(1, sizeof(*l));
		if (l == NULL || !map_put(f->keys, key, l)) {
			free(l);
			return false;
		}
	}
	return ids_add(l, id);
}

/* ---- the world ---- */

static const struct record *get(void *ctx, int64_t id)
{
	struct fold_world *f = ctx;
	struct kept_record *k;

	for (uint32_t i = f->n_edited; i > 0; i--)
		if (f->edited[i - 1]->id == id)
			return f->edited[i - 1];
	k = map_get_int(f->records, id);
	return k != NULL ? k->record : NULL;
}

static bool push_record(struct fold_world *f, struct record *r)
{
	struct record **grown = arena_grow(&f->arena, f->edited, f->n_edited,
		&f->cap_edited, f->n_edited + 1, sizeof(*grown));

	if (grown == NULL)
		return false;
	f->edited = grown;
	f->edited[f->n_edited++] = r;
	return true;
}

static struct record *edit(void *ctx, int64_t id)
{
	struct fold_world *f = ctx;
	const struct record *known;
	struct record *copy;

	for (uint32_t i = f->n_edited; i > 0; i--)
		if (f->edited[i - 1]->id == id)
			return f->edited[i - 1];
	known = get(f, id);
	copy = known != NULL ? record_clone(&f->arena, known) : NULL;
	return copy != NULL && push_record(f, copy) ? copy : NULL;
}

static struct record *create(void *ctx, struct text kind, struct text ref,
			     int64_t home)
{
	struct fold_world *f = ctx;
	const struct kind_def *def = schema_kind(f->schema, kind);
	struct record *r = arena_alloc(&f->arena, sizeof(*r));

	if (r == NULL ||
		(r->id = keys_id(kind, f->number, f->created)) == 0)
		return NULL;
	r->kind = def != NULL ? def->name : kind;
	r->home = home != 0 ? home : r->id;
	r->ref.at = arena_text(&f->arena, ref.bytes > 0 ? ref.at : "",
		ref.bytes);
	r->ref.bytes = ref.bytes;
	r->fields = value_map();
	return push_record(f, r) ? r : NULL;
}

static const struct record *by_ref(void *ctx, struct text kind,
				   struct text ref)
{
	struct fold_world *f = ctx;
	bool is_kind = schema_kind(f->schema, kind) != NULL;
	char *joined = arena_printf(&f->arena, "%.*s:%.*s", (int)kind.bytes,
		kind.at, (int)ref.bytes, ref.at);
	struct ids *known;
	const struct record *own = NULL;

	if (joined == NULL)
		return NULL;
	known = map_get(f->keys, text_of(joined));
	for (uint32_t i = 0; own == NULL && i < f->n_edited; i++) {
		struct record *r = f->edited[i];

		if (is_kind ? text_equal(r->kind, kind) &&
				text_equal(r->ref, ref)
			    : record_has_key(f->schema, r, &f->arena,
				      text_of(joined)))
			own = r;
	}
	if (known == NULL || known->n == 0 ||
		(own != NULL && own->id <= known->at[0]))
		return own;
	return get(f, known->at[0]);
}

static uint32_t members(void *ctx, int64_t home, struct text kind,
			int64_t *out, uint32_t cap)
{
	struct fold_world *f = ctx;
	struct ids *l = map_get_int(f->homes, home);
	uint32_t n = 0;

	for (uint32_t i = 0; l != NULL && i < l->n; i++) {
		const struct record *r = get(f, l->at[i]);

		if (r != NULL && text_equal(r->kind, kind) && n++ < cap)
			out[n - 1] = r->id;
	}
	for (uint32_t i = 0; i < f->n_edited; i++) {
		const struct record *r = f->edited[i];

		if (r->home == home && text_equal(r->kind, kind) &&
			map_get_int(f->records, r->id) == NULL && n++ < cap)
			out[n - 1] = r->id;
	}
	return n;
}

static struct task *push_task(struct fold_world *f, struct task *t)
{
	struct task **grown = arena_grow(&f->arena, f->touched, f->n_touched,
		&f->cap_touched, f->n_touched + 1, sizeof(*grown));

	if (grown == NULL)
		return NULL;
	f->touched = grown;
	f->touched[f->n_touched++] = t;
	return t;
}

static struct task *task_edit(void *ctx, int64_t id)
{
	struct fold_world *f = ctx;
	const struct task *known;
	struct task *copy;

	for (uint32_t i = f->n_touched; i > 0; i--)
		if (f->touched[i - 1]->id == id)
			return f->touched[i - 1];
	known = map_get_int(f->tasks, id);
	copy = known != NULL ? arena_copy(&f->arena, known, sizeof(*known))
			     : NULL;
	if (copy == NULL)
		return NULL;
	copy->body = value_clone(&f->arena, &known->body);
	return push_task(f, copy);
}

static struct task *task_create(void *ctx, int64_t id, int64_t home)
{
	struct fold_world *f = ctx;
	struct task *t = arena_alloc(&f->arena, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->id = id;
	t->home = home;
	t->body = value_map();
	return push_task(f, t);
}

/* ---- keeping what a row changed ---- */

static bool rekey(struct fold_world *f, struct kept_record *k)
{
	struct text keys[RECORD_KEYS_MOST];
	uint32_t n = record_keys(f->schema, k->record, &f->arena, keys,
		RECORD_KEYS_MOST);

	for (uint32_t i = 0; i < k->n_keys; i++) {
		struct ids *l = map_get(f->keys, k->keys[i]);

		if (l != NULL)
			ids_drop(l, k->record->id);
	}
	free(k->keys);
	k->keys = pack_texts(keys, n);
	k->n_keys = k->keys != NULL ? n : 0;
	for (uint32_t i = 0; i < k->n_keys; i++)
		if (!key_add(f, k->keys[i], k->record->id))
			return false;
	return k->keys != NULL || n == 0;
}

static bool keep_record(struct fold_world *f, const struct record *r)
{
	struct kept_record *k = map_get_int(f->records, r->id);
	struct ids *home = map_get_int(f->homes, r->home);
	struct record *old;

	if (k == NULL) {
		k = calloc(1, sizeof(*k));
		if (k == NULL || !map_put_int(f->records, r->id, k))
			return false;
		if (home == NULL) {
			home = calloc(1, sizeof(*home));
			if (home == NULL ||
				!map_put_int(f->homes, r->home, home))
				return false;
		}
		if (!ids_add(home, r->id))
			return false;
	}
	old = k->record; /* r may still borrow its kind from it */
	k->record = pack_record(r, NULL);
	free(old);
	return k->record != NULL && rekey(f, k);
}

static bool keep_task(struct fold_world *f, const struct task *t)
{
	struct task *packed = pack_task(t, NULL);
	struct task *old = map_get_int(f->tasks, t->id);

	if (packed == NULL || !map_put_int(f->tasks, t->id, packed)) {
		free(packed);
		return false;
	}
	free(old);
	return true;
}

fl_status fold_world_row(struct fold_world *f, const struct schema *schema,
			 const struct event_row *row, struct fl_error *err)
{
	struct world w = { .ctx = f,
		.arena = &f->arena,
		.schema = schema,
		.now_ms = row->recorded_at_ms,
		.get = get,
		.edit = edit,
		.create = create,
		.by_ref = by_ref,
		.members = members };
	struct task_world tw = { f, task_edit, task_create };
	fl_status s;

	arena_reset(&f->arena);
	f->schema = schema;
	f->number = row->number;
	memset(f->created, 0, sizeof(f->created));
	f->edited = NULL;
	f->touched = NULL;
	f->n_edited = f->cap_edited = 0;
	f->n_touched = f->cap_touched = 0;
	s = fold_event(&w, &tw, row, err);
	for (uint32_t i = 0; s == FL_OK && i < f->n_edited; i++)
		if (!keep_record(f, f->edited[i]))
			s = status_fail(err, FL_NOMEM, "fold");
	for (uint32_t i = 0; s == FL_OK && i < f->n_touched; i++)
		if (!keep_task(f, f->touched[i]))
			s = status_fail(err, FL_NOMEM, "fold");
	return s;
}

const struct record *fold_world_record(const struct fold_world *f, int64_t id)
{
	const struct kept_record *k = map_get_int(f->records, id);

	return k != NULL ? k->record : NULL;
}

const struct task *fold_world_task(const struct fold_world *f, int64_t id)
{
	return map_get_int(f->tasks, id);
}

void fold_world_each(const struct fold_world *f, record_visit record,
		     task_visit task, void *ctx)
{
	uint32_t at = 0;
	void *v;

	while (map_next(f->records, &at, NULL, NULL, &v))
		if (!record(ctx, ((struct kept_record *)v)->record))
			return;
	at = 0;
	while (map_next(f->tasks, &at, NULL, NULL, &v))
		if (!task(ctx, v))
			return;
}

uint32_t fold_world_records(const struct fold_world *f)
{
	return map_count(f->records);
}

uint32_t fold_world_tasks(const struct fold_world *f)
{
	return map_count(f->tasks);
}
