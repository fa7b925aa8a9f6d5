/*
 * Nothing falls silent: at every commit each open deal, failed deal, case and
 * promise that the unit touched has one accountable person, present or
 * deputised, and one next action with a time; or a stated end. Where nobody has
 * the record yet, who a planned step names is accountable. A breach is one task
 * for the manager that names the card at fault; it goes by itself when
 * something is planned again. No clock sweeps for orphans: what was checked has
 * a next action with a time, so its home is touched again then; cards that go
 * touch their homes when they leave (rules.recomputed); and who leaves for good
 * is told at once, with how much is left behind. Effects are the engine's own
 * and stand in the decision of the unit's last event.
 */
#include "engine/engine_internal.h"

#define STEP_SILENT "silent"    /* on the record itself */
#define STEP_LEFT "silent:left" /* on the person who left */

/* ---- what must not fall silent ---- */

bool silence_open(const struct record *r)
{
	const char *is = value_get_str(&r->fields, "state");
	int state;

	if (text_is(r->kind, "case"))
		return is == NULL || strcmp(is, "closed") != 0;
	if (text_is(r->kind, "promise"))
		return is == NULL || strcmp(is, "open") == 0 ||
			strcmp(is, "at_risk") == 0;
	if (!text_is(r->kind, "deal"))
		return false;
	state = is != NULL ? schema_state(text_of(is)) : 0;
	return state < 0 || schema_state_open(state) ||
		strcmp(is, "failed") == 0 || strcmp(is, "saving") == 0 ||
		strcmp(is, "fails_working") == 0;
}

/* The deal a record belongs to, 0 none. */
static int64_t deal_of(const struct record *r)
{
	return text_is(r->kind, "deal") ? r->id
					: value_get_int(&r->fields, "deal", 0);
}

/* A failed deal's case stands for it; a promise stands for itself. */
static bool family(const struct record *of, const struct record *r)
{
	return of->id == r->id || (!text_is(of->kind, "promise") &&
				  deal_of(of) != 0 && deal_of(of) == deal_of(r));
}

/* ---- is something planned? ---- */

static bool run_plans(const struct run *run)
{
	for (uint32_t i = 0; i < run->n_places; i++)
		if (run->places[i].due_at_ms != 0)
			return true;
	return false;
}

static const struct task *open_task(const struct snapshot *s,
				    const struct record *r, bool own)
{
	for (uint32_t i = 0; i < r->n_open_tasks; i++) {
		const struct task *t = s->task(s->ctx, r->open_tasks[i]);

		if (t != NULL && t->state == TASK_OPEN &&
			(own || !text_is(t->step, STEP_SILENT)))
			return t;
	}
	return NULL;
}

/* Something in the showroom or the diary that ends or begins by itself. */
static bool is_going_on(const struct snapshot *s, const struct record *r)
{
	if (text_is(r->kind, "visit"))
		return value_get(&r->fields, "ended_at") == NULL;
	if (text_is(r->kind, "appointment"))
		return value_get_int(&r->fields, "at", 0) > s->now_ms;
	return text_is(r->kind, "deal") &&
		value_get_int(&r->fields, "appointment_at", 0) > s->now_ms;
}

static bool plans(const struct snapshot *s, const struct record *r)
{
	if (open_task(s, r, false) != NULL || r->n_timers > 0 ||
		is_going_on(s, r))
		return true;
	for (uint32_t i = 0; i < r->n_runs; i++)
		if (r->runs[i].left_at_ms == 0 && run_plans(&r->runs[i]))
			return true;
	return false;
}

/* ---- who is accountable? ---- */

static bool anybody_is(const struct rulebook *book, const char *role)
{
	for (uint32_t i = 0; i < book->n_people; i++)
		if (person_has_role(&book->people[i], role))
			return true;
	return false;
}

static bool has_left(const struct snapshot *s, struct text person)
{
	struct world *w = s->world;
	const struct record *r = w->by_ref(w->ctx, TEXT("person"), person);

	return rulebook_person(s->book, person) == NULL ||
		(r != NULL && value_get_bool(&r->fields, "left", false) &&
			presence_deputy(w, s->book, person).bytes ==
				0);
}

static struct text accountable(const struct snapshot *s,
			       const struct record *r)
{
	static const struct who handler = {.kind = WHO_HANDLER};
	static const struct who owner = {.kind = WHO_OWNER};

	return people_named(s,
		text_is(r->kind, "promise") ? &owner : &handler, r);
}

/* Whom a step that waits for its time names; empty: none, or whoever has it. */
static struct text named_by(const struct snapshot *s, const struct record *r,
	const struct run *run, const struct place *p)
{
	const struct step *st = rulebook_step(s->book, run->card, p->step);

	return p->due_at_ms == 0 || st == NULL
		? TEXT("")
		: people_resolve(s, &st->who, r, false, NULL);
}

/* Who is told when what is planned on the record appears. */
static struct text planned_for(const struct snapshot *s, const struct record *r)
{
	struct text found = TEXT("");

	for (uint32_t i = 0; i < r->n_runs; i++) {
		const struct run *run = &r->runs[i];
		uint32_t n = run->left_at_ms == 0 ? run->n_places : 0;

		for (uint32_t k = 0; k < n && found.bytes == 0; k++)
			found = named_by(s, r, run, &run->places[k]);
	}
	return found;
}

/* A task on the record for a role that nobody in the rules has; NULL none. */
static const struct task *unfilled(const struct snapshot *s,
	const struct record *r)
{
	for (uint32_t i = 0; i < r->n_open_tasks; i++) {
		const struct task *t = s->task(s->ctx, r->open_tasks[i]);
		const struct step *st = t == NULL || t->who.bytes > 0
			? NULL
			: rulebook_step(s->book, t->card, t->step);

		if (st != NULL && t->state == TASK_OPEN &&
			(st->who.kind == WHO_ROLE ||
				st->who.kind == WHO_ON_DUTY) &&
			!anybody_is(s->book, st->who.arg.at))
			return t;
	}
	return NULL;
}

/* ---- the card at fault ---- */

struct fault {
	struct text card;
	int64_t at_ms;  /* when it left; later ones win */
	bool inside;    /* in a card that plans nothing: that one it is */
};

static void fault_of(const struct record *r, struct fault *f)
{
	for (uint32_t i = 0; i < r->n_runs; i++) {
		const struct run *run = &r->runs[i];

		if (run->left_at_ms == 0 && !f->inside) {
			f->inside = true;
			f->card = run->card;
		} else if (!f->inside && run->left_at_ms > f->at_ms) {
			f->at_ms = run->left_at_ms;
			f->card = run->card;
		}
	}
}

/* ---- the judgement ---- */

enum silence silence_of(const struct snapshot *s, const struct record *r,
			silence_next next, void *ctx, struct silence_found *out)
{
	struct fault f = {.card = TEXT("")};
	const struct record *other;
	const struct task *t = NULL, *lost = NULL;
	struct text told = TEXT("");
	bool planned = false;
	uint32_t at = 0;

	out->who = accountable(s, r);
	while ((other = next(ctx, r->home, &at)) != NULL) {
		if (!family(r, other))
			continue;
		/* its case stands for a deal that failed */
		if (text_is(r->kind, "deal") && other != r &&
			text_is(other->kind, "case") && silence_open(other))
			return SILENCE_OTHER;
		planned = planned || plans(s, other);
		t = t != NULL ? t : open_task(s, other, true);
		lost = lost != NULL ? lost : unfilled(s, other);
		if (out->who.bytes == 0 && told.bytes == 0)
			told = planned_for(s, other);
		fault_of(other, &f);
	}
	out->card = f.card;
	if (out->who.bytes > 0 && has_left(s, out->who))
		return SILENCE_LEFT;
	if (presence_stand_in(s->world, s->book, out->who, NULL).bytes == 0 &&
		told.bytes == 0 && (t == NULL || t->who.bytes == 0))
		return SILENCE_NOBODY;
	if (lost != NULL) {
		out->card = lost->card;
		return SILENCE_ROLE;
	}
	return planned ? SILENCE_NONE : SILENCE_NOTHING;
}

/* A card that is over in this very unit: its task was the last there was. */
static struct text card_of_unit(struct turn *u, const struct record *r)
{
	for (uint32_t i = 0; i < u->n_tasks; i++) {
		const struct task *t = u->task_list[i].task;
		const struct record *about = overlay_record(u, t->subject);

		if (about != NULL && family(r, about) &&
			t->state != TASK_OPEN &&
			!text_is(t->card, ENGINE_CARD))
			return t->card;
	}
	return TEXT("");
}

/* ---- telling ---- */

static fl_status tell(struct turn *u, const struct record *r,
		      struct text card, enum silence is)
{
	struct effect task;
	const char *nl, *en;

	if (is == SILENCE_ROLE) {
		nl = arena_printf(u->arena, "Een taak voor {customer.name} is "
			"van niemand: niemand heeft die rol (%s). Geef iemand "
			"de rol in dealership.lua", card.at);
		en = arena_printf(u->arena, "A task for {customer.name} is "
			"nobody's: nobody has that role (%s). Give somebody "
			"the role in dealership.lua", card.at);
	} else if (is == SILENCE_NOBODY) {
		nl = arena_printf(u->arena, "{customer.name} is van niemand "
			"(%s). Wijs iemand aan", card.bytes > 0
				? card.at : "geen kaart zorgt hiervoor");
		en = arena_printf(u->arena, "{customer.name} is nobody's "
			"(%s). Assign somebody", card.bytes > 0
				? card.at : "no card takes care of it");
	} else {
		nl = arena_printf(u->arena, "{customer.name} valt stil: er is "
			"niets gepland (%s). Plan iets, of sluit af met een "
			"reden", card.bytes > 0
				? card.at : "geen kaart zorgt hiervoor");
		en = arena_printf(u->arena, "{customer.name} falls silent: "
			"nothing is planned (%s). Plan something, or close it "
			"with a reason", card.bytes > 0
				? card.at : "no card takes care of it");
	}
	if (nl == NULL || en == NULL)
		return FL_NOMEM;
	manager_task(u, &task, r->id, TEXT(STEP_SILENT), nl, en);
	return apply_own(u, TEXT(ENGINE_CARD), &task);
}

/* One task for all who were left behind by somebody. */
static fl_status tell_left(struct turn *u, const struct record *r,
			   struct text person)
{
	struct world *w = &u->world;
	const struct record *p = w->by_ref(w->ctx, TEXT("person"), person);
	const struct person *named =
		rulebook_person(u->engine->book, person);
	const char *name = named != NULL && named->name.bytes > 0
		? named->name.at : person.at;
	char deal[KEYS_NAME];
	struct effect task;

	if (p == NULL || overlay_open_task(u, p, TEXT(ENGINE_CARD),
				 TEXT(STEP_LEFT)) != NULL)
		return FL_OK; /* told when they left */
	keys_name(r->kind, r->id, deal);
	manager_task(u, &task, p->id, TEXT(STEP_LEFT),
		arena_printf(u->arena, "%s is weg en heeft nog werk openstaan, "
			"onder meer %s. Wijs het aan anderen toe", name, deal),
		arena_printf(u->arena, "%s is gone and still has open work, %s "
			"among it. Assign it to others", name, deal));
	return apply_own(u, TEXT(ENGINE_CARD), &task);
}

/* The manager has just said "done" and nothing is planned: again tomorrow. */
static bool just_answered(struct turn *u, const struct record *r)
{
	const struct event *e = &u->events[0]->event;
	const struct task *t;

	if (!text_is(e->def->name, "task.done"))
		return false;
	t = overlay_task(u, value_get_int(&e->data, "task", 0));
	return t != NULL && t->subject == r->id &&
		text_is(t->card, ENGINE_CARD) && text_is(t->step, STEP_SILENT);
}

static fl_status again_tomorrow(struct turn *u, const struct record *r)
{
	const struct calendar *c = u->engine->book->calendar;
	struct effect timer = {.kind = EFFECT_TIMER, .subject = r->id,
		.args = value_map()};

	value_put(u->arena, &timer.args, "name", value_text(STEP_SILENT));
	value_put(u->arena, &timer.args, "due", value_int(
		calendar_next_open(c, calendar_midnight(c,
			calendar_day(c, u->now_ms) + 1))));
	return apply_own(u, TEXT(ENGINE_CARD), &timer);
}

/* ---- looking ---- */

static fl_status settle(struct turn *u, const struct record *r)
{
	const struct task *t = overlay_open_task(u, r, TEXT(ENGINE_CARD),
		TEXT(STEP_SILENT));
	struct effect close = {.kind = EFFECT_TASK_CLOSE, .subject = r->id,
		.args = value_map(), .step = TEXT(STEP_SILENT)};

	if (t == NULL)
		return FL_OK;
	value_put(u->arena, &close.args, "id", value_int(t->id));
	value_put(u->arena, &close.args, "state", value_int(TASK_WITHDRAWN));
	value_put(u->arena, &close.args, "reason",
		value_text("something is planned again"));
	return apply_own(u, TEXT(ENGINE_CARD), &close);
}

static const struct record *next_of(void *ctx, int64_t home, uint32_t *at)
{
	return overlay_next(ctx, home, at);
}

static fl_status look_at(struct turn *u, const struct record *r)
{
	struct silence_found found;
	enum silence is = silence_of(&u->snapshot, r, next_of, u, &found);

	if (is == SILENCE_OTHER)
		return FL_OK;
	if (is == SILENCE_LEFT)
		return tell_left(u, r, found.who);
	if (is == SILENCE_NONE)
		return settle(u, r);
	if (overlay_open_task(u, r, TEXT(ENGINE_CARD), TEXT(STEP_SILENT)))
		return FL_OK;
	if (just_answered(u, r))
		return again_tomorrow(u, r);
	return tell(u, r, found.card.bytes > 0 ? found.card
					       : card_of_unit(u, r),
		is);
}

static fl_status look_home(struct turn *u, int64_t home)
{
	const struct record *r;
	uint32_t at = 0;
	fl_status s = FL_OK;

	while (s == FL_OK && (r = overlay_next(u, home, &at)) != NULL)
		if (silence_open(r))
			s = look_at(u, r);
	return s;
}

static bool is_resident(const struct record *r)
{
	return text_is(r->kind, "person") || text_is(r->kind, "rooftop");
}

fl_status silence_check(struct turn *u)
{
	uint32_t n = u->n_records; /* what is told adds records itself */
	fl_status s = FL_OK;

	if (!anybody_is(u->engine->book, "sales_manager"))
		return FL_OK;
	for (uint32_t i = 0; i < n && s == FL_OK; i++) {
		const struct record *r = u->records[i].record;
		uint32_t k = 0;

		while (k < i && u->records[k].record->home != r->home)
			k++;
		if (k == i && !is_resident(r))
			s = look_home(u, r->home);
	}
	return s;
}

/* ---- somebody goes for good ---- */

fl_status silence_left(struct turn *u, const struct event *e)
{
	struct world *w = &u->world;
	const struct record *p = w->get(w->ctx, e->subject);
	struct effect task;
	uint32_t cases, tasks;
	const struct person *known;
	const char *name;

	/* with a successor named there is nothing to arrange */
	if (p == NULL || !anybody_is(u->engine->book, "sales_manager") ||
		value_as_text(value_get(&e->data, "deputy")).bytes > 0)
		return FL_OK;
	cases = workload_of(u, p->ref, TEXT("open cases"));
	tasks = workload_of(u, p->ref, TEXT("tasks"));
	if (cases + tasks == 0)
		return FL_OK; /* customers at rest: when their time comes */
	known = rulebook_person(u->engine->book, p->ref);
	name = known != NULL && known->name.bytes > 0 ? known->name.at
						     : p->ref.at;
	manager_task(u, &task, p->id, TEXT(STEP_LEFT),
		arena_printf(u->arena, "%s is weg: %u taken en %u zaken "
			"staan nog op die naam. Wijs alles aan anderen toe",
			name, tasks, cases),
		arena_printf(u->arena, "%s is gone: %u tasks and %u cases "
			"still bear that name. Assign everything to others",
			name, tasks, cases));
	return apply_own(u, TEXT(ENGINE_CARD), &task);
}
