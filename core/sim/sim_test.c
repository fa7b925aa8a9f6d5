/*
 * Tests beside cards: the verbs of `t`. Each test is a rooftop of its own
 * under a virtual clock; what happened is kept as a story and told when an
 * expectation fails.
 */
#include "base/clock.h"
#include "base/near.h"
#include "engine/machine.h"
#include "sim/coverage.h"
#include "sim/sim.h"
#include "sim/test_names.h"

#define STORY_LINES 40
#define TASKS_MAX 20000
#define DAY_MS 86400000

/* One task as the test saw it come and go. */
struct seen_task {
	int64_t id;
	int64_t shown_ms;
	struct text card, step, kind, who, outcome;
	bool open;
};

struct bench {
	struct ruleset *rs;
	const struct rulebook *book;
	struct sim *sim;      /* made by the first verb that needs it */
	int64_t start_ms;
	struct arena a;       /* of this test */
	struct seen_task *tasks;
	uint32_t n_tasks, cap_tasks;
	struct text *events;  /* types, in order */
	uint32_t n_events, cap_events;
	struct text prefer[8]; /* everyone_answers */
	uint32_t n_prefer;
	char *story[STORY_LINES]; /* a ring of the latest lines */
	uint32_t n_story;
	uint32_t deals;
	uint32_t expectations;
	bool exercised;       /* an event came that some card cares about, or
			       * that moved something */
	struct arena *seen_arena; /* coverage: of the run; NULL: not wanted */
	struct value *seen;
	int64_t story_ms;     /* time of what is being told; 0: the clock's */
};

static void tell(struct bench *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void tell(struct bench *b, const char *fmt, ...)
{
	char when[48], line[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	zone_write_time(b->book->zone,
		b->story_ms != 0      ? b->story_ms
			: b->sim != NULL ? sim_now_ms(b->sim)
					 : b->start_ms,
		when, sizeof(when));
	when[16] = '\0';
	when[10] = ' ';
	b->story[b->n_story++ % STORY_LINES] =
		arena_printf(&b->a, "%s  %s", when, line);
}

/* ---- what the engine tells ---- */

static struct seen_task *find_seen(struct bench *b, int64_t id)
{
	for (uint32_t i = b->n_tasks; i > 0; i--)
		if (b->tasks[i - 1].id == id)
			return &b->tasks[i - 1];
	return NULL;
}

static struct text keep(struct bench *b, struct text t)
{
	return (struct text){ arena_text(&b->a, t.at, t.bytes), t.bytes };
}

static void saw_task(struct bench *b, const struct task *t)
{
	struct seen_task *s = find_seen(b, t->id), *grown;

	if (s == NULL) {
		if (b->n_tasks == b->cap_tasks) {
			grown = arena_grow(&b->a, b->tasks, b->n_tasks,
				&b->cap_tasks, b->n_tasks + 1, sizeof(*grown));
			if (grown == NULL)
				return;
			b->tasks = grown;
		}
		s = &b->tasks[b->n_tasks++];
		*s = (struct seen_task){ .id = t->id,
			.shown_ms = t->shown_at_ms,
			.card = keep(b, t->card),
			.step = keep(b, t->step),
			.kind = keep(b, t->kind) };
		tell(b, "-> %s %s: %s for %s", t->card.at, t->step.at,
			t->kind.at, t->who.bytes > 0 ? t->who.at : "nobody");
	}
	s->who = keep(b, t->who);
	s->open = t->state == TASK_OPEN;
	if (!s->open)
		s->outcome = keep(b,
			text_of(value_get_str(&t->body, "outcome")));
}

/* What happens in any rooftop as time goes by: it exercises nothing. */
static bool by_itself(struct text type)
{
	return text_is(type, "engine.started") ||
		text_is(type, "rules.activated") ||
		text_is(type, "rules.recomputed") ||
		text_is(type, "timer.fired");
}

static bool concerns_a_card(const struct rulebook *book,
			    const struct event_row *row)
{
	if (row->decision.bytes > 0)
		return true;
	for (uint32_t i = 0; i < book->n_cards; i++)
		if (card_wants(&book->cards[i], row->type))
			return true;
	return false;
}

static void on_told(void *ctx, const struct told *told)
{
	struct bench *b = ctx;
	struct text *grown;

	b->story_ms = told->n_events > 0 ? told->events[0].recorded_at_ms : 0;
	if (b->seen != NULL)
		coverage_add(b->seen_arena, b->seen, told);
	for (uint32_t i = 0; i < told->n_events; i++) {
		if (b->n_events == b->cap_events) {
			grown = arena_grow(&b->a, b->events, b->n_events,
				&b->cap_events, b->n_events + 1,
				sizeof(*grown));
			if (grown == NULL)
				return;
			b->events = grown;
		}
		b->events[b->n_events++] = keep(b, told->events[i].type);
		b->exercised = b->exercised ||
			(!by_itself(told->events[0].type) &&
				(told->n_events > 1 ||
					concerns_a_card(b->book,
						&told->events[i])));
		if (!text_is(told->events[i].type, "timer.fired"))
			tell(b, "%s", told->events[i].type.at);
	}
	for (uint32_t i = 0; i < told->n_tasks; i++)
		saw_task(b, told->tasks[i].task);
	b->story_ms = 0;
}

static fl_status ready(struct bench *b, struct fl_error *err)
{
	fl_status st;

	if (b->sim != NULL)
		return FL_OK;
	st = sim_new(b->rs, b->start_ms, &b->sim, err);
	if (st == FL_OK)
		sim_on_told(b->sim, on_told, b);
	return st;
}

/* ---- arguments ---- */

static const struct value *arg(const struct value *args, uint32_t n)
{
	static const struct value none;

	return args != NULL && args->kind == VALUE_LIST && n < args->count
		? &args->as.items[n]
		: &none;
}

static fl_status need_text(const struct value *args, const char *verb,
			   struct text *out, struct fl_error *err)
{
	*out = value_as_text(arg(args, 0));
	if (out->bytes > 0)
		return FL_OK;
	return status_fail(err, FL_INVALID,
		"t:%s needs a text, like t:%s \"...\"", verb, verb);
}

/* "own-tempo" names "standard/own-tempo" too. */
static bool card_is(struct text card, struct text wanted)
{
	const char *slash = strchr(card.at, '/');

	return text_equal(card, wanted) ||
		(slash != NULL && text_is(wanted, slash + 1));
}

/* ---- moving the clock, answering ---- */

static const struct text *preferred(struct bench *b,
				    const struct outcome *outcomes, uint32_t n,
				    uint32_t *which)
{
	static const struct text usual[] = { { "done", 4 },
		{ "accepted", 8 }, { "sent", 4 } };

	for (uint32_t k = 0; k < b->n_prefer + 3; k++)
		for (uint32_t i = 0; i < n; i++) {
			struct text want = k < b->n_prefer
				? b->prefer[k]
				: usual[k - b->n_prefer];

			if (text_equal(outcomes[i].name, want)) {
				*which = i;
				return &outcomes[i].name;
			}
		}
	return NULL;
}

/* A plausible value for a field an answer must carry, by its declared type. */
static struct value sample(struct bench *b, struct text field)
{
	const struct schema *schema = b->book->schema;
	const struct field_def *def = NULL;
	struct value list = value_list();

	if (strncmp(field.at, "consent.", 8) == 0)
		return value_bool(true);
	if (text_is(field, "tempo_days"))
		return value_int(21);
	for (uint32_t i = 0; def == NULL && i < schema_event_count(schema);
		i++)
		def = event_field(schema_event_at(schema, i), field);
	if (def == NULL)
		return value_text("test");
	switch (def->type) {
	case FIELD_INT:
	case FIELD_NUMBER:
		return value_int(1);
	case FIELD_BOOL:
		return value_bool(true);
	case FIELD_TIME:
		return value_int(sim_now_ms(b->sim) + (int64_t)14 * DAY_MS);
	case FIELD_MONEY:
		return value_int(100000);
	case FIELD_CHOICE:
		return def->n_choices > 0 ? value_of_text(def->choices[0])
					  : value_text("test");
	case FIELD_LIST:
		value_append(&b->a, &list, value_text("test"));
		return list;
	case FIELD_MAP:
		return value_map();
	default:
		return value_text("test");
	}
}

static fl_status load_task(struct bench *b, int64_t id, struct task **out,
			   struct fl_error *err)
{
	struct reader *r = NULL;
	fl_status st = reader_of_store(sim_store(b->sim), &r, err);

	if (st == FL_OK)
		st = reader_task(r, &b->a, id, out, err);
	reader_free(r);
	return st;
}

static const char *first_problem(const struct problems *p)
{
	return p->count > 0 ? p->items[0].text : "refused";
}

/* As a person's command, or (nobody named) as a fact from outside; what was
 * wrong with it goes to `problems`. */
static fl_status post_told(struct bench *b, const char *type,
			   struct value data, struct text person,
			   struct problems *problems)
{
	const struct event_def *def =
		schema_event(b->book->schema, text_of(type));
	const struct value *at = value_get(&data, "at");
	bool command = person.bytes > 0;
	struct value wire = value_map();

	problems_init(problems, &b->a);
	value_put(&b->a, &wire, "type", value_text(type));
	/* `at` is when it happened, where the event has no such field itself */
	if (at != NULL && event_field(def, TEXT("at")) == NULL) {
		value_put(&b->a, &wire, "at", *at);
		value_remove(&data, TEXT("at"));
	}
	value_put(&b->a, &wire, "data", data);
	if (!command)
		value_put(&b->a, &wire, "source", value_text("test"));
	return sim_post(b->sim, &wire, command ? person : TEXT("test"),
		command, NULL, problems);
}

static fl_status post(struct bench *b, const char *type, struct value data,
		      struct text person, struct fl_error *err)
{
	struct problems problems;
	fl_status st = post_told(b, type, data, person, &problems);

	if (st == FL_OK)
		return FL_OK;
	return status_fail(err, st, "%s: %s%s%s", type,
		first_problem(&problems),
		problems.count > 0 && problems.items[0].remedy != NULL ? ". "
								       : "",
		problems.count > 0 && problems.items[0].remedy != NULL
			? problems.items[0].remedy
			: "");
}

static fl_status answer(struct bench *b, struct seen_task *s,
			struct text outcome, const struct value *fields,
			struct fl_error *err)
{
	struct value data = value_map();

	tell(b, "%s answers %s: %s", s->who.at, s->step.at, outcome.at);
	value_put(&b->a, &data, "task", value_int(s->id));
	value_put(&b->a, &data, "outcome", value_of_text(outcome));
	if (fields != NULL && fields->kind == VALUE_MAP)
		value_put(&b->a, &data, "fields",
			value_clone(&b->a, fields));
	return post(b, "task.done", data,
		s->who.bytes > 0 ? s->who : TEXT("somebody"), err);
}

/* Answers one open task as everyone was told to; *did when it could be. */
static fl_status answer_one(struct bench *b, struct seen_task *s, bool *did,
			    struct fl_error *err)
{
	struct outcome outcomes[24];
	struct value fields = value_map();
	struct task *t = NULL;
	uint32_t n, which = 0;
	fl_status st = load_task(b, s->id, &t, err);

	*did = false;
	if (st != FL_OK)
		return st;
	n = task_outcomes(b->book, t, outcomes, 24);
	if (preferred(b, outcomes, n, &which) == NULL)
		return FL_OK;
	for (uint32_t i = 0; i < outcomes[which].n_need; i++)
		value_set(&b->a, &fields, outcomes[which].need[i],
			sample(b, outcomes[which].need[i]));
	*did = true;
	return answer(b, s, outcomes[which].name, &fields, err);
}

static fl_status answer_all(struct bench *b, struct fl_error *err)
{
	fl_status st = FL_OK;
	bool did;

	if (b->n_prefer == 0)
		return FL_OK;
	for (uint32_t i = 0; st == FL_OK && i < b->n_tasks; i++)
		if (b->tasks[i].open && b->n_tasks < TASKS_MAX)
			st = answer_one(b, &b->tasks[i], &did, err);
	return st;
}

static fl_status run_to(struct bench *b, int64_t to, struct fl_error *err)
{
	fl_status st = answer_all(b, err);

	while (st == FL_OK && sim_now_ms(b->sim) < to) {
		int64_t due = b->n_prefer > 0 ? sim_next_due(b->sim) : to;

		if (due <= sim_now_ms(b->sim))
			due = sim_now_ms(b->sim) + 1;
		st = sim_run_to(b->sim, due < to ? due : to, err);
		if (st == FL_OK)
			st = answer_all(b, err);
	}
	return st;
}

/* ---- verbs ---- */

static fl_status verb_at(struct bench *b, const struct value *args,
			 struct value *result, struct fl_error *err)
{
	struct text when;
	int64_t at;
	fl_status st = need_text(args, "at", &when, err);

	(void)result;
	if (st == FL_OK)
		st = zone_read_time(b->book->zone, when, &at, err);
	if (st != FL_OK)
		return st;
	if (b->sim == NULL) {
		b->start_ms = at;
		return FL_OK;
	}
	if (at < sim_now_ms(b->sim))
		return status_fail(err, FL_INVALID,
			"t:at \"%s\": the clock only goes forward", when.at);
	return run_to(b, at, err);
}

static fl_status verb_run_for(struct bench *b, const struct value *args,
			      struct value *result, struct fl_error *err)
{
	struct span span;
	fl_status st = span_of_value(arg(args, 0), &span, err);

	(void)result;
	if (st != FL_OK)
		return st;
	return run_to(b,
		span_add(span, sim_now_ms(b->sim), b->book->calendar), err);
}

static struct value consent_of(struct bench *b, const struct value *list)
{
	struct value ledger = value_map(), one = value_map();

	value_put(&b->a, &one, "given_at", value_int(b->start_ms));
	value_put(&b->a, &one, "basis", value_text("test"));
	for (uint32_t i = 0; list->kind == VALUE_LIST && i < list->count; i++)
		value_set(&b->a, &ledger,
			value_as_text(&list->as.items[i]), one);
	return ledger;
}

static fl_status known_field(struct bench *b, const char *kind,
			     struct text field, struct fl_error *err)
{
	const char *near;

	if (schema_field(b->book->schema, text_of(kind), field) != NULL)
		return FL_OK;
	near = schema_near_field(b->book->schema, text_of(kind), field);
	return status_fail(err, FL_INVALID, "a %s has no field \"%s\"%s%s%s",
		kind, field.at, near != NULL ? "; did you mean \"" : "",
		near != NULL ? near : "", near != NULL ? "\"?" : "");
}

static fl_status fill(struct bench *b, const char *kind, struct value *fields,
		      const struct value *from, struct fl_error *err)
{
	fl_status st = FL_OK;

	for (uint32_t i = 0; st == FL_OK && from != NULL &&
		from->kind == VALUE_MAP && i < from->count;
		i++) {
		const struct member *m = &from->as.members[i];

		st = known_field(b, kind, m->key, err);
		if (st == FL_OK)
			value_set(&b->a, fields, m->key, m->value);
	}
	return st;
}

static struct record *blank(struct bench *b, const char *kind, int64_t id,
			    int64_t home, const char *ref)
{
	struct record *r = arena_alloc(&b->a, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->id = id;
	r->home = home;
	r->kind = text_of(kind);
	r->ref = text_of(ref);
	r->fields = value_map();
	return r;
}

/* t:deal { handler =, state =, consent = {..}, customer = {..}, ... }: a deal
 * as it stands, without the story before it; hands back its name. */
static fl_status verb_deal(struct bench *b, const struct value *args,
			   struct value *result, struct fl_error *err)
{
	const struct value *spec = arg(args, 0);
	char *ref = arena_printf(&b->a, "deal-%u", ++b->deals);
	int64_t home = sim_next_record(b->sim);
	struct record *c = blank(b, "customer", home, home, NULL);
	struct record *d = blank(b, "deal", sim_next_record(b->sim), home, ref);
	struct record *both[2] = { c, d };
	struct value rest = value_map();
	fl_status st;

	if (ref == NULL || c == NULL || d == NULL)
		return status_fail(err, FL_NOMEM, "t:deal");
	value_put(&b->a, &c->fields, "name",
		value_text(arena_printf(&b->a, "Customer %u", b->deals)));
	value_put(&b->a, &c->fields, "first_name", value_text("Customer"));
	value_put(&b->a, &d->fields, "state", value_text("new"));
	value_put(&b->a, &d->fields, "light", value_text("green"));
	value_put(&b->a, &d->fields, "opened_at", value_int(b->sim != NULL
		? sim_now_ms(b->sim) : b->start_ms));
	for (uint32_t i = 0; spec->kind == VALUE_MAP && i < spec->count; i++) {
		const struct member *m = &spec->as.members[i];

		if (text_is(m->key, "consent"))
			value_put(&b->a, &c->fields, "consent",
				consent_of(b, &m->value));
		else if (text_is(m->key, "tempo_days"))
			value_set(&b->a, &c->fields, m->key, m->value);
		else if (!text_is(m->key, "customer"))
			value_set(&b->a, &rest, m->key, m->value);
	}
	st = fill(b, "customer", &c->fields, value_get(spec, "customer"), err);
	if (st == FL_OK)
		st = fill(b, "deal", &d->fields, &rest, err);
	value_put(&b->a, &d->fields, "customer", value_int(home));
	if (st == FL_OK && schema_state(text_of(value_get_str(&d->fields,
				   "state"))) < 0)
		st = status_fail(err, FL_INVALID,
			"a deal has no state \"%s\"",
			value_get_str(&d->fields, "state"));
	if (st != FL_OK)
		return st;
	st = sim_inject(b->sim, b->book->schema, both, 2, &b->a);
	*result = value_text(ref);
	tell(b, "%s: %s, handler %s", ref, value_get_str(&d->fields, "state"),
		value_get_str(&d->fields, "handler") != NULL
			? value_get_str(&d->fields, "handler")
			: "nobody");
	return st;
}

static fl_status known_type(struct bench *b, struct text type,
			    struct fl_error *err)
{
	const char *near;

	if (schema_event(b->book->schema, type) != NULL)
		return FL_OK;
	near = schema_near_event(b->book->schema, type);
	return status_fail(err, FL_INVALID, "there is no event \"%s\"%s%s%s",
		type.at, near != NULL ? "; did you mean \"" : "",
		near != NULL ? near : "", near != NULL ? "\"?" : "");
}

static fl_status verb_happens(struct bench *b, const struct value *args,
			      struct value *result, struct fl_error *err)
{
	const struct value *data = arg(args, 1);
	struct text type;
	fl_status st = need_text(args, "happens", &type, err);

	(void)result;
	if (st == FL_OK)
		st = known_type(b, type, err);
	if (st != FL_OK)
		return st;
	return post(b, type.at,
		data->kind == VALUE_MAP ? value_clone(&b->a, data)
					: value_map(),
		TEXT(""), err);
}

/* t:says("els", "deal.lost", { ... }): a person's command, which must pass. */
static fl_status verb_says(struct bench *b, const struct value *args,
			   struct value *result, struct fl_error *err)
{
	const struct value *data = arg(args, 2);
	struct text who, type = value_as_text(arg(args, 1));
	fl_status st = need_text(args, "says", &who, err);

	(void)result;
	if (st == FL_OK)
		st = known_type(b, type, err);
	if (st != FL_OK)
		return st;
	return post(b, type.at,
		data->kind == VALUE_MAP ? value_clone(&b->a, data)
					: value_map(), who, err);
}

static bool names_field(const struct problems *p, struct text field)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (p->items[i].field != NULL &&
			text_is(field, p->items[i].field))
			return true;
	return false;
}

/* t:refused("els", "deal.lost", { ... }, "do_differently", ...): the same,
 * which must be refused, naming each of these fields. */
static fl_status verb_refused(struct bench *b, const struct value *args,
			      struct value *result, struct fl_error *err)
{
	const struct value *data = arg(args, 2);
	struct text who, type = value_as_text(arg(args, 1));
	struct problems p;
	fl_status st = need_text(args, "refused", &who, err);

	(void)result;
	if (st == FL_OK)
		st = known_type(b, type, err);
	if (st != FL_OK)
		return st;
	b->expectations++;
	st = post_told(b, type.at,
		data->kind == VALUE_MAP ? value_clone(&b->a, data)
					: value_map(), who, &p);
	if (st == FL_OK)
		return status_fail(err, FL_INVALID,
			"expected %s of %s to be refused, it was taken",
			type.at, who.at);
	for (uint32_t i = 3; i < args->count; i++)
		if (!names_field(&p, value_as_text(arg(args, i))))
			return status_fail(err, FL_INVALID,
				"%s was refused, but not for \"%s\": %s",
				type.at, value_as_text(arg(args, i)).at,
				first_problem(&p));
	b->exercised = true;
	tell(b, "%s says %s: refused", who.at, type.at);
	return FL_OK;
}

static fl_status verb_everyone(struct bench *b, const struct value *args,
			       struct value *result, struct fl_error *err)
{
	(void)result;
	b->n_prefer = 0;
	for (uint32_t i = 0; i < args->count && i < 8; i++) {
		struct text t = value_as_text(arg(args, i));

		if (t.bytes == 0)
			return status_fail(err, FL_INVALID,
				"t:everyone_answers needs outcomes, like "
				"\"reached\"");
		b->prefer[b->n_prefer++] = keep(b, t);
	}
	return answer_all(b, err);
}

static fl_status verb_nobody(struct bench *b, const struct value *args,
			     struct value *result, struct fl_error *err)
{
	(void)args;
	(void)result;
	(void)err;
	b->n_prefer = 0;
	return FL_OK;
}

static const char *const filter_keys[] = { "who", "step", "card", "kind",
	"open", "count", "at_least", "at_most" };

static fl_status check_keys(const struct value *spec, const char *verb,
			    const char *const *keys, size_t n,
			    struct fl_error *err)
{
	for (uint32_t i = 0; spec->kind == VALUE_MAP && i < spec->count; i++) {
		const char *key = spec->as.members[i].key.at;
		size_t k = 0;
		int near;

		while (k < n && strcmp(keys[k], key) != 0)
			k++;
		if (k < n)
			continue;
		near = near_name(key, keys, n);
		return status_fail(err, FL_INVALID,
			"t:%s does not know \"%s\"%s%s%s", verb, key,
			near >= 0 ? "; did you mean \"" : "",
			near >= 0 ? keys[near] : "", near >= 0 ? "\"?" : "");
	}
	return FL_OK;
}

static bool matches(const struct seen_task *s, const struct value *spec)
{
	const struct value *open = value_get(spec, "open");
	struct text who = value_as_text(value_get(spec, "who"));
	struct text step = value_as_text(value_get(spec, "step"));
	struct text card = value_as_text(value_get(spec, "card"));
	struct text kind = value_as_text(value_get(spec, "kind"));

	return (who.bytes == 0 || text_equal(who, s->who)) &&
		(step.bytes == 0 || text_equal(step, s->step)) &&
		(card.bytes == 0 || card_is(s->card, card)) &&
		(kind.bytes == 0 || text_equal(kind, s->kind)) &&
		(open == NULL || open->kind != VALUE_BOOL ||
			open->as.boolean == s->open);
}

static fl_status count_wrong(const struct value *spec, int64_t n,
			     const char *what, struct fl_error *err)
{
	const struct value *count = value_get(spec, "count");
	int64_t least = value_get_int(spec, "at_least", 1);
	int64_t most = value_get_int(spec, "at_most", INT64_MAX);

	if (count != NULL && count->kind == VALUE_INT)
		least = most = count->as.integer;
	if (n >= least && n <= most)
		return FL_OK;
	if (most == INT64_MAX)
		return status_fail(err, FL_INVALID,
			"expected at least %lld %s, there were %lld",
			(long long)least, what, (long long)n);
	if (least == most)
		return status_fail(err, FL_INVALID,
			"expected %lld %s, there were %lld", (long long)least,
			what, (long long)n);
	return status_fail(err, FL_INVALID,
		"expected %lld to %lld %s, there were %lld", (long long)least,
		(long long)most, what, (long long)n);
}

static fl_status verb_expect_task(struct bench *b, const struct value *args,
				  struct value *result, struct fl_error *err)
{
	const struct value *spec = arg(args, 0);
	fl_status st = check_keys(spec, "expect_task", filter_keys,
		sizeof(filter_keys) / sizeof(filter_keys[0]), err);
	int64_t n = 0;

	(void)result;
	if (st == FL_OK)
		st = test_names_check(b->book, "expect_task", spec, &b->a, err);
	if (st != FL_OK)
		return st;
	b->expectations++;
	for (uint32_t i = 0; i < b->n_tasks; i++)
		n += matches(&b->tasks[i], spec);
	return count_wrong(spec, n, "such tasks", err);
}

/* Nothing open, and nothing planned by that card. */
static fl_status verb_expect_none(struct bench *b, const struct value *args,
				  struct value *result, struct fl_error *err)
{
	const struct value *spec = arg(args, 0);
	fl_status st = check_keys(spec, "expect_none", filter_keys,
		sizeof(filter_keys) / sizeof(filter_keys[0]), err);

	(void)result;
	if (st == FL_OK)
		st = test_names_check(b->book, "expect_none", spec, &b->a, err);
	if (st != FL_OK)
		return st;
	b->expectations++;
	for (uint32_t i = 0; i < b->n_tasks; i++)
		if (b->tasks[i].open && matches(&b->tasks[i], spec))
			return status_fail(err, FL_INVALID,
				"expected no open task, but %s has %s of %s",
				b->tasks[i].who.at, b->tasks[i].step.at,
				b->tasks[i].card.at);
	return FL_OK;
}

static fl_status verb_expect_event(struct bench *b, const struct value *args,
				   struct value *result, struct fl_error *err)
{
	static const char *const keys[] = { "type", "count", "at_least",
		"at_most" };
	const struct value *spec = arg(args, 0);
	struct text type = spec->kind == VALUE_TEXT
		? value_as_text(spec)
		: value_as_text(value_get(spec, "type"));
	fl_status st = check_keys(spec, "expect_event", keys, 4, err);
	int64_t n = 0;

	(void)result;
	if (st != FL_OK)
		return st;
	if (schema_event(b->book->schema, type) == NULL)
		return status_fail(err, FL_INVALID,
			"there is no event \"%s\"", type.at);
	b->expectations++;
	for (uint32_t i = 0; i < b->n_events; i++)
		n += text_equal(b->events[i], type);
	return count_wrong(spec, n, type.at, err);
}

static fl_status verb_answers(struct bench *b, const struct value *args,
			      struct value *result, struct fl_error *err)
{
	static const char *const keys[] = { "who", "step", "card", "kind",
		"outcome", "fields" };
	const struct value *spec = arg(args, 0);
	struct text outcome = value_as_text(value_get(spec, "outcome"));
	fl_status st = check_keys(spec, "answers", keys, 6, err);

	(void)result;
	if (st == FL_OK)
		st = test_names_check(b->book, "answers", spec, &b->a, err);
	if (st != FL_OK)
		return st;
	if (outcome.bytes == 0)
		return status_fail(err, FL_INVALID,
			"t:answers needs outcome = \"...\"");
	for (uint32_t i = 0; i < b->n_tasks; i++)
		if (b->tasks[i].open && matches(&b->tasks[i], spec))
			return answer(b, &b->tasks[i], outcome,
				value_get(spec, "fields"), err);
	return status_fail(err, FL_INVALID,
		"there is no such open task to answer");
}

static bool first_found(void *ctx, const struct record *r)
{
	*(const struct record **)ctx = r;
	return false;
}

static fl_status find_ref(struct bench *b, const char *kind, struct text ref,
			  const struct record **out, struct fl_error *err)
{
	struct reader *r = NULL;
	fl_status st = reader_of_store(sim_store(b->sim), &r, err);
	char *key = arena_printf(&b->a, "%s:%s", kind, ref.at);

	*out = NULL;
	if (st == FL_OK && key != NULL)
		st = reader_find(r, &b->a, text_of(key), 1, first_found, out,
			err);
	reader_free(r);
	return st;
}

static fl_status subject_named(struct bench *b, struct text ref,
			       const struct record **out, struct fl_error *err)
{
	const struct schema *s = b->book->schema;
	fl_status st = find_ref(b, "deal", ref, out, err);

	for (uint32_t i = 0;
		st == FL_OK && *out == NULL && i < schema_kind_count(s); i++)
		st = find_ref(b, schema_kind_at(s, i)->name.at, ref, out, err);
	if (st == FL_OK && *out == NULL)
		st = status_fail(err, FL_NOT_FOUND,
			"nothing is called \"%s\" in this test", ref.at);
	return st;
}

static fl_status verb_expect_field(struct bench *b, const struct value *args,
				   struct value *result, struct fl_error *err)
{
	const struct value *want = arg(args, 2);
	struct text field = value_as_text(arg(args, 1));
	const struct record *r;
	const struct value *have;
	struct value none = value_null();
	struct buf shown;
	fl_status st = subject_named(b, value_as_text(arg(args, 0)), &r, err);

	(void)result;
	if (st != FL_OK)
		return st;
	b->expectations++;
	have = value_get_text(&r->fields, field);
	have = have != NULL ? have : &none;
	if (value_equal(have, want))
		return FL_OK;
	buf_init(&shown, 4096);
	buf_add_text(&shown, "expected ");
	value_write(&shown, want);
	buf_add_text(&shown, ", it is ");
	value_write(&shown, have);
	st = status_fail(err, FL_INVALID, "%s: %s", field.at, shown.at);
	buf_deinit(&shown);
	return st;
}

static fl_status verb_expect_state(struct bench *b, const struct value *args,
				   struct value *result, struct fl_error *err)
{
	struct value items[3] = { *arg(args, 0), value_text("state"),
		*arg(args, 1) };
	struct value list = { .kind = VALUE_LIST, .count = 3,
		.as.items = items };

	return verb_expect_field(b, &list, result, err);
}

typedef fl_status (*verb_fn)(struct bench *b, const struct value *args,
			     struct value *result, struct fl_error *err);

static const struct {
	const char *name;
	verb_fn fn;
} verbs[] = {
	{ "at", verb_at },
	{ "deal", verb_deal },
	{ "happens", verb_happens },
	{ "says", verb_says },
	{ "refused", verb_refused },
	{ "everyone_answers", verb_everyone },
	{ "nobody_answers", verb_nobody },
	{ "answers", verb_answers },
	{ "run_for", verb_run_for },
	{ "expect_task", verb_expect_task },
	{ "expect_none", verb_expect_none },
	{ "expect_event", verb_expect_event },
	{ "expect_state", verb_expect_state },
	{ "expect_field", verb_expect_field },
};

static fl_status on_verb(void *ctx, const char *verb, const struct value *args,
			 int line, struct value *result, struct fl_error *err)
{
	const char *names[sizeof(verbs) / sizeof(verbs[0])];
	const size_t n = sizeof(verbs) / sizeof(verbs[0]);
	struct bench *b = ctx;
	fl_status st;
	int near;

	(void)line;
	*result = value_null();
	for (size_t i = 0; i < n; i++) {
		names[i] = verbs[i].name;
		if (strcmp(verb, names[i]) != 0)
			continue;
		if (verbs[i].fn != verb_at && (st = ready(b, err)) != FL_OK)
			return st;
		return verbs[i].fn(b, args, result, err);
	}
	near = near_name(verb, names, n);
	return status_fail(err, FL_NOT_FOUND, "a test has no verb t:%s%s%s%s",
		verb, near >= 0 ? "; did you mean t:" : "",
		near >= 0 ? names[near] : "", near >= 0 ? "?" : "");
}

/* The last lines of what happened, then what was expected. */
static const char *story_of(struct bench *b, struct arena *a,
			    const char *reason)
{
	struct buf out;
	uint32_t from = b->n_story > STORY_LINES ? b->n_story - STORY_LINES : 0;
	const char *text;

	buf_init(&out, 64 * 1024);
	if (from > 0)
		buf_printf(&out, "  ... %u earlier lines\n", from);
	for (uint32_t i = from; i < b->n_story; i++)
		if (b->story[i % STORY_LINES] != NULL)
			buf_printf(&out, "  %s\n", b->story[i % STORY_LINES]);
	buf_printf(&out, "  %s\n", reason);
	text = arena_text(a, out.at != NULL ? out.at : "", out.len);
	buf_deinit(&out);
	return text;
}

/* Why a test whose expectations all held proves nothing; NULL: it does. */
static const char *proves_nothing(const struct bench *b)
{
	if (b->expectations == 0)
		return "this test expects nothing: add t:expect_task or "
		       "t:expect_none";
	if (!b->exercised)
		return "this test exercised nothing: nothing happened in it "
		       "that moves a deal or that any card looks at; add "
		       "t:happens(...)";
	return NULL;
}

static void run_one(struct ruleset *rs, struct ruleset *engine_rules,
		    const struct test_case *t, struct arena *a,
		    struct value *seen, struct test_result *out)
{
	struct script_outcome outcome;
	struct bench *b = arena_alloc(a, sizeof(*b));
	int64_t began = clock_mono_us();
	const char *why;
	fl_status st;

	memset(out, 0, sizeof(*out));
	out->name = t->name;
	out->file = t->file;
	out->line = t->line;
	if (b == NULL)
		return;
	b->rs = engine_rules;
	b->book = ruleset_book(engine_rules);
	b->seen_arena = a;
	b->seen = seen;
	b->start_ms = 1788249600000; /* 1 September 2026, 10:00 in Amsterdam */
	arena_init(&b->a, 512u << 20);
	memset(&outcome, 0, sizeof(outcome));
	st = ruleset_test(rs, t, &b->a, on_verb, b, &outcome);
	why = st != FL_OK ? outcome.reason : proves_nothing(b);
	out->passed = why == NULL;
	if (why != NULL)
		out->story = story_of(b, a, why);
	out->took_us = clock_mono_us() - began;
	sim_free(b->sim);
	arena_deinit(&b->a);
}

static bool lets_through(const struct sim_test_filter *f,
			 const struct test_case *t)
{
	if (f == NULL)
		return true;
	if (f->folder != NULL &&
		(strncmp(t->file, f->folder, strlen(f->folder)) == 0) ==
			f->outside)
		return false;
	return f->name == NULL || strstr(t->name.at, f->name) != NULL ||
		strstr(t->file, f->name) != NULL;
}

fl_status sim_test(struct ruleset *tests, struct ruleset *rules,
		   const struct sim_test_filter *filter, struct arena *a,
		   struct value *coverage, struct test_result **out,
		   uint32_t *n, struct fl_error *err)
{
	struct value seen = value_map();
	const struct test_case *cases;
	uint32_t total = ruleset_tests(tests, &cases);

	*n = 0;
	*out = arena_alloc(a, (total + 1) * sizeof(**out));
	if (*out == NULL)
		return status_fail(err, FL_NOMEM, "tests");
	for (uint32_t i = 0; i < total; i++)
		if (lets_through(filter, &cases[i]))
			run_one(tests, rules, &cases[i], a,
				coverage != NULL ? &seen : NULL,
				&(*out)[(*n)++]);
	if (coverage != NULL)
		*coverage = coverage_list(a, ruleset_book(rules), &seen,
			filter != NULL ? filter->folder : NULL,
			filter != NULL && filter->outside);
	return FL_OK;
}
