#include "app/keyval.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* -?(0|[1-9][0-9]*)(.[0-9]+)? of at most 18 characters: fits JSON and int64. */
static bool is_number(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || n > 18)
		return false;
	s += *s == '-';
	if (!is_digit(*s) || (*s == '0' && is_digit(s[1])))
		return false;
	while (is_digit(*s))
		s++;
	if (*s == '.') {
		if (!is_digit(*++s))
			return false;
		while (is_digit(*s))
			s++;
	}
	return *s == '\0';
}

static fl_status read_value(struct arena *a, const char *key, const char *typed,
			    bool dutch, struct value *out,
			    struct fl_error *err)
{
	const struct value_limits limits = { .dutch = dutch };
	struct fl_error why = { 0 };
	fl_status s = FL_OK;

	if (strcmp(typed, "true") == 0 || strcmp(typed, "false") == 0)
		*out = value_bool(*typed == 't');
	else if (is_number(typed) || strchr("{[\"", *typed) != NULL)
		s = *typed == '\0' ? FL_OK
				   : value_read(a, typed, strlen(typed), &limits,
					     out, &why);
	else
		*out = value_text(typed);
	if (*typed == '\0')
		*out = value_text("");
	if (s != FL_OK)
		return status_fail(err, s, "%s: %s", key, why.text);
	return FL_OK;
}

/* The map that `key` (a path of maps, cut at its dots) leads to, and the last
 * part of it. */
static struct value *walk(struct arena *a, struct value *map, char *key,
			  char **last, bool dutch, struct fl_error *err)
{
	char *dot;

	while ((dot = strchr(key, '.')) != NULL) {
		struct value *next;

		*dot = '\0';
		if (*key == '\0')
			break;
		next = (struct value *)(uintptr_t)value_get(map, key);
		if (next == NULL) {
			value_put(a, map, key, value_map());
			next = (struct value *)(uintptr_t)value_get(map, key);
		}
		if (next == NULL || next->kind != VALUE_MAP) {
			status_fail(err, FL_INVALID, dutch
					? "\"%s\" staat er als waarde en met "
					  "delen"
					: "\"%s\" is given as a value and "
					  "with parts",
				key);
			return NULL;
		}
		map = next;
		key = dot + 1;
	}
	*last = key;
	return map;
}

fl_status keyval_add(struct arena *a, struct value *map, const char *typed,
		     bool dutch, struct fl_error *err)
{
	const char *equals = strchr(typed, '=');
	struct value v;
	char *key, *last = NULL;
	fl_status s;

	if (!text_valid(typed, strlen(typed)))
		return status_fail(err, FL_INVALID, dutch
				? "een argument is geen tekst in UTF-8"
				: "an argument is not text in UTF-8");
	if (equals == NULL || equals == typed)
		return status_fail(err, FL_INVALID, dutch
				? "\"%s\" is geen veld=waarde"
				: "\"%s\" is not key=value", typed);
	key = arena_text(a, typed, (size_t)(equals - typed));
	if (key == NULL)
		return status_fail(err, FL_NOMEM, "arguments");
	s = read_value(a, key, equals + 1, dutch, &v, err);
	if (s != FL_OK)
		return s;
	map = walk(a, map, key, &last, dutch, err);
	if (map == NULL)
		return FL_INVALID;
	if (*last == '\0')
		return status_fail(err, FL_INVALID,
			dutch ? "\"%s\": een deel van de naam is leeg"
			      : "\"%s\": a part of the name is empty", typed);
	if (value_get(map, last) != NULL)
		return status_fail(err, FL_INVALID, dutch
				? "\"%s\" staat er twee keer"
				: "\"%s\" is given twice", last);
	return value_put(a, map, last, v) ? FL_OK
					  : status_fail(err, FL_NOMEM,
						    "arguments");
}
