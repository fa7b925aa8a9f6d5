/*
 * Audit: state = fold(events + recorded decisions), proved row by row, byte
 * for byte, in any process.
 */
#include "sim/archived.h"
#include "sim/fold_world.h"
#include "sim/sim.h"

#define PAGE_ROWS 1000
#define ROW_BYTES (16u << 20)

struct audit {
	struct reader *reader;
	struct arena *a;        /* caller's: findings */
	struct arena page;      /* of one page of rows */
	struct problems *p;
	struct audit_result *out;
	struct fold_world *fold;
	struct archived *rules;
	struct digest_stream decisions, state;
	int64_t last;           /* last number or id seen in this page */
	uint32_t rows;
	int64_t wanted_dues;    /* wake-ups the records hold */
	struct due_row due;     /* last one seen; texts in `due_arena` */
	struct arena due_arena;
	uint32_t fresh;         /* due rows of this page not seen before */
	fl_status status;
	struct fl_error *err;
};

static void differs(struct audit *au, const char *what, int64_t id,
		    const char *how)
{
	au->out->differences++;
	problem_add(au->p, "FL701", NULL, 0, "%s %lld: %s", what,
		(long long)id, how);
}

/* As JSON: what a digest says of a history never depends on how it is stored. */
static void digest_document(struct digest_stream *d, struct text document)
{
	struct buf json;

	buf_init(&json, 64u << 20);
	if (document.bytes > 0 && brief_json(&json, NULL, document) == FL_OK)
		digest_add(d, json.at, json.len);
	buf_deinit(&json);
}

static void write_json(struct buf *out, const struct record *r)
{
	struct buf body;

	buf_init(&body, ROW_BYTES);
	record_write(&(struct brief){.to = &body}, r);
	if (body.failed)
		out->failed = true;
	else
		brief_json(out, NULL,
			(struct text){body.at, (uint32_t)body.len});
	buf_deinit(&body);
}

static bool on_event(void *ctx, const struct event_row *row)
{
	struct audit *au = ctx;
	struct ruleset *rules = archived_rules(au->rules, row->ruleset,
		au->err);
	char number[32];
	int n = snprintf(number, sizeof(number), "%lld ",
		(long long)row->number);

	au->rows++;
	if (row->number != au->last + 1)
		differs(au, "event", row->number, "its number leaves a gap");
	au->last = row->number;
	au->out->events++;
	digest_add(&au->decisions, number, (size_t)n);
	digest_document(&au->decisions, row->decision);
	digest_add(&au->decisions, "\n", 1);
	if (rules == NULL) {
		au->status = status_fail(au->err, FL_INVALID,
			"event %lld: its ruleset %lld is not in the archive",
			(long long)row->number, (long long)row->ruleset);
		return false;
	}
	au->status = fold_world_row(au->fold, ruleset_book(rules)->schema, row,
		au->err);
	if (au->status == FL_INVALID) {
		differs(au, "event", row->number, au->err->text);
		au->status = FL_OK;
	}
	arena_reset(&au->page); /* a row may be of megabytes */
	return au->status == FL_OK;
}

static fl_status fold_all(struct audit *au)
{
	struct event_filter f = { .limit = PAGE_ROWS };
	fl_status s = FL_OK;

	do {
		arena_reset(&au->page);
		au->rows = 0;
		f.from_number = au->last + 1;
		s = reader_events(au->reader, &au->page, &f, on_event, au,
			au->err);
		if (s == FL_OK)
			s = au->status;
	} while (s == FL_OK && au->rows == PAGE_ROWS);
	return s;
}

static void count_due(void *ctx, struct text card, struct text slot,
		      int64_t due_at_ms)
{
	struct audit *au = ctx;

	(void)card;
	(void)slot;
	(void)due_at_ms;
	au->wanted_dues++;
}

/* One row as bytes, as stored and as folded. */
struct row_bytes {
	struct buf have, want;
};

static void row_begin(struct row_bytes *b)
{
	buf_init(&b->have, ROW_BYTES);
	buf_init(&b->want, ROW_BYTES);
}

/* Counts the stored row and takes it into the digest. */
static void row_count(struct audit *au, struct row_bytes *b, int64_t id)
{
	au->rows++;
	au->last = id;
	digest_add(&au->state, &id, sizeof(id));
	digest_add(&au->state, b->have.at, b->have.len);
}

static void row_compare(
	struct audit *au, struct row_bytes *b, const char *kind, int64_t id)
{
	if (b->have.failed || b->want.failed)
		differs(au, kind, id, "too long to be compared");
	else if (b->have.len != b->want.len ||
		memcmp(b->have.at, b->want.at, b->have.len) != 0)
		differs(au, kind, id,
			arena_printf(au->a, "stored %.300s, folded %.300s",
				b->have.at, b->want.at));
}

static void row_end(struct row_bytes *b)
{
	buf_deinit(&b->have);
	buf_deinit(&b->want);
}

static bool on_record(void *ctx, const struct record *r)
{
	struct audit *au = ctx;
	const struct record *folded = fold_world_record(au->fold, r->id);
	struct row_bytes b;

	au->out->records++;
	row_begin(&b);
	write_json(&b.have, r);
	row_count(au, &b, r->id);
	record_dues(r, count_due, au);
	if (folded == NULL) {
		differs(au, r->kind.at, r->id, "no event made it");
	} else if (folded->home != r->home ||
		!text_equal(folded->kind, r->kind) ||
		!text_equal(folded->ref, r->ref)) {
		differs(au, r->kind.at, r->id, "kind, home or name differs");
	} else {
		write_json(&b.want, folded);
		row_compare(au, &b, r->kind.at, r->id);
	}
	row_end(&b);
	return true;
}

static void task_write(struct buf *b, const struct task *t)
{
	buf_printf(b, "%lld %lld %lld %d %s %s %s %s ", (long long)t->home,
		(long long)t->subject, (long long)t->due_at_ms, t->state,
		t->card.at, t->step.at, t->kind.at, t->who.at);
	buf_add_int(b, t->shown_at_ms);
	value_write(b, &t->body);
}

static bool on_task(void *ctx, const struct task *t)
{
	struct audit *au = ctx;
	const struct task *folded = fold_world_task(au->fold, t->id);
	struct row_bytes b;

	au->out->tasks++;
	row_begin(&b);
	task_write(&b.have, t);
	row_count(au, &b, t->id);
	if (folded == NULL) {
		differs(au, "task", t->id, "no decision made it");
	} else {
		task_write(&b.want, folded);
		row_compare(au, &b, "task", t->id);
	}
	row_end(&b);
	return true;
}

/* ---- due rows: every one is a wake-up of its record, none is missing ---- */

struct due_match {
	const struct due_row *row;
	bool found;
};

static void match_due(void *ctx, struct text card, struct text slot,
		      int64_t due_at_ms)
{
	struct due_match *m = ctx;

	if (due_at_ms == m->row->due_at_ms &&
		text_equal(card, m->row->card) &&
		text_equal(slot, m->row->slot))
		m->found = true;
}

/* Rows come by (due, subject, card, slot); a page begins with the time the one
 * before ended with. */
static bool due_seen(const struct due_row *last, const struct due_row *row)
{
	int order;

	if (row->due_at_ms != last->due_at_ms)
		return row->due_at_ms < last->due_at_ms;
	if (row->subject != last->subject)
		return row->subject < last->subject;
	order = text_compare(row->card, last->card);
	return order != 0 ? order < 0
			  : text_compare(row->slot, last->slot) <= 0;
}

static bool on_due(void *ctx, const struct due_row *row)
{
	struct audit *au = ctx;
	const struct record *r = fold_world_record(au->fold, row->subject);
	struct due_match m = {.row = row};

	au->rows++;
	if (au->out->dues > 0 && due_seen(&au->due, row))
		return true;
	au->fresh++;
	au->out->dues++;
	if (r != NULL)
		record_dues(r, match_due, &m);
	if (!m.found)
		differs(au, "due row", row->subject,
			arena_printf(au->a, "no wake-up of %s %s at %lld",
				row->card.at, row->slot.at,
				(long long)row->due_at_ms));
	arena_reset(&au->due_arena);
	au->due = *row;
	au->due.card.at =
		arena_text(&au->due_arena, row->card.at, row->card.bytes);
	au->due.slot.at =
		arena_text(&au->due_arena, row->slot.at, row->slot.bytes);
	return au->due.card.at != NULL && au->due.slot.at != NULL;
}

static fl_status compare_dues(struct audit *au)
{
	uint32_t limit = PAGE_ROWS;
	fl_status s = FL_OK;

	au->due.due_at_ms = INT64_MIN;
	do {
		arena_reset(&au->page);
		au->rows = au->fresh = 0;
		s = reader_dues(au->reader, &au->page, au->due.due_at_ms,
			INT64_MAX, limit, on_due, au, au->err);
		if (s == FL_OK && au->due_arena.failed)
			s = status_fail(au->err, FL_NOMEM, "audit");
		if (au->rows < limit)
			break;
		if (au->fresh == 0) /* more at one moment than a page holds */
			limit *= 2;
	} while (s == FL_OK);
	if (s == FL_OK && au->out->dues != au->wanted_dues)
		differs(au, "due rows", au->wanted_dues,
			"so many wake-ups are held, the database has others");
	return s;
}

static fl_status compare_all(struct audit *au)
{
	fl_status s = FL_OK;

	au->last = -1;
	do {
		arena_reset(&au->page);
		au->rows = 0;
		s = reader_records(au->reader, &au->page, TEXT(""),
			au->last + 1, PAGE_ROWS, on_record, au, au->err);
	} while (s == FL_OK && au->rows == PAGE_ROWS);
	au->last = -1;
	while (s == FL_OK) {
		arena_reset(&au->page);
		au->rows = 0;
		s = reader_all_tasks(au->reader, &au->page, au->last + 1,
			PAGE_ROWS, on_task, au, au->err);
		if (au->rows < PAGE_ROWS)
			break;
	}
	if (s != FL_OK)
		return s;
	if (fold_world_records(au->fold) != au->out->records)
		differs(au, "records", fold_world_records(au->fold),
			"so many were folded, the database holds others");
	if (fold_world_tasks(au->fold) != au->out->tasks)
		differs(au, "tasks", fold_world_tasks(au->fold),
			"so many were folded, the database holds others");
	return FL_OK;
}

fl_status sim_audit(struct reader *r, struct arena *a,
		    struct audit_result *out, struct problems *p,
		    struct fl_error *err)
{
	struct audit *au = calloc(1, sizeof(*au));
	fl_status s = FL_NOMEM;

	memset(out, 0, sizeof(*out));
	if (au == NULL)
		goto out;
	au->reader = r;
	au->a = a;
	au->p = p;
	au->out = out;
	au->err = err;
	arena_init(&au->page, 256u << 20);
	arena_init(&au->due_arena, 1u << 20);
	digest_begin(&au->decisions);
	digest_begin(&au->state);
	s = archived_new(r, &au->rules);
	if (s == FL_OK)
		s = fold_world_new(&au->fold);
	if (s == FL_OK)
		s = reader_begin(r, err);
	if (s != FL_OK)
		goto out;
	s = fold_all(au);
	if (s == FL_OK)
		s = compare_all(au);
	if (s == FL_OK)
		s = compare_dues(au);
	reader_end(r);
	digest_end(&au->decisions, &out->decisions);
	digest_end(&au->state, &out->state);
out:
	if (au != NULL) {
		archived_free(au->rules);
		fold_world_free(au->fold);
		arena_deinit(&au->page);
		arena_deinit(&au->due_arena);
	}
	free(au);
	return s;
}
