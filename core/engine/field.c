#include "engine/machine.h"
#include "model/keys.h"

/* Person's state record; NULL before anything was ever said about them. */
static const struct record *person_record(struct world *w, struct text id)
{
	return w->by_ref(w->ctx, TEXT("person"), id);
}

static bool person_field(struct world *w, const struct rulebook *book,
			 struct text id, struct text field, struct value *out)
{
	const struct person *p = rulebook_person(book, id);
	const struct record *r = person_record(w, id);
	const struct value *stored;

	stored = r != NULL ? value_get_text(&r->fields, field) : NULL;
	if (text_is(field, "id"))
		*out = value_of_text(id);
	else if (text_is(field, "name"))
		*out = value_of_text(p != NULL ? p->name : id);
	else if (p != NULL && text_is(field, "email"))
		*out = value_of_text(p->email);
	else if (p != NULL && text_is(field, "phone"))
		*out = value_of_text(p->phone);
	else if (p != NULL && text_is(field, "brand"))
		*out = value_of_text(p->brand);
	else if (text_is(field, "absent"))
		*out = value_bool(p != NULL && !presence_of(w, book, id));
	else if (text_is(field, "leads_owed") && stored == NULL)
		*out = value_int(0);
	else if (stored != NULL)
		*out = *stored;
	else
		return false;
	return true;
}

static bool deal_link(struct world *w, const struct record *r,
		      struct value *out)
{
	char name[KEYS_NAME];
	char *text;

	keys_name(r->kind, r->id, name);
	text = arena_strdup(w->arena, name);
	if (text == NULL)
		return false;
	*out = value_text(text);
	return true;
}

/* What a visit, case or delivery knows through its deal. */
static bool through_deal(struct world *w, const struct record *r,
			 struct text field, struct value *out)
{
	const struct record *deal;
	const struct value *v;
	int64_t id = value_get_int(&r->fields, "deal", 0);

	if (id == 0 || text_is(r->kind, "deal"))
		return false;
	if (!text_is(field, "customer") && !text_is(field, "seller") &&
		!text_is(field, "handler") && !text_is(field, "vehicle"))
		return false;
	deal = w->get(w->ctx, id);
	if (deal == NULL)
		return false;
	v = value_get_text(&deal->fields, field);
	if (v == NULL && text_is(field, "seller"))
		v = value_get(&deal->fields, "handler");
	if (v == NULL)
		return false;
	*out = *v;
	return true;
}

bool computed_field(struct world *w, const struct rulebook *book,
		    const struct record *r, struct text field,
		    struct value *out)
{
	const struct schema *schema = w->schema;
	const struct field_def *def;

	if (text_is(r->kind, "person"))
		return person_field(w, book, r->ref, field, out);
	if (text_is(field, "link"))
		return deal_link(w, r, out);
	if (text_is(field, "id"))
		return deal_link(w, r, out);
	if (value_get_text(&r->fields, field) != NULL)
		return false;
	if (through_deal(w, r, field, out))
		return true;
	def = schema_field(schema, r->kind, field);
	if (def == NULL || def->dflt.kind == VALUE_NULL)
		return false;
	*out = def->dflt;
	return true;
}

/* One segment of a path on a record. */
static struct value record_field(struct world *w, const struct rulebook *book,
				 const struct record *r, struct text field)
{
	const struct value *stored;
	struct value v = value_null();

	if (computed_field(w, book, r, field, &v))
		return v;
	stored = value_get_text(&r->fields, field);
	return stored != NULL ? *stored : value_null();
}

struct value field_path(struct world *w, const struct rulebook *book,
			const struct record *r, struct text dotted)
{
	const char *at = dotted.at, *end = dotted.at + dotted.bytes;
	struct value v = value_null();
	struct text person = { NULL, 0 };
	bool first = true;

	while (at < end && (r != NULL || person.at != NULL ||
				v.kind == VALUE_MAP)) {
		const char *dot = memchr(at, '.', (size_t)(end - at));
		struct text part = { at,
			(uint32_t)((dot != NULL ? dot : end) - at) };
		const struct field_def *def = NULL;
		struct value next = value_null();

		at = dot != NULL ? dot + 1 : end;
		if (first && r != NULL && text_equal(part, r->kind) &&
			at < end &&
			schema_field(w->schema, r->kind, part) == NULL) {
			first = false;
			continue;
		}
		first = false;
		if (person.at != NULL) {
			if (!person_field(w, book, person, part, &next))
				next = value_null();
		} else if (r != NULL) {
			def = schema_field(w->schema, r->kind, part);
			next = record_field(w, book, r, part);
		} else {
			const struct value *m = value_get_text(&v, part);

			next = m != NULL ? *m : value_null();
		}
		r = NULL;
		person = (struct text){ NULL, 0 };
		v = next;
		if (def != NULL && def->type == FIELD_REF &&
			v.kind == VALUE_INT)
			r = w->get(w->ctx, v.as.integer);
		else if (def != NULL && def->type == FIELD_PERSON &&
			v.kind == VALUE_TEXT && v.count > 0)
			person = (struct text){ v.as.text, v.count };
		if (at < end && r == NULL && person.at == NULL &&
			v.kind != VALUE_MAP)
			return value_null();
	}
	return v;
}
