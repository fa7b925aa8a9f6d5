#include "engine/fold.h"

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
		s = brief_read(w->arena, NULL, row->data, &e->data, err);
	if (s == FL_OK)
		s = decision_read(w->arena, row->decision, d, err);
	return s;
}

/* The event's own change; its subject is known or made again. */
static fl_status fold_change(struct world *w, const struct event_row *row,
			     struct event *e, struct fl_error *err)
{
	struct value caused = value_list();
	const struct problem *wrong;
	struct problems p;
	fl_status s;

	problems_init(&p, w->arena);
	e->subject = row->subject;
	s = event_resolve(w, e, (struct text){"", 0}, &p);
	wrong = problem_error(&p);
	if (s == FL_NOMEM)
		return status_fail(err, s, "event %lld",
			(long long)row->number);
	if (s != FL_OK)
		return status_fail(err, FL_INVALID, "event %lld: %s",
			(long long)row->number,
			wrong != NULL ? wrong->text : "no subject");
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
