#include "engine/machine.h"

#include "model/modes.h"

/* The deal a record is about: itself, or the one it names. NULL: none. */
static const struct record *deal_of(const struct snapshot *s,
				    const struct record *r)
{
	struct world *w = s->world;
	int64_t id;

	if (r == NULL || text_is(r->kind, "deal"))
		return r;
	id = value_get_int(&r->fields, "deal", 0);
	return id != 0 ? w->get(w->ctx, id) : NULL;
}

static struct text text_field(const struct record *r, const char *field)
{
	const struct value *v =
		r != NULL ? value_get(&r->fields, field) : NULL;

	if (v == NULL || v->kind != VALUE_TEXT)
		return (struct text){ "", 0 };
	return (struct text){ v->as.text, v->count };
}

static const struct record *person_state(const struct snapshot *s,
					 struct text person)
{
	return s->world->by_ref(s->world->ctx, TEXT("person"), person);
}

static bool is_present(const struct snapshot *s, struct text person)
{
	return presence_of(s->world, s->book, person);
}

struct text people_present(const struct snapshot *s, struct text person)
{
	return presence_deputy(s->world, s->book, person);
}

/* The n-th person with a role or in a team; empty past the end. */
static struct text member(const struct snapshot *s, const struct team *team,
			  struct text role, uint32_t n)
{
	const struct rulebook *b = s->book;

	if (team != NULL)
		return n < team->n_members ? team->members[n]
					   : (struct text){ "", 0 };
	for (uint32_t i = 0; i < b->n_people; i++)
		if (person_has_role(&b->people[i], role.at) && n-- == 0)
			return b->people[i].id;
	return (struct text){ "", 0 };
}

static struct text first_present(const struct snapshot *s,
				 const struct team *team, struct text role,
				 bool open_now)
{
	struct text at, deputy, found = { "", 0 };

	for (uint32_t i = 0; (at = member(s, team, role, i)).bytes > 0; i++) {
		if (is_present(s, at) && (!open_now ||
			calendar_is_open(rulebook_calendar(s->book, at),
				s->now_ms)))
			return at;
		deputy = people_present(s, at);
		if (found.bytes == 0 && deputy.bytes > 0)
			found = deputy;
	}
	return found;
}

/* What is the most that `person` may have; 0: any number. */
static int64_t most_of(const struct snapshot *s, const struct who *who,
		       struct text person)
{
	const struct setting *set;
	struct value v;

	if (who->at_most_setting.bytes == 0)
		return who->at_most;
	set = rulebook_setting(s->book, who->at_most_setting);
	if (set == NULL)
		return 0;
	v = modes_setting(s->world, s->book, set, person, TEXT(""));
	return v.kind == VALUE_INT    ? v.as.integer
	       : v.kind == VALUE_REAL ? (int64_t)v.as.real
				      : 0;
}

/* Is here and below the most that this one may have. */
static bool has_room(const struct snapshot *s, const struct who *who,
		     struct text person)
{
	int64_t most;

	if (!is_present(s, person))
		return false;
	most = most_of(s, who, person);
	return most <= 0 || s->load(s->ctx, person, who->at_most_of) < most;
}

static struct text least_loaded(const struct snapshot *s,
				const struct who *who, const struct team *team)
{
	struct text at, best = { "", 0 };
	uint32_t best_load = UINT32_MAX;

	for (uint32_t i = 0; (at = member(s, team, who->arg, i)).bytes > 0;
		i++) {
		uint32_t load;

		if (!has_room(s, who, at))
			continue;
		load = s->load(s->ctx, at, who->at_most_of);
		if (load < best_load) {
			best = at;
			best_load = load;
		}
	}
	return best;
}

/* Seller who waits longest for a fresh lead (S4-23), empty when none does. */
static struct text owed_first(const struct snapshot *s,
			      const struct team *team, struct text role)
{
	struct text at, best = { "", 0 };
	int64_t best_since = INT64_MAX;

	for (uint32_t i = 0; (at = member(s, team, role, i)).bytes > 0; i++) {
		const struct record *r = person_state(s, at);
		int64_t since;

		if (r == NULL || !is_present(s, at) ||
			value_get_int(&r->fields, "leads_owed", 0) <= 0)
			continue;
		since = value_get_int(&r->fields, "owed_since", 0);
		if (since < best_since) {
			best = at;
			best_since = since;
		}
	}
	return best;
}

/* Next member with room after the one who had the last turn. */
static struct text round_robin(const struct snapshot *s, const struct who *who,
			       const struct team *team)
{
	const struct record *roof = s->world->by_ref(s->world->ctx,
		TEXT("rooftop"), TEXT("rooftop"));
	const struct value *turns =
		roof != NULL ? value_get(&roof->fields, "rotation") : NULL;
	const struct value *last = value_get_text(turns, who->arg);
	struct text at;
	uint32_t n = 0, from = 0;

	while ((at = member(s, team, who->arg, n)).bytes > 0) {
		if (last != NULL && last->kind == VALUE_TEXT &&
			text_is(at, last->as.text))
			from = n + 1;
		n++;
	}
	for (uint32_t i = 0; i < n; i++) {
		at = member(s, team, who->arg, (from + i) % n);
		if (has_room(s, who, at))
			return at;
	}
	return (struct text){ "", 0 };
}

/* Who works it now: the record's own handler or person, its deal's, the
 * seller's, in this order; of what concerns a person, that person. */
static struct text handler_of(const struct snapshot *s,
			      const struct record *subject)
{
	static const char *const fields[] = { "handler", "specialist", "owner",
		"person" };
	const struct record *deal = deal_of(s, subject);
	struct text t;

	if (subject != NULL && text_is(subject->kind, "person"))
		return subject->ref;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		t = text_field(subject, fields[i]);
		if (t.bytes > 0)
			return t;
	}
	t = deal != subject ? text_field(deal, "handler") : TEXT("");
	return t.bytes > 0 ? t : text_field(deal, "seller");
}

static struct text seller_of(const struct snapshot *s,
			     const struct record *subject)
{
	const struct record *deal = deal_of(s, subject);
	struct text t = text_field(subject, "seller");

	if (t.bytes == 0)
		t = text_field(deal, "seller");
	return t.bytes > 0 ? t : text_field(deal, "handler");
}

/* Who is accountable; when they and theirs are away, the deputy that the
 * record itself names (a promise's). */
static struct text owner_of(const struct snapshot *s,
			    const struct record *subject)
{
	struct text owner = text_field(subject, "owner");
	struct text deputy = text_field(subject, "deputy");

	if (owner.bytes == 0)
		owner = handler_of(s, subject);
	return people_present(s, owner).bytes == 0 &&
			people_present(s, deputy).bytes > 0
		? deputy
		: owner;
}

struct text people_named(const struct snapshot *s, const struct who *who,
			 const struct record *subject)
{
	struct value v;

	switch (who->kind) {
	case WHO_PERSON:
		return who->arg;
	case WHO_HANDLER:
		return handler_of(s, subject);
	case WHO_SELLER:
		return seller_of(s, subject);
	case WHO_OWNER:
		return owner_of(s, subject);
	case WHO_PERSON_IN:
		if (subject == NULL)
			break;
		v = field_path(s->world, s->book, subject, who->arg);
		if (v.kind == VALUE_TEXT)
			return (struct text){ v.as.text, v.count };
		break;
	default:
		break;
	}
	return (struct text){ "", 0 };
}

struct text people_resolve(const struct snapshot *s, const struct who *who,
			   const struct record *subject, bool take_owed,
			   const char **why)
{
	const struct team *team = rulebook_team(s->book, who->arg);
	const char *how = "";
	struct text found = { "", 0 }, wanted;

	switch (who->kind) {
	case WHO_NONE:
		break;
	case WHO_ROLE:
		found = first_present(s, NULL, who->arg, false);
		how = "role";
		break;
	case WHO_ON_DUTY:
		found = first_present(s, NULL, who->arg, true);
		how = "on duty";
		break;
	case WHO_LEAST_LOADED:
		found = least_loaded(s, who, team);
		how = "least loaded";
		break;
	case WHO_ROUND_ROBIN:
		if (take_owed)
			found = owed_first(s, team, who->arg);
		how = found.bytes > 0 ? "a lead is owed" : "next in turn";
		if (found.bytes == 0)
			found = round_robin(s, who, team);
		break;
	default:
		wanted = people_named(s, who, subject);
		found = presence_stand_in(s->world, s->book, wanted, &how);
		break;
	}
	if (why != NULL)
		*why = found.bytes > 0 ? how : "nobody present";
	return found;
}

static const char *const who_names[] = {
	"none", "person", "handler", "seller", "owner", "person_in", "role",
	"on_duty", "least_loaded", "round_robin",
};

bool people_of_value(const struct value *v, struct who *out)
{
	const char *kind = value_get_str(v, "who");
	struct text most;

	memset(out, 0, sizeof(*out));
	if (v != NULL && v->kind == VALUE_TEXT) {
		out->kind = WHO_PERSON;
		out->arg = (struct text){ v->as.text, v->count };
		return v->count > 0;
	}
	if (kind == NULL)
		return false;
	for (size_t i = 0; i < sizeof(who_names) / sizeof(who_names[0]); i++)
		if (strcmp(kind, who_names[i]) == 0)
			out->kind = (enum who_kind)i;
	out->arg = text_of(value_get_str(v, "arg"));
	/* what a function gave is still as it was written */
	most = value_as_text(value_get(v, "at_most"));
	out->at_most_of = text_of(value_get_str(v, "at_most_of"));
	if (most.bytes == 0 ||
		!who_limit_read(most, &out->at_most, &out->at_most_of))
		out->at_most = (int32_t)value_get_int(v, "at_most", 0);
	out->at_most_setting = text_of(value_get_str(v, "at_most_setting"));
	return out->kind != WHO_NONE;
}

struct value people_to_value(struct arena *a, const struct who *who)
{
	struct value v = value_map();

	value_put(a, &v, "who", value_text(who_names[who->kind]));
	if (who->arg.bytes > 0)
		value_put(a, &v, "arg", value_of_text(who->arg));
	if (who->at_most > 0)
		value_put(a, &v, "at_most", value_int(who->at_most));
	if (who->at_most_setting.bytes > 0)
		value_put(a, &v, "at_most_setting",
			value_of_text(who->at_most_setting));
	if (who->at_most_of.bytes > 0)
		value_put(a, &v, "at_most_of", value_of_text(who->at_most_of));
	return v;
}

const struct calendar *people_calendar(const struct snapshot *s,
				       const struct who *who,
				       const struct record *subject)
{
	const struct rulebook *b = s->book;
	struct text person;

	if (b->n_departments == 0)
		return b->calendar; /* whoever it is */
	for (uint32_t i = 0; i < b->n_departments; i++)
		if (who->kind == WHO_LEAST_LOADED ||
			who->kind == WHO_ROUND_ROBIN)
			if (text_equal(b->departments[i].id, who->arg))
				return b->departments[i].calendar;
	person = who->kind == WHO_NONE ? (struct text){ "", 0 }
				       : people_resolve(s, who, subject, false,
						 NULL);
	return rulebook_calendar(b, person);
}
