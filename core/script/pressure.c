/*
 * Pressure reads as desperation (S4-09): sentences that reach a customer are
 * held against word_list "pressure" where a rooftop has one. A warning, since
 * a word may be meant well.
 */
#include "script/read.h"

#include <ctype.h>
static bool begins(const char *at, struct text phrase)
{
	for (uint32_t i = 0; i < phrase.bytes; i++)
		if (tolower((unsigned char)at[i]) !=
			tolower((unsigned char)phrase.at[i]))
			return false;
	return !isalnum((unsigned char)at[phrase.bytes]);
}

static const char *pushes(const struct word_list *list, struct text t)
{
	for (uint32_t i = 0; i < t.bytes; i++)
		for (uint32_t k = 0; k < list->n_words; k++)
			if ((i == 0 || !isalnum((unsigned char)t.at[i - 1])) &&
				list->words[k].bytes <= t.bytes - i &&
				begins(t.at + i, list->words[k]))
				return list->words[k].at;
	return NULL;
}

static void sentence_look(struct loading *ld, const struct word_list *list,
	const struct card *c, const struct step *s)
{
	const struct text both[] = {s->task.title.nl, s->task.title.en};
	const char *word;

	if (!text_is(s->task.kind, "call") && !text_is(s->task.kind, "mail"))
		return;
	for (size_t i = 0; i < COUNT_OF(both); i++)
		if ((word = pushes(list, both[i])) != NULL)
			say_warning(ld, say_unit(ld, c->file),
				s->task.title.line, SAY_PRESSURE, word);
}

void pressure_look(struct loading *ld)
{
	const struct rulebook *book = &ld->rs->book;
	const struct word_list *list = rulebook_words(book, TEXT("pressure"));

	for (uint32_t i = 0; list != NULL && i < book->n_cards; i++) {
		const struct card *c = &book->cards[i];

		for (uint32_t k = 0; k < c->n_steps; k++)
			sentence_look(ld, list, c, &c->steps[k]);
		for (uint32_t k = 0; k < c->n_whens; k++)
			sentence_look(ld, list, c, &c->whens[k].step);
	}
}
