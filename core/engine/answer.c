#include "engine/machine_internal.h"
#include "model/usual.h"

/* Channel a task of this kind is done through when its step names none. */
static struct text channel_of_kind(struct text kind)
{
	if (text_is(kind, "mail"))
		return TEXT("email");
	if (text_is(kind, "visit"))
		return TEXT("visit");
	return TEXT("phone");
}

static void default_field(struct mach *m, const struct event_def *def,
			  struct value *data, const char *key, struct text v)
{
	if (v.bytes > 0 && event_field(def, text_of(key)) != NULL &&
		value_get(data, key) == NULL)
		value_put(m->a, data, key, value_of_text(v));
}

/* "consent.phone" given with an answer is a consent.given of its own. */
static void give_consent(struct mach *m, struct text channel,
			 const struct value *v, struct text purpose, int line)
{
	const struct record *customer = mach_customer(m);
	struct value data = value_map();
	bool yes = v->kind == VALUE_BOOL ? v->as.boolean
					 : v->kind == VALUE_TEXT && v->count > 0;

	if (customer == NULL)
		return;
	value_put(m->a, &data, "channel", value_of_text(channel));
	if (purpose.bytes > 0)
		value_put(m->a, &data, "purpose", value_of_text(purpose));
	value_put(m->a, &data, "basis", value_text("told us in a contact"));
	mach_emit(m, yes ? TEXT("consent.given") : TEXT("consent.withdrawn"),
		customer->id, data, line);
}

/* What was given for the trouble is an event of its own, checked there. */
static void give_goodwill(struct mach *m, const struct value *amount, int line)
{
	const struct task *t = m->s->task(m->s->ctx,
		value_get_int(&m->s->event->data, "task", 0));
	struct value data = value_map();

	value_put(m->a, &data, "amount", *amount);
	if (text_is(m->subject->kind, "promise"))
		value_put(m->a, &data, "promise", value_int(m->subject->id));
	if (t != NULL)
		value_put(m->a, &data, "by",
			value_of_text(mach_answerer(m, t)));
	mach_emit(m, TEXT("goodwill.given"), m->subject->id, data, line);
}

/* A customer reached about a promise has been told (S5-08). */
static void promise_told(struct mach *m, const struct action *a,
			 struct text channel)
{
	const struct event_def *def = a->kind == ACTION_RECORD
		? schema_event(m->s->world->schema, a->event)
		: NULL;
	const struct value *due = value_get(&m->subject->fields, "due");
	const char *outcome = value_get_str(&a->data, "outcome");
	struct value data = value_map();
	bool told = def != NULL && (def->touch ||
		(outcome != NULL && strcmp(outcome, "sent") == 0));
	int64_t days;

	if (!told || !text_is(m->subject->kind, "promise"))
		return;
	value_put(m->a, &data, "channel", value_of_text(channel));
	if (due != NULL && due->kind == VALUE_INT) {
		days = calendar_day(m->s->book->calendar, due->as.integer) -
			calendar_day(m->s->book->calendar, m->s->now_ms);
		value_put(m->a, &data, "before_due",
			value_bool(due->as.integer > m->s->now_ms));
		value_put(m->a, &data, "days_ahead", value_int(days));
	}
	mach_emit(m, TEXT("promise.notice_sent"), m->subject->id, data,
		a->line);
}

/* Fields of an answer: into the event where it has them, else the consent
 * ledger, the deal or the customer. */
static void place_fields(struct mach *m, const struct event_def *def,
			 struct value *data, const struct value *fields,
			 struct text purpose, int line)
{
	const struct record *deal = mach_deal(m);
	const struct record *customer = mach_customer(m);

	if (fields == NULL || fields->kind != VALUE_MAP)
		return;
	for (uint32_t i = 0; i < fields->count; i++) {
		const struct member *f = &fields->as.members[i];
		const struct schema *schema = m->s->world->schema;

		if (def != NULL && event_field(def, f->key) != NULL)
			value_set(m->a, data, f->key, f->value);
		else if (text_is(f->key, "goodwill"))
			give_goodwill(m, &f->value, line);
		else if (strncmp(f->key.at, "consent.", 8) == 0)
			give_consent(m, text_of(f->key.at + 8), &f->value,
				purpose, line);
		else if (deal != NULL &&
			schema_field(schema, TEXT("deal"), f->key) != NULL)
			mach_set_field(m, deal->id, f->key.at, f->value, line);
		else if (customer != NULL &&
			schema_field(schema, TEXT("customer"), f->key) != NULL)
			mach_set_field(m, customer->id, f->key.at, f->value,
				line);
	}
}

static struct value credited(struct mach *m, const struct action *a)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < a->n_credit; i++) {
		struct text who = people_resolve(m->s, &a->credit[i],
			m->subject, false, NULL);

		if (who.bytes > 0)
			value_append(m->a, &list, value_of_text(who));
	}
	return list;
}

/* The record an event of this type is about, seen from the card's subject. */
static int64_t subject_for(struct mach *m, const struct event_def *def)
{
	const struct record *deal = mach_deal(m);
	const struct record *customer = mach_customer(m);

	if (def == NULL || text_equal(def->subject, m->subject->kind))
		return m->subject->id;
	if (text_is(def->subject, "customer"))
		return customer != NULL ? customer->id : m->subject->id;
	return deal != NULL ? deal->id : m->subject->id;
}

void action_run(struct mach *m, const struct action *a,
		const struct value *fields, struct text channel,
		struct text purpose, struct text step)
{
	const struct event_def *def = NULL;
	struct value data = value_map();
	struct effect *e;

	if (a->kind == ACTION_RECORD) {
		def = schema_event(m->s->world->schema, a->event);
		if (a->data.kind == VALUE_MAP)
			data = value_clone(m->a, &a->data);
		place_fields(m, def, &data, fields, purpose, a->line);
		if (def != NULL) {
			default_field(m, def, &data, "channel", channel);
			default_field(m, def, &data, "purpose", purpose);
			default_field(m, def, &data, "direction",
				TEXT("out"));
			default_field(m, def, &data, "by",
				m->s->event->actor);
		}
		if (a->n_credit > 0)
			value_put(m->a, &data, "credit", credited(m, a));
		e = mach_emit(m, a->event, subject_for(m, def), data, a->line);
		e->step = step;
		return;
	}
	place_fields(m, NULL, &data, fields, purpose, a->line);
	if (a->kind == ACTION_NOTE) {
		value_put(m->a, &data, "text", value_of_text(a->note));
		e = mach_effect(m, EFFECT_NOTE, step, a->line);
		mach_put(m, e, "text", value_of_text(a->note));
	}
}

/* `again`: the same step once more, a bounded number of times in a row. */
static bool show_again(struct mach *m, const struct step *st, struct place *p,
		       const struct action *a)
{
	char *key = arena_printf(m->a, "again.%s", st->id.at);
	struct due_rule rule = { .kind = TIMING_AFTER };
	char span[40], wait[48];
	int64_t tries;

	if (key == NULL || m->run == NULL ||
		!mach_span(m, &a->after, &rule.wait))
		return false;
	tries = mach_keep_int(m, key) + 1;
	if (a->at_most > 0 && tries > a->at_most) {
		mach_keep(m, key, value_int(0));
		return false;
	}
	mach_keep(m, key, value_int(tries));
	span_write(rule.wait, span, sizeof(span));
	snprintf(wait, sizeof(wait), "again %s", span);
	p->phase = STEP_WAITING;
	p->anchor_ms = m->s->now_ms;
	p->wait = text_of(arena_strdup(m->a, wait));
	p->task = 0;
	p->rung = 0;
	p->due_at_ms = due_compute(&rule, m->s->now_ms, step_calendar(m, st))
			       .appears_ms;
	return true;
}

static const struct answer *find_answer(const struct step *st,
					struct text outcome)
{
	for (uint32_t i = 0; i < st->task.n_answers; i++)
		if (text_equal(st->task.answers[i].name, outcome))
			return &st->task.answers[i];
	return NULL;
}

/* A task made by plain Lua has the usual answers of its kind. */
static const struct answer *plain_answer(struct mach *m,
					 const struct task *task,
					 struct text outcome,
					 struct answer *out)
{
	const struct usual_answer *u = usual_find(task->kind, outcome);

	if (u == NULL)
		return NULL;
	out->name = outcome;
	usual_action(u, m->a, &out->action);
	return out;
}

void answer_run(struct mach *m, const struct task *task)
{
	const struct value *data = &m->s->event->data;
	struct text outcome = text_of(value_get_str(data, "outcome"));
	const struct step *st =
		rulebook_step(m->s->book, task->card, task->step);
	struct answer plain;
	const struct answer *answer =
		st != NULL ? find_answer(st, outcome)
			   : plain_answer(m, task, outcome, &plain);
	struct text channel = text_of(value_get_str(&task->body, "channel"));
	struct place *p;
	struct effect *e;

	e = mach_effect(m, EFFECT_TASK_CLOSE, task->step, 0);
	mach_put(m, e, "id", value_int(task->id));
	mach_put(m, e, "state", value_int(TASK_DONE));
	mach_put(m, e, "outcome", value_of_text(outcome));
	mach_put(m, e, "by", value_of_text(mach_answerer(m, task)));
	if (channel.bytes == 0)
		channel = channel_of_kind(task->kind);
	if (answer != NULL && answer->action.kind != ACTION_AGAIN) {
		action_run(m, &answer->action, value_get(data, "fields"),
			channel,
			text_of(value_get_str(&task->body, "purpose")),
			task->step);
		promise_told(m, &answer->action, channel);
	} else if (answer != NULL)
		place_fields(m, NULL, &(struct value){ .kind = VALUE_MAP },
			value_get(data, "fields"), TEXT(""), 0);
	p = m->run != NULL && st != NULL ? run_place(m->run, st->id) : NULL;
	if (p == NULL || p->task != task->id)
		return;
	if (answer != NULL && answer->action.kind == ACTION_AGAIN &&
		show_again(m, st, p, &answer->action))
		return;
	step_done(m, st, p);
}
