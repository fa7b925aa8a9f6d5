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
/* ... in one piece of `a`, with which it dies. */
struct task *pack_task_in(struct arena *a, const struct task *from,
			  struct names *names);

enum kept_name { KEPT_CARD, KEPT_STEP, KEPT_KIND, KEPT_WHO, KEPT_NAMES };

/* A task as the cache keeps it, in half the bytes: homes in flight have dozens,
 * and what stands in them is looked at when one is answered or moves. */
struct kept_task {
	int64_t id, home, subject, shown_at_ms, due_at_ms;
	const char *names[KEPT_NAMES];
	uint32_t body_bytes : 28;
	uint32_t state : 4;         /* enum task_state */
	uint8_t lengths[KEPT_NAMES]; /* of names; 255: as far as their NUL */
	char body[];                /* brief (brief.h), then unshared names */
};

/* `body` is t's, brief; NULL: no memory. */
struct kept_task *kept_new(const struct task *t, struct text body,
			   struct names *names);
/* All but the body, which is an empty map. Names are borrowed. */
struct task kept_head(const struct kept_task *k);
/* With its body, in `a`; NULL: no memory. */
struct task *kept_read(const struct kept_task *k, struct arena *a);
/* Texts with the array that lists them. */
struct text *pack_texts(const struct text *from, uint32_t n);
