#include "unit.h"

#include "base/digest.h"
#include "base/file.h"
#include "reload/folder.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder_test {
	char dir[64];
	struct arena a;
	struct problems p;
	struct source_set set;
	struct fl_error err;
};

static int setup(void **state)
{
	struct folder_test *t = calloc(1, sizeof(*t));

	strcpy(t->dir, "/tmp/fairlead-folder-XXXXXX");
	if (mkdtemp(t->dir) == NULL)
		return -1;
	digest_init();
	arena_init(&t->a, 0);
	problems_init(&t->p, &t->a);
	*state = t;
	return 0;
}

static void remove_all(const char *dir);

static void remove_one(void *ctx, const char *name, bool is_folder)
{
	char path[PATH_MAX];
	struct stat st;

	(void)is_folder;
	snprintf(path, sizeof(path), "%s/%s", (const char *)ctx, name);
	if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
		remove_all(path);
	else
		unlink(path);
}

static void remove_all(const char *dir)
{
	file_list(dir, remove_one, (void *)dir, NULL);
	rmdir(dir);
}

static int teardown(void **state)
{
	struct folder_test *t = *state;

	remove_all(t->dir);
	arena_deinit(&t->a);
	free(t);
	return 0;
}

static const char *path_in(struct folder_test *t, const char *name)
{
	return arena_printf(&t->a, "%s/%s", t->dir, name);
}

static void put(
	struct folder_test *t, const char *name, const char *bytes, size_t n)
{
	char *path = arena_strdup(&t->a, path_in(t, name));

	*strrchr(path, '/') = '\0';
	assert_int_equal(file_make_folder(path, &t->err), FL_OK);
	assert_int_equal(
		file_write(path_in(t, name), bytes, n, &t->err), FL_OK);
}

#define PUT(t, name, text) put(t, name, text, sizeof(text) - 1)

static const struct source_file *source(struct folder_test *t, const char *name)
{
	for (uint32_t i = 0; i < t->set.n_files; i++)
		if (strcmp(t->set.files[i].name, name) == 0)
			return &t->set.files[i];
	return NULL;
}

static fl_status read_folder(struct folder_test *t)
{
	return folder_read(t->dir, &t->a, &t->set, &t->p, &t->err);
}

static const struct problem *told(struct folder_test *t, const char *file)
{
	for (uint32_t i = 0; i < t->p.count; i++)
		if (t->p.items[i].file != NULL &&
			strcmp(t->p.items[i].file, file) == 0)
			return &t->p.items[i];
	return NULL;
}

static void test_reads_rule_files_only(void **state)
{
	struct folder_test *t = *state;

	PUT(t, "dealership.lua", "-- one\n");
	PUT(t, "settings.lua", "\xEF\xBB\xBF-- met BOM\r\n");
	PUT(t, "rules/own.lua", "-- caf\xC3\xA9\r\n");
	PUT(t, "rules/.#own.lua", "\xFF\xFF");
	PUT(t, "rules/#own.lua#", "\xFF");
	PUT(t, "rules/own.lua~", "\xFF");
	PUT(t, "rules/.own.lua.swp", "\xFF");
	PUT(t, "rules/notes.txt", "hello");
	PUT(t, "rules/old/x.lua", "-- not read");
	PUT(t, "packs/standard/a.lua", "-- a");
	PUT(t, "packs/standard/README.md", "about");
	PUT(t, "packs/loose.lua", "-- not in a pack");
	PUT(t, "data/secret.lua", "\xFF");
	assert_int_equal(read_folder(t), FL_OK);
	assert_int_equal(t->set.n_files, 4);
	assert_int_equal(t->p.errors, 0);
	assert_string_equal(source(t, "settings.lua")->bytes, "-- met BOM\r\n");
	assert_int_equal(source(t, "settings.lua")->n, 12);
	assert_non_null(source(t, "rules/own.lua"));
	assert_non_null(source(t, "packs/standard/a.lua"));
	assert_true(told(t, "rules/notes.txt")->warning);
	assert_true(told(t, "rules/old")->warning);
	assert_true(told(t, "packs/loose.lua")->warning);
	assert_int_equal(t->p.count, 3);
}

static void test_refuses_what_is_no_text(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t n;
		int line;
		const char *says;
	} rows[] = {
		{"rules/zero.lua", "a\nb\0c", 5, 2, "zero byte"},
		{"rules/latin.lua", "-- een\n-- twee\n-- caf\xE9\n", 23, 3,
			"not UTF-8"},
		{"rules/wide.lua", "\xFF\xFE-\0-\0", 6, 1, "UTF-16"},
		{"rules/code.lua", "\033Lua\x54\0\x19", 7, 1, "compiled Lua"},
	};
	struct folder_test *t = *state;

	PUT(t, "dealership.lua", "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		put(t, rows[i].name, rows[i].bytes, rows[i].n);
	assert_int_equal(read_folder(t), FL_INVALID);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct problem *it = told(t, rows[i].name);

		assert_non_null(it);
		assert_string_equal(it->code, "FL544");
		assert_int_equal(it->line, rows[i].line);
		assert_non_null(strstr(it->text, rows[i].says));
		assert_non_null(it->remedy);
	}
}

static void test_no_pipes_and_no_links_out(void **state)
{
	struct folder_test *t = *state;

	PUT(t, "dealership.lua", "");
	PUT(t, "rules/real.lua", "-- here");
	assert_int_equal(mkfifo(path_in(t, "rules/pipe.lua"), 0600), 0);
	assert_int_equal(
		symlink("/etc/passwd", path_in(t, "rules/out.lua")), 0);
	assert_int_equal(symlink("nowhere", path_in(t, "rules/gone.lua")), 0);
	assert_int_equal(symlink("real.lua", path_in(t, "rules/same.lua")), 0);
	assert_int_equal(read_folder(t), FL_INVALID);
	assert_string_equal(told(t, "rules/pipe.lua")->code, "FL542");
	assert_string_equal(told(t, "rules/out.lua")->code, "FL542");
	assert_string_equal(told(t, "rules/gone.lua")->code, "FL541");
	assert_non_null(source(t, "rules/same.lua"));
}

static void test_limits(void **state)
{
	struct folder_test *t = *state;
	char *big = arena_alloc(&t->a, FOLDER_FILE_BYTES + 1);

	PUT(t, "dealership.lua", "");
	memset(big, ' ', FOLDER_FILE_BYTES + 1);
	put(t, "rules/most.lua", big, FOLDER_FILE_BYTES);
	put(t, "rules/over.lua", big, FOLDER_FILE_BYTES + 1);
	assert_int_equal(read_folder(t), FL_INVALID);
	assert_non_null(source(t, "rules/most.lua"));
	assert_string_equal(told(t, "rules/over.lua")->code, "FL543");
	assert_int_equal(t->p.errors, 1);
}

static void test_no_rooftop(void **state)
{
	struct folder_test *t = *state;

	assert_int_equal(read_folder(t), FL_INVALID);
	assert_string_equal(t->p.items[0].code, "FL545");
	assert_int_equal(folder_read("/tmp/fairlead-no-such", &t->a, &t->set,
				 &t->p, &t->err),
		FL_NOT_FOUND);
}

static void test_made_folder_loads(void **state)
{
	struct folder_test *t = *state;
	struct ruleset *rs = NULL;

	assert_false(folder_is_rooftop(t->dir));
	assert_int_equal(folder_make(t->dir, NULL, &t->err), FL_OK);
	assert_true(folder_is_rooftop(t->dir));
	assert_int_equal(
		folder_load(t->dir, true, &t->a, &t->p, &rs, &t->err), FL_OK);
	assert_true(ruleset_book(rs)->n_cards >= 4);
	ruleset_unref(rs);
	assert_int_equal(folder_make(t->dir, NULL, &t->err), FL_CONFLICT);
	assert_non_null(strstr(t->err.text, "is al een map"));
	assert_int_equal(folder_make(t->dir,
				 &(struct folder_new){.language = "en"},
				 &t->err),
		FL_CONFLICT);
	assert_non_null(strstr(t->err.text, "already"));
}

/* Comments and language go together; a copy speaks as what it is a copy of. */
static void test_made_in_a_language(void **state)
{
	struct folder_test *t = *state;
	struct folder_new english = {.language = "en"};
	struct folder_new copy = {0};
	char first[sizeof(t->dir) + 8], second[sizeof(t->dir) + 8];
	char language[8];

	snprintf(first, sizeof(first), "%s/one", t->dir);
	snprintf(second, sizeof(second), "%s/two", t->dir);
	copy.from = first;
	assert_string_equal(folder_new_language(NULL), "nl");
	assert_string_equal(folder_new_language(&english), "en");
	assert_int_equal(folder_make(first, &english, &t->err), FL_OK);
	assert_true(folder_language(first, language));
	assert_string_equal(language, "en");
	assert_string_equal(folder_new_language(&copy), "en");
	assert_int_equal(folder_make(second, &copy, &t->err), FL_OK);
	assert_true(folder_language(second, language));
	assert_string_equal(language, "en");
}

static void test_a_cut_short_making_is_finished(void **state)
{
	struct folder_test *t = *state;

	assert_int_equal(folder_make(t->dir, NULL, &t->err), FL_OK);
	unlink(path_in(t, "dealership.lua"));
	unlink(path_in(t, "settings.lua"));
	assert_int_equal(folder_make(t->dir, NULL, &t->err), FL_OK);
	assert_true(folder_is_rooftop(t->dir));
	assert_true(file_exists(path_in(t, "settings.lua")));
}

static void test_nothing_is_overwritten(void **state)
{
	struct folder_test *t = *state;
	struct buf b;

	PUT(t, "settings.lua", "-- mine");
	assert_int_equal(folder_make(t->dir, NULL, &t->err), FL_CONFLICT);
	assert_false(file_exists(path_in(t, "packs")));
	buf_init(&b, 100);
	assert_int_equal(
		file_read(path_in(t, "settings.lua"), 99, &b, NULL), FL_OK);
	assert_string_equal(b.at, "-- mine");
	buf_deinit(&b);
	unlink(path_in(t, "settings.lua"));
	PUT(t, "letter.doc", "x");
	assert_int_equal(folder_make(t->dir, NULL, &t->err), FL_CONFLICT);
	assert_non_null(strstr(t->err.text, "letter.doc"));
	assert_int_equal(folder_make(path_in(t, "letter.doc"), NULL, &t->err),
		FL_CONFLICT);
}

static void test_editors_are_told(void **state)
{
	static const char *const names[] = {".fairlead/fairlead.lua",
		".fairlead/events.lua", ".luarc.json", ".luacheckrc",
		".fairlead/kinds.lua"};
	struct folder_test *t = *state;
	struct buf b;

	assert_int_equal(folder_editor(t->dir, &t->err), FL_NOT_FOUND);
	assert_int_equal(folder_make(t->dir, NULL, &t->err), FL_OK);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_true(file_exists(path_in(t, names[i])));
	/* ours are of today again, the dealer's stay */
	PUT(t, ".fairlead/events.lua", "-- of an older fairlead");
	unlink(path_in(t, ".fairlead/kinds.lua"));
	PUT(t, ".luarc.json", "{}");
	unlink(path_in(t, ".luacheckrc"));
	assert_int_equal(folder_editor(t->dir, &t->err), FL_OK);
	buf_init(&b, 1u << 20);
	assert_int_equal(file_read(path_in(t, names[1]), 1u << 20, &b, NULL),
		FL_OK);
	assert_non_null(strstr(b.at, "deal.signed"));
	buf_deinit(&b);
	assert_int_equal(file_read(path_in(t, names[2]), 99, &b, NULL), FL_OK);
	assert_string_equal(b.at, "{}");
	buf_deinit(&b);
	assert_true(file_exists(path_in(t, names[3])));
	assert_true(file_exists(path_in(t, names[4])));
}

static void test_made_from_another(void **state)
{
	struct folder_test *t = *state;
	const char *from, *to;
	struct problems p;

	PUT(t, "from/dealership.lua", "-- theirs");
	PUT(t, "from/rules/a.lua", "-- a");
	PUT(t, "from/rules/.hidden.lua", "-- h");
	from = path_in(t, "from");
	to = path_in(t, "to");
	assert_int_equal(
		folder_make(to,
			&(struct folder_new){.from = path_in(t, "none")},
			&t->err),
		FL_NOT_FOUND);
	assert_int_equal(
		folder_make(to, &(struct folder_new){.from = from}, NULL),
		FL_OK);
	problems_init(&p, &t->a);
	assert_int_equal(folder_read(to, &t->a, &t->set, &p, &t->err), FL_OK);
	assert_string_equal(source(t, "dealership.lua")->bytes, "-- theirs");
	assert_non_null(source(t, "rules/a.lua"));
	assert_non_null(source(t, "settings.lua"));
	assert_non_null(source(t, "packs/standard/own-tempo.lua"));
	assert_null(source(t, "rules/own.lua"));
	assert_false(file_exists(path_in(t, "to/rules/.hidden.lua")));
}

/* Memory that runs out is told and leaves no rooftop. */
static void test_no_memory(void **state)
{
	struct folder_test *t = *state;
	char dir[128];
	bool hit = true;

	for (long n = 0; hit && n < 200; n++) {
		fl_status s;

		snprintf(dir, sizeof(dir), "%s/m%ld", t->dir, n);
		fault_after(n);
		s = folder_make(dir, NULL, &t->err);
		hit = fault_disarm();
		assert_int_equal(s, hit ? FL_NOMEM : FL_OK);
		assert_int_equal(folder_is_rooftop(dir), !hit);
	}
	assert_false(hit);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_reads_rule_files_only),
		T(test_refuses_what_is_no_text),
		T(test_no_pipes_and_no_links_out),
		T(test_limits),
		T(test_no_rooftop),
		T(test_made_folder_loads),
		T(test_made_in_a_language),
		T(test_a_cut_short_making_is_finished),
		T(test_nothing_is_overwritten),
		T(test_editors_are_told),
		T(test_made_from_another),
		T(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
