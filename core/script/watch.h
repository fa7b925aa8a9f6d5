/*
 * watch.h - cuts calls into Lua that take too much CPU time.
 *
 * A thread of its own samples a counter that is odd during a call. While one
 * call lasts over several samples it signals that call's thread, whose handler
 * compares the thread's own CPU time with the limit and, when it is over,
 * sets `cut` and arms a hook on every instruction. The path of a normal call
 * is a few stores, one of them with a barrier.
 *
 * A call that the cut does not end either (it hangs inside of C) goes on to
 * the hard limit: watch_hard()'s callback then ends the process. Off unless a
 * host asks for it.
 */
#pragma once

#include "base/status.h"

#include <signal.h>
#include <stdatomic.h>

struct lua_State;

enum watch_cut { WATCH_NONE = 0, WATCH_TIME, WATCH_MEMORY };

/* One ruleset as the watchdog sees it. Address must not change. */
struct watch {
	atomic_uint calls;	   /* odd: a call runs */
	atomic_long thread;	   /* kernel id of the thread in a call */
	volatile sig_atomic_t cut; /* enum watch_cut; set once per call */
	struct lua_State *lua;	   /* where the hook is armed */
	int64_t limit_us;
	volatile sig_atomic_t tick; /* C loops must call watch_tick() */
	int64_t short_us;	   /* limit of calls in a hurry; 0: not in one */
	bool hurried;		   /* the call that runs is */
	unsigned ticks;
	unsigned sampled;	   /* watchdog: counter at the last sample */
	unsigned timed;		   /* handler: counter cpu_from_us belongs to */
	int64_t cpu_from_us;	   /* handler: CPU time at the first signal */
	struct watch *outer;	   /* call this one runs inside of */
	struct watch *next, *prev; /* list of all, under its lock */
};

void watch_init(void); /* starts the watchdog; any number of times */
/* From now on a call that takes `limit_us` of CPU time more than its own limit
 * ends in `end`, which runs inside a signal handler and must end the process.
 * NULL: off. Before any call. */
void watch_hard(int64_t limit_us, void (*end)(void));
void watch_add(struct watch *w, struct lua_State *lua, int64_t limit_us);
void watch_remove(struct watch *w);
/* From now on each call has `limit_us` only and looks at the clock itself, so
 * that it is cut within some 0.1 ms, whatever else the machine does; 0: its
 * usual limit again. It costs: Lua counts instructions. */
void watch_hurry(struct watch *w, int64_t limit_us);
/* Between enter and leave the limit runs. Enter clears `cut`; leave takes the
 * hook away again but keeps `cut` readable. Calls of several rulesets nest. */
void watch_enter(struct watch *w);
void watch_leave(struct watch *w);
/* Leaves the call, for good, when it is cut, or over its time in a hurry; tick:
 * looks at the clock once in many. MAY_RAISE. */
void watch_look(struct lua_State *lua, struct watch *w);
void watch_tick(struct lua_State *lua, struct watch *w);
/* Raises (by longjmp of Lua) the error that no rule can catch. MAY_RAISE. */
_Noreturn void watch_raise(struct lua_State *lua);
