/*
 * Ladders: what happens when nobody acts (if_missed, if_silent), and what when
 * the same thing happens again (ladder). And what a rung may carry: an alert,
 * a band of goodwill.
 */
#include "script/card_keys.h"

#include <string.h>

static struct loading *ld_of(const struct target *t)
{
	return t->rd->ld;
}

/* ---- when nobody acts ---- */

bool card_ladder_tell(struct target *t, const struct node *v, struct rung *out)
{
	static const char *const keys[] = {"text", "after", "at"};
	const struct node *more = v->arg2, *one;
	bool ok;

	out->kind = RUNG_TELL;
	out->line = v->line;
	if (v->kind != NODE_WORD || v->word != WORD_TELL)
		return read_who(t->rd, v, "tell", &out->who);
	if (v->arg == NULL || !read_who(t->rd, v->arg, "tell", &out->who))
		return false;
	if (more == NULL)
		return true;
	if (more->kind != NODE_TABLE)
		return read_wording(t->rd, more, "tell", &out->text);
	read_keys(ld_of(t), more, "tell", keys, COUNT_OF(keys));
	ok = true;
	if ((one = node_get(more, "text")) != NULL)
		ok &= read_wording(t->rd, one, "text", &out->text);
	if ((one = node_get(more, "after")) != NULL)
		ok &= read_expr(t->rd, one, "after", &out->after);
	if ((one = node_get(more, "at")) != NULL)
		ok &= read_moment(ld_of(t), one, "at", &out->at);
	return ok;
}

/* What `after` counts from. */
static bool rung_from(struct target *t, const struct node *v, const char *key)
{
	static const char *const froms[] = {"due", "appearance"};
	struct text said;

	if (!read_choice(ld_of(t), v, key, froms, COUNT_OF(froms), &said))
		return false;
	t->rung->from_shown = text_is(said, "appearance");
	return true;
}

/* after, at, from, text of one table of a ladder; the others wait for them. */
bool key_rung(struct target *t, const struct node *v, const char *key)
{
	if (strcmp(key, "after") == 0)
		return read_expr(t->rd, v, key, &t->rung->after);
	if (strcmp(key, "at") == 0)
		return read_moment(ld_of(t), v, key, &t->rung->at);
	if (strcmp(key, "text") == 0)
		return read_wording(t->rd, v, key, &t->rung->text);
	if (strcmp(key, "from") == 0)
		return rung_from(t, v, key);
	if (strcmp(key, "tell") == 0 || strcmp(key, "then_tell") == 0)
		t->tell = v;
	else if (strcmp(key, "remind") == 0)
		t->remind = v;
	else if (strcmp(key, "move_to") == 0)
		t->move_to = v;
	else if (strcmp(key, "reassign") == 0)
		t->reassign = v;
	else
		t->offer_to = v;
	return true;
}

static struct rung *rung_next(struct rung *all, uint32_t *n,
	const struct rung *shared, enum rung_kind kind)
{
	struct rung *r = &all[(*n)++];

	*r = *shared;
	r->kind = kind;
	return r;
}

/* One table: remind, offer, tell, move and reassign in that order. Who is told after an
 * offer hears it when the offer, too, has stood for that time. */
static bool rungs_of_table(struct target *t, const struct node *v,
	const char *key, struct rung *all, uint32_t *n)
{
	static const char *const offers[] = {"next in team"};
	struct target own = *t;
	struct rung shared = {.line = v->line, .after.fn = FN_NONE}, *r;
	struct text said;
	bool ok = true;

	own.tell = own.remind = own.move_to = own.offer_to = NULL;
	own.reassign = NULL;
	own.rung = &shared;
	card_keys_read(&own, v,
		strcmp(key, "if_silent") == 0 ? IN_IF_SILENT : IN_IF_MISSED,
		key);
	if (own.remind != NULL) {
		r = rung_next(all, n, &shared, RUNG_REMIND);
		ok &= read_expr(t->rd, own.remind, "remind", &r->after);
	}
	if (own.offer_to != NULL) {
		rung_next(all, n, &shared, RUNG_OFFER_NEXT);
		ok &= read_choice(
			ld_of(t), own.offer_to, "offer_to", offers, 1, &said);
	}
	if (own.tell != NULL) {
		r = rung_next(all, n, &shared, RUNG_TELL);
		r->after_offer = own.offer_to != NULL;
		ok &= card_ladder_tell(t, own.tell, r);
	}
	if (own.move_to != NULL) {
		r = rung_next(all, n, &shared, RUNG_MOVE_TO);
		ok &= read_who(t->rd, own.move_to, "move_to", &r->who);
	}
	if (own.reassign != NULL) {
		r = rung_next(all, n, &shared, RUNG_REASSIGN);
		ok &= read_who(t->rd, own.reassign, "reassign", &r->who);
	}
	return ok;
}

bool card_ladder_rungs(struct target *t, const struct node *v, const char *key,
	struct rung **out, uint32_t *n)
{
	uint32_t tables =
		v->kind == NODE_TABLE && v->n_keys == 0 ? v->n_items : 1;
	struct rung *all =
		read_alloc(ld_of(t), (5 * tables + 1) * sizeof(*all));
	bool ok = true;

	if (all == NULL)
		return false;
	*out = all;
	*n = 0;
	if (v->kind == NODE_WORD && v->word == WORD_TELL)
		return card_ladder_tell(t, v, &all[(*n)++]);
	if (!read_is_table(ld_of(t), v, key, "tell(role \"...\") or { ... }",
		    "tell(role \"...\") of { ... }"))
		return false;
	if (v->n_keys > 0)
		return rungs_of_table(t, v, key, all, n);
	if (v->n_items == 0)
		say(ld_of(t), v->unit, node_line(v), SAY_EMPTY, key);
	for (uint32_t i = 0; i < v->n_items; i++) {
		const struct node *one = v->items[i];

		if (one->kind == NODE_WORD && one->word == WORD_TELL)
			ok &= card_ladder_tell(t, one, &all[(*n)++]);
		else if (read_is_table(
				 ld_of(t), one, key, "{ ... }", "{ ... }"))
			ok &= rungs_of_table(t, one, key, all, n);
	}
	return ok;
}

bool key_if_missed(struct target *t, const struct node *v, const char *key)
{
	return card_ladder_rungs(
		t, v, key, &t->step->if_missed, &t->step->n_if_missed);
}

/* ---- when it happens again ---- */

static bool rung_read(struct target *t, const struct node *v,
	struct ladder *l, uint32_t n)
{
	struct step *s = &l->rungs[n];
	struct target own = {.rd = t->rd, .card = t->card, .step = s};

	card_step_clear(s, v->line);
	s->id = text_of(arena_printf(&ld_of(t)->rs->arena, "%s.%u", l->id.at,
		(unsigned)n + 1));
	if (!read_is_table(ld_of(t), v, l->id.at,
		    "[1] = { task = ..., who = ... }",
		    "[1] = { task = ..., who = ... }"))
		return false;
	card_keys_read(&own, v, IN_RUNG, l->id.at);
	card_step_finish(&own, v, s, "ladder", s->id.at);
	return true;
}

bool key_ladder(struct target *t, const struct node *v, const char *key)
{
	if (strcmp(key, "also_top_if") == 0)
		return read_cond(t->rd, v, key, &t->ladder->also_top_if);
	return read_events(ld_of(t), v, key, &t->ladder->counts,
		&t->ladder->n_counts);
}

void card_ladder_read(struct target *t, const struct node *v,
	struct ladder *out)
{
	struct target own = {.rd = t->rd, .card = t->card, .ladder = out};
	const struct node *table = v->table;

	memset(out, 0, sizeof(*out));
	out->line = v->line;
	out->id = TEXT("");
	out->also_top_if.fn = FN_NONE;
	if (table == NULL || table->kind != NODE_TABLE ||
		!read_id(ld_of(t), v->arg, &out->id))
		return;
	out->rungs = read_alloc(
		ld_of(t), (table->n_items + 1) * sizeof(*out->rungs));
	if (out->rungs == NULL)
		return;
	card_keys_read(&own, table, IN_LADDER, "ladder");
	for (uint32_t i = 0; i < table->n_items; i++)
		if (rung_read(t, table->items[i], out, i))
			out->n_rungs++;
	if (node_get(table, "counts") == NULL)
		say(ld_of(t), v->unit, v->line, SAY_MISSING_KEY, "ladder",
			"counts");
	if (table->n_items == 0)
		say(ld_of(t), v->unit, v->line, SAY_MISSING_KEY, "ladder",
			"[1]");
}

/* ---- what a step may carry ---- */

bool key_alert(struct target *t, const struct node *v, const char *key)
{
	struct alert *al = read_alloc(ld_of(t), sizeof(*al));
	struct target own = *t;

	if (al == NULL ||
		!read_is_table(ld_of(t), v, key, "{ who = ..., text = \"...\" }",
			"{ who = ..., text = \"...\" }"))
		return false;
	al->line = v->line;
	al->within.fn = FN_NONE;
	al->text.nl = al->text.en = TEXT("");
	own.alert = al;
	card_keys_read(&own, v, IN_ALERT, key);
	if (node_get(v, "who") == NULL)
		say(ld_of(t), v->unit, v->line, SAY_MISSING_KEY, key, "who");
	if (node_get(v, "text") == NULL)
		say(ld_of(t), v->unit, v->line, SAY_MISSING_KEY, key, "text");
	t->step->alert = al;
	return true;
}

bool key_of_alert(struct target *t, const struct node *v, const char *key)
{
	if (strcmp(key, "text") == 0)
		return read_wording(t->rd, v, key, &t->alert->text);
	if (strcmp(key, "within") == 0)
		return read_expr(t->rd, v, key, &t->alert->within);
	return read_who(t->rd, v, key,
		strcmp(key, "who") == 0 ? &t->alert->who : &t->alert->else_who);
}

bool key_goodwill(struct target *t, const struct node *v, const char *key)
{
	struct goodwill *g = read_alloc(ld_of(t), sizeof(*g));
	struct target own = *t;

	if (g == NULL ||
		!read_is_table(ld_of(t), v, key,
			"{ at_least = \"0,5%\", at_most = \"2%\", of = \"price\" }",
			"{ at_least = \"0,5%\", at_most = \"2%\", of = "
			"\"price\" }"))
		return false;
	g->line = v->line;
	g->of = TEXT("");
	g->at_least.fn = g->at_most.fn = g->warn_below.fn = FN_NONE;
	own.goodwill = g;
	card_keys_read(&own, v, IN_GOODWILL, key);
	if (node_get(v, "at_most") == NULL)
		say(ld_of(t), v->unit, v->line, SAY_MISSING_KEY, key,
			"at_most");
	t->step->goodwill = g;
	return true;
}

/* A money field of the subject, or of its deal. */
static bool of_read(struct target *t, const struct node *v)
{
	struct loading *ld = ld_of(t);

	if (!read_text(ld, v, "of", &t->goodwill->of))
		return false;
	if (read_field_known(ld, t->rd->about, t->goodwill->of) ||
		read_field_known(ld, TEXT("deal"), t->goodwill->of))
		return true;
	say(ld, v->unit, node_line(v), SAY_UNKNOWN_FIELD, t->rd->about.at,
		t->goodwill->of.at);
	return false;
}

bool key_of_goodwill(struct target *t, const struct node *v, const char *key)
{
	struct goodwill *g = t->goodwill;

	if (strcmp(key, "of") == 0)
		return of_read(t, v);
	return read_amount(t->rd, v, key,
		strcmp(key, "at_least") == 0  ? &g->at_least
		: strcmp(key, "at_most") == 0 ? &g->at_most
					      : &g->warn_below);
}

/* A yes/no field of the subject that becomes yes. */
bool key_mark(struct target *t, const struct node *v, const char *key)
{
	const struct schema *schema = ld_of(t)->rs->book.schema;
	const struct kind_def *kind = schema_kind(schema, t->rd->about);
	const struct field_def *f;
	const char *names[64];
	size_t n = 0;

	if (!read_text(ld_of(t), v, key, &t->step->mark))
		return false;
	f = schema_field(schema, t->rd->about, t->step->mark);
	if (f != NULL && f->type == FIELD_BOOL)
		return true;
	for (uint32_t i = 0; kind != NULL && i < kind->n_fields; i++)
		if (kind->fields[i].type == FIELD_BOOL && n < COUNT_OF(names))
			names[n++] = kind->fields[i].name.at;
	say_near(ld_of(t),
		say(ld_of(t), v->unit, node_line(v), SAY_UNKNOWN_MARK,
			t->rd->about.at, t->step->mark.at,
			say_list(ld_of(t), names, n)),
		t->step->mark.at, names, n);
	return false;
}
