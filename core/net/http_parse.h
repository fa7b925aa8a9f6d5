/*
 * http_parse.h - inside core/net only: bytes into HTTP/1.1 messages, strictly.
 * The one place that knows the parser library; server and client sit on it.
 *
 * The head is collected whole and checked raw (size, bare CR or LF, folding,
 * NUL) before the library sees it; fields then point into the collected bytes.
 * What two readers could understand differently is refused: both lengths, two
 * lengths, codings but one "chunked", trailers, chunk extensions. Host is the
 * server's check. No clock, no socket; one thread at a time.
 */
#pragma once

#include "base/buf.h"

struct http_parse; /* opaque */

enum { HTTP_FIELDS_MAX = 64, HTTP_HEAD_BYTES = 32768 };

struct http_field {
	const char *name;  /* lower case, NUL-terminated */
	const char *value; /* without white space around, NUL-terminated */
};

/* A message's head. Text points into `bytes`. */
struct http_head {
	struct buf bytes;     /* the head, cut into texts by NULs */
	const char *method;   /* requests: "GET"; static */
	const char *target;   /* requests: as sent */
	int status;	      /* answers: 100-999 */
	int minor;	      /* 0 or 1 of HTTP/1.x */
	bool keep_alive;      /* the sender wants to go on afterwards */
	bool chunked;	      /* body comes in chunks */
	bool has_length;      /* content-length given */
	uint64_t length;      /* its value */
	uint32_t field_count; /* fields in use */
	struct http_field fields[HTTP_FIELDS_MAX];
};

/* Value of the first field `name` (lower case), NULL without. */
const char *http_head_field(const struct http_head *h, const char *name);
uint32_t http_head_count(const struct http_head *h, const char *name);
bool http_head_has_body(const struct http_head *h); /* requests only */

enum http_parse_result {
	HTTP_PARSE_MORE,    /* all bytes taken, message not whole */
	HTTP_PARSE_DONE,    /* message whole; bytes behind it were not taken */
	HTTP_PARSE_STOPPED, /* a callback said stop; feed nothing more */
	HTTP_PARSE_BAD	    /* refused; feed nothing more */
};

/* Each returns false to stop. `head` and `at` are borrowed until return; the
 * server moves head->bytes out (and zeroes it) to keep the texts. */
struct http_parse_calls {
	bool (*on_head)(void *ctx, struct http_head *head);
	bool (*on_body)(void *ctx, const char *at, size_t n);
};

/* `calls` (static) get ctx. `head_max` in bytes, `fields_max` <= 64. FL_NOMEM
 * gives NULL. */
struct http_parse *http_parse_new(bool request,
	const struct http_parse_calls *calls, void *ctx, size_t head_max,
	uint32_t fields_max);
void http_parse_free(struct http_parse *p); /* NULL is fine */

/* Takes bytes up to the end of one message at most; *used tells how many.
 * After DONE the next feed begins the next message. */
enum http_parse_result http_parse_feed(
	struct http_parse *p, const char *bytes, size_t n, size_t *used);

/* The connection ended: DONE when that ends an answer without length. */
enum http_parse_result http_parse_eof(struct http_parse *p);

/* Answers: the message to come has no body whatever its head says (HEAD). */
void http_parse_no_body(struct http_parse *p);

bool http_parse_in_head(const struct http_parse *p); /* some, not all */
int http_parse_status(const struct http_parse *p);   /* after BAD: 400 ... */
const char *http_parse_reason(const struct http_parse *p); /* static text */
