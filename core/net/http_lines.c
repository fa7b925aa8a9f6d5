#include "net/http_conn.h"

#include <string.h>

/* Longer than a line may be: one read more than the longest. */
enum { HELD_MORE_BYTES = 256 << 10 };

void http_take_lines(struct http_request *req, const struct http_lines *lines)
{
	REQUIRE(!req->lines_on && !req->begun);
	req->lines = *lines;
	if (req->lines.window == 0)
		req->lines.window = 64;
	if (req->lines.line_bytes == 0)
		req->lines.line_bytes = 64u << 10;
	buf_init(&req->held, req->lines.line_bytes + HELD_MORE_BYTES);
	req->lines_on = true;
	req->handed = true;
}

bool http_lines_full(const struct http_request *req)
{
	return req->in_flight >= req->lines.window;
}

static void hand_over(struct http_request *req, const char *at, size_t n)
{
	if (n > 0 && at[n - 1] == '\r')
		n--;
	if (n > req->lines.line_bytes || req->long_line) {
		at = NULL;
		n = 0;
	} else if (n == 0) {
		return;
	}
	req->long_line = false;
	req->in_flight++;
	req->lines.on_line(req->lines.ctx, req, at, n);
}

/* Hands over one line if there is a whole one. */
static bool next_line(struct http_request *req)
{
	const char *from = req->held.at + req->held_at;
	size_t n = req->held.len - req->held_at;
	size_t seen = req->held_scan - req->held_at;
	const char *end = NULL;

	if (n > seen)
		end = memchr(from + seen, '\n', n - seen);
	if (end != NULL) {
		n = (size_t)(end - from);
		req->held_at += n + 1;
		req->held_scan = req->held_at;
		hand_over(req, from, n);
		return true;
	}
	req->held_scan = req->held.len;
	if (n > req->lines.line_bytes + 1) {
		req->long_line = true; /* eat it as it comes */
		req->held_at = req->held.len;
	}
	if (!req->lines_whole || (n == 0 && !req->long_line))
		return false;
	req->held_at = req->held.len;
	if (req->lines_why == FL_OK) /* the last one needs no line end */
		hand_over(req, from, n);
	req->long_line = false;
	return true;
}

void http_lines_pump(struct http_request *req)
{
	bool more = true;
	bool half = false;

	http_ref(req);
	while (more && !http_lines_full(req) && !req->answered)
		more = next_line(req);
	if (req->held_at == req->held.len) {
		buf_reset(&req->held);
		req->held_at = 0;
		req->held_scan = 0;
	} else if (req->held_at > req->held.len / 2) {
		buf_consume(&req->held, req->held_at);
		req->held_scan -= req->held_at;
		req->held_at = 0;
	}
	half = !more && (req->held.len > 0 || req->long_line);
	if (!half)
		req->line_since_ms = 0;
	else if (req->line_since_ms == 0)
		req->line_since_ms = http_now_ms();
	if (req->lines_whole && !req->lines_told && req->held.len == 0 &&
		!req->long_line) {
		req->lines_told = true;
		req->lines.on_end(req->lines.ctx, req, req->lines_why);
	}
	http_unref(req);
}

void http_lines_end(struct http_request *req, fl_status why)
{
	if (req->lines_told)
		return;
	if (!req->lines_whole)
		req->lines_why = why;
	req->lines_whole = true;
	if (req->conn == NULL) { /* nobody waits for answers to the rest */
		req->lines_why = why;
		req->lines_told = true;
		req->lines.on_end(req->lines.ctx, req, why);
		return;
	}
	http_lines_pump(req);
}
