#include "unit.h"

#include "base/digest.h"

static int setup(void **state)
{
	(void)state;
	digest_init();
	digest_init();
	return 0;
}

/* Values of `b2sum -l 256`. */
static void is_blake2b(void **state)
{
	struct digest d;
	char hex[DIGEST_HEX];

	(void)state;
	digest_of("abc", 3, &d);
	digest_hex(&d, hex);
	assert_string_equal("bddd813c634239723171ef3fee98579b"
			    "94964e3bb1cb3e427262c8c068d52319",
		hex);
	digest_of(NULL, 0, &d);
	digest_hex(&d, hex);
	assert_string_equal("0e5751c026e543b2e8ab2eb06099daa1"
			    "d1e5df47778f7787faab45cdf12fe3a8",
		hex);
}

static void stream_is_the_whole(void **state)
{
	char bytes[1000];
	struct digest whole, parts;
	struct digest_stream s;
	uint64_t seed = 5;
	size_t i, at, n;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)unit_random(&seed);
	digest_of(bytes, sizeof(bytes), &whole);
	for (i = 0; i < 50; i++) {
		digest_begin(&s);
		for (at = 0; at < sizeof(bytes); at += n) {
			n = unit_below(&seed, 200);
			if (n > sizeof(bytes) - at)
				n = sizeof(bytes) - at;
			digest_add(&s, bytes + at, n);
		}
		digest_end(&s, &parts);
		assert_true(digest_equal(&whole, &parts));
	}
	parts.at[31] ^= 1;
	assert_false(digest_equal(&whole, &parts));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_blake2b),
		cmocka_unit_test(stream_is_the_whole),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
