/* Loading: the situations of the language, verbatim, into a rulebook; the
 * archive; test blocks. */
#include "script_run.h"

static void situations(void)
{
	set_n = 0;
	set_text("dealership.lua", SET_DEALERSHIP);
	set_text("packs/base/settings.lua", SET_SETTINGS SET_PEAK);
	set_text("packs/base/events.lua",
		"event \"acme.hot_deal_won\" { subject = \"deal\", fields = { "
		"score = \"number\" } }");
	set_text("settings.lua", "set(\"tempo\", \"4 weeks\")\nset(\"tempo\", "
				 "\"2 weeks\", { brand = \"volvo\" })");
	set_path("rules/1.lua", "tests/script/situations/1-own-tempo.lua");
	set_path("rules/2.lua", "tests/script/situations/2-delivery.lua");
	set_path("rules/3.lua", "tests/script/situations/3-fails.lua");
	set_path("rules/4.lua", "tests/script/situations/plain-lua.lua");
	set_path("rules/5.lua", "tests/script/situations/5-peak.lua");
	set_text("packs/base/aftercare.lua", SET_AFTERCARE);
	set_path("rules/7.lua", "tests/script/situations/7-loss.lua");
	set_load();
}

static const struct card *card(const char *id)
{
	char name[64];

	snprintf(name, sizeof(name), "own/%s", id);
	return rulebook_card(ruleset_book(set_rules), text_of(name));
}

static const struct step *step_of(const char *id, const char *step)
{
	const struct step *s = card_step(card(id), text_of(step));

	if (s == NULL)
		fail_msg("no step %s", step);
	return s;
}

static const struct answer *answer_of(const struct step *s, const char *name)
{
	for (uint32_t i = 0; i < s->task.n_answers; i++)
		if (text_is(s->task.answers[i].name, name))
			return &s->task.answers[i];
	fail_msg("no answer %s", name);
	return NULL;
}

static bool is_span(const struct expr *e, const char *text)
{
	return e->kind == EXPR_VALUE && e->value.kind == VALUE_TEXT &&
	       strcmp(e->value.as.text, text) == 0;
}

static void test_gate(void **state)
{
	const struct gate_spec *g;
	const struct card *c;

	(void)state;
	situations();
	c = card("closing-a-loss");
	assert_non_null(c);
	g = c->gate;
	assert_true(text_is(c->about, "deal"));
	assert_int_equal(g->n_needs, 5);
	assert_true(text_is(g->needs[0].field, "second_face"));
	assert_int_equal(g->needs[0].kind, NEED_PERSON);
	assert_int_equal(g->needs[0].not_same_as.kind, WHO_HANDLER);
	assert_int_equal(g->needs[0].n_names, 3);
	assert_true(g->needs[0].spoke);
	assert_int_equal(g->needs[1].same_as.kind, WHO_HANDLER);
	assert_int_equal(g->needs[2].at_least, 20);
	assert_int_equal(g->needs[3].n_names, 6);
	assert_int_equal(g->needs[4].kind, NEED_EITHER);
	assert_int_equal(g->n_refuses, 2);
	assert_true(text_is(g->refuses[1].words, "blame"));
	assert_int_equal(rulebook_words(ruleset_book(set_rules),
		TEXT("blame"))->n_words, 4);
	assert_int_equal(g->n_swaps, 2);
	assert_int_equal(g->swaps[0].handler_is.kind, WHO_ROLE);
	assert_int_equal(g->swaps[1].handler_is.kind, WHO_NONE);
	assert_int_equal(g->n_defaults, 1);
	assert_int_equal(g->defaults[0].wait.kind, EXPR_VALUE);
	/* what stays open is one ordinary step, over when it has closed */
	assert_int_equal(c->n_steps, 1);
	assert_true(text_is(c->steps[0].id, "still-open"));
	assert_true(text_is(c->starts[0], "deal.failed"));
	assert_true(text_is(c->stops[0], "deal.lost"));
}

static void test_mode(void **state)
{
	const struct mode_spec *m;
	const struct card *c;

	(void)state;
	situations();
	c = card("peak");
	assert_non_null(c);
	assert_true(ruleset_book(set_rules)->has_modes);
	assert_true(text_is(c->about, "rooftop"));
	m = c->mode;
	assert_true(m->yearly);
	assert_int_equal(m->from.month, 11);
	assert_int_equal(m->from.day, 1);
	assert_int_equal(m->to.day, 30);
	assert_int_equal(m->or_when.kind, COND_FN);
	assert_int_equal(m->back_when.kind, COND_FN);
	assert_true(is_span(&m->lasts_at_least, "5 work days"));
	assert_true(m->has_warn);
	assert_int_equal(m->warn_before.count, 4);
	assert_int_equal(m->n_sets, 3);
	assert_true(text_is(m->sets[0].setting, "delivery.slot_minutes"));
	assert_int_equal(m->sets[0].value.as.integer, 75);
	assert_int_equal(m->n_nevers, 1);
	assert_true(text_is(m->nevers[0].role, "seller"));
	assert_int_equal(m->n_protects, 2);
	assert_int_equal(m->protects[1].from_minute, 16 * 60);
	assert_int_equal(m->protects[1].to_minute, 17 * 60 + 30);
	assert_int_equal(m->n_pushes, 1);
	assert_true(text_is(m->pushes[0].card, "base/aftercare"));
	assert_int_equal(m->n_never_changes, 3);
}

static void test_cadence(void **state)
{
	const struct card *c;
	const struct step *s;

	(void)state;
	situations();
	assert_int_equal(ruleset_book(set_rules)->n_cards, 7);
	c = card("own-tempo");
	assert_int_equal(c->kind, CARD_CADENCE);
	assert_true(text_is(c->about, "deal"));
	assert_true(text_is(c->title.nl, "Contact in het tempo van de klant"));
	assert_int_equal(c->n_starts, 3);
	assert_int_equal(c->n_stops, 4);
	assert_int_equal(c->n_pause_from, 1);
	assert_int_equal(c->n_pause_to, 2);
	assert_int_equal(c->as_long_as.kind, COND_FN);
	assert_int_equal(c->n_steps, 3);
	s = step_of("own-tempo", "ask-tempo");
	assert_int_equal(s->timing, TIMING_AFTER);
	assert_true(is_span(&s->wait, "1 work day"));
	assert_true(s->once);
	assert_int_equal(s->unless.kind, COND_FN);
	assert_int_equal(s->n_by, 2);
	assert_int_equal(s->who.kind, WHO_HANDLER);
	assert_int_equal(s->n_writes, 2);
	assert_int_equal(s->task.n_answers, 3); /* those of every call */
	assert_int_equal(answer_of(s, "reached")->action.kind, ACTION_RECORD);
	s = step_of("own-tempo", "rhythm");
	assert_int_equal(s->timing, TIMING_EVERY);
	assert_int_equal(s->wait.kind, EXPR_FN);
	assert_true(is_span(&s->at_least, "14 days"));
	assert_true(is_span(&s->at_most, "42 days"));
	assert_int_equal(s->up_to.kind, EXPR_SETTING);
	assert_true(text_is(s->up_to.name, "patience"));
	assert_true(text_is(s->anchor, "last touch"));
	assert_true(s->offers_never);
	assert_int_equal(s->if_late, LATE_NEXT_SLOT);
	assert_int_equal(s->task.n_answers, 6);
	assert_int_equal(answer_of(s, "no_answer")->action.kind, ACTION_AGAIN);
	assert_int_equal(answer_of(s, "no_answer")->action.at_most, 2);
	assert_true(text_is(
		answer_of(s, "later")->action.ask[0], "next_contact_at"));
	assert_string_equal(
		value_get_str(&answer_of(s, "reached")->action.data, "channel"),
		"phone");
	s = step_of("own-tempo", "patience-over");
	assert_true(text_is(s->when_over, "rhythm"));
	assert_int_equal(answer_of(s, "done")->action.kind, ACTION_DONE);
}

static void test_handoff(void **state)
{
	const struct handoff_spec *h;
	const struct step *s;

	(void)state;
	situations();
	h = card("delivery")->handoff;
	assert_non_null(h);
	assert_true(text_is(card("delivery")->about, "deal"));
	assert_int_equal(h->from.kind, WHO_SELLER);
	assert_int_equal(h->to.kind, WHO_LEAST_LOADED);
	assert_int_equal(h->to.at_most, 4);
	assert_true(text_is(h->to.at_most_of, "deliveries a day"));
	assert_true(h->has_exception);
	assert_true(text_is(h->exception_field, "brand_policy"));
	assert_int_equal(h->exception_by.kind, WHO_ROLE);
	assert_true(text_is(h->exception_counts, "calls lost"));
	assert_int_equal(h->n_dossier, 6);
	assert_true(h->dossier[0].must && h->dossier[0].none_is_fine);
	assert_int_equal(h->dossier[4].when.kind, COND_FN);
	assert_false(h->dossier[5].must);
	assert_true(text_is(h->if_missing.task.kind, "todo"));
	assert_true(is_span(&h->if_missing.within, "4 work hours"));
	assert_int_equal(h->if_missing.task.n_answers, 1);
	assert_true(is_span(&h->accept_within, "4 work hours"));
	assert_true(text_is(h->refused_needs, "missing"));
	assert_int_equal(h->second_time.kind, RUNG_TELL);
	assert_int_equal(h->n_if_silent, 2);
	assert_int_equal(h->if_silent[0].kind, RUNG_OFFER_NEXT);
	assert_string_equal(
		h->if_silent[0].after.value.as.text, "2 work hours");
	assert_int_equal(h->if_silent[1].kind, RUNG_TELL);
	assert_string_equal(
		h->if_silent[1].after.value.as.text, "2 work hours");
	assert_true(h->if_silent[1].after_offer);
	assert_true(h->frees_seller);
	assert_int_equal(h->n_keeps, 2);
	assert_int_equal(h->calls.kind, EXPR_VALUE);
	assert_int_equal(h->calls.value.as.integer, 20);
	assert_true(text_is(h->then_block, "hunting"));
	s = step_of("delivery", "confirm-7");
	assert_int_equal(s->timing, TIMING_BEFORE);
	assert_true(text_is(s->anchor, "delivery.slot"));
}

static void test_escalation(void **state)
{
	const struct escalation_spec *e;
	const struct step *s;

	(void)state;
	situations();
	e = card("fails-department")->escalation;
	assert_non_null(e);
	assert_true(text_is(card("fails-department")->about, "case"));
	assert_true(text_is(e->queue, "fails"));
	assert_int_equal(e->to.at_most, 25);
	assert_true(text_is(e->to.at_most_of, "open cases"));
	assert_true(text_is(e->full_order, "expected value"));
	assert_int_equal(e->waits_with.kind, WHO_ROLE);
	assert_true(is_span(&e->tell_after, "1 work day"));
	assert_int_equal(e->n_if_silent, 1);
	assert_true(e->fresh_lead);
	assert_int_equal(e->n_fresh_from, 4);
	assert_int_equal(e->fresh_not_for.kind, COND_FN);
	s = step_of("fails-department", "save-a-deal");
	assert_true(s->has_due);
	assert_int_equal(s->due.kind, MOMENT_END_OF_NEXT_WORK_DAY);
	assert_int_equal(s->skip_if.kind, COND_FN);
	assert_int_equal(s->task.n_answers, 2);
	assert_int_equal(answer_of(s, "saved")->action.n_credit, 2);
	s = step_of("fails-department", "new-angle");
	assert_int_equal(s->timing, TIMING_DAY);
	assert_int_equal(s->day.value.as.integer, 5);
	assert_int_equal(s->with.kind, WHO_ROLE);
	s = step_of("fails-department", "let-rest");
	assert_true(text_is(s->move_to, "own/own-tempo"));
	assert_true(text_is(s->needs, "deal.lost"));
}

static void test_rule(void **state)
{
	const struct rulebook *book;
	const struct setting *tempo;
	const struct field_def *f;
	const struct card *c;

	(void)state;
	situations();
	book = ruleset_book(set_rules);
	c = card("score-touches");
	assert_int_equal(c->n_whens, 3);
	assert_int_equal(c->whens[0].n_events, 2);
	assert_true(c->whens[0].fn >= 0);
	assert_true(text_is(c->whens[1].name, "cool-down"));
	f = schema_field(book->schema, TEXT("deal"), TEXT("touch_score"));
	assert_non_null(f);
	assert_true(text_is(f->pack, "own"));
	tempo = rulebook_setting(book, TEXT("tempo"));
	assert_string_equal(
		setting_value(book, tempo, TEXT(""), TEXT("")).as.text,
		"4 weeks");
	assert_string_equal(
		setting_value(book, tempo, TEXT("jan"), TEXT("volvo")).as.text,
		"2 weeks");
	assert_true(text_is(book->name, "Test"));
	assert_true(
		person_has_role(rulebook_person(book, TEXT("piet")), "seller"));
	assert_int_equal(rulebook_team(book, TEXT("sales"))->n_members, 2);
}

/* The situation's own function, as the engine runs it. */
static void test_plain_lua(void **state)
{
	struct script_view v;

	(void)state;
	situations();
	run_open();
	run_field("touch_score", value_int(8));
	v = run_view("visit.ended", "{'outcome':'thinking'}");
	run_out = (struct card_decision){0};
	assert_int_equal(
		ruleset_run(set_rules, card("score-touches")->whens[0].fn, &v,
			&run_out, &run_outcome),
		FL_OK);
	assert_int_equal(run_out.n_effects, 3);
	assert_string_equal(
		run_effect(0), "set {\"field\":\"touch_score\",\"value\":11}");
	assert_int_equal(run_out.effects[1].kind, EFFECT_TASK);
	assert_int_equal(run_out.effects[1].line, 9);
	assert_string_equal(run_effect(2),
		"timer {\"due\":\"2 weeks\",\"name\":\"cool-down\"}");
	v = run_view("deal.signed", "{}");
	assert_int_equal(
		ruleset_run(set_rules, card("score-touches")->whens[2].fn, &v,
			&run_out, &run_outcome),
		FL_OK);
	assert_int_equal(run_out.n_effects, 5);
	assert_string_equal(run_effect(4), "emit {\"data\":{\"score\":8},"
					   "\"type\":\"acme.hot_deal_won\"}");
}

static void test_archive(void **state)
{
	struct source_set back;
	struct fl_error err;
	struct digest first;
	struct buf one, two;
	struct ruleset *again = NULL;

	(void)state;
	situations();
	first = *ruleset_digest(set_rules);
	buf_init(&one, 8 << 20);
	buf_init(&two, 8 << 20);
	ruleset_archive(set_rules, &one);
	assert_false(one.failed);
	assert_int_equal(
		source_set_read(&set_arena, one.at, one.len, &back, &err),
		FL_OK);
	assert_int_equal(back.n_files, set_n);
	assert_true(back.n_zone > 100);
	assert_int_equal(
		ruleset_load(&back, NULL, false, &set_problems, &again), FL_OK);
	ruleset_archive(again, &two);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.at, two.at, one.len);
	assert_true(digest_equal(&first, ruleset_digest(again)));
	ruleset_ref(again);
	ruleset_unref(again);
	ruleset_unref(again);
	assert_int_equal(
		source_set_read(&set_arena, one.at, one.len - 1, &back, &err),
		FL_INVALID);
	assert_int_equal(
		source_set_read(&set_arena, "{}", 2, &back, &err), FL_INVALID);
	/* one more blank is another ruleset */
	set_files[2].bytes =
		arena_printf(&set_arena, "%s ", set_files[2].bytes);
	set_files[2].n++;
	set_load();
	assert_false(digest_equal(&first, ruleset_digest(set_rules)));
	buf_deinit(&one);
	buf_deinit(&two);
}

/* What the verbs of a test were called with. */
struct verbs {
	char said[1000];
	uint32_t n;
};

static fl_status verb(void *ctx, const char *name, const struct value *args,
	int line, struct value *result, struct fl_error *err)
{
	struct verbs *v = ctx;
	struct script_view view;
	struct value out;
	struct buf b;

	buf_init(&b, 4000);
	value_write(&b, args);
	snprintf(v->said + strlen(v->said), sizeof(v->said) - strlen(v->said),
		"%d %s %s\n", line, name, b.at);
	buf_deinit(&b);
	v->n++;
	if (strcmp(name, "expect_none") == 0)
		return status_fail(err, FL_INVALID, "expected 2, saw 3");
	if (strcmp(name, "deal") == 0)
		*result = value_text("D1");
	/* the engine calls functions of the same ruleset meanwhile */
	view = run_view("deal.signed", "{}");
	assert_int_equal(ruleset_ask(set_rules,
				 ruleset_book(set_rules)->cards[0].whens[0].fn,
				 &view, &out, &run_outcome),
		FL_OK);
	assert_true(
		out.kind == VALUE_TEXT && strcmp(out.as.text, "green") == 0);
	return FL_OK;
}

static void test_blocks(void **state)
{
	const struct test_case *tests;
	struct script_outcome outcome;
	struct verbs v = {.n = 0};

	(void)state;
	set_rule("rule \"r\" { about = \"deal\", when \"deal.signed\" { run = "
		 "function(deal) return deal.light end } }\n"
		 "test \"one\" (function(t)\n"
		 "  t:at \"2026-09-01 10:00\"\n"
		 "  local deal = t:deal { handler = \"jan\", extras = {} }\n"
		 "  t:happens(\"deal.signed\", { deal = deal }, role "
		 "\"seller\")\n"
		 "  t:expect_none()\n"
		 "end)\n"
		 "test \"two\" (function(t) while true do end end)\n");
	set_load();
	run_open();
	assert_int_equal(ruleset_tests(set_rules, &tests), 2);
	assert_true(text_is(tests[0].name, "one"));
	assert_int_equal(tests[0].line, 2);
	assert_string_equal(tests[0].file, "rules/own.lua");
	assert_int_equal(ruleset_test(set_rules, &tests[0], &set_arena, verb,
				 &v, &outcome),
		FL_INVALID);
	assert_string_equal(
		outcome.reason, "rules/own.lua:6: expected 2, saw 3");
	assert_string_equal(v.said,
		"3 at [\"2026-09-01 10:00\"]\n"
		"4 deal [{\"extras\":[],\"handler\":\"jan\"}]\n"
		"5 happens [\"deal.signed\",{\"deal\":\"D1\"},{\"arg\":"
		"\"seller\",\"who\":\"role\"}]\n"
		"6 expect_none []\n");
	assert_int_equal(ruleset_test(set_rules, &tests[1], &set_arena, verb,
				 &v, &outcome),
		FL_INVALID);
	assert_int_equal(outcome.fate, CARD_CUT_TIME);
}

static void test_answers(void **state)
{
	const struct step *s;

	(void)state;
	set_rule(
		"cadence \"c\" { starts = \"visit.ended\", about = \"deal\",\n"
		"step \"a\" { after = \"1 day\", task = call \"x\", who = "
		"handler, answers = { \"no_answer\", won = note \"yes\" } },\n"
		"step \"b\" { at = \"closing time\", task = mail { nl = \"n\", "
		"en = \"e\" }, who = on_duty \"sales_manager\", if_missed = { "
		"remind = \"1 hour\", tell = role \"principal\", after = \"2 "
		"work hours\" } },\n"
		"step \"c\" { after = \"2 days\", from = \"a\", task = visit "
		"\"x\", if_state = { \"signed\", \"ready\" }, unless = logged "
		"\"contact.made\", skip_if = touched_since \"a\" },\n"
		"step \"d\" { every = \"customer.tempo_days\", from = "
		"\"last touch\", task = todo \"x\", unless = "
		"\"customer.no_offers\" } }");
	set_load();
	s = step_of("c", "a");
	assert_int_equal(s->task.n_answers, 2);
	assert_string_equal(
		value_get_str(
			&answer_of(s, "no_answer")->action.data, "outcome"),
		"no_answer");
	assert_int_equal(answer_of(s, "won")->action.kind, ACTION_NOTE);
	s = step_of("c", "b");
	assert_int_equal(s->at.kind, MOMENT_CLOSING);
	assert_int_equal(s->n_if_missed, 2);
	assert_int_equal(s->if_missed[0].kind, RUNG_REMIND);
	assert_int_equal(s->if_missed[1].kind, RUNG_TELL);
	assert_true(text_is(s->task.title.nl, "n"));
	s = step_of("c", "c");
	assert_true(text_is(s->anchor, "step:a"));
	assert_int_equal(s->if_state.kind, COND_STATE);
	assert_int_equal(s->if_state.n_names, 2);
	assert_int_equal(s->unless.kind, COND_LOGGED);
	assert_int_equal(s->skip_if.kind, COND_TOUCHED_SINCE);
	s = step_of("c", "d");
	assert_int_equal(s->wait.kind, EXPR_FIELD);
	assert_int_equal(s->unless.kind, COND_FIELD);
}

/* Every allocation of a load may be refused. */
static void test_no_memory(void **state)
{
	const struct script_limits small = {.memory_bytes = 20 << 10};
	struct source_set src;

	(void)state;
	situations();
	assert_int_equal(set_load_limits(&small), FL_NOMEM);
	assert_null(set_rules);
	src = (struct source_set){.files = set_files, .n_files = set_n};
	for (long at = 0; at < 400; at += 7) {
		fl_status s;

		fault_after(at);
		s = ruleset_load(&src, NULL, false, &set_problems, &set_rules);
		fault_disarm();
		assert_true((s == FL_OK) == (set_rules != NULL));
		set_free();
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_setup, run_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_gate),
		TEST(test_mode),
		TEST(test_cadence),
		TEST(test_handoff),
		TEST(test_escalation),
		TEST(test_rule),
		TEST(test_plain_lua),
		TEST(test_archive),
		TEST(test_blocks),
		TEST(test_answers),
		TEST(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
