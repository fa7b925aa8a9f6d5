#include "rooftop/rooftop_inside.h"

/* ---- the training clock ---- */

static void clock_answer(struct job *j)
{
	struct rooftop *r = j->r;
	const struct zone *zone =
		ruleset_book(engine_ruleset(r->engine))->zone;
	char when[48];

	zone_write_time(zone, engine_now_ms(r->engine), when, sizeof(when));
	value_put(&j->a, &j->answer, "now",
		value_text(arena_strdup(&j->a, when)));
	value_put(&j->a, &j->answer, "now_ms",
		value_int(engine_now_ms(r->engine)));
	value_put(&j->a, &j->answer, "manual", value_bool(r->manual));
}

static void on_clock(void *ctx, const struct post_answer *pa)
{
	struct job *j = ctx;

	j->status = pa->status;
	if (pa->status == FL_OK) {
		j->r->clock_ms = engine_now_ms(j->r->engine);
		clock_answer(j);
	} else if (pa->problems != NULL && pa->problems->count > 0) {
		j->answer = problem_document(&j->a, pa->status, pa->problems,
			NULL);
	}
	job_finish(j);
}

static void clock_refused(struct job *j, fl_status s, const char *field,
	const char *en, const char *nl)
{
	struct problem *p = problem_add(&j->problems, "FL592", NULL, 0, "%s",
		rooftop_dutch(j->r) ? nl : en);

	p->field = field;
	j->status = s;
	job_finish(j);
}

void rooftop_clock(struct job *j)
{
	struct rooftop *r = j->r;
	const struct rulebook *book = ruleset_book(engine_ruleset(r->engine));
	const struct value *by = value_get(&j->args, "by");
	const struct value *to = value_get(&j->args, "to");
	struct fl_error err = { 0 };
	struct span span;
	int64_t at = 0;
	fl_status s;

	if (by == NULL && to == NULL) {
		clock_answer(j);
		job_finish(j);
		return;
	}
	if (!r->manual) {
		clock_refused(j, FL_DENIED, "clock",
			"this folder lives on the real clock, which cannot be "
			"moved: make a training folder with fairlead init DIR "
			"--training",
			"deze map loopt met de echte klok mee, en die gaat niet "
			"met de hand: maak een oefenmap met fairlead init DIR "
			"--training");
		return;
	}
	if (by != NULL) {
		s = span_of_value(by, &span, &err);
		at = s == FL_OK ? span_add(span, engine_now_ms(r->engine),
					  book->calendar)
				: 0;
	} else {
		s = zone_read_time(book->zone, value_as_text(to), &at, &err);
	}
	if (s != FL_OK) {
		clock_refused(j, s, by != NULL ? "by" : "to", err.text,
			by != NULL ? "dat is geen tijdsduur. schrijf +\"4 weeks\" "
				     "of +\"4 weken\""
				   : "dat is geen datum of tijd. schrijf "
				     "2026-09-01 of 2026-09-01T10:00");
		return;
	}
	engine_clock(r->engine, at, on_clock, j);
}

/* ---- what only the engine knows ---- */

static struct value time_text(struct rooftop *r, struct arena *a, int64_t at_ms)
{
	const struct zone *zone =
		ruleset_book(engine_ruleset(r->engine))->zone;
	char when[48];

	zone_write_time(zone, at_ms, when, sizeof(when));
	return value_text(arena_strdup(a, when));
}

/* Since when the files say something else than the live rules. */
static void put_since(struct rooftop *r, struct arena *a, struct value *live)
{
	value_put(a, live, "rules_differ_since",
		time_text(r, a, r->differ_since_ms));
	value_put(a, live, "rules_differ_since_ms",
		value_int(r->differ_since_ms));
}

/* Everybody is looked at again: how far that is, as ids of records. */
static void put_applying(struct arena *a, const struct engine_counts *c,
			 struct value *live)
{
	struct value map = value_map();

	value_put(a, &map, "at", value_int(c->slice_at));
	value_put(a, &map, "below", value_int(c->slice_below));
	value_put(a, &map, "outage", value_bool(c->slices_away));
	value_put(a, live, "applying", map);
}

/* That and why the process had to be started again. */
static void put_again(struct rooftop *r, struct arena *a, struct value *live)
{
	value_put(a, live, "started_again", value_text(r->again));
	value_put(a, live, "started_again_at", time_text(r, a, r->again_ms));
}

/* Cards that ended the process since these rules are live. */
static struct value crashes(struct rooftop *r, struct arena *a)
{
	const struct crash_entry *e;
	uint32_t n = crash_page_entries(r->crash, &e);
	struct value list = value_list();

	for (uint32_t i = 0; i < n; i++) {
		struct value one = value_map();

		value_put(a, &one, "card",
			value_text(arena_strdup(a, e[i].card)));
		value_put(a, &one, "event",
			value_text(arena_strdup(a, e[i].key)));
		value_put(a, &one, "deaths", value_int(e[i].deaths));
		value_put(a, &one, "signal", value_int(e[i].signal));
		value_append(a, &list, one);
	}
	return list;
}

/* Bytes of Lua that each pack's files hold. */
static struct value memory(struct rooftop *r, struct arena *a)
{
	const struct pack_use *packs;
	uint32_t n = ruleset_packs(engine_ruleset(r->engine), &packs);
	struct value map = value_map();

	for (uint32_t i = 0; i < n; i++)
		value_set(a, &map,
			text_of(arena_strdup(a, packs[i].pack.at)),
			value_int((int64_t)packs[i].bytes));
	return map;
}

struct value rooftop_live(struct rooftop *r, struct arena *a)
{
	struct value live = value_map();
	struct engine_counts c;

	engine_counts(r->engine, &c);
	value_put(a, &live, "turns", value_int(c.turns));
	value_put(a, &live, "commits", value_int(c.commits));
	value_put(a, &live, "repeats", value_int(c.repeats));
	value_put(a, &live, "refused", value_int(c.refused));
	value_put(a, &live, "misfits", value_int(c.misfits));
	value_put(a, &live, "card_errors", value_int(c.card_errors));
	value_put(a, &live, "cached_homes", value_int(c.cached_homes));
	value_put(a, &live, "waiting", value_int(c.waiting));
	value_put(a, &live, "clock",
		value_text(r->manual ? "manual" : "real"));
	value_put(a, &live, "quarantined", engine_quarantined(r->engine, a));
	value_put(a, &live, "failing", engine_failing(r->engine, a));
	if (c.slice_below != 0)
		put_applying(a, &c, &live);
	if (r->again[0] != '\0')
		put_again(r, a, &live);
	if (r->paused)
		value_put(a, &live, "rules_paused", value_bool(true));
	if (r->differ_since_ms > 0)
		put_since(r, a, &live);
	value_put(a, &live, "crashes", crashes(r, a));
	value_put(a, &live, "pack_memory", memory(r, a));
	if (r->broken.count > 0)
		value_put(a, &live, "rules_broken",
			problems_value(&r->broken, a));
	return live;
}
