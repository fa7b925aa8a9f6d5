/* A new folder. */
#include "app/cli.h"
#include "reload/folder.h"
#include "rooftop/rooftop.h"

/* What editors read, in a folder that is there. */
static int init_editor(struct cli *cli)
{
	const char *dir = cli->args[0];
	struct fl_error err = { 0 };
	fl_status s;

	if (cli->from != NULL || cli->training)
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
			"%s/.fairlead is up to date; .luarc.json and "
			".luacheckrc are there\n", dir);
	return EXIT_DONE;
}

int command_init(struct cli *cli)
{
	const char *dir = cli->args[0];
	struct fl_error err = { 0 };
	fl_status s;

	if (cli->editor)
		return init_editor(cli);
	s = rooftop_init(dir, cli->from, cli->training, &err);
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
		"  .fairlead       what an editor shows while you type\n"
		"next:\n"
		"  fairlead -C %s check\n"
		"  fairlead -C %s serve%s\n",
		dir, dir, dir, cli->training ? " --clock manual" : "");
	return EXIT_DONE;
}
