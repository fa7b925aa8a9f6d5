#include "store/store.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/folder.h"
#include "store/readers.h"
#include "store/tables.h"
#include "store/writer.h"

enum {
	LOADS_MAX = 8192,       /* loads waiting */
	PAGES_MAX = 16000,      /* of the WAL, by default */
	CHECK_MS = 5000,        /* quick check after an unclean end */
	CHECK_BYTES = 16 << 20  /* largest file checked after a clean one */
};

/* A load waiting for store_poll(). */
struct waiting {
	struct arena *arena;
	const struct load_want *wants;
	uint32_t n;
	store_load_cb cb;
	void *ctx;
};

/* A batch on its way; `receipt` is the writer's until it is done. */
struct flight {
	const struct batch *batch; /* NULL: none */
	store_commit_cb cb;
	void *ctx;
	struct commit_receipt receipt;
};

struct store {
	struct folder folder;    /* zeroed in memory */
	bool memory, readonly;
	sqlite3 *write_db;       /* the writer's; NULL readonly */
	sqlite3 *read_db;        /* loads; in memory the same as write_db */
	struct commit commit;
	struct writer writer;
	struct symbols symbols;  /* of read_db */
	struct loader loader;
	struct store_state state;
	struct flight flight;
	struct waiting *loads;   /* heap; a queue emptied from the front */
	uint32_t n_loads, cap_loads;
	bool failed;             /* refuses all work */
	struct fl_error failure; /* why */
};

/* ---- opening ---- */

static int check_expired(void *ctx)
{
	return clock_mono_us() > *(int64_t *)ctx;
}

/* Damage is found before anything is written. */
static fl_status quick_check(sqlite3 *db, const char *path,
	struct fl_error *err)
{
	fl_status got = FL_OK;
	sqlite3_stmt *s = NULL;
	int64_t until_us = clock_mono_us() + CHECK_MS * INT64_C(1000);
	int rc;

	sqlite3_progress_handler(db, 100000, check_expired, &until_us);
	if ((rc = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &s,
		     NULL)) == SQLITE_OK)
		rc = sqlite3_step(s);
	if ((rc & 0xff) == SQLITE_INTERRUPT) {
		log_write(LOG_WARN, "store", "%s: too large to be checked whole"
			" in %d s", path, CHECK_MS / 1000);
	} else if (rc != SQLITE_ROW) {
		got = sql_fail(db, err, path);
	} else {
		const char *text = (const char *)sqlite3_column_text(s, 0);
		/* "*** in database main ***", then a line for the first find */
		const char *line = text != NULL ? strrchr(text, '\n') : NULL;

		if (text == NULL || strcmp(text, "ok") != 0)
			got = status_fail(err, FL_STORAGE, "%s: is damaged: %s",
				path,
				line != NULL          ? line + 1
					: text != NULL ? text
						       : "no memory");
	}
	sqlite3_finalize(s);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	return got;
}

static fl_status check(struct store *st, bool unclean, struct fl_error *err)
{
	int64_t pages = 0;
	fl_status s = sql_int(st->write_db, "PRAGMA page_count", &pages, err);

	if (s != FL_OK)
		return s;
	if (!unclean && pages > CHECK_BYTES / TABLES_PAGE_BYTES)
		return FL_OK;
	return quick_check(st->write_db, st->folder.db, err);
}

static fl_status open_file(struct store *st, const struct store_options *opt,
	struct fl_error *err)
{
	fl_status s;
	struct folder *f = &st->folder;
	int64_t pages =
		opt->checkpoint_pages > 0 ? opt->checkpoint_pages : PAGES_MAX;
	int version = 0;
	bool unclean;

	if ((s = folder_take(f, err)) != FL_OK)
		return s;
	unclean = folder_has(f, "-wal");
	if ((s = sql_open(f->db, f->vfs, false, &st->write_db, err)) != FL_OK ||
		(s = tables_identify(st->write_db, f->db, &tables_steps,
			 &version, err)) != FL_OK ||
		(s = check(st, unclean, err)) != FL_OK ||
		(s = tables_settings(st->write_db, f->db, pages * TABLES_PAGE_BYTES,
			 err)) != FL_OK)
		return s;
	if (opt->fault != NULL && opt->fault(opt->ctx, "settings") != 0)
		return status_fail(err, FL_STORAGE,
			"%s: SQLite did not take its settings", f->db);
	if ((s = tables_migrate(st->write_db, f->db, &tables_steps, err)) !=
			FL_OK ||
		(s = folder_sync(f, err)) != FL_OK)
		return s;
	if ((s = sql_open(f->db, f->vfs, true, &st->read_db, err)) != FL_OK)
		return s;
	/* every commit of the writer empties this cache: it helps within one
	 * load only */
	return sql_exec(st->read_db, "PRAGMA cache_size=-512", err);
}

static fl_status open_memory(struct store *st, int64_t after,
	struct fl_error *err)
{
	char sql[80];
	fl_status s;

	st->memory = true;
	if ((s = sql_open(":memory:", NULL, false, &st->write_db, err)) !=
			FL_OK ||
		(s = sql_exec(st->write_db,
			 "PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY",
			 err)) != FL_OK)
		return s;
	st->read_db = st->write_db;
	s = tables_migrate(st->write_db, ":memory:", &tables_steps, err);
	if (s != FL_OK || after == 0)
		return s;
	snprintf(sql, sizeof(sql), "INSERT INTO meta VALUES('after',%lld)",
		(long long)after);
	return sql_exec(st->write_db, sql, err);
}

static fl_status open_parts(struct store *st, const char *dir,
	const struct store_options *opt, struct fl_error *err)
{
	fl_status s;

	if (dir != NULL && (s = folder_init(&st->folder, dir, opt, err)) !=
			FL_OK)
		return s;
	st->readonly = dir != NULL && opt->readonly;
	if (dir == NULL)
		s = open_memory(st, opt != NULL ? opt->after_number : 0, err);
	else if (st->readonly)
		s = folder_open_reading(&st->folder, &st->read_db, err);
	else
		s = open_file(st, opt, err);
	if (s != FL_OK)
		return s;
	if (!st->readonly &&
		(s = commit_open(&st->commit, st->write_db, opt, err)) != FL_OK)
		return s;
	if ((s = symbol_open(&st->symbols, st->read_db, false, err)) != FL_OK ||
		(s = load_open(&st->loader, st->read_db, &st->symbols, err)) !=
			FL_OK ||
		(s = load_state(st->read_db, &st->state, err)) != FL_OK)
		return s;
	if (st->memory || st->readonly)
		return FL_OK;
	return writer_start(&st->writer, &st->commit, opt, err);
}

/* ---- closing ---- */

static void give_up(struct store *st, const struct fl_error *err)
{
	if (!st->failed)
		st->failure = *err;
	st->failed = true;
	writer_over(&st->writer);
}

static bool has_failed(struct store *st)
{
	struct fl_error err = {0};

	if (!st->failed && st->writer.commit != NULL &&
		writer_failed(&st->writer, &err))
		give_up(st, &err);
	return st->failed;
}

const char *store_failure(struct store *st)
{
	return has_failed(st) ? st->failure.text : NULL;
}

/* Closes everything; the WAL is emptied by the writer's stop. */
static void close_parts(struct store *st)
{
	writer_stop(&st->writer);
	load_deinit(&st->loader);
	symbol_deinit(&st->symbols);
	commit_deinit(&st->commit);
	if (st->read_db != st->write_db)
		sqlite3_close(st->read_db);
	sqlite3_close(st->write_db);
	st->read_db = st->write_db = NULL;
}

fl_status store_open(const char *dir, const struct store_options *opt,
	struct store **out, struct fl_error *err)
{
	static const struct store_options defaults;
	fl_status s;
	struct store *st = NULL;

	*out = NULL;
	if ((st = calloc(1, sizeof(*st))) == NULL) {
		s = status_fail(err, FL_NOMEM, "no memory for a store");
		goto out;
	}
	st->folder.lock.fd = -1;
	s = open_parts(st, dir, opt != NULL ? opt : &defaults, err);
	if (s != FL_OK) {
		close_parts(st);
		if (st->folder.dir != NULL)
			folder_undo(&st->folder);
		goto out;
	}
	*out = st;
	st = NULL;
out:
	if (st != NULL)
		folder_deinit(&st->folder);
	free(st);
	return s;
}

void store_free(struct store *st)
{
	struct fl_error err = {0};

	if (st == NULL)
		return;
	(void)has_failed(st); /* a checkpoint may have, meanwhile */
	close_parts(st);
	if (!st->memory && !st->readonly && !st->failed &&
		folder_sync(&st->folder, &err) != FL_OK)
		log_write(LOG_ERROR, "store", "%s", err.text);
	folder_deinit(&st->folder);
	free(st->loads);
	free(st);
}

const struct store_state *store_state(const struct store *st)
{
	return &st->state;
}

/* ---- work ---- */

static fl_status mark_work(struct commit *c, void *arg, struct fl_error *err)
{
	(void)arg;
	return commit_mark_training(c, err);
}

fl_status store_mark_training(struct store *st, struct fl_error *err)
{
	fl_status s;
	struct fl_error why = {0};

	if (has_failed(st))
		return status_fail(err, FL_FATAL, "%s", st->failure.text);
	if (st->readonly)
		return status_fail(err, FL_DENIED, "opened for reading only");
	if (store_busy(st))
		return status_fail(err, FL_CONFLICT, "a commit is under way");
	if (st->memory) {
		s = commit_mark_training(&st->commit, &why);
	} else {
		writer_ask(&st->writer, mark_work, NULL);
		writer_wait(&st->writer, &s, &why);
	}
	if (s == FL_OK)
		st->state.training = true;
	else if (s == FL_UNKNOWN)
		give_up(st, &why);
	return s == FL_OK ? FL_OK
			  : status_fail(err, s == FL_UNKNOWN ? FL_FATAL : s,
				    "%s", why.text);
}

fl_status store_load(struct store *st, struct arena *a,
	const struct load_want *wants, uint32_t n, store_load_cb cb, void *ctx)
{
	struct load_want *copy;

	if (has_failed(st))
		return FL_FATAL;
	if (st->n_loads == LOADS_MAX)
		return FL_LIMIT;
	if (st->n_loads == st->cap_loads) {
		uint32_t cap = st->cap_loads == 0 ? 16 : st->cap_loads * 2;
		struct waiting *more =
			realloc(st->loads, cap * sizeof(*more));

		if (more == NULL)
			return FL_NOMEM;
		st->loads = more;
		st->cap_loads = cap;
	}
	copy = arena_copy(a, wants, n * sizeof(*wants));
	if (copy == NULL && n > 0)
		return FL_NOMEM;
	st->loads[st->n_loads++] = (struct waiting){a, copy, n, cb, ctx};
	return FL_OK;
}

/* Whether a batch is one that can follow at all. */
static bool batch_valid(const struct batch *b)
{
	for (uint32_t i = 0; i < b->n_events; i++)
		if (b->events[i].number != b->expected_number + 1 + i ||
			(b->events[i].id.bytes > 0 &&
				b->events[i].source.bytes == 0))
			return false;
	return true;
}

static fl_status flight_work(struct commit *c, void *arg, struct fl_error *err)
{
	struct flight *f = arg;

	return commit_write(c, f->batch, &f->receipt, err);
}

fl_status store_commit(struct store *st, const struct batch *b,
	store_commit_cb cb, void *ctx)
{
	if (has_failed(st))
		return FL_FATAL;
	if (st->readonly)
		return FL_DENIED;
	if (store_busy(st))
		return FL_LIMIT;
	if (!batch_valid(b))
		return FL_INVALID;
	st->flight = (struct flight){.batch = b, .cb = cb, .ctx = ctx};
	if (!st->memory)
		writer_ask(&st->writer, flight_work, &st->flight);
	return FL_OK;
}

bool store_busy(const struct store *st)
{
	return st->flight.batch != NULL;
}

static bool deliver_commit(struct store *st)
{
	struct flight f;
	struct fl_error err = {0};
	fl_status s = FL_OK;

	if (!store_busy(st))
		return false;
	if (st->memory)
		s = flight_work(&st->commit, &st->flight, &err);
	else if (!writer_take(&st->writer, &s, &err))
		return false;
	f = st->flight;
	st->flight.batch = NULL;
	if (s != FL_OK && s != FL_CONFLICT)
		give_up(st, &err);
	f.cb(f.ctx, s, s == FL_OK ? &f.receipt : NULL);
	return true;
}

/* One load, in one snapshot. */
static fl_status read_load(struct store *st, const struct waiting *w,
	struct load_got **got)
{
	fl_status s = FL_OK, ended;
	struct fl_error err = {0};

	if (has_failed(st))
		return FL_FATAL;
	if (!st->memory)
		s = load_begin(&st->loader, &err);
	if (s == FL_OK)
		s = load_run(&st->loader, w->arena, w->wants, w->n, got, &err);
	if (!st->memory && (ended = load_end(&st->loader, &err)) != FL_OK)
		s = ended;
	if (s == FL_OK || s == FL_NOMEM)
		return s;
	log_write(LOG_ERROR, "store", "reading stopped: %s", err.text);
	give_up(st, &err);
	return FL_FATAL;
}

static bool deliver_loads(struct store *st)
{
	uint32_t n = st->n_loads;

	for (uint32_t i = 0; i < n; i++) {
		struct waiting w = st->loads[i]; /* cb may add and move them */
		struct load_got *got = NULL;
		fl_status s = read_load(st, &w, &got);

		w.cb(w.ctx, s, s == FL_OK ? got : NULL);
	}
	st->n_loads -= n;
	if (n > 0 && st->n_loads > 0)
		memmove(st->loads, st->loads + n,
			st->n_loads * sizeof(*st->loads));
	return n > 0;
}

bool store_poll(struct store *st)
{
	bool told = deliver_commit(st);

	return deliver_loads(st) || told;
}

fl_status reader_of_store(struct store *st, struct reader **out,
	struct fl_error *err)
{
	fl_status s;
	sqlite3 *db = NULL;

	*out = NULL;
	if (st->memory)
		return reader_new(st->read_db, false, out, err);
	if ((s = folder_open_reading(&st->folder, &db, err)) != FL_OK)
		return s;
	return reader_new(db, true, out, err);
}
