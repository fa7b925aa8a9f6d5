/* Who is here, and who does the work of those who are not. */
#include "engine/machine.h"
#include "scene.h"

#define DEALER                                                                 \
	"dealership { name = \"Test\", zone = \"Europe/Amsterdam\", "          \
	"language = \"en\", legal = \"nl\", currency = \"EUR\", "              \
	"hours = { [\"mon-fri\"] = \"09:00-18:00\" }, holidays = \"none\" }\n" \
	"person \"jan\" { name = \"Jan\", roles = { \"seller\" } }\n"          \
	"person \"piet\" { name = \"Piet\", roles = { \"seller\" } }\n"        \
	"person \"noor\" { name = \"Noor\", roles = { \"seller\" } }\n"        \
	"person \"els\" { name = \"Els\", roles = { \"aftercare\" } }\n"       \
	"person \"daan\" { name = \"Daan\", roles = { \"aftercare\" } }\n"     \
	"person \"ria\" { name = \"Ria\", roles = { \"back_office\" } }\n"     \
	"person \"sanne\" { name = \"Sanne\", roles = { \"sales_manager\" } "  \
	"}\n"                                                                  \
	"person \"henk\" { name = \"Henk\", roles = { \"principal\" } }\n"     \
	"team \"sales\" { \"jan\", \"piet\", \"noor\" }\n"

#define OWN                                                                    \
	"rule \"ask\" { title = \"Ask\", about = \"deal\", "                   \
	"when \"contact.made\" { task = todo \"Look\", who = \"jan\" } }\n"

/* A world of people only. */
struct staff {
	struct arena arena;
	struct ruleset *rules;
	struct record people[8];
	uint32_t n;
	struct world world;
};

static const struct record *by_ref(void *ctx, struct text kind, struct text ref)
{
	struct staff *s = ctx;

	for (uint32_t i = 0; text_is(kind, "person") && i < s->n; i++)
		if (text_equal(s->people[i].ref, ref))
			return &s->people[i];
	return NULL;
}

static struct ruleset *rules(void)
{
	struct source_file files[] = {
		{"dealership.lua", DEALER, sizeof(DEALER) - 1},
		{"rules/own.lua", OWN, sizeof(OWN) - 1}};
	struct source_set set = {files, 2, NULL, 0};
	struct ruleset *rs = NULL;
	struct problems p;
	struct arena a;

	arena_init(&a, 0);
	problems_init(&p, &a);
	assert_int_equal(ruleset_load(&set, NULL, false, &p, &rs), FL_OK);
	arena_deinit(&a);
	return rs;
}

static int setup(void **state)
{
	struct staff *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	arena_init(&s->arena, 0);
	s->rules = rules();
	s->world = (struct world){.ctx = s, .arena = &s->arena,
		.now_ms = 1000, .by_ref = by_ref};
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct staff *s = *state;

	ruleset_unref(s->rules);
	arena_deinit(&s->arena);
	free(s);
	return 0;
}

/* What was told of a person, as JSON. */
static void told(struct staff *s, const char *person, const char *json)
{
	struct record *r = &s->people[s->n++];
	struct fl_error err;

	r->ref = text_of(person);
	assert_int_equal(value_read(&s->arena, json, strlen(json), NULL,
				 &r->fields, &err), FL_OK);
}

static void stands_in(struct staff *s, const char *person, const char *wanted,
		      const char *how)
{
	const char *why;
	struct text t = presence_stand_in(&s->world, ruleset_book(s->rules),
		text_of(person), &why);

	assert_string_equal(t.at, wanted);
	assert_string_equal(why, how);
}

static bool here(struct staff *s, const char *person)
{
	return presence_of(&s->world, ruleset_book(s->rules),
		text_of(person));
}

static void an_absence_has_a_from_and_an_until(void **state)
{
	struct staff *s = *state;

	told(s, "jan", "{\"absent\":true,\"absent_from\":1000,"
		"\"absent_until\":2000}");
	told(s, "piet", "{\"absent\":true}");
	told(s, "noor", "{\"left\":true}");
	s->world.now_ms = 999;
	assert_true(here(s, "jan"));
	s->world.now_ms = 1000;
	assert_false(here(s, "jan"));
	s->world.now_ms = 1999;
	assert_false(here(s, "jan"));
	s->world.now_ms = 2000;
	assert_true(here(s, "jan"));
	assert_false(here(s, "piet"));
	assert_false(here(s, "noor"));
	assert_true(here(s, "els"));
	assert_false(here(s, "nobody"));
}

static void deputies_come_first(void **state)
{
	struct staff *s = *state;

	stands_in(s, "jan", "jan", "named");
	stands_in(s, "", "", "named");
	told(s, "jan", "{\"absent\":true,\"deputy\":\"els\"}");
	stands_in(s, "jan", "els", "deputy");
	told(s, "els", "{\"absent\":true,\"deputy\":\"daan\"}");
	stands_in(s, "jan", "daan", "deputy");
	/* a circle of deputies ends */
	told(s, "daan", "{\"absent\":true,\"deputy\":\"jan\"}");
	stands_in(s, "jan", "piet", "next in team");
}

static void then_the_nearest_colleague(void **state)
{
	struct staff *s = *state;

	told(s, "jan", "{\"absent\":true}");
	stands_in(s, "jan", "piet", "next in team");
	told(s, "piet", "{\"absent\":true}");
	stands_in(s, "jan", "noor", "next in team");
	stands_in(s, "piet", "noor", "next in team");
	told(s, "els", "{\"absent\":true}");
	stands_in(s, "els", "daan", "same role");
	told(s, "ria", "{\"left\":true}");
	stands_in(s, "ria", "sanne", "manager");
	stands_in(s, "gone-from-the-file", "sanne", "manager");
	told(s, "sanne", "{\"absent\":true}");
	stands_in(s, "ria", "henk", "principal");
	stands_in(s, "sanne", "henk", "principal");
	told(s, "henk", "{\"absent\":true}");
	stands_in(s, "henk", "", "principal");
}

/* In the turn: chosen once, recorded, and gone with the return. */
static void the_choice_is_on_record(void **state)
{
	struct scene_how how = {.manual = true};
	struct ruleset *rs = rules();
	const struct record *jan;
	struct scene s = {0};

	(void)state;
	scene_open(&s, rs, &how);
	ruleset_unref(rs);
	assert_int_equal(scene_post(&s, "{\"type\":\"person.absent\","
		"\"subject\":\"jan\",\"data\":{\"person\":\"jan\"}}").status,
		FL_OK);
	jan = scene_record(&s, "person:jan");
	assert_non_null(jan);
	assert_string_equal(value_get_str(&jan->fields, "deputy"), "piet");
	scene_post(&s, "{\"type\":\"person.returned\",\"subject\":\"jan\","
		"\"data\":{\"person\":\"jan\"}}");
	jan = scene_record(&s, "person:jan");
	assert_null(value_get(&jan->fields, "deputy"));
	/* a deputy that was named stays */
	scene_post(&s, "{\"type\":\"person.absent\",\"subject\":\"jan\","
		"\"data\":{\"person\":\"jan\",\"deputy\":\"els\"}}");
	jan = scene_record(&s, "person:jan");
	assert_string_equal(value_get_str(&jan->fields, "deputy"), "els");
	scene_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			an_absence_has_a_from_and_an_until, setup, teardown),
		cmocka_unit_test_setup_teardown(
			deputies_come_first, setup, teardown),
		cmocka_unit_test_setup_teardown(
			then_the_nearest_colleague, setup, teardown),
		cmocka_unit_test(the_choice_is_on_record),
	};

	script_init();
	digest_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
