/*
 * What `status` says while new rules are looked at for everybody: how many
 * customers of how many, in both languages, and nothing once that is done.
 * Through the library, with the answer printed as the command line prints it.
 */
#include "unit.h"

#include "app/print.h"
#include "base/file.h"
#include "fairlead.h"

#include <stdlib.h>
#include <unistd.h>

#define CUSTOMERS 150

struct shop {
	char dir[64];
	fl_rooftop *r;
	struct arena a;
	struct value answer;
	fl_status status;
	uint32_t answered;
};

static void on_answer(void *ctx, fl_status status, const char *json,
	size_t bytes)
{
	struct shop *s = ctx;
	struct fl_error err;

	s->answered++;
	s->status = status;
	arena_reset(&s->a);
	assert_int_equal(
		value_read(&s->a, json, bytes, NULL, &s->answer, &err), FL_OK);
}

static void wait_for(struct shop *s, uint32_t answers)
{
	for (int i = 0; i < 5000 && s->answered < answers; i++)
		assert_int_equal(fl_poll(s->r, 10), FL_OK);
	assert_int_equal(s->answered, answers);
	if (s->status != FL_OK)
		fail_msg("%s", value_get_str(&s->answer, "detail"));
}

static const struct value *ask(struct shop *s, const char *name)
{
	s->answered = 0;
	assert_int_equal(fl_ask(s->r, name, NULL, on_answer, s), FL_OK);
	wait_for(s, 1);
	return &s->answer;
}

static void leads(struct shop *s, uint32_t n)
{
	struct buf b;

	buf_init(&b, 1u << 20);
	for (uint32_t i = 0; i < n; i++)
		buf_printf(&b,
			"{\"type\":\"lead.received\",\"source\":\"web\",\"id\":"
			"\"%u\",\"data\":{\"customer\":{\"name\":\"Klant %u\","
			"\"email\":\"k%u@example.nl\"},\"channel\":\"web\"}}\n",
			i, i, i);
	s->answered = 0;
	assert_int_equal(fl_post(s->r, b.at, b.len, on_answer, s), FL_OK);
	wait_for(s, n);
	buf_deinit(&b);
}

static int setup(void **state)
{
	static struct shop shop;
	struct fl_options opt = {.size = sizeof(opt), .manual_clock = 1};
	struct fl_error err = {0};

	memset(&shop, 0, sizeof(shop));
	snprintf(shop.dir, sizeof(shop.dir), "/tmp/fairlead-status-%d",
		(int)getpid());
	arena_init(&shop.a, 0);
	if (fl_init(shop.dir, 1, &err) != FL_OK ||
		fl_open(shop.dir, &opt, &shop.r, &err) != FL_OK) {
		print_error("%s\n", err.text);
		return -1;
	}
	*state = &shop;
	return 0;
}

static int teardown(void **state)
{
	struct shop *s = *state;
	char command[100];

	fl_close(s->r);
	arena_deinit(&s->a);
	snprintf(command, sizeof(command), "rm -rf '%s'", s->dir);
	return system(command) == 0 ? 0 : -1;
}

/* A longer wait for the first call, which all of them have. */
static void change_rules(struct shop *s)
{
	static const char set[] = "set(\"first_response\", \"3 weken\")\n"
				  "set(\"lead_reminder\", \"3 weken\")\n";
	char path[100];

	snprintf(path, sizeof(path), "%s/settings.lua", s->dir);
	assert_int_equal(
		file_write(path, set, sizeof(set) - 1, NULL), FL_OK);
	ask(s, "reload");
	if (value_get_bool(&s->answer, "waiting", false))
		ask(s, "publish");
}

static const char *printed(struct arena *a, const struct value *status,
	bool dutch)
{
	const char *text;
	struct term t;

	term_init(&t, stdout);
	t.dutch = dutch;
	print_answer(&t, a, "status", status);
	text = arena_text(a, t.buf.at, t.buf.len);
	buf_reset(&t.buf);
	term_deinit(&t);
	assert_non_null(text);
	return text;
}

static void must_say(struct shop *s, int64_t ruleset, int64_t seen)
{
	char nl[100], en[100];

	snprintf(nl, sizeof(nl),
		"regels %lld worden toegepast: %lld van %d klanten bekeken\n",
		(long long)ruleset, (long long)seen, CUSTOMERS);
	snprintf(en, sizeof(en),
		"rules %lld are being applied: %lld of %d customers looked "
		"at\n",
		(long long)ruleset, (long long)seen, CUSTOMERS);
	assert_non_null(strstr(printed(&s->a, &s->answer, true), nl));
	assert_non_null(strstr(printed(&s->a, &s->answer, false), en));
}

static void test_how_far_new_rules_are(void **state)
{
	struct shop *s = *state;
	int64_t last = -1, ruleset;
	int between = 0;

	leads(s, CUSTOMERS);
	ask(s, "status");
	assert_null(value_get(&s->answer, "applying"));
	assert_null(strstr(printed(&s->a, &s->answer, false), "applied"));
	change_rules(s);
	ruleset = value_get_int(&s->answer, "ruleset", 0);
	assert_true(ruleset > 1);
	for (int i = 0; i < 1000; i++) {
		const struct value *now =
			value_get(ask(s, "status"), "applying");
		int64_t seen = value_get_int(now, "looked_at", -1);

		if (now == NULL)
			break;
		assert_int_equal(value_get_int(now, "customers", 0), CUSTOMERS);
		assert_int_equal(value_get_int(now, "ruleset", 0), ruleset);
		assert_false(value_get_bool(now, "outage", true));
		assert_in_range(seen, last < 0 ? 0 : last, CUSTOMERS);
		between += seen > 0 && seen < CUSTOMERS;
		last = seen;
		must_say(s, ruleset, seen);
	}
	assert_null(value_get(&s->answer, "applying"));
	assert_true(between > 0);
}

/* Settings as people of the rooftop write them, whatever the terminal's
 * language: its currency and its way with points and commas. */
static void test_settings_in_words(void **state)
{
	static const struct {
		const char *language, *currency, *percent, *money;
	} table[] = {
		{"nl", "EUR", "0,25% ", "€ 61.250,50 "},
		{"en", "EUR", "0.25% ", "€ 61,250.50 "},
		{"en", "USD", "0.25% ", "USD 61,250.50 "},
	};
	static const char set[] = "set(\"big_purchase\", \"61250,50\")\n"
				  "set(\"goodwill_least\", \"0,25%\")\n";
	struct shop *s = *state;
	char path[100], command[300];

	snprintf(path, sizeof(path), "%s/settings.lua", s->dir);
	assert_int_equal(
		file_write(path, set, sizeof(set) - 1, NULL), FL_OK);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *text;

		snprintf(command, sizeof(command),
			"sed -i -E 's/^(  language = )\"..\"/\\1\"%s\"/; "
			"s/^(  currency = )\"...\"/\\1\"%s\"/' "
			"'%s/dealership.lua'",
			table[i].language, table[i].currency, s->dir);
		assert_int_equal(system(command), 0);
		ask(s, "reload");
		if (value_get_bool(&s->answer, "waiting", false))
			ask(s, "publish");
		ask(s, "status");
		text = printed(&s->a, &s->answer, i > 0);
		if (strstr(text, table[i].percent) == NULL ||
			strstr(text, table[i].money) == NULL)
			fail_msg("%s", text);
	}
}

/* Thousands as the language writes them; an outage is no change of rules. */
static void test_words(void **state)
{
	static const char json[] =
		"{\"rooftop\":\"X\",\"applying\":{\"ruleset\":7,\"outage\":"
		"false,\"looked_at\":1280,\"customers\":5000}}";
	static const char away[] =
		"{\"rooftop\":\"X\",\"applying\":{\"ruleset\":7,\"outage\":"
		"true,\"looked_at\":0,\"customers\":12}}";
	struct fl_error err;
	struct value status;
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	assert_int_equal(value_read(&a, json, sizeof(json) - 1, NULL, &status,
				 &err),
		FL_OK);
	assert_non_null(strstr(printed(&a, &status, false),
		"rules 7 are being applied: 1,280 of 5,000 customers"));
	assert_non_null(strstr(printed(&a, &status, true),
		"regels 7 worden toegepast: 1.280 van 5.000 klanten"));
	assert_int_equal(value_read(&a, away, sizeof(away) - 1, NULL, &status,
				 &err),
		FL_OK);
	assert_non_null(strstr(printed(&a, &status, false),
		"after an outage everybody is looked at: 0 of 12 customers"));
	assert_non_null(strstr(printed(&a, &status, true),
		"na een storing wordt iedereen bekeken: 0 van 12 klanten"));
	arena_deinit(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_how_far_new_rules_are, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_settings_in_words, setup, teardown),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
