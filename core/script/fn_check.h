/*
 * fn_check.h - reads the source of a function in a card before it ever runs:
 * which fields it asks for, what it compares, what it does with act. fn_read.c
 * reads Lua's expressions and scopes, fn_judge.c knows the dealership,
 * fn_events.c which event it may be at each place. What they are not sure of is
 * accepted in silence.
 */
#pragma once

#include "script/read.h"

/* What an expression is known to be. */
enum fn_kind {
	FN_ANY = 0,
	FN_RECORD, /* of `record` */
	FN_PERSON,
	FN_EVENT,
	FN_EVENT_DATA,
	FN_ACT,
	FN_T,	   /* of a test */
	FN_VERB,   /* act.x; token `at` */
	FN_T_VERB, /* t:x; token `at` */
	FN_WORD,   /* a word of the rule language; token `at` */
	FN_SCALAR, /* value of `field` */
	FN_TYPE,   /* event.type */
	FN_TEXT,   /* literal; token `at` */
	FN_NUMBER, /* literal; token `at` */
	FN_BOOL,   /* literal; token `at` */
	FN_NIL,
	FN_COMPARED, /* chain `from`..`to`, operator `op`, literal `at` */
	FN_NEGATED,  /* `not` and an operand */
	FN_TABLE     /* { }; opened at `from` */
};

/* Some of the events that may call the function: bit i is the i-th. */
#define FN_EVENTS_MAX 256
struct fn_events {
	uint64_t bits[FN_EVENTS_MAX / 64];
};

struct fn_value {
	enum fn_kind is;
	struct text record;
	const struct field_def *field;
	uint32_t from, to; /* its tokens, `to` is behind */
	uint32_t at, op;
	struct text brought; /* field of the event; empty: it is none, */
	struct fn_events by; /* and which events bring it */
};

/* What a function is for. */
enum fn_use {
	FN_GIVES,   /* answers with a value, or nothing */
	FN_ANSWERS, /* a condition: yes or no */
	FN_ACTS,    /* run = function: act may be used */
	FN_TESTS    /* test "..." (function(t) */
};

struct fn_local {
	struct text name;
	struct fn_value value;
};

#define FN_LOCALS_MAX 200
#define FN_DEPTH_MAX  100

struct fn_reading {
	struct reading_card *rd;
	const struct file_unit *unit;
	const struct token **t; /* of the function, without comments */
	uint32_t n, i;
	struct fn_local locals[FN_LOCALS_MAX];
	uint32_t n_locals;
	int depth;
	int fn;	   /* its number */
	bool lost; /* not understood: nothing more is said */
	enum fn_use use;
	bool leaves;  /* a return under an if stood above */
	uint32_t ifs; /* around what is read now */
	bool inner;   /* in a function inside of it */
	bool expects; /* a test: it has asked for something */
	const struct text *events; /* it reacts to; NULL: any */
	uint32_t n_events;
	struct fn_events may;	  /* what the event may be here, */
	struct fn_events yes, no; /* and when what was read last is true, false
				   * or nil */
};

/* Checks the function `v` (NODE_FN, else nothing happens): its parameters are
 * the subject of rd->about, the event, and act for FN_ACTS. `events`: what it
 * reacts to, NULL any. */
void fn_check(struct reading_card *rd, const struct node *v,
	const struct text *events, uint32_t n_events, enum fn_use use);
/* The function of a test: its parameter is t. */
void fn_check_test(struct loading *ld, const struct node *v);
/* The i-th verb of t it knows; NULL past the last. */
const char *fn_test_verb(size_t i);

/* ---- between the files ---- */

/* Puts the carets under token `i`. */
struct problem *fn_at(
	const struct fn_reading *r, uint32_t i, struct problem *it);
int fn_line(const struct fn_reading *r, uint32_t i);
/* Every key of a { } given to `verb` is one of `keys`. */
void fn_keys(struct fn_reading *r, const struct fn_value *v, const char *verb,
	const char *const *keys, size_t n, enum say what);
/* Where the value of `key` stands in the table of `v`; 0: nowhere. */
uint32_t fn_value_of(
	struct fn_reading *r, const struct fn_value *v, const char *key);
/* A length of time or a moment at token `i`, when it is written out. */
void fn_time(struct fn_reading *r, uint32_t i);
/* An event at token `i` and the data given with it; NULL: no such event. */
const struct event_def *fn_event(struct fn_reading *r, uint32_t i);
void fn_event_data(struct fn_reading *r, const struct event_def *def,
	const struct fn_value *data);
/* What token `i` holds fits the field; else it is told. */
void fn_fits(struct fn_reading *r, uint32_t i, const struct field_def *f);
/* Somebody of dealership.lua at token `i`, when that is a text; `words`: a role
 * or a team may stand there too. */
void fn_person(struct fn_reading *r, uint32_t i, bool words);
bool fn_is_expecting(struct text verb); /* fn_test.c */
void fn_test_called(struct fn_reading *r, uint32_t verb,
	const struct fn_value *args, uint32_t n);
/* What a condition answers with. */
void fn_answered(struct fn_reading *r, uint32_t at, const struct fn_value *v);

/* fn_events.c: at the beginning it may be any of its events. */
void fn_events_begin(struct fn_reading *r);
/* Adds to `to`. */
void fn_events_add(struct fn_events *to, const struct fn_events *more);
/* A field of any event it may be here, at token `i`. */
struct fn_value fn_event_member(
	struct fn_reading *r, uint32_t i, bool data_only);
/* What `v`, read last, says of the event when it is asked whether it is there;
 * NULL: nothing. */
void fn_event_asked(struct fn_reading *r, const struct fn_value *v);
/* The same of `v` op `other`. */
void fn_event_compared(struct fn_reading *r, const struct fn_value *v,
	uint32_t op, const struct fn_value *other);
/* `v` must be there: told when an event that it may be here lacks it. */
void fn_event_needed(struct fn_reading *r, const struct fn_value *v);

bool fn_is(const struct fn_reading *r, uint32_t i, const char *symbol);
const struct token *fn_token(const struct fn_reading *r, uint32_t i);

/* value.name, value:name at token `i`. */
struct fn_value fn_member(
	struct fn_reading *r, const struct fn_value *of, uint32_t i, bool colon);
/* A word of the rule language at the token that is read now: those of cards
 * alone are told. */
void fn_word_used(struct fn_reading *r, enum word w);
/* `right` is what `left`, a field, is taken for when it is nil. */
bool fn_stands_in(const struct fn_value *left, const struct fn_value *right);
/* The call of `callee` with `n` arguments. */
void fn_called(struct fn_reading *r, const struct fn_value *callee,
	const struct fn_value *args, uint32_t n);
/* left op right; what is known of the result. */
struct fn_value fn_compared(struct fn_reading *r, const struct fn_value *left,
	uint32_t op, const struct fn_value *right);
/* and, or between two conditions. */
void fn_joined(struct fn_reading *r, const struct fn_value *left, uint32_t op,
	const struct fn_value *right);
