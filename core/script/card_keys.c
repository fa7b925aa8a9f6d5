#include "script/card_keys.h"

#include "base/near.h"
#include "model/usual.h"

#include <string.h>

/* ---- keys of the card itself ---- */

static struct loading *ld_of(const struct target *t)
{
	return t->rd->ld;
}

static bool key_known(struct target *t, const struct node *v, const char *key)
{
	(void)t, (void)v, (void)key; /* read before the others */
	return true;
}

static bool key_title(struct target *t, const struct node *v, const char *key)
{
	return read_wording(t->rd, v, key, &t->card->title);
}

static bool key_stops(struct target *t, const struct node *v, const char *key)
{
	return read_events(
		ld_of(t), v, key, &t->card->stops, &t->card->n_stops);
}

static bool key_pauses(struct target *t, const struct node *v, const char *key)
{
	struct target own = *t;

	if (!read_is_table(ld_of(t), v, key,
		    "{ from = \"event\", to = \"event\" }",
		    "{ from = \"gebeurtenis\", to = \"gebeurtenis\" }"))
		return false;
	card_keys_read(&own, v, IN_PAUSES, key);
	if (t->card->n_pause_from == 0)
		say(ld_of(t), v->unit, node_line(v), SAY_MISSING_KEY, key,
			"from");
	if (t->card->n_pause_to == 0)
		say(ld_of(t), v->unit, node_line(v), SAY_MISSING_KEY, key,
			"to");
	return true;
}

static bool key_pause(struct target *t, const struct node *v, const char *key)
{
	if (strcmp(key, "from") == 0)
		return read_events(ld_of(t), v, key, &t->card->pause_from,
			&t->card->n_pause_from);
	return read_events(
		ld_of(t), v, key, &t->card->pause_to, &t->card->n_pause_to);
}

static bool key_as_long_as(
	struct target *t, const struct node *v, const char *key)
{
	return read_cond(t->rd, v, key, &t->card->as_long_as);
}

static bool key_closed(struct target *t, const struct node *v, const char *key)
{
	return read_bool(ld_of(t), v, key, &t->card->closed);
}

/* What becomes of those inside a card that is on its way out. */
static bool key_removed(struct target *t, const struct node *v, const char *key)
{
	static const char *const names[] = {"finish", "stop"};
	struct text how;

	if (!read_choice(ld_of(t), v, key, names, COUNT_OF(names), &how))
		return false;
	t->card->closed = true;
	t->card->stopped = text_is(how, "stop");
	return true;
}

static bool key_priority(
	struct target *t, const struct node *v, const char *key)
{
	return read_int(ld_of(t), v, key, -1000, 1000, &t->card->priority);
}

static bool key_queue(struct target *t, const struct node *v, const char *key)
{
	if (t->escalation != NULL &&
		!read_text(ld_of(t), v, key, &t->escalation->queue))
		return false;
	return read_text(ld_of(t), v, key, &t->card->queue);
}

static bool key_counts_by(
	struct target *t, const struct node *v, const char *key)
{
	static const char *const ends[] = {"end of range", "start of range"};
	struct text said;

	if (!read_choice(ld_of(t), v, key, ends, COUNT_OF(ends), &said))
		return false;
	t->card->counts_by_start = text_is(said, ends[1]);
	return true;
}

static bool key_name(struct target *t, const struct node *v, const char *key)
{
	return read_text(ld_of(t), v, key, &t->when->name);
}

static const struct key_row rows[] = {
	{"title", IN_ANY_CARD, key_title},
	{"about", IN_CARD, key_known},
	{"starts", IN_CARD | IN_MODE, key_known},
	{"stops", IN_ANY_CARD, key_stops},
	{"pauses", IN_CARD, key_pauses},
	{"as_long_as", IN_CARD, key_as_long_as},
	{"closed", IN_CARD, key_closed},
	{"removed", IN_CARD, key_removed},
	{"priority", IN_ANY_CARD, key_priority},
	{"unless", IN_CARD, key_unless},
	{"who", IN_CARD | IN_STEPS, key_who},
	{"deputy", IN_CARD | IN_STEPS, key_who},
	{"purpose", IN_CARD | IN_STEPS, key_purpose},
	{"queue", IN_CARD, key_queue},
	{"counts_by", IN_CARD, key_counts_by},
	{"from", IN_PAUSES, key_pause},
	{"to", IN_PAUSES, key_pause},

	{"after", IN_STEP | IN_WHEN, key_timing},
	{"before", IN_STEP, key_timing},
	{"day", IN_STEP, key_timing},
	{"every", IN_STEP, key_timing},
	{"at", IN_STEP | IN_WHEN, key_timing},
	{"when_over", IN_STEP, key_timing},
	{"from", IN_STEP, key_anchor},
	{"of", IN_STEP, key_anchor},
	{"at_least", IN_STEP, key_bound},
	{"at_most", IN_STEP, key_bound},
	{"up_to", IN_STEP, key_bound},
	{"within", IN_STEPS, key_due},
	{"due", IN_STEPS, key_due},
	{"once", IN_REACTS, key_step_flag},
	{"each_event", IN_REACTS, key_step_flag},
	{"keeps_seller", IN_STEP, key_step_flag},
	{"unless", IN_REACTS, key_cond},
	{"skip_if", IN_REACTS, key_cond},
	{"if_state", IN_REACTS, key_cond},
	{"task", IN_STEPS, key_task},
	{"with", IN_STEPS, key_who},
	{"assign", IN_REACTS, key_who},
	{"by", IN_STEPS, key_by},
	{"offers", IN_STEPS, key_offers},
	{"if_late", IN_STEP | IN_WHEN, key_if_late},
	{"if_closed", IN_REACTS, key_if_closed},
	{"writes", IN_STEPS, key_writes},
	{"answers", IN_STEPS, key_answers},
	{"queue", IN_STEPS, key_step_text},
	{"if_missed", IN_STEPS, key_if_missed},
	{"also", IN_REACTS, key_also},
	{"mark", IN_REACTS, key_mark},
	{"alert", IN_REACTS, key_alert},
	{"goodwill", IN_STEPS, key_goodwill},
	{"move_to", IN_REACTS, key_move_to},
	{"needs", IN_STEP, key_needs},
	{"run", IN_STEP | IN_WHEN, key_run},
	{"was", IN_STEP, key_step_text},
	{"name", IN_WHEN, key_name},

	{"from", IN_HANDOFF, key_people},
	{"to", IN_HANDOFF | IN_ESCALATION, key_people},
	{"accept_within", IN_HANDOFF | IN_ESCALATION, key_accept_within},
	{"if_silent", IN_HANDOFF | IN_ESCALATION, key_if_silent},
	{"dossier", IN_HANDOFF, key_dossier},
	{"if_missing", IN_HANDOFF, key_if_missing},
	{"if_refused", IN_HANDOFF, key_if_refused},
	{"frees_seller", IN_HANDOFF, key_frees_seller},
	{"asked_by", IN_EXCEPTION, key_exception},
	{"needs", IN_EXCEPTION, key_exception},
	{"counts", IN_EXCEPTION, key_exception},
	{"none_is_fine", IN_MUST, key_must},
	{"ask", IN_MUST, key_must},
	{"when", IN_MUST, key_must},
	{"needs", IN_IF_REFUSED, key_refused},
	{"back_to", IN_IF_REFUSED, key_refused},
	{"within", IN_IF_REFUSED, key_refused},
	{"second_time", IN_IF_REFUSED, key_refused},
	{"from", IN_FREES, key_frees},
	{"keeps", IN_FREES, key_frees},
	{"then_block", IN_FREES, key_frees},
	{"calls", IN_FREES, key_frees},

	{"when_full", IN_ESCALATION, key_when_full},
	{"seller_gets", IN_ESCALATION, key_seller_gets},
	{"order", IN_WHEN_FULL, key_full},
	{"waits_with", IN_WHEN_FULL, key_full},
	{"tell_after", IN_WHEN_FULL, key_full},
	{"within", IN_FRESH, key_fresh},
	{"from", IN_FRESH, key_fresh},
	{"if_none", IN_FRESH, key_fresh},
	{"not_for", IN_FRESH, key_fresh},

	{"counts", IN_LADDER, key_ladder},
	{"also_top_if", IN_LADDER, key_ladder},
	{"who", IN_ALERT, key_of_alert},
	{"else_who", IN_ALERT, key_of_alert},
	{"within", IN_ALERT, key_of_alert},
	{"text", IN_ALERT, key_of_alert},
	{"at_least", IN_GOODWILL, key_of_goodwill},
	{"at_most", IN_GOODWILL, key_of_goodwill},
	{"warn_below", IN_GOODWILL, key_of_goodwill},
	{"of", IN_GOODWILL, key_of_goodwill},
	{"or_when", IN_MODE, key_mode},
	{"back_when", IN_MODE, key_mode},
	{"lasts_at_least", IN_MODE, key_mode},
	{"never_changes", IN_MODE, key_mode},
	{"warn", IN_MODE, key_warn},
	{"changes", IN_MODE, key_changes},
	{"guards", IN_GATE, key_known},
	{"if_handler_is", IN_GATE, key_if_handler},
	{"if_handler_left", IN_GATE, key_if_handler},
	{"if_open_after", IN_GATE, key_if_open},
	{"default", IN_GATE, key_default},
	{"same_as", IN_PERSON_WHO, key_need},
	{"not_the_same_as", IN_PERSON_WHO, key_need},
	{"has_role", IN_PERSON_WHO, key_need},
	{"spoke_to_customer", IN_PERSON_WHO, key_need},
	{"at_least", IN_WORDS, key_need},
	{"ask", IN_WORDS, key_need},
	{"when", IN_REFUSES, key_refusal},
	{"words", IN_REFUSES, key_refusal},
	{"field", IN_REFUSES, key_refusal},
	{"say", IN_REFUSES, key_refusal},

	{"remind", IN_IF_MISSED, key_rung},
	{"tell", IN_IF_MISSED, key_rung},
	{"move_to", IN_IF_MISSED, key_rung},
	{"reassign", IN_IF_MISSED, key_rung},
	{"from", IN_IF_MISSED, key_rung},
	{"offer_to", IN_IF_SILENT | IN_IF_MISSED, key_rung},
	{"then_tell", IN_IF_SILENT, key_rung},
	{"tell", IN_IF_SILENT, key_rung},
	{"after", IN_IF_MISSED | IN_IF_SILENT, key_rung},
	{"at", IN_IF_MISSED, key_rung},
	{"text", IN_IF_MISSED | IN_IF_SILENT, key_rung},
};

const char *card_keys_at(size_t i)
{
	return i < COUNT_OF(rows) ? rows[i].key : NULL;
}

uint32_t card_keys_where(size_t i)
{
	return i < COUNT_OF(rows) ? rows[i].where : 0;
}

static const char *section_name(uint32_t where)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} names[] = {
		{IN_STEP, "step"},
		{IN_WHEN, "when"},
		{IN_CADENCE, "cadence"},
		{IN_HANDOFF, "handoff"},
		{IN_ESCALATION, "escalation"},
		{IN_RULE, "rule"},
		{IN_LADDER, "ladder"},
		{IN_RUNG, "ladder [1]"},
		{IN_ALERT, "alert"},
		{IN_GOODWILL, "goodwill"},
		{IN_GATE, "gate"},
		{IN_MODE, "mode"},
		{IN_PERSON_WHO, "person_who"},
		{IN_WORDS, "words"},
		{IN_REFUSES, "refuses"},
		{IN_IF_MISSED, "if_missed"},
		{IN_PAUSES, "pauses"},
		{IN_MUST, "must"},
		{IN_EXCEPTION, "exception"},
		{IN_IF_MISSING, "if_missing"},
		{IN_IF_REFUSED, "if_refused"},
		{IN_IF_SILENT, "if_silent"},
		{IN_FREES, "frees_seller"},
		{IN_WHEN_FULL, "when_full"},
		{IN_FRESH, "fresh_lead"},
	};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if ((where & names[i].bit) != 0)
			return names[i].name;
	return "?";
}

static bool is_answer(const char *key)
{
	static const char *const kinds[] = {"call", "mail", "visit", "todo"};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (usual_find(text_of(kinds[i]), text_of(key)) != NULL)
			return true;
	return false;
}

/* Tells it, and returns the key that was meant; NULL: that is not certain. */
static const char *unknown_key(struct target *t, const struct node *table,
	enum section where, const char *what, const char *key)
{
	static const char *const words[] = {
		"step", "when", "ladder", "needs", "refuses"};
	static const char *const examples[] = {"step \"...\" { ... }",
		"when \"...\" { ... }", "ladder \"...\" { ... }",
		"needs { ... }", "refuses { ... }"};
	struct loading *ld = ld_of(t);
	const char *names[COUNT_OF(rows)];
	size_t n = 0;
	int line = node_key_line(table, key), near;
	struct problem *it;

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (((uint32_t)where & IN_ANY_CARD) != 0 &&
			strcmp(words[i], key) == 0) {
			say(ld, table->unit, line, SAY_WORD_AS_KEY, key,
				examples[i]);
			return NULL;
		}
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strcmp(rows[i].key, key) == 0) {
			say(ld, table->unit, line, SAY_KEY_ELSEWHERE, key, what,
				section_name(rows[i].where));
			return NULL;
		}
	if (((uint32_t)where & IN_STEPS) != 0 && is_answer(key)) {
		say(ld, table->unit, line, SAY_KEY_ELSEWHERE, key, what,
			"answers");
		return NULL;
	}
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if ((rows[i].where & (uint32_t)where) != 0)
			names[n++] = rows[i].key;
	it = say(ld, table->unit, line, SAY_UNKNOWN_KEY, what, key);
	say_near(ld, it, key, names, n);
	if (it->nearest != NULL)
		return it->nearest;
	/* misspelt, and of another part */
	for (n = 0; n < COUNT_OF(rows); n++)
		names[n] = rows[n].key;
	near = near_name(key, names, n);
	if (near >= 0)
		it->remedy = arena_printf(ld->p->arena,
			problem_words(ld->p, "\"%s\" belongs in %s.",
				"\"%s\" hoort in %s."),
			names[near], section_name(rows[near].where));
	return NULL;
}

static size_t row_of(enum section where, const char *key)
{
	size_t r = 0;

	while (r < COUNT_OF(rows) && ((rows[r].where & (uint32_t)where) == 0 ||
					     strcmp(rows[r].key, key) != 0))
		r++;
	return r;
}

void card_keys_read(struct target *t, const struct node *table,
	enum section where, const char *what)
{
	bool card = ((uint32_t)where & IN_CARD) != 0;
	bool gate = ((uint32_t)where & IN_GATE) != 0;

	for (uint32_t i = 0; i < table->n_keys; i++) {
		const struct node_key *k = &table->keys[i];
		size_t r = row_of(where, k->name.at);

		if (r == COUNT_OF(rows)) {
			const char *meant =
				unknown_key(t, table, where, what, k->name.at);

			t->odd = true;
			if (meant != NULL && node_get(table, meant) == NULL)
				r = row_of(where, meant);
		}
		/* a misspelt key is read as it was meant: it hides no mistake
		 * in what stands behind it */
		if (r < COUNT_OF(rows) && k->value->kind != NODE_BROKEN)
			rows[r].read(t, k->value, rows[r].key);
	}
	for (uint32_t i = 0; i < table->n_items; i++) {
		const struct node *v = table->items[i];

		if (v->kind == NODE_BROKEN ||
			where == IN_LADDER ||
			(card && v->kind == NODE_WORD &&
				(v->word == WORD_STEP || v->word == WORD_WHEN ||
					v->word == WORD_LADDER)) ||
			(gate && v->kind == NODE_WORD &&
				(v->word == WORD_NEEDS ||
					v->word == WORD_REFUSES)))
			continue;
		if (v->kind == NODE_WORD &&
			(v->word == WORD_STEP || v->word == WORD_WHEN ||
				v->word == WORD_LADDER))
			say(ld_of(t), table->unit, node_line(v),
				SAY_STEP_INSIDE, word_of(v->word)->name, what);
		else if (((uint32_t)where & IN_STEPS) != 0 &&
			 v->kind == NODE_WORD && v->word >= WORD_CALL &&
			 v->word <= WORD_TODO) {
			say(ld_of(t), v->unit, node_line(v), SAY_LOOSE_TASK,
				word_of(v->word)->name, word_of(v->word)->name);
			t->odd = true;
		} else
			read_loose(ld_of(t), v, what);
	}
}
