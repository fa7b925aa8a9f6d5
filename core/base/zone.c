#include "base/zone.h"

#include "base/file.h"
#include "base/near.h"
#include "base/zone_rule.h"

#define DAY_S 86400
#define HEADER_BYTES 44
#define FILE_BYTES_MAX (256u << 10)
#define NAME_BYTES_MAX 64
#define OFFSET_MOST_S 86399 /* what ISO 8601 can write */
/* Offsets differ by less; so far from a change a local time is unique. */
#define GUARD_S (2 * OFFSET_MOST_S + 1)
#define LOCAL_MOST_S INT64_C(9000000000000000) /* milliseconds stay in range */
#define TYPES_MAX 256
#define ZONES_DEPTH_MAX 3

struct zone {
	char *name;             /* owned */
	unsigned char *bytes;   /* owned: the file as read */
	size_t byte_count;
	int64_t *changes;       /* owned: UTC seconds, ascending */
	int32_t *after;         /* owned: offset from changes[i] on */
	uint32_t count;         /* of changes */
	int32_t before_s;       /* offset before the first change */
	struct zone_rule rule;  /* from the last change on */
	int32_t offsets[TYPES_MAX + 2]; /* all that occur, each once */
	uint32_t offset_count;
};

/* Counts in a TZif header, in the file's order. */
struct header {
	uint32_t isut, isstd, leap, time, type, chars;
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a ^ b) < 0);
}

/* Milliseconds of a second, also before 1970. */
static int64_t milli_of(int64_t ms)
{
	return ms % 1000 < 0 ? ms % 1000 + 1000 : ms % 1000;
}

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const unsigned char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* Reads a header; false: no header, or counts no file can hold. */
static bool header_read(const unsigned char *p, size_t left, struct header *h)
{
	if (left < HEADER_BYTES || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return false;
	*h = (struct header){be32(p + 20), be32(p + 24), be32(p + 28),
		be32(p + 32), be32(p + 36), be32(p + 40)};
	return h->isut <= TYPES_MAX && h->isstd <= TYPES_MAX &&
	       h->type <= TYPES_MAX && h->leap < FILE_BYTES_MAX &&
	       h->time < FILE_BYTES_MAX && h->chars < FILE_BYTES_MAX;
}

static size_t block_bytes(const struct header *h, size_t time_bytes)
{
	return h->time * (time_bytes + 1) + h->type * (size_t)6 + h->chars +
	       h->leap * (time_bytes + 4) + h->isstd + h->isut;
}

static bool offset_note(struct zone *z, int32_t offset_s)
{
	uint32_t i;

	if (offset_s < -OFFSET_MOST_S || offset_s > OFFSET_MOST_S)
		return false;
	for (i = 0; i < z->offset_count; i++)
		if (z->offsets[i] == offset_s)
			return true;
	z->offsets[z->offset_count++] = offset_s;
	return true;
}

/* The 64-bit block at p; its size was checked. */
static const char *block_read(struct zone *z, const unsigned char *p,
	const struct header *h)
{
	const unsigned char *index = p + h->time * (size_t)8;
	const unsigned char *types = index + h->time;
	uint32_t i;

	for (i = 0; i < h->type; i++)
		if (!offset_note(z, (int32_t)be32(types + i * (size_t)6)))
			return "an offset of a day or more";
	z->before_s = (int32_t)be32(types);
	for (i = 0; i < h->time; i++) {
		z->changes[i] = be64(p + i * (size_t)8);
		if (i > 0 && z->changes[i] <= z->changes[i - 1])
			return "changes out of order";
		if (index[i] >= h->type)
			return "a change to an unknown type";
		z->after[i] = (int32_t)be32(types + index[i] * (size_t)6);
	}
	z->count = h->time;
	return NULL;
}

static const char *footer_read(struct zone *z, const unsigned char *p,
	size_t left)
{
	const unsigned char *end;

	if (left < 2 || p[0] != '\n' ||
		(end = memchr(p + 1, '\n', left - 1)) == NULL)
		return "no rule at the end";
	if (!zone_rule_read((const char *)p + 1, (size_t)(end - p - 1),
		    &z->rule))
		return "a rule at the end that is not understood";
	if (z->rule.any && !offset_note(z, z->rule.offset_s))
		return "an offset of a day or more";
	if (z->rule.summer && !offset_note(z, z->rule.summer_s))
		return "an offset of a day or more";
	return NULL;
}

/* Fills z from z->bytes. NULL, or what is wrong; "" is out of memory. */
static const char *parse(struct zone *z)
{
	const unsigned char *p = z->bytes;
	size_t left = z->byte_count, n;
	struct header h = {0};
	const char *wrong;

	if (!header_read(p, left, &h))
		return "no TZif file of version 2 or later";
	n = HEADER_BYTES + block_bytes(&h, 4);
	if (n > left || !header_read(p + n, left - n, &h))
		return "no 64-bit block";
	p += n + HEADER_BYTES;
	left -= n + HEADER_BYTES;
	n = block_bytes(&h, 8);
	if (n > left || h.type == 0)
		return "cut short";
	if (h.leap != 0)
		return "leap seconds, which this clock does not count";
	z->changes = calloc(h.time + (size_t)1, sizeof(*z->changes));
	z->after = calloc(h.time + (size_t)1, sizeof(*z->after));
	if (z->changes == NULL || z->after == NULL)
		return "";
	if ((wrong = block_read(z, p, &h)) != NULL)
		return wrong;
	return footer_read(z, p + n, left - n);
}

fl_status zone_parse(const char *name, const void *bytes, size_t n,
	struct zone **out, struct fl_error *err)
{
	fl_status s = FL_OK;
	struct zone *z = NULL;
	const char *wrong;

	*out = NULL;
	if (n > FILE_BYTES_MAX) {
		s = status_fail(err, FL_LIMIT, "time zone %s: too large", name);
		goto out;
	}
	z = calloc(1, sizeof(*z));
	if (z == NULL || (z->name = strdup(name)) == NULL ||
		(z->bytes = malloc(n + 1)) == NULL) {
		s = status_fail(err, FL_NOMEM, "time zone %s", name);
		goto out;
	}
	if (n > 0)
		memcpy(z->bytes, bytes, n);
	z->byte_count = n;
	if ((wrong = parse(z)) != NULL) {
		s = *wrong == '\0'
			    ? status_fail(err, FL_NOMEM, "time zone %s", name)
			    : status_fail(err, FL_INVALID,
				      "time zone %s: %s", name, wrong);
		goto out;
	}
	*out = z;
	z = NULL;
out:
	zone_free(z);
	return s;
}

void zone_free(struct zone *z)
{
	if (z == NULL)
		return;
	free(z->name);
	free(z->bytes);
	free(z->changes);
	free(z->after);
	free(z);
}

const char *zone_name(const struct zone *z)
{
	return z->name;
}

const void *zone_bytes(const struct zone *z, size_t *n)
{
	*n = z->byte_count;
	return z->bytes;
}

static bool name_good(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= NAME_BYTES_MAX && name[0] != '/' &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
			    "uvwxyz0123456789_+-/") == n;
}

static const char *zones_dir(void)
{
	const char *dir = getenv("TZDIR");

	return dir != NULL && *dir != '\0' ? dir : "/usr/share/zoneinfo";
}

/* All zone names below a folder, for the "did you mean". */
struct names {
	struct arena *arena;
	const char **items;
	uint32_t count, cap;
	const char *prefix; /* "" or "America/" */
	int depth;
};

static void names_add(void *ctx, const char *name, bool is_folder)
{
	struct names *n = ctx;
	const char *prefix = n->prefix, *full, **items;

	full = arena_printf(n->arena, "%s%s", prefix, name);
	if (full == NULL || !name_good(full))
		return;
	if (is_folder) {
		if (n->depth >= ZONES_DEPTH_MAX)
			return;
		n->depth++;
		n->prefix = arena_printf(n->arena, "%s/", full);
		full = arena_printf(n->arena, "%s/%s", zones_dir(), full);
		if (n->prefix != NULL && full != NULL)
			(void)file_list(full, names_add, n, NULL);
		n->prefix = prefix;
		n->depth--;
		return;
	}
	items = arena_grow(n->arena, n->items, n->count, &n->cap, n->count + 1,
		sizeof(*items));
	if (items == NULL)
		return;
	n->items = items;
	items[n->count++] = full;
}

static fl_status unknown_zone(const char *name, struct fl_error *err)
{
	fl_status s;
	struct arena a;
	struct names n = {.arena = &a, .prefix = ""};
	const char **cities = NULL;
	uint32_t i;
	int hit;

	arena_init(&a, 0);
	(void)file_list(zones_dir(), names_add, &n, NULL);
	hit = near_name(name, n.items, n.count);
	if (hit < 0 && n.count > 0)
		cities = arena_alloc(&a, n.count * sizeof(*cities));
	for (i = 0; cities != NULL && i < n.count; i++) {
		const char *slash = strrchr(n.items[i], '/');

		cities[i] = slash != NULL ? slash + 1 : n.items[i];
	}
	if (cities != NULL)
		hit = near_name(name, cities, n.count);
	s = status_fail(err, FL_NOT_FOUND, "no time zone \"%s\"%s%s%s", name,
		hit >= 0 ? " (did you mean \"" : "",
		hit >= 0 ? n.items[hit] : "", hit >= 0 ? "\"?)" : "");
	arena_deinit(&a);
	return s;
}

fl_status zone_load(const char *name, struct zone **out, struct fl_error *err)
{
	fl_status s;
	struct buf raw, path;

	*out = NULL;
	buf_init(&raw, FILE_BYTES_MAX);
	buf_init(&path, 4096);
	if (!name_good(name)) {
		s = status_fail(err, FL_INVALID,
			"\"%.64s\" is no name of a time zone", name);
		goto out;
	}
	buf_printf(&path, "%s/%s", zones_dir(), name);
	if (path.failed) {
		s = status_fail(err, FL_NOMEM, "time zone %s", name);
		goto out;
	}
	s = file_read(path.at, FILE_BYTES_MAX, &raw, err);
	if (s == FL_NOT_FOUND || s == FL_INVALID)
		s = unknown_zone(name, err);
	if (s == FL_OK)
		s = zone_parse(name, raw.at, raw.len, out, err);
out:
	buf_deinit(&raw);
	buf_deinit(&path);
	return s;
}

/* How many changes there have been by then. Asked many times for each moment
 * that a rule computes: halves without a branch to guess. */
static uint32_t changes_by(const struct zone *z, int64_t utc_s)
{
	const int64_t *at = z->changes;
	uint32_t left = z->count, half;

	while (left > 0) {
		half = (left + 1) / 2;
		at += at[half - 1] <= utc_s ? half : 0;
		left -= half;
	}
	return (uint32_t)(at - z->changes);
}

/* The stretch of one offset around an instant. */
static struct zone_span span_at(const struct zone *z, int64_t utc_s)
{
	struct zone_span span = {INT64_MIN, INT64_MAX, z->before_s};
	uint32_t low = changes_by(z, utc_s);

	if (low == z->count && z->rule.any)
		span = zone_rule_span(&z->rule, utc_s);
	else if (low > 0)
		span.offset_s = z->after[low - 1];
	if (low > 0 && span.from_s < z->changes[low - 1])
		span.from_s = z->changes[low - 1];
	if (low < z->count)
		span.to_s = z->changes[low];
	return span;
}

int32_t zone_offset_s(const struct zone *z, int64_t utc_ms)
{
	return z != NULL ? span_at(z, floor_div(utc_ms, 1000)).offset_s : 0;
}

/* Fields of a count of local seconds. */
static void civil_fill(int64_t local_s, int64_t milli, struct civil *out)
{
	int64_t days = floor_div(local_s, DAY_S);
	int32_t of_day = (int32_t)(local_s - days * DAY_S);

	civil_from_days(days, &out->year, &out->month, &out->day);
	out->hour = (int8_t)(of_day / 3600);
	out->minute = (int8_t)(of_day / 60 % 60);
	out->second = (int8_t)(of_day % 60);
	out->milli = (int16_t)milli;
}

void zone_civil(const struct zone *z, int64_t utc_ms, struct civil *out)
{
	int64_t utc_s = floor_div(utc_ms, 1000);
	int32_t offset_s = z != NULL ? span_at(z, utc_s).offset_s : 0;

	civil_fill(utc_s + offset_s, milli_of(utc_ms), out);
}

/* Near a change: tries every offset the zone has ever had. */
static enum zone_fit search(const struct zone *z, int64_t local_s,
	int64_t *utc_s)
{
	int64_t first = INT64_MAX, gap = INT64_MAX;
	uint32_t fits = 0, i;

	for (i = 0; i < z->offset_count; i++) {
		int64_t u = local_s - z->offsets[i];
		int32_t there = span_at(z, u).offset_s;

		if (there == z->offsets[i]) {
			fits++;
			if (u < first)
				first = u;
		} else if (there > z->offsets[i] && u < gap &&
			   span_at(z, local_s - there).offset_s ==
				   z->offsets[i]) {
			gap = u; /* read with the offset before the gap */
		}
	}
	if (fits == 0) {
		*utc_s = gap != INT64_MAX
				 ? gap
				 : local_s - span_at(z, local_s).offset_s;
		return ZONE_GAP;
	}
	*utc_s = first;
	return fits > 1 ? ZONE_OVERLAP : ZONE_UNIQUE;
}

static enum zone_fit utc_of(const struct zone *z, int64_t local_s,
	int64_t *out_s)
{
	enum zone_fit fit = ZONE_UNIQUE;
	struct zone_span span;
	int64_t utc_s;

	if (local_s > LOCAL_MOST_S)
		local_s = LOCAL_MOST_S;
	if (local_s < -LOCAL_MOST_S)
		local_s = -LOCAL_MOST_S;
	utc_s = local_s;
	if (z != NULL) {
		span = span_at(z, local_s);
		utc_s -= span.offset_s;
		if (utc_s - GUARD_S < span.from_s ||
			utc_s + GUARD_S >= span.to_s)
			fit = search(z, local_s, &utc_s);
	}
	*out_s = utc_s;
	return fit;
}

enum zone_fit zone_utc(const struct zone *z, const struct civil *c,
	int64_t *utc_ms)
{
	int64_t carry = floor_div(c->milli, 1000), utc_s;
	int64_t local_s = civil_days(c->year, c->month, c->day) * DAY_S +
			  c->hour * 3600 + c->minute * 60 + c->second + carry;
	enum zone_fit fit = utc_of(z, local_s, &utc_s);

	*utc_ms = utc_s * 1000 + c->milli - carry * 1000;
	return fit;
}

int64_t zone_day(const struct zone *z, int64_t utc_ms)
{
	return floor_div(floor_div(utc_ms, 1000) + zone_offset_s(z, utc_ms),
		DAY_S);
}

int64_t zone_clock(const struct zone *z, int64_t utc_ms, int64_t *day)
{
	int64_t local_ms = utc_ms + zone_offset_s(z, utc_ms) * INT64_C(1000);

	*day = floor_div(local_ms, DAY_S * INT64_C(1000));
	return local_ms - *day * DAY_S * 1000;
}

int64_t zone_day_utc(const struct zone *z, int64_t day, int64_t of_day_ms)
{
	int64_t of_day_s = floor_div(of_day_ms, 1000), utc_s;

	utc_of(z, day * DAY_S + of_day_s, &utc_s);
	return utc_s * 1000 + of_day_ms - of_day_s * 1000;
}

void zone_midnights(const struct zone *z, int64_t day, int64_t *from_ms,
	int64_t *to_ms)
{
	int64_t local_s = day * DAY_S, utc_s;
	struct zone_span span;

	if (z != NULL && local_s > -LOCAL_MOST_S &&
		local_s < LOCAL_MOST_S - DAY_S) {
		span = span_at(z, local_s);
		utc_s = local_s - span.offset_s;
		if (utc_s - GUARD_S >= span.from_s &&
			utc_s + DAY_S + GUARD_S < span.to_s) {
			*from_ms = utc_s * 1000;
			*to_ms = (utc_s + DAY_S) * 1000;
			return;
		}
	}
	*from_ms = zone_day_utc(z, day, 0);
	*to_ms = zone_day_utc(z, day + 1, 0);
}

/* A cursor over "2026-09-01T10:00:00.123+02:00". */
struct scan {
	const char *at, *end;
};

static char peek(const struct scan *s)
{
	return s->at < s->end ? *s->at : '\0';
}

static bool eat(struct scan *s, char want)
{
	if (peek(s) != want)
		return false;
	s->at++;
	return true;
}

/* Exactly `digits` digits, from least to most. */
static bool number(struct scan *s, int digits, int least, int most, int *out)
{
	int n = 0;

	while (digits-- > 0) {
		if (peek(s) < '0' || peek(s) > '9')
			return false;
		n = n * 10 + (*s->at++ - '0');
	}
	*out = n;
	return n >= least && n <= most;
}

static bool scan_date(struct scan *s, struct civil *c)
{
	int year = 0, month = 0, day = 0;

	if (!number(s, 4, 0, 9999, &year) || !eat(s, '-') ||
		!number(s, 2, 1, 12, &month) || !eat(s, '-') ||
		!number(s, 2, 1, civil_month_days(year, month), &day))
		return false;
	c->year = year;
	c->month = (int8_t)month;
	c->day = (int8_t)day;
	return true;
}

static bool scan_clock(struct scan *s, struct civil *c)
{
	int hour = 0, minute = 0, second = 0, milli = 0, place;

	if (!number(s, 2, 0, 23, &hour) || !eat(s, ':') ||
		!number(s, 2, 0, 59, &minute))
		return false;
	if (eat(s, ':')) {
		if (!number(s, 2, 0, 59, &second))
			return false;
		if (eat(s, '.')) {
			if (peek(s) < '0' || peek(s) > '9')
				return false;
			for (place = 100; peek(s) >= '0' && peek(s) <= '9';
				place /= 10)
				milli += (*s->at++ - '0') * place;
		}
	}
	c->hour = (int8_t)hour;
	c->minute = (int8_t)minute;
	c->second = (int8_t)second;
	c->milli = (int16_t)milli;
	return true;
}

/* "Z" or "+hh:mm"; *any tells whether there was one. */
static bool scan_offset(struct scan *s, bool *any, int32_t *offset_s)
{
	int hour = 0, minute = 0, sign = peek(s) == '-' ? -1 : 1;

	*any = s->at < s->end;
	*offset_s = 0;
	if (!*any || eat(s, 'Z') || eat(s, 'z'))
		return true;
	if (!eat(s, '+') && !eat(s, '-'))
		return false;
	if (!number(s, 2, 0, 23, &hour))
		return false;
	(void)eat(s, ':');
	if (!number(s, 2, 0, 59, &minute))
		return false;
	*offset_s = sign * (hour * 3600 + minute * 60);
	return true;
}

fl_status zone_read_time(const struct zone *z, struct text in,
	int64_t *utc_ms, struct fl_error *err)
{
	struct scan s = {in.at, in.at + in.bytes};
	struct civil c = {0};
	int32_t offset_s = 0;
	bool own = false;

	if (!scan_date(&s, &c))
		goto wrong;
	if (s.at < s.end) {
		if (!eat(&s, 'T') && !eat(&s, ' '))
			goto wrong;
		if (!scan_clock(&s, &c) || !scan_offset(&s, &own, &offset_s) ||
			s.at != s.end)
			goto wrong;
	}
	(void)zone_utc(own ? NULL : z, &c, utc_ms);
	*utc_ms -= offset_s * INT64_C(1000);
	return FL_OK;
wrong:
	return status_fail(err, FL_INVALID,
		"\"%.*s\" is no date or time like 2026-09-01 or "
		"2026-09-01T10:00",
		in.bytes < 60 ? (int)in.bytes : 60, in.at);
}

void zone_write_time(const struct zone *z, int64_t utc_ms, char *out,
	size_t out_bytes)
{
	int64_t utc_s = floor_div(utc_ms, 1000);
	int32_t offset_s = z != NULL ? span_at(z, utc_s).offset_s : 0;
	int32_t minutes = offset_s / 60, size = abs(minutes);
	struct civil c;
	char milli[8] = "", offset[16] = "Z";

	/* The text has whole minutes only: so does the time written with it. */
	civil_fill(utc_s + minutes * 60, milli_of(utc_ms), &c);
	if (c.milli != 0)
		snprintf(milli, sizeof(milli), ".%03d", c.milli);
	if (z != NULL)
		snprintf(offset, sizeof(offset), "%c%02d:%02d",
			minutes < 0 ? '-' : '+', size / 60 % 100, size % 60);
	snprintf(out, out_bytes, "%04d-%02d-%02dT%02d:%02d:%02d%s%s", c.year,
		c.month, c.day, c.hour, c.minute, c.second, milli, offset);
}
