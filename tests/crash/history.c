#include "history.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/map.h"
#include "fairlead.h"
#include "reload/folder.h"
#include "sim/sim.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_US INT64_C(120000000) /* an answer takes no longer */
#define AUDIT_BYTES (512u << 20)

/* ---- the stream ---- */

/* What can happen to a deal, and how often in 100. */
struct happening {
	uint32_t often;
	const char *type;
	const char *source;
	const char *fields; /* #: number of the deal, ~: of the event */
};

static const struct happening happenings[] = {
	{16, "lead.received", "web",
		"\"channel\":\"web\",\"deal\":\"d#\",\"customer\":{"
		"\"name\":\"Sofie Peeters #\",\"phone\":\"0612345#\"}"},
	{4, "lead.received", "adf",
		"\"channel\":\"portal\",\"customer\":{\"name\":\"Jan Vos ~\","
		"\"email\":\"jan.vos.~@example.nl\"}"},
	{5, "visit.started", "dms", "\"deal\":\"d#\",\"person\":\"jan\""},
	{8, "visit.ended", "dms",
		"\"deal\":\"d#\",\"outcome\":\"thinking\","
		"\"turned_over_to\":\"piet\""},
	{12, "contact.made", "pbx", "\"deal\":\"d#\",\"channel\":\"phone\""},
	{5, "contact.made", "pbx",
		"\"deal\":\"d#\",\"channel\":\"email\",\"tempo_days\":21"},
	{6, "contact.attempted", "pbx",
		"\"deal\":\"d#\",\"channel\":\"phone\","
		"\"outcome\":\"no answer\""},
	{7, "quote.presented", "dms",
		"\"deal\":\"d#\",\"version\":1,\"amount\":2495000"},
	{5, "deal.signed", "dms",
		"\"deal\":\"d#\",\"seller\":\"jan\",\"promises\":[],"
		"\"extras\":[],\"delivery_target\":\"2032-06-01\","
		"\"payment_agreed\":true"},
	{2, "deal.signed", "dms", "\"deal\":\"d#\",\"seller\":\"piet\""},
	{6, "deal.failed", "dms",
		"\"deal\":\"d#\",\"stage\":\"quote\",\"reason\":\"price\""},
	{2, "deal.revived", "dms", "\"deal\":\"d#\",\"by\":\"els\""},
	{4, "consent.given", "web", "\"deal\":\"d#\",\"channel\":\"phone\""},
	{2, "appointment.set", "dms",
		"\"deal\":\"d#\",\"kind\":\"visit\","
		"\"at\":\"2032-02-10 10:00\""},
	{2, "appointment.kept", "dms", "\"deal\":\"d#\""},
	{2, "person.absent", "hr",
		"\"person\":\"jan\",\"until\":\"2032-03-01 09:00\","
		"\"deputy\":\"piet\""},
	{2, "person.returned", "hr", "\"person\":\"jan\""},
	{2, "promise.made", "dms",
		"\"deal\":\"d#\",\"what\":\"tow bar\","
		"\"due_to\":\"2032-05-01 12:00\""},
	{2, "payment.received", "bank", "\"deal\":\"d#\",\"amount\":50000"},
	{1, "delivery.planned", "dms",
		"\"deal\":\"d#\",\"slot\":\"2032-05-20 14:00\""},
	{1, "delivery.completed", "dms", "\"deal\":\"d#\""},
	{1, "prospect.bought_elsewhere", "pbx",
		"\"deal\":\"d#\",\"brand\":\"Kia\""},
	{1, "customer.objected", "web", "\"deal\":\"d#\""},
	{2, "note.added", "dms", "\"deal\":\"d#\",\"text\":\"caf\u00e9 ~\""},
};

static const struct happening *happens(uint64_t *seed)
{
	uint32_t n = unit_below(seed, 100), i = 0;

	while (n >= happenings[i].often)
		n -= happenings[i++].often;
	return &happenings[i];
}

static void fill(char *out, size_t at, const char *fields, uint32_t deal,
		 uint32_t nth)
{
	for (; *fields != '\0' && at + 12 < HISTORY_BYTES; fields++) {
		if (*fields == '#')
			at += (size_t)snprintf(out + at, 12, "%03u", deal);
		else if (*fields == '~')
			at += (size_t)snprintf(out + at, 12, "%u", nth);
		else
			out[at++] = *fields;
	}
	snprintf(out + at, HISTORY_BYTES - at, "}");
}

void history_event(uint64_t seed, uint32_t nth, char out[HISTORY_BYTES])
{
	uint64_t own = seed * 1000003u + nth;
	/* customers come one by one, each by a lead */
	uint32_t known = 1 + nth / 4;
	bool fresh = nth % 4 == 0 && known <= HISTORY_DEALS;
	uint32_t deal = unit_below(&own,
		known < HISTORY_DEALS ? known : HISTORY_DEALS);
	const struct happening *h = fresh ? happenings : happens(&own);
	int n = snprintf(out, HISTORY_BYTES,
		"{\"type\":\"%s\",\"source\":\"%s\",\"id\":\"%llu-%u\",",
		h->type, h->source, (unsigned long long)seed, nth);

	fill(out, (size_t)n, h->fields, fresh ? known - 1 : deal, nth);
}

void history_other_body(uint64_t seed, uint32_t nth, char out[HISTORY_BYTES])
{
	size_t n;

	history_event(seed, nth, out);
	n = strlen(out);
	snprintf(out + n - 1, HISTORY_BYTES - n, ",\"subject\":\"other\"}");
}

/* ---- the environment ---- */

long history_scale(long full, long least, long torture)
{
	const char *scale = getenv("FL_SCALE");
	long n = scale != NULL ? strtol(scale, NULL, 10) : 1;

	if (getenv("FL_TORTURE") != NULL)
		return torture;
	n = n > 1 ? full / n : full;
	return n > least ? n : least;
}

/* No mode: whether it is November on the wall when the folder is made must
 * not be in a history. */
static void calm(const char *dir)
{
	char path[HISTORY_DIR + 32];
	FILE *f;

	snprintf(path, sizeof(path), "%s/rules/calm.lua", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("switch_off \"standard/peak\"\n", f);
	assert_int_equal(fclose(f), 0);
}

void history_folder(char dir[HISTORY_DIR], const char *name)
{
	struct fl_error err = {0};

	snprintf(dir, HISTORY_DIR, "/tmp/fairlead-%s-%d-XXXXXX", name,
		(int)getpid());
	assert_non_null(mkdtemp(dir));
	if (fl_init(dir, 1, &err) != FL_OK)
		fail_msg("init: %s", err.text);
	calm(dir);
}

void history_remove(const char *dir)
{
	char command[HISTORY_DIR + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* ---- other processes ---- */

pid_t history_spawn(int *out_fd, const char *mode, const char *const *args)
{
	const char *argv[12] = {"/proc/self/exe", mode};
	int ends[2] = {-1, -1};
	pid_t pid;

	for (int i = 0; i < 8 && args[i] != NULL; i++)
		argv[i + 2] = args[i];
	if (out_fd != NULL)
		assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (out_fd != NULL && dup2(ends[1], STDOUT_FILENO) < 0)
			_exit(126);
		if (out_fd != NULL) {
			close(ends[0]);
			close(ends[1]);
		}
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (out_fd != NULL) {
		close(ends[1]);
		*out_fd = ends[0];
	}
	return pid;
}

int history_wait(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

char *history_slurp(int fd)
{
	char part[4096], *all = calloc(1, 1);
	size_t n = 0;
	ssize_t got;

	while (all != NULL && (got = read(fd, part, sizeof(part))) > 0) {
		char *grown = realloc(all, n + (size_t)got + 1);

		assert_non_null(grown);
		all = grown;
		memcpy(all + n, part, (size_t)got);
		n += (size_t)got;
		all[n] = '\0';
	}
	close(fd);
	assert_non_null(all);
	return all;
}

/* ---- audit ---- */

void history_audit(const char *dir, struct history_audit *out)
{
	const char *args[] = {dir, NULL};
	int fd = -1, n = 0;
	pid_t pid = history_spawn(&fd, "audit", args);
	char *text = history_slurp(fd);

	memset(out, 0, sizeof(*out));
	if (history_wait(pid) != 0 ||
		sscanf(text, "%lld %lld %lld %lld %lld %lld %64s %64s %n",
			&out->events, &out->records, &out->tasks, &out->dues,
			&out->differences, &out->doubled, out->decisions,
			out->state, &n) != 8)
		fail_msg("audit of %s: %s", dir, text);
	snprintf(out->first, sizeof(out->first), "%s", text + n);
	free(text);
}

struct keys {
	struct map *seen;
	struct arena a;
	long long doubled;
	int64_t last;
	uint32_t rows;
};

static bool on_event(void *ctx, const struct event_row *row)
{
	struct keys *k = ctx;
	char *key = arena_printf(&k->a, "%s\n%s", row->source.at, row->id.at);

	k->last = row->number;
	k->rows++;
	if (map_get(k->seen, text_of(key)) != NULL)
		k->doubled++;
	return map_put(k->seen, text_of(key), k);
}

static long long count_doubled(struct reader *r)
{
	struct keys k = {.seen = map_new()};
	struct event_filter f = {.limit = 1000};
	struct fl_error err;

	arena_init(&k.a, AUDIT_BYTES);
	do {
		f.from_number = k.last + 1;
		k.rows = 0;
		if (reader_events(r, &k.a, &f, on_event, &k, &err) != FL_OK)
			k.doubled = -1;
	} while (k.rows == f.limit && k.doubled >= 0);
	map_free(k.seen);
	arena_deinit(&k.a);
	return k.doubled;
}

int history_audit_main(const char *dir)
{
	struct audit_result res;
	struct problems p;
	struct reader *r = NULL;
	struct fl_error err = {0};
	char decisions[DIGEST_HEX], state[DIGEST_HEX];
	struct arena a;
	fl_status s;

	digest_init();
	script_init();
	arena_init(&a, AUDIT_BYTES);
	problems_init(&p, &a);
	s = reader_open(dir, &r, &err);
	if (s == FL_OK)
		s = sim_audit(r, &a, &res, &p, &err);
	if (s == FL_OK) {
		digest_hex(&res.decisions, decisions);
		digest_hex(&res.state, state);
		printf("%lld %lld %lld %lld %lld %lld %s %s %s\n",
			(long long)res.events, (long long)res.records,
			(long long)res.tasks, (long long)res.dues,
			(long long)res.differences, count_doubled(r),
			decisions, state,
			p.count > 0 ? p.items[0].text : "");
	} else {
		printf("%s: %s\n", fl_status_name(s), err.text);
	}
	reader_free(r);
	arena_deinit(&a);
	return s == FL_OK ? 0 : 1;
}

/* ---- a rooftop ---- */

static void on_answer(void *ctx, fl_status status, const char *json,
		      size_t bytes)
{
	struct history_roof *h = ctx;
	struct fl_error err;

	h->answered = true;
	h->status = status;
	arena_reset(&h->a);
	if (value_read(&h->a, json, bytes, NULL, &h->answer, &err) != FL_OK)
		h->answer = value_null();
}

static void note_event(void *ctx, const char *json, size_t bytes)
{
	struct history_roof *h = ctx;
	struct value v;
	struct arena a;

	arena_init(&a, 0);
	if (value_read(&a, json, bytes, NULL, &v, NULL) == FL_OK &&
		strcmp(value_get_str(&v, "type"), "rules.recomputed") == 0 &&
		value_get_bool(value_get(&v, "data"), "done", false))
		h->recomputed++;
	arena_deinit(&a);
}

bool history_open(struct history_roof *h, const char *dir)
{
	struct fl_options opt = {.size = sizeof(opt), .manual_clock = 1,
		.on_event = note_event, .ctx = h};
	struct fl_error err = {0};

	memset(h, 0, sizeof(*h));
	arena_init(&h->a, 64u << 20);
	if (fl_open(dir, &opt, &h->r, &err) == FL_OK)
		return true;
	fprintf(stderr, "open %s: %s\n", dir, err.text);
	arena_deinit(&h->a);
	return false;
}

void history_close(struct history_roof *h)
{
	fl_close(h->r);
	h->r = NULL;
	arena_deinit(&h->a);
}

static bool settle(struct history_roof *h)
{
	int64_t until = clock_mono_us() + ANSWER_US;

	while (!h->answered && clock_mono_us() < until)
		if (fl_poll(h->r, 100) != FL_OK)
			return false;
	return h->answered;
}

bool history_ask(struct history_roof *h, const char *name, const char *args)
{
	h->answered = false;
	return fl_ask(h->r, name, args, on_answer, h) == FL_OK && settle(h);
}

bool history_post(struct history_roof *h, const char *json)
{
	h->answered = false;
	return fl_post(h->r, json, strlen(json), on_answer, h) == FL_OK &&
		settle(h);
}

bool history_recomputed(struct history_roof *h)
{
	int64_t until = clock_mono_us() + ANSWER_US;
	uint32_t before = h->recomputed;

	while (h->recomputed == before && clock_mono_us() < until)
		if (fl_poll(h->r, 100) != FL_OK)
			return false;
	return h->recomputed != before;
}

/* ---- an engine ---- */

static int64_t host_now(void *ctx)
{
	struct history_engine *e = ctx;

	if (e->shake != 0 && unit_below(&e->shake, 40) == 0)
		e->now_ms += unit_below(&e->shake, 2) == 0 ? 3600000 : -3600000;
	return e->now_ms;
}

static int host_fault(void *ctx, const char *point)
{
	struct history_engine *e = ctx;

	return e->fault != NULL ? e->fault(e->ctx, point) : 0;
}

fl_status history_engine_open(struct history_engine *e, const char *dir)
{
	struct store_options so = {.ctx = e, .fault = host_fault};
	struct engine_options opt = {.host = {e, host_now},
		.actor = TEXT("system"), .manual_clock = !e->live};
	struct problems p;
	struct fl_error err = {0};
	fl_status s;

	digest_init();
	script_init();
	arena_init(&e->a, 0);
	problems_init(&p, &e->a);
	e->store = NULL;
	e->rules = NULL;
	e->engine = NULL;
	s = store_open(dir, &so, &e->store, &err);
	if (s == FL_OK)
		s = folder_load(dir, false, &e->a, &p, &e->rules, &err);
	if (s == FL_INVALID && p.count > 0)
		fail_msg("%s:%d: %s", p.items[0].file, p.items[0].line,
			p.items[0].text);
	opt.store = e->store;
	opt.ruleset = e->rules;
	if (s == FL_OK)
		s = engine_new(&opt, &e->engine, &err);
	if (s == FL_OK)
		s = history_engine_rest(e);
	if (s != FL_OK)
		history_engine_close(e);
	return s;
}

void history_engine_close(struct history_engine *e)
{
	engine_free(e->engine);
	ruleset_unref(e->rules);
	store_free(e->store);
	arena_deinit(&e->a);
	e->engine = NULL;
	e->rules = NULL;
	e->store = NULL;
}

void history_engine_post(struct history_engine *e, const char *json,
			 post_cb cb, void *ctx)
{
	struct post_by by = {.actor = TEXT("system"), .source = TEXT("test")};
	struct fl_error err;
	struct value wire;

	assert_int_equal(value_read(&e->a, json, strlen(json), NULL, &wire,
				 &err), FL_OK);
	engine_post(e->engine, &wire, &by, cb, ctx);
}

fl_status history_engine_rest(struct history_engine *e)
{
	int64_t until = clock_mono_us() + ANSWER_US;
	fl_status s = FL_OK;

	while (s == FL_OK && clock_mono_us() < until) {
		s = engine_poll(e->engine);
		if (engine_ready(e->engine) && engine_idle(e->engine))
			return s;
		if (store_busy(e->store))
			usleep(50);
	}
	if (s == FL_OK)
		fail_msg("the engine never comes to rest");
	return s;
}

void history_alarm_rules(const char *dir)
{
	static const char rules[] =
		"field \"deal.rings\" { type = \"number\", default = 0 }\n"
		"rule \"alarm\" {\n"
		"  title = { nl = \"Wekker\", en = \"Alarm\" }, "
		"about = \"deal\",\n"
		"  when \"deal.opened\" { run = function(deal, event, act)\n"
		"    act.timer(\"ring\", event.data.channel)\n"
		"  end },\n"
		"  when \"timer.fired\" { name = \"ring\", "
		"run = function(deal, event, act)\n"
		"    act.set(\"rings\", deal.rings + 1)\n"
		"  end },\n"
		"}\n";
	char path[HISTORY_DIR + 20];
	struct fl_error err = {0};

	snprintf(path, sizeof(path), "%s/rules/alarm.lua", dir);
	assert_int_equal(file_write(path, rules, sizeof(rules) - 1, &err),
		FL_OK);
}
