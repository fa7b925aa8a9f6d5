#include "engine/engine_internal.h"

#define EVENTS_MOST 4096u /* of one unit; EMITs are bounded far below */

fl_status turn_init(struct turn *u, struct engine *e)
{
	u->engine = e;
	u->arena = &e->scratch;
	arena_init(&u->keep, 0);
	return FL_OK;
}

void turn_deinit(struct turn *u)
{
	arena_deinit(&u->keep);
}

static struct turn_event *event_push(struct turn *u)
{
	struct turn_event *ue = arena_alloc(u->arena, sizeof(*ue));
	struct turn_event **grown = arena_grow(u->arena, u->events,
		u->n_events, &u->cap_events, u->n_events + 1, sizeof(ue));

	if (ue == NULL || grown == NULL || u->n_events >= EVENTS_MOST) {
		u->no_memory = true;
		return NULL;
	}
	u->events = grown;
	ue->subject_ref = ue->event.id = ue->event.role = TEXT("");
	u->events[u->n_events] = ue;
	ue->event.number = u->first_number + u->n_events;
	u->n_events++;
	return ue;
}

struct turn_event *turn_cause(struct turn *u, struct text type, int64_t subject,
			      const struct value *data)
{
	const struct event_def *def = schema_event(u->world.schema, type);
	const struct event *by = &turn_now(u)->event;
	struct turn_event *ue;
	struct event *e;

	if (def == NULL || (ue = event_push(u)) == NULL)
		return NULL;
	e = &ue->event;
	e->def = def;
	e->source = TEXT(ENGINE_SOURCE);
	e->subject = subject;
	e->occurred_at_ms = by->occurred_at_ms;
	e->recorded_at_ms = u->now_ms;
	e->cause = by->number;
	e->depth = by->depth + 1;
	e->actor = TEXT(ENGINE_SOURCE);
	e->data = data != NULL ? *data : value_map();
	return ue;
}

/* ---- may it happen ---- */

static void become_misfit(struct turn *u, struct event *e, uint32_t n_records)
{
	overlay_forget(u, n_records);
	e->misfit = true;
	if (e->subject == 0 || overlay_record(u, e->subject) == NULL)
		e->subject = e->customer;
	if (e->subject == 0 || overlay_record(u, e->subject) == NULL)
		e->subject = u->engine->rooftop;
	u->n_needs = 0;
}

/* `p` NULL: the gate only fills in. One that ended the process is not asked
 * again: what it guards is refused, a fact passes. */
static fl_status ask_gate(struct turn *u, const struct card *gate,
			  struct event *e, struct problems *p)
{
	uint32_t at = (uint32_t)(gate - u->engine->book->cards);
	const char *held = crash_barred(u, gate);
	fl_status s = FL_OK;

	if (held == NULL)
		held = meter_held(u, at);

	if (held != NULL && p != NULL)
		gate_broken(&u->snapshot, held, p);
	if (held != NULL)
		return p != NULL ? FL_DENIED : FL_OK;
	crash_page_enter(u->engine->crash, gate->name);
	if (p == NULL)
		gate_fill(&u->snapshot, gate, e);
	else
		s = gate_check(&u->snapshot, gate, e, p);
	crash_page_leave(u->engine->crash);
	return s;
}

/* All gates of the event, so that everything that is missing is told at once;
 * `p` as for ask_gate(). */
static fl_status ask_gates(struct turn *u, struct event *e, struct problems *p)
{
	const struct rulebook *book = u->engine->book;
	fl_status s = FL_OK;

	for (uint32_t i = 0; i < book->n_cards && s != FL_NOMEM; i++) {
		fl_status one;

		if (!gate_guards(&book->cards[i], e->def->name))
			continue;
		crash_event(u);
		one = ask_gate(u, &book->cards[i], e, p);
		s = one != FL_OK ? one : s;
	}
	return s;
}

/* An answer is about what its task is about; gates look at what it records. */
static fl_status admit_answer(struct turn *u, struct event *e,
			      struct problems *p)
{
	fl_status s = wire_check_answer(u, p);
	const struct task *t;
	struct event records;

	if (s != FL_OK)
		return s;
	t = overlay_task(u, value_get_int(&e->data, "task", 0));
	e->subject = t != NULL ? t->subject : 0;
	if (t == NULL || !gate_answer(&u->snapshot, t, e, &records))
		return FL_OK;
	ask_gates(u, &records, NULL);
	return ask_gates(u, &records, p);
}

/* Gates look at what a person says; facts pass, their card tells. */
static fl_status admit_gates(struct turn *u, struct event *e,
			     struct problems *p)
{
	struct snapshot *s = &u->snapshot;

	s->event = e;
	if (e->command && e->def->touch &&
		event_field(e->def, TEXT("by")) != NULL &&
		value_get(&e->data, "by") == NULL &&
		rulebook_person(s->book, e->actor) != NULL)
		value_put(u->arena, &e->data, "by", value_of_text(e->actor));
	ask_gates(u, e, NULL);
	if (!e->command || e->cause != 0)
		return FL_OK;
	return mode_check(s, e, p) == FL_OK ? ask_gates(u, e, p) : FL_DENIED;
}

/* Resolves and judges the event. TURN_DONE: it happens, perhaps as misfit. */
static enum turn_result admit(struct turn *u, struct turn_event *ue,
			      struct problems *p)
{
	struct event *e = &ue->event;
	uint32_t n_records = u->n_records;
	struct arena_mark mark = arena_mark(p->arena);
	struct problems before = *p;
	bool answers = text_is(e->def->name, "task.done") && e->cause == 0;
	fl_status s = answers ? admit_answer(u, e, p) : FL_OK;

	if (s == FL_OK)
		s = event_resolve(&u->world, e, ue->subject_ref, p);
	if (u->n_needs > 0)
		return TURN_NEEDS;
	if (s == FL_NOMEM || u->no_memory)
		return TURN_FAILED;
	if (s != FL_OK && answers) {
		u->refusal = s;
		return TURN_REFUSED;
	}
	if (s == FL_OK && !answers && !u->root->engine_made)
		s = event_legal(&u->world, e, p);
	if (s == FL_OK && !answers && !e->misfit)
		s = admit_gates(u, e, p);
	if (u->n_needs > 0)
		return TURN_NEEDS;
	if (s != FL_OK && e->command) {
		u->refusal = s;
		return TURN_REFUSED;
	}
	if (s != FL_OK || e->misfit) {
		become_misfit(u, e, n_records);
		arena_release(p->arena, mark);
		*p = before;
	}
	return TURN_DONE;
}

/* ---- what an event does by itself ---- */

static enum turn_result project(struct turn *u, struct turn_event *ue)
{
	struct value caused = value_list();

	if (event_project(&u->world, &ue->event, &caused) != FL_OK)
		return TURN_FAILED;
	for (uint32_t i = 0; i < caused.count; i++) {
		const struct value *c = &caused.as.items[i];
		struct text type = text_of(value_get_str(c, "type"));

		if (schema_event(u->world.schema, type) != NULL &&
			turn_cause(u, type, value_get_int(c, "subject", 0),
				value_get(c, "data")) == NULL)
			return TURN_FAILED;
	}
	return u->no_memory ? TURN_FAILED : TURN_DONE;
}

static enum turn_result misfit(struct turn *u, struct turn_event *ue)
{
	struct event *e = &ue->event;
	struct effect task;
	const char *type = e->def->name.at;
	const struct record *r = overlay_record(u, e->subject);
	struct text step =
		text_of(arena_printf(u->arena, "misfit:%s", type));

	if (r == NULL || overlay_open_task(u, r, TEXT(ENGINE_CARD), step))
		return TURN_DONE;
	manager_task(u, &task, e->subject, step,
		arena_printf(u->arena,
			"Dit kwam binnen maar past hier niet: %s (E%lld). "
			"Kijk wat er gebeurd is.",
			type, (long long)e->number),
		arena_printf(u->arena,
			"This came in but does not fit here: %s (E%lld). Look "
			"what has happened.",
			type, (long long)e->number));
	return apply_own(u, TEXT(ENGINE_CARD), &task) == FL_OK ? TURN_DONE
							       : TURN_FAILED;
}

/* A named timer is gone once it fires, whatever its card does. */
static fl_status timer_drop(struct turn *u)
{
	const struct due_row *row = &u->root->timer;
	struct effect cancel = {.kind = EFFECT_CANCEL,
		.subject = row->subject, .args = value_map()};

	if (row->slot.bytes == 0 || row->slot.at[0] != '@')
		return FL_OK;
	value_put(u->arena, &cancel.args, "name",
		value_text(row->slot.at + 1));
	return apply_own(u, row->card, &cancel);
}

/* A place must not keep the wake-up that has just fired. */
static fl_status timer_over(struct turn *u)
{
	const struct due_row *row = &u->root->timer;
	const struct record *r = overlay_record(u, row->subject);
	const struct run *run = r != NULL ? record_run(r, row->card) : NULL;
	const struct place *p = run != NULL ? run_place(run, row->slot) : NULL;
	const struct rulebook *book = u->engine->book;
	struct effect e = {.kind = EFFECT_PLACE, .subject = row->subject,
		.args = value_map(), .step = row->slot};
	int64_t due = 0;

	if (p == NULL || p->due_at_ms != row->due_at_ms)
		return FL_OK;
	if (rulebook_card(book, row->card) != NULL)
		due = calendar_next_day_open(book->calendar, u->now_ms);
	value_put(u->arena, &e.args, "step", value_of_text(p->step));
	value_put(u->arena, &e.args, "phase", value_int(p->phase));
	value_put(u->arena, &e.args, "anchor", value_int(p->anchor_ms));
	value_put(u->arena, &e.args, "wait", value_of_text(p->wait));
	value_put(u->arena, &e.args, "due", value_int(due));
	value_put(u->arena, &e.args, "task", value_int(p->task));
	value_put(u->arena, &e.args, "count", value_int(p->count));
	value_put(u->arena, &e.args, "rung", value_int(p->rung));
	value_put(u->arena, &e.args, "done", value_int(p->done_at_ms));
	return apply_own(u, row->card, &e);
}

/* An answered task is closed, also when its card is gone or has failed. */
static fl_status answer_over(struct turn *u, const struct event *e)
{
	int64_t id = wire_task_id(value_get(&e->data, "task"));
	const struct task *t = overlay_task(u, id);
	const char *outcome = value_get_str(&e->data, "outcome");
	struct effect close = {.kind = EFFECT_TASK_CLOSE,
		.args = value_map()};

	if (t == NULL || t->state != TASK_OPEN)
		return FL_OK;
	close.subject = t->subject;
	close.step = t->step;
	value_put(u->arena, &close.args, "id", value_int(id));
	value_put(u->arena, &close.args, "state", value_int(TASK_DONE));
	value_put(u->arena, &close.args, "by", value_of_text(e->actor));
	if (outcome != NULL)
		value_put(u->arena, &close.args, "outcome",
			value_text(outcome));
	return apply_own(u, TEXT(ENGINE_CARD), &close);
}

static fl_status quarantine(struct turn *u, const struct event *e)
{
	static const char *const where[] = {"file", "line", "event"};
	bool clears = text_is(e->def->name, "rules.activated");
	const struct record *roof = overlay_record(u, u->engine->rooftop);
	const struct value *known =
		roof != NULL ? value_get(&roof->fields, "quarantined") : NULL;
	struct effect set = {.kind = EFFECT_SET,
		.subject = u->engine->rooftop, .args = value_map()};
	struct value all = value_map(), one = value_map();

	if (clears)
		crash_page_forget(u->engine->crash);
	if (clears && (known == NULL || known->kind == VALUE_NULL))
		return FL_OK;
	if (!clears) {
		if (known != NULL && known->kind == VALUE_MAP)
			all = value_clone(u->arena, known);
		value_put(u->arena, &one, "since", value_int(u->now_ms));
		value_put(u->arena, &one, "reason", value_text(
			value_get_str(&e->data, "reason")));
		for (size_t i = 0; i < sizeof(where) / sizeof(where[0]); i++)
			if (value_get(&e->data, where[i]) != NULL)
				value_put(u->arena, &one, where[i],
					*value_get(&e->data, where[i]));
		value_set(u->arena, &all,
			text_of(value_get_str(&e->data, "card")), one);
	}
	value_put(u->arena, &set.args, "field", value_text("quarantined"));
	value_put(u->arena, &set.args, "value", clears ? value_null() : all);
	return apply_own(u, TEXT(ENGINE_CARD), &set);
}

/* Who looks after the rule files: the admin, where there is one. */
static void give_to_admin(struct turn *u, struct effect *task)
{
	static const struct who admin = {.kind = WHO_ROLE,
		.arg = {"dealer_admin", sizeof("dealer_admin") - 1}};
	const struct rulebook *book = u->engine->book;

	for (uint32_t i = 0; i < book->n_people; i++)
		if (person_has_role(&book->people[i], "dealer_admin")) {
			value_put(u->arena, &task->args, "who",
				people_to_value(u->arena, &admin));
			return;
		}
}

/* Rule files were refused, or are good again: the rooftop says so, and one
 * task, which closes itself. */
static fl_status rejected(struct turn *u, const struct event *e)
{
	bool refused = text_is(e->def->name, "rules.rejected");
	const struct record *roof = overlay_record(u, u->engine->rooftop);
	const char *error = value_get_str(&e->data, "error");
	struct effect set = {.kind = EFFECT_SET, .subject = u->engine->rooftop,
		.args = value_map()};
	struct effect task = {.kind = EFFECT_TASK_CLOSE, .args = value_map()};
	const struct value *known;
	const struct task *open;
	struct value one = value_map();
	fl_status s;

	known = roof != NULL ? value_get(&roof->fields, "rejected") : NULL;
	if (roof == NULL ||
		(!refused && (known == NULL || known->kind == VALUE_NULL)))
		return FL_OK;
	open = overlay_open_task(u, roof, TEXT(ENGINE_CARD),
		TEXT("rules.rejected"));
	value_put(u->arena, &one, "since", value_int(u->now_ms));
	value_put(u->arena, &one, "error", value_text(error != NULL ? error : ""));
	value_put(u->arena, &set.args, "field", value_text("rejected"));
	value_put(u->arena, &set.args, "value", refused ? one : value_null());
	s = apply_own(u, TEXT(ENGINE_CARD), &set);
	if (s != FL_OK || refused == (open != NULL))
		return s;
	if (refused) {
		manager_task(u, &task, u->engine->rooftop, TEXT("rules.rejected"),
			arena_printf(u->arena, "De regelbestanden kloppen niet, "
				"de vorige regels werken door: %s",
				error != NULL ? error : ""),
			arena_printf(u->arena, "The rule files are wrong, the "
				"rules of before go on: %s",
				error != NULL ? error : ""));
		give_to_admin(u, &task);
	} else {
		task.subject = open->subject;
		task.step = open->step;
		value_put(u->arena, &task.args, "id", value_int(open->id));
		value_put(u->arena, &task.args, "state",
			value_int(TASK_WITHDRAWN));
		value_put(u->arena, &task.args, "reason",
			value_text("the rule files are good again"));
	}
	return apply_own(u, TEXT(ENGINE_CARD), &task);
}

/* Somebody is away or gone and named nobody: who stands in is chosen here, and
 * recorded. Their open tasks show on that list at once (rule 15). */
static fl_status stand_in(struct turn *u, const struct event *e)
{
	const struct record *r = overlay_record(u, e->subject);
	struct effect set = {.kind = EFFECT_SET, .subject = e->subject,
		.args = value_map()};
	const char *how;
	struct text found;

	if (r == NULL ||
		value_as_text(value_get(&r->fields, "deputy")).bytes > 0)
		return FL_OK;
	found = presence_stand_in(&u->world, u->engine->book, r->ref, &how);
	if (found.bytes == 0 || text_equal(found, r->ref))
		return FL_OK;
	value_put(u->arena, &set.args, "field", value_text("deputy"));
	value_put(u->arena, &set.args, "value", value_of_text(found));
	value_put(u->arena, &set.args, "reason", value_text(how));
	return apply_own(u, TEXT(ENGINE_CARD), &set);
}

/* ---- one event ---- */

static enum turn_result after_cards(struct turn *u, struct turn_event *ue)
{
	struct event *e = &ue->event;
	fl_status s = FL_OK;

	if (u->root->is_timer && u->current == 0)
		s = timer_over(u);
	else if (text_is(e->def->name, "task.done"))
		s = answer_over(u, e);
	else if (text_is(e->def->name, "rules.undone"))
		s = undone_told(u, e);
	else if (text_is(e->def->name, "outage.ended") ||
		text_is(e->def->name, "clock.stepped"))
		s = outage_told(u, e);
	else if (text_is(e->def->name, "card.quarantined") ||
		text_is(e->def->name, "rules.activated"))
		s = quarantine(u, e);
	else if (text_is(e->def->name, "rules.rejected") ||
		text_is(e->def->name, "rules.mended"))
		s = rejected(u, e);
	else if (text_is(e->def->name, "person.absent") ||
		text_is(e->def->name, "person.left"))
		s = stand_in(u, e);
	if (s == FL_OK && text_is(e->def->name, "rules.activated"))
		s = rejected(u, e);
	return s == FL_OK && !u->no_memory && !u->arena->failed ? TURN_DONE
								: TURN_FAILED;
}

static enum turn_result event_run(struct turn *u, struct problems *p)
{
	struct turn_event *ue = turn_now(u);
	struct event *e = &ue->event;
	enum turn_result r = admit(u, ue, p);
	const struct record *subject;

	if (r != TURN_DONE)
		return r;
	subject = overlay_record(u, e->subject);
	e->home = subject != NULL ? subject->home : 0;
	u->snapshot.event = e;
	if (e->misfit)
		return misfit(u, ue);
	if ((r = project(u, ue)) != TURN_DONE)
		return r;
	if (u->n_needs > 0)
		return TURN_NEEDS;
	if (u->root->is_timer && u->current == 0 && timer_drop(u) != FL_OK)
		return TURN_FAILED;
	if (u->root->is_slice && u->current == 0)
		r = cards_recompute(u);
	else if (text_is(e->def->name, "event.retried"))
		r = cards_retry(u);
	else if (!text_is(e->def->name, "engine.started"))
		r = cards_run(u);
	if (r == TURN_DONE)
		r = after_cards(u, ue);
	return r == TURN_DONE && u->n_needs > 0 ? TURN_NEEDS : r;
}

static void begin(struct turn *u)
{
	arena_reset(u->arena);
	u->events = NULL;
	u->outbox = NULL;
	u->scores = NULL;
	u->n_events = u->cap_events = 0;
	u->n_outbox = u->cap_outbox = 0;
	u->n_scores = u->cap_scores = 0;
	u->n_effects = 0;
	u->effect_bytes = 0;
	u->current = 0;
	u->no_memory = false;
	u->refusal = FL_OK;
	u->first_number = u->engine->last_number + 1;
	u->n_slice = 0;
	overlay_begin(u);
	pace_begin(u);
	meter_try(u);
}

/* Resolving replaces members of the data: the root's stay for another try. */
static bool own_members(struct turn *u, struct value *data)
{
	if (data->count == 0)
		return true;
	data->room = 0;
	data->as.members = arena_copy(u->arena, data->as.members,
		data->count * sizeof(*data->as.members));
	return data->as.members != NULL;
}

/* Behind the last event: has anything fallen silent? */
static enum turn_result end(struct turn *u)
{
	if (looks_bring(u) != FL_OK || silence_check(u) != FL_OK ||
		u->no_memory)
		return TURN_FAILED;
	return u->n_needs > 0 ? TURN_NEEDS : TURN_DONE;
}

static enum turn_result try_once(struct turn *u, struct problems *p)
{
	struct turn_event *ue;
	enum turn_result r = TURN_DONE;

	begin(u);
	if ((ue = event_push(u)) == NULL)
		return TURN_FAILED;
	ue->event = u->root->event;
	ue->event.number = u->first_number;
	if (!own_members(u, &ue->event.data))
		return TURN_FAILED;
	ue->event.recorded_at_ms = u->now_ms;
	if (ue->event.occurred_at_ms == 0)
		ue->event.occurred_at_ms = u->now_ms;
	/* what outsiders call a record is asked of the store */
	if (u->root->subject_id != 0 &&
		overlay_record(u, u->root->subject_id) != NULL)
		ue->event.subject = u->root->subject_id;
	else if (u->root->subject_ref.bytes > 0)
		ue->subject_ref = u->root->subject_ref;
	for (; u->current < u->n_events && r == TURN_DONE; u->current++) {
		r = overlay_keep_before(u) ? event_run(u, p) : TURN_FAILED;
		if (r == TURN_DONE && u->current + 1 == u->n_events)
			r = end(u);
	}
	return r == TURN_DONE && u->arena->failed ? TURN_FAILED : r;
}

enum turn_result turn_run(struct turn *u, const struct root *root,
			  int64_t now_ms, struct problems *p)
{
	enum turn_result r;

	if (u->waiting != root) { /* else it only lacked something to read */
		arena_reset(&u->keep);
		meter_begin(u);
	}
	u->dooms = NULL;
	u->n_dooms = u->cap_dooms = 0;
	u->root = root;
	u->now_ms = now_ms;
	do
		r = try_once(u, p);
	while (r == TURN_AGAIN);
	meter_end(u);
	u->waiting = r == TURN_NEEDS ? root : NULL;
	return r;
}
