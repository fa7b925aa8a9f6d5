/*
 * scan.h - what the rule files look like from outside: one look at names,
 * places, sizes and times, nothing read. Two looks that are equal, some time
 * apart, mean that nobody wrote in between. Any thread.
 */
#pragma once

#include "base/digest.h"
#include "script/script.h"

struct folder_scan {
	struct digest digest; /* of all that was seen */
	uint32_t entries;
	bool paused;	      /* the file reload.paused is there */
	const char **folders; /* those looked into, to be watched; as paths
			       * below the given folder ("" itself) */
	uint32_t n_folders;
	uint32_t cap_folders;
};

/* Looks at what folder_read() would read. What is not there, or may not be
 * looked at, is part of the look. Memory of `a`. FL_OK, FL_NOMEM. */
fl_status folder_scan(
	const char *dir, struct arena *a, struct folder_scan *out);

/* Digest of names and bytes, in whatever order they stand. FL_NOMEM. */
fl_status sources_digest(const struct source_set *set, struct digest *out);
