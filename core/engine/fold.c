#include "engine/fold.h"

#define ROOFTOP "rooftop" /* kind and ref of the one record */

int64_t fold_rooftop(struct world *w, int64_t known)
{
	const struct record *r = known != 0 ? w->get(w->ctx, known) : NULL;

	if (r == NULL)
		r = w->by_ref(w->ctx, TEXT(ROOFTOP), TEXT(ROOFTOP));
	if (r == NULL)
		r = w->create(w->ctx, TEXT(ROOFTOP), TEXT(ROOFTOP), 0);
	return r != NULL ? r->id : 0;
}

/* A known subject: its deal and customer by its own fields. */
static void concern(struct world *w, struct event *e)
{
	const struct record *r = w->get(w->ctx, e->subject);
	const struct record *deal;

	if (r == NULL)
		return;
	e->deal = text_is(r->kind, "deal")
		? r->id
		: value_get_int(&r->fields, "deal", 0);
	deal = e->deal != 0 ? w->get(w->ctx, e->deal) : NULL;
	e->customer = text_is(r->kind, "customer")
		? r->id
		: value_get_int(&r->fields, "customer", 0);
	if (e->customer == 0 && deal != NULL)
		e->customer = value_get_int(&deal->fields, "customer", 0);
}

fl_status fold_resolve(struct world *w, struct event *e,
		       struct text subject_ref, struct problems *p)
{
	if (text_is(e->def->name, "timer.fired") ||
		text_is(e->def->name, "task.done")) {
		concern(w, e);
		return FL_OK;
	}
	return event_resolve(w, e, subject_ref, p);
}

static fl_status read_row(struct world *w, const struct event_row *row,
			  struct event *e, struct decision *d,
			  struct fl_error *err)
{
	fl_status s = FL_OK;

	memset(e, 0, sizeof(*e));
	memset(d, 0, sizeof(*d));
	e->number = row->number;
	e->source = row->source;
	e->id = row->id;
	e->def = schema_event(w->schema, row->type);
	e->home = row->home;
	e->occurred_at_ms = row->occurred_at_ms;
	e->recorded_at_ms = row->recorded_at_ms;
	e->cause = row->cause;
	e->actor = row->actor;
	e->role = row->role;
	e->misfit = row->misfit;
	e->data = value_map();
	if (e->def == NULL)
		return status_fail(err, FL_INVALID,
			"event %lld: no type \"%.*s\" in these rules",
			(long long)row->number, (int)row->type.bytes,
			row->type.at);
	if (row->data.bytes > 0)
		s = value_read(w->arena, row->data.at, row->data.bytes, NULL,
			&e->data, err);
	if (s == FL_OK && row->decision.bytes > 0)
		s = decision_read(w->arena, row->decision.at,
			row->decision.bytes, d, err);
	return s;
}

/* The event's own change. */
static fl_status fold_change(struct world *w, const struct event_row *row,
			     struct event *e, struct fl_error *err)
{
	struct value caused = value_list();
	struct text ref = {"", 0};
	struct problems p;
	fl_status s;

	if (text_is(e->def->subject, ROOFTOP)) {
		e->subject = fold_rooftop(w, row->subject);
	} else {
		if (w->get(w->ctx, row->subject) != NULL) {
			e->subject = row->subject;
			ref = text_of(arena_printf(w->arena, "#%lld",
				(long long)row->subject));
		}
		problems_init(&p, w->arena);
		s = fold_resolve(w, e, ref, &p);
		if (s == FL_NOMEM)
			return s;
	}
	if (e->subject != row->subject)
		return status_fail(err, FL_INVALID,
			"event %lld: is about %lld, the journal says %lld",
			(long long)row->number, (long long)e->subject,
			(long long)row->subject);
	return event_project(w, e, &caused);
}

fl_status fold_event(struct world *w, struct task_world *tw,
		     const struct event_row *row, struct fl_error *err)
{
	struct event e;
	struct decision d;
	fl_status s = read_row(w, row, &e, &d, err);

	if (s == FL_OK && !row->misfit)
		s = fold_change(w, row, &e, err);
	for (uint32_t i = 0; i < d.n_cards && s == FL_OK; i++)
		for (uint32_t k = 0; k < d.cards[i].n_effects && s == FL_OK;
			k++)
			s = effect_apply(w, tw, d.cards[i].card,
				&d.cards[i].effects[k], err);
	return s;
}
