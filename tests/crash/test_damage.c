/* Bytes flipped anywhere in the database: found and said, or harmless; never a
 * crash, and the damaged file is kept. */
#include "store/kit.h"

#include <stdlib.h>

enum { FLIPS = 500 };

static int flips(void)
{
	const char *scale = getenv("FL_SCALE");
	long n = scale != NULL ? strtol(scale, NULL, 10) : 5;

	return n > 1 ? FLIPS / (int)n + 1 : FLIPS;
}

static void make(struct kit *k)
{
	kit_open(k, NULL);
	for (int j = 0; j < 20; j++) {
		int64_t home;
		struct record_row *r;

		arena_reset(&k->a);
		kit_begin(k);
		home = RECORD_ID(k->number + 1, 0);
		for (int i = 0; i < 10; i++)
			kit_event(k, home, i % 2 != 0 ? "call.made" : "x.y",
				arena_printf(&k->a, "id-%d-%d", j, i));
		r = kit_record(k, home, home, "deal", "", "{}");
		kit_keys(k, r,
			(const char *[]){arena_printf(&k->a, "name:%d", j)}, 1);
		kit_task(k, home + 1, home, "jan", 1000 * j, true);
		kit_due(k, j, home, "std/lead", "call", false);
		assert_int_equal(FL_OK, kit_commit(k).status);
	}
	store_free(k->st);
	k->st = NULL;
}

static bool on_event(void *ctx, const struct event_row *e)
{
	(void)ctx;
	return e->number != 0;
}

static bool on_task(void *ctx, const struct task *t)
{
	(void)ctx;
	return t->id != 0;
}

static bool on_record(void *ctx, const struct record *r)
{
	(void)ctx;
	return r->id != 0;
}

static bool on_due(void *ctx, const struct due_row *d)
{
	(void)ctx;
	return d->subject != 0;
}

static void fine_or_said(fl_status s, const struct fl_error *err)
{
	if (s != FL_OK && s != FL_STORAGE)
		fail_msg("%d %s", (int)s, err->text);
	if (s != FL_OK)
		assert_true(err->text[0] != '\0');
}

static void read_all(struct kit *k, struct reader *r)
{
	struct event_filter all = {0};
	struct store_counts n;
	struct fl_error err = {0};

	fine_or_said(reader_events(r, &k->a, &all, on_event, NULL, &err), &err);
	fine_or_said(reader_all_tasks(r, &k->a, 0, 0, on_task, NULL, &err),
		&err);
	fine_or_said(reader_tasks(r, &k->a, TEXT("jan"), 0, on_task, NULL,
			     &err),
		&err);
	fine_or_said(reader_records(r, &k->a, TEXT(""), 0, 0, on_record, NULL,
			     &err),
		&err);
	fine_or_said(reader_find(r, &k->a, TEXT("name:"), 0, on_record, NULL,
			     &err),
		&err);
	fine_or_said(reader_dues(r, &k->a, 0, INT64_MAX, 0, on_due, NULL, &err),
		&err);
	fine_or_said(reader_counts(r, &n, &err), &err);
}

/* Opens and uses the damaged file. True when the damage was found at once. */
static bool use(struct kit *k, bool *kept)
{
	struct fl_error err = {0};
	struct reader *r = NULL;
	fl_status s = store_open(k->dir, NULL, &k->st, &err);
	char path[128];

	snprintf(path, sizeof(path), "%s/data/fairlead.db", k->dir);
	*kept = access(path, F_OK) == 0;
	if (s != FL_OK && s != FL_STORAGE && s != FL_INVALID)
		fail_msg("%d %s", (int)s, err.text);
	if (s != FL_OK)
		return true;
	assert_int_equal(FL_OK, reader_of_store(k->st, &r, &err));
	read_all(k, r);
	reader_free(r);
	store_free(k->st);
	k->st = NULL;
	return false;
}

static char *slurp(const char *path, size_t *n)
{
	struct buf b;
	char part[4096];
	FILE *f = fopen(path, "r");

	buf_init(&b, 16 << 20);
	assert_non_null(f);
	while ((*n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, *n);
	fclose(f);
	*n = b.len;
	return b.at;
}

static void spill(const char *path, const char *at, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(n, fwrite(at, 1, n, f));
	fclose(f);
}

static void flipped_bytes_are_found_or_harmless(void **state)
{
	struct kit k;
	char path[128];
	char *whole;
	size_t n;
	uint64_t seed = 7;
	int found = 0;
	bool kept;

	(void)state;
	kit_folder(&k);
	make(&k);
	snprintf(path, sizeof(path), "%s/data/fairlead.db", k.dir);
	whole = slurp(path, &n);
	for (int i = 0; i < flips(); i++) {
		/* the first in the file's name for itself, every tenth one in
		 * its head */
		uint32_t below = i == 0 ? 16 : i % 10 == 0 ? 100 : (uint32_t)n;
		size_t at = unit_below(&seed, below);
		char mask = (char)(1u << unit_below(&seed, 8));

		arena_reset(&k.a);
		whole[at] ^= mask;
		spill(path, whole, n);
		found += use(&k, &kept);
		assert_true(kept);
		whole[at] ^= mask;
	}
	print_message("# %d flips, %d found at opening\n", flips(), found);
	assert_true(found > 0);
	spill(path, whole, n);
	kit_open(&k, NULL);
	assert_int_equal(200, k.number);
	free(whole);
	kit_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flipped_bytes_are_found_or_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
