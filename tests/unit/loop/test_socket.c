#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "loop/socket.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	char dir[64];
	char deep[400]; /* folder whose paths are too long for the kernel */
	char path[500];
};

static struct fixture *begin(bool deep)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int i;

	assert_non_null(f);
	strcpy(f->dir, "/tmp/fl-socket-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	strcpy(f->deep, f->dir);
	for (i = 0; deep && i < 3; i++) {
		strcat(f->deep, "/");
		memset(f->deep + strlen(f->deep), 'a' + i, 60);
		assert_int_equal(mkdir(f->deep, 0700), 0);
	}
	snprintf(f->path, sizeof(f->path), "%s/s", f->deep);
	return f;
}

static void end(struct fixture *f)
{
	unlink(f->path);
	while (strlen(f->deep) > strlen(f->dir)) {
		rmdir(f->deep);
		*strrchr(f->deep, '/') = '\0';
	}
	rmdir(f->dir);
	free(f);
}

static void talk(const char *path, int listening)
{
	struct fl_error err;
	char got[3] = "";
	int out = -1;
	int in;

	assert_int_equal(socket_connect_unix(path, 1000, &out, &err), FL_OK);
	assert_int_equal(write(out, "hi", 2), 2);
	in = accept(listening, NULL, NULL);
	assert_true(in >= 0);
	if (read(in, got, 2) == 0) { /* that was a probe for stale files */
		close(in);
		in = accept(listening, NULL, NULL);
		assert_int_equal(read(in, got, 2), 2);
	}
	assert_string_equal(got, "hi");
	assert_true(fcntl(out, F_GETFD) & FD_CLOEXEC);
	close(out);
	close(in);
}

static void check_listen(bool deep)
{
	struct fixture *f = begin(deep);
	struct fl_error err;
	struct stat st;
	int fd = -1;
	int other = -1;

	assert_int_equal(socket_listen_unix(f->path, &fd, &err), FL_OK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(lstat(f->path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
	talk(f->path, fd);
	assert_int_equal(
		socket_listen_unix(f->path, &other, &err), FL_CONFLICT);
	assert_int_equal(other, -1);
	talk(f->path, fd); /* the failed one took nothing away */
	close(fd);
	assert_int_equal(lstat(f->path, &st), 0);
	assert_int_equal(
		socket_connect_unix(f->path, 1000, &other, &err), FL_NOT_FOUND);
	/* stale: taken over */
	assert_int_equal(socket_listen_unix(f->path, &fd, &err), FL_OK);
	talk(f->path, fd);
	socket_unlink_unix(f->path, fd);
	assert_int_not_equal(lstat(f->path, &st), 0);
	close(fd);
	end(f);
}

static void test_short_path(void **state)
{
	(void)state;
	check_listen(false);
}

static void test_long_path(void **state)
{
	(void)state;
	check_listen(true);
}

static void test_relative_path(void **state)
{
	struct fixture *f = begin(true);
	char was[4096];
	int fd = -1;

	(void)state;
	assert_non_null(getcwd(was, sizeof(was)));
	assert_int_equal(chdir(f->deep), 0);
	assert_int_equal(socket_listen_unix("s", &fd, NULL), FL_OK);
	talk("s", fd);
	talk(f->path, fd);
	assert_int_equal(chdir(was), 0);
	close(fd);
	end(f);
}

static void test_odd_places(void **state)
{
	struct fixture *f = begin(false);
	struct fl_error err;
	char text[400];
	int fd = -1;

	(void)state;
	assert_int_equal(
		socket_connect_unix(f->path, 1000, &fd, &err), FL_NOT_FOUND);
	snprintf(text, sizeof(text), "%s/none/s", f->dir);
	assert_int_equal(socket_listen_unix(text, &fd, &err), FL_NOT_FOUND);
	assert_int_equal(socket_listen_unix("", &fd, &err), FL_INVALID);
	snprintf(text, sizeof(text), "%s/%0200d", f->dir, 1);
	assert_int_equal(socket_listen_unix(text, &fd, &err), FL_INVALID);
	assert_int_equal(socket_connect_unix(text, 1, &fd, &err), FL_INVALID);
	/* a file in the way is not touched */
	fd = open(f->path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	assert_int_equal(socket_listen_unix(f->path, &fd, &err), FL_CONFLICT);
	assert_int_equal(fd, -1);
	assert_int_equal(access(f->path, F_OK), 0);
	end(f);
}

/* Somebody else's fresh socket at the same path stays. */
static void test_unlink_only_own(void **state)
{
	struct fixture *f = begin(false);
	int mine = -1;
	int theirs = -1;

	(void)state;
	assert_int_equal(socket_listen_unix(f->path, &mine, NULL), FL_OK);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(socket_listen_unix(f->path, &theirs, NULL), FL_OK);
	socket_unlink_unix(f->path, mine);
	assert_int_equal(access(f->path, F_OK), 0);
	close(mine);
	close(theirs);
	end(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short_path),
		cmocka_unit_test(test_long_path),
		cmocka_unit_test(test_relative_path),
		cmocka_unit_test(test_odd_places),
		cmocka_unit_test(test_unlink_only_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
