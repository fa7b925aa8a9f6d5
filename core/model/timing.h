/*
 * timing.h - spans of the rule language and the one pure function that says
 * when a step appears and when it is due, for live, test, plan and replay.
 * No state, no clock; any thread.
 */
#pragma once

#include "model/calendar.h"

#define SPAN_COUNT_MAX 100000
#define SPAN_TEXT 32 /* room for any span_write(), with NUL */

enum unit {
	UNIT_MINUTE, UNIT_WORK_MINUTE, UNIT_HOUR, UNIT_WORK_HOUR, UNIT_DAY,
	UNIT_WORK_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR
};

struct span {
	int32_t count; /* >= 0, at most SPAN_COUNT_MAX */
	enum unit unit;
};

/*
 * "2 work days", "1 week", "two weeks", "half an hour"; Dutch too: "2
 * werkdagen", "drie weken", "4 werkuren", "een half uur", "3 kwartier". A
 * bare number is days. Other fractions ("1,5 uur", "anderhalf uur") are
 * refused. FL_INVALID: err says what a span looks like and, where one is near,
 * the right spelling.
 */
fl_status span_read(struct text in, struct span *out, struct fl_error *err);
/* What a broken number of units is in whole ones: "1,5 hours" is "90 minutes",
 * "1.5 dagen" "36 uur". false: `said` is no such thing. */
bool span_of_part(struct text said, char *out, size_t out_bytes);
fl_status span_of_value(const struct value *v, struct span *out,
			struct fl_error *err); /* number: days */
void span_write(struct span s, char *out, size_t out_bytes); /* "2 work days" */
/*
 * Calendar arithmetic: days, weeks, months and years keep the local clock
 * time (31 January + 1 month = 28 February; 02:30 on the day it is left out
 * is 03:30, where it comes twice the first); minutes and hours are time that
 * passes; work units go by the calendar, work days keep the clock time. A
 * count of 0 is the instant itself, for work days on the next work day.
 */
int64_t span_add(struct span s, int64_t at_ms, const struct calendar *c);
int64_t span_subtract(struct span s, int64_t at_ms, const struct calendar *c);

enum timing_kind {
	TIMING_NOW = 0, /* appears with the card or event */
	TIMING_AFTER,   /* after = span, from = anchor */
	TIMING_BEFORE,  /* before = span, of = anchor */
	TIMING_DAY,     /* day = n-th work day of the card */
	TIMING_EVERY,   /* every = span, from = anchor, bounds applied */
	TIMING_AT       /* at = moment */
};

enum moment_kind {
	MOMENT_NONE = 0, MOMENT_OPENING, MOMENT_CLOSING, MOMENT_END_OF_DAY,
	MOMENT_END_OF_NEXT_WORK_DAY,
	MOMENT_NEXT_MONTH, /* opening of its first work day */
	MOMENT_CLOCK, /* minute of the day */
	MOMENT_ANCHOR /* the anchor itself (at = "due", a field) */
};

struct moment {
	enum moment_kind kind;
	int16_t minute; /* MOMENT_CLOCK */
};

/* "opening", "closing time", "end of day", "end of next work day", "first work
 * day of next month", "09:30";
 * Dutch: "openingstijd", "sluitingstijd", "einde van de dag", "einde van de
 * volgende werkdag". FL_NOT_FOUND when it is none of these, *out is NONE. */
fl_status moment_read(struct text in, struct moment *out);
/*
 * Opening and closing: of a work day, the next one at or after the anchor.
 * A clock time: the next one at or after the anchor on a work day. End of day:
 * the last instant of the anchor's day; end of next work day: that of the
 * first work day after it. Next month: the opening of the first work day of the
 * month after the anchor's. ANCHOR and NONE: the anchor.
 */
int64_t moment_at(struct moment m, int64_t anchor_ms, const struct calendar *c);

/* The evaluated rule of one step. */
struct due_rule {
	enum timing_kind kind;
	struct span wait;      /* AFTER, BEFORE, EVERY */
	struct span at_least, at_most; /* EVERY bounds; count 0: none */
	int32_t day;           /* DAY */
	struct moment at;      /* AT */
	bool has_within;       /* due = appearance + within */
	struct span within;
	bool has_due;          /* due = moment after appearance */
	struct moment due;
};

struct due_result {
	int64_t appears_ms; /* on a work day, in its hours, unless the rule
			     * says an instant: NOW, AT, minutes and hours */
	int64_t due_ms;     /* >= appears_ms; the closing of that work day,
			     * or the next one's when it appears later or on
			     * a closed day, unless within/due say otherwise */
};

/*
 * The one function. Pure. AFTER in days and longer appears at the opening of
 * that day (work days: of the n-th work day after the anchor's day; other
 * units: same date arithmetic, then moved to the next work day when closed)
 * and is due at that day's closing; minutes and hours keep their instant, work
 * minutes and hours the instant when that much open time has passed. It never
 * appears before the anchor. DAY n: day 1 is the work day the anchor falls on,
 * or the next one when it falls after closing or on a closed day. EVERY: like
 * AFTER, wait first moved into the bounds, at_least being the stronger.
 * BEFORE: as AFTER, backwards; when that lies on a closed day, the work day
 * before it; never later than the anchor, nor due later unless within/due say
 * so. AT the anchor: the anchor, but a bare date (00:00) means the opening of
 * that day or the next work day. within wins over due where both are given.
 */
struct due_result due_compute(const struct due_rule *rule, int64_t anchor_ms,
			      const struct calendar *c);
/* Its appears_ms alone, which is the lesser part of the work. */
int64_t due_appears(const struct due_rule *rule, int64_t anchor_ms,
		    const struct calendar *c);
