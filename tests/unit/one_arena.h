/* one_arena.h - for a group of tests that share an arena. */
#pragma once

#include "unit.h"

#include "base/arena.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_deinit(&arena);
	return 0;
}
