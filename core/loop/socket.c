#include "loop/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* A Unix address and the folder it may go through. */
struct place {
	struct sockaddr_un sun;
	int folder; /* O_PATH, -1 when the path is short enough as it is */
};

static fl_status fail_errno(
	struct fl_error *err, const char *what, const char *name)
{
	fl_status s = FL_STORAGE;
	int e = errno;

	if (e == ENOENT || e == ENOTDIR || e == ECONNREFUSED)
		s = FL_NOT_FOUND;
	else if (e == EACCES || e == EPERM)
		s = FL_DENIED;
	else if (e == EADDRINUSE)
		s = FL_CONFLICT;
	else if (e == EAGAIN || e == EINPROGRESS || e == ETIMEDOUT ||
		 e == EMFILE || e == ENFILE)
		s = FL_LIMIT;
	else if (e == ENOMEM)
		s = FL_NOMEM;
	return status_fail(err, s, "%s %s: %s", what, name, strerror(e));
}

static fl_status place_far(
	const char *path, struct place *out, struct fl_error *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *dir = NULL;

	if (*name == '\0' || strlen(name) > 80)
		return status_fail(err, FL_INVALID,
			"%s: the socket's own name must have 1 to "
			"80 bytes",
			path);
	dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	if (dir == NULL)
		return status_fail(err, FL_NOMEM, "%s", path);
	out->folder = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	if (out->folder < 0)
		return fail_errno(err, "folder of", path);
	snprintf(out->sun.sun_path, sizeof(out->sun.sun_path),
		"/proc/self/fd/%d/%s", out->folder, name);
	return FL_OK;
}

static fl_status place_of(
	const char *path, struct place *out, struct fl_error *err)
{
	size_t n = strlen(path);

	*out = (struct place){.folder = -1};
	out->sun.sun_family = AF_UNIX;
	if (n == 0)
		return status_fail(err, FL_INVALID, "empty socket path");
	if (n >= sizeof(out->sun.sun_path))
		return place_far(path, out, err);
	memcpy(out->sun.sun_path, path, n + 1);
	return FL_OK;
}

static void place_close(struct place *p)
{
	if (p->folder >= 0)
		close(p->folder);
	p->folder = -1;
}

static int place_connect(const struct place *p, int fd)
{
	int rc;

	do
		rc = connect(
			fd, (const struct sockaddr *)&p->sun, sizeof(p->sun));
	while (rc != 0 && errno == EINTR);
	return rc;
}

/* Whether the socket file may go: it is one, and nobody listens on it. */
static fl_status place_clear(
	const struct place *p, const char *path, struct fl_error *err)
{
	struct stat st;
	fl_status s = FL_OK;
	int probe = -1;
	int rc;

	if (lstat(p->sun.sun_path, &st) != 0)
		return errno == ENOENT ? FL_OK
				       : fail_errno(err, "socket", path);
	if (!S_ISSOCK(st.st_mode))
		return status_fail(err, FL_CONFLICT,
			"%s is in the way and no socket", path);
	probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (probe < 0)
		return fail_errno(err, "socket", path);
	rc = place_connect(p, probe);
	if (rc == 0 || errno != ECONNREFUSED)
		s = status_fail(err, FL_CONFLICT,
			"%s: another process listens there", path);
	else if (unlink(p->sun.sun_path) != 0)
		s = fail_errno(err, "unlink", path);
	close(probe);
	return s;
}

fl_status socket_listen_unix(const char *path, int *fd, struct fl_error *err)
{
	struct place p;
	fl_status s;
	int made = -1;
	int tries;

	*fd = -1;
	if ((s = place_of(path, &p, err)) != FL_OK)
		return s;
	made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* the file bind makes takes the mode of the socket's own inode */
	if (made < 0 || fchmod(made, 0600) != 0) {
		s = fail_errno(err, "socket", path);
		goto out;
	}
	for (tries = 0;; tries++) {
		if (bind(made, (struct sockaddr *)&p.sun, sizeof(p.sun)) == 0)
			break;
		if (errno != EADDRINUSE || tries > 0) {
			s = fail_errno(err, "bind", path);
			goto out;
		}
		if ((s = place_clear(&p, path, err)) != FL_OK)
			goto out;
	}
	if (listen(made, SOCKET_BACKLOG) != 0) {
		s = fail_errno(err, "listen", path);
		goto out;
	}
	*fd = made;
	made = -1;
out:
	if (made >= 0)
		close(made);
	place_close(&p);
	return s;
}

/* A listening socket's inode is not its file's; asking who answers is: a
 * file that refuses once `fd` is shut down was ours. */
void socket_unlink_unix(const char *path, int fd)
{
	struct place p;

	if (place_of(path, &p, NULL) != FL_OK)
		return;
	shutdown(fd, SHUT_RDWR);
	(void)place_clear(&p, path, NULL);
	place_close(&p);
}

/* A connect ends at the send time-out on Linux. */
static void set_timeout(int fd, int timeout_ms)
{
	struct timeval tv = {timeout_ms / 1000, timeout_ms % 1000 * 1000};

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

fl_status socket_connect_unix(
	const char *path, int timeout_ms, int *fd, struct fl_error *err)
{
	struct place p;
	fl_status s;
	int made = -1;

	*fd = -1;
	if ((s = place_of(path, &p, err)) != FL_OK)
		return s;
	made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (made < 0) {
		s = fail_errno(err, "socket", path);
		goto out;
	}
	set_timeout(made, timeout_ms);
	if (place_connect(&p, made) != 0) {
		s = fail_errno(err, "connect", path);
		goto out;
	}
	set_timeout(made, 0);
	*fd = made;
	made = -1;
out:
	if (made >= 0)
		close(made);
	place_close(&p);
	return s;
}
