#include "unit.h"

#include "base/brief.h"
#include "engine/pack.h"

/* Tasks as the cache keeps them: what comes back is what went in. */

static const char long_name[] =
	"a person's name that is far too long to be shared with anybody else";

static struct text brief_of(struct buf *b, const struct value *v)
{
	struct brief to = {.to = b};

	buf_reset(b);
	brief_value(&to, v);
	assert_false(b->failed);
	return (struct text){b->at, (uint32_t)b->len};
}

static struct task a_task(struct arena *a)
{
	struct task t = {.id = 5 << 10 | 1, .home = 3 << 10, .subject = 4 << 10,
		.card = TEXT("bench/twelve"), .step = TEXT("line:16"),
		.kind = TEXT("todo"), .who = TEXT("sales"),
		.shown_at_ms = 1767600000000, .due_at_ms = -1,
		.state = TASK_MISSED, .body = value_map()};

	assert_true(value_put(a, &t.body, "line", value_int(16)));
	assert_true(value_put(a, &t.body, "title", value_text("Call now")));
	return t;
}

static void same(const struct task *t, const struct task *was)
{
	assert_true(t->id == was->id && t->home == was->home &&
		t->subject == was->subject && t->state == was->state &&
		t->shown_at_ms == was->shown_at_ms &&
		t->due_at_ms == was->due_at_ms);
	assert_true(text_equal(t->card, was->card));
	assert_true(text_equal(t->step, was->step));
	assert_true(text_equal(t->kind, was->kind));
	assert_true(text_equal(t->who, was->who));
	assert_int_equal('\0', t->who.at[t->who.bytes]);
}

static void there_and_back(const struct task *was, struct names *names,
			   struct arena *a)
{
	struct buf b;
	struct kept_task *k;
	struct task head;
	const struct task *t;

	buf_init(&b, 1 << 20);
	k = kept_new(was, brief_of(&b, &was->body), names);
	buf_deinit(&b); /* it has a copy */
	assert_non_null(k);
	head = kept_head(k);
	same(&head, was);
	assert_int_equal(0, head.body.count);
	assert_non_null(t = kept_read(k, a));
	same(t, was);
	assert_true(value_equal(&t->body, &was->body));
	free(k);
}

static void a_task_comes_back(void **state)
{
	struct names *names = names_new();
	struct arena a;
	struct task t;
	char *far;

	(void)state;
	arena_init(&a, 0);
	t = a_task(&a);
	there_and_back(&t, names, &a);
	t.who = TEXT("");
	t.body = value_map();
	there_and_back(&t, names, &a);
	t = a_task(&a);
	t.who = text_of(long_name);
	t.step = (struct text){"odd\0step", 8};
	there_and_back(&t, names, &a);
	assert_non_null(far = arena_alloc(&a, 400));
	memset(far, 'f', 399);
	t.card = text_of(far);
	there_and_back(&t, names, &a);
	t.card = (struct text){arena_text(&a, far, 255), 255};
	there_and_back(&t, names, &a);
	names_free(names);
	arena_deinit(&a);
}

/* It takes half of what it takes whole: what the cache is bounded by. */
static void a_task_is_small(void **state)
{
	(void)state;
	assert_int_equal(80, sizeof(struct kept_task));
	assert_true(offsetof(struct kept_task, body) <= 80);
}

static void no_memory_is_told(void **state)
{
	struct names *names = names_new();
	struct kept_task *k;
	struct arena a;
	struct task t;
	struct buf b;
	struct text body;

	(void)state;
	arena_init(&a, 0);
	buf_init(&b, 1 << 20);
	t = a_task(&a);
	body = brief_of(&b, &t.body);
	assert_non_null(k = kept_new(&t, body, names)); /* knows the names */
	fault_after(0);
	assert_null(kept_new(&t, body, names));
	assert_true(fault_disarm());
	arena_deinit(&a);
	arena_init(&a, sizeof(struct task) + 8);
	assert_null(kept_read(k, &a));
	assert_true(a.failed);
	free(k);
	buf_deinit(&b);
	names_free(names);
	arena_deinit(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_task_comes_back),
		cmocka_unit_test(a_task_is_small),
		cmocka_unit_test(no_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
