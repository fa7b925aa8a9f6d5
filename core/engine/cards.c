#include "engine/engine_internal.h"

#define SUBJECTS_MOST 64

/* ---- which cards look at an event type ---- */

struct card_list {
	uint32_t *cards; /* indices, in the rulebook's order */
	uint32_t n;
};

struct card_index {
	struct map *by_type; /* event type -> struct card_list */
};

static struct card_list *list_new(const struct rulebook *rb, struct text type)
{
	struct card_list *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->cards = calloc((size_t)rb->n_cards + 1, sizeof(*l->cards));
	if (l->cards == NULL) {
		free(l);
		return NULL;
	}
	for (uint32_t i = 0; i < rb->n_cards; i++)
		if (card_wants(&rb->cards[i], type))
			l->cards[l->n++] = i;
	return l;
}

static void list_free(struct card_list *l)
{
	if (l == NULL)
		return;
	free(l->cards);
	free(l);
}

struct card_index *card_index_new(const struct rulebook *rb)
{
	struct card_index *x = calloc(1, sizeof(*x));

	if (x == NULL || (x->by_type = map_new()) == NULL)
		goto out;
	for (uint32_t i = 0; i < schema_event_count(rb->schema); i++) {
		struct text type = schema_event_at(rb->schema, i)->name;
		struct card_list *l = list_new(rb, type);

		if (l == NULL || !map_put(x->by_type, type, l)) {
			list_free(l);
			goto out;
		}
	}
	return x;
out:
	card_index_free(x);
	return NULL;
}

void card_index_free(struct card_index *x)
{
	uint32_t at = 0;
	void *l;

	if (x == NULL)
		return;
	while (x->by_type != NULL && map_next(x->by_type, &at, NULL, NULL, &l))
		list_free(l);
	map_free(x->by_type);
	free(x);
}

/* ---- candidates ---- */

static void mark(struct turn *u, uint8_t *wanted, struct text name)
{
	const struct rulebook *book = u->engine->book;
	const struct card *card = rulebook_card(book, name);

	if (card != NULL)
		wanted[card - book->cards] = 1;
}

/* Cards in which a record of the event's home stands; card_subjects() says
 * whether that record is concerned. */
static void mark_runs(struct turn *u, uint8_t *wanted, int64_t home)
{
	const struct record *r;
	uint32_t at = 0;

	while ((r = overlay_next(u, home, &at)) != NULL)
		for (uint32_t i = 0; i < r->n_runs; i++)
			if (r->runs[i].left_at_ms == 0)
				mark(u, wanted, r->runs[i].card);
}

/* One byte per card of the rulebook: 1 looks at the event. NULL: memory. */
static uint8_t *candidates(struct turn *u, const struct event *e)
{
	const struct card_list *l =
		map_get(u->engine->index->by_type, e->def->name);
	uint8_t *wanted = arena_alloc(u->arena,
		(size_t)u->engine->book->n_cards + 1);
	const struct task *t;

	if (wanted == NULL)
		return NULL;
	if (u->root->is_timer && u->current == 0) {
		mark(u, wanted, u->root->timer.card);
		return wanted;
	}
	for (uint32_t i = 0; l != NULL && i < l->n; i++)
		wanted[l->cards[i]] = 1;
	mark_runs(u, wanted, e->home);
	if (text_is(e->def->name, "task.done")) {
		t = overlay_task(u,
			wire_task_id(value_get(&e->data, "task")));
		if (t != NULL)
			mark(u, wanted, t->card);
	}
	return wanted;
}

/* ---- errors in a row ---- */

static struct card_score *score_of(struct turn *u, struct text card)
{
	struct card_score *grown;

	for (uint32_t i = 0; i < u->n_scores; i++)
		if (text_equal(u->scores[i].card, card))
			return &u->scores[i];
	grown = arena_grow(u->arena, u->scores, u->n_scores, &u->cap_scores,
		u->n_scores + 1, sizeof(*grown));
	if (grown == NULL) {
		u->no_memory = true;
		return NULL;
	}
	u->scores = grown;
	u->scores[u->n_scores] = (struct card_score){.card = card};
	return &u->scores[u->n_scores++];
}

static void score_ran(struct turn *u, struct text card)
{
	struct card_score *s;

	if (u->n_scores == 0 && map_get(u->engine->scores, card) == NULL)
		return;
	if ((s = score_of(u, card)) != NULL) {
		s->failed = 0;
		s->ran = true;
	}
}

/* True when this failure is the one that puts the card away. */
static bool score_failed(struct turn *u, struct text card, int64_t event,
			 const char *reason)
{
	const struct card_errors *known = map_get(u->engine->scores, card);
	struct card_score *s = score_of(u, card);
	uint32_t in_row;

	if (s == NULL)
		return false;
	s->failed++;
	s->times++;
	s->event = event;
	s->reason = reason;
	in_row = s->failed + (known != NULL && !s->ran ? known->in_row : 0);
	return in_row == u->engine->limits.errors_to_quarantine;
}

static bool quarantined(struct turn *u, struct text card)
{
	const struct record *roof = u->engine->rooftop != 0
		? overlay_record(u, u->engine->rooftop)
		: NULL;

	return card_away(roof, card);
}

/* ---- running ---- */

/* What one card wants for one subject, before anything is applied. */
struct wish {
	uint32_t card;   /* index in the rulebook */
	int64_t subject;
	struct card_decision wants;
};

struct wishes {
	struct wish *items;
	uint32_t n, cap;
};

const struct card_decision *cards_asked(void *ctx, uint32_t i)
{
	const struct wishes *w = ((const struct turn *)ctx)->wishes;

	return w != NULL && i < w->n ? &w->items[i].wants : NULL;
}

static struct wish *wish_add(struct turn *u, struct wishes *w, uint32_t card,
			     int64_t subject)
{
	struct wish *grown = arena_grow(u->arena, w->items, w->n, &w->cap,
		w->n + 1, sizeof(*grown));

	if (grown == NULL) {
		u->no_memory = true;
		return NULL;
	}
	w->items = grown;
	u->wishes = w;
	w->items[w->n] = (struct wish){.card = card, .subject = subject,
		.wants = {.card = u->engine->book->cards[card].name}};
	return &w->items[w->n++];
}

static const struct doom *doomed(const struct turn *u, uint32_t card,
				 int64_t subject)
{
	for (uint32_t i = 0; i < u->n_dooms; i++)
		if (u->dooms[i].event == u->current &&
			u->dooms[i].card == card &&
			u->dooms[i].subject == subject)
			return &u->dooms[i];
	return NULL;
}

/* What was just asked: nothing wanted is no wish; a card that was cut for its
 * time is not asked again about this fact. */
static void keep_wish(struct turn *u, struct wishes *w, const struct wish *wish)
{
	if (wish->wants.fate == CARD_CUT_TIME)
		meter_hold(u, wish->card, wish->wants.reason);
	if (wish->wants.fate == CARD_RAN && wish->wants.n_effects == 0)
		w->n--;
}

static fl_status ask_subject(struct turn *u, struct wishes *w, uint32_t card,
			     int64_t id)
{
	const struct card *c = &u->engine->book->cards[card];
	const struct record *subject = overlay_record(u, id);
	const struct doom *doom = doomed(u, card, id);
	struct wish *wish;
	fl_status s;

	if (subject == NULL)
		return FL_OK;
	if ((wish = wish_add(u, w, card, id)) == NULL)
		return FL_NOMEM;
	if (doom != NULL) {
		wish->wants.fate = CARD_FAILED;
		wish->wants.reason = doom->reason;
		return FL_OK;
	}
	crash_page_enter(u->engine->crash, c->name);
	s = machine_run(&u->snapshot, c, subject, &wish->wants);
	crash_page_leave(u->engine->crash);
	keep_wish(u, w, wish);
	return s;
}

/* It is known already that the card must not see the event. */
static fl_status cut(struct turn *u, struct wishes *w, uint32_t card,
		     int64_t id, enum card_fate fate, const char *reason)
{
	struct wish *wish = wish_add(u, w, card, id);

	if (wish == NULL)
		return FL_NOMEM;
	wish->wants.fate = (uint8_t)fate;
	wish->wants.reason = reason;
	return FL_OK;
}

static fl_status ask_card(struct turn *u, struct wishes *w, uint32_t card)
{
	const struct card *c = &u->engine->book->cards[card];
	int64_t ids[SUBJECTS_MOST];
	uint32_t n = card_subjects(&u->snapshot, c, ids, SUBJECTS_MOST);
	const char *held;
	fl_status s = FL_OK;

	if (n > 0 && quarantined(u, c->name))
		return cut(u, w, card, ids[0], CARD_CUT_QUARANTINED, NULL);
	if (n > 0 && (held = crash_held(u, c)) != NULL)
		return cut(u, w, card, ids[0], CARD_CUT_CRASH, held);
	if (n > 0 && (held = meter_held(u, card)) != NULL)
		return cut(u, w, card, ids[0], CARD_CUT_TIME, held);
	for (uint32_t i = 0; i < n && s == FL_OK; i++)
		s = ask_subject(u, w, card, ids[i]);
	return s;
}

/* Cards that were found too slow only afterwards: what they want (wishes from
 * `from` on) is dropped; who wants nothing is told all the same, about `id`. */
static fl_status drop_slow(struct turn *u, struct wishes *w, uint32_t from,
			   int64_t id)
{
	uint32_t n_cards = u->meter.cards != NULL ? u->engine->book->n_cards
						  : 0;
	fl_status s = FL_OK;

	for (uint32_t card = 0; card < n_cards && s == FL_OK; card++) {
		uint32_t found = 0;

		if (!meter_fresh(u, card))
			continue;
		for (uint32_t i = from; i < w->n; i++) {
			struct card_decision *d = &w->items[i].wants;

			if (w->items[i].card != card)
				continue;
			found++;
			if (d->fate == CARD_RAN)
				*d = (struct card_decision){.card = d->card,
					.fate = CARD_CUT_TIME,
					.reason = meter_held(u, card)};
		}
		if (found == 0 && overlay_record(u, id) != NULL)
			s = cut(u, w, card, id, CARD_CUT_TIME,
				meter_held(u, card));
	}
	return s;
}

static enum turn_result doom_add(struct turn *u, const struct wish *w,
				 const char *reason)
{
	struct doom *grown = arena_grow(&u->keep, u->dooms, u->n_dooms,
		&u->cap_dooms, u->n_dooms + 1, sizeof(*grown));
	const char *kept = arena_strdup(&u->keep, reason);

	if (grown == NULL || kept == NULL)
		return TURN_FAILED;
	u->dooms = grown;
	u->dooms[u->n_dooms++] = (struct doom){.event = u->current,
		.card = w->card, .subject = w->subject, .reason = kept};
	return TURN_AGAIN;
}

static int line_of(const struct card *card, const struct card_decision *d)
{
	const char *colon = d->reason != NULL ? strchr(d->reason, ':') : NULL;
	long line = colon != NULL ? strtol(colon + 1, NULL, 10) : 0;

	return line > 0 && line < 1000000 ? (int)line : card->line;
}

/* card.failed or card.crashed, and card.quarantined when it was one too
 * many. */
static fl_status tell_failed(struct turn *u, const struct card_decision *d,
			     const struct card *card)
{
	const struct event *e = &turn_now(u)->event;
	bool crashed = d->fate == CARD_CUT_CRASH;
	const char *reason = d->reason != NULL ? d->reason
					       : card_fate_name(d->fate);
	bool away = crashed ? crash_puts_away(u, d->card)
			    : score_failed(u, d->card, e->number, reason);
	struct value data = value_map();

	value_put(u->arena, &data, "card", value_of_text(d->card));
	value_put(u->arena, &data, "file", value_text(card->file));
	value_put(u->arena, &data, "line", value_int(line_of(card, d)));
	value_put(u->arena, &data, "reason", value_text(reason));
	value_put(u->arena, &data, "event", value_int(e->number));
	if (text_is(e->def->name, "card.failed") ||
		text_is(e->def->name, "card.crashed") ||
		text_is(e->def->name, "card.quarantined"))
		return FL_OK;
	turn_cause(u, crashed ? TEXT("card.crashed") : TEXT("card.failed"),
		e->subject, &data);
	if (!away)
		return u->no_memory ? FL_NOMEM : FL_OK;
	data = value_map();
	value_put(u->arena, &data, "card", value_of_text(d->card));
	value_put(u->arena, &data, "file", value_text(card->file));
	value_put(u->arena, &data, "line", value_int(line_of(card, d)));
	value_put(u->arena, &data, "event", value_int(e->number));
	value_put(u->arena, &data, "reason", value_text(reason));
	turn_cause(u, TEXT("card.quarantined"), u->engine->rooftop, &data);
	return u->no_memory ? FL_NOMEM : FL_OK;
}

/* A card the engine itself refused has said nothing to the manager yet. */
static void tell_manager(struct turn *u, const struct wish *w,
			 struct card_decision *d)
{
	const struct card *card = &u->engine->book->cards[w->card];
	int line = line_of(card, d);
	const char *kind = d->fate == CARD_CUT_TIME ? "fault" : "failed";
	struct text step =
		text_of(arena_printf(u->arena, "%s:%d", kind, line));
	struct effect *task = arena_alloc(u->arena, sizeof(*task));

	if (task == NULL || step.at == NULL)
		return;
	manager_task(u, task, w->subject, step,
		arena_printf(u->arena, "Regel werkt niet: %s", d->reason),
		arena_printf(u->arena, "A rule does not work: %s", d->reason));
	d->effects = task;
	d->n_effects = d->cap_effects = 1;
}

/* A function that fails for many at a rule change is one task, about the
 * rooftop; each of them has the card.failed in their story. */
static void tell_once(struct turn *u, struct card_decision *d)
{
	for (uint32_t i = 0; i < d->n_effects; i++)
		if (d->effects[i].kind == EFFECT_TASK)
			d->effects[i].subject = u->engine->rooftop;
}

/* By home, not by card alone: an import of thousands is no runaway. On a clock
 * that is moved by hand no minute passes: nothing is counted. */
static bool over_rate(struct turn *u, const struct wish *w)
{
	const struct engine *e = u->engine;

	if (e->manual_clock || w->wants.n_effects == 0)
		return false;
	return rate_of(e->rate, u->now_ms, w->wants.card,
		       turn_now(u)->event.home) +
		w->wants.n_effects > e->limits.effects_per_minute;
}

static enum turn_result apply_wish(struct turn *u, struct wish *w)
{
	const struct card *card = &u->engine->book->cards[w->card];
	struct card_decision *d = &w->wants;
	const char *reason = NULL;
	bool by_engine = doomed(u, w->card, w->subject) != NULL ||
		d->fate == CARD_CUT_CRASH;
	bool told = d->fate == CARD_CUT_TIME && !meter_tells(u, w->card);
	fl_status s;

	if (d->fate == CARD_RAN && (reason = apply_refused(u, d)) != NULL) {
		d->fate = CARD_FAILED;
		d->reason = reason;
		by_engine = true;
	}
	if (d->fate == CARD_RAN && over_rate(u, w)) {
		d->fate = CARD_CUT_RATE;
		d->reason = arena_printf(u->arena,
			text_is(u->engine->book->language, "nl")
				? "%s:%d: meer dan %u gevolgen over een klant in "
				  "een minuut"
				: "%s:%d: more than %u effects about one "
				  "customer in a minute", card->file, card->line,
			u->engine->limits.effects_per_minute);
		by_engine = true;
	}
	if (told)
		d->n_effects = 0; /* of this fact, by an event before */
	else if (by_engine ||
		(d->fate == CARD_CUT_TIME && d->n_effects == 0))
		tell_manager(u, w, d);
	if (u->root->is_slice && d->fate != CARD_RAN)
		tell_once(u, d);
	s = apply_card(u, d, &reason);
	if (s == FL_INVALID && u->n_needs > 0)
		return TURN_NEEDS;
	if (s == FL_INVALID && by_engine)
		s = FL_OK; /* no room for the manager's task either */
	if (s == FL_INVALID)
		return doom_add(u, w, reason);
	if (s != FL_OK)
		return TURN_FAILED;
	if (d->fate == CARD_RAN)
		score_ran(u, d->card);
	else if (d->fate != CARD_CUT_QUARANTINED && !told &&
		tell_failed(u, d, card) != FL_OK)
		return TURN_FAILED;
	return TURN_DONE;
}

static enum turn_result apply_all(struct turn *u, struct wishes *w)
{
	enum turn_result r = TURN_DONE;

	u->wishes = NULL;
	if (u->n_needs > 0)
		return TURN_NEEDS;
	if (u->no_memory)
		return TURN_FAILED;
	for (uint32_t i = 0; i < w->n && r == TURN_DONE; i++)
		r = apply_wish(u, &w->items[i]);
	return r;
}

/* ---- fields that cards have set ---- */

static bool sets_in(struct turn *u, const struct wish *w, int64_t home)
{
	for (uint32_t i = 0; i < w->wants.n_effects; i++) {
		const struct effect *e = &w->wants.effects[i];
		const struct record *r = e->kind == EFFECT_SET
			? overlay_record(u, e->subject)
			: NULL;

		if (r != NULL && r->home == home)
			return true;
	}
	return false;
}

static bool is_set(struct turn *u, const struct wishes *w, int64_t home)
{
	for (uint32_t i = 0; i < w->n; i++)
		if (w->items[i].wants.fate == CARD_RAN &&
			sets_in(u, &w->items[i], home))
			return true;
	return false;
}

/* One card's places on one record, once more. */
static fl_status replan(struct turn *u, struct wishes *again, uint32_t card,
			const struct record *r)
{
	const struct card *c = &u->engine->book->cards[card];
	const struct run *run = record_run(r, c->name);
	const struct doom *doom = doomed(u, card, r->id);
	struct wish *wish;
	fl_status s;

	if (run == NULL || run->left_at_ms != 0 || doom != NULL ||
		quarantined(u, c->name) || crash_held(u, c) != NULL ||
		meter_held(u, card) != NULL)
		return FL_OK;
	if ((wish = wish_add(u, again, card, r->id)) == NULL)
		return FL_NOMEM;
	crash_page_enter(u->engine->crash, c->name);
	s = machine_replan(&u->snapshot, c, r, &wish->wants);
	crash_page_leave(u->engine->crash);
	keep_wish(u, again, wish);
	return s;
}

/* What a card set may be what a step waits for: those who stand in cards of
 * that home are placed anew at once, not at their next event. */
static enum turn_result replan_home(struct turn *u, const struct wishes *w)
{
	int64_t home = turn_now(u)->event.home;
	struct wishes again = {0};
	const struct record *r;
	uint32_t at = 0;

	if (home == 0 || !is_set(u, w, home))
		return TURN_DONE;
	while ((r = overlay_next(u, home, &at)) != NULL)
		for (uint32_t i = 0; i < u->engine->book->n_cards &&
			r->n_runs > 0; i++)
			if (replan(u, &again, i, r) != FL_OK)
				return TURN_FAILED;
	if (drop_slow(u, &again, 0, turn_now(u)->event.subject) != FL_OK)
		return TURN_FAILED;
	return again.n > 0 ? apply_all(u, &again) : TURN_DONE;
}

enum turn_result cards_run(struct turn *u)
{
	enum turn_result r;
	uint8_t *wanted = candidates(u, &turn_now(u)->event);
	struct wishes w = {0};

	if (wanted == NULL)
		return TURN_FAILED;
	crash_event(u);
	if (crash_sets_aside(u))
		return crash_set_aside(u) == FL_OK ? TURN_DONE : TURN_FAILED;
	for (uint32_t i = 0; i < u->engine->book->n_cards; i++)
		if (wanted[i] && ask_card(u, &w, i) != FL_OK)
			return TURN_FAILED;
	if (drop_slow(u, &w, 0, turn_now(u)->event.subject) != FL_OK)
		return TURN_FAILED;
	r = apply_all(u, &w);
	return r == TURN_DONE ? replan_home(u, &w) : r;
}

static bool retry_names(const struct value *cards, struct text card)
{
	for (uint32_t i = 0; cards != NULL && i < cards->count; i++)
		if (text_equal(value_as_text(&cards->as.items[i]), card))
			return true;
	return cards == NULL || cards->count == 0;
}

/* event.retried: the cards that could not run then see that event again, on
 * the state as it is now. Its own change is not repeated. */
enum turn_result cards_retry(struct turn *u)
{
	const struct event *e = &turn_now(u)->event;
	const struct value *data = value_get(&e->data, "data");
	const struct value *cards = value_get(&e->data, "cards");
	struct event *again = arena_copy(u->arena, e, sizeof(*e));
	struct wishes w = {0};
	enum turn_result r;
	uint8_t *wanted;

	if (again == NULL)
		return TURN_FAILED;
	again->def = schema_event(u->world.schema,
		text_of(value_get_str(&e->data, "type")));
	if (again->def == NULL)
		return TURN_DONE;
	again->data = data != NULL && data->kind == VALUE_MAP ? *data
							      : value_map();
	again->occurred_at_ms =
		value_get_int(&e->data, "at", e->occurred_at_ms);
	if ((wanted = candidates(u, again)) == NULL)
		return TURN_FAILED;
	u->snapshot.event = again;
	crash_event(u);
	for (uint32_t i = 0; i < u->engine->book->n_cards; i++)
		if (wanted[i] &&
			retry_names(cards, u->engine->book->cards[i].name) &&
			ask_card(u, &w, i) != FL_OK)
			return TURN_FAILED;
	if (drop_slow(u, &w, 0, e->subject) != FL_OK)
		return TURN_FAILED;
	r = apply_all(u, &w);
	if (r == TURN_DONE)
		r = replan_home(u, &w);
	u->snapshot.event = e;
	return r;
}

/* The rules no longer have this card. */
static fl_status leave_gone(struct turn *u, const struct record *r,
			    struct text card)
{
	struct card_decision d = {.card = card};
	const char *reason = NULL;
	fl_status s = machine_recompute(&u->snapshot, r, &d, card);

	if (s == FL_OK && d.n_effects > 0)
		s = apply_card(u, &d, &reason);
	return s == FL_INVALID ? FL_OK : s;
}

static fl_status recompute_record(struct turn *u, struct wishes *w, int64_t id)
{
	const struct rulebook *book = u->engine->book;
	const struct record *r = overlay_record(u, id);
	uint32_t from = w->n;
	fl_status s = FL_OK;

	for (uint32_t i = 0; r != NULL && i < r->n_runs && s == FL_OK; i++) {
		const struct card *card =
			rulebook_card(book, r->runs[i].card);
		struct wish *wish;

		if (r->runs[i].left_at_ms != 0)
			continue;
		if (card == NULL) {
			s = leave_gone(u, r, r->runs[i].card);
			continue;
		}
		wish = wish_add(u, w, (uint32_t)(card - book->cards), id);
		if (wish == NULL)
			return FL_NOMEM;
		if (quarantined(u, card->name)) {
			wish->wants.fate = CARD_CUT_QUARANTINED;
			continue;
		}
		wish->wants.reason = crash_held(u, card);
		if (wish->wants.reason != NULL) {
			wish->wants.fate = CARD_CUT_CRASH;
			continue;
		}
		crash_page_enter(u->engine->crash, card->name);
		s = machine_recompute(&u->snapshot, r, &wish->wants,
			card->name);
		crash_page_leave(u->engine->crash);
		keep_wish(u, w, wish);
	}
	return s == FL_OK ? drop_slow(u, w, from, id) : s;
}

/* Tasks of people who do not work here any more. */
static fl_status recompute_people(struct turn *u, int64_t id)
{
	const struct record *r = overlay_record(u, id);
	struct card_decision d = {.card = TEXT(ENGINE_CARD)};
	const char *reason = NULL;
	fl_status s = FL_OK;

	if (r != NULL && r->n_open_tasks > 0)
		s = machine_people(&u->snapshot, r, &d);
	if (s == FL_OK && d.n_effects > 0)
		s = apply_card(u, &d, &reason);
	return s == FL_INVALID ? FL_OK : s;
}

enum turn_result cards_recompute(struct turn *u)
{
	struct value *data = &turn_now(u)->event.data;
	struct wishes w = {0};
	enum turn_result r;

	crash_event(u);
	for (; u->n_slice < u->root->n_slice && meter_record(u); u->n_slice++)
		if (recompute_record(u, &w, u->root->slice[u->n_slice]) !=
			FL_OK)
			return TURN_FAILED;
	if ((r = apply_all(u, &w)) != TURN_DONE)
		return r;
	for (uint32_t i = 0; i < u->n_slice; i++)
		if (recompute_people(u, u->root->slice[i]) != FL_OK)
			return TURN_FAILED;
	if (u->paced.count > 0)
		value_put(u->arena, data, "paced", u->paced);
	if (u->n_slice < u->root->n_slice) {
		value_put(u->arena, data, "upto",
			value_int(u->root->slice[u->n_slice]));
		value_put(u->arena, data, "done", value_bool(false));
	}
	return u->no_memory ? TURN_FAILED : TURN_DONE;
}

/* A message that must not go any more, and the event that says so. */
static fl_status withdraw_message(struct turn *u, const struct value *m,
				  const char *why)
{
	struct outbox_row *grown = arena_grow(u->arena, u->outbox, u->n_outbox,
		&u->cap_outbox, u->n_outbox + 1, sizeof(*grown));
	struct text key = value_as_text(value_get(m, "key"));
	struct text channel = value_as_text(value_get(m, "channel"));
	struct value data = value_map();

	if (grown == NULL)
		return FL_NOMEM;
	u->outbox = grown;
	grown[u->n_outbox++] =
		(struct outbox_row){.key = key, .withdrawn = true};
	value_put(u->arena, &data, "message", value_of_text(key));
	value_put(u->arena, &data, "channel", value_of_text(channel));
	value_put(u->arena, &data, "outcome", value_text(why));
	return turn_cause(u, TEXT("message.withdrawn"),
		       value_get_int(m, "home", 0), &data) != NULL
		? FL_OK
		: FL_NOMEM;
}

/* Every message and task its lists name, if it is still to be sent or open. */
fl_status undone_told(struct turn *u, const struct event *e)
{
	const struct value *messages = value_get(&e->data, "messages");

	const struct value *list = value_get(&e->data, "withdrawn");
	const char *why = arena_printf(u->arena, "ruleset %lld was undone",
		(long long)value_get_int(&e->data, "ruleset", 0));
	fl_status s = why != NULL ? FL_OK : FL_NOMEM;

	for (uint32_t i = 0; messages != NULL && i < messages->count &&
		s == FL_OK; i++)
		s = withdraw_message(u, &messages->as.items[i], why);
	for (uint32_t i = 0; list != NULL && i < list->count && s == FL_OK;
		i++) {
		const struct value *one = &list->as.items[i];
		const struct record *r = overlay_record(u,
			value_get_int(one, "subject", 0));
		const struct task *t =
			overlay_task(u, value_get_int(one, "task", 0));
		struct card_decision d = {0};
		const char *reason = NULL;

		if (r == NULL || t == NULL || t->state != TASK_OPEN)
			continue;
		d.card = t->card;
		s = machine_undo(&u->snapshot, r, t, why, &d);
		if (s == FL_OK)
			s = apply_card(u, &d, &reason);
		if (s == FL_INVALID)
			s = FL_OK;
	}
	return s;
}
