#include "unit.h"

#include "app/term.h"

#include <fcntl.h>
#include <unistd.h>

static void begin(struct term *t, bool colour)
{
	term_init(t, stdout); /* a pipe: no colours by itself */
	t->colour = colour;
}

static void end(struct term *t)
{
	buf_reset(&t->buf);
	term_deinit(t);
}

/* No byte of foreign text can steer the terminal. */
static void test_clean(void **state)
{
	static const char *const rows[][2] = {
		{ "Zo\xc3\xab de Graaf", "Zo\xc3\xab de Graaf" },
		{ "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac" },
		{ "a\x1b[31mb", "a\xef\xbf\xbd[31mb" },
		{ "a\x07" "b", "a\xef\xbf\xbd" "b" },
		{ "a\nb", "a\xef\xbf\xbd" "b" },
		{ "a\xc2\x9b" "31m", "a\xef\xbf\xbd" "31m" },
		{ "a\xe2\x80\xae" "b", "a\xef\xbf\xbd" "b" },
		{ "a\xff" "b", "a\xef\xbf\xbd" "b" },
		{ "\xc3", "\xef\xbf\xbd" },
	};
	struct term t;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&t, true);
		term_say(&t, rows[i][0]);
		assert_string_equal(t.buf.at, rows[i][1]);
		end(&t);
		begin(&t, true);
		term_printf(&t, "<%s>", i == 4 ? "" : rows[i][0]);
		assert_null(memchr(t.buf.at, '\x1b', t.buf.len));
		end(&t);
	}
	begin(&t, false);
	term_add(&t, TEXT("a\nb"), true);
	assert_string_equal(t.buf.at, "a\nb");
	end(&t);
}

static void test_colours(void **state)
{
	struct term t;

	(void)state;
	begin(&t, true);
	term_style(&t, TERM_RED, "late");
	term_style(&t, TERM_RED, "");
	term_style(&t, TERM_PLAIN, "x");
	assert_string_equal(t.buf.at, "\x1b[31mlate\x1b[0mx");
	end(&t);
	begin(&t, false);
	term_style(&t, TERM_RED, "late");
	assert_string_equal(t.buf.at, "late");
	end(&t);
	term_init(&t, stdout);
	assert_false(t.colour);
	end(&t);
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(term_width(TEXT("")), 0);
	assert_int_equal(term_width(TEXT("Zo\xc3\xab")), 3);
	assert_int_equal(term_width(TEXT("e\xcc\x81")), 1);
	assert_int_equal(term_width(TEXT("\xe6\x97\xa5\xe6\x9c\xac")), 4);
	assert_int_equal(term_width(TEXT("\xff")), 1);
}

static void test_table(void **state)
{
	struct arena a;
	struct term_table tab = { .a = &a, .indent = "  " };
	struct term t;

	(void)state;
	arena_init(&a, 0);
	begin(&t, false);
	table_row(&tab);
	table_cell(&tab, TERM_PLAIN, "T1");
	table_cell(&tab, TERM_PLAIN, "Zo\xc3\xab");
	table_cell(&tab, TERM_PLAIN, "");
	table_cell(&tab, TERM_PLAIN, "call");
	table_row(&tab);
	table_cell(&tab, TERM_PLAIN, "T100");
	table_cell(&tab, TERM_PLAIN, NULL);
	table_cell(&tab, TERM_PLAIN, "");
	table_cell(&tab, TERM_PLAIN, "mail");
	table_row(&tab);
	table_cell(&tab, TERM_PLAIN, "T2");
	table_print(&tab, &t);
	assert_string_equal(t.buf.at, "  T1    Zo\xc3\xab  call\n"
				      "  T100       mail\n"
				      "  T2\n");
	end(&t);
	arena_deinit(&a);
}

/* The last column goes on below itself where the terminal is narrow. */
static void test_narrow(void **state)
{
	static const char text[] = "Vraag waarom het nee werd, en zoek samen "
		"een weg";
	struct term_table tab = {.indent = "  "};
	struct term t = {.columns = 36};
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	buf_init(&t.buf, 4096);
	tab.a = &a;
	table_row(&tab);
	table_cell(&tab, TERM_PLAIN, "T1");
	table_cell(&tab, TERM_PLAIN, text);
	table_print(&tab, &t);
	assert_string_equal(t.buf.at, "  T1  Vraag waarom het nee werd, en\n"
				      "      zoek samen een weg\n");
	buf_reset(&t.buf);
	t.columns = 20; /* no room for a column of its own */
	table_row(&tab);
	table_cell(&tab, TERM_PLAIN, "T1");
	table_cell(&tab, TERM_PLAIN, text);
	table_print(&tab, &t);
	assert_null(strchr(strchr(t.buf.at, '\n') + 1, '\n'));
	buf_reset(&t.buf);
	t.columns = 40; /* one word that is longer stays whole */
	table_row(&tab);
	table_cell(&tab, TERM_PLAIN, "T1");
	table_cell(&tab, TERM_PLAIN,
		"een-woord-dat-langer-is-dan-de-regel-lang-is weg");
	table_print(&tab, &t);
	assert_string_equal(t.buf.at, "  T1  een-woord-dat-langer-is-dan-de-"
				      "regel-lang-is\n      weg\n");
	buf_deinit(&t.buf);
	arena_deinit(&a);
}

/* Long lines break between words; short ones, and what was before, stay. */
static void test_long_lines(void **state)
{
	static const char before[] = "a line of before that is longer than it\n";
	struct term t;
	size_t from;

	(void)state;
	begin(&t, true);
	t.columns = 30;
	term_printf(&t, "%s", before);
	from = t.buf.len;
	term_printf(&t, "  fits  as it   stands\n");
	term_printf(&t, "  ");
	term_style(&t, TERM_RED, "Zo\xc3\xab");
	term_printf(&t, "  left without meeting you, call her\n"
			"averyveryverylongwordwithoutanyspace\n");
	term_style(&t, TERM_DIM, "    answers: reached, no_answer, later");
	term_wrap(&t, from);
	assert_string_equal(t.buf.at,
		"a line of before that is longer than it\n"
		"  fits  as it   stands\n"
		"  \x1b[31mZo\xc3\xab\x1b[0m  left without meeting\n"
		"      you, call her\n"
		"averyveryverylongwordwithoutanyspace\n"
		"\x1b[2m    answers: reached,\n"
		"        no_answer, later\x1b[0m");
	end(&t);
	begin(&t, false);
	t.columns = 0; /* no terminal */
	term_printf(&t, "%s", before);
	term_wrap(&t, 0);
	assert_string_equal(t.buf.at, before);
	end(&t);
}

/* A terminal is gone when its window is closed, a file never. */
static void test_gone(void **state)
{
	int window = posix_openpt(O_RDWR | O_NOCTTY);
	struct term t;
	FILE *file;

	(void)state;
	assert_true(window >= 0);
	assert_int_equal(grantpt(window), 0);
	assert_int_equal(unlockpt(window), 0);
	file = fdopen(open(ptsname(window), O_RDWR | O_NOCTTY), "w");
	assert_non_null(file);
	term_init(&t, file);
	assert_true(t.terminal);
	assert_false(term_gone(&t));
	close(window);
	assert_true(term_gone(&t));
	end(&t);
	fclose(file);
	file = fopen("/dev/null", "w");
	assert_non_null(file);
	term_init(&t, file);
	assert_false(t.terminal);
	assert_false(term_gone(&t));
	end(&t);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
