/*
 * status.h - how calls inside core say what went wrong.
 *
 * Everything that can fail returns fl_status (fairlead.h) and writes one
 * sentence into a caller-owned struct fl_error. No heap, any thread.
 */
#pragma once

#include "fairlead.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Fills *err (NULL is fine) and returns `s`. The text is cut at the struct's
 * size, never inside a UTF-8 character. */
fl_status status_fail(struct fl_error *err, fl_status s, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Programmer errors only; stays on in release: prints place and aborts. */
#define REQUIRE(x)                                                             \
	((x) ? (void)0 : status_require_failed(#x, __FILE__, __LINE__))
_Noreturn void status_require_failed(const char *what, const char *file,
				     int line);
