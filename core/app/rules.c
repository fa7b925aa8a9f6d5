/* A new folder. */
#include "app/cli.h"
#include "reload/folder.h"
#include "rooftop/rooftop.h"

#include <string.h>

/* What editors read, in a folder that is there. */
static int init_editor(struct cli *cli)
{
	const char *dir = cli->args[0];
	struct fl_error err = { 0 };
	fl_status s;

	if (cli->from != NULL || cli->training || cli->language != NULL)
		return cli_usage(cli, command_find("init"),
			cli_says(cli, "--editor staat alleen: het maakt geen "
				"map",
				"--editor stands alone: it makes no folder"));
	s = folder_editor(dir, &err);
	if (s != FL_OK)
		return cli_fail(cli, s, "%s", err.text);
	if (cli->json)
		term_printf(&cli->out, "{\"editor\":true}\n");
	else
		term_printf(&cli->out,
			folder_is_dutch(dir)
				? "%s/.fairlead is bij de tijd; .luarc.json en "
				  ".luacheckrc zijn er\n"
				: "%s/.fairlead is up to date; .luarc.json and "
				  ".luacheckrc are there\n",
			dir);
	return EXIT_DONE;
}

static void tell_made(struct term *t, const char *dir, bool training)
{
	term_printf(t, t->dutch
		? "%s is gemaakt\n"
		  "  dealership.lua  wie er werkt, openingstijden: verander dit "
		  "eerst\n"
		  "  settings.lua    getallen die je mag veranderen\n"
		  "  rules/          je eigen kaarten\n"
		  "  packs/standard  de standaardregels\n"
		  "  .fairlead       wat een editor toont terwijl je typt\n"
		  "nu:\n"
		  "  fairlead -C %s check\n"
		  "  fairlead -C %s serve%s\n"
		: "made %s\n"
		  "  dealership.lua  who works here, opening hours: change this "
		  "first\n"
		  "  settings.lua    numbers you may change\n"
		  "  rules/          your own cards\n"
		  "  packs/standard  the standard rules\n"
		  "  .fairlead       what an editor shows while you type\n"
		  "next:\n"
		  "  fairlead -C %s check\n"
		  "  fairlead -C %s serve%s\n",
		dir, dir, dir, training ? " --clock manual" : "");
}

int command_init(struct cli *cli)
{
	const char *dir = cli->args[0], *language = cli->language;
	struct folder_new opt = { cli->from, language };
	struct fl_error err = { 0 };
	fl_status s;

	if (cli->editor)
		return init_editor(cli);
	if (language != NULL && strcmp(language, "nl") != 0 &&
		strcmp(language, "en") != 0)
		return cli_usage(cli, command_find("init"),
			cli_says(cli, "--language wil nl of en, niet \"%s\"",
				"--language takes nl or en, not \"%s\""),
			language);
	if (language != NULL && cli->from != NULL)
		return cli_usage(cli, command_find("init"),
			cli_says(cli, "--from neemt de taal van die map over: "
				"laat --language weg",
				"--from takes the language of that folder: "
				"leave --language out"));
	cli->out.dutch = strcmp(folder_new_language(&opt), "nl") == 0;
	s = rooftop_init(dir, &opt, cli->training, &err);
	if (s != FL_OK)
		return cli_fail(cli, s, "%s", err.text);
	if (cli->json)
		term_printf(&cli->out, "{\"made\":true}\n");
	else
		tell_made(&cli->out, dir, cli->training);
	return EXIT_DONE;
}
