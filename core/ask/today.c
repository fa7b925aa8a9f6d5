#include "ask/asking.h"

#include <stdlib.h>

static struct value blocks_value(struct view *v, const struct record *state)
{
	const struct value *blocks =
		state != NULL ? value_get(&state->fields, "blocks") : NULL;
	struct value list = value_list();

	for (uint32_t i = 0; blocks != NULL && blocks->kind == VALUE_LIST &&
			     i < blocks->count;
		i++) {
		const struct value *b = &blocks->as.items[i];
		int64_t to = value_get_int(b, "to", 0);
		struct value one = value_map();

		if (to != 0 && to < v->ask->now_ms)
			continue;
		put_text(v, &one, "kind", value_as_text(value_get(b, "kind")));
		put_time(v, &one, "from", value_get_int(b, "from", 0), true);
		put_time(v, &one, "to", to, true);
		if (value_get(b, "calls") != NULL)
			value_put(v->a, &one, "calls", *value_get(b, "calls"));
		value_append(v->a, &list, one);
	}
	return list;
}

/* Who does the work of `id` now; empty: they do it themselves, or nobody. */
static struct text stand_in(struct view *v, struct text id)
{
	struct text found = presence_stand_in(&v->world, v->book, id, NULL);

	return text_equal(found, id) ? TEXT("") : found;
}

/* The absence and what is owed, as the person's own state says. */
static void put_state(struct view *v, struct value *map, struct text id)
{
	const struct record *state = view_person(v, id);
	const struct value *f = state != NULL ? &state->fields : NULL;
	bool absent = value_get_bool(f, "absent", false) &&
		      !presence_of(&v->world, v->book, id);
	struct text other = stand_in(v, id);

	value_put(v->a, map, "absent", value_bool(absent));
	if (absent) {
		put_time(v, map, "until", value_get_int(f, "absent_until", 0),
			true);
		put_text(v, map, "deputy", field_text(state, "deputy"));
	}
	put_text(v, map, "stands_in", other);
	put_text(v, map, "stands_in_name", words_person(v, other));
	if (value_get_bool(f, "left", false))
		value_put(v->a, map, "left", value_bool(true));
	value_put(v->a, map, "leads_owed",
		value_int(value_get_int(f, "leads_owed", 0)));
	value_put(v->a, map, "calls_target",
		value_int(value_get_int(f, "calls_target", 0)));
	value_put(v->a, map, "blocks", blocks_value(v, state));
}

/* A colleague's task on the list of who stands in. */
static struct value lent_value(struct view *v, const struct task *t)
{
	struct value task = task_value(v, t);

	put_text(v, &task, "instead_of", t->who);
	put_text(v, &task, "instead_of_name", words_person(v, t->who));
	return task;
}

/* The tasks of `who`, and those of everybody they stand in for. */
static void put_tasks(struct view *v, struct value *map, struct text who,
	const struct task_list *all)
{
	struct text owner = TEXT(""), doer = TEXT("");
	struct value list = value_list(), gates = value_list();
	int64_t late = 0;

	for (uint32_t i = 0; i < all->n; i++) {
		const struct task *t = all->items[i];
		bool own = text_equal(t->who, who);

		if (!text_equal(t->who, owner)) {
			owner = t->who;
			doer = own ? TEXT("") : stand_in(v, owner);
		}
		if (!own && (who.bytes == 0 || !text_equal(doer, who)))
			continue;
		value_append(v->a, &list,
			own ? task_value(v, t) : lent_value(v, t));
		gates_add(v, view_record(v, t->subject), t, &gates);
		late += t->due_at_ms != 0 && t->due_at_ms < v->ask->now_ms;
	}
	value_put(v->a, map, "tasks", list);
	value_put(v->a, map, "gates", gates);
	value_put(v->a, map, "open", value_int(list.count));
	value_put(v->a, map, "late", value_int(late));
}

static struct value person_value(
	struct view *v, struct text id, const struct task_list *all)
{
	struct value map = value_map();

	put_text(v, &map, "person", id);
	put_text(v, &map, "name", words_person(v, id));
	put_state(v, &map, id);
	put_tasks(v, &map, id, all);
	return map;
}

static bool is_listed(const struct value *people, struct text id)
{
	for (uint32_t i = 0; i < people->count; i++)
		if (text_is(id, value_get_str(&people->as.items[i], "person")))
			return true;
	return false;
}

static void everybody(struct view *v, struct value *out)
{
	struct value people = value_list(), nobody = value_map();
	const struct value *tasks;
	struct task_list all;

	task_list(v, TEXT(""), &all);
	for (uint32_t i = 0; i < v->book->n_people; i++)
		value_append(v->a, &people,
			person_value(v, v->book->people[i].id, &all));
	/* who is no longer in dealership.lua may still have tasks */
	for (uint32_t i = 0; i < all.n; i++)
		if (all.items[i]->who.bytes > 0 &&
			!is_listed(&people, all.items[i]->who))
			value_append(v->a, &people,
				person_value(v, all.items[i]->who, &all));
	put_tasks(v, &nobody, TEXT(""), &all);
	value_put(v->a, out, "people", people);
	tasks = value_get(&nobody, "tasks"); /* NULL: there was no memory */
	value_put(v->a, out, "nobody", tasks != NULL ? *tasks : value_list());
}

static int by_due(const void *x, const void *y)
{
	const struct task *a = *(const struct task *const *)x;
	const struct task *b = *(const struct task *const *)y;

	if (a->due_at_ms != b->due_at_ms)
		return a->due_at_ms < b->due_at_ms ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* What may be on the list of `id`: their own and what they stand in for. */
static void list_for(struct view *v, struct text id, struct task_list *out)
{
	const struct record *state;
	bool lent = false;

	task_list(v, id, out);
	for (uint32_t i = 0; (state = view_staff(v, i)) != NULL; i++)
		if (!text_equal(state->ref, id) &&
			text_equal(stand_in(v, state->ref), id)) {
			task_list_add(v, state->ref, out);
			lent = true;
		}
	if (lent)
		qsort(out->items, out->n, sizeof(*out->items), by_due);
}

/* Closed now: when the doors open, for then steps come to the lists. */
static void put_opens(struct view *v, struct value *out, struct text who)
{
	const struct calendar *c = rulebook_calendar(v->book, who);
	int64_t opens = calendar_next_open(c, v->ask->now_ms);

	if (opens > v->ask->now_ms)
		put_time(v, out, "opens", opens, true);
}

static void today(struct view *v, const struct value *args, struct value *out,
	struct problems *p)
{
	const struct person *person = NULL;
	struct task_list all;
	struct text typed;

	args_known(args, "person", p);
	typed = args_text(v->a, args, "person", false, p);
	if (p->errors > 0)
		return;
	*out = value_map();
	if (typed.bytes == 0) {
		everybody(v, out);
	} else {
		if (ask_person(v->ask, typed, &person, p) != FL_OK)
			return;
		list_for(v, person->id, &all);
		*out = person_value(v, person->id, &all);
	}
	put_time(v, out, "now", v->ask->now_ms, false);
	put_opens(v, out, person != NULL ? person->id : TEXT(""));
}

fl_status ask_today(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	return ask_run(ask, args, out, p, today);
}

/* ---- tasks: as they are stored ---- */

static struct value raw_task(struct view *v, const struct task *t)
{
	static const char *const states[] = {
		"open", "done", "withdrawn", "missed"};
	const struct record *subject = view_record(v, t->subject);
	struct value map = value_map();

	put_id(v, &map, "task", TEXT("task"), t->id);
	put_text(v, &map, "card", t->card);
	put_text(v, &map, "step", t->step);
	put_text(v, &map, "kind", t->kind);
	put_text(v, &map, "who", t->who);
	if (subject != NULL)
		put_id(v, &map, "subject", subject->kind, subject->id);
	put_time(v, &map, "shown", t->shown_at_ms, false);
	put_time(v, &map, "due", t->due_at_ms, false);
	value_put(v->a, &map, "state", value_text(states[t->state & 3]));
	value_put(v->a, &map, "body", t->body);
	return map;
}

struct raw {
	struct view *v;
	struct value *list;
	struct text who;
	int state; /* -1: any */
};

static bool take_raw(void *ctx, const struct task *t)
{
	struct raw *r = ctx;

	if ((r->who.bytes == 0 || text_equal(r->who, t->who)) &&
		(r->state < 0 || r->state == t->state))
		value_append(r->v->a, r->list, raw_task(r->v, t));
	return !r->v->a->failed;
}

static int state_wanted(struct text typed, struct problems *p)
{
	static const char *const names[] = {
		"open", "done", "withdrawn", "missed", "all"};
	struct problem *it;

	if (typed.bytes == 0)
		return TASK_OPEN;
	for (int i = 0; i < 5; i++)
		if (text_is(typed, names[i]))
			return i < 4 ? i : -1;
	it = problem_add(
		p, "FL503", NULL, 0, "\"%s\" is no state of a task", typed.at);
	it->field = "state";
	it->remedy = "write open, done, withdrawn, missed or all";
	return -1;
}

static void tasks(struct view *v, const struct value *args, struct value *out,
	struct problems *p)
{
	struct value list = value_list();
	struct raw raw = {.v = v, .list = &list, .who = TEXT("")};
	const struct person *person;
	struct text typed;
	fl_status s;

	args_known(args, "person state", p);
	typed = args_text(v->a, args, "person", false, p);
	raw.state = state_wanted(args_text(v->a, args, "state", false, p), p);
	if (typed.bytes > 0 && ask_person(v->ask, typed, &person, p) == FL_OK)
		raw.who = person->id;
	if (p->errors > 0)
		return;
	if (raw.state == TASK_OPEN)
		s = reader_tasks(v->ask->reader, v->a, raw.who, 0, take_raw,
			&raw, &v->err);
	else
		s = reader_all_tasks(
			v->ask->reader, v->a, 0, 0, take_raw, &raw, &v->err);
	view_note(v, s);
	*out = value_map();
	value_put(v->a, out, "tasks", list);
	value_put(v->a, out, "count", value_int(list.count));
}

fl_status ask_tasks(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	return ask_run(ask, args, out, p, tasks);
}
