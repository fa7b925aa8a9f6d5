#include "unit.h"

#include "base/problem.h"

static void prints_and_tells(void **state)
{
	struct arena a;
	struct problems p;
	struct problem *it;
	struct buf b;
	struct value v;

	(void)state;
	arena_init(&a, 0);
	buf_init(&b, 10000);
	problems_init(&p, &a);
	it = problem_add(&p, "FL123", "rules/own.lua", 12, "no step \"%s\".",
		"cal");
	it->remedy = "Name one that is there";
	it->nearest = "call";
	it = problem_add(&p, "FL124", "settings.lua", 0, "empty");
	problem_warn(&p, it);
	problem_warn(&p, it);
	it = problem_add(&p, "FL125", NULL, 3, "wrong");
	it->field = "data.price";
	problem_add(&p, "FL126", NULL, 0, "alone");
	assert_int_equal(4, p.count);
	assert_int_equal(3, p.errors);
	problems_print(&p, &b);
	assert_string_equal(
		"rules/own.lua:12: no step \"cal\". Name one that is there "
		"(did you mean \"call\"?) [FL123]\n"
		"settings.lua: warning: empty [FL124]\n"
		"line 3: data.price: wrong [FL125]\n"
		"alone [FL126]\n",
		b.at);
	v = problems_value(&p, &a);
	buf_reset(&b);
	value_write(&b, &v);
	assert_string_equal(
		"[{\"code\":\"FL123\",\"file\":\"rules/own.lua\",\"level\":"
		"\"error\",\"line\":12,\"nearest\":\"call\",\"remedy\":\"Name "
		"one that is there\",\"text\":\"no step \\\"cal\\\".\"},"
		"{\"code\":\"FL124\",\"file\":\"settings.lua\",\"level\":"
		"\"warning\",\"text\":\"empty\"},"
		"{\"code\":\"FL125\",\"field\":\"data.price\",\"level\":"
		"\"error\",\"line\":3,\"text\":\"wrong\"},"
		"{\"code\":\"FL126\",\"level\":\"error\",\"text\":\"alone\"}]",
		b.at);
	buf_deinit(&b);
	arena_deinit(&a);
}

static void a_thousand_are_kept(void **state)
{
	struct arena a;
	struct problems p;
	struct problem *it;
	char file[] = "rules/x.lua";
	int i;

	(void)state;
	arena_init(&a, 0);
	problems_init(&p, &a);
	for (i = 0; i < 1500; i++) {
		it = problem_add(&p, "FL1", file, i, "%d", i);
		assert_non_null(it);
		it->remedy = "less";
		if (i % 2)
			problem_warn(&p, it);
	}
	memset(file, '?', sizeof(file) - 1);
	assert_int_equal(1000, p.count);
	assert_int_equal(750, p.errors);
	assert_string_equal("999", p.items[999].text);
	assert_string_equal("rules/x.lua", p.items[0].file);
	arena_deinit(&a);
}

static void no_memory_is_still_an_error(void **state)
{
	struct arena a;
	struct problems p;
	size_t room;

	(void)state;
	for (room = 16; room < 800; room += 16) {
		struct problem *it;

		arena_init(&a, room);
		problems_init(&p, &a);
		it = problem_add(&p, "FL1", "file", 1, "%0100d", 1);
		assert_non_null(it->text);
		assert_int_equal(1, p.errors);
		arena_deinit(&a);
	}
}

/* A file written on one line, with a thousand mistakes: each is told, with its
 * place, and the line is not repeated a thousand times. */
static void a_line_too_long_is_not_shown(void **state)
{
	char line[5001];
	struct arena a;
	struct problems p;
	struct problem *it;

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	memcpy(line + 4500, " word ", 6);
	line[sizeof(line) - 1] = '\0';
	arena_init(&a, 0);
	problems_init(&p, &a);
	it = problem_add(&p, "FL1", "file", 1, "\"word\" is wrong");
	problem_point(&p, it, text_of(line));
	assert_null(it->source);
	assert_int_equal(it->column, 4502);
	assert_int_equal(it->width, 4);
	it = problem_add(&p, "FL1", "file", 1, "\"word\" is wrong");
	problem_point(&p, it, text_of(line + 4000));
	assert_string_equal(it->source, line + 4000);
	arena_deinit(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_and_tells),
		cmocka_unit_test(a_thousand_are_kept),
		cmocka_unit_test(no_memory_is_still_an_error),
		cmocka_unit_test(a_line_too_long_is_not_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
