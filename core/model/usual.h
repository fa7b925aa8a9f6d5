/*
 * usual.h - the usual answers of each kind of task and what each records: for
 * steps that name no answers of their own, and for tasks of plain Lua.
 * Static data; any thread.
 */
#pragma once

#include "model/rulebook.h"

struct usual_answer {
	const char *kind;    /* call, mail, visit, todo */
	const char *answer;
	enum action_kind action;
	const char *event;   /* ACTION_RECORD; else NULL */
	const char *channel; /* NULL: none */
	const char *outcome; /* data.outcome of the event; NULL none */
	const char *ask;     /* the one field it needs; NULL none */
};

/* The n-th usual answer of a kind, NULL past the last. */
const struct usual_answer *usual_answer(struct text kind, uint32_t n);
/* By name; NULL: not one of this kind's. */
const struct usual_answer *usual_find(struct text kind, struct text answer);
/* The action it stands for; `ask` must hold one text and live as long. */
void usual_action(const struct usual_answer *u, struct arena *a,
		  struct action *out);
