#include "rooftop/rooftop_inside.h"

#define IDS_SHOWN 200 /* caused events and tasks named in one answer */

struct job *job_new(struct rooftop *r, rooftop_cb cb, void *ctx,
		    struct text actor)
{
	struct job *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->r = r;
	j->cb = cb;
	j->ctx = ctx;
	arena_init(&j->a, 256u << 20);
	problems_init(&j->problems, &j->a);
	j->actor.at = arena_text(&j->a, actor.at, actor.bytes);
	j->actor.bytes = actor.bytes;
	j->answer = value_map();
	r->under_way++;
	return j;
}

void job_later(struct job *j)
{
	struct rooftop *r = j->r;

	j->next = NULL;
	if (r->first == NULL)
		r->first = j;
	else
		r->last->next = j;
	r->last = j;
}

static const char *const titles[] = {
	[FL_OK] = "done",
	[FL_NOMEM] = "out of memory; nothing was changed",
	[FL_INVALID] = "the input is wrong",
	[FL_NOT_FOUND] = "not found",
	[FL_CONFLICT] = "in conflict with what is there",
	[FL_DENIED] = "not allowed now",
	[FL_LIMIT] = "too much at once",
	[FL_STORAGE] = "the disk or database refused",
	[FL_UNKNOWN] = "unknown: retry with the same id",
	[FL_FATAL] = "stopped: start again and retry with the same id",
};

static const int http_codes[] = { [FL_OK] = 200,
	[FL_NOMEM] = 503,
	[FL_INVALID] = 422,
	[FL_NOT_FOUND] = 404,
	[FL_CONFLICT] = 409,
	[FL_DENIED] = 403,
	[FL_LIMIT] = 429,
	[FL_STORAGE] = 507,
	[FL_UNKNOWN] = 503,
	[FL_FATAL] = 503 };

struct value problem_document(struct arena *a, fl_status status,
			      const struct problems *p, const char *detail)
{
	struct value doc = value_map();
	const struct problem *wrong = p != NULL ? problem_error(p) : NULL;

	value_put(a, &doc, "type", value_text("about:blank"));
	value_put(a, &doc, "title", value_text(titles[status]));
	value_put(a, &doc, "status", value_int(http_codes[status]));
	value_put(a, &doc, "code", value_text(fl_status_name(status)));
	if (detail == NULL && wrong != NULL)
		detail = wrong->text;
	if (detail != NULL)
		value_put(a, &doc, "detail",
			value_text(arena_strdup(a, detail)));
	if (p != NULL && p->count > 0)
		value_put(a, &doc, "problems", problems_value(p, a));
	return doc;
}

static void put_tasks(struct arena *a, struct value *out,
		      const struct told *told)
{
	struct value tasks = value_list();

	for (uint32_t i = 0; i < told->n_tasks && tasks.count < IDS_SHOWN;
		i++) {
		const struct task *t = told->tasks[i].task;
		struct value one = value_map();

		if (!told->tasks[i].is_new)
			continue;
		value_put(a, &one, "task",
			value_of_text(id_show(a, TEXT("task"), t->id)));
		value_put(a, &one, "who", value_of_text(t->who));
		value_put(a, &one, "card", value_of_text(t->card));
		value_put(a, &one, "step", value_of_text(t->step));
		value_append(a, &tasks, one);
	}
	if (tasks.count > 0)
		value_put(a, out, "tasks", tasks);
}

static void put_events(struct arena *a, struct value *out,
		       const struct told *told)
{
	struct value caused = value_list();

	for (uint32_t i = 1; i < told->n_events && caused.count < IDS_SHOWN;
		i++)
		value_append(a, &caused,
			value_of_text(told->events[i].type));
	if (caused.count > 0)
		value_put(a, out, "caused", caused);
	if (told->n_events > 0) {
		value_put(a, out, "id", value_of_text(told->events[0].id));
		value_put(a, out, "source",
			value_of_text(told->events[0].source));
	}
}

struct value answer_value(struct arena *a, const struct rulebook *book,
			  const struct post_answer *pa)
{
	struct value out = value_map();

	(void)book;
	if (pa->status != FL_OK)
		return problem_document(a, pa->status, pa->problems, NULL);
	value_put(a, &out, "event",
		value_of_text(text_number(a, TEXT("E"), pa->number)));
	value_put(a, &out, "number", value_int(pa->number));
	if (pa->repeat)
		value_put(a, &out, "repeat", value_bool(true));
	if (pa->misfit)
		value_put(a, &out, "misfit", value_bool(true));
	if (pa->problems != NULL && pa->problems->count > 0)
		value_put(a, &out, "problems",
			problems_value(pa->problems, a));
	if (pa->told != NULL) {
		put_events(a, &out, pa->told);
		put_tasks(a, &out, pa->told);
	}
	return out;
}

void job_finish(struct job *j)
{
	struct rooftop *r = j->r;
	struct value doc = j->answer;

	if (j->status != FL_OK && value_get(&doc, "status") == NULL)
		doc = problem_document(&j->a, j->status, &j->problems, NULL);
	else if (j->problems.count > 0 &&
		value_get(&doc, "problems") == NULL && doc.kind == VALUE_MAP)
		value_put(&j->a, &doc, "problems",
			problems_value(&j->problems, &j->a));
	j->cb(j->ctx, j->status, &doc);
	ruleset_unref(j->ruleset);
	ruleset_unref(j->loaded);
	arena_deinit(&j->a);
	r->under_way--;
	free(j);
}

static void on_wire(void *ctx, const struct post_answer *pa)
{
	struct job *j = ctx;
	struct value v = answer_value(&j->a, NULL, pa), copy;

	if (pa->status != FL_OK && j->status == FL_OK)
		j->status = pa->status;
	if (j->each != NULL) {
		j->each(j, pa);
	} else {
		copy = value_clone(&j->a, &v);
		if (j->many)
			value_append(&j->a, &j->answer, copy);
		else
			j->answer = copy;
	}
	if (++j->posted == j->wires.count)
		job_finish(j);
}

void job_post_wires(struct job *j)
{
	struct post_by by = { .actor = j->actor,
		.source = TEXT("console"),
		.command = true };
	uint32_t n = j->wires.count;

	by.body_digest = j->body_digest;
	by.own = j->own;
	if (n == 0) {
		job_finish(j);
		return;
	}
	if (n > 1 && j->each == NULL) {
		j->many = true;
		j->answer = value_list();
	}
	/* the last answer may free j: nothing of it is read afterwards */
	for (uint32_t i = 0; i < n; i++)
		engine_post(j->r->engine, &j->wires.as.items[i], &by, on_wire,
			j);
}

/* ---- questions ---- */

static void question_work(struct job *j)
{
	struct fl_error err = { 0 };

	j->ask.reader = rooftop_reader(j->r, &err);
	if (j->ask.reader == NULL) {
		j->status = FL_STORAGE;
		problem_add(&j->problems, "FL590", NULL, 0, "%s", problem_cause(&j->problems, err.text));
		return;
	}
	j->status = reader_begin(j->ask.reader, &err);
	if (j->status == FL_OK)
		j->status = j->row->fn(&j->ask, &j->args, &j->answer,
			&j->problems);
	reader_end(j->ask.reader);
	rooftop_reader_back(j->r, j->ask.reader);
	j->ask.reader = NULL;
}

static void away_work(void *arg)
{
	struct job *j = arg;

	j->work(j);
}

static void away_done(void *arg)
{
	struct job *j = arg;
	struct rooftop *r = j->r;

	r->on_threads--;
	j->done(j);
	if (r->opt.wake != NULL)
		r->opt.wake(r->opt.ctx); /* it may have posted */
}

void job_away(struct job *j, void (*work)(struct job *j),
	      void (*done)(struct job *j))
{
	struct rooftop *r = j->r;

	if (r->opt.run == NULL || r->ending) {
		work(j);
		done(j);
		return;
	}
	j->work = work;
	j->done = done;
	r->on_threads++;
	r->opt.run(r->opt.ctx, away_work, away_done, j);
}

/* ---- questions for a checker ---- */

static void check_answered(void *arg, const struct buf *reply, const char *cut)
{
	struct job *j = arg;
	struct rooftop *r = j->r;

	r->on_threads--;
	j->status = checker_reply(&j->a, reply, cut, &j->answer);
	buf_deinit(&j->request);
	j->checked(j);
	if (r->opt.wake != NULL)
		r->opt.wake(r->opt.ctx);
}

static void check_here(struct job *j)
{
	checker_answer(&j->request, &j->reply);
}

static void checked_here(struct job *j)
{
	j->status = checker_reply(&j->a, &j->reply, NULL, &j->answer);
	buf_deinit(&j->request);
	buf_deinit(&j->reply);
	j->checked(j);
}

void job_check(struct job *j, const char *name, const struct source_set *files,
	       void (*done)(struct job *j))
{
	struct rooftop *r = j->r;

	j->checked = done;
	buf_init(&j->request, CHECKER_BYTES);
	checker_request(&j->request, name, r->dir, j->actor, &j->args, files);
	if (j->request.failed) {
		buf_deinit(&j->request);
		j->status = FL_NOMEM;
		done(j);
	} else if (r->opt.check != NULL) {
		r->on_threads++;
		r->opt.check(r->opt.ctx, &j->request, check_answered, j);
	} else {
		buf_init(&j->reply, CHECKER_BYTES);
		job_away(j, check_here, checked_here);
	}
}

/* Somebody went or came back: the answer says who does their work now. */
static void person_told(struct job *j, const struct post_answer *pa)
{
	static const char *const keys[] = {"stands_in", "stands_in_name"};
	struct value told = answer_value(&j->a, NULL, pa);
	struct value now = value_map(), who = value_map();
	const struct value *data = value_get(&j->wires.as.items[0], "data");
	struct problems ignored; /* the fact stands all the same */
	struct fl_error err = { 0 };

	j->answer = value_clone(&j->a, &told);
	j->ask.reader = pa->status == FL_OK ? rooftop_reader(j->r, &err) : NULL;
	if (j->ask.reader == NULL)
		return;
	problems_init(&ignored, &j->a);
	value_put(&j->a, &who, "person", *value_get(data, "person"));
	if (reader_begin(j->ask.reader, &err) == FL_OK &&
		ask_find("today")->fn(&j->ask, &who, &now, &ignored) == FL_OK)
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (value_get(&now, keys[i]) != NULL)
				value_put(&j->a, &j->answer, keys[i],
					*value_get(&now, keys[i]));
	reader_end(j->ask.reader);
	rooftop_reader_back(j->r, j->ask.reader);
	j->ask.reader = NULL;
}

static void command_run(struct job *j)
{
	struct value out = value_list();

	question_work(j);
	if (j->status != FL_OK) {
		job_finish(j);
		return;
	}
	out = j->answer;
	j->answer = value_map();
	if (out.kind == VALUE_LIST) {
		j->wires = out;
	} else {
		j->wires = value_list();
		value_append(&j->a, &j->wires, out);
	}
	if (strcmp(j->row->name, "person") == 0)
		j->each = person_told;
	job_post_wires(j);
}

static void post_run(struct job *j)
{
	struct value wire = value_clone(&j->a, &j->args);
	struct fl_error err = { 0 };

	j->ask.reader = rooftop_reader(j->r, &err);
	if (j->ask.reader != NULL)
		j->status = ask_refs(&j->ask, &wire, &j->problems);
	else
		j->status = FL_STORAGE;
	if (j->ask.reader != NULL)
		rooftop_reader_back(j->r, j->ask.reader);
	if (j->status != FL_OK) {
		job_finish(j);
		return;
	}
	j->body_digest = engine_body_digest(&j->args);
	j->wires = value_list();
	value_append(&j->a, &j->wires, wire);
	job_post_wires(j);
}

static void undone(struct job *j, const struct post_answer *pa)
{
	(void)pa; /* its status is kept: on_wire() */
	(void)j;
}

void rooftop_undo(struct job *j)
{
	const struct value *wires;

	question_work(j);
	wires = value_get(&j->answer, "wires");
	if (j->status != FL_OK || wires == NULL) {
		job_finish(j);
		return;
	}
	j->wires = *wires;
	value_remove(&j->answer, TEXT("wires"));
	j->own = true;
	j->each = undone;
	job_post_wires(j);
}

static bool is_row(const struct job *j, const char *name)
{
	return j->row->way == ASK_ROOFTOP && strcmp(j->row->name, name) == 0;
}

static void publish_run(struct job *j)
{
	j->yes = true;
	rooftop_offer_files(j);
}

static void job_run(struct job *j)
{
	struct rooftop *r = j->r;

	if (j->status != FL_OK && !j->given) { /* refused when it was asked */
		job_finish(j);
		return;
	}
	j->ruleset = engine_ruleset(r->engine);
	ruleset_ref(j->ruleset);
	j->ask.ruleset = j->ruleset;
	j->ask.ruleset_number = engine_ruleset_number(r->engine);
	j->ask.now_ms = engine_now_ms(r->engine);
	j->ask.a = &j->a;
	j->ask.dir = r->dir;
	j->ask.live = rooftop_live(r, &j->a);
	if ((j->row == NULL || j->row->way != ASK_FILES) &&
		!ask_actor(ruleset_book(j->ruleset), &j->actor, &j->problems)) {
		j->status = FL_INVALID;
		job_finish(j);
		return;
	}
	j->ask.actor = j->actor;
	if (j->row == NULL)
		job_post_wires(j);
	else if (j->row->way == ASK_COMMAND)
		command_run(j);
	else if (is_row(j, "reload"))
		rooftop_offer_files(j);
	else if (is_row(j, "publish"))
		publish_run(j);
	else if (is_row(j, "undo"))
		rooftop_undo(j);
	else if (is_row(j, "rollback"))
		rooftop_rollback(j);
	else if (is_row(j, "clock"))
		rooftop_clock(j);
	else if (checker_takes(j->row->name))
		job_check(j, j->row->name, NULL, job_finish);
	else if (j->row->way == ASK_ROOFTOP)
		post_run(j);
	else
		job_away(j, question_work, job_finish);
}

static void start_offered(void *ctx, fl_status status,
			  const struct value *answer)
{
	struct rooftop *r = ctx;

	(void)status; /* what is wrong was kept, */
	(void)answer; /* what went live is told at the next reload */
	r->offering = false;
}

/* The folder has other rules than were live last: they go the same way as
 * everybody's, before anything else. */
static void offer_at_start(struct rooftop *r)
{
	struct job *j = job_new(r, start_offered, r, TEXT("system"));

	if (j == NULL)
		return; /* tried again at the next poll */
	r->start_offer = false;
	r->offering = true;
	j->row = ask_find("reload");
	j->args = value_map();
	j->automatic = true;
	job_run(j);
}

bool jobs_run(struct rooftop *r)
{
	struct job *j, *list;
	bool any;

	if (r->start_offer)
		offer_at_start(r);
	if (r->offering)
		return true;
	list = r->first;
	any = list != NULL;
	r->first = r->last = NULL;
	while ((j = list) != NULL) {
		list = j->next;
		job_run(j);
	}
	return any;
}

fl_status rooftop_ask(struct rooftop *r, const char *name,
		      const struct value *args, struct text actor,
		      rooftop_cb cb, void *ctx)
{
	struct job *j = job_new(r, cb, ctx, actor);
	const char *near = ask_near(name);
	struct problem *p;

	if (j == NULL)
		return FL_NOMEM;
	j->row = ask_find(name);
	j->args = args != NULL ? value_clone(&j->a, args) : value_map();
	if (j->row == NULL) {
		j->status = FL_NOT_FOUND;
		p = problem_add(&j->problems, "FL591", NULL, 0,
			"there is no command \"%s\"", name);
		p->nearest = near;
	}
	if (j->a.failed)
		j->status = FL_NOMEM;
	job_later(j);
	return FL_OK;
}

void rooftop_say(struct rooftop *r, const struct told *told, struct buf *out)
{
	struct fl_error err = { 0 };
	struct ask ask;
	struct arena a;

	memset(&ask, 0, sizeof(ask));
	ask.reader = rooftop_reader(r, &err);
	if (ask.reader == NULL)
		return;
	arena_init(&a, 0);
	ask.ruleset = engine_ruleset(r->engine);
	ask.ruleset_number = engine_ruleset_number(r->engine);
	ask.now_ms = engine_now_ms(r->engine);
	ask.a = &a;
	ask.dir = r->dir;
	ask.actor = TEXT("admin");
	say_told(&ask, told, out);
	rooftop_reader_back(r, ask.reader);
	arena_deinit(&a);
}
