/*
 * What is wrong is refused with what, where and the nearest right name, and
 * nothing is stored: a table of wrong posts and commands through fairlead.h.
 * Also: the same (source, id) again changes nothing, another body under it is
 * refused; answers come inside fl_poll(), in order.
 */
#include "unit.h"

#include "base/log.h"
#include "base/value.h"
#include "fairlead.h"

#include <stdlib.h>
#include <unistd.h>

#define LEAD                                                                   \
	"{\"type\":\"lead.received\",\"source\":\"web\",\"id\":\"1\","         \
	"\"deal\":\"d1\",\"customer\":{\"name\":\"Sofie Peeters\","            \
	"\"phone\":\"0612345678\"}}"

struct roof {
	char dir[128];
	fl_rooftop *r;
	struct arena a;
	struct value answer;
	fl_status status;
	bool answered;
};

static void on_answer(void *ctx, fl_status status, const char *json,
		      size_t bytes)
{
	struct roof *f = ctx;
	struct fl_error err = {0};

	assert_false(f->answered);
	f->answered = true;
	f->status = status;
	arena_reset(&f->a);
	assert_int_equal(value_read(&f->a, json, bytes, NULL, &f->answer,
				 &err), FL_OK);
}

static void settle(struct roof *f)
{
	assert_false(f->answered); /* never inside the call itself */
	for (int i = 0; i < 2000 && !f->answered; i++)
		assert_int_equal(fl_poll(f->r, 20), FL_OK);
	assert_true(f->answered);
}

static const struct value *post(struct roof *f, const char *json)
{
	f->answered = false;
	assert_int_equal(fl_post(f->r, json, strlen(json), on_answer, f),
		FL_OK);
	settle(f);
	return &f->answer;
}

static const struct value *ask(struct roof *f, const char *name,
			       const char *args)
{
	f->answered = false;
	assert_int_equal(fl_ask(f->r, name, args, on_answer, f), FL_OK);
	settle(f);
	return &f->answer;
}

/* The folder as it is made, but in English. */
static bool in_english(const char *dir)
{
	char path[160], text[16384], *at;
	size_t n = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/dealership.lua", dir);
	if ((file = fopen(path, "r+")) == NULL)
		return false;
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	at = strstr(text, "language = \"nl\"");
	if (at != NULL && fseek(file, at - text + 12, SEEK_SET) == 0)
		fwrite("en", 1, 2, file);
	return fclose(file) == 0 && at != NULL;
}

/* ---- what is stored ---- */

static const char *const counted[] = {"events", "records", "tasks",
	"tasks_open", "dues", "outbox_waiting", "rulesets", "misfits", NULL};

struct counts {
	int64_t n[8]; /* the events first: their count is the last number */
};

static struct counts count(struct roof *f)
{
	const struct value *v = ask(f, "status", NULL);
	struct counts c = {{0}};

	assert_int_equal(f->status, FL_OK);
	for (int i = 0; counted[i] != NULL; i++) {
		c.n[i] = value_get_int(v, counted[i], -1);
		assert_true(c.n[i] >= 0);
	}
	return c;
}

static void unmoved(struct roof *f, const struct counts *before,
		    const char *what)
{
	struct counts now = count(f);

	for (int i = 0; counted[i] != NULL; i++)
		if (now.n[i] != before->n[i])
			fail_msg("%s: %s was %lld, is %lld", what, counted[i],
				(long long)before->n[i], (long long)now.n[i]);
}

/* ---- refusals ---- */

struct wrong {
	const char *body;    /* of a post; "!NAME ARGS": of a question */
	fl_status status;
	const char *field;   /* NULL: none named */
	const char *nearest; /* NULL: none offered */
	const char *text;    /* part of what is said */
};

static const struct wrong wrongs[] = {
	/* broken JSON */
	{"", FL_INVALID, NULL, NULL, "ends too early at line 1, column 1"},
	{"{\"type\":\"lead.received\",", FL_INVALID, NULL, NULL,
		"want a key in quotes at line 1, column 25"},
	{"{\"type\":\"lead.received\"}}", FL_INVALID, NULL, NULL,
		"more behind the document"},
	{"{\"type\":\"a\",\"type\":\"b\"}", FL_INVALID, NULL, NULL,
		"key written twice at line 1, column 13"},
	{"{\"type\":\"lead.received\",\"deal\":\"\\ud800\"}", FL_INVALID,
		NULL, NULL, "half of a surrogate pair"},
	{"[1,2]", FL_INVALID, NULL, NULL, "an event is a map"},
	{"\"lead.received\"", FL_INVALID, NULL, NULL, "an event is a map"},
	/* types */
	{"{}", FL_INVALID, "type", NULL, "needs a type"},
	{"{\"type\":7}", FL_INVALID, "type", NULL, "must be a text"},
	{"{\"type\":\"lead.recieved\"}", FL_INVALID, "type", "lead.received",
		"no event \"lead.recieved\""},
	{"{\"type\":\"visit.end\",\"source\":\"dms\"}", FL_INVALID, "type",
		"visit.ended", "no event \"visit.end\""},
	{"{\"type\":\"timer.fired\",\"data\":{\"card\":\"x\"}}", FL_DENIED,
		"type", NULL, "only the engine"},
	{"{\"type\":\"deal.state_changed\",\"source\":\"dms\"}", FL_DENIED,
		"type", NULL, "only the engine"},
	/* fields and values of a person's command */
	{"{\"type\":\"contact.made\",\"deal\":\"d1\",\"chanel\":\"phone\"}",
		FL_INVALID, "chanel", "channel", "no field \"chanel\""},
	{"{\"type\":\"contact.made\",\"data\":{\"deal\":\"d1\","
		"\"tempo_day\":21}}", FL_INVALID, "tempo_day", "tempo_days",
		"no field \"tempo_day\""},
	{"{\"type\":\"contact.made\",\"deal\":\"d1\","
		"\"tempo_days\":\"soon\"}", FL_INVALID, "tempo_days", NULL,
		"is not a"},
	{"{\"type\":\"appointment.set\",\"deal\":\"d1\","
		"\"kind\":\"visitt\",\"at\":\"2032-02-10 10:00\"}",
		FL_INVALID, "kind", "visit",
		"one of visit, test_drive, delivery, call"},
	{"{\"type\":\"appointment.set\",\"deal\":\"d1\",\"kind\":\"visit\"}",
		FL_INVALID, "at", NULL, "needs \"at\""},
	{"{\"type\":\"appointment.set\",\"deal\":\"d1\",\"at\":\"soon\"}",
		FL_INVALID, "at", NULL, "\"at\" is not a time"},
	{"{\"type\":\"contact.made\",\"deal\":\"d1\",\"at\":\"yesterday\"}",
		FL_INVALID, "at", NULL, "no date or time"},
	{"{\"type\":\"contact.made\",\"deal\":\"d1\","
		"\"at\":\"2031-13-40 10:00\"}", FL_INVALID, "at", NULL,
		"no date or time"},
	{"{\"type\":\"contact.made\",\"data\":[1]}", FL_INVALID, "data", NULL,
		"map of fields"},
	{"{\"type\":\"contact.made\",\"data\":{\"deal\":\"d1\"},"
		"\"actr\":\"jan\"}", FL_INVALID, "actr", "actor",
		"beside \"data\""},
	/* names */
	{"{\"type\":\"contact.made\",\"deal\":\"D999999\"}", FL_NOT_FOUND,
		"deal", NULL, "no deal \"D999999\""},
	{"{\"type\":\"contact.made\",\"deal\":\"Sofie Peters\"}",
		FL_NOT_FOUND, "deal", "Sofie Peeters",
		"nobody and nothing here"},
	{"{\"type\":\"contact.made\"}", FL_NOT_FOUND, "deal", NULL,
		"does not say which deal"},
	{"{\"type\":\"deal.signed\",\"deal\":\"d1\",\"seller\":\"jn\"}",
		FL_NOT_FOUND, "seller", "jan", "nobody in dealership.lua"},
	{"{\"type\":\"task.done\",\"task\":\"T999\",\"outcome\":\"done\"}",
		FL_NOT_FOUND, "task", NULL, "no task T999"},
	/* state */
	{"{\"type\":\"delivery.accepted\",\"deal\":\"d1\"}", FL_DENIED, NULL,
		NULL, "does not fit"},
	/* ids and sources */
	{"{\"type\":\"contact.made\",\"source\":\"engine\",\"deal\":\"d1\"}",
		FL_INVALID, "source", NULL, "engine's own name"},
	{"{\"type\":\"contact.made\",\"source\":\"pbx\",\"id\":\"n12\","
		"\"deal\":\"d1\"}", FL_INVALID, "id", NULL,
		"engine's own ids"},
	/* questions and commands */
	{"!tody {}", FL_NOT_FOUND, NULL, "today", "no command \"tody\""},
	{"!today {", FL_INVALID, NULL, NULL, "want a key in quotes"},
	{"!today {\"persn\":\"jan\"}", FL_INVALID, "persn", "person",
		"no argument \"persn\""},
	{"!today {\"person\":\"jn\"}", FL_NOT_FOUND, "person", "jan",
		"nobody in dealership.lua"},
	{"!deal {}", FL_INVALID, "who", NULL, "\"who\" is missing"},
	{"!deal {\"who\":\"Sofie Peters\"}", FL_NOT_FOUND, NULL,
		"Sofie Peeters", "nobody and nothing here"},
	{"!answer {\"task\":\"T999\",\"outcome\":\"done\"}", FL_NOT_FOUND,
		NULL, NULL, "no task T999"},
	{"!answer {\"task\":\"@\",\"outcome\":\"reachedd\"}", FL_INVALID,
		"outcome", "reached", "no answer of this task"},
	{"!clock {\"by\":\"3 wekes\"}", FL_INVALID, "by", NULL,
		"did you mean \"3 weeks\""},
	{"!clock {\"to\":\"2001-01-01 10:00\"}", FL_INVALID, NULL, NULL,
		"only moves forward"},
	{"!person {\"name\":\"jan\",\"what\":\"awy\"}", FL_INVALID, "what",
		"away", "away, back or left"},
	{"!retry {\"event\":\"E9999\"}", FL_NOT_FOUND, NULL, NULL,
		"no event E9999"},
};

static void same_or_none(const char *body, const char *what,
			 const struct value *p, const char *want)
{
	const char *is = value_get_str(p, what);

	if ((is == NULL) != (want == NULL) ||
		(is != NULL && strcmp(is, want) != 0))
		fail_msg("%s: %s is %s", body, what, is != NULL ? is : "none");
}

/* Question "!NAME ARGS"; "@" in it stands for the open task. */
static void ask_wrong(struct roof *f, const char *body, const char *task)
{
	char name[20], args[100];
	const char *at = strchr(body, '@'), *from = strchr(body, ' ') + 1;

	snprintf(name, sizeof(name), "%.*s", (int)(from - body - 2), body + 1);
	if (at != NULL)
		snprintf(args, sizeof(args), "%.*s%s%s", (int)(at - from),
			from, task, at + 1);
	else
		snprintf(args, sizeof(args), "%s", from);
	ask(f, name, args);
}

static void check_wrong(struct roof *f, const struct wrong *w,
			const char *task)
{
	const struct value *list, *p;
	const char *text;

	if (w->body[0] == '!')
		ask_wrong(f, w->body, task);
	else
		post(f, w->body);
	if (f->status != w->status)
		fail_msg("%s: status %s", w->body, fl_status_name(f->status));
	list = value_get(&f->answer, "problems");
	if (list == NULL || list->count == 0)
		fail_msg("%s: nothing is said", w->body);
	p = &list->as.items[0];
	text = value_get_str(p, "text");
	if (strstr(text, w->text) == NULL)
		fail_msg("%s: %s", w->body, text);
	assert_string_equal(value_get_str(&f->answer, "detail"), text);
	assert_string_equal(value_get_str(p, "level"), "error");
	same_or_none(w->body, "field", p, w->field);
	same_or_none(w->body, "nearest", p, w->nearest);
}

/* A lead that comes while we are closed is nobody's task yet. */
static void while_open(struct roof *f)
{
	ask(f, "clock", "{\"by\":\"1 work minute\"}");
	assert_int_equal(f->status, FL_OK);
}

static void what_is_wrong_is_said_and_not_stored(void **state)
{
	struct roof *f = *state;
	struct counts before;
	const struct value *tasks;
	char task[24];

	while_open(f);
	post(f, LEAD);
	assert_int_equal(f->status, FL_OK);
	tasks = value_get(&f->answer, "tasks");
	assert_true(tasks != NULL && tasks->count == 1);
	snprintf(task, sizeof(task), "%s",
		value_get_str(&tasks->as.items[0], "task"));
	before = count(f);
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		check_wrong(f, &wrongs[i], task);
		unmoved(f, &before, wrongs[i].body);
	}
}

/* The same mistakes where Dutch is spoken: every sentence is in Dutch. */
static const struct wrong dutch_wrongs[] = {
	{"{\"type\":\"lead.recieved\"}", FL_INVALID, "type", "lead.received",
		"er is geen gebeurtenis \"lead.recieved\""},
	{"{\"type\":\"contact.made\",\"deal\":\"d1\",\"chanel\":\"phone\"}",
		FL_INVALID, "chanel", "channel", "heeft geen veld \"chanel\""},
	{"{\"type\":\"contact.made\",\"deal\":\"d1\","
		"\"tempo_days\":\"soon\"}", FL_INVALID, "tempo_days", NULL,
		"is geen geheel getal"},
	{"{\"type\":\"appointment.set\",\"deal\":\"d1\","
		"\"kind\":\"visitt\",\"at\":\"2032-02-10 10:00\"}",
		FL_INVALID, "kind", "visit", "\"kind\" is een van visit"},
	{"{\"type\":\"appointment.set\",\"deal\":\"d1\",\"kind\":\"visit\"}",
		FL_INVALID, "at", NULL, "heeft \"at\" nodig"},
	{"{\"type\":\"contact.made\",\"deal\":\"d1\",\"at\":\"yesterday\"}",
		FL_INVALID, "at", NULL, "is geen tijdstip"},
	{"{\"type\":\"delivery.completed\",\"deal\":\"d1\"}",
		FL_DENIED, NULL, NULL, "past niet"},
	{"!answer {\"task\":\"@\",\"outcome\":\"later\","
		"\"next_contact_at\":\"soon\"}", FL_INVALID,
		"next_contact_at", NULL, "is geen tijdstip"},
	{"!clock {\"by\":\"3 wekes\"}", FL_INVALID, "by", NULL,
		"geen tijdsduur"},
	{"!clock {\"to\":\"2001-01-01 10:00\"}", FL_INVALID, NULL, NULL,
		"gaat alleen vooruit"},
};

static void what_is_wrong_is_said_in_dutch(void **state)
{
	struct roof *f = *state;
	const struct value *tasks;
	char task[24];

	while_open(f);
	post(f, LEAD);
	tasks = value_get(&f->answer, "tasks");
	assert_true(tasks != NULL && tasks->count == 1);
	snprintf(task, sizeof(task), "%s",
		value_get_str(&tasks->as.items[0], "task"));
	for (size_t i = 0; i < sizeof(dutch_wrongs) / sizeof(*dutch_wrongs);
		i++)
		check_wrong(f, &dutch_wrongs[i], task);
	/* the next step towards it is told first */
	post(f, "{\"type\":\"delivery.handed_off\",\"deal\":\"d1\"}");
	assert_non_null(strstr(value_get_str(&value_get(&f->answer,
				"problems")->as.items[0], "remedy"),
		"eerst deal.signed; wat nu past: "));
	/* no field is near: all of them are told */
	post(f, "{\"type\":\"quote.presented\",\"deal\":\"d1\",\"price\":1}");
	assert_non_null(strstr(value_get_str(&value_get(&f->answer,
				"problems")->as.items[0], "remedy"),
		"de velden zijn: version, amount"));
}

/* ---- a fact is kept whole, and what is odd about it is said ---- */

static void facts_are_kept_with_warnings(void **state)
{
	struct roof *f = *state;
	const struct value *p;

	post(f, LEAD);
	assert_null(value_get(&f->answer, "problems"));
	post(f, "{\"type\":\"contact.made\",\"source\":\"pbx\",\"id\":\"2\","
		"\"deal\":\"d1\",\"chanel\":\"phone\"}");
	assert_int_equal(f->status, FL_OK);
	p = value_get(&f->answer, "problems");
	assert_true(p != NULL && p->count == 1);
	p = &p->as.items[0];
	assert_string_equal(value_get_str(p, "level"), "warning");
	assert_string_equal(value_get_str(p, "field"), "chanel");
	assert_string_equal(value_get_str(p, "nearest"), "channel");
	/* a person's slip in the customer's own fields, too */
	post(f, "{\"type\":\"lead.received\",\"deal\":\"d2\","
		"\"customer\":{\"name\":\"Jo Bos\",\"phne\":\"0687654321\"}}");
	assert_int_equal(f->status, FL_OK);
	p = value_get(&f->answer, "problems");
	assert_true(p != NULL && p->count == 1);
	p = &p->as.items[0];
	assert_string_equal(value_get_str(p, "level"), "warning");
	assert_string_equal(value_get_str(p, "field"), "phne");
	assert_string_equal(value_get_str(p, "nearest"), "phone");
}

/* ---- the same again ---- */

static void again_changes_nothing(void **state)
{
	struct roof *f = *state;
	struct counts before;
	int64_t number;

	post(f, LEAD);
	number = value_get_int(&f->answer, "number", 0);
	assert_true(number > 0);
	before = count(f);
	post(f, LEAD);
	assert_int_equal(f->status, FL_OK);
	assert_true(value_get_bool(&f->answer, "repeat", false));
	assert_int_equal(value_get_int(&f->answer, "number", 0), number);
	/* the same in other words: order and spaces do not count */
	post(f, "{ \"id\":\"1\", \"source\":\"web\", \"deal\":\"d1\","
		"\"customer\":{\"phone\":\"0612345678\","
		"\"name\":\"Sofie Peeters\"},\"type\":\"lead.received\" }");
	assert_true(value_get_bool(&f->answer, "repeat", false));
	unmoved(f, &before, "the same again");
	post(f, "{\"type\":\"lead.received\",\"source\":\"web\",\"id\":\"1\","
		"\"deal\":\"d1\",\"customer\":{\"name\":\"Sofie Peeters\"}}");
	assert_int_equal(f->status, FL_CONFLICT);
	assert_non_null(strstr(value_get_str(&f->answer, "detail"),
		"known as E"));
	unmoved(f, &before, "another body");
	/* the same id of another source is another event */
	post(f, "{\"type\":\"contact.made\",\"source\":\"pbx\",\"id\":\"1\","
		"\"deal\":\"d1\"}");
	assert_int_equal(f->status, FL_OK);
	assert_int_equal(
		value_get_int(&f->answer, "number", 0), before.n[0] + 1);
}

/* A command's names mean something else the second time: it is the same. */
static void a_command_again_is_the_same(void **state)
{
	static const char opened[] = "{\"type\":\"deal.opened\",\"id\":\"7\","
		"\"deal\":\"d9\",\"customer\":{\"name\":\"Piet Vos\"}}";
	static const char made[] = "{\"type\":\"contact.made\",\"id\":\"8\","
		"\"deal\":\"d9\",\"channel\":\"phone\"}";
	static const char asked[] = "{\"type\":\"deal.opened\",\"id\":\"7\","
		"\"deal\":\"d10\",\"customer\":{\"name\":\"Jo Bos\"}}";
	struct roof *f = *state;
	struct counts before;
	int64_t number;

	post(f, opened);
	assert_int_equal(f->status, FL_OK);
	number = value_get_int(&f->answer, "number", 0);
	post(f, made);
	assert_int_equal(f->status, FL_OK);
	before = count(f);
	post(f, opened);
	assert_int_equal(f->status, FL_OK);
	assert_true(value_get_bool(&f->answer, "repeat", false));
	assert_int_equal(value_get_int(&f->answer, "number", 0), number);
	post(f, made);
	assert_true(value_get_bool(&f->answer, "repeat", false));
	unmoved(f, &before, "commands again");
	/* asked for by name it has a source of its own */
	ask(f, "post", asked);
	assert_int_equal(f->status, FL_OK);
	before = count(f);
	ask(f, "post", asked);
	assert_int_equal(f->status, FL_OK);
	assert_true(value_get_bool(&f->answer, "repeat", false));
	unmoved(f, &before, "asked again");
}

/* ---- order ---- */

struct line {
	int *n;
	int nth;
	fl_status status;
};

static void on_line(void *ctx, fl_status status, const char *json,
		    size_t bytes)
{
	struct line *l = ctx;

	(void)json;
	(void)bytes;
	l->status = status;
	l->nth = ++*l->n;
}

/* Good and bad ones under way together are answered in order of posting. */
static void answers_come_in_order(void **state)
{
	static const char *const bodies[] = {LEAD, "{", LEAD,
		"{\"type\":\"lead.recieved\"}",
		("{\"type\":\"contact.made\",\"source\":\"pbx\","
		 "\"id\":\"3\",\"deal\":\"d1\"}"),
		"{\"type\":\"contact.made\",\"deal\":\"Sofie Peters\"}"};
	static const fl_status want[] = {FL_OK, FL_INVALID, FL_OK, FL_INVALID,
		FL_OK, FL_NOT_FOUND};
	struct roof *f = *state;
	struct line lines[6];
	int n = 0;

	for (int i = 0; i < 6; i++) {
		lines[i] = (struct line){&n, 0, FL_UNKNOWN};
		assert_int_equal(fl_post(f->r, bodies[i], strlen(bodies[i]),
					 on_line, &lines[i]), FL_OK);
		assert_int_equal(n, 0);
	}
	for (int i = 0; i < 2000 && n < 6; i++)
		assert_int_equal(fl_poll(f->r, 20), FL_OK);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(lines[i].nth, i + 1);
		assert_int_equal(lines[i].status, want[i]);
	}
}

static int setup_in(void **state, bool english)
{
	struct roof *f = calloc(1, sizeof(*f));
	struct fl_options opt = {.size = sizeof(opt), .manual_clock = 1};
	struct fl_error err = {0};

	if (f == NULL)
		return -1;
	log_level_set(LOG_ERROR);
	snprintf(f->dir, sizeof(f->dir), "/tmp/fairlead-refusals-%d-XXXXXX",
		(int)getpid());
	if (mkdtemp(f->dir) == NULL)
		return -1;
	arena_init(&f->a, 64u << 20);
	if (fl_init(f->dir, 1, &err) != FL_OK ||
		(english && !in_english(f->dir)) ||
		fl_open(f->dir, &opt, &f->r, &err) != FL_OK) {
		print_error("%s\n", err.text);
		return -1;
	}
	*state = f;
	return 0;
}

static int setup(void **state)
{
	return setup_in(state, true);
}

static int setup_dutch(void **state)
{
	return setup_in(state, false);
}

static int teardown(void **state)
{
	struct roof *f = *state;
	char command[200];

	fl_close(f->r);
	arena_deinit(&f->a);
	snprintf(command, sizeof(command), "rm -rf '%s'", f->dir);
	free(f);
	return system(command) == 0 ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_wrong_is_said_and_not_stored, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_said_in_dutch,
			setup_dutch, teardown),
		cmocka_unit_test_setup_teardown(
			facts_are_kept_with_warnings, setup, teardown),
		cmocka_unit_test_setup_teardown(
			again_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_command_again_is_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(
			answers_come_in_order, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
