/*
 * luasource.h - reads Lua source text as a dealer wrote it: tokens with
 * lines, and the table of keys inside each card call. It knows what a loaded
 * table cannot tell: the line of each key, keys given twice, a missing comma
 * that makes the next line a call. No Lua library; arena memory.
 */
#pragma once

#include "base/problem.h"

enum token_kind { TOKEN_END = 0, TOKEN_NAME, TOKEN_KEYWORD, TOKEN_TEXT,
		  TOKEN_NUMBER, TOKEN_SYMBOL, TOKEN_COMMENT };

struct token {
	enum token_kind kind;
	struct text text;  /* as written; strings without quotes, decoded */
	int line, column;  /* 1-based */
	uint32_t offset;   /* of its first byte */
};

struct lua_source; /* opaque; lives in its arena */

/* Tokenises; mistakes of the text itself (unclosed string or comment, curly
 * quotes, "0,5", odd characters, not UTF-8) go to `p` by line. `bytes` are
 * borrowed for the life of the result. */
fl_status luasource_read(struct arena *a, const char *file, const char *bytes,
			 size_t n, struct problems *p, struct lua_source **out);
const struct token *luasource_tokens(const struct lua_source *s, uint32_t *n);

/* Line of key `key` inside the table constructor that begins at or after
 * `line` of the call `callee "name" {`; `line` itself when not found. */
int luasource_key_line(const struct lua_source *s, int line, const char *key);

/* Structural mistakes: a key given twice in one table, "}" or text followed
 * by "{" or text on the next line inside a table without a comma, unclosed
 * brackets with the line of the opening one, durations without quotes. */
void luasource_check(const struct lua_source *s, struct problems *p);
