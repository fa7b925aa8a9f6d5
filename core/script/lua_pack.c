/* string.pack, packsize and unpack. Floats are IEEE 754, as everywhere. */
#include "script/lua_lib.h"

#include <limits.h>
#include <string.h>

#define WORD_MOST 16 /* bytes of the widest integer */
#define OWN_BYTES ((int)sizeof(lua_Integer))

enum item_kind {
	ITEM_SIGNED,
	ITEM_UNSIGNED,
	ITEM_FLOAT,
	ITEM_DOUBLE,
	ITEM_FIXED,   /* "c": a text of given size */
	ITEM_COUNTED, /* "s": a text behind its length */
	ITEM_ZERO,    /* "z": a text and a 0 */
	ITEM_PAD,     /* "x" */
	ITEM_ALIGN,   /* "X" */
	ITEM_NOTHING  /* a setting or blank */
};

struct item {
	enum item_kind kind;
	int bytes; /* of the item, or of its length */
	int skip;  /* alignment before it */
};

/* How a format string is read. */
struct layout {
	lua_State *lua;
	const char *at;
	bool little;
	int align_most;
};

static const bool native_little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

static void layout_init(struct layout *l, lua_State *lua, const char *format)
{
	*l = (struct layout){lua, format, native_little, 1};
}

static int number_or(struct layout *l, int otherwise)
{
	int n = 0;

	if (*l->at < '0' || *l->at > '9')
		return otherwise;
	do
		n = n * 10 + *l->at++ - '0';
	while (*l->at >= '0' && *l->at <= '9' && n <= (INT_MAX - 9) / 10);
	return n;
}

static int width_or(struct layout *l, int otherwise)
{
	int n = number_or(l, otherwise);

	if (n < 1 || n > WORD_MOST)
		luaL_error(l->lua, "integral size (%d) out of limits [1,%d]", n,
			WORD_MOST);
	return n;
}

static struct item fixed_item(struct layout *l)
{
	struct item it = {ITEM_FIXED, number_or(l, -1), 0};

	if (it.bytes < 0)
		luaL_error(l->lua, "missing size for format option 'c'");
	return it;
}

static struct item option_read(struct layout *l)
{
	char option = *l->at++;
	struct item it = {ITEM_NOTHING, 0, 0};

	switch (option) {
	case 'b':
		return (struct item){ITEM_SIGNED, sizeof(char), 0};
	case 'B':
		return (struct item){ITEM_UNSIGNED, sizeof(char), 0};
	case 'h':
		return (struct item){ITEM_SIGNED, sizeof(short), 0};
	case 'H':
		return (struct item){ITEM_UNSIGNED, sizeof(short), 0};
	case 'i':
		return (struct item){ITEM_SIGNED, width_or(l, sizeof(int)), 0};
	case 'I':
		return (struct item){
			ITEM_UNSIGNED, width_or(l, sizeof(int)), 0};
	case 'l':
		return (struct item){ITEM_SIGNED, sizeof(long), 0};
	case 'L':
		return (struct item){ITEM_UNSIGNED, sizeof(long), 0};
	case 'j':
		return (struct item){ITEM_SIGNED, OWN_BYTES, 0};
	case 'J':
		return (struct item){ITEM_UNSIGNED, OWN_BYTES, 0};
	case 'T':
		return (struct item){ITEM_UNSIGNED, sizeof(size_t), 0};
	case 'f':
		return (struct item){ITEM_FLOAT, sizeof(float), 0};
	case 'd':
	case 'n':
		return (struct item){ITEM_DOUBLE, sizeof(double), 0};
	case 's':
		return (struct item){
			ITEM_COUNTED, width_or(l, sizeof(size_t)), 0};
	case 'c':
		return fixed_item(l);
	case 'z':
		return (struct item){ITEM_ZERO, 0, 0};
	case 'x':
		return (struct item){ITEM_PAD, 1, 0};
	case 'X':
		return (struct item){ITEM_ALIGN, 0, 0};
	case ' ':
		break;
	case '<':
		l->little = true;
		break;
	case '>':
		l->little = false;
		break;
	case '=':
		l->little = native_little;
		break;
	case '!':
		l->align_most = width_or(l, OWN_BYTES);
		break;
	default:
		luaL_error(l->lua, "invalid format option '%c'", option);
	}
	return it;
}

/* The next item with its alignment at offset `total`. */
static struct item item_read(struct layout *l, size_t total)
{
	struct item it = option_read(l);
	int align = it.bytes;

	if (it.kind == ITEM_ALIGN) {
		struct item next = {ITEM_FIXED, 0, 0};

		if (*l->at != '\0')
			next = option_read(l);
		align = next.bytes;
		if (next.kind == ITEM_FIXED || align == 0)
			luaL_argerror(l->lua, 1,
				"invalid next option for option 'X'");
	}
	if (align <= 1 || it.kind == ITEM_FIXED)
		return it;
	if (align > l->align_most)
		align = l->align_most;
	if ((align & (align - 1)) != 0)
		luaL_argerror(
			l->lua, 1, "format asks for alignment not power of 2");
	it.skip = (int)(((size_t)align - (total & (size_t)(align - 1))) &
			(size_t)(align - 1));
	return it;
}

/* ---- packing ---- */

static void add_bytes(
	luaL_Buffer *b, lua_Unsigned v, bool little, int bytes, bool negative)
{
	char *out = luaL_prepbuffsize(b, (size_t)bytes);

	for (int i = 0; i < bytes; i++) {
		unsigned char c = negative ? 0xff : 0;

		if (i < OWN_BYTES)
			c = (unsigned char)(v >> (8 * i));
		out[little ? i : bytes - 1 - i] = (char)c;
	}
	luaL_addsize(b, (size_t)bytes);
}

/* Bytes of a number as memory holds it, in the order asked for. */
static void add_ordered(
	luaL_Buffer *b, const void *from, int bytes, bool little)
{
	char *out = luaL_prepbuffsize(b, (size_t)bytes);
	const char *in = from;

	for (int i = 0; i < bytes; i++)
		out[i] = in[little == native_little ? i : bytes - 1 - i];
	luaL_addsize(b, (size_t)bytes);
}

static void pack_integer(
	struct layout *l, luaL_Buffer *b, const struct item *it, int arg)
{
	lua_Integer v = luaL_checkinteger(l->lua, arg);
	lua_Integer half;

	if (it->bytes < OWN_BYTES && it->kind == ITEM_SIGNED) {
		half = (lua_Integer)1 << (it->bytes * 8 - 1);
		luaL_argcheck(l->lua, v >= -half && v < half, arg,
			"integer overflow");
	} else if (it->bytes < OWN_BYTES) {
		luaL_argcheck(l->lua,
			(lua_Unsigned)v < (lua_Unsigned)1 << (it->bytes * 8),
			arg, "unsigned overflow");
	}
	add_bytes(b, (lua_Unsigned)v, l->little, it->bytes,
		it->kind == ITEM_SIGNED && v < 0);
}

static size_t pack_fixed(
	struct layout *l, luaL_Buffer *b, const struct item *it, int arg)
{
	struct watch *watch = &ruleset_of(l->lua)->watch;
	size_t n, bytes = (size_t)it->bytes;
	const char *s = luaL_checklstring(l->lua, arg, &n);

	luaL_argcheck(l->lua, n <= bytes, arg, "string longer than given size");
	luaL_addlstring(b, s, n);
	for (size_t i = n; i < bytes; i++) {
		TICK(l->lua, watch);
		luaL_addchar(b, '\0');
	}
	return bytes;
}

static size_t pack_counted(
	struct layout *l, luaL_Buffer *b, const struct item *it, int arg)
{
	size_t n;
	const char *s = luaL_checklstring(l->lua, arg, &n);

	luaL_argcheck(l->lua,
		it->bytes >= (int)sizeof(size_t) ||
			n < (size_t)1 << (it->bytes * 8),
		arg, "string length does not fit in given size");
	add_bytes(b, n, l->little, it->bytes, false);
	luaL_addlstring(b, s, n);
	return n;
}

static size_t pack_zero(struct layout *l, luaL_Buffer *b, int arg)
{
	size_t n;
	const char *s = luaL_checklstring(l->lua, arg, &n);

	luaL_argcheck(l->lua, strlen(s) == n, arg, "string contains zeros");
	luaL_addlstring(b, s, n);
	luaL_addchar(b, '\0');
	return n + 1;
}

/* Packs one item; returns how many bytes it took beside its `bytes`. */
static size_t pack_item(
	struct layout *l, luaL_Buffer *b, const struct item *it, int arg)
{
	double d;
	float f;

	switch (it->kind) {
	case ITEM_SIGNED:
	case ITEM_UNSIGNED:
		pack_integer(l, b, it, arg);
		break;
	case ITEM_FLOAT:
		f = (float)luaL_checknumber(l->lua, arg);
		add_ordered(b, &f, it->bytes, l->little);
		break;
	case ITEM_DOUBLE:
		d = luaL_checknumber(l->lua, arg);
		add_ordered(b, &d, it->bytes, l->little);
		break;
	case ITEM_FIXED:
		pack_fixed(l, b, it, arg);
		break;
	case ITEM_COUNTED:
		return pack_counted(l, b, it, arg);
	case ITEM_ZERO:
		return pack_zero(l, b, arg);
	case ITEM_PAD:
		luaL_addchar(b, '\0');
		break;
	default:
		break;
	}
	return 0;
}

static bool takes_argument(const struct item *it)
{
	return it->kind < ITEM_PAD;
}

int lua_pack(lua_State *lua)
{
	struct watch *watch = &ruleset_of(lua)->watch;
	struct layout l;
	luaL_Buffer b;
	size_t total = 0;
	int arg = 1;

	layout_init(&l, lua, luaL_checkstring(lua, 1));
	lua_pushnil(lua); /* the buffer stands above the arguments */
	luaL_buffinit(lua, &b);
	while (*l.at != '\0') {
		struct item it = item_read(&l, total);

		TICK(lua, watch);
		for (int i = 0; i < it.skip; i++)
			luaL_addchar(&b, '\0');
		arg += takes_argument(&it);
		total += (size_t)it.skip + (size_t)it.bytes;
		total += pack_item(&l, &b, &it, arg);
	}
	luaL_pushresult(&b);
	return 1;
}

int lua_pack_size(lua_State *lua)
{
	struct watch *watch = &ruleset_of(lua)->watch;
	struct layout l;
	size_t total = 0, more;

	layout_init(&l, lua, luaL_checkstring(lua, 1));
	while (*l.at != '\0') {
		struct item it = item_read(&l, total);

		TICK(lua, watch);
		luaL_argcheck(lua,
			it.kind != ITEM_COUNTED && it.kind != ITEM_ZERO, 1,
			"variable-length format");
		more = (size_t)it.bytes + (size_t)it.skip;
		luaL_argcheck(lua, total <= LIB_TEXT_MAX - more, 1,
			"format result too large");
		total += more;
	}
	lua_pushinteger(lua, (lua_Integer)total);
	return 1;
}

/* ---- unpacking ---- */

static lua_Integer integer_read(
	struct layout *l, const char *s, int bytes, bool is_signed)
{
	int own = bytes < OWN_BYTES ? bytes : OWN_BYTES;
	lua_Unsigned v = 0;

	for (int i = own - 1; i >= 0; i--)
		v = v << 8 | (unsigned char)s[l->little ? i : bytes - 1 - i];
	if (bytes < OWN_BYTES && is_signed) {
		lua_Unsigned sign = (lua_Unsigned)1 << (bytes * 8 - 1);

		return (lua_Integer)((v ^ sign) - sign);
	}
	for (int i = own; i < bytes; i++) {
		int rest = is_signed && (lua_Integer)v < 0 ? 0xff : 0;

		if ((unsigned char)s[l->little ? i : bytes - 1 - i] != rest)
			luaL_error(l->lua,
				"%d-byte integer does not fit into Lua Integer",
				bytes);
	}
	return (lua_Integer)v;
}

static void ordered_read(
	struct layout *l, void *to, const char *from, int bytes)
{
	char *out = to;

	for (int i = 0; i < bytes; i++)
		out[i] = from[l->little == native_little ? i : bytes - 1 - i];
}

/* Pushes the item at `s`, of which `left` bytes are there; returns what it
 * took beside its `bytes`. */
static size_t unpack_item(
	struct layout *l, const struct item *it, const char *s, size_t left)
{
	lua_State *lua = l->lua;
	const char *end;
	double d;
	float f;
	size_t n;

	switch (it->kind) {
	case ITEM_SIGNED:
	case ITEM_UNSIGNED:
		lua_pushinteger(lua,
			integer_read(l, s, it->bytes, it->kind == ITEM_SIGNED));
		return 0;
	case ITEM_FLOAT:
		ordered_read(l, &f, s, it->bytes);
		lua_pushnumber(lua, (lua_Number)f);
		return 0;
	case ITEM_DOUBLE:
		ordered_read(l, &d, s, it->bytes);
		lua_pushnumber(lua, d);
		return 0;
	case ITEM_FIXED:
		lua_pushlstring(lua, s, (size_t)it->bytes);
		return 0;
	case ITEM_COUNTED:
		n = (size_t)integer_read(l, s, it->bytes, false);
		luaL_argcheck(lua, n <= left - (size_t)it->bytes, 2,
			"data string too short");
		lua_pushlstring(lua, s + it->bytes, n);
		return n;
	default:
		end = memchr(s, '\0', left);
		luaL_argcheck(lua, end != NULL, 2,
			"unfinished string for format 'z'");
		lua_pushlstring(lua, s, (size_t)(end - s));
		return (size_t)(end - s) + 1;
	}
}

int lua_unpack(lua_State *lua)
{
	struct watch *watch = &ruleset_of(lua)->watch;
	struct layout l;
	size_t n, at;
	const char *s;
	int results = 0;

	layout_init(&l, lua, luaL_checkstring(lua, 1));
	s = luaL_checklstring(lua, 2, &n);
	at = lua_string_from(luaL_optinteger(lua, 3, 1), n) - 1;
	luaL_argcheck(lua, at <= n, 3, "initial position out of string");
	while (*l.at != '\0') {
		struct item it = item_read(&l, at);

		TICK(lua, watch);
		luaL_argcheck(lua, (size_t)it.skip + (size_t)it.bytes <= n - at,
			2, "data string too short");
		at += (size_t)it.skip;
		if (takes_argument(&it)) {
			luaL_checkstack(lua, 2, "too many results");
			at += unpack_item(&l, &it, s + at, n - at);
			results++;
		}
		at += (size_t)it.bytes;
	}
	lua_pushinteger(lua, (lua_Integer)at + 1);
	return results + 1;
}
