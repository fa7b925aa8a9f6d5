/* What is answered about rule files alone: are they good, do the tests beside
 * the cards pass, may they go live. Runs in a checker child. */
#include "ask/asking.h"

#include "reload/folder.h"
#include "sim/sim.h"

fl_status ask_files(struct ask *ask, struct source_set *out, struct problems *p)
{
	struct fl_error err = {0};
	fl_status s;

	if (ask->files != NULL) {
		*out = *ask->files;
		return FL_OK;
	}
	s = folder_read(ask->dir, ask->a, out, p, &err);
	if (s != FL_OK && p->count == 0)
		problem_add(p, "FL510", NULL, 0, "%s", problem_cause(p, err.text));
	return s;
}

bool ask_files_of(
	struct arena *a, const struct value *list, struct source_set *out)
{
	*out = (struct source_set){0};
	if (list->kind != VALUE_LIST)
		return false;
	out->files = arena_alloc(a, (list->count + 1) * sizeof(*out->files));
	if (out->files == NULL)
		return false;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct value *one = &list->as.items[i];
		struct text bytes = value_as_text(value_get(one, "text"));

		out->files[i] = (struct source_file){
			value_get_str(one, "name"), bytes.at, bytes.bytes};
		if (out->files[i].name == NULL || bytes.at == NULL)
			return false;
	}
	out->n_files = list->count;
	return true;
}

struct value ask_files_value(struct arena *a, const struct source_set *files)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < files->n_files; i++) {
		const struct source_file *f = &files->files[i];
		struct value one = value_map();

		value_put(a, &one, "name", value_text(f->name));
		value_put(a, &one, "text",
			value_of_text((struct text){f->bytes, (uint32_t)f->n}));
		value_append(a, &list, one);
	}
	return list;
}

static fl_status load(const struct source_set *set, bool with_tests,
	struct problems *p, struct ruleset **out)
{
	fl_status s = ruleset_load(set, NULL, with_tests, p, out);

	if (s != FL_OK && p->count == 0)
		problem_add(p, "FL510", NULL, 0,
			"the rules could not be loaded: no memory");
	return s;
}

static uint32_t warnings(const struct problems *p)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->count; i++)
		n += p->items[i].warning;
	return n;
}

/* Problems stand by file. */
static uint32_t files_with_mistakes(const struct problems *p)
{
	const char *last = "";
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->count; i++) {
		const struct problem *it = &p->items[i];

		if (it->warning || it->file == NULL ||
			strcmp(it->file, last) == 0)
			continue;
		last = it->file;
		n++;
	}
	return n;
}

static void put_verdict(struct ask *ask, struct value *out, bool ok,
	const struct ruleset *rs, const struct problems *p)
{
	const struct rulebook *book = rs != NULL ? ruleset_book(rs) : NULL;

	*out = value_map();
	value_put(ask->a, out, "ok", value_bool(ok));
	value_put(ask->a, out, "cards",
		value_int(book != NULL ? book->n_cards : 0));
	value_put(ask->a, out, "people",
		value_int(book != NULL ? book->n_people : 0));
	value_put(ask->a, out, "settings",
		value_int(book != NULL ? book->n_settings : 0));
	value_put(ask->a, out, "mistakes", value_int(p->errors));
	value_put(ask->a, out, "warnings", value_int(warnings(p)));
	value_put(ask->a, out, "files", value_int(files_with_mistakes(p)));
	value_put(ask->a, out, "language", value_text(p->dutch ? "nl" : "en"));
	value_put(ask->a, out, "problems", problems_value(p, ask->a));
}

/* ---- an older standard pack under a newer fairlead ---- */

#define STANDARD "packs/standard/"

static bool is_standard(const char *name)
{
	return name != NULL &&
	       strncmp(name, STANDARD, sizeof(STANDARD) - 1) == 0;
}

/* Is the folder's standard pack another than the one in this program? */
static bool is_other_standard(const struct source_set *set)
{
	const size_t below = sizeof("scripts/") - 1;

	for (const struct embedded_file *f = embedded_list(); f->name != NULL;
		f++) {
		const struct source_file *own;

		if (strncmp(f->name, "scripts/", below) != 0 ||
			!is_standard(f->name + below))
			continue;
		own = source_set_find(set, f->name + below);
		if (own == NULL || own->n != f->n ||
			memcmp(own->bytes, f->bytes, f->n) != 0)
			return true;
	}
	return false;
}

/* What is wrong in it is often just its age: says so, with the remedy. */
static void tell_other_standard(
	const struct source_set *set, bool wrong, struct problems *p)
{
	struct problem *it;

	if (!wrong || !is_other_standard(set))
		return;
	it = problem_add(p, "FL551", "packs/standard", 0, "%s",
		problem_words(p,
			"this is not the standard pack of this fairlead: it is "
			"older, or was changed by hand",
			"dit is niet het standaardpakket van deze fairlead: "
			"het is ouder, of met de hand veranderd"));
	it->remedy = problem_words(p,
		"bring the new one over: fairlead init ../new; rm -r "
		"packs/standard; cp -r ../new/packs/standard packs/",
		"zet het nieuwe over: fairlead init ../nieuw; rm -r "
		"packs/standard; cp -r ../nieuw/packs/standard packs/");
	problem_warn(p, it);
}

/* A mistake, or a test that fails, in the standard pack? */
static bool is_standard_wrong(const struct problems *p)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (!p->items[i].warning && is_standard(p->items[i].file))
			return true;
	return false;
}

/* What is wrong with the rules is the answer; `p` is for what kept us from
 * looking. */
static fl_status verdict(struct ask *ask, fl_status s, struct ruleset *rs,
	const struct problems *found, struct value *out)
{
	if (s == FL_OK || s == FL_INVALID) {
		put_verdict(ask, out, s == FL_OK, rs, found);
		s = FL_OK;
	}
	ruleset_unref(rs);
	return s;
}

fl_status ask_check(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	struct ruleset *rs = NULL;
	struct source_set set;
	struct problems found;
	fl_status s;

	if (!args_known(args, "", p))
		return FL_INVALID;
	problems_init(&found, ask->a);
	s = ask_files(ask, &set, &found);
	if (s == FL_OK)
		s = load(&set, true, &found, &rs);
	if (s == FL_INVALID)
		tell_other_standard(&set, is_standard_wrong(&found), &found);
	if (s != FL_OK && s != FL_INVALID)
		*p = found;
	return verdict(ask, s, rs, &found, out);
}

/* ---- tests beside cards ---- */

struct testing {
	struct ask *ask;
	const char *name; /* those whose name or file holds it; NULL: all */
	void (*each)(struct testing *t, const struct test_result *r);
	struct problems *problems; /* of the rules; and of each failed test */
	struct value results;	   /* list */
	bool with_coverage;
	struct value coverage;	   /* list, of both runs */
	bool standard_failed;	   /* a test of the standard pack did */
	uint32_t passed, failed;
};

static bool is_pack(const char *name)
{
	return strncmp(name, "packs/", 6) == 0;
}

/* The packs with the people of a fresh folder: what a pack's own tests expect
 * cannot depend on who works at this dealer. It speaks as the dealer does. */
static struct source_set pack_files(
	struct ask *ask, const struct source_set *all, bool dutch)
{
	const struct embedded_file *init = embedded_named(
		dutch ? "scripts/init/nl/dealership.lua"
		      : "scripts/init/en/dealership.lua");
	struct source_set set = {0};

	set.files =
		arena_alloc(ask->a, (all->n_files + 1) * sizeof(*set.files));
	if (set.files == NULL)
		return set;
	set.files[set.n_files++] =
		(struct source_file){"dealership.lua", init->bytes, init->n};
	for (uint32_t i = 0; i < all->n_files; i++)
		if (is_pack(all->files[i].name))
			set.files[set.n_files++] = all->files[i];
	return set;
}

/* A set of files, read twice. */
struct suite {
	struct ruleset *tests; /* with its tests */
	struct ruleset *rules; /* for the engines under test; NULL: not read,
				* there is nothing to run */
};

static fl_status suite_load(const struct testing *t,
	const struct source_set *set, struct problems *p, struct suite *out)
{
	const struct test_case *any;
	fl_status s = load(set, true, p, &out->tests);

	if (s == FL_OK &&
		(t->with_coverage || ruleset_tests(out->tests, &any) > 0))
		s = load(set, false, p, &out->rules);
	return s;
}

static void suite_free(struct suite *suite)
{
	ruleset_unref(suite->tests);
	ruleset_unref(suite->rules);
}

/* Of some tests only: the cards they reached, or of the file they name. */
static bool is_meant(const struct testing *t, const struct value *card)
{
	return t->name == NULL || value_get_int(card, "seen", 0) > 0 ||
	       strstr(value_get_str(card, "file"), t->name) != NULL;
}

/* Runs the tests of those files that are packs, or are not. */
static fl_status run_tests(
	struct testing *t, const struct suite *suite, bool packs)
{
	struct sim_test_filter filter = {.name = t->name, .folder = "packs/"};
	struct test_result *results;
	struct value covered = value_list();
	struct fl_error err = {0};
	fl_status s;
	uint32_t n = 0;

	if (suite->rules == NULL)
		return FL_OK;
	filter.outside = !packs;
	s = sim_test(suite->tests, suite->rules, &filter, t->ask->a,
		t->with_coverage ? &covered : NULL, &results, &n, &err);
	if (s != FL_OK && t->problems->count == 0)
		problem_add(t->problems, "FL510", NULL, 0, "%s",
			problem_cause(t->problems, err.text));
	for (uint32_t i = 0; s == FL_OK && i < n; i++) {
		t->passed += results[i].passed;
		t->failed += !results[i].passed;
		t->each(t, &results[i]);
	}
	for (uint32_t i = 0; i < covered.count; i++)
		if (is_meant(t, &covered.as.items[i]))
			value_append(t->ask->a, &t->coverage,
				covered.as.items[i]);
	return s;
}

/* A pack that names somebody of this dealer is tested with the people here:
 * `here`. */
static fl_status run_packs(struct testing *t, const struct source_set *set,
	const struct suite *here)
{
	struct source_set packs =
		pack_files(t->ask, set, t->problems->dutch);
	struct suite alone = {0};
	struct problems p;
	fl_status s;

	if (packs.files == NULL)
		return FL_NOMEM;
	problems_init(&p, t->ask->a);
	s = suite_load(t, &packs, &p, &alone);
	if (s == FL_OK || s == FL_INVALID)
		s = run_tests(t, s == FL_OK ? &alone : here, true);
	suite_free(&alone);
	return s;
}

static fl_status run_all(struct testing *t, const struct source_set *set)
{
	struct suite here = {0};
	fl_status s = suite_load(t, set, t->problems, &here);

	if (s == FL_OK)
		s = run_packs(t, set, &here);
	if (s == FL_OK)
		s = run_tests(t, &here, false);
	suite_free(&here);
	return s;
}

static void keep_result(struct testing *t, const struct test_result *r)
{
	struct arena *a = t->ask->a;
	struct value one = value_map();

	value_put(a, &one, "name", value_of_text(r->name));
	value_put(a, &one, "file", value_text(r->file));
	value_put(a, &one, "line", value_int(r->line));
	value_put(a, &one, "passed", value_bool(r->passed));
	value_put(a, &one, "took_us", value_int(r->took_us));
	if (r->story != NULL)
		value_put(a, &one, "story", value_text(r->story));
	t->standard_failed = t->standard_failed ||
			     (!r->passed && is_standard(r->file));
	/* names live in the ruleset, which goes before the answer does */
	value_append(a, &t->results, value_clone(a, &one));
}

fl_status ask_test(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p)
{
	struct testing t = {.ask = ask,
		.each = keep_result,
		.problems = p,
		.results = value_list(),
		.coverage = value_list()};
	struct problems found;
	struct source_set set;
	struct text name;
	fl_status s;

	if (!args_known(args, "name coverage", p))
		return FL_INVALID;
	problems_init(&found, ask->a);
	name = args_text(ask->a, args, "name", false, p);
	t.name = name.bytes > 0 ? name.at : NULL;
	t.with_coverage = value_get_bool(args, "coverage", false);
	s = ask_files(ask, &set, p);
	if (s == FL_OK)
		s = run_all(&t, &set);
	if (s == FL_INVALID)
		tell_other_standard(&set, is_standard_wrong(p), p);
	if (s != FL_OK)
		return s;
	found.dutch = p->dutch;
	tell_other_standard(&set, t.standard_failed, &found);
	if (t.name != NULL && t.passed + t.failed == 0) {
		problem_add(p, "FL504", NULL, 0,
			problem_words(p, "no test is called \"%s\"",
				"geen test heet \"%s\""),
			t.name);
		return FL_NOT_FOUND;
	}
	*out = value_map();
	value_put(ask->a, out, "tests", t.results);
	value_put(ask->a, out, "passed", value_int(t.passed));
	value_put(ask->a, out, "failed", value_int(t.failed));
	if (found.count > 0)
		value_put(ask->a, out, "problems",
			problems_value(&found, ask->a));
	if (t.with_coverage)
		value_put(ask->a, out, "coverage", t.coverage);
	return FL_OK;
}

/* ---- may they go live ---- */

/* What was expected stands at the end of the story. */
static const char *last_line(struct arena *a, const char *story)
{
	size_t end = strlen(story), from;

	while (end > 0 && story[end - 1] == '\n')
		end--;
	for (from = end; from > 0 && story[from - 1] != '\n';)
		from--;
	while (from < end && story[from] == ' ')
		from++;
	return arena_text(a, story + from, end - from);
}

static void tell_failed(struct testing *t, const struct test_result *r)
{
	struct arena *a = t->ask->a;
	struct problem *it;

	if (r->passed)
		return;
	it = problem_add(t->problems, "FL550", arena_strdup(a, r->file),
		r->line, problem_words(t->problems, "the test \"%s\" fails",
			"de test \"%s\" mislukt"), r->name.at);
	it->remedy = r->story != NULL ? last_line(a, r->story) : NULL;
}

/* Nothing of it is new, or it was taken back and may not come by itself:
 * whether its tests pass is of no interest. */
static bool is_idle(const struct value *args, const struct value *plan)
{
	const char *held = value_get_str(args, "held");
	const char *digest = value_get_str(plan, "candidate");

	return !value_get_bool(plan, "changed", true) ||
	       (held != NULL && digest != NULL && strcmp(held, digest) == 0);
}

/* check, plan and tests: all that stands between a save and going live. */
fl_status ask_candidate(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	struct testing t = {.ask = ask, .each = tell_failed};
	struct value plan = value_map();
	struct ruleset *rs = NULL;
	struct source_set set;
	struct problems found;
	fl_status s;

	if (!args_known(args, "held", p))
		return FL_INVALID;
	problems_init(&found, ask->a);
	t.problems = &found;
	s = ask_files(ask, &set, &found);
	if (s == FL_OK)
		s = load(&set, false, &found, &rs);
	if (s == FL_OK)
		s = plan_answer(ask, rs, 0, &plan, &found);
	if (s == FL_OK && !is_idle(args, &plan))
		s = run_all(&t, &set);
	if (s == FL_OK && t.failed > 0)
		s = FL_INVALID;
	if (s == FL_INVALID)
		tell_other_standard(&set, is_standard_wrong(&found), &found);
	if (s != FL_OK && s != FL_INVALID)
		*p = found;
	s = verdict(ask, s, rs, &found, out);
	if (s == FL_OK)
		value_put(ask->a, out, "plan", plan);
	return s;
}
