/*
 * value.h - the one value type: JSON documents, event data, record fields,
 * effect arguments. A value and everything below it lives in one arena (or in
 * static storage) and is not changed once shared.
 * A copy of the struct shares the items below it: change one of the two only,
 * or value_clone() first.
 *
 * Reader: strict RFC 8259, strict UTF-8, no duplicate keys, no lone
 * surrogates, no NUL in text, int64 exact, numbers out of double's range
 * refused; depth and size limits. Writer: canonical (RFC 8785 spirit): keys in
 * byte order, no spaces, integers decimal, reals in shortest round-trip form,
 * never NaN or infinity. Equal values give equal bytes in every process and
 * locale.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

enum value_kind {
	VALUE_NULL = 0,
	VALUE_BOOL,
	VALUE_INT,
	VALUE_REAL,
	VALUE_TEXT,
	VALUE_LIST,
	VALUE_MAP
};

/* Text: UTF-8, `bytes` long, always followed by a NUL. */
struct text {
	const char *at;
	uint32_t bytes;
};

struct member;

struct value {
	uint8_t kind;   /* enum value_kind */
	uint8_t room;   /* value.c's own: 2^room places at items, 0: count */
	uint32_t count; /* text bytes, list items or map members */
	union {
		bool boolean;
		int64_t integer;
		double real;
		const char *text;      /* NUL behind count bytes */
		struct value *items;   /* list */
		struct member *members; /* map, in insertion order */
	} as;
};

struct member {
	struct text key;
	struct value value;
};

/* Inline: a literal's length is known then, and comparing it is one load. */
#define TEXT(literal) ((struct text){ (literal), sizeof(literal) - 1 })
#define TEXT_OF(literal) {(literal), sizeof(literal) - 1} /* in a table */
static inline struct text text_of(const char *nul_terminated) /* or NULL */
{
	size_t n = nul_terminated != NULL ? strlen(nul_terminated) : 0;

	REQUIRE(n <= UINT32_MAX);
	return (struct text){n > 0 ? nul_terminated : "", (uint32_t)n};
}
static inline bool text_is(struct text t, const char *nul_terminated)
{
	size_t n = strlen(nul_terminated);

	return n == t.bytes && memcmp(t.at, nul_terminated, n) == 0;
}
static inline bool text_begins(struct text t, const char *with)
{
	size_t n = strlen(with);

	return t.bytes >= n && memcmp(t.at, with, n) == 0;
}
static inline bool text_equal(struct text a, struct text b)
{
	if (a.bytes != b.bytes || a.bytes == 0 || a.at == b.at)
		return a.bytes == b.bytes;
	return a.at[0] == b.at[0] && memcmp(a.at, b.at, a.bytes) == 0;
}
/* Three letters and the length: they tell most short names apart, and a table
 * of them finds its places by that. */
static inline uint32_t text_glance(struct text t)
{
	const unsigned char *at = (const unsigned char *)t.at;
	uint32_t n = t.bytes;

	return n == 0 ? 0
		      : n * 31u + at[0] + at[n / 2] * 5u + at[n - 1] * 17u;
}
int text_compare(struct text a, struct text b); /* byte order */
bool text_among(const struct text *names, size_t n, struct text name);
/* Is `word` one of the words of `words`, which single blanks part? */
bool text_lists(struct text words, struct text word);
/* One behind the other, and a word before a number, copied into `a`; empty
 * when memory was refused. */
struct text text_join(struct arena *a, struct text x, struct text y,
		      struct text z);
struct text text_number(struct arena *a, struct text word, int64_t n);
/* Bytes of the strict UTF-8 character at `at` (n bytes left), 1-4; 0: none. */
size_t text_char(const char *at, size_t n);
/* How many characters begin in `n` bytes of UTF-8: columns of a line. */
int text_characters(const char *at, size_t n);
/* Strict UTF-8 without NUL: what a VALUE_TEXT or a key may hold. */
bool text_valid(const char *at, size_t n);

/* Stands for itself between the quotes of a JSON string, byte for byte, and is
 * ASCII. May say no when it does. */
bool text_plain(const char *at, size_t n);

/* Nothing lies below it: a copy of the struct is a copy of it all. */
static inline bool value_is_flat(const struct value *v)
{
	return v->kind < VALUE_TEXT;
}

static inline struct value value_null(void)
{
	return (struct value){.kind = VALUE_NULL};
}
static inline struct value value_bool(bool b)
{
	return (struct value){.kind = VALUE_BOOL, .as.boolean = b};
}
static inline struct value value_int(int64_t n)
{
	return (struct value){.kind = VALUE_INT, .as.integer = n};
}
static inline struct value value_real(double d)
{
	return (struct value){.kind = VALUE_REAL, .as.real = d};
}
static inline struct value value_of_text(struct text t) /* borrowed */
{
	return (struct value){.kind = VALUE_TEXT,
		.count = t.bytes,
		.as.text = t.at != NULL ? t.at : ""};
}
static inline struct value value_text(const char *nul_terminated) /* borrowed */
{
	return value_of_text(text_of(nul_terminated));
}
static inline struct value value_list(void) /* empty */
{
	return (struct value){.kind = VALUE_LIST};
}
static inline struct value value_map(void) /* empty */
{
	return (struct value){.kind = VALUE_MAP};
}
/* Empty: NULL, or no text. */
static inline struct text value_as_text(const struct value *v)
{
	if (v == NULL || v->kind != VALUE_TEXT)
		return TEXT("");
	return (struct text){ v->as.text, v->count };
}

/* Member of a map, or NULL (also when v is NULL or no map). */
const struct value *value_get_text(const struct value *v, struct text key);
static inline const struct value *value_get(
	const struct value *v, const char *key)
{
	return value_get_text(v, text_of(key));
}
/* Shorthands: the member if it is of that kind, else the default. */
int64_t value_get_int(const struct value *v, const char *key, int64_t dflt);
bool value_get_bool(const struct value *v, const char *key, bool dflt);
const char *value_get_str(const struct value *v, const char *key); /* or NULL */
/* The member if it is a list, else an empty one; never NULL. */
const struct value *value_get_list(const struct value *v, const char *key);

/* Sets or replaces a member; key and value are borrowed, the member array
 * grows in `a`. false when memory was refused. */
bool value_set(struct arena *a, struct value *map, struct text key,
	       struct value v);
static inline bool value_put(struct arena *a, struct value *map,
	const char *key, struct value v) /* same, key borrowed */
{
	return value_set(a, map, text_of(key), v);
}
bool value_remove(struct value *map, struct text key);
/* The members of a map in byte order of their keys: in `few`, or, when there
 * are more, in a block that the caller frees. NULL: no memory. */
#define VALUE_FEW 64
const struct member **value_order(
	const struct value *map, const struct member *few[VALUE_FEW]);
bool value_append(struct arena *a, struct value *list, struct value v);
struct value value_clone(struct arena *a, const struct value *v); /* deep */
/* To be changed: lists and maps are its own, texts and keys are borrowed. */
struct value value_fork(struct arena *a, const struct value *v);
bool value_equal(const struct value *a, const struct value *b);   /* canonical */
/* 63 bits, equal for equal values in every process: tells two bodies apart
 * that differ by mistake. No protection against somebody who tries. */
int64_t value_digest(const struct value *v);

#define VALUE_DEPTH_MAX 256 /* of any document, read or written */

struct value_limits {
	uint32_t depth; /* 0: 32; at most VALUE_DEPTH_MAX */
	size_t bytes;   /* 0: 1 MiB */
	uint32_t keys;  /* members of one map; 0: 1,000 */
	bool dutch;     /* what is wrong is said in Dutch */
};

/* Reads one JSON document of exactly `bytes` bytes into `a` (copied, nothing
 * points into `json`). `limits` may be NULL. FL_INVALID: err says what is
 * wrong and at which line, column (characters) and byte, all from 1.
 * FL_LIMIT: too long, deep or many keys. FL_NOMEM: the arena refused. On
 * failure *out is null and the arena is where it was. */
fl_status value_read(struct arena *a, const char *json, size_t bytes,
		     const struct value_limits *limits, struct value *out,
		     struct fl_error *err);

/* Canonical bytes. What the reader would refuse (NaN, infinity, text that is
 * not text_valid(), depth) is not written: b->failed is set. */
void value_write(struct buf *b, const struct value *v);
/* For people: 2 spaces, members as they stand, the same refusals. */
void value_pretty(struct buf *b, const struct value *v);
/* One JSON string, quoted; bytes that are no UTF-8 become U+FFFD. */
void value_write_text(struct buf *b, const char *at, size_t n);
