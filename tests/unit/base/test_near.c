#include "unit.h"

#include "base/near.h"

static const char *const names[] = {"lead.received", "deal.signed", "phone",
	"email", "deal", "id", "assigned_to"};

static int near(const char *wrong)
{
	return near_name(wrong, names, sizeof(names) / sizeof(*names));
}

static void finds_the_nearest(void **state)
{
	(void)state;
	assert_int_equal(0, near("lead.recieved")); /* transposed */
	assert_int_equal(1, near("Deal.Signed"));   /* case */
	assert_int_equal(2, near("phoen"));
	assert_int_equal(2, near("phnoe"));
	assert_int_equal(3, near("emial"));
	assert_int_equal(4, near("dea"));
	assert_int_equal(4, near("deals"));
	assert_int_equal(6, near("assigend_to"));
	assert_int_equal(6, near("assignedto"));
}

static void leaves_the_far_alone(void **state)
{
	static char longest[200];

	(void)state;
	assert_int_equal(-1, near("warranty"));
	assert_int_equal(-1, near(""));
	assert_int_equal(-1, near("xd"));
	assert_int_equal(-1, near("dxxl"));
	memset(longest, 'a', sizeof(longest) - 1);
	assert_int_equal(-1, near(longest));
	assert_int_equal(-1, near_name("deal", NULL, 0));
	assert_int_equal(-1, near_name("a", (const char *[]){longest}, 1));
}

static void the_first_of_equals_wins(void **state)
{
	static const char *const equals[] = {"cart", "card", "cars"};

	(void)state;
	assert_int_equal(1, near_name("card", equals, 3));
	assert_int_equal(0, near_name("carx", equals, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_nearest),
		cmocka_unit_test(leaves_the_far_alone),
		cmocka_unit_test(the_first_of_equals_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
