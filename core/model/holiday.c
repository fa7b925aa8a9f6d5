/* holiday.c - Dutch public holidays by integer computus. */
#include "model/calendar.h"

/* Anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8). */
void holiday_easter(int32_t year, int *month, int *day)
{
	int32_t a = year % 19, b = year / 100, c = year % 100;
	int32_t d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
	int32_t h = (19 * a + b - d - g + 15) % 30;
	int32_t i = c / 4, k = c % 4;
	int32_t l = (32 + 2 * e + 2 * i - h - k) % 7;
	int32_t m = (a + 11 * h + 22 * l) / 451;
	int32_t n = h + l - 7 * m + 114;

	*month = n / 31;
	*day = n % 31 + 1;
}

/* 27 April, or the day before when that is a Sunday. */
static int kings_day(int32_t year)
{
	return civil_weekday(civil_days(year, 4, 27)) == 6 ? 26 : 27;
}

bool holiday_nl(int32_t year, int month, int day, bool liberation_day)
{
	static const int around_easter[] = {-2, 0, 1, 39, 49, 50};
	int easter_month = 0, easter_day = 0;
	int64_t from_easter;

	if (month == 1 || month == 12)
		return month == 1 ? day == 1 : day == 25 || day == 26;
	if (month < 3 || month > 6)
		return false;
	if (month == 4 && day == kings_day(year))
		return true;
	if (month == 5 && day == 5 && liberation_day)
		return true;
	holiday_easter(year, &easter_month, &easter_day);
	from_easter = civil_days(year, month, day) -
		      civil_days(year, easter_month, easter_day);
	for (size_t i = 0; i < sizeof(around_easter) / sizeof(int); i++)
		if (from_easter == around_easter[i])
			return true;
	return false;
}
