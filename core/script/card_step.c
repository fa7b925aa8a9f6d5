/* Steps and whens: when they appear, the task, its answers, what follows. */
#include "model/usual.h"
#include "script/card_keys.h"
#include "script/fn_check.h"

#include <string.h>

static struct loading *ld_of(const struct target *t)
{
	return t->rd->ld;
}

/* A step appears in one way only; within goes with any of them. */
bool key_timing(struct target *t, const struct node *v, const char *key)
{
	struct step *s = t->step;

	if (t->timing != NULL) {
		say(ld_of(t), v->unit, node_line(v), SAY_ONE_TIMING, t->timing,
			key);
		return false;
	}
	t->timing = key;
	if (strcmp(key, "day") == 0) {
		s->timing = TIMING_DAY;
		return read_number(t->rd, v, key, 1, 10000, &s->day);
	}
	if (strcmp(key, "when_over") == 0)
		return read_text(ld_of(t), v, key, &s->when_over);
	if (strcmp(key, "at") != 0) {
		s->timing = strcmp(key, "after") == 0	 ? TIMING_AFTER
			    : strcmp(key, "before") == 0 ? TIMING_BEFORE
							 : TIMING_EVERY;
		return read_expr(t->rd, v, key, &s->wait);
	}
	s->timing = TIMING_AT;
	if (v->kind == NODE_TEXT && moment_read(v->as.text, &s->at) == FL_OK)
		return true;
	if (v->kind == NODE_TEXT &&
		read_field_known(ld_of(t), t->rd->about, v->as.text)) {
		s->at.kind = MOMENT_ANCHOR;
		s->at_field = v->as.text;
		return true;
	}
	return read_moment(ld_of(t), v, key, &s->at);
}

/* It would appear while we are closed: so long after the opening. */
bool key_if_closed(struct target *t, const struct node *v, const char *key)
{
	return read_expr(t->rd, v, key, &t->step->if_closed);
}

bool key_bound(struct target *t, const struct node *v, const char *key)
{
	struct expr *to = strcmp(key, "at_least") == 0	? &t->step->at_least
			  : strcmp(key, "at_most") == 0 ? &t->step->at_most
							: &t->step->up_to;

	return read_expr(t->rd, v, key, to);
}

/* from, of: what the wait is counted from. */
bool key_anchor(struct target *t, const struct node *v, const char *key)
{
	static const char *const phrases[] = {
		"last touch", "acceptance", "previous step"};
	struct loading *ld = ld_of(t);
	struct text name;
	const char *anchor;

	if (!read_text(ld, v, key, &name))
		return false;
	name = read_phrase(name);
	for (size_t i = 0; i < COUNT_OF(phrases); i++)
		if (text_is(name, phrases[i])) {
			t->step->anchor = name;
			return true;
		}
	if (text_is(name, "start")) {
		t->step->anchor = TEXT("");
		return true;
	}
	for (size_t i = 0; i < t->rd->n_steps; i++)
		if (text_is(name, t->rd->steps[i])) {
			anchor = arena_printf(
				&ld->rs->arena, "step:%s", name.at);
			t->step->anchor = text_of(anchor);
			return true;
		}
	if (read_field_known(ld, t->rd->about, name)) {
		t->step->anchor = name;
		return true;
	}
	say_near(ld,
		say(ld, v->unit, node_line(v), SAY_UNKNOWN_FIELD,
			t->rd->about.at, name.at),
		name.at, phrases, COUNT_OF(phrases));
	return false;
}

bool key_due(struct target *t, const struct node *v, const char *key)
{
	if (strcmp(key, "within") == 0) {
		t->step->has_within = true;
		return read_expr(t->rd, v, key, &t->step->within);
	}
	t->step->has_due = true;
	return read_moment(ld_of(t), v, key, &t->step->due);
}

bool key_step_text(struct target *t, const struct node *v, const char *key)
{
	if (strcmp(key, "was") == 0)
		return read_text(ld_of(t), v, key, &t->step->was);
	return read_text(ld_of(t), v, key,
		t->step != NULL ? &t->step->queue : &t->card->queue);
}

bool key_step_flag(struct target *t, const struct node *v, const char *key)
{
	bool yes = false;

	if (strcmp(key, "once") == 0)
		return read_bool(ld_of(t), v, key, &t->step->once);
	if (strcmp(key, "each_event") == 0)
		return read_bool(ld_of(t), v, key, &t->step->each_event);
	if (!read_bool(ld_of(t), v, key, &yes))
		return false;
	t->step->keeps_seller = yes ? 1 : 0;
	return true;
}

bool key_cond(struct target *t, const struct node *v, const char *key)
{
	struct cond *to = strcmp(key, "skip_if") == 0	 ? &t->step->skip_if
			  : strcmp(key, "if_state") == 0 ? &t->step->if_state
							 : &t->step->unless;

	if (t->when != NULL)
		return read_cond_of(t->rd, v, key, t->when->events,
			t->when->n_events, to);
	return read_cond(t->rd, v, key, to);
}

bool key_task(struct target *t, const struct node *v, const char *key)
{
	struct task_spec *task = &t->step->task;

	if (v->kind != NODE_WORD || v->word < WORD_CALL || v->word > WORD_TODO)
		return read_expects(ld_of(t), v, key,
			"call \"...\", mail \"...\", visit \"...\" "
			"or todo \"...\"",
			"call \"...\", mail \"...\", visit \"...\" "
			"of todo \"...\"");
	task->kind = text_of(word_of(v->word)->name);
	if (v->arg == NULL)
		return false;
	return read_wording(t->rd, v->arg, task->kind.at, &task->title);
}

bool key_who(struct target *t, const struct node *v, const char *key)
{
	struct who *to;

	if (strcmp(key, "with") == 0)
		to = &t->step->with;
	else if (strcmp(key, "assign") == 0)
		to = &t->step->assign;
	else if (strcmp(key, "deputy") == 0)
		to = t->step != NULL ? &t->step->deputy : &t->card->deputy;
	else
		to = t->step != NULL ? &t->step->who : &t->card->who;
	return read_who(t->rd, v, key, to);
}

bool key_by(struct target *t, const struct node *v, const char *key)
{
	static const char *const channels[] = {
		"phone", "email", "sms", "whatsapp", "post", "visit"};
	bool ok = true;

	if (!read_texts(ld_of(t), v, key, &t->step->by, &t->step->n_by))
		return false;
	for (uint32_t i = 0; i < t->step->n_by; i++) {
		t->step->by[i] = read_phrase(t->step->by[i]);
		ok &= read_one_of(ld_of(t),
			v->kind == NODE_TABLE ? v->items[i] : v, key,
			t->step->by[i], channels, COUNT_OF(channels));
	}
	return ok;
}

bool key_purpose(struct target *t, const struct node *v, const char *key)
{
	static const char *const purposes[] = {
		"help", "assurance", "offer", "service", "requested"};

	return read_choice(ld_of(t), v, key, purposes, COUNT_OF(purposes),
		t->step != NULL ? &t->step->purpose : &t->card->purpose);
}

bool key_offers(struct target *t, const struct node *v, const char *key)
{
	static const char *const never[] = {"never"};
	struct text said;

	if (!read_choice(ld_of(t), v, key, never, 1, &said))
		return false;
	t->step->offers_never = true;
	return true;
}

bool key_if_late(struct target *t, const struct node *v, const char *key)
{
	static const char *const ways[] = {"do", "skip", "next slot"};
	struct text said;

	if (!read_choice(ld_of(t), v, key, ways, COUNT_OF(ways), &said))
		return false;
	t->step->if_late = text_is(said, "do")	   ? LATE_DO
			   : text_is(said, "skip") ? LATE_SKIP
						   : LATE_NEXT_SLOT;
	return true;
}

/* A field of the subject, of its customer, or of contact.made. */
static bool writes_known(struct target *t, struct text name)
{
	const struct event_def *made =
		schema_event(ld_of(t)->rs->book.schema, TEXT("contact.made"));

	return read_field_known(ld_of(t), t->rd->about, name) ||
	       read_field_known(ld_of(t), TEXT("customer"), name) ||
	       (made != NULL && event_field(made, name) != NULL);
}

bool key_writes(struct target *t, const struct node *v, const char *key)
{
	struct step *s = t->step;
	bool ok = true;

	if (!read_texts(ld_of(t), v, key, &s->writes, &s->n_writes))
		return false;
	for (uint32_t i = 0; i < s->n_writes; i++) {
		if (writes_known(t, s->writes[i]))
			continue;
		say(ld_of(t), v->unit, node_line(v), SAY_UNKNOWN_FIELD,
			t->rd->about.at, s->writes[i].at)
			->nearest = read_field_near(
			ld_of(t), TEXT("customer"), s->writes[i]);
		ok = false;
	}
	return ok;
}

bool key_answers(struct target *t, const struct node *v, const char *key)
{
	if (!read_is_table(ld_of(t), v, key,
		    "a list, as { reached = record \"contact.made\" }",
		    "een lijst, zoals { reached = record "
		    "\"contact.made\" }"))
		return false;
	t->answers = v;
	return true;
}

/* ---- answers ---- */

static const char *channel_of(struct text kind)
{
	return text_is(kind, "call")	? "phone"
	       : text_is(kind, "mail")	? "email"
	       : text_is(kind, "visit") ? "visit"
					: NULL;
}

/* A contact recorded by an answer says how it was made. */
static void contact_complete(struct target *t, struct action *a)
{
	struct arena *arena = &ld_of(t)->rs->arena;
	const char *channel = channel_of(t->step->task.kind);

	if (a->kind != ACTION_RECORD || channel == NULL ||
		(!text_is(a->event, "contact.made") &&
			!text_is(a->event, "contact.attempted")))
		return;
	if (value_get(&a->data, "channel") == NULL)
		value_put(arena, &a->data, "channel", value_text(channel));
	if (text_is(a->event, "contact.made") &&
		value_get(&a->data, "direction") == NULL)
		value_put(arena, &a->data, "direction", value_text("out"));
	if (t->step->purpose.bytes > 0 &&
		value_get(&a->data, "purpose") == NULL)
		value_put(arena, &a->data, "purpose",
			value_of_text(t->step->purpose));
}

static void usual_complete(struct target *t, const struct usual_answer *u,
	int line, struct action *out)
{
	usual_action(u, &ld_of(t)->rs->arena, out);
	out->line = line;
	contact_complete(t, out);
}

static void answers_usual(struct target *t, struct step *s)
{
	const struct usual_answer *u;

	s->task.answers = read_alloc(ld_of(t), 4 * sizeof(*s->task.answers));

	while (s->task.answers != NULL &&
		(u = usual_answer(s->task.kind, s->task.n_answers)) != NULL) {
		struct answer *a = &s->task.answers[s->task.n_answers++];

		a->name = text_of(u->answer);
		usual_complete(t, u, s->line, &a->action);
	}
}

/* A bare name in the list: the usual answer of that name. */
static bool answer_named(
	struct target *t, const struct node *v, struct answer *out)
{
	struct text kind = t->step->task.kind;
	const struct usual_answer *u;
	const char *names[8];
	size_t n = 0;

	if (!read_text(ld_of(t), v, "answers", &out->name))
		return false;
	u = usual_find(kind, out->name);
	if (u != NULL) {
		usual_complete(t, u, v->line, &out->action);
		return true;
	}
	while (n < COUNT_OF(names) &&
		(u = usual_answer(kind, (uint32_t)n)) != NULL)
		names[n++] = u->answer;
	say_near(ld_of(t),
		say(ld_of(t), v->unit, node_line(v), SAY_UNKNOWN_ANSWER,
			out->name.at, kind.at, say_list(ld_of(t), names, n),
			out->name.at),
		out->name.at, names, n);
	return false;
}

/* A step's own answers are the whole set: what is left out cannot be
 * answered; a bare name keeps its usual meaning. */
static void answers_own(struct target *t, struct step *s)
{
	const struct node *v = t->answers;
	struct answer *a;

	s->task.answers =
		read_alloc(ld_of(t), (v->n_keys + v->n_items + 1) * sizeof(*a));
	if (s->task.answers == NULL)
		return;
	for (uint32_t i = 0; i < v->n_items; i++) {
		a = &s->task.answers[s->task.n_answers];
		if (answer_named(t, v->items[i], a))
			s->task.n_answers++;
	}
	for (uint32_t i = 0; i < v->n_keys; i++) {
		a = &s->task.answers[s->task.n_answers];
		a->name = v->keys[i].name;
		if (!read_action(
			    t->rd, v->keys[i].value, a->name.at, &a->action))
			continue;
		contact_complete(t, &a->action);
		s->task.n_answers++;
	}
	if (s->task.n_answers == 0 && v->n_keys + v->n_items == 0)
		say(ld_of(t), v->unit, node_line(v), SAY_EMPTY, "answers");
}

/* ---- what follows ---- */

bool key_also(struct target *t, const struct node *v, const char *key)
{
	return read_action(t->rd, v, key, &t->step->also);
}

/* Only noted here: all cards must be known first (card_read.c). */
bool key_move_to(struct target *t, const struct node *v, const char *key)
{
	struct loading *ld = ld_of(t);
	struct pending_move *all;

	if (v->kind != NODE_WORD || v->word != WORD_CARD || v->arg == NULL)
		return read_expects(
			ld, v, key, "card \"name\"", "card \"naam\"");
	all = arena_grow(&ld->rs->arena, ld->moves, ld->n_moves, &ld->cap_moves,
		ld->n_moves + 1, sizeof(*all));
	if (all == NULL || !read_text(ld, v->arg, key, &t->step->move_to))
		return false;
	ld->moves = all;
	all[ld->n_moves++] =
		(struct pending_move){v, t->card->pack, &t->step->move_to};
	return true;
}

bool key_needs(struct target *t, const struct node *v, const char *key)
{
	static const struct {
		const char *said, *event;
	} phrases[] = {{"loss closed", "deal.lost"},
		{"verlies gesloten", "deal.lost"}};

	for (size_t i = 0; i < COUNT_OF(phrases); i++)
		if (v->kind == NODE_TEXT &&
			text_is(v->as.text, phrases[i].said)) {
			t->step->needs = text_of(phrases[i].event);
			return true;
		}
	if (v->kind != NODE_TEXT)
		return read_expects(ld_of(t), v, key,
			"an event, or \"loss "
			"closed\"",
			"een gebeurtenis, of "
			"\"verlies gesloten\"");
	return read_event(ld_of(t), v, &t->step->needs);
}

bool key_run(struct target *t, const struct node *v, const char *key)
{
	if (v->kind != NODE_FN)
		return read_expects(ld_of(t), v, key,
			"function(subject, event, act) ... end",
			"function(onderwerp, event, act) ... end");
	fn_check(t->rd, v, t->when != NULL ? t->when->events : NULL,
		t->when != NULL ? t->when->n_events : 0, FN_ACTS);
	if (t->when != NULL)
		t->when->fn = v->as.fn;
	else
		t->step->fn = v->as.fn;
	return true;
}

/* ---- the whole ---- */

void card_step_clear(struct step *s, int line)
{
	const struct text none = TEXT("");

	memset(s, 0, sizeof(*s));
	s->line = line;
	s->fn = FN_NONE;
	s->unless.fn = s->skip_if.fn = s->if_state.fn = FN_NONE;
	s->wait.fn = s->at_least.fn = s->at_most.fn = FN_NONE;
	s->up_to.fn = s->within.fn = s->day.fn = s->if_closed.fn = FN_NONE;
	s->mark = none;
	s->id = s->at_field = s->anchor = s->when_over = none;
	s->purpose = s->queue = s->move_to = s->needs = s->was = none;
	s->task.kind = s->task.title.nl = s->task.title.en = none;
}

struct step *card_step_new(struct target *t, int line)
{
	struct step *s = read_alloc(ld_of(t), sizeof(*s));
	struct target own = {.rd = t->rd, .card = t->card, .step = s};

	if (s == NULL)
		return NULL;
	card_step_clear(s, line);
	s->task.kind = TEXT("todo");
	answers_usual(&own, s);
	t->card->steps = s;
	t->card->n_steps = 1;
	return s;
}

/* What only shows when all keys have been read. */
void card_step_finish(struct target *t, const struct node *table,
	struct step *s, const char *what, const char *id)
{
	static const char *const need_task[] = {"answers", "who", "by",
		"purpose", "offers", "writes", "with", "within", "due",
		"if_missed", "queue", "goodwill"};
	bool has_task = node_get(table, "task") != NULL;

	if (s->timing == TIMING_BEFORE && s->anchor.bytes == 0 &&
		node_get(table, "of") == NULL)
		say(ld_of(t), table->unit, node_key_line(table, "before"),
			SAY_MISSING_KEY, "before", "of");
	if (!has_task && node_get(table, "run") == NULL &&
		node_get(table, "move_to") == NULL &&
		node_get(table, "also") == NULL &&
		node_get(table, "mark") == NULL &&
		node_get(table, "assign") == NULL &&
		node_get(table, "alert") == NULL) {
		if (t->odd)
			return;
		say(ld_of(t), table->unit, s->line, SAY_NOTHING_TO_DO, what,
			id);
		return;
	}
	for (size_t i = 0; !has_task && i < COUNT_OF(need_task); i++)
		if (node_get(table, need_task[i]) != NULL)
			say(ld_of(t), table->unit,
				node_key_line(table, need_task[i]),
				SAY_STEP_NO_TASK, need_task[i]);
	if (s->task.kind.bytes == 0)
		return;
	if (t->answers != NULL)
		answers_own(t, s);
	else
		answers_usual(t, s);
}

static void step_name_check(
	struct target *t, const struct node *table, struct text name)
{
	const struct node *v = node_get(table, "when_over");

	if (name.bytes == 0 || v == NULL)
		return;
	for (size_t i = 0; i < t->rd->n_steps; i++)
		if (text_is(name, t->rd->steps[i]))
			return;
	say_near(ld_of(t),
		say(ld_of(t), v->unit, node_line(v), SAY_UNKNOWN_STEP, name.at),
		name.at, t->rd->steps, t->rd->n_steps);
}

void card_step_read(struct target *t, const struct node *v, struct step *out)
{
	struct target own = {.rd = t->rd, .card = t->card, .step = out};

	card_step_clear(out, v->line);
	if (v->table == NULL || v->table->kind != NODE_TABLE ||
		!read_id(ld_of(t), v->arg, &out->id))
		return;
	card_keys_read(&own, v->table, IN_STEP, "step");
	step_name_check(&own, v->table, out->when_over);
	card_step_finish(&own, v->table, out, "step", out->id.at);
}

/* A timing key of the change takes the place of the one that was there. */
static void timing_forget(struct step *s, const struct node *table)
{
	static const char *const keys[] = {
		"after", "before", "day", "every", "at", "when_over"};

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (node_get(table, keys[i]) != NULL) {
			s->timing = TIMING_NOW;
			s->at.kind = MOMENT_NONE;
			s->at_field = s->when_over = TEXT("");
		}
	if (node_get(table, "due") != NULL)
		s->has_within = false;
}

void card_step_change(struct target *t, const struct node *v, struct step *s)
{
	struct target own = {.rd = t->rd, .card = t->card, .step = s};
	struct text kind = s->task.kind;

	if (v->table == NULL || v->table->kind != NODE_TABLE)
		return;
	timing_forget(s, v->table);
	card_keys_read(&own, v->table, IN_STEP, "step");
	step_name_check(&own, v->table, s->when_over);
	if (s->task.kind.bytes == 0 ||
		(own.answers == NULL && text_equal(kind, s->task.kind)))
		return;
	s->task.n_answers = 0;
	if (own.answers != NULL)
		answers_own(&own, s);
	else
		answers_usual(&own, s);
}

/* "when:EVENT", a second one of that event "when:EVENT.2". */
static struct text when_id(
	struct target *t, struct text event, const struct when *self)
{
	struct arena *a = &ld_of(t)->rs->arena;
	unsigned before = 0;

	for (const struct when *w = t->card->whens; w != self; w++)
		before += w->n_events > 0 && text_equal(w->events[0], event);
	return text_of(before == 0
			? arena_printf(a, "when:%s", event.at)
			: arena_printf(a, "when:%s.%u", event.at, before + 1));
}

void card_when_read(struct target *t, const struct node *v, struct when *out)
{
	struct target own = {
		.rd = t->rd, .card = t->card, .step = &out->step, .when = out};
	struct text first = TEXT("");

	memset(out, 0, sizeof(*out));
	out->line = v->line;
	out->fn = FN_NONE;
	out->name = TEXT("");
	card_step_clear(&out->step, v->line);
	if (v->table == NULL || v->table->kind != NODE_TABLE || v->arg == NULL)
		return;
	if (read_events(ld_of(t), v->arg, "when", &out->events, &out->n_events))
		first = out->events[0];
	if (first.bytes > 0)
		out->step.id = when_id(t, first, out);
	card_keys_read(&own, v->table, IN_WHEN, "when");
	card_step_finish(&own, v->table, &out->step, "when", first.at);
}
