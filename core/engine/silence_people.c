/*
 * Nothing falls silent, as far as people go. Who is away has somebody who
 * stands in (presence.c), so nothing has to be done about their customers; but
 * when nobody is left to stand in, that is told, once for the whole rooftop,
 * and a timer looks again when the next absence begins or ends. Who leaves for
 * good without a successor, or is in the roster no more, is told with all that
 * still bears that name, customers at rest included.
 */
#include "engine/engine_internal.h"

#define STEP_AWAY "silent:away" /* on the rooftop; and the timer */
#define STEP_LEFT                                                              \
	"silent:left" /* on the person; of whom nothing was ever               \
		       * told: on the rooftop, with ":ID" */
#define NAMED_MOST 6u

static const struct record *state_of(struct turn *u, struct text person)
{
	return u->world.by_ref(u->world.ctx, TEXT("person"), person);
}

static const char *name_of(struct turn *u, struct text person)
{
	const struct person *p = rulebook_person(u->engine->book, person);

	return p != NULL && p->name.bytes > 0 ? p->name.at : person.at;
}

/* ---- nobody is here ---- */

static bool is_alone(struct turn *u, struct text person)
{
	return presence_stand_in(&u->world, u->engine->book, person, NULL)
		       .bytes == 0;
}

/* Names of all for whom nobody is here; NULL: there is always somebody. */
static const char *alone(struct turn *u)
{
	const struct rulebook *book = u->engine->book;
	const char *names = NULL;
	uint32_t n = 0;

	for (uint32_t i = 0; i < book->n_people; i++) {
		struct text id = book->people[i].id;

		if (!is_alone(u, id) || n++ > NAMED_MOST)
			continue;
		names = arena_printf(u->arena, "%s%s%s",
			names != NULL ? names : "", names != NULL ? ", " : "",
			n > NAMED_MOST ? "..." : name_of(u, id));
	}
	return names;
}

static fl_status tell_away(struct turn *u, const char *names)
{
	struct effect task;

	manager_task(u, &task, u->engine->rooftop, TEXT(STEP_AWAY),
		arena_printf(u->arena,
			"Voor het werk van %s is er nu "
			"niemand, ook geen waarnemer. Noem iemand: "
			"fairlead person away WIE --deputy NAAM",
			names),
		arena_printf(u->arena,
			"Nobody is here for the work of %s, "
			"and nobody stands in. Name somebody: fairlead person "
			"away WHO --deputy NAME",
			names));
	return apply_own(u, TEXT(ENGINE_CARD), &task);
}

static void sooner(int64_t *at, int64_t other, int64_t now)
{
	if (other > now && (*at == 0 || other < *at))
		*at = other;
}

/* When time alone changes who is here: the next absence that begins, and while
 * `nobody` is here, that ends. 0: never. */
static int64_t next_change(struct turn *u, bool nobody)
{
	const struct rulebook *book = u->engine->book;
	int64_t at = 0;

	for (uint32_t i = 0; i < book->n_people; i++) {
		const struct record *r = state_of(u, book->people[i].id);

		if (r == NULL || !value_get_bool(&r->fields, "absent", false))
			continue;
		sooner(&at, value_get_int(&r->fields, "absent_from", 0),
			u->now_ms);
		if (nobody)
			sooner(&at,
				value_get_int(&r->fields, "absent_until", 0),
				u->now_ms);
	}
	return at;
}

/* Whoever comes back earlier than they said, or said nothing, is seen at the
 * next opening. */
int64_t silence_back_at(struct turn *u)
{
	int64_t at = next_change(u, true), opening = silence_tomorrow(u);

	return at != 0 && at < opening ? at : opening;
}

static fl_status look_away(struct turn *u)
{
	const struct record *roof = overlay_record(u, u->engine->rooftop);
	const char *names = alone(u);
	const struct task *open;
	int64_t at = next_change(u, names != NULL);
	fl_status s = FL_OK;

	if (roof == NULL)
		return FL_OK;
	open = overlay_open_task(u, roof, TEXT(ENGINE_CARD), TEXT(STEP_AWAY));
	if (names == NULL)
		s = silence_over(u, open, "somebody is here again");
	else if (open == NULL)
		s = tell_away(u, names);
	return s == FL_OK ? silence_wake(u, roof, STEP_AWAY, at) : s;
}

/* ---- gone for good ---- */

struct left_behind {
	uint32_t tasks, cases, deals;
};

static struct left_behind left_by(struct turn *u, struct text person)
{
	return (struct left_behind){workload_of(u, person, TEXT("tasks")),
		workload_of(u, person, TEXT("open cases")),
		workload_of(u, person, TEXT("customers"))};
}

static bool has_any(struct turn *u, struct text person)
{
	return workload_of(u, person, TEXT("tasks")) +
		       workload_of(u, person, TEXT("open matters")) > 0;
}

static const char *counted(struct turn *u, const char *before, uint32_t n,
	const char *one, const char *more)
{
	if (n == 0)
		return before;
	return arena_printf(u->arena, "%s%s%u %s", before,
		before[0] != '\0' ? ", " : "", n, n == 1 ? one : more);
}

/* "2 taken, 1 zaak, 14 lopende deals"; for one without: what `r` is called. */
static const char *listed(struct turn *u, const struct left_behind *l,
	const struct record *r, bool nl)
{
	const char *text = counted(
		u, "", l->tasks, nl ? "taak" : "task", nl ? "taken" : "tasks");
	char name[KEYS_NAME] = "";

	text = counted(u, text, l->cases, nl ? "zaak" : "case",
		nl ? "zaken" : "cases");
	text = counted(u, text, l->deals, nl ? "lopende deal" : "open deal",
		nl ? "lopende deals" : "open deals");
	if (text[0] != '\0' || r == NULL)
		return text;
	keys_name(r->kind, r->id, name);
	return arena_strdup(u->arena, name);
}

static fl_status tell_left(
	struct turn *u, struct text person, const struct record *r)
{
	const struct record *p = state_of(u, person);
	struct text step = p != NULL ? TEXT(STEP_LEFT)
				     : text_of(arena_printf(u->arena, "%s:%s",
					       STEP_LEFT, person.at));
	const struct record *on =
		p != NULL ? p : overlay_record(u, u->engine->rooftop);
	struct left_behind l = left_by(u, person);
	const char *who = name_of(u, person);
	struct text deputy =
		presence_stand_in(&u->world, u->engine->book, person, NULL);
	struct effect task;

	if (on == NULL || overlay_open_task(u, on, TEXT(ENGINE_CARD), step))
		return FL_OK; /* told */
	manager_task(u, &task, on->id, step,
		arena_printf(u->arena,
			"%s is weg; op die naam staat nog: %s. "
			"Wijs alles aan anderen toe%s%s",
			who, listed(u, &l, r, true),
			deputy.bytes > 0 ? "; tot dan neemt waar: " : "",
			deputy.bytes > 0 ? name_of(u, deputy) : ""),
		arena_printf(u->arena,
			"%s is gone; what still bears that "
			"name: %s. Assign everything to others%s%s",
			who, listed(u, &l, r, false),
			deputy.bytes > 0 ? "; until then stands in: " : "",
			deputy.bytes > 0 ? name_of(u, deputy) : ""));
	return apply_own(u, TEXT(ENGINE_CARD), &task);
}

fl_status silence_left_behind(
	struct turn *u, const struct record *r, struct text person)
{
	return tell_left(u, person, r);
}

/* With a successor named there is nothing to arrange. */
static fl_status look_left(struct turn *u, const struct event *e)
{
	const struct record *p = overlay_record(u, e->subject);

	if (p == NULL || value_as_text(value_get(&e->data, "deputy")).bytes > 0)
		return FL_OK;
	return has_any(u, p->ref) ? tell_left(u, p->ref, NULL) : FL_OK;
}

/* Whose the task or timer STEP_LEFT on `r` is; empty: it is none of those. */
static struct text left_person(const struct record *r, struct text step)
{
	const size_t n = sizeof(STEP_LEFT) - 1;

	if (text_is(step, STEP_LEFT) && text_is(r->kind, "person"))
		return r->ref;
	return step.bytes > n + 1 && memcmp(step.at, STEP_LEFT ":", n + 1) == 0
		       ? (struct text){step.at + n + 1,
				 step.bytes - (uint32_t)n - 1}
		       : TEXT("");
}

static bool is_left_behind(struct turn *u, struct text person)
{
	return person.bytes > 0 && has_any(u, person) &&
	       presence_deputy(&u->world, u->engine->book, person).bytes == 0;
}

/* Somebody had this until now: was it the last of who is gone? */
static fl_status look_arranged(struct turn *u, struct text person)
{
	const struct record *p =
		person.bytes > 0 ? state_of(u, person) : NULL;
	const struct record *roof = overlay_record(u, u->engine->rooftop);
	const struct task *open;

	if (person.bytes == 0 || roof == NULL)
		return FL_OK;
	open = overlay_open_task(u, roof, TEXT(ENGINE_CARD),
		text_join(u->arena, TEXT(STEP_LEFT), TEXT(":"), person));
	if (open == NULL && p != NULL)
		open = overlay_open_task(u, p, TEXT(ENGINE_CARD),
			TEXT(STEP_LEFT));
	return open == NULL || has_any(u, person)
		? FL_OK
		: silence_over(u, open, "nothing bears that name any more");
}

/* Who had an open record until this unit, and has it no more; else empty. */
static struct text had_record(struct turn *u, const struct record *now)
{
	/* what decides whether it is open, and whose it is */
	static const struct text fields[] = {TEXT_OF("deal"),
		TEXT_OF("deputy"), TEXT_OF("handler"), TEXT_OF("owner"),
		TEXT_OF("person"), TEXT_OF("seller"), TEXT_OF("specialist"),
		TEXT_OF("state")};
	const struct cached_record *was =
		cache_record(&u->engine->cache, now->id);
	struct text who;

	if (was == NULL ||
		!record_differs(was->now, now, fields,
			sizeof(fields) / sizeof(fields[0])) ||
		!silence_open(was->now))
		return TEXT("");
	who = silence_accountable(&u->snapshot, was->now);
	return silence_open(now) &&
			text_equal(who, silence_accountable(&u->snapshot, now))
		? TEXT("")
		: who;
}

static struct text had_task(struct turn *u, const struct task *now)
{
	const struct kept_task *kept =
		cache_task(&u->engine->cache, now->id);
	struct text who;

	if (kept == NULL || kept->state != TASK_OPEN)
		return TEXT("");
	who = kept_head(kept).who;
	return now->state == TASK_OPEN && text_equal(who, now->who) ? TEXT("")
								    : who;
}

static fl_status look_had(struct turn *u)
{
	uint32_t n_records = u->n_records, n_tasks = u->n_tasks;
	fl_status s = FL_OK;

	for (uint32_t i = 0; i < n_records && s == FL_OK; i++)
		s = look_arranged(u, had_record(u, u->records[i].record));
	for (uint32_t i = 0; i < n_tasks && s == FL_OK; i++)
		s = look_arranged(u, had_task(u, u->task_list[i].task));
	return s;
}

/* ---- when to look ---- */

/* The manager said "done" and it is not: again tomorrow. */
static fl_status look_answered(struct turn *u)
{
	const struct event *e = &u->events[0]->event;
	const struct task *t = NULL;
	const struct record *r;
	bool again;

	if (text_is(e->def->name, "task.done"))
		t = overlay_task(u, value_get_int(&e->data, "task", 0));
	if (t == NULL || !text_is(t->card, ENGINE_CARD) ||
		(r = overlay_record(u, t->subject)) == NULL)
		return FL_OK;
	again = text_is(t->step, STEP_AWAY)
			? alone(u) != NULL
			: is_left_behind(u, left_person(r, t->step));
	return again ? silence_wake(u, r, t->step.at, silence_tomorrow(u))
		     : FL_OK;
}

/* A timer of the engine's own about people; *s: what came of it. */
static bool look_woken(struct turn *u, fl_status *s)
{
	const struct due_row *row = &u->root->timer;
	const struct record *r;
	struct text slot, person;

	if (!u->root->is_timer || !text_is(row->card, ENGINE_CARD) ||
		row->slot.bytes < 2 || row->slot.at[0] != '@' ||
		(r = overlay_record(u, row->subject)) == NULL)
		return false;
	slot = (struct text){row->slot.at + 1, row->slot.bytes - 1};
	person = left_person(r, slot);
	if (is_left_behind(u, person))
		*s = tell_left(u, person, NULL);
	return text_is(slot, STEP_AWAY);
}

fl_status silence_people(struct turn *u)
{
	fl_status s = look_answered(u);
	bool looks = look_woken(u, &s);

	for (uint32_t i = 0; i < u->n_events && s == FL_OK; i++) {
		const struct event *e = &u->events[i]->event;
		bool left = text_is(e->def->name, "person.left");

		looks = looks || left ||
			text_is(e->def->name, "person.absent") ||
			text_is(e->def->name, "person.returned") ||
			text_is(e->def->name, "rules.activated");
		if (left && !e->misfit)
			s = look_left(u, e);
	}
	if (s == FL_OK)
		s = look_had(u);
	return s == FL_OK && looks ? look_away(u) : s;
}
