/*
 * store.h - the one owner of a rooftop's database: load and commit, nothing
 * else writes, no SQL or handle leaves. What is accepted is synced with all
 * its effects before its callback says so.
 *
 * Engine thread only, but for struct reader (its own thread each). A commit
 * runs on the writer thread, which alone owns the writing connection and
 * checkpoints; `wake` of the options is called from it, then store_poll() on
 * the engine thread delivers the callbacks.
 * SQLite: WAL, synchronous=FULL read back, STRICT tables (rule 5 of the
 * promises). dir NULL: a private in-memory database that commits inside
 * store_poll(), for sim.
 */
#pragma once

#include "base/digest.h"
#include "model/record.h"

struct store;  /* opaque */
struct reader; /* opaque */

struct store_options {
	void (*wake)(void *ctx); /* any thread; NULL none */
	void *ctx;               /* of wake and fault */
	int64_t epoch;           /* owner's epoch, 0 alone */
	int64_t after_number;    /* in memory only: the journal begins behind
				  * this number, 0 from the beginning */
	bool readonly;           /* checker: takes no lock, makes nothing;
				  * loads work, store_commit is FL_DENIED */
	/* tests: non-zero fails at "begin" "row" "commit" "checkpoint" (on the
	 * writer thread), "network-fs" "settings" "sync-folder" */
	int (*fault)(void *ctx, const char *point);
	int64_t checkpoint_pages;   /* WAL pages past which, 0: 16,000 */
	int64_t checkpoint_idle_ms; /* or idle for so long, 0: 1,000 */
	const char *vfs; /* tests: name of a VFS; borrowed until store_free */
};

/* What is known when a store opens. */
struct store_state {
	int64_t last_number;   /* of the journal, 0 empty */
	int64_t last_now_ms;   /* turn now of the last event */
	int64_t ruleset;       /* last one published: the live one; 0 none */
	int64_t next_due_ms;   /* earliest due row, INT64_MAX none */
	bool training;         /* folder is marked for the manual clock */
	int64_t clock_ms;      /* training clock as last set */
};

/*
 * Opens or makes the database below `dir`/data (copied; `dir` must exist);
 * migrates; syncs the folder. `opt` NULL: defaults; borrowed until return.
 * Quick check: after an unclean end (the WAL is not empty) for at most 5 s,
 * after a clean one only up to 16 MiB. What could not be made whole is taken
 * away again.
 * FL_CONFLICT: another process holds it (err names its process id), or an
 * owner of a higher epoch has. FL_STORAGE: err says which path and why, also
 * for network file systems. FL_INVALID: made by a newer version, or no
 * database of ours. FL_NOT_FOUND: readonly and there is none.
 * On failure *out is NULL.
 */
fl_status store_open(const char *dir, const struct store_options *opt,
		     struct store **out, struct fl_error *err);
/* Waits for a commit under way, empties the WAL, closes; NULL is fine.
 * Callbacks not delivered yet never come. */
void store_free(struct store *st);
/* As found at opening; not kept up to date. */
const struct store_state *store_state(const struct store *st);
/* Why the store refuses all work (FL_FATAL); NULL while it does not. */
const char *store_failure(struct store *st);
/* Marks the folder as training, for good. FL_CONFLICT: the journal is not
 * empty, or a commit is under way. FL_DENIED: readonly. FL_FATAL. */
fl_status store_mark_training(struct store *st, struct fl_error *err);

/* ---- load ---- */

/* A home: every record with that home (by id), their open tasks, and what
 * happened to each record: latest occurred_at per event type, misfits left
 * out. In the load's arena. */
struct seen_event {
	int64_t subject;
	struct text type;
	int64_t last_at_ms;  /* latest occurred_at */
	int64_t last_number;
	uint32_t count;
};
struct home {
	int64_t id;
	struct record **records;
	uint32_t n_records;
	struct task **tasks;  /* open ones */
	uint32_t n_tasks;
	struct seen_event *seen;
	uint32_t n_seen;
};

enum load_kind {
	LOAD_HOME,     /* id: a record id; its whole home */
	LOAD_KEY,      /* key: "deal:ref", "phone:.." ...: oldest that has it */
	LOAD_TASK,     /* id: a task id, open or not; its home */
	LOAD_SEEN,     /* key: "source\nid": has this event been journalled? */
	LOAD_DUE,      /* id: until ms; due rows in order */
	LOAD_RESIDENT  /* homes of all person and rooftop records */
};
struct load_want {
	enum load_kind kind;
	int64_t id;
	struct text key;  /* borrowed until the callback */
	uint32_t limit;   /* LOAD_DUE: rows, at most; 0 all */
};
struct due_row {
	int64_t due_at_ms;
	int64_t subject;
	int64_t home;
	struct text card;
	struct text slot; /* step id, or "@" + timer name */
};
struct load_got {
	struct home *homes;   /* one per home found, no doubles */
	uint32_t n_homes;
	int64_t *ids;         /* per want: record or task id found, 0 none;
			       * LOAD_SEEN: event number */
	int64_t *digests;     /* per want: LOAD_SEEN: body digest */
	struct task **closed; /* per want: LOAD_TASK: the task itself, open
			       * (its home's own copy) or not */
	struct due_row *dues; /* LOAD_DUE: by due, subject, card, slot */
	uint32_t n_dues;
};
/* `got` and all below it live in `a`, which is the caller's; NULL unless
 * FL_OK. FL_NOMEM: `a` is full, the store goes on. FL_FATAL: the database
 * could not be read or is damaged; store_failure() says what. */
typedef void (*store_load_cb)(void *ctx, fl_status status,
			      struct load_got *got);
/*
 * Always completes from store_poll(), in order of asking. `wants` is copied
 * into `a`. Sees every commit whose callback has run, perhaps one whose
 * callback is about to; changes not committed are the caller's own to
 * remember.
 * FL_OK: cb will come. FL_LIMIT: 8,192 loads are waiting. FL_NOMEM. FL_FATAL.
 */
fl_status store_load(struct store *st, struct arena *a,
		     const struct load_want *wants, uint32_t n,
		     store_load_cb cb, void *ctx);

/* ---- commit ---- */

struct event_row {
	int64_t number;           /* follows the one before without a gap */
	struct text source, id, type; /* id may be empty; it needs a source */
	int64_t subject, home;
	int64_t occurred_at_ms, recorded_at_ms;
	int64_t cause, root;      /* event numbers; 0 none / itself */
	struct text actor, role;
	int version;
	bool misfit;
	struct text data;         /* a document (base/brief.h), "" = {} */
	int64_t body_digest;      /* of the body as sent, 0 for engine's own */
	struct text decision;     /* decision_write(), may be empty */
	int64_t ruleset;
};
struct record_row {
	const struct record *record; /* as it is to be from now on */
	struct text *keys;        /* lookup keys it must be found by now */
	uint32_t n_keys;
	bool keys_changed;        /* false: leave the keys as they are */
};
struct task_change {
	const struct task *task;
	bool is_new;              /* false: it is stored already */
};
struct due_change {
	struct due_row row;
	bool remove;
};
struct outbox_row {
	struct text key;          /* event number + ordinal: idempotency key */
	int64_t home;
	struct text channel;      /* email, sms, webhook ... */
	struct text body;         /* canonical JSON: template + references */
	int64_t created_at_ms;
	bool withdrawn;           /* no new row: the one of this key must not
				   * be sent any more, if it is not yet */
};
#define RULES_BACK_TO "back to %lld" /* summary: an older one, live again */
struct ruleset_row {
	int64_t number;
	struct digest digest;
	struct text archive;
	int64_t activated_at_ms;
	struct text actor, summary;
};
/* Everything of one group; borrowed until its callback. */
struct batch {
	int64_t expected_number;  /* last journal number before this batch */
	int64_t epoch;
	struct event_row *events;
	uint32_t n_events;
	struct record_row *records;
	uint32_t n_records;
	struct task_change *tasks;
	uint32_t n_tasks;
	struct due_change *dues;  /* removes are applied before adds */
	uint32_t n_dues;
	struct outbox_row *outbox;
	uint32_t n_outbox;
	const struct ruleset_row *ruleset; /* NULL: none published */
	int64_t now_ms;           /* of the last turn */
	int64_t clock_ms;         /* training clock; 0 not one */
};
struct commit_receipt {
	uint32_t outbox_waiting;  /* rows not yet delivered (0 or more) */
};
/* FL_OK: synced. FL_CONFLICT: expected_number or epoch is stale, nothing was
 * written, the store goes on. FL_UNKNOWN: may or may not be there; the store
 * refuses all further work (FL_FATAL). `receipt` NULL unless FL_OK. */
typedef void (*store_commit_cb)(void *ctx, fl_status status,
				const struct commit_receipt *receipt);
/* Takes a batch to be written whole or not at all; its values must not change
 * until cb. FL_OK: cb will come. FL_LIMIT: one is under way already.
 * FL_INVALID: event numbers do not follow expected_number, or an id without
 * source. FL_DENIED: readonly. FL_FATAL. But for FL_OK cb never comes. */
fl_status store_commit(struct store *st, const struct batch *b,
		       store_commit_cb cb, void *ctx);
bool store_busy(const struct store *st); /* a commit is under way */

/* Delivers finished loads and commits; true when it called anything back. A
 * callback may load and commit, but not poll or free. */
bool store_poll(struct store *st);

/* ---- read-only questions, any one thread each ----
 * All return FL_OK, FL_NOMEM (the arena is full), FL_STORAGE (unreadable or
 * damaged) besides what they say. What is handed out lives in `a`. */

/* A read-only connection, in any process; sees committed state.
 * FL_NOT_FOUND: no database. FL_INVALID: of another version, or not ours. */
fl_status reader_open(const char *dir, struct reader **out,
		      struct fl_error *err);
/* Reader of an open store; in-memory: on its thread, freed before it. */
fl_status reader_of_store(struct store *st, struct reader **out,
			  struct fl_error *err);
void reader_free(struct reader *r); /* NULL is fine */
/* Reads until reader_end() see one snapshot (keep it under a second: the WAL
 * cannot shrink meanwhile). FL_CONFLICT: begun already. In memory the snapshot
 * lasts until the next store_poll(). */
fl_status reader_begin(struct reader *r, struct fl_error *err);
void reader_end(struct reader *r);

/* Visitors return false to stop. They may use the same reader. */
typedef bool (*event_visit)(void *ctx, const struct event_row *row);
typedef bool (*task_visit)(void *ctx, const struct task *task);
typedef bool (*record_visit)(void *ctx, const struct record *record);
typedef bool (*due_visit)(void *ctx, const struct due_row *row);
typedef bool (*outbox_visit)(void *ctx, const struct outbox_row *row);
typedef bool (*ruleset_visit)(void *ctx, const struct ruleset_row *row);

struct event_filter {
	int64_t from_number;  /* >= */
	int64_t to_number;    /* <=, 0: no bound */
	int64_t home;         /* 0: any */
	int64_t root;         /* 0: any: only that unit */
	bool misfit_only;
	bool undecided;       /* their decisions are left out */
	bool newest_first;
	uint32_t limit;       /* 0: none */
}; /* by number; all rows stay in `a`: read long journals in portions */
fl_status reader_events(struct reader *r, struct arena *a,
			const struct event_filter *f, event_visit cb,
			void *ctx, struct fl_error *err);
/* While lent, names in what is read (kinds, cards, steps, fields, people) are
 * the reader's own, so that nothing of it may outlive the reader; else all of it
 * is copied. */
void reader_lend(struct reader *r, bool lent);
/* Open tasks of a person by (due, id); who empty: everybody's. */
fl_status reader_tasks(struct reader *r, struct arena *a, struct text who,
		       uint32_t limit, task_visit cb, void *ctx,
		       struct fl_error *err);
/* All open tasks, in no order that means anything, for which there is nothing
 * to sort. */
fl_status reader_open_tasks(struct reader *r, struct arena *a, task_visit cb,
			    void *ctx, struct fl_error *err);
/* FL_NOT_FOUND: no such task / record (any of the home) / ruleset. */
fl_status reader_task(struct reader *r, struct arena *a, int64_t id,
		      struct task **out, struct fl_error *err);
fl_status reader_record(struct reader *r, struct arena *a, int64_t id,
			struct record **out, struct fl_error *err);
/* The whole home of record `id`. */
fl_status reader_home(struct reader *r, struct arena *a, int64_t id,
		      struct home **out, struct fl_error *err);
/* Records by key prefix: "name:peet", "phone:+316", "plate:GX", "deal:"; each
 * once, by its first key. limit 0: all, here and below. */
fl_status reader_find(struct reader *r, struct arena *a, struct text prefix,
		      uint32_t limit, record_visit cb, void *ctx,
		      struct fl_error *err);
/* Those whose key holds `part` too ("phone:", "5678"); reads every key of that
 * prefix. */
fl_status reader_find_part(struct reader *r, struct arena *a,
	struct text prefix, struct text part, uint32_t limit, record_visit cb,
	void *ctx, struct fl_error *err);
fl_status reader_records(struct reader *r, struct arena *a, struct text kind,
			 int64_t from_id, uint32_t limit, record_visit cb,
			 void *ctx, struct fl_error *err); /* kind empty: all */
fl_status reader_all_tasks(struct reader *r, struct arena *a, int64_t from_id,
			   uint32_t limit, task_visit cb, void *ctx,
			   struct fl_error *err); /* any state, by id */
/* from_ms <= due <= to_ms, by due, subject, card, slot. */
fl_status reader_dues(struct reader *r, struct arena *a, int64_t from_ms,
		      int64_t to_ms, uint32_t limit, due_visit cb, void *ctx,
		      struct fl_error *err);
/* Messages not yet sent, oldest first. */
fl_status reader_outbox(struct reader *r, struct arena *a, outbox_visit cb,
			void *ctx, struct fl_error *err);
fl_status reader_ruleset(struct reader *r, struct arena *a, int64_t number,
			 struct ruleset_row *out, struct fl_error *err);
fl_status reader_rulesets(struct reader *r, struct arena *a, ruleset_visit cb,
			  void *ctx, struct fl_error *err); /* newest first */
fl_status reader_state(struct reader *r, struct store_state *out,
		       struct fl_error *err);
/* Customers of whom a record has an id in [from, below). */
fl_status reader_customers(struct reader *r, int64_t from, int64_t below,
			   int64_t *out, struct fl_error *err);
struct store_counts {
	int64_t events, records, tasks_open, tasks, dues, outbox_waiting,
		rulesets, misfits, db_bytes, wal_bytes;
};
fl_status reader_counts(struct reader *r, struct store_counts *out,
			struct fl_error *err);
