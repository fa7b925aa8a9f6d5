/*
 * orphans: what is open and has nobody accountable, or nothing planned: the
 * judgement that every commit makes, over everything there is.
 */
#include "ask/asking.h"
#include "sim/still.h"

struct orphans {
	struct view *v;
	struct still *still;
	struct snapshot s;
	struct value list;
	int64_t open;
};

static const struct record *next_of(void *ctx, int64_t home, uint32_t *at)
{
	return still_next(ctx, home, at);
}

static const char *why_code(enum silence is, const struct silence_found *f)
{
	if (is == SILENCE_TASK)
		return f->role.bytes > 0 ? "role_of_nobody" : "task_of_nobody";
	return is == SILENCE_NOTHING ? "nothing_planned"
	       : is == SILENCE_LEFT  ? "person_left"
				     : "nobody";
}

static struct text why_words(struct view *v, enum silence is,
	const struct silence_found *f)
{
	if (is == SILENCE_NOTHING)
		return text_of(v->nl ? "er is niets gepland"
				     : "nothing is planned");
	if (is == SILENCE_LEFT)
		return text_of(arena_printf(v->a,
			v->nl ? "%s is weg" : "%s is gone",
			words_person(v, f->who).at));
	if (is == SILENCE_TASK && f->role.bytes > 0)
		return text_of(arena_printf(v->a,
			v->nl ? "wacht op \"%s\", en dat is niemand"
			      : "waits for \"%s\", which is nobody",
			words_code(v, f->role).at));
	if (is == SILENCE_TASK)
		return text_of(v->nl ? "een taak is van niemand: wie ervoor "
				       "is, is er niet"
				     : "a task is nobody's: whom it is for is "
				       "not here");
	return text_of(v->nl ? "er is niemand voor" : "nobody takes care of it");
}

static void look(struct orphans *o, const struct record *r)
{
	struct silence_found found;
	struct view *v = o->v;
	struct value one = value_map();
	enum silence is;
	const struct record *deal, *customer;

	if (!silence_open(r))
		return;
	o->open++;
	is = silence_of(&o->s, r, next_of, o->still, &found);
	if (is == SILENCE_NONE || is == SILENCE_OTHER)
		return;
	put_id(v, &one, "subject", r->kind, r->id);
	put_text(v, &one, "subject_kind", r->kind);
	deal = view_deal(v, r);
	customer = view_customer(v, r);
	if (deal != NULL)
		put_id(v, &one, "deal", TEXT("deal"), deal->id);
	if (customer != NULL)
		put_text(v, &one, "customer_name",
			words_customer(v, customer));
	put_text(v, &one, "why", text_of(why_code(is, &found)));
	put_text(v, &one, "text", why_words(v, is, &found));
	put_text(v, &one, "who", found.who);
	put_text(v, &one, "card", found.card);
	value_append(v->a, &o->list, one);
}

fl_status ask_orphans(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	struct orphans o = {.v = view_new(ask), .list = value_list()};
	const struct record *const *records;
	struct fl_error err = {0};
	struct world world;
	uint32_t n;
	fl_status s;

	*out = value_null();
	if (o.v == NULL)
		return FL_NOMEM;
	if (!args_known(args, "", p))
		return FL_INVALID;
	s = still_new(ask->reader, o.v->book->calendar, ask->now_ms, &o.still,
		&err);
	if (s != FL_OK) {
		problem_add(p, "FL510", NULL, 0, "%s", problem_cause(p, err.text));
		return s;
	}
	still_look(o.still, ask->a, o.v->book, NULL, &world, &o.s);
	records = still_records(o.still, &n);
	for (uint32_t i = 0; i < n; i++)
		look(&o, records[i]);
	*out = value_map();
	value_put(ask->a, out, "open", value_int(o.open));
	value_put(ask->a, out, "count", value_int(o.list.count));
	value_put(ask->a, out, "orphans", o.list);
	*out = value_clone(ask->a, out);
	s = still_whole(o.still) ? view_done(o.v, p) : FL_NOMEM;
	still_free(o.still);
	return s;
}
