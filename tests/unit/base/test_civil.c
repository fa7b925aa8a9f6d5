#include "unit.h"

#include "base/zone.h"

#include <time.h>

static void days_count_up_without_gaps(void **state)
{
	int64_t days = civil_days(1599, 12, 31);
	int32_t year, y;
	int8_t month, day;
	int m, d;

	(void)state;
	for (y = 1600; y < 2410; y++)
		for (m = 1; m <= 12; m++)
			for (d = 1; d <= civil_month_days(y, m); d++) {
				assert_int_equal(++days, civil_days(y, m, d));
				civil_from_days(days, &year, &month, &day);
				assert_int_equal(y, year);
				assert_int_equal(m, month);
				assert_int_equal(d, day);
			}
}

static void agrees_with_the_library(void **state)
{
	uint64_t seed = 11;
	int i;

	(void)state;
	assert_int_equal(0, civil_days(1970, 1, 1));
	assert_int_equal(-719468, civil_days(0, 3, 1));
	assert_int_equal(3, civil_weekday(0));
	assert_int_equal(2, civil_weekday(-1));
	for (i = 0; i < 20000; i++) {
		int64_t days = (int64_t)unit_below(&seed, 400000000) -
			       200000000;
		time_t t = (time_t)days * 86400;
		int32_t year;
		int8_t month, day;
		struct tm tm;

		assert_non_null(gmtime_r(&t, &tm));
		civil_from_days(days, &year, &month, &day);
		assert_int_equal(tm.tm_year + 1900, year);
		assert_int_equal(tm.tm_mon + 1, month);
		assert_int_equal(tm.tm_mday, day);
		assert_int_equal((tm.tm_wday + 6) % 7, civil_weekday(days));
		assert_int_equal(days, civil_days(year, month, day));
	}
}

static void months_and_days_roll_over(void **state)
{
	(void)state;
	assert_int_equal(civil_days(2027, 1, 1), civil_days(2026, 13, 1));
	assert_int_equal(civil_days(2025, 12, 1), civil_days(2026, 0, 1));
	assert_int_equal(civil_days(2024, 10, 1), civil_days(2026, -14, 1));
	assert_int_equal(civil_days(2026, 3, 1), civil_days(2026, 2, 29));
	assert_int_equal(civil_days(2026, 2, 28), civil_days(2026, 3, 0));
	assert_int_equal(29, civil_month_days(2024, 2));
	assert_int_equal(28, civil_month_days(2100, 2));
	assert_int_equal(29, civil_month_days(2000, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_count_up_without_gaps),
		cmocka_unit_test(agrees_with_the_library),
		cmocka_unit_test(months_and_days_roll_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
