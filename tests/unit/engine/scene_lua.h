/*
 * scene_lua.h - a scene under real rule texts: one rooftop, Jan who sells,
 * Piet who manages, and whatever cards a test writes down.
 */
#pragma once

#include "scene.h"

#define SCENE_HEAD                                                             \
	"dealership { name = \"Test\", zone = \"Europe/Amsterdam\", "          \
	"language = \"en\", legal = \"nl\", holidays = \"none\", "             \
	"hours = { [\"mon-fri\"] = \"09:00-18:00\" } }\n"
#define SCENE_JAN "person \"jan\" { name = \"Jan\", roles = { \"seller\" } }\n"
#define SCENE_PIET                                                             \
	"person \"piet\" { name = \"Piet\", roles = { \"sales_manager\" } }\n"
#define SCENE_DEALER SCENE_HEAD SCENE_JAN SCENE_PIET

/* Opening hour of the nth day after Tuesday 1 September. */
#define OPENING(days) (SCENE_START + (days) * SCENE_DAY - SCENE_DAY / 24)

static inline struct ruleset *scene_load(const char *dealer, const char *own)
{
	struct source_file files[] = {
		{"dealership.lua", dealer, strlen(dealer)},
		{"rules/own.lua", own, strlen(own)}};
	struct source_set set = {files, 2, NULL, 0};
	struct ruleset *rs = NULL;
	struct problems p;
	struct arena a;
	struct buf b;

	arena_init(&a, 0);
	buf_init(&b, 1u << 16);
	problems_init(&p, &a);
	if (ruleset_load(&set, NULL, false, &p, &rs) != FL_OK) {
		problems_print(&p, &b);
		fail_msg("%s", b.at);
	}
	buf_deinit(&b);
	arena_deinit(&a);
	return rs;
}

static inline void scene_begin_in(struct scene *s, const char *dir,
				  const char *dealer, const char *own)
{
	struct scene_how how = {.dir = dir, .manual = true};
	struct ruleset *rs = scene_load(dealer, own);

	memset(s, 0, sizeof(*s));
	scene_open(s, rs, &how);
	ruleset_unref(rs);
}

static inline void scene_begin(struct scene *s, const char *dealer,
			       const char *own)
{
	scene_begin_in(s, NULL, dealer, own);
}

/* Makes other texts the live rules, and everybody in flight recomputed. */
static inline void scene_publish(struct scene *s, const char *dealer,
				 const char *own)
{
	struct post_by by = {.actor = TEXT("admin"), .role = TEXT(""),
		.source = TEXT("")};
	struct ruleset *rs = scene_load(dealer, own);
	struct scene_answer a = {0};

	engine_publish(s->engine, rs, &by, "test", NULL,
		scene_answered, &a);
	ruleset_unref(rs);
	scene_poll(s);
	assert_int_equal(a.status, FL_OK);
}

static inline void scene_contact(struct scene *s, int deal)
{
	char json[100];

	snprintf(json, sizeof(json),
		"{\"type\":\"contact.made\",\"subject\":\"D-%d\","
		"\"data\":{\"channel\":\"phone\"}}",
		deal);
	assert_int_equal(scene_post(s, json).status, FL_OK);
}

/* n deals D-first .. with a first contact. */
static inline void scene_deals(struct scene *s, int first, int n)
{
	char json[300];

	for (int i = first; i < first + n; i++) {
		snprintf(json, sizeof(json),
			"{\"type\":\"lead.received\",\"source\":\"web\","
			"\"id\":\"d%d\",\"data\":{\"deal\":\"D-%d\","
			"\"customer\":{\"name\":\"Klant %d\"}}}",
			i, i, i);
		assert_int_equal(scene_post(s, json).status, FL_OK);
		scene_contact(s, i);
	}
}

static inline const struct record *scene_deal(struct scene *s, int deal)
{
	char key[32];
	const struct record *r;

	snprintf(key, sizeof(key), "deal:D-%d", deal);
	r = scene_record(s, key);
	assert_non_null(r);
	return r;
}

/* A deal's place in a step of rules/own.lua; NULL none. */
static inline const struct place *scene_place(struct scene *s, int deal,
					      const char *card,
					      const char *step)
{
	char name[80];
	const struct run *run;

	snprintf(name, sizeof(name), "own/%s", card);
	run = record_run(scene_deal(s, deal), text_of(name));
	return run != NULL && run->left_at_ms == 0
		? run_place(run, text_of(step))
		: NULL;
}

static inline int64_t scene_due(struct scene *s, int deal, const char *card,
				const char *step)
{
	const struct place *p = scene_place(s, deal, card, step);

	return p != NULL ? p->due_at_ms : 0;
}

struct scene_tasks {
	struct scene *scene;
	const char *who, *step; /* NULL any */
	int n;
	const struct task *last;
};

static inline bool scene_task_visit(void *ctx, const struct task *t)
{
	struct scene_tasks *f = ctx;

	if ((f->who != NULL && !text_is(t->who, f->who)) ||
		(f->step != NULL && !text_is(t->step, f->step)))
		return true;
	f->n++;
	f->last = t;
	return true;
}

/* Open tasks of a person and step (NULL any); `last` (may be NULL) gets the
 * last one. */
static inline int scene_open_tasks(struct scene *s, const char *who,
				   const char *step, const struct task **last)
{
	struct scene_tasks f = {.scene = s, .who = who, .step = step};
	struct fl_error err;
	struct reader *r;

	assert_int_equal(reader_of_store(s->store, &r, &err), FL_OK);
	assert_int_equal(reader_tasks(r, &s->arena, TEXT(""), 0,
				 scene_task_visit, &f, &err), FL_OK);
	reader_free(r);
	if (last != NULL)
		*last = f.last;
	return f.n;
}

static inline void scene_answer_task(struct scene *s, const struct task *t,
				     const char *outcome)
{
	char json[200];
	struct scene_answer a;

	assert_non_null(t);
	snprintf(json, sizeof(json),
		"{\"type\":\"task.done\",\"data\":{\"task\":%lld,"
		"\"outcome\":\"%s\"}}",
		(long long)t->id, outcome);
	scene_send(s, json, true, &a);
	scene_poll(s);
	if (a.status != FL_OK)
		fail_msg("%s: %s", outcome, a.problem);
}
