/*
 * Patterns of string.find, match, gmatch and gsub. A pattern is read while it
 * is matched, so a mistake in it is told when it is reached, as Lua does.
 */
#include "script/lua_lib.h"

#include <limits.h>
#include <string.h>

#define CAPTURES_MOST 32
#define NESTED_MOST   200
#define STARTERS      "^$*+?.([%-" /* a text without these is plain */

enum { STILL_OPEN = -1, POSITION = -2 };

struct capture {
	const char *at;
	ptrdiff_t bytes; /* or STILL_OPEN, POSITION */
};

struct matcher {
	lua_State *lua;
	struct watch *watch;
	const char *subject, *end; /* the text searched */
	const char *pattern_end;
	int nesting; /* matches inside of matches */
	int n;	     /* captures begun */
	struct capture captures[CAPTURES_MOST];
};

static const char *match(struct matcher *m, const char *s, const char *p);

static void matcher_init(struct matcher *m, lua_State *lua, const char *subject,
	size_t n, const char *pattern_end)
{
	m->lua = lua;
	m->watch = &ruleset_of(lua)->watch;
	m->subject = subject;
	m->end = subject + n;
	m->pattern_end = pattern_end;
	m->nesting = 0;
	m->n = 0;
}

/* ---- one character ---- */

static bool between(int c, int low, int high)
{
	return c >= low && c <= high;
}

static bool is_letter(int c)
{
	return between(c | 0x20, 'a', 'z');
}

static bool is_digit(int c)
{
	return between(c, '0', '9');
}

/* By ASCII alone: a host's locale must not decide. */
static bool in_class(int c, int class)
{
	bool yes;

	switch (class | 0x20) {
	case 'a':
		yes = is_letter(c);
		break;
	case 'c':
		yes = c < 0x20 || c == 0x7f;
		break;
	case 'd':
		yes = is_digit(c);
		break;
	case 'g':
		yes = between(c, '!', '~');
		break;
	case 'l':
		yes = between(c, 'a', 'z');
		break;
	case 'p':
		yes = between(c, '!', '~') && !is_letter(c) && !is_digit(c);
		break;
	case 's':
		yes = c == ' ' || between(c, '\t', '\r');
		break;
	case 'u':
		yes = between(c, 'A', 'Z');
		break;
	case 'w':
		yes = is_letter(c) || is_digit(c);
		break;
	case 'x':
		yes = is_digit(c) || between(c | 0x20, 'a', 'f');
		break;
	case 'z':
		yes = c == 0;
		break;
	default:
		return class == c;
	}
	if (!is_letter(class))
		return class == c;
	return between(class, 'A', 'Z') ? !yes : yes;
}

/* `p` stands behind '[', `last` on the ']' that closes it. */
static bool in_set(int c, const char *p, const char *last)
{
	bool listed = false, inverted = *p == '^';

	if (inverted)
		p++;
	while (p < last && !listed) {
		if (*p == '%') {
			listed = in_class(c, (unsigned char)p[1]);
			p += 2;
		} else if (p[1] == '-' && p + 2 < last) {
			listed = between(
				c, (unsigned char)p[0], (unsigned char)p[2]);
			p += 3;
		} else {
			listed = c == (unsigned char)*p++;
		}
	}
	return listed != inverted;
}

/* Behind the set whose '[' stands before `p`. A ']' in front is one of it. */
static const char *set_end(struct matcher *m, const char *p)
{
	const char *first;

	if (p < m->pattern_end && *p == '^')
		p++;
	for (first = p;; p++) {
		if (p >= m->pattern_end)
			luaL_error(m->lua, "malformed pattern (missing ']')");
		if (*p == ']' && p != first)
			return p + 1;
		if (*p == '%' && p + 1 < m->pattern_end)
			p++;
	}
}

/* Behind the part of the pattern at `p` that stands for one character. */
static const char *item_end(struct matcher *m, const char *p)
{
	if (*p == '[')
		return set_end(m, p + 1);
	if (*p != '%')
		return p + 1;
	if (p + 1 >= m->pattern_end)
		luaL_error(m->lua, "malformed pattern (ends with '%%')");
	return p + 2;
}

/* Does the item [p, end) stand for the character at `s`? */
static bool item_fits(
	const struct matcher *m, const char *s, const char *p, const char *end)
{
	int c;

	if (s >= m->end)
		return false;
	c = (unsigned char)*s;
	switch (*p) {
	case '.':
		return true;
	case '%':
		return in_class(c, (unsigned char)p[1]);
	case '[':
		return in_set(c, p + 1, end - 1);
	default:
		return c == (unsigned char)*p;
	}
}

/* ---- captures ---- */

static const char *capture_begin(
	struct matcher *m, const char *s, const char *p, ptrdiff_t how)
{
	const char *end;

	if (m->n >= CAPTURES_MOST)
		luaL_error(m->lua, "too many captures");
	m->captures[m->n++] = (struct capture){s, how};
	end = match(m, s, p);
	if (end == NULL)
		m->n--;
	return end;
}

static const char *capture_close(
	struct matcher *m, const char *s, const char *p)
{
	struct capture *c = NULL;
	const char *end;

	for (int i = m->n - 1; i >= 0 && c == NULL; i--)
		if (m->captures[i].bytes == STILL_OPEN)
			c = &m->captures[i];
	if (c == NULL) {
		luaL_error(m->lua, "invalid pattern capture");
		return NULL;
	}
	c->bytes = s - c->at;
	end = match(m, s, p);
	if (end == NULL)
		c->bytes = STILL_OPEN;
	return end;
}

/* "%1": what an earlier capture took, once more. */
static const char *capture_again(struct matcher *m, const char *s, int digit)
{
	const struct capture *c;
	int i = digit - '1';

	if (i < 0 || i >= m->n || m->captures[i].bytes == STILL_OPEN)
		luaL_error(m->lua, "invalid capture index %%%d", i + 1);
	c = &m->captures[i];
	if (c->bytes == POSITION || m->end - s < c->bytes ||
		memcmp(c->at, s, (size_t)c->bytes) != 0)
		return NULL;
	return s + c->bytes;
}

/* Capture `i` of a match [s, end): its text, or a position that it pushes
 * (then NULL). A pattern without captures has the whole as its first. */
static const char *capture_text(
	struct matcher *m, int i, const char *s, const char *end, size_t *bytes)
{
	const struct capture *c;

	if (i >= m->n && i != 0)
		luaL_error(m->lua, "invalid capture index %%%d", i + 1);
	if (i >= m->n) {
		*bytes = (size_t)(end - s);
		return s;
	}
	c = &m->captures[i];
	if (c->bytes == STILL_OPEN)
		luaL_error(m->lua, "unfinished capture");
	if (c->bytes == POSITION) {
		lua_pushinteger(m->lua, c->at - m->subject + 1);
		return NULL;
	}
	*bytes = (size_t)c->bytes;
	return c->at;
}

static void capture_push(
	struct matcher *m, int i, const char *s, const char *end)
{
	size_t n = 0;
	const char *at = capture_text(m, i, s, end, &n);

	if (at != NULL)
		lua_pushlstring(m->lua, at, n);
}

/* Pushes all; the whole match when there are none and `s` is given. */
static int captures_push(struct matcher *m, const char *s, const char *end)
{
	int n = m->n == 0 && s != NULL ? 1 : m->n;

	luaL_checkstack(m->lua, n, "too many captures");
	for (int i = 0; i < n; i++)
		capture_push(m, i, s, end);
	return n;
}

/* ---- matching ---- */

/* "%bxy" */
static const char *balanced(struct matcher *m, const char *s, const char *p)
{
	int depth = 0;

	if (m->pattern_end - p < 2)
		luaL_error(m->lua,
			"malformed pattern (missing arguments to '%%b')");
	if (s >= m->end || *s != p[0])
		return NULL;
	for (; s < m->end; s++) {
		TICK(m->lua, m->watch);
		if (depth > 0 && *s == p[1]) {
			if (--depth == 0)
				return s + 1;
		} else if (*s == p[0]) {
			depth++;
		}
	}
	return NULL;
}

/* "%f[set]": from not in the set to in it; the ends of the text count as the
 * character 0. Moves *p behind the set. */
static bool at_frontier(struct matcher *m, const char *s, const char **p)
{
	const char *set = *p + 2, *end;
	int before = s == m->subject ? 0 : (unsigned char)s[-1];
	int here = s < m->end ? (unsigned char)*s : 0;

	if (set >= m->pattern_end || *set != '[')
		luaL_error(m->lua, "missing '[' after '%%f' in pattern");
	end = item_end(m, set);
	*p = end;
	return !in_set(before, set + 1, end - 1) &&
	       in_set(here, set + 1, end - 1);
}

/* As many as can be, then fewer. */
static const char *greedy(
	struct matcher *m, const char *s, const char *p, const char *item)
{
	const char *most = s, *end;

	while (item_fits(m, most, p, item)) {
		TICK(m->lua, m->watch);
		most++;
	}
	for (; most >= s; most--)
		if ((end = match(m, most, item + 1)) != NULL)
			return end;
	return NULL;
}

/* As few as can be, then more. */
static const char *lazy(
	struct matcher *m, const char *s, const char *p, const char *item)
{
	const char *end;

	while ((end = match(m, s, item + 1)) == NULL) {
		if (!item_fits(m, s, p, item))
			return NULL;
		s++;
	}
	return end;
}

/* "%b", "%f" and "%1" to "%9": true when `*p` begins with one; *s is where
 * matching goes on, NULL when it does not fit. */
static bool special(struct matcher *m, const char **s, const char **p)
{
	const char *at = *p + 1;

	if (at >= m->pattern_end)
		return false;
	if (*at == 'b') {
		*s = balanced(m, *s, at + 1);
		*p += 4;
	} else if (*at == 'f') {
		if (!at_frontier(m, *s, p))
			*s = NULL;
	} else if (is_digit(*at)) {
		*s = capture_again(m, *s, *at);
		*p += 2;
	} else {
		return false;
	}
	return true;
}

static const char *match_on(struct matcher *m, const char *s, const char *p)
{
	const char *item, *end;
	char many;

	while (p < m->pattern_end) {
		TICK(m->lua, m->watch);
		if (*p == '(' && p + 1 < m->pattern_end && p[1] == ')')
			return capture_begin(m, s, p + 2, POSITION);
		if (*p == '(')
			return capture_begin(m, s, p + 1, STILL_OPEN);
		if (*p == ')')
			return capture_close(m, s, p + 1);
		if (*p == '$' && p + 1 == m->pattern_end)
			return s == m->end ? s : NULL;
		if (*p == '%' && special(m, &s, &p)) {
			if (s == NULL)
				return NULL;
			continue;
		}
		item = item_end(m, p);
		many = item < m->pattern_end ? *item : '\0';
		if (!item_fits(m, s, p, item)) {
			if (many != '*' && many != '?' && many != '-')
				return NULL;
			p = item + 1;
			continue;
		}
		if (many == '*')
			return greedy(m, s, p, item);
		if (many == '+')
			return greedy(m, s + 1, p, item);
		if (many == '-')
			return lazy(m, s, p, item);
		if (many != '?') {
			s++;
			p = item;
			continue;
		}
		if ((end = match(m, s + 1, item + 1)) != NULL)
			return end;
		p = item + 1;
	}
	return s;
}

/* The end of what pattern `p` takes at `s`, or NULL. */
static const char *match(struct matcher *m, const char *s, const char *p)
{
	const char *end;

	if (m->nesting++ >= NESTED_MOST)
		luaL_error(m->lua, "pattern too complex");
	end = match_on(m, s, p);
	m->nesting--;
	return end;
}

static const char *match_first(struct matcher *m, const char *s, const char *p)
{
	m->nesting = 0;
	m->n = 0;
	return match(m, s, p);
}

/* ---- find and match ---- */

static bool is_plain(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != '\0' && strchr(STARTERS, p[i]) != NULL)
			return false;
	return true;
}

static int find_plain(lua_State *lua, const char *s, size_t n, size_t from,
	const char *what, size_t bytes)
{
	const char *at = s + from;

	if (bytes > 0)
		at = memmem(s + from, n - from, what, bytes);
	if (at == NULL) {
		lua_pushnil(lua);
		return 1;
	}
	lua_pushinteger(lua, at - s + 1);
	lua_pushinteger(lua, at - s + (lua_Integer)bytes);
	return 2;
}

static int search(lua_State *lua, bool tell_where)
{
	size_t n, bytes, from;
	const char *s = luaL_checklstring(lua, 1, &n);
	const char *p = luaL_checklstring(lua, 2, &bytes);
	const char *at, *end;
	struct matcher m;
	bool anchored;

	from = lua_string_from(luaL_optinteger(lua, 3, 1), n) - 1;
	if (from > n) {
		lua_pushnil(lua);
		return 1;
	}
	if (tell_where && (lua_toboolean(lua, 4) || is_plain(p, bytes)))
		return find_plain(lua, s, n, from, p, bytes);
	matcher_init(&m, lua, s, n, p + bytes);
	anchored = bytes > 0 && *p == '^';
	p += anchored;
	for (at = s + from; at <= m.end; at++) {
		if ((end = match_first(&m, at, p)) == NULL) {
			if (anchored)
				break;
			continue;
		}
		if (!tell_where)
			return captures_push(&m, at, end);
		lua_pushinteger(lua, at - s + 1);
		lua_pushinteger(lua, end - s);
		return captures_push(&m, NULL, NULL) + 2;
	}
	lua_pushnil(lua);
	return 1;
}

int lua_pattern_find(lua_State *lua)
{
	return search(lua, true);
}

int lua_pattern_match(lua_State *lua)
{
	return search(lua, false);
}

/* ---- gmatch ---- */

/* Upvalues: text, pattern, where to go on, end of the last match (-1). */
static int gmatch_step(lua_State *lua)
{
	size_t n, bytes;
	const char *s = lua_tolstring(lua, lua_upvalueindex(1), &n);
	const char *p = lua_tolstring(lua, lua_upvalueindex(2), &bytes);
	lua_Integer from = lua_tointeger(lua, lua_upvalueindex(3));
	lua_Integer last = lua_tointeger(lua, lua_upvalueindex(4));
	const char *at, *end;
	struct matcher m;

	matcher_init(&m, lua, s, n, p + bytes);
	for (at = s + from; at <= m.end; at++) {
		end = match_first(&m, at, p);
		if (end == NULL || end - s == last)
			continue;
		lua_pushinteger(lua, end - s);
		lua_copy(lua, -1, lua_upvalueindex(3));
		lua_copy(lua, -1, lua_upvalueindex(4));
		lua_pop(lua, 1);
		return captures_push(&m, at, end);
	}
	return 0;
}

int lua_pattern_gmatch(lua_State *lua)
{
	size_t n, from;

	luaL_checklstring(lua, 1, &n);
	luaL_checklstring(lua, 2, NULL);
	from = lua_string_from(luaL_optinteger(lua, 3, 1), n) - 1;
	lua_settop(lua, 2);
	lua_pushinteger(lua, (lua_Integer)(from > n ? n + 1 : from));
	lua_pushinteger(lua, -1);
	lua_pushcclosure(lua, gmatch_step, 4);
	return 1;
}

/* ---- gsub ---- */

/* Adds the replacement text at 3 for the match [s, end). */
static void add_wording(
	struct matcher *m, luaL_Buffer *b, const char *s, const char *end)
{
	size_t n, bytes;
	const char *from = lua_tolstring(m->lua, 3, &n), *last = from + n;
	const char *sign, *at;

	while ((sign = memchr(from, '%', (size_t)(last - from))) != NULL) {
		TICK(m->lua, m->watch);
		luaL_addlstring(b, from, (size_t)(sign - from));
		sign++; /* behind the last one stands the text's own end, 0 */
		from = sign + 1;
		if (*sign == '%') {
			luaL_addchar(b, '%');
		} else if (*sign == '0') {
			luaL_addlstring(b, s, (size_t)(end - s));
		} else if (is_digit(*sign)) {
			at = capture_text(m, *sign - '1', s, end, &bytes);
			if (at != NULL)
				luaL_addlstring(b, at, bytes);
			else
				luaL_addvalue(b);
		} else {
			luaL_error(m->lua,
				"invalid use of '%%' in replacement string");
		}
	}
	luaL_addlstring(b, from, (size_t)(last - from));
}

/* Adds what stands for the match [s, end); false: the match itself. */
static bool add_replacement(struct matcher *m, luaL_Buffer *b, const char *s,
	const char *end, int type)
{
	lua_State *lua = m->lua;

	if (type == LUA_TFUNCTION) {
		lua_pushvalue(lua, 3);
		lua_call(lua, captures_push(m, s, end), 1);
	} else if (type == LUA_TTABLE) {
		capture_push(m, 0, s, end);
		lua_gettable(lua, 3);
	} else {
		add_wording(m, b, s, end);
		return true;
	}
	if (!lua_toboolean(lua, -1)) {
		lua_pop(lua, 1);
		luaL_addlstring(b, s, (size_t)(end - s));
		return false;
	}
	if (!lua_isstring(lua, -1))
		luaL_error(lua, "invalid replacement value (a %s)",
			luaL_typename(lua, -1));
	luaL_addvalue(b);
	return true;
}

int lua_pattern_gsub(lua_State *lua)
{
	size_t n, bytes;
	const char *s = luaL_checklstring(lua, 1, &n);
	const char *p = luaL_checklstring(lua, 2, &bytes);
	int type = lua_type(lua, 3);
	lua_Integer most = luaL_optinteger(lua, 4, (lua_Integer)n + 1);
	bool anchored = bytes > 0 && *p == '^', changed = false;
	const char *end, *last = NULL;
	lua_Integer done = 0;
	struct matcher m;
	luaL_Buffer b;

	luaL_argexpected(lua,
		type == LUA_TNUMBER || type == LUA_TSTRING ||
			type == LUA_TFUNCTION || type == LUA_TTABLE,
		3, "string/function/table");
	matcher_init(&m, lua, s, n, p + bytes);
	p += anchored;
	luaL_buffinit(lua, &b);
	while (done < most) {
		end = match_first(&m, s, p);
		if (end != NULL && end != last) {
			done++;
			changed |= add_replacement(&m, &b, s, end, type);
			s = last = end;
		} else if (s < m.end) {
			luaL_addchar(&b, *s++);
		} else {
			break;
		}
		if (anchored)
			break;
	}
	if (changed) {
		luaL_addlstring(&b, s, (size_t)(m.end - s));
		luaL_pushresult(&b);
	} else {
		lua_pushvalue(lua, 1);
	}
	lua_pushinteger(lua, done);
	return 2;
}
