/* Gates: what an event needs before a person may say it, and word lists. */
#include "script/card_keys.h"

#include <string.h>

static struct loading *ld_of(const struct target *t)
{
	return t->rd->ld;
}

/* guards comes first: it says what the card is about. */
void card_gate_subject(struct target *t, const struct node *n)
{
	struct gate_spec *g = t->card->gate;
	const struct node *guards = node_get(n->table, "guards");
	const struct event_def *def;

	if (guards == NULL) {
		say(ld_of(t), n->unit, n->line, SAY_MISSING_KEY, "gate",
			"guards");
		return;
	}
	if (!read_events(ld_of(t), guards, "guards", &g->guards,
		    &g->n_guards) || g->n_guards == 0)
		return;
	def = schema_event(ld_of(t)->rs->book.schema, g->guards[0]);
	t->card->about = def != NULL ? def->subject : TEXT("");
}

/* Every guarded event has this field; else it is told with the nearest. */
static bool guarded_field(
	struct target *t, const struct node *v, int line, struct text field)
{
	const struct gate_spec *g = t->card->gate;
	struct loading *ld = ld_of(t);

	for (uint32_t i = 0; i < g->n_guards; i++) {
		const struct event_def *def =
			schema_event(ld->rs->book.schema, g->guards[i]);
		const char *names[128];
		size_t n = 0;

		if (def == NULL || event_field(def, field) != NULL)
			continue;
		for (uint32_t k = 0; k < def->n_fields && n < 128; k++)
			names[n++] = def->fields[k].name.at;
		say_near(ld,
			say(ld, v->unit, line, SAY_UNKNOWN_EVENT_FIELD,
				def->name.at, field.at),
			field.at, names, n);
		return false;
	}
	return true;
}

/* ---- needs ---- */

/* Somebody here has one of the roles: that the others are not filled is no
 * news. */
static bool anybody_has(const struct loading *ld, const struct gate_need *need)
{
	const struct rulebook *book = &ld->rs->book;

	for (uint32_t i = 0; i < need->n_names; i++)
		for (uint32_t k = 0; k < book->n_people; k++)
			if (person_has_role(&book->people[k],
				    need->names[i].at))
				return true;
	return false;
}

static bool is_role(struct text name)
{
	size_t n;
	const char *const *roles = read_roles(&n);

	for (size_t i = 0; i < n; i++)
		if (text_is(name, roles[i]))
			return true;
	return false;
}

static bool roles_read(struct target *t, const struct node *v,
	const char *key, struct gate_need *need)
{
	bool ok = read_texts(ld_of(t), v, key, &need->names, &need->n_names);
	bool held = ok && anybody_has(ld_of(t), need);

	for (uint32_t i = 0; ok && i < need->n_names; i++)
		ok = (held && is_role(need->names[i])) ||
		     read_role(ld_of(t),
			v->kind == NODE_TABLE ? v->items[i] : v,
			need->names[i]);
	return ok;
}

bool key_need(struct target *t, const struct node *v, const char *key)
{
	struct gate_need *need = t->need;

	if (strcmp(key, "same_as") == 0)
		return read_who(t->rd, v, key, &need->same_as);
	if (strcmp(key, "not_the_same_as") == 0)
		return read_who(t->rd, v, key, &need->not_same_as);
	if (strcmp(key, "spoke_to_customer") == 0)
		return read_bool(ld_of(t), v, key, &need->spoke);
	if (strcmp(key, "at_least") == 0)
		return read_int(ld_of(t), v, key, 1, 2000, &need->at_least);
	if (strcmp(key, "ask") == 0)
		return read_wording(t->rd, v, key, &need->ask);
	return roles_read(t, v, key, need);
}

/* some_of, either: a list of names and nothing else. */
static bool names_list(struct target *t, const struct node *v,
	struct gate_need *need)
{
	struct node list = *v->table;
	const char *word = word_of(v->word)->name;
	bool ok;

	read_keys(ld_of(t),
		&(struct node){.kind = NODE_TABLE,
			.unit = v->unit,
			.line = v->line,
			.keys = list.keys,
			.n_keys = list.n_keys},
		word, NULL, 0);
	if (list.n_items == 0) {
		say(ld_of(t), v->unit, v->line, SAY_EMPTY, word);
		return false;
	}
	ok = read_texts(ld_of(t), &list, word, &need->names, &need->n_names);
	for (uint32_t i = 0; ok && need->kind == NEED_EITHER &&
		i < need->n_names; i++)
		ok = guarded_field(t, v, node_line(list.items[i]),
			need->names[i]);
	return ok;
}

/* either has a name of its own, then_what as a rule; one that only looks like a
 * field, or like then_what, is misspelt. */
static bool own_label(struct target *t, const struct node *v, struct text label)
{
	const struct gate_spec *g = t->card->gate;
	struct loading *ld = t->rd->ld;
	const struct event_def *def = g->n_guards > 0
		? schema_event(ld->rs->book.schema, g->guards[0])
		: NULL;
	const char *names[129] = {"then_what"};
	size_t n = 1;
	struct problem it = {.nearest = NULL};

	for (uint32_t i = 0; def != NULL && i < def->n_fields && n < 129; i++)
		names[n++] = def->fields[i].name.at;
	for (size_t i = 0; i < n; i++)
		if (text_is(label, names[i]))
			return true;
	say_near(ld, &it, label.at, names, n);
	if (it.nearest == NULL || def == NULL)
		return true;
	say(ld, v->unit, v->line, SAY_NEED_NAME, label.at, def->name.at)
		->nearest = it.nearest;
	return false;
}

static bool need_read(struct target *t, const struct node *v,
	struct text label, struct gate_need *out)
{
	struct target own = {.rd = t->rd, .card = t->card, .need = out};

	out->field = label;
	out->line = v->line;
	if (v->kind != NODE_WORD || v->word < WORD_PERSON_WHO ||
		v->word > WORD_EITHER || v->table == NULL)
		return read_expects(ld_of(t), v, label.at,
			"person_who { }, words { }, some_of { } or either { }",
			"person_who { }, words { }, some_of { } of either { }");
	out->kind = v->word == WORD_PERSON_WHO ? NEED_PERSON
		    : v->word == WORD_WORDS    ? NEED_WORDS
		    : v->word == WORD_SOME_OF  ? NEED_SOME
					       : NEED_EITHER;
	if (out->kind == NEED_EITHER ? !own_label(t, v, label)
				     : !guarded_field(t, v, v->line, label))
		return false;
	if (v->table->kind != NODE_TABLE)
		return false;
	if (out->kind == NEED_SOME || out->kind == NEED_EITHER)
		return names_list(t, v, out);
	card_keys_read(&own, v->table,
		out->kind == NEED_PERSON ? IN_PERSON_WHO : IN_WORDS,
		word_of(v->word)->name);
	if (out->kind == NEED_WORDS && out->at_least == 0)
		out->at_least = 1;
	return true;
}

/* In the order of the file: so they are told. */
static void needs_sort(struct gate_spec *g)
{
	for (uint32_t i = 1; i < g->n_needs; i++)
		for (uint32_t k = i; k > 0 &&
			g->needs[k].line < g->needs[k - 1].line; k--) {
			struct gate_need swap = g->needs[k];

			g->needs[k] = g->needs[k - 1];
			g->needs[k - 1] = swap;
		}
}

static void needs_read(struct target *t, const struct node *v)
{
	struct gate_spec *g = t->card->gate;
	const struct node *table = v->table;
	struct gate_need *all;

	if (table == NULL || table->kind != NODE_TABLE)
		return;
	read_keys(ld_of(t),
		&(struct node){.kind = NODE_TABLE,
			.unit = table->unit,
			.line = table->line,
			.items = table->items,
			.n_items = table->n_items},
		"needs", NULL, 0);
	all = read_alloc(ld_of(t),
		(g->n_needs + table->n_keys) * sizeof(*all));
	if (all == NULL)
		return;
	if (g->n_needs > 0)
		memcpy(all, g->needs, g->n_needs * sizeof(*all));
	g->needs = all;
	for (uint32_t i = 0; i < table->n_keys; i++) {
		struct gate_need one = {.names = NULL};
		uint32_t at = 0;

		if (!need_read(t, table->keys[i].value, table->keys[i].name,
			    &one))
			continue;
		while (at < g->n_needs &&
			!text_equal(all[at].field, one.field))
			at++;
		all[at] = one;
		g->n_needs += at == g->n_needs;
	}
	needs_sort(g);
}

/* ---- refuses ---- */

static bool word_list_named(
	struct target *t, const struct node *v, struct text *out)
{
	const struct rulebook *book = &ld_of(t)->rs->book;
	const char *names[64];
	size_t n = 0;

	if (v->kind != NODE_WORD || v->word != WORD_WORD_LIST ||
		v->table != NULL || v->arg == NULL)
		return read_expects(ld_of(t), v, "words", "word_list \"...\"",
			"word_list \"...\"");
	if (!read_text(ld_of(t), v->arg, "word_list", out) ||
		rulebook_words(book, *out) != NULL)
		return true;
	for (uint32_t i = 0; i < book->n_word_lists && n < 64; i++)
		names[n++] = book->word_lists[i].name.at;
	say_near(ld_of(t),
		say(ld_of(t), v->unit, v->line, SAY_UNKNOWN_WORDS, out->at),
		out->at, names, n);
	return false;
}

bool key_refusal(struct target *t, const struct node *v, const char *key)
{
	static const char *const extra[] = {"word", NULL};
	struct gate_refusal *r = t->refusal;
	bool ok;

	if (strcmp(key, "when") == 0)
		return read_cond_of(t->rd, v, key, t->card->gate->guards,
			t->card->gate->n_guards, &r->when);
	if (strcmp(key, "words") == 0)
		return word_list_named(t, v, &r->words);
	if (strcmp(key, "field") == 0)
		return read_text(ld_of(t), v, key, &r->field) &&
		       guarded_field(t, v, node_line(v), r->field);
	t->rd->extra = extra;
	ok = read_wording(t->rd, v, key, &r->say);
	t->rd->extra = NULL;
	return ok;
}

static void refusal_read(
	struct target *t, const struct node *v, struct gate_refusal *out)
{
	struct target own = {.rd = t->rd, .card = t->card, .refusal = out};

	out->line = v->line;
	out->when.fn = FN_NONE;
	out->words = out->field = out->say.nl = out->say.en = TEXT("");
	if (v->table == NULL || v->table->kind != NODE_TABLE)
		return;
	card_keys_read(&own, v->table, IN_REFUSES, "refuses");
	if (node_get(v->table, "say") == NULL)
		say(ld_of(t), v->unit, v->line, SAY_MISSING_KEY, "refuses",
			"say");
	if (node_get(v->table, "when") == NULL &&
		node_get(v->table, "words") == NULL)
		say(ld_of(t), v->unit, v->line, SAY_MISSING_KEY, "refuses",
			"when");
}

/* ---- other people, defaults, and what stays open ---- */

static struct gate_swap *swap_add(struct target *t, int line)
{
	struct gate_spec *g = t->card->gate;
	struct gate_swap *all = read_alloc(ld_of(t),
		(g->n_swaps + 1) * sizeof(*all));

	if (all == NULL)
		return NULL;
	if (g->n_swaps > 0)
		memcpy(all, g->swaps, g->n_swaps * sizeof(*all));
	g->swaps = all;
	all[g->n_swaps].line = line;
	return &all[g->n_swaps++];
}

static bool need_known(
	struct target *t, const struct node *table, struct text field)
{
	const struct node *needs = NULL;
	const char *names[64];
	size_t n = 0;

	for (uint32_t i = 0; i < t->table->n_items; i++) {
		needs = t->table->items[i];
		if (needs->kind != NODE_WORD || needs->word != WORD_NEEDS ||
			needs->table == NULL)
			continue;
		for (uint32_t k = 0; k < needs->table->n_keys; k++) {
			if (text_equal(needs->table->keys[k].name, field))
				return true;
			if (n < 64)
				names[n++] = needs->table->keys[k].name.at;
		}
	}
	say_near(ld_of(t),
		say(ld_of(t), table->unit, node_key_line(table, field.at),
			SAY_UNKNOWN_NEED, field.at),
		field.at, names, n);
	return false;
}

/* if_handler_is = { role "x", field = who }, if_handler_left = { field = who }.
 * A manager's own loss wants another face than usual (S4-18). */
bool key_if_handler(struct target *t, const struct node *v, const char *key)
{
	struct who handler = {.kind = WHO_NONE};
	struct gate_swap *s;
	bool is = strcmp(key, "if_handler_is") == 0, ok = true;

	if (!read_is_table(ld_of(t), v, key,
		    is ? "{ role \"...\", second_face = role \"...\" }"
		       : "{ accepted_by = role \"...\" }",
		    is ? "{ role \"...\", second_face = role \"...\" }"
		       : "{ accepted_by = role \"...\" }"))
		return false;
	if (is && v->n_items == 0)
		return read_expects(ld_of(t), v, key,
			"whom it is about first, as { role \"...\", ... }",
			"eerst om wie het gaat, als { role \"...\", ... }");
	if (is && !read_who(t->rd, v->items[0], key, &handler))
		return false;
	for (uint32_t i = is ? 1 : 0; i < v->n_items; i++)
		ok = read_expects(ld_of(t), v->items[i], key,
			"the name of a need in front, as second_face = ...",
			"de naam van een eis ervoor, zoals second_face = ...");
	for (uint32_t i = 0; i < v->n_keys; i++) {
		if (!need_known(t, v, v->keys[i].name) ||
			(s = swap_add(t, v->keys[i].value->line)) == NULL) {
			ok = false;
			continue;
		}
		s->handler_is = handler;
		s->field = v->keys[i].name;
		ok &= read_who(t->rd, v->keys[i].value, key, &s->becomes);
	}
	return ok;
}

static bool default_read(struct target *t, const struct node *v,
	const struct node_key *k, struct gate_default *out)
{
	const struct gate_spec *g = t->card->gate;
	const struct event_def *def = g->n_guards > 0
		? schema_event(ld_of(t)->rs->book.schema, g->guards[0])
		: NULL;
	const struct field_def *f;

	out->field = k->name;
	out->wait.fn = FN_NONE;
	if (!guarded_field(t, v, node_key_line(v, k->name.at), k->name))
		return false;
	f = def != NULL ? event_field(def, k->name) : NULL;
	if (f != NULL && f->type == FIELD_TIME)
		return read_expr(t->rd, k->value, k->name.at, &out->wait);
	return node_value(&ld_of(t)->rs->arena, k->value, &out->value) ||
	       read_expects(ld_of(t), k->value, k->name.at, "a fixed value",
		       "een vaste waarde");
}

bool key_default(struct target *t, const struct node *v, const char *key)
{
	struct gate_spec *g = t->card->gate;
	bool ok = true;

	if (!read_is_table(ld_of(t), v, key, "{ revive_at = \"90 days\" }",
		    "{ revive_at = \"90 dagen\" }"))
		return false;
	g->defaults = read_alloc(ld_of(t), v->n_keys * sizeof(*g->defaults));
	for (uint32_t i = 0; g->defaults != NULL && i < v->n_keys; i++)
		if (default_read(t, v, &v->keys[i],
			    &g->defaults[g->n_defaults]))
			g->n_defaults++;
		else
			ok = false;
	return ok && g->defaults != NULL;
}

/* if_open_after = { "5 work days", from = "deal.failed", tell = who }: the one
 * step of a gate, so it has a place and a wake-up like any other. */
bool key_if_open(struct target *t, const struct node *v, const char *key)
{
	static const char *const keys[] = {"from", "tell", "text"};
	const struct node *from, *tell, *text;
	struct step *s = card_step_new(t, v->line);
	bool ok = true;

	if (!read_is_table(ld_of(t), v, key,
		    "{ \"5 work days\", from = \"event\", tell = who }",
		    "{ \"5 werkdagen\", from = \"gebeurtenis\", tell = wie }"))
		return false;
	if (s == NULL)
		return false;
	read_keys(ld_of(t),
		&(struct node){.kind = NODE_TABLE,
			.unit = v->unit,
			.line = v->line,
			.word_line = v->word_line,
			.word_name = v->word_name,
			.word_arg = v->word_arg,
			.path = v->path,
			.keys = v->keys,
			.n_keys = v->n_keys},
		key, keys, COUNT_OF(keys));
	from = node_get(v, "from");
	tell = node_get(v, "tell");
	text = node_get(v, "text");
	if (v->n_items != 1)
		return read_expects(ld_of(t), v, key,
			"one length of time, as { \"5 work days\", ... }",
			"een tijdsduur, als { \"5 werkdagen\", ... }");
	if (from == NULL || tell == NULL) {
		say(ld_of(t), v->unit, node_line(v), SAY_MISSING_KEY, key,
			from == NULL ? "from" : "tell");
		return false;
	}
	s->id = TEXT("still-open");
	s->timing = TIMING_AFTER;
	s->task.kind = TEXT("todo");
	s->task.title.nl = TEXT("Nog niet afgesloten: {customer.name}. Help, "
				"of sluit het samen af");
	s->task.title.en = TEXT("Not closed yet: {customer.name}. Help, or "
				"close it together");
	ok &= read_expr(t->rd, v->items[0], key, &s->wait);
	ok &= read_events(ld_of(t), from, "from", &t->card->starts,
		&t->card->n_starts);
	ok &= read_who(t->rd, tell, "tell", &s->who);
	if (text != NULL)
		ok &= read_wording(t->rd, text, "text", &s->task.title);
	return ok;
}

/* ---- the whole ---- */

/* needs and refuses of the card itself, or of a change to it. */
void card_gate_read(struct target *t, const struct node *table)
{
	struct gate_spec *g = t->card->gate;
	struct gate_refusal *all = read_alloc(ld_of(t),
		(g->n_refuses + table->n_items) * sizeof(*all));

	if (all == NULL)
		return;
	if (g->n_refuses > 0)
		memcpy(all, g->refuses, g->n_refuses * sizeof(*all));
	g->refuses = all;
	for (uint32_t i = 0; i < table->n_items; i++) {
		const struct node *v = table->items[i];

		if (v->kind != NODE_WORD)
			continue;
		if (v->word == WORD_NEEDS)
			needs_read(t, v);
		else if (v->word == WORD_REFUSES)
			refusal_read(t, v, &g->refuses[g->n_refuses++]);
	}
}

void card_gate_finish(struct target *t, const struct node *n)
{
	struct gate_spec *g = t->card->gate;
	struct text *stops;
	bool tries = false;

	for (uint32_t i = 0; i < n->table->n_items; i++)
		tries |= n->table->items[i]->kind == NODE_WORD ||
			 n->table->items[i]->kind == NODE_BROKEN;
	if (g->n_needs == 0 && g->n_refuses == 0 && !tries && !t->odd)
		say(ld_of(t), n->unit, n->line, SAY_GATE_OPEN, t->card->id.at);
	/* what it guards has happened: nothing is open any more */
	stops = read_alloc(ld_of(t), (g->n_guards + t->card->n_stops) *
		sizeof(*stops));
	if (stops == NULL)
		return;
	for (uint32_t i = 0; i < g->n_guards; i++)
		stops[i] = g->guards[i];
	for (uint32_t i = 0; i < t->card->n_stops; i++)
		stops[g->n_guards + i] = t->card->stops[i];
	t->card->stops = stops;
	t->card->n_stops += g->n_guards;
}

/* ---- word lists ---- */

static void words_take(struct loading *ld, const struct node *v,
	const char *language, struct word_list *to)
{
	struct text *list, *all;
	uint32_t n = 0;

	if (!read_texts(ld, v, language, &list, &n))
		return;
	all = read_alloc(ld, (to->n_words + n) * sizeof(*all));
	if (all == NULL)
		return;
	if (to->n_words > 0)
		memcpy(all, to->words, to->n_words * sizeof(*all));
	memcpy(all + to->n_words, list, n * sizeof(*all));
	to->words = all;
	to->n_words += n;
}

static void word_list_one(struct loading *ld, const struct node *n)
{
	static const char *const languages[] = {"nl", "en"};
	struct rulebook *book = &ld->rs->book;
	struct word_list w = {.pack = n->unit->pack, .line = n->line};

	if (n->table->kind != NODE_TABLE ||
		!read_text(ld, n->arg, "word_list", &w.name))
		return;
	if (rulebook_words(book, w.name) != NULL) {
		read_same_name(ld, n, w.name);
		return;
	}
	read_keys(ld, n->table, "word_list", languages, COUNT_OF(languages));
	for (size_t i = 0; i < COUNT_OF(languages); i++) {
		const struct node *v = node_get(n->table, languages[i]);

		if (v != NULL)
			words_take(ld, v, languages[i], &w);
	}
	if (w.n_words == 0)
		say(ld, n->unit, n->line, SAY_EMPTY, "word_list");
	book->word_lists[book->n_word_lists++] = w;
}

void word_lists_read(struct loading *ld)
{
	struct rulebook *book = &ld->rs->book;

	book->word_lists =
		read_alloc(ld, ld->n_decls * sizeof(*book->word_lists));
	for (uint32_t i = 0; book->word_lists != NULL && i < ld->n_decls; i++)
		if (ld->decls[i]->kind == NODE_WORD &&
			ld->decls[i]->word == WORD_WORD_LIST &&
			ld->decls[i]->table != NULL)
			word_list_one(ld, ld->decls[i]);
}
