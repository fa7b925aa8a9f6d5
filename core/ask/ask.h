/*
 * ask.h - one function per question or command: arguments in, JSON out. Used
 * by the library, the HTTP routes and the command line alike. Questions read
 * committed state through a reader (one snapshot each) and never the engine;
 * commands are turned into events to post. Any thread, one context a thread.
 *
 * Answers: keys in snake_case; ids as shown ("D128", "T130", "E128"); a time
 * `x` is ISO text with the rooftop's offset, beside it `x_ms` (ms UTC) and,
 * where people read it, `x_text` ("10:15", "wo 2 sep 09:00"). What is unknown
 * is left out. Text is in the rooftop's language. The shapes:
 *
 * TASK    {task, kind, kind_text, title, who?, who_name?, subject,
 *         subject_kind, deal?, customer?, customer_name?, phone? (to call), email? (to mail),
 *         shown.., due.., late, state, card, step, answers [{outcome, text?,
 *         needs []}], purpose?, queue?, with?, reminded?, outcome?, by?}
 * LINE    {event, type, at.., learned? (when later than at), text, actor?,
 *         actor_name?, source, misfit?, caused_by?, did [{card, text, step?,
 *         line?, task?}]}: one event as people tell it
 * PERSON  {person, name, absent, until?, deputy?, stands_in? (who does their
 *         work now), stands_in_name?, left?, leads_owed, calls_target, blocks
 *         [{kind, from?, to?, calls?}], tasks [TASK + {instead_of?,
 *         instead_of_name?}], gates [GATE], open, late}
 * GATE    {deal, customer_name?, event, text, card, needs [{field, text,
 *         remedy?}]}: what must be there before that may be said
 * WHO     {id, kind, name?, ref?, phone?, email?, deals [{deal, state,
 *         state_text, handler?, car?}]}: a customer as found
 *
 * today   {now.., people [PERSON], nobody [TASK]}; with `person` that PERSON
 *         and now. Tasks by due.
 * deal    {deal, ref?, state, state_text, light, light_reason?, light_text?, handler?,
 *         handler_name?, seller?, seller_name?, car?, price?, price_cents?,
 *         last_touch?, stop?, customer {id, name?, phone?, email?, tempo_days?,
 *         consent [], objected?}, other_deals [{deal, state, state_text}],
 *         tasks [TASK], gates [GATE], next [{at.., card, step, what, subject, ok, why? (not as things stand), line? (a function there will say)}], story [LINE], left_out
 *         (older lines not shown)}
 * find    {text, found [WHO]}
 * tasks   {tasks [{task, card, step, kind, who, subject, shown.., due.., state,
 *         body}], count}
 * why     {task? TASK, because {event, card, card_title?, step?,
 *         step_text?, when? and when_text? (of plain Lua: the event's type), began? LINE
 *         (the event that put the subject into the card), line?, file?, text? (that line of the
 *         rules), ruleset, live_since?}, chain [LINE] (root first), decided?
 *         [{card, fate, reason?, did}] (of an event)}
 * orphans {open (how many were looked at), count, orphans [{subject,
 *         subject_kind, deal?, customer_name?, why (nothing_planned, nobody,
 *         person_left, role_of_nobody, task_of_nobody), text, who?, card? (at
 *         fault)}]}
 * ahead   {subject?, customer_name?, from.., until.., cut (it took too long to
 *         look further), tasks, months [{month, tasks, cards [{card,
 *         tasks}]}], days [{day.., people [{person?, name, tasks}]}], unstaffed
 *         [{card, step, role?, tasks}], coming? [..] (of one customer)}: as if
 *         each task is done when due: reached, done or accepted, and nothing
 *         learned that only the customer could say
 * backtest (`files` [{name, text}]: rules in question, else the folder's)
 *         {from.., until.., cut (it took too long to look further), facts (told
 *         again), unknown (of those: about what these rules do not make),
 *         refused, was, would (tasks), open (of those that would be:
 *         no answer is known), fewer, more (by customer and step),
 *         cards [{card, was, would}], people [{person?, name, was, would}],
 *         months [{month, was, would}], differ (customers), customers [{id?,
 *         name?, was, would}] (at most 20)}
 * why-not {card, title, file, line, subject, customer_name?, at.., event? (what
 *         functions saw as theirs), ruleset, inside, conditions [CONDITION],
 *         first? CONDITION (the first that says no), nearest? {step?, step_text?, missing,
 *         texts []}}; with `at` (a time, or an event: as its cards saw it) of
 *         the record and the rules of then
 * CONDITION {what, step?, step_text?, line, ok, text, at.., saw?, reads? [{field, value,
 *         text}] (what its function read)}
 * show    {card, kind, title, file, line, now.., sentences [], steps [{step?,
 *         line, sentences [], appears.., due..}]}; without `card`: {cards
 *         [{card, title, file, line}]}
 * late    {late [LINE + {subject, subject_kind, state?, reason}], count}
 * status  {rooftop, zone, language, now.., training, ruleset {number, digest,
 *         since.., actor, summary}, rulesets, cards, people, events, records,
 *         tasks_open, tasks, dues, misfits, outbox_waiting, db_bytes,
 *         wal_bytes, last_event?, last_at.., next_due.., settings [{name,
 *         type, value, default, set, pack} (of a length of time, money
 *         and percent also value_text, default_text)], applying? {ruleset, outage,
 *         looked_at, customers} (a change that has not reached everybody)} and
 *         every other key of ask->live
 * check   {ok, cards, people, settings, mistakes (how many), problems
 *         []}
 * test    {tests [{name, file, line, passed, took_us, story?}], passed, failed,
 *         problems? [] (what may be behind a failure)}
 * test-from {lua (a test in the shape of those beside cards, pseudonymised)}
 * candidate  as check; the tests that fail are problems, too (FL550); plan:
 *         PLAN without changes by name. `held`: a digest whose tests are not run
 * plan    {live, candidate, code (publish takes it as a yes to just this),
 *         changed, auto, waits? (why it needs a yes, one sentence), in_flight, moved (customers), withdrawn, spread,
 *         spread_until?.., bursts, burst_tasks, counts {moves?, appears?,
 *         gone?, shows?, withdrawn?, handed?, leaves?, fails?}, steps [{kind,
 *         card, step, count, from_first?.., from_last?.., to_first?..,
 *         to_last?..}], people [{person?, name, changed, days [{day..,
 *         before, after, burst?}]}], changes [{kind, customer?,
 *         customer_name?, deal?, card, step?, from?.., to?.., task?, who?,
 *         to_who?, reason?, spread?, text}], left_out?, took_us}
 * rulesets {rulesets [{ruleset, live, digest, since.., actor, actor_name,
 *         summary, summary_text, text? (what it changed, in words), files? [{file, change,
 *         plus, minus}], lines? [{file, line, sign, text}]}], left_out?}; newest
 *         first, each against the one before; `ruleset`: that one alone
 * undo    {ruleset, withdrawn, messages, answered (how many), tasks [TASK] (those
 *         answered), sent [{message, channel, customer?, customer_name?, at..}]
 *         (messages that went out)}; within: wires, the events to post
 * Commands give a list of events to post: answer one task.done, person one
 * person.absent / .returned / .left, retry one event.retried; `id`, `at` and
 * `source` of the arguments go along.
 *
 * Problems: FL501 argument missing, FL502 unknown argument, FL503 wrong value,
 * FL504 not found, FL505 several are meant, FL506 not an answer of this task,
 * FL507 a field the answer needs, FL508 a field nothing knows, FL509 task is
 * not open, FL510 could not be read, FL550 a test beside the cards fails,
 * FL551 its pack is not that of this program.
 */
#pragma once

#include "engine/engine.h"

struct ask {
	struct reader *reader;	 /* borrowed */
	struct ruleset *ruleset; /* live one, borrowed; its book is read,
				  * its functions are never called here */
	int64_t ruleset_number;
	int64_t now_ms;	   /* the rooftop's clock */
	struct arena *a;   /* owns the answer */
	const char *dir;   /* the folder; NULL in memory */
	struct text actor; /* who asks; person id or "admin" */
	struct value live; /* map: what only the engine knows, for
			    * status: counts, quarantined, clock */
	const struct source_set *files; /* in a checker: the exact bytes in
			    * question; NULL: the folder's, see ask_files() */
};

/* How a name is served. */
enum ask_way {
	ASK_QUESTION, /* fn answers from the reader */
	ASK_COMMAND,  /* fn makes events to post: out = list of wire maps */
	ASK_CHECKER,  /* fn runs rules to answer: in a checker child, with a
		       * reader (not begun: begin and end it around reads of
		       * less than a second) and the live ruleset */
	ASK_FILES,    /* the same about the rule files alone: reader and
		       * ruleset are NULL, nothing needs to have been live */
	ASK_ROOFTOP   /* the rooftop itself: reload, clock, import, post */
};

/* `args` a map or NULL. FL_OK; FL_INVALID, FL_NOT_FOUND, FL_CONFLICT (several
 * are meant, or no longer open): p says why; FL_STORAGE, FL_NOMEM. */
typedef fl_status (*ask_fn)(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p);

/* One row per name; "today", "deal", "find", "why", "show", "late", "status", "tasks";
 * "answer", "person", "retry". NULL name ends. */
struct ask_row {
	const char *name;
	enum ask_way way;
	ask_fn fn;	       /* may be NULL for ASK_ROOFTOP */
	const char *arguments; /* "person?" "who" "task outcome fields?" */
	const char *does;      /* one line for help */
};
const struct ask_row *ask_table(void);
const struct ask_row *ask_find(const char *name); /* NULL: see ask_near */
const char *ask_near(const char *wrong);	  /* NULL: nothing is near */

/* May that name ask and command? People of the roster, "admin" and "system";
 * anybody while there is no roster. `*actor` becomes the person's id (borrowed
 * from the book) when it was the name of one of them. Else in `p`, in the
 * rooftop's language: FL410 with the nearest, FL505 with the ids of all who have
 * that name. */
bool ask_actor(const struct rulebook *book, struct text *actor,
	       struct problems *p);

/*
 * What people type for a record: "D128", "d0000001" (outsider's id),
 * "Sofie Peeters", "06 12345678", "GX-123-B", "T130". Finds the record of
 * `kind` ("" any; "deal" for a customer's name gives their open deal).
 * FL_NOT_FOUND (nearest names in p), FL_CONFLICT (several: listed in p).
 */
fl_status ask_who(struct ask *ask, struct text typed, struct text kind,
	struct record **out, struct problems *p);
/* Person of the roster by id or name. FL_NOT_FOUND, FL_CONFLICT. */
fl_status ask_person(struct ask *ask, struct text typed,
	const struct person **out, struct problems *p);
/* Replaces names, phones and plates in a wire event's reference fields (deal,
 * customer, person, task, visit ...) by ids; unknown outsiders' ids stay. */
fl_status ask_refs(struct ask *ask, struct value *wire, struct problems *p);

/* In a checker: the rule files in question. FL_OK; FL_INVALID and others: p
 * says why. Memory is the answer's. */
fl_status ask_files(
	struct ask *ask, struct source_set *out, struct problems *p);
/* A list of {name, text} as rule files, and back. What is made lives in `a`;
 * bytes stay where they are. False: no such list, or no memory. */
bool ask_files_of(
	struct arena *a, const struct value *list, struct source_set *out);
struct value ask_files_value(struct arena *a, const struct source_set *files);

/* Puts a moment into an answer as all of them have it: `key` ISO, key_ms and
 * key_text as people read it. */
void ask_time(struct ask *ask, struct value *map, const char *key, int64_t ms);

/* Shown names: "D128", "D128-2", "T130", "E128" (kind "event", id is its
 * number); and back (0: not an id; kind may be NULL). Empty: no memory. */
struct text id_show(struct arena *a, struct text kind, int64_t id);
int64_t id_read(struct text shown, struct text *kind);

/*
 * For the daemon's terminal: one line for the root event of a committed unit
 * and one, indented, per thing a card did:
 *   di 1 sep 10:00 Nieuwe lead via website: Sofie Peeters (D128)
 *         -> standard/first-response: bellen, Jan de Boer, voor 10:15: Nieuwe
 *            lead: bel Sofie Peeters nu
 */
void say_told(struct ask *ask, const struct told *told, struct buf *out);
