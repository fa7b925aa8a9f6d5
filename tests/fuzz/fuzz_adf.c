/*
 * fuzz_adf.c - any bytes into intake_read(). Beside not crashing: what may be
 * posted is an event with a key and can be written and read back, and the same
 * bytes give the same answer twice.
 */
#include "intake/intake.h"

#include "base/digest.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	digest_init();
	return 0;
}

static void check_item(
	struct arena *a, const struct intake_item *it, struct buf *all)
{
	struct value back = value_null();
	size_t from = all->len;

	buf_add_text(all, intake_verdict_name(it->verdict));
	if (it->verdict == INTAKE_HELD || it->verdict == INTAKE_REFUSED) {
		REQUIRE(it->event.kind == VALUE_NULL);
		REQUIRE(it->notes.errors > 0);
		return;
	}
	REQUIRE(it->event.kind == VALUE_MAP);
	REQUIRE(it->notes.errors == 0);
	REQUIRE(value_get(&it->event, "id") != NULL);
	REQUIRE(value_get(&it->event, "source") != NULL);
	from = all->len;
	value_write(all, &it->event);
	if (all->failed || it->verdict == INTAKE_EVENT)
		return;
	REQUIRE(value_read(a, all->at + from, all->len - from,
			&(struct value_limits){.bytes = 4u << 20}, &back,
			NULL) == FL_OK);
	REQUIRE(value_equal(&back, &it->event));
}

static void run(const uint8_t *data, size_t n, struct buf *all)
{
	struct arena a;
	struct intake_result out;
	struct fl_error err = {0};
	fl_status s;

	arena_init(&a, 0);
	s = intake_read(&a, "fuzz", (const char *)data, n, NULL, &out, &err);
	buf_printf(all, "%d %u %u\n", (int)s, out.count, out.to_post);
	REQUIRE((s == FL_OK) == (out.count > 0));
	REQUIRE(s == FL_OK || err.text[0] != '\0');
	for (uint32_t i = 0; i < out.count; i++)
		check_item(&a, &out.items[i], all);
	arena_deinit(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf once, again;

	buf_init(&once, 16u << 20);
	buf_init(&again, 16u << 20);
	run(data, n, &once);
	run(data, n, &again);
	REQUIRE(once.len == again.len &&
		memcmp(once.at, again.at, once.len) == 0);
	buf_deinit(&once);
	buf_deinit(&again);
	return 0;
}
