/*
 * folder.h - a rooftop is one folder: dealership.lua, settings.lua, rules/,
 * packs/NAME/ hold what is configured; data/ what happened (never read here).
 * Makes one, reads one into a checked ruleset. Any thread.
 *
 * Problems: FL540 a file or folder that was left out (warning), FL541 cannot
 * be read, FL542 leads out of the folder or is no regular file, FL543 too
 * large or too many, FL544 not text in UTF-8 (other encoding, NUL, compiled
 * Lua), FL545 there is no dealership.lua.
 */
#pragma once

#include "script/script.h"

#define FOLDER_FILE_BYTES ((size_t)256 * 1024) /* one rule file */
#define FOLDER_FILES	  2000u
#define FOLDER_BYTES	  ((size_t)16 * 1024 * 1024) /* all together */

/* Makes `dir` (may exist, empty but for hidden files) with the standard pack,
 * a dealership.lua and settings.lua whose comments teach and a rules folder,
 * from the files kept in the binary (scripts/init/LANGUAGE, scripts/packs).
 * dealership.lua is written last: what was cut short is no rooftop yet and the
 * same call finishes it. `opt` NULL: as if all of it were unset. Errors are in
 * the folder's language.
 * FL_CONFLICT: a rooftop or something else is there; nothing is overwritten.
 * FL_NOT_FOUND: `from` is no rooftop. FL_STORAGE, FL_NOMEM. err may be NULL. */
struct folder_new {
	const char *from;     /* a folder whose own dealership.lua,
			       * settings.lua and rules are copied; or NULL */
	const char *language; /* "nl" or "en", of the files' comments and the
			       * dealership; NULL: that of `from`, else "nl" */
};
fl_status folder_make(const char *dir, const struct folder_new *opt,
	struct fl_error *err);
/* "nl" or "en": what a folder made so will speak; static storage. */
const char *folder_new_language(const struct folder_new *opt);

/* What editors read, in a folder that is there: .fairlead is written anew,
 * .luarc.json and .luacheckrc only when they are not there. FL_OK;
 * FL_NOT_FOUND: no dealership folder; FL_STORAGE. */
fl_status folder_editor(const char *dir, struct fl_error *err);

/* Hidden files and what editors leave beside the file they edit: these are
 * never read, watched or told. */
bool folder_passes_over(const char *name);

/* True when `dir` holds a dealership.lua. */
bool folder_is_rooftop(const char *dir);

/* The `language` that dealership.lua of `dir` says, by its text alone, so that
 * it is known for broken files too. False: it cannot be read or says none. */
bool folder_language(const char *dir, char out[8]);
bool folder_is_dutch(const char *dir); /* it says so */

/* Reads every regular rule file (dealership.lua, settings.lua, rules/NAME.lua,
 * packs/PACK/NAME.lua; hidden files and editors' leftovers are passed over in
 * silence) into `out`, in byte order of their names; bytes and names live in
 * `a`. A byte order mark is taken off, all else is exact. What is left out or
 * refused is told in `p` by name. FL_OK; FL_INVALID: see p; FL_NOT_FOUND: no
 * such folder; FL_STORAGE, FL_NOMEM: see err. */
fl_status folder_read(const char *dir, struct arena *a, struct source_set *out,
	struct problems *p, struct fl_error *err);

/* folder_read between two equal looks: never a set of which a part is older
 * than another part; tries again for half a second while somebody writes.
 * Problems found are those of the last try. As folder_read(); FL_CONFLICT:
 * somebody kept writing. `p` must live in `a` and hold nothing younger than
 * what `a` holds. */
fl_status folder_read_whole(const char *dir, struct arena *a, struct source_set *out,
	struct problems *p, struct fl_error *err);

/* True while a file reload.paused is there: somebody copies rules. */
bool folder_is_paused(const char *dir);

/* folder_read_whole and ruleset_load in one. FL_INVALID: see p. *out is the
 * caller's, release with ruleset_unref(); NULL on failure. */
fl_status folder_load(const char *dir, bool with_tests, struct arena *a,
	struct problems *p, struct ruleset **out, struct fl_error *err);
