/* script_set.h - a rooftop of texts, loaded. */
#pragma once

#include "unit.h"

#include "base/file.h"
#include "script/script.h"

#define SET_FILES 24

static struct arena set_arena;
static struct problems set_problems;
static struct source_file set_files[SET_FILES];
static uint32_t set_n;
static struct ruleset *set_rules;

/* The smallest rooftop rules can stand on. */
#define SET_DEALERSHIP                                                         \
	"dealership { name = \"Test\", zone = \"Europe/Amsterdam\", "          \
	"language = \"en\" }\n"                                                \
	"person \"jan\" { name = \"Jan de Boer\", roles = { \"seller\" } }\n"  \
	"person \"piet\" { name = \"Piet\", roles = \"seller\" }\n"            \
	"person \"sanne\" { roles = { \"sales_manager\", \"principal\" } }\n"  \
	"person \"karin\" { roles = { \"delivery_specialist\" } }\n"           \
	"person \"els\" { roles = { \"fails_specialist\" } }\n"                \
	"team \"sales\" { \"jan\", \"piet\" }\n"                               \
	"team \"delivery\" { \"karin\" }\n"                                    \
	"team \"fails\" { \"els\" }\n"
#define SET_SETTINGS                                                           \
	"setting \"tempo\" { type = \"duration\", default = \"3 weeks\" }\n"   \
	"setting \"patience\" { type = \"duration\", default = \"18 months\" " \
	"}\n"

/* What the situations of the language stand on beside those two. */
#define SET_PEAK                                                               \
	"setting \"peak_load\" { type = \"percent\", default = \"80%\" }\n"     \
	"setting \"calm_load\" { type = \"percent\", default = \"65%\" }\n"     \
	"setting \"delivery.slot_minutes\" { type = \"number\", default = 90 "  \
	"}\n"                                                                  \
	"setting \"delivery.per_day\" { type = \"number\", default = 4 }\n"     \
	"setting \"fails.accept_within\" { type = \"duration\", default = "     \
	"\"2 work hours\" }\n"
#define SET_AFTERCARE                                                          \
	"cadence \"aftercare\" { starts = \"delivery.completed\", step "        \
	"\"day-30\" { after = \"30 days\", task = call \"How is it?\" } }"

static inline void set_free(void)
{
	ruleset_unref(set_rules);
	set_rules = NULL;
}

static inline int set_setup(void **state)
{
	(void)state;
	digest_init();
	script_init();
	arena_init(&set_arena, 0);
	problems_init(&set_problems, &set_arena);
	set_n = 0;
	return 0;
}

static inline int set_teardown(void **state)
{
	(void)state;
	set_free();
	arena_deinit(&set_arena);
	return 0;
}

static inline void set_bytes(const char *name, const char *bytes, size_t n)
{
	assert_true(set_n < SET_FILES);
	set_files[set_n++] = (struct source_file){name, bytes, n};
}

static inline void set_text(const char *name, const char *text)
{
	set_bytes(name, text, strlen(text));
}

/* A file of the tree, under another name. */
static inline void set_path(const char *name, const char *path)
{
	struct buf b;
	struct fl_error err;

	buf_init(&b, 1 << 20);
	if (file_read(path, 1 << 20, &b, &err) != FL_OK)
		fail_msg("%s: %s", path, err.text);
	set_bytes(name, arena_text(&set_arena, b.at, b.len), b.len);
	buf_deinit(&b);
}

static inline fl_status set_load_limits(const struct script_limits *limits)
{
	struct source_set src = {.files = set_files, .n_files = set_n};

	set_free();
	set_problems.count = set_problems.errors = 0;
	return ruleset_load(&src, limits, true, &set_problems, &set_rules);
}

static inline void set_print(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	problems_print(&set_problems, &b);
	print_message("%s", b.at != NULL ? b.at : "");
	buf_deinit(&b);
}

/* Loads what must load. */
static inline void set_load(void)
{
	fl_status s = set_load_limits(NULL);

	if (s != FL_OK || set_rules == NULL) {
		set_print();
		fail_msg("not loaded: %d", (int)s);
	}
}

/* dealership, settings and one file of rules. */
static inline void set_rule(const char *rules)
{
	set_n = 0;
	set_text("dealership.lua", SET_DEALERSHIP);
	set_text("packs/base/settings.lua", SET_SETTINGS);
	set_text("rules/own.lua", rules);
}
