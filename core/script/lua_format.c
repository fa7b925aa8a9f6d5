/* string.format: numbers by the C library, all else by hand. */
#include "script/lua_lib.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#define SPEC_MOST   22	/* characters between '%' and what converts */
#define NUMBER_MOST 120 /* of "%.99g", "%a", "%99d" */
#define FIXED_MOST  430 /* of "%.99f" of the largest number */
#define FLAGS	    "-+ #0"
#define SHORT_TEXT  100 /* a text from here on is not padded */

/* One "%5.2f" of a format. */
struct spec {
	char text[SPEC_MOST + 6]; /* for the C library; "ll" may be added */
	size_t n;
	bool bare; /* nothing between '%' and what converts */
	bool left; /* '-' */
	int width;
	int precision; /* -1: none */
	char convert;
};

struct formatting {
	lua_State *lua;
	struct watch *watch;
	luaL_Buffer *b;
	int arg;
};

/* Reads the spec at `p`, behind its '%', and returns what follows it. */
static const char *spec_read(lua_State *lua, struct spec *s, const char *p)
{
	size_t n = strspn(p, FLAGS "123456789.");

	if (n + 1 >= SPEC_MOST)
		luaL_error(lua, "invalid format (too long)");
	s->text[0] = '%';
	memcpy(s->text + 1, p, n + 1);
	s->n = n + 2;
	s->text[s->n] = '\0';
	s->bare = n == 0;
	s->convert = p[n];
	return p + n + (p[n] != '\0');
}

static int two_digits(const char **p)
{
	int n = 0;

	for (int i = 0; i < 2 && **p >= '0' && **p <= '9'; i++)
		n = n * 10 + *(*p)++ - '0';
	return n;
}

/* Flags among `flags`, a width, perhaps a precision, and nothing else. */
static void spec_check(
	lua_State *lua, struct spec *s, const char *flags, bool precision)
{
	const char *p = s->text + 1;
	size_t n = strspn(p, flags);

	s->left = memchr(p, '-', n) != NULL;
	s->width = 0;
	s->precision = -1;
	p += n;
	if (*p != '0') {
		s->width = two_digits(&p);
		if (*p == '.' && precision) {
			p++;
			s->precision = two_digits(&p);
		}
	}
	if (p != s->text + s->n - 1 || !isalpha((unsigned char)*p))
		luaL_error(
			lua, "invalid conversion specification: '%s'", s->text);
}

static void add_padded(
	struct formatting *f, const struct spec *s, const char *at, size_t n)
{
	size_t width = (size_t)s->width;
	size_t pad = width > n ? width - n : 0;

	if (pad > 0 && !s->left)
		memset(luaL_prepbuffsize(f->b, pad), ' ', pad),
			luaL_addsize(f->b, pad);
	luaL_addlstring(f->b, at, n);
	if (pad > 0 && s->left)
		memset(luaL_prepbuffsize(f->b, pad), ' ', pad),
			luaL_addsize(f->b, pad);
}

/* ---- numbers ---- */

static void add_decimal(luaL_Buffer *b, lua_Integer v)
{
	char digits[24];
	char *at = digits + sizeof(digits);
	lua_Unsigned left = v < 0 ? 0u - (lua_Unsigned)v : (lua_Unsigned)v;

	do
		*--at = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (v < 0)
		*--at = '-';
	luaL_addlstring(b, at, (size_t)(digits + sizeof(digits) - at));
}

static void add_integer(struct formatting *f, struct spec *s, const char *flags)
{
	lua_Integer v = luaL_checkinteger(f->lua, f->arg);
	char *out;

	spec_check(f->lua, s, flags, true);
	if (s->bare && (s->convert == 'd' || s->convert == 'i')) {
		add_decimal(f->b, v);
		return;
	}
	memcpy(s->text + s->n - 1, "ll", 2);
	s->text[s->n + 1] = s->convert;
	s->text[s->n + 2] = '\0';
	out = luaL_prepbuffsize(f->b, NUMBER_MOST);
	luaL_addsize(f->b, (size_t)snprintf(out, NUMBER_MOST, s->text, v));
}

static void add_real(struct formatting *f, struct spec *s)
{
	lua_Number v;
	char *out = luaL_prepbuffsize(f->b, FIXED_MOST);

	if (s->convert == 'a' || s->convert == 'A') {
		spec_check(f->lua, s, FLAGS, true);
		v = luaL_checknumber(f->lua, f->arg);
	} else {
		v = luaL_checknumber(f->lua, f->arg);
		spec_check(f->lua, s, FLAGS, true);
	}
	luaL_addsize(f->b, (size_t)snprintf(out, FIXED_MOST, s->text, v));
}

/* ---- texts ---- */

static void add_text(struct formatting *f, struct spec *s)
{
	size_t n, used;
	const char *at;

	lua_base_tostring(f->lua, f->arg);
	at = lua_tolstring(f->lua, -1, &n);
	if (s->bare) {
		luaL_addvalue(f->b);
		return;
	}
	luaL_argcheck(f->lua, n == strlen(at), f->arg, "string contains zeros");
	spec_check(f->lua, s, "-", true);
	if (s->precision < 0 && n >= SHORT_TEXT) {
		luaL_addvalue(f->b);
		return;
	}
	used = s->precision >= 0 && (size_t)s->precision < n
		       ? (size_t)s->precision
		       : n;
	/* the text may lie above the buffer: keep it while it is copied */
	lua_replace(f->lua, f->arg);
	add_padded(f, s, lua_tostring(f->lua, f->arg), used);
}

/* A text as Lua would read it back. */
static void add_quoted_text(struct formatting *f)
{
	luaL_Buffer *b = f->b;
	size_t n;
	const char *s = lua_tolstring(f->lua, f->arg, &n);
	char code[8];

	luaL_addchar(b, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		bool digit = i + 1 < n && s[i + 1] >= '0' && s[i + 1] <= '9';

		TICK(f->lua, f->watch);
		if (c == '"' || c == '\\' || c == '\n') {
			luaL_addchar(b, '\\');
			luaL_addchar(b, (char)c);
		} else if (c < 0x20 || c == 0x7f) {
			snprintf(code, sizeof(code), digit ? "\\%03d" : "\\%d",
				c);
			luaL_addstring(b, code);
		} else {
			luaL_addchar(b, (char)c);
		}
	}
	luaL_addchar(b, '"');
}

static void add_quoted_number(struct formatting *f)
{
	char *out = luaL_prepbuffsize(f->b, NUMBER_MOST);
	lua_Number d;
	lua_Integer v;
	int n;

	if (lua_isinteger(f->lua, f->arg)) {
		v = lua_tointeger(f->lua, f->arg);
		n = snprintf(out, NUMBER_MOST,
			v == LUA_MININTEGER ? "0x%llx" : "%lld", v);
	} else {
		d = lua_tonumber(f->lua, f->arg);
		if (isnan(d))
			n = snprintf(out, NUMBER_MOST, "(0/0)");
		else if (isinf(d))
			n = snprintf(
				out, NUMBER_MOST, d > 0 ? "1e9999" : "-1e9999");
		else
			n = snprintf(out, NUMBER_MOST, "%a", d);
	}
	luaL_addsize(f->b, (size_t)n);
}

static void add_quoted(struct formatting *f, const struct spec *s)
{
	if (!s->bare)
		luaL_error(f->lua, "specifier '%%q' cannot have modifiers");
	switch (lua_type(f->lua, f->arg)) {
	case LUA_TSTRING:
		add_quoted_text(f);
		return;
	case LUA_TNUMBER:
		add_quoted_number(f);
		return;
	case LUA_TNIL:
	case LUA_TBOOLEAN:
		lua_base_tostring(f->lua, f->arg);
		luaL_addvalue(f->b);
		return;
	default:
		luaL_argerror(f->lua, f->arg, "value has no literal form");
	}
}

static void add_character(struct formatting *f, struct spec *s)
{
	char c;

	spec_check(f->lua, s, "-", false);
	c = (char)(unsigned char)luaL_checkinteger(f->lua, f->arg);
	add_padded(f, s, &c, 1);
}

/* ---- the format ---- */

static void add_converted(struct formatting *f, struct spec *s)
{
	switch (s->convert) {
	case 'c':
		add_character(f, s);
		break;
	case 'd':
	case 'i':
		add_integer(f, s, "-+0 ");
		break;
	case 'u':
		add_integer(f, s, "-0");
		break;
	case 'o':
	case 'x':
	case 'X':
		add_integer(f, s, "-#0");
		break;
	case 'a':
	case 'A':
	case 'e':
	case 'E':
	case 'f':
	case 'g':
	case 'G':
		add_real(f, s);
		break;
	case 'p':
		luaL_error(f->lua, "'%%p' would tell an address");
		break;
	case 'q':
		add_quoted(f, s);
		break;
	case 's':
		add_text(f, s);
		break;
	default:
		luaL_error(
			f->lua, "invalid conversion '%s' to 'format'", s->text);
	}
}

int lua_format(lua_State *lua)
{
	int top = lua_gettop(lua);
	size_t n;
	const char *p = luaL_checklstring(lua, 1, &n), *end = p + n, *sign;
	luaL_Buffer b;
	struct formatting f = {lua, &ruleset_of(lua)->watch, &b, 1};
	struct spec s;

	luaL_buffinit(lua, &b);
	while ((sign = memchr(p, '%', (size_t)(end - p))) != NULL) {
		TICK(lua, f.watch);
		luaL_addlstring(&b, p, (size_t)(sign - p));
		p = sign + 1;
		if (p < end && *p == '%') {
			luaL_addchar(&b, *p++);
			continue;
		}
		if (++f.arg > top)
			return luaL_argerror(lua, f.arg, "no value");
		p = spec_read(lua, &s, p);
		add_converted(&f, &s);
	}
	luaL_addlstring(&b, p, (size_t)(end - p));
	luaL_pushresult(&b);
	return 1;
}
