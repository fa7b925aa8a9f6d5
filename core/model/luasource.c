/* luasource.c - the tokeniser. */
#include "model/luasource_inside.h"

struct scan {
	struct lua_source *s;
	struct problems *p;
	const char *start, *at, *end;
	const char *column_at; /* where `column` was counted */
	int column;
	int line;
	char *scratch; /* as long as the source: a text being decoded */
	bool no_memory;
};

static const char *const keywords[] = {"and", "break", "do", "else", "elseif",
	"end", "false", "for", "function", "goto", "if", "in", "local", "nil",
	"not", "or", "repeat", "return", "then", "true", "until", "while"};

/* Longest first. */
static const char *const symbols[] = {"...", "..", "==", "~=", "<=", ">=", "//",
	"::", "<<", ">>", "+", "-", "*", "/", "%", "^", "#", "&", "~", "|", "<",
	">", "=", "(", ")", "{", "}", "[", "]", ";", ":", ",", "."};

/* What people write who know another language, and what Lua says. */
static const char *const foreign[][2] = {{"!=", "~="}, {"&&", "and"},
	{"||", "or"}, {"+=", "x = x + 1"}, {"-=", "x = x - 1"},
	{"++", "x = x + 1"}, {"!", "not"}};

static const char *const foreign_mends[] = {
	"~=", "and", "or", "+", "-", "+", "not "};

static const char *const curly[] = {"\xe2\x80\x9c", "\xe2\x80\x9d",
	"\xe2\x80\x9e", "\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9a",
	"\xc2\xab", "\xc2\xbb"};

static bool starts(const struct scan *x, const char *at, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(x->end - at) >= n && memcmp(at, with, n) == 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name(char c)
{
	return is_letter(c) || is_digit(c);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char peek(const struct scan *x, size_t n)
{
	return (size_t)(x->end - x->at) > n ? x->at[n] : '\0';
}

/* Tells a mistake at a token, and notes that its line has one of its own. */
static void tell(struct scan *x, enum mistake m, const struct token *at,
	struct said said)
{
	struct lua_source *s = x->s;
	int *room = arena_grow(s->arena, s->told, s->n_told, &s->cap_told,
		s->n_told + 1, sizeof(*room));

	if (room == NULL) {
		x->no_memory = true;
	} else {
		s->told = room;
		s->told[s->n_told++] = at->line;
	}
	luasource_tell(s, x->p, m, at, said);
}

static const struct said nothing;

static void mend(
	struct scan *x, const char *from, const char *to, const char *put)
{
	luasource_mend(x->s, (uint32_t)(from - x->start),
		(uint32_t)(to - x->start), put);
}

static void new_line(struct scan *x)
{
	char first = *x->at++;

	if (x->at < x->end && (*x->at == '\n' || *x->at == '\r') &&
		*x->at != first)
		x->at++;
	x->line++;
	x->column_at = x->at;
	x->column = 1;
}

static void count_column(struct scan *x)
{
	for (; x->column_at < x->at; x->column_at++)
		x->column += ((unsigned char)*x->column_at & 0xC0) != 0x80;
}

/* A token that begins here; its text comes later. */
static struct token begin(struct scan *x, enum token_kind kind)
{
	count_column(x);
	return (struct token){.kind = kind,
		.text = {"", 0},
		.line = x->line,
		.column = x->column,
		.last_line = x->line,
		.offset = (uint32_t)(x->at - x->start)};
}

static void push(struct scan *x, struct token t)
{
	struct lua_source *s = x->s;
	struct token *room = arena_grow(s->arena, s->all, s->n_all, &s->cap_all,
		s->n_all + 1, sizeof(*room));

	t.last_line = x->line;
	t.end = (uint32_t)(x->at - x->start);
	if (room == NULL || t.text.at == NULL) {
		x->no_memory = true;
		return;
	}
	s->all = room;
	s->all[s->n_all++] = t;
}

static struct text copied(struct scan *x, const char *from, const char *to)
{
	size_t n = (size_t)(to - from);

	return (struct text){arena_text(x->s->arena, from, n), (uint32_t)n};
}

/* The number of "=" of a long bracket that opens at `at`, or -1. */
static int long_level(const struct scan *x, const char *at)
{
	int level = 0;

	if (at >= x->end || *at++ != '[')
		return -1;
	for (; at < x->end && *at == '='; at++)
		level++;
	return at < x->end && *at == '[' ? level : -1;
}

static bool long_close(const struct scan *x, int level)
{
	const char *at = x->at + 1;

	if (*x->at != ']')
		return false;
	for (; level > 0 && at < x->end && *at == '='; level--)
		at++;
	return level == 0 && at < x->end && *at == ']';
}

/* The inside of a long bracket, line ends as "\n", the first one dropped. */
static struct text long_text(
	struct scan *x, int level, const struct token *opened)
{
	char *to = x->scratch;

	x->at += level + 2;
	if (x->at < x->end && (*x->at == '\n' || *x->at == '\r'))
		new_line(x);
	while (x->at < x->end && !long_close(x, level)) {
		if (*x->at == '\n' || *x->at == '\r') {
			new_line(x);
			*to++ = '\n';
		} else {
			*to++ = *x->at++;
		}
	}
	if (x->at < x->end) {
		x->at += level + 2;
	} else {
		x->s->text_open = true;
		tell(x, MISTAKE_LONG_OPEN, opened, nothing);
	}
	return copied(x, x->scratch, to);
}

static void comment(struct scan *x)
{
	struct token t = begin(x, TOKEN_COMMENT);
	const char *from;
	int level;

	x->at += 2;
	level = long_level(x, x->at);
	if (level >= 0) {
		t.text = long_text(x, level, &t);
	} else {
		from = x->at;
		while (x->at < x->end && *x->at != '\n' && *x->at != '\r')
			x->at++;
		t.text = copied(x, from, x->at);
	}
	push(x, t);
}

static int hex(char c)
{
	if (is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *put_utf8(char *to, uint32_t code)
{
	char tail[6];
	int n = 0;
	uint32_t first_max = 0x3F;

	if (code < 0x80) {
		*to++ = (char)code;
		return to;
	}
	do {
		tail[n++] = (char)(0x80 | (code & 0x3F));
		code >>= 6;
		first_max >>= 1;
	} while (code > first_max);
	*to++ = (char)((~first_max << 1) | code);
	while (n > 0)
		*to++ = tail[--n];
	return to;
}

/* "\u{XXX}" behind the "u". */
static bool escape_utf8(struct scan *x, char **to)
{
	const char *at = x->at;
	uint32_t code = 0;
	int digits = 0;

	if (at >= x->end || *at++ != '{')
		return false;
	for (; at < x->end && hex(*at) >= 0; at++, digits++) {
		if (code > 0x7FFFFFFu)
			return false;
		code = code << 4 | (uint32_t)hex(*at);
	}
	if (digits == 0 || at >= x->end || *at != '}')
		return false;
	x->at = at + 1;
	*to = put_utf8(*to, code);
	return true;
}

static bool escape_decimal(struct scan *x, char **to)
{
	int value = 0;

	for (int i = 0; i < 3 && is_digit(peek(x, 0)); i++)
		value = value * 10 + (*x->at++ - '0');
	*(*to)++ = (char)value;
	return value <= 255;
}

static void escape_spaces(struct scan *x)
{
	while (x->at < x->end && is_space(*x->at)) {
		if (*x->at == '\n' || *x->at == '\r')
			new_line(x);
		else
			x->at++;
	}
}

/* Behind a backslash. Never writes more than it reads. */
static bool escape(struct scan *x, char **to)
{
	static const char from[] = "abfnrtv\\\"'", is[] = "\a\b\f\n\r\t\v\\\"'";
	const char *known;
	char c = peek(x, 0);

	if (c == '\n' || c == '\r') {
		new_line(x);
		*(*to)++ = '\n';
		return true;
	}
	if (is_digit(c))
		return escape_decimal(x, to);
	known = c != '\0' ? strchr(from, c) : NULL;
	if (x->at < x->end)
		x->at++;
	if (known != NULL) {
		*(*to)++ = is[known - from];
		return true;
	}
	if (c == 'z') {
		escape_spaces(x);
		return true;
	}
	if (c == 'u')
		return escape_utf8(x, to);
	if (c != 'x' || hex(peek(x, 0)) < 0 || hex(peek(x, 1)) < 0)
		return false;
	*(*to)++ = (char)(hex(x->at[0]) * 16 + hex(x->at[1]));
	x->at += 2;
	return true;
}

static size_t curly_quote(const struct scan *x, const char *at)
{
	for (size_t i = 0; i < sizeof(curly) / sizeof(*curly); i++)
		if (starts(x, at, curly[i]))
			return strlen(curly[i]);
	return 0;
}

/* The ’ of "foto’s". */
static bool apostrophe(const struct scan *x, const char *at)
{
	return starts(x, at, "\xe2\x80\x99") && at > x->start &&
	       is_letter(at[-1]) && at + 3 < x->end && is_letter(at[3]);
}

/* A text ran into the end of its line. When a curly quote stands in it, that
 * was meant to close it. */
static void open_text(struct scan *x, struct token *t, const char *from)
{
	if (t->line != x->line)
		from = x->at;
	for (const char *at = from; at < x->at; at++) {
		if (curly_quote(x, at) == 0)
			continue;
		t->text = copied(x, from, at);
		x->at = at + curly_quote(x, at);
		mend(x, at, x->at, "\"");
		tell(x, MISTAKE_CURLY_END, t, nothing);
		return;
	}
	x->s->text_open = true;
	tell(x, MISTAKE_TEXT_OPEN, t, nothing);
	from = x->at; /* it was meant to end before a comma or bracket */
	while (from > x->start && strchr(" \t,;)}", from[-1]) != NULL)
		from--;
	mend(x, from, from, x->start[t->offset] == '\'' ? "'" : "\"");
}

/* At the character behind the backslash. */
static void bad_escape(struct scan *x)
{
	struct token here = begin(x, TOKEN_SYMBOL);
	size_t n = text_char(x->at, (size_t)(x->end - x->at));

	here.text = copied(x, x->at, x->at + n);
	tell(x, MISTAKE_ESCAPE, &here, (struct said){.word = here.text.at});
}

static void quoted(struct scan *x)
{
	struct token t = begin(x, TOKEN_TEXT);
	char quote = *x->at++, *to = x->scratch;
	const char *from = x->at;

	while (x->at < x->end && *x->at != quote && *x->at != '\n' &&
		*x->at != '\r') {
		const char *before = x->at;
		char *to_before = to;

		if (*x->at != '\\') {
			*to++ = *x->at++;
			continue;
		}
		x->at++;
		if (escape(x, &to))
			continue;
		to = to_before;
		*to++ = '\\';
		x->at = before + 1;
		bad_escape(x);
	}
	t.text = copied(x, x->scratch, to);
	if (x->at < x->end && *x->at == quote)
		x->at++;
	else
		open_text(x, &t, from);
	push(x, t);
}

/* A text in curly quotes, up to its closing quote on the same line. */
static void curly_quoted(struct scan *x)
{
	struct token t = begin(x, TOKEN_TEXT);
	const char *from = x->at + curly_quote(x, x->at), *at = from;

	while (at < x->end && *at != '\n' && *at != '\r' && *at != '"' &&
		(curly_quote(x, at) == 0 || apostrophe(x, at)))
		at++;
	x->at = from;
	if (at < x->end && *at == '"')
		x->at = at + 1;
	else if (at < x->end && curly_quote(x, at) > 0)
		x->at = at + curly_quote(x, at);
	else
		at = from;
	t.text = copied(x, from, at);
	mend(x, x->start + t.offset, x->at,
		arena_printf(x->s->arena, "\"%s\"", t.text.at));
	tell(x, MISTAKE_CURLY, &t, nothing);
	push(x, t);
}

static bool decimal_number(const char *at)
{
	int digits = 0;

	for (; is_digit(*at); at++)
		digits++;
	if (*at == '.')
		for (at++; is_digit(*at); at++)
			digits++;
	if (digits == 0)
		return false;
	if (*at == 'e' || *at == 'E') {
		at++;
		at += *at == '+' || *at == '-';
		if (!is_digit(*at))
			return false;
		while (is_digit(*at))
			at++;
	}
	return *at == '\0';
}

static bool hex_number(const char *at)
{
	int digits = 0;

	for (; hex(*at) >= 0; at++)
		digits++;
	if (*at == '.')
		for (at++; hex(*at) >= 0; at++)
			digits++;
	if (digits == 0)
		return false;
	if (*at == 'p' || *at == 'P') {
		at++;
		at += *at == '+' || *at == '-';
		if (!is_digit(*at))
			return false;
		while (is_digit(*at))
			at++;
	}
	return *at == '\0';
}

static enum mistake number_mistake(const char *said)
{
	size_t digits = strspn(said, "0123456789");

	if (is_letter(said[digits]) && said[digits] != '_')
		return MISTAKE_NUMBER_UNIT;
	if (said[digits] == '_' || said[digits] == '.')
		return MISTAKE_NUMBER_PARTS;
	return MISTAKE_NUMBER;
}

/* As Lua reads them: what looks like a number to its end, then judged. */
static void number(struct scan *x)
{
	struct token t = begin(x, TOKEN_NUMBER);
	const char *from = x->at;
	bool is_hex = peek(x, 0) == '0' && (peek(x, 1) | 0x20) == 'x';
	char exponent = is_hex ? 'p' : 'e';

	x->at += is_hex ? 2 : 1;
	while (x->at < x->end) {
		if ((*x->at | 0x20) == exponent) {
			x->at++;
			if (peek(x, 0) == '+' || peek(x, 0) == '-')
				x->at++;
		} else if (hex(*x->at) >= 0 || *x->at == '.') {
			x->at++;
		} else {
			break;
		}
	}
	while (x->at < x->end && is_name(*x->at)) /* forces the mistake */
		x->at++;
	t.text = copied(x, from, x->at);
	push(x, t);
	if (t.text.at == NULL || (is_hex ? hex_number(t.text.at + 2)
					 : decimal_number(t.text.at)))
		return;
	mend(x, from, x->at, arena_printf(x->s->arena, "\"%s\"", t.text.at));
	tell(x, number_mistake(t.text.at), &t,
		(struct said){.word = t.text.at});
}

/* A text that goes on into the next key or item: its own quote is missing. */
static bool quote_left_out(struct text t)
{
	while (t.bytes > 0 && t.at[t.bytes - 1] == ' ')
		t.bytes--;
	return t.bytes > 0 && (strchr(",={(", t.at[t.bytes - 1]) != NULL ||
				      strstr(t.at, " = ") != NULL);
}

/* "Ask: "how is it?"": the inner quotes end the text, and the word behind them
 * stands in it. All of it becomes one text. */
static bool quote_inside(struct scan *x, const struct token *t)
{
	const struct token *before =
		x->s->n_all > 0 ? &x->s->all[x->s->n_all - 1] : NULL;
	const char *from, *end;
	char *inner;

	if (before == NULL || before->kind != TOKEN_TEXT ||
		before->end != t->offset || x->at[-1] != '"' ||
		quote_left_out(before->text))
		return false;
	from = x->start + before->offset;
	/* the inner text ends, then the outer one */
	for (end = x->at; end < x->end && strchr("\"\n", *end) == NULL; end++)
		;
	for (end++; end < x->end && strchr("\"\n,={}", *end) == NULL; end++)
		;
	if (end >= x->end || *end != '"')
		return false;
	inner = arena_text(x->s->arena, from, (size_t)(end + 1 - from));
	if (inner == NULL)
		return false;
	for (char *at = inner + 1; at < inner + (end - from); at++)
		if (*at == '"')
			*at = '\'';
	luasource_tell(x->s, x->p, MISTAKE_QUOTE_INSIDE, t, nothing);
	mend(x, from, end + 1, inner);
	x->at = end + 1;
	return true;
}

static void name(struct scan *x)
{
	struct token t = begin(x, TOKEN_NAME);
	const char *from = x->at, *end = from;

	while (end < x->end && is_name(*end))
		end++;
	t.text = copied(x, from, end);
	for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
		if (t.text.at != NULL && strcmp(keywords[i], t.text.at) == 0)
			t.kind = TOKEN_KEYWORD;
	if (t.kind == TOKEN_NAME && quote_inside(x, &t))
		return;
	x->at = end;
	push(x, t);
}

static bool symbol(struct scan *x)
{
	struct token t = begin(x, TOKEN_SYMBOL);

	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
		if (!starts(x, x->at, symbols[i]))
			continue;
		x->at += strlen(symbols[i]);
		t.text = text_of(symbols[i]);
		push(x, t);
		return true;
	}
	return false;
}

/* "!=" and the like: told, and read as one operator. */
static bool foreign_sign(struct scan *x)
{
	struct token t = begin(x, TOKEN_SYMBOL);

	for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign); i++) {
		if (!starts(x, x->at, foreign[i][0]))
			continue;
		t.text = text_of(foreign[i][0]);
		tell(x, MISTAKE_FOREIGN, &t,
			(struct said){
				.word = foreign[i][0], .fix = foreign[i][1]});
		x->at += strlen(foreign[i][0]);
		mend(x, x->start + t.offset, x->at, foreign_mends[i]);
		t.text = text_of("~=");
		push(x, t);
		return true;
	}
	return false;
}

/* Bytes of the run of characters that can begin nothing. */
static size_t odd_run(const struct scan *x)
{
	const char *at = x->at + 1;

	while (at < x->end && !is_name(*at) && !is_space(*at) &&
		strchr("+-*/%^#&~|<>=(){}[];:,.\"'!", *at) == NULL &&
		curly_quote(x, at) == 0)
		at++;
	return (size_t)(at - x->at);
}

static enum mistake odd_mistake(const struct scan *x, size_t first)
{
	if (starts(x, x->at, "\xc2\xa0"))
		return MISTAKE_HARD_SPACE;
	if (starts(x, x->at, "\xef\xbb\xbf") ||
		starts(x, x->at, "\xe2\x80\x8b"))
		return MISTAKE_INVISIBLE;
	if ((unsigned char)*x->at < ' ' || *x->at == '\x7f')
		return MISTAKE_CONTROL;
	if (first == 0)
		return MISTAKE_NO_CHARACTER;
	return starts(x, x->at, "\xe2\x82\xac") ? MISTAKE_MONEY
						: MISTAKE_CHARACTER;
}

/* jan@dealer.nl without quotes: its front was read as a name. */
static bool address(struct scan *x)
{
	const struct token *before =
		x->s->n_all > 0 ? &x->s->all[x->s->n_all - 1] : NULL;
	const char *from = x->at, *end = x->at + 1;
	struct token t;

	if (*x->at != '@' || before == NULL || before->kind != TOKEN_NAME ||
		before->end != (uint32_t)(x->at - x->start))
		return false;
	while (from > x->start &&
		(is_name(from[-1]) || from[-1] == '.' || from[-1] == '-'))
		from--;
	while (end < x->end && (is_name(*end) || *end == '.' || *end == '-'))
		end++;
	t = *before;
	t.text = copied(x, from, end);
	tell(x, MISTAKE_ADDRESS, &t, (struct said){.fix = t.text.at});
	mend(x, from, end, arena_printf(x->s->arena, "\"%s\"", t.text.at));
	x->at = end;
	return true;
}

/* A long dash at the front of a line: what stands behind it is a remark. */
static bool dash(struct scan *x, const struct token *t)
{
	const char *at = x->at;

	if (!starts(x, at, "\xe2\x80\x93") && !starts(x, at, "\xe2\x80\x94"))
		return false;
	while (at > x->start && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	if (at > x->start && at[-1] != '\n')
		return false;
	tell(x, MISTAKE_REMARK, t, (struct said){.word = t->text.at});
	mend(x, x->at, x->at + 3, "--");
	while (x->at < x->end && *x->at != '\n')
		x->at++;
	return true;
}

static void odd(struct scan *x)
{
	struct token t = begin(x, TOKEN_SYMBOL);
	size_t n = odd_run(x), first = text_char(x->at, n);

	t.text = copied(x, x->at, x->at + (first > 0 ? first : 1));
	if (address(x) || dash(x, &t))
		return;
	tell(x, odd_mistake(x, first), &t, (struct said){.word = t.text.at});
	if (odd_mistake(x, first) == MISTAKE_MONEY) {
		const char *end = x->at + n;

		while (end < x->end && (is_digit(*end) || *end == ' '))
			end++;
		mend(x, x->at, x->at, "\"");
		mend(x, end, end, "\"");
	} else {
		mend(x, x->at, x->at + n, " ");
	}
	x->at += n;
}

static void one(struct scan *x)
{
	char c = *x->at;
	int level;

	if (c == '\n' || c == '\r') {
		new_line(x);
	} else if (is_space(c)) {
		x->at++;
	} else if (c == '-' && peek(x, 1) == '-') {
		comment(x);
	} else if (c == '[' && (level = long_level(x, x->at)) >= 0) {
		struct token t = begin(x, TOKEN_TEXT);

		t.text = long_text(x, level, &t);
		push(x, t);
	} else if (c == '"' || c == '\'') {
		quoted(x);
	} else if (is_digit(c) || (c == '.' && is_digit(peek(x, 1)))) {
		number(x);
	} else if (is_letter(c)) {
		name(x);
	} else if (curly_quote(x, x->at) > 0) {
		curly_quoted(x);
	} else if (!foreign_sign(x) && !symbol(x)) {
		odd(x);
	}
}

/* The first byte that is not UTF-8, told once: one is enough to say it. */
static void check_utf8(struct scan *x)
{
	int line = 1;

	for (const char *at = x->at; at < x->end;) {
		size_t n = text_char(at, (size_t)(x->end - at));

		if (n == 0) {
			luasource_tell(x->s, x->p, MISTAKE_NOT_UTF8,
				&(struct token){.line = line}, nothing);
			return;
		}
		line += *at == '\n';
		at += n;
	}
}

/* Byte order mark and "#!" line, as Lua's own loader skips them. */
static void skip_front(struct scan *x)
{
	if (starts(x, x->at, "\xef\xbb\xbf"))
		x->at += 3;
	x->column_at = x->at;
	if (x->at < x->end && *x->at == '#')
		while (x->at < x->end && *x->at != '\n' && *x->at != '\r')
			x->at++;
}

static bool without_comments(struct lua_source *s)
{
	s->code = arena_alloc(s->arena, sizeof(*s->code) * s->n_all);
	if (s->code == NULL)
		return false;
	for (uint32_t i = 0; i < s->n_all; i++)
		if (s->all[i].kind != TOKEN_COMMENT)
			s->code[s->n_code++] = s->all[i];
	return true;
}

fl_status luasource_read(struct arena *a, const char *file, const char *bytes,
	size_t n, struct problems *p, struct lua_source **out)
{
	struct lua_source *s = arena_alloc(a, sizeof(*s));
	struct scan x = {.s = s,
		.p = p,
		.start = bytes,
		.at = bytes,
		.end = bytes + n,
		.column = 1,
		.line = 1};

	*out = NULL;
	if (s == NULL)
		return FL_NOMEM;
	s->arena = a;
	s->file = file;
	if (n > LUASOURCE_BYTES_MAX) {
		luasource_tell(s, p, MISTAKE_TOO_LONG,
			&(struct token){.line = 1}, nothing);
		x.end = x.at;
	}
	x.scratch = arena_alloc(a, (size_t)(x.end - x.at) + 1);
	if (x.scratch == NULL)
		return FL_NOMEM;
	check_utf8(&x);
	skip_front(&x);
	while (x.at < x.end && !x.no_memory)
		one(&x);
	push(&x, begin(&x, TOKEN_END));
	if (x.no_memory || !without_comments(s))
		return FL_NOMEM;
	if (luasource_pair(s) != FL_OK)
		return FL_NOMEM;
	*out = s;
	return FL_OK;
}

const struct token *luasource_tokens(const struct lua_source *s, uint32_t *n)
{
	*n = s->n_all;
	return s->all;
}

bool luasource_language(const char *bytes, size_t n, char out[8])
{
	struct arena a;
	struct problems ignored;
	struct lua_source *s;
	bool found = false;

	out[0] = '\0';
	arena_init(&a, 64u << 20);
	problems_init(&ignored, &a);
	if (luasource_read(&a, NULL, bytes, n, &ignored, &s) == FL_OK)
		for (uint32_t i = 0; i + 2 < s->n_code && !found; i++) {
			found = s->code[i].kind == TOKEN_NAME &&
				text_is(s->code[i].text, "language") &&
				luasource_is(s, i + 1, "=") &&
				s->code[i + 2].kind == TOKEN_TEXT;
			if (found)
				snprintf(out, 8, "%s", s->code[i + 2].text.at);
		}
	arena_deinit(&a);
	return found;
}
