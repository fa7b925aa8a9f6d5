/*
 * condition.h - one condition of a card in words: "only when the state is
 * talking: failed"; files of ask only.
 */
#pragma once

#include "ask/asking.h"
#include "engine/explain.h"

/* `v` knows the rules that the card is of. `task`: of CONDITION_SHOWN, else
 * NULL. Memory is the view's. */
struct text condition_words(struct view *v, const struct card *card,
	const struct condition *c, const struct task *task);
