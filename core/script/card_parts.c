/* The parts of handoffs and escalations. */
#include "script/card_keys.h"

#include <string.h>

static struct loading *ld_of(const struct target *t)
{
	return t->rd->ld;
}

bool key_people(struct target *t, const struct node *v, const char *key)
{
	struct who *to = strcmp(key, "from") == 0 ? &t->handoff->from
			 : t->handoff != NULL	  ? &t->handoff->to
						  : &t->escalation->to;

	return read_who(t->rd, v, key, to);
}

bool key_accept_within(struct target *t, const struct node *v, const char *key)
{
	return read_expr(t->rd, v, key,
		t->handoff != NULL ? &t->handoff->accept_within
				   : &t->escalation->accept_within);
}

/* unless of a card: a condition, or a handoff's exception { }. */
bool key_unless(struct target *t, const struct node *v, const char *key)
{
	struct target own = *t;

	if (t->handoff == NULL || v->kind != NODE_WORD ||
		v->word != WORD_EXCEPTION) {
		/* asked when somebody enters; else of every event */
		if (t->card->n_starts > 0)
			return read_cond_of(t->rd, v, key, t->card->starts,
				t->card->n_starts, &t->card->unless);
		return read_cond(t->rd, v, key, &t->card->unless);
	}
	t->handoff->has_exception = true;
	if (v->table == NULL || v->table->kind != NODE_TABLE)
		return false;
	card_keys_read(&own, v->table, IN_EXCEPTION, "exception");
	return true;
}

static bool asked_by(struct target *t, const struct node *v)
{
	struct handoff_spec *h = t->handoff;

	if (v->kind == NODE_TEXT && schema_field(ld_of(t)->rs->book.schema,
					    t->rd->about, v->as.text) != NULL) {
		h->exception_field = v->as.text;
		return true;
	}
	if (v->kind == NODE_TEXT)
		return read_field(t->rd, v, v->as.text);
	return read_who(t->rd, v, "asked_by", &h->exception_by);
}

bool key_exception(struct target *t, const struct node *v, const char *key)
{
	static const char *const counted[] = {"calls lost"};
	static const char *const needed[] = {"reason"};
	bool ok = true;

	if (strcmp(key, "needs") == 0)
		return read_choice(ld_of(t), v, key, needed, 1,
			&t->handoff->exception_needs);
	if (strcmp(key, "counts") == 0)
		return read_choice(ld_of(t), v, key, counted, 1,
			&t->handoff->exception_counts);
	if (v->kind != NODE_TABLE)
		return asked_by(t, v);
	for (uint32_t i = 0; i < v->n_items; i++)
		ok &= asked_by(t, v->items[i]);
	return ok;
}

static bool item_read(
	struct target *t, const struct node *v, struct dossier_item *out)
{
	struct target own = *t;

	if (v->kind != NODE_WORD ||
		(v->word != WORD_MUST && v->word != WORD_NICE) ||
		v->arg == NULL)
		return read_expects(ld_of(t), v, "dossier",
			"must \"field\" or nice \"field\"",
			"must \"veld\" of nice \"veld\"");
	out->line = v->line;
	out->must = v->word == WORD_MUST;
	out->when.fn = FN_NONE;
	out->ask.nl = out->ask.en = TEXT("");
	if (!read_text(ld_of(t), v->arg, "must", &out->field) ||
		!read_field(t->rd, v, out->field))
		return false;
	own.item = out;
	if (v->table != NULL && v->table->kind == NODE_TABLE)
		card_keys_read(&own, v->table, IN_MUST, word_of(v->word)->name);
	return true;
}

bool key_dossier(struct target *t, const struct node *v, const char *key)
{
	struct handoff_spec *h = t->handoff;
	bool ok = true;

	if (!read_is_table(ld_of(t), v, key, "{ must \"...\", nice \"...\" }",
		    "{ must \"...\", nice \"...\" }"))
		return false;
	read_keys(ld_of(t),
		&(struct node){.kind = NODE_TABLE,
			.unit = v->unit,
			.line = v->line,
			.keys = v->keys,
			.n_keys = v->n_keys},
		"dossier", NULL, 0);
	h->dossier = read_alloc(ld_of(t), v->n_items * sizeof(*h->dossier));
	if (h->dossier == NULL)
		return false;
	for (uint32_t i = 0; i < v->n_items; i++)
		if (item_read(t, v->items[i], &h->dossier[h->n_dossier]))
			h->n_dossier++;
		else
			ok = false;
	return ok;
}

bool key_must(struct target *t, const struct node *v, const char *key)
{
	if (strcmp(key, "none_is_fine") == 0)
		return read_bool(ld_of(t), v, key, &t->item->none_is_fine);
	if (strcmp(key, "ask") == 0)
		return read_wording(t->rd, v, key, &t->item->ask);
	return read_cond(t->rd, v, key, &t->item->when);
}

bool key_if_missing(struct target *t, const struct node *v, const char *key)
{
	struct step *s = &t->handoff->if_missing;
	struct target own = {.rd = t->rd, .card = t->card, .step = s};

	if (!read_is_table(ld_of(t), v, key, "{ task = ..., who = ... }",
		    "{ task = ..., who = ... }"))
		return false;
	s->line = v->line;
	s->id = TEXT("handoff.complete-file");
	card_keys_read(&own, v, IN_IF_MISSING, key);
	card_step_finish(&own, v, s, key, s->id.at);
	return true;
}

bool key_if_refused(struct target *t, const struct node *v, const char *key)
{
	struct target own = *t;

	if (!read_is_table(
		    ld_of(t), v, key, "{ back_to = ... }", "{ back_to = ... }"))
		return false;
	card_keys_read(&own, v, IN_IF_REFUSED, key);
	return true;
}

bool key_refused(struct target *t, const struct node *v, const char *key)
{
	static const char *const needed[] = {"missing"};
	struct handoff_spec *h = t->handoff;

	if (strcmp(key, "needs") == 0)
		return read_choice(
			ld_of(t), v, key, needed, 1, &h->refused_needs);
	if (strcmp(key, "back_to") == 0)
		return read_who(t->rd, v, key, &h->back_to);
	if (strcmp(key, "within") == 0)
		return read_expr(t->rd, v, key, &h->back_within);
	return card_ladder_tell(t, v, &h->second_time);
}

bool key_if_silent(struct target *t, const struct node *v, const char *key)
{
	if (t->handoff != NULL)
		return card_ladder_rungs(t, v, key, &t->handoff->if_silent,
			&t->handoff->n_if_silent);
	return card_ladder_rungs(t, v, key, &t->escalation->if_silent,
		&t->escalation->n_if_silent);
}

bool key_frees_seller(struct target *t, const struct node *v, const char *key)
{
	struct target own = *t;

	t->handoff->frees_seller = true;
	t->handoff->frees_from = TEXT("acceptance");
	t->handoff->calls = (struct expr){.kind = EXPR_VALUE,
		.value = value_int(20), .fn = FN_NONE, .line = v->line};
	if (v->kind == NODE_BOOL) {
		t->handoff->frees_seller = v->as.boolean;
		return true;
	}
	if (!read_is_table(ld_of(t), v, key, "{ from = \"acceptance\", ... }",
		    "{ from = \"acceptance\", ... }"))
		return false;
	card_keys_read(&own, v, IN_FREES, key);
	return true;
}

bool key_frees(struct target *t, const struct node *v, const char *key)
{
	static const char *const froms[] = {"acceptance", "handoff"};
	static const char *const blocks[] = {"hunting"};
	static const char *const kept[] = {"complete the file",
		"greet the customer", "maak het dossier compleet",
		"begroet de klant"};
	struct handoff_spec *h = t->handoff;
	bool ok = true;

	if (strcmp(key, "from") == 0)
		return read_choice(ld_of(t), v, key, froms, 2, &h->frees_from);
	if (strcmp(key, "then_block") == 0)
		return read_choice(ld_of(t), v, key, blocks, 1, &h->then_block);
	if (strcmp(key, "calls") == 0)
		return read_number(t->rd, v, key, 0, 1000, &h->calls);
	if (!read_texts(ld_of(t), v, key, &h->keeps, &h->n_keeps))
		return false;
	for (uint32_t i = 0; i < h->n_keeps; i++) {
		ok &= read_one_of(ld_of(t),
			v->kind == NODE_TABLE ? v->items[i] : v, key,
			h->keeps[i], kept, COUNT_OF(kept));
		if (text_is(h->keeps[i], kept[2]))
			h->keeps[i] = text_of(kept[0]);
		else if (text_is(h->keeps[i], kept[3]))
			h->keeps[i] = text_of(kept[1]);
	}
	return ok;
}

bool key_when_full(struct target *t, const struct node *v, const char *key)
{
	struct target own = *t;

	if (!read_is_table(ld_of(t), v, key, "{ waits_with = ... }",
		    "{ waits_with = ... }"))
		return false;
	card_keys_read(&own, v, IN_WHEN_FULL, key);
	return true;
}

bool key_full(struct target *t, const struct node *v, const char *key)
{
	static const char *const orders[] = {"expected value", "oldest first"};

	if (strcmp(key, "order") == 0)
		return read_choice(ld_of(t), v, key, orders, 2,
			&t->escalation->full_order);
	if (strcmp(key, "waits_with") == 0)
		return read_who(t->rd, v, key, &t->escalation->waits_with);
	return read_expr(t->rd, v, key, &t->escalation->tell_after);
}

bool key_seller_gets(struct target *t, const struct node *v, const char *key)
{
	struct target own = *t;

	if (v->kind != NODE_WORD || v->word != WORD_FRESH_LEAD ||
		v->table == NULL || v->table->kind != NODE_TABLE)
		return read_expects(ld_of(t), v, key, "fresh_lead { ... }",
			"fresh_lead { ... }");
	t->escalation->fresh_lead = true;
	card_keys_read(&own, v->table, IN_FRESH, "fresh_lead");
	return true;
}

bool key_fresh(struct target *t, const struct node *v, const char *key)
{
	static const char *const pools[] = {"new leads", "service drive",
		"owner base", "sleeping prospects"};
	struct escalation_spec *e = t->escalation;
	bool ok = true;

	if (strcmp(key, "within") == 0)
		return read_expr(t->rd, v, key, &e->fresh_within);
	if (strcmp(key, "if_none") == 0)
		return read_wording(t->rd, v, key, &e->fresh_if_none);
	if (strcmp(key, "not_for") == 0)
		return read_cond(t->rd, v, key, &e->fresh_not_for);
	if (!read_texts(ld_of(t), v, key, &e->fresh_from, &e->n_fresh_from))
		return false;
	for (uint32_t i = 0; i < e->n_fresh_from; i++) {
		e->fresh_from[i] = read_phrase(e->fresh_from[i]);
		ok &= read_one_of(ld_of(t),
			v->kind == NODE_TABLE ? v->items[i] : v, key,
			e->fresh_from[i], pools, COUNT_OF(pools));
	}
	return ok;
}
