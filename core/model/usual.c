#include "model/usual.h"

static const struct usual_answer table[] = {
	{ "call", "reached", ACTION_RECORD, "contact.made", "phone", NULL,
		NULL },
	{ "call", "no_answer", ACTION_RECORD, "contact.attempted", "phone",
		"no_answer", NULL },
	{ "call", "later", ACTION_RECORD, "contact.made", "phone", NULL,
		"next_contact_at" },
	{ "mail", "sent", ACTION_RECORD, "contact.attempted", "email", "sent",
		NULL },
	{ "visit", "visited", ACTION_RECORD, "contact.made", "visit", NULL,
		NULL },
	{ "visit", "missed", ACTION_RECORD, "contact.attempted", "visit",
		"missed", NULL },
	{ "todo", "done", ACTION_DONE, NULL, NULL, NULL, NULL },
};

const struct usual_answer *usual_answer(struct text kind, uint32_t n)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (text_is(kind, table[i].kind) && n-- == 0)
			return &table[i];
	return NULL;
}

const struct usual_answer *usual_find(struct text kind, struct text answer)
{
	const struct usual_answer *u;

	for (uint32_t n = 0; (u = usual_answer(kind, n)) != NULL; n++)
		if (text_is(answer, u->answer))
			return u;
	return NULL;
}

void usual_action(const struct usual_answer *u, struct arena *a,
		  struct action *out)
{
	memset(out, 0, sizeof(*out));
	out->kind = u->action;
	out->event = text_of(u->event);
	out->note = TEXT("");
	out->data = value_map();
	if (u->outcome != NULL)
		value_put(a, &out->data, "outcome", value_text(u->outcome));
	if (u->channel != NULL)
		value_put(a, &out->data, "channel", value_text(u->channel));
	if (u->ask == NULL)
		return;
	out->ask = arena_alloc(a, sizeof(*out->ask));
	if (out->ask == NULL)
		return;
	out->ask[0] = text_of(u->ask);
	out->n_ask = 1;
}
