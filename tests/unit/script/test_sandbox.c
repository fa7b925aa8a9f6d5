/* Hostile and careless functions: cut, refused, ordered, without memory. */
#include "script_run.h"

#include "script/sandbox.h"

#include "base/clock.h"
#include "base/log.h"

static void test_absent(void **state)
{
	static const char *const gone[] = {"load", "loadfile", "dofile",
		"loadstring", "require", "io", "os", "debug", "package",
		"coroutine", "collectgarbage", "getmetatable", "rawget",
		"rawset", "rawequal", "rawlen", "warn", "_G"};

	(void)state;
	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++) {
		char text[200], why[80];

		set_rule(arena_printf(&set_arena,
			"rule \"r\" { about = \"deal\", when \"deal.signed\" "
			"{ run = function() return %s end } }",
			gone[i]));
		assert_int_equal(set_load_limits(NULL), FL_INVALID);
		snprintf(why, sizeof(why), "\"%s\"", gone[i]);
		snprintf(text, sizeof(text), "%s", set_problems.items[0].text);
		assert_non_null(strstr(text, why));
		assert_int_equal(set_problems.items[0].line, 1);
		/* nor by way of the environment */
		run_fails(arena_printf(&set_arena,
				  "local n = '%s' return _ENV[n]()", gone[i]),
			"not known here");
	}
	run_fails("return string.dump(print)", "\"dump\" is empty: it cannot be called");
	run_fails("return math.randomseed(1)", "is empty: it cannot be called");
	run_fails("return ('').dump(print)", "is empty: it cannot be called");
}

static void test_frozen(void **state)
{
	(void)state;
	run_fails("string.rep = print", "read-only");
	run_fails("local n = 'string' _ENV[n] = print", "made for everybody");
	run_fails("local n = 'x' _ENV[n] = 1", "made for everybody");
	run_fails("math.pi = 3", "read-only");
	run_fails("table.insert(string, 'x')", "read-only");
	run_fails("limits.low = 4", "read-only");
	run_fails("limits.list[3] = 'c'", "read-only");
	run_fails("table.sort(limits.list)", "read-only");
	run_fails("setmetatable(limits, {})", "read-only");
	run_fails("setmetatable('', {})", "table expected");
	run_ok("act.note(limits.list[1] .. #limits.list .. limits.low .. "
	       "table.concat(limits.list, '-'))",
		"note {\"text\":\"b23b-a\"}");
	run_ok("act.note(tostring(next(limits)) .. next(limits, 'list'))",
		"note {\"text\":\"listlow\"}");
}

static void test_ordered(void **state)
{
	(void)state;
	run_ok("local t = { [3] = 1, [1] = 1, b = 1, a = 1, [true] = 1, [2.5] "
	       "= 1, [false] = 1, [-1] = 1, aa = 1, [''] = 1 }\n"
	       "local s = {} for k in pairs(t) do s[#s + 1] = tostring(k) end\n"
	       "act.note(table.concat(s, ' '))",
		"note {\"text\":\"-1 1 2.5 3  a aa b false true\"}");
	run_ok("local t = { 1, 2, 3, x = 4 } for k in pairs(t) do t[k] = nil "
	       "end act.note(tostring(next(t)))",
		"note {\"text\":\"nil\"}");
	run_ok("local t = {} for i = 1, 500 do t['k' .. (i * 7919) % 1000] = i "
	       "end local last = '' for k in pairs(t) do assert(last < k) last "
	       "= k end act.note(last)",
		NULL);
	run_ok("local k, n = nil, 0 local t = { c = 1, a = 1, b = 1 } repeat k "
	       "= next(t, k) n = n + 1 until not k act.note(n .. '')",
		"note {\"text\":\"4\"}");
	run_fails("for k in pairs({ [{}] = 1, [{}] = 2 }) do end", "no order");
	run_fails("for k in pairs(nil) do end", "table expected");
}

/* Equal elements keep their order, in every process. */
static void test_sort(void **state)
{
	(void)state;
	run_ok("local t = {} for i = 1, 300 do t[i] = { k = i % 7, i = i } end "
	       "table.sort(t, function(a, b) return a.k < b.k end) for i = 2, "
	       "300 do local a, b = t[i - 1], t[i] assert(a.k < b.k or a.k == "
	       "b.k and a.i < b.i) end",
		NULL);
	run_ok("local t = { 3, 1, 2.5, -4 } table.sort(t) "
	       "act.note(table.concat(t, ' '))",
		"note {\"text\":\"-4 1 2.5 "
		"3\"}");
	run_ok("table.sort({}) table.sort({ 1 }) table.sort({ 'b', 'a' })",
		NULL);
	run_ok("local t = {} for i = 1, 100 do t[i] = i end table.sort(t, "
	       "function() return true end)",
		NULL);
	run_fails("table.sort({ 1, 'x' })", "a text and a number cannot be compared");
	run_fails("table.sort({ 1, 2 }, 3)", "function expected");
}

static void test_texts(void **state)
{
	(void)state;
	run_ok("act.note(tostring({}) .. tostring(print) .. tostring(nil) .. "
	       "tostring(1.5))",
		"note {\"text\":\"tablefunctionnil1.5\"}");
	run_ok("act.note(string.format('%s %s %d%%', {}, print, 3))",
		"note {\"text\":\"table function 3%\"}");
	run_fails("return string.format('%p', {})", "address");
	run_fails("return string.format('%%%-10p', {})", "address");
	run_ok("act.note(('x'):rep(3) .. ('%5.1f'):format(2.25))",
		"note {\"text\":\"xxx  2.2\"}");
	run_ok("act.note(tostring(setmetatable({}, { __tostring = function() "
	       "return 'me' end })))",
		"note {\"text\":\"me\"}");
	run_ok("act.note(('1'):rep(2) + 0 .. '')", "note {\"text\":\"11\"}");
}

/* The same event throws the same dice; none are thrown at load. */
static void test_random(void **state)
{
	const char *dice = "local t = {} for i = 1, 9 do t[i] = "
			   "math.random(6) end act.note(table.concat(t, ' ') "
			   ".. ' ' .. math.random(-3, -3))";
	char first[80];

	(void)state;
	run_ok(dice, NULL);
	snprintf(first, sizeof(first), "%s", run_effect(0));
	run_ok(dice, first);
	run_ok("local n, low, high = 0, 9, -9 for _ = 1, 2000 do local x, i = "
	       "math.random(), math.random(-2, 3) assert(x >= 0 and x < 1) n = "
	       "n + x low, high = math.min(low, i), math.max(high, i) end "
	       "assert(n > 900 and n < 1100 and low == -2 and high == 3) "
	       "assert(math.type(math.random(0)) == 'integer') "
	       "math.random(math.mininteger, math.maxinteger)",
		NULL);
	run_fails("math.random(0, -1)", "interval is empty");
	run_fails("math.random(-1)", "interval is empty");
	run_fails("math.random(1, 2, 3)", "wrong number of arguments");
	run_fails("math.random('x')", "number expected");
	set_rule("local dice = math.random(6)");
	assert_int_equal(set_load_limits(NULL), FL_INVALID);
	assert_non_null(
		strstr(set_problems.items[0].text, "needs an event"));
}

static void test_metatables(void **state)
{
	(void)state;
	run_ok("local m = { __index = function(t, k) return k .. '!' end }\n"
	       "local t = setmetatable({}, m)\n"
	       "m.__index = nil act.note(t.hello)",
		"note {\"text\":\"hello!\"}");
	run_ok("local m = { __add = function(a, b) return 7 end, __gc = "
	       "function() error 'never' end, __concat = function() return "
	       "'never' end, __close = print, __mode = 'k' }\n"
	       "local t = setmetatable({}, m) act.note((t + t) .. '')",
		"note {\"text\":\"7\"}");
	run_fails("local t = setmetatable({}, { __concat = function() return "
		  "'x' end }) return t .. t",
		"cannot be joined to a text");
	run_fails("local t <close> = setmetatable({}, { __close = print })",
		"variable 't' got a non-closable value");
	run_ok("local p, e = pcall(error, { code = 5 }) act.note(e.code .. '')",
		"note {\"text\":\"5\"}");
	run_ok("local _, e = xpcall(error, function(m) return m .. '?' end, "
	       "'x') act.note(e)",
		"note {\"text\":\"x?\"}");
	run_ok("act.note(select('#', pcall(function(...) return ... end, 1, 2, "
	       "3)) .. '')",
		"note {\"text\":\"4\"}");
}

static void test_error_values(void **state)
{
	(void)state;
	run_fails("error({})", "an error that is table");
	run_fails("error(setmetatable({}, { __tostring = function() while "
		  "true do end end }))",
		"an error that is table");
	run_fails("error()", "an error that is nil");
	run_fails("error(('x'):rep(5000))", "xxxx");
	assert_true(strlen(run_outcome.reason) < sizeof(run_outcome.reason));
	run_fails("error(('€'):rep(400))", "€");
}

/* 1 KiB a call, 8 KiB a card and minute of turn time, with a mark; and a line
 * stays one line. */
/* Lua's own words on a failure become a dealer's, in the rooftop's language. */
static void test_said(void **state)
{
	static const struct {
		const char *lua, *en, *nl;
	} cases[] = {
		{"rules/a.lua:3: attempt to index a nil value (field 'price')",
			"rules/a.lua:3: \"price\" is empty: it has no parts",
			"rules/a.lua:3: \"price\" is leeg: dat heeft geen "
			"onderdelen"},
		{"rules/a.lua:3: attempt to perform arithmetic on a string "
		 "value (local 'x')",
			"rules/a.lua:3: \"x\" is a text: it cannot be reckoned "
			"with",
			"rules/a.lua:3: \"x\" is een tekst: daar valt niet mee "
			"te rekenen"},
		{"rules/a.lua:3: attempt to get length of a boolean value",
			"rules/a.lua:3: something here is yes or no: it has no "
			"length",
			"rules/a.lua:3: hier is iets ja of nee: dat heeft geen "
			"lengte"},
		{"rules/a.lua:3: attempt to compare two table values",
			"rules/a.lua:3: a { } and a { } cannot be compared",
			"rules/a.lua:3: een { } en een { } zijn niet te "
			"vergelijken"},
		{"rules/a.lua:3: attempt to compare nil with number",
			"rules/a.lua:3: empty and a number cannot be compared",
			"rules/a.lua:3: leeg en een getal zijn niet te "
			"vergelijken"},
		{"rules/a.lua:3: attempt to perform 'n//0'", NULL, NULL},
		{"rules/a.lua:3: my own attempt to call a nil", NULL, NULL},
		{"an error that is nil", NULL, NULL},
	};
	char text[400];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int nl = 0; nl < 2; nl++) {
			const char *want = nl ? cases[i].nl : cases[i].en;

			snprintf(text, sizeof(text), "%s", cases[i].lua);
			lua_said_run(text, sizeof(text), nl);
			assert_string_equal(
				text, want != NULL ? want : cases[i].lua);
		}
	snprintf(text, sizeof(text), "%s", cases[0].lua); /* no room: cut */
	lua_said_run(text, 40, false);
	assert_int_equal(strlen(text), 39);
}

static void test_log(void **state)
{
	const struct card *card;
	struct script_view v;
	struct buf b;

	(void)state;
	buf_init(&b, 1u << 20);
	log_capture(&b);
	run_ok("print('a\\n{}\\27[2J') print(('x'):rep(2000)) print('never')",
		NULL);
	assert_non_null(memmem(b.at, b.len, "a\\n{}\\u001b[2J", 14));
	assert_non_null(memmem(b.at, b.len, "x... (cut)", 10));
	assert_null(memmem(b.at, b.len, "never", 5));
	card = &ruleset_book(set_rules)->cards[0];
	v = run_view("contact.made", "{'channel':'phone','direction':'in'}");
	for (int i = 0; i < 20; i++)
		ruleset_run(set_rules, card->whens[0].fn, &v, &run_out,
			&run_outcome);
	assert_in_range(b.len, 8192, 8192 + 4096);
	assert_non_null(memmem(b.at, b.len, "8 KiB in this minute", 20));
	buf_reset(&b);
	ruleset_run(set_rules, card->whens[0].fn, &v, &run_out, &run_outcome);
	assert_int_equal(b.len, 0);
	run_world->world.now_ms += 60000;
	ruleset_run(set_rules, card->whens[0].fn, &v, &run_out, &run_outcome);
	assert_in_range(b.len, 1000, 4096);
	log_capture(NULL);
	buf_deinit(&b);
}

/* A body that never ends is cut in time, whatever it catches. */
static void test_time(void **state)
{
	static const char *const endless[] = {
		"while true do end",
		"while true do pcall(function() while true do end end) end",
		"while true do xpcall(function() while true do end end, "
		"function() while true do end end) end",
		"xpcall(function() error 'x' end, function() while true do end "
		"end)",
		"local t = setmetatable({}, { __index = function() while true "
		"do end end }) return t.x",
		"local function f() return f() end f()",
		"repeat local t = {} for i = 1, 100 do t[i] = {} end until "
		"false",
		"local s = 'x' while true do s = s:reverse() end",
		"local t = {} for i = 1, 1000 do t[i] = i end while true do "
		"for "
		"k in pairs(t) do end end",
		"while true do pcall(error) end",
		"while true do tostring(setmetatable({}, { __tostring = "
		"function() return 'x' end })) end",
		"local t = {} while true do for i = 1, 100 do t[i] = 100 - i "
		"end "
		"table.sort(t, function(a, b) return a < b end) end",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(endless) / sizeof(endless[0]); i++) {
		int64_t from = clock_thread_cpu_us(), took;
		fl_status s = run_body(endless[i]);

		took = clock_thread_cpu_us() - from;
		if (s == FL_OK || run_outcome.fate != CARD_CUT_TIME)
			fail_msg("%s -> %d %s", endless[i], run_outcome.fate,
				run_outcome.reason);
		if (getenv("FL_RUN") == NULL)
			assert_in_range(took, 40000, 400000);
		assert_int_equal(run_out.n_effects, 0);
	}
	/* and the ruleset goes on as if nothing had been */
	run_ok("act.note('fine')", "note {\"text\":\"fine\"}");
}

static void test_memory(void **state)
{
	static const char *const hungry[] = {
		"local t = {} for i = 1, 1e9 do t[i] = {} end",
		"local s = 'x' while true do s = s .. s end",
		"local t = {} while true do pcall(function() for i = 1, 1e9 do "
		"t[#t + 1] = {} end end) end",
		"string.rep('x', 1 << 30)",
		"local t = {} for i = 1, 1e9 do t['k' .. i] = ('x'):rep(1000) "
		"end",
	};
	const struct script_limits limits = {
		.memory_bytes = 4 << 20, .cpu_soft_us = 5000000};

	(void)state;
	for (size_t i = 0; i < sizeof(hungry) / sizeof(hungry[0]); i++) {
		fl_status s = run_body_limits(hungry[i], &limits);

		if (s == FL_OK || run_outcome.fate != CARD_CUT_MEMORY)
			fail_msg("%s -> %d %s", hungry[i], run_outcome.fate,
				run_outcome.reason);
	}
}

/* What a pack holds is counted for it; one that leaves no room is refused by
 * name, and a call without room names the pack that runs. */
static void test_packs(void **state)
{
	uint32_t at = 0; /* the first that is no warning */

	const struct pack_use *packs;
	uint32_t n;

	(void)state;
	set_rule("rule \"r\" { about = \"deal\", when \"contact.made\" { run = "
		 "function() local s = 'x' while true do s = s .. s end end } "
		 "}");
	set_text("packs/big/a.lua",
		"local t = {} for i = 1, 5 do t[i] = ('x'):rep(1 << 20) .. i "
		"end\nrule \"b\" { about = \"deal\", when \"deal.signed\" { run "
		"= function(d, e, act) act.note(t[1]) end } }");
	set_load();
	n = ruleset_packs(set_rules, &packs);
	assert_int_equal(n, 3); /* base, big, own */
	assert_true(text_is(packs[1].pack, "big") ||
		    text_is(packs[2].pack, "big"));
	for (uint32_t i = 0; i < n; i++)
		if (text_is(packs[i].pack, "big"))
			assert_in_range(packs[i].bytes, 5 << 20, 6 << 20);
		else
			assert_true(packs[i].bytes < 200000);
	assert_int_equal(
		run_body("local s = 'x' while true do s = s .. s end"),
		FL_INVALID);
	assert_int_equal(run_outcome.fate, CARD_CUT_MEMORY);
	assert_non_null(strstr(run_outcome.reason,
		"pack \"own\" takes more memory than a call gets (4 MiB)"));
	set_rule("");
	set_text("packs/big/a.lua",
		"local t = {} for i = 1, 13 do t[i] = ('x'):rep(1 << 20) .. i "
		"end\nrule \"b\" { about = \"deal\", when \"deal.signed\" { run "
		"= function(d, e, act) act.note(t[1]) end } }");
	assert_int_equal(set_load_limits(NULL), FL_INVALID);
	while (at + 1 < set_problems.count && set_problems.items[at].warning)
		at++;
	assert_string_equal(set_problems.items[at].code, "FL371");
	assert_non_null(strstr(set_problems.items[at].text, "\"big\""));
}

/* A table `t` with n/16 MiB of text. */
static const char *heap(int n)
{
	return arena_printf(&set_arena,
		"local t = {} for i = 1, %d do t[i] = ('x'):rep(1 << 16) .. i "
		"end ", n);
}

/* What holds that much from reading its file on. */
static const char *hoarder(int n)
{
	return arena_printf(&set_arena,
		"%s\nrule \"b\" { about = \"deal\", when \"deal.signed\" { run "
		"= function(d, e, act) act.note(t[1] or '') end } }", heap(n));
}

static void hoard_load(int held, int takes)
{
	const struct script_limits slow = {.cpu_soft_us = 20000000};

	if (run_world != NULL)
		run_close();
	set_rule(run_source(
		arena_printf(&set_arena, "%s act.note('n' .. #t)", heap(takes))));
	set_text("packs/big/a.lua", hoarder(held));
	assert_int_equal(set_load_limits(&slow), FL_OK);
	run_open();
}

static fl_status hoard_call(void)
{
	const struct rulebook *book = ruleset_book(set_rules);
	const struct card *card = rulebook_card(book, TEXT("own/r"));
	struct script_view v = run_view("contact.made",
		"{'channel':'phone','direction':'in'}");

	run_out = (struct card_decision){0};
	return ruleset_run(set_rules, card->whens[0].fn, &v, &run_out,
		&run_outcome);
}

/* A pack that hoards what it may hold leaves a call of another pack exactly
 * what it would have without; and what calls leave behind is nobody's. */
static void test_hoard(void **state)
{
	static const int held[] = {0, 96, 176};

	(void)state;
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
		hoard_load(held[i], 48);
		for (int n = 0; n < 8; n++)
			if (hoard_call() != FL_OK)
				fail_msg("%d: %s", held[i],
					run_outcome.reason);
		hoard_load(held[i], 68);
		for (int n = 0; n < 3; n++) {
			assert_int_equal(hoard_call(), FL_INVALID);
			assert_int_equal(run_outcome.fate, CARD_CUT_MEMORY);
		}
	}
}

/* It is the hoarder that is named, not the file that found nothing left. */
static void test_crowded(void **state)
{
	uint32_t told = 0;

	(void)state;
	set_rule(hoarder(60));
	set_text("packs/big/a.lua", hoarder(200));
	assert_int_equal(set_load_limits(NULL), FL_INVALID);
	for (uint32_t i = 0; i < set_problems.count; i++) {
		const struct problem *p = &set_problems.items[i];

		assert_string_not_equal(p->code, "FL306");
		if (strcmp(p->code, "FL371") != 0)
			continue;
		told++;
		assert_non_null(strstr(p->text, "\"big\""));
	}
	assert_int_equal(told, 1);
}

static void test_deep(void **state)
{
	const struct script_limits slow = {.cpu_soft_us = 20000000};

	(void)state;
	/* frames cost memory: that limit comes first */
	assert_int_equal(
		run_body_limits(
			"local function f() return 1 + f() end f()", &slow),
		FL_INVALID);
	assert_int_equal(run_outcome.fate, CARD_CUT_MEMORY);
	run_fails("local function f() return (pcall(f)) and 1 end "
		  "local function g(n) return tostring(setmetatable({}, { "
		  "__tostring = function() return g(n + 1) end })) end g(1)",
		"overflow");
	run_ok("local function f(n) if n > 0 then return pcall(f, n - 1) end "
	       "return true end f(150)",
		NULL);
}

/* Loaded or not: nothing comes of it. */
static void remembers_not(const char *what)
{
	struct script_view v;

	if (set_load_limits(NULL) != FL_OK)
		return;
	if (run_world != NULL)
		run_close();
	run_open();
	v = run_view("contact.made", "{'channel':'phone','direction':'in'}");
	run_out = (struct card_decision){0};
	if (ruleset_run(set_rules,
		    ruleset_book(set_rules)->cards[0].whens[0].fn, &v, &run_out,
		    &run_outcome) == FL_OK)
		fail_msg("%s: nothing refused it", what);
	if (strstr(run_outcome.reason, "read-only") == NULL)
		fail_msg("%s -> %s", what, run_outcome.reason);
	assert_int_equal(run_out.n_effects, 0);
}

/* A function that would remember is refused with the line it does so. */
static void test_memory_between_events(void **state)
{
	static const struct {
		const char *rules;
		int line;
		const char *code;
	} cases[] = {
		{"local n = 0\nrule \"r\" { about = \"deal\", when "
		 "\"deal.signed\" { run = function()\nn = n + 1\nend } }",
			3, "FL303"},
		{"local n = 0\nlocal function up()\nlocal x = 1\nreturn "
		 "function() n = x end\nend\nrule \"r\" { about = \"deal\", "
		 "when \"deal.signed\" { run = function()\nup()()\nend } }",
			4, "FL303"},
		{"local function counter()\nlocal n = 0\nreturn function()\nn "
		 "= n + 1\nreturn n\nend\nend\nlocal c = counter()\nrule \"r\" "
		 "{ about = \"deal\", when \"deal.signed\" { run = function() "
		 "return c() end } }",
			4, "FL303"},
		{"local t = { f = false }\nlocal n\nt.f = function()\nn = 1\n"
		 "end\nrule \"r\" { about = \"deal\", when \"deal.signed\" { "
		 "run = function() t.f() end } }",
			4, "FL303"},
		{"rule \"r\" { about = \"deal\", when \"deal.signed\" { run = "
		 "function()\ncount = 1\nend } }",
			2, "FL302"},
		{"count = 1\n", 1, "FL302"},
		{"function helper() end\n", 1, "FL302"},
		/* by a metatable, its tables and theirs */
		{"local n = 0\nlocal t = setmetatable({}, { __index = "
		 "function()\nn = n + 1\nreturn n end })\nrule \"r\" { about = "
		 "\"deal\", when \"deal.signed\" { run = function() return t.x "
		 "end } }",
			3, "FL303"},
		{"local n = 0\nlocal deep = setmetatable({}, { __index = "
		 "setmetatable({}, { __call = function()\nn = n + 1\nend }) })\n"
		 "rule \"r\" { about = \"deal\", when \"deal.signed\" { run = "
		 "function() return deep end } }",
			3, "FL303"},
		/* as the key of a table */
		{"local n = 0\nlocal t = { [function()\nn = n + 1\nend] = 1 }\n"
		 "rule \"r\" { about = \"deal\", when \"deal.signed\" { run = "
		 "function() for f in next, t do f() end end } }",
			3, "FL303"},
		/* through functions in functions, and a parameter */
		{"local function keep(n)\nreturn function() return function()\nn "
		 "= n + 1\nreturn n end end end\nlocal made = keep(1)\nrule "
		 "\"r\" { about = \"deal\", when \"deal.signed\" { run = "
		 "function() return made()() end } }",
			3, "FL303"},
		/* a local of a loop, and one that is closed */
		{"local fs = {}\nfor i = 1, 2 do local n = i fs[i] = function()\n"
		 "n = n + 1 return n end end\nrule \"r\" { about = \"deal\", "
		 "when \"deal.signed\" { run = function() return fs[1]() end } }",
			3, "FL303"},
		/* every key that takes a function */
		{"local n = 0\ncadence \"c\" { about = \"deal\", starts = "
		 "\"deal.signed\", as_long_as = function()\nn = n + 1 return n < "
		 "3 end, step \"s\" { after = \"1 day\", task = todo \"x\", who "
		 "= handler } }",
			3, "FL303"},
		{"local n = 0\ncadence \"c\" { about = \"deal\", starts = "
		 "\"deal.signed\", step \"s\" { after = function()\nn = n + 1 "
		 "return n end, task = todo \"x\", who = handler } }",
			3, "FL303"},
		{"local n = 0\ncadence \"c\" { about = \"deal\", starts = "
		 "\"deal.signed\", step \"s\" { after = \"1 day\", unless = "
		 "function()\nn = n + 1 return n > 1 end, task = todo \"x\", who "
		 "= handler } }",
			3, "FL303"},
	};
	/* what is only found when it runs: tables are read-only then */
	static const char *const runs[] = {
		"cache[deal.ref] = 1", "cache.list[1] = 2",
		"table.insert(cache.list, 1)", "table.remove(cache.list)",
		"table.sort(cache.list, function(a, b) return a > b end)",
		"table.move({ 1 }, 1, 1, 1, cache.list)",
		"setmetatable(cache, { __index = function() return 1 end })",
		"cache.list = nil", "cache.object.n = 1",
		"cache.object:up()",
		"for k, v in pairs(cache) do v[1] = k end",
		"local _, list = next(cache) list.x = 1",
		"rawcache(cache)", "cache.all[1][1][1] = 2",
		"local t = limits t.low = 4", "limits.list[3] = 'c'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_rule(cases[i].rules);
		assert_int_equal(set_load_limits(NULL), FL_INVALID);
		assert_string_equal(set_problems.items[0].code, cases[i].code);
		assert_int_equal(set_problems.items[0].line, cases[i].line);
	}
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		set_rule(arena_printf(&set_arena,
			"local cache = { list = { 1, 2 }, all = { { { 1 } } } "
			"}\n"
			"cache.object = setmetatable({ n = 0 }, { __newindex = "
			"function(t, k, v) cache.list = v end, __index = { up "
			"= function(t) t.n = t.n + 1 end } })\n"
			"local rawcache = function(t) t[1] = 1 end\n"
			"local limits = { low = 3, list = { 'b', 'a' } }\n"
			"rule \"r\" { about = \"deal\", when \"contact.made\" { "
			"run = function(deal, event, act) local cache, limits "
			"= (cache), (limits)\n%s\nact.note('kept') end } }\n",
			runs[i]));
		remembers_not(runs[i]);
	}
	/* so is what a text iterator has read so far */
	set_rule("local it = (\"a b\"):gmatch(\"%a\")\nrule \"r\" { about = "
		 "\"deal\", when \"deal.signed\" { run = function() return it() "
		 "end } }");
	assert_int_equal(set_load_limits(NULL), FL_INVALID);
	assert_string_equal(set_problems.items[0].code, "FL303");
	/* an iterator held outside moves on at each use */
	set_rule("local it = pairs({ 1, 2 })\nrule \"r\" { about = \"deal\", "
		 "when \"deal.signed\" { run = function() return it() end } }");
	assert_int_equal(set_load_limits(NULL), FL_INVALID);
	assert_string_equal(set_problems.items[0].code, "FL303");
	/* words of names that were made up are no memory either */
	run_ok("local function same(id) return role(id) == role(id) end\n"
	       "assert(not same('made up'))\n"
	       "for i = 1, 1000 do same('name ' .. i) end\n"
	       "assert(not same('made up') and not same('name 1'))\n"
	       "assert(same('sales_manager'))",
		NULL);
	/* counting while the file is read is fine, and so is recursion */
	set_rule(
		"local n = 0\nlocal function id() n = n + 1 return 's' .. n "
		"end\nlocal f\nf = function(x) return x > 0 and f(x - 1) "
		"end\nrule \"r\" { about = \"deal\", starts = \"deal.signed\", "
		"step(id()) { after = \"1 day\", task = todo \"x\", who = "
		"handler, unless = function() local x = 1 x = x + 1 return "
		"f(x) end } }");
	set_load();
}

/* Lua mistakes a constant's place past 256 of them. */
static void test_many_constants(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1u << 20);
	buf_add_text(&b, "rule \"r\" { about = \"deal\", when \"deal.signed\" "
			 "{ run = function(deal)\nlocal t = {");
	for (int i = 0; i < 300; i++)
		buf_printf(&b, "%d.5,", i);
	buf_add_text(&b, "}\nlocal n = 3\nn = n & 12345678901\nend } }\n");
	buf_add_char(&b, '\0');
	set_rule(b.at);
	assert_int_equal(set_load_limits(NULL), FL_INVALID);
	assert_string_equal(set_problems.items[0].code, "FL370");
	assert_int_equal(set_problems.items[0].line, 4);
	/* the same sums elsewhere are fine */
	buf_deinit(&b);
	set_rule("rule \"r\" { about = \"deal\", when \"deal.signed\" { run = "
		 "function() local n = 5 n = n & 3 | 4 ~ n << 2 end } }");
	set_load();
}

static void test_text_only(void **state)
{
	(void)state;
	set_rule("\x1bLua");
	assert_int_equal(set_load_limits(NULL), FL_INVALID);
	set_rule("#!/usr/bin/lua\nrule \"r\" { about = 3 }");
	assert_int_equal(set_load_limits(NULL), FL_INVALID);
	assert_int_equal(set_problems.items[0].line, 2);
	set_rule("\xef\xbb\xbf-- fine\r\nrule \"r\" { about = \"deal\",\r\n"
		 "when \"deal.signed\" { run = function() end } }\r\n");
	set_load();
	set_rule("while true do end");
	assert_int_equal(set_load_limits(NULL), FL_INVALID);
	assert_string_equal(set_problems.items[0].code, "FL306");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_setup, run_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_absent),
		TEST(test_frozen),
		TEST(test_ordered),
		TEST(test_sort),
		TEST(test_texts),
		TEST(test_random),
		TEST(test_metatables),
		TEST(test_error_values),
		TEST(test_said),
		TEST(test_log),
		TEST(test_time),
		TEST(test_memory),
		TEST(test_hoard),
		TEST(test_crowded),
		TEST(test_packs),
		TEST(test_deep),
		TEST(test_memory_between_events),
		TEST(test_many_constants),
		TEST(test_text_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
