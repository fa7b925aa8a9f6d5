/*
 * api.h - a rooftop over HTTP/1.1: facts in, questions and commands by name.
 *
 *   POST /v1/events       one JSON event: answered after its commit. Lines
 *                         (application/x-ndjson, or several in one body): one
 *                         answer line per event as its group is synced, in
 *                         order; at most 512 wait, more are not read
 *   POST /v1/import?name= bytes of a lead file (ADF, e-mail, JSON)
 *   POST /v1/ask/NAME     a question or command, its arguments as JSON object
 *   GET  /v1/ask/NAME     a question, its arguments as query
 *   GET  /v1/status       the same as /v1/ask/status
 *   GET  /healthz         200 when the rooftop takes facts, else 503
 *
 * Who asks: fields Fairlead-Actor (a person's id, default "admin") and
 * Fairlead-Role. The socket has mode 0600: who can connect is trusted.
 * Refusals are problem documents (RFC 9457). Loop thread only.
 */
#pragma once

#include "loop/loop.h"
#include "rooftop/rooftop.h"

struct api; /* opaque; api_free() */

struct api_options {
	struct loop *loop;       /* borrowed */
	struct rooftop *rooftop; /* borrowed, until api_free() */
	const char *socket;      /* Unix path; borrowed until return */
	void (*asked)(void *ctx); /* the rooftop has work: poll it soon */
	void *ctx;
};

/* Listens and serves. FL_OK: *out is the caller's. FL_CONFLICT: somebody
 * listens there. Else as socket_listen_unix(). */
fl_status api_new(const struct api_options *opt, struct api **out,
		  struct fl_error *err);
/* Accepts no more; what is at work is answered. */
void api_drain(struct api *api);
uint32_t api_connections(const struct api *api);
/* The rooftop was closed before: nothing is unanswered. NULL is fine. */
void api_free(struct api *api);
