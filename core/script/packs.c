/*
 * Memory by pack. No rule keeps anything between calls, so what a pack holds
 * is what reading its files left; a call's own use is blamed on the pack whose
 * function runs.
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

bool packs_fit(struct loading *ld)
{
	const struct ruleset *rs = ld->rs;
	const struct pack_use *most = packs_largest(rs);
	size_t room = rs->limits.memory_bytes / 4;

	if (most == NULL || rs->used_bytes + room <= rs->limits.memory_bytes)
		return true;
	say(ld, NULL, 0, SAY_NO_ROOM, most->pack.at,
		(unsigned)(most->bytes >> 10),
		(unsigned)(rs->limits.memory_bytes >> 10));
	return false;
}

void packs_blame(const struct ruleset *rs, char *out, size_t room)
{
	const struct pack_use *most = packs_largest(rs);
	const struct file_unit *unit = NULL;
	bool nl = text_is(rs->book.language, "nl");

	if (rs->call != NULL && (uint32_t)rs->call->fn < rs->n_fns)
		unit = rs->fns[rs->call->fn].unit;
	snprintf(out, room,
		nl ? "pakket \"%s\" neemt meer geheugen dan er is (%zu MiB voor "
		     "alle regels"
		   : "pack \"%s\" takes more memory than there is (%zu MiB for "
		     "all rules",
		unit != NULL ? unit->pack.at : "own",
		rs->limits.memory_bytes >> 20);
	if (most != NULL && most->bytes > rs->limits.memory_bytes / 4)
		snprintf(out + strlen(out), room - strlen(out),
			nl ? ", waarvan \"%s\" er %zu KiB houdt"
			   : ", of which \"%s\" holds %zu KiB", most->pack.at,
			most->bytes >> 10);
	snprintf(out + strlen(out), room - strlen(out), ")");
}

uint32_t ruleset_packs(const struct ruleset *rs, const struct pack_use **out)
{
	*out = rs->packs;
	return rs->n_packs;
}
