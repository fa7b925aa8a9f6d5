#include "engine/machine_internal.h"

#define WAIT_NEEDS "needs"
#define WAIT_AGAIN "again "
#define WAIT_STATE "state"

const struct who *step_who(const struct mach *m, const struct step *st)
{
	static const struct who handler = { .kind = WHO_HANDLER };

	if (st->who.kind != WHO_NONE)
		return &st->who;
	if (m->card->who.kind != WHO_NONE)
		return &m->card->who;
	if (m->card->escalation != NULL && text_is(m->subject->kind, "case"))
		return &handler;
	if (m->card->handoff != NULL)
		return &m->card->handoff->to;
	return &handler;
}

struct who step_who_now(const struct mach *m, const struct step *st)
{
	const char *taker = m->run != NULL
		? value_get_str(&m->run->keep, "offered_to")
		: NULL;
	const struct who *w = step_who(m, st);
	bool by_taker = st->who.kind == WHO_NONE &&
		m->card->who.kind == WHO_NONE && taker != NULL &&
		!text_is(m->subject->kind, "case");

	if (by_taker)
		return (struct who){ .kind = WHO_PERSON,
			.arg = text_of(taker) };
	return *w;
}

const struct calendar *step_calendar(const struct mach *m,
				     const struct step *st)
{
	struct who w = step_who_now(m, st);

	return people_calendar(m->s, &w, m->subject);
}

bool step_is_touch(const struct step *st)
{
	return text_is(st->task.kind, "call") ||
		text_is(st->task.kind, "mail") ||
		text_is(st->task.kind, "visit");
}

static int64_t last_touch(const struct mach *m)
{
	const struct record *deal = mach_deal(m);

	return deal != NULL ? value_get_int(&deal->fields, "last_touch_at", 0)
			    : 0;
}

static int64_t done_of(const struct mach *m, struct text step)
{
	const struct place *p = run_place(m->run, step);

	return p != NULL ? p->done_at_ms : 0;
}

static int64_t previous_done(const struct mach *m, const struct step *st)
{
	uint32_t at = (uint32_t)(st - m->card->steps);
	const struct place *p;

	/* a step that was skipped counts as if it were not there */
	while (at-- > 0) {
		p = run_place(m->run, m->card->steps[at].id);
		if (p == NULL || p->phase != STEP_SKIPPED)
			return done_of(m, m->card->steps[at].id);
	}
	return m->run->entered_at_ms;
}

/* A moment out of a field. Of a range ("three to four weeks") the end counts
 * unless the card says otherwise: due_from belongs to due, from to to. */
static int64_t field_anchor(const struct mach *m, struct text field)
{
	bool start = m->card->counts_by_start;
	struct value v = value_null();
	char *from;

	if (start && (from = arena_printf(m->a, "%s_from", field.at)) != NULL)
		v = field_path(m->s->world, m->s->book, m->subject,
			text_of(from));
	if (v.kind == VALUE_NULL)
		v = field_path(m->s->world, m->s->book, m->subject, field);
	if (v.kind == VALUE_INT)
		return v.as.integer;
	if (v.kind != VALUE_MAP)
		return 0;
	return value_get_int(&v, "at",
		value_get_int(&v, start ? "from" : "to", 0));
}

/* Counted from a field that may move (a slot, the date of a promise). */
static bool follows_field(const struct step *st)
{
	return (st->timing == TIMING_BEFORE && st->anchor.bytes > 0) ||
		(st->timing == TIMING_AT && st->at_field.bytes > 0);
}

/* The moment the step counts from; 0: not known yet. */
int64_t step_anchor(const struct mach *m, const struct step *st,
		    const struct place *p)
{
	struct text anchor = st->timing == TIMING_AT && st->at_field.bytes > 0
		? st->at_field
		: st->anchor;
	int64_t touch;

	if (st->when_over.bytes > 0) {
		const struct place *over = run_place(m->run, st->when_over);

		return over != NULL && over->phase == STEP_DONE
			? over->done_at_ms
			: 0;
	}
	if (anchor.bytes == 0)
		return st->timing == TIMING_EVERY &&
				p->done_at_ms > m->run->entered_at_ms
			? p->done_at_ms
			: m->run->entered_at_ms;
	if (text_is(anchor, "last touch")) {
		touch = last_touch(m);
		if (touch < m->run->entered_at_ms)
			touch = m->run->entered_at_ms;
		return touch > p->done_at_ms ? touch : p->done_at_ms;
	}
	if (text_is(anchor, "acceptance"))
		return mach_keep_int(m, "accepted_at");
	if (text_is(anchor, "previous step"))
		return previous_done(m, st);
	if (anchor.bytes > 5 && strncmp(anchor.at, "step:", 5) == 0)
		return done_of(m, (struct text){ anchor.at + 5,
					  anchor.bytes - 5 });
	return field_anchor(m, anchor);
}

static int64_t step_number(struct mach *m, const struct expr *e)
{
	struct value v = mach_value(m, e);
	char reason[400];

	if (m->failed || (v.kind == VALUE_INT && v.as.integer > 0))
		return m->failed ? 1 : v.as.integer;
	snprintf(reason, sizeof(reason),
		"%s:%d: this must be a whole number above 0", m->card->file,
		e->line);
	mach_fault(m, e->line, reason);
	m->out->fate = CARD_FAILED;
	return 1;
}

static bool step_rule(struct mach *m, const struct step *st,
		      struct due_rule *rule)
{
	memset(rule, 0, sizeof(*rule));
	rule->kind = st->timing;
	if (st->timing == TIMING_DAY)
		rule->day = (int32_t)step_number(m, &st->day);
	rule->at = st->at;
	if (st->timing == TIMING_AT && st->at_field.bytes > 0)
		rule->at.kind = MOMENT_ANCHOR;
	rule->has_due = st->has_due;
	rule->due = st->due;
	rule->has_within = st->has_within;
	if (st->has_within && !mach_span(m, &st->within, &rule->within))
		rule->has_within = false;
	if (st->timing == TIMING_EVERY) {
		mach_span(m, &st->at_least, &rule->at_least);
		mach_span(m, &st->at_most, &rule->at_most);
	}
	if (st->timing == TIMING_AFTER || st->timing == TIMING_BEFORE ||
		st->timing == TIMING_EVERY)
		return mach_span(m, &st->wait, &rule->wait);
	return !m->failed;
}

/* What the customer said about the next contact comes before any tempo
 * (rule 4): that date, when it lies after the last touch. */
static bool stated_date(const struct mach *m, const struct step *st,
			int64_t anchor, int64_t *at)
{
	const struct record *customer = mach_customer(m);
	const struct record *deal = mach_deal(m);

	if (st->timing != TIMING_EVERY || !text_is(st->anchor, "last touch"))
		return false;
	*at = deal != NULL ? value_get_int(&deal->fields, "next_contact_at", 0)
			   : 0;
	if (*at == 0 && customer != NULL)
		*at = value_get_int(&customer->fields, "next_contact_at", 0);
	return *at > anchor;
}

/* The rhythm has run for as long as `up_to` says. */
static bool ran_out(struct mach *m, const struct step *st, int64_t appears,
		    int64_t *limit)
{
	struct span up_to;

	if (st->timing != TIMING_EVERY || st->up_to.kind == EXPR_NONE)
		return false;
	if (!mach_span(m, &st->up_to, &up_to))
		return false;
	*limit = span_add(up_to, m->run->entered_at_ms,
		step_calendar(m, st));
	return appears > *limit;
}

int64_t step_slot(const struct mach *m, const struct step *st,
		  const struct calendar *c)
{
	struct who w = step_who_now(m, st);

	if (m->look == LOOK_EVENT || m->s->pace == NULL)
		return calendar_next_open(c, m->s->now_ms);
	return m->s->pace(m->s->ctx,
		people_resolve(m->s, &w, m->subject, false, NULL), c);
}

static void late(struct mach *m, const struct step *st, struct place *p,
		 const struct calendar *c)
{
	enum if_late what = st->if_late;

	if (what == LATE_DEFAULT && m->look == LOOK_AGAIN)
		what = LATE_NEXT_SLOT;
	if (what == LATE_DEFAULT || (m->look == LOOK_NEW &&
		    st->timing != TIMING_EVERY))
		what = step_is_touch(st) || m->look == LOOK_NEW ? LATE_SKIP
								: LATE_DO;
	if (what == LATE_DO) {
		p->due_at_ms = m->s->now_ms;
		return;
	}
	if (what == LATE_SKIP && st->timing != TIMING_EVERY) {
		p->phase = STEP_SKIPPED;
		p->due_at_ms = 0;
		return;
	}
	p->due_at_ms = step_slot(m, st, c);
}

/* Keeps what `again` arranged until a touch or an answer overtakes it. */
static bool again_holds(const struct mach *m, const struct place *p)
{
	return p->wait.bytes > 0 &&
		strncmp(p->wait.at, WAIT_AGAIN, strlen(WAIT_AGAIN)) == 0 &&
		last_touch(m) <= p->anchor_ms;
}

/* Over by now? Seen again, also what would appear this very day is put in its
 * place among all the others. */
static bool is_late(const struct mach *m, const struct due_rule *rule,
		    int64_t anchor, int64_t appears, const struct calendar *c)
{
	if (m->look == LOOK_AGAIN)
		return appears <= m->s->now_ms;
	return appears < m->s->now_ms &&
		due_compute(rule, anchor, c).due_ms <= m->s->now_ms;
}

/* `same`: anchor and wait are what they were. */
static void plan_at(struct mach *m, const struct step *st, struct place *p,
		    const struct due_rule *rule, int64_t anchor, bool same)
{
	const struct calendar *c = step_calendar(m, st);
	int64_t appears = due_appears(rule, anchor, c), limit = 0;

	if (ran_out(m, st, appears, &limit)) {
		p->phase = STEP_DONE;
		p->due_at_ms = 0;
		p->done_at_ms = limit;
		return;
	}
	if (same && p->due_at_ms != 0 && appears <= m->s->now_ms)
		return; /* a closed window or a pace moved it on */
	p->due_at_ms = appears;
	if (st->timing != TIMING_NOW && is_late(m, rule, anchor, appears, c))
		late(m, st, p, c);
}

/* "/" and the bound, nothing for none, behind the `at` bytes of out; where it
 * ends. */
static size_t add_bound(char *out, size_t at, size_t n, struct span bound)
{
	out[at++] = '/';
	out[at] = '\0';
	if (bound.count > 0)
		span_write(bound, out + at, n - at);
	return at + strlen(out + at);
}

/* What the rule says about the wait, as kept with the place: two rules that
 * say the same give the same text. */
static void wait_write(const struct due_rule *rule, char *out, size_t n)
{
	size_t at;

	if (rule->kind == TIMING_DAY) {
		snprintf(out, n, "day %d", rule->day);
		return;
	}
	if (rule->kind == TIMING_AT) {
		snprintf(out, n, "at %d:%d", (int)rule->at.kind,
			rule->at.minute);
		return;
	}
	span_write(rule->wait, out, n);
	if (rule->kind != TIMING_EVERY ||
		(rule->at_least.count == 0 && rule->at_most.count == 0))
		return;
	at = add_bound(out, strlen(out), n, rule->at_least);
	add_bound(out, at, n, rule->at_most);
}

/* `before` its moment the state was another one: it may still become the one
 * it asks for, until that moment itself has passed. */
static void wait_for_state(struct mach *m, const struct step *st,
			   struct place *p)
{
	if (p->anchor_ms <= m->s->now_ms) {
		p->wait = (struct text){ "", 0 };
		step_skip(m, st, p);
	} else if (mach_cond(m, &st->if_state, true) && !m->failed) {
		p->wait = (struct text){ "", 0 };
		step_appear(m, st, p);
	}
}

/* Waits for an event, a state or what `again` arranged, not for a date. */
static bool waits_otherwise(struct mach *m, const struct step *st,
			    struct place *p)
{
	int64_t at;

	if (text_is(p->wait, WAIT_NEEDS)) {
		at = mach_seen(m, st->needs);
		if (at != 0 && at >= m->run->entered_at_ms) {
			p->wait = (struct text){ "", 0 };
			step_appear(m, st, p);
		}
		return true;
	}
	if (text_is(p->wait, WAIT_STATE)) {
		wait_for_state(m, st, p);
		return m->failed || !text_is(p->wait, WAIT_STATE) ||
			step_anchor(m, st, p) == p->anchor_ms;
	}
	return again_holds(m, p);
}

void step_follow(struct mach *m, const struct step *st, struct place *p)
{
	struct due_rule rule;
	int64_t anchor;

	if (!follows_field(st) || st->once || p->anchor_ms == 0 ||
		p->phase == STEP_WAITING)
		return;
	anchor = step_anchor(m, st, p);
	if (anchor == 0 || anchor == p->anchor_ms || !step_rule(m, st, &rule))
		return;
	if (due_appears(&rule, anchor, step_calendar(m, st)) <= m->s->now_ms)
		return;
	if (p->phase == STEP_SHOWN && p->task != 0)
		mach_close_task(m, p->task, TASK_WITHDRAWN,
			"the date it counts from has moved", p->step);
	p->phase = STEP_WAITING;
	p->task = 0;
	p->rung = 0;
	p->wait = (struct text){ "", 0 };
}

void step_plan(struct mach *m, const struct step *st, struct place *p,
	       bool force)
{
	struct due_rule rule;
	int64_t anchor, at = 0;
	char wait[3 * SPAN_TEXT + 4];
	bool same;

	if (waits_otherwise(m, st, p))
		return;
	anchor = step_anchor(m, st, p);
	if (anchor == 0) {
		p->anchor_ms = 0;
		p->due_at_ms = 0;
		return;
	}
	if (!step_rule(m, st, &rule))
		return;
	wait_write(&rule, wait, sizeof(wait));
	if (stated_date(m, st, anchor, &at)) {
		rule.kind = TIMING_AFTER;
		rule.wait = (struct span){ 0, UNIT_DAY };
		anchor = at;
		snprintf(wait, sizeof(wait), "stated");
	}
	same = p->anchor_ms == anchor && text_is(p->wait, wait);
	if (!force && same)
		return;
	p->anchor_ms = anchor;
	p->wait = text_of(arena_strdup(m->a, wait));
	/* a step that shows at once counts from the event, appears now */
	if (st->timing != TIMING_NOW || st->when_over.bytes > 0)
		plan_at(m, st, p, &rule, anchor, same);
	else if (!same || p->due_at_ms == 0)
		p->due_at_ms = m->s->now_ms;
}

void step_skip(struct mach *m, const struct step *st, struct place *p)
{
	if (st->timing == TIMING_EVERY) {
		step_done(m, st, p);
		return;
	}
	p->phase = STEP_SKIPPED;
	p->due_at_ms = 0;
	p->task = 0;
}

void step_done(struct mach *m, const struct step *st, struct place *p)
{
	p->done_at_ms = m->s->now_ms;
	p->due_at_ms = 0;
	p->rung = 0;
	p->task = 0;
	if (st->once) {
		struct effect *e = mach_effect(m, EFFECT_ONCE, st->id,
			st->line);

		mach_put(m, e, "step", value_of_text(st->id));
	}
	if (st->timing == TIMING_EVERY) {
		p->phase = STEP_WAITING;
		p->wait = (struct text){ "", 0 };
		return;
	}
	p->phase = STEP_DONE;
}

static bool word_is(const char *at, size_t n, struct text name)
{
	return n == name.bytes && memcmp(at, name.at, n) == 0;
}

/* Under its present or its former name. */
bool step_once_done(const struct mach *m, const struct step *st)
{
	const char *at = m->run != NULL ? m->run->once.at : NULL;

	if (!st->once || at == NULL)
		return false;
	while (*at != '\0') {
		size_t word = strcspn(at, " ");

		if (word_is(at, word, st->id) || (st->was.bytes > 0 &&
			    word_is(at, word, st->was)))
			return true;
		at += word;
		at += strspn(at, " ");
	}
	return false;
}

/* What a touch is for when nobody says: service while an order runs or after
 * it, the answer to a wish that just came in, else to sell. */
static struct text purpose_of(const struct mach *m, const struct step *st)
{
	static const struct {
		const char *state, *purpose;
	} usual[] = {{"new", "requested"}, {"attempting", "requested"},
		{"signed", "service"}, {"handed_off", "service"},
		{"preparing", "service"}, {"ready", "service"},
		{"delivered", "service"}, {"aftercare", "service"}};
	const struct record *deal = mach_deal(m);
	const char *state = deal != NULL
		? value_get_str(&deal->fields, "state")
		: NULL;

	if (st->purpose.bytes > 0)
		return st->purpose;
	if (m->card->purpose.bytes > 0)
		return m->card->purpose;
	for (size_t i = 0; state != NULL && i < sizeof(usual) / sizeof(*usual);
		i++)
		if (strcmp(state, usual[i].state) == 0)
			return text_of(usual[i].purpose);
	return TEXT("");
}

/* First lawful channel. GUARD_LATER moves the place; GUARD_NEVER gives the
 * manager one task (rule 4 of the standard rules). */
static enum guard lawful_channel(struct mach *m, const struct step *st,
				 struct text purpose, struct text *channel,
				 int64_t *retry, struct held *why)
{
	const struct record *customer = mach_customer(m);
	bool call = text_is(st->task.kind, "call");
	enum guard best = GUARD_NEVER, g;

	if (st->n_by == 0) {
		if (!call && !text_is(st->task.kind, "mail"))
			return GUARD_OK;
		if (customer != NULL)
			return guard_touch(m->s, customer,
				call ? TEXT("phone") : TEXT("email"), purpose,
				m->s->now_ms, retry, &why->guard,
				&why->reason);
		return guard_hours(m->s, call ? TEXT("phone") : TEXT("email"),
			purpose, m->s->now_ms, retry, &why->guard,
			&why->reason);
	}
	for (uint32_t i = 0; i < st->n_by; i++) {
		const char *guard, *reason;
		int64_t at;

		g = guard_touch(m->s, customer, st->by[i], purpose,
			m->s->now_ms, &at, &guard, &reason);
		if (g == GUARD_OK) {
			*channel = st->by[i];
			return GUARD_OK;
		}
		if (i > 0 && (g != GUARD_LATER ||
				     (best == GUARD_LATER && at >= *retry)))
			continue;
		best = g;
		*retry = g == GUARD_LATER ? at : 0;
		*why = (struct held){ guard, reason, { "", 0 } };
	}
	return best;
}

/* The law first, then what is decent: no pressure over all cards. */
enum guard step_guard(struct mach *m, const struct step *st,
		      struct text *channel, int64_t *retry, struct held *why)
{
	struct text purpose = purpose_of(m, st);
	enum guard g;

	*channel = (struct text){ "", 0 };
	*why = (struct held){ "", "", { "", 0 } };
	g = lawful_channel(m, st, purpose, channel, retry, why);
	return g == GUARD_OK ? budget_touch(m, st, purpose, retry, why) : g;
}

enum guard step_touch(struct mach *m, const struct step *st,
		      struct text *channel, int64_t *retry)
{
	struct held why;
	enum guard g = step_guard(m, st, channel, retry, &why);

	if (g == GUARD_OK)
		budget_passed(m, st);
	else
		budget_tell(m, st,
			channel->bytes > 0 ? *channel
			: st->n_by > 0	   ? st->by[0]
					   : TEXT("phone"),
			&why, *retry);
	return g;
}

static int64_t task_due(struct mach *m, const struct step *st)
{
	struct due_rule rule = { .kind = TIMING_NOW,
		.has_due = st->has_due,
		.due = st->due,
		.has_within = st->has_within };

	if (st->has_within && !mach_span(m, &st->within, &rule.within))
		rule.has_within = false;
	return due_compute(&rule, m->s->now_ms, step_calendar(m, st)).due_ms;
}

static struct value name_list(struct mach *m, const struct text *names,
			      uint32_t n)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < n; i++)
		value_append(m->a, &list, value_of_text(names[i]));
	return list;
}

static void make_task(struct mach *m, const struct step *st, struct place *p,
		      struct text channel)
{
	struct effect *e = mach_effect(m, EFFECT_TASK, st->id, st->line);
	int64_t due = task_due(m, st);
	struct who who = step_who_now(m, st);
	struct text purpose =
		st->purpose.bytes > 0 ? st->purpose : m->card->purpose;
	struct text queue = st->queue.bytes > 0 ? st->queue : m->card->queue;

	mach_put(m, e, "kind", value_of_text(st->task.kind));
	mach_put(m, e, "who", people_to_value(m->a, &who));
	if (st->deputy.kind != WHO_NONE || m->card->deputy.kind != WHO_NONE)
		mach_put(m, e, "deputy",
			people_to_value(m->a, st->deputy.kind != WHO_NONE
					? &st->deputy
					: &m->card->deputy));
	mach_put(m, e, "shown", value_int(m->s->now_ms));
	mach_put(m, e, "due", value_int(due));
	if (channel.bytes > 0)
		mach_put(m, e, "channel", value_of_text(channel));
	if (purpose.bytes > 0)
		mach_put(m, e, "purpose", value_of_text(purpose));
	if (queue.bytes > 0)
		mach_put(m, e, "queue", value_of_text(queue));
	if (st->with.kind != WHO_NONE)
		mach_put(m, e, "with",
			value_of_text(people_resolve(m->s, &st->with,
				m->subject, false, NULL)));
	if (st->n_writes > 0)
		mach_put(m, e, "writes",
			name_list(m, st->writes, st->n_writes));
	if (st->each_event)
		mach_put(m, e, "each_event", value_bool(true));
	if (st->goodwill != NULL)
		mach_put(m, e, "goodwill", goodwill_band(m, st->goodwill));
	p->phase = STEP_SHOWN;
	p->task = PLACE_TASK_MADE;
	p->rung = 0;
	p->due_at_ms = rung_missed(m, st, p, m->s->now_ms, due);
}

void step_ask_manager(struct mach *m, struct text step, int line)
{
	static const struct who manager = { .kind = WHO_ROLE,
		.arg = { "sales_manager", 13 } };

	mach_notice(m, step, &manager,
		"{customer.name} mag nu langs geen enkel kanaal benaderd "
		"worden: vraag het op het eerstvolgende toegestane moment, of "
		"laat los",
		"{customer.name} may not be contacted on any channel now: ask "
		"at the next lawful moment, or let go",
		line);
}

static void move_to(struct mach *m, const struct step *st)
{
	const struct record *deal = mach_deal(m);
	struct value data = value_map();
	const struct card *target = rulebook_card(m->s->book, st->move_to);

	value_put(m->a, &data, "card", value_of_text(st->move_to));
	value_put(m->a, &data, "from", value_of_text(m->card->name));
	mach_emit(m, TEXT("card.moved"),
		target != NULL && text_is(target->about, "deal") && deal != NULL
			? deal->id
			: m->subject->id,
		data, st->line);
	mach_leave(m, "moved to another card");
}

/* Conditions in the order people read them; false: not now. */
static bool may_appear(struct mach *m, const struct step *st, struct place *p)
{
	int64_t seen;

	if (st->needs.bytes > 0) {
		seen = mach_seen(m, st->needs);
		if (seen == 0 || seen < m->run->entered_at_ms) {
			p->wait = TEXT(WAIT_NEEDS);
			p->due_at_ms = 0;
			return false;
		}
	}
	if (step_once_done(m, st) || mach_cond(m, &st->unless, false) ||
		mach_cond(m, &st->skip_if, false)) {
		if (!m->failed)
			step_skip(m, st, p);
		return false;
	}
	if (!m->failed && !mach_cond(m, &st->if_state, true)) {
		if (!m->failed && st->timing == TIMING_BEFORE &&
			p->anchor_ms > m->s->now_ms) {
			p->wait = TEXT(WAIT_STATE);
			p->due_at_ms = p->anchor_ms;
			return false;
		}
		if (!m->failed)
			step_skip(m, st, p);
		return false;
	}
	return !m->failed;
}

static void run_step_function(struct mach *m, const struct step *st)
{
	struct script_view v = mach_view(m);
	struct script_outcome outcome;
	uint32_t first = m->out->n_effects;

	if (!mach_in_time(m))
		return;
	if (ruleset_run(m->s->ruleset, st->fn, &v, m->out, &outcome) ==
		FL_OK) {
		for (uint32_t i = first; i < m->out->n_effects; i++)
			if (m->out->effects[i].subject == 0)
				m->out->effects[i].subject = m->subject->id;
		touch_hold(m, first);
		return;
	}
	m->out->n_effects = first;
	mach_call_failed(m, st->line, &outcome);
}

/* A mode that is on puts the step off, once each time it was planned. */
static bool pushed_back(struct mach *m, const struct step *st,
			struct place *p)
{
	const struct span *by = modes_push(m->s->world, m->s->book, m->card,
		st->id);
	const struct calendar *c = step_calendar(m, st);
	char *key = by != NULL ? arena_printf(m->a, "pushed.%s", st->id.at)
			       : NULL;

	if (key == NULL || mach_keep_int(m, key) == p->anchor_ms)
		return false;
	mach_keep(m, key, value_int(p->anchor_ms));
	p->due_at_ms = calendar_next_open(c,
		span_add(*by, m->s->now_ms, c));
	return true;
}

/* Side work waits until protected hours are over (S1-07). */
static bool in_protected_hours(struct mach *m, const struct step *st,
			       struct place *p)
{
	struct who who = step_who_now(m, st);
	int64_t until;

	if (!text_is(st->task.kind, "todo"))
		return false;
	until = modes_protected(m->s->world, m->s->book,
		people_resolve(m->s, &who, m->subject, false, NULL),
		m->s->now_ms);
	if (until == 0)
		return false;
	p->due_at_ms = until;
	return true;
}

static bool put_off_by_mode(struct mach *m, const struct step *st,
			    struct place *p)
{
	return m->s->book->has_modes && m->run != NULL &&
		card_step(m->card, st->id) == st &&
		(pushed_back(m, st, p) || in_protected_hours(m, st, p));
}

/* What would come while nobody is here comes so long after the opening. */
static bool closed_now(struct mach *m, const struct step *st, struct place *p)
{
	const struct calendar *c = step_calendar(m, st);
	struct span after;

	if (st->if_closed.kind == EXPR_NONE ||
		calendar_is_open(c, m->s->now_ms) ||
		!mach_span(m, &st->if_closed, &after))
		return false;
	p->due_at_ms = calendar_next_open(c, span_add(after,
		calendar_next_open(c, m->s->now_ms), c));
	return true;
}

static void assign_to(struct mach *m, const struct step *st)
{
	struct effect *e = mach_effect(m, EFFECT_ASSIGN, st->id, st->line);

	mach_put(m, e, "who", people_to_value(m->a, &st->assign));
}

/* What a step does beside its task, which no law holds back. A touch that must
 * wait comes by here again: `waits` says that this is the first time. */
static void beside_task(struct mach *m, const struct step *st,
			struct text channel, bool waits)
{
	char *key = arena_printf(m->a, "beside.%s", st->id.at);

	if (st->mark.bytes == 0 && st->assign.kind == WHO_NONE &&
		st->alert == NULL && st->also.kind == ACTION_NONE)
		return;
	if (key != NULL && mach_keep_int(m, key) != 0) {
		if (!waits)
			mach_keep(m, key, value_null());
		return;
	}
	if (waits && m->run == NULL)
		return; /* it is entered, and comes again at once */
	if (waits && key != NULL)
		mach_keep(m, key, value_int(m->s->now_ms));
	if (st->mark.bytes > 0)
		mach_set_field(m, 0, st->mark.at, value_bool(true), st->line);
	if (st->assign.kind != WHO_NONE)
		assign_to(m, st);
	if (st->alert != NULL)
		alert_raise(m, st);
	if (st->also.kind != ACTION_NONE)
		action_run(m, &st->also, NULL, channel, st->purpose, st->id);
}

void step_appear(struct mach *m, const struct step *st, struct place *p)
{
	struct text channel;
	int64_t retry = 0;

	if (!may_appear(m, st, p) || closed_now(m, st, p) || m->failed ||
		put_off_by_mode(m, st, p))
		return;
	switch (step_touch(m, st, &channel, &retry)) {
	case GUARD_LATER:
		p->due_at_ms = retry;
		beside_task(m, st, channel, true);
		return;
	case GUARD_NEVER:
		p->count++;
		beside_task(m, st, channel, false);
		step_ask_manager(m, st->id, st->line);
		p->phase = STEP_SHOWN;
		p->task = PLACE_TASK_MADE;
		p->due_at_ms = 0;
		return;
	case GUARD_OK:
		break;
	}
	p->count++;
	p->due_at_ms = 0;
	if (st->fn != FN_NONE)
		run_step_function(m, st);
	if (m->failed)
		return;
	beside_task(m, st, channel, false);
	if (st->task.kind.bytes > 0)
		make_task(m, st, p, channel);
	else
		step_done(m, st, p);
	if (st->move_to.bytes > 0)
		move_to(m, st);
}

void step_new_handler(struct mach *m, struct text from)
{
	for (uint32_t i = 0; i < m->run->n_places && !m->failed; i++) {
		struct place *p = &m->run->places[i];
		const struct step *st = card_part(m->card, p->step);
		const struct task *t = p->phase == STEP_SHOWN && p->task != 0
			? m->s->task(m->s->ctx, p->task)
			: NULL;
		struct effect *e;

		if (st == NULL || t == NULL || t->state != TASK_OPEN ||
			!text_equal(t->who, from) ||
			step_who(m, st)->kind != WHO_HANDLER)
			continue;
		e = mach_effect(m, EFFECT_TASK_EDIT, p->step, st->line);
		mach_put(m, e, "id", value_int(p->task));
		mach_put(m, e, "who", people_to_value(m->a, step_who(m, st)));
		if (st->has_within)
			mach_put(m, e, "due", value_int(task_due(m, st)));
	}
}
