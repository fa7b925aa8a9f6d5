/* luasource_say.c - what the source reader says, in both languages: what is
 * wrong, then what to write instead. %s: the word as it was written. */
#include "model/luasource_inside.h"

struct row {
	const char *code, *en, *nl;
	const char *fix_en, *fix_nl; /* NULL: the text says it all; may hold
				      * one %s of its own */
};

static const struct row rows[MISTAKE_COUNT] = {
	[MISTAKE_NOT_UTF8] = {"FL100", "This file is not UTF-8 from here on.",
		"Dit bestand is vanaf hier geen UTF-8.", "Save it as UTF-8.",
		"Bewaar het als UTF-8."},
	[MISTAKE_TOO_LONG] = {"FL100", "This file is longer than 1 MiB.",
		"Dit bestand is langer dan 1 MiB.", "Split it.", "Splits het."},
	[MISTAKE_TEXT_OPEN] = {"FL101", "This text is not closed on its line.",
		"Deze tekst is op zijn regel niet gesloten.",
		"Put a quote where it ends.",
		"Zet een aanhalingsteken waar de tekst eindigt."},
	[MISTAKE_LONG_OPEN] = {"FL102",
		"This long text or comment is never closed.",
		"Deze lange tekst of toelichting wordt nooit gesloten.",
		"Close it with ]] (as many = inside as where it opens).",
		"Sluit hem met ]] (met evenveel = ertussen als bij het "
		"begin)."},
	[MISTAKE_CURLY] = {"FL103", "This text has curly quotes.",
		"Deze tekst heeft gekrulde aanhalingstekens.",
		"Write straight quotes: \"...\".",
		"Schrijf rechte aanhalingstekens: \"...\"."},
	[MISTAKE_CURLY_END] = {"FL103", "This text ends in a curly quote.",
		"Deze tekst eindigt op een gekruld aanhalingsteken.",
		"Write straight quotes: \"...\".",
		"Schrijf rechte aanhalingstekens: \"...\"."},
	[MISTAKE_DECIMAL_COMMA] = {"FL104",
		"\"%s\" is two values: a comma parts values.",
		"\"%s\" zijn twee waarden: een komma scheidt waarden.",
		"Write %s, or put quotes round a percentage or an amount.",
		"Schrijf %s, of zet een percentage of bedrag tussen "
		"aanhalingstekens."},
	[MISTAKE_HARD_SPACE] = {"FL105",
		"There is a hard space outside a text.",
		"Er staat een harde spatie buiten een tekst.", "Delete it.",
		"Haal hem weg."},
	[MISTAKE_INVISIBLE] = {"FL105",
		"There is an invisible character outside a text.",
		"Er staat een onzichtbaar teken buiten een tekst.",
		"Delete it.", "Haal het weg."},
	[MISTAKE_CONTROL] = {"FL105",
		"There is a control character outside a text.",
		"Er staat een besturingsteken buiten een tekst.", "Delete it.",
		"Haal het weg."},
	[MISTAKE_NO_CHARACTER] = {"FL105",
		"There is a character that is not UTF-8 outside a text.",
		"Er staat een teken dat geen UTF-8 is buiten een tekst.",
		"Text belongs in quotes: \"...\".",
		"Tekst hoort tussen aanhalingstekens: \"...\"."},
	[MISTAKE_MONEY] = {"FL105", "There is \"%s\" outside a text.",
		"Er staat \"%s\" buiten een tekst.",
		"Put quotes round money: \"\xe2\x82\xac 20\".",
		"Zet een bedrag tussen aanhalingstekens: \"\xe2\x82\xac 20\"."},
	[MISTAKE_CHARACTER] = {"FL105", "There is \"%s\" outside a text.",
		"Er staat \"%s\" buiten een tekst.",
		"Text belongs in quotes: \"...\".",
		"Tekst hoort tussen aanhalingstekens: \"...\"."},
	[MISTAKE_ESCAPE] = {"FL106", "\"\\%s\" is not an escape Lua knows.",
		"\"\\%s\" kent Lua niet in een tekst.",
		"Write \\\\ for a backslash.",
		"Schrijf \\\\ voor een backslash."},
	[MISTAKE_NUMBER] = {"FL107", "\"%s\" is not a number.",
		"\"%s\" is geen getal.", NULL, NULL},
	[MISTAKE_NUMBER_UNIT] = {"FL107", "\"%s\" is not a number.",
		"\"%s\" is geen getal.",
		"Put quotes round a duration: \"2 days\".",
		"Zet een tijdsduur tussen aanhalingstekens: \"2 dagen\"."},
	[MISTAKE_NUMBER_PARTS] = {"FL107", "\"%s\" is not a number.",
		"\"%s\" is geen getal.", "Write it without separators: 20000.",
		"Schrijf het zonder scheidingstekens: 20000."},
	[MISTAKE_FOREIGN] = {"FL108", "\"%s\" is not Lua.",
		"\"%s\" is geen Lua.", "Write \"%s\".", "Schrijf \"%s\"."},
	[MISTAKE_TWICE] = {"FL110",
		"\"%s\" is given twice, here and in line %s.",
		"\"%s\" staat er twee keer, hier en in regel %s.",
		"Keep one of the two.", "Houd er een van over."},
	[MISTAKE_COMMA_LINE] = {"FL111",
		"A comma is missing at the end of this line: the next line, "
		"with \"%s\", was read as part of it.",
		"Aan het eind van deze regel ontbreekt een komma: de volgende "
		"regel, met \"%s\", werd erbij gelezen.",
		"Put a comma here.", "Zet hier een komma."},
	[MISTAKE_COMMA] = {"FL111", "A comma is missing before \"%s\".",
		"Voor \"%s\" ontbreekt een komma.", "Put a comma there.",
		"Zet daar een komma."},
	[MISTAKE_STILL_OPEN] = {"FL112",
		"%s is still open at \"%s\", where something else is closed.",
		"%s is nog open bij \"%s\", waar iets anders wordt gesloten.",
		"Close it with %s.", "Sluit het met %s."},
	[MISTAKE_NOT_CLOSED] = {"FL112", "%s is not closed.",
		"%s is niet gesloten.", "Close it with %s.",
		"Sluit het met %s."},
	[MISTAKE_CLOSES_NOTHING] = {"FL113", "\"%s\" closes nothing.",
		"\"%s\" sluit niets.",
		"Delete it, or look for one too many above.",
		"Haal het weg, of zoek er hierboven een te veel."},
	[MISTAKE_BARE_SPAN] = {"FL114", "A duration needs quotes.",
		"Een tijdsduur hoort tussen aanhalingstekens.", "Write \"%s\".",
		"Schrijf \"%s\"."},
	[MISTAKE_BARE_TIME] = {"FL114", "A time needs quotes.",
		"Een tijdstip hoort tussen aanhalingstekens.", "Write \"%s\".",
		"Schrijf \"%s\"."},
	[MISTAKE_BARE_PERCENT] = {"FL114", "A percentage needs quotes.",
		"Een percentage hoort tussen aanhalingstekens.",
		"Write \"%s\".", "Schrijf \"%s\"."},
	[MISTAKE_BARE_DATE] = {"FL114",
		"A date needs quotes: without them it is a subtraction.",
		"Een datum hoort tussen aanhalingstekens: zonder is het een "
		"aftreksom.",
		"Write \"%s\".", "Schrijf \"%s\"."},
	[MISTAKE_BARE_KEY] = {"FL115",
		"The key \"%s\" needs brackets and quotes.",
		"De sleutel \"%s\" heeft haken en aanhalingstekens nodig.",
		"Write [\"%s\"] =", "Schrijf [\"%s\"] ="},
	[MISTAKE_SETS] = {"FL116", "\"=\" sets, it does not compare.",
		"\"=\" vult in, het vergelijkt niet.", "Write ==.",
		"Schrijf ==."},
	[MISTAKE_SETS_ARGUMENT] = {"FL116",
		"\"=\" has no place between round brackets.",
		"\"=\" kan niet tussen ronde haken staan.",
		"Write == to compare, or { } for named values.",
		"Schrijf == om te vergelijken, of { } voor waarden met een "
		"naam."},
	[MISTAKE_OR_COMPARED] = {"FL117",
		"\"or\" after a comparison is always true.",
		"\"or\" achter een vergelijking is altijd waar.",
		"Write x == \"a\" or x == \"b\".",
		"Schrijf x == \"a\" or x == \"b\"."},
	[MISTAKE_OR] = {"FL117",
		"\"or\" between two texts is always the first.",
		"\"or\" tussen twee teksten is altijd de eerste.",
		"Write a list: { \"a\", \"b\" }.",
		"Schrijf een lijst: { \"a\", \"b\" }."},
	[MISTAKE_AND] = {"FL117",
		"\"and\" between two texts is always the second.",
		"\"and\" tussen twee teksten is altijd de tweede.",
		"Write a list: { \"a\", \"b\" }.",
		"Schrijf een lijst: { \"a\", \"b\" }."},
	[MISTAKE_THOUSANDS] = {"FL118",
		"The point in \"%s\" is a decimal point: this is about %s.",
		"De punt in \"%s\" is een decimaalteken: dit is ongeveer %s.",
		"For thousands write %s.", "Schrijf voor duizendtallen %s."},
	[MISTAKE_BARE_AMOUNT] = {"FL114", "An amount needs quotes.",
		"Een bedrag hoort tussen aanhalingstekens.", "Write \"%s\".",
		"Schrijf \"%s\"."},
	[MISTAKE_SIGN] = {"FL119", "\"%s\" is not how it is written here.",
		"\"%s\" schrijf je hier anders.", "Write %s",
		"Schrijf %s"},
	[MISTAKE_QUOTED_KEY] = {"FL119",
		"A key is written without quotes, and with = behind it.",
		"Een sleutel heeft geen aanhalingstekens, en = erachter.",
		"Write %s", "Schrijf %s"},
	[MISTAKE_BRACKETS] = {"FL119", "A list does not stand in %s.",
		"Een lijst staat niet in %s.",
		"Write a list: { \"a\", \"b\" }.",
		"Schrijf een lijst: { \"a\", \"b\" }."},
	[MISTAKE_JOINS] = {"FL119", "Two texts are joined by a word here.",
		"Twee teksten zijn hier met een woord verbonden.",
		"Write a list: { \"a\", \"b\" }.",
		"Schrijf een lijst: { \"a\", \"b\" }."},
	[MISTAKE_REMARK] = {"FL119", "A remark does not begin with \"%s\".",
		"Een opmerking begint niet met \"%s\".",
		"Write two dashes: --", "Schrijf twee streepjes: --"},
	[MISTAKE_BRACES] = {"FL119",
		"What must be done stands in no { } here.",
		"Wat er moet gebeuren staat hier niet in { }.",
		"Write if ... then ... end, while ... do ... end.",
		"Schrijf if ... then ... end, while ... do ... end."},
	[MISTAKE_IN] = {"FL119", "\"%s\" does not compare.",
		"\"%s\" vergelijkt niet.",
		"Write x == \"a\" or x == \"b\".",
		"Schrijf x == \"a\" or x == \"b\"."},
	[MISTAKE_QUOTE_INSIDE] = {"FL109",
		"The quote before this word ends the text.",
		"Het aanhalingsteken voor dit woord sluit de tekst.",
		"Inside of a text write ' or \\\".",
		"Schrijf in een tekst ' of \\\"."},
	[MISTAKE_ADDRESS] = {"FL114", "An e-mail address needs quotes.",
		"Een e-mailadres hoort tussen aanhalingstekens.",
		"Write \"%s\".", "Schrijf \"%s\"."},
	[MISTAKE_BARE_FUNCTION] = {"FL119",
		"A function behind a text stands in ( ).",
		"Een functie achter een tekst staat tussen ( ).",
		"Write (function(t) ... end).",
		"Schrijf (function(t) ... end)."},
	[MISTAKE_BARE_NAME] = {"FL119", "The name behind \"%s\" needs quotes.",
		"De naam achter \"%s\" hoort tussen aanhalingstekens.",
		"Write %s", "Schrijf %s"},
	[MISTAKE_WHEN_LIST] = {"FL119", "Several events stand in { }.",
		"Meer gebeurtenissen staan tussen { }.",
		"Write when { \"a\", \"b\" } { ... }",
		"Schrijf when { \"a\", \"b\" } { ... }"},
	[MISTAKE_CONDITIONS_AND] = {"FL117",
		"\"and\" between two conditions keeps only the second.",
		"\"and\" tussen twee voorwaarden houdt alleen de tweede over.",
		"Keep one of the two.", "Houd er een van over."},
	[MISTAKE_CONDITIONS_OR] = {"FL117",
		"\"or\" between two conditions keeps only the first.",
		"\"or\" tussen twee voorwaarden houdt alleen de eerste over.",
		"Write one under unless and one under skip_if.",
		"Schrijf de ene bij unless en de andere bij skip_if."},
	[MISTAKE_ARGUMENTS] = {"FL119",
		"Several values are given in ( ).",
		"Meer dan een waarde staat tussen ( ).", "Write %s",
		"Schrijf %s"},
};

/* Each block has an end of its own: the one at fault may stand inside. */
static const char *closer_said(
	const struct problems *p, const char *code, const char *fix)
{
	return strcmp(code, "FL112") == 0 && strcmp(fix, "end") == 0
		       ? problem_words(p,
				 "end (each function, if, for and while has its own)",
				 "end (elke function, if, for en while heeft een eigen)")
		       : fix;
}

int luasource_width(const struct token *t)
{
	return text_characters(t->text.at, t->text.bytes) +
	       (t->kind == TOKEN_TEXT ? 2 : 0); /* its quotes */
}

struct problem *luasource_tell(const struct lua_source *s, struct problems *p,
	enum mistake m, const struct token *at, struct said said)
{
	const struct row *r = &rows[m];
	const char *text = problem_words(p, r->en, r->nl);
	const char *fix = problem_words(p, r->fix_en, r->fix_nl);
	struct problem *it;

	/* no formats but the rows above */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	text = arena_printf(p->arena, text, said.word, said.other);
	if (fix != NULL)
		fix = arena_printf(p->arena, fix,
			said.fix != NULL ? closer_said(p, r->code, said.fix)
					 : "");
#pragma GCC diagnostic pop
	it = problem_add(p, r->code, s->file, at->line, "%s",
		text != NULL ? text : r->code);
	it->remedy = fix;
	problem_place(it, at->column, luasource_width(at));
	return it;
}
