/*
 * worker.h - the process that holds the rooftop: loop, engine, socket.
 * Started by the supervisor with a leash: a pipe on descriptor 3 whose end
 * means that the supervisor is gone. A byte on it tells that it serves.
 */
#pragma once

#include "app/cli.h"

enum {
	WORKER_LEASH_FD = 3,
	WORKER_DOOR_FD = 4 /* checkers are asked for here: app/checkers.h */
};

/* Serves until told to stop. Exit codes: 0 stopped, 1 it cannot serve (said on
 * stderr), 3 the rooftop must be opened again. */
int worker_run(struct cli *cli);
