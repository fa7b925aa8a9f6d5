#include "desk.h"

#include "ask/sentence.h"

static int setup(void **state)
{
	*state = desk_new();
	return 0;
}

static int teardown(void **state)
{
	desk_free(*state);
	return 0;
}

#define AT(v, path, text) assert_string_equal(desk_at(d, &(v), path), text)

static void test_ids(void **state)
{
	struct desk *d = *state;
	struct text kind;

	assert_string_equal(id_show(&d->a, TEXT("event"), 128).at, "E128");
	assert_string_equal(
		id_show(&d->a, TEXT("task"), RECORD_ID(130, 0)).at, "T130");
	assert_string_equal(
		id_show(&d->a, TEXT("task"), RECORD_ID(130, 1)).at, "T130-2");
	assert_int_equal(id_read(TEXT("t130-2"), &kind), RECORD_ID(130, 1));
	assert_string_equal(kind.at, "task");
	assert_int_equal(id_read(TEXT("E128"), &kind), 128);
	assert_string_equal(kind.at, "event");
	assert_int_equal(id_read(TEXT("E12x"), &kind), 0);
	assert_int_equal(id_read(TEXT("Peeters"), NULL), 0);
	assert_int_equal(id_read(TEXT("d0000001"), NULL), 0);
	assert_int_equal(id_read(TEXT(""), NULL), 0);
}

/* Every type people may meet has words of its own. */
static void test_sentences(void **state)
{
	struct desk *d = *state;
	struct reader *r = desk_reader(d);
	struct ask ask = desk_ask_of(d, r);
	struct view *v = view_new(&ask);
	struct value none = value_map(),
		     some = desk_json(d, "{'channel':'phone','tempo_days':21}");
	uint32_t n = schema_event_count(v->schema);

	for (uint32_t i = 0; i < n; i++) {
		const struct event_def *def = schema_event_at(v->schema, i);
		struct text said = sentence_make(v, def->name, &none);

		if (strncmp(def->name.at, "task.", 5) == 0 ||
			strcmp(def->name.at, "timer.fired") == 0)
			continue;
		if (text_equal(said, def->means))
			fail_msg("%s has no words", def->name.at);
		assert_null(strpbrk(said.at, "[]{}"));
	}
	assert_string_equal(sentence_make(v, TEXT("contact.made"), &none).at,
		"Contact gehad");
	assert_string_equal(sentence_make(v, TEXT("contact.made"), &some).at,
		"Contact gehad (telefoon), wil elke 21 dagen iets horen");
	assert_string_equal(
		sentence_make(v, TEXT("acme.won"), &some).at, "acme.won");
	reader_free(r);
}

static void test_table(void **state)
{
	(void)state;
	assert_non_null(ask_find("today"));
	assert_null(ask_find("todya"));
	assert_string_equal(ask_near("todya"), "today");
	assert_null(ask_near("xxxxxxxx"));
	for (const struct ask_row *r = ask_table(); r->name != NULL; r++)
		assert_true(r->fn != NULL || r->way == ASK_ROOFTOP);
}

static void test_today(void **state)
{
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	v = desk_get(d, "today", "{'person':'jan'}");
	AT(v, "person", "jan");
	AT(v, "name", "Jan de Boer");
	AT(v, "open", "1");
	AT(v, "late", "0");
	AT(v, "now", "2026-09-01T10:00:00+02:00");
	AT(v, "tasks.0.title", "Nieuwe lead: bel Sofie Peeters nu");
	AT(v, "tasks.0.phone", "+31612345678");
	AT(v, "tasks.0.deal", "D3");
	AT(v, "tasks.0.customer", "C3");
	AT(v, "tasks.0.due", "2026-09-01T10:05:00+02:00");
	AT(v, "tasks.0.due_text", "10:05");
	AT(v, "tasks.0.late", "false");
	AT(v, "tasks.0.card", "standard/first-response");
	AT(v, "tasks.0.answers.0.outcome", "reached");
	v = desk_get(d, "today", "{'person':'Jan'}");
	AT(v, "person", "jan");
	desk_run_days(d, 1);
	v = desk_get(d, "today", "{}");
	/* nobody called: it was Piet's turn after half an hour */
	AT(v, "people.0.open", "0");
	AT(v, "people.1.person", "piet");
	AT(v, "people.1.late", "1");
	AT(v, "people.1.tasks.0.late", "true");
	AT(v, "people.1.tasks.0.due_text", "di 1 sep 10:35");
	AT(v, "nobody", "[]");
}

/* A slipped promise: who calls sees what may be given away. */
static void test_today_goodwill(void **state)
{
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	desk_post(d, "{'type':'deal.signed','data':{'deal':'D3','seller':'jan',"
		     "'price':'60.000'}}");
	desk_post(d, "{'type':'promise.made','data':{'deal':'D3','what':"
		     "'trekhaak','due_to':'2026-12-01','owner':'jan'}}");
	desk_post(d, "{'type':'promise.slipped','data':{'deal':'D3','new_due':"
		     "'2026-12-08'}}");
	desk_post(d, "{'type':'promise.slipped','data':{'deal':'D3','new_due':"
		     "'2026-12-15'}}");
	v = desk_get(d, "today", "{'person':'sanne'}");
	AT(v, "tasks.0.step", "slip.2");
	AT(v, "tasks.0.goodwill.at_most", "120000");
	AT(v, "tasks.0.goodwill_text",
		"coulance € 300 tot € 1.200; zeg het bij het antwoord: "
		"goodwill=BEDRAG");
}

static void test_today_wrong_name(void **state)
{
	struct desk *d = *state;
	struct value v;

	assert_int_equal(
		desk_ask(d, "today", "{'person':'Jann'}", &v), FL_NOT_FOUND);
	assert_string_equal(desk_problem(d, "FL504")->nearest, "jan");
	assert_int_equal(
		desk_ask(d, "today", "{'person':'Smit'}", &v), FL_CONFLICT);
	assert_int_equal(
		desk_ask(d, "today", "{'persn':'jan','x':1}", &v), FL_INVALID);
	assert_int_equal(d->p.errors, 2);
	assert_string_equal(d->p.items[0].nearest, "person");
	assert_int_equal(desk_ask(d, "today", "{'person':[]}", &v), FL_INVALID);
}

static void test_find(void **state)
{
	static const char *const typed[] = {"peet", "Sofie Peeters", "C3", "D3",
		"d3", "0612345678", "+31 6 12345678", "gx-123-b",
		"SOFIE@voorbeeld.nl", "l1", "W3", "345678",
		"061234", "06-12 34", "gx-1", "123b"};
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		if (strcmp(typed[i], "l1") == 0)
			continue;
		v = desk_get(d, "find",
			arena_printf(&d->a, "{'text':'%s'}", typed[i]));
		if (strcmp(desk_at(d, &v, "found.0.id"), "C3") != 0)
			fail_msg("%s finds %s", typed[i],
				desk_at(d, &v, "found"));
		AT(v, "found.1", "-");
		AT(v, "found.0.deals.0.deal", "D3");
		AT(v, "found.0.deals.0.state", "new");
		AT(v, "found.0.deals.0.car", "Kia Niro (GX-123-B)");
	}
	for (size_t i = 0; i < 4; i++) {
		static const char *const none[] = {
			"nobody", "999999", "x99", "9z"};

		v = desk_get(d, "find",
			arena_printf(&d->a, "{'text':'%s'}", none[i]));
		AT(v, "found", "[]");
	}
}

static void test_who_is_meant(void **state)
{
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	desk_post(d, "{'type':'lead.received','source':'s','id':'2','data':{"
		     "'deal':'dms-77','customer':{'name':'Ans Peeters','phone':"
		     "'0611111111'}}}");
	assert_int_equal(
		desk_ask(d, "deal", "{'who':'peeters'}", &v), FL_CONFLICT);
	assert_non_null(strstr(desk_problem(d, "FL505")->remedy,
		"D3 (Sofie Peeters, Kia Niro (GX-123-B))"));
	assert_non_null(
		strstr(desk_problem(d, "FL505")->remedy, "(Ans Peeters)"));
	assert_int_equal(desk_ask(d, "deal", "{'who':'Sofie Petres'}", &v),
		FL_NOT_FOUND);
	assert_string_equal(desk_problem(d, "FL504")->nearest, "Sofie Peeters");
	v = desk_get(d, "deal", "{'who':'dms-77'}");
	AT(v, "customer.name", "Ans Peeters");
	AT(v, "ref", "dms-77");
	assert_int_equal(desk_ask(d, "deal", "{}", &v), FL_INVALID);
	assert_non_null(desk_problem(d, "FL501"));
}

static void test_deal_tells_the_story(void **state)
{
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	desk_do(d, "answer", "{'task':'Peeters','outcome':'gesproken'}");
	desk_post(d, "{'type':'quote.presented','data':{'deal':'Peeters',"
		     "'amount':'31250'}}");
	v = desk_get(d, "deal", "{'who':'06 12345678'}");
	AT(v, "deal", "D3");
	AT(v, "state", "quoted");
	AT(v, "state_text", "voorstel gehad");
	AT(v, "light", "green");
	AT(v, "handler_name", "Jan de Boer");
	AT(v, "car", "Kia Niro (GX-123-B)");
	AT(v, "price", "€ 31.250");
	AT(v, "price_cents", "3125000");
	AT(v, "customer.phone", "+31612345678");
	AT(v, "other_deals", "[]");
	AT(v, "story.0.event", "E3");
	AT(v, "story.0.text", "Nieuwe lead via website: Kia Niro (GX-123-B)");
	AT(v, "story.0.at_text", "10:00");
	AT(v, "story.2.text", "Toegewezen aan Jan de Boer (aan de beurt)");
	AT(v, "story.2.did.0.task", "T5");
	AT(v, "story.2.did.0.text",
		"bellen, Jan de Boer, voor 10:05: Nieuwe "
		"lead: bel Sofie Peeters nu");
	AT(v, "story.3.text",
		"Antwoord \"gesproken\": Nieuwe lead: bel Sofie "
		"Peeters nu");
	AT(v, "story.3.actor_name", "Jan de Boer");
	AT(v, "next.0.step", "ask-tempo");
	AT(v, "next.0.at_text", "wo 2 sep 09:00");
	AT(v, "next.0.what",
		"Bedank Sofie Peeters. Vraag: wanneer hoort u graag weer van "
		"mij, en mag ik u bellen?");
	AT(v, "left_out", "-");
}

/* That nobody may be called is told once, with how often it was found. */
static void test_deal_counts(void **state)
{
	static const char type[] = "contact.refused_by_guard";
	struct desk *d = *state;
	const struct value *story, *held = NULL;
	struct value v;

	desk_post(d, DESK_LEAD);
	desk_post(d, "{'type':'visit.started','data':{'deal':'Peeters',"
		     "'person':'jan'}}");
	desk_post(d, "{'type':'visit.ended','data':{'deal':'Peeters',"
		     "'outcome':'thinking','turned_over_to':'piet'}}");
	desk_run_days(d, 35);
	v = desk_get(d, "deal", "{'who':'06 12345678'}");
	story = value_get(&v, "story");
	for (uint32_t i = 0; i < story->count; i++) {
		const struct value *one = &story->as.items[i];

		if (strcmp(value_get_str(one, "type"), type) != 0)
			continue;
		assert_null(held);
		held = one;
	}
	assert_non_null(held);
	assert_int_equal(value_get_int(held, "times", 0), 2);
	assert_string_equal(value_get_str(held, "text"),
		"Contact mocht nu niet (telefoon): er is geen toestemming voor "
		"dit kanaal (2 keer, laatst di 22 sep 09:00)");
}

static void test_why(void **state)
{
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	v = desk_get(d, "why", "{'task':'T5'}");
	AT(v, "task.title", "Nieuwe lead: bel Sofie Peeters nu");
	AT(v, "because.card", "standard/first-response");
	AT(v, "because.card_title", "Nieuwe lead: direct bellen");
	AT(v, "because.file", "packs/standard/first-response.lua");
	AT(v, "because.text", "step \"call\" {");
	AT(v, "because.ruleset", "1");
	AT(v, "because.live_since", "2026-09-01T10:00:00+02:00");
	AT(v, "chain.0.type", "lead.received");
	AT(v, "chain.0.source", "adf:site");
	AT(v, "chain.0.id", "l1");
	AT(v, "chain.1.type", "lead.assigned");
	AT(v, "chain.1.caused_by", "E3");
	v = desk_get(d, "why", "{'task':'E5'}");
	AT(v, "decided.0.card", "standard/first-response");
	AT(v, "decided.0.fate", "ran");
	AT(v, "decided.0.did.0.effect", "enter");
	AT(v, "decided.0.did.1.effect", "task");
	assert_int_equal(
		desk_ask(d, "why", "{'task':'T99'}", &v), FL_NOT_FOUND);
	assert_int_equal(
		desk_ask(d, "why", "{'task':'E99'}", &v), FL_NOT_FOUND);
}

/* A step of a card: its line and file come from the archived rules. */
static void test_why_a_step(void **state)
{
	struct desk *d = *state;
	struct value v, list;

	desk_post(d, DESK_LEAD);
	desk_post(d, "{'type':'consent.given','data':{'customer':'Peeters',"
		     "'channel':'phone'}}");
	desk_post(d, "{'type':'contact.made','data':{'deal':'Peeters',"
		     "'channel':'phone'}}");
	desk_run_days(d, 2);
	list = desk_get(d, "tasks", "{'person':'jan'}");
	AT(list, "tasks.0.step", "ask-tempo");
	v = desk_get(d, "why",
		arena_printf(&d->a, "{'task':'%s'}",
			desk_at(d, &list, "tasks.0.task")));
	AT(v, "because.card", "standard/own-tempo");
	AT(v, "because.step", "ask-tempo");
	AT(v, "because.file", "packs/standard/own-tempo.lua");
	assert_non_null(strstr(desk_at(d, &v, "because.text"), "step \""));
	AT(v, "chain.0.type", "timer.fired");
}

static void test_late(void **state)
{
	struct desk *d = *state;
	struct value v = desk_get(d, "late", "{}");

	AT(v, "count", "0");
	desk_post(d, DESK_LEAD);
	desk_post(d, "{'type':'deal.revived','source':'dms','id':'x1',"
		     "'data':{'deal':'Peeters'}}");
	v = desk_get(d, "late", "{}");
	AT(v, "count", "1");
	AT(v, "late.0.type", "deal.revived");
	AT(v, "late.0.misfit", "true");
	AT(v, "late.0.source", "dms");
	AT(v, "late.0.state", "new");
	assert_non_null(strstr(desk_at(d, &v, "late.0.reason"), "nieuw"));
	assert_int_equal(desk_ask(d, "late", "{'limit':0}", &v), FL_INVALID);
}

static void test_status(void **state)
{
	struct desk *d = *state;
	struct reader *r = desk_reader(d);
	struct ask ask = desk_ask_of(d, r);
	struct value v, args = value_map();
	char cards[16];

	value_put(&d->a, &ask.live, "clock", value_text("training"));
	value_put(&d->a, &ask.live, "events", value_int(-1));
	problems_init(&d->p, &d->a);
	assert_int_equal(ask_find("status")->fn(&ask, &args, &v, &d->p), FL_OK);
	reader_free(r);
	AT(v, "rooftop", "Van Dijk");
	AT(v, "language", "nl");
	AT(v, "ruleset.number", "1");
	AT(v, "ruleset.since", "2026-09-01T10:00:00+02:00");
	assert_int_equal(strlen(desk_at(d, &v, "ruleset.digest")), 64);
	snprintf(cards, sizeof(cards), "%u",
		ruleset_book(ask.ruleset)->n_cards);
	AT(v, "cards", cards);
	AT(v, "people", "5");
	AT(v, "events", "2");
	AT(v, "last_event", "E2");
	AT(v, "clock", "training");
	assert_string_not_equal(desk_at(d, &v, "settings.0.name"), "-");
}

static void test_show(void **state)
{
	struct desk *d = *state;
	struct value v;

	v = desk_get(d, "show", "{}");
	AT(v, "cards.0.card", "own/broken");
	v = desk_get(d, "show", "{'card':'own-tempo'}");
	AT(v, "card", "standard/own-tempo");
	AT(v, "kind", "cadence");
	AT(v, "sentences.3",
		"Pauzeert bij \"Afspraak gemaakt\" (appointment.set), tot "
		"\"Klant kwam op de afspraak\" (appointment.kept) of \"Klant "
		"kwam niet op de afspraak\" (appointment.missed).");
	AT(v, "steps.0.step", "ask-tempo");
	AT(v, "steps.0.appears", "2026-09-02T09:00:00+02:00");
	AT(v, "steps.0.due", "2026-09-02T18:00:00+02:00");
	AT(v, "steps.1.sentences.5", "no_answer: opnieuw na 2 werkdagen, "
				     "hoogstens 2 keer.");
	v = desk_get(d, "show", "{'card':'fails-department'}");
	AT(v, "steps.2.step", "new-angle");
	AT(v, "steps.2.appears", "2026-09-05T09:00:00+02:00");
	v = desk_get(d, "show", "{'card':'standard/delivery'}");
	assert_non_null(strstr(desk_at(d, &v, "sentences.3"), "4 werkuren"));
	v = desk_get(d, "show", "{'card':'closing-a-loss'}");
	AT(v, "kind", "gate");
	assert_non_null(strstr(desk_at(d, &v, "sentences.3"), "(deal.lost)"));
	v = desk_get(d, "show", "{'card':'peak'}");
	AT(v, "kind", "mode");
	AT(v, "sentences.1", "Elk jaar van 1-11 tot en met 30-11.");
	assert_int_equal(desk_ask(d, "show", "{'card':'delivry'}", &v),
		FL_NOT_FOUND);
	assert_string_equal(d->p.items[0].nearest, "delivery");
}

/* Does the answer, as JSON, have these words? */
static bool says(const struct value *v, const char *words)
{
	struct buf b;
	bool found;

	buf_init(&b, 1u << 20);
	value_write(&b, v);
	buf_add_char(&b, '\0');
	assert_false(b.failed);
	found = strstr(b.at, words) != NULL;
	buf_deinit(&b);
	return found;
}

/* Every card there is says what kind it is and at least one sentence. */
static void test_show_every_card(void **state)
{
	struct desk *d = *state;
	struct value all = desk_get(d, "show", "{}"), v;
	const struct value *cards = value_get(&all, "cards");
	bool gate = false, mode = false;

	for (uint32_t i = 0; i < cards->count; i++) {
		const char *name =
			value_get_str(&cards->as.items[i], "card");

		v = desk_get(d, "show",
			arena_printf(&d->a, "{'card':'%s'}", name));
		assert_string_not_equal(desk_at(d, &v, "sentences.0"), "-");
		/* an event that it names has no data to tell */
		assert_false(says(&v, "?\\\" ("));
		gate = gate || strcmp(desk_at(d, &v, "kind"), "gate") == 0;
		mode = mode || strcmp(desk_at(d, &v, "kind"), "mode") == 0;
	}
	assert_true(gate && mode);
	v = desk_get(d, "show", "{'card':'first-response'}");
	assert_true(says(&v, "Toegewezen\\\" (lead.assigned)"));
	v = desk_get(d, "show", "{'card':'closing-a-loss'}");
	assert_non_null(strstr(desk_at(d, &v, "sentences.3"),
		"Niemand kan melden: "));
	assert_non_null(strstr(desk_at(d, &v, "sentences.6"),
		"minstens 20 tekens"));
	v = desk_get(d, "show", "{'card':'peak'}");
	AT(v, "sentences.1", "Elk jaar van 1-11 tot en met 30-11.");
}

/* The condition `what` of `step` ("" the card's) in an answer of why-not. */
static const struct value *condition_of(struct desk *d, const struct value *v,
	const char *what, const char *step)
{
	const struct value *list = value_get(v, "conditions");

	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *c = &list->as.items[i];
		const char *of = value_get_str(c, "step");

		if (strcmp(value_get_str(c, "what"), what) == 0 &&
			strcmp(of != NULL ? of : "", step) == 0)
			return c;
	}
	fail_msg("no condition %s of %s in %s", what, step, v->kind == VALUE_MAP
			? desk_at(d, v, "card") : "?");
	return NULL;
}

#define COND(v, what, step, path, text)                                        \
	assert_string_equal(                                                   \
		desk_at(d, condition_of(d, &(v), what, step), path), text)

static void test_why_not(void **state)
{
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	v = desk_get(d, "why-not", "{'card':'own-tempo','who':'Sofie'}");
	AT(v, "card", "standard/own-tempo");
	AT(v, "inside", "false");
	AT(v, "first.what", "starts");
	AT(v, "nearest.missing", "1");
	COND(v, "starts", "", "text",
		"begint bij \"Bezoek afgelopen\" (visit.ended): nooit "
		"gebeurd");
	COND(v, "quarantined", "", "ok", "true");
	COND(v, "as_long_as", "", "ok", "true");
	COND(v, "as_long_as", "", "reads.0.field", "deal.light");
	COND(v, "people", "ask-tempo", "ok", "true");
	COND(v, "channel", "ask-tempo", "ok", "false");
	COND(v, "once", "ask-tempo", "ok", "true");
	/* she came, she thinks it over: the card begins */
	desk_post(d, "{'type':'visit.started','data':{'customer':'Sofie "
		     "Peeters','person':'jan'}}");
	desk_post(d, "{'type':'visit.ended','data':{'customer':'Sofie Peeters'"
		     ",'outcome':'thinking','turned_over_to':'piet'}}");
	v = desk_get(d, "why-not", "{'card':'own-tempo','who':'Sofie'}");
	AT(v, "inside", "true");
	AT(v, "first.what", "time");
	AT(v, "first.step", "ask-tempo");
	COND(v, "unless", "ask-tempo", "reads.1.field",
		"customer.tempo_days");
	COND(v, "unless", "ask-tempo", "reads.1.text", "niets");
	COND(v, "time", "ask-tempo", "at", "2026-09-02T09:00:00+02:00");
}

static void test_why_not_refuses(void **state)
{
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	assert_int_equal(desk_ask(d, "why-not",
		"{'card':'own-temp','who':'Sofie'}", &v), FL_NOT_FOUND);
	assert_string_equal(d->p.items[0].nearest, "own-tempo");
	assert_int_equal(desk_ask(d, "why-not",
		"{'card':'fails-department','who':'Sofie'}", &v),
		FL_NOT_FOUND);
	assert_string_equal(d->p.items[0].field, "who");
	assert_int_equal(desk_ask(d, "why-not", "{'card':'own-tempo'}", &v),
		FL_INVALID);
	assert_int_equal(desk_ask(d, "why-not",
		"{'card':'own-tempo','who':'Sofie','at':'soon'}", &v),
		FL_INVALID);
}

/* What a gate will ask is on the list and in the story before anybody tries,
 * and gone when it cannot be said any more. */
static void test_gates(void **state)
{
	static const char *const fields[] = {"second_face", "accepted_by",
		"do_differently", "reasons"};
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	desk_post(d, "{'type':'deal.failed','data':{'customer':'phone:+31612345678','stage':'quote',"
		"'reason':'price'}}");
	v = desk_get(d, "today", "{'person':'els'}");
	assert_int_equal(value_get(&v, "gates")->count, 0);
	desk_post(d, "{'type':'save_a_deal.done','data':{'customer':'phone:+31612345678','quality':"
		"2}}");
	v = desk_get(d, "today", "{'person':'els'}");
	assert_int_equal(value_get(&v, "gates")->count, 1);
	AT(v, "gates.0.event", "deal.lost");
	AT(v, "gates.0.text", "Verloren");
	AT(v, "gates.0.customer_name", "Sofie Peeters");
	for (int i = 0; i < 4; i++) {
		char path[40];

		snprintf(path, sizeof(path), "gates.0.needs.%d.field", i);
		AT(v, path, fields[i]);
	}
	/* by what is meant, and by a name that would do */
	assert_non_null(strstr(desk_at(d, &v, "gates.0.needs.0.remedy"),
		": second_face=sanne"));
	assert_non_null(strstr(desk_at(d, &v, "gates.0.needs.1.remedy"),
		": accepted_by="));
	AT(v, "gates.0.needs.2.remedy",
		"Wat doe je de volgende keer anders, en eerder?");
	v = desk_get(d, "deal", "{'who':'Sofie'}");
	AT(v, "gates.0.event", "deal.lost");
	desk_post(d, "{'type':'deal.revived','data':{'customer':'phone:+31612345678'}}");
	v = desk_get(d, "deal", "{'who':'Sofie'}");
	assert_int_equal(value_get(&v, "gates")->count, 0);
}

/* The first item of the list `in` whose `key` is `what`. */
static const struct value *item_of(const struct value *answer, const char *in,
	const char *key, const char *what)
{
	const struct value *list = value_get(answer, in);

	for (uint32_t i = 0; i < list->count; i++)
		if (strcmp(value_get_str(&list->as.items[i], key), what) == 0)
			return &list->as.items[i];
	fail_msg("no %s %s in %s", key, what, in);
	return NULL;
}

static const struct value *next_of(const struct value *answer, const char *step)
{
	return item_of(answer, "next", "step", step);
}

/* What waits is told with what stands in its way. */
static void test_next(void **state)
{
	struct desk *d = *state;
	const struct value *n;
	struct value v;

	desk_post(d, DESK_LEAD);
	desk_post(d, "{'type':'promise.made','data':{'customer':'phone:+31612345678','what':'mat',"
		"'due_to':'2026-10-01 12:00'}}");
	v = desk_get(d, "deal", "{'who':'Sofie'}");
	n = next_of(&v, "still-on-track");
	assert_true(value_get_bool(n, "ok", false));
	assert_null(value_get(n, "why"));
	n = next_of(&v, "tell");
	assert_false(value_get_bool(n, "ok", true));
	assert_string_equal(value_get_str(n, "why"),
		"alleen als de stand is in gevaar; nu: open");
	desk_post(d, "{'type':'promise.at_risk','data':{'customer':'phone:+31612345678'}}");
	v = desk_get(d, "deal", "{'who':'Sofie'}");
	assert_true(value_get_bool(next_of(&v, "tell"), "ok", false));
	assert_true(value_get_int(next_of(&v, "tell"), "line", 0) > 0);
}

static void test_orphans(void **state)
{
	static const char *const others[] = {"piet", "karin", "els", "sanne"};
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	v = desk_get(d, "orphans", "{}");
	AT(v, "open", "1");
	AT(v, "count", "0");
	/* as long as anybody is here, somebody stands in */
	desk_post(d, "{'type':'person.left','data':{'person':'jan'}}");
	v = desk_get(d, "orphans", "{}");
	AT(v, "count", "0");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		desk_post(d, arena_printf(&d->a,
			"{'type':'person.left','data':{'person':'%s'}}",
			others[i]));
	v = desk_get(d, "orphans", "{}");
	AT(v, "count", "1");
	AT(v, "orphans.0.customer_name", "Sofie Peeters");
	AT(v, "orphans.0.subject_kind", "deal");
	AT(v, "orphans.0.why", "person_left");
	AT(v, "orphans.0.text", "Jan de Boer is weg");
	assert_int_equal(desk_ask(d, "orphans", "{'who':'jan'}", &v),
		FL_INVALID);
}

/* A timer that a rule has set by name is next, and what it will do is told. */
static void test_named_timer(void **state)
{
	struct desk *d = *state;
	const struct value *n;
	struct value v;

	desk_post(d, DESK_LEAD);
	desk_post(d, "{'type':'own.noted','data':{'deal':'Peeters'}}");
	v = desk_get(d, "deal", "{'who':'Peeters'}");
	n = item_of(&v, "next", "card", "own/nudge");
	assert_string_equal(value_get_str(n, "step"), "@cool-down");
	assert_string_equal(value_get_str(n, "what"),
		"de wekker \"cool-down\" van deze kaart gaat");
	assert_string_equal(value_get_str(n, "at_text"), "vr 4 sep 10:00");
	v = desk_get(d, "ahead", "{'who':'Peeters','for':'1 month'}");
	n = item_of(&v, "coming", "card", "own/nudge");
	assert_string_equal(value_get_str(n, "title"), "Nog warm?");
}

static void test_ahead(void **state)
{
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	desk_post(d, "{'type':'consent.given','data':{'customer':'Sofie "
		     "Peeters','channel':'phone','purpose':'help'}}");
	desk_post(d, "{'type':'visit.started','data':{'customer':'Sofie "
		     "Peeters','person':'jan'}}");
	desk_post(d, "{'type':'visit.ended','data':{'customer':'Sofie Peeters'"
		     ",'outcome':'thinking','turned_over_to':'piet'}}");
	v = desk_get(d, "ahead", "{'who':'Sofie','for':'3 months'}");
	AT(v, "customer_name", "Sofie Peeters");
	AT(v, "cut", "false");
	AT(v, "until", "2026-12-01T10:00:00+01:00");
	/* the rhythm goes on: each touch was made, so the next one comes */
	AT(v, "coming.0.step", "ask-tempo");
	AT(v, "coming.1.step", "rhythm");
	AT(v, "coming.2.step", "rhythm");
	AT(v, "months.0.month", "2026-09");
	AT(v, "months.0.cards.0.card", "standard/own-tempo");
	AT(v, "unstaffed.0.card", "-");
	v = desk_get(d, "ahead", "{'for':'3 months'}");
	AT(v, "coming", "-");
	AT(v, "days.0.day", "2026-09-02T00:00:00+02:00");
	AT(v, "days.0.people.0.tasks", "1");
	/* who works here is no customer, and has a list of days there */
	assert_int_equal(
		desk_ask(d, "ahead", "{'who':'piet'}", &v), FL_NOT_FOUND);
	assert_string_equal(desk_problem(d, "FL504")->remedy,
		"wie hier werkt is geen klant: fairlead today piet");
	desk_post(d, "{'type':'person.absent','data':{'person':'jan'}}");
	assert_int_equal(
		desk_ask(d, "ahead", "{'who':'jan'}", &v), FL_INVALID);
	assert_non_null(
		strstr(desk_problem(d, "FL503")->text, "\"jan\" werkt hier"));
	assert_int_equal(desk_ask(d, "ahead", "{'for':'19 months'}", &v),
		FL_INVALID);
	assert_string_equal(d->p.items[0].field, "for");
}

static void test_tasks(void **state)
{
	struct desk *d = *state;
	struct value v;

	desk_post(d, DESK_LEAD);
	v = desk_get(d, "tasks", "{}");
	AT(v, "count", "1");
	AT(v, "tasks.0.task", "T5");
	AT(v, "tasks.0.step", "call");
	v = desk_get(d, "tasks", "{'state':'done'}");
	AT(v, "count", "0");
	v = desk_get(d, "tasks", "{'state':'all','person':'Jan de Boer'}");
	AT(v, "count", "1");
	assert_int_equal(
		desk_ask(d, "tasks", "{'state':'opne'}", &v), FL_INVALID);
}

/* A notice names the task it is about and who had it. */
static void test_notice_about_a_task(void **state)
{
	struct desk *d = *state;
	const struct value *n;
	struct value v;

	desk_post(d, DESK_LEAD);
	desk_post(d, "{'type':'contact.made','data':{'deal':'Peeters'}}");
	desk_post(d, "{'type':'quote.presented','data':{'deal':'Peeters'}}");
	desk_post(d, "{'type':'deal.signed','data':{'deal':'Peeters','seller':"
		     "'jan','promises':[],'extras':[],'delivery_target':"
		     "'2026-10-15','payment_agreed':true}}");
	/* what is open now is part of what is coming */
	v = desk_get(d, "ahead", "{'who':'Peeters','for':'1 week'}");
	n = item_of(&v, "coming", "step", "plan-date"); /* she accepted */
	assert_string_equal(value_get_str(n, "who"), "karin");
	desk_run_days(d, 3);
	v = desk_get(d, "today", "{'person':'sanne'}");
	AT(v, "tasks.0.title",
		"Niemand deed dit op tijd: Neem de aflevering "
		"van Sofie Peeters over (Karin Smit)");
}

static void test_terminal(void **state)
{
	struct desk *d = *state;

	desk_post(d, DESK_LEAD);
	assert_string_equal(d->told.at,
		"di 1 sep 10:00 Nieuwe lead via website: Kia Niro (GX-123-B): "
		"Sofie Peeters (D3)\n"
		"      -> standard/new-lead: Toegewezen aan Jan de Boer "
		"(aan de beurt)\n"
		"      -> standard/first-response: bellen, Jan de Boer, voor "
		"10:05: Nieuwe lead: bel Sofie Peeters nu\n");
	buf_reset(&d->told);
	desk_post(d, "{'type':'prospect.bought_elsewhere','data':{'deal':"
		     "'D3','brand':'Skoda'}}");
	assert_non_null(strstr(d->told.at, "Elders gekocht: Skoda: Sofie "
					   "Peeters (D3)\n"));
}

/* Memory that runs out anywhere is said, never half an answer. */
static void test_no_memory(void **state)
{
	static const char *const asked[][2] = {{"today", "{}"},
		{"deal", "{'who':'Peeters'}"}, {"find", "{'text':'peet'}"},
		{"why", "{'task':'T5'}"}, {"tasks", "{}"}, {"status", "{}"},
		{"answer", "{'task':'T5','outcome':'reached'}"}};
	struct desk *d = *state;

	desk_post(d, DESK_LEAD);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct value whole = desk_get(d, asked[i][0], asked[i][1]);
		struct reader *r = desk_reader(d);
		struct value args = desk_json(d, asked[i][1]);
		bool hit = true;
		long n;

		for (n = 0; hit && n < 3000; n++) {
			struct ask ask = desk_ask_of(d, r);
			struct value out;
			struct arena own;
			fl_status s;

			arena_init(&own, 0);
			ask.a = &own;
			problems_init(&d->p, &own);
			fault_after(n);
			s = ask_find(asked[i][0])->fn(&ask, &args, &out, &d->p);
			hit = fault_disarm();
			if (s != FL_OK)
				assert_int_equal(s, FL_NOMEM);
			else if (!value_equal(&out, &whole))
				fail_msg("%s, %ld: half an answer", asked[i][0],
					n);
			arena_deinit(&own);
		}
		assert_false(hit);
		reader_free(r);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_ids),
		T(test_sentences),
		T(test_table),
		T(test_today),
		T(test_today_goodwill),
		T(test_today_wrong_name),
		T(test_find),
		T(test_who_is_meant),
		T(test_deal_tells_the_story),
		T(test_deal_counts),
		T(test_why),
		T(test_why_a_step),
		T(test_late),
		T(test_status),
		T(test_show),
		T(test_show_every_card),
		T(test_named_timer),
		T(test_ahead),
		T(test_gates),
		T(test_next),
		T(test_orphans),
		T(test_why_not),
		T(test_why_not_refuses),
		T(test_tasks),
		T(test_notice_about_a_task),
		T(test_terminal),
		T(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
