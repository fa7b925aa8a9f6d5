#include "unit.h"

#include "base/file.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/unit-file-XXXXXX");
	return mkdtemp(dir) != NULL && chdir(dir) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void writes_and_reads(void **state)
{
	struct fl_error err = {0};
	struct buf b;
	struct stat st;

	(void)state;
	buf_init(&b, 1000);
	assert_int_equal(FL_OK, file_write("a.lua", "one\0two", 7, &err));
	assert_int_equal(FL_OK, file_read("a.lua", 7, &b, &err));
	assert_int_equal(7, b.len);
	assert_memory_equal("one\0two", b.at, 7);
	assert_int_equal(0, chmod("a.lua", 0640));
	assert_int_equal(FL_OK, file_write("a.lua", "", 0, &err));
	assert_int_equal(0, stat("a.lua", &st));
	assert_int_equal(0640, st.st_mode & 0777);
	buf_reset(&b);
	assert_int_equal(FL_OK, file_read("a.lua", 7, &b, &err));
	assert_int_equal(0, b.len);
	assert_true(file_exists("a.lua"));
	assert_false(file_exists("b.lua"));
	buf_deinit(&b);
}

static void read_tells_what_is_wrong(void **state)
{
	struct fl_error err = {0};
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	assert_int_equal(FL_OK, file_write("big", "0123456789", 10, NULL));
	assert_int_equal(FL_NOT_FOUND, file_read("none", 10, &b, &err));
	assert_int_equal(FL_NOT_FOUND, err.status);
	assert_int_equal(FL_NOT_FOUND, file_read("big/x", 10, &b, NULL));
	assert_int_equal(FL_LIMIT, file_read("big", 9, &b, &err));
	buf_reset(&b);
	assert_int_equal(FL_OK, file_read("big", 10, &b, &err));
	buf_deinit(&b);
	buf_init(&b, 5);
	assert_int_equal(FL_LIMIT, file_read("big", 10, &b, &err));
	buf_deinit(&b);
	buf_init(&b, 50);
	assert_int_equal(FL_INVALID, file_read(".", 10, &b, &err));
	assert_int_equal(0, mkfifo("fifo", 0600));
	assert_int_equal(FL_INVALID, file_read("fifo", 10, &b, &err));
	assert_int_equal(0, symlink("fifo", "to-fifo"));
	assert_int_equal(FL_INVALID, file_read("to-fifo", 10, &b, &err));
	assert_int_equal(0, symlink("/dev/zero", "to-zero"));
	assert_int_equal(FL_INVALID, file_read("to-zero", 10, &b, &err));
	assert_int_equal(0, symlink("big", "to-big"));
	assert_int_equal(FL_OK, file_read("to-big", 10, &b, &err));
	assert_int_equal(0, symlink("loop", "loop"));
	assert_int_equal(FL_STORAGE, file_read("loop", 10, &b, &err));
	fault_after(0);
	buf_deinit(&b);
	buf_init(&b, 50);
	assert_int_equal(FL_NOMEM, file_read("big", 10, &b, &err));
	assert_true(fault_disarm());
	buf_deinit(&b);
}

static void count(void *ctx, const char *name, bool is_folder)
{
	(void)name;
	(void)is_folder;
	(*(int *)ctx)++;
}

static void failed_write_leaves_nothing(void **state)
{
	struct fl_error err = {0};
	struct buf b;
	int n = 0;

	(void)state;
	buf_init(&b, 100);
	assert_int_equal(FL_NOT_FOUND, file_write("no/x", "1", 1, &err));
	assert_int_equal(FL_OK, file_make_folder("full/taken/inside", &err));
	assert_int_equal(FL_STORAGE, file_write("full/taken", "1", 1, &err));
	assert_int_equal(FL_OK, file_list("full", count, &n, &err));
	assert_int_equal(1, n);
	/* what a crashed writer left does not stop the next one */
	assert_int_equal(FL_OK, file_write("full/x", "new", 3, &err));
	assert_int_equal(FL_OK, file_write("full/x", "newer", 5, &err));
	assert_int_equal(FL_OK, file_read("full/x", 10, &b, &err));
	assert_string_equal("newer", b.at);
	buf_deinit(&b);
}

static void folders_are_made_to_the_end(void **state)
{
	struct fl_error err = {0};
	char longest[5000];

	(void)state;
	assert_int_equal(FL_OK, file_make_folder("p/q//r/", &err));
	assert_int_equal(FL_OK, file_make_folder("p/q/r", &err));
	assert_int_equal(FL_OK, file_make_folder("/", &err));
	assert_int_equal(FL_OK, file_sync_folder("p/q/r", &err));
	assert_int_equal(FL_OK, file_write("p/f", "", 0, &err));
	assert_int_equal(FL_STORAGE, file_make_folder("p/f", &err));
	assert_int_not_equal(FL_OK, file_make_folder("p/f/g", &err));
	assert_int_equal(FL_STORAGE, file_make_folder("", &err));
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(FL_STORAGE, file_make_folder(longest, &err));
	assert_int_equal(FL_STORAGE, file_write(longest, "", 0, &err));
	assert_int_equal(FL_NOT_FOUND, file_sync_folder("nowhere", &err));
}

static void note(void *ctx, const char *name, bool is_folder)
{
	buf_printf(ctx, "%s%s ", name, is_folder ? "/" : "");
}

static void lists_in_byte_order(void **state)
{
	struct fl_error err = {0};
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	assert_int_equal(FL_OK, file_make_folder("l/sub", &err));
	assert_int_equal(FL_OK, file_write("l/b", "", 0, &err));
	assert_int_equal(FL_OK, file_write("l/B", "", 0, &err));
	assert_int_equal(FL_OK, file_write("l/.h", "", 0, &err));
	assert_int_equal(FL_OK, file_write("l/\xC3\xA9", "", 0, &err));
	assert_int_equal(0, symlink("sub", "l/link"));
	assert_int_equal(0, symlink("gone", "l/dead"));
	assert_int_equal(FL_OK, file_list("l", note, &b, &err));
	assert_string_equal(".h B b dead link/ sub/ \xC3\xA9 ", b.at);
	assert_int_equal(FL_NOT_FOUND, file_list("none", note, &b, &err));
	assert_int_equal(FL_NOT_FOUND, file_list("l/b", note, &b, &err));
	buf_deinit(&b);
}

static void test_remote(void **state)
{
	(void)state;
	assert_false(file_is_remote("/proc"));
	assert_false(file_is_remote("/nowhere/at/all"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_and_reads),
		cmocka_unit_test(test_remote),
		cmocka_unit_test(read_tells_what_is_wrong),
		cmocka_unit_test(failed_write_leaves_nothing),
		cmocka_unit_test(folders_are_made_to_the_end),
		cmocka_unit_test(lists_in_byte_order),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
