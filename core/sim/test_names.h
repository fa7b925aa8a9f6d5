/*
 * test_names.h - the names a test expects must be there in the rules: a
 * misspelt card would make "expect_none" hold for ever. For bench_*.c alone.
 */
#pragma once

#include "sim/test_bench.h"

/* Looks at card, step, who and kind of `spec` (a map). FL_INVALID: err says
 * which one is not there, with the nearest that is. */
fl_status test_names_check(struct bench *b, const char *verb,
			   const struct value *spec, struct fl_error *err);
