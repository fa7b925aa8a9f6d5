/* Documents: what they hold comes back; damage is told. */
#include "brief.h"
#include "one_arena.h"

static struct value random_value(uint64_t *seed, int depth)
{
	static const char *const texts[] = {"", "jan", "een \"tekst\"",
		"\n\x01", "\xc3\xa9\xe2\x82\xac", "a_name.of", "C:\\temp\\"};
	uint32_t n = unit_below(seed, depth > 3 ? 5 : 8);
	struct value v = value_list();
	struct text key;

	switch (n) {
	case 0:
		return value_null();
	case 1:
		return value_bool(unit_below(seed, 2) == 0);
	case 2:
		return value_int((int64_t)unit_random(seed) >>
			unit_below(seed, 64));
	case 3:
		return value_real((double)(int64_t)unit_random(seed) / 1024);
	case 4:
		return unit_below(seed, 9) > 0
			? value_text(texts[unit_below(seed, 7)])
			: value_text(arena_printf(&arena, "%0*d",
				  (int)unit_below(seed, 300) + 1, 7));
	case 5:
		n = unit_below(seed, 4) == 0 ? 40 : unit_below(seed, 4);
		while (n-- > 0)
			value_append(&arena, &v, random_value(seed, depth + 2));
		return v;
	default:
		v = value_map();
		n = unit_below(seed, 8) == 0 ? 80 : unit_below(seed, 5);
		while (n-- > 0) {
			key = text_of(arena_printf(&arena, "%s%u",
				texts[unit_below(seed, 7)], n));
			value_set(&arena, &v, key,
				random_value(seed, depth + 2));
		}
		return v;
	}
}

static const char *canonical(const struct value *v)
{
	const char *made;
	struct buf b;

	buf_init(&b, 16 << 20);
	value_write(&b, v);
	assert_false(b.failed);
	made = arena_text(&arena, b.at, b.len);
	buf_deinit(&b);
	return made;
}

/* As JSON it is the canonical JSON of the value; read, the value. */
static void says_what_json_says(void **state)
{
	uint64_t seed = 3;
	size_t brief = 0, json = 0;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct value v = random_value(&seed, 0), back;
		struct text d = brief_of_value(&arena, &v), again;
		struct buf b;

		assert_string_equal(canonical(&v), json_of(&arena, d));
		assert_int_equal(FL_OK,
			brief_read(&arena, NULL, d, &back, NULL));
		assert_true(value_equal(&v, &back));
		again = brief_of_value(&arena, &back);
		assert_int_equal(d.bytes, again.bytes);
		assert_memory_equal(d.at, again.at, d.bytes);
		buf_init(&b, 16 << 20);
		assert_int_equal(FL_OK,
			brief_copy(&(struct brief){.to = &b}, NULL, d));
		assert_int_equal(d.bytes, b.len);
		assert_memory_equal(d.at, b.at, d.bytes);
		buf_deinit(&b);
		brief += d.bytes;
		json += strlen(canonical(&v));
		arena_reset(&arena);
	}
	assert_true(brief < json);
}

static void damage_is_told(void **state)
{
	struct text d = brief_of(&arena,
		"{\"a\":[1,1.5,\"\\u0001\",{\"b\":null}],\"c\":1767600000000}");
	uint64_t seed = 5;
	struct value v;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	for (uint32_t n = 0; n < d.bytes; n++) {
		struct text cut = {d.at, n};

		buf_reset(&b);
		assert_int_equal(FL_INVALID, brief_json(&b, NULL, cut));
		assert_int_equal(FL_INVALID,
			brief_read(&arena, NULL, cut, &v, NULL));
		assert_int_equal(FL_INVALID,
			brief_copy(&(struct brief){.to = &b}, NULL, cut));
	}
	for (int i = 0; i < 100000; i++) {
		char bytes[64];
		struct text t = {bytes, d.bytes};

		assert_true(d.bytes < sizeof(bytes));
		memcpy(bytes, d.at, d.bytes);
		for (int k = 0; k < 3; k++)
			bytes[unit_below(&seed, d.bytes)] =
				(char)unit_random(&seed);
		buf_reset(&b);
		if (brief_read(&arena, NULL, t, &v, NULL) == FL_OK)
			assert_int_equal(FL_OK, brief_json(&b, NULL, t));
		arena_reset(&arena);
	}
	buf_deinit(&b);
}

static void too_deep_is_refused(void **state)
{
	struct value v = value_list(), outer;
	struct text deep;
	char marks[2000];
	struct buf b;

	(void)state;
	for (int i = 1; i < VALUE_DEPTH_MAX; i++) {
		outer = value_list();
		value_append(&arena, &outer, v);
		v = outer;
	}
	brief_of_value(&arena, &v);
	outer = value_list();
	value_append(&arena, &outer, v);
	buf_init(&b, 1 << 20);
	brief_value(&(struct brief){.to = &b}, &outer);
	assert_true(b.failed);
	buf_reset(&b);
	memset(marks, 0xc1, sizeof(marks)); /* lists of one list */
	deep = (struct text){marks, sizeof(marks)};
	assert_int_equal(FL_INVALID, brief_json(&b, NULL, deep));
	assert_int_equal(FL_INVALID, brief_read(&arena, NULL, deep, &v, NULL));
	buf_deinit(&b);
}

static void a_number_in_it_is_found(void **state)
{
	static const int64_t all[] = {0, -1, 31, 32, -33, 131073, INT64_MAX};
	struct text d = brief_of(&arena,
		"[[\"c\",[129,131073,{\"at\":[0,-1,31,32,-33]}]],"
		"9223372036854775807]");

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_true(brief_may_have(d, all[i]));
	assert_false(brief_may_have(d, 131074));
	assert_false(brief_may_have(TEXT(""), 131073));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_json_says),
		cmocka_unit_test(damage_is_told),
		cmocka_unit_test(too_deep_is_refused),
		cmocka_unit_test(a_number_in_it_is_found),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
