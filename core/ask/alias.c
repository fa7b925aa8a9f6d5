#include "ask/alias.h"

#include <strings.h>

enum {
	ALIAS_NAME,
	ALIAS_FIRST,
	ALIAS_LAST,
	ALIAS_PHONE,
	ALIAS_EMAIL,
	ALIAS_PLATE,
	ALIAS_TEXT
};

static bool one_of(const char *key, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(key, *list) == 0)
			return true;
	return false;
}

/* ---- the names of the home ---- */

static void add_words(struct aliases *al, struct text name)
{
	struct arena *a = al->v->a;

	for (uint32_t i = 0; i < name.bytes;) {
		uint32_t len = (uint32_t)strcspn(name.at + i, " ");
		struct text *grown;

		if (len >= 3) {
			grown = arena_grow(a, al->words, al->n_words,
				&al->cap_words, al->n_words + 1,
				sizeof(*grown));
			if (grown == NULL)
				return;
			al->words = grown;
			grown[al->n_words++] =
				text_of(arena_text(a, name.at + i, len));
		}
		i += len + 1;
	}
}

void aliases_init(struct aliases *al, struct view *v, const struct home *h)
{
	static const char *const names[] = {"name", "first_name", "last_name"};

	*al = (struct aliases){.v = v};
	for (uint32_t i = 0; i < h->n_records; i++)
		for (int k = 0; k < 3; k++)
			if (text_is(h->records[i]->kind, "customer"))
				add_words(al,
					field_text(h->records[i], names[k]));
}

static bool names_somebody(const struct aliases *al, struct text t)
{
	for (uint32_t i = 0; i < al->n_words; i++)
		for (uint32_t k = 0; k + al->words[i].bytes <= t.bytes; k++)
			if (strncasecmp(t.at + k, al->words[i].at,
				    al->words[i].bytes) == 0)
				return true;
	return false;
}

/* ---- pseudonyms ---- */

/* As long as it was: some gates ask for a sentence. */
static const char *free_text(struct arena *a, uint32_t n, uint32_t bytes)
{
	char *text = arena_printf(a, "Text %u", n);

	while (text != NULL && strlen(text) < bytes && strlen(text) < 200)
		text = arena_printf(a, "%s and so on", text);
	return text;
}

static const char *fresh(
	struct arena *a, uint8_t kind, uint32_t n, struct text original)
{
	switch (kind) {
	case ALIAS_NAME:
		return arena_printf(a, "Customer %u", n);
	case ALIAS_FIRST:
		return arena_printf(a, "Customer");
	case ALIAS_LAST:
		return arena_printf(a, "Number %u", n);
	case ALIAS_PHONE:
		return arena_printf(a, "06%08u", n);
	case ALIAS_EMAIL:
		return arena_printf(a, "customer%u@example.com", n);
	case ALIAS_PLATE:
		return arena_printf(a, "XX-%03u-X", n % 1000);
	default:
		return free_text(a, n, original.bytes);
	}
}

static struct value alias_of(
	struct aliases *al, uint8_t kind, struct text original)
{
	struct arena *a = al->v->a;
	struct alias *grown;
	uint32_t n = 1;

	for (uint32_t i = 0; i < al->n; i++) {
		if (al->items[i].kind != kind)
			continue;
		if (text_equal(al->items[i].original, original))
			return value_of_text(al->items[i].shown);
		n++;
	}
	grown = arena_grow(
		a, al->items, al->n, &al->cap, al->n + 1, sizeof(*grown));
	if (grown == NULL)
		return value_null();
	al->items = grown;
	grown[al->n] = (struct alias){
		kind, original, text_of(fresh(a, kind, n, original))};
	return value_of_text(grown[al->n++].shown);
}

/* ---- what a text tells ---- */

static uint32_t digits(struct text t)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t.bytes; i++)
		n += t.at[i] >= '0' && t.at[i] <= '9';
	return n;
}

/* "still_thinking", "bought-elsewhere" */
static bool is_code(struct text t)
{
	for (uint32_t i = 0; i < t.bytes; i++) {
		char c = t.at[i];

		if ((c < 'a' || c > 'z') && c != '_' && c != '-' && c != '.' &&
			(i == 0 || c < '0' || c > '9'))
			return false;
	}
	return t.bytes <= 40 && digits(t) < 6;
}

static bool is_date(struct text t)
{
	return t.bytes >= 10 && t.bytes <= 35 && t.at[4] == '-' &&
	       t.at[7] == '-' && digits((struct text){t.at, 10}) == 8 &&
	       strspn(t.at, "0123456789-:.+TZ ") == t.bytes;
}

static struct value alias_text(struct aliases *al, const char *key,
	const struct field_def *def, bool personal, struct text t)
{
	static const char *const safe[] = {"make", "model", "brand",
		"current_brand", "language", "channel", "provider", NULL};
	enum field_type type = def != NULL ? def->type : FIELD_ANY;

	if (t.bytes == 0 || type == FIELD_CHOICE || type == FIELD_PERSON)
		return value_of_text(t);
	if (memchr(t.at, '@', t.bytes) != NULL && type != FIELD_TEXT)
		return alias_of(al, ALIAS_EMAIL, t);
	if ((type == FIELD_PHONE || strstr(key, "phone") != NULL ||
		    strcmp(key, "e164") == 0) &&
		digits(t) >= 6)
		return alias_of(al, ALIAS_PHONE, t);
	if (type == FIELD_PLATE || strstr(key, "plate") != NULL)
		return alias_of(al, ALIAS_PLATE, t);
	if (strcmp(key, "first_name") == 0)
		return alias_of(al, ALIAS_FIRST, t);
	if (strcmp(key, "last_name") == 0)
		return alias_of(al, ALIAS_LAST, t);
	if (strcmp(key, "name") == 0 || strstr(key, "_name") != NULL)
		return alias_of(al, ALIAS_NAME, t);
	if (is_date(t) ||
		(!personal && rulebook_person(al->v->book, t) != NULL) ||
		(!names_somebody(al, t) &&
			(one_of(key, safe) || (!personal && is_code(t)))))
		return value_of_text(t);
	return alias_of(al, ALIAS_TEXT, t);
}

/* Ids and raw text of other systems, and what says where somebody lives. */
static bool is_dropped(const char *key)
{
	static const char *const list[] = {"phone_raw", "raw", "raw_ref",
		"provider_lead_id", "address", "vin", "ref", "birthday", NULL};

	return one_of(key, list);
}

static struct value alias_value(struct aliases *al, const char *key,
	const struct field_def *def, bool personal, const struct value *v)
{
	struct value out = value_map(), one;

	if (v->kind == VALUE_TEXT)
		return alias_text(al, key, def, personal, value_as_text(v));
	if (v->kind == VALUE_LIST) {
		out = value_list();
		for (uint32_t i = 0; i < v->count; i++) {
			one = alias_value(
				al, key, NULL, personal, &v->as.items[i]);
			value_append(al->v->a, &out, one);
		}
		return out;
	}
	if (v->kind == VALUE_INT && strstr(key, "phone") != NULL)
		return alias_of(al, ALIAS_PHONE,
			text_number(al->v->a, TEXT(""), v->as.integer));
	if (v->kind != VALUE_MAP)
		return *v;
	for (uint32_t i = 0; i < v->count; i++) {
		const struct member *m = &v->as.members[i];

		if (is_dropped(m->key.at))
			continue;
		one = alias_value(al, m->key.at, NULL, personal, &m->value);
		value_set(al->v->a, &out, m->key, one);
	}
	return out;
}

struct value alias_data(struct aliases *al, const struct event_def *def,
	const struct value *data)
{
	struct value out = value_map();

	for (uint32_t i = 0; data->kind == VALUE_MAP && i < data->count; i++) {
		const struct member *m = &data->as.members[i];
		const struct field_def *f =
			def != NULL ? event_field(def, m->key) : NULL;

		if (!is_dropped(m->key.at))
			value_set(al->v->a, &out, m->key,
				alias_value(al, m->key.at, f,
					f != NULL && f->personal, &m->value));
	}
	return out;
}
