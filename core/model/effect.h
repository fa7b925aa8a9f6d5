/*
 * effect.h - what a card wants, as data. Cards make effects, the engine
 * checks them, resolves people and times, applies them, and records exactly
 * what was applied: the decision. Folding recorded effects over events gives
 * the state again, without any Lua (effect_apply is that fold's one step).
 */
#pragma once

#include "model/event.h"

/*
 * Args as recorded, all resolved: ids, person ids, ms UTC. [] optional; what
 * is absent keeps what was there (PLACE, TASK_EDIT), else is empty or 0.
 */
enum effect_kind {
	/* {id, kind, who, due, [title], [shown], [step], ..}: a new task about
	 * the subject. step: else the effect's step, else "line:N". shown: else
	 * now of the turn. who "" or absent: nobody could be found. All other
	 * args (title, answers, ask, writes, with, queue, purpose ..) go into
	 * the task's body as they are, `line` too. */
	EFFECT_TASK = 1,
	/* {id, [state], [by], [reason], [outcome], [at]}: state is an int (enum
	 * task_state), absent: done. The others go into the body; the task
	 * leaves its subject's open tasks. */
	EFFECT_TASK_CLOSE,
	/* {id, [who], [due], [body]}: members of body replace those of the
	 * task's body, null removes one. */
	EFFECT_TASK_EDIT,
	/* {who, [reason]}: handler of the subject; of a deal also its
	 * customer's. A subject without a handler (visit ..): of its deal. */
	EFFECT_ASSIGN,
	/* {field, [value], [reason]}: of the subject; null removes */
	EFFECT_SET,
	EFFECT_TIMER,     /* {name, due}: sets or replaces the card's timer */
	EFFECT_CANCEL,    /* {[name]}: that timer, or all of the card's */
	EFFECT_MESSAGE,   /* {channel, to, template, [about]} to the outbox */
	EFFECT_WEBHOOK,   /* {url, event} to the outbox */
	EFFECT_EMIT,      /* {type, [data], [subject]}: caused event */
	EFFECT_NOTE,      /* {text}: recorded, changes no state */
	/* {[reason]}: asked by act.stop; what leaving means follows as LEAVE,
	 * TASK_CLOSE and CANCEL. Changes no state by itself. */
	EFFECT_STOP,
	/* {run, at}: the subject is in the card as run number `run` since
	 * `at`; places and keep start empty, `once` stays. */
	EFFECT_ENTER,
	EFFECT_LEAVE,     /* {at, [reason]}: left; places are cleared */
	EFFECT_PAUSE,     /* {[at]}: paused since `at`; absent: goes on */
	/* {[step], [phase], [due], [count], [task], [anchor], [wait], [rung],
	 * [done]}: place of the step (else the effect's step); made when there
	 * is none. 0 clears a number. */
	EFFECT_PLACE,
	EFFECT_KEEP,      /* {key, [value]}: run's own notes; null removes */
	EFFECT_ONCE,      /* {[step]}: remembered as done for ever */
	EFFECT_KINDS      /* number of kinds + 1 */
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

/*
 * A decision as journalled (brief.h), "" when no card is in it; and back. Both
 * directions are exact. Lists instead of maps: [[card, [fate, reason,] effect
 * ..] ..]. An effect: [kind + marks, [subject,] [line,] [step,] args in the
 * order of their kind .., [other args]]. Times and task ids are differences to
 * the first one, lines to the line before, and a subject is left out when it is
 * the one before.
 * decision_read: "" gives no cards; FL_INVALID when damaged, FL_NOMEM.
 */
void decision_write(struct brief *b, const struct decision *d);
fl_status decision_read(struct arena *a, struct text brief,
			struct decision *out, struct fl_error *err);

/* Task store of a world, beside its records. */
struct task_world {
	void *ctx;
	struct task *(*edit)(void *ctx, int64_t id); /* turn's copy; NULL none */
	struct task *(*create)(void *ctx, int64_t id, int64_t home);
};

/* Appends; NULL: no memory. The new card has run and has no effects. */
struct card_decision *decision_add_card(struct arena *a, struct decision *d,
					struct text card);
struct effect *card_add_effect(struct arena *a, struct card_decision *c,
			       enum effect_kind kind, int64_t subject);

/* Applies one recorded effect to records and tasks: the only code that turns
 * effects into state, live and in the fold. EMIT, NOTE, STOP, MESSAGE and
 * WEBHOOK change no state here. Texts and values are borrowed from `e`.
 * FL_NOMEM; FL_INVALID for an effect whose subject or task is not there. */
fl_status effect_apply(struct world *w, struct task_world *tw,
		       struct text card, const struct effect *e,
		       struct fl_error *err);
