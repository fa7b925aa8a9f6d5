#include "model/rulebook.h"

#include "base/near.h"

const char *card_kind_name(enum card_kind kind)
{
	static const char *const names[CARD_KINDS] = {
		[CARD_CADENCE] = "cadence",
		[CARD_HANDOFF] = "handoff",
		[CARD_ESCALATION] = "escalation",
		[CARD_RULE] = "rule",
		[CARD_GATE] = "gate",
		[CARD_MODE] = "mode"};

	REQUIRE(kind < CARD_KINDS && names[kind] != NULL);
	return names[kind];
}

/* "prospects due in 14 days": how many days, -1 something else. */
int32_t who_prospect_days(struct text of)
{
	static const struct {
		const char *before, *behind;
	} said[] = {{"prospects due in ", " days"},
		{"prospects binnen ", " dagen"}};

	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		size_t at = strlen(said[i].before), n = 0;
		int32_t days = 0;

		if (of.bytes <= at || strncmp(of.at, said[i].before, at) != 0)
			continue;
		for (; of.at[at] >= '0' && of.at[at] <= '9' && n < 4; n++)
			days = days * 10 + (of.at[at++] - '0');
		if (n > 0 && days <= PROSPECT_DAYS_MOST &&
			strcmp(of.at + at, said[i].behind) == 0)
			return days;
	}
	return -1;
}

bool who_limit_read(struct text said, int32_t *n, struct text *of)
{
	static const struct {
		const char *written, *means;
	} counted[] = {
		{"open cases", "open cases"},
		{"open case", "open cases"},
		{"deliveries a day", "deliveries a day"},
		{"delivery a day", "deliveries a day"},
		{"tasks", "tasks"},
		{"open tasks", "tasks"},
		{"task", "tasks"},
		{"open zaken", "open cases"},
		{"afleveringen per dag", "deliveries a day"},
		{"taken", "tasks"},
	};
	uint32_t at = 0;
	int64_t count = 0;

	while (at < said.bytes && said.at[at] >= '0' && said.at[at] <= '9' &&
		count <= 100000)
		count = count * 10 + (said.at[at++] - '0');
	while (at < said.bytes && said.at[at] == ' ')
		at++;
	for (size_t i = 0; i < sizeof(counted) / sizeof(*counted); i++)
		if (count <= 100000 && strcmp(said.at + at,
					       counted[i].written) == 0) {
			*n = (int32_t)count;
			*of = text_of(counted[i].means);
			return true;
		}
	if (count > 100000 ||
		who_prospect_days((struct text){
			said.at + at, said.bytes - at}) < 0)
		return false;
	*n = (int32_t)count;
	*of = (struct text){said.at + at, said.bytes - at};
	return true;
}

const struct card *rulebook_card(const struct rulebook *rb, struct text name)
{
	uint32_t i;

	for (i = 0; i < rb->n_cards; i++)
		if (text_equal(rb->cards[i].name, name))
			return &rb->cards[i];
	return NULL;
}

const struct step *card_step(const struct card *c, struct text id)
{
	uint32_t i;

	for (i = 0; i < c->n_steps; i++)
		if (text_equal(c->steps[i].id, id))
			return &c->steps[i];
	return NULL;
}

static const struct step *ladder_rung(const struct card *c, struct text id)
{
	uint32_t i, k;

	for (i = 0; i < c->n_ladders; i++)
		for (k = 0; k < c->ladders[i].n_rungs; k++)
			if (text_equal(c->ladders[i].rungs[k].id, id))
				return &c->ladders[i].rungs[k];
	return NULL;
}

const struct step *card_part(const struct card *c, struct text id)
{
	const struct step *st = card_step(c, id);
	uint32_t i;

	for (i = 0; st == NULL && i < c->n_whens; i++)
		if (text_equal(c->whens[i].step.id, id))
			st = &c->whens[i].step;
	return st != NULL ? st : ladder_rung(c, id);
}

const struct step *rulebook_step(
	const struct rulebook *rb, struct text card, struct text step)
{
	const struct card *c = rulebook_card(rb, card);
	const struct step *st = c != NULL ? card_part(c, step) : NULL;
	uint32_t i;

	for (i = 0; c != NULL && st == NULL && i < c->n_steps; i++)
		if (c->steps[i].was.bytes > 0 &&
			text_equal(c->steps[i].was, step))
			st = &c->steps[i];
	return st;
}

const struct person *rulebook_person(const struct rulebook *rb, struct text id)
{
	uint32_t i;

	for (i = 0; i < rb->n_people; i++)
		if (text_equal(rb->people[i].id, id))
			return &rb->people[i];
	return NULL;
}

const char *rulebook_near_person(const struct rulebook *rb, struct arena *a,
				 struct text typed)
{
	const char *said = arena_text(a, typed.at, typed.bytes);
	const char **names = arena_alloc(a,
		sizeof(*names) * (2 * (size_t)rb->n_people + 1));
	uint32_t n = 0;
	int near;

	if (said == NULL || names == NULL)
		return NULL;
	for (uint32_t i = 0; i < rb->n_people; i++) {
		names[n++] = rb->people[i].id.at;
		names[n++] = rb->people[i].name.at;
	}
	near = near_name(said, names, n);
	return near >= 0 ? rb->people[near / 2].id.at : NULL;
}

void rulebook_nobody(const struct rulebook *rb, struct text typed,
		     const char *code, const char *field, struct problems *p)
{
	const char *said = arena_text(p->arena, typed.at, typed.bytes);
	struct problem *it = problem_add(p, code, NULL, 0,
		problem_words(p, "\"%s\" is nobody in dealership.lua",
			"\"%s\" is niemand in dealership.lua"),
		said != NULL ? said : "?");

	it->field = field;
	it->nearest = rulebook_near_person(rb, p->arena, typed);
}

bool rulebook_knows(const struct rulebook *rb, struct text id,
		    const char *field, struct problems *p)
{
	if (rulebook_person(rb, id) != NULL)
		return true;
	rulebook_nobody(rb, id, "FL410", field, p);
	return false;
}

const struct team *rulebook_team(const struct rulebook *rb, struct text id)
{
	uint32_t i;

	for (i = 0; i < rb->n_teams; i++)
		if (text_equal(rb->teams[i].id, id))
			return &rb->teams[i];
	return NULL;
}

bool person_has_role(const struct person *p, const char *role)
{
	uint32_t i;

	for (i = 0; i < p->n_roles; i++)
		if (text_is(p->roles[i], role))
			return true;
	return false;
}

const struct word_list *rulebook_words(const struct rulebook *rb,
				       struct text name)
{
	for (uint32_t i = 0; i < rb->n_word_lists; i++)
		if (text_equal(rb->word_lists[i].name, name))
			return &rb->word_lists[i];
	return NULL;
}

const struct setting *rulebook_setting(
	const struct rulebook *rb, struct text name)
{
	uint32_t i;

	for (i = 0; i < rb->n_settings; i++)
		if (text_equal(rb->settings[i].name, name))
			return &rb->settings[i];
	return NULL;
}

static bool in_team(const struct team *t, struct text person)
{
	return text_among(t->members, t->n_members, person);
}

/* by[level][name], NULL when it says nothing. */
static const struct value *said(
	const struct setting *s, const char *level, struct text name)
{
	const struct value *v = NULL;

	if (name.bytes > 0)
		v = value_get_text(value_get(&s->by, level), name);
	return v != NULL && v->kind != VALUE_NULL ? v : NULL;
}

struct value setting_value(const struct rulebook *rb, const struct setting *s,
	struct text person, struct text brand)
{
	const struct value *v = said(s, "person", person);
	uint32_t i;

	for (i = 0; v == NULL && person.bytes > 0 && i < rb->n_teams; i++)
		if (in_team(&rb->teams[i], person))
			v = said(s, "team", rb->teams[i].id);
	if (v == NULL)
		v = said(s, "brand", brand);
	if (v == NULL)
		v = value_get(&s->by, "dealer");
	return v != NULL && v->kind != VALUE_NULL ? *v : s->dflt;
}

const struct calendar *rulebook_calendar(
	const struct rulebook *rb, struct text person)
{
	uint32_t i, j;

	for (i = 0; person.bytes > 0 && i < rb->n_teams; i++) {
		if (!in_team(&rb->teams[i], person))
			continue;
		for (j = 0; j < rb->n_departments; j++)
			if (text_equal(
				    rb->departments[j].id, rb->teams[i].id) &&
				rb->departments[j].calendar != NULL)
				return rb->departments[j].calendar;
	}
	return rb->calendar;
}

struct text wording_text(const struct wording *w, const struct rulebook *rb)
{
	bool dutch = text_is(rb->language, "nl");
	struct text first = dutch ? w->nl : w->en;

	return first.bytes > 0 ? first : dutch ? w->en : w->nl;
}
