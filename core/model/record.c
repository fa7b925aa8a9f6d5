#include "model/record.h"

/* Members of a stored place beside its step, in order; absent ones are 0. */
enum {
	PLACE_PHASE = 1,
	PLACE_ANCHOR,
	PLACE_WAIT,
	PLACE_DUE,
	PLACE_TASK,
	PLACE_COUNT,
	PLACE_RUNG,
	PLACE_DONE,
	PLACE_PARTS
};

static bool text_copy(struct arena *a, struct text *t)
{
	t->at = t->bytes > 0 ? arena_text(a, t->at, t->bytes) : "";
	return t->at != NULL;
}

static void *array_copy(
	struct arena *a, const void *items, uint32_t n, size_t item_bytes)
{
	return n > 0 ? arena_copy(a, items, n * item_bytes) : NULL;
}

/* Texts are copied too, or borrowed. */
static struct value fields_copy(
	struct arena *a, const struct value *v, bool texts)
{
	return texts ? value_clone(a, v) : value_fork(a, v);
}

static void run_copy(struct arena *a, struct run *run, bool texts)
{
	uint32_t i;

	run->keep = fields_copy(a, &run->keep, texts);
	run->places =
		array_copy(a, run->places, run->n_places, sizeof(*run->places));
	run->cap_places = run->n_places;
	if (!texts)
		return;
	text_copy(a, &run->card);
	text_copy(a, &run->once);
	for (i = 0; run->places != NULL && i < run->n_places; i++) {
		text_copy(a, &run->places[i].step);
		text_copy(a, &run->places[i].wait);
	}
}

static struct record *copy_of(
	struct arena *a, const struct record *r, bool texts)
{
	struct record *c = arena_copy(a, r, sizeof(*r));
	uint32_t i;

	if (c == NULL)
		return NULL;
	c->fields = fields_copy(a, &r->fields, texts);
	c->runs = array_copy(a, r->runs, r->n_runs, sizeof(*r->runs));
	c->cap_runs = c->n_runs;
	c->timers = array_copy(a, r->timers, r->n_timers, sizeof(*r->timers));
	c->cap_timers = c->n_timers;
	c->open_tasks = array_copy(
		a, r->open_tasks, r->n_open_tasks, sizeof(*r->open_tasks));
	c->cap_open_tasks = c->n_open_tasks;
	for (i = 0; c->runs != NULL && i < c->n_runs; i++)
		run_copy(a, &c->runs[i], texts);
	if (texts)
		text_copy(a, &c->ref);
	for (i = 0; texts && c->timers != NULL && i < c->n_timers; i++) {
		text_copy(a, &c->timers[i].card);
		text_copy(a, &c->timers[i].name);
	}
	return a->failed ? NULL : c;
}

struct record *record_clone(struct arena *a, const struct record *r)
{
	return copy_of(a, r, true);
}

struct record *record_fork(struct arena *a, const struct record *r)
{
	return copy_of(a, r, false);
}

const struct value *record_get(const struct record *r, const char *field)
{
	return r != NULL ? value_get(&r->fields, field) : NULL;
}

/* Surely the same: a version shares with the one before the texts that it did
 * not change. */
static bool is_same(const struct value *x, const struct value *y)
{
	if (x->kind != y->kind || x->count != y->count)
		return false;
	if (x->kind >= VALUE_TEXT)
		return x->count == 0 || x->as.text == y->as.text;
	return value_equal(x, y);
}

bool record_differs(const struct record *a, const struct record *b,
	const struct text *fields, size_t n)
{
	const struct member *x = a->fields.as.members;
	const struct member *y = b->fields.as.members;
	const struct member *x_end = x + a->fields.count;
	const struct member *y_end = y + b->fields.count;

	while (x < x_end || y < y_end) {
		int c = x == x_end   ? 1
			: y == y_end ? -1
			: text_equal(x->key, y->key)
				? 0
				: text_compare(x->key, y->key);

		if ((c != 0 || !is_same(&x->value, &y->value)) &&
			text_among(fields, n, c <= 0 ? x->key : y->key) &&
			(c != 0 || !value_equal(&x->value, &y->value)))
			return true;
		x += c <= 0;
		y += c >= 0;
	}
	return false;
}

bool record_set(
	struct arena *a, struct record *r, struct text field, struct value v)
{
	struct value *f = &r->fields;
	struct member last;
	uint32_t i, before = f->count;

	if (v.kind == VALUE_NULL) {
		value_remove(f, field);
		return true;
	}
	if (!value_set(a, f, field, v))
		return false;
	if (f->count == before)
		return true;
	last = f->as.members[before];
	for (i = before; i > 0; i--) {
		if (text_compare(f->as.members[i - 1].key, field) < 0)
			break;
		f->as.members[i] = f->as.members[i - 1];
	}
	f->as.members[i] = last;
	return true;
}

struct run *record_run(const struct record *r, struct text card)
{
	uint32_t i;

	for (i = 0; i < r->n_runs; i++)
		if (text_equal(r->runs[i].card, card))
			return &r->runs[i];
	return NULL;
}

struct place *run_place(const struct run *run, struct text step)
{
	uint32_t i;

	for (i = 0; i < run->n_places; i++)
		if (text_equal(run->places[i].step, step))
			return &run->places[i];
	return NULL;
}

/* Opens a zeroed item at position `at` of an arena array. */
static void *array_open(struct arena *a, void *items, uint32_t *n,
	uint32_t *cap, uint32_t at, size_t item_bytes)
{
	char *moved = arena_grow(a, items, *n, cap, *n + 1, item_bytes);
	char *place;

	if (moved == NULL)
		return NULL;
	place = moved + at * item_bytes;
	memmove(place + item_bytes, place, (*n - at) * item_bytes);
	memset(place, 0, item_bytes);
	(*n)++;
	return moved;
}

struct run *record_add_run(struct arena *a, struct record *r, struct text card)
{
	struct run *runs;
	uint32_t at = 0;

	if (!text_copy(a, &card))
		return NULL;
	while (at < r->n_runs && text_compare(r->runs[at].card, card) < 0)
		at++;
	runs = array_open(
		a, r->runs, &r->n_runs, &r->cap_runs, at, sizeof(*runs));
	if (runs == NULL)
		return NULL;
	r->runs = runs;
	runs[at].card = card;
	runs[at].once = TEXT("");
	runs[at].keep = value_map();
	return &runs[at];
}

struct place *run_add_place(struct arena *a, struct run *run, struct text step)
{
	struct place *places;
	uint32_t at = 0;

	if (!text_copy(a, &step))
		return NULL;
	while (at < run->n_places &&
		text_compare(run->places[at].step, step) < 0)
		at++;
	places = array_open(a, run->places, &run->n_places, &run->cap_places,
		at, sizeof(*places));
	if (places == NULL)
		return NULL;
	run->places = places;
	places[at].step = step;
	places[at].wait = TEXT("");
	return &places[at];
}

void run_clear_places(struct run *run)
{
	run->n_places = 0;
}

bool record_add_task(struct arena *a, struct record *r, int64_t task)
{
	int64_t *tasks;
	uint32_t at = r->n_open_tasks;

	while (at > 0 && r->open_tasks[at - 1] >= task) {
		if (r->open_tasks[at - 1] == task)
			return true;
		at--;
	}
	tasks = array_open(a, r->open_tasks, &r->n_open_tasks,
		&r->cap_open_tasks, at, sizeof(*tasks));
	if (tasks == NULL)
		return false;
	r->open_tasks = tasks;
	tasks[at] = task;
	return true;
}

void record_drop_task(struct record *r, int64_t task)
{
	uint32_t i;

	for (i = 0; i < r->n_open_tasks; i++) {
		if (r->open_tasks[i] != task)
			continue;
		memmove(&r->open_tasks[i], &r->open_tasks[i + 1],
			(r->n_open_tasks - i - 1) * sizeof(*r->open_tasks));
		r->n_open_tasks--;
		return;
	}
}

static int timer_compare(
	const struct named_timer *t, struct text card, struct text name)
{
	int c = text_compare(t->card, card);

	return c != 0 ? c : text_compare(t->name, name);
}

/* Where it stands, or belongs. */
static uint32_t timer_place(
	const struct record *r, struct text card, struct text name)
{
	uint32_t low = 0, high = r->n_timers;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (timer_compare(&r->timers[mid], card, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool timer_stands(const struct record *r, uint32_t at, struct text card,
	struct text name)
{
	return at < r->n_timers &&
	       timer_compare(&r->timers[at], card, name) == 0;
}

const struct named_timer *record_timer(
	const struct record *r, struct text card, struct text name)
{
	uint32_t at = timer_place(r, card, name);

	return timer_stands(r, at, card, name) ? &r->timers[at] : NULL;
}

static void drop_timer(struct record *r, uint32_t at)
{
	memmove(&r->timers[at], &r->timers[at + 1],
		(r->n_timers - at - 1) * sizeof(*r->timers));
	r->n_timers--;
}

bool record_set_timer(struct arena *a, struct record *r, struct text card,
	struct text name, int64_t due_at_ms)
{
	struct named_timer *timers;
	uint32_t at = timer_place(r, card, name);

	if (timer_stands(r, at, card, name)) {
		r->timers[at].due_at_ms = due_at_ms;
		if (due_at_ms == 0)
			drop_timer(r, at);
		return true;
	}
	if (due_at_ms == 0)
		return true;
	if (!text_copy(a, &card) || !text_copy(a, &name))
		return false;
	timers = array_open(a, r->timers, &r->n_timers, &r->cap_timers, at,
		sizeof(*timers));
	if (timers == NULL)
		return false;
	r->timers = timers;
	timers[at] = (struct named_timer){card, name, due_at_ms};
	return true;
}

void record_dues(const struct record *r,
	void (*cb)(void *ctx, struct text card, struct text slot,
		int64_t due_at_ms),
	void *ctx)
{
	char slot[256];
	uint32_t i, j;

	for (i = 0; i < r->n_runs; i++) {
		const struct run *run = &r->runs[i];

		if (run->left_at_ms != 0 || run->paused_at_ms != 0)
			continue;
		for (j = 0; j < run->n_places; j++)
			if (run->places[j].due_at_ms != 0)
				cb(ctx, run->card, run->places[j].step,
					run->places[j].due_at_ms);
	}
	for (i = 0; i < r->n_timers; i++) {
		const struct named_timer *t = &r->timers[i];

		REQUIRE(t->name.bytes < sizeof(slot) - 1);
		slot[0] = '@';
		memcpy(slot + 1, t->name.at, t->name.bytes + 1);
		cb(ctx, t->card, (struct text){slot, t->name.bytes + 1},
			t->due_at_ms);
	}
}

/* ---- bodies ---- */

static void write_place(struct brief *b, const struct place *p)
{
	const int64_t parts[PLACE_PARTS] = {0, p->phase, p->anchor_ms, 0,
		p->due_at_ms, p->task, p->count, p->rung, p->done_at_ms};
	size_t opened = brief_list(b);
	uint32_t i, last = 0;

	for (i = 1; i < PLACE_PARTS; i++)
		if (parts[i] != 0 || (i == PLACE_WAIT && p->wait.bytes > 0))
			last = i;
	brief_text(b, p->step);
	for (i = 1; i <= last; i++) {
		if (i == PLACE_WAIT)
			brief_text(b, p->wait);
		else
			brief_int(b, parts[i]);
	}
	brief_close(b, opened, last + 1);
}

static uint32_t write_number(struct brief *b, struct text key, int64_t n)
{
	if (n == 0)
		return 0;
	brief_key(b, key);
	brief_int(b, n);
	return 1;
}

static uint32_t write_places(struct brief *b, const struct run *run)
{
	size_t opened;
	uint32_t i;

	if (run->n_places == 0)
		return 0;
	brief_key(b, TEXT("s"));
	opened = brief_list(b);
	for (i = 0; i < run->n_places; i++)
		write_place(b, &run->places[i]);
	brief_close(b, opened, run->n_places);
	return 1;
}

static void write_run(struct brief *b, const struct run *run)
{
	size_t opened = brief_map(b);
	uint32_t n = 1;

	brief_key(b, TEXT("c"));
	brief_text(b, run->card);
	n += write_number(b, TEXT("e"), run->entered_at_ms);
	if (run->keep.count > 0) {
		brief_key(b, TEXT("k"));
		brief_value(b, &run->keep);
		n++;
	}
	n += write_number(b, TEXT("l"), run->left_at_ms);
	n += write_number(b, TEXT("n"), run->number);
	if (run->once.bytes > 0) {
		brief_key(b, TEXT("o"));
		brief_text(b, run->once);
		n++;
	}
	n += write_number(b, TEXT("p"), run->paused_at_ms);
	n += write_places(b, run);
	brief_close(b, opened, n);
}

static uint32_t write_runs(struct brief *b, const struct record *r)
{
	size_t opened;
	uint32_t i;

	if (r->n_runs == 0)
		return 0;
	brief_key(b, TEXT("r"));
	opened = brief_list(b);
	for (i = 0; i < r->n_runs; i++)
		write_run(b, &r->runs[i]);
	brief_close(b, opened, r->n_runs);
	return 1;
}

static uint32_t write_tasks(struct brief *b, const struct record *r)
{
	size_t opened;
	uint32_t i;

	if (r->n_open_tasks == 0)
		return 0;
	brief_key(b, TEXT("o"));
	opened = brief_list(b);
	for (i = 0; i < r->n_open_tasks; i++)
		brief_int(b, r->open_tasks[i]);
	brief_close(b, opened, r->n_open_tasks);
	return 1;
}

static uint32_t write_timers(struct brief *b, const struct record *r)
{
	size_t opened;
	uint32_t i;

	if (r->n_timers == 0)
		return 0;
	brief_key(b, TEXT("t"));
	opened = brief_list(b);
	for (i = 0; i < r->n_timers; i++) {
		const struct named_timer *t = &r->timers[i];
		size_t one = brief_list(b);

		brief_text(b, t->card);
		brief_text(b, t->name);
		brief_int(b, t->due_at_ms);
		brief_close(b, one, 3);
	}
	brief_close(b, opened, r->n_timers);
	return 1;
}

void record_write(struct brief *b, const struct record *r)
{
	size_t opened = brief_map(b);
	uint32_t n = 0;

	if (r->fields.count > 0) {
		brief_key(b, TEXT("f"));
		brief_value(b, &r->fields);
		n++;
	}
	n += write_tasks(b, r);
	n += write_runs(b, r);
	n += write_timers(b, r);
	brief_close(b, opened, n);
}

static int64_t list_int(const struct value *list, uint32_t i)
{
	return i < list->count && list->as.items[i].kind == VALUE_INT
		       ? list->as.items[i].as.integer
		       : 0;
}

/* Room for what the list has, and no more: a rooftop's records may all be in
 * memory at once. */
static void *list_room(struct arena *a, const struct value *list,
	size_t item_bytes, uint32_t *cap)
{
	void *items = NULL;

	if (list != NULL && list->kind == VALUE_LIST && list->count > 0)
		items = arena_alloc(a, list->count * item_bytes);
	*cap = items != NULL ? list->count : 0;
	return items;
}

/* Behind the others, where a body that was written has it; else where it
 * belongs. */
static struct place *next_place(struct arena *a, struct run *run,
	struct text step)
{
	struct place *last = run->places + run->n_places;

	if (run->n_places == run->cap_places ||
		(run->n_places > 0 && text_compare(last[-1].step, step) >= 0))
		return run_add_place(a, run, step);
	*last = (struct place){.step = step, .wait = TEXT("")};
	run->n_places++;
	return last;
}

static bool read_place(struct arena *a, struct run *run, const struct value *v)
{
	struct place *p;

	if (v->kind != VALUE_LIST || v->count == 0 || v->count > PLACE_PARTS ||
		v->as.items[0].kind != VALUE_TEXT)
		return false;
	p = next_place(a, run, value_as_text(&v->as.items[0]));
	if (p == NULL)
		return false;
	p->phase = (uint8_t)list_int(v, PLACE_PHASE);
	p->anchor_ms = list_int(v, PLACE_ANCHOR);
	if (v->count > PLACE_WAIT)
		p->wait = value_as_text(&v->as.items[PLACE_WAIT]);
	p->due_at_ms = list_int(v, PLACE_DUE);
	p->task = list_int(v, PLACE_TASK);
	p->count = (uint32_t)list_int(v, PLACE_COUNT);
	p->rung = (uint32_t)list_int(v, PLACE_RUNG);
	p->done_at_ms = list_int(v, PLACE_DONE);
	return true;
}

static bool read_run(struct arena *a, struct record *r, const struct value *v)
{
	const struct value *card = value_get(v, "c");
	const struct value *keep = value_get(v, "k");
	const struct value *places = value_get(v, "s");
	struct run *run;
	uint32_t i;

	if (card == NULL || card->kind != VALUE_TEXT)
		return false;
	run = record_add_run(a, r, value_as_text(card));
	if (run == NULL)
		return false;
	run->number = (uint32_t)value_get_int(v, "n", 0);
	run->entered_at_ms = value_get_int(v, "e", 0);
	run->left_at_ms = value_get_int(v, "l", 0);
	run->paused_at_ms = value_get_int(v, "p", 0);
	run->once = value_as_text(value_get(v, "o"));
	if (keep != NULL && keep->kind == VALUE_MAP)
		run->keep = *keep;
	if (places != NULL && places->kind != VALUE_LIST)
		return false;
	run->places = list_room(
		a, places, sizeof(*run->places), &run->cap_places);
	for (i = 0; places != NULL && i < places->count; i++)
		if (!read_place(a, run, &places->as.items[i]))
			return false;
	return true;
}

static bool read_timer(struct arena *a, struct record *r, const struct value *v)
{
	if (v->kind != VALUE_LIST || v->count != 3 ||
		v->as.items[0].kind != VALUE_TEXT ||
		v->as.items[1].kind != VALUE_TEXT || list_int(v, 2) == 0)
		return false;
	return record_set_timer(a, r, value_as_text(&v->as.items[0]),
		value_as_text(&v->as.items[1]), list_int(v, 2));
}

static bool read_task(struct arena *a, struct record *r, const struct value *v)
{
	return v->kind == VALUE_INT && record_add_task(a, r, v->as.integer);
}

static bool read_list(struct arena *a, struct record *r, const struct value *v,
	bool (*each)(struct arena *a, struct record *r, const struct value *v))
{
	uint32_t i;

	if (v == NULL)
		return true;
	if (v->kind != VALUE_LIST)
		return false;
	for (i = 0; i < v->count; i++)
		if (!each(a, r, &v->as.items[i]))
			return false;
	return true;
}

fl_status record_of_value(struct arena *a, int64_t id, struct text kind,
	int64_t home, struct text ref, const struct value *body,
	struct record **out, struct fl_error *err)
{
	struct record *r = arena_alloc(a, sizeof(*r));
	const struct value *fields, *runs = value_get(body, "r");

	*out = NULL;
	if (r == NULL)
		return status_fail(err, FL_NOMEM, "record %lld", (long long)id);
	*r = (struct record){.id = id, .kind = kind, .home = home, .ref = ref};
	fields = value_get(body, "f");
	r->fields = fields != NULL ? *fields : value_map();
	r->runs = list_room(a, runs, sizeof(*r->runs), &r->cap_runs);
	if (body->kind != VALUE_MAP || r->fields.kind != VALUE_MAP ||
		!read_list(a, r, value_get(body, "o"), read_task) ||
		!read_list(a, r, runs, read_run) ||
		!read_list(a, r, value_get(body, "t"), read_timer))
		return a->failed ? status_fail(err, FL_NOMEM, "record %lld",
					   (long long)id)
				 : status_fail(err, FL_INVALID,
					   "record %lld is damaged",
					   (long long)id);
	*out = r;
	return FL_OK;
}
