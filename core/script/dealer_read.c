/* dealership.lua: the rooftop, its people, teams and departments. */
#include "script/read.h"

#include <string.h>

#define AUTO_LIMIT 25 /* customers a change may move by itself */
#define PACE 10       /* late things a person gets a day */

static const char *const hours_keys[] = {
	"hours", "closed", "open", "holidays", "liberation_day"};

static const char *const dealership_keys[] = {"name", "zone", "language",
	"legal", "currency", "hours", "closed", "open", "holidays",
	"liberation_day", "publish", "auto_limit", "pace"};
static const char *const person_keys[] = {
	"name", "roles", "email", "phone", "brand", "external", "days"};

const char *dealer_key_at(enum word w, size_t i)
{
	if (w == WORD_DEALERSHIP && i < COUNT_OF(dealership_keys))
		return dealership_keys[i];
	if (w == WORD_PERSON && i < COUNT_OF(person_keys))
		return person_keys[i];
	if (w == WORD_DEPARTMENT && i < COUNT_OF(hours_keys))
		return hours_keys[i];
	return NULL;
}

/* The keys of a calendar out of a table, as calendar_new() wants them. */
static struct value hours_value(struct loading *ld, const struct node *table)
{
	struct arena *a = &ld->rs->arena;
	struct value spec = value_map(), v;

	for (size_t i = 0; i < COUNT_OF(hours_keys); i++) {
		const struct node *n = node_get(table, hours_keys[i]);

		if (n == NULL)
			continue;
		if (node_value(a, n, &v))
			value_put(a, &spec, hours_keys[i], v);
		else
			read_expects(ld, n, hours_keys[i],
				"hours, as { mon = "
				"\"09:00-18:00\" }",
				"tijden, zoals { ma = \"09:00-18:00\" }");
	}
	return spec;
}

static void calendar_read(struct loading *ld, const struct node *table,
	const struct calendar *base, int line, struct calendar **out)
{
	struct value spec = hours_value(ld, table);
	const struct node *hours = node_get(table, "hours");

	if (ld->rs->book.zone == NULL)
		return;
	calendar_new(&ld->rs->arena, &spec, base, ld->rs->book.zone,
		table->unit->name, hours != NULL ? hours->line : line, ld->p,
		out);
}

static void zone_read(
	struct loading *ld, const struct node *table, const char *name)
{
	struct ruleset *rs = ld->rs;
	struct fl_error err;
	fl_status s;

	if (rs->sources.zone_bytes != NULL)
		s = zone_parse(name, rs->sources.zone_bytes, rs->sources.n_zone,
			&rs->book.zone, &err);
	else
		s = zone_load(name, &rs->book.zone, &err);
	if (s != FL_OK)
		read_did_you_mean(ld,
			say(ld, table->unit, node_key_line(table, "zone"),
				SAY_ZONE, name),
			err.text);
}

static void choice_or(struct loading *ld, const struct node *table,
	const char *key, const char *const *names, size_t n, struct text *out)
{
	const struct node *v = node_get(table, key);

	*out = text_of(names[0]);
	if (v != NULL)
		read_choice(ld, v, key, names, n, out);
}

static void currency_read(struct loading *ld, const struct node *table)
{
	const struct node *v = node_get(table, "currency");
	struct text t = TEXT("EUR");
	bool ok = true;

	if (v != NULL && !read_text(ld, v, "currency", &t))
		return;
	for (uint32_t i = 0; i < t.bytes; i++)
		ok = ok && t.at[i] >= 'A' && t.at[i] <= 'Z';
	if (!ok || t.bytes != 3)
		read_expects(ld, v, "currency", "three letters, as \"EUR\"",
			"drie letters, zoals \"EUR\"");
	ld->rs->book.currency = t;
}

/* How a change of the rules goes live. */
static void publish_read(struct loading *ld, const struct node *table)
{
	static const char *const ways[] = {"auto", "review"};
	struct rulebook *book = &ld->rs->book;
	const struct node *v;
	struct text way;

	choice_or(ld, table, "publish", ways, COUNT_OF(ways), &way);
	book->review = text_is(way, "review");
	book->auto_limit = AUTO_LIMIT;
	book->pace = PACE;
	if ((v = node_get(table, "auto_limit")) != NULL)
		read_int(ld, v, "auto_limit", 0, 1000000, &book->auto_limit);
	if ((v = node_get(table, "pace")) != NULL)
		read_int(ld, v, "pace", 1, 1000, &book->pace);
}

static void dealership_one(struct loading *ld, const struct node *n)
{
	static const char *const languages[] = {"en", "nl"};
	static const char *const legals[] = {"nl", "be", "us"};
	struct rulebook *book = &ld->rs->book;
	const struct node *t = n->table, *v;
	struct text zone = TEXT("Europe/Amsterdam");

	if (t == NULL || t->kind != NODE_TABLE)
		return;
	read_keys(ld, t, "dealership", dealership_keys,
		COUNT_OF(dealership_keys));
	choice_or(ld, t, "language", languages, 2, &book->language);
	choice_or(ld, t, "legal", legals, 3, &book->legal);
	currency_read(ld, t);
	publish_read(ld, t);
	if ((v = node_get(t, "name")) == NULL)
		say(ld, n->unit, n->line, SAY_MISSING_KEY, "dealership",
			"name");
	else
		read_text(ld, v, "name", &book->name);
	if ((v = node_get(t, "zone")) == NULL ||
		read_text(ld, v, "zone", &zone))
		zone_read(ld, t, zone.at);
	calendar_read(ld, t, NULL, n->line, &book->calendar);
}

static void dealership_find(struct loading *ld)
{
	const struct node *found = NULL;

	for (uint32_t i = 0; i < ld->n_decls; i++) {
		const struct node *n = ld->decls[i];

		if (n->word != WORD_DEALERSHIP || n->kind != NODE_WORD)
			continue;
		if (found != NULL)
			say(ld, n->unit, n->line, SAY_TWO_DEALERSHIPS,
				found->unit->name, found->line);
		else
			dealership_one(ld, n);
		found = n;
	}
	if (found != NULL)
		return;
	/* a file that could not be read has been told already */
	for (uint32_t i = 0; i < ld->n_units; i++)
		if (ld->units[i].kind == FILE_DEALERSHIP && ld->units[i].broken)
			return;
	say(ld, NULL, 0, SAY_NO_DEALERSHIP);
}

/* ---- people ---- */

static void person_roles(
	struct loading *ld, const struct node *t, struct person *p)
{
	const struct node *v = node_get(t, "roles");
	size_t n;
	const char *const *roles = read_roles(&n);

	if (v == NULL || !read_texts(ld, v, "roles", &p->roles, &p->n_roles))
		return;
	for (uint32_t i = 0; i < p->n_roles; i++)
		read_one_of(ld, v->kind == NODE_TABLE ? v->items[i] : v, "roles", p->roles[i], roles, n);
	if (person_has_role(p, "seller") &&
		person_has_role(p, "delivery_specialist"))
		say_warning(ld, v->unit, node_line(v), SAY_TWO_JOBS, p->id.at);
}

static void text_or_empty(struct loading *ld, const struct node *t,
	const char *key, struct text *out)
{
	const struct node *v = node_get(t, key);

	*out = TEXT("");
	if (v != NULL)
		read_text(ld, v, key, out);
}

static void person_one(struct loading *ld, const struct node *n)
{
	struct rulebook *book = &ld->rs->book;
	struct person p = {.line = n->line};
	const struct node *t = n->table, *v;

	if (t == NULL || t->kind != NODE_TABLE || !read_id(ld, n->arg, &p.id))
		return;
	if (rulebook_person(book, p.id) != NULL) {
		read_same_name(ld, n, p.id);
		return;
	}
	read_keys(ld, t, "person", person_keys, COUNT_OF(person_keys));
	text_or_empty(ld, t, "name", &p.name);
	text_or_empty(ld, t, "email", &p.email);
	text_or_empty(ld, t, "phone", &p.phone);
	text_or_empty(ld, t, "brand", &p.brand);
	if (p.name.bytes == 0)
		p.name = p.id;
	person_roles(ld, t, &p);
	if ((v = node_get(t, "external")) != NULL)
		read_bool(ld, v, "external", &p.external);
	if ((v = node_get(t, "days")) != NULL &&
		!node_value(&ld->rs->arena, v, &p.days))
		read_expects(ld, v, "days", "days, as { \"mon\", \"tue\" }",
			"dagen, zoals { \"ma\", \"di\" }");
	book->people[book->n_people++] = p;
}

static void team_one(struct loading *ld, const struct node *n)
{
	struct rulebook *book = &ld->rs->book;
	struct reading_card rd = {.ld = ld, .about = TEXT("")};
	struct team team = {0};
	struct who who;

	if (n->table == NULL || n->table->kind != NODE_TABLE ||
		!read_id(ld, n->arg, &team.id))
		return;
	if (rulebook_team(book, team.id) != NULL) {
		read_same_name(ld, n, team.id);
		return;
	}
	for (uint32_t i = 0; i < n->table->n_keys; i++)
		say(ld, n->unit,
			node_key_line(n->table, n->table->keys[i].name.at),
			SAY_UNKNOWN_KEY, "team", n->table->keys[i].name.at);
	team.members =
		read_alloc(ld, n->table->n_items * sizeof(*team.members));
	if (team.members == NULL)
		return;
	for (uint32_t i = 0; i < n->table->n_items; i++) {
		const struct node *v = n->table->items[i];

		if (v->kind != NODE_TEXT)
			read_expects(ld, v, "team", "people, as \"jan\"",
				"mensen, zoals \"jan\"");
		else if (read_who(&rd, v, "team", &who))
			team.members[team.n_members++] = who.arg;
	}
	if (n->table->n_items == 0)
		say(ld, n->unit, n->line, SAY_EMPTY, team.id.at);
	book->teams[book->n_teams++] = team;
}

static void department_one(struct loading *ld, const struct node *n)
{
	struct rulebook *book = &ld->rs->book;
	struct department d = {0};

	if (n->table == NULL || n->table->kind != NODE_TABLE ||
		!read_id(ld, n->arg, &d.id))
		return;
	for (uint32_t i = 0; i < book->n_departments; i++)
		if (text_equal(book->departments[i].id, d.id)) {
			read_same_name(ld, n, d.id);
			return;
		}
	read_keys(ld, n->table, "department", hours_keys, COUNT_OF(hours_keys));
	calendar_read(ld, n->table, book->calendar, n->line, &d.calendar);
	if (d.calendar != NULL)
		book->departments[book->n_departments++] = d;
}

static void each(struct loading *ld, enum word word,
	void (*one)(struct loading *ld, const struct node *n))
{
	for (uint32_t i = 0; i < ld->n_decls; i++) {
		const struct node *n = ld->decls[i];

		if (n->kind != NODE_WORD || n->word != word)
			continue;
		if (n->unit->kind != FILE_DEALERSHIP)
			say(ld, n->unit, n->line, SAY_WRONG_FILE,
				word_of(word)->name, "dealership.lua");
		else
			one(ld, n);
	}
}

void dealer_read(struct loading *ld)
{
	struct rulebook *book = &ld->rs->book;

	book->name = book->language = book->legal = TEXT("");
	book->currency = TEXT("EUR");
	book->people = read_alloc(ld, ld->n_decls * sizeof(*book->people));
	book->teams = read_alloc(ld, ld->n_decls * sizeof(*book->teams));
	book->departments =
		read_alloc(ld, ld->n_decls * sizeof(*book->departments));
	if (book->people == NULL || book->teams == NULL ||
		book->departments == NULL)
		return;
	dealership_find(ld);
	each(ld, WORD_PERSON, person_one);
	each(ld, WORD_TEAM, team_one);
	each(ld, WORD_DEPARTMENT, department_one);
}
