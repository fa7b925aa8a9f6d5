/* show: a card as sentences, with the dates a start today would have. */
#include "ask/phrase.h"

/* ---- a step ---- */

static void say_anchor(struct phrase *s, struct text anchor)
{
	if (anchor.bytes == 0)
		phrase_add(s, " after the start", " na het begin");
	else if (text_is(anchor, "last touch"))
		phrase_add(s, " after the last contact", " na het laatste contact");
	else if (text_is(anchor, "acceptance"))
		phrase_add(s, " after it was accepted", " nadat het is aangenomen");
	else if (text_is(anchor, "previous step"))
		phrase_add(s, " after the step before", " na de vorige stap");
	else if (strncmp(anchor.at, "step:", 5) == 0)
		buf_printf(&s->b, s->v->nl ? " na stap %s" : " after step %s",
			anchor.at + 5);
	else
		buf_printf(&s->b, s->v->nl ? " na %s" : " after %s",
			words_code(s->v, anchor).at);
}

static void say_bounds(struct phrase *s, const struct step *st)
{
	if (st->at_least.kind != EXPR_NONE) {
		phrase_add(s, ", at least ", ", minstens ");
		phrase_expr(s, &st->at_least);
	}
	if (st->at_most.kind != EXPR_NONE) {
		phrase_add(s, ", at most ", ", hoogstens ");
		phrase_expr(s, &st->at_most);
	}
	if (st->up_to.kind != EXPR_NONE) {
		phrase_add(s, ", for ", ", gedurende ");
		phrase_expr(s, &st->up_to);
	}
}

static void say_timing(struct phrase *s, const struct step *st)
{
	if (st->when_over.bytes > 0) {
		buf_printf(&s->b, s->v->nl ? "als stap %s is uitgelopen"
					   : "when step %s has run out",
			st->when_over.at);
		return;
	}
	switch (st->timing) {
	case TIMING_NOW:
		phrase_add(s, "at once", "meteen");
		break;
	case TIMING_AFTER:
		phrase_expr(s, &st->wait);
		say_anchor(s, st->anchor);
		break;
	case TIMING_BEFORE:
		phrase_expr(s, &st->wait);
		buf_printf(&s->b, s->v->nl ? " voor %s" : " before %s",
			words_code(s->v, st->anchor).at);
		break;
	case TIMING_DAY:
		phrase_add(s, "on work day ", "op werkdag ");
		phrase_expr(s, &st->day);
		break;
	case TIMING_EVERY:
		if (st->wait.kind == EXPR_FN)
			phrase_add(s, "again and again, each time after ",
				"telkens weer, steeds na ");
		else
			phrase_add(s, "every ", "elke ");
		phrase_expr(s, &st->wait);
		if (st->anchor.bytes > 0)
			say_anchor(s, st->anchor);
		say_bounds(s, st);
		break;
	case TIMING_AT:
		phrase_moment(s, st->at, st->at_field);
		break;
	}
}

static void say_due(struct phrase *s, const struct step *st)
{
	if (st->has_within) {
		phrase_add(s, ", to be done within ", ", te doen binnen ");
		phrase_expr(s, &st->within);
	} else if (st->has_due) {
		phrase_add(s, ", to be done ", ", te doen ");
		phrase_moment(s, st->due, TEXT(""));
	}
}

static void say_task(struct phrase *s, const struct step *st)
{
	if (st->task.kind.bytes == 0)
		return;
	buf_printf(&s->b, ": %s \"%s\" %s ",
		words_code(s->v, st->task.kind).at,
		wording_text(&st->task.title, s->v->book).at,
		s->v->nl ? "voor" : "for");
	if (st->who.kind == WHO_NONE && s->card->handoff != NULL)
		phrase_add(s, "whoever accepted it", "wie het heeft aangenomen");
	else
		phrase_who(s, st->who.kind != WHO_NONE ? &st->who
						    : &s->card->who);
	if (st->with.kind != WHO_NONE) {
		phrase_add(s, ", together with ", ", samen met ");
		phrase_who(s, &st->with);
	}
	if (st->n_by > 0) {
		phrase_add(s, ", by ", ", per ");
		phrase_codes(s, st->by, st->n_by, false);
		phrase_add(s, ", the first that is lawful",
			", het eerste dat mag");
	}
}

static void say_assign(struct phrase *s, const struct step *st)
{
	if (st->if_closed.kind != EXPR_NONE) {
		phrase_add(s, ", while we are closed: ",
			", als we dicht zijn: ");
		phrase_expr(s, &st->if_closed);
		phrase_add(s, " after the next opening",
			" na de eerstvolgende opening");
	}
	if (st->assign.kind != WHO_NONE) {
		phrase_add(s, ": the customer goes to ", ": de klant gaat naar ");
		phrase_who(s, &st->assign);
	}
}

static void say_conditions(struct phrase *s, const struct step *st)
{
	const struct cond *skips[] = {&st->unless, &st->skip_if};

	for (size_t i = 0; i < 2; i++)
		if (skips[i]->kind != COND_NONE) {
			phrase_add(s, ". Not when ", ". Niet als ");
			phrase_cond(s, skips[i]);
		}
	if (st->if_state.kind != COND_NONE) {
		phrase_add(s, ". Only when ", ". Alleen als ");
		phrase_cond(s, &st->if_state);
	}
	if (st->needs.bytes > 0) {
		phrase_add(s, ". Waits for ", ". Wacht op ");
		phrase_events(s, &st->needs, 1);
	}
	if (st->once)
		phrase_add(s, ". Once", ". Eenmalig");
	if (st->n_writes > 0) {
		phrase_add(s, ". The answer must give ", ". Het antwoord geeft ");
		phrase_codes(s, st->writes, st->n_writes, true);
	}
	if (st->move_to.bytes > 0)
		buf_printf(&s->b, s->v->nl ? ". Gaat verder in kaart %s"
					   : ". Goes on in card %s",
			st->move_to.at);
}

static void say_answer(struct phrase *s, const struct answer *a)
{
	const struct action *act = &a->action;

	buf_printf(&s->b, "%s: ", a->name.at);
	switch (act->kind) {
	case ACTION_RECORD:
		phrase_events(s, &act->event, 1);
		break;
	case ACTION_AGAIN:
		phrase_add(s, "again after ", "opnieuw na ");
		phrase_expr(s, &act->after);
		if (act->at_most > 0)
			buf_printf(&s->b, s->v->nl ? ", hoogstens %d keer"
						   : ", at most %d times",
				(int)act->at_most);
		break;
	case ACTION_NOTE:
		phrase_add(s, "a note", "een notitie");
		break;
	case ACTION_NONE:
	case ACTION_DONE:
		phrase_add(s, "done", "gedaan");
		break;
	}
	if (act->n_ask > 0) {
		phrase_add(s, ", asks for ", ", vraagt ");
		phrase_codes(s, act->ask, act->n_ask, true);
	}
}

static void say_rung(struct phrase *s, const struct rung *r)
{
	if (r->after.kind != EXPR_NONE) {
		phrase_expr(s, &r->after);
		if (r->from_shown)
			phrase_add(s, " after it appeared ",
				" nadat het verscheen ");
		else
			phrase_add(s, " later ", " later ");
	} else {
		phrase_add(s, "then ", "dan ");
	}
	switch (r->kind) {
	case RUNG_TELL:
		phrase_add(s, "", "krijgt ");
		phrase_who(s, &r->who);
		phrase_add(s, " is told", " bericht");
		break;
	case RUNG_REMIND:
		phrase_add(s, "a reminder", "een herinnering");
		break;
	case RUNG_OFFER_NEXT:
		phrase_add(s, "the next of the team gets it",
			"krijgt de volgende van het team het");
		break;
	case RUNG_MOVE_TO:
		phrase_add(s, "it moves to ", "gaat het naar ");
		phrase_who(s, &r->who);
		break;
	case RUNG_REASSIGN:
		phrase_add(s, "the customer goes to ", "gaat de klant naar ");
		phrase_who(s, &r->who);
		break;
	}
}

/* ---- alerts and goodwill ---- */

static void say_alert(struct phrase *s, const struct step *st)
{
	const struct alert *a = st->alert;

	if (a == NULL)
		return;
	phrase_add(s, ". Alerts ", ". Waarschuwt ");
	phrase_who(s, &a->who);
	if (a->within.kind != EXPR_NONE) {
		phrase_add(s, ", to be heard within ", ", te horen binnen ");
		phrase_expr(s, &a->within);
	}
	if (a->else_who.kind != WHO_NONE) {
		phrase_add(s, ", else ", ", anders ");
		phrase_who(s, &a->else_who);
	}
}

static void say_goodwill(struct phrase *s, const struct step *st)
{
	const struct goodwill *g = st->goodwill;

	if (g == NULL)
		return;
	phrase_add(s, ". May give for the trouble", ". Mag voor het ongemak "
						    "geven");
	if (g->at_least.kind != EXPR_NONE) {
		phrase_add(s, ", at least ", ", minstens ");
		phrase_expr(s, &g->at_least);
	}
	if (g->at_most.kind != EXPR_NONE) {
		phrase_add(s, ", at most ", ", hoogstens ");
		phrase_expr(s, &g->at_most);
	}
	if (g->of.bytes > 0)
		buf_printf(&s->b, s->v->nl ? " van %s" : " of %s",
			words_code(s->v, g->of).at);
}

static struct text taken(struct phrase *s)
{
	struct text t = words_buf(s->v, &s->b);

	buf_init(&s->b, WORDS_BYTES);
	return t;
}

static void put_sentence(struct phrase *s, struct value *list)
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
static bool starts_today(struct phrase *s, const struct step *st,
	struct due_result *out)
{
	struct due_rule rule = {.kind = st->timing,
		.at = st->at,
		.has_due = st->has_due,
		.due = st->due};
	const struct calendar *c = s->v->book->calendar;
	struct span after;
	bool counted = st->anchor.bytes == 0 ||
		       text_is(st->anchor, "last touch");

	if (!counted || st->when_over.bytes > 0 || st->at_field.bytes > 0 ||
		st->timing == TIMING_BEFORE || st->id.bytes == 0)
		return false;
	if ((st->timing == TIMING_AFTER || st->timing == TIMING_EVERY) &&
		!phrase_known_span(s, &st->wait, &rule.wait))
		return false;
	if (st->timing == TIMING_DAY && !phrase_known_number(s, &st->day, &rule.day))
		return false;
	rule.has_within = st->has_within &&
			  phrase_known_span(s, &st->within, &rule.within);
	phrase_known_span(s, &st->at_least, &rule.at_least);
	phrase_known_span(s, &st->at_most, &rule.at_most);
	*out = due_compute(&rule, s->v->ask->now_ms, c);
	if (calendar_is_open(c, out->appears_ms) ||
		!phrase_known_span(s, &st->if_closed, &after))
		return true;
	rule.kind = TIMING_NOW;
	*out = due_compute(&rule, span_add(after,
		calendar_next_open(c, out->appears_ms), c), c);
	return true;
}

static struct value step_value(struct phrase *s, const struct step *st)
{
	struct value map = value_map(), lines = value_list();
	struct due_result due;

	say_timing(s, st);
	say_task(s, st);
	say_due(s, st);
	say_assign(s, st);
	say_conditions(s, st);
	say_alert(s, st);
	say_goodwill(s, st);
	put_sentence(s, &lines);
	for (uint32_t i = 0; i < st->task.n_answers; i++) {
		say_answer(s, &st->task.answers[i]);
		put_sentence(s, &lines);
	}
	for (uint32_t i = 0; i < st->n_if_missed; i++) {
		phrase_add(s, "When nobody acts: ", "Als niemand iets doet: ");
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

static void card_head(struct phrase *s, struct value *list)
{
	const struct card *c = s->card;

	buf_printf(&s->b, s->v->nl ? "Gaat over: %s" : "About: %s",
		words_code(s->v, c->about).at);
	put_sentence(s, list);
	if (c->n_starts > 0) {
		phrase_add(s, "Starts at ", "Begint bij ");
		phrase_events(s, c->starts, c->n_starts);
		if (c->unless.kind != COND_NONE) {
			phrase_add(s, ", not when ", ", niet als ");
			phrase_cond(s, &c->unless);
		}
		put_sentence(s, list);
	}
	if (c->closed) {
		phrase_add(s, "Closed: nobody new comes in, those inside finish",
			"Gesloten: niemand komt er nog in, wie erin zit maakt "
			"het af");
		put_sentence(s, list);
	}
	if (c->as_long_as.kind != COND_NONE) {
		phrase_add(s, "Goes on as long as ", "Loopt zolang ");
		phrase_cond(s, &c->as_long_as);
		put_sentence(s, list);
	}
	if (c->n_pause_from > 0) {
		phrase_add(s, "Pauses at ", "Pauzeert bij ");
		phrase_events(s, c->pause_from, c->n_pause_from);
		phrase_add(s, ", until ", ", tot ");
		phrase_events(s, c->pause_to, c->n_pause_to);
		put_sentence(s, list);
	}
	if (c->n_stops > 0) {
		phrase_add(s, "Stops at ", "Stopt bij ");
		phrase_events(s, c->stops, c->n_stops);
		put_sentence(s, list);
	}
}

static void handoff_head(struct phrase *s, struct value *list)
{
	const struct handoff_spec *h = s->card->handoff;

	phrase_add(s, "Goes from ", "Gaat van ");
	phrase_who(s, &h->from);
	phrase_add(s, " to ", " naar ");
	phrase_who(s, &h->to);
	if (h->accept_within.kind != EXPR_NONE) {
		phrase_add(s, ", who accepts within ", ", die het aanneemt binnen ");
		phrase_expr(s, &h->accept_within);
	}
	put_sentence(s, list);
	phrase_add(s, "The file must hold ", "In het dossier staan ");
	for (uint32_t i = 0, n = 0; i < h->n_dossier; i++)
		if (h->dossier[i].must)
			buf_printf(&s->b, "%s%s", n++ == 0 ? "" : ", ",
				words_code(s->v, h->dossier[i].field).at);
	put_sentence(s, list);
	for (uint32_t i = 0; i < h->n_if_silent; i++) {
		phrase_add(s, "When nobody accepts: ", "Als niemand het aanneemt: ");
		say_rung(s, &h->if_silent[i]);
		put_sentence(s, list);
	}
}

static void escalation_head(struct phrase *s, struct value *list)
{
	const struct escalation_spec *e = s->card->escalation;

	phrase_add(s, "Goes to ", "Gaat naar ");
	phrase_who(s, &e->to);
	if (e->accept_within.kind != EXPR_NONE) {
		phrase_add(s, ", who takes it up within ", ", die het oppakt binnen ");
		phrase_expr(s, &e->accept_within);
	}
	put_sentence(s, list);
	if (e->waits_with.kind != WHO_NONE) {
		phrase_add(s, "When all are full it waits with ",
			"Als iedereen vol zit wacht het bij ");
		phrase_who(s, &e->waits_with);
		put_sentence(s, list);
	}
	if (e->fresh_lead) {
		phrase_add(s, "The seller gets a fresh lead within ",
			"De verkoper krijgt een verse lead binnen ");
		phrase_expr(s, &e->fresh_within);
		put_sentence(s, list);
	}
	for (uint32_t i = 0; i < e->n_if_silent; i++) {
		phrase_add(s, "When nobody takes it up: ",
			"Als niemand het oppakt: ");
		say_rung(s, &e->if_silent[i]);
		put_sentence(s, list);
	}
}

static struct value when_value(struct phrase *s, const struct when *w)
{
	struct value map = value_map(), lines = value_list();

	phrase_add(s, "At ", "Bij ");
	phrase_events(s, w->events, w->n_events);
	if (w->fn != FN_NONE)
		buf_printf(&s->b, s->v->nl ? " doet regel %d wat daar staat"
					   : " line %d does what it says",
			w->line);
	else
		say_task(s, &w->step);
	say_due(s, &w->step);
	say_assign(s, &w->step);
	say_conditions(s, &w->step);
	say_alert(s, &w->step);
	say_goodwill(s, &w->step);
	put_sentence(s, &lines);
	value_put(s->v->a, &map, "line", value_int(w->line));
	value_put(s->v->a, &map, "sentences", lines);
	return map;
}

/* The rungs of a ladder: the n-th time, the n-th of them. */
static void put_ladder(struct phrase *s, const struct ladder *l,
	struct value *steps)
{
	struct arena *a = s->v->a;

	for (uint32_t i = 0; i < l->n_rungs; i++) {
		struct value one = value_map(), lines = value_list();

		buf_printf(&s->b, s->v->nl ? "De %u%s keer: " : "Time %u%s: ",
			i + 1, s->v->nl ? "e" : "");
		phrase_events(s, l->counts, l->n_counts);
		say_task(s, &l->rungs[i]);
		say_due(s, &l->rungs[i]);
		say_assign(s, &l->rungs[i]);
		say_conditions(s, &l->rungs[i]);
		say_alert(s, &l->rungs[i]);
		put_sentence(s, &lines);
		if (i + 1 == l->n_rungs) {
			phrase_add(s, "Each time after that this one again",
				"Elke keer daarna opnieuw deze");
			put_sentence(s, &lines);
		}
		if (i + 1 == l->n_rungs && l->also_top_if.kind != COND_NONE) {
			phrase_add(s, "At once as well when ",
				"Meteen ook als ");
			phrase_cond(s, &l->also_top_if);
			put_sentence(s, &lines);
		}
		put_text(s->v, &one, "step", l->rungs[i].id);
		value_put(a, &one, "line", value_int(l->rungs[i].line));
		value_put(a, &one, "sentences", lines);
		value_append(a, steps, one);
	}
}

static void say_need(struct phrase *s, const struct gate_need *n)
{
	phrase_text(s, words_code(s->v, n->field));
	switch (n->kind) {
	case NEED_PERSON:
		phrase_add(s, ": a person", ": een persoon");
		if (n->n_names > 0) {
			phrase_add(s, " who is ", " die is: ");
			phrase_codes(s, n->names, n->n_names, false);
		}
		if (n->same_as.kind != WHO_NONE) {
			phrase_add(s, ", namely ", ", namelijk ");
			phrase_who(s, &n->same_as);
		}
		if (n->not_same_as.kind != WHO_NONE) {
			phrase_add(s, ", but not ", ", maar niet ");
			phrase_who(s, &n->not_same_as);
		}
		if (n->spoke)
			phrase_add(s, ", who spoke with the customer",
				", die de klant sprak");
		break;
	case NEED_WORDS:
		buf_printf(&s->b, s->v->nl ? ": minstens %d tekens"
					   : ": at least %d characters",
			(int)n->at_least);
		break;
	case NEED_SOME:
		phrase_add(s, ": one or more of ", ": een of meer van ");
		phrase_codes(s, n->names, n->n_names, false);
		break;
	case NEED_EITHER:
		phrase_add(s, ": at least one of ", ": minstens een van ");
		phrase_codes(s, n->names, n->n_names, false);
		break;
	}
}

static void gate_head(struct phrase *s, struct value *list)
{
	const struct gate_spec *g = s->card->gate;

	phrase_add(s, "Nobody can say ", "Niemand kan melden: ");
	phrase_events(s, g->guards, g->n_guards);
	phrase_add(s, " without what follows", " zonder wat volgt");
	put_sentence(s, list);
	for (uint32_t i = 0; i < g->n_needs; i++) {
		say_need(s, &g->needs[i]);
		put_sentence(s, list);
	}
	for (uint32_t i = 0; i < g->n_refuses; i++) {
		phrase_add(s, "Refused", "Geweigerd");
		if (g->refuses[i].words.bytes > 0)
			buf_printf(&s->b, s->v->nl
				? " met een woord uit de lijst %s"
				: " with a word of the list %s",
				g->refuses[i].words.at);
		if (g->refuses[i].when.kind != COND_NONE) {
			phrase_add(s, " when ", " als ");
			phrase_cond(s, &g->refuses[i].when);
		}
		phrase_add(s, ": ", ": ");
		phrase_text(s, wording_text(&g->refuses[i].say, s->v->book));
		put_sentence(s, list);
	}
	for (uint32_t i = 0; i < g->n_defaults; i++) {
		phrase_add(s, "Filled in by itself: ",
			"Wordt vanzelf ingevuld: ");
		phrase_text(s, words_code(s->v, g->defaults[i].field));
		put_sentence(s, list);
	}
}

static void mode_warns(struct phrase *s, struct value *list)
{
	const struct mode_spec *m = s->card->mode;

	if (!m->has_warn)
		return;
	phrase_span(s, m->warn_before);
	phrase_add(s, " before it begins ", " voor het begin krijgt ");
	phrase_who(s, &m->warn_who);
	phrase_add(s, " hears: ", " te horen: ");
	buf_printf(&s->b, "\"%s\"",
		wording_text(&m->warn_text, s->v->book).at);
	if (m->warn_at_least.kind != EXPR_NONE) {
		phrase_add(s, ", as soon as the load is ",
			", zodra de bezetting zover is: ");
		phrase_expr(s, &m->warn_at_least);
	}
	put_sentence(s, list);
}

static void mode_head(struct phrase *s, struct value *list)
{
	const struct mode_spec *m = s->card->mode;
	struct span span;

	if (m->yearly) {
		buf_printf(&s->b, s->v->nl ? "Elk jaar van %d-%d tot en met "
					     "%d-%d"
					   : "Each year from %d-%d to %d-%d "
					     "(day-month), both included",
			m->from.day, m->from.month, m->to.day, m->to.month);
		put_sentence(s, list);
	}
	if (m->or_when.kind != COND_NONE) {
		phrase_add(s, "Also when ", "Ook als ");
		phrase_cond(s, &m->or_when);
		put_sentence(s, list);
	}
	if (m->back_when.kind != COND_NONE) {
		phrase_add(s, "Over when ", "Voorbij als ");
		phrase_cond(s, &m->back_when);
		put_sentence(s, list);
	}
	if (m->lasts_at_least.kind != EXPR_NONE) {
		phrase_add(s, "Lasts at least ", "Duurt minstens ");
		phrase_expr(s, &m->lasts_at_least);
		put_sentence(s, list);
	}
	mode_warns(s, list);
	for (uint32_t i = 0; i < m->n_sets; i++) {
		buf_printf(&s->b, s->v->nl ? "Instelling \"%s\" is dan "
					   : "Setting \"%s\" is then ",
			m->sets[i].setting.at);
		if (m->sets[i].value.kind == VALUE_TEXT &&
			span_of_value(&m->sets[i].value, &span, NULL) == FL_OK)
			phrase_span(s, span);
		else
			phrase_text(s,
				words_value(s->v, NULL, &m->sets[i].value));
		put_sentence(s, list);
	}
	for (uint32_t i = 0; i < m->n_nevers; i++) {
		buf_printf(&s->b, s->v->nl ? "Nooit in de agenda van %s: %s"
					   : "Never in the diary of %s: %s",
			words_code(s->v, m->nevers[i].role).at,
			words_code(s->v, m->nevers[i].what).at);
		put_sentence(s, list);
	}
	for (uint32_t i = 0; i < m->n_protects; i++) {
		const struct mode_protect *b = &m->protects[i];

		buf_printf(&s->b, s->v->nl
			? "Vrij voor %s van %s: %02d:%02d tot %02d:%02d"
			: "Kept for %s of %s: %02d:%02d to %02d:%02d",
			words_code(s->v, b->block).at,
			words_code(s->v, b->role).at, b->from_minute / 60,
			b->from_minute % 60, b->to_minute / 60,
			b->to_minute % 60);
		put_sentence(s, list);
	}
	for (uint32_t i = 0; i < m->n_pushes; i++) {
		buf_printf(&s->b, s->v->nl ? "Kaart %s, stap %s, schuift "
					   : "Card %s, step %s, moves by ",
			m->pushes[i].card.at, m->pushes[i].step.at);
		phrase_span(s, m->pushes[i].by);
		put_sentence(s, list);
	}
}

static void show_card(struct view *v, const struct card *c, struct value *out)
{
	struct phrase s = {.v = v, .card = c};
	struct value head = value_list(), steps = value_list();

	buf_init(&s.b, WORDS_BYTES);
	card_head(&s, &head);
	if (c->handoff != NULL)
		handoff_head(&s, &head);
	if (c->escalation != NULL)
		escalation_head(&s, &head);
	if (c->gate != NULL)
		gate_head(&s, &head);
	if (c->mode != NULL)
		mode_head(&s, &head);
	for (uint32_t i = 0; i < c->n_steps; i++)
		value_append(v->a, &steps, step_value(&s, &c->steps[i]));
	for (uint32_t i = 0; i < c->n_whens; i++)
		value_append(v->a, &steps, when_value(&s, &c->whens[i]));
	for (uint32_t i = 0; i < c->n_ladders; i++)
		put_ladder(&s, &c->ladders[i], &steps);
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
	c = view_card(v, typed, p);
	if (c != NULL)
		show_card(v, c, out);
}

fl_status ask_show(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p)
{
	return ask_run(ask, args, out, p, show);
}
