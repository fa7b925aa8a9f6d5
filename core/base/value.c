#include "base/value.h"

#include <endian.h>

#define ROOM_LEAST 2 /* 4 places */

int text_compare(struct text a, struct text b)
{
	uint32_t n = a.bytes < b.bytes ? a.bytes : b.bytes;
	int c = n > 0 && a.at != b.at ? memcmp(a.at, b.at, n) : 0;

	return c != 0 ? c : (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

static char *text_put(char *to, struct text t)
{
	if (t.bytes > 0)
		memcpy(to, t.at, t.bytes);
	return to + t.bytes;
}

struct text text_join(
	struct arena *a, struct text x, struct text y, struct text z)
{
	size_t bytes = (size_t)x.bytes + y.bytes + z.bytes;
	char *to = bytes < UINT32_MAX ? arena_bytes(a, bytes + 1) : NULL;

	if (to == NULL)
		return TEXT("");
	*text_put(text_put(text_put(to, x), y), z) = '\0';
	return (struct text){to, (uint32_t)bytes};
}

struct text text_number(struct arena *a, struct text word, int64_t n)
{
	char digits[20], *at = digits + sizeof(digits);
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do
		*--at = (char)('0' + left % 10);
	while ((left /= 10) != 0);
	return text_join(a, word, n < 0 ? TEXT("-") : TEXT(""),
		(struct text){at, (uint32_t)(digits + sizeof(digits) - at)});
}

static bool tail(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

size_t text_char(const char *at, size_t n)
{
	const unsigned char *p = (const unsigned char *)at;

	if (n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2)
		return 0;
	if (p[0] < 0xE0)
		return n >= 2 && tail(p[1]) ? 2 : 0;
	if (p[0] < 0xF0) {
		if (n < 3 || !tail(p[1]) || !tail(p[2]) ||
			(p[0] == 0xE0 && p[1] < 0xA0) ||
			(p[0] == 0xED && p[1] > 0x9F)) /* surrogates */
			return 0;
		return 3;
	}
	if (p[0] > 0xF4 || n < 4 || !tail(p[1]) || !tail(p[2]) || !tail(p[3]) ||
		(p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F))
		return 0;
	return 4;
}

/* Eight bytes of ASCII without a NUL: then no subtraction borrows. */
static bool plain(const char *at)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t eight;

	memcpy(&eight, at, sizeof(eight));
	return ((eight | (eight - ones)) & ones << 7) == 0;
}

bool text_valid(const char *at, size_t n)
{
	while (n > 0) {
		size_t k = n >= 8 && plain(at) ? 8 : text_char(at, n);

		if (k == 0 || *at == '\0')
			return false;
		at += k;
		n -= k;
	}
	return true;
}

bool text_among(const struct text *names, size_t n, struct text name)
{
	for (size_t i = 0; i < n; i++)
		if (text_equal(names[i], name))
			return true;
	return false;
}

int text_characters(const char *at, size_t n)
{
	int count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)at[i] & 0xC0) != 0x80;
	return count;
}

bool text_lists(struct text words, struct text word)
{
	const char *at = words.at, *end = words.at + words.bytes;

	while (at < end) {
		const char *stop = memchr(at, ' ', (size_t)(end - at));
		size_t n = (size_t)((stop != NULL ? stop : end) - at);

		if (n == word.bytes && memcmp(at, word.at, n) == 0)
			return true;
		at += n + 1;
	}
	return false;
}

const struct value *value_get_text(const struct value *v, struct text key)
{
	uint32_t i;

	if (v == NULL || v->kind != VALUE_MAP)
		return NULL;
	for (i = 0; i < v->count; i++)
		if (text_equal(v->as.members[i].key, key))
			return &v->as.members[i].value;
	return NULL;
}

int64_t value_get_int(const struct value *v, const char *key, int64_t dflt)
{
	const struct value *m = value_get(v, key);

	return m != NULL && m->kind == VALUE_INT ? m->as.integer : dflt;
}

bool value_get_bool(const struct value *v, const char *key, bool dflt)
{
	const struct value *m = value_get(v, key);

	return m != NULL && m->kind == VALUE_BOOL ? m->as.boolean : dflt;
}

const char *value_get_str(const struct value *v, const char *key)
{
	const struct value *m = value_get(v, key);

	return m != NULL && m->kind == VALUE_TEXT ? m->as.text : NULL;
}

const struct value *value_get_list(const struct value *v, const char *key)
{
	static const struct value empty = {.kind = VALUE_LIST};
	const struct value *m = value_get(v, key);

	return m != NULL && m->kind == VALUE_LIST ? m : &empty;
}

/* Room for one more item behind v->count, or NULL; *room is updated. */
static void *one_more(struct arena *a, void *items, uint32_t count,
	uint8_t *room, size_t item_bytes)
{
	uint32_t places = *room > 0 ? UINT32_C(1) << *room : count;
	uint8_t wider = ROOM_LEAST;
	void *moved;

	if (count < places)
		return items;
	while (wider < 31 && UINT32_C(1) << wider <= count)
		wider++;
	if (UINT32_C(1) << wider <= count) {
		a->failed = true;
		return NULL;
	}
	moved = arena_room(a, item_bytes << wider);
	if (moved == NULL)
		return NULL;
	if (count > 0)
		memcpy(moved, items, count * item_bytes);
	*room = wider;
	return moved;
}

bool value_set(struct arena *a, struct value *map, struct text key,
	struct value v)
{
	struct member *members;
	uint32_t i;

	REQUIRE(map->kind == VALUE_MAP);
	for (i = 0; i < map->count; i++) {
		if (!text_equal(map->as.members[i].key, key))
			continue;
		map->as.members[i].value = v;
		return true;
	}
	members = one_more(a, map->as.members, map->count, &map->room,
		sizeof(*members));
	if (members == NULL)
		return false;
	members[map->count] = (struct member){key, v};
	map->as.members = members;
	map->count++;
	return true;
}

bool value_remove(struct value *map, struct text key)
{
	uint32_t i;

	REQUIRE(map->kind == VALUE_MAP);
	for (i = 0; i < map->count; i++) {
		struct member *m = &map->as.members[i];

		if (!text_equal(m->key, key))
			continue;
		memmove(m, m + 1, (map->count - i - 1) * sizeof(*m));
		map->count--;
		return true;
	}
	return false;
}

bool value_append(struct arena *a, struct value *list, struct value v)
{
	struct value *items;

	REQUIRE(list->kind == VALUE_LIST);
	items = one_more(a, list->as.items, list->count, &list->room,
		sizeof(*items));
	if (items == NULL)
		return false;
	items[list->count++] = v;
	list->as.items = items;
	return true;
}

static struct value copy_of(struct arena *a, const struct value *v, bool texts);

static struct value copy_list(struct arena *a, const struct value *v,
	bool texts)
{
	struct value made = value_list();
	uint32_t i;

	if (v->count == 0)
		return made;
	made.as.items = arena_copy(a, v->as.items,
		v->count * sizeof(*made.as.items));
	for (i = 0; made.as.items != NULL && i < v->count; i++)
		if (!value_is_flat(&made.as.items[i]))
			made.as.items[i] =
				copy_of(a, &made.as.items[i], texts);
	return a->failed ? value_null() : (made.count = v->count, made);
}

static struct value copy_map(struct arena *a, const struct value *v,
	bool texts)
{
	struct value made = value_map();
	uint32_t i;

	if (v->count == 0)
		return made;
	made.as.members = arena_copy(a, v->as.members,
		v->count * sizeof(*made.as.members));
	for (i = 0; made.as.members != NULL && i < v->count; i++) {
		struct member *m = &made.as.members[i];

		if (texts)
			m->key.at = arena_text(a, m->key.at, m->key.bytes);
		if (!value_is_flat(&m->value))
			m->value = copy_of(a, &m->value, texts);
	}
	return a->failed ? value_null() : (made.count = v->count, made);
}

static struct value copy_of(struct arena *a, const struct value *v, bool texts)
{
	struct value made = *v;

	switch ((enum value_kind)v->kind) {
	case VALUE_TEXT:
		if (texts && (made.as.text = arena_text(a, v->as.text,
				      v->count)) == NULL)
			return value_null();
		return made;
	case VALUE_LIST:
		return copy_list(a, v, texts);
	case VALUE_MAP:
		return copy_map(a, v, texts);
	case VALUE_NULL:
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_REAL:
		break;
	}
	return made;
}

struct value value_clone(struct arena *a, const struct value *v)
{
	return copy_of(a, v, true);
}

struct value value_fork(struct arena *a, const struct value *v)
{
	return copy_of(a, v, false);
}

static bool lists_equal(const struct value *a, const struct value *b)
{
	uint32_t i;

	for (i = 0; i < a->count; i++)
		if (!value_equal(&a->as.items[i], &b->as.items[i]))
			return false;
	return true;
}

static bool maps_equal(const struct value *a, const struct value *b)
{
	uint32_t i;

	for (i = 0; i < a->count; i++) {
		const struct member *m = &a->as.members[i];
		const struct value *other = &b->as.members[i].value;

		if (!text_equal(m->key, b->as.members[i].key))
			other = value_get_text(b, m->key);
		if (other == NULL || !value_equal(&m->value, other))
			return false;
	}
	return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind || a->count != b->count)
		return false;
	switch ((enum value_kind)a->kind) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
		return a->as.boolean == b->as.boolean;
	case VALUE_INT:
		return a->as.integer == b->as.integer;
	case VALUE_REAL: /* by bits, as written: -0.0 is not 0.0 */
		return memcmp(&a->as.real, &b->as.real, sizeof(double)) == 0;
	case VALUE_TEXT:
		return memcmp(a->as.text, b->as.text, a->count) == 0;
	case VALUE_LIST:
		return lists_equal(a, b);
	case VALUE_MAP:
		return maps_equal(a, b);
	}
	return false;
}

/* ---- digest ---- */

__extension__ typedef unsigned __int128 wide;

static uint64_t mix(uint64_t a, uint64_t b)
{
	wide r = (wide)(a ^ 0x9E3779B97F4A7C15u) * (b ^ 0xA0761D6478BD642Fu);

	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

static uint64_t text_digest(uint64_t h, const char *at, uint32_t bytes)
{
	uint64_t part;

	h ^= bytes;
	for (; bytes >= 8; at += 8, bytes -= 8) {
		memcpy(&part, at, 8);
		h = mix(h, le64toh(part));
	}
	part = 0;
	if (bytes > 0)
		memcpy(&part, at, bytes);
	return mix(h, le64toh(part));
}

static uint64_t any_digest(const struct value *v)
{
	uint64_t h = mix(v->kind, 0), all = 0, bits;
	uint32_t i;

	switch ((enum value_kind)v->kind) {
	case VALUE_NULL:
		return h;
	case VALUE_BOOL:
		return mix(h, v->as.boolean);
	case VALUE_INT:
		return mix(h, (uint64_t)v->as.integer);
	case VALUE_REAL:
		memcpy(&bits, &v->as.real, sizeof(bits));
		return mix(h, bits);
	case VALUE_TEXT:
		return text_digest(h, v->as.text, v->count);
	case VALUE_LIST:
		for (i = 0; i < v->count; i++)
			h = mix(h, any_digest(&v->as.items[i]));
		return h;
	case VALUE_MAP: /* a sum: the order of members says nothing */
		for (i = 0; i < v->count; i++) {
			const struct member *m = &v->as.members[i];

			all += mix(text_digest(h, m->key.at, m->key.bytes),
				any_digest(&m->value));
		}
		return mix(h, all);
	}
	return h;
}

int64_t value_digest(const struct value *v)
{
	return (int64_t)(any_digest(v) & INT64_MAX);
}
