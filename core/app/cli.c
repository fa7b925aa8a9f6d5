#include "app/cli.h"

#include "app/checkers.h"
#include "base/dutch.h"
#include "base/log.h"
#include "base/near.h"
#include "reload/folder.h"
#include "rooftop/rooftop.h"

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* ---- options ---- */

enum { OPT_JSON = 256, OPT_AS, OPT_ID, OPT_AT, OPT_SOURCE, OPT_UNTIL,
	OPT_DEPUTY, OPT_FOR, OPT_FROM, OPT_TO, OPT_LANGUAGE, OPT_TRAINING,
	OPT_CLOCK, OPT_WORKER, OPT_AGAIN, OPT_VERSION, OPT_CHECK,
	OPT_COVERAGE, OPT_EDITOR };

static const struct option options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "as", required_argument, NULL, OPT_AS },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "id", required_argument, NULL, OPT_ID },
	{ "at", required_argument, NULL, OPT_AT },
	{ "source", required_argument, NULL, OPT_SOURCE },
	{ "until", required_argument, NULL, OPT_UNTIL },
	{ "deputy", required_argument, NULL, OPT_DEPUTY },
	{ "for", required_argument, NULL, OPT_FOR },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "to", required_argument, NULL, OPT_TO },
	{ "language", required_argument, NULL, OPT_LANGUAGE },
	{ "training", no_argument, NULL, OPT_TRAINING },
	{ "clock", required_argument, NULL, OPT_CLOCK },
	{ "worker", no_argument, NULL, OPT_WORKER },
	{ "again", required_argument, NULL, OPT_AGAIN },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "coverage", no_argument, NULL, OPT_COVERAGE },
	{ "editor", no_argument, NULL, OPT_EDITOR },
	{ NULL, 0, NULL, 0 },
};

/* One of the words of `list`? */
static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (*list != '\0') {
		size_t len = strcspn(list, " ");

		if (len == n && memcmp(list, word, n) == 0)
			return true;
		list += len + (list[len] == ' ');
	}
	return false;
}

static bool allowed(const struct command *cmd, const char *name)
{
	return has_word("json as help", name) ||
		(cmd != NULL ? has_word(cmd->options, name)
			     : has_word("version", name));
}

static void take(struct cli *cli, int opt, char *value)
{
	const char **slots[] = { &cli->actor, &cli->id, &cli->at, &cli->source,
		&cli->until, &cli->deputy, &cli->span, &cli->from,
		&cli->to, &cli->language, &cli->clock, &cli->again };
	static const int keys[] = { OPT_AS, OPT_ID, OPT_AT, OPT_SOURCE,
		OPT_UNTIL, OPT_DEPUTY, OPT_FOR, OPT_FROM, OPT_TO,
		OPT_LANGUAGE, OPT_CLOCK, OPT_AGAIN };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i] == opt)
			*slots[i] = value;
	cli->dir = opt == 'C' ? value : cli->dir;
	cli->json = cli->json || opt == OPT_JSON;
	cli->help = cli->help || opt == 'h';
	cli->training = cli->training || opt == OPT_TRAINING;
	cli->worker = cli->worker || opt == OPT_WORKER;
	cli->check = cli->check || opt == OPT_CHECK;
	cli->coverage = cli->coverage || opt == OPT_COVERAGE;
	cli->editor = cli->editor || opt == OPT_EDITOR;
}

static int wrong_option(struct cli *cli, const struct command *cmd,
			const char *typed)
{
	const char *names[sizeof(options) / sizeof(options[0])];
	size_t n = 0;
	char bare[64];
	int near;

	snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(typed, "="), typed);
	for (const struct option *o = options; o->name != NULL; o++)
		if (allowed(cmd, o->name) && strcmp(o->name, "worker") != 0 &&
			strcmp(o->name, "again") != 0)
			names[n++] = o->name;
	near = strncmp(bare, "--", 2) == 0 ? near_name(bare + 2, names, n)
					   : -1;
	return cli_usage(cli, cmd, cli_says(cli,
			"er is hier geen optie %s%s%s%s",
			"there is no option %s here%s%s%s"), bare,
		near >= 0 ? cli_says(cli, "; bedoel je --",
			"; did you mean --") : "",
		near >= 0 ? names[near] : "", near >= 0 ? "?" : "");
}

/* Reads the options of the whole line (`cmd` NULL) or of a command, and leaves
 * what is no option in cli->args. EXIT_DONE, else the exit code. */
static int read_options(struct cli *cli, const struct command *cmd, int argc,
			char **argv)
{
	int opt, index = 0;
	char letter[4];

	optind = 0; /* starts over */
	opterr = 0;
	while ((opt = getopt_long(argc, argv, cmd == NULL ? "+:C:h" : ":C:h",
			options, &index)) != -1) {
		if (opt == '?' && optopt != 0 && optopt < 128) {
			snprintf(letter, sizeof(letter), "-%c", optopt);
			return wrong_option(cli, cmd, letter);
		}
		if (opt == '?')
			return wrong_option(cli, cmd, argv[optind - 1]);
		if (opt == ':')
			return cli_usage(cli, cmd, cli_says(cli,
				"bij %s hoort een waarde", "%s needs a value"),
				argv[optind - 1]);
		if (opt >= OPT_JSON && !allowed(cmd, options[index].name))
			return wrong_option(cli, cmd, argv[optind - 1]);
		if (opt == OPT_VERSION)
			return command_version(cli) == EXIT_DONE ? -1
								 : EXIT_REFUSED;
		take(cli, opt, optarg);
	}
	cli->args = argv + optind;
	cli->n_args = argc - optind;
	return EXIT_DONE;
}

static bool actor_fits(const char *actor)
{
	size_t n = strlen(actor);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)actor[i] < 0x20 || actor[i] == 0x7f)
			return false;
	return n > 0 && n <= 64 && text_valid(actor, n);
}

static int run_command(struct cli *cli)
{
	const struct command *cmd = command_find(cli->args[0]);
	const char *near;
	int code;

	if (cmd == NULL) {
		near = command_near(cli->args[0]);
		return cli_no_command(cli, cli->args[0], near);
	}
	code = read_options(cli, cmd, cli->n_args, cli->args);
	if (code != EXIT_DONE)
		return code;
	if (cli->help) {
		help_show(cli, cmd);
		return EXIT_DONE;
	}
	if (!actor_fits(cli->actor))
		return cli_usage(cli, cmd,
			cli_says(cli, "--as wil de id of de naam van een persoon, "
				"hoogstens 64 bytes",
				"--as takes a person's id or name of at most 64 "
				"bytes"));
	if (cli->n_args < cmd->least)
		return cli_usage(cli, cmd, cli_says(cli, "er ontbreekt iets",
			"something is missing"));
	if (cmd->most >= 0 && cli->n_args > cmd->most)
		return cli_usage(cli, cmd, cli_says(cli,
			"\"%s\" is hier te veel", "\"%s\" is too much here"),
			cli->args[cmd->most]);
	return cmd->run(cli);
}

int cli_run(int argc, char **argv)
{
	struct cli cli = { .dir = ".", .actor = "admin" };
	int code;

	if (argc == 2 && strcmp(argv[1], "--checker") == 0)
		return checker_main();
	if (argc == 2 && strcmp(argv[1], "--checkers") == 0)
		return checker_parent_main();
	signal(SIGXFSZ, SIG_IGN); /* a write past a limit fails, and is told */
	digest_init();
	log_level_set(LOG_ERROR); /* answers say the rest */
	term_init(&cli.out, stdout);
	term_init(&cli.err, stderr);
	log_plain(cli.err.terminal);
	code = read_options(&cli, NULL, argc, argv);
	if (code == EXIT_DONE && (cli.n_args == 0 || cli.help)) {
		help_show(&cli, NULL);
		code = cli.help ? EXIT_DONE : EXIT_USAGE;
	} else if (code == EXIT_DONE) {
		code = run_command(&cli);
	}
	code = code < 0 ? EXIT_DONE : code;
	term_deinit(&cli.out);
	term_deinit(&cli.err);
	if (ferror(stdout) && code == EXIT_DONE)
		code = EXIT_REFUSED; /* the answer could not be shown */
	return code;
}

/* ---- failing ---- */

int cli_exit(fl_status status)
{
	if (status == FL_OK)
		return EXIT_DONE;
	return status == FL_UNKNOWN || status == FL_FATAL ? EXIT_UNKNOWN
							  : EXIT_REFUSED;
}

int cli_fail(struct cli *cli, fl_status status, const char *fmt, ...)
{
	char text[1024];
	const char *said;
	size_t from;
	struct value doc;
	struct arena a;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	arena_init(&a, 0);
	said = cli_dutch(cli) ? dutch_cause(&a, text) : text;
	if (cli->json) {
		doc = problem_document(&a, status, NULL, said);
		value_write(&cli->out.buf, &doc);
		buf_add_char(&cli->out.buf, '\n');
	} else {
		from = cli->err.buf.len;
		term_style(&cli->err, TERM_RED, "fairlead: ");
		term_printf(&cli->err, "%s\n", said);
		term_wrap(&cli->err, from);
	}
	arena_deinit(&a);
	return cli_exit(status);
}

int cli_usage(struct cli *cli, const struct command *cmd, const char *fmt, ...)
{
	char text[512];
	const char *usage;
	va_list ap;

	cli_learn_language(cli);
	usage = cmd != NULL ? said_in(&cli->err, &cmd->usage) : "";
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	cli_fail(cli, FL_INVALID, "%s", text);
	if (cmd != NULL)
		term_printf(&cli->err, cli_says(cli,
			"gebruik: fairlead %s%s%s\n         fairlead help %s\n",
			"usage: fairlead %s%s%s\n       fairlead help %s\n"),
			cmd->name, *usage != '\0' ? " " : "", usage,
			cmd->name);
	else
		term_printf(&cli->err, "%s", cli_says(cli,
			"gebruik: fairlead [-C MAP] COMMANDO ...\n"
			"         fairlead help\n",
			"usage: fairlead [-C DIR] COMMAND ...\n"
			"       fairlead help\n"));
	return EXIT_USAGE;
}

void cli_again(struct cli *cli, const char *id)
{
	term_printf(&cli->err, cli_says(cli,
		"fairlead: nog eens, met hetzelfde id: --id %s\n",
		"fairlead: again, with the same id: --id %s\n"),
		id != NULL ? id : cli_says(cli, "(dat van het bestand)",
			"(the file's)"));
}

int cli_no_command(struct cli *cli, const char *typed, const char *near)
{
	return cli_usage(cli, NULL, cli_says(cli,
			"er is geen commando \"%s\"%s%s%s",
			"there is no command \"%s\"%s%s%s"), typed,
		near == NULL ? "" : cli_says(cli, "; bedoel je ",
			"; did you mean "),
		near != NULL ? near : "", near != NULL ? "?" : "");
}

/* What the terminal is set to: nl_NL.UTF-8. */
static bool is_dutch_terminal(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *set = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		set = getenv(names[i]);
		if (set != NULL && *set != '\0')
			break;
	}
	return set != NULL && strncmp(set, "nl", 2) == 0;
}

void cli_learn_language(struct cli *cli)
{
	char language[8];

	cli->out.dutch = folder_language(cli->dir, language)
				 ? strcmp(language, "nl") == 0
				 : is_dutch_terminal();
	cli->err.dutch = cli->out.dutch;
}

bool cli_dutch(struct cli *cli)
{
	cli_learn_language(cli);
	return cli->err.dutch;
}

const char *cli_says(struct cli *cli, const char *nl, const char *en)
{
	return cli_dutch(cli) ? nl : en;
}

bool cli_hung_up(const struct cli *cli)
{
	return term_gone(&cli->out) || term_gone(&cli->err);
}

int cli_need_folder(struct cli *cli)
{
	cli_learn_language(cli);
	if (folder_is_rooftop(cli->dir))
		return EXIT_DONE;
	return cli_fail(cli, FL_NOT_FOUND,
		cli_says(cli,
			"%s is geen map van een bedrijf (er staat geen "
			"dealership.lua in): noem er een met -C MAP, of maak er "
			"een met fairlead init MAP",
			"%s is no dealership folder (it has no dealership.lua): "
			"name one with -C DIR, or make one with fairlead init "
			"DIR"),
		strcmp(cli->dir, ".") == 0
			? cli_says(cli, "deze map", "this folder")
			: cli->dir);
}

char *cli_fresh_id(struct arena *a)
{
	uint8_t random[12] = { 0 };
	char hex[sizeof(random) * 2 + 1];

	REQUIRE(getrandom(random, sizeof(random), 0) ==
		(ssize_t)sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(hex + 2 * i, 3, "%02x", random[i]);
	return arena_printf(a, "cli-%s", hex);
}
