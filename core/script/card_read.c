/* Cards as a whole, and what joins them. */
#include "script/card_keys.h"

#include <string.h>

static void card_clear(struct card *c, const struct node *n)
{
	const struct text none = TEXT("");

	memset(c, 0, sizeof(*c));
	c->kind = n->word == WORD_CADENCE      ? CARD_CADENCE
		  : n->word == WORD_HANDOFF    ? CARD_HANDOFF
		  : n->word == WORD_ESCALATION ? CARD_ESCALATION
		  : n->word == WORD_GATE       ? CARD_GATE
		  : n->word == WORD_MODE       ? CARD_MODE
					       : CARD_RULE;
	c->file = n->unit->name;
	c->line = c->last_line = n->line;
	c->pack = n->unit->pack;
	c->as_long_as.fn = c->unless.fn = FN_NONE;
	c->id = c->name = c->about = c->purpose = c->queue = none;
	c->title.nl = c->title.en = none;
}

/* First `when` event, for cards that say neither about nor starts. */
static const struct node *first_when(const struct node *table)
{
	for (uint32_t i = 0; i < table->n_items; i++)
		if (table->items[i]->kind == NODE_WORD &&
			table->items[i]->word == WORD_WHEN)
			return table->items[i]->arg;
	return NULL;
}

/* starts and about come first: all else is checked against them. */
static void subject_read(struct target *t, const struct node *table)
{
	struct loading *ld = t->rd->ld;
	const struct schema *schema = ld->rs->book.schema;
	const struct node *about = node_get(table, "about");
	const struct node *starts = node_get(table, "starts"), *first;
	const struct event_def *def;
	const char *names[64];
	size_t n = 0;

	if (starts != NULL)
		read_events(ld, starts, "starts", &t->card->starts,
			&t->card->n_starts);
	if (about == NULL) {
		first = starts != NULL ? starts : first_when(table);
		if (first != NULL && first->kind == NODE_TABLE &&
			first->n_items > 0)
			first = first->items[0];
		if (first == NULL || first->kind != NODE_TEXT)
			return;
		def = schema_event(schema, first->as.text);
		if (def != NULL)
			t->card->about = def->subject;
		return;
	}
	if (!read_text(ld, about, "about", &t->card->about) ||
		schema_kind(schema, t->card->about) != NULL)
		return;
	for (uint32_t i = 0; i < schema_kind_count(schema) && n < 64; i++)
		names[n++] = schema_kind_at(schema, i)->name.at;
	say_near(ld,
		say(ld, about->unit, node_line(about), SAY_UNKNOWN_KIND,
			t->card->about.at),
		t->card->about.at, names, n);
	t->card->about = TEXT("");
}

/* Line of the first step of that id. */
static int first_step(const struct node *table, struct text id)
{
	for (uint32_t i = 0; i < table->n_items; i++) {
		const struct node *v = table->items[i];

		if (v->kind == NODE_WORD && v->word == WORD_STEP &&
			v->arg != NULL && v->arg->kind == NODE_TEXT &&
			text_equal(v->arg->as.text, id))
			return v->line;
	}
	return table->line;
}

/* Ids of all steps, before any is read: they may name each other. */
static void steps_collect(struct target *t, const struct node *table)
{
	struct loading *ld = t->rd->ld;
	const char **ids = read_alloc(ld,
		(table->n_items + card_change_items(ld, t->card)) *
			sizeof(*ids));
	size_t n = 0;

	t->rd->steps = ids;
	for (uint32_t i = 0; i < table->n_items && ids != NULL; i++) {
		const struct node *v = table->items[i];

		if (v->kind != NODE_WORD)
			continue;
		if (v->word == WORD_WHEN)
			t->card->n_whens++;
		if (v->word == WORD_LADDER)
			t->card->n_ladders++;
		if (v->word != WORD_STEP || v->arg == NULL ||
			v->arg->kind != NODE_TEXT)
			continue;
		for (size_t k = 0; k < n; k++)
			if (text_is(v->arg->as.text, ids[k]))
				say(ld, v->unit, node_line(v), SAY_SAME_STEP,
					ids[k],
					first_step(table, v->arg->as.text));
		ids[n++] = v->arg->as.text.at;
	}
	if (ids != NULL)
		n = card_change_steps(ld, t->card, ids, n);
	t->rd->n_steps = n;
}

static void parts_read(struct target *t, const struct node *table)
{
	struct loading *ld = t->rd->ld;
	struct card *c = t->card;
	uint32_t n_whens = c->n_whens, n_ladders = c->n_ladders;
	uint32_t more = card_change_items(ld, c);

	c->n_whens = c->n_ladders = 0;
	c->steps = read_alloc(ld, (table->n_items + more) * sizeof(*c->steps));
	c->whens = read_alloc(ld, (n_whens + more) * sizeof(*c->whens));
	c->ladders = read_alloc(ld, (n_ladders + more) * sizeof(*c->ladders));
	if (c->steps == NULL || c->whens == NULL || c->ladders == NULL)
		return;
	for (uint32_t i = 0; i < table->n_items; i++) {
		const struct node *v = table->items[i];

		if (v->kind != NODE_WORD)
			continue;
		if (v->word == WORD_STEP)
			card_step_read(t, v, &c->steps[c->n_steps++]);
		else if (v->word == WORD_WHEN)
			card_when_read(t, v, &c->whens[c->n_whens++]);
		else if (v->word == WORD_LADDER)
			card_ladder_read(t, v, &c->ladders[c->n_ladders++]);
		if (v->line > c->last_line)
			c->last_line = v->line;
	}
}

static void whole_check(struct target *t, const struct node *n)
{
	struct loading *ld = t->rd->ld;
	const struct card *c = t->card;
	const char *kind = word_of(n->word)->name;

	if (c->kind == CARD_GATE || c->kind == CARD_MODE)
		return;
	if (node_get(n->table, "starts") == NULL &&
		(c->kind != CARD_RULE || c->n_steps + c->n_ladders > 0))
		say(ld, n->unit, n->line, SAY_NO_STARTS, kind, c->id.at);
	if (c->kind == CARD_HANDOFF || c->kind == CARD_ESCALATION) {
		if (node_get(n->table, "to") == NULL)
			say(ld, n->unit, n->line, SAY_MISSING_KEY, kind, "to");
		return;
	}
	for (uint32_t i = 0; i < n->table->n_items; i++)
		if (n->table->items[i]->kind == NODE_BROKEN)
			return; /* told before */
	if (c->n_steps + c->n_whens + c->n_ladders == 0 && !t->odd)
		say(ld, n->unit, n->line, SAY_NO_STEPS, kind, c->id.at);
}

static void handoff_clear(struct handoff_spec *h)
{
	const struct text none = TEXT("");

	card_step_clear(&h->if_missing, 0);
	h->exception_field = h->exception_needs = h->exception_counts = none;
	h->refused_needs = h->frees_from = h->then_block = none;
	h->accept_within.fn = h->back_within.fn = FN_NONE;
}

static void parts_make(struct target *t)
{
	struct loading *ld = t->rd->ld;

	if (t->card->kind == CARD_HANDOFF) {
		t->handoff = read_alloc(ld, sizeof(*t->handoff));
		if (t->handoff != NULL)
			handoff_clear(t->handoff);
		t->card->handoff = t->handoff;
	} else if (t->card->kind == CARD_ESCALATION) {
		t->escalation = read_alloc(ld, sizeof(*t->escalation));
		if (t->escalation != NULL) {
			t->escalation->queue = TEXT("");
			t->escalation->full_order = TEXT("");
			t->escalation->fresh_not_for.fn = FN_NONE;
			t->escalation->fresh_within.fn = FN_NONE;
		}
		t->card->escalation = t->escalation;
	} else if (t->card->kind == CARD_GATE) {
		t->card->gate = read_alloc(ld, sizeof(*t->card->gate));
	} else if (t->card->kind == CARD_MODE) {
		t->card->mode = read_alloc(ld, sizeof(*t->card->mode));
		if (t->card->mode != NULL)
			t->card->mode->or_when.fn =
				t->card->mode->back_when.fn =
					t->card->mode->lasts_at_least.fn =
						FN_NONE;
	}
}

static void card_add(
	struct loading *ld, const struct node *n, const struct card *c)
{
	struct rulebook *book = &ld->rs->book;

	for (uint32_t i = 0; i < book->n_cards; i++)
		if (text_equal(book->cards[i].name, c->name)) {
			say(ld, n->unit, n->line, SAY_SAME_CARD, c->name.at,
				book->cards[i].file, book->cards[i].line);
			return;
		}
	book->has_modes = book->has_modes || c->kind == CARD_MODE;
	book->cards[book->n_cards++] = *c;
}

/* A switched off card of one's own is read for its mistakes, and not kept; one
 * of a pack is its maker's to check. */
static void one_card(struct loading *ld, const struct node *n)
{
	static const enum section sections[CARD_KINDS] = {
		[CARD_CADENCE] = IN_CADENCE,
		[CARD_HANDOFF] = IN_HANDOFF,
		[CARD_ESCALATION] = IN_ESCALATION,
		[CARD_RULE] = IN_RULE,
		[CARD_GATE] = IN_GATE,
		[CARD_MODE] = IN_MODE,
	};
	struct reading_card rd = {.ld = ld, .about = TEXT("")};
	struct card c;
	uint32_t moves = ld->n_moves;
	bool plain, off;
	struct target t = {.rd = &rd, .card = &c};

	card_clear(&c, n);
	if (n->table == NULL || n->table->kind != NODE_TABLE ||
		!read_id(ld, n->arg, &c.id))
		return;
	c.name = text_of(
		arena_printf(&ld->rs->arena, "%s/%s", c.pack.at, c.id.at));
	off = card_switched_off(ld, &c) != NULL;
	if (off && !text_is(c.pack, "own"))
		return;
	parts_make(&t);
	if (ld->rs->arena.failed)
		return;
	t.table = n->table;
	plain = c.kind != CARD_GATE && c.kind != CARD_MODE;
	if (c.kind == CARD_GATE)
		card_gate_subject(&t, n);
	else if (c.kind == CARD_MODE)
		card_mode_subject(&t, n);
	else
		subject_read(&t, n->table);
	rd.about = c.about;
	if (plain)
		steps_collect(&t, n->table);
	card_keys_read(&t, n->table, sections[c.kind], word_of(n->word)->name);
	if (c.kind == CARD_GATE)
		card_gate_read(&t, n->table);
	else if (plain)
		parts_read(&t, n->table);
	card_change_apply(&t, sections[c.kind]);
	if (c.kind == CARD_GATE)
		card_gate_finish(&t, n);
	else if (c.kind == CARD_MODE)
		card_mode_finish(&t, n);
	if (off) {
		ld->n_moves = moves;
		return;
	}
	whole_check(&t, n);
	card_add(ld, n, &c);
}

/* move_to names a card of the same pack, or "pack/id", or any pack's. */
const struct card *card_find(
	const struct rulebook *book, struct text pack, struct text wanted)
{
	const struct card *other = NULL;

	for (uint32_t i = 0; i < book->n_cards; i++) {
		const struct card *c = &book->cards[i];

		if (text_equal(c->name, wanted))
			return c;
		if (!text_equal(c->id, wanted))
			continue;
		if (text_equal(c->pack, pack))
			return c;
		if (other == NULL)
			other = c;
	}
	return other;
}

static void move_resolve(struct loading *ld, const struct pending_move *m)
{
	const struct rulebook *book = &ld->rs->book;
	const struct card *to = card_find(book, m->pack, *m->to);
	const char **names;
	size_t n = 0;

	if (to != NULL) {
		*m->to = to->name;
		return;
	}
	if (card_off_moved_to(ld, m))
		return;
	names = read_alloc(ld, book->n_cards * sizeof(*names));
	for (uint32_t i = 0; i < book->n_cards && names != NULL; i++)
		names[n++] = book->cards[i].id.at;
	say_near(ld,
		say(ld, m->v->unit, m->v->line, SAY_UNKNOWN_CARD, m->to->at),
		m->to->at, names, n);
}

static int card_order(const void *a, const void *b)
{
	const struct card *x = a, *y = b;
	int order;

	if (x->priority != y->priority)
		return x->priority > y->priority ? -1 : 1;
	order = text_compare(x->pack, y->pack);
	return order != 0 ? order : text_compare(x->id, y->id);
}

void cards_read(struct loading *ld)
{
	struct rulebook *book = &ld->rs->book;

	book->cards = read_alloc(ld, ld->n_decls * sizeof(*book->cards));
	if (book->cards == NULL)
		return;
	for (uint32_t i = 0; i < ld->n_decls; i++) {
		const struct node *n = ld->decls[i];

		if (n->kind == NODE_WORD && n->word >= WORD_CADENCE &&
			n->word <= WORD_MODE) {
			if (n->unit->kind != FILE_RULES)
				say(ld, n->unit, n->line, SAY_WRONG_FILE,
					word_of(n->word)->name, "rules/");
			one_card(ld, n);
		}
	}
	card_changes_check(ld);
	card_mode_pushes(ld);
	for (uint32_t i = 0; i < ld->n_moves; i++)
		move_resolve(ld, &ld->moves[i]);
	if (book->n_cards > 1)
		qsort(book->cards, book->n_cards, sizeof(*book->cards),
			card_order);
}
