/*
 * Scripts that mean harm, tests/script/hostile/NAME.lua: each as a file that is
 * loaded and as a rule's function. Whatever they do, the process lives, the
 * limit holds, another card's effects are there, and memory comes back. And
 * the names a script can reach are those of tests/script/globals.txt.
 */
#include "script_run.h"

#include "base/clock.h"
#include "base/log.h"
#include "fairlead.h"
#include "script/sandbox.h"

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOFT_US	    5000
#define LOAD_FACTOR 20
#define SLACK_US    100000 /* what an answer may take on top */
#define ARENA_MOST  (4u << 20) /* of the turn, that a call may leave used */
#define FOLDER	    "tests/script/hostile"
#define SCRIPTS_MOST 400

static const struct script_limits limits = {
	.cpu_soft_us = SOFT_US, .memory_bytes = 6u << 20};

static char *names[SCRIPTS_MOST];
static size_t n_names;
static size_t refused, cut, failed, ran; /* in handlers */

static int name_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_read(void)
{
	DIR *d = opendir(FOLDER);
	struct dirent *e;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL && n_names < SCRIPTS_MOST)
		if (strstr(e->d_name, ".lua") != NULL)
			names[n_names++] = strdup(e->d_name);
	closedir(d);
	qsort(names, n_names, sizeof(names[0]), name_compare);
}

static const char *body_read(const char *name)
{
	struct fl_error err;
	const char *body;
	struct buf b;

	buf_init(&b, 1u << 20);
	assert_int_equal(file_read(arena_printf(&set_arena, FOLDER "/%s", name),
				 1u << 20, &b, &err),
		FL_OK);
	body = arena_text(&set_arena, b.at, b.len);
	buf_deinit(&b);
	return body;
}

static void in_time(const char *name, const char *when, int64_t took,
	int64_t limit)
{
	if (getenv("FL_RUN") == NULL && took > limit + SLACK_US)
		fail_msg("%s %s: %lld us, limit %lld us", name, when,
			(long long)took, (long long)limit);
}

static void load_one(const char *name)
{
	int64_t from;

	set_setup(NULL);
	set_rule(body_read(name));
	from = clock_thread_cpu_us();
	set_load_limits(&limits);
	in_time(name, "at load", clock_thread_cpu_us() - from,
		SOFT_US * LOAD_FACTOR);
	set_teardown(NULL);
}

static void test_at_load(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_names; i++)
		load_one(names[i]);
}

static fl_status run_card(uint32_t card)
{
	struct script_view v = run_view("contact.made",
		"{'channel':'phone','direction':'in'}");

	return ruleset_run(set_rules,
		ruleset_book(set_rules)->cards[card].whens[0].fn, &v, &run_out,
		&run_outcome);
}

static uint32_t card_named(const char *id)
{
	const struct rulebook *book = ruleset_book(set_rules);

	for (uint32_t i = 0; i < book->n_cards; i++)
		if (text_is(book->cards[i].id, id))
			return i;
	fail_msg("no card %s", id);
	return 0;
}

static size_t memory(void)
{
	for (int i = 0; i < 12; i++) /* the table of texts halves each time */
		lua_gc(set_rules->lua, LUA_GCCOLLECT);
	return set_rules->used_bytes;
}

/* The other card after it: as if nothing had been. */
static void calm_runs(const char *name)
{
	uint32_t before = run_out.n_effects;

	if (run_card(card_named("calm")) != FL_OK)
		fail_msg("%s: then the other card: %s", name,
			run_outcome.reason);
	assert_int_equal(run_out.n_effects, before + 1);
	assert_string_equal(run_effect(before), "note {\"text\":\"xxx0\"}");
}

static void handle_one(const char *name)
{
	size_t before, arena;
	int64_t from;
	fl_status s;

	set_setup(NULL);
	set_rule(arena_printf(&set_arena,
		"%s\nrule \"calm\" { about = \"deal\", when \"contact.made\" { "
		"run = function(deal, event, act) act.note(('x'):rep(3) .. "
		"deal.score) end } }",
		run_source(body_read(name))));
	if (set_load_limits(&limits) != FL_OK) {
		refused++;
		set_teardown(NULL);
		return;
	}
	run_open();
	run_out = (struct card_decision){0};
	calm_runs(name);
	run_out.n_effects = 0;
	before = memory();
	arena = run_world->arena.used_bytes;
	from = clock_thread_cpu_us();
	s = run_card(card_named("r"));
	in_time(name, "in a handler", clock_thread_cpu_us() - from, SOFT_US);
	if (s != FL_OK && run_out.n_effects != 0)
		fail_msg("%s: effects of a call that failed", name);
	ran += s == FL_OK;
	cut += run_outcome.fate == CARD_CUT_TIME ||
	       run_outcome.fate == CARD_CUT_MEMORY;
	failed += run_outcome.fate == CARD_FAILED;
	if (strncmp(name, "escape-", 7) == 0 && s == FL_OK)
		fail_msg("%s: nothing refused it", name);
	if (run_world->arena.used_bytes > arena + ARENA_MOST)
		fail_msg("%s: %zu bytes of the turn", name,
			run_world->arena.used_bytes - arena);
	calm_runs(name);
	if (memory() > before + 65536)
		fail_msg("%s: %zu bytes became %zu", name, before, memory());
	run_close();
	set_teardown(NULL);
}

static void test_in_handler(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_names; i++)
		handle_one(names[i]);
	print_message("# %zu scripts: %zu cut, %zu failed, %zu harmless, %zu "
		      "refused at load\n",
		n_names, cut, failed, ran, refused);
	assert_true(n_names >= 60);
	assert_true(cut >= 40);
}

/* ---- what hangs where no flag reaches ---- */

#define HUNG 77

static void hung(void)
{
	_exit(HUNG);
}

static int spin(lua_State *lua)
{
	for (volatile int i = 0; i >= 0; i += lua_gettop(lua))
		continue;
	return 0;
}

/* A host of the library that asked for the limit, or did not. */
static bool host_open(bool asked)
{
	char dir[] = "/tmp/fairlead-hang-XXXXXX", command[100];
	struct fl_options opt = {.size = sizeof(opt),
		.on_hang = asked ? hung : NULL, .hang_ms = 100};
	struct fl_error err;
	fl_rooftop *r = NULL;
	bool opened;

	if (mkdtemp(dir) == NULL)
		return false;
	opened = fl_init(dir, 1, &err) == FL_OK &&
		 fl_open(dir, &opt, &r, &err) == FL_OK;
	fl_close(r);
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	return system(command) == 0 && opened;
}

/* Another process: it does not come back. */
static int hang(const char *how)
{
	if (strcmp(how, "hang") == 0)
		script_hard_limit(100000, hung);
	else if (!host_open(strcmp(how, "hang-host") == 0))
		return 4;
	set_setup(NULL);
	if (strcmp(how, "hang-quiet") == 0)
		alarm(1); /* nobody else ends it */
	set_rule("");
	if (set_load_limits(&limits) != FL_OK)
		return 1;
	lua_pushcfunction(set_rules->lua, spin);
	sandbox_call(set_rules, 0, 0, NULL);
	return 2;
}

static int hung_as(const char *name)
{
	pid_t child = fork();
	int how = 0;

	if (child == 0) {
		alarm(60);
		execl("/proc/self/exe", "test_hostile", name, NULL);
		_exit(3);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	return how;
}

static void test_hard_limit(void **state)
{
	static const char *const hosts[] = {"hang", "hang-host"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		int64_t from = clock_mono_us();
		int how = hung_as(hosts[i]);

		assert_true(WIFEXITED(how));
		assert_int_equal(WEXITSTATUS(how), HUNG);
		assert_true(clock_mono_us() - from > 100000);
	}
}

/* An embedder that did not ask is never ended by the library. */
static void test_no_hard_limit(void **state)
{
	int how = hung_as("hang-quiet");

	(void)state;
	assert_true(WIFSIGNALED(how));
	assert_int_equal(WTERMSIG(how), SIGALRM);
}

/* ---- what can be reached ---- */

static const char *reached[1000];
static size_t n_reached;

static int text_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names in the table on top, below `prefix`. */
static void reach(lua_State *lua, const char *prefix)
{
	lua_freeze_contents(lua, -1);
	for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1)) {
		const char *name = lua_type(lua, -2) == LUA_TSTRING
					   ? lua_tostring(lua, -2)
					   : "?";
		const char *full =
			arena_printf(&set_arena, "%s%s", prefix, name);

		reached[n_reached++] = full;
		if (lua_istable(lua, -1))
			reach(lua, arena_printf(&set_arena, "%s.", full));
	}
	lua_pop(lua, 1);
}

static void test_names(void **state)
{
	struct fl_error err;
	struct buf want, got;
	lua_State *lua;

	(void)state;
	set_setup(NULL);
	set_rule("rule \"r\" { about = \"deal\", when \"deal.signed\" { run = "
		 "function() end } }");
	set_load();
	lua = set_rules->lua;
	lua_rawgeti(lua, LUA_REGISTRYINDEX, set_rules->api_ref);
	reach(lua, "");
	lua_rawgeti(lua, LUA_REGISTRYINDEX, set_rules->act_ref);
	reach(lua, "act.");
	lua_settop(lua, 0);
	qsort(reached, n_reached, sizeof(reached[0]), text_order);
	buf_init(&want, 1u << 20);
	buf_init(&got, 1u << 20);
	for (size_t i = 0; i < n_reached; i++)
		buf_printf(&got, "%s\n", reached[i]);
	assert_int_equal(file_read("tests/script/globals.txt", 1u << 20, &want,
				 &err),
		FL_OK);
	if (want.len != got.len || memcmp(want.at, got.at, got.len) != 0) {
		for (size_t i = 0; i < n_reached; i++)
			print_error("%s\n", reached[i]);
		fail_msg("tests/script/globals.txt lists other names: what is "
			 "new there must be meant");
	}
	buf_deinit(&want);
	buf_deinit(&got);
	set_teardown(NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_at_load),
		cmocka_unit_test(test_in_handler),
		cmocka_unit_test(test_hard_limit),
		cmocka_unit_test(test_no_hard_limit),
		cmocka_unit_test(test_names)};

	if (argc > 1 && strncmp(argv[1], "hang", 4) == 0)
		return hang(argv[1]);
	log_level_set(LOG_ERROR);
	names_read();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
