/*
 * Nothing falls silent, on random histories of a rooftop under the standard
 * rules and a few of its own: at every commit a judge written here, from the
 * stored rows alone, looks for an open matter that has nobody or nothing and of
 * which the manager was not told; and for a manager told of one that is well.
 */
#include "brief.h"
#include "scene_lua.h"

#define SEEDS 12
#define STEPS 160
#define ROWS 2048

#define SELLERS                                                                \
	"person \"jan\" { name = \"Jan\", roles = { \"seller\" } }\n"          \
	"person \"piet\" { name = \"Piet\", roles = { \"seller\" } }\n"
#define LEADERS                                                                \
	"person \"sanne\" { name = \"Sanne\", roles = { \"sales_manager\" } }\n"\
	"person \"els\" { name = \"Els\", roles = { \"fails_specialist\" } }\n"
#define TEAMS                                                                  \
	"team \"sales\" { \"jan\", \"piet\" }\nteam \"delivery\" { \"karin\" }"\
	"\nteam \"fails\" { \"els\" }\n"
#define KARIN_1                                                                \
	"person \"karin\" { name = \"Karin\", roles = { "                      \
	"\"delivery_specialist\" } }\n"
#define KARIN_2                                                                \
	"person \"karin\" { name = \"Karin\", roles = { "                      \
	"\"delivery_specialist\", \"fni\" } }\n"

/* The roster as it is, with somebody for fni, and without Piet. */
static const char *const dealers[] = {
	SCENE_HEAD SELLERS LEADERS KARIN_1 TEAMS,
	SCENE_HEAD SELLERS LEADERS KARIN_2 TEAMS,
	SCENE_HEAD "person \"jan\" { name = \"Jan\", roles = { \"seller\" } }\n"
		LEADERS KARIN_2 "team \"sales\" { \"jan\" }\nteam \"delivery\" "
		"{ \"karin\" }\nteam \"fails\" { \"els\" }\n",
};
static const char *const people[] = {"jan", "piet", "sanne", "els", "karin"};

/* A task for a role that is not always there, also by a rung and an alert. */
static const char *const own[] = {
	"rule \"papers\" { about = \"deal\", starts = \"quote.presented\", "
	"step \"look\" { after = \"1 day\", task = todo \"Papers\", who = role "
	"\"fni\" } }\n"
	"rule \"chase\" { about = \"deal\", starts = \"review.posted\", "
	"step \"ask\" { after = \"1 hour\", task = todo \"Ask\", who = handler,"
	" if_missed = { tell = role \"fni\", after = \"1 day\" } } }\n"
	"rule \"ring\" { about = \"deal\", when \"objection.raised\" { alert = "
	"{ who = on_duty \"fni\", else_who = role \"fni\", within = \"5 "
	"minutes\", text = \"Ring\" } } }\n",
	"rule \"papers\" { about = \"deal\", starts = \"quote.presented\", "
	"step \"look\" { after = \"2 days\", task = todo \"Papers\", who = role"
	" \"fni\" } }\n",
};

/* ---- the judge ---- */

struct judge {
	struct scene *s;
	struct arena a;
	const struct record *records[ROWS];
	uint32_t n_records;
	const struct task *tasks[ROWS];
	uint32_t n_tasks;
	const char *dealer;
	int64_t now_ms;
	char last[100]; /* the root event judged */
	const struct told *unit;
	bool slices; /* other rules are being held against everybody */
	int looks, told;
};

static bool take_record(void *ctx, const struct record *r)
{
	struct judge *j = ctx;

	assert_true(j->n_records < ROWS);
	j->records[j->n_records++] = record_clone(&j->a, r);
	return true;
}

static bool take_task(void *ctx, const struct task *t)
{
	struct judge *j = ctx;

	assert_true(j->n_tasks < ROWS);
	j->tasks[j->n_tasks++] = t;
	return true;
}

static const char *str(const struct record *r, const char *field)
{
	const char *v =
		r != NULL ? value_get_str(&r->fields, field) : NULL;

	return v != NULL ? v : "";
}

static int64_t num(const struct record *r, const char *field)
{
	return value_get_int(&r->fields, field, 0);
}

static const struct record *person_row(const struct judge *j, const char *id)
{
	for (uint32_t i = 0; i < j->n_records; i++)
		if (text_is(j->records[i]->kind, "person") &&
			text_is(j->records[i]->ref, id))
			return j->records[i];
	return NULL;
}

static bool in_roster(const struct judge *j, const char *id)
{
	char quoted[40];

	snprintf(quoted, sizeof(quoted), "person \"%s\"", id);
	return strstr(j->dealer, quoted) != NULL;
}

static bool is_here(const struct judge *j, const char *id)
{
	const struct record *r = person_row(j, id);

	if (!in_roster(j, id))
		return false;
	if (r == NULL)
		return true;
	if (value_get_bool(&r->fields, "left", false))
		return false;
	return !value_get_bool(&r->fields, "absent", false) ||
		j->now_ms < num(r, "absent_from") ||
		(num(r, "absent_until") != 0 &&
			j->now_ms >= num(r, "absent_until"));
}

static bool has_deputy(const struct judge *j, const char *id)
{
	for (int hops = 0; hops < 8 && id[0] != '\0'; hops++) {
		if (is_here(j, id))
			return true;
		id = str(person_row(j, id), "deputy");
	}
	return false;
}

/* Somebody does this person's work: themselves, a deputy, a mate, Sanne. */
static bool is_covered(const struct judge *j, const char *id)
{
	bool seller = strcmp(id, "jan") == 0 || strcmp(id, "piet") == 0;

	return has_deputy(j, id) || is_here(j, "sanne") ||
		(seller && in_roster(j, id) &&
			(is_here(j, "jan") || is_here(j, "piet")));
}

static bool has_gone(const struct judge *j, const char *id)
{
	const struct record *r = person_row(j, id);

	return !in_roster(j, id) ||
		(r != NULL && value_get_bool(&r->fields, "left", false) &&
			!has_deputy(j, id));
}

static bool one_of(const char *what, const char *words)
{
	const char *at = strstr(words, what);
	size_t n = strlen(what);

	return n > 0 && at != NULL && (at == words || at[-1] == ' ') &&
		(at[n] == ' ' || at[n] == '\0');
}

static bool is_open(const struct record *r)
{
	const char *is = str(r, "state");

	if (text_is(r->kind, "deal"))
		return !one_of(is, "delivered aftercare dormant stopped");
	if (text_is(r->kind, "case"))
		return !one_of(is, "closed");
	if (text_is(r->kind, "promise"))
		return !one_of(is, "kept broken");
	return text_is(r->kind, "lead") && num(r, "deal") == 0 &&
		!one_of(is, "linked closed");
}

static int64_t deal_id(const struct record *r)
{
	return text_is(r->kind, "deal") ? r->id : num(r, "deal");
}

/* A promise stands alone; all else of a deal stands together. */
static bool together(const struct record *a, const struct record *b)
{
	return a == b || (!text_is(a->kind, "promise") && deal_id(a) != 0 &&
				 deal_id(a) == deal_id(b));
}

/* Hours that Amsterdam is ahead of UTC in the years of these histories. */
static int64_t ahead_ms(int64_t at)
{
	static const int64_t summers[][2] = {{INT64_C(1774746000000), 1792890000000},
		{1806195600000, 1824944400000}, {1837645200000, 1856394000000}};
	int64_t hour = SCENE_DAY / 24;

	for (int i = 0; i < 3; i++)
		if (at >= summers[i][0] && at < summers[i][1])
			return 2 * hour;
	return hour;
}

/* The day of what is in the diary is not over, or the doors are not open since:
 * at that very moment its timer is among those that fire. */
static bool is_soon(const struct judge *j, int64_t at)
{
	int64_t day = (at + ahead_ms(at)) / SCENE_DAY + 1, nine;

	if (at == 0)
		return false;
	while ((day + 3) % 7 >= 5) /* 1970-01-01 was a Thursday */
		day++;
	nine = day * SCENE_DAY + 9 * SCENE_DAY / 24;
	return j->now_ms <= nine - ahead_ms(nine);
}

static bool in_diary(const struct judge *j, const struct record *r)
{
	if (text_is(r->kind, "visit"))
		return num(r, "ended_at") == 0 && is_soon(j, num(r,
			"started_at"));
	if (text_is(r->kind, "appointment"))
		return one_of(str(r, "state"), "set") && is_soon(j, num(r,
			"at"));
	if (text_is(r->kind, "delivery"))
		return !one_of(str(r, "state"), "completed") && is_soon(j,
			num(r, "slot"));
	return text_is(r->kind, "deal") && is_soon(j, num(r,
		"appointment_at"));
}

struct sight {
	const struct judge *j;
	bool plan, wakes, person, nobodys;
	bool again; /* the manager said "done" today: told again tomorrow */
};

static void see_due(void *ctx, struct text card, struct text slot, int64_t due)
{
	struct sight *v = ctx;

	assert_true(due > v->j->now_ms - 7 * SCENE_DAY);
	if (text_is(card, "engine") && text_is(slot, "@silent:diary"))
		v->wakes = true;
	else if (text_is(card, "engine") && text_is(slot, "@silent"))
		v->again = true;
	else
		v->plan = true;
}

/* The open tasks of a record; `engine`: that one of the engine's. */
static bool see_tasks(const struct judge *j, const struct record *r,
		      const char *engine, struct sight *v)
{
	bool found = false;

	for (uint32_t i = 0; i < j->n_tasks; i++) {
		const struct task *t = j->tasks[i];
		bool silent = text_is(t->card, "engine") &&
			strncmp(t->step.at, "silent", 6) == 0;

		if (t->subject != r->id)
			continue;
		found = found || (silent && engine != NULL &&
				strncmp(t->step.at, engine, strlen(engine)) ==
					0);
		if (silent || v == NULL)
			continue;
		v->plan = true;
		v->person = v->person || t->who.bytes > 0;
		v->nobodys = v->nobodys ||
			(t->who.bytes == 0 && !text_is(t->card, "engine"));
	}
	return found;
}

static void see_people(void *ctx, struct text card, struct text slot,
		       int64_t due)
{
	(void)due;
	if (text_is(card, "engine") &&
		strncmp(slot.at, "@silent:", 8) == 0)
		*(bool *)ctx = true;
}

/* A task, or the manager said "done" and it is looked at again tomorrow. */
static bool told_of_people(const struct judge *j)
{
	for (uint32_t i = 0; i < j->n_records; i++) {
		const struct record *r = j->records[i];
		bool again = false;

		if (!text_is(r->kind, "person") && !text_is(r->kind, "rooftop"))
			continue;
		record_dues(r, see_people, &again);
		if (again || see_tasks(j, r, "silent:", NULL))
			return true;
	}
	return false;
}

static const char *accountable(const struct judge *j, const struct record *r)
{
	static const char *const of[] = {"handler", "specialist", "owner",
		"person", NULL};
	const char *who = text_is(r->kind, "promise") ? str(r, "owner") : "";

	for (int i = 0; of[i] != NULL && who[0] == '\0'; i++)
		who = str(r, of[i]);
	for (uint32_t i = 0; i < j->n_records && who[0] == '\0'; i++)
		if (j->records[i]->id == deal_id(r)) {
			who = str(j->records[i], "handler");
			if (who[0] == '\0')
				who = str(j->records[i], "seller");
		}
	return who;
}

/* The unit was about this record's home, or about all there are. */
static bool is_about(const struct judge *j, const struct record *r)
{
	for (uint32_t i = 0; i < j->unit->n_events; i++)
		if (j->unit->events[i].home == r->home ||
			text_is(j->unit->events[i].type, "rules.recomputed"))
			return true;
	return false;
}

static void judge_one(struct judge *j, const struct record *r)
{
	struct sight v = {.j = j};
	bool diary = false, case_open = false, well, told, gone, alone;
	const char *who = accountable(j, r), *deputy = str(r, "deputy");

	for (uint32_t i = 0; i < j->n_records; i++) {
		const struct record *o = j->records[i];

		if (!together(r, o))
			continue;
		record_dues(o, see_due, &v);
		see_tasks(j, o, NULL, &v);
		diary = diary || in_diary(j, o);
		case_open = case_open ||
			(o != r && text_is(o->kind, "case") && is_open(o));
	}
	if (text_is(r->kind, "deal") && case_open)
		return; /* the case stands for it */
	gone = who[0] != '\0' && has_gone(j, who) && deputy[0] == '\0';
	well = (v.plan || (diary && v.wakes)) && !v.nobodys && !gone &&
		(who[0] == '\0' ? v.plan : is_covered(j, who) || v.person);
	told = see_tasks(j, r, "silent", NULL);
	j->looks++;
	j->told += told;
	/* what is wrong with people alone is told once for all of them */
	alone = gone || (who[0] != '\0' && !v.nobodys &&
				(v.plan || (diary && v.wakes)));
	if (!well && !told && !v.again && !(alone && told_of_people(j)))
		fail_msg("%s: %s %lld is silent: state \"%s\", who \"%s\""
			 "%s%s%s%s at %lld", j->last, r->kind.at,
			(long long)r->id,
			str(r, "state"), who, gone ? " (gone)" : "",
			v.nobodys ? ", a task is nobody's" : "",
			v.plan ? "" : ", nothing planned",
			diary ? ", in the diary" : "", (long long)j->now_ms);
	if (well && told && who[0] != '\0' && is_about(j, r))
		fail_msg("%s: %s %lld is well and the manager is told: state "
			 "\"%s\", who \"%s\"", j->last, r->kind.at,
			(long long)r->id,
			str(r, "state"), who);
}

static void judge_all(struct judge *j)
{
	struct fl_error err;
	struct reader *r;

	arena_reset(&j->a);
	j->n_records = j->n_tasks = 0;
	assert_int_equal(reader_of_store(j->s->store, &r, &err), FL_OK);
	assert_int_equal(reader_records(r, &j->a, TEXT(""), 0, 0, take_record,
				 j, &err), FL_OK);
	assert_int_equal(reader_tasks(r, &j->a, TEXT(""), 0, take_task, j,
				 &err), FL_OK);
	reader_free(r);
	for (uint32_t i = 0; i < j->n_records; i++)
		if (is_open(j->records[i]))
			judge_one(j, j->records[i]);
}

/* One unit a commit: what is told is what is stored. */
static void told(void *ctx, const struct told *t)
{
	struct judge *j = ctx;
	const struct event_row *last = &t->events[t->n_events - 1];

	j->now_ms = last->recorded_at_ms;
	j->unit = t;
	snprintf(j->last, sizeof(j->last), "E%lld %s",
		(long long)t->events[0].number, t->events[0].type.at);
	for (uint32_t i = 0; i < t->n_events; i++)
		if (text_is(t->events[i].type, "rules.activated"))
			j->slices = true;
		else if (text_is(t->events[i].type, "rules.recomputed") &&
			strstr(json_of(&j->a, t->events[i].data),
				"\"done\":true") != NULL)
			j->slices = false;
	if (!j->slices)
		judge_all(j);
}

/* ---- histories ---- */

static uint64_t dice;

static uint32_t roll(uint32_t sides)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(dice >> 33) % sides;
}

static struct ruleset *load(const char *dealer, const char *cards)
{
	struct source_file files[40] = {
		{"dealership.lua", dealer, strlen(dealer)},
		{"rules/own.lua", cards, strlen(cards)}};
	struct source_set set = {files, 2, NULL, 0};
	struct ruleset *rs = NULL;
	struct problems p;
	struct arena a;
	struct buf b;

	for (const struct embedded_file *f = embedded_list(); f->name != NULL;
		f++)
		if (strncmp(f->name, "scripts/packs/", 14) == 0)
			files[set.n_files++] = (struct source_file){f->name + 8,
				f->bytes, f->n};
	assert_in_range(set.n_files, 10, 40);
	arena_init(&a, 0);
	buf_init(&b, 1u << 16);
	problems_init(&p, &a);
	if (ruleset_load(&set, NULL, false, &p, &rs) != FL_OK) {
		problems_print(&p, &b);
		fail_msg("%s", b.at);
	}
	buf_deinit(&b);
	arena_deinit(&a);
	return rs;
}

static void publish(struct judge *j)
{
	struct post_by by = {.actor = TEXT("admin"), .role = TEXT(""),
		.source = TEXT("")};
	const char *dealer = dealers[roll(3)];
	struct ruleset *rs = load(dealer, own[roll(2)]);
	struct scene_answer a = {0};

	j->dealer = dealer;
	engine_publish(j->s->engine, rs, &by, "test", NULL, scene_answered, &a);
	ruleset_unref(rs);
	scene_poll(j->s);
}

/* Templates: %1 the deal's ref, %2 a person, %3 ms some days ahead. */
static const char *const facts[] = {
	"\"type\":\"contact.made\",\"data\":{\"deal\":\"%1\",\"channel\":"
	"\"phone\"}",
	"\"type\":\"contact.attempted\",\"data\":{\"deal\":\"%1\",\"channel\":"
	"\"phone\"}",
	"\"type\":\"quote.presented\",\"data\":{\"deal\":\"%1\",\"amount\":"
	"2000000}",
	"\"type\":\"visit.started\",\"data\":{\"deal\":\"%1\",\"person\":"
	"\"%2\"}",
	"\"type\":\"visit.ended\",\"data\":{\"deal\":\"%1\",\"person\":\"%2\","
	"\"outcome\":\"thinking\",\"turned_over_to\":\"sanne\"}",
	"\"type\":\"appointment.set\",\"data\":{\"deal\":\"%1\",\"kind\":"
	"\"visit\",\"at\":%3}",
	"\"type\":\"appointment.missed\",\"data\":{\"deal\":\"%1\"}",
	"\"type\":\"deal.failed\",\"data\":{\"deal\":\"%1\",\"stage\":\"quote\""
	",\"reason\":\"price\"}",
	"\"type\":\"deal.lost\",\"data\":{\"deal\":\"%1\",\"reasons\":"
	"[\"price\"]}",
	"\"type\":\"deal.revived\",\"data\":{\"deal\":\"%1\"}",
	"\"type\":\"deal.signed\",\"data\":{\"deal\":\"%1\",\"seller\":\"%2\","
	"\"promises\":[],\"extras\":[],\"delivery_target\":\"2026-10-15\","
	"\"payment_agreed\":true}",
	"\"type\":\"deal.signed\",\"data\":{\"deal\":\"%1\",\"seller\":\"%2\"}",
	"\"type\":\"delivery.planned\",\"data\":{\"deal\":\"%1\",\"slot\":%3}",
	"\"type\":\"delivery.ready\",\"data\":{\"deal\":\"%1\"}",
	"\"type\":\"delivery.completed\",\"data\":{\"deal\":\"%1\"}",
	"\"type\":\"deal.cancelled\",\"data\":{\"deal\":\"%1\"}",
	"\"type\":\"promise.made\",\"data\":{\"deal\":\"%1\",\"what\":\"mats\","
	"\"owner\":\"%2\",\"due_to\":%3}",
	"\"type\":\"promise.kept\",\"data\":{\"deal\":\"%1\"}",
	"\"type\":\"customer.objected\",\"data\":{\"deal\":\"%1\"}",
	"\"type\":\"prospect.bought_elsewhere\",\"data\":{\"deal\":\"%1\"}",
	"\"type\":\"lead.reassigned\",\"data\":{\"deal\":\"%1\",\"to\":\"%2\"}",
	"\"type\":\"objection.raised\",\"data\":{\"deal\":\"%1\",\"code\":\"x\"}",
	"\"type\":\"review.posted\",\"data\":{\"deal\":\"%1\"}",
	"\"type\":\"lead.forwarded\",\"data\":{\"lead\":\"L-%1\",\"partner\":"
	"\"x\"}",
	"\"type\":\"person.absent\",\"data\":{\"person\":\"%2\",\"from\":%3,"
	"\"until\":%4}",
	"\"type\":\"person.absent\",\"data\":{\"person\":\"%2\"}",
	"\"type\":\"person.returned\",\"data\":{\"person\":\"%2\"}",
	"\"type\":\"person.returned\",\"data\":{\"person\":\"%2\"}",
	"\"type\":\"person.left\",\"data\":{\"person\":\"piet\"}",
};

static void fact(struct judge *j, int number)
{
	const char *from = facts[roll(sizeof(facts) / sizeof(facts[0]))];
	long long ahead = j->now_ms + (int64_t)roll(240) * SCENE_DAY / 24;
	const char *who = people[roll(5)];
	struct scene_answer a;
	char json[600];
	int deal = (int)roll(8), n;

	n = snprintf(json, sizeof(json), "{\"source\":\"dms\",\"id\":\"x%d\",",
		number);
	for (const char *c = from; *c != '\0' && n < 500; c++)
		if (*c != '%')
			json[n++] = *c;
		else if (*++c == '1')
			n += snprintf(json + n, 80, "D-%d", deal);
		else if (*c == '2')
			n += snprintf(json + n, 80, "%s", who);
		else
			n += snprintf(json + n, 80, "%lld", *c == '3' ? ahead
				: ahead + 3 * (long long)SCENE_DAY);
	json[n++] = '}';
	json[n] = '\0';
	scene_send(j->s, json, false, &a);
	scene_poll(j->s);
	assert_true(a.given);
	if (a.status != FL_OK)
		fail_msg("%s: %s", json, a.problem);
}

static void lead(struct judge *j, int number)
{
	struct scene_answer a;
	char json[300];

	snprintf(json, sizeof(json),
		"{\"type\":\"lead.received\",\"source\":\"web\",\"id\":\"l%d\","
		"\"data\":{\"deal\":\"D-%d\",\"channel\":\"web\",\"customer\":{"
		"\"name\":\"Klant %d\"}}}", number, (int)roll(8), number);
	scene_send(j->s, json, false, &a);
	scene_poll(j->s);
}

/* Somebody answers one of what is on the lists, or does not. */
static void answer(struct judge *j)
{
	static const char *const outcomes[] = {"done", "reached", "accepted",
		"no_answer", "refused", "sent", "saved", "later"};
	struct scene_answer a;
	char json[200];

	if (j->n_tasks == 0)
		return;
	snprintf(json, sizeof(json),
		"{\"type\":\"task.done\",\"data\":{\"task\":%lld,\"outcome\":"
		"\"%s\"}}", (long long)j->tasks[roll(j->n_tasks)]->id,
		outcomes[roll(8)]);
	scene_send(j->s, json, true, &a);
	scene_poll(j->s);
}

/* The whole house goes on holiday, now or in a while. */
static void holiday(struct judge *j, int number)
{
	int64_t from = j->now_ms + (int64_t)roll(3) * SCENE_DAY;
	int64_t to = from + (1 + (int64_t)roll(5)) * SCENE_DAY;
	struct scene_answer a;
	char json[300];

	for (int i = 0; i < 5; i++) {
		snprintf(json, sizeof(json),
			"{\"type\":\"person.absent\",\"source\":\"dms\",\"id\":"
			"\"h%d-%d\",\"data\":{\"person\":\"%s\",\"from\":%lld,"
			"\"until\":%lld}}", number, i, people[i],
			(long long)from, (long long)to);
		scene_send(j->s, json, false, &a);
		scene_poll(j->s);
	}
}

static void live(struct judge *j, uint64_t seed)
{
	static const int64_t hours[] = {1, 3, 20, 30, 70, 200, 700};

	dice = seed * 2654435761u + 1;
	for (int i = 0; i < STEPS; i++) {
		uint32_t what = roll(20);

		if (what < 3)
			lead(j, i);
		else if (what < 11)
			fact(j, i);
		else if (what < 15)
			answer(j);
		else if (what < 19)
			scene_clock(j->s, engine_now_ms(j->s->engine) +
				hours[roll(7)] * SCENE_DAY / 24);
		else if (roll(4) == 0)
			holiday(j, i);
		else
			publish(j);
	}
}

static void test_random(void **state)
{
	int looks = 0, found = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct scene_how how = {.manual = true,
			.limits = {.group_events = 1}};
		struct ruleset *rs = load(dealers[0], own[0]);
		struct scene s;
		struct judge j = {.s = &s, .dealer = dealers[0],
			.now_ms = SCENE_START};

		memset(&s, 0, sizeof(s));
		arena_init(&j.a, 0);
		s.watch = told;
		s.watch_ctx = &j;
		scene_open(&s, rs, &how);
		ruleset_unref(rs);
		live(&j, seed);
		looks += j.looks;
		found += j.told;
		scene_close(&s);
		arena_deinit(&j.a);
	}
	printf("# looked at %d open matters; of %d the manager knew\n", looks,
		found);
	assert_true(looks > 5000 && found > 100);
}

/* ---- one by one ---- */

#define QUIET                                                                  \
	"cadence \"slow\" { about = \"deal\", starts = \"contact.made\", "      \
	"step \"call\" { after = \"3 weeks\", task = todo \"Call\", who = "     \
	"handler } }\n"
#define PAPERS                                                                 \
	"rule \"papers\" { about = \"deal\", starts = \"contact.made\", "       \
	"step \"look\" { after = \"1 day\", task = todo \"Look\", who = "       \
	"%s } }\n"

static void assign(struct scene *s, int deal, const char *to)
{
	char json[200];

	snprintf(json, sizeof(json), "{\"type\":\"lead.assigned\",\"subject\":"
		"\"D-%d\",\"data\":{\"to\":\"%s\"}}", deal, to);
	assert_int_equal(scene_post(s, json).status, FL_OK);
}

static void begin(struct scene *s, const char *dealer, const char *cards)
{
	scene_begin(s, dealer, cards);
	assign(s, 0, "jan");
	scene_deals(s, 0, 1);
	assert_int_equal(scene_open_tasks(s, NULL, "silent", NULL), 0);
}

/* A task for a role: nobody's until other rules give somebody the role. */
static void role(const char *who)
{
	char cards[400];
	struct scene s;

	snprintf(cards, sizeof(cards), PAPERS, who);
	begin(&s, SCENE_DEALER, cards);
	scene_clock(&s, OPENING(2));
	assert_int_equal(scene_open_tasks(&s, "piet", "silent", NULL), 1);
	scene_publish(&s, SCENE_DEALER "person \"fred\" { name = \"Fred\", "
		"roles = { \"fni\" } }\n", cards);
	assert_int_equal(scene_open_tasks(&s, "fred", NULL, NULL), 1);
	assert_int_equal(scene_open_tasks(&s, NULL, "silent", NULL), 0);
	scene_close(&s);
}

static void test_role(void **state)
{
	(void)state;
	role("role \"fni\"");
	role("on_duty \"fni\"");
	role("handler, if_missed = { tell = role \"fni\", after = \"1 minute\" }");
}

/* Nobody works in the department that must take a case up. */
static void test_department(void **state)
{
	static const char cards[] = "escalation \"up\" { about = \"deal\", "
		"starts = \"contact.made\", to = least_loaded \"fni\" { "
		"at_most = \"9 open cases\" }, accept_within = \"1 work hour\","
		" when_full = { waits_with = role \"sales_manager\", "
		"tell_after = \"1 work day\" } }\n";
	struct scene s;

	(void)state;
	scene_begin(&s, SCENE_DEALER, cards);
	assign(&s, 0, "jan");
	scene_deals(&s, 0, 1);
	assert_int_equal(scene_open_tasks(&s, "piet", "silent", NULL), 1);
	scene_publish(&s, SCENE_DEALER "person \"fred\" { name = \"Fred\", "
		"roles = { \"fni\" } }\n", cards);
	assert_int_equal(scene_open_tasks(&s, NULL, "silent", NULL), 0);
	scene_close(&s);
}

/* Jan is taken out of the roster while his customers rest. */
static void test_out_of_roster(void **state)
{
	const struct task *t;
	struct scene s;

	(void)state;
	begin(&s, SCENE_DEALER, QUIET);
	assign(&s, 1, "jan");
	scene_publish(&s, SCENE_HEAD SCENE_PIET, QUIET);
	assert_int_equal(scene_open_tasks(&s, "piet", "silent:left:jan", &t),
		1);
	assert_non_null(strstr(value_get_str(value_get(&t->body, "title"),
		"en"), "2 open deals"));
	scene_close(&s);
}

/* He leaves for good: nothing is on his list, but customers bear his name. */
static void test_left_at_rest(void **state)
{
	const struct task *t;
	struct scene s;

	(void)state;
	begin(&s, SCENE_DEALER, QUIET);
	assert_int_equal(scene_post(&s, "{\"type\":\"person.left\",\"data\":{"
		"\"person\":\"jan\"}}").status, FL_OK);
	assert_int_equal(scene_open_tasks(&s, "piet", "silent:left", &t), 1);
	assert_non_null(strstr(value_get_str(value_get(&t->body, "title"),
		"en"), "1 open deal. Assign"));
	scene_close(&s);
}

static void reassign(struct scene *s, int deal, const char *to)
{
	char json[200];

	snprintf(json, sizeof(json), "{\"type\":\"lead.reassigned\",\"subject\":"
		"\"D-%d\",\"data\":{\"to\":\"%s\"}}", deal, to);
	assert_int_equal(scene_post(s, json).status, FL_OK);
}

/* What bore the name goes to others: with the last of it the task goes. */
static void arranged(struct scene *s, const char *step)
{
	assert_int_equal(scene_open_tasks(s, "piet", step, NULL), 1);
	reassign(s, 0, "piet");
	assert_int_equal(scene_open_tasks(s, "piet", step, NULL), 1);
	reassign(s, 1, "piet");
	assert_int_equal(scene_open_tasks(s, NULL, step, NULL), 0);
}

static void test_arranged(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SCENE_DEALER, QUIET);
	assign(&s, 1, "jan");
	assert_int_equal(scene_post(&s, "{\"type\":\"person.left\",\"data\":{"
		"\"person\":\"jan\"}}").status, FL_OK);
	arranged(&s, "silent:left");
	scene_close(&s);
	begin(&s, SCENE_DEALER, QUIET);
	assign(&s, 1, "jan");
	scene_publish(&s, SCENE_HEAD SCENE_PIET, QUIET);
	arranged(&s, "silent:left:jan");
	scene_close(&s);
}

static void away(struct scene *s, const char *who, int from, int until)
{
	char json[300];

	snprintf(json, sizeof(json), "{\"type\":\"person.absent\",\"data\":{"
		"\"person\":\"%s\",\"from\":%lld,\"until\":%lld}}", who,
		(long long)OPENING(from), (long long)OPENING(until));
	assert_int_equal(scene_post(s, json).status, FL_OK);
}

/* A holiday of the whole house, planned ahead: told when it begins, over when
 * Piet is back, with no event in between but the clock. */
static void test_holiday(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SCENE_DEALER, QUIET);
	away(&s, "jan", 2, 9);
	away(&s, "piet", 3, 10);
	assert_int_equal(scene_open_tasks(&s, NULL, "silent:away", NULL), 0);
	scene_clock(&s, OPENING(3) - 1);
	assert_int_equal(scene_open_tasks(&s, NULL, "silent:away", NULL), 0);
	scene_clock(&s, OPENING(3));
	assert_int_equal(scene_open_tasks(&s, NULL, "silent:away", NULL), 1);
	scene_clock(&s, OPENING(10) - 1); /* Jan is no manager */
	assert_int_equal(scene_open_tasks(&s, NULL, "silent:away", NULL), 1);
	scene_clock(&s, OPENING(10));
	assert_int_equal(scene_open_tasks(&s, NULL, "silent:away", NULL), 0);
	scene_close(&s);
}

/* A customer is nobody's while all are away: over when Jan is back, with no
 * event of theirs in between. */
static void test_back(void **state)
{
	struct scene s;

	(void)state;
	begin(&s, SCENE_DEALER, QUIET);
	away(&s, "jan", 0, 9);
	away(&s, "piet", 0, 10);
	assert_int_equal(scene_post(&s, "{\"type\":\"objection.raised\","
		"\"subject\":\"D-0\",\"data\":{\"code\":\"x\"}}").status,
		FL_OK);
	assert_int_equal(scene_open_tasks(&s, NULL, "silent", NULL), 1);
	scene_clock(&s, OPENING(9) - 1);
	assert_int_equal(scene_open_tasks(&s, NULL, "silent", NULL), 1);
	scene_clock(&s, OPENING(9));
	assert_int_equal(scene_open_tasks(&s, NULL, "silent", NULL), 0);
	scene_close(&s);
}

/* Nobody said when they would be back, or they are back sooner: the opening
 * after it the customer has somebody again. */
static void test_back_unsaid(void **state)
{
	static const char *const gone[] = {
		"{\"type\":\"person.absent\",\"data\":{\"person\":\"jan\"}}",
		"{\"type\":\"person.absent\",\"data\":{\"person\":\"piet\"}}"};
	struct scene s;

	(void)state;
	for (int said = 0; said < 2; said++) {
		begin(&s, SCENE_DEALER, QUIET);
		for (int i = 0; i < 2 && said == 0; i++)
			assert_int_equal(scene_post(&s, gone[i]).status, FL_OK);
		if (said == 1) {
			away(&s, "jan", 0, 28);
			away(&s, "piet", 0, 28);
		}
		assert_int_equal(scene_post(&s,
			"{\"type\":\"objection.raised\",\"subject\":\"D-0\","
			"\"data\":{\"code\":\"x\"}}").status, FL_OK);
		scene_clock(&s, OPENING(6) - 1);
		assert_int_equal(scene_open_tasks(&s, NULL, "silent", NULL),
			1);
		assert_int_equal(scene_post(&s, "{\"type\":"
			"\"person.returned\",\"data\":{\"person\":\"jan\"}}")
			.status, FL_OK);
		scene_clock(&s, OPENING(6));
		assert_int_equal(scene_open_tasks(&s, NULL, "silent", NULL),
			0);
		scene_close(&s);
	}
}

/* Jan has a customer of whom nothing is planned but an appointment. */
static void appoint(struct scene *s)
{
	char json[200];

	scene_begin(s, SCENE_DEALER, QUIET);
	assign(s, 0, "jan");
	assert_int_equal(scene_open_tasks(s, NULL, "silent", NULL), 1);
	snprintf(json, sizeof(json), "{\"type\":\"appointment.set\",\"data\":{"
		"\"deal\":\"D-0\",\"kind\":\"visit\",\"at\":%lld}}",
		(long long)OPENING(3));
	assert_int_equal(scene_post(s, json).status, FL_OK);
	assert_int_equal(scene_open_tasks(s, NULL, "silent", NULL), 0);
}

/* Other rules look at everybody, also at who is in no card and on no list. */
static void test_in_no_card(void **state)
{
	struct scene s;

	(void)state;
	appoint(&s);
	scene_publish(&s, SCENE_HEAD SCENE_PIET, QUIET);
	assert_int_equal(scene_open_tasks(&s, "piet", "silent:left:jan", NULL),
		1);
	scene_close(&s);
}

/* The appointment was all there was: the next morning somebody must know. */
static void test_diary(void **state)
{
	struct scene s;

	(void)state;
	appoint(&s);
	scene_clock(&s, OPENING(6) - 1); /* Friday; Monday morning */
	assert_int_equal(scene_open_tasks(&s, NULL, "silent", NULL), 0);
	scene_clock(&s, OPENING(6));
	assert_int_equal(scene_open_tasks(&s, "piet", "silent", NULL), 1);
	scene_close(&s);
}

/* Stopped for a reason: nothing is left to tell. */
static void test_over(void **state)
{
	struct scene s;

	(void)state;
	scene_begin(&s, SCENE_DEALER, QUIET);
	assign(&s, 0, "jan");
	assert_int_equal(scene_open_tasks(&s, NULL, "silent", NULL), 1);
	assert_int_equal(scene_post(&s, "{\"type\":\"customer.objected\","
		"\"data\":{\"deal\":\"D-0\"}}").status, FL_OK);
	assert_int_equal(scene_open_tasks(&s, NULL, "silent", NULL), 0);
	scene_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_role),
		cmocka_unit_test(test_department),
		cmocka_unit_test(test_out_of_roster),
		cmocka_unit_test(test_left_at_rest),
		cmocka_unit_test(test_arranged),
		cmocka_unit_test(test_holiday),
		cmocka_unit_test(test_back),
		cmocka_unit_test(test_back_unsaid),
		cmocka_unit_test(test_in_no_card),
		cmocka_unit_test(test_diary),
		cmocka_unit_test(test_over),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
