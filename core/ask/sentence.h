/*
 * sentence.h - one sentence for an event by its type and data; files of ask
 * only.
 */
#pragma once

#include "ask/asking.h"

/* In the rooftop's language; a pack's own type by what it `means`, else its
 * name. Never NULL. */
struct text sentence_make(
	struct view *v, struct text type, const struct value *data);
