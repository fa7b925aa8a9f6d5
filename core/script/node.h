/*
 * node.h - what a rule file says, as a tree without any Lua: made once after
 * a file has run (lua_node.c), read by the readers of cards and dealership.
 * Lives in the ruleset's arena; functions are numbers of the ruleset.
 */
#pragma once

#include "base/value.h"
#include "model/luasource.h"

/* Every word of the rule language that makes something; words.c has a row
 * for each. */
enum word {
	WORD_NONE = 0,
	/* declare something by themselves */
	WORD_DEALERSHIP,
	WORD_PERSON,
	WORD_TEAM,
	WORD_DEPARTMENT,
	WORD_SETTING,
	WORD_SET,
	WORD_EVENT,
	WORD_FIELD,
	WORD_CADENCE,
	WORD_HANDOFF,
	WORD_ESCALATION,
	WORD_RULE,
	WORD_GATE,
	WORD_MODE,
	WORD_WORD_LIST,
	WORD_CHANGE,
	WORD_SWITCH_OFF,
	WORD_TEST,
	/* parts of a card */
	WORD_STEP,
	WORD_WHEN,
	WORD_LADDER,
	/* people */
	WORD_HANDLER,
	WORD_SELLER,
	WORD_OWNER,
	WORD_PERSON_IN,
	WORD_ROLE,
	WORD_ON_DUTY,
	WORD_LEAST_LOADED,
	WORD_ROUND_ROBIN,
	/* tasks */
	WORD_CALL,
	WORD_MAIL,
	WORD_VISIT,
	WORD_TODO,
	/* answers and actions */
	WORD_RECORD,
	WORD_AGAIN,
	WORD_NOTE,
	WORD_TELL,
	/* handoff and escalation */
	WORD_EXCEPTION,
	WORD_MUST,
	WORD_NICE,
	WORD_FRESH_LEAD,
	WORD_CARD,
	/* mode */
	WORD_EVERY_YEAR,
	WORD_NEVER_IN,
	WORD_PROTECT,
	WORD_PUSH_BACK,
	/* gate */
	WORD_NEEDS,
	WORD_REFUSES,
	WORD_PERSON_WHO,
	WORD_WORDS,
	WORD_SOME_OF,
	WORD_EITHER,
	/* conditions */
	WORD_LOGGED,
	WORD_NO_EVENT,
	WORD_TOUCHED_SINCE,
	WORD_COUNT
};

/* How a word is written. */
enum word_form {
	FORM_CONSTANT,	 /* handler */
	FORM_TEXT,	 /* role "x" */
	FORM_TEXT_TABLE, /* step "x" { } */
	FORM_TEXT_MAYBE, /* record "x", record "x" { } */
	FORM_TABLE,	 /* again { } */
	FORM_WORDING,	 /* call "x", call { nl = , en = } */
	FORM_LIST_TABLE, /* when "x" { }, when { "x", "y" } { } */
	FORM_WHO,	 /* tell(role "x"), tell(role "x", "text") */
	FORM_SET,	 /* set("x", value, { brand = }) */
	FORM_TEST	 /* test "x" (function(t) ... end) */
};

struct word_def {
	const char *name;
	enum word_form form;
	bool declares; /* stands on its own in a file */
	bool at_run;   /* may be used inside a running function */
};
const struct word_def *word_of(enum word w); /* never NULL */

enum node_kind {
	NODE_NIL = 0,
	NODE_BOOL,
	NODE_INT,
	NODE_REAL,
	NODE_TEXT,
	NODE_FN,
	NODE_TABLE,
	NODE_WORD,
	NODE_BROKEN /* a mistake already told: accepted in silence */
};

/* A place of a line that was read otherwise than it is written: at `column`
 * stood `was` characters, and `put` were read. A later round changed what an
 * earlier one had read. */
struct unit_mend {
	int line, column, was, put;
	uint32_t round;
};

/* One source file. */
struct file_unit {
	const char *name; /* "rules/own.lua"; caller's arena of problems */
	struct text pack; /* "own", or the folder's name below packs/ */
	enum { FILE_DEALERSHIP, FILE_SETTINGS, FILE_RULES } kind;
	struct lua_source *source; /* for lines of keys; NULL: unreadable */
	const char *bytes;	   /* exact, borrowed from the ruleset's copy */
	size_t n;
	bool broken; /* a mistake was told: later ones may follow */
	struct unit_mend *mends; /* round by round, each from the front */
	uint32_t n_mends, cap_mends;
};

struct node_key {
	struct text name;
	struct node *value;
};

struct node {
	enum node_kind kind;
	int line;	       /* of the word, or of the table's key */
	int word_line;	       /* of the word a table belongs to, */
	const char *word_name; /* its name, */
	const char *word_arg;  /* and first argument; NULL none, or a list */
	const char *path;      /* table: its keys from that word, "a.b" or "" */
	const struct file_unit *unit;
	union {
		bool boolean;
		int64_t integer;
		double real;
		struct text text;
		int fn;
	} as;
	enum word word;	       /* NODE_WORD */
	struct node *arg;      /* its first argument; NULL none */
	struct node *arg2;     /* tell: text; set: scope */
	struct node *table;    /* its { }; NULL none */
	struct node_key *keys; /* NODE_TABLE: in byte order */
	uint32_t n_keys;
	struct node **items; /* NODE_TABLE: list part */
	uint32_t n_items;
};

/* Member of a table node, or NULL (also when n is NULL or no table). */
struct node *node_get(const struct node *n, const char *key);
/* Line of `key` in table `n`. */
int node_key_line(const struct node *n, const char *key);
/* Puts the carets of a problem about the text of `n` under `part`, the bytes
 * from `at` on, and its line where that stands; as far as it can be told. */
void node_part_place(
	const struct node *n, size_t at, size_t bytes, struct problem *it);
/* Line of the value itself: texts and bare words are looked up in the
 * source, from the line of their key on. */
int node_line(const struct node *n);
/* First of the `n` tokens that stands on or behind `line`; n: none. */
uint32_t node_token(const struct token *t, uint32_t n, int line);
/* +1 for a token that opens a bracket or block, -1 for one that closes. */
int node_nesting(const struct token *t);
/* Plain data as a value (lists, maps, texts, numbers; no words, functions);
 * false when something else is inside. */
bool node_value(struct arena *a, const struct node *n, struct value *out);
/* What a node is, for messages: "a text", "a function", "step \"x\"". */
const char *node_what(const struct node *n, bool dutch);
