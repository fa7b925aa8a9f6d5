/* One condition of a card in words, with what it saw. */
#include "ask/condition.h"

#include "ask/phrase.h"

static void say_time(struct phrase *s, int64_t ms)
{
	buf_add_text(&s->b, words_moment(s->v, ms).at);
}

static void say_happened(struct phrase *s, const struct condition *c)
{
	phrase_events(s, &c->name, 1);
	if (c->at_ms == 0) {
		phrase_add(s, ": never happened", ": nooit gebeurd");
		return;
	}
	phrase_add(s, ": ", ": ");
	say_time(s, c->at_ms);
}

static void say_cond(struct phrase *s, const struct condition *c,
	const char *en, const char *nl)
{
	phrase_add(s, en, nl);
	phrase_cond(s, c->cond);
	if (c->reason != NULL) {
		phrase_add(s, ": the function failed: ",
			": de functie werkt niet: ");
		buf_add_text(&s->b, c->reason);
		return;
	}
	if (c->cond->kind == COND_STATE || c->cond->kind == COND_FIELD)
		phrase_add(s, "; now: ", "; nu: ");
	else
		phrase_add(s, ": ", ": ");
	if (c->saw.kind == VALUE_BOOL)
		phrase_add(s, c->saw.as.boolean ? "yes" : "no",
			c->saw.as.boolean ? "ja" : "nee");
	else if (c->saw.kind == VALUE_NULL)
		phrase_add(s, "nothing filled in", "niets ingevuld");
	else
		phrase_text(s, words_value(s->v, NULL, &c->saw));
}

static void say_anchor(struct phrase *s, const struct condition *c)
{
	phrase_add(s, "counts from ", "telt vanaf ");
	if (c->name.bytes > 0)
		phrase_text(s, words_code(s->v, c->name));
	else
		phrase_add(s, "the start", "het begin");
	phrase_add(s, ": ", ": ");
	if (c->at_ms != 0)
		say_time(s, c->at_ms);
	else
		phrase_add(s, "not known yet", "nog niet bekend");
}

static void say_task(struct phrase *s, const struct task *t)
{
	phrase_add(s, "its task is open", "de taak staat open");
	if (t == NULL)
		return;
	buf_printf(&s->b, ": %s, ",
		id_show(s->v->a, TEXT("task"), t->id).at);
	phrase_text(s, words_person(s->v, t->who));
	phrase_add(s, ", since ", ", sinds ");
	say_time(s, t->shown_at_ms);
}

static void say_people(struct phrase *s, const struct condition *c)
{
	phrase_add(s, "who it falls to: ", "voor wie het is: ");
	if (c->name.bytes > 0)
		phrase_text(s, words_person(s->v, c->name));
	else
		phrase_add(s, "nobody is found", "niemand gevonden");
}

static void say_channel(struct phrase *s, const struct condition *c)
{
	phrase_text(s, words_code(s->v, c->name));
	phrase_add(s, ": ", ": ");
	if (c->holds)
		phrase_add(s, "allowed", "mag");
	else
		buf_add_text(&s->b, c->reason != NULL && *c->reason != '\0'
			? c->reason : s->v->nl ? "mag niet" : "not allowed");
	if (!c->holds && c->at_ms != 0) {
		phrase_add(s, ", from ", ", vanaf ");
		say_time(s, c->at_ms);
	}
}

static void say_since(struct phrase *s, const struct condition *c,
	const char *en, const char *nl)
{
	phrase_add(s, en, nl);
	if (c->at_ms != 0) {
		buf_add_char(&s->b, ' ');
		say_time(s, c->at_ms);
	}
}

static void say_card_condition(struct phrase *s, const struct condition *c)
{
	switch ((enum condition_kind)c->kind) {
	case CONDITION_AWAY:
		phrase_add(s, c->holds ? "the card works"
				       : "the card is set aside after errors",
			c->holds ? "de kaart doet het"
				 : "de kaart is opzijgezet na fouten");
		break;
	case CONDITION_CLOSED:
		phrase_add(s, c->holds ? "open for new ones"
				       : "closed: nobody new comes in",
			c->holds ? "open voor nieuwe"
				 : "gesloten: niemand komt er nog in");
		break;
	case CONDITION_INSIDE:
		say_since(s, c, "inside since", "zit erin sinds");
		break;
	case CONDITION_LEFT:
		say_since(s, c, "was inside and left",
			"zat erin en ging eruit");
		break;
	case CONDITION_PAUSED:
		say_since(s, c, "paused since", "gepauzeerd sinds");
		break;
	case CONDITION_STARTS:
		phrase_add(s, "starts at ", "begint bij ");
		say_happened(s, c);
		break;
	case CONDITION_STOPS:
		phrase_add(s, "stopped since by ", "sindsdien gestopt door ");
		say_happened(s, c);
		break;
	default:
		break;
	}
}

static void say_step_condition(struct phrase *s, const struct condition *c,
	const struct task *t)
{
	switch ((enum condition_kind)c->kind) {
	case CONDITION_WHEN:
		phrase_add(s, "at ", "bij ");
		say_happened(s, c);
		break;
	case CONDITION_COUNTS:
		phrase_add(s, "counts ", "telt ");
		say_happened(s, c);
		break;
	case CONDITION_NEEDS:
		phrase_add(s, "waits for ", "wacht op ");
		say_happened(s, c);
		break;
	case CONDITION_SHOWN:
		say_task(s, t);
		break;
	case CONDITION_DONE:
		say_since(s, c, "over since", "klaar sinds");
		break;
	case CONDITION_SKIPPED:
		phrase_add(s, "was skipped", "is overgeslagen");
		break;
	case CONDITION_ANCHOR:
		say_anchor(s, c);
		break;
	case CONDITION_TIME:
		say_since(s, c, "comes", "komt");
		break;
	case CONDITION_ONCE:
		phrase_add(s, c->holds ? "once: not done before"
				       : "once: it was done before",
			c->holds ? "eenmalig: nog niet gedaan"
				 : "eenmalig: al eens gedaan");
		break;
	case CONDITION_PEOPLE:
		say_people(s, c);
		break;
	case CONDITION_CHANNEL:
		say_channel(s, c);
		break;
	default:
		say_card_condition(s, c);
		break;
	}
}

struct text condition_words(struct view *v, const struct card *card,
	const struct condition *c, const struct task *task)
{
	struct phrase s = {.v = v, .card = card};

	buf_init(&s.b, WORDS_BYTES);
	switch ((enum condition_kind)c->kind) {
	case CONDITION_UNLESS:
	case CONDITION_SKIP_IF:
		say_cond(&s, c, "not when ", "niet als ");
		break;
	case CONDITION_AS_LONG_AS:
		say_cond(&s, c, "as long as ", "zolang ");
		break;
	case CONDITION_IF_STATE:
		say_cond(&s, c, "only when ", "alleen als ");
		break;
	default:
		say_step_condition(&s, c, task);
		break;
	}
	return words_buf(v, &s.b);
}
