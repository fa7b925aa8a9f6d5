/*
 * coverage.h - how far the tests beside cards go: which cards were entered,
 * which steps appeared, which of their branches were taken. Read from the
 * decisions of the engines under test. One thread, memory of the caller's arena.
 */
#pragma once

#include "engine/engine.h"

/* Adds what a committed unit did to `seen`, a map {card: {mark: times}}. False:
 * no memory, or a decision that cannot be read. */
bool coverage_add(struct arena *a, struct value *seen,
		  const struct told *told);

/*
 * What the cards of `book` have and `seen` (may be empty) holds: a list of
 * {card, file, line, parts, seen, missing: [{line, part, what}]}. A part is the
 * card's being entered, a step or reaction, each condition that may skip it,
 * each answer, and the ladder when nobody acts. Cards whose file begins with
 * `folder` (or, `outside`, does not); folder NULL: all.
 */
struct value coverage_list(struct arena *a, const struct rulebook *book,
			   const struct value *seen, const char *folder,
			   bool outside);
