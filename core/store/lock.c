#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static fl_status fail_errno(struct fl_error *err, const char *path)
{
	return status_fail(err, FL_STORAGE, "%s: %s", path,
		strerrordesc_np(errno));
}

static fl_status held(int fd, const char *path, struct fl_error *err)
{
	char pid[24] = "";
	ssize_t n = pread(fd, pid, sizeof(pid) - 1, 0);

	if (n <= 0)
		return status_fail(err, FL_CONFLICT,
			"%s: another process has this rooftop open", path);
	pid[strspn(pid, "0123456789")] = '\0';
	return status_fail(err, FL_CONFLICT,
		"%s: process %s has this rooftop open", path, pid);
}

/* Whether the file locked is still the one at `path`: an owner that failed to
 * make a new rooftop takes its lock file away again. */
static bool still_there(int fd, const char *path)
{
	struct stat mine = {0}, there = {0};

	return fstat(fd, &mine) == 0 && stat(path, &there) == 0 &&
		mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

fl_status lock_take(const char *path, struct lock *out, struct fl_error *err)
{
	fl_status s = FL_OK;
	char pid[24];
	int n, fd;

	out->fd = -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail_errno(err, path);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		s = errno == EWOULDBLOCK ? held(fd, path, err)
					 : fail_errno(err, path);
		goto out;
	}
	if (!still_there(fd, path)) {
		s = status_fail(err, FL_CONFLICT,
			"%s: another process is making this rooftop", path);
		goto out;
	}
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	/* the id is a courtesy to whoever comes second: a full disk may have
	 * no room for it and must not keep the owner out */
	if (ftruncate(fd, 0) == 0 && pwrite(fd, pid, (size_t)n, 0) != n)
		errno = 0;
	out->fd = fd;
	fd = -1;
out:
	if (fd >= 0)
		close(fd);
	return s;
}

void lock_drop(struct lock *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

bool lock_is_network(long type)
{
	static const unsigned network[] = {0x6969 /* NFS */, 0x517b /* SMB */,
		0xff534d42 /* CIFS */, 0xfe534d42 /* SMB 2 */,
		0x5346414f /* AFS */, 0x73757245 /* Coda */};

	for (size_t i = 0; i < sizeof(network) / sizeof(network[0]); i++)
		if ((unsigned)type == network[i])
			return true;
	return false;
}
