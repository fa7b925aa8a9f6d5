/* What a function asks of the dealership, compares and does. */
#include "script/fn_check.h"

#include "base/near.h"

#include <string.h>

#define NO_BOUND 1e300

static struct loading *ld_of(const struct fn_reading *r)
{
	return r->rd->ld;
}

static const struct schema *schema_of(const struct fn_reading *r)
{
	return ld_of(r)->rs->book.schema;
}

int fn_line(const struct fn_reading *r, uint32_t i)
{
	return fn_token(r, i)->line;
}

/* Puts the carets under token `i`. */
struct problem *fn_at(
	const struct fn_reading *r, uint32_t i, struct problem *it)
{
	const struct token *t = fn_token(r, i);

	if (it->width == 0) /* else told already, where it stood first */
		problem_place(it, t->column, luasource_width(t));
	return it;
}

/* "deal.customer.tempo_days" as it is written. */
static const char *written(const struct fn_reading *r, const struct fn_value *v)
{
	char out[120] = "";
	size_t n = 0;

	for (uint32_t i = v->from; i < v->to; i++) {
		struct text t = fn_token(r, i)->text;

		if (n + t.bytes >= sizeof(out))
			break;
		memcpy(out + n, t.at, t.bytes);
		n += t.bytes;
	}
	return arena_printf(ld_of(r)->p->arena, "%.*s", (int)n, out);
}

static bool among(const char *const *names, size_t n, struct text t)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(t, names[i]))
			return true;
	return false;
}

/* ---- fields ---- */

static struct fn_value of_field(const struct field_def *f)
{
	switch (f->type) {
	case FIELD_REF:
		return (struct fn_value){
			.is = FN_RECORD, .record = f->ref_kind, .field = f};
	case FIELD_PERSON:
		return (struct fn_value){.is = FN_PERSON, .field = f};
	case FIELD_MAP:
	case FIELD_LIST:
	case FIELD_ANY:
		return (struct fn_value){0};
	default:
		return (struct fn_value){.is = FN_SCALAR, .field = f};
	}
}

static const struct field_def *deal_field(
	const struct fn_reading *r, const char *name)
{
	return schema_field(schema_of(r), TEXT("deal"), text_of(name));
}

/* What every record has beside its fields. */
static const char *const own[] = {"id", "ref", "link"};

/* What a record answers beside its stored fields. */
static bool computed(
	struct fn_reading *r, struct text kind, struct text name,
	struct fn_value *out)
{
	static const char *const through_deal[] = {
		"customer", "seller", "handler", "vehicle"};

	if (among(own, COUNT_OF(own), name)) {
		*out = (struct fn_value){0};
		return true;
	}
	if (!among(through_deal, COUNT_OF(through_deal), name) ||
		(!text_is(kind, "deal") &&
			schema_field(schema_of(r), kind, TEXT("deal")) == NULL))
		return false;
	*out = deal_field(r, name.at) != NULL ? of_field(deal_field(r, name.at))
					      : (struct fn_value){0};
	return true;
}

static void field_unknown(
	struct fn_reading *r, struct text kind, uint32_t i, const char *near)
{
	struct text name = fn_token(r, i)->text;
	struct problem *it = fn_at(r, i,
		say(ld_of(r), r->unit, fn_line(r, i), SAY_UNKNOWN_FIELD,
			kind.at, name.at));

	if (near != NULL)
		it->nearest = arena_strdup(ld_of(r)->p->arena, near);
}

static struct fn_value record_member(
	struct fn_reading *r, struct text kind, uint32_t i)
{
	struct text name = fn_token(r, i)->text;
	const struct field_def *f = schema_field(schema_of(r), kind, name);
	struct fn_value v = {0};
	const char *nearest;
	int near;

	if (f != NULL)
		return of_field(f);
	if (computed(r, kind, name, &v) ||
		schema_kind(schema_of(r), kind) == NULL ||
		text_is(kind, "rooftop")) /* the engine reckons for it */
		return v;
	nearest = read_near_field(ld_of(r), kind, name);
	near = near_name(name.at, own, COUNT_OF(own));
	field_unknown(r, kind, i,
		nearest == NULL && near >= 0 ? own[near] : nearest);
	return v;
}

static struct fn_value person_member(struct fn_reading *r, uint32_t i)
{
	static const char *const roster[] = {"id", "name", "roles", "email",
		"phone", "brand", "external", "absent", "leads_owed",
		"open_cases", "ref", "link"};
	struct text name = fn_token(r, i)->text;
	const struct field_def *f =
		schema_field(schema_of(r), TEXT("person"), name);
	int near;

	if (f != NULL)
		return of_field(f);
	if (!among(roster, COUNT_OF(roster), name)) {
		near = near_name(name.at, roster, COUNT_OF(roster));
		field_unknown(r, TEXT("person"), i,
			near >= 0 ? roster[near] : NULL);
	}
	return (struct fn_value){0};
}

/* ---- in words ---- */

static const char *kind_words(
	const struct fn_reading *r, const struct field_def *f)
{
	bool nl = ld_of(r)->dutch;

	switch (f->type) {
	case FIELD_BOOL:
		return nl ? "true of false" : "true or false";
	case FIELD_MONEY:
		return nl ? "een getal in centen" : "a number of cents";
	case FIELD_INT:
	case FIELD_NUMBER:
	case FIELD_TIME:
		return nl ? "een getal" : "a number";
	default:
		return nl ? "een tekst" : "a text";
	}
}

static const char *literal_words(
	const struct fn_reading *r, const struct fn_value *v)
{
	bool nl = ld_of(r)->dutch;

	return v->is == FN_TEXT	    ? (nl ? "een tekst" : "a text")
	       : v->is == FN_NUMBER ? (nl ? "een getal" : "a number")
				    : (nl ? "true of false" : "true or false");
}

static bool is_literal(const struct fn_value *v)
{
	return v->is == FN_TEXT || v->is == FN_NUMBER || v->is == FN_BOOL;
}

/* ---- act and t ---- */

static const char *const act_verbs[] = {"task", "assign", "set", "timer",
	"cancel", "message", "webhook", "promise", "case", "emit", "note",
	"stop"};

static struct fn_value verb_member(
	struct fn_reading *r, bool act, uint32_t i, bool colon)
{
	const char *t_verbs[32];
	const char *const *verbs = act ? act_verbs : t_verbs;
	size_t n = act ? COUNT_OF(act_verbs) : 0;
	struct text name = fn_token(r, i)->text;

	while (!act && fn_test_verb(n) != NULL && n < COUNT_OF(t_verbs)) {
		t_verbs[n] = fn_test_verb(n);
		n++;
	}
	if (act && r->use != FN_ACTS)
		fn_at(r, i - 2,
			say(ld_of(r), r->unit, fn_line(r, i),
				SAY_ACT_OUTSIDE));
	if (!among(verbs, n, name))
		say_near(ld_of(r),
			fn_at(r, i,
				say(ld_of(r), r->unit, fn_line(r, i),
					SAY_UNKNOWN_VERB, act ? "act." : "t:",
					name.at)),
			name.at, verbs, n);
	else if (colon == act)
		fn_at(r, i - 1,
			say(ld_of(r), r->unit, fn_line(r, i), SAY_VERB_MARK,
				act ? "act." : "t:", name.at));
	else
		return (struct fn_value){
			.is = act ? FN_VERB : FN_T_VERB, .at = i};
	return (struct fn_value){0};
}

struct fn_value fn_member(
	struct fn_reading *r, const struct fn_value *of, uint32_t i, bool colon)
{
	switch (of->is) {
	case FN_ACT:
	case FN_T:
		return verb_member(r, of->is == FN_ACT, i, colon);
	default:
		break;
	}
	(void)colon; /* what is called behind it is told there */
	switch (of->is) {
	case FN_RECORD:
		return record_member(r, of->record, i);
	case FN_PERSON:
		return person_member(r, i);
	case FN_EVENT:
	case FN_EVENT_DATA:
		return fn_event_member(r, i, of->is == FN_EVENT_DATA);
	default:
		return (struct fn_value){0};
	}
}

uint32_t fn_value_of(
	struct fn_reading *r, const struct fn_value *v, const char *key)
{
	int depth = 0;

	for (uint32_t i = v->from; i < v->to; i++) {
		if (depth == 1 && fn_token(r, i)->kind == TOKEN_NAME &&
			text_is(fn_token(r, i)->text, key) &&
			fn_is(r, i + 1, "="))
			return i + 2;
		if (fn_is(r, i, "{") || fn_is(r, i, "(") ||
			fn_is(r, i, "function"))
			depth++;
		else if (fn_is(r, i, "}") || fn_is(r, i, ")") ||
			 fn_is(r, i, "end"))
			depth--;
	}
	return 0;
}

void fn_keys(struct fn_reading *r, const struct fn_value *v,
	const char *verb, const char *const *keys, size_t n, enum say what)
{
	int depth = 0;

	if (v->is != FN_TABLE)
		return;
	for (uint32_t i = v->from; i < v->to; i++) {
		struct text name = fn_token(r, i)->text;

		if (depth == 1 && fn_token(r, i)->kind == TOKEN_NAME &&
			fn_is(r, i + 1, "=") &&
			(fn_is(r, i - 1, "{") || fn_is(r, i - 1, ",") ||
				fn_is(r, i - 1, ";")) &&
			!among(keys, n, name))
			say_near(ld_of(r),
				fn_at(r, i,
					say(ld_of(r), r->unit, fn_line(r, i),
						what, verb, name.at)),
				name.at, keys, n);
		if (fn_is(r, i, "{") || fn_is(r, i, "(") ||
			fn_is(r, i, "function") || fn_is(r, i, "if") ||
			fn_is(r, i, "do"))
			depth++;
		else if (fn_is(r, i, "}") || fn_is(r, i, ")") ||
			 fn_is(r, i, "end"))
			depth--;
	}
}

static void choice_check(struct fn_reading *r, const struct fn_value *v,
	const char *key, const char *const *names, size_t n)
{
	uint32_t i = fn_value_of(r, v, key);
	struct text said = fn_token(r, i)->text;

	if (i == 0 || fn_token(r, i)->kind != TOKEN_TEXT ||
		among(names, n, read_phrase(said)))
		return;
	say_near(ld_of(r),
		fn_at(r, i,
			say(ld_of(r), r->unit, fn_line(r, i),
				SAY_UNKNOWN_CHOICE, key, said.at,
				say_list(ld_of(r), names, n))),
		said.at, names, n);
}

void fn_time(struct fn_reading *r, uint32_t i)
{
	const struct token *t = fn_token(r, i);
	struct moment moment;
	struct span span;
	struct fl_error err;

	if (i == 0 || t->kind != TOKEN_TEXT || fn_is(r, i + 1, "..") ||
		span_read(t->text, &span, &err) == FL_OK ||
		moment_read(t->text, &moment) == FL_OK)
		return;
	fn_at(r, i,
		say(ld_of(r), r->unit, t->line, SAY_NOT_A_SPAN,
			ld_of(r)->dutch ? t->text.at : err.text));
}

static void lacks(
	struct fn_reading *r, uint32_t verb, const char *said, const char *key)
{
	fn_at(r, verb,
		say(ld_of(r), r->unit, fn_line(r, verb), SAY_MISSING_KEY, said,
			key));
}

/* The placeholders of "...", or of each of { nl = "...", en = "..." }. */
static void title_check(struct fn_reading *r, uint32_t i)
{
	bool both = i > 0 && fn_is(r, i, "{");

	for (; i > 0 && !fn_is(r, i, "}"); i++) {
		const struct token *t = fn_token(r, i);
		const struct node v = {.kind = NODE_TEXT,
			.unit = r->unit,
			.line = t->line,
			.as.text = t->text};

		if (t->kind == TOKEN_TEXT)
			read_template(r->rd, &v, t->text);
		if (!both || t->kind == TOKEN_END)
			break;
	}
}

/* What act takes in { }: `key` gives its keys. */
static void act_keys(struct fn_reading *r, const struct fn_value *v,
	const char *said, const char *(*key)(size_t i))
{
	const char *keys[40];
	size_t n = 0;

	while (n < COUNT_OF(keys) && (keys[n] = key(n)) != NULL)
		n++;
	fn_keys(r, v, said, keys, n, SAY_UNKNOWN_KEY);
}

static void task_check(
	struct fn_reading *r, uint32_t verb, const struct fn_value *v)
{
	static const char *const kinds[] = {"call", "mail", "visit", "todo"};
	static const char *const purposes[] = {
		"help", "assurance", "offer", "service", "requested"};

	if (v->is != FN_TABLE)
		return;
	if (fn_token(r, fn_value_of(r, v, "task"))->kind == TOKEN_NAME)
		return; /* task = call "...", as in a card: told */
	act_keys(r, v, "act.task", lua_act_task_key);
	choice_check(r, v, "kind", kinds, COUNT_OF(kinds));
	choice_check(r, v, "purpose", purposes, COUNT_OF(purposes));
	fn_time(r, fn_value_of(r, v, "due"));
	fn_time(r, fn_value_of(r, v, "within"));
	fn_person(r, fn_value_of(r, v, "who"), true);
	fn_person(r, fn_value_of(r, v, "with"), true);
	title_check(r, fn_value_of(r, v, "title"));
	if (fn_value_of(r, v, "who") == 0)
		lacks(r, verb, "act.task", "who");
	if (fn_value_of(r, v, "title") == 0)
		lacks(r, verb, "act.task", "title");
	if (fn_value_of(r, v, "kind") == 0)
		fn_at(r, verb,
			say_warning(ld_of(r), r->unit, fn_line(r, verb),
				SAY_TASK_KIND));
}

void fn_fits(struct fn_reading *r, uint32_t i, const struct field_def *f)
{
	const struct token *t = fn_token(r, i);
	bool text = t->kind == TOKEN_TEXT, number = t->kind == TOKEN_NUMBER;
	bool yes_no = fn_is(r, i, "true") || fn_is(r, i, "false");
	const char *names[64];
	size_t n = 0;

	if (i == 0 || (!text && !number && !yes_no) ||
		(!fn_is(r, i + 1, ",") && !fn_is(r, i + 1, ";") &&
			!fn_is(r, i + 1, "}") && !fn_is(r, i + 1, ")")))
		return;
	for (uint32_t k = 0; text && k < f->n_choices && n < 64; k++)
		names[n++] = f->choices[k].at;
	if (n > 0 && !among(names, n, read_phrase(t->text)))
		say_near(ld_of(r),
			fn_at(r, i,
				say(ld_of(r), r->unit, t->line,
					SAY_UNKNOWN_CHOICE, f->name.at,
					t->text.at,
					say_list(ld_of(r), names, n))),
			t->text.at, names, n);
	else if (f->type == FIELD_BOOL ? !yes_no
		 : f->type == FIELD_INT || f->type == FIELD_NUMBER
			 ? !number
			 : f->type == FIELD_TEXT && !text)
		fn_at(r, i,
			say(ld_of(r), r->unit, t->line, SAY_EXPECTS, f->name.at,
				kind_words(r, f),
				literal_words(r,
					&(struct fn_value){
						.is = text	 ? FN_TEXT
						      : number ? FN_NUMBER
							       : FN_BOOL})));
}

void fn_event_data(struct fn_reading *r, const struct event_def *def,
	const struct fn_value *v)
{
	const struct schema *s = schema_of(r);
	const char *names[200];
	size_t n = 0;

	if (v->is != FN_TABLE)
		return;
	names[n++] = "note";
	names[n++] = "ref";
	names[n++] = def->subject.at;
	if (r->use == FN_TESTS) { /* when, and about whom */
		names[n++] = "at";
		for (uint32_t i = 0; i < schema_kind_count(s) && n < 60; i++)
			names[n++] = schema_kind_at(s, i)->name.at;
	}
	for (uint32_t i = 0; i < def->n_fields && n < COUNT_OF(names); i++)
		names[n++] = def->fields[i].name.at;
	fn_keys(r, v, def->name.at, names, n, SAY_UNKNOWN_EVENT_FIELD);
	for (uint32_t i = 0; i < def->n_fields; i++)
		fn_fits(r, fn_value_of(r, v, def->fields[i].name.at),
			&def->fields[i]);
}

static void event_keys_check(struct fn_reading *r, struct text type,
	const struct fn_value *v)
{
	const struct event_def *def = schema_event(schema_of(r), type);

	if (def != NULL)
		fn_event_data(r, def, v);
}

const struct event_def *fn_event(struct fn_reading *r, uint32_t i)
{
	const struct token *t = fn_token(r, i);
	const struct event_def *def = schema_event(schema_of(r), t->text);

	if (def == NULL)
		read_near_event(ld_of(r),
			fn_at(r, i,
				say(ld_of(r), r->unit, t->line,
					SAY_UNKNOWN_EVENT, t->text.at)),
			t->text);
	return def;
}

static void emits_note(struct fn_reading *r, struct text event)
{
	struct loading *ld = ld_of(r);
	struct emits *all = arena_grow(&ld->rs->arena, ld->emits, ld->n_emits,
		&ld->cap_emits, ld->n_emits + 1, sizeof(*all));

	if (all == NULL)
		return;
	ld->emits = all;
	all[ld->n_emits++] = (struct emits){r->fn, event};
}

/* What is done wants { }: a text, or a word of cards, is none. */
static void first_is_table(struct fn_reading *r, uint32_t verb,
	const struct fn_value *arg, const char *said, const char *example)
{
	if (is_literal(arg))
		fn_at(r, verb,
			say(ld_of(r), r->unit, fn_line(r, verb), SAY_EXPECTS,
				said, example, literal_words(r, arg)));
}

/* The first argument is a text; anything else that is written out is told. */
static void first_is_name(struct fn_reading *r, uint32_t verb,
	const struct fn_value *arg, const char *said, const char *example)
{
	if ((is_literal(arg) && arg->is != FN_TEXT) || arg->is == FN_TABLE)
		fn_at(r, verb,
			say(ld_of(r), r->unit, fn_line(r, verb), SAY_EXPECTS,
				said, example,
				arg->is == FN_TABLE ? "{ }"
						    : literal_words(r, arg)));
}

static void emit_check(struct fn_reading *r, uint32_t verb,
	const struct fn_value *args, uint32_t n)
{
	const struct event_def *def;

	if (args[0].is != FN_TEXT) {
		first_is_name(r, verb, &args[0], "act.emit",
			"act.emit(\"contact.made\", { channel = \"phone\" })");
		return;
	}
	def = fn_event(r, args[0].at);
	if (def != NULL && def->engine_made) {
		fn_at(r, args[0].at,
			say(ld_of(r), r->unit, fn_line(r, args[0].at),
				SAY_ENGINE_MADE, def->name.at));
	} else if (def != NULL) {
		if (r->ifs == 0 && !r->leaves) /* else it need not happen */
			emits_note(r, def->name);
		if (n > 1 && is_literal(&args[1]))
			fn_at(r, args[1].at,
				say(ld_of(r), r->unit,
					fn_line(r, args[1].at), SAY_EXPECTS,
					"act.emit", "{ ... = ... }",
					literal_words(r, &args[1])));
		else if (n > 1)
			fn_event_data(r, def, &args[1]);
	}
}

static void set_check(struct fn_reading *r, uint32_t verb,
	const struct fn_value *args, uint32_t n)
{
	struct text kind = r->rd->about, name;
	const struct field_def *f;
	const char *near;

	if (n > 0)
		first_is_name(r, verb, &args[0], "act.set",
			"act.set(\"score\", 1)");
	if (n == 0 || args[0].is != FN_TEXT || kind.bytes == 0)
		return;
	name = fn_token(r, args[0].at)->text;
	f = schema_field(schema_of(r), kind, name);
	if (f == NULL) {
		near = read_near_field(ld_of(r), kind, name);
		field_unknown(r, kind, args[0].at, near);
	} else if (f->pack.bytes == 0) {
		fn_at(r, args[0].at,
			say(ld_of(r), r->unit, fn_line(r, args[0].at),
				SAY_SET_BUILT_IN, name.at));
	} else if (n > 1 && is_literal(&args[1])) {
		fn_fits(r, args[1].at, f);
	}
}

/* A remark is kept as it is written: nothing in it is filled in. */
static void note_check(struct fn_reading *r, const struct fn_value *v)
{
	const char *open, *close;

	if (v->is != FN_TEXT)
		return;
	open = strchr(fn_token(r, v->at)->text.at, '{');
	close = open != NULL ? strchr(open, '}') : NULL;
	if (close == NULL)
		return;
	fn_at(r, v->at,
		say_warning(ld_of(r), r->unit, fn_line(r, v->at),
			SAY_NOTE_BRACES,
			arena_text(ld_of(r)->p->arena, open,
				(size_t)(close - open) + 1)));
}

static void act_called(struct fn_reading *r, uint32_t verb,
	const struct fn_value *args, uint32_t n)
{
	struct text name = fn_token(r, verb)->text;

	if (text_is(name, "task") && n > 0) {
		first_is_table(r, verb, &args[0], "act.task",
			"{ kind = \"call\", who = handler, title = \"...\" }");
		task_check(r, verb, &args[0]);
	} else if (text_is(name, "assign") && n > 0 && args[0].is == FN_TEXT)
		fn_person(r, args[0].at, true);
	else if (text_is(name, "note") && n > 0)
		note_check(r, &args[0]);
	else if (text_is(name, "set"))
		set_check(r, verb, args, n);
	else if (text_is(name, "emit") && n > 0)
		emit_check(r, verb, args, n);
	else if (text_is(name, "timer") && n > 1 && args[1].is == FN_TEXT)
		fn_time(r, args[1].at);
	else if (text_is(name, "timer") && n == 1)
		lacks(r, verb, "act.timer", "due");
	else if (text_is(name, "message") && n > 0)
		act_keys(r, &args[0], "act.message", lua_act_message_key);
	else if (text_is(name, "promise") && n > 0)
		event_keys_check(r, TEXT("promise.made"), &args[0]);
	else if (text_is(name, "case") && n > 0)
		event_keys_check(r, TEXT("fails.case_opened"), &args[0]);
}

/* role "x", setting "x" ... where they name something. */
static void word_called(struct fn_reading *r, uint32_t word, uint32_t arg)
{
	struct text name = fn_token(r, word)->text;
	const struct token *t = fn_token(r, arg);
	const struct rulebook *book = &ld_of(r)->rs->book;
	const char *names[200];
	size_t n = 0;

	if (text_is(name, "role") || text_is(name, "on_duty")) {
		const struct node v = {.kind = NODE_NIL,
			.unit = r->unit,
			.line = t->line};

		read_role(ld_of(r), &v, t->text);
		return;
	}
	if (!text_is(name, "setting") || rulebook_setting(book, t->text) != NULL)
		return;
	for (uint32_t i = 0; i < book->n_settings && n < COUNT_OF(names); i++)
		names[n++] = book->settings[i].name.at;
	say_near(ld_of(r),
		fn_at(r, arg,
			say(ld_of(r), r->unit, t->line, SAY_UNKNOWN_SETTING,
				t->text.at)),
		t->text.at, names, n);
}

static bool type_fits(const struct field_def *f, const struct fn_value *v)
{
	switch (f->type) {
	case FIELD_BOOL:
		return v->is == FN_BOOL;
	case FIELD_INT:
	case FIELD_NUMBER:
	case FIELD_TIME:
	case FIELD_MONEY:
		return v->is == FN_NUMBER;
	default:
		return v->is == FN_TEXT;
	}
}

/* What does the same in a function; NULL: the word may stand there. */
static const char *in_function(const struct fn_reading *r, enum word w)
{
	switch (w) {
	case WORD_CALL:
	case WORD_MAIL:
	case WORD_VISIT:
	case WORD_TODO:
		return "act.task { kind = \"call\", who = handler, title = "
		       "\"...\" }";
	case WORD_RECORD:
		return "act.emit(\"...\", { ... })";
	case WORD_NOTE:
		return "act.note(\"...\")";
	case WORD_TELL:
		return "act.task { kind = \"todo\", who = role \"...\", title "
		       "= \"...\" }";
	case WORD_LOGGED:
	case WORD_NO_EVENT:
	case WORD_TOUCHED_SINCE:
		return ld_of(r)->dutch
			       ? "het zonder functie: unless = logged \"...\""
			       : "it without a function: unless = logged "
				 "\"...\"";
	default:
		return NULL;
	}
}

void fn_word_used(struct fn_reading *r, enum word w)
{
	const char *instead = in_function(r, w);

	if (instead != NULL)
		fn_at(r, r->i,
			say(ld_of(r), r->unit, fn_line(r, r->i),
				SAY_WORD_IN_FUNCTION, word_of(w)->name,
				instead));
}

bool fn_stands_in(const struct fn_value *left, const struct fn_value *right)
{
	return left->is == FN_SCALAR && left->field != NULL &&
	       is_literal(right) && type_fits(left->field, right);
}

/* What of Lua's own fails on nil. */
static bool wants_all(const struct fn_reading *r, const struct fn_value *callee)
{
	static const char *const names[] = {
		"ipairs", "pairs", "string", "table", "math", "utf8"};

	return callee->is == FN_ANY && callee->to > callee->from &&
	       among(names, COUNT_OF(names), fn_token(r, callee->from)->text);
}

void fn_called(struct fn_reading *r, const struct fn_value *callee,
	const struct fn_value *args, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) { /* a helper may expect for it */
		r->expects |= args[i].is == FN_T;
		if (callee->is == FN_VERB || wants_all(r, callee))
			fn_event_needed(r, &args[i]);
	}
	if (callee->is == FN_T_VERB)
		fn_test_called(r, callee->at, args, n);
	else if (callee->is == FN_VERB)
		act_called(r, callee->at, args, n);
	else if (callee->is == FN_WORD && n > 0 && args[0].is == FN_TEXT)
		word_called(r, callee->at, args[0].at);
}

/* ---- comparisons ---- */

/* A value that the field never has. */
static void choice_compared(struct fn_reading *r, const struct fn_value *left,
	const struct fn_value *right)
{
	const struct field_def *f = left->field;
	struct text said = fn_token(r, right->at)->text;
	const char *names[64];
	size_t n = 0;

	for (uint32_t i = 0; i < f->n_choices && n < 64; i++)
		names[n++] = f->choices[i].at;
	for (int i = 0; f == deal_field(r, "state") && i < schema_state_count();
		i++)
		names[n++] = schema_state_name(i).at;
	if (n == 0 || among(names, n, said))
		return;
	say_near(ld_of(r),
		fn_at(r, right->at,
			say(ld_of(r), r->unit, fn_line(r, right->at),
				SAY_NEVER_VALUE, written(r, left), said.at,
				say_list(ld_of(r), names, n))),
		said.at, names, n);
}

static void literal_compared(struct fn_reading *r, const struct fn_value *left,
	uint32_t op, const struct fn_value *right)
{
	if (left->is == FN_PERSON || left->is == FN_RECORD) {
		fn_at(r, op,
			say(ld_of(r), r->unit, fn_line(r, op),
				SAY_NEVER_RECORD, written(r, left),
				written(r, left)));
	} else if (left->is == FN_TYPE && right->is != FN_TEXT) {
		fn_at(r, right->at,
			say(ld_of(r), r->unit, fn_line(r, right->at),
				SAY_NEVER_TYPE, written(r, left),
				ld_of(r)->dutch ? "een tekst" : "a text",
				literal_words(r, right)));
	} else if (left->is != FN_SCALAR || left->field == NULL) {
		return;
	} else if (!type_fits(left->field, right)) {
		fn_at(r, right->at,
			say(ld_of(r), r->unit, fn_line(r, right->at),
				SAY_NEVER_TYPE, written(r, left),
				kind_words(r, left->field),
				literal_words(r, right)));
	} else if (right->is == FN_TEXT) {
		choice_compared(r, left, right);
	}
}

/* A field that begins as something: it is always there. */
static void nil_compared(
	struct fn_reading *r, const struct fn_value *left, uint32_t op)
{
	const struct field_def *f = left->field;
	struct buf b;

	if (f == NULL || f->dflt.kind == VALUE_NULL ||
		left->to == left->from || left->brought.bytes > 0)
		return;
	buf_init(&b, 200);
	value_write(&b, &f->dflt);
	fn_at(r, op,
		say_warning(ld_of(r), r->unit, fn_line(r, op), SAY_NEVER_NIL,
			written(r, left), b.len > 0 ? b.at : "?"));
	buf_deinit(&b);
}

struct fn_value fn_compared(struct fn_reading *r, const struct fn_value *left,
	uint32_t op, const struct fn_value *right)
{
	struct fn_value v = {0};

	if (left->is == FN_NEGATED && (fn_is(r, op, "==") || fn_is(r, op, "~=")) &&
		right->is != FN_BOOL)
		fn_at(r, left->from,
			say(ld_of(r), r->unit, fn_line(r, left->from),
				SAY_NOT_COMPARED));
	if (is_literal(left) && !is_literal(right)) {
		fn_event_compared(r, right, op, left);
		literal_compared(r, right, op, left);
		return v;
	}
	fn_event_compared(r, left, op, right);
	if (right->is == FN_NIL)
		nil_compared(r, left, op);
	if (!is_literal(right))
		return v;
	literal_compared(r, left, op, right);
	if (left->to == left->from)
		return v;
	return (struct fn_value){.is = FN_COMPARED,
		.from = left->from,
		.to = left->to,
		.op = op,
		.at = right->at};
}

static bool same_chain(const struct fn_reading *r, const struct fn_value *a,
	const struct fn_value *b)
{
	if (a->to - a->from != b->to - b->from)
		return false;
	for (uint32_t i = 0; i < a->to - a->from; i++)
		if (!text_equal(fn_token(r, a->from + i)->text,
			    fn_token(r, b->from + i)->text))
			return false;
	return true;
}

/* The least and most a comparison with a number lets through. */
static bool bounds(const struct fn_reading *r, const struct fn_value *v,
	double *least, double *most)
{
	const struct token *t = fn_token(r, v->at);
	struct value number;
	double n;

	*least = -NO_BOUND;
	*most = NO_BOUND;
	if (t->kind != TOKEN_NUMBER ||
		value_read(ld_of(r)->p->arena, t->text.at, t->text.bytes, NULL,
			&number, NULL) != FL_OK)
		return false;
	n = number.kind == VALUE_INT ? (double)number.as.integer
				     : number.as.real;
	if (fn_is(r, v->op, ">") || fn_is(r, v->op, ">="))
		*least = n;
	else if (fn_is(r, v->op, "<") || fn_is(r, v->op, "<="))
		*most = n;
	else
		return false;
	return true;
}

/* Above `least` or below `most` is everything. */
static bool over(double least, double most)
{
	return least > -NO_BOUND && most < NO_BOUND && least < most;
}

void fn_joined(struct fn_reading *r, const struct fn_value *left, uint32_t op,
	const struct fn_value *right)
{
	bool and = fn_is(r, op, "and"), differ;
	double least[2], most[2];
	const char *sign = and ? "==" : "~=";

	if (left->is != FN_COMPARED || right->is != FN_COMPARED ||
		!same_chain(r, left, right))
		return;
	differ = !text_equal(fn_token(r, left->at)->text,
			 fn_token(r, right->at)->text) &&
		 fn_is(r, left->op, sign) && fn_is(r, right->op, sign);
	if (bounds(r, left, &least[0], &most[0]) &&
		bounds(r, right, &least[1], &most[1]))
		differ = and ? least[0] > most[1] || least[1] > most[0]
			     : over(least[0], most[1]) || over(least[1], most[0]);
	if (differ)
		fn_at(r, op,
			say(ld_of(r), r->unit, fn_line(r, op),
				and ? SAY_NEVER_BOTH : SAY_ALWAYS_EITHER,
				written(r, left)));
}

void fn_answered(struct fn_reading *r, uint32_t i, const struct fn_value *v)
{
	bool nl = ld_of(r)->dutch;
	const char *what = NULL;

	switch (v->is) {
	case FN_NIL:
		what = nl ? "niets" : "nothing";
		break;
	case FN_TEXT:
	case FN_NUMBER:
		what = literal_words(r, v);
		break;
	case FN_TYPE:
		what = nl ? "een tekst" : "a text";
		break;
	case FN_TABLE:
		what = "{ }";
		break;
	case FN_RECORD:
	case FN_PERSON:
	case FN_EVENT:
		what = nl ? "een heel onderwerp" : "a whole subject";
		break;
	case FN_SCALAR:
		if (v->field != NULL && v->field->type != FIELD_BOOL)
			what = kind_words(r, v->field);
		break;
	default:
		break;
	}
	if (what == NULL)
		fn_event_needed(r, v);
	else
		fn_at(r, i,
			say(ld_of(r), r->unit, fn_line(r, i), SAY_NEITHER,
				what));
}
