/*
 * file.h - whole-file reading and durable writing. Never used on the database
 * file. Paths are copied where kept. Any thread.
 */
#pragma once

#include "base/buf.h"

/* Reads a regular file of at most max_bytes (not a FIFO, device or link to
 * one; opened non-blocking). FL_NOT_FOUND, FL_LIMIT, FL_STORAGE. */
fl_status file_read(const char *path, size_t max_bytes, struct buf *out,
		    struct fl_error *err);
/* Writes beside, syncs, renames over, syncs the folder. */
fl_status file_write(const char *path, const void *bytes, size_t n,
		     struct fl_error *err);
fl_status file_sync_folder(const char *dir, struct fl_error *err);
fl_status file_make_folder(const char *dir, struct fl_error *err); /* -p */
bool file_exists(const char *path);
/* Calls cb for each name in `dir` in byte order, "." and ".." left out. */
fl_status file_list(const char *dir,
		    void (*cb)(void *ctx, const char *name, bool is_folder),
		    void *ctx, struct fl_error *err);
