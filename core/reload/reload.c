#include "reload/folder.h"

fl_status folder_load(const char *dir, bool with_tests, struct arena *a,
	struct problems *p, struct ruleset **out, struct fl_error *err)
{
	struct source_set sources;
	fl_status s;

	*out = NULL;
	if ((s = folder_read(dir, a, &sources, p, err)) == FL_INVALID)
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
