/* Modes: when they are on, and what they change while they are. */
#include "script/card_keys.h"

#include <string.h>
#include <strings.h>

static struct loading *ld_of(const struct target *t)
{
	return t->rd->ld;
}

/* ---- days of the year ---- */

static int month_named(const char *name)
{
	static const char *const months[12][3] = {
		{"january", "januari", "jan"}, {"february", "februari", "feb"},
		{"march", "maart", "mar"}, {"april", "april", "apr"},
		{"may", "mei", "may"}, {"june", "juni", "jun"},
		{"july", "juli", "jul"}, {"august", "augustus", "aug"},
		{"september", "september", "sep"},
		{"october", "oktober", "oct"},
		{"november", "november", "nov"},
		{"december", "december", "dec"}};

	for (int i = 0; i < 12; i++)
		for (int k = 0; k < 3; k++)
			if (strcasecmp(name, months[i][k]) == 0)
				return i + 1;
	return 0;
}

/* "1 November", "30 november". */
static bool day_read(struct target *t, const struct node *v, const char *key,
	struct mode_day *out)
{
	char *end = NULL;
	long day = 0;
	int month = 0;

	if (v != NULL && v->kind == NODE_TEXT) {
		day = strtol(v->as.text.at, &end, 10);
		while (*end == ' ')
			end++;
		month = month_named(end);
	}
	if (month == 0 || day < 1 || day > civil_month_days(2028, month)) {
		if (v != NULL)
			read_expects(ld_of(t), v, key,
				"a day of the year, as \"1 November\"",
				"een dag van het jaar, zoals \"1 november\"");
		return false;
	}
	out->day = (int8_t)day;
	out->month = (int8_t)month;
	return true;
}

static bool yearly_read(struct target *t, const struct node *v)
{
	static const char *const keys[] = {"from", "to"};
	struct mode_spec *m = t->card->mode;
	bool ok = true;

	if (v->table == NULL || v->table->kind != NODE_TABLE)
		return false;
	read_keys(ld_of(t), v->table, "every_year", keys, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct node *day = node_get(v->table, keys[i]);

		if (day == NULL)
			say(ld_of(t), v->unit, v->line, SAY_MISSING_KEY,
				"every_year", keys[i]);
		ok &= day_read(t, day, keys[i], i == 0 ? &m->from : &m->to);
	}
	m->yearly = ok;
	return ok;
}

void card_mode_subject(struct target *t, const struct node *n)
{
	const struct node *starts = node_get(n->table, "starts");

	t->card->about = TEXT("rooftop");
	if (starts == NULL)
		return;
	if (starts->kind == NODE_WORD && starts->word == WORD_EVERY_YEAR)
		yearly_read(t, starts);
	else
		read_events(ld_of(t), starts, "starts", &t->card->starts,
			&t->card->n_starts);
}

/* ---- its own keys ---- */

bool key_mode(struct target *t, const struct node *v, const char *key)
{
	struct mode_spec *m = t->card->mode;

	if (strcmp(key, "or_when") == 0)
		return read_cond(t->rd, v, key, &m->or_when);
	if (strcmp(key, "back_when") == 0)
		return read_cond(t->rd, v, key, &m->back_when);
	if (strcmp(key, "lasts_at_least") == 0)
		return read_expr(t->rd, v, key, &m->lasts_at_least);
	return read_texts(ld_of(t), v, key, &m->never_changes,
		&m->n_never_changes);
}

bool key_warn(struct target *t, const struct node *v, const char *key)
{
	static const char *const extra[] = {"load", "gap", "work", "room", NULL};
	static const char *const keys[] = {
		"before", "who", "text", "at_least"};
	struct mode_spec *m = t->card->mode;
	const struct node *parts[4];
	bool ok = true;

	if (!read_is_table(ld_of(t), v, key,
		    "{ before = \"4 weeks\", who = ..., text = ... }",
		    "{ before = \"4 weken\", who = ..., text = ... }"))
		return false;
	read_keys(ld_of(t), v, key, keys, COUNT_OF(keys));
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		parts[i] = node_get(v, keys[i]);
		if (parts[i] == NULL && i < 3) {
			say(ld_of(t), v->unit, node_line(v), SAY_MISSING_KEY,
				key, keys[i]);
			ok = false;
		}
	}
	if (!ok)
		return false;
	m->has_warn = true;
	t->rd->extra = extra;
	ok &= read_span(ld_of(t), parts[0], keys[0], &m->warn_before);
	ok &= read_who(t->rd, parts[1], keys[1], &m->warn_who);
	ok &= read_wording(t->rd, parts[2], keys[2], &m->warn_text);
	if (parts[3] != NULL)
		ok &= read_amount(t->rd, parts[3], keys[3], &m->warn_at_least);
	t->rd->extra = NULL;
	return ok;
}

/* ---- changes ---- */

static bool set_read(
	struct target *t, const struct node *v, struct mode_set *out)
{
	const struct setting *s = setting_find(ld_of(t), v);

	out->line = v->line;
	if (s == NULL || v->table == NULL)
		return s != NULL &&
		       read_expects(ld_of(t), v, "set",
			       "a name and a value: set(\"name\", value)",
			       "een naam en een waarde: set(\"naam\", waarde)");
	out->setting = s->name;
	return setting_fits(ld_of(t), v->table, s, &out->value);
}

/* "seller diary", "agenda seller": the role. */
static bool diary_read(struct target *t, const struct node *v, struct text *out)
{
	struct text said;
	size_t n;
	const char *const *roles = read_roles(&n);
	const char *names[64];
	size_t k = 0;

	if (v == NULL || !read_text(ld_of(t), v, "diary", &said))
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *en = arena_printf(
			&ld_of(t)->rs->arena, "%s diary", roles[i]);
		const char *nl = arena_printf(
			&ld_of(t)->rs->arena, "agenda %s", roles[i]);

		if (en == NULL || nl == NULL)
			return false;
		if (text_is(said, en) || text_is(said, nl)) {
			*out = text_of(roles[i]);
			return true;
		}
		if (k < 64)
			names[k++] = ld_of(t)->dutch ? nl : en;
	}
	say_near(ld_of(t),
		say(ld_of(t), v->unit, node_line(v), SAY_NO_DIARY, said.at),
		said.at, names, k);
	return false;
}

static bool never_read(
	struct target *t, const struct node *v, struct mode_never *out)
{
	static const char *const whats[] = {
		"delivery", "visit", "test_drive", "call"};

	if (!diary_read(t, v->arg, &out->role))
		return false;
	if (v->table == NULL)
		return read_expects(ld_of(t), v, "never_in",
			"a diary and what, as never_in(\"seller diary\", "
			"\"delivery\")",
			"een agenda en wat, als never_in(\"seller diary\", "
			"\"delivery\")");
	return read_choice(ld_of(t), v->table, "never_in", whats,
		COUNT_OF(whats), &out->what);
}

/* "09:30-11:00" */
static bool hours_read(struct target *t, const struct node *v, int16_t *from,
	int16_t *to)
{
	struct moment a, b;
	char first[8];
	const char *dash;

	if (v->kind == NODE_TEXT &&
		(dash = strchr(v->as.text.at, '-')) != NULL &&
		(size_t)(dash - v->as.text.at) < sizeof(first)) {
		memcpy(first, v->as.text.at, (size_t)(dash - v->as.text.at));
		first[dash - v->as.text.at] = '\0';
		if (moment_read(text_of(first), &a) == FL_OK &&
			moment_read(text_of(dash + 1), &b) == FL_OK &&
			a.kind == MOMENT_CLOCK && b.kind == MOMENT_CLOCK &&
			a.minute < b.minute) {
			*from = a.minute;
			*to = b.minute;
			return true;
		}
	}
	return read_expects(ld_of(t), v, "protect", "hours, as \"09:30-11:00\"",
		"uren, zoals \"09:30-11:00\"");
}

static bool protect_read(struct target *t, const struct node *v)
{
	static const char *const blocks[] = {"hunting"};
	struct mode_spec *m = t->card->mode;
	const struct node *one = v->table;
	const struct node *const *items = &one;
	struct mode_protect *all;
	struct text role, block = TEXT("hunting");
	uint32_t n = 1;
	bool ok = true;

	if (!diary_read(t, v->arg, &role))
		return false;
	if (one == NULL)
		return read_expects(ld_of(t), v, "protect",
			"a diary and hours, as protect(\"seller diary\", { "
			"\"09:30-11:00\" }, \"hunting\")",
			"een agenda en uren, als protect(\"seller diary\", { "
			"\"09:30-11:00\" }, \"hunting\")");
	if (v->arg2 != NULL && !read_choice(ld_of(t), v->arg2, "protect",
				       blocks, 1, &block))
		return false;
	if (one->kind == NODE_TABLE) {
		items = (const struct node *const *)one->items;
		n = one->n_items;
	}
	all = read_alloc(ld_of(t), (m->n_protects + n) * sizeof(*all));
	if (all == NULL)
		return false;
	if (m->n_protects > 0)
		memcpy(all, m->protects, m->n_protects * sizeof(*all));
	m->protects = all;
	for (uint32_t i = 0; i < n; i++) {
		struct mode_protect *p = &all[m->n_protects];

		p->role = role;
		p->block = block;
		if (hours_read(t, items[i], &p->from_minute, &p->to_minute))
			m->n_protects++;
		else
			ok = false;
	}
	return ok;
}

/* push_back("aftercare.day-30", "2 weeks"): looked up when all cards are. */
static bool push_read(
	struct target *t, const struct node *v, struct mode_push *out)
{
	struct text name;
	const char *dot;

	out->v = v;
	if (v->arg == NULL || v->table == NULL ||
		!read_text(ld_of(t), v->arg, "push_back", &name) ||
		(dot = strrchr(name.at, '.')) == NULL)
		return read_expects(ld_of(t), v, "push_back",
			"a step and a time, as push_back(\"card.step\", \"2 "
			"weeks\")",
			"een stap en een tijd, als push_back(\"kaart.stap\", "
			"\"2 weken\")");
	out->card.at = arena_text(&ld_of(t)->rs->arena, name.at,
		(size_t)(dot - name.at));
	out->card.bytes = (uint32_t)(dot - name.at);
	out->step = text_of(dot + 1);
	return out->card.at != NULL &&
	       read_span(ld_of(t), v->table, "push_back", &out->by);
}

static bool change_read(struct target *t, const struct node *v)
{
	struct mode_spec *m = t->card->mode;
	bool ok = false;

	if (v->kind == NODE_WORD && v->word == WORD_SET &&
		(ok = set_read(t, v, &m->sets[m->n_sets])))
		m->n_sets++;
	else if (v->kind == NODE_WORD && v->word == WORD_NEVER_IN &&
		 (ok = never_read(t, v, &m->nevers[m->n_nevers])))
		m->n_nevers++;
	else if (v->kind == NODE_WORD && v->word == WORD_PUSH_BACK &&
		 (ok = push_read(t, v, &m->pushes[m->n_pushes])))
		m->n_pushes++;
	else if (v->kind == NODE_WORD && v->word == WORD_PROTECT)
		ok = protect_read(t, v);
	else if (v->kind != NODE_WORD ||
		 (v->word != WORD_SET && v->word != WORD_NEVER_IN &&
			 v->word != WORD_PUSH_BACK))
		read_expects(ld_of(t), v, "changes",
			"set(...), never_in(...), protect(...) or "
			"push_back(...)",
			"set(...), never_in(...), protect(...) of "
			"push_back(...)");
	return ok;
}

bool key_changes(struct target *t, const struct node *v, const char *key)
{
	struct mode_spec *m = t->card->mode;
	size_t n;
	bool ok = true;

	if (!read_is_table(ld_of(t), v, key, "{ set(...), ... }",
		    "{ set(...), ... }"))
		return false;
	n = v->n_items;
	m->sets = read_alloc(ld_of(t), n * sizeof(*m->sets));
	m->nevers = read_alloc(ld_of(t), n * sizeof(*m->nevers));
	m->pushes = read_alloc(ld_of(t), n * sizeof(*m->pushes));
	m->n_sets = m->n_nevers = m->n_pushes = m->n_protects = 0;
	if (m->sets == NULL || m->nevers == NULL || m->pushes == NULL)
		return false;
	for (uint32_t i = 0; i < v->n_keys; i++)
		say(ld_of(t), v->unit, node_key_line(v, v->keys[i].name.at),
			SAY_UNKNOWN_KEY, key, v->keys[i].name.at)
			->remedy = arena_printf(ld_of(t)->p->arena,
			problem_words(ld_of(t)->p,
				"A setting is changed by set(\"%s\", ...)",
				"Een instelling verandert met set(\"%s\", ...)"),
			v->keys[i].name.at);
	for (uint32_t i = 0; i < v->n_items; i++)
		ok &= change_read(t, v->items[i]);
	return ok;
}

/* ---- the whole ---- */

/* "first response" protects the setting "first_response", "promises" all that
 * begins with promise. */
static bool protects_setting(struct text promise, struct text setting)
{
	uint32_t n = promise.bytes;

	if (n > 1 && promise.at[n - 1] == 's')
		n--;
	if (setting.bytes < n)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (promise.at[i] != setting.at[i] &&
			(promise.at[i] != ' ' || setting.at[i] != '_'))
			return false;
	return true;
}

void card_mode_finish(struct target *t, const struct node *n)
{
	const struct mode_spec *m = t->card->mode;

	if (node_get(n->table, "starts") == NULL &&
		m->or_when.kind == COND_NONE)
		say(ld_of(t), n->unit, n->line, SAY_NO_STARTS, "mode",
			t->card->id.at);
	if (node_get(n->table, "changes") == NULL)
		say(ld_of(t), n->unit, n->line, SAY_MISSING_KEY, "mode",
			"changes");
	if (m->has_warn && !m->yearly &&
		node_get(n->table, "starts") != NULL)
		say(ld_of(t), n->unit, node_key_line(n->table, "warn"),
			SAY_MISSING_KEY, "warn", "starts = every_year { }");
	for (uint32_t i = 0; i < m->n_sets; i++)
		for (uint32_t k = 0; k < m->n_never_changes; k++)
			if (protects_setting(m->never_changes[k],
				    m->sets[i].setting))
				say(ld_of(t), n->unit, m->sets[i].line,
					SAY_NEVER_CHANGES,
					m->sets[i].setting.at,
					m->never_changes[k].at);
}

void card_mode_pushes(struct loading *ld)
{
	struct rulebook *book = &ld->rs->book;

	for (uint32_t i = 0; i < book->n_cards; i++) {
		struct card *c = &book->cards[i];

		for (uint32_t k = 0; c->mode != NULL && k < c->mode->n_pushes;
			k++) {
			struct mode_push *p = &c->mode->pushes[k];
			const struct card *to =
				card_find(book, c->pack, p->card);

			if (to == NULL && card_is_off(ld, p->card, c))
				p->card = TEXT(""); /* pushes nothing */
			else if (to == NULL)
				say(ld, p->v->unit, p->v->line,
					SAY_UNKNOWN_CARD, p->card.at);
			else if (card_step(to, p->step) == NULL)
				say(ld, p->v->unit, p->v->line,
					SAY_UNKNOWN_STEP, p->step.at);
			else
				p->card = to->name;
			p->v = NULL;
		}
	}
}
