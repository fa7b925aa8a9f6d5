#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reload/follow.h"

/*
 * A folder of numbers under a virtual clock. A file's number is its version;
 * negative: half written. Looks and reading take milliseconds during which
 * writers go on, as on a real disk.
 */
enum { FILES = 12, READ_MS = FILES };

struct folder {
	int version[FILES];
	int64_t touched[FILES]; /* as a look sees it: time of the last write */
	bool paused;
};

struct test {
	struct follow follow;
	struct folder disk;
	bool notes;	     /* the kernel tells of writes */
	int64_t now;
	enum follow_act act; /* under way */
	int64_t act_ends;
	int64_t look_ms;
	int read[FILES]; /* what was read so far */
	uint32_t n_read;
	int got[FILES]; /* handed on last */
	uint32_t offers;
	int64_t offered_at;
	uint64_t random;
};

static uint32_t rnd(struct test *t, uint32_t below)
{
	t->random = t->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(t->random >> 33) % below;
}

static void start(struct test *t, bool notes, uint64_t seed)
{
	memset(t, 0, sizeof(*t));
	t->notes = notes;
	t->random = seed;
	t->now = 1000;
	t->look_ms = 2;
	for (int i = 0; i < FILES; i++)
		t->disk.version[i] = 1;
	follow_init(&t->follow, !notes, t->now);
}

static struct folder_scan look(struct test *t)
{
	struct folder_scan scan = {.entries = FILES};

	scan.paused = t->disk.paused;
	digest_of(&t->disk, sizeof(t->disk), &scan.digest);
	return scan;
}

static void name_of(int file, char name[16])
{
	snprintf(name, 16, "file%d", file);
}

/* ---- what writers do ---- */

static void renamed(struct test *t, int file, int version)
{
	t->disk.version[file] = version;
	t->disk.touched[file] = t->now;
	if (t->notes)
		follow_stir(&t->follow, t->now);
}

static void half(struct test *t, int file, int version)
{
	char name[16];

	name_of(file, name);
	t->disk.version[file] = -version;
	t->disk.touched[file] = t->now;
	if (t->notes)
		follow_written(&t->follow, name, t->now);
}

static void whole(struct test *t, int file, int version)
{
	char name[16];

	name_of(file, name);
	t->disk.version[file] = version;
	t->disk.touched[file] = t->now;
	if (t->notes)
		follow_closed(&t->follow, name, t->now);
}

/* ---- time ---- */

static void finish(struct test *t)
{
	struct folder_scan scan = look(t);
	enum follow_act act = t->act;

	t->act = FOLLOW_WAIT;
	if (act == FOLLOW_LOOK) {
		follow_looked(&t->follow, &scan, t->now);
	} else if (act == FOLLOW_READ) {
		follow_read(&t->follow, &scan, t->now);
	} else if (act == FOLLOW_OFFER) {
		follow_offered(&t->follow, t->now);
	}
}

static void begin(struct test *t)
{
	int64_t at;

	t->act = follow_next(&t->follow, t->now, &at);
	assert_true(at > t->now || t->act != FOLLOW_WAIT);
	if (t->act == FOLLOW_LOOK) {
		t->act_ends = t->now + t->look_ms;
	} else if (t->act == FOLLOW_READ) {
		t->n_read = 0;
		t->act_ends = t->now + READ_MS + t->look_ms;
	} else if (t->act == FOLLOW_OFFER) {
		memcpy(t->got, t->read, sizeof(t->got));
		t->offers++;
		t->offered_at = t->now;
		t->act_ends = t->now + 5;
	}
}

static void tick(struct test *t)
{
	t->now++;
	if (t->act == FOLLOW_READ && t->n_read < FILES) {
		t->read[t->n_read] = t->disk.version[t->n_read];
		t->n_read++;
	}
	if (t->act != FOLLOW_WAIT && t->now >= t->act_ends)
		finish(t);
	if (t->act == FOLLOW_WAIT)
		begin(t);
}

static void pass(struct test *t, int64_t ms)
{
	while (ms-- > 0)
		tick(t);
}

static void settle(struct test *t)
{
	pass(t, 5000);
}

static void assert_got(const struct test *t, int version)
{
	for (int i = 0; i < FILES; i++)
		assert_int_equal(t->got[i], version);
}

/* ---- tests ---- */

static void test_the_first_look_hands_on(void **state)
{
	struct test t;

	(void)state;
	start(&t, true, 1);
	pass(&t, 200);
	assert_int_equal(t.offers, 1);
	assert_got(&t, 1);
	settle(&t);
	assert_int_equal(t.offers, 1); /* nothing changed: nothing said */
}

static void test_a_rename_is_there_within_300_ms(void **state)
{
	struct test t;
	int64_t at;

	(void)state;
	start(&t, true, 1);
	settle(&t);
	for (int i = 0; i < FILES; i++)
		renamed(&t, i, 2);
	at = t.now;
	settle(&t);
	assert_int_equal(t.offers, 2);
	assert_got(&t, 2);
	assert_true(t.offered_at - at <= 300);
}

/* A link that was swapped makes no note: the safety look sees it. */
static void test_without_a_note_within_2500_ms(void **state)
{
	struct test t;

	(void)state;
	for (int delay = 0; delay < 2000; delay += 97) {
		int64_t at;

		start(&t, true, 1);
		pass(&t, 1000 + delay);
		t.notes = false;
		for (int i = 0; i < FILES; i++)
			renamed(&t, i, 2);
		at = t.now;
		settle(&t);
		assert_got(&t, 2);
		assert_true(t.offered_at - at <= 2500);
	}
}

static void test_an_open_writer_is_waited_for(void **state)
{
	struct test t;

	(void)state;
	start(&t, true, 1);
	settle(&t);
	for (int chunk = 0; chunk < 20; chunk++) {
		half(&t, 3, 2);
		pass(&t, 1500);
		assert_int_equal(t.offers, 1);
	}
	whole(&t, 3, 2);
	pass(&t, 300);
	assert_int_equal(t.offers, 2);
	assert_int_equal(t.got[3], 2);
}

static void test_a_file_kept_open_is_named_and_read_in_the_end(void **state)
{
	struct test t;

	(void)state;
	start(&t, true, 1);
	settle(&t);
	half(&t, 3, 2);
	pass(&t, FOLLOW_WRITER_MS - 100);
	assert_int_equal(t.offers, 1);
	assert_int_equal(t.follow.slow[0], '\0');
	pass(&t, 1000);
	assert_int_equal(t.offers, 2);
	assert_string_equal(t.follow.slow, "file3");
}

static void test_somebody_who_never_stops_is_named(void **state)
{
	struct test t;

	(void)state;
	start(&t, true, 1);
	settle(&t);
	for (int i = 0; i < 40; i++) {
		half(&t, 3, 2);
		pass(&t, 1000);
	}
	assert_string_equal(t.follow.slow, "file3");
	assert_int_equal(t.offers, 1);
}

static void test_paused_holds_all_of_it(void **state)
{
	struct test t;

	(void)state;
	start(&t, true, 1);
	settle(&t);
	t.disk.paused = true;
	follow_stir(&t.follow, t.now);
	for (int i = 0; i < FILES; i++) {
		renamed(&t, i, 2);
		pass(&t, 3000);
	}
	assert_true(t.follow.paused);
	assert_int_equal(t.offers, 1);
	t.disk.paused = false;
	follow_stir(&t.follow, t.now);
	pass(&t, 300);
	assert_false(t.follow.paused);
	assert_int_equal(t.offers, 2);
	assert_got(&t, 2);
}

static void test_lost_notes_are_a_reason_to_look(void **state)
{
	struct test t;

	(void)state;
	start(&t, true, 1);
	settle(&t);
	half(&t, 3, 2);
	pass(&t, 50);
	t.notes = false; /* closing it goes unseen */
	whole(&t, 3, 2);
	follow_lost(&t.follow, t.now);
	pass(&t, 300); /* perhaps it is still being written */
	assert_int_equal(t.offers, 1);
	pass(&t, FOLLOW_SAFETY_MS);
	assert_int_equal(t.offers, 2);
	assert_int_equal(t.got[3], 2);
	assert_string_equal(t.follow.slow, ""); /* of which nothing is said */
}

/* A slow upload goes on while notes are lost: it is waited for, and known
 * again with its next write. */
static void test_lost_notes_and_a_slow_upload(void **state)
{
	struct test t;

	(void)state;
	start(&t, true, 1);
	settle(&t);
	half(&t, 3, 2);
	pass(&t, 50);
	follow_lost(&t.follow, t.now);
	for (int i = 0; i < 20; i++) {
		pass(&t, 1500);
		half(&t, 3, 2);
	}
	assert_int_equal(t.offers, 1);
	whole(&t, 3, 2);
	pass(&t, 300);
	assert_int_equal(t.offers, 2);
	assert_int_equal(t.got[3], 2);
}

/* A crowd of open files: the last of them is waited for, too. */
static void test_a_crowd_of_writers(void **state)
{
	char name[16];
	struct test t;

	(void)state;
	start(&t, true, 1);
	settle(&t);
	for (int i = 0; i < 1999; i++) {
		snprintf(name, sizeof(name), "crowd%d", i);
		follow_written(&t.follow, name, t.now);
	}
	half(&t, 3, 2);
	pass(&t, 1000);
	for (int i = 0; i < 1999; i++) {
		snprintf(name, sizeof(name), "crowd%d", i);
		follow_closed(&t.follow, name, t.now);
	}
	pass(&t, 5000);
	assert_int_equal(t.offers, 1);
	whole(&t, 3, 2);
	pass(&t, 300);
	assert_int_equal(t.offers, 2);
	assert_int_equal(t.got[3], 2);
}

/* Notes that never end do not keep the rules out for ever. */
static void test_endless_notes_end(void **state)
{
	struct test t;

	(void)state;
	start(&t, true, 1);
	settle(&t);
	renamed(&t, 0, 2);
	for (int i = 0; i < 40000 / 20 && t.offers < 2; i++) {
		if (t.act == FOLLOW_WAIT) /* about nothing that changed */
			follow_stir(&t.follow, t.now);
		pass(&t, 20);
	}
	settle(&t);
	assert_int_equal(t.offers, 2);
}

/* A note between the last look and handing on: what was read is dropped, and
 * the same set is handed on afterwards. */
static void test_a_note_at_the_last_moment_loses_nothing(void **state)
{
	struct test t;
	uint32_t dropped = 0;

	(void)state;
	for (int at = 0; at < 250; at++) {
		start(&t, true, 1);
		settle(&t);
		renamed(&t, 0, 2);
		pass(&t, at);
		follow_stir(&t.follow, t.now);
		dropped += t.offers == 1;
		settle(&t);
		assert_int_equal(t.got[0], 2);
	}
	assert_true(dropped > 100);
}

/* A second set is written, file by file and without any note, at each moment
 * while the first is being looked at, read and handed on. */
static void test_what_changes_unseen_is_never_mixed_in(void **state)
{
	struct test t;

	(void)state;
	for (int at = 0; at < 250; at++) {
		start(&t, true, 1);
		settle(&t);
		for (int i = 0; i < FILES; i++)
			renamed(&t, i, 2);
		pass(&t, at);
		t.notes = false;
		for (int i = 0; i < FILES; i++) {
			renamed(&t, i, 3);
			pass(&t, 3);
			assert_got(&t, t.got[0]);
		}
		for (int ms = 0; ms < 5000; ms++) {
			tick(&t);
			assert_got(&t, t.got[0]);
		}
		assert_got(&t, 3);
	}
}

/* ---- any mixture of writers ---- */

/* One after another, as a checkout or a copy does; each file by rename or in
 * place; then all of one version. */
static void write_set(struct test *t, int version, uint32_t gap_ms)
{
	for (int i = 0; i < FILES; i++) {
		if (rnd(t, 2) == 0) {
			renamed(t, i, version);
		} else {
			half(t, i, version);
			pass(t, rnd(t, t->notes ? 4000 : gap_ms));
			whole(t, i, version);
		}
		if (i + 1 < FILES)
			pass(t, rnd(t, gap_ms));
	}
}

static void any_mixture(bool notes)
{
	struct test t;

	for (uint64_t seed = 1; seed <= 150; seed++) {
		uint32_t before;

		start(&t, notes, seed);
		t.look_ms = 1 + rnd(&t, 20);
		settle(&t);
		for (int version = 2; version < 6; version++) {
			before = t.offers;
			write_set(&t, version, 90);
			/* never while the set was half there */
			assert_int_equal(t.offers, before);
			assert_got(&t, version - 1);
			settle(&t);
			assert_got(&t, version);
			assert_int_equal(t.offers, before + 1);
			pass(&t, rnd(&t, 3000));
		}
	}
}

static void test_any_mixture_never_a_mixed_set(void **state)
{
	(void)state;
	any_mixture(true);
}

static void test_any_mixture_without_notes(void **state)
{
	(void)state;
	any_mixture(false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_look_hands_on),
		cmocka_unit_test(test_a_rename_is_there_within_300_ms),
		cmocka_unit_test(test_without_a_note_within_2500_ms),
		cmocka_unit_test(test_an_open_writer_is_waited_for),
		cmocka_unit_test(
			test_a_file_kept_open_is_named_and_read_in_the_end),
		cmocka_unit_test(test_somebody_who_never_stops_is_named),
		cmocka_unit_test(test_paused_holds_all_of_it),
		cmocka_unit_test(test_lost_notes_are_a_reason_to_look),
		cmocka_unit_test(test_lost_notes_and_a_slow_upload),
		cmocka_unit_test(test_a_crowd_of_writers),
		cmocka_unit_test(test_endless_notes_end),
		cmocka_unit_test(test_a_note_at_the_last_moment_loses_nothing),
		cmocka_unit_test(test_what_changes_unseen_is_never_mixed_in),
		cmocka_unit_test(test_any_mixture_never_a_mixed_set),
		cmocka_unit_test(test_any_mixture_without_notes),
	};

	digest_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
