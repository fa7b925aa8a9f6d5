#include "app/print.h"

#include <string.h>

static void pair(struct term_table *tab, const char *name, const char *text)
{
	if (*text == '\0')
		return;
	table_row(tab);
	table_cell(tab, TERM_DIM, name);
	table_cell(tab, TERM_PLAIN, text);
}

/* 50000 is "50.000", in English "50,000". */
static const char *grouped(const struct term *t, struct arena *a,
			   int64_t count)
{
	char digits[32], text[64];
	int n = snprintf(digits, sizeof(digits), "%lld", (long long)count);
	int at = 0;

	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-')
			text[at++] = t->dutch ? '.' : ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return arena_strdup(a, text);
}

/* The value under `key` of a setting, in the answer's words if it has any. */
static const char *shown(struct arena *a, const struct value *setting,
			 const char *key)
{
	const struct value *v = value_get(setting, key);
	const char *text = str(setting, arena_printf(a, "%s_text", key));
	struct buf b;

	if (*text != '\0')
		return text;
	if (v == NULL || v->kind == VALUE_NULL)
		return "";
	if (v->kind == VALUE_TEXT)
		return v->as.text;
	buf_init(&b, 4096);
	value_write(&b, v);
	text = arena_strdup(a, b.at != NULL && !b.failed ? b.at : "");
	buf_deinit(&b);
	return text;
}

static void print_settings(struct term *t, struct arena *a,
			   const struct value *list)
{
	struct term_table tab = { .a = a, .indent = "  " };

	if (list->count == 0)
		return;
	term_style(t, TERM_BOLD, label(t, "instellingen", "settings"));
	buf_add_char(&t->buf, '\n');
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *s = &list->as.items[i];
		bool set = value_get_bool(s, "set", false);

		table_row(&tab);
		table_cell(&tab, TERM_PLAIN, str(s, "name"));
		table_cell(&tab, set ? TERM_GREEN : TERM_PLAIN,
			shown(a, s, "value"));
		table_cell(&tab, TERM_DIM, set ? arena_printf(a,
			t->dutch ? "standaard: %s" : "standard: %s",
			shown(a, s, "default")) : "");
	}
	table_print(&tab, t);
}

/* Good rules that are not live: they wait for a yes, or were taken back. */
static void print_waiting(struct term *t, const struct value *answer)
{
	const struct value *waiting = value_get(answer, "rules_waiting");
	const struct value *plan = value_get(waiting, "plan");

	if (waiting != NULL) {
		term_style(t, TERM_YELLOW, label(t, "  regels wachten op een "
			"ja: ", "  rules wait for a yes: "));
		term_say(t, str(plan, "reason"));
		term_printf(t, " (fairlead plan, fairlead publish)\n");
	}
	if (value_get_bool(answer, "messages_held", false)) {
		term_style(t, TERM_YELLOW, label(t, "  berichten worden "
			"tegengehouden sinds een storing", "  messages are held "
			"back since an outage"));
		term_printf(t, ": fairlead release\n");
	}
	if (value_get(answer, "rules_held") != NULL)
		term_printf(t, "%s\n", label(t,
			"  de bestanden zijn niet wat live is: er is "
			"teruggegaan (fairlead rulesets)",
			"  the files are not what is live: somebody went back "
			"(fairlead rulesets)"));
}

/* A quarantined card: where it stands, since which event, and why. */
static void print_put_away(struct term *t, struct arena *a,
			   const struct value *card)
{
	const char *where = "";

	if (value_get(card, "file") != NULL)
		where = arena_printf(a, " (%s:%s, E%s)", str(card, "file"),
			number(a, card, "line"), number(a, card, "event"));
	term_printf(t, t->dutch ? "  kaart %s staat stil%s: %s\n"
				: "  card %s is set aside%s: %s\n",
		str(card, "card"), where, str(card, "reason"));
}

static const char *times(struct term *t, struct arena *a,
			 const struct value *one, const char *key)
{
	int64_t n = value_get_int(one, key, 0);

	return n == 1 ? label(t, "een keer", "once")
		      : arena_printf(a, t->dutch ? "%lld keer" : "%lld times",
				(long long)n);
}

/* A card during which the process died. */
static void print_crash(struct term *t, struct arena *a,
			const struct value *one)
{
	int64_t by = value_get_int(one, "signal", 0);
	const char *how = by < 0
		? label(t, "de regel kwam niet terug", "the rule did not come "
						       "back")
		: by > 0 ? arena_printf(a, label(t, "het programma viel om, "
						    "signaal %lld",
					   "the program fell over, signal "
					   "%lld"),
				(long long)by)
			 : label(t, "het programma werd afgebroken",
				   "the program was killed");

	term_printf(t, t->dutch
		? "  kaart %s bracht fairlead %s tot stilstand bij %s: %s\n"
		: "  card %s brought fairlead down %s at %s: %s\n",
		str(one, "card"), times(t, a, one, "deaths"),
		str(one, "event"), how);
}

static void print_failing(struct term *t, struct arena *a,
			  const struct value *one)
{
	term_printf(t, t->dutch ? "  kaart %s werkte %s niet, laatst bij %s: "
				: "  card %s failed %s, last at %s: ",
		str(one, "card"), times(t, a, one, "times"),
		str(one, "event"));
	term_say(t, str(one, "reason"));
	buf_add_char(&t->buf, '\n');
}

/* Whoever looks after it wants to know that it fell over, and over what. */
static void print_again(struct term *t, struct arena *a,
			const struct value *answer)
{
	const char *why = str(answer, "started_again"), *words;

	if (value_get(answer, "started_again") == NULL)
		return;
	if (strcmp(why, "hang") == 0)
		words = label(t, "een regel kwam niet terug",
			"a rule did not come back");
	else if (strcmp(why, "disk") == 0)
		words = label(t, "de schijf of de database weigerde",
			"the disk or database refused");
	else if (strcmp(why, "stuck") == 0)
		words = label(t, "het programma kon niet verder",
			"the program could not go on");
	else if (strncmp(why, "signal ", 7) == 0)
		words = arena_printf(a, label(t, "het programma viel om, "
						 "signaal %s",
			"the program fell over, signal %s"), why + 7);
	else
		words = arena_printf(a, label(t, "het programma hield op (%s)",
			"the program ended (%s)"), why);
	term_printf(t, label(t, "  opnieuw gestart op %.10s %.5s: %s\n",
		"  started again on %.10s %.5s: %s\n"),
		str(answer, "started_again_at"),
		str(answer, "started_again_at") + 11, words);
}

static void print_broken(struct term *t, struct arena *a,
			 const struct value *answer)
{
	const struct value *broken = value_get_list(answer, "rules_broken");
	const struct value *cards = value_get_list(answer, "quarantined");
	const struct value *crashes = value_get_list(answer, "crashes");
	const struct value *failing = value_get_list(answer, "failing");

	if (broken->count > 0) {
		term_style(t, TERM_RED, label(t,
			"er staan fouten in de regels; de vorige zijn live",
			"the rule files are broken; older rules are live"));
		if (value_get(answer, "rules_differ_since") != NULL)
			term_printf(t, t->dutch ? " (sinds %.10s %.5s)"
						: " (since %.10s %.5s)",
				str(answer, "rules_differ_since"),
				str(answer, "rules_differ_since") + 11);
		buf_add_char(&t->buf, '\n');
	}
	if (value_get_bool(answer, "rules_differ", false))
		term_printf(t, "%s\n", label(t,
			"de regelbestanden zijn anders dan de regels die live "
			"zijn: fairlead check, plan, reload",
			"the rule files differ from the rules that are live: "
			"fairlead check, plan, reload"));
	if (value_get_bool(answer, "rules_paused", false))
		term_printf(t, "%s\n", label(t,
			"reload.paused staat er: gewijzigde regels wachten",
			"reload.paused is there: changed rules wait"));
	for (uint32_t i = 0; i < broken->count; i++) {
		term_printf(t, "  ");
		print_mistake(t, &broken->as.items[i]);
	}
	print_waiting(t, answer);
	print_again(t, a, answer);
	for (uint32_t i = 0; i < crashes->count; i++)
		print_crash(t, a, &crashes->as.items[i]);
	for (uint32_t i = 0; i < failing->count; i++)
		print_failing(t, a, &failing->as.items[i]);
	for (uint32_t i = 0; i < cards->count; i++)
		print_put_away(t, a, &cards->as.items[i]);
}

/* A change of rules that has not reached everybody yet. */
static void print_applying(struct term *t, struct arena *a,
			   const struct value *s)
{
	const struct value *now = value_get(s, "applying");
	const char *seen = grouped(t, a, print_count(now, "looked_at"));
	const char *all = grouped(t, a, print_count(now, "customers"));

	if (now == NULL)
		return;
	if (value_get_bool(now, "outage", false))
		term_printf(t, t->dutch
			? "  na een storing wordt iedereen bekeken: %s van %s "
			  "klanten\n"
			: "  after an outage everybody is looked at: %s of %s "
			  "customers\n", seen, all);
	else
		term_printf(t, t->dutch
			? "  regels %s worden toegepast: %s van %s klanten "
			  "bekeken\n"
			: "  rules %s are being applied: %s of %s customers "
			  "looked at\n", number(a, now, "ruleset"), seen, all);
}

void print_status(struct term *t, struct arena *a, const struct value *s)
{
	const struct value *rules = value_get(s, "ruleset");
	struct term_table tab = { .a = a, .indent = "  " };

	term_style(t, TERM_BOLD, str(s, "rooftop"));
	buf_add_char(&t->buf, '\n');
	pair(&tab, label(t, "klok", "clock"), arena_printf(a, "%s, %s, %s",
		when(a, s, "now"), str(s, "zone"),
		strcmp(str(s, "clock"), "manual") == 0
			? label(t, "met de hand gezet (oefenmap)",
				  "moved by hand (training folder)")
			: label(t, "de echte tijd", "real time")));
	pair(&tab, label(t, "regels", "rules"), arena_printf(a,
		t->dutch ? "nummer %s, %s kaarten, sinds %s"
			 : "number %s, %s cards, since %s",
		number(a, rules, "number"), number(a, s, "cards"),
		when(a, rules, "since")));
	pair(&tab, label(t, "mensen", "people"), number(a, s, "people"));
	pair(&tab, label(t, "feiten", "facts"), arena_printf(a,
		t->dutch ? "%s, laatste %s om %s" : "%s, last %s at %s",
		number(a, s, "events"), str(s, "last_event"),
		when(a, s, "last_at")));
	pair(&tab, label(t, "te laat", "late"),
		value_get_int(s, "misfits", 0) > 0
			? arena_printf(a, t->dutch
						? "%s paste niet: fairlead late"
						: "%s did not fit: fairlead late",
				number(a, s, "misfits"))
			: "");
	pair(&tab, label(t, "open taken", "open tasks"),
		number(a, s, "tasks_open"));
	pair(&tab, label(t, "wachtende stappen", "waiting steps"),
		number(a, s, "dues"));
	pair(&tab, label(t, "volgende stap", "next step"),
		when(a, s, "next_due"));
	pair(&tab, label(t, "op schijf", "on disk"), arena_printf(a, "%lld KiB",
		(long long)(value_get_int(s, "db_bytes", 0) / 1024)));
	table_print(&tab, t);
	print_applying(t, a, s);
	print_broken(t, a, s);
	print_settings(t, a, value_get_list(s, "settings"));
}
