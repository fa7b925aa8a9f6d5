#include "ask/asking.h"
#include "model/keys.h"

struct text id_show(struct arena *a, struct text kind, int64_t id)
{
	char name[KEYS_NAME];
	char *text;

	if (text_is(kind, "event"))
		snprintf(name, sizeof(name), "E%lld", (long long)id);
	else
		keys_name(kind, id, name);
	text = arena_strdup(a, name);
	return text != NULL ? text_of(text) : TEXT("");
}

static int64_t event_number(struct text shown)
{
	int64_t n = 0;

	for (uint32_t i = 1; i < shown.bytes; i++) {
		if (shown.at[i] < '0' || shown.at[i] > '9' || i > 15)
			return 0;
		n = n * 10 + (shown.at[i] - '0');
	}
	return n;
}

int64_t id_read(struct text shown, struct text *kind)
{
	char name[KEYS_NAME];
	struct text none, *of = kind != NULL ? kind : &none;
	int64_t id = 0;

	*of = TEXT("");
	if (shown.bytes < 2 || shown.bytes >= sizeof(name))
		return 0;
	memcpy(name, shown.at, shown.bytes);
	name[shown.bytes] = '\0';
	if (name[0] >= 'a' && name[0] <= 'z')
		name[0] = (char)(name[0] - 'a' + 'A');
	if (name[0] == 'E') {
		id = event_number(shown);
		*of = id != 0 ? TEXT("event") : TEXT("");
	} else if (!keys_name_read(text_of(name), of, &id)) {
		*of = TEXT("");
		return 0;
	}
	return id;
}
