#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static fl_status fail_errno(struct fl_error *err, const char *path)
{
	int code = errno;

	return status_fail(err,
		code == ENOENT || code == ENOTDIR ? FL_NOT_FOUND
		: code == ENOMEM                  ? FL_NOMEM
						  : FL_STORAGE,
		"%s: %s", path, strerrordesc_np(code));
}

/* Reads until the end of the file or more than `max` bytes have come. */
static fl_status read_all(int fd, const char *path, size_t max,
	struct buf *out, struct fl_error *err)
{
	char part[16384];
	size_t total = 0;
	ssize_t n;

	while ((n = read(fd, part, sizeof(part))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_errno(err, path);
		total += (size_t)n;
		if (total > max || (size_t)n > out->max - out->len)
			return status_fail(err, FL_LIMIT,
				"%s: larger than %zu bytes", path, max);
		buf_add(out, part, (size_t)n);
		if (out->failed)
			return status_fail(err, FL_NOMEM, "%s: no memory", path);
	}
	return FL_OK;
}

fl_status file_read(const char *path, size_t max_bytes, struct buf *out,
	struct fl_error *err)
{
	fl_status s;
	struct stat st = {0};
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0) {
		s = fail_errno(err, path);
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		s = status_fail(err, FL_INVALID, "%s: not a regular file", path);
		goto out;
	}
	s = read_all(fd, path, max_bytes, out, err);
out:
	if (fd >= 0)
		close(fd);
	return s;
}

static bool write_all(int fd, const char *at, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, at, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		at += done;
		n -= (size_t)done;
	}
	return true;
}

/* Folder part of a path ("." when there is none); false when too long. */
static bool folder_of(const char *path, char out[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t n = slash != NULL ? (size_t)(slash - path) : 0;

	if (slash == path)
		n = 1;
	if (n >= PATH_MAX)
		return false;
	memcpy(out, n > 0 ? path : ".", n > 0 ? n : 1);
	out[n > 0 ? n : 1] = '\0';
	return true;
}

/* Opens a new file beside `path`; its name starts with a dot and names the
 * thread, so that no two writers meet and no folder scan takes it up. */
static int open_beside(const char *path, char out[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	int folder = slash != NULL ? (int)(slash - path) + 1 : 0;
	struct stat st = {0};
	int n, fd;

	n = snprintf(out, PATH_MAX, "%.*s.%s.%ld.new", folder, path,
		path + folder, (long)gettid());
	if (n < 0 || n >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (unlink(out) != 0 && errno != ENOENT)
		return -1;
	fd = open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd >= 0 && stat(path, &st) == 0 &&
		fchmod(fd, st.st_mode & 0777) != 0) {
		close(fd);
		unlink(out);
		return -1;
	}
	return fd;
}

fl_status file_write(const char *path, const void *bytes, size_t n,
	struct fl_error *err)
{
	fl_status s;
	char beside[PATH_MAX], folder[PATH_MAX];
	bool made = false;
	int fd;

	if ((fd = open_beside(path, beside)) < 0) {
		s = fail_errno(err, path);
		goto out;
	}
	made = true;
	if (!write_all(fd, bytes, n) || fsync(fd) != 0) {
		s = fail_errno(err, path);
		goto out;
	}
	if (rename(beside, path) != 0) {
		s = fail_errno(err, path);
		goto out;
	}
	made = false;
	if (!folder_of(path, folder))
		errno = ENAMETOOLONG, s = fail_errno(err, path);
	else
		s = file_sync_folder(folder, err);
out:
	if (fd >= 0)
		close(fd);
	if (made)
		unlink(beside);
	return s;
}

fl_status file_sync_folder(const char *dir, struct fl_error *err)
{
	fl_status s = FL_OK;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return fail_errno(err, dir);
	if (fsync(fd) != 0)
		s = fail_errno(err, dir);
	close(fd);
	return s;
}

fl_status file_make_folder(const char *dir, struct fl_error *err)
{
	char path[PATH_MAX];
	size_t n = strlen(dir), i;
	struct stat st = {0};

	if (n == 0 || n >= sizeof(path))
		return status_fail(err, FL_STORAGE, "%s: no usable folder name",
			n == 0 ? "\"\"" : dir);
	memcpy(path, dir, n + 1);
	for (i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		path[i] = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST)
			return fail_errno(err, path);
		path[i] = dir[i];
	}
	if (stat(dir, &st) != 0)
		return fail_errno(err, dir);
	if (!S_ISDIR(st.st_mode))
		return status_fail(err, FL_STORAGE, "%s: not a folder", dir);
	return FL_OK;
}

bool file_is_remote(const char *path)
{
	static const unsigned long remote[] = {NFS_SUPER_MAGIC,
		SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC,
		FUSE_SUPER_MAGIC, V9FS_MAGIC, CEPH_SUPER_MAGIC,
		CODA_SUPER_MAGIC, AFS_SUPER_MAGIC};
	struct statfs fs;

	if (statfs(path, &fs) != 0)
		return false;
	for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++)
		if ((uint32_t)fs.f_type == (uint32_t)remote[i])
			return true;
	return false;
}

bool file_exists(const char *path)
{
	struct stat st = {0};

	return stat(path, &st) == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int no_dots(const struct dirent *d)
{
	return strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
}

static bool is_folder(int dir_fd, const struct dirent *d)
{
	struct stat st = {0};

	if (d->d_type != DT_UNKNOWN && d->d_type != DT_LNK)
		return d->d_type == DT_DIR;
	return fstatat(dir_fd, d->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

fl_status file_list(const char *dir,
	void (*cb)(void *ctx, const char *name, bool is_folder), void *ctx,
	struct fl_error *err)
{
	struct dirent **found = NULL;
	int fd, n, i;

	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return fail_errno(err, dir);
	if ((n = scandirat(fd, ".", &found, no_dots, by_bytes)) < 0) {
		close(fd);
		return fail_errno(err, dir);
	}
	for (i = 0; i < n; i++) {
		cb(ctx, found[i]->d_name, is_folder(fd, found[i]));
		free(found[i]);
	}
	free(found);
	close(fd);
	return FL_OK;
}
