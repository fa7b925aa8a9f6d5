/* What Lua says of a file, in the words of a dealer. */
#include "script/loading.h"

#include <string.h>

/* Lua's "file:line: text" apart; returns the text. */
static const char *message_split(
	const char *message, const char *file, int *line)
{
	size_t n = strlen(file);
	char *end;

	*line = 0;
	if (strncmp(message, file, n) != 0 || message[n] != ':')
		return message;
	*line = (int)strtol(message + n + 1, &end, 10);
	return end[0] == ':' && end[1] == ' ' ? end + 2 : message;
}

/* Lua's words on a text it cannot read, by their beginning; %s: the word near
 * which it stopped. */
static const struct {
	const char *lua, *en, *nl;
} syntax[] = {
	{"unexpected symbol", "\"%s\" cannot stand here",
		"\"%s\" kan hier niet staan"},
	{"syntax error",
		"this is no sentence before \"%s\"; is an = or { } missing? A "
		"remark begins with --",
		"dit is geen zin voor \"%s\"; ontbreekt er een = of { }? Een "
		"opmerking begint met --"},
	{"'=' expected",
		"this is no sentence before \"%s\"; is an = or { } missing? A "
		"remark begins with --",
		"dit is geen zin voor \"%s\"; ontbreekt er een = of { }? Een "
		"opmerking begint met --"},
	{"'=' or 'in' expected", "behind for comes = or in, not \"%s\"",
		"achter for komt = of in, niet \"%s\""},
	{"'then' expected", "\"then\" is missing before \"%s\"",
		"voor \"%s\" ontbreekt \"then\""},
	{"'do' expected", "\"do\" is missing before \"%s\"",
		"voor \"%s\" ontbreekt \"do\""},
	{"'end' expected", "\"end\" is missing before \"%s\"",
		"voor \"%s\" ontbreekt \"end\""},
	{"'}' expected", "a } or a comma is missing before \"%s\"",
		"voor \"%s\" ontbreekt een } of een komma"},
	{"')' expected", "a ) or a comma is missing before \"%s\"",
		"voor \"%s\" ontbreekt een ) of een komma"},
	{"']' expected", "a ] is missing before \"%s\"",
		"voor \"%s\" ontbreekt een ]"},
	{"<name> expected", "a name must stand where \"%s\" stands",
		"waar \"%s\" staat hoort een naam"},
	{"'<eof>' expected",
		"\"%s\" closes nothing; look for one too many above",
		"\"%s\" sluit niets; zoek er hierboven een te veel"},
	{"function arguments expected",
		"behind : and a name come ( ) or a text, not \"%s\"",
		"achter : en een naam komen ( ) of een tekst, niet \"%s\""},
	{"cannot use '...'", "... can only be used in a function that has it",
		"... kan alleen in een functie die het heeft"},
	{"break outside", "\"break\" stands outside of any loop",
		"\"break\" staat buiten een lus"},
	{"attempt to assign to const", "a <const> cannot be given a new value",
		"een <const> kan geen nieuwe waarde krijgen"},
	{"no visible label", "goto leads to a label that is not there",
		"goto verwijst naar een label dat er niet is"},
	{"label ", "this label is there already", "dit label is er al"},
	{"unknown attribute", "behind a local only <const> may stand in < >",
		"achter een local mag alleen <const> tussen < > staan"},
	{"too many local", "a file or function has at most 200 locals",
		"een bestand of functie heeft hooguit 200 locals"},
	{"chunk has too many syntax levels",
		"too much is nested here; make it simpler",
		"hier zit te veel in elkaar; maak het eenvoudiger"},
	{"C stack overflow", "too much is nested here; make it simpler",
		"hier zit te veel in elkaar; maak het eenvoudiger"},
	{"", "this cannot be read; look before \"%s\"",
		"dit is niet te lezen; kijk voor \"%s\""},
};

/* What stood behind " near ", without Lua's quotes. */
static void near_read(const char *why, bool dutch, char *out, size_t room)
{
	const char *at = strstr(why, " near ");
	size_t n;

	at = at != NULL ? at + 6 : "?";
	n = strlen(at);
	if (strcmp(at, "<eof>") == 0)
		snprintf(out, room, "%s", dutch ? "het einde" : "the end");
	else if (n > 2 && at[0] == '\'' && at[n - 1] == '\'')
		snprintf(out, room, "%.*s", (int)(n - 2), at + 1);
	else
		snprintf(out, room, "%s", at);
}

/* The line of Lua's complaint: the one it names in its words; or, when what
 * is missing should stand before the first word of a line, the line above. */
static int place_of(
	const struct file_unit *u, const char *why, const char *near, int line)
{
	const char *at = u->bytes, *end = at + u->n, *named;
	int last = 0, now = 1;

	named = strstr(why, " at line ");
	if (named != NULL)
		return (int)strtol(named + 9, NULL, 10);
	if ((strstr(why, " expected") == NULL ||
		    strncmp(why, "<name>", 6) == 0) &&
		strncmp(why, "syntax error", 12) != 0)
		return line;
	for (; at < end; now++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t n = (size_t)((stop != NULL ? stop : end) - at);
		size_t blanks = 0;

		while (blanks < n && (at[blanks] == ' ' || at[blanks] == '\t'))
			blanks++;
		if (now == line)
			return last > 0 && n - blanks >= strlen(near) &&
					       strncmp(at + blanks, near,
						       strlen(near)) == 0
				       ? last
				       : line;
		if (blanks < n && strncmp(at + blanks, "--", 2) != 0)
			last = now;
		at += n + (stop != NULL);
	}
	return line;
}

void lua_said_syntax(struct loading *ld, struct file_unit *u,
	const char *message, int before)
{
	char near[80], text[400];
	const char *why;
	int line, opened = 0;
	char what[24] = "";
	size_t i = 0;

	why = message_split(message, u->name, &line);
	near_read(why, ld->dutch, near, sizeof(near));
	if (sscanf(why, "'%*[^']' expected (to close '%20[^']' at line %d)",
		    what, &opened) == 2) {
		snprintf(text, sizeof(text),
			ld->dutch ? "\"%s\" van regel %d is nog niet gesloten "
				    "voor \"%s\"; ontbreekt er een komma, } of "
				    "end?"
				  : "\"%s\" of line %d is not closed before "
				    "\"%s\"; is a comma, } or end missing?",
			what, opened + before, near);
		say(ld, u, line + before, SAY_SYNTAX, text);
		return;
	}
	while (syntax[i].lua[0] != '\0' &&
		strncmp(why, syntax[i].lua, strlen(syntax[i].lua)) != 0)
		i++;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), ld->dutch ? syntax[i].nl : syntax[i].en,
		near);
#pragma GCC diagnostic pop
	say(ld, u, place_of(u, why, near, line + before), SAY_SYNTAX, text);
}

/* Lua's words on a file that failed while it ran, by their beginning; %s: the
 * kind of value. */
static const struct {
	const char *lua, *en, *nl;
} running[] = {
	{"attempt to call a ",
		"%s cannot be followed by a text, { } or ( ); is a comma "
		"missing?",
		"achter %s kan geen tekst, { } of ( ) komen; ontbreekt er een "
		"komma?"},
	{"attempt to index a ", "%s has no parts", "%s heeft geen onderdelen"},
	{"attempt to concatenate a ", "%s cannot be joined to a text with ..",
		"%s kan niet met .. aan een tekst worden geplakt"},
	{"attempt to perform arithmetic on a ", "%s cannot be reckoned with",
		"met %s valt niet te rekenen"},
	{"attempt to compare two ", "these cannot be compared: %s",
		"deze zijn niet te vergelijken: %s"},
	{"attempt to compare ", "these cannot be compared: %s",
		"deze zijn niet te vergelijken: %s"},
	{"attempt to get length of a ", "%s has no length",
		"%s heeft geen lengte"},
	{"bad argument ", "this call is given something wrong",
		"deze aanroep krijgt iets verkeerds"},
};

/* "a nil value (global 'x')": the kind in a dealer's words, and the name. */
static void kind_read(const char *from, bool dutch, char *out, size_t room)
{
	static const char *const kinds[][3] = {
		{"nil", "nothing (nil)", "niets (nil)"},
		{"string", "a text", "een tekst"},
		{"number", "a number", "een getal"},
		{"boolean", "true or false", "true of false"},
		{"table", "a { } by itself", "een losse { }"},
		{"function", "a function", "een functie"},
	};
	const char *name = strchr(from, '\''), *end;
	size_t n = strcspn(from, " "), i = 0;

	while (i < sizeof(kinds) / sizeof(*kinds) &&
		(strlen(kinds[i][0]) != n ||
			strncmp(from, kinds[i][0], n) != 0))
		i++;
	if (i == sizeof(kinds) / sizeof(*kinds))
		snprintf(out, room, "%.*s", (int)n, from);
	else
		snprintf(out, room, "%s", kinds[i][dutch ? 2 : 1]);
	n = strlen(out);
	end = name != NULL ? strchr(name + 1, '\'') : NULL;
	if (end != NULL && n < room)
		snprintf(out + n, room - n, " \"%.*s\"", (int)(end - name - 1),
			name + 1);
}

int lua_said_failed(
	struct loading *ld, struct file_unit *u, const char *message)
{
	char text[400], kind[120];
	const char *why;
	int line;

	why = message_split(message, u->name, &line);
	if (u->broken && strstr(why, "broken") != NULL)
		return line; /* told before */
	for (uint32_t i = 0; i < ld->p->count; i++)
		if (strcmp(ld->p->items[i].code, "FL302") == 0 &&
			ld->p->items[i].line == line &&
			ld->p->items[i].file != NULL &&
			strcmp(ld->p->items[i].file, u->name) == 0)
			return line;
	for (size_t i = 0; i < sizeof(running) / sizeof(*running); i++) {
		size_t n = strlen(running[i].lua);

		if (strncmp(why, running[i].lua, n) != 0)
			continue;
		kind_read(why + n, ld->dutch, kind, sizeof(kind));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof(text),
			ld->dutch ? running[i].nl : running[i].en, kind);
#pragma GCC diagnostic pop
		say(ld, u, line, SAY_FILE_FAILED, text);
		return line;
	}
	say(ld, u, line, SAY_FILE_FAILED, why);
	return line;
}

/* ---- of a function that failed while it ran ---- */

static const struct {
	const char *lua, *en, *nl;
} verdicts[] = {
	{"call a ", "it cannot be called", "dat is niet aan te roepen"},
	{"index a ", "it has no parts", "dat heeft geen onderdelen"},
	{"concatenate a ", "it cannot be joined to a text with ..",
		"dat is niet met .. aan een tekst te plakken"},
	{"perform arithmetic on a ", "it cannot be reckoned with",
		"daar valt niet mee te rekenen"},
	{"get length of a ", "it has no length", "dat heeft geen lengte"},
};

static const char *kind_word(const char *from, bool dutch)
{
	static const char *const kinds[][3] = {
		{"nil", "empty", "leeg"},
		{"string", "a text", "een tekst"},
		{"number", "a number", "een getal"},
		{"boolean", "yes or no", "ja of nee"},
		{"table", "a { }", "een { }"},
		{"function", "a function", "een functie"},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strncmp(from, kinds[i][0], strlen(kinds[i][0])) == 0)
			return kinds[i][dutch ? 2 : 1];
	return dutch ? "iets anders" : "something else";
}

/* "nil value (field 'price')" and what follows from it. */
static void verdict_write(
	struct buf *out, const char *from, bool dutch, const char *verdict)
{
	const char *name = strchr(from, '\''), *end = NULL;

	if (name != NULL)
		end = strchr(name + 1, '\'');
	if (end != NULL)
		buf_printf(out, "\"%.*s\" is ", (int)(end - name - 1),
			name + 1);
	else
		buf_add_text(out, dutch ? "hier is iets " : "something here is ");
	buf_printf(out, "%s: %s", kind_word(from, dutch), verdict);
}

/* "two table values", "nil with number" */
static void compared_write(struct buf *out, const char *from, bool dutch)
{
	const char *other = strstr(from, " with ");
	bool two = strncmp(from, "two ", 4) == 0;

	other = two ? from + 4 : other != NULL ? other + 6 : from;
	buf_printf(out, dutch ? "%s en %s zijn niet te vergelijken"
			      : "%s and %s cannot be compared",
		kind_word(two ? other : from, dutch), kind_word(other, dutch));
}

void lua_said_run(char *text, size_t room, bool dutch)
{
	char *at = strstr(text, ": attempt to ");
	struct buf out;
	const char *why;

	if (at != NULL)
		at += 2;
	else if (strncmp(text, "attempt to ", 11) == 0)
		at = text; /* inside of a library: no line is known */
	else
		return;
	why = at + sizeof("attempt to ") - 1;
	buf_init(&out, 1000);
	if (strncmp(why, "compare ", 8) == 0)
		compared_write(&out, why + 8, dutch);
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(*verdicts); i++) {
		size_t n = strlen(verdicts[i].lua);

		if (strncmp(why, verdicts[i].lua, n) == 0)
			verdict_write(&out, why + n, dutch,
				dutch ? verdicts[i].nl : verdicts[i].en);
	}
	if (out.len > 0 && !out.failed)
		snprintf(at, room - (size_t)(at - text), "%.*s", (int)out.len,
			out.at);
	buf_deinit(&out);
}
