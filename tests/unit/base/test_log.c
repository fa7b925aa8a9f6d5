#include "unit.h"

#include "base/log.h"
#include "base/value.h"

#include <pthread.h>
#include <unistd.h>

static struct buf lines;

static int setup(void **state)
{
	(void)state;
	buf_init(&lines, 1u << 20);
	log_capture(&lines);
	log_level_set(LOG_INFO);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	log_capture(NULL);
	buf_deinit(&lines);
	return 0;
}

/* The one line in the buffer, read back as JSON. */
static struct value line_read(struct arena *a)
{
	struct value v;
	struct fl_error err = {0};

	assert_true(lines.len > 0 && lines.len <= 8192);
	assert_ptr_equal(lines.at + lines.len - 1, strchr(lines.at, '\n'));
	if (value_read(a, lines.at, lines.len, NULL, &v, &err) != FL_OK)
		fail_msg("%s: %s", lines.at, err.text);
	return v;
}

static void writes_one_json_line(void **state)
{
	struct arena a;
	struct value v;

	(void)state;
	arena_init(&a, 0);
	buf_reset(&lines);
	log_write(LOG_WARN, "store", "said \"%s\"\n\x1b[31m \xFF %d",
		"\xC3\xA9", 7);
	assert_null(strchr(lines.at, 0x1b));
	v = line_read(&a);
	assert_string_equal("warn", value_get_str(&v, "level"));
	assert_string_equal("store", value_get_str(&v, "where"));
	assert_string_equal("said \"\xC3\xA9\"\n\x1b[31m \xEF\xBF\xBD 7",
		value_get_str(&v, "text"));
	assert_int_equal('Z', value_get_str(&v, "at")[
		strlen(value_get_str(&v, "at")) - 1]);
	arena_deinit(&a);
}

static void level_is_kept(void **state)
{
	(void)state;
	buf_reset(&lines);
	log_write(LOG_DEBUG, "x", "dropped");
	assert_int_equal(0, lines.len);
	log_level_set(LOG_ERROR);
	log_write(LOG_WARN, "x", "dropped");
	assert_int_equal(0, lines.len);
	log_level_set(LOG_DEBUG);
	log_write(LOG_DEBUG, "x", "kept");
	assert_non_null(strstr(lines.at, "kept"));
	log_level_set(LOG_INFO);
}

/* Long texts of any cost are cut, and what is left is JSON. */
static void long_lines_are_cut(void **state)
{
	static const char *const units[] = {"x", "\"", "\x01", "\xFF",
		"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "ab\n"};
	struct buf text;
	struct arena a;
	size_t i, k, pad;

	(void)state;
	buf_init(&text, 1u << 20);
	arena_init(&a, 0);
	for (i = 0; i < sizeof(units) / sizeof(*units); i++)
		for (pad = 0; pad < 7; pad++) {
			buf_reset(&text);
			for (k = 0; k < pad; k++)
				buf_add_char(&text, 'p');
			for (k = 0; k < 9000; k++)
				buf_add_text(&text, units[i]);
			buf_reset(&lines);
			log_write(LOG_INFO, text.at, "%s", text.at);
			line_read(&a);
			assert_true(lines.len > 2500);
			arena_reset(&a);
		}
	arena_deinit(&a);
	buf_deinit(&text);
}

static char told[256];

static void tell(const char *json, size_t bytes)
{
	snprintf(told, sizeof(told), "%.*s", (int)bytes, json);
}

/* To a host: JSON, without line end, whatever the terminal is. */
static void goes_to_a_host(void **state)
{
	(void)state;
	log_capture(NULL);
	log_plain(true);
	log_to(tell);
	log_write(LOG_WARN, "store", "said %d", 7);
	log_to(NULL);
	log_plain(false);
	log_capture(&lines);
	assert_int_equal('{', told[0]);
	assert_non_null(strstr(told, "\"text\":\"said 7\"}"));
	assert_int_equal('}', told[strlen(told) - 1]);
}

/* On a terminal: words, and no byte that steers it. */
static void is_plain_on_a_terminal(void **state)
{
	int fds[2], kept = dup(STDERR_FILENO);
	char got[128] = "";

	(void)state;
	assert_int_equal(0, pipe(fds));
	dup2(fds[1], STDERR_FILENO);
	log_capture(NULL);
	log_plain(true);
	log_write(LOG_ERROR, "store", "the disk\n\x1b[31m is \xC3\xA9");
	log_plain(false);
	log_capture(&lines);
	dup2(kept, STDERR_FILENO);
	assert_true(read(fds[0], got, sizeof(got) - 1) > 0);
	assert_string_equal("fairlead: store: the disk??[31m is \xC3\xA9\n", got);
	close(kept);
	close(fds[0]);
	close(fds[1]);
}

static void *writer(void *name)
{
	int i;

	for (i = 0; i < 500; i++)
		log_write(LOG_INFO, name, "entry %d", i);
	return NULL;
}

static void threads_do_not_mix_lines(void **state)
{
	static char names[4][2] = {"a", "b", "c", "d"};
	pthread_t threads[4];
	const char *p;
	int i, n = 0;

	(void)state;
	buf_reset(&lines);
	for (i = 0; i < 4; i++)
		assert_int_equal(0, pthread_create(&threads[i], NULL, writer,
					    names[i]));
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (p = lines.at; *p != '\0'; p = strchr(p, '\n') + 1, n++)
		assert_memory_equal("{\"at\":\"", p, 7);
	assert_int_equal(2000, n);
}

static void goes_to_stderr(void **state)
{
	int ends[2], old;
	char got[300] = "";

	(void)state;
	assert_int_equal(0, pipe(ends));
	old = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	log_capture(NULL);
	log_write(LOG_ERROR, "x", "to stderr");
	log_capture(&lines);
	dup2(old, STDERR_FILENO);
	close(old);
	close(ends[1]);
	assert_true(read(ends[0], got, sizeof(got) - 1) > 0);
	close(ends[0]);
	assert_non_null(strstr(got, "\"text\":\"to stderr\"}\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_one_json_line),
		cmocka_unit_test(level_is_kept),
		cmocka_unit_test(goes_to_a_host),
		cmocka_unit_test(is_plain_on_a_terminal),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(threads_do_not_mix_lines),
		cmocka_unit_test(goes_to_stderr),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
