#include "base/zone_rule.h"

#define HOUR_S 3600
#define DAY_S 86400

struct cursor {
	const char *at, *end;
};

static char peek(const struct cursor *c)
{
	return c->at < c->end ? *c->at : '\0';
}

static bool eat(struct cursor *c, char want)
{
	if (peek(c) != want)
		return false;
	c->at++;
	return true;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool number(struct cursor *c, int least, int most, int *out)
{
	int n = 0;

	if (!digit(peek(c)))
		return false;
	while (digit(peek(c)) && n <= 1000)
		n = n * 10 + (*c->at++ - '0');
	*out = n;
	return n >= least && n <= most;
}

/* "CET" or "<+03>"; the name itself is of no use here. */
static bool name(struct cursor *c)
{
	const char *from = c->at;

	if (eat(c, '<')) {
		while (peek(c) != '\0' && peek(c) != '>')
			c->at++;
		return eat(c, '>');
	}
	while (letter(peek(c)))
		c->at++;
	return c->at - from >= 3;
}

/* [+-]h[h][:mm[:ss]] in seconds. */
static bool seconds(struct cursor *c, int hours_most, int32_t *out)
{
	int h = 0, m = 0, s = 0;
	bool negative = eat(c, '-');

	if (!negative)
		(void)eat(c, '+');
	if (!number(c, 0, hours_most, &h))
		return false;
	if (eat(c, ':')) {
		if (!number(c, 0, 59, &m))
			return false;
		if (eat(c, ':') && !number(c, 0, 59, &s))
			return false;
	}
	*out = h * HOUR_S + m * 60 + s;
	if (negative)
		*out = -*out;
	return true;
}

static bool date(struct cursor *c, struct zone_rule_date *out)
{
	int month = 0, week = 0, day = 0;

	*out = (struct zone_rule_date){.at_s = 2 * HOUR_S};
	if (eat(c, 'M')) {
		out->kind = 'M';
		if (!number(c, 1, 12, &month) || !eat(c, '.') ||
			!number(c, 1, 5, &week) || !eat(c, '.') ||
			!number(c, 0, 6, &day))
			return false;
	} else {
		out->kind = eat(c, 'J') ? 'J' : 'D';
		if (!number(c, out->kind == 'J', 365, &day))
			return false;
	}
	out->month = (int8_t)month;
	out->week = (int8_t)week;
	out->day = (int16_t)day;
	return !eat(c, '/') || seconds(c, 167, &out->at_s);
}

bool zone_rule_read(const char *text, size_t n, struct zone_rule *out)
{
	struct cursor c = {text, text + n};
	int32_t west = 0;

	*out = (struct zone_rule){0};
	if (n == 0)
		return true;
	if (!name(&c) || !seconds(&c, 24, &west))
		return false;
	out->any = true;
	out->offset_s = -west;
	if (c.at == c.end)
		return true;
	if (!name(&c))
		return false;
	out->summer = true;
	out->summer_s = out->offset_s + HOUR_S;
	if (peek(&c) != ',') {
		if (!seconds(&c, 24, &west))
			return false;
		out->summer_s = -west;
	}
	return eat(&c, ',') && date(&c, &out->begin) && eat(&c, ',') &&
	       date(&c, &out->end) && c.at == c.end;
}

/* Local second (as if UTC) of a rule's date in `year`. */
static int64_t date_in(const struct zone_rule_date *d, int32_t year)
{
	int64_t day;
	int ahead;

	if (d->kind == 'D') {
		day = civil_days(year, 1, 1) + d->day;
	} else if (d->kind == 'J') {
		day = civil_days(year, 1, 1) + d->day - 1;
		day += d->day >= 60 && civil_month_days(year, 2) == 29;
	} else {
		day = civil_days(year, d->month, 1);
		ahead = (d->day + 6) % 7 - civil_weekday(day);
		day += (ahead < 0 ? ahead + 7 : ahead) + 7 * (d->week - 1);
		if (day >= civil_days(year, d->month + 1, 1))
			day -= 7;
	}
	return day * DAY_S + d->at_s;
}

static int64_t clamp(int64_t s)
{
	const int64_t most = INT64_MAX / 4000; /* ms stay in range, years too */

	return s > most ? most : s < -most ? -most : s;
}

struct zone_span zone_rule_span(const struct zone_rule *rule, int64_t utc_s)
{
	struct zone_span span = {INT64_MIN, INT64_MAX, rule->offset_s};
	int64_t now = clamp(utc_s);
	int32_t year = 0;
	int8_t month, day;
	int y, ends;

	if (!rule->summer)
		return span;
	civil_from_days(now / DAY_S, &year, &month, &day);
	/* A date may lie a week outside its year: hence two years each way. */
	for (y = year - 2; y <= year + 2; y++) {
		int64_t change[2] = {
			date_in(&rule->begin, y) - rule->offset_s,
			date_in(&rule->end, y) - rule->summer_s,
		};

		for (ends = 0; ends < 2; ends++) {
			int64_t at = change[ends];

			if (at > now && at < span.to_s)
				span.to_s = at;
			/* both at once: it is summer all the year */
			if (at > now || at < span.from_s ||
				(at == span.from_s && ends))
				continue;
			span.from_s = at;
			span.offset_s = ends ? rule->offset_s : rule->summer_s;
		}
	}
	return span;
}
