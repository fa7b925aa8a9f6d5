#include "model/keys.h"

#include "base/phone.h"
#include "base/plate.h"

#define NAME_WORDS_MOST 8
#define COUNTRY		"31"

/* The place of a kind is part of stored ids: rows are only ever added. */
static const struct {
	char letter;
	const char *kind;
} letters[] = {{'C', "customer"}, {'D', "deal"}, {'W', "lead"}, {'V', "visit"},
	{'A', "appointment"}, {'P', "promise"}, {'F', "case"},
	{'L', "delivery"}, {'K', "complaint"}, {'H', "person"},
	{'R', "rooftop"}, {'T', "task"}};

#define LETTERS (sizeof(letters) / sizeof(letters[0]))
#define OF_KIND 64 /* ordinals of one kind in one event */
#define TASK_SLOT 11
#define OTHER_SLOT (KEYS_SLOTS - 1)

static size_t slot_of(struct text kind)
{
	size_t i;

	for (i = 0; i < LETTERS; i++)
		if (text_is(kind, letters[i].kind))
			return i;
	return OTHER_SLOT;
}

int64_t keys_id(struct text kind, int64_t number, uint8_t counts[KEYS_SLOTS])
{
	size_t slot = slot_of(kind);

	if (counts[slot] >= OF_KIND)
		return 0;
	return RECORD_ID(number, (int64_t)slot * OF_KIND + counts[slot]++);
}

/* Decimal digits of n, which is not negative; returns behind them. */
static char *digits_write(char *to, int64_t n)
{
	char digits[20], *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	memcpy(to, at, (size_t)(digits + sizeof(digits) - at));
	return to + (digits + sizeof(digits) - at);
}

void keys_name(struct text kind, int64_t id, char out[KEYS_NAME])
{
	int64_t number = id >> RECORD_ORDINAL_BITS;
	int64_t ordinal = id & ((1 << RECORD_ORDINAL_BITS) - 1);
	size_t slot = slot_of(kind);
	char letter = slot < LETTERS ? letters[slot].letter : '#';

	if (slot != TASK_SLOT)
		ordinal %= OF_KIND;
	*out++ = letter;
	out = digits_write(out, number > 0 ? number : 0);
	if (ordinal != 0) {
		*out++ = '-';
		out = digits_write(out, ordinal + 1);
	}
	*out = '\0';
}

/* Digits without a leading zero ("0" itself is one); moves *at behind them. */
static bool digits_read(
	const char **at, const char *end, int64_t most, int64_t *out)
{
	const char *from = *at;
	int64_t n = 0;

	while (*at < end && **at >= '0' && **at <= '9') {
		n = n * 10 + (**at - '0');
		if (n > most)
			return false;
		(*at)++;
	}
	*out = n;
	return *at > from && (*from != '0' || *at == from + 1);
}

bool keys_name_read(struct text name, struct text *kind, int64_t *id)
{
	const char *at = name.at + 1, *end = name.at + name.bytes;
	int64_t number, ordinal = 1;
	size_t i;

	if (name.bytes < 2)
		return false;
	for (i = 0; i < LETTERS && letters[i].letter != name.at[0]; i++)
		;
	if (i == LETTERS ||
		!digits_read(&at, end, INT64_MAX >> RECORD_ORDINAL_BITS >> 4,
			&number))
		return false;
	if (at < end && *at == '-') {
		at++;
		if (!digits_read(&at, end, i == TASK_SLOT
						   ? 1 << RECORD_ORDINAL_BITS
						   : OF_KIND,
			    &ordinal) ||
			ordinal < 2)
			return false;
	}
	if (at != end)
		return false;
	ordinal += i == TASK_SLOT ? -1 : (int64_t)i * OF_KIND - 1;
	*kind = text_of(letters[i].kind);
	*id = RECORD_ID(number, ordinal);
	return true;
}

/* Plain letters for U+00C0-U+017F, in order; '\0': two letters, below. */
static const char plain[] =
	"aaaaaa\0ceeeeiiiidnooooo*ouuuuy\0\0" /* C0-DF */
	"aaaaaa\0ceeeeiiiidnooooo/ouuuuy\0y"  /* E0-FF */
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii\0\0jjkkk" /* -138 */
	"llllllllllnnnnnnnnnoooooo\0\0rrrrrrssssssssttttttuuuuuuuuuuuu"
	"wwyyyzzzzzzs";

/* Appends the folded form of code point `c`; 0 when it is a blank. */
static size_t fold_char(uint32_t c, char *out)
{
	static const struct {
		uint32_t c;
		const char *two;
	} pairs[] = {{0xC6, "ae"}, {0xE6, "ae"}, {0xDE, "th"}, {0xFE, "th"},
		{0xDF, "ss"}, {0x132, "ij"}, {0x133, "ij"}, {0x152, "oe"},
		{0x153, "oe"}};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (pairs[i].c != c)
			continue;
		memcpy(out, pairs[i].two, 2);
		return 2;
	}
	if (c < 0xC0 || c > 0x17F)
		return 0;
	out[0] = plain[c - 0xC0];
	return out[0] >= 'a' && out[0] <= 'z' ? 1 : 0;
}

static uint32_t decode_two(const unsigned char *p)
{
	return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3Fu);
}

struct text name_fold(struct arena *a, struct text name)
{
	char *out = arena_alloc(a, (size_t)name.bytes + 1);
	const unsigned char *p = (const unsigned char *)name.at;
	size_t n = 0, i = 0;
	bool gap = false;

	if (out == NULL)
		return TEXT("");
	while (i < name.bytes) {
		unsigned char c = p[i];
		char folded[2] = {(char)c, 0};
		size_t made = 1, used = 1;

		if (c >= 'A' && c <= 'Z') {
			folded[0] = (char)(c - 'A' + 'a');
		} else if (c >= 0xC3 && c <= 0xC5 && i + 1 < name.bytes) {
			made = fold_char(decode_two(p + i), folded);
			used = 2;
		} else if (c < 0x80 &&
			   (c < '0' || (c > '9' && c < 'a') || c > 'z')) {
			made = 0;
		}
		if (made > 0) {
			if (gap && n > 0)
				out[n++] = ' ';
			gap = false;
			memcpy(out + n, folded, made);
			n += made;
		} else if (c != '\'' && c != '.') {
			gap = true;
		}
		i += used;
	}
	return (struct text){out, (uint32_t)n};
}

struct keys_out {
	struct arena *a;
	struct text *out;
	uint32_t n, cap;
};

static void key_add(struct keys_out *k, const char *prefix, struct text t)
{
	struct text key;

	if (t.bytes == 0 || k->n >= k->cap)
		return;
	key = text_join(k->a, text_of(prefix), TEXT(":"), t);
	if (key.bytes > 0 && !text_among(k->out, k->n, key))
		k->out[k->n++] = key;
}

static void key_phone(struct keys_out *k, struct text t)
{
	char phone[PHONE_E164];

	if (phone_e164(t, COUNTRY, phone))
		key_add(k, "phone", text_of(phone));
}

static void key_name(struct keys_out *k, struct text name)
{
	struct text folded = name_fold(k->a, name);
	const char *at = folded.at, *end = folded.at + folded.bytes;
	int words = 0;

	key_add(k, "name", folded);
	while (at < end && words++ < NAME_WORDS_MOST) {
		const char *stop = memchr(at, ' ', (size_t)(end - at));

		if (stop == NULL)
			stop = end;
		key_add(k, "name", (struct text){at, (uint32_t)(stop - at)});
		at = stop + 1;
	}
}

static void key_plate(struct keys_out *k, struct text t)
{
	char plate[PLATE_BARE];

	if (plate_bare(t, plate) != 0)
		key_add(k, "plate", text_of(plate));
}

/* A text, or a map's member of that name. */
static struct text text_in(const struct value *v, const char *key)
{
	return value_as_text(v->kind == VALUE_MAP ? value_get(v, key) : v);
}

static void keys_of_field(
	struct keys_out *k, const struct field_def *f, const struct value *v)
{
	static const char *const plates[] = {
		"plate", "license_plate", "kenteken"};
	uint32_t i;

	if (f->type == FIELD_PHONE)
		key_phone(k, value_as_text(v));
	else if (f->type == FIELD_EMAIL)
		key_add(k, "email", value_as_text(v));
	else if (f->type == FIELD_PLATE)
		key_plate(k, value_as_text(v));
	else if (text_is(f->name, "phones") && v->kind == VALUE_LIST)
		for (i = 0; i < v->count; i++)
			key_phone(k, text_in(&v->as.items[i], "e164"));
	else if (text_is(f->name, "emails") && v->kind == VALUE_LIST)
		for (i = 0; i < v->count; i++)
			key_add(k, "email", text_in(&v->as.items[i], "email"));
	else if (v->kind == VALUE_MAP)
		for (i = 0; i < sizeof(plates) / sizeof(plates[0]); i++)
			key_plate(k, value_as_text(value_get(v, plates[i])));
}

static struct text whole_name(struct arena *a, const struct record *r)
{
	struct text name = value_as_text(record_get(r, "name"));
	struct text first = value_as_text(record_get(r, "first_name"));
	struct text last = value_as_text(record_get(r, "last_name"));

	if (name.bytes > 0)
		return name;
	return text_of(arena_printf(a, "%s %s", first.at, last.at));
}

uint32_t record_keys(const struct schema *s, const struct record *r,
	struct arena *a, struct text *out, uint32_t cap)
{
	struct keys_out k = {a, out, 0, cap};
	uint32_t i;

	key_add(&k, r->kind.at, r->ref);
	for (i = 0; i < r->fields.count; i++) {
		const struct member *m = &r->fields.as.members[i];
		const struct field_def *f = value_is_flat(&m->value)
			? NULL /* numbers are nobody's key */
			: schema_field(s, r->kind, m->key);

		if (f != NULL)
			keys_of_field(&k, f, &m->value);
	}
	if (text_is(r->kind, "customer"))
		key_name(&k, whole_name(a, r));
	return k.n;
}

bool record_has_key(const struct schema *s, const struct record *r,
	struct arena *a, struct text key)
{
	struct text keys[RECORD_KEYS_MOST];
	uint32_t n = record_keys(s, r, a, keys, RECORD_KEYS_MOST);

	for (uint32_t i = 0; i < n; i++)
		if (text_equal(keys[i], key))
			return true;
	return false;
}

struct text find_key(struct arena *a, struct text typed)
{
	char phone[PHONE_E164], plate[PLATE_BARE];
	struct text one, kind;
	struct keys_out k = {a, &one, 0, 1};
	int64_t id;

	one = TEXT("");
	if (keys_name_read(typed, &kind, &id))
		return text_of(arena_printf(a, "#%lld", (long long)id));
	if (memchr(typed.at, '@', typed.bytes) != NULL) {
		char *low = arena_text(a, typed.at, typed.bytes);
		uint32_t i;

		for (i = 0; low != NULL && i < typed.bytes; i++)
			if (low[i] >= 'A' && low[i] <= 'Z')
				low[i] = (char)(low[i] - 'A' + 'a');
		key_add(&k, "email", text_of(low));
	} else if (phone_e164(typed, COUNTRY, phone)) {
		key_add(&k, "phone", text_of(phone));
	} else if (plate_bare(typed, plate) != 0) {
		key_add(&k, "plate", text_of(plate));
	} else {
		key_add(&k, "name", name_fold(a, typed));
	}
	return one;
}
