/* Any bytes through the Lua source reader: no crash, and what it promises. */
#include "model/luasource.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tokens(const struct lua_source *s, size_t size)
{
	uint32_t n = 0;
	const struct token *t = luasource_tokens(s, &n);

	REQUIRE(n > 0 && t[n - 1].kind == TOKEN_END);
	for (uint32_t i = 0; i < n; i++) {
		REQUIRE(t[i].line >= 1 && t[i].column >= 1);
		REQUIRE(t[i].last_line >= t[i].line);
		REQUIRE(t[i].offset <= size);
		REQUIRE(t[i].text.at[t[i].text.bytes] == '\0');
		REQUIRE(i == 0 || (t[i - 1].offset < t[i].offset &&
					  t[i - 1].last_line <= t[i].line));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct problems p;
	struct lua_source *s = NULL;
	char *exact = malloc(size + (size == 0));

	REQUIRE(exact != NULL);
	memcpy(exact, data, size); /* its own block: reads behind are seen */
	arena_init(&a, 0);
	problems_init(&p, &a);
	if (luasource_read(&a, "fuzz.lua", exact, size, &p, &s) == FL_OK) {
		check_tokens(s, size);
		(void)luasource_check(s, &p);
	}
	arena_deinit(&a);
	free(exact);
	return 0;
}
