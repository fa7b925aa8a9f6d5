/*
 * client.h - where a command goes: to the daemon of the folder over its
 * socket, or, where none runs, to the rooftop itself in this process. The
 * answers are the same. One thread.
 */
#pragma once

#include "base/problem.h"

struct client; /* opaque; client_free() */

/* `dir` and `actor` are borrowed for the client's life. Nothing is connected
 * yet. FL_OK, FL_NOMEM. */
fl_status client_new(const char *dir, const char *actor, struct client **out,
		     struct fl_error *err);
void client_free(struct client *c); /* NULL is fine */

/*
 * Each adds one JSON document to *json: the answer, or the problem document
 * that belongs to the status returned. FL_UNKNOWN: it may have happened.
 */
fl_status client_ask(struct client *c, const char *name,
		     const struct value *args, struct buf *json);
fl_status client_post(struct client *c, const struct value *wire,
		      struct buf *json);
fl_status client_import(struct client *c, const char *name, const char *bytes,
			size_t n, struct buf *json);

/* Lines from a descriptor, events of NDJSON. */
struct client_lines {
	int fd;            /* read until its end */
	struct buf ahead;  /* read already; handed over, emptied */
	void (*on_answer)(void *ctx, const char *json, size_t n);
	void *ctx;
	uint64_t sent, answered;
};
/* Posts them, each answered by on_answer in order. FL_OK: all answered. */
fl_status client_lines(struct client *c, struct client_lines *lines,
		       struct fl_error *err);

/* True when the rooftop's files hold broken rules and older ones answered
 * (known only without a daemon). */
bool client_rules_broken(const struct client *c);

/* Path of the folder's socket; heap, the caller's. */
char *client_socket(const char *dir);
