/*
 * What packs declare: events and fields of their own, checked and added to the
 * built-in schema.
 */
#include "model/schema_part.h"

#include "base/near.h"

struct place_in {
	const char *file;
	int line;
	struct problems *p;
};

static bool pack_choices(
	struct schema *s, const struct value *list, struct field_def *f)
{
	uint32_t i;

	if (list == NULL || list->kind != VALUE_LIST || list->count == 0)
		return false;
	f->choices = arena_alloc(s->arena, list->count * sizeof(*f->choices));
	for (i = 0; f->choices != NULL && i < list->count; i++)
		f->choices[i] = schema_keep(s->arena,
			value_as_text(&list->as.items[i]));
	f->n_choices = f->choices != NULL ? list->count : 0;
	return true;
}

static const char *near_type(const char *wrong)
{
	static const char *const types[] = {"text", "number", "integer",
		"yes_no", "time", "money", "list", "map", "any", "person",
		"phone", "email", "plate", "choice"};
	/* as other languages, and Dutch, call them */
	static const char *const others[][2] = {{"str", "text"},
		{"tekst", "text"}, {"naam", "text"}, {"float", "number"},
		{"double", "number"}, {"getal", "number"},
		{"ja_nee", "yes_no"}, {"yesno", "yes_no"},
		{"datetime", "time"}, {"timestamp", "time"},
		{"datum", "time"}, {"tijd", "time"}, {"moment", "time"},
		{"amount", "money"}, {"currency", "money"},
		{"price", "money"}, {"bedrag", "money"}, {"geld", "money"},
		{"array", "list"}, {"lijst", "list"}, {"table", "map"},
		{"object", "map"}, {"tabel", "map"}, {"user", "person"},
		{"persoon", "person"}, {"telefoon", "phone"},
		{"mail", "email"}, {"e-mail", "email"},
		{"kenteken", "plate"}, {"enum", "choice"},
		{"keuze", "choice"}};
	int near;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (text_is(text_of(wrong), others[i][0]))
			return others[i][1];
	near = near_name(wrong, types, sizeof(types) / sizeof(*types));
	return near >= 0 ? types[near] : NULL;
}

/* Names of the schema go with it; problems stay. */
static const char *lasting(struct problems *p, const char *name)
{
	return name != NULL ? arena_strdup(p->arena, name) : NULL;
}

static const char *near_kind(const struct schema *s, const char *wrong)
{
	const char *names[64];
	size_t n = 0;
	int near;

	for (uint32_t i = 0; i < schema_kind_count(s) && n < 64; i++)
		names[n++] = schema_kind_at(s, i)->name.at;
	near = near_name(wrong, names, n);
	return near >= 0 ? names[near] : NULL;
}

static void pack_type(struct schema *s, struct text type,
	const struct value *spec, struct field_def *f,
	const struct place_in *at)
{
	const struct value *choices = value_get(spec, "choices");
	struct problem *pr;

	f->type = FIELD_TEXT;
	if (choices != NULL) {
		f->type = FIELD_CHOICE;
		if (!pack_choices(s, choices, f))
			problem_add(at->p, "FL211", at->file, at->line,
				problem_words(at->p,
					"field \"%s\": choices is a list of "
					"texts",
					"veld \"%s\": choices is een lijst van "
					"teksten"),
				f->name.at);
		return;
	}
	if (type.bytes == 0 || field_type_read(type, &f->type))
		return;
	if (schema_kind_find(s, type) != NULL) {
		f->type = FIELD_REF;
		f->ref_kind = schema_kind_find(s, type)->name;
		return;
	}
	pr = problem_add(at->p, "FL211", at->file, at->line,
		problem_words(at->p, "field \"%s\" has the unknown type \"%s\"",
			"veld \"%s\" heeft de onbekende soort \"%s\""),
		f->name.at, type.at);
	pr->nearest = near_type(type.at);
	pr->remedy = problem_words(at->p,
		"types are text, number, integer, yes_no, time, money, list, "
		"map, any, person, phone, email, plate, choice",
		"soorten zijn text, number, integer, yes_no, time, money, "
		"list, map, any, person, phone, email, plate, choice");
}

/* Tells the keys that are not known; `what` is called `name`. */
static void pack_keys(const struct value *spec, const struct place_in *at,
	const char *what, const char *name, const char *const *known, size_t n)
{
	for (uint32_t i = 0; spec->kind == VALUE_MAP && i < spec->count; i++) {
		const char *key = spec->as.members[i].key.at;
		size_t k = 0;
		int near;

		while (k < n && strcmp(known[k], key) != 0)
			k++;
		if (k < n)
			continue;
		near = near_name(key, known, n);
		problem_add(at->p, "FL214", at->file, at->line,
			problem_words(at->p, "%s \"%s\" has no key \"%s\"",
				"%s \"%s\" kent \"%s\" niet"),
			what, name, key)
			->nearest = near >= 0 ? known[near] : NULL;
	}
}

static void pack_field(struct schema *s, struct text pack,
	const struct value *spec, struct field_def *f,
	const struct place_in *at)
{
	static const char *const known[] = {
		"type", "default", "choices", "required", "personal"};
	bool is_map = spec != NULL && spec->kind == VALUE_MAP;
	const struct value *dflt = is_map ? value_get(spec, "default") : NULL;

	if (is_map)
		pack_keys(spec, at, problem_words(at->p, "field", "veld"),
			f->name.at, known, sizeof(known) / sizeof(*known));
	f->pack = schema_keep(s->arena, pack);
	f->required = value_get_bool(is_map ? spec : NULL, "required", false);
	f->personal = value_get_bool(is_map ? spec : NULL, "personal", false);
	pack_type(s,
		value_as_text(is_map ? value_get(spec, "type") : spec),
		is_map ? spec : NULL, f, at);
	if (dflt == NULL)
		return;
	f->dflt = value_clone(s->arena, dflt);
	if (!field_convert(f, NULL, s->arena, &f->dflt))
		problem_add(at->p, "FL212", at->file, at->line,
			problem_words(at->p,
				"default of field \"%s\" is not of type %s",
				"default van veld \"%s\" is niet van soort "
				"%s"),
			f->name.at, field_type_name(f->type));
}

fl_status schema_add_field(struct schema *s, struct text pack,
	struct text dotted, const struct value *spec, const char *file,
	int line, struct problems *p)
{
	const struct place_in at = {file, line, p};
	const char *dot = memchr(dotted.at, '.', dotted.bytes);
	uint32_t before = p->errors;
	struct text kind = dotted, name = TEXT("");
	struct kind_def *k;
	struct field_def *f;

	if (dot != NULL) {
		kind.bytes = (uint32_t)(dot - dotted.at);
		name = (struct text){dot + 1, dotted.bytes - kind.bytes - 1};
	}
	k = schema_kind_find(s, kind);
	if (k == NULL || name.bytes == 0) {
		problem_add(p, "FL210", file, line,
			problem_words(p,
				"\"%s\" is not kind.name with a known kind",
				"\"%s\" is geen soort.naam met een bekende "
				"soort"),
			dotted.at)
			->remedy =
			problem_words(p, "write for example \"deal.score\"",
				"schrijf bijvoorbeeld \"deal.score\"");
		return FL_INVALID;
	}
	if (schema_kind_field(k, name) != NULL) {
		problem_add(p, "FL213", file, line,
			problem_words(p, "field \"%s\" exists already",
				"veld \"%s\" bestaat al"),
			dotted.at)
			->remedy = problem_words(
			p, "give it another name", "geef het een andere naam");
		return FL_INVALID;
	}
	f = schema_field_add(s->arena, &k->fields, &k->n_fields,
		&k->cap_fields);
	if (f == NULL)
		return FL_NOMEM;
	f->name = schema_keep(s->arena, name);
	pack_field(s, pack, spec, f, &at);
	if (s->arena->failed || !schema_kind_index(s, k))
		return FL_NOMEM;
	return p->errors > before ? FL_INVALID : FL_OK;
}

static void pack_event_fields(struct schema *s, struct event_def *e,
	const struct value *fields, const struct place_in *at)
{
	uint32_t i;

	if (fields != NULL && fields->kind != VALUE_MAP && fields->count > 0) {
		problem_add(at->p, "FL211", at->file, at->line,
			problem_words(at->p,
				"fields of event \"%s\" are written name = "
				"\"type\"",
				"velden van gebeurtenis \"%s\" schrijft u als "
				"naam = \"soort\""),
			e->name.at);
		return;
	}
	for (i = 0; fields != NULL && i < fields->count; i++) {
		const struct member *m = &fields->as.members[i];
		struct field_def *f = schema_field_add(
			s->arena, &e->fields, &e->n_fields, &e->cap_fields);

		if (f == NULL)
			return;
		f->name = schema_keep(s->arena, m->key);
		pack_field(s, e->pack, &m->value, f, at);
	}
}

static bool pack_subject(struct schema *s, struct event_def *e,
	const struct value *spec, const struct place_in *at)
{
	struct text subject = value_as_text(value_get(spec, "subject"));
	const struct kind_def *k;

	if (subject.bytes == 0)
		subject = TEXT("deal");
	k = schema_kind_find(s, subject);
	if (k != NULL) {
		e->subject = k->name;
		return true;
	}
	problem_add(at->p, "FL210", at->file, at->line,
		problem_words(at->p,
			"event \"%s\": there is no kind \"%s\" to be its "
			"subject",
			"gebeurtenis \"%s\": er bestaat geen \"%s\" om over te "
			"gaan"),
		e->name.at, subject.at)
		->nearest = lasting(at->p, near_kind(s, subject.at));
	return false;
}

/* States of one key: names with blanks between, or "open". */
static uint32_t pack_states(struct text names, const char *event,
	const struct place_in *at)
{
	const char *from = names.at;
	struct text word;
	uint32_t bits = 0;

	while ((word = schema_word_next(&from)).bytes > 0) {
		int state = schema_state(word);

		for (int i = 0; text_is(word, "open") && i < SCHEMA_STATES; i++)
			bits |= schema_state_open(i) ? UINT32_C(1) << i : 0;
		if (state >= 0)
			bits |= UINT32_C(1) << state;
		else if (!text_is(word, "open"))
			problem_add(at->p, "FL217", at->file, at->line,
				problem_words(at->p,
					"event \"%s\": a deal has no state "
					"\"%.*s\"",
					"gebeurtenis \"%s\": een deal kent "
					"geen "
					"toestand \"%.*s\""),
				event, (int)word.bytes, word.at)
				->remedy = problem_words(at->p,
				"states are new, attempting, engaged, visited, "
				"quoted, signed ..., or \"open\" for all open "
				"ones",
				"toestanden zijn new, attempting, engaged, "
				"visited, quoted, signed ..., of \"open\" voor "
				"alle open");
	}
	return bits;
}

/* moves = { visited = "quoted", ["open"] = "signed" }: rows of the life cycle;
 * in every other state the event changes no state. */
static bool pack_moves(struct schema *s, struct event_def *e,
	const struct value *moves, const struct place_in *at)
{
	if (moves == NULL || moves->kind != VALUE_MAP)
		return true;
	for (uint32_t i = 0; i < moves->count; i++) {
		const struct member *m = &moves->as.members[i];
		struct text to = value_as_text(&m->value);
		uint32_t from = pack_states(m->key, e->name.at, at);

		pack_states(to, e->name.at, at);
		if (schema_state(to) < 0)
			continue;
		if (!schema_move_add(s, e,
			    (struct life_move){.from = from,
				    .when = TEXT(""),
				    .to = schema_state_name(schema_state(to))}))
			return false;
	}
	return schema_move_add(s, e,
		(struct life_move){.from = (UINT32_C(1) << SCHEMA_STATES) - 1,
			.when = TEXT(""),
			.to = TEXT("")});
}

fl_status schema_add_event(struct schema *s, struct text pack, struct text name,
	const struct value *spec, const char *file, int line,
	struct problems *p)
{
	static const char *const known[] = {
		"subject", "fields", "project", "opens", "touch", "means",
		"moves"};
	const struct place_in at = {file, line, p};
	struct event_def *e = arena_alloc(s->arena, sizeof(*e));
	struct fl_error err = {.status = FL_OK};
	uint32_t before = p->errors;

	if (schema_event(s, name) != NULL) {
		problem_add(p, "FL213", file, line,
			problem_words(p, "event \"%s\" exists already",
				"gebeurtenis \"%s\" bestaat al"),
			name.at)
			->remedy = problem_words(
			p, "give it another name", "geef haar een andere naam");
		return FL_INVALID;
	}
	if (e == NULL)
		return FL_NOMEM;
	*e = (struct event_def){.name = schema_keep(s->arena, name),
		.version = 1,
		.pack = schema_keep(s->arena, pack),
		.file = arena_strdup(s->arena, file),
		.line = line,
		.states = TEXT(""),
		.opens = value_get_bool(spec, "opens", false),
		.touch = value_get_bool(spec, "touch", false),
		.means = schema_keep(s->arena,
			value_as_text(value_get(spec, "means")))};
	if (memchr(name.at, '.', name.bytes) == NULL)
		problem_add(p, "FL210", file, line,
			problem_words(p, "event \"%s\" needs a dotted name",
				"gebeurtenis \"%s\" moet een punt in haar "
				"naam hebben"),
			name.at)
			->remedy =
			problem_words(p, "write for example \"acme.hot\"",
				"schrijf bijvoorbeeld \"acme.hot\"");
	pack_keys(spec, &at, problem_words(p, "event", "gebeurtenis"),
		e->name.at, known, sizeof(known) / sizeof(*known));
	pack_event_fields(s, e, value_get(spec, "fields"), &at);
	if (pack_subject(s, e, spec, &at) &&
		project_parse(s->arena,
			value_as_text(value_get(spec, "project")),
			schema_is_kind, s, &e->ops, &e->n_ops, &err) ==
			FL_INVALID)
		problem_add(p, "FL215", file, line,
			problem_words(p,
				"event \"%s\": project cannot be read: %s",
				"gebeurtenis \"%s\": project is niet te lezen: "
				"%s"),
			name.at, err.text);
	if (!pack_moves(s, e, value_get(spec, "moves"), &at))
		return FL_NOMEM;
	if (p->errors > before)
		return FL_INVALID;
	if (s->arena->failed || !schema_event_register(s, e) ||
		!schema_index(s))
		return FL_NOMEM;
	return FL_OK;
}

fl_status schema_finish(struct schema *s, struct problems *p)
{
	uint32_t before = p->errors, i, j;

	for (i = 0; i < s->n_events; i++) {
		const struct event_def *e = s->events[i];

		for (j = 0; j < e->n_ops; j++) {
			const struct project_op *op = &e->ops[j];

			if (schema_field(s, op->record, op->field) != NULL)
				continue;
			problem_add(p, "FL216", e->file, e->line,
				problem_words(p,
					"event \"%s\" changes \"%s.%s\", which "
					"is no declared field",
					"gebeurtenis \"%s\" verandert "
					"\"%s.%s\", "
					"dat geen gedeclareerd veld is"),
				e->name.at, op->record.at, op->field.at)
				->nearest = lasting(
				p, schema_near_field(s, op->record, op->field));
		}
	}
	return p->errors > before ? FL_INVALID : FL_OK;
}
