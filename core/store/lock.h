/*
 * lock.h - one process owns a rooftop: an flock on data/lock, in which the
 * owner's process id stands. Held until lock_drop() or the process dies.
 */
#pragma once

#include "base/status.h"

struct lock {
	int fd; /* -1: not held */
};

/* FL_CONFLICT: held, err names the process id; FL_STORAGE: cannot be made.
 * *out is not held after a failure. */
fl_status lock_take(const char *path, struct lock *out, struct fl_error *err);
void lock_drop(struct lock *l);

/* Whether a statfs() type is a file system on which neither locks nor shared
 * memory can be trusted (NFS, SMB, AFS, Coda). */
bool lock_is_network(long type);
