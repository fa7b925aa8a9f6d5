#include "base/digest.h"
#include "base/near.h"
#include "engine/engine_internal.h"
#include "script/synonym.h"

#define KEYS_MOST 32
#define FAST_MS   (10 * 60 * 1000) /* a person's clock may be ahead */
#define ID_BYTES_MOST 200
#define OUTCOMES_MOST 64

struct wire {
	struct text type, id, subject, actor, role, source;
	int64_t subject_id; /* a number was given */
	bool has_source;
	int64_t at_ms; /* 0: not given */
	struct value data;
};

/* `en` or `nl`, as the rooftop speaks. */
static struct problem *wrong(struct item *it, const char *code,
			     const char *field, const char *en, const char *nl)
{
	struct problem *p = problem_add(it->problems, code, NULL, 0, "%s",
		it->problems->dutch ? nl : en);

	p->field = field;
	it->status = FL_INVALID;
	return p;
}

/* ---- reading the map ---- */

static void read_text(struct item *it, const struct value *v, const char *key,
		      struct text *out)
{
	if (v->kind == VALUE_NULL)
		return;
	if (v->kind != VALUE_TEXT || v->count > ID_BYTES_MOST) {
		wrong(it, "FL402", key, "must be a text of at most 200 bytes",
			"moet een tekst van hoogstens 200 bytes zijn");
		return;
	}
	*out = (struct text){v->as.text, v->count};
}

static void read_subject(struct item *it, struct arena *a,
			 const struct value *v, struct wire *w)
{
	if (v->kind != VALUE_INT) {
		read_text(it, v, "subject", &w->subject);
		return;
	}
	w->subject_id = v->as.integer;
	w->subject = text_number(a, TEXT("#"), v->as.integer);
}

static void read_at(struct item *it, const struct rulebook *book,
		    const struct value *v, int64_t *out)
{
	struct fl_error err;
	struct problem *p;

	if (v->kind == VALUE_INT && v->as.integer > 0) {
		*out = v->as.integer;
	} else if (v->kind == VALUE_TEXT) {
		if (zone_read_time(book->zone,
			    (struct text){v->as.text, v->count}, out,
			    &err) != FL_OK) {
			p = wrong(it, "FL403", "at", err.text,
				"is geen tijdstip");
			p->remedy = problem_words(it->problems,
				"write \"2026-09-01 10:00\"",
				"schrijf \"2026-09-01 10:00\"");
		}
	} else if (v->kind != VALUE_NULL) {
		wrong(it, "FL403", "at",
			"must be a time: \"2026-09-01 10:00\" or ms UTC",
			"moet een tijdstip zijn: \"2026-09-01 10:00\" of ms UTC");
	}
}

static void unknown_key(struct item *it, struct text key)
{
	static const char *const known[] = {"type", "id", "at", "subject",
		"actor", "role", "source", "data"};
	size_t n = sizeof(known) / sizeof(known[0]);
	int near = near_name(key.at, known, n);
	struct problem *p = wrong(it, "FL404", key.at,
		"unknown key beside \"data\": it belongs inside data",
		"onbekende sleutel naast \"data\": die hoort binnen data");

	p->nearest = near >= 0 ? known[near] : NULL;
}

static void read_map(struct engine *e, struct item *it, struct arena *a,
		     struct wire *w)
{
	const struct value *wire = &it->wire;
	bool has_data = value_get(wire, "data") != NULL;
	const struct event_def *def = schema_event(e->book->schema,
		value_as_text(value_get(wire, "type")));
	/* "at" is when it happened, but for types with such a field */
	bool own_at = !has_data && def != NULL &&
		event_field(def, TEXT("at")) != NULL;

	for (uint32_t i = 0; i < wire->count; i++) {
		struct text key = wire->as.members[i].key;
		const struct value *v = &wire->as.members[i].value;

		if (text_is(key, "type"))
			read_text(it, v, "type", &w->type);
		else if (text_is(key, "id"))
			read_text(it, v, "id", &w->id);
		else if (text_is(key, "at") && !own_at)
			read_at(it, e->book, v, &w->at_ms);
		else if (text_is(key, "subject"))
			read_subject(it, a, v, w);
		else if (text_is(key, "actor"))
			read_text(it, v, "actor", &w->actor);
		else if (text_is(key, "role"))
			read_text(it, v, "role", &w->role);
		else if (text_is(key, "source"))
			read_text(it, v, "source", &w->source);
		else if (text_is(key, "data") && v->kind == VALUE_MAP)
			w->data = value_fork(a, v);
		else if (text_is(key, "data") && v->kind != VALUE_NULL)
			wrong(it, "FL405", "data", "must be a map of fields",
				"moet een tabel van velden zijn");
		else if (has_data)
			unknown_key(it, key);
		else
			value_set(a, &w->data, key, value_fork(a, v));
	}
}

/* ---- judging it ---- */

static const struct event_def *find_type(struct engine *e, struct item *it,
					 const struct wire *w)
{
	const struct event_def *def = schema_event(e->book->schema, w->type);
	struct problem *p;

	if (w->type.bytes == 0) {
		wrong(it, "FL406", "type", "an event needs a type",
			"een gebeurtenis heeft een soort nodig");
		return NULL;
	}
	if (def == NULL) {
		p = problem_add(it->problems, "FL407", NULL, 0,
			problem_words(it->problems, "there is no event \"%s\"",
				"er is geen gebeurtenis \"%s\""),
			w->type.at);
		p->field = "type";
		p->nearest = synonym_event(e->book->schema, w->type);
		it->status = FL_INVALID;
	} else if (def->engine_made && !it->own && !text_is(w->type, "task.done")) {
		wrong(it, "FL408", "type",
			"only the engine itself makes this event",
			"deze gebeurtenis maakt alleen het systeem zelf");
		it->status = FL_DENIED;
	}
	return def;
}

/* A derived id is "n" and the event's number. */
static bool is_derived(struct text id)
{
	if (id.bytes < 2 || id.at[0] != 'n')
		return false;
	for (uint32_t i = 1; i < id.bytes; i++)
		if (id.at[i] < '0' || id.at[i] > '9')
			return false;
	return true;
}

/* When it happened cannot be still to come. What a person says may be ahead by
 * a clock that is a little fast; what another system says is kept though its
 * zone or clock is wrong, within a day. Practice may tell of tomorrow. */
static void check_times(struct engine *e, struct item *it,
			const struct wire *w)
{
	bool person = it->command && !w->has_source;
	int64_t ahead = w->at_ms - engine_time(e);

	if (!e->manual_clock && ahead > (person ? FAST_MS : DAY_MS))
		wrong(it, "FL409", "at",
			"is when it happened, and that is still to come",
			"is wanneer het gebeurde, en dat moet nog komen")
			->remedy = problem_words(it->problems,
			"leave it out for now; a plan is posted without it",
			"laat het weg voor nu; een plan gaat zonder");
	if (w->at_ms < 0)
		wrong(it, "FL409", "at", "lies before 1970",
			"ligt voor 1970");
}

/* Nobody is assigned to a person who does not work here. */
static void check_people(struct engine *e, struct item *it,
			 const struct event_def *def, const struct value *data)
{
	const struct rulebook *book = e->book;

	for (uint32_t i = 0; i < def->n_fields; i++) {
		const struct field_def *f = &def->fields[i];
		const char *id = f->type == FIELD_PERSON
			? value_get_str(data, f->name.at)
			: NULL;

		if (id != NULL && !rulebook_knows(book, text_of(id),
					  f->name.at, it->problems))
			it->status = FL_INVALID;
	}
}

/* A lead of nobody becomes a customer of whom nothing is known: it is taken, for
 * more may come, and whoever sends it hears of it. What a reader of leads found
 * missing it has said itself. */
static void check_lead(struct item *it, const struct event_def *def,
		       const struct value *data)
{
	static const char *const named[] = {
		"customer", "deal", "known", "missing"};
	struct problem *p;

	if (!text_is(def->name, "lead.received") ||
		it->root.subject_ref.bytes > 0 || it->root.subject_id != 0)
		return;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		const struct value *v = value_get(data, named[i]);

		if (v != NULL && v->kind != VALUE_NULL &&
			(v->kind != VALUE_MAP || v->count > 0))
			return;
	}
	p = problem_add(it->problems, "FL418", NULL, 0, "%s",
		problem_words(it->problems,
			"this lead has no customer: there is nobody to call",
			"deze aanvraag heeft geen klant: er is niemand om te "
			"bellen"));
	p->field = "customer";
	p->remedy = problem_words(it->problems,
		"it is kept; give customer.name with customer.phone or "
		"customer.email",
		"ze is bewaard; geef customer.name met customer.phone of "
		"customer.email");
	problem_warn(it->problems, p);
}

static struct text first_text(struct text a, struct text b)
{
	return a.bytes > 0 ? a : b;
}

static void fill_root(struct item *it, const struct wire *w,
		      const struct event_def *def, struct arena *a)
{
	struct event *ev = &it->root.event;
	struct text by_actor = it->by[0], by_role = it->by[1];
	bool may_name = !it->command || by_actor.bytes == 0 ||
		text_is(by_actor, "admin") || text_is(by_actor, "system");

	ev->def = def;
	ev->source = first_text(w->source, it->by[2]);
	ev->id = w->id;
	ev->occurred_at_ms = w->at_ms;
	ev->actor = may_name ? first_text(w->actor, by_actor) : by_actor;
	ev->role = may_name ? first_text(w->role, by_role) : by_role;
	ev->command = it->command && !w->has_source;
	ev->data = w->data;
	it->root.subject_ref = w->subject;
	it->root.subject_id = w->subject_id;
	if (w->id.bytes > 0)
		it->seen_key = text_join(a, ev->source, TEXT("\n"), w->id);
}

int64_t engine_body_digest(const struct value *wire)
{
	int64_t digest = value_digest(wire);

	return digest != 0 ? digest : 1;
}

void wire_read(struct engine *e, struct item *it, struct arena *a)
{
	struct wire w = {.data = value_map()};
	const struct event_def *def = NULL;

	it->problems = arena_alloc(a, sizeof(*it->problems));
	if (it->problems == NULL) {
		it->status = FL_NOMEM;
		return;
	}
	problems_init(it->problems, a);
	it->problems->dutch = text_is(e->book->language, "nl");
	if (it->wire.kind != VALUE_MAP) {
		wrong(it, "FL401", NULL, "an event is a map {type, data ...}",
			"een gebeurtenis is een tabel {type, data ...}");
		return;
	}
	w.type = w.id = w.subject = w.actor = w.role = w.source = TEXT("");
	read_map(e, it, a, &w);
	w.has_source = w.source.bytes > 0;
	def = find_type(e, it, &w);
	check_times(e, it, &w);
	if (text_is(w.source, ENGINE_SOURCE))
		wrong(it, "FL411", "source",
			"\"engine\" is the engine's own name",
			"\"engine\" is de naam van het systeem zelf");
	if (def == NULL)
		return;
	if (text_is(w.type, "task.done") &&
		wire_task_id(value_get(&w.data, "task")) != 0)
		value_put(a, &w.data, "task",
			value_int(wire_task_id(value_get(&w.data, "task"))));
	fill_root(it, &w, def, a);
	it->root.body_digest = it->sent_digest != 0
		? it->sent_digest
		: engine_body_digest(&it->wire);
	if (schema_check(e->book->schema, def, e->book->zone,
		    !it->root.event.command, a, &it->root.event.data,
		    it->problems) != FL_OK && it->status == FL_OK)
		it->status = FL_INVALID;
	if (it->root.event.command)
		check_people(e, it, def, &it->root.event.data);
	check_lead(it, def, &it->root.event.data);
	if (a->failed)
		it->status = FL_NOMEM;
	if (is_derived(w.id) && it->status == FL_OK)
		wrong(it, "FL412", "id",
			"\"n\" and a number are the engine's own ids",
			"\"n\" en een getal zijn nummers van het systeem zelf");
}

/* ---- answers of tasks ---- */

int64_t wire_task_id(const struct value *v)
{
	struct text kind;
	int64_t id = 0;

	if (v == NULL)
		return 0;
	if (v->kind == VALUE_INT)
		return v->as.integer;
	if (v->kind != VALUE_TEXT ||
		!keys_name_read((struct text){v->as.text, v->count}, &kind,
			&id) || !text_is(kind, "task"))
		return 0;
	return id;
}

static fl_status over(struct problems *p, const struct task *t)
{
	const char *outcome = value_get_str(&t->body, "outcome");
	const char *by = value_get_str(&t->body, "by");
	const char *reason = value_get_str(&t->body, "reason");
	struct problem *it;

	if (t->state == TASK_DONE)
		it = problem_add(p, "FL421", NULL, 0,
			problem_words(p, "this task was answered already: %s%s%s",
				"deze taak is al beantwoord: %s%s%s"),
			outcome != NULL ? outcome : "done",
			by == NULL ? "" : problem_words(p, ", by ", ", door "),
			by != NULL ? by : "");
	else
		it = problem_add(p, "FL422", NULL, 0,
			problem_words(p, "this task was withdrawn%s%s",
				"deze taak is ingetrokken%s%s"),
			reason != NULL ? ": " : "",
			reason != NULL ? reason : "");
	it->field = "task";
	return FL_CONFLICT;
}

static bool given(const struct value *fields, struct text name)
{
	const struct value *v = value_get_text(fields, name);
	const char *dot = strrchr(name.at, '.');

	if (v == NULL && dot != NULL)
		v = value_get(fields, dot + 1);
	return v != NULL && v->kind != VALUE_NULL;
}

static fl_status check_outcome(struct turn *u, const struct task *t,
			       const char *outcome, const struct value *fields,
			       struct problems *p)
{
	struct outcome *all = arena_alloc(u->arena,
		sizeof(*all) * OUTCOMES_MOST);
	uint32_t n = all != NULL ? task_outcomes(u->engine->book, t, all,
					   OUTCOMES_MOST)
				 : 0;
	const char *names[OUTCOMES_MOST];
	struct buf list;
	struct problem *it;
	int near;

	for (uint32_t i = 0; i < n; i++) {
		names[i] = all[i].name.at;
		if (outcome == NULL || strcmp(outcome, names[i]) != 0)
			continue;
		for (uint32_t k = 0; k < all[i].n_need; k++) {
			if (given(fields, all[i].need[k]))
				continue;
			it = problem_add(p, "FL424", NULL, 0,
				problem_words(p,
					"the answer \"%s\" must also say \"%s\"",
					"het antwoord \"%s\" moet ook \"%s\" "
					"zeggen"),
				outcome, all[i].need[k].at);
			it->field = arena_strdup(p->arena,
				all[i].need[k].at);
		}
		return p->errors > 0 ? FL_INVALID : FL_OK;
	}
	buf_init(&list, 4096);
	for (uint32_t i = 0; i < n; i++)
		buf_printf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
	it = problem_add(p, "FL423", NULL, 0,
		problem_words(p,
			"\"%s\" is no answer of this task; its answers are: %s",
			"\"%s\" is geen antwoord van deze taak; wel: %s"),
		outcome != NULL ? outcome : "", list.at != NULL ? list.at : "");
	buf_deinit(&list);
	near = outcome != NULL ? near_name(outcome, names, n) : -1;
	it->field = "outcome";
	it->nearest = near >= 0 ? arena_strdup(p->arena, names[near]) : NULL;
	return FL_INVALID;
}

fl_status wire_check_answer(struct turn *u, struct problems *p)
{
	const struct event *e = &turn_now(u)->event;
	const struct value *named = value_get(&e->data, "task");
	int64_t id = wire_task_id(named);
	const struct task *t = id != 0 ? overlay_task(u, id) : NULL;
	const struct root *root = u->root;

	if (t == NULL && id != 0 &&
		(!root->task_asked || (root->closed != NULL &&
			root->closed->state == TASK_OPEN)))
		overlay_need(u, LOAD_TASK, id, (struct text){"", 0});
	if (u->n_needs > 0)
		return FL_NOT_FOUND;
	if (t == NULL) {
		problem_add(p, "FL420", NULL, 0, "%s",
			problem_words(p, "there is no such task",
				"die taak is er niet"))
			->field = "task";
		return FL_NOT_FOUND;
	}
	if (t->state != TASK_OPEN)
		return over(p, t);
	return check_outcome(u, t, value_get_str(&e->data, "outcome"),
		value_get(&e->data, "fields"), p);
}
