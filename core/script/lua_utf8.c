/* The utf8 library. */
#include "script/lua_lib.h"

#include <limits.h>
#include <string.h>

#define CODE_MOST  0x10FFFFu
#define LAX_MOST   0x7FFFFFFFu
#define NOT_A_CODE "invalid UTF-8 code"
#define SLICE_LONG "string slice too long"
#define CODE_BYTES 6
#define ONE_CHAR   "[\0-\x7F\xC2-\xFD][\x80-\xBF]*"

static bool continues(const char *s)
{
	return ((unsigned char)*s & 0xc0) == 0x80;
}

/* Negative positions count from the end; too far back is 0. */
static lua_Integer position(lua_Integer at, size_t n)
{
	if (at >= 0)
		return at;
	return 0u - (size_t)at > n ? 0 : (lua_Integer)n + at + 1;
}

/* Reads one code; returns what follows it, NULL when there is none. The text
 * ends with a 0, which continues nothing. */
static const char *code_read(const char *s, lua_Unsigned *out, bool strict)
{
	static const uint32_t least[] = {
		0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000};
	unsigned char first = (unsigned char)*s;
	uint32_t code;
	int more = 0;

	if (first < 0x80) {
		*out = first;
		return s + 1;
	}
	while (more < 7 && (first & (0x80 >> more)) != 0)
		more++; /* leading ones: all bytes of it */
	more--;
	if (more < 1 || more >= CODE_BYTES)
		return NULL;
	code = first & (0x3fu >> more);
	for (int i = 1; i <= more; i++) {
		if (!continues(s + i))
			return NULL;
		code = code << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (code < least[more])
		return NULL;
	if (strict && (code > CODE_MOST || (code >= 0xD800 && code <= 0xDFFF)))
		return NULL;
	*out = code;
	return s + more + 1;
}

static int utf8_len(lua_State *lua)
{
	struct watch *watch = &ruleset_of(lua)->watch;
	size_t n;
	const char *s = luaL_checklstring(lua, 1, &n);
	lua_Integer at = position(luaL_optinteger(lua, 2, 1), n);
	lua_Integer last = position(luaL_optinteger(lua, 3, -1), n);
	bool strict = !lua_toboolean(lua, 4);
	lua_Integer count = 0;

	luaL_argcheck(lua, at >= 1 && at - 1 <= (lua_Integer)n, 2,
		"initial position out of bounds");
	luaL_argcheck(lua, last - 1 < (lua_Integer)n, 3,
		"final position out of bounds");
	for (at--; at < last; count++) {
		lua_Unsigned code;
		const char *next = code_read(s + at, &code, strict);

		TICK(lua, watch);
		if (next == NULL) {
			lua_pushnil(lua);
			lua_pushinteger(lua, at + 1);
			return 2;
		}
		at = next - s;
	}
	lua_pushinteger(lua, count);
	return 1;
}

static int utf8_codepoint(lua_State *lua)
{
	size_t n;
	const char *s = luaL_checklstring(lua, 1, &n), *end;
	lua_Integer at = position(luaL_optinteger(lua, 2, 1), n);
	lua_Integer last = position(luaL_optinteger(lua, 3, at), n);
	bool strict = !lua_toboolean(lua, 4);
	int results = 0;

	luaL_argcheck(lua, at >= 1, 2, "out of bounds");
	luaL_argcheck(lua, last <= (lua_Integer)n, 3, "out of bounds");
	if (at > last)
		return 0;
	if (last - at >= INT_MAX)
		return luaL_error(lua, SLICE_LONG);
	luaL_checkstack(lua, (int)(last - at) + 1, SLICE_LONG);
	end = s + last;
	for (s += at - 1; s < end; results++) {
		lua_Unsigned code;

		s = code_read(s, &code, strict);
		if (s == NULL)
			return luaL_error(lua, NOT_A_CODE);
		lua_pushinteger(lua, (lua_Integer)code);
	}
	return results;
}

/* Writes a code of at most 31 bits; returns its bytes. */
static size_t code_write(lua_Unsigned code, char *out)
{
	size_t n = 1;
	lua_Unsigned room = 0x80;

	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	for (room = 0x800, n = 2; code >= room; n++)
		room <<= 5;
	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	out[0] = (char)((lua_Unsigned)(0xff << (8 - n)) | code);
	return n;
}

static void add_code(lua_State *lua, luaL_Buffer *b, int arg)
{
	lua_Unsigned code = (lua_Unsigned)luaL_checkinteger(lua, arg);
	char *out;

	luaL_argcheck(lua, code <= LAX_MOST, arg, "value out of range");
	out = luaL_prepbuffsize(b, CODE_BYTES);
	luaL_addsize(b, code_write(code, out));
}

static int utf8_char(lua_State *lua)
{
	int n = lua_gettop(lua);
	luaL_Buffer b;

	luaL_buffinit(lua, &b);
	for (int i = 1; i <= n; i++)
		add_code(lua, &b, i);
	luaL_pushresult(&b);
	return 1;
}

/* The character `want` away from the one at `at`; -1: there is none. */
static lua_Integer walk(lua_State *lua, const char *s, lua_Integer n,
	lua_Integer want, lua_Integer at)
{
	struct watch *watch = &ruleset_of(lua)->watch;

	for (; want < 0 && at > 0; want++) {
		TICK(lua, watch);
		for (at--; at > 0 && continues(s + at);)
			at--;
	}
	if (want < 0)
		return -1;
	for (; want > 1 && at < n; want--) {
		TICK(lua, watch);
		for (at++; continues(s + at);)
			at++;
	}
	return want > 1 ? -1 : at;
}

static int utf8_offset(lua_State *lua)
{
	size_t n;
	const char *s = luaL_checklstring(lua, 1, &n);
	lua_Integer want = luaL_checkinteger(lua, 2);
	lua_Integer at = want >= 0 ? 1 : (lua_Integer)n + 1;

	at = position(luaL_optinteger(lua, 3, at), n) - 1;
	luaL_argcheck(lua, at >= 0 && at <= (lua_Integer)n, 3,
		"position out of bounds");
	if (want == 0) {
		while (at > 0 && continues(s + at))
			at--;
	} else if (continues(s + at)) {
		return luaL_error(
			lua, "initial position is a continuation byte");
	} else {
		at = walk(lua, s, (lua_Integer)n, want, at);
	}
	if (at < 0)
		lua_pushnil(lua);
	else
		lua_pushinteger(lua, at + 1);
	return 1;
}

static int codes_step(lua_State *lua, bool strict)
{
	size_t n;
	const char *s = luaL_checklstring(lua, 1, &n), *next;
	lua_Integer at = lua_tointeger(lua, 2);
	lua_Unsigned code;

	if (at < 0)
		at = 0;
	if (at < (lua_Integer)n)
		while (continues(s + at))
			at++; /* behind the one given before */
	if (at >= (lua_Integer)n)
		return 0;
	next = code_read(s + at, &code, strict);
	if (next == NULL)
		return luaL_error(lua, NOT_A_CODE);
	lua_pushinteger(lua, at + 1);
	lua_pushinteger(lua, (lua_Integer)code);
	return 2;
}

static int codes_strict(lua_State *lua)
{
	return codes_step(lua, true);
}

static int codes_lax(lua_State *lua)
{
	return codes_step(lua, false);
}

static int utf8_codes(lua_State *lua)
{
	bool lax = lua_toboolean(lua, 2);

	luaL_checkstring(lua, 1);
	lua_pushcfunction(lua, lax ? codes_lax : codes_strict);
	lua_pushvalue(lua, 1);
	lua_pushinteger(lua, 0);
	return 3;
}

void lua_utf8_open(lua_State *lua)
{
	static const luaL_Reg functions[] = {{"char", utf8_char},
		{"codepoint", utf8_codepoint}, {"codes", utf8_codes},
		{"len", utf8_len}, {"offset", utf8_offset}, {NULL, NULL}};

	luaL_newlib(lua, functions);
	lua_pushlstring(lua, ONE_CHAR, sizeof(ONE_CHAR) - 1);
	lua_setfield(lua, -2, "charpattern");
}
