/* Questions and commands by name: what was typed becomes arguments, the answer
 * is shown. */
#include "app/client.h"
#include "app/keyval.h"
#include "app/print.h"
#include "ask/ask.h"
#include "reload/folder.h"
#include "rooftop/rooftop.h"

#include <stdlib.h>
#include <string.h>

/* An answer that says no: mistakes in the rule files, a test that failed,
 * nobody found. */
static bool says_no(const char *name, const struct value *doc)
{
	const struct value *found = value_get(doc, "found");

	return (strcmp(name, "find") == 0 && found != NULL &&
		       found->count == 0) ||
	       (strcmp(name, "check") == 0 &&
		       !value_get_bool(doc, "ok", false)) ||
	       (strcmp(name, "orphans") == 0 &&
		       value_get_int(doc, "count", 0) > 0) ||
	       (strcmp(name, "test") == 0 &&
		       value_get_int(doc, "failed", 1) > 0);
}

/* Shows one JSON document that came with `status`; the exit code. */
static int show(struct cli *cli, struct arena *a, const char *name,
		fl_status status, const struct buf *json)
{
	const struct value_limits limits = { .bytes = 64u << 20,
		.depth = 64,
		.keys = 100000 };
	struct fl_error err = { 0 };
	struct value doc;

	if (value_read(a, json->at != NULL ? json->at : "", json->len, &limits,
		    &doc, &err) != FL_OK)
		return cli_fail(cli, FL_UNKNOWN, "odd answer: %s", err.text);
	if (cli->json) {
		buf_add(&cli->out.buf, json->at, json->len);
		if (json->at[json->len - 1] != '\n')
			buf_add_char(&cli->out.buf, '\n');
	} else if (status == FL_OK) {
		print_answer(&cli->out, a, name, &doc);
	} else {
		print_problem(&cli->err, &doc);
	}
	return status == FL_OK && says_no(name, &doc) ? EXIT_REFUSED
						      : cli_exit(status);
}

/* Asks `name` with `args` and shows the answer. */
static int ask(struct cli *cli, struct arena *a, const char *name,
	       const struct value *args)
{
	struct client *client = NULL;
	struct fl_error err = { 0 };
	struct buf json;
	fl_status s;
	int code = cli_need_folder(cli);

	if (code != EXIT_DONE)
		return code;
	buf_init(&json, 256u << 20);
	s = client_new(cli->dir, cli->actor, &client, &err);
	if (s == FL_OK) {
		s = client_ask(client, name, args, &json);
		code = show(cli, a, name, s, &json);
		if (client_rules_broken(client) && strcmp(name, "reload") != 0)
			term_printf(&cli->err, "%s", cli_says(cli,
				"fairlead: de regelbestanden kloppen niet, de "
				"vorige regels antwoordden: fairlead check\n",
				"fairlead: the rule files are broken, older "
				"rules answered: fairlead check\n"));
	} else {
		code = cli_fail(cli, s, "%s", err.text);
	}
	client_free(client);
	buf_deinit(&json);
	return code;
}

/* All words from the nth on, with a blank between: names need no quotes. */
static const char *joined(struct cli *cli, struct arena *a, int from)
{
	const char *text = "";

	for (int i = from; i < cli->n_args; i++)
		text = i == from ? cli->args[i]
				 : arena_printf(a, "%s %s", text,
					   cli->args[i]);
	return text;
}

/* Asks with one text argument made of all words. */
static int ask_words(struct cli *cli, const char *name, const char *arg)
{
	struct value args = value_map();
	struct arena a;
	int code;

	arena_init(&a, 512u << 20);
	if (cli->n_args > 0)
		value_put(&a, &args, arg, value_text(joined(cli, &a, 0)));
	code = ask(cli, &a, name, &args);
	arena_deinit(&a);
	return code;
}

int command_today(struct cli *cli)
{
	return ask_words(cli, "today", "person");
}

int command_show(struct cli *cli)
{
	return ask_words(cli, "show", "card");
}

int command_deal(struct cli *cli)
{
	return ask_words(cli, "deal", "who");
}

int command_find_text(struct cli *cli)
{
	return ask_words(cli, "find", "text");
}

int command_why(struct cli *cli)
{
	return ask_words(cli, "why", "task");
}

int command_orphans(struct cli *cli)
{
	return ask_words(cli, "orphans", "");
}

int command_ahead(struct cli *cli)
{
	struct value args = value_map();
	struct arena a;
	int code;

	arena_init(&a, 512u << 20);
	if (cli->n_args > 0)
		value_put(&a, &args, "who", value_text(joined(cli, &a, 0)));
	if (cli->span != NULL)
		value_put(&a, &args, "for", value_text(cli->span));
	code = ask(cli, &a, "ahead", &args);
	arena_deinit(&a);
	return code;
}

int command_why_not(struct cli *cli)
{
	struct value args = value_map();
	struct arena a;
	int code;

	arena_init(&a, 512u << 20);
	value_put(&a, &args, "card", value_text(cli->args[0]));
	value_put(&a, &args, "who", value_text(joined(cli, &a, 1)));
	if (cli->at != NULL)
		value_put(&a, &args, "at", value_text(cli->at));
	code = ask(cli, &a, "why-not", &args);
	arena_deinit(&a);
	return code;
}

int command_status(struct cli *cli)
{
	return ask_words(cli, "status", "");
}

int command_late(struct cli *cli)
{
	return ask_words(cli, "late", "");
}

int command_reload(struct cli *cli)
{
	return ask_words(cli, "reload", "");
}

int command_check(struct cli *cli)
{
	return ask_words(cli, "check", "");
}

int command_test(struct cli *cli)
{
	struct value args = value_map();
	struct arena a;
	int code;

	if (cli->from != NULL && (cli->n_args > 0 || cli->coverage))
		return cli_usage(cli, command_find("test"),
			cli_says(cli, "--from maakt een test en draait er geen",
				"--from makes a test and runs none"));
	arena_init(&a, 512u << 20);
	if (cli->from != NULL) {
		value_put(&a, &args, "who", value_text(cli->from));
		code = ask(cli, &a, "test-from", &args);
		arena_deinit(&a);
		return code;
	}
	if (cli->n_args > 0)
		value_put(&a, &args, "name", value_text(joined(cli, &a, 0)));
	if (cli->coverage)
		value_put(&a, &args, "coverage", value_bool(true));
	code = ask(cli, &a, "test", &args);
	arena_deinit(&a);
	return code;
}

int command_plan(struct cli *cli)
{
	struct value args = value_map();
	struct arena a;
	int code;

	if (cli->n_args > 0 && strcmp(cli->args[0], "all") != 0)
		return cli_usage(cli, command_find("plan"),
			cli_says(cli, "plan toont er 200 met naam, of all",
				"plan shows 200 by name, or all"));
	arena_init(&a, 512u << 20);
	if (cli->n_args > 0)
		value_put(&a, &args, "limit", value_int(INT32_MAX));
	code = ask(cli, &a, "plan", &args);
	arena_deinit(&a);
	return code;
}

/* The rule files of `dir` go along as they are: who answers may be elsewhere.
 * False: *code says how it was told that they cannot. */
static bool put_files(struct cli *cli, struct arena *a, const char *dir,
		      struct value *args, int *code)
{
	struct fl_error err = { 0 };
	struct source_set set = { 0 };
	struct problems p;
	struct value doc;
	struct buf json;
	fl_status s;

	problems_init(&p, a);
	s = folder_read_whole(dir, a, &set, &p, &err);
	if (s == FL_OK) {
		value_put(a, args, "files", ask_files_value(a, &set));
		return true;
	}
	if (p.count == 0) {
		*code = cli_fail(cli, s, "%s", err.text);
		return false;
	}
	doc = problem_document(a, s, &p, NULL);
	buf_init(&json, 0);
	value_write(&json, &doc);
	*code = show(cli, a, "backtest", s, &json);
	buf_deinit(&json);
	return false;
}

int command_backtest(struct cli *cli)
{
	struct value args = value_map();
	struct arena a;
	int code;

	arena_init(&a, 512u << 20);
	if (cli->n_args > 0 &&
		!put_files(cli, &a, cli->args[0], &args, &code)) {
		arena_deinit(&a);
		return code;
	}
	if (cli->from != NULL)
		value_put(&a, &args, "from", value_text(cli->from));
	if (cli->to != NULL)
		value_put(&a, &args, "to", value_text(cli->to));
	code = ask(cli, &a, "backtest", &args);
	arena_deinit(&a);
	return code;
}

int command_rulesets(struct cli *cli)
{
	return ask_words(cli, "rulesets", "ruleset");
}

int command_publish(struct cli *cli)
{
	return ask_words(cli, "publish", "code");
}

int command_rollback(struct cli *cli)
{
	struct value args = value_map();
	struct arena a;
	char *end = NULL;
	int64_t to = 0;
	int code;

	if (cli->n_args > 0)
		to = strtoll(cli->args[0], &end, 10);
	if (cli->n_args > 0 && (to <= 0 || *end != '\0'))
		return cli_usage(cli, command_find("rollback"),
			cli_says(cli, "rollback wil het nummer van regels: zie "
				"fairlead rulesets",
				"rollback takes the number of a ruleset: see "
				"fairlead rulesets"));
	arena_init(&a, 512u << 20);
	if (to > 0)
		value_put(&a, &args, "to", value_int(to));
	code = ask(cli, &a, "rollback", &args);
	arena_deinit(&a);
	return code;
}

int command_clock(struct cli *cli)
{
	struct value args = value_map();
	struct arena a;
	int code;

	arena_init(&a, 512u << 20);
	if (cli->n_args > 0 && cli->args[0][0] == '+')
		value_put(&a, &args, "by", value_text(cli->args[0] + 1));
	else if (cli->n_args > 0)
		value_put(&a, &args, "to", value_text(cli->args[0]));
	code = ask(cli, &a, "clock", &args);
	arena_deinit(&a);
	return code;
}

/* ---- commands that become facts ---- */

static void put_options(struct cli *cli, struct arena *a, struct value *args)
{
	value_put(a, args, "id",
		value_text(cli->id != NULL ? cli->id : cli_fresh_id(a)));
	if (cli->at != NULL)
		value_put(a, args, "at", value_text(cli->at));
	if (cli->source != NULL)
		value_put(a, args, "source", value_text(cli->source));
}

static int told_id(struct cli *cli, const struct value *args, int code)
{
	if (code == EXIT_UNKNOWN)
		cli_again(cli, value_get_str(args, "id"));
	return code;
}

int command_undo(struct cli *cli)
{
	struct value args = value_map();
	struct arena a;
	int code;

	arena_init(&a, 512u << 20);
	value_put(&a, &args, "ruleset", value_text(cli->args[0]));
	put_options(cli, &a, &args);
	code = told_id(cli, &args, ask(cli, &a, "undo", &args));
	arena_deinit(&a);
	return code;
}

int command_release(struct cli *cli)
{
	struct value args = value_map();
	struct arena a;
	int code;

	arena_init(&a, 512u << 20);
	put_options(cli, &a, &args);
	code = told_id(cli, &args, ask(cli, &a, "release", &args));
	arena_deinit(&a);
	return code;
}

int command_answer(struct cli *cli)
{
	struct value args = value_map(), fields = value_map();
	struct fl_error err = { 0 };
	struct arena a;
	int code = EXIT_DONE;

	arena_init(&a, 512u << 20);
	value_put(&a, &args, "task", value_text(cli->args[0]));
	value_put(&a, &args, "outcome", value_text(cli->args[1]));
	for (int i = 2; i < cli->n_args && code == EXIT_DONE; i++)
		if (keyval_add(&a, &fields, cli->args[i],
			    cli_dutch(cli), &err) != FL_OK)
			code = cli_usage(cli, command_find("answer"), "%s",
				err.text);
	if (fields.count > 0)
		value_put(&a, &args, "fields", fields);
	put_options(cli, &a, &args);
	if (code == EXIT_DONE)
		code = told_id(cli, &args, ask(cli, &a, "answer", &args));
	arena_deinit(&a);
	return code;
}

int command_person(struct cli *cli)
{
	struct value args = value_map(), who;
	struct arena a;
	int code;

	arena_init(&a, 512u << 20);
	value_put(&a, &args, "what", value_text(cli->args[0]));
	value_put(&a, &args, "person", value_text(joined(cli, &a, 1)));
	if (cli->until != NULL)
		value_put(&a, &args, "until", value_text(cli->until));
	if (cli->deputy != NULL)
		value_put(&a, &args, "deputy", value_text(cli->deputy));
	put_options(cli, &a, &args);
	code = told_id(cli, &args, ask(cli, &a, "person", &args));
	if (code == EXIT_DONE && !cli->json) {
		/* what is on the list, and who does it from now on */
		who = value_map();
		value_put(&a, &who, "person", *value_get(&args, "person"));
		code = ask(cli, &a, "today", &who);
	}
	arena_deinit(&a);
	return code;
}

int command_retry(struct cli *cli)
{
	struct value args = value_map();
	struct arena a;
	int code;

	arena_init(&a, 512u << 20);
	value_put(&a, &args, "event", value_text(cli->args[0]));
	put_options(cli, &a, &args);
	code = told_id(cli, &args, ask(cli, &a, "retry", &args));
	arena_deinit(&a);
	return code;
}
