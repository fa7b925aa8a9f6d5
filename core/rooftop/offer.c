/*
 * How rule files go live: read -> check, plan, tests -> live, or waiting
 * for a yes; and back again. What runs rules runs in a checker, on the exact
 * bytes that are loaded afterwards.
 *
 *   reload, publish, the watcher, a start with other files:
 *     files -> "candidate" (check, plan, tests) -> load -> settle
 *                |                     |   -> engine_publish or rules.waiting
 *                |                     +-> as before: nothing of it is new
 *                +-> broken: nothing changes, and it is told
 *   rollback: an archived ruleset -> load -> engine_publish
 *
 * One candidate at a time. Whatever fails, the live rules stay, and status
 * says what is wrong and since when disk and live rules differ.
 */
#include "rooftop/rooftop_inside.h"

#include "base/clock.h"
#include "reload/scan.h"

#include <malloc.h>

/* Numbers of a plan that a yes was given to. */
struct shown {
	const char *digest; /* or its beginning */
	int64_t live, moved, withdrawn, burst;
};

/* ---- one at a time ---- */

static void begin(struct job *j)
{
	ruleset_unref(j->ruleset); /* another may have gone live meanwhile */
	j->ruleset = engine_ruleset(j->r->engine);
	ruleset_ref(j->ruleset);
	j->begin(j);
}

static void line_up(struct job *j, void (*run)(struct job *j))
{
	struct job **at = &j->r->candidates;

	j->begin = run;
	while (*at != NULL)
		at = &(*at)->next_candidate;
	*at = j;
	if (j->r->candidates == j)
		begin(j);
}

static void end(struct job *j)
{
	struct rooftop *r = j->r;
	struct job *next = j->next_candidate;

	REQUIRE(r->candidates == j);
	r->candidates = next;
	job_finish(j);
	if (next != NULL)
		begin(next);
}

/* ---- what is told about it ---- */

/* The files say something else than the live rules: since when? */
static void differ(struct rooftop *r)
{
	if (r->differ_since_ms == 0)
		r->differ_since_ms = r->manual ? r->clock_ms : clock_wall_ms();
}

void rooftop_keep_broken(struct rooftop *r, const struct problems *p)
{
	struct arena *a = &r->broken_arena;

	arena_reset(a);
	problems_init(&r->broken, a);
	if (p != NULL && p->errors > 0)
		differ(r);
	for (uint32_t i = 0; p != NULL && i < p->count; i++)
		problem_copy(&r->broken, &p->items[i]);
}

static void on_noted(void *ctx, const struct post_answer *pa)
{
	struct job *j = ctx;

	(void)pa; /* the journal refused: the answer stands all the same */
	end(j);
}

/* Writes into the journal that files were refused, or are good again; that
 * makes or closes the admin's task. Ends `j`. */
static void note(struct job *j, const char *type, const char *error)
{
	struct post_by by = {.actor = j->actor,
		.source = TEXT("rooftop"),
		.own = true};
	struct value wire = value_map(), data = value_map();

	if (error != NULL)
		value_put(&j->a, &data, "error", value_text(error));
	value_put(&j->a, &wire, "type", value_text(type));
	value_put(&j->a, &wire, "data", data);
	engine_post(j->r->engine, &wire, &by, on_noted, j);
}

/* ---- what came of it ---- */

static void unchanged(struct job *j)
{
	bool told = !j->automatic && j->r->live_untold;

	value_put(&j->a, &j->answer, "changed", value_bool(told));
	if (told)
		j->r->live_untold = false;
	value_put(&j->a, &j->answer, "ruleset",
		value_int(engine_ruleset_number(j->r->engine)));
	if (engine_rejected(j->r->engine, NULL))
		note(j, "rules.mended", NULL);
	else
		end(j);
}

/* The rules of before are closed on a thread: of 2,000 files it takes 20 ms.
 * What they and the checks took goes back to the system. */
static void close_old(struct job *j)
{
	ruleset_unref(j->ruleset);
	j->ruleset = NULL;
	malloc_trim(0);
}

static void on_published(void *ctx, const struct post_answer *pa)
{
	struct job *j = ctx;

	j->status = pa->status;
	if (pa->status == FL_OK) {
		j->r->differ_since_ms = 0;
		j->r->live_untold = j->automatic;
		value_put(&j->a, &j->answer, "changed", value_bool(true));
		value_put(&j->a, &j->answer, "ruleset",
			value_int(engine_ruleset_number(j->r->engine)));
	}
	job_away(j, close_old, end);
}

static void go_live(struct job *j, const char *summary, const char *held)
{
	struct rooftop *r = j->r;
	struct post_by by = { .actor = j->actor, .command = true };

	ruleset_unref(r->ruleset);
	r->ruleset = j->loaded;
	j->loaded = NULL;
	/* without memory it is answered at once, and `j` gone */
	engine_publish(r->engine, r->ruleset, &by, summary, held, on_published,
		j);
}

/* ---- broken ---- */

static void broken(struct job *j, const struct value *problems)
{
	struct rooftop *r = j->r;
	const struct problem *wrong;
	const char *error;

	problems_take(&j->problems, problems);
	if (j->problems.errors == 0)
		problem_add(&j->problems, "FL300", NULL, 0, "%s",
			j->err.text[0] != '\0' ? j->err.text
					       : "the rules cannot be loaded");
	j->answer = value_map();
	if (j->status == FL_UNKNOWN) { /* we are ending: nothing is known */
		end(j);
		return;
	}
	j->status = j->status == FL_OK ? FL_INVALID : j->status;
	rooftop_keep_broken(r, &j->problems);
	r->has_refused = true;
	r->refused = j->bytes;
	wrong = problem_error(&j->problems);
	error = wrong != NULL ? problem_placed(&j->a, wrong) : "";
	if (engine_rejected(r->engine, error))
		end(j);
	else
		note(j, "rules.rejected", error);
}

/* ---- live, or not yet ---- */

/* Larger numbers than these are no customers. */
#define SHOWN_MOST 1000000000

static bool in_range(long long n)
{
	return n >= 0 && n <= SHOWN_MOST;
}

/* The code that ask_plan() gave with what it showed. */
static bool read_code(struct job *j, const char *code, struct shown *out)
{
	long long live, moved, withdrawn, burst;
	char digest[65], end;

	if (sscanf(code, "%64[0-9a-f].%lld.%lld.%lld.%lld%c", digest, &live,
		    &moved, &withdrawn, &burst, &end) != 5 ||
		strlen(digest) < 12 || !in_range(moved) ||
		!in_range(withdrawn) || !in_range(burst))
		return false;
	*out = (struct shown){ arena_strdup(&j->a, digest), live, moved,
		withdrawn, burst };
	return out->digest != NULL;
}

/* What was last recorded as waiting; false: nothing is. */
static bool read_waiting(struct job *j, struct shown *out)
{
	const struct value *w =
		engine_rooftop_field(j->r->engine, "rules_waiting");
	const struct value *plan = value_get(w, "plan");
	const char *digest = value_get_str(w, "digest");

	if (digest == NULL || plan == NULL)
		return false;
	*out = (struct shown){ digest, value_get_int(plan, "live", 0),
		value_get_int(plan, "moved", 0),
		value_get_int(plan, "withdrawn", 0),
		value_get_int(plan, "burst", 0) };
	return true;
}

static bool same_plan(const struct job *j, const struct shown *s)
{
	const char *digest = value_get_str(&j->plan, "candidate");

	return digest != NULL &&
		strncmp(digest, s->digest, strlen(s->digest)) == 0 &&
		s->live == engine_ruleset_number(j->r->engine);
}

/* No more than was shown, and a twentieth. */
static bool within(const struct job *j, const char *key, int64_t shown)
{
	return value_get_int(&j->plan, key, 0) * 20 <= shown * 21;
}

/* May it go live now that somebody said yes? Else j->problems says why not. */
static bool yes_holds(struct job *j)
{
	const char *code = value_get_str(&j->asked, "code");
	bool nl = text_is(ruleset_book(j->r->ruleset)->language, "nl");
	struct shown s;

	problems_init(&j->problems, &j->a); /* warnings come after a refusal */
	if (code != NULL ? !read_code(j, code, &s) : !read_waiting(j, &s)) {
		problem_add(&j->problems, "FL597", NULL, 0, "%s",
			code != NULL
				? nl ? "dat is geen code van een plan"
				     : "this is no code of a plan"
			: nl ? "het plan van deze bestanden is nog niet "
			       "getoond: kijk eerst (fairlead plan)"
			     : "the plan of these files has not been shown "
			       "yet: look first (fairlead plan)");
		return false;
	}
	if (!same_plan(j, &s)) {
		problem_add(&j->problems, "FL597", NULL, 0, "%s",
			nl ? "de regels zijn veranderd sinds het plan werd "
			     "getoond: kijk opnieuw (fairlead plan)"
			   : "the rules have changed since the plan was "
			     "shown: look again (fairlead plan)");
		return false;
	}
	if (within(j, "moved", s.moved) &&
		within(j, "withdrawn", s.withdrawn) &&
		within(j, "burst_tasks", s.burst))
		return true;
	problem_add(&j->problems, "FL598", NULL, 0,
		nl ? "er schuiven nu %lld klanten op en het plan toonde er "
		     "%lld: kijk opnieuw (fairlead plan)"
		   : "%lld customers would move now and the plan showed %lld: "
		     "look again (fairlead plan)",
		(long long)value_get_int(&j->plan, "moved", 0),
		(long long)s.moved);
	return false;
}

static void on_waiting(void *ctx, const struct post_answer *pa)
{
	struct job *j = ctx;

	if (pa->status != FL_OK)
		j->status = pa->status;
	differ(j->r);
	if (j->status == FL_OK)
		unchanged(j);
	else
		end(j);
}

static void put_plan(struct job *j, struct value *to, const char *key,
		     const char *from)
{
	value_put(&j->a, to, key, value_int(value_get_int(&j->plan, from, 0)));
}

/* Records what waits, unless that very plan is waiting already. */
static void wait_for_yes(struct job *j)
{
	struct post_by by = { .actor = j->actor, .source = TEXT("rooftop"),
		.own = true };
	struct value wire = value_map(), data = value_map(),
		     plan = value_map();
	struct shown s;

	if (read_waiting(j, &s) && same_plan(j, &s) &&
		within(j, "moved", s.moved) &&
		within(j, "withdrawn", s.withdrawn) &&
		within(j, "burst_tasks", s.burst)) {
		on_waiting(j, &(struct post_answer){ .status = FL_OK });
		return;
	}
	put_plan(j, &plan, "live", "live");
	put_plan(j, &plan, "moved", "moved");
	put_plan(j, &plan, "withdrawn", "withdrawn");
	put_plan(j, &plan, "burst", "burst_tasks");
	if (value_get_str(&j->plan, "waits") != NULL)
		value_put(&j->a, &plan, "reason",
			value_text(value_get_str(&j->plan, "waits")));
	value_put(&j->a, &data, "digest",
		value_text(value_get_str(&j->plan, "candidate")));
	value_put(&j->a, &data, "plan", plan);
	value_put(&j->a, &wire, "type", value_text("rules.waiting"));
	value_put(&j->a, &wire, "data", data);
	engine_post(j->r->engine, &wire, &by, on_waiting, j);
}

static void put_sums(struct job *j)
{
	put_plan(j, &j->answer, "moved", "moved");
	put_plan(j, &j->answer, "withdrawn", "withdrawn");
	put_plan(j, &j->answer, "burst_tasks", "burst_tasks");
}

static void settle(struct job *j)
{
	bool free_to_go = value_get_bool(&j->plan, "auto", false);
	bool coded = j->yes && value_get_str(&j->asked, "code") != NULL;
	char summary[120];

	if (j->status != FL_OK) {
		broken(j, NULL);
		return;
	}
	rooftop_keep_broken(j->r, NULL);
	j->r->has_refused = false;
	j->r->live_untold = false;
	j->answer = value_map();
	value_put(&j->a, &j->answer, "cards",
		value_int(ruleset_book(j->loaded)->n_cards));
	put_sums(j);
	if ((free_to_go && !coded) || (j->yes && yes_holds(j))) {
		snprintf(summary, sizeof(summary), "%s: %u cards",
			j->yes ? "publish" : "reload",
			ruleset_book(j->loaded)->n_cards);
		go_live(j, summary, NULL);
		return;
	}
	if (j->yes)
		j->status = FL_CONFLICT; /* j->problems says why */
	if (free_to_go) { /* only that code was wrong: nothing waits */
		differ(j->r);
		end(j);
		return;
	}
	value_put(&j->a, &j->answer, "waiting", value_bool(true));
	if (value_get_str(&j->plan, "waits") != NULL)
		value_put(&j->a, &j->answer, "waits",
			value_text(value_get_str(&j->plan, "waits")));
	wait_for_yes(j);
}

/* ---- the way there ---- */

static void load_work(struct job *j)
{
	j->status = ruleset_load(&j->files, NULL, false, &j->problems,
		&j->loaded);
}

/* Rules that were just taken back do not come again by themselves. */
static bool held_back(const struct job *j)
{
	const struct value *held =
		engine_rooftop_field(j->r->engine, "rules_held");
	const char *digest = value_get_str(&j->plan, "candidate");

	return j->automatic && held != NULL && held->kind == VALUE_TEXT &&
		digest != NULL && strcmp(held->as.text, digest) == 0;
}

/* Nothing of it is new, or it may not come by itself. */
static void as_before(struct job *j)
{
	struct rooftop *r = j->r;

	rooftop_keep_broken(r, NULL);
	r->has_refused = false;
	if (held_back(j))
		differ(r);
	else
		r->differ_since_ms = 0;
	value_put(&j->a, &j->answer, "cards",
		value_int(ruleset_book(engine_ruleset(r->engine))->n_cards));
	unchanged(j);
}

static void checked(struct job *j)
{
	const struct value *plan = value_get(&j->answer, "plan");

	if (j->status != FL_OK || plan == NULL ||
		!value_get_bool(&j->answer, "ok", false)) {
		broken(j, value_get(&j->answer, "problems"));
		return;
	}
	j->plan = *plan;
	j->answer = value_map();
	j->args = value_map();
	if (!value_get_bool(&j->plan, "changed", true) || held_back(j))
		as_before(j);
	else
		job_away(j, load_work, settle);
}

static void check(struct job *j)
{
	const struct value *held =
		engine_rooftop_field(j->r->engine, "rules_held");

	j->args = value_map();
	if (j->automatic && held != NULL && held->kind == VALUE_TEXT)
		value_put(&j->a, &j->args, "held", *held);
	job_check(j, "candidate", &j->files, checked);
}

/* Are these the bytes that are live? The zone's may differ: loading tells. */
static void compare(struct job *j)
{
	struct digest live;

	j->status = sources_digest(ruleset_sources(j->ruleset), &live);
	if (j->status == FL_OK)
		j->status = sources_digest(&j->files, &j->bytes);
	j->same = j->status == FL_OK && digest_equal(&live, &j->bytes);
}

static void read_work(struct job *j)
{
	const char *dir = j->r->dir;

	if (!j->given && folder_is_paused(dir)) {
		problem_add(&j->problems, "FL547", "reload.paused", 0,
			problem_words(&j->problems,
				"is there: somebody is at work on the rule "
				"files",
				"staat er: iemand is met de regelbestanden "
				"bezig"))
			->remedy = problem_words(&j->problems,
			"take it away first, then they are read",
			"haal het eerst weg, dan worden ze gelezen");
		j->status = FL_DENIED;
		return;
	}
	if (!j->given)
		j->status = folder_read_whole(
			dir, &j->a, &j->files, &j->problems, &j->err);
	if (j->status == FL_OK)
		compare(j);
}

static void files_read(struct job *j)
{
	struct rooftop *r = j->r;

	if (j->status == FL_DENIED) {
		end(j);
	} else if (j->status != FL_OK) {
		broken(j, NULL);
	} else if (j->same && j->automatic) {
		as_before(j);
	} else if (j->automatic && r->has_refused &&
		   digest_equal(&j->bytes, &r->refused)) {
		end(j); /* still what was refused: said already */
	} else {
		check(j);
	}
}

static void read_files(struct job *j)
{
	job_away(j, read_work, files_read);
}

void rooftop_offer_files(struct job *j)
{
	j->asked = j->args;
	j->answer = value_map();
	j->plan = value_map();
	j->problems.dutch = rooftop_dutch(j->r);
	line_up(j, read_files);
}

fl_status rooftop_offer(struct rooftop *r, const struct source_set *files,
	const struct problems *found, rooftop_cb cb, void *ctx)
{
	struct job *j = job_new(r, cb, ctx, TEXT("system"));

	if (j == NULL)
		return FL_NOMEM;
	j->row = ask_find("reload");
	j->args = value_map();
	j->given = j->automatic = true;
	for (uint32_t i = 0; found != NULL && i < found->count; i++)
		problem_copy(&j->problems, &found->items[i]);
	if (j->problems.errors > 0)
		j->status = FL_INVALID;
	j->files.files = arena_alloc(
		&j->a, (files->n_files + 1) * sizeof(*j->files.files));
	for (uint32_t i = 0; j->files.files != NULL && i < files->n_files; i++)
		j->files.files[j->files.n_files++] = (struct source_file){
			arena_strdup(&j->a, files->files[i].name),
			arena_text(&j->a, files->files[i].bytes,
				files->files[i].n),
			files->files[i].n};
	if (j->a.failed)
		j->status = FL_NOMEM;
	job_later(j);
	return FL_OK;
}

void rooftop_paused(struct rooftop *r, bool paused)
{
	r->paused = paused;
}

/* ---- back to an older ruleset ---- */

struct history {
	struct ruleset_row rows[1024]; /* newest first, without archives */
	uint32_t n;
};

static bool keep_row(void *ctx, const struct ruleset_row *row)
{
	struct history *h = ctx;

	h->rows[h->n++] = *row;
	return h->n < sizeof(h->rows) / sizeof(h->rows[0]);
}

static const struct ruleset_row *row_of(const struct history *h,
					int64_t number)
{
	for (uint32_t i = 0; i < h->n; i++)
		if (h->rows[i].number == number)
			return &h->rows[i];
	return NULL;
}

/* What was live before: going back once more after going back to N goes on
 * from N. 0: none. */
static int64_t one_before(const struct history *h)
{
	const struct ruleset_row *at = h->n > 0 ? &h->rows[0] : NULL, *next;
	long long to;

	while (at != NULL && sscanf(at->summary.at, RULES_BACK_TO, &to) == 1 &&
		to < at->number && (next = row_of(h, to)) != NULL)
		at = next;
	for (uint32_t i = 0; at != NULL && i < h->n; i++)
		if (h->rows[i].number < at->number &&
			!digest_equal(&h->rows[i].digest, &h->rows[0].digest))
			return h->rows[i].number;
	return 0;
}

static bool speaks_dutch(const struct job *j)
{
	return text_is(ruleset_book(j->ruleset)->language, "nl");
}

static fl_status load_row(struct job *j, struct reader *reader, int64_t number)
{
	struct ruleset_row row;
	fl_status s = reader_ruleset(reader, &j->a, number, &row, &j->err);

	if (s == FL_OK)
		s = source_set_read(&j->a, row.archive.at, row.archive.bytes,
			&j->files, &j->err);
	if (s == FL_OK)
		s = ruleset_load(&j->files, NULL, false, &j->problems,
			&j->loaded);
	return s;
}

/* The folder's own rules must not come back by themselves. */
static void hold_folder(struct job *j)
{
	struct ruleset *own = NULL;
	struct problems ignored;
	struct fl_error err;

	problems_init(&ignored, &j->a);
	if (folder_load(j->r->dir, false, &j->a, &ignored, &own, &err) ==
		FL_OK)
		digest_hex(ruleset_digest(own), j->held);
	ruleset_unref(own);
}

static void find_work(struct job *j)
{
	struct reader *reader = rooftop_reader(j->r, &j->err);
	struct history *h = arena_alloc(&j->a, sizeof(*h));
	int64_t to = value_get_int(&j->args, "to", 0);
	fl_status s = reader != NULL && h != NULL ? FL_OK : FL_STORAGE;

	if (s == FL_OK)
		s = reader_rulesets(reader, &j->a, keep_row, h, &j->err);
	if (s == FL_OK && to == 0)
		to = one_before(h);
	if (s == FL_OK && to == 0)
		s = status_fail(&j->err, FL_NOT_FOUND, "%s",
			speaks_dutch(j) ? "er zijn geen oudere regels om naar "
					  "terug te gaan"
					: "there is no older ruleset to go "
					  "back to");
	if (s == FL_OK)
		s = load_row(j, reader, to);
	if (s == FL_OK)
		hold_folder(j);
	j->to = to;
	j->status = s;
	if (reader != NULL)
		rooftop_reader_back(j->r, reader);
}

static void found(struct job *j)
{
	char summary[60];

	if (j->status != FL_OK) {
		if (j->problems.count == 0)
			problem_add(&j->problems, "FL504", NULL, 0, "%s",
				j->status == FL_NOT_FOUND && j->to != 0
					? arena_printf(&j->a, speaks_dutch(j)
						  ? "er zijn geen regels met "
						    "nummer %lld: fairlead "
						    "rulesets"
						  : "there is no ruleset "
						    "%lld: fairlead rulesets",
						  (long long)j->to)
					: j->err.text);
		end(j);
		return;
	}
	j->answer = value_map();
	value_put(&j->a, &j->answer, "back_to", value_int(j->to));
	value_put(&j->a, &j->answer, "cards",
		value_int(ruleset_book(j->loaded)->n_cards));
	if (digest_equal(ruleset_digest(j->loaded),
		    ruleset_digest(engine_ruleset(j->r->engine)))) {
		unchanged(j);
		return;
	}
	snprintf(summary, sizeof(summary), RULES_BACK_TO, (long long)j->to);
	go_live(j, summary, j->held[0] != '\0' ? j->held : NULL);
}

static void find_older(struct job *j)
{
	job_away(j, find_work, found);
}

void rooftop_rollback(struct job *j)
{
	line_up(j, find_older);
}
