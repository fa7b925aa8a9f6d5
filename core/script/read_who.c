/* People, conditions, waits and actions: the parts that words make. */
#include "script/fn_check.h"
#include "script/synonym.h"

#include <string.h>

static bool team_known(
	struct reading_card *rd, const struct node *v, struct text name)
{
	const struct rulebook *book = &rd->ld->rs->book;
	const char *names[128];
	size_t n = 0, n_roles;
	const char *const *roles = read_roles(&n_roles);

	if (rulebook_team(book, name) != NULL)
		return true;
	for (size_t i = 0; i < n_roles; i++)
		if (text_is(name, roles[i]))
			return read_role(rd->ld, v, name);
	for (uint32_t i = 0; i < book->n_teams && n < 64; i++)
		names[n++] = book->teams[i].id.at;
	for (size_t i = 0; i < n_roles; i++)
		names[n++] = roles[i];
	say_near(rd->ld,
		say(rd->ld, v->unit, node_line(v), SAY_UNKNOWN_TEAM, name.at),
		name.at, names, n);
	return false;
}

/* "25 open cases": how many, of what; or a setting and, as `of`, what. */
static bool at_most_read(struct reading_card *rd, const struct node *v,
	const struct node *of, struct who *out)
{
	struct expr e;
	int32_t n = 0;

	out->at_most_of = TEXT("tasks");
	if (of != NULL && (of->kind != NODE_TEXT ||
		!who_limit_read(of->as.text, &n, &out->at_most_of) || n != 0))
		return read_expects(rd->ld, of, "of",
			"\"open cases\", \"deliveries a day\", \"tasks\" or "
			"\"prospects due in 14 days\"",
			"\"open zaken\", \"afleveringen per dag\", \"taken\" "
			"of \"prospects binnen 14 dagen\"");
	if (v->kind == NODE_WORD && v->word == WORD_SETTING) {
		if (!read_number(rd, v, "at_most", 1, 100000, &e))
			return false;
		out->at_most_setting = e.name;
		return true;
	}
	if (v->kind == NODE_INT)
		return read_int(rd->ld, v, "at_most", 1, 100000, &out->at_most);
	if (v->kind != NODE_TEXT || of != NULL)
		return read_expects(rd->ld, v, "at_most",
			of != NULL ? "a number or setting \"...\""
				   : "a number and what is counted",
			of != NULL ? "een getal of setting \"...\""
				   : "een getal en wat er telt");
	if (who_limit_read(v->as.text, &out->at_most, &out->at_most_of) &&
		out->at_most > 0)
		return true;
	say(rd->ld, v->unit, node_line(v), SAY_AT_MOST, v->as.text.at);
	return false;
}

void say_near_person(
	struct loading *ld, struct problem *it, struct text id, bool words)
{
	const struct rulebook *book = &ld->rs->book;
	struct arena *a = ld->p->arena;
	size_t n_roles;
	const char *const *roles = read_roles(&n_roles), *role = NULL;

	for (size_t i = 0; words && i < n_roles; i++)
		if (text_is(id, roles[i]))
			role = roles[i];
	if (role == NULL)
		it->nearest = rulebook_near_person(book, a, id);
	if (words && role == NULL && it->nearest == NULL)
		role = synonym_among(id.at, roles, n_roles);
	if (role != NULL)
		it->nearest = arena_printf(a, "role \"%s\"", role);
	if (words && rulebook_team(book, id) != NULL)
		it->nearest = arena_printf(a, "least_loaded \"%s\"", id.at);
	else if (it->nearest != NULL)
		it->nearest = arena_strdup(a, it->nearest);
}

static bool person_known(
	struct reading_card *rd, const struct node *v, struct text id)
{
	if (rulebook_person(&rd->ld->rs->book, id) != NULL)
		return true;
	say_near_person(rd->ld,
		say(rd->ld, v->unit, node_line(v), SAY_UNKNOWN_PERSON, id.at),
		id, true);
	return false;
}

static bool who_word(
	struct reading_card *rd, const struct node *v, struct who *out)
{
	static const enum who_kind kinds[WORD_COUNT] = {
		[WORD_HANDLER] = WHO_HANDLER,
		[WORD_SELLER] = WHO_SELLER,
		[WORD_OWNER] = WHO_OWNER,
		[WORD_PERSON_IN] = WHO_PERSON_IN,
		[WORD_ROLE] = WHO_ROLE,
		[WORD_ON_DUTY] = WHO_ON_DUTY,
		[WORD_LEAST_LOADED] = WHO_LEAST_LOADED,
		[WORD_ROUND_ROBIN] = WHO_ROUND_ROBIN,
	};
	static const char *const options[] = {"at_most", "of"};
	const struct node *most;
	bool ok = true;

	out->kind = kinds[v->word];
	out->line = v->line;
	if (v->arg != NULL &&
		!read_text(rd->ld, v->arg, word_of(v->word)->name, &out->arg))
		return false;
	switch (out->kind) {
	case WHO_ROLE:
	case WHO_ON_DUTY:
		return read_role(rd->ld, v, out->arg);
	case WHO_PERSON_IN:
		return read_field(rd, v, out->arg);
	case WHO_LEAST_LOADED:
	case WHO_ROUND_ROBIN:
		ok = team_known(rd, v, out->arg);
		break;
	default:
		return true;
	}
	if (v->table == NULL)
		return ok;
	read_keys(rd->ld, v->table, word_of(v->word)->name, options,
		COUNT_OF(options));
	most = node_get(v->table, "at_most");
	return (most == NULL ||
		       at_most_read(rd, most, node_get(v->table, "of"), out)) &&
	       ok;
}

bool read_who(struct reading_card *rd, const struct node *v, const char *key,
	struct who *out)
{
	memset(out, 0, sizeof(*out));
	out->arg = out->at_most_of = out->at_most_setting = TEXT("");
	if (v->kind == NODE_TEXT) {
		out->kind = WHO_PERSON;
		out->line = v->line;
		return read_text(rd->ld, v, key, &out->arg) &&
		       person_known(rd, v, out->arg);
	}
	if (v->kind == NODE_WORD && v->word >= WORD_HANDLER &&
		v->word <= WORD_ROUND_ROBIN)
		return who_word(rd, v, out);
	return read_expects(rd->ld, v, key,
		"a person: handler, seller, role \"...\", on_duty "
		"\"...\", least_loaded \"...\" or \"jan\"",
		"een persoon: handler, seller, role \"...\", "
		"on_duty \"...\", least_loaded \"...\" of \"jan\"");
}

/* ---- conditions ---- */

bool read_state(
	struct reading_card *rd, const struct node *v, struct text t, bool tell)
{
	struct problem *it;
	const struct field_def *f;
	const char *names[64];
	size_t n = 0;

	if (text_is(rd->about, "deal")) {
		for (int i = 0; i < schema_state_count() && n < 64; i++)
			names[n++] = schema_state_name(i).at;
	} else if (rd->about.bytes > 0) {
		f = schema_field(
			rd->ld->rs->book.schema, rd->about, TEXT("state"));
		for (uint32_t i = 0; f != NULL && i < f->n_choices && n < 64;
			i++)
			names[n++] = f->choices[i].at;
	}
	for (size_t i = 0; i < n; i++)
		if (text_is(t, names[i]))
			return true;
	if (tell) {
		it = say(rd->ld, v->unit, node_line(v), SAY_UNKNOWN_STATE,
			rd->about.at, t.at);
		say_near(rd->ld, it, t.at, names, n);
		if (schema_event(rd->ld->rs->book.schema, t) != NULL)
			it->nearest = arena_printf(
				rd->ld->p->arena, "logged \"%s\"", t.at);
	}
	return false;
}

static bool step_known(
	struct reading_card *rd, const struct node *v, struct text id)
{
	for (size_t i = 0; i < rd->n_steps; i++)
		if (text_is(id, rd->steps[i]))
			return true;
	say_near(rd->ld,
		say(rd->ld, v->unit, node_line(v), SAY_UNKNOWN_STEP, id.at),
		id.at, rd->steps, rd->n_steps);
	return false;
}

static bool cond_one_name(
	struct reading_card *rd, struct cond *out, struct text name)
{
	out->names = read_alloc(rd->ld, sizeof(*out->names));
	if (out->names == NULL)
		return false;
	out->names[0] = name;
	out->n_names = 1;
	return true;
}

static bool cond_word(
	struct reading_card *rd, const struct node *v, struct cond *out)
{
	struct text name;

	if (v->arg == NULL ||
		!read_text(rd->ld, v->arg, word_of(v->word)->name, &name))
		return false;
	out->kind = v->word == WORD_LOGGED     ? COND_LOGGED
		    : v->word == WORD_NO_EVENT ? COND_NO_EVENT
					       : COND_TOUCHED_SINCE;
	if (out->kind == COND_TOUCHED_SINCE
			? !step_known(rd, v, name)
			: !read_event(rd->ld, v->arg, &name))
		return false;
	return cond_one_name(rd, out, name);
}

static bool cond_texts(struct reading_card *rd, const struct node *v,
	const char *key, struct cond *out)
{
	bool ok = true;

	if (!read_texts(rd->ld, v, key, &out->names, &out->n_names))
		return false;
	out->kind = COND_STATE;
	if (out->n_names == 1 && !read_state(rd, v, out->names[0], false) &&
		(strchr(out->names[0].at, '.') != NULL ||
			schema_field(rd->ld->rs->book.schema, rd->about,
				out->names[0]) != NULL) &&
		read_field_known(rd->ld, rd->about, out->names[0])) {
		out->kind = COND_FIELD;
		return true;
	}
	for (uint32_t i = 0; i < out->n_names; i++)
		ok &= read_state(rd, v->kind == NODE_TABLE ? v->items[i] : v,
			out->names[i], true);
	return ok;
}

bool read_cond(struct reading_card *rd, const struct node *v, const char *key,
	struct cond *out)
{
	return read_cond_of(rd, v, key, NULL, 0, out);
}

bool read_cond_of(struct reading_card *rd, const struct node *v,
	const char *key, const struct text *events, uint32_t n_events,
	struct cond *out)
{
	memset(out, 0, sizeof(*out));
	out->fn = FN_NONE;
	out->line = v->line;
	if (v->kind == NODE_FN) {
		fn_check(rd, v, events, n_events, FN_ANSWERS);
		out->kind = COND_FN;
		out->fn = v->as.fn;
		return true;
	}
	if (v->kind == NODE_WORD &&
		(v->word == WORD_LOGGED || v->word == WORD_NO_EVENT ||
			v->word == WORD_TOUCHED_SINCE))
		return cond_word(rd, v, out);
	if (v->kind == NODE_TEXT || (v->kind == NODE_TABLE && v->n_keys == 0))
		return cond_texts(rd, v, key, out);
	return read_expects(rd->ld, v, key,
		"a function, a state, logged \"...\" or no_event "
		"\"...\"",
		"een functie, een toestand, logged \"...\" of "
		"no_event \"...\"");
}

/* ---- waits ---- */

/* `types`: the types of setting that fit, separated by spaces; the first is
 * named in the message. */
static bool expr_setting(struct reading_card *rd, const struct node *v,
	const char *key, const char *types, struct expr *out)
{
	const struct rulebook *book = &rd->ld->rs->book;
	const struct setting *s;
	const char *names[200];
	size_t n = 0;

	out->kind = EXPR_SETTING;
	if (v->arg == NULL || !read_text(rd->ld, v->arg, key, &out->name))
		return false;
	s = rulebook_setting(book, out->name);
	if (s == NULL) {
		for (uint32_t i = 0;
			i < book->n_settings && n < COUNT_OF(names); i++)
			names[n++] = book->settings[i].name.at;
		say_near(rd->ld,
			say(rd->ld, v->unit, node_line(v), SAY_UNKNOWN_SETTING,
				out->name.at),
			out->name.at, names, n);
		return false;
	}
	if (strstr(types, s->type.at) != NULL)
		return true;
	say(rd->ld, v->unit, node_line(v), SAY_SETTING_TYPE, s->name.at,
		s->type.at, key, arena_text(rd->ld->p->arena, types,
			strcspn(types, " ")));
	return false;
}

static void expr_clear(struct expr *out, const struct node *v)
{
	memset(out, 0, sizeof(*out));
	out->fn = FN_NONE;
	out->line = v->line;
	out->name = TEXT("");
}

bool read_number(struct reading_card *rd, const struct node *v,
	const char *key, int least, int most, struct expr *out)
{
	int32_t n;

	expr_clear(out, v);
	if (v->kind == NODE_WORD && v->word == WORD_SETTING)
		return expr_setting(rd, v, key, "number", out);
	if (v->kind == NODE_FN) {
		fn_check(rd, v, NULL, 0, FN_GIVES);
		out->kind = EXPR_FN;
		out->fn = v->as.fn;
		return true;
	}
	if (!read_int(rd->ld, v, key, least, most, &n))
		return false;
	out->kind = EXPR_VALUE;
	out->value = value_int(n);
	return true;
}

bool read_amount(struct reading_card *rd, const struct node *v,
	const char *key, struct expr *out)
{
	expr_clear(out, v);
	if (v->kind == NODE_WORD && v->word == WORD_SETTING)
		return expr_setting(rd, v, key, "percent money", out);
	if (v->kind == NODE_FN) {
		fn_check(rd, v, NULL, 0, FN_GIVES);
		out->kind = EXPR_FN;
		out->fn = v->as.fn;
		return true;
	}
	out->kind = EXPR_VALUE;
	if (v->kind == NODE_TEXT && (read_percent_value(v, &out->value) ||
					    read_money_value(v, &out->value)))
		return true;
	if (v->kind != NODE_BROKEN)
		say(rd->ld, v->unit, node_line(v), SAY_NOT_AN_AMOUNT, key);
	return false;
}

bool read_expr(struct reading_card *rd, const struct node *v, const char *key,
	struct expr *out)
{
	struct fl_error err;
	struct span span;

	expr_clear(out, v);
	if (v->kind == NODE_FN) {
		fn_check(rd, v, NULL, 0, FN_GIVES);
		out->kind = EXPR_FN;
		out->fn = v->as.fn;
		return true;
	}
	if (v->kind == NODE_WORD && v->word == WORD_SETTING)
		return expr_setting(rd, v, key, "duration number", out);
	if (v->kind == NODE_TEXT && rd->about.bytes > 0 &&
		span_read(v->as.text, &span, &err) != FL_OK &&
		(strchr(v->as.text.at, '.') != NULL ||
			schema_field(rd->ld->rs->book.schema, rd->about,
				v->as.text) != NULL) &&
		read_field_known(rd->ld, rd->about, v->as.text)) {
		out->kind = EXPR_FIELD;
		out->name = v->as.text;
		return true;
	}
	if (!read_span(rd->ld, v, key, &span))
		return false;
	out->kind = EXPR_VALUE;
	return node_value(&rd->ld->rs->arena, v, &out->value);
}

/* ---- actions ---- */

static bool asked_read(struct reading_card *rd, const struct node *v,
	const struct event_def *def, struct action *out)
{
	bool ok = true;

	if (!read_texts(rd->ld, v, "ask", &out->ask, &out->n_ask))
		return false;
	for (uint32_t i = 0; i < out->n_ask; i++) {
		const char *names[128];
		size_t n = 0;

		if (event_field(def, out->ask[i]) != NULL)
			continue;
		for (uint32_t k = 0; k < def->n_fields && n < 128; k++)
			names[n++] = def->fields[k].name.at;
		say_near(rd->ld,
			say(rd->ld, v->unit, node_line(v),
				SAY_UNKNOWN_EVENT_FIELD, def->name.at,
				out->ask[i].at),
			out->ask[i].at, names, n);
		ok = false;
	}
	return ok;
}

static bool credit_read(
	struct reading_card *rd, const struct node *v, struct action *out)
{
	const struct node *const *items = (const struct node *const *)v->items;
	uint32_t n = v->n_items;

	if (v->kind != NODE_TABLE) {
		items = &v;
		n = 1;
	}
	out->credit = read_alloc(rd->ld, n * sizeof(*out->credit));
	if (out->credit == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (read_who(rd, items[i], "credit",
			    &out->credit[out->n_credit]))
			out->n_credit++;
	return true;
}

/* A written-out value of the field's type. */
static bool value_fits(struct reading_card *rd, const struct node *v,
	const struct field_def *f)
{
	const char *names[64], *key = f->name.at;
	size_t n = 0;

	for (uint32_t i = 0; i < f->n_choices && n < 64; i++)
		names[n++] = f->choices[i].at;
	if (f->type == FIELD_CHOICE && v->kind == NODE_TEXT)
		return read_one_of(
			rd->ld, v, key, read_phrase(v->as.text), names, n);
	if (f->type == FIELD_BOOL && v->kind != NODE_BOOL)
		return read_expects(rd->ld, v, key, "true or false",
			"true of false");
	if ((f->type == FIELD_INT || f->type == FIELD_NUMBER) &&
		v->kind != NODE_INT && v->kind != NODE_REAL)
		return read_expects(rd->ld, v, key, "a number", "een getal");
	if ((f->type == FIELD_TEXT || f->type == FIELD_CHOICE) &&
		v->kind != NODE_TEXT)
		return read_expects(rd->ld, v, key, "a text in quotes",
			"een tekst tussen aanhalingstekens");
	return true;
}

static bool fixed_read(struct reading_card *rd, const struct node *table,
	const struct node_key *k, const struct event_def *def,
	struct action *out)
{
	const char *names[130];
	size_t n = 0;
	struct value v;

	if (event_field(def, k->name) == NULL) {
		names[n++] = "ask";
		names[n++] = "credit";
		for (uint32_t i = 0; i < def->n_fields && n < 130; i++)
			names[n++] = def->fields[i].name.at;
		say_near(rd->ld,
			say(rd->ld, table->unit,
				node_key_line(table, k->name.at),
				SAY_UNKNOWN_EVENT_FIELD, def->name.at,
				k->name.at),
			k->name.at, names, n);
		return false;
	}
	if (!node_value(&rd->ld->rs->arena, k->value, &v))
		return read_expects(rd->ld, k->value, k->name.at,
			"a fixed value", "een vaste waarde");
	if (!value_fits(rd, k->value, event_field(def, k->name)))
		return false;
	return value_set(&rd->ld->rs->arena, &out->data, k->name, v);
}

static bool record_read_table(struct reading_card *rd, const struct node *table,
	const struct event_def *def, struct action *out)
{
	bool ok = true;

	for (uint32_t i = 0; i < table->n_keys; i++) {
		const struct node_key *k = &table->keys[i];

		if (text_is(k->name, "ask"))
			ok &= asked_read(rd, k->value, def, out);
		else if (text_is(k->name, "credit"))
			ok &= credit_read(rd, k->value, out);
		else
			ok &= fixed_read(rd, table, k, def, out);
	}
	return ok;
}

static bool record_action(
	struct reading_card *rd, const struct node *v, struct action *out)
{
	const struct event_def *def;

	out->kind = ACTION_RECORD;
	out->data = value_map();
	if (v->arg == NULL || !read_event(rd->ld, v->arg, &out->event))
		return false;
	def = schema_event(rd->ld->rs->book.schema, out->event);
	if (def->engine_made) {
		say(rd->ld, v->unit, node_line(v), SAY_ENGINE_MADE,
			out->event.at);
		return false;
	}
	if (v->table == NULL || v->table->kind != NODE_TABLE)
		return true;
	return record_read_table(rd, v->table, def, out);
}

static bool again_action(
	struct reading_card *rd, const struct node *v, struct action *out)
{
	static const char *const keys[] = {"after", "at_most"};
	const struct node *after, *most;
	bool ok = true;

	out->kind = ACTION_AGAIN;
	if (v->table == NULL || v->table->kind != NODE_TABLE)
		return false;
	read_keys(rd->ld, v->table, "again", keys, COUNT_OF(keys));
	after = node_get(v->table, "after");
	most = node_get(v->table, "at_most");
	if (after == NULL) {
		say(rd->ld, v->unit, node_line(v), SAY_MISSING_KEY, "again",
			"after");
		return false;
	}
	ok &= read_expr(rd, after, "after", &out->after);
	if (most != NULL)
		ok &= read_int(rd->ld, most, "at_most", 1, 1000, &out->at_most);
	return ok;
}

bool read_action(struct reading_card *rd, const struct node *v, const char *key,
	struct action *out)
{
	struct problem *it;

	memset(out, 0, sizeof(*out));
	out->line = v->line;
	out->after.fn = FN_NONE;
	out->event = out->note = TEXT("");
	if (v->kind == NODE_WORD) {
		switch (v->word) {
		case WORD_RECORD:
			return record_action(rd, v, out);
		case WORD_AGAIN:
			return again_action(rd, v, out);
		case WORD_NOTE:
			out->kind = ACTION_NOTE;
			return v->arg != NULL &&
			       read_text(rd->ld, v->arg, "note", &out->note);
		default:
			break;
		}
	}
	if (v->kind == NODE_BROKEN)
		return false;
	it = read_expected(rd->ld, v, key,
		"record \"event\", again { } or note \"...\"",
		"record \"event\", again { } of note \"...\"");
	if (v->kind == NODE_TEXT &&
		schema_event(rd->ld->rs->book.schema, v->as.text) != NULL)
		it->remedy = arena_printf(rd->ld->p->arena,
			problem_words(rd->ld->p, "Write record \"%s\"",
				"Schrijf record \"%s\""),
			v->as.text.at);
	return false;
}
