/*
 * near.h - the nearest right name for a wrong one (Damerau-Levenshtein over
 * bytes, case folded; at most a third of the length wrong).
 */
#pragma once

#include "base/value.h"

/* Index of the nearest of `names`, or -1 when none is near. */
int near_name(const char *wrong, const char *const *names, size_t n);
