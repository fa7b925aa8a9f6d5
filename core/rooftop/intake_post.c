#include "rooftop/rooftop_inside.h"

/* One post straight to the engine; the answer is built in the rooftop's own
 * arena, so that bulk posting allocates next to nothing per line. NULL: no
 * memory. */
static struct posting *posting_new(struct rooftop *r, rooftop_cb cb, void *ctx)
{
	struct posting *o = calloc(1, sizeof(*o));

	if (o == NULL)
		return NULL;
	o->r = r;
	o->cb = cb;
	o->ctx = ctx;
	if (r->posted_first == NULL)
		r->posted_first = o;
	else
		r->posted_last->next = o;
	r->posted_last = o;
	r->under_way++;
	return o;
}

static void posting_end(struct rooftop *r, fl_status status,
			const struct value *doc)
{
	struct posting *o = r->posted_first;

	r->posted_first = o->next;
	r->under_way--;
	o->cb(o->ctx, status, doc);
	if (o->refused)
		arena_deinit(&o->a);
	free(o);
}

void postings_flush(struct rooftop *r)
{
	while (r->posted_first != NULL && r->posted_first->refused)
		posting_end(r, r->posted_first->status,
			&r->posted_first->doc);
}

static void on_post(void *ctx, const struct post_answer *pa)
{
	struct posting *o = ctx;
	struct rooftop *r = o->r;
	struct value v;

	postings_flush(r);
	if (r->posted_first != o) { /* no memory: told at once, before others */
		arena_init(&o->a, 0);
		o->refused = true;
		o->status = pa->status;
		o->doc = problem_document(&o->a, pa->status, NULL, NULL);
		return;
	}
	arena_reset(&r->answers);
	v = answer_value(&r->answers, NULL, pa);
	posting_end(r, pa->status, &v);
}

/* One whose `doc` the caller fills, in its arena. */
static struct posting *refused_new(struct rooftop *r, fl_status status,
				   rooftop_cb cb, void *ctx)
{
	struct posting *o = posting_new(r, cb, ctx);

	if (o == NULL)
		return NULL;
	arena_init(&o->a, 4u << 20);
	o->refused = true;
	o->status = status;
	return o;
}

fl_status rooftop_refuse(struct rooftop *r, const char *detail, rooftop_cb cb,
			 void *ctx)
{
	struct posting *o = refused_new(r, FL_INVALID, cb, ctx);
	struct problems p;

	if (o == NULL)
		return FL_NOMEM;
	problems_init(&p, &o->a);
	problem_add(&p, "FL500", NULL, 0, "%s", detail);
	o->doc = problem_document(&o->a, FL_INVALID, &p, NULL);
	value_put(&o->a, &o->doc, "status", value_int(400));
	return FL_OK;
}

/* Names, phones and plates of a person's command become ids. */
static fl_status look_up(struct rooftop *r, const struct post_by *by,
			 struct arena *a, struct value *wire,
			 struct problems *p)
{
	struct fl_error err = { 0 };
	struct ask ask;
	fl_status s;

	memset(&ask, 0, sizeof(ask));
	ask.reader = rooftop_reader(r, &err);
	if (ask.reader == NULL) {
		problem_add(p, "FL590", NULL, 0, "%s", problem_cause(p, err.text));
		return FL_STORAGE;
	}
	ask.ruleset = engine_ruleset(r->engine);
	ask.now_ms = engine_now_ms(r->engine);
	ask.a = a;
	ask.dir = r->dir;
	ask.actor = by->actor;
	s = ask_refs(&ask, wire, p);
	rooftop_reader_back(r, ask.reader);
	return s;
}

/* Could it be a name, a phone, an e-mail or a plate (GX-123-B)? */
static bool looks_typed(const struct value *v)
{
	struct text t = value_as_text(v);

	return t.bytes > 0 && (t.at[0] == '+' ||
		memchr(t.at, ' ', t.bytes) != NULL ||
		memchr(t.at, '@', t.bytes) != NULL ||
		(t.at[0] == '0' && t.bytes >= 9) ||
		(t.bytes <= 8 && memchr(t.at, '-', t.bytes) != NULL));
}

static bool names_somebody(const struct value *wire)
{
	static const char *const keys[] = { "deal", "customer", "subject" };
	const struct value *data = value_get(wire, "data");

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (looks_typed(value_get(wire, keys[i])) ||
			looks_typed(value_get(data, keys[i])))
			return true;
	return false;
}

static fl_status post_to_engine(struct rooftop *r, const struct value *wire,
				const struct post_by *by, rooftop_cb cb,
				void *ctx)
{
	struct posting *o = posting_new(r, cb, ctx);

	if (o == NULL)
		return FL_NOMEM;
	engine_post(r->engine, wire, by, on_post, o);
	return FL_OK;
}

fl_status rooftop_post(struct rooftop *r, const struct value *wire,
		       const struct post_by *by, rooftop_cb cb, void *ctx)
{
	struct post_by as_sent = *by;
	struct posting *refused;
	struct problems problems;
	struct value named, doc;
	struct arena a;
	fl_status s;
	bool fact = wire->kind == VALUE_MAP &&
		value_get(wire, "source") != NULL;

	if (!by->command || wire->kind != VALUE_MAP ||
		(fact && !names_somebody(wire)))
		return post_to_engine(r, wire, by, cb, ctx);
	arena_init(&a, 0);
	problems_init(&problems, &a);
	named = value_clone(&a, wire);
	s = fact || ask_actor(ruleset_book(engine_ruleset(r->engine)),
			    &as_sent.actor, &problems)
		    ? look_up(r, &as_sent, &a, &named, &problems)
		    : FL_INVALID;
	as_sent.in_room = false;
	if (s != FL_OK && fact) { /* is kept whatever it says */
		named = *wire;
		as_sent.in_room = by->in_room;
		s = FL_OK;
	}
	if (s == FL_OK) {
		as_sent.body_digest = engine_body_digest(wire);
		s = post_to_engine(r, &named, &as_sent, cb, ctx);
	} else {
		doc = problem_document(&a, s, &problems, NULL);
		refused = refused_new(r, s, cb, ctx);
		if (refused != NULL)
			refused->doc = value_clone(&refused->a, &doc);
		s = refused != NULL ? FL_OK : FL_NOMEM;
	}
	arena_deinit(&a);
	return s;
}

fl_status rooftop_post_json(struct rooftop *r, const char *json, size_t n,
			    const struct post_by *by, rooftop_cb cb, void *ctx)
{
	const struct value_limits limits = { .dutch = rooftop_dutch(r) };
	struct arena *room = engine_room(r->engine);
	struct post_by in_room = *by;
	struct fl_error err = { 0 };
	struct value wire;

	if (room == NULL)
		return FL_NOMEM;
	in_room.in_room = true;
	if (value_read(room, json, n, &limits, &wire, &err) != FL_OK)
		return rooftop_refuse(r, err.text, cb, ctx);
	return rooftop_post(r, &wire, &in_room, cb, ctx);
}

/* ---- bodies of lines ---- */

const char *rooftop_line(const char **at, const char *end, size_t *n)
{
	while (*at < end) {
		const char *line = *at;
		const char *nl = memchr(line, '\n', (size_t)(end - line));
		const char *last = nl != NULL ? nl : end;

		*at = nl != NULL ? nl + 1 : end;
		while (last > line && (last[-1] == ' ' || last[-1] == '\t' ||
					      last[-1] == '\r'))
			last--;
		*n = (size_t)(last - line);
		if (*n > 0)
			return line;
	}
	return NULL;
}

bool rooftop_is_lines(struct arena *a, const char *body, size_t n)
{
	const char *at = body, *line;
	struct fl_error ignored;
	struct value one;
	uint32_t objects = 0;
	size_t bytes;

	while (objects < 2 &&
		(line = rooftop_line(&at, body + n, &bytes)) != NULL)
		objects += *line == '{';
	return objects > 1 &&
		value_read(a, body, n, NULL, &one, &ignored) != FL_OK;
}

/* ---- import ---- */

static bool begins_with(const char *text, const char *name)
{
	return strncmp(text, name, strlen(name)) == 0;
}

/* Counts of one import, kept in the job's answer. */
static void count(struct job *j, const char *key)
{
	int64_t n = value_get_int(&j->answer, key, 0);

	value_put(&j->a, &j->answer, key, value_int(n + 1));
}

/* One lead of the file was answered. A resend whose id is known with another
 * body is known already: nothing is wrong. */
static void import_each(struct job *j, const struct post_answer *pa)
{
	const struct value *items = value_get(&j->answer, "items");
	struct value *it = &items->as.items[j->item_of[j->posted]];
	struct value v;
	const char *verdict = value_get_str(it, "verdict");

	if (pa->repeat || (pa->status == FL_CONFLICT && verdict != NULL &&
				  strcmp(verdict, "resend") == 0)) {
		value_put(&j->a, it, "known", value_bool(true));
		count(j, "known");
		j->status = j->status == FL_CONFLICT ? FL_OK : j->status;
		return;
	}
	v = answer_value(&j->a, NULL, pa);
	value_put(&j->a, it, "answer", value_clone(&j->a, &v));
	if (pa->status == FL_OK) {
		value_put(&j->a, it, "event",
			value_text(arena_printf(&j->a, "E%lld",
				(long long)pa->number)));
		count(j, "posted");
	} else {
		count(j, "refused");
	}
}

static void list_item(struct job *j, struct value *items,
		      const struct intake_item *it)
{
	struct value one = value_map();
	bool to_post = it->event.kind == VALUE_MAP;

	value_put(&j->a, &one, "index", value_int(it->index));
	value_put(&j->a, &one, "verdict",
		value_text(intake_verdict_name(it->verdict)));
	if (it->line > 0)
		value_put(&j->a, &one, "line", value_int(it->line));
	if (it->notes.count > 0)
		value_put(&j->a, &one, "problems",
			problems_value(&it->notes, &j->a));
	if (to_post) {
		j->item_of[j->wires.count] = items->count;
		value_append(&j->a, &j->wires, it->event);
	} else {
		count(j, it->verdict == INTAKE_HELD ? "held" : "refused");
	}
	value_append(&j->a, items, one);
}

fl_status rooftop_import(struct rooftop *r, const char *name,
			 const char *bytes, size_t n, struct text actor,
			 rooftop_cb cb, void *ctx)
{
	struct job *j = job_new(r, cb, ctx, actor);
	const struct rulebook *book = ruleset_book(engine_ruleset(r->engine));
	struct intake_options opt = { .zone = book->zone,
		.dutch = text_is(book->language, "nl") };
	struct value items = value_list();
	struct intake_result result;
	struct fl_error err = { 0 };

	if (j == NULL)
		return FL_NOMEM;
	value_put(&j->a, &j->answer, "file",
		value_text(arena_strdup(&j->a, name)));
	value_put(&j->a, &j->answer, "posted", value_int(0));
	j->wires = value_list();
	j->each = import_each;
	j->status = intake_read(&j->a, name, bytes, n, &opt, &result, &err);
	if (j->status != FL_OK) {
		problem_add(&j->problems, "FL600",
			begins_with(err.text, name) ? NULL : name, 0, "%s",
			err.text);
		j->answer = problem_document(&j->a, j->status, &j->problems,
			NULL);
		job_later(j);
		return FL_OK;
	}
	j->item_of = arena_alloc(&j->a, (result.count + 1) *
		sizeof(*j->item_of));
	if (j->item_of == NULL)
		j->status = FL_NOMEM;
	for (uint32_t i = 0; i < result.count && j->status == FL_OK; i++)
		list_item(j, &items, &result.items[i]);
	value_put(&j->a, &j->answer, "items", items);
	job_later(j);
	return FL_OK;
}
