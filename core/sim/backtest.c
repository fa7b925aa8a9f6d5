/*
 * A rooftop's past told again to other rules: its facts are posted in order on
 * a clock of their own. Records that are made get other ids there; they are
 * known by the event that made them and their place in it.
 */
#include "base/clock.h"
#include "base/map.h"
#include "sim/sim.h"

#define PAGE_ROWS 500
#define ORDINALS ((1ll << RECORD_ORDINAL_BITS) - 1)

struct backtest {
	const struct backtest_options *opt;
	struct backtest_result *out;
	struct reader *past;
	struct reader *now;      /* of the sim */
	struct ruleset *rules;
	const struct schema *schema;
	struct sim *sim;
	struct map *to, *from;   /* event number: past -> sim, and back */
	struct arena page, one;  /* a page of rows; one fact */
	int64_t began_us, last;
	uint32_t rows;
	bool stop;
	bool cut; /* it took too long in the midst of the facts */
	fl_status status;
	struct fl_error *err;
};

static int64_t number_in(const struct map *m, int64_t number)
{
	return (int64_t)(intptr_t)map_get_int(m, number);
}

static bool pair(struct backtest *b, int64_t past, int64_t sim)
{
	return map_put_int(b->to, past, (void *)(intptr_t)sim) &&
		map_put_int(b->from, sim, (void *)(intptr_t)past);
}

/* ---- the same event, there and here ---- */

struct looked_for {
	int64_t number;   /* looked for; 0: the nth of the type */
	struct text type;
	int64_t root;
	uint32_t nth, seen;
	int64_t found;
};

static bool keep_row(void *ctx, const struct event_row *row)
{
	struct looked_for *u = ctx;

	u->type = row->type;
	u->root = row->root != 0 ? row->root : row->number;
	return false;
}

static bool count_nth(void *ctx, const struct event_row *row)
{
	struct looked_for *u = ctx;

	if (!text_equal(row->type, u->type))
		return true;
	if (u->number != 0 && row->number >= u->number)
		return false;
	if (u->number == 0 && u->seen == u->nth) {
		u->found = row->number;
		return false;
	}
	u->seen++;
	return true;
}

/* What an event caused is the same when it is the nth of its type that the
 * same fact led to. 0: there is none. */
static int64_t counterpart(struct backtest *b, int64_t number,
			   struct reader *here, struct reader *there,
			   const struct map *known)
{
	struct event_filter f = { .from_number = number,
		.to_number = number, .limit = 1 };
	struct looked_for u = { .number = number };
	int64_t found = number_in(known, number), root;

	if (found != 0)
		return found;
	b->status = reader_events(here, &b->one, &f, keep_row, &u, b->err);
	root = number_in(known, u.root);
	if (b->status != FL_OK || root == 0 || u.root == number)
		return 0;
	f = (struct event_filter){ .root = u.root };
	b->status = reader_events(here, &b->one, &f, count_nth, &u, b->err);
	u = (struct looked_for){ .type = u.type, .nth = u.seen };
	f = (struct event_filter){ .root = root };
	if (b->status == FL_OK)
		b->status = reader_events(there, &b->one, &f, count_nth, &u,
			b->err);
	return u.found;
}

static int64_t record_there(struct backtest *b, int64_t id)
{
	int64_t number = counterpart(b, id >> RECORD_ORDINAL_BITS, b->past,
		b->now, b->to);

	return number == 0 ? 0 : RECORD_ID(number, id & ORDINALS);
}

static int64_t record_here(struct backtest *b, int64_t id)
{
	int64_t number = counterpart(b, id >> RECORD_ORDINAL_BITS, b->now,
		b->past, b->from);

	return number == 0 ? 0 : RECORD_ID(number, id & ORDINALS);
}

/* ---- what a fact is about ---- */

static const struct record *record_of(struct backtest *b, struct reader *r,
				      int64_t id)
{
	struct record *found = NULL;
	fl_status s;

	if (id == 0 || b->status != FL_OK)
		return NULL;
	s = reader_record(r, &b->one, id, &found, b->err);
	if (s != FL_OK && s != FL_NOT_FOUND)
		b->status = s;
	return s == FL_OK ? found : NULL;
}

/* A record as it is called there: its id, else what outsiders call it. Null:
 * the fact itself makes it. False: there is no such record. */
static bool translate(struct backtest *b, int64_t id, int64_t number,
		      struct value *out)
{
	const struct record *was;
	bool own = id >> RECORD_ORDINAL_BITS == number;
	int64_t there = own ? 0 : record_there(b, id);

	*out = value_null();
	if (record_of(b, b->now, there) != NULL) {
		*out = value_int(there);
		return true;
	}
	was = record_of(b, b->past, id);
	if (was != NULL && was->ref.bytes > 0) {
		*out = value_of_text(was->ref);
		return true;
	}
	return own;
}

static bool about_record(const struct event_def *def, const struct member *m)
{
	const struct field_def *f = event_field(def, m->key);

	return m->value.kind == VALUE_INT &&
		(text_is(m->key, "deal") || text_is(m->key, "customer") ||
			(f != NULL && f->type == FIELD_REF));
}

/* The answered task's own kind there: open, of the same card, step, record. */
static int64_t task_there(struct backtest *b, int64_t id)
{
	struct task *was = NULL;
	struct home *h = NULL;
	struct value subject;
	fl_status s = reader_task(b->past, &b->one, id, &was, b->err);

	if (s != FL_OK || !translate(b, was->subject, 0, &subject) ||
		subject.kind != VALUE_INT)
		return 0;
	if (reader_home(b->now, &b->one, subject.as.integer, &h, b->err) !=
		FL_OK)
		return 0;
	for (uint32_t i = 0; i < h->n_tasks; i++)
		if (h->tasks[i]->subject == subject.as.integer &&
			text_equal(h->tasks[i]->card, was->card) &&
			text_equal(h->tasks[i]->step, was->step))
			return h->tasks[i]->id;
	return 0;
}

/* False: it is about something that is not there. */
static bool data_there(struct backtest *b, const struct event_row *row,
		       const struct event_def *def, struct value *data)
{
	struct value was = value_null(), v;

	*data = value_map();
	if (row->data.bytes > 0 &&
		value_read(&b->one, row->data.at, row->data.bytes, NULL, &was,
			b->err) != FL_OK) {
		b->status = FL_STORAGE;
		return false;
	}
	for (uint32_t i = 0; was.kind == VALUE_MAP && i < was.count; i++) {
		const struct member *m = &was.as.members[i];

		v = m->value;
		/* what was found then is looked for again */
		if ((text_is(m->key, "known") || text_is(m->key, "into")) &&
			event_field(def, m->key) == NULL)
			continue;
		if (text_is(def->name, "task.done") &&
			text_is(m->key, "task")) {
			v = value_int(task_there(b, value_get_int(&was, "task",
				0)));
			if (v.as.integer == 0)
				return false;
		} else if (about_record(def, m) &&
			!translate(b, m->value.as.integer, row->number, &v)) {
			return false;
		}
		if (v.kind != VALUE_NULL)
			value_set(&b->one, data, m->key, v);
	}
	return true;
}

static bool subject_there(struct backtest *b, const struct event_row *row,
			  const struct event_def *def, struct value *out)
{
	const struct record *was;

	*out = value_null();
	if (row->subject == 0 || text_is(def->name, "task.done"))
		return true;
	was = record_of(b, b->past, row->subject);
	if (was != NULL && text_is(was->kind, "person")) {
		*out = value_of_text(was->ref);
		return true;
	}
	if (was == NULL || text_is(was->kind, "rooftop"))
		return true;
	return translate(b, row->subject, row->number, out);
}

/* ---- telling it ---- */

/* Of people and from outside; all else follows from them. */
static bool is_fact(const struct event_row *row, const struct event_def *def)
{
	if (row->cause != 0 || text_is(row->source, "engine") ||
		text_is(row->source, "rooftop"))
		return false;
	/* about what the rooftop of then did, not about a customer */
	if (text_is(row->type, "event.retried") ||
		text_is(row->type, "message.resent") ||
		text_is(row->type, "messages.released"))
		return false;
	return def == NULL || !def->engine_made ||
		text_is(def->name, "task.done");
}

/* Said by a person of the rooftop, not reported by another system. */
static bool is_command(const struct event_row *row)
{
	return text_is(row->source, "console") ||
		text_is(row->source, "library") || text_is(row->source, "sim");
}

static void post(struct backtest *b, const struct event_row *row,
		 struct value data, struct value subject)
{
	struct value wire = value_map();
	bool command = is_command(row);
	int64_t number = 0;
	fl_status s;

	value_put(&b->one, &wire, "type", value_of_text(row->type));
	value_put(&b->one, &wire, "at", value_int(row->occurred_at_ms));
	value_put(&b->one, &wire, "data", data);
	if (subject.kind != VALUE_NULL)
		value_put(&b->one, &wire, "subject", subject);
	if (row->role.bytes > 0)
		value_put(&b->one, &wire, "role", value_of_text(row->role));
	if (!command) {
		value_put(&b->one, &wire, "source",
			value_of_text(row->source));
		if (row->id.bytes > 0)
			value_put(&b->one, &wire, "id",
				value_of_text(row->id));
	}
	s = sim_post(b->sim, &wire, row->actor, command, &number, NULL);
	if (s == FL_NOMEM || s == FL_FATAL || b->one.failed) {
		b->status = status_fail(b->err, FL_NOMEM, "backtest");
	} else if (s != FL_OK || number == 0) {
		b->out->refused++;
	} else {
		b->out->told++;
		if (!pair(b, row->number, number))
			b->status = status_fail(b->err, FL_NOMEM, "backtest");
	}
}

static fl_status begin(struct backtest *b, int64_t at_ms)
{
	fl_status s = sim_new(b->rules, at_ms, &b->sim, b->err);

	if (s == FL_OK)
		s = reader_of_store(sim_store(b->sim), &b->now, b->err);
	b->out->first_ms = b->out->reached_ms = at_ms;
	return s;
}

/* The clock first, so that what is due on the way has come. */
static void tell(struct backtest *b, const struct event_row *row,
		 const struct event_def *def)
{
	struct value data, subject;

	arena_reset(&b->one);
	if (row->recorded_at_ms > sim_now_ms(b->sim))
		b->status = sim_run_to(b->sim, row->recorded_at_ms, b->err);
	if (b->status != FL_OK)
		return;
	b->out->reached_ms = sim_now_ms(b->sim);
	if (def != NULL && data_there(b, row, def, &data) &&
		subject_there(b, row, def, &subject) && b->status == FL_OK)
		post(b, row, data, subject);
	else
		b->out->unknown++;
}

static bool is_too_late(const struct backtest *b)
{
	return b->opt->budget_us > 0 &&
		clock_mono_us() - b->began_us > b->opt->budget_us;
}

static bool on_row(void *ctx, const struct event_row *row)
{
	struct backtest *b = ctx;
	const struct event_def *def = schema_event(b->schema, row->type);

	b->rows++;
	b->last = row->number;
	b->cut = is_too_late(b);
	if (row->recorded_at_ms > b->opt->until_ms || b->cut) {
		b->stop = true;
		return false;
	}
	if (b->sim == NULL)
		b->status = begin(b, row->recorded_at_ms);
	if (b->status == FL_OK && is_fact(row, def))
		tell(b, row, def);
	return b->status == FL_OK;
}

static fl_status tell_all(struct backtest *b)
{
	struct event_filter f = { .limit = PAGE_ROWS };
	fl_status s;

	do {
		arena_reset(&b->page);
		b->rows = 0;
		f.from_number = b->last + 1;
		s = reader_events(b->past, &b->page, &f, on_row, b, b->err);
		if (s == FL_OK)
			s = b->status;
	} while (s == FL_OK && !b->stop && b->rows == PAGE_ROWS);
	return s;
}

/* Behind the last fact, to the moment that was asked for. Of the moment at
 * which the facts were cut not all is told, so it does not count. */
static fl_status run_out(struct backtest *b)
{
	fl_status s = FL_OK;

	b->out->reached_ms = sim_now_ms(b->sim) - 1;
	if (b->cut)
		return FL_OK;
	while (s == FL_OK && sim_now_ms(b->sim) < b->opt->until_ms) {
		int64_t to = sim_next_due(b->sim);

		if (is_too_late(b))
			break;
		if (to <= sim_now_ms(b->sim))
			to = sim_now_ms(b->sim) + 3600000;
		s = sim_run_to(b->sim, to < b->opt->until_ms
				? to : b->opt->until_ms, b->err);
	}
	b->out->reached_ms = sim_now_ms(b->sim);
	return s;
}

/* ---- what came of it ---- */

struct handing {
	struct backtest *b;
	bool candidate;
};

static bool is_resident(const struct record *r)
{
	return r != NULL && (text_is(r->kind, "rooftop") ||
		text_is(r->kind, "person"));
}

static bool on_task(void *ctx, const struct task *t)
{
	struct handing *h = ctx;
	struct backtest *b = h->b;
	struct task as = *t;

	b->rows++;
	b->last = t->id;
	if (t->shown_at_ms > b->out->reached_ms)
		return true;
	arena_reset(&b->one);
	if (is_resident(record_of(b, h->candidate ? b->now : b->past,
			t->home)))
		as.home = BACKTEST_RESIDENT;
	else if (h->candidate)
		as.home = record_here(b, t->home);
	b->opt->on_task(b->opt->ctx, &as, h->candidate);
	return b->status == FL_OK;
}

static fl_status hand_out(struct backtest *b, struct reader *r, bool candidate)
{
	struct handing h = { b, candidate };
	fl_status s;

	b->last = -1;
	do {
		arena_reset(&b->page);
		b->rows = 0;
		s = reader_all_tasks(r, &b->page, b->last + 1, PAGE_ROWS,
			on_task, &h, b->err);
		if (s == FL_OK)
			s = b->status;
	} while (s == FL_OK && b->rows == PAGE_ROWS);
	return s;
}

fl_status sim_backtest(struct reader *r, struct ruleset *rs,
		       const struct backtest_options *opt,
		       struct backtest_result *out, struct fl_error *err)
{
	struct backtest b = { .opt = opt, .out = out, .past = r, .rules = rs,
		.schema = ruleset_book(rs)->schema, .to = map_new(),
		.from = map_new(), .began_us = clock_mono_us(), .err = err };
	fl_status s = FL_NOMEM;

	memset(out, 0, sizeof(*out));
	arena_init(&b.page, 256u << 20);
	arena_init(&b.one, 64u << 20);
	if (b.to != NULL && b.from != NULL)
		s = tell_all(&b);
	else
		status_fail(err, s, "backtest");
	if (s == FL_OK && b.sim != NULL)
		s = run_out(&b);
	if (s == FL_OK && b.sim != NULL)
		s = hand_out(&b, r, false);
	if (s == FL_OK && b.sim != NULL)
		s = hand_out(&b, b.now, true);
	reader_free(b.now);
	sim_free(b.sim);
	map_free(b.to);
	map_free(b.from);
	arena_deinit(&b.page);
	arena_deinit(&b.one);
	return s;
}
