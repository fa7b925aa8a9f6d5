#include "api/exchange.h"

#include <string.h>

#define NDJSON "application/x-ndjson"

/* One request whose answers are still to come. */
struct exchange {
	struct api *api;
	struct http_request *req;
	uint32_t waiting; /* posts not yet answered */
	bool taken;       /* lines are handed over by the server */
	bool whole;       /* no more lines will come */
};

/* Who has no memory for so little ends here and is started again; whoever gets
 * no answer asks again. */
static void must(bool done)
{
	REQUIRE(done);
}

static struct exchange *exchange_new(struct api *api, struct http_request *req)
{
	struct exchange *x = calloc(1, sizeof(*x));

	must(x != NULL);
	x->api = api;
	x->req = req;
	return x;
}

static struct text field_or(struct http_request *req, const char *name,
			    const char *dflt)
{
	const char *value = http_field(req, name);

	return text_of(value != NULL && *value != '\0' ? value : dflt);
}

static struct post_by poster(struct http_request *req)
{
	return (struct post_by){ .actor = field_or(req, "fairlead-actor",
					 "admin"),
		.role = field_or(req, "fairlead-role", ""),
		.source = TEXT("console"),
		.command = true };
}

static int status_code(fl_status s, const struct value *answer)
{
	int64_t code = value_get_int(answer, "status", 0);

	if (s == FL_OK)
		return 200;
	return code >= 400 && code <= 599 ? (int)code : 500;
}

/* The answer's bytes in api->out; false when it is too long to be one. */
static bool render(struct api *api, const struct value *answer)
{
	buf_reset(&api->out);
	value_write(&api->out, answer);
	return !api->out.failed;
}

/* ---- one answer ---- */

static void on_answer(void *ctx, fl_status s, const struct value *answer)
{
	struct exchange *x = ctx;
	struct api *api = x->api;

	if (!render(api, answer))
		http_problem(x->req, 500, "FL707",
			"the answer is too long to be sent");
	else
		http_answer(x->req, status_code(s, answer),
			s == FL_OK ? "application/json"
				   : "application/problem+json",
			api->out.at, api->out.len);
	free(x);
}

/* ---- lines ---- */

static void lines_end(struct exchange *x)
{
	if (!x->whole || x->waiting > 0)
		return;
	http_answer_end(x->req);
	free(x);
}

static void on_line_answer(void *ctx, fl_status s, const struct value *answer)
{
	struct exchange *x = ctx;
	struct api *api = x->api;

	(void)s;
	if (!render(api, answer)) {
		buf_reset(&api->out);
		buf_add_text(&api->out, "{}");
	}
	if (x->taken) {
		http_answer_line(x->req, api->out.at, api->out.len);
	} else {
		buf_add_char(&api->out, '\n');
		http_answer_chunk(x->req, api->out.at, api->out.len);
	}
	x->waiting--;
	lines_end(x);
}

static void post(struct exchange *x, const char *at, size_t n,
		 const struct post_by *by, rooftop_cb cb)
{
	struct api *api = x->api;

	x->waiting++;
	must(rooftop_post_json(api->opt.rooftop, at, n, by, cb, x) == FL_OK);
	api->opt.asked(api->opt.ctx);
}

static void on_line(void *ctx, struct http_request *req, const char *line,
		    size_t n)
{
	struct exchange *x = http_data(req);
	struct post_by by = poster(req);

	(void)ctx;
	if (line != NULL) {
		post(x, line, n, &by, on_line_answer);
		return;
	}
	x->waiting++;
	must(rooftop_refuse(x->api->opt.rooftop,
		     "the line is longer than 256 KiB", on_line_answer, x) ==
		FL_OK);
	x->api->opt.asked(x->api->opt.ctx);
}

static void on_lines_end(void *ctx, struct http_request *req, fl_status why)
{
	struct exchange *x = http_data(req);

	(void)ctx;
	(void)why;
	x->whole = true;
	lines_end(x);
}

void exchange_take_lines(struct api *api, struct http_request *req)
{
	struct http_lines lines = { .on_line = on_line,
		.on_end = on_lines_end,
		.window = API_WINDOW,
		.line_bytes = API_LINE_BYTES,
		.ctx = api };
	struct exchange *x = exchange_new(api, req);

	x->taken = true;
	http_set_data(req, x);
	http_take_lines(req, &lines);
	http_answer_begin(req, 200, NDJSON);
}

/* ---- bodies ---- */

static void post_lines(struct exchange *x, const char *body, size_t n)
{
	struct post_by by = poster(x->req);
	const char *at = body, *line;
	size_t bytes;

	http_answer_begin(x->req, 200, NDJSON);
	while ((line = rooftop_line(&at, body + n, &bytes)) != NULL)
		post(x, line, bytes, &by, on_line_answer);
	x->whole = true;
	lines_end(x);
}

void exchange_post(struct api *api, struct http_request *req)
{
	struct post_by by = poster(req);
	struct exchange *x = exchange_new(api, req);
	size_t n;
	const char *body = http_body(req, &n);

	arena_reset(&api->scratch);
	if (rooftop_is_lines(&api->scratch, body, n))
		post_lines(x, body, n);
	else
		post(x, body, n, &by, on_answer);
}

void exchange_import(struct api *api, struct http_request *req)
{
	struct exchange *x = exchange_new(api, req);
	struct buf name;
	size_t n;
	const char *body = http_body(req, &n);

	buf_init(&name, 256);
	if (route_query(http_query(req), "name", &name) != FL_OK ||
		name.len == 0 || !text_valid(name.at, name.len)) {
		buf_reset(&name);
		buf_add_text(&name, "input");
	}
	must(rooftop_import(api->opt.rooftop, name.at, body, n,
		     poster(req).actor, on_answer, x) == FL_OK);
	api->opt.asked(api->opt.ctx);
	buf_deinit(&name);
}

/* ---- questions and commands ---- */

/* "a=1&b=x+y" as {a:"1", b:"x y"}. False: broken, or no UTF-8. */
static bool query_args(struct arena *a, const char *query, struct value *out)
{
	struct buf value;
	size_t n, name_n;
	bool ok = true;

	buf_init(&value, API_LINE_BYTES);
	for (; *query != '\0' && ok; query += n + (query[n] == '&')) {
		const char *name;

		n = strcspn(query, "&");
		name_n = strcspn(query, "=&");
		if (name_n == 0)
			continue;
		name = arena_text(a, query, name_n);
		buf_reset(&value);
		ok = name != NULL && text_valid(name, name_n) &&
			route_query(query, name, &value) == FL_OK &&
			text_valid(value.at != NULL ? value.at : "",
				value.len) &&
			value_put(a, out, name,
				value_text(arena_text(a,
					value.at != NULL ? value.at : "",
					value.len)));
	}
	buf_deinit(&value);
	return ok;
}

/* False: answered with what is wrong. */
static bool read_args(struct api *api, struct http_request *req,
		      struct value *args)
{
	const struct value_limits limits = {
		.dutch = rooftop_dutch(api->opt.rooftop) };
	struct fl_error err = { 0 };
	size_t n;
	const char *body = http_body(req, &n);

	*args = value_map();
	arena_reset(&api->scratch);
	if (!query_args(&api->scratch, http_query(req), args)) {
		http_problem(req, 400, "FL702", limits.dutch
				? "in het adres staat een kapotte procentcode"
				: "the query holds a broken percent code");
		return false;
	}
	if (n == 0)
		return true;
	if (value_read(&api->scratch, body, n, &limits, args, &err) != FL_OK) {
		http_problem(req, 400, "FL500", err.text);
		return false;
	}
	if (args->kind != VALUE_MAP) {
		http_problem(req, 422, "FL503", limits.dutch
				? "de argumenten moeten een JSON-object zijn"
				: "the arguments must be a JSON object");
		return false;
	}
	return true;
}

void exchange_ask(struct api *api, struct http_request *req, const char *name)
{
	const struct ask_row *row = ask_find(name);
	struct value args;

	if (!read_args(api, req, &args))
		return;
	if (row != NULL && (row->way == ASK_COMMAND || row->way == ASK_ROOFTOP) &&
		strcmp(http_method(req), "POST") != 0) {
		http_answer_field(req, "allow", "POST");
		http_problem(req, 405, "FL701",
			"this is a command: send it with POST");
		return;
	}
	must(rooftop_ask(api->opt.rooftop, name, &args, poster(req).actor,
		     on_answer, exchange_new(api, req)) == FL_OK);
	api->opt.asked(api->opt.ctx);
}
