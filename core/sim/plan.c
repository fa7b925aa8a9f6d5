#include "sim/plan.h"

#include "base/clock.h"
#include "base/map.h"
#include "sim/still.h"

#define AHEAD_DAYS   28
#define PERSON_BYTES 300

struct planning {
	struct still *still;
	struct plan *out;
	struct arena *a;        /* of the answer */
	struct arena scratch;   /* of one record */
	const struct rulebook *live;
	const struct rulebook *book; /* the candidate's */
	struct world world, was_world;
	struct snapshot snap, was;
	struct event event;
	struct map *loads;      /* day (eight bytes), person -> plan_load */
	int64_t now_ms, today;
	bool no_memory;
};

/* ---- what comes to whom on which day ---- */

static void count_load(struct planning *p, struct text person, int64_t due_ms,
		       bool after)
{
	int64_t day = calendar_day(p->book->calendar,
		due_ms < p->now_ms ? p->now_ms : due_ms);
	struct plan_load *l;
	char bytes[PERSON_BYTES + sizeof(day)];
	struct text key = {bytes, person.bytes + (uint32_t)sizeof(day)};

	if (due_ms == 0 || day >= p->today + AHEAD_DAYS ||
		person.bytes > PERSON_BYTES)
		return;
	memcpy(bytes, &day, sizeof(day));
	memcpy(bytes + sizeof(day), person.at, person.bytes);
	l = map_get(p->loads, key);
	if (l == NULL) {
		l = arena_alloc(p->a, sizeof(*l));
		if (l == NULL || !map_put(p->loads, key, l)) {
			p->no_memory = true;
			return;
		}
		l->person = person;
		l->person.at = arena_text(p->a, person.at, person.bytes);
		l->day = day;
	}
	*(after ? &l->after : &l->before) += 1;
}

static int load_order(const void *a, const void *b)
{
	const struct plan_load *x = a, *y = b;
	int order = text_compare(x->person, y->person);

	if (order != 0)
		return order;
	return x->day < y->day ? -1 : x->day > y->day;
}

/* A day is a burst when more comes to a person than the pace and than now. */
static bool sum_loads(struct planning *p)
{
	struct plan *out = p->out;
	uint32_t at = 0, most;
	void *l;

	out->loads = arena_alloc(p->a,
		(map_count(p->loads) + 1) * sizeof(*out->loads));
	if (out->loads == NULL)
		return false;
	while (map_next(p->loads, &at, NULL, NULL, &l))
		out->loads[out->n_loads++] = *(struct plan_load *)l;
	qsort(out->loads, out->n_loads, sizeof(*out->loads), load_order);
	for (uint32_t i = 0; i < out->n_loads; i++) {
		const struct plan_load *one = &out->loads[i];

		most = (uint32_t)p->book->pace;
		most = one->before > most ? one->before : most;
		if (one->after <= most)
			continue;
		out->bursts++;
		out->burst_tasks += one->after - most;
	}
	return true;
}

/* ---- changes ---- */

static struct plan_change *add(struct planning *p, enum plan_kind kind,
			       const struct record *r, struct text card,
			       struct text step)
{
	static struct plan_change spare;
	struct plan *out = p->out;
	struct plan_change *grown = arena_grow(p->a, out->changes,
		out->n_changes, &out->cap_changes, out->n_changes + 1,
		sizeof(*grown));

	if (grown == NULL) {
		p->no_memory = true;
		return &spare;
	}
	out->changes = grown;
	out->counts[kind]++;
	grown += out->n_changes++;
	*grown = (struct plan_change){.kind = kind, .subject = r->id,
		.home = r->home, .card = card, .step = step};
	grown->card.at = arena_text(p->a, card.at, card.bytes);
	grown->step.at = arena_text(p->a, step.at, step.bytes);
	return grown;
}

static struct text kept(struct planning *p, struct text t)
{
	return (struct text){arena_text(p->a, t.at, t.bytes), t.bytes};
}

/* Where a step stood before: under its own or its former name. */
static const struct place *place_was(const struct run *run,
				     const struct card *card, struct text step)
{
	const struct place *p = run_place(run, step);
	const struct step *st = card != NULL ? card_step(card, step) : NULL;

	if (p == NULL && st != NULL && st->was.bytes > 0)
		p = run_place(run, st->was);
	return p;
}

static int64_t waits_until(const struct place *p)
{
	return p != NULL && p->phase == STEP_WAITING ? p->due_at_ms : 0;
}

static bool renamed(const struct effect *e)
{
	const char *wait = value_get_str(&e->args, "wait");

	return wait != NULL && strncmp(wait, "was ", 4) == 0;
}

/* The place as the effect leaves it: when it comes, 0 never. */
static int64_t comes_at(const struct place *own, const struct effect *e)
{
	int64_t phase = value_get_int(&e->args, "phase",
		own != NULL ? own->phase : STEP_WAITING);

	return phase == STEP_WAITING
		? value_get_int(&e->args, "due",
			  own != NULL ? own->due_at_ms : 0)
		: 0;
}

static void place_change(struct planning *p, const struct record *r,
			 const struct run *run, const struct card *card,
			 const struct effect *e)
{
	const struct place *own = run_place(run, e->step);
	int64_t was = waits_until(place_was(run, card, e->step));
	int64_t now = comes_at(own, e);
	struct plan_change *c;

	if (renamed(e) || was == now)
		return;
	c = add(p, was == 0 ? PLAN_APPEARS
		: now == 0  ? PLAN_GONE
			    : PLAN_MOVES,
		r, run->card, e->step);
	c->from_ms = was;
	c->to_ms = now;
}

static void task_change(struct planning *p, const struct record *r,
			const struct run *run, const struct effect *e)
{
	int64_t id = value_get_int(&e->args, "id", 0);
	const struct task *t = still_task(p->still, id);
	const char *reason = value_get_str(&e->args, "reason");
	struct plan_change *c;

	if (e->kind == EFFECT_TASK) {
		c = add(p, PLAN_SHOWS, r, run->card, e->step);
		c->to_ms = p->now_ms;
		return;
	}
	c = add(p, PLAN_WITHDRAWN, r, run->card, e->step);
	c->task = id;
	c->reason = reason != NULL ? arena_strdup(p->a, reason) : NULL;
	if (t != NULL)
		c->who = kept(p, t->who);
}

static void effect_change(struct planning *p, const struct record *r,
			  const struct run *run, const struct card *card,
			  const struct effect *e)
{
	const char *reason = value_get_str(&e->args, "reason");
	struct plan_change *c;

	switch ((enum effect_kind)e->kind) {
	case EFFECT_PLACE:
		place_change(p, r, run, card, e);
		break;
	case EFFECT_TASK:
	case EFFECT_TASK_CLOSE:
		task_change(p, r, run, e);
		break;
	case EFFECT_LEAVE:
		c = add(p, PLAN_LEAVES, r, run->card, TEXT(""));
		c->reason = reason != NULL ? arena_strdup(p->a, reason) : NULL;
		break;
	default:
		break;
	}
}

/* ---- one record ---- */

static const struct effect *effect_of(const struct card_decision *d,
				      struct text step)
{
	for (uint32_t i = 0; i < d->n_effects; i++)
		if (d->effects[i].kind == EFFECT_PLACE &&
			text_equal(d->effects[i].step, step))
			return &d->effects[i];
	return NULL;
}

static bool leaves(const struct card_decision *d)
{
	for (uint32_t i = 0; i < d->n_effects; i++)
		if (d->effects[i].kind == EFFECT_LEAVE)
			return true;
	return false;
}

static void load_of(struct planning *p, const struct snapshot *s,
		    const struct record *r, const struct card *card,
		    struct text step, int64_t due, bool after)
{
	const struct step *st =
		card != NULL && due != 0 ? card_step(card, step) : NULL;

	if (st != NULL && due < p->now_ms + (AHEAD_DAYS + 1) * 86400000ll)
		count_load(p, machine_who(s, card, st, r), due, after);
}

/* Loads of one run, as it stands and as the decision would leave it. */
static void run_loads(struct planning *p, const struct record *r,
		      const struct run *run, const struct card *card,
		      const struct card_decision *d)
{
	const struct card *was = rulebook_card(p->live, run->card);
	bool gone = leaves(d) || card == NULL;

	if (run->paused_at_ms != 0)
		return;
	for (uint32_t i = 0; i < run->n_places; i++) {
		const struct place *pl = &run->places[i];

		load_of(p, &p->was, r, was, pl->step, waits_until(pl), false);
		if (!gone && effect_of(d, pl->step) == NULL)
			load_of(p, &p->snap, r, card, pl->step,
				waits_until(pl), true);
	}
	for (uint32_t i = 0; i < d->n_effects && !gone; i++) {
		const struct effect *e = &d->effects[i];

		if (e->kind == EFFECT_PLACE)
			load_of(p, &p->snap, r, card, e->step,
				comes_at(run_place(run, e->step), e), true);
		else if (e->kind == EFFECT_TASK)
			load_of(p, &p->snap, r, card, e->step, p->now_ms,
				true);
	}
}

static fl_status plan_run(struct planning *p, const struct record *r,
			  const struct run *run)
{
	const struct card *card = rulebook_card(p->book, run->card);
	struct card_decision d = {.card = run->card};
	struct plan_change *c;
	fl_status s = machine_recompute(&p->snap, r, &d, run->card);

	if (s != FL_OK)
		return s;
	if (d.fate != CARD_RAN) {
		c = add(p, PLAN_FAILS, r, run->card, TEXT(""));
		c->reason = d.reason != NULL ? arena_strdup(p->a, d.reason)
					     : NULL;
		d.n_effects = 0;
	}
	for (uint32_t i = 0; i < d.n_effects; i++)
		effect_change(p, r, run, card, &d.effects[i]);
	run_loads(p, r, run, card, &d);
	return FL_OK;
}

static fl_status plan_people(struct planning *p, const struct record *r)
{
	struct card_decision d = {.card = TEXT("engine")};
	fl_status s = machine_people(&p->snap, r, &d);

	for (uint32_t i = 0; i < d.n_effects && s == FL_OK; i++) {
		const struct effect *e = &d.effects[i];
		int64_t id = value_get_int(&e->args, "id", 0);
		const struct task *t = still_task(p->still, id);
		const struct value *to = value_get(&e->args, "who");
		struct plan_change *c;

		if (t == NULL || to == NULL)
			continue;
		c = add(p, PLAN_HANDED, r, t->card, t->step);
		c->task = id;
		c->who = kept(p, t->who);
		c->to_who = kept(p, value_as_text(to));
	}
	return s;
}

static fl_status plan_record(struct planning *p, const struct record *r,
			     bool *in_flight)
{
	fl_status s = FL_OK;

	arena_reset(&p->scratch);
	for (uint32_t i = 0; i < r->n_runs && s == FL_OK; i++) {
		if (r->runs[i].left_at_ms != 0)
			continue;
		*in_flight = true;
		s = plan_run(p, r, &r->runs[i]);
	}
	if (r->n_open_tasks > 0) {
		*in_flight = true;
		if (s == FL_OK)
			s = plan_people(p, r);
	}
	return s;
}

/* ---- sums ---- */

/* Late ones: those that come at one of the paced moments. */
static void sum_paced(struct planning *p)
{
	struct plan *out = p->out;

	for (uint32_t i = 0; i < out->n_changes; i++) {
		const struct plan_change *c = &out->changes[i];

		if (!c->paced)
			continue;
		out->paced++;
		if (c->to_ms > out->paced_until_ms)
			out->paced_until_ms = c->to_ms;
	}
}

static bool note_home(struct map *homes, int64_t home, uint32_t *n)
{
	if (map_get_int(homes, home) != NULL)
		return true;
	(*n)++;
	return map_put_int(homes, home, homes);
}

static fl_status plan_all(struct planning *p)
{
	struct map *in_flight = map_new(), *moved = map_new();
	const struct record *const *records;
	fl_status s = in_flight != NULL && moved != NULL ? FL_OK : FL_NOMEM;
	uint32_t n;

	records = still_records(p->still, &n);
	for (uint32_t i = 0; i < n && s == FL_OK; i++) {
		uint32_t changes = p->out->n_changes;
		uint64_t paced = still_paced(p->still);
		bool flying = false;

		s = plan_record(p, records[i], &flying);
		/* the rooftop in its modes is no customer */
		if (flying && !text_is(records[i]->kind, "rooftop") &&
			!note_home(in_flight, records[i]->home,
				      &p->out->in_flight))
			s = FL_NOMEM;
		if (p->out->n_changes > changes &&
			!note_home(moved, records[i]->home, &p->out->moved))
			s = FL_NOMEM;
		for (uint32_t k = changes; k < p->out->n_changes &&
			still_paced(p->still) > paced; k++)
			p->out->changes[k].paced =
				p->out->changes[k].kind == PLAN_MOVES ||
				p->out->changes[k].kind == PLAN_APPEARS;
	}
	map_free(in_flight);
	map_free(moved);
	return s == FL_OK && (p->no_memory || p->a->failed ||
				     !still_whole(p->still))
		? FL_NOMEM
		: s;
}

static void look(struct planning *p, struct ruleset *candidate)
{
	still_look(p->still, &p->scratch, p->live, NULL, &p->was_world,
		&p->was);
	still_look(p->still, &p->scratch, p->book, candidate, &p->world,
		&p->snap);
	p->event = (struct event){
		.def = schema_event(p->book->schema, TEXT("rules.recomputed")),
		.source = TEXT("engine"), .actor = TEXT("engine"),
		.occurred_at_ms = p->now_ms, .recorded_at_ms = p->now_ms,
		.data = value_map()};
	p->snap.event = p->was.event = &p->event;
}

fl_status plan_make(struct reader *r, const struct rulebook *live,
		    int64_t live_number, struct ruleset *candidate,
		    int64_t now_ms, struct arena *a, struct plan *out,
		    struct fl_error *err)
{
	struct planning p = {.out = out, .a = a, .live = live,
		.book = ruleset_book(candidate), .now_ms = now_ms};
	int64_t began = clock_mono_us();
	fl_status s;

	*out = (struct plan){.live = live_number,
		.candidate = *ruleset_digest(candidate)};
	arena_init(&p.scratch, 64u << 20);
	p.today = calendar_day(p.book->calendar, now_ms);
	p.loads = map_new();
	s = still_new(r, p.book->calendar, now_ms, &p.still, err);
	if (s == FL_OK && p.loads == NULL)
		s = status_fail(err, FL_NOMEM, "plan");
	if (s != FL_OK)
		goto out;
	look(&p, candidate);
	s = plan_all(&p);
	if (s == FL_OK && !sum_loads(&p))
		s = FL_NOMEM;
	sum_paced(&p);
	if (s != FL_OK)
		status_fail(err, s, "the plan needs more memory");
	out->took_us = clock_mono_us() - began;
out:
	still_free(p.still);
	map_free(p.loads);
	arena_deinit(&p.scratch);
	return s;
}
