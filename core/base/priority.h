/*
 * priority.h - who gives way when processors are scarce: the engine and the
 * writer, which facts wait for, run as the system starts them; what can wait
 * lowers itself and, once awake, never takes a processor from those two. Any
 * thread.
 */
#pragma once

/* Niceness; a thread cannot go back up. */
enum {
	PRIORITY_POOL = 5,  /* threads that answer questions and load rules:
			     * not lower, they hold locks the engine wants */
	PRIORITY_CHILD = 19 /* checkers: nobody waits for what they hold */
};

/* The calling thread, and those it starts from now on, as a batch of this
 * niceness. Where the system refuses, all stays as it was. */
void priority_below(int niceness);
