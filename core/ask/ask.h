/*
 * ask.h - one function per question or command: arguments in, JSON out. Used
 * by the library, the HTTP routes and the command line alike. Questions read
 * committed state through a reader and never the engine; commands are turned
 * into events to post. Any thread, one context a thread.
 */
#pragma once

#include "engine/engine.h"

struct ask {
	struct reader *reader;        /* borrowed */
	struct ruleset *ruleset;      /* live one, borrowed; its book is read,
				       * its functions are never called here */
	int64_t ruleset_number;
	int64_t now_ms;               /* the rooftop's clock */
	struct arena *a;              /* owns the answer */
	const char *dir;              /* the folder; NULL in memory */
	struct text actor;            /* who asks; person id or "admin" */
	struct value live;            /* map: what only the engine knows, for
				       * status: counts, quarantined, clock */
};

/* How a name is served. */
enum ask_way {
	ASK_QUESTION,  /* fn answers from the reader */
	ASK_COMMAND,   /* fn makes events to post: out = list of wire maps */
	ASK_ROOFTOP    /* the rooftop itself: reload, clock, import, post */
};

typedef fl_status (*ask_fn)(struct ask *ask, const struct value *args,
			    struct value *out, struct problems *p);

/* One row per name; "today", "deal", "find", "why", "late", "status", "tasks";
 * "answer", "person", "retry". NULL name ends. */
struct ask_row {
	const char *name;
	enum ask_way way;
	ask_fn fn;            /* NULL for ASK_ROOFTOP */
	const char *arguments; /* "person?" "who" "task outcome fields?" */
	const char *does;      /* one line for help */
};
const struct ask_row *ask_table(void);
const struct ask_row *ask_find(const char *name); /* NULL: see ask_near */
const char *ask_near(const char *wrong);

/*
 * What people type for a record: "D128", "d0000001" (outsider's id),
 * "Sofie Peeters", "06 12345678", "GX-123-B", "T130". Finds the record of
 * `kind` ("" any; "deal" for a customer's name gives their open deal).
 * FL_NOT_FOUND (nearest names in p), FL_CONFLICT (several: listed in p).
 */
fl_status ask_who(struct ask *ask, struct text typed, struct text kind,
		  struct record **out, struct problems *p);
fl_status ask_task(struct ask *ask, struct text typed, struct task **out,
		   struct problems *p);
/* Replaces names, phones and plates in a wire event's reference fields (deal,
 * customer, person, task, visit ...) by ids; unknown outsiders' ids stay. */
fl_status ask_refs(struct ask *ask, struct value *wire, struct problems *p);

/* Shown names: "D128", "D128-2", "T130", "E128"; and back (0: not an id). */
struct text id_show(struct arena *a, struct text kind, int64_t id);
int64_t id_read(struct text shown, struct text *kind);
