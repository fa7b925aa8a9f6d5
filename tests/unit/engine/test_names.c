/* Names are shared while there is room; what was shared once always is. */
#include "unit.h"

#include "engine/names.h"

static void the_same_name_is_one_copy(void **state)
{
	struct names *n = names_new();
	char mine[] = "cadence";
	const char *first = names_share(n, text_of(mine));

	(void)state;
	assert_non_null(first);
	assert_ptr_not_equal(first, mine);
	mine[0] = 'C'; /* the copy is not ours */
	assert_string_equal(first, "cadence");
	assert_ptr_equal(first, names_share(n, TEXT("cadence")));
	assert_ptr_not_equal(first, names_share(n, TEXT("Cadence")));
	assert_ptr_equal(first,
		names_share(n, (struct text){"cadences", 7}));
	assert_null(names_share(n, TEXT("")));
	names_free(n);
	names_free(NULL);
}

static void nobody_can_fill_it(void **state)
{
	struct names *n = names_new();
	const char *early = names_share(n, TEXT("early"));
	char name[64];
	uint32_t shared = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "typed by somebody %d", i);
		shared += names_share(n, text_of(name)) != NULL;
	}
	assert_in_range(shared, 1000, 5000);
	assert_ptr_equal(early, names_share(n, TEXT("early")));
	assert_ptr_equal(names_share(n, TEXT("typed by somebody 1")),
		names_share(n, TEXT("typed by somebody 1")));
	memset(name, 'x', 50);
	assert_null(names_share(n, (struct text){name, 50}));
	names_free(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_name_is_one_copy),
		cmocka_unit_test(nobody_can_fill_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
