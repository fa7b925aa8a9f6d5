#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "reload/folder.h"
#include "reload/scan.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	char dir[64];
	struct arena a;
	struct folder_scan scan;
};

static void put(const struct fixture *f, const char *name, const char *text)
{
	char path[200];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(
		write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void do_in(const struct fixture *f, const char *command)
{
	char line[400];

	snprintf(line, sizeof(line), "cd '%s' && { %s; }", f->dir, command);
	assert_int_equal(system(line), 0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	digest_init();
	arena_init(&f->a, 0);
	snprintf(f->dir, sizeof(f->dir), "/tmp/fairlead-scan-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	do_in(f, "mkdir rules packs packs/one data");
	put(f, "dealership.lua", "dealership {}");
	put(f, "rules/own.lua", "-- own");
	put(f, "packs/one/a.lua", "-- a");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[100];

	snprintf(command, sizeof(command), "rm -rf '%s'", f->dir);
	assert_int_equal(system(command), 0);
	arena_deinit(&f->a);
	free(f);
	return 0;
}

/* Does this look differ from the one before? */
static bool differs(struct fixture *f)
{
	struct digest before = f->scan.digest;

	assert_int_equal(folder_scan(f->dir, &f->a, &f->scan), FL_OK);
	return !digest_equal(&before, &f->scan.digest);
}

static void test_what_changes_a_look(void **state)
{
	static const char *const changes[] = {
		"printf -- '-- OWN' >rules/own.lua", /* the same size */
		"printf x >new && mv new rules/own.lua",
		"cp -p rules/own.lua x && mv x rules/own.lua", /* same times */
		"touch rules/own.lua",
		"chmod 400 rules/own.lua",
		"rm rules/own.lua",
		"printf x >rules/b.lua",
		"mv rules/b.lua rules/c.lua",
		"ln -s ../rules/c.lua rules/d.lua",
		"ln -sfn ../packs/one/a.lua rules/d.lua",
		"printf y >packs/one/a.lua", /* what a link leads to */
		"printf x >rules/note.txt",  /* will be named */
		"mkfifo rules/pipe.lua",
		"mkdir packs/two",
		"mv packs/one packs/old",
		"mkdir packs/one",
		"ln -sfn old packs/link",
		"ln -sfn one packs/.swap && mv -T packs/.swap packs/link",
		"rm -r rules",
		"mkdir rules",
		"printf x >settings.lua",
		"rm dealership.lua",
		"touch reload.paused",
	};
	struct fixture *f = *state;

	differs(f);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		assert_false(differs(f)); /* looking changes nothing */
		do_in(f, changes[i]);
		if (!differs(f))
			fail_msg("not seen: %s", changes[i]);
	}
	assert_true(f->scan.paused);
	assert_true(folder_is_paused(f->dir));
}

static void test_what_is_none_of_ours(void **state)
{
	static const char *const others[] = {"touch data/fairlead.db",
		"touch rules/.own.lua.swp", "touch 'rules/#own.lua#'",
		"touch rules/own.lua~", "touch notes.lua", "mkdir other",
		"touch packs/one/.hidden.lua"};
	struct fixture *f = *state;

	differs(f);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		do_in(f, others[i]);
		if (differs(f))
			fail_msg("seen: %s", others[i]);
	}
}

static void test_which_folders_are_to_be_watched(void **state)
{
	static const char *const wanted[] = {"", "rules", "packs", "packs/one"};
	struct fixture *f = *state;

	differs(f);
	assert_int_equal(f->scan.n_folders, 4);
	for (int i = 0; i < 4; i++)
		assert_string_equal(f->scan.folders[i], wanted[i]);
	assert_int_equal(f->scan.entries, 6);
}

static void test_a_folder_that_is_gone_is_a_look_too(void **state)
{
	struct fixture *f = *state;

	differs(f);
	do_in(f, "cd / && rm -rf \"$OLDPWD\"");
	assert_true(differs(f));
	assert_false(differs(f));
	assert_int_equal(f->scan.entries, 0);
}

static void test_bytes_in_whatever_order(void **state)
{
	struct source_file ab[] = {{"a", "1", 1}, {"b", "2", 1}};
	struct source_file ba[] = {{"b", "2", 1}, {"a", "1", 1}};
	struct source_file moved[] = {{"a", "12", 2}, {"b", "", 0}};
	struct source_set set = {.files = ab, .n_files = 2};
	struct digest one, other;

	(void)state;
	assert_int_equal(sources_digest(&set, &one), FL_OK);
	set.files = ba;
	assert_int_equal(sources_digest(&set, &other), FL_OK);
	assert_true(digest_equal(&one, &other));
	set.files = moved;
	assert_int_equal(sources_digest(&set, &other), FL_OK);
	assert_false(digest_equal(&one, &other));
}

static void test_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	struct source_set set;
	struct problems p;
	struct fl_error err;

	problems_init(&p, &f->a);
	assert_int_equal(
		folder_read_whole(f->dir, &f->a, &set, &p, &err), FL_OK);
	assert_int_equal(set.n_files, 3);
	put(f, "rules/own.lua", "bad \xE9 letter");
	assert_int_equal(folder_read_whole(f->dir, &f->a, &set, &p, &err),
		FL_INVALID);
	assert_int_equal(p.errors, 1); /* of the last try alone */
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_what_changes_a_look),
		T(test_what_is_none_of_ours),
		T(test_which_folders_are_to_be_watched),
		T(test_a_folder_that_is_gone_is_a_look_too),
		T(test_bytes_in_whatever_order),
		T(test_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
