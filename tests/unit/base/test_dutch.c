/* Causes of the system in Dutch. */
#include "base/dutch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void says(const char *text, const char *dutch)
{
	struct arena a;

	arena_init(&a, 0);
	assert_string_equal(dutch, dutch_cause(&a, text));
	arena_deinit(&a);
}

static void causes_are_put_into_dutch(void **state)
{
	(void)state;
	says("rules/own.lua: No such file or directory",
		"rules/own.lua: bestaat niet");
	says("/d/data: cannot be made: Permission denied",
		"/d/data: is niet te maken: mag niet worden gelezen of "
		"geschreven");
	says("/d/data/fairlead.db: file is not a database (26)",
		"/d/data/fairlead.db: dit is geen database (26)");
	says("/d: process 12 has this rooftop open",
		"/d: process 12 heeft deze vestiging open");
	says("x.json: larger than 1048576 bytes",
		"x.json: is groter dan 1048576 bytes");
}

/* The last one is the cause: a name may hold the same words. */
static void names_stay(void **state)
{
	(void)state;
	says("not a folder/x: not a folder", "not a folder/x: is geen map");
	says("", "");
	says("the words of somebody else", "the words of somebody else");
}

/* What people meet; the texts are the system's, whatever it calls them. */
static void usual_codes_have_a_row(void **state)
{
	static const int codes[] = {ENOENT, EACCES, EPERM, EEXIST, ENOTDIR,
		EISDIR, ENOSPC, EROFS, EIO, ENOMEM, EMFILE, ENAMETOOLONG, ELOOP,
		EBUSY, EADDRINUSE, ECONNREFUSED, ECONNRESET, EPIPE, ETIMEDOUT};
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		const char *system = strerrordesc_np(codes[i]);

		assert_string_not_equal(system, dutch_cause(&a, system));
	}
	arena_deinit(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(causes_are_put_into_dutch),
		cmocka_unit_test(names_stay),
		cmocka_unit_test(usual_codes_have_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
