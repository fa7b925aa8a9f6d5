/*
 * luasource_inside.h - what the parts of the source reader share:
 * luasource.c makes tokens, luasource_table.c pairs brackets and finds keys,
 * luasource_check.c judges, luasource_habit.c knows other languages,
 * luasource_say.c words it, luasource_mend.c mends. Nobody else includes it.
 */
#pragma once

#include "model/luasource.h"
#include "model/timing.h"

#define NO_TOKEN UINT32_MAX

struct lua_source {
	struct arena *arena;  /* borrowed */
	const char *file;     /* borrowed; may be NULL */
	struct token *all;    /* with comments, TOKEN_END last */
	uint32_t n_all, cap_all;
	struct token *code;   /* without comments, TOKEN_END last */
	uint32_t n_code;
	uint32_t *close;      /* per code token: of an opener, what closes it;
			       * NO_TOKEN else */
	uint32_t wrong;       /* code token where pairing failed, NO_TOKEN: all
			       * paired; TOKEN_END: something is open */
	uint32_t left_open;   /* the opener that is at fault; NO_TOKEN: none */
	int *told;            /* lines with mistakes of the text, ascending */
	uint32_t n_told, cap_told;
	bool text_open;       /* a text or comment was not closed */
	struct mend *mends;   /* by place, as far as they are certain */
	uint32_t n_mends, cap_mends;
};

/* Bytes `from` to `to` should have been `put`. */
struct mend {
	uint32_t from, to;
	const char *put; /* static or in the arena; no line ends */
};

/* One item of a table. */
struct field {
	uint32_t key;   /* its token; NO_TOKEN: positional */
	uint32_t first; /* first token of the field */
	uint32_t end;   /* token behind it: "," ";" "}" or TOKEN_END */
};

/* What can be wrong; luasource_say.c has the words. */
enum mistake {
	MISTAKE_NOT_UTF8,
	MISTAKE_TOO_LONG,
	MISTAKE_TEXT_OPEN,
	MISTAKE_LONG_OPEN,
	MISTAKE_CURLY,
	MISTAKE_CURLY_END,
	MISTAKE_DECIMAL_COMMA,
	MISTAKE_HARD_SPACE,
	MISTAKE_INVISIBLE,
	MISTAKE_CONTROL,
	MISTAKE_NO_CHARACTER,
	MISTAKE_MONEY,
	MISTAKE_CHARACTER,
	MISTAKE_ESCAPE,
	MISTAKE_NUMBER,
	MISTAKE_NUMBER_UNIT,
	MISTAKE_NUMBER_PARTS,
	MISTAKE_FOREIGN,
	MISTAKE_TWICE,
	MISTAKE_COMMA_LINE,
	MISTAKE_COMMA,
	MISTAKE_STILL_OPEN,
	MISTAKE_NOT_CLOSED,
	MISTAKE_CLOSES_NOTHING,
	MISTAKE_BARE_SPAN,
	MISTAKE_BARE_TIME,
	MISTAKE_BARE_PERCENT,
	MISTAKE_BARE_DATE,
	MISTAKE_BARE_KEY,
	MISTAKE_SETS,
	MISTAKE_SETS_ARGUMENT,
	MISTAKE_OR_COMPARED,
	MISTAKE_OR,
	MISTAKE_AND,
	MISTAKE_THOUSANDS,
	MISTAKE_BARE_AMOUNT,
	MISTAKE_SIGN,
	MISTAKE_QUOTED_KEY,
	MISTAKE_BRACKETS,
	MISTAKE_JOINS,
	MISTAKE_REMARK,
	MISTAKE_BRACES,
	MISTAKE_IN,
	MISTAKE_QUOTE_INSIDE,
	MISTAKE_ADDRESS,
	MISTAKE_BARE_FUNCTION,
	MISTAKE_BARE_NAME,
	MISTAKE_ARGUMENTS,
	MISTAKE_WHEN_LIST,
	MISTAKE_CONDITIONS_AND,
	MISTAKE_CONDITIONS_OR,
	MISTAKE_COUNT
};

/* What a message says besides its own words; NULL where it asks for none. */
struct said {
	const char *word, *other, *fix;
};

/* Tells a mistake at token `at`, in the language of `p`. */
struct problem *luasource_tell(const struct lua_source *s, struct problems *p,
	enum mistake m, const struct token *at, struct said said);

/* Notes a mend; without memory it is left out. */
void luasource_mend(
	struct lua_source *s, uint32_t from, uint32_t to, const char *put);

/* luasource_habit.c: signs and words of other languages and of paper; how many
 * were told. All of them are mended: what else is wrong shows when the text is
 * read again. */
uint32_t luasource_habits(struct lua_source *s, struct problems *p);
bool luasource_is(const struct lua_source *s, uint32_t i, const char *symbol);
bool luasource_keyword(const struct lua_source *s, uint32_t i,
		       const char *word);
/* A Lua word used as a key: `end = 1` at the front of a field. */
bool luasource_word_key(const struct lua_source *s, uint32_t i);
fl_status luasource_pair(struct lua_source *s);
/* Walks the fields of the table opened by token `open`; *at starts as
 * open + 1. false at its end. */
bool luasource_field(const struct lua_source *s, uint32_t open, uint32_t *at,
		     struct field *out);
