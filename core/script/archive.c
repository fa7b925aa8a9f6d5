/* The archive of a ruleset: every byte that decides what it does. */
#include "script/sandbox.h"

#include <string.h>

static const char base64_set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "abcdefghijklmnopqrstuvwxyz0123456789+/";

static char *base64_write(
	struct arena *a, const unsigned char *at, size_t n, size_t *out_n)
{
	char *out = arena_alloc(a, (n + 2) / 3 * 4 + 1);
	size_t o = 0;

	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < n; i += 3) {
		uint32_t w = (uint32_t)at[i] << 16;

		if (i + 1 < n)
			w |= (uint32_t)at[i + 1] << 8;
		if (i + 2 < n)
			w |= at[i + 2];
		out[o++] = base64_set[w >> 18 & 63];
		out[o++] = base64_set[w >> 12 & 63];
		out[o++] = i + 1 < n ? base64_set[w >> 6 & 63] : '=';
		out[o++] = i + 2 < n ? base64_set[w & 63] : '=';
	}
	*out_n = o;
	return out;
}

static bool base64_read(struct arena *a, const char *at, size_t n,
	const void **out, size_t *out_n)
{
	unsigned char *to = arena_alloc(a, n / 4 * 3 + 1);
	size_t o = 0, pad = 0;

	if (to == NULL || n % 4 != 0)
		return false;
	for (size_t i = 0; i < n; i += 4) {
		uint32_t w = 0;

		for (size_t k = 0; k < 4; k++) {
			char c = at[i + k];
			const char *p =
				c != '\0' ? strchr(base64_set, c) : NULL;

			if (c == '=' && i + 4 == n && k >= 2)
				pad++;
			else if (p == NULL || pad > 0)
				return false;
			w = w << 6 |
			    (p != NULL ? (uint32_t)(p - base64_set) : 0);
		}
		to[o++] = (unsigned char)(w >> 16);
		to[o++] = (unsigned char)(w >> 8);
		to[o++] = (unsigned char)w;
	}
	*out = to;
	*out_n = o - pad;
	return true;
}

static void prelude_hex(char out[DIGEST_HEX])
{
	struct digest_stream s;
	struct digest d;

	digest_begin(&s);
	for (const struct embedded_file *f = embedded_list(); f->name != NULL;
		f++) {
		if (strncmp(f->name, "scripts/prelude/", 16) != 0)
			continue;
		digest_add(&s, f->name, strlen(f->name) + 1);
		digest_add(&s, f->bytes, f->n);
	}
	digest_end(&s, &d);
	digest_hex(&d, out);
}

void ruleset_archive(const struct ruleset *rs, struct buf *out)
{
	struct arena a;
	struct value all = value_map(), files = value_list();
	char prelude[DIGEST_HEX];
	size_t n_zone = 0;
	char *zone;
	bool ok;

	arena_init(&a, 0);
	ok = true;
	for (uint32_t i = 0; i < rs->sources.n_files; i++) {
		const struct source_file *f = &rs->sources.files[i];
		struct value one = value_map();

		ok = ok && value_put(&a, &one, "name", value_text(f->name));
		ok = ok && value_put(&a, &one, "text",
				   value_of_text((struct text){
					   f->bytes, (uint32_t)f->n}));
		ok = ok && value_append(&a, &files, one);
	}
	prelude_hex(prelude);
	zone = base64_write(
		&a, rs->sources.zone_bytes, rs->sources.n_zone, &n_zone);
	ok = ok && zone != NULL && value_put(&a, &all, "files", files);
	ok = ok &&
	     value_put(&a, &all, "zone", value_text(zone_name(rs->book.zone)));
	ok = ok &&
	     value_put(&a, &all, "zone_data",
		     value_of_text((struct text){zone, (uint32_t)n_zone}));
	ok = ok && value_put(&a, &all, "prelude", value_text(prelude));
	if (ok)
		value_write(out, &all);
	else
		out->failed = true;
	arena_deinit(&a);
}

fl_status source_set_read(struct arena *a, const char *archive, size_t n,
	struct source_set *out, struct fl_error *err)
{
	const struct value_limits limits = {.bytes = n + 1};
	const struct value *files, *text;
	const char *zone;
	struct value all;
	fl_status s;

	memset(out, 0, sizeof(*out));
	s = value_read(a, archive, n, &limits, &all, err);
	if (s != FL_OK)
		return s;
	files = value_get(&all, "files");
	zone = value_get_str(&all, "zone_data");
	if (files == NULL || files->kind != VALUE_LIST || zone == NULL ||
		!base64_read(
			a, zone, strlen(zone), &out->zone_bytes, &out->n_zone))
		return status_fail(err, FL_INVALID, "damaged archive of rules");
	out->files = arena_alloc(a, (files->count + 1) * sizeof(*out->files));
	if (out->files == NULL)
		return status_fail(err, FL_NOMEM, "archive of rules");
	for (uint32_t i = 0; i < files->count; i++) {
		text = value_get(&files->as.items[i], "text");
		out->files[i].name = value_get_str(&files->as.items[i], "name");
		if (out->files[i].name == NULL || text == NULL ||
			text->kind != VALUE_TEXT)
			return status_fail(
				err, FL_INVALID, "damaged archive of rules");
		out->files[i].bytes = text->as.text;
		out->files[i].n = text->count;
	}
	out->n_files = files->count;
	return FL_OK;
}

const struct source_file *source_set_find(
	const struct source_set *set, const char *name)
{
	for (uint32_t i = 0; set != NULL && i < set->n_files; i++)
		if (strcmp(set->files[i].name, name) == 0)
			return &set->files[i];
	return NULL;
}
