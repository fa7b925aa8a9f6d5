#include "sim/still.h"

#include "base/map.h"
#include "sim/fold_world.h"

#define PAGE_ROWS 1000
#define REF_BYTES 400

struct still {
	struct reader *reader;
	struct arena arena;
	struct record **records; /* by id */
	uint32_t n, cap;
	struct record **homes;   /* the same by (home, id); NULL: not yet asked */
	struct map *by_id;
	struct map *by_ref;      /* "kind:ref" */
	struct map *tasks;
	struct map *seen;        /* home -> struct home, read when asked */
	struct workload *loads;  /* NULL: not yet asked */
	const struct calendar *calendar; /* borrowed: whose days they count by */
	bool no_memory;          /* when something was asked */
	int64_t now_ms;
	struct fold_world *then; /* owns records and tasks; NULL: now */
	int64_t number;          /* then: after this event */
	struct map *paced;       /* person -> how many late things */
	int64_t a_day;
	uint64_t n_paced;        /* all together */
};

/* ---- reading ---- */

struct taking {
	struct still *st;
	bool ok;
};

/* "kind:ref"; empty: nobody asks for one that is so long. */
static struct text ref_key(char key[REF_BYTES], struct text kind,
			   struct text ref)
{
	if (kind.bytes + 1 + ref.bytes > REF_BYTES)
		return TEXT("");
	memcpy(key, kind.at, kind.bytes);
	key[kind.bytes] = ':';
	memcpy(key + kind.bytes + 1, ref.at, ref.bytes);
	return (struct text){key, kind.bytes + 1 + ref.bytes};
}

static bool take_record(void *ctx, const struct record *r)
{
	struct taking *t = ctx;
	struct still *st = t->st;
	struct record **grown = arena_grow(&st->arena, st->records, st->n,
		&st->cap, st->n + 1, sizeof(*grown));
	struct record *kept = (struct record *)(uintptr_t)r;
	char key[REF_BYTES];
	struct text ref;

	t->ok = false;
	if (grown == NULL)
		return false;
	st->records = grown;
	st->records[st->n++] = kept;
	if (!map_put_int(st->by_id, r->id, kept))
		return false;
	if (r->ref.bytes > 0) {
		ref = ref_key(key, r->kind, r->ref);
		if (ref.bytes > 0 && !map_put(st->by_ref, ref, kept))
			return false;
	}
	return t->ok = true;
}

static bool take_task(void *ctx, const struct task *task)
{
	struct taking *t = ctx;

	return t->ok = map_put_int(t->st->tasks, task->id,
		       (void *)(uintptr_t)task);
}

static fl_status read_all(struct still *st, struct fl_error *err)
{
	struct taking t = {st, true};
	fl_status s;

	reader_lend(st->reader, true);
	s = reader_records(st->reader, &st->arena, TEXT(""), 0, 0, take_record,
		&t, err);
	if (s == FL_OK && t.ok)
		s = reader_open_tasks(
			st->reader, &st->arena, take_task, &t, err);
	reader_lend(st->reader, false);
	return s == FL_OK && !t.ok ? status_fail(err, FL_NOMEM, "plan") : s;
}

static bool take_open(void *ctx, const struct task *t)
{
	return t->state != TASK_OPEN || take_task(ctx, t);
}

static int by_id(const void *a, const void *b)
{
	const struct record *x = *(const struct record *const *)a;
	const struct record *y = *(const struct record *const *)b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* ---- folding up to an event ---- */

struct folding {
	struct still *st;
	struct archived *rules;
	bool undecided;
	int64_t last;
	uint32_t rows;
	struct arena page; /* reset for each row: it may be of megabytes */
	fl_status status;
	struct fl_error *err;
};

static bool fold_row(void *ctx, const struct event_row *row)
{
	struct folding *f = ctx;
	struct ruleset *rs = archived_rules(f->rules, row->ruleset, f->err);
	struct event_row as = *row;

	f->rows++;
	f->last = row->number;
	if (f->undecided && row->number == f->st->number)
		as.decision = (struct text){"", 0};
	f->status = rs == NULL ? FL_INVALID
			       : fold_world_row(f->st->then,
					 ruleset_book(rs)->schema, &as, f->err);
	arena_reset(&f->page);
	return f->status == FL_OK;
}

static fl_status fold_until(struct folding *f)
{
	struct event_filter filter = {.to_number = f->st->number,
		.limit = PAGE_ROWS};
	fl_status s;

	arena_init(&f->page, 256u << 20);
	do {
		f->rows = 0;
		filter.from_number = f->last + 1;
		s = reader_events(f->st->reader, &f->page, &filter, fold_row,
			f, f->err);
		if (s == FL_OK)
			s = f->status;
	} while (s == FL_OK && f->rows == PAGE_ROWS);
	arena_deinit(&f->page);
	return s;
}

static fl_status take_folded(struct still *st, struct fl_error *err)
{
	struct taking t = {st, true};

	fold_world_each(st->then, take_record, take_open, &t);
	if (st->n > 0)
		qsort(st->records, st->n, sizeof(*st->records), by_id);
	return t.ok ? FL_OK : status_fail(err, FL_NOMEM, "then");
}

/* ---- made and let go ---- */

static fl_status still_make(struct reader *r, const struct calendar *c,
			    int64_t now_ms, struct still **out,
			    struct fl_error *err)
{
	struct still *st = calloc(1, sizeof(*st));

	*out = st;
	if (st == NULL)
		return status_fail(err, FL_NOMEM, "still");
	arena_init(&st->arena, (size_t)2 << 30);
	st->reader = r;
	st->now_ms = now_ms;
	st->calendar = c;
	st->by_id = map_new();
	st->by_ref = map_new();
	st->tasks = map_new();
	st->seen = map_new();
	st->paced = map_new();
	if (st->by_id != NULL && st->by_ref != NULL && st->tasks != NULL &&
		st->seen != NULL && st->paced != NULL)
		return FL_OK;
	return status_fail(err, FL_NOMEM, "still");
}

static fl_status handed_out(fl_status s, struct still *st, struct still **out)
{
	*out = s == FL_OK ? st : NULL;
	if (s != FL_OK)
		still_free(st);
	return s;
}

fl_status still_new(struct reader *r, const struct calendar *c, int64_t now_ms,
		    struct still **out, struct fl_error *err)
{
	struct still *st = NULL;
	fl_status s = still_make(r, c, now_ms, &st, err);

	if (s == FL_OK)
		s = read_all(st, err);
	return handed_out(s, st, out);
}

fl_status still_then(struct reader *r, struct archived *rules,
		     const struct calendar *c, int64_t now_ms, int64_t number,
		     bool undecided, struct still **out, struct fl_error *err)
{
	struct still *st = NULL;
	fl_status s = still_make(r, c, now_ms, &st, err);
	struct folding f = {.st = st, .rules = rules, .undecided = undecided,
		.err = err};

	if (s == FL_OK) {
		st->number = number;
		s = fold_world_new(&st->then);
	}
	if (s == FL_OK)
		s = fold_until(&f);
	if (s == FL_OK)
		s = take_folded(st, err);
	return handed_out(s, st, out);
}

void still_free(struct still *st)
{
	if (st == NULL)
		return;
	map_free(st->by_id);
	map_free(st->by_ref);
	map_free(st->tasks);
	map_free(st->seen);
	map_free(st->paced);
	workload_free(st->loads);
	fold_world_free(st->then);
	arena_deinit(&st->arena);
	free(st);
}

const struct record *const *still_records(const struct still *st, uint32_t *n)
{
	*n = st->n;
	return (const struct record *const *)st->records;
}

const struct record *still_record(const struct still *st, int64_t id)
{
	return map_get_int(st->by_id, id);
}

const struct task *still_task(const struct still *st, int64_t id)
{
	return map_get_int(st->tasks, id);
}

/* ---- looking ---- */

static const struct record *world_get(void *ctx, int64_t id)
{
	return still_record(ctx, id);
}

static const struct record *world_by_ref(void *ctx, struct text kind,
					 struct text ref)
{
	struct still *st = ctx;
	char key[REF_BYTES];
	struct text asked = ref_key(key, kind, ref);

	return asked.bytes > 0 ? map_get(st->by_ref, asked) : NULL;
}

static int by_home(const void *a, const void *b)
{
	const struct record *x = *(const struct record *const *)a;
	const struct record *y = *(const struct record *const *)b;

	if (x->home != y->home)
		return x->home < y->home ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* Most questions never ask for a home: put in order for the first that does. */
static uint32_t sort_homes(struct still *st)
{
	if (st->homes != NULL || st->n == 0)
		return st->n;
	st->homes = arena_copy(&st->arena, st->records,
		st->n * sizeof(*st->records));
	if (st->homes == NULL) {
		st->no_memory = true;
		return 0;
	}
	qsort(st->homes, st->n, sizeof(*st->homes), by_home);
	return st->n;
}

/* The first of a home, in the list by homes; there are *n in that list. */
static uint32_t first_of(struct still *st, int64_t home, uint32_t *n)
{
	uint32_t low = 0, high = *n = sort_homes(st);

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (st->homes[mid]->home < home)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct record *still_next(struct still *st, int64_t home, uint32_t *at)
{
	uint32_t n, i = first_of(st, home, &n) + (*at)++;

	return i < n && st->homes[i]->home == home ? st->homes[i] : NULL;
}

static uint32_t world_members(void *ctx, int64_t home, struct text kind,
			      int64_t *out, uint32_t cap)
{
	struct still *st = ctx;
	uint32_t all, n = 0;

	for (uint32_t i = first_of(st, home, &all);
		i < all && st->homes[i]->home == home; i++) {
		if (!text_equal(st->homes[i]->kind, kind))
			continue;
		if (n < cap)
			out[n] = st->homes[i]->id;
		n++;
	}
	return n;
}

struct seeing {
	int64_t subject;
	struct text type;
	int64_t last_at_ms;
};

static bool see_row(void *ctx, const struct event_row *row)
{
	struct seeing *s = ctx;

	if (row->subject == s->subject && !row->misfit &&
		text_equal(row->type, s->type) &&
		row->occurred_at_ms > s->last_at_ms)
		s->last_at_ms = row->occurred_at_ms;
	return true;
}

/* From the journal itself, no further than the event. */
static int64_t seen_then(struct still *st, const struct record *r,
			 struct text type)
{
	struct event_filter f = {.home = r->home, .to_number = st->number};
	struct seeing s = {r->id, type, 0};
	struct arena a;
	struct fl_error err;

	arena_init(&a, 64u << 20);
	reader_events(st->reader, &a, &f, see_row, &s, &err);
	arena_deinit(&a);
	return s.last_at_ms;
}

static int64_t look_seen(void *ctx, int64_t subject, struct text type)
{
	struct still *st = ctx;
	const struct record *r = still_record(st, subject);
	struct home *h = r != NULL ? map_get_int(st->seen, r->home) : NULL;
	struct fl_error err;

	if (r != NULL && st->then != NULL)
		return seen_then(st, r, type);
	if (r != NULL && h == NULL &&
		reader_home(st->reader, &st->arena, r->id, &h, &err) == FL_OK)
		map_put_int(st->seen, r->home, h);
	for (uint32_t i = 0; h != NULL && i < h->n_seen; i++)
		if (h->seen[i].subject == subject &&
			text_equal(h->seen[i].type, type))
			return h->seen[i].last_at_ms;
	return 0;
}

static const struct record *look_before(void *ctx, int64_t id)
{
	return still_record(ctx, id);
}

static const struct task *look_task(void *ctx, int64_t id)
{
	return still_task(ctx, id);
}

/* Loads are counted for the first who asks. */
static bool count_loads(struct still *st)
{
	bool ok = workload_new(&st->loads) == FL_OK;
	uint32_t at = 0;
	void *task;

	for (uint32_t i = 0; ok && i < st->n; i++)
		ok = workload_record(
			st->loads, st->calendar, st->records[i], 1);
	while (ok && map_next(st->tasks, &at, NULL, NULL, &task))
		ok = workload_task(st->loads, task, 1);
	return ok;
}

static uint32_t look_load(void *ctx, struct text person, struct text what)
{
	struct still *st = ctx;

	if (st->no_memory || (st->loads == NULL && !count_loads(st))) {
		st->no_memory = true;
		return 0;
	}
	return workload_known(st->loads, person, what, st->now_ms,
		calendar_day(st->calendar, st->now_ms));
}

/* As pace_slot() does it in the engine, one count for all that is asked. */
static int64_t look_pace(void *ctx, struct text person,
			 const struct calendar *c)
{
	struct still *st = ctx;
	uintptr_t n;

	if (person.bytes == 0)
		person = TEXT("-");
	n = (uintptr_t)map_get(st->paced, person);
	st->n_paced++;
	if (!map_put(st->paced, person, (void *)(n + 1)))
		st->no_memory = true;
	return machine_pace(c, st->now_ms, (int64_t)n, st->a_day);
}

uint64_t still_paced(const struct still *st)
{
	return st->n_paced;
}

bool still_whole(const struct still *st)
{
	return !st->no_memory;
}

void still_look(struct still *st, struct arena *a,
		const struct rulebook *book, struct ruleset *rs,
		struct world *w, struct snapshot *s)
{
	st->a_day = book->pace;
	*w = (struct world){.ctx = st, .arena = a, .schema = book->schema,
		.now_ms = st->now_ms, .get = world_get,
		.by_ref = world_by_ref, .members = world_members};
	*s = (struct snapshot){.world = w, .book = book, .ruleset = rs,
		.now_ms = st->now_ms, .seen = look_seen,
		.before = look_before, .task = look_task, .load = look_load,
		.pace = look_pace,
		.ctx = st};
}
