/*
 * machine.h - the one machine behind all kinds of card: entering, leaving,
 * pausing, steps that appear, ladders, answers. Pure: reads the turn's
 * snapshot, calls rule functions, returns effects; changes nothing.
 * Called by turn.c for every event on a card's subject, and by publish.
 */
#pragma once

#include "model/effect.h"
#include "script/script.h"

/*
 * What the engine does with effects when it applies them, so that machine and
 * rule functions need not know it:
 * TASK: who may be a descriptor (people_of_value) or a person id; due ms, or
 *   a moment or span as text ("end of next work day", "4 work hours", from
 *   now, in the hours of who); without due: the end of the (work) day. The id
 *   is given by the engine. When a task of the same (card, step, subject) is
 *   open and args.each_event is not true, it becomes an EDIT {id}: it ages.
 * PLACE: task = -1 stands for the task that the latest TASK of the same step
 *   in this decision made or found open.
 * TIMER: due ms, or a span or moment as text. ASSIGN, TASK_EDIT, MESSAGE:
 *   who / to as in TASK.
 * timer.fired of a named timer: the engine has removed that timer before the
 *   cards see the event. Of a place: when its due is the same afterwards (its
 *   function failed, its card is quarantined) the engine moves it to the next
 *   opening, and clears it when the card is gone.
 * task.done: a task still open after all cards is closed by the engine.
 * A decision named "engine" is the engine's own.
 */

/* The turn as cards see it: one snapshot for all cards of an event. */
struct snapshot {
	struct world *world;       /* read side only is used */
	const struct rulebook *book;
	struct ruleset *ruleset;   /* for functions */
	const struct event *event; /* its own change is already applied */
	int64_t now_ms;
	/* latest time `type` happened to `subject` (occurred_at), 0 never;
	 * this event included */
	int64_t (*seen)(void *ctx, int64_t subject, struct text type);
	/* a record as it was before this event; NULL: it did not exist */
	const struct record *(*before)(void *ctx, int64_t id);
	/* an open task, or the one being answered; NULL unknown */
	const struct task *(*task)(void *ctx, int64_t id);
	/* deliveries still to be done that are planned on local days from..to,
	 * or not planned yet; NULL: not known */
	uint32_t (*planned)(void *ctx, int64_t from_day, int64_t to_day);
	/* open tasks of a person, for loads */
	uint32_t (*load)(void *ctx, struct text person, struct text what);
	/* what cards before this one decided on this very event, in card order,
	 * this card's own so far the last: about to be applied. NULL past the
	 * last one; the function NULL: nothing known */
	const struct card_decision *(*asked)(void *ctx, uint32_t i);
	/* asked before a function of `card` is called: NULL when it may be,
	 * else why not, which becomes the card's cut(time); the function NULL:
	 * it always may */
	const char *(*held)(void *ctx, const struct card *card);
	int64_t away_from_ms; /* machine_recompute after an outage: nobody */
	int64_t away_to_ms;   /* could see or do anything; 0 none */
	/* when the next of many late things comes to a person (empty: nobody
	 * known) whose hours are `c`: so many a day; NULL: all at the next
	 * opening */
	int64_t (*pace)(void *ctx, struct text person,
			const struct calendar *c);
	/* told of each field a rule function reads; NULL: nobody asks */
	void (*read)(void *ctx, struct text kind, struct text field,
		     const struct value *v);
	void *read_ctx;
	void *ctx;
	uint64_t stamp; /* another one after every change of the world */
};

/*
 * What `card` does with the snapshot's event for `subject` (a record of kind
 * card->about): appends effects to *out, sets out->fate and out->reason when a
 * rule function failed (its effects are then empty but for the manager's
 * task). Returns FL_OK or FL_NOMEM.
 */
fl_status machine_run(const struct snapshot *s, const struct card *card,
		      const struct record *subject, struct card_decision *out);

/* A card has set fields of the subject or of its family: anchors and waits of
 * the card's places are evaluated again, as they are after every event. PLACE
 * effects, and what comes of a date that moves ahead; FL_OK, FL_NOMEM. */
fl_status machine_replan(const struct snapshot *s, const struct card *card,
			 const struct record *subject,
			 struct card_decision *out);

/* Recomputes every waiting place of `subject` in one card after a rule change;
 * what that means for each kind of change: docs/en/in-flight.md. */
fl_status machine_recompute(const struct snapshot *s,
			    const struct record *subject,
			    struct card_decision *out, struct text card_name);
/* A task that should not have been shown is withdrawn, and its step waits again
 * as the live rules say, late ones paced. */
fl_status machine_undo(const struct snapshot *s, const struct record *subject,
		       const struct task *task, const char *reason,
		       struct card_decision *out);
/* After an outage: deadlines of open tasks grow by the open hours lost.
 * Open tasks of whoever is not in the roster any more go to whom the rules
 * name now, else to the manager. */
fl_status machine_people(const struct snapshot *s,
			 const struct record *subject,
			 struct card_decision *out);

/* Who a step of a card would fall to now; empty: nobody. */
struct text machine_who(const struct snapshot *s, const struct card *card,
			const struct step *step, const struct record *subject);
/* When the nth (from 0) of many late things comes to one person, at `a_day` of
 * them: the next opening, then the openings of the work days after it. */
int64_t machine_pace(const struct calendar *c, int64_t now_ms, int64_t nth,
		     int64_t a_day);

/* True when the card looks at this event type at all (starts, stops, pauses,
 * whens); places of its runs are looked at for every event on the subject. */
bool card_wants(const struct card *card, struct text event_type);

/* Put away after too many errors: `rooftop` is its record, NULL: not. */
bool card_away(const struct record *rooftop, struct text card);

/* The card's subjects among what the event concerns: the event's subject, its
 * deal, customer, open case ... of kind card->about; at most cap ids. For an
 * escalation about a case the deal itself when the case is still to be made. */
uint32_t card_subjects(const struct snapshot *s, const struct card *card,
		       int64_t *out, uint32_t cap);

/*
 * Computed fields, the same for Lua views, templates and conditions:
 * person.absent, person.leads_owed, case.seller, deal.link ...; false when the
 * field is not a computed one.
 */
bool computed_field(struct world *w, const struct rulebook *book,
		    const struct record *r, struct text field,
		    struct value *out);

/* Dotted field of a record ("customer.tempo_days"), following references;
 * VALUE_NULL when any part is missing. */
struct value field_path(struct world *w, const struct rulebook *book,
			const struct record *r, struct text dotted);

/* people.c: resolves a descriptor on the state now; empty when nobody.
 * Absent people are deputised or skipped. `why` (optional) gets how it was
 * chosen, as text. `take_owed` lets round_robin give owed sellers their fresh
 * lead first (S4-23). */
struct text people_resolve(const struct snapshot *s, const struct who *who,
			   const struct record *subject, bool take_owed,
			   const char **why);
/* Whom a descriptor names, present or not; empty for roles and teams. */
struct text people_named(const struct snapshot *s, const struct who *who,
			 const struct record *subject);
/* presence_deputy() on the snapshot. */
struct text people_present(const struct snapshot *s, struct text person);
/* Descriptor as data ({who=..., arg=...}) and back, for act.* effects. */
bool people_of_value(const struct value *v, struct who *out);
struct value people_to_value(struct arena *a, const struct who *who);
/* Hours in which `who` works, for "work" units. Never NULL. */
const struct calendar *people_calendar(const struct snapshot *s,
				       const struct who *who,
				       const struct record *subject);

/*
 * presence.c: who is here at the world's `now`, and who does the work of those
 * who are not (DOMAIN rule 15). Pure: state, roster and now decide.
 */
/* In the roster, not gone, not away: an absence has a from and an until. */
bool presence_of(struct world *w, const struct rulebook *book,
		 struct text person);
/* The person when present, else the deputy, the deputy's deputy ..; empty when
 * none of them is here. */
struct text presence_deputy(struct world *w, const struct rulebook *book,
			    struct text person);
/* The same, and when no deputy is here: the next in the person's team, another
 * of the same role, the sales manager, the principal. Empty for nobody, and
 * when nobody of them is here. `how` (optional) tells which: static text. */
struct text presence_stand_in(struct world *w, const struct rulebook *book,
			      struct text person, const char **how);

/*
 * gate.c: one gate (a card that gate_guards() the event's type) looks at an
 * event whose subject is resolved. Memory of the world's arena and of p's.
 */
/* Puts in what the gate gives by default. */
void gate_fill(const struct snapshot *s, const struct card *gate,
	       struct event *e);
/* Asks the gate on the snapshot's state: FL_DENIED with all that is missing in
 * `p` (FL430 to FL436, `field` says where it goes), FL_OK, FL_NOMEM. */
fl_status gate_check(const struct snapshot *s, const struct card *gate,
		     const struct event *e, struct problems *p);
/* The gate itself does not work: FL436 in `p`. `reason` NULL: unknown. */
void gate_broken(const struct snapshot *s, const char *reason,
		 struct problems *p);
/* What an answer of `t` would record (`answer` is the task.done), as an event
 * of its own in *out; false: nothing that could be guarded. */
bool gate_answer(const struct snapshot *s, const struct task *t,
		 const struct event *answer, struct event *out);
bool gate_guards(const struct card *card, struct text type);
/* What a gate's needs would lack if somebody said `def` of `subject` now and
 * nothing with it; defaults are filled in, functions of rules are not called
 * (snapshot.ruleset may be NULL). As gate_check() tells it, in `p`. */
void gate_needs(const struct snapshot *s, const struct card *card,
		const struct event_def *def, const struct record *subject,
		struct problems *p);

/* mode.c: a command that puts into a diary what a mode that is on keeps out
 * of it: FL_DENIED (FL437 in `p`); FL_OK. */
fl_status mode_check(const struct snapshot *s, const struct event *e,
		     struct problems *p);

/*
 * silence.c: nothing falls silent. What is open needs one accountable person,
 * present or deputised, and a next action with a time.
 */
enum silence {
	SILENCE_NONE,    /* all is well */
	SILENCE_OTHER,   /* its case stands for it */
	SILENCE_NOTHING, /* nothing is planned */
	SILENCE_NOBODY,  /* nobody is accountable and here */
	SILENCE_TASK,    /* a task is nobody's, or nobody can take it up */
	SILENCE_LEFT     /* else well, but who is accountable has left for
			  * good, and no deputy is here */
};
struct silence_found {
	struct text who;  /* accountable; may be empty */
	bool gone;        /* ... has left for good, without a deputy here */
	struct text card; /* at fault; empty: none takes care of it */
	struct text role; /* SILENCE_TASK: role or team that it waits for and
			   * that nobody in the roster has; else empty */
	int64_t until_ms; /* only the diary plans something: until then; else
			   * 0 */
};
/* Records of a home one by one: *at is 0 first; NULL past the last. */
typedef const struct record *(*silence_next)(void *ctx, int64_t home,
					     uint32_t *at);
/* Deals until the car is delivered, failed ones, cases, promises and leads
 * without a deal that are open: only of these silence_of() is asked. */
bool silence_open(const struct record *r);
enum silence silence_of(const struct snapshot *s, const struct record *r,
			silence_next next, void *ctx,
			struct silence_found *out);

/* outcome.c: the closed set of outcomes of a task and what each must give. */
struct outcome {
	struct text name;     /* "reached" */
	struct text need[16]; /* fields an answer must carry */
	uint32_t n_need;
};
/* At most `cap` outcomes; returns how many. By the card and step in the live
 * rulebook, else by the task's own body, else { done }. */
uint32_t task_outcomes(const struct rulebook *book, const struct task *task,
		       struct outcome *out, uint32_t cap);
/* Wording of a task's title: its own body's, else its step's; false when the
 * rules no longer know the step. */
bool task_title(const struct rulebook *book, const struct task *task,
		struct wording *out);

/* guard.c: may we contact this customer on this channel for this purpose at
 * this time? GUARD_OK; GUARD_LATER with *retry_at_ms (closed window);
 * GUARD_NEVER (no consent, objection). *guard is a word for what held it, and
 * *reason a sentence in the rooftop's language; static texts. */
enum guard { GUARD_OK, GUARD_LATER, GUARD_NEVER };
enum guard guard_touch(const struct snapshot *s, const struct record *customer,
		       struct text channel, struct text purpose,
		       int64_t at_ms, int64_t *retry_at_ms,
		       const char **guard, const char **reason);
/* The hours of the law alone: for a call whose channel nobody chose. */
enum guard guard_hours(const struct snapshot *s, struct text channel,
		       struct text purpose, int64_t at_ms,
		       int64_t *retry_at_ms, const char **guard,
		       const char **reason);
