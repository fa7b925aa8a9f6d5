/*
 * The routes on a real rooftop: a thread of its own runs loop, rooftop and
 * server; tests are clients on the Unix socket.
 */
#include "unit.h"

#include "api/api.h"
#include "base/clock.h"
#include "base/log.h"
#include "net/http_client.h"

#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#define LEAD(id, name)                                                         \
	"{\"type\":\"lead.received\",\"source\":\"web\",\"id\":\"" id          \
	"\",\"data\":{\"customer\":{\"name\":\"" name                          \
	"\",\"email\":\"" id "@example.nl\"}}}"

struct served {
	char dir[64], socket[128];
	pthread_t thread;
	sem_t ready;
	struct loop *loop;
	struct loop_wake *wake, *stop;
	struct loop_timer *timer;
	struct loop_task pump;
	struct rooftop *rooftop;
	struct api *api;
	struct http_client *client;
	struct http_reply reply;
	struct arena a;
	struct value doc; /* of the last answer */
};

/* ---- the serving thread ---- */

static void pump_soon(void *ctx)
{
	struct served *f = ctx;

	loop_defer(f->loop, &f->pump);
}

static void pump(void *ctx)
{
	struct served *f = ctx;
	struct api_options opt = { .loop = f->loop,
		.rooftop = f->rooftop,
		.socket = f->socket,
		.asked = pump_soon,
		.ctx = f };

	REQUIRE(rooftop_poll(f->rooftop) == FL_OK);
	if (f->api == NULL && rooftop_ready(f->rooftop)) {
		REQUIRE(api_new(&opt, &f->api, NULL) == FL_OK);
		sem_post(&f->ready);
	}
	if (rooftop_next_ms(f->rooftop) == INT64_MIN)
		pump_soon(f);
}

static void wake(void *ctx)
{
	struct served *f = ctx;

	if (f->wake != NULL)
		loop_wake_send(f->wake);
}

static void run(void *ctx, void (*work)(void *arg), void (*done)(void *arg),
		void *arg)
{
	struct served *f = ctx;

	REQUIRE(loop_work(f->loop, work, done, arg, NULL) == FL_OK);
}

static void on_stop(void *ctx)
{
	struct served *f = ctx;

	loop_stop(f->loop);
}

static void *serve(void *ctx)
{
	struct served *f = ctx;
	struct rooftop_options opt = { .wake = wake, .run = run, .ctx = f };
	struct problems p;
	struct arena a;

	arena_init(&a, 0);
	problems_init(&p, &a);
	REQUIRE(loop_new(&f->loop, NULL) == FL_OK);
	REQUIRE(loop_wake_new(f->loop, pump_soon, f, &f->wake, NULL) == FL_OK);
	REQUIRE(loop_wake_new(f->loop, on_stop, f, &f->stop, NULL) == FL_OK);
	REQUIRE(loop_timer_new(f->loop, pump_soon, f, &f->timer, NULL) ==
		FL_OK);
	loop_timer_start(f->timer, 50, 50);
	REQUIRE(rooftop_open(f->dir, &opt, &f->rooftop, &p, NULL) == FL_OK);
	pump_soon(f);
	loop_run(f->loop);
	while (rooftop_has_threads(f->rooftop))
		loop_turn(f->loop, true);
	rooftop_close(f->rooftop);
	api_free(f->api);
	loop_defer_drop(f->loop, &f->pump);
	loop_timer_free(f->timer);
	loop_wake_free(f->wake);
	loop_wake_free(f->stop);
	loop_free(f->loop);
	arena_deinit(&a);
	return NULL;
}

static int setup(void **state)
{
	struct http_client_options opt = { .timeout_ms = 20000 };
	struct served *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	log_level_set(LOG_ERROR);
	snprintf(f->dir, sizeof(f->dir), "/tmp/fairlead-api.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->socket, sizeof(f->socket), "%s/data/fairlead.sock",
		f->dir);
	assert_int_equal(rooftop_init(f->dir, NULL, true, NULL), FL_OK);
	arena_init(&f->a, 0);
	f->pump = (struct loop_task){ .run = pump, .ctx = f };
	sem_init(&f->ready, 0, 0);
	assert_int_equal(pthread_create(&f->thread, NULL, serve, f), 0);
	while (sem_wait(&f->ready) != 0) {
		/* interrupted */
	}
	opt.unix_path = f->socket;
	assert_int_equal(http_client_open(&opt, &f->client, NULL), FL_OK);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct served *f = *state;
	char command[96];

	http_client_free(f->client);
	loop_wake_send(f->stop);
	pthread_join(f->thread, NULL);
	sem_destroy(&f->ready);
	http_reply_deinit(&f->reply);
	arena_deinit(&f->a);
	snprintf(command, sizeof(command), "rm -r %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

/* ---- asking ---- */

static int call(struct served *f, struct http_call *c)
{
	const struct value_limits limits = { .bytes = 64u << 20 };
	struct fl_error err = { 0 };

	http_reply_deinit(&f->reply);
	if (http_client_call(f->client, c, &f->reply, &err) != FL_OK)
		fail_msg("%s %s: %s", c->method, c->target, err.text);
	arena_reset(&f->a);
	f->doc = value_null();
	value_read(&f->a, f->reply.body.at != NULL ? f->reply.body.at : "",
		f->reply.body.len, &limits, &f->doc, &err);
	return f->reply.status;
}

static int send_as(struct served *f, const char *method, const char *target,
		   const char *type, const char *body, const char *fields)
{
	struct http_call c = { .method = method,
		.target = target,
		.type = type,
		.fields = fields,
		.body = body,
		.body_bytes = body != NULL ? strlen(body) : 0 };

	return call(f, &c);
}

static int get(struct served *f, const char *target)
{
	return send_as(f, "GET", target, NULL, NULL, NULL);
}

static int post(struct served *f, const char *target, const char *body)
{
	return send_as(f, "POST", target, NULL, body, NULL);
}

static int64_t events(struct served *f)
{
	assert_int_equal(get(f, "/v1/status"), 200);
	return value_get_int(&f->doc, "events", -1);
}

/* ---- one event ---- */

static void test_event(void **state)
{
	struct served *f = *state;

	/* a lead is somebody's task at once only while the doors are open */
	assert_int_equal(post(f, "/v1/ask/clock",
		"{\"to\":\"2040-09-03T10:00\"}"), 200);
	assert_int_equal(post(f, "/v1/events", LEAD("a", "Sofie")), 200);
	assert_string_equal(f->reply.type, "application/json");
	assert_string_equal(value_get_str(&f->doc, "id"), "a");
	assert_non_null(value_get_str(&f->doc, "event"));
	assert_int_equal(value_get(&f->doc, "tasks")->count, 1);
	assert_int_equal(post(f, "/v1/events", LEAD("a", "Sofie")), 200);
	assert_true(value_get_bool(&f->doc, "repeat", false));
	assert_int_equal(post(f, "/v1/events", LEAD("a", "Other")), 409);
	assert_string_equal(f->reply.type, "application/problem+json");
	assert_string_equal(value_get_str(&f->doc, "code"), "FL_CONFLICT");
}

static void test_event_refused(void **state)
{
	struct served *f = *state;
	int64_t before = events(f);
	const struct value *p;

	assert_int_equal(post(f, "/v1/events", "{\"type\":"), 400);
	assert_int_equal(post(f, "/v1/events", ""), 400);
	assert_int_equal(post(f, "/v1/events", "[1]"), 422);
	assert_int_equal(post(f, "/v1/events", "{\"type\":\"lead.receved\"}"),
		422);
	p = value_get(&f->doc, "problems");
	assert_int_equal(p->count, 1);
	assert_string_equal(value_get_str(&p->as.items[0], "nearest"),
		"lead.received");
	assert_int_equal(events(f), before);
}

/* A document may span lines; two of them are two events. */
static void test_bodies_of_lines(void **state)
{
	struct served *f = *state;
	const char *at;

	assert_int_equal(post(f, "/v1/events",
				 "{\"type\":\"lead.received\",\n\"source\":"
				 "\"x\",\"id\":\"1\",\n\"data\":{\"customer\":"
				 "{\"email\":\"a@b.nl\"}}}\n"),
		200);
	assert_string_equal(f->reply.type, "application/json");
	assert_int_equal(post(f, "/v1/events",
				 LEAD("l1", "A") "\n\n" LEAD("l2", "B")),
		200);
	assert_string_equal(f->reply.type, "application/x-ndjson");
	at = strstr(f->reply.body.at, "\"id\":\"l1\"");
	assert_non_null(at);
	assert_non_null(strstr(at, "\"id\":\"l2\""));
}

/* ---- lines ---- */

struct lines {
	const char *const *items;
	uint32_t sent, answered;
	char answers[8][400];
};

static enum http_source next(void *ctx, const char **line, size_t *n)
{
	struct lines *l = ctx;

	if (l->items[l->sent] == NULL)
		return HTTP_LINE_END;
	*line = l->items[l->sent++];
	*n = strlen(*line);
	return HTTP_LINE;
}

static void on_line(void *ctx, const char *line, size_t n)
{
	struct lines *l = ctx;

	assert_true(l->answered < 8);
	snprintf(l->answers[l->answered++], 400, "%.*s", (int)n, line);
}

/* Refusals keep their place among the others. */
static void test_lines_in_order(void **state)
{
	static const char *const items[] = { LEAD("q1", "A"), "{broken",
		LEAD("q2", "B"), "{\"type\":\"no.such\"}", LEAD("q1", "A"),
		"{\"type\":\"contact.made\",\"deal\":\"D99999\"}",
		LEAD("q3", "C"), NULL };
	static const char *const wanted[] = { "\"id\":\"q1\"",
		"\"status\":400", "\"id\":\"q2\"", "\"status\":422",
		"\"repeat\":true", "FL_NOT_FOUND", "\"id\":\"q3\"" };
	struct served *f = *state;
	struct lines l = { .items = items };
	struct http_call c = { .method = "POST",
		.target = "/v1/events",
		.next = next,
		.on_line = on_line,
		.ctx = &l };

	assert_int_equal(call(f, &c), 200);
	assert_int_equal(l.answered, 7);
	for (int i = 0; i < 7; i++)
		if (strstr(l.answers[i], wanted[i]) == NULL)
			fail_msg("line %d: wanted %s in %s", i + 1, wanted[i],
				l.answers[i]);
}

static enum http_source next_of_many(void *ctx, const char **line, size_t *n)
{
	static char space[300];
	uint32_t *sent = ctx;

	if (*sent == 3000)
		return HTTP_LINE_END;
	snprintf(space, sizeof(space),
		"{\"type\":\"lead.received\",\"source\":\"bulk\",\"id\":"
		"\"%u\",\"data\":{\"customer\":{\"email\":\"m%u@x.nl\"}}}",
		*sent, *sent);
	++*sent;
	*line = space;
	*n = strlen(space);
	return HTTP_LINE;
}

/* More than fit the window or a group, and more than may wait in the engine. */
static void test_many_lines(void **state)
{
	struct served *f = *state;
	uint32_t sent = 0;
	int64_t before = events(f);
	struct http_call c = { .method = "POST",
		.target = "/v1/events",
		.next = next_of_many,
		.ctx = &sent,
		.window = 2000 };

	assert_int_equal(call(f, &c), 200);
	assert_int_equal(f->reply.lines_answered, 3000);
	assert_true(events(f) >= before + 3000 * 2); /* a deal is opened */
}

static void test_line_too_long(void **state)
{
	static char huge[300 * 1024];
	const char *items[] = { huge, LEAD("after", "A"), NULL };
	struct served *f = *state;
	struct lines l = { .items = items };
	struct http_call c = { .method = "POST",
		.target = "/v1/events",
		.next = next,
		.on_line = on_line,
		.ctx = &l };

	memset(huge, 'x', sizeof(huge) - 1);
	assert_int_equal(call(f, &c), 200);
	assert_int_equal(l.answered, 2);
	assert_non_null(strstr(l.answers[0], "256 KiB"));
	assert_non_null(strstr(l.answers[1], "\"id\":\"after\""));
}

/* ---- questions and commands ---- */

static void test_ask(void **state)
{
	struct served *f = *state;
	const struct value *people;

	post(f, "/v1/events", LEAD("ask", "Marieke"));
	assert_int_equal(post(f, "/v1/ask/today", "{}"), 200);
	people = value_get(&f->doc, "people");
	assert_non_null(people);
	assert_int_equal(post(f, "/v1/ask/today", "{\"person\":\"jan\"}"),
		200);
	assert_string_equal(value_get_str(&f->doc, "person"), "jan");
	assert_int_equal(get(f, "/v1/ask/today?person=piet"), 200);
	assert_string_equal(value_get_str(&f->doc, "person"), "piet");
	assert_int_equal(get(f, "/v1/ask/find?text=mar%69eke"), 200);
	assert_int_equal(value_get(&f->doc, "found")->count, 1);
	assert_int_equal(get(f, "/healthz"), 200);
}

static void test_ask_refused(void **state)
{
	struct served *f = *state;

	assert_int_equal(get(f, "/v1/ask/tody"), 404);
	assert_non_null(strstr(f->reply.body.at, "today"));
	assert_int_equal(get(f, "/v1/ask/today?person=%zz"), 400);
	assert_int_equal(get(f, "/v1/ask/today?person=nobody"), 404);
	assert_int_equal(get(f, "/v1/ask/today?who=jan"), 422);
	assert_int_equal(post(f, "/v1/ask/today", "[1]"), 422);
	assert_int_equal(post(f, "/v1/ask/today", "{"), 400);
	assert_int_equal(get(f, "/v1/ask/reload"), 405);
	assert_int_equal(get(f, "/v1/ask/clock?by=1%20day"), 405);
}

static void test_commands(void **state)
{
	struct served *f = *state;

	assert_int_equal(post(f, "/v1/ask/reload", "{}"), 200);
	assert_non_null(value_get(&f->doc, "changed"));
	assert_int_equal(post(f, "/v1/ask/clock", "{\"by\":\"1 day\"}"), 200);
	assert_true(value_get_bool(&f->doc, "manual", false));
	assert_int_equal(post(f, "/v1/ask/clock", "{\"by\":\"x\"}"), 422);
	assert_int_equal(post(f, "/v1/ask/person",
				 "{\"what\":\"away\",\"person\":\"jan\"}"),
		200);
}

static void test_actor(void **state)
{
	struct served *f = *state;
	char target[80];

	assert_int_equal(send_as(f, "POST", "/v1/events", NULL,
				 "{\"type\":\"lead.received\",\"id\":\"by\","
				 "\"customer\":{\"email\":\"by@x.nl\"}}",
				 "Fairlead-Actor: piet\r\n"),
		200);
	snprintf(target, sizeof(target), "/v1/ask/why?task=%s",
		value_get_str(&f->doc, "event"));
	assert_int_equal(get(f, target), 200);
	assert_string_equal(
		value_get_str(&value_get(&f->doc, "chain")->as.items[0],
			"actor"),
		"piet");
	assert_int_equal(send_as(f, "GET", "/v1/status", NULL, NULL,
				 "Fairlead-Actor: 0123456789012345678901234567"
				 "890123456789012345678901234567890123456\r\n"),
		400);
}

/* ---- leads ---- */

static void test_import(void **state)
{
	static const char adf[] =
		"<?xml version=\"1.0\"?><?adf version=\"1.0\"?><adf><prospect>"
		"<id source=\"site\">77</id><customer><contact><name "
		"part=\"full\">Ria Bos</name><email>ria@bos.nl</email>"
		"</contact></customer></prospect></adf>";
	struct served *f = *state;
	const char *type = "text/xml";

	assert_int_equal(send_as(f, "POST", "/v1/import?name=lead%20one.xml",
				 type, adf, NULL),
		200);
	assert_string_equal(value_get_str(&f->doc, "file"), "lead one.xml");
	assert_int_equal(value_get_int(&f->doc, "posted", 0), 1);
	assert_null(value_get(&value_get(&f->doc, "items")->as.items[0],
		"post"));
	assert_int_equal(send_as(f, "POST", "/v1/import", type, adf, NULL),
		200);
	assert_int_equal(value_get_int(&f->doc, "known", 0), 1);
	assert_int_equal(send_as(f, "POST", "/v1/import", type, "<nonsense",
				 NULL),
		422);
}

/* ---- the door ---- */

static void test_no_such(void **state)
{
	struct served *f = *state;
	static char body[1100 * 1024];

	assert_int_equal(get(f, "/"), 404);
	assert_int_equal(get(f, "/v1/eventss"), 404);
	assert_int_equal(get(f, "/v1/events"), 405);
	assert_int_equal(post(f, "/v1/status", "{}"), 405);
	assert_int_equal(send_as(f, "DELETE", "/v1/events", NULL, NULL, NULL),
		405);
	assert_int_equal(send_as(f, "POST", "/v1/events", "text/csv", "a,b",
				 NULL),
		415);
	assert_string_equal(f->reply.type, "application/problem+json");
	memset(body, ' ', sizeof(body) - 1);
	assert_int_equal(post(f, "/v1/events", body), 413);
	assert_int_equal(get(f, "/healthz"), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_event_refused),
		cmocka_unit_test(test_bodies_of_lines),
		cmocka_unit_test(test_lines_in_order),
		cmocka_unit_test(test_many_lines),
		cmocka_unit_test(test_line_too_long),
		cmocka_unit_test(test_ask),
		cmocka_unit_test(test_ask_refused),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_actor),
		cmocka_unit_test(test_import),
		cmocka_unit_test(test_no_such),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
