/*
 * event.h - one fact, and applying its own change to the state (projection).
 */
#pragma once

#include "model/schema.h"

struct event {
	int64_t number;       /* order in the journal, 1 first; 0 not yet */
	struct text source;   /* who reported it; key = (source, id) */
	struct text id;
	const struct event_def *def;
	int64_t subject;      /* record id */
	int64_t home;         /* subject's home */
	int64_t occurred_at_ms; /* when it happened */
	int64_t recorded_at_ms; /* when we learned it: `now` of the turn */
	int64_t cause;        /* number of the event that caused it; 0 root */
	uint32_t depth;       /* 0 root */
	struct text actor;    /* person id, "system", "engine" */
	struct text role;     /* role the actor acted in; may be empty */
	bool command;         /* a person's command: may be refused */
	bool misfit;          /* a fact that did not fit: changed nothing */
	struct value data;    /* map; journalled as event_resolve leaves it */
	/* other records it names, by kind (deal of a visit ...): filled by
	 * event_resolve */
	int64_t deal, customer;
};

/*
 * The state as a turn sees and changes it; implemented by the engine's turn
 * (and by the fold of audit). `edit` returns a copy belonging to this turn;
 * `create` derives the id. Pointers stay valid until the turn ends.
 */
struct world {
	void *ctx;
	struct arena *arena; /* of the turn: for new values */
	const struct schema *schema;
	int64_t now_ms;
	const struct record *(*get)(void *ctx, int64_t id); /* NULL: unknown */
	struct record *(*edit)(void *ctx, int64_t id); /* NULL: memory */
	struct record *(*create)(void *ctx, struct text kind, struct text ref,
				 int64_t home /* 0: its own */);
	/* by "kind:ref"; also person ids: kind "person". NULL: none loaded */
	const struct record *(*by_ref)(void *ctx, struct text kind,
				       struct text ref);
	/* ids of the records of `kind` in a home, oldest first; returns how
	 * many there are, writes at most cap */
	uint32_t (*members)(void *ctx, int64_t home, struct text kind,
			    int64_t *out, uint32_t cap);
};

/* Keys by which what an event concerns can be found before its turn: texts
 * "deal:ref", "phone:+31...", "email:x@y", "#id" for record ids. People and
 * the rooftop are not among them: they are always there. `data` is as
 * schema_check left it. At most cap are written; they live in `a`. */
uint32_t event_keys(const struct schema *s, const struct event_def *def,
		    struct text subject_ref, const struct value *data,
		    struct arena *a, struct text *out, uint32_t cap);

/*
 * Finds or creates the subject, its deal and customer; fills e->subject, home,
 * deal, customer. e->def, number, command, cause and data (checked) are set.
 * `subject_ref`: from the wire, may be empty: a record's name ("D128"), "#id",
 * "kind:ref" or the ref alone; then data[kind], then data.deal, data.customer
 * and other records it names decide: a deal's latest open record of that kind,
 * a customer's single open deal. A subject of another kind that is set in
 * e->subject (or named) stands for its deal and customer.
 * Made when missing: the subject of a type that opens; its customer and deal
 * when the type says so (found by phone or e-mail first); what a fact from
 * outside names by an unknown ref; people and the rooftop.
 * e->data is changed: refs become ids, and what was found or chosen is written
 * into it (known, into, deal), so that a replay with e->subject already set
 * makes the same records again: journal e->data as it is afterwards, give
 * replay an empty subject_ref.
 * FL_OK; FL_NOT_FOUND, FL_CONFLICT (ambiguous), with problems naming
 * candidates (FL221, FL222); FL_NOMEM.
 */
fl_status event_resolve(struct world *w, struct event *e,
			struct text subject_ref, struct problems *p);

/*
 * Is it legal in this state? For a command FL_DENIED with the legal ones
 * (FL223, FL224). For a fact sets e->misfit, FL_OK. Earlier moves that must
 * have happened before a fact from outside are inferred by event_project.
 */
fl_status event_legal(struct world *w, struct event *e, struct problems *p);

/*
 * Applies the event's own change: ops of its row, the life cycle's move, last
 * touch, pools of the rooftop, what was inferred (deal.inferred). A misfit
 * changes nothing. What the change causes in the same turn (deal.opened,
 * lead.duplicate_linked, deal.state_changed, deal.reopened) is appended to the
 * list `caused` as {type, subject, data} maps. FL_NOMEM only.
 */
fl_status event_project(struct world *w, const struct event *e,
			struct value *caused);

/* State of a deal as an index (schema_state), never -1. */
int event_deal_state(const struct world *w, const struct record *deal);

/* Which of the rooftop's lists of leads to hand out (new_leads,
 * service_drive, owner_base, sleeping) the deal belongs to now: 0 none. */
int event_pool(const struct world *w, int64_t deal_id);
/* Brings these lists up to date after a change; `before` is event_pool() from
 * before it. FL_NOMEM. */
fl_status event_pools_update(struct world *w, int64_t deal, int before);
