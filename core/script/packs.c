/*
 * Memory by pack. No rule keeps anything between calls, so what a pack holds
 * is what reading its files left. Together they may hold three quarters; the
 * last quarter is the share of whichever call runs, charged to its pack: how
 * much a call may take never depends on what the others hold.
 */
#include "script/loading.h"

static struct pack_use *use_of(struct ruleset *rs, struct text pack)
{
	struct pack_use *grown;

	for (uint32_t i = 0; i < rs->n_packs; i++)
		if (text_equal(rs->packs[i].pack, pack))
			return &rs->packs[i];
	grown = arena_grow(&rs->arena, rs->packs, rs->n_packs, &rs->cap_packs,
		rs->n_packs + 1, sizeof(*grown));
	if (grown == NULL)
		return NULL;
	rs->packs = grown;
	rs->packs[rs->n_packs] = (struct pack_use){pack, 0};
	return &rs->packs[rs->n_packs++];
}

void packs_charge(struct ruleset *rs, struct text pack, size_t before)
{
	struct pack_use *use;

	lua_gc(rs->lua, LUA_GCCOLLECT); /* what was made in passing */
	if (rs->used_bytes > before && (use = use_of(rs, pack)) != NULL)
		use->bytes += rs->used_bytes - before;
}

const struct pack_use *packs_largest(const struct ruleset *rs)
{
	const struct pack_use *most = NULL;

	for (uint32_t i = 0; i < rs->n_packs; i++)
		if (most == NULL || rs->packs[i].bytes > most->bytes)
			most = &rs->packs[i];
	return most;
}

size_t packs_share(const struct ruleset *rs)
{
	return rs->limits.memory_bytes / 4;
}

/* Told once: the one that holds most. */
static void crowded(struct loading *ld)
{
	const struct pack_use *most = packs_largest(ld->rs);

	if (!ld->crowded && most != NULL)
		say(ld, NULL, 0, SAY_NO_ROOM, most->pack.at,
			(unsigned)(most->bytes >> 10),
			(unsigned)(ld->rs->limits.memory_bytes >> 10));
	ld->crowded = true;
}

bool packs_crowd(struct loading *ld)
{
	const struct ruleset *rs = ld->rs;
	size_t held = 0;

	for (uint32_t i = 0; i < rs->n_packs; i++)
		held += rs->packs[i].bytes;
	if (held + packs_share(rs) <= rs->limits.memory_bytes)
		return false;
	crowded(ld);
	return true;
}

bool packs_fit(struct loading *ld)
{
	struct ruleset *rs = ld->rs;

	lua_gc(rs->lua, LUA_GCCOLLECT);
	if (rs->used_bytes + packs_share(rs) > rs->limits.memory_bytes) {
		crowded(ld);
		return false;
	}
	rs->room_bytes = rs->used_bytes + packs_share(rs);
	return true;
}

void packs_blame(const struct ruleset *rs, char *out, size_t room)
{
	const struct file_unit *unit = NULL;
	size_t share = packs_share(rs) >> 10;
	bool whole = share % 1024 == 0;

	if (rs->call != NULL && (uint32_t)rs->call->fn < rs->n_fns)
		unit = rs->fns[rs->call->fn].unit;
	snprintf(out, room,
		text_is(rs->book.language, "nl")
			? "pakket \"%s\" neemt meer geheugen dan een aanroep "
			  "krijgt (%zu %s)"
			: "pack \"%s\" takes more memory than a call gets "
			  "(%zu %s)",
		unit != NULL ? unit->pack.at : "own",
		whole ? share >> 10 : share, whole ? "MiB" : "KiB");
}

uint32_t ruleset_packs(const struct ruleset *rs, const struct pack_use **out)
{
	*out = rs->packs;
	return rs->n_packs;
}
