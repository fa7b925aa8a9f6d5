#include "loop/stream.h"
#include "loop/socket.h"
#include "loop/stream_uv.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct write {
	uv_write_t uv;
	stream_write_cb cb;
	void *ctx;
};

struct finish {
	uv_shutdown_t uv;
};

enum { ACCEPT_MOST = 64 }; /* at one go, then others have a turn */

/* Accepts by hand: the library stops listening for good when there is no
 * memory for a connection. */
struct listener {
	struct loop_poll *poll;
	listener_cb cb;
	void *ctx;
	struct loop *loop;
	char *path;
	int fd;
	int spare; /* given up for a moment when descriptors run out */
	bool busy; /* inside on_ready() */
	bool gone; /* freed meanwhile */
};

fl_status stream_uv_new(
	struct loop *l, struct stream **out, struct fl_error *err)
{
	struct stream *s = calloc(1, sizeof(*s));

	*out = s;
	if (s == NULL)
		return status_fail(err, FL_NOMEM, "stream");
	uv_pipe_init(&l->uv, &s->uv.pipe, 0);
	s->uv.handle.data = s;
	s->loop = l;
	l->live++;
	return FL_OK;
}

fl_status stream_open(
	struct loop *l, int fd, struct stream **out, struct fl_error *err)
{
	struct stream *s = NULL;
	struct stat st;
	fl_status status;
	int rc;

	*out = NULL;
	if (fstat(fd, &st) != 0 ||
		(!S_ISSOCK(st.st_mode) && !S_ISFIFO(st.st_mode)))
		return status_fail(err, FL_INVALID,
			"descriptor %d is no socket or pipe", fd);
	status = stream_uv_new(l, &s, err);
	if (status != FL_OK)
		return status;
	rc = uv_pipe_open(&s->uv.pipe, fd);
	if (rc != 0) {
		stream_free(s, NULL, NULL);
		return loop_uv_fail(err, rc, "stream");
	}
	*out = s;
	return FL_OK;
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *out)
{
	struct stream *s = h->data;

	(void)hint;
	*out = uv_buf_init(s->loop->read_space, LOOP_READ_BYTES);
}

static void on_read(uv_stream_t *h, ssize_t n, const uv_buf_t *space)
{
	struct stream *s = h->data;

	if (n == 0 || s->read_cb == NULL)
		return; /* EAGAIN */
	if (n > 0) {
		s->read_cb(s->read_ctx, space->base, n);
		return;
	}
	uv_read_stop(h);
	s->read_cb(s->read_ctx, NULL, n == UV_EOF ? 0 : -1);
}

void stream_read_start(struct stream *s, stream_read_cb cb, void *ctx)
{
	bool reading = s->read_cb != NULL;

	s->read_cb = cb;
	s->read_ctx = ctx;
	if (!reading)
		uv_read_start(&s->uv.stream, on_alloc, on_read);
}

void stream_read_stop(struct stream *s)
{
	if (s->read_cb == NULL)
		return;
	s->read_cb = NULL;
	uv_read_stop(&s->uv.stream);
}

size_t stream_write_now(struct stream *s, const char *bytes, size_t n)
{
	size_t part = n < 1u << 30 ? n : 1u << 30;
	uv_buf_t b;
	int rc;

	memcpy(&b.base, &bytes, sizeof(b.base)); /* written from, not to */
	b.len = part;
	rc = uv_try_write(&s->uv.stream, &b, 1);
	return rc > 0 ? (size_t)rc : 0;
}

static void on_written(uv_write_t *req, int status)
{
	struct write *w = req->data;

	w->cb(w->ctx, status == 0 ? FL_OK : FL_UNKNOWN);
	free(w);
}

fl_status stream_write(struct stream *s, const char *bytes, size_t n,
	stream_write_cb cb, void *ctx, struct fl_error *err)
{
	struct write *w = calloc(1, sizeof(*w));
	uv_buf_t b;
	int rc;

	if (w == NULL)
		return status_fail(err, FL_NOMEM, "write");
	w->uv.data = w;
	w->cb = cb;
	w->ctx = ctx;
	memcpy(&b.base, &bytes, sizeof(b.base)); /* written from, not to */
	b.len = n;
	rc = uv_write(&w->uv, &s->uv.stream, &b, 1, on_written);
	if (rc != 0) {
		free(w);
		return loop_uv_fail(err, rc, "write");
	}
	return FL_OK;
}

size_t stream_unsent(const struct stream *s)
{
	return uv_stream_get_write_queue_size(&s->uv.stream);
}

static void on_finished(uv_shutdown_t *req, int status)
{
	(void)status; /* broken: reading finds out */
	free(req->data);
}

void stream_finish(struct stream *s)
{
	struct finish *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return;
	f->uv.data = f;
	if (uv_shutdown(&f->uv, &s->uv.stream, on_finished) != 0)
		free(f);
}

static void on_closed(uv_handle_t *h)
{
	struct stream *s = h->data;

	if (s->closed_cb != NULL)
		s->closed_cb(s->closed_ctx);
	free(s);
}

void stream_free(struct stream *s, loop_cb closed, void *ctx)
{
	if (s == NULL)
		return;
	s->loop->live--;
	s->read_cb = NULL;
	s->closed_cb = closed;
	s->closed_ctx = ctx;
	uv_close(&s->uv.handle, on_closed);
}

/* ---- listeners ---- */

static void listener_destroy(struct listener *ln)
{
	if (ln->fd >= 0)
		close(ln->fd);
	if (ln->spare >= 0)
		close(ln->spare);
	free(ln->path);
	free(ln);
}

/* No descriptor is left: hang up on who waits, or the loop would spin. */
static void turn_away(struct listener *ln)
{
	int fd;

	if (ln->spare < 0)
		return;
	close(ln->spare);
	fd = accept4(ln->fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		close(fd);
	ln->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void welcome(struct listener *ln, int fd)
{
	struct stream *s = NULL;

	if (stream_open(ln->loop, fd, &s, NULL) == FL_OK)
		ln->cb(ln->ctx, s);
	else
		close(fd);
}

static void on_ready(void *ctx, unsigned events, bool failed)
{
	struct listener *ln = ctx;
	int fd = 0;
	int i;

	(void)events;
	(void)failed; /* accept says it too */
	ln->busy = true;
	for (i = 0; i < ACCEPT_MOST && !ln->gone; i++) {
		fd = accept4(ln->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			welcome(ln, fd);
		else if (errno == EMFILE || errno == ENFILE)
			turn_away(ln);
		else if (errno != EINTR && errno != ECONNABORTED)
			break;
	}
	ln->busy = false;
	if (ln->gone)
		listener_destroy(ln);
}

/* Takes `fd` over, also when it fails. */
static fl_status listener_make(struct loop *l, int fd, const char *path,
	struct listener **out, struct fl_error *err)
{
	struct listener *ln = calloc(1, sizeof(*ln));
	fl_status s = FL_OK;

	*out = NULL;
	if (ln == NULL) {
		close(fd);
		return status_fail(err, FL_NOMEM, "listener");
	}
	ln->loop = l;
	ln->fd = fd;
	ln->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if ((ln->path = strdup(path)) == NULL)
		s = status_fail(err, FL_NOMEM, "listener");
	if (s == FL_OK)
		s = loop_poll_new(l, fd, on_ready, ln, &ln->poll, err);
	if (s == FL_OK)
		s = loop_poll_set(ln->poll, LOOP_READABLE, err);
	if (s == FL_OK) {
		*out = ln;
		return FL_OK;
	}
	socket_unlink_unix(path, fd);
	loop_poll_free(ln->poll);
	listener_destroy(ln);
	return s;
}

fl_status listener_unix(struct loop *l, const char *path, listener_cb cb,
	void *ctx, struct listener **out, struct fl_error *err)
{
	fl_status s;
	int fd = -1;

	*out = NULL;
	if ((s = socket_listen_unix(path, &fd, err)) != FL_OK ||
		(s = listener_make(l, fd, path, out, err)) != FL_OK)
		return s;
	(*out)->cb = cb;
	(*out)->ctx = ctx;
	return FL_OK;
}

void listener_free(struct listener *ln)
{
	if (ln == NULL)
		return;
	loop_poll_free(ln->poll); /* before its descriptor is closed */
	socket_unlink_unix(ln->path, ln->fd);
	ln->gone = true;
	if (!ln->busy)
		listener_destroy(ln);
}
