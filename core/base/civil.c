#include "base/zone.h"

#define ERA_DAYS 146097 /* 400 years */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a ^ b) < 0);
}

/* Years that begin in March put the leap day last (H. Hinnant). */
int64_t civil_days(int32_t year, int month, int day)
{
	int64_t months = (int64_t)year * 12 + month - 1;
	int64_t y = floor_div(months, 12);
	int64_t m = months - y * 12; /* 0-11 */
	int64_t era, of_era, of_year;

	y -= m < 2;
	era = floor_div(y, 400);
	of_era = y - era * 400;
	of_year = (153 * (m < 2 ? m + 10 : m - 2) + 2) / 5;
	return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year + day - 1 - 719468;
}

void civil_from_days(int64_t days, int32_t *year, int8_t *month, int8_t *day)
{
	int64_t z = days + 719468, era = floor_div(z, ERA_DAYS);
	int64_t d = z - era * ERA_DAYS; /* of era */
	int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	int64_t of_year = d - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = (int8_t)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int8_t)(m < 10 ? m + 3 : m - 9);
	*year = (int32_t)(y + era * 400 + (*month <= 2));
}

int civil_weekday(int64_t days)
{
	int64_t w = (days + 3) % 7; /* 1970-01-01 was a Thursday */

	return (int)(w < 0 ? w + 7 : w);
}

int civil_month_days(int32_t year, int month)
{
	static const int8_t days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	REQUIRE(month >= 1 && month <= 12);
	return days[month - 1] + (month == 2 && leap);
}
