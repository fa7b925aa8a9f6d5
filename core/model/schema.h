/*
 * schema.h - what exists: kinds of record, their fields, types of event and
 * what each does to the state, and the life cycle of a deal. One data table
 * (schema_table.c); packs add rows; C only interprets (DOMAIN sections 3, 5).
 *
 * A schema is built once per ruleset and then immutable; any thread may read.
 */
#pragma once

#include "base/problem.h"
#include "model/record.h"

enum field_type {
	FIELD_TEXT, FIELD_INT, FIELD_NUMBER, FIELD_BOOL,
	FIELD_TIME,   /* int64 ms UTC */
	FIELD_MONEY,  /* int64 cents of the rooftop's currency */
	FIELD_CHOICE, /* text out of choices[] */
	FIELD_LIST, FIELD_MAP, FIELD_ANY,
	FIELD_REF,    /* int64 id of a record of kind ref_kind */
	FIELD_PERSON, /* text: person id of the roster */
	FIELD_PHONE, FIELD_EMAIL, FIELD_PLATE
};

struct field_def {
	struct text name;
	enum field_type type;
	struct text *choices; /* FIELD_CHOICE */
	uint32_t n_choices;
	struct text ref_kind; /* FIELD_REF */
	struct value dflt;    /* VALUE_NULL: none */
	bool required;        /* events: must be given */
	bool personal;        /* redacted on erasure */
	struct text pack;     /* who declared it; empty: built in */
};

struct name_index; /* private to model */

struct kind_def {
	struct text name;
	struct name_index *by_name; /* of fields */
	struct field_def *fields;
	uint32_t n_fields, cap_fields;
};

struct project_op; /* one "kind.field = source", see project.h */

struct event_def {
	struct text name;
	struct text subject;  /* kind; empty: a record of any kind */
	int version;
	bool opens;           /* may create its subject */
	bool engine_made;     /* not to be posted from outside */
	bool touch;           /* real contact either way: last_touch_at */
	bool reuse;           /* opens: takes the deal's open one, if any */
	bool new_deal;        /* makes customer and deal when there are none */
	bool each_deal;       /* of the customer: moves all its deals */
	bool erases;          /* clears personal fields of the home */
	struct text states;   /* the subject must be in one of these, separated
			       * by spaces; empty: any */
	bool moves;           /* has rows in the life cycle: legal only there */
	struct field_def *fields;
	uint32_t n_fields, cap_fields;
	struct project_op *ops;
	uint32_t n_ops;
	struct text pack;     /* empty: built in */
	struct text means;    /* one sentence for help */
	const char *file;     /* a pack's: where it is declared; else NULL */
	int line;
};

/* One allowed move of a deal: from (bit per state) on event -> to. */
struct life_move {
	uint32_t from;        /* bits by schema_state() */
	struct text on;
	struct text when;     /* condition on the data: "key", "key=value",
			       * "key.part>=2"; empty: none */
	struct text to;       /* empty: unchanged, but legal */
};

struct schema; /* opaque; lives in the arena it was made in */

/* Builds the built-in schema in `a`. NULL: no memory. */
struct schema *schema_new(struct arena *a);
/*
 * Declares what packs add. `spec` is the value the rule file gave:
 * event: {subject=kind, fields={name="type"|{type=,default=,required=,
 * choices=,personal=}}, project="deal.score = score; ...", opens=, touch=,
 * means=, moves={visited="quoted", open="signed"} (life cycle of deals)};
 * field: {type=, default=, choices=, personal=}. Types: text number
 * integer yes_no (bool) time money list map any person phone email plate
 * choice, or a kind's name for a reference. spec, pack and name are copied.
 * Mistakes go to `p` with file:line; FL_INVALID then; FL_NOMEM.
 */
fl_status schema_add_event(struct schema *s, struct text pack,
			   struct text name, const struct value *spec,
			   const char *file, int line, struct problems *p);
fl_status schema_add_field(struct schema *s, struct text pack,
			   struct text dotted, const struct value *spec,
			   const char *file, int line, struct problems *p);

/* After the last declaration: fields that projections change must exist
 * (FL216 in `p`). FL_OK, FL_INVALID. */
fl_status schema_finish(struct schema *s, struct problems *p);

const struct event_def *schema_event(const struct schema *s, struct text name);
const struct kind_def *schema_kind(const struct schema *s, struct text name);
const struct field_def *schema_field(const struct schema *s, struct text kind,
				     struct text field); /* kind's own field */
const struct field_def *event_field(const struct event_def *e, struct text name);
/* What an event may bring beside its own fields: records by their kind, note,
 * ref, extra, and what could not be read ("phone_raw"). */
bool schema_everybodys(const struct schema *s, struct text name);
uint32_t schema_event_count(const struct schema *s);
const struct event_def *schema_event_at(const struct schema *s, uint32_t i);
uint32_t schema_kind_count(const struct schema *s);
const struct kind_def *schema_kind_at(const struct schema *s, uint32_t i);
/* Field of a record: as stored, else the declared default, else NULL. */
const struct value *schema_value(const struct schema *s, const struct record *r,
				 struct text field);
/* Rows of the life cycle, in the order they are tried. */
uint32_t schema_move_count(const struct schema *s);
const struct life_move *schema_move_at(const struct schema *s, uint32_t i);
const char *schema_near_field(const struct schema *s, struct text kind,
			      struct text wrong);

/* Life cycle: index of a deal state or -1; name of index; open or not.
 * An event without any row is legal in every state and moves nothing. */
#define SCHEMA_STATES 17
int schema_state(struct text name);
struct text schema_state_name(int state);
int schema_state_count(void);
bool schema_state_open(int state);
/* A state of a deal, or a kind of record, as Dutch people call it; the name
 * itself in English, and where there is no word for it. */
struct text schema_state_word(int state, bool dutch);
struct text schema_kind_word(struct text kind, bool dutch);
/* The move for (state, event, data): NULL when there is none. */
const struct life_move *schema_move(const struct schema *s, int state,
				    struct text event,
				    const struct value *data);
/* Events that the life cycle names and that are legal in a state, for
 * refusals; at most `cap` are written, returns how many. */
uint32_t schema_legal(const struct schema *s, int state, struct text *out,
		      uint32_t cap);

/*
 * Checks event data against its type: unknown fields (nearest name), wrong
 * types, missing required ones; all in one pass into `p`. Converts in place in
 * `a` what people write: "2026-09-01 10:00" to ms (zone), "€ 20" to cents,
 * phones to E.164 (raw kept under NAME_raw), lists given as "a,b", "none" as an
 * empty list, "consent.phone" = x as consent = {phone = x}; defaults filled in.
 * Besides its own fields every event may name its records (deal, customer, the
 * subject's kind, ref) and carry a note. Unknown fields of facts from outside
 * (`lenient`) are kept under data.extra and noted as warnings, never refused;
 * so is there a value that cannot be read (under its own name). Codes: FL201
 * unknown field, FL202 wrong type, FL203 missing, FL204 not a choice. FL_INVALID
 * when there are errors, FL_NOMEM.
 */
struct zone;
fl_status schema_check(const struct schema *s, const struct event_def *def,
		       const struct zone *zone, bool lenient, struct arena *a,
		       struct value *data, struct problems *p);
/* A value as a person may type it for this field: "21", "2026-09-01"; "..." of
 * what has no form. Static, or of the schema. */
const char *schema_field_example(const struct field_def *f, bool dutch);
