/*
 * stream_uv.h - inside core/loop only: how a stream sits on its libuv handle.
 */
#pragma once

#include "loop/loop_uv.h"
#include "loop/stream.h"

struct stream {
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_pipe_t pipe;
	} uv;
	struct loop *loop;	/* borrowed */
	stream_read_cb read_cb; /* NULL: not reading */
	void *read_ctx;
	loop_cb closed_cb; /* after stream_free() */
	void *closed_ctx;
};

/* An unconnected stream. FL_NOMEM. */
fl_status stream_uv_new(
	struct loop *l, struct stream **out, struct fl_error *err);
