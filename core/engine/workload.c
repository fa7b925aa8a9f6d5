#include "engine/engine_internal.h"

/* What one person has on hand. */
struct load {
	int64_t tasks;      /* open ones */
	int64_t cases;      /* open or waiting */
	int64_t deliveries; /* cars handed over to, not yet delivered */
};

struct workload {
	struct map *people; /* id -> struct load */
};

fl_status workload_new(struct workload **out)
{
	struct workload *w = calloc(1, sizeof(*w));

	*out = w;
	if (w == NULL || (w->people = map_new()) == NULL)
		return FL_NOMEM;
	return FL_OK;
}

void workload_free(struct workload *w)
{
	uint32_t at = 0;
	void *l;

	if (w == NULL)
		return;
	while (w->people != NULL && map_next(w->people, &at, NULL, NULL, &l))
		free(l);
	map_free(w->people);
	free(w);
}

static struct load *load_of(struct workload *w, struct text person)
{
	struct load *l = map_get(w->people, person);

	if (l != NULL)
		return l;
	if ((l = calloc(1, sizeof(*l))) == NULL)
		return NULL;
	if (!map_put(w->people, person, l)) {
		free(l);
		return NULL;
	}
	return l;
}

bool workload_task(struct workload *w, const struct task *t, int sign)
{
	struct load *l;

	if (t->state != TASK_OPEN || t->who.bytes == 0)
		return true;
	if ((l = load_of(w, t->who)) != NULL)
		l->tasks += sign;
	return l != NULL;
}

/* Whose case or delivery it is; empty: nobody's, or it is over. */
static struct text holder(const struct record *r, bool *is_case)
{
	const char *state = value_get_str(&r->fields, "state");
	const char *who;

	*is_case = text_is(r->kind, "case");
	if (*is_case) {
		if (state != NULL && strcmp(state, "closed") == 0)
			return (struct text){"", 0};
		who = value_get_str(&r->fields, "owner");
		return text_of(who != NULL
				? who
				: value_get_str(&r->fields, "handler"));
	}
	if (!text_is(r->kind, "deal") || state == NULL ||
		(strcmp(state, "signed") != 0 &&
			strcmp(state, "handed_off") != 0 &&
			strcmp(state, "preparing") != 0 &&
			strcmp(state, "ready") != 0))
		return (struct text){"", 0};
	return text_of(value_get_str(&r->fields, "specialist"));
}

bool workload_record(struct workload *w, const struct record *r, int sign)
{
	bool is_case;
	struct text who = holder(r, &is_case);
	struct load *l;

	if (who.bytes == 0)
		return true;
	if ((l = load_of(w, who)) == NULL)
		return false;
	if (is_case)
		l->cases += sign;
	else
		l->deliveries += sign;
	return true;
}

static bool read_task(void *ctx, const struct task *t)
{
	return workload_task(ctx, t, 1);
}

static bool read_record(void *ctx, const struct record *r)
{
	return workload_record(ctx, r, 1);
}

fl_status workload_read(struct workload *w, struct reader *r,
			struct fl_error *err)
{
	static const char *const kinds[] = {"case", "deal"};
	struct arena a;
	fl_status s;

	arena_init(&a, (size_t)1 << 32);
	s = reader_tasks(r, &a, TEXT(""), 0, read_task, w, err);
	for (size_t i = 0; i < 2 && s == FL_OK; i++) {
		arena_reset(&a);
		s = reader_records(r, &a, text_of(kinds[i]), 0, 0, read_record,
			w, err);
	}
	arena_deinit(&a);
	return s;
}

/* What the unit at hand has changed. */
static void add_own(struct turn *u, struct text person, struct load *l)
{
	for (uint32_t i = 0; i < u->n_tasks; i++) {
		const struct task *t = u->task_list[i].task;
		const struct task *was = cache_task(&u->engine->cache, t->id);

		if (was != NULL && was->state == TASK_OPEN &&
			text_equal(was->who, person))
			l->tasks--;
		if (t->state == TASK_OPEN && text_equal(t->who, person))
			l->tasks++;
	}
	for (uint32_t i = 0; i < u->n_records; i++) {
		const struct record *r = u->records[i].record;
		const struct cached_record *was =
			cache_record(&u->engine->cache, r->id);
		bool is_case;

		if (was != NULL &&
			text_equal(holder(was->now, &is_case), person))
			*(is_case ? &l->cases : &l->deliveries) -= 1;
		if (text_equal(holder(r, &is_case), person))
			*(is_case ? &l->cases : &l->deliveries) += 1;
	}
}

uint32_t workload_of(struct turn *u, struct text person, struct text what)
{
	const struct load *known = map_get(u->engine->workload->people, person);
	struct load l = known != NULL ? *known : (struct load){0};
	int64_t n;

	add_own(u, person, &l);
	n = l.tasks;
	if (what.bytes > 0 && strstr(what.at, "case") != NULL)
		n = l.cases;
	else if (what.bytes > 0 && strstr(what.at, "deliver") != NULL)
		n = l.deliveries;
	return n > 0 ? (uint32_t)n : 0;
}
