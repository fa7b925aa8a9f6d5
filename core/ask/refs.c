/* Names in a posted event become ids before the engine sees it. */
#include "ask/who.h"

/* "d0000001" or "INV/12-3": what outsiders use for ids. */
static bool looks_like_id(struct text t)
{
	bool digit = false;

	for (uint32_t i = 0; i < t.bytes; i++) {
		char c = t.at[i];

		digit |= c >= '0' && c <= '9';
		if (c == ' ' || c == '@' || c == '+')
			return false;
	}
	return digit;
}

static void replace_record(struct view *v, struct value *map, const char *key,
	struct text kind, bool may_be_new, struct problems *p)
{
	const struct value *given = value_get(map, key);
	struct problems own;
	const struct record *r;

	if (given == NULL || given->kind != VALUE_TEXT || given->count == 0 ||
		given->as.text[0] == '#')
		return;
	problems_init(&own, p->arena);
	r = view_who(v, value_as_text(given), kind, &own);
	if (r != NULL) {
		value_put(v->a, map, key, value_int(r->id));
		return;
	}
	if (problems_status(&own) == FL_NOT_FOUND &&
		(may_be_new || looks_like_id(value_as_text(given))))
		return;
	for (uint32_t i = 0; i < own.count; i++) {
		struct problem *it = problem_add(
			p, own.items[i].code, NULL, 0, "%s", own.items[i].text);

		it->field = arena_strdup(p->arena, key);
		it->remedy = own.items[i].remedy;
		it->nearest = own.items[i].nearest;
	}
}

static void replace_person(
	struct view *v, struct value *map, const char *key, struct problems *p)
{
	const struct value *given = value_get(map, key);
	const struct person *person;
	uint32_t before = p->count;

	if (given == NULL || given->kind != VALUE_TEXT || given->count == 0)
		return;
	if (ask_person(v->ask, value_as_text(given), &person, p) == FL_OK)
		value_put(v->a, map, key, value_of_text(person->id));
	else if (p->count > before)
		p->items[before].field = arena_strdup(p->arena, key);
}

static void replace_task(struct view *v, struct value *map, struct problems *p)
{
	const struct value *given = value_get(map, "task");
	uint32_t before = p->count;
	struct task *t;

	if (given == NULL || given->kind != VALUE_TEXT || given->count == 0)
		return;
	if ((t = view_task(v, value_as_text(given), p)) != NULL)
		value_put(v->a, map, "task", value_int(t->id));
	else if (p->count > before)
		p->items[before].field = "task";
}

static void replace_event(struct value *map, struct arena *a)
{
	const struct value *given = value_get(map, "event");
	struct text kind;
	int64_t number;

	if (given == NULL || given->kind != VALUE_TEXT)
		return;
	number = id_read(value_as_text(given), &kind);
	if (number != 0 && text_is(kind, "event"))
		value_put(a, map, "event", value_int(number));
}

static void replace_all(struct view *v, const struct event_def *def,
	struct value *map, struct problems *p)
{
	bool is_new = def->opens;

	replace_record(v, map, "deal", TEXT("deal"), is_new, p);
	replace_record(v, map, "customer", TEXT("customer"), is_new, p);
	for (uint32_t i = 0; i < def->n_fields; i++) {
		const struct field_def *f = &def->fields[i];

		if (text_is(f->name, "deal") || text_is(f->name, "customer"))
			continue;
		if (f->type == FIELD_PERSON)
			replace_person(v, map, f->name.at, p);
		else if (f->type == FIELD_REF)
			replace_record(
				v, map, f->name.at, f->ref_kind, is_new, p);
		else if (text_is(f->name, "task"))
			replace_task(v, map, p);
		else if (text_is(f->name, "event"))
			replace_event(map, v->a);
	}
}

/* The subject by name: of the type's kind, or whatever it is. */
static void replace_subject(struct view *v, const struct event_def *def,
	struct value *wire, struct problems *p)
{
	if (text_is(def->subject, "person"))
		replace_person(v, wire, "subject", p);
	else if (!text_is(def->subject, "rooftop"))
		replace_record(v, wire, "subject", def->subject, def->opens, p);
}

fl_status ask_refs(struct ask *ask, struct value *wire, struct problems *p)
{
	struct view *v = view_new(ask);
	const char *type = value_get_str(wire, "type");
	const struct event_def *def;
	struct value *data = wire;
	fl_status s;

	if (v == NULL)
		return FL_NOMEM;
	def = type != NULL ? schema_event(v->schema, text_of(type)) : NULL;
	if (def == NULL)
		return FL_OK; /* the engine says what is wrong with it */
	for (uint32_t i = 0; i < wire->count; i++)
		if (text_is(wire->as.members[i].key, "data") &&
			wire->as.members[i].value.kind == VALUE_MAP)
			data = &wire->as.members[i].value;
	replace_all(v, def, data, p);
	if (value_get(wire, "subject") != NULL)
		replace_subject(v, def, wire, p);
	if ((s = view_done(v, p)) != FL_OK)
		return s;
	return problems_status(p);
}
