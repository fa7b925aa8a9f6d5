#include "model/event.h"
#include "model/keys.h"
#include "model/project.h"

#define TOUCHES_KEPT 12u /* of one customer */
#define TOUCHES_MS (INT64_C(92) * 24 * 3600 * 1000) /* longer than a budget */
#define DEALS_MOST    64
#define POOL_MOST     200
#define LEGAL_MOST    64
#define INFERRED_MOST 5

/* Lists of the rooftop from which fresh leads are granted (S4-23). */
enum pool {
	POOL_NONE,
	POOL_NEW_LEADS,
	POOL_SERVICE_DRIVE,
	POOL_OWNER_BASE,
	POOL_SLEEPING
};

static const char *const pool_names[] = {
	NULL, "new_leads", "service_drive", "owner_base", "sleeping"};

/* Moves a fact from outside may prove to have happened, in order of life. */
static const char *const inferable[INFERRED_MOST] = {"deal.reopened",
	"deal.signed", "delivery.handed_off", "delivery.accepted",
	"delivery.ready"};

/* One event being applied. */
struct projection {
	struct world *w;
	const struct event *e;
	struct value *caused;
};

static const struct record *record_at(const struct world *w, int64_t id)
{
	return id != 0 ? w->get(w->ctx, id) : NULL;
}

static bool made_by(const struct event *e, int64_t id)
{
	return e->number != 0 && id >> RECORD_ORDINAL_BITS == e->number;
}

int event_deal_state(const struct world *w, const struct record *deal)
{
	const struct value *v = schema_value(w->schema, deal, TEXT("state"));
	int state = schema_state(value_as_text(v));

	return state >= 0 ? state : 0;
}

/* ---- legal ---- */

/* Does this type prove that earlier moves must have happened? */
static bool proves(struct text event)
{
	return text_begins(event, "delivery.") ||
	       text_is(event, "deal.signed") ||
	       text_is(event, "deal.cancelled");
}

/* Walks the inferable moves from *state until the event is legal; names those
 * needed. false: it never is. */
static bool infer(const struct schema *s, const struct event *e, int *state,
	const char **steps, uint32_t *n)
{
	const struct life_move *m;
	uint32_t i;

	*n = 0;
	for (i = 0; i <= INFERRED_MOST; i++) {
		if (schema_move(s, *state, e->def->name, &e->data) != NULL)
			return true;
		if (i == INFERRED_MOST || !proves(e->def->name) || e->command ||
			e->cause != 0)
			break;
		if (i == 0 && !text_is(schema_state_name(*state), "stopped"))
			continue;
		m = schema_move(s, *state, text_of(inferable[i]), NULL);
		if (m == NULL || m->to.bytes == 0)
			continue;
		*state = schema_state(m->to);
		steps[(*n)++] = inferable[i];
	}
	return false;
}

/* The event that brings the deal where `e` fits; NULL: none does at once. */
static const char *way_there(
	const struct schema *s, const struct event *e, int state)
{
	for (uint32_t i = 0; i < schema_move_count(s); i++) {
		const struct life_move *m = schema_move_at(s, i);
		const struct event_def *def = schema_event(s, m->on);
		const struct life_move *then;

		if ((m->from >> state & 1) == 0 || m->when.bytes > 0 ||
			m->to.bytes == 0 || def == NULL || def->engine_made)
			continue;
		then = schema_move(
			s, schema_state(m->to), e->def->name, &e->data);
		/* no way around to where the deal stands already */
		if (then != NULL && schema_state(then->to) != state)
			return m->on.at;
	}
	return NULL;
}

static fl_status refuse_state(
	struct world *w, const struct event *e, int state, struct problems *p)
{
	struct text legal[LEGAL_MOST];
	uint32_t i, n = schema_legal(w->schema, state, legal, LEGAL_MOST);
	const char *all = "", *first;
	struct problem *pr;
	char name[KEYS_NAME];

	for (i = 0; i < n && all != NULL; i++)
		all = arena_printf(w->arena, "%s%s%s", all, i > 0 ? ", " : "",
			legal[i].at);
	keys_name(TEXT("deal"), e->deal, name);
	pr = problem_add(p, "FL223", NULL, 0,
		problem_words(p, "%s does not fit: deal %s is %s",
			"%s past niet: deal %s staat op \"%s\""),
		e->def->name.at, name, schema_state_word(state, p->dutch).at);
	first = way_there(w->schema, e, state);
	pr->remedy = arena_printf(w->arena,
		problem_words(p, "%s%s%swhat fits now: %s",
			"%s%s%swat nu past: %s"),
		first == NULL ? "" : problem_words(p, "first ", "eerst "),
		first != NULL ? first : "", first != NULL ? "; " : "",
		all != NULL ? all : "");
	return FL_DENIED;
}

/* Legal events about a smaller record in its state, for a refusal. */
static fl_status refuse_subject(struct world *w, const struct event *e,
	const struct record *r, struct text state, struct problems *p)
{
	const char *all = "";
	struct problem *pr;
	char name[KEYS_NAME];
	uint32_t i;

	for (i = 0; all != NULL && i < schema_event_count(w->schema); i++) {
		const struct event_def *d = schema_event_at(w->schema, i);

		if (!text_equal(d->subject, r->kind) || d->engine_made ||
			(d->opens && !d->reuse) ||
			(d->states.bytes > 0 && !text_lists(d->states, state)))
			continue;
		all = arena_printf(w->arena, "%s%s%s", all,
			all[0] != '\0' ? ", " : "", d->name.at);
	}
	keys_name(r->kind, r->id, name);
	pr = problem_add(p, "FL224", NULL, 0,
		problem_words(p, "%s does not fit: %s %s is %s",
			"%s past niet: %s %s staat op \"%s\""),
		e->def->name.at, schema_kind_word(r->kind, p->dutch).at, name,
		state.at);
	pr->remedy = arena_printf(
		w->arena,
		problem_words(p, "what fits now: %s", "wat nu past: %s"),
		all != NULL ? all : "");
	return FL_DENIED;
}

fl_status event_legal(struct world *w, struct event *e, struct problems *p)
{
	const struct record *r = record_at(w, e->subject);
	const struct record *deal = record_at(w, e->deal);
	const char *steps[INFERRED_MOST];
	struct text state;
	uint32_t n;
	int at;

	e->misfit = false;
	if (r != NULL && e->def->states.bytes > 0 && !made_by(e, r->id)) {
		state = value_as_text(
			schema_value(w->schema, r, TEXT("state")));
		if (!text_lists(e->def->states, state)) {
			if (e->command)
				return refuse_subject(w, e, r, state, p);
			e->misfit = true;
			return FL_OK;
		}
	}
	if (deal == NULL || !e->def->moves || e->def->each_deal)
		return FL_OK;
	at = event_deal_state(w, deal);
	if (infer(w->schema, e, &at, steps, &n))
		return FL_OK;
	if (e->command)
		return refuse_state(w, e, event_deal_state(w, deal), p);
	e->misfit = true;
	return FL_OK;
}

/* ---- pools ---- */

int event_pool(const struct world *w, int64_t deal_id)
{
	const struct record *deal = record_at(w, deal_id);
	struct text state, channel;

	if (deal == NULL || record_get(deal, "customer") == NULL ||
		record_get(deal, "granted_to") != NULL)
		return POOL_NONE;
	state = schema_state_name(event_deal_state(w, deal));
	channel = value_as_text(record_get(deal, "channel"));
	if (text_is(state, "dormant"))
		return POOL_SLEEPING;
	if (text_is(state, "aftercare"))
		return POOL_OWNER_BASE;
	if ((!text_is(state, "new") && !text_is(state, "attempting")) ||
		record_get(deal, "handler") != NULL)
		return POOL_NONE;
	return text_begins(channel, "service") ? POOL_SERVICE_DRIVE
					       : POOL_NEW_LEADS;
}

static bool pool_put(
	struct world *w, struct record *rooftop, int pool, int64_t deal)
{
	const struct value *now = record_get(rooftop, pool_names[pool]);
	struct value list =
		now != NULL && now->kind == VALUE_LIST ? *now : value_list();

	if (list.count >= POOL_MOST)
		return true;
	return value_append(w->arena, &list, value_int(deal)) &&
	       record_set(w->arena, rooftop, text_of(pool_names[pool]), list);
}

static bool pool_take(
	struct world *w, struct record *rooftop, int pool, int64_t deal)
{
	const struct value *now = record_get(rooftop, pool_names[pool]);
	struct value list = value_list();
	uint32_t i;

	if (now == NULL || now->kind != VALUE_LIST)
		return true;
	for (i = 0; i < now->count; i++)
		if (now->as.items[i].kind != VALUE_INT ||
			now->as.items[i].as.integer != deal)
			value_append(w->arena, &list, now->as.items[i]);
	return record_set(w->arena, rooftop, text_of(pool_names[pool]),
		list.count > 0 ? list : value_null());
}

fl_status event_pools_update(struct world *w, int64_t deal, int before)
{
	int after = event_pool(w, deal);
	struct record *rooftop;

	if (before == after)
		return FL_OK;
	rooftop = project_rooftop(w);
	if (rooftop == NULL)
		return FL_NOMEM;
	if (before != POOL_NONE && !pool_take(w, rooftop, before, deal))
		return FL_NOMEM;
	if (after != POOL_NONE && !pool_put(w, rooftop, after, deal))
		return FL_NOMEM;
	return FL_OK;
}

/* ---- what an event changes ---- */

static fl_status cause(struct projection *x, const char *type, int64_t subject,
	struct value data)
{
	struct arena *a = x->w->arena;
	struct value one = value_map();

	value_put(a, &one, "type", value_text(type));
	value_put(a, &one, "subject", value_int(subject));
	value_put(a, &one, "data", data);
	return value_append(a, x->caused, one) && !a->failed ? FL_OK : FL_NOMEM;
}

static int64_t later(const struct record *r, const char *field, int64_t at)
{
	int64_t now = value_get_int(&r->fields, field, 0);

	return now > at ? now : at;
}

static bool count_up(struct world *w, struct record *r, const char *field)
{
	return record_set(w->arena, r, text_of(field),
		value_int(value_get_int(&r->fields, field, 0) + 1));
}

static bool list_note(struct world *w, struct record *r, const char *field,
	struct value v)
{
	const struct value *known = record_get(r, field);
	struct value list = value_list();

	if (v.kind != VALUE_TEXT || v.count == 0)
		return true;
	if (known != NULL && known->kind == VALUE_LIST)
		list = *known;
	for (uint32_t i = 0; i < list.count; i++)
		if (value_equal(&list.as.items[i], &v))
			return true;
	return value_append(w->arena, &list, v) &&
	       record_set(w->arena, r, text_of(field), list);
}

/* Who of us talked with the customer: a second face must have (S4-08). */
static fl_status talked(struct projection *x)
{
	static const char *const named[] = {
		"by", "person", "turned_over_to", "with"};
	const struct event *e = x->e;
	bool turned_over = text_is(e->def->name, "deal.turned_over");
	struct record *deal = NULL;
	bool ok = true;

	if (e->deal == 0 || (!e->def->touch && !turned_over))
		return FL_OK;
	if ((deal = x->w->edit(x->w->ctx, e->deal)) == NULL)
		return FL_NOMEM;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		const struct value *v = value_get(&e->data, named[i]);

		if (v == NULL || v->kind != VALUE_TEXT || turned_over)
			continue;
		ok = ok && list_note(x->w, deal, "spoke", *v);
	}
	if (turned_over && value_get(&e->data, "to") != NULL)
		ok = list_note(x->w, deal, "spoke",
			*value_get(&e->data, "to"));
	return ok ? FL_OK : FL_NOMEM;
}

/* Outbound touches of late, for the contact budget over all cards and
 * sellers: {at, by, purpose}, oldest first. */
static fl_status outbound(struct projection *x)
{
	const struct event *e = x->e;
	struct arena *a = x->w->arena;
	bool made = text_is(e->def->name, "contact.made");
	struct text direction = value_as_text(value_get(&e->data, "direction"));
	struct value list = value_list(), one = value_map();
	const struct value *known, *v;
	struct record *c;

	if (e->customer == 0 ||
		(!made && !text_is(e->def->name, "contact.attempted")) ||
		text_is(direction, "in"))
		return FL_OK;
	if ((c = x->w->edit(x->w->ctx, e->customer)) == NULL)
		return FL_NOMEM;
	known = record_get(c, "touches");
	for (uint32_t i = 0; known != NULL && i < known->count; i++)
		if (known->count - i < TOUCHES_KEPT &&
			value_get_int(&known->as.items[i], "at", 0) >
				e->occurred_at_ms - TOUCHES_MS)
			value_append(a, &list, known->as.items[i]);
	value_put(a, &one, "at", value_int(e->occurred_at_ms));
	if ((v = value_get(&e->data, "by")) != NULL)
		value_put(a, &one, "by", *v);
	if ((v = value_get(&e->data, "purpose")) != NULL)
		value_put(a, &one, "purpose", *v);
	return value_append(a, &list, one) &&
			       record_set(a, c, TEXT("touches"), list)
		       ? FL_OK
		       : FL_NOMEM;
}

/* Real contact: the clock of the tempo starts again (S2-08, S2-19). */
static fl_status touch(struct projection *x)
{
	struct world *w = x->w;
	int64_t at = x->e->occurred_at_ms;
	struct record *deal = NULL, *customer = NULL;
	bool ok = true;

	if (x->e->deal != 0 && (deal = w->edit(w->ctx, x->e->deal)) == NULL)
		return FL_NOMEM;
	if (x->e->customer != 0 &&
		(customer = w->edit(w->ctx, x->e->customer)) == NULL)
		return FL_NOMEM;
	if (deal != NULL) {
		ok = record_set(w->arena, deal, TEXT("last_touch_at"),
			     value_int(later(deal, "last_touch_at", at))) &&
		     count_up(w, deal, "touch_count");
		if (record_get(deal, "first_contact_at") == NULL)
			ok = ok &&
			     record_set(w->arena, deal,
				     TEXT("first_contact_at"), value_int(at));
	}
	if (customer != NULL) {
		int64_t next =
			value_get_int(&customer->fields, "next_contact_at", 0);

		ok = ok &&
		     record_set(w->arena, customer, TEXT("last_touch_at"),
			     value_int(later(customer, "last_touch_at", at))) &&
		     count_up(w, customer, "touch_count");
		if (next != 0 && next <= at) /* the stated day has come */
			ok = ok &&
			     record_set(w->arena, customer,
				     TEXT("next_contact_at"), value_null());
	}
	return ok ? FL_OK : FL_NOMEM;
}

/* Green, unless the customer objected. */
static bool light_recheck(struct world *w, struct record *deal)
{
	const struct record *c =
		record_at(w, value_get_int(&deal->fields, "customer", 0));

	if (c != NULL && (value_get_bool(&c->fields, "objected", false) ||
				 value_get_bool(&c->fields, "erased", false)))
		return true;
	return record_set(w->arena, deal, TEXT("light"), value_null()) &&
	       record_set(w->arena, deal, TEXT("light_reason"), value_null());
}

static bool light_red(struct world *w, struct record *deal, struct value reason)
{
	if (text_is(value_as_text(record_get(deal, "light")), "red"))
		return true;
	return record_set(w->arena, deal, TEXT("light"), value_text("red")) &&
	       record_set(w->arena, deal, TEXT("light_reason"), reason);
}

/* What a state brings with it, whatever event led there. */
static bool state_entered(
	struct world *w, struct record *deal, int from, struct text to)
{
	const struct value *stop = record_get(deal, "stop");
	bool was_open = schema_state_open(from);

	if (text_is(to, "stopped"))
		return light_red(
			w, deal, stop != NULL ? *stop : value_text("stopped"));
	if (text_is(to, "dormant") || text_is(to, "aftercare"))
		return record_set(
			w->arena, deal, TEXT("granted_to"), value_null());
	if (!was_open && (text_is(to, "engaged") || text_is(to, "visited") ||
				 text_is(to, "failed")))
		return light_recheck(w, deal);
	return true;
}

static bool inferred_note(
	struct world *w, struct record *deal, const char *step)
{
	const struct value *now = record_get(deal, "inferred");
	struct value list = now != NULL && now->kind == VALUE_LIST
				    ? value_clone(w->arena, now)
				    : value_list();

	if (text_is(text_of(step), "deal.signed")) {
		const struct value *handler = record_get(deal, "handler");

		if (handler != NULL && record_get(deal, "seller") == NULL &&
			!record_set(w->arena, deal, TEXT("seller"), *handler))
			return false;
		if (!light_red(w, deal, value_text("signed")))
			return false;
	}
	return value_append(w->arena, &list, value_text(step)) &&
	       record_set(w->arena, deal, TEXT("inferred"), list);
}

/* Steps a delivery.completed jumps over in the regular life (facts and
 * people alike may be short about them). */
static uint32_t skipped(int state, const struct event *e, const char **steps)
{
	struct text at = schema_state_name(state);
	uint32_t n = 0;

	if (!text_is(e->def->name, "delivery.completed"))
		return 0;
	if (text_is(at, "handed_off"))
		steps[n++] = "delivery.accepted";
	if (n > 0 || text_is(at, "preparing"))
		steps[n++] = "delivery.ready";
	return n;
}

static fl_status move_deal(struct projection *x, struct record *deal)
{
	struct world *w = x->w;
	const struct life_move *m;
	const char *steps[INFERRED_MOST + 2];
	int from = event_deal_state(w, deal), state = from;
	struct value data = value_map();
	uint32_t i, n = 0;

	if (!infer(w->schema, x->e, &state, steps, &n))
		return FL_OK;
	m = schema_move(w->schema, state, x->e->def->name, &x->e->data);
	n += skipped(state, x->e, steps + n);
	for (i = 0; i < n; i++)
		if (!inferred_note(w, deal, steps[i]))
			return FL_NOMEM;
	if (m->to.bytes == 0)
		return FL_OK;
	if (!record_set(w->arena, deal, TEXT("state"), value_of_text(m->to)) ||
		!state_entered(w, deal, from, m->to))
		return FL_NOMEM;
	if (schema_state(m->to) == from)
		return FL_OK;
	value_put(w->arena, &data, "from",
		value_of_text(schema_state_name(from)));
	value_put(w->arena, &data, "to", value_of_text(m->to));
	return cause(x, "deal.state_changed", deal->id, data);
}

/* Ops and move of one deal, and its pool. */
static fl_status change_deal(
	struct projection *x, int64_t id, enum project_part part)
{
	struct world *w = x->w;
	bool made = made_by(x->e, id);
	struct record *deal;
	fl_status s;
	int before;

	if (!made && x->e->def->n_ops == 0 && !x->e->def->moves)
		return FL_OK;
	before = made ? POOL_NONE : event_pool(w, id);
	s = project_apply(w, x->e, id, part);
	if (s != FL_OK || id == 0)
		return s;
	if (x->e->def->moves) {
		deal = w->edit(w->ctx, id);
		s = deal != NULL ? move_deal(x, deal) : FL_NOMEM;
	}
	return s == FL_OK ? event_pools_update(w, id, before) : s;
}

/* A customer's event about all of its deals: those it may move. */
static fl_status change_each(struct projection *x)
{
	struct world *w = x->w;
	const struct record *c = record_at(w, x->e->customer);
	int64_t ids[DEALS_MOST];
	fl_status s = project_apply(w, x->e, 0, PROJECT_REST);
	uint32_t i, n;

	if (c == NULL)
		return s;
	n = w->members(w->ctx, c->home, TEXT("deal"), ids, DEALS_MOST);
	for (i = 0; s == FL_OK && i < n && i < DEALS_MOST; i++) {
		const struct record *deal = record_at(w, ids[i]);
		const struct life_move *m =
			schema_move(w->schema, event_deal_state(w, deal),
				x->e->def->name, &x->e->data);

		if (m != NULL && m->to.bytes > 0)
			s = change_deal(x, ids[i], PROJECT_DEAL);
	}
	return s;
}

/* Clears what is personal in every record of the home. */
static fl_status erase(struct projection *x)
{
	struct world *w = x->w;
	int64_t ids[DEALS_MOST];
	uint32_t k, i, j, n;

	for (k = 0; k < schema_kind_count(w->schema); k++) {
		const struct kind_def *kind = schema_kind_at(w->schema, k);

		n = w->members(w->ctx, x->e->home, kind->name, ids, DEALS_MOST);
		for (i = 0; i < n && i < DEALS_MOST; i++) {
			struct record *r = w->edit(w->ctx, ids[i]);

			if (r == NULL)
				return FL_NOMEM;
			for (j = 0; j < kind->n_fields; j++)
				if (kind->fields[j].personal)
					record_set(w->arena, r,
						kind->fields[j].name,
						value_null());
		}
	}
	return FL_OK;
}

/* A customer nobody can reach is flagged, never dropped. */
static fl_status reach(struct projection *x)
{
	struct world *w = x->w;
	struct record *c =
		x->e->customer != 0 ? w->edit(w->ctx, x->e->customer) : NULL;
	bool can;

	if (c == NULL)
		return FL_OK;
	can = record_get(c, "phone") != NULL ||
	      record_get(c, "email") != NULL ||
	      (record_get(c, "phone_raw") != NULL &&
		      !value_get_bool(&x->e->data, "unreachable", false));
	return record_set(w->arena, c, TEXT("unreachable"),
		       can ? value_null() : value_bool(true))
		       ? FL_OK
		       : FL_NOMEM;
}

static fl_status opened(struct projection *x)
{
	const struct record *deal = record_at(x->w, x->e->deal);
	static const char *const told[] = {
		"customer", "kind", "vehicle", "trade_in", "handler"};
	struct value data = value_map();
	size_t i;

	if (deal == NULL || !made_by(x->e, deal->id) ||
		text_is(x->e->def->name, "deal.opened"))
		return FL_OK;
	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		const struct value *v = record_get(deal, told[i]);

		if (v != NULL)
			value_put(x->w->arena, &data, told[i], *v);
	}
	return cause(x, "deal.opened", deal->id, data);
}

static fl_status duplicate(struct projection *x)
{
	const struct value *into = value_get(&x->e->data, "into");
	const struct value *on = value_get(&x->e->data, "matched_on");
	struct value data = value_map();

	if (into == NULL || !text_is(x->e->def->name, "lead.received"))
		return FL_OK;
	value_put(x->w->arena, &data, "into", *into);
	if (on != NULL)
		value_put(x->w->arena, &data, "matched_on", *on);
	return cause(x, "lead.duplicate_linked", x->e->subject, data);
}

/* The same lead sent again: counted, nothing else. */
static fl_status resent(struct projection *x)
{
	struct record *lead = x->w->edit(x->w->ctx, x->e->subject);

	return lead != NULL && count_up(x->w, lead, "resent") ? FL_OK
							      : FL_NOMEM;
}

/* A consent takes away why the customer's deals were stopped. */
static fl_status consented(struct projection *x)
{
	struct world *w = x->w;
	int64_t ids[DEALS_MOST];
	uint32_t i, n = w->members(
			    w->ctx, x->e->home, TEXT("deal"), ids, DEALS_MOST);
	fl_status s = FL_OK;

	for (i = 0; s == FL_OK && i < n && i < DEALS_MOST; i++) {
		const struct record *deal = record_at(w, ids[i]);
		struct text stop = value_as_text(record_get(deal, "stop"));
		struct value data = value_map();

		if (!text_is(schema_state_name(event_deal_state(w, deal)),
			    "stopped") ||
			(!text_is(stop, "objection") &&
				!text_is(stop, "no lawful channel")))
			continue;
		value_put(
			w->arena, &data, "reason", value_text("consent given"));
		s = cause(x, "deal.reopened", deal->id, data);
	}
	return s;
}

/* A visit after an earlier one is a be-back; an ended one of a sold deal is
 * no loss. */
static fl_status visit_known(struct projection *x, bool came_before)
{
	struct world *w = x->w;
	struct record *visit = w->edit(w->ctx, x->e->subject);
	const struct record *deal = record_at(w, x->e->deal);
	bool ended, sold;

	if (visit == NULL)
		return FL_NOMEM;
	ended = record_get(visit, "ended_at") != NULL;
	sold = text_is(value_as_text(record_get(visit, "outcome")), "sold") ||
	       (deal != NULL && record_get(deal, "signed_at") != NULL);
	if (ended && !record_set(w->arena, visit, TEXT("state"),
			     value_text(sold ? "sold" : "unsold")))
		return FL_NOMEM;
	if (came_before && !ended &&
		!record_set(w->arena, visit, TEXT("be_back"), value_bool(true)))
		return FL_NOMEM;
	return FL_OK;
}

static fl_status follow_up(struct projection *x, bool came_before)
{
	const struct event_def *def = x->e->def;
	fl_status s = FL_OK;

	if (text_is(def->subject, "visit"))
		s = visit_known(x, came_before);
	if (s == FL_OK && def->new_deal)
		s = reach(x);
	if (s == FL_OK && def->new_deal)
		s = opened(x);
	if (s == FL_OK)
		s = duplicate(x);
	if (s == FL_OK && def->erases)
		s = erase(x);
	if (s == FL_OK && text_is(def->name, "consent.given"))
		s = consented(x);
	return s;
}

fl_status event_project(
	struct world *w, const struct event *e, struct value *caused)
{
	struct projection x = {w, e, caused};
	const struct record *deal = record_at(w, e->deal);
	const struct value *visit =
		deal != NULL ? record_get(deal, "visit") : NULL;
	bool came_before = visit != NULL && visit->as.integer != e->subject;
	fl_status s;

	if (e->misfit)
		return FL_OK;
	if (text_is(e->def->name, "lead.received") && !made_by(e, e->subject))
		return resent(&x);
	if (e->def->touch && (s = touch(&x)) != FL_OK)
		return s;
	if ((s = talked(&x)) != FL_OK || (s = outbound(&x)) != FL_OK)
		return s;
	s = e->def->each_deal ? change_each(&x)
			      : change_deal(&x, e->deal, PROJECT_ALL);
	if (s == FL_OK)
		s = follow_up(&x, came_before);
	return s == FL_OK && w->arena->failed ? FL_NOMEM : s;
}
