#include "base/clock.h"
#include "net/http_conn.h"

#include <string.h>

int64_t http_now_ms(void)
{
	return clock_mono_us() / 1000;
}

static void limits_default(struct http_limits *m)
{
	if (m->head_bytes == 0 || m->head_bytes > HTTP_HEAD_BYTES)
		m->head_bytes = HTTP_HEAD_BYTES;
	if (m->fields == 0 || m->fields > HTTP_FIELDS_MAX)
		m->fields = HTTP_FIELDS_MAX;
	if (m->body_bytes == 0)
		m->body_bytes = 1u << 20;
	if (m->connections == 0)
		m->connections = 512;
	if (m->unsent_bytes == 0)
		m->unsent_bytes = 256u << 10;
	if (m->answer_bytes == 0)
		m->answer_bytes = 64u << 20;
	if (m->head_ms == 0)
		m->head_ms = 10000;
	if (m->idle_ms == 0)
		m->idle_ms = 60000;
	if (m->floor_ms == 0)
		m->floor_ms = 10000;
	if (m->floor_bytes == 0)
		m->floor_bytes = 10240;
	if (m->linger_ms == 0)
		m->linger_ms = 1000;
}

static int64_t sweep_every(const struct http_limits *m)
{
	int64_t least = m->head_ms;

	if (m->idle_ms < least)
		least = m->idle_ms;
	if (m->floor_ms < least)
		least = m->floor_ms;
	if (m->linger_ms < least)
		least = m->linger_ms;
	least /= 4;
	return least < 5 ? 5 : least > 500 ? 500 : least;
}

static void on_sweep(void *ctx)
{
	struct http_server *sv = ctx;
	struct http_conn *c, *next;
	int64_t now_ms = http_now_ms();

	for (c = sv->conns; c != NULL; c = next) {
		next = c->next;
		if (c->state != HTTP_CLOSED)
			http_conn_sweep(c, now_ms);
	}
	if (sv->conns == NULL)
		loop_timer_stop(sv->sweep);
}

fl_status http_server_new(struct loop *l, const struct http_server_options *opt,
	struct http_server **out, struct fl_error *err)
{
	struct http_server *sv = NULL;
	fl_status s;

	*out = NULL;
	sv = calloc(1, sizeof(*sv));
	if (sv == NULL)
		return status_fail(err, FL_NOMEM, "HTTP server");
	sv->loop = l;
	sv->opt = *opt;
	limits_default(&sv->opt.limits);
	sv->sweep_ms = sweep_every(&sv->opt.limits);
	if ((s = loop_timer_new(l, on_sweep, sv, &sv->sweep, err)) != FL_OK)
		goto out;
	*out = sv;
	sv = NULL;
out:
	http_server_free(sv);
	return s;
}

static void on_accept(void *ctx, struct stream *s)
{
	static const char full[] = "HTTP/1.1 503 Service Unavailable\r\n"
				   "Content-Length: 0\r\n"
				   "Connection: close\r\n\r\n";
	struct http_server *sv = ctx;

	if (sv->conn_count >= sv->opt.limits.connections) {
		stream_write_now(s, full, sizeof(full) - 1);
		stream_free(s, NULL, NULL);
		return;
	}
	http_conn_open(sv, s);
	if (sv->conns != NULL && !loop_timer_active(sv->sweep))
		loop_timer_start(sv->sweep, sv->sweep_ms, sv->sweep_ms);
}

fl_status http_listen_unix(
	struct http_server *sv, const char *path, struct fl_error *err)
{
	fl_status s;

	if (sv->place_count == HTTP_PLACES)
		return status_fail(
			err, FL_LIMIT, "listens at %d places", HTTP_PLACES);
	s = listener_unix(sv->loop, path, on_accept, sv,
		&sv->places[sv->place_count], err);
	if (s == FL_OK)
		sv->place_count++;
	return s;
}

static void close_places(struct http_server *sv)
{
	while (sv->place_count > 0)
		listener_free(sv->places[--sv->place_count]);
}

void http_server_drain(struct http_server *sv)
{
	struct http_conn *c, *next;

	sv->draining = true;
	close_places(sv);
	for (c = sv->conns; c != NULL; c = next) {
		next = c->next;
		if (c->state == HTTP_HEAD && c->in.len == 0 &&
			http_conn_unsent(c) == 0 &&
			!http_parse_in_head(c->parse))
			http_conn_close(c);
	}
}

uint32_t http_server_connections(const struct http_server *sv)
{
	return sv->conn_count;
}

void http_server_free(struct http_server *sv)
{
	if (sv == NULL)
		return;
	close_places(sv);
	while (sv->conns != NULL)
		http_conn_close(sv->conns);
	loop_timer_free(sv->sweep);
	free(sv);
}
