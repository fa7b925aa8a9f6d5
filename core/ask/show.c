/* show: a card as sentences, with the dates a start today would have. */
#include "ask/sentence.h"
#include "base/near.h"

struct show {
	struct view *v;
	const struct card *card;
	struct buf b;
};

/* ---- pieces of sentences ---- */

static void say(struct show *s, const char *en, const char *nl)
{
	buf_add_text(&s->b, s->v->nl ? nl : en);
}

static void say_text(struct show *s, struct text t)
{
	buf_add(&s->b, t.at, t.bytes);
}

/* Between the items of "a, b or c" and of "a, b and c". */
static const char *joint(const struct show *s, uint32_t i, uint32_t n,
	bool all)
{
	static const char *const last[2][2] = {{" or ", " of "},
		{" and ", " en "}};

	if (i == 0)
		return "";
	return i + 1 < n ? ", " : last[all][s->v->nl];
}

static void say_events(struct show *s, const struct text *events, uint32_t n)
{
	struct value none = value_map();

	for (uint32_t i = 0; i < n; i++)
		buf_printf(&s->b, "%s\"%s\" (%s)", joint(s, i, n, false),
			sentence_make(s->v, events[i], &none).at, events[i].at);
}

static void say_codes(struct show *s, const struct text *codes, uint32_t n,
	bool all)
{
	for (uint32_t i = 0; i < n; i++)
		buf_printf(&s->b, "%s%s", joint(s, i, n, all),
			words_code(s->v, codes[i]).at);
}

static struct text unit_word(struct view *v, struct span span)
{
	static const char *const words[2][9][2] = {
		{{"minute", "minutes"}, {"work minute", "work minutes"},
			{"hour", "hours"}, {"work hour", "work hours"},
			{"day", "days"}, {"work day", "work days"},
			{"week", "weeks"}, {"month", "months"},
			{"year", "years"}},
		{{"minuut", "minuten"}, {"werkminuut", "werkminuten"},
			{"uur", "uur"}, {"werkuur", "werkuren"},
			{"dag", "dagen"}, {"werkdag", "werkdagen"},
			{"week", "weken"}, {"maand", "maanden"},
			{"jaar", "jaar"}}};

	return text_of(words[v->nl][span.unit][span.count != 1]);
}

static void say_span(struct show *s, struct span span)
{
	buf_printf(&s->b, "%d %s", (int)span.count,
		unit_word(s->v, span).at);
}

/* A value of the rules: fixed, the setting's as it stands now, or where it is
 * computed. False: nothing known before somebody is in the card. */
static bool expr_now(const struct show *s, const struct expr *e,
	struct value *out)
{
	const struct setting *set;

	*out = e->value;
	if (e->kind == EXPR_VALUE)
		return true;
	if (e->kind != EXPR_SETTING)
		return false;
	set = rulebook_setting(s->v->book, e->name);
	if (set == NULL)
		return false;
	*out = setting_value(s->v->book, set, TEXT(""), TEXT(""));
	return true;
}

static bool expr_span(const struct show *s, const struct expr *e,
	struct span *out)
{
	struct value v;

	return expr_now(s, e, &v) && span_of_value(&v, out, NULL) == FL_OK;
}

static bool expr_number(const struct show *s, const struct expr *e,
	int32_t *out)
{
	struct value v;

	if (!expr_now(s, e, &v) || v.kind != VALUE_INT)
		return false;
	*out = (int32_t)v.as.integer;
	return true;
}

static void say_expr(struct show *s, const struct expr *e)
{
	struct value now;
	struct span span;

	if (expr_now(s, e, &now) && now.kind == VALUE_INT)
		buf_add_int(&s->b, now.as.integer);
	else if (expr_span(s, e, &span))
		say_span(s, span);
	else if (e->kind == EXPR_FN)
		buf_printf(&s->b, s->v->nl ? "wat regel %d uitrekent"
					   : "what line %d works out", e->line);
	else
		say_text(s, words_code(s->v, e->name));
	if (e->kind == EXPR_SETTING)
		buf_printf(&s->b, " (%s \"%s\")",
			s->v->nl ? "instelling" : "setting", e->name.at);
}

static void say_moment(struct show *s, struct moment m, struct text field)
{
	switch (m.kind) {
	case MOMENT_OPENING:
		say(s, "at opening", "bij opening");
		break;
	case MOMENT_CLOSING:
		say(s, "at closing time", "bij sluiting");
		break;
	case MOMENT_END_OF_DAY:
		say(s, "at the end of the day", "aan het eind van de dag");
		break;
	case MOMENT_END_OF_NEXT_WORK_DAY:
		say(s, "at the end of the next work day",
			"aan het eind van de volgende werkdag");
		break;
	case MOMENT_CLOCK:
		buf_printf(&s->b, "%s %02d:%02d", s->v->nl ? "om" : "at",
			m.minute / 60, m.minute % 60);
		break;
	case MOMENT_NONE:
	case MOMENT_ANCHOR:
		buf_printf(&s->b, "%s %s", s->v->nl ? "op" : "on",
			words_code(s->v, field).at);
		break;
	}
}

static void say_who(struct show *s, const struct who *w)
{
	const char *arg = words_code(s->v, w->arg).at;

	switch (w->kind) {
	case WHO_NONE:
	case WHO_HANDLER:
		say(s, "whoever handles it", "wie het behandelt");
		break;
	case WHO_PERSON:
		say_text(s, words_person(s->v, w->arg));
		break;
	case WHO_SELLER:
		say(s, "the seller", "de verkoper");
		break;
	case WHO_OWNER:
		say(s, "the owner", "de eigenaar");
		break;
	case WHO_PERSON_IN:
		buf_printf(&s->b, s->v->nl ? "wie in %s staat"
					   : "whoever is in %s", w->arg.at);
		break;
	case WHO_ROLE:
		buf_printf(&s->b, s->v->nl ? "de rol %s" : "the role %s", arg);
		break;
	case WHO_ON_DUTY:
		buf_printf(&s->b, s->v->nl ? "wie dienst heeft als %s"
					   : "the %s on duty", arg);
		break;
	case WHO_LEAST_LOADED:
		buf_printf(&s->b, s->v->nl
			? "wie in team %s de meeste ruimte heeft"
			: "whoever of team %s has most room", w->arg.at);
		if (w->at_most > 0)
			buf_printf(&s->b, s->v->nl ? " (hoogstens %d %s)"
						   : " (at most %d %s)",
				(int)w->at_most, w->at_most_of.at);
		break;
	case WHO_ROUND_ROBIN:
		buf_printf(&s->b, s->v->nl ? "wie van team %s aan de beurt is"
					   : "the next in turn of team %s",
			w->arg.at);
		break;
	}
}

static void say_cond(struct show *s, const struct cond *c)
{
	switch (c->kind) {
	case COND_NONE:
		break;
	case COND_FN:
		buf_printf(&s->b, s->v->nl ? "regel %d ja zegt"
					   : "line %d says yes", c->line);
		break;
	case COND_STATE:
		say(s, "it stands at ", "de stand is ");
		say_codes(s, c->names, c->n_names, false);
		break;
	case COND_LOGGED:
		say(s, "this has happened since: ",
			"sindsdien is gebeurd: ");
		say_events(s, c->names, c->n_names);
		break;
	case COND_NO_EVENT:
		say(s, "this has not happened: ", "niet is gebeurd: ");
		say_events(s, c->names, c->n_names);
		break;
	case COND_TOUCHED_SINCE:
		buf_printf(&s->b, s->v->nl ? "er contact was sinds stap %s"
					   : "there was contact since step %s",
			c->n_names > 0 ? c->names[0].at : "");
		break;
	case COND_FIELD:
		buf_printf(&s->b, s->v->nl ? "%s ja is" : "%s is yes",
			c->n_names > 0 ? c->names[0].at : "");
		break;
	}
}

/* ---- a step ---- */

static void say_anchor(struct show *s, struct text anchor)
{
	if (anchor.bytes == 0)
		say(s, " after the start", " na het begin");
	else if (text_is(anchor, "last touch"))
		say(s, " after the last contact", " na het laatste contact");
	else if (text_is(anchor, "acceptance"))
		say(s, " after it was accepted", " nadat het is aangenomen");
	else if (text_is(anchor, "previous step"))
		say(s, " after the step before", " na de vorige stap");
	else if (strncmp(anchor.at, "step:", 5) == 0)
		buf_printf(&s->b, s->v->nl ? " na stap %s" : " after step %s",
			anchor.at + 5);
	else
		buf_printf(&s->b, s->v->nl ? " na %s" : " after %s",
			words_code(s->v, anchor).at);
}

static void say_bounds(struct show *s, const struct step *st)
{
	if (st->at_least.kind != EXPR_NONE) {
		say(s, ", at least ", ", minstens ");
		say_expr(s, &st->at_least);
	}
	if (st->at_most.kind != EXPR_NONE) {
		say(s, ", at most ", ", hoogstens ");
		say_expr(s, &st->at_most);
	}
	if (st->up_to.kind != EXPR_NONE) {
		say(s, ", for ", ", gedurende ");
		say_expr(s, &st->up_to);
	}
}

static void say_timing(struct show *s, const struct step *st)
{
	if (st->when_over.bytes > 0) {
		buf_printf(&s->b, s->v->nl ? "als stap %s is uitgelopen"
					   : "when step %s has run out",
			st->when_over.at);
		return;
	}
	switch (st->timing) {
	case TIMING_NOW:
		say(s, "at once", "meteen");
		break;
	case TIMING_AFTER:
		say_expr(s, &st->wait);
		say_anchor(s, st->anchor);
		break;
	case TIMING_BEFORE:
		say_expr(s, &st->wait);
		buf_printf(&s->b, s->v->nl ? " voor %s" : " before %s",
			words_code(s->v, st->anchor).at);
		break;
	case TIMING_DAY:
		say(s, "on work day ", "op werkdag ");
		say_expr(s, &st->day);
		break;
	case TIMING_EVERY:
		if (st->wait.kind == EXPR_FN)
			say(s, "again and again, each time after ",
				"telkens weer, steeds na ");
		else
			say(s, "every ", "elke ");
		say_expr(s, &st->wait);
		if (st->anchor.bytes > 0)
			say_anchor(s, st->anchor);
		say_bounds(s, st);
		break;
	case TIMING_AT:
		say_moment(s, st->at, st->at_field);
		break;
	}
}

static void say_due(struct show *s, const struct step *st)
{
	if (st->has_within) {
		say(s, ", to be done within ", ", te doen binnen ");
		say_expr(s, &st->within);
	} else if (st->has_due) {
		say(s, ", to be done ", ", te doen ");
		say_moment(s, st->due, TEXT(""));
	}
}

static void say_task(struct show *s, const struct step *st)
{
	if (st->task.kind.bytes == 0)
		return;
	buf_printf(&s->b, ": %s \"%s\" %s ",
		words_code(s->v, st->task.kind).at,
		wording_text(&st->task.title, s->v->book).at,
		s->v->nl ? "voor" : "for");
	if (st->who.kind == WHO_NONE && s->card->handoff != NULL)
		say(s, "whoever accepted it", "wie het heeft aangenomen");
	else
		say_who(s, st->who.kind != WHO_NONE ? &st->who
						    : &s->card->who);
	if (st->with.kind != WHO_NONE) {
		say(s, ", together with ", ", samen met ");
		say_who(s, &st->with);
	}
	if (st->n_by > 0) {
		say(s, ", by ", ", per ");
		say_codes(s, st->by, st->n_by, false);
		say(s, ", the first that is lawful",
			", het eerste dat mag");
	}
}

static void say_conditions(struct show *s, const struct step *st)
{
	const struct cond *skips[] = {&st->unless, &st->skip_if};

	for (size_t i = 0; i < 2; i++)
		if (skips[i]->kind != COND_NONE) {
			say(s, ". Not when ", ". Niet als ");
			say_cond(s, skips[i]);
		}
	if (st->if_state.kind != COND_NONE) {
		say(s, ". Only when ", ". Alleen als ");
		say_cond(s, &st->if_state);
	}
	if (st->needs.bytes > 0) {
		say(s, ". Waits for ", ". Wacht op ");
		say_events(s, &st->needs, 1);
	}
	if (st->once)
		say(s, ". Once", ". Eenmalig");
	if (st->n_writes > 0) {
		say(s, ". The answer must give ", ". Het antwoord geeft ");
		say_codes(s, st->writes, st->n_writes, true);
	}
	if (st->move_to.bytes > 0)
		buf_printf(&s->b, s->v->nl ? ". Gaat verder in kaart %s"
					   : ". Goes on in card %s",
			st->move_to.at);
}

static void say_answer(struct show *s, const struct answer *a)
{
	const struct action *act = &a->action;

	buf_printf(&s->b, "%s: ", a->name.at);
	switch (act->kind) {
	case ACTION_RECORD:
		say_events(s, &act->event, 1);
		break;
	case ACTION_AGAIN:
		say(s, "again after ", "opnieuw na ");
		say_expr(s, &act->after);
		if (act->at_most > 0)
			buf_printf(&s->b, s->v->nl ? ", hoogstens %d keer"
						   : ", at most %d times",
				(int)act->at_most);
		break;
	case ACTION_NOTE:
		say(s, "a note", "een notitie");
		break;
	case ACTION_NONE:
	case ACTION_DONE:
		say(s, "done", "gedaan");
		break;
	}
	if (act->n_ask > 0) {
		say(s, ", asks for ", ", vraagt ");
		say_codes(s, act->ask, act->n_ask, true);
	}
}

static void say_rung(struct show *s, const struct rung *r)
{
	if (r->after.kind != EXPR_NONE) {
		say_expr(s, &r->after);
		say(s, " later ", " later ");
	} else {
		say(s, "then ", "dan ");
	}
	switch (r->kind) {
	case RUNG_TELL:
		say(s, "", "krijgt ");
		say_who(s, &r->who);
		say(s, " is told", " bericht");
		break;
	case RUNG_REMIND:
		say(s, "a reminder", "een herinnering");
		break;
	case RUNG_OFFER_NEXT:
		say(s, "the next of the team gets it",
			"krijgt de volgende van het team het");
		break;
	case RUNG_MOVE_TO:
		say(s, "it moves to ", "gaat het naar ");
		say_who(s, &r->who);
		break;
	}
}

static struct text taken(struct show *s)
{
	struct text t = words_buf(s->v, &s->b);

	buf_init(&s->b, WORDS_BYTES);
	return t;
}

static void put_sentence(struct show *s, struct value *list)
{
	struct text t;

	if (s->b.len == 0)
		return;
	buf_add_char(&s->b, '.');
	t = taken(s);
	value_append(s->v->a, list, value_of_text(t));
}

/* When it would appear, if the card began now and nothing else happened; only
 * what counts from the start and needs no function is known beforehand. */
static bool starts_today(struct show *s, const struct step *st,
	struct due_result *out)
{
	struct due_rule rule = {.kind = st->timing,
		.at = st->at,
		.has_due = st->has_due,
		.due = st->due};
	bool counted = st->anchor.bytes == 0 ||
		       text_is(st->anchor, "last touch");

	if (!counted || st->when_over.bytes > 0 || st->at_field.bytes > 0 ||
		st->timing == TIMING_BEFORE || st->id.bytes == 0)
		return false;
	if ((st->timing == TIMING_AFTER || st->timing == TIMING_EVERY) &&
		!expr_span(s, &st->wait, &rule.wait))
		return false;
	if (st->timing == TIMING_DAY && !expr_number(s, &st->day, &rule.day))
		return false;
	rule.has_within = st->has_within &&
			  expr_span(s, &st->within, &rule.within);
	expr_span(s, &st->at_least, &rule.at_least);
	expr_span(s, &st->at_most, &rule.at_most);
	*out = due_compute(&rule, s->v->ask->now_ms, s->v->book->calendar);
	return true;
}

static struct value step_value(struct show *s, const struct step *st)
{
	struct value map = value_map(), lines = value_list();
	struct due_result due;

	say_timing(s, st);
	say_task(s, st);
	say_due(s, st);
	say_conditions(s, st);
	put_sentence(s, &lines);
	for (uint32_t i = 0; i < st->task.n_answers; i++) {
		say_answer(s, &st->task.answers[i]);
		put_sentence(s, &lines);
	}
	for (uint32_t i = 0; i < st->n_if_missed; i++) {
		say(s, "When nobody acts: ", "Als niemand iets doet: ");
		say_rung(s, &st->if_missed[i]);
		put_sentence(s, &lines);
	}
	put_text(s->v, &map, "step", st->id);
	value_put(s->v->a, &map, "line", value_int(st->line));
	value_put(s->v->a, &map, "sentences", lines);
	if (starts_today(s, st, &due)) {
		put_time(s->v, &map, "appears", due.appears_ms, true);
		put_time(s->v, &map, "due", due.due_ms, true);
	}
	return map;
}

/* ---- the card ---- */

static void card_head(struct show *s, struct value *list)
{
	const struct card *c = s->card;

	buf_printf(&s->b, s->v->nl ? "Gaat over: %s" : "About: %s",
		words_code(s->v, c->about).at);
	put_sentence(s, list);
	if (c->n_starts > 0) {
		say(s, "Starts at ", "Begint bij ");
		say_events(s, c->starts, c->n_starts);
		if (c->unless.kind != COND_NONE) {
			say(s, ", not when ", ", niet als ");
			say_cond(s, &c->unless);
		}
		put_sentence(s, list);
	}
	if (c->closed) {
		say(s, "Closed: nobody new comes in, those inside finish",
			"Gesloten: niemand komt er nog in, wie erin zit maakt "
			"het af");
		put_sentence(s, list);
	}
	if (c->as_long_as.kind != COND_NONE) {
		say(s, "Goes on as long as ", "Loopt zolang ");
		say_cond(s, &c->as_long_as);
		put_sentence(s, list);
	}
	if (c->n_pause_from > 0) {
		say(s, "Pauses at ", "Pauzeert bij ");
		say_events(s, c->pause_from, c->n_pause_from);
		say(s, ", until ", ", tot ");
		say_events(s, c->pause_to, c->n_pause_to);
		put_sentence(s, list);
	}
	if (c->n_stops > 0) {
		say(s, "Stops at ", "Stopt bij ");
		say_events(s, c->stops, c->n_stops);
		put_sentence(s, list);
	}
}

static void handoff_head(struct show *s, struct value *list)
{
	const struct handoff_spec *h = s->card->handoff;

	say(s, "Goes from ", "Gaat van ");
	say_who(s, &h->from);
	say(s, " to ", " naar ");
	say_who(s, &h->to);
	if (h->accept_within.kind != EXPR_NONE) {
		say(s, ", who accepts within ", ", die het aanneemt binnen ");
		say_expr(s, &h->accept_within);
	}
	put_sentence(s, list);
	say(s, "The file must hold ", "In het dossier staan ");
	for (uint32_t i = 0, n = 0; i < h->n_dossier; i++)
		if (h->dossier[i].must)
			buf_printf(&s->b, "%s%s", n++ == 0 ? "" : ", ",
				words_code(s->v, h->dossier[i].field).at);
	put_sentence(s, list);
	for (uint32_t i = 0; i < h->n_if_silent; i++) {
		say(s, "When nobody accepts: ", "Als niemand het aanneemt: ");
		say_rung(s, &h->if_silent[i]);
		put_sentence(s, list);
	}
}

static void escalation_head(struct show *s, struct value *list)
{
	const struct escalation_spec *e = s->card->escalation;

	say(s, "Goes to ", "Gaat naar ");
	say_who(s, &e->to);
	if (e->accept_within.kind != EXPR_NONE) {
		say(s, ", who takes it up within ", ", die het oppakt binnen ");
		say_expr(s, &e->accept_within);
	}
	put_sentence(s, list);
	if (e->waits_with.kind != WHO_NONE) {
		say(s, "When all are full it waits with ",
			"Als iedereen vol zit wacht het bij ");
		say_who(s, &e->waits_with);
		put_sentence(s, list);
	}
	if (e->fresh_lead) {
		say(s, "The seller gets a fresh lead within ",
			"De verkoper krijgt een verse lead binnen ");
		say_expr(s, &e->fresh_within);
		put_sentence(s, list);
	}
	for (uint32_t i = 0; i < e->n_if_silent; i++) {
		say(s, "When nobody takes it up: ",
			"Als niemand het oppakt: ");
		say_rung(s, &e->if_silent[i]);
		put_sentence(s, list);
	}
}

static struct value when_value(struct show *s, const struct when *w)
{
	struct value map = value_map(), lines = value_list();

	say(s, "At ", "Bij ");
	say_events(s, w->events, w->n_events);
	if (w->fn != FN_NONE)
		buf_printf(&s->b, s->v->nl ? " doet regel %d wat daar staat"
					   : " line %d does what it says",
			w->line);
	else
		say_task(s, &w->step);
	say_due(s, &w->step);
	say_conditions(s, &w->step);
	put_sentence(s, &lines);
	value_put(s->v->a, &map, "line", value_int(w->line));
	value_put(s->v->a, &map, "sentences", lines);
	return map;
}

static void show_card(struct view *v, const struct card *c, struct value *out)
{
	struct show s = {.v = v, .card = c};
	struct value head = value_list(), steps = value_list();

	buf_init(&s.b, WORDS_BYTES);
	card_head(&s, &head);
	if (c->handoff != NULL)
		handoff_head(&s, &head);
	if (c->escalation != NULL)
		escalation_head(&s, &head);
	for (uint32_t i = 0; i < c->n_steps; i++)
		value_append(v->a, &steps, step_value(&s, &c->steps[i]));
	for (uint32_t i = 0; i < c->n_whens; i++)
		value_append(v->a, &steps, when_value(&s, &c->whens[i]));
	buf_deinit(&s.b);
	*out = value_map();
	put_text(v, out, "card", c->name);
	put_text(v, out, "kind", text_of(card_kind_name(c->kind)));
	put_text(v, out, "title", wording_text(&c->title, v->book));
	put_text(v, out, "file", text_of(c->file));
	value_put(v->a, out, "line", value_int(c->line));
	put_time(v, out, "now", v->ask->now_ms, true);
	value_put(v->a, out, "sentences", head);
	value_put(v->a, out, "steps", steps);
}

/* By "pack/id", or by the id alone when no other pack has it. */
static const struct card *find_card(struct view *v, struct text typed,
	struct problems *p)
{
	const struct rulebook *book = v->book;
	const struct card *found = rulebook_card(book, typed);
	const char **names = arena_alloc(v->a,
		sizeof(*names) * (2u * book->n_cards + 1));
	uint32_t n = 0;
	struct problem *it;
	int near;

	for (uint32_t i = 0; found == NULL && i < book->n_cards; i++)
		if (text_equal(book->cards[i].id, typed))
			found = &book->cards[i];
	if (found != NULL || names == NULL)
		return found;
	for (uint32_t i = 0; i < book->n_cards; i++) {
		names[n++] = book->cards[i].name.at;
		names[n++] = book->cards[i].id.at;
	}
	it = problem_add(p, "FL504", NULL, 0, v->nl
			? "er is geen kaart \"%s\""
			: "there is no card \"%s\"", typed.at);
	it->field = "card";
	near = near_name(typed.at, names, n);
	it->nearest = near >= 0 ? names[near] : NULL;
	return NULL;
}

static void list_cards(struct view *v, struct value *out)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < v->book->n_cards; i++) {
		const struct card *c = &v->book->cards[i];
		struct value one = value_map();

		put_text(v, &one, "card", c->name);
		put_text(v, &one, "title", wording_text(&c->title, v->book));
		put_text(v, &one, "file", text_of(c->file));
		value_put(v->a, &one, "line", value_int(c->line));
		value_append(v->a, &list, one);
	}
	*out = value_map();
	value_put(v->a, out, "cards", list);
}

static void show(struct view *v, const struct value *args, struct value *out,
	struct problems *p)
{
	struct text typed = args_text(v->a, args, "card", false, p);
	const struct card *c;

	if (!args_known(args, "card", p))
		return;
	if (typed.bytes == 0) {
		list_cards(v, out);
		return;
	}
	c = find_card(v, typed, p);
	if (c != NULL)
		show_card(v, c, out);
}

fl_status ask_show(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p)
{
	return ask_run(ask, args, out, p, show);
}
