#include "app/worker.h"

#include "api/api.h"
#include "app/checkers.h"
#include "app/client.h"
#include "app/guard.h"
#include "app/print.h"
#include "app/watching.h"
#include "base/clock.h"
#include "base/dutch.h"
#include "base/log.h"
#include "base/priority.h"
#include "loop/stream.h"

#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	POLL_MOST_MS = 60000, /* a stepped clock is noticed within */
	GOODBYE_MS = 5000,    /* for clients still talking when stopping */
	STOP_LOOK_MS = 50,    /* between looks whether all have gone */
	LINES_A_SECOND = 40   /* shown of what happens; the rest is counted */
};

struct worker {
	struct cli *cli;
	struct loop *loop;
	struct loop_wake *wake;
	struct loop_timer *timer;   /* timed work of the rooftop */
	struct loop_timer *goodbye; /* stopping: enough waited */
	struct loop_timer *second;  /* lines shown: a new second */
	struct loop_signal *signals[3];
	struct loop_task pump;
	struct stream *leash;
	struct checkers *checkers;
	struct watching *watching;
	struct rooftop *rooftop;
	struct api *api;
	char *socket;
	struct arena a;       /* of one answer shown */
	struct buf lines;     /* what happened, for the terminal */
	uint32_t shown;       /* units shown in this second */
	uint64_t left_out;    /* and not shown */
	bool stopping;
	int code;
};

static void say(struct worker *w, enum term_style style, const char *text)
{
	term_style(&w->cli->out, style, text);
	buf_add_char(&w->cli->out.buf, '\n');
	term_flush(&w->cli->out);
}

/* ---- what happens, told ---- */

static void on_told(void *ctx, const struct told *told)
{
	struct worker *w = ctx;

	if (w->shown >= LINES_A_SECOND) {
		w->left_out++;
	} else {
		buf_reset(&w->lines);
		rooftop_say(w->rooftop, told, &w->lines);
		if (w->lines.len > 0) { /* wake-ups may change nothing */
			w->shown++;
			term_add(&w->cli->out, (struct text){ w->lines.at,
				(uint32_t)w->lines.len }, true);
		}
		term_flush(&w->cli->out);
	}
	if (!loop_timer_active(w->second))
		loop_timer_start(w->second, 1000, 0);
}

static void on_second(void *ctx)
{
	struct worker *w = ctx;

	if (w->left_out > 0) {
		term_printf(&w->cli->out, w->cli->out.dutch
			? "... en nog %llu feiten\n"
			: "... and %llu more facts\n",
			(unsigned long long)w->left_out);
		term_flush(&w->cli->out);
	}
	w->shown = 0;
	w->left_out = 0;
}

/* ---- at the start ---- */

static const char *own_path(char *into, size_t n)
{
	ssize_t got = readlink("/proc/self/exe", into, n - 1);

	if (got <= 0)
		return "fairlead";
	into[got] = '\0';
	return into;
}

/* A shell's quotes around what needs them. */
static const char *quoted(struct arena *a, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:@";
	const char *made = "'";

	if (text[strspn(text, plain)] == '\0')
		return text;
	for (; *text != '\0'; text++)
		made = *text == '\'' ? arena_printf(a, "%s'\\''", made)
				     : arena_printf(a, "%s%c", made, *text);
	return arena_printf(a, "%s'", made);
}

static void show_broken(struct worker *w)
{
	const struct problems *broken = rooftop_broken(w->rooftop);
	struct value list = problems_value(broken, &w->a);

	if (broken->errors == 0)
		return;
	say(w, TERM_RED, w->cli->out.dutch
			? "De regelbestanden zijn stuk; de regels van hiervoor "
			  "gelden:"
			: "The rule files are broken; the rules of before are "
			  "live:");
	for (uint32_t i = 0; i < list.count; i++) {
		term_printf(&w->cli->out, "  ");
		print_mistake(&w->cli->out, &list.as.items[i]);
	}
}

/* Nothing comes to a list while the doors are closed: say so before somebody
 * waits for it. */
static bool say_closed(struct worker *w)
{
	const struct rulebook *book =
		ruleset_book(engine_ruleset(rooftop_engine(w->rooftop)));
	int64_t now = engine_now_ms(rooftop_engine(w->rooftop)),
		opens = calendar_next_open(rulebook_calendar(book, TEXT("")),
			now);
	char when[48];

	if (opens <= now)
		return false;
	zone_write_time(book->zone, opens, when, sizeof(when));
	term_printf(&w->cli->out, w->cli->out.dutch
			? "     (het is nu gesloten: taken komen vanaf %.10s "
			  "%.5s op de lijst)\n"
			: "     (it is closed now: tasks come to the lists "
			  "from %.10s %.5s on)\n",
		when, when + 11);
	return true;
}

static void three_things(struct worker *w, const char *dir)
{
	struct term *t = &w->cli->out;
	char path[PATH_MAX];
	const char *me = quoted(&w->a, own_path(path, sizeof(path)));
	bool closed;

	dir = quoted(&w->a, dir);
	term_style(t, TERM_BOLD, t->dutch
			? "Drie dingen om in een tweede venster te doen:"
			: "Three things to try in a second terminal:");
	term_printf(t, "\n  1. %s\n"
		"     %s -C %s post lead.received customer.name=\"Sofie "
		"Peeters\" customer.phone=0612345678 channel=phone\n"
		"  2. %s\n",
		t->dutch ? "er komt een feit binnen" : "a fact comes in", me,
		dir, t->dutch
			? "kijk op de daglijst, beantwoord een taak (het nummer "
			  "staat erbij)"
			: "see the day list, answer a task (its number is in "
			  "the list)");
	closed = say_closed(w);
	term_printf(t, "     %s -C %s today\n     %s -C %s %s\n", me, dir, me,
		dir, closed ? "coming \"Sofie Peeters\""
			    : "answer \"Sofie Peeters\" reached");
	term_printf(t, t->dutch
			? "  3. verander een regel, laat hem gelden\n"
			  "     bewerk %s/settings.lua, daarna  %s -C %s reload\n"
			: "  3. change a rule, make it live\n"
			  "     edit %s/settings.lua, then  %s -C %s reload\n",
		dir, me, dir);
	if (rooftop_training(w->rooftop))
		term_printf(t, t->dutch
				? "  en laat tijd verstrijken:  %s -C %s clock "
				  "+\"3 weken\"\n"
				: "  and let time pass:  %s -C %s clock "
				  "+\"3 weeks\"\n",
			me, dir);
}

static const char *clock_said(const struct worker *w)
{
	bool nl = w->cli->out.dutch;

	if (rooftop_training(w->rooftop))
		return nl ? "met de hand verzet (oefenen)"
			  : "moved by hand (training)";
	return nl ? "echte tijd" : "real time";
}

static void welcome(struct worker *w)
{
	const struct rulebook *book =
		ruleset_book(engine_ruleset(rooftop_engine(w->rooftop)));
	struct term *t = &w->cli->out;
	char full[PATH_MAX], now[48];
	const char *dir = realpath(w->cli->dir, full) != NULL ? full
							      : w->cli->dir;
	uint32_t broken = rooftop_broken(w->rooftop)->errors;

	arena_reset(&w->a);
	show_broken(w);
	if (w->cli->again != NULL) {
		say(w, TERM_GREEN, w->cli->out.dutch
				? "fairlead draait weer"
				: "fairlead serves again");
		return;
	}
	zone_write_time(book->zone,
		engine_now_ms(rooftop_engine(w->rooftop)), now, sizeof(now));
	term_style(t, TERM_BOLD, book->name.at);
	buf_add_char(&t->buf, '\n');
	term_printf(t, t->dutch
			? "  map     %s\n  regels  %u kaarten, %u %s\n"
			  "  klok    %.10s %.5s, %s\n"
			  "  socket  %s/data/fairlead.sock\n\n"
			: "  folder  %s\n  rules   %u cards, %u %s\n"
			  "  clock   %.10s %.5s, %s\n"
			  "  socket  %s/data/fairlead.sock\n\n",
		dir, book->n_cards, broken,
		broken == 1 ? cli_says(w->cli, "fout", "mistake")
			    : cli_says(w->cli, "fouten", "mistakes"), now,
		now + 11, clock_said(w), dir);
	three_things(w, dir);
	term_printf(t, t->dutch ? "\nCtrl-C stopt. Wat er gebeurt:\n"
				: "\nCtrl-C stops. What happens:\n");
	term_flush(t);
}

static void pump_soon(void *ctx)
{
	struct worker *w = ctx;

	loop_defer(w->loop, &w->pump);
}

static void on_remark(void *ctx, const char *nl, const char *en)
{
	struct worker *w = ctx;

	say(w, TERM_YELLOW, w->cli->out.dutch ? nl : en);
}

static void on_reloaded(void *ctx, fl_status status, const struct value *answer)
{
	struct worker *w = ctx;

	arena_reset(&w->a);
	if (status == FL_OK)
		print_answer(&w->cli->out, &w->a, "reload", answer);
	else
		print_problem(&w->cli->out, answer);
	term_flush(&w->cli->out);
}

static void watch(struct worker *w)
{
	const struct watching_options opt = {.loop = w->loop,
		.rooftop = w->rooftop,
		.on_outcome = on_reloaded,
		.on_remark = on_remark,
		.asked = pump_soon,
		.ctx = w};
	struct fl_error err = {0};

	if (watching_new(&opt, &w->watching, &err) != FL_OK)
		on_remark(w,
			"gewijzigde regelbestanden worden niet gevolgd: "
			"gebruik fairlead reload",
			"changed rule files are not followed: use fairlead "
			"reload");
}

/* The rooftop takes facts from now on: open the door. */
static void open_door(struct worker *w)
{
	struct api_options opt = { .loop = w->loop,
		.rooftop = w->rooftop,
		.socket = w->socket,
		.asked = pump_soon,
		.ctx = w };
	struct fl_error err = { 0 };

	if (api_new(&opt, &w->api, &err) != FL_OK) {
		w->code = cli_fail(w->cli, FL_STORAGE, "%s", err.text);
		loop_stop(w->loop);
		return;
	}
	welcome(w);
	if (w->leash != NULL)
		stream_write_now(w->leash, "1", 1);
	watch(w);
}

/* ---- running ---- */

static void arm(struct worker *w)
{
	int64_t next = rooftop_next_ms(w->rooftop), wait;

	if (next == INT64_MIN) {
		loop_defer(w->loop, &w->pump);
		return;
	}
	wait = next == INT64_MAX ? POLL_MOST_MS : next - clock_wall_ms();
	wait = wait < 1 ? 1 : wait > POLL_MOST_MS ? POLL_MOST_MS : wait;
	if (w->stopping && wait > STOP_LOOK_MS)
		wait = STOP_LOOK_MS;
	loop_timer_start(w->timer, wait, 0);
}

static void say_failed(struct worker *w)
{
	const char *why = rooftop_failure(w->rooftop);

	if (why == NULL)
		say(w, TERM_RED, w->cli->out.dutch
				? "Fairlead kan zo niet verder (zie hierboven). "
				  "Wat beantwoord is staat vast; de rest kan "
				  "opnieuw gestuurd worden."
				: "Fairlead cannot go on like this (see above). "
				  "What was answered is safe; the rest may be "
				  "sent again.");
	else
		say(w, TERM_RED, w->cli->out.dutch
				? "De schijf of database weigerde te "
				  "schrijven. Wat beantwoord is staat vast; de "
				  "rest kan opnieuw gestuurd worden."
				: "The disk or database refused a write. What "
				  "was answered is safe; the rest may be sent "
				  "again.");
	if (why != NULL)
		term_printf(&w->cli->out, "  %s\n", w->cli->out.dutch
				? dutch_cause(&w->a, why) : why);
	term_flush(&w->cli->out);
}

static void pump(void *ctx)
{
	struct worker *w = ctx;

	if (w->rooftop == NULL)
		return; /* closed; last answers are leaving */
	if (rooftop_poll(w->rooftop) != FL_OK) {
		say_failed(w);
		w->code = rooftop_failure(w->rooftop) != NULL ? EXIT_UNKNOWN
							      : EXIT_STUCK;
		loop_stop(w->loop);
		return;
	}
	if (w->api == NULL && !w->stopping && rooftop_ready(w->rooftop))
		open_door(w);
	if (w->stopping && rooftop_idle(w->rooftop) &&
		(w->api == NULL || api_connections(w->api) == 0)) {
		loop_stop(w->loop);
		return;
	}
	arm(w);
}

static void on_wake(void *ctx)
{
	pump_soon(ctx);
}

static void run_away(void *ctx, void (*work)(void *arg),
		     void (*done)(void *arg), void *arg)
{
	struct worker *w = ctx;
	struct fl_error err;

	if (loop_work(w->loop, work, done, arg, &err) != FL_OK) {
		work(arg);
		done(arg);
	}
}

static void check_away(void *ctx, const struct buf *request, checker_done done,
	void *arg)
{
	struct worker *w = ctx;

	if (w->checkers != NULL)
		checkers_ask(w->checkers, request, done, arg);
	else
		done(arg, NULL, CHECKERS_STOPPED);
}

static void wake_worker(void *ctx)
{
	struct worker *w = ctx;

	if (w->wake != NULL)
		loop_wake_send(w->wake);
}

static void on_goodbye(void *ctx)
{
	struct worker *w = ctx;

	loop_stop(w->loop);
}

static void stop(struct worker *w)
{
	if (w->stopping)
		return;
	w->stopping = true;
	watching_stop(w->watching);
	if (w->api != NULL)
		api_drain(w->api);
	loop_timer_start(w->goodbye, GOODBYE_MS, 0);
	pump_soon(w);
}

static void on_stop(void *ctx)
{
	stop(ctx);
}

/* Ctrl-C reaches the supervisor too, which then tells us. */
static void on_interrupt(void *ctx)
{
	struct worker *w = ctx;

	if (w->leash == NULL)
		stop(w);
}

static void on_leash(void *ctx, const char *bytes, ssize_t n)
{
	(void)bytes;
	if (n <= 0)
		stop(ctx);
}

static void on_hangup(void *ctx)
{
	struct worker *w = ctx;
	struct value none = value_map();

	if (cli_hung_up(w->cli)) { /* the supervisor tells us to stop */
		on_interrupt(w);
		return;
	}
	if (w->rooftop == NULL) /* closed: the last answers are leaving */
		return;
	/* without memory for that nothing happens: it can be sent again */
	(void)rooftop_ask(w->rooftop, "reload", &none, TEXT("admin"),
		on_reloaded, w);
	pump_soon(w);
}

/* ---- making and unmaking ---- */

static fl_status make_loop(struct worker *w, struct fl_error *err)
{
	fl_status s = loop_new(&w->loop, err);

	priority_prompt(PROMPT_ENGINE);
	if (s == FL_OK)
		s = loop_wake_new(w->loop, on_wake, w, &w->wake, err);
	if (s == FL_OK)
		s = loop_timer_new(w->loop, pump_soon, w, &w->timer, err);
	if (s == FL_OK)
		s = loop_timer_new(w->loop, on_goodbye, w, &w->goodbye, err);
	if (s == FL_OK)
		s = loop_timer_new(w->loop, on_second, w, &w->second, err);
	if (s == FL_OK)
		s = loop_signal_new(w->loop, SIGTERM, on_stop, w,
			&w->signals[0], err);
	if (s == FL_OK)
		s = loop_signal_new(w->loop, SIGINT, on_interrupt, w,
			&w->signals[1], err);
	if (s == FL_OK)
		s = loop_signal_new(w->loop, SIGHUP, on_hangup, w,
			&w->signals[2], err);
	if (s == FL_OK && fcntl(WORKER_LEASH_FD, F_GETFD) >= 0 &&
		stream_open(w->loop, WORKER_LEASH_FD, &w->leash, err) == FL_OK)
		stream_read_start(w->leash, on_leash, w);
	if (s == FL_OK)
		s = checkers_new(w->loop,
			w->leash != NULL ? WORKER_DOOR_FD : -1, &w->checkers,
			err);
	return s;
}

static fl_status open_rooftop(struct worker *w, struct problems *p,
			      struct fl_error *err)
{
	struct rooftop_options opt = { .read_rules_from_archive = true,
		.wake = wake_worker,
		.run = run_away,
		.check = check_away,
		.on_told = on_told,
		.ctx = w };

	opt.manual_clock = w->cli->clock != NULL;
	opt.again = w->cli->again;
	return rooftop_open(w->cli->dir, &opt, &w->rooftop, p, err);
}

/* Threads at work on questions end before the rooftop does; answers given
 * while it closes still leave. */
static void unmake(struct worker *w)
{
	watching_stop(w->watching);
	checkers_free(w->checkers);
	w->checkers = NULL;
	while (watching_busy(w->watching) ||
		(w->rooftop != NULL && rooftop_has_threads(w->rooftop)))
		loop_turn(w->loop, true);
	rooftop_close(w->rooftop);
	w->rooftop = NULL;
	while (watching_busy(w->watching))
		loop_turn(w->loop, true);
	watching_free(w->watching);
	for (int i = 0; w->api != NULL && i < 100; i++)
		loop_turn(w->loop, false);
	api_free(w->api);
	if (w->loop != NULL)
		loop_defer_drop(w->loop, &w->pump);
	stream_free(w->leash, NULL, NULL);
	for (int i = 0; i < 3; i++)
		loop_signal_free(w->signals[i]);
	loop_timer_free(w->timer);
	loop_timer_free(w->goodbye);
	loop_timer_free(w->second);
	loop_wake_free(w->wake);
	loop_free(w->loop);
	arena_deinit(&w->a);
	buf_deinit(&w->lines);
	free(w->socket);
}

static int cannot_open(struct worker *w, fl_status s, const struct problems *p,
		       const struct fl_error *err)
{
	struct value list = problems_value(p, &w->a);
	const char *process = strstr(err->text, "process ");

	for (uint32_t i = 0; i < list.count; i++)
		print_mistake(&w->cli->err, &list.as.items[i]);
	if (s == FL_CONFLICT)
		cli_fail(w->cli, s, cli_says(w->cli,
			"%s draait al, of er is een commando bezig (%s); "
			"commando's vinden hem vanzelf",
			"%s is served already, or a command is at work (%s); "
			"commands find it by themselves"),
			strcmp(w->cli->dir, ".") == 0
				? cli_says(w->cli, "deze map", "this folder")
				: w->cli->dir,
			process != NULL
				? arena_printf(&w->a, "%s %.*s",
					  cli_says(w->cli, "proces", "process"),
					  (int)strcspn(process + 8, " "),
					  process + 8)
				: err->text);
	else
		cli_fail(w->cli, s, "%s", s == FL_INVALID && p->errors > 0
				? cli_says(w->cli, "de regelbestanden kloppen "
					  "niet en er zijn hier nooit regels "
					  "live geweest: zie hierboven",
					  "the rule files are broken and no "
					  "rules have ever been live here: see "
					  "above")
				: err->text);
	return s == FL_FATAL || s == FL_UNKNOWN ? EXIT_UNKNOWN : EXIT_REFUSED;
}

/* Blocks of arenas go back to the system when they are freed: by default
 * malloc() keeps ever larger ones among the small blocks of the cache. */
#define OWN_PAGES_BYTES (128 << 10)

int worker_run(struct cli *cli)
{
	struct worker w = { .cli = cli };
	struct fl_error err = { 0 };
	struct problems p;
	fl_status s;

	if (!isatty(STDERR_FILENO)) /* a journal, not eyes */
		log_level_set(LOG_INFO);
	(void)mallopt(M_MMAP_THRESHOLD, OWN_PAGES_BYTES);
	arena_init(&w.a, 0);
	buf_init(&w.lines, 1 << 20);
	problems_init(&p, &w.a);
	w.pump = (struct loop_task){ .run = pump, .ctx = &w };
	w.socket = client_socket(cli->dir);
	s = make_loop(&w, &err);
	if (s == FL_OK)
		s = open_rooftop(&w, &p, &err);
	if (s == FL_OK) {
		guard_begin(rooftop_crash_page(w.rooftop));
		pump_soon(&w);
		loop_run(w.loop);
		if (w.stopping && w.code == EXIT_DONE && !cli->json)
			say(&w, TERM_DIM, cli_says(cli,
				"gestopt; alles wat is aangenomen staat op "
				"schijf",
				"stopped; everything accepted is on disk"));
	} else {
		w.code = cannot_open(&w, s, &p, &err);
	}
	guard_end();
	unmake(&w);
	return w.code;
}
