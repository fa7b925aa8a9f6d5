/* The verbs of t in test "..." (function(t) ... end), as far as what they are
 * given is written out. */
#include "script/card_keys.h"
#include "script/fn_check.h"

#include <string.h>

static const char *const verbs[] = {"at", "deal", "happens", "says", "refused",
	"everyone_answers", "nobody_answers", "answers", "run_for",
	"expect_task", "expect_none", "expect_event", "expect_state",
	"expect_field"};

const char *fn_test_verb(size_t i)
{
	return i < COUNT_OF(verbs) ? verbs[i] : NULL;
}

bool fn_is_expecting(struct text verb)
{
	return strncmp(verb.at, "expect_", 7) == 0 ||
	       text_is(verb, "refused") || text_is(verb, "says");
}

static struct loading *ld_of(const struct fn_reading *r)
{
	return r->rd->ld;
}

static bool is_text(const struct fn_reading *r, uint32_t i)
{
	return i > 0 && fn_token(r, i)->kind == TOKEN_TEXT &&
	       !fn_is(r, i + 1, "..");
}

static bool is_plain(const struct fn_value *v)
{
	return v->is == FN_TEXT || v->is == FN_NUMBER || v->is == FN_BOOL ||
	       v->is == FN_TABLE;
}

/* What stands at `v` is not what the verb takes. */
static void wants(struct fn_reading *r, uint32_t verb, const struct fn_value *v,
	const char *example)
{
	const char *said = arena_printf(
		ld_of(r)->p->arena, "t:%s", fn_token(r, verb)->text.at);

	if (is_plain(v))
		fn_at(r, v->from,
			say(ld_of(r), r->unit, fn_line(r, v->from), SAY_EXPECTS,
				said, example, fn_token(r, v->from)->text.at));
}

void fn_person(struct fn_reading *r, uint32_t i, bool words)
{
	const struct rulebook *book = &ld_of(r)->rs->book;
	struct text id;

	if (!is_text(r, i))
		return;
	id = fn_token(r, i)->text;
	if (rulebook_person(book, id) != NULL)
		return;
	say_near_person(ld_of(r),
		fn_at(r, i,
			say(ld_of(r), r->unit, fn_line(r, i),
				SAY_UNKNOWN_PERSON, id.at)),
		id, words);
}

/* A state of a deal; with `others` of any other kind of record too. */
static void state(struct fn_reading *r, uint32_t i, bool others)
{
	const struct schema *schema = ld_of(r)->rs->book.schema;
	const char *names[64];
	size_t n = 0;
	struct text said;

	if (!is_text(r, i))
		return;
	said = fn_token(r, i)->text;
	if (schema_state(said) >= 0)
		return;
	for (uint32_t k = 0; others && k < schema_kind_count(schema); k++) {
		const struct field_def *f = schema_field(
			schema, schema_kind_at(schema, k)->name, TEXT("state"));

		for (uint32_t c = 0; f != NULL && c < f->n_choices; c++)
			if (text_equal(f->choices[c], said))
				return;
	}
	for (int k = 0; k < schema_state_count() && n < COUNT_OF(names); k++)
		names[n++] = schema_state_name(k).at;
	say_near(ld_of(r),
		fn_at(r, i,
			say(ld_of(r), r->unit, fn_line(r, i), SAY_UNKNOWN_STATE,
				"deal", said.at)),
		said.at, names, n);
}

static bool is_named(const struct node *n, struct text name)
{
	return n->kind == NODE_WORD && n->arg != NULL &&
	       n->arg->kind == NODE_TEXT && text_equal(n->arg->as.text, name);
}

/* A card or step of any file, switched off or not. */
static bool is_declared(const struct loading *ld, struct text name)
{
	for (uint32_t i = 0; i < ld->n_decls; i++) {
		const struct node *n = ld->decls[i];

		if (is_named(n, name))
			return true;
		for (uint32_t k = 0; n->kind == NODE_WORD &&
			n->table != NULL && k < n->table->n_items;
			k++)
			if (is_named(n->table->items[k], name))
				return true;
	}
	return false;
}

/* A card or step whose name is nearly one of the rules'; others may be made by
 * the engine. */
static void name_near(struct fn_reading *r, uint32_t i, enum say what,
	const char *const *names, size_t n)
{
	struct problem near = {.nearest = NULL};
	struct text said;

	if (!is_text(r, i))
		return;
	said = fn_token(r, i)->text;
	for (size_t k = 0; k < n; k++) {
		size_t bytes = strlen(names[k]);

		if (strncmp(said.at, names[k], bytes) == 0 &&
			(said.at[bytes] == '\0' || said.at[bytes] == '.'))
			return;
	}
	if (is_declared(ld_of(r), said))
		return; /* of a card that is switched off */
	say_near(ld_of(r), &near, said.at, names, n);
	if (near.nearest != NULL)
		fn_at(r, i,
			say(ld_of(r), r->unit, fn_line(r, i), what, said.at))
			->nearest = near.nearest;
}

/* The tasks of a gate for what happened without its needs; how many names now. */
static size_t gate_steps(struct fn_reading *r, const struct card *c,
	const char **steps, size_t n)
{
	for (uint32_t k = 0; c->gate != NULL && k < c->gate->n_guards; k++) {
		const char *name = arena_printf(&ld_of(r)->rs->arena, "gate:%s",
			c->gate->guards[k].at);

		if (name != NULL && n < 800)
			steps[n++] = name;
	}
	return n;
}

static void card_and_step(struct fn_reading *r, const struct fn_value *v)
{
	const struct rulebook *book = &ld_of(r)->rs->book;
	const char *cards[400], *steps[800];
	size_t n_cards = 0, n = 0;
	uint32_t card = fn_value_of(r, v, "card");

	if (is_text(r, card) && text_is(fn_token(r, card)->text, "engine"))
		return; /* its own tasks are no steps of the rules */
	if (!text_is(r->unit->pack, "own") && card_any_off(ld_of(r)))
		return; /* its tests are of the pack as it came */
	for (uint32_t i = 0; i < book->n_cards && n_cards + 2 < 400; i++) {
		const struct card *c = &book->cards[i];

		cards[n_cards++] = c->id.at;
		cards[n_cards++] = c->name.at;
		for (uint32_t k = 0; k < c->n_steps && n < 800; k++)
			steps[n++] = c->steps[k].id.at;
		n = gate_steps(r, c, steps, n);
		for (uint32_t k = 0; k < c->n_whens && n < 800; k++)
			steps[n++] = c->whens[k].step.id.at;
		for (uint32_t k = 0; k < c->n_ladders && n < 800; k++)
			steps[n++] = c->ladders[k].id.at;
	}
	name_near(
		r, fn_value_of(r, v, "card"), SAY_UNKNOWN_CARD, cards, n_cards);
	name_near(r, fn_value_of(r, v, "step"), SAY_UNKNOWN_STEP, steps, n);
}

/* t:at "2026-09-01 10:00" */
static void moment(
	struct fn_reading *r, uint32_t verb, const struct fn_value *v)
{
	const struct zone *zone = ld_of(r)->rs->book.zone;
	struct fl_error err;
	int64_t at;

	if (v->is == FN_TEXT && zone != NULL &&
		zone_read_time(zone, fn_token(r, v->at)->text, &at, &err) ==
			FL_OK)
		return;
	if (v->is != FN_TEXT || zone != NULL)
		wants(r, verb, v, "\"2026-09-01 10:00\"");
}

/* t:deal { handler = "jan", state = "visited", consent = { "phone" } } */
static void deal(struct fn_reading *r, uint32_t verb, const struct fn_value *v)
{
	const struct schema *schema = ld_of(r)->rs->book.schema;
	const struct kind_def *kind = schema_kind(schema, TEXT("deal"));
	const char *names[200];
	size_t n = 0;

	if (v->is != FN_TABLE || kind == NULL) {
		wants(r, verb, v, "{ handler = \"jan\" }");
		return;
	}
	names[n++] = "consent";
	names[n++] = "tempo_days";
	names[n++] = "customer";
	for (uint32_t i = 0; i < kind->n_fields && n < COUNT_OF(names); i++)
		names[n++] = kind->fields[i].name.at;
	fn_keys(r, v, "t:deal", names, n, SAY_UNKNOWN_KEY);
	state(r, fn_value_of(r, v, "state"), false);
	for (uint32_t i = 0; i < kind->n_fields; i++) {
		const struct field_def *f = &kind->fields[i];
		uint32_t at = fn_value_of(r, v, f->name.at);

		if (f->type == FIELD_PERSON)
			fn_person(r, at, false);
		else
			fn_fits(r, at, f);
	}
}

/* "contact.made", { deal = deal, channel = "phone" } */
static void told(struct fn_reading *r, uint32_t verb,
	const struct fn_value *args, uint32_t n)
{
	const struct event_def *def;

	if (n == 0 || args[0].is != FN_TEXT) {
		if (n > 0)
			wants(r, verb, &args[0],
				"\"contact.made\", { deal = deal }");
		return;
	}
	def = fn_event(r, args[0].at);
	if (def == NULL || n < 2)
		return;
	if (args[1].is == FN_TABLE)
		fn_event_data(r, def, &args[1]);
	else
		wants(r, verb, &args[1], "{ deal = deal }");
}

static void expected(
	struct fn_reading *r, uint32_t verb, const struct fn_value *v)
{
	static const char *const keys[] = {"who", "step", "card", "kind",
		"open", "count", "at_least", "at_most", "outcome", "fields",
		"type"};
	static const char *const kinds[] = {"call", "mail", "visit", "todo"};
	const char *said = arena_printf(
		ld_of(r)->p->arena, "t:%s", fn_token(r, verb)->text.at);
	uint32_t i;

	if (v->is != FN_TABLE) {
		wants(r, verb, v, "{ who = \"jan\" }");
		return;
	}
	fn_keys(r, v, said, keys, COUNT_OF(keys), SAY_UNKNOWN_KEY);
	fn_person(r, fn_value_of(r, v, "who"), false);
	card_and_step(r, v);
	i = fn_value_of(r, v, "kind");
	if (!is_text(r, i))
		return;
	for (size_t k = 0; k < COUNT_OF(kinds); k++)
		if (text_is(fn_token(r, i)->text, kinds[k]))
			return;
	say_near(ld_of(r),
		fn_at(r, i,
			say(ld_of(r), r->unit, fn_line(r, i),
				SAY_UNKNOWN_CHOICE, "kind",
				fn_token(r, i)->text.at,
				say_list(ld_of(r), kinds, COUNT_OF(kinds)))),
		fn_token(r, i)->text.at, kinds, COUNT_OF(kinds));
}

/* "deal.signed", or { type = "deal.signed", count = 1 } */
static void expected_event(struct fn_reading *r, const struct fn_value *v)
{
	uint32_t i = v->is == FN_TEXT	 ? v->at
		     : v->is == FN_TABLE ? fn_value_of(r, v, "type")
					 : 0;

	if (is_text(r, i))
		fn_event(r, i);
}

/* A field, or a path of them, of any kind of record: whose it is, only the
 * running test knows. */
static void any_field(struct fn_reading *r, uint32_t i)
{
	struct loading *ld = ld_of(r);
	const struct schema *schema = ld->rs->book.schema;
	struct text name = fn_token(r, i)->text;

	for (uint32_t k = 0; k < schema_kind_count(schema); k++)
		if (read_field_known(ld, schema_kind_at(schema, k)->name, name))
			return;
	fn_at(r, i,
		say(ld, r->unit, fn_line(r, i), SAY_UNKNOWN_FIELD, "deal",
			name.at))
		->nearest = read_field_near(ld, TEXT("deal"), name);
}

void fn_test_called(struct fn_reading *r, uint32_t verb,
	const struct fn_value *args, uint32_t n)
{
	struct text name = fn_token(r, verb)->text;

	r->expects |= fn_is_expecting(name);
	if (n == 0)
		return;
	if (text_is(name, "at"))
		moment(r, verb, &args[0]);
	else if (text_is(name, "run_for") && args[0].is == FN_TEXT)
		fn_time(r, args[0].at);
	else if (text_is(name, "deal"))
		deal(r, verb, &args[0]);
	else if (text_is(name, "happens"))
		told(r, verb, args, n);
	else if (text_is(name, "says") || text_is(name, "refused")) {
		fn_person(r, args[0].is == FN_TEXT ? args[0].at : 0,
			false);
		told(r, verb, args + 1, n - 1);
	} else if (text_is(name, "answers") || text_is(name, "expect_task") ||
		   text_is(name, "expect_none"))
		expected(r, verb, &args[0]);
	else if (text_is(name, "expect_event"))
		expected_event(r, &args[0]);
	else if (text_is(name, "expect_field") && n > 1 &&
		 args[1].is == FN_TEXT)
		any_field(r, args[1].at);
	else if (text_is(name, "expect_state") && n > 1 &&
		 args[1].is == FN_TEXT)
		state(r, args[1].at, true);
}
