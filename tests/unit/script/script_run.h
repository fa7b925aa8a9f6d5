/* script_run.h - functions of a loaded rooftop, run against a small world. */
#pragma once

#include "model/test_world.h"
#include "script_set.h"

static struct test_world *run_world;
static int64_t run_deal;
static struct script_outcome run_outcome;
static struct card_decision run_out;
static struct event run_event;

/* seller is computed for a case, link for anything */
static inline bool run_computed(struct world *w, const struct rulebook *book,
	const struct record *r, struct text field, struct value *out)
{
	(void)w, (void)book, (void)r;
	if (text_is(field, "link"))
		*out = value_text("D1");
	else if (text_is(field, "absent"))
		*out = value_bool(true);
	else
		return false;
	return true;
}

static inline void run_open(void)
{
	struct posted p;

	run_world = world_new();
	run_world->schema = ruleset_book(set_rules)->schema;
	run_world->world.schema = run_world->schema;
	p = world_fact(run_world, "lead.received", "",
		"{'customer':{'name':'Sofie Peeters','first_name':'Sofie',"
		"'phone':'+31612345678'},'channel':'web'}");
	assert_int_equal(p.status, FL_OK);
	run_deal = p.event.deal;
	assert_true(run_deal != 0);
	run_event = (struct event){0};
}

static inline void run_close(void)
{
	world_free(run_world);
	run_world = NULL;
}

static inline struct record *run_record(void)
{
	return world_find(run_world, run_deal);
}

static inline void run_field(const char *name, struct value v)
{
	value_put(&run_world->arena, &run_record()->fields, name, v);
}

static inline struct script_view run_view(const char *type, const char *json)
{
	run_event.def = schema_event(run_world->schema, text_of(type));
	assert_non_null(run_event.def);
	run_event.number = 77;
	run_event.subject = run_deal;
	run_event.data = world_json(run_world, json);
	run_event.actor = TEXT("jan");
	run_event.occurred_at_ms = run_event.recorded_at_ms = run_world->at;
	return (struct script_view){.world = &run_world->world,
		.book = ruleset_book(set_rules),
		.subject = run_record(),
		.event = &run_event,
		.computed = run_computed};
}

/* Longer than what Lua keeps only once. */
#define RUN_LONG_FIELD "a_name_that_is_longer_than_lua_keeps_only_once"

/* Body of the one rule's run function. The locals in front keep the source
 * reader from telling at loading what is tested here at run time. */
static inline const char *run_source(const char *body)
{
	return arena_printf(&set_arena,
		"event \"acme.won\" { subject = \"deal\", fields = { score = "
		"\"number\" } }\n"
		"field \"deal.score\" { type = \"number\", default = 0 } "
		"field \"deal." RUN_LONG_FIELD "\" { type = \"integer\", "
		"default = 4 }\n"
		"local limits = { low = 3, list = { \"b\", \"a\" } }\n"
		"rule \"r\" { about = \"deal\", when \"contact.made\" { run = "
		"function(deal, event, act) local deal, event, act, setting = "
		"(deal), (event), (act), (setting)\n%s\nend } }\n",
		body);
}

static inline fl_status run_body_limits(
	const char *body, const struct script_limits *limits)
{
	struct script_view v;
	fl_status s;

	if (run_world != NULL)
		run_close();
	set_rule(run_source(body));
	if (set_load_limits(limits) != FL_OK) {
		set_print();
		fail_msg("not loaded");
	}
	run_open();
	v = run_view("contact.made", "{'channel':'phone','direction':'in'}");
	run_out = (struct card_decision){0};
	s = ruleset_run(set_rules,
		ruleset_book(set_rules)->cards[0].whens[0].fn, &v, &run_out,
		&run_outcome);
	return s;
}

static inline fl_status run_body(const char *body)
{
	return run_body_limits(body, NULL);
}

/* Runs, must succeed; canonical args of effect i. */
static inline const char *run_effect(uint32_t i)
{
	struct buf b;
	const char *out;

	if (i >= run_out.n_effects)
		return "none";
	buf_init(&b, 1 << 20);
	buf_printf(&b, "%s ", effect_name(run_out.effects[i].kind));
	value_write(&b, &run_out.effects[i].args);
	out = arena_text(&run_world->arena, b.at, b.len);
	buf_deinit(&b);
	return out;
}

static inline void run_ok(const char *body, const char *effect)
{
	fl_status s = run_body(body);

	if (s != FL_OK)
		fail_msg("%s\n-> %s", body, run_outcome.reason);
	assert_int_equal(run_outcome.fate, CARD_RAN);
	if (effect != NULL)
		assert_string_equal(run_effect(0), effect);
}

static inline void run_fails(const char *body, const char *why)
{
	fl_status s = run_body(body);

	if (s == FL_OK)
		fail_msg("%s\nran", body);
	if (strstr(run_outcome.reason, why) == NULL)
		fail_msg("%s\n-> %s\nnot: %s", body, run_outcome.reason, why);
	assert_int_equal(run_outcome.fate, CARD_FAILED);
	assert_int_equal(run_out.n_effects, 0);
}

static inline int run_teardown(void **state)
{
	if (run_world != NULL)
		run_close();
	return set_teardown(state);
}
