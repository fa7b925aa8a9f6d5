/*
 * What is allowed and yet not meant: steps that never appear, cards that nobody
 * can enter, two cards that call the same customer, events that cause
 * themselves, work that nobody is there for. Warnings with their reason; run
 * when a rooftop has no mistakes.
 */
#include "script/read.h"

/* ---- lengths of time, roughly ---- */

/* Minutes of a wait that is written out or set; -1: it depends. */
static int64_t minutes(struct loading *ld, const struct expr *e)
{
	static const int64_t of[] = {[UNIT_MINUTE] = 1,
		[UNIT_WORK_MINUTE] = 3,
		[UNIT_HOUR] = 60,
		[UNIT_WORK_HOUR] = 180,
		[UNIT_DAY] = 1440,
		[UNIT_WORK_DAY] = 2016,
		[UNIT_WEEK] = 10080,
		[UNIT_MONTH] = 43800,
		[UNIT_YEAR] = 525600};
	const struct setting *s;
	struct value v = e->value;
	struct fl_error err;
	struct span span;

	if (e->kind == EXPR_SETTING) {
		s = rulebook_setting(&ld->rs->book, e->name);
		if (s == NULL)
			return -1;
		v = setting_value(&ld->rs->book, s, TEXT(""), TEXT(""));
	} else if (e->kind != EXPR_VALUE) {
		return -1;
	}
	if (span_of_value(&v, &span, &err) != FL_OK)
		return -1;
	return span.count * of[span.unit];
}

/* ---- steps ---- */

static const struct step *waits_for(const struct card *c, const struct step *s)
{
	return s->when_over.bytes > 0 ? card_step(c, s->when_over) : NULL;
}

/* A step behind one that repeats without end, or behind itself. */
static void never_over(
	struct loading *ld, const struct card *c, const struct step *s)
{
	const struct step *before = waits_for(c, s), *at = before;

	for (uint32_t i = 0; at != NULL && at != s && i < c->n_steps; i++)
		at = waits_for(c, at);
	if (at == s && before != NULL) {
		say_warning(ld, say_unit(ld, c->file), s->line,
			SAY_WAITS_FOR_ITSELF, s->id.at, before->id.at);
		return;
	}
	if (before != NULL && before->timing == TIMING_EVERY &&
		before->up_to.kind == EXPR_NONE && !before->once)
		say_warning(ld, say_unit(ld, c->file), s->line, SAY_NEVER_OVER,
			s->id.at, before->id.at);
}

/* What it is counted from never comes in a card of this kind. */
static void never_accepted(
	struct loading *ld, const struct card *c, const struct step *s)
{
	if (text_is(s->anchor, "acceptance") && c->kind != CARD_HANDOFF &&
		c->kind != CARD_ESCALATION)
		say_warning(ld, say_unit(ld, c->file), s->line,
			SAY_NEVER_ACCEPTED, s->id.at);
}

/* It waits longer than it may run. */
static void past_its_end(
	struct loading *ld, const struct card *c, const struct step *s)
{
	int64_t end = minutes(ld, &s->up_to), wait = minutes(ld, &s->wait);
	int64_t least = minutes(ld, &s->at_least);
	int64_t most = minutes(ld, &s->at_most);

	if (s->timing != TIMING_EVERY)
		return;
	if (end >= 0 && (wait > end || least > end))
		say_warning(ld, say_unit(ld, c->file), s->line, SAY_PAST_UP_TO,
			s->id.at);
	else if (least >= 0 && most >= 0 && least > most)
		say_warning(ld, say_unit(ld, c->file), s->line,
			SAY_BOUNDS_CROSS, s->id.at);
}

/* Minutes from the start of the card to this step; -1: it depends. */
static int64_t comes_after(
	struct loading *ld, const struct card *c, const struct step *s)
{
	int64_t wait = s->timing == TIMING_AFTER ? minutes(ld, &s->wait) : -1;
	int64_t before;

	if (s->timing == TIMING_DAY && s->day.kind == EXPR_VALUE &&
		s->day.value.kind == VALUE_INT)
		return s->day.value.as.integer * 2016;
	if (wait < 0 || s->anchor.bytes == 0)
		return wait;
	if (!text_is(s->anchor, "previous step") || s == c->steps)
		return -1;
	before = comes_after(ld, c, s - 1);
	return before >= 0 ? before + wait : -1;
}

/* A step of the card that waits longer than the rhythm it belongs to lasts. A
 * month may be any of them: near is not past. */
static void past_the_rhythm(
	struct loading *ld, const struct card *c, const struct step *s)
{
	int64_t wait = comes_after(ld, c, s);

	if (wait < 0 || c->kind != CARD_CADENCE)
		return;
	for (uint32_t i = 0; i < c->n_steps; i++) {
		const struct step *rhythm = &c->steps[i];
		int64_t end = minutes(ld, &rhythm->up_to);

		if (rhythm->timing == TIMING_EVERY && end >= 0 &&
			wait > end + end / 20)
			say_warning(ld, say_unit(ld, c->file), s->line,
				SAY_PAST_RHYTHM, s->id.at, rhythm->id.at);
	}
}

/* ---- entering ---- */

/* A record of kind `about` is concerned by this event. */
static bool concerns(const struct loading *ld, const struct card *c,
	const struct event_def *def)
{
	if (def->subject.bytes == 0 || text_equal(def->subject, c->about) ||
		text_is(c->about, "deal") || text_is(c->about, "customer"))
		return true;
	return (text_is(c->about, "case") && c->kind == CARD_ESCALATION) ||
	       schema_field(ld->rs->book.schema, def->subject, c->about) !=
		       NULL;
}

static void nobody_enters(struct loading *ld, const struct card *c)
{
	const struct schema *schema = ld->rs->book.schema;
	const struct event_def *def = NULL;
	bool enters = false, stays = false;

	for (uint32_t i = 0; i < c->n_starts; i++) {
		def = schema_event(schema, c->starts[i]);
		if (def == NULL || c->about.bytes == 0)
			return;
		enters |= concerns(ld, c, def);
		stays |= !text_among(c->stops, c->n_stops, c->starts[i]);
	}
	if (c->n_starts > 0 && !enters)
		say_warning(ld, say_unit(ld, c->file), c->line,
			SAY_NOBODY_ENTERS, c->id.at, def->name.at,
			def->subject.at, c->about.at);
	else if (c->n_starts > 0 && !stays)
		say_warning(ld, say_unit(ld, c->file), c->line,
			SAY_LEAVES_AT_ONCE, c->id.at, c->starts[0].at);
}

/* Does this event leave a deal signed, or happen to signed ones only? */
static bool signs(const struct loading *ld, struct text event)
{
	const struct schema *schema = ld->rs->book.schema;
	const struct event_def *def = schema_event(schema, event);
	uint32_t is_signed = 1u << schema_state(TEXT("signed"));
	uint32_t is_new = 1u << schema_state(TEXT("new"));

	if (def == NULL || def->pack.bytes > 0)
		return true;
	for (uint32_t i = 0; i < schema_move_count(schema); i++) {
		const struct life_move *m = schema_move_at(schema, i);

		if (text_equal(m->on, event) &&
			(text_is(m->to, "signed") ||
				((m->from & is_signed) != 0 &&
					(m->from & is_new) == 0)))
			return true;
	}
	return false;
}

/* What is handed over is a signed deal. */
static void not_signed(struct loading *ld, const struct card *c)
{
	for (uint32_t i = 0; i < c->n_starts; i++)
		if (c->kind == CARD_HANDOFF && !signs(ld, c->starts[i]))
			say_warning(ld, say_unit(ld, c->file), c->line,
				SAY_NOT_SIGNED, c->starts[i].at);
}

/* ---- the same customer twice ---- */

static bool is_contact(const struct step *s)
{
	return text_is(s->task.kind, "call") || text_is(s->task.kind, "mail") ||
	       text_is(s->task.kind, "visit");
}

/* Both reach the customer at the same moment of the card, or both in a rhythm
 * of their own. Conditions may keep them apart: those with any are passed
 * over. */
static bool same_moment(
	struct loading *ld, const struct step *a, const struct step *b)
{
	if (!is_contact(a) || !is_contact(b) || a->timing != b->timing ||
		a->unless.kind != COND_NONE || b->unless.kind != COND_NONE ||
		a->skip_if.kind != COND_NONE || b->skip_if.kind != COND_NONE ||
		a->if_state.kind != COND_NONE || b->if_state.kind != COND_NONE)
		return false;
	if (a->timing == TIMING_EVERY)
		return true;
	if (!text_equal(a->anchor, b->anchor))
		return false;
	if (a->timing == TIMING_NOW)
		return a->when_over.bytes == 0 && b->when_over.bytes == 0 &&
		       a->needs.bytes == 0 && b->needs.bytes == 0;
	if (a->timing == TIMING_DAY)
		return a->day.kind == EXPR_VALUE &&
		       b->day.kind == EXPR_VALUE &&
		       value_equal(&a->day.value, &b->day.value);
	return (a->timing == TIMING_AFTER || a->timing == TIMING_BEFORE) &&
	       minutes(ld, &a->wait) >= 0 &&
	       minutes(ld, &a->wait) == minutes(ld, &b->wait);
}

static const struct text *shared_start(
	const struct card *a, const struct card *b)
{
	for (uint32_t i = 0; i < a->n_starts; i++)
		if (text_among(b->starts, b->n_starts, a->starts[i]))
			return &a->starts[i];
	return NULL;
}

static bool is_open(const struct card *a)
{
	return !text_is(a->about, "person") && !text_is(a->about, "rooftop") &&
	       a->as_long_as.kind == COND_NONE && !a->closed &&
	       a->unless.kind == COND_NONE;
}

/* Two `when`s for one event, of two cards that look at nothing else. */
static void told_twice(
	struct loading *ld, const struct card *a, const struct card *b)
{
	for (uint32_t i = 0; i < a->n_whens; i++)
		for (uint32_t k = 0; k < b->n_whens; k++) {
			const struct when *x = &a->whens[i], *y = &b->whens[k];

			if (x->n_events == 0 || x->name.bytes > 0 ||
				y->name.bytes > 0 ||
				!text_among(y->events, y->n_events,
					x->events[0]) ||
				!same_moment(ld, &x->step, &y->step))
				continue;
			say_warning(ld, say_unit(ld, b->file), y->line,
				SAY_CONTACTED_TWICE, x->events[0].at,
				a->name.at, x->events[0].at, x->events[0].at);
			return;
		}
}

static void contacted_twice(
	struct loading *ld, const struct card *a, const struct card *b)
{
	const struct text *start = shared_start(a, b);

	if (a != b && is_open(a) && is_open(b))
		told_twice(ld, a, b);
	if (start == NULL || !is_open(a) || !is_open(b))
		return;
	for (uint32_t i = 0; i < a->n_steps; i++)
		for (uint32_t k = a == b ? i + 1 : 0; k < b->n_steps; k++)
			if (same_moment(ld, &a->steps[i], &b->steps[k])) {
				say_warning(ld, say_unit(ld, b->file),
					b->steps[k].line, SAY_CONTACTED_TWICE,
					b->steps[k].id.at, a->name.at,
					a->steps[i].id.at, start->at);
				return;
			}
}

/* ---- events that cause themselves ---- */

struct causes {
	struct loading *ld;
	const struct text *path[16]; /* from the first event on */
	uint32_t n;
	const struct when *when; /* where it began */
	const struct card *card;
};

static bool causes_back(struct causes *x, struct text event);

/* What a `when` causes without any person's hand. */
static bool when_causes(struct causes *x, const struct when *w)
{
	const struct action *also = &w->step.also;

	if (also->kind == ACTION_RECORD && also->event.bytes > 0 &&
		causes_back(x, also->event))
		return true;
	for (uint32_t i = 0; i < x->ld->n_emits; i++)
		if (w->fn != FN_NONE && x->ld->emits[i].fn == w->fn &&
			causes_back(x, x->ld->emits[i].event))
			return true;
	return false;
}

static bool causes_back(struct causes *x, struct text event)
{
	const struct rulebook *book = &x->ld->rs->book;
	bool back;

	if (text_equal(event, *x->path[0]))
		return true;
	for (uint32_t i = 0; i < x->n; i++)
		if (text_equal(event, *x->path[i]))
			return false;
	if (x->n == sizeof(x->path) / sizeof(x->path[0]))
		return false;
	x->path[x->n++] = &event;
	back = false;
	for (uint32_t c = 0; c < book->n_cards && !back; c++)
		for (uint32_t w = 0; w < book->cards[c].n_whens && !back; w++) {
			const struct when *when = &book->cards[c].whens[w];

			if (text_among(when->events, when->n_events, event))
				back = when_causes(x, when);
		}
	x->n--;
	return back;
}

static void cycle_check(
	struct loading *ld, const struct card *c, const struct when *w)
{
	for (uint32_t i = 0; i < w->n_events; i++) {
		struct causes x = {.ld = ld, .path = {&w->events[i]}, .n = 1};

		if (w->step.unless.kind != COND_NONE ||
			w->step.if_state.kind != COND_NONE ||
			!when_causes(&x, w))
			continue;
		say_warning(ld, say_unit(ld, c->file), w->line, SAY_EVENT_CYCLE,
			w->events[i].at);
		return;
	}
}

/* ---- people ---- */

/* S4-18: stores lack one. */
static void fails_department(struct loading *ld)
{
	const struct rulebook *book = &ld->rs->book;
	bool sells = false;

	for (uint32_t i = 0; i < book->n_people; i++)
		sells |= person_has_role(&book->people[i], "seller");
	for (uint32_t i = 0; i < book->n_cards; i++)
		if (book->cards[i].kind == CARD_ESCALATION &&
			text_among(book->cards[i].starts,
				book->cards[i].n_starts,
				TEXT("deal.failed")))
			return;
	for (uint32_t i = 0; sells && i < ld->n_decls; i++)
		if (ld->decls[i]->kind == NODE_WORD &&
			ld->decls[i]->word == WORD_DEALERSHIP)
			say_warning(ld, ld->decls[i]->unit, ld->decls[i]->line,
				SAY_NO_FAILS_DEPARTMENT);
}

/* Somebody of ours to whom no role and no team brings any work. */
static void without_roles(struct loading *ld)
{
	const struct rulebook *book = &ld->rs->book;
	const struct person *p;
	bool in_team;

	for (uint32_t i = 0; i < book->n_people; i++) {
		p = &book->people[i];
		in_team = false;
		for (uint32_t k = 0; k < book->n_teams; k++)
			in_team |= text_among(book->teams[k].members,
				book->teams[k].n_members, p->id);
		if (p->n_roles == 0 && !p->external && !in_team)
			say_warning(ld, say_unit(ld, "dealership.lua"),
				p->line, SAY_NO_ROLES, p->id.at, p->id.at);
	}
}

/* More deliveries a day are set than the team may be given. */
static void load_check(struct loading *ld, const struct card *c)
{
	const struct rulebook *book = &ld->rs->book;
	const struct setting *s =
		rulebook_setting(book, TEXT("delivery.per_day"));
	const struct who *to = c->handoff != NULL ? &c->handoff->to : NULL;
	const struct team *team;
	struct value planned;
	uint32_t n;

	if (to == NULL || s == NULL || to->kind != WHO_LEAST_LOADED ||
		to->at_most_setting.bytes > 0 ||
		!text_is(to->at_most_of, "deliveries a day"))
		return;
	team = rulebook_team(book, to->arg);
	n = team != NULL ? team->n_members : 0;
	for (uint32_t i = 0; team == NULL && i < book->n_people; i++)
		n += person_has_role(&book->people[i], to->arg.at);
	planned = setting_value(book, s, TEXT(""), TEXT(""));
	if (n > 0 && planned.kind == VALUE_INT &&
		planned.as.integer > (int64_t)to->at_most * n)
		say_warning(ld, say_unit(ld, c->file), to->line, SAY_OVER_STAFF,
			(int)planned.as.integer, to->arg.at,
			(int)(to->at_most * (int32_t)n));
}

void advice_give(struct loading *ld)
{
	const struct rulebook *book = &ld->rs->book;

	for (uint32_t i = 0; i < book->n_cards; i++) {
		const struct card *c = &book->cards[i];

		nobody_enters(ld, c);
		not_signed(ld, c);
		load_check(ld, c);
		advice_never(ld, c);
		for (uint32_t k = 0; k < c->n_steps; k++) {
			never_over(ld, c, &c->steps[k]);
			never_accepted(ld, c, &c->steps[k]);
			past_its_end(ld, c, &c->steps[k]);
			past_the_rhythm(ld, c, &c->steps[k]);
		}
		for (uint32_t k = 0; k < c->n_whens; k++)
			cycle_check(ld, c, &c->whens[k]);
		for (uint32_t k = i; k < book->n_cards; k++)
			contacted_twice(ld, c, &book->cards[k]);
	}
	fails_department(ld);
	without_roles(ld);
}
