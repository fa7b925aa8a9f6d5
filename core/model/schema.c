#include "model/schema_part.h"
#include "model/schema_table.h"

#include "base/near.h"

/* ---- small helpers ---- */

struct text schema_keep(struct arena *a, struct text t)
{
	const char *at = arena_text(a, t.at, t.bytes);

	return at != NULL ? (struct text){at, t.bytes} : TEXT("");
}

/* Next word of a text separated by blanks; empty at the end. */
struct text schema_word_next(const char **at)
{
	const char *from;

	while (**at == ' ')
		(*at)++;
	from = *at;
	while (**at != ' ' && **at != '\0')
		(*at)++;
	return (struct text){from, (uint32_t)(*at - from)};
}

/* Empty, with room for n names. */
static bool index_room(struct arena *a, struct name_index *ix, uint32_t n)
{
	uint32_t cap = 64, *slots;

	while (cap < n * 2 + 2)
		cap *= 2;
	if (cap == ix->cap) {
		memset(ix->slots, 0, cap * sizeof(*ix->slots));
		return true;
	}
	slots = arena_alloc(a, cap * sizeof(*slots));
	if (slots == NULL) /* what is there goes on */
		return false;
	ix->slots = slots;
	ix->cap = cap;
	return true;
}

static void index_put(struct name_index *ix, struct text name, uint32_t i)
{
	uint32_t at = text_glance(name) & (ix->cap - 1);

	while (ix->slots[at] != 0)
		at = (at + 1) & (ix->cap - 1);
	ix->slots[at] = i + 1;
}

bool schema_index(struct schema *s)
{
	uint32_t i;

	if (!index_room(s->arena, &s->by_name, s->n_events))
		return false;
	for (i = 0; i < s->n_events; i++)
		index_put(&s->by_name, s->events[i]->name, i);
	return true;
}

static bool kinds_index(struct schema *s)
{
	uint32_t i;

	if (!index_room(s->arena, &s->kind_by_name, s->n_kinds))
		return false;
	for (i = 0; i < s->n_kinds; i++)
		index_put(&s->kind_by_name, s->kinds[i]->name, i);
	return true;
}

bool schema_kind_index(struct schema *s, struct kind_def *k)
{
	uint32_t i;

	if (k->by_name == NULL)
		k->by_name = arena_alloc(s->arena, sizeof(*k->by_name));
	if (k->by_name == NULL ||
		!index_room(s->arena, k->by_name, k->n_fields))
		return false;
	for (i = 0; i < k->n_fields; i++)
		index_put(k->by_name, k->fields[i].name, i);
	return true;
}

/* ---- reading ---- */

const struct event_def *schema_event(const struct schema *s, struct text name)
{
	const struct name_index *ix = &s->by_name;
	uint32_t at = text_glance(name) & (ix->cap - 1);

	for (; ix->slots[at] != 0; at = (at + 1) & (ix->cap - 1))
		if (text_equal(s->events[ix->slots[at] - 1]->name, name))
			return s->events[ix->slots[at] - 1];
	return NULL;
}

/* text_equal() without the call, for the short lists here. */
static inline bool same(struct text a, struct text b)
{
	return a.bytes == b.bytes && memcmp(a.at, b.at, a.bytes) == 0;
}

struct kind_def *schema_kind_find(const struct schema *s, struct text name)
{
	const struct name_index *ix = &s->kind_by_name;
	uint32_t at = text_glance(name) & (ix->cap - 1);

	for (; ix->slots[at] != 0; at = (at + 1) & (ix->cap - 1))
		if (same(s->kinds[ix->slots[at] - 1]->name, name))
			return s->kinds[ix->slots[at] - 1];
	return NULL;
}

const struct kind_def *schema_kind(const struct schema *s, struct text name)
{
	return schema_kind_find(s, name);
}

static const struct field_def *field_find(
	const struct field_def *fields, uint32_t n, struct text name)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		if (same(fields[i].name, name))
			return &fields[i];
	return NULL;
}

const struct field_def *schema_kind_field(
	const struct kind_def *k, struct text name)
{
	const struct name_index *ix = k->by_name;
	uint32_t at = text_glance(name) & (ix->cap - 1);

	for (; ix->slots[at] != 0; at = (at + 1) & (ix->cap - 1))
		if (same(k->fields[ix->slots[at] - 1].name, name))
			return &k->fields[ix->slots[at] - 1];
	return NULL;
}

const struct field_def *schema_field(
	const struct schema *s, struct text kind, struct text field)
{
	const struct kind_def *k = schema_kind_find(s, kind);

	return k != NULL ? schema_kind_field(k, field) : NULL;
}

const struct field_def *event_field(const struct event_def *e, struct text name)
{
	return field_find(e->fields, e->n_fields, name);
}

bool schema_everybodys(const struct schema *s, struct text name)
{
	return schema_kind(s, name) != NULL || text_is(name, "note") ||
	       text_is(name, "ref") || text_is(name, "extra") ||
	       (name.bytes > 4 &&
		       memcmp(name.at + name.bytes - 4, "_raw", 4) == 0);
}

const struct value *schema_value(
	const struct schema *s, const struct record *r, struct text field)
{
	const struct value *v = value_get_text(&r->fields, field);
	const struct field_def *f;

	if (v != NULL)
		return v;
	f = schema_field(s, r->kind, field);
	return f != NULL && f->dflt.kind != VALUE_NULL ? &f->dflt : NULL;
}

uint32_t schema_event_count(const struct schema *s)
{
	return s->n_events;
}

const struct event_def *schema_event_at(const struct schema *s, uint32_t i)
{
	return i < s->n_events ? s->events[i] : NULL;
}

uint32_t schema_kind_count(const struct schema *s)
{
	return s->n_kinds;
}

const struct kind_def *schema_kind_at(const struct schema *s, uint32_t i)
{
	return i < s->n_kinds ? s->kinds[i] : NULL;
}

#define NEAR_MOST 512

const char *schema_near_field(
	const struct schema *s, struct text kind, struct text wrong)
{
	const struct kind_def *k = schema_kind_find(s, kind);
	const char *names[NEAR_MOST];
	uint32_t i, n = 0;
	int at;

	for (i = 0; k != NULL && i < k->n_fields && n < NEAR_MOST; i++)
		names[n++] = k->fields[i].name.at;
	at = near_name(wrong.at, names, n);
	return at >= 0 ? names[at] : NULL;
}

/* ---- life cycle ---- */

int schema_state(struct text name)
{
	int i;

	for (i = 0; schema_table_states[i] != NULL; i++)
		if (text_is(name, schema_table_states[i]))
			return i;
	return -1;
}

struct text schema_state_name(int state)
{
	REQUIRE(state >= 0 && state < SCHEMA_STATES);
	return text_of(schema_table_states[state]);
}

int schema_state_count(void)
{
	return SCHEMA_STATES;
}

bool schema_state_open(int state)
{
	return state >= 0 && state < SCHEMA_TABLE_OPEN;
}

struct text schema_state_word(int state, bool dutch)
{
	static const char *const nl[SCHEMA_STATES] = {"nieuw",
		"wordt gebeld", "in gesprek", "op bezoek geweest",
		"voorstel gehad", "denkt thuis na", "getekend",
		"aangeboden aan aflevering", "aflevering in voorbereiding",
		"klaar voor aflevering", "afgeleverd", "nazorg", "mislukt",
		"reddingspoging", "bij afdeling mislukte deals", "slapend",
		"gestopt"};

	return dutch && state >= 0 && state < SCHEMA_STATES
		? text_of(nl[state])
		: schema_state_name(state);
}

struct text schema_kind_word(struct text kind, bool dutch)
{
	static const char *const nl[][2] = {{"customer", "klant"},
		{"visit", "bezoek"}, {"promise", "belofte"}, {"case", "zaak"},
		{"delivery", "aflevering"}, {"complaint", "klacht"},
		{"appointment", "afspraak"}, {"person", "persoon"},
		{"rooftop", "vestiging"}};

	for (size_t i = 0; dutch && i < sizeof(nl) / sizeof(nl[0]); i++)
		if (text_is(kind, nl[i][0]))
			return text_of(nl[i][1]);
	return kind;
}

uint32_t schema_move_count(const struct schema *s)
{
	return s->n_moves;
}

const struct life_move *schema_move_at(const struct schema *s, uint32_t i)
{
	return i < s->n_moves ? &s->moves[i] : NULL;
}

const struct life_move *schema_move(const struct schema *s, int state,
	struct text event, const struct value *data)
{
	uint32_t i;

	if (state < 0)
		return NULL;
	for (i = 0; i < s->n_moves; i++) {
		const struct life_move *m = &s->moves[i];

		if ((m->from >> state & 1) != 0 && text_equal(m->on, event) &&
			move_when(m->when, data))
			return m;
	}
	return NULL;
}

uint32_t schema_legal(
	const struct schema *s, int state, struct text *out, uint32_t cap)
{
	uint32_t i, j, n = 0;

	for (i = 0; state >= 0 && i < s->n_moves && n < cap; i++) {
		const struct life_move *m = &s->moves[i];
		const struct event_def *def = schema_event(s, m->on);

		if ((m->from >> state & 1) == 0 ||
			(def != NULL && def->engine_made))
			continue;
		for (j = 0; j < n && !text_equal(out[j], m->on); j++)
			;
		if (j == n)
			out[n++] = m->on;
	}
	return n;
}

/* ---- building ---- */

static struct kind_def *kind_add(struct schema *s, struct text name)
{
	struct kind_def *k = arena_alloc(s->arena, sizeof(*k));
	struct kind_def **kinds = arena_grow(s->arena, s->kinds, s->n_kinds,
		&s->cap_kinds, s->n_kinds + 1, sizeof(*kinds));

	if (k == NULL || kinds == NULL)
		return NULL;
	k->name = name;
	s->kinds = kinds;
	kinds[s->n_kinds++] = k;
	return k;
}

struct field_def *schema_field_add(
	struct arena *a, struct field_def **fields, uint32_t *n, uint32_t *cap)
{
	struct field_def *grown =
		arena_grow(a, *fields, *n, cap, *n + 1, sizeof(*grown));

	if (grown == NULL)
		return NULL;
	*fields = grown;
	memset(&grown[*n], 0, sizeof(*grown));
	return &grown[(*n)++];
}

/* "(a|b|c)": choices of a field; returns what follows. */
static const char *choices_read(
	struct arena *a, const char *at, struct field_def *f)
{
	uint32_t cap = 0;

	f->type = FIELD_CHOICE;
	do {
		const char *from = ++at;
		struct text *grown = arena_grow(a, f->choices, f->n_choices,
			&cap, f->n_choices + 1, sizeof(*grown));

		at += strcspn(at, "|)");
		if (grown == NULL)
			return at;
		f->choices = grown;
		grown[f->n_choices++] =
			schema_keep(a, (struct text){from,
					       (uint32_t)(at - from)});
	} while (*at == '|');
	return *at == ')' ? at + 1 : at;
}

static void default_read(
	struct arena *a, struct field_def *f, struct text written)
{
	if (value_read(a, written.at, written.bytes, NULL, &f->dflt, NULL) !=
		FL_OK)
		f->dflt = value_of_text(schema_keep(a, written));
}

/* One word of the table: "name:type" and its marks. */
static bool table_field(struct schema *s, struct text word, struct field_def *f)
{
	const char *end = word.at + word.bytes, *at, *from;
	const char *colon = memchr(word.at, ':', word.bytes);
	bool maybe = false;

	REQUIRE(colon != NULL);
	f->name = schema_keep(
		s->arena, (struct text){word.at, (uint32_t)(colon - word.at)});
	from = at = colon + 1;
	if (*at == '(') {
		at = choices_read(s->arena, at, f);
	} else {
		struct text type;

		while (at < end && strchr("!~?=", *at) == NULL)
			at++;
		type = (struct text){from, (uint32_t)(at - from)};
		if (*from == '@') {
			f->type = FIELD_REF;
			f->ref_kind = schema_keep(s->arena,
				(struct text){from + 1, type.bytes - 1});
		} else {
			REQUIRE(field_type_read(type, &f->type));
		}
	}
	for (; at < end && *at != '='; at++) {
		f->required = f->required || *at == '!';
		f->personal = f->personal || *at == '~';
		maybe = maybe || *at == '?';
	}
	if (at < end)
		default_read(s->arena, f,
			(struct text){at + 1, (uint32_t)(end - at - 1)});
	else if (f->type == FIELD_BOOL && !maybe)
		f->dflt = value_bool(false);
	return !s->arena->failed;
}

static bool table_fields(struct schema *s, const char *list,
	struct field_def **fields, uint32_t *n, uint32_t *cap)
{
	struct text word;

	while ((word = schema_word_next(&list)).bytes > 0) {
		struct field_def *f =
			schema_field_add(s->arena, fields, n, cap);

		if (f == NULL || !table_field(s, word, f))
			return false;
	}
	return true;
}

bool schema_is_kind(void *ctx, struct text name)
{
	return schema_kind_find(ctx, name) != NULL;
}

bool schema_event_register(struct schema *s, struct event_def *e)
{
	struct event_def **events = arena_grow(s->arena, s->events, s->n_events,
		&s->cap_events, s->n_events + 1, sizeof(*events));

	if (events == NULL)
		return false;
	s->events = events;
	events[s->n_events++] = e;
	return true;
}

static bool table_type(struct schema *s, const struct type_row *row)
{
	struct event_def *e = arena_alloc(s->arena, sizeof(*e));
	struct fl_error err = {.status = FL_OK};
	uint32_t i;

	if (e == NULL || !schema_event_register(s, e))
		return false;
	*e = (struct event_def){.name = text_of(row->name),
		.subject = text_of(row->subject),
		.version = 1,
		.opens = (row->flags & TYPE_OPENS) != 0,
		.reuse = (row->flags & TYPE_REUSE) != 0,
		.touch = (row->flags & TYPE_TOUCH) != 0,
		.engine_made = (row->flags & TYPE_ENGINE) != 0,
		.each_deal = (row->flags & TYPE_EACH_DEAL) != 0,
		.new_deal = (row->flags & TYPE_NEW_DEAL) != 0,
		.erases = (row->flags & TYPE_ERASES) != 0,
		.means = text_of(row->means),
		.states = text_of(row->states),
		.pack = TEXT("")};
	if (!table_fields(
		    s, row->fields, &e->fields, &e->n_fields, &e->cap_fields))
		return false;
	/* an event says what it knows: no field is false by silence */
	for (i = 0; i < e->n_fields; i++)
		if (e->fields[i].type == FIELD_BOOL)
			e->fields[i].dflt = value_null();
	if (project_parse(s->arena, text_of(row->project), schema_is_kind, s,
		    &e->ops, &e->n_ops, &err) == FL_OK)
		return true;
	if (err.status == FL_INVALID)
		fprintf(stderr, "%s: %s\n", row->name, err.text);
	REQUIRE(err.status == FL_NOMEM);
	return false;
}

static uint32_t state_bits(const char *from)
{
	struct text word;
	uint32_t bits = 0;

	while ((word = schema_word_next(&from)).bytes > 0) {
		int state = schema_state(word);

		if (text_is(word, "ALL"))
			return (UINT32_C(1) << SCHEMA_STATES) - 1;
		REQUIRE(state >= 0);
		bits |= UINT32_C(1) << state;
	}
	return bits;
}

bool schema_move_add(
	struct schema *s, struct event_def *on, struct life_move move)
{
	struct life_move *moves = arena_grow(s->arena, s->moves, s->n_moves,
		&s->cap_moves, s->n_moves + 1, sizeof(*moves));

	if (moves == NULL)
		return false;
	s->moves = moves;
	move.on = on->name;
	moves[s->n_moves++] = move;
	on->moves = true;
	return true;
}

static bool table_move(struct schema *s, const struct move_row *row)
{
	const char *on = row->on;
	struct text word;

	while ((word = schema_word_next(&on)).bytes > 0) {
		const struct event_def *def = schema_event(s, word);

		REQUIRE(def != NULL);
		if (!schema_move_add(s, (struct event_def *)(uintptr_t)def,
			    (struct life_move){.from = state_bits(row->from),
				    .when = text_of(row->when),
				    .to = text_of(row->to)}))
			return false;
	}
	return true;
}

struct schema *schema_new(struct arena *a)
{
	struct schema *s = arena_alloc(a, sizeof(*s));
	int i;

	if (s == NULL)
		return NULL;
	s->arena = a;
	for (i = 0; schema_table_kinds[i].name != NULL; i++) {
		const struct kind_row *row = &schema_table_kinds[i];
		struct kind_def *k = kind_add(s, text_of(row->name));

		if (k == NULL || !table_fields(s, row->fields, &k->fields,
					 &k->n_fields, &k->cap_fields) ||
			!schema_kind_index(s, k))
			return NULL;
	}
	if (!kinds_index(s))
		return NULL;
	for (i = 0; schema_table_types[i].name != NULL; i++)
		if (!table_type(s, &schema_table_types[i]))
			return NULL;
	if (!schema_index(s))
		return NULL;
	for (i = 0; schema_table_moves[i].from != NULL; i++)
		if (!table_move(s, &schema_table_moves[i]))
			return NULL;
	return a->failed ? NULL : s;
}
