#include "engine/engine_internal.h"
#include "model/timing.h"

#define ORDINALS (1 << RECORD_ORDINAL_BITS)
#define TIMERS_MOST 1000u /* of one record */

/* ---- one card's effects on their way ---- */

struct applying {
	struct turn *u;
	struct text card;
	const struct record *subject; /* of the effect at hand */
	struct card_decision done;    /* what was applied */
	const char *reason;           /* of a refusal */
};

static fl_status refuse(struct applying *ap, const struct effect *e,
			const char *text)
{
	const struct card *card =
		rulebook_card(ap->u->engine->book, ap->card);
	int line = e->line > 0 ? e->line : card != NULL ? card->line : 0;

	ap->reason = card != NULL
		? arena_printf(ap->u->arena, "%s:%d: %s", card->file, line,
			  text)
		: text;
	if (ap->reason == NULL)
		return FL_NOMEM;
	return FL_INVALID;
}

/* Applies a resolved effect and records it. */
static fl_status settle(struct applying *ap, const struct effect *e)
{
	struct turn *u = ap->u;
	struct effect *grown = arena_grow(u->arena, ap->done.effects,
		ap->done.n_effects, &ap->done.cap_effects,
		ap->done.n_effects + 1, sizeof(*grown));
	struct fl_error err;
	fl_status s;

	if (grown == NULL)
		return FL_NOMEM;
	ap->done.effects = grown;
	err.text[0] = '\0';
	s = effect_apply(&u->world, &u->tasks, ap->card, e, &err);
	if (s == FL_NOMEM || u->no_memory)
		return FL_NOMEM;
	if (s != FL_OK)
		return refuse(ap, e, arena_strdup(u->arena, err.text));
	ap->done.effects[ap->done.n_effects++] = *e;
	u->n_effects++;
	return FL_OK;
}

/* ---- times ---- */

/* A span or a moment, from now. */
static bool time_of_text(struct text in, int64_t now_ms,
			 const struct calendar *c, int64_t *out,
			 struct fl_error *err)
{
	struct moment m;
	struct span span;

	if (moment_read(in, &m) == FL_OK) {
		*out = moment_at(m, now_ms, c);
		return true;
	}
	if (span_read(in, &span, err) != FL_OK)
		return false;
	*out = span_add(span, now_ms, c);
	return true;
}

/* `v` as ms: a number as it is, text as above; false: err says why. */
static bool time_of(struct applying *ap, const struct value *v,
		    const struct who *who, int64_t *out, struct fl_error *err)
{
	const struct snapshot *s = &ap->u->snapshot;

	if (v->kind == VALUE_INT) {
		*out = v->as.integer;
		return true;
	}
	if (v->kind != VALUE_TEXT) {
		status_fail(err, FL_INVALID,
			"a time is written as \"2 work days\" or \"end of "
			"day\"");
		return false;
	}
	return time_of_text((struct text){v->as.text, v->count}, s->now_ms,
		people_calendar(s, who, ap->subject), out, err);
}

/* ---- people ---- */

static const struct record *rooftop(struct turn *u)
{
	return u->engine->rooftop != 0
		? overlay_record(u, u->engine->rooftop)
		: NULL;
}

/* Who had the last turn is remembered with the rooftop. */
static fl_status remember_turn(struct applying *ap, struct text team,
			       struct text person)
{
	struct turn *u = ap->u;
	const struct record *roof = rooftop(u);
	const struct value *known =
		roof != NULL ? value_get(&roof->fields, "rotation") : NULL;
	struct value turns = value_map();
	struct effect set = {.kind = EFFECT_SET, .args = value_map()};

	if (roof == NULL)
		return FL_OK;
	if (known != NULL && known->kind == VALUE_MAP)
		turns = value_clone(u->arena, known);
	value_set(u->arena, &turns, team, value_of_text(person));
	set.subject = roof->id;
	value_put(u->arena, &set.args, "field", value_text("rotation"));
	value_put(u->arena, &set.args, "value", turns);
	return settle(ap, &set);
}

/* Descriptor or person id to a person id, empty when there is nobody. */
static fl_status person_of(struct applying *ap, const struct value *v,
			   struct who *who, bool take_owed, struct text *out,
			   const char **how)
{
	*out = (struct text){"", 0};
	*how = NULL;
	if (v == NULL || !people_of_value(v, who)) {
		*who = (struct who){.kind = WHO_NONE};
		return FL_OK;
	}
	*out = people_resolve(&ap->u->snapshot, who, ap->subject, take_owed,
		how);
	if (who->kind == WHO_ROUND_ROBIN && out->bytes > 0)
		return remember_turn(ap, who->arg, *out);
	return FL_OK;
}

static bool is_descriptor(const struct value *v)
{
	return v != NULL && v->kind == VALUE_MAP &&
		value_get(v, "who") != NULL;
}

/* ---- tasks ---- */

/* Keys of a wanted task that the engine turns into something else. */
static bool task_own_key(struct text key)
{
	static const char *const own[] = {"id", "who", "deputy", "due",
		"within", "each_event", "step"};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (text_is(key, own[i]))
			return true;
	return false;
}

/* Any other people named in it (with ...) become ids too. */
static fl_status task_rest(struct applying *ap, const struct value *from,
			   struct value *to)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct member *m = &from->as.members[i];
		struct value v = m->value;
		struct text person;
		struct who who;
		const char *how;
		fl_status s;

		if (task_own_key(m->key))
			continue;
		if (is_descriptor(&v)) {
			s = person_of(ap, &v, &who, false, &person, &how);
			if (s != FL_OK)
				return s;
			v = value_of_text(person);
		}
		if (!value_set(ap->u->arena, to, m->key, v))
			return FL_NOMEM;
	}
	return FL_OK;
}

static fl_status task_due(struct applying *ap, const struct effect *e,
			  const struct who *who, int64_t *due)
{
	const struct value *v = value_get(&e->args, "due");
	const struct snapshot *s = &ap->u->snapshot;
	struct due_rule rule = {.kind = TIMING_NOW};
	struct fl_error err;

	if (v == NULL || v->kind == VALUE_NULL)
		v = value_get(&e->args, "within");
	if (v != NULL && v->kind != VALUE_NULL)
		return time_of(ap, v, who, due, &err)
			? FL_OK
			: refuse(ap, e, arena_strdup(ap->u->arena, err.text));
	*due = due_compute(&rule, s->now_ms,
		people_calendar(s, who, ap->subject)).due_ms;
	return FL_OK;
}

/* The task ages: it never piles up. */
static fl_status task_again(struct applying *ap, const struct effect *e,
			    const struct task *open)
{
	struct effect edit = {.kind = EFFECT_TASK_EDIT, .subject = e->subject,
		.args = value_map(), .line = e->line, .step = e->step};

	if (!value_put(ap->u->arena, &edit.args, "id", value_int(open->id)))
		return FL_NOMEM;
	return settle(ap, &edit);
}

/* The person; when away, the deputy that the card names; else whoever stands in
 * for them. */
static fl_status task_who(struct applying *ap, const struct effect *e,
			  struct who *who, struct text *person,
			  const char **how)
{
	static const struct who handler = {.kind = WHO_HANDLER};
	const struct value *v = value_get(&e->args, "who");
	const struct value *named = value_get(&e->args, "deputy");
	const char *deputy_how;
	struct text other;
	struct who deputy;
	fl_status s;

	if (v == NULL || v->kind == VALUE_NULL) {
		*who = handler;
		*person = people_resolve(&ap->u->snapshot, who, ap->subject,
			false, how);
		return FL_OK;
	}
	s = person_of(ap, v, who, false, person, how);
	if (s != FL_OK || named == NULL ||
		(*how != NULL && strcmp(*how, "named") == 0))
		return s;
	s = person_of(ap, named, &deputy, false, &other, &deputy_how);
	if (s == FL_OK && other.bytes > 0) {
		*person = other;
		*how = deputy_how;
	}
	return s;
}

static fl_status want_task(struct applying *ap, struct effect *e)
{
	struct turn *u = ap->u;
	struct turn_event *ue = turn_now(u);
	struct value args = value_map();
	bool each_event = value_get_bool(&e->args, "each_event", false);
	const struct task *open = each_event
		? NULL
		: overlay_open_task(u, ap->subject, ap->card, e->step);
	struct text person;
	struct who who;
	const char *how = NULL;
	int64_t due = 0;
	fl_status s;

	if (open != NULL)
		return task_again(ap, e, open);
	if (ue->n_tasks >= ORDINALS)
		return refuse(ap, e, "too many tasks in one event");
	s = task_who(ap, e, &who, &person, &how);
	if (s == FL_OK)
		s = task_due(ap, e, &who, &due);
	if (s == FL_OK)
		s = task_rest(ap, &e->args, &args);
	if (s != FL_OK)
		return s;
	value_put(u->arena, &args, "id",
		value_int(RECORD_ID(ue->event.number, ue->n_tasks)));
	value_put(u->arena, &args, "who", value_of_text(person));
	value_put(u->arena, &args, "due", value_int(due));
	if (value_get(&args, "shown") == NULL)
		value_put(u->arena, &args, "shown", value_int(u->now_ms));
	if (value_get(&args, "kind") == NULL)
		value_put(u->arena, &args, "kind", value_text("todo"));
	if (how != NULL && strcmp(how, "named") != 0)
		value_put(u->arena, &args, "how", value_text(how));
	if (person.bytes == 0 && who.kind >= WHO_ROLE)
		value_put(u->arena, &args, "wanted", value_of_text(who.arg));
	ue->n_tasks++;
	e->args = args;
	return settle(ap, e);
}

static fl_status want_edit(struct applying *ap, struct effect *e)
{
	const struct value *who_value = value_get(&e->args, "who");
	const struct value *due_value = value_get(&e->args, "due");
	struct who who = {.kind = WHO_NONE};
	struct text person;
	struct fl_error err;
	const char *how;
	int64_t due;
	fl_status s;

	if (overlay_task(ap->u, value_get_int(&e->args, "id", 0)) == NULL)
		return refuse(ap, e, "the task it changes does not exist");
	if (is_descriptor(who_value)) {
		s = person_of(ap, who_value, &who, false, &person, &how);
		if (s != FL_OK)
			return s;
		value_put(ap->u->arena, &e->args, "who",
			value_of_text(person));
	}
	if (due_value != NULL && due_value->kind == VALUE_TEXT) {
		if (!time_of(ap, due_value, &who, &due, &err))
			return refuse(ap, e,
				arena_strdup(ap->u->arena, err.text));
		value_put(ap->u->arena, &e->args, "due", value_int(due));
	}
	return settle(ap, e);
}

static int64_t state_named(const char *name)
{
	if (strcmp(name, "withdrawn") == 0)
		return TASK_WITHDRAWN;
	return strcmp(name, "missed") == 0 ? TASK_MISSED : TASK_DONE;
}

static fl_status want_close(struct applying *ap, struct effect *e)
{
	const char *state = value_get_str(&e->args, "state");
	const struct task *t =
		overlay_task(ap->u, value_get_int(&e->args, "id", 0));

	if (t == NULL)
		return refuse(ap, e, "the task it closes does not exist");
	if (t->state != TASK_OPEN)
		return FL_OK;
	if (state != NULL)
		value_put(ap->u->arena, &e->args, "state",
			value_int(state_named(state)));
	return settle(ap, e);
}

/* ---- the other kinds ---- */

/* A name for each occasion piles up for ever; setting a known one replaces. */
static bool one_timer_more(const struct applying *ap, const struct effect *e)
{
	return record_timer(ap->subject, ap->card,
		       text_of(value_get_str(&e->args, "name"))) == NULL;
}

static fl_status want_timer(struct applying *ap, struct effect *e)
{
	static const struct who handler = {.kind = WHO_HANDLER};
	const struct value *due = value_get(&e->args, "due");
	struct fl_error err;
	int64_t at;

	if (due == NULL)
		return refuse(ap, e, "a timer needs a time");
	if (!time_of(ap, due, &handler, &at, &err))
		return refuse(ap, e, arena_strdup(ap->u->arena, err.text));
	if (ap->subject->n_timers >= TIMERS_MOST && one_timer_more(ap, e))
		return refuse(ap, e, arena_printf(ap->u->arena,
			text_is(ap->u->engine->book->language, "nl")
				? "er lopen hier al %u wekkers: geef ze "
				  "dezelfde naam, of zeg act.cancel"
				: "%u timers run here already: give them the "
				  "same name, or say act.cancel", TIMERS_MOST));
	value_put(ap->u->arena, &e->args, "due", value_int(at));
	return settle(ap, e);
}

static fl_status want_set(struct applying *ap, struct effect *e)
{
	const char *field = value_get_str(&e->args, "field");

	if (field == NULL)
		return refuse(ap, e, "set needs the name of a field");
	if (strchr(field, '.') == NULL &&
		schema_field(ap->u->world.schema, ap->subject->kind,
			text_of(field)) == NULL)
		return refuse(ap, e, arena_printf(ap->u->arena,
			"a %s has no field \"%s\"", ap->subject->kind.at,
			field));
	return settle(ap, e);
}

/* task -1: the one this decision made for the same step. */
static fl_status want_place(struct applying *ap, struct effect *e)
{
	const char *step = value_get_str(&e->args, "step");
	struct text name = step != NULL ? text_of(step) : e->step;
	const struct task *open;

	if (value_get_int(&e->args, "task", 0) == -1) {
		open = overlay_open_task(ap->u, ap->subject, ap->card, name);
		value_put(ap->u->arena, &e->args, "task",
			value_int(open != NULL ? open->id : 0));
	}
	return settle(ap, e);
}

static fl_status to_outbox(struct applying *ap, struct effect *e)
{
	struct turn *u = ap->u;
	struct turn_event *ue = turn_now(u);
	const struct value *to = value_get(&e->args, "to");
	const char *channel = value_get_str(&e->args, "channel");
	struct outbox_row *grown;
	struct text person;
	struct who who;
	const char *how;
	struct buf body;
	fl_status s;

	if (is_descriptor(to)) {
		s = person_of(ap, to, &who, false, &person, &how);
		if (s != FL_OK)
			return s;
		value_put(u->arena, &e->args, "to", value_of_text(person));
	}
	grown = arena_grow(u->arena, u->outbox, u->n_outbox, &u->cap_outbox,
		u->n_outbox + 1, sizeof(*grown));
	if (grown == NULL)
		return FL_NOMEM;
	u->outbox = grown;
	buf_init(&body, 1u << 20);
	value_write(&body, &e->args);
	u->outbox[u->n_outbox] = (struct outbox_row){
		.key = text_of(arena_printf(u->arena, "%lld-%u",
			(long long)ue->event.number, ++ue->n_outbox)),
		.home = ap->subject->home,
		.channel = text_of(arena_strdup(u->arena,
			e->kind == EFFECT_WEBHOOK ? "webhook"
			: channel != NULL	  ? channel
						  : "email")),
		.body = {body.failed ? NULL : arena_text(u->arena, body.at,
				 body.len), (uint32_t)body.len},
		.created_at_ms = u->now_ms};
	buf_deinit(&body);
	if (u->outbox[u->n_outbox].body.at == NULL)
		return FL_NOMEM;
	u->n_outbox++;
	return settle(ap, e);
}

static const char *problems_line(struct turn *u, const struct problems *p)
{
	const struct problem *it = problem_error(p);

	return it == NULL ? "the event does not fit its type"
			  : arena_printf(u->arena, "%s%s%s",
				    it->field != NULL ? it->field : "",
				    it->field != NULL ? ": " : "", it->text);
}

static fl_status want_emit(struct applying *ap, struct effect *e)
{
	struct turn *u = ap->u;
	struct text type = text_of(value_get_str(&e->args, "type"));
	const struct event_def *def = schema_event(u->world.schema, type);
	const struct value *given = value_get(&e->args, "data");
	int64_t subject = value_get_int(&e->args, "subject", e->subject);
	struct value data = value_map();
	struct problems p;
	fl_status s;

	if (def == NULL)
		return refuse(ap, e, arena_printf(u->arena,
			"there is no event \"%s\"", type.at));
	if (given != NULL && given->kind == VALUE_MAP)
		data = value_clone(u->arena, given);
	problems_init(&p, u->arena);
	s = schema_check(u->world.schema, def, u->engine->book->zone, false,
		u->arena, &data, &p);
	if (s == FL_NOMEM)
		return s;
	if (s != FL_OK)
		return refuse(ap, e, arena_printf(u->arena, "%s: %s", type.at,
			problems_line(u, &p)));
	if (turn_cause(u, type, subject, &data) == NULL)
		return FL_NOMEM;
	value_remove(&e->args, TEXT("data")); /* the caused event has it */
	return settle(ap, e);
}

/* A handler is chosen by an event of its own, so that cards can react and the
 * story tells it: lead.granted when the lead was owed, else lead.assigned. */
static fl_status assigned(struct applying *ap, const struct effect *e,
			  struct text person, const char *how)
{
	struct arena *a = ap->u->arena;
	const char *type = how != NULL && strcmp(how, "a lead is owed") == 0
		? "lead.granted"
		: "lead.assigned";
	struct effect emit = {.kind = EFFECT_EMIT, .subject = e->subject,
		.args = value_map(), .line = e->line, .step = e->step};
	const struct record *r = ap->subject;
	struct value data = value_map();
	const struct value *from, *reason = value_get(&e->args, "reason");
	int64_t deal = text_is(r->kind, "deal")
		? r->id
		: value_get_int(&r->fields, "deal", 0);

	if (deal == 0)
		return refuse(ap, e, "nobody to assign: there is no deal");
	r = ap->u->world.get(ap->u, deal);
	from = r != NULL ? value_get(&r->fields, "handler") : NULL;
	value_put(a, &data, "to", value_of_text(person));
	if (from != NULL && from->kind == VALUE_TEXT &&
		strcmp(type, "lead.assigned") == 0) {
		if (text_is(person, from->as.text))
			return FL_OK;
		type = "lead.reassigned";
		value_put(a, &data, "from", *from);
	}
	if (reason != NULL && strcmp(type, "lead.granted") != 0)
		value_put(a, &data, "reason", *reason);
	else if (how != NULL && strcmp(type, "lead.granted") != 0)
		value_put(a, &data, "reason", value_text(how));
	value_put(a, &emit.args, "type", value_text(type));
	value_put(a, &emit.args, "subject", value_int(deal));
	value_put(a, &emit.args, "data", data);
	return want_emit(ap, &emit);
}

static fl_status want_assign(struct applying *ap, struct effect *e)
{
	struct text person;
	struct who who;
	const char *how;
	fl_status s = person_of(ap, value_get(&e->args, "who"), &who, true,
		&person, &how);

	if (s != FL_OK || person.bytes == 0)
		return s; /* nobody present: it stays with whom it is */
	return assigned(ap, e, person, how);
}

static fl_status want(struct applying *ap, struct effect *e)
{
	ap->subject = overlay_record(ap->u, e->subject);
	if (ap->subject == NULL)
		return refuse(ap, e, "it is about a record that does not "
				     "exist");
	switch ((enum effect_kind)e->kind) {
	case EFFECT_TASK:
		return want_task(ap, e);
	case EFFECT_TASK_EDIT:
		return want_edit(ap, e);
	case EFFECT_TASK_CLOSE:
		return want_close(ap, e);
	case EFFECT_ASSIGN:
		return want_assign(ap, e);
	case EFFECT_TIMER:
		return want_timer(ap, e);
	case EFFECT_SET:
		return want_set(ap, e);
	case EFFECT_PLACE:
		return want_place(ap, e);
	case EFFECT_MESSAGE:
	case EFFECT_WEBHOOK:
		return to_outbox(ap, e);
	case EFFECT_EMIT:
		return want_emit(ap, e);
	default:
		return settle(ap, e);
	}
}

/* ---- the decision ---- */

static fl_status decide(struct turn *u, const struct card_decision *d)
{
	struct decision *to = &turn_now(u)->decision;
	struct card_decision *grown = arena_grow(u->arena, to->cards,
		to->n_cards, &to->cap_cards, to->n_cards + 1, sizeof(*grown));

	if (grown == NULL)
		return FL_NOMEM;
	to->cards = grown;
	to->cards[to->n_cards++] = *d;
	return FL_OK;
}

/* About what a value holds, whatever its form: texts as they are. */
static size_t weight(const struct value *v)
{
	size_t n = 16;

	if (v->kind == VALUE_TEXT)
		n += v->count;
	for (uint32_t i = 0; v->kind == VALUE_LIST && i < v->count; i++)
		n += weight(&v->as.items[i]);
	for (uint32_t i = 0; v->kind == VALUE_MAP && i < v->count; i++)
		n += v->as.members[i].key.bytes +
			weight(&v->as.members[i].value);
	return n;
}

static size_t weight_of(const struct card_decision *d)
{
	size_t n = 0;

	for (uint32_t i = 0; i < d->n_effects; i++)
		n += weight(&d->effects[i].args);
	return n;
}

const char *apply_refused(struct turn *u, const struct card_decision *wanted)
{
	const struct engine_limits *limits = &u->engine->limits;
	const struct event *e = &turn_now(u)->event;

	if (u->root->is_slice)
		return NULL;
	if (u->n_effects + wanted->n_effects > limits->effects_per_root)
		return arena_printf(u->arena,
			"more than %u effects follow from one event",
			limits->effects_per_root);
	if (u->effect_bytes + weight_of(wanted) > limits->bytes_per_root)
		return arena_printf(u->arena,
			"more than %u KiB follow from one event",
			limits->bytes_per_root >> 10);
	for (uint32_t i = 0; i < wanted->n_effects; i++)
		if ((wanted->effects[i].kind == EFFECT_EMIT ||
			    wanted->effects[i].kind == EFFECT_ASSIGN) &&
			e->depth >= limits->depth)
			return arena_printf(u->arena,
				"events cause each other more than %u deep",
				limits->depth);
	return NULL;
}

fl_status apply_card(struct turn *u, const struct card_decision *wanted,
		     const char **reason)
{
	struct applying ap = {.u = u, .card = wanted->card,
		.done = {.card = wanted->card, .fate = wanted->fate,
			.reason = wanted->reason}};
	fl_status s = FL_OK;

	u->effect_bytes += weight_of(wanted);
	for (uint32_t i = 0; i < wanted->n_effects && s == FL_OK; i++) {
		struct effect e = wanted->effects[i];

		if (e.subject == 0)
			e.subject = turn_now(u)->event.subject;
		s = want(&ap, &e);
		if (s == FL_OK && (u->arena->failed || u->no_memory))
			s = FL_NOMEM;
	}
	if (s == FL_OK && ap.done.n_effects == 0 && ap.done.fate == CARD_RAN)
		return FL_OK;
	if (s == FL_OK)
		return decide(u, &ap.done);
	*reason = ap.reason;
	return s;
}

fl_status apply_own(struct turn *u, struct text card, const struct effect *e)
{
	struct effect copy = *e;
	struct card_decision d = {.card = card, .effects = &copy,
		.n_effects = 1};
	const char *reason = NULL;
	fl_status s = apply_card(u, &d, &reason);

	return s == FL_INVALID ? FL_OK : s;
}

void manager_task(struct turn *u, struct effect *out, int64_t subject,
		  struct text step, const char *nl, const char *en)
{
	static const struct who manager = {.kind = WHO_ROLE,
		.arg = {"sales_manager", sizeof("sales_manager") - 1}};
	struct value title = value_map(), answers = value_list();

	*out = (struct effect){.kind = EFFECT_TASK, .subject = subject,
		.args = value_map(), .step = step};
	value_put(u->arena, &title, "nl", value_text(nl));
	value_put(u->arena, &title, "en", value_text(en));
	value_append(u->arena, &answers, value_text("done"));
	value_put(u->arena, &out->args, "kind", value_text("todo"));
	value_put(u->arena, &out->args, "who",
		people_to_value(u->arena, &manager));
	value_put(u->arena, &out->args, "title", title);
	value_put(u->arena, &out->args, "answers", answers);
}
