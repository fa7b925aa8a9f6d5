/*
 * phone.h - telephone numbers as people write them, made E.164 where that is
 * certain. What is not certain stays raw: a wrong number in a call list is
 * worse than none. Pure functions, any thread.
 */
#pragma once

#include "base/value.h"

#define PHONE_E164 17 /* "+", up to 15 digits, NUL */

/* Reads `raw` as dialled inside `country` (calling code, "31"; NULL: only
 * international forms are read). Spaces, dashes, dots, slashes and brackets
 * are skipped, "(0)" after a country code too; reading ends at the first
 * letter behind the digits. Read as international: "+31 6...", "0031 6...",
 * and the country's own code in front of a number of full length. True: `out`
 * holds "+31612345678". False: `out` is empty. */
bool phone_e164(struct text raw, const char *country, char out[PHONE_E164]);

/* Digits in `raw`, for "could anybody dial this at all". */
uint32_t phone_digits(struct text raw);
