#include "base/map.h"

#define SLOTS_LEAST 8
#define SLOT_EMPTY 0u
#define SLOT_GONE UINT32_MAX

enum entry_kind { ENTRY_GONE = 0, ENTRY_TEXT, ENTRY_INT };

/* Maps of tens of thousands are kept: 32 bytes each. */
struct entry {
	union {
		char *text;     /* owned */
		int64_t number;
	} key;
	void *value;            /* the caller's */
	uint64_t hash;
	uint32_t bytes;         /* of a text */
	uint8_t kind;           /* enum entry_kind */
};

/* Part of the hash stands beside the entry's place, so that a search looks at
 * an entry only when it is most likely the right one. */
struct slot {
	uint32_t entry; /* its place + 1, SLOT_EMPTY or SLOT_GONE */
	uint32_t tag;   /* upper half of its hash */
};

/* Entries lie in insertion order; slots are found by open addressing. */
struct map {
	struct entry *entries;
	struct slot *slots;
	uint32_t len;      /* entries used, removed ones too */
	uint32_t cap;      /* entries allocated */
	uint32_t live;     /* entries not removed */
	uint32_t first;    /* no live entry before this one */
	uint32_t slot_cap; /* a power of two, at least cap / 3 * 4 */
	uint64_t seed;     /* per map: nobody can aim at one bucket */
};

__extension__ typedef unsigned __int128 wide;

static uint64_t mix(uint64_t a, uint64_t b)
{
	wide r = (wide)a * b;

	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

static uint64_t hash_text(const struct map *m, struct text key)
{
	uint64_t h = m->seed ^ key.bytes, part;
	const char *at = key.at;
	uint32_t left = key.bytes;

	for (; left >= 8; at += 8, left -= 8) {
		memcpy(&part, at, 8);
		h = mix(h ^ part, 0x9E3779B97F4A7C15u);
	}
	part = 0;
	if (left > 0)
		memcpy(&part, at, left);
	h = mix(h ^ part, 0xA0761D6478BD642Fu);
	return mix(h ^ m->seed, 0xE7037ED1A0B428DBu);
}

static uint64_t hash_int(const struct map *m, int64_t key)
{
	return mix(mix((uint64_t)key ^ m->seed, 0x9E3779B97F4A7C15u) ^ m->seed,
		0xE7037ED1A0B428DBu);
}

struct map *map_new(void)
{
	struct map *m = calloc(1, sizeof(*m));

	if (m != NULL)
		m->seed = mix((uintptr_t)m, 0x8EBC6AF09C88C6E3u) | 1;
	return m;
}

void map_free(struct map *m)
{
	uint32_t i;

	if (m == NULL)
		return;
	for (i = 0; i < m->len; i++)
		if (m->entries[i].kind == ENTRY_TEXT)
			free(m->entries[i].key.text);
	free(m->entries);
	free(m->slots);
	free(m);
}

void map_free_all(struct map *m)
{
	uint32_t i;

	for (i = 0; m != NULL && i < m->len; i++)
		if (m->entries[i].kind != ENTRY_GONE)
			free(m->entries[i].value);
	map_free(m);
}

uint32_t map_count(const struct map *m)
{
	return m->live;
}

static bool same(const struct entry *e, uint64_t hash, const struct text *key,
	int64_t number)
{
	if (e->hash != hash)
		return false;
	if (key == NULL)
		return e->kind == ENTRY_INT && e->key.number == number;
	return e->kind == ENTRY_TEXT && e->bytes == key->bytes &&
		memcmp(e->key.text, key->at, key->bytes) == 0;
}

/* The slot that holds the key, or NULL. `key` NULL: look for `number`. */
static struct slot *find(const struct map *m, uint64_t hash,
	const struct text *key, int64_t number)
{
	uint32_t mask = m->slot_cap - 1, at = (uint32_t)hash & mask;
	uint32_t tag = (uint32_t)(hash >> 32);

	if (m->live == 0)
		return NULL;
	for (; m->slots[at].entry != SLOT_EMPTY; at = (at + 1) & mask) {
		struct slot *slot = &m->slots[at];

		if (slot->tag == tag && slot->entry != SLOT_GONE &&
			same(&m->entries[slot->entry - 1], hash, key, number))
			return slot;
	}
	return NULL;
}

static void slot_fill(struct slot *slots, uint32_t cap, uint64_t hash,
	uint32_t entry)
{
	uint32_t at = (uint32_t)hash & (cap - 1);

	while (slots[at].entry != SLOT_EMPTY && slots[at].entry != SLOT_GONE)
		at = (at + 1) & (cap - 1);
	slots[at] = (struct slot){entry + 1, (uint32_t)(hash >> 32)};
}

/* Squeezes removed entries out and doubles when more than eleven sixteenths
 * stay: then a sixteenth is free, and a map in which entries come and go is
 * built anew that seldom. false: no memory, nothing changed. */
static bool rebuild(struct map *m)
{
	uint32_t slot_cap = SLOTS_LEAST, cap, i;
	struct entry *entries;
	struct slot *slots;

	while ((uint64_t)slot_cap * 11 / 16 <= m->live &&
		slot_cap < UINT32_C(1) << 31)
		slot_cap *= 2;
	cap = slot_cap / 4 * 3;
	if (m->live >= cap)
		return false;
	slots = calloc(slot_cap, sizeof(*slots));
	entries = malloc(cap * sizeof(*entries));
	if (slots == NULL || entries == NULL) {
		free(slots);
		free(entries);
		return false;
	}
	cap = 0;
	for (i = 0; i < m->len; i++) {
		if (m->entries[i].kind == ENTRY_GONE)
			continue;
		entries[cap] = m->entries[i];
		slot_fill(slots, slot_cap, entries[cap].hash, cap);
		cap++;
	}
	free(m->entries);
	free(m->slots);
	m->entries = entries;
	m->slots = slots;
	m->len = m->live;
	m->cap = slot_cap / 4 * 3;
	m->slot_cap = slot_cap;
	m->first = 0;
	return true;
}

static bool put(struct map *m, uint64_t hash, const struct text *key,
	int64_t number, void *value)
{
	const struct slot *slot = find(m, hash, key, number);
	struct entry e = {.key.number = number, .value = value, .hash = hash,
		.kind = ENTRY_INT};

	if (slot != NULL) {
		m->entries[slot->entry - 1].value = value;
		return true;
	}
	if (m->len == m->cap && !rebuild(m))
		return false;
	if (key != NULL) {
		if ((e.key.text = malloc((size_t)key->bytes + 1)) == NULL)
			return false;
		if (key->bytes > 0)
			memcpy(e.key.text, key->at, key->bytes);
		e.key.text[key->bytes] = '\0';
		e.bytes = key->bytes;
		e.kind = ENTRY_TEXT;
	}
	m->entries[m->len] = e;
	slot_fill(m->slots, m->slot_cap, hash, m->len);
	m->len++;
	m->live++;
	return true;
}

static void *take(struct map *m, struct slot *slot)
{
	struct entry *e;

	if (slot == NULL)
		return NULL;
	e = &m->entries[slot->entry - 1];
	slot->entry = SLOT_GONE;
	if (e->kind == ENTRY_TEXT)
		free(e->key.text);
	e->kind = ENTRY_GONE;
	m->live--;
	while (m->first < m->len && m->entries[m->first].kind == ENTRY_GONE)
		m->first++;
	return e->value;
}

static void *value_at(const struct map *m, const struct slot *slot)
{
	return slot != NULL ? m->entries[slot->entry - 1].value : NULL;
}

void *map_get(const struct map *m, struct text key)
{
	return value_at(m, find(m, hash_text(m, key), &key, 0));
}

bool map_put(struct map *m, struct text key, void *value)
{
	return put(m, hash_text(m, key), &key, 0, value);
}

void *map_remove(struct map *m, struct text key)
{
	return take(m, find(m, hash_text(m, key), &key, 0));
}

void *map_get_int(const struct map *m, int64_t key)
{
	return value_at(m, find(m, hash_int(m, key), NULL, key));
}

bool map_put_int(struct map *m, int64_t key, void *value)
{
	return put(m, hash_int(m, key), NULL, key, value);
}

void *map_remove_int(struct map *m, int64_t key)
{
	return take(m, find(m, hash_int(m, key), NULL, key));
}

bool map_next(const struct map *m, uint32_t *at, struct text *key_out,
	int64_t *int_out, void **value_out)
{
	uint32_t i = *at < m->first ? m->first : *at;
	const struct entry *e;

	while (i < m->len && m->entries[i].kind == ENTRY_GONE)
		i++;
	*at = i;
	if (i >= m->len)
		return false;
	e = &m->entries[i];
	*at = i + 1;
	if (key_out != NULL)
		*key_out = e->kind == ENTRY_TEXT
			? (struct text){e->key.text, e->bytes}
			: (struct text){NULL, 0};
	if (int_out != NULL)
		*int_out = e->kind == ENTRY_INT ? e->key.number : 0;
	if (value_out != NULL)
		*value_out = e->value;
	return true;
}
