/*
 * synonym.h - words that people look for, in Dutch or as other programs say
 * it, and what they are called here. A name that nobody knows is looked up
 * here before the nearest spelling is sought.
 */
#pragma once

#include "model/schema.h"

#include <stddef.h>

/* The one of `names` that `said` means; NULL: none. Capitals, spaces and
 * hyphens do not count. */
const char *synonym_among(
	const char *said, const char *const *names, size_t n);

/* The event that `wrong` means, or else is spelt like: "klant.getekend",
 * "deal.sold", "signed". Borrowed from the schema; NULL: none. */
const char *synonym_event(const struct schema *s, struct text wrong);
