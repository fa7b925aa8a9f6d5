/*
 * Which event, card, line and text of the rules stand behind a task: read off
 * the recorded decision and the archive of the rules that made it, never off
 * the rules of today. Runs in a checker: the rules of then are loaded again.
 */
#include "ask/sentence.h"
#include "ask/who.h"
#include "sim/archived.h"

#define CHAIN_MOST 32

struct whying {
	struct view *v;
	struct archived *rules;
	struct view *then; /* the last one made by view_then() */
};

/* What stands behind a decision: an effect of it and where it was decided. */
struct maker {
	const struct event_row *row;
	struct text card, step;
	int64_t subject;
	int line;
};

struct one_event {
	struct arena *a;
	const struct event_row *row;
};

static bool take_row(void *ctx, const struct event_row *row)
{
	struct one_event *one = ctx;

	one->row = arena_copy(one->a, row, sizeof(*row));
	return false;
}

static const struct event_row *event_at(struct view *v, int64_t number)
{
	struct event_filter f = {
		.from_number = number, .to_number = number, .limit = 1};
	struct one_event one = {v->a, NULL};
	fl_status s;

	if (number <= 0)
		return NULL;
	s = reader_events(v->ask->reader, v->a, &f, take_row, &one, &v->err);
	view_note(v, s);
	return one.row;
}

/* The state as it stands, in the words of the rules that were live when the row
 * was decided; those of today when the archive does not load. */
static struct view *view_then(struct whying *w, const struct event_row *row)
{
	struct ask *then;
	struct ruleset *rs;
	struct fl_error err;

	if (row->ruleset == w->v->ask->ruleset_number)
		return w->v;
	if (w->then != NULL && w->then->ask->ruleset_number == row->ruleset)
		return w->then;
	rs = archived_rules(w->rules, row->ruleset, &err);
	then = arena_copy(w->v->a, w->v->ask, sizeof(*then));
	if (rs == NULL || then == NULL)
		return w->v;
	then->ruleset = rs;
	then->ruleset_number = row->ruleset;
	w->then = view_new(then);
	return w->then != NULL ? w->then : w->v;
}

/* ---- the line of the rules ---- */

/* Text of line `line`, its blanks trimmed. */
static struct text line_text(
	struct view *v, const struct source_file *f, int line)
{
	const char *at = f->bytes, *end = f->bytes + f->n, *stop;

	for (int i = 1; i < line && at < end; i++) {
		const char *next = memchr(at, '\n', (size_t)(end - at));

		at = next != NULL ? next + 1 : end;
	}
	stop = memchr(at, '\n', (size_t)(end - at));
	stop = stop != NULL ? stop : end;
	while (at < stop && (*at == ' ' || *at == '\t'))
		at++;
	while (stop > at && (stop[-1] == ' ' || stop[-1] == '\r'))
		stop--;
	return (struct text){arena_text(v->a, at, (size_t)(stop - at)),
		(uint32_t)(stop - at)};
}

/* First line with `word "name"`, 0 none. */
static int line_of_call(struct view *v, const struct source_file *f,
	const char *word, struct text name)
{
	const char *call = arena_printf(v->a, "%s\"%s\"", word, name.at);
	const char *at = f->bytes, *end = f->bytes + f->n, *found;
	int line = 1;

	if (call == NULL ||
		(found = memmem(at, f->n, call, strlen(call))) == NULL)
		return 0;
	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL &&
		at < found) {
		line++;
		at++;
	}
	return line;
}

/* The file that held the card then: where it stands now, else the one of its
 * pack that names it. */
static const struct source_file *file_of(
	struct view *v, const struct source_set *set, struct text card)
{
	const struct card *now = rulebook_card(v->book, card);
	const char *slash = memchr(card.at, '/', card.bytes);
	struct text id =
		slash != NULL
			? (struct text){slash + 1,
				  (uint32_t)(card.at + card.bytes - slash - 1)}
			: card;
	char folder[200];

	for (uint32_t i = 0;
		now != NULL && now->file != NULL && i < set->n_files; i++)
		if (strcmp(set->files[i].name, now->file) == 0 &&
			line_of_call(v, &set->files[i], " ", id) > 0)
			return &set->files[i];
	snprintf(folder, sizeof(folder), "packs/%.*s/",
		slash != NULL ? (int)(slash - card.at) : 0, card.at);
	for (int own = 0; own < 2; own++)
		for (uint32_t i = 0; i < set->n_files; i++)
			if (strncmp(set->files[i].name, own ? "rules/" : folder,
				    own ? 6 : strlen(folder)) == 0 &&
				line_of_call(v, &set->files[i], " ", id) > 0)
				return &set->files[i];
	return NULL;
}

static void put_source(struct view *v, struct value *map, struct text archive,
	struct text card, struct text step, int line)
{
	struct source_set set;
	const struct source_file *f;

	if (source_set_read(v->a, archive.at, archive.bytes, &set, NULL) !=
			FL_OK ||
		(f = file_of(v, &set, card)) == NULL)
		return;
	if (line == 0 && step.bytes > 0)
		line = line_of_call(v, f, "step ", step);
	put_text(v, map, "file", text_of(arena_strdup(v->a, f->name)));
	if (line == 0)
		return;
	value_put(v->a, map, "line", value_int(line));
	put_text(v, map, "text", line_text(v, f, line));
}

/* ---- when it began ---- */

struct beginning {
	struct view *v;
	const struct maker *of;
	const struct event_row *row;
};

static bool take_beginning(void *ctx, const struct event_row *row)
{
	struct beginning *b = ctx;
	struct decision d = view_decision(b->v, row);

	for (uint32_t i = 0; i < d.n_cards; i++)
		for (uint32_t k = 0; k < d.cards[i].n_effects &&
			text_equal(d.cards[i].card, b->of->card); k++)
			if (d.cards[i].effects[k].kind == EFFECT_ENTER &&
				d.cards[i].effects[k].subject ==
					b->of->subject) {
				b->row = arena_copy(b->v->a, row,
					sizeof(*row));
				return false;
			}
	return true;
}

/* The event that put the subject into the card, when that was before. */
static void put_began(
	struct whying *w, struct value *map, const struct maker *m)
{
	struct view *v = w->v;
	struct event_filter f = {.home = m->row->home,
		.to_number = m->row->number, .newest_first = true};
	struct beginning b = {.v = v, .of = m};

	view_note(v, reader_events(v->ask->reader, v->a, &f, take_beginning,
			     &b, &v->err));
	if (b.row != NULL && b.row->number != m->row->number)
		value_put(v->a, map, "began",
			say_line(view_then(w, b.row), b.row));
}

static struct text title_of(struct view *v, struct text card)
{
	const struct card *c = rulebook_card(v->book, card);

	return c != NULL ? wording_text(&c->title, v->book) : TEXT("");
}

static struct value because_value(struct whying *w, const struct maker *m)
{
	struct view *v = w->v;
	const struct event_row *row = m->row;
	struct text card = m->card, step = m->step, none = TEXT("");
	struct ruleset_row rules;
	struct value map = value_map(), data = value_map();
	fl_status s;

	put_id(v, &map, "event", TEXT("event"), row->number);
	put_text(v, &map, "card", card);
	put_text(v, &map, "card_title", title_of(view_then(w, row), card));
	put_text(v, &map, "step", step);
	put_text(v, &map, "step_text", words_step(v, step));
	/* a task of plain Lua has no step: the event it reacts to tells more */
	if (step.bytes > 5 && memcmp(step.at, "line:", 5) == 0) {
		put_text(v, &map, "when", row->type);
		put_text(v, &map, "when_text",
			sentence_make(view_then(w, row), row->type, &data));
	}
	put_began(w, &map, m);
	value_put(v->a, &map, "ruleset", value_int(row->ruleset));
	memset(&rules, 0, sizeof(rules));
	s = reader_ruleset(v->ask->reader, v->a, row->ruleset, &rules, &v->err);
	if (s != FL_OK) {
		view_note(v, s);
		return map;
	}
	put_time(v, &map, "live_since", rules.activated_at_ms, true);
	put_source(v, &map, rules.archive, card,
		text_is(card, "engine") ? none : step, m->line);
	return map;
}

/* ---- the chain ---- */

static void put_chain(
	struct whying *w, struct value *out, const struct event_row *row)
{
	struct view *v = w->v;
	const struct event_row *rows[CHAIN_MOST];
	struct value list = value_list();
	uint32_t n = 0;

	while (row != NULL && n < CHAIN_MOST) {
		rows[n++] = row;
		row = row->cause != 0 ? event_at(v, row->cause) : NULL;
	}
	while (n-- > 0) {
		struct value line = say_line(view_then(w, rows[n]), rows[n]);

		put_text(v, &line, "id", rows[n]->id);
		value_append(v->a, &list, line);
	}
	value_put(v->a, out, "chain", list);
}

/* The decision that made a task: in the event its id was made from. */
static const struct effect *maker_of(
	const struct decision *d, int64_t task, struct text *card)
{
	for (uint32_t i = 0; i < d->n_cards; i++)
		for (uint32_t k = 0; k < d->cards[i].n_effects; k++) {
			const struct effect *e = &d->cards[i].effects[k];

			if (e->kind != EFFECT_TASK ||
				value_get_int(&e->args, "id", 0) != task)
				continue;
			*card = d->cards[i].card;
			return e;
		}
	return NULL;
}

static void why_task(
	struct whying *w, const struct task *t, struct value *out)
{
	struct view *v = w->v;
	const struct event_row *row = event_at(v, t->id >> RECORD_ORDINAL_BITS);
	struct maker m = {row, t->card, t->step, t->subject, 0};
	const struct effect *e;
	struct decision d;

	*out = value_map();
	value_put(v->a, out, "task", task_value(v, t));
	if (row == NULL)
		return;
	d = view_decision(v, row);
	e = maker_of(&d, t->id, &m.card);
	m.line = e != NULL ? e->line : 0;
	value_put(v->a, out, "because", because_value(w, &m));
	put_chain(w, out, row);
}

static struct value decided_value(
	struct whying *w, const struct event_row *row)
{
	struct view *v = w->v;
	struct decision d = view_decision(v, row);
	struct value list = value_list();

	for (uint32_t i = 0; i < d.n_cards; i++) {
		struct value one = value_map(), did = value_list();

		put_text(v, &one, "card", d.cards[i].card);
		put_text(v, &one, "fate",
			text_of(card_fate_name(d.cards[i].fate)));
		put_text(v, &one, "reason", text_of(d.cards[i].reason));
		for (uint32_t k = 0; k < d.cards[i].n_effects; k++) {
			const struct effect *e = &d.cards[i].effects[k];
			struct value effect = value_map();

			put_text(v, &effect, "effect",
				text_of(effect_name(e->kind)));
			put_text(v, &effect, "text", say_effect(view_then(w, row), e));
			put_text(v, &effect, "step", e->step);
			if (e->line > 0)
				value_put(v->a, &effect, "line",
					value_int(e->line));
			value_append(v->a, &did, effect);
		}
		value_put(v->a, &one, "did", did);
		value_append(v->a, &list, one);
	}
	return list;
}

static void why_event(
	struct whying *w, const struct event_row *row, struct value *out)
{
	struct view *v = w->v;
	struct decision d = view_decision(v, row);
	const struct effect *e =
		d.n_cards > 0 && d.cards[0].n_effects > 0
			? &d.cards[0].effects[0]
			: NULL;
	struct maker m = {.row = row};

	*out = value_map();
	if (e != NULL) {
		m.card = d.cards[0].card;
		m.step = e->step;
		m.line = e->line;
		m.subject = e->subject;
		value_put(v->a, out, "because", because_value(w, &m));
	}
	put_chain(w, out, row);
	value_put(v->a, out, "decided", decided_value(w, row));
}

static void why(struct whying *w, const struct value *args, struct value *out,
	struct problems *p)
{
	struct view *v = w->v;
	const struct event_row *row;
	const struct task *t;
	struct text typed, kind;
	int64_t id;

	args_known(args, "task", p);
	typed = args_text(v->a, args, "task", true, p);
	if (p->errors > 0)
		return;
	id = id_read(typed, &kind);
	if (!text_is(kind, "event")) {
		if ((t = view_task(v, typed, p)) != NULL)
			why_task(w, t, out);
		return;
	}
	if ((row = event_at(v, id)) != NULL)
		why_event(w, row, out);
	else
		problem_add(
			p, "FL504", NULL, 0, v->nl
				? "er is geen gebeurtenis %s"
				: "there is no event %s", typed.at);
}

fl_status ask_why(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p)
{
	struct whying w = {.v = view_new(ask)};
	fl_status s, read;

	*out = value_null();
	if (w.v == NULL || archived_new(ask->reader, &w.rules) != FL_OK)
		return FL_NOMEM;
	p->dutch = w.v->nl;
	why(&w, args, out, p);
	s = problems_status(p);
	read = view_done(w.v, p);
	/* names of the rules of then die with them */
	*out = s == FL_OK && read == FL_OK ? value_clone(ask->a, out)
					   : value_null();
	archived_free(w.rules);
	return read != FL_OK ? read : s;
}
