/*
 * undo: what the cards of a bad ruleset have put on people's lists is taken off
 * again (cards that are live just as they were then keep theirs); what was
 * answered or sent meanwhile cannot be, and is listed. release: messages
 * that wait after an outage may go.
 */
#include "ask/asking.h"

#define AT_ONCE 200   /* tasks withdrawn in one event */
#define LISTED 500    /* named in the answer */
#define ROWS 1000u    /* of the journal read at a time */

/* ---- which events ran under a ruleset ---- */

struct probe {
	int64_t ruleset;
};

static bool take_ruleset(void *ctx, const struct event_row *row)
{
	((struct probe *)ctx)->ruleset = row->ruleset;
	return false;
}

/* The first event that ran under this ruleset or a later one; one past the
 * last event when there is none. Rulesets only grow along the journal. */
static int64_t first_event(struct view *v, int64_t ruleset, int64_t last)
{
	int64_t low = 1, high = last + 1;

	while (low < high) {
		int64_t mid = low + (high - low) / 2;
		struct event_filter f = {.from_number = mid,
			.to_number = mid,
			.limit = 1};
		struct probe p = {0};
		fl_status s = reader_events(v->ask->reader, v->a, &f,
			take_ruleset, &p, &v->err);

		view_note(v, s);
		if (s != FL_OK)
			return last + 1;
		if (p.ruleset < ruleset)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* ---- which cards were other ones then ---- */

struct version {
	struct source_set files;
	struct ruleset *rules; /* own */
};

static bool read_version(struct view *v, int64_t number, struct version *out)
{
	struct ruleset_row row;
	struct problems ignored;
	fl_status s = reader_ruleset(v->ask->reader, v->a, number, &row,
		&v->err);

	problems_init(&ignored, v->a);
	if (s == FL_OK)
		s = source_set_read(v->a, row.archive.at, row.archive.bytes,
			&out->files, &v->err);
	return s == FL_OK && ruleset_load(&out->files, NULL, false, &ignored,
				     &out->rules) == FL_OK;
}

static struct text file_text(const struct source_set *set, const char *name)
{
	const struct source_file *f = source_set_find(set, name);

	return f != NULL ? (struct text){f->bytes, (uint32_t)f->n} : TEXT("");
}

/* The lines of a card. */
static struct text card_text(const struct version *ver, struct text name)
{
	const struct card *c = rulebook_card(ruleset_book(ver->rules), name);
	struct text file, out = {"", 0};
	int line = 1;

	if (c == NULL)
		return out;
	file = file_text(&ver->files, c->file);
	for (uint32_t i = 0; i < file.bytes && line <= c->last_line; i++) {
		if (line == c->line && out.bytes == 0)
			out.at = file.at + i;
		out.bytes += line >= c->line;
		line += file.at[i] == '\n';
	}
	return out;
}

/* Settings, people, hours or `change` may make any card another one. */
static bool all_differ(const struct version *then, const struct version *now)
{
	static const char *const files[] = {"dealership.lua", "settings.lua"};

	for (size_t i = 0; i < 2; i++)
		if (!text_equal(file_text(&then->files, files[i]),
			    file_text(&now->files, files[i])))
			return true;
	for (uint32_t i = 0; i < then->files.n_files; i++) {
		struct text is = {then->files.files[i].bytes,
			(uint32_t)then->files.files[i].n};

		if (memmem(is.at, is.bytes, "change ", 7) != NULL &&
			!text_equal(is, file_text(&now->files,
						then->files.files[i].name)))
			return true;
	}
	return false;
}

/* ---- its tasks ---- */

struct undoing {
	struct view *v;
	int64_t ruleset;
	int64_t end;		/* first record or task id of a later one */
	struct version then, now;
	bool all;		/* every card may be another one now */
	struct value messages;	/* list: not yet sent */
	struct value sent;	/* list: went out */
	int64_t next;		/* event to read on from */
	uint32_t rows;
	int64_t first;		/* event numbers: from .. end */
	const struct task **open, **done;
	uint32_t n_open, cap_open, n_done, cap_done;
};

/* What a handoff or escalation cannot go on without, and what the engine
 * itself has asked. */
static bool stays(const struct task *t)
{
	return text_is(t->card, "engine") ||
	       strncmp(t->step.at, "handoff.", 8) == 0 ||
	       strncmp(t->step.at, "escalation.", 11) == 0;
}

/* A card that is live as it was: what it has shown it would show again. */
static bool same_card(const struct undoing *u, struct text card)
{
	return !u->all && text_equal(card_text(&u->then, card),
				  card_text(&u->now, card));
}

static bool keep(struct view *v, const struct task ***list, uint32_t *n,
	uint32_t *cap, const struct task *t)
{
	const struct task **grown =
		arena_grow(v->a, *list, *n, cap, *n + 1, sizeof(*grown));

	if (grown == NULL)
		return false;
	*list = grown;
	grown[(*n)++] = t;
	return true;
}

static bool take_task(void *ctx, const struct task *t)
{
	struct undoing *u = ctx;

	if (t->id >= u->end)
		return false;
	if (stays(t) || same_card(u, t->card))
		return true;
	if (t->state == TASK_OPEN)
		return keep(u->v, &u->open, &u->n_open, &u->cap_open, t);
	if (t->state == TASK_DONE)
		return keep(u->v, &u->done, &u->n_done, &u->cap_done, t);
	return true;
}

/* Its key begins with the number of the event that wanted it. */
static bool take_message(void *ctx, const struct outbox_row *row)
{
	struct undoing *u = ctx;
	int64_t number = strtoll(row->key.at, NULL, 10);
	struct value one = value_map();

	if (number < u->first || RECORD_ID(number, 0) >= u->end)
		return true;
	put_text(u->v, &one, "key", row->key);
	put_text(u->v, &one, "channel", row->channel);
	value_put(u->v->a, &one, "home", value_int(row->home));
	return value_append(u->v->a, &u->messages, one);
}

static struct value sent_value(
	struct view *v, const struct event_row *row, const struct value *data)
{
	const struct record *r = view_record(v, row->home);
	const struct record *customer = r != NULL ? view_customer(v, r) : NULL;
	struct value one = value_map();

	put_text(v, &one, "message", value_as_text(value_get(data, "message")));
	put_text(v, &one, "channel", value_as_text(value_get(data, "channel")));
	if (customer != NULL) {
		put_id(v, &one, "customer", customer->kind, customer->id);
		put_text(v, &one, "customer_name", words_customer(v, customer));
	}
	put_time(v, &one, "at", row->occurred_at_ms, true);
	return value_clone(v->a, &one);
}

static bool take_sent(void *ctx, const struct event_row *row)
{
	struct undoing *u = ctx;
	struct value data;
	int64_t number;

	u->next = row->number + 1;
	u->rows++;
	if (!text_is(row->type, "message.sent"))
		return true;
	data = view_data(u->v, row);
	if (value_get_str(&data, "message") == NULL)
		return true;
	number = strtoll(value_get_str(&data, "message"), NULL, 10);
	if (number < u->first || RECORD_ID(number, 0) >= u->end)
		return true;
	return value_append(u->v->a, &u->sent, sent_value(u->v, row, &data));
}

/* What went out cannot be taken back; it went at any time since. */
static void read_sent(struct undoing *u)
{
	struct view *v = u->v;
	struct arena a;

	arena_init(&a, 0);
	u->next = u->first;
	u->rows = ROWS;
	while (u->rows == ROWS && v->status == FL_OK) {
		struct event_filter f = {.from_number = u->next, .limit = ROWS};

		u->rows = 0;
		view_note(v, reader_events(v->ask->reader, &a, &f, take_sent, u,
				     &v->err));
		arena_reset(&a);
	}
	arena_deinit(&a);
}

static struct value tasks_value(
	struct view *v, const struct task **tasks, uint32_t n)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < n && i < LISTED; i++)
		value_append(v->a, &list, task_value(v, tasks[i]));
	return list;
}

/* One event for each AT_ONCE tasks; one also when there are none. */
static struct value undo_wires(
	struct view *v, const struct undoing *u, const struct value *args)
{
	struct value wires = value_list(), done = value_list();

	for (uint32_t i = 0; i < u->n_done && i < LISTED; i++)
		value_append(v->a, &done, value_of_text(id_show(v->a,
			TEXT("task"), u->done[i]->id)));
	for (uint32_t i = 0; i < u->sent.count && i < LISTED; i++)
		value_append(v->a, &done,
			*value_get(&u->sent.as.items[i], "message"));
	for (uint32_t i = 0; i == 0 || i < u->n_open; i += AT_ONCE) {
		struct value data = value_map(), list = value_list();

		for (uint32_t k = i; k < u->n_open && k < i + AT_ONCE; k++) {
			struct value one = value_map();

			value_put(v->a, &one, "task",
				value_int(u->open[k]->id));
			value_put(v->a, &one, "subject",
				value_int(u->open[k]->subject));
			value_append(v->a, &list, one);
		}
		value_put(v->a, &data, "ruleset", value_int(u->ruleset));
		value_put(v->a, &data, "withdrawn", list);
		if (i == 0 && u->messages.count > 0)
			value_put(v->a, &data, "messages", u->messages);
		if (i == 0 && done.count > 0)
			value_put(v->a, &data, "sent", done);
		value_append(v->a, &wires,
			wire_new(v, "rules.undone", i == 0 ? args : NULL,
				data));
	}
	return wires;
}

static bool undo_number(struct view *v, const struct value *args,
	int64_t *number, struct problems *p)
{
	*number = args_ruleset(v, args, true, p);
	if (p->errors > 0)
		return false;
	if (*number == v->ask->ruleset_number) {
		problem_add(p, "FL503", NULL, 0,
			v->nl ? "regels nummer %lld gelden nu"
			      : "ruleset %lld is live",
			(long long)*number)
			->remedy = v->nl ? "ga eerst terug: fairlead rollback"
					 : "go back first: fairlead rollback";
		return false;
	}
	return true;
}

static void undo(struct view *v, const struct value *args, struct value *out,
	struct problems *p)
{
	struct undoing u = {.v = v, .messages = value_list(),
		.sent = value_list()};
	struct store_state state;

	args_known(args, "ruleset id at source", p);
	if (!undo_number(v, args, &u.ruleset, p))
		return;
	view_note(v, reader_state(v->ask->reader, &state, &v->err));
	u.first = first_event(v, u.ruleset, state.last_number);
	u.end = RECORD_ID(first_event(v, u.ruleset + 1, state.last_number), 0);
	u.all = !read_version(v, u.ruleset, &u.then) ||
		!read_version(v, v->ask->ruleset_number, &u.now) ||
		all_differ(&u.then, &u.now);
	view_note(v, reader_all_tasks(v->ask->reader, v->a,
			     RECORD_ID(u.first, 0), 0, take_task, &u, &v->err));
	view_note(v, reader_outbox(v->ask->reader, v->a, take_message, &u,
			     &v->err));
	read_sent(&u);
	ruleset_unref(u.then.rules);
	ruleset_unref(u.now.rules);
	*out = value_map();
	value_put(v->a, out, "wires", undo_wires(v, &u, args));
	value_put(v->a, out, "ruleset", value_int(u.ruleset));
	value_put(v->a, out, "withdrawn", value_int(u.n_open));
	value_put(v->a, out, "messages", value_int(u.messages.count));
	value_put(v->a, out, "answered", value_int(u.n_done));
	value_put(v->a, out, "tasks", tasks_value(v, u.done, u.n_done));
	value_put(v->a, out, "sent", u.sent);
}

fl_status ask_undo(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	return ask_run(ask, args, out, p, undo);
}

/* ---- release ---- */

static void release(struct view *v, const struct value *args,
	struct value *out, struct problems *p)
{
	const struct record *roof = view_rooftop(v);
	const struct value *held =
		roof != NULL ? value_get(&roof->fields, "messages_held") : NULL;
	struct store_counts counts = {0};
	struct value data = value_map();

	if (!args_known(args, "id at source", p))
		return;
	if (held == NULL || held->kind != VALUE_BOOL || !held->as.boolean) {
		problem_add(p, "FL509", NULL, 0, "%s",
			v->nl ? "er worden geen berichten tegengehouden"
			      : "no messages are held back");
		return;
	}
	view_note(v, reader_counts(v->ask->reader, &counts, &v->err));
	value_put(v->a, &data, "count", value_int(counts.outbox_waiting));
	put_text(v, &data, "by", v->ask->actor);
	*out = wire_new(v, "messages.released", args, data);
}

fl_status ask_release(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	return ask_run(ask, args, out, p, release);
}
