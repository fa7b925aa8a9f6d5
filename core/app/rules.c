/* A new folder. */
#include "app/cli.h"
#include "rooftop/rooftop.h"

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
