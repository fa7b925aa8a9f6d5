#include "app/print.h"

#include <string.h>

#define HINTS 3 /* answers named as an example */

const char *str(const struct value *map, const char *key)
{
	const char *s = value_get_str(map, key);

	return s != NULL ? s : "";
}

const char *when(struct arena *a, const struct value *map, const char *key)
{
	const char *text = value_get_str(map, arena_printf(a, "%s_text", key));
	const char *iso = str(map, key);

	if (text != NULL)
		return text;
	if (strlen(iso) < 16 || iso[10] != 'T')
		return iso;
	return arena_printf(a, "%.10s %.5s", iso, iso + 11);
}

const char *label(const struct term *t, const char *nl, const char *en)
{
	return t->dutch ? nl : en;
}

const char *card_name(const struct value *map, const char *key)
{
	const char *name = str(map, key);

	return strcmp(name, "engine") == 0 ? "fairlead" : name;
}

const char *place_name(struct arena *a, const struct value *map)
{
	const char *step = str(map, "step");

	if (strcmp(str(map, "card"), "engine") == 0)
		return "fairlead";
	if (strncmp(step, "line:", 5) == 0)
		return arena_printf(a, "%s:%s", str(map, "card"), step + 5);
	return arena_printf(a, "%s/%s", str(map, "card"), step);
}

/* ---- tasks ---- */

static void answers_line(struct term *t, const struct value *task)
{
	const struct value *answers = value_get(task, "answers");

	if (answers == NULL || answers->kind != VALUE_LIST ||
		answers->count == 0)
		return;
	term_style(t, TERM_DIM, label(t, "  antwoorden: ", "  answers: "));
	for (uint32_t i = 0; i < answers->count; i++) {
		const struct value *one = &answers->as.items[i];
		const struct value *needs = value_get(one, "needs");

		term_style(t, TERM_DIM, i > 0 ? ", " : "");
		term_style(t, TERM_DIM, str(one, "outcome"));
		if (*str(one, "text") != '\0') {
			term_style(t, TERM_DIM, " (");
			term_style(t, TERM_DIM, str(one, "text"));
			term_style(t, TERM_DIM, ")");
		}
		for (uint32_t k = 0; needs != NULL &&
			needs->kind == VALUE_LIST && k < needs->count; k++) {
			term_style(t, TERM_DIM, " ");
			term_style(t, TERM_DIM,
				value_as_text(&needs->as.items[k]).at);
			term_style(t, TERM_DIM, "=");
		}
	}
	buf_add_char(&t->buf, '\n');
}

void print_gates(struct term *t, const struct value *gates)
{
	for (uint32_t i = 0; gates != NULL && i < gates->count; i++) {
		const struct value *g = &gates->as.items[i];
		const struct value *needs = value_get(g, "needs");

		term_printf(t, "  %s ", str(g, "deal"));
		term_style(t, TERM_YELLOW, label(t, "voor \"", "before \""));
		term_style(t, TERM_YELLOW, str(g, "text"));
		term_printf(t, label(t, "\" (%s) is nodig:\n",
			"\" (%s) is needed:\n"), str(g, "event"));
		for (uint32_t k = 0; needs != NULL && k < needs->count; k++) {
			const struct value *n = &needs->as.items[k];

			term_printf(t, "      %s  %s\n", str(n, "field"),
				*str(n, "remedy") != '\0' ? str(n, "remedy")
							  : str(n, "text"));
		}
	}
}

static void goodwill_line(struct term *t, const struct value *task)
{
	if (*str(task, "goodwill_text") == '\0')
		return;
	term_style(t, TERM_DIM, "  ");
	term_style(t, TERM_DIM, str(task, "task"));
	term_printf(t, " %s\n", str(task, "goodwill_text"));
}

static void task_row(struct term *t, struct term_table *tab,
		     const struct value *task)
{
	bool late = value_get_bool(task, "late", false);
	const char *reach = str(task, "phone");

	table_row(tab);
	table_cell(tab, TERM_CYAN, str(task, "task"));
	table_cell(tab, late ? TERM_RED : TERM_PLAIN,
		when(tab->a, task, "due"));
	table_cell(tab, TERM_DIM, *str(task, "kind_text") != '\0'
			? str(task, "kind_text")
			: str(task, "kind"));
	table_cell(tab, TERM_PLAIN, str(task, "customer_name"));
	table_cell(tab, TERM_PLAIN, *reach != '\0' ? reach
						   : str(task, "email"));
	table_cell(tab, TERM_DIM, str(task, "deal"));
	table_cell(tab, TERM_PLAIN, *str(task, "instead_of") != '\0'
			? arena_printf(tab->a, "%s (%s %s)", str(task, "title"),
				  label(t, "voor", "for"),
				  str(task, "instead_of_name"))
			: str(task, "title"));
}

void print_tasks(struct term *t, struct arena *a, const struct value *tasks,
		 bool answers)
{
	struct term_table tab = { .a = a, .indent = "  " };

	if (tasks == NULL || tasks->kind != VALUE_LIST)
		return;
	for (uint32_t i = 0; i < tasks->count; i++)
		task_row(t, &tab, &tasks->as.items[i]);
	table_print(&tab, t);
	for (uint32_t i = 0; answers && i < tasks->count && i < HINTS; i++) {
		term_style(t, TERM_DIM, "  ");
		term_style(t, TERM_DIM, str(&tasks->as.items[i], "task"));
		answers_line(t, &tasks->as.items[i]);
		goodwill_line(t, &tasks->as.items[i]);
	}
}

/* ---- stories ---- */

static void print_did(struct term *t, const struct value *did)
{
	for (uint32_t i = 0; did != NULL && did->kind == VALUE_LIST &&
		i < did->count; i++) {
		const struct value *one = &did->as.items[i];

		term_style(t, TERM_DIM, "        -> ");
		term_style(t, TERM_DIM, card_name(one, "card"));
		if (*str(one, "text") != '\0')
			term_style(t, TERM_DIM, ": ");
		term_say(t, str(one, "text"));
		buf_add_char(&t->buf, '\n');
	}
}

void print_lines(struct term *t, struct arena *a, const struct value *lines)
{
	for (uint32_t i = 0; lines != NULL && lines->kind == VALUE_LIST &&
		i < lines->count; i++) {
		const struct value *line = &lines->as.items[i];
		const char *who = str(line, "actor_name");

		term_style(t, TERM_CYAN, "  ");
		term_style(t, TERM_CYAN, when(a, line, "at"));
		term_printf(t, "  %s", str(line, "text"));
		if (*who != '\0')
			term_style(t, TERM_DIM,
				arena_printf(a, "  (%s)", who));
		term_style(t, TERM_DIM,
			arena_printf(a, "  %s", str(line, "event")));
		if (value_get_bool(line, "misfit", false))
			term_style(t, TERM_YELLOW,
				label(t, "  past niet", "  does not fit"));
		buf_add_char(&t->buf, '\n');
		if (*str(line, "reason") != '\0')
			term_printf(t, "        %s\n", str(line, "reason"));
		print_did(t, value_get(line, "did"));
	}
}

/* ---- why ---- */

/* What put the customer into the card. */
static void print_began(struct term *t, struct arena *a, const struct value *b)
{
	const struct value *began = value_get(b, "began");

	if (began == NULL)
		return;
	term_printf(t, label(t, "  begonnen bij: %s  %s  ",
			      "  began with: %s  %s  "), when(a, began, "at"),
		str(began, "text"));
	term_style(t, TERM_DIM, str(began, "event"));
	buf_add_char(&t->buf, '\n');
}

static void print_because(struct term *t, struct arena *a,
			  const struct value *b)
{
	const char *title = str(b, "card_title");

	term_style(t, TERM_BOLD, label(t, "vanwege ", "because "));
	if (strcmp(str(b, "card"), "engine") == 0)
		term_printf(t, label(t, "fairlead zelf: %s\n",
				      "of fairlead itself: %s\n"),
			str(b, "step_text"));
	else
		term_printf(t, "%s %s%s%s%s", label(t, "de kaart",
			"of the card"), str(b, "card"),
			*title != '\0' ? " (" : "", title,
			*title != '\0' ? ")" : "");
	if (strcmp(str(b, "card"), "engine") == 0)
		; /* no rule file says it */
	else if (*str(b, "when") != '\0')
		term_printf(t, t->dutch ? ", bij \"%s\" (%s)\n"
					: ", at \"%s\" (%s)\n",
			str(b, "when_text"), str(b, "when"));
	else
		term_printf(t, "%s%s\n", *str(b, "step") == '\0' ? ""
			: label(t, ", stap ", ", step "), str(b, "step_text"));
	if (*str(b, "file") != '\0') {
		term_style(t, TERM_CYAN, "  ");
		term_style(t, TERM_CYAN, str(b, "file"));
		if (value_get_int(b, "line", 0) > 0)
			term_printf(t, ":%lld",
				(long long)value_get_int(b, "line", 0));
		term_printf(t, *str(b, "text") != '\0' ? "  %s\n" : "%s\n",
			str(b, "text"));
	}
	print_began(t, a, b);
	term_style(t, TERM_DIM, "  ");
	term_printf(t, t->dutch ? "regels nummer %lld" : "rules number %lld",
		(long long)value_get_int(b, "ruleset", 0));
	if (*str(b, "live_since") != '\0')
		term_printf(t, t->dutch ? ", live sinds %s" : ", live since %s",
			*str(b, "live_since_text") != '\0'
				? str(b, "live_since_text")
				: str(b, "live_since"));
	buf_add_char(&t->buf, '\n');
}

static void print_decided(struct term *t, const struct value *list)
{
	for (uint32_t i = 0; list != NULL && list->kind == VALUE_LIST &&
		i < list->count; i++) {
		const struct value *one = &list->as.items[i];
		const struct value *did = value_get(one, "did");

		const char *fate = str(one, "fate");

		if (strcmp(fate, "ran") == 0)
			fate = label(t, "gedaan", "ran");
		else if (strcmp(fate, "failed") == 0)
			fate = label(t, "mislukt", "failed");
		term_printf(t, "  %s: %s%s%s\n", card_name(one, "card"), fate,
			*str(one, "reason") != '\0' ? ", " : "",
			str(one, "reason"));
		for (uint32_t k = 0; did != NULL && did->kind == VALUE_LIST &&
			k < did->count; k++)
			if (*str(&did->as.items[k], "text") != '\0')
				term_printf(t, "        -> %s\n",
					str(&did->as.items[k], "text"));
	}
}

void print_why(struct term *t, struct arena *a, const struct value *answer)
{
	const struct value *task = value_get(answer, "task");
	struct value list = value_list();

	if (task != NULL && task->kind == VALUE_MAP) {
		value_append(a, &list, *task);
		print_tasks(t, a, &list, false);
	}
	if (value_get(answer, "because") != NULL)
		print_because(t, a, value_get(answer, "because"));
	term_style(t, TERM_BOLD,
		label(t, "wat eraan voorafging", "what led to it"));
	buf_add_char(&t->buf, '\n');
	print_lines(t, a, value_get(answer, "chain"));
	if (value_get(answer, "decided") != NULL) {
		bool none = value_get(answer, "decided")->count == 0;

		term_style(t, TERM_BOLD, label(t, "wat de kaarten beslisten",
			"what the cards decided"));
		if (none)
			term_printf(t, "\n  %s", label(t, "niets",
				"nothing"));
		buf_add_char(&t->buf, '\n');
		print_decided(t, value_get(answer, "decided"));
	}
}

/* ---- deal ---- */

/* Those that are known, two spaces before each. */
static void print_parts(struct term *t, const struct value *of,
			const char *const *names)
{
	for (; *names != NULL; names++)
		if (*str(of, *names) != '\0')
			term_printf(t, "  %s", str(of, *names));
}

static void print_customer(struct term *t, struct arena *a,
			   const struct value *c)
{
	int64_t tempo = value_get_int(c, "tempo_days", 0);

	print_parts(t, c, (const char *[]){"id", "phone", "email", NULL});
	if (tempo > 0)
		term_say(t, arena_printf(a, t->dutch ? "  elke %lld dagen"
						     : "  every %lld days",
			(long long)tempo));
	if (value_get_bool(c, "objected", false))
		term_style(t, TERM_RED, label(t, "  wil geen contact meer",
			"  wants no more contact"));
	buf_add_char(&t->buf, '\n');
}

/* What it is, and what stands in its way. */
static const char *next_what(const struct term *t, struct arena *a,
			     const struct value *n)
{
	int64_t line = value_get_int(n, "line", 0);

	if (*str(n, "why") != '\0')
		return arena_printf(a, "%s  (%s: %s)", str(n, "what"),
			label(t, "zoals het nu staat niet",
				"not as things stand"), str(n, "why"));
	if (line == 0)
		return str(n, "what");
	return arena_printf(a, label(t, "%s  (als regel %lld van de kaart het "
					"dan goed vindt)",
				       "%s  (if line %lld of the card says so "
					"then)"), str(n, "what"),
		(long long)line);
}

static void print_next(struct term *t, struct arena *a,
		       const struct value *next)
{
	struct term_table tab = { .a = a, .indent = "  " };

	if (next == NULL || next->kind != VALUE_LIST || next->count == 0)
		return;
	term_style(t, TERM_BOLD, label(t, "hierna", "next"));
	buf_add_char(&t->buf, '\n');
	for (uint32_t i = 0; i < next->count; i++) {
		const struct value *n = &next->as.items[i];

		table_row(&tab);
		table_cell(&tab, TERM_CYAN, when(a, n, "at"));
		table_cell(&tab, TERM_DIM, place_name(a, n));
		table_cell(&tab, value_get_bool(n, "ok", true) ? TERM_PLAIN
							       : TERM_DIM,
			next_what(t, a, n));
	}
	table_print(&tab, t);
}

static void print_head(struct term *t, const struct value *d)
{
	const struct value *c = value_get(d, "customer");
	bool red = strcmp(str(d, "light"), "red") == 0;

	term_style(t, TERM_BOLD, str(c, "name"));
	print_parts(t, d, (const char *[]){"deal", "car", "price", NULL});
	term_printf(t, "\n  %s, ", *str(d, "state_text") != '\0'
			? str(d, "state_text")
			: str(d, "state"));
	term_style(t, red ? TERM_RED : TERM_GREEN, red
			? label(t, "sein rood", "light red")
			: label(t, "sein groen", "light green"));
	if (*str(d, "light_text") != '\0')
		term_printf(t, " (%s)", str(d, "light_text"));
	if (*str(d, "handler") != '\0')
		term_printf(t, t->dutch ? ", bij %s" : ", handled by %s",
			*str(d, "handler_name") != '\0'
				? str(d, "handler_name")
				: str(d, "handler"));
	if (*str(d, "seller_name") != '\0')
		term_printf(t, t->dutch ? ", verkocht door %s" : ", sold by %s",
			str(d, "seller_name"));
	buf_add_char(&t->buf, '\n');
}

void print_deal(struct term *t, struct arena *a, const struct value *d)
{
	const struct value *tasks = value_get(d, "tasks");
	int64_t left_out = value_get_int(d, "left_out", 0);

	print_head(t, d);
	if (value_get(d, "customer") != NULL)
		print_customer(t, a, value_get(d, "customer"));
	if (tasks != NULL && tasks->count > 0) {
		term_style(t, TERM_BOLD, label(t, "te doen", "to do"));
		buf_add_char(&t->buf, '\n');
		print_tasks(t, a, tasks, true);
	}
	print_gates(t, value_get(d, "gates"));
	print_next(t, a, value_get(d, "next"));
	term_style(t, TERM_BOLD, label(t, "verhaal", "story"));
	buf_add_char(&t->buf, '\n');
	print_lines(t, a, value_get(d, "story"));
	if (left_out > 0)
		term_printf(t, t->dutch ? "  en %lld oudere regels\n"
				     : "  and %lld older lines\n",
			(long long)left_out);
}
