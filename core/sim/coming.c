/*
 * What the rules will do with one customer when nobody answers: the home as it
 * stands is put into a rooftop of its own and its clock is run ahead.
 */
#include "engine/machine.h"
#include "model/event.h"
#include "sim/sim.h"

#define COMING_MAX 500

struct coming {
	struct arena *a;
	struct value *out;
	const struct rulebook *book;
	const struct home *all; /* what titles are rendered from */
};

static const struct record *find_id(void *ctx, int64_t id)
{
	const struct home *all = ctx;

	for (uint32_t i = 0; i < all->n_records; i++)
		if (all->records[i]->id == id)
			return all->records[i];
	return NULL;
}

static const struct record *find_ref(void *ctx, struct text kind,
				     struct text ref)
{
	const struct home *all = ctx;

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

/* The sentence as it would read if it were shown today. */
static const char *sentence(struct coming *c, const struct task *t)
{
	struct world w = { .ctx = (void *)(uintptr_t)c->all,
		.arena = c->a,
		.schema = c->book->schema,
		.now_ms = t->shown_at_ms,
		.get = find_id,
		.by_ref = find_ref,
		.members = no_members };
	const struct record *subject = find_id(w.ctx, t->subject);
	struct wording title;
	struct buf out;
	char *text;

	if (!task_title(c->book, t, &title))
		return "";
	buf_init(&out, 4096);
	if (subject != NULL)
		template_render(&out, wording_text(&title, c->book), &w,
			c->book, subject, &t->body);
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

static void on_told(void *ctx, const struct told *told)
{
	struct coming *c = ctx;

	for (uint32_t i = 0;
		i < told->n_tasks && c->out->count < COMING_MAX; i++) {
		const struct task *t = told->tasks[i].task;
		struct value one = value_map();
		char when[48];

		if (!told->tasks[i].is_new)
			continue;
		zone_write_time(c->book->zone, t->shown_at_ms, when,
			sizeof(when));
		value_put(c->a, &one, "at",
			value_text(arena_strdup(c->a, when)));
		value_put(c->a, &one, "at_ms", value_int(t->shown_at_ms));
		value_put(c->a, &one, "due_ms", value_int(t->due_at_ms));
		value_put(c->a, &one, "card",
			value_of_text(clean(c->a, t->card)));
		value_put(c->a, &one, "step",
			value_of_text(clean(c->a, t->step)));
		value_put(c->a, &one, "kind",
			value_of_text(clean(c->a, t->kind)));
		value_put(c->a, &one, "who",
			value_of_text(clean(c->a, t->who)));
		value_put(c->a, &one, "title", value_text(sentence(c, t)));
		value_append(c->a, c->out, one);
	}
}

static bool add_person(void *ctx, const struct record *r)
{
	struct home *h = ctx;

	h->records[h->n_records++] = (struct record *)(uintptr_t)r;
	return h->n_records < 1024;
}

/* The home's records and the residents beside them. Open tasks stay behind:
 * what is asked is what comes next. */
static fl_status gather(struct reader *r, int64_t home, struct arena *a,
			struct home *all, struct fl_error *err)
{
	struct home *h = NULL;
	fl_status st = reader_home(r, a, home, &h, err);

	if (st != FL_OK)
		return st;
	all->records = arena_alloc(a,
		(h->n_records + 1100) * sizeof(*all->records));
	if (all->records == NULL)
		return status_fail(err, FL_NOMEM, "coming");
	memcpy(all->records, h->records, h->n_records * sizeof(*h->records));
	all->n_records = 0;
	st = reader_records(r, a, TEXT("person"), 0, 1000, add_person, all,
		err);
	if (st == FL_OK)
		st = reader_records(r, a, TEXT("rooftop"), 0, 1, add_person,
			all, err);
	for (uint32_t i = 0; i < h->n_records; i++)
		all->records[all->n_records++] = h->records[i];
	return st;
}

/* Steps whose task is open now would stand still; ask as if it were done. */
static void forget_tasks(struct record *r)
{
	r->n_open_tasks = 0;
	for (uint32_t i = 0; i < r->n_runs; i++)
		for (uint32_t k = 0; k < r->runs[i].n_places; k++)
			r->runs[i].places[k].task = 0;
}

fl_status sim_coming(struct reader *r, struct ruleset *rs, int64_t home,
		     int64_t now_ms, int64_t until_ms, struct arena *a,
		     struct value *out, struct fl_error *err)
{
	struct home all = { 0 };
	struct coming c = { .a = a,
		.out = out,
		.book = ruleset_book(rs),
		.all = &all };
	struct sim *s = NULL;
	fl_status st;

	*out = value_list();
	st = gather(r, home, a, &all, err);
	if (st != FL_OK)
		return st;
	for (uint32_t i = 0; i < all.n_records; i++)
		forget_tasks(all.records[i]);
	st = sim_new_with(rs, now_ms, all.records, all.n_records, a, &s, err);
	if (st != FL_OK)
		return st;
	sim_on_told(s, on_told, &c);
	st = sim_run_to(s, until_ms, err);
	sim_free(s);
	return st;
}
