/*
 * read.h - nodes into the parts of a rulebook: texts, spans, people,
 * conditions, with every name checked. Each function tells what is wrong by
 * itself and returns false then; a broken node (told before) is false in
 * silence. `key` is how the value is called in messages.
 */
#pragma once

#include "script/loading.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* What is being read. */
struct reading_card {
	struct loading *ld;
	struct text about;	  /* kind of the subject; empty: none */
	const char *const *extra; /* more placeholders, NULL at the end;
				   * NULL none */
	const char *const *steps; /* ids of the card's steps */
	size_t n_steps;
};

void *read_alloc(struct loading *ld, size_t bytes); /* zeroed; or NULL */
bool read_text(struct loading *ld, const struct node *v, const char *key,
	struct text *out);
bool read_bool(
	struct loading *ld, const struct node *v, const char *key, bool *out);
bool read_int(struct loading *ld, const struct node *v, const char *key,
	int least, int most, int32_t *out);
/* One text or a list of texts. */
bool read_texts(struct loading *ld, const struct node *v, const char *key,
	struct text **out, uint32_t *n);
/* "laatste contact" as "last touch": the phrases of the language in Dutch;
 * others as they are. */
struct text read_phrase(struct text said);
/* A text out of `names`; their Dutch is taken too. */
bool read_choice(struct loading *ld, const struct node *v, const char *key,
	const char *const *names, size_t n, struct text *out);
bool read_one_of(struct loading *ld, const struct node *v, const char *key,
	struct text t, const char *const *names, size_t n);
bool read_id(struct loading *ld, const struct node *v, struct text *out);
bool read_span(struct loading *ld, const struct node *v, const char *key,
	struct span *out);
bool read_moment(struct loading *ld, const struct node *v, const char *key,
	struct moment *out);
/* A message in its own words keeps the nearest spelling that `text`, an error
 * of the model, speaks of. */
void read_did_you_mean(
	struct loading *ld, struct problem *it, const char *text);
/* The event that `wrong` is meant to be, into it->nearest. */
void read_near_event(
	struct loading *ld, struct problem *it, struct text wrong);
bool read_role(struct loading *ld, const struct node *v, struct text name);
bool read_event(struct loading *ld, const struct node *v, struct text *out);
bool read_events(struct loading *ld, const struct node *v, const char *key,
	struct text **out, uint32_t *n);
/* A sentence, or { nl = , en = }; placeholders are checked against `about`. */
bool read_wording(struct reading_card *rd, const struct node *v,
	const char *key, struct wording *out);
bool read_who(struct reading_card *rd, const struct node *v, const char *key,
	struct who *out);
bool read_cond(struct reading_card *rd, const struct node *v, const char *key,
	struct cond *out);
/* The same; a function gets one of `events` as its second argument. */
bool read_cond_of(struct reading_card *rd, const struct node *v,
	const char *key, const struct text *events, uint32_t n_events,
	struct cond *out);
/* A span that may be a setting, a field or a function. */
bool read_expr(struct reading_card *rd, const struct node *v, const char *key,
	struct expr *out);
/* A whole number, or a setting or function that gives one. */
bool read_number(struct reading_card *rd, const struct node *v,
	const char *key, int least, int most, struct expr *out);
/* Money in cents or a share as a real ("€ 250", "0,5%"), or a setting. */
bool read_amount(struct reading_card *rd, const struct node *v,
	const char *key, struct expr *out);
/* names_read.c: "€ 20", "1.250,00" to cents; "0,5%" to 0.005. */
bool read_money_value(const struct node *v, struct value *out);
bool read_percent_value(const struct node *v, struct value *out);
/* Is `dotted` something a subject of kind `about` has? */
bool read_field_known(
	const struct loading *ld, struct text about, struct text dotted);
/* What `dotted`, which it has not, is meant to be, in the arena of the problems;
 * NULL: nothing is near. */
const char *read_field_near(
	struct loading *ld, struct text about, struct text dotted);
/* The field of `kind` that `wrong` is meant to be; NULL: none is near. */
const char *read_near_field(
	struct loading *ld, struct text kind, struct text wrong);
bool read_field(
	struct reading_card *rd, const struct node *v, struct text dotted);
/* "{ ... }" in a text: fields and formats. */
bool read_template(
	struct reading_card *rd, const struct node *v, struct text t);
bool read_state(struct reading_card *rd, const struct node *v, struct text t,
	bool tell);
bool read_action(struct reading_card *rd, const struct node *v, const char *key,
	struct action *out);
/* Tells that `n` declares `name` a second time, and where the first stands. */
void read_same_name(
	struct loading *ld, const struct node *n, struct text name);
/* Tells the keys of `table` that are not in `keys`. */
void read_keys(struct loading *ld, const struct node *table, const char *what,
	const char *const *keys, size_t n);
/* Tells an item that stands in `what` without a key. */
void read_loose(struct loading *ld, const struct node *v, const char *what);
/* Tells what wants a table and is none; true: v is a table. */
bool read_is_table(struct loading *ld, const struct node *v, const char *key,
	const char *wants_en, const char *wants_nl);
bool read_expects(struct loading *ld, const struct node *v, const char *key,
	const char *wants_en, const char *wants_nl); /* false */
/* The same of what is not broken, and what was told. */
struct problem *read_expected(struct loading *ld, const struct node *v,
	const char *key, const char *wants_en, const char *wants_nl);
const char *const *read_roles(size_t *n);
/* The setting that set("name", ..) names; told and NULL when there is none. */
struct setting *setting_find(struct loading *ld, const struct node *n);
/* A value of the setting's type, in the form it is kept. */
bool setting_fits(struct loading *ld, const struct node *v,
	const struct setting *s, struct value *out);
