/*
 * The verbs of `t` that expect: tasks, events, fields and states as they should
 * be by now.
 */
#include "base/near.h"
#include "sim/test_bench.h"
#include "sim/test_names.h"

/* "own-tempo" names "standard/own-tempo" too. */
static bool card_is(struct text card, struct text wanted)
{
	const char *slash = strchr(card.at, '/');

	return text_equal(card, wanted) ||
		(slash != NULL && text_is(wanted, slash + 1));
}

static const char *const filter_keys[] = { "who", "step", "card", "kind",
	"open", "count", "at_least", "at_most" };

const char *sim_test_filter_key(size_t i)
{
	return i < sizeof(filter_keys) / sizeof(filter_keys[0])
		? filter_keys[i]
		: NULL;
}

const char *bench_words(const struct bench *b, const char *en, const char *nl)
{
	return text_is(b->book->language, "nl") ? nl : en;
}

const char *bench_near(struct bench *b, const char *near)
{
	const char *said = near == NULL ? NULL
		: arena_printf(&b->a, bench_words(b, "; did you mean \"%s\"?",
			"; bedoel je \"%s\"?"), near);

	return said != NULL ? said : "";
}

fl_status bench_keys(struct bench *b, const struct value *spec,
		     const char *verb, const char *const *keys, size_t n,
		     struct fl_error *err)
{
	for (uint32_t i = 0; spec->kind == VALUE_MAP && i < spec->count; i++) {
		const char *key = spec->as.members[i].key.at;
		size_t k = 0;
		int near;

		while (k < n && strcmp(keys[k], key) != 0)
			k++;
		if (k < n)
			continue;
		near = near_name(key, keys, n);
		return status_fail(err, FL_INVALID,
			bench_words(b, "t:%s does not know \"%s\"%s",
				"t:%s kent \"%s\" niet%s"), verb, key,
			bench_near(b, near >= 0 ? keys[near] : NULL));
	}
	return FL_OK;
}

bool bench_matches(const struct seen_task *s, const struct value *spec)
{
	const struct value *open = value_get(spec, "open");
	struct text who = value_as_text(value_get(spec, "who"));
	struct text step = value_as_text(value_get(spec, "step"));
	struct text card = value_as_text(value_get(spec, "card"));
	struct text kind = value_as_text(value_get(spec, "kind"));

	return (who.bytes == 0 || text_equal(who, s->who)) &&
		(step.bytes == 0 || text_equal(step, s->step)) &&
		(card.bytes == 0 || card_is(s->card, card)) &&
		(kind.bytes == 0 || text_equal(kind, s->kind)) &&
		(open == NULL || open->kind != VALUE_BOOL ||
			open->as.boolean == s->open);
}

static fl_status count_wrong(const struct bench *b, const struct value *spec,
			     int64_t n, const char *what, struct fl_error *err)
{
	const struct value *count = value_get(spec, "count");
	int64_t least = value_get_int(spec, "at_least", 1);
	int64_t most = value_get_int(spec, "at_most", INT64_MAX);

	if (count != NULL && count->kind == VALUE_INT)
		least = most = count->as.integer;
	if (n >= least && n <= most)
		return FL_OK;
	if (most == INT64_MAX)
		return status_fail(err, FL_INVALID,
			bench_words(b,
				"expected at least %lld %s, there were %lld",
				"verwacht: minstens %lld %s, het waren er %lld"),
			(long long)least, what, (long long)n);
	if (least == most)
		return status_fail(err, FL_INVALID,
			bench_words(b, "expected %lld %s, there were %lld",
				"verwacht: %lld %s, het waren er %lld"),
			(long long)least, what, (long long)n);
	return status_fail(err, FL_INVALID,
		bench_words(b, "expected %lld to %lld %s, there were %lld",
			"verwacht: %lld tot %lld %s, het waren er %lld"),
		(long long)least, (long long)most, what, (long long)n);
}

/* "tasks of piet, step thank" */
static const char *tasks_said(struct bench *b, const struct value *spec)
{
	static const char *const keys[] = { "who", "kind", "card", "step" };
	static const char *const en[] = { " of ", " of kind ", ", card ",
		", step " };
	static const char *const nl[] = { " van ", " van soort ", ", kaart ",
		", stap " };
	const char *text = bench_words(b, "tasks", "taken");

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct text v = value_as_text(value_get(spec, keys[i]));

		if (v.bytes > 0 && text != NULL)
			text = arena_printf(
				&b->a, "%s%s%s", text,
				bench_words(b, en[i], nl[i]), v.at);
	}
	return text != NULL ? text : "";
}

/* A task that differs in one thing asked for: what was seen instead. */
static fl_status nearest_told(struct bench *b, const struct value *spec,
			      int64_t n, struct fl_error *err)
{
	static const char *const keys[] = { "who", "step", "kind", "card" };
	char before[sizeof(err->text)];

	for (size_t i = 0; n == 0 && spec->kind == VALUE_MAP &&
		i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct value less = value_clone(&b->a, spec);

		if (value_get(spec, keys[i]) == NULL)
			continue;
		value_put(&b->a, &less, keys[i], value_null());
		for (uint32_t k = 0; k < b->n_tasks; k++) {
			const struct seen_task *s = &b->tasks[k];

			if (!bench_matches(s, &less))
				continue;
			snprintf(before, sizeof(before), "%s", err->text);
			return status_fail(err, FL_INVALID,
				bench_words(b, "%.140s (%.40s has %.40s)",
					"%.140s (%.40s heeft %.40s)"), before,
				s->who.at, s->step.at);
		}
	}
	return FL_INVALID;
}

fl_status bench_expect_task(struct bench *b, const struct value *args,
				  struct value *result, struct fl_error *err)
{
	const struct value *spec = bench_arg(args, 0);
	fl_status st = bench_keys(b, spec, "expect_task", filter_keys,
		sizeof(filter_keys) / sizeof(filter_keys[0]), err);
	int64_t n = 0;

	(void)result;
	if (st == FL_OK)
		st = test_names_check(b, "expect_task", spec, err);
	if (st != FL_OK)
		return st;
	b->expectations++;
	for (uint32_t i = 0; i < b->n_tasks; i++)
		n += bench_matches(&b->tasks[i], spec);
	return count_wrong(b, spec, n, tasks_said(b, spec), err) == FL_OK
		? FL_OK
		: nearest_told(b, spec, n, err);
}

/* Nothing open, and nothing planned by that card. */
fl_status bench_expect_none(struct bench *b, const struct value *args,
				  struct value *result, struct fl_error *err)
{
	const struct value *spec = bench_arg(args, 0);
	fl_status st = bench_keys(b, spec, "expect_none", filter_keys,
		sizeof(filter_keys) / sizeof(filter_keys[0]), err);

	(void)result;
	if (st == FL_OK)
		st = test_names_check(b, "expect_none", spec, err);
	if (st != FL_OK)
		return st;
	b->expectations++;
	for (uint32_t i = 0; i < b->n_tasks; i++)
		if (b->tasks[i].open && bench_matches(&b->tasks[i], spec))
			return status_fail(err, FL_INVALID,
				bench_words(b,
					"expected no open task, but %s has %s "
					"of %s",
					"verwacht: geen open taak, maar %s "
					"heeft %s van %s"),
				b->tasks[i].who.at, b->tasks[i].step.at,
				b->tasks[i].card.at);
	return FL_OK;
}

fl_status bench_expect_event(struct bench *b, const struct value *args,
				   struct value *result, struct fl_error *err)
{
	static const char *const keys[] = { "type", "count", "at_least",
		"at_most" };
	const struct value *spec = bench_arg(args, 0);
	struct text type = spec->kind == VALUE_TEXT
		? value_as_text(spec)
		: value_as_text(value_get(spec, "type"));
	fl_status st = bench_keys(b, spec, "expect_event", keys, 4, err);
	int64_t n = 0;

	(void)result;
	if (st == FL_OK)
		st = bench_known_type(b, type, err);
	if (st != FL_OK)
		return st;
	b->expectations++;
	for (uint32_t i = 0; i < b->n_events; i++)
		n += text_equal(b->events[i], type);
	return count_wrong(b, spec, n, type.at, err);
}

static bool first_found(void *ctx, const struct record *r)
{
	*(const struct record **)ctx = r;
	return false;
}

static fl_status find_ref(struct bench *b, const char *kind, struct text ref,
			  const struct record **out, struct fl_error *err)
{
	struct reader *r = NULL;
	fl_status st = sim_reader(b->sim, &r, err);
	char *key = arena_printf(&b->a, "%s:%s", kind, ref.at);

	*out = NULL;
	if (st == FL_OK && key != NULL)
		st = reader_find(r, &b->a, text_of(key), 1, first_found, out,
			err);
	return st;
}

static fl_status subject_named(struct bench *b, struct text ref,
			       const struct record **out, struct fl_error *err)
{
	const struct schema *s = b->book->schema;
	fl_status st = find_ref(b, "deal", ref, out, err);

	for (uint32_t i = 0;
		st == FL_OK && *out == NULL && i < schema_kind_count(s); i++)
		st = find_ref(b, schema_kind_at(s, i)->name.at, ref, out, err);
	if (st == FL_OK && *out == NULL)
		st = status_fail(err, FL_NOT_FOUND,
			bench_words(b, "nothing is called \"%s\" in this test",
				"niets heet \"%s\" in deze toets"), ref.at);
	return st;
}

/* "customer.value_10y" of a deal: the customer, and the field's own name. */
static fl_status follow(struct bench *b, const struct record **r,
			struct text *field, struct fl_error *err)
{
	struct reader *reader = NULL;
	struct record *to = NULL;
	const char *dot = memchr(field->at, '.', field->bytes);
	struct text name = {field->at, 0};
	const struct value *id;
	fl_status st;

	if (dot == NULL)
		return FL_OK;
	name.bytes = (uint32_t)(dot - field->at);
	id = value_get_text(&(*r)->fields, name);
	if (id == NULL || id->kind != VALUE_INT)
		return FL_OK;
	st = sim_reader(b->sim, &reader, err);
	if (st == FL_OK)
		st = reader_record(reader, &b->a, id->as.integer, &to, err);
	if (st != FL_OK)
		return st;
	*r = to;
	field->at += name.bytes + 1;
	field->bytes -= name.bytes + 1;
	return FL_OK;
}

fl_status bench_expect_field(struct bench *b, const struct value *args,
				   struct value *result, struct fl_error *err)
{
	const struct value *want = bench_arg(args, 2);
	struct text field = value_as_text(bench_arg(args, 1));
	const struct field_def *def;
	const struct record *r;
	const struct value *have;
	struct value none = value_null();
	struct buf shown;
	fl_status st = subject_named(b, value_as_text(bench_arg(args, 0)), &r, err);

	(void)result;
	if (st == FL_OK)
		st = follow(b, &r, &field, err);
	if (st != FL_OK)
		return st;
	b->expectations++;
	have = value_get_text(&r->fields, field);
	/* as rules see it: a deal nothing happened to yet is new */
	def = schema_field(b->book->schema, r->kind, field);
	if (have == NULL && def != NULL && want->kind != VALUE_NULL)
		have = &def->dflt;
	have = have != NULL ? have : &none;
	if (value_equal(have, want))
		return FL_OK;
	buf_init(&shown, 4096);
	buf_add_text(&shown, bench_words(b, "expected ", "verwacht: "));
	value_write(&shown, want);
	buf_add_text(&shown, bench_words(b, ", it is ", ", het is "));
	value_write(&shown, have);
	st = status_fail(err, FL_INVALID, "%s: %s", field.at, shown.at);
	buf_deinit(&shown);
	return st;
}

fl_status bench_expect_state(struct bench *b, const struct value *args,
				   struct value *result, struct fl_error *err)
{
	struct value items[3] = { *bench_arg(args, 0), value_text("state"),
		*bench_arg(args, 1) };
	struct value list = { .kind = VALUE_LIST, .count = 3,
		.as.items = items };

	return bench_expect_field(b, &list, result, err);
}
