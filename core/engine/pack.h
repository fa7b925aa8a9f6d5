/*
 * pack.h - deep copies of values, records and tasks in one heap block each,
 * released by free(). The cache keeps thousands of them for hours; arenas are
 * for what dies together. A packed thing is never changed.
 */
#pragma once

#include "model/record.h"

struct value *pack_value(const struct value *from);    /* NULL: no memory */
struct record *pack_record(const struct record *from); /* NULL: no memory */
struct task *pack_task(const struct task *from);       /* NULL: no memory */
/* Texts with the array that lists them. */
struct text *pack_texts(const struct text *from, uint32_t n);
