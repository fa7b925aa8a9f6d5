/*
 * priority.h - who gives way when processors are scarce: the engine and the
 * writer, which facts wait for, get a processor as soon as they wake; what can
 * wait lowers itself and, once awake, never takes a processor from those two.
 * Any thread. Where the system refuses, all stays as it was.
 */
#pragma once

#include <stdint.h>

/* Niceness; a thread cannot go back up. */
enum {
	PRIORITY_POOL = 10, /* threads that answer questions and load rules:
			     * not lower, they hold locks the engine wants */
	PRIORITY_CHILD = 19 /* checkers: nobody waits for what they hold */
};

/* Slices in us. From Linux 6.12 on, who wakes takes the processor from whoever
 * has a longer slice (3,000 unless told); without a slice of their own, engine
 * and writer waited up to 1.5 ms for any other program to end its own. That
 * asks for no larger share. Older kernels pass over it. */
enum {
	PROMPT_WRITER = 100, /* the least there is; the engine makes room too */
	PROMPT_ENGINE = 200
};

/* The calling thread, and those it starts from now on, as a batch of this
 * niceness. */
void priority_below(int niceness);

/* The calling thread, and those it starts from now on, with this slice. */
void priority_prompt(int slice_us);
