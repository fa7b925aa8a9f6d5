/*
 * file.h - whole-file reading and durable writing. Never used on the database
 * file. Paths are copied where kept. Any thread.
 */
#pragma once

#include "base/buf.h"

/* Reads a regular file of at most max_bytes (not a FIFO, device or link to
 * one; opened non-blocking) and appends it to *out. FL_NOT_FOUND; FL_INVALID: no
 * regular file; FL_LIMIT: larger than max_bytes or out's maximum; FL_NOMEM;
 * FL_STORAGE. After a failure *out may hold a part. */
fl_status file_read(const char *path, size_t max_bytes, struct buf *out,
		    struct fl_error *err);
/* Writes beside (a name that starts with a dot), syncs, renames over, syncs
 * the folder. The mode of a file that is there is kept. FL_NOT_FOUND: no such
 * folder; FL_STORAGE: nothing was changed, or only the folder's sync failed. */
fl_status file_write(const char *path, const void *bytes, size_t n,
		     struct fl_error *err);
fl_status file_sync_folder(const char *dir, struct fl_error *err);
fl_status file_make_folder(const char *dir, struct fl_error *err); /* -p */
bool file_exists(const char *path);
/* On a file system that others change without this kernel knowing (NFS, SMB,
 * FUSE ...)? false also when nobody can say. */
bool file_is_remote(const char *path);
/* Calls cb for each name in `dir` in byte order, "." and ".." left out. */
fl_status file_list(const char *dir,
		    void (*cb)(void *ctx, const char *name, bool is_folder),
		    void *ctx, struct fl_error *err);
