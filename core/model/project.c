#include "model/project.h"

/* Cursor over the text of a projection. */
struct cursor {
	struct arena *arena;
	const char *at, *end;
	bool (*is_kind)(void *ctx, struct text name);
	void *ctx;
	struct fl_error *err;
};

static void blanks(struct cursor *c)
{
	while (c->at < c->end && strchr(" \t\r\n", *c->at) != NULL)
		c->at++;
}

static bool take(struct cursor *c, const char *symbol)
{
	size_t n = strlen(symbol);

	blanks(c);
	if ((size_t)(c->end - c->at) < n || memcmp(c->at, symbol, n) != 0)
		return false;
	c->at += n;
	return true;
}

static bool name_char(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
	       (ch >= '0' && ch <= '9') || ch == '_';
}

/* A name or index; empty when there is none. */
static struct text name_read(struct cursor *c)
{
	const char *from;

	blanks(c);
	from = c->at;
	while (c->at < c->end && name_char(*c->at))
		c->at++;
	return (struct text){from, (uint32_t)(c->at - from)};
}

static struct text kept(struct cursor *c, struct text t)
{
	const char *at = arena_text(c->arena, t.at, t.bytes);

	return at != NULL ? (struct text){at, t.bytes} : TEXT("");
}

static fl_status wrong(struct cursor *c, const char *what)
{
	size_t left = (size_t)(c->end - c->at);

	return status_fail(c->err, FL_INVALID, "projection: %s at \"%.*s\"",
		what, (int)(left < 40 ? left : 40), c->at);
}

static fl_status source_read(struct cursor *c, struct source *s, int depth);

static fl_status literal_read(struct cursor *c, struct source *s)
{
	const char *from = c->at;
	const char *close;

	s->kind = SOURCE_LITERAL;
	close = memchr(from, '\'', (size_t)(c->end - from));
	if (close == NULL)
		return wrong(c, "text without closing quote");
	s->literal = value_of_text(
		kept(c, (struct text){from, (uint32_t)(close - from)}));
	c->at = close + 1;
	return FL_OK;
}

static fl_status map_read(struct cursor *c, struct source *s, int depth)
{
	uint32_t cap = 0;
	fl_status st;

	s->kind = SOURCE_MAP;
	while (!take(c, "}")) {
		struct source_pair *pairs = arena_grow(c->arena, s->pairs,
			s->n_pairs, &cap, s->n_pairs + 1, sizeof(*pairs));
		struct source_pair *p;
		struct text key = name_read(c);

		if (pairs == NULL)
			return status_fail(c->err, FL_NOMEM, "projection");
		if (key.bytes == 0)
			return wrong(c, "a name was expected");
		s->pairs = pairs;
		p = &pairs[s->n_pairs++];
		*p = (struct source_pair){.key = kept(c, key)};
		if (take(c, "=")) {
			if ((st = source_read(c, &p->from, depth + 1)) != FL_OK)
				return st;
		} else {
			p->from.kind = SOURCE_DATA;
			p->from.path[0] = p->key;
			p->from.n_path = 1;
		}
		take(c, ",");
		blanks(c);
		if (c->at == c->end)
			return wrong(c, "\"}\" was expected");
	}
	return FL_OK;
}

static fl_status at_read(struct cursor *c, struct source *s)
{
	static const struct {
		const char *name;
		enum source_kind kind;
	} known[] = {{"at", SOURCE_AT}, {"now", SOURCE_NOW},
		{"actor", SOURCE_ACTOR}, {"subject", SOURCE_SUBJECT},
		{"deal", SOURCE_DEAL}, {"customer", SOURCE_CUSTOMER}};
	struct text name = name_read(c);
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!text_equal(name, text_of(known[i].name)))
			continue;
		s->kind = known[i].kind;
		return FL_OK;
	}
	return wrong(c, "@at, @now, @actor, @subject, @deal or @customer "
			"was expected");
}

static bool number_read(struct text t, struct value *out)
{
	int64_t n = 0;
	uint32_t i;

	for (i = 0; i < t.bytes; i++) {
		if (t.at[i] < '0' || t.at[i] > '9' || i >= 15)
			return false;
		n = n * 10 + (t.at[i] - '0');
	}
	*out = value_int(n);
	return t.bytes > 0;
}

static fl_status word_read(struct cursor *c, struct source *s)
{
	struct text name = name_read(c);
	bool is_data = text_equal(name, TEXT("data"));

	s->kind = SOURCE_LITERAL;
	if (name.bytes == 0)
		return wrong(c, "a value was expected");
	if (number_read(name, &s->literal))
		return FL_OK;
	if (text_equal(name, TEXT("nil")))
		return FL_OK;
	if (text_equal(name, TEXT("true")) || text_equal(name, TEXT("false"))) {
		s->literal = value_bool(name.bytes == 4);
		return FL_OK;
	}
	if (!is_data && c->at < c->end && *c->at == '.' &&
		c->is_kind(c->ctx, name)) {
		c->at++;
		s->kind = SOURCE_FIELD;
		s->record = kept(c, name);
		s->field = kept(c, name_read(c));
	} else {
		s->kind = SOURCE_DATA;
		if (!is_data)
			s->path[s->n_path++] = kept(c, name);
		while (c->at < c->end && *c->at == '.' && s->n_path < 4) {
			c->at++;
			s->path[s->n_path++] = kept(c, name_read(c));
		}
		if (s->n_path == 0 || s->path[s->n_path - 1].bytes == 0)
			return wrong(c, "a field was expected");
	}
	s->optional = c->at < c->end && *c->at == '?';
	c->at += s->optional;
	return FL_OK;
}

static fl_status source_read(struct cursor *c, struct source *s, int depth)
{
	fl_status st;

	if (depth > 2)
		return wrong(c, "nested too deep");
	if (take(c, "'"))
		st = literal_read(c, s);
	else if (take(c, "{"))
		st = map_read(c, s, depth);
	else if (take(c, "@"))
		st = at_read(c, s);
	else
		st = word_read(c, s);
	if (st != FL_OK || !take(c, "-"))
		return st;
	s->minus = arena_alloc(c->arena, sizeof(*s->minus));
	if (s->minus == NULL)
		return status_fail(c->err, FL_NOMEM, "projection");
	return source_read(c, s->minus, depth + 1);
}

static fl_status operator_read(struct cursor *c, struct project_op *op)
{
	if (take(c, "?="))
		op->kind = OP_SET_EMPTY;
	else if (take(c, "+="))
		op->kind = OP_PLUS;
	else if (take(c, "-="))
		op->kind = OP_MINUS;
	else if (take(c, "add "))
		op->kind = OP_ADD;
	else if (take(c, "remove "))
		op->kind = OP_REMOVE;
	else if (!take(c, "="))
		return wrong(c, "=, ?=, +=, -=, add or remove was expected");
	return source_read(c, &op->from, 0);
}

/* open K; close K [outcome]; grant consent */
static fl_status verb_read(
	struct cursor *c, struct project_op *op, struct text verb)
{
	struct text name = name_read(c);

	if (text_equal(verb, TEXT("grant")) &&
		text_equal(name, TEXT("consent"))) {
		op->kind = OP_GRANT;
		op->record = TEXT("customer");
		op->field = TEXT("consent");
		return FL_OK;
	}
	op->kind = text_equal(verb, TEXT("close")) ? OP_CLOSE : OP_OPEN;
	if ((op->kind == OP_OPEN && !text_equal(verb, TEXT("open"))) ||
		!c->is_kind(c->ctx, name))
		return wrong(c, "kind.field = value, open KIND, close KIND or "
				"grant consent was expected");
	op->record = kept(c, name);
	op->field = TEXT("state");
	name = op->kind == OP_CLOSE ? name_read(c) : TEXT("");
	if (name.bytes > 0)
		op->from = (struct source){.kind = SOURCE_LITERAL,
			.literal = value_of_text(kept(c, name))};
	return FL_OK;
}

static fl_status op_read(struct cursor *c, struct project_op *op)
{
	struct text name = name_read(c);
	fl_status st;

	if (c->at < c->end && *c->at != '.' && *c->at != '[')
		return verb_read(c, op, name);
	if (!c->is_kind(c->ctx, name))
		return wrong(c, "the name of a kind was expected before");
	op->record = kept(c, name);
	if (take(c, "[")) {
		op->selector = kept(c, name_read(c));
		if (op->selector.bytes == 0 || !take(c, "]"))
			return wrong(c, "[field] was expected");
	}
	if (!take(c, "."))
		return wrong(c, "\".\" was expected");
	op->field = kept(c, name_read(c));
	if (op->field.bytes == 0)
		return wrong(c, "a field was expected");
	if (!take(c, "["))
		return operator_read(c, op);
	if ((st = source_read(c, &op->key, 1)) != FL_OK)
		return st;
	if (!take(c, "]") || !take(c, "="))
		return wrong(c, "] = was expected");
	op->kind = OP_PUT;
	return source_read(c, &op->from, 0);
}

fl_status project_parse(struct arena *a, struct text text,
	bool (*is_kind)(void *ctx, struct text name), void *ctx,
	struct project_op **ops, uint32_t *n, struct fl_error *err)
{
	struct cursor c = {a, text.at, text.at + text.bytes, is_kind, ctx, err};
	uint32_t cap = 0;
	fl_status st;

	*ops = NULL;
	*n = 0;
	for (;;) {
		struct project_op *grown, op = {.kind = OP_SET};

		while (take(&c, ";"))
			;
		blanks(&c);
		if (c.at == c.end)
			return a->failed ? status_fail(
						   err, FL_NOMEM, "projection")
					 : FL_OK;
		if ((st = op_read(&c, &op)) != FL_OK)
			return st;
		blanks(&c);
		if (c.at < c.end && *c.at != ';')
			return wrong(&c, "\";\" was expected");
		grown = arena_grow(a, *ops, *n, &cap, *n + 1, sizeof(op));
		if (grown == NULL)
			return status_fail(err, FL_NOMEM, "projection");
		*ops = grown;
		grown[(*n)++] = op;
	}
}

/* ---- running ---- */

struct pass {
	struct world *w;
	const struct event *e;
	int64_t deal;
};

static struct record *singleton(
	struct world *w, struct text kind, struct text ref)
{
	const struct record *r = w->by_ref(w->ctx, kind, ref);

	return r != NULL ? w->edit(w->ctx, r->id)
			 : w->create(w->ctx, kind, ref, 0);
}

struct record *project_person(struct world *w, struct text id)
{
	return id.bytes > 0 ? singleton(w, TEXT("person"), id) : NULL;
}

struct record *project_rooftop(struct world *w)
{
	return singleton(w, TEXT("rooftop"), TEXT("rooftop"));
}

/* Id of the record of `kind` the event concerns; 0: none. */
static int64_t target(const struct pass *p, struct text kind)
{
	struct world *w = p->w;
	const struct record *subject = w->get(w->ctx, p->e->subject);
	const struct value *v;
	const struct record *r;

	if (text_equal(kind, TEXT("deal")))
		return p->deal;
	if (text_equal(kind, TEXT("customer")))
		return p->e->customer;
	if (subject != NULL && text_equal(subject->kind, kind))
		return p->e->subject;
	v = value_get_text(&p->e->data, kind);
	if (v == NULL || v->kind != VALUE_INT) {
		r = p->deal != 0 ? w->get(w->ctx, p->deal) : NULL;
		v = r != NULL ? value_get_text(&r->fields, kind) : NULL;
	}
	if (v == NULL || v->kind != VALUE_INT)
		return 0;
	r = w->get(w->ctx, v->as.integer);
	return r != NULL && text_equal(r->kind, kind) ? r->id : 0;
}

static struct record *target_edit(
	const struct pass *p, const struct project_op *op)
{
	struct world *w = p->w;
	const struct record *subject = w->get(w->ctx, p->e->subject);
	int64_t id;

	if (text_equal(op->record, TEXT("rooftop")))
		return project_rooftop(w);
	if (text_equal(op->record, TEXT("person")) &&
		(op->selector.bytes > 0 || subject == NULL ||
			!text_equal(subject->kind, op->record)))
		return project_person(
			w, value_as_text(value_get_text(&p->e->data,
				   op->selector.bytes > 0 ? op->selector
							  : TEXT("person"))));
	id = target(p, op->record);
	return id != 0 ? w->edit(w->ctx, id) : NULL;
}

static const struct value *data_path(
	const struct value *v, const struct source *s)
{
	uint32_t i;

	for (i = 0; v != NULL && i < s->n_path; i++) {
		struct value index;

		if (v->kind != VALUE_LIST) {
			v = value_get_text(v, s->path[i]);
			continue;
		}
		if (!number_read(s->path[i], &index) || index.as.integer < 1 ||
			index.as.integer > v->count)
			return NULL;
		v = &v->as.items[index.as.integer - 1];
	}
	return v;
}

static struct value evaluate(const struct pass *p, const struct source *s);

static struct value evaluate_map(const struct pass *p, const struct source *s)
{
	struct value map = value_map();
	uint32_t i;

	for (i = 0; i < s->n_pairs; i++) {
		struct value v = evaluate(p, &s->pairs[i].from);

		if (v.kind != VALUE_NULL)
			value_set(p->w->arena, &map, s->pairs[i].key, v);
	}
	return map;
}

static struct value evaluate_field(const struct pass *p, const struct source *s)
{
	int64_t id = target(p, s->record);
	const struct record *r = id ? p->w->get(p->w->ctx, id) : NULL;
	const struct value *v =
		r != NULL ? schema_value(p->w->schema, r, s->field) : NULL;

	return v != NULL ? *v : value_null();
}

static struct value id_value(int64_t id)
{
	return id != 0 ? value_int(id) : value_null();
}

static struct value evaluate_one(const struct pass *p, const struct source *s)
{
	const struct event *e = p->e;
	const struct value *v;

	switch (s->kind) {
	case SOURCE_LITERAL:
		return s->literal;
	case SOURCE_DATA:
		v = data_path(&e->data, s);
		return v != NULL ? *v : value_null();
	case SOURCE_FIELD:
		return evaluate_field(p, s);
	case SOURCE_AT:
		return value_int(e->occurred_at_ms);
	case SOURCE_NOW:
		return value_int(e->recorded_at_ms);
	case SOURCE_ACTOR:
		return e->actor.bytes > 0 ? value_of_text(e->actor)
					  : value_null();
	case SOURCE_SUBJECT:
		return id_value(e->subject);
	case SOURCE_DEAL:
		return id_value(p->deal);
	case SOURCE_CUSTOMER:
		return id_value(e->customer);
	case SOURCE_MAP:
		return evaluate_map(p, s);
	case SOURCE_NONE:
		break;
	}
	return value_null();
}

static double real_of(const struct value *v)
{
	return v->kind == VALUE_INT    ? (double)v->as.integer
	       : v->kind == VALUE_REAL ? v->as.real
				       : 0;
}

static struct value sum(struct value a, struct value b, bool minus)
{
	int64_t n = 0;
	bool over;

	if (a.kind == VALUE_NULL)
		a = value_int(0);
	if (a.kind == VALUE_INT && b.kind == VALUE_INT) {
		over = minus ? __builtin_sub_overflow(
				       a.as.integer, b.as.integer, &n)
			     : __builtin_add_overflow(
				       a.as.integer, b.as.integer, &n);
		return over ? a : value_int(n);
	}
	return value_real(real_of(&a) + (minus ? -1 : 1) * real_of(&b));
}

static bool numeric(const struct value *v)
{
	return v->kind == VALUE_INT || v->kind == VALUE_REAL;
}

static struct value evaluate(const struct pass *p, const struct source *s)
{
	struct value v = evaluate_one(p, s), less;

	if (s->minus == NULL || !numeric(&v))
		return v;
	less = evaluate(p, s->minus);
	return numeric(&less) ? sum(v, less, true) : value_null();
}

static uint32_t list_index(const struct value *list, const struct value *v)
{
	uint32_t i;

	for (i = 0; i < list->count; i++)
		if (value_equal(&list->as.items[i], v))
			return i;
	return UINT32_MAX;
}

static bool list_change(const struct pass *p, struct record *r,
	const struct project_op *op, struct value v)
{
	const struct value *now = value_get_text(&r->fields, op->field);
	struct value list = value_list();
	uint32_t i, at;

	if (now != NULL && now->kind == VALUE_LIST)
		list = *now;
	at = list_index(&list, &v);
	if (v.kind == VALUE_NULL || (at != UINT32_MAX) == (op->kind == OP_ADD))
		return true;
	if (op->kind == OP_ADD)
		return value_append(p->w->arena, &list, v) &&
		       record_set(p->w->arena, r, op->field, list);
	for (i = at + 1; i < list.count; i++)
		list.as.items[i - 1] = list.as.items[i];
	list.count--;
	return record_set(p->w->arena, r, op->field,
		list.count > 0 ? list : value_null());
}

static bool member_put(const struct pass *p, struct record *r,
	const struct project_op *op, struct text key, struct value v)
{
	const struct value *now = value_get_text(&r->fields, op->field);
	struct value map = value_map();

	if (key.bytes == 0)
		return true;
	if (now != NULL && now->kind == VALUE_MAP)
		map = *now;
	if (v.kind == VALUE_NULL)
		value_remove(&map, key);
	else if (!value_set(p->w->arena, &map, key, v))
		return false;
	return record_set(
		p->w->arena, r, op->field, map.count > 0 ? map : value_null());
}

/* One entry of data.consent: true grants, false or null withdraws. */
static bool grant_one(const struct pass *p, struct record *r,
	const struct project_op *op, struct text channel,
	const struct value *said)
{
	static const char *const kept_keys[] = {
		"purpose", "basis", "wording", "proof_ref", "expires_at"};
	struct value grant = value_map();
	const struct value *purpose = value_get(&p->e->data, "purpose");
	size_t i;

	if (said->kind == VALUE_NULL ||
		(said->kind == VALUE_BOOL && !said->as.boolean))
		return member_put(p, r, op, channel, value_null());
	value_put(p->w->arena, &grant, "given_at",
		value_int(p->e->occurred_at_ms));
	value_put(p->w->arena, &grant, "basis", value_text("asked"));
	if (purpose != NULL && purpose->kind == VALUE_TEXT)
		value_put(p->w->arena, &grant, "purpose", *purpose);
	for (i = 0; i < sizeof(kept_keys) / sizeof(kept_keys[0]); i++) {
		const struct value *v = value_get(said, kept_keys[i]);

		if (v != NULL && v->kind != VALUE_NULL)
			value_put(p->w->arena, &grant, kept_keys[i], *v);
	}
	return member_put(p, r, op, channel, grant);
}

static bool grant(
	const struct pass *p, struct record *r, const struct project_op *op)
{
	const struct value *said = value_get(&p->e->data, "consent");
	const struct value yes = value_bool(true);
	bool ok = true;
	uint32_t i;

	if (said == NULL)
		return true;
	if (said->kind == VALUE_TEXT)
		return grant_one(p, r, op, value_as_text(said), &yes);
	for (i = 0; said->kind == VALUE_MAP && ok && i < said->count; i++)
		ok = grant_one(p, r, op, said->as.members[i].key,
			&said->as.members[i].value);
	for (i = 0; said->kind == VALUE_LIST && ok && i < said->count; i++) {
		const struct value *v = &said->as.items[i];

		ok = v->kind == VALUE_TEXT
			     ? grant_one(p, r, op, value_as_text(v), &yes)
			     : grant_one(p, r, op,
				       value_as_text(value_get(v, "channel")),
				       v);
	}
	return ok;
}

static bool close_record(
	const struct pass *p, struct record *r, const struct project_op *op)
{
	struct arena *a = p->w->arena;

	if (text_equal(value_as_text(record_get(r, "state")), TEXT("closed")))
		return true;
	if (op->from.kind != SOURCE_NONE &&
		!record_set(a, r, TEXT("outcome"), op->from.literal))
		return false;
	return record_set(a, r, op->field, value_text("closed")) &&
	       record_set(a, r, TEXT("closed_at"),
		       value_int(p->e->occurred_at_ms));
}

static bool count_change(const struct pass *p, struct record *r,
	const struct project_op *op, struct value v)
{
	const struct value *now = schema_value(p->w->schema, r, op->field);
	struct value n = now != NULL ? *now : value_null();

	if (!numeric(&v) || (n.kind != VALUE_NULL && !numeric(&n)))
		return true;
	n = sum(n, v, op->kind == OP_MINUS);
	if (op->kind == OP_MINUS && n.kind == VALUE_INT && n.as.integer < 0)
		n = value_int(0);
	return record_set(p->w->arena, r, op->field, n);
}

static bool op_run(
	const struct pass *p, struct record *r, const struct project_op *op)
{
	struct value v = evaluate(p, &op->from), key;
	struct arena *a = p->w->arena;

	if (v.kind == VALUE_LIST || v.kind == VALUE_MAP)
		v = value_clone(a, &v); /* never shared with the event */
	switch (op->kind) {
	case OP_SET:
		if (v.kind == VALUE_NULL && op->from.optional)
			return true;
		return record_set(a, r, op->field, v);
	case OP_SET_EMPTY:
		if (v.kind == VALUE_NULL ||
			value_get_text(&r->fields, op->field) != NULL)
			return true;
		return record_set(a, r, op->field, v);
	case OP_PLUS:
	case OP_MINUS:
		return count_change(p, r, op, v);
	case OP_ADD:
	case OP_REMOVE:
		return list_change(p, r, op, v);
	case OP_PUT:
		key = evaluate(p, &op->key);
		return member_put(p, r, op, value_as_text(&key), v);
	case OP_OPEN:
		return record_set(a, r, op->field, value_text("open"));
	case OP_CLOSE:
		return close_record(p, r, op);
	case OP_GRANT:
		return grant(p, r, op);
	}
	return true;
}

static bool of_deal(struct text kind)
{
	static const char *const of[] = {
		"deal", "case", "visit", "delivery", "lead", "appointment"};
	size_t i;

	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (text_equal(kind, text_of(of[i])))
			return true;
	return false;
}

fl_status project_apply(struct world *w, const struct event *e, int64_t deal,
	enum project_part part)
{
	const struct pass p = {w, e, deal};
	uint32_t i;

	for (i = 0; i < e->def->n_ops; i++) {
		const struct project_op *op = &e->def->ops[i];
		struct record *r;

		if (part != PROJECT_ALL &&
			of_deal(op->record) != (part == PROJECT_DEAL))
			continue;
		r = target_edit(&p, op);
		if (r != NULL && !op_run(&p, r, op))
			return FL_NOMEM;
	}
	return w->arena->failed ? FL_NOMEM : FL_OK;
}
