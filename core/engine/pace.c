/*
 * pace.c - many late things at once are spread over people and days: so many a
 * person and day (dealership.lua: pace), the first ones at the next opening.
 * How far that went since the change or the outage stands in the events of its
 * slices, so that a restart goes on where it was.
 */
#include "engine/engine_internal.h"

int64_t machine_pace(const struct calendar *c, int64_t now_ms, int64_t nth,
		     int64_t a_day)
{
	int64_t at = calendar_next_open(c, now_ms), open = 0, close = 0, day;

	nth /= a_day > 0 ? a_day : 1;
	if (nth == 0)
		return at;
	day = calendar_add_work_days(c, calendar_day(c, at), (int)nth);
	return calendar_hours(c, day, &open, &close) ? open : at;
}

void pace_begin(struct turn *u)
{
	u->paced = value_clone(u->arena, &u->engine->paced);
	if (u->paced.kind != VALUE_MAP)
		u->paced = value_map();
}

int64_t pace_slot(void *ctx, struct text person, const struct calendar *c)
{
	struct turn *u = ctx;
	int64_t n;

	if (person.bytes == 0)
		person = TEXT("-");
	n = value_get_int(&u->paced, person.at, 0);
	if (!value_set(u->arena, &u->paced, person, value_int(n + 1)))
		u->no_memory = true;
	return machine_pace(c, u->now_ms, n, u->engine->book->pace);
}

void pace_forget(struct engine *e)
{
	arena_reset(&e->pace_arena);
	e->paced = value_map();
}

bool pace_keep(struct engine *e, const struct value *paced)
{
	pace_forget(e);
	if (paced == NULL || paced->kind != VALUE_MAP)
		return true;
	e->paced = value_clone(&e->pace_arena, paced);
	return !e->pace_arena.failed;
}
