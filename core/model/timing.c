/* timing.c - when a step appears and when it is due. Spans are in span.c. */
#include "model/timing.h"

#include <strings.h>

struct moment_name {
	const char *name;
	enum moment_kind kind;
};

static const struct moment_name moment_names[] = {
	{"opening", MOMENT_OPENING},
	{"opening time", MOMENT_OPENING},
	{"openingstijd", MOMENT_OPENING},
	{"closing", MOMENT_CLOSING},
	{"closing time", MOMENT_CLOSING},
	{"sluiting", MOMENT_CLOSING},
	{"sluitingstijd", MOMENT_CLOSING},
	{"end of day", MOMENT_END_OF_DAY},
	{"end of the day", MOMENT_END_OF_DAY},
	{"einde dag", MOMENT_END_OF_DAY},
	{"einde van de dag", MOMENT_END_OF_DAY},
	{"eind van de dag", MOMENT_END_OF_DAY},
	{"end of next work day", MOMENT_END_OF_NEXT_WORK_DAY},
	{"end of the next work day", MOMENT_END_OF_NEXT_WORK_DAY},
	{"einde volgende werkdag", MOMENT_END_OF_NEXT_WORK_DAY},
	{"einde van de volgende werkdag", MOMENT_END_OF_NEXT_WORK_DAY},
	{"eind van de volgende werkdag", MOMENT_END_OF_NEXT_WORK_DAY},
	{"first work day of next month", MOMENT_NEXT_MONTH},
	{"first work day of the next month", MOMENT_NEXT_MONTH},
	{"eerste werkdag volgende maand", MOMENT_NEXT_MONTH},
	{"eerste werkdag van volgende maand", MOMENT_NEXT_MONTH},
	{"eerste werkdag van de volgende maand", MOMENT_NEXT_MONTH},
};

/* "9:30", "09:30", "09.30": minute of the day, or -1. */
static int clock_minute(struct text in)
{
	int value[2] = {0, 0};
	uint32_t part = 0, digits[2] = {0, 0};

	for (uint32_t i = 0; i < in.bytes; i++) {
		char ch = in.at[i];

		if ((ch == ':' || ch == '.') && part == 0)
			part = 1;
		else if (ch >= '0' && ch <= '9' && ++digits[part] <= 2)
			value[part] = value[part] * 10 + (ch - '0');
		else
			return -1;
	}
	if (digits[0] == 0 || digits[1] != 2 || value[0] > 23 || value[1] > 59)
		return -1;
	return value[0] * 60 + value[1];
}

fl_status moment_read(struct text in, struct moment *out)
{
	int minute = clock_minute(in);

	*out = (struct moment){MOMENT_NONE, 0};
	if (minute >= 0) {
		*out = (struct moment){MOMENT_CLOCK, (int16_t)minute};
		return FL_OK;
	}
	for (size_t i = 0; i < sizeof(moment_names) / sizeof(*moment_names);
		i++) {
		const char *name = moment_names[i].name;

		if (strlen(name) != in.bytes ||
			strncasecmp(name, in.at, in.bytes) != 0)
			continue;
		out->kind = moment_names[i].kind;
		return FL_OK;
	}
	return FL_NOT_FOUND;
}

static int64_t next_opening(int64_t at_ms, const struct calendar *c)
{
	int64_t day = calendar_add_work_days(c, calendar_day(c, at_ms), 0);
	int64_t open = 0, close = 0;

	if (!calendar_hours(c, day, &open, &close))
		return at_ms;
	if (open >= at_ms)
		return open;
	day = calendar_add_work_days(c, day, 1);
	return calendar_hours(c, day, &open, &close) ? open : at_ms;
}

static int64_t next_closing(int64_t at_ms, const struct calendar *c)
{
	int64_t day = calendar_add_work_days(c, calendar_day(c, at_ms), 0);
	int64_t open = 0, close = 0;

	if (calendar_hours(c, day, &open, &close) && close >= at_ms)
		return close;
	day = calendar_add_work_days(c, day, 1);
	if (calendar_hours(c, day, &open, &close))
		return close;
	return calendar_end_of_day(c, calendar_day(c, at_ms));
}

static int64_t day_clock(int64_t day, int minute, const struct calendar *c)
{
	return zone_day_utc(calendar_zone(c), day, minute * INT64_C(60000));
}

static int64_t next_clock(int minute, int64_t at_ms, const struct calendar *c)
{
	int64_t day = calendar_add_work_days(c, calendar_day(c, at_ms), 0);
	int64_t instant = day_clock(day, minute, c);

	if (instant >= at_ms)
		return instant;
	return day_clock(calendar_add_work_days(c, day, 1), minute, c);
}

static int64_t next_month(int64_t at_ms, const struct calendar *c)
{
	int32_t year;
	int8_t month, mday;
	int64_t day = calendar_day(c, at_ms), open = 0, close = 0;

	civil_from_days(day, &year, &month, &mday);
	day += civil_month_days(year, month) - mday + 1;
	if (calendar_hours(
		    c, calendar_add_work_days(c, day, 0), &open, &close))
		return open;
	return day_clock(day, 0, c); /* never open again */
}

int64_t moment_at(struct moment m, int64_t anchor_ms, const struct calendar *c)
{
	int64_t day;

	switch (m.kind) {
	case MOMENT_OPENING:
		return next_opening(anchor_ms, c);
	case MOMENT_CLOSING:
		return next_closing(anchor_ms, c);
	case MOMENT_END_OF_DAY:
		return calendar_end_of_day(c, calendar_day(c, anchor_ms));
	case MOMENT_END_OF_NEXT_WORK_DAY:
		day = calendar_day(c, anchor_ms);
		return calendar_end_of_day(
			c, calendar_add_work_days(c, day, 1));
	case MOMENT_NEXT_MONTH:
		return next_month(anchor_ms, c);
	case MOMENT_CLOCK:
		return next_clock(m.minute, anchor_ms, c);
	case MOMENT_NONE:
	case MOMENT_ANCHOR:
		break;
	}
	return anchor_ms;
}

static bool is_instant(enum unit unit)
{
	return unit == UNIT_MINUTE || unit == UNIT_HOUR ||
	       unit == UNIT_WORK_MINUTE || unit == UNIT_WORK_HOUR;
}

/* The opening of `day`, moved to the work day after or before when closed. */
static int64_t opening_of(const struct calendar *c, int64_t day, int direction)
{
	int64_t open = 0, close = 0;

	if (calendar_hours(c, day, &open, &close))
		return open;
	day = calendar_add_work_days(c, day, direction);
	return calendar_hours(c, day, &open, &close)
		       ? open
		       : calendar_midnight(c, day);
}

static int64_t after(
	struct span wait, int64_t anchor_ms, const struct calendar *c)
{
	int64_t at_ms = span_add(wait, anchor_ms, c), opening;

	if (is_instant(wait.unit))
		return at_ms;
	opening = opening_of(c, calendar_day(c, at_ms), 1);
	return opening >= anchor_ms ? opening
				    : calendar_next_open(c, anchor_ms);
}

static int64_t before(
	struct span wait, int64_t anchor_ms, const struct calendar *c)
{
	int64_t at_ms = anchor_ms, opening;

	if (wait.count > 0)
		at_ms = span_subtract(wait, anchor_ms, c);
	if (is_instant(wait.unit))
		return at_ms;
	opening = opening_of(c, calendar_day(c, at_ms), -1);
	return opening <= anchor_ms ? opening : anchor_ms;
}

static struct span bounded(const struct due_rule *rule, int64_t anchor_ms,
	const struct calendar *c)
{
	int64_t at_ms = span_add(rule->wait, anchor_ms, c);

	if (rule->at_least.count > 0 &&
		at_ms < span_add(rule->at_least, anchor_ms, c))
		return rule->at_least;
	if (rule->at_most.count == 0 ||
		at_ms <= span_add(rule->at_most, anchor_ms, c))
		return rule->wait;
	if (rule->at_least.count > 0 &&
		span_add(rule->at_most, anchor_ms, c) <
			span_add(rule->at_least, anchor_ms, c))
		return rule->at_least;
	return rule->at_most;
}

static int64_t nth_day(int32_t n, int64_t anchor_ms, const struct calendar *c)
{
	int64_t day = calendar_day(c, anchor_ms), open = 0, close = 0;

	if (!calendar_hours(c, day, &open, &close) || anchor_ms >= close)
		day = calendar_add_work_days(c, day, 1);
	if (n > 1)
		day = calendar_add_work_days(c, day, n - 1);
	open = opening_of(c, day, 1);
	return open >= anchor_ms ? open : calendar_next_open(c, anchor_ms);
}

static int64_t at_moment(
	struct moment m, int64_t anchor_ms, const struct calendar *c)
{
	if (m.kind == MOMENT_ANCHOR &&
		calendar_midnight(c, calendar_day(c, anchor_ms)) == anchor_ms)
		return next_opening(anchor_ms, c);
	return moment_at(m, anchor_ms, c);
}

int64_t due_appears(const struct due_rule *rule, int64_t anchor_ms,
	const struct calendar *c)
{
	switch (rule->kind) {
	case TIMING_AFTER:
		return after(rule->wait, anchor_ms, c);
	case TIMING_BEFORE:
		return before(rule->wait, anchor_ms, c);
	case TIMING_DAY:
		return nth_day(rule->day, anchor_ms, c);
	case TIMING_EVERY:
		return after(bounded(rule, anchor_ms, c), anchor_ms, c);
	case TIMING_AT:
		return at_moment(rule->at, anchor_ms, c);
	case TIMING_NOW:
		break;
	}
	return anchor_ms;
}

struct due_result due_compute(const struct due_rule *rule, int64_t anchor_ms,
	const struct calendar *c)
{
	struct due_result r = {0, 0};

	r.appears_ms = due_appears(rule, anchor_ms, c);
	if (rule->has_within) {
		r.due_ms = span_add(rule->within, r.appears_ms, c);
	} else if (rule->has_due) {
		r.due_ms = moment_at(rule->due, r.appears_ms, c);
	} else {
		r.due_ms = next_closing(r.appears_ms + 1, c);
		if (rule->kind == TIMING_BEFORE && r.due_ms > anchor_ms)
			r.due_ms = anchor_ms;
	}
	if (r.due_ms < r.appears_ms)
		r.due_ms = r.appears_ms;
	return r;
}
