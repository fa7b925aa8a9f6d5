#include "engine/names.h"

#include "base/map.h"

enum { NAME_BYTES = 40, NAMES_MOST = 4096, SEATS = 1024 };

struct names {
	struct map *all; /* name -> its copy */
	struct text seats[SEATS]; /* what was found last: the same few names
				   * come all the time */
};

struct names *names_new(void)
{
	struct names *n = calloc(1, sizeof(*n));

	if (n != NULL && (n->all = map_new()) == NULL) {
		free(n);
		return NULL;
	}
	return n;
}

void names_free(struct names *n)
{
	if (n == NULL)
		return;
	map_free_all(n->all);
	free(n);
}

static char *add(struct names *n, struct text t)
{
	char *copy;

	if (map_count(n->all) >= NAMES_MOST ||
		(copy = malloc((size_t)t.bytes + 1)) == NULL)
		return NULL;
	memcpy(copy, t.at, t.bytes);
	copy[t.bytes] = '\0';
	if (map_put(n->all, t, copy))
		return copy;
	free(copy);
	return NULL;
}

const char *names_share(struct names *n, struct text t)
{
	struct text *seat;
	const char *copy;

	if (t.bytes == 0 || t.bytes > NAME_BYTES)
		return NULL;
	seat = &n->seats[text_glance(t) % SEATS];
	if (text_equal(*seat, t))
		return seat->at;
	copy = map_get(n->all, t);
	if (copy == NULL)
		copy = add(n, t);
	if (copy != NULL)
		*seat = (struct text){copy, t.bytes};
	return copy;
}
