/*
 * socket.h - making listening and connected sockets, without a loop. Every
 * descriptor is close-on-exec. Unix paths may be longer than the 107 bytes the
 * kernel takes: bind and connect then go through /proc/self/fd. Any thread.
 */
#pragma once

#include "base/status.h"

enum { SOCKET_BACKLOG = 1024 };

/*
 * Binds and listens on the Unix path (copied by the kernel), mode 0600. A
 * socket file left behind is removed only after a connect to it was refused.
 * FL_OK: *fd is the caller's. FL_CONFLICT: somebody listens there already, or
 * something else than a socket is in the way. FL_NOT_FOUND: no such folder.
 * FL_DENIED, FL_INVALID (name longer than 80 bytes), FL_STORAGE.
 */
fl_status socket_listen_unix(const char *path, int *fd, struct fl_error *err);

/* Removes the socket file at `path` if it is still the one `fd` listens on. */
void socket_unlink_unix(const char *path, int fd);

/*
 * Connects; waits at most timeout_ms (0: for ever) when the backlog is full.
 * FL_OK: *fd is the caller's, blocking. FL_NOT_FOUND: no such socket, or
 * nobody listens on it any more. FL_DENIED: no right to it. FL_LIMIT: the time
 * ran out. FL_INVALID, FL_STORAGE.
 */
fl_status socket_connect_unix(
	const char *path, int timeout_ms, int *fd, struct fl_error *err);
