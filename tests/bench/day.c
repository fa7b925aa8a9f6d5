#include "day.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *const day_types[DAY_TYPES] = {"bench.lead_created",
	"bench.call_logged", "bench.visit_booked", "bench.visit_done",
	"bench.quote_sent", "bench.deal_signed", "bench.deal_failed",
	"bench.delivery_promised", "bench.promise_slipped",
	"bench.delivery_done", "bench.survey_answered"};

static const char *const stages[] = {"new", "lead", "contact", "visit",
	"quote", "signed", "failed", "delivered"};
/* delay before step 1 .. 7 of the cadence */
static const int64_t gaps[] = {0, 15 * MINUTE, 4 * HOUR, DAY, 2 * DAY, 4 * DAY,
	7 * DAY, 14 * DAY};

/* ---- chance ---- */

static uint64_t draw(uint64_t *x)
{
	uint64_t z = *x += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

static int below(uint64_t *x, unsigned n)
{
	return (int)(draw(x) % n);
}

static bool chance(uint64_t *x, unsigned percent)
{
	return below(x, 100) < (int)percent;
}

static int64_t minutes(uint64_t *x, int least, unsigned more)
{
	return (least + below(x, more)) * MINUTE;
}

/* ---- the life of one deal ---- */

/* Where in its life a deal is: what happens next. */
enum phase { BORN, CALLS, STUBBORN, VISITING, VISITED, QUOTING, DECIDING,
	PROMISING, SLIPPING, DELIVERING, ASKING, OVER };

struct deal {
	uint64_t chance;
	int number;
	enum phase phase;
	int left;        /* of the phase's events */
	bool more_visit; /* it was booked: it may be done */
	char counsellor[8];
	char base[160];  /* data that every event of the deal repeats */
	int price;
	struct day_state state;
	bool pending[DAY_SLOTS];
	/* the next event, already known but for its note */
	int64_t at_ms;
	int type;
	char actor[8];
	char extra[64]; /* more data, ",\"k\":v" */
	bool reached, do_not_call;
	int days, score;
};

static void sure(bool fits)
{
	if (!fits)
		abort();
}

#define PRINT(room, ...)                                                       \
	sure((size_t)snprintf((room), sizeof(room), __VA_ARGS__) < sizeof(room))

/* Names the event that comes `gap` after the last one. */
static bool happens(struct deal *d, int64_t gap, int type, const char *actor)
{
	d->at_ms += gap;
	d->type = type;
	PRINT(d->actor, "%s", actor);
	return true;
}

static void say_days(struct deal *d, int days)
{
	d->days = days;
	PRINT(d->extra, ",\"days\":%d", days);
}

static bool call_missed(struct deal *d)
{
	bool voicemail = chance(&d->chance, 50);

	d->do_not_call = chance(&d->chance, 3);
	PRINT(d->extra, ",\"outcome\":\"%s\"%s",
		voicemail ? "voicemail" : "no_answer",
		d->do_not_call ? ",\"dnc\":true" : "");
	return happens(d, minutes(&d->chance, 20, 90), CALL_LOGGED,
		d->counsellor);
}

static bool calls(struct deal *d)
{
	if (d->left == 0) {
		d->phase = STUBBORN;
		d->left = chance(&d->chance, 8) ? 7 : 0;
		return false;
	}
	d->left--;
	if (!chance(&d->chance, 45))
		return call_missed(d);
	d->left = 0;
	d->reached = true;
	PRINT(d->extra, ",\"outcome\":\"reached\"");
	return happens(d, minutes(&d->chance, 20, 90), CALL_LOGGED,
		d->counsellor);
}

static bool stubborn(struct deal *d)
{
	if (d->left == 0) {
		d->phase = VISITING;
		return false;
	}
	d->left--;
	PRINT(d->extra, ",\"outcome\":\"no_answer\"");
	return happens(d, minutes(&d->chance, 10, 30), CALL_LOGGED,
		d->counsellor);
}

static bool visiting(struct deal *d)
{
	int64_t gap;

	d->phase = QUOTING;
	if (!chance(&d->chance, 55))
		return false;
	d->phase = VISITED;
	gap = minutes(&d->chance, 30, 120);
	say_days(d, 1 + below(&d->chance, 5));
	return happens(d, gap, VISIT_BOOKED, d->counsellor);
}

static bool visited(struct deal *d)
{
	int64_t gap;

	d->phase = QUOTING;
	if (!chance(&d->chance, 80))
		return false;
	gap = minutes(&d->chance, 60, 120);
	PRINT(d->extra, ",\"testdrive\":%s",
		chance(&d->chance, 70) ? "true" : "false");
	return happens(d, gap, VISIT_DONE, d->counsellor);
}

static bool quoting(struct deal *d)
{
	int64_t gap;

	d->phase = DECIDING;
	if (!chance(&d->chance, 60))
		return false;
	gap = minutes(&d->chance, 30, 60);
	PRINT(d->extra, ",\"discount\":%d", below(&d->chance, 12));
	return happens(d, gap, QUOTE_SENT, d->counsellor);
}

static bool deciding(struct deal *d)
{
	static const char *const reasons[] = {"price", "stock", "rival",
		"silent"};
	int k = below(&d->chance, 100);
	int64_t gap;

	d->phase = k < 40 ? PROMISING : OVER;
	if (k >= 80)
		return false;
	gap = minutes(&d->chance, 60, 120);
	if (k < 40)
		PRINT(d->extra, ",\"contract\":\"K%06d\"",
			below(&d->chance, 1000000));
	else
		PRINT(d->extra, ",\"reason\":\"%s\"",
			reasons[below(&d->chance, 4)]);
	return happens(d, gap, k < 40 ? DEAL_SIGNED : DEAL_FAILED,
		d->counsellor);
}

static const char *specialist(const struct deal *d)
{
	static const char *const all[] = {"s:0", "s:1", "s:2", "s:3"};

	return all[d->number % 4];
}

static bool promising(struct deal *d)
{
	d->phase = SLIPPING;
	d->left = -1;
	say_days(d, 14 + below(&d->chance, 60));
	return happens(d, 30 * MINUTE, DELIVERY_PROMISED, specialist(d));
}

static bool slipping(struct deal *d)
{
	int64_t gap;

	if (d->left < 0)
		d->left = chance(&d->chance, 40) ? below(&d->chance, 3) : 0;
	if (d->left == 0) {
		d->phase = DELIVERING;
		return false;
	}
	d->left--;
	gap = minutes(&d->chance, 60, 60);
	say_days(d, 3 + below(&d->chance, 14));
	return happens(d, gap, PROMISE_SLIPPED, specialist(d));
}

static bool delivering(struct deal *d)
{
	d->phase = OVER;
	if (!chance(&d->chance, 80))
		return false;
	d->phase = ASKING;
	PRINT(d->extra, ",\"mileage\":%d", 5 + below(&d->chance, 60));
	return happens(d, HOUR, DELIVERY_DONE, specialist(d));
}

static bool asking(struct deal *d)
{
	d->phase = OVER;
	if (!chance(&d->chance, 60))
		return false;
	d->score = 3 + below(&d->chance, 8);
	PRINT(d->extra, ",\"score\":%d", d->score);
	return happens(d, 2 * HOUR, SURVEY_ANSWERED, "web");
}

static bool born(struct deal *d)
{
	PRINT(d->counsellor, "c:%02d", below(&d->chance, 24));
	happens(d, 0, LEAD_CREATED, "web");
	if (!chance(&d->chance, 60))
		PRINT(d->actor, "%s", d->counsellor);
	d->phase = CALLS;
	d->left = -1;
	return true;
}

/* Goes on to the deal's next event; false: there is none. */
static bool live(struct deal *d)
{
	static bool (*const steps[])(struct deal *) = {born, calls, stubborn,
		visiting, visited, quoting, deciding, promising, slipping,
		delivering, asking};

	d->extra[0] = '\0';
	d->reached = d->do_not_call = false;
	d->days = d->score = 0;
	while (d->phase != OVER) {
		if (d->phase == CALLS && d->left < 0)
			d->left = 1 + below(&d->chance, 3);
		if (steps[d->phase](d))
			return true;
	}
	return false;
}

static void deal_begin(struct deal *d, int number, int seed)
{
	static const char *const first[] = {"Jan", "Sofie", "Mehmet", "Els",
		"Pieter", "Fatima", "Luc", "Anke", "Tom", "Nadia"};
	static const char *const last[] = {"Peeters", "de Vries", "Janssens",
		"Bakker", "Yilmaz", "Maes", "Visser", "Claes"};
	static const char *const cars[] = {"Volvo XC40 B3",
		"Skoda Octavia Combi", "Toyota Yaris Hybrid", "VW ID.4 Pro",
		"BMW 320d Touring", "Kia EV6 GT-Line"};
	static const char *const channels[] = {"web", "phone", "showroom",
		"referral", "service-drive"};
	uint64_t *x = &d->chance;
	const char *given, *family, *channel, *car;
	int phone;

	*x = (uint64_t)seed * 1000003 + (uint64_t)number;
	d->number = number;
	d->state.owner = WHO_SALES;
	given = first[below(x, COUNT(first))];
	family = last[below(x, COUNT(last))];
	phone = below(x, 100000000);
	channel = channels[below(x, COUNT(channels))];
	car = cars[below(x, COUNT(cars))];
	if (chance(x, 93))
		d->price = 14000 + below(x, 500) * 100;
	else
		d->price = 60000 + below(x, 300) * 100;
	PRINT(d->base,
		"{\"name\":\"%s %s\",\"phone\":\"+324%08d\",\"channel\":\"%s\","
		"\"vehicle\":\"%s\",\"price\":%d",
		given, family, phone, channel, car, d->price);
	d->at_ms = DAY_FIRST_MS + below(x, (unsigned)(8 * HOUR));
	live(d);
}

/* Data of 190 bytes or so: a note fills it up. */
static void write_data(struct deal *d, char *out, size_t room)
{
	static const char *const words[] = {"asks", "about", "trade", "in",
		"value", "wants", "test", "drive", "on", "saturday", "compares",
		"lease", "with", "cash", "partner", "decides", "prefers",
		"grey", "needs", "tow", "bar", "call", "after", "six",
		"waiting", "for", "tax", "letter", "likes", "the", "demo",
		"car"};
	size_t n = (size_t)snprintf(out, room, "%s%s", d->base, d->extra);
	size_t fixed = n + 1, note = 0; /* with "}" */
	int len;

	len = snprintf(out + n, room - n, ",\"note\":\"");
	n += (size_t)len;
	while (fixed + note + 10 < 190) {
		const char *word = words[below(&d->chance, COUNT(words))];

		len = snprintf(out + n, room - n, "%s%s", note > 0 ? " " : "",
			word);
		n += (size_t)len;
		note += (size_t)len;
	}
	sure((size_t)snprintf(out + n, room - n, "\"}") < room - n);
}

/* ---- the twelve rules ---- */

enum rule { TOUCH, FIRST_RESPONSE, CADENCE_NEXT, CADENCE_EXHAUSTED,
	REACHED_BOOK_VISIT, OPT_OUT, VISIT_FOLLOWUP, QUOTE_CHASE, HIGH_VALUE,
	SIGNED_HANDOFF, FAILED_ESCALATION, DELIVERY_WATCH };

/* Numbers of task kinds; 10 + n is the n-th touch of the cadence. */
enum task_kind { CALL_NOW, BOOK_VISIT, CADENCE_REVIEW, CONFIRM_VISIT,
	THANK_VISIT, CHASE_QUOTE, HIGH_VALUE_LOOK, INTRODUCE, PAPERS,
	TOUCH_FIRST = 10, FAIL_REVIEW = 20, WIN_BACK, PREPARE_CAR,
	TELL_CUSTOMER, SLIP_ESCALATE, THANK_YOU, RECOVER };

static uint32_t matches(const struct day_event *e, const struct day_state *s)
{
	bool call = e->type == CALL_LOGGED;
	bool open_miss = call && !e->reached && !s->stopped;
	bool early = s->stage == STAGE_LEAD || s->stage == STAGE_CONTACT;
	const bool holds[] = {
		[TOUCH] = strncmp(e->actor, "c:", 2) == 0,
		[FIRST_RESPONSE] = e->type == LEAD_CREATED,
		[CADENCE_NEXT] = open_miss && s->step < 7,
		[CADENCE_EXHAUSTED] = open_miss && s->step >= 7,
		[REACHED_BOOK_VISIT] = call && e->reached && early,
		[OPT_OUT] = e->do_not_call && !s->stopped,
		[VISIT_FOLLOWUP] = e->type == VISIT_BOOKED ||
			e->type == VISIT_DONE,
		[QUOTE_CHASE] = e->type == QUOTE_SENT,
		[HIGH_VALUE] = e->price >= 60000 && !s->flagged,
		[SIGNED_HANDOFF] = e->type == DEAL_SIGNED,
		[FAILED_ESCALATION] = e->type == DEAL_FAILED,
		[DELIVERY_WATCH] = e->type >= DELIVERY_PROMISED};
	uint32_t bits = 0;

	for (uint32_t i = 0; i < COUNT(holds); i++)
		bits |= (uint32_t)holds[i] << i;
	return bits;
}

static void op(struct day_turn *t, struct day_op what)
{
	sure(t->n_ops < DAY_OPS);
	t->ops[t->n_ops++] = what;
}

static void task(struct day_turn *t, int name, int who, int64_t in_ms)
{
	op(t, (struct day_op){OP_TASK, name, who, t->event.at_ms + in_ms});
}

static void timer(struct day_turn *t, int slot, int64_t in_ms)
{
	op(t, (struct day_op){OP_TIMER, slot, 0, t->event.at_ms + in_ms});
}

static void stop(struct day_turn *t)
{
	t->state.stopped = 1;
	op(t, (struct day_op){.kind = OP_CANCEL});
}

static void visit_followup(struct day_turn *t)
{
	int64_t days = t->event.days * DAY;

	if (t->event.type == VISIT_BOOKED) {
		task(t, CONFIRM_VISIT, t->state.owner, days - 2 * HOUR);
		timer(t, VISIT, days);
		return;
	}
	t->state.stage = STAGE_VISIT;
	task(t, THANK_VISIT, t->state.owner, DAY);
	timer(t, CADENCE, DAY);
}

static void signed_handoff(struct day_turn *t)
{
	t->state.stage = STAGE_SIGNED;
	stop(t);
	t->state.owner = WHO_S0 + t->event.deal % 4;
	task(t, INTRODUCE, t->state.owner, 2 * HOUR);
	task(t, PAPERS, t->state.owner, DAY);
	timer(t, HANDOFF, 2 * HOUR);
}

static void failed_escalation(struct day_turn *t)
{
	t->state.stage = STAGE_FAILED;
	stop(t);
	task(t, FAIL_REVIEW, WHO_FAILS, DAY);
	task(t, WIN_BACK, WHO_FAILS, 30 * DAY);
	timer(t, FAILS, DAY);
}

static void promise_slipped(struct day_turn *t)
{
	t->state.slips++;
	task(t, TELL_CUSTOMER, t->state.owner, HOUR);
	timer(t, PROMISE, (t->event.days - 1) * DAY);
	if (t->state.slips >= 2)
		task(t, SLIP_ESCALATE, WHO_MANAGER, 2 * HOUR);
}

static void delivery_watch(struct day_turn *t)
{
	const struct day_event *e = &t->event;

	if (e->type == DELIVERY_PROMISED) {
		task(t, PREPARE_CAR, t->state.owner, (e->days - 2) * DAY);
		timer(t, PROMISE, (e->days - 1) * DAY);
	} else if (e->type == PROMISE_SLIPPED) {
		promise_slipped(t);
	} else if (e->type == DELIVERY_DONE) {
		t->state.stage = STAGE_DELIVERED;
		task(t, THANK_YOU, t->state.owner, DAY);
		timer(t, SURVEY, 3 * DAY);
	} else if (e->score <= 7) {
		task(t, RECOVER, WHO_MANAGER, 4 * HOUR);
	}
}

static void cadence_next(struct day_turn *t)
{
	int64_t gap = gaps[++t->state.step];

	task(t, TOUCH_FIRST + t->state.step, t->state.owner, gap);
	timer(t, CADENCE, gap);
}

static void run_rule(struct day_turn *t, enum rule rule)
{
	struct day_state *s = &t->state;

	switch (rule) {
	case TOUCH:
		s->touches++;
		s->last_ms = t->event.at_ms;
		break;
	case FIRST_RESPONSE:
		s->stage = STAGE_LEAD;
		s->step = 1;
		task(t, CALL_NOW, WHO_SALES, gaps[1]);
		timer(t, SLA, gaps[1]);
		break;
	case CADENCE_NEXT:
		cadence_next(t);
		break;
	case CADENCE_EXHAUSTED:
		stop(t);
		task(t, CADENCE_REVIEW, WHO_MANAGER, DAY);
		break;
	case REACHED_BOOK_VISIT:
		s->stage = STAGE_CONTACT;
		task(t, BOOK_VISIT, s->owner, DAY);
		timer(t, CADENCE, 2 * DAY);
		break;
	case OPT_OUT:
		stop(t);
		break;
	case VISIT_FOLLOWUP:
		visit_followup(t);
		break;
	case QUOTE_CHASE:
		s->stage = STAGE_QUOTE;
		task(t, CHASE_QUOTE, s->owner, 2 * DAY);
		timer(t, QUOTE, 2 * DAY);
		break;
	case HIGH_VALUE:
		s->flagged = 1;
		task(t, HIGH_VALUE_LOOK, WHO_MANAGER, HOUR);
		break;
	case SIGNED_HANDOFF:
		signed_handoff(t);
		break;
	case FAILED_ESCALATION:
		failed_escalation(t);
		break;
	case DELIVERY_WATCH:
		delivery_watch(t);
		break;
	}
}

/* ---- the day ---- */

struct day {
	struct deal *deals;
	int *heap; /* deals by (at, number) of their next event */
	int n_heap;
	struct day_totals totals;
};

static bool before(const struct day *d, int a, int b)
{
	int64_t at = d->deals[a].at_ms, bt = d->deals[b].at_ms;

	return at < bt || (at == bt && a < b);
}

static void sink(struct day *d, int i)
{
	int deal = d->heap[i];

	for (int kid; (kid = 2 * i + 1) < d->n_heap; i = kid) {
		if (kid + 1 < d->n_heap &&
			before(d, d->heap[kid + 1], d->heap[kid]))
			kid++;
		if (!before(d, d->heap[kid], deal))
			break;
		d->heap[i] = d->heap[kid];
	}
	d->heap[i] = deal;
}

struct day *day_new(int deals, int seed)
{
	struct day *d = calloc(1, sizeof(*d));
	size_t n = deals > 0 ? (size_t)deals : 1;

	if (d == NULL)
		return NULL;
	d->deals = calloc(n, sizeof(*d->deals));
	d->heap = calloc(n, sizeof(*d->heap));
	if (d->deals == NULL || d->heap == NULL) {
		day_free(d);
		return NULL;
	}
	d->n_heap = deals;
	d->totals.deals = deals;
	d->totals.seed = seed;
	for (int i = 0; i < deals; i++) {
		deal_begin(&d->deals[i], i, seed);
		d->heap[i] = i;
	}
	for (int i = deals / 2; i-- > 0;)
		sink(d, i);
	return d;
}

void day_free(struct day *d)
{
	if (d == NULL)
		return;
	free(d->deals);
	free(d->heap);
	free(d);
}

static void tell(struct day *d, struct deal *deal, struct day_event *e)
{
	*e = (struct day_event){.number = ++d->totals.events,
		.at_ms = deal->at_ms, .deal = deal->number,
		.type = deal->type, .reached = deal->reached,
		.do_not_call = deal->do_not_call, .days = deal->days,
		.score = deal->score, .price = deal->price};
	memcpy(e->actor, deal->actor, sizeof(e->actor));
	write_data(deal, e->data, sizeof(e->data));
}

static void count(struct day *d, struct deal *deal, const struct day_turn *t)
{
	struct day_totals *sum = &d->totals;
	int pending = 0;

	for (int i = 0; i < DAY_SLOTS; i++)
		pending -= deal->pending[i];
	for (int i = 0; i < t->n_ops; i++) {
		const struct day_op *o = &t->ops[i];

		sum->tasks += o->kind == OP_TASK;
		sum->timers_set += o->kind == OP_TIMER;
		sum->cancels += o->kind == OP_CANCEL;
		if (o->kind == OP_TIMER)
			deal->pending[o->name] = true;
		else if (o->kind == OP_CANCEL)
			memset(deal->pending, 0, sizeof(deal->pending));
	}
	for (int i = 0; i < DAY_SLOTS; i++)
		pending += deal->pending[i];
	sum->pending += pending;
	sum->matches += __builtin_popcount(t->matched);
	sum->checksum += day_checksum(&t->state);
	if (t->event.type != LEAD_CREATED) /* it stood there before */
		sum->checksum -= day_checksum(&deal->state);
	sum->data_bytes += (int64_t)strlen(t->event.data);
}

bool day_next(struct day *d, struct day_turn *out)
{
	struct deal *deal;
	char line[768];

	if (d->n_heap == 0)
		return false;
	deal = &d->deals[d->heap[0]];
	tell(d, deal, &out->event);
	out->n_ops = 0;
	out->state = deal->state;
	out->matched = matches(&out->event, &deal->state);
	for (int i = 0; i <= DELIVERY_WATCH; i++)
		if (out->matched >> i & 1)
			run_rule(out, (enum rule)i);
	count(d, deal, out);
	d->totals.line_bytes += day_line(&out->event, line, sizeof(line)) + 1;
	deal->state = out->state;
	if (live(deal))
		deal->at_ms++;
	else
		d->heap[0] = d->heap[--d->n_heap];
	sink(d, 0);
	return true;
}

struct day_totals day_totals(const struct day *d)
{
	return d->totals;
}

int64_t day_checksum(const struct day_state *s)
{
	return s->touches + 3 * s->step + 7 * s->slips + 11 * s->flagged +
		13 * s->stopped + 17 * s->stage + s->last_ms % 1000003;
}

int day_stage(const char *name)
{
	for (size_t i = 0; i < COUNT(stages); i++)
		if (strcmp(stages[i], name) == 0)
			return (int)i;
	return -1;
}

const char *day_stage_name(int stage)
{
	return stages[stage];
}

int day_line(const struct day_event *e, char *out, size_t room)
{
	int n = snprintf(out, room,
		"{\"type\":\"%s\",\"id\":\"e%010lld\",\"source\":\"bench\","
		"\"subject\":\"d%07d\",\"at\":%lld,\"actor\":\"%s\","
		"\"data\":%s}",
		day_types[e->type], (long long)e->number, e->deal,
		(long long)e->at_ms, e->actor, e->data);

	sure(n > 0 && (size_t)n < room);
	return n;
}
