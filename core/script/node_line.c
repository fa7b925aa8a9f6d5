/*
 * Lines of keys and texts. A loaded table knows none: the source is asked.
 * luasource finds the first table of a line; several words may share a line,
 * so the word itself is looked for first.
 */
#include "script/node.h"

#define SEARCH_LINES 60 /* a text of a list stands this near its key */

struct place_in {
	const struct token *t;
	uint32_t n;
};

uint32_t node_token(const struct token *t, uint32_t n, int line)
{
	uint32_t low = 0, high = n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (t[middle].line < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_symbol(const struct place_in *s, uint32_t i, const char *symbol)
{
	return i < s->n && s->t[i].kind == TOKEN_SYMBOL &&
	       text_is(s->t[i].text, symbol);
}

static uint32_t next(const struct place_in *s, uint32_t i)
{
	do
		i++;
	while (i < s->n && s->t[i].kind == TOKEN_COMMENT);
	return i;
}

int node_nesting(const struct token *t)
{
	static const char *const open[] = {
		"{", "(", "[", "function", "if", "do", "repeat"};
	static const char *const close[] = {"}", ")", "]", "end", "until"};

	if (t->kind != TOKEN_SYMBOL && t->kind != TOKEN_KEYWORD)
		return 0;
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
		if (text_is(t->text, open[i]))
			return 1;
	for (size_t i = 0; i < sizeof(close) / sizeof(close[0]); i++)
		if (text_is(t->text, close[i]))
			return -1;
	return 0;
}

/* Behind the bracket that opens at `i`. */
static uint32_t behind(const struct place_in *s, uint32_t i)
{
	int depth = 0;

	for (; i < s->n; i = next(s, i)) {
		depth += node_nesting(&s->t[i]);
		if (depth <= 0)
			return next(s, i);
	}
	return i;
}

/* The "{" of word "arg" { on the word's line; s->n when there is none. */
static uint32_t table_of(const struct place_in *s, const struct node *n)
{
	for (uint32_t i = node_token(s->t, s->n, n->word_line);
		i < s->n && s->t[i].line == n->word_line; i++) {
		uint32_t k;

		if (s->t[i].kind != TOKEN_NAME ||
			!text_is(s->t[i].text, n->word_name))
			continue;
		k = next(s, i);
		if (is_symbol(s, k, "("))
			k = next(s, k);
		if (n->word_arg != NULL) {
			if (k >= s->n || s->t[k].kind != TOKEN_TEXT ||
				!text_is(s->t[k].text, n->word_arg))
				continue;
			k = next(s, k);
		} else if (is_symbol(s, k, "{") &&
			   is_symbol(s, behind(s, k), "{")) {
			k = behind(s, k); /* when { "a", "b" } { */
		}
		while (is_symbol(s, k, ")") || is_symbol(s, k, "("))
			k = next(s, k);
		if (is_symbol(s, k, "{"))
			return k;
	}
	return s->n;
}

/* The key `name` in the table that opens at `open`: its token, or s->n. */
static uint32_t key_in(
	const struct place_in *s, uint32_t open, const char *name, size_t bytes)
{
	int depth = 1;
	bool begins = true;

	for (uint32_t i = next(s, open); i < s->n && depth > 0;
		i = next(s, i)) {
		uint32_t at = i;

		if (depth == 1 && begins && is_symbol(s, i, "["))
			at = next(s, i);
		if (depth == 1 && begins && at < s->n &&
			(s->t[at].kind == TOKEN_NAME ||
				s->t[at].kind == TOKEN_TEXT ||
				s->t[at].kind == TOKEN_NUMBER) &&
			s->t[at].text.bytes == bytes &&
			memcmp(s->t[at].text.at, name, bytes) == 0 &&
			(is_symbol(s, next(s, at), "=") || at != i))
			return at;
		depth += node_nesting(&s->t[i]);
		begins = depth == 1 &&
			 (is_symbol(s, i, ",") || is_symbol(s, i, ";"));
	}
	return s->n;
}

/* The item `index` of the table that opens at `open`: its token, or s->n. */
static uint32_t item_in(const struct place_in *s, uint32_t open, uint32_t index)
{
	int depth = 1;
	bool begins = true;

	for (uint32_t i = next(s, open); i < s->n && depth > 0;
		i = next(s, i)) {
		if (depth == 1 && begins && !is_symbol(s, i, "}") &&
			!is_symbol(s, i, "[") &&
			!is_symbol(s, next(s, i), "=") && index-- == 0)
			return i;
		depth += node_nesting(&s->t[i]);
		begins = depth == 1 &&
			 (is_symbol(s, i, ",") || is_symbol(s, i, ";"));
	}
	return s->n;
}

/* The value of key `name` in the table that opens at `open`; a number that is
 * no key of it is a place in its list. *key: the line's token. s->n: none. */
static uint32_t value_in(const struct place_in *s, uint32_t open,
	const char *name, size_t bytes, uint32_t *key)
{
	uint32_t at = *key = key_in(s, open, name, bytes);

	if (at >= s->n && strspn(name, "0123456789") >= bytes)
		return *key = item_in(
			       s, open, (uint32_t)strtoul(name, NULL, 10) - 1);
	while (at < s->n && !is_symbol(s, at, "="))
		at = next(s, at);
	return at < s->n ? next(s, at) : s->n;
}

/* The "{" that `path` leads to from the table of the word; s->n: none. */
static uint32_t open_of_path(
	const struct place_in *s, const struct node *n, const char *path)
{
	uint32_t open = table_of(s, n), at;

	while (path != NULL && path[0] != '\0' && open < s->n) {
		const char *dot = strchr(path, '.');
		size_t bytes =
			dot != NULL ? (size_t)(dot - path) : strlen(path);

		open = value_in(s, open, path, bytes, &at);
		if (!is_symbol(s, open, "{"))
			return s->n;
		path = dot != NULL ? dot + 1 : NULL;
	}
	return open;
}

static int line_of_path(const struct place_in *s, const struct node *n,
	const char *path, const char *key)
{
	uint32_t open = open_of_path(s, n, path), at;

	if (open >= s->n)
		return 0;
	value_in(s, open, key, strlen(key), &at);
	return at < s->n ? s->t[at].line : 0;
}

int node_key_line(const struct node *n, const char *key)
{
	struct place_in s = {NULL, 0};
	int line;

	if (n->unit == NULL || n->unit->source == NULL || n->word_line <= 0 ||
		n->word_name == NULL)
		return n->line;
	s.t = luasource_tokens(n->unit->source, &s.n);
	line = line_of_path(&s, n, n->path, key);
	return line > n->line ? line : n->line;
}

/* The token of a text or bare word, from the line of its key on; NULL: not
 * found, or the node is something else. */
static const struct token *token_of(const struct node *n)
{
	bool constant =
		n->kind == NODE_WORD && word_of(n->word)->form == FORM_CONSTANT;
	enum token_kind kind = constant ? TOKEN_NAME : TOKEN_TEXT;
	const struct token *t;
	struct text wanted;
	uint32_t count, i;

	if ((n->kind != NODE_TEXT && !constant) || n->unit == NULL ||
		n->unit->source == NULL)
		return NULL;
	wanted = constant ? text_of(word_of(n->word)->name) : n->as.text;
	t = luasource_tokens(n->unit->source, &count);
	for (i = node_token(t, count, n->line);
		i < count && t[i].line <= n->line + SEARCH_LINES; i++)
		if (t[i].kind == kind && text_equal(t[i].text, wanted))
			return &t[i];
	return NULL;
}

int node_line(const struct node *n)
{
	const struct token *t = token_of(n);

	return t != NULL ? t->line : n->line;
}

/* A long text begins behind its [[ or in the next line. With \ in it, a text
 * is not as long as it is written: then all of it is meant. */
void node_part_place(
	const struct node *n, size_t at, size_t bytes, struct problem *it)
{
	const struct token *t = token_of(n);
	const char *text = n->as.text.at, *line = text;
	uint32_t written, around;
	int lines = 0, skipped;

	if (t == NULL)
		return;
	written = t->end - t->offset;
	around = written - t->text.bytes;
	skipped = t->last_line - t->line;
	for (size_t i = 0; i < n->as.text.bytes; i++) {
		skipped -= text[i] == '\n';
		if (text[i] == '\n' && i < at) {
			lines++;
			line = text + i + 1;
		}
	}
	it->line = t->line;
	if (t->line == t->last_line && around != 2) {
		problem_place(it, t->column, (int)written);
		return;
	}
	lines += skipped; /* the line end behind [[ is none of it */
	it->line += lines;
	problem_place(it,
		(lines == 0 ? t->column + (int)(around / 2) : 1) +
			text_characters(line, (size_t)(text + at - line)),
		text_characters(text + at, bytes));
}
