/*
 * guard.h - the worker's last line: a fault or a hang inside a rule is noted
 * on the crash page before the process ends; the supervisor starts it again
 * and the card is held back from that event. Worker process only.
 */
#pragma once

#include "base/crashpage.h"

/* Takes SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT, and the hard limit of
 * rule functions (exit code EXIT_HUNG). `page` may be NULL; borrowed until the
 * process ends or guard_end(). */
void guard_begin(struct crash_page *page);
void guard_end(void); /* the page is about to go */
