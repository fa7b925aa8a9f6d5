/*
 * card_keys.h - the closed key sets of every part of a card, as one table:
 * key, where it may stand, how it is read, where it goes. A new key is a new
 * row.
 */
#pragma once

#include "script/read.h"

/* Where a key may stand. */
enum section {
	IN_CADENCE = 1 << 0,
	IN_HANDOFF = 1 << 1,
	IN_ESCALATION = 1 << 2,
	IN_RULE = 1 << 3,
	IN_STEP = 1 << 4,
	IN_WHEN = 1 << 5,
	IN_IF_MISSED = 1 << 6,
	IN_PAUSES = 1 << 7,
	IN_MUST = 1 << 8,
	IN_EXCEPTION = 1 << 9,
	IN_IF_MISSING = 1 << 10,
	IN_IF_REFUSED = 1 << 11,
	IN_IF_SILENT = 1 << 12,
	IN_FREES = 1 << 13,
	IN_WHEN_FULL = 1 << 14,
	IN_FRESH = 1 << 15,
	IN_GATE = 1 << 16,
	IN_PERSON_WHO = 1 << 17,
	IN_WORDS = 1 << 18,
	IN_REFUSES = 1 << 19,
	IN_MODE = 1 << 20,
	/* kinds whose steps and whens the dealer writes */
	IN_CARD = IN_CADENCE | IN_HANDOFF | IN_ESCALATION | IN_RULE,
	IN_ANY_CARD = IN_CARD | IN_GATE | IN_MODE,
	IN_LADDER = 1 << 24,
	IN_RUNG = 1 << 25,
	IN_ALERT = 1 << 26,
	IN_GOODWILL = 1 << 27,
	IN_REACTS = IN_STEP | IN_WHEN | IN_RUNG,
	IN_STEPS = IN_REACTS | IN_IF_MISSING
};

/* Everything a key can go to; only what the section has is set. */
struct target {
	struct reading_card *rd;
	struct card *card;
	struct handoff_spec *handoff;
	struct escalation_spec *escalation;
	struct step *step;
	struct when *when;
	struct dossier_item *item;
	struct ladder *ladder;
	struct alert *alert;
	struct goodwill *goodwill;
	struct gate_need *need;
	struct gate_refusal *refusal;
	const struct node *table;   /* of the whole card */
	struct rung *rung;	    /* if_missed: what rungs share */
	const struct node *answers; /* step: read when the task is known */
	const struct node *tell, *remind, *move_to, *offer_to; /* rungs */
	const struct node *reassign;
	const char *timing; /* key that said how it appears */
	bool odd; /* an unknown key was told: what it was meant to say is
		   * not missed */
};

struct key_row {
	const char *key;
	uint32_t where; /* sections */
	bool (*read)(struct target *t, const struct node *v, const char *key);
};

/* Reads every key of `table` by the rows of `where`, telling unknown ones;
 * `what` names the part in messages. */
void card_keys_read(struct target *t, const struct node *table,
	enum section where, const char *what);

/* The i-th key of the table, for whoever describes them all; NULL past the
 * last. The same key may come again for another section. */
const char *card_keys_at(size_t i);
/* The sections in which that key may stand; 0 past the last. */
uint32_t card_keys_where(size_t i);

/* card_step.c */
void card_step_clear(struct step *s, int line);
void card_step_read(struct target *t, const struct node *v, struct step *out);
void card_when_read(struct target *t, const struct node *v, struct when *out);
/* Keys of a change onto a step that was read already. */
void card_step_change(struct target *t, const struct node *v, struct step *s);
void card_step_finish(struct target *t, const struct node *table,
	struct step *s, const char *what, const char *id);
/* The one step of a card that has none of its own; usual answers. */
struct step *card_step_new(struct target *t, int line);
/* Rows of steps, for the one table in card_keys.c. */
bool key_timing(struct target *t, const struct node *v, const char *key);
bool key_if_closed(struct target *t, const struct node *v, const char *key);
bool key_bound(struct target *t, const struct node *v, const char *key);
bool key_anchor(struct target *t, const struct node *v, const char *key);
bool key_due(struct target *t, const struct node *v, const char *key);
bool key_step_text(struct target *t, const struct node *v, const char *key);
bool key_step_flag(struct target *t, const struct node *v, const char *key);
bool key_cond(struct target *t, const struct node *v, const char *key);
bool key_task(struct target *t, const struct node *v, const char *key);
bool key_who(struct target *t, const struct node *v, const char *key);
bool key_by(struct target *t, const struct node *v, const char *key);
bool key_purpose(struct target *t, const struct node *v, const char *key);
bool key_offers(struct target *t, const struct node *v, const char *key);
bool key_if_late(struct target *t, const struct node *v, const char *key);
bool key_writes(struct target *t, const struct node *v, const char *key);
bool key_answers(struct target *t, const struct node *v, const char *key);
bool key_also(struct target *t, const struct node *v, const char *key);
bool key_move_to(struct target *t, const struct node *v, const char *key);
bool key_needs(struct target *t, const struct node *v, const char *key);
bool key_run(struct target *t, const struct node *v, const char *key);

/* card_ladder.c */
void card_ladder_read(
	struct target *t, const struct node *v, struct ladder *out);
bool card_ladder_rungs(struct target *t, const struct node *v, const char *key,
	struct rung **out, uint32_t *n);
bool card_ladder_tell(struct target *t, const struct node *v, struct rung *out);
bool key_if_missed(struct target *t, const struct node *v, const char *key);
bool key_rung(struct target *t, const struct node *v, const char *key);
bool key_ladder(struct target *t, const struct node *v, const char *key);
bool key_alert(struct target *t, const struct node *v, const char *key);
bool key_of_alert(struct target *t, const struct node *v, const char *key);
bool key_goodwill(struct target *t, const struct node *v, const char *key);
bool key_of_goodwill(struct target *t, const struct node *v, const char *key);
bool key_mark(struct target *t, const struct node *v, const char *key);

/* card_parts.c: keys of handoffs and escalations */
bool key_people(struct target *t, const struct node *v, const char *key);
bool key_accept_within(struct target *t, const struct node *v, const char *key);
bool key_unless(struct target *t, const struct node *v, const char *key);
bool key_exception(struct target *t, const struct node *v, const char *key);
bool key_dossier(struct target *t, const struct node *v, const char *key);
bool key_must(struct target *t, const struct node *v, const char *key);
bool key_if_missing(struct target *t, const struct node *v, const char *key);
bool key_if_refused(struct target *t, const struct node *v, const char *key);
bool key_refused(struct target *t, const struct node *v, const char *key);
bool key_if_silent(struct target *t, const struct node *v, const char *key);
bool key_frees_seller(struct target *t, const struct node *v, const char *key);
bool key_frees(struct target *t, const struct node *v, const char *key);
bool key_when_full(struct target *t, const struct node *v, const char *key);
bool key_full(struct target *t, const struct node *v, const char *key);
bool key_seller_gets(struct target *t, const struct node *v, const char *key);
bool key_fresh(struct target *t, const struct node *v, const char *key);

/* card_gate.c */
void card_gate_subject(struct target *t, const struct node *n);
void card_gate_read(struct target *t, const struct node *table);
void card_gate_finish(struct target *t, const struct node *n);
bool key_need(struct target *t, const struct node *v, const char *key);
bool key_refusal(struct target *t, const struct node *v, const char *key);
bool key_if_handler(struct target *t, const struct node *v, const char *key);
bool key_if_open(struct target *t, const struct node *v, const char *key);
bool key_default(struct target *t, const struct node *v, const char *key);

/* card_mode.c */
void card_mode_subject(struct target *t, const struct node *n);
void card_mode_finish(struct target *t, const struct node *n);
void card_mode_pushes(struct loading *ld); /* when all cards are known */
bool key_mode(struct target *t, const struct node *v, const char *key);
bool key_warn(struct target *t, const struct node *v, const char *key);
bool key_changes(struct target *t, const struct node *v, const char *key);

/* card_read.c: of the same pack first, "pack/id", or any pack's; NULL none */
const struct card *card_find(const struct rulebook *book, struct text pack,
	struct text wanted);

/* card_change.c: change "pack/card" { }, switch_off "pack/card" */
/* The switch_off that names the card, or NULL. */
const struct node *card_switched_off(struct loading *ld, const struct card *c);
/* How many items the changes of this card have at most. */
uint32_t card_change_items(struct loading *ld, const struct card *c);
/* Adds the ids of their steps that are new; the new count. */
size_t card_change_steps(struct loading *ld, const struct card *c,
	const char **ids, size_t n);
void card_change_apply(struct target *t, enum section where);
/* Tells what names no card; after all cards. */
void card_changes_check(struct loading *ld);
/* Is the card of this name, "pack/id" or an id of the pack of `near`, switched
 * off? Then the line of `near` that speaks of it says nothing: a warning. */
bool card_is_off(struct loading *ld, struct text name, const struct card *near);
/* Is any card of any pack switched off or changed? */
bool card_any_off(const struct loading *ld);
/* The card of a move_to is switched off: told; true. */
bool card_off_moved_to(struct loading *ld, const struct pending_move *m);
