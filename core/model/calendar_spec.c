/* calendar_spec.c - a calendar from what a dealership.lua says. */
#include "model/calendar_inside.h"

#include "base/near.h"

#include <strings.h>

struct reading {
	struct arena *arena;
	struct problems *problems;
	const char *file;
	int line;
	struct calendar *calendar; /* being filled */
	uint32_t inherited;	   /* its rules that are the base's */
	bool out_of_memory;
};

/* Where in a text the reading stands. */
struct cursor {
	const char *at;
};

static const char *const day_names[7][4] = {
	{"mon", "monday", "ma", "maandag"},
	{"tue", "tuesday", "di", "dinsdag"},
	{"wed", "wednesday", "wo", "woensdag"},
	{"thu", "thursday", "do", "donderdag"},
	{"fri", "friday", "vr", "vrijdag"},
	{"sat", "saturday", "za", "zaterdag"},
	{"sun", "sunday", "zo", "zondag"},
};

static const char *const range_words[] = {
	"-", "\xe2\x80\x93", "_", "..", "t/m", "tot", "to", NULL};

/* A sentence of the rooftop's language. */
struct words {
	const char *en, *nl;
};
static const struct words no_words;

/* `what` holds one "%s" for `said`; full stops are put here. */
static struct problem *complain(struct reading *r, const char *code,
	const char *field, struct words what, const char *said,
	struct words remedy)
{
	const char *words = problem_words(r->problems, what.en, what.nl);
	const char *fix = problem_words(r->problems, remedy.en, remedy.nl);
	const char *text;
	struct problem *it;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	text = arena_printf(r->problems->arena, words, said);
#pragma GCC diagnostic pop
	it = problem_add(r->problems, code, r->file, r->line, "%s.",
		text != NULL ? text : code);
	it->field = arena_strdup(r->problems->arena, field);
	it->remedy = fix != NULL ? arena_printf(r->problems->arena, "%s.", fix)
				 : NULL;
	return it;
}

static void spaces(struct cursor *in)
{
	while (*in->at == ' ' || *in->at == '\t' || *in->at == ',' ||
		*in->at == ';')
		in->at++;
}

static bool word(struct cursor *in, const char *wanted)
{
	size_t n = strlen(wanted);

	if (strncasecmp(in->at, wanted, n) != 0)
		return false;
	in->at += n;
	return true;
}

/* "-", "to", "t/m" ... with spaces around. */
static bool range_mark(struct cursor *in)
{
	struct cursor start = *in;

	spaces(in);
	for (size_t i = 0; range_words[i] != NULL; i++)
		if (word(in, range_words[i])) {
			spaces(in);
			return true;
		}
	*in = start;
	return false;
}

static bool digits(struct cursor *in, int least, int most, int *out)
{
	int n = 0, value = 0;

	while (n < most && *in->at >= '0' && *in->at <= '9') {
		value = value * 10 + (*in->at++ - '0');
		n++;
	}
	*out = value;
	return n >= least;
}

/* "9", "9:00", "09.00"; 24:00 is the end of the day. */
static bool clock_time(struct cursor *in, int16_t *minute_of_day)
{
	int hour = 0, minute = 0;

	if (!digits(in, 1, 2, &hour))
		return false;
	if ((*in->at == ':' || *in->at == '.') && in->at[1] != '.') {
		in->at++;
		if (!digits(in, 2, 2, &minute))
			return false;
	}
	if (minute > 59 || hour * 60 + minute > DAY_MINUTES)
		return false;
	*minute_of_day = (int16_t)(hour * 60 + minute);
	return true;
}

static bool date(struct cursor *in, int64_t *day)
{
	int year = 0, month = 0, month_day = 0;

	if (!digits(in, 4, 4, &year) || *in->at++ != '-' ||
		!digits(in, 2, 2, &month) || *in->at++ != '-' ||
		!digits(in, 2, 2, &month_day))
		return false;
	if (year < 1900 || month < 1 || month > 12 || month_day < 1 ||
		month_day > civil_month_days(year, month))
		return false;
	*day = civil_days(year, month, month_day);
	return true;
}

static bool whole_date(const char *said, int64_t *day)
{
	struct cursor in = {said};

	return date(&in, day) && *in.at == '\0';
}

static bool add_block(struct day_hours *h, int16_t from, int16_t to)
{
	if (from >= to || h->count >= BLOCKS_WRITTEN)
		return false;
	if (h->count > 0 && from < h->at[h->count - 1].to)
		return false;
	if (h->count > 0 && from == h->at[h->count - 1].to)
		h->at[h->count - 1].to = to;
	else
		h->at[h->count++] = (struct block){from, to};
	return true;
}

/* "09:00-12:30 13:00-18:00", added to what `h` holds. */
static bool blocks(const char *said, struct day_hours *h)
{
	struct cursor in = {said};
	int16_t from = 0, to = 0;

	if (strcasecmp(said, "closed") == 0 ||
		strcasecmp(said, "gesloten") == 0)
		return h->count == 0;
	for (spaces(&in); *in.at != '\0'; spaces(&in))
		if (!clock_time(&in, &from) || !range_mark(&in) ||
			!clock_time(&in, &to) || !add_block(h, from, to))
			return false;
	return true;
}

static const struct words hours_remedy = {
	"Write \"09:00-18:00\", \"09:00-12:30 13:00-18:00\" or \"closed\", in "
	"order and not overlapping",
	"Schrijf \"09:00-18:00\", \"09:00-12:30 13:00-18:00\" of \"gesloten\", "
	"op volgorde en zonder overlap"};

static bool hours_text(struct reading *r, const char *field,
	const struct value *v, struct day_hours *h)
{
	if (v->kind != VALUE_TEXT) {
		complain(r, "FL122", field,
			(struct words){"The opening hours here are no %s",
				"De openingstijden hier zijn geen %s"},
			problem_words(r->problems, "text", "tekst"),
			hours_remedy);
		return false;
	}
	if (!blocks(v->as.text, h)) {
		complain(r, "FL122", field,
			(struct words){"\"%s\" is not a list of opening hours",
				"\"%s\" is geen lijst van openingstijden"},
			v->as.text, hours_remedy);
		return false;
	}
	return true;
}

/* One day's hours: a text, a list of texts, or false for closed. */
static bool hours_value(struct reading *r, const char *field,
	const struct value *v, struct day_hours *h)
{
	*h = (struct day_hours){0};
	if (v->kind == VALUE_BOOL && !v->as.boolean)
		return true;
	if (v->kind != VALUE_LIST)
		return hours_text(r, field, v, h);
	for (uint32_t i = 0; i < v->count; i++)
		if (!hours_text(r, field, &v->as.items[i], h))
			return false;
	return true;
}

/* Reads a day's name up to a range mark or the end; -1 when it is none. */
static int day_name(struct cursor *in)
{
	size_t n = 0;

	while ((in->at[n] >= 'a' && in->at[n] <= 'z') ||
		(in->at[n] >= 'A' && in->at[n] <= 'Z'))
		n++;
	for (int day = 0; day < 7; day++)
		for (int i = 0; i < 4; i++)
			if (strlen(day_names[day][i]) == n &&
				strncasecmp(in->at, day_names[day][i], n) ==
					0) {
				in->at += n;
				return day;
			}
	return -1;
}

/* "mon", "mon-fri", "mon,wed": a bit per day; 0 when it is none of these. */
static unsigned day_set(const char *key, bool *range)
{
	struct cursor in = {key};
	unsigned set = 0;

	*range = false;
	do {
		int first = day_name(&in), last = first;

		if (first >= 0 && range_mark(&in)) {
			last = day_name(&in);
			*range = true;
		}
		if (first < 0 || last < 0)
			return 0;
		for (int day = first;; day = (day + 1) % 7) {
			set |= 1u << day;
			if (day == last)
				break;
		}
		spaces(&in);
	} while (*in.at != '\0');
	return set;
}

static const char *nearest_day(const char *key)
{
	const char *names[28];
	int i;

	for (int day = 0; day < 7; day++)
		for (int k = 0; k < 4; k++)
			names[day * 4 + k] = day_names[day][k];
	i = near_name(key, names, 28);
	return i < 0 ? NULL : names[i];
}

/* The keys that are ranges, or those that are single days. `taken` has a bit
 * per day already given by this kind of key. */
static void week_keys(struct reading *r, const struct value *hours, bool ranges)
{
	unsigned taken = 0;

	for (uint32_t i = 0; i < hours->count; i++) {
		const char *key = hours->as.members[i].key.at;
		struct day_hours h = {0};
		bool is_range = false;
		unsigned set = day_set(key, &is_range);

		if (is_range != ranges || set == 0 ||
			!hours_value(r, key, &hours->as.members[i].value, &h))
			continue;
		if ((taken & set) != 0)
			complain(r, "FL123", key,
				(struct words){"\"%s\" names a day that has "
					       "its hours already",
					"\"%s\" noemt een dag die al tijden "
					"heeft"},
				key,
				(struct words){"Keep one of the two",
					"Houd er een van over"});
		taken |= set;
		for (int day = 0; day < 7; day++)
			if ((set & 1u << day) != 0)
				r->calendar->week[day] = h;
	}
}

static bool empty_table(const struct value *v)
{
	return (v->kind == VALUE_LIST || v->kind == VALUE_MAP) && v->count == 0;
}

static void read_hours(struct reading *r, const struct value *hours)
{
	if (hours->kind != VALUE_MAP || hours->count == 0) {
		complain(r, "FL120", "hours",
			(struct words){"\"%s\" is not a list of days",
				"\"%s\" is geen lijst van dagen"},
			"hours",
			(struct words){
				"Write hours = { mon_fri = \"09:00-18:00\" }",
				"Schrijf hours = { ma_vr = \"09:00-18:00\" }"});
		return;
	}
	for (uint32_t i = 0; i < hours->count; i++) {
		const char *key = hours->as.members[i].key.at;
		bool range = false;

		if (day_set(key, &range) != 0)
			continue;
		complain(r, "FL121", "hours",
			(struct words){
				"\"%s\" is not a day", "\"%s\" is geen dag"},
			key,
			(struct words){"Days are mon tue wed thu fri sat sun, "
				       "or a range like mon_fri",
				"Dagen zijn ma di wo do vr za zo, of een reeks "
				"zoals ma_vr"})
			->nearest = nearest_day(key);
	}
	memset(r->calendar->week, 0, sizeof(r->calendar->week));
	week_keys(r, hours, true);
	week_keys(r, hours, false);
}

static void add_rule(struct reading *r, struct day_rule rule)
{
	struct calendar *c = r->calendar;
	struct day_rule *room;

	if (c->n_rules >= EXCEPTION_DAYS) {
		if (c->n_rules++ == EXCEPTION_DAYS)
			complain(r, "FL124", "closed",
				(struct words){"There are more than %s closed "
					       "and open days",
					"Er zijn meer dan %s gesloten en open "
					"dagen"},
				"4000",
				(struct words){"Remove those of past years",
					"Haal die van voorbije jaren weg"});
		return;
	}
	room = arena_grow(r->arena, c->rules, c->n_rules, &c->cap_rules,
		c->n_rules + 1, sizeof(*room));
	if (room == NULL) {
		r->out_of_memory = true;
		return;
	}
	c->rules = room;
	c->rules[c->n_rules++] = rule;
}

/* "13:00-", "-12:00", "12:00-14:00" behind a date. */
static bool part_of_day(struct cursor *in, struct day_hours *h)
{
	int16_t from = 0, to = DAY_MINUTES;

	if (*in->at != '-' && !clock_time(in, &from))
		return false;
	if (!range_mark(in))
		return false;
	if (*in->at != '\0' && !clock_time(in, &to))
		return false;
	return *in->at == '\0' && add_block(h, from, to);
}

/* One item of `closed`: a date, a date with hours, or two dates. */
static bool closed_item(struct reading *r, const char *said)
{
	struct cursor in = {said};
	struct day_rule rule = {.hours = {1, {{0, DAY_MINUTES}}}};
	int64_t last;

	if (!date(&in, &rule.day))
		return false;
	last = rule.day;
	spaces(&in);
	if (*in.at >= '0' && *in.at <= '9') {
		rule.hours = (struct day_hours){0};
		if (!part_of_day(&in, &rule.hours))
			return false;
	} else if (in.at[0] == '-' && in.at[1] >= '0' && in.at[1] <= '9') {
		rule.hours = (struct day_hours){0};
		if (strpbrk(in.at, ":.") == NULL ||
			!part_of_day(&in, &rule.hours))
			return false;
	} else if (*in.at != '\0') {
		if (!range_mark(&in) || !date(&in, &last) || *in.at != '\0' ||
			last < rule.day || last > rule.day + 400)
			return false;
	}
	for (; rule.day <= last; rule.day++)
		add_rule(r, rule);
	return true;
}

static void read_closed(struct reading *r, const struct value *closed)
{
	const struct value *items = closed;
	uint32_t n = 1;

	if (closed->kind == VALUE_LIST) {
		items = closed->as.items;
		n = closed->count;
	}
	if (empty_table(closed))
		return;
	for (uint32_t i = 0; i < n; i++) {
		bool is_text = items[i].kind == VALUE_TEXT;

		if (is_text && closed_item(r, items[i].as.text))
			continue;
		complain(r, "FL124", "closed",
			(struct words){"\"%s\" is not a day to close",
				"\"%s\" is geen dag om te sluiten"},
			is_text ? items[i].as.text : "?",
			(struct words){
				"Write \"2026-12-24\", \"2026-12-31 13:00-\" "
				"or \"2026-12-28 to 2026-12-30\"",
				"Schrijf \"2026-12-24\", \"2026-12-31 13:00-\" "
				"of \"2026-12-28 tot 2026-12-30\""});
	}
}

static void read_open(struct reading *r, const struct value *open)
{
	if (empty_table(open))
		return;
	if (open->kind != VALUE_MAP) {
		complain(r, "FL120", "open",
			(struct words){"\"%s\" is not a list of dates",
				"\"%s\" is geen lijst van datums"},
			"open",
			(struct words){"Write open = { [\"2026-12-27\"] = "
				       "\"12:00-17:00\" }",
				"Schrijf open = { [\"2026-12-27\"] = "
				"\"12:00-17:00\" }"});
		return;
	}
	for (uint32_t i = 0; i < open->count; i++) {
		const struct member *m = &open->as.members[i];
		struct day_rule rule = {.opens = true};

		if (!whole_date(m->key.at, &rule.day)) {
			complain(r, "FL124", "open",
				(struct words){"\"%s\" is not a date",
					"\"%s\" is geen datum"},
				m->key.at,
				(struct words){"Write [\"2026-12-27\"]",
					"Schrijf [\"2026-12-27\"]"});
			continue;
		}
		if (hours_value(r, m->key.at, &m->value, &rule.hours))
			add_rule(r, rule);
	}
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void holiday_item(struct reading *r, const struct value *v)
{
	struct calendar *c = r->calendar;
	const char *said = v->kind == VALUE_TEXT ? v->as.text : "this";

	if (strcasecmp(said, "nl") == 0)
		c->nl = true;
	else if (!whole_date(said, &c->dates[c->n_dates]))
		complain(r, "FL124", "holidays",
			(struct words){
				"\"%s\" is no set of holidays and no date",
				"\"%s\" is geen lijst van feestdagen en geen "
				"datum"},
			said,
			(struct words){"Write \"nl\", \"none\" or dates like "
				       "\"2026-05-14\"",
				"Schrijf \"nl\", \"none\" of datums zoals "
				"\"2026-05-14\""});
	else
		c->n_dates++;
}

static void read_holidays(struct reading *r, const struct value *v)
{
	struct calendar *c = r->calendar;

	c->nl = false;
	c->n_dates = 0;
	if (empty_table(v) || (v->kind == VALUE_BOOL && !v->as.boolean) ||
		(v->kind == VALUE_TEXT && strcasecmp(v->as.text, "none") == 0))
		return;
	c->dates = arena_alloc(r->arena,
		sizeof(int64_t) * (v->kind == VALUE_LIST ? v->count : 1));
	if (c->dates == NULL) {
		r->out_of_memory = true;
		return;
	}
	if (v->kind != VALUE_LIST) {
		holiday_item(r, v);
		return;
	}
	for (uint32_t i = 0; i < v->count; i++)
		holiday_item(r, &v->as.items[i]);
	qsort(c->dates, c->n_dates, sizeof(int64_t), by_number);
}

static void read_spec(struct reading *r, const struct value *spec)
{
	static const char *const keys[] = {
		"hours", "closed", "open", "holidays", "liberation_day"};

	for (uint32_t i = 0; i < spec->count; i++) {
		const struct member *m = &spec->as.members[i];

		if (text_is(m->key, "hours")) {
			read_hours(r, &m->value);
		} else if (text_is(m->key, "closed")) {
			read_closed(r, &m->value);
		} else if (text_is(m->key, "open")) {
			read_open(r, &m->value);
		} else if (text_is(m->key, "holidays")) {
			read_holidays(r, &m->value);
		} else if (text_is(m->key, "liberation_day") &&
			   m->value.kind == VALUE_BOOL) {
			r->calendar->liberation_day = m->value.as.boolean;
		} else if (text_is(m->key, "liberation_day")) {
			complain(r, "FL120", m->key.at,
				(struct words){"\"%s\" is not true or false",
					"\"%s\" is niet true of false"},
				m->key.at, no_words);
		} else {
			int near = near_name(m->key.at, keys, 5);

			complain(r, "FL120", m->key.at,
				(struct words){"A calendar has no \"%s\"",
					"Een kalender kent \"%s\" niet"},
				m->key.at,
				(struct words){"It has hours, closed, open, "
					       "holidays and liberation_day",
					"Hij kent hours, closed, open, "
					"holidays en liberation_day"})
				->nearest = near < 0 ? NULL : keys[near];
		}
	}
}

/* Takes `cut` out of `h`. false when the pieces are too many. */
static bool cut_hours(struct day_hours *h, struct block cut)
{
	struct day_hours left = {0};

	for (uint8_t i = 0; i < h->count; i++) {
		struct block b = h->at[i];
		struct block before = {
			b.from, b.to < cut.from ? b.to : cut.from};
		struct block after = {b.from > cut.to ? b.from : cut.to, b.to};

		if (left.count + 2 > BLOCKS_MAX)
			return false;
		if (before.from < before.to)
			left.at[left.count++] = before;
		if (after.from < after.to)
			left.at[left.count++] = after;
	}
	*h = left;
	return true;
}

static bool opened_by(const struct calendar *c, uint32_t from, uint32_t to,
	int64_t day, struct day_hours *h)
{
	for (uint32_t i = to; i-- > from;)
		if (c->rules[i].opens && c->rules[i].day == day) {
			*h = c->rules[i].hours;
			return true;
		}
	return false;
}

/* What all rules make of `day`: opened here (then the base has no say),
 * opened by the base, or its week; less what is closed. */
static struct day_hours resolve(struct reading *r, int64_t day)
{
	struct calendar *c = r->calendar;
	struct day_hours h = {0};
	uint32_t first = 0;
	bool open_here = opened_by(c, r->inherited, c->n_rules, day, &h);

	if (open_here)
		first = r->inherited;
	else if (!opened_by(c, 0, r->inherited, day, &h) &&
		 !calendar_holiday_closes(c, day))
		h = c->week[civil_weekday(day)];
	for (uint32_t i = first; i < c->n_rules; i++) {
		const struct day_rule *rule = &c->rules[i];

		if (rule->day != day || rule->opens || rule->hours.count == 0)
			continue;
		if (!cut_hours(&h, rule->hours.at[0]))
			complain(r, "FL124", "closed",
				(struct words){
					"A day is closed in more than %s parts",
					"Een dag is in meer dan %s delen "
					"gesloten"},
				"16",
				(struct words){"Give its hours with open = { } "
					       "instead",
					"Geef de tijden van die dag met open = "
					"{ }"});
	}
	if (open_here && h.count == 0) {
		char text[16] = {0};
		int32_t year = 0;
		int8_t month = 0, month_day = 0;

		civil_from_days(day, &year, &month, &month_day);
		(void)snprintf(text, sizeof(text), "%04d-%02d-%02d", year,
			month, month_day);
		complain(r, "FL123", "open",
			(struct words){"\"%s\" is both open and closed",
				"\"%s\" is zowel open als gesloten"},
			text,
			(struct words){
				"Keep one of the two", "Houd er een van over"});
	}
	return h;
}

static void resolve_exceptions(struct reading *r)
{
	struct calendar *c = r->calendar;
	int64_t *days = NULL;
	uint32_t n = c->n_rules;

	if (n == 0 || n > EXCEPTION_DAYS)
		return;
	days = arena_alloc(r->arena, sizeof(*days) * n);
	c->exceptions = arena_alloc(r->arena, sizeof(*c->exceptions) * n);
	if (days == NULL || c->exceptions == NULL) {
		r->out_of_memory = true;
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		days[i] = c->rules[i].day;
	qsort(days, n, sizeof(*days), by_number);
	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || days[i] != days[i - 1])
			c->exceptions[c->n_exceptions++] =
				(struct day_exception){
					days[i], resolve(r, days[i])};
}

static void standard_week(struct calendar *c)
{
	for (int day = 0; day < 5; day++)
		c->week[day] = (struct day_hours){1, {{540, 1080}}};
	c->week[5] = (struct day_hours){1, {{540, 1020}}};
	c->nl = true;
}

static void inherit(struct reading *r, const struct calendar *base)
{
	struct calendar *c = r->calendar;

	memcpy(c->week, base->week, sizeof(c->week));
	c->nl = base->nl;
	c->liberation_day = base->liberation_day;
	c->dates = base->dates;
	c->n_dates = base->n_dates;
	for (uint32_t i = 0; i < base->n_rules; i++)
		add_rule(r, base->rules[i]);
	r->inherited = c->n_rules;
}

static bool opens_ever(const struct calendar *c)
{
	for (int day = 0; day < 7; day++)
		if (c->week[day].count > 0)
			return true;
	return false;
}

fl_status calendar_new(struct arena *a, const struct value *spec,
	const struct calendar *base, const struct zone *zone, const char *file,
	int line, struct problems *p, struct calendar **out)
{
	struct reading r = {a, p, file, line, NULL, 0, false};
	uint32_t errors_before = p->errors;

	*out = NULL;
	r.calendar = arena_alloc(a, sizeof(*r.calendar));
	if (r.calendar == NULL)
		return FL_NOMEM;
	r.calendar->zone = zone;
	if (base != NULL)
		inherit(&r, base);
	else
		standard_week(r.calendar);
	if (spec != NULL && spec->kind == VALUE_MAP)
		read_spec(&r, spec);
	else if (spec != NULL && spec->kind != VALUE_NULL && !empty_table(spec))
		complain(&r, "FL120", "calendar",
			(struct words){"A calendar stands in %s",
				"Een kalender staat tussen %s"},
			"{ }",
			(struct words){"Write { hours = { ... } }",
				"Schrijf { hours = { ... } }"});
	resolve_exceptions(&r);
	if (p->errors == errors_before && !opens_ever(r.calendar))
		complain(&r, "FL125", "hours",
			(struct words){"These %s never open",
				"Deze %s gaan nooit open"},
			"hours",
			(struct words){"Give at least one day hours",
				"Geef minstens een dag tijden"});
	if (r.out_of_memory)
		return FL_NOMEM;
	if (p->errors != errors_before)
		return FL_INVALID;
	*out = r.calendar;
	return FL_OK;
}
