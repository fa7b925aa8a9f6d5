/* The one table of keys and what editors are told about them: both ways. */
#include "unit.h"

#include "base/file.h"
#include "script/card_keys.h"

static struct buf text;
static const char *meta;

/* "KEY:" of a table type or "---@field KEY ". */
static bool meta_has(const char *key)
{
	char field[80], inside[80];
	const char *at = meta;

	snprintf(field, sizeof(field), "---@field %s ", key);
	snprintf(inside, sizeof(inside), "%s:", key);
	if (strstr(meta, field) != NULL)
		return true;
	while ((at = strstr(at, inside)) != NULL) {
		if (at > meta && (at[-1] == '{' || at[-1] == ' '))
			return true;
		at++;
	}
	snprintf(inside, sizeof(inside), " %s =", key); /* { tell = , .. } */
	return strstr(meta, inside) != NULL;
}

static bool table_has(const char *key, size_t bytes)
{
	const char *name;

	for (size_t i = 0; (name = card_keys_at(i)) != NULL; i++)
		if (strlen(name) == bytes && memcmp(name, key, bytes) == 0)
			return true;
	return false;
}

static void test_every_key_is_described(void **state)
{
	const char *name;
	size_t i;

	(void)state;
	for (i = 0; (name = card_keys_at(i)) != NULL; i++)
		if (!meta_has(name))
			fail_msg("scripts/meta/fairlead.lua says nothing about "
				 "the key %s", name);
	assert_true(i > 60);
}

/* The fields of the classes Card, Handoff, Escalation and Step. */
static void test_nothing_else_is_described(void **state)
{
	const char *at = strstr(meta, "---@class Card\n");
	const char *end = strstr(meta, "function cadence(id)");
	int n = 0;

	(void)state;
	assert_non_null(at);
	assert_non_null(end);
	while ((at = strstr(at, "---@field ")) != NULL && at < end) {
		at += strlen("---@field ");
		n++;
		if (!table_has(at, strcspn(at, " ")))
			fail_msg("no card has the key %.30s", at);
	}
	assert_true(n > 40);
}

static int setup(void **state)
{
	struct fl_error err;

	(void)state;
	buf_init(&text, 1u << 20);
	if (file_read("scripts/meta/fairlead.lua", 1u << 20, &text, &err) !=
		FL_OK)
		return -1;
	meta = text.at;
	return meta != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	buf_deinit(&text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_key_is_described),
		cmocka_unit_test(test_nothing_else_is_described),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
