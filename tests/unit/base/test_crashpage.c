#include "base/crashpage.h"

#include "unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[] = "/tmp/fl-crash-XXXXXX";

static int setup(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s", "/tmp/fl-crash-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static struct crash_page *reopen(struct crash_page *p)
{
	struct fl_error err;

	crash_page_free(p);
	assert_int_equal(crash_page_open(path, &p, &err), FL_OK);
	return p;
}

/* `card` is at work in `key` and the process dies by `signal` (0: nobody
 * knows). */
static struct crash_page *death(
	struct crash_page *p, const char *card, const char *key, int number)
{
	crash_page_event(p, text_of(key));
	crash_page_enter(p, text_of(card));
	if (number != 0)
		assert_true(crash_page_fault(p, number));
	return reopen(p);
}

static bool held(struct crash_page *p, const char *card, const char *key)
{
	crash_page_event(p, text_of(key));
	return crash_page_held(p, text_of(card)) != NULL;
}

static void test_counts(void **state)
{
	struct crash_page *p = reopen(NULL);

	(void)state;
	assert_false(held(p, "own/a", "jan 1"));
	/* a clean end leaves nothing */
	crash_page_enter(p, TEXT("own/a"));
	crash_page_leave(p);
	assert_false(crash_page_fault(p, SIGSEGV));
	p = reopen(p);
	assert_false(held(p, "own/a", "jan 1"));
	/* a fault of its own: at once; only this card, only this event */
	p = death(p, "own/a", "jan 1", SIGSEGV);
	assert_true(held(p, "own/a", "jan 1"));
	assert_int_equal(
		crash_page_held(p, TEXT("own/a"))->signal, SIGSEGV);
	assert_false(held(p, "own/a", "jan 2"));
	assert_false(held(p, "own/b", "jan 1"));
	/* killed: perhaps by chance, so only the second time */
	p = death(p, "own/b", "jan 2", 0);
	assert_false(held(p, "own/b", "jan 2"));
	p = death(p, "own/b", "jan 2", 0);
	assert_true(held(p, "own/b", "jan 2"));
	assert_int_equal(crash_page_card_deaths(p, TEXT("own/b")), 2);
	assert_int_equal(crash_page_event_deaths(p), 2);
	p = death(p, "own/c", "jan 2", CRASH_HARD_LIMIT);
	crash_page_event(p, TEXT("jan 2"));
	assert_int_equal(crash_page_event_deaths(p), 3);
	crash_page_forget(p);
	assert_false(held(p, "own/a", "jan 1"));
	crash_page_free(p);
}

static void test_long_and_many(void **state)
{
	struct crash_page *p = reopen(NULL);
	const struct crash_entry *entries;
	char key[600];

	(void)state;
	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	p = death(p, key, key, SIGBUS);
	assert_true(held(p, key, key));
	for (int i = 0; i < CRASH_ENTRIES + 5; i++) {
		snprintf(key, sizeof(key), "jan %d", i);
		p = death(p, "own/a", key, SIGBUS);
	}
	assert_int_equal(crash_page_entries(p, &entries), CRASH_ENTRIES);
	assert_string_equal(entries[CRASH_ENTRIES - 1].key, key);
	assert_false(held(p, "own/a", "jan 0")); /* the oldest made room */
	assert_true(held(p, "own/a", key));
	crash_page_free(p);
}

/* What a dying process noted is there, whatever killed it. */
static void test_process_dies(void **state)
{
	struct crash_page *p = reopen(NULL);
	pid_t child = fork();
	int how;

	(void)state;
	if (child == 0) {
		crash_page_event(p, TEXT("jan 9"));
		crash_page_enter(p, TEXT("own/a"));
		crash_page_fault(p, SIGSEGV);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	p = reopen(p);
	assert_true(held(p, "own/a", "jan 9"));
	crash_page_free(p);
}

static void test_damaged(void **state)
{
	struct crash_page *p = NULL;
	struct fl_error err;
	FILE *f = fopen(path, "w");

	(void)state;
	for (int i = 0; i < 30000; i++)
		fputc(0xA5, f);
	fclose(f);
	p = reopen(p);
	assert_false(held(p, "own/a", "jan 1"));
	p = death(p, "own/a", "jan 1", SIGSEGV);
	assert_true(held(p, "own/a", "jan 1"));
	crash_page_free(p);
	assert_int_equal(crash_page_open("/nowhere/crash", &p, &err),
		FL_STORAGE);
	assert_null(p);
	/* no page: nothing is noted, nobody is held back */
	crash_page_event(NULL, TEXT("x"));
	crash_page_enter(NULL, TEXT("x"));
	crash_page_leave(NULL);
	crash_page_forget(NULL);
	assert_false(crash_page_fault(NULL, SIGSEGV));
	assert_null(crash_page_held(NULL, TEXT("x")));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {TEST(test_counts),
		TEST(test_long_and_many), TEST(test_process_dies),
		TEST(test_damaged)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
