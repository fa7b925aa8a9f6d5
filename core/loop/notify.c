#include "loop/notify.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define WATCHED                                                                \
	(IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO |            \
		IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF |        \
		IN_ATTRIB | IN_ONLYDIR)

struct folder {
	struct folder *next;
	int wd;
	bool wanted;
	char path[];
};

struct notify {
	int fd;
	struct loop_poll *poll;
	notify_cb cb;
	void *ctx;
	struct folder *first;
};

/* ---- notes ---- */

static const struct folder *of_wd(const struct notify *n, int wd)
{
	for (const struct folder *f = n->first; f != NULL; f = f->next)
		if (f->wd == wd)
			return f;
	return NULL;
}

static void forget(struct notify *n, int wd)
{
	for (struct folder **at = &n->first; *at != NULL; at = &(*at)->next)
		if ((*at)->wd == wd) {
			struct folder *gone = *at;

			*at = gone->next;
			free(gone);
			return;
		}
}

static enum notify_what what_of(uint32_t mask)
{
	if (mask & IN_MODIFY)
		return NOTIFY_WRITTEN;
	if (mask & (IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM))
		return NOTIFY_CLOSED;
	return NOTIFY_CHANGED;
}

static void tell(struct notify *n, const struct inotify_event *ev)
{
	const struct folder *f;

	if (ev->mask & IN_Q_OVERFLOW) {
		n->cb(n->ctx, NOTIFY_LOST, NULL, NULL);
		return;
	}
	if ((f = of_wd(n, ev->wd)) != NULL)
		n->cb(n->ctx, what_of(ev->mask), f->path,
			ev->len > 0 ? ev->name : NULL);
	if (ev->mask & IN_IGNORED)
		forget(n, ev->wd);
}

static void on_notes(void *ctx, unsigned events, bool failed)
{
	struct notify *n = ctx;
	_Alignas(struct inotify_event) char space[16384];
	ssize_t got;

	(void)events;
	(void)failed;
	while ((got = read(n->fd, space, sizeof(space))) > 0)
		for (const char *at = space; at < space + got;) {
			const struct inotify_event *ev = (const void *)at;

			at += sizeof(*ev) + ev->len;
			tell(n, ev);
		}
}

/* ---- what is watched ---- */

static struct folder *of_path(struct notify *n, const char *path)
{
	for (struct folder *f = n->first; f != NULL; f = f->next)
		if (strcmp(f->path, path) == 0)
			return f;
	return NULL;
}

/* Two names of one folder share a watch: the first keeps it. */
static bool arm(struct notify *n, const char *path, bool *added)
{
	int wd = inotify_add_watch(n->fd, path, WATCHED);
	struct folder *f;
	size_t bytes = strlen(path) + 1;

	if (wd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
	if ((f = of_path(n, path)) != NULL && f->wd != wd) {
		inotify_rm_watch(n->fd, f->wd); /* made anew */
		forget(n, f->wd);
	}
	for (f = n->first; f != NULL; f = f->next)
		if (f->wd == wd) {
			f->wanted = true;
			return true;
		}
	f = malloc(sizeof(*f) + bytes);
	if (f == NULL)
		return false;
	memcpy(f->path, path, bytes);
	f->wd = wd;
	f->wanted = true;
	f->next = n->first;
	n->first = f;
	*added = true;
	return true;
}

fl_status notify_folders(struct notify *n, const char *const *folders,
	uint32_t count, bool *added)
{
	bool all = true;

	*added = false;
	for (struct folder *f = n->first; f != NULL; f = f->next)
		f->wanted = false;
	for (uint32_t i = 0; i < count; i++)
		all = arm(n, folders[i], added) && all;
	for (struct folder *f = n->first, *next; f != NULL; f = next) {
		next = f->next;
		if (!f->wanted) {
			inotify_rm_watch(n->fd, f->wd);
			forget(n, f->wd);
		}
	}
	return all ? FL_OK : FL_LIMIT;
}

fl_status notify_new(struct loop *l, notify_cb cb, void *ctx,
	struct notify **out, struct fl_error *err)
{
	struct notify *n = calloc(1, sizeof(*n));
	fl_status s;

	*out = NULL;
	if (n == NULL)
		return status_fail(err, FL_NOMEM, "file notes");
	n->cb = cb;
	n->ctx = ctx;
	n->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (n->fd < 0) {
		s = status_fail(err, errno == EMFILE ? FL_LIMIT : FL_STORAGE,
			"file notes: %s", strerror(errno));
		free(n);
		return s;
	}
	s = loop_poll_new(l, n->fd, on_notes, n, &n->poll, err);
	if (s == FL_OK)
		s = loop_poll_set(n->poll, LOOP_READABLE, err);
	if (s != FL_OK) {
		notify_free(n);
		return s;
	}
	*out = n;
	return FL_OK;
}

void notify_free(struct notify *n)
{
	if (n == NULL)
		return;
	loop_poll_free(n->poll);
	close(n->fd);
	while (n->first != NULL)
		forget(n, n->first->wd);
	free(n);
}
