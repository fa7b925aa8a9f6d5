#include "vfs_power.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512, SHM_REGIONS = 64, NAME = 256 };

/* One write or truncation that is not on the disk yet. */
struct change {
	int64_t at;    /* offset, or new size of a truncation */
	int64_t bytes; /* -1: truncation */
	unsigned char *data;
};

struct content {
	unsigned char *at;
	int64_t len, cap;
};

struct image {
	struct image *next;
	char name[NAME];
	struct content live;  /* what readers see */
	struct content disk;  /* what was synced; `changes` lie between */
	struct change *changes;
	int n_changes, cap_changes;
	bool linked;          /* its name is there */
	bool linked_on_disk;  /* and survives */
	int open;             /* handles */
	int n_shared;         /* locks of the file */
	bool reserved, exclusive;
	void *shm[SHM_REGIONS];
	int shm_shared[SQLITE_SHM_NLOCK];
	bool shm_exclusive[SQLITE_SHM_NLOCK];
};

struct handle {
	sqlite3_file base;
	struct image *image;
	int level;
	bool delete_on_close;
	bool syncs_folder;   /* with its first sync, as the unix VFS does; left
			      * out for the WAL: the store does that itself */
	unsigned shm_shared, shm_exclusive; /* slots held */
};

static struct {
	pthread_mutex_t lock;
	struct image *images;
	uint64_t seed;
	enum power_fault fault;
	long left, counted;
	bool armed, for_good, given;
} disk = {.lock = PTHREAD_MUTEX_INITIALIZER};

static uint64_t next_random(void)
{
	uint64_t z = (disk.seed += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

/* ---- content ---- */

static void resize(struct content *c, int64_t len)
{
	if (len > c->cap) {
		c->cap = len * 2;
		c->at = must(realloc(c->at, (size_t)c->cap));
	}
	if (len > c->len)
		memset(c->at + c->len, 0, (size_t)(len - c->len));
	c->len = len;
}

static void apply(struct content *c, const struct change *h)
{
	if (h->bytes < 0) {
		resize(c, h->at);
		return;
	}
	if (h->at + h->bytes > c->len)
		resize(c, h->at + h->bytes);
	if (h->bytes > 0)
		memcpy(c->at + h->at, h->data, (size_t)h->bytes);
}

static void forget_changes(struct image *m)
{
	for (int i = 0; i < m->n_changes; i++)
		free(m->changes[i].data);
	m->n_changes = 0;
}

static void change(struct image *m, int64_t at, const void *data,
	int64_t bytes)
{
	struct change *h;

	if (m->n_changes == m->cap_changes) {
		m->cap_changes = m->cap_changes * 2 + 16;
		m->changes = must(realloc(m->changes,
			(size_t)m->cap_changes * sizeof(*m->changes)));
	}
	h = &m->changes[m->n_changes++];
	*h = (struct change){at, bytes, NULL};
	if (bytes > 0) {
		h->data = must(malloc((size_t)bytes));
		memcpy(h->data, data, (size_t)bytes);
	}
	apply(&m->live, h);
}

/* Everything on the disk. */
static void settle(struct image *m)
{
	resize(&m->disk, m->live.len);
	if (m->live.len > 0)
		memcpy(m->disk.at, m->live.at, (size_t)m->live.len);
	forget_changes(m);
}

/* How many of the changes, oldest first, one sector has seen. */
static int seen_by_sector(const struct image *m, int mood)
{
	if (mood == 0)
		return 0;
	if (mood == 1)
		return m->n_changes;
	return (int)(next_random() % (uint64_t)(m->n_changes + 1));
}

/* One sector as the disk has it after the first `n` changes. */
static void sector_after(const struct image *m, int64_t from, int n,
	unsigned char out[SECTOR])
{
	int64_t until = from + SECTOR;
	int64_t old = m->disk.len < until ? m->disk.len : until;

	memset(out, 0, SECTOR);
	if (old > from)
		memcpy(out, m->disk.at + from, (size_t)(old - from));
	for (int i = 0; i < n; i++) {
		const struct change *h = &m->changes[i];
		int64_t a = h->at > from ? h->at : from;
		int64_t z = h->at + h->bytes < until ? h->at + h->bytes : until;

		if (h->bytes < 0 && a < until)
			memset(out + (a - from), 0, (size_t)(until - a));
		else if (h->bytes > 0 && a < z)
			memcpy(out + (a - from), h->data + (a - h->at),
				(size_t)(z - a));
	}
}

static int64_t size_after(const struct image *m, int n)
{
	int64_t size = m->disk.len;

	for (int i = 0; i < n; i++)
		if (m->changes[i].bytes < 0)
			size = m->changes[i].at;
		else if (m->changes[i].at + m->changes[i].bytes > size)
			size = m->changes[i].at + m->changes[i].bytes;
	return size;
}

/* The power came back: each sector is as old as chance had it. */
static void boot_image(struct image *m)
{
	int mood = (int)(next_random() % 4);
	int64_t size = size_after(m, seen_by_sector(m, mood));
	struct content now = {0};

	resize(&now, size);
	for (int64_t from = 0; from < size; from += SECTOR) {
		unsigned char sector[SECTOR];

		sector_after(m, from, seen_by_sector(m, mood), sector);
		memcpy(now.at + from, sector,
			(size_t)(size - from < SECTOR ? size - from : SECTOR));
	}
	free(m->live.at);
	m->live = now;
	settle(m);
}

/* ---- names ---- */

static struct image *find(const char *name)
{
	for (struct image *m = disk.images; m != NULL; m = m->next)
		if (m->linked && strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

static struct image *make(const char *name)
{
	struct image *m = must(calloc(1, sizeof(*m)));

	snprintf(m->name, sizeof(m->name), "%s", name);
	m->linked = true;
	m->next = disk.images; /* the youngest of a name comes first */
	disk.images = m;
	return m;
}

static void free_image(struct image *m)
{
	forget_changes(m);
	free(m->changes);
	free(m->live.at);
	free(m->disk.at);
	for (int i = 0; i < SHM_REGIONS; i++)
		free(m->shm[i]);
	free(m);
}

/* Frees images that no name and no handle leads to any more. */
static void sweep(void)
{
	struct image **at = &disk.images;

	while (*at != NULL) {
		struct image *m = *at;

		if (m->linked || m->linked_on_disk || m->open > 0) {
			at = &m->next;
			continue;
		}
		*at = m->next;
		free_image(m);
	}
}

static void sync_folder(void)
{
	for (struct image *m = disk.images; m != NULL; m = m->next)
		m->linked_on_disk = m->linked;
	sweep();
}

void power_boot(void)
{
	pthread_mutex_lock(&disk.lock);
	for (struct image *m = disk.images; m != NULL; m = m->next) {
		if (m->linked != m->linked_on_disk)
			m->linked = next_random() % 2 == 0;
		m->linked_on_disk = m->linked;
		boot_image(m);
	}
	/* of two with one name the younger one has taken its place */
	for (struct image *m = disk.images; m != NULL; m = m->next)
		for (struct image *o = m->next; m->linked && o != NULL;
			o = o->next)
			if (strcmp(o->name, m->name) == 0)
				o->linked = o->linked_on_disk = false;
	sweep();
	pthread_mutex_unlock(&disk.lock);
}

/* ---- faults ---- */

void power_reset(uint64_t seed)
{
	pthread_mutex_lock(&disk.lock);
	for (struct image *m = disk.images; m != NULL; m = m->next)
		m->linked = m->linked_on_disk = false;
	sweep();
	disk.seed = seed;
	disk.armed = disk.given = false;
	pthread_mutex_unlock(&disk.lock);
}

void power_arm(enum power_fault fault, long n, bool for_good)
{
	pthread_mutex_lock(&disk.lock);
	disk.fault = fault;
	disk.left = n;
	disk.counted = 0;
	disk.for_good = for_good || fault == POWER_CUT;
	disk.given = false;
	disk.armed = true;
	pthread_mutex_unlock(&disk.lock);
}

bool power_disarm(void)
{
	bool given;

	pthread_mutex_lock(&disk.lock);
	disk.armed = false;
	given = disk.given;
	pthread_mutex_unlock(&disk.lock);
	return given;
}

long power_counted(void)
{
	return disk.counted;
}

enum op { OP_READ, OP_WRITE, OP_SYNC, OP_NAME };

static bool concerns(enum op op)
{
	switch (disk.fault) {
	case POWER_CUT:
		return op != OP_READ;
	case POWER_EIO:
		return true;
	case POWER_ENOSPC:
		return op == OP_WRITE;
	}
	return false;
}

/* Whether this operation fails; *first when it is the n-th itself. */
static bool fails(enum op op, bool *first)
{
	*first = false;
	if (!disk.armed)
		return false;
	if (!concerns(op)) /* without power there is no reading either */
		return disk.given && disk.fault == POWER_CUT;
	disk.counted++;
	if (disk.left-- > 0)
		return false;
	*first = disk.left == -1;
	if (!*first && !disk.for_good)
		return false;
	disk.given = true;
	return true;
}

bool power_sync_folder(void)
{
	bool first, ok;

	pthread_mutex_lock(&disk.lock);
	ok = !fails(OP_SYNC, &first);
	if (ok)
		sync_folder();
	pthread_mutex_unlock(&disk.lock);
	return ok;
}

/* ---- files ---- */

static int file_close(sqlite3_file *f)
{
	struct handle *h = (struct handle *)f;

	pthread_mutex_lock(&disk.lock);
	if (--h->image->open == 0) {
		h->image->n_shared = 0;
		h->image->reserved = h->image->exclusive = false;
	}
	if (h->delete_on_close)
		h->image->linked = h->image->linked_on_disk = false;
	sweep();
	pthread_mutex_unlock(&disk.lock);
	return SQLITE_OK;
}

static int file_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
	struct content *c = &((struct handle *)f)->image->live;
	int rc = SQLITE_OK;
	bool first;
	int64_t have;

	pthread_mutex_lock(&disk.lock);
	have = c->len > at ? c->len - at : 0;
	if (fails(OP_READ, &first)) {
		rc = SQLITE_IOERR_READ;
	} else if (have >= n) {
		memcpy(to, c->at + at, (size_t)n);
	} else {
		memset(to, 0, (size_t)n);
		if (have > 0)
			memcpy(to, c->at + at, (size_t)have);
		rc = SQLITE_IOERR_SHORT_READ;
	}
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static int file_write(sqlite3_file *f, const void *from, int n,
	sqlite3_int64 at)
{
	struct image *m = ((struct handle *)f)->image;
	int rc = SQLITE_OK;
	bool first;

	pthread_mutex_lock(&disk.lock);
	if (!fails(OP_WRITE, &first)) {
		change(m, at, from, n);
	} else {
		/* the one hit has begun: all of it is there for the disk to
		 * tear when the power goes, half of it when it is cut short */
		if (first)
			change(m, at, from,
				disk.fault == POWER_CUT ? n : n / 2);
		rc = disk.fault == POWER_ENOSPC ? SQLITE_FULL
						: SQLITE_IOERR_WRITE;
	}
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct image *m = ((struct handle *)f)->image;
	int rc = SQLITE_OK;
	bool first;

	pthread_mutex_lock(&disk.lock);
	if (fails(OP_WRITE, &first))
		rc = disk.fault == POWER_ENOSPC ? SQLITE_FULL
						: SQLITE_IOERR_TRUNCATE;
	else
		change(m, size, NULL, -1);
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static int file_sync(sqlite3_file *f, int flags)
{
	struct handle *h = (struct handle *)f;
	int rc = SQLITE_OK;
	bool first;

	(void)flags;
	pthread_mutex_lock(&disk.lock);
	if (fails(OP_SYNC, &first)) {
		rc = SQLITE_IOERR_FSYNC;
	} else {
		settle(h->image);
		if (h->syncs_folder)
			sync_folder();
		h->syncs_folder = false;
	}
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *out)
{
	pthread_mutex_lock(&disk.lock);
	*out = ((struct handle *)f)->image->live.len;
	pthread_mutex_unlock(&disk.lock);
	return SQLITE_OK;
}

static int file_lock(sqlite3_file *f, int level)
{
	struct handle *h = (struct handle *)f;
	struct image *m = h->image;
	int rc = SQLITE_BUSY;

	pthread_mutex_lock(&disk.lock);
	if (h->level == SQLITE_LOCK_NONE) {
		if (m->exclusive)
			goto out;
		m->n_shared++;
		h->level = SQLITE_LOCK_SHARED;
	}
	if (level >= SQLITE_LOCK_RESERVED && h->level == SQLITE_LOCK_SHARED) {
		if (m->reserved)
			goto out;
		m->reserved = true;
		h->level = SQLITE_LOCK_RESERVED;
	}
	if (level == SQLITE_LOCK_EXCLUSIVE) {
		if (m->n_shared > 1)
			goto out;
		m->exclusive = true;
		h->level = SQLITE_LOCK_EXCLUSIVE;
	}
	rc = SQLITE_OK;
out:
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static int file_unlock(sqlite3_file *f, int level)
{
	struct handle *h = (struct handle *)f;
	struct image *m = h->image;

	pthread_mutex_lock(&disk.lock);
	if (h->level > SQLITE_LOCK_SHARED && level <= SQLITE_LOCK_SHARED)
		m->reserved = m->exclusive = false;
	if (h->level >= SQLITE_LOCK_SHARED && level == SQLITE_LOCK_NONE)
		m->n_shared--;
	if (level < h->level)
		h->level = level;
	pthread_mutex_unlock(&disk.lock);
	return SQLITE_OK;
}

static int file_reserved(sqlite3_file *f, int *out)
{
	pthread_mutex_lock(&disk.lock);
	*out = ((struct handle *)f)->image->reserved;
	pthread_mutex_unlock(&disk.lock);
	return SQLITE_OK;
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
	(void)f;
	(void)op;
	(void)arg;
	return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *f)
{
	(void)f;
	return 4096;
}

static int file_traits(sqlite3_file *f)
{
	(void)f;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE; /* as the unix VFS */
}

static int shm_map(sqlite3_file *f, int region, int bytes, int grow,
	void volatile **out)
{
	struct image *m = ((struct handle *)f)->image;
	int rc = SQLITE_OK;

	pthread_mutex_lock(&disk.lock);
	if (region >= SHM_REGIONS)
		rc = SQLITE_IOERR_SHMMAP;
	else if (m->shm[region] == NULL && grow != 0)
		m->shm[region] = must(calloc(1, (size_t)bytes));
	*out = rc == SQLITE_OK ? m->shm[region] : NULL;
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static bool shm_take(struct handle *h, int slot, bool exclusive)
{
	struct image *m = h->image;
	bool mine = (h->shm_shared >> slot & 1) != 0;

	if (m->shm_exclusive[slot] ||
		(exclusive && m->shm_shared[slot] > (mine ? 1 : 0)))
		return false;
	if (exclusive) {
		m->shm_exclusive[slot] = true;
		h->shm_exclusive |= 1u << slot;
	} else if (!mine) {
		m->shm_shared[slot]++;
		h->shm_shared |= 1u << slot;
	}
	return true;
}

static void shm_drop(struct handle *h, int slot)
{
	if ((h->shm_exclusive >> slot & 1) != 0)
		h->image->shm_exclusive[slot] = false;
	if ((h->shm_shared >> slot & 1) != 0)
		h->image->shm_shared[slot]--;
	h->shm_exclusive &= ~(1u << slot);
	h->shm_shared &= ~(1u << slot);
}

static int shm_lock(sqlite3_file *f, int slot, int n, int flags)
{
	struct handle *h = (struct handle *)f;
	bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
	int rc = SQLITE_OK;

	pthread_mutex_lock(&disk.lock);
	for (int i = slot; i < slot + n; i++) {
		if ((flags & SQLITE_SHM_UNLOCK) != 0) {
			shm_drop(h, i);
		} else if (!shm_take(h, i, exclusive)) {
			while (--i >= slot)
				shm_drop(h, i);
			rc = SQLITE_BUSY;
			break;
		}
	}
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static void shm_barrier(sqlite3_file *f)
{
	(void)f;
	pthread_mutex_lock(&disk.lock);
	pthread_mutex_unlock(&disk.lock);
}

static int shm_unmap(sqlite3_file *f, int drop)
{
	struct handle *h = (struct handle *)f;
	struct image *m = h->image;

	pthread_mutex_lock(&disk.lock);
	for (int i = 0; i < SQLITE_SHM_NLOCK; i++)
		shm_drop(h, i);
	/* behind the last one out: a new process finds no shared memory */
	for (int i = 0; i < SHM_REGIONS && (drop != 0 || m->open == 1); i++) {
		free(m->shm[i]);
		m->shm[i] = NULL;
	}
	pthread_mutex_unlock(&disk.lock);
	return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_traits,
	.xShmMap = shm_map,
	.xShmLock = shm_lock,
	.xShmBarrier = shm_barrier,
	.xShmUnmap = shm_unmap,
};

/* ---- the VFS ---- */

static int vfs_open(sqlite3_vfs *v, const char *name, sqlite3_file *f,
	int flags, int *out_flags)
{
	struct handle *h = (struct handle *)f;
	struct image *m;
	int rc = SQLITE_OK;
	bool first;

	(void)v;
	memset(h, 0, sizeof(*h));
	pthread_mutex_lock(&disk.lock);
	m = name != NULL ? find(name) : NULL;
	if ((m == NULL && (flags & SQLITE_OPEN_CREATE) == 0) ||
		fails(m == NULL ? OP_NAME : OP_READ, &first)) {
		rc = SQLITE_CANTOPEN;
		goto out;
	}
	if (m == NULL)
		m = make(name != NULL ? name : "");
	h->base.pMethods = &methods;
	h->image = m;
	h->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
	h->syncs_folder = (flags & SQLITE_OPEN_MAIN_JOURNAL) != 0;
	m->open++;
	if (out_flags != NULL)
		*out_flags = flags;
out:
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static int vfs_delete(sqlite3_vfs *v, const char *name, int sync)
{
	struct image *m;
	int rc = SQLITE_OK;
	bool first;

	(void)v;
	pthread_mutex_lock(&disk.lock);
	m = find(name);
	if (m == NULL)
		rc = SQLITE_IOERR_DELETE_NOENT;
	else if (fails(OP_NAME, &first))
		rc = SQLITE_IOERR_DELETE;
	else
		m->linked = false;
	if (rc == SQLITE_OK && sync != 0)
		m->linked_on_disk = false;
	sweep();
	pthread_mutex_unlock(&disk.lock);
	return rc;
}

static int vfs_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
	struct image *m;

	(void)v;
	pthread_mutex_lock(&disk.lock);
	m = find(name);
	*out = m != NULL && (flags != SQLITE_ACCESS_EXISTS || m->live.len > 0);
	pthread_mutex_unlock(&disk.lock);
	return SQLITE_OK;
}

static int vfs_path(sqlite3_vfs *v, const char *name, int n, char *out)
{
	(void)v;
	return snprintf(out, (size_t)n, "%s", name) < n ? SQLITE_OK
							: SQLITE_CANTOPEN;
}

static int vfs_random(sqlite3_vfs *v, int n, char *out)
{
	(void)v;
	pthread_mutex_lock(&disk.lock);
	for (int i = 0; i < n; i++)
		out[i] = (char)(next_random() & 0xff);
	pthread_mutex_unlock(&disk.lock);
	return n;
}

static int vfs_sleep(sqlite3_vfs *v, int us)
{
	(void)v;
	usleep((useconds_t)us);
	return us;
}

static int vfs_time(sqlite3_vfs *v, sqlite3_int64 *out)
{
	(void)v;
	*out = INT64_C(212000000000000);
	return SQLITE_OK;
}

static int vfs_error(sqlite3_vfs *v, int n, char *out)
{
	(void)v;
	(void)n;
	(void)out;
	return 0;
}

void power_register(void)
{
	static sqlite3_vfs vfs = {
		.iVersion = 2,
		.szOsFile = sizeof(struct handle),
		.mxPathname = NAME - 16,
		.zName = "power",
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_path,
		.xRandomness = vfs_random,
		.xSleep = vfs_sleep,
		.xGetLastError = vfs_error,
		.xCurrentTimeInt64 = vfs_time,
	};

	if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
		abort();
}
