#include "app/cli.h"
#include "app/print.h"

static const struct said titles[] = {
	[GROUP_SELLER] = { "Seller", "Verkoper" },
	[GROUP_ADMIN] = { "Dealer admin", "Wie de regels beheert" },
	[GROUP_OPERATOR] = { "Operator", "Wie op de machine past" },
	[GROUP_CONSULTANT] = { "Consultant", "Consultant" } };

/* What a group uses beside its own. */
static const char *const also[] = { [GROUP_SELLER] = "",
	[GROUP_ADMIN] = "why, coming, test, clock",
	[GROUP_OPERATOR] = "init, status, reload, rollback, late",
	[GROUP_CONSULTANT] = "init, check, fmt, plan, show, why, coming, audit" };

const char *said_in(const struct term *t, const struct said *text)
{
	return t->dutch ? text->nl : text->en;
}

static void one_group(struct term *t, struct arena *a, enum command_group g)
{
	struct term_table tab = { .a = a, .indent = "  " };

	term_style(t, TERM_BOLD, said_in(t, &titles[g]));
	term_say(t, "");
	buf_add_char(&t->buf, '\n');
	for (const struct command *c = command_table(); c->name != NULL; c++) {
		if (c->group != g)
			continue;
		table_row(&tab);
		table_cell(&tab, TERM_CYAN,
			arena_printf(a, "%s %s", c->name,
				said_in(t, &c->usage)));
		table_cell(&tab, TERM_PLAIN, said_in(t, &c->does));
	}
	table_print(&tab, t);
	if (*also[g] != '\0')
		term_printf(t, label(t, "  en: %s\n", "  and: %s\n"), also[g]);
}

static void help_all(struct term *t)
{
	struct arena a;

	arena_init(&a, 0);
	term_printf(t, "%s", label(t,
		"fairlead: feiten komen binnen, jouw regels beslissen, "
		"daglijsten veranderen,\nniets gaat verloren.\n\n"
		"gebruik: fairlead [-C MAP] [--json] [--as PERSOON] COMMANDO "
		"...\n\n",
		"fairlead: facts come in, your rules decide, people's lists "
		"change, nothing is lost.\n\n"
		"usage: fairlead [-C DIR] [--json] [--as PERSON] COMMAND ...\n"
		"\n"));
	for (int g = 0; g < GROUPS; g++) {
		one_group(t, &a, (enum command_group)g);
		buf_add_char(&t->buf, '\n');
	}
	term_printf(t, "%s", label(t,
		"  -C MAP        de map van het bedrijf (gewoon: deze)\n"
		"  --json        antwoorden als JSON\n"
		"  --as PERSOON  wie dit doet (gewoon: admin)\n"
		"Een naam, telefoonnummer of kenteken mag overal waar een nummer "
		"mag.\n"
		"Exitcodes: 0 gedaan, 1 geweigerd of niet gevonden, 2 verkeerd "
		"getypt,\n3 onbekend: doe het nog eens met hetzelfde id.\n",
		"  -C DIR       the dealership's folder (default: this one)\n"
		"  --json       answers as JSON\n"
		"  --as PERSON  who does this (default: admin)\n"
		"A name, a phone or a plate works wherever a number does.\n"
		"Exit codes: 0 done, 1 refused or not found, 2 wrong usage, "
		"3 unknown: retry with the same id.\n"));
	arena_deinit(&a);
}

static const struct {
	const char *name;
	struct said usage, does;
} known_options[] = {
	{ "id", { "--id ID", "--id ID" },
		{ "names the fact; again changes nothing",
			"noemt het feit; nog eens verandert niets" } },
	{ "at", { "--at TIME", "--at TIJD" },
		{ "when it happened (default: now)",
			"wanneer het gebeurde (gewoon: nu)" } },
	{ "source", { "--source NAME", "--source NAAM" },
		{ "the system that tells it", "welk systeem het vertelt" } },
	{ "until", { "--until TIME", "--until TIJD" },
		{ "back from then", "dan weer terug" } },
	{ "deputy", { "--deputy PERSON", "--deputy PERSOON" },
		{ "who stands in", "wie waarneemt" } },
	{ "for", { "--for SPAN", "--for TIJDSDUUR" },
		{ "how far to look", "hoe ver er wordt gekeken" } },
	{ "from", { "--from WHAT", "--from WAT" },
		{ "init: a folder to copy; test: a deal; backtest: a time",
			"init: uit welke map; test: van welke deal; "
			"backtest: vanaf" } },
	{ "to", { "--to TIME", "--to TIJD" },
		{ "no later than then", "niet later dan dan" } },
	{ "language", { "--language nl|en", "--language nl|en" },
		{ "what the new folder speaks", "wat de nieuwe map spreekt" } },
	{ "training", { "--training", "--training" },
		{ "for practice: clock by hand",
			"om te oefenen: de klok met de hand" } },
	{ "editor", { "--editor", "--editor" },
		{ "only what editors read, up to date",
			"alleen wat editors lezen, bij de tijd" } },
	{ "coverage", { "--coverage", "--coverage" },
		{ "what no test reaches", "wat geen test bereikt" } },
	{ "check", { "--check", "--check" },
		{ "change nothing, say what would",
			"niets veranderen, zeggen wat zou veranderen" } },
	{ "clock", { "--clock manual", "--clock manual" },
		{ "the clock is moved by hand",
			"de klok wordt met de hand verzet" } },
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

static void help_one(struct term *t, const struct command *cmd)
{
	const char *at = cmd->options, *more = said_in(t, &cmd->more);

	term_style(t, TERM_BOLD, "fairlead ");
	term_style(t, TERM_BOLD, cmd->name);
	term_printf(t, " %s\n  %s\n", said_in(t, &cmd->usage),
		said_in(t, &cmd->does));
	if (*more != '\0')
		term_printf(t, "\n%s", more);
	if (*at != '\0')
		buf_add_char(&t->buf, '\n');
	while (*at != '\0') {
		int i = option_next(&at);

		if (i >= 0)
			term_printf(t, "  %-16s %s\n",
				said_in(t, &known_options[i].usage),
				said_in(t, &known_options[i].does));
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

static struct value options_value(const struct term *t, struct arena *a,
				  const char *names)
{
	struct value list = value_list();

	while (*names != '\0') {
		int i = option_next(&names);
		struct value one = value_map();

		if (i < 0)
			continue;
		value_put(a, &one, "option",
			value_text(said_in(t, &known_options[i].usage)));
		value_put(a, &one, "does",
			value_text(said_in(t, &known_options[i].does)));
		value_append(a, &list, one);
	}
	return list;
}

static struct value command_value(const struct term *t, struct arena *a,
				  const struct command *c)
{
	static const char *const groups[] = { [GROUP_SELLER] = "seller",
		[GROUP_ADMIN] = "admin",
		[GROUP_OPERATOR] = "operator",
		[GROUP_CONSULTANT] = "consultant" };
	const char *more = said_in(t, &c->more);
	struct value one = value_map(), used = value_list();

	for (int g = 0; g < GROUPS; g++)
		if ((int)c->group == g || is_listed(also[g], c->name))
			value_append(a, &used, value_text(groups[g]));
	value_put(a, &one, "command", value_text(c->name));
	value_put(a, &one, "usage", value_text(said_in(t, &c->usage)));
	value_put(a, &one, "does", value_text(said_in(t, &c->does)));
	if (*more != '\0')
		value_put(a, &one, "more", value_text(more));
	value_put(a, &one, "for", used);
	value_put(a, &one, "options", options_value(t, a, c->options));
	return one;
}

static void help_json(struct term *t, const struct command *cmd)
{
	struct value doc = value_map(), list = value_list();
	struct arena a;

	arena_init(&a, 0);
	for (const struct command *c = command_table(); c->name != NULL; c++)
		if (cmd == NULL || c == cmd)
			value_append(&a, &list, command_value(t, &a, c));
	value_put(&a, &doc, "commands", list);
	value_write(&t->buf, &doc);
	buf_add_char(&t->buf, '\n');
	arena_deinit(&a);
}

void help_show(struct cli *cli, const struct command *cmd)
{
	cli_learn_language(cli);
	if (cli->json)
		help_json(&cli->out, cmd);
	else if (cmd != NULL)
		help_one(&cli->out, cmd);
	else
		help_all(&cli->out);
}

int command_help(struct cli *cli)
{
	const struct command *cmd = NULL;

	if (cli->n_args > 0 && (cmd = command_find(cli->args[0])) == NULL)
		return cli_no_command(cli, cli->args[0],
			command_near(cli->args[0]));
	help_show(cli, cmd);
	return EXIT_DONE;
}

int command_version(struct cli *cli)
{
	if (cli->json)
		term_printf(&cli->out, "{\"version\":\"%s\"}\n", fl_version());
	else
		term_printf(&cli->out, "fairlead %s\n", fl_version());
	return EXIT_DONE;
}
