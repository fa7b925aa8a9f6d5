/*
 * loop_uv.h - inside core/loop only: the loop's insides and how libuv's codes
 * become ours. Whatever is made on a loop is counted in `live`.
 */
#pragma once

#include "loop/loop.h"

#include <uv.h>

enum { LOOP_READ_BYTES = 65536 };

struct loop {
	uv_loop_t uv;
	uv_prepare_t before; /* runs tasks deferred by timers and closers */
	uv_check_t after;    /* runs tasks deferred by reads and wake-ups */
	uv_idle_t again;     /* active: tasks are queued, do not wait */
	struct loop_task *tasks, **tasks_end; /* deferred */
	struct loop_task fence; /* ends what runs in this iteration */
	size_t live;		/* things made on the loop and not freed */
	char read_space[LOOP_READ_BYTES]; /* one read at a time goes here */
};

/* status_fail() with the library's words for `code` behind `what`. */
fl_status loop_uv_fail(struct fl_error *err, int code, const char *what);
