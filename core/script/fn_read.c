/* Reads the expressions and scopes of one function, token by token. */
#include "script/fn_check.h"

#include <string.h>

static const struct fn_value any;

bool fn_is(const struct fn_reading *r, uint32_t i, const char *symbol)
{
	const struct token *t = fn_token(r, i);

	return (t->kind == TOKEN_SYMBOL || t->kind == TOKEN_KEYWORD) &&
	       text_is(t->text, symbol);
}

const struct token *fn_token(const struct fn_reading *r, uint32_t i)
{
	return r->t[i < r->n ? i : r->n - 1];
}

static bool take(struct fn_reading *r, const char *symbol)
{
	if (!fn_is(r, r->i, symbol))
		return false;
	r->i++;
	return true;
}

/* Behind what must stand here; else the reading is given up. */
static void want(struct fn_reading *r, const char *symbol)
{
	if (!take(r, symbol))
		r->lost = true;
}

static bool is_name(const struct fn_reading *r)
{
	return fn_token(r, r->i)->kind == TOKEN_NAME;
}

static void declare(
	struct fn_reading *r, struct text name, const struct fn_value *value)
{
	if (r->n_locals == FN_LOCALS_MAX) {
		r->lost = true;
		return;
	}
	r->locals[r->n_locals++] = (struct fn_local){name, *value};
}

static struct fn_local *local_named(struct fn_reading *r, struct text name)
{
	for (uint32_t i = r->n_locals; i > 0; i--)
		if (text_equal(r->locals[i - 1].name, name))
			return &r->locals[i - 1];
	return NULL;
}

/* true: every way through it ends in return. */
static bool block(struct fn_reading *r);
static struct fn_value expression(struct fn_reading *r, int least);

static bool deeper(struct fn_reading *r)
{
	if (++r->depth > FN_DEPTH_MAX || r->i >= r->n)
		r->lost = true;
	return !r->lost;
}

/* ( a, b, ... ) and the block behind; nothing is known of inner parameters,
 * but an inner function does not run act of its own. */
static void function_body(struct fn_reading *r)
{
	uint32_t locals = r->n_locals;
	struct fn_events may = r->may;
	bool inner = r->inner;

	r->inner = true;
	want(r, "(");
	while (!r->lost && !take(r, ")")) {
		if (is_name(r))
			declare(r, fn_token(r, r->i)->text, &any);
		if (!is_name(r) && !fn_is(r, r->i, "...") &&
			!fn_is(r, r->i, ","))
			r->lost = true;
		r->i++;
	}
	block(r);
	want(r, "end");
	r->n_locals = locals;
	r->inner = inner;
	r->may = may;
}

static void table(struct fn_reading *r)
{
	want(r, "{");
	while (!r->lost && !take(r, "}")) {
		if (fn_is(r, r->i, "[")) {
			r->i++;
			expression(r, 0);
			want(r, "]");
			want(r, "=");
		} else if (is_name(r) && fn_is(r, r->i + 1, "=")) {
			r->i += 2;
		}
		expression(r, 0);
		if (!take(r, ",") && !take(r, ";") && !fn_is(r, r->i, "}"))
			r->lost = true;
	}
}

/* The arguments of a call; how many, at most `room` kept. */
static uint32_t arguments(
	struct fn_reading *r, struct fn_value *out, uint32_t room)
{
	uint32_t n = 0, from = r->i;

	if (fn_token(r, r->i)->kind == TOKEN_TEXT) {
		out[0] = (struct fn_value){.is = FN_TEXT,
			.at = r->i,
			.from = r->i,
			.to = r->i + 1};
		r->i++;
		return 1;
	}
	if (fn_is(r, r->i, "{")) {
		table(r);
		out[0] = (struct fn_value){
			.is = FN_TABLE, .from = from, .to = r->i};
		return 1;
	}
	want(r, "(");
	while (!r->lost && !take(r, ")")) {
		struct fn_value v = expression(r, 0);

		if (n < room)
			out[n] = v;
		n++;
		if (!take(r, ",") && !fn_is(r, r->i, ")"))
			r->lost = true;
	}
	return n < room ? n : room;
}

static bool begins_call(const struct fn_reading *r)
{
	return fn_is(r, r->i, "(") || fn_is(r, r->i, "{") ||
	       fn_token(r, r->i)->kind == TOKEN_TEXT;
}

static struct fn_value named(struct fn_reading *r)
{
	const struct token *t = fn_token(r, r->i);
	struct fn_local *local = local_named(r, t->text);
	struct fn_value v = any;

	if (local != NULL)
		v = local->value;
	else
		for (int w = 1; w < WORD_COUNT; w++)
			if (text_is(t->text, word_of((enum word)w)->name)) {
				v = (struct fn_value){
					.is = FN_WORD, .at = r->i};
				fn_word_used(r, (enum word)w);
			}
	v.from = r->i++;
	v.to = r->i;
	return v;
}

/* deal.state(), deal:state(): a field, no function. */
static void field_called(struct fn_reading *r)
{
	uint32_t name = r->i - 1;

	fn_at(r, name,
		say(r->rd->ld, r->unit, fn_line(r, name), SAY_FIELD_CALLED,
			fn_token(r, name)->text.at));
}

/* a, a.b, a:b(...), a "x", (a) ... */
static struct fn_value suffixed(struct fn_reading *r)
{
	struct fn_value v = any, args[8];
	struct fn_events yes, no;
	bool bracketed = fn_is(r, r->i, "(");
	uint32_t n, first;

	if (bracketed) {
		r->i++;
		v = expression(r, 0);
		want(r, ")");
		if (v.is != FN_SCALAR || begins_call(r) || fn_is(r, r->i, "."))
			v = any; /* only what is compared is of use */
	} else if (is_name(r)) {
		v = named(r);
	} else {
		r->lost = true;
	}
	yes = r->yes;
	no = r->no;
	first = r->i;
	while (!r->lost) {
		bool colon = fn_is(r, r->i, ":");

		if (begins_call(r) &&
			(v.is == FN_SCALAR || v.is == FN_RECORD ||
				v.is == FN_PERSON || v.is == FN_TYPE))
			field_called(r);
		else if (colon || fn_is(r, r->i, ".") || fn_is(r, r->i, "["))
			fn_event_needed(r, &v);
		if (colon || fn_is(r, r->i, ".")) {
			uint32_t from = v.from;
			bool chain = v.to > v.from;

			r->i++;
			if (!is_name(r)) {
				r->lost = true;
				break;
			}
			v = fn_member(r, &v, r->i++, colon);
			v.from = chain ? from : 0;
			v.to = chain ? r->i : 0;
		} else if (fn_is(r, r->i, "[")) {
			r->i++;
			expression(r, 0);
			want(r, "]");
			v = any;
		} else if (begins_call(r)) {
			n = arguments(r, args, 8);
			if (!r->lost)
				fn_called(r, &v, args, n);
			v = any;
		} else {
			break;
		}
	}
	fn_event_asked(r, &v);
	if (bracketed && r->i == first) { /* the condition in them */
		r->yes = yes;
		r->no = no;
	}
	return v;
}

static struct fn_value simple(struct fn_reading *r)
{
	const struct token *t = fn_token(r, r->i);
	struct fn_value v = {.from = r->i, .at = r->i, .to = r->i + 1};

	if (t->kind == TOKEN_TEXT)
		v.is = FN_TEXT;
	else if (t->kind == TOKEN_NUMBER)
		v.is = FN_NUMBER;
	else if (fn_is(r, r->i, "true") || fn_is(r, r->i, "false"))
		v.is = FN_BOOL;
	else if (fn_is(r, r->i, "nil"))
		v.is = FN_NIL;
	else if (fn_is(r, r->i, "..."))
		v.is = FN_ANY;
	else if (fn_is(r, r->i, "{")) {
		table(r);
		fn_event_asked(r, NULL);
		return (struct fn_value){
			.is = FN_TABLE, .from = v.from, .to = r->i};
	} else if (fn_is(r, r->i, "function")) {
		r->i++;
		function_body(r);
		fn_event_asked(r, NULL);
		return any;
	} else {
		return suffixed(r);
	}
	r->i++;
	fn_event_asked(r, NULL);
	return v;
}

static int strength(const struct fn_reading *r)
{
	static const struct {
		const char *op;
		int strength;
	} ops[] = {{"or", 1}, {"and", 2}, {"<", 3}, {">", 3}, {"<=", 3},
		{">=", 3}, {"~=", 3}, {"==", 3}, {"|", 4}, {"~", 5}, {"&", 6},
		{"<<", 7}, {">>", 7}, {"..", 9}, {"+", 10}, {"-", 10},
		{"*", 11}, {"/", 11}, {"//", 11}, {"%", 11}, {"^", 14}};

	for (size_t i = 0; i < COUNT_OF(ops); i++)
		if (fn_is(r, r->i, ops[i].op))
			return ops[i].strength;
	return 0;
}

static struct fn_value unary(struct fn_reading *r)
{
	struct fn_value v;
	uint32_t from = r->i;
	bool negated = fn_is(r, r->i, "not");

	if (!negated && !fn_is(r, r->i, "-") && !fn_is(r, r->i, "#") &&
		!fn_is(r, r->i, "~"))
		return simple(r);
	r->i++;
	v = expression(r, 12);
	if (negated) {
		struct fn_events yes = r->yes;

		r->yes = r->no;
		r->no = yes;
	} else {
		fn_event_needed(r, &v);
		fn_event_asked(r, NULL);
	}
	return (struct fn_value){.is = negated ? FN_NEGATED : FN_ANY,
		.from = from,
		.to = r->i,
		.at = v.from};
}

/* The right side of and, or is read when the left one was true, was not. */
static struct fn_value right_side(struct fn_reading *r, int now)
{
	struct fn_events may = r->may, yes = r->yes, no = r->no;
	struct fn_value v;

	if (now <= 2)
		r->may = now == 2 ? yes : no;
	v = expression(r, now == 9 || now == 14 ? now - 1 : now);
	r->may = may;
	if (now == 2)
		fn_events_add(&r->no, &no);
	else if (now == 1)
		fn_events_add(&r->yes, &yes);
	return v;
}

/* left op right, both read. */
static struct fn_value operated(struct fn_reading *r, int now,
	const struct fn_value *left, uint32_t op, const struct fn_value *right)
{
	struct fn_value v = any;

	if (fn_is(r, op, "+") && (left->is == FN_TEXT || right->is == FN_TEXT))
		fn_at(r, op,
			say(r->rd->ld, r->unit, fn_line(r, op), SAY_JOINED));
	if (now >= 3 && !fn_is(r, op, "==") && !fn_is(r, op, "~=")) {
		fn_event_needed(r, left);
		fn_event_needed(r, right);
	}
	if (now > 3)
		fn_event_asked(r, NULL);
	else if (now == 3)
		v = fn_compared(r, left, op, right);
	else
		fn_joined(r, left, op, right);
	if (now == 2)
		v = *right;
	else if (now == 1 &&
		 (left->is == FN_COMPARED || right->is == left->is ||
			 fn_stands_in(left, right)))
		v = *left;
	if (now <= 2)
		v.brought = TEXT("");
	v.from = left->from;
	return v;
}

static struct fn_value expression(struct fn_reading *r, int least)
{
	struct fn_value left, right;
	int now;

	if (!deeper(r))
		return any;
	left = unary(r);
	while (!r->lost && (now = strength(r)) > least) {
		uint32_t op = r->i++;

		right = right_side(r, now);
		if (r->lost)
			break;
		left = operated(r, now, &left, op, &right);
	}
	r->depth--;
	return left;
}

static uint32_t expressions(
	struct fn_reading *r, struct fn_value *out, uint32_t room)
{
	uint32_t n = 0;

	do {
		struct fn_value v = expression(r, 0);

		if (n < room)
			out[n++] = v;
	} while (!r->lost && take(r, ","));
	return n;
}

static void local_statement(struct fn_reading *r)
{
	struct text names[16];
	struct fn_value values[16];
	uint32_t n = 0, given = 0;

	if (take(r, "function")) {
		declare(r, fn_token(r, r->i++)->text, &any);
		function_body(r);
		return;
	}
	do {
		if (!is_name(r) || n == 16) {
			r->lost = true;
			return;
		}
		names[n++] = fn_token(r, r->i++)->text;
		if (take(r, "<")) {
			r->i++;
			want(r, ">");
		}
	} while (take(r, ","));
	if (take(r, "="))
		given = expressions(r, values, 16);
	for (uint32_t i = 0; i < n; i++) {
		const struct fn_value *v = i < given ? &values[i] : &any;
		bool keeps = (v->is >= FN_RECORD && v->is <= FN_T) ||
			     v->is == FN_SCALAR || v->is == FN_TYPE ||
			     v->brought.bytes > 0;

		declare(r, names[i], keeps ? v : &any);
	}
}

static void for_statement(struct fn_reading *r)
{
	struct fn_value ignored[4];
	struct fn_events may = r->may;
	uint32_t locals = r->n_locals;

	do {
		if (!is_name(r)) {
			r->lost = true;
			return;
		}
		declare(r, fn_token(r, r->i++)->text, &any);
	} while (take(r, ","));
	if (!take(r, "=") && !take(r, "in"))
		r->lost = true;
	expressions(r, ignored, 4);
	want(r, "do");
	block(r);
	want(r, "end");
	r->n_locals = locals;
	r->may = may;
}

/* A block of an if; `behind` gets what the event may be behind it. */
static bool branch(struct fn_reading *r, struct fn_events *behind)
{
	bool returns = block(r);

	if (!returns)
		fn_events_add(behind, &r->may);
	return returns;
}

static bool if_statement(struct fn_reading *r)
{
	struct fn_events behind = {{0}}, rest;
	bool returns = true;

	r->ifs++;
	do {
		expression(r, 0);
		want(r, "then");
		rest = r->no;
		r->may = r->yes;
		returns &= branch(r, &behind);
		r->may = rest;
	} while (!r->lost && take(r, "elseif"));
	if (take(r, "else")) {
		returns &= branch(r, &behind);
	} else {
		fn_events_add(&behind, &rest);
		returns = false;
	}
	r->may = behind;
	r->ifs--;
	want(r, "end");
	return returns;
}

static bool while_statement(struct fn_reading *r)
{
	bool ever = fn_is(r, r->i, "true");
	struct fn_events may = r->may;

	expression(r, 0);
	want(r, "do");
	r->may = r->yes;
	block(r);
	want(r, "end");
	r->may = may;
	return ever;
}

static void return_statement(struct fn_reading *r)
{
	struct fn_value answers[8] = {{0}};
	uint32_t at = r->i;

	r->leaves |= r->ifs > 0 && !r->inner;
	if (!fn_is(r, r->i, "end") && !fn_is(r, r->i, "else") &&
		!fn_is(r, r->i, "elseif") && !fn_is(r, r->i, "until") &&
		!fn_is(r, r->i, ";"))
		expressions(r, answers, 8);
	else
		answers[0].is = FN_NIL;
	if (!r->lost && !r->inner && r->use == FN_ANSWERS)
		fn_answered(r, at, &answers[0]);
	take(r, ";");
}

/* deal.score = 3: subjects and events are only read. */
static void assigned(struct fn_reading *r, uint32_t first)
{
	const struct fn_local *of =
		local_named(r, fn_token(r, first)->text);
	uint32_t name = r->i - 2;

	if (of == NULL || name < first + 2 || !fn_is(r, name - 1, ".") ||
		of->value.is < FN_RECORD || of->value.is > FN_EVENT_DATA)
		return;
	fn_at(r, name,
		say(r->rd->ld, r->unit, fn_line(r, name), SAY_ASSIGNS_FIELD,
			fn_token(r, name)->text.at, fn_token(r, name)->text.at));
}

/* A call, or names that get values: what they were is no longer sure. */
static void other_statement(struct fn_reading *r)
{
	struct fn_value ignored[8];
	uint32_t first = r->i;

	suffixed(r);
	while (!r->lost && take(r, ","))
		suffixed(r);
	if (r->lost || !take(r, "="))
		return;
	assigned(r, first);
	expressions(r, ignored, 8);
	for (uint32_t i = first; i < r->i && !fn_is(r, i, "="); i++) {
		struct fn_local *l =
			fn_token(r, i)->kind == TOKEN_NAME &&
					!fn_is(r, i - 1, ".")
				? local_named(r, fn_token(r, i)->text)
				: NULL;

		if (l != NULL)
			l->value = any;
	}
}

/* true: what stands behind it is never reached. */
static bool statement(struct fn_reading *r)
{
	bool returns = false;

	if (take(r, ";"))
		return false;
	if (take(r, "local")) {
		local_statement(r);
	} else if (take(r, "if")) {
		returns = if_statement(r);
	} else if (take(r, "for")) {
		for_statement(r);
	} else if (take(r, "while")) {
		returns = while_statement(r);
	} else if (take(r, "repeat")) {
		block(r);
		want(r, "until");
		expression(r, 0);
	} else if (take(r, "do")) {
		returns = block(r);
		want(r, "end");
	} else if (take(r, "return")) {
		return_statement(r);
		returns = true;
	} else if (take(r, "goto")) {
		r->i++;
		returns = true; /* who knows where to */
	} else if (take(r, "::")) {
		r->i++;
		want(r, "::");
	} else if (fn_is(r, r->i, "function")) {
		r->lost = true; /* makes a global: Lua tells */
	} else if (!take(r, "break")) {
		returns = text_is(fn_token(r, r->i)->text, "error");
		other_statement(r);
	}
	return returns;
}

static bool block(struct fn_reading *r)
{
	uint32_t locals = r->n_locals;
	bool returns = false;

	if (!deeper(r))
		return true;
	while (!r->lost && r->i < r->n && !fn_is(r, r->i, "end") &&
		!fn_is(r, r->i, "else") && !fn_is(r, r->i, "elseif") &&
		!fn_is(r, r->i, "until"))
		returns |= statement(r);
	r->n_locals = locals;
	r->depth--;
	return returns || r->lost;
}

/* ---- where it stands ---- */

/* The key a function is the value of: the last part of its path. */
static const char *key_of(const struct node *v)
{
	const char *dot = v->path != NULL ? strrchr(v->path, '.') : NULL;

	return dot != NULL ? dot + 1 : v->path;
}

/* `key = function` in the function's line, or the line's first function. */
static uint32_t function_at(
	const struct token *t, uint32_t n, const struct node *v)
{
	const char *key = key_of(v);
	uint32_t found = n;

	for (uint32_t i = node_token(t, n, v->line);
		i < n && t[i].line <= v->line; i++) {
		if (t[i].kind != TOKEN_KEYWORD ||
			!text_is(t[i].text, "function"))
			continue;
		if (i >= 2 && key != NULL && text_is(t[i - 1].text, "=") &&
			text_is(t[i - 2].text, key))
			return i;
		if (found == n)
			found = i;
	}
	return found;
}

static bool tokens_take(struct fn_reading *r, const struct node *v)
{
	const struct token *t;
	uint32_t n, from, end;
	int depth = 0;

	if (v->unit == NULL || v->unit->source == NULL)
		return false;
	t = luasource_tokens(v->unit->source, &n);
	from = function_at(t, n, v);
	if (from >= n)
		return false;
	r->unit = v->unit;
	for (end = from; end < n; end++)
		if ((depth += node_nesting(&t[end])) == 0)
			break;
	if (end == n)
		return false;
	r->t = arena_alloc(
		&r->rd->ld->rs->arena, (end - from + 1) * sizeof(*r->t));
	for (uint32_t i = from; r->t != NULL && i <= end; i++)
		if (t[i].kind != TOKEN_COMMENT)
			r->t[r->n++] = &t[i];
	return r->t != NULL;
}

static void parameters_take(struct fn_reading *r)
{
	const struct fn_value parts[] = {
		{.is = r->rd->about.bytes > 0 ? FN_RECORD : FN_ANY,
			.record = r->rd->about},
		{.is = FN_EVENT}, {.is = FN_ACT}};
	const struct fn_value t = {.is = FN_T};

	r->i = 1;
	want(r, "(");
	for (uint32_t i = 0; !r->lost && !take(r, ")"); i++) {
		if (is_name(r))
			declare(r, fn_token(r, r->i)->text,
				r->use == FN_TESTS ? (i == 0 ? &t : &any)
				: i < 3		   ? &parts[i]
						   : &any);
		r->i++;
		take(r, ",");
	}
}

/* true: read to its end. */
static bool check(struct fn_reading *r, const struct node *v)
{
	bool returns;

	if (v->kind != NODE_FN || !tokens_take(r, v))
		return false;
	r->fn = v->as.fn;
	fn_events_begin(r);
	parameters_take(r);
	returns = block(r);
	if (!returns && r->use == FN_ANSWERS)
		fn_at(r, r->n - 1,
			say(r->rd->ld, r->unit, fn_line(r, r->n - 1),
				SAY_NO_ANSWER));
	return !r->lost;
}

void fn_check(struct reading_card *rd, const struct node *v,
	const struct text *events, uint32_t n_events, enum fn_use use)
{
	struct fn_reading r = {.rd = rd,
		.use = use,
		.events = events,
		.n_events = n_events};

	check(&r, v);
}

void fn_check_test(struct loading *ld, const struct node *v)
{
	struct reading_card rd = {.ld = ld, .about = TEXT("")};
	struct fn_reading r = {.rd = &rd, .use = FN_TESTS};

	if (check(&r, v) && !r.expects && v->word_arg != NULL &&
		!v->unit->broken)
		say_warning(ld, v->unit, v->word_line, SAY_TESTS_NOTHING,
			v->word_arg);
}
