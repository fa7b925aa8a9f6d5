#include "store/folder.h"

#include "base/file.h"
#include "store/tables.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static char *joined(const char *dir, const char *name)
{
	size_t n = strlen(dir) + strlen(name) + 2;
	char *path = malloc(n);

	if (path != NULL)
		snprintf(path, n, "%s/%s", dir, name);
	return path;
}

fl_status folder_init(struct folder *f, const char *dir,
	const struct store_options *opt, struct fl_error *err)
{
	f->lock.fd = -1;
	f->vfs = opt->vfs;
	f->fault = opt->fault;
	f->ctx = opt->ctx;
	f->dir = strdup(dir);
	f->data = joined(dir, "data");
	f->db = joined(dir, "data/fairlead.db");
	f->lock_path = joined(dir, "data/lock");
	if (f->dir == NULL || f->data == NULL || f->db == NULL ||
		f->lock_path == NULL)
		return status_fail(err, FL_NOMEM, "%s: no memory", dir);
	return FL_OK;
}

static bool fault(const struct folder *f, const char *point)
{
	return f->fault != NULL && f->fault(f->ctx, point) != 0;
}

static fl_status check_dir(const struct folder *f, struct fl_error *err)
{
	struct stat st = {0};
	struct statfs fs = {0};

	if (stat(f->dir, &st) != 0 || statfs(f->dir, &fs) != 0)
		return status_fail(err, FL_STORAGE, "%s: %s", f->dir,
			strerrordesc_np(errno));
	if (!S_ISDIR(st.st_mode))
		return status_fail(err, FL_STORAGE, "%s: is not a folder",
			f->dir);
	if (lock_is_network((long)fs.f_type) || fault(f, "network-fs"))
		return status_fail(err, FL_STORAGE,
			"%s: is on a network file system, where a database can"
			" be damaged; use a local disk", f->dir);
	return FL_OK;
}

static fl_status make_data(struct folder *f, struct fl_error *err)
{
	struct fl_error why = {0};

	if (mkdir(f->data, 0700) == 0) {
		f->made_data = true;
		if (file_sync_folder(f->dir, &why) != FL_OK)
			return status_fail(err, FL_STORAGE, "%s", why.text);
		return FL_OK;
	}
	if (errno != EEXIST)
		return status_fail(err, FL_STORAGE, "%s: cannot be made: %s",
			f->data, strerrordesc_np(errno));
	return FL_OK;
}

fl_status folder_take(struct folder *f, struct fl_error *err)
{
	fl_status s;

	if ((s = check_dir(f, err)) != FL_OK ||
		(s = make_data(f, err)) != FL_OK ||
		(s = lock_take(f->lock_path, &f->lock, err)) != FL_OK)
		return s;
	f->made_db = !folder_has(f, "");
	return FL_OK;
}

fl_status folder_sync(struct folder *f, struct fl_error *err)
{
	struct fl_error why = {0};

	if (fault(f, "sync-folder"))
		return status_fail(err, FL_STORAGE, "%s: cannot be synced",
			f->data);
	if (file_sync_folder(f->data, &why) != FL_OK)
		return status_fail(err, FL_STORAGE, "%s: cannot be synced: %s",
			f->data, why.text);
	return FL_OK;
}

static void remove_beside(const struct folder *f, sqlite3_vfs *vfs,
	const char *ending)
{
	char *path = sqlite3_mprintf("%s%s", f->db, ending);

	if (path != NULL && vfs != NULL)
		(void)vfs->xDelete(vfs, path, 0); /* it may never have been */
	sqlite3_free(path);
}

void folder_undo(struct folder *f)
{
	static const char *const endings[] = {"-journal", "-wal", "-shm", ""};
	sqlite3_vfs *vfs = sql_vfs(f->vfs);

	if (f->lock.fd < 0 || !f->made_db)
		return; /* not ours, or there is something to keep */
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		remove_beside(f, vfs, endings[i]);
	if (!f->made_data)
		return;
	unlink(f->lock_path);
	rmdir(f->data);
}

void folder_deinit(struct folder *f)
{
	if (f->dir != NULL)
		lock_drop(&f->lock);
	free(f->dir);
	free(f->data);
	free(f->db);
	free(f->lock_path);
	*f = (struct folder){.lock = {-1}};
}

bool folder_has(const struct folder *f, const char *ending)
{
	sqlite3_vfs *vfs = sql_vfs(f->vfs);
	char *path = sqlite3_mprintf("%s%s", f->db, ending);
	int there = 0;

	if (vfs != NULL && path != NULL &&
		vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &there) !=
			SQLITE_OK)
		there = 1; /* cannot tell: never treat it as absent */
	sqlite3_free(path);
	return there != 0;
}

fl_status folder_open_reading(const struct folder *f, sqlite3 **out,
	struct fl_error *err)
{
	fl_status s;
	sqlite3 *db = NULL;
	int version = 0;

	*out = NULL;
	if (access(f->data, X_OK) != 0 && errno == EACCES)
		return status_fail(
			err, FL_DENIED,
			"%s belongs to another user: do this as the one who "
			"runs fairlead",
			f->data);
	if (!folder_has(f, ""))
		return status_fail(err, FL_NOT_FOUND,
			"%s: there is no database yet", f->db);
	if ((s = sql_open(f->db, f->vfs, true, &db, err)) != FL_OK ||
		(s = tables_identify(db, f->db, &tables_steps, &version,
			 err)) != FL_OK)
		goto out;
	if (version != tables_steps.n) {
		s = status_fail(err, FL_INVALID,
			"%s: is of an older version; open it with serve first",
			f->db);
		goto out;
	}
	if ((s = sql_exec(db, "PRAGMA cache_size=-4096", err)) != FL_OK)
		goto out;
	*out = db;
	db = NULL;
out:
	sqlite3_close(db);
	return s;
}
