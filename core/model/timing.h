/*
 * timing.h - spans of the rule language and the one pure function that says
 * when a step appears and when it is due, for live, test, plan and replay.
 */
#pragma once

#include "model/calendar.h"

enum unit {
	UNIT_MINUTE, UNIT_WORK_MINUTE, UNIT_HOUR, UNIT_WORK_HOUR, UNIT_DAY,
	UNIT_WORK_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR
};

struct span {
	int32_t count; /* >= 0, at most 100,000 */
	enum unit unit;
};

/* "2 work days", "1 week", "half an hour"; Dutch too: "2 werkdagen", "3
 * weken", "4 werkuren", "anderhalf uur" is refused. A bare number is days.
 * FL_INVALID: err says what a span looks like. */
fl_status span_read(struct text in, struct span *out, struct fl_error *err);
fl_status span_of_value(const struct value *v, struct span *out,
			struct fl_error *err); /* number: days */
void span_write(struct span s, char *out, size_t out_bytes); /* "2 work days" */
/* Calendar arithmetic: days, weeks, months and years keep the local clock
 * time (31 January + 1 month = 28 February); work units by the calendar. */
int64_t span_add(struct span s, int64_t at_ms, const struct calendar *c);
int64_t span_subtract(struct span s, int64_t at_ms, const struct calendar *c);
int64_t span_min_ms(struct span s, const struct calendar *c); /* for bounds */

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
	MOMENT_END_OF_NEXT_WORK_DAY, MOMENT_CLOCK, /* minute of the day */
	MOMENT_ANCHOR /* the anchor itself (at = "due", a field) */
};

struct moment {
	enum moment_kind kind;
	int16_t minute; /* MOMENT_CLOCK */
};

/* "opening", "closing time", "end of day", "end of next work day", "09:30";
 * Dutch: "openingstijd", "sluitingstijd", "einde van de dag", "einde van de
 * volgende werkdag". FL_NOT_FOUND when it is none of these. */
fl_status moment_read(struct text in, struct moment *out);
/* The moment on the anchor's day (opening and closing: next one at or after
 * the anchor). */
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
	int64_t appears_ms; /* inside opening hours unless the unit is plain
			     * minutes or hours */
	int64_t due_ms;     /* >= appears_ms; end of that (work) day unless
			     * within/due say otherwise */
};

/*
 * The one function. Pure. AFTER in days and longer appears at the opening of
 * that day (work days: of the n-th work day after the anchor's day; other
 * units: same date arithmetic, then moved to the next work day when closed)
 * and is due at that day's closing; minutes and hours keep their instant.
 * DAY n: day 1 is the work day the anchor falls on, or the next one when it
 * falls after closing or on a closed day. EVERY: like AFTER, wait first moved
 * into the bounds. BEFORE: as AFTER, backwards; when that lies on a closed
 * day, the work day before it.
 */
struct due_result due_compute(const struct due_rule *rule, int64_t anchor_ms,
			      const struct calendar *c);
