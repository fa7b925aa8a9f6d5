/* How a backtest looks to people: sums, then by month, card, person and
 * customer, what was beside what would have been. */
#include "app/print.h"

#include <string.h>

static void print_list(struct term *t, const struct value *answer,
		       const char *key, const char *title, const char *shown,
		       const char *none)
{
	const struct value *list = value_get_list(answer, key);

	if (list->count == 0)
		return;
	term_style(t, TERM_BOLD, title);
	buf_add_char(&t->buf, '\n');
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *one = &list->as.items[i];
		long long was = print_count(one, "was");
		long long would = print_count(one, "would");
		const char *id = value_get_str(one, "id");
		const char *name = value_get_str(one, shown);

		term_printf(t, "  %6lld -> %6lld  ", was, would);
		if (was == would)
			term_printf(t, "%7s", "");
		else
			term_printf(t, "%+7lld", would - was);
		term_printf(t, "  %s%s%s\n",
			name != NULL && *name != '\0' ? name
				: id != NULL	      ? ""
						      : none,
			name != NULL && id != NULL ? "  " : "",
			id != NULL ? id : "");
	}
}

/* The day of a moment, always with its year. */
static const char *day_of(struct arena *a, const struct value *answer,
			  const char *key)
{
	const char *iso = value_get_str(answer, key);

	return iso != NULL ? arena_printf(a, "%.10s", iso) : "-";
}

static void print_sums(struct term *t, struct arena *a,
		       const struct value *answer)
{
	bool nl = t->dutch;

	term_printf(t, nl ? "%s tot %s: %lld feiten opnieuw verteld\n"
			  : "%s to %s: %lld facts told again\n",
		day_of(a, answer, "from"), day_of(a, answer, "until"),
		print_count(answer, "facts"));
	term_printf(t, nl ? "%lld taken waren er, met deze regels %lld: "
			    "%lld minder, %lld erbij\n"
			  : "%lld tasks there were, with these rules %lld: "
			    "%lld fewer, %lld more\n",
		print_count(answer, "was"), print_count(answer, "would"),
		print_count(answer, "fewer"), print_count(answer, "more"));
	if (print_count(answer, "open") > 0)
		term_printf(t, nl ? "%lld daarvan blijven open: wat erop "
				    "geantwoord zou zijn is onbekend.\n"
				  : "%lld of these stay open: what the answer "
				    "would have been is unknown.\n",
			print_count(answer, "open"));
	if (print_count(answer, "unknown") > 0)
		term_printf(t, nl ? "%lld feiten gaan over iets wat deze "
				    "regels niet maken: onbekend.\n"
				  : "%lld facts are about what these rules do "
				    "not make: unknown.\n",
			print_count(answer, "unknown"));
	if (print_count(answer, "refused") > 0)
		term_printf(t, nl ? "%lld feiten worden met deze regels "
				    "geweigerd.\n"
				  : "%lld facts are refused by these rules.\n",
			print_count(answer, "refused"));
	if (value_get_bool(answer, "cut", false))
		term_style(t, TERM_RED, nl
				? "Verder kijken duurde te lang; vraag met --to "
				  "een kortere tijd.\n"
				: "Looking further took too long; ask for a "
				  "shorter time by --to.\n");
}

void print_backtest(struct term *t, struct arena *a,
		    const struct value *answer)
{
	bool nl = t->dutch;

	if (value_get_str(answer, "until") == NULL) {
		term_printf(t, "%s\n", nl ? "tot dan is er niets gebeurd"
					  : "nothing had happened by then");
		return;
	}
	print_sums(t, a, answer);
	print_list(t, answer, "months", nl ? "per maand" : "by month", "month",
		"");
	print_list(t, answer, "cards", nl ? "per kaart" : "by card", "card",
		nl ? "het systeem" : "the engine");
	print_list(t, answer, "people", nl ? "per persoon" : "by person",
		"name", nl ? "niemand" : "nobody");
	print_list(t, answer, "customers",
		nl ? "grootste verschillen" : "largest differences", "name",
		nl ? "een klant die er niet was" : "a customer there was not");
	if (print_count(answer, "differ") > value_get_list(answer, "customers")->count)
		term_printf(t, nl ? "  en %lld andere klanten\n"
				  : "  and %lld other customers\n",
			print_count(answer, "differ") -
				value_get_list(answer, "customers")->count);
}
