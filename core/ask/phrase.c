/* What the keys of a card say, piece by piece. */
#include "ask/phrase.h"

#include "ask/sentence.h"

void phrase_add(struct phrase *s, const char *en, const char *nl)
{
	buf_add_text(&s->b, s->v->nl ? nl : en);
}

void phrase_text(struct phrase *s, struct text t)
{
	buf_add(&s->b, t.at, t.bytes);
}

/* Between the items of "a, b or c" and of "a, b and c". */
static const char *joint(const struct phrase *s, uint32_t i, uint32_t n,
	bool all)
{
	static const char *const last[2][2] = {{" or ", " of "},
		{" and ", " en "}};

	if (i == 0)
		return "";
	return i + 1 < n ? ", " : last[all][s->v->nl];
}

void phrase_events(struct phrase *s, const struct text *events, uint32_t n)
{
	struct value none = value_map();

	for (uint32_t i = 0; i < n; i++)
		buf_printf(&s->b, "%s\"%s\" (%s)", joint(s, i, n, false),
			sentence_make(s->v, events[i], &none).at, events[i].at);
}

void phrase_codes(struct phrase *s, const struct text *codes, uint32_t n,
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

void phrase_span(struct phrase *s, struct span span)
{
	buf_printf(&s->b, "%d %s", (int)span.count,
		unit_word(s->v, span).at);
}

/* A value of the rules: fixed, the setting's as it stands now, or where it is
 * computed. False: nothing known before somebody is in the card. */
static bool expr_now(const struct phrase *s, const struct expr *e,
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

bool phrase_known_span(const struct phrase *s, const struct expr *e,
	struct span *out)
{
	struct value v;

	return expr_now(s, e, &v) && span_of_value(&v, out, NULL) == FL_OK;
}

bool phrase_known_number(const struct phrase *s, const struct expr *e,
	int32_t *out)
{
	struct value v;

	if (!expr_now(s, e, &v) || v.kind != VALUE_INT)
		return false;
	*out = (int32_t)v.as.integer;
	return true;
}

void phrase_expr(struct phrase *s, const struct expr *e)
{
	struct value now;
	struct span span;

	if (expr_now(s, e, &now) && now.kind == VALUE_INT)
		buf_add_int(&s->b, now.as.integer);
	else if (phrase_known_span(s, e, &span))
		phrase_span(s, span);
	else if (expr_now(s, e, &now) && now.kind == VALUE_REAL)
		buf_add_text(&s->b, words_percent(s->v, now.as.real).at);
	else if (e->kind == EXPR_FN)
		buf_printf(&s->b, s->v->nl ? "wat regel %d uitrekent"
					   : "what line %d works out", e->line);
	else
		phrase_text(s, words_code(s->v, e->name));
	if (e->kind == EXPR_SETTING)
		buf_printf(&s->b, " (%s \"%s\")",
			s->v->nl ? "instelling" : "setting", e->name.at);
}

void phrase_moment(struct phrase *s, struct moment m, struct text field)
{
	switch (m.kind) {
	case MOMENT_OPENING:
		phrase_add(s, "at opening", "bij opening");
		break;
	case MOMENT_CLOSING:
		phrase_add(s, "at closing time", "bij sluiting");
		break;
	case MOMENT_END_OF_DAY:
		phrase_add(s, "at the end of the day", "aan het eind van de dag");
		break;
	case MOMENT_END_OF_NEXT_WORK_DAY:
		phrase_add(s, "at the end of the next work day",
			"aan het eind van de volgende werkdag");
		break;
	case MOMENT_NEXT_MONTH:
		phrase_add(s, "on the first work day of the next month",
			"op de eerste werkdag van de volgende maand");
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

/* " (at most 4 deliveries a day)" */
static void phrase_most(struct phrase *s, const struct who *w)
{
	struct expr set = {.kind = EXPR_SETTING, .name = w->at_most_setting};
	struct text of = w->at_most_of.bytes > 0 ? w->at_most_of : TEXT("tasks");

	if (w->at_most <= 0 && w->at_most_setting.bytes == 0)
		return;
	phrase_add(s, " (at most ", " (hoogstens ");
	if (w->at_most_setting.bytes > 0)
		phrase_expr(s, &set);
	else
		buf_add_int(&s->b, w->at_most);
	buf_printf(&s->b, " %s)", words_code(s->v, of).at);
}

void phrase_who(struct phrase *s, const struct who *w)
{
	const char *arg = words_code(s->v, w->arg).at;

	switch (w->kind) {
	case WHO_NONE:
	case WHO_HANDLER:
		phrase_add(s, "whoever handles it", "wie het behandelt");
		break;
	case WHO_PERSON:
		phrase_text(s, words_person(s->v, w->arg));
		break;
	case WHO_SELLER:
		phrase_add(s, "the seller", "de verkoper");
		break;
	case WHO_OWNER:
		phrase_add(s, "the owner", "de eigenaar");
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
		phrase_most(s, w);
		break;
	case WHO_ROUND_ROBIN:
		buf_printf(&s->b, s->v->nl ? "wie van team %s aan de beurt is"
					   : "the next in turn of team %s",
			w->arg.at);
		phrase_most(s, w);
		break;
	}
}

void phrase_cond(struct phrase *s, const struct cond *c)
{
	switch (c->kind) {
	case COND_NONE:
		break;
	case COND_FN:
		buf_printf(&s->b, s->v->nl ? "regel %d ja zegt"
					   : "line %d says yes", c->line);
		break;
	case COND_STATE:
		phrase_add(s, "it stands at ", "de stand is ");
		phrase_codes(s, c->names, c->n_names, false);
		break;
	case COND_LOGGED:
		phrase_add(s, "this has happened since: ",
			"sindsdien is gebeurd: ");
		phrase_events(s, c->names, c->n_names);
		break;
	case COND_NO_EVENT:
		phrase_add(s, "this has not happened: ", "niet is gebeurd: ");
		phrase_events(s, c->names, c->n_names);
		break;
	case COND_TOUCHED_SINCE:
		buf_printf(&s->b, s->v->nl ? "er contact was sinds stap %s"
					   : "there was contact since step %s",
			c->n_names > 0 ? c->names[0].at : "");
		break;
	case COND_FIELD:
		buf_printf(&s->b, s->v->nl ? "dit er is of ja zegt: %s"
					   : "this is there or says yes: %s",
			c->n_names > 0 ? words_code(s->v, c->names[0]).at : "");
		break;
	}
}
