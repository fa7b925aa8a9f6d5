/* Every command: for whom, what it takes and what it does, in both languages. */
#include "app/cli.h"

#include "base/near.h"

#include <string.h>

#define SAME(text) { text, text }
#define NONE	   SAME("")

static const struct command commands[] = {
	{ "today", GROUP_SELLER, { "[PERSON]", "[PERSOON]" },
		{ "a day list, or everybody's",
			"de daglijst van iemand, of van iedereen" },
		NONE, "", 0, -1, command_today },
	{ "deal", GROUP_SELLER, { "WHO", "WIE" },
		{ "one customer's story, told once",
			"het verhaal van een klant, één keer verteld" },
		{ "WHO is a number (D128), a name, a phone or a plate.\n",
			"WIE is een nummer (D128), een naam, een "
			"telefoonnummer of een kenteken.\n" },
		"", 1, -1, command_deal },
	{ "find", GROUP_SELLER, { "TEXT", "TEKST" },
		{ "customers by name, phone, plate, e-mail or number",
			"klanten op naam, telefoon, kenteken, e-mail of "
			"nummer" },
		NONE, "", 1, -1, command_find_text },
	{ "answer", GROUP_SELLER,
		{ "TASK OUTCOME [key=value ...]",
			"TAAK ANTWOORD [veld=waarde ...]" },
		{ "answer a task: what came of it",
			"een taak beantwoorden: wat kwam ervan" },
		{ "  fairlead answer T130 reached still_thinking=true\n"
		  "  fairlead answer T130 later next_contact_at=\"2026-10-01\"\n"
		  "A wrong outcome is refused with the right ones.\n",
			"  fairlead answer T130 reached still_thinking=ja\n"
			"  fairlead answer T130 later "
			"next_contact_at=\"2026-10-01\"\n"
			"Een antwoord dat er niet is wordt geweigerd, met die "
			"er wel zijn.\n" },
		"id at source", 2, -1, command_answer },
	{ "why", GROUP_SELLER, { "TASK|EVENT", "TAAK|GEBEURTENIS" },
		{ "which event, card and line did it",
			"welke gebeurtenis, kaart en regel het deed" },
		NONE, "", 1, -1, command_why },
	{ "orphans", GROUP_ADMIN, NONE,
		{ "what is open, and nobody's or with nothing planned",
			"wat openstaat en van niemand is, of zonder volgende "
			"stap" },
		{ "Deals, failed deals, cases and promises without an "
		  "accountable person who is\n"
		  "there, or without a next action and its time. Exit 1 when "
		  "there is one.\n",
			"Deals, mislukte deals, zaken en beloften zonder "
			"iemand die ervoor staat en er\n"
			"is, of zonder volgende stap en zijn tijd. Exitcode 1 "
			"als er een is.\n" },
		"", 0, 0, command_orphans },
	{ "ahead", GROUP_ADMIN, { "[WHO]", "[WIE]" },
		{ "what all cards will do, for one customer or everybody",
			"wat alle kaarten gaan doen, voor één klant of "
			"iedereen" },
		{ "Tasks by month and card, by day and person, and those nobody "
		  "is there for, as\n"
		  "if each task is done in time and nothing is learned that "
		  "only the customer\n"
		  "could say.\n"
		  "--for \"6 months\" looks that far (default and most: 18 "
		  "months).\n",
			"Taken per maand en kaart, per dag en persoon, en die "
			"waar niemand voor is,\n"
			"alsof elke taak op tijd gedaan wordt en niets bekend "
			"wordt wat alleen de klant\n"
			"kan zeggen. --for \"6 maanden\" kijkt zo ver (gewoon "
			"en hoogstens: 18 maanden).\n" },
		"for", 0, -1, command_ahead },
	{ "why-not", GROUP_ADMIN, { "CARD WHO", "KAART WIE" },
		{ "why a card does nothing for somebody: each condition",
			"waarom een kaart niets doet voor iemand: elke "
			"voorwaarde" },
		{ "Shows what every condition of the card saw, which one said "
		  "no first, and what\n"
		  "was missing least.\n"
		  "  fairlead why-not own-tempo \"Sofie Peeters\"\n"
		  "--at TIME answers for the record and the rules as they were "
		  "then; --at E128 as\n"
		  "the cards of that event saw it.\n",
			"Toont wat elke voorwaarde van de kaart zag, welke "
			"het eerst nee zei, en wat\n"
			"het minst ontbrak.\n"
			"  fairlead why-not own-tempo \"Sofie Peeters\"\n"
			"--at TIJD antwoordt met de stand en de regels van "
			"toen; --at E128 zoals de\n"
			"kaarten van die gebeurtenis het zagen.\n" },
		"at", 2, -1, command_why_not },
	{ "coming", GROUP_SELLER, SAME("DEAL"),
		{ "what the rules will do if nobody acts",
			"wat de regels gaan doen als niemand iets doet" },
		{ "--for \"18 months\" looks that far ahead (default 1 year).\n",
			"--for \"18 maanden\" kijkt zo ver vooruit (gewoon: 1 "
			"jaar).\n" },
		"for", 1, -1, command_coming },
	{ "post", GROUP_SELLER,
		{ "TYPE [key=value ...]", "GEBEURTENIS [veld=waarde ...]" },
		{ "tell a fact: one event, or a file of them",
			"een feit vertellen: één gebeurtenis, of een bestand "
			"vol" },
		{ "Values are numbers, true or false, lists a,b, JSON {..}, "
		  "else text; dots nest.\n"
		  "  fairlead post lead.received customer.name=\"Sofie\" "
		  "customer.phone=0612345678\n"
		  "  fairlead post visit.started deal=\"Sofie Peeters\" "
		  "person=jan\n"
		  "  fairlead post --json facts.ndjson   JSON, one event a "
		  "line; - is the pipe\n"
		  "--id names the fact: the same id again changes nothing. "
		  "Without, one is made\n"
		  "and shown.\n"
		  "--at says when it happened, --source which system tells it "
		  "(a fact from\n"
		  "outside).\n",
			"Waarden zijn getallen, ja of nee, lijsten a,b, "
			"JSON {..}, en anders tekst;\n"
			"een punt noemt een onderdeel.\n"
			"  fairlead post lead.received "
			"customer.name=\"Sofie\" customer.phone=0612345678\n"
			"  fairlead post visit.started deal=\"Sofie Peeters\" "
			"person=jan\n"
			"  fairlead post --json feiten.ndjson   één feit "
			"per regel; - is de pijp\n"
			"--id noemt het feit: hetzelfde id nog eens verandert "
			"niets. Zonder wordt er\n"
			"een gemaakt en getoond. --at zegt wanneer het "
			"gebeurde, --source welk systeem\n"
			"het vertelt.\n" },
		"id at source", 1, -1, command_post },
	{ "init", GROUP_ADMIN, { "DIR", "MAP" },
		{ "make a dealership folder with the standard rules",
			"een map voor een bedrijf maken, met de "
			"standaardregels" },
		{ "--from FOLDER copies its dealership.lua, settings.lua and "
		  "rules.\n"
		  "--language nl or en: what it speaks, and the remarks in its "
		  "files (default\n"
		  "nl).\n"
		  "--training marks it for practice: its clock is moved by "
		  "hand, for good.\n"
		  "--editor only brings what editors read (.fairlead, "
		  ".luarc.json, .luacheckrc)\n"
		  "up to date in a folder that is there.\n",
			"--from MAP neemt dealership.lua, settings.lua en de "
			"regels daarvan over.\n"
			"--language nl of en: wat het spreekt, en de "
			"opmerkingen in de bestanden\n"
			"(gewoon: nl).\n"
			"--training maakt er een oefenmap van: de klok verzet "
			"je met de hand, voorgoed.\n"
			"--editor brengt alleen wat editors lezen (.fairlead, "
			".luarc.json, .luacheckrc)\n"
			"bij de tijd, in een map die er is.\n" },
		"from language training editor", 1, 1, command_init },
	{ "check", GROUP_ADMIN, NONE,
		{ "check the rule files, change nothing",
			"de regelbestanden nakijken, niets veranderen" },
		{ "Shows every mistake with file and line. Exit 1 when there is "
		  "one.\n",
			"Toont elke fout met bestand en regel. Exitcode 1 als "
			"er een is.\n" },
		"", 0, 0, command_check },
	{ "fmt", GROUP_ADMIN, { "[FILE... | -]", "[BESTAND... | -]" },
		{ "lay the rule files out neatly",
			"de regelbestanden netjes opmaken" },
		{ "The folder's own files, or those named; - is from the pipe "
		  "to the pipe. Only\n"
		  "blanks and line ends change, never what a rule means. "
		  "--check changes nothing\n"
		  "and exits with 1 when something would change.\n",
			"De eigen bestanden van de map, of die je noemt; - is "
			"van pijp naar pijp.\n"
			"Alleen spaties en regeleinden veranderen, nooit wat "
			"een regel betekent.\n"
			"--check verandert niets, en eindigt met 1 als er "
			"iets zou veranderen.\n" },
		"check", 0, -1, command_fmt },
	{ "plan", GROUP_ADMIN, SAME("[all]"),
		{ "whom the rule files would move, before they are live",
			"wie de regelbestanden raken, voordat ze live zijn" },
		{ "Shows 200 customers by name, \"all\" every one. Changes "
		  "nothing.\n",
			"Toont 200 klanten bij naam, met \"all\" iedereen. "
			"Verandert niets.\n" },
		"", 0, 1, command_plan },
	{ "backtest", GROUP_ADMIN, { "[FOLDER]", "[MAP]" },
		{ "the rule files over this dealership's own past",
			"de regelbestanden over het eigen verleden" },
		{ "Tells what happened again to the rules of FOLDER (default: "
		  "this folder's files\n"
		  "as saved) and shows which tasks they would have made. What "
		  "hangs on an answer\n"
		  "that nobody gave is unknown. --from and --to bound which "
		  "tasks are counted.\n"
		  "Changes nothing.\n",
			"Vertelt wat er gebeurde opnieuw aan de regels van "
			"MAP (gewoon: de bewaarde\n"
			"bestanden van deze map) en toont welke taken die "
			"hadden gemaakt. Wat hangt aan\n"
			"een antwoord dat niemand gaf is onbekend. --from en "
			"--to begrenzen welke taken\n"
			"tellen. Verandert niets.\n" },
		"from to", 0, 1, command_backtest },
	{ "reload", GROUP_ADMIN, NONE,
		{ "check the rule files and make them live",
			"de regelbestanden nakijken en live zetten" },
		{ "Broken files change nothing. A daemon notices saved files by "
		  "itself; this does\n"
		  "not wait until it has. A file reload.paused in the folder "
		  "holds both.\n",
			"Bestanden met fouten veranderen niets. Een draaiend "
			"fairlead merkt bewaarde\n"
			"bestanden zelf op; dit wacht daar niet op. Een "
			"bestand reload.paused in de map\n"
			"houdt beide tegen.\n" },
		"", 0, 0, command_reload },
	{ "rulesets", GROUP_ADMIN, { "[NUMBER]", "[NUMMER]" },
		{ "which rules were live when, by whom, and what each changed",
			"welke regels wanneer live waren, door wie, en wat elk "
			"veranderde" },
		{ "Of each change the first lines; with a number all of that one.\n",
			"Van elke wijziging de eerste regels; met een nummer "
			"alles van die ene.\n" },
		"", 0, 1, command_rulesets },
	{ "publish", GROUP_ADMIN, SAME("[CODE]"),
		{ "say yes to rules that wait", "ja zeggen tegen regels die "
						"wachten" },
		{ "CODE comes from fairlead plan: just those rules, and no more "
		  "customers than it\n"
		  "showed.\n",
			"CODE komt van fairlead plan: juist die regels, en "
			"niet meer klanten dan het\n"
			"toonde.\n" },
		"", 0, 1, command_publish },
	{ "rollback", GROUP_ADMIN, { "[NUMBER]", "[NUMMER]" },
		{ "make an older ruleset live again",
			"een oudere ruleset weer live zetten" },
		{ "Without a number the one before. The files of the folder "
		  "stay as they are, and\n"
		  "do not come back by themselves until they are changed.\n",
			"Zonder nummer die ervoor. De bestanden van de map "
			"blijven zoals ze zijn, en\n"
			"komen niet vanzelf terug tot ze veranderen.\n" },
		"", 0, 1, command_rollback },
	{ "undo", GROUP_ADMIN, { "NUMBER", "NUMMER" },
		{ "withdraw what a ruleset has put on people's lists",
			"van de lijsten halen wat een ruleset erop zette" },
		{ "Its open tasks are withdrawn and their steps wait again, as "
		  "the live rules\n"
		  "say. What was answered stays, and is listed.\n",
			"De open taken ervan worden ingetrokken en hun "
			"stappen wachten opnieuw, zoals\n"
			"de regels die live zijn het zeggen. Wat beantwoord "
			"is blijft, en wordt\n"
			"genoemd.\n" },
		"id at source", 1, 1, command_undo },
	{ "release", GROUP_ADMIN, NONE,
		{ "let messages go that wait after an outage",
			"berichten laten gaan die na een storing wachten" },
		NONE, "id at source", 0, 0, command_release },
	{ "person", GROUP_ADMIN,
		{ "away|back|left NAME", "away|back|left NAAM" },
		{ "somebody is away, is back, or has left",
			"iemand is weg (away), is terug (back), of is vertrokken "
			"(left)" },
		SAME("  fairlead person away jan --until \"2026-09-14\" "
		     "--deputy piet\n"),
		"until deputy id at source", 2, -1, command_person },
	{ "show", GROUP_ADMIN, { "[CARD]", "[KAART]" },
		{ "a card in plain sentences, or all cards",
			"een kaart in gewone zinnen, of alle kaarten" },
		{ "With the dates its steps would have for a start today.\n"
		  "  fairlead show own-tempo\n",
			"Met de datums die de stappen zouden hebben bij een "
			"begin vandaag.\n"
			"  fairlead show own-tempo\n" },
		"", 0, -1, command_show },
	{ "status", GROUP_ADMIN, NONE,
		{ "what runs, what is live, what is wrong",
			"wat er draait, wat live is, wat er mis is" },
		NONE, "", 0, 0, command_status },
	{ "late", GROUP_ADMIN, NONE,
		{ "facts that came in but did not fit",
			"feiten die binnenkwamen maar niet pasten" },
		NONE, "", 0, 0, command_late },
	{ "retry", GROUP_ADMIN, { "EVENT", "GEBEURTENIS" },
		{ "run the cards of an event again",
			"de kaarten van een gebeurtenis opnieuw laten kijken" },
		NONE, "id at source", 1, 1, command_retry },
	{ "serve", GROUP_OPERATOR, NONE,
		{ "run the dealership; Ctrl-C stops it",
			"het bedrijf draaien; Ctrl-C stopt het" },
		{ "--clock manual runs a training folder, whose clock is moved "
		  "with fairlead\n"
		  "clock. SIGHUP reloads the rules; closing the terminal stops "
		  "it as Ctrl-C does.\n",
			"--clock manual draait een oefenmap, waarvan je de "
			"klok verzet met fairlead\n"
			"clock. SIGHUP leest de regels opnieuw; de terminal "
			"sluiten stopt het zoals\n"
			"Ctrl-C.\n" },
		"clock worker again", 0, 0, command_serve },
	{ "import", GROUP_OPERATOR, { "FILE...", "BESTAND..." },
		{ "read leads from files", "leads uit bestanden lezen" },
		{ "ADF XML (also several prospects, or inside an e-mail) and "
		  "JSON. The same file\n"
		  "again changes nothing.\n",
			"ADF-XML (ook met meer prospects, of in een e-mail) "
			"en JSON. Hetzelfde bestand\n"
			"nog eens verandert niets.\n" },
		"", 1, -1, command_import },
	{ "audit", GROUP_OPERATOR, NONE,
		{ "prove that state follows from facts",
			"bewijzen dat de stand uit de feiten volgt" },
		{ "Folds the journal from nothing and compares every record and "
		  "task.\n",
			"Rekent het journaal na vanaf niets en vergelijkt elk "
			"record en elke taak.\n" },
		"", 0, 0, command_audit },
	{ "version", GROUP_OPERATOR, NONE,
		{ "which fairlead this is", "welke fairlead dit is" }, NONE, "",
		0, 0, command_version },
	{ "test", GROUP_CONSULTANT,
		{ "[NAME | --from DEAL]", "[NAAM | --from DEAL]" },
		{ "run the tests beside the cards",
			"de tests naast de kaarten draaien" },
		{ "NAME runs those whose name or file holds it. A pack's tests "
		  "run against the\n"
		  "pack alone, with the people of a fresh folder. The output is "
		  "TAP.\n"
		  "--coverage tells which cards, steps, answers and conditions "
		  "no test ever\n"
		  "reached.\n"
		  "--from DEAL writes a test of what really happened to a "
		  "customer, with names,\n"
		  "phones and texts replaced: fairlead test --from D128 "
		  ">rules/d128.lua\n",
			"NAAM draait die waarvan naam of bestand dat bevat. "
			"De tests van een pakket\n"
			"kijken naar het pakket alleen, met de mensen van een "
			"nieuwe map. De uitvoer is\n"
			"TAP.\n"
			"--coverage zegt welke kaarten, stappen, antwoorden "
			"en voorwaarden geen test\n"
			"bereikte.\n"
			"--from DEAL schrijft een test van wat een klant echt "
			"overkwam, met namen,\n"
			"telefoons en teksten vervangen: fairlead test --from "
			"D128 >rules/d128.lua\n" },
		"coverage from", 0, 1, command_test },
	{ "clock", GROUP_CONSULTANT,
		{ "[+SPAN | TIME]", "[+TIJDSDUUR | TIJD]" },
		{ "show or move the clock of a training folder",
			"de klok van een oefenmap tonen of verzetten" },
		{ "  fairlead clock +\"3 weeks\"\n"
		  "  fairlead clock 2027-03-01T09:00\n",
			"  fairlead clock +\"3 weken\"\n"
			"  fairlead clock 2027-03-01T09:00\n" },
		"", 0, 1, command_clock },
	{ "help", GROUP_OPERATOR, { "[COMMAND]", "[COMMANDO]" },
		{ "this page, or one command", "deze pagina, of één commando" },
		NONE, "", 0, 1, command_help },
	{ NULL, GROUPS, NONE, NONE, NONE, NULL, 0, 0, NULL },
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
