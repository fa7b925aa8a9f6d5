/*
 * schema_part.h - the inside of a schema, shared by the files that build,
 * read and check with it. Nobody else includes it.
 */
#pragma once

#include "model/project.h"
#include "model/schema.h"

/* Open addressing from name to position + 1; grows at half full. */
struct name_index {
	uint32_t *slots;
	uint32_t cap; /* a power of two */
};

struct schema {
	struct arena *arena;
	struct kind_def **kinds;
	uint32_t n_kinds, cap_kinds;
	struct event_def **events;
	uint32_t n_events, cap_events;
	struct name_index by_name; /* of events */
	struct name_index kind_by_name;
	struct life_move *moves;
	uint32_t n_moves, cap_moves;
};

/* "text", "choice", ..: true and *out, or false. */
bool field_type_read(struct text name, enum field_type *out);
const char *field_type_name(enum field_type type);
/* Is the value of the field's type? Choices are looked at. */
bool field_fits(const struct field_def *f, const struct value *v);
/* Tries to make what people write fit; true when *v fits afterwards. */
struct zone;
bool field_convert(const struct field_def *f, const struct zone *zone,
	struct arena *a, struct value *v);
/* Does the condition of a move hold for the data? */
bool move_when(struct text when, const struct value *data);

/* ---- schema.c, for who declares (schema_pack.c) ---- */

/* A copy; empty without memory, and the arena has failed. */
struct text schema_keep(struct arena *a, struct text t);
/* Next word of a text separated by blanks; empty at the end. */
struct text schema_word_next(const char **at);
struct kind_def *schema_kind_find(const struct schema *s, struct text name);
bool schema_is_kind(void *ctx, struct text name); /* ctx: the schema */
const struct field_def *schema_kind_field(
	const struct kind_def *k, struct text name);
/* One more field, zeroed, at the end of a list; NULL: no memory. */
struct field_def *schema_field_add(
	struct arena *a, struct field_def **fields, uint32_t *n, uint32_t *cap);
/* One more row of the life cycle; its event is `on`. */
bool schema_move_add(
	struct schema *s, struct event_def *on, struct life_move move);
bool schema_event_register(struct schema *s, struct event_def *e);
/* Names are found anew after adding; false: no memory. */
bool schema_kind_index(struct schema *s, struct kind_def *k);
bool schema_index(struct schema *s);
