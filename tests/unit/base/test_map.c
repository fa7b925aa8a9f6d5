#include "unit.h"

#include "base/map.h"

static int things[5000];

static void puts_gets_removes(void **state)
{
	struct map *m = map_new();

	(void)state;
	assert_null(map_get(m, TEXT("a")));
	assert_null(map_remove(m, TEXT("a")));
	assert_true(map_put(m, TEXT("a"), &things[1]));
	assert_true(map_put(m, TEXT(""), &things[2]));
	assert_true(map_put_int(m, 0, &things[3]));
	assert_true(map_put_int(m, INT64_MIN, &things[4]));
	assert_ptr_equal(&things[1], map_get(m, TEXT("a")));
	assert_ptr_equal(&things[2], map_get(m, TEXT("")));
	assert_ptr_equal(&things[3], map_get_int(m, 0));
	assert_ptr_equal(&things[4], map_get_int(m, INT64_MIN));
	assert_true(map_put(m, TEXT("a"), &things[5]));
	assert_int_equal(4, map_count(m));
	assert_ptr_equal(&things[5], map_remove(m, TEXT("a")));
	assert_null(map_get(m, TEXT("a")));
	assert_ptr_equal(&things[3], map_remove_int(m, 0));
	assert_null(map_remove_int(m, 0));
	assert_int_equal(2, map_count(m));
	map_free(m);
	map_free(NULL);
}

static void keys_are_copied(void **state)
{
	struct map *m = map_new();
	char key[] = "first\0x";
	struct text t = {key, 7}, got = {0};
	uint32_t at = 0;

	(void)state;
	assert_true(map_put(m, t, &things[0]));
	memcpy(key, "other", 5);
	assert_null(map_get(m, t));
	assert_true(map_next(m, &at, &got, NULL, NULL));
	assert_int_equal(7, got.bytes);
	assert_memory_equal("first\0x", got.at, 8);
	map_free(m);
}

/* Against a plain array as the model, with seeded steps. */
static void behaves_like_an_ordered_list(void **state)
{
	static int64_t keys[3000], model[3000];
	uint32_t n = 0, i, at, step;
	struct map *m = map_new();
	uint64_t seed = 42;
	int64_t key;
	void *value;

	(void)state;
	for (step = 0; step < 30000; step++) {
		key = unit_below(&seed, 600);
		for (i = 0; i < n && keys[i] != key; i++)
			;
		if (unit_below(&seed, 100) < (step / 5000 % 2 ? 35 : 60)) {
			model[i] = unit_below(&seed, 5000);
			keys[i] = key;
			n += i == n;
			assert_true(map_put_int(m, key, &things[model[i]]));
		} else {
			value = map_remove_int(m, key);
			assert_ptr_equal(i < n ? &things[model[i]] : NULL,
				value);
			if (i == n)
				continue;
			memmove(keys + i, keys + i + 1,
				(n - i - 1) * sizeof(*keys));
			memmove(model + i, model + i + 1,
				(n - i - 1) * sizeof(*model));
			n--;
		}
		assert_int_equal(n, map_count(m));
		if (step % 97 != 0)
			continue;
		for (at = 0, i = 0; map_next(m, &at, NULL, &key, &value); i++) {
			assert_int_equal(keys[i], key);
			assert_ptr_equal(&things[model[i]], value);
		}
		assert_int_equal(n, i);
	}
	map_free(m);
}

static void many_texts_keep_their_order(void **state)
{
	struct map *m = map_new();
	char key[32];
	struct text t;
	uint32_t at = 0;
	void *value;
	int i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "customer-%d-%s", i,
			i % 3 ? "long tail" : "");
		assert_true(map_put(m, text_of(key), &things[i]));
	}
	for (i = 0; i < 5000; i++) {
		assert_true(map_next(m, &at, &t, NULL, &value));
		assert_ptr_equal(&things[i], value);
		assert_ptr_equal(value, map_get(m, t));
	}
	assert_false(map_next(m, &at, &t, NULL, &value));
	map_free(m);
}

static void may_remove_while_walking(void **state)
{
	struct map *m = map_new();
	uint32_t at = 0, seen = 0;
	int64_t key;

	(void)state;
	for (key = 0; key < 100; key++)
		assert_true(map_put_int(m, key, &things[key]));
	while (map_next(m, &at, NULL, &key, NULL)) {
		assert_int_equal(seen, key);
		seen++;
		if (key % 4 != 0)
			assert_non_null(map_remove_int(m, key));
	}
	assert_int_equal(100, seen);
	assert_int_equal(25, map_count(m));
	for (at = 0, seen = 0; map_next(m, &at, NULL, &key, NULL); seen++)
		assert_int_equal(seen * 4, key);
	map_free(m);
}

/* First in, first out, for long: memory and time stay small. */
static void works_as_a_queue(void **state)
{
	struct map *m = map_new();
	int64_t in, out = 0, key;
	uint32_t at;

	(void)state;
	for (in = 0; in < 100000; in++) {
		assert_true(map_put_int(m, in, &things[in % 5000]));
		if (in < 50)
			continue;
		at = 0;
		assert_true(map_next(m, &at, NULL, &key, NULL));
		assert_int_equal(out, key);
		assert_ptr_equal(&things[out % 5000], map_remove_int(m, key));
		out++;
	}
	assert_int_equal(50, map_count(m));
	map_free(m);
}

static void no_memory_changes_nothing(void **state)
{
	struct map *m = NULL;
	char key[8];
	bool hit = true;
	long n;
	int i;

	(void)state;
	for (n = 0; hit && n < 300; n++) {
		fault_after(n);
		m = map_new();
		for (i = 0; m != NULL && i < 50; i++) {
			snprintf(key, sizeof(key), "%d", i);
			if (!map_put(m, text_of(key), &things[i]))
				break;
		}
		hit = fault_disarm();
		if (m == NULL)
			continue;
		assert_int_equal(i, map_count(m));
		while (i-- > 0) {
			snprintf(key, sizeof(key), "%d", i);
			assert_ptr_equal(&things[i], map_get(m, text_of(key)));
		}
		assert_true(map_put(m, TEXT("after"), &things[0]));
		map_free(m);
	}
	assert_false(hit);
}

/* With sanitizers: all of them, and none twice. */
static void values_go_with_it(void **state)
{
	struct map *m = map_new();
	char *mine;

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_true(map_put_int(m, i, strdup("text")));
	mine = map_remove_int(m, 50);
	map_free_all(m);
	assert_string_equal("text", mine);
	free(mine);
	map_free_all(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_gets_removes),
		cmocka_unit_test(keys_are_copied),
		cmocka_unit_test(behaves_like_an_ordered_list),
		cmocka_unit_test(many_texts_keep_their_order),
		cmocka_unit_test(may_remove_while_walking),
		cmocka_unit_test(works_as_a_queue),
		cmocka_unit_test(no_memory_changes_nothing),
		cmocka_unit_test(values_go_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
