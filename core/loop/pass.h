/*
 * pass.h - notes of fixed size between two of our processes, each with room
 * for one descriptor: a worker hands the supervisor the socket that a checker
 * is to talk on. Without a loop: watch the ends with loop_poll_new().
 */
#pragma once

#include "base/status.h"

struct pass_note {
	uint32_t tag;	/* the asker's number for what it is about */
	int32_t code;	/* of an end: the exit code */
	int32_t signum; /* of an end: the signal, else 0 */
};

/* Makes the two ends, both close-on-exec. FL_STORAGE. */
fl_status pass_pair(int fds[2], struct fl_error *err);

/* Sends `note` and a copy of descriptor `with` (-1: none), which stays the
 * caller's. FL_UNKNOWN: the other side is gone or does not listen. */
fl_status pass_send(
	int fd, const struct pass_note *note, int with, struct fl_error *err);

/* Takes one note without waiting. FL_OK: *with is the caller's, or -1.
 * FL_NOT_FOUND: nothing there now. FL_UNKNOWN: the other side is gone. */
fl_status pass_take(
	int fd, struct pass_note *note, int *with, struct fl_error *err);
