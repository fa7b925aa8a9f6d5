/*
 * zone_rule.h - the POSIX TZ text at the end of a TZif file, which says how
 * the clock runs after the last change listed ("CET-1CEST,M3.5.0,M10.5.0/3").
 * Used by zone.c alone. Any thread.
 */
#pragma once

#include "base/zone.h"

/* A day of the year and the local second on it at which the clock changes. */
struct zone_rule_date {
	char kind;    /* 'M' month/week/weekday, 'J' day without 29 Feb, 'D' */
	int16_t day;  /* J: 1-365; D: 0-365; M: weekday, 0 Sunday */
	int8_t month; /* M: 1-12 */
	int8_t week;  /* M: 1-5, 5 the last */
	int32_t at_s; /* local seconds from midnight, -167 to 167 hours */
};

struct zone_rule {
	bool any;         /* false: no rule; the last offset stays */
	bool summer;      /* has summer time */
	int32_t offset_s; /* east of UTC, standard time */
	int32_t summer_s; /* east of UTC, summer time */
	struct zone_rule_date begin, end; /* of summer time */
};

/* A stretch of time with one offset: [from_s, to_s) UTC seconds. */
struct zone_span {
	int64_t from_s, to_s;
	int32_t offset_s;
};

/* Reads the text (empty: no rule). false: not understood. */
bool zone_rule_read(const char *text, size_t n, struct zone_rule *out);
/* The stretch around an instant; rule->any must be true. */
struct zone_span zone_rule_span(const struct zone_rule *rule, int64_t utc_s);
