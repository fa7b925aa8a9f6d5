#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/route.h"

#include <string.h>

static const struct route rows[] = {
	{"GET", "/v1/today", 1},
	{"GET", "/v1/deals/{who}", 2},
	{"POST", "/v1/tasks/{task}/answer/{outcome}", 3},
	{"POST", "/v1/today", 4},
	{"GET", "/", 5},
};

struct find_case {
	const char *method, *path;
	enum route_result result;
	int id;
	const char *params; /* joined by | */
	const char *allow;
};

static const struct find_case find_cases[] = {
	{"GET", "/v1/today", ROUTE_FOUND, 1, "", ""},
	{"HEAD", "/v1/today", ROUTE_FOUND, 1, "", ""},
	{"POST", "/v1/today", ROUTE_FOUND, 4, "", NULL},
	{"PUT", "/v1/today", ROUTE_NO_METHOD, 0, "", "GET, HEAD, POST"},
	{"GET", "/v1/today/", ROUTE_NO_PATH, 0, "", ""},
	{"GET", "/v1", ROUTE_NO_PATH, 0, "", ""},
	{"GET", "/v1/Today", ROUTE_NO_PATH, 0, "", ""},
	{"GET", "/", ROUTE_FOUND, 5, "", ""},
	{"GET", "*", ROUTE_NO_PATH, 0, "", ""},
	{"GET", "/v1/deals/Jan%20de%20Wit", ROUTE_FOUND, 2, "Jan de Wit", ""},
	{"GET", "/v1/deals/a%2Fb+c", ROUTE_FOUND, 2, "a/b+c", ""},
	{"GET", "/v1/deals/", ROUTE_NO_PATH, 0, "", ""},
	{"GET", "/v1/deals/%zz", ROUTE_BAD, 0, "", ""},
	{"GET", "/v1/deals/%4", ROUTE_BAD, 0, "", ""},
	{"GET", "/v1/deals/a%", ROUTE_BAD, 0, "", ""},
	{"GET", "/v1/deals/a%00b", ROUTE_BAD, 0, "", ""},
	{"POST", "/v1/tasks/T12/answer/no%c3%a9", ROUTE_FOUND, 3,
		"T12|no\xc3\xa9", ""},
	{"GET", "/v1/tasks/T12/answer/x", ROUTE_NO_METHOD, 0, "", "POST"},
};

static void test_find(void **state)
{
	struct route_match m;
	char joined[256];
	size_t i;
	uint32_t k;

	(void)state;
	for (i = 0; i < sizeof(find_cases) / sizeof(find_cases[0]); i++) {
		const struct find_case *c = &find_cases[i];
		enum route_result r =
			route_find(rows, 5, c->method, c->path, &m);

		if (r != c->result)
			fail_msg("%s %s: %d", c->method, c->path, (int)r);
		if (r == ROUTE_FOUND) {
			joined[0] = '\0';
			for (k = 0; k < m.param_count; k++) {
				strcat(joined, k ? "|" : "");
				strcat(joined, m.params[k]);
			}
			assert_int_equal(m.route->id, c->id);
			assert_string_equal(joined, c->params);
		} else {
			assert_null(m.route);
		}
		if (r == ROUTE_NO_METHOD)
			assert_string_equal(m.allow, c->allow);
	}
}

static void test_long_param(void **state)
{
	struct route_match m;
	char path[ROUTE_SPACE_BYTES + 64] = "/v1/deals/";
	size_t n = strlen(path);

	(void)state;
	memset(path + n, 'a', ROUTE_SPACE_BYTES - 1);
	assert_int_equal(route_find(rows, 5, "GET", path, &m), ROUTE_FOUND);
	path[n + ROUTE_SPACE_BYTES - 1] = 'a';
	assert_int_equal(route_find(rows, 5, "GET", path, &m), ROUTE_BAD);
}

static void check_query(const char *query, const char *name, fl_status status,
	const char *value)
{
	struct buf b;

	buf_init(&b, 16);
	assert_int_equal(route_query(query, name, &b), status);
	if (status == FL_OK)
		assert_string_equal(b.len ? b.at : "", value);
	buf_deinit(&b);
}

static void test_query(void **state)
{
	(void)state;
	check_query("a=1&b=x+y%26z&c", "a", FL_OK, "1");
	check_query("a=1&b=x+y%26z&c", "b", FL_OK, "x y&z");
	check_query("a=1&b=x+y%26z&c", "c", FL_OK, "");
	check_query("a=1&b=2", "d", FL_NOT_FOUND, "");
	check_query("aa=1&b=2", "a", FL_NOT_FOUND, "");
	check_query("a=1&a=2", "a", FL_OK, "1");
	check_query("", "a", FL_NOT_FOUND, "");
	check_query("&&a=", "a", FL_OK, "");
	check_query("a=%", "a", FL_INVALID, "");
	check_query("a=%00", "a", FL_INVALID, "");
	check_query("a=12345678901234567", "a", FL_LIMIT, "");
}

static void test_encode_comes_back(void **state)
{
	struct route_match m;
	struct buf b;

	(void)state;
	buf_init(&b, 256);
	buf_add_text(&b, "/v1/deals/");
	route_encode(&b, "J\xc3\xb6rg a/b?c#d%+~");
	assert_string_equal(b.at, "/v1/deals/J%C3%B6rg%20a%2Fb%3Fc%23d%25%2B~");
	assert_int_equal(route_find(rows, 5, "GET", b.at, &m), ROUTE_FOUND);
	assert_string_equal(m.params[0], "J\xc3\xb6rg a/b?c#d%+~");
	buf_deinit(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_long_param),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_encode_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
