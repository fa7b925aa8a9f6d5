/*
 * adf.h - ADF text into a small tree, with all that senders get wrong mended
 * on the way: tags of any case and prefix, prologs of any shape and place, no
 * adf root, bare ampersands, HTML or prose around it. The only includer of
 * expat.h (in adf.c). A DOCTYPE or ENTITY declaration is refused on sight,
 * before any parser runs.
 *
 * All memory is the arena's. Any thread.
 */
#pragma once

#include "base/value.h"

struct adf_attribute {
	struct text name;  /* lower case, no prefix */
	struct text value; /* as sent */
	bool used;	   /* has found its place in the event */
	struct adf_attribute *next;
};

struct adf_node {
	struct text name; /* lower case, no prefix */
	struct text text; /* own character data, children's left out */
	uint32_t text_cap;
	int line;	 /* in the text given to adf_read() */
	bool used;	 /* its text has found its place in the event */
	bool cut;	 /* text was longer than INTAKE_ADF_TEXT */
	size_t from, to; /* the element's bytes in adf_document.text */
	struct adf_attribute *attributes;
	struct adf_node *parent, *first, *last, *next;
};

struct adf_document {
	const char *text; /* what was parsed, after mending */
	size_t bytes;
	struct adf_node *root; /* made by us: the document's elements below */
	struct adf_node **prospects; /* in order; never inside each other */
	uint32_t prospect_count, prospect_cap;
	bool repaired; /* it was not well-formed as sent */
	bool dutch;    /* given by the caller: language of what is wrong */
};

/* True when `text` holds an adf or prospect element. */
bool adf_present(const char *text, size_t n);

/* Parses `text` (UTF-8); of *out only `dutch` counts before. FL_OK: at least one prospect. FL_INVALID: DOCTYPE,
 * not well-formed (with line), no prospect. FL_LIMIT. FL_NOMEM. */
fl_status adf_read(struct arena *a, const char *text, size_t n,
	struct adf_document *out, struct fl_error *err);

/* First child with that name, NULL when none; `after` as the previous one. */
struct adf_node *adf_child(const struct adf_node *n, const char *name);
struct adf_node *adf_sibling(const struct adf_node *after, const char *name);

/* Attribute value, marked as used; empty text when absent. */
struct text adf_attribute(struct adf_node *n, const char *name);
