/*
 * The store fails at every point it can, once: at the n-th begin, row, commit
 * or checkpoint, for every n. The engine stops with FL_FATAL and answers what
 * it had not acknowledged with FL_UNKNOWN; opened again it knows everything
 * acknowledged, takes the rest again under the same ids, and nothing is there
 * twice or without its effects.
 */
#include "history.h"

#include "base/log.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { EVENTS = 60, AT_ONCE = 20, POINTS_MAX = 4000 };

struct fault {
	atomic_long left; /* calls until it fails; below 0: never */
	atomic_bool given;
};

static int fails(void *ctx, const char *point)
{
	struct fault *f = ctx;

	(void)point;
	if (atomic_fetch_sub(&f->left, 1) != 1)
		return 0;
	atomic_store(&f->given, true);
	return 1;
}

struct given {
	fl_status status;
	int64_t number;
	bool answered, repeat;
};

static void on_answer(void *ctx, const struct post_answer *a)
{
	struct given *g = ctx;

	assert_false(g->answered);
	*g = (struct given){a->status, a->number, true, a->repeat};
}

/* Sends all, some at once; stops when the engine does. */
static fl_status send_all(struct history_engine *e, struct given *given)
{
	char json[HISTORY_BYTES];
	fl_status s = FL_OK;

	for (uint32_t i = 0; i < EVENTS && s == FL_OK; i++) {
		history_event(5, i, json);
		given[i] = (struct given){.status = FL_OK};
		history_engine_post(e, json, on_answer, &given[i]);
		if (i % AT_ONCE == AT_ONCE - 1)
			s = history_engine_rest(e);
	}
	return s;
}

static void check_again(const char *dir, const struct given *first)
{
	struct history_engine e = {.now_ms = INT64_C(1946455200000)};
	struct given again[EVENTS] = {{0}};

	assert_int_equal(history_engine_open(&e, dir), FL_OK);
	assert_int_equal(send_all(&e, again), FL_OK);
	for (uint32_t i = 0; i < EVENTS; i++) {
		assert_true(again[i].answered);
		assert_int_equal(again[i].status, FL_OK);
		if (first[i].answered && first[i].status == FL_OK) {
			assert_true(again[i].repeat);
			assert_int_equal(again[i].number, first[i].number);
		}
	}
	history_engine_close(&e);
}

/* A fault at the n-th point; false when there are not so many. */
static bool fault_at(const char *dir, long n, long *unknown)
{
	struct fault f;
	struct history_engine e = {.now_ms = INT64_C(1946455200000),
		.fault = fails, .ctx = &f};
	struct given given[EVENTS] = {{0}};
	fl_status s;

	atomic_init(&f.left, n);
	atomic_init(&f.given, false);
	s = history_engine_open(&e, dir);
	if (s == FL_OK) {
		s = send_all(&e, given);
		if (s != FL_OK)
			assert_int_equal(engine_poll(e.engine), FL_FATAL);
		history_engine_close(&e);
	}
	for (uint32_t i = 0; s != FL_OK && i < EVENTS; i++)
		if (given[i].answered && given[i].status != FL_OK) {
			assert_int_equal(given[i].status, FL_UNKNOWN);
			(*unknown)++;
		}
	if (atomic_load(&f.given) && s == FL_OK) {
		/* a checkpoint after all was said and done */
		for (uint32_t i = 0; i < EVENTS; i++)
			assert_true(given[i].answered);
	} else if (atomic_load(&f.given)) {
		assert_true(s == FL_FATAL || s == FL_STORAGE);
	} else {
		assert_int_equal(s, FL_OK);
	}
	check_again(dir, given);
	return atomic_load(&f.given);
}

static void every_point_fails_once(void **state)
{
	long step = history_scale(5, 5, 1), n = 1, unknown = 0, faults = 0;
	struct history_audit a;
	char dir[HISTORY_DIR];
	bool given = true;

	(void)state;
	log_level_set(LOG_ERROR + 1);
	for (; given && n < POINTS_MAX; n += step) {
		history_folder(dir, "fault");
		given = fault_at(dir, n, &unknown);
		faults += given;
		history_audit(dir, &a);
		if (a.differences != 0)
			fail_msg("fault %ld: %s", n, a.first);
		assert_int_equal(a.doubled, 0);
		history_remove(dir);
	}
	print_message("# %ld faults, %ld posts answered unknown; nothing lost, "
		"doubled or without effects\n", faults, unknown);
	assert_true(faults > 10);
	assert_true(unknown > 0);
	assert_false(given);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_point_fails_once),
	};

	if (argc > 2 && strcmp(argv[1], "audit") == 0)
		return history_audit_main(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
