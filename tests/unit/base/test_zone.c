#include "unit.h"

#include "base/file.h"
#include "base/zone.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HOUR 3600

static struct zone *load(const char *name)
{
	struct zone *z = NULL;
	struct fl_error err = {0};

	if (zone_load(name, &z, &err) != FL_OK)
		fail_msg("%s", err.text);
	return z;
}

static int64_t utc_of(const char *text)
{
	struct fl_error err = {0};
	int64_t ms = 0;

	if (zone_read_time(NULL, text_of(text), &ms, &err) != FL_OK)
		fail_msg("%s", err.text);
	return ms;
}

/* ---- against glibc, in a child with TZ set ---- */

static int64_t glibc_offset(int64_t utc_s)
{
	time_t t = (time_t)utc_s;
	struct tm tm;

	return localtime_r(&t, &tm) != NULL ? tm.tm_gmtoff : INT32_MIN;
}

static bool same_instant(const struct zone *z, int64_t utc_s)
{
	time_t t = (time_t)utc_s;
	struct civil c;
	struct tm tm;

	localtime_r(&t, &tm);
	zone_civil(z, utc_s * 1000 + 7, &c);
	if (tm.tm_gmtoff == zone_offset_s(z, utc_s * 1000) &&
		tm.tm_year + 1900 == c.year && tm.tm_mon + 1 == c.month &&
		tm.tm_mday == c.day && tm.tm_hour == c.hour &&
		tm.tm_min == c.minute && tm.tm_sec == c.second &&
		c.milli == 7)
		return true;
	fprintf(stderr, "%s: %lld differs\n", zone_name(z), (long long)utc_s);
	return false;
}

/* The exact second at which the offset changes in (low, high]. */
static int64_t change_between(const struct zone *z, int64_t low, int64_t high)
{
	int32_t before = zone_offset_s(z, low * 1000);

	while (high - low > 1) {
		int64_t mid = low + (high - low) / 2;

		if (zone_offset_s(z, mid * 1000) == before)
			low = mid;
		else
			high = mid;
	}
	return high;
}

/* All instants that glibc maps to a local time, from the offsets around. */
static int glibc_utc(int64_t local_s, int64_t *first)
{
	int64_t seen[8], u, offset;
	int n = 0, i, found = 0;

	for (u = local_s - 30 * HOUR; u <= local_s + 30 * HOUR;
		u += 2 * HOUR) {
		offset = glibc_offset(u);
		for (i = 0; i < n && seen[i] != offset; i++)
			;
		if (i < n || n == 8)
			continue;
		seen[n++] = offset;
		if (glibc_offset(local_s - offset) != offset)
			continue;
		if (found++ == 0 || local_s - offset < *first)
			*first = local_s - offset;
	}
	if (found == 0) /* read with the offset before the gap */
		*first = local_s - glibc_offset(local_s - 26 * HOUR);
	return found;
}

static bool same_local(const struct zone *z, int64_t local_s)
{
	static const enum zone_fit fits[] = {
		ZONE_GAP, ZONE_UNIQUE, ZONE_OVERLAP};
	int64_t first = 0, got = 0;
	struct civil c = {0};
	int found = glibc_utc(local_s, &first);
	enum zone_fit fit;

	civil_from_days(local_s / 86400, &c.year, &c.month, &c.day);
	c.hour = (int8_t)(local_s % 86400 / HOUR);
	c.minute = (int8_t)(local_s % HOUR / 60);
	c.second = (int8_t)(local_s % 60);
	fit = zone_utc(z, &c, &got);
	if (found <= 2 && fit == fits[found] && got == first * 1000)
		return true;
	fprintf(stderr, "%s: local %lld: %d found, fit %d, %lld want %lld\n",
		zone_name(z), (long long)local_s, found, fit,
		(long long)got / 1000, (long long)first);
	return false;
}

/* Around one change: each second near it; locally each quarter of an hour for
 * five hours (coarse: each half hour for two). */
static bool same_change(const struct zone *z, int64_t at, bool coarse)
{
	int64_t around = coarse ? 2 * HOUR : 5 * HOUR;
	int64_t u, local = at + zone_offset_s(z, at * 1000);

	for (u = at - 3; u <= at + 3; u++)
		if (!same_instant(z, u))
			return false;
	local -= local % 900;
	for (u = local - around; u <= local + around; u += coarse ? 1800 : 900)
		if (!same_local(z, u))
			return false;
	return true;
}

static int compare(const struct zone *z, int64_t from, int64_t to,
	int64_t step, int *changes)
{
	int64_t u;

	setenv("TZ", zone_name(z), 1);
	tzset();
	for (u = from; u < to; u += step) {
		if (!same_instant(z, u))
			return 1;
		if (zone_offset_s(z, u * 1000) ==
			zone_offset_s(z, (u + step) * 1000))
			continue;
		++*changes;
		if (!same_change(z, change_between(z, u, u + step),
			    step > 24 * HOUR))
			return 2;
	}
	return 0;
}

/* Returns 0 when glibc agrees from one year to another. */
static int in_child(const struct zone *z, int from_year, int to_year,
	int64_t step, int changes_least)
{
	int status = 0, changes = 0, code;
	pid_t pid = fork();

	if (pid == 0) {
		code = compare(z, civil_days(from_year, 1, 1) * 86400,
			civil_days(to_year, 1, 1) * 86400, step, &changes);
		_exit(code != 0 ? code : changes < changes_least ? 3 : 0);
	}
	assert_int_equal(pid, waitpid(pid, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void agrees_with_glibc(const char *name, int changes_least)
{
	struct zone *z = load(name);
	/* larger steps where another program watches every access */
	int64_t step = getenv("FL_RUN") != NULL ? 24 * HOUR : 3 * HOUR;

	assert_int_equal(0, in_child(z, 1990, 2061, step, changes_least));
	/* far beyond the table: the rule at the end of the file */
	assert_int_equal(0, in_child(z, 2395, 2405, step,
				    changes_least > 100 ? 20 : 0));
	zone_free(z);
}

static void amsterdam(void **state)
{
	(void)state;
	agrees_with_glibc("Europe/Amsterdam", 142);
}

static void new_york(void **state)
{
	(void)state;
	agrees_with_glibc("America/New_York", 142);
}

static void sydney(void **state)
{
	(void)state;
	agrees_with_glibc("Australia/Sydney", 142);
}

static void lord_howe_moves_half_an_hour(void **state)
{
	(void)state;
	agrees_with_glibc("Australia/Lord_Howe", 142);
}

static void dublin_has_negative_summer(void **state)
{
	(void)state;
	agrees_with_glibc("Europe/Dublin", 142);
}

static void apia_left_out_a_day(void **state)
{
	struct zone *z = load("Pacific/Apia");
	struct civil c = {2011, 12, 30, 12, 0, 0, 0};
	int64_t ms = 0;
	char text[40];

	(void)state;
	assert_int_equal(ZONE_GAP, zone_utc(z, &c, &ms));
	zone_write_time(z, ms, text, sizeof(text));
	assert_string_equal("2011-12-31T12:00:00+14:00", text);
	zone_free(z);
}

/* Every zone of the machine, coarsely. */
struct walk {
	char prefix[64];
	int zones;
};

static void each_zone(void *ctx, const char *name, bool is_folder)
{
	struct walk *w = ctx, below = {"", 0};
	struct fl_error err = {0};
	char full[128], path[200];
	struct zone *z = NULL;
	struct buf head;

	if (strcmp(name, "right") == 0 || strcmp(name, "posix") == 0)
		return;
	snprintf(full, sizeof(full), "%s%s", w->prefix, name);
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", full);
	if (is_folder) {
		snprintf(below.prefix, sizeof(below.prefix), "%.60s/", full);
		assert_int_equal(FL_OK, file_list(path, each_zone, &below,
						&err));
		w->zones += below.zones;
		return;
	}
	buf_init(&head, 1u << 20);
	if (file_read(path, 1u << 20, &head, NULL) == FL_OK && head.len > 4 &&
		memcmp(head.at, "TZif", 4) == 0) {
		z = load(full);
		/* under valgrind a process for each would take all day */
		if (getenv("FL_RUN") == NULL && in_child(z, 1972, 2100,
				40 * 24 * HOUR + 4321, 0) != 0)
			fail_msg("%s differs from glibc", full);
		w->zones++;
	}
	zone_free(z);
	buf_deinit(&head);
}

static void every_zone_agrees_with_glibc(void **state)
{
	struct walk w = {"", 0};
	struct fl_error err = {0};

	(void)state;
	assert_int_equal(FL_OK,
		file_list("/usr/share/zoneinfo", each_zone, &w, &err));
	assert_true(w.zones > 300);
}

/* ---- our own promises ---- */

static void gap_moves_on_overlap_takes_the_first(void **state)
{
	struct zone *z = load("Europe/Amsterdam");
	struct civil c = {2026, 3, 29, 2, 30, 0, 5};
	char text[40];
	int64_t ms = 0;

	(void)state;
	assert_int_equal(ZONE_GAP, zone_utc(z, &c, &ms));
	zone_write_time(z, ms, text, sizeof(text));
	assert_string_equal("2026-03-29T03:30:00.005+02:00", text);
	c = (struct civil){2026, 3, 29, 3, 0, 0, 0};
	assert_int_equal(ZONE_UNIQUE, zone_utc(z, &c, &ms));
	assert_true(ms == utc_of("2026-03-29T01:00Z"));
	c = (struct civil){2026, 10, 25, 2, 30, 0, 0};
	assert_int_equal(ZONE_OVERLAP, zone_utc(z, &c, &ms));
	assert_true(ms == utc_of("2026-10-25T00:30Z"));
	c = (struct civil){2026, 10, 25, 3, 0, 0, 0};
	assert_int_equal(ZONE_UNIQUE, zone_utc(z, &c, &ms));
	assert_true(ms == utc_of("2026-10-25T02:00Z"));
	zone_free(z);
}

static void fields_are_normalised(void **state)
{
	static const struct {
		struct civil c;
		const char *same;
	} list[] = {
		{{2026, 1, 32, 10, 0, 0, 0}, "2026-02-01T10:00Z"},
		{{2026, 13, 1, 10, 0, 0, 0}, "2027-01-01T10:00Z"},
		{{2026, 1, 0, 10, 0, 0, 0}, "2025-12-31T10:00Z"},
		{{2026, 1, 1, 10, -5, 0, 0}, "2026-01-01T09:55Z"},
		{{2026, 1, 1, 25, 0, 0, 0}, "2026-01-02T01:00Z"},
		{{2026, 1, 1, -1, 0, 0, 0}, "2025-12-31T23:00Z"},
		{{2026, 1, 1, 0, 0, 0, -1}, "2025-12-31T23:59:59.999Z"},
		{{2026, 1, 1, 0, 0, 90, 1500}, "2026-01-01T00:01:31.5Z"},
		{{1969, 12, 31, 23, 59, 59, 999}, "1969-12-31T23:59:59.999Z"},
	};
	int64_t ms = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(list) / sizeof(*list); i++) {
		assert_int_equal(ZONE_UNIQUE, zone_utc(NULL, &list[i].c, &ms));
		assert_true(ms == utc_of(list[i].same));
	}
}

static void instants_come_back(void **state)
{
	struct zone *z = load("America/New_York");
	uint64_t seed = 9;
	struct civil c;
	int64_t ms, back = 0;
	enum zone_fit fit;
	int i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		ms = (int64_t)(unit_random(&seed) >> (10 + i % 20));
		if (i % 2)
			ms = -ms;
		zone_civil(z, ms, &c);
		fit = zone_utc(z, &c, &back);
		assert_int_not_equal(ZONE_GAP, fit);
		if (fit == ZONE_UNIQUE)
			assert_true(back == ms);
		zone_civil(NULL, ms, &c);
		assert_int_equal(ZONE_UNIQUE, zone_utc(NULL, &c, &back));
		assert_true(back == ms);
	}
	zone_free(z);
}

static void the_ends_of_time_are_safe(void **state)
{
	static const int64_t ends[] = {INT64_MIN, INT64_MAX};
	struct zone *z = load("Europe/Amsterdam");
	struct civil c = {INT32_MAX, 127, 127, 127, 127, 127, INT16_MAX};
	char text[40];
	int64_t ms;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		zone_write_time(z, ends[i], text, sizeof(text));
		assert_in_range(strlen(text), 20, 39);
		zone_civil(z, ends[i], &c);
	}
	c = (struct civil){INT32_MAX, 127, 127, 127, 127, 127, INT16_MAX};
	(void)zone_utc(z, &c, &ms);
	assert_true(ms > 0);
	c = (struct civil){INT32_MIN, -128, -128, -128, -128, -128, INT16_MIN};
	(void)zone_utc(z, &c, &ms);
	assert_true(ms < 0);
	zone_free(z);
}

static void times_are_read(void **state)
{
	static const struct {
		const char *text, *utc;
	} list[] = {
		{"2026-09-01", "2026-08-31T22:00:00Z"},
		{"2026-12-01", "2026-11-30T23:00:00Z"},
		{"2026-09-01 10:00", "2026-09-01T08:00:00Z"},
		{"2026-09-01T10:00", "2026-09-01T08:00:00Z"},
		{"2026-09-01T10:00:05", "2026-09-01T08:00:05Z"},
		{"2026-09-01T10:00:05.25", "2026-09-01T08:00:05.250Z"},
		{"2026-09-01T10:00:05.1239999", "2026-09-01T08:00:05.123Z"},
		{"2026-09-01T10:00Z", "2026-09-01T10:00:00Z"},
		{"2026-09-01T10:00z", "2026-09-01T10:00:00Z"},
		{"2026-09-01T10:00:00+05:30", "2026-09-01T04:30:00Z"},
		{"2026-09-01T10:00:00-0800", "2026-09-01T18:00:00Z"},
		{"2024-02-29T00:00Z", "2024-02-29T00:00:00Z"},
	};
	struct zone *z = load("Europe/Amsterdam");
	struct fl_error err = {0};
	char text[40];
	int64_t ms = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(list) / sizeof(*list); i++) {
		assert_int_equal(FL_OK, zone_read_time(z, text_of(list[i].text),
						&ms, &err));
		zone_write_time(NULL, ms, text, sizeof(text));
		assert_string_equal(list[i].utc, text);
	}
	zone_free(z);
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const bad[] = {"", "2026", "2026-09", "2026-9-1",
		"2026-00-01", "2026-13-01", "2026-02-29", "2026-09-31",
		"2026-09-00", "2026-09-01T", "2026-09-01T10",
		"2026-09-01T10:0", "2026-09-01T24:00", "2026-09-01T10:60",
		"2026-09-01T10:00:60", "2026-09-01T10:00:00.",
		"2026-09-01T10:00+", "2026-09-01T10:00+2:00",
		"2026-09-01T10:00+24:00", "2026-09-01T10:00+02:60",
		"2026-09-01T10:00Zx", "2026-09-01T10:00 Z", "2026-09-01Z",
		" 2026-09-01", "2026-09-01 ", "26-09-01", "01-09-2026",
		"tomorrow", "2026/09/01", "-2026-09-01"};
	struct fl_error err = {0};
	int64_t ms = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (zone_read_time(NULL, text_of(bad[i]), &ms, &err) !=
			FL_INVALID)
			fail_msg("%s was read", bad[i]);
	assert_non_null(strstr(err.text, "-2026-09-01"));
}

static void written_times_are_exact(void **state)
{
	struct zone *z = load("Europe/Amsterdam");
	char text[40];
	int64_t ms, back = 0;
	uint64_t seed = 4;
	int i;

	(void)state;
	zone_write_time(z, utc_of("2026-01-05T08:00Z"), text, sizeof(text));
	assert_string_equal("2026-01-05T09:00:00+01:00", text);
	/* 1880: local time had seconds; the instant stays right */
	for (i = 0; i < 5000; i++) {
		ms = (int64_t)unit_below(&seed, 4000000000u) * 1000 -
		     INT64_C(2900000000000) + i;
		zone_write_time(z, ms, text, sizeof(text));
		assert_int_equal(FL_OK,
			zone_read_time(NULL, text_of(text), &back, NULL));
		assert_true(back == ms);
	}
	zone_free(z);
	z = load("America/New_York");
	zone_write_time(z, utc_of("2026-01-05T08:00Z"), text, sizeof(text));
	assert_string_equal("2026-01-05T03:00:00-05:00", text);
	zone_free(z);
}

static void wrong_names_are_refused_with_the_nearest(void **state)
{
	static const char *const odd[] = {"", "/etc/passwd", "../../etc/passwd",
		"Europe/../Europe/Amsterdam", "Europe Amsterdam", "a;b",
		"Europe/Amsterdam\n", "Eu\xC3\xA9"};
	struct fl_error err = {0};
	struct zone *z = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		assert_int_equal(FL_INVALID, zone_load(odd[i], &z, &err));
		assert_null(z);
	}
	assert_int_equal(FL_NOT_FOUND,
		zone_load("Europe/Amsterdm", &z, &err));
	assert_non_null(strstr(err.text, "\"Europe/Amsterdam\""));
	assert_int_equal(FL_NOT_FOUND, zone_load("amsterdam", &z, &err));
	assert_non_null(strstr(err.text, "\"Europe/Amsterdam\""));
	assert_int_equal(FL_NOT_FOUND, zone_load("Europe", &z, &err));
	assert_int_equal(FL_INVALID, zone_load("zone.tab", &z, &err));
	assert_int_equal(FL_NOT_FOUND, zone_load("Xyzzy/Qwerty", &z, &err));
	assert_null(strstr(err.text, "did you mean"));
}

static void bytes_make_the_same_zone(void **state)
{
	struct zone *z = load("Europe/Amsterdam"), *again = NULL;
	const void *bytes;
	size_t n, cut;

	(void)state;
	bytes = zone_bytes(z, &n);
	assert_int_equal(FL_OK, zone_parse("x", bytes, n, &again, NULL));
	assert_string_equal("x", zone_name(again));
	assert_int_equal(zone_offset_s(z, 1788220800000),
		zone_offset_s(again, 1788220800000));
	zone_free(again);
	for (cut = 0; cut < n; cut++) {
		char *exact = malloc(cut + 1);

		memcpy(exact, bytes, cut);
		assert_int_equal(FL_INVALID,
			zone_parse("x", exact, cut, &again, NULL));
		assert_null(again);
		free(exact);
	}
	zone_free(z);
	zone_free(NULL);
}

static void big_endian(unsigned char *p, uint64_t n, int bytes)
{
	while (bytes-- > 0) {
		p[bytes] = (unsigned char)n;
		n >>= 8;
	}
}

/* A small file: version 2, two types, two changes and a rule. */
static size_t small_file(unsigned char *p, int64_t second, int type,
	int32_t offset, uint32_t leaps)
{
	static const char rule[] = "\nAAA-1\n";
	unsigned char *q = p + 44 + 6 + 4;

	memset(p, 0, 400);
	memcpy(p, "TZif2", 5);
	big_endian(p + 36, 1, 4);
	big_endian(p + 40, 4, 4);
	memcpy(q, "TZif2", 5);
	big_endian(q + 28, leaps, 4);
	big_endian(q + 32, 2, 4);
	big_endian(q + 36, 2, 4);
	big_endian(q + 40, 4, 4);
	q += 44;
	big_endian(q, 1000, 8);
	big_endian(q + 8, (uint64_t)second, 8);
	q[16] = 0;
	q[17] = (unsigned char)type;
	big_endian(q + 18, (uint32_t)offset, 4);
	big_endian(q + 24, 3600, 4);
	q += 18 + 12 + 4 + leaps * 12;
	memcpy(q, rule, sizeof(rule) - 1);
	return (size_t)(q - p) + sizeof(rule) - 1;
}

static fl_status parse_small(int64_t second, int type, int32_t offset,
	uint32_t leaps, int32_t *before)
{
	unsigned char file[400];
	size_t n = small_file(file, second, type, offset, leaps);
	struct zone *z = NULL;
	fl_status s = zone_parse("x", file, n, &z, NULL);

	if (s == FL_OK && before != NULL)
		*before = zone_offset_s(z, 0);
	zone_free(z);
	return s;
}

static void broken_files_are_refused(void **state)
{
	int32_t before = 0;

	(void)state;
	assert_int_equal(FL_OK, parse_small(2000, 1, -60, 0, &before));
	assert_int_equal(-60, before);
	assert_int_equal(FL_INVALID, parse_small(1000, 1, 0, 0, NULL));
	assert_int_equal(FL_INVALID, parse_small(999, 1, 0, 0, NULL));
	assert_int_equal(FL_INVALID, parse_small(2000, 2, 0, 0, NULL));
	assert_int_equal(FL_OK, parse_small(2000, 1, 86399, 0, NULL));
	assert_int_equal(FL_INVALID, parse_small(2000, 1, 86400, 0, NULL));
	assert_int_equal(FL_INVALID, parse_small(2000, 1, -86400, 0, NULL));
	assert_int_equal(FL_INVALID, parse_small(2000, 1, 0, 1, NULL));
}

static void no_memory_is_told(void **state)
{
	struct zone *z = NULL;
	bool hit = true;
	fl_status s;
	long n;

	(void)state;
	for (n = 0; hit && n < 50; n++) {
		fault_after(n);
		s = zone_load("Europe/Amsterdam", &z, NULL);
		hit = fault_disarm();
		assert_int_equal(hit ? FL_NOMEM : FL_OK, s);
		assert_int_equal(hit, z == NULL);
	}
	assert_true(n > 4 && !hit);
	zone_free(z);
}

/* Near every change of the clock, also where a day was left out. */
static void days_are_those_of_civil_time(void **state)
{
	static const char *const names[] = {"Europe/Amsterdam",
		"Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo",
		"Europe/Dublin"};
	uint64_t seed = 11;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct zone *z = load(names[i]);

		for (int n = 0; n < 50000; n++) {
			int64_t at = (int64_t)unit_below(&seed, 4000000000u) *
					1000 - INT64_C(900000000000) +
				unit_below(&seed, 1000);
			int64_t of_day = unit_below(&seed, 86400000), want;
			int64_t day, from, to;
			struct civil c;

			zone_civil(z, at, &c);
			assert_int_equal(((c.hour * 60 + c.minute) * 60 +
						 c.second) * 1000 + c.milli,
				zone_clock(z, at, &day));
			assert_int_equal(zone_day(z, at), day);
			assert_int_equal(day,
				civil_days(c.year, c.month, c.day));
			zone_midnights(z, day, &from, &to);
			assert_int_equal(from, zone_day_utc(z, day, 0));
			assert_int_equal(to, zone_day_utc(z, day + 1, 0));
			c.hour = (int8_t)(of_day / 3600000);
			c.minute = (int8_t)(of_day / 60000 % 60);
			c.second = (int8_t)(of_day / 1000 % 60);
			c.milli = (int16_t)(of_day % 1000);
			zone_utc(z, &c, &want);
			assert_int_equal(want,
				zone_day_utc(z, zone_day(z, at), of_day));
		}
		zone_free(z);
	}
}

static void zones_come_from_tzdir(void **state)
{
	struct fl_error err = {0};
	struct zone *z = NULL;

	(void)state;
	setenv("TZDIR", "/usr/share/zoneinfo/Europe", 1);
	assert_int_equal(FL_OK, zone_load("Amsterdam", &z, &err));
	zone_free(z);
	setenv("TZDIR", "/nowhere", 1);
	assert_int_equal(FL_NOT_FOUND, zone_load("Amsterdam", &z, &err));
	unsetenv("TZDIR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amsterdam),
		cmocka_unit_test(new_york),
		cmocka_unit_test(sydney),
		cmocka_unit_test(lord_howe_moves_half_an_hour),
		cmocka_unit_test(dublin_has_negative_summer),
		cmocka_unit_test(apia_left_out_a_day),
		cmocka_unit_test(every_zone_agrees_with_glibc),
		cmocka_unit_test(gap_moves_on_overlap_takes_the_first),
		cmocka_unit_test(fields_are_normalised),
		cmocka_unit_test(instants_come_back),
		cmocka_unit_test(the_ends_of_time_are_safe),
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(written_times_are_exact),
		cmocka_unit_test(wrong_names_are_refused_with_the_nearest),
		cmocka_unit_test(bytes_make_the_same_zone),
		cmocka_unit_test(broken_files_are_refused),
		cmocka_unit_test(no_memory_is_told),
		cmocka_unit_test(days_are_those_of_civil_time),
		cmocka_unit_test(zones_come_from_tzdir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
