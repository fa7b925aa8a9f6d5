/*
 * Every event type of the schema in every state of a deal has an answer. A
 * person's command is taken, or refused with the reason and, where the life
 * cycle has no such move, with what is possible now. A fact from outside is
 * always journalled, and where it does not fit it moves nothing.
 */
#include "base/log.h"
#include "sim/sim.h"
#include "unit.h"

#include <unistd.h>

#define DEALER                                                                 \
	"dealership { name = \"Test\", zone = \"Europe/Amsterdam\", "          \
	"language = \"en\", legal = \"nl\", currency = \"EUR\", "              \
	"hours = { [\"mon-fri\"] = \"09:00-18:00\" }, holidays = \"none\" }\n" \
	"person \"jan\" { name = \"Jan\", roles = { \"seller\" } }\n"          \
	"person \"piet\" { name = \"Piet\", roles = { \"sales_manager\" } }\n"
#define START INT64_C(1788249600000) /* a Tuesday, 10:00 in Amsterdam */

/* What came of it, over all. */
struct count {
	unsigned wrong, refused, misfits;
};

/* One deal in one state, with one record of every kind beside it. */
struct life {
	struct sim *sim;
	const struct schema *schema;
	struct arena a;
	int64_t deal, customer;
	unsigned n; /* of this life, for names */
	int state;
	struct count *count;
};

struct said {
	bool given, misfit;
	fl_status status;
	int64_t number;
	char said[1200]; /* all problems, with what to do */
};

static struct ruleset *rules(void)
{
	struct source_file files[] = {
		{"dealership.lua", DEALER, sizeof(DEALER) - 1}};
	struct source_set set = {files, 1, NULL, 0};
	struct ruleset *rs = NULL;
	struct problems p;
	struct arena a;

	arena_init(&a, 0);
	problems_init(&p, &a);
	assert_int_equal(ruleset_load(&set, NULL, false, &p, &rs), FL_OK);
	arena_deinit(&a);
	return rs;
}

static const char *ref_of(struct life *l, struct text kind)
{
	return arena_printf(&l->a, "%s-%u", kind.at, l->n);
}

static struct record *blank(struct life *l, struct text kind, int64_t id,
			    int64_t home)
{
	struct record *r = arena_alloc(&l->a, sizeof(*r));

	assert_non_null(r);
	r->id = id;
	r->home = home;
	r->kind = kind;
	r->ref = text_of(ref_of(l, kind));
	r->fields = value_map();
	return r;
}

static void link_to(struct life *l, struct record *r)
{
	if (schema_field(l->schema, r->kind, TEXT("customer")) != NULL)
		value_put(&l->a, &r->fields, "customer",
			value_int(l->customer));
	if (schema_field(l->schema, r->kind, TEXT("deal")) != NULL)
		value_put(&l->a, &r->fields, "deal", value_int(l->deal));
}

static bool lives_elsewhere(struct text kind)
{
	return text_is(kind, "person") || text_is(kind, "rooftop") ||
		text_is(kind, "customer") || text_is(kind, "deal");
}

static void begin(struct life *l, int state)
{
	struct record *all[32];
	uint32_t n = 2;

	l->n++;
	l->state = state;
	l->customer = sim_next_record(l->sim);
	l->deal = sim_next_record(l->sim);
	all[0] = blank(l, TEXT("customer"), l->customer, l->customer);
	value_put(&l->a, &all[0]->fields, "name", value_text("Sofie"));
	all[1] = blank(l, TEXT("deal"), l->deal, l->customer);
	value_put(&l->a, &all[1]->fields, "customer", value_int(l->customer));
	value_put(&l->a, &all[1]->fields, "handler", value_text("jan"));
	value_put(&l->a, &all[1]->fields, "state",
		value_of_text(schema_state_name(state)));
	for (uint32_t i = 0; i < schema_kind_count(l->schema); i++) {
		struct text kind = schema_kind_at(l->schema, i)->name;

		if (lives_elsewhere(kind))
			continue;
		assert_true(n < 32);
		all[n] = blank(l, kind, sim_next_record(l->sim), l->customer);
		link_to(l, all[n++]);
	}
	assert_int_equal(sim_inject(l->sim, l->schema, all, n, &l->a), FL_OK);
}

/* A value the field takes. */
static struct value sample(struct life *l, const struct field_def *f)
{
	struct value list = value_list();

	switch (f->type) {
	case FIELD_INT:
	case FIELD_NUMBER:
		return value_int(1);
	case FIELD_BOOL:
		return value_bool(true);
	case FIELD_TIME:
		return value_int(START + 86400000);
	case FIELD_MONEY:
		return value_int(100000);
	case FIELD_CHOICE:
		return value_of_text(f->choices[0]);
	case FIELD_PERSON:
		return value_text("jan");
	case FIELD_PHONE:
		return value_text("0612345678");
	case FIELD_EMAIL:
		return value_text("sofie@example.nl");
	case FIELD_PLATE:
		return value_text("G-001-BB");
	case FIELD_REF:
		return value_text(text_is(f->ref_kind, "person")
				? "jan" : ref_of(l, f->ref_kind));
	case FIELD_LIST:
		value_append(&l->a, &list, value_text("one"));
		return list;
	case FIELD_MAP:
		return value_map();
	default:
		return value_text("some words");
	}
}

static struct value wire(struct life *l, const struct event_def *def,
			 bool command)
{
	struct value data = value_map(), out = value_map();
	struct text kind = def->subject;

	for (uint32_t i = 0; i < def->n_fields; i++)
		if (def->fields[i].required)
			value_set(&l->a, &data, def->fields[i].name,
				sample(l, &def->fields[i]));
	value_put(&l->a, &data, "deal", value_text(ref_of(l, TEXT("deal"))));
	if (kind.bytes > 0 && !lives_elsewhere(kind))
		value_set(&l->a, &data, kind, value_text(ref_of(l, kind)));
	else if (text_is(kind, "person") &&
		value_get(&data, "person") == NULL)
		value_put(&l->a, &data, "person", value_text("jan"));
	value_put(&l->a, &out, "type", value_of_text(def->name));
	value_put(&l->a, &out, "data", data);
	if (!command)
		value_put(&l->a, &out, "source", value_text("dms"));
	return out;
}

static void on_answer(void *ctx, const struct post_answer *a)
{
	struct said *out = ctx;
	size_t at = 0;

	out->given = true;
	out->status = a->status;
	out->misfit = a->misfit;
	out->number = a->number;
	for (uint32_t i = 0; a->problems != NULL && i < a->problems->count &&
		at < sizeof(out->said);
		i++)
		at += (size_t)snprintf(out->said + at, sizeof(out->said) - at,
			"%s %s\n", a->problems->items[i].text,
			a->problems->items[i].remedy != NULL
				? a->problems->items[i].remedy
				: "");
}

static struct said post(struct life *l, const struct event_def *def,
			  bool command)
{
	struct engine *e = sim_engine(l->sim);
	struct value w = wire(l, def, command);
	struct post_by by = {.actor = TEXT("piet"),
		.role = TEXT("sales_manager"), .source = TEXT("piet"),
		.command = command};
	struct said a;

	memset(&a, 0, sizeof(a));
	engine_post(e, &w, &by, on_answer, &a);
	for (int i = 0; i < 100000 && !(a.given && engine_idle(e)); i++)
		assert_int_equal(engine_poll(e), FL_OK);
	if (!a.given)
		fail_msg("%s in %s: no answer", def->name.at,
			schema_state_name(l->state).at);
	return a;
}

static int state_now(struct life *l)
{
	struct reader *reader = NULL;
	struct home *home = NULL;
	struct fl_error err;

	assert_int_equal(reader_of_store(sim_store(l->sim), &reader, &err),
		FL_OK);
	assert_int_equal(reader_home(reader, &l->a, l->deal, &home, &err),
		FL_OK);
	reader_free(reader);
	for (uint32_t i = 0; i < home->n_records; i++)
		if (home->records[i]->id == l->deal)
			return schema_state(text_of(value_get_str(
				&home->records[i]->fields, "state")));
	fail_msg("the deal is gone");
	return -1;
}

static bool fits(const struct life *l, const struct event_def *def,
		 const struct value *data)
{
	return !def->moves ||
		schema_move(l->schema, l->state, def->name, data) != NULL;
}

/* Does the refusal name something that is possible now? */
static bool names_legal(const struct life *l, const char *said)
{
	struct text legal[64];
	uint32_t n = schema_legal(l->schema, l->state, legal, 64);

	for (uint32_t i = 0; i < n; i++)
		if (strstr(said, legal[i].at) != NULL)
			return true;
	return n == 0;
}

/* All that is wrong is told before the test fails. */
static void wrong(struct life *l, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void wrong(struct life *l, const char *fmt, ...)
{
	char line[1400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	print_error("%s\n", line);
	l->count->wrong++;
}

static void check_fact(struct life *l, const struct event_def *def)
{
	struct said a = post(l, def, false);
	const char *in = schema_state_name(l->state).at;

	if (a.status != FL_OK || a.number == 0)
		wrong(l, "fact %s in %s: %s, %s", def->name.at, in,
			fl_status_name(a.status), a.said);
	l->count->misfits += a.misfit;
	if (a.misfit && state_now(l) != l->state)
		wrong(l, "fact %s does not fit %s, and moves it", def->name.at,
			in);
}

static void check_command(struct life *l, const struct event_def *def)
{
	struct value w = wire(l, def, true);
	bool legal = fits(l, def, value_get(&w, "data"));
	struct said a = post(l, def, true);
	const char *in = schema_state_name(l->state).at;

	if (!legal && a.status == FL_OK)
		wrong(l, "%s in %s: no such move, and it is taken",
			def->name.at, in);
	if (a.status == FL_OK)
		return;
	l->count->refused++;
	if (a.status != FL_DENIED || a.number != 0 || a.said[0] == '\0')
		wrong(l, "%s in %s: %s, \"%s\"", def->name.at, in,
			fl_status_name(a.status), a.said);
	if (!legal && !names_legal(l, a.said))
		wrong(l, "%s in %s: nothing possible is named: %s",
			def->name.at, in, a.said);
	if (state_now(l) != l->state)
		wrong(l, "%s in %s: refused, and moved", def->name.at, in);
}

/* A rooftop for each type: who leaves or is away must not be gone for others. */
static uint32_t check_type(struct ruleset *rs, const struct event_def *def,
			   struct count *count)
{
	struct life l = {.schema = ruleset_book(rs)->schema,
		.count = count};
	struct fl_error err;
	uint32_t n = 0;

	arena_init(&l.a, 0);
	assert_int_equal(sim_new(rs, START, &l.sim, &err), FL_OK);
	for (int state = 0; state < schema_state_count(); state++) {
		begin(&l, state);
		check_fact(&l, def);
		begin(&l, state);
		check_command(&l, def);
		n++;
	}
	sim_free(l.sim);
	arena_deinit(&l.a);
	return n;
}

static void test_every_event_has_an_answer(void **state)
{
	struct ruleset *rs = rules();
	const struct schema *s = ruleset_book(rs)->schema;
	uint32_t pairs = 0, types = 0;
	struct count count = {0, 0, 0};

	(void)state;
	for (uint32_t i = 0; i < schema_event_count(s); i++) {
		const struct event_def *def = schema_event_at(s, i);

		/* an answer is about a task, not about a deal */
		if (def->engine_made || text_is(def->name, "task.done"))
			continue;
		types++;
		pairs += check_type(rs, def, &count);
	}
	/* all of them, so that an empty schema proves nothing */
	assert_true(types > 60);
	assert_int_equal(pairs, types * SCHEMA_STATES);
	assert_true(count.refused > 200 && count.misfits > 100);
	assert_int_equal(count.wrong, 0);
	ruleset_unref(rs);
}

/* What only the engine makes is refused whoever says it. */
static void test_engine_events_are_not_posted(void **state)
{
	struct ruleset *rs = rules();
	struct life l = {.schema = ruleset_book(rs)->schema};
	struct fl_error err;

	(void)state;
	arena_init(&l.a, 0);
	assert_int_equal(sim_new(rs, START, &l.sim, &err), FL_OK);
	for (uint32_t i = 0; i < schema_event_count(l.schema); i++) {
		const struct event_def *def = schema_event_at(l.schema, i);
		struct said a;

		if (!def->engine_made)
			continue;
		begin(&l, 0);
		a = post(&l, def, false);
		if (a.status == FL_OK || a.number != 0 || a.said[0] == '\0')
			fail_msg("%s from outside is taken", def->name.at);
	}
	sim_free(l.sim);
	arena_deinit(&l.a);
	ruleset_unref(rs);
}

/* A test that makes customers without end runs out of room, and says so: at
 * whichever piece of memory it is. */
static void test_no_room_for_records(void **state)
{
	struct ruleset *rs = rules();
	struct life l = {.schema = ruleset_book(rs)->schema};
	struct record *one;
	struct arena small;
	struct fl_error err;
	fl_status s = FL_NOMEM;
	size_t room;

	(void)state;
	arena_init(&l.a, 0);
	assert_int_equal(sim_new(rs, START, &l.sim, &err), FL_OK);
	for (room = 16; s == FL_NOMEM && room < 100000; room += 16) {
		int64_t id = sim_next_record(l.sim);

		one = blank(&l, TEXT("customer"), id, id);
		value_put(&l.a, &one->fields, "name", value_text("Sofie"));
		arena_init(&small, room);
		s = sim_inject(l.sim, l.schema, &one, 1, &small);
		arena_deinit(&small);
	}
	assert_int_equal(s, FL_OK);
	assert_true(room > 1000);
	sim_free(l.sim);
	arena_deinit(&l.a);
	ruleset_unref(rs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_event_has_an_answer),
		cmocka_unit_test(test_engine_events_are_not_posted),
		cmocka_unit_test(test_no_room_for_records),
	};

	log_level_set(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
