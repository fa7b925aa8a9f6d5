/*
 * loading.h - the state of one ruleset_load(): files, declarations, mistakes.
 * All mistakes go through say(), which knows the rooftop's language.
 */
#pragma once

#include "script/sandbox.h"

/* Every message of this directory; say.c has its text and code. */
enum say {
	SAY_UNKNOWN_NAME,
	SAY_ASSIGNS_GLOBAL,
	SAY_REMEMBERS,
	SAY_SYNTAX,
	SAY_FILE_FAILED,
	SAY_FILE_CUT,
	SAY_NO_DEALERSHIP,
	SAY_TWO_DEALERSHIPS,
	SAY_WRONG_FILE,
	SAY_BYTES_BINARY,
	SAY_TOO_LARGE,
	SAY_NOT_UTF8,
	SAY_WORD_ARG_TEXT,
	SAY_WORD_ARG_TABLE,
	SAY_WORD_ARG_LIST,
	SAY_WORD_ARG_WORDING,
	SAY_WORD_ARG_WHO,
	SAY_WORD_ARG_FUNCTION,
	SAY_WORD_NO_TABLE,
	SAY_WORD_TWICE,
	SAY_STANDS_ALONE,
	SAY_ODD_VALUE,
	SAY_ODD_KEY,
	SAY_TOO_DEEP,
	SAY_UNKNOWN_KEY,
	SAY_KEY_ELSEWHERE,
	SAY_LIST_ITEM,
	SAY_EXPECTS,
	SAY_MISSING_KEY,
	SAY_ONE_TIMING,
	SAY_EMPTY,
	SAY_NOT_A_SPAN,
	SAY_NOT_A_MOMENT,
	SAY_UNKNOWN_EVENT,
	SAY_UNKNOWN_FIELD,
	SAY_UNKNOWN_STATE,
	SAY_UNKNOWN_ROLE,
	SAY_UNKNOWN_TEAM,
	SAY_UNKNOWN_PERSON,
	SAY_UNKNOWN_SETTING,
	SAY_UNKNOWN_KIND,
	SAY_UNKNOWN_CARD,
	SAY_UNKNOWN_STEP,
	SAY_UNKNOWN_CHOICE,
	SAY_UNKNOWN_EVENT_FIELD,
	SAY_ENGINE_MADE,
	SAY_BAD_ID,
	SAY_SAME_STEP,
	SAY_SAME_CARD,
	SAY_SAME_NAME,
	SAY_SETTING_VALUE,
	SAY_SETTING_TYPE,
	SAY_NOBODY_HAS_ROLE,
	SAY_TWO_JOBS,
	SAY_NO_ROLES,
	SAY_ZONE,
	SAY_PLACEHOLDER_OPEN,
	SAY_PLACEHOLDER_FIELD,
	SAY_PLACEHOLDER_FORMAT,
	SAY_AT_MOST,
	SAY_NO_STARTS,
	SAY_NO_STEPS,
	SAY_NOTHING_TO_DO,
	SAY_UNKNOWN_ANSWER,
	SAY_COMPILED_FORM,
	SAY_MANY_CONSTANTS,
	SAY_NO_ROOM,
	SAY_RANGE,
	SAY_STEP_NO_TASK,
	SAY_UNKNOWN_MARK,
	SAY_NOT_AN_AMOUNT,
	SAY_NEVER_VALUE,
	SAY_NEVER_TYPE,
	SAY_NEVER_RECORD,
	SAY_NEVER_BOTH,
	SAY_ALWAYS_EITHER,
	SAY_NOT_COMPARED,
	SAY_NEVER_EVENT,
	SAY_UNKNOWN_VERB,
	SAY_VERB_MARK,
	SAY_ACT_OUTSIDE,
	SAY_SET_BUILT_IN,
	SAY_NEVER_OVER,
	SAY_NEVER_ACCEPTED,
	SAY_PAST_UP_TO,
	SAY_BOUNDS_CROSS,
	SAY_PAST_RHYTHM,
	SAY_NOBODY_ENTERS,
	SAY_LEAVES_AT_ONCE,
	SAY_CONTACTED_TWICE,
	SAY_EVENT_CYCLE,
	SAY_NO_FAILS_DEPARTMENT,
	SAY_OVER_STAFF,
	SAY_UNKNOWN_WORDS,
	SAY_UNKNOWN_NEED,
	SAY_GATE_OPEN,
	SAY_CHANGES_NOTHING,
	SAY_CHANGE_FIXED,
	SAY_SWITCHED_OFF,
	SAY_NO_DIARY,
	SAY_NEVER_CHANGES,
	SAY_PRESSURE,
	SAY_NO_UNIT,
	SAY_NEED_NAME,
	SAY_UNKNOWN_BRAND,
	SAY_NOT_SIGNED,
	SAY_NO_ANSWER,
	SAY_NEITHER,
	SAY_FIELD_CALLED,
	SAY_ASSIGNS_FIELD,
	SAY_JOINED,
	SAY_TESTS_NOTHING,
	SAY_OFF_LEAVES,
	SAY_STEP_INSIDE,
	SAY_WAITS_FOR_ITSELF,
	SAY_NO_EVENT_FIELD,
	SAY_SOME_EVENTS,
	SAY_ANY_EVENT,
	SAY_NEVER_NIL,
	SAY_NEVER_APPEARS,
	SAY_SAYS_NOTHING,
	SAY_NEVER_ASKED,
	SAY_TASK_KIND,
	SAY_WORD_IN_FUNCTION,
	SAY_NOTE_BRACES,
	SAY_WORD_AS_KEY,
	SAY_LOOSE_TASK,
	SAY_PLACEHOLDER_SIGN,
	SAY_COUNT
};

/* move_to of a step: looked up when all cards are known. */
struct pending_move {
	const struct node *v; /* card "name" */
	struct text pack;     /* of the card it stands in */
	struct text *to;      /* the step's move_to */
};

/* act.emit("event") in a function. */
struct emits {
	int fn;
	struct text event;
};

struct loading {
	struct ruleset *rs;
	struct problems *p;
	bool dutch;
	bool with_tests;
	struct file_unit *units; /* load order */
	uint32_t n_units;
	struct file_unit *running; /* file that runs now */
	struct node **decls;	   /* declarations in order */
	uint32_t n_decls, cap_decls;
	struct pending_move *moves;
	uint32_t n_moves, cap_moves;
	struct text *lost; /* names declared by what could not be read */
	uint32_t n_lost, cap_lost;
	struct emits *emits; /* what functions cause, as far as written out */
	uint32_t n_emits, cap_emits;
	int words_ref; /* registry list: every word made */
	int n_words;
	bool crowded; /* that packs leave no room is told */
};

/* Tells a mistake; `near` and the texts of the message may be NULL-free
 * borrowed text. The unit is marked broken. */
struct problem *say(struct loading *ld, const struct file_unit *unit, int line,
	enum say what, ...);
/* The same as a warning. */
struct problem *say_warning(struct loading *ld, const struct file_unit *unit,
	int line, enum say what, ...);
/* Sets nearest on a problem about a person nobody is; with `words` that may be
 * a role or a team, as rules write it: role "sales_manager". */
void say_near_person(
	struct loading *ld, struct problem *it, struct text id, bool words);
/* Sets nearest of `names` on a problem when one is near. */
void say_near(struct loading *ld, struct problem *it, const char *wrong,
	const char *const *names, size_t n);
/* The file of that name; NULL: there is none, or no name. */
const struct file_unit *say_unit(const struct loading *ld, const char *name);
/* The column of a problem in what was read of its file so far becomes the one
 * in what is written. */
void say_column(const struct file_unit *u, struct problem *it);
/* Gives the problems from number `from` on, whose columns are so, their lines. */
void say_lines(struct loading *ld, uint32_t from);
/* Gives the problems of files from number `from` on their place in the line,
 * and those of declared names and hours the line of the wrong word. */
void say_places(struct loading *ld, uint32_t from);
/* A word that nobody knows, with what may have been meant. */
void say_unknown_name(struct loading *ld, const struct file_unit *unit,
	int line, const char *name, const char *const *names, size_t n);
/* `names` as "a, b, c" in the problem arena, at most 12. */
const char *say_list(struct loading *ld, const char *const *names, size_t n);

/* bytecode.c: looks at the compiled form of the function on top: assignments
 * of outer locals (lines), names of globals. */
struct bytecode_use {
	void *ctx;
	/* global `name` is read or assigned at `line` */
	void (*global)(void *ctx, struct text name, int line, bool assigned);
	/* an outer local of the function itself is assigned */
	void (*outer)(void *ctx, struct text name, int line);
	/* a bitwise operator in a function of more than 256 constants, which
	 * Lua may compute wrongly; NULL: not asked */
	void (*bits)(void *ctx, int line);
};
/* false: the compiled form is not the one this program knows. */
bool bytecode_scan(lua_State *lua, const struct bytecode_use *use);

/* unit_read.c: tells the mistakes of a file's text and runs what can be read
 * of it. */
void unit_read(struct loading *ld, struct file_unit *u);

/* lua_said.c: what Lua says of a file, in a dealer's words. `before`: lines
 * that stood before what Lua was given. The second returns the line, 0 when
 * unknown. */
void lua_said_syntax(struct loading *ld, struct file_unit *u,
	const char *message, int before);
int lua_said_failed(
	struct loading *ld, struct file_unit *u, const char *message);

/* lua_node.c: turns the declarations that files made into nodes. Runs
 * protected; registers functions. */
MAY_RAISE int lua_node_collect(lua_State *lua);

/* packs.c: `pack` holds what was not there at `before` bytes. Collects first. */
void packs_charge(struct ruleset *rs, struct text pack, size_t before);
/* The one that holds most, NULL: nothing was read. */
const struct pack_use *packs_largest(const struct ruleset *rs);
/* A file found no memory: was it because the others hold so much? Then it is
 * told which pack holds most. */
bool packs_crowd(struct loading *ld);
/* Is a call's share left? Then that is all there is from now on; else tells
 * which pack takes it. */
bool packs_fit(struct loading *ld);

/* Readers: declarations into rs->book. In this order. */
void dealer_read(struct loading *ld); /* dealership, people, departments */
/* The i-th key of dealership, person or department { }; NULL past the last. */
const char *dealer_key_at(enum word w, size_t i);
void names_read(struct loading *ld);  /* event, field, setting, set */
void word_lists_read(struct loading *ld); /* word_list */
void cards_read(struct loading *ld);  /* cards, change, switch_off */
void pressure_look(struct loading *ld); /* warnings about their sentences */

/* advice.c: warnings about what is allowed and yet not meant. After the
 * readers, when there are no mistakes. */
void advice_give(struct loading *ld);
/* advice_never.c: its conditions that say the same whatever happens. */
void advice_never(struct loading *ld, const struct card *c);
