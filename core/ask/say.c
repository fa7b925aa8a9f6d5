#include "ask/sentence.h"

#define LEARNED_LATE_MS (INT64_C(60) * 1000)

static struct text made(const char *text)
{
	return text != NULL ? text_of(text) : TEXT("");
}

static const struct task *task_named(struct view *v, const struct value *id)
{
	struct text kind;
	int64_t number = 0;
	struct task *t = NULL;

	if (id != NULL && id->kind == VALUE_INT)
		number = id->as.integer;
	else if (id != NULL && id->kind == VALUE_TEXT)
		number = id_read(value_as_text(id), &kind);
	if (number == 0 ||
		reader_task(v->ask->reader, v->a, number, &t, &v->err) != FL_OK)
		return NULL;
	return t;
}

/* ---- events ---- */

static struct text say_task(
	struct view *v, struct text type, const struct value *data)
{
	static const struct {
		const char *type, *nl, *en;
	} rows[] = {{"task.missed", "Niet op tijd gedaan", "Not done in time"},
		{"task.moved", "Taak verplaatst", "Task moved"},
		{"task.withdrawn", "Taak vervallen", "Task withdrawn"},
		{"task.accepted", "Taak aangenomen", "Task taken"},
		{"task.escalated", "Leiding ingelicht", "Manager told"},
		{"task.created", "Nieuwe taak", "New task"}};
	const struct task *t = task_named(v, value_get(data, "task"));
	struct text title = t != NULL ? task_words(v, t) : TEXT("");
	struct text outcome =
		words_code(v, value_as_text(value_get(data, "outcome")));

	if (text_is(type, "task.done"))
		return made(arena_printf(v->a,
			v->nl ? "Antwoord \"%s\"%s%s" : "Answer \"%s\"%s%s",
			outcome.at, title.bytes > 0 ? ": " : "", title.at));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (text_is(type, rows[i].type))
			return made(arena_printf(v->a, "%s%s%s",
				v->nl ? rows[i].nl : rows[i].en,
				title.bytes > 0 ? ": " : "", title.at));
	return type;
}

static struct text card_words(struct view *v, struct text name)
{
	const struct card *c = rulebook_card(v->book, name);
	struct text title =
		c != NULL ? wording_text(&c->title, v->book) : TEXT("");

	return title.bytes > 0 ? title : name;
}

static struct text say_timer(struct view *v, const struct value *data)
{
	struct text card = value_as_text(value_get(data, "card"));
	struct text step = value_as_text(value_get(data, "step"));

	if (step.bytes == 0)
		step = value_as_text(value_get(data, "name"));
	return made(arena_printf(v->a,
		v->nl ? "Het is tijd: %s (%s)" : "It is time: %s (%s)",
		card_words(v, card).at, words_step(v, step).at));
}

struct text say_event(struct view *v, const struct event_row *row)
{
	struct value data = view_data(v, row);

	if (row->type.bytes > 5 && memcmp(row->type.at, "task.", 5) == 0)
		return say_task(v, row->type, &data);
	if (text_is(row->type, "timer.fired"))
		return say_timer(v, &data);
	return sentence_make(v, row->type, &data);
}

/* ---- what cards did ---- */

static struct text task_title_of(struct view *v, const struct effect *e)
{
	const struct task *t = task_named(v, value_get(&e->args, "id"));

	return t != NULL ? task_words(v, t) : TEXT("?");
}

static struct text say_made(struct view *v, const struct effect *e)
{
	struct text kind = value_as_text(value_get(&e->args, "kind"));
	struct text who = value_as_text(value_get(&e->args, "who"));
	int64_t due = value_get_int(&e->args, "due", 0);
	struct text name = who.bytes > 0 ? words_person(v, who)
			   : v->nl	 ? TEXT("niemand")
					 : TEXT("nobody");

	return made(arena_printf(v->a, "%s, %s%s%s: %s", words_code(v, kind).at,
		name.at,
		due == 0 ? ""
		: v->nl	 ? ", voor "
			 : ", by ",
		due == 0 ? "" : words_time(v, due).at, task_title_of(v, e).at));
}

static struct text say_closed(struct view *v, const struct effect *e)
{
	const char *word;

	switch (value_get_int(&e->args, "state", TASK_DONE)) {
	case TASK_WITHDRAWN:
		word = v->nl ? "taak vervalt" : "task withdrawn";
		break;
	case TASK_MISSED:
		word = v->nl ? "niet op tijd gedaan" : "not done in time";
		break;
	default: /* the answer itself is told */
		return TEXT("");
	}
	return made(arena_printf(v->a, "%s: %s", word, task_title_of(v, e).at));
}

static struct text say_edited(struct view *v, const struct effect *e)
{
	struct text who = value_as_text(value_get(&e->args, "who"));

	if (who.bytes > 0)
		return made(arena_printf(v->a,
			v->nl ? "taak naar %s: %s" : "task to %s: %s",
			words_person(v, who).at, task_title_of(v, e).at));
	if (value_get(&e->args, "reminded") != NULL)
		return made(arena_printf(v->a,
			v->nl ? "herinnerd: %s" : "reminded: %s",
			task_title_of(v, e).at));
	return TEXT("");
}

static struct text say_with(struct view *v, const struct effect *e,
	const char *key, const char *nl, const char *en)
{
	struct text t = value_as_text(value_get(&e->args, key));
	const char *word = v->nl ? nl : en;

	if (t.bytes == 0)
		return text_of(word);
	return made(arena_printf(v->a, "%s: %s", word, t.at));
}

/* Of what is set people read one thing: who does an absent one's work. */
static struct text say_stand_in(struct view *v, const struct effect *e)
{
	struct text how = value_as_text(value_get(&e->args, "reason"));
	struct text who = value_as_text(value_get(&e->args, "value"));
	const char *field = value_get_str(&e->args, "field");

	if (field == NULL || strcmp(field, "deputy") != 0 || how.bytes == 0)
		return TEXT("");
	return made(arena_printf(v->a,
		v->nl ? "%s neemt waar (%s)" : "%s stands in (%s)",
		words_person(v, who).at, words_code(v, how).at));
}

struct text say_effect(struct view *v, const struct effect *e)
{
	switch ((enum effect_kind)e->kind) {
	case EFFECT_TASK:
		return say_made(v, e);
	case EFFECT_TASK_CLOSE:
		return say_closed(v, e);
	case EFFECT_TASK_EDIT:
		return say_edited(v, e);
	case EFFECT_ASSIGN:
		return made(arena_printf(v->a,
			v->nl ? "toegewezen aan %s" : "assigned to %s",
			words_person(
				v, value_as_text(value_get(&e->args, "who")))
				.at));
	case EFFECT_EMIT: /* the caused event itself tells it */
		return value_as_text(value_get(&e->args, "type"));
	case EFFECT_MESSAGE:
		return say_with(v, e, "channel", "bericht klaargezet",
			"message prepared");
	case EFFECT_WEBHOOK:
		return say_with(v, e, "url", "melding klaargezet",
			"notification prepared");
	case EFFECT_NOTE:
		return say_with(v, e, "text", "notitie", "note");
	case EFFECT_SET:
		return say_stand_in(v, e);
	case EFFECT_ENTER:
		return v->nl ? TEXT("begint") : TEXT("begins");
	case EFFECT_STOP:
	case EFFECT_LEAVE:
		return v->nl ? TEXT("stopt") : TEXT("stops");
	case EFFECT_PAUSE:
		if (value_get_int(&e->args, "at", 0) != 0)
			return v->nl ? TEXT("pauzeert") : TEXT("pauses");
		return v->nl ? TEXT("gaat verder") : TEXT("goes on");
	default:
		return TEXT("");
	}
}

/* A rule has no stay of its own: nobody begins or leaves it. */
static bool is_told(
	struct view *v, const struct card_decision *cd, const struct effect *e)
{
	const struct card *card = rulebook_card(v->book, cd->card);

	if (e->kind != EFFECT_ENTER && e->kind != EFFECT_LEAVE)
		return true;
	return card == NULL || card->kind != CARD_RULE;
}

static struct value failure_value(
	struct view *v, const struct card_decision *cd)
{
	struct value one = value_map();

	put_text(v, &one, "card", cd->card);
	put_text(v, &one, "text",
		made(arena_printf(v->a, "%s: %s", card_fate_name(cd->fate),
			cd->reason != NULL ? cd->reason : "")));
	value_put(v->a, &one, "failed", value_bool(true));
	return one;
}

static void add_line(struct view *v, struct value *list,
	const struct card_decision *cd, const struct effect *e,
	struct text text)
{
	struct value one = value_map();

	put_text(v, &one, "card", cd->card);
	put_text(v, &one, "text", text);
	put_text(v, &one, "step", e->step);
	if (e->line > 0)
		value_put(v->a, &one, "line", value_int(e->line));
	if (e->kind == EFFECT_TASK)
		put_id(v, &one, "task", TEXT("task"),
			value_get_int(&e->args, "id", 0));
	value_append(v->a, list, one);
}

bool say_is_bookkeeping(struct view *v, struct text type)
{
	const struct event_def *def = schema_event(v->schema, type);

	return def != NULL && def->pack.bytes > 0 && def->means.bytes == 0;
}

/* Sentence of the event that an EMIT caused: the next one of its type among
 * those of the unit; empty when it is not there. */
static struct text say_caused(struct view *v, const struct effect *e,
	int64_t cause, const struct told *told, uint32_t *next)
{
	struct text type = value_as_text(value_get(&e->args, "type"));

	for (uint32_t i = *next; i < told->n_events; i++) {
		if (told->events[i].cause != cause ||
			!text_equal(told->events[i].type, type))
			continue;
		*next = i + 1;
		return say_event(v, &told->events[i]);
	}
	return TEXT("");
}

/* A step that a rule change, an undo or an outage has put elsewhere. */
static struct text say_place(struct view *v, const struct effect *e)
{
	int64_t due = value_get_int(&e->args, "due", 0);
	struct text step = value_as_text(value_get(&e->args, "step"));

	step = words_step(v, step.bytes > 0 ? step : e->step);
	if (value_get_int(&e->args, "phase", -1) == STEP_SKIPPED)
		return made(arena_printf(v->a,
			v->nl ? "stap vervalt: %s" : "step does not come: %s",
			step.at));
	if (due == 0)
		return TEXT("");
	return made(arena_printf(v->a,
		v->nl ? "stap komt nu %s: %s" : "step now comes %s: %s",
		words_moment(v, due).at, step.at));
}

static bool is_in(const struct home *h, int64_t record)
{
	for (uint32_t i = 0; i < h->n_records; i++)
		if (h->records[i]->id == record)
			return true;
	return false;
}

static struct value did_to(
	struct view *v, const struct event_row *row, const struct home *h)
{
	struct decision d = view_decision(v, row);
	struct value list = value_list();

	for (uint32_t i = 0; i < d.n_cards; i++)
		for (uint32_t k = 0; k < d.cards[i].n_effects; k++) {
			const struct effect *e = &d.cards[i].effects[k];
			struct text text = TEXT("");

			if (is_in(h, e->subject))
				text = e->kind == EFFECT_PLACE
					       ? say_place(v, e)
					       : say_effect(v, e);
			if (text.bytes > 0)
				add_line(v, &list, &d.cards[i], e, text);
		}
	return list;
}

int64_t say_messages(
	struct view *v, const struct event_row *row, const struct home *h)
{
	struct decision d = view_decision(v, row);
	int64_t n = 0;

	for (uint32_t i = 0; i < d.n_cards; i++)
		for (uint32_t k = 0; k < d.cards[i].n_effects; k++) {
			const struct effect *e = &d.cards[i].effects[k];

			n += e->kind == EFFECT_MESSAGE && is_in(h, e->subject);
		}
	return n;
}

/* `told` NULL: without the caused events, which have lines of their own. */
static void add_cards(struct view *v, struct value *list,
	const struct event_row *row, const struct told *told)
{
	struct decision d = view_decision(v, row);
	uint32_t next = 1;

	for (uint32_t i = 0; i < d.n_cards; i++) {
		const struct card_decision *cd = &d.cards[i];

		if (cd->fate != CARD_RAN)
			value_append(v->a, list, failure_value(v, cd));
		for (uint32_t k = 0; k < cd->n_effects; k++) {
			const struct effect *e = &cd->effects[k];
			struct text text = TEXT("");

			if (e->kind != EFFECT_EMIT)
				text = is_told(v, cd, e) ? say_effect(v, e)
							 : TEXT("");
			else if (told != NULL && !say_is_bookkeeping(v,
				value_as_text(value_get(&e->args, "type"))))
				text = say_caused(
					v, e, row->number, told, &next);
			if (text.bytes > 0)
				add_line(v, list, cd, e, text);
		}
	}
}

struct value say_did(struct view *v, const struct event_row *row)
{
	struct value list = value_list();

	add_cards(v, &list, row, NULL);
	return list;
}

static struct value line_of(struct view *v, const struct event_row *row,
	struct text said, struct value did)
{
	struct value map = value_map();

	put_id(v, &map, "event", TEXT("event"), row->number);
	put_text(v, &map, "type", row->type);
	put_time(v, &map, "at", row->occurred_at_ms, true);
	if (row->recorded_at_ms - row->occurred_at_ms > LEARNED_LATE_MS)
		put_time(v, &map, "learned", row->recorded_at_ms, true);
	put_text(v, &map, "text", said);
	put_text(v, &map, "actor", row->actor);
	if (row->actor.bytes > 0 && !text_is(row->actor, "engine"))
		put_text(v, &map, "actor_name", words_person(v, row->actor));
	put_text(v, &map, "source", row->source);
	if (row->misfit)
		value_put(v->a, &map, "misfit", value_bool(true));
	put_id(v, &map, "caused_by", TEXT("event"), row->cause);
	value_put(v->a, &map, "did", did);
	return map;
}

struct value say_line(struct view *v, const struct event_row *row)
{
	return line_of(v, row, say_event(v, row), say_did(v, row));
}

/* Why everybody in flight was looked at. */
static struct text say_recomputed(struct view *v, const struct value *data)
{
	int64_t from = value_get_int(data, "away_from", 0);
	int64_t to = value_get_int(data, "away_to", 0);
	long long number = value_get_int(data, "ruleset", 0), back;
	struct ruleset_row row;

	if (to != 0)
		return made(arena_printf(v->a,
			v->nl ? "fairlead was weg van %s tot %s"
			      : "fairlead was away from %s until %s",
			words_moment(v, from).at, words_moment(v, to).at));
	if (reader_ruleset(v->ask->reader, v->a, number, &row, &v->err) ==
			FL_OK &&
		sscanf(row.summary.at, RULES_BACK_TO, &back) == 1)
		return made(arena_printf(v->a,
			v->nl ? "Terug naar regels nummer %lld (nummer %lld)"
			      : "Back to rules number %lld (number %lld)",
			back, number));
	return made(arena_printf(v->a,
		v->nl ? "Nieuwe regels (nummer %lld)"
		      : "New rules (number %lld)",
		number));
}

struct value say_line_to(
	struct view *v, const struct event_row *row, const struct home *h)
{
	struct value data = view_data(v, row), did = did_to(v, row, h);

	return line_of(v, row,
		text_is(row->type, "rules.recomputed")
			? say_recomputed(v, &data)
			: say_event(v, row),
		did);
}

/* ---- the terminal ---- */

/* ": Sofie Peeters (D128)" */
static void put_whom(struct view *v, struct buf *out, int64_t subject)
{
	const struct record *r = view_record(v, subject);
	const struct record *deal = view_deal(v, r);
	struct text name = words_customer(v, view_customer(v, r));
	const struct record *shown = deal != NULL ? deal : r;

	if (r == NULL || text_is(r->kind, "rooftop") ||
		text_is(r->kind, "person"))
		return;
	buf_printf(out, ": %s%s(%s)", name.at, name.bytes > 0 ? " " : "",
		id_show(v->a, shown->kind, shown->id).at);
}

static void put_lines(struct buf *out, const struct value *lines)
{
	for (uint32_t i = 0; i < lines->count; i++) {
		const struct value *one = &lines->as.items[i];

		buf_printf(out, "      -> %s: %s\n", value_get_str(one, "card"),
			value_get_str(one, "text"));
	}
}

void say_told(struct ask *ask, const struct told *told, struct buf *out)
{
	const struct event_row *root = told->events;
	struct value lines = value_list();
	struct ask then = *ask;
	struct view *v;

	if (told->n_events == 0)
		return;
	then.now_ms = root->recorded_at_ms;
	if ((v = view_new(&then)) == NULL)
		return;
	for (uint32_t i = 0; i < told->n_events; i++)
		add_cards(v, &lines, &told->events[i], told);
	if (lines.count == 0 && text_is(root->type, "timer.fired"))
		return;
	buf_printf(out, "%s %s%s", words_moment(v, root->recorded_at_ms).at,
		root->misfit ? v->nl ? "(past niet) " : "(does not fit) " : "",
		say_event(v, root).at);
	put_whom(v, out, root->subject);
	buf_add_char(out, '\n');
	put_lines(out, &lines);
}
