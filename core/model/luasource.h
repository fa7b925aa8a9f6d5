/*
 * luasource.h - reads Lua 5.4 source text as a dealer wrote it: tokens with
 * lines, and the keys inside each card call. It knows what a loaded table
 * cannot tell: the line of each key, keys given twice, a missing comma that
 * makes the next line a call. Takes any bytes. No Lua library; arena memory;
 * one thread at a time. Mistakes are told in the language of the list.
 *
 * Mistakes are errors unless said otherwise. What Lua itself would take is
 * told only inside a card: a table given to a word and a text, like
 * cadence "x" { }, and all that lies in it; but a key given twice always.
 *
 * FL100 not UTF-8, or too long          FL110 key given twice
 * FL101 text not closed                 FL111 comma missing
 * FL102 long text or comment not closed FL112 bracket or block not closed
 * FL103 curly quotes                    FL113 closes nothing
 * FL104 decimal comma: 0,5              FL114 duration, time, date or percent
 * FL105 character that is not Lua             without quotes
 * FL106 escape that does not exist      FL115 key that needs brackets: a Lua
 * FL107 number that is none                   word, a dot, a hyphen
 * FL108 sign of another language        FL116 "=" where "==" is meant
 * FL109 quotes inside of a text          FL117 "or" between two texts
 *                                       FL118 20.000, which is twenty (warning)
 *                                       FL119 a sign, bracket or word that other
 *                                             languages or paper write: mended
 *                                             first, what it hid is told then
 */
#pragma once

#include "base/buf.h"
#include "base/problem.h"

#define LUASOURCE_BYTES_MAX (1u << 20)

enum token_kind { TOKEN_END = 0, TOKEN_NAME, TOKEN_KEYWORD, TOKEN_TEXT,
		  TOKEN_NUMBER, TOKEN_SYMBOL, TOKEN_COMMENT };

struct token {
	enum token_kind kind;
	struct text text;  /* as written, NUL behind it; strings without
			    * quotes and decoded (any bytes, by "\xff"),
			    * comments without their dashes */
	int line, column;  /* 1-based; columns count characters */
	int last_line;     /* differs in long texts and comments */
	uint32_t offset;   /* of its first byte */
	uint32_t end;	   /* behind its last byte */
};

struct lua_source; /* opaque; lives in its arena */

/*
 * Tokenises; mistakes of the text itself (FL100-FL108) go to `p` by line and
 * reading goes on behind them. A "#" line at the front and a byte order mark
 * are skipped. `bytes` are borrowed until return, `file` (may be NULL) for the
 * life of the result. FL_OK also when mistakes were found; FL_NOMEM: the arena
 * refused, *out is NULL.
 */
fl_status luasource_read(struct arena *a, const char *file, const char *bytes,
			 size_t n, struct problems *p, struct lua_source **out);
/* All tokens with comments; the last is TOKEN_END, counted in *n. */
const struct token *luasource_tokens(const struct lua_source *s, uint32_t *n);

/* Columns that a token takes: for problem_place(). */
int luasource_width(const struct token *t);

/* The language that a dealership.lua asks for, whatever else is wrong in it:
 * the text of language = "..." to `out`; false, and "", when there is none.
 * Any bytes. */
bool luasource_language(const char *bytes, size_t n, char out[8]);

/* Every bracket and block has its other half. */
bool luasource_paired(const struct lua_source *s);

/*
 * The bytes with those mistakes mended that have one certain remedy (commas,
 * quotes, "==", keys in brackets), line for line, appended to `out`; false:
 * there are none, nothing appended. After luasource_check(). `bytes` and `n`
 * are those that were read.
 */
bool luasource_mended(
	struct lua_source *s, const char *bytes, size_t n, struct buf *out);

/* One place that luasource_mended() changed: at `column` of the text that was
 * read stood `was` characters, now `put`. Both are of one line. */
struct luasource_change {
	int line, column, was, put;
	uint32_t count;	      /* places so far */
	uint32_t at, line_at; /* bytes: how far it came, where the line begins */
};
/* Goes on to the next place, from the front, beginning with {.line = 1}; false
 * past the last. After luasource_mended(), with the same bytes. */
bool luasource_changed(const struct lua_source *s, const char *bytes,
	struct luasource_change *c);

/*
 * Where one of `words` begins a line at its very front: the offsets, ascending,
 * at most `cap`; returns how many. Between two of them stands one declaration,
 * even when brackets in it are missing. When all is paired, `local` and
 * `function` begin one too, and only what lies in no bracket counts.
 */
uint32_t luasource_parts(const struct lua_source *s, const char *const *words,
	size_t n_words, uint32_t *out, uint32_t cap);

/* Structural mistakes, FL110-FL119. What the text's own mistakes explain is
 * not told again. FL_NOMEM: the arena refused. */
fl_status luasource_check(struct lua_source *s, struct problems *p);

/*
 * Appends the source laid out in the one way to `out`: the same tokens and
 * comments in the same lines, two blanks for each thing that is open, one blank
 * between words, never two empty lines, "\n" at the end of each line. Formatting the
 * result again changes nothing. `bytes` are those that were read.
 * FL_OK; FL_INVALID: the text has mistakes (see luasource_check()); FL_LIMIT: more
 * than 200 things open at once; FL_NOMEM. After a failure *out is of no use.
 */
fl_status luasource_format(const struct lua_source *s, const char *bytes,
			   size_t n, struct buf *out);
