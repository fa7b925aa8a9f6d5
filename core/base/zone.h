/*
 * zone.h - time zones read from TZif files (RFC 8536) by ourselves, and
 * calendar arithmetic. No setenv("TZ"), no localtime. Proleptic Gregorian.
 * A zone is immutable after loading and may be read from any thread; where one
 * is read, NULL is UTC.
 */
#pragma once

#include "base/value.h"

struct zone; /* opaque */

/* A local wall-clock moment. */
struct civil {
	int32_t year;
	int8_t month, day;              /* 1-12, 1-31 */
	int8_t hour, minute, second;    /* 0-23, 0-59, 0-59 */
	int16_t milli;                  /* 0-999 */
};

enum zone_fit { ZONE_UNIQUE, ZONE_GAP, ZONE_OVERLAP };

/* Reads zone `name` ("Europe/Amsterdam") from /usr/share/zoneinfo, or from
 * TZDIR when set. Names with "..", a leading "/" or odd characters are
 * refused. The raw bytes are kept: zone_bytes(). FL_NOT_FOUND: err names the
 * nearest that exists. FL_INVALID: such a name, or bytes that are no TZif of
 * version 2 or later, have leap seconds or an offset of a day. FL_NOMEM,
 * FL_STORAGE. On failure *out is NULL; release with zone_free(). */
fl_status zone_load(const char *name, struct zone **out, struct fl_error *err);
/* The same from bytes, as archived with a ruleset (copied). */
fl_status zone_parse(const char *name, const void *bytes, size_t n,
		     struct zone **out, struct fl_error *err);
void zone_free(struct zone *z);
const char *zone_name(const struct zone *z);
const void *zone_bytes(const struct zone *z, size_t *n);

/* Offset east of UTC in seconds at an instant. */
int32_t zone_offset_s(const struct zone *z, int64_t utc_ms);
void zone_civil(const struct zone *z, int64_t utc_ms, struct civil *out);
/* Local to UTC. A time in the gap moves forward by the gap's length (02:30
 * becomes 03:30); in the overlap the earlier instant is taken. Fields out of
 * range are normalised (day 32, minute -5). */
enum zone_fit zone_utc(const struct zone *z, const struct civil *c,
		       int64_t *utc_ms);

/* The local day of an instant, and an instant by its local day and time of
 * that day, which is read as zone_utc() does. Days since 1970-01-01. */
int64_t zone_day(const struct zone *z, int64_t utc_ms);
int64_t zone_day_utc(const struct zone *z, int64_t day, int64_t of_day_ms);
/* The first instants of a day and of the next. */
void zone_midnights(const struct zone *z, int64_t day, int64_t *from_ms,
	int64_t *to_ms);
/* The time of day of an instant, with its day: what zone_day_utc() takes. */
int64_t zone_clock(const struct zone *z, int64_t utc_ms, int64_t *day);

int64_t civil_days(int32_t year, int month, int day); /* since 1970-01-01 */
void civil_from_days(int64_t days, int32_t *year, int8_t *month, int8_t *day);
int civil_weekday(int64_t days);                  /* 0 Monday .. 6 Sunday */
int civil_month_days(int32_t year, int month);    /* 28-31 */

/* "2026-09-01", "2026-09-01 10:00", "2026-09-01T10:00[:ss[.mmm]]" with
 * optional "Z" or "+02:00"; without an offset read in `z` (NULL: UTC). */
fl_status zone_read_time(const struct zone *z, struct text in, int64_t *utc_ms,
			 struct fl_error *err);
/* ISO 8601 with offset, "2026-09-01T10:00:00+02:00" (".mmm" when not 0);
 * z NULL: "Z". At least 40 bytes. */
void zone_write_time(const struct zone *z, int64_t utc_ms, char *out,
		     size_t out_bytes);
