/*
 * calendar.h - opening hours of a department in a zone: weekly blocks, dated
 * exceptions, holidays, daylight-saving safe. "Work" means inside these hours.
 * An instant is open when its local clock time lies in a block of its local
 * day: a block over a clock change is an hour shorter or longer that day.
 * Immutable after building; any thread may read. All times ms UTC; a "day" is
 * days since 1970-01-01 in local time. Searches give up after 400 closed days
 * in a row: a calendar that never opens cannot hang anyone.
 */
#pragma once

#include "base/problem.h"
#include "base/zone.h"

struct calendar; /* opaque; lives in its arena */

/*
 * Builds from the value a dealership.lua gives:
 *   hours = {mon="09:00-18:00", tue="09:00-12:30 13:00-18:00", sun="closed"}
 *     or {["mon-fri"]="09:00-18:00"}, mon_fri as a bare key, or a list of
 *     texts for one day. Dutch names too (ma di wo do vr za zo). A single day
 *     wins over a range; a day that is not named is closed.
 *   closed = {"2026-12-24", "2026-12-31 13:00-", "2026-12-28 to 2026-12-30"}
 *   open = {["2026-12-27"]="12:00-17:00"}: the hours of that day, holiday or
 *     not
 *   holidays = "nl", "none", or a list of dates, "nl" among them or not
 *   liberation_day = true: 5 May is a holiday
 * `base` supplies hours and holidays that are not said, and its closed and
 * open days unless `spec` opens that day itself; NULL: Monday-Friday
 * 09:00-18:00, Saturday 09:00-17:00, holidays nl. `spec` may be NULL: as
 * `base`. zone is borrowed for the calendar's life,
 * NULL: UTC. Mistakes go to `p` as
 * FL120 (unknown key, wrong kind of value), FL121 (day name), FL122 (hours),
 * FL123 (day given twice), FL124 (date), FL125 (never opens); field says
 * where. FL_INVALID then, FL_NOMEM when the arena refuses; *out is NULL.
 */
fl_status calendar_new(struct arena *a, const struct value *spec,
		       const struct calendar *base, const struct zone *zone,
		       const char *file, int line, struct problems *p,
		       struct calendar **out);

const struct zone *calendar_zone(const struct calendar *c);
bool calendar_is_open(const struct calendar *c, int64_t at_ms);
/* A public holiday (nl set) or one of the calendar's own dates, whether the
 * doors are open that day or not: rules about calling people go by this. */
bool calendar_is_holiday(const struct calendar *c, int64_t day);
bool calendar_work_day(const struct calendar *c, int64_t day); /* any block */
int64_t calendar_day(const struct calendar *c, int64_t at_ms); /* local day */
/* First opening and last closing of a work day; false on a closed day. */
bool calendar_hours(const struct calendar *c, int64_t day, int64_t *open_ms,
		    int64_t *close_ms);
/* `at` itself when open, else the next opening (searches 400 days; then at). */
int64_t calendar_next_open(const struct calendar *c, int64_t at_ms);
/* The first opening when the day of `at` is over. */
int64_t calendar_next_day_open(const struct calendar *c, int64_t at_ms);
/*
 * Moves `minutes` open minutes ahead (>= 0) or back (< 0): ahead the first,
 * back the last instant with that much open time between. So work that ends
 * with the day ends at closing time, not at the next opening. 0 is `at`
 * itself, open or not. What never opens again counts as open.
 */
int64_t calendar_add_work_minutes(const struct calendar *c, int64_t at_ms,
				  int64_t minutes);
/* The n-th work day after (n > 0) or before (n < 0) `day`; n 0: `day` itself
 * or the next work day. */
int64_t calendar_add_work_days(const struct calendar *c, int64_t day, int n);
/* Open time between, whole minutes, rounded down; 0 when to <= from. */
int64_t calendar_open_minutes(const struct calendar *c, int64_t from_ms,
			      int64_t to_ms);
/* 00:00 local of a day; the end of day (23:59:59.999 local, last instant). */
int64_t calendar_midnight(const struct calendar *c, int64_t day);
int64_t calendar_end_of_day(const struct calendar *c, int64_t day);

/* Dutch public holidays by integer computus (S8): Easter -2, 0, +1, +39,
 * +49, +50, 1 Jan, King's Day, 25-26 Dec; 5 May only when asked. */
bool holiday_nl(int32_t year, int month, int day, bool liberation_day);
void holiday_easter(int32_t year, int *month, int *day);
