/* luasource_check.c - structural mistakes: one walk over the tokens with a
 * stack of what is open. */
#include "model/luasource_inside.h"

/* What encloses a token. */
struct frame {
	uint32_t close; /* token that ends it */
	char kind;	/* '{' '(' '[', 'f' function, 'c' head of an if or
			 * while, 'b' any other block or head */
	bool in_card;	/* lies in the table of a card */
	bool is_call;	/* '{' '(': the arguments of a call */
	bool head;	/* 'f': its parameters are yet to come; '(': is them */
	bool returning; /* blocks: behind `return` */
	uint32_t field; /* '{': first token of the field we are in */
};

struct check {
	struct lua_source *s;
	struct problems *p;
	struct frame *frames; /* the first is the file itself */
	uint32_t n, cap;
	bool no_memory;
	bool ended;    /* the token before ends an operand */
	bool callable; /* and may be called */
	bool by_text;  /* and is a text given to a word: call "x" */
	int told_line; /* of the last unquoted value told */
};

static struct frame *top(const struct check *k)
{
	return &k->frames[k->n - 1];
}

static const struct token *tok(const struct check *k, uint32_t i)
{
	return &k->s->code[i < k->s->n_code ? i : k->s->n_code - 1];
}

static bool is(const struct check *k, uint32_t i, const char *symbol)
{
	return luasource_is(k->s, i, symbol);
}

/* A mistake of the text itself stands on this line and explains much. */
static bool told_already(const struct check *k, int line)
{
	uint32_t low = 0, high = k->s->n_told;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (k->s->told[middle] < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low < k->s->n_told && k->s->told[low] == line;
}

/* Tells a mistake at token `i`; NULL when its line has been told. */
static struct problem *tell(
	const struct check *k, enum mistake m, uint32_t i, struct said said)
{
	if (told_already(k, tok(k, i)->line))
		return NULL;
	return luasource_tell(k->s, k->p, m, tok(k, i), said);
}

static const struct said nothing;

static bool touching(const struct check *k, uint32_t i, uint32_t j)
{
	return tok(k, i)->offset + tok(k, i)->text.bytes == tok(k, j)->offset;
}

static bool all_digits(struct text t)
{
	return t.bytes > 0 && strspn(t.at, "0123456789") == t.bytes;
}

static bool unit_word(struct text t)
{
	static const char *const words[] = {"minute", "minutes", "hour",
		"hours", "day", "days", "work", "week", "weeks", "month",
		"months", "year", "years", "minuut", "minuten", "uur", "uren",
		"dag", "dagen", "werkdag", "werkdagen", "werkuur", "werkuren",
		"werkminuut", "werkminuten", "weken", "maand", "maanden",
		"jaar", "jaren", "kwartier"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (text_is(t, words[i]))
			return true;
	return false;
}

/* Words of the rule language that take one text and nothing more. */
static bool takes_one_text(struct text t)
{
	static const char *const words[] = {"call", "mail", "visit", "todo",
		"note", "role", "setting", "on_duty", "round_robin",
		"person_in", "logged", "touched_since", "no_event", "word_list",
		"card"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (text_is(t, words[i]))
			return true;
	return false;
}

static bool value_word(struct text t)
{
	return text_is(t, "nil") || text_is(t, "true") || text_is(t, "false");
}

/* Begins an operand, as against going on with one. */
static bool begins_operand(const struct check *k, uint32_t i)
{
	const struct token *t = tok(k, i);

	switch (t->kind) {
	case TOKEN_NAME:
		return !is(k, i - 1, ".") && !is(k, i - 1, ":");
	case TOKEN_NUMBER:
		return true;
	case TOKEN_TEXT:
		return !k->callable;
	case TOKEN_KEYWORD:
		return value_word(t->text) || text_is(t->text, "function") ||
		       text_is(t->text, "not");
	case TOKEN_SYMBOL:
		if (text_is(t->text, "{") || text_is(t->text, "(") ||
			text_is(t->text, "["))
			return !k->callable;
		return text_is(t->text, "#") || text_is(t->text, "...");
	case TOKEN_END:
	case TOKEN_COMMENT:
		break;
	}
	return false;
}

static const char *shown(const struct check *k, uint32_t i)
{
	const struct token *t = tok(k, i);

	if (t->text.bytes > 40)
		return arena_printf(k->p->arena, "%.37s...", t->text.at);
	return t->text.at;
}

/* Tokens `from` to `to` as they stand, with one space where there is any. */
static const char *written(const struct check *k, uint32_t from, uint32_t to)
{
	char out[64] = "";
	size_t n = 0;

	for (uint32_t i = from; i < to; i++) {
		const struct token *t = tok(k, i);
		bool space = i > from && !touching(k, i - 1, i);

		if (n + space + t->text.bytes >= sizeof(out))
			break;
		if (space)
			out[n++] = ' ';
		memcpy(out + n, t->text.at, t->text.bytes);
		n += t->text.bytes;
	}
	return arena_printf(k->p->arena, "%.*s", (int)n, out);
}

/* Tells that tokens `from` to `to` need quotes. */
static void unquoted(
	struct check *k, enum mistake m, uint32_t from, uint32_t to)
{
	const struct token *last = tok(k, to - 1);
	struct problem *it =
		tell(k, m, from, (struct said){.fix = written(k, from, to)});

	if (it != NULL)
		problem_place(it, it->column,
			last->column + (int)last->text.bytes - it->column);
	luasource_mend(k->s, tok(k, from)->offset, last->end,
		arena_printf(k->s->arena, "\"%s\"", written(k, from, to)));
	k->told_line = tok(k, from)->line;
}

/* `after = 2 work days`, with all its words. */
static bool bare_duration(struct check *k, uint32_t i)
{
	const struct token *t = tok(k, i);
	uint32_t end = i + 1;

	if (t->kind != TOKEN_NAME || !unit_word(t->text) ||
		tok(k, i - 1)->kind != TOKEN_NUMBER ||
		tok(k, i - 1)->line != t->line)
		return false;
	while (tok(k, end)->kind == TOKEN_NAME &&
		tok(k, end)->line == t->line && unit_word(tok(k, end)->text))
		end++;
	unquoted(k, MISTAKE_BARE_SPAN, i - 1, end);
	return true;
}

/* The place behind a token: where a comma is missing. */
static void at_the_end(struct problem *it, const struct token *before)
{
	if (it == NULL)
		return;
	it->line = before->last_line;
	if (before->last_line > before->line)
		it->column = it->width = 0; /* the end of a long text */
	else
		problem_place(it, it->column + it->width, 1);
}

static void missing_comma(struct check *k, uint32_t i)
{
	const struct token *before = tok(k, i - 1), *t = tok(k, i);

	if (k->s->wrong == NO_TOKEN || t->column != 1)
		luasource_mend(k->s, before->end, before->end, ",");
	if (t->line == k->told_line || told_already(k, t->line))
		return;
	if (k->s->wrong != NO_TOKEN && t->column == 1)
		return; /* an unclosed card says it better */
	if (bare_duration(k, i))
		return;
	if (t->line > before->last_line)
		at_the_end(tell(k, MISTAKE_COMMA_LINE, i - 1,
				   (struct said){.word = shown(k, i)}),
			before);
	else
		tell(k, MISTAKE_COMMA, i, (struct said){.word = shown(k, i)});
}

/* The next line's table or text was taken for an argument of this one. */
static bool swallowed(const struct check *k, uint32_t i)
{
	const struct token *before = tok(k, i - 1), *t = tok(k, i);
	bool text = t->kind == TOKEN_TEXT;

	if (!top(k)->in_card || !k->callable || t->line <= before->last_line ||
		(!text && !is(k, i, "{")))
		return false;
	if (is(k, i - 1, "}"))
		return true;
	if (!k->by_text)
		return false;
	return text || takes_one_text(tok(k, i - 2)->text);
}

static void check_operand(struct check *k, uint32_t i)
{
	const struct frame *f = top(k);
	bool index_key = f->kind == '{' && is(k, i, "[") && k->callable &&
			 tok(k, i)->line > tok(k, i - 1)->last_line &&
			 k->s->close[i] != NO_TOKEN &&
			 is(k, k->s->close[i] + 1, "=");

	if (!k->ended || (f->kind != '{' && f->kind != '('))
		return;
	if (!begins_operand(k, i) && !index_key &&
		!(f->kind == '{' && swallowed(k, i)))
		return;
	missing_comma(k, i);
	k->callable = false;
	if (f->kind == '{')
		top(k)->field = i;
}

static bool is_date(const struct check *k, uint32_t i)
{
	return tok(k, i)->text.bytes == 4 && is(k, i + 1, "-") &&
	       tok(k, i + 2)->text.bytes == 2 && is(k, i + 3, "-") &&
	       tok(k, i + 4)->text.bytes == 2 && touching(k, i, i + 1) &&
	       touching(k, i + 1, i + 2) && touching(k, i + 2, i + 3) &&
	       touching(k, i + 3, i + 4);
}

/* 20.000: a dealer means thousands. */
static void check_thousands(struct check *k, uint32_t i)
{
	const struct token *t = tok(k, i);
	const char *dot = strchr(t->text.at, '.');
	int whole = dot != NULL ? (int)(dot - t->text.at) : 0;
	struct problem *it;

	if (dot == NULL || t->text.at[0] == '0' || dot - t->text.at > 3 ||
		strspn(dot + 1, "0123456789") != 3 || strlen(dot) != 4 ||
		told_already(k, t->line))
		return;
	it = tell(k, MISTAKE_THOUSANDS, i,
		(struct said){t->text.at,
			arena_printf(k->p->arena, "%.*s", whole, t->text.at),
			arena_printf(k->p->arena, "%.*s%s", whole, t->text.at,
				dot + 1)});
	if (it != NULL)
		problem_warn(k->p, it);
}

/* 09:30 and 2026-09-01 and 20.000 and 2% as they stand. */
static void check_number(struct check *k, uint32_t i)
{
	const struct token *t = tok(k, i);
	char kind = top(k)->kind;

	if (is(k, i + 1, ":") && tok(k, i + 2)->kind == TOKEN_NUMBER &&
		k->told_line != t->line)
		unquoted(k, MISTAKE_BARE_TIME, i, i + 3);
	if (is(k, i + 1, "%") && (kind == '{' || kind == '(') &&
		(is(k, i + 2, ",") || is(k, i + 2, ";") || is(k, i + 2, "}") ||
			is(k, i + 2, ")")))
		unquoted(k, MISTAKE_BARE_PERCENT, i, i + 2);
	if (!top(k)->in_card)
		return;
	if (kind == '{' && is_date(k, i))
		unquoted(k, MISTAKE_BARE_DATE, i, i + 5);
	check_thousands(k, i);
}

/* `key = 0,5`: a key, and then half a number as an item of its own. */
static void check_decimal_comma(struct check *k, uint32_t i)
{
	if (!top(k)->in_card || top(k)->kind != '{' || i < 3 ||
		!all_digits(tok(k, i - 1)->text) ||
		tok(k, i - 1)->kind != TOKEN_NUMBER ||
		!all_digits(tok(k, i + 1)->text) ||
		tok(k, i + 1)->kind != TOKEN_NUMBER || !is(k, i - 2, "=") ||
		!touching(k, i - 1, i) || !touching(k, i, i + 1))
		return;
	luasource_mend(k->s, tok(k, i)->offset, tok(k, i)->end, ".");
	luasource_tell(k->s, k->p, MISTAKE_DECIMAL_COMMA, tok(k, i - 1),
		(struct said){.word = written(k, i - 1, i + 2),
			.fix = arena_printf(k->p->arena, "%s.%s",
				tok(k, i - 1)->text.at,
				tok(k, i + 1)->text.at)});
}

/* "a" or "b" is always "a"; x == "a" or "b" is always true. */
static void check_or(struct check *k, uint32_t i, bool and)
{
	static const char *const before[] = {"=", "{", ",", "(", "==", "~="};
	static const char *const behind[] = {
		"..", "==", "~=", "<", ">", "<=", ">="};
	bool front = luasource_keyword(k->s, i - 2, "return");
	bool compared = is(k, i - 2, "==") || is(k, i - 2, "~=");

	if (i < 2 || !top(k)->in_card || tok(k, i - 1)->kind != TOKEN_TEXT ||
		tok(k, i + 1)->kind != TOKEN_TEXT)
		return;
	for (size_t n = 0; n < sizeof(before) / sizeof(*before); n++)
		front = front || is(k, i - 2, before[n]);
	for (size_t n = 0; n < sizeof(behind) / sizeof(*behind); n++)
		front = front && !is(k, i + 2, behind[n]);
	if (!front)
		return;
	if (and&&compared)
		return; /* told by who knows the field */
	tell(k,
		and	   ? MISTAKE_AND
		: compared ? MISTAKE_OR_COMPARED
			   : MISTAKE_OR,
		i, nothing);
}

/* What stands from the front of the field to "=" at `i`, when it is a key
 * that needs brackets: a Lua word, a.b, a-b. */
static bool bare_key(
	const struct check *k, uint32_t from, uint32_t i, char out[64])
{
	size_t n = 0;

	for (uint32_t at = from; at < i; at++) {
		const struct token *t = tok(k, at);
		bool part = t->kind == TOKEN_NAME || t->kind == TOKEN_NUMBER ||
			    t->kind == TOKEN_KEYWORD || is(k, at, ".") ||
			    is(k, at, "-");

		if (!part || (at > from && !touching(k, at - 1, at)) ||
			n + t->text.bytes >= 64)
			return false;
		memcpy(out + n, t->text.at, t->text.bytes);
		n += t->text.bytes;
	}
	out[n] = '\0';
	return n > 0;
}

static void sets_tell(const struct check *k, enum mistake m, uint32_t i)
{
	tell(k, m, i, nothing);
	luasource_mend(k->s, tok(k, i)->offset, tok(k, i)->end, "==");
}

static void bare_key_tell(
	const struct check *k, uint32_t from, uint32_t i, const char *key)
{
	const char *said = arena_strdup(k->p->arena, key);
	struct problem *it = tell(k, MISTAKE_BARE_KEY, from,
		(struct said){.word = said, .fix = said});

	luasource_mend(k->s, tok(k, from)->offset, tok(k, i - 1)->end,
		arena_printf(k->s->arena, "[\"%s\"]", key));
	if (it != NULL && tok(k, i)->line == tok(k, from)->line)
		problem_place(it, it->column, (int)strlen(key));
}

static void check_table_equals(struct check *k, uint32_t i)
{
	uint32_t from = top(k)->field;
	bool name = i == from + 1 && tok(k, from)->kind == TOKEN_NAME;
	bool bracket = is(k, from, "[") && k->s->close[from] + 1 == i;
	char key[64];

	if (name || bracket)
		return;
	if (bare_key(k, from, i, key))
		bare_key_tell(k, from, i, key);
	else
		sets_tell(k, MISTAKE_SETS, i);
}

static void check_equals(struct check *k, uint32_t i)
{
	const struct frame *f = top(k);

	if (f->kind == '{')
		check_table_equals(k, i);
	else if (f->kind == '(' && f->is_call)
		tell(k, MISTAKE_SETS_ARGUMENT, i, nothing);
	else if (f->kind == '(' || f->kind == 'c' || f->returning)
		sets_tell(k, MISTAKE_SETS, i);
}

struct given_key {
	const struct token *key;
	uint32_t at;
};

static int by_key(const void *a, const void *b)
{
	const struct given_key *x = a, *y = b;
	bool x_number = x->key->kind == TOKEN_NUMBER;
	bool y_number = y->key->kind == TOKEN_NUMBER;
	int c = (x_number > y_number) - (x_number < y_number);

	if (c == 0)
		c = text_compare(x->key->text, y->key->text);
	return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

static bool same_key(const struct token *a, const struct token *b)
{
	return (a->kind == TOKEN_NUMBER) == (b->kind == TOKEN_NUMBER) &&
	       text_equal(a->text, b->text);
}

/* Keys given twice in the table opened at `open`. */
static void check_twice(struct check *k, uint32_t open)
{
	uint32_t at = open + 1, n = 0, most = 0;
	struct given_key *keys;
	struct field f;

	if (k->s->close[open] == NO_TOKEN)
		return;
	while (luasource_field(k->s, open, &at, &f))
		most += f.key != NO_TOKEN;
	if (most < 2)
		return;
	keys = arena_alloc(k->s->arena, sizeof(*keys) * most);
	if (keys == NULL) {
		k->no_memory = true;
		return;
	}
	for (at = open + 1; luasource_field(k->s, open, &at, &f);)
		if (f.key != NO_TOKEN)
			keys[n++] = (struct given_key){tok(k, f.key), f.key};
	qsort(keys, n, sizeof(*keys), by_key);
	for (uint32_t i = 1; i < n; i++)
		if (same_key(keys[i].key, keys[i - 1].key))
			luasource_tell(k->s, k->p, MISTAKE_TWICE, keys[i].key,
				(struct said){.word = keys[i].key->text.at,
					.other = arena_printf(k->p->arena, "%d",
						keys[i - 1].key->line)});
}

static void push(struct check *k, struct frame f)
{
	struct frame *room = arena_grow(
		k->s->arena, k->frames, k->n, &k->cap, k->n + 1, sizeof(*room));

	if (room == NULL) {
		k->no_memory = true;
		return;
	}
	k->frames = room;
	k->frames[k->n++] = f;
	k->ended = k->callable = k->by_text = false;
}

static void push_bracket(struct check *k, uint32_t i)
{
	bool is_call = k->ended && k->callable;
	struct frame f = {.close = k->s->close[i],
		.kind = tok(k, i)->text.at[0],
		.in_card = top(k)->in_card,
		.is_call = is_call,
		.field = i + 1};

	if (f.kind == '{') {
		f.in_card = f.in_card || (is_call && k->by_text);
		check_twice(k, i);
	}
	if (f.kind == '(' && top(k)->kind == 'f' && top(k)->head) {
		top(k)->head = false;
		f.head = true;
	}
	push(k, f);
}

static void pop(struct check *k)
{
	struct frame f = k->frames[--k->n];

	k->by_text = false;
	k->ended = f.kind != 'b' && f.kind != 'c' && !f.head;
	k->callable = f.kind == '[' || (f.kind == '(' && !f.head) ||
		      (f.kind == '{' && f.is_call);
}

static void step_keyword(struct check *k, uint32_t i)
{
	const struct text word = tok(k, i)->text;
	struct frame f = {.close = k->s->close[i],
		.kind = 'b',
		.in_card = top(k)->in_card};

	k->ended = value_word(word);
	k->callable = k->by_text = false;
	if (text_is(word, "function")) {
		f.kind = 'f';
		f.head = true;
		push(k, f);
	} else if (text_is(word, "if") || text_is(word, "while")) {
		f.kind = 'c';
		push(k, f);
	} else if (text_is(word, "for") || text_is(word, "repeat") ||
		   (text_is(word, "do") && f.close != NO_TOKEN)) {
		push(k, f);
	} else if (text_is(word, "then") || text_is(word, "do")) {
		if (top(k)->kind == 'c')
			top(k)->kind = 'b';
	} else if (text_is(word, "elseif") || text_is(word, "else")) {
		if (top(k)->kind == 'b' && text_is(word, "elseif"))
			top(k)->kind = 'c';
		top(k)->returning = false;
	} else if (text_is(word, "return")) {
		top(k)->returning = true;
	} else if (text_is(word, "or")) {
		check_or(k, i, false);
	} else if (text_is(word, "and")) {
		check_or(k, i, true);
	}
}

static void step_symbol(struct check *k, uint32_t i)
{
	if (is(k, i, "{") || is(k, i, "(") || is(k, i, "[")) {
		push_bracket(k, i);
		return;
	}
	if (is(k, i, "="))
		check_equals(k, i);
	if (is(k, i, ","))
		check_decimal_comma(k, i);
	if (is(k, i, ",") || is(k, i, ";"))
		top(k)->field = i + 1;
	if (is(k, i, ";"))
		top(k)->returning = false;
	k->ended = is(k, i, "...");
	k->callable = k->by_text = false;
}

static void step(struct check *k, uint32_t i)
{
	const struct token *t = tok(k, i);
	bool call = false;

	if (k->n > 1 && top(k)->close == i) {
		pop(k);
		return;
	}
	check_operand(k, i);
	call = k->ended && k->callable;
	if (luasource_word_key(k->s, i)) {
		k->ended = true;
		k->callable = false;
		return;
	}
	switch (t->kind) {
	case TOKEN_NAME:
		k->ended = k->callable = true;
		k->by_text = false;
		break;
	case TOKEN_NUMBER:
		check_number(k, i);
		k->ended = true;
		k->callable = k->by_text = false;
		break;
	case TOKEN_TEXT:
		k->by_text = call && tok(k, i - 1)->kind == TOKEN_NAME;
		k->ended = true;
		k->callable = call;
		break;
	case TOKEN_KEYWORD:
		step_keyword(k, i);
		break;
	case TOKEN_SYMBOL:
		step_symbol(k, i);
		break;
	case TOKEN_END:
	case TOKEN_COMMENT:
		break;
	}
}

/* `cadence "own-tempo"` for its brace, else the opener as it is written. */
static const char *named(const struct check *k, uint32_t open)
{
	if (is(k, open, "{") && open >= 2 &&
		tok(k, open - 1)->kind == TOKEN_TEXT &&
		tok(k, open - 2)->kind == TOKEN_NAME)
		return arena_printf(k->p->arena, "%s \"%s\" {",
			tok(k, open - 2)->text.at, tok(k, open - 1)->text.at);
	return arena_printf(k->p->arena, "\"%s\"", tok(k, open)->text.at);
}

static const char *closer_of(const struct check *k, uint32_t open)
{
	return is(k, open, "{")				 ? "}"
	       : is(k, open, "(")			 ? ")"
	       : is(k, open, "[")			 ? "]"
	       : luasource_keyword(k->s, open, "repeat") ? "until"
							 : "end";
}

/* A declaration whose own brace is open ends where the text does; where any
 * other was meant to end nobody knows. */
static void mend_open(struct check *k, uint32_t open, uint32_t wrong)
{
	uint32_t end = tok(k, wrong - 1)->end;

	if (tok(k, wrong)->kind == TOKEN_END && open <= 3 &&
		k->s->close[open] == NO_TOKEN)
		luasource_mend(k->s, end, end,
			arena_printf(k->s->arena, " %s", closer_of(k, open)));
}

static void check_pairs(struct check *k)
{
	uint32_t wrong = k->s->wrong, open = k->s->left_open;

	if (wrong == NO_TOKEN || k->s->text_open)
		return;
	if (open != NO_TOKEN)
		mend_open(k, open, wrong);
	else
		luasource_mend(
			k->s, tok(k, wrong)->offset, tok(k, wrong)->end, " ");
	if (open == NO_TOKEN)
		tell(k, MISTAKE_CLOSES_NOTHING, wrong,
			(struct said){.word = tok(k, wrong)->text.at});
	else if (tok(k, wrong)->kind == TOKEN_END)
		tell(k, MISTAKE_NOT_CLOSED, open,
			(struct said){.word = named(k, open),
				.fix = closer_of(k, open)});
	else
		tell(k, MISTAKE_STILL_OPEN, open,
			(struct said){named(k, open), tok(k, wrong)->text.at,
				closer_of(k, open)});
}

fl_status luasource_check(struct lua_source *s, struct problems *p)
{
	struct check k = {.s = s, .p = p};
	struct frame file = {.close = NO_TOKEN, .kind = 'b'};
	uint32_t last = s->wrong != NO_TOKEN ? s->wrong : s->n_code - 1;

	if (luasource_habits(s, p) > 0)
		return FL_OK;
	push(&k, file);
	for (uint32_t i = 0; i < last && !k.no_memory; i++)
		step(&k, i);
	if (k.no_memory)
		return FL_NOMEM;
	check_pairs(&k);
	return FL_OK;
}
