#include "reload/follow.h"

/* ---- who writes ---- */

static uint64_t key_of(const char *name)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001b3u;
	return h;
}

static struct follow_writer *writer(struct follow *w, const char *name)
{
	uint64_t key = key_of(name);

	for (uint32_t i = 0; i < w->n_writers; i++)
		if (w->writers[i].key == key)
			return &w->writers[i];
	return NULL;
}

static void tell_slow(struct follow *w, const struct follow_writer *it)
{
	memcpy(w->slow, it->name, sizeof(w->slow));
}

/* Until when an open file keeps us from looking; 0: none does. Those kept open
 * for too long are forgotten, and the last one named. */
static int64_t writers_until(struct follow *w, int64_t now_ms)
{
	int64_t until = 0;

	for (uint32_t i = 0; i < w->n_writers;) {
		struct follow_writer *it = &w->writers[i];
		int64_t end = it->last_ms + FOLLOW_WRITER_MS;

		if (end > now_ms) {
			until = end > until ? end : until;
			i++;
			continue;
		}
		if (!it->doubted)
			tell_slow(w, it);
		*it = w->writers[--w->n_writers];
	}
	return until;
}

/* ---- the states ---- */

static int64_t quiet_ms(const struct follow *w)
{
	return w->blind ? FOLLOW_BLIND_QUIET_MS : FOLLOW_QUIET_MS;
}

static void enter(struct follow *w, enum follow_state state, int64_t at_ms)
{
	static const bool allowed[FOLLOW_STATES][FOLLOW_STATES] = {
		[FOLLOW_RESTING] =
			{[FOLLOW_QUIET] = true, [FOLLOW_LOOKING] = true},
		[FOLLOW_QUIET] = {[FOLLOW_LOOKING] = true},
		[FOLLOW_LOOKING] = {[FOLLOW_RESTING] = true,
			[FOLLOW_QUIET] = true,
			[FOLLOW_SETTLING] = true},
		[FOLLOW_SETTLING] =
			{[FOLLOW_QUIET] = true, [FOLLOW_LOOKING_AGAIN] = true},
		[FOLLOW_LOOKING_AGAIN] =
			{[FOLLOW_QUIET] = true, [FOLLOW_READING] = true},
		[FOLLOW_READING] =
			{[FOLLOW_QUIET] = true, [FOLLOW_OFFERING] = true},
		[FOLLOW_OFFERING] =
			{[FOLLOW_RESTING] = true, [FOLLOW_QUIET] = true},
	};

	REQUIRE(allowed[w->state][state]);
	w->state = state;
	w->at_ms = at_ms;
}

static void be_quiet(struct follow *w, int64_t now_ms)
{
	w->stirred = false;
	w->began_ms = now_ms;
	enter(w, FOLLOW_QUIET, now_ms + quiet_ms(w));
}

static void rest(struct follow *w, int64_t now_ms)
{
	if (w->stirred)
		be_quiet(w, now_ms);
	else
		enter(w, FOLLOW_RESTING, now_ms + FOLLOW_SAFETY_MS);
}

void follow_init(struct follow *w, bool blind, int64_t now_ms)
{
	memset(w, 0, sizeof(*w));
	w->blind = blind;
	w->at_ms = now_ms;
}

static enum follow_act act(
	struct follow *w, enum follow_state state, enum follow_act what)
{
	enter(w, state, INT64_MAX);
	w->acting = true;
	return what;
}

enum follow_act follow_next(struct follow *w, int64_t now_ms, int64_t *at_ms)
{
	int64_t until;

	*at_ms = INT64_MAX;
	if (w->acting)
		return FOLLOW_WAIT;
	if (w->state == FOLLOW_READING) {
		w->acting = true;
		return FOLLOW_READ;
	}
	if (w->state == FOLLOW_OFFERING) {
		w->acting = true;
		w->has_taken = true;
		w->taken = w->seen;
		return FOLLOW_OFFER;
	}
	*at_ms = w->at_ms;
	if (now_ms < w->at_ms)
		return FOLLOW_WAIT;
	if (w->state == FOLLOW_SETTLING)
		return act(w, FOLLOW_LOOKING_AGAIN, FOLLOW_LOOK);
	until = writers_until(w, now_ms);
	if (until > 0) {
		*at_ms = until;
		return FOLLOW_WAIT;
	}
	return act(w, FOLLOW_LOOKING, FOLLOW_LOOK);
}

/* ---- events ---- */

void follow_stir(struct follow *w, int64_t now_ms)
{
	if (w->acting) {
		w->stirred = true;
		return;
	}
	if (w->state == FOLLOW_READING || w->state == FOLLOW_OFFERING) {
		/* between two acts: what was seen holds no longer */
		enter(w, FOLLOW_QUIET, now_ms + quiet_ms(w));
		w->began_ms = now_ms;
	} else if (w->state != FOLLOW_QUIET) {
		be_quiet(w, now_ms);
	} else if (now_ms - w->began_ms < FOLLOW_WRITER_MS) {
		w->at_ms = now_ms + quiet_ms(w);
	}
}

void follow_written(struct follow *w, const char *name, int64_t now_ms)
{
	struct follow_writer *it = writer(w, name);

	if (it == NULL && w->n_writers < FOLLOW_WRITERS) {
		it = &w->writers[w->n_writers++];
		snprintf(it->name, sizeof(it->name), "%s", name);
		it->key = key_of(name);
		it->began_ms = now_ms;
	}
	if (it != NULL) {
		it->last_ms = now_ms;
		it->doubted = false;
		if (now_ms - it->began_ms >= FOLLOW_WRITER_MS)
			tell_slow(w, it);
	}
	follow_stir(w, now_ms);
}

void follow_closed(struct follow *w, const char *name, int64_t now_ms)
{
	struct follow_writer *it = writer(w, name);

	if (it != NULL)
		*it = w->writers[--w->n_writers];
	follow_stir(w, now_ms);
}

void follow_lost(struct follow *w, int64_t now_ms)
{
	const int64_t last_ms = now_ms - FOLLOW_WRITER_MS + FOLLOW_SAFETY_MS;

	for (uint32_t i = 0; i < w->n_writers; i++) {
		struct follow_writer *it = &w->writers[i];

		it->doubted = true;
		if (it->last_ms > last_ms)
			it->last_ms = last_ms;
	}
	follow_stir(w, now_ms);
}

/* ---- results ---- */

static void first_look(
	struct follow *w, const struct folder_scan *scan, int64_t now_ms)
{
	bool same = w->has_taken && digest_equal(&scan->digest, &w->taken);
	bool first = !digest_equal(&scan->digest, &w->seen);

	if (scan->paused || same) {
		w->seen = scan->digest;
		rest(w, now_ms);
		return;
	}
	w->seen = scan->digest;
	if (w->stirred || (w->blind && first)) /* somebody is at work */
		be_quiet(w, now_ms);
	else
		enter(w, FOLLOW_SETTLING, now_ms + FOLLOW_SETTLE_MS);
}

void follow_looked(
	struct follow *w, const struct folder_scan *scan, int64_t now_ms)
{
	w->acting = false;
	w->paused = scan->paused;
	if (w->state == FOLLOW_LOOKING)
		first_look(w, scan, now_ms);
	else if (w->stirred || w->n_writers > 0 ||
		 !digest_equal(&scan->digest, &w->seen))
		be_quiet(w, now_ms);
	else
		enter(w, FOLLOW_READING, now_ms);
}

void follow_read(
	struct follow *w, const struct folder_scan *scan, int64_t now_ms)
{
	w->acting = false;
	if (w->stirred || w->n_writers > 0 ||
		!digest_equal(&scan->digest, &w->seen)) {
		be_quiet(w, now_ms);
		return;
	}
	enter(w, FOLLOW_OFFERING, now_ms);
}

void follow_offered(struct follow *w, int64_t now_ms)
{
	w->acting = false;
	rest(w, now_ms);
}
