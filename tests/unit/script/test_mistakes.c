/* The corpus of mistakes (tests/script/mistakes, its form stands in text.lua):
 * every one is told at its line, with its code and remedy, in both languages,
 * and nothing else is told; what is "fine:" gives no warning either. */
#include "script_set.h"

#include "model/luasource.h"

#include <dirent.h>

#define EXPECTED_MAX 16

struct expected {
	int line;
	char code[8];
	char says[120];
};

struct carets {
	int line, column, width;
};

struct mistake_case {
	char title[120];
	char file[64]; /* where it stands */
	struct buf text;
	struct expected expected[EXPECTED_MAX];
	int n;
	struct carets carets[EXPECTED_MAX];
	int n_carets;
	int line;
};

static int n_cases, n_mistakes, n_remedies, n_carets, n_wrong;

/* What stands around the inside of a step, a card, a function; one line. */
static const struct {
	const char *word, *before, *behind;
} wraps[] = {
	{"step:",
		"cadence \"c\" { about = \"deal\", starts = \"visit.ended\", "
		"step \"a\" {\n",
		"} }\n"},
	{"card:",
		"cadence \"c\" { about = \"deal\", starts = \"visit.ended\", "
		"step \"a\" { after = \"1 day\", task = todo \"x\" },\n",
		"}\n"},
	{"run:",
		"local limits = 1 rule \"r\" { about = \"deal\", when "
		"\"contact.made\" { run = function(deal, event, act)\n",
		"end } }\n"},
	{"cond:",
		"cadence \"c\" { about = \"deal\", starts = \"visit.ended\", as_long_as = "
		"function(deal, event, act)\n",
		"end, step \"a\" { after = \"1 day\", task = todo \"x\" } }\n"},
};

static const char *wrap(struct mistake_case *c, bool end)
{
	for (size_t i = 0; i < sizeof(wraps) / sizeof(*wraps); i++)
		if (strncmp(c->title, wraps[i].word, strlen(wraps[i].word)) ==
			0)
			return end ? wraps[i].behind : wraps[i].before;
	return "";
}

static void case_begin(struct mistake_case *c, const char *title, size_t n)
{
	char *bar;

	memset(c, 0, sizeof(*c));
	buf_init(&c->text, 1 << 20);
	snprintf(c->title, sizeof(c->title), "%.*s", (int)n, title);
	snprintf(c->file, sizeof(c->file), "rules/own.lua");
	bar = strstr(c->title, " | ");
	if (bar != NULL) {
		snprintf(c->file, sizeof(c->file), "%s", bar + 3);
		*bar = '\0';
	}
	buf_add_text(&c->text, wrap(c, false));
	c->line = *wrap(c, false) != '\0' ? 2 : 1;
}

/* "--   ^^^^  ^^": what is told of the line above is marked there. */
static bool carets_read(struct mistake_case *c, const char *line, size_t n)
{
	char text[400];

	snprintf(text, sizeof(text), "%.*s", (int)n, line);
	if (n < 3 || strncmp(text, "--", 2) != 0 ||
		strspn(text + 2, " ^") != n - 2 || strchr(text, '^') == NULL)
		return false;
	for (char *at = text; (at = strchr(at, '^')) != NULL;) {
		int width = (int)strspn(at, "^");

		assert_true(c->n_carets < EXPECTED_MAX);
		c->carets[c->n_carets++] = (struct carets){
			c->line - 1, (int)(at - text) + 1, width};
		at += width;
	}
	return true;
}

/* "--> CODE words" or "--v CODE words" in a line of the corpus. */
static bool expectation(struct mistake_case *c, const char *line, size_t n)
{
	static const char *const marks[] = {"--> ", "--v "};
	bool whole = carets_read(c, line, n);

	for (int m = 0; m < 2; m++) {
		const char *at = memmem(line, n, marks[m], 4);
		struct expected *e = &c->expected[c->n];
		size_t left;

		if (at == NULL)
			continue;
		assert_true(c->n < EXPECTED_MAX);
		left = n - (size_t)(at - line) - 4;
		e->line = c->line;
		snprintf(e->code, sizeof(e->code), "%.*s",
			left < 5 ? (int)left : 5, at + 4);
		if (left > 6)
			snprintf(e->says, sizeof(e->says), "%.*s",
				(int)left - 6, at + 10);
		c->n++;
		whole = m == 1;
	}
	return whole;
}

static bool told(const struct problem *it, const struct mistake_case *c,
	const struct expected *e)
{
	return it->line == e->line && strcmp(it->code, e->code) == 0 &&
	       it->file != NULL && strcmp(it->file, c->file) == 0;
}

static bool says(const struct problem *it, const char *words)
{
	return strstr(it->text, words) != NULL ||
	       (it->remedy != NULL && strstr(it->remedy, words) != NULL) ||
	       (it->nearest != NULL && strstr(it->nearest, words) != NULL);
}

static void wrong(const struct mistake_case *c, const char *what,
	const struct expected *e)
{
	n_wrong++;
	print_message("--- %s: %s line %d %s (%s)\n%.*s", c->title, what,
		e != NULL ? e->line : 0, e != NULL ? e->code : "",
		e != NULL ? e->says : "", (int)c->text.len, c->text.at);
	set_print();
}

static void case_load(struct mistake_case *c, const char *language)
{
	const char *dealership = SET_DEALERSHIP, *at = c->text.at;
	char text[4096];
	size_t n;

	set_n = 0;
	n = (size_t)snprintf(text, sizeof(text), "%s",
		strcmp(c->file, "dealership.lua") == 0 ? at : dealership);
	if (strcmp(language, "nl") == 0) {
		char *en = strstr(text, "\"en\"");

		if (en != NULL)
			memcpy(en, "\"nl\"", 4);
	}
	set_bytes("dealership.lua", text, n);
	set_text("packs/base/settings.lua",
		SET_SETTINGS
		"setting \"share\" { type = \"percent\", default = \"80%\" }\n"
		"field \"deal.score\" { type = \"number\", default = 0 }\n"
		"event \"acme.won\" { subject = \"deal\", fields = { score = "
		"\"number\" } }\n");
	if (strcmp(c->file, "dealership.lua") != 0)
		set_text(c->file, at);
	set_load_limits(NULL);
}

/* "fine: ..." is told nothing but that nobody takes up failed deals. */
static bool is_false_alarm(const struct mistake_case *c, uint32_t i)
{
	return strncmp(c->title, "fine:", 5) == 0 &&
	       strcmp(set_problems.items[i].code, "FL379") != 0;
}

/* Of every problem: is it expected; of every expectation: was it told. */
static void case_judge(struct mistake_case *c)
{
	bool found[1000] = {false};

	for (int k = 0; k < c->n; k++) {
		const struct expected *e = &c->expected[k];
		const struct problem *it = NULL;

		for (uint32_t i = 0; i < set_problems.count && it == NULL; i++)
			if (!found[i] && told(&set_problems.items[i], c, e)) {
				it = &set_problems.items[i];
				found[i] = true;
			}
		n_mistakes++;
		if (it == NULL)
			wrong(c, "not told in", e);
		else if (!says(it, e->says))
			wrong(c, "without the remedy in", e);
		else
			n_remedies++;
	}
	for (uint32_t i = 0; i < set_problems.count; i++)
		if (!found[i] && (!set_problems.items[i].warning ||
					 is_false_alarm(c, i)))
			wrong(c, "more is told than", &c->expected[0]);
}

static void carets_judge(const struct mistake_case *c)
{
	for (int k = 0; k < c->n_carets; k++) {
		const struct carets *m = &c->carets[k];
		bool found = false;

		for (uint32_t i = 0; i < set_problems.count; i++)
			found |= set_problems.items[i].line == m->line &&
				 set_problems.items[i].column == m->column &&
				 set_problems.items[i].width == m->width;
		n_carets++;
		if (found)
			continue;
		for (uint32_t i = 0; i < set_problems.count; i++)
			print_message("line %d: marks from %d, %d wide\n",
				set_problems.items[i].line,
				set_problems.items[i].column,
				set_problems.items[i].width);
		wrong(c, arena_printf(&set_arena, "no marks from %d, %d wide,",
			m->column, m->width), &c->expected[0]);
	}
}

/* The same places and codes in Dutch, and no English sentence. */
static void case_dutch(struct mistake_case *c)
{
	struct problem english[1000];
	uint32_t n = set_problems.count;

	memcpy(english, set_problems.items, n * sizeof(*english));
	case_load(c, "nl");
	if (set_problems.count != n) {
		wrong(c, "not the same in Dutch as", &c->expected[0]);
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		const struct problem *it = &set_problems.items[i];

		if (it->line != english[i].line ||
			(c->n_carets > 0 &&
				it->column != english[i].column) ||
			strcmp(it->code, english[i].code) != 0 ||
			strcmp(it->text, english[i].text) == 0 ||
			(it->remedy != NULL && english[i].remedy != NULL &&
				strcmp(it->remedy, english[i].remedy) == 0))
			wrong(c, "not in Dutch", &c->expected[0]);
	}
}

static void case_end(struct mistake_case *c)
{
	if (c->text.len == 0)
		return;
	buf_add_text(&c->text, wrap(c, true));
	buf_add_char(&c->text, '\0');
	n_cases++;
	case_load(c, "en");
	case_judge(c);
	carets_judge(c);
	case_dutch(c);
	buf_deinit(&c->text);
	arena_deinit(&set_arena);
	set_setup(NULL);
}

static void corpus_file(const char *path)
{
	struct mistake_case c = {0};
	struct buf b;
	struct fl_error err;
	const char *at, *end, *stop;
	bool begun = false;

	buf_init(&b, 1 << 20);
	if (file_read(path, 1 << 20, &b, &err) != FL_OK)
		fail_msg("%s: %s", path, err.text);
	end = b.at + b.len;
	for (at = b.at; at < end; at = stop + 1) {
		stop = memchr(at, '\n', (size_t)(end - at));
		stop = stop != NULL ? stop : end;
		if (stop - at > 4 && memcmp(at, "--- ", 4) == 0) {
			if (begun)
				case_end(&c);
			case_begin(&c, at + 4, (size_t)(stop - at - 4));
			begun = true;
		} else if (begun && !expectation(&c, at,
					   (size_t)(stop - at))) {
			buf_add(&c.text, at, (size_t)(stop - at));
			buf_add_char(&c.text, '\n');
			c.line++;
		}
	}
	if (begun)
		case_end(&c);
	buf_deinit(&b);
}

static void test_corpus(void **state)
{
	struct dirent **list;
	int n = scandir("tests/script/mistakes", &list, NULL, alphasort);

	(void)state;
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		char path[512];

		snprintf(path, sizeof(path), "tests/script/mistakes/%s",
			list[i]->d_name);
		if (strstr(path, ".lua") != NULL)
			corpus_file(path);
		free(list[i]);
	}
	free(list);
	print_message("%d cases, %d mistakes, %d with the right remedy, "
		      "%d marks\n",
		n_cases, n_mistakes, n_remedies, n_carets);
	assert_true(n_carets >= 20);
	assert_true(n_mistakes >= 450);
	assert_int_equal(n_wrong, 0);
}

/* ---- mutations: every card that ships, with one mistake at a time ---- */

static const char *const shipped[] = {"scripts/packs/standard",
	"tests/script/situations", "tests/script/rooftop/rules", NULL};

enum mutation {
	NO_COMMA,     /* at the end of a line */
	WRONG_KEY,    /* two letters swapped */
	WRONG_WORD,
	WRONG_EVENT,
	WRONG_NAME,   /* of a role or setting */
	WRONG_FIELD,  /* behind a point, in a function */
	NO_QUOTE,     /* at the end of a text */
	CURLY,
	BARE_SPAN,    /* a length of time without quotes */
	ASSIGNS,      /* = for == */
	NO_BRACE,
	MUTATIONS
};

static const char *const mutation_names[MUTATIONS] = {"comma left out",
	"key misspelt", "word misspelt", "event misspelt", "name misspelt",
	"field misspelt", "quote left out", "curly quotes",
	"length of time without quotes", "= for ==", "brace left out"};

/* Remedy of those that are no misspelling. */
static const char *const mutation_codes[MUTATIONS] = {[NO_COMMA] = "FL111",
	[NO_QUOTE] = "FL101",
	[CURLY] = "FL103",
	[BARE_SPAN] = "FL114",
	[ASSIGNS] = "FL116",
	[NO_BRACE] = "FL112"};

struct mutated {
	int tried, told, remedied;
};
static struct mutated mutated[MUTATIONS];

struct shipped_file {
	char name[80];	  /* in the rooftop */
	const char *text;
	uint32_t n;
	const struct token *t; /* without comments */
	uint32_t n_t;
	uint32_t index; /* in set_files */
};

static bool sym(const struct shipped_file *f, uint32_t i, const char *s)
{
	return i < f->n_t && f->t[i].kind == TOKEN_SYMBOL &&
	       text_is(f->t[i].text, s);
}

/* The key of the innermost table around token `i` is `name`. */
static bool inside(const struct shipped_file *f, uint32_t i, const char *name)
{
	int depth = 0;

	while (i-- > 0) {
		depth += sym(f, i, "}") || sym(f, i, ")");
		if ((sym(f, i, "{") || sym(f, i, "(")) && depth-- == 0)
			break;
	}
	for (; i > 1 && !sym(f, i, ",") && !sym(f, i, "{"); i--)
		if (sym(f, i - 1, "=") && text_is(f->t[i - 2].text, name))
			return true;
	return i > 1 && sym(f, i - 1, "=") && text_is(f->t[i - 2].text, name);
}

/* Lies in a table that a local holds: its keys are the dealer's own. */
static bool in_local(const struct shipped_file *f, uint32_t i)
{
	int depth = 0;

	while (i-- > 2) {
		depth += sym(f, i, "}");
		if (sym(f, i, "{") && depth-- == 0) {
			if (f->t[i - 1].kind == TOKEN_SYMBOL &&
				text_is(f->t[i - 1].text, "=") && i > 2 &&
				text_is(f->t[i - 3].text, "local"))
				return true;
			depth = 0;
		}
	}
	return false;
}

static bool is_key(const struct shipped_file *f, uint32_t i)
{
	return f->t[i].kind == TOKEN_NAME && sym(f, i + 1, "=") &&
	       (sym(f, i - 1, "{") || sym(f, i - 1, ",")) &&
	       f->t[i].text.bytes > 3 && !inside(f, i, "answers") &&
	       !inside(f, i, "fields") && !in_local(f, i);
}

static bool is_word(const struct shipped_file *f, uint32_t i)
{
	static const char *const words[] = {"call", "todo", "role", "record",
		"handler", "seller", "owner", "setting", "again", "tell",
		"least_loaded", "on_duty", "must", "step", "when", NULL};

	for (int k = 0; words[k] != NULL; k++)
		if (f->t[i].kind == TOKEN_NAME &&
			text_is(f->t[i].text, words[k]))
			return !sym(f, i + 1, "=") && !sym(f, i + 1, ".") &&
			       !sym(f, i - 1, ".") && !sym(f, i - 1, "(");
	return false;
}

static bool is_event(const struct shipped_file *f, uint32_t i)
{
	return f->t[i].kind == TOKEN_TEXT && f->t[i - 1].column > 1 &&
	       schema_event(ruleset_book(set_rules)->schema, f->t[i].text) !=
		       NULL;
}

static bool named_by(const struct shipped_file *f, uint32_t i)
{
	return f->t[i].kind == TOKEN_TEXT && i > 0 &&
	       f->t[i - 1].kind == TOKEN_NAME &&
	       (text_is(f->t[i - 1].text, "role") ||
		       text_is(f->t[i - 1].text, "setting")) &&
	       !sym(f, i + 1, "{") && f->t[i - 1].column > 1;
}

static bool is_span(const struct shipped_file *f, uint32_t i)
{
	struct span span;

	return f->t[i].kind == TOKEN_TEXT && sym(f, i - 1, "=") &&
	       f->t[i].text.at[0] >= '1' && f->t[i].text.at[0] <= '9' &&
	       strchr(f->t[i].text.at, ' ') != NULL &&
	       span_read(f->t[i].text, &span, NULL) == FL_OK;
}

/* Behind "deal." in a function; not the fields that only tests name. */
static bool is_field(const struct shipped_file *f, uint32_t i)
{
	return f->t[i].kind == TOKEN_NAME && sym(f, i - 1, ".") && i > 1 &&
	       (text_is(f->t[i - 2].text, "deal") ||
		       text_is(f->t[i - 2].text, "customer")) &&
	       f->t[i].text.bytes > 3;
}

/* Stands in a local of the file or a function that makes cards: Lua of the
 * dealer's own, where no card is written out. */
static bool own_lua(const struct shipped_file *f, uint32_t i)
{
	while (i > 0 && (f->t[i].column > 1 || sym(f, i, "}") ||
				text_is(f->t[i].text, "end")))
		i--;
	return text_is(f->t[i].text, "local");
}

static bool applies(
	const struct shipped_file *f, uint32_t i, enum mutation m)
{
	const struct token *t = &f->t[i];

	if (own_lua(f, i))
		return false;
	switch (m) {
	case NO_COMMA:
		return sym(f, i, ",") && i + 1 < f->n_t &&
		       f->t[i + 1].line > t->line && !sym(f, i + 1, "}");
	case WRONG_KEY:
		return is_key(f, i);
	case WRONG_WORD:
		return is_word(f, i);
	case WRONG_EVENT:
		return is_event(f, i);
	case WRONG_NAME:
		return named_by(f, i);
	case WRONG_FIELD:
		return is_field(f, i);
	case NO_QUOTE:
	case CURLY:
		return t->kind == TOKEN_TEXT && t->line == t->last_line &&
		       f->text[t->offset] == '"';
	case BARE_SPAN:
		return is_span(f, i);
	case ASSIGNS:
		return sym(f, i, "==");
	case NO_BRACE:
		return sym(f, i, "}");
	default:
		return false;
	}
}

static const char *mutate(
	const struct shipped_file *f, uint32_t i, enum mutation m)
{
	const struct token *t = &f->t[i];
	int at = (int)t->offset, end = (int)t->end;
	int half = at + (end - at) / 2;

	switch (m) {
	case WRONG_KEY:
	case WRONG_WORD:
	case WRONG_EVENT:
	case WRONG_NAME:
	case WRONG_FIELD: /* a letter in the middle falls off */
		return arena_printf(&set_arena, "%.*s%s", half, f->text,
			f->text + half + 1);
	case NO_QUOTE:
		return arena_printf(&set_arena, "%.*s%s", end - 1, f->text,
			f->text + end);
	case CURLY:
		return arena_printf(&set_arena,
			"%.*s\xe2\x80\x9c%.*s\xe2\x80\x9d%s", at, f->text,
			end - at - 2, f->text + at + 1, f->text + end);
	case BARE_SPAN:
		return arena_printf(&set_arena, "%.*s%.*s%s", at, f->text,
			end - at - 2, f->text + at + 1, f->text + end);
	case ASSIGNS:
		return arena_printf(&set_arena, "%.*s=%s", at, f->text,
			f->text + end);
	default:
		return arena_printf(&set_arena, "%.*s%s", at, f->text,
			f->text + end);
	}
}

static void mutation_judge(
	const struct shipped_file *f, uint32_t i, enum mutation m)
{
	const struct token *t = &f->t[i];
	bool told_here = false, remedied = false;

	for (uint32_t k = 0; k < set_problems.count; k++) {
		const struct problem *it = &set_problems.items[k];

		/* an open brace is told where it opens */
		if (it->warning || it->file == NULL ||
			strcmp(it->file, f->name) != 0 ||
			(m != NO_BRACE && it->line != t->line))
			continue;
		told_here = true;
		remedied |= mutation_codes[m] != NULL
				    ? strcmp(it->code, mutation_codes[m]) == 0
				    : says(it, t->text.at);
	}
	mutated[m].tried++;
	mutated[m].told += told_here;
	mutated[m].remedied += remedied;
	if (told_here && remedied)
		return;
	print_message("%s:%d: %s (%s)%s\n", f->name, t->line,
		mutation_names[m], t->text.at,
		told_here ? ": no remedy" : ": not told");
	set_print();
}

/* Tokens of the cards; the tests behind them name fields of their own. */
static void tokens_of(struct shipped_file *f)
{
	struct problems ignored;
	struct lua_source *s;
	const struct token *all;
	struct token *code;
	uint32_t n;

	problems_init(&ignored, &set_arena);
	assert_int_equal(luasource_read(&set_arena, f->name, f->text, f->n,
				 &ignored, &s),
		FL_OK);
	all = luasource_tokens(s, &n);
	code = arena_alloc(&set_arena, n * sizeof(*code));
	f->n_t = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (all[i].kind == TOKEN_NAME && all[i].column == 1 &&
			text_is(all[i].text, "test"))
			break;
		if (all[i].kind != TOKEN_COMMENT)
			code[f->n_t++] = all[i];
	}
	f->t = code;
}

static struct ruleset *whole_rules;

/* Every so many of them in a hurry (FL_SCALE), else all. */
static int hurry(void)
{
	const char *scale = getenv("FL_SCALE");
	int by = scale != NULL ? (int)strtol(scale, NULL, 10) : 1;

	return by > 8 ? 8 : by > 0 ? by : 1;
}

static void file_mutate(struct shipped_file *f)
{
	int every = hurry(), applied = 0;

	tokens_of(f);
	for (uint32_t i = 1; i < f->n_t; i++)
		for (enum mutation m = 0; m < MUTATIONS; m++) {
			struct arena_mark mark = arena_mark(&set_arena);
			const char *text;

			set_rules = whole_rules;
			if (!applies(f, i, m) || applied++ % every != 0)
				continue;
			text = mutate(f, i, m);
			set_files[f->index].bytes = text;
			set_files[f->index].n = strlen(text);
			set_rules = NULL;
			set_load_limits(NULL);
			mutation_judge(f, i, m);
			set_free();
			set_problems.items = NULL;
			set_problems.cap = 0;
			arena_release(&set_arena, mark);
		}
	set_files[f->index].bytes = f->text;
	set_files[f->index].n = f->n;
}

/* A rooftop of all that ships: the people of the test rooftop, the standard
 * pack, and one more folder at a time. */
static uint32_t folder_add(
	const char *from, const char *to, struct shipped_file *out)
{
	struct dirent **list;
	int n = scandir(from, &list, NULL, alphasort);
	uint32_t added = 0;

	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		struct shipped_file *f = &out[added];
		char path[512];

		if (strstr(list[i]->d_name, ".lua") != NULL) {
			snprintf(path, sizeof(path), "%s/%s", from,
				list[i]->d_name);
			snprintf(f->name, sizeof(f->name), "%s/%.40s", to,
				list[i]->d_name);
			f->index = set_n;
			set_path(arena_strdup(&set_arena, f->name), path);
			f->text = set_files[f->index].bytes;
			f->n = (uint32_t)set_files[f->index].n;
			added++;
		}
		free(list[i]);
	}
	free(list);
	return added;
}

static void test_mutations(void **state)
{
	int tried = 0, told_right = 0, remedied = 0;

	(void)state;
	for (int k = 0; shipped[k] != NULL; k++) {
		struct shipped_file files[SET_FILES];
		uint32_t n;

		set_n = 0;
		set_path("dealership.lua",
			k == 0 ? "scripts/init/nl/dealership.lua"
			       : "tests/script/rooftop/dealership.lua");
		if (k == 1)
			set_text("packs/base/aftercare.lua", SET_AFTERCARE);
		if (k == 1)
			set_text("packs/base/settings.lua", SET_SETTINGS SET_PEAK
				"event \"acme.hot_deal_won\" { subject = "
				"\"deal\", fields = { score = \"number\" } }\n");
		n = folder_add(shipped[k],
			k == 0 ? "packs/standard" : "rules", files);
		set_load(); /* and no false alarm */
		assert_int_equal(set_problems.errors, 0);
		whole_rules = set_rules;
		for (uint32_t i = 0; i < n; i++)
			file_mutate(&files[i]);
		set_rules = NULL;
		ruleset_unref(whole_rules);
	}
	for (int m = 0; m < MUTATIONS; m++) {
		print_message("%s: %d, told at the line %d, remedy %d\n",
			mutation_names[m], mutated[m].tried, mutated[m].told,
			mutated[m].remedied);
		tried += mutated[m].tried;
		told_right += mutated[m].told;
		remedied += mutated[m].remedied;
	}
	print_message("%d mutations, %d told at the line, %d with remedy\n",
		tried, told_right, remedied);
	assert_true(tried > 200);
	assert_int_equal(told_right, tried);
	assert_true(remedied * 100 >= tried * 95);
}

/* ---- garbled files ---- */

/* Bytes taken out, doubled, or put where they do not belong: whatever comes of
 * it is told or loads, and nothing breaks. Always the same ones. */
static void test_garbled(void **state)
{
	static const char odd[] = "{}()[]\"'=,;.:-\\\n\xe2\x80\x9c\xff 0e";
	struct shipped_file files[SET_FILES];
	uint32_t n, seed = 2026;
	int rounds = 800 / hurry(), loaded = 0;

	(void)state;
	set_n = 0;
	set_path("dealership.lua", "scripts/init/nl/dealership.lua");
	n = folder_add("scripts/packs/standard", "packs/standard", files);
	for (int i = 0; i < rounds; i++) {
		struct shipped_file *f = &files[(uint32_t)i % n];
		char *text = arena_text(&set_arena, f->text, f->n);
		uint32_t bytes = f->n;
		fl_status s;

		for (int k = 0; k < 1 + i % 5; k++) {
			seed = seed * 1664525u + 1013904223u;
			text[(seed >> 8) % bytes] =
				odd[(seed >> 4) % (sizeof(odd) - 1)];
			if (i % 3 == 0) /* cut off */
				bytes = bytes - (seed >> 8) % (bytes / 2);
		}
		set_files[f->index].bytes = text;
		set_files[f->index].n = bytes;
		s = set_load_limits(NULL);
		assert_true(s == FL_OK || s == FL_INVALID);
		assert_int_equal(s == FL_OK, set_problems.errors == 0);
		loaded += s == FL_OK;
		set_free();
		set_problems.items = NULL;
		set_problems.cap = 0;
		set_files[f->index].bytes = f->text;
		set_files[f->index].n = f->n;
	}
	print_message("%d garbled, %d load\n", rounds, loaded);
	assert_true(loaded < rounds / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_corpus, set_setup, set_teardown),
		cmocka_unit_test_setup_teardown(
			test_mutations, set_setup, set_teardown),
		cmocka_unit_test_setup_teardown(
			test_garbled, set_setup, set_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
