/*
 * effect.h - what a card wants, as data. Cards make effects, the engine
 * checks them, resolves people and times, applies them, and records exactly
 * what was applied: the decision. Folding recorded effects over events gives
 * the state again, without any Lua (effect_apply is that fold's one step).
 */
#pragma once

#include "model/event.h"

enum effect_kind {
	/* args, all resolved (ids and ms), as recorded; [] optional */
	EFFECT_TASK = 1,  /* {id,kind,who,due,[shown],[step],title,answers,..} */
	EFFECT_TASK_CLOSE,/* {id,state,[by],[reason],[outcome]} */
	EFFECT_TASK_EDIT, /* {id,[who],[due],[body]}: moved, reminded, escalated */
	EFFECT_ASSIGN,    /* {who,[reason]}: handler of the deal */
	EFFECT_SET,       /* {field,value} on the subject (declared field) */
	EFFECT_TIMER,     /* {name,due} replaces; card's own name space */
	EFFECT_CANCEL,    /* {name} or {} for all of the card's timers */
	EFFECT_MESSAGE,   /* {channel,to,template,[about]} to the outbox */
	EFFECT_WEBHOOK,   /* {url,event} to the outbox */
	EFFECT_EMIT,      /* {type,data,[subject]}: caused event */
	EFFECT_NOTE,      /* {text}: note.added */
	EFFECT_STOP,      /* {[reason]}: leaves the card */
	EFFECT_ENTER,     /* {run,at}: enters the card */
	EFFECT_LEAVE,     /* {at,[reason]} */
	EFFECT_PAUSE,     /* {at}; at 0: goes on */
	EFFECT_PLACE,     /* {step,phase,anchor,wait,due,task,count,rung,done} */
	EFFECT_KEEP,      /* {key,value}: run's own notes */
	EFFECT_ONCE       /* {step}: remembered as done for ever */
};

struct effect {
	uint8_t kind;        /* enum effect_kind */
	int64_t subject;     /* record it is about */
	struct value args;   /* map, see above */
	int line;            /* of the rule file; 0 none */
	struct text step;    /* step it came from; empty: the card itself */
};

/* What became of one card in one event. */
enum card_fate { CARD_RAN = 0, CARD_FAILED, CARD_CUT_TIME, CARD_CUT_MEMORY,
		 CARD_CUT_CRASH, CARD_CUT_QUARANTINED, CARD_CUT_RATE };

struct card_decision {
	struct text card;    /* "pack/id" */
	uint8_t fate;        /* enum card_fate */
	const char *reason;  /* of a failure, "file:line: text"; NULL */
	struct effect *effects;
	uint32_t n_effects, cap_effects;
};

/* Everything decided in one event. */
struct decision {
	struct card_decision *cards;
	uint32_t n_cards, cap_cards;
};

const char *effect_name(enum effect_kind kind);  /* "task" */
const char *card_fate_name(enum card_fate fate); /* "ran", "cut(time)" */

/* Canonical bytes of a decision as journalled, "" when nothing was decided;
 * and back. Both directions are exact. */
void decision_write(struct buf *b, const struct decision *d);
fl_status decision_read(struct arena *a, const char *json, size_t bytes,
			struct decision *out, struct fl_error *err);

/* Task store of a world, beside its records. */
struct task_world {
	void *ctx;
	struct task *(*edit)(void *ctx, int64_t id); /* turn's copy; NULL none */
	struct task *(*create)(void *ctx, int64_t id, int64_t home);
};

/* Applies one recorded effect to records and tasks: the only code that turns
 * effects into state, live and in the fold. EMIT, MESSAGE and WEBHOOK change
 * no state here. FL_NOMEM; FL_INVALID for a damaged record. */
fl_status effect_apply(struct world *w, struct task_world *tw,
		       struct text card, const struct effect *e,
		       struct fl_error *err);
