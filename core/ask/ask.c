#include "ask/asking.h"

#include "base/near.h"

static const struct ask_row rows[] = {
	{"today", ASK_QUESTION, ask_today, "person?",
		"a person's list, or everybody's"},
	{"deal", ASK_QUESTION, ask_deal, "who",
		"one customer's story, told once"},
	{"find", ASK_QUESTION, ask_search, "text",
		"customers by name, phone, plate, e-mail or number"},
	{"why", ASK_CHECKER, ask_why, "task",
		"which event, card and line made a task or followed an event"},
	{"orphans", ASK_CHECKER, ask_orphans, "",
		"what is open, and nobody's or with nothing planned"},
	{"ahead", ASK_CHECKER, ask_ahead, "who? for?",
		"what all cards will do, for one customer or everybody"},
	{"why-not", ASK_CHECKER, ask_why_not, "card who at?",
		"why a card does nothing for somebody: each condition"},
	{"show", ASK_QUESTION, ask_show, "card?",
		"a card as sentences, with the dates of a start today"},
	{"late", ASK_QUESTION, ask_late, "limit?",
		"facts that came in but did not fit"},
	{"status", ASK_QUESTION, ask_status, "",
		"what runs, what is live, what is wrong"},
	{"tasks", ASK_QUESTION, ask_tasks, "person? state?",
		"tasks as they are stored"},
	{"answer", ASK_COMMAND, ask_answer, "task outcome fields?",
		"answers a task"},
	{"person", ASK_COMMAND, ask_staff, "what person until? deputy?",
		"somebody is away, back or has left"},
	{"retry", ASK_COMMAND, ask_retry, "event reason?",
		"runs the cards of an event again"},
	{"check", ASK_FILES, ask_check, "", "are the rule files good"},
	{"test", ASK_FILES, ask_test, "name? coverage?",
		"runs the tests beside the cards"},
	{"test-from", ASK_QUESTION, ask_test_from, "who",
		"a test made from one customer's real history"},
	{"candidate", ASK_CHECKER, ask_candidate, "held?",
		"check, plan and tests together: may the files go live"},
	{"rulesets", ASK_QUESTION, ask_rulesets, "ruleset? limit?",
		"which rules were live when, and what each changed"},
	{"plan", ASK_CHECKER, ask_plan, "limit?",
		"whom the rule files would move, before they are live"},
	{"backtest", ASK_CHECKER, ask_backtest, "files? from? to?",
		"the rule files over this rooftop's own past"},
	{"reload", ASK_ROOFTOP, NULL, "",
		"checks the rule files and makes them live"},
	{"publish", ASK_ROOFTOP, NULL, "code?",
		"says yes to rules that wait"},
	{"undo", ASK_ROOFTOP, ask_undo, "ruleset",
		"withdraws what a ruleset has put on people's lists"},
	{"release", ASK_COMMAND, ask_release, "",
		"lets messages go that wait after an outage"},
	{"rollback", ASK_ROOFTOP, NULL, "to?",
		"makes an older ruleset live again"},
	{"clock", ASK_ROOFTOP, NULL, "to? by?",
		"moves the clock of a training folder"},
	{"post", ASK_ROOFTOP, NULL, "type data?", "posts one event"},
	{NULL, ASK_QUESTION, NULL, NULL, NULL},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]) - 1)

const struct ask_row *ask_table(void)
{
	return rows;
}

const struct ask_row *ask_find(const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

const char *ask_near(const char *wrong)
{
	const char *names[ROWS];
	int near;

	for (size_t i = 0; i < ROWS; i++)
		names[i] = rows[i].name;
	near = near_name(wrong, names, ROWS);
	return near >= 0 ? names[near] : NULL;
}

fl_status problems_status(const struct problems *p)
{
	const struct problem *it = problem_error(p);

	if (it == NULL)
		return p->errors > 0 ? FL_INVALID : FL_OK;
	if (strcmp(it->code, "FL504") == 0)
		return FL_NOT_FOUND;
	return strcmp(it->code, "FL505") == 0 || strcmp(it->code, "FL509") == 0
		       ? FL_CONFLICT
		       : FL_INVALID;
}

fl_status ask_run(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p, view_fn fn)
{
	struct view *v = view_new(ask);
	fl_status s;

	*out = value_null();
	if (v == NULL)
		return FL_NOMEM;
	p->dutch = v->nl;
	fn(v, args, out, p);
	if ((s = view_done(v, p)) == FL_OK)
		s = problems_status(p);
	if (s != FL_OK)
		*out = value_null();
	return s;
}

/* ---- arguments ---- */

#define NAMES_MOST 16

/* Splits "a b c" at its blanks; returns how many. */
static uint32_t split(
	struct arena *a, const char *known, const char *names[NAMES_MOST])
{
	uint32_t n = 0;

	while (*known != '\0' && n < NAMES_MOST) {
		size_t len = strcspn(known, " ");
		const char *name = arena_text(a, known, len);

		if (name == NULL)
			return n;
		names[n++] = name;
		known += len + (known[len] == ' ');
	}
	return n;
}

bool args_known(const struct value *args, const char *known, struct problems *p)
{
	const char *names[NAMES_MOST];
	uint32_t n = split(p->arena, known, names), errors = p->errors;

	if (args == NULL || args->kind == VALUE_NULL)
		return true;
	if (args->kind != VALUE_MAP) {
		problem_add(p, "FL503", NULL, 0, "%s",
			p->dutch ? "de argumenten zijn een lijst van naam en "
				   "waarde"
				 : "the arguments must be a map");
		return false;
	}
	for (uint32_t i = 0; i < args->count; i++) {
		const char *key = args->as.members[i].key.at;
		struct problem *it;
		uint32_t k = 0;
		int near;

		while (k < n && strcmp(names[k], key) != 0)
			k++;
		if (k < n)
			continue;
		near = near_name(key, names, n);
		it = problem_add(p, "FL502", NULL, 0,
			problem_words(p, "there is no argument \"%s\" here",
				"hier hoort geen argument \"%s\""),
			key);
		it->field = arena_strdup(p->arena, key);
		it->nearest = near >= 0 ? names[near] : NULL;
		it->remedy =
			n > 0 ? arena_printf(p->arena,
					problem_words(p, "arguments: %s",
						"argumenten: %s"),
					known)
			      : problem_words(p, "leave it out",
					"laat het weg");
	}
	return p->errors == errors;
}

struct text args_text(struct arena *a, const struct value *args,
	const char *name, bool required, struct problems *p)
{
	const struct value *v = value_get(args, name);
	const char *field = arena_strdup(p->arena, name);

	if (v != NULL && v->kind == VALUE_INT)
		return text_of(
			arena_printf(a, "%lld", (long long)v->as.integer));
	if (v != NULL && v->kind == VALUE_TEXT && v->count > 0)
		return value_as_text(v);
	if (v != NULL && v->kind != VALUE_NULL && v->kind != VALUE_TEXT)
		problem_add(p, "FL503", NULL, 0,
			problem_words(p, "\"%s\" must be a text",
				"\"%s\" moet een tekst zijn"),
			name)->field = field;
	else if (required)
		problem_add(p, "FL501", NULL, 0,
			problem_words(p, "\"%s\" is missing",
				"\"%s\" ontbreekt"),
			name)->field = field;
	return TEXT("");
}
