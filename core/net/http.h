/*
 * http.h - an HTTP/1.1 server on the loop's streams, at Unix sockets.
 *
 * One request at a time per connection; pipelined ones wait for their turn.
 * Invariants: every request handed out is answered exactly once by the one it
 * was handed to: http_answer(), http_problem() or http_answer_end(). Until
 * then the pointer is valid, also when the client has left long ago or the
 * server was freed (the answer then goes nowhere); after it only with an own
 * http_ref(). Callbacks come from loop_run() (and http_server_free()), never
 * from inside an http_ call. Answers made in one loop iteration leave in one
 * write. What is odd is answered 4xx or 5xx with a problem document and the
 * connection is closed. Loop thread only.
 */
#pragma once

#include "loop/loop.h"

struct http_server;  /* opaque; http_server_free() */
struct http_request; /* opaque; counted */

/* 0 means the default in brackets. */
struct http_limits {
	size_t head_bytes;    /* request line and header [32 KiB, the most] */
	uint32_t fields;      /* header fields [64, the most] */
	size_t body_bytes;    /* collected body, per request [1 MiB] */
	uint32_t connections; /* at once; more get 503 [512] */
	size_t unsent_bytes;  /* more unsent: nothing is read [256 KiB] */
	size_t answer_bytes;  /* more unsent: connection dropped [64 MiB] */
	int64_t head_ms;      /* head, or one line, whole within [10,000] */
	int64_t idle_ms;      /* between requests or lines [60,000] */
	int64_t floor_ms;     /* a body (or a taken answer) must make ... */
	size_t floor_bytes; /* this many bytes each floor_ms [10,000; 10 KiB] */
	int64_t linger_ms;  /* after closing, bytes are eaten for [1,000] */
};

struct http_server_options {
	struct http_limits limits;
	/* The head is whole, the body has not been looked at. May give the
	 * whole answer (the connection then closes unless there is no body),
	 * call http_body_max(), or http_take_lines() and then
	 * http_answer_begin(). NULL: nothing of that. */
	void (*on_head)(void *ctx, struct http_request *req);
	/* The request is whole with its body. Not called for requests that
	 * were answered by on_head or whose lines were taken. */
	void (*on_request)(void *ctx, struct http_request *req);
	void *ctx;
};

/* `opt` is copied. FL_OK: *out is the caller's. FL_NOMEM. */
fl_status http_server_new(struct loop *l, const struct http_server_options *opt,
	struct http_server **out, struct fl_error *err);
/* Listens; up to 4 places. Statuses of socket_listen_unix(). */
fl_status http_listen_unix(
	struct http_server *sv, const char *path, struct fl_error *err);
/* Accepts no more, closes what is idle, the rest after the answer at work. */
void http_server_drain(struct http_server *sv);
uint32_t http_server_connections(const struct http_server *sv);
/* Drops all connections; NULL is fine. */
void http_server_free(struct http_server *sv);

/* ---- what a request says; texts live as long as the request ---- */

/* GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS. */
const char *http_method(const struct http_request *req);
/* Path as sent ("/a%20b"), and what is behind "?" ("" without). */
const char *http_path(const struct http_request *req);
const char *http_query(const struct http_request *req);
/* First field of that name (lower case), NULL without. */
const char *http_field(const struct http_request *req, const char *name);
/* NUL-ended behind n bytes, never NULL. */
const char *http_body(const struct http_request *req, size_t *n);

struct http_request *http_ref(struct http_request *req);
void http_unref(struct http_request *req); /* NULL is fine */

/* The upper floor's own pointer on a request; NULL at first. */
void http_set_data(struct http_request *req, void *data);
void *http_data(const struct http_request *req);

/* ---- in on_head ---- */

/* Another cap for this body. More is answered 413 before it is read. */
void http_body_max(struct http_request *req, size_t bytes);

/* A body of lines, handed over while it arrives. */
struct http_lines {
	/* One line without its line end, borrowed until return; empty ones are
	 * left out. NULL, 0: there was a line longer than line_bytes. Each is
	 * to be answered by one http_answer_line(). */
	void (*on_line)(void *ctx, struct http_request *req, const char *line,
		size_t n);
	/* No more lines. FL_OK: that was the body. FL_UNKNOWN: the client left
	 * or was cut off. Comes once; then end the answer when all is said. */
	void (*on_end)(void *ctx, struct http_request *req, fl_status why);
	uint32_t window;   /* most lines not yet answered [64] */
	size_t line_bytes; /* longest line [64 KiB] */
	void *ctx;
};
/* `lines` is copied. The caller begins the answer itself. */
void http_take_lines(struct http_request *req, const struct http_lines *lines);

/* ---- answering; bytes are copied ---- */

/* A further field of the answer, before it begins. FL_INVALID: control
 * characters; FL_NOMEM. */
fl_status http_answer_field(
	struct http_request *req, const char *name, const char *value);
/* The whole answer. `type` NULL: no body. */
void http_answer(struct http_request *req, int status, const char *type,
	const char *body, size_t n);
/* The same as problem document (RFC 9457); `code` "FL123" or NULL. */
void http_problem(struct http_request *req, int status, const char *code,
	const char *detail);
/* In parts: begin, any number of chunks and lines, end. */
void http_answer_begin(struct http_request *req, int status, const char *type);
void http_answer_chunk(struct http_request *req, const char *bytes, size_t n);
/* Adds a line end; answers one taken line, so that another may come. */
void http_answer_line(struct http_request *req, const char *line, size_t n);
void http_answer_end(struct http_request *req);

const char *http_status_text(int status); /* "Not Found"; static */
