/* Spans and moments in both languages, and when a step appears and is due. */
#include "unit.h"

#include "model/timing.h"

#include <time.h>

static struct arena arena;
static struct zone *amsterdam, *new_york;
static struct calendar *shop;	/* standard: Mon-Fri 9-18, Sat 9-17 */
static struct calendar *lunch;	/* Mon-Fri 9-12:30 13-18 */
static struct calendar *always; /* all hours, no holidays */
static struct calendar *always_ny;

static struct calendar *calendar_of(const char *json, const struct zone *z)
{
	struct problems p;
	struct value spec = {0};
	struct calendar *c = NULL;

	problems_init(&p, &arena);
	assert_int_equal(
		value_read(&arena, json, strlen(json), NULL, &spec, NULL),
		FL_OK);
	assert_int_equal(
		calendar_new(&arena, &spec, NULL, z, "d.lua", 1, &p, &c),
		FL_OK);
	return c;
}

static int setup(void **state)
{
	static const char all[] = "{\"hours\":{\"mon-sun\":\"00:00-24:00\"},"
				  "\"holidays\":\"none\"}";

	(void)state;
	arena_init(&arena, 0);
	if (zone_load("Europe/Amsterdam", &amsterdam, NULL) != FL_OK ||
		zone_load("America/New_York", &new_york, NULL) != FL_OK)
		return 1;
	shop = calendar_of("null", amsterdam);
	lunch = calendar_of(
		"{\"hours\":{\"mon-fri\":\"09:00-12:30 13:00-18:00\"}}",
		amsterdam);
	always = calendar_of(all, amsterdam);
	always_ny = calendar_of(all, new_york);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zone_free(amsterdam);
	zone_free(new_york);
	arena_deinit(&arena);
	return 0;
}

static int64_t in_zone(const struct calendar *c, const char *local)
{
	struct fl_error err = {0};
	int64_t ms = 0;

	if (zone_read_time(calendar_zone(c), text_of(local), &ms, &err) !=
		FL_OK)
		fail_msg("%s: %s", local, err.text);
	return ms;
}

static void same_time(const struct calendar *c, const char *what, int64_t got,
	const char *expected)
{
	char text[48] = {0};

	if (got == in_zone(c, expected))
		return;
	zone_write_time(calendar_zone(c), got, text, sizeof(text));
	fail_msg("%s: got %s, not %s", what, text, expected);
}

static struct span span(const char *text)
{
	struct span s = {0};
	struct fl_error err = {0};

	if (span_read(text_of(text), &s, &err) != FL_OK)
		fail_msg("%s", err.text);
	return s;
}

static void spans_in_both_languages(void **state)
{
	static const struct {
		const char *text;
		int count;
		enum unit unit;
		const char *written;
	} good[] = {
		{"1 minute", 1, UNIT_MINUTE, "1 minute"},
		{"40 minutes", 40, UNIT_MINUTE, "40 minutes"},
		{"1 minuut", 1, UNIT_MINUTE, "1 minute"},
		{"5 minuten", 5, UNIT_MINUTE, "5 minutes"},
		{"1 work minute", 1, UNIT_WORK_MINUTE, "1 work minute"},
		{"40 work minutes", 40, UNIT_WORK_MINUTE, "40 work minutes"},
		{"1 werkminuut", 1, UNIT_WORK_MINUTE, "1 work minute"},
		{"40 werkminuten", 40, UNIT_WORK_MINUTE, "40 work minutes"},
		{"1 hour", 1, UNIT_HOUR, "1 hour"},
		{"36 hours", 36, UNIT_HOUR, "36 hours"},
		{"1 uur", 1, UNIT_HOUR, "1 hour"},
		{"4 uur", 4, UNIT_HOUR, "4 hours"},
		{"4 uren", 4, UNIT_HOUR, "4 hours"},
		{"1 work hour", 1, UNIT_WORK_HOUR, "1 work hour"},
		{"4 work hours", 4, UNIT_WORK_HOUR, "4 work hours"},
		{"1 werkuur", 1, UNIT_WORK_HOUR, "1 work hour"},
		{"4 werkuren", 4, UNIT_WORK_HOUR, "4 work hours"},
		{"1 day", 1, UNIT_DAY, "1 day"},
		{"14 days", 14, UNIT_DAY, "14 days"},
		{"1 dag", 1, UNIT_DAY, "1 day"},
		{"14 dagen", 14, UNIT_DAY, "14 days"},
		{"1 work day", 1, UNIT_WORK_DAY, "1 work day"},
		{"2 work days", 2, UNIT_WORK_DAY, "2 work days"},
		{"1 werkdag", 1, UNIT_WORK_DAY, "1 work day"},
		{"2 werkdagen", 2, UNIT_WORK_DAY, "2 work days"},
		{"1 week", 1, UNIT_WEEK, "1 week"},
		{"3 weeks", 3, UNIT_WEEK, "3 weeks"},
		{"3 weken", 3, UNIT_WEEK, "3 weeks"},
		{"1 month", 1, UNIT_MONTH, "1 month"},
		{"18 months", 18, UNIT_MONTH, "18 months"},
		{"1 maand", 1, UNIT_MONTH, "1 month"},
		{"18 maanden", 18, UNIT_MONTH, "18 months"},
		{"1 year", 1, UNIT_YEAR, "1 year"},
		{"2 years", 2, UNIT_YEAR, "2 years"},
		{"2 jaar", 2, UNIT_YEAR, "2 years"},
		{"2 jaren", 2, UNIT_YEAR, "2 years"},
		{"half an hour", 30, UNIT_MINUTE, "30 minutes"},
		{"een half uur", 30, UNIT_MINUTE, "30 minutes"},
		{"Half uur", 30, UNIT_MINUTE, "30 minutes"},
		{"3 kwartier", 45, UNIT_MINUTE, "45 minutes"},
		{"kwartier", 15, UNIT_MINUTE, "15 minutes"},
		{"14", 14, UNIT_DAY, "14 days"},
		{"0", 0, UNIT_DAY, "0 days"},
		{"a week", 1, UNIT_WEEK, "1 week"},
		{"an hour", 1, UNIT_HOUR, "1 hour"},
		{"two work days", 2, UNIT_WORK_DAY, "2 work days"},
		{"\xc3\xa9\xc3\xa9n dag", 1, UNIT_DAY, "1 day"},
		{"Twaalf maanden", 12, UNIT_MONTH, "12 months"},
		{"  2   Work\tDays ", 2, UNIT_WORK_DAY, "2 work days"},
		{"2days", 2, UNIT_DAY, "2 days"},
		{"100000 days", 100000, UNIT_DAY, "100000 days"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct span s = span(good[i].text), again;
		char out[SPAN_TEXT];

		assert_int_equal(s.count, good[i].count);
		assert_int_equal(s.unit, good[i].unit);
		span_write(s, out, sizeof(out));
		assert_string_equal(out, good[i].written);
		again = span(out);
		assert_memory_equal(&s, &again, sizeof(s));
	}
}

static void wrong_spans_help(void **state)
{
	static const struct {
		const char *text, *says;
	} wrong[] = {
		{"2 workdays", "did you mean \"2 work days\"?"},
		{"2 wrok days", "did you mean \"2 work days\"?"},
		{"3 werkdage", "did you mean \"3 werkdagen\"?"},
		{"2 working days", "did you mean \"2 work days\"?"},
		{"4 workhours", "did you mean \"4 work hours\"?"},
		{"3 weekes", "did you mean \"3 weeks\"?"},
		{"1,5 uur", "did you mean \"90 minuten\"?"},
		{"1.5 hours", "did you mean \"90 minutes\"?"},
		{"1,5 dagen", "did you mean \"36 uur\"?"},
		{"2,5 weeks", "\"90 minutes\""},
		{"2 hrs", "did you mean \"2 hours\"?"},
		{"2 business days", "did you mean \"2 work days\"?"},
		{"2-3 weeks", "two lengths"},
		{"anderhalf uur", "90 minuten"},
		{"anderhalve dag", "36 uur"},
		{"-2 days", "negative"},
		{"week", "did you mean \"1 week\"?"},
		{"100001 days", "at most 100000"},
		{"99999999999999999999 days", "at most 100000"},
		{"99999 kwartier", "at most 100000"},
		{"tomorrow", "\"2 work days\""},
		{"", "\"2 work days\""},
		{"2 fortnights", "\"2 work days\""},
		{"two", "\"2 work days\""},
		{"a very long text that is certainly no span of any kind",
			"too long"},
		{"2 days ago", "days"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct fl_error err = {0};
		struct span s = {7, UNIT_WEEK};

		assert_int_equal(span_read(text_of(wrong[i].text), &s, &err),
			FL_INVALID);
		assert_int_equal(err.status, FL_INVALID);
		if (strstr(err.text, wrong[i].says) == NULL)
			fail_msg("%s: %s", wrong[i].text, err.text);
		assert_int_equal(s.count, 0);
	}
}

static void spans_of_values(void **state)
{
	struct value good[] = {
		value_int(14), value_real(14.0), value_text("2 weeks")};
	struct value wrong[] = {value_int(-1), value_int(100001),
		value_real(1.5), value_real(1e300), value_bool(true),
		value_null(), value_list(), value_text("soon")};
	struct span s = {0};
	struct fl_error err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(span_of_value(&good[i], &s, &err), FL_OK);
		assert_int_equal(s.count, i == 2 ? 2 : 14);
		assert_int_equal(s.unit, i == 2 ? UNIT_WEEK : UNIT_DAY);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(
			span_of_value(&wrong[i], &s, &err), FL_INVALID);
		assert_true(strlen(err.text) > 10);
	}
	assert_int_equal(span_of_value(NULL, &s, &err), FL_INVALID);
}

static void calendar_arithmetic(void **state)
{
	static const struct {
		const char *at, *span, *added, *taken;
	} table[] = {
		{"2026-01-31 10:00", "1 month", "2026-02-28 10:00",
			"2025-12-31 10:00"},
		{"2028-01-31 10:00", "1 month", "2028-02-29 10:00",
			"2027-12-31 10:00"},
		{"2026-03-31 10:00", "1 month", "2026-04-30 10:00",
			"2026-02-28 10:00"},
		{"2026-08-31 10:00", "18 months", "2028-02-29 10:00",
			"2025-02-28 10:00"},
		{"2028-02-29 10:00", "1 year", "2029-02-28 10:00",
			"2027-02-28 10:00"},
		{"2026-01-15 10:00", "12 months", "2027-01-15 10:00",
			"2025-01-15 10:00"},
		/* the clock time is kept over a change */
		{"2026-03-28 09:00", "1 day", "2026-03-29 09:00",
			"2026-03-27 09:00"},
		{"2026-10-24 09:00", "1 week", "2026-10-31 09:00",
			"2026-10-17 09:00"},
		{"2026-03-28 09:00", "24 hours", "2026-03-29 10:00",
			"2026-03-27 09:00"},
		/* 02:30 in the gap is 03:30, in the overlap the first */
		{"2026-03-28 02:30", "1 day", "2026-03-29 03:30",
			"2026-03-27 02:30"},
		{"2026-10-24 02:30", "1 day", "2026-10-25 02:30+02:00",
			"2026-10-23 02:30"},
		{"2026-10-25 02:30+01:00", "0 days", "2026-10-25 02:30+01:00",
			"2026-10-25 02:30+01:00"},
		{"2026-10-25 02:30+02:00", "1 hour", "2026-10-25 02:30+01:00",
			"2026-10-25 01:30"},
		{"2026-09-04 15:00", "1 work day", "2026-09-05 15:00",
			"2026-09-03 15:00"},
		{"2026-09-05 15:00", "1 work day", "2026-09-07 15:00",
			"2026-09-04 15:00"},
		{"2026-09-06 15:00", "0 work days", "2026-09-07 15:00",
			"2026-09-07 15:00"},
		{"2026-09-04 16:00", "4 work hours", "2026-09-05 11:00",
			"2026-09-04 12:00"},
		{"2026-09-04 17:30", "40 work minutes", "2026-09-05 09:10",
			"2026-09-04 16:50"},
		{"2026-09-04 10:00", "5 minutes", "2026-09-04 10:05",
			"2026-09-04 09:55"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		int64_t from = in_zone(shop, table[i].at);
		struct span s = span(table[i].span);

		same_time(shop, table[i].at, span_add(s, from, shop),
			table[i].added);
		same_time(shop, table[i].at, span_subtract(s, from, shop),
			table[i].taken);
	}
}

static void moments_in_both_languages(void **state)
{
	static const struct {
		const char *text;
		enum moment_kind kind;
		int minute;
	} table[] = {{"opening", MOMENT_OPENING, 0},
		{"opening time", MOMENT_OPENING, 0},
		{"openingstijd", MOMENT_OPENING, 0},
		{"closing", MOMENT_CLOSING, 0},
		{"Closing Time", MOMENT_CLOSING, 0},
		{"sluitingstijd", MOMENT_CLOSING, 0},
		{"sluiting", MOMENT_CLOSING, 0},
		{"end of day", MOMENT_END_OF_DAY, 0},
		{"end of the day", MOMENT_END_OF_DAY, 0},
		{"einde van de dag", MOMENT_END_OF_DAY, 0},
		{"eind van de dag", MOMENT_END_OF_DAY, 0},
		{"einde dag", MOMENT_END_OF_DAY, 0},
		{"end of next work day", MOMENT_END_OF_NEXT_WORK_DAY, 0},
		{"end of the next work day", MOMENT_END_OF_NEXT_WORK_DAY, 0},
		{"einde van de volgende werkdag", MOMENT_END_OF_NEXT_WORK_DAY,
			0},
		{"eind van de volgende werkdag", MOMENT_END_OF_NEXT_WORK_DAY,
			0},
		{"einde volgende werkdag", MOMENT_END_OF_NEXT_WORK_DAY, 0},
		{"first work day of next month", MOMENT_NEXT_MONTH, 0},
		{"first work day of the next month", MOMENT_NEXT_MONTH, 0},
		{"eerste werkdag volgende maand", MOMENT_NEXT_MONTH, 0},
		{"eerste werkdag van volgende maand", MOMENT_NEXT_MONTH, 0},
		{"eerste werkdag van de volgende maand", MOMENT_NEXT_MONTH, 0},
		{"09:30", MOMENT_CLOCK, 570}, {"9.30", MOMENT_CLOCK, 570},
		{"00:00", MOMENT_CLOCK, 0}, {"23:59", MOMENT_CLOCK, 1439}};
	static const char *const none[] = {"", "due", "24:00", "9:3", "12:60",
		"9", "09:30:00", ":30", "123:00", "delivery.slot", "9:300"};
	struct moment m = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_int_equal(
			moment_read(text_of(table[i].text), &m), FL_OK);
		assert_int_equal(m.kind, table[i].kind);
		assert_int_equal(m.minute, table[i].minute);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		assert_int_equal(
			moment_read(text_of(none[i]), &m), FL_NOT_FOUND);
		assert_int_equal(m.kind, MOMENT_NONE);
	}
}

static void moments_are_found(void **state)
{
	static const struct {
		const char *moment, *anchor, *expected;
	} table[] = {
		/* 2026-09-04 is a Friday */
		{"opening", "2026-09-04 08:00", "2026-09-04 09:00"},
		{"opening", "2026-09-04 09:00", "2026-09-04 09:00"},
		{"opening", "2026-09-04 09:01", "2026-09-07 09:00"},
		{"closing time", "2026-09-04 08:00", "2026-09-04 18:00"},
		{"closing time", "2026-09-04 12:45", "2026-09-04 18:00"},
		{"closing time", "2026-09-04 18:00", "2026-09-04 18:00"},
		{"closing time", "2026-09-04 18:01", "2026-09-07 18:00"},
		{"end of day", "2026-09-05 12:00", "2026-09-05 23:59:59.999"},
		{"end of next work day", "2026-09-04 12:00",
			"2026-09-07 23:59:59.999"},
		{"end of next work day", "2026-09-06 12:00",
			"2026-09-07 23:59:59.999"},
		{"first work day of next month", "2026-09-04 12:00",
			"2026-10-01 09:00"},
		{"first work day of next month", "2026-10-31 12:00",
			"2026-11-02 09:00"},
		{"first work day of next month", "2026-11-02 09:00",
			"2026-12-01 09:00"},
		{"first work day of next month", "2026-12-31 23:59",
			"2027-01-04 09:00"},
		{"09:30", "2026-09-04 09:30", "2026-09-04 09:30"},
		{"09:30", "2026-09-04 09:31", "2026-09-07 09:30"},
		{"20:00", "2026-09-05 12:00", "2026-09-07 20:00"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct moment m = {0};

		assert_int_equal(
			moment_read(text_of(table[i].moment), &m), FL_OK);
		same_time(lunch, table[i].moment,
			moment_at(m, in_zone(lunch, table[i].anchor), lunch),
			table[i].expected);
	}
	same_time(lunch, "anchor",
		moment_at((struct moment){MOMENT_ANCHOR, 0},
			in_zone(lunch, "2026-09-05 12:00"), lunch),
		"2026-09-05 12:00");
}

/* 02:30 on the days of a change: 03:30 in the gap, once in the overlap. */
static void clock_over_changes(void **state)
{
	struct moment m = {MOMENT_CLOCK, 150};

	(void)state;
	same_time(always, "gap",
		moment_at(m, in_zone(always, "2026-03-29 00:00"), always),
		"2026-03-29 03:30+02:00");
	same_time(always, "overlap",
		moment_at(m, in_zone(always, "2026-10-25 00:00"), always),
		"2026-10-25 02:30+02:00");
	same_time(always, "after the first",
		moment_at(m, in_zone(always, "2026-10-25 02:30+02:00") + 1,
			always),
		"2026-10-26 02:30");
	same_time(always_ny, "gap",
		moment_at(m, in_zone(always_ny, "2026-03-08 00:00"), always_ny),
		"2026-03-08 03:30-04:00");
	same_time(always_ny, "overlap",
		moment_at(m, in_zone(always_ny, "2026-11-01 00:00"), always_ny),
		"2026-11-01 02:30-05:00");
	m.minute = 90; /* 01:30 comes twice in New York */
	same_time(always_ny, "overlap",
		moment_at(m, in_zone(always_ny, "2026-11-01 00:00"), always_ny),
		"2026-11-01 01:30-04:00");
	same_time(always_ny, "after the first",
		moment_at(m, in_zone(always_ny, "2026-11-01 01:30-04:00") + 1,
			always_ny),
		"2026-11-02 01:30");
}

static void ten_years_of_nine_o_clock(void **state)
{
	static const char *const zones[] = {
		"Europe/Amsterdam", "America/New_York"};
	struct calendar *calendars[] = {always, always_ny};

	(void)state;
	for (int z = 0; z < 2; z++) {
		const struct calendar *c = calendars[z];
		struct moment nine = {MOMENT_CLOCK, 540};
		int64_t chain = in_zone(c, "2025-01-01 09:00"), found = chain;

		(void)setenv("TZ", zones[z], 1);
		tzset();
		for (int n = 0; n < 3653; n++) {
			struct tm day = {.tm_year = 125,
				.tm_mday = 1 + n,
				.tm_hour = 9,
				.tm_isdst = -1};
			int64_t expected = (int64_t)mktime(&day) * 1000;

			assert_int_equal(chain, expected);
			assert_int_equal(found, expected);
			chain = span_add((struct span){1, UNIT_DAY}, chain, c);
			found = moment_at(nine, found + 1, c);
		}
	}
}

struct due_case {
	const char *name;
	enum timing_kind kind;
	const char *wait, *at_least, *at_most; /* NULL: none */
	int day;
	const char *at, *within, *due; /* NULL: none */
	const char *anchor, *appears, *is_due;
};

static struct moment moment(const char *text)
{
	struct moment m = {MOMENT_ANCHOR, 0};

	if (strcmp(text, "anchor") != 0)
		assert_int_equal(moment_read(text_of(text), &m), FL_OK);
	return m;
}

static struct due_rule rule_of(const struct due_case *t)
{
	struct due_rule r = {.kind = t->kind, .day = t->day};

	if (t->wait != NULL)
		r.wait = span(t->wait);
	if (t->at_least != NULL)
		r.at_least = span(t->at_least);
	if (t->at_most != NULL)
		r.at_most = span(t->at_most);
	if (t->at != NULL)
		r.at = moment(t->at);
	r.has_within = t->within != NULL;
	if (t->within != NULL)
		r.within = span(t->within);
	r.has_due = t->due != NULL;
	if (t->due != NULL)
		r.due = moment(t->due);
	return r;
}

static void check_due(const struct due_case *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct due_rule rule = rule_of(&table[i]);
		struct due_result r = due_compute(
			&rule, in_zone(shop, table[i].anchor), shop);

		same_time(shop, table[i].name, r.appears_ms, table[i].appears);
		same_time(shop, table[i].name, r.due_ms, table[i].is_due);
	}
}

#define WAIT(kind, wait) (kind), (wait), NULL, NULL, 0, NULL, NULL, NULL

static void due_after_and_before(void **state)
{
	/* Tuesday 1 to Monday 7 September 2026; Thursday 14 May is a holiday */
	static const struct due_case table[] = {
		{"a work day", WAIT(TIMING_AFTER, "1 work day"),
			"2026-09-01 15:00", "2026-09-02 09:00",
			"2026-09-02 18:00"},
		{"over Sunday", WAIT(TIMING_AFTER, "2 work days"),
			"2026-09-04 15:00", "2026-09-07 09:00",
			"2026-09-07 18:00"},
		{"from a Sunday", WAIT(TIMING_AFTER, "1 work day"),
			"2026-09-06 15:00", "2026-09-07 09:00",
			"2026-09-07 18:00"},
		{"days", WAIT(TIMING_AFTER, "3 days"), "2026-09-01 22:00",
			"2026-09-04 09:00", "2026-09-04 18:00"},
		{"days to a Sunday", WAIT(TIMING_AFTER, "5 days"),
			"2026-09-01 15:00", "2026-09-07 09:00",
			"2026-09-07 18:00"},
		{"a week to a holiday", WAIT(TIMING_AFTER, "1 week"),
			"2026-05-07 15:00", "2026-05-15 09:00",
			"2026-05-15 18:00"},
		{"a month", WAIT(TIMING_AFTER, "1 month"), "2027-01-31 15:00",
			"2027-03-01 09:00", "2027-03-01 18:00"},
		{"no days, in hours", WAIT(TIMING_AFTER, "0 days"),
			"2026-09-01 15:00", "2026-09-01 15:00",
			"2026-09-01 18:00"},
		{"no days, too late", WAIT(TIMING_AFTER, "0 days"),
			"2026-09-01 19:00", "2026-09-02 09:00",
			"2026-09-02 18:00"},
		{"hours", WAIT(TIMING_AFTER, "2 hours"), "2026-09-01 15:00",
			"2026-09-01 17:00", "2026-09-01 18:00"},
		{"hours into the night", WAIT(TIMING_AFTER, "2 hours"),
			"2026-09-01 17:00", "2026-09-01 19:00",
			"2026-09-02 18:00"},
		{"work minutes", WAIT(TIMING_AFTER, "40 work minutes"),
			"2026-09-01 17:30", "2026-09-02 09:10",
			"2026-09-02 18:00"},
		{"work minutes to closing",
			WAIT(TIMING_AFTER, "30 work minutes"),
			"2026-09-01 17:30", "2026-09-01 18:00",
			"2026-09-02 18:00"},
		{"a work day before", WAIT(TIMING_BEFORE, "1 work day"),
			"2026-09-07 10:00", "2026-09-05 09:00",
			"2026-09-05 17:00"},
		{"7 days before", WAIT(TIMING_BEFORE, "7 days"),
			"2026-09-08 10:00", "2026-09-01 09:00",
			"2026-09-01 18:00"},
		{"before, on a Sunday", WAIT(TIMING_BEFORE, "7 days"),
			"2026-09-13 10:00", "2026-09-05 09:00",
			"2026-09-05 17:00"},
		{"before, on a holiday", WAIT(TIMING_BEFORE, "1 week"),
			"2026-05-21 10:00", "2026-05-13 09:00",
			"2026-05-13 18:00"},
		{"hours before", WAIT(TIMING_BEFORE, "2 hours"),
			"2026-09-01 15:00", "2026-09-01 13:00",
			"2026-09-01 15:00"},
		{"work hours before", WAIT(TIMING_BEFORE, "4 work hours"),
			"2026-09-02 10:00", "2026-09-01 15:00",
			"2026-09-01 18:00"},
		{"the same day", WAIT(TIMING_BEFORE, "0 days"),
			"2026-09-01 15:00", "2026-09-01 09:00",
			"2026-09-01 15:00"},
		{"the same day, early", WAIT(TIMING_BEFORE, "0 work days"),
			"2026-09-01 08:00", "2026-09-01 08:00",
			"2026-09-01 08:00"},
		{"before a Sunday", WAIT(TIMING_BEFORE, "0 work days"),
			"2026-09-06 15:00", "2026-09-05 09:00",
			"2026-09-05 17:00"},
	};

	(void)state;
	check_due(table, sizeof(table) / sizeof(*table));
}

static void due_every(void **state)
{
	static const struct due_case table[] = {
		{"three weeks", WAIT(TIMING_EVERY, "3 weeks"),
			"2026-09-01 15:00", "2026-09-22 09:00",
			"2026-09-22 18:00"},
		/* Sunday 14 December touch at home; 4 January is a Sunday */
		{"to a Sunday", WAIT(TIMING_EVERY, "3 weeks"),
			"2026-12-13 11:00", "2027-01-04 09:00",
			"2027-01-04 18:00"},
		{"to New Year's Day", WAIT(TIMING_EVERY, "3 weeks"),
			"2026-12-11 11:00", "2027-01-02 09:00",
			"2027-01-02 17:00"},
		{"to Christmas", WAIT(TIMING_EVERY, "3 weeks"),
			"2026-12-04 11:00", "2026-12-28 09:00",
			"2026-12-28 18:00"},
		{"over the change in spring", WAIT(TIMING_EVERY, "3 weeks"),
			"2026-03-20 23:30", "2026-04-10 09:00",
			"2026-04-10 18:00"},
		{"over the change in autumn", WAIT(TIMING_EVERY, "3 weeks"),
			"2026-10-09 00:15", "2026-10-30 09:00",
			"2026-10-30 18:00"},
		{"too short", TIMING_EVERY, "1 week", "14 days", "42 days", 0,
			NULL, NULL, NULL, "2026-09-01 15:00",
			"2026-09-15 09:00", "2026-09-15 18:00"},
		{"too long", TIMING_EVERY, "3 months", "14 days", "42 days", 0,
			NULL, NULL, NULL, "2026-09-01 15:00",
			"2026-10-13 09:00", "2026-10-13 18:00"},
		{"within bounds", TIMING_EVERY, "5 weeks", "14 days", "42 days",
			0, NULL, NULL, NULL, "2026-09-01 15:00",
			"2026-10-06 09:00", "2026-10-06 18:00"},
		{"bounds the wrong way round", TIMING_EVERY, "5 weeks",
			"42 days", "14 days", 0, NULL, NULL, NULL,
			"2026-09-01 15:00", "2026-10-13 09:00",
			"2026-10-13 18:00"},
		{"at least below at most", TIMING_EVERY, "8 weeks", "42 days",
			"14 days", 0, NULL, NULL, NULL, "2026-09-01 15:00",
			"2026-10-13 09:00", "2026-10-13 18:00"},
		{"hours", WAIT(TIMING_EVERY, "2 hours"), "2026-09-01 17:30",
			"2026-09-01 19:30", "2026-09-02 18:00"},
		{"hours, at least a day", TIMING_EVERY, "2 hours", "1 day",
			NULL, 0, NULL, NULL, NULL, "2026-09-01 17:30",
			"2026-09-02 09:00", "2026-09-02 18:00"},
	};

	(void)state;
	check_due(table, sizeof(table) / sizeof(*table));
}

#define DAY_N(n) TIMING_DAY, NULL, NULL, NULL, (n), NULL, NULL, NULL
#define AT(at, within, due)                                                    \
	TIMING_AT, NULL, NULL, NULL, 0, (at), (within), (due)
#define NOW(within, due) TIMING_NOW, NULL, NULL, NULL, 0, NULL, (within), (due)

static void due_days_and_moments(void **state)
{
	static const struct due_case table[] = {
		{"day 1", DAY_N(1), "2026-09-01 15:00", "2026-09-01 15:00",
			"2026-09-01 18:00"},
		{"day 1, early", DAY_N(1), "2026-09-01 07:00",
			"2026-09-01 09:00", "2026-09-01 18:00"},
		{"day 1, after closing", DAY_N(1), "2026-09-01 18:00",
			"2026-09-02 09:00", "2026-09-02 18:00"},
		{"day 1, Sunday", DAY_N(1), "2026-09-06 12:00",
			"2026-09-07 09:00", "2026-09-07 18:00"},
		{"day 2", DAY_N(2), "2026-09-01 15:00", "2026-09-02 09:00",
			"2026-09-02 18:00"},
		{"day 5", DAY_N(5), "2026-09-01 15:00", "2026-09-05 09:00",
			"2026-09-05 17:00"},
		{"day 10", DAY_N(10), "2026-09-01 19:00", "2026-09-12 09:00",
			"2026-09-12 17:00"},
		{"day 0 is day 1", DAY_N(0), "2026-09-01 15:00",
			"2026-09-01 15:00", "2026-09-01 18:00"},
		{"at closing", AT("closing time", NULL, "end of day"),
			"2026-09-01 16:00", "2026-09-01 18:00",
			"2026-09-01 23:59:59.999"},
		{"at closing, no more", AT("closing time", NULL, NULL),
			"2026-09-01 16:00", "2026-09-01 18:00",
			"2026-09-02 18:00"},
		{"at opening", AT("opening", NULL, NULL), "2026-09-05 16:00",
			"2026-09-07 09:00", "2026-09-07 18:00"},
		{"at a time", AT("09:30", "1 work hour", NULL),
			"2026-09-05 16:00", "2026-09-07 09:30",
			"2026-09-07 10:30"},
		{"at the anchor", AT("anchor", "1 work hour", NULL),
			"2026-09-01 16:00", "2026-09-01 16:00",
			"2026-09-01 17:00"},
		{"at the anchor, evening", AT("anchor", NULL, NULL),
			"2026-09-01 19:00", "2026-09-01 19:00",
			"2026-09-02 18:00"},
		{"at a bare date", AT("anchor", NULL, NULL), "2026-09-01 00:00",
			"2026-09-01 09:00", "2026-09-01 18:00"},
		{"at a bare Sunday", AT("anchor", NULL, NULL),
			"2026-09-06 00:00", "2026-09-07 09:00",
			"2026-09-07 18:00"},
		{"now", NOW(NULL, NULL), "2026-09-01 15:00", "2026-09-01 15:00",
			"2026-09-01 18:00"},
		{"now, at night", NOW("4 work hours", NULL), "2026-09-01 22:00",
			"2026-09-01 22:00", "2026-09-02 13:00"},
		{"now, minutes", NOW("5 minutes", NULL), "2026-09-01 22:00",
			"2026-09-01 22:00", "2026-09-01 22:05"},
		{"now, on Sunday", NOW(NULL, NULL), "2026-09-06 12:00",
			"2026-09-06 12:00", "2026-09-07 18:00"},
		{"end of next work day", NOW(NULL, "end of next work day"),
			"2026-09-04 12:00", "2026-09-04 12:00",
			"2026-09-05 23:59:59.999"},
		{"within wins", NOW("1 hour", "end of day"), "2026-09-04 12:00",
			"2026-09-04 12:00", "2026-09-04 13:00"},
		{"due by five", NOW(NULL, "17:00"), "2026-09-04 17:30",
			"2026-09-04 17:30", "2026-09-05 17:00"},
	};

	(void)state;
	check_due(table, sizeof(table) / sizeof(*table));
}

/* Every rule and anchor: on time, in order, and on a work day where days are
 * meant; the same question gives the same answer. */
static void due_is_sane(void **state)
{
	static const char *const waits[] = {"0 days", "1 day", "3 weeks",
		"1 month", "18 months", "2 work days", "0 work days",
		"40 work minutes", "2 hours", "1 year"};
	uint64_t seed = 20260901;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct due_rule r = {
			.kind = (enum timing_kind)unit_below(&seed, 6)};
		int64_t anchor = in_zone(shop, "2026-01-01 00:00") +
				 (int64_t)unit_below(&seed, 1u << 30) * 60;
		struct due_result a, b;

		r.wait = span(waits[unit_below(&seed, 10)]);
		r.day = (int32_t)unit_below(&seed, 12);
		r.at.kind = (enum moment_kind)unit_below(&seed, 7);
		r.at.minute = (int16_t)unit_below(&seed, 1440);
		a = due_compute(&r, anchor, shop);
		b = due_compute(&r, anchor, shop);
		assert_memory_equal(&a, &b, sizeof(a));
		assert_true(a.due_ms >= a.appears_ms);
		if (r.kind == TIMING_BEFORE)
			assert_true(a.appears_ms <= anchor);
		else
			assert_true(a.appears_ms >= anchor);
		if (r.kind == TIMING_DAY ||
			(r.kind == TIMING_EVERY && r.wait.unit >= UNIT_DAY))
			assert_true(calendar_is_open(shop, a.appears_ms));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_in_both_languages),
		cmocka_unit_test(wrong_spans_help),
		cmocka_unit_test(spans_of_values),
		cmocka_unit_test(calendar_arithmetic),
		cmocka_unit_test(moments_in_both_languages),
		cmocka_unit_test(moments_are_found),
		cmocka_unit_test(clock_over_changes),
		cmocka_unit_test(ten_years_of_nine_o_clock),
		cmocka_unit_test(due_after_and_before),
		cmocka_unit_test(due_every),
		cmocka_unit_test(due_days_and_moments),
		cmocka_unit_test(due_is_sane),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
