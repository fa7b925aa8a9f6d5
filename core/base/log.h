/*
 * log.h - one JSON line per entry to stderr (or where a host or a test wants
 * it), control characters escaped, at most 8 KiB; in plain words where people
 * read along. The only global in core. Any thread.
 */
#pragma once

#include "base/buf.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_level_set(enum log_level least);
void log_write(enum log_level level, const char *where, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* stderr is a terminal: "fairlead: store: ..." instead of JSON. */
void log_plain(bool plain);
/* Entries go there instead of stderr, as JSON without line end, borrowed until
 * return, from the thread that writes them; it must not log. NULL: stderr. */
void log_to(void (*to)(const char *json, size_t bytes));
/* Entries go to *into (borrowed until the next call) instead of stderr; NULL:
 * stderr again. For tests. */
void log_capture(struct buf *into);
