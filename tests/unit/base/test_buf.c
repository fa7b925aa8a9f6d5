#include "unit.h"

#include "base/buf.h"

static void appends_and_terminates(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	assert_null(b.at);
	buf_add_text(&b, "ab");
	buf_add_char(&b, '-');
	buf_add(&b, "\0x", 2);
	buf_printf(&b, "%s%d", "n", 5);
	assert_int_equal(7, b.len);
	assert_memory_equal("ab-\0xn5", b.at, 8);
	buf_reset(&b);
	assert_int_equal(0, b.len);
	assert_string_equal("", b.at);
	buf_deinit(&b);
	assert_null(b.at);
}

static void integers_are_exact(void **state)
{
	struct buf b;
	char want[32];
	uint64_t seed = 1;
	int i;

	(void)state;
	buf_init(&b, 1000);
	buf_add_int(&b, INT64_MIN);
	buf_add_char(&b, ' ');
	buf_add_int(&b, INT64_MAX);
	buf_add_char(&b, ' ');
	buf_add_int(&b, 0);
	assert_string_equal(
		"-9223372036854775808 9223372036854775807 0", b.at);
	for (i = 0; i < 1000; i++) {
		int64_t n = (int64_t)(unit_random(&seed) >>
				      unit_below(&seed, 64));

		buf_reset(&b);
		buf_add_int(&b, n);
		snprintf(want, sizeof(want), "%lld", (long long)n);
		assert_string_equal(want, b.at);
	}
	buf_deinit(&b);
}

static void maximum_refuses_whole_and_sticks(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	buf_add_text(&b, "abcde");
	assert_false(b.failed);
	buf_add_char(&b, 'f');
	assert_true(b.failed);
	assert_string_equal("abcde", b.at);
	buf_add_text(&b, "");
	buf_printf(&b, "%d", 1);
	assert_int_equal(5, b.len);
	buf_reset(&b);
	assert_false(b.failed);
	buf_printf(&b, "%s", "toolong");
	assert_true(b.failed);
	assert_int_equal(0, b.len);
	buf_deinit(&b);
}

static void consume_drops_the_front(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	buf_consume(&b, 3);
	buf_add_text(&b, "abcdef");
	buf_consume(&b, 2);
	assert_string_equal("cdef", b.at);
	buf_consume(&b, 99);
	assert_int_equal(0, b.len);
	assert_string_equal("", b.at);
	buf_deinit(&b);
}

static void grows_to_its_maximum(void **state)
{
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 100000);
	for (i = 0; i < 100000; i++)
		buf_add_char(&b, (char)('a' + i % 26));
	assert_false(b.failed);
	assert_int_equal(100000, b.len);
	assert_int_equal('a' + 99999 % 26, b.at[99999]);
	assert_true(b.cap <= 100001);
	buf_add_char(&b, 'x');
	assert_true(b.failed);
	buf_deinit(&b);
}

static void no_memory_is_a_refusal(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	buf_add_text(&b, "kept");
	fault_after(0);
	buf_printf(&b, "%05000d", 1);
	assert_true(fault_disarm());
	assert_true(b.failed);
	assert_string_equal("kept", b.at);
	buf_add_text(&b, "no");
	assert_string_equal("kept", b.at);
	buf_deinit(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends_and_terminates),
		cmocka_unit_test(integers_are_exact),
		cmocka_unit_test(maximum_refuses_whole_and_sticks),
		cmocka_unit_test(consume_drops_the_front),
		cmocka_unit_test(grows_to_its_maximum),
		cmocka_unit_test(no_memory_is_a_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
