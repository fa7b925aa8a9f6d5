#include "unit.h"

#include "base/arena.h"

static void gives_zeroed_aligned_memory(void **state)
{
	struct arena a;
	int round, i;
	size_t k;

	(void)state;
	arena_init(&a, 0);
	for (round = 0; round < 3; round++) {
		for (i = 1; i < 500; i++) {
			unsigned char *p = arena_alloc(&a, (size_t)i);

			assert_non_null(p);
			assert_int_equal(0, (uintptr_t)p % 16);
			for (k = 0; k < (size_t)i; k++)
				assert_int_equal(0, p[k]);
			memset(p, 0xAA, (size_t)i);
		}
		arena_reset(&a);
		assert_int_equal(0, a.used_bytes);
	}
	arena_deinit(&a);
	assert_null(a.first);
}

static void texts_are_terminated(void **state)
{
	struct arena a;
	char *t;

	(void)state;
	arena_init(&a, 0);
	assert_string_equal("abc", arena_text(&a, "abcdef", 3));
	assert_string_equal("", arena_text(&a, NULL, 0));
	assert_string_equal("x", arena_strdup(&a, "x"));
	assert_memory_equal("\1\2", arena_copy(&a, "\1\2", 2), 2);
	t = arena_printf(&a, "%s-%0*d", "n", 40000, 7);
	assert_int_equal(40002, strlen(t));
	assert_int_equal('7', t[40001]);
	arena_deinit(&a);
}

static void large_and_small_live_together(void **state)
{
	struct arena a;
	char *small, *large, *after;

	(void)state;
	arena_init(&a, 0);
	small = arena_strdup(&a, "small");
	large = arena_alloc(&a, 3u << 20);
	memset(large, 'l', 3u << 20);
	after = arena_strdup(&a, "after");
	assert_string_equal("small", small);
	assert_string_equal("after", after);
	assert_int_equal('l', large[(3u << 20) - 1]);
	arena_deinit(&a);
}

static void limit_is_kept_and_sticks(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1000);
	assert_non_null(arena_alloc(&a, 900));
	assert_false(a.failed);
	assert_null(arena_alloc(&a, 200));
	assert_true(a.failed);
	assert_null(arena_alloc(&a, 1));
	assert_null(arena_strdup(&a, ""));
	assert_null(arena_printf(&a, "x"));
	assert_null(arena_copy(&a, "x", 1));
	arena_reset(&a);
	assert_false(a.failed);
	assert_non_null(arena_alloc(&a, 900));
	arena_deinit(&a);
}

static void absurd_sizes_are_refused(void **state)
{
	struct arena a;
	uint32_t cap = 0;

	(void)state;
	arena_init(&a, SIZE_MAX);
	assert_null(arena_alloc(&a, SIZE_MAX));
	arena_reset(&a);
	assert_null(arena_text(&a, "x", SIZE_MAX));
	arena_reset(&a);
	assert_null(arena_grow(&a, NULL, 0, &cap, 8, SIZE_MAX / 2));
	assert_true(a.failed);
	assert_int_equal(0, cap);
	arena_deinit(&a);
}

static void release_falls_back_to_the_mark(void **state)
{
	struct arena a;
	struct arena_mark empty, mark;
	char *kept, *again;
	size_t used;
	int i;

	(void)state;
	arena_init(&a, 1u << 20);
	empty = arena_mark(&a);
	kept = arena_strdup(&a, "kept");
	mark = arena_mark(&a);
	used = a.used_bytes;
	for (i = 0; i < 300; i++) { /* far more than the limit in sum */
		memset(arena_alloc(&a, 100000), 'x', 100000);
		arena_release(&a, mark);
		assert_int_equal(used, a.used_bytes);
	}
	assert_false(a.failed);
	assert_string_equal("kept", kept);
	again = arena_alloc(&a, 50);
	assert_int_equal(0, again[0]);
	arena_release(&a, empty);
	assert_int_equal(0, a.used_bytes);
	assert_ptr_equal(kept, arena_strdup(&a, "kept"));
	arena_deinit(&a);
}

static void grow_keeps_items(void **state)
{
	struct arena a;
	uint32_t cap = 0, n, i;
	uint32_t *items = NULL;

	(void)state;
	arena_init(&a, 0);
	for (n = 0; n < 1000; n++) {
		items = arena_grow(&a, items, n, &cap, n + 1, sizeof(*items));
		assert_non_null(items);
		assert_true(cap > n);
		items[n] = n * 3;
	}
	for (i = 0; i < 1000; i++)
		assert_int_equal(i * 3, items[i]);
	arena_deinit(&a);

	arena_init(&a, 64);
	cap = 0;
	items = arena_grow(&a, NULL, 0, &cap, 4, sizeof(*items));
	items[3] = 9;
	assert_null(arena_grow(&a, items, 4, &cap, 100, sizeof(*items)));
	assert_int_equal(9, items[3]);
	assert_int_equal(4, cap);
	arena_deinit(&a);
}

static void every_allocation_may_fail(void **state)
{
	struct arena a;
	bool hit = true;
	long n;
	int i;

	(void)state;
	for (n = 0; hit && n < 100; n++) {
		arena_init(&a, 0);
		fault_after(n);
		for (i = 0; i < 40; i++)
			arena_alloc(&a, 10000);
		hit = fault_disarm();
		assert_int_equal(hit, a.failed);
		arena_deinit(&a);
	}
	assert_true(n > 2 && n < 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_memory),
		cmocka_unit_test(texts_are_terminated),
		cmocka_unit_test(large_and_small_live_together),
		cmocka_unit_test(limit_is_kept_and_sticks),
		cmocka_unit_test(absurd_sizes_are_refused),
		cmocka_unit_test(release_falls_back_to_the_mark),
		cmocka_unit_test(grow_keeps_items),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
