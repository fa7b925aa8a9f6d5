/*
 * A mode changes numbers for a while and changes them back by itself. It is a
 * run of the rooftop with two places: mode.look (when could something change:
 * a date, or an opening at which the load or what a function says of it would
 * differ) and mode.warn. What it decides is mode.started and mode.ended;
 * everybody else reads rooftop.modes.
 */
#include "engine/machine_internal.h"

#define LOOK_AHEAD_DAYS 28
#define LOOK_MOST 65      /* openings, a quarter: then it looks anyway */
#define WAIT_LOAD "load"  /* of mode.warn: until the load changes */
#define PER_DAY 4         /* deliveries of a specialist, without a setting */
#define SLOT_MINUTES 90   /* of a delivery, the same (DOMAIN rule 13) */

static const struct mode_spec *spec(const struct mach *m)
{
	return m->card->mode;
}

static const struct calendar *calendar(const struct mach *m)
{
	return m->s->book->calendar;
}

/* ---- the year ---- */

static int64_t day_of(const struct mode_day *d, int32_t year)
{
	int last = civil_month_days(year, d->month);

	return civil_days(year, d->month, d->day < last ? d->day : last);
}

/* The period `day` lies in, or the next one; false: it has no dates. */
static bool period(const struct mach *m, int64_t day, int64_t *from,
		   int64_t *to)
{
	int32_t year;
	int8_t month, mday;

	if (!spec(m)->yearly)
		return false;
	civil_from_days(day, &year, &month, &mday);
	for (int32_t y = year - 1; y <= year + 1; y++) {
		*from = day_of(&spec(m)->from, y);
		*to = day_of(&spec(m)->to, y);
		if (*to < *from)
			*to = day_of(&spec(m)->to, y + 1);
		if (*to >= day)
			return true;
	}
	return true;
}

/* ---- how full it is ---- */

static int64_t number_setting(const struct mach *m, const char *name,
			      int64_t dflt)
{
	const struct setting *s =
		rulebook_setting(m->s->book, text_of(name));
	struct value v;

	if (s == NULL)
		return dflt;
	v = modes_setting(m->s->world, m->s->book, s, TEXT(""), TEXT(""));
	return v.kind == VALUE_INT ? v.as.integer
	       : v.kind == VALUE_REAL ? (int64_t)v.as.real : dflt;
}

/* Specialists who have not left for good. */
static int64_t specialists(const struct mach *m)
{
	const struct rulebook *b = m->s->book;
	struct world *w = m->s->world;
	int64_t n = 0;

	for (uint32_t i = 0; i < b->n_people; i++) {
		const struct record *r = w->by_ref(w->ctx, TEXT("person"),
			b->people[i].id);

		n += person_has_role(&b->people[i], "delivery_specialist") &&
			(r == NULL || !value_get_bool(&r->fields, "left",
					      false));
	}
	return n;
}

/* {planned, capacity, planned_load, gap_hours} of the days. */
static struct value load_of(const struct mach *m, int64_t from, int64_t to)
{
	int64_t days = 0, planned, room;
	double load;
	struct value v = value_map();

	for (int64_t d = from; d <= to; d++)
		days += calendar_work_day(calendar(m), d);
	planned = m->s->planned != NULL
		? m->s->planned(m->s->ctx, from, to)
		: 0;
	room = specialists(m) * days *
		number_setting(m, "delivery.per_day", PER_DAY);
	load = room > 0 ? (double)planned / (double)room
			: planned > 0 ? 1.0 : 0.0;
	value_put(m->a, &v, "planned", value_int(planned));
	value_put(m->a, &v, "capacity", value_int(room));
	/* two decimals: what people read and compare */
	value_put(m->a, &v, "planned_load",
		value_real((double)(int64_t)(load * 100 + 0.5) / 100));
	value_put(m->a, &v, "gap_hours", value_int(planned > room
		? (planned - room) * number_setting(m,
			"delivery.slot_minutes", SLOT_MINUTES) / 60
		: 0));
	return v;
}

/* The rooftop's own number, as this mode's functions see it. */
static void refresh(struct mach *m)
{
	int64_t today = calendar_day(calendar(m), m->s->now_ms);
	struct value v = load_of(m, today, today + LOOK_AHEAD_DAYS);
	const struct value *known =
		value_get(&m->subject->fields, "deliveries");
	struct record *copy;

	if (known != NULL && value_equal(known, &v))
		return;
	mach_set_field(m, m->subject->id, "deliveries", v, m->card->line);
	copy = record_clone(m->a, m->subject);
	if (copy == NULL || !record_set(m->a, copy, TEXT("deliveries"), v))
		m->no_memory = true;
	else
		m->subject = copy;
}

/* ---- on and off ---- */

static void switch_to(struct mach *m, bool on, const char *cause)
{
	struct value data = value_map();

	value_put(m->a, &data, "mode", value_of_text(m->card->name));
	value_put(m->a, &data, "cause", value_text(cause));
	mach_emit(m, on ? TEXT("mode.started") : TEXT("mode.ended"),
		m->subject->id, data, m->card->line);
	mach_keep(m, "since", on ? value_int(m->s->now_ms) : value_int(0));
}

/* It may not end before this. */
static int64_t least_until(struct mach *m)
{
	struct span span;
	int64_t since = mach_keep_int(m, "since");

	if (since == 0 || !mach_span(m, &spec(m)->lasts_at_least, &span))
		return since;
	return span_add(span, since, calendar(m));
}

static bool in_period(const struct mach *m)
{
	int64_t day = calendar_day(calendar(m), m->s->now_ms), from, to;

	return period(m, day, &from, &to) && from <= day;
}

/* Starts or ends it as dates and functions say. */
static void decide(struct mach *m)
{
	bool on = mach_keep_int(m, "since") != 0, dates = in_period(m);
	bool back;

	if (!on) {
		if (dates)
			switch_to(m, true, "every year");
		else if (mach_cond(m, &spec(m)->or_when, false))
			switch_to(m, true, "or_when");
		return;
	}
	if (dates || m->s->now_ms < least_until(m) || m->failed)
		return;
	if (spec(m)->back_when.kind != COND_NONE)
		back = mach_cond(m, &spec(m)->back_when, false);
	else if (spec(m)->or_when.kind != COND_NONE)
		back = !mach_cond(m, &spec(m)->or_when, false);
	else /* events started it: events end it */
		back = spec(m)->yearly;
	if (back && !m->failed)
		switch_to(m, false, "back");
}

static void sooner(int64_t *at, int64_t other, int64_t now)
{
	if (other > now && (*at == 0 || other < *at))
		*at = other;
}

/* ---- when to look again ---- */

/* The function that decides next; NULL: none. */
static const struct cond *decider(const struct mach *m)
{
	bool on = mach_keep_int(m, "since") != 0;

	if (on && spec(m)->back_when.kind != COND_NONE)
		return &spec(m)->back_when;
	return spec(m)->or_when.kind != COND_NONE ? &spec(m)->or_when : NULL;
}

/* What a function would say of another load. */
struct supposed {
	struct snapshot s; /* of no event: who asks for it fails */
	bool other;        /* it looked at something else than the load */
};

static void on_read(void *ctx, struct text kind, struct text field,
		    const struct value *v)
{
	struct supposed *x = ctx;

	(void)v;
	x->other = x->other || !text_is(kind, "rooftop") ||
		!text_is(field, "deliveries");
}

/* -1: that depends on more than the load. */
static int suppose(const struct mach *m, const struct cond *c, struct value v)
{
	struct supposed x = {.s = *m->s};
	struct card_decision none = {0};
	struct mach own = *m;
	struct record *copy = record_clone(m->a, m->subject);
	bool yes;

	if (c->kind != COND_FN || copy == NULL ||
		!record_set(m->a, copy, TEXT("deliveries"), v))
		return -1;
	x.s.event = NULL;
	x.s.before = NULL;
	x.s.stamp = 0;
	x.s.read = on_read;
	x.s.read_ctx = &x;
	own.s = &x.s;
	own.out = &none;
	own.subject = copy;
	yes = mach_cond(&own, c, false);
	return own.failed || own.no_memory || x.other ? -1 : yes;
}

static bool same(const struct value *a, const struct value *b, const char *key)
{
	return value_equal(value_get(a, key), value_get(b, key));
}

/* The first opening at which the load of that day, or what the function says
 * of what the team can do, differs from now. What people do to it meanwhile
 * brings the look nearer (looks.c). */
static int64_t look_for_function(const struct mach *m, const struct cond *c)
{
	int64_t at = calendar_next_day_open(calendar(m), m->s->now_ms), day;
	int64_t today = calendar_day(calendar(m), m->s->now_ms);
	struct value now = load_of(m, today, today + LOOK_AHEAD_DAYS), v;
	int says = suppose(m, c, now);

	for (int i = 0; i < LOOK_MOST && says >= 0; i++) {
		day = calendar_day(calendar(m), at);
		v = load_of(m, day, day + LOOK_AHEAD_DAYS);
		if (!same(&v, &now, "planned") ||
			!same(&v, &now, "planned_load") ||
			!same(&v, &now, "gap_hours") ||
			(!same(&v, &now, "capacity") &&
				suppose(m, c, v) != says))
			break;
		at = calendar_next_day_open(calendar(m), at);
	}
	return at;
}

/* When could something change by time alone? */
static void plan_look(struct mach *m)
{
	struct place *p = mach_place(m, TEXT("mode.look"));
	int64_t now = m->s->now_ms, day = calendar_day(calendar(m), now);
	const struct cond *c = decider(m);
	int64_t at = 0, end = now, from, to;

	if (p == NULL)
		return;
	if (c != NULL)
		sooner(&at, look_for_function(m, c), now);
	if (period(m, day, &from, &to)) {
		end = calendar_midnight(calendar(m), to + 1);
		sooner(&at, calendar_midnight(calendar(m), from), now);
		sooner(&at, end, now);
		end = from <= day ? end : now;
	}
	if (c != NULL || spec(m)->yearly) /* dates hold it on until then */
		sooner(&at, least_until(m), end);
	p->phase = STEP_WAITING;
	p->due_at_ms = at;
}

/* ---- the warning ---- */

static bool tells_load(struct text said)
{
	return said.bytes > 0 && (strstr(said.at, "{load") != NULL ||
					 strstr(said.at, "{gap") != NULL);
}

/* Where little is planned there is nobody to hire for: a text about the load
 * stays away. */
static bool worth_telling(struct mach *m, const struct value *load)
{
	struct value least = mach_value(m, &spec(m)->warn_at_least);
	const struct value *now = value_get(load, "planned_load");

	if (least.kind == VALUE_REAL)
		return now->as.real >= least.as.real;
	return value_get_int(load, "planned", 0) > 0 ||
		(!tells_load(spec(m)->warn_text.nl) &&
			!tells_load(spec(m)->warn_text.en));
}

/* False: not yet, it may still fill up. */
static bool warn(struct mach *m, int64_t from, int64_t to)
{
	struct value load = load_of(m, from, to), title = value_map();
	int64_t slot = number_setting(m, "delivery.slot_minutes",
		SLOT_MINUTES);
	struct effect *e;

	if (!worth_telling(m, &load) || m->failed)
		return false;
	mach_keep(m, "warned_for", value_int(from));
	e = mach_notice(m, TEXT("mode.warn"), &spec(m)->warn_who, "", "",
		spec(m)->warn_text.line);
	value_put(m->a, &title, "nl", value_of_text(spec(m)->warn_text.nl));
	value_put(m->a, &title, "en", value_of_text(spec(m)->warn_text.en));
	mach_put(m, e, "title", title);
	mach_put(m, e, "load", *value_get(&load, "planned_load"));
	mach_put(m, e, "gap", *value_get(&load, "gap_hours"));
	mach_put(m, e, "work", value_int(
		value_get_int(&load, "planned", 0) * slot / 60));
	mach_put(m, e, "room", value_int(
		value_get_int(&load, "capacity", 0) * slot / 60));
	return true;
}

static void plan_warning(struct mach *m)
{
	struct place *p;
	int64_t now = m->s->now_ms, from, to, at;
	int64_t day = calendar_day(calendar(m), now);

	if (!spec(m)->has_warn || !period(m, day, &from, &to) ||
		(p = mach_place(m, TEXT("mode.warn"))) == NULL)
		return;
	if (from <= day || mach_keep_int(m, "warned_for") == from)
		period(m, to + 1, &from, &to); /* next year's */
	at = span_subtract(spec(m)->warn_before,
		calendar_midnight(calendar(m), from), calendar(m));
	at = calendar_next_open(calendar(m), at);
	p->wait = TEXT("");
	if (at <= now && !warn(m, from, to)) {
		/* it may still fill up before the period begins */
		at = calendar_midnight(calendar(m), from);
		p->wait = TEXT(WAIT_LOAD);
	} else if (at <= now) {
		period(m, to + 1, &from, &to);
		at = calendar_next_open(calendar(m),
			span_subtract(spec(m)->warn_before,
				calendar_midnight(calendar(m), from),
				calendar(m)));
	}
	p->phase = STEP_WAITING;
	p->due_at_ms = at;
}

/* ---- events ---- */

static void enter(struct mach *m)
{
	const struct run *old = record_run(m->subject, m->card->name);
	struct effect *e;

	m->run = arena_alloc(m->a, sizeof(*m->run));
	if (m->run == NULL) {
		m->no_memory = true;
		return;
	}
	m->run->card = m->card->name;
	m->run->number = old != NULL ? old->number + 1 : 1;
	m->run->entered_at_ms = m->s->now_ms;
	m->run->once = TEXT("");
	m->run->keep = value_map();
	m->entered = true;
	e = mach_effect(m, EFFECT_ENTER, TEXT(""), m->card->line);
	mach_put(m, e, "run", value_int(m->run->number));
	mach_put(m, e, "at", value_int(m->s->now_ms));
}

void mode_event(struct mach *m)
{
	struct text type = m->s->event->def->name;
	bool on;

	if (m->run == NULL)
		enter(m);
	if (m->run == NULL)
		return;
	refresh(m);
	on = mach_keep_int(m, "since") != 0;
	if (!on && text_among(m->card->starts, m->card->n_starts, type))
		switch_to(m, true, type.at);
	else if (on && text_among(m->card->stops, m->card->n_stops, type))
		switch_to(m, false, type.at);
	else
		decide(m);
	if (m->failed)
		return;
	plan_look(m);
	plan_warning(m);
}

void mode_gone(struct mach *m)
{
	struct value data = value_map();

	if (run_place(m->run, TEXT("mode.look")) == NULL)
		return;
	if (mach_keep_int(m, "since") != 0) {
		value_put(m->a, &data, "mode", value_of_text(m->card->name));
		value_put(m->a, &data, "cause", value_text("rules"));
		mach_emit(m, TEXT("mode.ended"), m->subject->id, data, 0);
	}
	mach_leave(m, "the rules no longer have this mode");
}

/* ---- what a mode forbids ---- */

/* What would be put into whose diary. */
static struct text diary_of(const struct snapshot *s, const struct event *e,
			    struct text *what)
{
	struct world *w = s->world;
	const struct record *deal = e->deal != 0 ? w->get(w->ctx, e->deal)
						 : NULL;
	const struct value *v;

	*what = TEXT("delivery");
	if (text_is(e->def->name, "handoff.excepted")) {
		v = deal != NULL ? value_get(&deal->fields, "seller") : NULL;
		return value_as_text(v);
	}
	if (text_is(e->def->name, "delivery.handed_off"))
		return value_as_text(value_get(&e->data, "to"));
	if (!text_is(e->def->name, "appointment.set") &&
		!text_is(e->def->name, "appointment.moved"))
		return TEXT("");
	*what = value_as_text(value_get(&e->data, "kind"));
	return value_as_text(value_get(&e->data, "with"));
}

fl_status mode_check(const struct snapshot *s, const struct event *e,
		     struct problems *p)
{
	struct text what, who = diary_of(s, e, &what);
	bool dutch = text_is(s->book->language, "nl");
	const struct card *mode =
		modes_never(s->world, s->book, who, what);
	struct problem *it;

	if (mode == NULL)
		return FL_OK;
	it = problem_add(p, "FL437", NULL, 0, dutch
			? "zolang %s duurt komt er geen %s in de agenda van %s"
			: "while %s lasts no %s goes into the diary of %s",
		mode->name.at, what.at, who.at);
	it->remedy = dutch ? "geef het aan een afleveraar"
			   : "give it to a delivery specialist";
	return FL_DENIED;
}
