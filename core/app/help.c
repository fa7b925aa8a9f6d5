#include "app/cli.h"

static const char *const titles[] = { [GROUP_SELLER] = "Seller",
	[GROUP_ADMIN] = "Dealer admin",
	[GROUP_OPERATOR] = "Operator",
	[GROUP_CONSULTANT] = "Consultant" };

/* What a group uses beside its own. */
static const char *const also[] = { [GROUP_SELLER] = "",
	[GROUP_ADMIN] = "why, coming, test, clock",
	[GROUP_OPERATOR] = "init, status, reload, rollback, late",
	[GROUP_CONSULTANT] = "init, check, fmt, plan, show, why, coming, audit" };

static void one_group(struct term *t, struct arena *a, enum command_group g)
{
	struct term_table tab = { .a = a, .indent = "  " };

	term_style(t, TERM_BOLD, titles[g]);
	term_say(t, "");
	buf_add_char(&t->buf, '\n');
	for (const struct command *c = command_table(); c->name != NULL; c++) {
		if (c->group != g)
			continue;
		table_row(&tab);
		table_cell(&tab, TERM_CYAN,
			arena_printf(a, "%s %s", c->name, c->usage));
		table_cell(&tab, TERM_PLAIN, c->does);
	}
	table_print(&tab, t);
	if (*also[g] != '\0')
		term_printf(t, "  and: %s\n", also[g]);
}

void help_all(struct term *t)
{
	struct arena a;

	arena_init(&a, 0);
	term_printf(t,
		"fairlead: facts come in, your rules decide, people's lists "
		"change, nothing is lost.\n\n"
		"usage: fairlead [-C DIR] [--json] [--as PERSON] COMMAND ...\n"
		"\n");
	for (int g = 0; g < GROUPS; g++) {
		one_group(t, &a, (enum command_group)g);
		buf_add_char(&t->buf, '\n');
	}
	term_printf(t,
		"  -C DIR       the dealership's folder (default: this one)\n"
		"  --json       answers as JSON\n"
		"  --as PERSON  who does this (default: admin)\n"
		"A name, a phone or a plate works wherever a number does.\n"
		"Exit codes: 0 done, 1 refused or not found, 2 wrong usage, "
		"3 unknown: retry with the same id.\n");
	arena_deinit(&a);
}

static const struct {
	const char *name, *usage, *does;
} known_options[] = {
	{ "id", "--id ID", "names the fact; again changes nothing" },
	{ "at", "--at TIME", "when it happened (default: now)" },
	{ "source", "--source NAME", "the system that tells it" },
	{ "until", "--until TIME", "back from then" },
	{ "deputy", "--deputy PERSON", "who stands in" },
	{ "for", "--for SPAN", "how far to look" },
	{ "from", "--from WHAT",
		"init: a folder to copy; test: a deal; backtest: a time" },
	{ "to", "--to TIME", "no later than then" },
	{ "training", "--training", "for practice: clock by hand" },
	{ "editor", "--editor", "only what editors read, up to date" },
	{ "coverage", "--coverage", "what no test reaches" },
	{ "check", "--check", "change nothing, say what would" },
	{ "clock", "--clock manual", "the clock is moved by hand" },
};
#define OPTIONS (sizeof(known_options) / sizeof(known_options[0]))

/* The row of the first word of `names`, and goes past it; -1: it is none that
 * people type. */
static int option_next(const char **names)
{
	size_t n = strcspn(*names, " ");
	const char *name = *names;

	*names += n + (name[n] == ' ');
	for (size_t i = 0; i < OPTIONS; i++)
		if (strlen(known_options[i].name) == n &&
			memcmp(known_options[i].name, name, n) == 0)
			return (int)i;
	return -1;
}

void help_one(struct term *t, const struct command *cmd)
{
	const char *at = cmd->options;

	term_style(t, TERM_BOLD, "fairlead ");
	term_style(t, TERM_BOLD, cmd->name);
	term_printf(t, " %s\n  %s\n", cmd->usage, cmd->does);
	if (cmd->more[0] != '\0')
		term_printf(t, "\n%s", cmd->more);
	if (*at != '\0')
		buf_add_char(&t->buf, '\n');
	while (*at != '\0') {
		int i = option_next(&at);

		if (i >= 0)
			term_printf(t, "  %-16s %s\n", known_options[i].usage,
				known_options[i].does);
	}
}

/* Is `name` one of the words of "why, coming"? */
static bool is_listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	while (*list != '\0') {
		size_t len = strcspn(list, ",");

		if (len == n && memcmp(list, name, n) == 0)
			return true;
		list += len + strspn(list + len, ", ");
	}
	return false;
}

static struct value options_value(struct arena *a, const char *names)
{
	struct value list = value_list();

	while (*names != '\0') {
		int i = option_next(&names);
		struct value one = value_map();

		if (i < 0)
			continue;
		value_put(a, &one, "option", value_text(known_options[i].usage));
		value_put(a, &one, "does", value_text(known_options[i].does));
		value_append(a, &list, one);
	}
	return list;
}

static struct value command_value(struct arena *a, const struct command *c)
{
	static const char *const groups[] = { [GROUP_SELLER] = "seller",
		[GROUP_ADMIN] = "admin",
		[GROUP_OPERATOR] = "operator",
		[GROUP_CONSULTANT] = "consultant" };
	struct value one = value_map(), used = value_list();

	for (int g = 0; g < GROUPS; g++)
		if ((int)c->group == g || is_listed(also[g], c->name))
			value_append(a, &used, value_text(groups[g]));
	value_put(a, &one, "command", value_text(c->name));
	value_put(a, &one, "usage", value_text(c->usage));
	value_put(a, &one, "does", value_text(c->does));
	if (c->more[0] != '\0')
		value_put(a, &one, "more", value_text(c->more));
	value_put(a, &one, "for", used);
	value_put(a, &one, "options", options_value(a, c->options));
	return one;
}

void help_json(struct term *t, const struct command *cmd)
{
	struct value doc = value_map(), list = value_list();
	struct arena a;

	arena_init(&a, 0);
	for (const struct command *c = command_table(); c->name != NULL; c++)
		if (cmd == NULL || c == cmd)
			value_append(&a, &list, command_value(&a, c));
	value_put(&a, &doc, "commands", list);
	value_write(&t->buf, &doc);
	buf_add_char(&t->buf, '\n');
	arena_deinit(&a);
}

int command_help(struct cli *cli)
{
	const struct command *cmd;
	const char *near;

	if (cli->n_args == 0) {
		if (cli->json)
			help_json(&cli->out, NULL);
		else
			help_all(&cli->out);
		return EXIT_DONE;
	}
	cmd = command_find(cli->args[0]);
	if (cmd != NULL) {
		if (cli->json)
			help_json(&cli->out, cmd);
		else
			help_one(&cli->out, cmd);
		return EXIT_DONE;
	}
	near = command_near(cli->args[0]);
	return cli_no_command(cli, cli->args[0], near);
}

int command_version(struct cli *cli)
{
	if (cli->json)
		term_printf(&cli->out, "{\"version\":\"%s\"}\n", fl_version());
	else
		term_printf(&cli->out, "fairlead %s\n", fl_version());
	return EXIT_DONE;
}
