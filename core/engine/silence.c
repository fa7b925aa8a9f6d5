/*
 * Nothing falls silent: at every commit each open deal (sold ones until the car
 * is delivered), failed deal, case, promise and lead without a deal has one
 * accountable person, present or deputised, and one next action with a time;
 * or a stated end. Where nobody has the record yet, who a planned step names is
 * accountable. A breach is one task for the manager that names the card at
 * fault; it goes by itself when something is planned again. Effects are the
 * engine's own and stand in the decision of the unit's last event.
 *
 * No clock sweeps for orphans, because all that counts as a plan wakes its
 * home when it passes: places and timers are due rows, a task stays until it is
 * closed, and what stands in the diary gets a timer of the engine's own
 * (STEP_DIARY). Other rules look at all that is open (rules.recomputed). Who is
 * here is people's matter, silence_people.c. tests/unit/engine/test_silence.c
 * proves it on random histories with a judge of its own.
 */
#include "engine/engine_internal.h"
#include "engine/machine_internal.h"

#define STEP_SILENT "silent"      /* on the record itself */
#define STEP_DIARY "silent:diary" /* timer: the diary's day is over */
#define STEP_BACK "silent:back"   /* timer: somebody is back from an absence */

/* ---- what must not fall silent ---- */

static bool is_one_of(const char *is, const char *const *names)
{
	while (*names != NULL && strcmp(is, *names) != 0)
		names++;
	return *names != NULL;
}

bool silence_open(const struct record *r)
{
	static const char *const deal[] = {"signed", "handed_off", "preparing",
		"ready", "failed", "saving", "fails_working", NULL};
	static const char *const promise[] = {"open", "at_risk", NULL};
	static const char *const lead_over[] = {"linked", "closed", NULL};
	const char *is = value_get_str(&r->fields, "state");
	int state = is != NULL ? schema_state(text_of(is)) : 0;

	if (text_is(r->kind, "deal"))
		return state < 0 || schema_state_open(state) ||
			is_one_of(is, deal);
	if (text_is(r->kind, "case"))
		return is == NULL || strcmp(is, "closed") != 0;
	if (text_is(r->kind, "promise"))
		return is == NULL || is_one_of(is, promise);
	/* its deal stands for a lead that has one */
	return text_is(r->kind, "lead") &&
		value_get(&r->fields, "deal") == NULL &&
		(is == NULL || !is_one_of(is, lead_over));
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

/* When something in the showroom or the diary began or will; 0: nothing. */
static int64_t diary_at(const struct record *r)
{
	const struct value *f = &r->fields;
	const char *state = value_get_str(f, "state");

	if (text_is(r->kind, "visit"))
		return value_get(f, "ended_at") == NULL
			? value_get_int(f, "started_at", 0)
			: 0;
	if (text_is(r->kind, "appointment"))
		return state != NULL && strcmp(state, "set") == 0
			? value_get_int(f, "at", 0)
			: 0;
	if (text_is(r->kind, "delivery"))
		return state == NULL || strcmp(state, "completed") != 0
			? value_get_int(f, "slot", 0)
			: 0;
	return text_is(r->kind, "deal")
		? value_get_int(f, "appointment_at", 0)
		: 0;
}

/* It counts as a plan until that day is over and the doors open again: by then
 * somebody has told what came of it. 0: it does not count. */
static int64_t diary_until(const struct snapshot *s, const struct record *r)
{
	int64_t at = diary_at(r), until;

	if (at == 0)
		return 0;
	until = calendar_next_day_open(s->book->calendar, at);
	return until > s->now_ms ? until : 0;
}

/* When the engine's own timer of that name is due; 0: there is none. */
static int64_t own_timer(const struct record *r, const char *name)
{
	const struct named_timer *timer =
		record_timer(r, TEXT(ENGINE_CARD), text_of(name));

	return timer != NULL ? timer->due_at_ms : 0;
}

/* A timer of a card: the engine's own only look again. */
static bool has_timer(const struct record *r)
{
	for (uint32_t i = 0; i < r->n_timers; i++)
		if (!text_is(r->timers[i].card, ENGINE_CARD))
			return true;
	return false;
}

/* Other than by a task. */
static bool plans(const struct record *r)
{
	if (has_timer(r))
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

struct text silence_accountable(const struct snapshot *s,
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

/* Somebody in the roster has that role, or is in that team. */
static bool is_staffed(const struct rulebook *book, struct text role)
{
	const struct team *team = rulebook_team(book, role);

	for (uint32_t i = 0; team != NULL && i < team->n_members; i++)
		if (rulebook_person(book, team->members[i]) != NULL)
			return true;
	return team == NULL && anybody_is(book, role.at);
}

/* An escalation that waits for a department in which nobody works. */
static bool waits_for_nobody(const struct snapshot *s, const struct record *r,
	struct silence_found *out)
{
	for (uint32_t i = 0; i < r->n_runs; i++) {
		const struct run *run = &r->runs[i];
		const struct card *c = rulebook_card(s->book, run->card);
		const struct place *p = run_place(run, TEXT(STEP_WAIT));

		if (run->left_at_ms != 0 || p == NULL || p->due_at_ms == 0 ||
			c == NULL || c->escalation == NULL ||
			c->escalation->to.arg.bytes == 0 ||
			is_staffed(s->book, c->escalation->to.arg))
			continue;
		out->card = run->card;
		out->role = c->escalation->to.arg;
		return true;
	}
	return false;
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

/* What the home's records say together about one of them. */
struct family {
	struct text told; /* who a planned step names */
	struct fault fault;
	bool planned, unfilled;
	bool listed;      /* a task of it is on somebody's list */
};

/* A task of a card that is nobody's: whom it is for is not here. */
static void task_of_nobody(const struct snapshot *s, const struct task *t,
	struct silence_found *out)
{
	struct text role = value_as_text(value_get(&t->body, "wanted"));

	out->card = t->card;
	out->role = role.bytes > 0 && !is_staffed(s->book, role) ? role
								 : TEXT("");
}

/* That it fell silent is told by a task too, which plans nothing. */
static void look_tasks(const struct snapshot *s, const struct record *r,
	struct family *f, struct silence_found *out)
{
	for (uint32_t i = 0; i < r->n_open_tasks; i++) {
		const struct task *t = s->task(s->ctx, r->open_tasks[i]);

		if (t == NULL || t->state != TASK_OPEN)
			continue;
		if (!text_is(t->step, STEP_SILENT)) {
			f->planned = true;
			f->listed = f->listed || t->who.bytes > 0;
		}
		if (f->unfilled || t->who.bytes > 0 ||
			text_is(t->card, ENGINE_CARD))
			continue;
		f->unfilled = true;
		task_of_nobody(s, t, out);
	}
}

static void look_family(const struct snapshot *s, const struct record *r,
	struct family *f, struct silence_found *out)
{
	int64_t until = diary_until(s, r);

	look_tasks(s, r, f, out);
	f->planned = f->planned || plans(r);
	out->until_ms = until > out->until_ms ? until : out->until_ms;
	f->unfilled = f->unfilled || waits_for_nobody(s, r, out);
	if (out->who.bytes == 0 && f->told.bytes == 0)
		f->told = planned_for(s, r);
	fault_of(r, &f->fault);
}

enum silence silence_of(const struct snapshot *s, const struct record *r,
			silence_next next, void *ctx, struct silence_found *out)
{
	struct family f = {.fault = {.card = TEXT("")}, .told = TEXT("")};
	const struct record *other;
	uint32_t at = 0;

	*out = (struct silence_found){.who = silence_accountable(s, r),
		.card = TEXT(""), .role = TEXT("")};
	while ((other = next(ctx, r->home, &at)) != NULL) {
		if (!family(r, other))
			continue;
		/* its case stands for a deal that failed */
		if (text_is(r->kind, "deal") && other != r &&
			text_is(other->kind, "case") && silence_open(other))
			return SILENCE_OTHER;
		look_family(s, other, &f, out);
	}
	if (f.planned)
		out->until_ms = 0;
	if (!f.unfilled)
		out->card = f.fault.card;
	out->gone = out->who.bytes > 0 && has_left(s, out->who);
	if (!out->gone && !f.listed && f.told.bytes == 0 &&
		presence_stand_in(s->world, s->book, out->who, NULL).bytes ==
			0)
		return SILENCE_NOBODY;
	if (f.unfilled)
		return SILENCE_TASK;
	if (!f.planned && out->until_ms == 0)
		return SILENCE_NOTHING;
	return out->gone ? SILENCE_LEFT : SILENCE_NONE;
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

/* What is wrong, in both languages: {customer.name} and the card at fault. */
struct complaint {
	const char *code; /* in the task's body */
	const char *nl, *en;
};

static void complain(struct turn *u, enum silence is,
		     const struct silence_found *f, struct complaint *out)
{
	const char *nl = f->card.bytes > 0 ? f->card.at
					   : "geen kaart zorgt hiervoor";
	const char *en = f->card.bytes > 0 ? f->card.at
					   : "no card takes care of it";
	struct arena *a = u->arena;

	if (is == SILENCE_TASK && f->role.bytes > 0) {
		out->code = "role";
		out->nl = arena_printf(a, "{customer.name} wacht op iemand die "
			"er niet is: niemand is \"%s\" (%s). Geef iemand die "
			"rol of plaats in dealership.lua", f->role.at, nl);
		out->en = arena_printf(a, "{customer.name} waits for somebody "
			"who is not there: nobody is \"%s\" (%s). Give "
			"somebody that role or place in dealership.lua",
			f->role.at, en);
	} else if (is == SILENCE_TASK) {
		out->code = "task";
		out->nl = arena_printf(a, "Een taak voor {customer.name} is "
			"van niemand: wie ervoor is, is er niet (%s). Wijs "
			"iemand aan", nl);
		out->en = arena_printf(a, "A task for {customer.name} is "
			"nobody's: whom it is for is not here (%s). Assign "
			"somebody", en);
	} else if (is == SILENCE_NOBODY) {
		out->code = "nobody";
		out->nl = arena_printf(a, "{customer.name} is van niemand "
			"(%s). Wijs iemand aan", nl);
		out->en = arena_printf(a, "{customer.name} is nobody's "
			"(%s). Assign somebody", en);
	} else {
		out->code = "nothing";
		out->nl = arena_printf(a, "{customer.name} valt stil: er is "
			"niets gepland (%s). Plan iets, of sluit af met een "
			"reden", nl);
		out->en = arena_printf(a, "{customer.name} falls silent: "
			"nothing is planned (%s). Plan something, or close it "
			"with a reason", en);
	}
}

static fl_status tell(struct turn *u, const struct record *r,
		      const struct complaint *c)
{
	struct effect task;

	if (c->nl == NULL || c->en == NULL)
		return FL_NOMEM;
	manager_task(u, &task, r->id, TEXT(STEP_SILENT), c->nl, c->en);
	value_put(u->arena, &task.args, "silence", value_text(c->code));
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

fl_status silence_wake(struct turn *u, const struct record *r, const char *name,
		       int64_t due)
{
	struct effect timer = {.kind = EFFECT_TIMER, .subject = r->id,
		.args = value_map()};

	if (due == 0 || own_timer(r, name) == due)
		return FL_OK;
	value_put(u->arena, &timer.args, "name", value_text(name));
	value_put(u->arena, &timer.args, "due", value_int(due));
	return apply_own(u, TEXT(ENGINE_CARD), &timer);
}

int64_t silence_tomorrow(const struct turn *u)
{
	return calendar_next_day_open(u->engine->book->calendar, u->now_ms);
}

/* ---- looking ---- */

fl_status silence_over(struct turn *u, const struct task *t, const char *why)
{
	struct effect close = {.kind = EFFECT_TASK_CLOSE,
		.args = value_map()};

	if (t == NULL)
		return FL_OK;
	close.subject = t->subject;
	close.step = t->step;
	value_put(u->arena, &close.args, "id", value_int(t->id));
	value_put(u->arena, &close.args, "state", value_int(TASK_WITHDRAWN));
	value_put(u->arena, &close.args, "reason", value_text(why));
	return apply_own(u, TEXT(ENGINE_CARD), &close);
}

static const struct record *next_of(void *ctx, int64_t home, uint32_t *at)
{
	return overlay_next(ctx, home, at);
}

static fl_status look_at(struct turn *u, const struct record *r)
{
	const struct task *open = overlay_open_task(u, r, TEXT(ENGINE_CARD),
		TEXT(STEP_SILENT));
	struct silence_found found;
	enum silence is = silence_of(&u->snapshot, r, next_of, u, &found);
	struct complaint c;
	const char *told;
	fl_status s;

	if (is == SILENCE_OTHER)
		return silence_over(u, open, "its case stands for it");
	s = found.gone ? silence_left_behind(u, r, found.who) : FL_OK;
	if (s != FL_OK)
		return s;
	if (is == SILENCE_NONE || is == SILENCE_LEFT) {
		s = silence_over(u, open, "something is planned again");
		/* the diary alone: looked at again when that is over */
		return s == FL_OK ? silence_wake(u, r, STEP_DIARY,
					    found.until_ms)
				  : s;
	}
	if (found.card.bytes == 0)
		found.card = card_of_unit(u, r);
	complain(u, is, &found, &c);
	if (is == SILENCE_NOBODY && found.who.bytes > 0) {
		s = silence_wake(u, r, STEP_BACK, silence_back_at(u));
		if (s != FL_OK)
			return s;
	}
	told = open != NULL ? value_get_str(&open->body, "silence") : NULL;
	if (open != NULL && (told == NULL || strcmp(told, c.code) == 0))
		return FL_OK;
	if (own_timer(r, STEP_SILENT) != 0)
		return FL_OK; /* "done" was said today */
	if (open == NULL && just_answered(u, r))
		return silence_wake(u, r, STEP_SILENT, silence_tomorrow(u));
	s = silence_over(u, open, "it is something else now");
	return s == FL_OK ? tell(u, r, &c) : s;
}

/* What is over has nothing left to tell. */
static fl_status look_over(struct turn *u, const struct record *r)
{
	return silence_over(u, overlay_open_task(u, r, TEXT(ENGINE_CARD),
				       TEXT(STEP_SILENT)), "it is over");
}

static fl_status look_home(struct turn *u, int64_t home)
{
	const struct record *r;
	uint32_t at = 0;
	fl_status s = FL_OK;

	while (s == FL_OK && (r = overlay_next(u, home, &at)) != NULL)
		s = silence_open(r) ? look_at(u, r) : look_over(u, r);
	return s;
}

static bool is_resident(const struct record *r)
{
	return text_is(r->kind, "person") || text_is(r->kind, "rooftop");
}

/* Homes the unit touched, and those that other rules were held against. */
static int64_t home_to_look(struct turn *u, uint32_t n, uint32_t i)
{
	const struct record *r;

	if (i < n)
		r = u->records[i].record;
	else
		r = overlay_record(u, u->root->slice[i - n]);
	return r != NULL && !is_resident(r) ? r->home : 0;
}

fl_status silence_check(struct turn *u)
{
	uint32_t n = u->n_records; /* what is told adds records itself */
	uint32_t all = n + (u->root->is_slice ? u->n_slice : 0);
	int64_t *homes = arena_alloc(u->arena, (all + 1) * sizeof(*homes));
	uint32_t n_homes = 0, k;
	fl_status s = FL_OK;

	if (homes == NULL)
		return FL_NOMEM;
	if (!anybody_is(u->engine->book, "sales_manager"))
		return FL_OK;
	for (uint32_t i = 0; i < all && s == FL_OK; i++) {
		int64_t home = home_to_look(u, n, i);

		for (k = 0; k < n_homes && homes[k] != home; k++)
			;
		if (home == 0 || k < n_homes)
			continue;
		homes[n_homes++] = home;
		s = look_home(u, home);
	}
	return s == FL_OK ? silence_people(u) : s;
}
