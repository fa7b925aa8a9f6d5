/*
 * scene_rules.h - cards whose run functions are C functions of the test.
 * Stands in for script/: it defines the ruleset_* calls that engine and
 * machine make. Included by one test file each.
 */
#pragma once

#include "scene.h"

#define SCENE_CARDS 16

/* What a card's function is given and answers. */
typedef bool (*scene_fn)(const struct script_view *v,
			 struct card_decision *out, char *reason);

struct ruleset {
	struct arena arena;
	struct rulebook book;
	struct digest digest;
	scene_fn fns[SCENE_CARDS];
	int refs;
};

/* ---- the calls of script/ ---- */

void ruleset_ref(struct ruleset *rs)
{
	rs->refs++;
}

void ruleset_unref(struct ruleset *rs)
{
	if (rs == NULL || --rs->refs > 0)
		return;
	zone_free(rs->book.zone);
	arena_deinit(&rs->arena);
	free(rs);
}

const struct rulebook *ruleset_book(const struct ruleset *rs)
{
	return &rs->book;
}

const struct digest *ruleset_digest(const struct ruleset *rs)
{
	return &rs->digest;
}

void ruleset_archive(const struct ruleset *rs, struct buf *out)
{
	(void)rs;
	buf_add_text(out, "{}");
}

void ruleset_hurry(struct ruleset *rs, int64_t limit_us)
{
	(void)rs;
	(void)limit_us;
}

fl_status ruleset_ask(struct ruleset *rs, int fn, const struct script_view *v,
		      struct value *out, struct script_outcome *outcome)
{
	(void)rs;
	(void)fn;
	(void)v;
	(void)outcome;
	*out = value_null();
	return FL_OK;
}

fl_status ruleset_run(struct ruleset *rs, int fn, const struct script_view *v,
		      struct card_decision *out,
		      struct script_outcome *outcome)
{
	memset(outcome, 0, sizeof(*outcome));
	if (rs->fns[fn](v, out, outcome->reason))
		return FL_OK;
	outcome->fate = CARD_FAILED;
	return FL_INVALID;
}

/* ---- rules ---- */

static inline struct text scene_text(struct arena *a, const char *s)
{
	return text_of(arena_strdup(a, s));
}

static inline void scene_event(struct ruleset *rs, const char *name,
			       const char *fields)
{
	struct problems p;
	struct fl_error err;
	struct value spec;

	problems_init(&p, &rs->arena);
	assert_int_equal(value_read(&rs->arena, fields, strlen(fields), NULL,
				 &spec, &err), FL_OK);
	assert_int_equal(schema_add_event(rs->book.schema, TEXT("t"),
				 scene_text(&rs->arena, name), &spec, "t.lua",
				 1, &p), FL_OK);
}

static inline struct ruleset *scene_rules(const char *name)
{
	struct ruleset *rs = calloc(1, sizeof(*rs));
	struct rulebook *b = &rs->book;
	struct value none = value_map();
	struct fl_error err;
	struct problems p;

	assert_non_null(rs);
	rs->refs = 1;
	arena_init(&rs->arena, 0);
	digest_of(name, strlen(name), &rs->digest);
	problems_init(&p, &rs->arena);
	b->name = TEXT("test");
	b->language = TEXT("en");
	b->legal = TEXT("nl");
	b->currency = TEXT("EUR");
	assert_int_equal(zone_load("Europe/Amsterdam", &b->zone, &err), FL_OK);
	assert_int_equal(calendar_new(&rs->arena, &none, NULL, b->zone, "t", 1,
				 &p, &b->calendar), FL_OK);
	b->schema = schema_new(&rs->arena);
	assert_non_null(b->schema);
	b->cards = arena_alloc(&rs->arena, SCENE_CARDS * sizeof(*b->cards));
	b->people = arena_alloc(&rs->arena, 2 * sizeof(*b->people));
	b->people[0] = (struct person){.id = TEXT("jan"), .name = TEXT("Jan"),
		.email = TEXT(""), .phone = TEXT(""), .brand = TEXT("")};
	b->people[1] = (struct person){.id = TEXT("piet"),
		.name = TEXT("Piet"), .email = TEXT(""), .phone = TEXT(""),
		.brand = TEXT("")};
	b->people[1].roles = arena_alloc(&rs->arena, sizeof(struct text));
	b->people[1].roles[0] = TEXT("sales_manager");
	b->people[1].n_roles = 1;
	b->n_people = 2;
	scene_event(rs, "t.a", "{\"subject\":\"deal\",\"fields\":"
		"{\"n\":\"number\"}}");
	scene_event(rs, "t.b", "{\"subject\":\"deal\",\"fields\":"
		"{\"n\":\"number\"}}");
	scene_event(rs, "t.c", "{\"subject\":\"deal\",\"fields\":"
		"{\"n\":\"number\"}}");
	return rs;
}

/* A rule card about deals: `fn` runs at each event of type `on`. */
static inline struct card *scene_card(struct ruleset *rs, const char *id,
				      const char *on, scene_fn fn)
{
	struct rulebook *b = &rs->book;
	struct card *c = &b->cards[b->n_cards];
	struct arena *a = &rs->arena;

	rs->fns[b->n_cards] = fn;
	c->kind = CARD_RULE;
	c->pack = TEXT("t");
	c->id = scene_text(a, id);
	c->name = text_of(arena_printf(a, "t/%s", id));
	c->file = "rules/t.lua";
	c->line = 10 + (int)b->n_cards;
	c->about = TEXT("deal");
	c->queue = c->purpose = TEXT("");
	c->whens = arena_alloc(a, sizeof(*c->whens));
	c->n_whens = 1;
	c->whens[0].events = arena_alloc(a, sizeof(struct text));
	c->whens[0].events[0] = scene_text(a, on);
	c->whens[0].n_events = 1;
	c->whens[0].name = TEXT("");
	c->whens[0].fn = (int)b->n_cards++;
	c->whens[0].line = c->line;
	return c;
}

static inline struct effect *scene_effect(const struct script_view *v,
					  struct card_decision *out,
					  enum effect_kind kind)
{
	struct effect *e = card_add_effect(v->world->arena, out, kind, 0);

	assert_non_null(e);
	e->line = 12;
	return e;
}

static inline void scene_emit(const struct script_view *v,
			      struct card_decision *out, const char *type,
			      int64_t n)
{
	struct effect *e = scene_effect(v, out, EFFECT_EMIT);
	struct value data = value_map();

	value_put(v->world->arena, &data, "n", value_int(n));
	value_put(v->world->arena, &e->args, "type", value_text(type));
	value_put(v->world->arena, &e->args, "data", data);
}

static inline void scene_set(const struct script_view *v,
			     struct card_decision *out, const char *field,
			     struct value value)
{
	struct effect *e = scene_effect(v, out, EFFECT_SET);

	value_put(v->world->arena, &e->args, "field", value_text(field));
	value_put(v->world->arena, &e->args, "value", value);
}

static inline void scene_timer(const struct script_view *v,
			       struct card_decision *out, const char *name,
			       int64_t due)
{
	struct effect *e = scene_effect(v, out, EFFECT_TIMER);

	value_put(v->world->arena, &e->args, "name", value_text(name));
	value_put(v->world->arena, &e->args, "due", value_int(due));
}

static inline void scene_task(const struct script_view *v,
			      struct card_decision *out, const char *title,
			      bool each)
{
	struct effect *e = scene_effect(v, out, EFFECT_TASK);

	value_put(v->world->arena, &e->args, "kind", value_text("todo"));
	value_put(v->world->arena, &e->args, "who", value_text("jan"));
	value_put(v->world->arena, &e->args, "title", value_text(title));
	value_put(v->world->arena, &e->args, "each_event", value_bool(each));
}
