#include "engine/engine_internal.h"

#define OLD_DAYS 2 /* deliveries before that are nobody's load */
#define PLAN_KEY "" /* nobody's: of the rooftop */
#define RECORDS_READ 1000u /* at a time, at a start */
#define KEY_BYTES 300
#define KEY_NAME 270 /* of the person in it: a longer name is cut */

/* What one person has on hand; for deliveries: on one day. */
struct load {
	int64_t tasks;      /* open ones */
	int64_t cases;      /* open or waiting */
	int64_t deals;      /* open ones they handle */
	int64_t matters;    /* of all that must not fall silent */
	int64_t deliveries; /* handed over that day */
	int64_t planned;    /* key PLAN_KEY: to be done that day; day 0: not
			     * planned yet */
	int64_t prospects;  /* whose next moment is that day (of UTC); day 0:
			     * now */
};

/* A delivery that counts on some day. Kept as moments, for which day that is
 * depends on the zone. */
struct car {
	int64_t handed_ms; /* 0: it is nobody's load */
	int64_t slot_ms;   /* 0: not planned yet */
	bool to_do;        /* counts as planned */
	char who[];        /* whose load it is */
};

struct workload {
	struct map *people; /* person id, or "id\nday", -> struct load */
	struct map *cars;   /* record id -> struct car */
	int64_t tidy_day;   /* of UTC: what is over was forgotten up to it */
};

fl_status workload_new(struct workload **out)
{
	struct workload *w = calloc(1, sizeof(*w));

	*out = w;
	if (w == NULL || (w->people = map_new()) == NULL ||
		(w->cars = map_new()) == NULL)
		return FL_NOMEM;
	return FL_OK;
}

void workload_free(struct workload *w)
{
	if (w == NULL)
		return;
	map_free_all(w->people);
	map_free_all(w->cars);
	free(w);
}

static struct load *load_of(struct workload *w, struct text person)
{
	struct load *l = map_get(w->people, person);

	if (l != NULL)
		return l;
	if ((l = calloc(1, sizeof(*l))) == NULL)
		return NULL;
	if (!map_put(w->people, person, l)) {
		free(l);
		return NULL;
	}
	return l;
}

bool workload_task(struct workload *w, const struct task *t, int sign)
{
	struct load *l;

	if (t->state != TASK_OPEN || t->who.bytes == 0)
		return true;
	if ((l = load_of(w, t->who)) != NULL)
		l->tasks += sign;
	return l != NULL;
}

/* Whom a case, deal or delivery is a load of, and on which day (0: every
 * day). */
struct holding {
	struct text who; /* empty: nobody's, or it is over */
	enum { HOLDS_DELIVERY, HOLDS_CASE, HOLDS_DEAL } what;
	int64_t day;
};

static bool state_is(const struct record *r, const char *state)
{
	const char *is = value_get_str(&r->fields, "state");

	return is != NULL && strcmp(is, state) == 0;
}

static struct holding holding_of(const struct record *r,
				 const struct calendar *c)
{
	struct holding h = {.who = {"", 0}};
	int64_t at = text_is(r->kind, "delivery")
		? value_get_int(&r->fields, "handed_off_at", 0)
		: 0;

	if (text_is(r->kind, "case") && !state_is(r, "closed")) {
		h.what = HOLDS_CASE;
		h.who = text_of(value_get_str(&r->fields, "handler"));
	} else if (text_is(r->kind, "deal") && silence_open(r)) {
		h.what = HOLDS_DEAL;
		h.who = text_of(value_get_str(&r->fields, "handler"));
	} else if (at != 0 && !state_is(r, "refused") &&
		!state_is(r, "excepted")) {
		h.who = text_of(value_get_str(&r->fields, "specialist"));
		h.day = calendar_day(c, at);
	}
	return h;
}

/* A car still to be handed over by the delivery team: true, with its day (0:
 * none agreed). */
static bool to_deliver(const struct record *r, const struct calendar *c,
		       int64_t *day)
{
	int64_t slot;

	if (!text_is(r->kind, "delivery") || state_is(r, "completed") ||
		state_is(r, "excepted"))
		return false;
	slot = value_get_int(&r->fields, "slot", 0);
	*day = slot != 0 ? calendar_day(c, slot) : 0;
	return true;
}

/* Whose name an open matter bears in its own fields; empty: nobody's, or over.
 * The same order as people_named(). */
static struct text bearer(const struct record *r)
{
	static const char *const fields[] = {
		"handler", "specialist", "owner", "person", "seller"};
	struct text who = TEXT("");

	if (!silence_open(r))
		return who;
	if (text_is(r->kind, "promise"))
		who = text_of(value_get_str(&r->fields, "owner"));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]) &&
		who.bytes == 0; i++)
		who = text_of(value_get_str(&r->fields, fields[i]));
	return who;
}

/* The day of UTC on which something comes up for a customer who has not decided
 * yet: 0 now, -1 nothing does. Somebody who rests is no work. */
static int64_t prospect_day(const struct record *r)
{
	const char *is = value_get_str(&r->fields, "state");
	int64_t next = value_get_int(&r->fields, "appointment_at", 0);

	if (!text_is(r->kind, "deal") ||
		!(is == NULL || schema_state_open(schema_state(text_of(is)))))
		return -1;
	if (r->n_open_tasks > 0)
		return 0;
	for (uint32_t i = 0; i < r->n_runs; i++)
		for (uint32_t j = 0; j < r->runs[i].n_places; j++) {
			int64_t due = r->runs[i].places[j].due_at_ms;

			if (due != 0 && (next == 0 || due < next))
				next = due;
		}
	return next != 0 ? next / DAY_MS : -1;
}

static int64_t *held(struct load *l, const struct holding *h)
{
	return h->what == HOLDS_CASE ? &l->cases
		: h->what == HOLDS_DEAL ? &l->deals
					: &l->deliveries;
}

static struct text day_key(
	char out[KEY_BYTES], struct text person, int64_t day)
{
	struct buf b = {.at = out, .cap = KEY_BYTES, .max = KEY_BYTES - 1};

	buf_add(&b, person.at,
		person.bytes < KEY_NAME ? person.bytes : KEY_NAME);
	buf_add_char(&b, '\n');
	buf_add_int(&b, day);
	return (struct text){out, (uint32_t)b.len};
}

static bool count_car(struct workload *w, const struct calendar *c,
		      const struct car *car, int sign)
{
	struct text who = text_of(car->who);
	char key[KEY_BYTES];
	struct load *l;

	if (car->to_do) {
		l = load_of(w, day_key(key, TEXT(PLAN_KEY), car->slot_ms != 0
				? calendar_day(c, car->slot_ms)
				: 0));
		if (l == NULL)
			return false;
		l->planned += sign;
	}
	if (car->handed_ms == 0)
		return true;
	l = load_of(w, day_key(key, who, calendar_day(c, car->handed_ms)));
	if (l == NULL)
		return false;
	l->deliveries += sign;
	return true;
}

/* NULL: no memory. */
static struct car *car_new(const struct record *r, const struct calendar *c)
{
	struct holding h = holding_of(r, c);
	struct car *car = calloc(1, sizeof(*car) + h.who.bytes + 1);
	int64_t day;

	if (car == NULL)
		return NULL;
	car->to_do = to_deliver(r, c, &day);
	car->slot_ms = value_get_int(&r->fields, "slot", 0);
	if (h.who.bytes == 0)
		return car;
	car->handed_ms = value_get_int(&r->fields, "handed_off_at", 0);
	memcpy(car->who, h.who.at, h.who.bytes);
	return car;
}

static bool count_delivery(struct workload *w, const struct calendar *c,
			   const struct record *r, int sign)
{
	struct car *car = map_remove_int(w->cars, r->id);
	bool ok = car == NULL || count_car(w, c, car, -1);

	free(car);
	if (sign < 0 || !ok)
		return ok;
	if ((car = car_new(r, c)) == NULL)
		return false;
	if (!map_put_int(w->cars, r->id, car)) {
		free(car);
		return false;
	}
	return count_car(w, c, car, 1);
}

bool workload_calendar(struct workload *w, const struct calendar *c)
{
	uint32_t at = 0;
	bool ok = true;
	void *one;

	while (map_next(w->people, &at, NULL, NULL, &one))
		((struct load *)one)->deliveries =
			((struct load *)one)->planned = 0;
	at = 0;
	while (ok && map_next(w->cars, &at, NULL, NULL, &one))
		ok = count_car(w, c, one, 1);
	return ok;
}

/* Cars of days that are over, as a start leaves them out. */
static bool forget_cars(struct workload *w, const struct calendar *c,
			int64_t since_ms)
{
	uint32_t at = 0;
	bool ok = true;
	int64_t id;
	void *one;

	while (ok && map_next(w->cars, &at, NULL, &id, &one)) {
		struct car *car = one;

		if (car->to_do || car->handed_ms >= since_ms)
			continue;
		map_remove_int(w->cars, id);
		ok = count_car(w, c, car, -1);
		free(car);
	}
	return ok;
}

static void forget_nothings(struct workload *w)
{
	static const struct load nothing;
	struct text key;
	uint32_t at = 0;
	void *one;

	while (map_next(w->people, &at, &key, NULL, &one))
		if (memcmp(one, &nothing, sizeof(nothing)) == 0)
			free(map_remove(w->people, key));
}

bool workload_tidy(struct workload *w, const struct calendar *c,
		   int64_t now_ms)
{
	if (now_ms / DAY_MS <= w->tidy_day)
		return true;
	w->tidy_day = now_ms / DAY_MS;
	if (!forget_cars(w, c, now_ms - OLD_DAYS * DAY_MS))
		return false;
	forget_nothings(w);
	return true;
}

bool workload_record(struct workload *w, const struct calendar *c,
		     const struct record *r, int sign)
{
	struct holding h;
	struct text who;
	struct load *l;
	int64_t day;
	char key[KEY_BYTES];

	if (text_is(r->kind, "delivery"))
		return count_delivery(w, c, r, sign);
	h = holding_of(r, c);
	day = prospect_day(r);
	if (h.who.bytes > 0 && day >= 0) {
		if ((l = load_of(w, day_key(key, h.who, day))) == NULL)
			return false;
		l->prospects += sign;
	}
	if ((who = bearer(r)).bytes > 0) {
		if ((l = load_of(w, who)) == NULL)
			return false;
		l->matters += sign;
	}
	if (h.who.bytes == 0)
		return true;
	if ((l = load_of(w, h.who)) == NULL)
		return false;
	*held(l, &h) += sign;
	return true;
}

bool workload_change(struct workload *w, const struct calendar *c,
		     const struct record *before, const struct record *now)
{
	/* all that the above looks at */
	static const struct text fields[] = {TEXT_OF("deal"),
		TEXT_OF("handed_off_at"), TEXT_OF("handler"), TEXT_OF("owner"),
		TEXT_OF("person"), TEXT_OF("seller"), TEXT_OF("slot"),
		TEXT_OF("specialist"), TEXT_OF("state")};

	if (before == NULL)
		return workload_record(w, c, now, 1);
	return (!record_differs(before, now, fields,
			sizeof(fields) / sizeof(fields[0])) &&
		       prospect_day(before) == prospect_day(now)) ||
		(workload_record(w, c, before, -1) &&
			workload_record(w, c, now, 1));
}

struct reading {
	struct workload *w;
	const struct calendar *c;
	int64_t since_ms;
	int64_t next;  /* record to go on from */
	uint32_t rows; /* read in this portion */
	bool ok;
};

static bool read_task(void *ctx, const struct task *t)
{
	struct reading *r = ctx;

	return r->ok = workload_task(r->w, t, 1);
}

static bool read_record(void *ctx, const struct record *record)
{
	struct reading *r = ctx;
	int64_t day;

	r->next = record->id + 1;
	r->rows++;
	if (text_is(record->kind, "delivery") &&
		!to_deliver(record, r->c, &day) &&
		value_get_int(&record->fields, "handed_off_at", 0) <
			r->since_ms)
		return true;
	return r->ok = workload_record(r->w, r->c, record, 1);
}

fl_status workload_read(struct workload *w, const struct calendar *c,
			int64_t now_ms, struct reader *r, struct fl_error *err)
{
	struct reading to = {.w = w, .c = c, .next = 1, .ok = true,
		.since_ms = now_ms - OLD_DAYS * DAY_MS};
	struct arena a;
	fl_status s;

	arena_init(&a, (size_t)1 << 32);
	reader_lend(r, true);
	s = reader_open_tasks(r, &a, read_task, &to, err);
	do { /* all kinds in one go: a walk for each reads the file each time */
		arena_reset(&a);
		to.rows = 0;
		if (s == FL_OK)
			s = reader_records(r, &a, TEXT(""), to.next,
				RECORDS_READ, read_record, &to, err);
	} while (s == FL_OK && to.ok && to.rows == RECORDS_READ);
	reader_lend(r, false);
	arena_deinit(&a);
	return s == FL_OK && !to.ok ? FL_NOMEM : s;
}

static void add_holding(struct load *l, const struct record *r,
			const struct calendar *c, struct text person,
			int64_t day, int sign)
{
	struct holding h = holding_of(r, c);

	if (text_equal(bearer(r), person))
		l->matters += sign;
	if (!text_equal(h.who, person))
		return;
	if (h.what != HOLDS_DELIVERY || h.day == day)
		*held(l, &h) += sign;
}

/* What the unit at hand has changed. */
static void add_own(struct turn *u, struct text person, int64_t day,
		    struct load *l)
{
	const struct cache *cache = &u->engine->cache;
	const struct calendar *c = u->engine->book->calendar;

	for (uint32_t i = 0; i < u->n_tasks; i++) {
		const struct task *t = u->task_list[i].task;
		const struct kept_task *was = cache_task(cache, t->id);

		if (was != NULL && was->state == TASK_OPEN &&
			text_equal(kept_head(was).who, person))
			l->tasks--;
		if (t->state == TASK_OPEN && text_equal(t->who, person))
			l->tasks++;
	}
	for (uint32_t i = 0; i < u->n_records; i++) {
		const struct record *r = u->records[i].record;
		const struct cached_record *was = cache_record(cache, r->id);

		if (was != NULL)
			add_holding(l, was->now, c, person, day, -1);
		add_holding(l, r, c, person, day, 1);
	}
}

static struct load known(const struct workload *w, struct text person,
			 int64_t day)
{
	char key[KEY_BYTES];
	const struct load *l = map_get(w->people, person);
	const struct load *that = map_get(w->people, day_key(key, person, day));
	struct load out = l != NULL ? *l : (struct load){0};

	out.deliveries = that != NULL ? that->deliveries : 0;
	return out;
}

static uint32_t of_kind(const struct load *l, struct text what)
{
	int64_t n = l->tasks;

	if (what.bytes > 0 && strstr(what.at, "case") != NULL)
		n = l->cases;
	else if (what.bytes > 0 && strstr(what.at, "customer") != NULL)
		n = l->deals;
	else if (what.bytes > 0 && strstr(what.at, "deliver") != NULL)
		n = l->deliveries;
	else if (what.bytes > 0 && strstr(what.at, "matter") != NULL)
		n = l->matters;
	return n > 0 ? (uint32_t)n : 0;
}

static void add_day(const struct workload *w, struct text person, int64_t day,
		    struct load *sum)
{
	char key[KEY_BYTES];
	const struct load *l = map_get(w->people, day_key(key, person, day));

	if (l == NULL)
		return;
	sum->planned += l->planned;
	sum->prospects += l->prospects;
}

/* What is on these days or has no day, of what may have none. */
static struct load on_days(const struct workload *w, struct text person,
			   int64_t from, int64_t to)
{
	struct load sum = {0};

	add_day(w, person, 0, &sum);
	for (int64_t day = from; day <= to; day++)
		add_day(w, person, day, &sum);
	return sum;
}

/* Prospects of whom something comes up from `today` on, within so many days;
 * of yesterday: it is about to come up. */
static int64_t prospects_known(const struct workload *w, struct text person,
			       int64_t today, int32_t days)
{
	return on_days(w, person, today - 1, today + days).prospects;
}

uint32_t workload_known(const struct workload *w, struct text person,
			struct text what, int64_t now_ms, int64_t day)
{
	int32_t days = who_prospect_days(what);
	struct load l;

	if (days >= 0)
		return (uint32_t)prospects_known(
			w, person, now_ms / DAY_MS, days);
	l = known(w, person, day);
	return of_kind(&l, what);
}

static bool is_prospect_of(const struct record *r, struct text person,
			   int64_t until)
{
	int64_t day = prospect_day(r);

	return day >= 0 && day <= until &&
		text_equal(text_of(value_get_str(&r->fields, "handler")),
			person);
}

/* The same, with what the unit at hand has changed. */
static uint32_t prospects_of(struct turn *u, struct text person, int32_t days)
{
	const struct cache *cache = &u->engine->cache;
	int64_t today = u->now_ms / DAY_MS;
	int64_t n = prospects_known(u->engine->workload, person, today, days);

	for (uint32_t i = 0; i < u->n_records; i++) {
		const struct record *r = u->records[i].record;
		const struct cached_record *was = cache_record(cache, r->id);

		n += is_prospect_of(r, person, today + days);
		n -= was != NULL && is_prospect_of(was->now, person,
			today + days);
	}
	return n > 0 ? (uint32_t)n : 0;
}

uint32_t workload_of(struct turn *u, struct text person, struct text what)
{
	int32_t days = who_prospect_days(what);
	struct load l;
	int64_t day;

	if (days >= 0)
		return prospects_of(u, person, days);
	day = calendar_day(u->engine->book->calendar, u->now_ms);
	l = known(u->engine->workload, person, day);
	add_own(u, person, day, &l);
	return of_kind(&l, what);
}

/* +1, -1 when the delivery counts in these days. */
static int planned_in(const struct record *r, const struct calendar *c,
		      int64_t from, int64_t to)
{
	int64_t day;

	return to_deliver(r, c, &day) &&
		(day == 0 || (day >= from && day <= to));
}

bool workload_replans(const struct calendar *c, const struct record *was,
		      const struct record *now)
{
	int64_t day = 0, day_was = 0;
	bool counts = to_deliver(now, c, &day);
	bool counted = was != NULL && to_deliver(was, c, &day_was);

	return counts != counted || (counts && day != day_was);
}

uint32_t workload_planned(struct turn *u, int64_t from, int64_t to)
{
	const struct cache *cache = &u->engine->cache;
	const struct calendar *c = u->engine->book->calendar;
	int64_t n = on_days(u->engine->workload, TEXT(PLAN_KEY), from, to)
			    .planned;

	for (uint32_t i = 0; i < u->n_records; i++) {
		const struct record *r = u->records[i].record;
		const struct cached_record *was = cache_record(cache, r->id);

		n += planned_in(r, c, from, to);
		n -= was != NULL ? planned_in(was->now, c, from, to) : 0;
	}
	return n > 0 ? (uint32_t)n : 0;
}
