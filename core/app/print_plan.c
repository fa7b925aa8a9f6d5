/* How a plan looks to people: sums first, then days, then names; and what was
 * live when. */
#include "app/print.h"

#include <string.h>

static const char *kind_words(const struct term *t, const char *kind)
{
	static const char *const words[][3] = {
		{ "moves", "schuift op", "moves" },
		{ "appears", "nieuw", "new" },
		{ "gone", "komt niet meer", "comes no more" },
		{ "shows", "verschijnt meteen", "shows at once" },
		{ "withdrawn", "taak vervalt", "task withdrawn" },
		{ "handed", "taak naar ander", "task handed over" },
		{ "leaves", "gaat eruit", "leaves" },
		{ "fails", "regel werkt niet", "rule fails" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i][0], kind) == 0)
			return words[i][t->dutch ? 1 : 2];
	return kind;
}

static const char *between(struct arena *a, const struct value *s,
			   const char *first, const char *last)
{
	const char *from = when(a, s, first), *to = when(a, s, last);

	if (*from == '\0' || strcmp(from, to) == 0)
		return from;
	return arena_printf(a, "%s .. %s", from, to);
}

static void print_steps(struct term *t, struct arena *a,
			const struct value *plan)
{
	const struct value *list = value_get_list(plan, "steps");
	struct term_table tab = { .a = a, .indent = "  " };

	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *s = &list->as.items[i];
		const char *from = between(a, s, "from_first", "from_last");
		const char *to = between(a, s, "to_first", "to_last");

		table_row(&tab);
		table_cell(&tab, TERM_CYAN, place_name(a, s));
		table_cell(&tab, TERM_PLAIN, arena_printf(a, "%lld",
			print_count(s, "count")));
		table_cell(&tab, TERM_PLAIN, kind_words(t, str(s, "kind")));
		table_cell(&tab, TERM_DIM, *from != '\0' && *to != '\0'
				? arena_printf(a, "%s -> %s", from, to)
				: *from != '\0' ? from
						: to);
	}
	table_print(&tab, t);
}

static bool day_differs(const struct value *day)
{
	return print_count(day, "before") != print_count(day, "after");
}

static void print_days(struct term *t, struct arena *a,
		       const struct value *person, struct term_table *tab)
{
	const struct value *days = value_get_list(person, "days");

	for (uint32_t i = 0; i < days->count; i++) {
		const struct value *d = &days->as.items[i];

		if (!day_differs(d))
			continue;
		table_row(tab);
		table_cell(tab, TERM_PLAIN, str(person, "name"));
		table_cell(tab, TERM_PLAIN, when(a, d, "day"));
		table_cell(tab, TERM_PLAIN, arena_printf(a, "%lld -> %lld",
			print_count(d, "before"), print_count(d, "after")));
		table_cell(tab, TERM_RED, print_count(d, "burst") > 0
				? label(t, "te veel ineens", "too much at once")
				: "");
	}
}

static void print_people(struct term *t, struct arena *a,
			 const struct value *plan)
{
	const struct value *people = value_get_list(plan, "people");
	struct term_table tab = { .a = a, .indent = "  " };
	bool any = false;

	for (uint32_t i = 0; i < people->count; i++)
		if (value_get_bool(&people->as.items[i], "changed", false)) {
			any = true;
			print_days(t, a, &people->as.items[i], &tab);
		}
	if (!any)
		return;
	term_style(t, TERM_BOLD, label(t, "stappen per persoon en dag",
		"steps by person and day"));
	buf_add_char(&t->buf, '\n');
	table_print(&tab, t);
}

static void print_names(struct term *t, struct arena *a,
			const struct value *plan)
{
	const struct value *list = value_get_list(plan, "changes");
	struct term_table tab = { .a = a, .indent = "  " };

	if (list->count == 0)
		return;
	term_style(t, TERM_BOLD, label(t, "wie", "who"));
	buf_add_char(&t->buf, '\n');
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *c = &list->as.items[i];

		table_row(&tab);
		table_cell(&tab, TERM_CYAN, str(c, "deal"));
		table_cell(&tab, TERM_PLAIN, str(c, "customer_name"));
		table_cell(&tab, TERM_DIM, place_name(a, c));
		table_cell(&tab, TERM_PLAIN, str(c, "text"));
	}
	table_print(&tab, t);
	if (print_count(plan, "left_out") > 0)
		term_printf(t, t->dutch ? "  ... en nog %lld\n"
					: "  ... and %lld more\n",
			print_count(plan, "left_out"));
}

static void print_verdict(struct term *t, const struct value *plan)
{
	if (!value_get_bool(plan, "changed", true)) {
		term_printf(t, "%s\n", label(t, "deze regels zijn al "
			"live", "these are the rules that are live already"));
		return;
	}
	if (value_get_bool(plan, "auto", false)) {
		term_style(t, TERM_GREEN, label(t, "mag vanzelf live",
			"may go live by itself"));
		term_printf(t, ": fairlead reload\n");
		return;
	}
	term_style(t, TERM_YELLOW, label(t, "wacht op een ja: ",
		"waits for a yes: "));
	term_say(t, str(plan, "waits"));
	term_printf(t, "\n  fairlead publish %s\n", str(plan, "code"));
}

void print_plan(struct term *t, struct arena *a, const struct value *plan)
{
	term_printf(t, t->dutch
			? "%lld van %lld klanten onderweg worden geraakt"
			: "%lld of %lld customers in flight are touched",
		print_count(plan, "moved"), print_count(plan, "in_flight"));
	if (print_count(plan, "spread") > 0)
		term_printf(t, t->dutch
				? "; %lld te late stappen gespreid tot %s"
				: "; %lld late steps spread until %s",
			print_count(plan, "spread"), when(a, plan,
				"spread_until"));
	buf_add_char(&t->buf, '\n');
	print_steps(t, a, plan);
	print_people(t, a, plan);
	print_names(t, a, plan);
	print_verdict(t, plan);
}

/* ---- rulesets ---- */

#define CHANGED_LINES 12 /* of one among many rulesets */

static void print_changed_lines(struct term *t, const struct value *ruleset,
				bool all)
{
	const struct value *list = value_get_list(ruleset, "lines");
	uint32_t n = all || list->count <= CHANGED_LINES + 1 ? list->count
							     : CHANGED_LINES;

	for (uint32_t i = 0; i < n; i++) {
		const struct value *l = &list->as.items[i];
		bool added = *str(l, "sign") == '+';

		term_printf(t, "      %s:%lld ", str(l, "file"),
			print_count(l, "line"));
		term_style(t, added ? TERM_GREEN : TERM_RED, str(l, "sign"));
		term_printf(t, " ");
		term_say(t, str(l, "text"));
		buf_add_char(&t->buf, '\n');
	}
	if (n < list->count)
		term_printf(t, t->dutch ? "      ... en nog %u: fairlead "
					  "rulesets %lld\n"
					: "      ... and %u more: fairlead "
					  "rulesets %lld\n",
			list->count - n, print_count(ruleset, "ruleset"));
}

void print_rulesets(struct term *t, struct arena *a,
		    const struct value *answer)
{
	const struct value *list = value_get_list(answer, "rulesets");

	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *r = &list->as.items[i];

		term_style(t, TERM_CYAN, arena_printf(a, "%lld",
			print_count(r, "ruleset")));
		term_printf(t, "  %s  %s  %s", when(a, r, "since"),
			str(r, "actor_name"), str(r, "summary_text"));
		if (value_get_bool(r, "live", false))
			term_style(t, TERM_GREEN, label(t, "  nu live",
				"  live"));
		buf_add_char(&t->buf, '\n');
		if (*str(r, "text") != '\0')
			term_printf(t, "    %s\n", str(r, "text"));
		print_changed_lines(t, r, list->count == 1);
	}
	if (print_count(answer, "left_out") > 0)
		term_printf(t, t->dutch ? "  ... en nog %lld oudere\n"
					: "  ... and %lld older ones\n",
			print_count(answer, "left_out"));
}

static void print_sent(struct term *t, struct arena *a,
		       const struct value *sent)
{
	if (sent->count == 0)
		return;
	term_printf(t, t->dutch ? "%u berichten waren al weg:\n"
				: "%u messages had gone out already:\n",
		sent->count);
	for (uint32_t i = 0; i < sent->count; i++) {
		const struct value *one = &sent->as.items[i];

		term_printf(t, "  %s  %s  %s %s\n", when(a, one, "at"),
			str(one, "channel"), str(one, "customer_name"),
			str(one, "customer"));
	}
}

void print_undo(struct term *t, struct arena *a, const struct value *answer)
{
	long long done = print_count(answer, "answered");

	term_printf(t, t->dutch
			? "%lld taken van regels nummer %lld vervallen; hun "
			  "stappen wachten opnieuw\n"
			: "%lld tasks of ruleset %lld are withdrawn; their "
			  "steps wait again\n",
		print_count(answer, "withdrawn"), print_count(answer, "ruleset"));
	if (print_count(answer, "messages") > 0)
		term_printf(t, t->dutch ? "%lld berichten gaan niet meer uit\n"
					: "%lld messages are not sent any "
					  "more\n",
			print_count(answer, "messages"));
	print_sent(t, a, value_get_list(answer, "sent"));
	if (done == 0)
		return;
	term_printf(t, t->dutch ? "%lld waren al beantwoord en blijven:\n"
				: "%lld had been answered, and stay:\n",
		done);
	print_tasks(t, a, value_get(answer, "tasks"), false);
}
