/*
 * desk.h - a demo rooftop under a virtual clock, with questions asked of it:
 * standard pack, Dutch, jan and piet sell, sanne manages, karin delivers.
 */
#pragma once

#include "unit.h"

#include "ask/ask.h"
#include "base/digest.h"
#include "model/keys.h"
#include "sim/sim.h"

#include <stdlib.h>

struct desk {
	struct arena a;
	struct ruleset *rs;
	struct sim *sim;
	struct problems p; /* of the last question */
	struct buf told;   /* what the terminal would have shown */
};

static const char desk_dealership[] =
	"dealership { name = 'Van Dijk', zone = 'Europe/Amsterdam', language ="
	" 'nl', legal = 'nl', currency = 'EUR', hours = { ['mon-fri'] ="
	" '09:00-18:00', sat = '09:00-17:00' }, holidays = 'nl' }\n"
	"person 'jan' { name = 'Jan de Boer', roles = { 'seller' } }\n"
	"person 'piet' { name = 'Piet Smit', roles = { 'seller' } }\n"
	"person 'sanne' { name = 'Sanne Visser', roles = { 'sales_manager' } "
	"}\n"
	"person 'karin' { name = 'Karin Smit', roles = {"
	" 'delivery_specialist' } }\n"
	"person 'els' { name = 'Els Kuipers', roles = { 'fails_specialist' } "
	"}\n"
	"team 'sales' { 'jan', 'piet' }\n"
	"team 'delivery' { 'karin' }\n"
	"team 'fails' { 'els' }\n";

/* Fails at every objection, so that there is something to retry. */
static const char desk_broken[] =
	"rule 'broken' { about = 'deal', when 'objection.raised' { run ="
	" function(deal) return deal.seller.name end } }\n"
	/* a timer of plain Lua */
	"event 'own.noted' { subject = 'deal' }\n"
	"rule 'nudge' { about = 'deal',\n"
	"when 'own.noted' { run = function(deal, event, act)"
	" act.timer('cool-down', '3 days') end },\n"
	"when 'timer.fired' { name = 'cool-down', run ="
	" function(deal, event, act) act.task { kind = 'todo', who = handler,"
	" title = 'Nog warm?' } end } }\n";

/* JSON with single quotes. */
static inline struct value desk_json(struct desk *d, const char *json)
{
	char *copy = arena_strdup(&d->a, json);
	struct value v = value_null();
	struct fl_error err = {0};

	for (char *c = copy; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	if (value_read(&d->a, copy, strlen(copy), NULL, &v, &err) != FL_OK)
		fail_msg("%s: %s", json, err.text);
	return v;
}

static inline struct ask desk_ask_of(struct desk *d, struct reader *r)
{
	return (struct ask){.reader = r,
		.ruleset = d->rs,
		.ruleset_number = 1,
		.now_ms = sim_now_ms(d->sim),
		.a = &d->a,
		.actor = TEXT("admin"),
		.live = value_map()};
}

static inline struct reader *desk_reader(struct desk *d)
{
	struct reader *r = NULL;
	struct fl_error err;

	assert_int_equal(reader_of_store(sim_store(d->sim), &r, &err), FL_OK);
	return r;
}

static inline void desk_told(void *ctx, const struct told *told)
{
	struct desk *d = ctx;
	struct reader *r = desk_reader(d);
	struct ask ask = desk_ask_of(d, r);

	say_told(&ask, told, &d->told);
	reader_free(r);
}

static inline void desk_load(struct desk *d)
{
	struct source_file files[40] = {{"dealership.lua", desk_dealership,
		sizeof(desk_dealership) - 1},
		{"rules/broken.lua", desk_broken, sizeof(desk_broken) - 1}};
	struct source_set set = {.files = files, .n_files = 2};
	struct problems p;
	struct buf b;

	for (const struct embedded_file *f = embedded_list();
		f->name != NULL && set.n_files < 40; f++)
		if (strncmp(f->name, "scripts/packs/", 14) == 0)
			files[set.n_files++] = (struct source_file){
				f->name + 8, f->bytes, f->n};
	problems_init(&p, &d->a);
	if (ruleset_load(&set, NULL, false, &p, &d->rs) == FL_OK)
		return;
	buf_init(&b, 1u << 20);
	problems_print(&p, &b);
	fail_msg("%s", b.at);
}

static inline struct desk *desk_new(void)
{
	struct desk *d = calloc(1, sizeof(*d));
	struct fl_error err;
	int64_t at_ms;

	digest_init();
	script_init();
	arena_init(&d->a, 512u << 20);
	buf_init(&d->told, 1u << 20);
	desk_load(d);
	zone_read_time(ruleset_book(d->rs)->zone, TEXT("2026-09-01 10:00"),
		&at_ms, &err);
	assert_int_equal(sim_new(d->rs, at_ms, &d->sim, &err), FL_OK);
	sim_on_told(d->sim, desk_told, d);
	return d;
}

static inline void desk_free(struct desk *d)
{
	sim_free(d->sim);
	ruleset_unref(d->rs);
	buf_deinit(&d->told);
	arena_deinit(&d->a);
	free(d);
}

static inline fl_status desk_ask(
	struct desk *d, const char *name, const char *args, struct value *out)
{
	struct reader *r = desk_reader(d);
	struct ask ask = desk_ask_of(d, r);
	struct value given = desk_json(d, args);
	fl_status s;

	problems_init(&d->p, &d->a);
	s = ask_find(name)->fn(&ask, &given, out, &d->p);
	reader_free(r);
	return s;
}

/* The answer, which must come. */
static inline struct value desk_get(
	struct desk *d, const char *name, const char *args)
{
	struct value out;

	if (desk_ask(d, name, args, &out) != FL_OK)
		fail_msg("%s %s: %s", name, args,
			d->p.count > 0 ? d->p.items[0].text : "no reason");
	return out;
}

/* Member at "tasks.0.title" of an answer as text: numbers and booleans too;
 * "-" when there is none. */
static inline const char *desk_at(
	struct desk *d, const struct value *v, const char *path)
{
	struct buf b;
	const char *out;

	while (v != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");
		char *part = arena_text(&d->a, path, n);

		if (v->kind == VALUE_LIST)
			v = (uint32_t)atoi(part) < v->count
				    ? &v->as.items[atoi(part)]
				    : NULL;
		else
			v = value_get(v, part);
		path += n + (path[n] == '.');
	}
	if (v == NULL)
		return "-";
	if (v->kind == VALUE_TEXT)
		return v->as.text;
	buf_init(&b, 1u << 20);
	value_write(&b, v);
	out = arena_strdup(&d->a, b.at);
	buf_deinit(&b);
	return out;
}

/* Posts what people would: names in it become ids first. */
static inline fl_status desk_try(struct desk *d, const char *wire)
{
	struct reader *r = desk_reader(d);
	struct ask ask = desk_ask_of(d, r);
	struct value v = desk_json(d, wire);
	fl_status s;

	problems_init(&d->p, &d->a);
	s = ask_refs(&ask, &v, &d->p);
	reader_free(r);
	return s == FL_OK
		       ? sim_post(d->sim, &v, TEXT("admin"), true, NULL, &d->p)
		       : s;
}

static inline void desk_post(struct desk *d, const char *wire)
{
	fl_status s = desk_try(d, wire);

	if (s != FL_OK)
		fail_msg("%s: %s", wire,
			d->p.count > 0 ? d->p.items[0].text : "?");
}

/* Gives a command and posts what it makes. */
static inline void desk_do(struct desk *d, const char *name, const char *args)
{
	struct value list = desk_get(d, name, args);

	assert_int_equal(list.kind, VALUE_LIST);
	for (uint32_t i = 0; i < list.count; i++)
		if (sim_post(d->sim, &list.as.items[i], TEXT("jan"), true, NULL,
			    &d->p) != FL_OK)
			fail_msg("%s %s: %s", name, args, d->p.items[0].text);
}

static inline void desk_run_days(struct desk *d, int days)
{
	struct fl_error err;

	assert_int_equal(
		sim_run_to(d->sim,
			sim_now_ms(d->sim) + days * INT64_C(86400000), &err),
		FL_OK);
}

static inline const struct problem *desk_problem(
	struct desk *d, const char *code)
{
	for (uint32_t i = 0; i < d->p.count; i++)
		if (strcmp(d->p.items[i].code, code) == 0)
			return &d->p.items[i];
	return NULL;
}

#define DESK_LEAD                                                              \
	"{'type':'lead.received','source':'adf:site','id':'l1','data':{"       \
	"'customer':{'name':'Sofie Peeters','phone':'06-12345678','email':"    \
	"'sofie@voorbeeld.nl'},'channel':'web','vehicles':[{'make':'Kia',"     \
	"'model':'Niro','plate':'GX123B'}]}}"
