/*
 * keys.h - the names a record can be found by: "deal:ref", "name:peeters",
 * "phone:+31612345678", "email:a@b.nl", "plate:GX123B". Names are folded:
 * lower case ASCII, accents of Latin-1 and Latin Extended-A stripped; one key
 * per word of a name and one for the whole.
 */
#pragma once

#include "model/schema.h"

#define RECORD_KEYS_MOST 64 /* of a record, that are kept */

/* Writes at most `cap` keys of `r` (memory from `a`), returns how many. */
uint32_t record_keys(const struct schema *s, const struct record *r,
		     struct arena *a, struct text *out, uint32_t cap);
/* Is `key` one of those that are kept? Memory from `a`. */
bool record_has_key(const struct schema *s, const struct record *r,
		    struct arena *a, struct text key);
/* The prefix to search for what a person typed: a phone, plate, e-mail or
 * name; default country "31" for phones. */
struct text find_key(struct arena *a, struct text typed);

/*
 * Ids of records: the ordinals of one event (RECORD_ID) are shared out, 64 to
 * each kind, so that the first deal and the first customer an event makes are
 * both its first: D128 and C128. Tasks count on their own, from 0.
 * keys_id() gives the next id for `kind`; `counts` is zeroed per event. 0: the
 * event has made 64 of that kind.
 */
#define KEYS_SLOTS 16
int64_t keys_id(struct text kind, int64_t number, uint8_t counts[KEYS_SLOTS]);

/*
 * Shown names of ids: a letter and the event's number, "D128", "D128-2" when
 * it is the second of its kind in that event. Letters: customer C, deal D,
 * lead W, visit V, appointment A, promise P, case F, delivery L, complaint K,
 * person H, rooftop R, task T.
 */
#define KEYS_NAME 40 /* bytes enough for any */
void keys_name(struct text kind /* or "task" */, int64_t id,
	       char out[KEYS_NAME]);
/* The reverse; *kind is the kind's name. No leading zeros: "D0012" is
 * somebody else's id. false: not such a name. */
bool keys_name_read(struct text name, struct text *kind, int64_t *id);

/* Folded form of a name, as in keys. */
struct text name_fold(struct arena *a, struct text name);
