#include "engine/explain.h"

#include "engine/machine_internal.h"

#define READS_MOST 40 /* fields told of one function */

struct explaining {
	struct snapshot s;   /* the asker's, with `read` set */
	struct mach m;
	struct card_decision scratch;
	struct explained *out;
	struct value reads;
};

static void on_read(void *ctx, struct text kind, struct text field,
		    const struct value *v)
{
	struct explaining *x = ctx;
	struct arena *a = x->m.a;
	char *name = arena_printf(a, "%.*s.%.*s", (int)kind.bytes, kind.at,
		(int)field.bytes, field.at);
	struct value one = value_map();

	if (name == NULL || x->reads.count >= READS_MOST)
		return;
	for (uint32_t i = 0; i < x->reads.count; i++)
		if (text_is(text_of(name), value_get_str(
				    &x->reads.as.items[i], "field")))
			return;
	value_put(a, &one, "field", value_text(name));
	value_put(a, &one, "value", value_clone(a, v));
	value_append(a, &x->reads, one);
}

static struct condition *add(struct explaining *x, enum condition_kind kind,
			     const struct step *st, int line, bool holds)
{
	static struct condition spare;
	struct explained *out = x->out;
	struct condition *grown = arena_grow(x->m.a, out->items, out->n,
		&out->cap, out->n + 1, sizeof(*grown));

	if (grown == NULL) {
		x->m.no_memory = true;
		return &spare;
	}
	out->items = grown;
	grown[out->n] = (struct condition){ .kind = (uint8_t)kind,
		.step = st,
		.line = line,
		.holds = holds,
		.reads = value_list() };
	return &grown[out->n++];
}

/* What the condition looked at, beside what a function read. */
static struct value saw(struct explaining *x, const struct cond *c, bool is)
{
	struct mach *m = &x->m;

	switch (c->kind) {
	case COND_STATE:
		return field_path(m->s->world, m->s->book, m->subject,
			TEXT("state"));
	case COND_FIELD:
		return field_path(m->s->world, m->s->book, m->subject,
			c->names[0]);
	default:
		return value_bool(is);
	}
}

/* `wanted`: what it must say for the card to go on. */
static void condition(struct explaining *x, enum condition_kind kind,
		      const struct step *st, const struct cond *c, bool wanted)
{
	struct condition *one;
	bool is;

	if (c->kind == COND_NONE)
		return;
	x->reads = value_list();
	is = mach_cond(&x->m, c, wanted);
	one = add(x, kind, st, c->line, !x->m.failed && is == wanted);
	one->cond = c;
	one->reads = x->reads;
	if (x->m.failed)
		one->reason = x->scratch.reason;
	else
		one->saw = saw(x, c, is);
	x->m.failed = false;
}

/* Do the record's events concern the card's subject: its own, those of its
 * deal and what hangs on that (a visit's), those of its customer? */
static bool concerns(const struct explaining *x, const struct record *r)
{
	const struct record *deal = mach_deal(&x->m);
	const struct record *customer = mach_customer(&x->m);

	return r == x->m.subject || r == deal || r == customer ||
		x->m.subject == customer ||
		(deal != NULL &&
			value_get_int(&r->fields, "deal", 0) == deal->id);
}

/* When it last happened to somebody the card would have looked at, 0 never. */
static int64_t happened(const struct explaining *x, struct text type)
{
	const struct snapshot *s = x->m.s;
	struct world *w = s->world;
	uint32_t kinds = schema_kind_count(w->schema);
	int64_t ids[64], last = mach_seen(&x->m, type);

	for (uint32_t k = 0; k < kinds; k++) {
		uint32_t n = w->members(w->ctx, x->m.subject->home,
			schema_kind_at(w->schema, k)->name, ids, 64);

		for (uint32_t i = 0; i < n && i < 64; i++) {
			const struct record *r = w->get(w->ctx, ids[i]);
			int64_t at = r != NULL && concerns(x, r)
				? s->seen(s->ctx, r->id, type)
				: 0;

			last = at > last ? at : last;
		}
	}
	return last;
}

/* The latest of these events, 0 never. */
static int64_t latest(struct explaining *x, const struct text *events,
		      uint32_t n, int64_t since, struct text *which)
{
	int64_t last = 0;

	*which = n > 0 ? events[0] : (struct text){ "", 0 };
	for (uint32_t i = 0; i < n; i++) {
		int64_t at = happened(x, events[i]);

		if (at > last && at >= since) {
			last = at;
			*which = events[i];
		}
	}
	return last;
}

static int64_t explain_events(struct explaining *x, enum condition_kind kind,
			      const struct step *st, int line,
			      const struct text *events, uint32_t n)
{
	struct text which;
	int64_t at = latest(x, events, n, 0, &which);
	struct condition *one = add(x, kind, st, line, at != 0);

	one->name = which;
	one->at_ms = at;
	return at;
}

/* ---- steps ---- */

static void explain_who(struct explaining *x, const struct step *st)
{
	struct who w = step_who_now(&x->m, st);
	struct condition *one;
	const char *how = NULL;
	struct text who;

	if (st->task.kind.bytes == 0)
		return;
	who = people_resolve(x->m.s, &w, x->m.subject, false, &how);
	one = add(x, CONDITION_PEOPLE, st, st->line, who.bytes > 0);
	one->name = who;
	one->reason = how;
}

static void explain_channel(struct explaining *x, const struct step *st)
{
	struct text channel;
	struct condition *one;
	struct held why;
	int64_t retry = 0;
	enum guard g;

	if (st->n_by == 0 && !step_is_touch(st))
		return;
	g = step_guard(&x->m, st, &channel, &retry, &why);
	one = add(x, CONDITION_CHANNEL, st, st->line, g == GUARD_OK);
	one->name = channel.bytes > 0 ? channel
		: st->n_by > 0	      ? st->by[0]
				      : st->task.kind;
	if (g != GUARD_OK)
		one->reason = why.reason;
	one->at_ms = g == GUARD_LATER ? retry : 0;
}

static void explain_conditions(struct explaining *x, const struct step *st)
{
	struct condition *one;
	int64_t seen;

	if (st->needs.bytes > 0) {
		seen = mach_seen(&x->m, st->needs);
		seen = seen >= x->m.run->entered_at_ms ? seen : 0;
		one = add(x, CONDITION_NEEDS, st, st->line, seen != 0);
		one->name = st->needs;
		one->at_ms = seen;
	}
	if (st->once)
		add(x, CONDITION_ONCE, st, st->line,
			!step_once_done(&x->m, st));
	condition(x, CONDITION_UNLESS, st, &st->unless, false);
	condition(x, CONDITION_SKIP_IF, st, &st->skip_if, false);
	condition(x, CONDITION_IF_STATE, st, &st->if_state, true);
	explain_who(x, st);
	explain_channel(x, st);
}

/* Where a place stands: true when it still waits, so that its conditions
 * count. */
static bool explain_place(struct explaining *x, const struct step *st)
{
	static const struct place none;
	const struct place *p = run_place(x->m.run, st->id);
	struct condition *one;
	int64_t anchor;

	p = p != NULL ? p : &none;
	if (p->phase == STEP_SHOWN) {
		one = add(x, CONDITION_SHOWN, st, st->line, true);
		one->task = p->task;
		return false;
	}
	if (p->phase == STEP_DONE || p->phase == STEP_SKIPPED) {
		one = add(x, p->phase == STEP_DONE ? CONDITION_DONE
						   : CONDITION_SKIPPED,
			st, st->line, false);
		one->at_ms = p->done_at_ms;
		return false;
	}
	anchor = step_anchor(&x->m, st, p);
	one = add(x, CONDITION_ANCHOR, st, st->line, anchor != 0);
	one->at_ms = anchor;
	one->name = st->when_over.bytes > 0 ? st->when_over
		: st->at_field.bytes > 0    ? st->at_field
					    : st->anchor;
	if (p->due_at_ms != 0) {
		one = add(x, CONDITION_TIME, st, st->line,
			p->due_at_ms <= x->m.s->now_ms);
		one->at_ms = p->due_at_ms;
	}
	return true;
}

static void explain_steps(struct explaining *x)
{
	const struct card *c = x->m.card;

	for (uint32_t i = 0; i < c->n_steps; i++)
		if (explain_place(x, &c->steps[i]))
			explain_conditions(x, &c->steps[i]);
	for (uint32_t i = 0; i < c->n_whens; i++) {
		const struct when *w = &c->whens[i];

		explain_events(x, CONDITION_WHEN, &w->step, w->line, w->events,
			w->n_events);
		explain_conditions(x, &w->step);
	}
	for (uint32_t i = 0; i < c->n_ladders; i++) {
		const struct ladder *l = &c->ladders[i];

		if (l->n_rungs > 0)
			explain_events(x, CONDITION_COUNTS, &l->rungs[0],
				l->line, l->counts, l->n_counts);
	}
}

/* ---- the card as a whole ---- */

static void explain_inside(struct explaining *x)
{
	const struct run *run = x->m.run;

	add(x, CONDITION_INSIDE, NULL, x->m.card->line, true)->at_ms =
		run->entered_at_ms;
	if (run->paused_at_ms != 0)
		add(x, CONDITION_PAUSED, NULL, x->m.card->line, false)->at_ms =
			run->paused_at_ms;
	condition(x, CONDITION_AS_LONG_AS, NULL, &x->m.card->as_long_as, true);
}

/* As entering would see it (machine.c, enter). */
static void explain_outside(struct explaining *x)
{
	const struct card *c = x->m.card;
	const struct run *old = record_run(x->m.subject, c->name);
	struct condition *one;
	struct text which;
	int64_t started = 0, stopped;

	if (c->n_starts > 0)
		started = explain_events(x, CONDITION_STARTS, NULL, c->line,
			c->starts, c->n_starts);
	stopped = latest(x, c->stops, c->n_stops, started, &which);
	if (started != 0 && stopped != 0) {
		one = add(x, CONDITION_STOPS, NULL, c->line, false);
		one->name = which;
		one->at_ms = stopped;
	}
	if (old != NULL && old->left_at_ms != 0 &&
		old->left_at_ms >= started)
		add(x, CONDITION_LEFT, NULL, c->line, false)->at_ms =
			old->left_at_ms;
	x->m.run = arena_alloc(x->m.a, sizeof(*x->m.run));
	if (x->m.run == NULL) {
		x->m.no_memory = true;
		return;
	}
	*x->m.run = (struct run){ .card = c->name,
		.number = old != NULL ? old->number + 1 : 1,
		.entered_at_ms = started != 0 ? started : x->m.s->now_ms,
		.once = old != NULL ? old->once : (struct text){ "", 0 },
		.keep = value_map() };
	condition(x, CONDITION_UNLESS, NULL, &c->unless, false);
	condition(x, CONDITION_AS_LONG_AS, NULL, &c->as_long_as, true);
}

fl_status explain_card(const struct snapshot *s, const struct card *card,
		       const struct record *subject, struct explained *out)
{
	struct world *w = s->world;
	struct explaining x = { .s = *s, .out = out, .reads = value_list() };

	*out = (struct explained){ 0 };
	x.s.read = on_read;
	x.s.read_ctx = &x;
	x.s.stamp = 0;
	x.scratch.card = card->name;
	mach_init(&x.m, &x.s, card, subject, &x.scratch);
	out->inside = x.m.run != NULL;
	add(&x, CONDITION_AWAY, NULL, card->line,
		!card_away(w->by_ref(w->ctx, TEXT("rooftop"), TEXT("rooftop")),
			card->name));
	if (!out->inside && card->n_starts > 0)
		add(&x, CONDITION_CLOSED, NULL, card->line, !card->closed);
	if (out->inside)
		explain_inside(&x);
	else
		explain_outside(&x);
	if (!x.m.no_memory)
		explain_steps(&x);
	return x.m.no_memory || x.m.a->failed ? FL_NOMEM : FL_OK;
}

/* ---- a step that waits, without functions ---- */

static void plain(struct explaining *x, enum condition_kind kind,
		  const struct step *st, const struct cond *c, bool wanted)
{
	if (c->kind == COND_FN)
		add(x, kind, st, c->line, true)->cond = c;
	else
		condition(x, kind, st, c, wanted);
}

fl_status explain_waiting(const struct snapshot *s, const struct card *card,
			  const struct step *st, const struct record *subject,
			  struct explained *out)
{
	struct explaining x = { .s = *s, .out = out, .reads = value_list() };
	struct condition *one;
	int64_t seen;

	*out = (struct explained){ 0 };
	mach_init(&x.m, &x.s, card, subject, &x.scratch);
	out->inside = x.m.run != NULL;
	if (!out->inside)
		return x.m.no_memory ? FL_NOMEM : FL_OK;
	plain(&x, CONDITION_AS_LONG_AS, NULL, &card->as_long_as, true);
	if (st->needs.bytes > 0) {
		seen = mach_seen(&x.m, st->needs);
		seen = seen >= x.m.run->entered_at_ms ? seen : 0;
		one = add(&x, CONDITION_NEEDS, st, st->line, seen != 0);
		one->name = st->needs;
		one->at_ms = seen;
	}
	if (st->once)
		add(&x, CONDITION_ONCE, st, st->line,
			!step_once_done(&x.m, st));
	plain(&x, CONDITION_UNLESS, st, &st->unless, false);
	plain(&x, CONDITION_SKIP_IF, st, &st->skip_if, false);
	plain(&x, CONDITION_IF_STATE, st, &st->if_state, true);
	return x.m.no_memory || x.m.a->failed ? FL_NOMEM : FL_OK;
}
