/*
 * The public header's promises: options, bodies of lines, who is told what and
 * when, and what happens without memory.
 */
#include "unit.h"

#include <fairlead.h>

#include "base/log.h"
#include "fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEAD(id)                                                               \
	"{\"type\":\"lead.received\",\"source\":\"web\",\"id\":\"" id          \
	"\",\"data\":{\"customer\":{\"name\":\"A B\",\"email\":\"" id          \
	"@x.nl\"}}}"

struct fixture {
	char dir[64];
	fl_rooftop *shop;
	int events; /* told by on_event */
};

struct said {
	fl_status status;
	int calls;
	char json[8192];
	fl_rooftop *shop; /* posts `again` there when it is answered */
	const char *again;
	fl_status again_status;
};

static void on_event(void *ctx, const char *json, size_t bytes)
{
	struct fixture *f = ctx;

	f->events += json[0] == '{' && json[bytes - 1] == '}';
}

static void on_answer(void *ctx, fl_status status, const char *json,
		      size_t bytes)
{
	struct said *said = ctx;
	const char *again = said->again;

	said->status = status;
	said->calls++;
	snprintf(said->json, sizeof(said->json), "%.*s", (int)bytes, json);
	said->again = NULL;
	if (again != NULL)
		said->again_status = fl_post(said->shop, again, strlen(again),
			on_answer, said);
}

static void wait_for(struct fixture *f, const struct said *said, int calls)
{
	for (int i = 0; i < 1000 && said->calls < calls; i++)
		assert_int_equal(fl_poll(f->shop, 100), FL_OK);
	assert_int_equal(said->calls, calls);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct fl_options opt = { .size = sizeof(opt), .on_event = on_event,
		.ctx = f };

	assert_non_null(f);
	log_level_set(LOG_ERROR);
	snprintf(f->dir, sizeof(f->dir), "/tmp/fairlead-lib.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(fl_init(f->dir, 1, NULL), FL_OK);
	assert_int_equal(fl_open(f->dir, &opt, &f->shop, NULL), FL_OK);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[96];

	fl_close(f->shop);
	snprintf(command, sizeof(command), "rm -r %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

/* Options of an older or newer program. */
static void options(void **state)
{
	struct fixture *f = *state;
	struct {
		struct fl_options known;
		char newer[16];
	} opt;
	fl_rooftop *shop = (fl_rooftop *)&opt;
	struct fl_error err;

	fl_close(f->shop);
	f->shop = NULL;
	memset(&opt, 0, sizeof(opt));
	assert_int_equal(fl_open(f->dir, &opt.known, &shop, &err), FL_INVALID);
	assert_null(shop);
	assert_int_equal(err.status, FL_INVALID);
	assert_non_null(strstr(err.text, "size"));
	opt.known.size = sizeof(opt);
	opt.newer[7] = 1;
	assert_int_equal(fl_open(f->dir, &opt.known, &shop, &err), FL_INVALID);
	assert_non_null(strstr(err.text, "newer"));
	opt.known.size = sizeof(opt.known);
	opt.known.hang_ms = -1;
	assert_int_equal(fl_open(f->dir, &opt.known, &shop, &err), FL_INVALID);
	opt.known.size = sizeof(size_t); /* of before there were any */
	assert_int_equal(fl_open(f->dir, &opt.known, &f->shop, &err), FL_OK);
	fl_close(f->shop);
	opt.newer[7] = 0;
	opt.known.hang_ms = 0;
	opt.known.size = sizeof(opt);
	assert_int_equal(fl_open(f->dir, &opt.known, &f->shop, &err), FL_OK);
	assert_int_equal(fl_open(f->dir, NULL, &shop, &err), FL_CONFLICT);
	assert_int_equal(fl_open("/tmp", NULL, &shop, &err), FL_NOT_FOUND);
}

static void file_of(const char *dir, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* What merely stands out in a folder is not why it does not open. */
static void broken_rules_are_told_by_the_mistake(void **state)
{
	struct fixture *f = *state;
	fl_rooftop *shop = NULL;
	struct fl_error err;

	fl_close(f->shop);
	f->shop = NULL;
	file_of(f->dir, "rules/notes.txt", "to read later");
	file_of(f->dir, "rules/own.lua", "\nrule \"x\" {\n");
	assert_int_equal(fl_open(f->dir, NULL, &shop, &err), FL_INVALID);
	assert_null(shop);
	assert_int_equal(strncmp(err.text, "rules/own.lua:", 14), 0);
	assert_null(strstr(err.text, "notes.txt"));
}

/* A warning may stand first among what is told; `detail` is why it was
 * refused. */
static void detail_is_the_mistake(void **state)
{
	struct fixture *f = *state;
	static const char post[] = "{\"type\":\"deal.opened\",\"data\":{"
		"\"customer\":{\"name\":\"A B\",\"hobby\":\"chess\"},"
		"\"zzz\":1}}";
	struct said said = { 0 };
	const char *first, *detail;

	assert_int_equal(fl_post(f->shop, post, sizeof(post) - 1, on_answer,
		&said), FL_OK);
	wait_for(f, &said, 1);
	assert_int_equal(said.status, FL_INVALID);
	first = strstr(said.json, "\"problems\":[");
	assert_non_null(first);
	assert_non_null(strstr(first, "\"level\":\"warning\""));
	assert_true(strstr(first, "hobby") < strstr(first, "zzz"));
	detail = strstr(said.json, "\"detail\":\"");
	assert_non_null(detail);
	assert_true(strstr(detail, "zzz") < strchr(detail, ','));
}

/* One document, one a line, and what is neither. */
static void bodies(void **state)
{
	static const struct {
		const char *body;
		int answers;
		fl_status last;
	} table[] = {
		{ LEAD("1"), 1, FL_OK },
		{ LEAD("2") "\n", 1, FL_OK },
		{ LEAD("3") "\r\n\r\n  \n" LEAD("4") "\r\n", 2, FL_OK },
		{ "{\n\"type\":\"lead.received\",\n\"data\":\n{\"customer\":"
		  "{\"name\":\"C\",\"phone\":\"0612345678\"}}\n}\n", 1, FL_OK },
		{ LEAD("5") "\n{broken\n" LEAD("6"), 3, FL_OK },
		{ LEAD("7") "\n{broken}", 2, FL_INVALID },
		{ "", 1, FL_INVALID },
		{ "nonsense", 1, FL_INVALID },
		{ "[]", 1, FL_INVALID },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct said said = { 0 };

		assert_int_equal(fl_post(f->shop, table[i].body,
					 strlen(table[i].body), on_answer,
					 &said),
			FL_OK);
		assert_int_equal(said.calls, 0); /* never inside the call */
		wait_for(f, &said, table[i].answers);
		assert_int_equal(fl_poll(f->shop, 0), FL_OK);
		assert_int_equal(said.calls, table[i].answers);
		if (said.status != table[i].last)
			fail_msg("%s: %s", table[i].body, said.json);
	}
	assert_true(f->events >= 8);
}

static void questions(void **state)
{
	struct fixture *f = *state;
	struct said said = { 0 };

	assert_int_equal(fl_ask(f->shop, "status", NULL, on_answer, &said),
		FL_OK);
	wait_for(f, &said, 1);
	assert_int_equal(said.status, FL_OK);
	assert_int_equal(fl_ask(f->shop, "statsu", "{}", on_answer, &said),
		FL_OK);
	wait_for(f, &said, 2);
	assert_int_equal(said.status, FL_NOT_FOUND);
	assert_non_null(strstr(said.json, "FL591"));
	assert_int_equal(fl_ask(f->shop, "today", "[1]", on_answer, &said),
		FL_OK);
	wait_for(f, &said, 3);
	assert_int_equal(said.status, FL_INVALID);
	assert_int_equal(fl_ask(f->shop, "today", "{", on_answer, &said),
		FL_OK);
	wait_for(f, &said, 4);
	assert_int_equal(said.status, FL_INVALID);
	/* who asks stands in the journal */
	assert_int_equal(fl_ask(f->shop, "post",
				 "{\"as\":\"jan\",\"type\":\"lead.received\","
				 "\"data\":{\"customer\":{\"name\":\"D\","
				 "\"phone\":\"0612345679\"}}}",
				 on_answer, &said),
		FL_OK);
	wait_for(f, &said, 5);
	if (said.status != FL_OK)
		fail_msg("%s", said.json);
	assert_int_equal(fl_ask(f->shop, "why", "{\"of\":\"D\"}", NULL, NULL),
		FL_OK); /* nobody listens */
	assert_int_equal(fl_poll(f->shop, 0), FL_OK);
}

/* Callbacks may post; a wait without end ends when there is something. */
static void from_a_callback(void **state)
{
	struct fixture *f = *state;
	struct said said = { .shop = f->shop, .again = LEAD("again") };

	assert_int_equal(fl_post(f->shop, LEAD("first"), strlen(LEAD("first")),
				 on_answer, &said),
		FL_OK);
	while (said.calls < 2)
		assert_int_equal(fl_poll(f->shop, -1), FL_OK);
	assert_int_equal(said.again_status, FL_OK);
	assert_int_equal(said.status, FL_OK);
	/* what is not answered when it closes is answered then, and nothing
	 * is taken any more */
	said.again = LEAD("third");
	assert_int_equal(fl_post(f->shop, LEAD("second"),
				 strlen(LEAD("second")), on_answer, &said),
		FL_OK);
	fl_close(f->shop);
	f->shop = NULL;
	assert_int_equal(said.calls, 3);
	assert_int_equal(said.again_status, FL_FATAL);
}

/* The n-th allocation of a call fails, for each n: an error or the answer. */
static void without_memory(void **state)
{
	struct fixture *f = *state;
	char lead[256];
	bool hit = true;

	for (long n = 0; hit; n++) {
		struct said said = { 0 };
		fl_status s;

		snprintf(lead, sizeof(lead),
			"{\"type\":\"lead.received\",\"source\":\"m\",\"id\":"
			"\"%ld\",\"data\":{\"customer\":{\"name\":\"A\","
			"\"email\":\"m%ld@x.nl\"}}}", n, n);
		fault_after(n);
		s = fl_post(f->shop, lead, strlen(lead), on_answer, &said);
		hit = fault_disarm();
		assert_true(s == FL_OK || s == FL_NOMEM);
		if (s == FL_OK)
			wait_for(f, &said, 1);
		assert_int_equal(fl_poll(f->shop, 0), FL_OK);
		assert_int_equal(said.calls, s == FL_OK);
	}
	hit = true;
	for (long n = 0; hit; n++) {
		struct said said = { 0 };
		fl_status s;

		fault_after(n);
		s = fl_ask(f->shop, "today", "{\"person\":\"jan\"}", on_answer,
			&said);
		hit = fault_disarm();
		assert_true(s == FL_OK || s == FL_NOMEM);
		if (s == FL_OK)
			wait_for(f, &said, 1);
		assert_int_equal(fl_poll(f->shop, 0), FL_OK);
		assert_int_equal(said.calls, s == FL_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(options, setup, teardown),
		cmocka_unit_test_setup_teardown(
			broken_rules_are_told_by_the_mistake, setup, teardown),
		cmocka_unit_test_setup_teardown(
			detail_is_the_mistake, setup, teardown),
		cmocka_unit_test_setup_teardown(bodies, setup, teardown),
		cmocka_unit_test_setup_teardown(questions, setup, teardown),
		cmocka_unit_test_setup_teardown(from_a_callback, setup,
			teardown),
		cmocka_unit_test_setup_teardown(without_memory, setup,
			teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
