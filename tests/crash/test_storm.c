/* Rules are reloaded again and again, good and broken, while facts come in:
 * none is lost, each decision names one whole ruleset, and what is broken
 * leaves the live one alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "brief.h"
#include "history.h"
#include "rooftop/rooftop.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEALS = 20, PARTS = 5, BIG_BYTES = 1 << 20 };

/* How the folder is changed before a reload. */
enum change {
	GOOD = 0,
	GOOD_TOO,
	SYNTAX,
	RAISES,
	MISSING,
	HALF,
	BIG,
	ENDLESS,
	CHANGES
};

/* Work for another thread, and what is to be done here afterwards. */
struct errand {
	struct errand *next;
	struct storm *storm;
	void (*work)(void *arg);
	void (*done)(void *arg);
	void *arg;
};

struct storm {
	char dir[HISTORY_DIR];
	struct rooftop *roof;
	pthread_mutex_t lock;
	struct errand *back; /* worked, to be finished here */
	long posted, accepted, refused;
	bool reloading;
	fl_status reload; /* of the last one */
	bool changed;
	int version; /* of the files last written */
	int live;    /* of the live rules */
	uint64_t random;
	long reloads[CHANGES];
};

static uint32_t rnd(struct storm *t, uint32_t below)
{
	t->random = t->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(t->random >> 33) % below;
}

/* ---- a host with threads ---- */

static void *errand_run(void *arg)
{
	struct errand *e = arg;

	e->work(e->arg);
	pthread_mutex_lock(&e->storm->lock);
	e->next = e->storm->back;
	e->storm->back = e;
	pthread_mutex_unlock(&e->storm->lock);
	return NULL;
}

static void run_away(
	void *ctx, void (*work)(void *arg), void (*done)(void *arg), void *arg)
{
	struct errand *e = calloc(1, sizeof(*e));
	pthread_t thread;

	assert_non_null(e);
	*e = (struct errand){NULL, ctx, work, done, arg};
	assert_int_equal(pthread_create(&thread, NULL, errand_run, e), 0);
	pthread_detach(thread);
}

static void turn(struct storm *t)
{
	struct errand *e, *list;

	pthread_mutex_lock(&t->lock);
	list = t->back;
	t->back = NULL;
	pthread_mutex_unlock(&t->lock);
	while ((e = list) != NULL) {
		list = e->next;
		e->done(e->arg);
		free(e);
	}
	assert_int_equal(rooftop_poll(t->roof), FL_OK);
}

/* ---- the folder ---- */

static void put(struct storm *t, const char *name, const char *text)
{
	char path[HISTORY_DIR + 64];
	struct fl_error err;

	snprintf(path, sizeof(path), "%s/%s", t->dir, name);
	assert_int_equal(file_write(path, text, strlen(text), &err), FL_OK);
}

static void take_away(struct storm *t, const char *name)
{
	char path[HISTORY_DIR + 64];

	snprintf(path, sizeof(path), "%s/%s", t->dir, name);
	unlink(path);
}

static const char dealership[] =
	"dealership { name = \"Storm\", zone = \"Europe/Amsterdam\",\n"
	"  language = \"en\", legal = \"nl\", currency = \"EUR\",\n"
	"  hours = { [\"mon-sun\"] = \"00:00-24:00\" } }\n"
	"person \"jan\" { name = \"Jan\", roles = { \"seller\" } }\n"
	"person \"sanne\" { name = \"Sanne\", roles = { \"sales_manager\" } }\n"
	"team \"sales\" { \"jan\" }\n";

/* Part `i` of version `v`: notes its number at every call that failed. */
static void put_part(struct storm *t, int i, int v)
{
	char name[40], text[600];

	snprintf(name, sizeof(name), "rules/part%d.lua", i);
	snprintf(text, sizeof(text),
		"rule \"part%d\" {\n  title = \"Part %d\", about = \"deal\",\n"
		"  when \"contact.attempted\" { run = function(deal, event, "
		"act)"
		"\n    act.note(\"version %d of part %d\")\n  end },\n}\n",
		i, i, v, i);
	put(t, name, text);
}

static void put_good(struct storm *t)
{
	t->version++;
	put(t, "dealership.lua", dealership);
	for (int i = 0; i < PARTS; i++)
		put_part(t, i, t->version);
	take_away(t, "rules/z.lua");
}

static void put_big(struct storm *t)
{
	char *text = malloc(BIG_BYTES + 1);

	assert_non_null(text);
	memset(text, '-', BIG_BYTES);
	text[BIG_BYTES] = '\0';
	put(t, "rules/z.lua", text);
	free(text);
}

static void change_folder(struct storm *t, enum change c)
{
	put_good(t); /* so that there would be something new to mix in */
	switch (c) {
	case SYNTAX:
		put(t, "rules/z.lua", "rule \"z\" {");
		break;
	case RAISES:
		put(t, "rules/z.lua", "local x = nil + 1");
		break;
	case MISSING:
		take_away(t, "dealership.lua");
		break;
	case HALF:
		put(t, "rules/part3.lua", "rule \"part3\" { title = \"Pa");
		break;
	case BIG:
		put_big(t);
		break;
	case ENDLESS:
		put(t, "rules/z.lua", "while true do end");
		break;
	default:
		break;
	}
}

/* ---- facts and reloads ---- */

static void on_posted(void *ctx, fl_status status, const struct value *answer)
{
	struct storm *t = ctx;

	if (status == FL_OK)
		t->accepted++;
	else if (t->refused++ == 0)
		print_error("refused: %s\n", value_get_str(answer, "detail"));
}

static void post(struct storm *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void post(struct storm *t, const char *fmt, ...)
{
	const struct post_by by = {
		.actor = TEXT("system"), .source = TEXT("storm")};
	struct fl_error err;
	struct value wire;
	struct arena a;
	char json[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(json, sizeof(json), fmt, ap);
	va_end(ap);
	arena_init(&a, 0);
	assert_int_equal(
		value_read(&a, json, strlen(json), NULL, &wire, &err), FL_OK);
	rooftop_post(t->roof, &wire, &by, on_posted, t);
	arena_deinit(&a);
	t->posted++;
}

static void post_call(struct storm *t)
{
	post(t,
		"{\"type\":\"contact.attempted\",\"source\":\"pbx\","
		"\"id\":\"c%ld\",\"data\":{\"deal\":\"d%u\",\"channel\":"
		"\"phone\",\"outcome\":\"no answer\"}}",
		t->posted, rnd(t, DEALS));
}

static void wait_answers(struct storm *t, long open)
{
	while (t->posted - t->accepted - t->refused > open)
		turn(t);
}

static void on_reloaded(void *ctx, fl_status status, const struct value *answer)
{
	struct storm *t = ctx;

	t->reloading = false;
	t->reload = status;
	t->changed =
		status == FL_OK && value_get_bool(answer, "changed", false);
}

/* Each once, then any; an endless file takes a second and comes less often. */
static enum change next_change(struct storm *t, long n)
{
	enum change c =
		n < CHANGES ? (enum change)n : (enum change)rnd(t, CHANGES);

	return c == ENDLESS && n >= CHANGES && rnd(t, 16) != 0 ? GOOD : c;
}

/* Facts go on coming while the rules are read and tested: the share of this
 * reload at once, then now and then one more, until the new rules are live. */
static void reload(struct storm *t, enum change c, long share)
{
	const struct value none = value_map();
	int64_t before = engine_ruleset_number(rooftop_engine(t->roof));
	bool good = c == GOOD || c == GOOD_TOO;

	change_folder(t, c);
	t->reloading = true;
	t->reloads[c]++;
	rooftop_ask(t->roof, "reload", &none, TEXT("admin"), on_reloaded, t);
	while (t->reloading) {
		if (t->posted < share || rnd(t, 64) == 0)
			post_call(t);
		else
			usleep(200); /* leaves its processor to the loading */
		turn(t);
		wait_answers(t, 64);
	}
	if (good != (t->reload == FL_OK) || good != t->changed)
		fail_msg("change %d of version %d: status %d, changed %d", c,
			t->version, t->reload, t->changed);
	if (good)
		t->live = t->version;
	assert_int_equal(
		engine_ruleset_number(rooftop_engine(t->roof)), before + good);
	assert_int_equal(rooftop_broken(t->roof)->errors > 0, !good);
}

/* ---- what must be true afterwards ---- */

struct seen {
	struct storm *storm;
	struct reader *reader;
	struct arena *a;
	int *version_of; /* by ruleset number; 0: not yet looked up */
	int64_t rulesets;
	long calls;
};

/* The one version that all of a ruleset's files are of. */
static int version_in(struct seen *s, int64_t number)
{
	struct ruleset_row row;
	struct source_set set;
	struct fl_error err;
	int version = 0;

	assert_int_equal(
		reader_ruleset(s->reader, s->a, number, &row, &err), FL_OK);
	assert_int_equal(source_set_read(s->a, row.archive.at,
				 row.archive.bytes, &set, &err),
		FL_OK);
	for (uint32_t i = 0; i < set.n_files; i++) {
		const char *at = strstr(set.files[i].bytes, "(\"version ");
		int v = at != NULL ? (int)strtol(at + 10, NULL, 10) : 0;

		if (at == NULL)
			continue;
		if (version != 0)
			assert_int_equal(v, version);
		version = v;
	}
	assert_true(version > 0);
	return version;
}

static bool see_event(void *ctx, const struct event_row *row)
{
	struct seen *s = ctx;
	int version;
	char wanted[40];
	uint32_t notes = 0;

	if (!text_is(row->type, "contact.attempted"))
		return true;
	assert_true(row->ruleset > 0 && row->ruleset <= s->rulesets);
	version = s->version_of[row->ruleset];
	if (version == 0)
		version = s->version_of[row->ruleset] =
			version_in(s, row->ruleset);
	snprintf(wanted, sizeof(wanted), "version %d of part", version);
	for (const char *at = json_of(s->a, row->decision);
		(at = strstr(at, "version ")) != NULL; at++) {
		assert_memory_equal(at, wanted, strlen(wanted));
		notes++;
	}
	assert_int_equal(notes, PARTS);
	s->calls++;
	return true;
}

static void look_back(struct storm *t, long calls)
{
	struct seen s = {.storm = t};
	struct event_filter filter = {.from_number = 1};
	struct store_state state;
	struct fl_error err;
	struct arena a, kept;

	arena_init(&a, (size_t)1 << 30);
	arena_init(&kept, (size_t)1 << 30);
	s.a = &kept;
	assert_int_equal(reader_open(t->dir, &s.reader, &err), FL_OK);
	assert_int_equal(reader_state(s.reader, &state, &err), FL_OK);
	s.rulesets = state.ruleset;
	s.version_of = calloc((size_t)state.ruleset + 1, sizeof(int));
	assert_non_null(s.version_of);
	while (filter.from_number <= state.last_number) {
		filter.to_number = filter.from_number + 9999;
		arena_reset(&a);
		arena_reset(&kept);
		assert_int_equal(reader_events(s.reader, &a, &filter, see_event,
					 &s, &err),
			FL_OK);
		filter.from_number = filter.to_number + 1;
	}
	assert_int_equal(s.calls, calls);
	free(s.version_of);
	reader_free(s.reader);
	arena_deinit(&a);
	arena_deinit(&kept);
}

static void open_roof(struct storm *t)
{
	struct rooftop_options opt = {.run = run_away, .ctx = t};
	struct problems p;
	struct fl_error err;
	struct arena a;

	arena_init(&a, 0);
	problems_init(&p, &a);
	if (rooftop_open(t->dir, &opt, &t->roof, &p, &err) != FL_OK)
		fail_msg(
			"%s: %s", err.text, p.count > 0 ? p.items[0].text : "");
	arena_deinit(&a);
	while (!rooftop_ready(t->roof))
		turn(t);
}

static void close_roof(struct storm *t)
{
	while (rooftop_has_threads(t->roof))
		turn(t);
	rooftop_close(t->roof);
	t->roof = NULL;
}

static void test_storm_of_reloads(void **state)
{
	long reloads = history_scale(400, 2 * CHANGES, 10000);
	long least = history_scale(4000, 400, 100000), calls;
	struct storm t = {.random = 11};
	struct history_audit audit;
	char path[HISTORY_DIR + 16];

	(void)state;
	pthread_mutex_init(&t.lock, NULL);
	history_folder(t.dir, "storm");
	snprintf(path, sizeof(path), "%s/packs", t.dir);
	history_remove(path);
	take_away(&t, "rules/own.lua");
	take_away(&t, "rules/calm.lua");
	take_away(&t, "settings.lua");
	put_good(&t);
	open_roof(&t);
	for (int i = 0; i < DEALS; i++)
		post(&t,
			"{\"type\":\"lead.received\",\"source\":\"web\",\"id\":"
			"\"l%d\",\"data\":{\"channel\":\"web\",\"deal\":\"d%"
			"d\","
			"\"customer\":{\"name\":\"Sofie %d\",\"phone\":"
			"\"06123456%02d\"}}}",
			i, i, i, i);
	wait_answers(&t, 0);
	for (long n = 0; n < reloads; n++) {
		long share = DEALS + least * (n + 1) / reloads;

		reload(&t, next_change(&t, n), share);
		while (t.posted < share) {
			post_call(&t);
			wait_answers(&t, 256);
		}
	}
	wait_answers(&t, 0);
	assert_int_equal(t.refused, 0);
	calls = t.posted - DEALS;
	assert_true(calls >= least);
	close_roof(&t);
	look_back(&t, calls);
	history_audit(t.dir, &audit);
	assert_int_equal(audit.differences, 0);
	assert_int_equal(audit.doubled, 0);
	history_remove(t.dir);
	pthread_mutex_destroy(&t.lock);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_storm_of_reloads),
	};

	if (argc == 3 && strcmp(argv[1], "audit") == 0)
		return history_audit_main(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
