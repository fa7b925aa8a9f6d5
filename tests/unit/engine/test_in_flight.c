/*
 * The contract of docs/en/in-flight.md: what a change of the rules does to
 * those who are in a card, one test a row, with the rule texts before and
 * after.
 */
#include "scene_lua.h"

#include "ask/ask.h"
#include "engine/machine.h"

/* A cadence of deals that starts with a contact, and its steps. */
#define CARD(id, more)                                                         \
	"cadence \"" id "\" { title = \"T\", about = \"deal\", "               \
	"starts = \"contact.made\", " more " }\n"
#define SLOW(steps) CARD("slow", steps)
#define CALL(wait)                                                             \
	"step \"call\" { after = \"" wait "\", "                               \
	"task = todo \"Call {customer.name}\", who = \"jan\" }"
#define LOOK(wait)                                                             \
	"step \"look\" { after = \"" wait "\", "                               \
	"task = todo \"Look\", who = \"jan\" }"

static void begin(struct scene *s, const char *own)
{
	scene_begin(s, SCENE_DEALER, own);
	scene_deals(s, 0, 1);
}

static void change(struct scene *s, const char *own)
{
	scene_publish(s, SCENE_DEALER, own);
}

static int64_t due(struct scene *s, const char *step)
{
	return scene_due(s, 0, "slow", step);
}

static int shown(struct scene *s, const char *step)
{
	int all = scene_open_tasks(s, NULL, step, NULL);

	/* that nothing is planned any more is told beside it */
	return step != NULL ? all
			    : all - scene_open_tasks(s, NULL, "silent", NULL);
}

/* ---- waits ---- */

static void test_wait_longer(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("3 work days")));
	assert_int_equal(due(&s, "call"), OPENING(3));
	scene_clock(&s, OPENING(1));
	change(&s, SLOW(CALL("2 weeks")));
	assert_int_equal(due(&s, "call"), OPENING(14));
	scene_clock(&s, OPENING(13));
	assert_int_equal(shown(&s, "call"), 0);
	scene_clock(&s, OPENING(14));
	assert_int_equal(shown(&s, "call"), 1);
	scene_close(&s);
}

static void test_wait_shorter(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("3 work days")));
	change(&s, SLOW(CALL("1 work day")));
	assert_int_equal(due(&s, "call"), OPENING(1));
	scene_clock(&s, OPENING(1));
	assert_int_equal(shown(&s, "call"), 1);
	scene_close(&s);
}

/* Too late already: nobody is forgotten, ten a day come to Jan. */
static void test_wait_over(void **state)
{
	static const int days[] = {6, 7, 8}; /* Monday, Tuesday, Wednesday */
	struct scene s;
	int n[3] = {0};

	(void)state;
	scene_begin(&s, SCENE_DEALER, SLOW(CALL("3 weeks")));
	scene_deals(&s, 0, 25);
	scene_clock(&s, OPENING(4)); /* Saturday */
	change(&s, SLOW(CALL("2 work days")));
	for (int i = 0; i < 25; i++)
		for (int d = 0; d < 3; d++)
			n[d] += scene_due(&s, i, "slow", "call") ==
				OPENING(days[d]);
	assert_int_equal(n[0], 10);
	assert_int_equal(n[1], 10);
	assert_int_equal(n[2], 5);
	/* another change does not shuffle them again */
	change(&s, SLOW(CALL("2 work days") ", " LOOK("4 weeks")));
	assert_int_equal(scene_due(&s, 24, "slow", "call"), OPENING(8));
	scene_clock(&s, OPENING(6));
	assert_int_equal(shown(&s, "call"), 10);
	scene_clock(&s, OPENING(8));
	assert_int_equal(shown(&s, "call"), 25);
	scene_close(&s);
}

#define KEY_BYTES 60

static bool first_key(void *ctx, const struct outbox_row *row)
{
	snprintf(ctx, KEY_BYTES, "%s", row->key.at);
	return false;
}

/* A function that fails for many is one task for the manager. After twenty the
 * card is put away; everybody stays where they were, until it is mended. */
static void test_fails_for_many(void **state)
{
	const struct task *task = NULL;
	struct scene s;

	(void)state;
	scene_begin(&s, SCENE_DEALER, SLOW(CALL("2 weeks")));
	scene_deals(&s, 0, 70);
	change(&s, SLOW("as_long_as = function(deal) if deal.state == "
			"\"engaged\" then error(\"broken\") end return true "
			"end, " CALL("3 weeks")));
	assert_int_equal(scene_open_tasks(&s, "piet", "fault:1", &task), 1);
	assert_int_equal(task->subject, scene_record(&s, "rooftop:rooftop")->id);
	assert_int_equal(scene_count(&s, "card.quarantined"), 1);
	assert_in_range(scene_count(&s, "card.failed"), 20, 32);
	for (int i = 0; i < 70; i++)
		assert_int_equal(scene_due(&s, i, "slow", "call"), OPENING(14));
	change(&s, SLOW(CALL("3 weeks")));
	for (int i = 0; i < 70; i++)
		assert_int_equal(scene_due(&s, i, "slow", "call"), OPENING(21));
	scene_close(&s);
}

/* What a bad ruleset has sent cannot be taken back: undo names it. */
static void test_undo_names_sent(void **state)
{
#define MAILS(run)                                                             \
	"rule \"mails\" { title = \"T\", about = \"deal\", when "              \
	"\"contact.made\" { run = function(deal, event, act) " run " end } }\n"
	static const struct post_by own = {.actor = {"system", 6},
		.source = {"rooftop", 7}, .own = true};
	struct value args = value_map(), out = value_null(), wire, data;
	const struct value *sent;
	struct scene_answer a = {0};
	char key[KEY_BYTES] = "";
	struct fl_error err;
	struct problems p;
	struct scene s;
	struct ask ask;

	(void)state;
	scene_begin(&s, SCENE_DEALER, MAILS("act.note(\"x\")"));
	change(&s, MAILS("act.message { channel = \"email\", to = \"piet\", "
			 "template = \"bad\" }"));
	scene_deals(&s, 0, 1);
	problems_init(&p, &s.arena);
	ask = (struct ask){.a = &s.arena, .now_ms = s.now_ms};
	assert_int_equal(reader_of_store(s.store, &ask.reader, &err), FL_OK);
	wire = value_map();
	data = value_map();
	assert_int_equal(reader_outbox(ask.reader, &s.arena, first_key, key,
				 &err), FL_OK);
	value_put(&s.arena, &data, "message", value_text(key));
	value_put(&s.arena, &data, "channel", value_text("email"));
	value_put(&s.arena, &wire, "type", value_text("message.sent"));
	value_put(&s.arena, &wire, "subject",
		value_int(scene_record(&s, "deal:D-0")->id));
	value_put(&s.arena, &wire, "data", data);
	engine_post(s.engine, &wire, &own, scene_answered, &a);
	scene_poll(&s);
	assert_int_equal(a.status, FL_OK);
	change(&s, MAILS("act.note(\"x\")"));
	ask.ruleset = engine_ruleset(s.engine);
	ask.ruleset_number = engine_ruleset_number(s.engine);
	value_put(&s.arena, &args, "ruleset", value_text("2"));
	assert_int_equal(ask_find("undo")->fn(&ask, &args, &out, &p), FL_OK);
	sent = value_get(&out, "sent");
	assert_int_equal(sent->count, 1);
	assert_string_equal(value_get_str(&sent->as.items[0], "channel"),
		"email");
	assert_string_equal(value_get_str(&sent->as.items[0], "customer_name"),
		"Klant 0");
	assert_string_equal(value_get_str(&sent->as.items[0], "at_text"),
		"10:00");
	reader_free(ask.reader);
	scene_close(&s);
}

/* The pace is the dealer's: 5 a day, and each person their own. */
static void test_pace(void **state)
{
	static const char dealer[] =
		"dealership { name = \"Test\", zone = \"Europe/Amsterdam\", "
		"language = \"en\", legal = \"nl\", holidays = \"none\", "
		"pace = 5, hours = { [\"mon-fri\"] = \"09:00-18:00\" } }\n"
		SCENE_JAN SCENE_PIET;
	struct scene s;
	int first = 0;

	(void)state;
	scene_begin(&s, dealer, SLOW(CALL("3 weeks")
		", step \"two\" { after = \"3 weeks\", who = \"piet\", "
		"task = todo \"x\" }"));
	scene_deals(&s, 0, 8);
	scene_clock(&s, OPENING(4));
	scene_publish(&s, dealer, SLOW(CALL("1 work day")
		", step \"two\" { after = \"1 work day\", who = \"piet\", "
		"task = todo \"x\" }"));
	for (int i = 0; i < 8; i++)
		first += (scene_due(&s, i, "slow", "call") == OPENING(6)) +
			(scene_due(&s, i, "slow", "two") == OPENING(6));
	assert_int_equal(first, 10);
	scene_close(&s);
}

/* `again` and other later moments hold when something else changes. */
static void test_unrelated(void **state)
{
#define AGAIN(more)                                                            \
	SLOW("step \"call\" { after = \"1 work day\", who = \"jan\", "         \
	     "task = call \"Call\", purpose = \"service\", answers = { no_answer = again { "          \
	     "after = \"3 work days\", at_most = 2 } } }" more)
	const struct task *t;
	struct scene s;

	(void)state;
	begin(&s, AGAIN(""));
	scene_clock(&s, OPENING(1));
	assert_int_equal(scene_open_tasks(&s, "jan", "call", &t), 1);
	scene_answer_task(&s, t, "no_answer");
	assert_int_equal(due(&s, "call"), OPENING(6)); /* Monday */
	change(&s, AGAIN(", " LOOK("8 weeks")));
	assert_int_equal(due(&s, "call"), OPENING(6));
	scene_close(&s);
}

static void test_day(void **state)
{
#define DAY(n)                                                                 \
	SLOW("step \"call\" { day = " n ", task = todo \"x\", who = \"jan\" }")
	struct scene s;

	(void)state;
	begin(&s, DAY("8"));
	assert_int_equal(due(&s, "call"), OPENING(9));
	scene_clock(&s, OPENING(4));
	change(&s, DAY("2")); /* was Wednesday: comes Monday */
	assert_int_equal(due(&s, "call"), OPENING(6));
	scene_close(&s);
}

/* ---- what is asked ---- */

static void test_text(void **state)
{
	const struct task *t;
	struct wording w;
	int64_t until;
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("1 work day")));
	scene_clock(&s, OPENING(1));
	assert_int_equal(scene_open_tasks(&s, "jan", "call", &t), 1);
	until = t->due_at_ms;
	change(&s, SLOW("step \"call\" { after = \"1 work day\", task = todo "
			"\"Ring them\", who = \"piet\", within = \"1 hour\" "
			"}"));
	/* the same task, deadline and person; the words are new */
	assert_int_equal(scene_open_tasks(&s, "jan", "call", &t), 1);
	assert_int_equal(t->due_at_ms, until);
	assert_true(task_title(ruleset_book(engine_ruleset(s.engine)), t, &w));
	assert_string_equal(w.en.at, "Ring them");
	/* who comes in now gets the new person and the new deadline */
	scene_deals(&s, 1, 1);
	scene_clock(&s, OPENING(2));
	assert_int_equal(scene_open_tasks(&s, "piet", "call", &t), 1);
	assert_int_equal(t->due_at_ms, t->shown_at_ms + SCENE_DAY / 24);
	scene_close(&s);
}

/* ---- steps that come, go, move ---- */

static void test_step_added(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("1 week")));
	scene_clock(&s, OPENING(3));
	change(&s, SLOW("step \"behind\" { after = \"1 work day\", task = "
			"todo \"x\", who = \"jan\" }, "
			"step \"now\" { task = todo \"y\", who = \"jan\" }, "
			CALL("1 week") ", " LOOK("2 weeks")));
	assert_int_equal(due(&s, "look"), OPENING(14));
	assert_int_equal(due(&s, "call"), OPENING(7));
	scene_clock(&s, OPENING(20));
	assert_int_equal(shown(&s, "look"), 1);
	assert_int_equal(shown(&s, "call"), 1);
	assert_int_equal(shown(&s, "behind"), 0);
	assert_int_equal(shown(&s, "now"), 0);
	/* for who comes in now they are all ahead */
	scene_deals(&s, 1, 1);
	assert_int_equal(shown(&s, "now"), 1);
	scene_clock(&s, OPENING(22));
	assert_int_equal(shown(&s, "behind"), 1);
	scene_close(&s);
}

/* A rhythm that is new has missed rounds, but no last one. */
static void test_rhythm_added(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("8 weeks")));
	scene_clock(&s, OPENING(25)); /* Saturday */
	change(&s, SLOW(CALL("8 weeks") ", step \"rhythm\" { every = "
			"\"1 week\", from = \"last touch\", task = call \"x\","
			" who = \"jan\" }"));
	assert_int_equal(due(&s, "rhythm"), OPENING(27)); /* Monday */
	scene_close(&s);
}

static void test_step_removed(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("1 work day") ", " LOOK("2 work days") ", "
			"step \"last\" { after = \"1 week\", task = todo \"z\","
			" who = \"jan\" }"));
	scene_clock(&s, OPENING(1));
	assert_int_equal(shown(&s, "call"), 1);
	change(&s, SLOW("step \"last\" { after = \"1 week\", task = todo \"z\""
			", who = \"jan\" }"));
	assert_int_equal(shown(&s, "call"), 0); /* withdrawn */
	scene_clock(&s, OPENING(7));
	assert_int_equal(shown(&s, "look"), 0);
	assert_int_equal(shown(&s, "last"), 1);
	scene_close(&s);
}

/* Removed by mistake and brought back: open tasks and waits go on, what was
 * done stays done. */
static void test_step_back(void **state)
{
	static const char *const with = SLOW(CALL("1 work day") ", "
		LOOK("2 work days") ", step \"far\" { after = \"4 weeks\", "
		"task = todo \"z\", who = \"jan\" }");
	const struct task *t;
	struct scene s;

	(void)state;
	begin(&s, with);
	scene_clock(&s, OPENING(1));
	assert_int_equal(scene_open_tasks(&s, "jan", "call", &t), 1);
	scene_answer_task(&s, t, "done");
	scene_clock(&s, OPENING(2));
	assert_int_equal(shown(&s, "look"), 1);
	change(&s, SLOW("step \"other\" { after = \"1 year\", task = todo "
			"\"o\", who = \"jan\" }"));
	assert_int_equal(shown(&s, NULL), 0);
	scene_clock(&s, OPENING(4));
	change(&s, with);
	assert_int_equal(due(&s, "far"), OPENING(28));
	assert_int_equal(due(&s, "look"), OPENING(6)); /* once more, Monday */
	assert_int_equal(scene_place(&s, 0, "slow", "call")->phase, STEP_DONE);
	scene_clock(&s, OPENING(6));
	assert_int_equal(shown(&s, "look"), 1);
	assert_int_equal(shown(&s, "call"), 0);
	scene_close(&s);
}

static void test_step_renamed(void **state)
{
#define RENAMED(once)                                                          \
	SLOW("step \"ring\" { was = \"call\", after = \"1 work day\", " once   \
	     "task = todo \"Ring\", who = \"jan\" }, step \"watch\" { was = "  \
	     "\"look\", after = \"1 week\", task = todo \"w\", who = "         \
	     "\"jan\" }")
	const struct task *t, *old;
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("1 work day") ", " LOOK("1 week")));
	scene_clock(&s, OPENING(1));
	assert_int_equal(scene_open_tasks(&s, "jan", "call", &old), 1);
	change(&s, RENAMED(""));
	/* neither shown twice nor withdrawn; the wait goes on */
	assert_int_equal(scene_open_tasks(&s, "jan", NULL, &t), 1);
	assert_int_equal(t->id, old->id);
	assert_int_equal(due(&s, "watch"), OPENING(7));
	assert_int_equal(due(&s, "look"), 0);
	scene_answer_task(&s, t, "done");
	assert_int_equal(scene_place(&s, 0, "slow", "ring")->phase, STEP_DONE);
	scene_clock(&s, OPENING(7));
	assert_int_equal(scene_open_tasks(&s, "jan", NULL, &t), 1);
	assert_true(text_is(t->step, "watch"));
	/* and the name back again: done stays done, the open one is shown
	 * under the name that the rules know */
	change(&s, SLOW(CALL("1 work day") ", " LOOK("1 week")));
	assert_int_equal(scene_place(&s, 0, "slow", "call")->phase, STEP_DONE);
	scene_clock(&s, OPENING(8));
	assert_int_equal(shown(&s, "watch"), 0);
	assert_int_equal(shown(&s, "look"), 1);
	scene_close(&s);
}

/* `once` remembers the step under its former name. */
static void test_once_renamed(void **state)
{
	const struct task *t;
	struct scene s;

	(void)state;
	begin(&s, SLOW("stops = \"prospect.bought_elsewhere\", step \"call\" {"
		       " after = \"1 work day\", once = true, task = todo "
		       "\"c\", who = \"jan\" }"));
	scene_clock(&s, OPENING(1));
	assert_int_equal(scene_open_tasks(&s, "jan", "call", &t), 1);
	scene_answer_task(&s, t, "done");
	change(&s, RENAMED("once = true, "));
	assert_int_equal(scene_place(&s, 0, "slow", "ring")->phase, STEP_DONE);
	change(&s, SLOW("closed = true, removed = \"stop\", " CALL("1 day")));
	change(&s, RENAMED("once = true, "));
	assert_int_equal(scene_post(&s, "{\"type\":\"contact.made\",\"subject\""
					":\"D-0\",\"data\":{\"channel\":"
					"\"phone\"}}").status, FL_OK);
	scene_clock(&s, OPENING(5));
	assert_int_equal(shown(&s, NULL), 0);
	scene_close(&s);
}

static void test_reordered(void **state)
{
#define THEN                                                                   \
	"step \"then\" { after = \"2 work days\", from = \"previous step\", "  \
	"task = todo \"t\", who = \"jan\" }"
	const struct task *t;
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("1 work day") ", " LOOK("1 week") ", " THEN));
	scene_clock(&s, OPENING(1));
	assert_int_equal(scene_open_tasks(&s, "jan", "call", &t), 1);
	scene_answer_task(&s, t, "done");
	assert_int_equal(due(&s, "then"), 0); /* look is not done */
	change(&s, SLOW(LOOK("1 week") ", " CALL("1 work day") ", " THEN));
	assert_int_equal(due(&s, "look"), OPENING(7));
	assert_int_equal(due(&s, "then"), OPENING(3)); /* after the call */
	assert_int_equal(shown(&s, "call"), 0);
	scene_close(&s);
}

/* Moved into another card: gone from the one, new in the other. */
static void test_step_moved(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("1 work day") ", " LOOK("3 weeks"))
		CARD("quick", "step \"q\" { after = \"4 weeks\", task = todo "
			      "\"q\", who = \"jan\" }"));
	scene_clock(&s, OPENING(2));
	assert_int_equal(shown(&s, "call"), 1);
	change(&s, SLOW("step \"x\" { after = \"4 weeks\", task = todo \"x\", "
			"who = \"jan\" }")
		CARD("quick", "step \"q\" { after = \"4 weeks\", task = todo "
			      "\"q\", who = \"jan\" }, " CALL("1 work day")
			      ", " LOOK("3 weeks")));
	assert_int_equal(shown(&s, "call"), 0); /* behind in the new one */
	assert_int_equal(due(&s, "look"), 0);
	assert_int_equal(scene_due(&s, 0, "quick", "look"), OPENING(21));
	scene_close(&s);
}

/* ---- cards ---- */

static void test_card_closed(void **state)
{
	static const char *const closed[] = {
		SLOW("closed = true, " CALL("2 work days")),
		SLOW("removed = \"finish\", " CALL("2 work days"))};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct scene s;

		begin(&s, SLOW(CALL("1 week")));
		change(&s, closed[i]);
		scene_deals(&s, 1, 1);
		assert_null(scene_place(&s, 1, "slow", "call"));
		scene_clock(&s, OPENING(2)); /* inside: finishes, as changed */
		assert_int_equal(shown(&s, "call"), 1);
		scene_close(&s);
	}
}

static void test_card_stopped(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("1 work day") ", " LOOK("1 week")));
	scene_clock(&s, OPENING(1));
	assert_int_equal(shown(&s, "call"), 1);
	change(&s, SLOW("removed = \"stop\", " CALL("1 work day") ", "
			LOOK("1 week")));
	assert_int_equal(shown(&s, "call"), 0);
	assert_null(scene_place(&s, 0, "slow", "look"));
	scene_deals(&s, 1, 1);
	assert_null(scene_place(&s, 1, "slow", "look"));
	/* for good: the card back again brings nobody back */
	change(&s, SLOW(CALL("1 work day") ", " LOOK("1 week")));
	scene_clock(&s, OPENING(9));
	assert_int_equal(shown(&s, NULL), 0);
	scene_close(&s);
}

/* Deleted without a word: tasks go, people stand still, and go on where they
 * stood when the card is back. */
static void test_card_deleted(void **state)
{
	static const char *const card =
		SLOW(CALL("1 work day") ", " LOOK("2 weeks"));
	struct scene s;

	(void)state;
	begin(&s, card);
	scene_clock(&s, OPENING(1));
	change(&s, CARD("other", CALL("1 year")));
	assert_int_equal(shown(&s, NULL), 0);
	assert_int_equal(shown(&s, "silent"), 1); /* the manager hears it */
	scene_clock(&s, OPENING(4));
	assert_int_equal(shown(&s, NULL), 0);
	change(&s, card);
	assert_int_equal(due(&s, "look"), OPENING(14));
	assert_int_equal(due(&s, "call"), OPENING(6)); /* Monday, once more */
	scene_clock(&s, OPENING(6));
	assert_int_equal(shown(&s, "call"), 1);
	scene_close(&s);
}

static void test_as_long_as(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("1 work day")));
	scene_clock(&s, OPENING(1));
	assert_int_equal(shown(&s, "call"), 1);
	change(&s, SLOW("as_long_as = function(deal) return deal.state == "
			"\"new\" end, " CALL("1 work day")));
	assert_int_equal(shown(&s, "call"), 0);
	assert_null(scene_place(&s, 0, "slow", "call"));
	scene_close(&s);
}

/* Another `starts` lets nobody in for what has happened already. */
static void test_starts(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("1 week")));
	change(&s, SLOW(CALL("1 week"))
		"cadence \"new\" { title = \"N\", about = \"deal\", starts = "
		"\"lead.received\", step \"n\" { task = todo \"n\", who = "
		"\"jan\" } }\n");
	assert_int_equal(shown(&s, "n"), 0);
	scene_deals(&s, 1, 1);
	assert_int_equal(shown(&s, "n"), 1);
	scene_close(&s);
}

/* ---- around the cards ---- */

static void test_calendar(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("3 work days")));
	assert_int_equal(due(&s, "call"), OPENING(3)); /* Friday 09:00 */
	scene_publish(&s,
		"dealership { name = \"Test\", zone = \"Europe/Amsterdam\", "
		"language = \"en\", legal = \"nl\", holidays = \"none\", "
		"hours = { [\"mon-thu\"] = \"10:00-18:00\" } }\n"
		SCENE_JAN SCENE_PIET, SLOW(CALL("3 work days")));
	/* Fridays are closed now, and doors open at ten */
	assert_int_equal(due(&s, "call"), OPENING(6) + SCENE_DAY / 24);
	scene_close(&s);
}

static void test_setting(void **state)
{
#define TEMPO(n)                                                               \
	"setting \"tempo\" { type = \"duration\", default = \"" n "\" }\n"     \
	SLOW("step \"call\" { after = setting \"tempo\", task = todo \"x\", "  \
	     "who = \"jan\" }")
	struct scene s;

	(void)state;
	begin(&s, TEMPO("1 week"));
	assert_int_equal(due(&s, "call"), OPENING(7));
	change(&s, TEMPO("2 weeks"));
	assert_int_equal(due(&s, "call"), OPENING(14));
	scene_close(&s);
}

/* Jan leaves the roster: his open tasks go to whom the step names now, those
 * nobody is named for to the manager; a task nobody could do finds somebody. */
static void test_people(void **state)
{
	static const char *const kim =
		"person \"kim\" { name = \"Kim\", roles = { \"seller\" } }\n";
	char dealer[1000];
	struct scene s;

	(void)state;
	begin(&s, SLOW(CALL("1 work day") ", " LOOK("1 work day") ", step "
			"\"del\" { after = \"1 work day\", task = todo \"d\", "
			"who = role \"delivery_specialist\" }"));
	scene_clock(&s, OPENING(1));
	assert_int_equal(scene_open_tasks(&s, "jan", NULL, NULL), 2);
	assert_int_equal(scene_open_tasks(&s, "", NULL, NULL), 1);
	snprintf(dealer, sizeof(dealer), "%s%s%s", SCENE_HEAD SCENE_PIET, kim,
		"person \"tom\" { name = \"Tom\", roles = { "
		"\"delivery_specialist\" } }\n");
	scene_publish(&s, dealer, SLOW("step \"call\" { after = \"1 work day\""
		", task = todo \"c\", who = \"kim\" }, step \"look\" { after = "
		"\"1 work day\", task = todo \"l\", who = handler }, step "
		"\"del\" { after = \"1 work day\", task = todo \"d\", who = "
		"role \"delivery_specialist\" }"));
	assert_int_equal(scene_open_tasks(&s, "jan", NULL, NULL), 0);
	assert_int_equal(scene_open_tasks(&s, "kim", "call", NULL), 1);
	assert_int_equal(scene_open_tasks(&s, "piet", "look", NULL), 1);
	assert_int_equal(scene_open_tasks(&s, "tom", "del", NULL), 1);
	scene_close(&s);
}

/* Another team: open tasks stay where they are, the next go by it. */
static void test_team(void **state)
{
#define TEAM(who) SCENE_DEALER "team \"desk\" { \"" who "\" }\n"
	static const char *const own =
		SLOW("step \"call\" { after = \"1 work day\", task = todo "
		     "\"c\", who = round_robin \"desk\" }");
	struct scene s;

	(void)state;
	scene_begin(&s, TEAM("jan"), own);
	scene_deals(&s, 0, 1);
	scene_clock(&s, OPENING(1));
	scene_publish(&s, TEAM("piet"), own);
	assert_int_equal(scene_open_tasks(&s, "jan", "call", NULL), 1);
	scene_deals(&s, 1, 1);
	scene_clock(&s, OPENING(2));
	assert_int_equal(scene_open_tasks(&s, "piet", "call", NULL), 1);
	scene_close(&s);
}

/* A rule's own timer is not touched, and fires under the new rules. */
static void test_named_timer(void **state)
{
#define TIMER(note)                                                            \
	"rule \"warm\" { title = \"W\", about = \"deal\", when "               \
	"\"contact.made\" { run = function(deal, event, act) act.timer("       \
	"\"cool\", \"2 work days\") end }, when \"timer.fired\" { name = "     \
	"\"cool\", run = function(deal, event, act) act.task { kind = "        \
	"\"todo\", who = \"jan\", title = \"" note "\" } end } }\n"
	const struct task *t;
	struct scene s;

	(void)state;
	begin(&s, TIMER("before"));
	change(&s, TIMER("after"));
	scene_clock(&s, OPENING(3));
	assert_int_equal(scene_open_tasks(&s, "jan", NULL, &t), 1);
	assert_string_equal(value_get_str(&t->body, "title"), "after");
	scene_close(&s);
}

/* ---- many ---- */

/* So many of them, fewer in a hurry (FL_SCALE), at least 40. */
static int many(int n)
{
	const char *scale = getenv("FL_SCALE");
	int by = scale != NULL ? (int)strtol(scale, NULL, 10) : 1;

	n /= by > 0 ? by : 1;
	return n < 40 ? 40 : n;
}

/* A due row of the older rules is looked at again before it may fire: nobody
 * is called by a rule that is not live any more. */
static void test_due_while_slicing(void **state)
{
	int n = many(1500);
	struct post_by by = {.actor = TEXT("admin"), .role = TEXT(""),
		.source = TEXT("")};
	struct ruleset *next = scene_load(SCENE_DEALER, SLOW(CALL("4 weeks")));
	struct scene_answer a = {0}, clock = {0};
	struct scene s;

	(void)state;
	scene_begin(&s, SCENE_DEALER, SLOW(CALL("1 work day")));
	scene_deals(&s, 0, n);
	engine_publish(s.engine, next, &by, "", NULL,
		scene_answered, &a);
	engine_clock(s.engine, OPENING(2), scene_answered, &clock);
	ruleset_unref(next);
	scene_poll(&s);
	assert_int_equal(a.status, FL_OK);
	assert_int_equal(clock.status, FL_OK);
	assert_int_equal(shown(&s, NULL), 0);
	for (int i = 0; i < n; i += 7)
		assert_int_equal(scene_due(&s, i, "slow", "call"), OPENING(28));
	scene_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wait_longer),
		cmocka_unit_test(test_wait_shorter),
		cmocka_unit_test(test_wait_over),
		cmocka_unit_test(test_fails_for_many),
		cmocka_unit_test(test_undo_names_sent),
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_unrelated),
		cmocka_unit_test(test_day),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_step_added),
		cmocka_unit_test(test_rhythm_added),
		cmocka_unit_test(test_step_removed),
		cmocka_unit_test(test_step_back),
		cmocka_unit_test(test_step_renamed),
		cmocka_unit_test(test_once_renamed),
		cmocka_unit_test(test_reordered),
		cmocka_unit_test(test_step_moved),
		cmocka_unit_test(test_card_closed),
		cmocka_unit_test(test_card_stopped),
		cmocka_unit_test(test_card_deleted),
		cmocka_unit_test(test_as_long_as),
		cmocka_unit_test(test_starts),
		cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_setting),
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_team),
		cmocka_unit_test(test_named_timer),
		cmocka_unit_test(test_due_while_slicing),
	};

	digest_init();
	script_init();
	log_level_set(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
