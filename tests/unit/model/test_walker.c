/* Calendars and spans against an independent walker: slow and simple, it steps
 * minute by minute with zone_civil() and asks the written rules each time. */
#include "unit.h"

#include "model/timing.h"

#define WALK_DAYS 420

struct walk_block {
	int from, to; /* minutes of the day */
};

struct walk_hours {
	int n;
	struct walk_block at[4];
};

/* A random calendar, as rules and as the JSON that calendar_new() gets. */
struct walk_rules {
	struct walk_hours week[7];
	bool nl, liberation_day;
	int n_open, n_closed;
	int64_t open_day[4], closed_day[8];
	struct walk_hours open[4];
	struct walk_block closed[8]; /* 0-1440: all day */
	char json[4096];
};

struct walker {
	int64_t from_ms; /* of minute 0 */
	int64_t first_day;
	int minutes;
	struct civil *civil; /* per minute */
	int *before;	     /* open minutes before each minute; minutes + 1 */
	bool day_open[WALK_DAYS + 3]; /* index: day - first_day */
	int32_t *day_of;	      /* index of the local day per minute */
};

static uint32_t walk_random(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)((*seed >> 20) % below);
}

/* Easter Sundays as printed in almanacs: month, day. */
static const int easter[][3] = {
	{2024, 3, 31},
	{2025, 4, 20},
	{2026, 4, 5},
	{2027, 3, 28},
	{2028, 4, 16},
	{2029, 4, 1},
	{2030, 4, 21},
	{2031, 4, 13},
	{2032, 3, 28},
	{2033, 4, 17},
	{2034, 4, 9},
	{2035, 3, 25},
	{2036, 4, 13},
	{2037, 4, 5},
};

/* Days after Easter, counted month by month. */
static bool days_after(
	int year, int from_month, int from_day, int n, int month, int day)
{
	int m = from_month, d = from_day;

	for (; n > 0; n--)
		if (++d > civil_month_days(year, m)) {
			d = 1;
			m++;
		}
	for (; n < 0; n++)
		if (--d < 1) {
			m--;
			d = civil_month_days(year, m);
		}
	return m == month && d == day;
}

static bool walk_holiday(int year, int month, int day, bool liberation_day)
{
	static const int around[] = {-2, 0, 1, 39, 49, 50};
	bool sunday_king = year == 2025 || year == 2031 || year == 2036;

	if ((month == 1 && day == 1) || (month == 12 && day == 25) ||
		(month == 12 && day == 26))
		return true;
	if (month == 4 && day == (sunday_king ? 26 : 27))
		return true;
	if (liberation_day && month == 5 && day == 5)
		return true;
	for (int i = 0; i < 6; i++)
		if (days_after(year, easter[year - 2024][1],
			    easter[year - 2024][2], around[i], month, day))
			return true;
	return false;
}

static struct walk_hours random_hours(uint64_t *seed)
{
	struct walk_hours h = {0};
	int at = 0;

	if (walk_random(seed, 5) == 0)
		return h;
	if (walk_random(seed, 3) > 0) { /* an ordinary day with lunch */
		h.n = 2;
		h.at[0] = (struct walk_block){540, 750};
		h.at[1] = (struct walk_block){780, 1080};
		return h;
	}
	while (h.n < 4) {
		int from = at + 1 + (int)walk_random(seed, 500);
		int to = from + 1 + (int)walk_random(seed, 400);

		if (to > 1440)
			break;
		h.at[h.n++] = (struct walk_block){from, to};
		at = to;
	}
	return h;
}

static void write_hours(struct buf *b, const struct walk_hours *h)
{
	buf_add_char(b, '"');
	for (int i = 0; i < h->n; i++)
		buf_printf(b, "%s%02d:%02d-%02d:%02d", i > 0 ? " " : "",
			h->at[i].from / 60, h->at[i].from % 60,
			h->at[i].to / 60, h->at[i].to % 60);
	if (h->n == 0)
		buf_add_text(b, "closed");
	buf_add_char(b, '"');
}

static void write_date(struct buf *b, int64_t day)
{
	int32_t year = 0;
	int8_t month = 0, month_day = 0;

	civil_from_days(day, &year, &month, &month_day);
	buf_printf(b, "%04d-%02d-%02d", year, month, month_day);
}

static void write_rules(struct walk_rules *r)
{
	static const char *const names[] = {
		"mon", "di", "wednesday", "do", "fri", "zaterdag", "zo"};
	struct buf b;

	buf_init(&b, sizeof(r->json) - 1);
	buf_add_text(&b, "{\"hours\":{");
	for (int i = 0; i < 7; i++) {
		buf_printf(&b, "%s\"%s\":", i > 0 ? "," : "", names[i]);
		write_hours(&b, &r->week[i]);
	}
	buf_add_text(&b, "},\"closed\":[");
	for (int i = 0; i < r->n_closed; i++) {
		buf_add_text(&b, i > 0 ? ",\"" : "\"");
		write_date(&b, r->closed_day[i]);
		if (r->closed[i].to - r->closed[i].from < 1440)
			buf_printf(&b, " %02d:%02d-%02d:%02d",
				r->closed[i].from / 60, r->closed[i].from % 60,
				r->closed[i].to / 60, r->closed[i].to % 60);
		buf_add_char(&b, '"');
	}
	buf_add_text(&b, "],\"open\":{");
	for (int i = 0; i < r->n_open; i++) {
		buf_add_text(&b, i > 0 ? ",\"" : "\"");
		write_date(&b, r->open_day[i]);
		buf_add_text(&b, "\":");
		write_hours(&b, &r->open[i]);
	}
	buf_printf(&b, "},\"holidays\":\"%s\",\"liberation_day\":%s}",
		r->nl ? "nl" : "none", r->liberation_day ? "true" : "false");
	REQUIRE(!b.failed);
	memcpy(r->json, b.at, b.len + 1);
	buf_deinit(&b);
}

/* A day that neither list holds yet. */
static int64_t fresh_day(struct walk_rules *r, uint64_t *seed, int64_t first)
{
	for (;;) {
		int64_t day = first + 5 + walk_random(seed, WALK_DAYS - 10);
		bool taken = false;

		for (int i = 0; i < r->n_open; i++)
			taken |= r->open_day[i] == day;
		for (int i = 0; i < r->n_closed; i++)
			taken |= r->closed_day[i] == day;
		if (!taken)
			return day;
	}
}

static void walk_rules_make(
	struct walk_rules *r, uint64_t *seed, int64_t first_day)
{
	memset(r, 0, sizeof(*r));
	for (int i = 0; i < 7; i++)
		r->week[i] = random_hours(seed);
	r->week[walk_random(seed, 7)] = (struct walk_hours){1, {{540, 1080}}};
	r->nl = walk_random(seed, 4) > 0;
	r->liberation_day = walk_random(seed, 2) > 0;
	for (int i = 0; i < 4; i++) {
		struct walk_hours h = random_hours(seed);
		int64_t day = fresh_day(r, seed, first_day);

		if (h.n == 0)
			continue;
		r->open_day[r->n_open] = day;
		r->open[r->n_open++] = h;
	}
	for (int i = 0; i < 8; i++) {
		int64_t day = fresh_day(r, seed, first_day);
		int from = (int)walk_random(seed, 1000);

		r->closed[i] = (struct walk_block){0, 1440};
		if (walk_random(seed, 2) > 0)
			r->closed[i] = (struct walk_block){from, from + 200};
		r->closed_day[r->n_closed++] = day;
	}
	write_rules(r);
}

static bool within(const struct walk_hours *h, int minute)
{
	for (int i = 0; i < h->n; i++)
		if (minute >= h->at[i].from && minute < h->at[i].to)
			return true;
	return false;
}

static bool open_at(const struct walk_rules *r, const struct civil *at)
{
	int64_t day = civil_days(at->year, at->month, at->day);
	int minute = at->hour * 60 + at->minute;

	for (int i = 0; i < r->n_open; i++)
		if (r->open_day[i] == day)
			return within(&r->open[i], minute);
	for (int i = 0; i < r->n_closed; i++)
		if (r->closed_day[i] == day && minute >= r->closed[i].from &&
			minute < r->closed[i].to)
			return false;
	if (r->nl &&
		walk_holiday(at->year, at->month, at->day, r->liberation_day))
		return false;
	return within(&r->week[civil_weekday(day)], minute);
}

static int64_t walker_ms(const struct walker *w, int minute)
{
	return w->from_ms + (int64_t)minute * 60000;
}

static void walker_init(struct walker *w, const struct walk_rules *r,
	const struct zone *z, int64_t first_day)
{
	struct civil last = {0};

	memset(w, 0, sizeof(*w));
	w->first_day = first_day;
	/* midnight by stepping: the zone's offset is at most 14 hours */
	w->from_ms = first_day * 86400000 - (int64_t)50400000;
	do {
		w->from_ms += 60000;
		zone_civil(z, w->from_ms, &last);
	} while (civil_days(last.year, last.month, last.day) < first_day);
	w->minutes = WALK_DAYS * 1440;
	w->civil = calloc((size_t)w->minutes, sizeof(*w->civil));
	w->day_of = calloc((size_t)w->minutes, sizeof(*w->day_of));
	w->before = calloc((size_t)w->minutes + 1, sizeof(*w->before));
	REQUIRE(w->civil != NULL && w->day_of != NULL && w->before != NULL);
	for (int m = 0; m < w->minutes; m++) {
		struct civil *at = &w->civil[m];
		bool open;

		zone_civil(z, walker_ms(w, m), at);
		open = open_at(r, at);
		w->before[m + 1] = w->before[m] + open;
		w->day_of[m] =
			(int32_t)(civil_days(at->year, at->month, at->day) -
				  first_day);
		if (open)
			w->day_open[w->day_of[m]] = true;
	}
}

static void walker_deinit(struct walker *w)
{
	free(w->civil);
	free(w->day_of);
	free(w->before);
}

static bool walker_open(const struct walker *w, int minute)
{
	return w->before[minute + 1] > w->before[minute];
}

static int walker_next_open(const struct walker *w, int minute)
{
	for (; minute < w->minutes; minute++)
		if (walker_open(w, minute))
			return minute;
	return -1;
}

static int walker_add_minutes(const struct walker *w, int minute, int n)
{
	for (; n > 0; minute++) {
		if (minute >= w->minutes)
			return -1;
		n -= walker_open(w, minute);
	}
	for (; n < 0; minute--) {
		if (minute <= 0)
			return -1;
		n += walker_open(w, minute - 1);
	}
	return minute;
}

static int walker_add_days(const struct walker *w, int day, int n)
{
	int step = n < 0 ? -1 : 1;

	if (n == 0 && w->day_open[day])
		return day;
	for (n = n == 0 ? 1 : n * step; n > 0;) {
		day += step;
		if (day < 0 || day >= WALK_DAYS - 1)
			return -1;
		n -= w->day_open[day];
	}
	return day;
}

static int find(const struct walker *w, int year, int month, int day, int clock)
{
	int index = (int)(civil_days(year, month, day) - w->first_day);

	if (index < 1 || index >= WALK_DAYS - 2)
		return -1;
	for (int m = (index - 1) * 1440; m < (index + 2) * 1440; m++)
		if (w->day_of[m] == index &&
			w->civil[m].hour * 60 + w->civil[m].minute == clock)
			return m;
	return -1;
}

/* First minute of that local day with that clock time; left out by a change of
 * the clock: as much later as the change; -1: outside. */
static int walker_find(const struct walker *w, int year, int month, int day,
	int hour, int minute)
{
	int found = find(w, year, month, day, hour * 60 + minute);
	int index = (int)(civil_days(year, month, day) - w->first_day);

	if (found >= 0 || index < 1 || index >= WALK_DAYS - 2)
		return found;
	for (int m = (index - 1) * 1440; m < (index + 2) * 1440; m++) {
		int before = w->civil[m].hour * 60 + w->civil[m].minute;
		int after = w->civil[m + 1].hour * 60 + w->civil[m + 1].minute;
		int gap = (after - before + 1440) % 1440 - 1;

		if (gap > 0 && gap < 720)
			return find(
				w, year, month, day, hour * 60 + minute + gap);
	}
	return -1;
}

struct walk {
	struct arena arena;
	struct zone *zone;
	struct calendar *calendar;
	struct walk_rules rules;
	struct walker walker;
	uint64_t seed;
};

static void walk_begin(struct walk *t, const char *zone, uint64_t seed)
{
	struct problems p;
	struct value spec = {0};
	struct fl_error err = {0};
	int64_t first_day;

	memset(t, 0, sizeof(*t));
	t->seed = seed * 0x9e3779b97f4a7c15u + 1;
	arena_init(&t->arena, 0);
	problems_init(&p, &t->arena);
	assert_int_equal(zone_load(zone, &t->zone, &err), FL_OK);
	first_day = civil_days(2024 + (int32_t)walk_random(&t->seed, 12),
		1 + (int)walk_random(&t->seed, 12), 1);
	walk_rules_make(&t->rules, &t->seed, first_day);
	walker_init(&t->walker, &t->rules, t->zone, first_day);
	assert_int_equal(value_read(&t->arena, t->rules.json,
				 strlen(t->rules.json), NULL, &spec, &err),
		FL_OK);
	assert_int_equal(calendar_new(&t->arena, &spec, NULL, t->zone, "t.lua",
				 1, &p, &t->calendar),
		FL_OK);
}

static void walk_end(struct walk *t)
{
	walker_deinit(&t->walker);
	zone_free(t->zone);
	arena_deinit(&t->arena);
}

/* Says which calendar and minute before the comparison fails. */
static void same(const struct walk *t, const char *what, int minute, int n,
	int64_t got, int64_t expected)
{
	if (got != expected)
		print_error("%s: zone %s, minute %d, n %d\n%s\n", what,
			zone_name(t->zone), minute, n, t->rules.json);
	assert_int_equal(got, expected);
}

static void check_hours(struct walk *t)
{
	const struct walker *w = &t->walker;

	for (int m = 0; m < w->minutes; m += 1 + (int)walk_random(&t->seed, 90))
		same(t, "is_open", m, 0,
			calendar_is_open(t->calendar, walker_ms(w, m)),
			walker_open(w, m));
	for (int i = 0; i < 300; i++) {
		int m = (int)walk_random(&t->seed, (uint32_t)w->minutes);
		int to = (int)walk_random(&t->seed, (uint32_t)w->minutes);
		int next = walker_next_open(w, m);

		if (next >= 0)
			same(t, "next_open", m, 0,
				calendar_next_open(
					t->calendar, walker_ms(w, m)),
				walker_ms(w, next));
		if (to >= m)
			same(t, "open_minutes", m, to,
				calendar_open_minutes(t->calendar,
					walker_ms(w, m), walker_ms(w, to)),
				w->before[to] - w->before[m]);
	}
}

static void check_work_minutes(struct walk *t)
{
	const struct walker *w = &t->walker;

	for (int i = 0; i < 400; i++) {
		int m = (int)walk_random(&t->seed, (uint32_t)w->minutes);
		int n = (int)walk_random(&t->seed, i % 2 ? 600 : 9000) -
			(i % 2 ? 300 : 4500);
		int to = walker_add_minutes(w, m, n);

		if (to < 0)
			continue;
		same(t, "add_work_minutes", m, n,
			calendar_add_work_minutes(
				t->calendar, walker_ms(w, m), n),
			walker_ms(w, to));
	}
}

static void check_work_days(struct walk *t)
{
	const struct walker *w = &t->walker;

	for (int day = 0; day < WALK_DAYS - 2; day++) {
		int n = (int)walk_random(&t->seed, 21) - 10;
		int to = walker_add_days(w, day, n);

		same(t, "work_day", day, 0,
			calendar_work_day(t->calendar, w->first_day + day),
			w->day_open[day]);
		if (to >= 0)
			same(t, "add_work_days", day, n,
				calendar_add_work_days(
					t->calendar, w->first_day + day, n),
				w->first_day + to);
	}
}

/* Where the walker sees a span of days or longer end; -1: outside. */
static int walked_span(const struct walker *w, int m, struct span s, int sign)
{
	struct civil at = w->civil[m];
	int32_t month = at.month - 1 + at.year * 12;
	int64_t day = w->first_day + w->day_of[m];
	int to, most;

	if (s.unit == UNIT_WORK_DAY) {
		to = walker_add_days(w, w->day_of[m], s.count * sign);
		if (to < 0)
			return -1;
		day = w->first_day + to;
	} else if (s.unit == UNIT_DAY || s.unit == UNIT_WEEK) {
		day += sign * s.count * (s.unit == UNIT_WEEK ? 7 : 1);
	} else {
		month += sign * s.count * (s.unit == UNIT_YEAR ? 12 : 1);
		most = civil_month_days(month / 12, month % 12 + 1);
		if (at.day > most)
			at.day = (int8_t)most;
		return walker_find(w, month / 12, month % 12 + 1, at.day,
			at.hour, at.minute);
	}
	civil_from_days(day, &at.year, &at.month, &at.day);
	return walker_find(w, at.year, at.month, at.day, at.hour, at.minute);
}

static void check_spans(struct walk *t)
{
	static const enum unit units[] = {
		UNIT_DAY, UNIT_WORK_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR};
	const struct walker *w = &t->walker;
	int checked = 0;

	for (int i = 0; i < 300; i++) {
		int m = (int)walk_random(&t->seed, (uint32_t)w->minutes);
		struct span s = {1 + (int32_t)walk_random(&t->seed, 12),
			units[walk_random(&t->seed, 5)]};
		int sign = walk_random(&t->seed, 2) ? 1 : -1;
		int to = walked_span(w, m, s, sign);
		int64_t got =
			sign > 0 ? span_add(s, walker_ms(w, m), t->calendar)
				 : span_subtract(
					   s, walker_ms(w, m), t->calendar);

		if (to < 0)
			continue;
		same(t, "span", m, s.count * sign * 10 + (int)s.unit, got,
			walker_ms(w, to));
		checked++;
	}
	assert_true(checked > 50);
}

/* Hours around each change of the clock, every fifth minute of the days. */
static void check_clock_changes(struct walk *t)
{
	const struct walker *w = &t->walker;

	for (int m = 1; m < w->minutes - 4000; m++) {
		int jump = (w->civil[m].hour * 60 + w->civil[m].minute) -
			   (w->civil[m - 1].hour * 60 + w->civil[m - 1].minute);

		if (jump == 1 || jump == 1 - 1440)
			continue;
		for (int at = m - 1500; at < m + 1500; at += 5) {
			struct span day = {1, UNIT_DAY};
			int to = at < 0 ? -1 : walked_span(w, at, day, 1);

			if (to >= 0)
				same(t, "day over a change", at, 1,
					span_add(day, walker_ms(w, at),
						t->calendar),
					walker_ms(w, to));
			to = at < 0 ? -1 : walker_add_minutes(w, at, 700);
			if (to >= 0)
				same(t, "work over a change", at, 700,
					calendar_add_work_minutes(t->calendar,
						walker_ms(w, at), 700),
					walker_ms(w, to));
		}
	}
}

static void walk_zone(const char *zone)
{
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct walk t;

		walk_begin(&t, zone, seed);
		check_hours(&t);
		check_work_minutes(&t);
		check_work_days(&t);
		check_spans(&t);
		check_clock_changes(&t);
		walk_end(&t);
	}
}

static void test_amsterdam(void **state)
{
	(void)state;
	walk_zone("Europe/Amsterdam");
}

static void test_new_york(void **state)
{
	(void)state;
	walk_zone("America/New_York");
}

/* Half an hour at a change, and a change at midnight. */
static void test_odd_zones(void **state)
{
	(void)state;
	walk_zone("Australia/Lord_Howe");
	walk_zone("America/Havana");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_amsterdam),
		cmocka_unit_test(test_new_york),
		cmocka_unit_test(test_odd_zones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
