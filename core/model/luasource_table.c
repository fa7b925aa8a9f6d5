/* luasource_table.c - pairs brackets and blocks, walks tables, finds keys. */
#include "model/luasource_inside.h"

bool luasource_is(const struct lua_source *s, uint32_t i, const char *symbol)
{
	return i < s->n_code && s->code[i].kind == TOKEN_SYMBOL &&
	       text_is(s->code[i].text, symbol);
}

bool luasource_keyword(const struct lua_source *s, uint32_t i, const char *word)
{
	return i < s->n_code && s->code[i].kind == TOKEN_KEYWORD &&
	       text_is(s->code[i].text, word);
}

bool luasource_word_key(const struct lua_source *s, uint32_t i)
{
	return s->code[i].kind == TOKEN_KEYWORD &&
	       luasource_is(s, i + 1, "=") && i > 0 &&
	       (luasource_is(s, i - 1, "{") || luasource_is(s, i - 1, ",") ||
		       luasource_is(s, i - 1, ";"));
}

/* A pairing in progress: the openers that wait, and which of them already
 * have their `do` or `then`. */
struct pairing {
	struct lua_source *s;
	uint32_t *open;
	uint32_t n;
};

static bool opens(const struct pairing *p, uint32_t i)
{
	static const char *const words[] = {
		"function", "if", "while", "for", "repeat"};
	const struct lua_source *s = p->s;

	if (luasource_is(s, i, "{") || luasource_is(s, i, "(") ||
		luasource_is(s, i, "["))
		return true;
	if (s->code[i].kind != TOKEN_KEYWORD)
		return false;
	for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
		if (text_is(s->code[i].text, words[k]))
			return true;
	return false;
}

/* `do` belongs to the `while` or `for` that waits for it, once. */
static bool do_is_taken(struct pairing *p, uint32_t i)
{
	uint32_t top = p->n > 0 ? p->open[p->n - 1] : NO_TOKEN;

	if (top == NO_TOKEN || p->s->close[top] != NO_TOKEN ||
		(!luasource_keyword(p->s, top, "while") &&
			!luasource_keyword(p->s, top, "for")))
		return false;
	p->s->close[top] = i; /* for now: its do */
	return true;
}

static bool closes(const struct lua_source *s, uint32_t i)
{
	return luasource_is(s, i, "}") || luasource_is(s, i, ")") ||
	       luasource_is(s, i, "]") || luasource_keyword(s, i, "end") ||
	       luasource_keyword(s, i, "until");
}

static bool fits(const struct lua_source *s, uint32_t open, uint32_t i)
{
	if (luasource_is(s, i, "}"))
		return luasource_is(s, open, "{");
	if (luasource_is(s, i, ")"))
		return luasource_is(s, open, "(");
	if (luasource_is(s, i, "]"))
		return luasource_is(s, open, "[");
	if (luasource_keyword(s, i, "until"))
		return luasource_keyword(s, open, "repeat");
	return s->code[open].kind == TOKEN_KEYWORD &&
	       !luasource_keyword(s, open, "repeat");
}

/* Something that is open waits for it; else it is one too many. */
static bool any_fits(const struct pairing *p, uint32_t i)
{
	for (uint32_t k = 0; k < p->n; k++)
		if (fits(p->s, p->open[k], i))
			return true;
	return false;
}

static void pair_one(struct pairing *p, uint32_t i)
{
	struct lua_source *s = p->s;

	if (luasource_word_key(s, i))
		return;
	if (opens(p, i) ||
		(luasource_keyword(s, i, "do") && !do_is_taken(p, i))) {
		p->open[p->n++] = i;
		return;
	}
	if (!closes(s, i))
		return;
	if (p->n == 0 || !fits(s, p->open[p->n - 1], i)) {
		s->wrong = i;
		s->left_open = any_fits(p, i) ? p->open[p->n - 1] : NO_TOKEN;
		return;
	}
	s->close[p->open[--p->n]] = i;
}

/* Column of the first token on the line of token `i`. */
static int indent(const struct lua_source *s, uint32_t i)
{
	int line = s->code[i].line;

	while (i > 0 && s->code[i - 1].line == line)
		i--;
	return s->code[i].column;
}

static bool first_on_line(const struct lua_source *s, uint32_t i)
{
	return i == 0 || s->code[i - 1].last_line < s->code[i].line;
}

/* Something is open at the end. At fault is the first opener whose closer
 * stands further left than its own line, as that closes an outer one; else
 * the innermost that is open. */
static uint32_t at_fault(const struct lua_source *s, uint32_t innermost)
{
	for (uint32_t i = 0; i < s->n_code; i++) {
		uint32_t close = s->close[i];

		if (close != NO_TOKEN && first_on_line(s, close) &&
			s->code[close].line > s->code[i].line &&
			indent(s, close) < indent(s, i))
			return i;
	}
	return innermost;
}

fl_status luasource_pair(struct lua_source *s)
{
	struct pairing p = {.s = s};
	size_t bytes = sizeof(uint32_t) * s->n_code;

	s->wrong = s->left_open = NO_TOKEN;
	s->close = arena_alloc(s->arena, bytes);
	p.open = arena_alloc(s->arena, bytes);
	if (s->close == NULL || p.open == NULL)
		return FL_NOMEM;
	memset(s->close, 0xFF, bytes);
	for (uint32_t i = 0; i < s->n_code && s->wrong == NO_TOKEN; i++)
		pair_one(&p, i);
	for (uint32_t i = 0; i < p.n; i++)
		s->close[p.open[i]] = NO_TOKEN; /* no `do` of the unclosed */
	if (s->wrong == NO_TOKEN && p.n > 0) {
		s->wrong = s->n_code - 1;
		s->left_open = at_fault(s, p.open[p.n - 1]);
	}
	return FL_OK;
}

bool luasource_field(const struct lua_source *s, uint32_t open, uint32_t *at,
	struct field *out)
{
	uint32_t i = *at, last = s->close[open];

	if (last == NO_TOKEN)
		last = s->n_code - 1;
	if (i >= last)
		return false;
	*out = (struct field){NO_TOKEN, i, last};
	if ((s->code[i].kind == TOKEN_NAME || luasource_word_key(s, i)) &&
		luasource_is(s, i + 1, "="))
		out->key = i;
	else if (luasource_is(s, i, "[") && s->close[i] == i + 2 &&
		 luasource_is(s, i + 3, "=") &&
		 (s->code[i + 1].kind == TOKEN_TEXT ||
			 s->code[i + 1].kind == TOKEN_NUMBER))
		out->key = i + 1;
	while (i < last && !luasource_is(s, i, ",") && !luasource_is(s, i, ";"))
		i = s->close[i] != NO_TOKEN && !luasource_word_key(s, i)
			    ? s->close[i] + 1
			    : i + 1;
	out->end = i < last ? i : last;
	*at = i + 1;
	return true;
}
