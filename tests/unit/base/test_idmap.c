#include "unit.h"

#include "base/idmap.h"

enum { KEYS = 3000 };
static int things[KEYS];

static void puts_gets_removes(void **state)
{
	struct idmap m = {0};

	(void)state;
	assert_null(idmap_get(&m, 7));
	assert_null(idmap_remove(&m, 7));
	assert_true(idmap_put(&m, 7, &things[1]));
	assert_true(idmap_put(&m, 0, &things[2]));
	assert_true(idmap_put(&m, INT64_MIN, &things[3]));
	assert_true(idmap_put(&m, 7, &things[4]));
	assert_int_equal(3, m.n);
	assert_ptr_equal(&things[4], idmap_get(&m, 7));
	assert_ptr_equal(&things[2], idmap_get(&m, 0));
	assert_ptr_equal(&things[3], idmap_get(&m, INT64_MIN));
	assert_null(idmap_get(&m, 8));
	assert_ptr_equal(&things[4], idmap_remove(&m, 7));
	assert_null(idmap_remove(&m, 7));
	assert_int_equal(2, m.n);
	idmap_deinit(&m);
	assert_null(idmap_get(&m, 0));
}

/* Against a plain array, with seeded steps; ids as records have them, and some
 * that all belong to the same few places. */
static void behaves_like_an_array(void **state)
{
	static int64_t ids[KEYS];
	static bool there[KEYS];
	struct idmap m = {0};
	uint64_t seed = 42;
	uint32_t n = 0;

	(void)state;
	for (int i = 0; i < KEYS; i++)
		ids[i] = i % 3 == 0 ? (int64_t)i << 42 : (int64_t)i << 10 | 1;
	for (int step = 0; step < 200000; step++) {
		uint32_t i;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		i = (uint32_t)(seed >> 33) % KEYS;
		if ((seed >> 20) % 5 < (step < 100000 ? 3u : 2u)) {
			assert_true(idmap_put(&m, ids[i], &things[i]));
			n += !there[i];
			there[i] = true;
		} else {
			assert_ptr_equal(there[i] ? &things[i] : NULL,
				idmap_remove(&m, ids[i]));
			n -= there[i];
			there[i] = false;
		}
		assert_int_equal(n, m.n);
		if (step % 1000 != 0)
			continue;
		for (i = 0; i < KEYS; i++)
			assert_ptr_equal(there[i] ? &things[i] : NULL,
				idmap_get(&m, ids[i]));
	}
	idmap_deinit(&m);
}

/* Hundreds of thousands: the bound on what a place costs holds. */
static void takes_little_room(void **state)
{
	struct idmap m = {0};

	(void)state;
	for (int64_t i = 0; i < 49152; i++)
		assert_true(idmap_put(&m, i << 10, &m));
	assert_int_equal(65536, m.cap);
	assert_int_equal(16, sizeof(*m.places));
	for (int64_t i = 0; i < 500000; i++) {
		assert_true(idmap_put(&m, (i + 49152) << 10, &m));
		assert_ptr_equal(&m, idmap_remove(&m, i << 10));
		if (i == 0)
			assert_int_equal(131072, m.cap);
	}
	assert_int_equal(49152, m.n);
	assert_int_equal(131072, m.cap); /* nothing is left behind */
	idmap_deinit(&m);
}

static void lets_go_of_all(void **state)
{
	struct idmap m = {0};
	uint32_t at = 0, seen = 0;
	int *one;

	(void)state;
	assert_null(idmap_any(&m, &at));
	for (int i = 0; i < KEYS; i++)
		assert_true(idmap_put(&m, (int64_t)i << 10, &things[i]));
	at = 0;
	while ((one = idmap_any(&m, &at)) != NULL) {
		assert_ptr_equal(one,
			idmap_remove(&m, (int64_t)(one - things) << 10));
		seen++;
	}
	assert_int_equal(KEYS, seen);
	assert_int_equal(0, m.n);
	idmap_deinit(&m);
}

static void refuses_without_memory(void **state)
{
	struct idmap m = {0};

	(void)state;
	for (int i = 0; i < 6; i++)
		assert_true(idmap_put(&m, i, &things[i]));
	fault_after(0);
	assert_false(idmap_put(&m, 6, &things[6]));
	assert_true(fault_disarm());
	assert_int_equal(6, m.n);
	for (int i = 0; i < 6; i++)
		assert_ptr_equal(&things[i], idmap_get(&m, i));
	assert_null(idmap_get(&m, 6));
	assert_true(idmap_put(&m, 6, &things[6]));
	idmap_deinit(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_gets_removes),
		cmocka_unit_test(behaves_like_an_array),
		cmocka_unit_test(takes_little_room),
		cmocka_unit_test(lets_go_of_all),
		cmocka_unit_test(refuses_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
