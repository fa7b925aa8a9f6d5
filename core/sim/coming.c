/*
 * What the rules will do with one customer or with all: the records and open
 * tasks as they stand are put into a rooftop of their own and its clock is run ahead, with
 * nobody answering or everybody in time.
 */
#include "base/clock.h"
#include "base/map.h"
#include "engine/machine.h"
#include "model/event.h"
#include "sim/sim.h"

#define COMING_MAX 500
#define STUCK_MS 3600000

struct pending {
	int64_t due_ms, task;
	struct text who;
};

struct ahead {
	const struct ahead_options *opt;
	struct arena *a;
	const struct rulebook *book;
	struct home all;         /* what titles are rendered from */
	struct map *by_id;
	struct map *busy;        /* homes with tasks open now */
	struct map *notices;     /* task id: {title, who} for notices of it */
	const struct task **open; /* now */
	uint32_t n_open, cap_open;
	struct pending *pending; /* a heap, the earliest due first */
	uint32_t n, cap;
	bool no_memory;
};

static const struct record *find_id(void *ctx, int64_t id)
{
	return map_get_int(((struct ahead *)ctx)->by_id, id);
}

static const struct record *find_ref(void *ctx, struct text kind,
				     struct text ref)
{
	const struct home *all = &((struct ahead *)ctx)->all;

	for (uint32_t i = 0; i < all->n_records; i++)
		if (text_equal(all->records[i]->kind, kind) &&
			text_equal(all->records[i]->ref, ref))
			return all->records[i];
	return NULL;
}

static uint32_t no_members(void *ctx, int64_t home, struct text kind,
			   int64_t *out, uint32_t cap)
{
	(void)ctx;
	(void)home;
	(void)kind;
	(void)out;
	(void)cap;
	return 0;
}

/* What its placeholders are filled from: its own data, and the title of the
 * task that a notice is about. */
static struct value extra_of(struct ahead *c, const struct task *t)
{
	struct value extra = value_map();
	const struct value *about = map_get_int(
		c->notices, value_get_int(&t->body, "about_task", 0));

	for (uint32_t i = 0; i < t->body.count; i++)
		value_set(c->a, &extra, t->body.as.members[i].key,
			t->body.as.members[i].value);
	if (about != NULL)
		value_put(c->a, &extra, "task", *about);
	return extra;
}

/* The sentence as it would read if it were shown today. */
static const char *sentence(struct ahead *c, const struct task *t)
{
	struct world w = { .ctx = c,
		.arena = c->a,
		.schema = c->book->schema,
		.now_ms = t->shown_at_ms,
		.get = find_id,
		.by_ref = find_ref,
		.members = no_members };
	const struct record *subject = find_id(w.ctx, t->subject);
	struct value extra;
	struct wording title;
	struct buf out;
	char *text;

	if (!task_title(c->book, t, &title))
		return "";
	extra = extra_of(c, t);
	buf_init(&out, 4096);
	if (subject != NULL)
		template_render(&out, wording_text(&title, c->book), &w,
			c->book, subject, &extra);
	else
		buf_add_text(&out, wording_text(&title, c->book).at);
	text = arena_text(c->a, out.at != NULL ? out.at : "", out.len);
	buf_deinit(&out);
	return text != NULL ? text : "";
}

static struct text clean(struct arena *a, struct text t)
{
	return (struct text){ arena_text(a, t.at, t.bytes), t.bytes };
}

/* Later notices may be about it. */
static void remember(struct ahead *c, const struct task *t, const char *title)
{
	const struct person *who = rulebook_person(c->book, t->who);
	struct value *map = arena_alloc(c->a, sizeof(*map));

	if (map == NULL) {
		c->no_memory = true;
		return;
	}
	*map = value_map();
	value_put(c->a, map, "title", value_text(title));
	value_put(c->a, map, "who",
		value_of_text(who != NULL ? who->name : clean(c->a, t->who)));
	if (!map_put_int(c->notices, t->id, map))
		c->no_memory = true;
}

/* ---- answers that are still to be given ---- */

static bool before(const struct pending *x, const struct pending *y)
{
	return x->due_ms != y->due_ms ? x->due_ms < y->due_ms
				      : x->task < y->task;
}

static void swap(struct pending *x, struct pending *y)
{
	struct pending was = *x;

	*x = *y;
	*y = was;
}

static void push(struct ahead *c, const struct task *t)
{
	struct pending *grown = arena_grow(c->a, c->pending, c->n, &c->cap,
		c->n + 1, sizeof(*grown));
	uint32_t at = c->n;

	if (grown == NULL) {
		c->no_memory = true;
		return;
	}
	c->pending = grown;
	grown[c->n++] = (struct pending){ t->due_at_ms, t->id,
		clean(c->a, t->who) };
	for (; at > 0 && before(&grown[at], &grown[(at - 1) / 2]);
		at = (at - 1) / 2)
		swap(&grown[at], &grown[(at - 1) / 2]);
}

static struct pending pop(struct ahead *c)
{
	struct pending first = c->pending[0];
	uint32_t at = 0, child;

	c->pending[0] = c->pending[--c->n];
	while ((child = 2 * at + 1) < c->n) {
		if (child + 1 < c->n &&
			before(&c->pending[child + 1], &c->pending[child]))
			child++;
		if (!before(&c->pending[child], &c->pending[at]))
			break;
		swap(&c->pending[child], &c->pending[at]);
		at = child;
	}
	return first;
}

/* The answer of somebody who did it and learned nothing: the first of these
 * that the task knows and that asks for no field. NULL: none, it stays open. */
static const struct outcome *plain_answer(const struct outcome *o, uint32_t n)
{
	static const char *const plain[] = { "reached", "done", "accepted",
		"sent", "visited", "no_answer" };

	for (size_t k = 0; k < sizeof(plain) / sizeof(plain[0]); k++)
		for (uint32_t i = 0; i < n; i++)
			if (o[i].n_need == 0 && text_is(o[i].name, plain[k]))
				return &o[i];
	return NULL;
}

static void give_answer(struct ahead *c, struct sim *s,
			const struct pending *p)
{
	struct outcome outcomes[32];
	const struct outcome *plain = NULL;
	struct value wire = value_map(), data = value_map();
	struct task *task = NULL;
	struct reader *r = NULL;
	struct arena a;
	struct fl_error err;

	arena_init(&a, 16u << 20);
	if (sim_reader(s, &r, &err) == FL_OK &&
		reader_task(r, &a, p->task, &task, &err) == FL_OK &&
		task->state == TASK_OPEN)
		plain = plain_answer(outcomes,
			task_outcomes(c->book, task, outcomes, 32));
	if (plain != NULL) {
		value_put(&a, &data, "task", value_int(p->task));
		value_put(&a, &data, "outcome", value_of_text(plain->name));
		value_put(&a, &wire, "type", value_text("task.done"));
		value_put(&a, &wire, "data", data);
		sim_post(s, &wire, p->who.bytes > 0 ? p->who : TEXT("ahead"),
			true, NULL, NULL); /* refused: it stays open */
	}
	arena_deinit(&a);
}

/* That something falls silent: told once, for no plain answer plans anything.
 * Of whom a task is open now nobody knows what it will lead to. */
static bool is_silence(const struct task *t)
{
	return text_is(t->card, "engine") && text_begins(t->step, "silent");
}

static void on_told(void *ctx, const struct told *told)
{
	struct ahead *c = ctx;

	for (uint32_t i = 0; i < told->n_tasks; i++) {
		const struct task *t = told->tasks[i].task;
		const char *title = "";

		if (!told->tasks[i].is_new ||
			(is_silence(t) &&
				map_get_int(c->busy, t->home) != NULL) ||
			/* a seller's own work is no customer's */
			(c->opt->home != 0 && t->home != c->opt->home))
			continue;
		if (c->opt->home != 0) {
			title = sentence(c, t);
			remember(c, t, title);
		}
		c->opt->on_task(c->opt->ctx, t, title);
		if (c->opt->answered && !is_silence(t))
			push(c, t);
	}
}

static bool take(void *ctx, const struct record *r)
{
	struct ahead *c = ctx;
	uint32_t cap = c->all.n_records;

	if (!map_put_int(c->by_id, r->id, (void *)(uintptr_t)r))
		return false;
	if ((cap & (cap - 1)) == 0 && cap >= 1024) {
		struct record **grown = arena_alloc(c->a,
			2 * (size_t)cap * sizeof(*grown));

		if (grown == NULL)
			return false;
		memcpy(grown, c->all.records, cap * sizeof(*grown));
		c->all.records = grown;
	}
	c->all.records[c->all.n_records++] = (struct record *)(uintptr_t)r;
	return true;
}

static bool take_task(void *ctx, const struct task *t)
{
	struct ahead *c = ctx;
	const struct task **grown;

	if (!map_put_int(c->busy, t->home, (void *)(uintptr_t)t))
		return false;
	grown = arena_grow(c->a, c->open, c->n_open, &c->cap_open,
		c->n_open + 1, sizeof(*grown));
	if (grown == NULL)
		return false;
	c->open = grown;
	grown[c->n_open++] = t;
	if (c->opt->answered)
		push(c, t);
	return !c->no_memory;
}

/* All there are, with the tasks that are open. */
static fl_status gather_all(struct ahead *c, struct reader *r,
			    struct fl_error *err)
{
	fl_status st =
		reader_records(r, c->a, TEXT(""), 0, 0, take, c, err);

	return st != FL_OK ? st : reader_tasks(r, c->a, TEXT(""), 0, take_task,
					  c, err);
}

/* The home's records and open tasks and the residents beside them, or all
 * there are. */
static fl_status gather(struct ahead *c, struct reader *r,
			struct fl_error *err)
{
	struct home *h = NULL;
	fl_status st;

	c->all.records = arena_alloc(c->a, 1024 * sizeof(*c->all.records));
	if (c->all.records == NULL)
		return status_fail(err, FL_NOMEM, "ahead");
	if (c->opt->home == 0)
		return gather_all(c, r, err);
	st = reader_home(r, c->a, c->opt->home, &h, err);
	if (st == FL_OK)
		st = reader_records(r, c->a, TEXT("person"), 0, 0, take, c,
			err);
	if (st == FL_OK)
		st = reader_records(r, c->a, TEXT("rooftop"), 0, 1, take, c,
			err);
	for (uint32_t i = 0; st == FL_OK && i < h->n_records; i++)
		if (!take(c, h->records[i]))
			st = status_fail(err, FL_NOMEM, "ahead");
	for (uint32_t i = 0; st == FL_OK && i < h->n_tasks; i++)
		if (!take_task(c, h->tasks[i]))
			st = status_fail(err, FL_NOMEM, "ahead");
	for (uint32_t i = 0; st == FL_OK && i < h->n_tasks; i++)
		remember(c, h->tasks[i], sentence(c, h->tasks[i]));
	return st;
}

/* The tasks of residents stay behind when one customer is looked at. */
static void forget_tasks(const struct ahead *c, struct record *r)
{
	if (c->opt->home == 0 || map_get_int(c->busy, r->home) != NULL)
		return;
	r->n_open_tasks = 0;
	for (uint32_t i = 0; i < r->n_runs; i++)
		for (uint32_t k = 0; k < r->runs[i].n_places; k++)
			r->runs[i].places[k].task = 0;
}

/* The next moment at which anything happens: a wake-up or an answer. */
static int64_t next_moment(const struct ahead *c, struct sim *s)
{
	int64_t to = c->opt->answered ? sim_next_due(s) : c->opt->until_ms;

	if (c->n > 0 && c->pending[0].due_ms < to)
		to = c->pending[0].due_ms;
	return to < c->opt->until_ms ? to : c->opt->until_ms;
}

/* From one moment to the next; gives up looking when it takes too long. */
static fl_status run_ahead(struct ahead *c, struct sim *s, int64_t *reached_ms,
			   struct fl_error *err)
{
	int64_t began = clock_mono_us();
	fl_status st = FL_OK;

	while (st == FL_OK && sim_now_ms(s) < c->opt->until_ms) {
		int64_t to = next_moment(c, s);

		if (c->opt->budget_us > 0 &&
			clock_mono_us() - began > c->opt->budget_us)
			break;
		/* what is due already and yet stays is left where it is */
		st = sim_run_to(s, to > sim_now_ms(s)
				? to : sim_now_ms(s) + STUCK_MS, err);
		while (st == FL_OK && c->n > 0 &&
			c->pending[0].due_ms <= sim_now_ms(s)) {
			struct pending p = pop(c);

			give_answer(c, s, &p);
		}
		if (c->no_memory)
			st = status_fail(err, FL_NOMEM, "ahead");
	}
	*reached_ms = sim_now_ms(s);
	return st;
}

fl_status sim_ahead(struct reader *r, struct ruleset *rs,
		    const struct ahead_options *opt, struct arena *a,
		    int64_t *reached_ms, struct fl_error *err)
{
	struct ahead c = { .opt = opt,
		.a = a,
		.book = ruleset_book(rs),
		.by_id = map_new(),
		.busy = map_new(),
		.notices = map_new() };
	struct sim *s = NULL;
	fl_status st = c.by_id != NULL && c.busy != NULL && c.notices != NULL
		? gather(&c, r, err)
		: status_fail(err, FL_NOMEM, "ahead");

	*reached_ms = opt->now_ms;
	for (uint32_t i = 0; st == FL_OK && i < c.all.n_records; i++)
		forget_tasks(&c, c.all.records[i]);
	if (st == FL_OK)
		st = sim_new_with(rs, opt->now_ms,
			&(struct sim_start){c.all.records, c.all.n_records,
				c.open, c.n_open},
			a, &s, err);
	if (st == FL_OK) {
		sim_on_told(s, on_told, &c);
		st = run_ahead(&c, s, reached_ms, err);
	}
	sim_free(s);
	map_free(c.by_id);
	map_free(c.busy);
	map_free(c.notices);
	return st;
}

/* ---- as a list ---- */

struct coming {
	struct arena *a;
	struct value *out;
	const struct rulebook *book;
};

void coming_add(struct arena *a, const struct rulebook *book,
		const struct task *t, const char *title, struct value *list)
{
	struct value one = value_map();
	char when[48];

	if (list->count >= COMING_MAX)
		return;
	zone_write_time(book->zone, t->shown_at_ms, when, sizeof(when));
	value_put(a, &one, "at", value_text(arena_strdup(a, when)));
	value_put(a, &one, "at_ms", value_int(t->shown_at_ms));
	value_put(a, &one, "due_ms", value_int(t->due_at_ms));
	value_put(a, &one, "card", value_of_text(clean(a, t->card)));
	value_put(a, &one, "step", value_of_text(clean(a, t->step)));
	value_put(a, &one, "kind", value_of_text(clean(a, t->kind)));
	value_put(a, &one, "who", value_of_text(clean(a, t->who)));
	value_put(a, &one, "title", value_text(title));
	value_append(a, list, one);
}

static void on_coming(void *ctx, const struct task *t, const char *title)
{
	struct coming *c = ctx;

	coming_add(c->a, c->book, t, title, c->out);
}

fl_status sim_coming(struct reader *r, struct ruleset *rs, int64_t home,
		     int64_t now_ms, int64_t until_ms, struct arena *a,
		     struct value *out, struct fl_error *err)
{
	struct coming c = { a, out, ruleset_book(rs) };
	const struct ahead_options opt = { .home = home,
		.now_ms = now_ms,
		.until_ms = until_ms,
		.on_task = on_coming,
		.ctx = &c };
	int64_t reached_ms;

	*out = value_list();
	return sim_ahead(r, rs, &opt, a, &reached_ms, err);
}
