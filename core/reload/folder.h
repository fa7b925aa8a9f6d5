/*
 * folder.h - a rooftop is one folder: dealership.lua, settings.lua, rules/,
 * packs/NAME/ hold what is configured; data/ what happened (never read here).
 * Makes one, reads one into a checked ruleset. Any thread.
 */
#pragma once

#include "script/script.h"

/* Makes `dir` (may exist, empty) with the standard pack, a dealership.lua and
 * settings.lua whose comments teach and a rules folder, from the files kept in
 * the binary (scripts/init, scripts/packs). `from`, when not NULL, is a folder
 * whose own dealership.lua, settings.lua and rules are copied instead.
 * FL_CONFLICT: a rooftop is there already; nothing is overwritten. */
fl_status folder_make(const char *dir, const char *from,
		      struct fl_error *err);

/* True when `dir` holds a dealership.lua. */
bool folder_is_rooftop(const char *dir);

/* Reads every regular rule file (not hidden, no editors' leftovers; 256 KiB a
 * file, 2,000 files, 16 MiB) into `out`; bytes live in `a`. What is left out
 * or refused is told in `p` by name. */
fl_status folder_read(const char *dir, struct arena *a, struct source_set *out,
		      struct problems *p, struct fl_error *err);

/* folder_read and ruleset_load in one. FL_INVALID: see p. */
fl_status folder_load(const char *dir, bool with_tests, struct arena *a,
		      struct problems *p, struct ruleset **out,
		      struct fl_error *err);
