#include "sim/sim.h"

#define POLL_MAX 10000000 /* a sim that never comes to rest is a bug */

struct sim {
	struct store *store;
	struct engine *engine;
	struct reader *reader; /* of the store; made when first needed */
	int64_t now_ms;
	bool in_groups;
	void (*on_told)(void *ctx, const struct told *told);
	void *told_ctx;
	int64_t injected; /* records put in beside the journal */
};

static int64_t host_now(void *ctx)
{
	return ((struct sim *)ctx)->now_ms;
}

static void host_told(void *ctx, const struct told *told)
{
	struct sim *s = ctx;

	if (s->on_told != NULL)
		s->on_told(s->told_ctx, told);
}

/* Runs until *stop is set or, with NULL, nothing is left to do or to commit. */
static fl_status settle(struct sim *s, const bool *stop, struct fl_error *err)
{
	for (int i = 0; i < POLL_MAX; i++) {
		fl_status st;

		if (stop == NULL)
			engine_commit(s->engine);
		st = engine_poll(s->engine);
		if (st != FL_OK)
			return status_fail(err, st, "the engine stopped");
		s->now_ms = engine_now_ms(s->engine) > s->now_ms
			? engine_now_ms(s->engine)
			: s->now_ms;
		if (stop != NULL ? *stop
				 : engine_ready(s->engine) &&
					engine_idle(s->engine))
			return FL_OK;
	}
	return status_fail(err, FL_LIMIT, "the engine never comes to rest");
}

fl_status sim_new(struct ruleset *rs, int64_t start_ms, struct sim **out,
		  struct fl_error *err)
{
	return sim_new_with(rs, start_ms, NULL, NULL, out, err);
}

/* The event number after which nothing of the start can have been made. */
static int64_t newest(const struct sim_start *start)
{
	int64_t number = 0;

	for (uint32_t i = 0; i < start->n_records; i++)
		if (start->records[i]->id >> RECORD_ORDINAL_BITS > number)
			number = start->records[i]->id >> RECORD_ORDINAL_BITS;
	for (uint32_t i = 0; i < start->n_tasks; i++)
		if (start->tasks[i]->id >> RECORD_ORDINAL_BITS > number)
			number = start->tasks[i]->id >> RECORD_ORDINAL_BITS;
	return number;
}

static fl_status inject(struct sim *s, const struct schema *schema,
			const struct sim_start *start, struct arena *a);

fl_status sim_new_with(struct ruleset *rs, int64_t start_ms,
		       const struct sim_start *start, struct arena *a,
		       struct sim **out, struct fl_error *err)
{
	struct engine_options opt;
	struct store_options store_opt;
	struct sim *s = calloc(1, sizeof(*s));
	fl_status st;

	*out = NULL;
	if (s == NULL)
		return status_fail(err, FL_NOMEM, "sim");
	s->now_ms = start_ms;
	memset(&store_opt, 0, sizeof(store_opt));
	store_opt.after_number = start != NULL ? newest(start) : 0;
	st = store_open(NULL, &store_opt, &s->store, err);
	if (st == FL_OK && start != NULL && start->n_records > 0)
		st = inject(s, ruleset_book(rs)->schema, start, a);
	if (st != FL_OK)
		goto out;
	memset(&opt, 0, sizeof(opt));
	opt.store = s->store;
	opt.host = (struct engine_host){ s, host_now };
	opt.ruleset = rs;
	opt.manual_clock = true;
	opt.on_told = host_told;
	opt.told_ctx = s;
	opt.actor = TEXT("sim");
	st = engine_new(&opt, &s->engine, err);
	if (st == FL_OK) {
		engine_due_again(s->engine);
		st = settle(s, NULL, err);
	}
	if (st != FL_OK)
		goto out;
	*out = s;
	s = NULL;
out:
	sim_free(s);
	return st;
}

void sim_free(struct sim *s)
{
	if (s == NULL)
		return;
	engine_free(s->engine);
	reader_free(s->reader);
	store_free(s->store);
	free(s);
}

struct engine *sim_engine(struct sim *s)
{
	return s->engine;
}

struct store *sim_store(struct sim *s)
{
	return s->store;
}

int64_t sim_now_ms(const struct sim *s)
{
	return s->now_ms;
}

void sim_on_told(struct sim *s, void (*cb)(void *ctx, const struct told *t),
		 void *ctx)
{
	s->on_told = cb;
	s->told_ctx = ctx;
}

void sim_in_groups(struct sim *s)
{
	s->in_groups = true;
	engine_at_once(s->engine);
}

fl_status sim_settle(struct sim *s, struct fl_error *err)
{
	return settle(s, NULL, err);
}

static fl_status rest(struct sim *s, struct fl_error *err)
{
	return s->in_groups ? FL_OK : settle(s, NULL, err);
}

fl_status sim_reader(struct sim *s, struct reader **out, struct fl_error *err)
{
	fl_status st = s->reader != NULL
		? FL_OK
		: reader_of_store(s->store, &s->reader, err);

	*out = s->reader;
	return st;
}

struct waiting {
	bool answered;
	fl_status status;
	int64_t number;
	struct problems *problems;
};

static void copy_problems(struct problems *to, const struct problems *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct problem *it = &from->items[i];
		struct problem *p = problem_add(to, it->code, it->file,
			it->line, "%s", it->text);

		p->field = it->field != NULL
			? arena_strdup(to->arena, it->field)
			: NULL;
		p->remedy = it->remedy != NULL
			? arena_strdup(to->arena, it->remedy)
			: NULL;
		p->nearest = it->nearest != NULL
			? arena_strdup(to->arena, it->nearest)
			: NULL;
	}
}

static void on_answer(void *ctx, const struct post_answer *a)
{
	struct waiting *w = ctx;

	w->answered = true;
	w->status = a->status;
	w->number = a->number;
	if (w->problems != NULL && a->problems != NULL)
		copy_problems(w->problems, a->problems);
}

fl_status sim_post(struct sim *s, const struct value *wire, struct text actor,
		   bool command, int64_t *number, struct problems *p)
{
	struct post_by by = { .actor = actor,
		.source = TEXT("sim"),
		.command = command };
	struct waiting w = { .problems = p };
	struct fl_error err;
	fl_status st;

	engine_post(s->engine, wire, &by, on_answer, &w);
	st = settle(s, &w.answered, &err);
	if (st != FL_OK)
		return st;
	if (number != NULL)
		*number = w.number;
	if (w.status != FL_OK)
		return w.status;
	return rest(s, &err);
}

fl_status sim_run_to(struct sim *s, int64_t to_ms, struct fl_error *err)
{
	struct waiting w = { 0 };
	fl_status st;

	engine_clock(s->engine, to_ms, on_answer, &w);
	st = settle(s, &w.answered, err);
	if (st != FL_OK)
		return st;
	if (w.status != FL_OK)
		return status_fail(err, w.status,
			"the clock could not be moved");
	s->now_ms = to_ms;
	return rest(s, err);
}

struct due_list {
	struct arena *a;
	const struct record *record;
	struct due_change *items;
	uint32_t count, cap;
};

static void add_due(void *ctx, struct text card, struct text slot,
		    int64_t due_at_ms)
{
	struct due_list *l = ctx;
	struct due_change *grown;

	if (l->count == l->cap) {
		grown = arena_grow(l->a, l->items, l->count, &l->cap,
			l->count + 1, sizeof(*grown));
		if (grown == NULL)
			return;
		l->items = grown;
	}
	l->items[l->count++] = (struct due_change){
		.row = {.due_at_ms = due_at_ms,
			.subject = l->record->id,
			.home = l->record->home,
			.card = card,
			/* lent to us */
			.slot = text_join(l->a, slot, TEXT(""), TEXT(""))}};
}

static void on_committed(void *ctx, fl_status status,
			 const struct commit_receipt *receipt)
{
	struct waiting *w = ctx;

	(void)receipt;
	w->answered = true;
	w->status = status;
}

static fl_status inject(struct sim *s, const struct schema *schema,
			const struct sim_start *start, struct arena *a)
{
	struct record **records = start->records;
	uint32_t n = start->n_records;
	struct record_row *rows = arena_alloc(a, n * sizeof(*rows));
	struct task_change *tasks =
		arena_alloc(a, (start->n_tasks + 1) * sizeof(*tasks));
	struct waiting w = { 0 };
	struct due_list dues = { .a = a };
	struct batch b;
	fl_status st;

	if (rows == NULL || tasks == NULL)
		return FL_NOMEM;
	memset(&b, 0, sizeof(b));
	for (uint32_t i = 0; i < start->n_tasks; i++)
		tasks[i] = (struct task_change){start->tasks[i], true};
	for (uint32_t i = 0; i < n && !a->failed; i++) {
		struct text *keys = arena_alloc(a,
			RECORD_KEYS_MOST * sizeof(*keys));

		if (keys == NULL)
			break;
		rows[i] = (struct record_row){ .record = records[i],
			.keys = keys,
			.keys_changed = true };
		rows[i].n_keys = record_keys(schema, records[i], a, keys,
			RECORD_KEYS_MOST);
		dues.record = records[i];
		record_dues(records[i], add_due, &dues);
	}
	if (a->failed)
		return FL_NOMEM;
	b.dues = dues.items;
	b.n_dues = dues.count;
	b.expected_number = sim_last_number(s);
	b.records = rows;
	b.n_records = n;
	b.tasks = tasks;
	b.n_tasks = start->n_tasks;
	b.now_ms = s->now_ms;
	st = store_commit(s->store, &b, on_committed, &w);
	for (int i = 0; st == FL_OK && !w.answered && i < POLL_MAX; i++)
		store_poll(s->store);
	return st == FL_OK ? w.status : st;
}

fl_status sim_inject(struct sim *s, const struct schema *schema,
		     struct record **records, uint32_t n, struct arena *a)
{
	fl_status st = inject(s, schema,
		&(struct sim_start){records, n, NULL, 0}, a);

	engine_due_again(s->engine);
	return st;
}

int64_t sim_next_record(struct sim *s)
{
	return RECORD_ID(0, ++s->injected);
}

static struct store_state state_of(struct sim *s)
{
	struct store_state state = {.next_due_ms = INT64_MAX};
	struct reader *r = NULL;
	struct fl_error err;

	if (sim_reader(s, &r, &err) == FL_OK)
		reader_state(r, &state, &err);
	return state;
}

int64_t sim_last_number(struct sim *s)
{
	return state_of(s).last_number;
}

int64_t sim_next_due(struct sim *s)
{
	return state_of(s).next_due_ms;
}
