/* Calendars: holidays, what a dealership.lua may say, mistakes, clock changes,
 * and ten years against the C library. */
#include "unit.h"

#include "model/calendar.h"

#include <time.h>

static struct arena arena;
static struct problems problems;
static struct zone *amsterdam, *new_york;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 0);
	problems_init(&problems, &arena);
	return zone_load("Europe/Amsterdam", &amsterdam, NULL) != FL_OK ||
	       zone_load("America/New_York", &new_york, NULL) != FL_OK;
}

static int teardown(void **state)
{
	(void)state;
	zone_free(amsterdam);
	zone_free(new_york);
	amsterdam = new_york = NULL;
	arena_deinit(&arena);
	return 0;
}

static struct value spec_of(const char *json)
{
	struct value spec = {0};
	struct fl_error err = {0};

	if (value_read(&arena, json, strlen(json), NULL, &spec, &err) != FL_OK)
		fail_msg("%s: %s", json, err.text);
	return spec;
}

static struct calendar *over(const char *json, const struct calendar *base)
{
	struct calendar *c = NULL;
	struct value spec = spec_of(json);

	problems_init(&problems, &arena);
	if (calendar_new(&arena, &spec, base, amsterdam, "d.lua", 1, &problems,
		    &c) != FL_OK)
		fail_msg("%s: %s", json,
			problems.count > 0 ? problems.items[0].text : "?");
	return c;
}

static struct calendar *made(const char *json)
{
	return over(json, NULL);
}

static int64_t day_of(const char *date)
{
	int64_t ms = 0;

	assert_int_equal(zone_read_time(NULL, text_of(date), &ms, NULL), FL_OK);
	return ms / 86400000;
}

static int64_t at(const char *local)
{
	int64_t ms = 0;

	assert_int_equal(
		zone_read_time(amsterdam, text_of(local), &ms, NULL), FL_OK);
	return ms;
}

/* First opening and last closing as "09:00-18:00", or "closed". */
static void hours_are(
	const struct calendar *c, const char *date, const char *expected)
{
	int64_t open = 0, close = 0;
	struct civil from = {0}, to = {0};
	char got[32] = "closed";

	if (calendar_hours(c, day_of(date), &open, &close)) {
		zone_civil(calendar_zone(c), open, &from);
		zone_civil(calendar_zone(c), close, &to);
		(void)snprintf(got, sizeof(got), "%02d:%02d-%02d:%02d",
			from.hour, from.minute, to.hour, to.minute);
	}
	if (strcmp(got, expected) != 0)
		fail_msg("%s: %s, not %s", date, got, expected);
	assert_int_equal(calendar_work_day(c, day_of(date)),
		strcmp(expected, "closed") != 0);
}

static void easter_is_right(void **state)
{
	static const int known[][3] = {{2000, 4, 23}, {2008, 3, 23},
		{2011, 4, 24}, {2024, 3, 31}, {2025, 4, 20}, {2026, 4, 5},
		{2027, 3, 28}, {2038, 4, 25}, {1954, 4, 18}, {1981, 4, 19},
		{2049, 4, 18}, {2076, 4, 19}, {2285, 3, 22}};
	int month = 0, day = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		holiday_easter(known[i][0], &month, &day);
		assert_int_equal(month, known[i][1]);
		assert_int_equal(day, known[i][2]);
	}
}

static void holidays_of_a_year(void **state)
{
	static const int of_2026[][2] = {{1, 1}, {4, 3}, {4, 5}, {4, 6},
		{4, 27}, {5, 14}, {5, 24}, {5, 25}, {12, 25}, {12, 26}};
	int found = 0;

	(void)state;
	for (int month = 1; month <= 12; month++)
		for (int day = 1; day <= civil_month_days(2026, month); day++)
			found += holiday_nl(2026, month, day, false);
	assert_int_equal(found, 10);
	for (int i = 0; i < 10; i++)
		assert_true(
			holiday_nl(2026, of_2026[i][0], of_2026[i][1], false));
	assert_false(holiday_nl(2026, 5, 5, false));
	assert_true(holiday_nl(2026, 5, 5, true));
	assert_true(holiday_nl(2024, 3, 29, false)); /* Good Friday in March */
}

static void kings_day_moves(void **state)
{
	(void)state;
	assert_true(holiday_nl(2025, 4, 26, false));
	assert_false(holiday_nl(2025, 4, 27, false));
	assert_true(holiday_nl(2031, 4, 26, false));
	assert_false(holiday_nl(2031, 4, 27, false));
	assert_true(holiday_nl(2026, 4, 27, false));
	assert_true(holiday_nl(2038, 4, 26, false)); /* Easter Monday */
	assert_true(holiday_nl(2038, 4, 27, false));
}

static void standard_hours(void **state)
{
	struct calendar *c = made("null");

	(void)state;
	hours_are(c, "2026-09-01", "09:00-18:00");
	hours_are(c, "2026-09-05", "09:00-17:00");
	hours_are(c, "2026-09-06", "closed");
	hours_are(c, "2026-04-27", "closed");
	hours_are(c, "2026-05-05", "09:00-18:00");
	assert_ptr_equal(calendar_zone(c), amsterdam);
}

static void ways_to_write_hours(void **state)
{
	static const char *const same[] = {
		"{\"hours\":{\"mon-fri\":\"09:00-12:30 13:00-18:00\"}}",
		"{\"hours\":{\"mon_fri\":\"9:00-12:30, 13:00-18:00\"}}",
		"{\"hours\":{\"ma t/m vr\":\"9-12.30 13-18.00\"}}",
		"{\"hours\":{\"Monday to Friday\":"
		"\"9 tot 12:30; 13 tot 18:00\"}}",
		"{\"hours\":{\"ma,di,wo\":[\"09:00-12:30\",\"13:00-18:00\"],"
		"\"thursday-vrijdag\":\"09:00 \xe2\x80\x93 12:30 13:00-15:00 "
		"15:00-18:00\",\"sun\":\"gesloten\",\"sat\":false}}",
		"{\"hours\":{\"mon-sun\":\"09:00-12:30 13:00-18:00\","
		"\"sat\":\"closed\",\"zo\":false}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		struct calendar *c = made(same[i]);

		for (int day = 7; day <= 11; day++) {
			char date[16];

			(void)snprintf(date, sizeof(date), "2026-09-%02d", day);
			hours_are(c, date, "09:00-18:00");
		}
		hours_are(c, "2026-09-12", "closed");
		hours_are(c, "2026-09-13", "closed");
		assert_true(calendar_is_open(c, at("2026-09-07 12:29:59.999")));
		assert_false(calendar_is_open(c, at("2026-09-07 12:30")));
		assert_true(calendar_is_open(c, at("2026-09-10 15:00")));
	}
}

static void single_days_win(void **state)
{
	struct calendar *c = made("{\"hours\":{\"fri\":\"09:00-20:00\","
				  "\"wed-fri\":\"09:00-18:00\","
				  "\"sat-tue\":\"10:00-24:00\"}}");

	(void)state;
	hours_are(c, "2026-09-11", "09:00-20:00");
	hours_are(c, "2026-09-10", "09:00-18:00");
	hours_are(c, "2026-09-13", "10:00-00:00");
	hours_are(c, "2026-09-15", "10:00-00:00");
}

static void exceptions(void **state)
{
	struct calendar *c =
		made("{\"closed\":[\"2026-12-24\",\"2026-12-31 13:00-\","
		     "\"2026-12-30 -12:00\",\"2026-12-29 12:00-14:00\","
		     "\"2027-01-04 to 2027-01-06\"],"
		     "\"open\":{\"2026-12-27\":\"12:00-17:00\","
		     "\"2026-12-26\":\"10:00-16:00\"}}");

	(void)state;
	hours_are(c, "2026-12-24", "closed");
	hours_are(c, "2026-12-25", "closed");
	hours_are(c, "2026-12-26", "10:00-16:00");
	hours_are(c, "2026-12-27", "12:00-17:00");
	hours_are(c, "2026-12-29", "09:00-18:00");
	assert_false(calendar_is_open(c, at("2026-12-29 13:00")));
	hours_are(c, "2026-12-30", "12:00-18:00");
	hours_are(c, "2026-12-31", "09:00-13:00");
	hours_are(c, "2027-01-04", "closed");
	hours_are(c, "2027-01-06", "closed");
	hours_are(c, "2027-01-07", "09:00-18:00");
	assert_true(calendar_is_holiday(c, day_of("2026-12-26")));
	assert_false(calendar_is_holiday(c, day_of("2026-12-24")));
	c = made("{\"closed\":\"2026-12-24\"}");
	hours_are(c, "2026-12-24", "closed");
}

static void holiday_choices(void **state)
{
	struct calendar *c = made("{\"holidays\":\"none\"}");

	(void)state;
	hours_are(c, "2026-04-27", "09:00-18:00");
	assert_true(calendar_is_holiday(c, day_of("2026-04-27")));
	c = made("{\"holidays\":[\"2026-09-14\",\"2026-05-15\"]}");
	hours_are(c, "2026-04-27", "09:00-18:00");
	hours_are(c, "2026-05-15", "closed");
	hours_are(c, "2026-09-14", "closed");
	assert_true(calendar_is_holiday(c, day_of("2026-09-14")));
	c = made("{\"holidays\":[\"nl\",\"2026-05-15\"],"
		 "\"liberation_day\":true}");
	hours_are(c, "2026-04-27", "closed");
	hours_are(c, "2026-05-05", "closed");
	hours_are(c, "2026-05-15", "closed");
	c = made("{\"holidays\":{}}");
	hours_are(c, "2026-04-27", "09:00-18:00");
}

static void heirs(void **state)
{
	struct calendar *base =
		made("{\"hours\":{\"mon-fri\":\"09:00-18:00\"},"
		     "\"closed\":[\"2026-12-24\",\"2026-12-31 13:00-\"],"
		     "\"open\":{\"2026-12-27\":\"12:00-17:00\"},"
		     "\"liberation_day\":true}");
	struct calendar *c = over("{\"hours\":{\"mon-sat\":\"07:30-16:00\"},"
				  "\"closed\":[\"2026-12-27\"],"
				  "\"open\":{\"2026-12-24\":\"08:00-12:00\"}}",
		base);

	(void)state;
	hours_are(c, "2026-12-24", "08:00-12:00"); /* own word wins */
	hours_are(c, "2026-12-27", "closed");
	hours_are(c, "2026-12-31", "07:30-13:00"); /* base cuts own hours */
	hours_are(c, "2026-05-05", "closed");
	hours_are(c, "2026-12-05", "07:30-16:00");
	hours_are(base, "2026-12-24", "closed");
	c = over("{}", base);
	hours_are(c, "2026-12-27", "12:00-17:00");
	hours_are(c, "2026-12-05", "closed");
	c = over("{\"liberation_day\":false}", base);
	hours_are(c, "2026-05-05", "09:00-18:00");
}

static void mistakes(void **state)
{
	static const struct {
		const char *json, *code, *field;
	} wrong[] = {
		{"{\"houres\":{}}", "FL120", "houres"},
		{"{\"hours\":{}}", "FL120", "hours"},
		{"\"nl\"", "FL120", "calendar"},
		{"{\"liberation_day\":1}", "FL120", "liberation_day"},
		{"{\"open\":[\"2026-12-27\"]}", "FL120", "open"},
		{"{\"hours\":{\"mondy\":\"09:00-18:00\"}}", "FL121", "hours"},
		{"{\"hours\":{\"mon-\":\"09:00-18:00\"}}", "FL121", "hours"},
		{"{\"hours\":{\"mon\":\"09:00\"}}", "FL122", "mon"},
		{"{\"hours\":{\"mon\":\"18:00-09:00\"}}", "FL122", "mon"},
		{"{\"hours\":{\"mon\":\"09:00-25:00\"}}", "FL122", "mon"},
		{"{\"hours\":{\"mon\":\"09:60-12:00\"}}", "FL122", "mon"},
		{"{\"hours\":{\"mon\":\"9-12 11-14\"}}", "FL122", "mon"},
		{"{\"hours\":{\"mon\":\"9-12x\"}}", "FL122", "mon"},
		{"{\"hours\":{\"mon\":9}}", "FL122", "mon"},
		{"{\"hours\":{\"mon\":\"1-2 3-4 5-6 7-8 9-10 11-12 13-14\"}}",
			"FL122", "mon"},
		{"{\"hours\":{\"mon\":\"9-12\",\"ma\":\"9-12\"}}", "FL123",
			"ma"},
		{"{\"hours\":{\"mon-wed\":\"9-12\",\"wed-fri\":\"9-12\"}}",
			"FL123", "wed-fri"},
		{"{\"closed\":[\"2026-12-24\"],"
		 "\"open\":{\"2026-12-24\":\"9-12\"}}",
			"FL123", "open"},
		{"{\"closed\":[\"2026-02-30\"]}", "FL124", "closed"},
		{"{\"closed\":[\"24-12-2026\"]}", "FL124", "closed"},
		{"{\"closed\":[\"2026-12-24 x\"]}", "FL124", "closed"},
		{"{\"closed\":[\"2026-12-24 to 2026-12-20\"]}", "FL124",
			"closed"},
		{"{\"closed\":[\"2026-12-24 to 2036-12-20\"]}", "FL124",
			"closed"},
		{"{\"closed\":[4]}", "FL124", "closed"},
		{"{\"open\":{\"christmas\":\"9-12\"}}", "FL124", "open"},
		{"{\"open\":{\"2026-12-24\":\"nine\"}}", "FL122", "2026-12-24"},
		{"{\"holidays\":\"fr\"}", "FL124", "holidays"},
		{"{\"holidays\":[\"2026-13-01\"]}", "FL124", "holidays"},
		{"{\"hours\":{\"mon\":\"closed\"}}", "FL125", "hours"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct value spec = spec_of(wrong[i].json);
		struct calendar *c = (void *)&spec;

		problems_init(&problems, &arena);
		if (calendar_new(&arena, &spec, NULL, amsterdam, "d.lua", 7,
			    &problems, &c) != FL_INVALID)
			fail_msg("%s was taken", wrong[i].json);
		assert_null(c);
		assert_int_equal(problems.errors, 1);
		assert_string_equal(problems.items[0].code, wrong[i].code);
		assert_string_equal(problems.items[0].field, wrong[i].field);
		assert_string_equal(problems.items[0].file, "d.lua");
		assert_int_equal(problems.items[0].line, 7);
	}
}

static void nearest_names(void **state)
{
	struct value spec = spec_of("{\"holiday\":\"nl\","
				    "\"hours\":{\"mondag\":\"9-12\"}}");
	struct calendar *c = NULL;

	(void)state;
	problems_init(&problems, &arena);
	assert_int_equal(calendar_new(&arena, &spec, NULL, NULL, "d.lua", 1,
				 &problems, &c),
		FL_INVALID);
	assert_int_equal(problems.count, 2);
	assert_string_equal(problems.items[0].nearest, "holidays");
	assert_string_equal(problems.items[1].nearest, "monday");
}

static void too_many_cuts(void **state)
{
	char json[2048] = "{\"closed\":[";
	struct value spec;
	struct calendar *c = NULL;

	(void)state;
	for (int i = 0; i < 20; i++)
		(void)snprintf(json + strlen(json), sizeof(json) - strlen(json),
			"%s\"2026-12-31 09:%02d-09:%02d\"", i > 0 ? "," : "",
			i * 2 + 1, i * 2 + 2);
	(void)snprintf(json + strlen(json), sizeof(json) - strlen(json), "]}");
	spec = spec_of(json);
	problems_init(&problems, &arena);
	assert_int_equal(calendar_new(&arena, &spec, NULL, amsterdam, "d.lua",
				 1, &problems, &c),
		FL_INVALID);
	assert_string_equal(problems.items[0].code, "FL124");
}

static void memory_refused(void **state)
{
	struct value spec = spec_of("{\"closed\":[\"2026-12-24\"],"
				    "\"holidays\":[\"2026-12-28\"]}");
	struct calendar *c = NULL;
	fl_status s = FL_NOMEM;

	(void)state;
	for (size_t max = 16; s != FL_OK; max += 64) {
		struct arena small;
		struct problems p;

		assert_true(max < 100000);
		arena_init(&small, max);
		problems_init(&p, &small);
		s = calendar_new(
			&small, &spec, NULL, amsterdam, "d.lua", 1, &p, &c);
		assert_true(s == FL_OK || s == FL_NOMEM);
		assert_int_equal(s == FL_OK, c != NULL);
		arena_deinit(&small);
	}
}

/* A night shift over both clock changes: 23 and 25 hours. */
static void nights_over_clock_changes(void **state)
{
	struct calendar *c = made("{\"hours\":{\"mon-sun\":\"00:00-24:00\"},"
				  "\"holidays\":\"none\"}");

	(void)state;
	assert_int_equal(calendar_open_minutes(c, at("2026-03-29 00:00"),
				 at("2026-03-30 00:00")),
		23 * 60);
	assert_int_equal(calendar_open_minutes(c, at("2026-10-25 00:00"),
				 at("2026-10-26 00:00")),
		25 * 60);
	assert_int_equal(calendar_midnight(c, day_of("2026-03-29")),
		at("2026-03-28 23:00Z"));
	assert_int_equal(calendar_end_of_day(c, day_of("2026-03-29")),
		at("2026-03-29 22:00Z") - 1);
	c = made("{\"hours\":{\"mon-sun\":\"02:10-02:40\"},"
		 "\"holidays\":\"none\"}");
	hours_are(c, "2026-03-29", "closed"); /* wholly left out */
	assert_int_equal(calendar_open_minutes(c, at("2026-10-25 00:00"),
				 at("2026-10-26 00:00")),
		60); /* twice */
}

static void ends_of_work(void **state)
{
	struct calendar *c = made("null");

	(void)state;
	/* Friday 14:00 + 4 h ends at closing, not on Saturday */
	assert_int_equal(
		calendar_add_work_minutes(c, at("2026-09-04 14:00"), 240),
		at("2026-09-04 18:00"));
	assert_int_equal(
		calendar_add_work_minutes(c, at("2026-09-04 14:00"), 241),
		at("2026-09-05 09:01"));
	assert_int_equal(
		calendar_add_work_minutes(c, at("2026-09-05 10:00"), -60),
		at("2026-09-05 09:00"));
	assert_int_equal(
		calendar_add_work_minutes(c, at("2026-09-05 10:00"), -61),
		at("2026-09-04 17:59"));
	assert_int_equal(
		calendar_add_work_minutes(c, at("2026-09-06 10:00"), 0),
		at("2026-09-06 10:00"));
	/* seconds are kept */
	assert_int_equal(
		calendar_add_work_minutes(c, at("2026-09-04 17:59:30"), 1),
		at("2026-09-05 09:00:30"));
	assert_int_equal(calendar_open_minutes(c, at("2026-09-04 17:58:30"),
				 at("2026-09-05 09:00")),
		1);
	assert_int_equal(calendar_open_minutes(c, at("2026-09-05 12:00"),
				 at("2026-09-05 10:00")),
		0);
	assert_int_equal(calendar_next_open(c, at("2026-09-05 17:00")),
		at("2026-09-07 09:00"));
	/* the next day, also of what is open now; over a Sunday */
	assert_int_equal(calendar_next_day_open(c, at("2026-09-03 10:00")),
		at("2026-09-04 09:00"));
	assert_int_equal(calendar_next_day_open(c, at("2026-09-05 08:00")),
		at("2026-09-07 09:00"));
}

/* Open on one day of its life: nothing may hang, and time goes on. */
static void hardly_ever_open(void **state)
{
	struct calendar *c = made("{\"hours\":{\"tue\":\"9-10\"},"
				  "\"closed\":[\"2026-01-01 to 2026-12-31\","
				  "\"2027-01-01 to 2027-12-31\"]}");
	int64_t start = at("2026-01-05 12:00"), day = day_of("2026-01-05");

	(void)state;
	assert_int_equal(calendar_next_open(c, start), start);
	assert_int_equal(
		calendar_add_work_minutes(c, start, 5), start + 300000);
	assert_int_equal(calendar_add_work_days(c, day, 0), day);
	assert_int_equal(calendar_add_work_days(c, day, 3), day + 3);
	assert_int_equal(
		calendar_add_work_days(c, day, -1), day_of("2025-12-30"));
	assert_true(calendar_add_work_minutes(c, start, INT64_MAX) > start);
	assert_true(calendar_add_work_minutes(c, start, INT64_MIN) < start);
}

/* Anonymous Easter by Gauss with its two exceptions: another way to the same
 * Sunday. */
static int gauss_easter(int year)
{
	int a = year % 19, b = year % 4, c = year % 7;
	int d = (19 * a + 24) % 30; /* 1900-2099 */
	int e = (2 * b + 4 * c + 6 * d + 5) % 7;
	int march = 22 + d + e;

	if (d == 29 && e == 6)
		march -= 7;
	if (d == 28 && e == 6 && a > 10)
		march -= 7;
	return march;
}

static bool closed_by_libc(const struct tm *day)
{
	struct tm easter = {0};
	int days;

	if (day->tm_wday == 0)
		return true;
	if (day->tm_mon == 0 && day->tm_mday == 1)
		return true;
	if (day->tm_mon == 11 && (day->tm_mday == 25 || day->tm_mday == 26))
		return true;
	if (day->tm_mon == 3 && day->tm_mday == 27)
		return true; /* a Sunday is closed already */
	if (day->tm_mon == 3 && day->tm_mday == 26 && day->tm_wday == 6)
		return true;
	easter.tm_year = day->tm_year;
	easter.tm_mon = 2;
	easter.tm_mday = gauss_easter(day->tm_year + 1900);
	easter.tm_hour = 12;
	easter.tm_isdst = -1;
	(void)mktime(&easter);
	days = day->tm_yday - easter.tm_yday;
	return days == -2 || days == 1 || days == 39 || days == 50;
}

static void zone_of_libc(const char *name)
{
	(void)setenv("TZ", name, 1);
	tzset();
}

static void ten_years_of_next_working_days(void **state)
{
	struct calendar *c = made("null");

	(void)state;
	zone_of_libc("Europe/Amsterdam");
	for (int n = 0; n < 3653; n++) {
		struct tm day = {.tm_year = 125,
			.tm_mday = 1 + n,
			.tm_hour = 12,
			.tm_isdst = -1};
		struct tm next;
		int64_t today, open = 0, close = 0;

		(void)mktime(&day);
		today = civil_days(
			day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
		assert_int_equal(
			calendar_work_day(c, today), !closed_by_libc(&day));
		next = day;
		do {
			next.tm_mday++;
			next.tm_hour = 9;
			next.tm_isdst = -1;
			(void)mktime(&next);
		} while (closed_by_libc(&next));
		assert_true(calendar_hours(
			c, calendar_add_work_days(c, today, 1), &open, &close));
		assert_int_equal(open, (int64_t)mktime(&next) * 1000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(easter_is_right),
		cmocka_unit_test(holidays_of_a_year),
		cmocka_unit_test(kings_day_moves),
		cmocka_unit_test(standard_hours),
		cmocka_unit_test(ways_to_write_hours),
		cmocka_unit_test(single_days_win),
		cmocka_unit_test(exceptions),
		cmocka_unit_test(holiday_choices),
		cmocka_unit_test(heirs),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(nearest_names),
		cmocka_unit_test(too_many_cuts),
		cmocka_unit_test(memory_refused),
		cmocka_unit_test(nights_over_clock_changes),
		cmocka_unit_test(ends_of_work),
		cmocka_unit_test(hardly_ever_open),
		cmocka_unit_test(ten_years_of_next_working_days),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
