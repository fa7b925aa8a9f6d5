/* What an admin does with rule files: a new folder, check, tests. */
#include "app/print.h"
#include "rooftop/rooftop.h"
#include "sim/sim.h"

#include <string.h>

int command_init(struct cli *cli)
{
	const char *dir = cli->args[0];
	struct fl_error err = { 0 };
	fl_status s = rooftop_init(dir, cli->from, cli->training, &err);

	if (s != FL_OK)
		return cli_fail(cli, s, "%s", err.text);
	if (cli->json) {
		term_printf(&cli->out, "{\"made\":true}\n");
		return EXIT_DONE;
	}
	term_printf(&cli->out,
		"made %s\n"
		"  dealership.lua  who works here, opening hours: change this "
		"first\n"
		"  settings.lua    numbers you may change\n"
		"  rules/          your own rules\n"
		"  packs/standard  the standard rules\n"
		"next:\n"
		"  fairlead -C %s check\n"
		"  fairlead -C %s serve%s\n",
		dir, dir, dir, cli->training ? " --clock manual" : "");
	return EXIT_DONE;
}

/* ---- check ---- */

static void check_json(struct cli *cli, struct arena *a, fl_status s,
		       const struct problems *p, uint32_t cards)
{
	struct value doc = value_map();

	value_put(a, &doc, "ok", value_bool(s == FL_OK));
	value_put(a, &doc, "cards", value_int(cards));
	value_put(a, &doc, "problems", problems_value(p, a));
	value_write(&cli->out.buf, &doc);
	buf_add_char(&cli->out.buf, '\n');
}

static void check_words(struct cli *cli, struct arena *a, fl_status s,
			const struct problems *p, const struct ruleset *rs)
{
	struct value list = problems_value(p, a);

	for (uint32_t i = 0; i < list.count; i++)
		print_mistake(&cli->out, &list.as.items[i]);
	if (s != FL_OK) {
		term_style(&cli->out, TERM_RED, arena_printf(a, "%u mistake%s",
			p->errors, p->errors == 1 ? "" : "s"));
		term_printf(&cli->out, ", nothing was changed\n");
		return;
	}
	term_style(&cli->out, TERM_GREEN, "good");
	term_printf(&cli->out, ": %u cards, %u people, %u settings",
		ruleset_book(rs)->n_cards, ruleset_book(rs)->n_people,
		ruleset_book(rs)->n_settings);
	if (p->count > 0)
		term_printf(&cli->out, ", %u warnings", p->count);
	term_printf(&cli->out, "; fairlead reload makes them live\n");
}

int command_check(struct cli *cli)
{
	struct ruleset *rs = NULL;
	struct fl_error err = { 0 };
	struct problems p;
	struct arena a;
	fl_status s;
	int code = cli_need_folder(cli);

	if (code != EXIT_DONE)
		return code;
	arena_init(&a, 256u << 20);
	problems_init(&p, &a);
	script_init();
	s = folder_load(cli->dir, false, &a, &p, &rs, &err);
	if (s != FL_OK && p.count == 0)
		code = cli_fail(cli, s, "%s", err.text);
	else if (cli->json)
		check_json(cli, &a, s, &p,
			rs != NULL ? ruleset_book(rs)->n_cards : 0);
	else
		check_words(cli, &a, s, &p, rs);
	ruleset_unref(rs);
	arena_deinit(&a);
	return code != EXIT_DONE ? code : cli_exit(s);
}

/* ---- test ---- */

struct testing {
	struct cli *cli;
	struct arena a;
	struct problems problems;
	struct source_set all;  /* the folder's files */
	struct value results;   /* --json */
	uint32_t number, passed, failed;
};

static bool is_pack(const char *name)
{
	return strncmp(name, "packs/", 6) == 0;
}

/* The packs with the people of a fresh folder: what a pack's own tests expect
 * cannot depend on who works at this dealer. */
static struct source_set pack_files(struct testing *t)
{
	const struct embedded_file *init = embedded_list();
	struct source_set set = { 0 };

	set.files = arena_alloc(&t->a,
		(t->all.n_files + 1) * sizeof(*set.files));
	if (set.files == NULL)
		return set;
	while (init->name != NULL &&
		strcmp(init->name, "scripts/init/dealership.lua") != 0)
		init++;
	REQUIRE(init->name != NULL);
	set.files[set.n_files++] = (struct source_file){ "dealership.lua",
		init->bytes, init->n };
	for (uint32_t i = 0; i < t->all.n_files; i++)
		if (is_pack(t->all.files[i].name))
			set.files[set.n_files++] = t->all.files[i];
	return set;
}

static void show_result(struct testing *t, const struct test_result *r)
{
	struct term *out = &t->cli->out;
	struct value one = value_map();

	t->number++;
	if (r->passed)
		t->passed++;
	else
		t->failed++;
	if (t->cli->json) {
		value_put(&t->a, &one, "name", value_of_text(r->name));
		value_put(&t->a, &one, "file", value_text(r->file));
		value_put(&t->a, &one, "line", value_int(r->line));
		value_put(&t->a, &one, "passed", value_bool(r->passed));
		value_put(&t->a, &one, "took_us", value_int(r->took_us));
		if (r->story != NULL)
			value_put(&t->a, &one, "story", value_text(r->story));
		value_append(&t->a, &t->results, one);
		return;
	}
	term_style(out, r->passed ? TERM_GREEN : TERM_RED,
		r->passed ? "ok" : "not ok");
	term_printf(out, " %u - %s", t->number, r->name.at);
	term_style(out, TERM_DIM, arena_printf(&t->a, "  # %s:%d, %lld ms",
		r->file, r->line, (long long)(r->took_us / 1000)));
	buf_add_char(&out->buf, '\n');
	for (const char *at = r->story; at != NULL && *at != '\0';) {
		size_t n = strcspn(at, "\n");

		term_printf(out, "  # %.*s\n", (int)n, at);
		at += n + (at[n] == '\n');
	}
	term_flush(out);
}

/* Runs the tests of those files of `set` that are packs, or are not. */
static fl_status run_set(struct testing *t, const struct source_set *set,
			 bool packs, struct fl_error *err)
{
	struct ruleset *tests = NULL, *rules = NULL;
	struct sim_test_filter filter = { .name = t->cli->n_args > 0
			? t->cli->args[0]
			: NULL };
	struct test_result *results;
	uint32_t n = 0;
	fl_status s;

	filter.folder = "packs/";
	filter.outside = !packs;
	s = ruleset_load(set, NULL, true, &t->problems, &tests);
	if (s == FL_OK)
		s = ruleset_load(set, NULL, false, &t->problems, &rules);
	if (s == FL_OK)
		s = sim_test(tests, rules, &filter, &t->a, &results, &n, err);
	for (uint32_t i = 0; s == FL_OK && i < n; i++)
		show_result(t, &results[i]);
	ruleset_unref(tests);
	ruleset_unref(rules);
	return s;
}

static void show_totals(struct testing *t)
{
	struct value doc = value_map();

	if (!t->cli->json) {
		term_printf(&t->cli->out, "%u passed, %u failed\n", t->passed,
			t->failed);
		return;
	}
	value_put(&t->a, &doc, "tests", t->results);
	value_put(&t->a, &doc, "passed", value_int(t->passed));
	value_put(&t->a, &doc, "failed", value_int(t->failed));
	value_write(&t->cli->out.buf, &doc);
	buf_add_char(&t->cli->out.buf, '\n');
}

int command_test(struct cli *cli)
{
	struct testing t = { .cli = cli, .results = value_list() };
	struct source_set packs;
	struct fl_error err = { 0 };
	fl_status s;
	int code = cli_need_folder(cli);

	if (code != EXIT_DONE)
		return code;
	arena_init(&t.a, 1u << 30);
	problems_init(&t.problems, &t.a);
	script_init();
	s = folder_read(cli->dir, &t.a, &t.all, &t.problems, &err);
	if (s == FL_OK) {
		packs = pack_files(&t);
		s = run_set(&t, &packs, true, &err);
	}
	if (s == FL_OK)
		s = run_set(&t, &t.all, false, &err);
	if (s == FL_INVALID && t.problems.errors > 0 && !cli->json)
		check_words(cli, &t.a, s, &t.problems, NULL);
	else if (s != FL_OK)
		cli_fail(cli, s, "%s", t.problems.count > 0
				? t.problems.items[0].text
				: err.text);
	else
		show_totals(&t);
	if (s == FL_OK && t.number == 0 && cli->n_args > 0)
		code = cli_fail(cli, FL_NOT_FOUND, "no test is called \"%s\"",
			cli->args[0]);
	code = s != FL_OK ? cli_exit(s) : code;
	arena_deinit(&t.a);
	return code == EXIT_DONE && t.failed > 0 ? EXIT_REFUSED : code;
}
