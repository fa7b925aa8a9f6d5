#include "unit.h"

#include "base/zone_rule.h"

static bool reads(const char *text, struct zone_rule *r)
{
	return zone_rule_read(text, strlen(text), r);
}

static void reads_what_files_hold(void **state)
{
	struct zone_rule r;

	(void)state;
	assert_true(reads("", &r));
	assert_false(r.any);
	assert_true(reads("UTC0", &r));
	assert_true(r.any && !r.summer && r.offset_s == 0);
	assert_true(reads("<+0330>-3:30", &r));
	assert_int_equal(12600, r.offset_s);
	assert_true(reads("CET-1CEST,M3.5.0,M10.5.0/3", &r));
	assert_true(r.summer);
	assert_int_equal(3600, r.offset_s);
	assert_int_equal(7200, r.summer_s);
	assert_int_equal('M', r.begin.kind);
	assert_int_equal(3, r.begin.month);
	assert_int_equal(5, r.begin.week);
	assert_int_equal(0, r.begin.day);
	assert_int_equal(7200, r.begin.at_s);
	assert_int_equal(10800, r.end.at_s);
	/* Lord Howe: half an hour; Nuuk: before midnight, negative */
	assert_true(reads("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", &r));
	assert_int_equal(37800, r.offset_s);
	assert_int_equal(39600, r.summer_s);
	assert_true(reads("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", &r));
	assert_int_equal(-3600, r.begin.at_s);
	assert_true(reads("IST-2IDT,M3.4.4/26,M10.5.0", &r));
	assert_int_equal(26 * 3600, r.begin.at_s);
	assert_true(reads("AAA3BBB,J60/1:02:03,365", &r));
	assert_int_equal('J', r.begin.kind);
	assert_int_equal(3723, r.begin.at_s);
	assert_int_equal('D', r.end.kind);
	/* Dublin: winter is the exception, one hour back */
	assert_true(reads("IST-1GMT0,M10.5.0,M3.5.0/1", &r));
	assert_int_equal(0, r.summer_s);
}

static void refuses_the_rest(void **state)
{
	static const char *const bad[] = {"X", "CET", "CE-1", "CET-", "CET-25",
		"CET-1:60", "CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0",
		"CET-1CEST,M3.5.0,", "CET-1CEST,M13.5.0,M10.5.0",
		"CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
		"CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,J0,J5", "CET-1CEST,J366,J5", "CET-1CEST,366,5",
		"CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0x",
		"CET-1CEST,M3.5.0,M10.5.0/3 ", "<CET-1", ":Europe/Paris",
		"CET-1CEST,M3.5,M10.5.0", "CET-99999999999999",
		"CET-1CEST,M3.5.0/,M10.5.0"};
	struct zone_rule r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (reads(bad[i], &r))
			fail_msg("%s was read", bad[i]);
	assert_false(zone_rule_read("CET\0-1", 6, &r));
}

static int64_t utc(int year, int month, int day, int hour)
{
	return civil_days(year, month, day) * 86400 + hour * 3600;
}

static void expect(const struct zone_rule *r, int64_t at, int32_t offset,
	int64_t from, int64_t to)
{
	struct zone_span s = zone_rule_span(r, at);

	assert_int_equal(offset, s.offset_s);
	assert_true(from == s.from_s);
	assert_true(to == s.to_s);
}

static void spans_are_exact(void **state)
{
	struct zone_rule r;

	(void)state;
	assert_true(reads("CET-1CEST,M3.5.0,M10.5.0/3", &r));
	expect(&r, utc(2026, 3, 29, 1), 7200, utc(2026, 3, 29, 1),
		utc(2026, 10, 25, 1));
	expect(&r, utc(2026, 3, 29, 1) - 1, 3600, utc(2025, 10, 26, 1),
		utc(2026, 3, 29, 1));
	expect(&r, utc(2026, 12, 31, 23), 3600, utc(2026, 10, 25, 1),
		utc(2027, 3, 28, 1));
	expect(&r, utc(2500, 7, 1, 0), 7200, utc(2500, 3, 28, 1),
		utc(2500, 10, 31, 1));
	/* south: summer lies over the new year */
	assert_true(reads("AEST-10AEDT,M10.1.0,M4.1.0/3", &r));
	expect(&r, utc(2026, 1, 1, 0), 39600, utc(2025, 10, 4, 16),
		utc(2026, 4, 4, 16));
	expect(&r, utc(2026, 7, 1, 0), 36000, utc(2026, 4, 4, 16),
		utc(2026, 10, 3, 16));
	/* day counts: J60 is always 1 March, 59 is 29 February in leap years */
	assert_true(reads("AAA0BBB,J60/0,300/0", &r));
	expect(&r, utc(2024, 3, 1, 0), 3600, utc(2024, 3, 1, 0),
		utc(2024, 10, 26, 23));
	expect(&r, utc(2023, 3, 1, 0), 3600, utc(2023, 3, 1, 0),
		utc(2023, 10, 27, 23));
	assert_true(reads("AAA0BBB,59/0,300/0", &r));
	expect(&r, utc(2024, 2, 29, 0), 3600, utc(2024, 2, 29, 0),
		utc(2024, 10, 26, 23));
}

/* RFC 8536, 3.3.1: summer time all the year. */
static void summer_all_the_year(void **state)
{
	struct zone_rule r;
	int64_t at;

	(void)state;
	assert_true(reads("XXX3EDT4,0/0,J365/23", &r));
	for (at = utc(2024, 12, 1, 0); at < utc(2025, 2, 1, 0); at += 1800)
		assert_int_equal(-4 * 3600, zone_rule_span(&r, at).offset_s);
}

static void the_ends_of_time_are_safe(void **state)
{
	struct zone_rule r;

	(void)state;
	assert_true(reads("CET-1CEST,M3.5.0,M10.5.0/3", &r));
	(void)zone_rule_span(&r, INT64_MAX);
	(void)zone_rule_span(&r, INT64_MIN);
	assert_true(reads("UTC0", &r));
	expect(&r, 0, 0, INT64_MIN, INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_files_hold),
		cmocka_unit_test(refuses_the_rest),
		cmocka_unit_test(spans_are_exact),
		cmocka_unit_test(summer_all_the_year),
		cmocka_unit_test(the_ends_of_time_are_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
