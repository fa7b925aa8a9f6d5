/*
 * Cards that ended the process: who is at work is noted on the crash page, and
 * who did not survive an event is held back from it when it comes again. The
 * decision records that (cut(crash)), so nothing has to crash again to tell
 * the same story.
 */
#include "engine/engine_internal.h"

static void add_text(char *key, size_t *n, struct text t)
{
	size_t room = CRASH_KEY_BYTES - 1 - *n;
	size_t bytes = t.bytes < room ? t.bytes : room;

	if (bytes > 0)
		memcpy(key + *n, t.at, bytes);
	*n += bytes;
}

static void add_number(char *key, size_t *n, int64_t v)
{
	char digits[24];
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (v < 0)
		digits[--at] = '-';
	digits[--at] = ' ';
	add_text(key, n, (struct text){digits + at,
		(uint32_t)(sizeof(digits) - at)});
}

/* What the root is known by when it comes again: (source, id); without an id
 * the body; the row of a due; the first record of a slice. */
static size_t root_key(const struct root *root, char *key)
{
	const struct event *e = &root->event;
	size_t n = 0;

	if (root->is_timer) {
		add_text(key, &n, TEXT("due"));
		add_number(key, &n, root->timer.due_at_ms);
		add_number(key, &n, root->timer.subject);
		add_text(key, &n, TEXT(" "));
		add_text(key, &n, root->timer.card);
		add_text(key, &n, TEXT(" "));
		add_text(key, &n, root->timer.slot);
		return n;
	}
	add_text(key, &n, e->source);
	add_text(key, &n, TEXT(" "));
	if (e->id.bytes > 0) {
		add_text(key, &n, e->id);
		return n;
	}
	add_text(key, &n, e->def->name);
	add_number(key, &n, root->body_digest);
	add_number(key, &n, e->subject);
	if (root->n_slice > 0)
		add_number(key, &n, root->slice[0]);
	return n;
}

void crash_event(struct turn *u)
{
	char key[CRASH_KEY_BYTES];
	size_t n;

	if (u->engine->crash == NULL)
		return;
	n = root_key(u->root, key);
	if (u->current > 0)
		add_number(key, &n, u->current);
	crash_page_event(
		u->engine->crash, (struct text){key, (uint32_t)n});
}

const char *crash_held(struct turn *u, const struct card *c)
{
	const struct crash_entry *held =
		crash_page_held(u->engine->crash, c->name);
	bool nl = text_is(u->engine->book->language, "nl");
	const char *how;

	if (held == NULL)
		return NULL;
	if (held->signal == CRASH_HARD_LIMIT)
		how = nl ? "kwam bij dit feit niet terug"
			 : "did not come back in this event";
	else if (held->signal != 0)
		how = arena_printf(u->arena,
			nl ? "liet het programma omvallen bij dit feit "
			     "(signaal %d)"
			   : "ended the process in this event (signal %d)",
			(int)held->signal);
	else
		how = nl ? "was twee keer bezig toen het programma bij dit "
			   "feit werd afgebroken"
			 : "was at work in this event when the process was "
			   "killed, twice";
	return arena_printf(u->arena, nl ? "%s:%d: de regel %s"
					 : "%s:%d: the rule %s",
		c->file, c->line, how);
}

const char *crash_barred(struct turn *u, const struct card *c)
{
	if (!crash_puts_away(u, c->name))
		return crash_held(u, c);
	return arena_printf(u->arena,
		text_is(u->engine->book->language, "nl")
			? "%s:%d: de regel liet het programma drie keer "
			  "omvallen"
			: "%s:%d: the rule ended the process three times",
		c->file, c->line);
}

bool crash_sets_aside(struct turn *u)
{
	return crash_page_event_deaths(u->engine->crash) >= CRASHES_MOST;
}

/* No card has seen it: somebody must know, and how it is shown to them. */
static fl_status tell_manager(struct turn *u, const struct event *e)
{
	long long number = (long long)e->number;
	struct effect task;

	manager_task(u, &task,
		e->subject != 0 ? e->subject : u->engine->rooftop,
		text_of(arena_printf(u->arena, "set-aside:%lld", number)),
		arena_printf(u->arena, "Geen regel heeft naar feit E%lld (%s) "
			"gekeken: fairlead viel er drie keer bij om. Kijk zelf "
			"wat er moet gebeuren; zijn de regels hersteld, dan "
			"fairlead retry E%lld", number, e->def->name.at,
			number),
		arena_printf(u->arena, "No rule has looked at fact E%lld (%s): "
			"fairlead fell over three times at it. See for "
			"yourself what must be done; once the rules are "
			"mended, fairlead retry E%lld", number,
			e->def->name.at, number));
	return u->arena->failed ? FL_NOMEM
				: apply_own(u, TEXT(ENGINE_CARD), &task);
}

fl_status crash_set_aside(struct turn *u)
{
	const struct event *e = &turn_now(u)->event;
	struct value data = value_map();
	fl_status s = tell_manager(u, e);

	if (s != FL_OK)
		return s;

	value_put(u->arena, &data, "event", value_int(e->number));
	value_put(u->arena, &data, "reason", value_text(
		text_is(u->engine->book->language, "nl")
			? "het programma viel drie keer om terwijl er regels "
			  "voor liepen"
			: "the process ended three times while rules ran for "
			  "it"));
	if (turn_cause(u, TEXT("event.set_aside"), e->subject, &data) == NULL)
		return FL_NOMEM;
	return u->no_memory ? FL_NOMEM : FL_OK;
}

bool crash_puts_away(struct turn *u, struct text card)
{
	return crash_page_card_deaths(u->engine->crash, card) >= CRASHES_MOST;
}
