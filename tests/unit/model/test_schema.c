#include "script/synonym.h"
#include "model/test_world.h"

static int setup(void **state)
{
	*state = world_new();
	return 0;
}

static int teardown(void **state)
{
	world_free(*state);
	return 0;
}

static fl_status check(struct test_world *t, const char *type, const char *json,
	bool lenient, struct value *out, struct problems *p)
{
	*out = world_json(t, json);
	problems_init(p, &t->arena);
	return schema_check(t->schema, schema_event(t->schema, text_of(type)),
		NULL, lenient, &t->arena, out, p);
}

static const char *text_of_json(struct test_world *t, const struct value *v)
{
	struct buf b;
	char *out;

	buf_init(&b, 1 << 16);
	value_write(&b, v);
	out = arena_text(&t->arena, b.at, b.len);
	buf_deinit(&b);
	return out;
}

static void expect(struct test_world *t, const char *type, const char *json,
	const char *want)
{
	struct problems p;
	struct value v;

	if (check(t, type, json, false, &v, &p) != FL_OK)
		fail_msg("%s: %s", json, p.items[0].text);
	assert_string_equal(text_of_json(t, &v), want);
}

static void test_table_is_sound(void **state)
{
	struct test_world *t = *state;
	struct problems p;
	uint32_t i, j;

	problems_init(&p, &t->arena);
	assert_int_equal(schema_finish(t->schema, &p), FL_OK);
	assert_true(schema_event_count(t->schema) > 110);
	assert_int_equal(schema_kind_count(t->schema), 11);
	for (i = 0; i < schema_event_count(t->schema); i++) {
		const struct event_def *e = schema_event_at(t->schema, i);

		assert_ptr_equal(schema_event(t->schema, e->name), e);
		assert_true(e->means.bytes > 0);
		if (e->subject.bytes > 0)
			assert_non_null(schema_kind(t->schema, e->subject));
		for (j = 0; j < e->n_fields; j++)
			if (event_field(e, e->fields[j].name) != &e->fields[j])
				fail_msg("%s: %s twice", e->name.at,
					e->fields[j].name.at);
	}
	for (i = 0; i < schema_kind_count(t->schema); i++) {
		const struct kind_def *k = schema_kind_at(t->schema, i);

		for (j = 0; j < k->n_fields; j++)
			if (schema_field(t->schema, k->name,
				    k->fields[j].name) != &k->fields[j])
				fail_msg("%s.%s twice", k->name.at,
					k->fields[j].name.at);
	}
	assert_null(schema_event(t->schema, TEXT("nothing.here")));
	for (i = 0; i < SCHEMA_STATES; i++)
		assert_int_equal(schema_state(schema_state_name((int)i)), i);
	assert_int_equal(schema_state(TEXT("gone")), -1);
	assert_true(schema_state_open(schema_state(TEXT("quoted"))));
	assert_false(schema_state_open(schema_state(TEXT("signed"))));
}

static void test_conversions(void **state)
{
	struct test_world *t = *state;

	expect(t, "deal.signed", "{'price':'€ 20'}", "{\"price\":2000}");
	expect(t, "deal.signed", "{'price':'€ 31.250,50'}",
		"{\"price\":3125050}");
	expect(t, "deal.signed", "{'price':'12,500'}", "{\"price\":1250000}");
	expect(t, "deal.signed", "{'price':19.0}", "{\"price\":19}");
	expect(t, "deal.signed", "{'delivery_target':'2026-09-01 10:00'}",
		"{\"delivery_target\":1788256800000}");
	expect(t, "deal.lost", "{'reasons':'price, brand'}",
		"{\"reasons\":[\"price\",\"brand\"]}");
	expect(t, "deal.lost", "{'reasons':'none'}", "{\"reasons\":[]}");
	expect(t, "visit.ended", "{'expectation_met':'nee'}",
		"{\"expectation_met\":false}");
	expect(t, "contact.made", "{'tempo_days':'21'}", "{\"tempo_days\":21}");
	expect(t, "contact.made", "{'consent.phone':true,'consent.email':true}",
		"{\"consent\":{\"email\":true,\"phone\":true}}");
	expect(t, "deal.failed", "{'save_a_deal':{'done':true}}",
		"{\"save_a_deal\":{\"done\":true,\"quality\":0}}");
	expect(t, "lead.received",
		"{'customer':{'phone':'06-1234 5678','email':' A@B.NL '}}",
		"{\"customer\":{\"email\":\"a@b.nl\",\"phone\":"
		"\"+31612345678\",\"phone_raw\":\"06-1234 5678\"}}");
}

static void test_mistakes_in_one_pass(void **state)
{
	struct test_world *t = *state;
	struct problems p;
	struct value v;

	assert_int_equal(
		check(t, "promise.made",
			"{'waht':'x','due_to':'soon','slip':1}", false, &v, &p),
		FL_INVALID);
	assert_int_equal(p.errors, 4);
	assert_int_equal(p.count, 4);
	assert_string_equal(p.items[0].code, "FL201");
	assert_string_equal(p.items[0].nearest, "what");
	assert_string_equal(p.items[1].code, "FL202");
	assert_string_equal(p.items[1].field, "due_to");
	assert_non_null(p.items[1].remedy);
	assert_string_equal(p.items[3].code, "FL203");
	assert_int_equal(check(t, "behaviour.observed", "{'kind':'staling'}",
				 false, &v, &p),
		FL_INVALID);
	assert_string_equal(p.items[0].code, "FL204");
	assert_string_equal(p.items[0].nearest, "stalling");
}

static void test_lenient_keeps_what_it_cannot_read(void **state)
{
	struct test_world *t = *state;
	struct problems p;
	struct value v;

	assert_int_equal(check(t, "promise.made", "{'odd':1,'due_to':'soon'}",
				 true, &v, &p),
		FL_OK);
	assert_int_equal(p.errors, 0);
	assert_true(p.count >= 3);
	assert_string_equal(text_of_json(t, &v),
		"{\"extra\":{\"due_to\":\"soon\",\"odd\":1}}");
}

static void refused(struct test_world *t, const char *type, const char *json,
	const char *field, const char *remedy)
{
	struct problems p;
	struct value v;

	assert_int_equal(check(t, type, json, false, &v, &p), FL_INVALID);
	assert_int_equal(p.errors, 1);
	assert_string_equal(p.items[0].field, field);
	assert_string_equal(p.items[0].remedy, remedy);
}

/* A no that is written as a word is no text, and never a yes. */
static void test_yes_and_no(void **state)
{
	struct test_world *t = *state;
	struct problems p;
	struct value v;

	expect(t, "deal.dossier_filled", "{\"payment_agreed\":\"nee\"}",
		"{\"payment_agreed\":false}");
	expect(t, "deal.dossier_filled", "{\"payment_agreed\":\"Ja\"}",
		"{\"payment_agreed\":true}");
	expect(t, "deal.dossier_filled", "{\"payment_agreed\":\"lease\"}",
		"{\"payment_agreed\":\"lease\"}");
	expect(t, "lead.received", "{\"channel\":\"web\",\"consent\":{\"phone\":\"nee\","
		"\"email\":\"YES\",\"post\":0}}",
		"{\"channel\":\"web\",\"consent\":{\"email\":true,"
		"\"phone\":false,\"post\":false}}");
	refused(t, "deal.failed", "{\"to_done\":\"misschien\"}", "to_done",
		"write to_done=yes or to_done=no");
	refused(t, "lead.received",
		"{\"channel\":\"web\",\"consent\":{\"phone\":\"soms\"}}",
		"consent.phone", "write consent.phone=yes or consent.phone=no");
	refused(t, "lead.received",
		"{\"channel\":\"web\",\"consent.phone\":\"soms\"}",
		"consent.phone", "write consent.phone=yes or consent.phone=no");
	refused(t, "lead.received", "{\"channel\":\"web\",\"consent\":\"ja\"}",
		"consent", "write consent.phone=yes, or consent.email=yes");
	/* of a fact the clear part is kept */
	assert_int_equal(check(t, "lead.received",
				 "{\"channel\":\"web\",\"consent\":{\"phone\":"
				 "\"soms\",\"email\":\"ja\"}}",
				 true, &v, &p),
		FL_OK);
	assert_non_null(value_get(value_get(&v, "consent"), "email"));
	assert_null(value_get(value_get(&v, "consent"), "phone"));
	assert_int_equal(p.count, 1);
}

static void test_nearest(void **state)
{
	struct test_world *t = *state;

	assert_string_equal(synonym_event(t->schema, TEXT("deal.sigend")),
		"deal.signed");
	assert_null(synonym_event(t->schema, TEXT("qqqqqqqqqqqq")));
	assert_string_equal(schema_near_field(t->schema, TEXT("customer"),
				    TEXT("tempodays")),
		"tempo_days");
}

static void test_pack_declares(void **state)
{
	struct test_world *t = *state;
	struct problems p;
	struct value v = world_json(t,
		"{'subject':'deal','fields':{'score':'number','lead':'lead'},"
		"'project':'deal.acme = score?; deal.acme += 1'}");
	struct value f = world_json(t, "{'type':'number','default':0}");
	struct posted done;

	problems_init(&p, &t->arena);
	assert_int_equal(schema_add_event(t->schema, TEXT("acme"),
				 TEXT("acme.hot"), &v, "acme.lua", 3, &p),
		FL_OK);
	assert_int_equal(schema_finish(t->schema, &p), FL_INVALID);
	assert_string_equal(p.items[0].code, "FL216");
	assert_string_equal(p.items[0].file, "acme.lua");
	assert_int_equal(p.items[0].line, 3);
	assert_int_equal(schema_add_field(t->schema, TEXT("acme"),
				 TEXT("deal.acme"), &f, "acme.lua", 4, &p),
		FL_OK);
	problems_init(&p, &t->arena);
	assert_int_equal(schema_finish(t->schema, &p), FL_OK);
	done = world_fact(t, "acme.hot", "d1", "{'score':3}");
	assert_string_equal(world_field(t, done.event.deal, "acme"), "4");
	done = world_fact(t, "acme.hot", "d2", "{}");
	assert_string_equal(world_field(t, done.event.deal, "acme"), "1");
	assert_string_equal(world_field(t, done.event.deal, "state"), "-");
}

static void test_pack_mistakes(void **state)
{
	static const struct {
		const char *name, *spec, *code;
	} bad[] = {
		{"deal.signed", "{}", "FL213"},
		{"plain", "{}", "FL210"},
		{"a.b", "{'subject':'dael'}", "FL210"},
		{"a.b", "{'feilds':{}}", "FL214"},
		{"a.b", "{'fields':{'x':'numbre'}}", "FL211"},
		{"a.b", "{'fields':{'x':{'type':'number','default':'y'}}}",
			"FL212"},
		{"a.b", "{'project':'deal.x'}", "FL215"},
		{"a.b", "{'project':'nobody.x = 1'}", "FL215"},
		{"a.b", "{'project':'deal.x = '}", "FL215"},
		{"a.b", "{'project':'deal.x = {a'}", "FL215"},
		{"a.b", "{'project':'deal.x = @noon'}", "FL215"},
		{"a.b", "{'project':'explode deal'}", "FL215"},
		{"a.b", "{'project':'deal.x = 1 deal.y = 2'}", "FL215"},
	};
	struct test_world *t = *state;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct value v = world_json(t, bad[i].spec);
		struct problems p;

		problems_init(&p, &t->arena);
		assert_int_equal(
			schema_add_event(t->schema, TEXT("p"),
				text_of(bad[i].name), &v, "p.lua", 9, &p),
			FL_INVALID);
		assert_string_equal(p.items[0].code, bad[i].code);
		assert_int_equal(p.items[0].line, 9);
	}
	assert_null(schema_event(t->schema, TEXT("a.b")));
}

static void test_projection_words(void **state)
{
	struct test_world *t = *state;
	struct problems p;
	struct value v = world_json(t,
		"{'fields':{'n':'number','who':'person','tags':'list'},"
		"'project':'deal.n ?= n; deal.tags add who; deal.m -= 5; "
		"deal.c -= 5; deal.map[who] = {n, at = @at}; "
		"deal.first = tags.1; deal.who = @actor; "
		"person[who].leads_owed += 2; open case; deal.diff = @now - "
		"n'}");
	struct posted e;
	int64_t deal;
	static const char *const fields[][2] = {{"deal.n", "number"},
		{"deal.tags", "list"}, {"deal.m", "number"},
		{"deal.c", "integer"}, {"deal.map", "map"},
		{"deal.first", "text"}, {"deal.who", "person"},
		{"deal.diff", "number"}};
	size_t i;

	problems_init(&p, &t->arena);
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct value type = value_text(fields[i][1]);

		assert_int_equal(
			schema_add_field(t->schema, TEXT("p"),
				text_of(fields[i][0]), &type, "p.lua", 1, &p),
			FL_OK);
	}
	assert_int_equal(schema_add_event(t->schema, TEXT("p"), TEXT("p.e"), &v,
				 "p.lua", 1, &p),
		FL_OK);
	e = world_fact(t, "p.e", "d1", "{'n':7,'who':'piet','tags':['x','y']}");
	deal = e.event.deal;
	e = world_fact(t, "p.e", "d1", "{'n':8,'who':'piet'}");
	assert_string_equal(world_field(t, deal, "n"), "7");
	assert_string_equal(world_field(t, deal, "tags"), "[\"piet\"]");
	assert_string_equal(world_field(t, deal, "m"), "0");
	assert_string_equal(world_field(t, deal, "c"), "0");
	assert_string_equal(world_field(t, deal, "map"),
		"{\"piet\":{\"at\":1788256800000,\"n\":8}}");
	assert_string_equal(world_field(t, deal, "first"), "-");
	assert_string_equal(world_field(t, deal, "who"), "\"jan\"");
	assert_string_equal(world_field(t, deal, "diff"), "1788256799992");
	assert_string_equal(
		world_field(t,
			world_by_ref(t, TEXT("person"), TEXT("piet"))->id,
			"leads_owed"),
		"4");
}

static void test_defaults_of_records(void **state)
{
	struct test_world *t = *state;
	struct posted p = world_fact(t, "contact.made", "d1", "{}");
	const struct record *deal = world_find(t, p.event.deal);

	assert_string_equal(
		schema_value(t->schema, deal, TEXT("light"))->as.text, "green");
	assert_false(
		schema_value(t->schema, deal, TEXT("no_offers"))->as.boolean);
	assert_null(schema_value(t->schema, deal, TEXT("promises")));
	assert_null(schema_value(t->schema, deal, TEXT("nothing")));
}

static void test_legal_names(void **state)
{
	struct test_world *t = *state;
	struct text legal[64];
	uint32_t n = schema_legal(t->schema, schema_state(TEXT("handed_off")),
			 legal, 64),
		 i, found = 0;

	for (i = 0; i < n; i++)
		found += text_is(legal[i], "delivery.accepted") ||
			 text_is(legal[i], "delivery.refused");
	assert_int_equal(found, 2);
	assert_int_equal(schema_legal(t->schema, -1, legal, 64), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_table_is_sound),
		T(test_conversions),
		T(test_mistakes_in_one_pass),
		T(test_lenient_keeps_what_it_cannot_read),
		T(test_yes_and_no),
		T(test_nearest),
		T(test_pack_declares),
		T(test_pack_mistakes),
		T(test_projection_words),
		T(test_defaults_of_records),
		T(test_legal_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
