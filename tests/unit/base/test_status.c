#include "unit.h"

#include "base/status.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void fills_error(void **state)
{
	struct fl_error err = {0};

	(void)state;
	assert_int_equal(FL_DENIED, status_fail(&err, FL_DENIED, "no %d", 7));
	assert_int_equal(FL_DENIED, err.status);
	assert_string_equal("no 7", err.text);
	assert_int_equal(FL_LIMIT, status_fail(NULL, FL_LIMIT, "unused"));
}

static void may_quote_itself(void **state)
{
	struct fl_error err = {0};

	(void)state;
	status_fail(&err, FL_INVALID, "inner");
	status_fail(&err, FL_STORAGE, "outer: %s", err.text);
	assert_string_equal("outer: inner", err.text);
}

/* Every cut position against characters of one to four bytes. */
static void cut_keeps_characters_whole(void **state)
{
	static const char *const chars[] = {
		"a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
	const size_t room = sizeof(((struct fl_error *)0)->text) - 1;
	size_t pad, kind;

	(void)state;
	for (kind = 0; kind < 4; kind++) {
		size_t bytes = strlen(chars[kind]), i, want;

		for (pad = 0; pad < 5; pad++) {
			struct fl_error err = {0};
			char text[1200] = "";

			memset(text, 'x', pad);
			for (i = 0; i < 600 / bytes; i++)
				strcat(text, chars[kind]);
			status_fail(&err, FL_INVALID, "%s", text);
			want = pad + (room - pad) / bytes * bytes;
			assert_int_equal(want, strlen(err.text));
			assert_memory_equal(text, err.text, want);
		}
	}
}

static void exact_fit_is_not_cut(void **state)
{
	struct fl_error err = {0};
	char text[sizeof(err.text)] = "";

	(void)state;
	memset(text, 'x', sizeof(text) - 3);
	memcpy(text + sizeof(text) - 3, "\xC3\xA9", 3);
	status_fail(&err, FL_INVALID, "%s", text);
	assert_string_equal(text, err.text);
}

static void stray_bytes_do_not_shorten_much(void **state)
{
	struct fl_error err = {0};
	char text[1000];

	(void)state;
	memset(text, 0x80, sizeof(text));
	text[sizeof(text) - 1] = '\0';
	status_fail(&err, FL_INVALID, "%s", text);
	assert_true(strlen(err.text) >= sizeof(err.text) - 5);
}

static void names_are_those_of_the_enum(void **state)
{
	(void)state;
	assert_string_equal("FL_OK", fl_status_name(FL_OK));
	assert_string_equal("FL_UNKNOWN", fl_status_name(FL_UNKNOWN));
	assert_string_equal("FL_FATAL", fl_status_name(FL_FATAL));
	assert_string_equal("FL_?", fl_status_name((fl_status)99));
}

static void require_aborts_in_release(void **state)
{
	int status = 0;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(2);
		signal(SIGABRT, SIG_DFL);
		REQUIRE(1 + 1 == 2);
		REQUIRE(1 + 1 == 3);
		_exit(0);
	}
	assert_int_equal(pid, waitpid(pid, &status, 0));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_error),
		cmocka_unit_test(may_quote_itself),
		cmocka_unit_test(cut_keeps_characters_whole),
		cmocka_unit_test(exact_fit_is_not_cut),
		cmocka_unit_test(stray_bytes_do_not_shorten_much),
		cmocka_unit_test(names_are_those_of_the_enum),
		cmocka_unit_test(require_aborts_in_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
