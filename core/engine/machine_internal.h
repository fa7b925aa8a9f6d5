/*
 * machine_internal.h - shared by the files of the card machine only
 * (mach.c, card.c, machine.c, step.c, answer.c, ladder.c, handoff.c,
 * escalation.c). One `struct mach`
 * is one card looking at one event for one subject: it works on a copy of the
 * run and at the end writes the difference down as effects.
 */
#pragma once

#include "engine/machine.h"
#include "model/modes.h"

/* Why a card looks at its places: that decides what is done about those
 * whose time is over. */
enum mach_look {
	LOOK_EVENT, /* something happened: if_late */
	LOOK_AGAIN, /* other rules, or back after an outage: paced */
	LOOK_NEW    /* a step that was not there before: never runs late */
};

struct mach {
	const struct snapshot *s;
	const struct card *card;
	const struct record *subject;
	struct arena *a;               /* the turn's */
	struct card_decision *out;
	struct run *run;               /* working copy; NULL: not inside */
	bool entered;                  /* by this event: late rules apply */
	bool left;
	enum mach_look look;
	bool failed;                   /* a function failed: reason is set */
	bool no_memory;
	int fault_line;
};

/* Steps a handoff or an escalation adds to its card's own. */
#define STEP_COMPLETE  "handoff.complete-file"
#define STEP_ACCEPT    "handoff.accept"
#define STEP_TAKE      "escalation.accept"
#define STEP_WAIT      "escalation.wait"
#define STEP_FRESH     "escalation.fresh-lead"

/* place.task of a place whose task this very decision makes: the engine puts
 * the id in when it applies the PLACE. */
#define PLACE_TASK_MADE (-1)

/* effects ------------------------------------------------------------- */

/* Appends an effect with an empty args map; never NULL (a spare is handed
 * out when memory is refused and no_memory is set). */
struct effect *mach_effect(struct mach *m, enum effect_kind kind,
			   struct text step, int line);
void mach_put(struct mach *m, struct effect *e, const char *key,
	      struct value v);
/* A caused event about `subject` (record id, 0: the card's subject). */
struct effect *mach_emit(struct mach *m, struct text type, int64_t subject,
			 struct value data, int line);
void mach_set_field(struct mach *m, int64_t subject, const char *field,
		    struct value v, int line);
/* Who answered the task: the actor when a person of the roster, else whose
 * list it stood on (an admin answers for them). */
struct text mach_answerer(const struct mach *m, const struct task *task);
void mach_keep(struct mach *m, const char *key, struct value v);
int64_t mach_keep_int(const struct mach *m, const char *key);
/* A task that is no step of the file: told, faults, notices. */
struct effect *mach_notice(struct mach *m, struct text step,
			   const struct who *who, const char *nl,
			   const char *en, int line);
void mach_close_task(struct mach *m, int64_t task, enum task_state state,
		     const char *reason, struct text step);

/* What the card's functions may see. */
struct script_view mach_view(const struct mach *m);

/* values -------------------------------------------------------------- */

/* Evaluates; VALUE_NULL for EXPR_NONE. Sets m->failed when a function does. */
struct value mach_value(struct mach *m, const struct expr *e);
/* The same as a span; false when there is none or it failed. */
bool mach_span(struct mach *m, const struct expr *e, struct span *out);
/* `dflt` for COND_NONE. */
bool mach_cond(struct mach *m, const struct cond *c, bool dflt);
void mach_fault(struct mach *m, int line, const char *reason);
/* Asked before each function: may the card go on (snapshot.held)? False: it is
 * cut, which is recorded like any cut. */
bool mach_in_time(struct mach *m);
/* A rule function failed: its fate and reason become the card's. */
void mach_call_failed(struct mach *m, int line,
		      const struct script_outcome *o);
const struct record *mach_deal(const struct mach *m);
const struct record *mach_customer(const struct mach *m);
int64_t mach_seen(const struct mach *m, struct text type);

/* An escalation whose subject is the case that it makes itself. */
bool card_about_case(const struct card *card);

/* steps --------------------------------------------------------------- */

const struct who *step_who(const struct mach *m, const struct step *st);
/* The same; a handoff's steps belong to whoever accepted it. */
struct who step_who_now(const struct mach *m, const struct step *st);
const struct calendar *step_calendar(const struct mach *m,
				     const struct step *st);
/* Evaluates anchor and wait of a waiting place and moves it when they differ
 * from what is stored. `force`: also when they do not, as a calendar may have
 * changed; but what was moved to a later moment stays there. */
void step_plan(struct mach *m, const struct step *st, struct place *p,
	       bool force);
/* When a late step of the card comes, with all the others that are late. */
int64_t step_slot(const struct mach *m, const struct step *st,
		  const struct calendar *c);
/* A step over or on somebody's list whose date moves ahead waits anew. */
void step_follow(struct mach *m, const struct step *st, struct place *p);
/* Its time has come: conditions, guards, task or function. */
void step_appear(struct mach *m, const struct step *st, struct place *p);
/* The deal has another handler: open tasks of steps that are the handler's,
 * still on the list of `from`, go along, due anew. */
void step_new_handler(struct mach *m, struct text from);
/* The step is over: an `every` step waits for its next round. */
void step_done(struct mach *m, const struct step *st, struct place *p);
/* The manager's task when no channel is left, under the step's name. */
void step_ask_manager(struct mach *m, struct text step, int line);
void step_skip(struct mach *m, const struct step *st, struct place *p);
/* The moment the step counts from; 0: not known yet. */
int64_t step_anchor(const struct mach *m, const struct step *st,
		    const struct place *p);
/* A `once` step that has been done, under its present or former name. */
bool step_once_done(const struct mach *m, const struct step *st);
bool step_is_touch(const struct step *st);

/* rung.c ---------------------------------------------------------------- */

/* When the rung `p->rung` comes, counted from `from_ms`; 0: there is none. */
int64_t rung_due(struct mach *m, const struct rung *rungs, uint32_t n,
		 const struct place *p, int64_t from_ms,
		 const struct calendar *c);
/* The same for a step's if_missed, counted from when its task was shown or is
 * due, as the rung says. */
int64_t rung_missed(struct mach *m, const struct step *st,
		    const struct place *p, int64_t shown, int64_t due);
/* What the rung says happens to the place's task. `team` (NULL: none) has the
 * next one whom it is offered to. */
void rung_run(struct mach *m, const struct rung *r, struct text step,
	      struct place *p, const struct team *team);
/* A rung of the step's if_missed is due. */
void rung_timer(struct mach *m, const struct step *st, struct place *p);

/* ladder.c -------------------------------------------------------------- */

/* The event counts on a ladder of the card: its rung appears. */
void ladder_event(struct mach *m);
void alert_raise(struct mach *m, const struct step *st);
/* The step whose alert keeps this place; NULL none. */
const struct step *alert_step(const struct card *c, struct text place);
/* Nobody heard the alert in time: true when the place is an alert's. */
bool alert_timer(struct mach *m, struct place *p);
/* {at_least, at_most, warn_below} in cents, those that are known. */
struct value goodwill_band(struct mach *m, const struct goodwill *g);
/* goodwill.given outside of the band that counts now: somebody is told. */
void goodwill_event(struct mach *m);

/* answers, handoff, escalation ------------------------------------------- */

void answer_run(struct mach *m, const struct task *task);
void action_run(struct mach *m, const struct action *a,
		const struct value *fields, struct text channel,
		struct text purpose, struct text step);

void handoff_enter(struct mach *m);
void handoff_event(struct mach *m);    /* every event while inside */
void handoff_timer(struct mach *m, struct place *p);
bool handoff_answer(struct mach *m, const struct task *task); /* true: its own */

void escalation_enter(struct mach *m);
void escalation_event(struct mach *m);
void escalation_timer(struct mach *m, struct place *p);
bool escalation_answer(struct mach *m, const struct task *task);
/* The deal failed: ask for a case, or for the open one again. */
void escalation_open(struct mach *m);
/* A fresh lead was granted: its task for the seller. */
void escalation_granted(struct mach *m);

/* budget.c: why a touch is held back. */
struct held {
	const char *guard;  /* "budget", "hours", "consent", "no offers" .. */
	const char *reason; /* a sentence in the rooftop's language */
	struct text who;    /* budget: who got it; else empty */
};
/* May the step's touch take place now, seen over all cards and sellers?
 * GUARD_LATER with *retry, GUARD_NEVER, with *why. */
enum guard budget_touch(struct mach *m, const struct step *st,
			struct text purpose, int64_t *retry,
			struct held *why);
/* contact.refused_by_guard, once for each time the step is held for this
 * reason; and when it was let through after all. */
void budget_tell(struct mach *m, const struct step *st, struct text channel,
		 const struct held *why, int64_t retry);
void budget_passed(struct mach *m, const struct step *st);

/* The first lawful channel with room in the budget, or what holds the touch
 * back; tells nobody. */
enum guard step_guard(struct mach *m, const struct step *st,
		      struct text *channel, int64_t *retry, struct held *why);
/* The same, and told (contact.refused_by_guard) when it may not take place. */
enum guard step_touch(struct mach *m, const struct step *st,
		      struct text *channel, int64_t *retry);

/* touch.c: calls and mails that a function asked for, among the effects from
 * `first` on: what law or budget hold is taken out and waits in the run, which
 * is entered when there is none. */
void touch_hold(struct mach *m, uint32_t first);
/* The time of what was held has come: true when the place is one. */
bool touch_timer(struct mach *m, struct place *p);
/* Is it the place of a held touch? */
bool touch_waits(struct text place);

/* Dates, functions and events of a mode; the card of one is gone. */
void mode_event(struct mach *m);
void mode_gone(struct mach *m);
/* A guarded event that was no command: the manager hears what it lacks. */
void gate_event(struct mach *m);
/* Nothing is left to close: the deal went another way. */
bool gate_over(const struct mach *m);

struct place *mach_place(struct mach *m, struct text step); /* makes it */
/* Withdraws the card's open tasks and timers. */
void mach_withdraw_all(struct mach *m, const char *reason);
/* Goes into the card with a new run; run stays NULL when it may not. */
void mach_enter(struct mach *m);
/* Leaves the card: withdraws its tasks. */
void mach_leave(struct mach *m, const char *reason);

/* the frame of one look (machine.c, recompute.c) ------------------------- */

void mach_init(struct mach *m, const struct snapshot *s,
	       const struct card *card, const struct record *subject,
	       struct card_decision *out);
/* Looks at every waiting place; those that show at once do. */
void mach_plan_all(struct mach *m, bool force);
/* Differences of the working copy against the record, as PLACE effects
 * behind the tasks they belong to. */
void mach_write_places(struct mach *m);
/* The card's effects from `first` on are dropped; the manager hears which line
 * it was. */
void mach_fail_card(struct mach *m, uint32_t first);
