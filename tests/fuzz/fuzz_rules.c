/* Any bytes as a file of rules: told or loaded, no crash. */
#include "script/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char dealership[] =
		"dealership { name = \"F\", language = \"nl\" }\n"
		"person \"jan\" { roles = { \"seller\" } }\n";
	const struct script_limits limits = {
		.cpu_soft_us = 500, .memory_bytes = 8u << 20};
	struct source_file files[] = {
		{"dealership.lua", dealership, sizeof(dealership) - 1},
		{"rules/own.lua", NULL, size}};
	struct source_set set = {.files = files, .n_files = 2};
	struct ruleset *rs = NULL;
	struct problems p;
	struct arena a;
	char *exact = malloc(size + (size == 0));
	fl_status s;

	REQUIRE(exact != NULL);
	memcpy(exact, data, size); /* its own block: reads behind are seen */
	files[1].bytes = exact;
	arena_init(&a, 0);
	problems_init(&p, &a);
	s = ruleset_load(&set, &limits, true, &p, &rs);
	REQUIRE((s == FL_OK) == (rs != NULL));
	REQUIRE(s != FL_INVALID || p.errors > 0);
	for (uint32_t i = 0; i < p.count; i++)
		REQUIRE(p.items[i].text[0] != '\0' && p.items[i].line >= 0);
	ruleset_unref(rs);
	arena_deinit(&a);
	free(exact);
	return 0;
}
