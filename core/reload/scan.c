#include "reload/scan.h"

#include "base/file.h"
#include "reload/folder.h"

#include <limits.h>
#include <sys/stat.h>

struct look {
	const char *dir;
	struct arena *a;
	struct folder_scan *out;
	struct digest_stream stream;
	const char *folder; /* being listed */
	const char **packs;
	uint32_t n_packs, cap_packs;
};

/* What tells one state of a file from another. */
struct mark {
	uint64_t dev, ino, mode, size;
	int64_t mtime_s, mtime_ns, ctime_s, ctime_ns;
};

static struct mark mark_of(const struct stat *st)
{
	return (struct mark){.dev = (uint64_t)st->st_dev,
		.ino = (uint64_t)st->st_ino,
		.mode = (uint64_t)st->st_mode,
		.size = S_ISDIR(st->st_mode) ? 0 : (uint64_t)st->st_size,
		.mtime_s = S_ISDIR(st->st_mode) ? 0 : st->st_mtim.tv_sec,
		.mtime_ns = S_ISDIR(st->st_mode) ? 0 : st->st_mtim.tv_nsec,
		.ctime_s = S_ISDIR(st->st_mode) ? 0 : st->st_ctim.tv_sec,
		.ctime_ns = S_ISDIR(st->st_mode) ? 0 : st->st_ctim.tv_nsec};
}

/* Takes a file or folder into the look: a link counts as itself and as what it
 * leads to. False: nothing is there. */
static bool add(struct look *l, const char *name)
{
	char path[PATH_MAX];
	struct mark marks[2];
	struct stat st;

	if (snprintf(path, sizeof(path), "%s/%s", l->dir, name) >=
		(int)sizeof(path))
		return false;
	memset(marks, 0, sizeof(marks));
	if (lstat(path, &st) != 0)
		return false;
	marks[0] = mark_of(&st);
	if (S_ISLNK(st.st_mode) && stat(path, &st) == 0)
		marks[1] = mark_of(&st);
	digest_add(&l->stream, name, strlen(name) + 1);
	digest_add(&l->stream, marks, sizeof(marks));
	l->out->entries++;
	return true;
}

static void watch(struct look *l, const char *name)
{
	const char **grown = arena_grow(l->a, l->out->folders,
		l->out->n_folders, &l->out->cap_folders, l->out->n_folders + 1,
		sizeof(*grown));

	if (grown == NULL)
		return; /* the arena says so */
	l->out->folders = grown;
	grown[l->out->n_folders++] = arena_strdup(l->a, name);
}

static bool is_rule_file(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && strcmp(name + n - 4, ".lua") == 0;
}

static void take_file(void *ctx, const char *file, bool is_folder)
{
	struct look *l = ctx;
	char name[PATH_MAX];

	if (folder_passes_over(file) ||
		snprintf(name, sizeof(name), "%s/%s", l->folder, file) >=
			(int)sizeof(name))
		return;
	if (!is_folder && is_rule_file(file))
		add(l, name);
	else /* will be told by name: only its name matters */
		digest_add(&l->stream, name, strlen(name) + 1);
}

static void take_pack(void *ctx, const char *file, bool is_folder)
{
	struct look *l = ctx;
	const char **grown;
	char name[NAME_MAX + 8];

	if (folder_passes_over(file))
		return;
	snprintf(name, sizeof(name), "packs/%s", file);
	add(l, name);
	if (!is_folder)
		return;
	grown = arena_grow(l->a, l->packs, l->n_packs, &l->cap_packs,
		l->n_packs + 1, sizeof(*grown));
	if (grown == NULL)
		return;
	l->packs = grown;
	grown[l->n_packs++] = arena_strdup(l->a, name);
}

static void list(struct look *l, const char *name,
	void (*take)(void *ctx, const char *file, bool is_folder))
{
	char path[PATH_MAX];
	struct fl_error err;

	if (l->a->failed || snprintf(path, sizeof(path), "%s/%s", l->dir,
				    name) >= (int)sizeof(path))
		return;
	l->folder = name;
	watch(l, name);
	if (file_list(path, take, l, &err) != FL_OK)
		digest_add(&l->stream, "?", 2);
}

fl_status folder_scan(const char *dir, struct arena *a, struct folder_scan *out)
{
	struct look l = {.dir = dir, .a = a, .out = out};

	memset(out, 0, sizeof(*out));
	digest_begin(&l.stream);
	watch(&l, "");
	add(&l, "dealership.lua");
	add(&l, "settings.lua");
	out->paused = add(&l, "reload.paused");
	if (add(&l, "rules"))
		list(&l, "rules", take_file);
	if (add(&l, "packs"))
		list(&l, "packs", take_pack);
	for (uint32_t i = 0; i < l.n_packs && !a->failed; i++)
		list(&l, l.packs[i], take_file);
	digest_end(&l.stream, &out->digest);
	return a->failed ? FL_NOMEM : FL_OK;
}

/* ---- the bytes themselves ---- */

static int by_name(const void *x, const void *y)
{
	const struct source_file *a = x, *b = y;

	return strcmp(a->name, b->name);
}

fl_status sources_digest(const struct source_set *set, struct digest *out)
{
	struct source_file *sorted =
		malloc((set->n_files + 1) * sizeof(*sorted));
	struct digest_stream s;

	if (sorted == NULL)
		return FL_NOMEM;
	if (set->n_files > 0)
		memcpy(sorted, set->files, set->n_files * sizeof(*sorted));
	qsort(sorted, set->n_files, sizeof(*sorted), by_name);
	digest_begin(&s);
	for (uint32_t i = 0; i < set->n_files; i++) {
		uint64_t n = sorted[i].n;

		digest_add(&s, sorted[i].name, strlen(sorted[i].name) + 1);
		digest_add(&s, &n, sizeof(n));
		digest_add(&s, sorted[i].bytes, sorted[i].n);
	}
	digest_end(&s, out);
	free(sorted);
	return FL_OK;
}
