#include "model/template.h"
#include "model/event.h"
#include "model/keys.h"
#include "model/rulebook.h"

#include "base/plate.h"
#include "base/zone.h"

/* A rendering under way. */
struct render {
	struct buf *out;
	const struct world *w;
	const struct rulebook *rb;
	const struct record *subject;
	const struct value *extra;
	size_t start; /* length of `out` before the template */
	bool dutch;
};

/* What a path led to. */
struct found {
	const struct value *v;
	const struct field_def *f;   /* NULL: not a declared field */
	const struct record *record; /* a whole record; NULL: a value */
	struct text person;	     /* a person of the roster */
	const struct record *unnamed; /* customer whose name is asked and not
				       * known; NULL: it is not that */
};

static struct text part_next(const char **at, const char *end, char stop)
{
	const char *from = *at;
	const char *to = memchr(from, stop, (size_t)(end - from));

	if (to == NULL)
		to = end;
	*at = to < end ? to + 1 : end;
	while (from < to && *from == ' ')
		from++;
	while (to > from && to[-1] == ' ')
		to--;
	return (struct text){from, (uint32_t)(to - from)};
}

static const struct record *followed(
	const struct render *x, const struct value *v)
{
	return v != NULL && v->kind == VALUE_INT && v->as.integer != 0
		       ? x->w->get(x->w->ctx, v->as.integer)
		       : NULL;
}

/* The record a first word stands for: the subject itself, or what it or its
 * deal refers to by that name. */
static const struct record *first_record(
	const struct render *x, struct text word)
{
	const struct record *deal;
	const struct value *v;

	if (text_equal(word, x->subject->kind))
		return x->subject;
	if (schema_kind(x->rb->schema, word) == NULL)
		return NULL;
	v = value_get_text(&x->subject->fields, word);
	deal = followed(x, value_get(&x->subject->fields, "deal"));
	if (v == NULL && deal != NULL)
		v = value_get_text(&deal->fields, word);
	return followed(x, v);
}

static void person_found(
	const struct render *x, struct found *at, struct text part)
{
	const struct person *p = rulebook_person(x->rb, at->person);

	at->v = NULL;
	at->f = NULL;
	if (p == NULL || text_is(part, "name"))
		return;
	at->person = text_is(part, "email")   ? p->email
		     : text_is(part, "phone") ? p->phone
					      : at->person;
}

static bool empty(const struct value *v)
{
	return v == NULL || v->kind == VALUE_NULL ||
	       ((v->kind == VALUE_TEXT || v->kind == VALUE_LIST ||
			v->kind == VALUE_MAP) &&
		       v->count == 0);
}

static bool is_name(struct text field)
{
	return text_is(field, "name") || text_is(field, "first_name") ||
	       text_is(field, "last_name");
}

static void field_found(const struct render *x, const struct record *r,
	struct text part, struct found *at)
{
	const struct value *v;

	*at = (struct found){.f = schema_field(x->rb->schema, r->kind, part)};
	v = schema_value(x->rb->schema, r, part);
	if (v == NULL && at->f != NULL && at->f->type == FIELD_TEXT &&
		text_is(part, "first_name")) /* a name given as one */
		v = schema_value(x->rb->schema, r, TEXT("name"));
	if (empty(v) && text_is(r->kind, "customer") && is_name(part))
		at->unnamed = r;
	if (at->f != NULL && at->f->type == FIELD_REF)
		at->record = followed(x, v);
	if (at->f != NULL && at->f->type == FIELD_PERSON)
		at->person = value_as_text(v);
	at->v = v;
}

static void step_into(
	const struct render *x, struct found *at, struct text part)
{
	const struct record *r = at->record;

	if (r != NULL && text_is(part, "link"))
		return;
	if (r != NULL && text_is(r->kind, "person") &&
		schema_field(x->rb->schema, r->kind, part) == NULL) {
		*at = (struct found){.person = r->ref};
		person_found(x, at, part);
	} else if (r != NULL) {
		field_found(x, r, part, at);
	} else if (at->person.bytes > 0) {
		person_found(x, at, part);
	} else {
		at->v = value_get_text(at->v, part);
		at->f = NULL;
	}
}

/* "seller" of a deal, or of the subject's deal. */
static void first_field(
	const struct render *x, struct text word, struct found *at)
{
	const struct record *deal;

	field_found(x, x->subject, word, at);
	if (at->f != NULL)
		return;
	deal = followed(x, value_get(&x->subject->fields, "deal"));
	if (deal != NULL)
		field_found(x, deal, word, at);
}

static struct found path_find(const struct render *x, struct text path)
{
	const char *at = path.at, *end = path.at + path.bytes;
	struct text word = part_next(&at, end, '.');
	struct found found = {.person = TEXT("")};

	found.v = value_get_text(x->extra, word);
	if (found.v == NULL && x->subject != NULL) {
		found.record = first_record(x, word);
		if (found.record == NULL)
			first_field(x, word, &found);
	}
	while (at < end)
		step_into(x, &found, part_next(&at, end, '.'));
	return found;
}

/* ---- printing ---- */

static const char *month_name(const struct render *x, int month)
{
	static const char *const nl[] = {"januari", "februari", "maart",
		"april", "mei", "juni", "juli", "augustus", "september",
		"oktober", "november", "december"};
	static const char *const en[] = {"January", "February", "March",
		"April", "May", "June", "July", "August", "September",
		"October", "November", "December"};

	return x->dutch ? nl[month - 1] : en[month - 1];
}

static void print_time(
	const struct render *x, int64_t ms, bool date, bool clock)
{
	struct civil c = {0};

	if (x->rb->zone != NULL) {
		zone_civil(x->rb->zone, ms, &c);
	} else {
		int64_t minutes = ms / 60000;

		civil_from_days(minutes / 1440, &c.year, &c.month, &c.day);
		c.hour = (int8_t)(minutes / 60 % 24);
		c.minute = (int8_t)(minutes % 60);
	}
	if (date)
		buf_printf(x->out, "%d %s %d", c.day, month_name(x, c.month),
			c.year);
	if (date && clock)
		buf_add_char(x->out, ' ');
	if (clock)
		buf_printf(x->out, "%02d:%02d", c.hour, c.minute);
}

/* 1250050 is "€ 12.500,50" in Dutch, "€ 12,500.50" in English. */
static void print_money(const struct render *x, int64_t cents)
{
	uint64_t n = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
	char digits[32];
	int len = snprintf(
		digits, sizeof(digits), "%llu", (unsigned long long)(n / 100));
	int i;

	if (x->rb->currency.bytes == 0 || text_is(x->rb->currency, "EUR"))
		buf_add_text(x->out, "€ ");
	else
		buf_printf(x->out, "%s ", x->rb->currency.at);
	if (cents < 0)
		buf_add_char(x->out, '-');
	for (i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf_add_char(x->out, x->dutch ? '.' : ',');
		buf_add_char(x->out, digits[i]);
	}
	if (n % 100 != 0)
		buf_printf(x->out, "%c%02u", x->dutch ? ',' : '.',
			(unsigned)(n % 100));
}

static void print_number(const struct render *x, double n)
{
	char text[40];
	char *point;

	snprintf(text, sizeof(text), "%.2f", n);
	point = strchr(text, '.');
	if (point != NULL) {
		char *end = text + strlen(text);

		while (end > point + 1 && end[-1] == '0')
			*--end = '\0';
		if (end == point + 1)
			*point = '\0';
		else
			*point = x->dutch ? ',' : '.';
	}
	buf_add_text(x->out, text);
}

static void print_plate(const struct render *x, struct text t)
{
	char plate[PLATE_PRINT];
	char bare[PLATE_BARE];

	if (plate_bare(t, bare) != 0 && plate_print(bare, plate))
		buf_add_text(x->out, plate);
	else
		buf_add(x->out, t.at, t.bytes);
}

/* "+31612345678" as "06 12345678"; other countries as they are. */
static void print_phone(const struct render *x, struct text t)
{
	if (t.bytes != 12 || memcmp(t.at, "+31", 3) != 0) {
		buf_add(x->out, t.at, t.bytes);
		return;
	}
	buf_add_char(x->out, '0');
	if (t.at[3] == '6') {
		buf_add_text(x->out, "6 ");
		buf_add(x->out, t.at + 4, 8);
	} else {
		buf_add(x->out, t.at + 3, 2);
		buf_add_char(x->out, ' ');
		buf_add(x->out, t.at + 5, 7);
	}
}

static bool number_of(const struct value *v, double *n)
{
	if (v == NULL || (v->kind != VALUE_INT && v->kind != VALUE_REAL))
		return false;
	*n = v->kind == VALUE_INT ? (double)v->as.integer : v->as.real;
	return true;
}

/* By a format; false: the format does not fit the value. */
static bool print_format(
	const struct render *x, const struct value *v, struct text format)
{
	double n = 0;
	bool number = number_of(v, &n);

	if (v->kind == VALUE_INT &&
		(text_is(format, "date") || text_is(format, "time"))) {
		print_time(x, v->as.integer, text_is(format, "date"),
			text_is(format, "time"));
	} else if (v->kind == VALUE_INT && text_is(format, "money")) {
		print_money(x, v->as.integer);
	} else if (number && text_is(format, "percent")) {
		print_number(x, v->kind == VALUE_REAL && n <= 1.5 && n >= -1.5
					? n * 100
					: n);
		buf_add_char(x->out, '%');
	} else if (number && text_is(format, "hours")) {
		print_number(x, n);
		buf_add_text(x->out, x->dutch ? " uur" : " hours");
	} else if (v->kind == VALUE_TEXT && text_is(format, "plate")) {
		print_plate(x, value_as_text(v));
	} else if (v->kind == VALUE_TEXT && text_is(format, "phone")) {
		print_phone(x, value_as_text(v));
	} else {
		return false;
	}
	return true;
}

static void print_value(
	const struct render *x, const struct value *v, int depth)
{
	static const char *const shown[] = {
		"name", "what", "title", "model", "text"};
	uint32_t i;

	switch ((enum value_kind)v->kind) {
	case VALUE_BOOL:
		buf_add_text(x->out, v->as.boolean ? (x->dutch ? "ja" : "yes")
						   : (x->dutch ? "nee" : "no"));
		return;
	case VALUE_INT:
		buf_add_int(x->out, v->as.integer);
		return;
	case VALUE_REAL:
		print_number(x, v->as.real);
		return;
	case VALUE_TEXT:
		buf_add(x->out, v->as.text, v->count);
		return;
	case VALUE_LIST:
		for (i = 0; i < v->count && depth < 3; i++) {
			if (i > 0)
				buf_add_text(x->out, ", ");
			print_value(x, &v->as.items[i], depth + 1);
		}
		return;
	case VALUE_MAP:
		if (value_get_str(v, "make") != NULL)
			buf_printf(x->out, "%s ", value_get_str(v, "make"));
		for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
			const char *s = value_get_str(v, shown[i]);

			if (s == NULL)
				continue;
			buf_add_text(x->out, s);
			return;
		}
		buf_add_char(x->out, '?');
		return;
	case VALUE_NULL:
		break;
	}
	buf_add_char(x->out, '?');
}

static void print_person(const struct render *x, struct text id)
{
	const struct person *p = rulebook_person(x->rb, id);

	if (p != NULL && p->name.bytes > 0)
		id = p->name;
	buf_add(x->out, id.at, id.bytes);
}

/* A sentence begins here. */
static bool is_begin(const struct render *x)
{
	size_t n = x->out->len;

	return n == x->start ||
	       (n > x->start + 1 && memcmp(x->out->at + n - 2, ". ", 2) == 0);
}

/* How they came to us, of a customer of whom nothing else is known. */
static struct text came_by(const struct render *x)
{
	const struct record *deal = x->subject;
	struct text by;

	if (deal != NULL && !text_is(deal->kind, "deal"))
		deal = followed(x, value_get(&deal->fields, "deal"));
	by = deal != NULL ? value_as_text(value_get(&deal->fields, "provider"))
			  : TEXT("");
	return by.bytes > 0 || deal == NULL
		       ? by
		       : value_as_text(value_get(&deal->fields, "channel"));
}

/* A customer without a name, by what is known of them. */
static void print_unnamed(const struct render *x, const struct record *c)
{
	struct text first = value_as_text(record_get(c, "first_name"));
	struct text last = value_as_text(record_get(c, "last_name"));
	struct text phone = value_as_text(record_get(c, "phone"));
	struct text email = value_as_text(record_get(c, "email"));
	struct text by = came_by(x);
	bool begin = is_begin(x);

	if (phone.bytes == 0)
		phone = value_as_text(record_get(c, "phone_raw"));
	if (first.bytes > 0 || last.bytes > 0) {
		buf_printf(x->out, "%s%s%s", first.at,
			first.bytes > 0 && last.bytes > 0 ? " " : "", last.at);
	} else if (phone.bytes > 0 || email.bytes > 0) {
		buf_printf(x->out, "%s%s ", begin ? x->dutch ? "D" : "T"
						  : x->dutch ? "d" : "t",
			x->dutch ? "e klant met" : "he customer with");
		if (phone.bytes > 0)
			print_phone(x, phone);
		else
			buf_add(x->out, email.at, email.bytes);
	} else if (c->ref.bytes > 0) {
		buf_printf(x->out, "%s %s", begin ? x->dutch ? "Klant"
							     : "Customer"
						  : x->dutch ? "klant"
							     : "customer",
			c->ref.at);
	} else {
		buf_printf(x->out, "%s%s%s", begin ? x->dutch ? "E" : "A"
						   : x->dutch ? "e" : "a",
			x->dutch ? "en klant " : " customer ",
			by.bytes > 0 ? "via "
			: x->dutch   ? "zonder naam"
				     : "without a name");
		buf_add(x->out, by.at, by.bytes);
	}
}

static void print_found(
	const struct render *x, const struct found *at, struct text format)
{
	char name[KEYS_NAME];

	if (at->record != NULL) {
		keys_name(at->record->kind, at->record->id, name);
		buf_add_text(x->out, name);
	} else if (at->person.bytes > 0) {
		print_person(x, at->person);
	} else if (at->unnamed != NULL) {
		print_unnamed(x, at->unnamed);
	} else if (empty(at->v)) {
		buf_add_char(x->out, '?');
	} else if (format.bytes > 0 && print_format(x, at->v, format)) {
		return;
	} else if (at->f != NULL && at->f->type == FIELD_TIME &&
		   at->v->kind == VALUE_INT) {
		print_time(x, at->v->as.integer, true, true);
	} else if (at->f != NULL && at->f->type == FIELD_MONEY &&
		   at->v->kind == VALUE_INT) {
		print_money(x, at->v->as.integer);
	} else if (at->f != NULL && at->f->type == FIELD_PHONE) {
		print_phone(x, value_as_text(at->v));
	} else if (at->f != NULL && at->f->type == FIELD_PLATE) {
		print_plate(x, value_as_text(at->v));
	} else {
		print_value(x, at->v, 0);
	}
}

static bool is_unknown(const struct found *at)
{
	return at->record == NULL && at->person.bytes == 0 &&
	       at->unnamed == NULL && empty(at->v);
}

/* A remark in brackets of which nothing is known is left out: " (". */
static bool drop_bracket(struct buf *out, const char *after, const char *end)
{
	if (after >= end || *after != ')' || out->failed || out->len < 2 ||
		memcmp(out->at + out->len - 2, " (", 2) != 0)
		return false;
	out->len -= 2;
	out->at[out->len] = '\0';
	return true;
}

void template_render(struct buf *out, struct text template,
	const struct world *w, const struct rulebook *rb,
	const struct record *subject, const struct value *extra)
{
	struct render x = {
		out, w, rb, subject, extra, out->len,
		text_is(rb->language, "nl")};
	const char *at = template.at, *end = template.at + template.bytes;

	while (at < end) {
		const char *open = memchr(at, '{', (size_t)(end - at));
		const char *close =
			open != NULL ? memchr(open, '}', (size_t)(end - open))
				     : NULL;
		struct text path, format;
		struct found found;

		if (close == NULL) {
			buf_add(out, at, (size_t)(end - at));
			return;
		}
		buf_add(out, at, (size_t)(open - at));
		at = open + 1;
		path = part_next(&at, close, '|');
		format = part_next(&at, close, '|');
		found = path_find(&x, path);
		at = close + 1;
		if (is_unknown(&found) && drop_bracket(out, at, end))
			at++;
		else
			print_found(&x, &found, format);
	}
}
