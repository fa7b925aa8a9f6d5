/*
 * rulebook.h - what a ruleset says, as plain data: made by script from Lua
 * cards, interpreted by the engine. Functions of rule files are numbers
 * (fn >= 0) that only script can call; everything else is here. Immutable
 * after loading, lives in one arena; any thread may read.
 */
#pragma once

#include "model/schema.h"
#include "model/template.h"
#include "model/timing.h"

#define FN_NONE (-1)

/* A value that may be fixed, a setting, a field of the subject, or computed. */
enum expr_kind { EXPR_NONE = 0, EXPR_VALUE, EXPR_SETTING, EXPR_FIELD, EXPR_FN };
struct expr {
	enum expr_kind kind;
	struct value value; /* EXPR_VALUE */
	struct text name;   /* setting, or dotted field "customer.tempo_days" */
	int fn;             /* EXPR_FN */
	int line;
};

/* Text in both languages with placeholders "{customer.first_name}",
 * "{promise.due|date}", checked at load. The other language may be empty. */
struct wording {
	struct text nl, en;
	int line;
};

/* People descriptor, resolved when the effect is applied. */
enum who_kind {
	WHO_NONE = 0, WHO_PERSON, WHO_HANDLER, WHO_SELLER, WHO_OWNER,
	WHO_PERSON_IN,  /* arg: dotted field */
	WHO_ROLE, WHO_ON_DUTY, /* arg: role */
	WHO_LEAST_LOADED, WHO_ROUND_ROBIN /* arg: team (or role) */
};
struct who {
	enum who_kind kind;
	struct text arg;
	int32_t at_most;      /* LEAST_LOADED: cap; 0 none */
	struct text at_most_setting; /* the cap is this setting; or empty */
	struct text at_most_of; /* "deliveries a day", "open cases", "tasks",
				 * "prospects due in 14 days" */
	int line;
};

/* A condition: unless, skip_if, if_state, as_long_as. */
enum cond_kind {
	COND_NONE = 0, COND_FN, COND_STATE, /* names: states of the subject */
	COND_LOGGED,        /* names: events since the run began */
	COND_NO_EVENT,
	COND_TOUCHED_SINCE, /* names[0]: step */
	COND_FIELD          /* names[0]: dotted field is true */
};
struct cond {
	enum cond_kind kind;
	int fn;
	struct text *names;
	uint32_t n_names;
	int line;
};

/* What an answer of a task, or an `also`, posts. */
enum action_kind { ACTION_NONE = 0, ACTION_RECORD, ACTION_AGAIN, ACTION_NOTE,
		   ACTION_DONE };
struct action {
	enum action_kind kind;
	struct text event;        /* RECORD: event type */
	struct value data;        /* RECORD: fixed fields (map) */
	struct who *credit;       /* RECORD: people credited */
	uint32_t n_credit;
	struct text *ask;         /* fields that must be given */
	uint32_t n_ask;
	struct expr after;        /* AGAIN: span */
	int32_t at_most;          /* AGAIN: 0 no bound */
	struct text note;         /* NOTE */
	int line;
};
struct answer {
	struct text name;   /* reached, no_answer, done ... */
	struct action action;
};

/* The ladder when nobody acts: if_missed, if_silent, tell_after. Rungs in
 * order; each `after` counts from the task's due (or appearance: if_silent). */
enum rung_kind { RUNG_TELL = 1, RUNG_REMIND, RUNG_OFFER_NEXT, RUNG_MOVE_TO,
		 RUNG_REASSIGN };
struct rung {
	enum rung_kind kind;
	struct expr after;  /* span; none: at once */
	bool from_shown;    /* it counts from when the task appeared */
	bool after_offer;   /* TELL behind an offer: the offer stood as long */
	struct moment at;   /* at = "opening" instead of after */
	struct who who;     /* TELL, MOVE_TO, REASSIGN */
	struct wording text; /* empty: standard sentence */
	int line;
};

struct task_spec {
	struct text kind;     /* call mail visit todo */
	struct wording title;
	/* the usual ones of the kind, or exactly those the step names (a bare
	 * name keeps its usual action) */
	struct answer *answers;
	uint32_t n_answers;
};

/* Somebody must know within minutes: who is there, or else_who; else_who too
 * when `who` has not reacted within that time. */
struct alert {
	struct who who, else_who;
	struct expr within;  /* span; none: end of the day */
	struct wording text;
	int line;
};

/* What may be given for the trouble. A share (real, 0.005 = 0,5%) of the
 * money field `of`, or an amount (int, cents). */
struct goodwill {
	struct expr at_least, at_most, warn_below;
	struct text of;      /* dotted, of the subject or its deal; or empty */
	int line;
};

enum if_late { LATE_DEFAULT = 0, LATE_DO, LATE_SKIP, LATE_NEXT_SLOT };

struct step {
	struct text id;
	int line;
	enum timing_kind timing;
	struct expr wait;         /* AFTER, BEFORE, EVERY: span as value */
	struct expr at_least, at_most, up_to; /* EVERY; up_to from card start */
	struct expr day;          /* DAY: number */
	struct moment at;         /* AT */
	struct text at_field;     /* AT: dotted field ("due") */
	/* anchor: "" card's start, "last touch", "acceptance", "previous
	 * step", "step:ID", or dotted field ("delivery.slot") */
	struct text anchor;
	bool has_within, has_due;
	struct expr within;       /* span */
	struct moment due;
	struct text when_over;    /* appears when that step has run out */
	bool once, each_event;
	struct cond unless, skip_if, if_state;
	struct task_spec task;    /* kind empty: no task */
	struct who who, with, deputy;
	struct text *by;          /* channels in order */
	uint32_t n_by;
	struct text purpose;      /* help, assurance, offer, service */
	bool offers_never;
	enum if_late if_late;
	struct expr if_closed;    /* span after the next opening; none: it
				   * appears also while we are closed */
	struct who assign;        /* who gets the deal */
	struct text *writes;      /* dotted fields the answer must fill */
	uint32_t n_writes;
	struct text queue;
	struct rung *if_missed;
	uint32_t n_if_missed;
	struct action also;
	struct text mark;         /* yes/no field of the subject it sets */
	struct alert *alert;      /* NULL none */
	struct goodwill *goodwill; /* NULL none */
	struct text move_to;      /* card id: enters it, leaves this one */
	struct text needs;        /* event type that must have happened first
				   * ("loss closed" = deal.lost) */
	int fn;                   /* run function at appearance; FN_NONE */
	struct text was;          /* renamed from */
	int32_t keeps_seller;     /* handoff: stays with the seller */
};

/* when "event" { }: reacts at once. */
struct when {
	struct text *events;
	uint32_t n_events;
	struct text name;   /* timer.fired: only this timer */
	int fn;             /* run = function; FN_NONE: the step says it */
	struct step step;   /* task etc., id "when:EVENT", a second one of
			     * that event "when:EVENT.2" */
	int line;
};

/* ladder "slip" { }: the n-th time it happens, rung n appears at once; past
 * the last rung the last one again. */
struct ladder {
	struct text id;
	struct text *counts;      /* events that count */
	uint32_t n_counts;
	struct step *rungs;       /* ids "slip.1", "slip.2" ... */
	uint32_t n_rungs;
	struct cond also_top_if;  /* the last rung appears as well */
	int line;
};

/* handoff: dossier items. */
struct dossier_item {
	struct text field;   /* of the deal */
	bool must;           /* else nice */
	bool none_is_fine;
	struct wording ask;
	struct cond when;
	int line;
};

struct handoff_spec {
	struct who from, to;
	bool has_exception;        /* unless = exception{...} */
	struct text exception_field; /* "brand_policy" ... */
	struct who exception_by;
	struct text exception_needs, exception_counts;
	struct dossier_item *dossier;
	uint32_t n_dossier;
	struct step if_missing;    /* task, who, within */
	struct expr accept_within; /* span */
	struct who back_to;        /* if_refused */
	struct text refused_needs;
	struct expr back_within;
	struct rung second_time;
	struct rung *if_silent;
	uint32_t n_if_silent;
	bool frees_seller;
	struct text frees_from;    /* "acceptance", "handoff" */
	struct text *keeps;        /* words: "complete the file" ... */
	uint32_t n_keeps;
	struct text then_block;    /* "hunting"; empty none */
	struct expr calls;         /* calls_target in that block, 20 (S1-18) */
};

struct escalation_spec {
	struct who to;
	struct text queue;
	struct text full_order;    /* "expected value" */
	struct who waits_with;     /* when_full */
	struct expr tell_after;
	struct expr accept_within;
	struct rung *if_silent;
	uint32_t n_if_silent;
	bool fresh_lead;           /* seller_gets */
	struct expr fresh_within;
	struct text *fresh_from;   /* pools in order */
	uint32_t n_fresh_from;
	struct wording fresh_if_none;
	struct cond fresh_not_for;
	int line;
};

/* gate: what must come along with an event before a person may say it. */
enum need_kind {
	NEED_PERSON, /* person_who { }: the field names somebody like this */
	NEED_WORDS,  /* words { }: a text of at least so many characters */
	NEED_SOME,   /* some_of { }: one or more out of names */
	NEED_EITHER  /* either { }: at least one of the fields in names */
};
struct gate_need {
	enum need_kind kind;
	struct text field;    /* of the guarded events; EITHER: its label */
	struct who same_as, not_same_as; /* PERSON: kind NONE when not said */
	struct text *names;   /* PERSON: roles, one of them; SOME: values;
			       * EITHER: fields */
	uint32_t n_names;
	bool spoke;           /* PERSON: has talked with the customer */
	int32_t at_least;     /* WORDS: characters */
	struct wording ask;   /* WORDS: the question; may be empty */
	int line;
};
struct gate_refusal {
	struct cond when;     /* kind NONE: words alone */
	struct text words;    /* word list; empty: when alone */
	struct text field;    /* field that is meant; empty: not said */
	struct wording say;   /* "{word}": the one that was found */
	int line;
};
/* if_handler_is, if_handler_left: another person for one need. */
struct gate_swap {
	struct who handler_is; /* kind NONE: when the handler has left */
	struct text field;     /* the need that changes */
	struct who becomes;
	int line;
};
struct gate_default {
	struct text field;
	struct expr wait;     /* a field that is a time: so long from now */
	struct value value;   /* any other field */
};
struct gate_spec {
	struct text *guards;  /* event types */
	uint32_t n_guards;
	struct gate_need *needs; /* in the file's order */
	uint32_t n_needs;
	struct gate_refusal *refuses;
	uint32_t n_refuses;
	struct gate_swap *swaps;
	uint32_t n_swaps;
	struct gate_default *defaults;
	uint32_t n_defaults;
};

/* mode: a period in which numbers and diaries are other than usual. */
struct mode_day {
	int8_t month, day; /* 1-12, 1-31; 29 February is the 28th elsewhere */
};
struct mode_set {
	struct text setting;
	struct value value;   /* of the setting's type */
	int line;
};
struct mode_never {
	struct text role, what; /* never_in("seller diary", "delivery") */
};
struct mode_protect {
	struct text role, block; /* "seller", "hunting" */
	int16_t from_minute, to_minute; /* of the local day */
};
struct node;
struct mode_push {
	struct text card, step;
	struct span by;
	const struct node *v; /* while loading only */
};
struct mode_spec {
	bool yearly;           /* from .. to, both included */
	struct mode_day from, to;
	struct cond or_when, back_when;
	struct expr lasts_at_least;
	bool has_warn;
	struct span warn_before;
	struct who warn_who;
	struct wording warn_text; /* {load|percent}, {gap|hours}, {work|hours},
				   * {room|hours} */
	struct expr warn_at_least; /* share of the load; none: any at all */
	struct mode_set *sets;
	uint32_t n_sets;
	struct mode_never *nevers;
	uint32_t n_nevers;
	struct mode_protect *protects;
	uint32_t n_protects;
	struct mode_push *pushes;
	uint32_t n_pushes;
	struct text *never_changes;
	uint32_t n_never_changes;
};

enum card_kind { CARD_CADENCE, CARD_HANDOFF, CARD_ESCALATION, CARD_RULE,
		 CARD_GATE, CARD_MODE, CARD_KINDS };

struct card {
	enum card_kind kind;
	struct text name;      /* "pack/id" */
	struct text pack, id;
	const char *file;      /* "rules/own.lua" */
	int line, last_line;
	struct wording title;
	struct text about;     /* kind of subject */
	struct text *starts, *stops; /* event types */
	uint32_t n_starts, n_stops;
	struct text *pause_from, *pause_to;
	uint32_t n_pause_from, n_pause_to;
	struct cond as_long_as, unless;
	bool closed;           /* nobody new comes in */
	bool stopped;          /* removed = "stop": nobody stays in either */
	int32_t priority;
	struct who who, deputy;  /* defaults of its steps */
	struct text purpose;
	struct text queue;
	struct step *steps;
	uint32_t n_steps;
	struct when *whens;
	uint32_t n_whens;
	struct ladder *ladders;
	uint32_t n_ladders;
	bool counts_by_start;  /* of a range: its start; else its end */
	struct handoff_spec *handoff;       /* CARD_HANDOFF */
	struct escalation_spec *escalation; /* CARD_ESCALATION */
	struct gate_spec *gate;             /* CARD_GATE; if_open_after is
					     * its one step */
	struct mode_spec *mode;             /* CARD_MODE */
};

/* word_list "blame" { nl = {...}, en = {...} }: both are looked for. */
struct word_list {
	struct text name;
	struct text *words;   /* nl, then en */
	uint32_t n_words;
	struct text pack;
	int line;
};

struct person {
	struct text id;         /* "jan" */
	struct text name;
	struct text *roles;     /* seller, sales_manager ... */
	uint32_t n_roles;
	struct text email, phone, brand;
	bool external;
	struct value days;      /* working days, null: those of the department */
	int line;
};
struct team {
	struct text id;
	struct text *members;   /* person ids, in the file's order */
	uint32_t n_members;
};
struct department {
	struct text id;         /* sales, delivery, fails ... */
	struct calendar *calendar;
};
struct setting {
	struct text name;       /* "tempo" */
	struct text type;       /* duration number money percent text yes_no */
	struct value dflt;
	struct value by;        /* {dealer=v, brand={x=v}, team={x=v},
				 * person={x=v}} */
	struct text pack;
	int line;
};

struct rulebook {
	struct text name;       /* of the rooftop */
	struct text language;   /* "nl", "en" */
	struct text legal;      /* profile: "nl" */
	struct text currency;   /* "EUR" */
	bool review;            /* publish = "review": every change waits for a
				 * yes */
	int32_t auto_limit;     /* "auto": one that moves so many waits */
	int32_t pace;           /* late things a person gets a day */
	struct zone *zone;
	struct calendar *calendar; /* the rooftop's own */
	struct schema *schema;
	struct person *people;
	uint32_t n_people;
	struct team *teams;
	uint32_t n_teams;
	struct department *departments;
	uint32_t n_departments;
	struct setting *settings;
	uint32_t n_settings;
	bool has_modes;
	struct word_list *word_lists;
	uint32_t n_word_lists;
	struct card *cards;     /* by priority, pack, id: the order they run */
	uint32_t n_cards;
};

const char *card_kind_name(enum card_kind kind); /* "cadence" */
/* "25 open cases", or "open cases" alone (n 0): how many, of what, as
 * who.at_most and who.at_most_of; false: something else. Dutch too. What is
 * counted may be the rest of `said` itself ("prospects due in 14 days"). */
bool who_limit_read(struct text said, int32_t *n, struct text *of);
#define PROSPECT_DAYS_MOST 366
int32_t who_prospect_days(struct text of);
const struct card *rulebook_card(const struct rulebook *rb, struct text name);
const struct step *card_step(const struct card *c, struct text id);
/* A step, the step of a `when`, or a rung of a ladder; NULL none. */
const struct step *card_part(const struct card *c, struct text id);
/* The same by the names of a task, also by the former id of a step. */
const struct step *rulebook_step(const struct rulebook *rb, struct text card,
				 struct text step);
const struct person *rulebook_person(const struct rulebook *rb, struct text id);
/* The id of who is nearest to it by id or name; NULL: nobody is. Borrowed from
 * the rulebook, memory for the search from `a`. */
const char *rulebook_near_person(const struct rulebook *rb, struct arena *a,
				 struct text typed);
/* Tells in `p` that nobody is called so, with the nearest who is; `code` and
 * `field` (borrowed) as in struct problem. */
void rulebook_nobody(const struct rulebook *rb, struct text typed,
		     const char *code, const char *field, struct problems *p);
/* Is that somebody of the roster? Else FL410 in `p`, with the nearest who is;
 * `field` (borrowed) as in struct problem. */
bool rulebook_knows(const struct rulebook *rb, struct text id,
		    const char *field, struct problems *p);
const struct team *rulebook_team(const struct rulebook *rb, struct text id);
bool person_has_role(const struct person *p, const char *role);
const struct word_list *rulebook_words(const struct rulebook *rb,
				       struct text name);
const struct setting *rulebook_setting(const struct rulebook *rb,
				       struct text name);
/* Value of a setting, nearest wins: person, team, brand, dealer, default. */
struct value setting_value(const struct rulebook *rb, const struct setting *s,
			   struct text person, struct text brand);
/* Hours of a person's department (first team that is a department), else the
 * rooftop's. Empty person: the rooftop's. Never NULL. */
const struct calendar *rulebook_calendar(const struct rulebook *rb,
					 struct text person);
/* The wording in the rooftop's language, or the other one if empty. */
struct text wording_text(const struct wording *w, const struct rulebook *rb);
