#include "base/idmap.h"

#define PLACES_LEAST 8

void idmap_deinit(struct idmap *m)
{
	free(m->places);
	*m = (struct idmap){0};
}

/* Where an id belongs. Ids come in steps of 1,024 mostly: the upper bits of
 * this product tell such apart. */
static uint32_t belongs(const struct idmap *m, int64_t id)
{
	return (uint32_t)(((uint64_t)id * 0x9E3779B97F4A7C15u) >> m->shift);
}

/* Its place, or the free one where it would stand. There is a free one. */
static struct idmap_place *place(const struct idmap *m, int64_t id)
{
	uint32_t mask = m->cap - 1, at = belongs(m, id);

	while (m->places[at].value != NULL && m->places[at].id != id)
		at = (at + 1) & mask;
	return &m->places[at];
}

static bool grow(struct idmap *m)
{
	struct idmap to = {.cap = m->cap > 0 ? m->cap * 2 : PLACES_LEAST,
		.n = m->n, .shift = m->cap > 0 ? m->shift - 1u : 61};

	if (m->cap > UINT32_MAX / 2)
		return false;
	to.places = calloc(to.cap, sizeof(*to.places));
	if (to.places == NULL)
		return false;
	for (uint32_t i = 0; i < m->cap; i++)
		if (m->places[i].value != NULL)
			*place(&to, m->places[i].id) = m->places[i];
	free(m->places);
	*m = to;
	return true;
}

void *idmap_get(const struct idmap *m, int64_t id)
{
	return m->n > 0 ? place(m, id)->value : NULL;
}

bool idmap_put(struct idmap *m, int64_t id, void *value)
{
	struct idmap_place *p = m->cap > 0 ? place(m, id) : NULL;

	if (p == NULL || p->value == NULL) {
		if (m->n >= m->cap / 4 * 3) {
			if (!grow(m))
				return false;
			p = place(m, id);
		}
		m->n++;
	}
	*p = (struct idmap_place){id, value};
	return true;
}

/* Those behind move up, unless they would stand before where they belong: a
 * search ends at the first free place. */
static void close_gap(struct idmap *m, uint32_t gap)
{
	uint32_t mask = m->cap - 1, at = (gap + 1) & mask;

	for (; m->places[at].value != NULL; at = (at + 1) & mask) {
		uint32_t from = belongs(m, m->places[at].id);

		if (((at - from) & mask) < ((at - gap) & mask))
			continue;
		m->places[gap] = m->places[at];
		gap = at;
	}
	m->places[gap].value = NULL;
}

void *idmap_remove(struct idmap *m, int64_t id)
{
	struct idmap_place *p = m->n > 0 ? place(m, id) : NULL;
	void *value = p != NULL ? p->value : NULL;

	if (value == NULL)
		return NULL;
	m->n--;
	close_gap(m, (uint32_t)(p - m->places));
	return value;
}

/* What moves into a place that was left comes from behind it: none is passed
 * over. */
void *idmap_any(const struct idmap *m, uint32_t *at)
{
	while (*at < m->cap && m->places[*at].value == NULL)
		(*at)++;
	return *at < m->cap ? m->places[*at].value : NULL;
}
