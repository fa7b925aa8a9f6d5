/*
 * rooftop.h - a dealership folder in one piece: lock, store, ruleset, engine,
 * readers; what fairlead.h exposes and what the daemon serves. One thread,
 * but for questions that a host may run on its own threads.
 */
#pragma once

#include "ask/ask.h"
#include "intake/intake.h"
#include "reload/folder.h"
#include "rooftop/checker.h"

struct rooftop; /* opaque */

struct rooftop_options {
	bool manual_clock; /* a training folder has it anyway */
	bool read_rules_from_archive; /* keep the live archived ruleset when
		* the folder's rules are broken: the daemon restarts on what
		* last worked and says what is wrong; false: FL_INVALID */
	bool hold_rules; /* the folder's other rules are not offered at the
		* start: what is asked first decides about them */
	const char *again; /* for status: the process was started again since
		* the one before ended: "hang" (a rule did not come back),
		* "signal N", "disk", "stuck", "code N". NULL: it was not; copied */
	void (*wake)(void *ctx);      /* any thread: poll soon */
	/* Runs work(arg) on another thread and then done(arg) on ours; NULL:
	 * questions are answered inside rooftop_poll. */
	void (*run)(void *ctx, void (*work)(void *arg),
		    void (*done)(void *arg), void *arg);
	/* Has a checker answer `request` (borrowed until done, which comes
	 * once; a host without loop may wait for it); NULL: answered on a
	 * thread of this process. */
	void (*check)(void *ctx, const struct buf *request, checker_done done,
		      void *arg);
	void (*on_told)(void *ctx, const struct told *told);
	void *ctx;
};

typedef void (*rooftop_cb)(void *ctx, fl_status status,
			   const struct value *answer);

fl_status rooftop_open(const char *dir, const struct rooftop_options *opt,
		       struct rooftop **out, struct problems *p,
		       struct fl_error *err);
/* Answers what waits with FL_UNKNOWN unless it can be finished at once. A host
 * with `run` waits until rooftop_has_threads() is false first. NULL is fine. */
void rooftop_close(struct rooftop *r);

/* Makes a dealership folder: folder_make(), and the mark for the manual clock
 * when `training`. */
fl_status rooftop_init(const char *dir, const struct folder_new *opt,
		       bool training, struct fl_error *err);

/* All callbacks come from rooftop_poll() and rooftop_close() alone; posts are
 * answered in order of posting. What follows is FL_OK (cb will come, once) or
 * FL_NOMEM (it will not). */

/* Posts one event; names in it are looked up only when `by->command`: a
 * person's must be found, a fact's (with a source) may stay as they are. The
 * answer map: {event:"E128", number, id, source, repeat?, misfit?, caused:[..],
 * tasks:[..]} or a problem document {type,title,status,detail,problems:[..]}. */
fl_status rooftop_post(struct rooftop *r, const struct value *wire,
		  const struct post_by *by, rooftop_cb cb, void *ctx);
/* The same from bytes as they came (copied): JSON, or FL500 in its place. */
fl_status rooftop_post_json(struct rooftop *r, const char *json, size_t n,
			    const struct post_by *by, rooftop_cb cb, void *ctx);
/* Answers in the place of a post that never became one, FL_INVALID and FL500
 * with `detail` (copied), in order with the others. */
fl_status rooftop_refuse(struct rooftop *r, const char *detail, rooftop_cb cb,
			 void *ctx);
/* Reads a lead file (ADF, e-mail, JSON) and posts what is in it. Answer:
 * {file, items:[{index, verdict, event?, problems?}], posted, known, held,
 * refused}. FL_INVALID when nothing in it could be read. */
fl_status rooftop_import(struct rooftop *r, const char *name, const char *bytes,
		    size_t n, struct text actor, rooftop_cb cb, void *ctx);
/* The next line of a body that holds one event a line, without its line end
 * ("\n", "\r\n") and blanks behind; empty ones are passed over. NULL: no more.
 * *at moves on, up to `end`. */
const char *rooftop_line(const char **at, const char *end, size_t *n);
/* Is it that, and not one document over several lines? `a` is scratch. */
bool rooftop_is_lines(struct arena *a, const char *body, size_t n);
/* A question or command by its name in ask_table(). Also "reload" and "clock"
 * {to|by} or {} to read it, "post" {..event..}. */
fl_status rooftop_ask(struct rooftop *r, const char *name, const struct value *args,
		 struct text actor, rooftop_cb cb, void *ctx);
/* What a watcher has read from the rule files (copied), with what was wrong
 * already then (may be NULL): checked, tested and, when good, made live. The
 * answer is that of "reload": {changed, ruleset, cards}, {} when these bytes
 * were refused before, or the problem document. */
fl_status rooftop_offer(struct rooftop *r, const struct source_set *files,
		   const struct problems *found, rooftop_cb cb, void *ctx);
/* For status: a file reload.paused holds the rule files. */
void rooftop_paused(struct rooftop *r, bool paused);
fl_status rooftop_poll(struct rooftop *r); /* FL_OK or FL_FATAL */
/* After FL_FATAL: what the disk or database said; NULL: nothing. */
const char *rooftop_failure(struct rooftop *r);
int64_t rooftop_next_ms(const struct rooftop *r); /* as engine_next_ms */
/* The live rules speak Dutch. */
bool rooftop_dutch(const struct rooftop *r);
bool rooftop_idle(const struct rooftop *r);
bool rooftop_has_threads(const struct rooftop *r); /* work given to `run` */
bool rooftop_ready(const struct rooftop *r);
bool rooftop_training(const struct rooftop *r); /* clock by hand, for good */
struct engine *rooftop_engine(struct rooftop *r);
/* Who is at work is noted there, for the next start; NULL: the file could not
 * be made. Borrowed until rooftop_close(). */
struct crash_page *rooftop_crash_page(struct rooftop *r);
const char *rooftop_dir(const struct rooftop *r);
/* Problems found in the folder's rules while older ones run; empty: none. */
const struct problems *rooftop_broken(const struct rooftop *r);

/* What a committed unit did, as lines for people (say_told()); inside on_told.
 * Nothing is added when the names could not be read. */
void rooftop_say(struct rooftop *r, const struct told *told, struct buf *out);

/* fairlead.h's document for a status: RFC 9457 with problems. */
struct value problem_document(struct arena *a, fl_status status,
			      const struct problems *p, const char *detail);

/* ---- a folder without engine and lock: questions while nobody serves it ----
 * Reads what is committed under the rules that were live last; nothing is
 * recovered, nothing fires. One thread. */
struct readonly {
	struct reader *reader;    /* own */
	struct ruleset *ruleset;  /* own */
	int64_t ruleset_number;
	int64_t now_ms;           /* training clock, or the wall clock */
	bool training;
};
/* FL_NOT_FOUND: no database yet, or no rules have ever been live. */
fl_status readonly_open(const char *dir, struct readonly *out,
			struct fl_error *err);
void readonly_close(struct readonly *ro); /* zeroed is fine */
/* Answers a question of ask_table() into `a`: the answer or the problem
 * document. The status is the question's. */
fl_status readonly_ask(struct readonly *ro, const char *dir, const char *name,
		       const struct value *args, struct text actor,
		       struct arena *a, struct value *answer);
