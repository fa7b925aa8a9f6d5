#include "rooftop/checker.h"

#include "rooftop/rooftop.h"

static const struct value_limits limits = {
	.depth = 64, .bytes = CHECKER_BYTES, .keys = 100000};

bool checker_takes(const char *name)
{
	const struct ask_row *row = ask_find(name);

	return row != NULL &&
	       (row->way == ASK_CHECKER || row->way == ASK_FILES);
}

/* ---- asking ---- */

void checker_request(struct buf *out, const char *name, const char *dir,
	struct text actor, const struct value *args,
	const struct source_set *files)
{
	struct value doc = value_map();
	struct arena a;

	arena_init(&a, 0);
	value_put(&a, &doc, "do", value_text(name));
	value_put(&a, &doc, "dir", value_text(dir));
	value_put(&a, &doc, "actor", value_of_text(actor));
	value_put(&a, &doc, "args",
		args != NULL && args->kind == VALUE_MAP ? *args : value_map());
	if (files != NULL)
		value_put(&a, &doc, "files", ask_files_value(&a, files));
	value_write(out, &doc);
	out->failed = out->failed || a.failed;
	arena_deinit(&a);
}

static fl_status not_answered(struct arena *a, fl_status s, const char *code,
	const char *text, struct value *answer)
{
	struct problems p;

	problems_init(&p, a);
	problem_add(&p, code, NULL, 0, "%s", text);
	*answer = problem_document(a, s, &p, NULL);
	return s;
}

fl_status checker_reply(struct arena *a, const struct buf *reply,
	const char *cut, struct value *answer)
{
	struct fl_error err = {0};
	struct value doc;
	int64_t status;

	if (cut != NULL && strcmp(cut, CHECKERS_STOPPED) == 0)
		return not_answered(a, FL_UNKNOWN, "FL595", cut, answer);
	if (cut != NULL)
		return not_answered(a, FL_LIMIT, "FL595", cut, answer);
	if (value_read(a, reply->at != NULL ? reply->at : "", reply->len,
		    &limits, &doc, &err) != FL_OK)
		return not_answered(a, FL_LIMIT, "FL596",
			reply->len == 0 ? "the checker said nothing" : err.text,
			answer);
	status = value_get_int(&doc, "status", -1);
	if (status < FL_OK || status > FL_FATAL ||
		value_get(&doc, "answer") == NULL)
		return not_answered(a, FL_LIMIT, "FL596",
			"the checker said something odd", answer);
	*answer = *value_get(&doc, "answer");
	return (fl_status)status;
}

/* ---- answering ---- */

struct checking {
	struct arena a;
	struct value args;
	const char *dir;
	struct source_set files;
	struct ask ask;
	struct readonly live; /* ASK_CHECKER */
	struct problems problems;
	struct value answer;
};

static bool read_files(struct checking *c, const struct value *list)
{
	c->ask.files = &c->files;
	return ask_files_of(&c->a, list, &c->files);
}

static fl_status open_live(struct checking *c)
{
	struct fl_error err = {0};
	fl_status s = readonly_open(c->dir, &c->live, &err);

	if (s != FL_OK) {
		problem_add(&c->problems, "FL510", NULL, 0, "%s", problem_cause(&c->problems, err.text));
		return s;
	}
	c->ask.reader = c->live.reader;
	c->ask.ruleset = c->live.ruleset;
	c->ask.ruleset_number = c->live.ruleset_number;
	c->ask.now_ms = c->live.now_ms;
	return ask_actor(ruleset_book(c->ask.ruleset), &c->ask.actor,
		       &c->problems)
		       ? FL_OK
		       : FL_INVALID;
}

static fl_status answer(struct checking *c, const struct value *doc)
{
	const char *name = value_get_str(doc, "do");
	const struct value *args = value_get(doc, "args");
	const struct value *files = value_get(doc, "files");
	const struct ask_row *row = name != NULL ? ask_find(name) : NULL;
	fl_status s = FL_OK;

	c->dir = value_get_str(doc, "dir");
	if (row == NULL || !checker_takes(name) || c->dir == NULL ||
		(files != NULL && !read_files(c, files))) {
		problem_add(&c->problems, "FL596", NULL, 0,
			"this is no request for a checker");
		return FL_INVALID;
	}
	c->args = args != NULL ? *args : value_map();
	c->ask.a = &c->a;
	c->ask.dir = c->dir;
	c->ask.actor = value_as_text(value_get(doc, "actor"));
	c->ask.live = value_map();
	if (row->way == ASK_CHECKER)
		s = open_live(c);
	if (s == FL_OK)
		s = row->fn(&c->ask, &c->args, &c->answer, &c->problems);
	return s;
}

void checker_answer(const struct buf *request, struct buf *reply)
{
	struct checking c = {.answer = value_null()};
	struct value doc = value_null(), out = value_map();
	struct fl_error err = {0};
	fl_status s;

	digest_init();
	script_init();
	arena_init(&c.a, (size_t)1 << 30);
	problems_init(&c.problems, &c.a);
	s = value_read(&c.a, request->at != NULL ? request->at : "",
		request->len, &limits, &doc, &err);
	if (s != FL_OK)
		problem_add(&c.problems, "FL596", NULL, 0,
			"the request cannot be read: %s", err.text);
	else
		s = answer(&c, &doc);
	if (s == FL_OK && c.a.failed)
		s = FL_NOMEM;
	if (s == FL_NOMEM)
		s = not_answered(&c.a, FL_LIMIT, "FL595",
			"answering this needs more memory than a checker may "
			"take; nothing was changed",
			&c.answer);
	else if (s != FL_OK)
		c.answer = problem_document(&c.a, s, &c.problems, NULL);
	value_put(&c.a, &out, "status", value_int(s));
	value_put(&c.a, &out, "answer", c.answer);
	value_write(reply, &out);
	readonly_close(&c.live);
	arena_deinit(&c.a);
}
