/*
 * stream.h - byte streams on the loop: listeners on Unix paths, what they
 * accept, and ends of pipes. Loop thread only.
 *
 * Invariants: callbacks come from loop_run() alone. A stream that was freed
 * calls the callbacks of its unfinished writes once (FL_UNKNOWN), then
 * `closed`, and is gone; it reads nothing more from the moment of the call.
 */
#pragma once

#include "loop/loop.h"

#include <sys/types.h>

struct stream;	 /* opaque; stream_free() */
struct listener; /* opaque; listener_free() */

/* `n` > 0: bytes, borrowed until return. 0: the other side will send no more.
 * -1: the connection broke. After 0 and -1 reading has stopped. */
typedef void (*stream_read_cb)(void *ctx, const char *bytes, ssize_t n);

/* FL_OK: the kernel has all bytes. FL_UNKNOWN: the connection broke or the
 * stream was freed before. */
typedef void (*stream_write_cb)(void *ctx, fl_status status);

/* Makes a stream of a connected Unix socket or a pipe. FL_OK: the
 * stream owns `fd`. On failure `fd` stays the caller's. FL_NOMEM, FL_INVALID
 * (a file or terminal). */
fl_status stream_open(
	struct loop *l, int fd, struct stream **out, struct fl_error *err);

/* Calls cb for what arrives until stream_read_stop(). Starting again with
 * another callback is fine. */
void stream_read_start(struct stream *s, stream_read_cb cb, void *ctx);
void stream_read_stop(struct stream *s);

/* Writes what the kernel takes at once: 0..n bytes; 0 also when writes are
 * queued or the stream is broken (the next stream_write() tells which). */
size_t stream_write_now(struct stream *s, const char *bytes, size_t n);

/* Queues bytes, borrowed until cb, which always comes once. FL_NOMEM: nothing
 * queued, no cb. */
fl_status stream_write(struct stream *s, const char *bytes, size_t n,
	stream_write_cb cb, void *ctx, struct fl_error *err);
size_t stream_unsent(const struct stream *s); /* bytes queued */

/* Tells the other side that no more will come, after what is queued. */
void stream_finish(struct stream *s);

/* Closes at once; NULL is fine. `closed` (may be NULL) comes last. */
void stream_free(struct stream *s, loop_cb closed, void *ctx);

/* The callee owns `accepted`. */
typedef void (*listener_cb)(void *ctx, struct stream *accepted);

/* Listens at a Unix path; accepted streams are close-on-exec. Statuses of
 * socket_listen_unix(). */
fl_status listener_unix(struct loop *l, const char *path, listener_cb cb,
	void *ctx, struct listener **out, struct fl_error *err);
/* Closes and removes the socket file if it is still its own; NULL is fine. */
void listener_free(struct listener *ln);
