#include "desk.h"

static int setup(void **state)
{
	*state = desk_new();
	return 0;
}

static int teardown(void **state)
{
	desk_free(*state);
	return 0;
}

#define AT(v, path, text) assert_string_equal(desk_at(d, &(v), path), text)

/* jan's first question of the card "own-tempo" is open. */
static void in_tempo(struct desk *d)
{
	desk_post(d, DESK_LEAD);
	desk_do(d, "answer", "{'task':'T5','outcome':'reached'}");
	desk_post(d, "{'type':'consent.given','data':{'customer':'Peeters',"
		     "'channel':'phone'}}");
	desk_run_days(d, 2);
}

static const char *open_task(struct desk *d, const char *step)
{
	struct value v = desk_get(d, "tasks", "{}");

	for (uint32_t i = 0;; i++) {
		const char *at =
			desk_at(d, &v, arena_printf(&d->a, "tasks.%u.step", i));

		if (strcmp(at, "-") == 0)
			fail_msg("no open task %s in %s", step,
				desk_at(d, &v, "tasks"));
		if (strcmp(at, step) == 0)
			return desk_at(
				d, &v, arena_printf(&d->a, "tasks.%u.task", i));
	}
}

static void test_answer_makes_an_event(void **state)
{
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	v = desk_get(d, "answer",
		"{'task':'t5','outcome':'reached','id':'k1',"
		"'at':'2026-09-01 09:55'}");
	AT(v, "0.type", "task.done");
	AT(v, "0.id", "k1");
	AT(v, "0.at", "2026-09-01 09:55");
	AT(v, "0.data.outcome", "reached");
	AT(v, "0.data.task", "5120");
	desk_do(d, "answer", "{'task':'Sofie Peeters','outcome':'gesproken'}");
	assert_int_equal(desk_ask(d, "answer",
				 "{'task':'T5','outcome':"
				 "'reached'}",
				 &v),
		FL_CONFLICT);
	assert_non_null(strstr(desk_problem(d, "FL509")->text,
		"T5 is al beantwoord: gesproken, door Jan de Boer"));
}

static void test_all_mistakes_at_once(void **state)
{
	struct desk *d = *state;
	const char *task;
	struct value v;

	in_tempo(d);
	task = open_task(d, "ask-tempo");
	assert_int_equal(desk_ask(d, "answer",
				 arena_printf(&d->a,
					 "{'task':'%s','outcome':'reached','"
					 "fields':{'tempo_dags':35,"
					 "'consent.phone':'perhaps','still_"
					 "thinking':'so so'}}",
					 task),
				 &v),
		FL_INVALID);
	assert_string_equal(desk_problem(d, "FL507")->field, "tempo_days");
	assert_string_equal(desk_problem(d, "FL508")->field, "tempo_dags");
	assert_string_equal(desk_problem(d, "FL508")->nearest, "tempo_days");
	assert_non_null(desk_problem(d, "FL202"));
	assert_int_equal(d->p.errors, 4);
	assert_int_equal(
		desk_ask(d, "answer",
			arena_printf(&d->a, "{'task':'%s','outcome':'reachd'}",
				task),
			&v),
		FL_INVALID);
	assert_string_equal(desk_problem(d, "FL506")->nearest, "reached");
	assert_non_null(strstr(desk_problem(d, "FL506")->remedy, "no_answer"));
	assert_int_equal(
		desk_ask(d, "answer",
			arena_printf(&d->a, "{'task':'%s'}", task), &v),
		FL_INVALID);
	assert_string_equal(desk_problem(d, "FL501")->field, "outcome");
	assert_int_equal(
		desk_ask(d, "answer", "{'outcome':'reached'}", &v), FL_INVALID);
	assert_int_equal(desk_ask(d, "answer",
				 "{'task':'T999','outcome':"
				 "'reached'}",
				 &v),
		FL_NOT_FOUND);
	assert_int_equal(
		desk_ask(d, "answer",
			arena_printf(&d->a,
				"{'task':'%s','outcome':'reached','fields':7}",
				task),
			&v),
		FL_INVALID);
	assert_non_null(desk_problem(d, "FL503"));
}

static void test_fields_are_read_as_people_write(void **state)
{
	struct desk *d = *state;
	struct value v;

	in_tempo(d);
	v = desk_get(d, "answer",
		arena_printf(&d->a,
			"{'task':'%s','outcome':"
			"'reached','tempo_days':'35','consent.phone':'ja'}",
			open_task(d, "ask-tempo")));
	AT(v, "0.data.fields", "{\"consent.phone\":true,\"tempo_days\":35}");
	/* as a command line reads consent.phone=ja */
	v = desk_get(d, "answer",
		arena_printf(&d->a,
			"{'task':'%s','outcome':'reached','tempo_days':35,"
			"'consent':{'phone':'nee'}}",
			open_task(d, "ask-tempo")));
	AT(v, "0.data.fields", "{\"consent.phone\":false,\"tempo_days\":35}");
	desk_do(d, "answer",
		arena_printf(&d->a,
			"{'task':'%s','outcome':"
			"'reached','tempo_days':'35','consent.phone':'ja'}",
			open_task(d, "ask-tempo")));
	v = desk_get(d, "deal", "{'who':'D3'}");
	AT(v, "customer.tempo_days", "35");
	AT(v, "customer.consent.0", "phone");
}

static void test_dossier(void **state)
{
	struct desk *d = *state;
	struct value v;

	in_tempo(d);
	desk_post(d, "{'type':'deal.signed','data':{'deal':'Peeters','seller':"
		     "'jan'}}");
	v = desk_get(d, "today", "{'person':'jan'}");
	AT(v, "tasks.0.title",
		"Maak het dossier compleet: beloften, extra's, "
		"gewenste leverdatum, betaalafspraak");
	assert_int_equal(
		desk_ask(d, "answer",
			arena_printf(&d->a, "{'task':'%s','outcome':'done'}",
				open_task(d, "handoff.complete-file")),
			&v),
		FL_INVALID);
	assert_int_equal(d->p.errors, 4);
	v = desk_get(d, "answer",
		arena_printf(&d->a,
			"{'task':'%s','outcome':"
			"'done','promises':'none','extras':'trekhaak, matten',"
			"'delivery_target':'2026-10-15','payment_agreed':'ja'}",
			open_task(d, "handoff.complete-file")));
	AT(v, "0.data.fields.promises", "[]");
	AT(v, "0.data.fields.extras", "[\"trekhaak\",\"matten\"]");
	AT(v, "0.data.fields.delivery_target", "1792015200000");
}

static void test_person(void **state)
{
	struct desk *d = *state;
	struct value v;

	v = desk_get(d, "person",
		"{'name':'Jan','what':'weg','until':"
		"'2026-09-15','deputy':'Piet'}");
	AT(v, "0.type", "person.absent");
	AT(v, "0.data.person", "jan");
	AT(v, "0.data.deputy", "piet");
	AT(v, "0.data.until", "1789423200000");
	desk_do(d, "person",
		"{'person':'jan','what':'away','deputy':'piet',"
		"'until':'2026-09-15'}");
	v = desk_get(d, "today", "{'person':'jan'}");
	AT(v, "absent", "true");
	AT(v, "until_text", "di 15 sep");
	AT(v, "deputy", "piet");
	desk_do(d, "person", "{'person':'jan','what':'back'}");
	v = desk_get(d, "today", "{'person':'jan'}");
	AT(v, "absent", "false");
	v = desk_get(d, "person", "{'person':'jan','what':'left'}");
	AT(v, "0.type", "person.left");
	assert_int_equal(desk_ask(d, "person",
				 "{'person':'jann','what':"
				 "'awya','until':'soon','deputy':'pit'}",
				 &v),
		FL_INVALID);
	assert_int_equal(d->p.errors, 4);
	assert_string_equal(desk_problem(d, "FL503")->nearest, "away");
	assert_int_equal(desk_ask(d, "person",
				 "{'person':'jan','what':'away',"
				 "'until':'2020-01-01','deputy':'jan'}",
				 &v),
		FL_INVALID);
	assert_int_equal(d->p.errors, 2);
}

static void test_retry(void **state)
{
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	assert_int_equal(
		desk_ask(d, "retry", "{'event':'E3'}", &v), FL_INVALID);
	desk_post(d, "{'type':'objection.raised','data':{'deal':'Peeters',"
		     "'code':'price'}}");
	v = desk_get(d, "retry", "{'event':'E7','reason':'mended'}");
	AT(v, "0.type", "event.retried");
	AT(v, "0.data.event", "7");
	AT(v, "0.data.type", "objection.raised");
	AT(v, "0.data.data.code", "price");
	AT(v, "0.data.cards", "[\"own/broken\"]");
	AT(v, "0.data.reason", "mended");
	assert_int_equal(
		desk_ask(d, "retry", "{'event':'E300'}", &v), FL_NOT_FOUND);
	assert_int_equal(
		desk_ask(d, "retry", "{'event':'T5'}", &v), FL_INVALID);
}

static fl_status refs(struct desk *d, const char *wire, struct value *out)
{
	struct reader *r = desk_reader(d);
	struct ask ask = desk_ask_of(d, r);
	fl_status s;

	problems_init(&d->p, &d->a);
	*out = desk_json(d, wire);
	s = ask_refs(&ask, out, &d->p);
	reader_free(r);
	return s;
}

static void test_names_become_ids(void **state)
{
	struct desk *d = *state;
	struct value v;
	const char *deal = arena_printf(
		&d->a, "%lld", (long long)id_read(TEXT("D3"), NULL));

	desk_post(d, DESK_LEAD);
	assert_int_equal(refs(d,
				 "{'type':'visit.ended','data':{'deal':"
				 "'gx-123-b','person':'Jan de "
				 "Boer','turned_over_to':'piet'}}",
				 &v),
		FL_OK);
	AT(v, "data.deal", deal);
	AT(v, "data.person", "jan");
	assert_int_equal(refs(d,
				 "{'type':'contact.made','customer':"
				 "'06 12345678'}",
				 &v),
		FL_OK);
	AT(v, "customer",
		arena_printf(
			&d->a, "%lld", (long long)id_read(TEXT("C3"), NULL)));
	assert_int_equal(
		refs(d, "{'type':'contact.made','subject':'Peeters'}", &v),
		FL_OK);
	AT(v, "subject", deal);
	/* an outsider's id that nobody knows yet stays */
	assert_int_equal(refs(d,
				 "{'type':'contact.made','data':{'deal':"
				 "'d0000001'}}",
				 &v),
		FL_OK);
	AT(v, "data.deal", "d0000001");
	assert_int_equal(refs(d,
				 "{'type':'contact.made','data':{'deal':"
				 "'Piet Jansen'}}",
				 &v),
		FL_NOT_FOUND);
	assert_string_equal(d->p.items[0].field, "deal");
	assert_int_equal(refs(d,
				 "{'type':'deal.turned_over','data':{'deal':"
				 "'D3','to':'piett'}}",
				 &v),
		FL_NOT_FOUND);
	assert_string_equal(d->p.items[0].nearest, "piet");
	/* a type nobody knows is the engine's to refuse */
	assert_int_equal(refs(d, "{'type':'no.such','deal':'x y'}", &v), FL_OK);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_answer_makes_an_event),
		T(test_all_mistakes_at_once),
		T(test_fields_are_read_as_people_write),
		T(test_dossier),
		T(test_person),
		T(test_retry),
		T(test_names_become_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
