#include "engine/pack.h"

#include "base/brief.h"

/* Runs twice: without a block to measure, then with one to copy. */
struct packer {
	char *block; /* NULL while measuring */
	size_t used;
	struct names *names; /* or NULL */
};

static void *pack_room(struct packer *p, size_t bytes)
{
	void *at = p->block != NULL ? p->block + p->used : NULL;

	p->used += (bytes + 7) & ~(size_t)7;
	return at;
}

static const char *pack_bytes(struct packer *p, const char *from, uint32_t n)
{
	char *at;

	if (from == NULL)
		return NULL;
	at = pack_room(p, (size_t)n + 1);
	if (at != NULL) {
		memcpy(at, from, n);
		at[n] = '\0';
	}
	return at;
}

static struct text pack_text(struct packer *p, struct text t)
{
	return (struct text){pack_bytes(p, t.at, t.bytes), t.bytes};
}

static struct text pack_name(struct packer *p, struct text t)
{
	const char *shared =
		p->names != NULL ? names_share(p->names, t) : NULL;

	return shared != NULL ? (struct text){shared, t.bytes}
			      : pack_text(p, t);
}

static struct value pack_below(struct packer *p, const struct value *from)
{
	struct value to = *from;

	switch (from->kind) {
	case VALUE_TEXT:
		to.as.text = pack_bytes(p, from->as.text, from->count);
		break;
	case VALUE_LIST: {
		struct value *items =
			pack_room(p, from->count * sizeof(*items));

		for (uint32_t i = 0; i < from->count; i++) {
			const struct value *item = &from->as.items[i];
			struct value v = value_is_flat(item)
				? *item
				: pack_below(p, item);

			if (items != NULL)
				items[i] = v;
		}
		to.as.items = items;
		to.room = 0;
		break;
	}
	case VALUE_MAP: {
		struct member *members =
			pack_room(p, from->count * sizeof(*members));

		for (uint32_t i = 0; i < from->count; i++) {
			const struct member *m = &from->as.members[i];
			struct text key = pack_name(p, m->key);
			struct value v = pack_below(p, &m->value);

			if (members != NULL)
				members[i] = (struct member){key, v};
		}
		to.as.members = members;
		to.room = 0;
		break;
	}
	default:
		break;
	}
	return to;
}

static struct place *pack_places(struct packer *p, const struct run *run)
{
	struct place *to = pack_room(p, run->n_places * sizeof(*to));

	for (uint32_t i = 0; i < run->n_places; i++) {
		struct place place = run->places[i];

		place.step = pack_name(p, place.step);
		place.wait = pack_text(p, place.wait);
		if (to != NULL)
			to[i] = place;
	}
	return to;
}

static struct run *pack_runs(struct packer *p, const struct record *r)
{
	struct run *to = pack_room(p, r->n_runs * sizeof(*to));

	for (uint32_t i = 0; i < r->n_runs; i++) {
		struct run run = r->runs[i];

		run.card = pack_name(p, run.card);
		run.once = pack_text(p, run.once);
		run.keep = pack_below(p, &run.keep);
		run.places = pack_places(p, &run);
		run.cap_places = run.n_places;
		if (to != NULL)
			to[i] = run;
	}
	return to;
}

static struct named_timer *pack_timers(struct packer *p,
				       const struct record *r)
{
	struct named_timer *to = pack_room(p, r->n_timers * sizeof(*to));

	for (uint32_t i = 0; i < r->n_timers; i++) {
		struct named_timer timer = r->timers[i];

		timer.card = pack_name(p, timer.card);
		timer.name = pack_name(p, timer.name);
		if (to != NULL)
			to[i] = timer;
	}
	return to;
}

static void *pack_record_into(struct packer *p, const void *from)
{
	struct record *to = pack_room(p, sizeof(*to));
	struct record r = *(const struct record *)from;
	size_t task_bytes = r.n_open_tasks * sizeof(*r.open_tasks);
	int64_t *tasks = pack_room(p, task_bytes);

	if (tasks != NULL && task_bytes > 0)
		memcpy(tasks, r.open_tasks, task_bytes);
	r.open_tasks = tasks;
	r.cap_open_tasks = r.n_open_tasks;
	r.kind = pack_name(p, r.kind);
	r.ref = pack_text(p, r.ref);
	r.fields = pack_below(p, &r.fields);
	r.runs = pack_runs(p, &r);
	r.cap_runs = r.n_runs;
	r.timers = pack_timers(p, &r);
	r.cap_timers = r.n_timers;
	if (to != NULL)
		*to = r;
	return to;
}

static void *pack_task_into(struct packer *p, const void *from)
{
	struct task *to = pack_room(p, sizeof(*to));
	struct task t = *(const struct task *)from;

	t.card = pack_name(p, t.card);
	t.step = pack_name(p, t.step);
	t.kind = pack_name(p, t.kind);
	t.who = pack_name(p, t.who);
	t.body = pack_below(p, &t.body);
	if (to != NULL)
		*to = t;
	return to;
}

/* `a` NULL: on the heap. */
static void *pack(void *(*into)(struct packer *p, const void *from),
		  const void *from, struct names *names, struct arena *a)
{
	struct packer p = {.names = names};

	into(&p, from);
	p.block = a != NULL ? arena_alloc(a, p.used) : malloc(p.used);
	p.used = 0;
	return p.block != NULL ? into(&p, from) : NULL;
}

struct record *pack_record(const struct record *from, struct names *names)
{
	return pack(pack_record_into, from, names, NULL);
}

struct task *pack_task(const struct task *from, struct names *names)
{
	return pack(pack_task_into, from, names, NULL);
}

struct task *pack_task_in(struct arena *a, const struct task *from,
			  struct names *names)
{
	return pack(pack_task_into, from, names, a);
}

struct text *pack_texts(const struct text *from, uint32_t n)
{
	struct packer p = {0};
	struct text *to;

	for (int round = 0; round < 2; round++) {
		to = pack_room(&p, n * sizeof(*to));
		for (uint32_t i = 0; i < n; i++) {
			struct text t = pack_text(&p, from[i]);

			if (to != NULL)
				to[i] = t;
		}
		if (round > 0)
			break;
		if ((p.block = malloc(p.used + 1)) == NULL)
			return NULL;
		p.used = 0;
	}
	return to;
}

/* ---- tasks that stay ---- */

#define LENGTH_FAR UINT8_MAX

/* Copies those names that are not shared to `to`. */
static void names_keep(struct kept_task *k, const struct text *names, char *to)
{
	for (int i = 0; i < KEPT_NAMES; i++) {
		uint32_t n = names[i].bytes;

		k->lengths[i] = n < LENGTH_FAR ? (uint8_t)n : LENGTH_FAR;
		if (k->names[i] != NULL)
			continue;
		memcpy(to, names[i].at, n);
		to[n] = '\0';
		k->names[i] = to;
		to += n + 1;
	}
}

struct kept_task *kept_new(const struct task *t, struct text body,
			   struct names *names)
{
	const struct text of[KEPT_NAMES] = {t->card, t->step, t->kind, t->who};
	size_t bytes = sizeof(struct kept_task) + body.bytes;
	struct kept_task *k, is = {.id = t->id, .home = t->home,
		.subject = t->subject, .shown_at_ms = t->shown_at_ms,
		.due_at_ms = t->due_at_ms, .state = t->state & 15u,
		.body_bytes = body.bytes & ((1u << 28) - 1)};

	if (is.body_bytes != body.bytes || is.state != t->state)
		return NULL; /* nobody may write so much */
	for (int i = 0; i < KEPT_NAMES; i++) {
		is.names[i] = of[i].bytes == 0 ? ""
					       : names_share(names, of[i]);
		if (is.names[i] == NULL)
			bytes += (size_t)of[i].bytes + 1;
	}
	if ((k = malloc(bytes)) == NULL)
		return NULL;
	*k = is;
	if (body.bytes > 0)
		memcpy(k->body, body.at, body.bytes);
	names_keep(k, of, k->body + body.bytes);
	return k;
}

static struct text name_of(const struct kept_task *k, enum kept_name which)
{
	uint8_t n = k->lengths[which];

	return n == LENGTH_FAR ? text_of(k->names[which])
			       : (struct text){k->names[which], n};
}

struct task kept_head(const struct kept_task *k)
{
	return (struct task){.id = k->id, .home = k->home,
		.subject = k->subject, .card = name_of(k, KEPT_CARD),
		.step = name_of(k, KEPT_STEP), .kind = name_of(k, KEPT_KIND),
		.who = name_of(k, KEPT_WHO), .shown_at_ms = k->shown_at_ms,
		.due_at_ms = k->due_at_ms, .state = (uint8_t)k->state,
		.body = value_map()};
}

struct task *kept_read(const struct kept_task *k, struct arena *a)
{
	struct task *t = arena_alloc(a, sizeof(*t));

	if (t == NULL)
		return NULL;
	*t = kept_head(k);
	return brief_read(a, NULL, (struct text){k->body, k->body_bytes},
		       &t->body, NULL) == FL_OK
		? t
		: NULL;
}
