/*
 * calendar_inside.h - what calendar.c (questions) and calendar_spec.c
 * (building) share. Nobody else includes it.
 */
#pragma once

#include "model/calendar.h"

#define DAY_MS            ((int64_t)86400000)
#define MINUTE_MS         ((int64_t)60000)
#define DAY_MINUTES       1440
#define BLOCKS_WRITTEN    6  /* one day's hours as a person writes them */
#define BLOCKS_MAX        16 /* after part closings cut them */
#define EXCEPTION_DAYS    4000

struct block {
	int16_t from, to; /* minutes of the day, from < to <= 1440 */
};

struct day_hours {
	uint8_t count; /* 0: closed */
	struct block at[BLOCKS_MAX]; /* in order, never touching */
};

/* One line of `closed` or `open`, as said. */
struct day_rule {
	int64_t day;
	bool opens;             /* hours replace the day's; else are cut out */
	struct day_hours hours;
};

/* A day that differs from its week, as it comes out of all its rules. */
struct day_exception {
	int64_t day;
	struct day_hours hours;
};

struct calendar {
	const struct zone *zone;          /* borrowed; NULL: UTC */
	struct day_hours week[7];         /* 0 Monday */
	bool nl, liberation_day;          /* holidays close the doors */
	int64_t *dates;                   /* further holidays, sorted */
	uint32_t n_dates;
	struct day_rule *rules;           /* base's first; kept for heirs */
	uint32_t n_rules, cap_rules;
	struct day_exception *exceptions; /* sorted by day */
	uint32_t n_exceptions;
};

bool calendar_holiday_closes(const struct calendar *c, int64_t day);
