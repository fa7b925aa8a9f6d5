#include "rig.h"

#include "reload/folder.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct ruleset *rig_rules(const char *dir)
{
	struct ruleset *rs = NULL;
	struct problems p;
	struct arena a;
	struct fl_error err = {0};

	digest_init();
	script_init();
	arena_init(&a, 0);
	problems_init(&p, &a);
	if (folder_load(dir, false, &a, &p, &rs, &err) != FL_OK)
		fprintf(stderr, "%s\n", err.text);
	/* rules that load are fine: remarks on them are for their dealer */
	for (uint32_t i = 0; rs == NULL && i < p.count; i++)
		fprintf(stderr, "%s:%d: %s\n",
			p.items[i].file != NULL ? p.items[i].file : dir,
			p.items[i].line, p.items[i].text);
	arena_deinit(&a);
	if (rs == NULL)
		exit(1);
	return rs;
}

static void on_wake(void *ctx)
{
	const struct rig *r = ctx;
	uint64_t one = 1;

	if (write(r->wake, &one, sizeof(one)) < 0)
		abort();
}

static int64_t stands(void *ctx)
{
	const int64_t *now_ms = ctx;

	return *now_ms;
}

void rig_open(struct rig *r, const char *dir, int64_t now_ms)
{
	static int64_t now;
	struct store_options so = {.wake = on_wake, .ctx = r};
	struct engine_options eo = {.host = {&now, stands},
		.manual_clock = true, .actor = TEXT("system")};
	struct fl_error err = {0};

	now = now_ms;
	r->wake = eventfd(0, EFD_CLOEXEC);
	r->rules = eo.ruleset = rig_rules(dir);
	if (store_open(dir, &so, &r->store, &err) != FL_OK ||
		store_mark_training(r->store, &err) != FL_OK)
		bench_fail(false, "%s", err.text);
	eo.store = r->store;
	if (engine_new(&eo, &r->engine, &err) != FL_OK)
		bench_fail(false, "%s", err.text);
	while (!engine_ready(r->engine) || !engine_idle(r->engine))
		rig_poll(r);
}

void rig_poll(struct rig *r)
{
	struct pollfd p = {.fd = r->wake, .events = POLLIN};
	uint64_t n;

	if (engine_poll(r->engine) != FL_OK)
		bench_fail(false, "the engine died");
	if (!engine_idle(r->engine) && engine_next_ms(r->engine) != INT64_MIN &&
		poll(&p, 1, 1) > 0 && read(r->wake, &n, sizeof(n)) < 0)
		abort();
}

void rig_close(struct rig *r)
{
	engine_free(r->engine);
	store_free(r->store);
	ruleset_unref(r->rules);
	close(r->wake);
}

void rig_post(struct rig *r, struct arena *a, const char *line, size_t n,
	post_cb cb, void *ctx)
{
	struct arena *room = engine_room(r->engine);
	const struct post_by by = {.actor = TEXT("admin"),
		.role = TEXT("dealer_admin"), .source = TEXT("bench"),
		.in_room = room != NULL};
	struct fl_error err;
	struct value wire;

	arena_reset(a);
	if (value_read(room != NULL ? room : a, line, n, NULL, &wire, &err) != FL_OK)
		bench_fail(false, "%s", err.text);
	engine_post(r->engine, &wire, &by, cb, ctx);
}
