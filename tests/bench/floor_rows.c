/*
 * floor_rows DEALS SEED DATABASE GROUP [RATE] - the storage floor: exactly the
 * rows of the dealer day by a bare SQLite loop, compact (integer keys, names
 * interned, the decision folded into the event's row), WAL, synchronous=FULL,
 * GROUP events a commit. No JSON, no rules, no sockets. With RATE an open
 * loop: event i arrives at i/RATE s, all that has arrived is one commit.
 */
#include "bench.h"
#include "day.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char tables[] =
	"PRAGMA page_size=4096;PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
	"PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;"
	"CREATE TABLE event(number INTEGER PRIMARY KEY, id TEXT, type INT,"
	" deal INT, at INT, actor INT, data TEXT, rules INT, ruleset INT);"
	"CREATE UNIQUE INDEX event_id ON event(id);"
	"CREATE INDEX event_deal ON event(deal);"
	"CREATE TABLE deal(deal INTEGER PRIMARY KEY, stage INT, step INT,"
	" touches INT, last INT, owner INT, stopped INT, slips INT,"
	" flagged INT);"
	"CREATE TABLE task(id INTEGER PRIMARY KEY, deal INT, kind INT, who INT,"
	" due INT, state INT DEFAULT 0, event INT);"
	"CREATE INDEX task_who ON task(who,due) WHERE state=0;"
	"CREATE TABLE timer(deal INT, slot INT, due INT,"
	" PRIMARY KEY(deal,slot)) WITHOUT ROWID;"
	"CREATE INDEX timer_due ON timer(due);";

struct floor {
	sqlite3 *db;
	sqlite3_stmt *begin, *commit, *event, *deal, *task, *timer, *cancel;
};

static void check(struct floor *f, int code)
{
	if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
		bench_fail(false, "SQLite: %s", sqlite3_errmsg(f->db));
}

static void run(struct floor *f, sqlite3_stmt *s)
{
	check(f, sqlite3_step(s));
	sqlite3_reset(s);
}

static sqlite3_stmt *prepare(struct floor *f, const char *sql)
{
	sqlite3_stmt *s = NULL;

	check(f, sqlite3_prepare_v3(f->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
			 &s, NULL));
	return s;
}

static void floor_open(struct floor *f, const char *path)
{
	char beside[4096];

	unlink(path);
	snprintf(beside, sizeof(beside), "%s-wal", path);
	unlink(beside);
	check(f, sqlite3_open(path, &f->db));
	check(f, sqlite3_exec(f->db, tables, NULL, NULL, NULL));
	f->begin = prepare(f, "BEGIN IMMEDIATE");
	f->commit = prepare(f, "COMMIT");
	f->event = prepare(f, "INSERT INTO event VALUES(?,?,?,?,?,?,?,?,1)");
	f->deal = prepare(f,
		"INSERT OR REPLACE INTO deal VALUES(?,?,?,?,?,?,?,?,?)");
	f->task = prepare(f,
		"INSERT INTO task(deal,kind,who,due,event) VALUES(?,?,?,?,?)");
	f->timer = prepare(f, "INSERT OR REPLACE INTO timer VALUES(?,?,?)");
	f->cancel = prepare(f, "DELETE FROM timer WHERE deal=?");
}

static void floor_close(struct floor *f)
{
	sqlite3_stmt *all[] = {f->begin, f->commit, f->event, f->deal, f->task,
		f->timer, f->cancel};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		sqlite3_finalize(all[i]);
	sqlite3_close(f->db);
}

/* "web", "c:NN", "s:N" as a small number */
static int actor_number(const char *actor)
{
	if (actor[1] != ':')
		return 0;
	return (actor[0] == 'c' ? 1 : 101) + (int)strtol(actor + 2, NULL, 10);
}

static void put_event(struct floor *f, const struct day_turn *t)
{
	const struct day_event *e = &t->event;
	char id[24];
	int n = snprintf(id, sizeof(id), "e%010lld", (long long)e->number);

	sqlite3_bind_int64(f->event, 1, e->number);
	sqlite3_bind_text(f->event, 2, id, n, SQLITE_STATIC);
	sqlite3_bind_int(f->event, 3, e->type);
	sqlite3_bind_int(f->event, 4, e->deal);
	sqlite3_bind_int64(f->event, 5, e->at_ms);
	sqlite3_bind_int(f->event, 6, actor_number(e->actor));
	sqlite3_bind_text(f->event, 7, e->data, -1, SQLITE_STATIC);
	sqlite3_bind_int(f->event, 8, (int)t->matched);
	run(f, f->event);
}

static void put_op(struct floor *f, const struct day_turn *t,
	const struct day_op *op)
{
	sqlite3_stmt *s = op->kind == OP_TASK ? f->task
		: op->kind == OP_TIMER	      ? f->timer
					      : f->cancel;

	sqlite3_bind_int(s, 1, t->event.deal);
	if (op->kind != OP_CANCEL)
		sqlite3_bind_int(s, 2, op->name);
	if (op->kind == OP_TIMER)
		sqlite3_bind_int64(s, 3, op->due_ms);
	if (op->kind == OP_TASK) {
		sqlite3_bind_int(s, 3, op->who);
		sqlite3_bind_int64(s, 4, op->due_ms);
		sqlite3_bind_int64(s, 5, t->event.number);
	}
	run(f, s);
}

static void put_deal(struct floor *f, const struct day_turn *t)
{
	const struct day_state *d = &t->state;

	sqlite3_bind_int(f->deal, 1, t->event.deal);
	sqlite3_bind_int(f->deal, 2, d->stage);
	sqlite3_bind_int(f->deal, 3, d->step);
	sqlite3_bind_int(f->deal, 4, d->touches);
	sqlite3_bind_int64(f->deal, 5, d->last_ms);
	sqlite3_bind_int(f->deal, 6, d->owner);
	sqlite3_bind_int(f->deal, 7, d->stopped);
	sqlite3_bind_int(f->deal, 8, d->slips);
	sqlite3_bind_int(f->deal, 9, d->flagged);
	run(f, f->deal);
}

static void put(struct floor *f, const struct day_turn *t)
{
	put_event(f, t);
	for (int i = 0; i < t->n_ops; i++)
		put_op(f, t, &t->ops[i]);
	put_deal(f, t);
}

/* ---- the two loops; latency is per event ---- */

static void closed_loop(struct floor *f, const struct day_turn *all, size_t n,
	size_t group, double *latency)
{
	for (size_t i = 0; i < n;) {
		double from = bench_now_s();
		size_t first = i;

		run(f, f->begin);
		for (; i < n && i - first < group; i++)
			put(f, &all[i]);
		run(f, f->commit);
		for (size_t k = first; k < i; k++)
			latency[k] = bench_now_s() - from;
	}
}

static void open_loop(struct floor *f, const struct day_turn *all, size_t n,
	size_t group, double rate, double *latency)
{
	double from = bench_now_s(), done;

	for (size_t i = 0; i < n;) {
		size_t first = i;

		bench_sleep_until_s(from + (double)i / rate);
		run(f, f->begin);
		for (; i < n && i - first < group &&
			bench_now_s() >= from + (double)i / rate; i++)
			put(f, &all[i]);
		run(f, f->commit);
		done = bench_now_s();
		for (size_t k = first; k < i; k++)
			latency[k] = done - (from + (double)k / rate);
	}
}

static int64_t ask(struct floor *f, const char *sql)
{
	sqlite3_stmt *s = prepare(f, sql);
	int64_t n;

	check(f, sqlite3_step(s));
	n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return n;
}

static void check_totals(struct floor *f, const struct day_totals *t)
{
	if (ask(f, "SELECT count(*) FROM event") != t->events ||
		ask(f, "SELECT count(*) FROM task") != t->tasks ||
		ask(f, "SELECT count(*) FROM timer") != t->pending)
		bench_fail(false, "floor_rows: wrong totals");
}

static struct day_turn *whole_day(int deals, int seed, struct day_totals *sum)
{
	struct day *d = day_new(deals, seed);
	struct day_turn *all = NULL;
	size_t n = 0, room = 0;

	if (d == NULL)
		bench_fail(false, "no memory");
	do {
		if (n == room) {
			room = room == 0 ? 4096 : room * 2;
			all = realloc(all, room * sizeof(*all));
			if (all == NULL)
				bench_fail(false, "no memory");
		}
	} while (day_next(d, &all[n]) && ++n > 0);
	*sum = day_totals(d);
	day_free(d);
	return all;
}

int main(int argc, char **argv)
{
	struct floor f = {0};
	struct day_totals sum;
	struct day_turn *all;
	double *latency, from, wall, cpu;
	struct stat st = {0};
	size_t n, group;
	int64_t written;

	if (argc < 5)
		bench_fail(false,
			"usage: floor_rows DEALS SEED DATABASE GROUP [RATE]");
	all = whole_day((int)bench_number(argv[1]), (int)bench_number(argv[2]),
		&sum);
	n = (size_t)sum.events;
	group = (size_t)bench_number(argv[4]);
	latency = bench_alloc(n, sizeof(*latency));
	floor_open(&f, argv[3]);
	written = bench_written_bytes();
	cpu = bench_cpu_s();
	from = bench_now_s();
	if (argc > 5)
		open_loop(&f, all, n, group, (double)bench_number(argv[5]),
			latency);
	else
		closed_loop(&f, all, n, group, latency);
	wall = bench_now_s() - from;
	cpu = bench_cpu_s() - cpu;
	written = bench_written_bytes() - written;
	check_totals(&f, &sum);
	sqlite3_wal_checkpoint_v2(f.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
		NULL);
	stat(argv[3], &st);
	printf("events %zu\nper_s %.0f\nus_cpu %.2f\np50_us %.0f\np99_us %.0f\n"
	       "written %.0f\nsize %.0f\n",
		n, (double)n / wall, cpu / (double)n * 1e6,
		bench_percentile(latency, n, 0.5) * 1e6,
		bench_percentile(latency, n, 0.99) * 1e6,
		(double)written / (double)n, (double)st.st_size / (double)n);
	floor_close(&f);
	free(latency);
	free(all);
	return 0;
}
