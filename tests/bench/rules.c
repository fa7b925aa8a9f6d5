/*
 * rules ROOFTOP FLOOR.lua DEALS SEED ROUNDS - what evaluating the twelve rules
 * costs: in the full sandbox (ruleset_run: limits, watchdog, read-only views,
 * checked effects) against the same rules in bare Lua, turn and turn about.
 * Events are parsed beforehand for both; nothing is stored.
 */
#include "day.h"
#include "rig.h"

#include "model/record.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS_MOST 99

struct both {
	struct day_totals expected;
	struct arena events_arena; /* owns events */
	struct event *events;
	int *deal_of; /* per event */
	size_t n;
	struct ruleset *rules;
	const struct card *card;
	lua_State *lua; /* bare */
	int floor_ref, events_ref;
	double clock_s; /* that looking at the clock twice seems to take */
};

/* ---- preparing ---- */

static void parse(struct both *g, const struct day_event *e, size_t i)
{
	struct event *ev = &g->events[i];
	const struct schema *schema = ruleset_book(g->rules)->schema;
	struct fl_error err;

	*ev = (struct event){.number = (int64_t)i + 1,
		.source = TEXT("bench"), .id = TEXT(""),
		.def = schema_event(schema, text_of(day_types[e->type])),
		.subject = e->deal + 1, .home = e->deal + 1,
		.deal = e->deal + 1, .occurred_at_ms = e->at_ms,
		.recorded_at_ms = DAY_FIRST_MS, .role = TEXT("")};
	ev->actor = text_of(arena_strdup(&g->events_arena, e->actor));
	g->deal_of[i] = e->deal;
	if (value_read(&g->events_arena, e->data, strlen(e->data), NULL,
		    &ev->data, &err) != FL_OK || ev->def == NULL)
		bench_fail(false, "event %zu: %s", i, err.text);
}

static void push_value(lua_State *lua, const struct value *v)
{
	if (v->kind == VALUE_BOOL)
		lua_pushboolean(lua, v->as.boolean);
	else if (v->kind == VALUE_INT)
		lua_pushinteger(lua, v->as.integer);
	else
		lua_pushlstring(lua, v->as.text, v->count);
}

/* The event as a plain Lua table, the i-th of the list on top. */
static void push_event(lua_State *lua, const struct event *ev, int deal,
	lua_Integer i)
{
	char ref[16];

	snprintf(ref, sizeof(ref), "d%07d", deal);
	lua_createtable(lua, 0, 5);
	lua_pushstring(lua, ev->def->name.at + strlen("bench."));
	lua_setfield(lua, -2, "type");
	lua_pushstring(lua, ref);
	lua_setfield(lua, -2, "deal");
	lua_pushinteger(lua, ev->occurred_at_ms);
	lua_setfield(lua, -2, "at");
	lua_pushstring(lua, ev->actor.at);
	lua_setfield(lua, -2, "actor");
	lua_createtable(lua, 0, (int)ev->data.count);
	for (uint32_t k = 0; k < ev->data.count; k++) {
		const struct member *m = &ev->data.as.members[k];

		push_value(lua, &m->value);
		lua_setfield(lua, -2, m->key.at);
	}
	lua_setfield(lua, -2, "data");
	lua_rawseti(lua, -2, i);
}

static void bare_open(struct both *g, const char *path)
{
	lua_State *lua = luaL_newstate();

	if (lua == NULL)
		bench_fail(false, "no memory");
	g->lua = lua;
	luaL_openlibs(lua);
	lua_gc(lua, LUA_GCGEN, 0, 0);
	if (luaL_dofile(lua, path) != LUA_OK)
		bench_fail(false, "%s", lua_tostring(lua, -1));
	g->floor_ref = luaL_ref(lua, LUA_REGISTRYINDEX);
	lua_createtable(lua, (int)g->n, 0);
	for (size_t i = 0; i < g->n; i++)
		push_event(lua, &g->events[i], g->deal_of[i],
			(lua_Integer)i + 1);
	g->events_ref = luaL_ref(lua, LUA_REGISTRYINDEX);
}

static void prepare(struct both *g, int deals, int seed)
{
	struct day *d = day_new(deals, seed);
	struct day_turn t;
	size_t room = (size_t)deals * 16 + 16;

	if (d == NULL)
		bench_fail(false, "no memory");
	arena_init(&g->events_arena, 0);
	g->events = bench_alloc(room, sizeof(*g->events));
	g->deal_of = bench_alloc(room, sizeof(*g->deal_of));
	while (g->n < room && day_next(d, &t))
		parse(g, &t.event, g->n++);
	g->expected = day_totals(d);
	day_free(d);
}

/* ---- ours ---- */

struct ours {
	struct arena keep, call; /* of records; of one event */
	struct record *deals;
	int64_t tasks, timers, cancels;
};

static const struct record *get(void *ctx, int64_t id)
{
	struct ours *o = ctx;

	return &o->deals[id - 1];
}

static void apply(struct ours *o, struct record *r,
	const struct card_decision *d)
{
	for (uint32_t i = 0; i < d->n_effects; i++) {
		const struct effect *e = &d->effects[i];
		const struct value *to = value_get(&e->args, "value");
		struct value kept;

		o->tasks += e->kind == EFFECT_TASK;
		o->timers += e->kind == EFFECT_TIMER;
		o->cancels += e->kind == EFFECT_CANCEL;
		if (e->kind != EFFECT_SET)
			continue;
		kept = value_clone(&o->keep, to);
		value_set(&o->keep, &r->fields,
			text_of(arena_strdup(&o->keep,
				value_get_str(&e->args, "field"))),
			kept);
	}
}

static bool listens(const struct when *w, struct text type)
{
	for (uint32_t i = 0; i < w->n_events; i++)
		if (text_equal(w->events[i], type))
			return true;
	return false;
}

static void run_one(struct both *g, struct script_view *v,
	struct card_decision *d, const struct when *w)
{
	struct script_outcome outcome;

	if (ruleset_run(g->rules, w->fn, v, d, &outcome) != FL_OK)
		bench_fail(false, "%s", outcome.reason);
}

/* Candidates of each type, chosen once, as the engine has them. */
struct candidates {
	const struct when *whens[16];
	int n;
};

static void choose(struct both *g, struct candidates *by)
{
	for (int t = 0; t < DAY_TYPES; t++)
		for (uint32_t i = 0; i < g->card->n_whens && by[t].n < 16; i++)
			if (listens(&g->card->whens[i], text_of(day_types[t])))
				by[t].whens[by[t].n++] = &g->card->whens[i];
}

static int type_of(const struct event *e)
{
	int t = 0;

	while (strcmp(day_types[t], e->def->name.at) != 0)
		t++;
	return t;
}

static void check(struct both *g, int64_t tasks, int64_t timers,
	int64_t cancels)
{
	const struct day_totals *x = &g->expected;

	if (tasks != x->tasks || timers != x->timers_set ||
		cancels != x->cancels)
		bench_fail(false, "rules: wrong totals");
}

/* The least of many tries: whoever is interrupted in one measures that. */
static double clock_costs_s(void)
{
	double least = 1;

	for (int try = 0; try < 50; try++) {
		double all = 0;

		for (int i = 0; i < 200; i++) {
			double from = bench_now_s();

			all += bench_now_s() - from;
		}
		if (all / 200 < least)
			least = all / 200;
	}
	return least;
}

/* Seconds in the sandbox alone: keeping the state is not counted, nor is
 * looking at the clock for that. */
static double ours_round(struct both *g)
{
	struct ours o = {0};
	struct candidates by[DAY_TYPES] = {0};
	struct world w = {.ctx = &o, .get = get, .now_ms = DAY_FIRST_MS,
		.schema = ruleset_book(g->rules)->schema, .arena = &o.call};
	struct script_view v = {.world = &w, .book = ruleset_book(g->rules)};
	size_t deals = (size_t)g->expected.deals;
	double spent = -g->clock_s * (double)g->n;

	arena_init(&o.keep, 0);
	arena_init(&o.call, 0);
	o.deals = bench_alloc(deals, sizeof(*o.deals));
	choose(g, by);
	for (size_t i = 0; i < deals; i++)
		o.deals[i] = (struct record){.id = (int64_t)i + 1,
			.kind = TEXT("deal"), .home = (int64_t)i + 1,
			.ref = text_of(arena_printf(&o.keep, "d%07zu", i)),
			.fields = value_map()};
	for (size_t i = 0; i < g->n; i++) {
		const struct candidates *c = &by[type_of(&g->events[i])];
		struct card_decision d = {.card = g->card->name};
		double from;

		v.subject = &o.deals[g->deal_of[i]];
		v.event = &g->events[i];
		v.stamp = i + 1;
		from = bench_now_s();
		for (int k = 0; k < c->n; k++)
			run_one(g, &v, &d, c->whens[k]);
		spent += bench_now_s() - from;
		apply(&o, &o.deals[g->deal_of[i]], &d);
		arena_reset(&o.call);
	}
	check(g, o.tasks, o.timers, o.cancels);
	arena_deinit(&o.keep);
	arena_deinit(&o.call);
	free(o.deals);
	return spent;
}

static double bare_round(struct both *g)
{
	lua_State *lua = g->lua;
	double from = bench_now_s();

	lua_rawgeti(lua, LUA_REGISTRYINDEX, g->floor_ref);
	lua_rawgeti(lua, LUA_REGISTRYINDEX, g->events_ref);
	if (lua_pcall(lua, 1, 4, 0) != LUA_OK)
		bench_fail(false, "%s", lua_tostring(lua, -1));
	from = bench_now_s() - from;
	check(g, lua_tointeger(lua, -4), lua_tointeger(lua, -3),
		lua_tointeger(lua, -2));
	if (lua_tointeger(lua, -1) != g->expected.checksum)
		bench_fail(false, "floor_rules.lua: wrong checksum");
	lua_settop(lua, 0);
	return from;
}

int main(int argc, char **argv)
{
	struct both g = {0};
	double bare[ROUNDS_MOST], ours[ROUNDS_MOST];
	size_t rounds;
	double to_ns;

	if (argc != 6)
		bench_fail(false, "usage: rules ROOFTOP FLOOR.lua DEALS SEED"
				  " ROUNDS");
	rounds = (size_t)bench_number(argv[5]);
	if (rounds < 1 || rounds > ROUNDS_MOST)
		bench_fail(false, "1 to %d rounds", ROUNDS_MOST);
	g.rules = rig_rules(argv[1]);
	g.card = rulebook_card(ruleset_book(g.rules), TEXT("bench/twelve"));
	if (g.card == NULL)
		bench_fail(false, "there is no card bench/twelve");
	prepare(&g, (int)bench_number(argv[3]), (int)bench_number(argv[4]));
	bare_open(&g, argv[2]);
	g.clock_s = clock_costs_s();
	for (size_t i = 0; i < rounds; i++) {
		bare[i] = bare_round(&g);
		ours[i] = ours_round(&g);
	}
	to_ns = 1e9 / (double)g.n;
	printf("events %zu\nbare_ns %.0f\nours_ns %.0f\n", g.n,
		bench_percentile(bare, rounds, 0.5) * to_ns,
		bench_percentile(ours, rounds, 0.5) * to_ns);
	lua_close(g.lua);
	ruleset_unref(g.rules);
	arena_deinit(&g.events_arena);
	free(g.events);
	free(g.deal_of);
	return 0;
}
