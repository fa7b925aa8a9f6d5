#include "app/print.h"

#include "base/dutch.h"

#include <string.h>

const char *number(struct arena *a, const struct value *map, const char *key)
{
	const struct value *v = value_get(map, key);

	if (v == NULL || v->kind != VALUE_INT)
		return "";
	return arena_printf(a, "%lld", (long long)v->as.integer);
}

/* ---- problems ---- */

static bool ends_sentence(const char *text)
{
	size_t n = strlen(text);

	return n > 0 && strchr(".!?", text[n - 1]) != NULL;
}

#define SHOWN_MAX 100 /* cells of a source line */

/* `n` characters of `from`. */
static struct text characters(const char *from, int64_t n)
{
	const char *at = from;

	while (n-- > 0 && *at != '\0')
		at += text_char(at, strlen(at));
	return (struct text){from, (uint32_t)(at - from)};
}

/* Foreign text as one line: tabs as single spaces, so that a caret fits. */
static void say_line(struct term *t, struct text text)
{
	for (uint32_t i = 0, n; i < text.bytes; i += n) {
		n = (uint32_t)strcspn(text.at + i, "\t");
		n = n < text.bytes - i ? n : text.bytes - i;
		term_add(t, (struct text){text.at + i, n}, false);
		if (i + n < text.bytes && ++n > 0)
			buf_add_char(&t->buf, ' ');
	}
}

static void repeat(struct term *t, char c, uint32_t n)
{
	while (n-- > 0)
		buf_add_char(&t->buf, c);
}

/* The line as it is written, and carets under the wrong word. */
static void print_source(struct term *t, const struct value *p, bool warning)
{
	const char *source = str(p, "source");
	int64_t column = value_get_int(p, "column", 0);
	int64_t cut = column > SHOWN_MAX - 20 ? column - 20 : 0;
	struct text before, word, line;
	char number[32];
	uint32_t width;

	if (*source == '\0' || !text_valid(source, strlen(source)))
		return;
	source = source + characters(source, cut).bytes;
	line = characters(source, SHOWN_MAX);
	snprintf(number, sizeof(number), "%5lld | ",
		(long long)value_get_int(p, "line", 0));
	term_style(t, TERM_DIM, number);
	say_line(t, line);
	buf_add_char(&t->buf, '\n');
	if (column <= 0)
		return;
	before = characters(source, column - 1 - cut);
	word = characters(source + before.bytes, value_get_int(p, "width", 1));
	if (before.bytes + word.bytes > line.bytes)
		word.bytes = before.bytes < line.bytes
				     ? line.bytes - before.bytes
				     : 0;
	width = term_width(word);
	term_style(t, TERM_DIM, "      | ");
	repeat(t, ' ', term_width(before));
	for (uint32_t i = 0; i < (width > 0 ? width : 1); i++)
		term_style(t, warning ? TERM_YELLOW : TERM_RED, "^");
	buf_add_char(&t->buf, '\n');
}

static void print_fix(struct term *t, const struct value *p)
{
	if (*str(p, "remedy") != '\0')
		term_printf(t, "%s %s",
			ends_sentence(str(p, "text")) ? "" : ".",
			str(p, "remedy"));
	if (*str(p, "nearest") == '\0')
		return;
	term_printf(t, " (%s ", label(t, "bedoel je", "did you mean"));
	term_style(t, TERM_GREEN, str(p, "nearest"));
	term_printf(t, "?)");
}

/* Which field is meant; arguments that nobody types by name are left out. */
static void print_field(struct term *t, const char *field)
{
	if (strcmp(field, "actor") == 0)
		term_printf(t, "--as: ");
	else if (*field != '\0' && strcmp(field, "by") != 0 &&
		strcmp(field, "to") != 0)
		term_printf(t, "%s: ", field);
}

void print_mistake(struct term *t, const struct value *p)
{
	bool warning = strcmp(str(p, "level"), "warning") == 0;
	const char *file = str(p, "file");
	int64_t line = value_get_int(p, "line", 0);

	if (*file != '\0') {
		term_style(t, TERM_BOLD, file);
		if (line > 0)
			term_printf(t, ":%lld", (long long)line);
		term_printf(t, ": ");
	}
	if (warning)
		term_style(t, TERM_YELLOW, label(t, "let op: ", "warning: "));
	if (*file == '\0')
		print_field(t, str(p, "field"));
	term_say(t, str(p, "text"));
	print_fix(t, p);
	if (*str(p, "code") != '\0') {
		term_style(t, TERM_DIM, " [");
		term_style(t, TERM_DIM, str(p, "code"));
		term_style(t, TERM_DIM, "]");
	}
	buf_add_char(&t->buf, '\n');
	print_source(t, p, warning);
}

static const char *title(const struct term *t, const struct value *doc)
{
	static const char *const dutch[][2] = {
		{ "FL_NOMEM", "geen geheugen; er is niets veranderd" },
		{ "FL_INVALID", "er klopt iets niet" },
		{ "FL_NOT_FOUND", "niet gevonden" },
		{ "FL_CONFLICT", "strijdig met wat er al is" },
		{ "FL_DENIED", "mag nu niet" },
		{ "FL_LIMIT", "te veel tegelijk" },
		{ "FL_STORAGE", "de schijf of de database weigert" },
		{ "FL_UNKNOWN", "onbekend: probeer het opnieuw met hetzelfde "
				"id" },
		{ "FL_FATAL", "gestopt: start opnieuw en herhaal met hetzelfde "
			      "id" },
	};

	for (size_t i = 0; t->dutch && i < sizeof(dutch) / sizeof(dutch[0]);
		i++)
		if (strcmp(str(doc, "code"), dutch[i][0]) == 0)
			return dutch[i][1];
	return str(doc, "title");
}

void print_problem(struct term *t, const struct value *doc)
{
	const struct value *problems = value_get_list(doc, "problems");
	const char *detail = str(doc, "detail");
	size_t from = t->buf.len;
	struct arena a;

	term_style(t, TERM_RED, "fairlead: ");
	if (problems->count == 0) {
		arena_init(&a, 0);
		if (t->dutch)
			detail = dutch_cause(&a, detail);
		term_printf(t, "%s\n",
			*detail != '\0' ? detail : title(t, doc));
		arena_deinit(&a);
		term_wrap(t, from);
		return;
	}
	term_printf(t, "%s\n", title(t, doc));
	for (uint32_t i = 0; i < problems->count; i++) {
		const struct value *one = &problems->as.items[i];

		from = t->buf.len;
		term_printf(t, "  ");
		print_mistake(t, one);
		if (*str(one, "file") == '\0') /* no line with carets */
			term_wrap(t, from);
	}
}

static void print_warnings(struct term *t, const struct value *answer)
{
	const struct value *problems = value_get_list(answer, "problems");

	for (uint32_t i = 0; i < problems->count; i++) {
		term_printf(t, "  ");
		print_mistake(t, &problems->as.items[i]);
	}
}

/* ---- today ---- */

static bool is_away(const struct value *p)
{
	return value_get_bool(p, "absent", false) ||
		value_get_bool(p, "left", false);
}

/* ", away until wo 2 sep, Tom Bakker stands in" */
static const char *away_text(struct term *t, struct arena *a,
			     const struct value *p)
{
	const char *until = when(a, p, "until");
	const char *other = str(p, "stands_in_name");
	const char *away = value_get_bool(p, "left", false)
		? label(t, "vertrokken", "has left")
		: label(t, "weg", "away");

	return arena_printf(a, ", %s%s%s, %s%s", away,
		*until != '\0' ? label(t, " tot ", " until ") : "", until,
		*other != '\0' ? other : label(t, "niemand", "nobody"),
		label(t, " neemt waar", " stands in"));
}

static void person_head(struct term *t, struct arena *a,
			const struct value *p)
{
	int64_t late = value_get_int(p, "late", 0);

	term_style(t, TERM_BOLD, *str(p, "name") != '\0' ? str(p, "name")
							 : str(p, "person"));
	term_printf(t, " (%s)  %s open", str(p, "person"),
		number(a, p, "open"));
	if (late > 0)
		term_style(t, TERM_RED, arena_printf(a, ", %lld %s",
			(long long)late, label(t, "te laat", "late")));
	if (is_away(p))
		term_style(t, TERM_YELLOW, away_text(t, a, p));
	if (value_get_int(p, "leads_owed", 0) > 0)
		term_printf(t, t->dutch ? ", verse leads tegoed: %s"
					: ", fresh leads owed: %s",
			number(a, p, "leads_owed"));
	buf_add_char(&t->buf, '\n');
}

static void print_blocks(struct term *t, struct arena *a,
			 const struct value *p)
{
	const struct value *blocks = value_get_list(p, "blocks");

	for (uint32_t i = 0; i < blocks->count; i++) {
		const struct value *b = &blocks->as.items[i];

		term_style(t, TERM_GREEN, "  ");
		term_style(t, TERM_GREEN, str(b, "kind"));
		term_printf(t, " %s", when(a, b, "from"));
		if (*when(a, b, "to") != '\0')
			term_printf(t, " - %s", when(a, b, "to"));
		if (value_get_int(b, "calls", 0) > 0)
			term_printf(t, t->dutch ? ", %s telefoontjes"
						: ", %s calls",
				number(a, b, "calls"));
		buf_add_char(&t->buf, '\n');
	}
}

static void print_one_person(struct term *t, struct arena *a,
			     const struct value *p, bool answers)
{
	person_head(t, a, p);
	print_blocks(t, a, p);
	print_tasks(t, a, value_get(p, "tasks"), answers);
	if (answers)
		print_gates(t, value_get(p, "gates"));
}

static void print_today(struct term *t, struct arena *a,
			const struct value *answer)
{
	const struct value *people = value_get_list(answer, "people");
	const struct value *nobody = value_get_list(answer, "nobody");
	bool first = true;

	term_style(t, TERM_DIM, when(a, answer, "now"));
	if (value_get(answer, "opens") != NULL)
		term_style(t, TERM_YELLOW, arena_printf(a, "  %s %s",
			label(t, "gesloten tot", "closed until"),
			when(a, answer, "opens")));
	buf_add_char(&t->buf, '\n');
	if (value_get(answer, "person") != NULL) {
		print_one_person(t, a, answer, true);
		return;
	}
	for (uint32_t i = 0; i < people->count; i++) {
		const struct value *p = &people->as.items[i];

		if (is_away(p) && *str(p, "stands_in") != '\0')
			person_head(t, a, p); /* the tasks stand there */
		else if (value_get_int(p, "open", 0) > 0 || is_away(p))
			print_one_person(t, a, p, false);
	}
	if (nobody->count > 0) {
		term_style(t, TERM_RED, label(t, "Niemand", "Nobody"));
		term_printf(t, "  %s\n", label(t,
			"deze taken zijn van niemand: geef iemand de rol in "
			"dealership.lua, of meld wie er weer is (fairlead "
			"person back)",
			"these have no one: give somebody the role in "
			"dealership.lua, or say who is back (fairlead person "
			"back)"));
		print_tasks(t, a, nobody, false);
	}
	for (uint32_t i = 0; i < people->count; i++) {
		const struct value *p = &people->as.items[i];

		if (value_get_int(p, "open", 0) > 0 || is_away(p))
			continue;
		term_style(t, TERM_DIM, first ? label(t, "niets open: ",
			"nothing open: ") : ", ");
		term_style(t, TERM_DIM, str(p, "name"));
		first = false;
	}
	if (!first)
		buf_add_char(&t->buf, '\n');
}

/* ---- find, late, coming ---- */

static void print_find(struct term *t, struct arena *a,
		       const struct value *answer)
{
	const struct value *found = value_get_list(answer, "found");
	struct term_table tab = { .a = a };

	for (uint32_t i = 0; i < found->count; i++) {
		const struct value *w = &found->as.items[i];
		const struct value *deals = value_get_list(w, "deals");

		for (uint32_t k = 0; k == 0 || k < deals->count; k++) {
			const struct value *d =
				k < deals->count ? &deals->as.items[k] : NULL;

			table_row(&tab);
			table_cell(&tab, TERM_CYAN, k == 0 ? str(w, "id") : "");
			table_cell(&tab, TERM_BOLD,
				k == 0 ? str(w, "name") : "");
			table_cell(&tab, TERM_PLAIN,
				k == 0 ? str(w, "phone") : "");
			table_cell(&tab, TERM_CYAN, str(d, "deal"));
			table_cell(&tab, TERM_PLAIN,
				*str(d, "state_text") != '\0'
					? str(d, "state_text")
					: str(d, "state"));
			table_cell(&tab, TERM_PLAIN, str(d, "handler"));
			table_cell(&tab, TERM_PLAIN, str(d, "car"));
		}
	}
	table_print(&tab, t);
	if (found->count == 0)
		term_printf(t, t->dutch ? "niemand gevonden voor \"%s\"\n"
				     : "nobody found for \"%s\"\n",
			str(answer, "text"));
}

static void print_late(struct term *t, struct arena *a,
		       const struct value *answer)
{
	if (value_get_list(answer, "late")->count == 0)
		term_printf(t, "%s\n", label(t, "alles wat binnenkwam past",
			"every fact fitted"));
	print_lines(t, a, value_get(answer, "late"));
}

static const char *kind_name(const struct term *t, const char *kind)
{
	static const char *const dutch[][2] = { { "call", "bellen" },
		{ "mail", "mailen" },
		{ "visit", "bezoek" },
		{ "todo", "doen" } };

	for (size_t i = 0; t->dutch && i < sizeof(dutch) / sizeof(dutch[0]);
		i++)
		if (strcmp(kind, dutch[i][0]) == 0)
			return dutch[i][1];
	return kind;
}

static void print_coming(struct term *t, struct arena *a,
			 const struct value *answer)
{
	const struct value *list = value_get_list(answer, "coming");
	struct term_table tab = { .a = a, .indent = "  " };

	term_printf(t, t->dutch ? "%s tot %s, als niemand iets doet:\n"
			     : "%s until %s, if nobody acts:\n",
		str(answer, "deal"), when(a, answer, "until"));
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *c = &list->as.items[i];

		table_row(&tab);
		table_cell(&tab, TERM_CYAN, when(a, c, "at"));
		table_cell(&tab, TERM_PLAIN, str(c, "who"));
		table_cell(&tab, TERM_DIM, kind_name(t, str(c, "kind")));
		table_cell(&tab, TERM_DIM, place_name(a, c));
		table_cell(&tab, TERM_PLAIN, str(c, "title"));
	}
	table_print(&tab, t);
	if (list->count == 0)
		term_printf(t, "  %s\n",
			label(t, "niets nieuws", "nothing new"));
}

/* ---- facts ---- */

static void print_tasks_made(struct term *t, struct arena *a,
			     const struct value *answer)
{
	const struct value *tasks = value_get_list(answer, "tasks");

	for (uint32_t i = 0; i < tasks->count; i++) {
		const struct value *one = &tasks->as.items[i];

		term_style(t, TERM_DIM, "  -> ");
		term_style(t, TERM_CYAN, str(one, "task"));
		term_printf(t, " %s %s  %s\n", label(t, "voor", "for"),
			*str(one, "who") != '\0'
				? str(one, "who")
				: label(t, "niemand", "nobody"),
			place_name(a, one));
	}
}

static void print_post(struct term *t, struct arena *a,
		       const struct value *answer)
{
	if (answer->kind == VALUE_LIST) {
		for (uint32_t i = 0; i < answer->count; i++)
			print_post(t, a, &answer->as.items[i]);
		return;
	}
	term_style(t, TERM_GREEN, str(answer, "event"));
	if (value_get_bool(answer, "repeat", false))
		term_printf(t, " %s", label(t,
			"was al bekend: er is niets opnieuw gedaan",
			"known already: nothing was done again"));
	else if (value_get_bool(answer, "misfit", false))
		term_style(t, TERM_YELLOW,
			label(t, " bewaard, maar past niet: zie fairlead late",
				" kept, but it does not fit: see fairlead late"));
	else
		term_printf(t, " %s", label(t, "staat op schijf", "on disk"));
	if (*str(answer, "id") != '\0')
		term_style(t, TERM_DIM, "  id ");
	term_style(t, TERM_DIM, str(answer, "id"));
	buf_add_char(&t->buf, '\n');
	print_tasks_made(t, a, answer);
	print_warnings(t, answer);
}

static const char *verdict(const struct term *t, const char *word)
{
	static const char *const dutch[][2] = { { "lead", "lead" },
		{ "resend", "nog eens gestuurd" },
		{ "flagged", "met een vraagteken" },
		{ "held", "vastgehouden" },
		{ "event", "feit" },
		{ "refused", "geweigerd" } };

	for (size_t i = 0; t->dutch && i < sizeof(dutch) / sizeof(dutch[0]);
		i++)
		if (strcmp(word, dutch[i][0]) == 0)
			return dutch[i][1];
	return word;
}

static void print_import(struct term *t, struct arena *a,
			 const struct value *answer)
{
	const struct value *items = value_get_list(answer, "items");

	term_style(t, TERM_BOLD, str(answer, "file"));
	term_printf(t, t->dutch ? "  %s binnen" : "  %s posted",
		number(a, answer, "posted"));
	if (value_get_int(answer, "known", 0) > 0)
		term_printf(t, t->dutch ? ", %s al bekend"
					: ", %s known already",
			number(a, answer, "known"));
	if (value_get_int(answer, "held", 0) > 0)
		term_style(t, TERM_YELLOW, arena_printf(a, t->dutch
			? ", %s vastgehouden" : ", %s held back",
			number(a, answer, "held")));
	if (value_get_int(answer, "refused", 0) > 0)
		term_style(t, TERM_RED, arena_printf(a, t->dutch
			? ", %s geweigerd" : ", %s refused",
			number(a, answer, "refused")));
	buf_add_char(&t->buf, '\n');
	for (uint32_t i = 0; i < items->count; i++) {
		const struct value *it = &items->as.items[i];
		const struct value *one = value_get(it, "answer");

		term_printf(t, "  %s %s%s%s\n", number(a, it, "index"),
			verdict(t, str(it, "verdict")),
			*str(it, "event") != '\0' ? " " : "", str(it, "event"));
		print_warnings(t, it);
		print_warnings(t, one);
	}
}

/* ---- the folder ---- */

static void print_reload(struct term *t, struct arena *a,
			 const struct value *answer)
{
	if (value_get_bool(answer, "changed", false)) {
		term_printf(t, t->dutch ? "live: regels nummer %s, %s kaarten\n"
					: "live: rules number %s, %s cards\n",
			number(a, answer, "ruleset"),
			number(a, answer, "cards"));
	} else if (value_get_bool(answer, "waiting", false)) {
		term_style(t, TERM_YELLOW, label(t, "wacht op een ja: ",
			"waits for a yes: "));
		term_say(t, str(answer, "waits"));
		term_printf(t, t->dutch ? "\n  wie en wanneer: fairlead plan"
					  "\n  ja: fairlead publish\n"
					: "\n  who and when: fairlead plan\n"
					  "  yes: fairlead publish\n");
	} else {
		term_printf(t, t->dutch ? "er is niets veranderd: regels "
					  "nummer %s, %s kaarten\n"
					: "nothing has changed: rules number "
					  "%s, %s cards\n",
			number(a, answer, "ruleset"),
			number(a, answer, "cards"));
	}
	print_warnings(t, answer);
}

/* "3 mistakes in 2 files and 1 warning, nothing was changed" */
static void count_mistakes(struct term *t, struct arena *a,
			   const struct value *answer)
{
	int64_t mistakes = value_get_int(answer, "mistakes", 0);
	int64_t files = value_get_int(answer, "files", 0);
	int64_t warnings = value_get_int(answer, "warnings", 0);

	term_style(t, TERM_RED, arena_printf(a, "%lld %s", (long long)mistakes,
		mistakes == 1 ? label(t, "fout", "mistake")
			      : label(t, "fouten", "mistakes")));
	if (files > 1)
		term_printf(t, t->dutch ? " in %lld bestanden"
					: " in %lld files", (long long)files);
	if (warnings > 0)
		term_printf(t, " %s %lld %s", label(t, "en", "and"),
			(long long)warnings,
			warnings == 1 ? label(t, "waarschuwing", "warning")
				      : label(t, "waarschuwingen", "warnings"));
	term_printf(t, "%s\n", label(t, ", er is niets veranderd",
		", nothing was changed"));
}

static void print_check(struct term *t, struct arena *a,
			const struct value *answer)
{
	const struct value *list = value_get_list(answer, "problems");
	int64_t warnings = value_get_int(answer, "warnings", 0);

	for (uint32_t i = 0; i < list->count; i++)
		print_mistake(t, &list->as.items[i]);
	if (!value_get_bool(answer, "ok", false)) {
		count_mistakes(t, a, answer);
		return;
	}
	term_style(t, TERM_GREEN, label(t, "goed", "good"));
	term_printf(t, t->dutch ? ": %s kaarten, %s mensen, %s instellingen"
				: ": %s cards, %s people, %s settings",
		number(a, answer, "cards"), number(a, answer, "people"),
		number(a, answer, "settings"));
	if (warnings > 0)
		term_printf(t, ", %lld %s", (long long)warnings,
			warnings == 1 ? label(t, "waarschuwing", "warning")
				      : label(t, "waarschuwingen", "warnings"));
	term_printf(t, "%s\n", label(t, "; fairlead reload zet ze live",
		"; fairlead reload makes them live"));
}

static void print_story_of(struct term *t, const char *at)
{
	while (*at != '\0') {
		size_t n = strcspn(at, "\n");

		term_printf(t, "  # %.*s\n", (int)n, at);
		at += n + (at[n] == '\n');
	}
}

/* Behind "#": what reads TAP passes over it. */
static void print_coverage(struct term *t, struct arena *a,
			   const struct value *cards)
{
	for (uint32_t i = 0; i < cards->count; i++) {
		const struct value *c = &cards->as.items[i];
		const struct value *missing = value_get_list(c, "missing");

		term_printf(t, "# %s: %s of %s\n", str(c, "card"),
			number(a, c, "seen"), number(a, c, "parts"));
		for (uint32_t k = 0; k < missing->count; k++) {
			const struct value *m = &missing->as.items[k];

			term_printf(t, "#   %s:%s: %s: never %s\n",
				str(c, "file"), number(a, m, "line"),
				str(m, "part"), str(m, "what"));
		}
	}
}

static void print_test(struct term *t, struct arena *a,
		       const struct value *answer)
{
	const struct value *list = value_get_list(answer, "tests");

	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *one = &list->as.items[i];
		bool passed = value_get_bool(one, "passed", false);

		term_style(t, passed ? TERM_GREEN : TERM_RED,
			passed ? "ok" : "not ok");
		term_printf(t, " %u - %s", i + 1, str(one, "name"));
		term_style(t, TERM_DIM, arena_printf(a, "  # %s:%s, %lld ms",
			str(one, "file"), number(a, one, "line"),
			(long long)(value_get_int(one, "took_us", 0) / 1000)));
		buf_add_char(&t->buf, '\n');
		print_story_of(t, str(one, "story"));
	}
	term_printf(t, "1..%u\n", list->count);
	print_coverage(t, a, value_get_list(answer, "coverage"));
	print_warnings(t, answer);
	term_printf(t, "%s passed, %s failed\n", number(a, answer, "passed"),
		number(a, answer, "failed"));
}

static void print_test_from(struct term *t, struct arena *a,
			    const struct value *answer)
{
	(void)a;
	buf_add_text(&t->buf, str(answer, "lua"));
}

static void print_clock(struct term *t, struct arena *a,
			const struct value *answer)
{
	term_printf(t, "%s%s\n", when(a, answer, "now"),
		value_get_bool(answer, "manual", false)
			? ""
			: label(t, "  (de echte klok)", "  (the real clock)"));
}

static void print_plain(struct term *t, const struct value *answer)
{
	struct buf b;

	buf_init(&b, 64u << 20);
	value_pretty(&b, answer);
	if (b.at != NULL)
		term_add(t, (struct text){ b.at, (uint32_t)b.len }, true);
	buf_add_char(&t->buf, '\n');
	buf_deinit(&b);
}

void print_answer(struct term *t, struct arena *a, const char *name,
		  const struct value *answer)
{
	static const struct {
		const char *name;
		void (*print)(struct term *t, struct arena *a,
			      const struct value *answer);
		bool copied; /* commands or rules to copy: no line is broken */
	} known[] = {
		{ "today", print_today, false }, { "deal", print_deal, false },
		{ "find", print_find, false }, { "why", print_why, false },
		{ "orphans", print_orphans, false },
		{ "ahead", print_ahead, false },
		{ "why-not", print_why_not, false },
		{ "late", print_late, false },
		{ "status", print_status, false },
		{ "coming", print_coming, false },
		{ "reload", print_reload, true },
		{ "publish", print_reload, true },
		{ "rollback", print_reload, true },
		{ "check", print_check, true }, { "test", print_test, true },
		{ "test-from", print_test_from, true },
		{ "show", print_show, false }, { "clock", print_clock, false },
		{ "import", print_import, false },
		{ "plan", print_plan, true },
		{ "backtest", print_backtest, false },
		{ "rulesets", print_rulesets, true },
		{ "undo", print_undo, false },
		{ "release", print_post, false }, { "post", print_post, false },
		{ "answer", print_post, false }, { "person", print_post, false },
		{ "retry", print_post, false },
	};
	size_t from = t->buf.len;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0) {
			known[i].print(t, a, answer);
			if (!known[i].copied)
				term_wrap(t, from);
			return;
		}
	print_plain(t, answer);
}
