#include "reload/folder.h"

#include "base/file.h"

#include <limits.h>
#include <sys/stat.h>

#define INIT  "scripts/init/"
#define PACKS "scripts/packs/"

/* What editors read: where it is kept and where it goes. Ours are written anew
 * by folder_editor(), the others only once: dealers may change them. */
static const struct {
	const char *kept, *name;
	bool ours;
} editor_files[] = {
	{"scripts/meta/fairlead.lua", ".fairlead/fairlead.lua", true},
	{"scripts/meta/kinds.lua", ".fairlead/kinds.lua", true},
	{"scripts/meta/events.lua", ".fairlead/events.lua", true},
	{"scripts/editor/luarc.json", ".luarc.json", false},
	{"scripts/editor/luacheckrc", ".luacheckrc", false},
};
#define EDITOR_FILES (sizeof(editor_files) / sizeof(editor_files[0]))

struct making {
	const char *dir;
	const char *from;     /* NULL: the templates */
	const char *language; /* "nl" or "en" */
	bool check;	      /* look only whether all may be written */
	fl_status status;
	struct fl_error *err;
};

static bool is_dutch(const char *language)
{
	return strcmp(language, "nl") == 0;
}

/* One of two texts, as the folder speaks; may be a format. */
static const char *says(const struct making *m, const char *nl, const char *en)
	__attribute__((format_arg(2), format_arg(3)));
static const char *says(const struct making *m, const char *nl, const char *en)
{
	return is_dutch(m->language) ? nl : en;
}

static bool is_ours(const char *name)
{
	return name[0] == '.' || strcmp(name, "packs") == 0 ||
	       strcmp(name, "rules") == 0 || strcmp(name, "settings.lua") == 0;
}

static void look(void *ctx, const char *name, bool is_folder)
{
	struct making *m = ctx;

	(void)is_folder;
	if (m->status == FL_OK && !is_ours(name))
		m->status = status_fail(m->err, FL_CONFLICT,
			says(m,
				"%s: is niet leeg (er staat %s in); noem een "
				"nieuwe of lege map",
				"%s: is not empty (it holds %s); name a new or "
				"empty folder"),
			m->dir, name);
}

/* Same bytes there already: cut short before. */
static fl_status must_be_same(
	struct making *m, const char *path, const char *bytes, size_t n)
{
	struct buf b;
	fl_status s;
	bool same;

	buf_init(&b, FOLDER_BYTES);
	s = file_read(path, FOLDER_BYTES - 1, &b, m->err);
	same = s == FL_OK && b.len == n &&
	       (n == 0 || memcmp(b.at, bytes, n) == 0);
	buf_deinit(&b);
	if (s == FL_NOMEM || same)
		return s;
	return status_fail(m->err, FL_CONFLICT,
		says(m, "%s: is er al en is anders; er is niets overschreven",
			"%s: is there already and differs; nothing was "
			"overwritten"),
		path);
}

static void put(struct making *m, const char *name, const char *bytes, size_t n)
{
	char path[PATH_MAX], *slash;

	if (m->status != FL_OK)
		return;
	if (snprintf(path, sizeof(path), "%s/%s", m->dir, name) >=
		(int)sizeof(path)) {
		m->status = status_fail(m->err, FL_STORAGE,
			says(m, "%s: het pad is te lang",
				"%s: the path is too long"),
			m->dir);
		return;
	}
	if (file_exists(path)) {
		m->status = must_be_same(m, path, bytes, n);
		return;
	}
	if (m->check)
		return;
	slash = strrchr(path, '/');
	*slash = '\0';
	m->status = file_make_folder(path, m->err);
	*slash = '/';
	if (m->status == FL_OK)
		m->status = file_write(path, bytes, n, m->err);
}

static void copy_one(struct making *m, const char *name)
{
	char path[PATH_MAX];
	struct buf b;

	if (m->status != FL_OK || snprintf(path, sizeof(path), "%s/%s", m->from,
					  name) >= (int)sizeof(path))
		return;
	buf_init(&b, FOLDER_FILE_BYTES + 1);
	m->status = file_read(path, FOLDER_FILE_BYTES, &b, m->err);
	if (m->status == FL_OK)
		put(m, name, b.at != NULL ? b.at : "", b.len);
	buf_deinit(&b);
}

static void copy_rule(void *ctx, const char *file, bool is_folder)
{
	char name[NAME_MAX + 8];
	size_t n = strlen(file);

	if (is_folder || file[0] == '.' || n < 4 ||
		strcmp(file + n - 4, ".lua") != 0)
		return;
	snprintf(name, sizeof(name), "rules/%s", file);
	copy_one(ctx, name);
}

static bool is_there(const char *dir, const char *name)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/%s", dir, name) <
		       (int)sizeof(path) &&
	       file_exists(path);
}

/* The kept files below `below` but dealership.lua; `only`: just that one. */
static void put_embedded(
	struct making *m, const char *below, const char *to, const char *only)
{
	size_t n = strlen(below);

	for (const struct embedded_file *f = embedded_list(); f->name != NULL;
		f++) {
		char name[PATH_MAX];

		if (strncmp(f->name, below, n) != 0)
			continue;
		if (only != NULL ? strcmp(f->name + n, only) != 0
				 : strcmp(f->name + n, "dealership.lua") == 0)
			continue;
		snprintf(name, sizeof(name), "%s%s", to, f->name + n);
		put(m, name, f->bytes, f->n);
	}
}

/* What a dealer writes, in the folder's language. */
static void put_template(struct making *m, const char *only)
{
	put_embedded(m, is_dutch(m->language) ? INIT "nl/" : INIT "en/", "",
		only);
}

static void put_own(struct making *m)
{
	char rules[PATH_MAX];

	if (m->from == NULL) {
		put_template(m, NULL);
		return;
	}
	snprintf(rules, sizeof(rules), "%s/rules", m->from);
	if (is_there(m->from, "settings.lua"))
		copy_one(m, "settings.lua");
	else
		put_template(m, "settings.lua");
	if (m->status == FL_OK && file_exists(rules))
		m->status = file_list(rules, copy_rule, m, m->err) == FL_OK
				    ? m->status
				    : FL_STORAGE;
}

static void put_editor(struct making *m)
{
	for (size_t i = 0; i < EDITOR_FILES; i++) {
		const struct embedded_file *f = embedded_named(editor_files[i].kept);

		put(m, editor_files[i].name, f->bytes, f->n);
	}
}

static void put_all(struct making *m)
{
	char rules[PATH_MAX];

	put_embedded(m, PACKS, "packs/", NULL);
	put_editor(m);
	put_own(m);
	if (m->status == FL_OK && !m->check) {
		snprintf(rules, sizeof(rules), "%s/rules", m->dir);
		m->status = file_make_folder(rules, m->err);
	}
	if (m->from != NULL)
		copy_one(m, "dealership.lua");
	else
		put_template(m, "dealership.lua");
}

static fl_status look_at(struct making *m)
{
	struct stat st;

	if (strlen(m->dir) > PATH_MAX - 2 * NAME_MAX ||
		(m->from != NULL && strlen(m->from) > PATH_MAX - 2 * NAME_MAX))
		return status_fail(m->err, FL_STORAGE, "%s",
			says(m, "het pad is te lang", "the path is too long"));
	if (folder_is_rooftop(m->dir))
		return status_fail(m->err, FL_CONFLICT,
			says(m,
				"%s: is al een map van een bedrijf; er is "
				"niets veranderd",
				"%s: is a dealership folder already; nothing "
				"was changed"),
			m->dir);
	if (m->from != NULL && !folder_is_rooftop(m->from))
		return status_fail(m->err, FL_NOT_FOUND,
			says(m, "%s: er is geen dealership.lua om over te nemen",
				"%s: there is no dealership.lua to copy"),
			m->from);
	if (stat(m->dir, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			return status_fail(m->err, FL_CONFLICT,
				says(m, "%s: is een bestand, geen map",
					"%s: is a file, not a folder"),
				m->dir);
		fl_status s = file_list(m->dir, look, m, m->err);

		if (s != FL_OK)
			return s;
	}
	return m->status;
}

const char *folder_new_language(const struct folder_new *opt)
{
	char found[8];

	if (opt != NULL && opt->language != NULL)
		return is_dutch(opt->language) ? "nl" : "en";
	if (opt != NULL && opt->from != NULL &&
		folder_language(opt->from, found))
		return is_dutch(found) ? "nl" : "en";
	return "nl";
}

fl_status folder_make(const char *dir, const struct folder_new *opt,
	struct fl_error *err)
{
	struct fl_error spare;
	struct making m = {.dir = dir,
		.from = opt != NULL ? opt->from : NULL,
		.language = folder_new_language(opt),
		.check = true};
	fl_status s;

	m.err = err != NULL ? err : &spare;
	if ((s = look_at(&m)) != FL_OK)
		return s;
	put_all(&m);
	if (m.status != FL_OK)
		return m.status;
	m.check = false;
	if ((s = file_make_folder(dir, m.err)) != FL_OK)
		return s;
	put_all(&m);
	return m.status;
}

fl_status folder_editor(const char *dir, struct fl_error *err)
{
	fl_status s = FL_OK;

	if (!folder_is_rooftop(dir))
		return status_fail(err, FL_NOT_FOUND,
			"%s: is no dealership folder (it has no dealership.lua)",
			dir);
	for (size_t i = 0; s == FL_OK && i < EDITOR_FILES; i++) {
		const struct embedded_file *f = embedded_named(editor_files[i].kept);
		char path[PATH_MAX], folder[PATH_MAX];

		if (snprintf(folder, sizeof(folder), "%s/.fairlead", dir) >=
				(int)sizeof(folder) ||
			snprintf(path, sizeof(path), "%s/%s", dir,
				editor_files[i].name) >= (int)sizeof(path))
			return status_fail(
				err, FL_STORAGE, "%s: the path is too long", dir);
		if (!editor_files[i].ours && file_exists(path))
			continue;
		s = file_make_folder(folder, err);
		if (s == FL_OK)
			s = file_write(path, f->bytes, f->n, err);
	}
	return s;
}
