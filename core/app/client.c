#include "app/client.h"

#include "app/checkers.h"
#include "app/local.h"
#include "base/file.h"
#include "net/http_client.h"
#include "net/route.h"

#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	ANSWER_WAIT_MS = 600000, /* a clock moved by years takes its time */
	ANSWER_BYTES = 64 * 1024 * 1024,
	LINE_BYTES = 1024 * 1024,
	WINDOW = 512,
	REACH_TRIES = 200,
	REACH_NAP_NS = 50000000
};

struct client {
	const char *dir, *actor;
	struct http_client *http; /* a daemon's; NULL */
	struct local *local;      /* no daemon; NULL */
	struct readonly readonly; /* questions without a daemon; zeroed */
	struct arena a;           /* of one call */
	uint32_t waiting;         /* local: answers to come */
	struct buf *json;         /* local: where the answer goes */
	fl_status status;         /* local: of the answer */
	struct client_lines *lines;
	struct buf line;          /* local lines: one answer */
	bool publishes;           /* asked about rules: none go live before */
	bool ended;               /* lines: the source has no more */
	size_t taken;             /* lines: bytes of `ahead` handed over */
};

fl_status client_new(const char *dir, const char *actor, struct client **out,
		     struct fl_error *err)
{
	struct client *c = calloc(1, sizeof(*c));

	*out = c;
	if (c == NULL)
		return status_fail(err, FL_NOMEM, "client");
	c->dir = dir;
	c->actor = actor;
	arena_init(&c->a, 256u << 20);
	buf_init(&c->line, ANSWER_BYTES);
	return FL_OK;
}

void client_free(struct client *c)
{
	if (c == NULL)
		return;
	http_client_free(c->http);
	readonly_close(&c->readonly);
	local_close(c->local);
	arena_deinit(&c->a);
	buf_deinit(&c->line);
	free(c);
}

char *client_socket(const char *dir)
{
	char *path = NULL;

	return asprintf(&path, "%s/data/fairlead.sock", dir) < 0 ? NULL : path;
}

bool client_rules_broken(const struct client *c)
{
	return c->local != NULL &&
		rooftop_broken(local_rooftop(c->local))->errors > 0;
}

/* Adds a problem document and returns `s`. */
static fl_status fail(struct client *c, fl_status s, const struct problems *p,
		      const char *detail, struct buf *json)
{
	struct value doc = problem_document(&c->a, s, p, detail);

	value_write(json, &doc);
	return s;
}

/* ---- reaching somebody ---- */

static fl_status connect_daemon(struct client *c, struct fl_error *err)
{
	struct http_client_options opt = { .timeout_ms = ANSWER_WAIT_MS,
		.reply_bytes = ANSWER_BYTES,
		.line_bytes = LINE_BYTES };
	char *path = client_socket(c->dir);
	fl_status s;

	if (path == NULL)
		return status_fail(err, FL_NOMEM, "client");
	opt.unix_path = path;
	s = http_client_open(&opt, &c->http, err);
	free(path);
	if (s == FL_DENIED)
		status_fail(err, s, "%s/data belongs to another user: "
			"do this as the one who runs fairlead", c->dir);
	return s;
}

/* The daemon, or the rooftop itself. A daemon that is just starting or
 * stopping, and another command at work, are waited for. */
static fl_status reach(struct client *c, struct problems *p,
		       struct fl_error *err)
{
	const struct timespec nap = { 0, REACH_NAP_NS };
	fl_status s = FL_OK;

	for (int i = 0; i < REACH_TRIES; i++) {
		if (c->http != NULL || c->local != NULL)
			return FL_OK;
		s = connect_daemon(c, err);
		if (s == FL_NOT_FOUND)
			s = local_open(c->dir, c->publishes, &c->local,
				p, err);
		if (s != FL_CONFLICT)
			return s;
		nanosleep(&nap, NULL);
	}
	return s;
}

/* ---- over the socket ---- */

static fl_status status_named(const char *name)
{
	for (int s = FL_OK; s <= FL_FATAL; s++)
		if (name != NULL &&
			strcmp(name, fl_status_name((fl_status)s)) == 0)
			return (fl_status)s;
	return FL_OK;
}

/* Of an answer that is not 2xx. */
static fl_status status_of(struct client *c, const struct http_reply *reply)
{
	struct value doc;
	struct fl_error err;
	fl_status s = FL_OK;

	if (value_read(&c->a, reply->body.at != NULL ? reply->body.at : "",
		    reply->body.len, NULL, &doc, &err) == FL_OK)
		s = status_named(value_get_str(&doc, "code"));
	if (s != FL_OK)
		return s;
	if (reply->status == 404)
		return FL_NOT_FOUND;
	return reply->status >= 500 ? FL_UNKNOWN : FL_INVALID;
}

static char *fields_of(struct client *c)
{
	return arena_printf(&c->a, "Fairlead-Actor: %s\r\n", c->actor);
}

static fl_status send(struct client *c, struct http_call *call,
		      struct buf *json)
{
	struct fl_error err = { 0 };
	struct http_reply reply;
	fl_status s;

	call->fields = fields_of(c);
	s = http_client_call(c->http, call, &reply, &err);
	if (s != FL_OK) {
		s = fail(c, s == FL_NOT_FOUND ? FL_UNKNOWN : s, NULL, err.text,
			json);
	} else {
		buf_add(json, reply.body.at != NULL ? reply.body.at : "",
			reply.body.len);
		if (reply.status < 200 || reply.status > 299)
			s = status_of(c, &reply);
	}
	http_reply_deinit(&reply);
	return s;
}

/* ---- in this process ---- */

static void on_answer(void *ctx, fl_status status, const struct value *answer)
{
	struct client *c = ctx;

	c->status = status;
	value_write(c->json, answer);
	c->waiting--;
}

static struct post_by poster(const struct client *c)
{
	return (struct post_by){ .actor = text_of(c->actor),
		.source = TEXT("console"),
		.command = true };
}

/* `asked`: whether the rooftop took it. */
static fl_status wait_answer(struct client *c, fl_status asked,
			     struct buf *json)
{
	if (asked != FL_OK)
		return fail(c, asked, NULL, NULL, json);
	local_run(c->local, &c->waiting, 0);
	return c->status;
}

/* True when the question was answered by what is committed. */
static bool ask_readonly(struct client *c, const char *name,
			 const struct value *args, struct buf *json,
			 fl_status *status)
{
	struct value answer;
	struct fl_error err;

	if (c->readonly.reader == NULL &&
		readonly_open(c->dir, &c->readonly, &err) != FL_OK)
		return false;
	*status = readonly_ask(&c->readonly, c->dir, name, args,
		text_of(c->actor), &c->a, &answer);
	value_write(json, &answer);
	return true;
}

static void on_checked(void *ctx, const struct buf *reply, const char *cut)
{
	struct client *c = ctx;
	struct value answer;

	c->status = checker_reply(&c->a, reply, cut, &answer);
	value_write(c->json, &answer);
}

/* A question that runs rules, while nobody serves the folder. */
static fl_status ask_checker(struct client *c, const char *name,
			     const struct value *args, struct buf *json)
{
	struct buf request;

	c->json = json;
	buf_init(&request, CHECKER_BYTES);
	checker_request(&request, name, c->dir, text_of(c->actor), args, NULL);
	if (request.failed)
		c->status = fail(c, FL_NOMEM, NULL, "no memory", json);
	else
		checkers_once(&request, on_checked, c);
	buf_deinit(&request);
	return c->status;
}

static bool is_question(const char *name)
{
	const struct ask_row *row = ask_find(name);

	return row != NULL && row->way == ASK_QUESTION;
}

/* ---- calls ---- */

/* Problem document of nobody reached; FL_OK when somebody was. */
static fl_status reached(struct client *c, struct buf *json)
{
	struct fl_error err = { 0 };
	struct problems p;
	fl_status s;

	arena_reset(&c->a);
	problems_init(&p, &c->a);
	s = reach(c, &p, &err);
	if (s == FL_OK) {
		c->json = json;
		c->status = FL_UNKNOWN;
		c->waiting = 1;
		return FL_OK;
	}
	return fail(c, s, &p, err.text, json);
}

fl_status client_ask(struct client *c, const char *name,
		     const struct value *args, struct buf *json)
{
	struct http_call call = { .method = "POST" };
	struct fl_error err;
	struct buf body;
	fl_status s;

	if (c->http == NULL && c->local == NULL && checker_takes(name) &&
		connect_daemon(c, &err) == FL_NOT_FOUND)
		return ask_checker(c, name, args, json);
	if (c->http == NULL && c->local == NULL && is_question(name) &&
		connect_daemon(c, &err) == FL_NOT_FOUND &&
		ask_readonly(c, name, args, json, &s))
		return s;
	c->publishes = strcmp(name, "publish") == 0 ||
		strcmp(name, "reload") == 0;
	if ((s = reached(c, json)) != FL_OK)
		return s;
	if (c->http == NULL)
		return wait_answer(c, rooftop_ask(local_rooftop(c->local),
			name, args, text_of(c->actor), on_answer, c), json);
	buf_init(&body, LINE_BYTES);
	value_write(&body, args);
	call.target = arena_printf(&c->a, "/v1/ask/%s", name);
	call.body = body.at;
	call.body_bytes = body.len;
	if (body.failed)
		s = fail(c, FL_LIMIT, NULL,
			"a question to the daemon is at most 1 MiB; ask it "
			"while the daemon does not run",
			json);
	else
		s = send(c, &call, json);
	buf_deinit(&body);
	return s;
}

fl_status client_post(struct client *c, const struct value *wire,
		      struct buf *json)
{
	struct http_call call = { .method = "POST", .target = "/v1/events" };
	struct post_by by = poster(c);
	struct buf body;
	fl_status s = reached(c, json);

	if (s != FL_OK)
		return s;
	if (c->http == NULL)
		return wait_answer(c, rooftop_post(local_rooftop(c->local),
			wire, &by, on_answer, c), json);
	buf_init(&body, LINE_BYTES);
	value_write(&body, wire);
	call.body = body.at;
	call.body_bytes = body.len;
	if (body.failed)
		s = fail(c, FL_LIMIT, NULL, "an event is at most 1 MiB", json);
	else
		s = send(c, &call, json);
	buf_deinit(&body);
	return s;
}

fl_status client_import(struct client *c, const char *name, const char *bytes,
			size_t n, struct buf *json)
{
	struct http_call call = { .method = "POST",
		.type = "application/octet-stream",
		.body = bytes,
		.body_bytes = n };
	struct buf target;
	fl_status s = reached(c, json);

	if (s != FL_OK)
		return s;
	if (c->http == NULL)
		return wait_answer(c, rooftop_import(local_rooftop(c->local),
			name, bytes, n, text_of(c->actor), on_answer, c), json);
	buf_init(&target, 64 * 1024);
	buf_add_text(&target, "/v1/import?name=");
	route_encode(&target, name);
	call.target = target.at;
	s = send(c, &call, json);
	buf_deinit(&target);
	return s;
}

/* ---- lines ---- */

/* The next line in `ahead`, without its end; false when there is none whole.
 * The last one may lack its end. */
static bool cut_line(struct client *c, const char **line, size_t *n)
{
	struct buf *b = &c->lines->ahead;
	const char *at, *nl;

	while (c->taken < b->len) {
		at = b->at + c->taken;
		nl = memchr(at, '\n', b->len - c->taken);
		if (nl == NULL && !c->ended)
			return false;
		*n = nl != NULL ? (size_t)(nl - at) : b->len - c->taken;
		c->taken += *n + (nl != NULL);
		*line = at;
		if (strspn(at, " \t\r") < *n)
			return true;
	}
	return false;
}

/* Reads more; false at the end, or when nothing is there and `now`. */
static bool read_more(struct client *c, bool now)
{
	struct buf *b = &c->lines->ahead;
	struct pollfd p = { .fd = c->lines->fd, .events = POLLIN };
	char space[65536];
	ssize_t n;

	buf_consume(b, c->taken);
	c->taken = 0;
	if (now && poll(&p, 1, 0) <= 0)
		return false;
	n = read(c->lines->fd, space, sizeof(space));
	if (n > 0)
		buf_add(b, space, (size_t)n);
	else
		c->ended = true;
	if (b->failed) { /* a line without end: the rest is not read */
		c->ended = true;
		buf_reset(b);
	}
	return true;
}

static enum http_source next_line(void *ctx, const char **line, size_t *n)
{
	struct client *c = ctx;

	while (!cut_line(c, line, n)) {
		if (c->ended)
			return HTTP_LINE_END;
		if (!read_more(c, true))
			return HTTP_LINE_LATER;
	}
	c->lines->sent++;
	return HTTP_LINE;
}

static void on_http_line(void *ctx, const char *line, size_t n)
{
	struct client *c = ctx;

	c->lines->answered++;
	c->lines->on_answer(c->lines->ctx, line, n);
}

static fl_status lines_over_http(struct client *c, struct fl_error *err)
{
	struct http_call call = { .method = "POST",
		.target = "/v1/events",
		.fields = fields_of(c),
		.next = next_line,
		.on_line = on_http_line,
		.ctx = c,
		.window = WINDOW,
		.ready_fd = c->lines->fd };
	struct http_reply reply;
	fl_status s = http_client_call(c->http, &call, &reply, err);

	if (s == FL_OK && (reply.status < 200 || reply.status > 299))
		s = status_fail(err, FL_INVALID, "%s",
			reply.body.at != NULL ? reply.body.at : "refused");
	http_reply_deinit(&reply);
	return s;
}

static void on_local_line(void *ctx, fl_status status,
			  const struct value *answer)
{
	struct client *c = ctx;

	(void)status;
	buf_reset(&c->line);
	value_write(&c->line, answer);
	c->waiting--;
	c->lines->answered++;
	c->lines->on_answer(c->lines->ctx, c->line.at, c->line.len);
}

static fl_status post_line(struct client *c, const char *line, size_t n)
{
	struct post_by by = poster(c);

	c->waiting++;
	return rooftop_post_json(local_rooftop(c->local), line, n, &by,
		on_local_line, c);
}

static fl_status lines_here(struct client *c, struct fl_error *err)
{
	const char *line;
	size_t n;
	fl_status s = FL_OK;

	c->waiting = 0;
	while (s == FL_OK) {
		if (cut_line(c, &line, &n)) {
			c->lines->sent++;
			s = post_line(c, line, n);
			if (s == FL_OK)
				s = local_run(c->local, &c->waiting,
					WINDOW - 1);
		} else if (c->ended) {
			break;
		} else if (!read_more(c, true)) {
			/* slow source: answer what waits, then wait for it */
			s = local_run(c->local, &c->waiting, 0);
			if (s == FL_OK)
				read_more(c, false);
		}
	}
	if (s == FL_OK)
		s = local_run(c->local, &c->waiting, 0);
	return s == FL_OK ? s
			  : status_fail(err, s,
				    "stopped: post the rest again with the "
				    "same ids");
}

fl_status client_lines(struct client *c, struct client_lines *lines,
		       struct fl_error *err)
{
	struct problems p;
	fl_status s;

	arena_reset(&c->a);
	problems_init(&p, &c->a);
	c->lines = lines;
	c->ended = false;
	c->taken = 0;
	s = reach(c, &p, err);
	if (s == FL_OK)
		s = c->http != NULL ? lines_over_http(c, err)
				    : lines_here(c, err);
	buf_deinit(&lines->ahead);
	return s;
}
