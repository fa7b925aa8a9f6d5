/*
 * What an event brings, in a function that several events call. At each place
 * it is known which of them it may be: conditions on event.type say so, and
 * those on a field, which only some of them bring. A field that an event lacks
 * is nil; where something must be there, that is told.
 */
#include "script/fn_check.h"

static struct loading *ld_of(const struct fn_reading *r)
{
	return r->rd->ld;
}

static const struct schema *schema_of(const struct fn_reading *r)
{
	return ld_of(r)->rs->book.schema;
}

/* ---- sets ---- */

static bool holds(const struct fn_events *set, uint32_t i)
{
	return (set->bits[i / 64] >> i % 64 & 1) != 0;
}

static void put(struct fn_events *set, uint32_t i)
{
	set->bits[i / 64] |= UINT64_C(1) << i % 64;
}

void fn_events_add(struct fn_events *to, const struct fn_events *more)
{
	for (size_t i = 0; i < COUNT_OF(to->bits); i++)
		to->bits[i] |= more->bits[i];
}

static struct fn_events both(struct fn_events a, const struct fn_events *b)
{
	for (size_t i = 0; i < COUNT_OF(a.bits); i++)
		a.bits[i] &= b->bits[i];
	return a;
}

static struct fn_events without(struct fn_events a, const struct fn_events *b)
{
	for (size_t i = 0; i < COUNT_OF(a.bits); i++)
		a.bits[i] &= ~b->bits[i];
	return a;
}

static bool is_none(const struct fn_events *set)
{
	for (size_t i = 0; i < COUNT_OF(set->bits); i++)
		if (set->bits[i] != 0)
			return false;
	return true;
}

/* ---- its events ---- */

/* More than are told apart: then nothing is said. */
static uint32_t count(const struct fn_reading *r)
{
	uint32_t n = r->events != NULL ? r->n_events
				       : schema_event_count(schema_of(r));

	return n <= FN_EVENTS_MAX ? n : 0;
}

static const struct event_def *def_at(const struct fn_reading *r, uint32_t i)
{
	return r->events != NULL ? schema_event(schema_of(r), r->events[i])
				 : schema_event_at(schema_of(r), i);
}

/* An event that does not exist is told elsewhere: nothing is known then. */
void fn_events_begin(struct fn_reading *r)
{
	const struct fn_events none = {{0}};

	for (uint32_t i = 0; i < count(r); i++) {
		if (def_at(r, i) == NULL) {
			r->may = none;
			break;
		}
		put(&r->may, i);
	}
	r->yes = r->no = r->may;
}

/* The names of `set`, in quotes. */
static const char *named(struct fn_reading *r, const struct fn_events *set)
{
	const char *names[FN_EVENTS_MAX];
	size_t n = 0;

	for (uint32_t i = 0; i < count(r); i++)
		if (holds(set, i))
			names[n++] = arena_printf(ld_of(r)->p->arena, "\"%s\"",
				def_at(r, i)->name.at);
	return say_list(ld_of(r), names, n);
}

static struct text first_name(
	const struct fn_reading *r, const struct fn_events *set)
{
	for (uint32_t i = 0; i < count(r); i++)
		if (holds(set, i))
			return def_at(r, i)->name;
	return TEXT("");
}

/* ---- fields ---- */

static bool is_part(struct text name)
{
	const char *part;

	for (size_t i = 0; (part = lua_event_part(i)) != NULL; i++)
		if (text_is(name, part))
			return true;
	return false;
}

/* Those of `among` that bring the field. */
static struct fn_events bringers(const struct fn_reading *r, struct text name,
	const struct fn_events *among)
{
	struct fn_events set = {{0}};

	for (uint32_t i = 0; i < count(r); i++)
		if (holds(among, i) && event_field(def_at(r, i), name) != NULL)
			put(&set, i);
	return set;
}

static void unknown(struct fn_reading *r, uint32_t i, bool data_only)
{
	struct text name = fn_token(r, i)->text;
	const char *names[200];
	size_t n = 0;

	while (!data_only && (names[n] = lua_event_part(n)) != NULL)
		n++;
	for (uint32_t e = 0; e < count(r); e++) {
		const struct event_def *def = def_at(r, e);

		for (uint32_t k = 0;
			holds(&r->may, e) && k < def->n_fields && n < 200; k++)
			names[n++] = def->fields[k].name.at;
	}
	say_near(ld_of(r),
		fn_at(r, i,
			r->events == NULL
				? say(ld_of(r), r->unit, fn_line(r, i),
					  SAY_NO_EVENT_FIELD, name.at)
				: say(ld_of(r), r->unit, fn_line(r, i),
					  SAY_UNKNOWN_EVENT_FIELD,
					  first_name(r, &r->may).at, name.at)),
		name.at, names, n);
}

static bool same_values(const struct field_def *a, const struct field_def *b)
{
	if (a->type != b->type || a->n_choices != b->n_choices)
		return false;
	for (uint32_t i = 0; i < a->n_choices; i++)
		if (!text_equal(a->choices[i], b->choices[i]))
			return false;
	return true;
}

/* The field, when it is one plain value and the same in all of `set`. */
static const struct field_def *plain_field(const struct fn_reading *r,
	struct text name, const struct fn_events *set)
{
	const struct field_def *f = NULL;

	for (uint32_t i = 0; i < count(r); i++) {
		const struct field_def *one;

		if (!holds(set, i))
			continue;
		one = event_field(def_at(r, i), name);
		if (f != NULL && !same_values(f, one))
			return NULL;
		f = one;
	}
	switch (f->type) {
	case FIELD_LIST:
	case FIELD_MAP:
	case FIELD_ANY:
	case FIELD_REF:
		return NULL;
	default:
		return f;
	}
}

struct fn_value fn_event_member(
	struct fn_reading *r, uint32_t i, bool data_only)
{
	struct text name = fn_token(r, i)->text;
	struct fn_value v = {0};
	struct fn_events lack;

	if (!data_only && text_is(name, "data"))
		return (struct fn_value){.is = FN_EVENT_DATA};
	if (!data_only && text_is(name, "before") && r->rd->about.bytes > 0)
		return (struct fn_value){
			.is = FN_RECORD, .record = r->rd->about};
	if (!data_only && text_is(name, "type"))
		return (struct fn_value){.is = FN_TYPE};
	if ((!data_only && is_part(name)) || is_none(&r->may))
		return v;
	v.by = bringers(r, name, &r->may);
	if (is_none(&v.by)) {
		if (!schema_everybodys(schema_of(r), name))
			unknown(r, i, data_only);
		return v;
	}
	v.field = plain_field(r, name, &v.by);
	v.is = v.field != NULL ? FN_SCALAR : FN_ANY;
	lack = without(r->may, &v.by);
	if (!is_none(&lack) && !schema_everybodys(schema_of(r), name))
		v.brought = name;
	return v;
}

/* ---- conditions ---- */

void fn_event_asked(struct fn_reading *r, const struct fn_value *v)
{
	r->yes = r->no = r->may;
	if (v != NULL && v->brought.bytes > 0)
		r->yes = both(r->may, &v->by);
}

/* event.type == "x": x exists, and is one of those it reacts to. */
static void type_compared(struct fn_reading *r, const struct fn_value *right)
{
	struct text said = fn_token(r, right->at)->text;

	if (text_among(r->events, r->n_events, said))
		return;
	if (schema_event(schema_of(r), said) == NULL) {
		fn_event(r, right->at);
	} else if (r->events != NULL) {
		fn_at(r, right->at,
			say(ld_of(r), r->unit, fn_line(r, right->at),
				SAY_NEVER_EVENT, said.at));
	}
}

static struct fn_events of_type(const struct fn_reading *r, struct text type)
{
	struct fn_events set = {{0}};

	for (uint32_t i = 0; i < count(r); i++)
		if (holds(&r->may, i) && text_equal(def_at(r, i)->name, type))
			put(&set, i);
	return set;
}

void fn_event_compared(struct fn_reading *r, const struct fn_value *v,
	uint32_t op, const struct fn_value *other)
{
	bool equal = fn_is(r, op, "==");
	struct fn_events kept;

	fn_event_asked(r, NULL);
	if (!equal && !fn_is(r, op, "~="))
		return;
	if (v->is == FN_TYPE && other->is == FN_TEXT) {
		type_compared(r, other);
		kept = of_type(r, fn_token(r, other->at)->text);
		r->yes = equal ? kept : without(r->may, &kept);
		r->no = equal ? without(r->may, &kept) : kept;
	} else if (v->brought.bytes > 0 && other->is == FN_NIL) {
		*(equal ? &r->no : &r->yes) = both(r->may, &v->by);
	} else if (v->brought.bytes > 0 &&
		   (other->is == FN_TEXT || other->is == FN_NUMBER ||
			   other->is == FN_BOOL)) {
		*(equal ? &r->yes : &r->no) = both(r->may, &v->by);
	}
}

void fn_event_needed(struct fn_reading *r, const struct fn_value *v)
{
	struct fn_events lack = without(r->may, &v->by);
	struct fn_events bring = both(r->may, &v->by);
	uint32_t at = v->to > v->from ? v->to - 1 : r->i;

	if (v->brought.bytes == 0 || is_none(&lack) || is_none(&bring))
		return;
	fn_at(r, at,
		r->events == NULL
			? say_warning(ld_of(r), r->unit, fn_line(r, at),
				  SAY_ANY_EVENT, v->brought.at,
				  named(r, &bring), first_name(r, &bring).at)
			: say_warning(ld_of(r), r->unit, fn_line(r, at),
				  SAY_SOME_EVENTS, v->brought.at,
				  named(r, &lack), first_name(r, &bring).at));
}
