/*
 * fault.h - an allocator that fails at step N. Every unit test is linked with
 * malloc, calloc, realloc and strdup of fairlead's own objects going through
 * it (ld --wrap). One thread at a time.
 *
 *	for (n = 0, hit = true; hit; n++) {
 *		fault_after(n);
 *		s = call_under_test();
 *		hit = fault_disarm();
 *		assert_int_equal(s, hit ? FL_NOMEM : FL_OK);
 *	}
 */
#pragma once

#include <stdbool.h>

void fault_after(long n); /* n allocations succeed, the next one fails */
bool fault_disarm(void);  /* no more faults; true when one was given */
