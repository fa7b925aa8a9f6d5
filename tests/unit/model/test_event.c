#include "model/test_world.h"

#define LEAD                                                                   \
	"{'customer':{'name':'Sofie Peeters','phone':'+31612345678'},"         \
	"'vehicles':[{'make':'Volvo','model':'XC40'}],'channel':'web',"        \
	"'provider':'autosite','provider_lead_id':'77','consent':['phone']}"

static int setup(void **state)
{
	*state = world_new();
	return 0;
}

static int teardown(void **state)
{
	world_free(*state);
	return 0;
}

static const char *caused_type(const struct posted *p, uint32_t i)
{
	if (i >= p->caused.count)
		return "-";
	return value_get_str(&p->caused.as.items[i], "type");
}

static int64_t rooftop(struct test_world *t)
{
	const struct record *r =
		world_by_ref(t, TEXT("rooftop"), TEXT("rooftop"));

	return r != NULL ? r->id : 0;
}

/* A deal that stands in `state`, with a customer and a handler. */
static int64_t deal_in(struct test_world *t, const char *state)
{
	struct posted p = world_fact(t, "lead.received", "",
		"{'customer':{'name':'A'},'vehicles':[]}");
	struct record *deal;

	assert_int_equal(p.status, FL_OK);
	deal = world_find(t, p.event.deal);
	record_set(&t->arena, deal, TEXT("state"), value_text(state));
	record_set(&t->arena, deal, TEXT("handler"), value_text("jan"));
	return deal->id;
}

static const char *id_ref(struct test_world *t, int64_t id)
{
	return arena_printf(&t->arena, "#%lld", (long long)id);
}

static void test_lead_makes_customer_and_deal(void **state)
{
	struct test_world *t = *state;
	struct posted p = world_fact(t, "lead.received", "", LEAD);
	int64_t deal = p.event.deal, customer = p.event.customer;

	assert_int_equal(p.status, FL_OK);
	assert_false(p.event.misfit);
	assert_true(deal != 0 && customer != 0 && p.event.subject != 0);
	assert_int_equal(p.event.home, customer);
	assert_string_equal(caused_type(&p, 0), "deal.opened");
	assert_string_equal(
		world_field(t, customer, "name"), "\"Sofie Peeters\"");
	assert_string_equal(world_field(t, deal, "vehicle"),
		"{\"make\":\"Volvo\",\"model\":\"XC40\"}");
	assert_string_equal(world_field(t, customer, "consent"),
		"{\"phone\":{\"basis\":\"asked\",\"given_at\":1788256800000}}");
	assert_string_equal(world_field(t, customer, "unreachable"), "-");
	assert_string_equal(world_field(t, rooftop(t), "new_leads"),
		arena_printf(&t->arena, "[%lld]", (long long)deal));
}

static void test_second_lead_same_wish_is_linked(void **state)
{
	struct test_world *t = *state;
	struct posted a = world_fact(t, "lead.received", "", LEAD);
	struct posted b = world_fact(t, "lead.received", "",
		"{'customer':{'phone':'06-12345678'},"
		"'vehicles':[{'make':'VOLVO'}]}");
	struct posted c = world_fact(t, "lead.received", "",
		"{'customer':{'phone':'0612345678'},"
		"'vehicles':[{'make':'Kia'}]}");

	assert_int_equal(b.event.customer, a.event.customer);
	assert_int_equal(b.event.deal, a.event.deal);
	assert_string_equal(caused_type(&b, 0), "lead.duplicate_linked");
	assert_int_equal(c.event.customer, a.event.customer);
	assert_true(c.event.deal != a.event.deal);
	assert_string_equal(caused_type(&c, 0), "deal.opened");
	assert_string_equal(world_field(t, a.event.deal, "leads"), "2");
}

static void test_resend_changes_nothing_but_a_count(void **state)
{
	struct test_world *t = *state;
	struct posted a = world_fact(t, "lead.received", "", LEAD);
	struct posted b = world_fact(t, "lead.received", "", LEAD);

	assert_int_equal(b.event.subject, a.event.subject);
	assert_int_equal(b.caused.count, 0);
	assert_string_equal(world_field(t, a.event.subject, "resent"), "1");
	assert_string_equal(world_field(t, a.event.deal, "leads"), "1");
}

static void test_unreachable_customer_is_flagged(void **state)
{
	struct test_world *t = *state;
	struct posted p = world_fact(
		t, "lead.received", "", "{'customer':{'name':'X'},'odd':1}");

	assert_int_equal(p.status, FL_OK);
	assert_string_equal(
		world_field(t, p.event.customer, "unreachable"), "true");
	assert_int_equal(p.problems.errors, 0);
	assert_int_equal(p.problems.count, 1);
	assert_string_equal(p.problems.items[0].code, "FL201");
	assert_int_equal(value_get(&p.event.data, "extra")->count, 1);
}

static void test_contact_sets_tempo_and_touch(void **state)
{
	struct test_world *t = *state;
	struct posted p = world_fact(t, "lead.received", "", LEAD);
	const char *deal = id_ref(t, p.event.deal);
	int64_t first = t->at;

	p = world_post(t, "contact.attempted", deal, "{'channel':'phone'}");
	assert_string_equal(
		world_field(t, p.event.deal, "state"), "\"attempting\"");
	assert_string_equal(caused_type(&p, 0), "deal.state_changed");
	p = world_post(t, "contact.made", deal,
		"{'channel':'phone','tempo_days':28,'next_contact_at':"
		"1789000000000,'consent.email':true}");
	assert_int_equal(p.status, FL_OK);
	assert_string_equal(
		world_field(t, p.event.deal, "state"), "\"engaged\"");
	assert_string_equal(
		world_field(t, p.event.customer, "tempo_days"), "28");
	assert_string_equal(world_field(t, p.event.customer, "next_contact_at"),
		"1789000000000");
	assert_non_null(strstr(
		world_field(t, p.event.customer, "consent"), "\"email\""));
	assert_string_equal(world_field(t, rooftop(t), "new_leads"), "-");
	t->at = first - 1000; /* an older fact comes late */
	p = world_fact(t, "contact.made", deal, "{}");
	assert_string_equal(world_field(t, p.event.deal, "touch_count"), "2");
	assert_string_equal(
		world_field(t, p.event.deal, "last_touch_at"), "1788256800000");
	t->at = 1789000000001; /* the stated day has come */
	p = world_post(t, "contact.made", deal, "{}");
	assert_string_equal(
		world_field(t, p.event.customer, "next_contact_at"), "-");
}

static void test_customer_given_finds_the_single_deal(void **state)
{
	struct test_world *t = *state;
	struct posted a = world_fact(t, "lead.received", "", LEAD), b, c;
	const char *customer = id_ref(t, a.event.customer);

	b = world_post(t, "contact.made", "",
		arena_printf(&t->arena, "{'customer':%lld}",
			(long long)a.event.customer));
	assert_int_equal(b.event.deal, a.event.deal);
	world_fact(t, "lead.received", "",
		"{'customer':{'phone':'+31612345678'},"
		"'vehicles':[{'make':'Kia'}]}");
	c = world_post(t, "contact.made", customer, "{}");
	assert_int_equal(c.status, FL_CONFLICT);
	assert_string_equal(c.problems.items[0].code, "FL222");
	assert_non_null(strstr(c.problems.items[0].text, "D1, D3"));
}

static void test_unknown_deal(void **state)
{
	struct test_world *t = *state;
	struct posted p = world_post(t, "contact.made", "d0000001", "{}");
	const struct record *c;

	assert_int_equal(p.status, FL_NOT_FOUND);
	assert_string_equal(p.problems.items[0].code, "FL221");
	p = world_fact(t, "contact.made", "d0000001", "{}");
	assert_int_equal(p.status, FL_OK);
	assert_string_equal(world_find(t, p.event.subject)->ref.at, "d0000001");
	/* somebody is the customer: rules read deal.customer unasked */
	c = world_find(t, p.event.subject);
	assert_int_equal(value_get(&c->fields, "customer")->as.integer,
		p.event.customer);
	c = world_find(t, p.event.customer);
	assert_string_equal(c->kind.at, "customer");
	assert_null(record_get(c, "name"));
	assert_int_equal(p.event.home, c->home);
	p = world_fact(t, "contact.made", "d0000001", "{}");
	assert_string_equal(world_field(t, p.event.deal, "touch_count"), "2");
	assert_int_equal(p.event.customer, c->id);
	/* what is learned later is learned of that customer */
	p = world_fact(t, "lead.received", "", "{'deal':'d0000001',"
		"'customer':{'name':'Kees Nieuw','phone':'0612345679'}}");
	assert_int_equal(p.event.customer, c->id);
	assert_string_equal(
		world_field(t, c->id, "name"), "\"Kees Nieuw\"");
	p = world_post(t, "contact.made", "", "{}");
	assert_int_equal(p.status, FL_NOT_FOUND);
}

static void test_visits(void **state)
{
	struct test_world *t = *state;
	int64_t deal = deal_in(t, "engaged");
	const char *ref = id_ref(t, deal);
	struct posted a = world_post(
			      t, "visit.started", ref, "{'person':'jan'}"),
		      b, c;

	assert_string_equal(world_field(t, deal, "state"), "\"visited\"");
	b = world_post(t, "visit.ended", ref, "{'outcome':'thinking'}");
	assert_int_equal(b.event.subject, a.event.subject);
	assert_string_equal(
		world_field(t, a.event.subject, "state"), "\"unsold\"");
	assert_string_equal(world_field(t, deal, "state"), "\"visited\"");
	c = world_post(t, "visit.started", ref, "{}");
	assert_true(c.event.subject != a.event.subject);
	assert_string_equal(world_field(t, c.event.subject, "be_back"), "true");
	world_post(t, "deal.turned_over", ref, "{'to':'piet'}");
	c = world_post(t, "visit.ended", "",
		arena_printf(&t->arena, "{'deal':%lld}", (long long)deal));
	assert_string_equal(
		world_field(t, deal, "state"), "\"deciding_at_home\"");
	b = world_post(t, "visit.ended", id_ref(t, c.event.subject), "{}");
	assert_int_equal(b.status, FL_DENIED);
	assert_string_equal(b.problems.items[0].code, "FL224");
}

static void test_walk_in_brings_a_deal(void **state)
{
	struct test_world *t = *state;
	struct posted p = world_post(t, "up.taken", "",
		"{'person':'jan','customer':{'name':'Luc'}}");

	assert_int_equal(p.status, FL_OK);
	assert_string_equal(caused_type(&p, 0), "deal.state_changed");
	assert_string_equal(caused_type(&p, 1), "deal.opened");
	assert_string_equal(world_field(t, p.event.deal, "handler"), "\"jan\"");
	assert_string_equal(world_field(t, p.event.deal, "visit"),
		world_field(t, p.event.deal, "visit"));
	assert_int_equal(
		world_find(t, p.event.subject)->home, p.event.customer);
}

static void test_signature_turns_the_light_red(void **state)
{
	struct test_world *t = *state;
	int64_t deal = deal_in(t, "new");
	struct posted p = world_post(t, "deal.signed", id_ref(t, deal),
		"{'price':'€ 20.500','promises':'none'}");

	assert_int_equal(p.status, FL_OK);
	assert_string_equal(world_field(t, deal, "state"), "\"signed\"");
	assert_string_equal(world_field(t, deal, "light"), "\"red\"");
	assert_string_equal(world_field(t, deal, "seller"), "\"jan\"");
	assert_string_equal(world_field(t, deal, "price"), "2050000");
	p = world_post(t, "deal.signed", id_ref(t, deal), "{}");
	assert_int_equal(p.status, FL_DENIED);
	assert_non_null(
		strstr(p.problems.items[0].remedy, "delivery.handed_off"));
}

static void test_handoff_accept_and_refuse(void **state)
{
	struct test_world *t = *state;
	int64_t deal = deal_in(t, "signed"), delivery;
	const char *ref = id_ref(t, deal);
	struct posted p;

	p = world_post(t, "delivery.handed_off", ref, "{'to':'dana'}");
	delivery = p.event.subject;
	assert_string_equal(world_field(t, deal, "state"), "\"handed_off\"");
	p = world_post(t, "delivery.refused", ref, "{'missing':'plate,tyres'}");
	assert_int_equal(p.event.subject, delivery);
	assert_string_equal(
		world_field(t, delivery, "missing"), "[\"plate\",\"tyres\"]");
	assert_string_equal(world_field(t, deal, "state"), "\"signed\"");
	p = world_post(t, "delivery.handed_off", ref, "{'to':'dana'}");
	assert_int_equal(p.event.subject, delivery);
	p = world_post(t, "delivery.accepted", ref, "{}");
	assert_int_equal(p.status, FL_OK);
	assert_string_equal(world_field(t, deal, "handler"), "\"dana\"");
	assert_string_equal(world_field(t, deal, "state"), "\"preparing\"");
	p = world_post(t, "delivery.completed", ref, "{}");
	assert_string_equal(
		world_field(t, deal, "inferred"), "[\"delivery.ready\"]");
	assert_string_equal(world_field(t, deal, "state"), "\"delivered\"");
	p = world_run(t, "deal.state_changed", "",
		*value_get(&p.caused.as.items[0], "data"), false, deal);
	assert_string_equal(world_field(t, deal, "state"), "\"aftercare\"");
	assert_string_equal(world_field(t, rooftop(t), "owner_base"),
		arena_printf(&t->arena, "[%lld]", (long long)deal));
}

static void test_fact_infers_earlier_moves(void **state)
{
	struct test_world *t = *state;
	int64_t deal = deal_in(t, "quoted");
	struct posted p =
		world_post(t, "delivery.completed", id_ref(t, deal), "{}");

	assert_int_equal(p.status, FL_DENIED);
	p = world_fact(t, "delivery.completed", id_ref(t, deal), "{}");
	assert_int_equal(p.status, FL_OK);
	assert_false(p.event.misfit);
	assert_string_equal(world_field(t, deal, "state"), "\"delivered\"");
	assert_string_equal(world_field(t, deal, "inferred"),
		"[\"deal.signed\",\"delivery.handed_off\","
		"\"delivery.accepted\",\"delivery.ready\"]");
	assert_string_equal(world_field(t, deal, "light"), "\"red\"");
	p = world_fact(t, "deal.lost", id_ref(t, deal), "{}");
	assert_true(p.event.misfit);
	assert_string_equal(world_field(t, deal, "state"), "\"delivered\"");
	assert_int_equal(p.caused.count, 0);
}

static void test_failure_opens_a_case(void **state)
{
	struct test_world *t = *state;
	int64_t deal = deal_in(t, "quoted"), fail;
	const char *ref = id_ref(t, deal);
	struct posted p = world_post(t, "deal.failed", ref,
		"{'stage':'quote','save_a_deal':{'done':true}}");

	assert_string_equal(world_field(t, deal, "state"), "\"failed\"");
	assert_string_equal(world_field(t, deal, "save_a_deal"),
		"{\"done\":true,\"quality\":0}");
	p = world_run(
		t, "fails.case_opened", "", world_json(t, "{}"), false, deal);
	fail = p.event.subject;
	assert_int_equal(p.status, FL_OK);
	assert_string_equal(world_find(t, fail)->kind.at, "case");
	assert_string_equal(world_field(t, deal, "state"), "\"saving\"");
	assert_string_equal(world_field(t, fail, "seller"), "\"jan\"");
	assert_string_equal(world_field(t, fail, "stage"), "\"quote\"");
	p = world_post(t, "save_a_deal.done", id_ref(t, fail),
		"{'quality':3,'result':'no'}");
	assert_int_equal(p.event.subject, deal);
	assert_string_equal(world_field(t, deal, "state"), "\"fails_working\"");
	assert_non_null(
		strstr(world_field(t, fail, "save_a_deal"), "\"quality\":3"));
	p = world_post(t, "deal.lost", ref, "{'do_differently':'ask sooner'}");
	assert_string_equal(world_field(t, deal, "state"), "\"dormant\"");
	assert_string_equal(world_field(t, fail, "state"), "\"closed\"");
	assert_string_equal(world_field(t, rooftop(t), "sleeping"),
		arena_printf(&t->arena, "[%lld]", (long long)deal));
	p = world_post(t, "lead.granted", ref, "{'to':'piet'}");
	assert_string_equal(world_field(t, rooftop(t), "sleeping"), "-");
}

static void test_good_save_skips_saving(void **state)
{
	struct test_world *t = *state;
	int64_t deal = deal_in(t, "quoted");

	world_post(t, "deal.failed", id_ref(t, deal),
		"{'save_a_deal':{'done':true,'quality':2}}");
	world_run(t, "fails.case_opened", "", world_json(t, "{}"), false, deal);
	assert_string_equal(world_field(t, deal, "state"), "\"fails_working\"");
}

static void test_objection_stops_every_unsigned_deal(void **state)
{
	struct test_world *t = *state;
	struct posted a = world_fact(t, "lead.received", "", LEAD), p;
	struct posted b = world_fact(t, "lead.received", "",
		"{'customer':{'phone':'+31612345678'},"
		"'vehicles':[{'make':'Kia'}]}");
	struct record *signed_deal = world_find(t, b.event.deal);

	record_set(&t->arena, signed_deal, TEXT("state"), value_text("signed"));
	p = world_post(t, "customer.objected", id_ref(t, a.event.deal), "{}");
	assert_int_equal(p.status, FL_OK);
	assert_int_equal(p.event.subject, a.event.customer);
	assert_string_equal(
		world_field(t, a.event.deal, "state"), "\"stopped\"");
	assert_string_equal(
		world_field(t, a.event.deal, "light_reason"), "\"objection\"");
	assert_string_equal(
		world_field(t, b.event.deal, "state"), "\"signed\"");
	assert_string_equal(world_field(t, b.event.deal, "light"), "-");
	assert_string_equal(world_field(t, a.event.customer, "consent"), "-");
	p = world_post(t, "consent.given", id_ref(t, a.event.customer),
		"{'channel':'phone','basis':'opt-in'}");
	assert_string_equal(caused_type(&p, 0), "deal.reopened");
	p = world_run(t, "deal.reopened", "", world_json(t, "{}"), false,
		a.event.deal);
	assert_string_equal(
		world_field(t, a.event.deal, "state"), "\"engaged\"");
	assert_string_equal(world_field(t, a.event.deal, "light"), "-");
}

static void test_promise_slips(void **state)
{
	struct test_world *t = *state;
	int64_t deal = deal_in(t, "signed"), promise;
	struct posted p = world_post(t, "promise.made", id_ref(t, deal),
		"{'what':'tow bar','due_to':1788343200000}");

	promise = p.event.subject;
	assert_string_equal(world_field(t, promise, "first_term"), "86400000");
	assert_string_equal(world_field(t, promise, "owner"), "\"jan\"");
	world_post(t, "promise.at_risk", id_ref(t, deal), "{'cause':'late'}");
	p = world_post(t, "promise.slipped", id_ref(t, promise),
		"{'new_due':1788429600000}");
	assert_string_equal(world_field(t, promise, "slips"), "1");
	assert_string_equal(world_field(t, promise, "total_delay"), "86400000");
	assert_string_equal(world_field(t, promise, "state"), "\"open\"");
	world_post(t, "promise.kept", id_ref(t, promise), "{}");
	p = world_post(t, "promise.slipped", id_ref(t, promise),
		"{'new_due':1788429600000}");
	assert_int_equal(p.status, FL_DENIED);
	p = world_fact(t, "promise.slipped", id_ref(t, promise),
		"{'new_due':1788429600000}");
	assert_true(p.event.misfit);
}

static void test_people_and_debts(void **state)
{
	struct test_world *t = *state;
	int64_t deal = deal_in(t, "engaged");
	struct posted p = world_post(t, "person.absent", "jan",
		"{'until':1789000000000,'deputy':'piet'}");

	assert_int_equal(p.status, FL_OK);
	assert_string_equal(world_find(t, p.event.subject)->ref.at, "jan");
	assert_string_equal(world_field(t, p.event.subject, "absent"), "true");
	p = world_post(t, "person.returned", "", "{'person':'jan'}");
	assert_string_equal(world_field(t, p.event.subject, "absent"), "-");
	p = world_run(t, "lead.owed", "", world_json(t, "{'person':'jan'}"),
		false, deal);
	assert_string_equal(world_field(t, p.event.subject, "leads_owed"), "1");
	world_post(t, "lead.granted", id_ref(t, deal), "{'to':'jan'}");
	world_post(t, "lead.granted", id_ref(t, deal), "{'to':'jan'}");
	assert_string_equal(world_field(t, p.event.subject, "leads_owed"), "0");
}

/* The same journal folded again gives the same records. */
static void test_replay_makes_the_same_records(void **state)
{
	struct test_world *t = *state, *again = world_new();
	struct posted p[7];
	uint32_t i;

	p[0] = world_fact(t, "lead.received", "", LEAD);
	p[1] = world_fact(t, "lead.received", "",
		"{'customer':{'phone':'0612345678'}}");
	p[2] = world_fact(t, "visit.started", "#1088", "{}");
	p[3] = world_fact(t, "delivery.completed", "dms-1", "{'deal':'d-9'}");
	p[4] = world_post(t, "person.absent", "jan", "{}");
	p[5] = world_run(t, "fails.case_opened", "", world_json(t, "{}"), false,
		p[3].event.deal);
	p[6] = world_fact(t, "contact.made", "d-77", "{}");
	for (i = 0; i < 7; i++) {
		struct event e = p[i].event;
		struct value caused = value_list();
		struct problems problems;
		struct event before = e;

		assert_int_equal(p[i].status, FL_OK);
		problems_init(&problems, &again->arena);
		again->number = e.number;
		memset(again->created, 0, sizeof(again->created));
		again->world.now_ms = e.recorded_at_ms;
		e.home = e.deal = e.customer = 0;
		assert_int_equal(
			event_resolve(&again->world, &e, TEXT(""), &problems),
			FL_OK);
		assert_int_equal(e.subject, before.subject);
		assert_int_equal(e.home, before.home);
		assert_int_equal(e.deal, before.deal);
		assert_int_equal(e.customer, before.customer);
		assert_int_equal(
			event_project(&again->world, &e, &caused), FL_OK);
	}
	assert_int_equal(again->n, t->n);
	for (i = 0; i < t->n; i++) {
		struct buf a, b;

		buf_init(&a, 1 << 20);
		buf_init(&b, 1 << 20);
		record_write(&(struct brief){.to = &a}, t->records[i]);
		record_write(&(struct brief){.to = &b}, again->records[i]);
		assert_int_equal(a.len, b.len);
		assert_memory_equal(a.at, b.at, a.len);
		assert_string_equal(
			t->records[i]->ref.at, again->records[i]->ref.at);
		buf_deinit(&a);
		buf_deinit(&b);
	}
	world_free(again);
}

static void test_keys(void **state)
{
	struct test_world *t = *state;
	struct text keys[16];
	struct value data = world_json(t, LEAD);
	uint32_t n = event_keys(t->schema,
		schema_event(t->schema, TEXT("lead.received")), TEXT(""), &data,
		&t->arena, keys, 16);

	assert_int_equal(n, 2);
	assert_string_equal(keys[0].at, "lead:autosite/77");
	assert_string_equal(keys[1].at, "phone:+31612345678");
	data = world_json(t, "{'deal':'d1','visit':5}");
	n = event_keys(t->schema, schema_event(t->schema, TEXT("visit.ended")),
		TEXT("D12"), &data, &t->arena, keys, 16);
	assert_int_equal(n, 6);
	assert_string_equal(keys[0].at, "visit:D12");
	assert_string_equal(keys[1].at, "deal:D12");
	assert_string_equal(keys[2].at, "customer:D12");
	assert_string_equal(keys[3].at, "#12352");
	assert_string_equal(keys[4].at, "deal:d1");
	assert_string_equal(keys[5].at, "#5");
	data = value_map();
	n = event_keys(t->schema, schema_event(t->schema, TEXT("contact.made")),
		TEXT("d0000001"), &data, &t->arena, keys, 16);
	assert_int_equal(n, 1);
}

/* Sample data that satisfies the required fields of a type. */
static struct value sample(struct test_world *t, const struct event_def *def)
{
	struct value data = value_map();
	uint32_t i;

	for (i = 0; i < def->n_fields; i++) {
		const struct field_def *f = &def->fields[i];
		struct value v = value_text("x");

		if (!f->required)
			continue;
		if (f->type == FIELD_CHOICE)
			v = value_of_text(f->choices[0]);
		else if (f->type != FIELD_TEXT && f->type != FIELD_PERSON &&
			 f->type != FIELD_ANY)
			v = value_int(1);
		value_set(&t->arena, &data, f->name, v);
	}
	return data;
}

/* Every type in every state: a known move, legal and unchanged, or refused
 * with what is legal; as a fact never refused and never halfway. */
static void test_every_event_in_every_state(void **state)
{
	uint32_t i, n, checked = 0;
	int at;

	(void)state;
	for (at = 0; at < SCHEMA_STATES; at++) {
		struct test_world *t = world_new();

		n = schema_event_count(t->schema);
		for (i = 0; i < n; i++) {
			const struct event_def *def =
				schema_event_at(t->schema, i);
			const struct life_move *m;
			int64_t deal = deal_in(t, schema_state_name(at).at);
			struct value data = sample(t, def);
			struct posted p;
			int now;

			m = def->moves ? schema_move(t->schema, at, def->name,
						 &data)
				       : NULL;
			p = world_run(t, def->name.at, id_ref(t, deal), data,
				true, 0);
			now = event_deal_state(&t->world, world_find(t, deal));
			if (def->moves && m == NULL) {
				assert_int_equal(p.status, FL_DENIED);
				assert_non_null(p.problems.items[0].remedy);
				assert_true(strlen(p.problems.items[0].remedy) >
					    strlen("what fits now: "));
				assert_int_equal(now, at);
			} else if (p.status == FL_OK) {
				assert_int_equal(
					now, m != NULL && m->to.bytes > 0
						     ? schema_state(m->to)
						     : at);
			} else {
				/* nothing there to be accepted, kept ... */
				assert_int_equal(p.status, FL_NOT_FOUND);
				assert_false(def->opens);
			}
			p = world_run(t, def->name.at, id_ref(t, deal),
				sample(t, def), false, 0);
			assert_true(
				p.status == FL_OK || p.status == FL_NOT_FOUND);
			checked++;
		}
		world_free(t);
	}
	assert_true(checked >= SCHEMA_STATES * 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_lead_makes_customer_and_deal),
		T(test_second_lead_same_wish_is_linked),
		T(test_resend_changes_nothing_but_a_count),
		T(test_unreachable_customer_is_flagged),
		T(test_contact_sets_tempo_and_touch),
		T(test_customer_given_finds_the_single_deal),
		T(test_unknown_deal),
		T(test_visits),
		T(test_walk_in_brings_a_deal),
		T(test_signature_turns_the_light_red),
		T(test_handoff_accept_and_refuse),
		T(test_fact_infers_earlier_moves),
		T(test_failure_opens_a_case),
		T(test_good_save_skips_saving),
		T(test_objection_stops_every_unsigned_deal),
		T(test_promise_slips),
		T(test_people_and_debts),
		T(test_replay_makes_the_same_records),
		T(test_keys),
		cmocka_unit_test(test_every_event_in_every_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
