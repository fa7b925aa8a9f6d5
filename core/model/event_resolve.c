#include "model/event.h"
#include "model/keys.h"
#include "model/project.h"

#include <strings.h>

#define CANDIDATES_MOST 64

/* One resolution under way. */
struct resolve {
	struct world *w;
	struct event *e;
	struct problems *p;
	struct text kind; /* of the subject; empty: any */
	struct text ref;  /* what an outsider calls the subject */
	bool replay;	  /* e->subject was set and is still to be made */
	int64_t subject, deal, customer;
	bool deal_made; /* by this event */
	bool full;	/* memory was refused */
};

static int64_t field_id(const struct record *r, const char *field)
{
	return r != NULL ? value_get_int(&r->fields, field, 0) : 0;
}

static const struct record *record_at(const struct resolve *x, int64_t id)
{
	return id != 0 ? x->w->get(x->w->ctx, id) : NULL;
}

static void data_set(struct resolve *x, struct text key, struct value v)
{
	if (x->e->data.kind != VALUE_MAP)
		x->e->data = value_map();
	if (!value_set(x->w->arena, &x->e->data, key, v))
		x->full = true;
}

/* ---- finding ---- */

/* "#123" */
static int64_t hash_id(struct text t)
{
	char *end = NULL;
	long long n;

	if (t.bytes < 2 || t.bytes > 20 || t.at[0] != '#')
		return 0;
	n = strtoll(t.at + 1, &end, 10);
	return end == t.at + t.bytes ? n : 0;
}

/* The record that `t` names; `kind` is what a bare ref is looked up as. */
static const struct record *named(
	const struct resolve *x, struct text kind, struct text t)
{
	const char *colon = memchr(t.at, ':', t.bytes);
	const struct record *r = NULL;
	struct text shown;
	int64_t id;

	if (t.bytes == 0)
		return NULL;
	if (kind.bytes > 0)
		r = x->w->by_ref(x->w->ctx, kind, t);
	if (r == NULL && colon != NULL) {
		struct text head = {t.at, (uint32_t)(colon - t.at)};
		struct text tail = {colon + 1, t.bytes - head.bytes - 1};

		r = x->w->by_ref(x->w->ctx, head, tail);
	}
	if (r == NULL && (id = hash_id(t)) != 0)
		r = record_at(x, id);
	if (r == NULL && keys_name_read(t, &shown, &id)) {
		r = record_at(x, id);
		if (r != NULL && !text_equal(r->kind, shown))
			r = NULL;
	}
	return r;
}

static const struct record *named_value(
	const struct resolve *x, struct text kind, const struct value *v)
{
	if (v == NULL)
		return NULL;
	if (v->kind == VALUE_INT)
		return record_at(x, v->as.integer);
	return named(x, kind, value_as_text(v));
}

/* Kind a data field names a record of; empty: none. */
static struct text ref_kind(const struct resolve *x, struct text key)
{
	const struct field_def *f = event_field(x->e->def, key);

	if (f != NULL)
		return f->type == FIELD_REF ? f->ref_kind : TEXT("");
	if (schema_kind(x->w->schema, key) != NULL && !text_is(key, "person") &&
		!text_is(key, "rooftop"))
		return key;
	return TEXT("");
}

/* Turns refs in the data into ids where they are known. */
static void data_refs(struct resolve *x)
{
	uint32_t i;

	for (i = 0; i < x->e->data.count; i++) {
		struct member *m = &x->e->data.as.members[i];
		const struct record *r;
		struct text kind;

		if (m->value.kind != VALUE_TEXT ||
			(kind = ref_kind(x, m->key)).bytes == 0)
			continue;
		r = named(x, kind, value_as_text(&m->value));
		if (r != NULL)
			m->value = value_int(r->id);
	}
}

/* Takes deal and customer from a record that stands for them. */
static void take_family(struct resolve *x, const struct record *r)
{
	const struct record *deal;

	if (r == NULL)
		return;
	if (x->deal == 0)
		x->deal =
			text_is(r->kind, "deal") ? r->id : field_id(r, "deal");
	if (x->customer == 0)
		x->customer = text_is(r->kind, "customer")
				      ? r->id
				      : field_id(r, "customer");
	deal = record_at(x, x->deal);
	if (x->customer == 0)
		x->customer = field_id(deal, "customer");
}

static bool wants(const struct resolve *x, const struct record *r)
{
	return r != NULL &&
	       (x->kind.bytes == 0 || text_equal(r->kind, x->kind));
}

/* A subject named outright; others named stand for their deal. */
static void named_subject(struct resolve *x, struct text ref)
{
	const struct value *own = value_get_text(&x->e->data, x->kind);
	const struct record *r = record_at(x, x->e->subject);

	if (r == NULL)
		r = named(x, x->kind, ref);
	if (r == NULL && own != NULL && x->kind.bytes > 0)
		r = named_value(x, x->kind, own);
	if (wants(x, r))
		x->subject = r->id;
	if (r == NULL && ref.bytes > 0 && x->kind.bytes > 0)
		r = named(x, TEXT("deal"), ref);
	if (r == NULL && ref.bytes > 0 && x->kind.bytes > 0)
		r = named(x, TEXT("customer"), ref);
	take_family(x, r);
	if (r != NULL)
		return;
	x->ref = ref.bytes > 0 ? ref : value_as_text(own);
	if (x->ref.bytes == 0)
		x->ref = value_as_text(value_get(&x->e->data, "ref"));
}

/* Deal and customer as the data name them, directly or by another record. */
static void named_family(struct resolve *x)
{
	const struct value *data = &x->e->data;
	uint32_t i;

	take_family(x, named_value(x, TEXT("deal"), value_get(data, "deal")));
	take_family(x,
		named_value(x, TEXT("customer"), value_get(data, "customer")));
	for (i = 0; i < data->count; i++) {
		const struct member *m = &data->as.members[i];

		/* only what it is called by its kind: not "in_return_for" */
		if (m->value.kind == VALUE_INT &&
			text_equal(ref_kind(x, m->key), m->key))
			take_family(x, record_at(x, m->value.as.integer));
	}
	take_family(
		x, named_value(x, TEXT("customer"), value_get(data, "known")));
}

/* ---- choosing among a customer's deals ---- */

static bool deal_open(const struct resolve *x, const struct record *deal)
{
	return schema_state_open(event_deal_state(x->w, deal));
}

/* Deals of the customer, oldest first; returns how many are written. */
static uint32_t deals_of(const struct resolve *x, int64_t *out, bool open_only)
{
	const struct record *c = record_at(x, x->customer);
	int64_t all[CANDIDATES_MOST];
	uint32_t i, n, kept = 0;

	if (c == NULL)
		return 0;
	n = x->w->members(
		x->w->ctx, c->home, TEXT("deal"), all, CANDIDATES_MOST);
	for (i = 0; i < n && i < CANDIDATES_MOST; i++) {
		const struct record *deal = record_at(x, all[i]);

		if (deal != NULL && field_id(deal, "customer") == c->id &&
			(!open_only || deal_open(x, deal)))
			out[kept++] = all[i];
	}
	return kept;
}

static const char *names_of(const struct resolve *x, struct text kind,
	const int64_t *ids, uint32_t n)
{
	const char *all = "";
	char name[KEYS_NAME];
	uint32_t i;

	for (i = 0; i < n && all != NULL; i++) {
		keys_name(kind, ids[i], name);
		all = arena_printf(
			x->w->arena, "%s%s%s", all, i > 0 ? ", " : "", name);
	}
	return all != NULL ? all : "";
}

static fl_status ambiguous(const struct resolve *x, const char *kind,
	const int64_t *ids, uint32_t n)
{
	struct problem *pr = problem_add(x->p, "FL222", NULL, 0,
		problem_words(x->p, "there are several: %s",
			"er zijn er meer: %s"),
		names_of(x, text_of(kind), ids, n));

	pr->field = kind;
	pr->remedy = problem_words(x->p, "say which one", "zeg welke");
	return FL_CONFLICT;
}

/* The one open deal of the customer, else the latest of any state. */
static fl_status deal_of_customer(struct resolve *x)
{
	int64_t ids[CANDIDATES_MOST];
	uint32_t n = deals_of(x, ids, true);

	if (n > 1)
		return ambiguous(x, "deal", ids, n);
	if (n == 0 && (n = deals_of(x, ids, false)) > 1)
		n = (ids[0] = ids[n - 1], 1);
	x->deal = n == 1 ? ids[0] : 0;
	return FL_OK;
}

/* A visit of a known customer: an open deal, or one that may come back. */
static fl_status deal_of_visitor(struct resolve *x)
{
	int64_t ids[CANDIDATES_MOST];
	uint32_t n = deals_of(x, ids, true), i;

	if (n > 1)
		return ambiguous(x, "deal", ids, n);
	if (n == 1) {
		x->deal = ids[0];
		return FL_OK;
	}
	n = deals_of(x, ids, false);
	for (i = n; i > 0 && x->deal == 0; i--) {
		struct text state = schema_state_name(
			event_deal_state(x->w, record_at(x, ids[i - 1])));

		if (!text_is(state, "stopped") &&
			!text_is(state, "aftercare") &&
			!text_is(state, "delivered"))
			x->deal = ids[i - 1];
	}
	return FL_OK;
}

static struct text vehicle_part(const struct value *v, const char *part)
{
	return value_as_text(value_get(v, part));
}

static bool differs(struct text a, struct text b)
{
	size_t n = a.bytes;

	return a.bytes > 0 && b.bytes > 0 &&
	       (a.bytes != b.bytes || strncasecmp(a.at, b.at, n) != 0);
}

/* The same wish: nothing said about the vehicle contradicts it. */
static bool same_wish(const struct record *deal, const struct value *vehicle)
{
	const struct value *own = record_get(deal, "vehicle");

	if (own == NULL || vehicle == NULL)
		return true;
	if (own->kind == VALUE_TEXT || vehicle->kind == VALUE_TEXT)
		return !differs(value_as_text(own), value_as_text(vehicle));
	return !differs(vehicle_part(own, "make"),
		       vehicle_part(vehicle, "make")) &&
	       !differs(vehicle_part(own, "model"),
		       vehicle_part(vehicle, "model"));
}

static void deal_of_lead(struct resolve *x)
{
	const struct value *vehicle = value_get(&x->e->data, "vehicle");
	const struct value *list = value_get(&x->e->data, "vehicles");
	int64_t ids[CANDIDATES_MOST];
	uint32_t n = deals_of(x, ids, true);

	if (vehicle == NULL && list != NULL && list->kind == VALUE_LIST &&
		list->count > 0)
		vehicle = &list->as.items[0];
	while (n > 0 && x->deal == 0) {
		n--;
		if (same_wish(record_at(x, ids[n]), vehicle))
			x->deal = ids[n];
	}
	if (x->deal != 0) {
		data_set(x, TEXT("into"), value_int(x->deal));
		data_set(x, TEXT("matched_on"), value_text("wish"));
	}
}

/* ---- making ---- */

static struct record *make(
	struct resolve *x, const char *kind, struct text ref, int64_t home)
{
	struct record *r = x->w->create(x->w->ctx, text_of(kind), ref, home);

	x->full = x->full || r == NULL;
	return r;
}

static const struct record *by_contact(
	const struct resolve *x, const struct value *c)
{
	struct text phone = value_as_text(value_get(c, "phone"));
	struct text email = value_as_text(value_get(c, "email"));
	const struct record *r = NULL;

	if (phone.bytes > 0)
		r = x->w->by_ref(x->w->ctx, TEXT("phone"), phone);
	if (r == NULL && email.bytes > 0)
		r = x->w->by_ref(x->w->ctx, TEXT("email"), email);
	return r != NULL && text_is(r->kind, "customer") ? r : NULL;
}

/* The customer given as a map (or not at all): found again, or made. */
static void customer_known_or_made(struct resolve *x)
{
	const struct value *c = value_get(&x->e->data, "customer");
	struct text ref = c != NULL && c->kind == VALUE_MAP
				  ? value_as_text(value_get(c, "ref"))
				  : value_as_text(c);
	const struct record *r = NULL;
	const struct record *deal = record_at(x, x->deal);

	if (x->customer != 0)
		return;
	if (!x->replay && ref.bytes > 0)
		r = named(x, TEXT("customer"), ref);
	if (!x->replay && r == NULL)
		r = by_contact(x, c);
	if (r != NULL) {
		x->customer = r->id;
		data_set(x, TEXT("known"), value_int(r->id));
		return;
	}
	r = make(x, "customer", ref, deal != NULL ? deal->home : 0);
	x->customer = r != NULL ? r->id : 0;
}

/* A deal always has a customer, if only one of whom nothing is known yet: rules
 * read deal.customer without asking whether there is one, and what is learned
 * later finds its place. */
static void deal_made(struct resolve *x, struct text ref)
{
	const struct record *c;
	struct record *deal;

	customer_known_or_made(x);
	c = record_at(x, x->customer);
	deal = c != NULL ? make(x, "deal", ref, c->home) : NULL;
	if (deal == NULL)
		return;
	if (!record_set(x->w->arena, deal, TEXT("customer"), value_int(c->id)))
		x->full = true;
	x->deal = deal->id;
	x->deal_made = true;
}

/* Customer and deal of an event that brings them along. */
static fl_status family_new(struct resolve *x)
{
	struct text ref = value_as_text(value_get(&x->e->data, "deal"));
	fl_status s = FL_OK;
	bool lead = text_is(x->kind, "lead");

	customer_known_or_made(x);
	if (x->deal != 0 || x->full)
		return FL_OK;
	if (!x->replay && ref.bytes == 0 && lead)
		deal_of_lead(x);
	else if (!x->replay && ref.bytes == 0 && !text_is(x->kind, "deal"))
		s = deal_of_visitor(x);
	if (s == FL_OK && x->deal == 0 && !text_is(x->kind, "deal"))
		deal_made(x, ref);
	return s;
}

/* ---- subjects below a deal ---- */

static bool over(const struct record *r)
{
	static const char *const ends[] = {"closed", "completed", "kept",
		"broken", "missed", "sold", "unsold", "resolved"};
	struct text state = value_as_text(record_get(r, "state"));
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (text_is(state, ends[i]))
			return true;
	return false;
}

/* Records of the subject's kind that belong to the deal and are not over. */
static uint32_t open_below(const struct resolve *x, int64_t *out)
{
	const struct record *root =
		record_at(x, x->deal != 0 ? x->deal : x->customer);
	int64_t all[CANDIDATES_MOST];
	uint32_t i, n, kept = 0;

	if (root == NULL)
		return 0;
	n = x->w->members(x->w->ctx, root->home, x->kind, all, CANDIDATES_MOST);
	for (i = 0; i < n && i < CANDIDATES_MOST; i++) {
		const struct record *r = record_at(x, all[i]);

		if (r != NULL && !over(r) &&
			(x->deal == 0 || field_id(r, "deal") == x->deal))
			out[kept++] = all[i];
	}
	return kept;
}

static fl_status not_found(const struct resolve *x)
{
	struct problem *pr;
	const char *kind = x->kind.bytes > 0 ? x->kind.at : "record";
	const char *word = schema_kind_word(text_of(kind), x->p->dutch).at;

	if (x->ref.bytes > 0)
		pr = problem_add(x->p, "FL221", NULL, 0,
			problem_words(x->p, "there is no %s \"%s\"",
				"er is geen %s \"%s\""),
			word, x->ref.at);
	else
		pr = problem_add(x->p, "FL221", NULL, 0,
			problem_words(x->p,
				"%s does not say which %s it is about",
				"%s zegt niet waarover het gaat (%s)"),
			x->e->def->name.at, word);
	pr->field = kind;
	return FL_NOT_FOUND;
}

/* Notes what a replay could not find out again. */
static void note_origin(struct resolve *x)
{
	if (x->replay)
		return;
	if (x->ref.bytes > 0 && x->kind.bytes > 0 &&
		value_get_text(&x->e->data, x->kind) == NULL)
		data_set(x, x->kind, value_of_text(x->ref));
	if (x->deal != 0 && !x->deal_made && !text_is(x->kind, "deal") &&
		value_get(&x->e->data, "deal") == NULL)
		data_set(x, TEXT("deal"), value_int(x->deal));
	if (x->deal == 0 && x->customer != 0 && !text_is(x->kind, "customer") &&
		value_get(&x->e->data, "customer") == NULL)
		data_set(x, TEXT("customer"), value_int(x->customer));
}

static void subject_made(struct resolve *x)
{
	const struct record *root =
		record_at(x, x->deal != 0 ? x->deal : x->customer);
	const struct record *c = record_at(x, x->customer);
	struct record *r;

	if (text_is(x->kind, "deal")) {
		deal_made(x, x->ref);
		x->subject = x->deal;
		return;
	}
	if (c != NULL)
		root = c;
	r = x->w->create(
		x->w->ctx, x->kind, x->ref, root != NULL ? root->home : 0);
	x->full = x->full || r == NULL;
	if (r == NULL)
		return;
	x->subject = r->id;
	if (text_is(x->kind, "customer"))
		x->customer = r->id;
	if (x->deal != 0 &&
		!record_set(x->w->arena, r, TEXT("deal"), value_int(x->deal)))
		x->full = true;
	if (x->customer != 0 && x->customer != r->id &&
		!record_set(x->w->arena, r, TEXT("customer"),
			value_int(x->customer)))
		x->full = true;
}

/* The deal a fact from outside names by a ref nobody knows yet. */
static void deal_by_fact(struct resolve *x)
{
	struct text ref = value_as_text(value_get(&x->e->data, "deal"));

	if (x->deal == 0 && ref.bytes > 0 && !x->e->command &&
		!text_is(x->kind, "deal"))
		deal_made(x, ref);
}

static fl_status find_deal(struct resolve *x)
{
	if (x->deal != 0 || x->customer == 0 || text_is(x->kind, "customer"))
		return FL_OK;
	return deal_of_customer(x);
}

/* Subject of a kind below customer and deal, or these themselves. */
static fl_status find_subject(struct resolve *x)
{
	const struct event_def *def = x->e->def;
	bool fact = !x->e->command && x->ref.bytes > 0;
	int64_t ids[CANDIDATES_MOST];
	fl_status s = FL_OK;
	uint32_t n;

	if (text_is(x->kind, "customer")) {
		if (x->customer == 0 && value_get(&x->e->data, "customer") &&
			value_get(&x->e->data, "customer")->kind == VALUE_MAP)
			customer_known_or_made(x);
		x->subject = x->customer;
	} else if (def->new_deal) {
		s = family_new(x);
	} else {
		deal_by_fact(x);
		if (!fact || !text_is(x->kind, "deal"))
			s = find_deal(x);
		if (text_is(x->kind, "deal"))
			x->subject = x->deal;
	}
	if (s != FL_OK || x->subject != 0 || x->full)
		return s;
	if (!x->replay && (def->reuse || (!def->opens && !x->ref.bytes)) &&
		!text_is(x->kind, "deal") && !text_is(x->kind, "customer")) {
		n = open_below(x, ids);
		if (n > 1 && !def->opens)
			return ambiguous(x, x->kind.at, ids, n);
		x->subject = n > 0 ? ids[n - 1] : 0;
	}
	if (x->subject != 0)
		return FL_OK;
	if (!x->replay && !fact &&
		(!def->opens ||
			(x->deal == 0 && x->customer == 0 && !def->new_deal)))
		return not_found(x);
	note_origin(x);
	subject_made(x);
	return FL_OK;
}

static struct text person_id(const struct resolve *x)
{
	struct text id = value_as_text(value_get(&x->e->data, "person"));

	return id.bytes > 0 ? id : x->ref;
}

/* A lead's own id at its provider is its ref. */
static struct text lead_ref(struct arena *a, const struct value *data)
{
	struct text id = value_as_text(value_get(data, "provider_lead_id"));
	struct text provider = value_as_text(value_get(data, "provider"));

	if (id.bytes == 0)
		return TEXT("");
	return text_of(arena_printf(
		a, "%s/%s", provider.bytes > 0 ? provider.at : "?", id.at));
}

static void resident(struct resolve *x)
{
	struct text id = person_id(x);

	const struct record *r = text_is(x->kind, "person")
					 ? project_person(x->w, id)
					 : project_rooftop(x->w);

	if (r == NULL) {
		x->full = !text_is(x->kind, "person") || id.bytes > 0;
		return;
	}
	x->subject = r->id;
	if (text_is(x->kind, "person") &&
		value_get(&x->e->data, "person") == NULL)
		data_set(x, x->kind, value_of_text(id));
}

static fl_status resolve_subject(struct resolve *x, struct text ref)
{
	const struct event_def *def = x->e->def;

	if (text_is(x->kind, "lead") && def->opens && ref.bytes == 0 &&
		value_get(&x->e->data, "lead") == NULL)
		ref = lead_ref(x->w->arena, &x->e->data);
	named_subject(x, ref);
	if (text_is(x->kind, "person") || text_is(x->kind, "rooftop")) {
		if (x->subject == 0)
			resident(x);
		return x->subject != 0 || x->full ? FL_OK : not_found(x);
	}
	named_family(x);
	if (x->subject != 0)
		return FL_OK;
	if (x->kind.bytes == 0) { /* about whatever it names, else us all */
		x->subject = x->deal != 0 ? x->deal : x->customer;
		if (x->subject == 0 && x->ref.bytes == 0 && !x->e->command)
			resident(x);
		return x->subject != 0 || x->full ? FL_OK : not_found(x);
	}
	return find_subject(x);
}

/* What the life cycle asks of the data and the records know already. */
static void data_complete(struct resolve *x, const struct record *subject)
{
	const struct record *deal = record_at(x, x->deal);
	const struct value *v = NULL;
	const char *field = NULL;

	if (text_is(x->e->def->name, "visit.ended")) {
		field = "turned_over_to";
		v = record_get(subject, field);
	} else if (text_is(x->e->def->name, "fails.case_opened")) {
		field = "save_a_deal";
		v = record_get(deal, field);
	}
	if (v != NULL && value_get(&x->e->data, field) == NULL)
		data_set(x, text_of(field), value_clone(x->w->arena, v));
}

fl_status event_resolve(struct world *w, struct event *e,
	struct text subject_ref, struct problems *p)
{
	struct resolve x = {.w = w,
		.e = e,
		.p = p,
		.kind = e->def->subject,
		.ref = TEXT("")};
	const struct record *r;
	fl_status s;

	if (e->subject != 0 && w->get(w->ctx, e->subject) == NULL)
		x.replay = true;
	data_refs(&x);
	s = resolve_subject(&x, subject_ref);
	if (s != FL_OK)
		return s;
	r = record_at(&x, x.subject);
	if (x.full || r == NULL || w->arena->failed)
		return FL_NOMEM;
	take_family(&x, r);
	data_complete(&x, r);
	if (x.full)
		return FL_NOMEM;
	e->subject = r->id;
	e->home = r->home;
	e->deal = x.deal;
	e->customer = x.customer;
	return FL_OK;
}

/* ---- keys ---- */

struct wanted {
	struct arena *a;
	struct text *out;
	uint32_t n, cap;
};

static void want(struct wanted *k, const char *prefix, struct text t)
{
	struct text key;

	if (t.bytes == 0 || k->n >= k->cap)
		return;
	key = text_join(k->a, text_of(prefix),
		prefix[0] != '\0' ? TEXT(":") : TEXT(""), t);
	if (key.bytes > 0 && !text_among(k->out, k->n, key))
		k->out[k->n++] = key;
}

static void want_id(struct wanted *k, int64_t id)
{
	want(k, "", text_number(k->a, TEXT("#"), id));
}

/* Every way `t` may name a record of `kind`. */
static void want_named(struct wanted *k, const struct schema *s,
	struct text kind, struct text t, bool subject)
{
	const char *colon = memchr(t.at, ':', t.bytes);
	struct text shown;
	int64_t id;

	if (t.bytes == 0 || text_is(kind, "person") || text_is(kind, "rooftop"))
		return;
	if (hash_id(t) != 0) {
		want_id(k, hash_id(t));
		return;
	}
	want(k, kind.bytes > 0 ? kind.at : "deal", t);
	if (subject && kind.bytes > 0) { /* may stand for its deal */
		want(k, "deal", t);
		want(k, "customer", t);
	}
	if (colon != NULL) {
		struct text head = {t.at, (uint32_t)(colon - t.at)};

		if (schema_kind(s, head) != NULL || text_is(head, "phone") ||
			text_is(head, "email") || text_is(head, "plate"))
			want(k, "", t);
	}
	if (keys_name_read(t, &shown, &id))
		want_id(k, id);
}

static void want_customer(
	struct wanted *k, const struct schema *s, const struct value *map)
{
	want_named(k, s, TEXT("customer"), value_as_text(value_get(map, "ref")),
		false);
	want(k, "phone", value_as_text(value_get(map, "phone")));
	want(k, "email", value_as_text(value_get(map, "email")));
}

uint32_t event_keys(const struct schema *s, const struct event_def *def,
	struct text subject_ref, const struct value *data, struct arena *a,
	struct text *out, uint32_t cap)
{
	struct wanted k = {a, out, 0, cap};
	uint32_t i;

	want_named(&k, s, def->subject, subject_ref,
		!text_is(def->subject, "deal"));
	if (text_is(def->subject, "lead") && def->opens)
		want(&k, "lead", lead_ref(a, data));
	for (i = 0; data->kind == VALUE_MAP && i < data->count; i++) {
		const struct member *m = &data->as.members[i];
		const struct field_def *f;
		struct text kind = TEXT("");

		if (m->value.kind != VALUE_TEXT &&
			m->value.kind != VALUE_INT &&
			m->value.kind != VALUE_MAP)
			continue;
		f = event_field(def, m->key);
		if (f != NULL && f->type == FIELD_REF)
			kind = f->ref_kind;
		else if (schema_kind(s, m->key) != NULL)
			kind = m->key;
		else
			continue;
		if (m->value.kind == VALUE_MAP)
			want_customer(&k, s, &m->value);
		else if (m->value.kind == VALUE_INT)
			want_id(&k, m->value.as.integer);
		else
			want_named(&k, s, kind, value_as_text(&m->value),
				false);
	}
	return k.n;
}
