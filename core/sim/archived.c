#include "sim/archived.h"

#include "base/map.h"

struct archived {
	struct reader *reader;
	struct map *rules; /* number -> ruleset */
};

fl_status archived_new(struct reader *r, struct archived **out)
{
	struct archived *ar = calloc(1, sizeof(*ar));

	*out = NULL;
	if (ar == NULL || (ar->rules = map_new()) == NULL) {
		free(ar);
		return FL_NOMEM;
	}
	ar->reader = r;
	*out = ar;
	return FL_OK;
}

void archived_free(struct archived *ar)
{
	uint32_t at = 0;
	void *v;

	if (ar == NULL)
		return;
	while (map_next(ar->rules, &at, NULL, NULL, &v))
		ruleset_unref(v);
	map_free(ar->rules);
	free(ar);
}

struct ruleset *archived_rules(struct archived *ar, int64_t number,
			       struct fl_error *err)
{
	struct ruleset *rs = NULL;
	struct source_set set;
	struct ruleset_row row;
	struct problems ignored;
	struct arena a;
	fl_status s;

	number = number == 0 ? 1 : number;
	if ((rs = map_get_int(ar->rules, number)) != NULL)
		return rs;
	arena_init(&a, 64u << 20);
	problems_init(&ignored, &a);
	s = reader_ruleset(ar->reader, &a, number, &row, err);
	if (s == FL_OK)
		s = source_set_read(&a, row.archive.at, row.archive.bytes, &set,
			err);
	if (s == FL_OK &&
		ruleset_load(&set, NULL, false, &ignored, &rs) != FL_OK)
		status_fail(err, FL_INVALID, "ruleset %lld of the archive does "
			"not load", (long long)number);
	arena_deinit(&a);
	if (rs != NULL && !map_put_int(ar->rules, number, rs)) {
		ruleset_unref(rs);
		rs = NULL;
	}
	return rs;
}
