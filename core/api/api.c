#include "api/exchange.h"

#include <string.h>

enum { ROUTE_EVENTS, ROUTE_IMPORT, ROUTE_ASK, ROUTE_ASK_GET, ROUTE_STATUS,
	ROUTE_HEALTH };

static const struct route routes[] = {
	{ "POST", "/v1/events", ROUTE_EVENTS },
	{ "POST", "/v1/import", ROUTE_IMPORT },
	{ "POST", "/v1/ask/{name}", ROUTE_ASK },
	{ "GET", "/v1/ask/{name}", ROUTE_ASK_GET },
	{ "GET", "/v1/status", ROUTE_STATUS },
	{ "GET", "/healthz", ROUTE_HEALTH },
};

#define ROUTES (sizeof(routes) / sizeof(routes[0]))

/* "application/json; charset=utf-8" is application/json. */
static bool type_is(const char *type, const char *wanted)
{
	size_t n = strcspn(type, "; \t");

	return n == strlen(wanted) && strncasecmp(type, wanted, n) == 0;
}

static bool is_lines(struct http_request *req)
{
	const char *type = http_field(req, "content-type");

	return type != NULL && (type_is(type, "application/x-ndjson") ||
				type_is(type, "application/jsonl"));
}

static bool is_json(struct http_request *req)
{
	const char *type = http_field(req, "content-type");

	/* the last is what curl -d says unasked */
	return type == NULL || type_is(type, "application/json") ||
		is_lines(req) ||
		type_is(type, "application/x-www-form-urlencoded");
}

/* NULL: answered already, with the reason. */
static const struct route *find(struct http_request *req,
				struct route_match *m)
{
	switch (route_find(routes, ROUTES, http_method(req), http_path(req),
		m)) {
	case ROUTE_FOUND:
		return m->route;
	case ROUTE_NO_METHOD:
		http_answer_field(req, "allow", m->allow);
		http_problem(req, 405, "FL701",
			"this address takes another method: see Allow");
		return NULL;
	case ROUTE_BAD:
		http_problem(req, 400, "FL702",
			"the address holds a broken percent code");
		return NULL;
	case ROUTE_NO_PATH:
	default:
		http_problem(req, 404, "FL703",
			"there is nothing here: /v1/events, /v1/import, "
			"/v1/ask/NAME, /v1/status, /healthz");
		return NULL;
	}
}

static bool actor_fits(struct http_request *req)
{
	const char *actor = http_field(req, "fairlead-actor");
	const char *role = http_field(req, "fairlead-role");

	return (actor == NULL || (strlen(actor) <= API_NAME_BYTES &&
				 text_valid(actor, strlen(actor)))) &&
		(role == NULL || (strlen(role) <= API_NAME_BYTES &&
				  text_valid(role, strlen(role))));
}

static void on_head(void *ctx, struct http_request *req)
{
	const struct route *route;
	struct route_match m;

	route = find(req, &m);
	if (route == NULL)
		return;
	if (!actor_fits(req)) {
		http_problem(req, 400, "FL704",
			"Fairlead-Actor and Fairlead-Role are names of at most "
			"64 bytes");
		return;
	}
	if (route->id == ROUTE_IMPORT) {
		http_body_max(req, INTAKE_FILE_BYTES);
	} else if (strcmp(http_method(req), "POST") == 0 && !is_json(req)) {
		http_problem(req, 415, "FL705",
			"send application/json, or application/x-ndjson for "
			"one event a line");
	} else if (route->id == ROUTE_EVENTS && is_lines(req)) {
		exchange_take_lines(ctx, req);
	}
}

static void health(struct api *api, struct http_request *req)
{
	static const char up[] = "{\"ready\":true}\n";

	if (rooftop_ready(api->opt.rooftop))
		http_answer(req, 200, "application/json", up, sizeof(up) - 1);
	else
		http_problem(req, 503, "FL706", "the rooftop is starting");
}

static void on_request(void *ctx, struct http_request *req)
{
	struct api *api = ctx;
	const struct route *route;
	struct route_match m;

	route = find(req, &m);
	if (route == NULL)
		return;
	switch (route->id) {
	case ROUTE_EVENTS:
		exchange_post(api, req);
		break;
	case ROUTE_IMPORT:
		exchange_import(api, req);
		break;
	case ROUTE_ASK:
	case ROUTE_ASK_GET:
		exchange_ask(api, req, m.params[0]);
		break;
	case ROUTE_STATUS:
		exchange_ask(api, req, "status");
		break;
	default:
		health(api, req);
	}
}

fl_status api_new(const struct api_options *opt, struct api **out,
		  struct fl_error *err)
{
	struct http_server_options how = { .on_head = on_head,
		.on_request = on_request };
	struct api *api = calloc(1, sizeof(*api));
	fl_status s;

	*out = NULL;
	if (api == NULL)
		return status_fail(err, FL_NOMEM, "HTTP");
	api->opt = *opt;
	arena_init(&api->scratch, 0);
	buf_init(&api->out, API_ANSWER_BYTES);
	how.ctx = api;
	s = http_server_new(opt->loop, &how, &api->server, err);
	if (s == FL_OK)
		s = http_listen_unix(api->server, opt->socket, err);
	if (s != FL_OK) {
		api_free(api);
		return s;
	}
	*out = api;
	return FL_OK;
}

void api_drain(struct api *api)
{
	http_server_drain(api->server);
}

uint32_t api_connections(const struct api *api)
{
	return http_server_connections(api->server);
}

void api_free(struct api *api)
{
	if (api == NULL)
		return;
	http_server_free(api->server);
	arena_deinit(&api->scratch);
	buf_deinit(&api->out);
	free(api);
}
