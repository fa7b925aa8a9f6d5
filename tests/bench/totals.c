#include "totals.h"

#include "day.h"
#include "model/effect.h"
#include "store/store.h"

#include <string.h>

#define PORTION 4096 /* rows read at a time */

struct count {
	struct arena a;
	struct totals *t;
	int64_t last; /* id or number seen last */
	uint32_t rows;
};

static bool bench_event(struct text type)
{
	return type.bytes > 6 && memcmp(type.at, "bench.", 6) == 0;
}

static bool on_event(void *ctx, const struct event_row *row)
{
	struct count *c = ctx;
	struct decision d = {0};
	struct fl_error err;

	c->last = row->number;
	c->rows++;
	if (!bench_event(row->type) || row->misfit)
		return true;
	c->t->events++;
	if (decision_read(&c->a, row->decision, &d, &err) != FL_OK)
		bench_fail(false, "decision of %lld: %s",
			(long long)row->number, err.text);
	for (uint32_t i = 0; i < d.n_cards; i++)
		for (uint32_t k = 0; k < d.cards[i].n_effects; k++) {
			int kind = d.cards[i].effects[k].kind;

			c->t->timers_set += kind == EFFECT_TIMER;
			c->t->cancels += kind == EFFECT_CANCEL;
		}
	return true;
}

static bool on_deal(void *ctx, const struct record *r)
{
	struct count *c = ctx;
	const struct value *f = &r->fields;
	const char *stage = value_get_str(f, "bench_stage");
	struct day_state s = {
		.stage = stage != NULL ? day_stage(stage) : STAGE_NEW,
		.step = (int)value_get_int(f, "bench_step", 0),
		.touches = (int)value_get_int(f, "bench_touches", 0),
		.last_ms = value_get_int(f, "bench_last", 0),
		.stopped = (int)value_get_int(f, "bench_stopped", 0),
		.slips = (int)value_get_int(f, "bench_slips", 0),
		.flagged = (int)value_get_int(f, "bench_flagged", 0)};

	c->last = r->id;
	c->rows++;
	c->t->deals++;
	c->t->checksum += day_checksum(&s);
	c->t->pending += r->n_timers;
	return true;
}

static bool on_task(void *ctx, const struct task *t)
{
	struct count *c = ctx;

	c->last = t->id;
	c->rows++;
	c->t->tasks += t->state == TASK_OPEN &&
		strncmp(t->card.at, "bench/", 6) == 0;
	return true;
}

static void read_some(struct reader *r, struct count *c, int what)
{
	struct event_filter f = {.from_number = c->last + 1,
		.limit = PORTION};
	struct fl_error err = {0};
	fl_status s;

	c->rows = 0;
	arena_reset(&c->a);
	if (what == 0)
		s = reader_events(r, &c->a, &f, on_event, c, &err);
	else if (what == 1)
		s = reader_records(r, &c->a, TEXT("deal"), c->last + 1,
			PORTION, on_deal, c, &err);
	else
		s = reader_all_tasks(r, &c->a, c->last + 1, PORTION, on_task, c,
			&err);
	if (s != FL_OK)
		bench_fail(false, "totals: %s", err.text);
}

void totals_count(const char *dir, struct totals *out)
{
	struct reader *r = NULL;
	struct store_counts counts = {0};
	struct fl_error err = {0};
	struct count c = {.t = out};

	*out = (struct totals){0};
	arena_init(&c.a, 0);
	if (reader_open(dir, &r, &err) != FL_OK)
		bench_fail(false, "totals: %s", err.text);
	for (int what = 0; what < 3; what++) {
		c.last = 0;
		do {
			read_some(r, &c, what);
		} while (c.rows == PORTION);
	}
	if (reader_counts(r, &counts, &err) != FL_OK)
		bench_fail(false, "totals: %s", err.text);
	if (counts.dues != out->pending)
		bench_fail(false, "%lld due rows, %lld timers in records",
			(long long)counts.dues, (long long)out->pending);
	reader_free(r);
	arena_deinit(&c.a);
}

struct named {
	const char *name;
	size_t at;
};
#define NAMED(member) {#member, offsetof(struct totals, member)}
static const struct named all[] = {NAMED(events), NAMED(tasks),
	NAMED(timers_set), NAMED(cancels), NAMED(pending), NAMED(checksum),
	NAMED(deals)};
#define N_ALL (sizeof(all) / sizeof(all[0]))

static int64_t value_of(const struct totals *t, const struct named *n)
{
	int64_t v;

	memcpy(&v, (const char *)t + n->at, sizeof(v));
	return v;
}

void totals_read(const char *path, struct totals *out)
{
	FILE *f = fopen(path, "r");
	char name[64];
	long long n;
	size_t found = 0;

	if (f == NULL)
		bench_fail(true, "%s", path);
	while (fscanf(f, "%63s %lld", name, &n) == 2) {
		int64_t v = n;

		for (size_t i = 0; i < N_ALL; i++)
			if (strcmp(name, all[i].name) == 0) {
				memcpy((char *)out + all[i].at, &v, sizeof(v));
				found++;
			}
	}
	fclose(f);
	if (found != N_ALL)
		bench_fail(false, "%s: incomplete", path);
}

void totals_compare(const struct totals *is, const struct totals *expected)
{
	bool same = true;

	for (size_t i = 0; i < N_ALL; i++) {
		int64_t a = value_of(is, &all[i]);
		int64_t b = value_of(expected, &all[i]);

		if (a == b)
			continue;
		same = false;
		fprintf(stderr, "wrong total: %s %lld, should be %lld\n",
			all[i].name, (long long)a, (long long)b);
	}
	if (!same)
		bench_fail(false, "totals are wrong");
}
