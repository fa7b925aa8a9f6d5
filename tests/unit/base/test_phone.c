#include "base/phone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct row {
	const char *raw, *country, *e164; /* e164 NULL: stays raw */
};

static void run(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char out[PHONE_E164] = "x";
		bool ok =
			phone_e164(text_of(rows[i].raw), rows[i].country, out);

		if (ok != (rows[i].e164 != NULL))
			fail_msg("%s gives '%s'", rows[i].raw, out);
		assert_string_equal(out, rows[i].e164 ? rows[i].e164 : "");
	}
}
#define RUN(rows) run(rows, sizeof(rows) / sizeof((rows)[0]))

static void test_dutch(void **state)
{
	static const struct row rows[] = {
		{"06-12345678", "31", "+31612345678"},
		{"06 12 34 56 78", "31", "+31612345678"},
		{"(020) 123 45 67", "31", "+31201234567"},
		{"+31 6 12345678", "31", "+31612345678"},
		{"+31 (0)6 12345678", "31", "+31612345678"},
		{"0031612345678", "31", "+31612345678"},
		{"0031 06 12345678", "31", "+31612345678"},
		{"31612345678", "31", "+31612345678"},
		{"612345678", "31", "+31612345678"},
		{"tel:+31201234567", "31", "+31201234567"},
		{"0612345678 (na zes uur)", "31", "+31612345678"},
		{"0612345678 of 0687654321", "31", "+31612345678"},
	};

	(void)state;
	RUN(rows);
}

static void test_abroad(void **state)
{
	static const struct row rows[] = {
		{"+32 470 12 34 56", "31", "+32470123456"},
		{"+49 (0)151 23456789", "31", "+4915123456789"},
		{"+1 206-555-0143", "31", "+12065550143"},
		{"206-555-0143", "1", "+12065550143"},
		{"1 206 555 0143", "1", "+12065550143"},
		{"0470 12 34 56", "32", "+32470123456"},
		{"+352 621 123 456", "31", "+352621123456"},
		{"0621 123 456", "352", "+352621123456"},
	};

	(void)state;
	RUN(rows);
}

static void test_stays_raw(void **state)
{
	static const struct row rows[] = {
		{"393-999-3922", "31", NULL},
		{"1234567890", "31", NULL},
		{"06-1234567", "31", NULL},
		{"06-123456789", "31", NULL},
		{"0900-1234", "31", NULL},
		{"+31 6 1234", "31", NULL},
		{"", "31", NULL},
		{"geen", "31", NULL},
		{"0612345678", NULL, NULL},
		{"0612345678", "", NULL},
		{"0", "31", NULL},
		{"00", "31", NULL},
		{"+", "31", NULL},
		{"+0612345678", "31", NULL},
		{"112", "31", NULL},
		{"106-555-0143", "1", NULL},
		{"12345678901234567890123", "31", NULL},
		{"+1234567890123456", "31", NULL},
		{"{phone_home}", "31", NULL},
	};

	(void)state;
	RUN(rows);
}

static void test_digits(void **state)
{
	(void)state;
	assert_int_equal(phone_digits(TEXT("393-999-3922")), 10);
	assert_int_equal(phone_digits(TEXT("n.v.t.")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dutch),
		cmocka_unit_test(test_abroad),
		cmocka_unit_test(test_stays_raw),
		cmocka_unit_test(test_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
