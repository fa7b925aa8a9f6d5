/*
 * sandbox.h - inside of a ruleset: its Lua state, what rules may see of it,
 * and the one protected way in. For core/script only.
 *
 * MAY_RAISE marks functions that can leave by Lua's longjmp: their callers
 * hold nothing that only C would free. All memory they use belongs to Lua or
 * to an arena.
 */
#pragma once

#include "script/node.h"
#include "script/script.h"
#include "script/watch.h"

#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#define MAY_RAISE

/* A function of a rule file. */
struct rule_fn {
	int ref; /* in Lua's registry */
	const struct file_unit *unit;
	int line;
};

/* What a view userdata shows: a record or a person. Views are used again:
 * those below rs->used_views are in use. */
struct view {
	const struct record *record; /* NULL: person without a record */
	struct text person;	     /* roster id; empty: no person */
	bool has_tables;	     /* its user value holds made tables */
	const struct kind_def *kind; /* of record */
	uint32_t index;		     /* place in rs->views */
	int ref;		     /* in the registry */
};
#define VIEWS_OF_A_CALL 4 /* room there is before anything runs */

/* The event as functions see it; see lua_event.c. All refs in the registry. */
struct event_view {
	const void *whole, *data; /* the userdata */
	int whole_ref, data_ref;
	int ready_ref;	 /* table of what is not asked for each time */
	int at_ref;	 /* the text "at" */
	int64_t at_ms;	 /* what `ready` says */
	bool has_tables; /* the user value of `data` holds made tables */
};

/* What a name means in a kind, an event or a verb, remembered by the address
 * of the text: Lua keeps a short text once, so a rule that names a field
 * names the same object each time. See lua_name.c. */
struct name_known {
	const char *name;  /* kept by rs->names_ref; NULL: free */
	const void *of;	   /* where it is looked up: kind_def, event_def .. */
	const void *found; /* what it is there: field_def .. */
	uint32_t place;	   /* user's own: where its value stood last time */
};
#define NAMES_KNOWN 512 /* a power of two */
#define VERB_KEYS   16	/* of act.task { } and the like */

/* What runs now. Calls nest: a test's verb runs the engine, which calls
 * functions of this same ruleset. */
struct script_call {
	const struct script_view *view; /* NULL: loading or a test */
	struct card_decision *out;	/* NULL: ask, effects are refused */
	uint32_t effects_before;
	uint32_t first_view; /* its views begin here */
	uint32_t log_bytes;  /* written by print so far */
	size_t given_bytes;  /* read from it by lua_value_read */
	int fn;		     /* called; in a test that of the test */
	bool nomem;	     /* an arena refused */
	bool seeded;	     /* `random` has begun */
	uint64_t random;     /* of math.random, from the event */
	/* tests */
	test_verb_cb verb;
	void *verb_ctx;
	struct arena *verb_arena;
	struct script_call *outer;
};

struct loading; /* loading.h; only while files run */

struct ruleset {
	atomic_uint refs;
	struct arena arena; /* book, nodes, copies of the sources */
	struct script_limits limits;
	size_t used_bytes; /* of the Lua state */
	size_t room_bytes; /* ... at most now; see packs.c */
	lua_State *lua;
	struct watch watch;
	bool watched; /* watch is on the watchdog's list */
	struct rulebook book;
	struct source_set sources; /* in load order, owned by arena */
	struct digest digest;
	struct rule_fn *fns;
	uint32_t n_fns, cap_fns;
	struct pack_use *packs; /* in order of loading, in arena */
	uint32_t n_packs, cap_packs;
	struct test_case *tests;
	uint32_t n_tests, cap_tests;
	struct view **views; /* heap array of userdata the registry holds */
	uint32_t n_views, used_views;
	struct event_view event;
	struct script_view shown; /* what those in use are views of */
	struct name_known names[NAMES_KNOWN]; /* by hash; filled when read */
	struct name_known name_once; /* of a text that cannot be kept */
	int names_ref; /* registry: texts that `names` points into */
	const char *task_keys[VERB_KEYS]; /* of act.task, as Lua keeps them */
	const char *message_keys[VERB_KEYS];
	int act_ref;		  /* registry: the `act` table */
	int api_ref;		  /* registry: what every file sees */
	struct script_call *call; /* innermost; NULL: idle */
	int64_t log_minute;	  /* of turn time; of log_used */
	uint32_t *log_used;	  /* bytes by card in it; heap, NULL: none */
	struct loading *loading;  /* NULL: loaded */
};

static inline struct ruleset *ruleset_of(lua_State *lua)
{
	struct ruleset *rs;

	memcpy(&rs, lua_getextraspace(lua), sizeof(rs));
	return rs;
}

/* sandbox.c: makes rs->lua with the allow-list, or FL_NOMEM. */
fl_status sandbox_new(struct ruleset *rs);
void sandbox_free(struct ruleset *rs);
/* Pushes the environment of one file: empty, reads what every file sees,
 * refuses assignments. */
MAY_RAISE void sandbox_environment(lua_State *lua);
/*
 * The one protected way in: calls the function below its `n_args` arguments
 * under watch. Results stay on the stack when FL_OK; else the stack is as it
 * was before the function and outcome says why (FL_INVALID, FL_NOMEM).
 * outcome may be NULL.
 */
fl_status sandbox_call(struct ruleset *rs, int n_args, int n_results,
	struct script_outcome *outcome);
/* Runs `fn(lua)` with light userdata `ctx` as its argument protected, without
 * a time limit: for C code that only works on the state. */
fl_status sandbox_protect(
	struct ruleset *rs, lua_CFunction fn, void *ctx, struct fl_error *err);
/* An error value as text, never calling anything: at most out_bytes. */
void sandbox_error_text(lua_State *lua, int at, char *out, size_t out_bytes);

/* lua_said.c: Lua's words on a function that failed ("rules/own.lua:12: attempt
 * to index a nil value (field 'x')"), in place, into those of a dealer. What
 * is not Lua's own stays as it is. */
void lua_said_run(char *text, size_t room, bool dutch);

/* packs.c: why a call had no memory, in words. */
void packs_blame(const struct ruleset *rs, char *out, size_t room);
/* What one call may take, whatever was read. */
size_t packs_share(const struct ruleset *rs);

/* lua_base.c: puts functions and libraries into the table on top. */
MAY_RAISE void lua_base_open(lua_State *lua);
/* Leaves the current call when the watchdog said so: for C loops. */
MAY_RAISE void lua_base_check(lua_State *lua);
/* Pushes the value's text as tostring gives it; never an address. */
MAY_RAISE void lua_base_tostring(lua_State *lua, int at);

/* lua_freeze.c: read-only tables. A frozen table is empty and forwards to
 * its contents. */
MAY_RAISE void lua_freeze_table(lua_State *lua, int at); /* deep, in place */
/* Pushes the table that really holds the contents of the table at `at`. */
MAY_RAISE void lua_freeze_contents(lua_State *lua, int at);
/* Walks what the function at `at` can reach: freezes tables; a function
 * that assigns an outer local is told as a mistake of rs->loading. */
MAY_RAISE void lua_freeze_function(lua_State *lua, int at);

/* lua_value.c */
/* Pushes a value; tables are read-only when `frozen`. */
MAY_RAISE void lua_value_push(
	lua_State *lua, const struct value *v, bool frozen);
/*
 * Reads plain data at `at` into `a`, deep: lists or text keys, UTF-8, finite
 * numbers, at most 8 deep, 1,000 keys, 64 KiB, and 1 MiB in a call (not in a
 * test), what was refused and caught included. People words become {who=..}.
 * Raises what is wrong with the path `name`. `spent`: bytes read before that
 * count towards the 64 KiB, brought up to date; NULL: none.
 */
MAY_RAISE void lua_value_read(lua_State *lua, int at, struct arena *a,
	const char *name, size_t *spent, struct value *out);

/* lua_name.c */
MAY_RAISE void lua_name_open(lua_State *lua);
typedef const void *name_look(
	const struct ruleset *rs, const void *of, struct text name);
MAY_RAISE struct name_known *lua_name_learn(lua_State *lua, int at,
	struct text name, const void *of, name_look *look);

static inline struct name_known *lua_name_place(
	struct ruleset *rs, const char *name, const void *of)
{
	uint64_t h = (uint64_t)(uintptr_t)name ^ (uint64_t)(uintptr_t)of << 20;

	return &rs->names[(h * UINT64_C(0x9E3779B97F4A7C15) >> 32) %
			  NAMES_KNOWN];
}

/* The member `name`, which most often stands where it stood last time. */
static inline const struct value *lua_name_value(
	const struct value *map, struct text name, struct name_known *known)
{
	const struct member *m = map->as.members;
	uint32_t i = known != NULL ? known->place : 0;

	if (i < map->count && text_equal(m[i].key, name))
		return &m[i].value;
	for (i = 0; i < map->count; i++)
		if (text_equal(m[i].key, name)) {
			if (known != NULL)
				known->place = i;
			return &m[i].value;
		}
	return NULL;
}

/* What the text at stack index `at`, which is `name`, means in `of`: what
 * `look` finds there, NULL nothing. Once found it is remembered. */
MAY_RAISE static inline struct name_known *lua_name_find(lua_State *lua, int at,
	struct text name, const void *of, name_look *look)
{
	struct name_known *known = lua_name_place(ruleset_of(lua), name.at, of);

	if (known->name == name.at && known->of == of)
		return known;
	return lua_name_learn(lua, at, name, of, look);
}

/* Keeps `name` in the state: where every short text equal to it lies. */
MAY_RAISE const char *lua_name_keep(lua_State *lua, struct text name);

/* lua_word.c: words of the rule language. */
MAY_RAISE void lua_word_open(lua_State *lua); /* into the table on top */
/* A word's parts; false when the value at `at` is none. Pushes nothing. */
struct word_data {
	uint8_t word;	/* enum word */
	uint8_t stage;	/* 0: the bare word, 1: with argument, 2: whole */
	bool continued; /* a later stage was made of it */
	bool used;	/* it stood inside something */
	int line;
	const struct file_unit *unit;
};
struct word_data *lua_word_data(lua_State *lua, int at);
enum { WORD_ARG = 1, WORD_TABLE = 2, WORD_ARG2 = 3 }; /* user values */
bool lua_word_is_broken(lua_State *lua, int at);
/* __index of what every file sees: an unknown name is told at load, where a
 * value that takes anything stands in for it, and raised at run. */
MAY_RAISE int lua_word_unknown(lua_State *lua);
/* Every name a rule file may use; returns how many were written. */
size_t lua_word_names(const char **out, size_t cap);

/* lua_view.c */
MAY_RAISE void lua_view_open(lua_State *lua);
MAY_RAISE void lua_view_subject(lua_State *lua); /* pushes, or nil */
/* The field of the subject that the text at `at`, which is `name`, names. */
MAY_RAISE const struct field_def *lua_view_field(
	lua_State *lua, int at, struct text name);
/* Record a view stands for: true, with its name as data in *out. */
bool lua_view_value(lua_State *lua, int at, struct value *out);
/* Pushes a plain table with what a view shows, for walks; false when the
 * value at `at` is no view (nothing is pushed). */
MAY_RAISE bool lua_view_table(lua_State *lua, int at);
/* Begin and end of a call. A call that shows the same as the one before
 * (script_view.stamp) finds its views still made; others begin anew. FL_OK:
 * subject and event can be pushed without raising. FL_NOMEM. */
fl_status lua_view_begin(struct ruleset *rs, struct script_call *call);
void lua_view_end(struct ruleset *rs, struct script_call *call);
/* Name of a view's kind for tostring, or NULL. */
const char *lua_view_name(lua_State *lua, int at);
MAY_RAISE void lua_view_record(lua_State *lua, const struct record *r);
/* For lua_event.c: tells script_view.read, raises that `what` has no field
 * `name`, refuses a write (__newindex). */
void lua_view_note(lua_State *lua, struct text kind, struct text name,
	const struct value *v);
MAY_RAISE int lua_view_unknown(
	lua_State *lua, const char *what, struct text name, const char *near);
MAY_RAISE int lua_view_write(lua_State *lua);

/* lua_event.c: the event of a call, one userdata and one for event.data. */
MAY_RAISE void lua_event_open(lua_State *lua);
void lua_event_push(lua_State *lua); /* or nil; raises nothing */
bool lua_event_is(lua_State *lua, int at);
const char *lua_event_part(size_t i); /* "type" ..; NULL: no more */
MAY_RAISE const struct event *lua_event_now(lua_State *lua); /* never NULL */
/* What was made of an event's lists and maps is of another one. */
void lua_event_forget(struct ruleset *rs);

/* lua_act.c: leaves `act` in the registry (rs->act_ref). */
MAY_RAISE void lua_act_open(lua_State *lua);
/* The i-th key of act.task { } and act.message { }; NULL past the last. */
const char *lua_act_task_key(size_t i);
const char *lua_act_message_key(size_t i);

/* lua_test.c: pushes `t`. */
MAY_RAISE void lua_test_push(lua_State *lua);
