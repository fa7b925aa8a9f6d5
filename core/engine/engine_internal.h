/*
 * engine_internal.h - what the files of the turn share: the queue of posts,
 * the unit (a root event with all it causes, on an overlay over the cache),
 * the groups that commit, due firing. Not for machine.c and its siblings,
 * which see machine.h only.
 *
 *   engine_post -> queue -> prepare (wire.c) -> load (fetch.c) -> unit (turn.c,
 *   cards.c, apply.c) -> merge into the open group (group.c) -> store_commit ->
 *   answers and told
 *
 * A unit can be abandoned without trace: it needs something not loaded, it is
 * refused, or one of its cards failed halfway; then it is run again from its
 * beginning with what was learned (loaded homes, doomed cards).
 */
#pragma once

#include "engine/cache.h"
#include "engine/engine.h"
#include "engine/machine.h"
#include "engine/workload.h"
#include "model/keys.h"

#define ENGINE_SEMANTICS 1
#define ENGINE_CARD "engine"  /* decisions and tasks of the engine itself */
#define ENGINE_SOURCE "engine"
#define ROOFTOP_REF "rooftop"

#define HOUR_MS (INT64_C(60) * 60 * 1000)
#define DAY_MS (24 * HOUR_MS)
#define PREPARE_AHEAD 512u    /* posts whose loads are under way */
#define GROUP_WORK_US 5000    /* turn work a group may gather */
#define GROUP_BYTES (16u << 20) /* a group ends: one more event, at its largest,
				 * still has room in its arena */
#define GROUP_LEAST_US 300    /* no half of what waits is a group below */
#define DUE_ROWS 1024u        /* due rows read at once */
#define SLICE_HOMES 32u       /* recomputed in one unit */
#define SLICE_LOADS 8u        /* ... of them loaded at a time */
#define SLICE_ROWS 100u       /* records looked through at a time */
#define SLICE_US 500          /* slices may take of a group */
#define OVERLAY_KNOWN 8u      /* a power of 2 */
#define ROOM_BYTES 65536u     /* of posted items that lie together */
#define NEEDS_MOST 64u        /* loads one unit may ask for at a time */
#define CRASHES_MOST 3u       /* of a card or in an event: it is put away */

/* ---- what a unit starts from ---- */

/* What the store was asked and answered: a key, or an id when it is empty. */
struct asked {
	struct text key;
	int64_t id;
	int64_t found; /* record id, 0 none */
	int64_t group; /* the open one when the store answered */
};

struct root {
	struct event event;      /* def, source, id, times, actor, data ... */
	struct text subject_ref; /* as on the wire; may be empty */
	int64_t subject_id;      /* the same, when it is a record's number */
	bool engine_made;        /* subject is known or the rooftop */
	int64_t body_digest;     /* 0: engine's own */
	/* timer.fired: the row that is due */
	bool is_timer;
	struct due_row timer;
	/* rules.recomputed: the records looked at */
	bool is_slice;
	const int64_t *slice;
	uint32_t n_slice;
	const struct ruleset_row *ruleset; /* rules.activated */
	const struct task *closed; /* task.done: the task as loaded, or NULL */
	bool task_asked;           /* ... and the store was asked for it */
	struct asked *asked;
	uint32_t n_asked, cap_asked;
};

/* ---- unit.c: a root event with all it causes ---- */

struct turn_event {
	struct event event;
	struct text subject_ref;
	uint8_t created[KEYS_SLOTS]; /* records made in it so far, by kind */
	uint32_t n_tasks;
	uint32_t n_outbox;
	struct decision decision;
};

struct overlay_record {
	struct record *record; /* the turn's own copy */
	bool created;
};

struct overlay_task {
	struct task *task; /* the turn's own copy */
	bool created;
};

/* A card whose effects could not be applied: left out in the next try. */
struct doom {
	uint32_t event;   /* index in the unit */
	uint32_t card;    /* index in the rulebook */
	int64_t subject;
	const char *reason;
};

/* Failures of one card inside the unit, for quarantine. */
struct card_score {
	struct text card;
	uint32_t failed;  /* failures at the end of the unit, in a row */
	bool ran;         /* ran well: what failed before does not count */
	uint32_t times;   /* failures in the unit, and of the last of them: */
	int64_t event;
	const char *reason;
};

enum turn_result {
	TURN_DONE = 0,
	TURN_REFUSED, /* problems say why; status in unit.refusal */
	TURN_NEEDS,   /* unit.needs must be loaded first */
	TURN_AGAIN,   /* a doom was added: run again */
	TURN_FAILED   /* no memory */
};

/* CPU time that rules took (meter.c). */
struct meter_card;
struct meter {
	int64_t mark_us;          /* the clocks when they were last read: */
	int64_t mark_cpu_us;      /* monotonic, and the thread's own */
	int64_t spent_us;         /* in this fact, or record of a slice */
	int64_t total_us;         /* in this unit */
	int last;                 /* card that was called last; -1 none */
	uint32_t records;         /* of a slice, begun so far */
	bool over;                /* the fact's time is over */
	struct meter_card *cards; /* by index; NULL: none took any time. In
				   * `keep`, so a new try knows them */
};

struct turn {
	struct engine *engine;
	struct arena *arena;      /* the unit's: reset before each try */
	const struct root *root;
	struct world world;
	struct task_world tasks;
	struct snapshot snapshot;
	struct turn_event **events;
	uint32_t n_events, cap_events;
	uint32_t current;         /* index of the event being run */
	const struct wishes *wishes; /* what its cards want so far; or NULL */
	struct record **before;   /* own records as they were before the
				   * event at hand changed them */
	uint32_t n_before;
	struct overlay_record *records;
	uint32_t n_records, cap_records;
	/* looked up in the cache in this try */
	struct known_record {
		int64_t id;
		const struct record *record;
	} known[OVERLAY_KNOWN];
	struct cached_home *home; /* of home_id; NULL: not here */
	int64_t home_id;          /* 0: not asked */
	struct overlay_task *task_list;
	uint32_t n_tasks, cap_tasks;
	struct outbox_row *outbox;
	uint32_t n_outbox, cap_outbox;
	struct card_score *scores;
	uint32_t n_scores, cap_scores;
	uint32_t n_effects;       /* applied, against effects_per_root */
	size_t effect_bytes;      /* wanted, against bytes_per_root */
	uint32_t n_slice;         /* records of root->slice looked at */
	struct meter meter;
	struct value paced;       /* late things by person so far (pace.c) */
	int64_t first_number;
	int64_t now_ms;
	fl_status refusal;
	bool no_memory;
	const struct root *waiting; /* of the unit before, when it must be run
				     * again: NULL: it is over */
	/* outlive a try: in `keep` */
	struct arena keep;
	struct doom *dooms;
	uint32_t n_dooms, cap_dooms;
	struct load_want needs[NEEDS_MOST];
	uint32_t n_needs;
};

fl_status turn_init(struct turn *u, struct engine *e);
void turn_deinit(struct turn *u);
/* Runs root and all it causes. `p` gets the reasons of a refusal. */
enum turn_result turn_run(struct turn *u, const struct root *root,
			  int64_t now_ms, struct problems *p);
/* Appends an event caused by the current one: NULL: memory, or no such type
 * in this ruleset's schema. `data` is kept. */
struct turn_event *turn_cause(struct turn *u, struct text type, int64_t subject,
			      const struct value *data);
struct turn_event *turn_now(struct turn *u);

/* overlay.c: the world as the unit sees and changes it */
void overlay_begin(struct turn *u); /* empties it; fills world and tasks */
void overlay_need(struct turn *u, enum load_kind kind, int64_t id,
		  struct text key);
/* Forgets what was changed since there were n records. */
void overlay_forget(struct turn *u, uint32_t n_records);
/* Keeps what the unit changed so far, for snapshot.before of the event that
 * begins; false: no memory. */
bool overlay_keep_before(struct turn *u);
const struct record *overlay_record(struct turn *u, int64_t id);
const struct task *overlay_task(struct turn *u, int64_t id);
/* An open task of (card, step, subject), or NULL. */
const struct task *overlay_open_task(struct turn *u,
				     const struct record *subject,
				     struct text card, struct text step);
/* Every record of a home, the unit's own version; `at` starts at 0. */
const struct record *overlay_next(struct turn *u, int64_t home, uint32_t *at);

/* ---- cards.c ---- */

struct card_index;
struct card_index *card_index_new(const struct rulebook *rb); /* NULL: memory */
void card_index_free(struct card_index *x);
/* Runs the cards of the current event on one snapshot and applies what they
 * want. TURN_DONE, _AGAIN, _NEEDS or _FAILED. */
enum turn_result cards_run(struct turn *u);
/* snapshot.asked: what the cards asked so far want of the event at hand. */
const struct card_decision *cards_asked(void *ctx, uint32_t i);
/* machine_recompute() for the records of a slice. */
enum turn_result cards_recompute(struct turn *u);
enum turn_result cards_retry(struct turn *u);

/* ---- meter.c: CPU time of rules in one fact ---- */

void meter_begin(struct turn *u); /* a unit; before its first try */
void meter_try(struct turn *u);
void meter_end(struct turn *u);   /* ... behind the last one */
/* The next record of a slice, which counts as a fact of its own; false: the
 * slice has taken long enough. */
bool meter_record(struct turn *u);
/* snapshot.held: a function of `card` is about to be called. */
const char *meter_asks(void *ctx, const struct card *card);
/* From now on the card is not asked about this fact. `reason` is copied. */
void meter_hold(struct turn *u, uint32_t card, const char *reason);
const char *meter_held(const struct turn *u, uint32_t card); /* NULL: it is
							      * not */
/* Held back since the last time this was asked, and not told yet. */
bool meter_fresh(struct turn *u, uint32_t card);
/* Is this the first time that it is told in this try? */
bool meter_tells(struct turn *u, uint32_t card);

/* ---- crash.c: cards that ended the process ---- */

/* Notes the event at hand; before its cards run. */
void crash_event(struct turn *u);
/* Why `c` must not see the event at hand, "file:line: text"; NULL: it may. */
const char *crash_held(struct turn *u, const struct card *c);
/* The same for a gate, whose deaths no decision records: barred from every
 * event once it has ended the process CRASHES_MOST times. */
const char *crash_barred(struct turn *u, const struct card *c);
/* Must no card at all see the event at hand? Then what is told of it. */
bool crash_sets_aside(struct turn *u);
fl_status crash_set_aside(struct turn *u);
/* Has this card done it so often that it is quarantined? */
bool crash_puts_away(struct turn *u, struct text card);

/* ---- rate.c: effects of one card about one home in one minute ---- */

struct rate;
struct rate *rate_new(void); /* NULL: memory */
void rate_free(struct rate *r);
/* Effects in the minute of `now_ms` so far. */
uint32_t rate_of(struct rate *r, int64_t now_ms, struct text card,
		 int64_t home);
/* Counts those of a finished unit. */
void rate_add(struct rate *r, int64_t now_ms, struct text card, int64_t home,
	      uint32_t n);

/* ---- apply.c ---- */

/* Checks, resolves and applies the effects of one card; what was applied goes
 * to the event's decision. FL_OK; FL_INVALID: *reason says why and the unit
 * must be run again without it; FL_NOMEM. */
fl_status apply_card(struct turn *u, const struct card_decision *wanted,
		     const char **reason);
/* An effect of the engine itself under a card's name. FL_OK, FL_NOMEM. */
fl_status apply_own(struct turn *u, struct text card, const struct effect *e);
/* Reasons that can be told before anything is applied, NULL none. */
const char *apply_refused(struct turn *u, const struct card_decision *wanted);
/* A task for the manager (role sales_manager) in both languages; `step`
 * tells it from others of the same card and subject. */
void manager_task(struct turn *u, struct effect *out, int64_t subject,
		  struct text step, const char *nl, const char *en);

/* ---- silence.c ---- */

/* Looks at the homes the unit touched, and of new rules at those of the slice;
 * as the last event's own effects. */
fl_status silence_check(struct turn *u);
/* Withdraws a task of the engine's own; NULL: nothing to do. */
fl_status silence_over(struct turn *u, const struct task *t, const char *why);
/* The next opening after today. */
int64_t silence_tomorrow(const struct turn *u);
/* A timer of the engine's own on `r`, which looks at its home again; due 0, or
 * the same as now: nothing to do. `name` is borrowed until the unit ends. */
fl_status silence_wake(struct turn *u, const struct record *r, const char *name,
		       int64_t due);
/* Who must take care of an open record, present or not; may be empty. */
struct text silence_accountable(const struct snapshot *s,
				const struct record *r);

/* ---- looks.c ---- */

/* Behind the last event: modes look at the next opening when the unit changed
 * what they look at. FL_OK, FL_NOMEM. */
fl_status looks_bring(struct turn *u);

/* ---- silence_people.c ---- */

/* Who went for good, and who is away with nobody to stand in: as of the last
 * event of a unit that could change it. */
fl_status silence_people(struct turn *u);
/* When somebody may be back: the end of the next absence that is known, at the
 * latest the next opening. */
int64_t silence_back_at(struct turn *u);
/* Whoever is accountable for the record has left, or is in the roster no more:
 * one task for all that is left behind. */
fl_status silence_left_behind(struct turn *u, const struct record *r,
			      struct text person);

/* ---- queue, preparation ---- */

enum item_kind { ITEM_EVENT, ITEM_PUBLISH, ITEM_CLOCK };
enum item_state { ITEM_NEW, ITEM_LOADING, ITEM_READY };

struct fetch;
struct room;

struct item {
	struct item *next;
	enum item_kind kind;
	enum item_state state;
	bool refused_full;      /* there was no room: only to be answered */
	bool no_memory;         /* the same for memory */
	struct room *room;      /* memory of the item itself and of what was
				 * posted; NULL: somebody's own item */
	struct value wire;
	struct text by[3];      /* actor, role, source */
	bool command, own;
	int64_t sent_digest;    /* of the body as sent, 0: of `wire` */
	post_cb cb;
	void *ctx;
	struct ruleset *ruleset; /* ITEM_PUBLISH: reference held */
	char *summary, *held;
	int64_t to_ms;          /* ITEM_CLOCK */
	bool firing;            /* ITEM_CLOCK: under way */
	/* from here on: prepared, memory of `fetch` */
	int64_t prepared_for;   /* engine.ruleset_turns at that time */
	struct fetch *fetch;
	struct root root;
	struct text seen_key;   /* "source\nid", empty: derived id */
	int64_t seen_number;    /* journalled already, 0 not */
	int64_t seen_digest;
	struct problems *problems;
	fl_status status;       /* of a refusal while preparing */
};

/* wire.c: reads and checks the posted map; fills item->root. Problems go to
 * item->problems and item->status. Memory of `a`. */
void wire_read(struct engine *e, struct item *it, struct arena *a);
/* task.done: is it open, is the answer a legal one? Problems to `p`; FL_OK,
 * FL_INVALID, FL_NOT_FOUND, FL_CONFLICT (answered or withdrawn already). When
 * the task is not loaded the unit's needs say so. */
fl_status wire_check_answer(struct turn *u, struct problems *p);
/* A task id: a number, or "T130" or "T130-2" as shown; 0: neither. */
int64_t wire_task_id(const struct value *v);

/* fetch.c: several wants of several items in one store_load */
struct fetch {
	struct engine *engine;
	struct arena arena;
	struct fetch *before;     /* kept alive by this one */
	uint32_t refs;
	struct load_want *wants;
	struct item **owners;   /* per want; NULL: nobody waits */
	uint32_t n_wants, cap_wants;
	bool dues;              /* result goes to due.c */
	bool residents;
};

struct fetch *fetch_new(struct engine *e);
void fetch_unref(struct fetch *j); /* NULL is fine */
bool fetch_want(struct fetch *j, struct item *owner, enum load_kind kind,
	      int64_t id, struct text key);
/* Hands the wants to the store; the callback marks owners ITEM_READY. */
fl_status fetch_start(struct fetch *j);
/* Reads and checks what waits; *did: and asked the store for something. */
fl_status prepare_queue(struct engine *e, bool *did);
/* Loads what the abandoned unit of `it` asked for. */
fl_status prepare_again(struct engine *e, struct item *it,
			const struct turn *u);

/* ---- recent ids, so that what is in flight counts as known ---- */

struct recent {
	int64_t number, digest;
	struct text key;
};
const struct recent *recent_find(const struct engine *e, struct text key);
fl_status recent_add(struct engine *e, struct text key, int64_t number,
		     int64_t digest);

/* ---- group.c ---- */

struct group_turn {
	uint32_t event, n_events;
	uint32_t task, n_tasks;
};

struct reply {
	post_cb cb;
	void *ctx;
	struct post_answer answer;
	int64_t unit; /* index in units, -1: nothing came of it */
};

struct group {
	struct arena arena;
	int64_t id;
	struct event_row *events;
	uint32_t n_events, cap_events;
	struct task_change *tasks;  /* in order of the units; a task may
				     * occur several times */
	uint32_t n_tasks, cap_tasks;
	struct outbox_row *outbox;
	uint32_t n_outbox, cap_outbox;
	struct group_turn *turns;
	uint32_t n_turns, cap_turns;
	struct reply *answers;
	uint32_t n_answers, cap_answers;
	struct cached_record **records; /* dirty ones */
	uint32_t n_records, cap_records;
	struct cached_home **homes;     /* pinned */
	uint32_t n_homes, cap_homes;
	struct due_change *dues;        /* built when handed over */
	uint32_t n_dues, cap_dues;
	struct due_row *orphans;        /* due rows of no record: removed */
	uint32_t n_orphans, cap_orphans;
	struct ruleset_row *ruleset;
	int64_t now_ms;
	int64_t clock_ms;
	bool clock_moved;
	int64_t work_us;
	int64_t slice_us; /* ... of slices, and of looking for them */
	struct grave dead; /* its rows may refer to them */
	struct batch batch;
};

fl_status group_new(struct group **out);
void group_free(struct group *g);
/* Takes over what the finished unit changed. Records and tasks of a group are
 * those of the cache, which lie still until it is over. FL_NOMEM is fatal. */
fl_status group_merge(struct engine *e, struct turn *u);
/* Queues an answer behind all before it. `unit`: its index, -1 none. */
fl_status group_answer(struct engine *e, post_cb cb, void *ctx,
		       const struct post_answer *a, int64_t unit);
bool group_full(const struct engine *e);
/* Hands the open group to the store, when it is idle; an empty one's answers
 * are given at once. */
fl_status group_flush(struct engine *e);
void group_unknown(struct engine *e); /* answers everything FL_UNKNOWN */

/* ---- due.c: the earliest due rows, as the last merge left them ---- */

struct due_list {
	struct arena scratch; /* for keys of what is loaded */
	struct arena odd;     /* names in rows that are not shared */
	struct arena fired;   /* root of the row being fired */
	struct due_row *rows; /* heap; in order, from `at` up to `n` */
	uint32_t n, cap, at;
	bool loading;
	bool known;        /* rows hold everything up to `last`; false: none */
	bool complete;     /* ... and everything there is */
	bool active;       /* the first one is due */
	struct due_row last;
	int64_t next_due_ms; /* what rows do not hold is not due before */
	struct item item;  /* root of the row being fired */
	int64_t looked;    /* this record was recomputed under new rules */
};

fl_status due_init(struct engine *e);
void due_deinit(struct engine *e);
fl_status due_loaded(struct engine *e, const struct load_got *got);
/* A unit is about to change wake-ups from `before` (NULL: none) to `now`. */
fl_status due_notice(struct engine *e, const struct record *before,
		     const struct record *now);
/* Calls with each wake-up that `of` has and `other` (NULL: nothing) has not, as
 * record_dues() does. */
typedef void (*due_cb)(void *ctx, struct text card, struct text slot,
		       int64_t due_at_ms);
void due_differ(const struct record *of, const struct record *other, due_cb cb,
		void *ctx);
/* Nothing is due before: ms, INT64_MAX never. */
int64_t due_next(const struct engine *e);
/* Fires the next row up to `until_ms`; *did: something was done. */
fl_status due_step(struct engine *e, int64_t until_ms, bool *did);
/* Nothing is due up to `until_ms`. */
bool due_over(const struct engine *e, int64_t until_ms);

/* ---- publish.c ---- */

fl_status publish_start(struct engine *e); /* after residents are loaded */
fl_status publish_item(struct engine *e, struct item *it, bool *did);
/* One short step of recomputing everybody in flight: find a few, load some of
 * them, or run a slice of them. */
fl_status publish_slice(struct engine *e, bool *did);
bool publish_slices(const struct engine *e); /* there is one to be made now */
/* Was this record not yet recomputed under the live rules? */
bool publish_behind(const struct engine *e, int64_t record);
/* A rules.recomputed event over n records; `ids` and `a` must outlive it. */
void publish_root(struct engine *e, struct root *root, struct arena *a,
		  const int64_t *ids, uint32_t n, int64_t upto, bool done);

/* Everybody in flight is looked at again, from the beginning. */
void publish_again(struct engine *e);
fl_status publish_reader(struct engine *e); /* e->reader, opened */

/* rules.undone: its tasks are withdrawn, their steps wait again. */
fl_status undone_told(struct turn *u, const struct event *e);

/* ---- outage.c ---- */

/* At the start: what the host knows about when it was last alive, 0 nothing. */
void outage_init(struct engine *e, int64_t alive_ms);
/* Live clock: notices that nobody looked for long, and tells it before
 * anything fires. */
fl_status outage_watch(struct engine *e, bool *did);
/* Due rows wait until everybody was looked at. */
bool outage_under_way(const struct engine *e);
/* outage.ended, clock.stepped: messages are held, the manager is told. */
fl_status outage_told(struct turn *u, const struct event *e);

/* ---- pace.c ---- */

void pace_begin(struct turn *u); /* a try starts from what is merged */
int64_t pace_slot(void *ctx, struct text person, const struct calendar *c);
void pace_forget(struct engine *e); /* counts from nothing again */
/* A slice is merged, or was read back; NULL: none. false: no memory. */
bool pace_keep(struct engine *e, const struct value *paced);

/* Loads of people (workload.h) with what the unit changed so far. */
uint32_t workload_of(struct turn *u, struct text person, struct text what);

/* snapshot.planned: deliveries still to be done on these days, or undated. */
uint32_t workload_planned(struct turn *u, int64_t from_day, int64_t to_day);

/* ---- the engine ---- */

enum engine_phase { ENGINE_LOADING, ENGINE_STARTING, ENGINE_READY,
		    ENGINE_DEAD };

struct engine {
	struct store *store;
	struct engine_host host;
	struct engine_limits limits;
	bool manual_clock;
	bool at_once;               /* answers do not wait for commits */
	bool commit_asked;          /* ... but this one shall come */
	void (*on_told)(void *ctx, const struct told *told);
	void *told_ctx;
	char *actor;
	enum engine_phase phase;
	struct cache cache;
	struct turn turn;
	struct arena scratch;       /* unit's memory */
	struct buf document;        /* being written */
	struct workload *workload;
	/* rules */
	struct ruleset *ruleset;
	const struct rulebook *book;
	struct card_index *index;
	int64_t ruleset_number;     /* of the live one, 0 none yet */
	int64_t ruleset_turns;      /* how often rules changed in this life */
	int64_t slice_at;           /* recompute: next record id */
	int64_t slice_below;        /* ... of those below; 0: nothing to do */
	struct item slice_item;
	int64_t *slice_ids;         /* found for the next slice; heap */
	uint32_t n_slice_ids;
	uint32_t slice_loaded;      /* so many of them were asked for */
	uint32_t slice_rows;        /* records just looked through */
	int64_t slice_next;         /* looked through up to here */
	bool slice_renew;           /* what was found is of other rules */
	int64_t seen_ms;            /* due rows were last looked at */
	bool heartbeat;
	bool away_ran;              /* this life looked before: a jump */
	bool away_pending;          /* the outage's event is not told yet */
	int64_t away_from_ms;       /* outage that the slices look at; */
	int64_t away_to_ms;         /* 0: none */
	int64_t back_from_ms;       /* the clock went back from here, which is
				     * not told yet; 0: no */
	struct item away_item;      /* the event of either, one at a time */
	struct arena pace_arena;
	struct value paced;         /* late things by person since then */
	struct reader *reader;      /* opened when first needed */
	struct map *scores;         /* card -> struct card_errors */
	struct crash_page *crash;   /* borrowed; NULL none */
	struct rate *rate;
	/* queue */
	struct item *first, *last;
	struct room *room;          /* where the next one goes; NULL none */
	struct item *fresh;         /* first that may need preparing */
	uint32_t prepared;          /* items behind first, prepared */
	uint32_t waiting;           /* items without those refused_full */
	uint32_t fetches;            /* store_loads under way */
	struct map *recent;         /* key -> struct recent */
	struct recent **ring;
	uint32_t ring_at, ring_cap;
	/* groups */
	struct group *open, *flying, *spare;
	int64_t groups;
	int64_t last_number;        /* given out */
	int64_t committed_number;   /* synced */
	int64_t rooftop;            /* record id, 0 not yet */
	int64_t now_ms;             /* of the last turn */
	uint64_t stamps;            /* given to snapshots */
	int64_t clock_ms;           /* manual */
	bool due_turn;              /* alternate between posts and dues */
	struct due_list due;
	struct engine_counts counts;
};

/* Failures of a card since these rules are live, or the engine began. */
struct card_errors {
	uint32_t in_row;
	uint32_t times;
	int64_t event;     /* of the last one, and why */
	char reason[200];
};

/* queue.c */
fl_status queue_step(struct engine *e, bool *did);
void queue_pop(struct engine *e);
void queue_free(struct engine *e);
/* Rules changed: what was prepared under the old ones is prepared again. */
void queue_stale(struct engine *e);
void item_forget(struct item *it); /* drops what was prepared */

int64_t engine_time(struct engine *e); /* now, live or manual */
/* Runs the unit of `it` and merges it; loads what it lacks (then *result is
 * TURN_NEEDS and it->state ITEM_LOADING). Not FL_OK: the engine is dead. */
fl_status engine_run(struct engine *e, struct item *it, int64_t now_ms,
		     struct problems *p, enum turn_result *result);
fl_status engine_dead(struct engine *e, const char *why); /* FL_FATAL */
