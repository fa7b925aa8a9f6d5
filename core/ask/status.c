#include "ask/asking.h"
#include "ask/phrase.h"

/* ---- late: what came in but did not fit ---- */

#define LATE_MOST 200u

struct late {
	struct view *v;
	struct value *list;
};

static const char *reason_of(
	struct view *v, const struct event_row *row, struct text state)
{
	if (state.bytes == 0)
		return arena_strdup(
			v->a, v->nl ? "er is hier niets waar dit bij hoort"
				    : "there is nothing here it belongs to");
	return arena_printf(v->a,
		v->nl ? "\"%s\" past niet bij een deal die nu zo staat: %s"
		      : "\"%s\" does not fit a deal that now stands at: %s",
		row->type.at, words_code(v, state).at);
}

static bool take_late(void *ctx, const struct event_row *row)
{
	struct late *l = ctx;
	struct view *v = l->v;
	const struct record *r = view_record(v, row->subject);
	const struct record *deal = view_deal(v, r);
	struct text state = deal_text(v, deal, "state");
	struct value line = say_line(v, row);

	if (r != NULL) {
		put_id(v, &line, "subject", r->kind, r->id);
		put_text(v, &line, "subject_kind", r->kind);
		put_text(v, &line, "customer_name",
			words_customer(v, view_customer(v, r)));
	}
	put_text(v, &line, "id", row->id);
	put_text(v, &line, "state", state);
	put_text(v, &line, "reason", text_of(reason_of(v, row, state)));
	value_append(v->a, l->list, line);
	return !v->a->failed;
}

static void late(struct view *v, const struct value *args, struct value *out,
	struct problems *p)
{
	struct event_filter f = {.misfit_only = true, .newest_first = true};
	struct value list = value_list();
	struct late l = {v, &list};
	int64_t limit = value_get_int(args, "limit", LATE_MOST);
	fl_status s;

	args_known(args, "limit", p);
	if (limit < 1 || limit > 10000)
		problem_add(p, "FL503", NULL, 0,
			"\"limit\" must be from 1 to 10,000")
			->field = "limit";
	if (p->errors > 0)
		return;
	f.limit = (uint32_t)limit;
	s = reader_events(v->ask->reader, v->a, &f, take_late, &l, &v->err);
	view_note(v, s);
	*out = value_map();
	value_put(v->a, out, "late", list);
	value_put(v->a, out, "count", value_int(list.count));
}

fl_status ask_late(struct ask *ask, const struct value *args, struct value *out,
	struct problems *p)
{
	return ask_run(ask, args, out, p, late);
}

/* ---- status ---- */

static void put_count(
	struct view *v, struct value *out, const char *key, int64_t n)
{
	value_put(v->a, out, key, value_int(n));
}

static void put_counts(struct view *v, struct value *out)
{
	struct store_counts c;
	fl_status s;

	memset(&c, 0, sizeof(c));
	s = reader_counts(v->ask->reader, &c, &v->err);
	view_note(v, s);
	put_count(v, out, "events", c.events);
	put_count(v, out, "records", c.records);
	put_count(v, out, "tasks_open", c.tasks_open);
	put_count(v, out, "tasks", c.tasks);
	put_count(v, out, "dues", c.dues);
	put_count(v, out, "misfits", c.misfits);
	put_count(v, out, "outbox_waiting", c.outbox_waiting);
	put_count(v, out, "rulesets", c.rulesets);
	put_count(v, out, "db_bytes", c.db_bytes);
	put_count(v, out, "wal_bytes", c.wal_bytes);
}

static void put_ruleset(struct view *v, struct value *out)
{
	struct ruleset_row row;
	struct value map = value_map();
	char hex[DIGEST_HEX];
	fl_status s;

	memset(&row, 0, sizeof(row));
	s = reader_ruleset(
		v->ask->reader, v->a, v->ask->ruleset_number, &row, &v->err);
	view_note(v, s);
	digest_hex(ruleset_digest(v->ask->ruleset), hex);
	put_count(v, &map, "number", v->ask->ruleset_number);
	put_text(v, &map, "digest", text_of(arena_strdup(v->a, hex)));
	if (s == FL_OK) {
		put_time(v, &map, "since", row.activated_at_ms, true);
		put_text(v, &map, "actor", row.actor);
		put_text(v, &map, "summary", row.summary);
	}
	value_put(v->a, out, "ruleset", map);
}

/* "3 weeks" as the rooftop says it. */
static struct text span_words(struct view *v, const struct value *typed)
{
	struct phrase said = {.v = v};
	struct fl_error err;
	struct span span;

	if (span_of_value(typed, &span, &err) != FL_OK)
		return TEXT("");
	buf_init(&said.b, WORDS_BYTES);
	phrase_span(&said, span);
	return words_buf(v, &said.b);
}

/* What a setting stands at, of those types that people write otherwise than
 * they are kept; empty: of another. */
static struct text setting_words(struct view *v, const struct setting *s,
	const struct value *at)
{
	if (text_is(s->type, "duration"))
		return span_words(v, at);
	if (text_is(s->type, "money") && at->kind == VALUE_INT)
		return words_money(v, at->as.integer);
	if (text_is(s->type, "percent") && at->kind == VALUE_REAL)
		return words_percent(v, at->as.real);
	return TEXT("");
}

static struct value setting_of(struct view *v, const struct setting *s)
{
	struct value now = setting_value(v->book, s, TEXT(""), TEXT(""));
	struct value map = value_map();

	put_text(v, &map, "name", s->name);
	put_text(v, &map, "type", s->type);
	value_put(v->a, &map, "value", now);
	value_put(v->a, &map, "default", s->dflt);
	value_put(v->a, &map, "set", value_bool(!value_equal(&now, &s->dflt)));
	put_text(v, &map, "value_text", setting_words(v, s, &now));
	put_text(v, &map, "default_text", setting_words(v, s, &s->dflt));
	put_text(v, &map, "pack", s->pack);
	if (s->by.kind == VALUE_MAP && s->by.count > 0)
		value_put(v->a, &map, "by", s->by);
	return map;
}

static void put_settings(struct view *v, struct value *out)
{
	struct value list = value_list();

	for (uint32_t i = 0; i < v->book->n_settings; i++)
		value_append(v->a, &list, setting_of(v, &v->book->settings[i]));
	value_put(v->a, out, "settings", list);
}

static void put_state(struct view *v, struct value *out)
{
	struct store_state state;
	fl_status s;

	memset(&state, 0, sizeof(state));
	s = reader_state(v->ask->reader, &state, &v->err);
	view_note(v, s);
	value_put(v->a, out, "training", value_bool(state.training));
	put_id(v, out, "last_event", TEXT("event"), state.last_number);
	put_time(v, out, "last_at", state.last_now_ms, true);
	put_time(v, out, "next_due", state.next_due_ms, true);
}

/* What the rooftop's own record says about rules and messages that wait. */
static void put_waiting(struct view *v, struct value *out)
{
	static const char *const fields[] = {
		"rules_waiting", "rules_held", "messages_held"};
	const struct record *roof = view_rooftop(v);

	for (size_t i = 0; roof != NULL && i < 3; i++) {
		const struct value *f = value_get(&roof->fields, fields[i]);

		if (f != NULL && f->kind != VALUE_NULL)
			value_put(v->a, out, fields[i], *f);
	}
}

/* New rules, or an outage, are looked at for everybody: how far that is. */
static void put_applying(struct view *v, struct value *out)
{
	const struct value *now = value_get(&v->ask->live, "applying");
	int64_t at = value_get_int(now, "at", 0), all = 0, left = 0;
	int64_t below = value_get_int(now, "below", 0);
	struct value map = value_map();
	fl_status s;

	if (now == NULL)
		return;
	s = reader_customers(v->ask->reader, 1, below, &all, &v->err);
	if (s == FL_OK)
		s = reader_customers(
			v->ask->reader, at, below, &left, &v->err);
	view_note(v, s);
	put_count(v, &map, "ruleset", v->ask->ruleset_number);
	value_put(v->a, &map, "outage",
		value_bool(value_get_bool(now, "outage", false)));
	put_count(v, &map, "looked_at", all - left);
	put_count(v, &map, "customers", all);
	value_put(v->a, out, "applying", map);
}

/* What only the running engine knows; the database's own counts stay. */
static void put_live(struct view *v, struct value *out)
{
	const struct value *live = &v->ask->live;

	for (uint32_t i = 0; live->kind == VALUE_MAP && i < live->count; i++) {
		const struct member *m = &live->as.members[i];

		if (value_get_text(out, m->key) == NULL)
			value_set(v->a, out, m->key, m->value);
	}
}

static void status(struct view *v, const struct value *args, struct value *out,
	struct problems *p)
{
	if (!args_known(args, "", p))
		return;
	*out = value_map();
	put_text(v, out, "rooftop", v->book->name);
	put_text(v, out, "folder", text_of(v->ask->dir));
	put_text(v, out, "zone", text_of(zone_name(v->book->zone)));
	put_text(v, out, "language", v->book->language);
	put_time(v, out, "now", v->ask->now_ms, true);
	put_state(v, out);
	put_ruleset(v, out);
	put_count(v, out, "cards", v->book->n_cards);
	put_count(v, out, "people", v->book->n_people);
	put_counts(v, out);
	put_settings(v, out);
	put_waiting(v, out);
	put_applying(v, out);
	put_live(v, out);
}

fl_status ask_status(struct ask *ask, const struct value *args,
	struct value *out, struct problems *p)
{
	return ask_run(ask, args, out, p, status);
}
