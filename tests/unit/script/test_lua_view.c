/* What a function sees: fields, records behind them, people, the event. */
#include "script_run.h"

static void asserts(const char *expression)
{
	char body[600];

	snprintf(body, sizeof(body),
		"local ok = %s if ok ~= true then error(tostring(ok)) end",
		expression);
	run_ok(body, NULL);
}

static void test_record(void **state)
{
	(void)state;
	asserts("deal.light == 'green'");
	asserts("deal.state == 'new'");
	asserts("deal.customer.name == 'Sofie Peeters'");
	asserts("deal.customer == deal.customer");
	asserts("deal.customer.tempo_days == nil");
	asserts("deal.score == 0"); /* default of a declared field */
	asserts("deal.save_a_deal.quality == 0");
	asserts("deal.save_a_deal.nothing == nil");
	asserts("deal.link == 'D1'");
	asserts("type(deal.id) == 'number'");
	asserts("tostring(deal) == 'deal'");
	asserts("deal.trade_in == nil");
	run_fails("return deal.ligt", "deal has no field \"ligt\" (did you "
				      "mean \"light\"?)");
	run_fails("return deal.customer.nme", "customer has no field");
	run_fails("return deal[1]", "a field has a name");
	run_fails("deal.light = 'red'", "cannot be changed here");
	run_fails("local x = deal.light deal.light = 'red'",
		"cannot be changed here");
	run_fails("deal.save_a_deal.quality = 3", "read-only");
}

static void test_person(void **state)
{
	struct script_view v;
	struct value out;

	(void)state;
	set_rule("rule \"r\" { about = \"deal\", when \"contact.made\" { "
		 "unless = function(deal) return deal.handler.name .. '/' .. "
		 "deal.handler.id .. '/' .. deal.handler.roles[1] .. '/' .. "
		 "tostring(deal.handler.absent) .. '/' .. "
		 "tostring(deal.handler == deal.seller) end, run = "
		 "function() end } }");
	set_load();
	run_open();
	run_field("handler", value_text("jan"));
	run_field("seller", value_text("jan"));
	v = run_view("contact.made", "{}");
	assert_int_equal(ruleset_ask(set_rules,
				 ruleset_book(set_rules)
					 ->cards[0]
					 .whens[0]
					 .step.unless.fn,
				 &v, &out, &run_outcome),
		FL_OK);
	assert_int_equal(out.kind, VALUE_TEXT);
	assert_string_equal(out.as.text, "Jan de Boer/jan/seller/false/true");
}

static void test_event(void **state)
{
	(void)state;
	asserts("event.type == 'contact.made'");
	asserts("event.channel == 'phone' and event.data.channel == 'phone'");
	asserts("event.purpose == nil and event.data.purpose == nil");
	asserts("event.actor == 'jan' and event.number == 77");
	asserts("event.at == 1788256800000");
	/* what another event brings is nil in this one */
	asserts("event.amount == nil and event.data.outcome == nil");
	asserts("event.note == nil and event.visit == nil");
	asserts("event.extra == nil and event.phone_raw == nil");
	run_fails("return event.chanel", "did you mean \"channel\"?");
	run_fails("return event.data.chanel", "did you mean \"channel\"?");
	run_fails("event.data.channel = 1", "cannot be changed");
	run_ok("local t = {} for k, v in pairs(event.data) do t[#t + 1] = k .. "
	       "'=' .. v end act.note(table.concat(t, ','))",
		"note {\"text\":\"channel=phone,direction=in\"}");
}

/* A field is found by the letters of its name, whatever text object that is:
 * one of the file, one made in passing, one too long for Lua to keep once. */
static void test_names(void **state)
{
	(void)state;
	asserts("deal['li' .. 'ght'] == 'green' and deal.light == 'green'");
	asserts("event['ty' .. 'pe'] == event.type");
	run_fails("return deal[('light'):rep(2)]", "no field \"lightlight\"");
	run_fails("for i = 1, 3 do pcall(function() return deal['x' .. i] end) "
		  "end return deal.x1",
		"no field \"x1\"");
	asserts("deal." RUN_LONG_FIELD " == 4 and deal['a_name_that_is_' .. "
		"'longer_than_lua_keeps_only_once'] == 4");
	run_ok("act.set('a_name_that_is_' .. "
	       "'longer_than_lua_keeps_only_once', 5)",
		"set {\"field\":\"" RUN_LONG_FIELD "\",\"value\":5}");
}

static void runs_with(const char *json, uint64_t stamp, const char *effect)
{
	struct script_view v = run_view("contact.made", json);

	v.stamp = stamp;
	run_event.occurred_at_ms += (int64_t)stamp;
	run_out = (struct card_decision){0};
	assert_int_equal(ruleset_run(set_rules,
				 ruleset_book(set_rules)->cards[0].whens[0].fn,
				 &v, &run_out, &run_outcome),
		FL_OK);
	assert_string_equal(run_effect(0), effect);
}

/* The view of the event is one for all events: nothing of the last one shows,
 * and within one a list is the same table each time. */
static void test_next_event(void **state)
{
	(void)state;
	run_ok("local ok, tags = pcall(function() return event.tags end) "
	       "if not ok then return end act.note(tags[1] .. event.at - "
	       "1788256800000 .. "
	       "tostring(tags == event.tags and tags == event.data.tags))",
		NULL);
	runs_with("{'channel':'phone','tags':['a']}", 1,
		"note {\"text\":\"a1true\"}");
	runs_with("{'channel':'phone','tags':['a']}", 1,
		"note {\"text\":\"a1true\"}");
	runs_with("{'channel':'phone','tags':['b']}", 2,
		"note {\"text\":\"b2true\"}");
	runs_with("{'channel':'phone','tags':['c']}", 0,
		"note {\"text\":\"c0true\"}");
}

static void test_settings(void **state)
{
	(void)state;
	asserts("setting 'tempo' == '3 weeks'");
	run_fails("return setting 'tmpo'", "there is no setting");
	run_fails("return step 'x'", "a word for cards");
	run_fails("local n = 'rol' return _ENV[n] 'x'",
		"not known here (did you mean \"role\"?)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_record, set_setup, run_teardown),
		cmocka_unit_test_setup_teardown(
			test_person, set_setup, run_teardown),
		cmocka_unit_test_setup_teardown(
			test_event, set_setup, run_teardown),
		cmocka_unit_test_setup_teardown(
			test_names, set_setup, run_teardown),
		cmocka_unit_test_setup_teardown(
			test_next_event, set_setup, run_teardown),
		cmocka_unit_test_setup_teardown(
			test_settings, set_setup, run_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
