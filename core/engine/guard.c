/*
 * The seam where law and manners hold a touch back. Profile nl (section 9 of
 * the domain): telephone sales need a recorded opt-in per channel and purpose
 * or a call the customer asked for; service about a running order is free;
 * telephone hours are workdays 9-21, Saturday 10-16, never on Sundays and
 * holidays, until 18:30 on 4 May, 5 and 24 December. Objection is absolute.
 */
#include "engine/machine.h"

#define MINUTE_MS 60000
#define WINDOW_SEARCH_DAYS 30

struct window {
	int open, close; /* minutes of the day; both 0: closed */
};

static struct window nl_window(const struct calendar *c, int64_t day)
{
	static const struct window weekday = { 9 * 60, 21 * 60 };
	static const struct window saturday = { 10 * 60, 16 * 60 };
	static const struct window early = { 9 * 60, 18 * 60 + 30 };
	static const struct window closed = { 0, 0 };
	int weekday_no = civil_weekday(day);
	int32_t year;
	int8_t month, mday;

	civil_from_days(day, &year, &month, &mday);
	if (weekday_no == 6 || holiday_nl(year, month, mday, true) ||
		calendar_is_holiday(c, day))
		return closed;
	if (weekday_no == 5)
		return saturday;
	if ((month == 5 && mday == 4) || (month == 12 && mday == 5) ||
		(month == 12 && mday == 24))
		return early;
	return weekday;
}

/* The first lawful moment at or after `at_ms`. */
static int64_t nl_next_window(const struct calendar *c, int64_t at_ms)
{
	int64_t day = calendar_day(c, at_ms);

	for (int i = 0; i < WINDOW_SEARCH_DAYS; i++, day++) {
		struct window w = nl_window(c, day);
		int64_t midnight = calendar_midnight(c, day);
		int64_t open, close;
		struct civil civil;

		if (w.close == 0)
			continue;
		zone_civil(calendar_zone(c), midnight, &civil);
		civil.minute = 0;
		civil.hour = (int8_t)(w.open / 60);
		zone_utc(calendar_zone(c), &civil, &open);
		civil.hour = (int8_t)(w.close / 60);
		civil.minute = (int8_t)(w.close % 60);
		zone_utc(calendar_zone(c), &civil, &close);
		if (at_ms < open)
			return open;
		if (at_ms < close)
			return at_ms;
	}
	return at_ms;
}

static bool is_phone(struct text channel)
{
	return text_is(channel, "phone") || text_is(channel, "sms") ||
		text_is(channel, "whatsapp");
}

/* Given for one purpose it covers that one only; "follow-up" and the like are
 * no purposes of ours and cover all. */
static bool covers(const struct value *consent, struct text purpose)
{
	static const char *const ours[] = { "help", "assurance", "offer",
		"service" };
	struct text given = value_as_text(value_get(consent, "purpose"));

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (text_is(given, ours[i]))
			return text_equal(given, purpose) ||
				/* who wants help may be assured */
				(i == 0 && text_is(purpose, "assurance"));
	return true;
}

/* A consent counts until it expires or is withdrawn. */
static bool has_consent(const struct record *customer, struct text channel,
			struct text purpose, int64_t at_ms)
{
	const struct value *all = value_get(&customer->fields, "consent");
	const struct value *one;
	int64_t expires;

	if (all != NULL && all->kind == VALUE_LIST) {
		for (uint32_t i = 0; i < all->count; i++)
			if (all->as.items[i].kind == VALUE_TEXT &&
				text_is(channel, all->as.items[i].as.text))
				return true;
		return false;
	}
	one = value_get_text(all, channel);
	if (one == NULL || one->kind == VALUE_NULL)
		return false;
	if (one->kind == VALUE_BOOL)
		return one->as.boolean;
	if (one->kind != VALUE_MAP)
		return true;
	if (value_get_int(one, "withdrawn_at", 0) != 0)
		return false;
	expires = value_get_int(one, "expires_at", 0);
	return (expires == 0 || at_ms < expires) && covers(one, purpose);
}

static const char *in(const struct snapshot *s, const char *nl, const char *en)
{
	return text_is(s->book->language, "nl") ? nl : en;
}

/* Service about a running order, and what the customer asked for. */
static bool is_free(struct text purpose)
{
	return text_is(purpose, "service") || text_is(purpose, "requested");
}

enum guard guard_hours(const struct snapshot *s, struct text channel,
		       struct text purpose, int64_t at_ms,
		       int64_t *retry_at_ms, const char **guard,
		       const char **reason)
{
	int64_t open;

	*retry_at_ms = at_ms;
	*guard = *reason = "";
	if (!text_is(s->book->legal, "nl") || !is_phone(channel) ||
		is_free(purpose))
		return GUARD_OK;
	open = nl_next_window(s->book->calendar, at_ms);
	if (open <= at_ms)
		return GUARD_OK;
	*retry_at_ms = open;
	*guard = "hours";
	*reason = in(s, "buiten de uren waarop bellen mag",
		"outside the lawful hours for calling");
	return GUARD_LATER;
}

enum guard guard_touch(const struct snapshot *s, const struct record *customer,
		       struct text channel, struct text purpose,
		       int64_t at_ms, int64_t *retry_at_ms,
		       const char **guard, const char **reason)
{
	*retry_at_ms = at_ms;
	*guard = *reason = "";
	if (customer == NULL) {
		*guard = "nobody";
		*reason = in(s, "er is geen klant bekend",
			"no customer is known");
		return GUARD_NEVER;
	}
	if (value_get_bool(&customer->fields, "objected", false) &&
		!is_free(purpose)) {
		*guard = "objection";
		*reason = in(s, "de klant wil geen contact meer",
			"the customer objected to being contacted");
		return GUARD_NEVER;
	}
	if (!is_free(purpose) &&
		!has_consent(customer, channel, purpose, at_ms)) {
		*guard = "consent";
		*reason = in(s, "er is geen toestemming voor dit kanaal",
			"no consent for this channel is on record");
		return GUARD_NEVER;
	}
	return guard_hours(s, channel, purpose, at_ms, retry_at_ms, guard,
		reason);
}
