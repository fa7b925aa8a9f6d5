/* calendar.c - questions to a calendar. Works in stretches of open UTC time,
 * one local day at a time. */
#include "model/calendar_inside.h"

#define STRETCHES_MAX (2 * BLOCKS_MAX)
#define SEARCH_DAYS   400
#define MINUTES_LIMIT ((int64_t)1 << 27) /* some 500 years of work */

struct stretch {
	int64_t from_ms, to_ms; /* open from, closed again at */
};

static bool has_date(const struct calendar *c, int64_t day)
{
	for (uint32_t i = 0; i < c->n_dates && c->dates[i] <= day; i++)
		if (c->dates[i] == day)
			return true;
	return false;
}

static bool is_nl_holiday(const struct calendar *c, int64_t day)
{
	int32_t year = 0;
	int8_t month = 0, month_day = 0;

	civil_from_days(day, &year, &month, &month_day);
	return holiday_nl(year, month, month_day, c->liberation_day);
}

bool calendar_holiday_closes(const struct calendar *c, int64_t day)
{
	return (c->nl && is_nl_holiday(c, day)) || has_date(c, day);
}

static const struct day_hours *hours_of(const struct calendar *c, int64_t day)
{
	static const struct day_hours closed;
	uint32_t low = 0, high = c->n_exceptions;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (c->exceptions[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < c->n_exceptions && c->exceptions[low].day == day)
		return &c->exceptions[low].hours;
	if (c->week[civil_weekday(day)].count == 0 ||
		calendar_holiday_closes(c, day))
		return &closed;
	return &c->week[civil_weekday(day)];
}

int64_t calendar_midnight(const struct calendar *c, int64_t day)
{
	return zone_day_utc(c->zone, day, 0);
}

int64_t calendar_end_of_day(const struct calendar *c, int64_t day)
{
	return calendar_midnight(c, day + 1) - 1;
}

/* The first instant in (from, to] whose offset is not that of `from`. */
static int64_t clock_change(const struct calendar *c, int64_t from, int64_t to)
{
	int32_t offset = zone_offset_s(c->zone, from);

	while (from + 1 < to) {
		int64_t middle = from + (to - from) / 2;

		if (zone_offset_s(c->zone, middle) == offset)
			from = middle;
		else
			to = middle;
	}
	return to;
}

/* Adds what `hours` open within [from, to) of a day that, by the clock of that
 * time, began at `zero`. */
static uint32_t stretches_within(const struct day_hours *hours, int64_t zero,
	int64_t from, int64_t to, struct stretch *out)
{
	uint32_t n = 0;

	for (uint8_t i = 0; i < hours->count; i++) {
		int64_t open = zero + hours->at[i].from * MINUTE_MS;
		int64_t close = zero + hours->at[i].to * MINUTE_MS;

		open = open < from ? from : open;
		close = close > to ? to : close;
		if (open < close)
			out[n++] = (struct stretch){open, close};
	}
	return n;
}

static int64_t zero_of(const struct calendar *c, int64_t day, int64_t at_ms)
{
	return day * DAY_MS - (int64_t)zone_offset_s(c->zone, at_ms) * 1000;
}

/* The open stretches of a local day, in order. */
static uint32_t day_stretches(const struct calendar *c, int64_t day,
	struct stretch out[STRETCHES_MAX])
{
	const struct day_hours *hours = hours_of(c, day);
	int64_t from, to, change;
	uint32_t n;

	if (hours->count == 0)
		return 0;
	zone_midnights(c->zone, day, &from, &to);
	if (from >= to) /* a day the zone left out */
		return 0;
	if (to - from == DAY_MS) /* no change of the clock */
		return stretches_within(hours, from, from, to, out);
	change = clock_change(c, from, to);
	n = stretches_within(hours, zero_of(c, day, from), from, change, out);
	if (change < to)
		n += stretches_within(hours, zero_of(c, day, change), change,
			to, out + n);
	return n;
}

const struct zone *calendar_zone(const struct calendar *c)
{
	return c->zone;
}

int64_t calendar_day(const struct calendar *c, int64_t at_ms)
{
	return zone_day(c->zone, at_ms);
}

bool calendar_is_open(const struct calendar *c, int64_t at_ms)
{
	const struct day_hours *hours;
	struct civil at = {0};
	int minute;

	zone_civil(c->zone, at_ms, &at);
	hours = hours_of(c, civil_days(at.year, at.month, at.day));
	minute = at.hour * 60 + at.minute;
	for (uint8_t i = 0; i < hours->count; i++)
		if (minute >= hours->at[i].from && minute < hours->at[i].to)
			return true;
	return false;
}

bool calendar_is_holiday(const struct calendar *c, int64_t day)
{
	return is_nl_holiday(c, day) || has_date(c, day);
}

bool calendar_work_day(const struct calendar *c, int64_t day)
{
	struct stretch open[STRETCHES_MAX];

	return day_stretches(c, day, open) > 0;
}

bool calendar_hours(const struct calendar *c, int64_t day, int64_t *open_ms,
	int64_t *close_ms)
{
	struct stretch open[STRETCHES_MAX];
	uint32_t n = day_stretches(c, day, open);

	if (n == 0)
		return false;
	*open_ms = open[0].from_ms;
	*close_ms = open[n - 1].to_ms;
	return true;
}

int64_t calendar_next_open(const struct calendar *c, int64_t at_ms)
{
	struct stretch open[STRETCHES_MAX];
	int64_t first = calendar_day(c, at_ms);

	for (int64_t day = first; day <= first + SEARCH_DAYS; day++) {
		uint32_t n = day_stretches(c, day, open);

		for (uint32_t i = 0; i < n; i++) {
			if (open[i].to_ms <= at_ms)
				continue;
			return open[i].from_ms > at_ms ? open[i].from_ms
						       : at_ms;
		}
	}
	return at_ms;
}

int64_t calendar_next_day_open(const struct calendar *c, int64_t at_ms)
{
	return calendar_next_open(
		c, calendar_midnight(c, calendar_day(c, at_ms) + 1));
}

static int64_t ahead(const struct calendar *c, int64_t at_ms, int64_t left_ms)
{
	struct stretch open[STRETCHES_MAX];
	int64_t day = calendar_day(c, at_ms);

	for (int closed = 0; closed <= SEARCH_DAYS; closed++, day++) {
		uint32_t n = day_stretches(c, day, open);

		for (uint32_t i = 0; i < n; i++) {
			if (open[i].to_ms <= at_ms)
				continue;
			if (open[i].from_ms > at_ms)
				at_ms = open[i].from_ms;
			if (open[i].to_ms - at_ms >= left_ms)
				return at_ms + left_ms;
			left_ms -= open[i].to_ms - at_ms;
			at_ms = open[i].to_ms;
			closed = 0;
		}
	}
	return at_ms + left_ms;
}

static int64_t back(const struct calendar *c, int64_t at_ms, int64_t left_ms)
{
	struct stretch open[STRETCHES_MAX];
	int64_t day = calendar_day(c, at_ms);

	for (int closed = 0; closed <= SEARCH_DAYS; closed++, day--) {
		uint32_t n = day_stretches(c, day, open);

		while (n-- > 0) {
			if (open[n].from_ms >= at_ms)
				continue;
			if (open[n].to_ms < at_ms)
				at_ms = open[n].to_ms;
			if (at_ms - open[n].from_ms >= left_ms)
				return at_ms - left_ms;
			left_ms -= at_ms - open[n].from_ms;
			at_ms = open[n].from_ms;
			closed = 0;
		}
	}
	return at_ms - left_ms;
}

int64_t calendar_add_work_minutes(
	const struct calendar *c, int64_t at_ms, int64_t minutes)
{
	if (minutes == 0)
		return at_ms;
	if (minutes > MINUTES_LIMIT || minutes < -MINUTES_LIMIT)
		minutes = minutes > 0 ? MINUTES_LIMIT : -MINUTES_LIMIT;
	if (minutes > 0)
		return ahead(c, at_ms, minutes * MINUTE_MS);
	return back(c, at_ms, -minutes * MINUTE_MS);
}

int64_t calendar_add_work_days(const struct calendar *c, int64_t day, int n)
{
	int step = n < 0 ? -1 : 1;
	int64_t left = n < 0 ? -(int64_t)n : n, at = day, last = day;

	if (n == 0) {
		if (calendar_work_day(c, day))
			return day;
		left = 1;
	}
	while (left > 0) {
		at += step;
		if (calendar_work_day(c, at)) {
			last = at;
			left--;
		} else if ((at - last) * step > SEARCH_DAYS) {
			return n == 0 ? day : last + step * left;
		}
	}
	return at;
}

int64_t calendar_open_minutes(
	const struct calendar *c, int64_t from_ms, int64_t to_ms)
{
	struct stretch open[STRETCHES_MAX];
	int64_t total_ms = 0, day, last;

	if (to_ms <= from_ms)
		return 0;
	last = calendar_day(c, to_ms);
	for (day = calendar_day(c, from_ms); day <= last; day++) {
		uint32_t n = day_stretches(c, day, open);

		for (uint32_t i = 0; i < n; i++) {
			int64_t from = open[i].from_ms, to = open[i].to_ms;

			from = from < from_ms ? from_ms : from;
			to = to > to_ms ? to_ms : to;
			total_ms += to > from ? to - from : 0;
		}
	}
	return total_ms / MINUTE_MS;
}
