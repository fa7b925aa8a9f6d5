/*
 * prospect.h - one <prospect> of an ADF tree into a lead.received event.
 *
 * Reading marks what it has used; what is left over goes to data.extra, so
 * nothing a sender says is lost. Memory refused by the arena shows in
 * arena.failed and is checked once, at the end of prospect_read().
 */
#pragma once

#include "intake/adf.h"
#include "intake/intake.h"

/* What every prospect of a document shares. */
struct prospect_context {
	struct arena *arena;
	const struct adf_document *document;
	const char *file;	 /* for notes */
	bool lines;		 /* line numbers are those of the file */
	const char *country;	 /* default calling code */
	const struct zone *zone; /* NULL: UTC */
	bool dutch;		 /* language of the notes */
};

/* One prospect while it is read; prospect.c and buyer.c fill it. */
struct prospect {
	const struct prospect_context *shared;
	struct adf_node *node;
	struct value data;	/* the event's data */
	struct problems *notes; /* the item's */
	const char *unfilled;	/* who-fields with placeholders; NULL: none */
	bool phone, email;	/* a way to reach the customer was found */
};

/* Fills *out: verdict, event or draft, notes, line. FL_NOMEM only. */
fl_status prospect_read(const struct prospect_context *c, struct adf_node *n,
	struct intake_item *out, struct fl_error *err);

/* Digest of what an event's lead says, without how and how often it came; NULL:
 * no memory. */
const char *prospect_said(struct arena *a, const struct value *event);

/* Gives the item's event an id made from what the lead says and warns: for two
 * different leads under one id. The data is copied, not changed. */
void prospect_rename(
	const struct prospect_context *c, struct intake_item *item);

/* ---- for buyer.c ---- */

/* Fills data.customer, phone and email from <customer> (NULL: nobody). */
void buyer_read(struct prospect *p, struct adf_node *customer);

/* The node's text as one clean line; empty when `n` is NULL, says nothing, or
 * holds a placeholder ("{year}"), which is noted and left to extra. Marks it
 * used. */
struct text prospect_take(struct prospect *p, struct adf_node *n);
/* The same for who-fields (name, phone, e-mail, id): a placeholder holds the
 * lead; `what` names the field for the reader. */
struct text prospect_take_who(
	struct prospect *p, struct adf_node *n, const char *what);
/* Puts text into a map; nothing when empty or the key is there already. */
bool prospect_put(
	struct prospect *p, struct value *map, const char *key, struct text t);
/* A warning about a node; remedy may be set on what is returned. */
struct problem *prospect_note(struct prospect *p, const char *code,
	const struct adf_node *n, const char *text);
