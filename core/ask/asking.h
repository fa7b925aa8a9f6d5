/*
 * asking.h - shared by the files of ask only: a read-only world over a reader
 * and what people read: times, names, tasks, events in plain words.
 */
#pragma once

#include "ask/ask.h"
#include "engine/machine.h"

struct view_slot {
	int64_t id; /* 0 free */
	struct home *home;
	struct record *record;
};

/* The state as one question sees it. Homes are loaded when asked for. */
struct view {
	struct ask *ask;
	const struct rulebook *book;
	const struct schema *schema;
	struct arena *a;
	bool nl;	    /* the rooftop's language is Dutch */
	struct world world; /* edit and create give NULL */
	struct home **homes;
	uint32_t n_homes, cap_homes;
	struct view_slot *slots;      /* records by id, open addressing */
	uint32_t n_slots, used_slots; /* a power of two, or 0 */
	struct record **residents;    /* persons and the rooftop */
	uint32_t n_residents, cap_residents;
	bool has_residents;
	struct fl_error err;	/* of the last read */
	fl_status status;	/* the first read that failed */
	struct fl_error failed; /* and why */
};

struct view *view_new(struct ask *ask); /* NULL: no memory */
/* Remembers the first read that failed; not finding something is none. */
void view_note(struct view *v, fl_status s);
const struct record *view_record(struct view *v, int64_t id); /* NULL none */
struct home *view_home(struct view *v, int64_t id); /* of any record in it */
/* What an event says, and what was decided on it, copied; an empty map, no
 * cards, when it cannot be read. */
struct value view_data(struct view *v, const struct event_row *row);
struct decision view_decision(struct view *v, const struct event_row *row);
const struct record *view_person(struct view *v, struct text id); /* or NULL */
const struct record *view_rooftop(struct view *v);
/* The n-th person of whom anything was ever told, NULL past the last. */
const struct record *view_staff(struct view *v, uint32_t n);
/* Status of the whole question: a failed read is told in `p` (FL510). */
fl_status view_done(struct view *v, struct problems *p);

/* The deal and the customer a record belongs to; NULL none. */
const struct record *view_deal(struct view *v, const struct record *r);
const struct record *view_customer(struct view *v, const struct record *r);

/* A card by "pack/id" or its id alone; NULL: a problem with the nearest was
 * added. */
const struct card *view_card(
	struct view *v, struct text typed, struct problems *p);

/* Field of a record as text, empty when it has none. */
struct text field_text(const struct record *r, const char *name);
int64_t field_int(const struct record *r, const char *name);
/* Field of a deal as text, or its declared default: "new" for its state. */
struct text deal_text(
	struct view *v, const struct record *deal, const char *name);

/* ---- what people read (words.c) ---- */

/* What was written, kept; the buffer is released. A buffer that failed makes
 * the arena fail: never half an answer. */
#define WORDS_BYTES (1u << 20)
struct text words_buf(struct view *v, struct buf *b);

/* "10:15" today, "wo 2 sep 09:00" else; without the clock time when it is the
 * end or the start of a day. */
struct text words_time(struct view *v, int64_t at_ms);
/* The same with the day always: "di 1 sep 10:15". */
struct text words_moment(struct view *v, int64_t at_ms);
struct text words_money(struct view *v, int64_t cents);
struct text words_percent(struct view *v, double share); /* 0.5: "50%" */
struct text words_person(struct view *v, struct text id); /* name, or the id */
struct text words_car(struct view *v, const struct record *deal);
struct text words_customer(struct view *v, const struct record *customer);
/* A code in the rooftop's language: "deciding_at_home" "denkt thuis na". */
struct text words_code(struct view *v, struct text code);
/* A step as people read it: its own id, or in words what the program adds:
 * "handoff.accept" "to take over", "when:deal.signed" "at "Signed"". */
struct text words_step(struct view *v, struct text step);
/* A card's name; the engine itself is "fairlead". */
struct text words_card(struct text card);
/* A value of data as people read it; `def` may be NULL. */
struct text words_value(
	struct view *v, const struct field_def *def, const struct value *value);

/* Puts key, key_ms and (when `text`) key_text; nothing when ms is 0. */
void put_time(struct view *v, struct value *map, const char *key, int64_t ms,
	bool text);
/* Puts a text unless it is empty. */
void put_text(
	struct view *v, struct value *map, const char *key, struct text t);
void put_id(struct view *v, struct value *map, const char *key,
	struct text kind, int64_t id);

/* ---- tasks (task.c) ---- */

struct text task_words(struct view *v, const struct task *t);  /* its title */
struct value task_value(struct view *v, const struct task *t); /* TASK */
/* What one of its answers does; false when the rules do not know it. */
bool task_action(struct view *v, const struct task *t, struct text outcome,
	struct action *out);
/* Open tasks of a person (empty: everybody's) by due. */
struct task_list {
	const struct task **items;
	uint32_t n, cap;
};
void task_list(struct view *v, struct text who, struct task_list *out);
/* Those of one more person behind them. */
void task_list_add(struct view *v, struct text who, struct task_list *out);

/* ---- gates (gates.c) ---- */

/* Appends what gates will ask before something that can be said now of the
 * deal of `subject`, or with an answer of `task` (NULL none), may be said;
 * once for each deal, gate and event. */
void gates_add(struct view *v, const struct record *subject,
	const struct task *task, struct value *list);

/* ---- events (say.c) ---- */

/* One sentence: what happened. */
struct text say_event(struct view *v, const struct event_row *row);
/* An event by which rules tell each other something: a pack's without a
 * sentence for people (`means`). */
bool say_is_bookkeeping(struct view *v, struct text type);
/* What one effect came to, empty when people need not read it. */
struct text say_effect(struct view *v, const struct effect *e);
struct value say_line(struct view *v, const struct event_row *row); /* LINE */
/* The same of an event about everybody (a slice of a rule change or of an
 * outage, an undo), told to one customer: `did` is what it did in this home,
 * moved steps too. */
struct value say_line_to(
	struct view *v, const struct event_row *row, const struct home *h);
/* How many messages of this home it put in the outbox. */
int64_t say_messages(
	struct view *v, const struct event_row *row, const struct home *h);
/* What the cards of an event did: [{card, text, step?, line?, task?}]. */
struct value say_did(struct view *v, const struct event_row *row);

/* ---- asking ---- */

/* Runs `fn` inside one snapshot of the reader. */
typedef void (*view_fn)(struct view *v, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_run(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p, view_fn fn);
/* Arguments: refuses those not in `known` (space-separated), with the nearest.
 * False when a problem was added. */
bool args_known(
	const struct value *args, const char *known, struct problems *p);
/* A text argument (a number is taken as its digits); empty when absent.
 * `required`: a problem when absent. */
struct text args_text(struct arena *a, const struct value *args,
	const char *name, bool required, struct problems *p);
/* The number in argument "ruleset", of rules that were live once; 0: absent, or
 * FL504 in `p`. */
int64_t args_ruleset(struct view *v, const struct value *args, bool needed,
	struct problems *p);
/* The status people's problems amount to: FL_NOT_FOUND for FL504, FL_CONFLICT
 * for FL505 and FL509, else FL_INVALID. */
fl_status problems_status(const struct problems *p);

fl_status ask_today(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_tasks(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_deal(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p);
fl_status ask_search(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_why(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p);
fl_status ask_orphans(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_ahead(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_backtest(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_why_not(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_show(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p);
fl_status ask_late(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p);
fl_status ask_status(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_answer(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_staff(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_retry(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);

fl_status ask_check(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_test(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p);
fl_status ask_test_from(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
/* What `next` would do to everybody in flight: the answer of `plan`, with at
 * most so many changes by name. In a checker; the reader is not begun. */
fl_status plan_answer(struct ask *ask, struct ruleset *next, uint32_t most,
	struct value *out, struct problems *p);
fl_status ask_candidate(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);

fl_status ask_rulesets(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_undo(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p);
fl_status ask_release(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);
fl_status ask_plan(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p);

/* A wire event of `type`, with the arguments' id, at and source. */
struct value wire_new(struct view *v, const char *type,
	const struct value *args, struct value data);
