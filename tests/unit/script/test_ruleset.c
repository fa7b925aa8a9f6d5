/* Loading: the situations of the language, verbatim, into a rulebook. */
#include "script_set.h"

static void situations(void)
{
	set_n = 0;
	set_text("dealership.lua", SET_DEALERSHIP);
	set_text("packs/base/settings.lua", SET_SETTINGS);
	set_text("packs/base/events.lua",
		"event \"acme.hot_deal_won\" { subject = \"deal\", fields = { "
		"score = \"number\" } }");
	set_path("rules/1.lua", "tests/script/situations/1-own-tempo.lua");
	set_path("rules/2.lua", "tests/script/situations/2-delivery.lua");
	set_path("rules/3.lua", "tests/script/situations/3-fails.lua");
	set_path("rules/6.lua", "tests/script/situations/plain-lua.lua");
	set_load();
}

static void test_situations(void **state)
{
	(void)state;
	situations();
	set_print();
	assert_int_equal(ruleset_book(set_rules)->n_cards, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_situations, set_setup, set_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
