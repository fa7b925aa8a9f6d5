/* A gate whose function ended the process: it is not asked again, what it
 * guards is refused with the reason, and facts pass. */
#include "scene_crash.h"
#include "scene_lua.h"

#include <signal.h>

static const char cards[] =
	"event \"own.discount\" { subject = \"deal\", fields = { amount = "
	"\"money\" }, means = \"Less than it says.\" }\n"
	"gate \"discount\" { guards = \"own.discount\", refuses { field = "
	"\"amount\", when = function(deal, discount) return (discount.amount "
	"or 0) > 100 end, say = \"Too much\" } }\n";

/* The process dies now, whoever is noted as at work. */
static bool dies(void)
{
	struct crash_page *next;
	struct fl_error err;
	bool at_work = crash_page_fault(page, SIGSEGV);

	assert_int_equal(crash_page_open(path, &next, &err), FL_OK);
	crash_page_free(next);
	return at_work;
}

/* Refused, no card has run: only the gate itself can have been noted. */
static bool is_noted(const char *what)
{
	char bytes[1024];
	FILE *f = fopen(path, "rb");
	size_t n, k = strlen(what);

	assert_non_null(f);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	for (size_t i = 0; i + k <= n; i++)
		if (memcmp(bytes + i, what, k) == 0)
			return true;
	return false;
}

static void death(const char *card, const char *id)
{
	char key[80];

	snprintf(key, sizeof(key), "jan %s", id);
	crash_page_event(page, text_of(key));
	crash_page_enter(page, text_of(card));
	assert_true(dies());
}

static void begin(struct scene *s)
{
	struct scene_how how = {.manual = true, .crash = page};
	struct ruleset *rs = scene_load(SCENE_DEALER, cards);

	memset(s, 0, sizeof(*s));
	scene_open(s, rs, &how);
	ruleset_unref(rs);
	scene_deals(s, 1, 1);
}

static struct scene_answer say(struct scene *s, const char *id, int amount,
			       bool command)
{
	char json[200];
	struct scene_answer a;

	snprintf(json, sizeof(json), "{\"type\":\"own.discount\",\"id\":\"%s\","
		"\"subject\":\"D-1\",\"data\":{\"amount\":%d}}", id, amount);
	scene_send(s, json, command, &a);
	scene_poll(s);
	return a;
}

static void test_held(void **state)
{
	struct scene_answer a;
	struct scene s;

	(void)state;
	begin(&s);
	assert_int_equal(say(&s, "g0", 50, true).status, FL_OK);
	assert_int_equal(say(&s, "g1", 500, true).status, FL_DENIED);
	assert_true(is_noted("own/discount") && is_noted("jan g1"));
	assert_false(dies()); /* it has come back */
	death("own/discount", "g2");
	a = say(&s, "g2", 50, true);
	assert_int_equal(a.status, FL_DENIED);
	assert_non_null(strstr(a.problem, "rules/own.lua:2: the rule ended"));
	/* another command is asked about, and a fact has happened */
	assert_int_equal(say(&s, "g3", 50, true).status, FL_OK);
	assert_int_equal(say(&s, "g2", 50, false).status, FL_OK);
	scene_close(&s);
}

/* The third death bars it from everything, until there are other rules. */
static void test_barred(void **state)
{
	struct scene_answer a;
	struct scene s;

	(void)state;
	begin(&s);
	death("own/discount", "g1");
	death("own/discount", "g2");
	assert_int_equal(say(&s, "g4", 50, true).status, FL_OK);
	death("own/discount", "g3");
	a = say(&s, "g5", 50, true);
	assert_int_equal(a.status, FL_DENIED);
	assert_non_null(strstr(a.problem, "three times"));
	scene_publish(&s, SCENE_DEALER, cards);
	assert_int_equal(say(&s, "g6", 50, true).status, FL_OK);
	scene_close(&s);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {TEST(test_held), TEST(test_barred)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
