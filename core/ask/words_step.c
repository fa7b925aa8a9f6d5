/* Steps and cards that no rule file names: what the program adds to cards. */
#include "ask/sentence.h"

static const struct {
	const char *step, *nl, *en;
} own[] = {
	{"handoff.complete-file", "het dossier", "the file"},
	{"handoff.accept", "overnemen", "taking over"},
	{"handoff.nobody", "niemand kan overnemen", "nobody can take over"},
	{"escalation.accept", "oppakken", "taking it up"},
	{"escalation.wait", "wachten op ruimte", "waiting for room"},
	{"escalation.full", "niemand heeft ruimte", "nobody has room"},
	{"escalation.fresh-lead", "verse lead", "fresh lead"},
	{"mode.look", "kijken of het begint of eindigt",
		"looking whether it begins or ends"},
	{"mode.warn", "waarschuwen vooraf", "the warning ahead"},
	{"silent", "er valt iets stil", "something falls silent"},
	{"silent:diary", "de agenda is voorbij", "the diary is over"},
	{"silent:away", "er is niemand", "nobody is here"},
	{"silent:back", "er is weer iemand", "somebody is back"},
	{"silent:left", "wie weg is", "who has left"},
	{"rules.rejected", "de regelbestanden", "the rule files"},
};

struct text words_card(struct text card)
{
	return text_is(card, "engine") ? TEXT("fairlead") : card;
}

/* What stands behind `with`; empty: it does not begin so. */
static struct text behind(struct text step, const char *with)
{
	uint32_t n = (uint32_t)strlen(with);

	return step.bytes > n && memcmp(step.at, with, n) == 0
		? (struct text){step.at + n, step.bytes - n}
		: TEXT("");
}

static struct text said(struct view *v, const char *nl, const char *en,
	struct text what)
{
	char *text = arena_printf(v->a, v->nl ? nl : en, (int)what.bytes,
		what.at);

	return text != NULL ? text_of(text) : TEXT("");
}

/* "deal.signed" of "when:deal.signed.2" in words. */
static struct text event_words(struct view *v, struct text type)
{
	struct value none = value_map();
	const char *dot = type.at + type.bytes;

	while (dot > type.at && dot[-1] >= '0' && dot[-1] <= '9')
		dot--;
	if (dot > type.at + 1 && dot[-1] == '.')
		type.bytes = (uint32_t)(dot - 1 - type.at);
	type = text_of(arena_text(v->a, type.at, type.bytes));
	return sentence_make(v, type, &none);
}

struct text words_step(struct view *v, struct text step)
{
	static const char told[] = ".told";
	struct text rest;

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (text_is(step, own[i].step))
			return text_of(v->nl ? own[i].nl : own[i].en);
	if ((rest = behind(step, "when:")).bytes > 0)
		return said(v, "bij \"%.*s\"", "at \"%.*s\"",
			event_words(v, rest));
	if ((rest = behind(step, "misfit:")).bytes > 0)
		return said(v, "past niet: \"%.*s\"",
			"does not fit: \"%.*s\"", event_words(v, rest));
	if ((rest = behind(step, "gate:")).bytes > 0)
		return said(v, "zonder wat erbij hoort: \"%.*s\"",
			"without what it needs: \"%.*s\"",
			event_words(v, rest));
	if ((rest = behind(step, "line:")).bytes > 0)
		return said(v, "regel %.*s", "line %.*s", rest);
	if ((rest = behind(step, "fault:")).bytes > 0)
		return said(v, "regel %.*s werkt niet",
			"line %.*s does not work", rest);
	if ((rest = behind(step, "held:")).bytes > 0)
		return said(v, "contact dat nog niet mocht (%.*s)",
			"contact not allowed yet (%.*s)", rest);
	if (behind(step, "silent:left:").bytes > 0)
		return text_of(v->nl ? "wie weg is" : "who has left");
	if (step.bytes > sizeof(told) && memcmp(step.at + step.bytes -
			(sizeof(told) - 1), told, sizeof(told) - 1) == 0) {
		rest = text_of(arena_text(v->a, step.at,
			step.bytes - (sizeof(told) - 1)));
		return said(v, "%.*s, niemand deed het op tijd",
			"%.*s, nobody did it in time", words_step(v, rest));
	}
	return step;
}
