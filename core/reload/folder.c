#include "reload/folder.h"

#include "base/file.h"
#include "model/luasource.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scan {
	const char *dir;  /* as given */
	const char *real; /* resolved, for links that lead out */
	struct arena *a;
	struct source_set *out;
	struct problems *p;
	uint32_t cap;
	size_t total_bytes;
	const char *folder; /* being listed: "rules", "packs/standard" */
	const char **packs; /* names found below packs/ */
	uint32_t n_packs, cap_packs;
	fl_status status;
};

bool folder_is_rooftop(const char *dir)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/dealership.lua", dir);

	return n > 0 && n < (int)sizeof(path) && file_exists(path);
}

bool folder_language(const char *dir, char out[8])
{
	char path[PATH_MAX];
	struct buf bytes;
	bool found;

	snprintf(path, sizeof(path), "%s/dealership.lua", dir);
	buf_init(&bytes, FOLDER_FILE_BYTES);
	found = file_read(path, FOLDER_FILE_BYTES, &bytes, NULL) == FL_OK &&
		bytes.len > 0 && luasource_language(bytes.at, bytes.len, out);
	buf_deinit(&bytes);
	return found;
}

bool folder_is_dutch(const char *dir)
{
	char language[8];

	return folder_language(dir, language) && strcmp(language, "nl") == 0;
}

static bool ends_with(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n >= m && strcmp(name + n - m, ending) == 0;
}

bool folder_passes_over(const char *name)
{
	return name[0] == '.' || name[0] == '#' || ends_with(name, "~") ||
	       ends_with(name, ".swp") || ends_with(name, ".tmp");
}

static struct problem *say(struct scan *s, const char *code, const char *name,
	int line, const char *text)
{
	return problem_add(
		s->p, code, arena_strdup(s->p->arena, name), line, "%s", text);
}

static void leave_out(
	struct scan *s, const char *name, const char *text, const char *remedy)
{
	struct problem *it = say(s, "FL540", name, 0, text);

	it->remedy = remedy;
	problem_warn(s->p, it);
}

/* ---- what a file must be ---- */

static int line_of(const char *bytes, const char *at)
{
	int line = 1;

	for (const char *c = bytes; c < at; c++)
		line += *c == '\n' && line < INT_MAX;
	return line;
}

static bool starts(const char *bytes, size_t n, const char *with, size_t m)
{
	return n >= m && memcmp(bytes, with, m) == 0;
}

static void check_text(
	struct scan *s, const char *name, const char *bytes, size_t n)
{
	const char *end = bytes + n;
	struct problem *it = NULL;
	size_t step;

	if (starts(bytes, n, "\xFF\xFE", 2) ||
		starts(bytes, n, "\xFE\xFF", 2)) {
		it = say(s, "FL544", name, 1,
			problem_words(s->p, "is saved as \"Unicode\" (UTF-16)",
				"is bewaard als \"Unicode\" (UTF-16)"));
	} else if (starts(bytes, n, "\033Lua", 4)) {
		say(s, "FL544", name, 1,
			problem_words(s->p, "is compiled Lua, not text",
				"is gecompileerde Lua, geen tekst"))
			->remedy = problem_words(s->p,
			"put the file as it was written there",
			"zet het bestand er zoals het geschreven is");
		return;
	}
	for (const char *at = bytes; it == NULL && at < end; at += step) {
		step = text_char(at, (size_t)(end - at));
		if (*at == '\0') {
			say(s, "FL544", name, line_of(bytes, at),
				problem_words(s->p,
					"holds a zero byte: this is no text "
					"file",
					"bevat een nulbyte: dit is geen "
					"tekstbestand"))
				->remedy = problem_words(s->p,
				"write the line again by hand",
				"schrijf de regel met de hand opnieuw");
			return;
		}
		if (step == 0)
			it = say(s, "FL544", name, line_of(bytes, at),
				problem_words(s->p,
					"holds a letter that is not UTF-8 "
					"(saved as Windows-1252 or \"ANSI\"?)",
					"bevat een letter die geen UTF-8 is "
					"(bewaard als Windows-1252 of "
					"\"ANSI\"?)"));
	}
	if (it != NULL)
		it->remedy = problem_words(s->p,
			"save it as UTF-8: in Notepad, Save as, Encoding UTF-8",
			"bewaar het als UTF-8: in Kladblok, Opslaan als, "
			"Codering UTF-8");
}

/* Why something that is there cannot be read, and what to do. */
static void unreadable(struct scan *s, const char *name, const char *path,
	const char *system)
{
	bool denied = faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0 &&
		      errno == EACCES;

	say(s, "FL541", name, 0,
		denied ? problem_words(s->p,
				 "may not be read by the user fairlead runs as",
				 "mag niet gelezen worden door de gebruiker "
				 "waaronder fairlead draait")
		       : problem_words(s->p, "cannot be read",
				 "is niet te lezen"))
		->remedy = denied ? problem_words(s->p,
					    "give that user the right to read "
					    "it: chmod a+rX",
					    "geef die gebruiker het recht om "
					    "het te lezen: chmod a+rX")
				  : problem_cause(s->p, arena_strdup(s->p->arena, system));
}

/* True when `path` resolves to something inside the folder. */
static bool is_inside(const struct scan *s, const char *path)
{
	char real[PATH_MAX];
	size_t n = strlen(s->real);

	return realpath(path, real) != NULL && strncmp(real, s->real, n) == 0 &&
	       real[n] == '/';
}

static bool is_regular(struct scan *s, const char *path, const char *name)
{
	struct stat st;
	int missing = stat(path, &st) == 0 ? 0 : errno;

	if (missing == ENOENT || missing == ELOOP) {
		say(s, "FL541", name, 0,
			problem_words(s->p,
				"cannot be read: it is a link to nothing",
				"is niet te lezen: het verwijst naar niets"))
			->remedy = problem_words(s->p,
			"put the file itself here, or remove the link",
			"zet het bestand zelf hier, of haal de verwijzing weg");
		return false;
	}
	if (missing != 0) {
		unreadable(s, name, path, strerror(missing));
		return false;
	}
	if (S_ISREG(st.st_mode) && is_inside(s, path))
		return true;
	say(s, "FL542", name, 0,
		S_ISREG(st.st_mode)
			? problem_words(s->p,
				  "is a link that leads out of the folder",
				  "is een verwijzing naar buiten de map")
			: problem_words(s->p, "is not an ordinary file",
				  "is geen gewoon bestand"))
		->remedy = problem_words(s->p, "copy the file itself here",
		"kopieer het bestand zelf hierheen");
	return false;
}

/* ---- reading ---- */

static bool add_file(struct scan *s, const char *name, const struct buf *bytes)
{
	size_t bom = starts(bytes->at, bytes->len, "\xEF\xBB\xBF", 3) ? 3 : 0;
	size_t n = bytes->len - bom;
	struct source_file *files = arena_grow(s->a, s->out->files,
		s->out->n_files, &s->cap, s->out->n_files + 1, sizeof(*files));
	char *copy = arena_text(s->a, bytes->len > 0 ? bytes->at + bom : "", n);
	char *kept = arena_strdup(s->a, name);

	if (files == NULL || copy == NULL || kept == NULL)
		return false;
	s->out->files = files;
	files[s->out->n_files++] = (struct source_file){kept, copy, n};
	check_text(s, name, copy, n);
	return true;
}

static void too_many(struct scan *s, const char *name)
{
	if (s->out->n_files >= FOLDER_FILES)
		say(s, "FL543", name, 0,
			problem_words(s->p,
				"is one rule file too many: at most 2,000 are "
				"read",
				"is een regelbestand te veel: er worden er "
				"hooguit 2.000 gelezen"));
	else
		say(s, "FL543", name, 0,
			problem_words(s->p,
				"makes all rule files together larger than 16 "
				"MiB",
				"maakt alle regelbestanden samen groter dan 16 "
				"MiB"));
}

/* `name` is relative to the folder. */
static void read_one(struct scan *s, const char *name)
{
	char path[PATH_MAX];
	struct fl_error err;
	struct buf b;
	fl_status st;

	if (snprintf(path, sizeof(path), "%s/%s", s->dir, name) >=
			(int)sizeof(path) ||
		!is_regular(s, path, name))
		return;
	if (s->out->n_files >= FOLDER_FILES || s->total_bytes >= FOLDER_BYTES) {
		too_many(s, name);
		return;
	}
	buf_init(&b, FOLDER_FILE_BYTES + 1);
	st = file_read(path, FOLDER_FILE_BYTES, &b, &err);
	s->total_bytes += b.len;
	if (st == FL_LIMIT)
		say(s, "FL543", name, 0,
			problem_words(s->p, "is larger than 256 KiB",
				"is groter dan 256 KiB"))
			->remedy = problem_words(s->p,
			"spread the rules over several files",
			"verdeel de regels over meer bestanden");
	else if (st == FL_NOMEM || (st == FL_OK && !add_file(s, name, &b)))
		s->status = FL_NOMEM;
	else if (st != FL_OK)
		unreadable(s, name, path, err.text);
	buf_deinit(&b);
}

static void take_rule(void *ctx, const char *file, bool is_folder)
{
	struct scan *s = ctx;
	char name[PATH_MAX];

	if (folder_passes_over(file) || s->status != FL_OK ||
		snprintf(name, sizeof(name), "%s/%s", s->folder, file) >=
			(int)sizeof(name))
		return;
	if (!text_valid(file, strlen(file)))
		leave_out(s, s->folder,
			problem_words(s->p,
				"holds a file whose name is no UTF-8",
				"bevat een bestand met een naam die geen UTF-8 "
				"is"),
			problem_words(s->p, "give it a name of plain letters",
				"geef het een naam van gewone letters"));
	else if (is_folder)
		leave_out(s, name,
			problem_words(s->p,
				"is a folder: rules are not looked for in it",
				"is een map: daarin worden geen regels "
				"gezocht"),
			NULL);
	else if (ends_with(file, ".lua"))
		read_one(s, name);
	else if (!starts(s->folder, strlen(s->folder), "packs", 5))
		leave_out(s, name,
			problem_words(s->p,
				"is left out: only names ending in .lua are "
				"rule files",
				"doet niet mee: alleen namen op .lua zijn "
				"regelbestanden"),
			NULL);
}

static void take_pack(void *ctx, const char *name, bool is_folder)
{
	struct scan *s = ctx;
	const char **packs;
	char shown[NAME_MAX + 8];

	if (folder_passes_over(name) || s->status != FL_OK)
		return;
	snprintf(shown, sizeof(shown), "packs/%s", name);
	if (!is_folder || !text_valid(name, strlen(name))) {
		leave_out(s, is_folder ? "packs" : shown,
			problem_words(s->p,
				"is left out: a pack is a folder packs/NAME",
				"doet niet mee: een pakket is een map "
				"packs/NAAM"),
			NULL);
		return;
	}
	packs = arena_grow(s->a, s->packs, s->n_packs, &s->cap_packs,
		s->n_packs + 1, sizeof(*packs));
	if (packs == NULL || (name = arena_strdup(s->a, shown)) == NULL) {
		s->status = FL_NOMEM;
		return;
	}
	s->packs = packs;
	packs[s->n_packs++] = name;
}

static bool has_folder(const struct scan *s, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	return snprintf(path, sizeof(path), "%s/%s", s->dir, name) <
		       (int)sizeof(path) &&
	       stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void list_folder(struct scan *s, const char *name,
	void (*take)(void *ctx, const char *name, bool is_folder))
{
	char path[PATH_MAX];
	struct fl_error err;
	fl_status st;

	if (s->status != FL_OK || !has_folder(s, name))
		return;
	s->folder = name;
	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	st = file_list(path, take, s, &err);
	if (st == FL_NOMEM)
		s->status = st;
	else if (st != FL_OK)
		unreadable(s, name, path, err.text);
}

static void read_all(struct scan *s)
{
	char language[8];

	/* mistakes are told in the rooftop's language from the first one on;
	 * the caller's stays when there is none to be read */
	if (folder_language(s->dir, language))
		s->p->dutch = strcmp(language, "nl") == 0;
	list_folder(s, "packs", take_pack);
	read_one(s, "dealership.lua");
	for (uint32_t i = 0; i < s->n_packs; i++)
		list_folder(s, s->packs[i], take_rule);
	list_folder(s, "rules", take_rule);
	if (s->status == FL_OK) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/settings.lua", s->dir);
		if (file_exists(path))
			read_one(s, "settings.lua");
	}
}

fl_status folder_read(const char *dir, struct arena *a, struct source_set *out,
	struct problems *p, struct fl_error *err)
{
	struct scan s = {.dir = dir, .a = a, .out = out, .p = p};
	char real[PATH_MAX];

	memset(out, 0, sizeof(*out));
	if (strlen(dir) > PATH_MAX - 2 * NAME_MAX)
		return status_fail(
			err, FL_STORAGE, "%s: the path is too long", dir);
	if (realpath(dir, real) == NULL)
		return status_fail(
			err, FL_NOT_FOUND, "%s: no such folder", dir);
	s.real = real;
	if (!folder_is_rooftop(dir)) {
		say(&s, "FL545", "dealership.lua", 0,
			problem_words(p,
				"is not there: this is no dealership folder",
				"is er niet: dit is geen map van een bedrijf"))
			->remedy =
			problem_words(p, "make one: fairlead init DIR",
				"maak er een: fairlead init MAP");
		return FL_INVALID;
	}
	read_all(&s);
	if (s.status != FL_OK || a->failed)
		return status_fail(
			err, FL_NOMEM, "%s: no memory for the rules", dir);
	return p->errors > 0 ? FL_INVALID : FL_OK;
}
