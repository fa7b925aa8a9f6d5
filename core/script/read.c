#include "script/read.h"

#include "base/near.h"
#include "script/synonym.h"

#include <string.h>

void *read_alloc(struct loading *ld, size_t bytes)
{
	return arena_alloc(&ld->rs->arena, bytes > 0 ? bytes : 1);
}

struct problem *read_expected(struct loading *ld, const struct node *v,
	const char *key, const char *wants_en, const char *wants_nl)
{
	return say(ld, v->unit, node_line(v), SAY_EXPECTS, key,
		ld->dutch ? wants_nl : wants_en, node_what(v, ld->dutch));
}

bool read_expects(struct loading *ld, const struct node *v, const char *key,
	const char *wants_en, const char *wants_nl)
{
	if (v->kind != NODE_BROKEN)
		read_expected(ld, v, key, wants_en, wants_nl);
	return false;
}

bool read_is_table(struct loading *ld, const struct node *v, const char *key,
	const char *wants_en, const char *wants_nl)
{
	return v->kind == NODE_TABLE ||
	       read_expects(ld, v, key, wants_en, wants_nl);
}

bool read_text(struct loading *ld, const struct node *v, const char *key,
	struct text *out)
{
	if (v->kind != NODE_TEXT)
		return read_expects(ld, v, key, "a text in quotes",
			"een tekst tussen aanhalingstekens");
	if (v->as.text.bytes == 0) {
		say(ld, v->unit, node_line(v), SAY_EMPTY, key);
		return false;
	}
	*out = v->as.text;
	return true;
}

bool read_bool(
	struct loading *ld, const struct node *v, const char *key, bool *out)
{
	if (v->kind != NODE_BOOL)
		return read_expects(
			ld, v, key, "true or false", "true of false");
	*out = v->as.boolean;
	return true;
}

bool read_int(struct loading *ld, const struct node *v, const char *key,
	int least, int most, int32_t *out)
{
	if (v->kind != NODE_INT)
		return read_expects(
			ld, v, key, "a whole number", "een heel getal");
	if (v->as.integer < least || v->as.integer > most) {
		say(ld, v->unit, node_line(v), SAY_RANGE, key, least, most);
		return false;
	}
	*out = (int32_t)v->as.integer;
	return true;
}

bool read_texts(struct loading *ld, const struct node *v, const char *key,
	struct text **out, uint32_t *n)
{
	const struct node *one = v;
	const struct node *const *items = &one;
	uint32_t count = 1;
	struct text *all;
	bool ok = true;

	if (v->kind == NODE_TABLE && v->n_keys == 0) {
		items = (const struct node *const *)v->items;
		count = v->n_items;
	} else if (v->kind != NODE_TEXT) {
		return read_expects(ld, v, key,
			"a text in quotes or a list of them",
			"een tekst tussen aanhalingstekens of een "
			"lijst daarvan");
	}
	if (count == 0) {
		say(ld, v->unit, node_line(v), SAY_EMPTY, key);
		return false;
	}
	all = read_alloc(ld, count * sizeof(*all));
	if (all == NULL)
		return false;
	*n = 0;
	for (uint32_t i = 0; i < count; i++)
		if (read_text(ld, items[i], key, &all[*n]))
			(*n)++;
		else
			ok = false;
	*out = all;
	return ok;
}

struct text read_phrase(struct text said)
{
	static const struct {
		const char *nl, *en;
	} phrases[] = {{"laatste contact", "last touch"},
		{"acceptatie", "acceptance"}, {"vorige stap", "previous step"},
		{"begin", "start"}, {"verschijnen", "appearance"}, {"overdracht", "handoff"}, {"doen", "do"},
		{"overslaan", "skip"}, {"volgende moment", "next slot"},
		{"nooit", "never"}, {"volgende in het team", "next in team"},
		{"eind van de periode", "end of range"},
		{"begin van de periode", "start of range"},
		{"nieuwe leads", "new leads"},
		{"werkplaatsbalie", "service drive"},
		{"eigen klanten", "owner base"},
		{"slapende prospects", "sleeping prospects"},
		{"verwachte waarde", "expected value"},
		{"oudste eerst", "oldest first"}, {"jagen", "hunting"},
		{"ontbrekend", "missing"}, {"reden", "reason"},
		{"gemiste telefoontjes", "calls lost"}, {"hulp", "help"},
		{"bevestiging", "assurance"}, {"aanbod", "offer"},
		{"gevraagd", "requested"}, {"telefoon", "phone"},
		{"bezoek", "visit"}};

	for (size_t i = 0; i < COUNT_OF(phrases); i++)
		if (text_is(said, phrases[i].nl))
			return text_of(phrases[i].en);
	return said;
}

bool read_one_of(struct loading *ld, const struct node *v, const char *key,
	struct text t, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(t, names[i]))
			return true;
	say_near(ld,
		say(ld, v->unit, node_line(v), SAY_UNKNOWN_CHOICE, key, t.at,
			say_list(ld, names, n)),
		t.at, names, n);
	return false;
}

bool read_choice(struct loading *ld, const struct node *v, const char *key,
	const char *const *names, size_t n, struct text *out)
{
	struct text t;

	if (!read_text(ld, v, key, &t))
		return false;
	t = read_phrase(t);
	if (!read_one_of(ld, v, key, t, names, n))
		return false;
	*out = t;
	return true;
}

bool read_id(struct loading *ld, const struct node *v, struct text *out)
{
	if (v == NULL || !read_text(ld, v, "id", out))
		return false;
	for (uint32_t i = 0; i < out->bytes; i++) {
		char c = out->at[i];

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c == '-' || c == '_')
			continue;
		say(ld, v->unit, node_line(v), SAY_BAD_ID, out->at);
		return false;
	}
	return true;
}

void read_did_you_mean(struct loading *ld, struct problem *it, const char *text)
{
	const char *at = strstr(text, "did you mean \""), *end;

	if (at == NULL)
		return;
	at += strlen("did you mean \"");
	end = strchr(at, '"');
	if (end != NULL)
		it->nearest = arena_text(ld->p->arena, at, (size_t)(end - at));
}

/* What is no length of time; in English the model says why. */
static const char *span_said(struct loading *ld, const char *said)
{
	struct fl_error err;
	struct span span;

	if (ld->dutch || span_read(text_of(said), &span, &err) == FL_OK)
		return said;
	return arena_strdup(ld->p->arena, err.text);
}

/* 2, "2": of what? */
static bool read_no_unit(
	struct loading *ld, const struct node *v, const char *said)
{
	say(ld, v->unit, node_line(v), SAY_NO_UNIT, said, said, said, said);
	return false;
}

/* Days, hours, dates and "at once" where a length of time is asked for. */
static const char *span_remedy(
	struct loading *ld, const char *key, const char *said)
{
	static const char *const days[] = {"maandag", "dinsdag", "woensdag",
		"donderdag", "vrijdag", "zaterdag", "zondag", "monday",
		"tuesday", "wednesday", "thursday", "friday", "saturday",
		"sunday"};
	static const char *const now[] = {"meteen", "direct", "nu",
		"onmiddellijk", "immediately", "now", "asap", "at once"};
	static const char *const next[] = {"tomorrow", "next day",
		"the next day", "morgen", "volgende dag", "de volgende dag",
		"de dag erna"};
	struct moment moment;
	int part[3];

	if (synonym_among(said, next, COUNT_OF(next)) != NULL)
		return problem_words(ld->p, "Write \"1 day\" or \"1 work day\"",
			"Schrijf \"1 dag\" of \"1 werkdag\"");
	if (synonym_among(said, now, COUNT_OF(now)) != NULL)
		return strcmp(key, "after") == 0
			       ? problem_words(ld->p,
					 "Leave after out: then it appears at "
					 "once",
					 "Laat after weg: dan verschijnt het "
					 "meteen")
			       : NULL;
	if (synonym_among(said, days, COUNT_OF(days)) != NULL)
		return problem_words(ld->p,
			"A rhythm counts days or weeks, not days of the week: "
			"\"1 week\"",
			"Een ritme telt dagen of weken, geen dagen van de week: "
			"\"1 week\"");
	if (sscanf(said, "%d%*[-/.]%d%*[-/.]%d", &part[0], &part[1],
		    &part[2]) == 3)
		return problem_words(ld->p,
			"A card counts from its start and knows no dates",
			"Een kaart telt vanaf haar begin en kent geen datums");
	if (moment_read(text_of(said), &moment) == FL_OK)
		return arena_printf(ld->p->arena,
			problem_words(ld->p,
				"This is a moment: write due = \"%s\"",
				"Dit is een moment: schrijf due = \"%s\""),
			said);
	return NULL;
}

bool read_span(struct loading *ld, const struct node *v, const char *key,
	struct span *out)
{
	struct problem *it;
	struct fl_error err;
	struct text t;

	if (v->kind == NODE_INT)
		return read_no_unit(ld, v,
			arena_printf(ld->p->arena, "%lld",
				(long long)v->as.integer));
	if (v->kind == NODE_REAL) {
		say(ld, v->unit, node_line(v), SAY_NOT_A_SPAN,
			span_said(ld,
				arena_printf(ld->p->arena, "%g", v->as.real)));
		return false;
	}
	if (v->kind != NODE_TEXT)
		return read_expects(ld, v, key,
			"a length of time, as \"2 work days\"",
			"een tijdsduur, zoals \"2 werkdagen\"");
	if (!read_text(ld, v, key, &t))
		return false;
	if (t.bytes > 0 && strspn(t.at, "0123456789") == t.bytes)
		return read_no_unit(ld, v, t.at);
	if (span_read(t, out, &err) == FL_OK)
		return true;
	it = say(ld, v->unit, node_line(v), SAY_NOT_A_SPAN,
		ld->dutch ? t.at : err.text);
	if (ld->dutch)
		read_did_you_mean(ld, it, err.text);
	if (it->nearest == NULL && it->remedy == NULL)
		it->remedy = span_remedy(ld, key, t.at);
	return false;
}

bool read_moment(struct loading *ld, const struct node *v, const char *key,
	struct moment *out)
{
	static const char *const usual[] = {"opening", "closing time",
		"end of day", "end of next work day",
		"first work day of next month", "openingstijd",
		"sluitingstijd", "einde van de dag",
		"einde van de volgende werkdag",
		"eerste werkdag van volgende maand"};
	struct problem *it;
	struct fl_error err;
	struct span span;
	struct text t;

	if (!read_text(ld, v, key, &t))
		return false;
	if (moment_read(t, out) == FL_OK)
		return true;
	it = say(ld, v->unit, node_line(v), SAY_NOT_A_MOMENT, t.at);
	say_near(ld, it, t.at, usual, COUNT_OF(usual));
	if (it->nearest == NULL && span_read(t, &span, &err) == FL_OK)
		it->remedy = arena_printf(ld->p->arena,
			problem_words(ld->p,
				"This is a length of time: write within = "
				"\"%s\"",
				"Dit is een tijdsduur: schrijf within = \"%s\""),
			t.at);
	return false;
}

static const char *const roles[] = {"seller", "bdc_agent", "greeter", "closer",
	"desk", "sales_manager", "fails_specialist", "delivery_specialist",
	"back_office", "fni", "aftercare", "service_advisor", "principal",
	"dealer_admin", "consultant", "partner", "importer", "operator"};

const char *const *read_roles(size_t *n)
{
	*n = COUNT_OF(roles);
	return roles;
}

/* Is it a role? One that nobody has is told as a warning. */
bool read_role(struct loading *ld, const struct node *v, struct text name)
{
	const struct rulebook *book = &ld->rs->book;
	size_t i = 0;

	while (i < COUNT_OF(roles) && !text_is(name, roles[i]))
		i++;
	if (i == COUNT_OF(roles)) {
		say_near(ld,
			say(ld, v->unit, node_line(v), SAY_UNKNOWN_ROLE,
				name.at),
			name.at, roles, COUNT_OF(roles));
		return false;
	}
	for (uint32_t k = 0; k < book->n_people; k++)
		if (person_has_role(&book->people[k], roles[i]))
			return true;
	if (book->n_people > 0)
		say_warning(ld, v->unit, node_line(v), SAY_NOBODY_HAS_ROLE,
			name.at);
	return true;
}

void read_near_event(struct loading *ld, struct problem *it, struct text wrong)
{
	const char *near = synonym_event(ld->rs->book.schema, wrong);

	if (near != NULL)
		it->nearest = arena_strdup(ld->p->arena, near);
}

static bool event_known(
	struct loading *ld, const struct node *v, struct text name)
{
	struct problem *it;

	if (schema_event(ld->rs->book.schema, name) != NULL)
		return true;
	it = say(ld, v->unit, node_line(v), SAY_UNKNOWN_EVENT, name.at);
	if (strchr(name.at, ',') != NULL)
		it->remedy = problem_words(ld->p,
			"Each event stands in quotes of its own: { \"a\", \"b\" }",
			"Elke gebeurtenis staat tussen eigen "
			"aanhalingstekens: { \"a\", \"b\" }");
	else
		read_near_event(ld, it, name);
	return false;
}

bool read_event(struct loading *ld, const struct node *v, struct text *out)
{
	return read_text(ld, v, "event", out) && event_known(ld, v, *out);
}

bool read_events(struct loading *ld, const struct node *v, const char *key,
	struct text **out, uint32_t *n)
{
	bool ok = true;

	if (!read_texts(ld, v, key, out, n))
		return false;
	for (uint32_t i = 0; i < *n; i++)
		ok &= event_known(
			ld, v->kind == NODE_TABLE ? v->items[i] : v, (*out)[i]);
	return ok;
}

/* ---- fields ---- */

/* What the engine computes beside the stored fields. */
static const char *const computed[] = {
	"link", "id", "absent", "leads_owed", "open_cases", "lesson"};
/* People of a deal by the part they play. */
static const char *const parts[] = {"seller", "handler", "owner"};

static bool among(const char *const *names, size_t n, struct text t)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(t, names[i]))
			return true;
	return false;
}

static const char *const roster[] = {
	"id", "name", "roles", "email", "phone", "brand", "external"};

static bool person_field(const struct schema *s, struct text part)
{
	return among(roster, COUNT_OF(roster), part) ||
	       schema_field(s, TEXT("person"), part) != NULL ||
	       among(computed, COUNT_OF(computed), part);
}

/* The kind that follows after `part` of `kind`: a kind's name, "*" when
 * anything may follow, "" when nothing may; at NULL: unknown. */
static struct text field_follow(
	const struct schema *s, struct text kind, struct text part)
{
	const struct text unknown = {NULL, 0};
	const struct field_def *f;

	if (text_is(kind, "*"))
		return kind;
	if (text_is(kind, "person"))
		return person_field(s, part) ? TEXT("") : unknown;
	f = schema_field(s, kind, part);
	if (f == NULL)
		return among(computed, COUNT_OF(computed), part) ? TEXT("")
								 : unknown;
	switch (f->type) {
	case FIELD_REF:
		return f->ref_kind;
	case FIELD_PERSON:
		return TEXT("person");
	case FIELD_MAP:
	case FIELD_LIST:
	case FIELD_ANY:
		return TEXT("*");
	default:
		return TEXT("");
	}
}

static struct text first_follow(
	const struct schema *s, struct text about, struct text part)
{
	struct text kind = {NULL, 0};
	const struct kind_def *front;

	if (about.bytes > 0)
		kind = field_follow(s, about, part);
	if (kind.at != NULL)
		return kind;
	if ((front = schema_kind(s, part)) != NULL)
		return front->name;
	if (among(parts, COUNT_OF(parts), part))
		return TEXT("person");
	/* the words of a deal serve everything that belongs to one */
	return field_follow(s, TEXT("deal"), part);
}

static struct text part_follow(const struct schema *s, struct text kind,
	struct text part, bool first)
{
	return first ? first_follow(s, kind, part)
		     : field_follow(s, kind, part);
}

/* What is called so of `kind`: by another word for it, or nearly. `first`: of
 * whatever may stand in front. NULL: nothing. */
static const char *part_meant(
	struct loading *ld, struct text kind, const char *part, bool first)
{
	const struct schema *s = ld->rs->book.schema;
	const struct kind_def *of[2] = {schema_kind(s, kind),
		first ? schema_kind(s, TEXT("deal")) : NULL};
	const char *names[400], *meant;
	size_t n = 0;
	int near;

	for (uint32_t i = 0; first && i < schema_kind_count(s) && n < 60; i++)
		names[n++] = schema_kind_at(s, i)->name.at;
	for (size_t k = 0; first && k < COUNT_OF(parts); k++)
		names[n++] = parts[k];
	for (size_t k = 0; text_is(kind, "person") && k < COUNT_OF(roster); k++)
		names[n++] = roster[k];
	for (size_t k = 0; k < COUNT_OF(of); k++)
		for (uint32_t i = 0; of[k] != NULL && i < of[k]->n_fields &&
				     n < COUNT_OF(names);
			i++)
			names[n++] = of[k]->fields[i].name.at;
	meant = synonym_among(part, names, n);
	near = meant == NULL ? near_name(part, names, n) : -1;
	return near >= 0 ? names[near] : meant;
}

/* A dotted path of names that are there, each part as it was meant; NULL: not
 * all of it can be told. */
static const char *path_meant(
	struct loading *ld, struct text about, struct text dotted)
{
	const struct schema *s = ld->rs->book.schema;
	const char *at = dotted.at, *path = "";
	struct text kind = about;
	bool first = true;

	while (at != NULL && path != NULL && kind.at != NULL) {
		const char *dot, *end;
		struct text part;

		while (*at == ' ')
			at++;
		dot = strchr(at, '.');
		end = dot != NULL ? dot : at + strlen(at);
		while (end > at && end[-1] == ' ')
			end--;
		part.at = arena_text(&ld->rs->arena, at, (size_t)(end - at));
		part.bytes = (uint32_t)(end - at);
		if (part.at == NULL)
			return NULL;
		if (part_follow(s, kind, part, first).at == NULL)
			part = text_of(part_meant(ld, kind, part.at, first));
		if (part.bytes == 0)
			return NULL;
		kind = part_follow(s, kind, part, first);
		path = arena_printf(&ld->rs->arena, "%s%s%s", path,
			first ? "" : ".", part.at);
		first = false;
		at = dot != NULL ? dot + 1 : NULL;
	}
	return kind.at != NULL ? path : NULL;
}

/* The same of {customer_name} and {name}. */
static const char *path_near(
	struct loading *ld, struct text about, struct text dotted)
{
	const char *meant = path_meant(ld, about, dotted);
	char *copy;

	if (meant != NULL || strchr(dotted.at, '.') != NULL)
		return meant;
	copy = arena_text(&ld->rs->arena, dotted.at, dotted.bytes);
	if (copy != NULL && strchr(copy, '_') != NULL) {
		*strchr(copy, '_') = '.';
		return path_meant(ld, about, text_of(copy));
	}
	return path_meant(ld, about,
		text_of(arena_printf(
			&ld->rs->arena, "customer.%s", dotted.at)));
}

const char *read_near_field(
	struct loading *ld, struct text kind, struct text wrong)
{
	return part_meant(ld, kind, wrong.at, false);
}

/* A walk along a dotted path, to its end or to the first part that is not
 * there. */
struct walk {
	struct text before, kind; /* as part_follow() was asked, and said */
	size_t from;		  /* where that part begins */
	size_t bytes;
};

static struct walk walk(
	const struct schema *s, struct text about, struct text dotted)
{
	struct walk w = {.kind = about};
	const char *at = dotted.at;

	for (;; at += w.bytes + 1) {
		w.from = (size_t)(at - dotted.at);
		w.bytes = strcspn(at, ".");
		w.before = w.kind;
		w.kind = part_follow(s, w.before,
			(struct text){at, (uint32_t)w.bytes}, w.from == 0);
		if (w.kind.at == NULL || at[w.bytes] == '\0')
			return w;
	}
}

bool read_field_known(
	const struct loading *ld, struct text about, struct text dotted)
{
	return walk(ld->rs->book.schema, about, dotted).kind.at != NULL;
}

const char *read_field_near(
	struct loading *ld, struct text about, struct text dotted)
{
	const struct schema *s = ld->rs->book.schema;
	const char *near = path_near(ld, about, dotted), *part;
	struct walk w = walk(s, about, dotted);

	if (near != NULL)
		return arena_strdup(ld->p->arena, near);
	part = arena_text(&ld->rs->arena, dotted.at + w.from, w.bytes);
	if (part != NULL && w.before.bytes > 0)
		near = schema_near_field(s, w.before, text_of(part));
	return near != NULL ? arena_printf(ld->p->arena, "%.*s%s",
				      (int)w.from, dotted.at, near)
			    : NULL;
}

bool read_field(
	struct reading_card *rd, const struct node *v, struct text dotted)
{
	if (read_field_known(rd->ld, rd->about, dotted))
		return true;
	say(rd->ld, v->unit, node_line(v), SAY_UNKNOWN_FIELD,
		rd->about.bytes > 0 ? rd->about.at : "?", dotted.at)
		->nearest = read_field_near(rd->ld, rd->about, dotted);
	return false;
}

/* ---- wording ---- */

/* {inside} stands at byte `at` of the text. */
static bool placeholder(struct reading_card *rd, const struct node *v,
	size_t at, struct text inside)
{
	static const char *const formats[] = {"date", "time", "money",
		"percent", "plate", "phone", "hours"};
	static const char *const extra[] = {"missing", "lesson"};
	struct loading *ld = rd->ld;
	const char *bar = strchr(inside.at, '|');
	struct problem *it;
	struct text path = inside;

	if (bar != NULL) {
		size_t i = 0;

		path.bytes = (uint32_t)(bar - inside.at);
		path.at = arena_text(&ld->rs->arena, inside.at, path.bytes);
		if (path.at == NULL)
			return true;
		while (i < COUNT_OF(formats) && strcmp(bar + 1, formats[i]) != 0)
			i++;
		if (i == COUNT_OF(formats)) {
			it = say(ld, v->unit, node_line(v),
				SAY_PLACEHOLDER_FORMAT, bar + 1,
				say_list(ld, formats, i));
			node_part_place(v, at, inside.bytes + 2, it);
			say_near(ld, it, bar + 1, formats, i);
			return false;
		}
	}
	for (size_t i = 0; rd->extra != NULL && rd->extra[i] != NULL; i++)
		if (text_is(path, rd->extra[i]))
			return true;
	if (among(extra, COUNT_OF(extra), path) ||
		read_field_known(ld, rd->about, path))
		return true;
	it = say(ld, v->unit, node_line(v), SAY_PLACEHOLDER_FIELD, path.at);
	node_part_place(v, at, inside.bytes + 2, it);
	it->nearest = read_field_near(ld, rd->about, path);
	return false;
}

/* [customer.name], %customer.name%, <customer.name>: shown as they are. */
static void other_signs(
	struct reading_card *rd, const struct node *v, struct text t)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_.";
	static const char *const signs[] = {"[]", "%%", "<>", "$$"};
	const char *at = t.at;

	for (; (at = strpbrk(at, "[%<$")) != NULL; at++) {
		size_t n = strspn(at + 1, letters);
		struct problem *it;
		struct text path;

		for (size_t k = 0; k < COUNT_OF(signs); k++) {
			if (*at != signs[k][0] || at[1 + n] != signs[k][1] ||
				memchr(at + 1, '.', n) == NULL)
				continue;
			path.at = arena_text(rd->ld->p->arena, at + 1, n);
			path.bytes = (uint32_t)n;
			if (path.at == NULL ||
				!read_field_known(rd->ld, rd->about, path))
				continue;
			it = say_warning(rd->ld, v->unit, node_line(v),
				SAY_PLACEHOLDER_SIGN,
				arena_text(rd->ld->p->arena, at, n + 2),
				path.at);
			node_part_place(v, (size_t)(at - t.at), n + 2, it);
		}
	}
}

bool read_template(struct reading_card *rd, const struct node *v, struct text t)
{
	const char *at = t.at, *end;
	bool ok = true;

	while ((at = strchr(at, '{')) != NULL) {
		struct text inside;

		end = strpbrk(at + 1, "{}");
		if (end == NULL || *end == '{') {
			struct problem *it = say(rd->ld, v->unit, node_line(v),
				SAY_PLACEHOLDER_OPEN, t.at);

			node_part_place(v, (size_t)(at - t.at),
				strcspn(at, " ,;:?!"), it);
			if (end == at + 1)
				it->remedy = problem_words(rd->ld->p,
					"Write one { and one }",
					"Schrijf een { en een }");
			return false;
		}
		inside.bytes = (uint32_t)(end - at - 1);
		inside.at =
			arena_text(&rd->ld->rs->arena, at + 1, inside.bytes);
		if (inside.at == NULL)
			return true;
		ok &= placeholder(rd, v, (size_t)(at - t.at), inside);
		at = end + 1;
	}
	other_signs(rd, v, t);
	return ok;
}

bool read_wording(struct reading_card *rd, const struct node *v,
	const char *key, struct wording *out)
{
	static const char *const languages[] = {"nl", "en"};
	const struct node *nl, *en;
	bool ok = true;

	out->nl = out->en = TEXT("");
	out->line = v->line;
	if (v->kind == NODE_TEXT) {
		struct text *to = rd->ld->dutch ? &out->nl : &out->en;

		return read_text(rd->ld, v, key, to) &&
		       read_template(rd, v, *to);
	}
	if (!read_is_table(rd->ld, v, key,
		    "a sentence in quotes, or { nl = , en = }",
		    "een zin tussen aanhalingstekens, of { nl = , en = "
		    "}"))
		return false;
	read_keys(rd->ld, v, key, languages, 2);
	nl = node_get(v, "nl");
	en = node_get(v, "en");
	if (nl == NULL && en == NULL) {
		say(rd->ld, v->unit, node_line(v), SAY_EMPTY, key);
		return false;
	}
	if (nl != NULL)
		ok &= read_text(rd->ld, nl, key, &out->nl) &&
		      read_template(rd, nl, out->nl);
	if (en != NULL)
		ok &= read_text(rd->ld, en, key, &out->en) &&
		      read_template(rd, en, out->en);
	return ok;
}

void read_loose(struct loading *ld, const struct node *v, const char *what)
{
	const char *said = node_what(v, ld->dutch);

	if (v->kind == NODE_TEXT || v->kind == NODE_WORD)
		said = arena_printf(ld->p->arena, "\"%s\"",
			v->kind == NODE_TEXT ? v->as.text.at
					     : word_of(v->word)->name);
	say(ld, v->unit, node_line(v), SAY_LIST_ITEM, said, what);
}

void read_same_name(struct loading *ld, const struct node *n, struct text name)
{
	const struct node *first = n;

	for (uint32_t i = 0; i < ld->n_decls; i++) {
		first = ld->decls[i];
		if (first->kind == NODE_WORD && first->word == n->word &&
			first->arg != NULL && first->arg->kind == NODE_TEXT &&
			text_equal(first->arg->as.text, name) &&
			(first->word != WORD_SET || first->arg2 == NULL))
			break;
	}
	say(ld, n->unit, n->line, SAY_SAME_NAME, word_of(n->word)->name,
		name.at, first->unit->name, first->line);
}

void read_keys(struct loading *ld, const struct node *table, const char *what,
	const char *const *keys, size_t n)
{
	for (uint32_t i = 0; i < table->n_keys; i++) {
		struct text name = table->keys[i].name;

		if (!among(keys, n, name))
			say_near(ld,
				say(ld, table->unit,
					node_key_line(table, name.at),
					SAY_UNKNOWN_KEY, what, name.at),
				name.at, keys, n);
	}
	for (uint32_t i = 0; i < table->n_items; i++)
		if (table->items[i]->kind != NODE_BROKEN)
			read_loose(ld, table->items[i], what);
}
