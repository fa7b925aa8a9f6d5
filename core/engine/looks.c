/*
 * What modes look at changes with deliveries, with who works on them, and with
 * the numbers that another mode changes. A mode plans its look for when time
 * alone would tell it something new (mode.c); a unit that changes the rest
 * brings it to the next opening, once, however much happens until then.
 */
#include "engine/engine_internal.h"

static bool person_differs(const struct record *was, const struct record *now)
{
	bool had_left =
		was != NULL && value_get_bool(&was->fields, "left", false);

	return had_left != value_get_bool(&now->fields, "left", false);
}

static bool stirred(struct turn *u)
{
	const struct calendar *c = u->engine->book->calendar;

	for (uint32_t i = 0; i < u->n_records; i++) {
		const struct record *now = u->records[i].record;
		const struct cached_record *was;

		if (!text_is(now->kind, "delivery") &&
			!text_is(now->kind, "person"))
			continue;
		was = cache_record(&u->engine->cache, now->id);
		if (text_is(now->kind, "delivery")
				? workload_replans(
					  c, was != NULL ? was->now : NULL, now)
				: person_differs(
					  was != NULL ? was->now : NULL, now))
			return true;
	}
	for (uint32_t i = 0; i < u->n_events; i++)
		if (text_is(u->events[i]->event.def->name, "mode.started") ||
			text_is(u->events[i]->event.def->name, "mode.ended"))
			return true;
	return false;
}

static fl_status bring(struct turn *u, const struct card *mode,
	const struct place *p, int64_t at)
{
	struct effect e = {.kind = EFFECT_PLACE,
		.subject = u->engine->rooftop,
		.step = p->step,
		.args = value_map()};

	value_put(u->arena, &e.args, "due", value_int(at));
	return apply_own(u, mode->name, &e);
}

/* Does it wait for what functions or a warning say of the load? */
static bool waits_for_load(const struct card *mode, const struct place *p)
{
	if (text_is(p->step, "mode.warn"))
		return text_is(p->wait, "load");
	return mode->mode->or_when.kind != COND_NONE ||
	       mode->mode->back_when.kind != COND_NONE;
}

static fl_status bring_mode(struct turn *u, const struct card *mode, int64_t at)
{
	static const char *const steps[] = {"mode.look", "mode.warn"};
	fl_status s = FL_OK;

	for (size_t i = 0; i < 2 && s == FL_OK; i++) {
		const struct record *roof =
			overlay_record(u, u->engine->rooftop);
		const struct run *run =
			roof != NULL ? record_run(roof, mode->name) : NULL;
		const struct place *p =
			run != NULL && run->left_at_ms == 0
				? run_place(run, text_of(steps[i]))
				: NULL;

		if (p != NULL && p->due_at_ms > at && waits_for_load(mode, p))
			s = bring(u, mode, p, at);
	}
	return s;
}

fl_status looks_bring(struct turn *u)
{
	const struct rulebook *book = u->engine->book;
	fl_status s = FL_OK;

	if (!book->has_modes || !stirred(u))
		return FL_OK;
	for (uint32_t i = 0; i < book->n_cards && s == FL_OK; i++)
		if (book->cards[i].kind == CARD_MODE)
			s = bring_mode(u, &book->cards[i], silence_tomorrow(u));
	return s;
}
