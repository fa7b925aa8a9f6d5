/*
 * Changing the card of a pack without copying it. A change is read onto the
 * card by the same rows as the card itself, so every mistake in it has its own
 * line; a switched off card is not there at all.
 */
#include "script/card_keys.h"

/* "pack/id", or the id alone. */
static bool names_card(const struct node *n, const struct card *c)
{
	return n->arg != NULL && n->arg->kind == NODE_TEXT &&
	       (text_equal(n->arg->as.text, c->name) ||
		       text_equal(n->arg->as.text, c->id));
}

static bool is_change(const struct node *n, const struct card *c)
{
	return n->kind == NODE_WORD && n->word == WORD_CHANGE &&
	       n->table != NULL && n->table->kind == NODE_TABLE &&
	       names_card(n, c);
}

const struct node *card_switched_off(struct loading *ld, const struct card *c)
{
	for (uint32_t i = 0; i < ld->n_decls; i++) {
		const struct node *n = ld->decls[i];

		if (n->kind == NODE_WORD && n->word == WORD_SWITCH_OFF &&
			names_card(n, c))
			return n;
	}
	return NULL;
}

uint32_t card_change_items(struct loading *ld, const struct card *c)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < ld->n_decls; i++)
		if (is_change(ld->decls[i], c))
			n += ld->decls[i]->table->n_items;
	return n;
}

static bool is_step(const struct node *v)
{
	return v->kind == NODE_WORD && v->word == WORD_STEP &&
	       v->arg != NULL && v->arg->kind == NODE_TEXT;
}

static bool listed(const char *const *ids, size_t n, struct text id)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(id, ids[i]))
			return true;
	return false;
}

size_t card_change_steps(struct loading *ld, const struct card *c,
	const char **ids, size_t n)
{
	for (uint32_t i = 0; i < ld->n_decls; i++) {
		const struct node *d = ld->decls[i];

		if (!is_change(d, c))
			continue;
		for (uint32_t k = 0; k < d->table->n_items; k++)
			if (is_step(d->table->items[k]) &&
				!listed(ids, n,
					d->table->items[k]->arg->as.text))
				ids[n++] = d->table->items[k]
						   ->arg->as.text.at;
	}
	return n;
}

static struct step *step_of(struct card *c, struct text id)
{
	for (uint32_t i = 0; i < c->n_steps; i++)
		if (text_equal(c->steps[i].id, id))
			return &c->steps[i];
	return NULL;
}

/* A when about the same event (the n-th such one by its id) is replaced as a
 * whole. */
static void when_change(struct target *t, const struct node *v)
{
	struct card *c = t->card;
	struct when *one = &c->whens[c->n_whens];

	card_when_read(t, v, one);
	for (uint32_t i = 0; i < c->n_whens; i++) {
		struct text id = c->whens[i].step.id;

		if (c->whens[i].n_events == 0 || one->n_events == 0 ||
			!text_equal(c->whens[i].events[0], one->events[0]) ||
			!text_equal(c->whens[i].name, one->name))
			continue;
		c->whens[i] = *one;
		c->whens[i].step.id = id;
		return;
	}
	c->n_whens++;
}

static void ladder_change(struct target *t, const struct node *v)
{
	struct card *c = t->card;
	struct ladder *one = &c->ladders[c->n_ladders];

	card_ladder_read(t, v, one);
	for (uint32_t i = 0; i < c->n_ladders; i++)
		if (text_equal(c->ladders[i].id, one->id)) {
			c->ladders[i] = *one;
			return;
		}
	c->n_ladders++;
}

/* A step that the card does not have and that does nothing by itself was meant
 * to be one of the card's own. */
static bool misspelt(struct target *t, const struct node *v)
{
	static const char *const does[] = {
		"task", "run", "move_to", "also", "alert", "mark"};
	struct loading *ld = t->rd->ld;
	const char **names =
		read_alloc(ld, t->card->n_steps * sizeof(*names));

	for (size_t i = 0; i < COUNT_OF(does); i++)
		if (v->table == NULL || node_get(v->table, does[i]) != NULL)
			return false;
	for (uint32_t i = 0; names != NULL && i < t->card->n_steps; i++)
		names[i] = t->card->steps[i].id.at;
	if (names != NULL)
		say_near(ld,
			say(ld, v->unit, node_line(v->arg), SAY_UNKNOWN_STEP,
				v->arg->as.text.at),
			v->arg->as.text.at, names, t->card->n_steps);
	return true;
}

static void parts_change(struct target *t, const struct node *table)
{
	struct card *c = t->card;

	for (uint32_t i = 0; i < table->n_items; i++) {
		const struct node *v = table->items[i];
		struct step *s;

		if (v->kind != NODE_WORD)
			continue;
		if (v->word == WORD_WHEN) {
			when_change(t, v);
		} else if (v->word == WORD_LADDER) {
			ladder_change(t, v);
		} else if (is_step(v)) {
			s = step_of(c, v->arg->as.text);
			if (s != NULL)
				card_step_change(t, v, s);
			else if (!misspelt(t, v))
				card_step_read(t, v, &c->steps[c->n_steps++]);
		}
	}
}

/* What makes it another card cannot be changed. */
static void fixed_tell(struct target *t, const struct node *table)
{
	static const char *const fixed[] = {"about", "guards"};
	const struct node *starts = node_get(table, "starts");

	for (size_t i = 0; i < COUNT_OF(fixed); i++)
		if (node_get(table, fixed[i]) != NULL)
			say(t->rd->ld, table->unit,
				node_key_line(table, fixed[i]),
				SAY_CHANGE_FIXED, fixed[i]);
	if (starts != NULL && t->card->kind == CARD_MODE)
		card_mode_subject(t, &(struct node){.table =
			(struct node *)table, .unit = table->unit});
	else if (starts != NULL && t->card->kind != CARD_GATE)
		read_events(t->rd->ld, starts, "starts", &t->card->starts,
			&t->card->n_starts);
}

void card_change_apply(struct target *t, enum section where)
{
	struct loading *ld = t->rd->ld;

	for (uint32_t i = 0; i < ld->n_decls; i++) {
		const struct node *d = ld->decls[i];
		const struct node *before = t->table;

		if (!is_change(d, t->card))
			continue;
		if (d->table->n_items + d->table->n_keys == 0)
			say(ld, d->unit, d->line, SAY_CHANGES_NOTHING,
				t->card->name.at);
		fixed_tell(t, d->table);
		card_keys_read(t, d->table, where, "change");
		if (t->card->kind == CARD_GATE)
			card_gate_read(t, d->table);
		else if (t->card->kind != CARD_MODE)
			parts_change(t, d->table);
		t->table = before;
	}
}

/* Does any card of the files answer to this name, switched off or not? */
static bool known(struct loading *ld, struct text name)
{
	for (uint32_t i = 0; i < ld->n_decls; i++) {
		const struct node *n = ld->decls[i];
		struct card c = {.pack = n->unit->pack};

		if (n->kind != NODE_WORD || n->word < WORD_CADENCE ||
			n->word > WORD_MODE || n->arg == NULL ||
			n->arg->kind != NODE_TEXT)
			continue;
		c.id = n->arg->as.text;
		c.name = text_of(arena_printf(&ld->rs->arena, "%s/%s",
			c.pack.at, c.id.at));
		if (text_equal(name, c.name) || text_equal(name, c.id))
			return true;
	}
	return false;
}

void card_changes_check(struct loading *ld)
{
	const struct rulebook *book = &ld->rs->book;
	const char **names = read_alloc(ld, book->n_cards * sizeof(*names));

	for (uint32_t i = 0; names != NULL && i < book->n_cards; i++)
		names[i] = book->cards[i].name.at;
	for (uint32_t i = 0; names != NULL && i < ld->n_decls; i++) {
		const struct node *n = ld->decls[i];

		if (n->kind != NODE_WORD ||
			(n->word != WORD_CHANGE &&
				n->word != WORD_SWITCH_OFF) ||
			n->arg == NULL || n->arg->kind != NODE_TEXT ||
			known(ld, n->arg->as.text))
			continue;
		say_near(ld,
			say(ld, n->unit, node_line(n->arg), SAY_UNKNOWN_CARD,
				n->arg->as.text.at),
			n->arg->as.text.at, names, book->n_cards);
	}
}

bool card_any_off(const struct loading *ld)
{
	for (uint32_t i = 0; i < ld->n_decls; i++)
		if (ld->decls[i]->kind == NODE_WORD &&
			(ld->decls[i]->word == WORD_SWITCH_OFF ||
				ld->decls[i]->word == WORD_CHANGE))
			return true;
	return false;
}

bool card_is_off(struct loading *ld, struct text name, const struct card *near)
{
	struct card c = {.pack = near->pack, .id = name, .name = name};
	const struct node *off = card_switched_off(ld, &c);

	if (off == NULL) {
		c.name = text_of(arena_printf(&ld->rs->arena, "%s/%s",
			near->pack.at, name.at));
		off = card_switched_off(ld, &c);
	}
	if (off != NULL)
		say_warning(ld, off->unit, off->line, SAY_OFF_LEAVES,
			c.name.at, near->name.at);
	return off != NULL;
}

bool card_off_moved_to(struct loading *ld, const struct pending_move *m)
{
	struct card c = {.id = *m->to, .name = *m->to};
	const struct node *off;

	for (uint32_t i = 0; i < ld->n_decls; i++) {
		off = ld->decls[i];
		if (off->kind != NODE_WORD || off->word != WORD_SWITCH_OFF ||
			off->arg == NULL || off->arg->kind != NODE_TEXT)
			continue;
		c.name = off->arg->as.text;
		if (!text_equal(c.name, c.id) &&
			!text_equal(c.name,
				text_of(arena_printf(&ld->rs->arena, "%s/%s",
					m->pack.at, c.id.at))))
			continue;
		say(ld, off->unit, off->line, SAY_SWITCHED_OFF, c.name.at,
			m->v->unit->name, m->v->line);
		return true;
	}
	return false;
}
