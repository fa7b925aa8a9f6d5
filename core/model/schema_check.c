#include "model/schema_part.h"

#include "base/near.h"
#include "base/phone.h"
#include "base/plate.h"
#include "base/zone.h"

static const struct {
	const char *name;
	enum field_type type;
} type_names[] = {
	{"text", FIELD_TEXT},
	{"int", FIELD_INT},
	{"number", FIELD_NUMBER},
	{"bool", FIELD_BOOL},
	{"time", FIELD_TIME},
	{"money", FIELD_MONEY},
	{"choice", FIELD_CHOICE},
	{"list", FIELD_LIST},
	{"map", FIELD_MAP},
	{"any", FIELD_ANY},
	{"ref", FIELD_REF},
	{"person", FIELD_PERSON},
	{"phone", FIELD_PHONE},
	{"email", FIELD_EMAIL},
	{"plate", FIELD_PLATE},
	/* other words for the same */
	{"integer", FIELD_INT},
	{"yes_no", FIELD_BOOL},
	{"boolean", FIELD_BOOL},
	{"string", FIELD_TEXT},
	{"duration", FIELD_TEXT},
	{"percent", FIELD_NUMBER},
	{"date", FIELD_TIME},
};

bool field_type_read(struct text name, enum field_type *out)
{
	size_t i;

	for (i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++) {
		if (!text_is(name, type_names[i].name))
			continue;
		*out = type_names[i].type;
		return true;
	}
	return false;
}

const char *field_type_name(enum field_type type)
{
	size_t i;

	for (i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++)
		if (type_names[i].type == type)
			return type_names[i].name;
	return "any";
}

/* ---- conditions of moves ---- */

static const struct value *dotted(const struct value *v, struct text path)
{
	while (v != NULL && path.bytes > 0) {
		const char *dot = memchr(path.at, '.', path.bytes);
		struct text part = path;

		if (dot != NULL)
			part.bytes = (uint32_t)(dot - path.at);
		v = value_get_text(v, part);
		path.at += part.bytes + (dot != NULL);
		path.bytes -= part.bytes + (dot != NULL);
	}
	return v;
}

bool move_when(struct text when, const struct value *data)
{
	uint32_t n = 0;
	const struct value *v;
	struct text right;

	if (when.bytes == 0)
		return true;
	while (n < when.bytes && when.at[n] != '=' && when.at[n] != '>')
		n++;
	v = dotted(data, (struct text){when.at, n});
	if (n == when.bytes)
		return v != NULL && v->kind != VALUE_NULL &&
		       !(v->kind == VALUE_BOOL && !v->as.boolean);
	if (when.at[n] == '=') {
		right = (struct text){when.at + n + 1, when.bytes - n - 1};
		return v != NULL && text_equal(value_as_text(v), right);
	}
	return v != NULL && v->kind == VALUE_INT &&
	       v->as.integer >= strtoll(when.at + n + 2, NULL, 10);
}

/* ---- values ---- */

static bool choice_fits(const struct field_def *f, const struct value *v)
{
	uint32_t i;

	for (i = 0; i < f->n_choices; i++)
		if (text_equal(f->choices[i], value_as_text(v)))
			return v->kind == VALUE_TEXT;
	return false;
}

bool field_fits(const struct field_def *f, const struct value *v)
{
	char phone[PHONE_E164], plate[PLATE_BARE];

	switch (f->type) {
	case FIELD_TEXT:
		return v->kind == VALUE_TEXT;
	case FIELD_INT:
	case FIELD_TIME:
	case FIELD_MONEY:
		return v->kind == VALUE_INT;
	case FIELD_NUMBER:
		return v->kind == VALUE_INT || v->kind == VALUE_REAL;
	case FIELD_BOOL:
		return v->kind == VALUE_BOOL;
	case FIELD_CHOICE:
		return choice_fits(f, v);
	case FIELD_LIST:
		return v->kind == VALUE_LIST;
	case FIELD_MAP:
		return v->kind == VALUE_MAP;
	case FIELD_ANY:
		return true;
	case FIELD_REF: /* an outsider's id until event_resolve */
		return v->kind == VALUE_INT ||
		       (v->kind == VALUE_TEXT && v->count > 0);
	case FIELD_PERSON:
		return v->kind == VALUE_TEXT && v->count > 0;
	case FIELD_PHONE:
		return v->kind == VALUE_TEXT &&
		       phone_e164(value_as_text(v), NULL, phone) &&
		       text_is(value_as_text(v), phone);
	case FIELD_EMAIL:
		return v->kind == VALUE_TEXT &&
		       memchr(v->as.text, '@', v->count) != NULL;
	case FIELD_PLATE:
		return v->kind == VALUE_TEXT &&
		       plate_bare(value_as_text(v), plate) != 0 &&
		       text_is(value_as_text(v), plate);
	}
	return false;
}

static bool word_is(struct text t, const char *const *words)
{
	for (; *words != NULL; words++)
		if (text_is(t, *words))
			return true;
	return false;
}

/* "Ja", "no", "true": what people answer a question with. */
static bool yes_no_read(struct text t, struct value *v)
{
	static const char *const yes[] = {"true", "yes", "ja", NULL};
	static const char *const no[] = {"false", "no", "nee", NULL};
	char small[8] = "";

	for (uint32_t i = 0; i < t.bytes && t.bytes < sizeof(small); i++)
		small[i] = (char)(t.at[i] >= 'A' && t.at[i] <= 'Z'
					  ? t.at[i] - 'A' + 'a'
					  : t.at[i]);
	if (!word_is(text_of(small), yes) && !word_is(text_of(small), no))
		return false;
	*v = value_bool(word_is(text_of(small), yes));
	return true;
}

static bool bool_read(struct text t, struct value *v)
{
	if (yes_no_read(t, v))
		return true;
	if (!text_is(t, "1") && !text_is(t, "0"))
		return false;
	*v = value_bool(text_is(t, "1"));
	return true;
}

static bool int_read(struct text t, struct value *v)
{
	char *end = NULL;
	long long n;

	if (t.bytes == 0 || t.bytes > 18)
		return false;
	n = strtoll(t.at, &end, 10);
	if (end != t.at + t.bytes)
		return false;
	*v = value_int(n);
	return true;
}

static bool number_text_read(struct arena *a, struct text t, struct value *v)
{
	struct value read;

	if (value_read(a, t.at, t.bytes, NULL, &read, NULL) != FL_OK ||
		(read.kind != VALUE_INT && read.kind != VALUE_REAL))
		return false;
	*v = read;
	return true;
}

/* "€ 20", "1.250,50", "20 euro", "19.99", "1250": cents. A comma or dot
 * followed by exactly two last digits divides cents, any other one thousands.
 */
static bool money_read(struct text t, struct value *v)
{
	int64_t cents = 0;
	uint32_t i, digits = 0, mark = UINT32_MAX;
	bool minus = false, ended = false;

	for (i = 0; i < t.bytes; i++) {
		unsigned char ch = (unsigned char)t.at[i];

		if (ch >= '0' && ch <= '9') {
			if (ended || ++digits > 15)
				return false;
			cents = cents * 10 + (ch - '0');
		} else if (ch == '-' && digits == 0) {
			minus = true;
		} else if ((ch == '.' || ch == ',') && digits > 0) {
			mark = digits;
		} else if (digits > 0) {
			ended = true; /* the currency behind the number */
		}
	}
	if (digits == 0)
		return false;
	if (mark == UINT32_MAX || digits - mark != 2)
		cents *= 100;
	*v = value_int(minus ? -cents : cents);
	return mark == UINT32_MAX || digits - mark == 2 || digits - mark == 3 ||
	       digits == mark;
}

/* "a, b" as a list; "none" as an empty one. */
static bool list_read(struct arena *a, struct text t, struct value *v)
{
	static const char *const none[] = {"none", "geen", "niets", "", NULL};
	const char *at = t.at, *end = t.at + t.bytes;
	struct value list = value_list();

	while (!word_is(t, none) && at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		const char *to = comma != NULL ? comma : end;
		const char *from = at;

		at = comma != NULL ? comma + 1 : end;
		while (from < to && *from == ' ')
			from++;
		while (to > from && to[-1] == ' ')
			to--;
		if (to > from)
			value_append(a, &list,
				value_of_text((struct text){
					arena_text(
						a, from, (size_t)(to - from)),
					(uint32_t)(to - from)}));
	}
	*v = list;
	return !a->failed;
}

static bool email_read(struct arena *a, struct text t, struct value *v)
{
	char *low;
	uint32_t i;

	while (t.bytes > 0 && *t.at == ' ')
		t.at++, t.bytes--;
	while (t.bytes > 0 && t.at[t.bytes - 1] == ' ')
		t.bytes--;
	if (t.bytes < 3 || memchr(t.at, '@', t.bytes) == NULL ||
		memchr(t.at, ' ', t.bytes) != NULL)
		return false;
	low = arena_text(a, t.at, t.bytes);
	for (i = 0; low != NULL && i < t.bytes; i++)
		if (low[i] >= 'A' && low[i] <= 'Z')
			low[i] = (char)(low[i] - 'A' + 'a');
	*v = value_of_text((struct text){low, t.bytes});
	return low != NULL;
}

static bool text_copied(struct arena *a, const char *at, struct value *v)
{
	const char *copy = arena_strdup(a, at);

	if (copy != NULL)
		*v = value_text(copy);
	return copy != NULL;
}

static bool convert_text(const struct field_def *f, const struct zone *zone,
	struct arena *a, struct value *v)
{
	struct text t = value_as_text(v);
	char phone[PHONE_E164], plate[PLATE_BARE];
	int64_t ms;

	switch (f->type) {
	case FIELD_BOOL:
		return bool_read(t, v);
	case FIELD_INT:
		return int_read(t, v);
	case FIELD_NUMBER:
		return number_text_read(a, t, v);
	case FIELD_MONEY:
		return money_read(t, v);
	case FIELD_TIME:
		if (zone_read_time(zone, t, &ms, NULL) != FL_OK)
			return false;
		*v = value_int(ms);
		return true;
	case FIELD_LIST:
		return list_read(a, t, v);
	case FIELD_PHONE:
		return phone_e164(t, "31", phone) && text_copied(a, phone, v);
	case FIELD_EMAIL:
		return email_read(a, t, v);
	case FIELD_PLATE:
		return plate_bare(t, plate) != 0 && text_copied(a, plate, v);
	case FIELD_TEXT:
	case FIELD_CHOICE:
	case FIELD_MAP:
	case FIELD_ANY:
	case FIELD_REF:
	case FIELD_PERSON:
		break;
	}
	return false;
}

bool field_convert(const struct field_def *f, const struct zone *zone,
	struct arena *a, struct value *v)
{
	struct value one = *v;
	struct buf b;
	bool ok = false;

	if (v->kind == VALUE_TEXT && f->type == FIELD_EMAIL)
		return email_read(a, value_as_text(v), v);
	if (v->kind == VALUE_TEXT && f->type == FIELD_ANY)
		yes_no_read(value_as_text(v), v); /* "nee" is no text of it */
	if (field_fits(f, v))
		return true;
	if (v->kind == VALUE_TEXT)
		return convert_text(f, zone, a, v);
	if (f->type == FIELD_BOOL && v->kind == VALUE_INT &&
		(v->as.integer == 0 || v->as.integer == 1)) {
		*v = value_bool(v->as.integer == 1);
		return true;
	}
	if (v->kind == VALUE_REAL && v->as.real > -9e15 && v->as.real < 9e15 &&
		(double)(int64_t)v->as.real == v->as.real &&
		(f->type == FIELD_INT || f->type == FIELD_TIME ||
			f->type == FIELD_MONEY)) {
		*v = value_int((int64_t)v->as.real);
		return true;
	}
	if (f->type == FIELD_TEXT &&
		(v->kind == VALUE_INT || v->kind == VALUE_REAL)) {
		buf_init(&b, 64);
		value_write(&b, v);
		ok = !b.failed && text_copied(a, b.at, v);
		buf_deinit(&b);
	}
	/* an empty table of Lua is a list and a map alike */
	if (v->kind == VALUE_LIST && v->count == 0 && f->type == FIELD_MAP) {
		*v = value_map();
		ok = true;
	} else if (v->kind == VALUE_MAP && v->count == 0 &&
		   f->type == FIELD_LIST) {
		*v = value_list();
		ok = true;
	} else if (f->type == FIELD_LIST && v->kind == VALUE_MAP) {
		*v = value_list();
		ok = value_append(a, v, one);
	}
	return ok;
}

/* ---- event data ---- */

struct check {
	const struct schema *schema;
	const struct event_def *def;
	const struct zone *zone;
	bool lenient;
	struct arena *arena;
	struct problems *p;
	const struct value *in;
	struct value out;
	struct value extra;
};

/* Names this event may use beside its own fields. */
static bool everybodys(const struct check *c, struct text name)
{
	if (schema_kind(c->schema, name) == NULL)
		return schema_everybodys(c->schema, name);
	return text_is(name, "deal") || text_is(name, "customer") ||
	       text_equal(name, c->def->subject);
}

static const char *near_field(const struct check *c, struct text wrong)
{
	const char *names[64];
	uint32_t i, n = 0;
	int at;

	for (i = 0; i < c->def->n_fields && n < 62; i++)
		names[n++] = c->def->fields[i].name.at;
	names[n++] = "deal";
	names[n++] = "customer";
	at = near_name(wrong.at, names, n);
	return at >= 0 ? names[at] : NULL;
}

static void told(struct check *c, struct problem *pr, struct text field,
	const char *nearest)
{
	pr->field = arena_text(c->arena, field.at, field.bytes);
	pr->nearest = nearest;
	if (c->lenient)
		problem_warn(c->p, pr);
}

/* Every field there is, for whoever is not near any of them. */
static const char *fields_text(const struct check *c)
{
	const char *all =
		problem_words(c->p, "its fields:", "de velden zijn:");

	for (uint32_t i = 0; i < c->def->n_fields && all != NULL; i++)
		all = arena_printf(c->arena, "%s%s %s", all, i > 0 ? "," : "",
			c->def->fields[i].name.at);
	return all;
}

static void unknown_field(struct check *c, const struct member *m)
{
	struct problem *pr = problem_add(c->p, "FL201", NULL, 0,
		problem_words(c->p, "%s has no field \"%s\"",
			"%s heeft geen veld \"%s\""),
		c->def->name.at, m->key.at);
	const char *near = near_field(c, m->key);

	told(c, pr, m->key, near);
	if (near == NULL && c->def->n_fields > 0)
		pr->remedy = fields_text(c);
	if (c->lenient)
		value_set(c->arena, &c->extra, m->key, m->value);
}

static const char *choices_text(
	const struct check *c, const struct field_def *f)
{
	const char *all = "";
	uint32_t i;

	for (i = 0; i < f->n_choices && all != NULL; i++)
		all = arena_printf(c->arena, "%s%s%s", all, i > 0 ? ", " : "",
			f->choices[i].at);
	return all;
}

const char *schema_field_example(const struct field_def *f, bool dutch)
{
	switch (f->type) {
	case FIELD_INT:
	case FIELD_NUMBER:
		return "21";
	case FIELD_BOOL:
		return "true";
	case FIELD_TIME:
		return "2026-09-01";
	case FIELD_MONEY:
		return "\"€ 20\"";
	case FIELD_CHOICE:
		return f->n_choices > 0 ? f->choices[0].at : "...";
	case FIELD_LIST:
		return dutch ? "\"matten, trekhaak\"" : "\"mats, towbar\"";
	case FIELD_PHONE:
		return "06-12345678";
	case FIELD_EMAIL:
		return dutch ? "naam@voorbeeld.nl" : "name@example.nl";
	case FIELD_PLATE:
		return "GX-123-B";
	case FIELD_TEXT:
	case FIELD_MAP:
	case FIELD_ANY:
	case FIELD_REF:
	case FIELD_PERSON:
		break;
	}
	return "...";
}

/* A type as people say it: "is not a ..." */
static const char *type_said(const struct check *c, const struct field_def *f)
{
	static const char *const nl[] = {[FIELD_TEXT] = "tekst",
		[FIELD_INT] = "geheel getal", [FIELD_NUMBER] = "getal",
		[FIELD_BOOL] = "ja of nee", [FIELD_TIME] = "tijdstip",
		[FIELD_MONEY] = "bedrag", [FIELD_CHOICE] = "keuze",
		[FIELD_LIST] = "lijst", [FIELD_MAP] = "tabel",
		[FIELD_ANY] = "waarde", [FIELD_PERSON] = "persoon",
		[FIELD_PHONE] = "telefoonnummer",
		[FIELD_EMAIL] = "e-mailadres", [FIELD_PLATE] = "kenteken"};

	if (f->type == FIELD_REF)
		return f->ref_kind.at;
	return problem_words(c->p, field_type_name(f->type), nl[f->type]);
}

/* `name` as it is typed: "consent.phone". */
static void wrong_yes_no(
	struct check *c, struct text name, const struct value *v)
{
	struct problem *pr;
	struct buf said;

	buf_init(&said, 200);
	value_write(&said, v);
	pr = problem_add(c->p, "FL202", NULL, 0,
		problem_words(c->p, "%s: \"%s\" is yes or no, not %s",
			"%s: \"%s\" is ja of nee, en niet %s"),
		c->def->name.at, name.at, said.len > 0 ? said.at : "...");
	pr->remedy = arena_printf(c->arena,
		problem_words(c->p, "write %s=yes or %s=no",
			"schrijf %s=ja of %s=nee"),
		name.at, name.at);
	told(c, pr, name, NULL);
	buf_deinit(&said);
}

static void wrong_value(
	struct check *c, const struct field_def *f, const struct member *m)
{
	static const char *const remedy[][2] = {
		[FIELD_TIME] = {"write 2026-09-01 10:00, or milliseconds",
			"schrijf 2026-09-01 10:00, of milliseconden"},
		[FIELD_MONEY] = {"write \"€ 20\" or whole cents",
			"schrijf \"€ 20\" of hele centen"},
		[FIELD_PHONE] = {"write +31612345678 or 06-12345678",
			"schrijf +31612345678 of 06-12345678"},
		[FIELD_INT] = {"write a whole number",
			"schrijf een geheel getal"},
		[FIELD_PLATE] = {"write six letters and digits, GX-123-B",
			"schrijf zes letters en cijfers, GX-123-B"},
		[FIELD_LIST] = {"write a list, or \"none\"",
			"schrijf een lijst, of \"geen\""},
	};
	const char *names[64];
	struct problem *pr;
	uint32_t i, n = f->n_choices < 64 ? f->n_choices : 64;
	int at = -1;

	if (f->type == FIELD_BOOL) {
		wrong_yes_no(c, f->name, &m->value);
		return;
	}
	if (f->type != FIELD_CHOICE) {
		pr = problem_add(c->p, "FL202", NULL, 0,
			problem_words(c->p, "%s: \"%s\" is not a %s",
				"%s: \"%s\" is geen %s"),
			c->def->name.at, f->name.at, type_said(c, f));
		if ((size_t)f->type < sizeof(remedy) / sizeof(remedy[0]))
			pr->remedy = remedy[f->type][c->p->dutch];
		told(c, pr, m->key, NULL);
		return;
	}
	for (i = 0; i < n; i++)
		names[i] = f->choices[i].at;
	if (m->value.kind == VALUE_TEXT)
		at = near_name(m->value.as.text, names, n);
	pr = problem_add(c->p, "FL204", NULL, 0,
		problem_words(c->p, "%s: \"%s\" is one of %s",
			"%s: \"%s\" is een van %s"),
		c->def->name.at, f->name.at, choices_text(c, f));
	told(c, pr, m->key, at >= 0 ? names[at] : NULL);
}

/* Adds members that a declared default map has and the value lacks. */
static void map_defaults(
	struct check *c, const struct field_def *f, struct value *v)
{
	uint32_t i;

	if (f->dflt.kind != VALUE_MAP || v->kind != VALUE_MAP)
		return;
	*v = value_clone(c->arena, v);
	for (i = 0; i < f->dflt.count; i++) {
		const struct member *m = &f->dflt.as.members[i];

		if (value_get_text(v, m->key) == NULL)
			value_set(c->arena, v, m->key, m->value);
	}
}

static bool keep_raw(struct check *c, struct text name, struct value raw)
{
	const char *key = arena_printf(c->arena, "%s_raw", name.at);

	return key != NULL && value_put(c->arena, &c->out, key, raw);
}

/* Permission for each channel is yes, no, or a table that says how it was
 * given: a word that is neither must not pass for a yes. */
static bool consent_read(struct check *c, struct text field, struct value *v)
{
	struct value out = value_map();
	bool ok = true;

	if (!text_is(field, "consent"))
		return true;
	if (v->kind == VALUE_BOOL && v->as.boolean) {
		struct problem *pr = problem_add(c->p, "FL202", NULL, 0,
			problem_words(c->p, "%s: permission for what?",
				"%s: toestemming waarvoor?"),
			c->def->name.at);

		pr->remedy = problem_words(c->p,
			"write consent.phone=yes, or consent.email=yes",
			"schrijf consent.phone=ja, of consent.email=ja");
		told(c, pr, field, NULL);
		return false;
	}
	if (v->kind != VALUE_MAP)
		return true;
	for (uint32_t i = 0; i < v->count; i++) {
		struct member m = v->as.members[i];
		struct text name = text_join(
			c->arena, field, TEXT("."), m.key);

		if (m.value.kind == VALUE_TEXT || m.value.kind == VALUE_INT ||
			m.value.kind == VALUE_REAL) {
			struct field_def f = {.type = FIELD_BOOL};

			if (!field_convert(&f, c->zone, c->arena, &m.value)) {
				wrong_yes_no(c, name, &m.value);
				ok = false;
				continue;
			}
		}
		value_set(c->arena, &out, m.key, m.value);
	}
	*v = out;
	return ok || c->lenient; /* what was clear of a fact is kept */
}

static void known_field(
	struct check *c, const struct field_def *f, const struct member *m)
{
	struct value v = m->value;

	if (v.kind == VALUE_NULL)
		return;
	if (!field_convert(f, c->zone, c->arena, &v)) {
		wrong_value(c, f, m);
		if (c->lenient &&
			(f->type == FIELD_PHONE || f->type == FIELD_PLATE))
			keep_raw(c, m->key, v);
		else if (c->lenient)
			value_set(c->arena, &c->extra, m->key, v);
		return;
	}
	if (!consent_read(c, f->name, &v))
		return;
	map_defaults(c, f, &v);
	value_set(c->arena, &c->out, m->key, v);
	if (f->type == FIELD_PHONE && !value_equal(&v, &m->value))
		keep_raw(c, m->key, m->value);
}

/* A person typed a field that customers do not have: kept, and said. */
static void unknown_of_customer(struct check *c, const struct member *part)
{
	struct problem *pr;

	if (c->lenient)
		return;
	pr = problem_add(c->p, "FL201", NULL, 0,
		problem_words(c->p, "a customer has no field \"%s\"",
			"een klant heeft geen veld \"%s\""),
		part->key.at);
	told(c, pr, part->key,
		schema_near_field(c->schema, TEXT("customer"), part->key));
	pr->remedy = problem_words(c->p,
		"it is kept, but nothing reads it. name, phone and email are "
		"read",
		"het is bewaard, maar niets leest het. name, phone en email "
		"worden gelezen");
	problem_warn(c->p, pr);
}

/* A customer given as a map is checked like a customer's record. */
static void customer_map(struct check *c, const struct member *m)
{
	struct value made = value_map();
	uint32_t i;

	for (i = 0; i < m->value.count; i++) {
		const struct member *part = &m->value.as.members[i];
		const struct field_def *f =
			schema_field(c->schema, TEXT("customer"), part->key);
		struct value v = part->value;

		if (v.kind == VALUE_NULL)
			continue;
		if (f == NULL)
			unknown_of_customer(c, part);
		if (f == NULL || field_convert(f, c->zone, c->arena, &v)) {
			value_set(c->arena, &made, part->key, v);
			if (f != NULL && f->type == FIELD_PHONE &&
				!value_equal(&v, &part->value))
				value_put(c->arena, &made, "phone_raw",
					part->value);
			continue;
		}
		wrong_value(c, f, part);
		if (f->type == FIELD_PHONE)
			value_put(c->arena, &made, "phone_raw", v);
		else if (f->type == FIELD_EMAIL)
			value_put(c->arena, &made, "email_raw", v);
	}
	value_set(c->arena, &c->out, m->key, made);
}

/* "consent.phone" = x is consent = {phone = x}. */
static bool folded_field(struct check *c, const struct member *m)
{
	const char *dot = memchr(m->key.at, '.', m->key.bytes);
	const struct field_def *f;
	const struct value *now;
	struct text head = m->key, tail;
	struct value map = value_map();

	if (dot == NULL)
		return false;
	head.bytes = (uint32_t)(dot - m->key.at);
	tail = (struct text){dot + 1, m->key.bytes - head.bytes - 1};
	f = event_field(c->def, head);
	if (f == NULL || (f->type != FIELD_MAP && f->type != FIELD_ANY))
		return false;
	now = value_get_text(&c->out, f->name);
	if (now != NULL && now->kind == VALUE_MAP)
		map = value_clone(c->arena, now);
	value_set(c->arena, &map, tail, m->value);
	if (consent_read(c, f->name, &map))
		value_set(c->arena, &c->out, f->name, map);
	return true;
}

static void check_member(struct check *c, const struct member *m)
{
	const struct field_def *f = event_field(c->def, m->key);

	if (text_is(m->key, "customer") && m->value.kind == VALUE_MAP)
		customer_map(c, m);
	else if (text_is(m->key, "extra") && m->value.kind == VALUE_MAP)
		c->extra = value_clone(c->arena, &m->value);
	else if (f != NULL)
		known_field(c, f, m);
	else if (everybodys(c, m->key))
		value_set(c->arena, &c->out, m->key, m->value);
	else if (!folded_field(c, m))
		unknown_field(c, m);
}

static void check_missing(struct check *c)
{
	uint32_t i;

	for (i = 0; i < c->def->n_fields; i++) {
		const struct field_def *f = &c->def->fields[i];

		if (value_get_text(&c->out, f->name) != NULL)
			continue;
		if (f->dflt.kind != VALUE_NULL) {
			value_set(c->arena, &c->out, f->name, f->dflt);
		} else if (f->required &&
			   value_get_text(c->in, f->name) == NULL) {
			struct problem *pr = problem_add(c->p, "FL203", NULL, 0,
				problem_words(c->p, "%s needs \"%s\"",
					"%s heeft \"%s\" nodig"),
				c->def->name.at, f->name.at);

			told(c, pr, f->name, NULL);
		}
	}
}

fl_status schema_check(const struct schema *s, const struct event_def *def,
	const struct zone *zone, bool lenient, struct arena *a,
	struct value *data, struct problems *p)
{
	struct check c = {
		s, def, zone, lenient, a, p, data, value_map(), value_map()};
	uint32_t before = p->errors, i;

	if (data->kind != VALUE_MAP && data->kind != VALUE_NULL &&
		data->count > 0) {
		problem_add(p, "FL202", NULL, 0,
			problem_words(p, "data of %s is no object",
				"data van %s is geen tabel van velden"),
			def->name.at);
		return FL_INVALID;
	}
	for (i = 0; data->kind == VALUE_MAP && i < data->count; i++)
		check_member(&c, &data->as.members[i]);
	check_missing(&c);
	if (c.extra.count > 0)
		value_put(a, &c.out, "extra", c.extra);
	if (a->failed)
		return FL_NOMEM;
	if (p->errors > before)
		return FL_INVALID;
	*data = c.out;
	return FL_OK;
}
