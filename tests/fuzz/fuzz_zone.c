/* Any bytes as a zone file, a rule and a time; and each instant of a zone that
 * was read comes back from its local time. */
#include "base/zone.h"
#include "base/zone_rule.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void instant(const struct zone *z, int64_t utc_ms)
{
	int64_t back = 0;
	struct civil c;
	char text[40];

	zone_civil(z, utc_ms, &c);
	switch (zone_utc(z, &c, &back)) {
	case ZONE_UNIQUE:
		REQUIRE(back == utc_ms);
		break;
	case ZONE_OVERLAP:
		REQUIRE(back <= utc_ms);
		break;
	case ZONE_GAP:
		REQUIRE(false);
	}
	zone_write_time(z, utc_ms, text, sizeof(text));
	if (c.year < 1 || c.year > 9998)
		return;
	REQUIRE(zone_read_time(z, text_of(text), &back, NULL) == FL_OK);
	REQUIRE(back == utc_ms);
}

static void instants(const struct zone *z, const uint8_t *data, size_t size)
{
	int64_t at = 0;
	size_t i;

	for (i = 0; i < 40; i++)
		instant(z, (int64_t)i * 86400000 * 61 - 86400000);
	for (i = 0; i + 8 <= size && i < 800; i += 8) {
		memcpy(&at, data + i, 8);
		instant(z, at >> (14 + i % 32));
	}
}

static void rule(const char *text, size_t size)
{
	struct zone_rule r;
	struct zone_span span;
	int64_t at;

	if (!zone_rule_read(text, size, &r) || !r.any)
		return;
	for (at = -90000000; at < 4000000000; at += 86400 * 37 + 1801) {
		span = zone_rule_span(&r, at);
		REQUIRE(span.from_s <= at && at < span.to_s);
		REQUIRE(span.from_s == INT64_MIN ||
			zone_rule_span(&r, span.from_s).offset_s ==
				span.offset_s);
		REQUIRE(span.to_s == INT64_MAX ||
			zone_rule_span(&r, span.to_s - 1).offset_s ==
				span.offset_s);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zone *z = NULL;
	struct fl_error err = {0};
	struct text text = {(const char *)data, (uint32_t)size};
	int64_t ms = 0;

	rule(text.at, size);
	(void)zone_read_time(NULL, text, &ms, &err);
	if (zone_parse("fuzz", data, size, &z, &err) == FL_OK) {
		instants(z, data, size);
		zone_free(z);
	}
	return 0;
}
