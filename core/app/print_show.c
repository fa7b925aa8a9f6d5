/* show, why-not: cards as sentences, and each condition of one. */
#include "app/print.h"

#include <string.h>

static void print_list(struct term *t, struct arena *a,
	const struct value *cards)
{
	struct term_table tab = { .a = a };

	for (uint32_t i = 0; i < cards->count; i++) {
		const struct value *c = &cards->as.items[i];

		table_row(&tab);
		table_cell(&tab, TERM_CYAN, str(c, "card"));
		table_cell(&tab, TERM_PLAIN, str(c, "title"));
		table_cell(&tab, TERM_DIM, arena_printf(a, "%s:%lld",
			str(c, "file"),
			(long long)value_get_int(c, "line", 0)));
	}
	table_print(&tab, t);
}

static void print_sentences(struct term *t, const struct value *of,
	const char *indent)
{
	const struct value *list = value_get(of, "sentences");

	for (uint32_t i = 0; list != NULL && list->kind == VALUE_LIST &&
		i < list->count; i++)
		term_printf(t, "%s%s%s\n", indent, i > 0 ? "  " : "",
			value_as_text(&list->as.items[i]).at);
}

static void print_step(struct term *t, struct arena *a,
	const struct value *step)
{
	const char *at = when(a, step, "appears");

	term_style(t, TERM_CYAN, str(step, "step"));
	if (str(step, "step")[0] == '\0')
		term_style(t, TERM_CYAN, label(t, "meteen", "at once"));
	term_style(t, TERM_DIM, arena_printf(a, label(t, "  regel %lld",
							   "  line %lld"),
		(long long)value_get_int(step, "line", 0)));
	if (at[0] != '\0')
		term_style(t, TERM_GREEN, arena_printf(a, "  %s > %s", at,
			when(a, step, "due")));
	buf_add_char(&t->buf, '\n');
	print_sentences(t, step, "  ");
}

void print_show(struct term *t, struct arena *a, const struct value *answer)
{
	const struct value *steps = value_get(answer, "steps");
	const struct value *cards = value_get(answer, "cards");

	if (cards != NULL && cards->kind == VALUE_LIST) {
		print_list(t, a, cards);
		return;
	}
	term_style(t, TERM_BOLD, str(answer, "card"));
	term_printf(t, "  %s  ", str(answer, "title"));
	term_style(t, TERM_DIM, arena_printf(a, "%s, %s:%lld",
		str(answer, "kind"), str(answer, "file"),
		(long long)value_get_int(answer, "line", 0)));
	buf_add_char(&t->buf, '\n');
	print_sentences(t, answer, "");
	for (uint32_t i = 0; steps != NULL && i < steps->count; i++)
		print_step(t, a, &steps->as.items[i]);
}

/* ---- why-not ---- */

static void print_reads(struct term *t, const struct value *c)
{
	const struct value *reads = value_get(c, "reads");

	for (uint32_t i = 0; reads != NULL && i < reads->count; i++)
		term_printf(t, "        %s = %s\n",
			str(&reads->as.items[i], "field"),
			str(&reads->as.items[i], "text"));
}

static void print_condition(struct term *t, struct arena *a,
	const struct value *c)
{
	bool ok = value_get_bool(c, "ok", false);

	term_printf(t, "  ");
	term_style(t, ok ? TERM_GREEN : TERM_RED,
		ok ? label(t, "ja ", "yes") : label(t, "nee", "no "));
	term_printf(t, "  %s", str(c, "text"));
	term_style(t, TERM_DIM, arena_printf(a, label(t, "  regel %lld",
							   "  line %lld"),
		(long long)value_get_int(c, "line", 0)));
	buf_add_char(&t->buf, '\n');
	print_reads(t, c);
}

/* "rhythm: ", and nothing for what reacts to an event: the text says which. */
static const char *step_lead(struct arena *a, const struct value *of)
{
	const char *step = str(of, "step");

	return *step == '\0' || strncmp(step, "when:", 5) == 0
		? ""
		: arena_printf(a, "%s: ", str(of, "step_text"));
}

static void print_verdict(struct term *t, struct arena *a,
	const struct value *answer)
{
	const struct value *first = value_get(answer, "first");
	const struct value *near = value_get(answer, "nearest");
	const struct value *texts = value_get(near, "texts");

	if (first == NULL) {
		term_printf(t, "%s\n", label(t, "niets houdt de kaart tegen",
			"nothing holds the card back"));
		return;
	}
	term_style(t, TERM_BOLD, label(t, "eerste nee: ", "first no: "));
	term_printf(t, "%s%s\n", step_lead(a, first), str(first, "text"));
	if (texts == NULL)
		return;
	term_style(t, TERM_BOLD, label(t, "mist het minst: ",
		"nearest: "));
	term_printf(t, "%s", step_lead(a, near));
	for (uint32_t i = 0; i < texts->count; i++)
		term_printf(t, "%s%s", i > 0 ? "; " : "",
			value_as_text(&texts->as.items[i]).at);
	buf_add_char(&t->buf, '\n');
}

void print_why_not(struct term *t, struct arena *a, const struct value *answer)
{
	const struct value *list = value_get(answer, "conditions");
	const char *step = "";

	term_style(t, TERM_BOLD, str(answer, "card"));
	term_printf(t, "  %s %s  %s\n", str(answer, "subject"),
		str(answer, "customer_name"), when(a, answer, "at"));
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const struct value *c = &list->as.items[i];

		if (strcmp(str(c, "step"), step) != 0) {
			step = str(c, "step");
			if (strncmp(step, "when:", 5) == 0)
				step = "";
			else
				term_printf(t, "%s\n", str(c, "step_text"));
		}
		print_condition(t, a, c);
	}
	print_verdict(t, a, answer);
}

/* ---- ahead ---- */

static const char *tasks_of(struct arena *a, const struct value *map)
{
	return arena_printf(a, "%lld", (long long)value_get_int(map, "tasks",
		0));
}

/* Two columns deep: a heading and, behind it, what it holds. */
static void print_nested(struct term *t, struct arena *a,
	const struct value *list, const char *head, const char *inner,
	const char *name)
{
	struct term_table tab = { .a = a, .indent = "  " };

	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *in = value_get_list(&list->as.items[i], inner);

		for (uint32_t k = 0; k < in->count; k++) {
			const struct value *one = &in->as.items[k];

			table_row(&tab);
			table_cell(&tab, TERM_CYAN, k == 0
				? when(a, &list->as.items[i], head) : "");
			table_cell(&tab, TERM_PLAIN, *str(one, name) != '\0'
				? card_name(one, name)
				: label(t, "niemand", "nobody"));
			table_cell(&tab, TERM_BOLD, tasks_of(a, one));
		}
	}
	table_print(&tab, t);
}

static void print_unstaffed(struct term *t, struct arena *a,
	const struct value *list)
{
	struct term_table tab = { .a = a, .indent = "  " };

	if (list->count == 0)
		return;
	term_style(t, TERM_RED, label(t, "niemand om het te doen\n",
		"nobody to do it\n"));
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *one = &list->as.items[i];

		table_row(&tab);
		table_cell(&tab, TERM_DIM, place_name(a, one));
		table_cell(&tab, TERM_PLAIN, str(one, "role"));
		table_cell(&tab, TERM_BOLD, tasks_of(a, one));
	}
	table_print(&tab, t);
}

static void print_list_ahead(struct term *t, struct arena *a,
	const struct value *list)
{
	struct term_table tab = { .a = a, .indent = "  " };

	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *c = &list->as.items[i];

		table_row(&tab);
		table_cell(&tab, TERM_CYAN, when(a, c, "at"));
		table_cell(&tab, TERM_PLAIN, str(c, "who"));
		table_cell(&tab, TERM_DIM, place_name(a, c));
		table_cell(&tab, TERM_PLAIN, str(c, "title"));
	}
	table_print(&tab, t);
}

void print_ahead(struct term *t, struct arena *a, const struct value *answer)
{
	term_printf(t, t->dutch
		? "%s %s tot %s, als elke taak op tijd wordt gedaan: %s taken\n"
		: "%s %s until %s, if each task is done in time: %s tasks\n",
		*str(answer, "subject") != '\0' ? str(answer, "subject")
						: label(t, "iedereen",
							  "everybody"),
		str(answer, "customer_name"), when(a, answer, "until"),
		tasks_of(a, answer));
	print_list_ahead(t, a, value_get_list(answer, "coming"));
	print_nested(t, a, value_get_list(answer, "months"), "month", "cards",
		"card");
	if (*str(answer, "subject") == '\0')
		print_nested(t, a, value_get_list(answer, "days"), "day", "people",
			"name");
	print_unstaffed(t, a, value_get_list(answer, "unstaffed"));
	if (value_get_bool(answer, "cut", false))
		term_printf(t, "%s\n", label(t, "verder kijken duurde te lang: "
			"vraag minder ver, of een klant", "looking further took "
			"too long: ask less far, or one customer"));
}

/* ---- orphans ---- */

void print_orphans(struct term *t, struct arena *a, const struct value *answer)
{
	const struct value *list = value_get_list(answer, "orphans");
	struct term_table tab = { .a = a };

	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *o = &list->as.items[i];

		table_row(&tab);
		table_cell(&tab, TERM_CYAN, str(o, "subject"));
		table_cell(&tab, TERM_BOLD, str(o, "customer_name"));
		table_cell(&tab, TERM_RED, str(o, "text"));
		table_cell(&tab, TERM_DIM, card_name(o, "card"));
	}
	table_print(&tab, t);
	if (list->count == 0)
		term_printf(t, t->dutch
			? "niets valt stil: al wat openstaat (%lld) heeft iemand "
			  "en een volgende stap\n"
			: "nothing falls silent: all that is open (%lld) has "
			  "somebody and a next step\n",
			(long long)value_get_int(answer, "open", 0));
}
