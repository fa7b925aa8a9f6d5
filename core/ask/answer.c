/* Answering a task: all that is wrong with an answer is told at once. */
#include "ask/who.h"

#include "base/near.h"

#define OUTCOMES_MOST 32
#define FIELDS_MOST   64

struct answering {
	struct view *v;
	const struct task *task;
	const struct outcome *outcome;
	const struct event_def *event; /* what the answer records, or NULL */
	struct value fields;	       /* as given */
	struct problems *p;
};

static void tell_closed(struct view *v, const struct task *t, struct text typed,
	struct problems *p)
{
	struct text by = value_as_text(value_get(&t->body, "by"));
	struct text outcome = value_as_text(value_get(&t->body, "outcome"));
	struct text reason = value_as_text(value_get(&t->body, "reason"));
	struct problem *it;

	if (t->state == TASK_DONE)
		it = problem_add(p, "FL509", NULL, 0,
			v->nl ? "%s is al beantwoord%s%s%s%s"
			      : "%s was answered already%s%s%s%s",
			typed.at, outcome.bytes > 0 ? ": " : "",
			words_code(v, outcome).at,
			by.bytes == 0 ? "" : v->nl ? ", door " : ", by ",
			words_person(v, by).at);
	else
		it = problem_add(p, "FL509", NULL, 0,
			v->nl ? "%s staat niet meer open%s%s"
			      : "%s is no longer open%s%s",
			typed.at,
			reason.bytes > 0 ? ": " : "", words_code(v, reason).at);
	it->field = "task";
}

static const char *outcome_list(
	struct answering *an, const struct outcome *all, uint32_t n)
{
	struct buf b;
	const char *list;

	buf_init(&b, 4000);
	for (uint32_t i = 0; i < n; i++) {
		struct text words = words_code(an->v, all[i].name);

		buf_printf(
			&b, "%s%s",
			i > 0	  ? ", "
			: an->v->nl ? "antwoorden: "
				    : "answers: ",
			all[i].name.at);
		if (an->v->nl && !text_equal(words, all[i].name))
			buf_printf(&b, " (%s)", words.at);
	}
	list = b.at != NULL ? arena_text(an->p->arena, b.at, b.len) : NULL;
	buf_deinit(&b);
	return list;
}

/* "geen gehoor" may be typed as geen_gehoor, which needs no quotes. */
static bool same_words(struct text words, struct text typed)
{
	if (words.bytes != typed.bytes)
		return false;
	for (uint32_t i = 0; i < words.bytes; i++)
		if (words.at[i] != typed.at[i] &&
			!(words.at[i] == ' ' && typed.at[i] == '_'))
			return false;
	return true;
}

/* By its name, or by the word people read for it. */
static const struct outcome *find_outcome(
	struct answering *an, struct text typed)
{
	struct outcome *all =
		arena_alloc(an->v->a, sizeof(*all) * OUTCOMES_MOST);
	uint32_t n = all != NULL ? task_outcomes(an->v->book, an->task, all,
					   OUTCOMES_MOST)
				 : 0;
	const char *names[OUTCOMES_MOST];
	struct problem *it;
	int near;

	for (uint32_t i = 0; i < n; i++) {
		names[i] = all[i].name.at;
		if (text_equal(all[i].name, typed) ||
			same_words(words_code(an->v, all[i].name), typed))
			return &all[i];
	}
	if (typed.bytes == 0)
		it = problem_add(
			an->p, "FL501", NULL, 0, an->v->nl
				? "\"outcome\" ontbreekt"
				: "\"outcome\" is missing");
	else
		it = problem_add(an->p, "FL506", NULL, 0,
			an->v->nl ? "\"%s\" is geen antwoord op deze taak"
				  : "\"%s\" is no answer of this task",
			typed.at);
	near = typed.bytes > 0 ? near_name(typed.at, names, n) : -1;
	it->field = "outcome";
	it->nearest = near >= 0 ? names[near] : NULL;
	it->remedy = outcome_list(an, all, n);
	return NULL;
}

/* ---- fields ---- */

static bool is_consent(struct text name)
{
	return name.bytes > 8 && memcmp(name.at, "consent.", 8) == 0;
}

static bool is_needed(const struct answering *an, struct text name)
{
	return text_among(an->outcome->need, an->outcome->n_need, name);
}

/* A dossier item for which "none" is an answer. */
static bool none_is_fine(const struct answering *an, struct text name)
{
	const struct card *c = rulebook_card(an->v->book, an->task->card);
	const struct handoff_spec *h = c != NULL ? c->handoff : NULL;

	for (uint32_t i = 0; h != NULL && i < h->n_dossier; i++)
		if (text_equal(h->dossier[i].field, name))
			return h->dossier[i].none_is_fine;
	return false;
}

/* Where an answer's field ends up says of what type it is. */
static bool field_of(
	const struct answering *an, struct text name, struct field_def *out)
{
	const struct schema *s = an->v->schema;
	const struct field_def *f =
		an->event != NULL ? event_field(an->event, name) : NULL;

	if (f == NULL)
		f = schema_field(s, TEXT("deal"), name);
	if (f == NULL)
		f = schema_field(s, TEXT("customer"), name);
	memset(out, 0, sizeof(*out));
	if (f != NULL)
		*out = *f;
	else if (is_consent(name))
		out->type = FIELD_BOOL;
	else if (text_is(name, "missing"))
		out->type = FIELD_LIST;
	else if (is_needed(an, name) || text_is(name, "note"))
		out->type = FIELD_ANY;
	else
		return false;
	if (out->type == FIELD_ANY && none_is_fine(an, name))
		out->type = FIELD_LIST;
	out->name = name;
	out->required = false;
	out->dflt = value_null();
	return true;
}

static void tell_unknown(struct answering *an, struct text name)
{
	const char *names[FIELDS_MOST];
	uint32_t n = 0;
	struct problem *it;
	int near;

	for (uint32_t i = 0; i < an->outcome->n_need; i++)
		names[n++] = an->outcome->need[i].at;
	for (uint32_t i = 0; an->event != NULL && i < an->event->n_fields &&
			     n + 1 < FIELDS_MOST;
		i++)
		names[n++] = an->event->fields[i].name.at;
	names[n++] = "note";
	near = near_name(name.at, names, n);
	it = problem_add(an->p, "FL508", NULL, 0,
		an->v->nl ? "niets heet hier \"%s\""
			  : "nothing here is called \"%s\"", name.at);
	it->field = arena_strdup(an->p->arena, name.at);
	it->nearest = near >= 0 ? names[near]
				: schema_near_field(an->v->schema,
					  TEXT("customer"), name);
	if (it->nearest == NULL)
		it->nearest =
			schema_near_field(an->v->schema, TEXT("deal"), name);
}

static bool is_given(const struct value *fields, struct text name)
{
	const struct value *v = value_get_text(fields, name);
	const char *dot = strrchr(name.at, '.');

	if (v == NULL && dot != NULL)
		v = value_get(fields, dot + 1);
	return v != NULL && v->kind != VALUE_NULL;
}

static void tell_missing(struct answering *an)
{
	for (uint32_t i = 0; i < an->outcome->n_need; i++) {
		struct text name = an->outcome->need[i];
		struct field_def f;
		struct problem *it;

		if (is_given(&an->fields, name))
			continue;
		it = problem_add(an->p, "FL507", NULL, 0,
			an->v->nl ? "bij \"%s\" hoort ook \"%s\""
				  : "the answer \"%s\" must also say \"%s\"",
			an->outcome->name.at, name.at);
		it->field = arena_strdup(an->p->arena, name.at);
		it->remedy = arena_printf(an->p->arena,
			an->v->nl ? "zet erbij: %s=%s" : "add %s=%s", name.at,
			field_of(an, name, &f)
				? schema_field_example(&f, an->v->nl)
				: "...");
	}
}

/* Reads one field as the schema would read it in an event of its own, so
 * that a wrong value is told by name. */
static void read_field(
	struct answering *an, const struct member *given, struct value *out)
{
	struct field_def f;
	struct event_def def;
	struct value one = value_map();
	struct text name = TEXT("value");
	uint32_t before = an->p->count;

	if (!field_of(an, given->key, &f)) {
		tell_unknown(an, given->key);
		return;
	}
	if (memchr(f.name.at, '.', f.name.bytes) == NULL)
		name = f.name;
	f.name = name;
	memset(&def, 0, sizeof(def));
	def.name = an->outcome->name;
	def.fields = &f;
	def.n_fields = 1;
	value_set(an->v->a, &one, name, given->value);
	if (schema_check(an->v->schema, &def, an->v->book->zone, false,
		    an->v->a, &one, an->p) == FL_OK) {
		const struct value *read = value_get_text(&one, name);

		value_set(an->v->a, out, given->key,
			read != NULL ? *read : given->value);
	} else if (an->p->count > before) {
		an->p->items[before].field =
			arena_strdup(an->p->arena, given->key.at);
	}
}

/* Is "name.something" what the answer must say? */
static bool is_prefix(const struct answering *an, struct text name)
{
	for (uint32_t i = 0; i < an->outcome->n_need; i++) {
		struct text need = an->outcome->need[i];

		if (need.bytes > name.bytes && need.at[name.bytes] == '.' &&
			memcmp(need.at, name.at, name.bytes) == 0)
			return true;
	}
	return false;
}

/* A command line makes parts of a name with dots; "consent.phone" is one. */
static struct value with_dots(struct answering *an)
{
	struct value out = value_map();
	struct field_def f;

	for (uint32_t i = 0; i < an->fields.count; i++) {
		const struct member *m = &an->fields.as.members[i];

		if (m->value.kind != VALUE_MAP ||
			(field_of(an, m->key, &f) &&
				(f.type == FIELD_MAP || f.type == FIELD_ANY) &&
				!is_prefix(an, m->key))) {
			value_set(an->v->a, &out, m->key, m->value);
			continue;
		}
		for (uint32_t k = 0; k < m->value.count; k++) {
			const struct member *part = &m->value.as.members[k];

			value_set(an->v->a, &out,
				text_join(an->v->a, m->key, TEXT("."),
					part->key),
				part->value);
		}
	}
	return out;
}

static struct value read_fields(struct answering *an)
{
	struct value out = value_map();

	for (uint32_t i = 0; i < an->fields.count; i++)
		read_field(an, &an->fields.as.members[i], &out);
	return out;
}

/* ---- the command ---- */

/* `fields`, or what stands beside the arguments. */
static struct value fields_of(
	struct view *v, const struct value *args, struct problems *p)
{
	static const char *const own[] = {
		"task", "outcome", "fields", "id", "at", "source"};
	const struct value *given = value_get(args, "fields");
	struct value out = value_map();

	if (given != NULL && given->kind == VALUE_MAP) {
		args_known(args, "task outcome fields id at source", p);
		return *given;
	}
	if (given != NULL && given->kind != VALUE_NULL)
		problem_add(p, "FL503", NULL, 0, "\"fields\" must be a map")
			->field = "fields";
	for (uint32_t i = 0;
		args != NULL && args->kind == VALUE_MAP && i < args->count;
		i++) {
		const struct member *m = &args->as.members[i];
		size_t k = 0;

		while (k < sizeof(own) / sizeof(own[0]) &&
			!text_is(m->key, own[k]))
			k++;
		if (k == sizeof(own) / sizeof(own[0]))
			value_set(v->a, &out, m->key, m->value);
	}
	return out;
}

struct value wire_new(struct view *v, const char *type,
	const struct value *args, struct value data)
{
	static const char *const kept[] = {"id", "at", "source"};
	struct value wire = value_map();

	value_put(v->a, &wire, "type", value_text(type));
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		const struct value *given = value_get(args, kept[i]);

		if (given != NULL && given->kind != VALUE_NULL)
			value_put(v->a, &wire, kept[i], *given);
	}
	value_put(v->a, &wire, "data", data);
	return wire;
}

static void answer(struct view *v, const struct value *args, struct value *out,
	struct problems *p)
{
	struct answering an = {.v = v, .p = p};
	struct action action;
	struct value data = value_map(), fields;
	struct text typed = args_text(v->a, args, "task", true, p);
	struct text outcome = args_text(v->a, args, "outcome", false, p);

	an.fields = fields_of(v, args, p);
	an.task = typed.bytes > 0 ? view_task(v, typed, p) : NULL;
	if (an.task == NULL)
		return;
	if (an.task->state != TASK_OPEN) {
		tell_closed(v, an.task, typed, p);
		return;
	}
	if ((an.outcome = find_outcome(&an, outcome)) == NULL)
		return;
	if (task_action(v, an.task, an.outcome->name, &action) &&
		action.kind == ACTION_RECORD)
		an.event = schema_event(v->schema, action.event);
	an.fields = with_dots(&an);
	tell_missing(&an);
	fields = read_fields(&an);
	value_put(v->a, &data, "task", value_int(an.task->id));
	value_put(v->a, &data, "outcome", value_of_text(an.outcome->name));
	value_put(v->a, &data, "fields", fields);
	*out = value_list();
	value_append(v->a, out, wire_new(v, "task.done", args, data));
}

fl_status ask_answer(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	return ask_run(ask, args, out, p, answer);
}
