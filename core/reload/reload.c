#include "reload/folder.h"
#include "reload/scan.h"

#include <time.h>

enum { TRIES = 20, NAP_NS = 25000000 };

static fl_status read_once(const char *dir, struct arena *a,
	struct source_set *out, struct problems *p, bool *moved,
	struct fl_error *err)
{
	struct folder_scan before, after;
	fl_status s = folder_scan(dir, a, &before), read = FL_NOMEM;

	*moved = false;
	if (s == FL_OK) {
		read = folder_read(dir, a, out, p, err);
		s = folder_scan(dir, a, &after);
	}
	if (s != FL_OK)
		return status_fail(err, s, "%s: no memory for the rules", dir);
	*moved = !digest_equal(&before.digest, &after.digest);
	return read;
}

fl_status folder_read_whole(const char *dir, struct arena *a,
	struct source_set *out, struct problems *p, struct fl_error *err)
{
	const struct timespec nap = {0, NAP_NS};
	struct arena_mark mark = arena_mark(a);
	struct problems empty = *p;
	bool moved = true;
	fl_status s;

	for (int i = 0; i < TRIES; i++) {
		if (i > 0) {
			arena_release(a, mark);
			*p = empty;
			nanosleep(&nap, NULL);
		}
		s = read_once(dir, a, out, p, &moved, err);
		if (!moved)
			return s;
	}
	return status_fail(err, FL_CONFLICT,
		"%s: somebody keeps writing the rule files; try again when "
		"they are done",
		dir);
}

bool folder_is_paused(const char *dir)
{
	struct folder_scan scan;
	struct arena a;
	bool paused;

	arena_init(&a, 0);
	paused = folder_scan(dir, &a, &scan) == FL_OK && scan.paused;
	arena_deinit(&a);
	return paused;
}

fl_status folder_load(const char *dir, bool with_tests, struct arena *a,
	struct problems *p, struct ruleset **out, struct fl_error *err)
{
	struct source_set sources;
	fl_status s;

	*out = NULL;
	if ((s = folder_read_whole(dir, a, &sources, p, err)) == FL_INVALID)
		return status_fail(
			err, s, "%s: the rule files cannot be read", dir);
	if (s != FL_OK)
		return s;
	s = ruleset_load(&sources, NULL, with_tests, p, out);
	if (s == FL_INVALID)
		return status_fail(err, s, "%s: the rules have mistakes", dir);
	if (s != FL_OK)
		return status_fail(
			err, s, "%s: the rules cannot be loaded", dir);
	return FL_OK;
}
