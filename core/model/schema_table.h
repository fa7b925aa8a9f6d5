/*
 * schema_table.h - the one data table of the model: kinds of record, types of
 * event, and the life cycle of a deal (DOMAIN sections 2, 3 and 5), in the
 * same words packs use. Read by schema.c only.
 *
 * fields: "name:type" separated by spaces. type: text int number bool time
 *   money list map any person phone email plate, @kind (a reference), or
 *   (a|b|c) (a choice); then "!" required, "~" personal, "?" a bool without
 *   the default false, "=json" a default.
 * project: see project.h.
 */
#pragma once

enum type_flag {
	TYPE_OPENS = 1,      /* makes its subject when it names none */
	TYPE_REUSE = 2,      /* with OPENS: the deal's open one, if any */
	TYPE_TOUCH = 4,      /* real contact either way */
	TYPE_ENGINE = 8,     /* engine-made */
	TYPE_EACH_DEAL = 16, /* deal ops and moves: all deals of the customer */
	TYPE_NEW_DEAL = 32,  /* makes customer and deal when there are none */
	TYPE_ERASES = 64     /* clears the personal fields of the home */
};

struct kind_row {
	const char *name, *fields;
};

struct type_row {
	const char *name;
	const char *subject; /* kind; "": any */
	unsigned flags;      /* enum type_flag */
	const char *fields;
	const char *project;
	const char *means;
	const char *states;  /* of the subject, "open at_risk"; NULL: all */
};

struct move_row {
	const char *from; /* states; OPEN and ALL are names for several */
	const char *on;   /* event types */
	const char *when; /* "", "key", "key=value", "key>=n" on the data */
	const char *to;   /* "": legal, unchanged */
};

/* Each ends with a row of NULLs. */
extern const struct kind_row schema_table_kinds[];
extern const struct type_row schema_table_types[];
extern const struct move_row schema_table_moves[];
/* States of a deal in order of life, NULL at the end. */
extern const char *const schema_table_states[];
#define SCHEMA_TABLE_OPEN 6 /* the first six are open */
