#include "model/effect.h"

/* How an argument is written: as it is, as a difference to the decision's
 * first time, or to its first task id. */
enum slot_kind { SLOT_PLAIN, SLOT_TIME, SLOT_ID };

#define SLOTS		9
#define DIFFERENCE_MOST (INT64_MAX / 4) /* so that none overflows */

struct slot {
	struct text name; /* at NULL: no more */
	enum slot_kind kind;
};

#define PLAIN(name) {TEXT_OF(name), SLOT_PLAIN}
#define TIME(name) {TEXT_OF(name), SLOT_TIME}
#define ID(name) {TEXT_OF(name), SLOT_ID}

static const struct {
	const char *name;
	struct slot slots[SLOTS + 1];
} layouts[EFFECT_KINDS] = {
	[EFFECT_TASK] = {"task",
		{ID("id"), PLAIN("kind"), PLAIN("who"),
			TIME("due"), PLAIN("title"),
			TIME("shown")}},
	[EFFECT_TASK_CLOSE] = {"task_close",
		{ID("id"), PLAIN("state"), PLAIN("by"),
			PLAIN("reason"), PLAIN("outcome"),
			TIME("at")}},
	[EFFECT_TASK_EDIT] = {"task_edit",
		{ID("id"), PLAIN("who"), TIME("due"),
			PLAIN("body")}},
	[EFFECT_ASSIGN] = {"assign",
		{PLAIN("who"), PLAIN("reason")}},
	[EFFECT_SET] = {"set", {PLAIN("field"), PLAIN("value")}},
	[EFFECT_TIMER] = {"timer", {PLAIN("name"), TIME("due")}},
	[EFFECT_CANCEL] = {"cancel", {PLAIN("name")}},
	[EFFECT_MESSAGE] = {"message",
		{PLAIN("channel"), PLAIN("to"),
			PLAIN("template"), PLAIN("about")}},
	[EFFECT_WEBHOOK] = {"webhook",
		{PLAIN("url"), PLAIN("event")}},
	[EFFECT_EMIT] = {"emit", {PLAIN("type"), PLAIN("data"),
					 PLAIN("subject")}},
	[EFFECT_NOTE] = {"note", {PLAIN("text")}},
	[EFFECT_STOP] = {"stop", {PLAIN("reason")}},
	[EFFECT_ENTER] = {"enter", {PLAIN("run"), TIME("at")}},
	[EFFECT_LEAVE] = {"leave", {TIME("at"), PLAIN("reason")}},
	[EFFECT_PAUSE] = {"pause", {TIME("at")}},
	[EFFECT_PLACE] = {"place",
		{PLAIN("phase"), TIME("due"),
			PLAIN("count"), ID("task"),
			TIME("anchor"), PLAIN("wait"),
			PLAIN("rung"), TIME("done"),
			PLAIN("step")}},
	[EFFECT_KEEP] = {"keep", {PLAIN("key"), PLAIN("value")}},
	[EFFECT_ONCE] = {"once", {PLAIN("step")}},
};

/* Marks added to the kind of a written effect. */
enum {
	KIND_MASK = 31,
	HAS_LINE = 32,
	HAS_STEP = 64,
	HAS_SUBJECT = 128,
	HAS_REST = 256
};

static const char *const fate_names[] = {"ran", "failed", "cut(time)",
	"cut(memory)", "cut(crash)", "cut(quarantined)", "cut(rate)"};

const char *effect_name(enum effect_kind kind)
{
	return kind > 0 && kind < EFFECT_KINDS ? layouts[kind].name : "?";
}

const char *card_fate_name(enum card_fate fate)
{
	return (size_t)fate < sizeof(fate_names) / sizeof(fate_names[0])
		       ? fate_names[fate]
		       : "?";
}

struct card_decision *decision_add_card(
	struct arena *a, struct decision *d, struct text card)
{
	struct card_decision *cards = arena_grow(a, d->cards, d->n_cards,
		&d->cap_cards, d->n_cards + 1, sizeof(*cards));

	if (cards == NULL)
		return NULL;
	d->cards = cards;
	cards[d->n_cards] = (struct card_decision){.card = card};
	return &cards[d->n_cards++];
}

struct effect *card_add_effect(struct arena *a, struct card_decision *c,
	enum effect_kind kind, int64_t subject)
{
	struct effect *effects = arena_grow(a, c->effects, c->n_effects,
		&c->cap_effects, c->n_effects + 1, sizeof(*effects));

	if (effects == NULL)
		return NULL;
	c->effects = effects;
	effects[c->n_effects] = (struct effect){.kind = (uint8_t)kind,
		.subject = subject,
		.args = value_map(),
		.step = TEXT("")};
	return &effects[c->n_effects++];
}

/* ---- writing and reading ---- */

/* What differences count from: the first time and id (written whole), the
 * subject and line before. */
struct base {
	int64_t subject, time, id, line;
};

static const struct slot *slots_of(uint8_t kind)
{
	static const struct slot none[1] = {{{NULL, 0}, SLOT_PLAIN}};

	return kind < EFFECT_KINDS ? layouts[kind].slots : none;
}

static uint32_t slot_count(const struct slot *slots)
{
	uint32_t n = 0;

	while (slots[n].name.at != NULL)
		n++;
	return n;
}

static int64_t *base_of(struct base *base, enum slot_kind kind)
{
	return kind == SLOT_TIME ? &base->time : &base->id;
}

/* The argument of a slot if it can be written there, else NULL: it goes with
 * the others. */
static const struct value *slot_value(
	const struct effect *e, const struct slot *slot)
{
	const struct value *v = value_get_text(&e->args, slot->name);

	if (v == NULL || v->kind == VALUE_NULL)
		return NULL;
	if (slot->kind == SLOT_PLAIN)
		return v;
	if (v->kind != VALUE_INT || v->as.integer > DIFFERENCE_MOST ||
		v->as.integer < -DIFFERENCE_MOST)
		return NULL;
	return v;
}

static void write_slot(struct brief *b, const struct value *v,
	const struct slot *slot, struct base *base)
{
	int64_t *from = base_of(base, slot->kind);

	if (v == NULL)
		brief_null(b);
	else if (slot->kind == SLOT_PLAIN)
		brief_value(b, v);
	else if (v->as.integer == 0)
		brief_bool(b, false);
	else
		brief_int(b, v->as.integer - *from);
	if (v != NULL && slot->kind != SLOT_PLAIN && *from == 0)
		*from = v->as.integer;
}

/* Arguments that no slot holds, in byte order; there are some. */
static void write_rest(struct brief *b, const struct effect *e,
	const struct slot *slots, const struct value *const *found)
{
	const struct member *last = NULL, *next;
	size_t opened = brief_map(b);
	uint32_t i, k, n = 0;

	for (;; n++) {
		next = NULL;
		for (i = 0; i < e->args.count; i++) {
			const struct member *m = &e->args.as.members[i];

			for (k = 0; slots[k].name.at != NULL; k++)
				if (text_equal(m->key, slots[k].name))
					break;
			if ((slots[k].name.at != NULL && found[k] != NULL) ||
				(last != NULL &&
					text_compare(m->key, last->key) <= 0) ||
				(next != NULL &&
					text_compare(m->key, next->key) >= 0))
				continue;
			next = m;
		}
		if (next == NULL)
			break;
		brief_key(b, next->key);
		brief_value(b, &next->value);
		last = next;
	}
	brief_close(b, opened, n);
}

static void write_effect(
	struct brief *b, const struct effect *e, struct base *base)
{
	const struct slot *slots = slots_of(e->kind);
	const struct value *found[SLOTS];
	uint32_t i, n = slot_count(slots), held = 0, used = 0;
	uint32_t items = 1;
	bool rest, subject = e->subject != base->subject;
	size_t opened = brief_list(b);

	for (i = 0; i < n; i++) {
		found[i] = slot_value(e, &slots[i]);
		held += found[i] != NULL;
		if (found[i] != NULL)
			used = i + 1;
	}
	rest = held < e->args.count;
	if (rest)
		used = n;
	brief_int(b, e->kind + (rest ? HAS_REST : 0) +
			     (subject ? HAS_SUBJECT : 0) +
			     (e->line != 0 ? HAS_LINE : 0) +
			     (e->step.bytes > 0 ? HAS_STEP : 0));
	if (subject) {
		brief_int(b, e->subject);
		base->subject = e->subject;
		items++;
	}
	if (e->line != 0) {
		brief_int(b, e->line - base->line);
		base->line = e->line;
		items++;
	}
	if (e->step.bytes > 0) {
		brief_text(b, e->step);
		items++;
	}
	for (i = 0; i < used; i++)
		write_slot(b, found[i], &slots[i], base);
	if (rest)
		write_rest(b, e, slots, found);
	brief_close(b, opened, items + used + rest);
}

static void write_card(
	struct brief *b, const struct card_decision *c, struct base *base)
{
	bool fate = c->fate != CARD_RAN || c->reason != NULL;
	size_t opened = brief_list(b);
	uint32_t i;

	brief_text(b, c->card);
	if (fate) {
		brief_int(b, c->fate);
		if (c->reason != NULL)
			brief_text(b, text_of(c->reason));
		else
			brief_null(b);
	}
	for (i = 0; i < c->n_effects; i++)
		write_effect(b, &c->effects[i], base);
	brief_close(b, opened, 1 + (fate ? 2u : 0u) + c->n_effects);
}

void decision_write(struct brief *b, const struct decision *d)
{
	struct base base = {0, 0, 0, 0};
	size_t opened;
	uint32_t i;

	if (d->n_cards == 0)
		return;
	opened = brief_list(b);
	for (i = 0; i < d->n_cards; i++)
		write_card(b, &d->cards[i], &base);
	brief_close(b, opened, d->n_cards);
}

/* Walks the items of a written list. */
struct items {
	const struct value *at, *end;
};

static struct items items_of(const struct value *list)
{
	const struct value *at = list->as.items;

	return (struct items){at, list->count > 0 ? at + list->count : at};
}

static const struct value *next_item(struct items *it, enum value_kind kind)
{
	if (it->at == it->end || it->at->kind != kind)
		return NULL;
	return it->at++;
}

static int64_t next_int(struct items *it, bool *ok)
{
	const struct value *v = next_item(it, VALUE_INT);

	*ok = *ok && v != NULL;
	return v != NULL ? v->as.integer : 0;
}

static bool read_slot(struct arena *a, struct effect *e,
	const struct slot *slot, const struct value *v, struct base *base)
{
	int64_t *from = base_of(base, slot->kind);
	struct value full = *v;

	if (v->kind == VALUE_NULL)
		return true;
	if (slot->kind != SLOT_PLAIN) {
		full = value_int(0);
		if (v->kind == VALUE_INT &&
			__builtin_add_overflow(
				v->as.integer, *from, &full.as.integer))
			return false;
		if (v->kind != VALUE_INT &&
			(v->kind != VALUE_BOOL || v->as.boolean))
			return false;
		if (*from == 0)
			*from = full.as.integer;
	}
	return value_set(a, &e->args, slot->name, full);
}

static bool read_args(struct arena *a, struct effect *e, struct items *it,
	bool rest, struct base *base)
{
	const struct slot *slots = slots_of(e->kind);
	uint32_t i;

	for (i = 0; it->at < it->end - rest; i++, it->at++)
		if (slots[i].name.at == NULL ||
			!read_slot(a, e, &slots[i], it->at, base))
			return false;
	if (!rest)
		return true;
	if (it->at->kind != VALUE_MAP)
		return false;
	for (i = 0; i < it->at->count; i++)
		if (!value_set(a, &e->args, it->at->as.members[i].key,
			    it->at->as.members[i].value))
			return false;
	return true;
}

static bool read_effect(struct arena *a, struct card_decision *c,
	const struct value *v, struct base *base)
{
	struct items it;
	struct effect *e;
	const struct value *step;
	bool ok = true;
	int64_t head;

	if (v->kind != VALUE_LIST)
		return false;
	it = items_of(v);
	head = next_int(&it, &ok);
	if (!ok || head <= 0 || head >= HAS_REST * 2 ||
		(head & KIND_MASK) == 0 || (head & KIND_MASK) >= EFFECT_KINDS)
		return false;
	if ((head & HAS_SUBJECT) != 0)
		base->subject = next_int(&it, &ok);
	e = card_add_effect(
		a, c, (enum effect_kind)(head & KIND_MASK), base->subject);
	if (e == NULL)
		return false;
	if ((head & HAS_LINE) != 0) {
		if (__builtin_add_overflow(
			    base->line, next_int(&it, &ok), &base->line) ||
			base->line > INT32_MAX || base->line < INT32_MIN)
			return false;
		e->line = (int)base->line;
	}
	if ((head & HAS_STEP) != 0) {
		step = next_item(&it, VALUE_TEXT);
		if (step == NULL)
			return false;
		e->step = (struct text){step->as.text, step->count};
	}
	if (!ok || ((head & HAS_REST) != 0 && it.at == it.end))
		return false;
	return read_args(a, e, &it, (head & HAS_REST) != 0, base);
}

static bool read_card(struct arena *a, struct decision *d,
	const struct value *v, struct base *base)
{
	struct card_decision *c;
	const struct value *name;
	struct items it;
	bool ok = true;

	if (v->kind != VALUE_LIST)
		return false;
	it = items_of(v);
	if ((name = next_item(&it, VALUE_TEXT)) == NULL)
		return false;
	c = decision_add_card(a, d, (struct text){name->as.text, name->count});
	if (c == NULL)
		return false;
	if (it.at < it.end && it.at->kind == VALUE_INT) {
		c->fate = (uint8_t)next_int(&it, &ok);
		if (it.at == it.end)
			return false;
		if (it.at->kind == VALUE_TEXT)
			c->reason = it.at->as.text;
		it.at++;
	}
	for (; it.at < it.end; it.at++)
		if (!read_effect(a, c, it.at, base))
			return false;
	return true;
}

fl_status decision_read(struct arena *a, struct text brief,
	struct decision *out, struct fl_error *err)
{
	struct value v = value_null();
	struct base base = {0, 0, 0, 0};
	struct items it;
	bool ok = true;
	fl_status s;

	*out = (struct decision){0};
	if (brief.bytes == 0)
		return FL_OK;
	if ((s = brief_read(a, NULL, brief, &v, err)) != FL_OK)
		return s;
	if (v.kind != VALUE_LIST)
		return status_fail(err, FL_INVALID, "decision is no list");
	it = items_of(&v);
	for (; ok && it.at < it.end; it.at++)
		ok = read_card(a, out, it.at, &base);
	if (a->failed)
		return status_fail(err, FL_NOMEM, "decision");
	return ok ? FL_OK : status_fail(err, FL_INVALID, "decision is damaged");
}

/* ---- applying ---- */

/* What one effect is applied to. */
struct apply {
	struct world *w;
	struct task_world *tw;
	struct text card;
	const struct effect *e;
	struct arena *arena;
	struct fl_error *err;
};

static struct text arg_text(const struct apply *x, const char *name)
{
	const struct value *v = value_get(&x->e->args, name);

	if (v == NULL || v->kind != VALUE_TEXT)
		return TEXT("");
	return (struct text){v->as.text, v->count};
}

static int64_t arg_int(const struct apply *x, const char *name, int64_t dflt)
{
	return value_get_int(&x->e->args, name, dflt);
}

static struct text arg_step(const struct apply *x)
{
	struct text step = arg_text(x, "step");

	return step.bytes > 0 ? step : x->e->step;
}

static fl_status no_memory(const struct apply *x)
{
	return status_fail(x->err, FL_NOMEM, "effect %s",
		effect_name((enum effect_kind)x->e->kind));
}

static fl_status kept(const struct apply *x, bool done)
{
	return done ? FL_OK : no_memory(x);
}

static fl_status subject_edit(const struct apply *x, struct record **out)
{
	*out = x->w->edit(x->w->ctx, x->e->subject);
	if (*out != NULL)
		return FL_OK;
	if (x->w->get(x->w->ctx, x->e->subject) != NULL)
		return no_memory(x);
	return status_fail(x->err, FL_INVALID, "effect %s: no record %lld",
		effect_name((enum effect_kind)x->e->kind),
		(long long)x->e->subject);
}

/* Members of a task that have a place of their own. */
static bool task_member(struct text key)
{
	static const char *const own[] = {
		"id", "kind", "who", "due", "shown", "step"};
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (text_is(key, own[i]))
			return true;
	return false;
}

static fl_status apply_task(const struct apply *x)
{
	struct record *r = NULL;
	fl_status s = subject_edit(x, &r);
	int64_t id = arg_int(x, "id", 0);
	struct task *t;
	uint32_t i;

	if (s != FL_OK)
		return s;
	t = x->tw->create(x->tw->ctx, id, r->home);
	if (t == NULL)
		return no_memory(x);
	t->subject = r->id;
	t->card = x->card;
	t->step = arg_step(x);
	if (t->step.bytes == 0 && x->e->line != 0)
		t->step = text_number(x->arena, TEXT("line:"), x->e->line);
	t->kind = arg_text(x, "kind");
	t->who = arg_text(x, "who");
	t->shown_at_ms = arg_int(x, "shown", x->w->now_ms);
	t->due_at_ms = arg_int(x, "due", 0);
	t->state = TASK_OPEN;
	t->body = value_map();
	for (i = 0; i < x->e->args.count; i++) {
		const struct member *m = &x->e->args.as.members[i];

		if (m->value.kind != VALUE_NULL && !task_member(m->key) &&
			!value_set(x->arena, &t->body, m->key, m->value))
			return no_memory(x);
	}
	if (x->e->line != 0 &&
		!value_put(x->arena, &t->body, "line", value_int(x->e->line)))
		return no_memory(x);
	return kept(x, record_add_task(x->arena, r, id) && !x->arena->failed);
}

static fl_status task_edit(const struct apply *x, struct task **out)
{
	int64_t id = arg_int(x, "id", 0);

	*out = x->tw->edit(x->tw->ctx, id);
	return *out != NULL ? FL_OK
			    : status_fail(x->err, FL_INVALID, "no task %lld",
				      (long long)id);
}

static fl_status apply_task_close(const struct apply *x)
{
	static const char *const told[] = {"by", "reason", "outcome", "at"};
	struct task *t = NULL;
	fl_status s = task_edit(x, &t);
	struct record *r;
	size_t i;

	if (s != FL_OK)
		return s;
	t->state = (uint8_t)arg_int(x, "state", TASK_DONE);
	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		const struct value *v = value_get(&x->e->args, told[i]);

		if (v != NULL && v->kind != VALUE_NULL &&
			!value_put(x->arena, &t->body, told[i], *v))
			return no_memory(x);
	}
	r = x->w->edit(x->w->ctx, t->subject);
	if (r != NULL)
		record_drop_task(r, t->id);
	return FL_OK;
}

static fl_status apply_task_edit(const struct apply *x)
{
	const struct value *body = value_get(&x->e->args, "body");
	struct task *t = NULL;
	fl_status s = task_edit(x, &t);
	uint32_t i;

	if (s != FL_OK)
		return s;
	if (value_get(&x->e->args, "who") != NULL)
		t->who = arg_text(x, "who");
	t->due_at_ms = arg_int(x, "due", t->due_at_ms);
	for (i = 0; body != NULL && body->kind == VALUE_MAP && i < body->count;
		i++) {
		const struct member *m = &body->as.members[i];

		if (m->value.kind == VALUE_NULL)
			value_remove(&t->body, m->key);
		else if (!value_set(x->arena, &t->body, m->key, m->value))
			return no_memory(x);
	}
	return FL_OK;
}

/* Sets a field; the rooftop's lists of leads follow a deal's. */
static fl_status field_set(const struct apply *x, struct record *r,
	struct text field, struct value v)
{
	bool listed = text_is(r->kind, "deal") &&
		      (text_is(field, "handler") || text_is(field, "state"));
	int before = listed ? event_pool(x->w, r->id) : 0;

	if (!record_set(x->arena, r, field, v))
		return no_memory(x);
	if (listed && event_pools_update(x->w, r->id, before) != FL_OK)
		return no_memory(x);
	return FL_OK;
}

static fl_status apply_assign(const struct apply *x)
{
	const struct schema *schema = x->w->schema;
	const struct value *who = value_get(&x->e->args, "who");
	struct record *r = NULL, *customer;
	struct value v = who != NULL ? *who : value_null();
	fl_status s = subject_edit(x, &r);
	int64_t id;

	if (s != FL_OK)
		return s;
	if (schema_field(schema, r->kind, TEXT("handler")) == NULL) {
		id = value_get_int(&r->fields, "deal", 0);
		r = id != 0 ? x->w->edit(x->w->ctx, id) : NULL;
		if (r == NULL)
			return status_fail(x->err, FL_INVALID,
				"nobody to assign: no deal");
	}
	if ((s = field_set(x, r, TEXT("handler"), v)) != FL_OK)
		return s;
	id = value_get_int(&r->fields, "customer", 0);
	if (!text_is(r->kind, "deal") || id == 0)
		return FL_OK;
	customer = x->w->edit(x->w->ctx, id);
	return customer == NULL ? FL_OK
				: field_set(x, customer, TEXT("handler"), v);
}

static fl_status apply_cancel(const struct apply *x, struct record *r)
{
	struct text name = arg_text(x, "name");
	uint32_t i = 0;

	if (name.bytes > 0)
		return kept(x, record_set_timer(x->arena, r, x->card, name, 0));
	while (i < r->n_timers) {
		if (text_equal(r->timers[i].card, x->card))
			record_set_timer(
				x->arena, r, x->card, r->timers[i].name, 0);
		else
			i++;
	}
	return FL_OK;
}

static fl_status apply_enter(const struct apply *x, struct record *r)
{
	struct run *run = record_run(r, x->card);

	if (run == NULL)
		run = record_add_run(x->arena, r, x->card);
	if (run == NULL)
		return no_memory(x);
	run->number = (uint32_t)arg_int(x, "run", run->number + 1);
	run->entered_at_ms = arg_int(x, "at", 0);
	run->left_at_ms = 0;
	run->paused_at_ms = 0;
	run->keep = value_map();
	run_clear_places(run);
	return FL_OK;
}

static void place_fill(const struct apply *x, struct place *p)
{
	const struct value *wait = value_get(&x->e->args, "wait");

	p->phase = (uint8_t)arg_int(x, "phase", p->phase);
	p->anchor_ms = arg_int(x, "anchor", p->anchor_ms);
	if (wait != NULL)
		p->wait = arg_text(x, "wait");
	p->due_at_ms = arg_int(x, "due", p->due_at_ms);
	p->task = arg_int(x, "task", p->task);
	p->count = (uint32_t)arg_int(x, "count", p->count);
	p->rung = (uint32_t)arg_int(x, "rung", p->rung);
	p->done_at_ms = arg_int(x, "done", p->done_at_ms);
}

static fl_status once_add(const struct apply *x, struct run *run)
{
	struct text step = arg_step(x);
	char *all;

	if (step.bytes == 0 || text_lists(run->once, step))
		return FL_OK;
	all = arena_printf(x->arena, "%s%s%s", run->once.at,
		run->once.bytes > 0 ? " " : "", step.at);
	run->once = text_of(all);
	return kept(x, all != NULL);
}

/* Lists and maps are copied: state and decision must not share them. */
static struct value owned(const struct apply *x, const struct value *v)
{
	if (v->kind == VALUE_LIST || v->kind == VALUE_MAP)
		return value_clone(x->arena, v);
	return *v;
}

static fl_status keep_put(const struct apply *x, struct run *run)
{
	const struct value *v = value_get(&x->e->args, "value");
	struct text key = arg_text(x, "key");

	if (v != NULL && v->kind != VALUE_NULL)
		return kept(
			x, value_set(x->arena, &run->keep, key, owned(x, v)));
	value_remove(&run->keep, key);
	return FL_OK;
}

static fl_status apply_run(const struct apply *x, struct record *r)
{
	struct run *run = record_run(r, x->card);
	struct place *p;

	if (run == NULL)
		run = record_add_run(x->arena, r, x->card);
	if (run == NULL)
		return no_memory(x);
	switch (x->e->kind) {
	case EFFECT_LEAVE:
		run->left_at_ms = arg_int(x, "at", x->w->now_ms);
		run->paused_at_ms = 0;
		run_clear_places(run);
		return FL_OK;
	case EFFECT_PAUSE:
		run->paused_at_ms = arg_int(x, "at", 0);
		return FL_OK;
	case EFFECT_KEEP:
		return keep_put(x, run);
	case EFFECT_ONCE:
		return once_add(x, run);
	default:
		break;
	}
	p = run_place(run, arg_step(x));
	if (p == NULL)
		p = run_add_place(x->arena, run, arg_step(x));
	if (p == NULL)
		return no_memory(x);
	place_fill(x, p);
	return FL_OK;
}

static fl_status apply_set(const struct apply *x, struct record *r)
{
	const struct value *v = value_get(&x->e->args, "value");

	return field_set(x, r, arg_text(x, "field"),
		v != NULL ? owned(x, v) : value_null());
}

fl_status effect_apply(struct world *w, struct task_world *tw, struct text card,
	const struct effect *e, struct fl_error *err)
{
	const struct apply x = {w, tw, card, e, w->arena, err};
	struct record *r = NULL;
	fl_status s;

	switch ((enum effect_kind)e->kind) {
	case EFFECT_TASK:
		return apply_task(&x);
	case EFFECT_TASK_CLOSE:
		return apply_task_close(&x);
	case EFFECT_TASK_EDIT:
		return apply_task_edit(&x);
	case EFFECT_ASSIGN:
		return apply_assign(&x);
	case EFFECT_MESSAGE:
	case EFFECT_WEBHOOK:
	case EFFECT_EMIT:
	case EFFECT_NOTE:
	case EFFECT_STOP:
		return FL_OK;
	case EFFECT_SET:
	case EFFECT_TIMER:
	case EFFECT_CANCEL:
	case EFFECT_ENTER:
	case EFFECT_LEAVE:
	case EFFECT_PAUSE:
	case EFFECT_PLACE:
	case EFFECT_KEEP:
	case EFFECT_ONCE:
	case EFFECT_KINDS:
		break;
	}
	if ((s = subject_edit(&x, &r)) != FL_OK)
		return s;
	if (e->kind == EFFECT_SET)
		return apply_set(&x, r);
	if (e->kind == EFFECT_TIMER)
		return kept(&x,
			record_set_timer(w->arena, r, card,
				arg_text(&x, "name"), arg_int(&x, "due", 0)));
	if (e->kind == EFFECT_CANCEL)
		return apply_cancel(&x, r);
	if (e->kind == EFFECT_ENTER)
		return apply_enter(&x, r);
	return apply_run(&x, r);
}
