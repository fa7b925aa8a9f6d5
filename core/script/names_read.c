/* What packs declare: events, fields, settings; and the dealer's values. */
#include "script/read.h"

#include <string.h>

static void schema_spec(struct loading *ld, const struct node *n)
{
	struct schema *schema = ld->rs->book.schema;
	struct value spec;
	struct text name;

	if (n->table == NULL || n->table->kind != NODE_TABLE ||
		!read_text(ld, n->arg, word_of(n->word)->name, &name))
		return;
	if (!node_value(&ld->rs->arena, n->table, &spec)) {
		read_expects(ld, n->table, name.at, "fixed values only",
			"alleen vaste waarden");
		return;
	}
	if (spec.kind == VALUE_LIST && spec.count == 0)
		spec = value_map();
	if (n->word == WORD_EVENT)
		schema_add_event(schema, n->unit->pack, name, &spec,
			n->unit->name, n->line, ld->p);
	else
		schema_add_field(schema, n->unit->pack, name, &spec,
			n->unit->name, n->line, ld->p);
}

/* ---- settings ---- */

static const char *const types[] = {
	"duration", "number", "money", "percent", "text", "yes_no"};

static const char *type_wants(struct loading *ld, struct text type)
{
	static const char *const en[] = {"a length of time, as \"3 weeks\"",
		"a number", "an amount, as \"€ 20\"",
		"a percentage, as \"80%\"", "a text", "true or false"};
	static const char *const nl[] = {"een tijdsduur, zoals \"3 weken\"",
		"een getal", "een bedrag, zoals \"€ 20\"",
		"een percentage, zoals \"80%\"", "een tekst", "true of false"};

	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (text_is(type, types[i]))
			return ld->dutch ? nl[i] : en[i];
	return "?";
}

/* "12,5" or "12.5"; the rest of the text must be `after`. */
static bool decimal_read(const char *at, const char *after, double *out)
{
	double whole = 0, part = 0, scale = 1;
	bool any = false;

	for (; *at >= '0' && *at <= '9'; at++, any = true)
		whole = whole * 10 + (*at - '0');
	if (*at == ',' || *at == '.')
		for (at++; *at >= '0' && *at <= '9'; at++) {
			scale /= 10;
			part += (*at - '0') * scale;
		}
	while (*at == ' ')
		at++;
	*out = whole + part;
	return any && whole < 1e12 && strcmp(at, after) == 0;
}

/* "1.250,50" and "1,250.50" as "1250,50", "1250.50": a dot or comma before
 * exactly three digits groups them. False: too long. */
static bool ungroup(const char *at, char *out, size_t cap)
{
	size_t n = 0;

	for (const char *c = at; *c != '\0'; c++) {
		size_t digits = strspn(c + 1, "0123456789");

		if ((*c == '.' || *c == ',') && digits == 3 && c > at)
			continue;
		if (n + 1 == cap)
			return false;
		out[n++] = *c;
	}
	out[n] = '\0';
	return true;
}

bool read_money_value(const struct node *v, struct value *out)
{
	const char *at;
	char plain[40];
	double amount;

	if (v->kind != NODE_TEXT) /* 250: euros or cents? */
		return false;
	at = v->as.text.at;
	if (strncmp(at, "€", strlen("€")) == 0)
		at += strlen("€");
	while (*at == ' ')
		at++;
	if (!ungroup(at, plain, sizeof(plain)) ||
		!decimal_read(plain, "", &amount))
		return false;
	*out = value_int((int64_t)(amount * 100 + 0.5));
	return true;
}

bool read_percent_value(const struct node *v, struct value *out)
{
	double percent;

	if (v->kind == NODE_REAL && v->as.real >= 0 && v->as.real <= 1) {
		*out = value_real(v->as.real);
		return true;
	}
	if (v->kind != NODE_TEXT || !decimal_read(v->as.text.at, "%", &percent))
		return false;
	*out = value_real(percent / 100);
	return true;
}

/* "3 weeks", and not "3" */
static bool has_unit(const char *said)
{
	return said[strspn(said, "0123456789 ")] != '\0';
}

/* A value as its type keeps it: spans as text, money in cents, 80% as 0.8. */
static bool typed_value(struct loading *ld, const struct node *v,
	struct text type, struct value *out)
{
	struct fl_error err;
	struct value plain;
	struct span span;

	if (text_is(type, "money"))
		return read_money_value(v, out);
	if (text_is(type, "percent"))
		return read_percent_value(v, out);
	if (!node_value(&ld->rs->arena, v, &plain))
		return false;
	*out = plain;
	if (text_is(type, "duration"))
		return plain.kind == VALUE_TEXT && has_unit(plain.as.text) &&
		       span_of_value(&plain, &span, &err) == FL_OK;
	if (text_is(type, "number"))
		return plain.kind == VALUE_INT || plain.kind == VALUE_REAL;
	if (text_is(type, "yes_no"))
		return plain.kind == VALUE_BOOL;
	return plain.kind == VALUE_TEXT;
}

bool setting_fits(struct loading *ld, const struct node *v,
	const struct setting *s, struct value *out)
{
	if (v->kind == NODE_BROKEN)
		return false;
	if (typed_value(ld, v, s->type, out))
		return true;
	say(ld, v->unit, node_line(v), SAY_SETTING_VALUE, s->name.at,
		type_wants(ld, s->type));
	return false;
}

static void setting_one(struct loading *ld, const struct node *n)
{
	static const char *const keys[] = {"type", "default", "title"};
	struct rulebook *book = &ld->rs->book;
	struct reading_card rd = {.ld = ld, .about = TEXT("")};
	struct setting s = {.pack = n->unit->pack, .line = n->line};
	const struct node *t = n->table, *v;
	struct wording title;
	bool typed = false;

	if (t == NULL || t->kind != NODE_TABLE ||
		!read_text(ld, n->arg, "setting", &s.name))
		return;
	if (rulebook_setting(book, s.name) != NULL) {
		read_same_name(ld, n, s.name);
		return;
	}
	read_keys(ld, t, "setting", keys, COUNT_OF(keys));
	s.by = value_map();
	s.type = TEXT("text");
	if ((v = node_get(t, "type")) == NULL)
		say(ld, n->unit, n->line, SAY_MISSING_KEY, "setting", "type");
	else
		typed = read_choice(ld, v, "type", types, COUNT_OF(types),
			&s.type);
	if ((v = node_get(t, "default")) == NULL)
		say(ld, n->unit, n->line, SAY_MISSING_KEY, "setting",
			"default");
	else if (typed)
		setting_fits(ld, v, &s, &s.dflt);
	if ((v = node_get(t, "title")) != NULL)
		read_wording(&rd, v, "title", &title);
	book->settings[book->n_settings++] = s;
}

struct setting *setting_find(struct loading *ld, const struct node *n)
{
	struct rulebook *book = &ld->rs->book;
	const char *names[200];
	size_t count = 0;

	for (uint32_t i = 0; i < book->n_settings; i++) {
		if (text_equal(book->settings[i].name, n->arg->as.text))
			return &book->settings[i];
		if (count < COUNT_OF(names))
			names[count++] = book->settings[i].name.at;
	}
	say_near(ld,
		say(ld, n->unit, n->line, SAY_UNKNOWN_SETTING,
			n->arg->as.text.at),
		n->arg->as.text.at, names, count);
	return NULL;
}

/* Brands are nowhere declared; one that nearly is somebody's brand is
 * misspelt. */
static void brand_check(
	struct loading *ld, const struct node *v, struct text name)
{
	const struct rulebook *book = &ld->rs->book;
	struct problem found = {.nearest = NULL};
	const char *names[200];
	size_t n = 0;

	for (uint32_t i = 0; i < book->n_people && n < 200; i++)
		if (book->people[i].brand.bytes > 0)
			names[n++] = book->people[i].brand.at;
	for (size_t i = 0; i < n; i++)
		if (text_is(name, names[i]))
			return;
	say_near(ld, &found, name.at, names, n);
	if (found.nearest != NULL)
		say(ld, v->unit, node_line(v), SAY_UNKNOWN_BRAND, name.at)
			->nearest = found.nearest;
}

/* {brand = "volvo"}: below by.brand.volvo. */
static void scope_set(struct loading *ld, const struct node *scope,
	struct setting *s, struct value v)
{
	static const char *const keys[] = {"brand", "team", "person"};
	struct arena *a = &ld->rs->arena;
	struct reading_card rd = {.ld = ld, .about = TEXT("")};
	struct who who;
	struct text name;

	read_keys(ld, scope, "set", keys, COUNT_OF(keys));
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const struct node *n = node_get(scope, keys[i]);
		const struct value *old;
		struct value inner;

		if (n == NULL || !read_text(ld, n, keys[i], &name))
			continue;
		if (i == 2 && !read_who(&rd, n, "person", &who))
			continue;
		if (i == 1 && rulebook_team(&ld->rs->book, name) == NULL) {
			say(ld, n->unit, n->line, SAY_UNKNOWN_TEAM, name.at);
			continue;
		}
		if (i == 0)
			brand_check(ld, n, name);
		old = value_get(&s->by, keys[i]);
		inner = old != NULL ? *old : value_map();
		value_set(a, &inner, name, v);
		value_put(a, &s->by, keys[i], inner);
	}
}

static void set_one(struct loading *ld, const struct node *n)
{
	struct setting *s;
	struct value v;

	if (n->arg == NULL || n->arg->kind != NODE_TEXT)
		return;
	s = setting_find(ld, n);
	if (s == NULL)
		return;
	if (n->table == NULL && n->unit->broken)
		return; /* what stands behind it was told */
	if (n->table == NULL) {
		say(ld, n->unit, n->line, SAY_SETTING_VALUE, s->name.at,
			type_wants(ld, s->type));
		return;
	}
	if (!setting_fits(ld, n->table, s, &v))
		return;
	if (n->arg2 == NULL && value_get(&s->by, "dealer") != NULL)
		read_same_name(ld, n, s->name);
	else if (n->arg2 == NULL)
		value_put(&ld->rs->arena, &s->by, "dealer", v);
	else if (read_is_table(ld, n->arg2, "set",
			 "for whom: { brand = \"...\" }, { team = \"...\" } "
			 "or { person = \"...\" }",
			 "voor wie: { brand = \"...\" }, { team = \"...\" } of "
			 "{ person = \"...\" }"))
		scope_set(ld, n->arg2, s, v);
}

void names_read(struct loading *ld)
{
	struct rulebook *book = &ld->rs->book;

	book->settings = read_alloc(ld, ld->n_decls * sizeof(*book->settings));
	if (book->settings == NULL)
		return;
	for (uint32_t i = 0; i < ld->n_decls; i++) {
		const struct node *n = ld->decls[i];

		if (n->kind != NODE_WORD)
			continue;
		if (n->word == WORD_EVENT || n->word == WORD_FIELD)
			schema_spec(ld, n);
		else if (n->word == WORD_SETTING && n->table != NULL)
			setting_one(ld, n);
	}
	schema_finish(book->schema, ld->p);
	for (uint32_t i = 0; i < ld->n_decls; i++) {
		const struct node *n = ld->decls[i];

		if (n->kind != NODE_WORD || n->word != WORD_SET)
			continue;
		if (n->unit->kind != FILE_SETTINGS)
			say(ld, n->unit, n->line, SAY_WRONG_FILE, "set",
				"settings.lua");
		else
			set_one(ld, n);
	}
}
