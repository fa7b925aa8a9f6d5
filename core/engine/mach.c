/* What the files of the card machine share: effects, values, conditions. */
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
		.stamp = m->s->stamp,
		.read = m->s->read,
		.read_ctx = m->s->read_ctx,
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

void mach_call_failed(struct mach *m, int line, const struct script_outcome *o)
{
	mach_fault(m, line, o->reason);
	m->out->fate = o->fate != CARD_RAN ? o->fate : CARD_FAILED;
}

bool mach_in_time(struct mach *m)
{
	const char *held = m->s->held != NULL
		? m->s->held(m->s->ctx, m->card)
		: NULL;

	if (held == NULL)
		return true;
	mach_fault(m, m->card->line, held);
	m->out->fate = CARD_CUT_TIME;
	return false;
}

static struct value call_fn(struct mach *m, int fn, int line)
{
	struct script_view v = mach_view(m);
	struct script_outcome outcome;
	struct value out = value_null();

	if (!mach_in_time(m))
		return out;
	if (ruleset_ask(m->s->ruleset, fn, &v, &out, &outcome) != FL_OK) {
		mach_call_failed(m, line, &outcome);
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
		return modes_setting(m->s->world, m->s->book, setting,
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

/* When `type` last happened to what hangs on `owner`, as a visit on its deal. */
static int64_t seen_below(const struct mach *m, const struct record *owner,
			  struct text type)
{
	struct world *w = m->s->world;
	const struct event_def *def = schema_event(w->schema, type);
	int64_t ids[64], last = 0;
	uint32_t n;

	if (def == NULL || text_equal(def->subject, owner->kind))
		return 0;
	n = w->members(w->ctx, owner->home, def->subject, ids, 64);
	for (uint32_t i = 0; i < n && i < 64; i++) {
		const struct record *r = w->get(w->ctx, ids[i]);
		int64_t at;

		if (r == NULL ||
			value_get_int(&r->fields, owner->kind.at, 0) !=
				owner->id)
			continue;
		at = m->s->seen(m->s->ctx, r->id, type);
		last = at > last ? at : last;
	}
	return last;
}

int64_t mach_seen(const struct mach *m, struct text type)
{
	const struct record *deal = mach_deal(m);
	int64_t at = m->s->seen(m->s->ctx, m->subject->id, type), other;

	if (deal != NULL && deal != m->subject) {
		other = m->s->seen(m->s->ctx, deal->id, type);
		at = other > at ? other : at;
	}
	if (text_is(m->subject->kind, "deal") ||
		text_is(m->subject->kind, "customer")) {
		other = seen_below(m, m->subject, type);
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

struct place *mach_place(struct mach *m, struct text step)
{
	struct place *p = run_place(m->run, step);

	if (p == NULL)
		p = run_add_place(m->a, m->run, step);
	if (p == NULL)
		m->no_memory = true;
	return p;
}

void mach_withdraw_all(struct mach *m, const char *reason)
{
	const struct task *t;

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
}

void mach_leave(struct mach *m, const char *reason)
{
	struct effect *e;

	if (m->run == NULL || m->left)
		return;
	mach_withdraw_all(m, reason);
	e = mach_effect(m, EFFECT_LEAVE, (struct text){ "", 0 },
		m->card->line);
	mach_put(m, e, "at", value_int(m->s->now_ms));
	mach_put(m, e, "reason", value_text(reason));
	m->left = true;
}
