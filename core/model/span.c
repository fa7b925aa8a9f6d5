/* span.c - lengths of time as the rule language writes them. */
#include "model/timing.h"

#include "base/near.h"

#define MINUTE_MS    ((int64_t)60000)
#define HOUR_MS	     (60 * MINUTE_MS)
#define DAY_MS	     (24 * HOUR_MS)
#define SPAN_LONGEST 48 /* bytes of a span worth reading */

struct unit_name {
	const char *name;
	enum unit unit;
	int32_t times; /* units in one of these */
};

/* Plurals first: the nearest name is the first of equals. */
static const struct unit_name unit_names[] = {
	{"minutes", UNIT_MINUTE, 1},
	{"minute", UNIT_MINUTE, 1},
	{"minuten", UNIT_MINUTE, 1},
	{"minuut", UNIT_MINUTE, 1},
	{"kwartier", UNIT_MINUTE, 15},
	{"work minutes", UNIT_WORK_MINUTE, 1},
	{"work minute", UNIT_WORK_MINUTE, 1},
	{"werkminuten", UNIT_WORK_MINUTE, 1},
	{"werkminuut", UNIT_WORK_MINUTE, 1},
	{"hours", UNIT_HOUR, 1},
	{"hour", UNIT_HOUR, 1},
	{"uren", UNIT_HOUR, 1},
	{"uur", UNIT_HOUR, 1},
	{"work hours", UNIT_WORK_HOUR, 1},
	{"work hour", UNIT_WORK_HOUR, 1},
	{"werkuren", UNIT_WORK_HOUR, 1},
	{"werkuur", UNIT_WORK_HOUR, 1},
	{"days", UNIT_DAY, 1},
	{"day", UNIT_DAY, 1},
	{"dagen", UNIT_DAY, 1},
	{"dag", UNIT_DAY, 1},
	{"work days", UNIT_WORK_DAY, 1},
	{"work day", UNIT_WORK_DAY, 1},
	{"werkdagen", UNIT_WORK_DAY, 1},
	{"werkdag", UNIT_WORK_DAY, 1},
	{"weeks", UNIT_WEEK, 1},
	{"week", UNIT_WEEK, 1},
	{"weken", UNIT_WEEK, 1},
	{"months", UNIT_MONTH, 1},
	{"month", UNIT_MONTH, 1},
	{"maanden", UNIT_MONTH, 1},
	{"maand", UNIT_MONTH, 1},
	{"years", UNIT_YEAR, 1},
	{"year", UNIT_YEAR, 1},
	{"jaren", UNIT_YEAR, 1},
	{"jaar", UNIT_YEAR, 1},
};
#define UNIT_NAMES (sizeof(unit_names) / sizeof(*unit_names))

/* Whole spans in words of their own. */
static const struct unit_name whole_names[] = {
	{"half an hour", UNIT_MINUTE, 30},
	{"a half hour", UNIT_MINUTE, 30},
	{"half hour", UNIT_MINUTE, 30},
	{"half uur", UNIT_MINUTE, 30},
	{"halfuur", UNIT_MINUTE, 30},
	{"een half uur", UNIT_MINUTE, 30},
	{"een halfuur", UNIT_MINUTE, 30},
	{"kwartier", UNIT_MINUTE, 15},
};
#define WHOLE_NAMES (sizeof(whole_names) / sizeof(*whole_names))

static const struct {
	const char *name;
	int32_t count;
} count_names[] = {
	{"a", 1},
	{"an", 1},
	{"one", 1},
	{"two", 2},
	{"three", 3},
	{"four", 4},
	{"five", 5},
	{"six", 6},
	{"seven", 7},
	{"eight", 8},
	{"nine", 9},
	{"ten", 10},
	{"eleven", 11},
	{"twelve", 12},
	{"een", 1},
	{"\xc3\xa9\xc3\xa9n", 1},
	{"twee", 2},
	{"drie", 3},
	{"vier", 4},
	{"vijf", 5},
	{"zes", 6},
	{"zeven", 7},
	{"acht", 8},
	{"negen", 9},
	{"tien", 10},
	{"elf", 11},
	{"twaalf", 12},
};

static const char looks_like[] =
	"write \"2 work days\", \"3 weeks\" or \"4 work hours\"";

/* Lower case, single spaces, none at the ends. false: too long. */
static bool tidy(struct text in, char out[SPAN_LONGEST])
{
	size_t n = 0;

	for (uint32_t i = 0; i < in.bytes; i++) {
		char ch = in.at[i];

		if (ch == '\t' || ch == '\n' || ch == '\r')
			ch = ' ';
		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch - 'A' + 'a');
		if (ch == ' ' && (n == 0 || out[n - 1] == ' '))
			continue;
		if (n + 1 >= SPAN_LONGEST)
			return false;
		out[n++] = ch;
	}
	if (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return true;
}

/* Reads the count at the front: digits or a word. The unit's name begins at
 * the result; NULL when there is no count. */
static const char *read_count(const char *said, int64_t *count)
{
	const char *at = said;
	size_t word;

	for (*count = 0; *at >= '0' && *at <= '9'; at++)
		if (*count <= SPAN_COUNT_MAX)
			*count = *count * 10 + (*at - '0');
	if (at > said)
		return at + (*at == ' ');
	word = strcspn(said, " ");
	for (size_t i = 0; i < sizeof(count_names) / sizeof(*count_names); i++)
		if (strlen(count_names[i].name) == word &&
			strncmp(said, count_names[i].name, word) == 0) {
			*count = count_names[i].count;
			return said + word + (said[word] == ' ');
		}
	return NULL;
}

static const struct unit_name *find_name(
	const struct unit_name *names, size_t n, const char *said)
{
	for (size_t i = 0; i < n; i++) {
		const char *name = names[i].name; /* of three letters or more */

		if (name[0] == said[0] && name[1] == said[1] &&
			name[2] == said[2] && strcmp(name, said) == 0)
			return &names[i];
	}
	return NULL;
}

bool span_of_part(struct text in, char *out, size_t out_bytes)
{
	static const struct {
		const char *name;
		int32_t times;
		const char *smaller;
	} parts[] = {{"hour", 60, "minutes"}, {"hours", 60, "minutes"},
		{"uur", 60, "minuten"}, {"uren", 60, "minuten"},
		{"work hour", 60, "work minutes"},
		{"work hours", 60, "work minutes"},
		{"werkuur", 60, "werkminuten"}, {"werkuren", 60, "werkminuten"},
		{"day", 24, "hours"}, {"days", 24, "hours"}, {"dag", 24, "uur"},
		{"dagen", 24, "uur"}, {"week", 7, "days"}, {"weeks", 7, "days"},
		{"weken", 7, "dagen"}};
	char said[SPAN_LONGEST], *at;
	int64_t whole, part = 0, scale = 1;

	if (!tidy(in, said))
		return false;
	whole = strtoll(said, &at, 10);
	if (at == said || (*at != ',' && *at != '.') || whole < 0 ||
		whole > SPAN_COUNT_MAX)
		return false;
	for (at++; *at >= '0' && *at <= '9' && scale < 1000; at++) {
		part = part * 10 + (*at - '0');
		scale *= 10;
	}
	at += *at == ' ';
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (strcmp(at, parts[i].name) != 0 ||
			part * parts[i].times % scale != 0)
			continue;
		(void)snprintf(out, out_bytes, "%lld %s",
			(long long)(whole * parts[i].times +
				part * parts[i].times / scale),
			parts[i].smaller);
		return true;
	}
	return false;
}

/* Units as people shorten them. */
static const char *usual_unit(const char *said)
{
	static const char *const shortened[][2] = {{"hrs", "hours"},
		{"hr", "hours"}, {"h", "hours"}, {"u", "uur"},
		{"min", "minutes"}, {"mins", "minutes"}, {"d", "days"},
		{"wk", "weeks"}, {"wks", "weeks"}, {"w", "weeks"},
		{"mnd", "maanden"}, {"mo", "months"}, {"jr", "jaar"},
		{"yr", "years"}, {"yrs", "years"},
		{"business days", "work days"},
		{"business day", "work days"}, {"workdays", "work days"},
		{"business hours", "work hours"},
		{"business hour", "work hours"},
		{"working days", "work days"},
		{"working hours", "work hours"},
		{"werk dagen", "werkdagen"}, {"werk uren", "werkuren"}};

	for (size_t i = 0; i < sizeof(shortened) / sizeof(*shortened); i++)
		if (strcmp(said, shortened[i][0]) == 0)
			return shortened[i][1];
	return NULL;
}

static fl_status unknown_unit(
	int64_t count, const char *unit, const char *said, struct fl_error *err)
{
	const char *names[UNIT_NAMES], *usual = usual_unit(unit);
	char part[48];
	int near;

	if (span_of_part(text_of(said), part, sizeof(part)))
		return status_fail(err, FL_INVALID,
			"\"%s\" is not a whole number: did you mean \"%s\"?",
			said, part);
	if (usual != NULL)
		return status_fail(err, FL_INVALID,
			"\"%s\" is no length of time: did you mean "
			"\"%lld %s\"?",
			said, (long long)count, usual);
	if (*unit == '-')
		return status_fail(err, FL_INVALID,
			"\"%s\" is two lengths of time: write one, and "
			"at_least and at_most for bounds",
			said);
	if (*unit == ',' || *unit == '.')
		return status_fail(err, FL_INVALID,
			"\"%s\" is not a whole number: write \"90 minutes\" "
			"for an hour and a half, \"36 hours\" for a day and a "
			"half",
			said);
	for (size_t i = 0; i < UNIT_NAMES; i++)
		names[i] = unit_names[i].name;
	near = near_name(unit, names, UNIT_NAMES);
	if (near >= 0)
		return status_fail(err, FL_INVALID,
			"\"%s\" is no length of time: did you mean "
			"\"%lld %s\"?", said,
			(long long)count, names[near]);
	return status_fail(
		err, FL_INVALID, "\"%s\" is no length of time: %s", said,
		looks_like);
}

static fl_status no_count(const char *said, struct fl_error *err)
{
	if (strncmp(said, "anderhalf", 9) == 0 ||
		strncmp(said, "anderhalve", 10) == 0)
		return status_fail(err, FL_INVALID,
			"\"%s\" is not a whole number: write \"90 minuten\" "
			"for an hour and a half, \"36 uur\" for a day and a "
			"half",
			said);
	if (*said == '-')
		return status_fail(err, FL_INVALID,
			"\"%s\" is negative: a length of time has no sign, use "
			"before = \"...\" to count back",
			said);
	if (find_name(unit_names, UNIT_NAMES, said) != NULL)
		return status_fail(err, FL_INVALID,
			"\"%s\" has no number: did you mean \"1 %s\"?", said,
			said);
	return status_fail(
		err, FL_INVALID, "\"%s\" is no length of time: %s", said,
		looks_like);
}

static fl_status checked(int64_t count, enum unit unit, const char *said,
	struct span *out, struct fl_error *err)
{
	if (count > SPAN_COUNT_MAX)
		return status_fail(err, FL_INVALID,
			"\"%s\" is too long: a span counts at most %d", said,
			SPAN_COUNT_MAX);
	*out = (struct span){(int32_t)count, unit};
	return FL_OK;
}

fl_status span_read(struct text in, struct span *out, struct fl_error *err)
{
	char said[SPAN_LONGEST];
	const struct unit_name *name;
	const char *unit;
	int64_t count = 0;

	*out = (struct span){0, UNIT_DAY};
	if (!tidy(in, said))
		return status_fail(err, FL_INVALID,
			"this is too long for a span: %s", looks_like);
	name = said[0] > '9' ? find_name(whole_names, WHOLE_NAMES, said) : NULL;
	if (name != NULL)
		return checked(name->times, name->unit, said, out, err);
	unit = read_count(said, &count);
	if (unit == NULL)
		return no_count(said, err);
	if (*unit == '\0' && said[0] >= '0' && said[0] <= '9')
		return checked(count, UNIT_DAY, said, out, err);
	name = find_name(unit_names, UNIT_NAMES, unit);
	if (name == NULL)
		return unknown_unit(count, unit, said, err);
	return checked(count * name->times, name->unit, said, out, err);
}

fl_status span_of_value(
	const struct value *v, struct span *out, struct fl_error *err)
{
	*out = (struct span){0, UNIT_DAY};
	if (v != NULL && v->kind == VALUE_TEXT)
		return span_read((struct text){v->as.text, v->count}, out, err);
	if (v != NULL && v->kind == VALUE_INT) {
		if (v->as.integer < 0 || v->as.integer > SPAN_COUNT_MAX)
			return status_fail(err, FL_INVALID,
				"%lld is no number of days: 0 to %d",
				(long long)v->as.integer, SPAN_COUNT_MAX);
		out->count = (int32_t)v->as.integer;
		return FL_OK;
	}
	if (v != NULL && v->kind == VALUE_REAL) {
		if (!(v->as.real >= 0 && v->as.real <= SPAN_COUNT_MAX) ||
			v->as.real != (double)(int32_t)v->as.real)
			return status_fail(err, FL_INVALID,
				"%g is no whole number of days: write \"36 "
				"hours\" for a day and a half",
				v->as.real);
		out->count = (int32_t)v->as.real;
		return FL_OK;
	}
	return status_fail(
		err, FL_INVALID, "this is no length of time: %s", looks_like);
}

void span_write(struct span s, char *out, size_t out_bytes)
{
	static const char *const names[] = {
		[UNIT_MINUTE] = "minute",
		[UNIT_WORK_MINUTE] = "work minute",
		[UNIT_HOUR] = "hour",
		[UNIT_WORK_HOUR] = "work hour",
		[UNIT_DAY] = "day",
		[UNIT_WORK_DAY] = "work day",
		[UNIT_WEEK] = "week",
		[UNIT_MONTH] = "month",
		[UNIT_YEAR] = "year",
	};

	const char *name = names[s.unit];
	size_t name_bytes = strlen(name), n;
	char text[SPAN_TEXT], *at = text + 12;
	uint32_t left = (uint32_t)s.count;

	/* digits backwards, the unit forwards, from the twelfth byte on */
	*at = ' ';
	memcpy(at + 1, name, name_bytes);
	n = 1 + name_bytes;
	if (s.count != 1)
		at[n++] = 's';
	do {
		*--at = (char)('0' + left % 10);
		n++;
	} while ((left /= 10) > 0);
	n = n < out_bytes ? n : out_bytes - 1;
	memcpy(out, at, n);
	out[n] = '\0';
}

/* `day` moved by n months, the day of the month cut to what that month has. */
static int64_t add_months(int64_t day, int32_t n)
{
	int32_t year = 0, months;
	int8_t month = 0, month_day = 0;
	int most;

	civil_from_days(day, &year, &month, &month_day);
	months = year * 12 + month - 1 + n;
	year = months / 12 - (months % 12 < 0);
	months -= year * 12;
	most = civil_month_days(year, months + 1);
	return civil_days(
		year, months + 1, month_day > most ? most : month_day);
}

static int64_t move_days(
	struct span s, int direction, int64_t at_ms, const struct calendar *c)
{
	const struct zone *z = calendar_zone(c);
	int64_t day, to, clock_ms = zone_clock(z, at_ms, &day);
	int32_t n = s.count * direction;

	if (s.unit == UNIT_WORK_DAY)
		to = calendar_add_work_days(c, day, n);
	else if (s.unit == UNIT_MONTH)
		to = add_months(day, n);
	else if (s.unit == UNIT_YEAR)
		to = add_months(day, n * 12);
	else
		to = day + (int64_t)n * (s.unit == UNIT_WEEK ? 7 : 1);
	/* the same clock time on the other day */
	return to == day ? at_ms : zone_day_utc(z, to, clock_ms);
}

static int64_t move(
	struct span s, int direction, int64_t at_ms, const struct calendar *c)
{
	int64_t n = (int64_t)s.count * direction;

	switch (s.unit) {
	case UNIT_MINUTE:
		return at_ms + n * MINUTE_MS;
	case UNIT_HOUR:
		return at_ms + n * HOUR_MS;
	case UNIT_WORK_MINUTE:
		return calendar_add_work_minutes(c, at_ms, n);
	case UNIT_WORK_HOUR:
		return calendar_add_work_minutes(c, at_ms, n * 60);
	case UNIT_DAY:
	case UNIT_WORK_DAY:
	case UNIT_WEEK:
	case UNIT_MONTH:
	case UNIT_YEAR:
		break;
	}
	return move_days(s, direction, at_ms, c);
}

int64_t span_add(struct span s, int64_t at_ms, const struct calendar *c)
{
	return move(s, 1, at_ms, c);
}

int64_t span_subtract(struct span s, int64_t at_ms, const struct calendar *c)
{
	return move(s, -1, at_ms, c);
}
