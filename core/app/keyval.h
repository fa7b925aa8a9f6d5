/*
 * keyval.h - what people type as key=value, as data.
 */
#pragma once

#include "base/value.h"

/*
 * Adds "key=value" to `map` (memory from `a`). Dots nest: customer.name=Sofie.
 * Values: true, false, whole numbers and decimals as such (not 0612..., which
 * stays text); {..}, [..] and "..." are JSON; else text. A list is written a,b
 * and understood by the field it is for. The same key twice: FL_INVALID.
 * FL_INVALID: no "=", an empty key, a key that is both value and map, broken
 * JSON, no UTF-8; said in Dutch when `dutch`. FL_NOMEM.
 */
fl_status keyval_add(struct arena *a, struct value *map, const char *typed,
		     bool dutch, struct fl_error *err);
