/*
 * pack.h - deep copies of records and tasks in one heap block each,
 * released by free(). The cache keeps thousands of them for hours; arenas are
 * for what dies together. A packed thing is never changed. Names of fields,
 * cards, steps and people stand in `names`, which must live longer; NULL: in
 * the block like all else.
 */
#pragma once

#include "engine/names.h"
#include "model/record.h"

struct record *pack_record(const struct record *from,
			   struct names *names); /* NULL: no memory */
struct task *pack_task(const struct task *from,
		       struct names *names); /* NULL: no memory */
/* Texts with the array that lists them. */
struct text *pack_texts(const struct text *from, uint32_t n);
