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

static const char *fold(struct test_world *t, const char *name)
{
	return name_fold(&t->arena, text_of(name)).at;
}

static void test_names_are_folded(void **state)
{
	struct test_world *t = *state;

	assert_string_equal(fold(t, "  Van   Der-Berg "), "van der berg");
	assert_string_equal(fold(t, "Renée Öztürk"), "renee ozturk");
	assert_string_equal(
		fold(t, "Çelik Łukasz Žižka"), "celik lukasz zizka");
	assert_string_equal(
		fold(t, "Straße Ærø Ĳsbrand"), "strasse aero ijsbrand");
	assert_string_equal(fold(t, "O'Neil-d'Hondt"), "oneil dhondt");
	assert_string_equal(fold(t, ""), "");
	assert_string_equal(fold(t, "\xC3"), "\xC3");
}

static bool has(const struct text *keys, uint32_t n, const char *key)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (text_is(keys[i], key))
			return true;
	return false;
}

static void test_keys_of_a_customer(void **state)
{
	struct test_world *t = *state;
	struct text keys[32];
	struct posted p = world_fact(t, "lead.received", "",
		"{'customer':{'name':'Sofie De Vries','phone':'0612345678',"
		"'ref':'K9','email':'Sofie@Example.nl','phones':"
		"[{'e164':'+3120555','raw':'x'},'010-4567890']},"
		"'vehicle':{'plate':'GX-123-B'}}");
	uint32_t n = record_keys(t->schema, world_find(t, p.event.customer),
		&t->arena, keys, 32);

	assert_true(has(keys, n, "customer:K9"));
	assert_true(has(keys, n, "phone:+31612345678"));
	assert_true(has(keys, n, "phone:+31104567890"));
	assert_true(has(keys, n, "email:sofie@example.nl"));
	assert_true(has(keys, n, "name:sofie de vries"));
	assert_true(has(keys, n, "name:vries"));
	assert_int_equal(record_keys(t->schema, world_find(t, p.event.customer),
				 &t->arena, keys, 2),
		2);
	n = record_keys(
		t->schema, world_find(t, p.event.deal), &t->arena, keys, 32);
	assert_true(has(keys, n, "plate:GX123B"));
}

static void test_what_people_type(void **state)
{
	struct test_world *t = *state;
	static const struct {
		const char *typed, *key;
	} table[] = {
		{"06-1234 5678", "phone:+31612345678"},
		{"A@B.nl", "email:a@b.nl"},
		{"gx-123-b", "plate:GX123B"},
		{"Peeters", "name:peeters"},
		{"D12", "#12352"},
		{"D12-2", "#12353"},
		{"T0012", "name:t0012"},
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_string_equal(
			find_key(&t->arena, text_of(table[i].typed)).at,
			table[i].key);
}

static void test_shown_names(void **state)
{
	static const char *const bad[] = {"", "D", "D-2", "D01", "D1-", "D1-0",
		"D1-1", "D1-65", "T1-1025", "D1x", "d1", "Q1", "D99999999999999999999",
		"D1-2-3"};
	char name[KEYS_NAME];
	struct text kind;
	int64_t id;
	size_t i;

	(void)state;
	keys_name(TEXT("deal"), RECORD_ID(128, 0), name);
	assert_string_equal(name, "D128");
	keys_name(TEXT("task"), RECORD_ID(128, 1), name);
	assert_string_equal(name, "T128-2");
	assert_true(keys_name_read(TEXT("T7-1024"), &kind, &id));
	assert_string_equal(kind.at, "task");
	assert_int_equal(id, RECORD_ID(7, 1023));
	assert_true(keys_name_read(TEXT("F7-64"), &kind, &id));
	assert_string_equal(kind.at, "case");
	keys_name(kind, id, name);
	assert_string_equal(name, "F7-64");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (keys_name_read(text_of(bad[i]), &kind, &id))
			fail_msg("%s was read", bad[i]);
}

static void test_ids_are_shared_out_by_kind(void **state)
{
	static const struct {
		const char *kind, *name;
	} made[] = {{"customer", "C9"}, {"deal", "D9"}, {"deal", "D9-2"},
		{"lead", "W9"}, {"rooftop", "R9"}};
	uint8_t counts[KEYS_SLOTS] = {0};
	char name[KEYS_NAME];
	struct text kind;
	int64_t id, back;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		id = keys_id(text_of(made[i].kind), 9, counts);
		keys_name(text_of(made[i].kind), id, name);
		assert_string_equal(name, made[i].name);
		assert_true(keys_name_read(text_of(name), &kind, &back));
		assert_int_equal(back, id);
	}
	for (i = 1; i < 64; i++)
		assert_true(keys_id(TEXT("lead"), 9, counts) != 0);
	assert_int_equal(keys_id(TEXT("lead"), 9, counts), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_names_are_folded),
		T(test_keys_of_a_customer),
		T(test_what_people_type),
		T(test_shown_names),
		T(test_ids_are_shared_out_by_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
