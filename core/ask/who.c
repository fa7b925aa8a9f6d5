/* Who and what people mean: ids, names, phones, plates, outsiders' ids. */
#include "ask/who.h"

#include "ask/next.h"
#include "base/near.h"
#include "model/keys.h"

#define FOUND_MOST 200 /* records looked at for one typed text */
#define SHOWN_MOST 8   /* candidates named in a problem */

struct scan {
	struct found *found;
	struct text kind; /* empty: any */
	struct text ref;  /* only records of this ref; at NULL: any */
};

void found_add(struct found *f, const struct record *r)
{
	const struct record **grown;

	for (uint32_t i = 0; i < f->n; i++)
		if (f->items[i]->id == r->id)
			return;
	grown = arena_grow(
		f->v->a, f->items, f->n, &f->cap, f->n + 1, sizeof(*grown));
	if (grown == NULL)
		return;
	f->items = grown;
	grown[f->n++] = r;
}

static bool take(void *ctx, const struct record *r)
{
	struct scan *s = ctx;

	if ((s->kind.bytes == 0 || text_equal(s->kind, r->kind)) &&
		(s->ref.at == NULL || text_equal(s->ref, r->ref)))
		found_add(s->found, r);
	return s->found->n < FOUND_MOST;
}

static void find_id(struct found *f, int64_t id, struct text kind)
{
	const struct record *r = view_record(f->v, id);

	if (r != NULL && text_equal(r->kind, kind))
		found_add(f, r);
}

static void find_ref(struct found *f, struct text typed, struct text kind)
{
	struct view *v = f->v;
	uint32_t n = schema_kind_count(v->schema);

	for (uint32_t i = 0; i < n; i++) {
		struct text name = schema_kind_at(v->schema, i)->name;
		struct scan s = {.found = f, .kind = name, .ref = typed};
		char *key;

		if (kind.bytes > 0 && !text_equal(kind, name))
			continue;
		if ((key = arena_printf(v->a, "%s:%s", name.at, typed.at)) ==
			NULL)
			return;
		view_note(v, reader_find(v->ask->reader, v->a, text_of(key), 0,
				     take, &s, &v->err));
	}
}

static void find_key_of(struct found *f, struct text typed, bool exact)
{
	struct view *v = f->v;
	struct scan s = {.found = f};
	struct text key = find_key(v->a, typed);
	const char *colon = memchr(key.at, ':', key.bytes);
	uint32_t kept = 0;

	if (colon == NULL || colon + 1 == key.at + key.bytes)
		return;
	view_note(v, reader_find(v->ask->reader, v->a, key, FOUND_MOST, take,
			     &s, &v->err));
	for (uint32_t i = 0; exact && i < f->n; i++)
		if (record_has_key(v->schema, f->items[i], v->a, key))
			f->items[kept++] = f->items[i];
	if (kept > 0)
		f->n = kept;
}

/* Letters and digits of what was typed; empty when anything else but the usual
 * signs between them is there, or too little to go by. */
static struct text part_of(
	struct view *v, struct text typed, bool letters, uint32_t least)
{
	char *part = arena_text(v->a, typed.at, typed.bytes);
	uint32_t n = 0;

	for (uint32_t i = 0; part != NULL && i < typed.bytes; i++) {
		char c = typed.at[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if ((c >= '0' && c <= '9') ||
			(letters && c >= 'A' && c <= 'Z'))
			part[n++] = c;
		else if (memchr(" -+().", c, 6) == NULL)
			return TEXT("");
	}
	return part != NULL && n >= least ? (struct text){part, n} : TEXT("");
}

/* The last digits of a phone, the middle of a plate. */
static void find_part(struct found *f, struct text typed)
{
	struct text phone = part_of(f->v, typed, false, 4);
	struct text plate = part_of(f->v, typed, true, 2);
	struct scan s = {.found = f};
	struct view *v = f->v;

	while (phone.bytes > 0 && phone.at[0] == '0') /* 06-1234 is +316 1234 */
		phone = (struct text){phone.at + 1, phone.bytes - 1};
	if (phone.bytes > 0)
		view_note(v, reader_find_part(v->ask->reader, v->a,
				     TEXT("phone:"), phone, FOUND_MOST, take,
				     &s, &v->err));
	if (plate.bytes > 0)
		view_note(v, reader_find_part(v->ask->reader, v->a,
				     TEXT("plate:"), plate, FOUND_MOST, take,
				     &s, &v->err));
}

/* A task is about its subject. */
static void find_task(struct found *f, int64_t id)
{
	struct view *v = f->v;
	const struct record *r;
	struct task *t = NULL;

	view_note(v, reader_task(v->ask->reader, v->a, id, &t, &v->err));
	r = t != NULL ? view_record(v, t->subject) : NULL;
	if (r != NULL)
		found_add(f, r);
}

void found_search(
	struct found *f, struct text typed, struct text kind, bool exact)
{
	struct text letter;
	int64_t id = id_read(typed, &letter);

	if (id != 0 && text_is(letter, "task"))
		find_task(f, id);
	else if (id != 0 && !text_is(letter, "event"))
		find_id(f, id, letter);
	if (f->n == 0)
		find_ref(f, typed, kind);
	if (f->n == 0 && kind.bytes > 0)
		find_ref(f, typed, TEXT(""));
	if (f->n == 0 || !exact)
		find_key_of(f, typed, exact);
	if (f->n == 0 && !exact)
		find_part(f, typed);
}

/* ---- from what was found to what is wanted ---- */

static bool is_over(const struct record *deal)
{
	static const char *const ends[] = {
		"stopped", "dormant", "aftercare", "delivered"};
	struct text state = field_text(deal, "state");

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (text_is(state, ends[i]))
			return true;
	return false;
}

/* The customer's deals that still go on, else the latest one. */
static void add_deals(struct found *to, const struct record *r)
{
	const struct home *h = view_home(to->v, r->id);
	const struct record *latest = NULL;
	uint32_t before = to->n;

	for (uint32_t i = 0; h != NULL && i < h->n_records; i++) {
		const struct record *deal = h->records[i];

		if (!text_is(deal->kind, "deal"))
			continue;
		if (latest == NULL || deal->id > latest->id)
			latest = deal;
		if (!is_over(deal))
			found_add(to, deal);
	}
	if (to->n == before && latest != NULL)
		found_add(to, latest);
}

static void add_members(
	struct found *to, const struct record *r, struct text kind)
{
	const struct home *h = view_home(to->v, r->id);

	for (uint32_t i = 0; h != NULL && i < h->n_records; i++)
		if (text_equal(h->records[i]->kind, kind))
			found_add(to, h->records[i]);
}

static void convert(
	struct found *to, const struct found *from, struct text kind)
{
	for (uint32_t i = 0; i < from->n; i++) {
		const struct record *r = view_record(to->v, from->items[i]->id);
		const struct record *other = NULL;

		if (r == NULL)
			r = from->items[i];
		if (kind.bytes == 0 || text_equal(kind, r->kind))
			other = r;
		else if (text_is(kind, "customer"))
			other = view_customer(to->v, r);
		else if (text_is(kind, "deal") && !text_is(r->kind, "customer"))
			other = view_deal(to->v, r);
		if (other != NULL)
			found_add(to, other);
		else if (text_is(kind, "deal"))
			add_deals(to, r);
		else
			add_members(to, r, kind);
	}
}

/* "D128 (Sofie Peeters, Kia Niro)". */
static const char *candidate(struct view *v, const struct record *r)
{
	struct text id = id_show(v->a, r->kind, r->id);
	struct text name = words_customer(v, view_customer(v, r));
	struct text car = words_car(
		v, view_deal(v, text_is(r->kind, "customer") ? NULL : r));

	return arena_printf(v->a, "%s%s%s%s%s%s", id.at,
		name.bytes + car.bytes > 0 ? " (" : "", name.at,
		name.bytes > 0 && car.bytes > 0 ? ", " : "", car.at,
		name.bytes + car.bytes > 0 ? ")" : "");
}

static void tell_several(
	const struct found *f, struct text typed, struct problems *p)
{
	struct problem *it = problem_add(p, "FL505", NULL, 0,
		f->v->nl ? "\"%s\" kan op %u plaatsen slaan"
			 : "\"%s\" can mean %u records", typed.at, f->n);
	struct buf b;

	buf_init(&b, 4000);
	buf_add_text(&b, f->v->nl ? "noem er een: " : "name one of them: ");
	for (uint32_t i = 0; i < f->n && i < SHOWN_MOST; i++) {
		const char *one = candidate(f->v, f->items[i]);

		buf_printf(
			&b, "%s%s", i > 0 ? ", " : "", one != NULL ? one : "");
	}
	if (f->n > SHOWN_MOST)
		buf_add_text(&b, " ...");
	it->remedy = b.at != NULL ? arena_text(p->arena, b.at, b.len) : NULL;
	buf_deinit(&b);
}

/* The customer whose name is nearest, among those that begin alike. */
static const char *near_customer(struct view *v, struct text typed)
{
	struct found f = {.v = v};
	struct scan s = {.found = &f, .kind = TEXT("customer")};
	struct text folded = name_fold(v->a, typed);
	const char *names[FOUND_MOST];
	char *key;
	int near;

	if (folded.bytes < 2 ||
		(key = arena_printf(v->a, "name:%.2s", folded.at)) == NULL)
		return NULL;
	view_note(v, reader_find(v->ask->reader, v->a, text_of(key), FOUND_MOST,
			     take, &s, &v->err));
	for (uint32_t i = 0; i < f.n; i++)
		names[i] = words_customer(v, f.items[i]).at;
	near = near_name(typed.at, names, f.n);
	if (near >= 0)
		return names[near];
	for (uint32_t i = 0; i < f.n; i++) {
		const char *space = strrchr(names[i], ' ');

		if (space != NULL &&
			near_name(typed.at, &(const char *){space + 1}, 1) == 0)
			return names[i];
	}
	return NULL;
}

static void tell_none(
	struct view *v, struct text typed, struct text kind, struct problems *p)
{
	struct problem *it = problem_add(p, "FL504", NULL, 0,
		v->nl ? "niemand en niets heet hier \"%s\""
		      : "nobody and nothing here is called \"%s\"", typed.at);

	if (kind.bytes > 0 && !text_is(kind, "deal") &&
		!text_is(kind, "customer"))
		it->text = arena_printf(p->arena,
			v->nl ? "er is geen %s \"%s\"" : "there is no %s \"%s\"",
			schema_kind_word(kind, v->nl).at, typed.at);
	it->nearest = near_customer(v, typed);
	it->remedy = v->nl ? "een nummer (D128), naam, telefoon, kenteken of "
			     "e-mail"
			   : "a number (D128), name, phone, plate or e-mail";
	if (rulebook_person(v->book, typed) != NULL)
		it->remedy = arena_printf(p->arena, v->nl
				? "wie hier werkt is geen klant: fairlead "
				  "today %s"
				: "who works here is no customer: fairlead "
				  "today %s",
			typed.at);
}

const struct record *view_who(
	struct view *v, struct text typed, struct text kind, struct problems *p)
{
	struct found all = {.v = v}, wanted = {.v = v};

	found_search(&all, typed, kind, true);
	convert(&wanted, &all, kind);
	if (wanted.n == 1)
		return wanted.items[0];
	if (wanted.n == 0)
		tell_none(v, typed, kind, p);
	else
		tell_several(&wanted, typed, p);
	return NULL;
}

fl_status ask_who(struct ask *ask, struct text typed, struct text kind,
	struct record **out, struct problems *p)
{
	struct view *v = view_new(ask);
	const struct record *r;
	fl_status s;

	*out = NULL;
	if (v == NULL)
		return FL_NOMEM;
	r = view_who(v, typed, kind, p);
	if ((s = view_done(v, p)) != FL_OK)
		return s;
	if (r == NULL)
		return problems_status(p);
	*out = record_clone(ask->a, r);
	return *out != NULL ? FL_OK : FL_NOMEM;
}

/* ---- people ---- */

static bool is_called(
	struct arena *a, const struct person *person, struct text folded)
{
	struct text name = name_fold(a, person->name);
	const char *at = name.at, *end = name.at + name.bytes;

	if (text_equal(name, folded))
		return true;
	while (at < end) {
		const char *stop = memchr(at, ' ', (size_t)(end - at));
		struct text word;

		stop = stop != NULL ? stop : end;
		word = (struct text){at, (uint32_t)(stop - at)};
		if (text_equal(word, folded))
			return true;
		at = stop < end ? stop + 1 : end;
	}
	return false;
}

/* Several have that name: their ids say which of them. */
static void tell_namesakes(const struct rulebook *book, struct text typed,
	const struct person *const *found, uint32_t n, struct problems *p)
{
	bool nl = text_is(book->language, "nl");
	struct problem *it = problem_add(p, "FL505", NULL, 0,
		nl ? "%u mensen heten \"%s\"" : "%u people are called \"%s\"",
		n, typed.at);
	const char *ids = "";

	for (uint32_t i = 0; i < n && i < SHOWN_MOST && ids != NULL; i++)
		ids = arena_printf(p->arena, "%s%s%s", ids, i > 0 ? ", " : "",
			found[i]->id.at);
	it->remedy = arena_printf(p->arena,
		nl ? "gebruik de korte naam uit dealership.lua: %s%s"
		   : "use the short name from dealership.lua: %s%s",
		ids != NULL ? ids : "", n > SHOWN_MOST ? " ..." : "");
}

/* Who is meant: an id, or a name that one person has; `code` and `field` are of
 * the problem when it is nobody. */
static fl_status person_named(const struct rulebook *book, struct text typed,
	const char *code, const char *field, const struct person **out,
	struct problems *p)
{
	struct arena *a = p->arena;
	struct text folded = name_fold(a, typed);
	const struct person *found[SHOWN_MOST];
	uint32_t n = 0;

	if ((*out = rulebook_person(book, typed)) != NULL)
		return FL_OK;
	typed.at = arena_text(a, typed.at, typed.bytes); /* told with its end */
	if (typed.at == NULL)
		typed = TEXT("?");
	for (uint32_t i = 0; i < book->n_people; i++) {
		const struct person *one = &book->people[i];

		if (text_equal(one->id, folded)) {
			*out = one;
			return FL_OK;
		}
		if (folded.bytes == 0 || !is_called(a, one, folded))
			continue;
		if (n < SHOWN_MOST)
			found[n] = one;
		n++;
	}
	if (n == 1) {
		*out = found[0];
		return FL_OK;
	}
	if (n == 0)
		rulebook_nobody(book, typed, code, field, p);
	else
		tell_namesakes(book, typed, found, n, p);
	return n == 0 ? FL_NOT_FOUND : FL_CONFLICT;
}

fl_status ask_person(struct ask *ask, struct text typed,
	const struct person **out, struct problems *p)
{
	return person_named(ruleset_book(ask->ruleset), typed, "FL504",
		"person", out, p);
}

bool ask_actor(const struct rulebook *book, struct text *actor,
	struct problems *p)
{
	const struct person *person;
	uint32_t before = p->count;
	fl_status s;

	if (book->n_people == 0 || text_is(*actor, "admin") ||
		text_is(*actor, "system"))
		return true;
	p->dutch = text_is(book->language, "nl");
	s = person_named(book, *actor, "FL410", "actor", &person, p);
	if (s == FL_OK)
		*actor = person->id;
	else if (s == FL_CONFLICT && p->count > before)
		p->items[before].field = "actor";
	return s == FL_OK;
}

/* ---- tasks ---- */

static struct task *task_by_id(struct view *v, int64_t id)
{
	struct task *t = NULL;

	view_note(v, reader_task(v->ask->reader, v->a, id, &t, &v->err));
	return t;
}

/* Nothing is open; what comes next by itself, and when, is good to know. */
static void tell_no_task(struct view *v, struct text typed,
	const struct home *h, struct problems *p)
{
	struct problem *it = problem_add(p, "FL504", NULL, 0,
		v->nl ? "er is geen open taak voor \"%s\""
		      : "there is no open task for \"%s\"", typed.at);
	struct value next = next_steps(v, h);

	for (uint32_t i = 0; i < next.count; i++) {
		const struct value *n = &next.as.items[i];

		if (!value_get_bool(n, "ok", false))
			continue;
		it->remedy = arena_printf(p->arena, v->nl
				? "de volgende stap komt %s (%s/%s)"
				: "the next step comes %s (%s/%s)",
			value_get_str(n, "at_text"), value_get_str(n, "card"),
			value_get_str(n, "step"));
		return;
	}
}

static struct task *task_of_home(
	struct view *v, struct text typed, struct problems *p)
{
	const struct record *r = view_who(v, typed, TEXT(""), p);
	const struct home *h = r != NULL ? view_home(v, r->id) : NULL;
	struct problem *it;
	struct buf b;

	if (h == NULL)
		return NULL;
	if (h->n_tasks == 1)
		return h->tasks[0];
	if (h->n_tasks == 0) {
		tell_no_task(v, typed, h, p);
		return NULL;
	}
	buf_init(&b, 4000);
	it = problem_add(p, "FL505", NULL, 0,
		v->nl ? "\"%s\" heeft %u open taken"
		      : "\"%s\" has %u open tasks",
		typed.at, h->n_tasks);
	buf_add_text(&b, v->nl ? "noem er een: " : "name one of them: ");
	for (uint32_t i = 0; i < h->n_tasks && i < SHOWN_MOST; i++)
		buf_printf(&b, "%s%s (%s)", i > 0 ? ", " : "",
			id_show(v->a, TEXT("task"), h->tasks[i]->id).at,
			task_words(v, h->tasks[i]).at);
	it->remedy = b.at != NULL ? arena_text(p->arena, b.at, b.len) : NULL;
	buf_deinit(&b);
	return NULL;
}

struct task *view_task(struct view *v, struct text typed, struct problems *p)
{
	struct text kind;
	int64_t id = id_read(typed, &kind);
	struct task *t;

	if (id == 0 || !text_is(kind, "task"))
		return task_of_home(v, typed, p);
	if ((t = task_by_id(v, id)) == NULL)
		problem_add(
			p, "FL504", NULL, 0,
			v->nl ? "er is geen taak %s" : "there is no task %s",
			typed.at)
			->remedy = v->nl ? "fairlead today toont de open taken"
					 : "fairlead today lists the open ones";
	return t;
}
