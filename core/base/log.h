/*
 * log.h - one JSON line per entry to stderr (or a buffer in tests), control
 * characters escaped, at most 8 KiB. The only global in core. Any thread.
 */
#pragma once

#include "base/buf.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_level_set(enum log_level least);
void log_write(enum log_level level, const char *where, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Entries go to *into (borrowed until the next call) instead of stderr; NULL:
 * stderr again. For tests. */
void log_capture(struct buf *into);
