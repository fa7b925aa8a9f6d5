/* Mistakes a dealer makes: each told with its line, its code and the nearest
 * right word, all in one pass. */
#include "script_set.h"

/* Rules go behind two lines, so that line numbers mean something. */
#define HEAD "-- one\n-- two\n"

struct mistake {
	const char *rules; /* the wrong line is line `line` */
	int line;
	const char *code, *nearest, *says;
};

static const struct mistake mistakes[] = {
	{"rule \"r\" { about = \"deal\",\nwhen \"deal.sgned\" { run = "
	 "function() end } }",
		4, "FL334", "deal.signed", "no event"},
	{"cadence \"c\" {\nstarts = { \"visit.ended\",\n\"visit.endd\" "
	 "},\nstep "
	 "\"a\" { after = \"1 day\", task = todo \"x\" } }",
		5, "FL334", "visit.ended", "visit.endd"},
	{"cadence \"c\" { starts = \"visit.ended\",\nstop = \"deal.signed\",\n"
	 "step \"a\" { after = \"1 day\", task = todo \"x\" } }",
		4, "FL325", "stops", "cadence has no key \"stop\""},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" {\nafer = \"1 "
	 "day\", task = todo \"x\" } }",
		4, "FL325", "after", "step"},
	{"cadence \"c\" { starts = \"visit.ended\",\ndossier = {},\nstep \"a\" "
	 "{ after = \"1 day\", task = todo \"x\" } }",
		4, "FL326", NULL, "in handoff"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" {\nafter = \"2 "
	 "wrok days\", task = todo \"x\" } }",
		4, "FL332", NULL, "wrok"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" {\nafter = "
	 "true, "
	 "task = todo \"x\" } }",
		4, "FL328", NULL, "a length of time"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" {\nafter = \"1 "
	 "day\",\nday = 2, task = todo \"x\" } }",
		5, "FL330", NULL, "do not go together"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" {\nbefore = \"1 "
	 "day\", task = todo \"x\" } }",
		4, "FL329", NULL, "lacks \"of\""},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { before = \"1 "
	 "day\",\nof = \"delivery.slt\", task = todo \"x\" } }",
		4, "FL335", NULL, "delivery.slt"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\",\nfrom = \"last tuch\", task = todo \"x\" } }",
		4, "FL335", "last touch", "last tuch"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\",\ntask = \"call them\" } }",
		4, "FL328", NULL, "call \"...\""},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\",\ntask = cal \"x\" } }",
		4, "FL301", "call", "not known"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\",\nwho = role \"sales_manger\" } }",
		4, "FL337", "sales_manager", "no role"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\",\nwho = \"jam\" } }",
		4, "FL339", "jan", "no person"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\",\nwho = least_loaded \"sale\" } }",
		4, "FL338", "sales", "no team"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\",\nwho = least_loaded \"sales\" { at_most = "
	 "\"4 car\" } } }",
		4, "FL359", NULL, "at_most wants"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\",\nwho = role } }",
		4, "FL313", NULL, "comes a name in quotes"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\",\nwho = role(5) } }",
		4, "FL313", NULL, "here stands a number"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" {\nevery = "
	 "setting \"tmpo\", task = todo \"x\" } }",
		4, "FL340", "tempo", "no setting"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\",\ntask = call \"Hello {customer.nam}\" } }",
		4, "FL357", "customer.name", "{customer.nam}"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\",\ntask = call \"Hello {customer.name\" } }",
		4, "FL356", NULL, "not closed"},
	{"cadence \"c\" { about = \"deal\", starts = \"visit.ended\", step "
	 "\"a\" { after = \"1 day\",\ntask = call \"On {delivery.slot|dat}\" } "
	 "}",
		4, "FL358", "date", "way of writing"},
	{"cadence \"c\" { about = \"deal\", starts = \"visit.ended\", step "
	 "\"a\" { after = \"1 day\", task = todo \"x\",\nif_state = \"sgned\" "
	 "} "
	 "}",
		4, "FL336", "signed", "no state"},
	{"cadence \"c\" { starts = \"visit.ended\",\nabout = \"dael\",\nstep "
	 "\"a\" { after = \"1 day\", task = todo \"x\" } }",
		4, "FL341", "deal", "dael"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\",\nif_late = \"never\" } }",
		4, "FL344", NULL, "do, skip, next slot"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\",\nby = { \"phone\", \"emial\" } } }",
		4, "FL344", "email", "emial"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\",\npurpose = \"sell\" } }",
		4, "FL344", NULL, "\"sell\" is no value of"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\",\nonce = \"yes\" } }",
		4, "FL328", NULL, "true or false"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" {\nday = \"5\", "
	 "task = todo \"x\" } }",
		4, "FL328", NULL, "a whole number"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\",\ndue = \"end of dya\" } }",
		4, "FL333", "end of day", "no moment"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = call \"x\",\nanswers = { \"reechd\" } } }",
		4, "FL363", "reached", "no usual answer"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = call \"x\", answers = {\nreached = record "
	 "\"contact.made\" { ask = \"nxt_contact_at\" } } } }",
		4, "FL345", "next_contact_at", "has no field"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = call \"x\", answers = {\nreached = record "
	 "\"contact.made\" { chanel = \"phone\" } } } }",
		4, "FL345", "channel", "has no field"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = call \"x\", answers = {\nreached = record "
	 "\"timer.fired\" } } }",
		4, "FL346", NULL, "made by fairlead"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = call \"x\", answers = {\nno_answer = again { at_most = "
	 "2 } } } }",
		4, "FL329", NULL, "again lacks \"after\""},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = call \"x\",\nif_missed = { tel = handler } } }",
		4, "FL325", "tell", "if_missed"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\" },\nstep \"a\" { after = \"2 days\", task = "
	 "todo \"y\" } }",
		4, "FL348", NULL, "twice"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\" },\nstep \"b\" { when_over = \"aa\", task = "
	 "todo \"y\" } }",
		4, "FL343", NULL, "no step"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\" },\nstep \"b\" { after = \"1 day\", unless "
	 "= "
	 "touched_since \"aa\", task = todo \"y\" } }",
		4, "FL343", NULL, "no step"},
	{"cadence \"c\" { starts = \"visit.ended\",\nstep \"Late One\" { after "
	 "= "
	 "\"1 day\", task = todo \"x\" } }",
		4, "FL347", NULL, "no id"},
	{"cadence \"c\" { starts = \"visit.ended\",\nstep \"a\" { after = \"1 "
	 "day\" } }",
		4, "FL362", NULL, "does nothing"},
	{"cadence \"c\" { starts = \"visit.ended\",\nstep \"a\" { after = \"1 "
	 "day\", run = function() end,\nwho = handler } }",
		5, "FL367", NULL, "without a task"},
	{"\ncadence \"c\" { step \"a\" { after = \"1 day\", task = todo \"x\" "
	 "} "
	 "}",
		4, "FL360", NULL, "never begins"},
	{"\ncadence \"c\" { starts = \"visit.ended\" }", 4, "FL361", NULL,
		"add a step"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\",\nmove_to = card \"d\" } }",
		4, "FL342", NULL, "no card"},
	{"gate \"g\" { guards = \"deal.lost\",\nneeds { second_fase = "
	 "person_who { same_as = handler } } }",
		4, "FL345", "second_face", "no field"},
	{"gate \"g\" { guards = \"deal.lost\", needs {\nsecond_face = "
	 "person_who { same_is = handler } } }",
		4, "FL325", "same_as", "person_who"},
	{"gate \"g\" { guards = \"deal.lost\", needs {\nreasons = { "
	 "\"price\" } } }",
		4, "FL328", NULL, "some_of"},
	{"gate \"g\" { guards = \"deal.lost\", needs { either_of = either {"
	 "\n\"revive_att\", \"stop\" } } }",
		4, "FL345", "revive_at", "no field"},
	{"gate \"g\" { guards = \"deal.lost\",\nrefuses { words = word_list "
	 "\"blame\", say = \"no\" } }",
		4, "FL480", NULL, "no word_list"},
	{"gate \"g\" { guards = \"deal.lost\", needs { stop = words { "
	 "at_least = 3 } },\nif_handler_left = { stp = role "
	 "\"sales_manager\" } }",
		4, "FL481", "stop", "no need"},
	{"\ngate \"g\" { guards = \"deal.lost\" }", 4, "FL482", NULL,
		"stops nothing"},
	{"\ngate \"g\" { needs { stop = words { } } }", 4, "FL329", NULL,
		"guards"},
	{"gate \"g\" { guards = \"deal.lost\", needs { stop = words { } "
	 "},\nif_open_after = { from = \"deal.failed\", tell = handler } }",
		4, "FL328", NULL, "5 work days"},
	{"mode \"m\" { starts = every_year { from = \"1 Novembr\",\nto = "
	 "\"30 November\" }, changes = { } }",
		3, "FL328", NULL, "1 November"},
	{"mode \"m\" { starts = \"concern.raised\", changes = {\n"
	 "set(\"tempoo\", \"4 weeks\") } }",
		4, "FL340", "tempo", "no setting"},
	{"mode \"m\" { starts = \"concern.raised\", changes = {\n"
	 "set(\"tempo\", true) } }",
		4, "FL351", NULL, "a length of time"},
	{"mode \"m\" { starts = \"concern.raised\", changes = {\n"
	 "never_in(\"sellers diary\", \"delivery\") } }",
		4, "FL486", "seller diary", "no diary"},
	{"mode \"m\" { starts = \"concern.raised\", changes = {\n"
	 "protect(\"seller diary\", { \"9-11\" }, \"hunting\") } }",
		4, "FL328", NULL, "09:30-11:00"},
	{"mode \"m\" { starts = \"concern.raised\", changes = {\n"
	 "push_back(\"nothing.day-30\", \"2 weeks\") } }",
		4, "FL342", NULL, "no card"},
	{"mode \"m\" { starts = \"concern.raised\", changes = {\n"
	 "set(\"tempo\", \"4 weeks\") }, never_changes = { \"tempo\" } }",
		4, "FL487", NULL, "never_changes"},
	{"\nmode \"m\" { changes = { set(\"tempo\", \"4 weeks\") } }", 4,
		"FL360", NULL, "never begins"},
	{"\nchange \"own/nothing\" { priority = 1 }", 4, "FL342", NULL,
		"no card"},
	{"\nswitch_off \"own/nothing\"", 4, "FL342", NULL, "no card"},
	{"rule \"r\" { about = \"deal\", when \"deal.signed\" { run = "
	 "function() end } }\nchange \"own/r\" { about = \"visit\" }",
		4, "FL484", NULL, "cannot be changed"},
	{"rule \"r\" { about = \"deal\", when \"deal.signed\" { run = "
	 "function() end } }\nchange \"own/r\" { }",
		4, "FL483", NULL, "changes nothing"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", move_to = card \"d\" } } cadence \"d\" { starts = "
	 "\"deal.failed\", step \"a\" { after = \"1 day\", task = todo "
	 "\"x\" } }\nswitch_off \"own/d\"",
		4, "FL485", NULL, "moves people to it"},
	{"\nstep \"a\" { after = \"1 day\", task = todo \"x\" }", 4, "FL321",
		NULL, "outside of any card"},
	{"\ncadence \"c\"\nlocal x = 1", 4, "FL319", NULL, "no { ... }"},
	{"cadence \"c\" { starts = \"visit.ended\", step \"a\" { after = \"1 "
	 "day\", task = todo \"x\" },\nhandler }",
		4, "FL327", NULL, "loose"},
	{"cadence \"c\" { starts = \"visit.ended\",\npauses = { from = "
	 "\"appointment.set\" }, step \"a\" { after = \"1 day\", task = todo "
	 "\"x\" } }",
		4, "FL329", NULL, "lacks \"to\""},
	{"handoff \"h\" { starts = \"deal.signed\", from = seller, to = role "
	 "\"delivery_specialist\", dossier = {\nmust \"promisses\" } }",
		4, "FL335", "promises", "no field"},
	{"\nhandoff \"h\" { starts = \"deal.signed\", from = seller }", 4,
		"FL329", NULL, "lacks \"to\""},
	{"escalation \"e\" { about = \"case\", starts = \"deal.failed\", to = "
	 "role \"fails_specialist\", seller_gets = fresh_lead {\nfrom = { "
	 "\"new "
	 "leeds\" } } }",
		4, "FL344", "new leads", "new leeds"},
	{"\nperson \"kees\" { roles = \"seller\" }", 4, "FL309", NULL,
		"belongs in dealership.lua"},
	{"\nset(\"tempo\", \"4 weeks\")", 4, "FL309", NULL,
		"belongs in settings.lua"},
	{"setting \"speed\" { type = \"duration\",\ndefault = \"quick\" }", 4,
		"FL351", NULL, "a length of time"},
	{"setting \"speed\" {\ntype = \"druation\", default = \"1 day\" }", 4,
		"FL344", "duration", "druation"},
	{"rule \"r\" { about = \"deal\", when \"deal.signed\" {\nrun = "
	 "\"function\" } }",
		4, "FL328", NULL, "function(subject"},
	{"rule \"r\" { about = \"deal\", when \"deal.signed\" { run = "
	 "function(deal)\nreturn dael.light end } }",
		4, "FL301", NULL, "\"dael\""},
	{"rule \"r\" { about = \"deal\", when \"deal.signed\" { run = "
	 "function(deal)\nx = 1 end } }",
		4, "FL302", NULL, "local"},
	{"\ntest \"x\" { }", 4, "FL318", NULL, "function(t)"},
	{"rule \"r\" { about = \"deal\", when \"deal.signed\" {\nrun = "
	 "function() end end } }",
		4, "FL113", NULL, "closes nothing"},
};

static const struct problem *found(const struct mistake *m, const char *file)
{
	for (uint32_t i = 0; i < set_problems.count; i++) {
		const struct problem *p = &set_problems.items[i];

		if (p->line == m->line && p->file != NULL &&
			strcmp(p->file, file) == 0 &&
			(m->code == NULL || strcmp(p->code, m->code) == 0) &&
			strstr(p->text, m->says) != NULL)
			return p;
	}
	return NULL;
}

static void check(const struct mistake *m, const char *file)
{
	const struct problem *p = found(m, file);

	if (p == NULL) {
		set_print();
		fail_msg("%s\nwants %s:%d %s %s", m->rules, file, m->line,
			m->code != NULL ? m->code : "-", m->says);
	}
	if (m->nearest != NULL &&
		(p->nearest == NULL || strcmp(p->nearest, m->nearest) != 0))
		fail_msg("%s\nnearest is %s, not %s", m->rules,
			p->nearest != NULL ? p->nearest : "none", m->nearest);
}

static void test_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		set_rule(arena_printf(
			&set_arena, HEAD "%s\n", mistakes[i].rules));
		if (set_load_limits(NULL) != FL_INVALID)
			fail_msg("%s\nloaded", mistakes[i].rules);
		check(&mistakes[i], "rules/own.lua");
		/* one mistake is one message */
		if (set_problems.errors != 1 && mistakes[i].code != NULL) {
			set_print();
			fail_msg("%s\n%u mistakes", mistakes[i].rules,
				set_problems.errors);
		}
	}
}

/* A broken card hides no other: all files at once. */
static void test_one_pass(void **state)
{
	char name[32];

	(void)state;
	for (size_t from = 0; from + 8 <= 56; from += 8) {
		set_n = 0;
		set_text("dealership.lua", SET_DEALERSHIP);
		set_text("packs/base/settings.lua", SET_SETTINGS);
		for (size_t i = 0; i < 8; i++) {
			snprintf(name, sizeof(name), "packs/p%zu/x.lua", i);
			set_text(arena_strdup(&set_arena, name),
				arena_printf(&set_arena, HEAD "%s\n",
					mistakes[from + i].rules));
		}
		assert_int_equal(set_load_limits(NULL), FL_INVALID);
		for (size_t i = 0; i < 8; i++) {
			snprintf(name, sizeof(name), "packs/p%zu/x.lua", i);
			check(&mistakes[from + i], name);
		}
	}
}

static void test_dealership(void **state)
{
	static const struct mistake wrong[] = {
		{"dealership { nam = \"x\" }", 1, "FL325", "name", "nam"},
		{"dealership { zone = \"Europe/Amsterdam\" }", 1, "FL329", NULL,
			"lacks \"name\""},
		{"dealership { name = \"x\",\nzone = \"Europe/Amsterdm\" }", 2,
			"FL355", NULL, "Amsterd"},
		{"dealership { name = \"x\",\nlanguage = \"dutch\" }", 2,
			"FL344", NULL, "en, nl"},
		{"dealership { name = \"x\" }\ndealership { name = \"y\" }", 2,
			"FL308", NULL, "second time"},
		{"dealership { name = \"x\" }\nperson \"jan\" { roles = "
		 "\"sellr\" }",
			2, "FL344", "seller", "sellr"},
		{"dealership { name = \"x\" }\nperson \"jan\" { }\nperson "
		 "\"jan\" { }",
			3, "FL350", NULL, "already"},
		{"dealership { name = \"x\" }\nperson \"jan\" { }\nteam \"a\" "
		 "{ "
		 "\"jna\" }",
			3, "FL339", "jan", "jna"},
		{"dealership { name = \"x\", currency = \"euro\" }", 1, "FL328",
			NULL, "three letters"},
		{"local x = 1", 0, "FL307", NULL, "dealership.lua"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		set_n = 0;
		set_text("dealership.lua", wrong[i].rules);
		assert_int_equal(set_load_limits(NULL), FL_INVALID);
		if (wrong[i].line == 0)
			assert_string_equal(
				set_problems.items[0].code, wrong[i].code);
		else
			check(&wrong[i], "dealership.lua");
	}
}

static void test_dutch(void **state)
{
	(void)state;
	set_n = 0;
	set_text("dealership.lua", "dealership { name = \"x\", language = "
				   "\"nl\" }");
	set_text("rules/own.lua", "rule \"r\" { about = \"deal\", when "
				  "\"deal.sgned\" { run = function() end } }");
	assert_int_equal(set_load_limits(NULL), FL_INVALID);
	assert_string_equal(set_problems.items[0].text,
		"er is geen gebeurtenis \"deal.sgned\"");
	assert_string_equal(set_problems.items[0].code, "FL334");
}

static void test_warnings(void **state)
{
	(void)state;
	set_n = 0;
	set_text("dealership.lua",
		"dealership { name = \"x\" }\nperson \"jan\" { roles = { "
		"\"seller\", \"delivery_specialist\" } }");
	set_text("rules/own.lua",
		"rule \"r\" { about = \"deal\", who = role \"principal\", when "
		"\"deal.signed\" { task = todo \"x\" } }");
	set_load();
	assert_int_equal(set_problems.count, 3);
	assert_true(set_problems.items[0].warning);
	assert_string_equal(set_problems.items[0].code, "FL379");
	assert_string_equal(set_problems.items[1].code, "FL354");
	assert_string_equal(set_problems.items[2].code, "FL353");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_setup, set_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_each),
		TEST(test_one_pass),
		TEST(test_dealership),
		TEST(test_dutch),
		TEST(test_warnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
