/*
 * next.h - what waits for its time with a customer: when, what, and whether it
 * will come as things stand; files of ask only.
 */
#pragma once

#include "ask/asking.h"

/* List [{at.., card, step, what, subject, ok, why? (not ok: which condition
 * says no), line? (a function of that line of the rules will be asked)}] of
 * one home, by time. What only the engine wakes up for is not in it. */
struct value next_steps(struct view *v, const struct home *h);
