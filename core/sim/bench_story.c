/*
 * What a test saw: events and tasks as the engine told them, and the lines that
 * are shown when an expectation fails.
 */
#include "engine/machine.h"
#include "sim/coverage.h"
#include "sim/test_bench.h"

void bench_tell(struct bench *b, const char *fmt, ...)
{
	char when[48], line[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	zone_write_time(b->book->zone,
		b->story_ms != 0      ? b->story_ms
			: b->sim != NULL ? sim_now_ms(b->sim)
					 : b->start_ms,
		when, sizeof(when));
	when[16] = '\0';
	when[10] = ' ';
	b->story[b->n_story++ % STORY_LINES] =
		arena_printf(&b->a, "%s  %s", when, line);
}

/* ---- what the engine tells ---- */

static struct seen_task *find_seen(struct bench *b, int64_t id)
{
	for (uint32_t i = b->n_tasks; i > 0; i--)
		if (b->tasks[i - 1].id == id)
			return &b->tasks[i - 1];
	return NULL;
}

struct text bench_keep(struct bench *b, struct text t)
{
	return (struct text){ arena_text(&b->a, t.at, t.bytes), t.bytes };
}

static void saw_task(struct bench *b, const struct task *t)
{
	struct seen_task *s = find_seen(b, t->id), *grown;

	if (s == NULL) {
		if (b->n_tasks == b->cap_tasks) {
			grown = arena_grow(&b->a, b->tasks, b->n_tasks,
				&b->cap_tasks, b->n_tasks + 1, sizeof(*grown));
			if (grown == NULL)
				return;
			b->tasks = grown;
		}
		s = &b->tasks[b->n_tasks++];
		*s = (struct seen_task){ .id = t->id,
			.shown_ms = t->shown_at_ms,
			.card = bench_keep(b, t->card),
			.step = bench_keep(b, t->step),
			.kind = bench_keep(b, t->kind) };
		bench_tell(b, bench_words(b, "-> %s %s: %s for %s",
			"-> %s %s: %s voor %s"), t->card.at, t->step.at,
			t->kind.at, t->who.bytes > 0 ? t->who.at
				: bench_words(b, "nobody", "niemand"));
	}
	s->who = bench_keep(b, t->who);
	s->open = t->state == TASK_OPEN;
	if (!s->open)
		s->outcome = bench_keep(b,
			text_of(value_get_str(&t->body, "outcome")));
}

/* What happens in any rooftop as time goes by: it exercises nothing. */
static bool by_itself(struct text type)
{
	return text_is(type, "engine.started") ||
		text_is(type, "rules.activated") ||
		text_is(type, "rules.recomputed") ||
		text_is(type, "timer.fired");
}

static bool concerns_a_card(const struct rulebook *book,
			    const struct event_row *row)
{
	if (row->decision.bytes > 0)
		return true;
	for (uint32_t i = 0; i < book->n_cards; i++)
		if (card_wants(&book->cards[i], row->type))
			return true;
	return false;
}

/* A card that failed says why. */
static void event_told(struct bench *b, const struct event_row *row)
{
	const char *reason = NULL;
	struct value data;

	if (text_is(row->type, "timer.fired"))
		return;
	if (text_is(row->type, "card.failed") &&
		brief_read(&b->a, NULL, row->data, &data, NULL) == FL_OK)
		reason = value_get_str(&data, "reason");
	bench_tell(b, "%s%s%s", row->type.at, reason != NULL ? ": " : "",
		reason != NULL ? reason : "");
}

static void on_told(void *ctx, const struct told *told)
{
	struct bench *b = ctx;
	struct text *grown;

	b->story_ms = told->n_events > 0 ? told->events[0].recorded_at_ms : 0;
	if (b->seen != NULL)
		coverage_add(b->seen_arena, b->seen, told);
	for (uint32_t i = 0; i < told->n_events; i++) {
		if (b->n_events == b->cap_events) {
			grown = arena_grow(&b->a, b->events, b->n_events,
				&b->cap_events, b->n_events + 1,
				sizeof(*grown));
			if (grown == NULL)
				return;
			b->events = grown;
		}
		b->events[b->n_events++] = bench_keep(b, told->events[i].type);
		b->exercised = b->exercised ||
			(!by_itself(told->events[0].type) &&
				(told->n_events > 1 ||
					concerns_a_card(b->book,
						&told->events[i])));
		event_told(b, &told->events[i]);
	}
	for (uint32_t i = 0; i < told->n_tasks; i++)
		saw_task(b, told->tasks[i].task);
	b->story_ms = 0;
}

fl_status bench_ready(struct bench *b, struct fl_error *err)
{
	fl_status st;

	if (b->sim != NULL)
		return FL_OK;
	st = sim_new(b->rs, b->start_ms, &b->sim, err);
	if (st == FL_OK)
		sim_on_told(b->sim, on_told, b);
	return st;
}

/* The last lines of what happened, then what was expected. */
const char *bench_story(struct bench *b, struct arena *a,
			    const char *reason)
{
	struct buf out;
	uint32_t from = b->n_story > STORY_LINES ? b->n_story - STORY_LINES : 0;
	const char *text;

	buf_init(&out, 64 * 1024);
	if (from > 0)
		buf_printf(&out, bench_words(b, "  ... %u earlier lines\n",
			"  ... %u eerdere regels\n"), from);
	for (uint32_t i = from; i < b->n_story; i++)
		if (b->story[i % STORY_LINES] != NULL)
			buf_printf(&out, "  %s\n", b->story[i % STORY_LINES]);
	buf_printf(&out, "  %s\n", reason);
	text = arena_text(a, out.at != NULL ? out.at : "", out.len);
	buf_deinit(&out);
	return text;
}
