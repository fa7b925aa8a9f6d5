#include "kit.h"

/* One home of two records, tasks, keys, dues, outbox and a ruleset. */
static void fill(struct kit *k, int64_t *customer, int64_t *deal)
{
	static const struct ruleset_row rules = {.number = 1,
		.digest = {{7, 8, 9}},
		.archive = {"all\0rules", 9},
		.activated_at_ms = 5,
		.actor = {"admin", 5},
		.summary = {"first", 5}};
	struct record_row *r;

	kit_begin(k);
	*customer = RECORD_ID(k->number + 1, 0);
	*deal = RECORD_ID(k->number + 1, 1);
	kit_event(k, *customer, "lead.received", "lead-1");
	kit_event(k, *customer, "task.done", NULL)->subject = *deal;
	kit_event(k, *customer, "lead.received", NULL);
	k->events[1].cause = k->events[1].root = k->events[0].number;
	k->events[2].misfit = true;
	r = kit_record(k, *customer, *customer, "customer", "", "{}");
	kit_keys(k, r, (const char *[]){"name:peeters", "phone:+3161"}, 2);
	r = kit_record(k, *deal, *customer, "deal", "D-77", "{}");
	kit_keys(k, r, (const char *[]){"deal:D-77", "deal:D-77"}, 2);
	kit_task(k, RECORD_ID(k->number + 1, 5), *customer, "jan", 9000, true);
	kit_due(k, 7000, *deal, "std/lead", "call", false);
	kit_due(k, 6000, *customer, "std/lead", "mail", false);
	k->dues[0].row.home = *customer;
	k->outbox[k->b.n_outbox++] = (struct outbox_row){
		TEXT("1-1"), *customer, TEXT("email"), TEXT("{}"), 44, false};
	k->b.ruleset = &rules;
	k->b.clock_ms = 123;
}

static void check_stored(struct kit *k, int64_t customer, int64_t deal)
{
	int64_t task = RECORD_ID(1, 5);
	struct load_got *got = kit_load(k,
		(const struct load_want[]){
			{.kind = LOAD_HOME, .id = deal},
			{.kind = LOAD_KEY, .key = TEXT("phone:+3161")},
			{.kind = LOAD_TASK, .id = task},
			{.kind = LOAD_SEEN, .key = TEXT("test\nlead-1")},
			{.kind = LOAD_SEEN, .key = TEXT("test\nlead-2")},
			{.kind = LOAD_KEY, .key = TEXT("deal:D-77")},
			{.kind = LOAD_KEY, .key = TEXT("deal:none")},
			{.kind = LOAD_DUE, .id = 6999, .limit = 10},
			{.kind = LOAD_SEEN, .key = TEXT("no newline")},
			{.kind = LOAD_HOME, .id = 99},
			{.kind = LOAD_TASK, .id = 99},
		},
		11);
	const struct home *h = &got->homes[0];

	assert_int_equal(1, got->n_homes);
	assert_int_equal(customer, h->id);
	assert_int_equal(2, h->n_records);
	assert_int_equal(customer, h->records[0]->id);
	assert_int_equal(deal, h->records[1]->id);
	assert_true(text_is(h->records[1]->kind, "deal"));
	assert_true(text_is(h->records[1]->ref, "D-77"));
	assert_int_equal(2, h->n_seen);
	assert_int_equal(customer, h->seen[0].subject);
	assert_true(text_is(h->seen[0].type, "lead.received"));
	assert_int_equal(1, h->seen[0].count); /* the misfit is left out */
	assert_int_equal(1000, h->seen[0].last_at_ms);
	assert_int_equal(1, h->seen[0].last_number);
	assert_int_equal(deal, h->seen[1].subject);
	assert_int_equal(deal, got->ids[0]);
	assert_int_equal(customer, got->ids[1]);
	assert_int_equal(task, got->ids[2]);
	assert_true(text_is(got->closed[2]->who, "jan"));
	assert_int_equal(9000, got->closed[2]->due_at_ms);
	assert_string_equal("Bel de klant",
		value_get_str(&got->closed[2]->body, "title"));
	assert_int_equal(1, got->ids[3]);
	assert_int_equal(31, got->digests[3]);
	assert_int_equal(0, got->ids[4]);
	assert_int_equal(deal, got->ids[5]);
	assert_int_equal(0, got->ids[6]);
	assert_int_equal(1, got->n_dues);
	assert_int_equal(6000, got->dues[0].due_at_ms);
	assert_int_equal(customer, got->dues[0].home);
	assert_true(text_is(got->dues[0].slot, "mail"));
	assert_int_equal(0, got->ids[8]);
	assert_int_equal(0, got->ids[9]);
	assert_int_equal(0, got->ids[10]);
	assert_null(got->closed[10]);
}

static int64_t next_due(struct kit *k)
{
	struct store_state state;
	struct reader *r = NULL;
	struct fl_error err;

	assert_int_equal(FL_OK, reader_of_store(k->st, &r, &err));
	assert_int_equal(FL_OK, reader_state(r, &state, &err));
	reader_free(r);
	return state.next_due_ms;
}

static void stores_everything_and_finds_it_again(void **state)
{
	struct kit k;
	struct kit_said said;
	int64_t customer, deal;
	const struct store_state *s;

	(void)state;
	kit_folder(&k);
	kit_open(&k, NULL);
	s = store_state(k.st);
	assert_int_equal(0, s->last_number);
	assert_int_equal(0, s->ruleset);
	assert_true(s->next_due_ms == INT64_MAX);
	fill(&k, &customer, &deal);
	said = kit_commit(&k);
	assert_int_equal(FL_OK, said.status);
	assert_int_equal(6000, next_due(&k));
	assert_int_equal(1, said.receipt.outbox_waiting);
	check_stored(&k, customer, deal);
	store_free(k.st);
	kit_open(&k, NULL);
	s = store_state(k.st);
	assert_int_equal(3, s->last_number);
	assert_int_equal(3007, s->last_now_ms);
	assert_int_equal(1, s->ruleset);
	assert_int_equal(6000, s->next_due_ms);
	assert_int_equal(123, s->clock_ms);
	assert_false(s->training);
	check_stored(&k, customer, deal);
	kit_close(&k);
}

static bool take_message(void *ctx, const struct outbox_row *row)
{
	assert_true(text_is(row->key, "1-1"));
	assert_true(text_is(row->channel, "email"));
	assert_true(text_is(row->body, "{}"));
	assert_int_equal(44, row->created_at_ms);
	++*(int *)ctx;
	return true;
}

static int messages(struct kit *k)
{
	struct reader *r = NULL;
	struct fl_error err;
	int n = 0;

	assert_int_equal(FL_OK, reader_of_store(k->st, &r, &err));
	assert_int_equal(FL_OK,
		reader_outbox(r, &k->a, take_message, &n, &err));
	reader_free(r);
	return n;
}

/* Taken back before it was sent; again, or of an unknown key: nothing. */
static void a_message_is_withdrawn(void **state)
{
	struct kit k;
	struct kit_said said;
	int64_t customer, deal;

	(void)state;
	kit_folder(&k);
	kit_open(&k, NULL);
	fill(&k, &customer, &deal);
	assert_int_equal(FL_OK, kit_commit(&k).status);
	assert_int_equal(1, messages(&k));
	for (int i = 0; i < 2; i++) {
		kit_begin(&k);
		kit_event(&k, customer, "note.added", i == 0 ? "n0" : "n1");
		k.outbox[k.b.n_outbox++] = (struct outbox_row){
			.key = TEXT("1-1"), .withdrawn = true};
		k.outbox[k.b.n_outbox++] = (struct outbox_row){
			.key = TEXT("9-9"), .withdrawn = true};
		said = kit_commit(&k);
		assert_int_equal(FL_OK, said.status);
		assert_int_equal(0, said.receipt.outbox_waiting);
		assert_int_equal(0, messages(&k));
	}
	kit_close(&k);
}

static void does_the_same_in_memory(void **state)
{
	struct kit k;
	int64_t customer, deal;

	(void)state;
	kit_memory(&k);
	fill(&k, &customer, &deal);
	assert_int_equal(FL_OK, kit_commit(&k).status);
	check_stored(&k, customer, deal);
	kit_close(&k);
}

static void names_come_back_from_every_column(void **state)
{
	struct kit k;
	struct load_got *got;
	static char name[400]; /* too long to be a symbol */

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	kit_folder(&k);
	kit_open(&k, NULL);
	for (int round = 0; round < 2; round++) {
		kit_begin(&k);
		kit_event(&k, 1024, name, "same")->source = text_of(name);
		k.events[0].actor = TEXT("");
		kit_record(&k, RECORD_ID(1, 0), RECORD_ID(1, 0), "rooftop",
			name, "{}");
		kit_due(&k, 5, 1024, name, "@timer", false);
		if (round == 0)
			assert_int_equal(FL_OK, kit_commit(&k).status);
		got = kit_load(&k,
			(const struct load_want[]){
				{.kind = LOAD_RESIDENT},
				{.kind = LOAD_DUE, .id = 5, .limit = 1},
				{.kind = LOAD_SEEN,
					.key = text_of(arena_printf(&k.a,
						"%s\nsame", name))},
			},
			3);
		assert_int_equal(1, got->n_homes);
		assert_true(text_is(got->homes[0].records[0]->kind, "rooftop"));
		assert_true(text_is(got->homes[0].records[0]->ref, name));
		assert_true(text_is(got->homes[0].seen[0].type, name));
		assert_true(text_is(got->dues[0].card, name));
		assert_true(text_is(got->dues[0].slot, "@timer"));
		assert_int_equal(1, got->ids[2]);
		store_free(k.st);
		kit_open(&k, NULL);
	}
	kit_close(&k);
}

/* More names than the table takes; those beyond are stored as text. */
static void there_may_be_any_number_of_names(void **state)
{
	enum { NAMES = 20300, PER_BATCH = 500 };
	struct kit k;
	struct load_got *got;

	(void)state;
	kit_memory(&k);
	while (k.number < NAMES) {
		arena_reset(&k.a);
		kit_begin(&k);
		for (int i = 0; i < PER_BATCH; i++)
			kit_event(&k, 1024,
				arena_printf(&k.a, "type-%d",
					(int)k.number + i),
				NULL);
		assert_int_equal(FL_OK, kit_commit(&k).status);
	}
	kit_begin(&k);
	kit_event(&k, 1024, "type-20300", NULL);
	kit_event(&k, 1024, "type-3", NULL);
	kit_record(&k, 1024, 1024, "deal", "", "{}");
	assert_int_equal(FL_OK, kit_commit(&k).status);
	arena_reset(&k.a);
	got = kit_load(&k,
		&(struct load_want){.kind = LOAD_HOME, .id = 1024}, 1);
	assert_int_equal(20500, got->homes[0].n_seen);
	for (uint32_t i = 0; i < got->homes[0].n_seen; i++) {
		const struct seen_event *e = &got->homes[0].seen[i];
		bool twice = text_is(e->type, "type-20300") ||
			text_is(e->type, "type-3");

		assert_int_equal(twice ? 2 : 1, e->count);
	}
	kit_close(&k);
}

static void keys_follow_the_record(void **state)
{
	struct kit k;
	struct record_row *r;
	struct load_got *got;
	int64_t one = RECORD_ID(1, 0), two = RECORD_ID(2, 0);

	(void)state;
	kit_memory(&k);
	kit_begin(&k);
	kit_event(&k, one, "x.y", NULL);
	kit_event(&k, two, "x.y", NULL);
	r = kit_record(&k, two, two, "customer", "", "{}");
	kit_keys(&k, r, (const char *[]){"phone:1", "phone:2"}, 2);
	r = kit_record(&k, one, one, "customer", "", "{}");
	kit_keys(&k, r, (const char *[]){"phone:1"}, 1);
	assert_int_equal(FL_OK, kit_commit(&k).status);
	kit_begin(&k);
	kit_record(&k, two, two, "customer", "R", "{}"); /* keys stay */
	assert_int_equal(FL_OK, kit_commit(&k).status);
	kit_begin(&k);
	r = kit_record(&k, one, two, "customer", "", "{}"); /* moves home */
	kit_keys(&k, r, (const char *[]){"phone:3"}, 1);
	assert_int_equal(FL_OK, kit_commit(&k).status);
	got = kit_load(&k,
		(const struct load_want[]){
			{.kind = LOAD_KEY, .key = TEXT("phone:1")},
			{.kind = LOAD_KEY, .key = TEXT("phone:2")},
			{.kind = LOAD_KEY, .key = TEXT("phone:3")},
		},
		3);
	assert_int_equal(two, got->ids[0]);
	assert_int_equal(two, got->ids[1]);
	assert_int_equal(one, got->ids[2]);
	assert_int_equal(1, got->n_homes);
	assert_int_equal(2, got->homes[0].n_records);
	assert_true(text_is(got->homes[0].records[1]->ref, "R"));
	kit_close(&k);
}

static void homes_bring_their_open_tasks(void **state)
{
	struct kit k;
	struct record *r;
	struct load_got *got;
	int64_t home = RECORD_ID(1, 0), task = RECORD_ID(1, 1);

	(void)state;
	kit_memory(&k);
	kit_begin(&k);
	kit_event(&k, home, "x.y", NULL);
	r = record_clone(&k.a,
		kit_record(&k, home, home, "deal", "", "{}")->record);
	assert_true(record_add_task(&k.a, r, task));
	assert_true(record_add_task(&k.a, r, task + 1));
	k.records[0].record = r;
	kit_task(&k, task, home, "jan", 5, true);
	kit_task(&k, task + 1, home, "jan", 5, true)->state = TASK_DONE;
	assert_int_equal(FL_OK, kit_commit(&k).status);
	got = kit_load(&k,
		(const struct load_want[]){
			{.kind = LOAD_TASK, .id = task},
			{.kind = LOAD_TASK, .id = task + 1},
		},
		2);
	assert_int_equal(1, got->n_homes);
	assert_int_equal(1, got->homes[0].n_tasks);
	assert_ptr_equal(got->closed[0], got->homes[0].tasks[0]);
	assert_int_equal(TASK_DONE, got->closed[1]->state);
	kit_close(&k);
}

/* A callback that asks again: delivered by the next poll, in order. */
struct again {
	struct kit *k;
	int calls;
	struct kit_said said;
};

static void ask_again(void *ctx, fl_status status, struct load_got *got)
{
	struct again *x = ctx;

	assert_int_equal(FL_OK, status);
	assert_non_null(got);
	assert_int_equal(0, x->said.calls);
	if (++x->calls == 2)
		assert_int_equal(FL_OK,
			store_load(x->k->st, &x->k->a, NULL, 0, kit_on_load,
				&x->said));
}

static void loads_come_in_order_and_are_bounded(void **state)
{
	struct kit k;
	struct again x = {.k = &k};
	struct kit_said said = {0};
	struct arena small;

	(void)state;
	kit_memory(&k);
	for (int i = 0; i < 2; i++)
		assert_int_equal(FL_OK,
			store_load(k.st, &k.a, NULL, 0, ask_again, &x));
	assert_true(store_poll(k.st));
	assert_int_equal(2, x.calls);
	assert_true(store_poll(k.st));
	assert_int_equal(1, x.said.calls);
	assert_false(store_poll(k.st));
	for (int i = 0; i < 8192; i++)
		assert_int_equal(FL_OK, store_load(k.st, &k.a, NULL, 0,
			kit_on_load, &said));
	assert_int_equal(FL_LIMIT,
		store_load(k.st, &k.a, NULL, 0, kit_on_load, &said));
	store_poll(k.st);
	assert_int_equal(8192, said.calls);
	said = (struct kit_said){0};
	arena_init(&small, 100);
	assert_int_equal(FL_OK, store_load(k.st, &small,
		&(struct load_want){.kind = LOAD_RESIDENT}, 1, kit_on_load,
		&said));
	store_poll(k.st);
	assert_int_equal(1, said.calls);
	assert_int_equal(FL_NOMEM, said.status);
	assert_null(store_failure(k.st));
	arena_deinit(&small);
	arena_init(&small, 10);
	assert_int_equal(FL_NOMEM, store_load(k.st, &small,
		&(struct load_want){.kind = LOAD_RESIDENT}, 1, kit_on_load,
		&said));
	arena_deinit(&small);
	kit_close(&k);
}

/* Our own allocations fail one after another; SQLite's are its own. */
static void lack_of_memory_is_said(void **state)
{
	bool hit = true;
	long n;

	(void)state;
	for (n = 0; hit; n++) {
		struct kit k = {0};
		struct fl_error err = {0};
		fl_status s;

		arena_init(&k.a, 0);
		fault_after(n);
		s = store_open(NULL, NULL, &k.st, &err);
		hit = fault_disarm();
		assert_int_equal(hit ? FL_NOMEM : FL_OK, s);
		assert_true((k.st == NULL) == hit);
		store_free(k.st);
	}
	assert_true(n > 5);
	hit = true;
	for (n = 0; hit; n++) {
		struct kit k;
		struct kit_said said;
		int64_t customer, deal;

		kit_memory(&k);
		fill(&k, &customer, &deal);
		fault_after(n);
		said = kit_commit(&k);
		hit = fault_disarm();
		assert_int_equal(hit ? FL_UNKNOWN : FL_OK, said.status);
		assert_true((store_failure(k.st) != NULL) == hit);
		kit_close(&k);
	}
	assert_true(n > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stores_everything_and_finds_it_again),
		cmocka_unit_test(a_message_is_withdrawn),
		cmocka_unit_test(does_the_same_in_memory),
		cmocka_unit_test(names_come_back_from_every_column),
		cmocka_unit_test(there_may_be_any_number_of_names),
		cmocka_unit_test(keys_follow_the_record),
		cmocka_unit_test(homes_bring_their_open_tasks),
		cmocka_unit_test(loads_come_in_order_and_are_bounded),
		cmocka_unit_test(lack_of_memory_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
