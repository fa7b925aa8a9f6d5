/*
 * plan: what the rule files would do to everybody in flight if they went live
 * now, by name. Runs in a checker child, on the exact bytes in question.
 */
#include "ask/asking.h"

#include "sim/plan.h"

#define SHOWN 200 /* changes by name, unless more are asked for */

/* ---- may it go live by itself ---- */

static uint32_t taken_away(const struct plan *plan)
{
	return plan->counts[PLAN_WITHDRAWN] + plan->counts[PLAN_GONE] +
	       plan->counts[PLAN_LEAVES];
}

/* Why it waits for a yes, in one sentence; empty: it need not. */
static struct text waits_because(
	struct view *v, const struct plan *plan, const struct rulebook *next)
{
	const struct rulebook *live = v->book;
	struct arena *a = v->a;

	if (live->review || next->review)
		return text_of(v->nl ? "elke wijziging wacht op een ja "
				       "(publish = \"review\")"
				     : "every change waits for a yes (publish "
				       "= \"review\")");
	if (plan->counts[PLAN_FAILS] > 0)
		return text_of(arena_printf(a,
			v->nl ? "een regel werkt niet voor %u klanten"
			      : "a rule fails for %u customers",
			plan->counts[PLAN_FAILS]));
	if (taken_away(plan) > 0)
		return text_of(arena_printf(a,
			v->nl ? "%u taken of stappen vervallen"
			      : "%u tasks or steps are taken away",
			taken_away(plan)));
	if (plan->bursts > 0)
		return text_of(arena_printf(a,
			v->nl ? "op %u dagen krijgt iemand ineens meer dan %d "
				"dingen te doen"
			      : "on %u days somebody suddenly gets more than "
				"%d things to do",
			plan->bursts, (int)next->pace));
	if (plan->moved > 0 && plan->moved >= (uint32_t)live->auto_limit)
		return text_of(arena_printf(a,
			v->nl ? "%u klanten schuiven op, en vanzelf mag dat "
				"tot %d (auto_limit)"
			      : "%u customers move, and by itself that may "
				"only be fewer than %d (auto_limit)",
			plan->moved, (int)live->auto_limit));
	return TEXT("");
}

/* ---- by name ---- */

static const char *const kind_names[PLAN_KINDS] = {"moves", "appears", "gone",
	"shows", "withdrawn", "handed", "leaves", "fails"};

static struct text change_words(
	struct view *v, const struct plan_change *c, const char *from,
	const char *to)
{
	static const char *const en[PLAN_KINDS] = {"moves from %s to %s",
		"new: comes %s%s", "does not come any more (was %s)%s",
		"is shown at once%s%s", "task of %s is withdrawn%s",
		"task of %s goes to %s", "leaves the card: %s%s",
		"the rule fails: %s%s"};
	static const char *const nl[PLAN_KINDS] = {"gaat van %s naar %s",
		"nieuw: komt %s%s", "komt niet meer (was %s)%s",
		"verschijnt meteen%s%s", "taak van %s vervalt%s",
		"taak van %s gaat naar %s", "gaat uit de kaart: %s%s",
		"de regel werkt niet: %s%s"};
	const char *fmt = v->nl ? nl[c->kind] : en[c->kind];
	const char *parts[2] = {from, to};
	struct buf b;
	int n = 0;

	buf_init(&b, 4096);
	for (const char *at = fmt; *at != '\0'; at++) {
		if (at[0] != '%') {
			buf_add_char(&b, *at);
			continue;
		}
		buf_add_text(&b, parts[n++ % 2]);
		at++;
	}
	if (c->paced)
		buf_add_text(&b, v->nl ? " (gespreid)" : " (spread)");
	return words_buf(v, &b);
}

static const char *someone(struct view *v, struct text id)
{
	return id.bytes > 0 ? words_person(v, id).at
	       : v->nl	    ? "niemand"
			    : "nobody";
}

static struct text change_text(struct view *v, const struct plan_change *c)
{
	const char *from = "", *to = "";

	switch (c->kind) {
	case PLAN_MOVES:
		from = words_moment(v, c->from_ms).at;
		to = words_moment(v, c->to_ms).at;
		break;
	case PLAN_APPEARS:
		from = words_moment(v, c->to_ms).at;
		break;
	case PLAN_GONE:
		from = words_moment(v, c->from_ms).at;
		break;
	case PLAN_WITHDRAWN:
	case PLAN_HANDED:
		from = someone(v, c->who);
		to = c->kind == PLAN_HANDED ? someone(v, c->to_who) : "";
		break;
	case PLAN_LEAVES:
	case PLAN_FAILS:
		from = c->reason != NULL ? c->reason : "";
		break;
	default:
		break;
	}
	return change_words(v, c, from, to);
}

static struct value change_value(struct view *v, const struct plan_change *c)
{
	const struct record *r = view_record(v, c->subject);
	const struct record *deal = r != NULL ? view_deal(v, r) : NULL;
	const struct record *customer = r != NULL ? view_customer(v, r) : NULL;
	struct value one = value_map();

	value_put(v->a, &one, "kind", value_text(kind_names[c->kind]));
	if (customer != NULL) {
		put_id(v, &one, "customer", TEXT("customer"), customer->id);
		put_text(v, &one, "customer_name", words_customer(v, customer));
	}
	if (deal != NULL)
		put_id(v, &one, "deal", TEXT("deal"), deal->id);
	put_text(v, &one, "card", c->card);
	put_text(v, &one, "step", c->step);
	put_time(v, &one, "from", c->from_ms, true);
	put_time(v, &one, "to", c->to_ms, true);
	if (c->task != 0)
		put_id(v, &one, "task", TEXT("task"), c->task);
	put_text(v, &one, "who", c->who);
	put_text(v, &one, "to_who", c->to_who);
	if (c->reason != NULL)
		put_text(v, &one, "reason", text_of(c->reason));
	if (c->paced)
		value_put(v->a, &one, "spread", value_bool(true));
	put_text(v, &one, "text", change_text(v, c));
	return one;
}

static void put_changes(struct view *v, struct value *out,
	const struct plan *plan, uint32_t most)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < plan->n_changes && i < most; i++)
		value_append(v->a, &list, change_value(v, &plan->changes[i]));
	value_put(v->a, out, "changes", list);
	if (plan->n_changes > most)
		value_put(v->a, out, "left_out",
			value_int(plan->n_changes - most));
}

/* ---- by step: how many, between when and when ---- */

struct step_sum {
	const struct plan_change *first;
	uint32_t n;
	int64_t from[2], to[2]; /* earliest, latest */
};

static void widen(int64_t span[2], int64_t ms)
{
	if (ms == 0)
		return;
	if (span[0] == 0 || ms < span[0])
		span[0] = ms;
	if (ms > span[1])
		span[1] = ms;
}

static struct step_sum *sum_of(struct view *v, struct step_sum **sums,
	uint32_t *n, uint32_t *cap, const struct plan_change *c)
{
	struct step_sum *grown;

	for (uint32_t i = 0; i < *n; i++) {
		const struct plan_change *f = (*sums)[i].first;

		if (f->kind == c->kind && text_equal(f->card, c->card) &&
			text_equal(f->step, c->step))
			return &(*sums)[i];
	}
	grown = arena_grow(v->a, *sums, *n, cap, *n + 1, sizeof(*grown));
	if (grown == NULL)
		return NULL;
	*sums = grown;
	grown[*n] = (struct step_sum){.first = c};
	return &grown[(*n)++];
}

static void put_steps(
	struct view *v, struct value *out, const struct plan *plan)
{
	struct value list = value_list();
	struct step_sum *sums = NULL, *s;
	uint32_t n = 0, cap = 0;

	for (uint32_t i = 0; i < plan->n_changes; i++) {
		const struct plan_change *c = &plan->changes[i];

		if ((s = sum_of(v, &sums, &n, &cap, c)) == NULL)
			return;
		s->n++;
		widen(s->from, c->from_ms);
		widen(s->to, c->to_ms);
	}
	for (uint32_t i = 0; i < n; i++) {
		struct value one = value_map();

		s = &sums[i];
		value_put(v->a, &one, "kind",
			value_text(kind_names[s->first->kind]));
		put_text(v, &one, "card", s->first->card);
		put_text(v, &one, "step", s->first->step);
		value_put(v->a, &one, "count", value_int(s->n));
		put_time(v, &one, "from_first", s->from[0], true);
		put_time(v, &one, "from_last", s->from[1], true);
		put_time(v, &one, "to_first", s->to[0], true);
		put_time(v, &one, "to_last", s->to[1], true);
		value_append(v->a, &list, one);
	}
	value_put(v->a, out, "steps", list);
}

/* ---- by person and day ---- */

static struct value day_value(struct view *v, const struct plan_load *l,
	int32_t pace)
{
	struct value one = value_map();
	uint32_t most = (uint32_t)pace;

	most = l->before > most ? l->before : most;
	put_time(v, &one, "day", calendar_midnight(v->book->calendar, l->day),
		true);
	value_put(v->a, &one, "before", value_int(l->before));
	value_put(v->a, &one, "after", value_int(l->after));
	if (l->after > most)
		value_put(v->a, &one, "burst", value_int(l->after - most));
	return one;
}

static void put_loads(struct view *v, struct value *out,
	const struct plan *plan, int32_t pace)
{
	struct value people = value_list();

	for (uint32_t i = 0; i < plan->n_loads;) {
		const struct plan_load *l = &plan->loads[i];
		struct value one = value_map(), days = value_list();
		bool changed = false;

		put_text(v, &one, "person", l->person);
		put_text(v, &one, "name", text_of(someone(v, l->person)));
		for (; i < plan->n_loads &&
			text_equal(plan->loads[i].person, l->person); i++) {
			value_append(v->a, &days,
				day_value(v, &plan->loads[i], pace));
			changed = changed || plan->loads[i].before !=
				plan->loads[i].after;
		}
		value_put(v->a, &one, "days", days);
		value_put(v->a, &one, "changed", value_bool(changed));
		value_append(v->a, &people, one);
	}
	value_put(v->a, out, "people", people);
}

/* ---- the answer ---- */

static void put_sums(struct view *v, struct value *out, const struct plan *plan)
{
	struct value counts = value_map();
	struct arena *a = v->a;
	char *hex = arena_alloc(a, DIGEST_HEX);

	if (hex == NULL)
		return;
	digest_hex(&plan->candidate, hex);
	value_put(a, out, "live", value_int(plan->live));
	value_put(a, out, "candidate", value_text(hex));
	value_put(a, out, "code", value_text(arena_printf(a,
		"%.12s.%lld.%u.%u.%u", hex, (long long)plan->live, plan->moved,
		taken_away(plan), plan->burst_tasks)));
	value_put(a, out, "changed",
		value_bool(!digest_equal(&plan->candidate,
			ruleset_digest(v->ask->ruleset))));
	value_put(a, out, "in_flight", value_int(plan->in_flight));
	value_put(a, out, "moved", value_int(plan->moved));
	for (int k = 0; k < PLAN_KINDS; k++)
		if (plan->counts[k] > 0)
			value_put(a, &counts, kind_names[k],
				value_int(plan->counts[k]));
	value_put(a, out, "counts", counts);
	value_put(a, out, "withdrawn", value_int(taken_away(plan)));
	value_put(a, out, "spread", value_int(plan->paced));
	put_time(v, out, "spread_until", plan->paced_until_ms, true);
	value_put(a, out, "bursts", value_int(plan->bursts));
	value_put(a, out, "burst_tasks", value_int(plan->burst_tasks));
	value_put(a, out, "took_us", value_int(plan->took_us));
}

fl_status plan_answer(struct ask *ask, struct ruleset *next,
	uint32_t most, struct value *out, struct problems *p)
{
	const struct rulebook *book = ruleset_book(next);
	struct view *v = view_new(ask);
	struct fl_error err = {0};
	struct text waits;
	struct plan plan;
	fl_status s;

	*out = value_map();
	if (v == NULL)
		return FL_NOMEM;
	s = plan_make(ask->reader, v->book, ask->ruleset_number, next,
		ask->now_ms, ask->a, &plan, &err);
	if (s != FL_OK) {
		problem_add(p, "FL510", NULL, 0, "%s", problem_cause(p, err.text));
		return s;
	}
	waits = waits_because(v, &plan, book);
	put_sums(v, out, &plan);
	value_put(ask->a, out, "auto", value_bool(waits.bytes == 0));
	put_text(v, out, "waits", waits);
	put_steps(v, out, &plan);
	put_loads(v, out, &plan, book->pace);
	put_changes(v, out, &plan, most);
	return view_done(v, p);
}

fl_status ask_plan(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	struct ruleset *next = NULL;
	struct source_set set;
	int64_t most;
	fl_status s;

	if (!args_known(args, "limit", p))
		return FL_INVALID;
	most = value_get_int(args, "limit", SHOWN);
	s = ask_files(ask, &set, p);
	if (s == FL_OK)
		s = ruleset_load(&set, NULL, false, p, &next);
	if (s == FL_OK) {
		p->count = p->errors = 0; /* warnings are for check */
		s = plan_answer(ask, next,
			most >= 0 && most < UINT32_MAX ? (uint32_t)most
						       : UINT32_MAX,
			out, p);
	}
	ruleset_unref(next);
	return s;
}
