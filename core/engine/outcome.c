#include "engine/machine_internal.h"
#include "model/usual.h"

static void need(struct outcome *o, struct text field)
{
	if (o->n_need < sizeof(o->need) / sizeof(o->need[0]))
		o->need[o->n_need++] = field;
}

static void need_list(struct outcome *o, const struct value *list)
{
	for (uint32_t i = 0;
		list != NULL && list->kind == VALUE_LIST && i < list->count;
		i++)
		if (list->as.items[i].kind == VALUE_TEXT)
			need(o, value_as_text(&list->as.items[i]));
}

static uint32_t add(struct outcome *out, uint32_t n, uint32_t cap,
		    struct text name)
{
	if (n == cap)
		return n;
	memset(&out[n], 0, sizeof(out[n]));
	out[n].name = name;
	return n + 1;
}

/* Steps that handoff and escalation add to their card. */
static uint32_t own_outcomes(const struct task *task, struct outcome *out,
			     uint32_t cap)
{
	uint32_t n;

	if (text_is(task->step, STEP_ACCEPT)) {
		n = add(out, 0, cap, TEXT("accepted"));
		n = add(out, n, cap, TEXT("refused"));
		if (n == 2)
			need(&out[1], TEXT("missing"));
		return n;
	}
	if (text_is(task->step, STEP_TAKE))
		return add(out, 0, cap, TEXT("accepted"));
	if (text_is(task->step, STEP_COMPLETE)) {
		n = add(out, 0, cap, TEXT("done"));
		if (n == 1)
			need_list(out, value_get(&task->body, "missing"));
		return n;
	}
	return 0;
}

/* An answer that tells of real contact must also fill what the step writes. */
static bool is_contact(const struct rulebook *book, const struct action *a)
{
	const struct event_def *def = a->kind == ACTION_RECORD
		? schema_event(book->schema, a->event)
		: NULL;

	return def != NULL && def->touch;
}

static uint32_t step_outcomes(const struct rulebook *book,
			      const struct step *st, struct outcome *out,
			      uint32_t cap)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < st->task.n_answers && n < cap; i++) {
		const struct answer *a = &st->task.answers[i];

		n = add(out, n, cap, a->name);
		for (uint32_t k = 0; k < a->action.n_ask; k++)
			need(&out[n - 1], a->action.ask[k]);
		for (uint32_t k = 0;
			k < st->n_writes && is_contact(book, &a->action); k++)
			need(&out[n - 1], st->writes[k]);
	}
	return n;
}

static uint32_t usual_outcomes(const struct task *task, struct outcome *out,
			       uint32_t cap)
{
	const struct usual_answer *u;
	uint32_t n = 0;

	while ((u = usual_answer(task->kind, n)) != NULL && n < cap) {
		n = add(out, n, cap, text_of(u->answer));
		if (u->ask != NULL)
			need(&out[n - 1], text_of(u->ask));
	}
	return n;
}

uint32_t task_outcomes(const struct rulebook *book, const struct task *task,
		       struct outcome *out, uint32_t cap)
{
	const struct step *st = rulebook_step(book, task->card, task->step);
	const struct value *list = value_get(&task->body, "answers");
	uint32_t n = own_outcomes(task, out, cap);

	if (n > 0)
		return n;
	/* a notice in a step's place has its own title and only "done" */
	if (st != NULL && st->task.n_answers > 0 &&
		value_get(&task->body, "title") == NULL)
		return step_outcomes(book, st, out, cap);
	for (uint32_t i = 0;
		list != NULL && list->kind == VALUE_LIST && i < list->count;
		i++)
		if (list->as.items[i].kind == VALUE_TEXT)
			n = add(out, n, cap,
				value_as_text(&list->as.items[i]));
	if (n == 0)
		n = usual_outcomes(task, out, cap);
	return n > 0 ? n : add(out, n, cap, TEXT("done"));
}

static struct text title_part(const struct value *title, const char *key)
{
	if (title->kind == VALUE_TEXT)
		return value_as_text(title);
	return text_of(value_get_str(title, key));
}

bool task_title(const struct rulebook *book, const struct task *task,
		struct wording *out)
{
	static const struct {
		const char *step, *nl, *en;
	} own[] = {
		{ STEP_ACCEPT, "Neem de aflevering van {customer.name} over",
			"Take over the delivery of {customer.name}" },
		{ STEP_TAKE, "Pak deze mislukte deal op: {customer.name}",
			"Take up this failed deal: {customer.name}" },
	};
	const struct value *title = value_get(&task->body, "title");
	const struct step *st = rulebook_step(book, task->card, task->step);
	const struct card *card = rulebook_card(book, task->card);

	memset(out, 0, sizeof(*out));
	if (title != NULL) {
		out->nl = title_part(title, "nl");
		out->en = title_part(title, "en");
		return true;
	}
	if (st != NULL) {
		*out = st->task.title;
		return true;
	}
	if (text_is(task->step, STEP_COMPLETE) && card != NULL &&
		card->handoff != NULL) {
		*out = card->handoff->if_missing.task.title;
		return true;
	}
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (text_is(task->step, own[i].step)) {
			out->nl = text_of(own[i].nl);
			out->en = text_of(own[i].en);
			return true;
		}
	return false;
}
