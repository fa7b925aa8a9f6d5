/* The turn: posting, dedupe, cards on one snapshot, causes, limits. */
#include "scene_rules.h"

#include "engine/engine_internal.h"
#include "sim/fold_world.h"

#define LEAD                                                                   \
	"{\"type\":\"lead.received\",\"id\":\"l1\",\"source\":\"web\","         \
	"\"data\":{\"deal\":\"D-1\",\"customer\":{\"name\":\"Jo Peeters\","     \
	"\"phone\":\"0612345678\"}}}"

static const struct scene_how plain = {.manual = true};

/* A rooftop with one deal, known outside as D-1. */
static void begin(struct scene *s, struct ruleset *rs,
		  const struct scene_how *how)
{
	memset(s, 0, sizeof(*s));
	scene_open(s, rs, how);
	ruleset_unref(rs);
	assert_int_equal(scene_post(s, LEAD).status, FL_OK);
	s->n_types = 0;
}

static struct scene_answer post(struct scene *s, const char *type)
{
	char json[200];

	snprintf(json, sizeof(json),
		"{\"type\":\"%s\",\"subject\":\"D-1\",\"data\":{}}", type);
	return scene_post(s, json);
}

static int64_t deal_int(struct scene *s, const char *field)
{
	const struct record *r = scene_record(s, "deal:D-1");

	assert_non_null(r);
	return value_get_int(&r->fields, field, -1);
}

/* ---- start and posting ---- */

static void test_start(void **state)
{
	struct scene s = {0};

	(void)state;
	scene_open(&s, scene_rules("one"), &plain);
	assert_int_equal(s.n_types, 2);
	assert_string_equal(s.types[0], "engine.started");
	assert_string_equal(s.types[1], "rules.activated");
	assert_int_equal(engine_ruleset_number(s.engine), 1);
	ruleset_unref(s.rules);
	scene_close(&s);
}

/* Much work before the group holds anything: there is nothing to flush, and
 * nothing may wait for that. */
static void test_work_without_events(void **state)
{
	struct scene s = {0};

	(void)state;
	begin(&s, scene_rules("one"), &plain);
	s.engine->open->work_us = INT64_MAX / 2;
	assert_false(group_full(s.engine));
	assert_int_equal(post(&s, "contact.made").status, FL_OK);
	scene_close(&s);
}

static void test_repeat(void **state)
{
	struct scene_answer first, again, other;
	struct scene s = {0};

	(void)state;
	scene_open(&s, scene_rules("one"), &plain);
	ruleset_unref(s.rules);
	first = scene_post(&s, LEAD);
	assert_int_equal(first.status, FL_OK);
	assert_int_equal(first.number, 3);
	assert_false(first.repeat);
	s.n_types = 0;
	again = scene_post(&s, LEAD);
	assert_int_equal(again.status, FL_OK);
	assert_int_equal(again.number, 3);
	assert_true(again.repeat);
	other = scene_post(&s, "{\"type\":\"lead.received\",\"id\":\"l1\","
			       "\"source\":\"web\",\"data\":{}}");
	assert_int_equal(other.status, FL_CONFLICT);
	assert_int_equal(other.number, 3);
	assert_int_equal(s.n_types, 0);
	scene_close(&s);
}

/* The first has not been committed when the second is looked at. */
static void test_repeat_in_flight(void **state)
{
	struct scene_answer a, b, c;
	struct scene s = {0};

	(void)state;
	scene_open(&s, scene_rules("one"), &plain);
	ruleset_unref(s.rules);
	scene_send(&s, LEAD, false, &a);
	scene_send(&s, LEAD, false, &b);
	scene_send(&s, "{\"type\":\"lead.received\",\"id\":\"l1\","
		       "\"source\":\"web\",\"data\":{\"deal\":\"D-2\"}}",
		false, &c);
	scene_poll(&s);
	assert_int_equal(a.number, 3);
	assert_true(b.repeat);
	assert_int_equal(b.number, 3);
	assert_int_equal(c.status, FL_CONFLICT);
	assert_true(a.order < b.order && b.order < c.order);
	scene_close(&s);
}

static void test_derived_id(void **state)
{
	struct scene s;
	struct scene_answer a;

	(void)state;
	begin(&s, scene_rules("one"), &plain);
	a = scene_post(&s, "{\"type\":\"t.a\",\"id\":\"n9\",\"source\":\"x\","
			   "\"subject\":\"D-1\",\"data\":{}}");
	assert_int_equal(a.status, FL_INVALID);
	assert_non_null(strstr(a.problem, "id:"));
	a = post(&s, "t.a");
	assert_int_equal(a.status, FL_OK);
	assert_int_equal(post(&s, "t.a").number, a.number + 1);
	scene_close(&s);
}

static void refused(struct scene *s, const char *json, fl_status status,
		    const char *field)
{
	struct scene_answer a = scene_post(s, json);

	assert_int_equal(a.status, status);
	assert_int_equal(strncmp(a.problem, field, strlen(field)), 0);
}

static void test_refusals(void **state)
{
	struct scene_how live = {.manual = false};
	struct scene s;

	(void)state;
	begin(&s, scene_rules("one"), &live);
	refused(&s, "{\"type\":\"t.nothing\",\"data\":{}}", FL_INVALID, "type");
	refused(&s, "{\"data\":{}}", FL_INVALID, "type");
	refused(&s, "{\"type\":\"timer.fired\",\"data\":{\"card\":\"x\"}}",
		FL_DENIED, "type");
	refused(&s, "{\"type\":\"t.a\",\"data\":{},\"subjekt\":\"D-1\"}",
		FL_INVALID, "subjekt");
	refused(&s, "{\"type\":\"t.a\",\"data\":7}", FL_INVALID, "data");
	refused(&s, "{\"type\":\"t.a\",\"at\":\"next week\",\"data\":{}}",
		FL_INVALID, "at");
	refused(&s, "{\"type\":\"t.a\",\"at\":\"2026-09-02 10:30\","
		    "\"subject\":\"D-1\",\"data\":{}}", FL_INVALID, "at");
	refused(&s, "{\"type\":\"t.a\",\"source\":\"engine\",\"data\":{}}",
		FL_INVALID, "source");
	refused(&s, "[1]", FL_INVALID, "");
	assert_int_equal(s.n_types, 0);
	assert_int_equal(scene_post(&s, "{\"type\":\"t.a\",\"at\":"
					"\"2026-09-02 09:59\",\"subject\":"
					"\"D-1\"}").status, FL_OK);
	scene_close(&s);
}

/* Keys of data may stand directly in the map. */
static void test_flat(void **state)
{
	struct scene_answer a;
	struct scene s;

	(void)state;
	begin(&s, scene_rules("one"), &plain);
	assert_int_equal(scene_post(&s, "{\"type\":\"t.a\",\"subject\":"
					"\"D-1\",\"n\":4}").status, FL_OK);
	scene_send(&s, "{\"type\":\"t.a\",\"subject\":\"D-1\","
		       "\"n\":\"four\"}", true, &a);
	scene_poll(&s);
	assert_int_equal(a.status, FL_INVALID);
	scene_close(&s);
}

static void test_queue_bound(void **state)
{
	struct scene_how small = {.manual = true, .limits = {.queue = 3}};
	struct scene_answer a[4];
	struct scene s;

	(void)state;
	begin(&s, scene_rules("one"), &small);
	for (int i = 0; i < 4; i++)
		scene_send(&s, "{\"type\":\"t.a\",\"subject\":\"D-1\"}", false,
			&a[i]);
	scene_poll(&s);
	for (int i = 0; i < 3; i++)
		assert_int_equal(a[i].status, FL_OK);
	assert_int_equal(a[3].status, FL_LIMIT);
	scene_close(&s);
}

/* ---- cards ---- */

static bool sets_touch(const struct script_view *v, struct card_decision *out,
		       char *reason)
{
	int64_t n = value_get_int(&v->subject->fields, "touch_count", 0);

	(void)reason;
	scene_set(v, out, "touch_count", value_int(n + 1));
	return true;
}

/* Copies what it sees of the field the card before it has set. */
static bool copies_touch(const struct script_view *v,
			 struct card_decision *out, char *reason)
{
	int64_t n = value_get_int(&v->subject->fields, "touch_count", 0);

	(void)reason;
	scene_set(v, out, "price", value_int(100 + n));
	return true;
}

static void test_snapshot(void **state)
{
	struct ruleset *rs = scene_rules("one");
	struct scene s;

	(void)state;
	scene_card(rs, "first", "t.a", sets_touch);
	scene_card(rs, "second", "t.a", copies_touch);
	begin(&s, rs, &plain);
	post(&s, "t.a");
	assert_int_equal(deal_int(&s, "touch_count"), 1);
	assert_int_equal(deal_int(&s, "price"), 100);
	post(&s, "t.a");
	assert_int_equal(deal_int(&s, "price"), 101);
	scene_close(&s);
}

static bool emits_two(const struct script_view *v, struct card_decision *out,
		      char *reason)
{
	(void)reason;
	scene_emit(v, out, "t.b", 1);
	scene_emit(v, out, "t.c", 2);
	return true;
}

static bool emits_a_lesson(const struct script_view *v,
			   struct card_decision *out, char *reason)
{
	(void)reason;
	scene_emit(v, out, "t.c", 3);
	return true;
}

static void test_breadth_first(void **state)
{
	static const char *const want[] = {"t.a", "t.b", "t.c", "t.c"};
	struct ruleset *rs = scene_rules("one");
	struct scene_answer a;
	struct scene s;

	(void)state;
	scene_card(rs, "two", "t.a", emits_two);
	scene_card(rs, "deeper", "t.b", emits_a_lesson);
	begin(&s, rs, &plain);
	a = post(&s, "t.a");
	assert_int_equal(a.n_told, 4);
	assert_int_equal(s.n_types, 4);
	for (int i = 0; i < 4; i++) {
		assert_string_equal(s.types[i], want[i]);
		assert_int_equal(s.numbers[i], a.number + i);
	}
	scene_close(&s);
}

static bool emits_itself(const struct script_view *v,
			 struct card_decision *out, char *reason)
{
	(void)reason;
	scene_emit(v, out, "t.a", 1);
	return true;
}

/* The root has depth 0: eight generations follow, the ninth is refused. */
static void test_depth(void **state)
{
	struct ruleset *rs = scene_rules("one");
	struct scene s;

	(void)state;
	scene_card(rs, "forever", "t.a", emits_itself);
	begin(&s, rs, &plain);
	assert_int_equal(post(&s, "t.a").status, FL_OK);
	assert_int_equal(scene_count(&s, "t.a"), 9);
	assert_int_equal(scene_count(&s, "card.failed"), 1);
	scene_close(&s);
}

static int effects_wanted;

static bool wants_many(const struct script_view *v, struct card_decision *out,
		       char *reason)
{
	(void)reason;
	for (int i = 0; i < effects_wanted; i++)
		scene_set(v, out, "touch_count", value_int(i + 1));
	return true;
}

static void test_effects_limit(void **state)
{
	struct scene_how few = {.manual = true,
		.limits = {.effects_per_root = 10}};
	struct ruleset *rs = scene_rules("one");
	struct scene s;

	(void)state;
	scene_card(rs, "many", "t.a", wants_many);
	begin(&s, rs, &few);
	effects_wanted = 10;
	post(&s, "t.a");
	assert_int_equal(deal_int(&s, "touch_count"), 10);
	assert_int_equal(scene_count(&s, "card.failed"), 0);
	effects_wanted = 11;
	post(&s, "t.a");
	assert_int_equal(deal_int(&s, "touch_count"), 10);
	assert_int_equal(scene_count(&s, "card.failed"), 1);
	scene_close(&s);
}

static size_t bytes_wanted;

static bool wants_much(const struct script_view *v, struct card_decision *out,
		       char *reason)
{
	static char much[60000];
	size_t left = bytes_wanted;
	struct effect *e;

	(void)reason;
	memset(much, 1, sizeof(much)); /* six bytes each in JSON */
	while (left > 0) {
		uint32_t n = (uint32_t)(left < sizeof(much) ? left
							    : sizeof(much));

		e = scene_effect(v, out, EFFECT_NOTE);
		value_put(v->world->arena, &e->args, "text",
			value_of_text((struct text){much, n}));
		left -= n;
	}
	return true;
}

/* What all cards together want of one event is bounded: else it could not be
 * written, and would end the engine each time it came. Many such events in one
 * group have room, too. */
static void test_bytes_limit(void **state)
{
	struct ruleset *rs = scene_rules("one");
	struct scene s;

	(void)state;
	for (int i = 0; i < SCENE_CARDS; i++) {
		char name[8];

		snprintf(name, sizeof(name), "big%d", i);
		scene_card(rs, name, "t.a", wants_much);
	}
	begin(&s, rs, &plain);
	bytes_wanted = 900000;
	assert_int_equal(post(&s, "t.a").status, FL_OK);
	assert_int_equal(scene_count(&s, "card.failed"), SCENE_CARDS - 2);
	for (int i = 0; i < 6; i++)
		assert_int_equal(post(&s, "t.a").status, FL_OK);
	scene_close(&s);
}

static bool fails(const struct script_view *v, struct card_decision *out,
		  char *reason)
{
	scene_set(v, out, "price", value_int(7));
	snprintf(reason, 400, "rules/t.lua:12: attempt to index nil");
	return false;
}

static void test_failing_alone(void **state)
{
	struct ruleset *rs = scene_rules("one");
	struct scene s;

	(void)state;
	scene_card(rs, "bad", "t.a", fails);
	scene_card(rs, "good", "t.a", sets_touch);
	begin(&s, rs, &plain);
	post(&s, "t.a");
	assert_int_equal(deal_int(&s, "touch_count"), 1);
	assert_int_equal(deal_int(&s, "price"), -1);
	assert_int_equal(scene_count(&s, "card.failed"), 1);
	scene_close(&s);
}

/* Its second effect cannot be applied: the first must not stay. */
static bool half_bad(const struct script_view *v, struct card_decision *out,
		     char *reason)
{
	struct effect *e;

	(void)reason;
	scene_set(v, out, "price", value_int(7));
	e = scene_effect(v, out, EFFECT_TASK_CLOSE);
	value_put(v->world->arena, &e->args, "id", value_int(1));
	return true;
}

static void test_half_applied(void **state)
{
	struct ruleset *rs = scene_rules("one");
	struct scene s;

	(void)state;
	scene_card(rs, "first", "t.a", sets_touch);
	scene_card(rs, "half", "t.a", half_bad);
	scene_card(rs, "last", "t.a", copies_touch);
	begin(&s, rs, &plain);
	assert_int_equal(post(&s, "t.a").status, FL_OK);
	assert_int_equal(deal_int(&s, "touch_count"), 1);
	assert_int_equal(deal_int(&s, "price"), 100);
	assert_int_equal(scene_count(&s, "card.failed"), 1);
	scene_close(&s);
}

static void test_quarantine(void **state)
{
	struct scene_how three = {.manual = true,
		.limits = {.errors_to_quarantine = 3}};
	struct ruleset *rs = scene_rules("one"), *next;
	struct post_by by = {.actor = TEXT("admin"), .role = TEXT(""),
		.source = TEXT("")};
	struct scene_answer a = {0};
	struct engine_counts n;
	struct scene s;

	(void)state;
	scene_card(rs, "bad", "t.a", fails);
	begin(&s, rs, &three);
	for (int i = 0; i < 5; i++)
		post(&s, "t.a");
	assert_int_equal(scene_count(&s, "card.failed"), 3);
	assert_int_equal(scene_count(&s, "card.quarantined"), 1);
	engine_counts(s.engine, &n);
	assert_int_equal(n.quarantined, 1);
	next = scene_rules("two");
	scene_card(next, "bad", "t.a", sets_touch);
	engine_publish(s.engine, next, &by, "mended", NULL,
		scene_answered, &a);
	ruleset_unref(next);
	scene_poll(&s);
	assert_int_equal(a.status, FL_OK);
	engine_counts(s.engine, &n);
	assert_int_equal(n.quarantined, 0);
	assert_int_equal(engine_ruleset_number(s.engine), 2);
	post(&s, "t.a");
	assert_int_equal(deal_int(&s, "touch_count"), 1);
	scene_close(&s);
}

/* ---- tasks ---- */

static bool makes_task(const struct script_view *v, struct card_decision *out,
		       char *reason)
{
	(void)reason;
	scene_task(v, out, "Look", value_get_bool(&v->event->data, "each",
			false) || value_get_int(&v->event->data, "n", 0) == 2);
	return true;
}

static void test_one_open_task(void **state)
{
	struct ruleset *rs = scene_rules("one");
	const struct record *deal;
	struct scene s;

	(void)state;
	scene_card(rs, "task", "t.a", makes_task);
	begin(&s, rs, &plain);
	post(&s, "t.a");
	post(&s, "t.a");
	deal = scene_record(&s, "deal:D-1");
	assert_int_equal(deal->n_open_tasks, 1);
	scene_post(&s, "{\"type\":\"t.a\",\"subject\":\"D-1\",\"n\":2}");
	deal = scene_record(&s, "deal:D-1");
	assert_int_equal(deal->n_open_tasks, 2);
	scene_close(&s);
}

/* A number is a record's own; what an outsider calls "#NUMBER" is a name. */
static void test_subject_by_number(void **state)
{
	struct ruleset *rs = scene_rules("one");
	const struct record *deal, *other;
	char json[200];
	struct scene s;

	(void)state;
	scene_card(rs, "task", "t.a", makes_task);
	begin(&s, rs, &plain);
	deal = scene_record(&s, "deal:D-1");
	snprintf(json, sizeof(json), "{\"type\":\"lead.received\",\"id\":\"l2\","
		"\"source\":\"web\",\"data\":{\"deal\":\"#%lld\",\"customer\":"
		"{\"name\":\"Piet Bakker\"}}}", (long long)deal->id + 1);
	assert_int_equal(scene_post(&s, json).status, FL_OK);
	snprintf(json, sizeof(json), "deal:#%lld", (long long)deal->id + 1);
	other = scene_record(&s, json);
	assert_true(other != NULL && other->id != deal->id);
	snprintf(json, sizeof(json), "{\"type\":\"t.a\",\"subject\":%lld}",
		(long long)deal->id);
	assert_int_equal(scene_post(&s, json).status, FL_OK);
	assert_int_equal(scene_record(&s, "deal:D-1")->n_open_tasks, 1);
	snprintf(json, sizeof(json), "{\"type\":\"t.a\",\"subject\":\"#%lld\"}",
		(long long)deal->id + 1);
	assert_int_equal(scene_post(&s, json).status, FL_OK);
	snprintf(json, sizeof(json), "{\"type\":\"t.a\",\"subject\":999999}");
	assert_int_equal(scene_post(&s, json).status, FL_OK); /* a fact */
	assert_int_equal(scene_record(&s, "deal:D-1")->n_open_tasks, 1);
	scene_close(&s);
}

static void test_answer(void **state)
{
	struct ruleset *rs = scene_rules("one");
	struct scene_answer a;
	const struct record *deal;
	char json[200];
	struct scene s;
	int64_t task;

	(void)state;
	scene_card(rs, "task", "t.a", makes_task);
	begin(&s, rs, &plain);
	post(&s, "t.a");
	deal = scene_record(&s, "deal:D-1");
	task = deal->open_tasks[0];
	snprintf(json, sizeof(json), "{\"type\":\"task.done\",\"data\":"
		"{\"task\":%lld,\"outcome\":\"dunno\"}}", (long long)task);
	a = scene_post(&s, json);
	assert_int_equal(a.status, FL_INVALID);
	assert_non_null(strstr(a.problem, "done"));
	snprintf(json, sizeof(json), "{\"type\":\"task.done\",\"data\":"
		"{\"task\":\"T%lld\",\"outcome\":\"done\"}}",
		(long long)(task >> RECORD_ORDINAL_BITS));
	assert_int_equal(scene_post(&s, json).status, FL_OK);
	/* but for what the manager hears: nothing is planned any more */
	deal = scene_record(&s, "deal:D-1");
	assert_int_equal(deal->n_open_tasks, 1);
	assert_int_not_equal(deal->open_tasks[0], task);
	a = scene_post(&s, json);
	assert_int_equal(a.status, FL_CONFLICT);
	assert_non_null(strstr(a.problem, "already"));
	a = scene_post(&s, "{\"type\":\"task.done\",\"data\":{\"task\":77,"
			   "\"outcome\":\"done\"}}");
	assert_int_equal(a.status, FL_NOT_FOUND);
	scene_close(&s);
}

/* What a task was in each unit that changed it. */
struct lives {
	int64_t task;
	uint8_t states[4];
	uint32_t n;
};

static void see_lives(void *ctx, const struct told *t)
{
	struct lives *l = ctx;

	for (uint32_t i = 0; i < t->n_tasks; i++)
		if (t->tasks[i].task->id == l->task && l->n < 4)
			l->states[l->n++] = t->tasks[i].task->state;
}

/* Made and answered in one group: each unit is told as it was, and what is
 * stored is the last. */
static void test_told_as_it_was(void **state)
{
	struct ruleset *rs = scene_rules("one");
	struct scene_answer made, done;
	struct lives lives = {0};
	char json[200];
	struct scene s;
	int64_t number;

	(void)state;
	scene_card(rs, "task", "t.a", makes_task);
	begin(&s, rs, &plain);
	number = post(&s, "t.b").number + 1;
	lives.task = RECORD_ID(number, 0);
	s.watch = see_lives;
	s.watch_ctx = &lives;
	scene_send(&s, "{\"type\":\"t.a\",\"subject\":\"D-1\",\"n\":2}",
		false, &made);
	snprintf(json, sizeof(json), "{\"type\":\"task.done\",\"data\":"
		"{\"task\":\"T%lld\",\"outcome\":\"done\"}}",
		(long long)number);
	scene_send(&s, json, false, &done);
	scene_poll(&s);
	assert_int_equal(made.number, number);
	assert_int_equal(done.status, FL_OK);
	assert_int_equal(lives.n, 2);
	assert_int_equal(lives.states[0], TASK_OPEN);
	assert_int_equal(lives.states[1], TASK_DONE);
	scene_close(&s);
}

/* ---- timers ---- */

static bool sets_timers(const struct script_view *v, struct card_decision *out,
			char *reason)
{
	(void)reason;
	if (text_is(v->event->def->name, "timer.fired")) {
		const char *name = value_get_str(&v->event->data, "name");

		if (strcmp(name, "chain") == 0)
			scene_timer(v, out, "early", SCENE_START + 2000);
		scene_emit(v, out, "t.b", v->world->now_ms - SCENE_START);
		return true;
	}
	scene_timer(v, out, "late", SCENE_START + 3000);
	scene_timer(v, out, "chain", SCENE_START + 1000);
	return true;
}

static struct ruleset *timer_rules(void)
{
	struct ruleset *rs = scene_rules("one");
	struct card *c = scene_card(rs, "timers", "t.a", sets_timers);
	struct when *both = arena_alloc(&rs->arena, 2 * sizeof(*both));

	both[0] = c->whens[0];
	both[1] = c->whens[0];
	both[1].events = arena_alloc(&rs->arena, sizeof(struct text));
	both[1].events[0] = TEXT("timer.fired");
	c->whens = both;
	c->n_whens = 2;
	return rs;
}

static bool event_time(void *ctx, const struct event_row *row)
{
	*(int64_t *)ctx = row->recorded_at_ms;
	return true;
}

/* A timer set by a timer comes before a later one that was there first. */
static void test_timer_order(void **state)
{
	static const int64_t want[] = {1000, 2000, 3000};
	struct scene_answer a;
	struct scene s;
	struct reader *r;
	struct fl_error err;

	(void)state;
	begin(&s, timer_rules(), &plain);
	post(&s, "t.a");
	a = scene_clock(&s, SCENE_START + 500);
	assert_int_equal(a.status, FL_OK);
	assert_int_equal(scene_count(&s, "timer.fired"), 0);
	assert_int_equal(scene_clock(&s, SCENE_START + 400).status,
		FL_INVALID);
	s.n_types = 0;
	scene_clock(&s, SCENE_START + 10000);
	assert_int_equal(s.n_types, 6);
	for (int i = 0; i < 3; i++) {
		assert_string_equal(s.types[2 * i], "timer.fired");
		assert_string_equal(s.types[2 * i + 1], "t.b");
	}
	assert_int_equal(engine_now_ms(s.engine), SCENE_START + 10000);
	assert_int_equal(reader_of_store(s.store, &r, &err), FL_OK);
	for (int i = 0; i < 3; i++) {
		struct event_filter f = {.from_number = s.numbers[2 * i],
			.to_number = s.numbers[2 * i]};
		int64_t at = 0;

		assert_int_equal(reader_events(r, &s.arena, &f,
			event_time, &at, &err), FL_OK);
		assert_int_equal(at - SCENE_START, want[i]);
	}
	reader_free(r);
	s.n_types = 0;
	scene_clock(&s, SCENE_START + SCENE_DAY);
	assert_int_equal(s.n_types, 0);
	scene_close(&s);
}

static void test_live_timer(void **state)
{
	struct scene_how live = {.manual = false};
	struct scene s;

	(void)state;
	begin(&s, timer_rules(), &live);
	post(&s, "t.a");
	assert_int_equal(engine_next_ms(s.engine), SCENE_START + 1000);
	s.now_ms = SCENE_START + 2500;
	scene_poll(&s);
	assert_int_equal(scene_count(&s, "timer.fired"), 2);
	assert_int_equal(engine_next_ms(s.engine), SCENE_START + 3000);
	assert_int_equal(scene_clock(&s, SCENE_START + 9000).status,
		FL_DENIED);
	scene_close(&s);
}

static void test_clock_back(void **state)
{
	struct scene_how live = {.manual = false};
	struct scene s;

	(void)state;
	begin(&s, timer_rules(), &live);
	s.now_ms -= 30 * 60 * 1000;
	post(&s, "t.a");
	assert_int_equal(scene_count(&s, "clock.stepped"), 0);
	s.now_ms -= 2 * 3600 * 1000;
	post(&s, "t.b");
	assert_int_equal(scene_count(&s, "clock.stepped"), 1);
	scene_close(&s);
}

/* ---- commit ---- */

static void test_answered_after_commit(void **state)
{
	struct scene_answer a[8];
	struct engine_counts before, after;
	struct scene s;

	(void)state;
	begin(&s, scene_rules("one"), &plain);
	engine_counts(s.engine, &before);
	for (int i = 0; i < 8; i++)
		scene_send(&s, "{\"type\":\"t.a\",\"subject\":\"D-1\"}", false,
			&a[i]);
	for (int i = 0; i < 8; i++)
		assert_false(a[i].given);
	scene_poll(&s);
	for (int i = 0; i < 8; i++)
		assert_int_equal(a[i].status, FL_OK);
	engine_counts(s.engine, &after);
	assert_int_equal(after.commits - before.commits, 1);
	scene_close(&s);
}

static void test_failed_commit(void **state)
{
	struct scene_answer a, b, c;
	struct scene s;

	(void)state;
	begin(&s, scene_rules("one"), &plain);
	s.fault = "commit";
	scene_send(&s, "{\"type\":\"t.a\",\"subject\":\"D-1\"}", false, &a);
	scene_send(&s, "{\"type\":\"t.nothing\"}", false, &b);
	for (int i = 0; i < 100 && !a.given; i++)
		engine_poll(s.engine);
	assert_int_equal(a.status, FL_UNKNOWN);
	assert_int_equal(b.status, FL_UNKNOWN);
	assert_int_equal(engine_poll(s.engine), FL_FATAL);
	assert_int_equal(s.n_types, 0);
	scene_send(&s, "{\"type\":\"t.a\",\"subject\":\"D-1\"}", false, &c);
	assert_false(c.given);
	assert_int_equal(engine_poll(s.engine), FL_FATAL);
	assert_int_equal(c.status, FL_UNKNOWN);
	scene_close(&s);
}

/* ---- misfits ---- */

static void test_misfit(void **state)
{
	struct scene_answer a;
	const struct record *deal;
	struct scene s;

	(void)state;
	begin(&s, scene_rules("one"), &plain);
	scene_send(&s, "{\"type\":\"deal.revived\",\"subject\":\"D-1\","
		       "\"data\":{}}", true, &a);
	scene_poll(&s);
	assert_int_equal(a.status, FL_DENIED);
	a = scene_post(&s, "{\"type\":\"deal.revived\",\"subject\":"
			   "\"D-1\",\"source\":\"dms\",\"id\":\"s1\",\"data\":"
			   "{ }}");
	assert_int_equal(a.status, FL_OK);
	assert_true(a.misfit);
	deal = scene_record(&s, "deal:D-1");
	assert_int_equal(deal->n_open_tasks, 1);
	assert_string_equal(value_get_str(&deal->fields, "state") != NULL
			? value_get_str(&deal->fields, "state")
			: "new", "new");
	scene_close(&s);
}

/* ---- folding, restarts, small caches ---- */

struct compared {
	struct fold_world *fold;
	const struct schema *schema;
	uint32_t n;
};

static bool fold_row(void *ctx, const struct event_row *row)
{
	struct compared *c = ctx;
	struct fl_error err = {0};

	if (fold_world_row(c->fold, c->schema, row, &err) != FL_OK)
		fail_msg("%s", err.text);
	return true;
}

static bool same_record(void *ctx, const struct record *r)
{
	struct compared *c = ctx;
	const struct record *folded = fold_world_record(c->fold, r->id);
	struct buf a, b;

	assert_non_null(folded);
	buf_init(&a, 1u << 20);
	buf_init(&b, 1u << 20);
	record_write(&(struct brief){.to = &a}, r);
	record_write(&(struct brief){.to = &b}, folded);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.at, b.at, a.len);
	buf_deinit(&a);
	buf_deinit(&b);
	c->n++;
	return true;
}

static bool same_task(void *ctx, const struct task *t)
{
	struct compared *c = ctx;
	const struct task *folded = fold_world_task(c->fold, t->id);

	assert_non_null(folded);
	assert_int_equal(folded->state, t->state);
	assert_int_equal(folded->due_at_ms, t->due_at_ms);
	assert_true(text_equal(folded->who, t->who));
	assert_true(value_equal(&folded->body, &t->body));
	c->n++;
	return true;
}

/* State is the fold of events and recorded decisions. */
static void check_fold(struct scene *s)
{
	struct compared c = {.schema = ruleset_book(engine_ruleset(s->engine))->schema};
	struct event_filter all = {0};
	struct fl_error err;
	struct reader *r;

	assert_int_equal(fold_world_new(&c.fold), FL_OK);
	assert_int_equal(reader_of_store(s->store, &r, &err), FL_OK);
	assert_int_equal(reader_events(r, &s->arena, &all, fold_row, &c, &err),
		FL_OK);
	assert_int_equal(reader_records(r, &s->arena, TEXT(""), 0, 0,
				 same_record, &c, &err), FL_OK);
	assert_int_equal(c.n, fold_world_records(c.fold));
	c.n = 0;
	assert_int_equal(reader_all_tasks(r, &s->arena, 0, 0, same_task, &c,
				 &err), FL_OK);
	assert_int_equal(c.n, fold_world_tasks(c.fold));
	reader_free(r);
	fold_world_free(c.fold);
}

static struct ruleset *full_rules(void)
{
	struct ruleset *rs = timer_rules();

	scene_card(rs, "touch", "t.a", sets_touch);
	scene_card(rs, "task", "t.b", makes_task);
	scene_card(rs, "half", "t.c", half_bad);
	return rs;
}

static void lead(struct scene *s, int i)
{
	char json[300];

	snprintf(json, sizeof(json),
		"{\"type\":\"lead.received\",\"source\":\"web\",\"id\":"
		"\"x%d\",\"data\":{\"deal\":\"N-%d\",\"customer\":{\"name\":"
		"\"Klant %d\",\"phone\":\"06123456%02d\"}}}",
		i, i, i, i % 50);
	assert_int_equal(scene_post(s, json).status, FL_OK);
}

static void busy_life(struct scene *s, int from, int to)
{
	static const char *const types[] = {"t.a", "t.b", "t.c"};
	char json[200];

	for (int i = from; i < to; i++) {
		lead(s, i);
		for (int k = 0; k < 3; k++) {
			snprintf(json, sizeof(json),
				"{\"type\":\"%s\",\"subject\":\"N-%d\"}",
				types[(i + k) % 3], i - i % (k + 1));
			assert_int_equal(scene_post(s, json).status, FL_OK);
		}
		scene_clock(s, SCENE_START + 700 * (i + 1));
	}
}

static bool add_row(void *ctx, const struct event_row *row)
{
	struct digest_stream *d = ctx;

	if (text_is(row->type, "engine.started"))
		return true;
	digest_add(d, row->type.at, row->type.bytes);
	digest_add(d, row->data.at, row->data.bytes);
	return true;
}

/* All that does not depend on event numbers, which a restart moves. */
static bool add_record(void *ctx, const struct record *r)
{
	struct digest_stream *d = ctx;
	struct buf b;

	buf_init(&b, 1u << 20);
	buf_printf(&b, "%s %lld %u;", r->ref.at,
		(long long)value_get_int(&r->fields, "touch_count", 0),
		r->n_open_tasks);
	for (uint32_t i = 0; i < r->n_timers; i++)
		buf_printf(&b, "%s %lld;", r->timers[i].name.at,
			(long long)r->timers[i].due_at_ms);
	digest_add(d, b.at, b.len);
	buf_deinit(&b);
	return true;
}

static void story(struct scene *s, struct digest *out, bool rows)
{
	struct event_filter all = {0};
	struct digest_stream d;
	struct fl_error err;
	struct reader *r;

	digest_begin(&d);
	assert_int_equal(reader_of_store(s->store, &r, &err), FL_OK);
	if (rows)
		assert_int_equal(reader_events(r, &s->arena, &all, add_row, &d,
					 &err), FL_OK);
	else
		assert_int_equal(reader_records(r, &s->arena, TEXT("deal"), 0,
					 0, add_record, &d, &err), FL_OK);
	reader_free(r);
	digest_end(&d, out);
}

static void test_fold(void **state)
{
	struct scene s = {0};

	(void)state;
	scene_open(&s, full_rules(), &plain);
	ruleset_unref(s.rules);
	busy_life(&s, 0, 40);
	check_fold(&s);
	scene_close(&s);
}

/* One home in memory at a time decides the same as all of them. */
static void test_small_cache(void **state)
{
	struct scene_how tiny = {.manual = true, .limits = {.cached_homes = 1,
		.group_events = 1}};
	struct digest a, b;
	struct scene s = {0};
	struct engine_counts n;

	(void)state;
	scene_open(&s, full_rules(), &plain);
	ruleset_unref(s.rules);
	busy_life(&s, 0, 40);
	story(&s, &a, true);
	scene_close(&s);
	memset(&s, 0, sizeof(s));
	scene_open(&s, full_rules(), &tiny);
	ruleset_unref(s.rules);
	busy_life(&s, 0, 40);
	story(&s, &b, true);
	engine_counts(s.engine, &n);
	assert_in_range(n.cached_homes, 1, 4);
	check_fold(&s);
	scene_close(&s);
	assert_true(digest_equal(&a, &b));
}

static bool count_record(void *ctx, const struct record *r)
{
	(void)r;
	++*(int *)ctx;
	return true;
}

/* Four posts prepared together, the last about the customer that the first
 * makes, who has left the memory by then. */
static void test_made_and_forgotten(void **state)
{
	struct scene_how tiny = {.manual = true, .limits = {.cached_homes = 1,
		.group_events = 1}};
	static const int phones[4] = {11, 12, 13, 11};
	struct scene_answer a[4];
	struct scene s = {0};
	struct fl_error err;
	struct reader *r;
	char json[300];
	int n = 0;

	(void)state;
	scene_open(&s, scene_rules("one"), &tiny);
	ruleset_unref(s.rules);
	for (int i = 0; i < 4; i++) {
		snprintf(json, sizeof(json),
			"{\"type\":\"lead.received\",\"source\":\"web\","
			"\"id\":\"y%d\",\"data\":{\"customer\":{\"name\":"
			"\"Jo\",\"phone\":\"+316123456%d\"}}}",
			i, phones[i]);
		scene_send(&s, json, false, &a[i]);
	}
	scene_poll(&s);
	for (int i = 0; i < 4; i++)
		assert_int_equal(a[i].status, FL_OK);
	assert_int_equal(reader_of_store(s.store, &r, &err), FL_OK);
	assert_int_equal(reader_records(r, &s.arena, TEXT("customer"), 0, 0,
				 count_record, &n, &err), FL_OK);
	reader_free(r);
	assert_int_equal(n, 3);
	scene_close(&s);
}

static void remove_folder(const char *dir)
{
	char command[200];

	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* Closing and opening in between changes nothing. */
static void test_restart(void **state)
{
	char dir[] = "/tmp/fairlead-engine-XXXXXX";
	struct scene_how folder = {.dir = dir, .manual = true};
	struct digest a, b;
	struct scene s = {0};
	struct scene_answer again;

	(void)state;
	scene_open(&s, full_rules(), &plain);
	ruleset_unref(s.rules);
	busy_life(&s, 0, 12);
	story(&s, &a, false);
	scene_close(&s);
	assert_non_null(mkdtemp(dir));
	for (int i = 0; i < 3; i++) {
		memset(&s, 0, sizeof(s));
		scene_open(&s, full_rules(), &folder);
		ruleset_unref(s.rules);
		if (i > 0) {
			assert_int_equal(s.n_types, 1);
			assert_string_equal(s.types[0], "engine.started");
			again = scene_post(&s, "{\"type\":\"lead.received\","
				"\"source\":\"web\",\"id\":\"x0\",\"data\":{"
				"\"deal\":\"N-0\",\"customer\":{\"name\":"
				"\"Klant 0\",\"phone\":\"0612345600\"}}}");
			assert_true(again.repeat);
		}
		busy_life(&s, 4 * i, 4 * i + 4);
		if (i == 2)
			story(&s, &b, false);
		scene_close(&s);
	}
	remove_folder(dir);
	assert_true(digest_equal(&a, &b));
}

static struct value json_value(struct scene *s, const char *json)
{
	struct fl_error err;
	struct value v;

	assert_int_equal(value_read(&s->arena, json, strlen(json), NULL, &v,
				 &err), FL_OK);
	return v;
}

/* Every allocation of a start, a post and a timer refused once: an answer or
 * a dead engine, nothing leaks, and what was answered is there. */
static void test_no_memory(void **state)
{
	bool hit = true;

	(void)state;
	for (long n = 0; hit; n++) {
		struct ruleset *rs = full_rules();
		struct scene_answer a = {0}, b = {0};
		struct engine_options opt = {.manual_clock = true,
			.actor = TEXT("system"), .ruleset = rs};
		struct scene s = {.now_ms = SCENE_START};
		struct post_by by = {.actor = TEXT("jan"),
			.role = TEXT(""), .source = TEXT("jan")};
		struct value lead, touch;
		struct fl_error err;
		fl_status dead = FL_OK;

		arena_init(&s.arena, 0);
		lead = json_value(&s, LEAD);
		touch = json_value(&s, "{\"type\":\"t.a\",\"subject\":"
				       "\"D-1\"}");
		assert_int_equal(store_open(NULL, NULL, &s.store, &err),
			FL_OK);
		opt.store = s.store;
		opt.host = (struct engine_host){&s, scene_now};
		fault_after(n);
		if (engine_new(&opt, &s.engine, &err) == FL_OK) {
			for (int i = 0; i < 20 && dead == FL_OK; i++)
				dead = engine_poll(s.engine);
			engine_post(s.engine, &lead, &by, scene_answered, &a);
			for (int i = 0; i < 20 && dead == FL_OK; i++)
				dead = engine_poll(s.engine);
			engine_post(s.engine, &touch, &by, scene_answered,
				&b);
			for (int i = 0; i < 20; i++)
				dead = engine_poll(s.engine);
			engine_free(s.engine);
			assert_true(a.given && b.given);
			assert_true(a.status == FL_OK ||
				a.status == FL_NOMEM || a.status == FL_UNKNOWN);
		}
		hit = fault_disarm();
		if (!hit)
			assert_int_equal(b.status, FL_OK);
		store_free(s.store);
		arena_deinit(&s.arena);
		ruleset_unref(rs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_work_without_events),
		cmocka_unit_test(test_repeat),
		cmocka_unit_test(test_repeat_in_flight),
		cmocka_unit_test(test_derived_id),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_flat),
		cmocka_unit_test(test_queue_bound),
		cmocka_unit_test(test_snapshot),
		cmocka_unit_test(test_breadth_first),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_effects_limit),
		cmocka_unit_test(test_bytes_limit),
		cmocka_unit_test(test_failing_alone),
		cmocka_unit_test(test_half_applied),
		cmocka_unit_test(test_quarantine),
		cmocka_unit_test(test_one_open_task),
		cmocka_unit_test(test_subject_by_number),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_told_as_it_was),
		cmocka_unit_test(test_timer_order),
		cmocka_unit_test(test_live_timer),
		cmocka_unit_test(test_clock_back),
		cmocka_unit_test(test_answered_after_commit),
		cmocka_unit_test(test_failed_commit),
		cmocka_unit_test(test_misfit),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_small_cache),
		cmocka_unit_test(test_made_and_forgotten),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_no_memory),
	};

	digest_init();
	log_level_set(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
