#include "script/node.h"

static const struct word_def words[WORD_COUNT] = {
	[WORD_NONE] = {"nothing", FORM_CONSTANT, false, false},
	[WORD_DEALERSHIP] = {"dealership", FORM_TABLE, true, false},
	[WORD_PERSON] = {"person", FORM_TEXT_TABLE, true, false},
	[WORD_TEAM] = {"team", FORM_TEXT_TABLE, true, false},
	[WORD_DEPARTMENT] = {"department", FORM_TEXT_TABLE, true, false},
	[WORD_SETTING] = {"setting", FORM_TEXT_MAYBE, true, true},
	[WORD_SET] = {"set", FORM_SET, true, false},
	[WORD_EVENT] = {"event", FORM_TEXT_TABLE, true, false},
	[WORD_FIELD] = {"field", FORM_TEXT_TABLE, true, false},
	[WORD_CADENCE] = {"cadence", FORM_TEXT_TABLE, true, false},
	[WORD_HANDOFF] = {"handoff", FORM_TEXT_TABLE, true, false},
	[WORD_ESCALATION] = {"escalation", FORM_TEXT_TABLE, true, false},
	[WORD_RULE] = {"rule", FORM_TEXT_TABLE, true, false},
	[WORD_GATE] = {"gate", FORM_TEXT_TABLE, true, false},
	[WORD_MODE] = {"mode", FORM_TEXT_TABLE, true, false},
	[WORD_WORD_LIST] = {"word_list", FORM_TEXT_MAYBE, true, false},
	[WORD_CHANGE] = {"change", FORM_TEXT_TABLE, true, false},
	[WORD_SWITCH_OFF] = {"switch_off", FORM_TEXT, true, false},
	[WORD_TEST] = {"test", FORM_TEST, true, false},
	[WORD_STEP] = {"step", FORM_TEXT_TABLE, false, false},
	[WORD_WHEN] = {"when", FORM_LIST_TABLE, false, false},
	[WORD_LADDER] = {"ladder", FORM_TEXT_TABLE, false, false},
	[WORD_HANDLER] = {"handler", FORM_CONSTANT, false, true},
	[WORD_SELLER] = {"seller", FORM_CONSTANT, false, true},
	[WORD_OWNER] = {"owner", FORM_CONSTANT, false, true},
	[WORD_PERSON_IN] = {"person_in", FORM_TEXT, false, true},
	[WORD_ROLE] = {"role", FORM_TEXT, false, true},
	[WORD_ON_DUTY] = {"on_duty", FORM_TEXT, false, true},
	[WORD_LEAST_LOADED] = {"least_loaded", FORM_TEXT_MAYBE, false, true},
	[WORD_ROUND_ROBIN] = {"round_robin", FORM_TEXT_MAYBE, false, true},
	[WORD_CALL] = {"call", FORM_WORDING, false, false},
	[WORD_MAIL] = {"mail", FORM_WORDING, false, false},
	[WORD_VISIT] = {"visit", FORM_WORDING, false, false},
	[WORD_TODO] = {"todo", FORM_WORDING, false, false},
	[WORD_RECORD] = {"record", FORM_TEXT_MAYBE, false, false},
	[WORD_AGAIN] = {"again", FORM_TABLE, false, false},
	[WORD_NOTE] = {"note", FORM_TEXT, false, false},
	[WORD_TELL] = {"tell", FORM_WHO, false, false},
	[WORD_EXCEPTION] = {"exception", FORM_TABLE, false, false},
	[WORD_MUST] = {"must", FORM_TEXT_MAYBE, false, false},
	[WORD_NICE] = {"nice", FORM_TEXT_MAYBE, false, false},
	[WORD_FRESH_LEAD] = {"fresh_lead", FORM_TABLE, false, false},
	[WORD_CARD] = {"card", FORM_TEXT, false, false},
	[WORD_EVERY_YEAR] = {"every_year", FORM_TABLE, false, false},
	[WORD_NEVER_IN] = {"never_in", FORM_SET, false, false},
	[WORD_PROTECT] = {"protect", FORM_SET, false, false},
	[WORD_PUSH_BACK] = {"push_back", FORM_SET, false, false},
	[WORD_NEEDS] = {"needs", FORM_TABLE, false, false},
	[WORD_REFUSES] = {"refuses", FORM_TABLE, false, false},
	[WORD_PERSON_WHO] = {"person_who", FORM_TABLE, false, false},
	[WORD_WORDS] = {"words", FORM_TABLE, false, false},
	[WORD_SOME_OF] = {"some_of", FORM_TABLE, false, false},
	[WORD_EITHER] = {"either", FORM_TABLE, false, false},
	[WORD_LOGGED] = {"logged", FORM_TEXT, false, false},
	[WORD_NO_EVENT] = {"no_event", FORM_TEXT, false, false},
	[WORD_TOUCHED_SINCE] = {"touched_since", FORM_TEXT, false, false},
};

const struct word_def *word_of(enum word w)
{
	return &words[w < WORD_COUNT ? w : WORD_NONE];
}

struct node *node_get(const struct node *n, const char *key)
{
	if (n == NULL || n->kind != NODE_TABLE)
		return NULL;
	for (uint32_t i = 0; i < n->n_keys; i++)
		if (text_is(n->keys[i].name, key))
			return n->keys[i].value;
	return NULL;
}

static bool table_value(
	struct arena *a, const struct node *n, struct value *out)
{
	struct value v;

	if (n->n_keys > 0 && n->n_items > 0)
		return false;
	*out = n->n_keys > 0 ? value_map() : value_list();
	for (uint32_t i = 0; i < n->n_keys; i++)
		if (!node_value(a, n->keys[i].value, &v) ||
			!value_set(a, out, n->keys[i].name, v))
			return false;
	for (uint32_t i = 0; i < n->n_items; i++)
		if (!node_value(a, n->items[i], &v) || !value_append(a, out, v))
			return false;
	return true;
}

bool node_value(struct arena *a, const struct node *n, struct value *out)
{
	*out = value_null();
	switch (n->kind) {
	case NODE_NIL:
	case NODE_BROKEN:
		return true;
	case NODE_BOOL:
		*out = value_bool(n->as.boolean);
		return true;
	case NODE_INT:
		*out = value_int(n->as.integer);
		return true;
	case NODE_REAL:
		*out = value_real(n->as.real);
		return true;
	case NODE_TEXT:
		*out = value_of_text(n->as.text);
		return true;
	case NODE_TABLE:
		return table_value(a, n, out);
	case NODE_FN:
	case NODE_WORD:
		break;
	}
	return false;
}

const char *node_what(const struct node *n, bool dutch)
{
	switch (n->kind) {
	case NODE_NIL:
		return dutch ? "niets" : "nothing";
	case NODE_BOOL:
		return n->as.boolean ? "true" : "false";
	case NODE_INT:
	case NODE_REAL:
		return dutch ? "een getal" : "a number";
	case NODE_TEXT:
		return dutch ? "een tekst" : "a text";
	case NODE_FN:
		return dutch ? "een functie" : "a function";
	case NODE_TABLE:
		return dutch ? "een lijst tussen { }" : "a list in { }";
	case NODE_WORD:
		return word_of(n->word)->name;
	case NODE_BROKEN:
		break;
	}
	return "?";
}
