/* Every shape a lead arrives in, from tests/fixtures/adf, and the five public
 * samples where FL_SHARED_DATA (or ../shared/data) has them. */
#include "intake/intake.h"

#include "base/digest.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

static struct arena arena;
static struct intake_result result;
static struct fl_error why;

static int setup(void **state)
{
	(void)state;
	digest_init();
	arena_init(&arena, 0);
	why = (struct fl_error){0};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_deinit(&arena);
	return 0;
}

static fl_status read_bytes(const char *bytes, size_t n)
{
	why.text[0] = '\0';
	return intake_read(&arena, "lead.xml", bytes, n, NULL, &result, &why);
}

static fl_status read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static fl_status read_path(const char *path)
{
	struct buf b;
	fl_status s;

	buf_init(&b, 1u << 20);
	s = file_read(path, 1u << 20, &b, &why);
	if (s != FL_OK)
		fail_msg("%s: %s (run from the top folder)", path, why.text);
	s = intake_read(&arena, path, b.at, b.len, NULL, &result, &why);
	buf_deinit(&b);
	return s;
}

static void read_fixture(const char *name, uint32_t count)
{
	char path[200];

	snprintf(path, sizeof(path), "tests/fixtures/adf/%s", name);
	if (read_path(path) != FL_OK)
		fail_msg("%s: %s", name, why.text);
	assert_int_equal(result.count, count);
}

/* Member by dotted path below `v`; list items by number. */
static const struct value *at(const struct value *v, const char *path)
{
	char word[64];

	while (v != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");

		snprintf(word, sizeof(word), "%.*s", (int)n, path);
		path += n + (path[n] == '.');
		if (v->kind == VALUE_LIST) {
			uint32_t i = (uint32_t)strtoul(word, NULL, 10);

			v = i < v->count ? &v->as.items[i] : NULL;
		} else {
			v = value_get(v, word);
		}
	}
	return v;
}

static void is_text(const struct value *v, const char *path, const char *want)
{
	const struct value *it = at(v, path);

	if (want == NULL) {
		if (it != NULL)
			fail_msg("%s is there", path);
		return;
	}
	if (it == NULL || it->kind != VALUE_TEXT)
		fail_msg("%s is no text", path);
	assert_string_equal(it->as.text, want);
}

static void is_int(const struct value *v, const char *path, int64_t want)
{
	const struct value *it = at(v, path);

	if (it == NULL || it->kind != VALUE_INT)
		fail_msg("%s is no number", path);
	assert_int_equal(it->as.integer, want);
}

static bool noted(const struct intake_item *item, const char *code)
{
	for (uint32_t i = 0; i < item->notes.count; i++) {
		if (strcmp(item->notes.items[i].code, code) == 0)
			return true;
	}
	return false;
}

static const struct intake_item *only(enum intake_verdict verdict)
{
	assert_int_equal(result.count, 1);
	assert_string_equal(intake_verdict_name(result.items[0].verdict),
		intake_verdict_name(verdict));
	return &result.items[0];
}

static char *bytes_of(const struct value *v)
{
	struct buf b;
	char *out;

	buf_init(&b, 1u << 22);
	value_write(&b, v);
	assert_false(b.failed);
	out = arena_strdup(&arena, b.at);
	buf_deinit(&b);
	return out;
}

/* ---- shapes ---- */

static void test_upper_prolog(void **state)
{
	const struct intake_item *it;
	const struct value *e;

	(void)state;
	read_fixture("upper-prolog.xml", 1);
	it = only(INTAKE_LEAD);
	e = &it->event;
	assert_int_equal(it->line, 5);
	assert_int_equal(it->notes.count, 0);
	assert_int_equal(result.to_post, 1);
	is_text(e, "type", "lead.received");
	is_text(e, "source", "adf:autowijzer.example");
	is_text(e, "id", "AW-20417");
	is_int(e, "at", 1788250530000);
	is_text(e, "data.channel", "adf");
	is_text(e, "data.provider", "Autowijzer");
	is_text(e, "data.provider_lead_id", "AW-20417");
	is_text(e, "data.status", "new");
	is_text(e, "data.customer.name", "Sanne van der Molen");
	is_text(e, "data.customer.first_name", "Sanne");
	is_text(e, "data.customer.middle_name", "van der");
	is_text(e, "data.customer.last_name", "Molen");
	is_text(e, "data.customer.phone", "+31681234567");
	is_text(e, "data.customer.phone_raw", "06-81234567");
	is_text(e, "data.customer.phones.0.time", "evening");
	is_text(e, "data.customer.email", "sanne.vandermolen@post.example");
	is_text(e, "data.customer.address.street", "Kanaalweg 12");
	is_text(e, "data.customer.address.apartment", "B");
	is_text(e, "data.customer.address.postal_code", "7941 AB");
	is_int(e, "data.vehicles.0.year", 2026);
	is_text(e, "data.vehicles.0.make", "Velomark");
	is_text(e, "data.vehicles.0.trim", "Comfort");
	is_text(e, "data.vehicles.0.status", "new");
	is_text(e, "data.vehicles.0.interest", "buy");
	is_int(e, "data.vehicles.0.price", 3195000);
	is_text(e, "data.vehicles.0.currency", "EUR");
	is_text(e, "data.timeframe", "binnen drie maanden (2026-10-01 - )");
	is_text(e, "data.comments", "Graag eerst een proefrit.");
	is_text(e, "data.extra.vendor/vendorname", "Autohuis De Brink");
	is_text(e, "data.extra.vehicle/price@type", "quote");
	is_text(e, "data.trade_in", NULL);
	assert_int_equal(strlen(value_get_str(at(e, "data"), "raw_ref")), 64);
	assert_int_equal(strlen(value_get_str(at(e, "data"), "lead")), 13);
}

static void test_empty_vehicle(void **state)
{
	const struct intake_item *it;
	const struct value *d;

	(void)state;
	read_fixture("empty-vehicle.xml", 1);
	it = only(INTAKE_LEAD);
	d = at(&it->event, "data");
	assert_int_equal(at(d, "vehicles")->count, 0);
	is_text(d, "extra.vehicle@interest", "lease");
	is_text(d, "extra.vehicle@status", "used");
	is_text(&it->event, "source", "adf:LeaseKompas");
	assert_int_equal(strlen(value_get_str(&it->event, "id")), 32);
	assert_null(value_get(&it->event, "at"));
	is_text(d, "requestdate", "14-09-2026 18:40");
	is_text(d, "customer.first_name", "Bram");
	is_text(d, "customer.last_name", "de Wit");
	is_text(d, "customer.phone", NULL);
	is_text(d, "customer.phone_raw", "393-999-3922");
	is_text(d, "customer.phones.1.type", "fax");
	is_text(d, "comments",
		"Geboortedatum: 1988-04-12\n"
		"      Inkomen per maand: 3400\n"
		"        Zoekt iets ruims, \"nieuw in de streek\"");
	assert_true(noted(it, INTAKE_PHONE_RAW));
	assert_true(noted(it, INTAKE_DATE_ODD));
	assert_int_equal(it->notes.errors, 0);
	assert_int_equal(it->notes.items[0].line, 14);
}

static void test_several(void **state)
{
	(void)state;
	read_fixture("several.xml", 4);
	is_text(&result.items[0].event, "id", "D1");
	is_text(&result.items[0].event, "data.customer.phone", "+31205550143");
	is_text(&result.items[0].event, "data.vehicles.0.interest", "buy");
	is_text(&result.items[1].event, "id", "D2");
	is_text(&result.items[1].event, "data.customer.name", "Kees Hoekstra");
	assert_int_equal(
		strlen(value_get_str(&result.items[2].event, "id")), 32);
	is_text(&result.items[2].event, "data.provider_lead_id", "D2");
	is_text(&result.items[2].event, "data.customer.name", "Joke Bos");
	assert_true(noted(&result.items[2], INTAKE_SAME_ID));
	assert_int_equal(result.items[2].index, 3);
	assert_int_equal(result.items[3].verdict, INTAKE_RESEND);
	is_text(&result.items[3].event, "id", "D1"); /* the first again */
	assert_string_not_equal(
		value_get_str(at(&result.items[1].event, "data"), "lead"),
		value_get_str(at(&result.items[2].event, "data"), "lead"));
}

static void test_cdata(void **state)
{
	const struct value *e;

	(void)state;
	read_fixture("cdata.xml", 1);
	e = &only(INTAKE_LEAD)->event;
	is_text(e, "data.vehicles.0.model", "Wren <GT> & Co");
	is_text(e, "data.vehicles.0.bodystyle", NULL);
	is_text(e, "data.extra.vehicle/bodystyle", "{bodystyle}");
	assert_true(noted(&result.items[0], INTAKE_UNFILLED));
	is_text(e, "data.customer.name", "Zo\xc3\xab D'Hondt & zoon");
	is_text(e, "data.customer.email", "zoe@dhondt.example");
	is_text(e, "data.comments",
		"Mag ik <b>morgen</b> bellen?\nGroet, Zo\xc3\xab");
	is_int(e, "at", 1788415200123);
}

static void test_resend(void **state)
{
	const struct value *first;

	(void)state;
	read_fixture("new.xml", 1);
	first = &only(INTAKE_LEAD)->event;
	read_fixture("resend.xml", 1);
	(void)only(INTAKE_RESEND);
	is_text(&result.items[0].event, "id", "AW-20500");
	is_text(&result.items[0].event, "source", "adf:autowijzer.example");
	is_text(&result.items[0].event, "data.status", "resend");
	is_text(&result.items[0].event, "data.lead",
		value_get_str(at(first, "data"), "lead"));
	assert_int_equal(result.to_post, 1);
}

/* The same lead by every road is the same event, byte for byte. */
static void test_roads(void **state)
{
	static const char *const roads[] = {
		"mail-base64.eml", "mail-quoted.eml", "plain.xml"};
	const char *plain;

	(void)state;
	read_fixture("plain.xml", 1);
	assert_int_equal(result.kind, INTAKE_KIND_ADF);
	plain = bytes_of(&only(INTAKE_LEAD)->event);
	is_text(&result.items[0].event, "data.customer.phone", "+31612345603");
	is_text(&result.items[0].event, "data.comments",
		"Kan dit ook op zaterdag? Caf\xc3\xa9 erbij!");
	for (int i = 0; i < 3; i++) {
		read_fixture(roads[i], 1);
		assert_int_equal(result.kind,
			i < 2 ? INTAKE_KIND_MAIL : INTAKE_KIND_ADF);
		assert_string_equal(bytes_of(&only(INTAKE_LEAD)->event), plain);
	}
}

static void test_html(void **state)
{
	(void)state;
	read_fixture("page.html", 1);
	is_text(&only(INTAKE_LEAD)->event, "data.customer.email",
		"mila@jansen.example");
	assert_int_equal(result.items[0].line, 4);
	read_fixture("mail-html.eml", 1);
	is_text(&only(INTAKE_LEAD)->event, "id", "F-9");
	is_text(&result.items[0].event, "data.customer.name", "Gijs & Els Vos");
	assert_int_equal(result.items[0].line, 0);
}

static void test_mail_without_lead(void **state)
{
	(void)state;
	assert_int_equal(
		read_path("tests/fixtures/adf/mail-no-lead.eml"), FL_INVALID);
	assert_non_null(strstr(why.text, "none of its 1 parts"));
	assert_int_equal(result.count, 0);
}

static void test_unreachable(void **state)
{
	const struct intake_item *it;
	const struct value *d;

	(void)state;
	read_fixture("unreachable.xml", 1);
	it = only(INTAKE_FLAGGED);
	d = at(&it->event, "data");
	assert_true(value_get_bool(d, "unreachable", false));
	assert_string_equal(
		bytes_of(at(d, "missing")), "[\"phone\",\"email\"]");
	is_text(d, "customer.name", "Lotte K.");
	is_text(d, "customer.phone_raw", NULL);
	is_text(d, "customer.phones.0.raw", "n.v.t.");
	is_text(d, "extra.customer/email", "lotte apenstaart post");
	is_text(d, "extra.source", "Website importeur");
	is_text(&it->event, "source", "adf:unknown");
	assert_true(noted(it, INTAKE_UNREACHABLE));
	assert_true(noted(it, INTAKE_EMAIL_ODD));
	assert_int_equal(result.to_post, 1);
	read_text("<prospect/>");
	is_text(&only(INTAKE_FLAGGED)->event, "data.missing.0", "name");
}

static void test_unfilled(void **state)
{
	const struct intake_item *it;

	(void)state;
	read_fixture("unfilled.xml", 1);
	it = only(INTAKE_HELD);
	assert_int_equal(it->event.kind, VALUE_NULL);
	assert_int_equal(result.to_post, 0);
	assert_int_equal(it->notes.errors, 1);
	is_text(&it->draft, "type", "lead.received");
	is_text(&it->draft, "data.customer.name", NULL);
	is_text(&it->draft, "data.extra.customer/contact/phone", "[telefoon]");
	for (uint32_t i = 0; i < it->notes.count; i++) {
		const struct problem *p = &it->notes.items[i];

		if (p->warning)
			continue;
		assert_string_equal(p->code, INTAKE_UNFILLED);
		assert_non_null(strstr(p->text, "name ({voornaam})"));
		assert_non_null(strstr(p->text, "name (${achternaam})"));
		assert_non_null(strstr(p->text, "e-mail ({e-mail})"));
		assert_non_null(strstr(p->text, "phone ([telefoon])"));
		assert_non_null(strstr(p->text, "id ({{lead.id}})"));
		assert_non_null(strstr(p->remedy, "Formulierenbouwer"));
	}
}

static void test_trade_in(void **state)
{
	const struct value *d;

	(void)state;
	read_fixture("trade-in-first.xml", 1);
	d = at(&only(INTAKE_LEAD)->event, "data");
	assert_int_equal(at(d, "vehicles")->count, 1);
	is_text(d, "vehicles.0.model", "Heron");
	is_text(d, "vehicles.0.exterior_color", "blauw");
	is_text(d, "vehicles.0.comments", "liefst snel leverbaar");
	is_int(d, "vehicles.0.price", 3845000);
	is_text(d, "vehicles.0.currency", "EUR");
	is_text(d, "trade_in.interest", "trade-in");
	is_text(d, "trade_in.model", "Bay 1.4");
	is_text(d, "trade_in.plate", "GX123B");
	is_int(d, "trade_in.odometer", 128400);
	is_text(d, "trade_in.odometer_unit", "km");
	is_text(d, "extra.vehicle/option/optionname", "trekhaak");
	is_text(d, "extra.vehicle/option#2/optionname", "dakrail");
	is_text(d, "extra.vehicle/option#2/price", "120");
	is_text(d, "customer.name", "Schildersbedrijf Postma");
	is_text(d, "customer.business", "Schildersbedrijf Postma");
	is_text(d, "customer.phone", "+31513555015"); /* preferred, no fax */
	is_text(d, "customer.email", "jelle@postma.example");
	assert_int_equal(at(d, "customer.emails")->count, 2);
	assert_int_equal(at(d, "customer.phones")->count, 3);
	is_text(d, "extra.customer/contact/email", "fout adres");
}

static void test_own_cars(void **state)
{
	const struct value *d;

	(void)state;
	read_text("<adf><prospect><vehicle interest='sell'><make>A</make>"
		  "</vehicle><vehicle interest='inruil'><make>B</make>"
		  "</vehicle><vehicle interest='maybe'><make>C</make></vehicle>"
		  "<customer><email>a@b.example</email></customer></prospect>"
		  "</adf>");
	d = at(&only(INTAKE_LEAD)->event, "data");
	is_text(d, "trade_in.make", "A");
	is_text(d, "trade_in.interest", "sell");
	is_text(d, "extra.vehicle#2/make", "B");
	is_text(d, "extra.vehicle#2@interest", "inruil");
	assert_int_equal(at(d, "vehicles")->count, 1);
	is_text(d, "vehicles.0.interest", "maybe");
}

static void test_no_root_latin1(void **state)
{
	const struct intake_item *it;

	(void)state;
	read_fixture("no-root-latin1.xml", 2);
	it = &result.items[0];
	assert_true(noted(it, INTAKE_REPAIRED));
	is_text(&it->event, "data.customer.name", "Andr\xc3\xa9 Kr\xc3\xbcger");
	is_text(&it->event, "data.customer.phone", "+31612345602");
	is_text(&it->event, "data.vehicles.0.make", "Velomark & Zn");
	is_text(&it->event, "data.vehicles.0.model", "Wren &nbsp; < 2 jaar");
	is_int(&it->event, "at", 1788600600000);
	is_text(&result.items[1].event, "data.customer.name",
		"Ren\xc3\xa9"
		"e Smit");
	assert_int_equal(result.items[1].line, 7);
}

/* ---- hostile and broken ---- */

static void test_bomb(void **state)
{
	struct timespec from, to;
	size_t used = arena.used_bytes;
	double ms;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(read_path("tests/fixtures/adf/bomb.xml"), FL_INVALID);
	clock_gettime(CLOCK_MONOTONIC, &to);
	ms = (double)(to.tv_sec - from.tv_sec) * 1e3 +
	     (double)(to.tv_nsec - from.tv_nsec) / 1e6;
	print_message("# bomb answered in %.2f ms, %zu bytes\n", ms,
		arena.used_bytes - used);
	assert_true(ms < 50);
	assert_true(arena.used_bytes - used < 1u << 20);
	assert_non_null(strstr(why.text, "DTD"));
}

static void test_no_dtd_anywhere(void **state)
{
	static const char *const no[] = {
		"<!DOCTYPE adf SYSTEM 'adf.dtd'><adf><prospect/></adf>",
		"<!doctype adf><adf><prospect/></adf>",
		"<!DOCTYPE html [<!ENTITY a 'b'>]><adf><prospect/></adf>",
		"<!DOCTYPE html SYSTEM 'x' [ ]><adf><prospect/></adf>",
		"<adf><!DOCTYPE x><prospect/></adf>",
		"<adf><prospect><!ENTITY a 'b'></prospect></adf>",
		"<!DOCTYPE lolz [<!ENTITY a 'b'>]><lolz>&a;</lolz>",
		"<!-- <adf> --><!DOCTYPE x [ ]><adf><prospect/></adf>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		if (read_text(no[i]) != FL_INVALID ||
			strstr(why.text, "DTD") == NULL)
			fail_msg("%s: %s", no[i], why.text);
	}
	/* no entity beyond the five: others stay as written */
	assert_int_equal(read_text("<prospect><customer><email>a@b.example"
				   "</email></customer><comments>&x; &#65; &lt;"
				   "</comments></prospect>"),
		FL_OK);
	is_text(&result.items[0].event, "data.comments", "&x; A <");
}

static void test_broken(void **state)
{
	static const struct {
		const char *text, *says;
		fl_status s;
	} rows[] = {
		{"", "empty", FL_INVALID},
		{" \n ", "empty", FL_INVALID},
		{"Beste verkoper, bel me", "no ADF", FL_INVALID},
		{"<adf></adf>", "without a prospect", FL_INVALID},
		{"<rss><item/></rss>", "without a prospect", FL_INVALID},
		{"<adf><prospect><customer></prospect></adf>", "line 1",
			FL_INVALID},
		{"<adf>\n<prospect>\n<customer>\n", "line 4", FL_INVALID},
		{"<adf", "not well-formed", FL_INVALID},
		{"{\"type\": ", "lead.xml", FL_INVALID},
		{"[]", "no event", FL_INVALID},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fl_status s = read_text(rows[i].text);

		if (s != rows[i].s || strstr(why.text, rows[i].says) == NULL)
			fail_msg("%s: %d %s", rows[i].text, (int)s, why.text);
		assert_int_equal(result.count, 0);
	}
}

static char *nested(struct buf *b, uint32_t depth)
{
	buf_reset(b);
	buf_add_text(b, "<adf><prospect>");
	for (uint32_t i = 2; i < depth; i++)
		buf_add_text(b, "<x>");
	buf_add_text(b, "deep");
	for (uint32_t i = 2; i < depth; i++)
		buf_add_text(b, "</x>");
	buf_add_text(b, "</prospect></adf>");
	return b->at;
}

static void repeat(struct buf *b, const char *text, uint32_t times)
{
	while (times-- > 0)
		buf_add_text(b, text);
}

static fl_status wrapped(struct buf *b, const char *head, const char *item,
	uint32_t times, const char *tail)
{
	buf_reset(b);
	arena_reset(&arena);
	buf_add_text(b, head);
	repeat(b, item, times);
	buf_add_text(b, tail);
	return read_bytes(b->at, b->len);
}

/* Each limit holds, and one step below it does not. */
static void test_limits(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, INTAKE_FILE_BYTES * 2);
	assert_int_equal(read_text(nested(&b, INTAKE_ADF_DEPTH)), FL_OK);
	assert_int_equal(read_text(nested(&b, INTAKE_ADF_DEPTH + 1)), FL_LIMIT);
	assert_int_equal(wrapped(&b, "<adf>", "<prospect/>",
				 INTAKE_ADF_PROSPECTS + 1, "</adf>"),
		FL_LIMIT);
	assert_non_null(strstr(why.text, "prospects"));
	assert_int_equal(wrapped(&b, "<adf><prospect>", "<x/>",
				 INTAKE_ADF_ELEMENTS - 3, "</prospect></adf>"),
		FL_OK);
	assert_int_equal(wrapped(&b, "<adf><prospect>", "<x/>",
				 INTAKE_ADF_ELEMENTS - 2, "</prospect></adf>"),
		FL_LIMIT);
	assert_int_equal(wrapped(&b, "<adf>", " ", INTAKE_ADF_BYTES - 22,
				 "<prospect/></adf>"),
		FL_OK);
	assert_int_equal(wrapped(&b, "<adf>", " ", INTAKE_ADF_BYTES - 21,
				 "<prospect/></adf>"),
		FL_LIMIT);
	assert_int_equal(
		wrapped(&b, "{", " ", INTAKE_FILE_BYTES, "}"), FL_LIMIT);
	assert_int_equal(wrapped(&b, "[", "{\"type\":\"a\"},", INTAKE_EVENTS,
				 "{\"type\":\"a\"}]"),
		FL_LIMIT);
	buf_deinit(&b);
}

static void test_cuts(void **state)
{
	struct buf b;
	const struct value *d;

	(void)state;
	buf_init(&b, INTAKE_FILE_BYTES);
	assert_int_equal(wrapped(&b, "<prospect><comments>x", "\xc3\xa9",
				 INTAKE_ADF_TEXT / 2, "</comments></prospect>"),
		FL_OK);
	d = at(&only(INTAKE_FLAGGED)->event, "data");
	assert_int_equal(at(d, "comments")->count, INTAKE_ADF_TEXT - 1);
	assert_true(noted(&result.items[0], INTAKE_CUT));
	assert_int_equal(wrapped(&b, "<prospect>", "<x>1</x>", INTAKE_EXTRA,
				 "</prospect>"),
		FL_OK);
	assert_false(noted(&result.items[0], INTAKE_CUT));
	assert_int_equal(wrapped(&b, "<prospect>", "<x>1</x>", INTAKE_EXTRA + 1,
				 "</prospect>"),
		FL_OK);
	assert_true(noted(&result.items[0], INTAKE_CUT));
	d = at(&result.items[0].event, "data.extra");
	assert_int_equal(d->count, INTAKE_EXTRA);
	buf_deinit(&b);
}

static void test_mail_limits(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, INTAKE_FILE_BYTES);
	assert_int_equal(
		wrapped(&b,
			"Subject: x\nContent-Type: multipart/mixed; "
			"boundary=b\n\n",
			"--b\n\nhallo\n", INTAKE_MAIL_PARTS + 1, "--b--\n"),
		FL_LIMIT);
	assert_int_equal(
		wrapped(&b, "Subject: x\n", "Content-Type: message/rfc822\n\n",
			INTAKE_MAIL_DEPTH, "\n<prospect/>"),
		FL_OK);
	assert_int_equal(
		wrapped(&b, "Subject: x\n", "Content-Type: message/rfc822\n\n",
			INTAKE_MAIL_DEPTH + 1, "\n<prospect/>"),
		FL_LIMIT);
	buf_deinit(&b);
}

/* Controls, zero-width and direction marks never reach a list or a log. */
static void test_clean(void **state)
{
	const struct value *d;

	(void)state;
	assert_int_equal(
		read_text("<prospect><customer><name part='full'>  "
			  "Ab\x01\xe2\x80\xae\xe2\x80\x8b"
			  "c\t\n D&#x9b;e\xc2\xa0 </name><phone>0612345604"
			  "</phone></customer><comments> a\r\n\x1b[31mb "
			  "</comments></prospect>"),
		FL_OK);
	d = at(&result.items[0].event, "data");
	is_text(d, "customer.name", "Ab c De");
	is_text(d, "comments", "a\n [31mb");
}

static void test_names(void **state)
{
	static const struct {
		const char *full, *first, *last;
	} rows[] = {
		{"Jan Jansen", "Jan", "Jansen"},
		{"Eva van den Berg", "Eva", "van den Berg"},
		{"Anna Maria Prins", "Anna", NULL},
		{"Fam. de Boer", NULL, NULL},
		{"Dhr Pietersen", NULL, NULL},
		{"J. Vos", NULL, NULL},
		{"Cher", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char xml[300];

		snprintf(xml, sizeof(xml),
			"<prospect><customer><contact><name>%s</name>"
			"<email>x@y.example</email></contact></customer>"
			"</prospect>",
			rows[i].full);
		assert_int_equal(read_text(xml), FL_OK);
		is_text(&result.items[0].event, "data.customer.name",
			rows[i].full);
		is_text(&result.items[0].event, "data.customer.first_name",
			rows[i].first);
		is_text(&result.items[0].event, "data.customer.last_name",
			rows[i].last);
	}
}

static void test_options(void **state)
{
	static const char xml[] =
		"<prospect><requestdate>2026-07-01T12:00:00</requestdate>"
		"<customer><phone>206-555-0143</phone></customer></prospect>";
	struct intake_options opt = {.default_country = "1"};
	struct zone *zone = NULL;

	(void)state;
	assert_int_equal(zone_load("Europe/Amsterdam", &zone, &why), FL_OK);
	opt.zone = zone;
	assert_int_equal(intake_read(&arena, NULL, xml, sizeof(xml) - 1, &opt,
				 &result, &why),
		FL_OK);
	is_text(&result.items[0].event, "data.customer.phone", "+12065550143");
	is_int(&result.items[0].event, "at", 1782900000000);
	zone_free(zone);
}

static void test_utf16(void **state)
{
	static const char xml[] = "<?xml version='1.0' encoding='utf-16'?>"
				  "<prospect><customer><email>u@v.example"
				  "</email></customer></prospect>";
	char wide[2 + 2 * sizeof(xml)] = "\xff\xfe";

	(void)state;
	for (size_t i = 0; i < sizeof(xml) - 1; i++)
		wide[2 + 2 * i] = xml[i];
	assert_int_equal(read_bytes(wide, 2 * sizeof(xml)), FL_OK);
	is_text(&result.items[0].event, "data.customer.email", "u@v.example");
	assert_int_equal(read_text(xml), FL_OK); /* declared, not so written */
}

/* ---- JSON ---- */

static void test_json(void **state)
{
	(void)state;
	assert_int_equal(read_text(" {\"type\":\"deal.signed\",\"id\":\"9\","
				   "\"source\":\"dms\",\"data\":{}}\n"),
		FL_OK);
	assert_int_equal(result.kind, INTAKE_KIND_JSON);
	assert_string_equal(bytes_of(&only(INTAKE_EVENT)->event),
		"{\"data\":{},\"id\":\"9\",\"source\":\"dms\",\"type\":"
		"\"deal.signed\"}");
	assert_int_equal(
		read_text("[{\"type\":\"a\"},3,\n{\"type\":\"b\"}]"), FL_OK);
	assert_int_equal(result.count, 3);
	assert_int_equal(result.to_post, 2);
	assert_int_equal(result.items[1].verdict, INTAKE_REFUSED);
	assert_int_equal(result.items[1].notes.errors, 1);
	is_text(&result.items[2].event, "source", "import");
}

static void test_lines(void **state)
{
	char first[40];

	(void)state;
	read_fixture("events.ndjson", 5);
	is_text(&result.items[0].event, "id", "7");
	is_text(&result.items[0].event, "source", "csv");
	snprintf(first, sizeof(first), "%s",
		value_get_str(&result.items[1].event, "id"));
	assert_int_equal(strlen(first), 32);
	assert_non_null(
		strstr(value_get_str(&result.items[2].event, "id"), "-2"));
	assert_int_equal(result.items[3].verdict, INTAKE_REFUSED);
	assert_int_equal(result.items[4].verdict, INTAKE_REFUSED);
	assert_int_equal(result.items[4].line, 6);
	assert_int_equal(result.items[4].event.kind, VALUE_NULL);
	assert_int_equal(result.to_post, 3);
	read_fixture("events.ndjson", 5); /* again: the same ids */
	is_text(&result.items[1].event, "id", first);
}

/* ---- the example leads ---- */

static void test_examples(void **state)
{
	static const struct {
		const char *file, *verdicts; /* in order */
	} rows[] = {
		{"01-website-proefrit.xml", " lead"},
		{"02-inruil-en-zakelijk.xml", " lead"},
		{"03-importeur.eml", " lead"},
		{"04-eigen-site.json", " event"},
		{"05-beursweekend.xml", " lead lead resend"},
		{"06-zonder-contact.xml", " flagged"},
		{"07-leeg-sjabloon.xml", " held"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[200], verdicts[100] = "";

		snprintf(path, sizeof(path), "examples/leads/%s", rows[i].file);
		if (read_path(path) != FL_OK)
			fail_msg("%s", why.text);
		for (uint32_t k = 0; k < result.count; k++) {
			size_t len = strlen(verdicts);

			snprintf(verdicts + len, sizeof(verdicts) - len, " %s",
				intake_verdict_name(result.items[k].verdict));
		}
		assert_string_equal(verdicts, rows[i].verdicts);
	}
	assert_int_equal(
		read_path("examples/leads/02-inruil-en-zakelijk.xml"), FL_OK);
	is_text(&result.items[0].event, "data.customer.name", "Jelle Postma");
	is_text(&result.items[0].event, "data.vehicles.0.model", "Heron Cargo");
	is_text(&result.items[0].event, "data.trade_in.plate", "GX123B");
}

/* ---- memory, one refused allocation after the other ---- */

static void test_no_memory(void **state)
{
	static const char *const names[] = {"upper-prolog.xml",
		"mail-base64.eml", "mail-html.eml", "several.xml",
		"unfilled.xml", "events.ndjson"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buf b;
		char path[200];
		fl_status s = FL_NOMEM;
		uint32_t refused = 0;

		snprintf(path, sizeof(path), "tests/fixtures/adf/%s", names[i]);
		buf_init(&b, 1u << 20);
		assert_int_equal(file_read(path, 1u << 20, &b, &why), FL_OK);
		for (size_t max = 16; s != FL_OK; max += 48) {
			struct arena small;

			arena_init(&small, max);
			s = intake_read(
				&small, path, b.at, b.len, NULL, &result, &why);
			if (s != FL_OK) {
				refused++;
				assert_int_equal(s, FL_NOMEM);
				assert_int_equal(result.count, 0);
			}
			arena_deinit(&small);
			assert_true(max < 1u << 20);
		}
		assert_true(refused > 10);
		buf_deinit(&b);
	}
}

/* ---- the public samples ---- */

static const char *samples(void)
{
	static char dir[400];
	const char *shared = getenv("FL_SHARED_DATA");

	snprintf(dir, sizeof(dir), "%s/adf",
		shared != NULL ? shared : "../shared/data");
	return file_exists(dir) ? dir : NULL;
}

static void sample(const char *name)
{
	char path[500];

	snprintf(path, sizeof(path), "%s/%s", samples(), name);
	if (read_path(path) != FL_OK)
		fail_msg("%s: %s", name, why.text);
}

static void test_samples(void **state)
{
	const struct value *d;

	(void)state;
	if (samples() == NULL) {
		print_message("# skipped: no public samples here\n");
		return;
	}
	sample("minimal-lead.xml");
	d = at(&only(INTAKE_LEAD)->event, "data");
	is_text(d, "customer.name", "John Doe");
	is_text(d, "customer.phone_raw", "393-999-3922");
	is_text(d, "vehicles.0.model", "Blazer");
	is_int(&result.items[0].event, "at", 954459020000);
	sample("finance-lead.xml");
	d = at(&only(INTAKE_LEAD)->event, "data");
	is_text(d, "vehicles.0.make", "Hyundai");
	is_text(d, "customer.email", "testemail@domain.com");
	assert_non_null(strstr(value_get_str(d, "comments"), "Date of Birth:"));
	assert_null(at(d, "extra.comments"));
	sample("finance-lead-empty-vehicle.xml");
	d = at(&only(INTAKE_LEAD)->event, "data");
	assert_int_equal(at(d, "vehicles")->count, 0);
	sample("unfilled-template.xml");
	assert_int_equal(only(INTAKE_HELD)->event.kind, VALUE_NULL);
	sample("nonconformant-no-contact.xml");
	d = at(&only(INTAKE_FLAGGED)->event, "data");
	is_text(d, "customer.name", "Sarah M");
	is_text(d, "extra.source", "OEM Website");
	is_text(d, "vehicles.0.model", "Elantra Hybrid");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_upper_prolog),
		TEST(test_empty_vehicle),
		TEST(test_several),
		TEST(test_cdata),
		TEST(test_resend),
		TEST(test_roads),
		TEST(test_html),
		TEST(test_mail_without_lead),
		TEST(test_unreachable),
		TEST(test_unfilled),
		TEST(test_trade_in),
		TEST(test_own_cars),
		TEST(test_no_root_latin1),
		TEST(test_bomb),
		TEST(test_no_dtd_anywhere),
		TEST(test_broken),
		TEST(test_limits),
		TEST(test_cuts),
		TEST(test_mail_limits),
		TEST(test_clean),
		TEST(test_names),
		TEST(test_options),
		TEST(test_utf16),
		TEST(test_json),
		TEST(test_lines),
		TEST(test_examples),
		TEST(test_no_memory),
		TEST(test_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
