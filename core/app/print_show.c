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
		term_style(t, TERM_CYAN, "when");
	term_style(t, TERM_DIM, arena_printf(a, "  line %lld",
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
	term_style(t, TERM_DIM, arena_printf(a, "  %s:%lld", str(c, "what"),
		(long long)value_get_int(c, "line", 0)));
	buf_add_char(&t->buf, '\n');
	print_reads(t, c);
}

static void print_verdict(struct term *t, const struct value *answer)
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
	term_printf(t, "%s%s%s\n", str(first, "step"),
		*str(first, "step") != '\0' ? ": " : "", str(first, "text"));
	if (texts == NULL)
		return;
	term_style(t, TERM_BOLD, label(t, "mist het minst: ",
		"nearest: "));
	term_printf(t, "%s%s", str(near, "step"),
		*str(near, "step") != '\0' ? ": " : "");
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
			term_style(t, TERM_CYAN, step);
			buf_add_char(&t->buf, '\n');
		}
		print_condition(t, a, c);
	}
	print_verdict(t, answer);
}
