#include "model/test_world.h"

#include "model/rulebook.h"

static struct text sellers[] = {{"jan", 3}, {"an", 2}};
static struct text specialists[] = {{"dana", 4}};
static struct text seller_roles[] = {{"seller", 6}};
static struct person people[] = {
	{.id = {"jan", 3},
		.name = {"Jan Maes", 8},
		.roles = seller_roles,
		.n_roles = 1,
		.phone = {"0611", 4}},
	{.id = {"dana", 4}, .name = {"Dana Kok", 8}},
};
static struct team teams[] = {
	{.id = {"front", 5}, .members = sellers, .n_members = 2},
	{.id = {"delivery", 8}, .members = specialists, .n_members = 1},
};
static struct department departments[] = {
	{.id = {"delivery", 8}, .calendar = (struct calendar *)&teams},
};
static struct step steps[] = {{.id = {"rhythm", 6}}};
static struct card cards[] = {
	{.name = {"standard/own-tempo", 18}, .steps = steps, .n_steps = 1},
};

static struct rulebook book(struct test_world *t)
{
	return (struct rulebook){.language = TEXT("nl"),
		.schema = t->schema,
		.calendar = (struct calendar *)&people,
		.people = people,
		.n_people = 2,
		.teams = teams,
		.n_teams = 2,
		.departments = departments,
		.n_departments = 1,
		.cards = cards,
		.n_cards = 1};
}

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

static void test_lookups(void **state)
{
	struct rulebook rb = book(*state);
	const struct card *c = rulebook_card(&rb, TEXT("standard/own-tempo"));

	assert_non_null(c);
	assert_null(rulebook_card(&rb, TEXT("own-tempo")));
	assert_non_null(card_step(c, TEXT("rhythm")));
	assert_null(card_step(c, TEXT("rythm")));
	assert_string_equal(
		rulebook_person(&rb, TEXT("jan"))->name.at, "Jan Maes");
	assert_null(rulebook_person(&rb, TEXT("nobody")));
	assert_true(person_has_role(&people[0], "seller"));
	assert_false(person_has_role(&people[1], "seller"));
	assert_non_null(rulebook_team(&rb, TEXT("front")));
	assert_null(rulebook_setting(&rb, TEXT("tempo")));
	assert_ptr_equal(rulebook_calendar(&rb, TEXT("dana")), &teams);
	assert_ptr_equal(rulebook_calendar(&rb, TEXT("jan")), &people);
	assert_ptr_equal(rulebook_calendar(&rb, TEXT("")), &people);
}

static void test_nearest_setting_wins(void **state)
{
	struct test_world *t = *state;
	struct rulebook rb = book(t);
	struct setting s = {.name = TEXT("tempo"),
		.dflt = value_int(1),
		.by = world_json(t, "{'dealer':2,'brand':{'volvo':3},"
				    "'team':{'front':4},'person':{'jan':5}}")};

	assert_int_equal(
		setting_value(&rb, &s, TEXT("jan"), TEXT("volvo")).as.integer,
		5);
	assert_int_equal(
		setting_value(&rb, &s, TEXT("an"), TEXT("volvo")).as.integer,
		4);
	assert_int_equal(
		setting_value(&rb, &s, TEXT("dana"), TEXT("volvo")).as.integer,
		3);
	assert_int_equal(
		setting_value(&rb, &s, TEXT("dana"), TEXT("kia")).as.integer,
		2);
	s.by = value_null();
	assert_int_equal(
		setting_value(&rb, &s, TEXT(""), TEXT("")).as.integer, 1);
}

static void test_wording(void **state)
{
	struct rulebook rb = book(*state);
	struct wording both = {TEXT("ja"), TEXT("yes"), 1};
	struct wording one = {TEXT(""), TEXT("yes"), 1};

	assert_string_equal(wording_text(&both, &rb).at, "ja");
	assert_string_equal(wording_text(&one, &rb).at, "yes");
	rb.language = TEXT("en");
	assert_string_equal(wording_text(&both, &rb).at, "yes");
}

static const char *render(struct test_world *t, const struct rulebook *rb,
	const struct record *subject, const char *text)
{
	struct value extra = world_json(t, "{'missing':['plate','tyres']}");
	struct buf b;
	char *out;

	buf_init(&b, 1 << 16);
	template_render(&b, text_of(text), &t->world, rb, subject, &extra);
	out = arena_text(&t->arena, b.len > 0 ? b.at : "", b.len);
	buf_deinit(&b);
	return out;
}

static void test_templates(void **state)
{
	struct test_world *t = *state;
	struct rulebook rb = book(t);
	struct posted p = world_fact(t, "lead.received", "",
		"{'customer':{'name':'Sofie Peeters','phone':'0612345678'},"
		"'vehicle':{'make':'Volvo','model':'XC40','plate':'GX123B'}}");
	struct record *deal = world_find(t, p.event.deal);
	const struct record *promise;
	static const struct {
		const char *text, *shown;
	} table[] = {
		{"Bel {customer.name}", "Bel Sofie Peeters"},
		{"{customer.first_name}!", "Sofie Peeters!"},
		{"{deal.price}", "€ 20.500,50"},
		{"{price|money}", "€ 20.500,50"},
		{"{customer.phone}", "06 12345678"},
		{"{vehicle.plate|plate}", "GX-123-B"},
		{"{deal.vehicle}", "Volvo XC40"},
		{"{seller} en {seller.name} {handler.phone}",
			"Jan Maes en Jan Maes 0611"},
		{"{deal.link}", "D1"},
		{"{missing}", "plate, tyres"},
		{"{deal.nothing} {nobody} {deal.lesson}", "? ? ?"},
		{"weg ({deal.lesson})!", "weg!"},
		{"weg ({deal.lesson}, {deal.link})", "weg (?, D1)"},
		{"weg ({deal.link})", "weg (D1)"},
		{"({deal.lesson}) weg", "(?) weg"},
		{"{signed_at|date}", "1 september 2026"},
		{"{signed_at|time}", "10:00"},
		{"{deal.signed_at}", "1 september 2026 10:00"},
		{"{no_offers}", "nee"},
		{"open { here", "open { here"},
		{"", ""},
	};
	size_t i;

	record_set(&t->arena, deal, TEXT("price"), value_int(2050050));
	record_set(&t->arena, deal, TEXT("seller"), value_text("jan"));
	record_set(&t->arena, deal, TEXT("handler"), value_text("jan"));
	record_set(&t->arena, deal, TEXT("signed_at"), value_int(t->at));
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_string_equal(render(t, &rb, deal, table[i].text),
			table[i].shown);
	p = world_post(t, "promise.made", "D1",
		"{'what':'trekhaak','due_to':1788256800000}");
	promise = world_find(t, p.event.subject);
	assert_string_equal(render(t, &rb, promise,
		"{promise.what} {customer.name} {due|date} {seller.name} "
		"{deal.link} {promise.owner}"),
		"trekhaak Sofie Peeters 1 september 2026 Jan Maes D1 "
		"Jan Maes");
	rb.language = TEXT("en");
	assert_string_equal(render(t, &rb, deal, "{deal.price} {no_offers}"),
		"€ 20,500.50 no");
}

/* A customer without a name is called by what is known. */
static void test_nameless(void **state)
{
	struct test_world *t = *state;
	struct rulebook rb = book(t);
	static const struct {
		const char *customer, *more, *nl, *en;
	} table[] = {
		{"'phone':'0612345678'", "",
			"Bel de klant met 06 12345678 nu. De klant met 06 "
			"12345678 wacht",
			"Bel the customer with 06 12345678 nu. The customer "
			"with 06 12345678 wacht"},
		{"'email':'a@b.nl'", "",
			"Bel de klant met a@b.nl nu. De klant met a@b.nl wacht",
			"Bel the customer with a@b.nl nu. The customer with "
			"a@b.nl wacht"},
		{"'ref':'K-17'", "", "Bel klant K-17 nu. Klant K-17 wacht",
			"Bel customer K-17 nu. Customer K-17 wacht"},
		{"'last_name':'Maes'", "", "Bel Maes nu. Maes wacht",
			"Bel Maes nu. Maes wacht"},
		{"'language':'nl'", ",'provider':'AutoTrack'",
			"Bel een klant via AutoTrack nu. Een klant via "
			"AutoTrack wacht",
			"Bel a customer via AutoTrack nu. A customer via "
			"AutoTrack wacht"},
		{"'language':'nl'", "",
			"Bel een klant zonder naam nu. Een klant zonder naam "
			"wacht",
			"Bel a customer without a name nu. A customer without "
			"a name wacht"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		static const char text[] = "Bel {customer.name} nu. "
			"{customer.first_name} wacht";
		char json[200];
		const struct record *deal;

		snprintf(json, sizeof(json), "{'customer':{%s}%s}",
			table[i].customer, table[i].more);
		deal = world_find(t,
			world_fact(t, "lead.received", "", json).event.deal);
		rb.language = TEXT("nl");
		assert_string_equal(render(t, &rb, deal, text), table[i].nl);
		rb.language = TEXT("en");
		assert_string_equal(render(t, &rb, deal, text), table[i].en);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_lookups),
		T(test_nearest_setting_wins),
		T(test_wording),
		T(test_templates),
		T(test_nameless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
