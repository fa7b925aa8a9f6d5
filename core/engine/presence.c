#include "engine/machine.h"

#define NOBODY ((struct text){ "", 0 })

static const struct record *state_of(struct world *w, struct text person)
{
	return w->by_ref(w->ctx, TEXT("person"), person);
}

bool presence_of(struct world *w, const struct rulebook *book,
		 struct text person)
{
	const struct record *r = state_of(w, person);
	const struct value *f = r != NULL ? &r->fields : NULL;
	int64_t until = value_get_int(f, "absent_until", 0);

	if (rulebook_person(book, person) == NULL ||
		value_get_bool(f, "left", false))
		return false;
	if (!value_get_bool(f, "absent", false))
		return true;
	return w->now_ms < value_get_int(f, "absent_from", 0) ||
		(until != 0 && w->now_ms >= until);
}

struct text presence_deputy(struct world *w, const struct rulebook *book,
			    struct text person)
{
	struct text at = person;

	/* a deputy may have a deputy; the bound ends circles */
	for (int hops = 0; hops < 8 && at.bytes > 0; hops++) {
		const struct record *r;

		if (presence_of(w, book, at))
			return at;
		r = state_of(w, at);
		at = value_as_text(
			r != NULL ? value_get(&r->fields, "deputy") : NULL);
	}
	return NOBODY;
}

/* The next after `person` in the first team that has one here. */
static struct text team_mate(struct world *w, const struct rulebook *book,
			     struct text person)
{
	for (uint32_t i = 0; i < book->n_teams; i++) {
		const struct team *team = &book->teams[i];
		uint32_t at = 0;

		while (at < team->n_members &&
			!text_equal(team->members[at], person))
			at++;
		for (uint32_t k = 1; at < team->n_members &&
				     k < team->n_members;
			k++) {
			struct text mate = team->members[(at + k) %
				team->n_members];

			if (presence_of(w, book, mate))
				return mate;
		}
	}
	return NOBODY;
}

static struct text in_role(struct world *w, const struct rulebook *book,
			   const char *role)
{
	for (uint32_t i = 0; i < book->n_people; i++)
		if (person_has_role(&book->people[i], role) &&
			presence_of(w, book, book->people[i].id))
			return book->people[i].id;
	return NOBODY;
}

static struct text same_role(struct world *w, const struct rulebook *book,
			     struct text person)
{
	const struct person *p = rulebook_person(book, person);
	struct text found = NOBODY;

	for (uint32_t i = 0; p != NULL && i < p->n_roles && found.bytes == 0;
		i++)
		found = in_role(w, book, p->roles[i].at);
	return found;
}

struct text presence_stand_in(struct world *w, const struct rulebook *book,
			      struct text person, const char **how)
{
	const char *why = "named";
	struct text found = presence_deputy(w, book, person);

	if (person.bytes > 0 && !text_equal(found, person)) {
		why = "deputy";
		if (found.bytes == 0) {
			why = "next in team";
			found = team_mate(w, book, person);
		}
		if (found.bytes == 0) {
			why = "same role";
			found = same_role(w, book, person);
		}
		if (found.bytes == 0) {
			why = "manager";
			found = in_role(w, book, "sales_manager");
		}
		if (found.bytes == 0) {
			why = "principal";
			found = in_role(w, book, "principal");
		}
	}
	if (how != NULL)
		*how = why;
	return found;
}
