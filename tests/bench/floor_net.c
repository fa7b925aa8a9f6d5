/*
 * floor_net SOCKET - the socket floor: libuv, one thread, nothing parsed but
 * what HTTP needs to find a body's end, nothing stored. POST with
 * Content-Length is answered 200; a chunked body is answered one line per
 * line, in chunks. Ends when killed.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <uv.h>

#define IN_ROOM (1 << 20)

struct client {
	uv_pipe_t pipe;
	char *in;
	size_t n;
	bool lines;  /* in a chunked body */
	size_t left; /* of its chunk */
	unsigned long number;
};

struct answer {
	uv_write_t request;
	size_t n;
	char bytes[IN_ROOM];
};

static void on_closed(uv_handle_t *h)
{
	struct client *c = h->data;

	free(c->in);
	free(c);
}

static void on_written(uv_write_t *w, int status)
{
	(void)status;
	free(w->data);
}

static void room_for(uv_handle_t *h, size_t size, uv_buf_t *out)
{
	struct client *c = h->data;

	(void)size;
	out->base = c->in + c->n;
	out->len = IN_ROOM - c->n;
}

static void say(struct answer *a, const char *text)
{
	size_t n = strlen(text);

	if (a->n + n > sizeof(a->bytes))
		bench_fail(false, "floor_net: answer too long");
	memcpy(a->bytes + a->n, text, n);
	a->n += n;
}

/* A request with its whole body, or the head of a chunked one. */
static size_t take_request(struct client *c, const char *at, size_t n,
	struct answer *a)
{
	const char *end = memmem(at, n, "\r\n\r\n", 4), *length;
	size_t total;

	if (end == NULL)
		return 0;
	total = (size_t)(end - at) + 4;
	if (strcasestr(at, "transfer-encoding: chunked") != NULL &&
		strcasestr(at, "transfer-encoding: chunked") < end) {
		c->lines = true;
		c->left = 0;
		say(a, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
		return total;
	}
	length = strcasestr(at, "content-length:");
	if (length != NULL && length < end)
		total += strtoul(length + 15, NULL, 10);
	if (n < total)
		return 0;
	say(a, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"number\":1}");
	return total;
}

/* Lines of a chunked body: counts them through chunks. */
static size_t take_lines(struct client *c, const char *at, size_t n,
	char *lines, size_t *n_lines)
{
	const char *end;
	size_t size;

	if (c->left == 0) {
		end = memchr(at, '\n', n);
		if (end == NULL)
			return 0;
		size = strtoul(at, NULL, 16);
		c->lines = size > 0;
		c->left = size + 2;
		return (size_t)(end - at) + 1;
	}
	if (n > c->left)
		n = c->left;
	end = memchr(at, '\n', n);
	if (end != NULL)
		n = (size_t)(end - at) + 1;
	c->left -= n;
	if (end != NULL && c->left > 0)
		*n_lines += (size_t)snprintf(lines + *n_lines, 32,
			"{\"number\":%lu}\n", ++c->number);
	return n;
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
	static char lines[IN_ROOM / 2];
	struct client *c = s->data;
	struct answer *a = malloc(sizeof(*a));
	size_t done = 0, used = 1, n_lines = 0;
	char size[32];
	uv_buf_t out;

	(void)b;
	if (n < 0 || a == NULL) {
		free(a);
		uv_close((uv_handle_t *)s, on_closed);
		return;
	}
	a->n = 0;
	c->n += (size_t)n;
	c->in[c->n] = '\0';
	while (used > 0 && done < c->n && n_lines < sizeof(lines) - 64) {
		used = c->lines ? take_lines(c, c->in + done, c->n - done,
					  lines, &n_lines)
				: take_request(c, c->in + done, c->n - done, a);
		done += used;
	}
	memmove(c->in, c->in + done, c->n - done);
	c->n -= done;
	if (n_lines > 0) {
		snprintf(size, sizeof(size), "%zx\r\n", n_lines);
		say(a, size);
		lines[n_lines] = '\0';
		say(a, lines);
		say(a, "\r\n");
	}
	if (a->n == 0) {
		free(a);
		return;
	}
	a->request.data = a;
	out = uv_buf_init(a->bytes, (unsigned)a->n);
	uv_write(&a->request, s, &out, 1, on_written);
}

static void on_client(uv_stream_t *listener, int status)
{
	struct client *c = bench_alloc(1, sizeof(*c));

	c->in = bench_alloc(IN_ROOM + 1, 1);
	uv_pipe_init(listener->loop, &c->pipe, 0);
	c->pipe.data = c;
	if (status < 0 ||
		uv_accept(listener, (uv_stream_t *)&c->pipe) != 0) {
		uv_close((uv_handle_t *)&c->pipe, on_closed);
		return;
	}
	uv_read_start((uv_stream_t *)&c->pipe, room_for, on_read);
}

int main(int argc, char **argv)
{
	uv_loop_t *loop = uv_default_loop();
	uv_pipe_t listener;

	if (argc != 2)
		bench_fail(false, "usage: floor_net SOCKET");
	unlink(argv[1]);
	uv_pipe_init(loop, &listener, 0);
	if (uv_pipe_bind(&listener, argv[1]) != 0 ||
		uv_listen((uv_stream_t *)&listener, 512, on_client) != 0)
		bench_fail(true, "%s", argv[1]);
	return uv_run(loop, UV_RUN_DEFAULT);
}
