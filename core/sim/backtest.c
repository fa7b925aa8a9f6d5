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

/* One fact with all it caused, there and here. */
struct happened {
	int64_t past;  /* number of the fact; 0: it was not told */
	const struct event_def **was; /* types of its unit, as far as read */
	uint32_t n_was, cap_was;
	int64_t first; /* its number here */
	const struct event_def **is;
	uint32_t n_is;
};

struct backtest {
	const struct backtest_options *opt;
	struct backtest_result *out;
	struct reader *past;
	struct reader *now;      /* of the sim */
	struct ruleset *rules;
	const struct schema *schema;
	struct sim *sim;
	struct map *to, *from;   /* event number: past -> sim, and back */
	struct map *residents;   /* ids of people and the rooftop, of whoever's
				  * tasks are handed out */
	struct arena page, one;  /* a page of rows; one fact */
	struct happened unit;        /* the last fact's; in `one` */
	int64_t began_us, last;
	uint32_t rows;
	bool stop;
	bool cut; /* it took too long in the midst of the facts */
	fl_status status;
	struct fl_error *err;
};

static fl_status no_memory(struct backtest *b)
{
	return b->status = status_fail(b->err, FL_NOMEM, "backtest");
}

/* ---- the same event, there and here ---- */

static int64_t number_in(const struct map *m, int64_t number)
{
	return (int64_t)(intptr_t)map_get_int(m, number);
}

static void pair(struct backtest *b, int64_t past, int64_t sim)
{
	if (!map_put_int(b->to, past, (void *)(intptr_t)sim) ||
		!map_put_int(b->from, sim, (void *)(intptr_t)past))
		no_memory(b);
}

/* What the fact being told came to here. */
static void on_told(void *ctx, const struct told *told)
{
	struct backtest *b = ctx;
	struct happened *u = &b->unit;

	if (u->past == 0)
		return; /* time goes by */
	u->first = told->events[0].number;
	u->is = arena_alloc(&b->one, told->n_events * sizeof(*u->is));
	for (u->n_is = 0; u->is != NULL && u->n_is < told->n_events; u->n_is++)
		u->is[u->n_is] = schema_event(b->schema,
			told->events[u->n_is].type);
}

static uint32_t count(const struct event_def *const *defs, uint32_t n,
		      const struct event_def *def)
{
	uint32_t times = 0;

	for (uint32_t i = 0; i < n; i++)
		times += defs[i] == def;
	return times;
}

/* What an event caused is the same when it is the nth of its type that the
 * same fact led to. Rows of a unit come one behind the other. */
static void pair_row(struct backtest *b, const struct event_row *row,
		     const struct event_def *def)
{
	struct happened *u = &b->unit;
	uint32_t nth = count(u->was, u->n_was, def), at = 0;
	const struct event_def **grown = arena_grow(&b->one, u->was, u->n_was,
		&u->cap_was, u->n_was + 1, sizeof(*grown));

	if (grown == NULL) {
		no_memory(b);
		return;
	}
	u->was = grown;
	u->was[u->n_was++] = def;
	while (at < u->n_is && (u->is[at] != def || nth-- > 0))
		at++;
	if (def != NULL && at < u->n_is)
		pair(b, row->number, u->first + at);
}

static int64_t record_in(const struct map *m, int64_t id)
{
	int64_t number = number_in(m, id >> RECORD_ORDINAL_BITS);

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

/* What the engine no longer has in memory is committed. */
static const struct record *record_now(struct backtest *b, int64_t id)
{
	const struct record *r = engine_record(sim_engine(b->sim), id);

	return r != NULL ? r : record_of(b, b->now, id);
}

static const struct task *task_now(struct backtest *b, int64_t id)
{
	const struct task *t = engine_task(sim_engine(b->sim), id, &b->one);
	struct task *read = NULL;

	if (t != NULL || reader_task(b->now, &b->one, id, &read, b->err) !=
			FL_OK)
		return t;
	return read;
}

/* A record as it is called there: its id, else what outsiders call it. Null:
 * the fact itself makes it. False: there is no such record. */
static bool translate(struct backtest *b, int64_t id, int64_t number,
		      struct value *out)
{
	const struct record *was;
	bool own = id >> RECORD_ORDINAL_BITS == number;
	int64_t there = own ? 0 : record_in(b->to, id);

	*out = value_null();
	if (there != 0 && record_now(b, there) != NULL) {
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
	struct value subject;
	const struct record *r;
	fl_status s = reader_task(b->past, &b->one, id, &was, b->err);

	if (s != FL_OK || !translate(b, was->subject, 0, &subject) ||
		subject.kind != VALUE_INT ||
		(r = record_now(b, subject.as.integer)) == NULL)
		return 0;
	for (uint32_t i = 0; i < r->n_open_tasks; i++) {
		const struct task *t = task_now(b, r->open_tasks[i]);

		if (t != NULL && text_equal(t->card, was->card) &&
			text_equal(t->step, was->step))
			return t->id;
	}
	return 0;
}

/* False: it is about something that is not there. */
static bool data_there(struct backtest *b, const struct event_row *row,
		       const struct event_def *def, struct value *data)
{
	struct value was = value_null(), v;

	*data = value_map();
	if (row->data.bytes > 0 &&
		brief_read(&b->one, NULL, row->data, &was, b->err) != FL_OK) {
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
	/* what did not fit may be about anything */
	if (!row->misfit && def->subject.bytes > 0 &&
		!text_is(def->subject, "person") &&
		!text_is(def->subject, "rooftop"))
		return translate(b, row->subject, row->number, out);
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
	b->unit = (struct happened){.past = row->number};
	s = sim_post(b->sim, &wire, row->actor, command, &number, NULL);
	if (s == FL_NOMEM || s == FL_FATAL || b->one.failed) {
		no_memory(b);
	} else if (s != FL_OK || number == 0) {
		b->unit.past = 0;
		b->out->refused++;
	} else {
		b->out->told++;
		pair_row(b, row, b->unit.n_is > 0 ? b->unit.is[0] : NULL);
	}
}

static fl_status begin(struct backtest *b, int64_t at_ms)
{
	fl_status s = sim_new(b->rules, at_ms, &b->sim, b->err);

	if (s == FL_OK)
		s = sim_reader(b->sim, &b->now, b->err);
	if (s == FL_OK) {
		sim_on_told(b->sim, on_told, b);
		sim_in_groups(b->sim);
	}
	b->out->first_ms = b->out->reached_ms = at_ms;
	return s;
}

/* The clock first, so that what is due on the way has come. */
static void tell(struct backtest *b, const struct event_row *row,
		 const struct event_def *def)
{
	struct value data, subject;

	arena_reset(&b->one);
	b->unit = (struct happened){0};
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
	else if (b->status == FL_OK && b->unit.past != 0 &&
		row->root == b->unit.past)
		pair_row(b, row, def);
	return b->status == FL_OK;
}

static fl_status tell_all(struct backtest *b)
{
	struct event_filter f = { .undecided = true, .limit = PAGE_ROWS };
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
	fl_status s = sim_settle(b->sim, b->err);

	b->out->reached_ms = sim_now_ms(b->sim) - 1;
	if (b->cut)
		return s;
	while (s == FL_OK && sim_now_ms(b->sim) < b->opt->until_ms) {
		int64_t to = sim_next_due(b->sim);

		if (is_too_late(b))
			break;
		if (to <= sim_now_ms(b->sim))
			to = sim_now_ms(b->sim) + 3600000;
		s = sim_run_to(b->sim, to < b->opt->until_ms
				? to : b->opt->until_ms, b->err);
		if (s == FL_OK)
			s = sim_settle(b->sim, b->err);
	}
	b->out->reached_ms = sim_now_ms(b->sim);
	return s;
}

/* ---- what came of it ---- */

struct handing {
	struct backtest *b;
	bool candidate;
};

static bool take_resident(void *ctx, const struct record *r)
{
	struct backtest *b = ctx;

	if (!map_put_int(b->residents, r->id, b))
		no_memory(b);
	return b->status == FL_OK;
}

static fl_status find_residents(struct backtest *b, struct reader *r)
{
	static const char *const kinds[] = {"person", "rooftop"};
	fl_status s = FL_OK;

	map_free(b->residents);
	if ((b->residents = map_new()) == NULL)
		return no_memory(b);
	for (size_t i = 0; i < 2 && s == FL_OK; i++) {
		arena_reset(&b->page);
		s = reader_records(r, &b->page, text_of(kinds[i]), 0, 0,
			take_resident, b, b->err);
	}
	return s == FL_OK ? b->status : s;
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
	if (map_get_int(b->residents, t->home) != NULL)
		as.home = BACKTEST_RESIDENT;
	else if (h->candidate)
		as.home = record_in(b->from, t->home);
	b->opt->on_task(b->opt->ctx, &as, h->candidate);
	return true;
}

static fl_status hand_out(struct backtest *b, struct reader *r, bool candidate)
{
	struct handing h = { b, candidate };
	fl_status s = find_residents(b, r);

	b->last = -1;
	b->rows = PAGE_ROWS;
	while (s == FL_OK && b->rows == PAGE_ROWS) {
		arena_reset(&b->page);
		b->rows = 0;
		s = reader_all_tasks(r, &b->page, b->last + 1, PAGE_ROWS,
			on_task, &h, b->err);
	}
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
	sim_free(b.sim);
	map_free(b.to);
	map_free(b.from);
	map_free(b.residents);
	arena_deinit(&b.page);
	arena_deinit(&b.one);
	return s;
}
