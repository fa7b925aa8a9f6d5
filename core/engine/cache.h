/*
 * cache.h - the homes in memory: newest records, open tasks and what happened
 * to them, found by id and by key. Homes that hold something not yet
 * committed are pinned; the others leave, least recently used first.
 * People and the rooftop stay. Engine thread only.
 */
#pragma once

#include "base/idmap.h"
#include "base/map.h"
#include "engine/pack.h"
#include "model/schema.h"
#include "store/store.h"

struct cached_home;

struct cached_record {
	struct record *now;   /* newest; packed, never NULL */
	struct record *base;  /* as last handed to the store; NULL when that is
			       * `now` or when it was never handed over */
	struct cached_home *home;
	struct text *keys;    /* of `now`; packed */
	uint32_t n_keys;
	bool keys_changed;    /* since last handed over */
	bool dirty;           /* `now` was not handed over */
};

struct cached_seen {
	int64_t subject;
	const char *type;     /* interned by the cache */
	int64_t last_at_ms;
	int64_t last_number;
};

struct cached_home {
	int64_t id;
	struct cached_record **records; /* by id */
	uint32_t n_records, cap_records;
	struct kept_task **tasks;       /* closed ones until unpinned */
	uint32_t n_tasks, cap_tasks;
	struct cached_seen *seen;
	uint32_t n_seen, cap_seen;
	uint32_t pins;                  /* groups it has changes in */
	int64_t group;                  /* last group that pinned it */
	bool resident;
	struct cached_home *older, *newer;
};

/* Heap blocks that nothing holds any more but what is on its way. */
struct grave {
	void **blocks;
	uint32_t n, cap;
};

struct cache {
	struct idmap homes;   /* cached_home */
	struct idmap records; /* cached_record */
	struct idmap tasks;   /* kept_task */
	struct map *keys;     /* key -> struct key_ids */
	struct map *names;    /* interned texts */
	struct names *shared; /* ... of what is packed */
	struct buf document;  /* body of a task, being written */
	struct cached_home *oldest, *newest;
	uint32_t n_homes;    /* without residents */
	uint32_t homes_max;
	int64_t forgotten;   /* latest group whose homes have left */
	struct grave dead;   /* replaced since the open group began: it, and
			      * those before it, may still refer to them */
};

fl_status cache_init(struct cache *c, uint32_t homes_max);
void cache_deinit(struct cache *c);
/* Takes a loaded home over (copied); one that is here already stays as it is.
 * `schema` for the keys. */
fl_status cache_add(struct cache *c, const struct schema *schema,
		    struct arena *scratch, const struct home *from,
		    bool resident);
struct cached_record *cache_record(const struct cache *c, int64_t id);
struct cached_home *cache_home(const struct cache *c, int64_t id);
const struct kept_task *cache_task(const struct cache *c, int64_t id);
/* Lowest id of the records known by this key; 0 none. */
int64_t cache_key(const struct cache *c, struct text key);
struct cached_seen *cache_seen(const struct cache *c, int64_t subject,
			       struct text type);
void cache_used(struct cache *c, struct cached_home *h);
/* Lets go of unpinned homes above the bound. */
void cache_trim(struct cache *c);
const char *cache_intern(struct cache *c, struct text name); /* NULL: memory */

/* Changes by a finished unit; copied. The home is made when it is new. */
struct cached_record *cache_put(struct cache *c, const struct schema *schema,
				struct arena *scratch, const struct record *r);
fl_status cache_put_task(struct cache *c, const struct task *t);
fl_status cache_put_seen(struct cache *c, int64_t subject, struct text type,
			 int64_t at_ms, int64_t number);
/* `now` has been handed to the store. false: no memory. */
bool cache_handed_over(struct cache *c, struct cached_record *r);
/* Gives the dead to a group that was handed over, whose own are none, and goes
 * on with its room. */
void cache_give_dead(struct cache *c, struct grave *to);
void grave_sweep(struct grave *g); /* frees the blocks, keeps the room */
/* One group less that pins it; closed tasks leave with the last. */
void cache_unpin(struct cache *c, struct cached_home *h);
