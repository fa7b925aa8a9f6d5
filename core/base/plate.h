/*
 * plate.h - Dutch number plates: six letters and digits in one of the 14
 * layouts ("sidecodes"). Stored bare ("12ABC3"), printed with a dash at each
 * change between letter and digit and inside any run of four. Pure functions,
 * any thread.
 */
#pragma once

#include "base/value.h"

#define PLATE_BARE  7 /* six characters and a NUL */
#define PLATE_PRINT 9 /* two dashes more */

/* Reads a plate as people write it: any case; spaces, dashes and dots are
 * skipped. Returns its layout, 1-14 (1: AB-12-34), with the bare form in
 * `out`; 0 and an empty `out` when it is no Dutch plate. */
int plate_bare(struct text raw, char out[PLATE_BARE]);

/* The printed form of a bare plate ("12-ABC-3"). What plate_bare() would
 * refuse gives false and an empty `out`. */
bool plate_print(const char *bare, char out[PLATE_PRINT]);
