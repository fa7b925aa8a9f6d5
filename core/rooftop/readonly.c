#include "rooftop/rooftop_inside.h"

#include "base/clock.h"

fl_status rooftop_init(const char *dir, const struct folder_new *opt,
		       bool training, struct fl_error *err)
{
	struct store *st = NULL;
	fl_status s;

	digest_init();
	s = folder_make(dir, opt, err);
	if (s != FL_OK || !training)
		return s;
	s = store_open(dir, NULL, &st, err);
	if (s == FL_OK)
		s = store_mark_training(st, err);
	store_free(st);
	return s;
}

fl_status readonly_open(const char *dir, struct readonly *out,
			struct fl_error *err)
{
	struct store_state state;
	struct problems p;
	struct arena a;
	fl_status s;

	memset(out, 0, sizeof(*out));
	digest_init();
	script_init();
	arena_init(&a, 64u << 20);
	problems_init(&p, &a);
	s = reader_open(dir, &out->reader, err);
	if (s == FL_OK)
		s = reader_state(out->reader, &state, err);
	if (s == FL_OK && state.ruleset == 0)
		s = status_fail(err, FL_NOT_FOUND,
			"no rules have ever been live in %s", dir);
	if (s == FL_OK)
		s = rooftop_archived(out->reader, &a, &p, &out->ruleset, err);
	if (s == FL_INVALID && problem_error(&p) != NULL)
		status_fail(err, s, "archived rules: %s",
			problem_error(&p)->text);
	if (s == FL_OK) {
		out->ruleset_number = state.ruleset;
		out->training = state.training;
		out->now_ms = clock_wall_ms();
		if (state.training)
			out->now_ms = state.clock_ms > 0 ? state.clock_ms
							 : state.last_now_ms;
	} else {
		readonly_close(out);
	}
	arena_deinit(&a);
	return s;
}

void readonly_close(struct readonly *ro)
{
	reader_free(ro->reader);
	ruleset_unref(ro->ruleset);
	memset(ro, 0, sizeof(*ro));
}

static bool same_files(const struct source_set *one,
		       const struct source_set *other)
{
	if (one->n_files != other->n_files)
		return false;
	for (uint32_t i = 0; i < one->n_files; i++) {
		const struct source_file *f = &one->files[i];
		const struct source_file *g = source_set_find(other, f->name);

		if (g == NULL || g->n != f->n ||
			memcmp(g->bytes, f->bytes, f->n) != 0)
			return false;
	}
	return true;
}

/* What a daemon would know of the folder: nobody follows it now. */
static void put_folder(struct readonly *ro, const char *dir, struct arena *a,
		       struct value *live)
{
	struct source_set files, then;
	struct fl_error ignored_err;
	struct problems ignored;
	struct ruleset_row row;

	problems_init(&ignored, a);
	if (folder_is_paused(dir))
		value_put(a, live, "rules_paused", value_bool(true));
	if (folder_read(dir, a, &files, &ignored, &ignored_err) != FL_OK ||
		reader_ruleset(ro->reader, a, ro->ruleset_number, &row,
			&ignored_err) != FL_OK ||
		source_set_read(a, row.archive.at, row.archive.bytes, &then,
			&ignored_err) != FL_OK)
		return;
	if (!same_files(&files, &then))
		value_put(a, live, "rules_differ", value_bool(true));
}

fl_status readonly_ask(struct readonly *ro, const char *dir, const char *name,
		       const struct value *args, struct text actor,
		       struct arena *a, struct value *answer)
{
	const struct ask_row *row = ask_find(name);
	struct fl_error err = { 0 };
	struct problems p;
	struct ask ask;
	fl_status s;

	REQUIRE(row != NULL && row->way == ASK_QUESTION);
	problems_init(&p, a);
	memset(&ask, 0, sizeof(ask));
	ask.reader = ro->reader;
	ask.ruleset = ro->ruleset;
	ask.ruleset_number = ro->ruleset_number;
	ask.now_ms = ro->now_ms;
	ask.a = a;
	ask.dir = dir;
	ask.actor = actor;
	ask.live = value_map();
	value_put(a, &ask.live, "clock",
		value_text(ro->training ? "manual" : "real"));
	*answer = value_map();
	s = reader_begin(ro->reader, &err);
	if (s == FL_OK && strcmp(name, "status") == 0)
		put_folder(ro, dir, a, &ask.live);
	if (s == FL_OK && !ask_actor(ruleset_book(ro->ruleset), &ask.actor, &p))
		s = FL_INVALID;
	else if (s == FL_OK)
		s = row->fn(&ask, args, answer, &p);
	else
		problem_add(&p, "FL590", NULL, 0, "%s", problem_cause(&p, err.text));
	reader_end(ro->reader);
	if (s != FL_OK)
		*answer = problem_document(a, s, &p, NULL);
	return s;
}
