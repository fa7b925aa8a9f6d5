/*
 * guards ROUNDS - the price of all guards on a typical rule: four follow-up
 * tasks with formatted texts, by ruleset_run() (watchdog, our own libraries)
 * against the same state called bare, with Lua's stock libraries put in.
 */
#include "bench.h"

#include "script/sandbox.h"

#include <lualib.h>
#include <stdlib.h>
#include <string.h>

#define CALLS	    20000
#define ROUNDS_MOST 99

static const char dealership[] =
	"dealership { name = \"Bench\", zone = \"Europe/Amsterdam\", language "
	"= \"en\" }\n"
	"person \"jan\" { roles = { \"seller\", \"sales_manager\" } }\n";
static const char rules[] =
	"rule \"follow-up\" { about = \"deal\", when \"contact.made\" { run = "
	"function(deal, event, act)\n"
	"  for i = 1, 4 do\n"
	"    act.task { kind = \"call\", who = seller, each_event = true,\n"
	"      title = string.format(\"%d. %s: call about %s, %.1f%% sure\", "
	"i, deal.ref, event.channel, 12.5 * i),\n"
	"      due = (\"%d days\"):format(7 * i) }\n"
	"  end\n"
	"end } }\n";

struct guarded {
	struct ruleset *rs;
	int fn;
	struct script_view view;
	struct world world;
	struct record deal;
	struct event event;
	struct arena arena;
};

static void load(struct guarded *g)
{
	struct source_file files[] = {
		{"dealership.lua", dealership, sizeof(dealership) - 1},
		{"rules/own.lua", rules, sizeof(rules) - 1}};
	struct source_set set = {.files = files, .n_files = 2};
	const struct card *card;
	struct arena a;
	struct problems p;

	arena_init(&a, 0);
	problems_init(&p, &a);
	if (ruleset_load(&set, NULL, false, &p, &g->rs) != FL_OK)
		bench_fail(false, "%s", p.count > 0 ? p.items[0].text : "?");
	arena_deinit(&a);
	card = &ruleset_book(g->rs)->cards[0];
	g->fn = card->whens[0].fn;
}

static void see(struct guarded *g)
{
	const struct rulebook *book = ruleset_book(g->rs);

	arena_init(&g->arena, 0);
	g->world = (struct world){
		.schema = book->schema, .arena = &g->arena};
	g->deal = (struct record){.id = 1, .home = 1, .kind = TEXT("deal"),
		.ref = TEXT("D-1"), .fields = value_map()};
	g->event = (struct event){.number = 1, .source = TEXT("bench"),
		.id = TEXT("1"), .role = TEXT(""), .actor = TEXT("jan"),
		.def = schema_event(book->schema, TEXT("contact.made")),
		.data = value_map()};
	value_put(&g->arena, &g->event.data, "channel", value_text("phone"));
	g->view = (struct script_view){.world = &g->world, .book = book,
		.subject = &g->deal, .event = &g->event};
}

/* ---- without guards ---- */

/* Puts Lua's own functions into the read-only library `name`. */
static int stock_library(lua_State *lua, const char *name, lua_CFunction open)
{
	lua_rawgeti(lua, LUA_REGISTRYINDEX, ruleset_of(lua)->api_ref);
	lua_pushstring(lua, name);
	lua_rawget(lua, -2);
	lua_freeze_contents(lua, -1);
	lua_pushcfunction(lua, open);
	lua_call(lua, 0, 1);
	for (lua_pushnil(lua); lua_next(lua, -2);) {
		lua_pushvalue(lua, -2);
		lua_insert(lua, -2);
		lua_rawset(lua, -5);
	}
	lua_settop(lua, 0);
	return 0;
}

static int stock(lua_State *lua)
{
	stock_library(lua, "string", luaopen_string);
	stock_library(lua, "table", luaopen_table);
	return stock_library(lua, "utf8", luaopen_utf8);
}

static void call_bare(struct guarded *g, struct card_decision *d)
{
	struct script_call call = {.view = &g->view, .out = d};
	struct ruleset *rs = g->rs;

	rs->call = &call;
	if (lua_view_begin(rs, &call) != FL_OK)
		bench_fail(false, "no memory");
	lua_rawgeti(rs->lua, LUA_REGISTRYINDEX, rs->fns[g->fn].ref);
	lua_view_subject(rs->lua);
	lua_event_push(rs->lua);
	lua_rawgeti(rs->lua, LUA_REGISTRYINDEX, rs->act_ref);
	if (lua_pcall(rs->lua, 3, 0, 0) != LUA_OK)
		bench_fail(false, "%s", lua_tostring(rs->lua, -1));
	lua_view_end(rs, &call);
	rs->call = NULL;
}

static void call_guarded(struct guarded *g, struct card_decision *d)
{
	struct script_outcome o = {0};

	if (ruleset_run(g->rs, g->fn, &g->view, d, &o) != FL_OK)
		bench_fail(false, "%s", o.reason);
}

/* CPU seconds of a round; four tasks a call, with the right text. */
static double round_of(struct guarded *g,
	void (*call)(struct guarded *, struct card_decision *))
{
	struct arena_mark mark = arena_mark(&g->arena);
	double from = bench_cpu_s();

	for (int i = 0; i < CALLS; i++) {
		struct card_decision d = {0};

		call(g, &d);
		if (d.n_effects != 4 ||
			strcmp(value_get_str(&d.effects[3].args, "title"),
				"4. D-1: call about phone, 50.0% sure") != 0)
			bench_fail(false, "the rule did something else");
		arena_release(&g->arena, mark);
	}
	return bench_cpu_s() - from;
}

int main(int argc, char **argv)
{
	struct guarded with = {0}, without = {0};
	double ours[ROUNDS_MOST], bare[ROUNDS_MOST];
	size_t rounds;

	if (argc != 2)
		bench_fail(false, "usage: guards ROUNDS");
	rounds = (size_t)bench_number(argv[1]);
	if (rounds < 1 || rounds > ROUNDS_MOST)
		bench_fail(false, "1 to %d rounds", ROUNDS_MOST);
	digest_init();
	load(&with);
	see(&with);
	load(&without);
	see(&without);
	lua_pushcfunction(without.rs->lua, stock);
	if (lua_pcall(without.rs->lua, 0, 0, 0) != LUA_OK)
		bench_fail(false, "%s", lua_tostring(without.rs->lua, -1));
	for (size_t i = 0; i < rounds; i++) {
		bare[i] = round_of(&without, call_bare);
		ours[i] = round_of(&with, call_guarded);
	}
	printf("bare_ns %.0f\nours_ns %.0f\n",
		bench_percentile(bare, rounds, 0.5) * 1e9 / CALLS,
		bench_percentile(ours, rounds, 0.5) * 1e9 / CALLS);
	ruleset_unref(with.rs);
	ruleset_unref(without.rs);
	arena_deinit(&with.arena);
	arena_deinit(&without.arena);
	return 0;
}
