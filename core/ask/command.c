#include "ask/who.h"

#include "base/near.h"

/* ---- person: away, back, left ---- */

static const struct {
	const char *what, *nl, *type;
} absences[] = {{"away", "weg", "person.absent"},
	{"back", "terug", "person.returned"},
	{"left", "vertrokken", "person.left"}};

#define ABSENCES (sizeof(absences) / sizeof(absences[0]))

static const char *absence_type(
	struct view *v, struct text what, struct problems *p)
{
	const char *names[ABSENCES];
	struct problem *it;
	int near;

	for (size_t i = 0; i < ABSENCES; i++) {
		names[i] = absences[i].what;
		if (text_is(what, absences[i].what) ||
			text_is(what, absences[i].nl))
			return absences[i].type;
	}
	if (what.bytes == 0)
		return NULL;
	near = near_name(what.at, names, ABSENCES);
	it = problem_add(p, "FL503", NULL, 0,
		v->nl ? "\"%s\": away (weg), back (terug) of left "
			"(vertrokken)?"
		      : "\"%s\": away, back or left?",
		what.at);
	it->field = "what";
	it->nearest = near >= 0 ? names[near] : NULL;
	return NULL;
}

static void read_until(struct view *v, const struct value *args,
	struct value *data, struct problems *p)
{
	struct text typed = args_text(v->a, args, "until", false, p);
	struct fl_error err;
	struct problem *it;
	int64_t at_ms = 0;

	if (typed.bytes == 0)
		return;
	if (value_get(args, "until")->kind == VALUE_INT) {
		at_ms = value_get(args, "until")->as.integer;
	} else if (zone_read_time(v->book->zone, typed, &at_ms, &err) !=
		   FL_OK) {
		it = problem_add(p, "FL503", NULL, 0, "\"until\": %s",
			v->nl ? "dat is geen datum of tijd" : err.text);
		it->field = "until";
		it->remedy = v->nl ? "schrijf 2026-09-01 of \"2026-09-01 "
				     "10:00\""
				   : "write 2026-09-01 or \"2026-09-01 10:00\"";
		return;
	}
	if (at_ms <= v->ask->now_ms)
		problem_add(p, "FL503", NULL, 0,
			v->nl ? "\"until\" is al voorbij"
			      : "\"until\" has passed already")
			->field = "until";
	value_put(v->a, data, "until", value_int(at_ms));
}

static void read_deputy(struct view *v, const struct value *args,
	struct text person, struct value *data, struct problems *p)
{
	struct text typed = args_text(v->a, args, "deputy", false, p);
	const struct person *deputy;
	uint32_t before = p->count;

	if (typed.bytes == 0)
		return;
	if (ask_person(v->ask, typed, &deputy, p) != FL_OK) {
		if (p->count > before)
			p->items[before].field = "deputy";
		return;
	}
	if (text_equal(deputy->id, person))
		problem_add(p, "FL503", NULL, 0,
			v->nl ? "niemand vervangt zichzelf"
			      : "nobody is their own deputy")
			->field = "deputy";
	value_put(v->a, data, "deputy", value_of_text(deputy->id));
}

static struct text person_typed(
	struct view *v, const struct value *args, struct problems *p)
{
	struct text typed = args_text(v->a, args, "person", false, p);

	if (typed.bytes == 0)
		typed = args_text(v->a, args, "name", false, p);
	if (typed.bytes == 0)
		problem_add(p, "FL501", NULL, 0, "\"person\" is missing")
			->field = "person";
	return typed;
}

static void staff(struct view *v, const struct value *args, struct value *out,
	struct problems *p)
{
	struct value data = value_map();
	const struct person *person = NULL;
	struct text typed, id = TEXT("");
	const char *type;

	args_known(args, "person name what until deputy id at source", p);
	typed = person_typed(v, args, p);
	type = absence_type(v, args_text(v->a, args, "what", true, p), p);
	if (typed.bytes > 0 && ask_person(v->ask, typed, &person, p) == FL_OK)
		id = person->id;
	value_put(v->a, &data, "person", value_of_text(id));
	if (type == NULL || strcmp(type, "person.returned") != 0)
		read_deputy(v, args, id, &data, p);
	if (type == NULL || strcmp(type, "person.absent") == 0)
		read_until(v, args, &data, p);
	if (p->errors > 0)
		return;
	*out = value_list();
	value_append(v->a, out, wire_new(v, type, args, data));
}

fl_status ask_staff(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	return ask_run(ask, args, out, p, staff);
}

/* ---- retry ---- */

/* The event as journalled, read into the answer's arena. */
struct original {
	struct view *v;
	bool found, misfit;
	int64_t subject, at_ms;
	struct text type;
	struct value data;
	struct value held; /* cards that did not run */
	uint32_t n_cards;  /* that were asked at all */
};

static void take_cards(struct original *o, struct text decision)
{
	struct arena *a = o->v->a;
	struct decision d;

	if (decision_read(a, decision, &d, &o->v->err) != FL_OK)
		return;
	for (uint32_t i = 0; i < d.n_cards; i++) {
		if (text_is(d.cards[i].card, "engine"))
			continue;
		o->n_cards++;
		if (d.cards[i].fate != CARD_RAN)
			value_append(a, &o->held,
				value_of_text(d.cards[i].card));
	}
}

static bool take_original(void *ctx, const struct event_row *row)
{
	struct original *o = ctx;
	struct arena *a = o->v->a;

	o->found = true;
	o->misfit = row->misfit;
	o->subject = row->subject;
	o->at_ms = row->occurred_at_ms;
	o->type = (struct text){ arena_text(a, row->type.at, row->type.bytes),
		row->type.bytes };
	if (row->data.bytes > 0)
		view_note(o->v, brief_read(a, NULL, row->data, &o->data,
					&o->v->err));
	take_cards(o, row->decision);
	return false;
}

/* A fact that did not fit is told once more as it was; else the cards that
 * were held back see the event again. */
static struct value retry_wire(struct view *v, const struct value *args,
	const struct original *o, int64_t number, struct text reason)
{
	struct value data = value_map(), wire;

	if (o->misfit) {
		wire = wire_new(v, o->type.at, args, o->data);
		value_put(v->a, &wire, "at", value_int(o->at_ms));
		value_put(v->a, &wire, "source", value_text("retry"));
	} else {
		value_put(v->a, &data, "event", value_int(number));
		value_put(v->a, &data, "type", value_of_text(o->type));
		value_put(v->a, &data, "data", o->data);
		value_put(v->a, &data, "at", value_int(o->at_ms));
		value_put(v->a, &data, "cards", o->held);
		put_text(v, &data, "reason", reason);
		wire = wire_new(v, "event.retried", args, data);
	}
	value_put(v->a, &wire, "subject", value_int(o->subject));
	return wire;
}

static void retry(struct view *v, const struct value *args, struct value *out,
	struct problems *p)
{
	struct event_filter f = {.limit = 1};
	struct original o = {.v = v, .data = value_map(), .held = value_list()};
	struct text typed, kind, reason;
	int64_t number;

	args_known(args, "event reason id at source", p);
	typed = args_text(v->a, args, "event", true, p);
	reason = args_text(v->a, args, "reason", false, p);
	if (p->errors > 0)
		return;
	number = id_read(typed, &kind);
	if (number == 0 || !text_is(kind, "event")) {
		problem_add(p, "FL503", NULL, 0, v->nl
				? "\"%s\" is geen nummer van een gebeurtenis"
				: "\"%s\" is not the number of an event",
			typed.at)->remedy =
			v->nl ? "schrijf E128" : "write it as E128";
		return;
	}
	f.from_number = f.to_number = number;
	view_note(v, reader_events(v->ask->reader, v->a, &f, take_original, &o,
			     &v->err));
	if (!o.found) {
		problem_add(
			p, "FL504", NULL, 0, v->nl
				? "er is geen gebeurtenis %s"
				: "there is no event %s", typed.at);
		return;
	}
	if (!o.misfit && o.held.count == 0 && o.n_cards > 0) {
		problem_add(p, "FL503", NULL, 0,
			v->nl ? "alle kaarten zijn bij %s uitgevoerd: er is "
				"niets over te doen"
			      : "every card ran for %s: there is nothing to do "
				"again",
			typed.at);
		return;
	}
	*out = value_list();
	value_append(v->a, out, retry_wire(v, args, &o, number, reason));
}

fl_status ask_retry(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	return ask_run(ask, args, out, p, retry);
}
