/*
 * http_client.h - a blocking HTTP/1.1 client for the command line and tests:
 * one connection, one call at a time, no loop. What became of a call that
 * failed is told apart: FL_NOT_FOUND (nobody is there: nothing happened),
 * FL_UNKNOWN (sent, but the answer never came: it may have happened),
 * FL_INVALID (what answers there is no HTTP server). One thread at a time.
 */
#pragma once

#include "base/buf.h"

struct http_client; /* opaque */

struct http_client_options {
	const char *unix_path; /* of any length; copied */
	int timeout_ms;	    /* most time in which nothing moves [30,000] */
	size_t reply_bytes; /* longest body of an answer [64 MiB] */
	size_t line_bytes;  /* longest line of an answer [1 MiB] */
};

/* What a source of lines has. */
enum http_source {
	HTTP_LINE,	 /* a line, borrowed until the next call */
	HTTP_LINE_LATER, /* nothing yet: ask when `ready_fd` is readable */
	HTTP_LINE_END	 /* no more; it is not asked again */
};

struct http_call {
	const char *method; /* "GET", ... */
	const char *target; /* path and query, percent-coded */
	const char *fields; /* more fields, "A: b\r\nC: d\r\n"; NULL none */
	const char *type;   /* of the body; NULL: application/json */
	const char *body;   /* NULL: none */
	size_t body_bytes;
	/* Set `next` to send lines (NDJSON) instead of `body`; each is answered
	 * by one line, in order, while others are still being sent. Lines have
	 * no line end here. Answers other than 2xx go to the reply instead. */
	enum http_source (*next)(void *ctx, const char **line, size_t *n);
	void (*on_line)(void *ctx, const char *line, size_t n);
	void *ctx;
	uint32_t window; /* most lines sent and not answered [512] */
	int ready_fd;	 /* see HTTP_LINE_LATER */
};

struct http_reply {
	int status;	     /* 200 ... 599; 0 when none came */
	char type[64];	     /* content-type, cut; "" */
	struct buf body;     /* owned: http_reply_deinit() */
	uint64_t lines_sent; /* of a call with lines */
	uint64_t lines_answered;
};

/* Connects. FL_OK: *out is the caller's. FL_NOT_FOUND: nobody listens there.
 * FL_DENIED: no right to. FL_LIMIT, FL_INVALID, FL_NOMEM, FL_STORAGE. */
fl_status http_client_open(const struct http_client_options *opt,
	struct http_client **out, struct fl_error *err);
void http_client_free(struct http_client *c); /* NULL is fine */

/*
 * One request and its answer; connects again when the connection was closed by
 * the last answer. *reply is initialised here, also on failure. FL_OK: an
 * answer came, of whatever status. FL_LIMIT: it was too long. Else as above.
 */
fl_status http_client_call(struct http_client *c, const struct http_call *call,
	struct http_reply *reply, struct fl_error *err);
void http_reply_deinit(struct http_reply *reply);
