/* A test as it stands beside a card, made from what really happened to one
 * customer, without what tells who it was. */
#include "ask/alias.h"
#include "ask/who.h"

struct counted {
	struct text card, step;
	uint32_t n;
};
struct known { /* a record that was made so far */
	int64_t id;
	struct text name; /* as the test calls it; empty: it has no name */
};

struct telling {
	struct view *v;
	struct aliases aliases;
	struct buf out;
	const struct record *deal; /* the one asked about */
	int64_t home, at_ms;
	const struct event_row **rows; /* oldest first */
	uint32_t n_rows, cap_rows;
	struct known *known;
	uint32_t n_known, cap_known, n_deals;
	struct counted *tasks;
	uint32_t n_tasks, cap_tasks;
	struct value made; /* map: types the rules made by themselves */
	bool other_rules;
};

static const char *say(struct telling *t, const char *nl, const char *en)
{
	return t->v->nl ? nl : en;
}

static bool take_row(void *ctx, const struct event_row *row)
{
	struct telling *t = ctx;
	const struct event_row **grown = arena_grow(t->v->a, t->rows, t->n_rows,
		&t->cap_rows, t->n_rows + 1, sizeof(*grown));

	if (grown == NULL)
		return false;
	t->rows = grown;
	grown[t->n_rows] = arena_copy(t->v->a, row, sizeof(*row));
	return grown[t->n_rows++] != NULL;
}

static struct value data_of(struct telling *t, const struct event_row *row)
{
	struct value data = value_map();

	if (row->data.bytes > 0)
		view_note(t->v, brief_read(t->v->a, NULL, row->data, &data,
					&t->v->err));
	return data.kind == VALUE_MAP ? data : value_map();
}

/* ---- Lua ---- */

static void put_string(struct telling *t, struct text s)
{
	buf_add_char(&t->out, '"');
	for (uint32_t i = 0; i < s.bytes; i++) {
		unsigned char c = (unsigned char)s.at[i];

		if (c == '"' || c == '\\')
			buf_add_char(&t->out, '\\');
		if (c < 0x20)
			buf_printf(&t->out, "\\%03u", c);
		else
			buf_add_char(&t->out, (char)c);
	}
	buf_add_char(&t->out, '"');
}

static bool is_name(struct text s)
{
	static const char *const words[] = {"and", "break", "do", "else",
		"elseif", "end", "false", "for", "function", "goto", "if", "in",
		"local", "nil", "not", "or", "repeat", "return", "then", "true",
		"until", "while"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_is(s, words[i]))
			return false;
	return s.bytes > 0 && (s.at[0] < '0' || s.at[0] > '9') &&
	       strspn(s.at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX"
			    "YZ_0123456789") == s.bytes;
}

static void put_key(struct telling *t, struct text key)
{
	if (is_name(key)) {
		buf_add(&t->out, key.at, key.bytes);
	} else {
		buf_add_char(&t->out, '[');
		put_string(t, key);
		buf_add_char(&t->out, ']');
	}
	buf_add_text(&t->out, " = ");
}

static void put_value(struct telling *t, const struct value *v)
{
	if (v->kind == VALUE_TEXT) {
		put_string(t, value_as_text(v));
		return;
	}
	if (v->kind == VALUE_NULL) {
		buf_add_text(&t->out, "nil");
		return;
	}
	if (v->kind != VALUE_LIST && v->kind != VALUE_MAP) {
		value_write(&t->out, v);
		return;
	}
	buf_add_text(&t->out, v->count > 0 ? "{ " : "{");
	for (uint32_t i = 0; i < v->count; i++) {
		if (v->kind == VALUE_MAP)
			put_key(t, v->as.members[i].key);
		put_value(t, v->kind == VALUE_MAP ? &v->as.members[i].value
						  : &v->as.items[i]);
		buf_add_text(&t->out, i + 1 < v->count ? ", " : " ");
	}
	buf_add_char(&t->out, '}');
}

/* "2026-09-01 10:00"; with its offset where that would be another moment. */
static struct text moment(struct telling *t, int64_t ms)
{
	const struct zone *z = t->v->book->zone;
	char iso[48];
	int64_t back = 0;
	char *text;

	zone_write_time(z, ms, iso, sizeof(iso));
	text = arena_printf(t->v->a, "%.10s %.5s", iso, iso + 11);
	if (text != NULL &&
		zone_read_time(z, text_of(text), &back, NULL) == FL_OK &&
		back == ms)
		return text_of(text);
	return text_of(arena_strdup(t->v->a, iso));
}

static void put_at(struct telling *t, int64_t ms)
{
	if (ms <= t->at_ms)
		return;
	t->at_ms = ms;
	buf_add_text(&t->out, "  t:at ");
	put_string(t, moment(t, ms));
	buf_add_char(&t->out, '\n');
}

/* ---- records ---- */

static struct known *find_known(struct telling *t, int64_t id)
{
	for (uint32_t i = 0; i < t->n_known; i++)
		if (t->known[i].id == id)
			return &t->known[i];
	return NULL;
}

static void now_known(struct telling *t, int64_t id, struct text name)
{
	struct known *grown;

	if (find_known(t, id) != NULL)
		return;
	grown = arena_grow(t->v->a, t->known, t->n_known, &t->cap_known,
		t->n_known + 1, sizeof(*grown));
	if (grown == NULL)
		return;
	t->known = grown;
	grown[t->n_known++] = (struct known){id, name};
}

static struct text deal_variable(struct telling *t, int64_t id)
{
	if (id == t->deal->id)
		return TEXT("deal");
	return text_of(arena_printf(
		t->v->a, "deal_%lld", (long long)(t->n_deals + 1)));
}

static struct text first_state(struct telling *t, int64_t deal)
{
	for (uint32_t i = 0; i < t->n_rows; i++) {
		struct value data;

		if (t->rows[i]->subject != deal ||
			!text_is(t->rows[i]->type, "deal.state_changed"))
			continue;
		data = data_of(t, t->rows[i]);
		return value_as_text(value_get(&data, "from"));
	}
	return deal_text(t->v, view_record(t->v, deal), "state");
}

/* The test's variable for a deal, made when this is the first of it: by the
 * event itself (`opens`), else as it stood. */
static struct text deal_told(struct telling *t, int64_t id, bool opens)
{
	const struct known *known = find_known(t, id);
	const struct record *deal = view_record(t->v, id);
	struct text name, handler;

	if (known != NULL)
		return known->name;
	name = deal_variable(t, id);
	t->n_deals++;
	now_known(t, id, name);
	if (opens) {
		buf_printf(&t->out, "  local %s = \"story-%u\"\n", name.at,
			t->n_deals);
		return name;
	}
	handler = field_text(deal, "handler");
	buf_printf(&t->out, "  local %s = t:deal { state = ", name.at);
	put_string(t, first_state(t, id));
	if (handler.bytes > 0) {
		buf_add_text(&t->out, ", handler = ");
		put_string(t, handler);
	}
	buf_add_text(&t->out, " }\n");
	return name;
}

/* ---- events ---- */

static void left_out(struct telling *t, const struct event_row *row,
	const char *nl, const char *en)
{
	buf_printf(&t->out, "  -- %s: %s (%s)\n",
		say(t, "weggelaten", "left out"), row->type.at, say(t, nl, en));
}

/* Keeps what the test can say: no ids of records it does not name. */
static struct value fields_of(struct telling *t, const struct event_def *def,
	const struct value *data)
{
	static const char *const found[] = {"deal", "customer", "known", "into",
		"matched_on", "task", "event"};
	struct value out = alias_data(&t->aliases, def, data);
	struct value kept = value_map();

	for (uint32_t i = 0; i < out.count; i++) {
		struct member m = out.as.members[i];
		const struct field_def *f = event_field(def, m.key);
		const struct known *k = NULL;
		bool drop = false,
		     id = m.value.kind == VALUE_INT &&
			  ((f != NULL && f->type == FIELD_REF) ||
				  schema_kind(t->v->schema, m.key) != NULL);

		for (size_t j = 0; j < sizeof(found) / sizeof(found[0]); j++)
			drop |= text_is(m.key, found[j]) &&
				m.value.kind != VALUE_MAP;
		if (id)
			k = find_known(t, m.value.as.integer);
		if (drop || (id && (k == NULL || k->name.bytes == 0)))
			continue;
		if (k != NULL)
			m.value = value_of_text(k->name);
		else if (f != NULL && f->type == FIELD_TIME &&
			 m.value.kind == VALUE_INT)
			m.value = value_of_text(moment(t, m.value.as.integer));
		value_set(t->v->a, &kept, m.key, m.value);
	}
	return kept;
}

/* What the event is about, when it is no deal: named where the event makes
 * it, so that later ones find it again. */
static void name_subject(struct telling *t, const struct event_def *def,
	const struct event_row *row, struct value *fields)
{
	const struct record *r = view_record(t->v, row->subject);
	const struct known *k = find_known(t, row->subject);

	if (r != NULL && text_is(r->kind, "lead"))
		value_remove(fields, r->kind);
	if (r == NULL || text_is(r->kind, "deal") || text_is(r->kind, "lead") ||
		text_is(r->kind, "customer"))
		return;
	if (k == NULL && def->opens) {
		now_known(t, r->id,
			text_of(arena_printf(
				t->v->a, "%s-%u", r->kind.at, t->n_known + 1)));
		k = find_known(t, r->id);
	}
	if (k != NULL && k->name.bytes > 0)
		value_set(t->v->a, fields, r->kind, value_of_text(k->name));
	else
		value_remove(fields, r->kind);
}

static void put_fields(
	struct telling *t, struct text deal, const struct value *fields)
{
	buf_add_text(&t->out, "{ ");
	if (deal.bytes > 0)
		buf_printf(&t->out, "deal = %s%s", deal.at,
			fields->count > 0 ? ", " : " ");
	for (uint32_t i = 0; i < fields->count; i++) {
		put_key(t, fields->as.members[i].key);
		put_value(t, &fields->as.members[i].value);
		buf_add_text(&t->out, i + 1 < fields->count ? ", " : " ");
	}
	buf_add_char(&t->out, '}');
}

/* What is about the customer alone goes by a deal that is there already. */
static int64_t any_deal(struct telling *t)
{
	for (uint32_t i = 0; i < t->n_known; i++) {
		const struct record *r = view_record(t->v, t->known[i].id);

		if (r != NULL && text_is(r->kind, "deal") &&
			t->known[i].name.bytes > 0)
			return r->id;
	}
	return t->deal->id;
}

static int64_t deal_of(struct telling *t, const struct event_row *row,
	const struct value *data)
{
	const struct record *r = view_record(t->v, row->subject);
	const struct record *deal;

	if (value_get_int(data, "deal", 0) > 0)
		return value_get_int(data, "deal", 0);
	if (r == NULL || text_is(r->kind, "customer") ||
		(deal = view_deal(t->v, r)) == NULL)
		return any_deal(t);
	return deal->id;
}

static void put_happens(struct telling *t, const struct event_def *def,
	const struct event_row *row, const struct value *data)
{
	int64_t id = deal_of(t, row, data);
	bool joined = value_get(data, "into") != NULL;
	struct text deal = TEXT("");
	struct value fields;
	bool said = rulebook_person(t->v->book, row->actor) != NULL;

	if (!joined)
		deal = deal_told(t, id, def->new_deal);
	fields = fields_of(t, def, data);
	name_subject(t, def, row, &fields);
	if (row->occurred_at_ms != row->recorded_at_ms &&
		event_field(def, TEXT("at")) == NULL)
		value_put(t->v->a, &fields, "at",
			value_of_text(moment(t, row->occurred_at_ms)));
	buf_add_text(&t->out, said ? "  t:says(" : "  t:happens(");
	if (said) {
		put_string(t, row->actor);
		buf_add_text(&t->out, ", ");
	}
	put_string(t, row->type);
	buf_add_text(&t->out, ", ");
	put_fields(t, deal, &fields);
	buf_add_text(&t->out, ")\n");
}

/* Moments among the fields of an answer, by what they are called anywhere. */
static struct value answer_fields(struct telling *t, const struct value *fields)
{
	const struct schema *s = t->v->schema;
	struct value out = alias_data(&t->aliases, NULL, fields);

	for (uint32_t i = 0; i < out.count; i++) {
		struct member *m = &out.as.members[i];
		const struct field_def *f = NULL;

		for (uint32_t k = 0; f == NULL && k < schema_event_count(s);
			k++)
			f = event_field(schema_event_at(s, k), m->key);
		if (f != NULL && f->type == FIELD_TIME &&
			m->value.kind == VALUE_INT)
			m->value =
				value_of_text(moment(t, m->value.as.integer));
	}
	return out;
}

/* The engine's own tasks are always there. */
static bool is_live(struct telling *t, struct text card)
{
	return text_is(card, "engine") ||
	       rulebook_card(t->v->book, card) != NULL;
}

static void put_answers(struct telling *t, const struct event_row *row,
	const struct value *data)
{
	const struct value *fields = value_get(data, "fields");
	struct value said = value_map(), kept;
	struct task *task = NULL;

	view_note(t->v,
		reader_task(t->v->ask->reader, t->v->a,
			value_get_int(data, "task", 0), &task, &t->v->err));
	if (task == NULL || !is_live(t, task->card)) {
		left_out(t, row, "die kaart is er niet meer",
			"that card is no longer there");
		return;
	}
	value_put(t->v->a, &said, "card", value_of_text(task->card));
	value_put(t->v->a, &said, "step", value_of_text(task->step));
	value_put(t->v->a, &said, "outcome",
		value_of_text(value_as_text(value_get(data, "outcome"))));
	if (fields != NULL && fields->count > 0) {
		kept = answer_fields(t, fields);
		value_put(t->v->a, &said, "fields", kept);
	}
	buf_add_text(&t->out, "  t:answers ");
	put_value(t, &said);
	buf_add_char(&t->out, '\n');
}

static void tell(struct telling *t, const struct event_row *row)
{
	const struct event_def *def = schema_event(t->v->schema, row->type);
	struct value data = data_of(t, row);

	if (def == NULL || def->engine_made || row->cause != 0 ||
		text_is(row->source, "engine")) {
		value_set(t->v->a, &t->made, row->type, value_bool(true));
		return;
	}
	if (row->misfit) {
		left_out(t, row, "paste niet", "did not fit");
		return;
	}
	put_at(t, row->recorded_at_ms);
	if (text_is(row->type, "task.done"))
		put_answers(t, row, &data);
	else if (value_get(&data, "task") != NULL ||
		 value_get(&data, "event") != NULL)
		left_out(t, row, "een test kan dit niet zeggen",
			"a test cannot say this");
	else
		put_happens(t, def, row, &data);
}

/* ---- tasks ---- */

static void count_task(struct telling *t, struct text card, struct text step)
{
	struct counted *grown;

	for (uint32_t i = 0; i < t->n_tasks; i++)
		if (text_equal(t->tasks[i].card, card) &&
			text_equal(t->tasks[i].step, step)) {
			t->tasks[i].n++;
			return;
		}
	grown = arena_grow(t->v->a, t->tasks, t->n_tasks, &t->cap_tasks,
		t->n_tasks + 1, sizeof(*grown));
	if (grown == NULL)
		return;
	t->tasks = grown;
	grown[t->n_tasks++] = (struct counted){card, step, 1};
}

static void count_tasks(struct telling *t, const struct event_row *row)
{
	struct decision d = {0};

	view_note(t->v,
		decision_read(t->v->a, row->decision, &d, &t->v->err));
	for (uint32_t i = 0; i < d.n_cards; i++)
		for (uint32_t k = 0; k < d.cards[i].n_effects; k++) {
			const struct effect *e = &d.cards[i].effects[k];
			struct task *task = NULL;

			if (e->kind != EFFECT_TASK)
				continue;
			view_note(
				t->v, reader_task(t->v->ask->reader, t->v->a,
					      value_get_int(&e->args, "id", 0),
					      &task, &t->v->err));
			if (task != NULL && task->home == t->home)
				count_task(t, task->card, task->step);
		}
}

static void put_expected(struct telling *t)
{
	struct text state = deal_text(t->v, t->deal, "state");

	buf_add_text(&t->out, "  t:expect_state(deal, ");
	put_string(t, state);
	buf_add_text(&t->out, ")\n");
	for (uint32_t i = 0; i < t->n_tasks; i++) {
		const struct counted *c = &t->tasks[i];

		buf_printf(&t->out, "  %st:expect_task { card = ",
			is_live(t, c->card) ? "" : "-- ");
		put_string(t, c->card);
		buf_add_text(&t->out, ", step = ");
		put_string(t, c->step);
		buf_printf(&t->out, ", count = %u }\n", c->n);
	}
}

/* ---- all of it ---- */

static void put_remarks(struct telling *t)
{
	if (t->made.count > 0)
		buf_printf(&t->out, "  -- %s:",
			say(t, "weggelaten, de regels maken het zelf",
				"left out, the rules make it themselves"));
	for (uint32_t i = 0; i < t->made.count; i++)
		buf_printf(&t->out, "%s %s", i > 0 ? "," : "",
			t->made.as.members[i].key.at);
	if (t->made.count > 0)
		buf_add_char(&t->out, '\n');
	if (t->other_rules)
		buf_printf(&t->out, "  -- %s\n",
			say(t,
				"ten dele gebeurd onder oudere regels: de test "
				"laat zien waar de regels van nu anders "
				"beslissen",
				"partly happened under older rules: the test "
				"shows where the rules of now decide "
				"otherwise"));
}

static void tell_all(struct telling *t)
{
	buf_add_text(&t->out, "test ");
	put_string(
		t, text_of(arena_printf(t->v->a, "%s %s",
			   say(t, "het verhaal van", "the story of"),
			   id_show(t->v->a, t->deal->kind, t->deal->id).at)));
	buf_add_text(&t->out, " (function(t)\n");
	for (uint32_t i = 0; i < t->n_rows; i++) {
		const struct event_row *row = t->rows[i];

		t->other_rules |= row->ruleset != 0 &&
				  row->ruleset != t->v->ask->ruleset_number;
		count_tasks(t, row);
		tell(t, row);
		if (row->subject != t->deal->id)
			now_known(t, row->subject, TEXT(""));
	}
	deal_told(t, t->deal->id, false);
	put_at(t, t->v->ask->now_ms);
	put_expected(t);
	put_remarks(t);
	buf_add_text(&t->out, "end)\n");
}

static void test_from(struct view *v, const struct value *args,
	struct value *out, struct problems *p)
{
	struct telling t = {.v = v, .made = value_map()};
	struct event_filter filter = {0};
	const struct home *h;
	struct text typed;

	args_known(args, "who", p);
	typed = args_text(v->a, args, "who", true, p);
	if (p->errors > 0 ||
		(t.deal = view_who(v, typed, TEXT("deal"), p)) == NULL ||
		(h = view_home(v, t.deal->id)) == NULL)
		return;
	t.home = filter.home = h->id;
	aliases_init(&t.aliases, v, h);
	view_note(v, reader_events(v->ask->reader, v->a, &filter, take_row, &t,
			     &v->err));
	buf_init(&t.out, WORDS_BYTES);
	tell_all(&t);
	*out = value_map();
	put_text(v, out, "lua", words_buf(v, &t.out));
}

fl_status ask_test_from(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	return ask_run(ask, args, out, p, test_from);
}
