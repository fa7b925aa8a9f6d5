#include "ask/asking.h"

#include "base/near.h"

static const struct record *world_get(void *ctx, int64_t id)
{
	return view_record(ctx, id);
}

/* Questions change nothing. */
static struct record *world_edit(void *ctx, int64_t id)
{
	(void)ctx;
	(void)id;
	return NULL;
}

static struct record *world_create(
	void *ctx, struct text kind, struct text ref, int64_t home)
{
	(void)ctx;
	(void)kind;
	(void)ref;
	(void)home;
	return NULL;
}

static const struct record *world_by_ref(
	void *ctx, struct text kind, struct text ref)
{
	struct view *v = ctx;

	if (text_is(kind, "person"))
		return view_person(v, ref);
	if (text_is(kind, "rooftop"))
		return view_rooftop(v);
	for (uint32_t i = 0; i < v->n_homes; i++)
		for (uint32_t k = 0; k < v->homes[i]->n_records; k++) {
			const struct record *r = v->homes[i]->records[k];

			if (text_equal(r->kind, kind) &&
				text_equal(r->ref, ref))
				return r;
		}
	return NULL;
}

static uint32_t world_members(
	void *ctx, int64_t home, struct text kind, int64_t *out, uint32_t cap)
{
	const struct home *h = view_home(ctx, home);
	uint32_t n = 0;

	for (uint32_t i = 0; h != NULL && i < h->n_records; i++) {
		if (!text_equal(h->records[i]->kind, kind))
			continue;
		if (n < cap)
			out[n] = h->records[i]->id;
		n++;
	}
	return n;
}

struct view *view_new(struct ask *ask)
{
	struct view *v = arena_alloc(ask->a, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->ask = ask;
	v->a = ask->a;
	v->book = ruleset_book(ask->ruleset);
	v->schema = v->book->schema;
	v->nl = text_is(v->book->language, "nl");
	v->world = (struct world){.ctx = v,
		.arena = v->a,
		.schema = v->schema,
		.now_ms = ask->now_ms,
		.get = world_get,
		.edit = world_edit,
		.create = world_create,
		.by_ref = world_by_ref,
		.members = world_members};
	return v;
}

void view_note(struct view *v, fl_status s)
{
	if (v->status != FL_OK || s == FL_OK || s == FL_NOT_FOUND)
		return;
	v->status = s;
	v->failed = v->err;
}

struct value view_data(struct view *v, const struct event_row *row)
{
	struct value data = value_map();

	if (row->data.bytes > 0 &&
		brief_read(v->a, NULL, row->data, &data, NULL) != FL_OK)
		data = value_map();
	return data;
}

struct decision view_decision(struct view *v, const struct event_row *row)
{
	struct decision d;

	if (decision_read(v->a, row->decision, &d, NULL) != FL_OK)
		d = (struct decision){0};
	return d;
}

static bool keep_resident(void *ctx, const struct record *r)
{
	struct view *v = ctx;
	struct record **grown = arena_grow(v->a, v->residents, v->n_residents,
		&v->cap_residents, v->n_residents + 1, sizeof(*grown));

	if (grown == NULL)
		return false;
	v->residents = grown;
	grown[v->n_residents++] = record_clone(v->a, r);
	return grown[v->n_residents - 1] != NULL;
}

static void load_residents(struct view *v)
{
	static const char *const kinds[] = {"person", "rooftop"};

	if (v->has_residents)
		return;
	v->has_residents = true;
	for (int i = 0; i < 2; i++)
		view_note(v,
			reader_records(v->ask->reader, v->a, text_of(kinds[i]),
				0, 0, keep_resident, v, &v->err));
}

static const struct record *resident(
	struct view *v, const char *kind, struct text ref)
{
	load_residents(v);
	for (uint32_t i = 0; i < v->n_residents; i++) {
		const struct record *r = v->residents[i];

		if (r != NULL && text_is(r->kind, kind) &&
			(ref.at == NULL || text_equal(r->ref, ref)))
			return r;
	}
	return NULL;
}

const struct record *view_person(struct view *v, struct text id)
{
	return id.bytes > 0 ? resident(v, "person", id) : NULL;
}

const struct record *view_staff(struct view *v, uint32_t n)
{
	load_residents(v);
	for (uint32_t i = 0; i < v->n_residents; i++)
		if (v->residents[i] != NULL &&
			text_is(v->residents[i]->kind, "person") && n-- == 0)
			return v->residents[i];
	return NULL;
}

const struct record *view_rooftop(struct view *v)
{
	return resident(v, "rooftop", (struct text){NULL, 0});
}

/* The slot of `id`, or the free one where it belongs. */
static struct view_slot *slot_of(const struct view *v, int64_t id)
{
	uint64_t h = (uint64_t)id * UINT64_C(0x9E3779B97F4A7C15);
	uint32_t at = (uint32_t)(h >> 32) & (v->n_slots - 1);

	while (v->slots[at].id != 0 && v->slots[at].id != id)
		at = (at + 1) & (v->n_slots - 1);
	return &v->slots[at];
}

static bool grow_slots(struct view *v)
{
	struct view_slot *old = v->slots;
	uint32_t n = v->n_slots;

	v->n_slots = n == 0 ? 256 : 2 * n;
	v->slots = arena_alloc(v->a, v->n_slots * sizeof(*v->slots));
	if (v->slots == NULL) {
		v->slots = old;
		v->n_slots = n;
		return false;
	}
	for (uint32_t i = 0; i < n; i++)
		if (old[i].id != 0)
			*slot_of(v, old[i].id) = old[i];
	return true;
}

static bool keep_home(struct view *v, struct home *h)
{
	struct home **grown = arena_grow(v->a, v->homes, v->n_homes,
		&v->cap_homes, v->n_homes + 1, sizeof(*grown));

	if (grown == NULL)
		return false;
	v->homes = grown;
	grown[v->n_homes++] = h;
	for (uint32_t i = 0; i < h->n_records; i++) {
		if (2 * v->used_slots >= v->n_slots && !grow_slots(v))
			return false;
		*slot_of(v, h->records[i]->id) =
			(struct view_slot){h->records[i]->id, h, h->records[i]};
		v->used_slots++;
	}
	return true;
}

/* The record's slot, its home loaded; NULL: there is no such record. */
static const struct view_slot *slot_loaded(struct view *v, int64_t id)
{
	struct home *h = NULL;
	const struct view_slot *slot;
	fl_status s;

	if (id <= 0)
		return NULL;
	if (v->n_slots > 0 && (slot = slot_of(v, id))->id != 0)
		return slot;
	s = reader_home(v->ask->reader, v->a, id, &h, &v->err);
	view_note(v, s);
	if (s != FL_OK || h == NULL || !keep_home(v, h) || v->n_slots == 0)
		return NULL;
	slot = slot_of(v, id);
	return slot->id != 0 ? slot : NULL;
}

struct home *view_home(struct view *v, int64_t id)
{
	const struct view_slot *slot = slot_loaded(v, id);

	return slot != NULL ? slot->home : NULL;
}

const struct record *view_record(struct view *v, int64_t id)
{
	const struct view_slot *slot = slot_loaded(v, id);

	return slot != NULL ? slot->record : NULL;
}

fl_status view_done(struct view *v, struct problems *p)
{
	if (v->a->failed)
		return FL_NOMEM;
	if (v->status != FL_OK)
		problem_add(p, "FL510", NULL, 0, "%s", v->failed.text);
	return v->status;
}

const struct record *view_deal(struct view *v, const struct record *r)
{
	if (r == NULL || text_is(r->kind, "deal"))
		return r;
	return view_record(v, field_int(r, "deal"));
}

const struct record *view_customer(struct view *v, const struct record *r)
{
	const struct record *deal;
	int64_t id = r != NULL ? field_int(r, "customer") : 0;

	if (r == NULL || text_is(r->kind, "customer"))
		return r;
	deal = view_deal(v, r);
	if (id == 0 && deal != NULL)
		id = field_int(deal, "customer");
	return view_record(v, id);
}

/* Its full name goes before the id that another pack's card may have, too. */
const struct card *view_card(
	struct view *v, struct text typed, struct problems *p)
{
	const struct rulebook *book = v->book;
	const struct card *found = rulebook_card(book, typed);
	const char **names = arena_alloc(
		v->a, sizeof(*names) * (2u * book->n_cards + 1));
	struct problem *it;
	uint32_t n = 0;
	int near;

	for (uint32_t i = 0; found == NULL && i < book->n_cards; i++)
		if (text_equal(book->cards[i].id, typed))
			found = &book->cards[i];
	if (found != NULL)
		return found;
	for (uint32_t i = 0; names != NULL && i < book->n_cards; i++) {
		names[n++] = book->cards[i].name.at;
		names[n++] = book->cards[i].id.at;
	}
	it = problem_add(p, "FL504", NULL, 0,
		v->nl ? "er is geen kaart \"%s\"" : "there is no card \"%s\"",
		typed.at);
	it->field = "card";
	near = names != NULL ? near_name(typed.at, names, n) : -1;
	it->nearest = near >= 0 ? arena_strdup(p->arena, names[near]) : NULL;
	return NULL;
}

struct text field_text(const struct record *r, const char *name)
{
	return value_as_text(r != NULL ? value_get(&r->fields, name) : NULL);
}

struct text deal_text(
	struct view *v, const struct record *deal, const char *name)
{
	return value_as_text(
		deal != NULL ? schema_value(v->schema, deal, text_of(name))
			     : NULL);
}

int64_t field_int(const struct record *r, const char *name)
{
	return r != NULL ? value_get_int(&r->fields, name, 0) : 0;
}
