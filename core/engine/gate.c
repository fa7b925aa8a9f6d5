/*
 * Gates: what an event needs before a person may say it. A command is judged
 * on the state before it, and everything that is missing is told at once; a
 * fact from outside has happened, so it passes and the manager hears what was
 * not there. Pure: reads the snapshot, asks functions of rules.
 */
#include "engine/machine_internal.h"

#include "base/near.h"

#include <ctype.h>

#define SAID_BYTES 2000

/* One gate looking at one event. */
struct gating {
	struct mach m;              /* its subject is the loss as it would be */
	const struct gate_spec *g;
	const struct event *e;
	const struct record *subject; /* as it stands */
	struct problems *p;
	bool dutch;
};

static const char *in(const struct gating *x, const char *nl, const char *en)
{
	return x->dutch ? nl : en;
}

bool gate_guards(const struct card *card, struct text type)
{
	return card->kind == CARD_GATE &&
		text_among(card->gate->guards, card->gate->n_guards, type);
}

static const struct value *given(const struct gating *x, struct text field)
{
	const struct value *v = value_get_text(&x->e->data, field);
	bool empty = v == NULL || v->kind == VALUE_NULL ||
		((v->kind == VALUE_TEXT || v->kind == VALUE_LIST) &&
			v->count == 0);

	return empty ? NULL : v;
}

/* ---- telling ---- */

static struct problem *missing(struct gating *x, const char *code,
			       const char *field, const char *text)
{
	struct problem *it = problem_add(x->p, code, NULL, 0, "%s", text);

	it->field = arena_strdup(x->p->arena, field);
	return it;
}

static const char *joined(struct gating *x, const struct text *names,
			  uint32_t n, const char *last)
{
	struct buf b;
	const char *text;

	buf_init(&b, SAID_BYTES);
	for (uint32_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : i + 1 == n ? last : ", ",
			names[i].at);
	text = arena_text(x->p->arena, b.at != NULL ? b.at : "", b.len);
	buf_deinit(&b);
	return text != NULL ? text : "";
}

static const char *sentence(struct gating *x, const struct wording *w,
			    const char *word)
{
	struct value extra = value_map();
	const char *text;
	struct buf b;

	if (word != NULL)
		value_put(x->m.a, &extra, "word", value_text(word));
	buf_init(&b, SAID_BYTES);
	template_render(&b, wording_text(w, x->m.s->book), x->m.s->world,
		x->m.s->book, x->subject, &extra);
	text = arena_text(x->p->arena, b.at != NULL ? b.at : "", b.len);
	buf_deinit(&b);
	return text != NULL ? text : "";
}

/* ---- people ---- */

static bool is_who(struct gating *x, const struct who *who, struct text person)
{
	const struct person *p = rulebook_person(x->m.s->book, person);

	if (who->kind == WHO_ROLE || who->kind == WHO_ON_DUTY)
		return p != NULL && person_has_role(p, who->arg.at);
	return person.bytes > 0 &&
		text_equal(person,
			people_named(x->m.s, who, x->subject));
}

static bool handler_left(struct gating *x)
{
	static const struct who handler = { .kind = WHO_HANDLER };
	struct text id = people_named(x->m.s, &handler, x->subject);
	struct world *w = x->m.s->world;
	const struct record *r = w->by_ref(w->ctx, TEXT("person"), id);

	return id.bytes == 0 || rulebook_person(x->m.s->book, id) == NULL ||
		(r != NULL && value_get_bool(&r->fields, "left", false));
}

/* Another person than usual for this need: a manager's own loss (S4-18), or a
 * handler who is gone. NULL: none. */
static const struct who *swapped(struct gating *x, struct text field)
{
	static const struct who handler = { .kind = WHO_HANDLER };
	struct text id = people_named(x->m.s, &handler, x->subject);

	for (uint32_t i = 0; i < x->g->n_swaps; i++) {
		const struct gate_swap *s = &x->g->swaps[i];

		if (!text_equal(s->field, field))
			continue;
		if (s->handler_is.kind == WHO_NONE
				? handler_left(x)
				: is_who(x, &s->handler_is, id))
			return &s->becomes;
	}
	return NULL;
}

static const char *who_words(struct gating *x, const struct who *who)
{
	switch (who->kind) {
	case WHO_ROLE:
	case WHO_ON_DUTY:
		return arena_printf(x->p->arena, in(x, "iemand met de rol %s",
			"somebody with the role %s"), who->arg.at);
	case WHO_SELLER:
		return in(x, "de verkoper", "the seller");
	case WHO_OWNER:
		return in(x, "de verantwoordelijke", "the owner");
	case WHO_PERSON:
		return who->arg.at;
	default:
		return in(x, "de behandelaar", "the handler");
	}
}

static bool has_spoken(const struct gating *x, struct text person)
{
	const struct record *deal = mach_deal(&x->m);
	const struct value *all =
		deal != NULL ? value_get(&deal->fields, "spoke") : NULL;

	for (uint32_t i = 0; all != NULL && all->kind == VALUE_LIST &&
		i < all->count; i++)
		if (text_equal(value_as_text(&all->as.items[i]), person))
			return true;
	return false;
}

static bool has_any_role(const struct gating *x, const struct gate_need *need,
			 struct text person)
{
	const struct person *p = rulebook_person(x->m.s->book, person);

	for (uint32_t i = 0; p != NULL && i < need->n_names; i++)
		if (person_has_role(p, need->names[i].at))
			return true;
	return need->n_names == 0;
}

/* What is wrong with this person; NULL: nothing. */
static const char *unfit(struct gating *x, const struct gate_need *need,
			 struct text person)
{
	const struct who *other = swapped(x, need->field);
	struct arena *a = x->p->arena;

	if (rulebook_person(x->m.s->book, person) == NULL)
		return arena_printf(a, in(x, "%s staat niet in dealership.lua",
			"%s is nobody in dealership.lua"), person.at);
	if (other != NULL && !is_who(x, other, person))
		return arena_printf(a, in(x, "het moet hier %s zijn, niet %s",
			"here it must be %s, not %s"), who_words(x, other),
			person.at);
	if (other == NULL && need->same_as.kind != WHO_NONE &&
		!is_who(x, &need->same_as, person))
		return arena_printf(a, in(x, "het moet %s zijn, niet %s",
			"it must be %s, not %s"),
			who_words(x, &need->same_as), person.at);
	if (need->not_same_as.kind != WHO_NONE &&
		is_who(x, &need->not_same_as, person))
		return arena_printf(a, in(x, "%s is %s zelf; het moet een "
			"ander zijn",
			"%s is %s; it must be somebody else"), person.at,
			who_words(x, &need->not_same_as));
	if (other == NULL && !has_any_role(x, need, person))
		return arena_printf(a, in(x, "%s heeft geen van de rollen %s",
			"%s has none of the roles %s"), person.at,
			joined(x, need->names, need->n_names,
				in(x, " of ", " or ")));
	if (need->spoke && !has_spoken(x, person))
		return arena_printf(a, in(x, "%s heeft de klant nog niet "
			"gesproken; leg dat gesprek eerst vast",
			"%s has not talked with the customer yet; record that "
			"talk first"), person.at);
	return NULL;
}

/* Who would do: somebody who fits as things are, else somebody who only has to
 * talk with the customer yet. "": nobody. */
static struct text somebody(struct gating *x, const struct gate_need *need)
{
	const struct rulebook *book = x->m.s->book;
	struct gate_need less = *need;

	for (int talked = 1; talked >= 0; talked--) {
		less.spoke = need->spoke && talked;
		for (uint32_t i = 0; i < book->n_people; i++)
			if (presence_of(x->m.s->world, book,
				    book->people[i].id) &&
				unfit(x, &less, book->people[i].id) == NULL)
				return book->people[i].id;
	}
	return TEXT("");
}

/* The nearest name of those in dealership.lua; NULL: it is one of them. */
static const char *person_near(const struct gating *x, struct text person)
{
	const struct rulebook *book = x->m.s->book;
	const char *names[200];
	size_t n = 0;
	int near;

	if (rulebook_person(book, person) != NULL || person.bytes == 0)
		return NULL;
	for (uint32_t i = 0; i < book->n_people && n < 200; i++)
		names[n++] = book->people[i].id.at;
	near = near_name(person.at, names, n);
	return near >= 0 ? names[near] : NULL;
}

/* "...: second_face=sanne" */
static const char *with_example(struct gating *x, const struct gate_need *need,
				const char *remedy)
{
	struct text id = somebody(x, need);

	if (id.bytes == 0)
		return remedy;
	return remedy == NULL
		? arena_printf(x->p->arena, "%s=%s", need->field.at, id.at)
		: arena_printf(x->p->arena, "%s: %s=%s", remedy,
			  need->field.at, id.at);
}

static void need_person(struct gating *x, const struct gate_need *need)
{
	const struct value *v = given(x, need->field);
	const struct who *other = swapped(x, need->field);
	const char *why;
	struct problem *it;

	if (v != NULL) {
		why = unfit(x, need, value_as_text(v));
		if (why == NULL)
			return;
		it = missing(x, "FL431", need->field.at, why);
		it->nearest = person_near(x, value_as_text(v));
		if (it->nearest == NULL)
			it->remedy = with_example(x, need, NULL);
		return;
	}
	it = missing(x, "FL430", need->field.at,
		in(x, "er ontbreekt wie", "it must say who"));
	if (other != NULL)
		it->remedy = who_words(x, other);
	else if (need->same_as.kind != WHO_NONE)
		it->remedy = who_words(x, &need->same_as);
	else if (need->n_names > 0)
		it->remedy = arena_printf(x->p->arena,
			in(x, "iemand met de rol %s%s",
				"somebody with the role %s%s"),
			joined(x, need->names, need->n_names,
				in(x, " of ", " or ")),
			need->spoke ? in(x, ", die de klant gesproken heeft",
					      ", who has talked with the "
					      "customer")
				    : "");
	it->remedy = with_example(x, need, it->remedy);
}

/* ---- words ---- */

/* Characters, not bytes; blanks at both ends do not count. */
static int32_t characters(struct text t)
{
	int32_t n = 0;

	while (t.bytes > 0 && isspace((unsigned char)t.at[0]))
		t.at++, t.bytes--;
	while (t.bytes > 0 && isspace((unsigned char)t.at[t.bytes - 1]))
		t.bytes--;
	for (uint32_t i = 0; i < t.bytes; i++)
		n += ((unsigned char)t.at[i] & 0xc0) != 0x80;
	return n;
}

static void need_words(struct gating *x, const struct gate_need *need)
{
	const struct value *v = given(x, need->field);
	int32_t n = v != NULL ? characters(value_as_text(v)) : 0;
	struct problem *it;

	if (n >= need->at_least)
		return;
	it = n == 0 ? missing(x, "FL430", need->field.at,
			      in(x, "dit ontbreekt nog", "this is missing"))
		    : missing(x, "FL432", need->field.at,
			      arena_printf(x->p->arena,
				      in(x, "%d tekens is te kort, minstens "
					    "%d",
					      "%d characters is too short, at "
					      "least %d"),
				      (int)n, (int)need->at_least));
	if (need->ask.nl.bytes > 0 || need->ask.en.bytes > 0)
		it->remedy = sentence(x, &need->ask, NULL);
	else if (n == 0)
		it->remedy = arena_printf(x->p->arena,
			in(x, "minstens %d tekens", "at least %d characters"),
			(int)need->at_least);
}

static bool some_known(const struct gate_need *need, struct text t)
{
	return text_among(need->names, need->n_names, t);
}

static void some_wrong(struct gating *x, const struct gate_need *need,
		       struct text t)
{
	const char *names[64];
	struct problem *it = missing(x, "FL433", need->field.at,
		arena_printf(x->p->arena,
			in(x, "\"%s\" kan niet", "\"%s\" is none of them"),
			t.bytes > 0 ? t.at : "?"));
	size_t n = 0;
	int near;

	for (uint32_t i = 0; i < need->n_names && n < 64; i++)
		names[n++] = need->names[i].at;
	near = t.bytes > 0 ? near_name(t.at, names, n) : -1;
	it->nearest = near >= 0 ? names[near] : NULL;
	it->remedy = arena_printf(x->p->arena,
		in(x, "kies uit: %s", "choose from: %s"),
		joined(x, need->names, need->n_names, ", "));
}

static void need_some(struct gating *x, const struct gate_need *need)
{
	const struct value *v = given(x, need->field);

	if (v == NULL) {
		missing(x, "FL430", need->field.at,
			in(x, "dit ontbreekt nog", "this is missing"))
			->remedy = arena_printf(x->p->arena,
			in(x, "een of meer uit: %s", "one or more of: %s"),
			joined(x, need->names, need->n_names, ", "));
		return;
	}
	if (v->kind != VALUE_LIST) {
		if (!some_known(need, value_as_text(v)))
			some_wrong(x, need, value_as_text(v));
		return;
	}
	for (uint32_t i = 0; i < v->count; i++)
		if (!some_known(need, value_as_text(&v->as.items[i])))
			some_wrong(x, need, value_as_text(&v->as.items[i]));
}

static void need_either(struct gating *x, const struct gate_need *need)
{
	for (uint32_t i = 0; i < need->n_names; i++)
		if (given(x, need->names[i]) != NULL)
			return;
	missing(x, "FL430", need->names[0].at,
		arena_printf(x->p->arena,
			in(x, "er ontbreekt een van: %s",
				"one of these is missing: %s"),
			joined(x, need->names, need->n_names, ", ")));
}

/* ---- refusals ---- */

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || ((unsigned char)c & 0x80) != 0;
}

/* `word` as whole words in `t`, whatever the capitals. */
static bool has_word(struct text t, struct text word)
{
	for (uint32_t i = 0; i + word.bytes <= t.bytes; i++) {
		uint32_t k = 0;

		if (i > 0 && word_char(t.at[i - 1]))
			continue;
		while (k < word.bytes &&
			tolower((unsigned char)t.at[i + k]) ==
				tolower((unsigned char)word.at[k]))
			k++;
		if (k == word.bytes && (i + k == t.bytes ||
					       !word_char(t.at[i + k])))
			return true;
	}
	return false;
}

/* What people wrote themselves: texts of the event, not codes or names. */
static bool is_prose(const struct field_def *f)
{
	return f->type == FIELD_TEXT && f->personal;
}

static void refuse_words(struct gating *x, const struct gate_refusal *r)
{
	const struct word_list *list =
		rulebook_words(x->m.s->book, r->words);

	for (uint32_t i = 0; list != NULL && i < x->e->def->n_fields; i++) {
		const struct field_def *f = &x->e->def->fields[i];
		const struct value *v = given(x, f->name);
		bool meant = r->field.bytes > 0
			? text_equal(r->field, f->name)
			: is_prose(f);

		for (uint32_t k = 0; meant && v != NULL && k < list->n_words;
			k++)
			if (has_word(value_as_text(v), list->words[k]))
				missing(x, "FL434", f->name.at,
					sentence(x, &r->say,
						list->words[k].at));
	}
}

static void refuse_when(struct gating *x, const struct gate_refusal *r)
{
	bool yes = mach_cond(&x->m, &r->when, false);
	struct problem *it;

	if (x->m.failed) {
		gate_broken(x->m.s, x->m.out->reason, x->p);
		x->m.failed = false;
		return;
	}
	if (!yes)
		return;
	it = problem_add(x->p, "FL434", NULL, 0, "%s",
		sentence(x, &r->say, NULL));
	if (r->field.bytes > 0)
		it->field = r->field.at;
}

/* ---- the whole ---- */

/* The subject as it would be: what the event says lies over it. */
static const struct record *as_said(struct mach *m, const struct event *e,
				    const struct record *subject)
{
	struct record *r = record_clone(m->a, subject);

	for (uint32_t i = 0; r != NULL && i < e->data.count; i++) {
		const struct member *f = &e->data.as.members[i];

		if (schema_field(m->s->world->schema, r->kind, f->key) != NULL)
			record_set(m->a, r, f->key, f->value);
	}
	return r != NULL ? r : subject;
}

static bool gating_begin(struct gating *x, const struct snapshot *s,
			 const struct card *card, const struct event *e,
			 struct problems *p)
{
	struct card_decision *out =
		arena_alloc(s->world->arena, sizeof(*out));
	struct world *w = s->world;

	memset(x, 0, sizeof(*x));
	x->subject = w->get(w->ctx, e->subject);
	if (out == NULL || x->subject == NULL)
		return false;
	x->g = card->gate;
	x->e = e;
	x->p = p;
	x->dutch = text_is(s->book->language, "nl");
	x->m = (struct mach){ .s = s, .card = card, .a = w->arena,
		.out = out };
	x->m.subject = x->subject;
	x->m.subject = as_said(&x->m, e, x->subject);
	return true;
}

static void ask_needs(struct gating *x)
{
	for (uint32_t i = 0; i < x->g->n_needs; i++)
		switch (x->g->needs[i].kind) {
		case NEED_PERSON:
			need_person(x, &x->g->needs[i]);
			break;
		case NEED_WORDS:
			need_words(x, &x->g->needs[i]);
			break;
		case NEED_SOME:
			need_some(x, &x->g->needs[i]);
			break;
		case NEED_EITHER:
			need_either(x, &x->g->needs[i]);
			break;
		}
}

static void gate_ask(struct gating *x)
{
	ask_needs(x);
	for (uint32_t i = 0; i < x->g->n_refuses; i++) {
		if (x->g->refuses[i].words.bytes > 0)
			refuse_words(x, &x->g->refuses[i]);
		if (x->g->refuses[i].when.kind != COND_NONE)
			refuse_when(x, &x->g->refuses[i]);
	}
}

/* Is one of these given, of which the field is one? */
static bool another_given(const struct gating *x, struct text field)
{
	for (uint32_t i = 0; i < x->g->n_needs; i++) {
		const struct gate_need *n = &x->g->needs[i];

		if (n->kind != NEED_EITHER ||
			!text_among(n->names, n->n_names, field))
			continue;
		for (uint32_t k = 0; k < n->n_names; k++)
			if (given(x, n->names[k]) != NULL)
				return true;
	}
	return false;
}

static void fill(struct gating *x, struct event *e)
{
	for (uint32_t i = 0; i < x->g->n_defaults; i++) {
		const struct gate_default *d = &x->g->defaults[i];
		struct value v = d->value;
		struct span span;

		if (given(x, d->field) != NULL || another_given(x, d->field))
			continue;
		if (d->wait.kind != EXPR_NONE) {
			if (!mach_span(&x->m, &d->wait, &span))
				continue;
			v = value_int(span_add(span, e->occurred_at_ms != 0
					? e->occurred_at_ms
					: x->m.s->now_ms,
				x->m.s->book->calendar));
		}
		value_set(x->m.a, &e->data, d->field, v);
	}
}

void gate_fill(const struct snapshot *s, const struct card *gate,
	       struct event *e)
{
	struct snapshot own = *s;
	struct problems none;
	struct gating x;

	own.event = e;
	problems_init(&none, s->world->arena);
	if (gating_begin(&x, &own, gate, e, &none))
		fill(&x, e);
}

fl_status gate_check(const struct snapshot *s, const struct card *gate,
		     const struct event *e, struct problems *p)
{
	struct snapshot own = *s;
	uint32_t before = p->errors;
	struct gating x;

	own.event = e;
	if (gating_begin(&x, &own, gate, e, p))
		gate_ask(&x);
	if (s->world->arena->failed || p->arena->failed)
		return FL_NOMEM;
	return p->errors > before ? FL_DENIED : FL_OK;
}

void gate_broken(const struct snapshot *s, const char *reason,
		 struct problems *p)
{
	struct problem *it = problem_add(p, "FL436", NULL, 0, "%s",
		reason != NULL ? reason : "?");

	it->remedy = text_is(s->book->language, "nl")
		? "laat deze regel herstellen"
		: "have this rule mended";
}

/* Defaults that are there without asking a function of rules. */
static void fill_known(struct gating *x, struct event *e)
{
	struct gate_spec known = *x->g;
	struct gate_default *of = arena_copy(x->m.a, known.defaults,
		known.n_defaults * sizeof(*of));

	known.defaults = of;
	for (uint32_t i = 0; of != NULL && i < known.n_defaults; i++)
		if (of[i].wait.kind == EXPR_FN) /* it will be something */
			of[i] = (struct gate_default){.field = of[i].field,
				.value = value_int(e->occurred_at_ms)};
	x->g = &known;
	if (of != NULL)
		fill(x, e);
	x->g = x->m.card->gate;
}

void gate_needs(const struct snapshot *s, const struct card *card,
		const struct event_def *def, const struct record *subject,
		struct problems *p)
{
	struct event e = {.def = def, .subject = subject->id,
		.occurred_at_ms = s->now_ms, .recorded_at_ms = s->now_ms,
		.command = true, .data = value_map()};
	struct snapshot own = *s;
	struct gating x;

	own.event = &e;
	if (!gating_begin(&x, &own, card, &e, p))
		return;
	fill_known(&x, &e);
	ask_needs(&x);
}

bool gate_answer(const struct snapshot *s, const struct task *t,
		 const struct event *answer, struct event *out)
{
	const struct value *data = &answer->data;
	const struct value *fields = value_get(data, "fields");
	const struct step *st = rulebook_step(s->book, t->card, t->step);
	struct text outcome = text_of(value_get_str(data, "outcome"));
	const struct action *a = NULL;
	struct world *w = s->world;
	const struct record *r = w->get(w->ctx, t->subject);

	for (uint32_t i = 0; st != NULL && i < st->task.n_answers; i++)
		if (text_equal(st->task.answers[i].name, outcome))
			a = &st->task.answers[i].action;
	if (a == NULL || a->kind != ACTION_RECORD || r == NULL)
		return false;
	*out = *answer;
	out->def = schema_event(w->schema, a->event);
	out->data = a->data.kind == VALUE_MAP
		? value_clone(w->arena, &a->data)
		: value_map();
	out->subject = r->id;
	if (out->def == NULL)
		return false;
	if (!text_equal(out->def->subject, r->kind))
		out->subject = value_get_int(&r->fields,
			out->def->subject.at, 0);
	for (uint32_t i = 0; fields != NULL && fields->kind == VALUE_MAP &&
		i < fields->count; i++)
		if (event_field(out->def, fields->as.members[i].key) != NULL)
			value_set(w->arena, &out->data,
				fields->as.members[i].key,
				fields->as.members[i].value);
	return out->subject != 0;
}

/* ---- as a card ---- */

void gate_event(struct mach *m)
{
	static const struct who manager = { .kind = WHO_ROLE,
		.arg = { "sales_manager", 13 } };
	const struct event *e = m->s->event;
	struct problems p;
	struct gating x;
	struct buf b;
	const char *said;

	if (e->command || !gate_guards(m->card, e->def->name))
		return;
	problems_init(&p, m->a);
	if (!gating_begin(&x, m->s, m->card, e, &p))
		return;
	gate_ask(&x);
	if (p.errors == 0)
		return;
	buf_init(&b, SAID_BYTES);
	for (uint32_t i = 0; i < p.count; i++)
		buf_printf(&b, "%s%s%s%s", i > 0 ? "; " : "",
			p.items[i].field != NULL ? p.items[i].field : "",
			p.items[i].field != NULL ? ": " : "",
			p.items[i].text);
	said = arena_text(m->a, b.at != NULL ? b.at : "", b.len);
	buf_deinit(&b);
	mach_notice(m, text_of(arena_printf(m->a, "gate:%s", e->def->name.at)),
		&manager,
		arena_printf(m->a, "%s van {customer.name} kwam binnen zonder "
			"wat erbij hoort. %s", e->def->name.at, said),
		arena_printf(m->a, "%s of {customer.name} came in without "
			"what it needs. %s", e->def->name.at, said),
		m->card->line);
}

/* Legal in this state, or one move away: it is still to come. */
static bool near(const struct schema *s, int state, struct text type)
{
	struct value none = value_map();

	if (schema_move(s, state, type, &none) != NULL)
		return true;
	for (uint32_t i = 0; i < schema_move_count(s); i++) {
		const struct life_move *mv = schema_move_at(s, i);

		if ((mv->from >> state & 1) != 0 && mv->to.bytes > 0 &&
			schema_move(s, schema_state(mv->to), type, &none) !=
				NULL)
			return true;
	}
	return false;
}

bool gate_over(const struct mach *m)
{
	const struct schema *s = m->s->world->schema;

	if (!text_is(m->subject->kind, "deal"))
		return false;
	for (uint32_t i = 0; i < m->card->gate->n_guards; i++) {
		struct text type = m->card->gate->guards[i];

		if (!schema_event(s, type)->moves ||
			near(s, event_deal_state(m->s->world, m->subject),
				type))
			return false;
	}
	return true;
}
