/* luasource_habit.c - signs and words of other languages, of other programs
 * and of paper: => and : for =, [ ] round lists, "en" for and, // before a
 * remark. Each is told and mended, and the text is read again as it was meant:
 * so none of them is told twice. */
#include "model/luasource_inside.h"

#define NESTING_MAX 200

/* What encloses a token. */
struct around {
	char kind;	/* '{' '(' '[', 'f' a function, 'b' any other block */
	uint32_t field; /* '{': first token of the field we are in */
};

struct habit {
	struct lua_source *s;
	struct problems *p;
	struct around stack[NESTING_MAX];
	uint32_t n;
	uint32_t functions; /* how many of them are functions */
	uint32_t found;
};

static const struct token *tok(const struct habit *h, uint32_t i)
{
	return &h->s->code[i < h->s->n_code ? i : h->s->n_code - 1];
}

static bool is(const struct habit *h, uint32_t i, const char *symbol)
{
	return luasource_is(h->s, i, symbol);
}

static bool word(const struct habit *h, uint32_t i, const char *keyword)
{
	return luasource_keyword(h->s, i, keyword);
}

static bool kind(const struct habit *h, uint32_t i, enum token_kind k)
{
	return tok(h, i)->kind == k;
}

static bool touching(const struct habit *h, uint32_t i)
{
	return tok(h, i)->end == tok(h, i + 1)->offset;
}

static bool same_line(const struct habit *h, uint32_t i, uint32_t k)
{
	return tok(h, i)->last_line == tok(h, k)->line;
}

static bool first_on_line(const struct habit *h, uint32_t i)
{
	return i == 0 || tok(h, i - 1)->last_line < tok(h, i)->line;
}

static const struct around *top(const struct habit *h)
{
	static const struct around file = {.kind = 'b'};

	return h->n > 0 ? &h->stack[h->n - 1] : &file;
}

/* Tells a habit in tokens `from` up to `to`, and puts `meant` there. */
static void habit(struct habit *h, enum mistake m, uint32_t from, uint32_t to,
	struct said said, const char *meant)
{
	struct problem *it = luasource_tell(h->s, h->p, m, tok(h, from), said);

	if (tok(h, to - 1)->line == tok(h, from)->line)
		problem_place(it, tok(h, from)->column,
			(int)(tok(h, to - 1)->end - tok(h, from)->offset));
	luasource_mend(h->s, tok(h, from)->offset, tok(h, to - 1)->end, meant);
	h->found++;
}

static bool ends_operand(const struct habit *h, uint32_t i)
{
	enum token_kind k = tok(h, i)->kind;

	return k == TOKEN_NAME || k == TOKEN_TEXT || k == TOKEN_NUMBER ||
	       is(h, i, ")") || is(h, i, "}") || is(h, i, "]") ||
	       word(h, i, "end") || word(h, i, "true") || word(h, i, "false") ||
	       word(h, i, "nil");
}

static bool begins_operand(const struct habit *h, uint32_t i)
{
	enum token_kind k = tok(h, i)->kind;

	return k == TOKEN_NAME || k == TOKEN_TEXT || k == TOKEN_NUMBER ||
	       is(h, i, "(") || is(h, i, "{") || word(h, i, "not") ||
	       word(h, i, "true") || word(h, i, "false") || word(h, i, "nil");
}

/* Behind the name of a key, in a table that says rules. */
static bool behind_key(const struct habit *h, uint32_t i)
{
	return top(h)->kind == '{' && h->functions == 0 &&
	       i == top(h)->field + 1 && begins_operand(h, i + 1);
}

/* ---- signs ---- */

static void equals_sign(struct habit *h, uint32_t i)
{
	bool key = top(h)->kind == '{' && i == top(h)->field + 1;

	if (touching(h, i) && is(h, i + 1, ">"))
		habit(h, MISTAKE_SIGN, i, i + 2,
			(struct said){.word = "=>", .fix = key ? "=" : ">="},
			key ? "= " : ">=");
	else if (touching(h, i) && is(h, i + 1, "<"))
		habit(h, MISTAKE_SIGN, i, i + 2,
			(struct said){.word = "=<", .fix = "<="}, "<=");
}

static bool is_name(struct text t)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

	return t.bytes > 0 && strspn(t.at, letters) == t.bytes &&
	       strchr("0123456789", t.at[0]) == NULL;
}

/* "stops" = ..., "stops": ...: as it must be written; NULL: no name. */
static void quoted_key(struct habit *h, uint32_t i)
{
	struct text key = tok(h, i)->text;
	const char *plain = arena_printf(
		h->s->arena, is_name(key) ? " %s  =" : "[\"%s\"] =", key.at);

	habit(h, MISTAKE_QUOTED_KEY, i, i + 2,
		(struct said){
			.fix = arena_printf(h->p->arena,
				is_name(key) ? "%s =" : "[\"%s\"] =", key.at)},
		plain);
}

static void colon(struct habit *h, uint32_t i)
{
	bool method = kind(h, i + 1, TOKEN_NAME) &&
		      (is(h, i + 2, "(") || is(h, i + 2, "{") ||
			      kind(h, i + 2, TOKEN_TEXT));

	if (touching(h, i) && is(h, i + 1, "=")) {
		habit(h, MISTAKE_SIGN, i, i + 2,
			(struct said){.word = ":=", .fix = "="}, " =");
		return;
	}
	if (i > 1 && kind(h, i - 1, TOKEN_TEXT) && is(h, i + 1, "{") &&
		kind(h, i - 2, TOKEN_NAME)) { /* step "a": { */
		habit(h, MISTAKE_SIGN, i, i + 1,
			(struct said){.word = ":", .fix = "{"}, " ");
		return;
	}
	if (top(h)->kind != '{' || h->functions > 0 || i != top(h)->field + 1)
		return;
	if (kind(h, i - 1, TOKEN_TEXT))
		quoted_key(h, i - 1);
	else if (kind(h, i - 1, TOKEN_NAME) && (!method || !touching(h, i)))
		habit(h, MISTAKE_SIGN, i, i + 1,
			(struct said){.word = ":", .fix = "="}, "=");
}

static void brackets(struct habit *h, uint32_t i, const char *said)
{
	uint32_t close = h->s->close[i];

	if (close == NO_TOKEN)
		return;
	habit(h, MISTAKE_BRACKETS, i, i + 1, (struct said){.word = said}, "{");
	luasource_mend(h->s, tok(h, close)->offset, tok(h, close)->end, "}");
}

static void semicolon(struct habit *h, uint32_t i)
{
	if (top(h)->kind == '(')
		habit(h, MISTAKE_SIGN, i, i + 1,
			(struct said){.word = ";", .fix = ","}, ",");
	else if (behind_key(h, i) && kind(h, i - 1, TOKEN_NAME) &&
		 !kind(h, i + 1, TOKEN_NAME))
		habit(h, MISTAKE_SIGN, i, i + 1,
			(struct said){.word = ";", .fix = "="}, "=");
}

/* The ) of function(a, b). */
static bool ends_parameters(const struct habit *h, uint32_t i)
{
	for (uint32_t k = i; is(h, i, ")") && k > 0; k--)
		if (h->s->close[k] == i)
			return word(h, k - 1, "function") ||
			       (k > 1 && word(h, k - 2, "function"));
	return false;
}

/* Lua would read on here: two words behind each other are prose to it. */
static bool is_prose(const struct habit *h, uint32_t i)
{
	uint32_t k = i;

	while (same_line(h, i, k + 1) && !kind(h, k + 1, TOKEN_END))
		k++;
	return (kind(h, i, TOKEN_NAME) && kind(h, i + 1, TOKEN_NAME) &&
		       same_line(h, i, i + 1)) ||
	       (ends_operand(h, k) && kind(h, k + 1, TOKEN_NAME) &&
		       top(h)->kind == '{');
}

/* Two slashes, a slash and a star, # before what is no rule. */
static void remark(struct habit *h, uint32_t i, uint32_t n, const char *said)
{
	bool number = said[0] == '#', begins, after;

	if (top(h)->kind == '(' || i == 0)
		return;
	begins = word(h, i - 1, "then") || word(h, i - 1, "do") ||
		 word(h, i - 1, "else") || ends_parameters(h, i - 1) ||
		 (number ? ends_operand(h, i - 1)
			 : is(h, i - 1, ",") || is(h, i - 1, ";") ||
					 is(h, i - 1, "{"));
	after = first_on_line(h, i) && is_prose(h, i + n) &&
		(ends_operand(h, i - 1) || is(h, i - 1, ",") ||
			is(h, i - 1, "{"));
	if (begins ? first_on_line(h, i) || !number : after)
		habit(h, MISTAKE_REMARK, i, i + n, (struct said){.word = said},
			"--");
}

/* switch-off "..." at the front of a line. */
static void hyphened(struct habit *h, uint32_t i)
{
	if (!kind(h, i - 1, TOKEN_NAME) || tok(h, i - 1)->column != 1 ||
		!touching(h, i - 1) || !touching(h, i) ||
		!kind(h, i + 1, TOKEN_NAME) ||
		(!kind(h, i + 2, TOKEN_TEXT) && !is(h, i + 2, "{")))
		return;
	habit(h, MISTAKE_SIGN, i, i + 1,
		(struct said){.word = "-",
			.fix = arena_printf(h->p->arena, "%s_%s",
				tok(h, i - 1)->text.at,
				tok(h, i + 1)->text.at)},
		"_");
}

/* if_state ~= "signed": the other key asks the opposite. */
static void differs_key(struct habit *h, uint32_t i)
{
	if (text_is(tok(h, i - 1)->text, "if_state"))
		habit(h, MISTAKE_SIGN, i - 1, i + 1,
			(struct said){
				.word = "if_state ~=", .fix = "unless ="},
			"unless =");
	else
		habit(h, MISTAKE_SIGN, i, i + 1,
			(struct said){.word = "~=", .fix = "="}, "= ");
}

static void sign(struct habit *h, uint32_t i)
{
	bool given = i > 0 && is(h, i - 1, "=");

	if (is(h, i, "="))
		equals_sign(h, i);
	else if (is(h, i, ":"))
		colon(h, i);
	else if (is(h, i, "<") && touching(h, i) && is(h, i + 1, ">"))
		habit(h, MISTAKE_SIGN, i, i + 2,
			(struct said){.word = "<>", .fix = "~="}, "~=");
	else if (is(h, i, "==") && behind_key(h, i) &&
		 kind(h, i - 1, TOKEN_NAME))
		habit(h, MISTAKE_SIGN, i, i + 1,
			(struct said){.word = "==", .fix = "="}, "= ");
	else if (is(h, i, "~=") && behind_key(h, i) &&
		 kind(h, i - 1, TOKEN_NAME))
		differs_key(h, i);
	else if (is(h, i, "[") && given)
		brackets(h, i, "[ ]");
	else if (is(h, i, "(") && given && kind(h, i + 1, TOKEN_TEXT) &&
		 is(h, i + 2, ","))
		brackets(h, i, "( )");
	else if (is(h, i, ";"))
		semicolon(h, i);
	else if (is(h, i, "//"))
		remark(h, i, 1, "//");
	else if (is(h, i, "/") && touching(h, i) && is(h, i + 1, "*"))
		remark(h, i, 2, "/*");
	else if (is(h, i, "#"))
		remark(h, i, 1, "#");
	else if (is(h, i, "-") && i > 0 && h->n == 0)
		hyphened(h, i);
}

/* ---- words ---- */

struct said_word {
	const char *said, *meant;
};

static const char *meant_by(
	const struct said_word *words, size_t n, struct text t)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(t, words[i].said))
			return words[i].meant;
	return NULL;
}

/* "a" en "b" behind a key: a list. */
static bool joins_texts(struct habit *h, uint32_t i)
{
	if (i < 2 || top(h)->kind != '{' || !is(h, i - 2, "=") ||
		!kind(h, i - 1, TOKEN_TEXT) || !kind(h, i + 1, TOKEN_TEXT))
		return false;
	habit(h, MISTAKE_JOINS, i, i + 1, (struct said){.word = NULL}, ",");
	luasource_mend(h->s, tok(h, i - 1)->offset, tok(h, i - 1)->offset, "{");
	luasource_mend(h->s, tok(h, i + 1)->end, tok(h, i + 1)->end, "}");
	return true;
}

static void joining(struct habit *h, uint32_t i, const char *meant)
{
	if (i == 0 || !ends_operand(h, i - 1) || !same_line(h, i - 1, i) ||
		!begins_operand(h, i + 1) || !same_line(h, i, i + 1) ||
		is(h, i + 2, "=") || is(h, i - 1, ")") || joins_texts(h, i))
		return;
	habit(h, MISTAKE_SIGN, i, i + 1,
		(struct said){.word = tok(h, i)->text.at, .fix = meant}, meant);
}

/* Is it a local of the file? */
static bool is_local(const struct habit *h, struct text name)
{
	for (uint32_t i = 1; i < h->s->n_code; i++)
		if (kind(h, i, TOKEN_NAME) &&
			text_equal(tok(h, i)->text, name) &&
			(word(h, i - 1, "local") || is(h, i - 1, ",") ||
				is(h, i - 1, "(")) &&
			(is(h, i + 1, "=") || is(h, i + 1, ",") ||
				is(h, i + 1, ")")))
			return true;
	return false;
}

/* role seller, step 1 { }: the name of what is meant or declared, without
 * quotes. */
static bool bare_name(struct habit *h, uint32_t i)
{
	const struct text named =
		TEXT("role on_duty least_loaded round_robin setting person_in "
		     "logged no_event touched_since");
	const struct text declared =
		TEXT("cadence handoff escalation rule gate mode step ladder "
		     "person team department setting");
	struct text t = tok(h, i)->text;
	bool bare = kind(h, i + 1, TOKEN_NAME);
	bool opens = is(h, i + 2, "{") && same_line(h, i, i + 2);
	const char *said;

	if ((!(bare && text_lists(named, t)) &&
		    !((bare || kind(h, i + 1, TOKEN_NUMBER)) && opens &&
			    text_lists(declared, t))) ||
		(i > 0 && (is(h, i - 1, ".") || is(h, i - 1, ":"))) ||
		!same_line(h, i, i + 1) || is(h, i + 2, "=") ||
		is(h, i + 2, "("))
		return false;
	said = arena_printf(h->p->arena, "%s \"%s\"", tok(h, i)->text.at,
		tok(h, i + 1)->text.at);
	habit(h, MISTAKE_BARE_NAME, i + 1, i + 2,
		(struct said){.word = tok(h, i)->text.at, .fix = said},
		arena_printf(h->s->arena, "\"%s\"", tok(h, i + 1)->text.at));
	return true;
}

/* The last of the texts with commas from `i` on. */
static uint32_t texts_end(const struct habit *h, uint32_t i)
{
	while (kind(h, i, TOKEN_TEXT) && is(h, i + 1, ",") &&
		kind(h, i + 2, TOKEN_TEXT))
		i += 2;
	return i;
}

/* again "2 days", seller(), when "a", "b" { }: true: it was one of them. */
static bool word_form(struct habit *h, uint32_t i)
{
	struct text t = tok(h, i)->text;
	uint32_t last = texts_end(h, i + 1);
	bool again = text_is(t, "again") && kind(h, i + 1, TOKEN_TEXT);
	bool called = text_lists(TEXT("handler seller owner"), t) &&
		      is(h, i + 1, "(") && is(h, i + 2, ")");
	bool listed = text_is(t, "when") && last > i + 1 &&
		      is(h, last + 1, "{");
	const char *said;

	if ((!again && !called && !listed) || i == 0 ||
		is(h, i - 1, ".") || is(h, i - 1, ":") || is_local(h, t))
		return false;
	if (again) {
		said = arena_printf(h->p->arena, "again { after = \"%s\" }",
			tok(h, i + 1)->text.at);
		habit(h, MISTAKE_SIGN, i, i + 2,
			(struct said){.word = "again", .fix = said}, said);
	} else if (called) {
		habit(h, MISTAKE_SIGN, i + 1, i + 3,
			(struct said){.word = "( )", .fix = t.at}, "");
	} else {
		habit(h, MISTAKE_WHEN_LIST, i + 1, last + 1,
			(struct said){.word = NULL}, NULL);
		luasource_mend(h->s, tok(h, i + 1)->offset,
			tok(h, i + 1)->offset, "{");
		luasource_mend(
			h->s, tok(h, last)->end, tok(h, last)->end, "}");
	}
	return true;
}

static void name(struct habit *h, uint32_t i)
{
	static const struct said_word joins[] = {{"en", "and"}, {"AND", "and"},
		{"And", "and"}, {"of", "or"}, {"OR", "or"}, {"Or", "or"}};
	static const struct said_word values[] = {{"null", "nil"},
		{"NULL", "nil"}, {"None", "nil"}, {"Nil", "nil"},
		{"True", "true"}, {"TRUE", "true"}, {"ja", "true"},
		{"waar", "true"}, {"yes", "true"}, {"False", "false"},
		{"FALSE", "false"}, {"nee", "false"}, {"onwaar", "false"},
		{"no", "false"}};
	static const struct said_word nots[] = {
		{"niet", "not"}, {"NOT", "not"}, {"Not", "not"}};
	static const struct said_word elses[] = {{"elsif", "elseif"},
		{"elif", "elseif"}, {"elseIf", "elseif"}, {"anders", "else"}};
	struct text t = tok(h, i)->text;
	bool given = i > 0 &&
		     (is(h, i - 1, "=") || is(h, i - 1, "==") ||
			     is(h, i - 1, "~=") || word(h, i - 1, "return"));
	const char *meant = meant_by(joins, 6, t);

	if (bare_name(h, i) || word_form(h, i))
		return;
	if (meant != NULL) {
		joining(h, i, meant);
		return;
	}
	if (given && !begins_operand(h, i + 1) && !is(h, i + 1, ".") &&
		!is(h, i + 1, ":"))
		meant = meant_by(values, sizeof(values) / sizeof(*values), t);
	else if (i > 0 && begins_operand(h, i + 1) && same_line(h, i, i + 1) &&
		 (given || is(h, i - 1, "(") || word(h, i - 1, "if") ||
			 word(h, i - 1, "and") || word(h, i - 1, "or")))
		meant = meant_by(nots, 3, t);
	if (meant == NULL && h->functions > 0 && i > 0 &&
		ends_operand(h, i - 1) && begins_operand(h, i + 1))
		meant = meant_by(elses, 4, t);
	if (meant != NULL && !is_local(h, t))
		habit(h, MISTAKE_SIGN, i, i + 1,
			(struct said){.word = t.at, .fix = meant}, meant);
}

/* `in` that belongs to no `for`. */
static void compares_in(struct habit *h, uint32_t i)
{
	uint32_t at = i;

	while (at > 0 && (kind(h, at - 1, TOKEN_NAME) || is(h, at - 1, ",")))
		at--;
	if (at == 0 || !word(h, at - 1, "for"))
		habit(h, MISTAKE_IN, i, i + 1, (struct said){.word = "in"},
			"==");
}

/* if (...) { ... }: braces for then and end. */
static void braced(struct habit *h, uint32_t i, const char *opens)
{
	uint32_t open = i + 1, close;

	if (!word(h, i, "else"))
		for (; same_line(h, i, open) && !word(h, open, "then") &&
			!word(h, open, "do") && !kind(h, open, TOKEN_END) &&
			!is(h, open, "{");
			open++)
			;
	close = is(h, open, "{") ? h->s->close[open] : NO_TOKEN;
	if (close == NO_TOKEN || !same_line(h, i, open) ||
		word(h, close + 1, "then") || word(h, close + 1, "do") ||
		(tok(h, close + 1)->kind == TOKEN_SYMBOL &&
			!is(h, close + 1, "}")) ||
		word(h, close + 1, "and") || word(h, close + 1, "or"))
		return;
	habit(h, MISTAKE_BRACES, open, open + 1, (struct said){.word = NULL},
		opens);
	luasource_mend(h->s, tok(h, close)->offset, tok(h, close)->end,
		word(h, close + 1, "else") ? " " : " end ");
}

/* logged "a" and logged "b", not logged "a": a key holds one condition. */
static bool conditions(struct habit *h, uint32_t i)
{
	static const struct said_word opposite[] = {
		{"logged", "no_event"}, {"no_event", "logged"}};
	const char *other = meant_by(opposite, 2, tok(h, i + 1)->text), *said;

	if (h->functions > 0 || top(h)->kind != '{' ||
		!kind(h, i + 1, TOKEN_NAME) || !kind(h, i + 2, TOKEN_TEXT))
		return false;
	if (word(h, i, "not") && other != NULL) {
		said = arena_printf(h->p->arena, "not %s",
			tok(h, i + 1)->text.at);
		habit(h, MISTAKE_SIGN, i, i + 2,
			(struct said){.word = said, .fix = other}, other);
		return true;
	}
	if (i < 2 || !kind(h, i - 1, TOKEN_TEXT) ||
		!text_lists(TEXT("logged no_event touched_since"),
			tok(h, i - 2)->text) ||
		(!word(h, i, "and") && !word(h, i, "or")))
		return false;
	habit(h, word(h, i, "and") ? MISTAKE_CONDITIONS_AND
				   : MISTAKE_CONDITIONS_OR, i, i + 1,
		(struct said){.word = NULL}, NULL);
	luasource_mend(h->s, tok(h, i)->offset, tok(h, i + 2)->end, "");
	return true;
}

static void keyword(struct habit *h, uint32_t i)
{
	bool unpaired = h->s->wrong != NO_TOKEN;

	if (conditions(h, i))
		return;
	if (word(h, i, "in"))
		compares_in(h, i);
	else if (word(h, i, "if"))
		braced(h, i, " then ");
	else if (word(h, i, "while"))
		braced(h, i, " do ");
	else if (word(h, i, "else") && word(h, i + 1, "if") && unpaired &&
		 same_line(h, i, i + 1))
		habit(h, MISTAKE_SIGN, i, i + 2,
			(struct said){.word = "else if", .fix = "elseif"},
			"elseif ");
	else if (word(h, i, "else"))
		braced(h, i, " ");
}

/* ---- texts and numbers ---- */

/* test "x" function(t) ... end; act.set "score", 1 */
static void text_habits(struct habit *h, uint32_t i)
{
	uint32_t end = i + 1;

	if (top(h)->kind == '{' && i == top(h)->field && is(h, i + 1, "=") &&
		h->functions == 0) {
		quoted_key(h, i);
		return;
	}
	if (i > 0 && kind(h, i - 1, TOKEN_NAME) &&
		text_is(tok(h, i - 1)->text, "test") &&
		word(h, i + 1, "function")) {
		end = h->s->close[i + 1];
		if (end == NO_TOKEN)
			return;
		habit(h, MISTAKE_BARE_FUNCTION, i + 1, i + 2,
			(struct said){.word = NULL}, "(function");
		luasource_mend(h->s, tok(h, end)->end, tok(h, end)->end, ")");
		return;
	}
	if (i < 3 || !is(h, i + 1, ",") || top(h)->kind == '{' ||
		top(h)->kind == '(' || !is(h, i - 2, ".") ||
		!first_on_line(h, i - 3))
		return;
	while (same_line(h, i, end + 1) && !kind(h, end + 1, TOKEN_END))
		end++;
	habit(h, MISTAKE_ARGUMENTS, i, i + 1,
		(struct said){
			.fix = arena_printf(h->p->arena, "%s.%s(\"%s\", ...)",
				tok(h, i - 3)->text.at, tok(h, i - 1)->text.at,
				tok(h, i)->text.at)},
		arena_printf(h->s->arena, "(\"%s\"", tok(h, i)->text.at));
	luasource_mend(h->s, tok(h, end)->end, tok(h, end)->end, ")");
}

static bool digits(struct text t)
{
	return t.bytes > 0 && strspn(t.at, "0123456789") == t.bytes;
}

/* 1.250,00 and 1,5 hours as they stand. */
static void number_habits(struct habit *h, uint32_t i)
{
	const char *dot = strchr(tok(h, i)->text.at, '.'), *said, *unit;
	char meant[48];

	if (i == 0 || !is(h, i - 1, "=") || !is(h, i + 1, ",") ||
		!touching(h, i) || !kind(h, i + 2, TOKEN_NUMBER) ||
		!touching(h, i + 1) || !digits(tok(h, i + 2)->text))
		return;
	if (dot != NULL && strlen(dot) == 4) {
		said = arena_printf(h->p->arena, "\xe2\x82\xac %s,%s",
			tok(h, i)->text.at, tok(h, i + 2)->text.at);
		habit(h, MISTAKE_BARE_AMOUNT, i, i + 3,
			(struct said){.fix = said},
			arena_printf(h->s->arena, "\"%s\"", said));
		return;
	}
	unit = kind(h, i + 3, TOKEN_NAME) && same_line(h, i, i + 3)
		       ? tok(h, i + 3)->text.at
		       : NULL;
	if (unit == NULL || !digits(tok(h, i)->text))
		return;
	said = arena_printf(h->s->arena, "%s,%s %s", tok(h, i)->text.at,
		tok(h, i + 2)->text.at, unit);
	if (!span_of_part(text_of(said), meant, sizeof(meant)))
		return;
	habit(h, MISTAKE_BARE_SPAN, i, i + 4,
		(struct said){.fix = arena_strdup(h->p->arena, meant)},
		arena_printf(h->s->arena, "\"%s\"", meant));
}

/* ---- the walk ---- */

static char opener(const struct habit *h, uint32_t i)
{
	if (is(h, i, "{") || is(h, i, "(") || is(h, i, "["))
		return tok(h, i)->text.at[0];
	if (word(h, i, "function"))
		return 'f';
	if (word(h, i, "if") || word(h, i, "for") || word(h, i, "while") ||
		word(h, i, "repeat"))
		return 'b';
	return word(h, i, "do") && h->s->close[i] != NO_TOKEN ? 'b' : '\0';
}

static void nest(struct habit *h, uint32_t i)
{
	char opens = opener(h, i);

	if (opens != '\0' && h->n < NESTING_MAX) {
		h->functions += opens == 'f';
		h->stack[h->n++] = (struct around){opens, i + 1};
	} else if (is(h, i, "}") || is(h, i, ")") || is(h, i, "]") ||
		   word(h, i, "end") || word(h, i, "until")) {
		if (h->n > 0 && h->stack[--h->n].kind == 'f')
			h->functions--;
	} else if (h->n > 0 && (is(h, i, ",") || is(h, i, ";"))) {
		h->stack[h->n - 1].field = i + 1;
	}
}

uint32_t luasource_habits(struct lua_source *s, struct problems *p)
{
	struct habit h = {.s = s, .p = p};

	for (uint32_t i = 0; i + 1 < s->n_code && !s->text_open; i++) {
		switch (tok(&h, i)->kind) {
		case TOKEN_SYMBOL:
			sign(&h, i);
			break;
		case TOKEN_NAME:
			name(&h, i);
			break;
		case TOKEN_KEYWORD:
			keyword(&h, i);
			break;
		case TOKEN_TEXT:
			text_habits(&h, i);
			break;
		case TOKEN_NUMBER:
			number_habits(&h, i);
			break;
		case TOKEN_END:
		case TOKEN_COMMENT:
			break;
		}
		nest(&h, i);
	}
	return h.found;
}
