#include "sim/test_names.h"

#include "base/near.h"

/* Names that would have been right. */
struct names {
	struct bench *b;
	const char **items;
	uint32_t n, cap;
};

static void add(struct names *l, struct text name)
{
	const char **room = arena_grow(&l->b->a, (void *)(uintptr_t)l->items, l->n,
		&l->cap, l->n + 1, sizeof(*room));

	if (room == NULL || name.bytes == 0)
		return;
	l->items = room;
	room[l->n++] = name.at;
}

static bool known(const struct names *l, struct text name)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (text_is(name, l->items[i]))
			return true;
	return false;
}

static fl_status refuse(const struct names *l, const char *verb,
	const char *what, struct text name, struct fl_error *err)
{
	int near = near_name(name.at, l->items, l->n);

	return status_fail(err, FL_INVALID,
		bench_words(l->b, "t:%s: the rules have no %s \"%.*s\"%s",
			"t:%s: de regels hebben geen %s \"%.*s\"%s"),
		verb, what, (int)name.bytes, name.at,
		bench_near(l->b, near >= 0 ? l->items[near] : NULL));
}

static void add_steps(struct names *l, const struct card *c)
{
	for (uint32_t i = 0; i < c->n_steps; i++)
		add(l, c->steps[i].id);
	for (uint32_t i = 0; i < c->n_whens; i++)
		add(l, c->whens[i].step.id);
	for (uint32_t i = 0; i < c->n_ladders; i++) {
		add(l, c->ladders[i].id);
		for (uint32_t k = 0; k < c->ladders[i].n_rungs; k++)
			add(l, c->ladders[i].rungs[k].id);
	}
	for (uint32_t i = 0; c->gate != NULL && i < c->gate->n_guards; i++)
		add(l, text_of(arena_printf(&l->b->a, "gate:%s",
			c->gate->guards[i].at)));
	if (c->mode != NULL)
		add(l, TEXT("mode.warn"));
	if (c->handoff != NULL) {
		add(l, TEXT("handoff"));
		add(l, TEXT("handoff.accept"));
		add(l, TEXT("handoff.complete-file"));
	}
	if (c->escalation != NULL) {
		add(l, TEXT("escalation"));
		add(l, TEXT("escalation.accept"));
	}
}

static bool is_card(const struct card *c, struct text name)
{
	return name.bytes == 0 || text_equal(c->id, name) ||
	       text_equal(c->name, name);
}

/* "do-it.told" and "slip.2.token" are made by steps "do-it" and "slip". */
static bool step_known(const struct names *l, struct text step)
{
	if (strncmp(step.at, "line:", 5) == 0)
		return true;
	for (uint32_t n = step.bytes; n > 0; n--)
		if ((n == step.bytes || step.at[n] == '.') &&
			known(l, (struct text){step.at, n}))
			return true;
	return false;
}

static fl_status check_step(struct bench *b, const char *verb,
	struct text card, struct text step, struct fl_error *err)
{
	const struct rulebook *book = b->book;
	struct names l = {.b = b};

	if (text_is(card, "engine"))
		return FL_OK; /* its own tasks are no steps of the rules */
	for (uint32_t i = 0; i < book->n_cards; i++)
		if (is_card(&book->cards[i], card))
			add_steps(&l, &book->cards[i]);
	return step.bytes == 0 || step_known(&l, step)
		       ? FL_OK
		       : refuse(&l, verb,
			       bench_words(b, "step", "stap"), step, err);
}

static fl_status check_card(struct bench *b, const char *verb,
	struct text card, struct fl_error *err)
{
	const struct rulebook *book = b->book;
	struct names l = {.b = b};

	for (uint32_t i = 0; i < book->n_cards; i++) {
		if (is_card(&book->cards[i], card))
			return FL_OK;
		add(&l, book->cards[i].id);
		add(&l, book->cards[i].name);
	}
	return card.bytes == 0 || text_is(card, "engine")
		       ? FL_OK
		       : refuse(&l, verb,
			       bench_words(b, "card", "kaart"), card, err);
}

static fl_status check_who(struct bench *b, const char *verb,
	struct text who, struct fl_error *err)
{
	const struct rulebook *book = b->book;
	struct names l = {.b = b};

	for (uint32_t i = 0; i < book->n_people; i++)
		add(&l, book->people[i].id);
	return who.bytes == 0 || known(&l, who)
		       ? FL_OK
		       : refuse(&l, verb,
			       bench_words(b, "person", "persoon"), who, err);
}

static fl_status check_kind(struct bench *b, const char *verb,
	struct text kind, struct fl_error *err)
{
	static const char *kinds[] = {"call", "mail", "visit", "todo"};
	struct names l = {.b = b, .items = kinds, .n = 4};

	return kind.bytes == 0 || known(&l, kind)
		       ? FL_OK
		       : refuse(&l, verb,
			       bench_words(b, "kind of task", "soort taak"), kind, err);
}

fl_status test_names_check(struct bench *b, const char *verb,
	const struct value *spec, struct fl_error *err)
{
	struct text card = value_as_text(value_get(spec, "card"));
	fl_status s;

	if (spec->kind != VALUE_MAP && spec->kind != VALUE_NULL &&
		spec->count > 0)
		return status_fail(err, FL_INVALID,
			bench_words(b, "t:%s takes a table: t:%s { card = \"...\" }",
				"t:%s verwacht een tabel: t:%s { card = \"...\" }"),
			verb, verb);
	s = check_card(b, verb, card, err);
	if (s == FL_OK)
		s = check_step(b, verb, card,
			value_as_text(value_get(spec, "step")), err);
	if (s == FL_OK)
		s = check_who(b, verb, value_as_text(value_get(spec, "who")),
			err);
	if (s == FL_OK)
		s = check_kind(b, verb, value_as_text(value_get(spec, "kind")),
			err);
	return s;
}
