/*
 * script.h - one ruleset: one whole Lua state built from the files of a
 * rooftop, its globals frozen, and the rulebook it says. The sole door to
 * Lua. Knows nothing of the store: it reads a world (model) and gives back
 * effects as data.
 *
 * Threads: a ruleset may be built on any thread and is then used by one
 * thread at a time. The watchdog is one more thread, started by script_init.
 */
#pragma once

#include "base/digest.h"
#include "base/problem.h"
#include "model/effect.h"
#include "model/rulebook.h"

struct ruleset; /* opaque; counted */

/* One source file, exact bytes. name as people see it: "dealership.lua",
 * "settings.lua", "rules/own.lua", "packs/standard/own-tempo.lua". */
struct source_file {
	const char *name;
	const char *bytes;
	size_t n;
};

struct source_set {
	struct source_file *files; /* any order; loaded in order: dealership,
				    * packs by name, settings, rules by name */
	uint32_t n_files;
	const void *zone_bytes; /* archived zone data; NULL: the system's */
	size_t n_zone;
};

struct script_limits {	     /* 0: default */
	int64_t cpu_soft_us; /* 50,000 a call */
	size_t memory_bytes; /* 16 MiB a ruleset, 32 MiB at most: three
			      * quarters for what files hold, a quarter for
			      * the call that runs, charged to its pack */
	uint32_t effects;    /* 100 a call */
	uint32_t log_bytes;  /* 1,024 a call */
};

/* Once a process, and after any fork: starts the watchdog thread (ended when
 * the process ends) and takes SIGURG, by which it reaches a thread that runs
 * Lua too long. ruleset_load() does it when nobody did. */
void script_init(void);
/* A function that not even the soft limit ends is given `hard_us` more of CPU
 * time, then `end` is called inside a signal handler and must end the process.
 * For a program that somebody starts again; embedders have it off (NULL) until
 * they ask for it (fl_options.on_hang). */
void script_hard_limit(int64_t hard_us, void (*end)(void));

/*
 * Checks and loads. All mistakes of all files go to `p` in one pass, by file
 * and line, in the words of a dealer: FL301-FL399, of the text itself FL1xx,
 * of declared events and fields FL2xx. FL_OK: *out owned by the caller,
 * release with ruleset_unref(). FL_INVALID: p says why, *out is NULL.
 * FL_NOMEM. `with_tests` keeps the functions of test "..." blocks (fairlead
 * test).
 */
fl_status ruleset_load(const struct source_set *src,
	const struct script_limits *limits, bool with_tests, struct problems *p,
	struct ruleset **out);
void ruleset_ref(struct ruleset *rs);
void ruleset_unref(struct ruleset *rs); /* NULL is fine */
const struct rulebook *ruleset_book(const struct ruleset *rs);
/* Digest of every archived byte: sources, prelude, zone. */
const struct digest *ruleset_digest(const struct ruleset *rs);
/* The files it was loaded from. Borrowed for the ruleset's life. */
const struct source_set *ruleset_sources(const struct ruleset *rs);
/* What each pack holds in Lua since its files were read; "own" are the
 * dealer's. Borrowed for the ruleset's life. */
struct pack_use {
	struct text pack;
	size_t bytes;
};
uint32_t ruleset_packs(
	const struct ruleset *rs, const struct pack_use **out);
/* Archive: {files:[{name,text}...], zone:name, zone_data:base64,
 * prelude:digest}; canonical bytes appended to `out`, and back. */
void ruleset_archive(const struct ruleset *rs, struct buf *out);
fl_status source_set_read(struct arena *a, const char *archive, size_t n,
	struct source_set *out, struct fl_error *err);
/* The file of that name; NULL: none, or no set. */
const struct source_file *source_set_find(
	const struct source_set *set, const char *name);

/* How a call ended, set by every call: what replay needs is in fate; text for
 * people in reason ("rules/own.lua:12: empty and a number cannot be compared"),
 * empty when it ran. */
struct script_outcome {
	uint8_t fate; /* enum card_fate: CARD_RAN, CARD_FAILED, CARD_CUT_* */
	char reason[400];
};

/* What a function may see. `subject` NULL: about nobody (rooftop). */
struct script_view {
	struct world *world;
	const struct rulebook *book;
	const struct record *subject;
	const struct event *event; /* NULL: none */
	const struct record *before; /* the subject before the event, for
				      * event.before; NULL: it was not there */
	/* 0, or a number that changes whenever anything this shows does: calls
	 * with the same one share what they looked up */
	uint64_t stamp;
	/* field of a record that is computed, not stored (person.absent,
	 * case.seller ...); true when it set *out. Raises nothing. */
	bool (*computed)(struct world *w, const struct rulebook *book,
		const struct record *r, struct text field, struct value *out);
	/* told of each field that is read, with what it held; NULL: nobody
	 * asks. Texts are borrowed until return. */
	void (*read)(void *ctx, struct text kind, struct text field,
		const struct value *v);
	void *read_ctx;
};

/* Until 0 is said, a call has `limit_us` of CPU time instead of the ruleset's
 * limit: for what is late already. Not inside a call. */
void ruleset_hurry(struct ruleset *rs, int64_t limit_us);

/* Asks a pure function; its result, deep-copied into world->arena, goes to
 * *out (nil = VALUE_NULL). FL_OK; FL_INVALID: see outcome. */
fl_status ruleset_ask(struct ruleset *rs, int fn, const struct script_view *v,
	struct value *out, struct script_outcome *outcome);

/* Runs run = function(subject, event, act): effects asked by `act` are
 * appended to *out with people still as descriptors, {who=KIND, arg=..} or the
 * id of somebody, and times as given (engine resolves). */
fl_status ruleset_run(struct ruleset *rs, int fn, const struct script_view *v,
	struct card_decision *out, struct script_outcome *outcome);

/* Tests beside cards. */
struct test_case {
	struct text name;
	const char *file;
	int line;
	int fn;
};
uint32_t ruleset_tests(const struct ruleset *rs, const struct test_case **out);

/* Runs a test function with `t` whose verbs call back into sim: verb "at",
 * "deal", "happens", "everyone_answers", "run_for", "expect_task", ... with
 * its arguments as a list value; the callback's result is handed to Lua.
 * FL_INVALID with err text makes the verb raise (the test fails there). */
typedef fl_status (*test_verb_cb)(void *ctx, const char *verb,
	const struct value *args, int line, struct value *result,
	struct fl_error *err);
fl_status ruleset_test(struct ruleset *rs, const struct test_case *t,
	struct arena *a, test_verb_cb cb, void *ctx,
	struct script_outcome *outcome);

/* A file kept in the binary (prelude, standard pack, init templates). */
struct embedded_file {
	const char *name;
	const char *bytes;
	size_t n;
};
const struct embedded_file *embedded_list(void); /* ends with name NULL */
/* One that is known to be there. */
const struct embedded_file *embedded_named(const char *name);
