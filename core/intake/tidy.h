/*
 * tidy.h - text as senders deliver it, made clean UTF-8. Results live in the
 * arena given; NULL when it refused memory. Pure functions, any thread.
 */
#pragma once

#include "base/value.h"

/* Any bytes to UTF-8: UTF-16 by its byte order mark, else UTF-8 when valid,
 * else Windows-1252 (which holds Latin-1). What the sender declares is not
 * believed. A byte order mark is dropped, NULs become spaces. *changed (may be
 * NULL) tells that bytes were recoded. */
char *tidy_utf8(struct arena *a, const char *bytes, size_t n, size_t *out_n,
	bool *changed);

/* One line: control, direction and zero-width characters dropped, runs of
 * white space (no-break too) made one blank, ends trimmed. `in` is UTF-8. */
struct text tidy_line(struct arena *a, struct text in);

/* Free text: the same characters dropped, line ends LF, ends trimmed, all else
 * left as written. */
struct text tidy_block(struct arena *a, struct text in);

/* HTML to text: tags dropped (br, p, div, tr, li: a line end), the five
 * entities, nbsp and numeric ones decoded once. */
char *tidy_html(struct arena *a, const char *in, size_t n, size_t *out_n);

/* Finds `needle` (lower case ASCII) in any case; n when absent. */
size_t tidy_find(const char *at, size_t n, size_t from, const char *needle);

/* True when `t` is `word` (lower case ASCII) in any case. */
bool tidy_is(struct text t, const char *word);

/* Writes a code point as UTF-8, returns its bytes (1-4). */
size_t tidy_put(char *out, uint32_t point);
