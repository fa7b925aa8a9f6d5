#include "base/plate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_layouts(void **state)
{
	static const char *const printed[] = {
		"AB-12-34",
		"12-34-AB",
		"12-AB-34",
		"AB-12-CD",
		"AB-CD-12",
		"12-AB-CD",
		"12-ABC-3",
		"1-ABC-23",
		"AB-123-C",
		"A-123-BC",
		"ABC-12-D",
		"A-12-BCD",
		"1-AB-234",
		"123-AB-4",
	};

	(void)state;
	for (int i = 0; i < 14; i++) {
		char bare[PLATE_BARE], back[PLATE_PRINT];

		assert_int_equal(plate_bare(text_of(printed[i]), bare), i + 1);
		assert_int_equal(strlen(bare), 6);
		assert_true(plate_print(bare, back));
		assert_string_equal(back, printed[i]);
	}
}

static void test_written_by_people(void **state)
{
	char bare[PLATE_BARE];

	(void)state;
	assert_int_equal(plate_bare(TEXT(" gx 123-b "), bare), 9);
	assert_string_equal(bare, "GX123B");
	assert_int_equal(plate_bare(TEXT("gx.123.b"), bare), 9);
	assert_string_equal(bare, "GX123B");
}

static void test_no_plates(void **state)
{
	static const char *const no[] = {
		"",
		"AB-12-3",
		"AB-12-345",
		"ABCDEF",
		"123456",
		"A1B2C3",
		"AB/12/34",
		"\xc3\x84K1234",
		"1AAAA2",
		"A9999A",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		char bare[PLATE_BARE] = "x", print[PLATE_PRINT] = "x";

		assert_int_equal(plate_bare(text_of(no[i]), bare), 0);
		assert_string_equal(bare, "");
		assert_false(plate_print(no[i], print));
		assert_string_equal(print, "");
	}
	assert_false(plate_print(NULL, (char[PLATE_PRINT]){0}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layouts),
		cmocka_unit_test(test_written_by_people),
		cmocka_unit_test(test_no_plates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
