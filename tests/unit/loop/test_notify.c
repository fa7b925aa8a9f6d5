#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "loop/notify.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	char dir[64], sub[80];
	struct loop *loop;
	struct notify *notify;
	uint32_t counts[4]; /* by enum notify_what */
	char last[200];	    /* folder and name of the latest */
};

static void on_note(void *ctx, enum notify_what what, const char *folder,
	const char *name)
{
	struct fixture *f = ctx;

	f->counts[what]++;
	snprintf(f->last, sizeof(f->last), "%s|%s",
		folder != NULL ? folder : "", name != NULL ? name : "");
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/fairlead-notify-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->sub, sizeof(f->sub), "%s/rules", f->dir);
	assert_int_equal(mkdir(f->sub, 0700), 0);
	assert_int_equal(loop_new(&f->loop, NULL), FL_OK);
	assert_int_equal(
		notify_new(f->loop, on_note, f, &f->notify, NULL), FL_OK);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	notify_free(f->notify);
	loop_free(f->loop);
	snprintf(command, sizeof(command), "rm -rf '%s'", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static bool watch_both(struct fixture *f)
{
	const char *folders[] = {f->dir, f->sub};
	bool added;

	assert_int_equal(
		notify_folders(f->notify, folders, 2, &added), FL_OK);
	return added;
}

static int open_in(const char *dir, const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
}

/* Takes what has come; notes are there as soon as the call that made them. */
static void take(struct fixture *f)
{
	memset(f->counts, 0, sizeof(f->counts));
	f->last[0] = '\0';
	for (int i = 0; i < 4; i++)
		loop_turn(f->loop, false);
}

static void test_written_and_closed(void **state)
{
	struct fixture *f = *state;
	char wanted[200];
	int fd;

	assert_true(watch_both(f));
	assert_false(watch_both(f)); /* nothing new the second time */
	fd = open_in(f->sub, "own.lua");
	take(f);
	assert_int_equal(f->counts[NOTIFY_CHANGED], 1);
	assert_int_equal(write(fd, "x", 1), 1);
	take(f);
	assert_int_equal(f->counts[NOTIFY_WRITTEN], 1);
	assert_int_equal(f->counts[NOTIFY_CLOSED], 0);
	close(fd);
	take(f);
	assert_int_equal(f->counts[NOTIFY_CLOSED], 1);
	snprintf(wanted, sizeof(wanted), "%s|own.lua", f->sub);
	assert_string_equal(f->last, wanted);
}

static void test_a_folder_made_again_is_another_one(void **state)
{
	struct fixture *f = *state;

	watch_both(f);
	assert_int_equal(rmdir(f->sub), 0);
	assert_int_equal(mkdir(f->sub, 0700), 0);
	take(f);
	assert_true(f->counts[NOTIFY_CLOSED] + f->counts[NOTIFY_CHANGED] > 0);
	close(open_in(f->sub, "own.lua"));
	take(f);
	assert_int_equal(f->counts[NOTIFY_CLOSED], 0); /* not seen any more */
	assert_true(watch_both(f));
	close(open_in(f->sub, "own.lua"));
	take(f);
	assert_int_equal(f->counts[NOTIFY_CLOSED], 1);
}

static void test_a_folder_moved_away_is_watched_no_more(void **state)
{
	struct fixture *f = *state;
	char away[100];

	watch_both(f);
	snprintf(away, sizeof(away), "%s/away", f->dir);
	assert_int_equal(rename(f->sub, away), 0);
	assert_int_equal(mkdir(f->sub, 0700), 0);
	assert_true(watch_both(f));
	take(f);
	close(open_in(away, "own.lua"));
	take(f);
	assert_string_equal(f->last, "");
	close(open_in(f->sub, "own.lua"));
	take(f);
	assert_int_equal(f->counts[NOTIFY_CLOSED], 1);
}

static void test_what_is_not_wanted_is_watched_no_more(void **state)
{
	struct fixture *f = *state;
	const char *folders[] = {f->dir};
	bool added;

	watch_both(f);
	assert_int_equal(
		notify_folders(f->notify, folders, 1, &added), FL_OK);
	assert_false(added);
	take(f);
	close(open_in(f->sub, "own.lua"));
	take(f);
	assert_string_equal(f->last, "");
}

static void test_a_folder_that_is_not_there_is_no_failure(void **state)
{
	struct fixture *f = *state;
	const char *folders[] = {f->dir, "/nonesuch/rules"};
	bool added;

	assert_int_equal(
		notify_folders(f->notify, folders, 2, &added), FL_OK);
	assert_true(added);
}

/* More than the kernel keeps: said, not swallowed. */
static void test_lost_notes_are_told(void **state)
{
	struct fixture *f = *state;
	int fds[2];

	watch_both(f);
	fds[0] = open_in(f->sub, "a.lua");
	fds[1] = open_in(f->sub, "b.lua");
	for (int i = 0; i < 40000; i++) /* equal neighbours are one note */
		assert_int_equal(write(fds[i % 2], "x", 1), 1);
	memset(f->counts, 0, sizeof(f->counts));
	for (int i = 0; i < 20 && f->counts[NOTIFY_LOST] == 0; i++)
		loop_turn(f->loop, false);
	assert_int_equal(f->counts[NOTIFY_LOST], 1);
	close(fds[0]);
	close(fds[1]);
}

static void test_no_descriptor_left(void **state)
{
	struct fixture *f = *state;
	struct rlimit old, none;
	struct notify *n;
	struct fl_error err;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = old;
	none.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(
		notify_new(f->loop, on_note, f, &n, &err), FL_LIMIT);
	assert_null(n);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_written_and_closed),
		T(test_a_folder_made_again_is_another_one),
		T(test_a_folder_moved_away_is_watched_no_more),
		T(test_what_is_not_wanted_is_watched_no_more),
		T(test_a_folder_that_is_not_there_is_no_failure),
		T(test_lost_notes_are_told),
		T(test_no_descriptor_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
