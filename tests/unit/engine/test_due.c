/*
 * Thousands of wake-ups, set, moved and fired while groups are on their way to
 * the store: always the earliest one next, each once, none forgotten. What is
 * pending is kept beside the engine and asked for the earliest each time.
 */
#include "scene_rules.h"

#include <stdlib.h>

#define DEALS	2600
#define PENDING (2 * DEALS)
#define HOURS	30
#define MINUTE_MS INT64_C(60000)
#define AGAIN_MS  1700

struct pending {
	int64_t deals[DEALS];    /* record ids */
	int64_t due_ms[PENDING]; /* of each deal "again", "ring"; 0 none */
	uint32_t n, fired, moved;
};

static bool rings(const struct script_view *v, struct card_decision *out,
		  char *reason)
{
	const struct value *data = &v->event->data;
	const char *name = value_get_str(data, "name");
	int64_t now = v->world->now_ms;

	(void)reason;
	if (text_is(v->event->def->name, "t.a"))
		scene_timer(v, out, "ring",
			now + value_get_int(data, "n", 0) * 1000);
	else if (name != NULL && strcmp(name, "ring") == 0)
		scene_timer(v, out, "again", now + AGAIN_MS);
	return true;
}

static struct ruleset *ring_rules(void)
{
	struct ruleset *rs = scene_rules("rings");
	struct card *c = scene_card(rs, "rings", "t.a", rings);
	struct when *both = arena_alloc(&rs->arena, 2 * sizeof(*both));

	both[0] = both[1] = c->whens[0];
	both[1].events = arena_alloc(&rs->arena, sizeof(struct text));
	both[1].events[0] = TEXT("timer.fired");
	c->whens = both;
	c->n_whens = 2;
	return rs;
}

static uint32_t deal_of(struct pending *p, int64_t subject)
{
	uint32_t i = 0;

	while (i < p->n && p->deals[i] != subject)
		i++;
	assert_true(i < DEALS);
	if (i == p->n)
		p->deals[p->n++] = subject;
	return i;
}

/* The earliest, of the lowest deal, by name. */
static uint32_t earliest(const struct pending *p)
{
	uint32_t best = PENDING;

	for (uint32_t i = 0; i < 2 * p->n; i++) {
		if (p->due_ms[i] == 0)
			continue;
		if (best == PENDING || p->due_ms[i] < p->due_ms[best] ||
			(p->due_ms[i] == p->due_ms[best] &&
				p->deals[i / 2] < p->deals[best / 2]))
			best = i;
	}
	return best;
}

static void watch(void *ctx, const struct told *t)
{
	const struct event_row *e = &t->events[0];
	struct pending *p = ctx;
	struct arena a;
	struct value data;
	struct fl_error err;
	uint32_t at;

	if (!text_is(e->type, "t.a") && !text_is(e->type, "timer.fired"))
		return;
	arena_init(&a, 0);
	assert_int_equal(brief_read(&a, NULL, e->data, &data, &err), FL_OK);
	at = 2 * deal_of(p, e->subject);
	if (text_is(e->type, "t.a")) {
		p->moved += p->due_ms[at + 1] != 0;
		p->due_ms[at + 1] = e->recorded_at_ms +
			value_get_int(&data, "n", 0) * 1000;
	} else {
		at += strcmp(value_get_str(&data, "name"), "ring") == 0;
		assert_int_equal(at, earliest(p));
		assert_int_equal(e->occurred_at_ms, p->due_ms[at]);
		assert_int_equal(e->recorded_at_ms, p->due_ms[at]);
		p->due_ms[at] = 0;
		if (at % 2 == 1)
			p->due_ms[at - 1] = e->recorded_at_ms + AGAIN_MS;
		p->fired++;
	}
	arena_deinit(&a);
}

/* Facts about any deal, many on their way at once. */
static void some_facts(struct scene *s, uint64_t *seed, uint32_t n,
		       uint32_t within_s)
{
	static struct scene_answer a[512];
	char json[200];

	for (uint32_t i = 0; i < n; i++) {
		snprintf(json, sizeof(json),
			"{\"type\":\"t.a\",\"source\":\"dms\",\"subject\":"
			"\"d%u\",\"data\":{\"n\":%u}}",
			unit_below(seed, DEALS),
			1 + unit_below(seed, within_s));
		scene_send(s, json, false, &a[i]);
	}
	scene_poll(s);
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(a[i].status, FL_OK);
	arena_reset(&s->arena);
}

static void live(const char *dir, uint32_t cached)
{
	struct scene_how how = {.dir = dir, .manual = true,
		.limits = {.cached_homes = cached}};
	struct scene *s = calloc(1, sizeof(*s));
	struct pending *p = calloc(1, sizeof(*p));
	uint64_t seed = 5;
	int64_t now = SCENE_START;
	uint32_t first;

	assert_true(s != NULL && p != NULL);
	scene_open(s, ring_rules(), &how);
	ruleset_unref(s->rules);
	s->watch = watch;
	s->watch_ctx = p;
	for (int i = 0; i < 40; i++)
		some_facts(s, &seed, 400, 25 * 3600);
	while (now < SCENE_START + HOURS * 60 * MINUTE_MS) {
		some_facts(s, &seed, unit_below(&seed, 200), 25 * 3600);
		if (unit_below(&seed, 8) == 0) /* more than are held */
			for (int i = 0; i < 16; i++)
				some_facts(s, &seed, 400, 3600);
		now += unit_below(&seed, 180) * MINUTE_MS;
		assert_int_equal(scene_clock(s, now).status, FL_OK);
		first = earliest(p);
		assert_true(first == PENDING || p->due_ms[first] > now);
	}
	assert_true(p->n > DEALS / 2 && p->fired > DEALS && p->moved > 1000);
	scene_close(s);
	free(p);
	free(s);
}

static void test_in_memory(void **state)
{
	(void)state;
	live(NULL, 0);
}

static void test_on_disk(void **state)
{
	char dir[] = "/tmp/fairlead-due-XXXXXX", command[100];

	(void)state;
	assert_non_null(mkdtemp(dir));
	live(dir, 300);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_memory),
		cmocka_unit_test(test_on_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
