/*
 * explain.h - why a card does, or does not, do something for somebody: every
 * condition the machine would look at, with what it saw. Asked of the machine's
 * own functions; changes nothing. For `why-not`.
 */
#pragma once

#include "engine/machine.h"

enum condition_kind {
	CONDITION_AWAY,     /* quarantined */
	CONDITION_CLOSED,   /* nobody new comes in */
	CONDITION_INSIDE,   /* at_ms: since; holds: it is inside */
	CONDITION_LEFT,     /* was inside until at_ms */
	CONDITION_STARTS,   /* one of the card's events; at_ms: 0 never */
	CONDITION_STOPS,    /* one of them, since it started */
	CONDITION_PAUSED,   /* since at_ms */
	CONDITION_UNLESS,   /* cond */
	CONDITION_AS_LONG_AS,
	CONDITION_WHEN,     /* the event of a `when`; at_ms: 0 never */
	CONDITION_COUNTS,   /* that of a ladder */
	CONDITION_SHOWN,    /* its task is open: task */
	CONDITION_DONE,     /* at_ms */
	CONDITION_SKIPPED,
	CONDITION_ANCHOR,   /* what it counts from is known; at_ms */
	CONDITION_TIME,     /* its time has come; at_ms: due */
	CONDITION_NEEDS,    /* event `name`; at_ms: 0 not since it began */
	CONDITION_ONCE,     /* done before, and that is once for ever */
	CONDITION_SKIP_IF,
	CONDITION_IF_STATE,
	CONDITION_PEOPLE,   /* `name`: who it would fall to; reason: how */
	CONDITION_CHANNEL,  /* `name`: channel; reason: what holds it back;
			     * at_ms: until then, 0 for good */
	CONDITION_KINDS
};

struct condition {
	uint8_t kind;            /* enum condition_kind */
	bool holds;              /* as it must be for the card to go on */
	const struct step *step; /* NULL: of the card as a whole */
	int line;                /* of the rule file */
	const struct cond *cond; /* of unless, as_long_as ..; else NULL */
	struct text name;
	int64_t at_ms, task;
	const char *reason;      /* a function that failed: why; NULL none */
	struct value saw;        /* state, field, answer of a function */
	struct value reads;      /* list {field, value}: what the function
				  * read on the way */
};

struct explained {
	struct condition *items; /* the card's first, then step by step */
	uint32_t n, cap;
	bool inside;
};

/* All conditions of `card` for `subject` (of kind card->about) at the
 * snapshot's moment; in the world's arena. Of somebody who is not inside the
 * steps are seen as if the card began at its latest starting event, or now.
 * FL_OK, FL_NOMEM. */
fl_status explain_card(const struct snapshot *s, const struct card *card,
		       const struct record *subject, struct explained *out);

/* Of a step that waits: the conditions that are looked at when its time comes,
 * as things stand, without calling functions of the rules (snapshot.ruleset may
 * be NULL): a condition that is one holds, with `saw` null. FL_OK, FL_NOMEM. */
fl_status explain_waiting(const struct snapshot *s, const struct card *card,
			  const struct step *st, const struct record *subject,
			  struct explained *out);
