#include "engine/machine_internal.h"

static struct effect spare_effect; /* handed out when memory is refused */

struct effect *mach_effect(struct mach *m, enum effect_kind kind,
			   struct text step, int line)
{
	struct card_decision *out = m->out;
	struct effect *e, *grown;

	if (out->n_effects == out->cap_effects) {
		grown = arena_grow(m->a, out->effects, out->n_effects,
			&out->cap_effects, out->n_effects + 1, sizeof(*grown));
		if (grown == NULL) {
			m->no_memory = true;
			memset(&spare_effect, 0, sizeof(spare_effect));
			spare_effect.args = value_map();
			return &spare_effect;
		}
		out->effects = grown;
	}
	e = &out->effects[out->n_effects++];
	*e = (struct effect){ .kind = (uint8_t)kind,
		.subject = m->subject->id,
		.args = value_map(),
		.line = line,
		.step = step };
	return e;
}

void mach_put(struct mach *m, struct effect *e, const char *key,
	      struct value v)
{
	if (!value_put(m->a, &e->args, key, v))
		m->no_memory = true;
}

struct effect *mach_emit(struct mach *m, struct text type, int64_t subject,
			 struct value data, int line)
{
	struct effect *e =
		mach_effect(m, EFFECT_EMIT, (struct text){ "", 0 }, line);

	mach_put(m, e, "type", value_of_text(type));
	if (subject != 0)
		mach_put(m, e, "subject", value_int(subject));
	mach_put(m, e, "data", data);
	return e;
}

void mach_set_field(struct mach *m, int64_t subject, const char *field,
		    struct value v, int line)
{
	struct effect *e =
		mach_effect(m, EFFECT_SET, (struct text){ "", 0 }, line);

	if (subject != 0)
		e->subject = subject;
	mach_put(m, e, "field", value_text(field));
	mach_put(m, e, "value", v);
}

void mach_keep(struct mach *m, const char *key, struct value v)
{
	struct effect *e = mach_effect(m, EFFECT_KEEP, (struct text){ "", 0 },
		m->card->line);

	mach_put(m, e, "key", value_text(key));
	mach_put(m, e, "value", v);
	if (m->run != NULL && !value_put(m->a, &m->run->keep, key, v))
		m->no_memory = true;
}

int64_t mach_keep_int(const struct mach *m, const char *key)
{
	return m->run != NULL ? value_get_int(&m->run->keep, key, 0) : 0;
}

struct effect *mach_notice(struct mach *m, struct text step,
			   const struct who *who, const char *nl,
			   const char *en, int line)
{
	struct effect *e = mach_effect(m, EFFECT_TASK, step, line);
	struct value title = value_map();
	struct due_rule rule = { .kind = TIMING_NOW };
	struct due_result due = due_compute(&rule, m->s->now_ms,
		people_calendar(m->s, who, m->subject));

	value_put(m->a, &title, "nl", value_text(nl));
	value_put(m->a, &title, "en", value_text(en));
	mach_put(m, e, "kind", value_text("todo"));
	mach_put(m, e, "who", people_to_value(m->a, who));
	mach_put(m, e, "title", title);
	mach_put(m, e, "shown", value_int(m->s->now_ms));
	mach_put(m, e, "due", value_int(due.due_ms));
	return e;
}

void mach_close_task(struct mach *m, int64_t task, enum task_state state,
		     const char *reason, struct text step)
{
	struct effect *e = mach_effect(m, EFFECT_TASK_CLOSE, step, 0);

	mach_put(m, e, "id", value_int(task));
	mach_put(m, e, "state", value_int(state));
	if (reason != NULL)
		mach_put(m, e, "reason", value_text(reason));
}

struct text mach_answerer(const struct mach *m, const struct task *task)
{
	struct text actor = m->s->event->actor;

	return rulebook_person(m->s->book, actor) != NULL ? actor : task->who;
}

struct script_view mach_view(const struct mach *m)
{
	return (struct script_view){ .world = m->s->world,
		.book = m->s->book,
		.subject = m->subject,
		.event = m->s->event,
		.before = m->s->before != NULL
			? m->s->before(m->s->ctx, m->subject->id)
			: NULL,
		.computed = computed_field };
}

void mach_fault(struct mach *m, int line, const char *reason)
{
	if (m->failed)
		return;
	m->failed = true;
	m->fault_line = line;
	m->out->reason = arena_strdup(m->a, reason);
}

static void call_failed(struct mach *m, int line,
			const struct script_outcome *o)
{
	mach_fault(m, line, o->reason);
	m->out->fate = o->fate != CARD_RAN ? o->fate : CARD_FAILED;
}

static struct value call_fn(struct mach *m, int fn, int line)
{
	struct script_view v = mach_view(m);
	struct script_outcome outcome;
	struct value out = value_null();

	memset(&outcome, 0, sizeof(outcome));
	if (ruleset_ask(m->s->ruleset, fn, &v, &out, &outcome) != FL_OK) {
		call_failed(m, line, &outcome);
		return value_null();
	}
	return out;
}

struct value mach_value(struct mach *m, const struct expr *e)
{
	const struct setting *setting;
	const struct record *deal;
	const struct value *handler;

	switch (e->kind) {
	case EXPR_NONE:
		break;
	case EXPR_VALUE:
		return e->value;
	case EXPR_FIELD:
		return field_path(m->s->world, m->s->book, m->subject, e->name);
	case EXPR_FN:
		return call_fn(m, e->fn, e->line);
	case EXPR_SETTING:
		setting = rulebook_setting(m->s->book, e->name);
		if (setting == NULL)
			break;
		deal = mach_deal(m);
		handler = deal != NULL ? value_get(&deal->fields, "handler")
				       : NULL;
		return setting_value(m->s->book, setting,
			handler != NULL && handler->kind == VALUE_TEXT
				? (struct text){ handler->as.text,
					  handler->count }
				: (struct text){ "", 0 },
			text_of(deal != NULL
					? value_get_str(&deal->fields, "brand")
					: NULL));
	}
	return value_null();
}

bool mach_span(struct mach *m, const struct expr *e, struct span *out)
{
	struct value v = mach_value(m, e);
	struct fl_error err;
	char reason[600];

	if (m->failed || v.kind == VALUE_NULL)
		return false;
	if (span_of_value(&v, out, &err) == FL_OK)
		return true;
	snprintf(reason, sizeof(reason), "%s:%d: %s", m->card->file, e->line,
		err.text);
	mach_fault(m, e->line, reason);
	m->out->fate = CARD_FAILED;
	return false;
}

const struct record *mach_deal(const struct mach *m)
{
	struct world *w = m->s->world;
	int64_t id;

	if (text_is(m->subject->kind, "deal"))
		return m->subject;
	id = value_get_int(&m->subject->fields, "deal", 0);
	return id != 0 ? w->get(w->ctx, id) : NULL;
}

const struct record *mach_customer(const struct mach *m)
{
	struct world *w = m->s->world;
	const struct record *deal;
	int64_t id;

	if (text_is(m->subject->kind, "customer"))
		return m->subject;
	id = value_get_int(&m->subject->fields, "customer", 0);
	if (id == 0) {
		deal = mach_deal(m);
		id = deal != NULL ? value_get_int(&deal->fields, "customer", 0)
				  : 0;
	}
	return id != 0 ? w->get(w->ctx, id) : NULL;
}

int64_t mach_seen(const struct mach *m, struct text type)
{
	const struct record *deal = mach_deal(m);
	int64_t at = m->s->seen(m->s->ctx, m->subject->id, type), other;

	if (deal != NULL && deal != m->subject) {
		other = m->s->seen(m->s->ctx, deal->id, type);
		at = other > at ? other : at;
	}
	return at;
}

/* When the run began; a card without runs counts from for ever. */
static int64_t run_start(const struct mach *m)
{
	return m->run != NULL ? m->run->entered_at_ms : INT64_MIN;
}

static bool cond_fn(struct mach *m, const struct cond *c)
{
	struct value v = call_fn(m, c->fn, c->line);
	char reason[400];

	if (m->failed || v.kind == VALUE_BOOL)
		return !m->failed && v.as.boolean;
	snprintf(reason, sizeof(reason),
		"%s:%d: the function answered neither yes nor no: return true "
		"or false",
		m->card->file, c->line);
	mach_fault(m, c->line, reason);
	m->out->fate = CARD_FAILED;
	return false;
}

static bool any_logged(struct mach *m, const struct cond *c)
{
	for (uint32_t i = 0; i < c->n_names; i++) {
		int64_t at = mach_seen(m, c->names[i]);

		if (at != 0 && at >= run_start(m))
			return true;
	}
	return false;
}

static bool in_state(struct mach *m, const struct cond *c)
{
	struct value v = field_path(m->s->world, m->s->book, m->subject,
		TEXT("state"));

	for (uint32_t i = 0; i < c->n_names; i++)
		if (v.kind == VALUE_TEXT && text_is(c->names[i], v.as.text))
			return true;
	return false;
}

static bool touched_since(struct mach *m, const struct cond *c)
{
	const struct record *deal = mach_deal(m);
	const struct place *p =
		m->run != NULL ? run_place(m->run, c->names[0]) : NULL;
	int64_t touch = deal != NULL
		? value_get_int(&deal->fields, "last_touch_at", 0)
		: 0;

	return p != NULL && p->done_at_ms != 0 && touch > p->done_at_ms;
}

bool mach_cond(struct mach *m, const struct cond *c, bool dflt)
{
	struct value v;

	switch (c->kind) {
	case COND_NONE:
		return dflt;
	case COND_FN:
		return cond_fn(m, c);
	case COND_STATE:
		return in_state(m, c);
	case COND_LOGGED:
		return any_logged(m, c);
	case COND_NO_EVENT:
		return !any_logged(m, c);
	case COND_TOUCHED_SINCE:
		return touched_since(m, c);
	case COND_FIELD:
		v = field_path(m->s->world, m->s->book, m->subject,
			c->names[0]);
		return v.kind != VALUE_NULL &&
			(v.kind != VALUE_BOOL || v.as.boolean);
	}
	return dflt;
}

static bool listed(const struct text *names, uint32_t n, struct text name)
{
	for (uint32_t i = 0; i < n; i++)
		if (text_equal(names[i], name))
			return true;
	return false;
}

static bool about_case(const struct card *card)
{
	return card->kind == CARD_ESCALATION && text_is(card->about, "case");
}

bool card_wants(const struct card *card, struct text type)
{
	if (listed(card->starts, card->n_starts, type) ||
		listed(card->stops, card->n_stops, type) ||
		listed(card->pause_from, card->n_pause_from, type) ||
		listed(card->pause_to, card->n_pause_to, type))
		return true;
	for (uint32_t i = 0; i < card->n_whens; i++)
		if (listed(card->whens[i].events, card->whens[i].n_events,
			    type))
			return true;
	if (text_is(type, "card.moved"))
		return true;
	if (card->kind == CARD_ESCALATION)
		return text_is(type, "fails.case_opened") ||
			text_is(type, "lead.granted");
	return false;
}

static uint32_t add_subject(int64_t id, int64_t *out, uint32_t n, uint32_t cap)
{
	for (uint32_t i = 0; i < n; i++)
		if (out[i] == id)
			return n;
	if (id == 0 || n == cap)
		return n;
	out[n] = id;
	return n + 1;
}

static bool record_open(const struct record *r)
{
	const char *state = value_get_str(&r->fields, "state");

	if (text_is(r->kind, "deal"))
		return state == NULL || schema_state(text_of(state)) < 0 ||
			strcmp(state, "stopped") != 0;
	return state == NULL || strcmp(state, "closed") != 0;
}

static bool inside(const struct record *r, const struct card *card)
{
	const struct run *run = record_run(r, card->name);

	return run != NULL && run->left_at_ms == 0;
}

/* Records of the card's kind in the home that hang on `owner` and are open, or
 * still in the card (this very event may have closed them). */
static uint32_t members_of(const struct snapshot *s, const struct card *card,
			   int64_t home, int64_t owner, int64_t *out,
			   uint32_t n, uint32_t cap)
{
	struct world *w = s->world;
	int64_t ids[64];
	uint32_t found = w->members(w->ctx, home, card->about, ids, 64);

	found = found > 64 ? 64 : found;
	for (uint32_t i = 0; i < found; i++) {
		const struct record *r = w->get(w->ctx, ids[i]);

		if (r == NULL || (!record_open(r) && !inside(r, card)))
			continue;
		if (owner == value_get_int(&r->fields, "deal", 0) ||
			owner == value_get_int(&r->fields, "customer", 0))
			n = add_subject(r->id, out, n, cap);
	}
	return n;
}

uint32_t card_subjects(const struct snapshot *s, const struct card *card,
		       int64_t *out, uint32_t cap)
{
	const struct event *e = s->event;
	struct world *w = s->world;
	const struct record *subject = w->get(w->ctx, e->subject);
	const struct record *deal =
		e->deal != 0 ? w->get(w->ctx, e->deal) : NULL;
	uint32_t n = 0;

	if (subject == NULL)
		return 0;
	if (text_is(subject->kind, "deal"))
		deal = subject;
	if (card->kind == CARD_ESCALATION &&
		text_is(e->def->name, "lead.granted"))
		return add_subject(deal != NULL ? deal->id : 0, out, 0, cap);
	if (text_equal(subject->kind, card->about))
		return add_subject(subject->id, out, 0, cap);
	if (deal != NULL && text_is(card->about, "deal"))
		return add_subject(deal->id, out, 0, cap);
	if (text_is(card->about, "customer"))
		return add_subject(e->customer, out, 0, cap);
	if (deal != NULL) {
		n = members_of(s, card, deal->home, deal->id, out, 0, cap);
		if (n == 0 && about_case(card) &&
			listed(card->starts, card->n_starts, e->def->name))
			n = add_subject(deal->id, out, 0, cap);
	} else if (text_is(subject->kind, "customer")) {
		n = members_of(s, card, subject->home, subject->id, out, 0,
			cap);
	}
	return n;
}

struct place *mach_place(struct mach *m, struct text step)
{
	struct place *p = run_place(m->run, step);

	if (p == NULL)
		p = run_add_place(m->a, m->run, step);
	if (p == NULL)
		m->no_memory = true;
	return p;
}

static struct run *run_copy(struct mach *m, const struct run *from)
{
	struct run *r = arena_copy(m->a, from, sizeof(*from));

	if (r == NULL) {
		m->no_memory = true;
		return NULL;
	}
	r->cap_places = from->n_places + 4;
	r->places = arena_alloc(m->a, sizeof(struct place) * r->cap_places);
	if (r->places == NULL) {
		m->no_memory = true;
		return NULL;
	}
	if (from->n_places > 0)
		memcpy(r->places, from->places,
			sizeof(struct place) * from->n_places);
	r->keep = value_clone(m->a, &from->keep);
	if (r->keep.kind != VALUE_MAP)
		r->keep = value_map();
	return r;
}

void mach_leave(struct mach *m, const char *reason)
{
	struct effect *e;
	const struct task *t;

	if (m->run == NULL || m->left)
		return;
	for (uint32_t i = 0; i < m->subject->n_open_tasks; i++) {
		t = m->s->task(m->s->ctx, m->subject->open_tasks[i]);
		if (t != NULL && t->state == TASK_OPEN &&
			text_equal(t->card, m->card->name))
			mach_close_task(m, t->id, TASK_WITHDRAWN, reason,
				t->step);
	}
	for (uint32_t i = 0; i < m->subject->n_timers; i++)
		if (text_equal(m->subject->timers[i].card, m->card->name)) {
			mach_effect(m, EFFECT_CANCEL, (struct text){ "", 0 },
				m->card->line);
			break;
		}
	e = mach_effect(m, EFFECT_LEAVE, (struct text){ "", 0 },
		m->card->line);
	mach_put(m, e, "at", value_int(m->s->now_ms));
	mach_put(m, e, "reason", value_text(reason));
	m->left = true;
}

static void enter(struct mach *m)
{
	const struct run *old = record_run(m->subject, m->card->name);
	struct run *r = arena_alloc(m->a, sizeof(*r));
	struct effect *e;

	if (r == NULL) {
		m->no_memory = true;
		return;
	}
	r->card = m->card->name;
	r->number = old != NULL ? old->number + 1 : 1;
	r->entered_at_ms = m->s->event->occurred_at_ms;
	r->once = old != NULL ? old->once : (struct text){ "", 0 };
	r->keep = value_map();
	m->run = r;
	if (mach_cond(m, &m->card->unless, false) || m->failed ||
		!mach_cond(m, &m->card->as_long_as, true) || m->failed) {
		m->run = NULL;
		return;
	}
	m->entered = true;
	e = mach_effect(m, EFFECT_ENTER, (struct text){ "", 0 },
		m->card->line);
	mach_put(m, e, "run", value_int(r->number));
	mach_put(m, e, "at", value_int(r->entered_at_ms));
	for (uint32_t i = 0; i < m->card->n_steps; i++)
		mach_place(m, m->card->steps[i].id);
	if (m->card->kind == CARD_HANDOFF)
		handoff_enter(m);
	else if (m->card->kind == CARD_ESCALATION)
		escalation_enter(m);
}

static void run_function(struct mach *m, int fn, int line)
{
	struct script_view v = mach_view(m);
	struct script_outcome outcome;
	uint32_t first = m->out->n_effects;

	memset(&outcome, 0, sizeof(outcome));
	if (ruleset_run(m->s->ruleset, fn, &v, m->out, &outcome) != FL_OK) {
		m->out->n_effects = first;
		call_failed(m, line, &outcome);
		return;
	}
	for (uint32_t i = first; i < m->out->n_effects; i++) {
		struct effect *e = &m->out->effects[i];

		if (e->subject == 0)
			e->subject = m->subject->id;
		if (e->step.bytes == 0 && e->kind == EFFECT_TASK)
			e->step = text_of(
				arena_printf(m->a, "line:%d", e->line));
		if (e->kind == EFFECT_STOP)
			mach_leave(m, "act.stop");
	}
}

static void run_when(struct mach *m, const struct when *w)
{
	struct place scratch;

	if (w->fn != FN_NONE) {
		if (mach_cond(m, &w->step.unless, false) || m->failed ||
			!mach_cond(m, &w->step.if_state, true) || m->failed)
			return;
		run_function(m, w->fn, w->line);
		return;
	}
	if (m->run != NULL) {
		struct place *p = mach_place(m, w->step.id);

		if (p != NULL)
			step_appear(m, &w->step, p);
		return;
	}
	memset(&scratch, 0, sizeof(scratch));
	scratch.step = w->step.id;
	step_appear(m, &w->step, &scratch);
}

static void run_whens(struct mach *m)
{
	const struct event *e = m->s->event;
	bool timer = text_is(e->def->name, "timer.fired");
	const char *name = value_get_str(&e->data, "name");
	const char *card = value_get_str(&e->data, "card");

	if (m->card->n_starts > 0 && m->run == NULL)
		return;
	if (timer && (card == NULL || !text_is(m->card->name, card)))
		return;
	for (uint32_t i = 0; i < m->card->n_whens && !m->failed; i++) {
		const struct when *w = &m->card->whens[i];

		if (!listed(w->events, w->n_events, e->def->name))
			continue;
		if (timer && (name == NULL || (w->name.bytes > 0 &&
						      !text_is(w->name, name))))
			continue;
		run_when(m, w);
	}
}

static void run_timer(struct mach *m)
{
	const struct event *e = m->s->event;
	const char *card = value_get_str(&e->data, "card");
	struct text id = text_of(value_get_str(&e->data, "step"));
	const struct step *st;
	struct place *p;

	if (m->run == NULL || id.bytes == 0 || card == NULL ||
		!text_is(m->card->name, card))
		return;
	p = run_place(m->run, id);
	if (p == NULL)
		return;
	p->due_at_ms = 0;
	st = card_step(m->card, id);
	if (m->card->kind == CARD_HANDOFF && st == NULL)
		handoff_timer(m, p);
	else if (m->card->kind == CARD_ESCALATION && st == NULL)
		escalation_timer(m, p);
	else if (st != NULL && p->phase == STEP_WAITING)
		step_appear(m, st, p);
	else if (st != NULL && p->phase == STEP_SHOWN)
		step_rung(m, st, p);
}

static void run_answer(struct mach *m)
{
	const struct task *t;
	int64_t id = value_get_int(&m->s->event->data, "task", 0);

	t = id != 0 ? m->s->task(m->s->ctx, id) : NULL;
	if (t == NULL || !text_equal(t->card, m->card->name) ||
		t->subject != m->subject->id)
		return;
	if (m->run != NULL && m->card->kind == CARD_HANDOFF &&
		handoff_answer(m, t))
		return;
	if (m->run != NULL && m->card->kind == CARD_ESCALATION &&
		escalation_answer(m, t))
		return;
	answer_run(m, t);
}

static void pause_run(struct mach *m)
{
	const struct card *c = m->card;
	struct text type = m->s->event->def->name;
	struct effect *e;

	if (m->run->paused_at_ms == 0 &&
		listed(c->pause_from, c->n_pause_from, type)) {
		m->run->paused_at_ms = m->s->now_ms;
		e = mach_effect(m, EFFECT_PAUSE, (struct text){ "", 0 },
			c->line);
		mach_put(m, e, "at", value_int(m->s->now_ms));
		for (uint32_t i = 0; i < m->run->n_places; i++)
			if (m->run->places[i].phase == STEP_WAITING)
				m->run->places[i].due_at_ms = 0;
	} else if (m->run->paused_at_ms != 0 &&
		listed(c->pause_to, c->n_pause_to, type)) {
		m->run->paused_at_ms = 0;
		e = mach_effect(m, EFFECT_PAUSE, (struct text){ "", 0 },
			c->line);
		mach_put(m, e, "at", value_int(0));
		for (uint32_t i = 0; i < m->run->n_places; i++)
			m->run->places[i].wait = (struct text){ "", 0 };
	}
}

/* A real contact that did not come from the open task itself makes that task
 * moot: the rhythm counts from the touch (S2-18). */
static void moot_by_touch(struct mach *m, const struct step *st,
			  struct place *p)
{
	if (p->phase != STEP_SHOWN || st->timing != TIMING_EVERY ||
		!text_is(st->anchor, "last touch") || !m->s->event->def->touch)
		return;
	if (p->task != 0)
		mach_close_task(m, p->task, TASK_WITHDRAWN,
			"there was contact already", p->step);
	step_done(m, st, p);
}

static void plan_all(struct mach *m, bool force)
{
	for (uint32_t i = 0; i < m->card->n_steps && !m->failed; i++) {
		const struct step *st = &m->card->steps[i];
		struct place *p = run_place(m->run, st->id);

		if (p == NULL)
			continue;
		moot_by_touch(m, st, p);
		if (p->phase == STEP_WAITING)
			step_plan(m, st, p, force);
		if (!m->failed && !m->left && p->phase == STEP_WAITING &&
			st->timing == TIMING_NOW && p->due_at_ms != 0 &&
			p->due_at_ms <= m->s->now_ms) {
			p->due_at_ms = 0;
			step_appear(m, st, p);
		}
	}
}

static bool place_same(const struct place *a, const struct place *b)
{
	return a->phase == b->phase && a->anchor_ms == b->anchor_ms &&
		text_equal(a->wait, b->wait) && a->due_at_ms == b->due_at_ms &&
		a->count == b->count && a->rung == b->rung &&
		a->done_at_ms == b->done_at_ms && a->task == b->task;
}

static void put_changed(struct mach *m, struct effect *e, const char *key,
			int64_t now, int64_t was)
{
	if (now != was)
		mach_put(m, e, key, value_int(now));
}

/* Writes down what of one place is other than `was`. */
static void place_effect(struct mach *m, const struct place *p,
			 const struct place *was)
{
	struct effect *e = mach_effect(m, EFFECT_PLACE, p->step, 0);

	put_changed(m, e, "phase", p->phase, was->phase);
	put_changed(m, e, "anchor", p->anchor_ms, was->anchor_ms);
	if (!text_equal(p->wait, was->wait))
		mach_put(m, e, "wait", value_of_text(p->wait));
	put_changed(m, e, "due", p->due_at_ms, was->due_at_ms);
	put_changed(m, e, "count", p->count, was->count);
	put_changed(m, e, "rung", p->rung, was->rung);
	put_changed(m, e, "done", p->done_at_ms, was->done_at_ms);
	put_changed(m, e, "task", p->task, was->task);
}

/* Differences of the working copy against the record, as PLACE effects
 * behind the tasks they belong to. */
static void write_places(struct mach *m)
{
	static const struct place none;
	const struct run *old = m->entered
		? NULL
		: record_run(m->subject, m->card->name);

	if (m->run == NULL || m->left)
		return;
	for (uint32_t i = 0; i < m->run->n_places; i++) {
		const struct place *p = &m->run->places[i];
		const struct place *was =
			old != NULL ? run_place(old, p->step) : NULL;

		if (was == NULL || !place_same(p, was))
			place_effect(m, p, was != NULL ? was : &none);
	}
}

/* The card's effects are dropped; the manager hears which line it was. */
static void fail_card(struct mach *m, uint32_t first)
{
	static const struct who manager = { .kind = WHO_ROLE,
		.arg = { "sales_manager", 13 } };
	struct text step = text_of(
		arena_printf(m->a, "fault:%d", m->fault_line));
	char *nl, *en;

	m->out->n_effects = first;
	if (m->out->fate == CARD_RAN)
		m->out->fate = CARD_FAILED;
	nl = arena_printf(m->a,
		"Regel %s werkt niet: %s. De klant blijft staan waar die "
		"stond; laat de regel herstellen",
		m->card->name.at, m->out->reason);
	en = arena_printf(m->a,
		"Rule %s does not work: %s. The customer stays where they "
		"were; have the rule mended",
		m->card->name.at, m->out->reason);
	if (nl == NULL || en == NULL || step.bytes == 0) {
		m->no_memory = true;
		return;
	}
	mach_notice(m, step, &manager, nl, en, m->fault_line);
}

static bool starts_now(const struct mach *m)
{
	struct text type = m->s->event->def->name;
	const char *card;

	if (text_is(type, "card.moved")) {
		card = value_get_str(&m->s->event->data, "card");
		return card != NULL && text_is(m->card->name, card);
	}
	if (about_case(m->card) && text_is(m->subject->kind, "case"))
		return text_is(type, "fails.case_opened");
	return listed(m->card->starts, m->card->n_starts, type);
}

static void run_event(struct mach *m)
{
	struct text type = m->s->event->def->name;

	if (text_is(type, "timer.fired"))
		run_timer(m);
	else if (text_is(type, "task.done"))
		run_answer(m);
	if (!m->failed && !m->left)
		run_whens(m);
	if (m->failed || m->left)
		return;
	if (m->run != NULL && listed(m->card->stops, m->card->n_stops, type)) {
		mach_leave(m, type.at);
		return;
	}
	if (m->run == NULL && !m->card->closed && starts_now(m))
		enter(m);
	if (m->run == NULL || m->failed || m->left)
		return;
	if (!m->entered && !mach_cond(m, &m->card->as_long_as, true)) {
		if (!m->failed)
			mach_leave(m, "as_long_as says no");
		return;
	}
	pause_run(m);
	if (m->card->kind == CARD_HANDOFF)
		handoff_event(m);
	else if (m->card->kind == CARD_ESCALATION)
		escalation_event(m);
	if (!m->failed && !m->left && m->run->paused_at_ms == 0)
		plan_all(m, false);
}

static void mach_init(struct mach *m, const struct snapshot *s,
		      const struct card *card, const struct record *subject,
		      struct card_decision *out)
{
	const struct run *run = record_run(subject, card->name);

	memset(m, 0, sizeof(*m));
	m->s = s;
	m->card = card;
	m->subject = subject;
	m->a = s->world->arena;
	m->out = out;
	if (run != NULL && run->left_at_ms == 0)
		m->run = run_copy(m, run);
}

fl_status machine_run(const struct snapshot *s, const struct card *card,
		      const struct record *subject, struct card_decision *out)
{
	uint32_t first = out->n_effects;
	struct mach m;

	mach_init(&m, s, card, subject, out);
	if (card->kind == CARD_ESCALATION &&
		text_is(s->event->def->name, "lead.granted"))
		escalation_granted(&m);
	else if (about_case(card) && !text_is(subject->kind, "case"))
		escalation_open(&m);
	else
		run_event(&m);
	if (m.failed)
		fail_card(&m, first);
	else
		write_places(&m);
	return m.no_memory ? FL_NOMEM : FL_OK;
}

/* A step that is no longer in the card: its task goes, people move on. */
static void drop_gone_steps(struct mach *m)
{
	for (uint32_t i = 0; i < m->run->n_places; i++) {
		struct place *p = &m->run->places[i];
		bool own = card_step(m->card, p->step) != NULL ||
			strncmp(p->step.at, "handoff.", 8) == 0 ||
			strncmp(p->step.at, "escalation.", 11) == 0 ||
			strncmp(p->step.at, "when:", 5) == 0;

		if (own || p->phase == STEP_SKIPPED)
			continue;
		if (p->task != 0)
			mach_close_task(m, p->task, TASK_WITHDRAWN,
				"the rules no longer have this step", p->step);
		p->phase = STEP_SKIPPED;
		p->due_at_ms = 0;
		p->task = 0;
	}
}

/* A new step ahead runs, one behind never: behind is what would already have
 * been due when the rule changed. */
static void add_new_steps(struct mach *m)
{
	for (uint32_t i = 0; i < m->card->n_steps; i++) {
		const struct step *st = &m->card->steps[i];
		struct place *p = run_place(m->run, st->id), *was;

		if (p != NULL)
			continue;
		was = st->was.bytes > 0 ? run_place(m->run, st->was) : NULL;
		if (was != NULL) {
			p = mach_place(m, st->id);
			was = run_place(m->run, st->was);
			if (p == NULL || was == NULL)
				return;
			*p = *was;
			p->step = st->id;
			was->phase = STEP_SKIPPED;
			was->due_at_ms = 0;
			was->task = 0;
			continue;
		}
		p = mach_place(m, st->id);
		if (p == NULL)
			return;
		step_plan(m, st, p, true);
		if (p->due_at_ms != 0 && p->due_at_ms <= m->s->now_ms) {
			p->phase = STEP_SKIPPED;
			p->due_at_ms = 0;
		}
	}
}

fl_status machine_recompute(const struct snapshot *s,
			    const struct record *subject,
			    struct card_decision *out, struct text card_name)
{
	const struct card *card = rulebook_card(s->book, card_name);
	uint32_t first = out->n_effects;
	struct card gone = { .name = card_name, .file = "", .about =
		subject->kind };
	struct mach m;

	mach_init(&m, s, card != NULL ? card : &gone, subject, out);
	if (m.run == NULL)
		return m.no_memory ? FL_NOMEM : FL_OK;
	if (card == NULL) {
		mach_leave(&m, "the rules no longer have this card");
		return m.no_memory ? FL_NOMEM : FL_OK;
	}
	add_new_steps(&m);
	drop_gone_steps(&m);
	if (!m.failed && m.run->paused_at_ms == 0)
		plan_all(&m, true);
	if (m.failed)
		fail_card(&m, first);
	else
		write_places(&m);
	return m.no_memory ? FL_NOMEM : FL_OK;
}
