/*
 * project.h - what an event does to the state by itself, as a small language
 * that the built-in table and packs share. Statements, separated by ";":
 *
 *	deal.score = score        sets; an absent source removes the field
 *	deal.score = score?       only when the source is there
 *	deal.channel ?= channel   only when the field is not set yet
 *	deal.score += 1           and -=, which stops at 0 for whole numbers
 *	deal.lessons add code     appends to a list (no doubles), and remove
 *	customer.consent[channel] = {given_at = @at, purpose}   one member
 *	person[to].leads_owed -= 1    the person named by data.to
 *	open case, close case     state 'open' / 'closed', closed_at; close
 *	                          case won: with the outcome, only if not closed
 *	grant consent             data.consent (text, list, map) to the customer
 *
 * Sources: a field of the data ("vehicles.1" the first of a list,
 * "data.customer.name" when the name is a kind's), a field of a record
 * ("deal.stage"), @at (when it happened), @now, @actor, @subject, @deal,
 * @customer, 'text', numbers, true, false, nil, {a, b = source}; a - b.
 * Records: the subject, its deal and customer, what the data or the deal names
 * by kind; "rooftop"; "person" is data.person. A record that is not there
 * changes nothing.
 */
#pragma once

#include "model/event.h"

enum op_kind { OP_SET, OP_SET_EMPTY, OP_PLUS, OP_MINUS, OP_ADD, OP_REMOVE,
	OP_PUT, OP_OPEN, OP_CLOSE, OP_GRANT };

enum source_kind { SOURCE_NONE = 0, SOURCE_LITERAL, SOURCE_DATA, SOURCE_FIELD,
	SOURCE_AT, SOURCE_NOW, SOURCE_ACTOR, SOURCE_SUBJECT, SOURCE_DEAL,
	SOURCE_CUSTOMER, SOURCE_MAP };

struct source_pair;

struct source {
	enum source_kind kind;
	bool optional;             /* "?" */
	struct text path[4];       /* DATA: parts */
	uint32_t n_path;
	struct text record, field; /* FIELD */
	struct value literal;      /* LITERAL */
	struct source_pair *pairs; /* MAP */
	uint32_t n_pairs;
	struct source *minus;      /* taken off; NULL none */
};

struct source_pair {
	struct text key;
	struct source from;
};

struct project_op {
	enum op_kind kind;
	struct text record;   /* kind of the record that changes */
	struct text selector; /* person[to]: name of a data field */
	struct text field;
	struct source key;    /* PUT */
	struct source from;
};

/* Parses statements into `a`; `is_kind` says which names are kinds of record.
 * `text` is copied where kept. FL_INVALID: err says what is wrong; FL_NOMEM. */
fl_status project_parse(struct arena *a, struct text text,
	bool (*is_kind)(void *ctx, struct text name), void *ctx,
	struct project_op **ops, uint32_t *n, struct fl_error *err);

/* Which records a pass changes: of events about all deals of a customer the
 * deal's own part runs once per deal. */
enum project_part { PROJECT_ALL, PROJECT_DEAL, PROJECT_REST };

/* Runs the ops of e->def with `deal` (0: none) as the deal. Values are
 * borrowed from e->data. FL_NOMEM only. */
fl_status project_apply(struct world *w, const struct event *e, int64_t deal,
	enum project_part part);

/* The record of roster person `id`, made when there is none yet; NULL when id
 * is empty or memory was refused. */
struct record *project_person(struct world *w, struct text id);
/* The rooftop's one record, made when there is none yet. NULL: memory. */
struct record *project_rooftop(struct world *w);
