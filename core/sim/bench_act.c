/*
 * The verbs of `t` that act: they move the clock, bring deals, facts and
 * commands, and answer tasks as the people of the rooftop would.
 */
#include "engine/machine.h"
#include "script/synonym.h"
#include "sim/test_bench.h"
#include "sim/test_names.h"

#define TASKS_MAX 20000
#define DAY_MS 86400000

/* ---- arguments ---- */

const struct value *bench_arg(const struct value *args, uint32_t n)
{
	static const struct value none;

	return args != NULL && args->kind == VALUE_LIST && n < args->count
		? &args->as.items[n]
		: &none;
}

static fl_status need_text(const struct bench *b, const struct value *args,
			   const char *verb, struct text *out,
			   struct fl_error *err)
{
	*out = value_as_text(bench_arg(args, 0));
	if (out->bytes > 0)
		return FL_OK;
	return status_fail(err, FL_INVALID,
		bench_words(b, "t:%s needs a text, like t:%s \"...\"",
			"t:%s verwacht een tekst, zoals t:%s \"...\""),
		verb, verb);
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
	case FIELD_LIST: /* as many as anybody asks for */
		for (int i = 0; i < 3; i++)
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
	fl_status st = sim_reader(b->sim, &r, err);

	return st == FL_OK ? reader_task(r, &b->a, id, out, err) : st;
}

static const char *first_problem(const struct problems *p)
{
	const struct problem *wrong = problem_error(p);

	return wrong != NULL ? wrong->text
			     : problem_words(p, "refused", "geweigerd");
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
	problems->dutch = text_is(b->book->language, "nl");
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

	bench_tell(b, bench_words(b, "%s answers %s: %s",
		"%s antwoordt op %s: %s"), s->who.at, s->step.at, outcome.at);
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

fl_status bench_at(struct bench *b, const struct value *args,
			 struct value *result, struct fl_error *err)
{
	struct text when;
	int64_t at;
	fl_status st = need_text(b, args, "at", &when, err);

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
			bench_words(b,
				"t:at \"%s\": the clock only goes forward",
				"t:at \"%s\": de klok gaat alleen vooruit"),
			when.at);
	return run_to(b, at, err);
}

fl_status bench_run_for(struct bench *b, const struct value *args,
			      struct value *result, struct fl_error *err)
{
	struct span span;
	fl_status st = span_of_value(bench_arg(args, 0), &span, err);

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
	return status_fail(err, FL_INVALID,
		bench_words(b, "a %s has no field \"%s\"%s",
			"%s heeft geen veld \"%s\"%s"),
		kind, field.at, bench_near(b, near));
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
fl_status bench_deal(struct bench *b, const struct value *args,
			   struct value *result, struct fl_error *err)
{
	const struct value *spec = bench_arg(args, 0);
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
			bench_words(b, "a deal has no state \"%s\"",
				"deal kent geen toestand \"%s\""),
			value_get_str(&d->fields, "state"));
	if (st != FL_OK)
		return st;
	st = sim_inject(b->sim, b->book->schema, both, 2, &b->a);
	if (st != FL_OK)
		return status_fail(err, st, "t:deal: no room for deal %u",
			b->deals);
	*result = value_text(ref);
	bench_tell(b, bench_words(b, "%s: %s, handler %s", "%s: %s, bij %s"), ref,
		value_get_str(&d->fields, "state"),
		value_get_str(&d->fields, "handler") != NULL
			? value_get_str(&d->fields, "handler")
			: bench_words(b, "nobody", "niemand"));
	return st;
}

fl_status bench_known_type(struct bench *b, struct text type,
			   struct fl_error *err)
{
	const char *near;

	if (schema_event(b->book->schema, type) != NULL)
		return FL_OK;
	near = synonym_event(b->book->schema, type);
	return status_fail(err, FL_INVALID,
		bench_words(b, "there is no event \"%s\"%s",
			"er is geen gebeurtenis \"%s\"%s"),
		type.at, bench_near(b, near));
}

/* `data`: a map, or nothing. */
static fl_status post_known(struct bench *b, struct text type,
			    const struct value *data, struct text who,
			    struct fl_error *err)
{
	fl_status st = bench_known_type(b, type, err);

	if (st != FL_OK)
		return st;
	return post(b, type.at,
		data->kind == VALUE_MAP ? value_clone(&b->a, data)
					: value_map(), who, err);
}

fl_status bench_happens(struct bench *b, const struct value *args,
			      struct value *result, struct fl_error *err)
{
	const struct value *data = bench_arg(args, 1);
	struct text type;
	fl_status st = need_text(b, args, "happens", &type, err);

	(void)result;
	return st == FL_OK ? post_known(b, type, data, TEXT(""), err) : st;
}

/* t:says("els", "deal.lost", { ... }): a person's command, which must pass. */
fl_status bench_says(struct bench *b, const struct value *args,
			   struct value *result, struct fl_error *err)
{
	const struct value *data = bench_arg(args, 2);
	struct text who, type = value_as_text(bench_arg(args, 1));
	fl_status st = need_text(b, args, "says", &who, err);

	(void)result;
	return st == FL_OK ? post_known(b, type, data, who, err) : st;
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
fl_status bench_refused(struct bench *b, const struct value *args,
			      struct value *result, struct fl_error *err)
{
	const struct value *data = bench_arg(args, 2);
	struct text who, type = value_as_text(bench_arg(args, 1));
	struct problems p;
	fl_status st = need_text(b, args, "refused", &who, err);

	(void)result;
	if (st == FL_OK)
		st = bench_known_type(b, type, err);
	if (st != FL_OK)
		return st;
	b->expectations++;
	st = post_told(b, type.at,
		data->kind == VALUE_MAP ? value_clone(&b->a, data)
					: value_map(), who, &p);
	if (st == FL_OK)
		return status_fail(err, FL_INVALID,
			bench_words(b,
				"expected %s of %s to be refused, it was taken",
				"verwacht: %s van %s wordt geweigerd, maar het "
				"is aangenomen"),
			type.at, who.at);
	for (uint32_t i = 3; i < args->count; i++)
		if (!names_field(&p, value_as_text(bench_arg(args, i))))
			return status_fail(err, FL_INVALID,
				bench_words(b,
					"%s was refused, but not for \"%s\": %s",
					"%s is geweigerd, maar niet om \"%s\": "
					"%s"),
				type.at, value_as_text(bench_arg(args, i)).at,
				first_problem(&p));
	b->exercised = true;
	bench_tell(b, bench_words(b, "%s says %s: refused",
		"%s zegt %s: geweigerd"), who.at, type.at);
	return FL_OK;
}

fl_status bench_everyone(struct bench *b, const struct value *args,
			       struct value *result, struct fl_error *err)
{
	(void)result;
	b->n_prefer = 0;
	for (uint32_t i = 0; i < args->count && i < 8; i++) {
		struct text t = value_as_text(bench_arg(args, i));

		if (t.bytes == 0)
			return status_fail(err, FL_INVALID,
				"%s", bench_words(b,
					"t:everyone_answers needs outcomes, "
					"like \"reached\"",
					"t:everyone_answers verwacht antwoorden, "
					"zoals \"reached\""));
		b->prefer[b->n_prefer++] = bench_keep(b, t);
	}
	return answer_all(b, err);
}

fl_status bench_nobody(struct bench *b, const struct value *args,
			     struct value *result, struct fl_error *err)
{
	(void)args;
	(void)result;
	(void)err;
	b->n_prefer = 0;
	return FL_OK;
}

fl_status bench_answers(struct bench *b, const struct value *args,
			      struct value *result, struct fl_error *err)
{
	static const char *const keys[] = { "who", "step", "card", "kind",
		"outcome", "fields" };
	const struct value *spec = bench_arg(args, 0);
	struct text outcome = value_as_text(value_get(spec, "outcome"));
	fl_status st = bench_keys(b, spec, "answers", keys, 6, err);

	(void)result;
	if (st == FL_OK)
		st = test_names_check(b, "answers", spec, err);
	if (st != FL_OK)
		return st;
	if (outcome.bytes == 0)
		return status_fail(err, FL_INVALID,
			"%s", bench_words(b,
				"t:answers needs outcome = \"...\"",
				"bij t:answers ontbreekt outcome = \"...\""));
	for (uint32_t i = 0; i < b->n_tasks; i++)
		if (b->tasks[i].open && bench_matches(&b->tasks[i], spec))
			return answer(b, &b->tasks[i], outcome,
				value_get(spec, "fields"), err);
	return status_fail(err, FL_INVALID,
		"%s", bench_words(b, "there is no such open task to answer",
			"er is geen open taak als deze om te beantwoorden"));
}
