/* luasource_fmt.c - one way to lay out a rule file: the same tokens in the same
 * lines, with two blanks for each thing that is open. */
#include "model/luasource_inside.h"

#define OPEN_MAX 200

/* What is open at a place, and how deep the line stood that opened it. */
struct opener {
	const char *closed_by; /* "}", "end", "until" ... */
	int depth;
};

/* A comment behind other things: those of lines in a row stand aligned. */
struct aside {
	size_t at;     /* of its dashes in the text laid out so far */
	uint32_t line; /* counted in that text */
	int width;     /* of what stands before it, in characters */
};

struct layout {
	const struct lua_source *s;
	const char *bytes;
	size_t n;
	struct buf *out;
	struct opener open[OPEN_MAX];
	int n_open;
	int depth;        /* of the line being written */
	size_t line_at;   /* where it starts in out */
	uint32_t line;    /* its number in out */
	struct aside *asides;
	uint32_t n_asides, cap_asides;
};

static bool is(const struct token *t, enum token_kind kind, const char *text)
{
	return t->kind == kind && strcmp(t->text.at, text) == 0;
}

static bool symbol(const struct token *t, const char *text)
{
	return is(t, TOKEN_SYMBOL, text);
}

static bool keyword(const struct token *t, const char *text)
{
	return is(t, TOKEN_KEYWORD, text);
}

static bool one_of(const struct token *t, enum token_kind kind,
	const char *const *list)
{
	for (; *list != NULL; list++)
		if (is(t, kind, *list))
			return true;
	return false;
}

/* ---- what opens and closes ---- */

/* NULL: opens nothing. */
static const char *closer_of(const struct token *t)
{
	static const char *const pairs[][2] = {{"{", "}"}, {"(", ")"},
		{"[", "]"}};
	static const char *const blocks[] = {"function", "if", "do", NULL};

	for (size_t i = 0; i < 3; i++)
		if (symbol(t, pairs[i][0]))
			return pairs[i][1];
	if (one_of(t, TOKEN_KEYWORD, blocks))
		return "end";
	return keyword(t, "repeat") ? "until" : NULL;
}

static bool closes(const struct token *t)
{
	static const char *const symbols[] = {"}", ")", "]", NULL};
	static const char *const words[] = {"end", "until", NULL};

	return one_of(t, TOKEN_SYMBOL, symbols) ||
	       one_of(t, TOKEN_KEYWORD, words);
}

/* else and elseif stand as deep as their if, and leave it open. */
static bool between(const struct token *t)
{
	return keyword(t, "else") || keyword(t, "elseif");
}

/* ---- blanks within a line ---- */

static bool is_operand_end(const struct token *t)
{
	static const char *const symbols[] = {")", "]", "}", "...", NULL};
	static const char *const words[] = {"end", "nil", "true", "false",
		NULL};

	return t->kind == TOKEN_NAME || t->kind == TOKEN_TEXT ||
	       t->kind == TOKEN_NUMBER || one_of(t, TOKEN_SYMBOL, symbols) ||
	       one_of(t, TOKEN_KEYWORD, words);
}

/* Is token i a sign before its operand, "-1" "#list" "~x"? */
static bool is_sign(const struct token *all, uint32_t i)
{
	const struct token *t = &all[i];

	if (symbol(t, "#"))
		return true;
	if (!symbol(t, "-") && !symbol(t, "~"))
		return false;
	while (i > 0 && all[i - 1].kind == TOKEN_COMMENT)
		i--;
	return i == 0 || !is_operand_end(&all[i - 1]);
}

/* local x <const>: the brackets of an attribute. */
static bool is_attribute(const struct token *all, uint32_t i)
{
	if (symbol(&all[i], ">"))
		return i >= 2 && symbol(&all[i - 2], "<") &&
		       (is(&all[i - 1], TOKEN_NAME, "const") ||
			       is(&all[i - 1], TOKEN_NAME, "close"));
	return symbol(&all[i], "<") && all[i + 1].kind == TOKEN_NAME &&
	       is_attribute(all, i + 2);
}

/* A bracket that goes on with what stands before it: f(x), list[1]. */
static bool hugs(const struct token *before, const struct token *t)
{
	static const char *const ends[] = {")", "]", NULL};

	if (!symbol(t, "(") && !symbol(t, "["))
		return false;
	return before->kind == TOKEN_NAME ||
	       one_of(before, TOKEN_SYMBOL, ends) ||
	       (symbol(t, "(") && keyword(before, "function"));
}

static bool blank_between(const struct token *all, uint32_t i)
{
	static const char *const after[] = {"(", "[", ".", ":", "::", NULL};
	static const char *const before[] = {")", "]", ",", ";", ".", ":",
		"::", NULL};
	const struct token *a = &all[i - 1], *b = &all[i];

	if (b->kind == TOKEN_COMMENT || a->kind == TOKEN_COMMENT)
		return true;
	if (symbol(a, "{") && symbol(b, "}"))
		return false;
	if (one_of(a, TOKEN_SYMBOL, after))
		return false;
	if (one_of(b, TOKEN_SYMBOL, before) || hugs(a, b))
		return false;
	if (is_sign(all, i - 1))
		return symbol(a, "-") && symbol(b, "-"); /* no comment */
	if (is_attribute(all, i - 1))
		return symbol(a, ">");
	return !(symbol(b, ">") && is_attribute(all, i));
}

/* ---- lines ---- */

/* Bytes of token i as written: up to the next one, without the blanks. */
static struct text raw(const struct layout *l, const struct token *all,
	uint32_t i)
{
	const char *at = l->bytes + all[i].offset;
	size_t n = all[i + 1].offset - all[i].offset;

	while (n > 0 && (at[n - 1] == ' ' ||
				(at[n - 1] >= '\t' && at[n - 1] <= '\r')))
		n--;
	return (struct text){at, (uint32_t)n};
}

/* Does the line that begins with token i go on with the one before it? */
static bool goes_on(const struct token *all, uint32_t i)
{
	static const char *const joins[] = {"..", "+", "-", "*", "/", "//", "%",
		"^", "==", "~=", "<", ">", "<=", ">=", "=", "&", "|", "<<",
		">>", NULL};
	static const char *const words[] = {"and", "or", "not", "return", NULL};
	uint32_t b = i;

	if (one_of(&all[i], TOKEN_SYMBOL, joins) ||
		keyword(&all[i], "and") || keyword(&all[i], "or"))
		return true;
	while (b > 0 && all[b - 1].kind == TOKEN_COMMENT)
		b--;
	return b > 0 && (one_of(&all[b - 1], TOKEN_SYMBOL, joins) ||
				(one_of(&all[b - 1], TOKEN_KEYWORD, words) &&
					!closes(&all[i]) && !between(&all[i])));
}

static int inside(const struct layout *l)
{
	return l->n_open > 0 ? l->open[l->n_open - 1].depth + 1 : 0;
}

/* How deep the line stands that begins with token i: what it closes at its
 * front counts no more. */
static int depth_of(const struct layout *l, const struct token *all, uint32_t i)
{
	int open = l->n_open, depth = inside(l);

	if (between(&all[i]))
		return l->n_open > 0 ? l->open[l->n_open - 1].depth : 0;
	for (int line = all[i].line; closes(&all[i]) && open > 0 &&
		all[i].line == line; i++)
		depth = l->open[--open].depth;
	if (open == l->n_open && goes_on(all, i))
		depth++;
	return depth;
}

static bool follow(struct layout *l, const struct token *t)
{
	const char *closed_by = closer_of(t);

	if (closes(t) && l->n_open > 0)
		l->n_open--;
	if (closed_by == NULL)
		return true;
	if (l->n_open == OPEN_MAX)
		return false;
	l->open[l->n_open++] = (struct opener){closed_by, l->depth};
	return true;
}

static void new_line(struct layout *l, const struct token *all, uint32_t i)
{
	buf_add_char(l->out, '\n');
	l->line++;
	if (all[i].line > all[i - 1].last_line + 1) {
		buf_add_char(l->out, '\n');
		l->line++;
	}
	l->line_at = l->out->len;
}

static bool note_aside(struct layout *l)
{
	struct aside *room = arena_grow(l->s->arena, l->asides, l->n_asides,
		&l->cap_asides, l->n_asides + 1, sizeof(*room));

	if (room == NULL || l->out->failed)
		return false;
	l->asides = room;
	room[l->n_asides++] = (struct aside){l->out->len, l->line,
		text_characters(l->out->at + l->line_at,
			l->out->len - l->line_at)};
	return true;
}

/* Writes the text with the comments of lines in a row below each other. */
static void align(struct layout *l, const struct buf *text, struct buf *out)
{
	size_t from = 0;

	for (uint32_t i = 0, end; i < l->n_asides; i = end) {
		int widest = 0;

		for (end = i; end < l->n_asides && l->asides[end].line ==
				l->asides[i].line + (end - i); end++)
			if (l->asides[end].width > widest)
				widest = l->asides[end].width;
		for (uint32_t k = i; k < end; k++) {
			buf_add(out, text->at + from, l->asides[k].at - from);
			from = l->asides[k].at;
			buf_printf(out, "%*s", widest - l->asides[k].width, "");
		}
	}
	buf_add(out, text->at + from, text->len - from);
}

static bool write_token(struct layout *l, const struct token *all, uint32_t i)
{
	bool first = i == 0 || all[i].line > all[i - 1].last_line;
	struct text t = raw(l, all, i);

	if (first) {
		if (i > 0)
			new_line(l, all, i);
		l->depth = depth_of(l, all, i);
		for (int k = 0; k < l->depth; k++)
			buf_add(l->out, "  ", 2);
	} else if (all[i].kind == TOKEN_COMMENT) {
		buf_add(l->out, "  ", 2);
		if (!note_aside(l))
			return false;
	} else if (blank_between(all, i)) {
		buf_add_char(l->out, ' ');
	}
	buf_add(l->out, t.at, t.bytes);
	return follow(l, &all[i]);
}

/* A first line for the shell, "#!...", is no token and stays. */
static void write_front(struct layout *l)
{
	static const char bom[] = "\xef\xbb\xbf";
	const char *at = l->bytes;
	size_t n = l->n;

	if (n >= 3 && memcmp(at, bom, 3) == 0) {
		at += 3;
		n -= 3;
	}
	if (n == 0 || *at != '#')
		return;
	for (; n > 0 && *at != '\n' && *at != '\r'; at++, n--)
		buf_add_char(l->out, *at);
	buf_add_char(l->out, '\n');
}

/* ---- nothing but the layout may differ ---- */

static bool same_tokens(const struct lua_source *a, const struct lua_source *b)
{
	if (a->n_all != b->n_all)
		return false;
	for (uint32_t i = 0; i < a->n_all; i++)
		if (a->all[i].kind != b->all[i].kind ||
			!text_equal(a->all[i].text, b->all[i].text))
			return false;
	return true;
}

static fl_status verify(const struct lua_source *s, const struct buf *out)
{
	struct lua_source *again;
	struct problems p;
	fl_status st;

	problems_init(&p, s->arena);
	st = luasource_read(s->arena, s->file, out->at, out->len, &p, &again);
	if (st != FL_OK)
		return st;
	return p.errors == 0 && same_tokens(s, again) ? FL_OK : FL_INVALID;
}

static fl_status write_all(struct layout *l)
{
	write_front(l);
	l->line_at = l->out->len;
	for (uint32_t i = 0; i + 1 < l->s->n_all; i++)
		if (!write_token(l, l->s->all, i))
			return l->n_open == OPEN_MAX ? FL_LIMIT : FL_NOMEM;
	if (l->s->n_all > 1)
		buf_add_char(l->out, '\n');
	else
		buf_add(l->out, "", 0); /* a text, though an empty one */
	return l->out->failed ? FL_NOMEM : FL_OK;
}

fl_status luasource_format(const struct lua_source *s, const char *bytes,
	size_t n, struct buf *out)
{
	struct buf text;
	struct layout l = {.s = s, .bytes = bytes, .n = n, .out = &text};
	fl_status st;

	if (s->wrong != NO_TOKEN || s->text_open || s->n_told > 0)
		return FL_INVALID;
	buf_init(&text, out->max);
	st = write_all(&l);
	if (st == FL_OK)
		align(&l, &text, out);
	buf_deinit(&text);
	if (st != FL_OK)
		return st;
	return out->failed ? FL_NOMEM : verify(s, out);
}
