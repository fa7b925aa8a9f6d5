#include "app/cli.h"

#include "app/checkers.h"
#include "base/log.h"
#include "base/near.h"
#include "reload/folder.h"
#include "rooftop/rooftop.h"

#include <getopt.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static const struct command commands[] = {
	{ "today", GROUP_SELLER, "[PERSON]", "a day list, or everybody's",
		"", "", 0, -1, command_today },
	{ "deal", GROUP_SELLER, "WHO", "one customer's story, told once",
		"WHO is a number (D128), a name, a phone or a plate.\n", "", 1,
		-1, command_deal },
	{ "find", GROUP_SELLER, "TEXT",
		"customers by name, phone, plate, e-mail or number", "", "", 1,
		-1, command_find_text },
	{ "answer", GROUP_SELLER, "TASK OUTCOME [key=value ...]",
		"answer a task: what came of it",
		"  fairlead answer T130 reached still_thinking=true\n"
		"  fairlead answer T130 later next_contact_at=\"2026-10-01\"\n"
		"A wrong outcome is refused with the right ones.\n",
		"id at source", 2, -1, command_answer },
	{ "why", GROUP_SELLER, "TASK|EVENT",
		"which event, card and line did it", "", "", 1, -1,
		command_why },
	{ "orphans", GROUP_ADMIN, "",
		"what is open, and nobody's or with nothing planned",
		"Deals, failed deals, cases and promises without an "
		"accountable person who is there,\nor without a next action "
		"and its time. Exit 1 when there is one.\n", "", 0, 0,
		command_orphans },
	{ "ahead", GROUP_ADMIN, "[WHO]",
		"what all cards will do, for one customer or everybody",
		"Tasks by month and card, by day and person, and those nobody "
		"is there for, as if\neach task is done in time and nothing is "
		"learned that only the customer could say.\n--for \"6 months\" looks that far (default and most: 18 "
		"months).\n", "for", 0, -1, command_ahead },
	{ "why-not", GROUP_ADMIN, "CARD WHO",
		"why a card does nothing for somebody: each condition",
		"Shows what every condition of the card saw, which one said no "
		"first, and what was\nmissing least.\n"
		"  fairlead why-not own-tempo \"Sofie Peeters\"\n"
		"--at TIME answers for the record and the rules as they were "
		"then; --at E128 as the\ncards of that event saw it.\n",
		"at", 2, -1, command_why_not },
	{ "coming", GROUP_SELLER, "DEAL",
		"what the rules will do if nobody acts",
		"--for \"18 months\" looks that far ahead (default 1 year).\n",
		"for", 1, -1, command_coming },
	{ "post", GROUP_SELLER, "TYPE [key=value ...] | --json FILE|-",
		"tell a fact: one event, or a file of them",
		"Values are numbers, true or false, lists a,b, JSON {..}, else "
		"text; dots nest.\n"
		"  fairlead post lead.received customer.name=\"Sofie Peeters\" "
		"customer.phone=0612345678\n"
		"  fairlead post visit.started deal=\"Sofie Peeters\" "
		"person=jan\n"
		"  fairlead post --json facts.ndjson      JSON, one event a "
		"line; - reads the pipe\n"
		"--id names the fact: the same id again changes nothing. "
		"Without, one is made and shown.\n"
		"--at says when it happened, --source which system tells it "
		"(a fact from outside).\n",
		"id at source", 1, -1, command_post },
	{ "init", GROUP_ADMIN, "DIR", "make a dealership folder with the "
		"standard rules",
		"--from FOLDER copies its dealership.lua, settings.lua and "
		"rules.\n"
		"--training marks it for practice: its clock is moved by hand, "
		"for good.\n--editor only brings what editors read (.fairlead, "
		".luarc.json, .luacheckrc) up\nto date in a folder that is "
		"there.\n",
		"from training editor", 1, 1, command_init },
	{ "check", GROUP_ADMIN, "", "check the rule files, change nothing",
		"Shows every mistake with file and line. Exit 1 when there is "
		"one.\n", "", 0, 0, command_check },
	{ "fmt", GROUP_ADMIN, "[FILE... | -]", "lay the rule files out neatly",
		"The folder's own files, or those named; - is from the pipe to "
		"the pipe. Only blanks\nand line ends change, never what a "
		"rule means. --check changes nothing and exits\nwith 1 when "
		"something would change.\n", "check", 0, -1, command_fmt },
	{ "plan", GROUP_ADMIN, "[all]",
		"whom the rule files would move, before they are live",
		"Shows 200 customers by name, \"all\" every one. Changes "
		"nothing.\n", "", 0, 1, command_plan },
	{ "backtest", GROUP_ADMIN, "[FOLDER]",
		"the rule files over this dealership's own past",
		"Tells what happened again to the rules of FOLDER (default: "
		"this folder's files as saved)\nand shows which tasks they "
		"would have made. What hangs on an answer that nobody gave\n"
		"is unknown. --from and --to bound which tasks are counted. "
		"Changes nothing.\n", "from to", 0, 1, command_backtest },
	{ "reload", GROUP_ADMIN, "", "check the rule files and make them live",
		"Broken files change nothing. A daemon notices saved files by "
		"itself; this does\nnot wait until it has. A file "
		"reload.paused in the folder holds both.\n",
		"", 0, 0, command_reload },
	{ "rulesets", GROUP_ADMIN, "",
		"which rules were live when, by whom, and what each changed",
		"", "", 0, 0, command_rulesets },
	{ "publish", GROUP_ADMIN, "[CODE]", "say yes to rules that wait",
		"CODE comes from fairlead plan: just those rules, and no more "
		"customers than it showed.\n", "", 0, 1, command_publish },
	{ "rollback", GROUP_ADMIN, "[NUMBER]",
		"make an older ruleset live again",
		"Without a number the one before. The files of the folder stay "
		"as they are, and\ndo not come back by themselves until they "
		"are changed.\n", "", 0, 1, command_rollback },
	{ "undo", GROUP_ADMIN, "NUMBER",
		"withdraw what a ruleset has put on people's lists",
		"Its open tasks are withdrawn and their steps wait again, as "
		"the live rules say.\nWhat was answered stays, and is "
		"listed.\n", "id at source", 1, 1, command_undo },
	{ "release", GROUP_ADMIN, "",
		"let messages go that wait after an outage", "",
		"id at source", 0, 0, command_release },
	{ "person", GROUP_ADMIN, "away|back|left NAME",
		"somebody is away, is back, or has left",
		"  fairlead person away jan --until \"2026-09-14\" "
		"--deputy piet\n",
		"until deputy id at source", 2, -1, command_person },
	{ "show", GROUP_ADMIN, "[CARD]", "a card in plain sentences, or all cards",
		"With the dates its steps would have for a start today.\n"
		"  fairlead show own-tempo\n", "", 0, -1, command_show },
	{ "status", GROUP_ADMIN, "", "what runs, what is live, what is wrong",
		"", "", 0, 0, command_status },
	{ "late", GROUP_ADMIN, "", "facts that came in but did not fit", "",
		"", 0, 0, command_late },
	{ "retry", GROUP_ADMIN, "EVENT", "run the cards of an event again",
		"", "id at source", 1, 1, command_retry },
	{ "serve", GROUP_OPERATOR, "", "run the dealership; Ctrl-C stops it",
		"--clock manual runs a training folder, whose clock is moved "
		"with fairlead clock.\nSIGHUP reloads the rules; "
		"closing the terminal stops it as Ctrl-C does.\n",
		"clock worker again", 0, 0, command_serve },
	{ "import", GROUP_OPERATOR, "FILE...", "read leads from files",
		"ADF XML (also several prospects, or inside an e-mail) and "
		"JSON.\nThe same file again changes nothing.\n", "", 1, -1,
		command_import },
	{ "audit", GROUP_OPERATOR, "", "prove that state follows from facts",
		"Folds the journal from nothing and compares every record and "
		"task.\n", "", 0, 0, command_audit },
	{ "version", GROUP_OPERATOR, "", "which fairlead this is", "", "", 0,
		0, command_version },
	{ "test", GROUP_CONSULTANT, "[NAME | --from DEAL]",
		"run the tests beside the cards",
		"NAME runs those whose name or file holds it. A pack's tests "
		"run against the\npack alone, with the people of a fresh "
		"folder. The output is TAP.\n--coverage tells which cards, "
		"steps, answers and conditions no test ever reached.\n"
		"--from DEAL writes a test of what really happened to a "
		"customer, with names, phones\nand texts replaced: "
		"fairlead test --from D128 >rules/d128.lua\n",
		"coverage from", 0, 1, command_test },
	{ "clock", GROUP_CONSULTANT, "[+SPAN | TIME]",
		"show or move the clock of a training folder",
		"  fairlead clock +\"3 weeks\"\n"
		"  fairlead clock 2027-03-01T09:00\n", "", 0, 1,
		command_clock },
	{ "help", GROUP_OPERATOR, "[COMMAND]", "this page, or one command",
		"", "", 0, 1, command_help },
	{ NULL, GROUPS, NULL, NULL, NULL, NULL, 0, 0, NULL },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]) - 1)

const struct command *command_table(void)
{
	return commands;
}

const struct command *command_find(const char *name)
{
	for (const struct command *c = commands; c->name != NULL; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

const char *command_near(const char *wrong)
{
	const char *names[COMMANDS];
	int near;

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	near = near_name(wrong, names, COMMANDS);
	return near >= 0 ? names[near] : NULL;
}

/* ---- options ---- */

enum { OPT_JSON = 256, OPT_AS, OPT_ID, OPT_AT, OPT_SOURCE, OPT_UNTIL,
	OPT_DEPUTY, OPT_FOR, OPT_FROM, OPT_TO, OPT_TRAINING, OPT_CLOCK, OPT_WORKER,
	OPT_AGAIN, OPT_VERSION, OPT_CHECK,
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
		&cli->to, &cli->clock, &cli->again };
	static const int keys[] = { OPT_AS, OPT_ID, OPT_AT, OPT_SOURCE,
		OPT_UNTIL, OPT_DEPUTY, OPT_FOR, OPT_FROM, OPT_TO,
		OPT_CLOCK, OPT_AGAIN };

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
		if (cli->json)
			help_json(&cli->out, cmd);
		else
			help_one(&cli->out, cmd);
		return EXIT_DONE;
	}
	if (!actor_fits(cli->actor))
		return cli_usage(cli, cmd,
			cli_says(cli, "--as wil de id van een persoon, "
				"hoogstens 64 bytes",
				"--as takes a person's id of at most 64 "
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
	digest_init();
	log_level_set(LOG_ERROR); /* answers say the rest */
	term_init(&cli.out, stdout);
	term_init(&cli.err, stderr);
	log_plain(cli.err.terminal);
	code = read_options(&cli, NULL, argc, argv);
	if (code == EXIT_DONE && (cli.n_args == 0 || cli.help)) {
		if (cli.json)
			help_json(&cli.out, NULL);
		else
			help_all(&cli.out);
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
	struct value doc;
	struct arena a;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (cli->json) {
		arena_init(&a, 0);
		doc = problem_document(&a, status, NULL, text);
		value_write(&cli->out.buf, &doc);
		buf_add_char(&cli->out.buf, '\n');
		arena_deinit(&a);
	} else {
		term_style(&cli->err, TERM_RED, "fairlead: ");
		term_printf(&cli->err, "%s\n", text);
	}
	return cli_exit(status);
}

int cli_usage(struct cli *cli, const struct command *cmd, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	cli_fail(cli, FL_INVALID, "%s", text);
	if (cmd != NULL)
		term_printf(&cli->err, cli_says(cli,
			"gebruik: fairlead %s%s%s\n         fairlead help %s\n",
			"usage: fairlead %s%s%s\n       fairlead help %s\n"),
			cmd->name, *cmd->usage != '\0' ? " " : "", cmd->usage,
			cmd->name);
	else
		term_printf(&cli->err, "%s", cli_says(cli,
			"gebruik: fairlead [-C MAP] OPDRACHT ...\n"
			"         fairlead help\n",
			"usage: fairlead [-C DIR] COMMAND ...\n"
			"       fairlead help\n"));
	return EXIT_USAGE;
}

int cli_no_command(struct cli *cli, const char *typed, const char *near)
{
	return cli_usage(cli, NULL, cli_says(cli,
			"er is geen opdracht \"%s\"%s%s%s",
			"there is no command \"%s\"%s%s%s"), typed,
		near == NULL ? "" : cli_says(cli, "; bedoel je ",
			"; did you mean "),
		near != NULL ? near : "", near != NULL ? "?" : "");
}

static void learn_language(struct cli *cli)
{
	char language[8];

	if (folder_language(cli->dir, language))
		cli->out.dutch = cli->err.dutch = strcmp(language, "nl") == 0;
}

const char *cli_says(struct cli *cli, const char *nl, const char *en)
{
	learn_language(cli);
	return cli->err.dutch ? nl : en;
}

bool cli_hung_up(const struct cli *cli)
{
	return term_gone(&cli->out) || term_gone(&cli->err);
}

int cli_need_folder(struct cli *cli)
{
	learn_language(cli);
	if (folder_is_rooftop(cli->dir))
		return EXIT_DONE;
	return cli_fail(cli, FL_NOT_FOUND,
		"%s is no dealership folder (it has no dealership.lua): name "
		"one with -C DIR, or make one with fairlead init DIR",
		strcmp(cli->dir, ".") == 0 ? "this folder" : cli->dir);
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
