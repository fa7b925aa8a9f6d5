/*
 * dutch.h - what the system, the database and our lowest floors say of a file
 * or a connection, in Dutch. They know no rooftop and speak English; whoever
 * shows it to a person knows the language. Any thread.
 */
#pragma once

#include "base/arena.h"

/* `text` with every cause that has a Dutch row put into Dutch, in `a`; `text`
 * itself when there is none, or no memory. */
const char *dutch_cause(struct arena *a, const char *text);
