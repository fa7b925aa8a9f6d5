/*
 * The supervisor: starts the worker, starts it again when it falls over, hands
 * signals on, says why each time. It touches no file of the rooftop.
 *
 *   running --exit 0--> ended
 *   running --exit 1, never served--> ended (it said why)
 *   running --exit 3 to 5, crash, exit 1 after it had served--> waiting (back-off)
 *   waiting --time--> running
 *   any --SIGINT, SIGTERM--> stopping --exit--> ended
 *
 * SIGHUP reads the rules again. When it comes because the terminal that we
 * write to was closed it stops, as Ctrl-C there would have.
 */
#include "app/worker.h"

#include "app/checkers.h"

#include "base/clock.h"
#include "loop/process.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
	BACK_OFF_FIRST_MS = 200,
	BACK_OFF_MOST_MS = 10000,
	STEADY_MS = 30000, /* lived so long: the back-off starts over */
	PATIENCE_MS = 20000, /* then a worker that does not stop is killed */
	LOOK_MS = 1000 /* is our terminal still there? */
};

struct supervisor {
	struct cli *cli;
	struct loop *loop;
	struct loop_timer *timer;
	struct loop_timer *look; /* at the terminal: who leads its session
				  * hears of its end, and may keep that from
				  * us (make does) */
	struct loop_signal *signals[3];
	struct process *worker; /* NULL: none */
	struct checker_door *door;
	struct stream *leash;   /* its end tells the worker to stop; a byte
				 * from it tells that it serves */
	int64_t started_us;
	int64_t back_off_ms;
	bool served;   /* some worker of ours has served */
	char why[40];  /* the last one ended: rooftop_options.again */
	bool stopping;
	int code;      /* of this process */
};

static void start(struct supervisor *s);

static void say(struct supervisor *s, const char *text)
{
	term_style(&s->cli->err, TERM_YELLOW, "fairlead: ");
	term_printf(&s->cli->err, "%s\n", text);
	term_flush(&s->cli->err);
}

static void end(struct supervisor *s, int code)
{
	s->code = code;
	loop_stop(s->loop);
}

static void start_later(struct supervisor *s, const char *why)
{
	char text[200];

	if (clock_mono_us() - s->started_us > (int64_t)STEADY_MS * 1000)
		s->back_off_ms = BACK_OFF_FIRST_MS;
	snprintf(text, sizeof(text), cli_says(s->cli,
			"het werkende deel %s; opnieuw over %.1f s",
			"the worker %s; again in %.1f s"), why,
		(double)s->back_off_ms / 1000);
	say(s, text);
	loop_timer_start(s->timer, s->back_off_ms, 0);
	s->back_off_ms *= 2;
	if (s->back_off_ms > BACK_OFF_MOST_MS)
		s->back_off_ms = BACK_OFF_MOST_MS;
}

static void on_exit_worker(void *ctx, int code, int signum)
{
	struct supervisor *s = ctx;
	char why[80];

	stream_free(s->leash, NULL, NULL);
	s->leash = NULL;
	process_free(s->worker);
	s->worker = NULL;
	/* Ctrl-C reaches the worker too: our own word may find it at its very
	 * end, or before it began, and then ends it without harm */
	if (s->stopping && (signum == SIGTERM || signum == SIGINT))
		signum = 0;
	if (s->stopping || (code == EXIT_DONE && signum == 0)) {
		end(s, s->stopping && signum == 0 ? code : signum != 0);
		return;
	}
	if (signum == 0 && code == EXIT_REFUSED && !s->served) {
		end(s, code);
		return;
	}
	if (signum != 0) {
		snprintf(why, sizeof(why), cli_says(s->cli,
				"is gestopt door signaal %d (%s)",
				"was ended by signal %d (%s)"),
			signum, strsignal(signum));
		snprintf(s->why, sizeof(s->why), "signal %d", signum);
	} else if (code == EXIT_HUNG) {
		snprintf(why, sizeof(why), "%s", cli_says(s->cli,
				"brak een regel af die niet ophield, en "
				"zichzelf erbij",
				"ended a rule that did not come back, and "
				"itself with it"));
		snprintf(s->why, sizeof(s->why), "hang");
	} else if (code == EXIT_UNKNOWN) {
		snprintf(why, sizeof(why), "%s", cli_says(s->cli,
				"is gestopt: de schijf of database weigerde "
				"(zie hierboven)",
				"stopped: the disk or database refused (see "
				"above)"));
		snprintf(s->why, sizeof(s->why), "disk");
	} else if (code == EXIT_STUCK) {
		snprintf(why, sizeof(why), "%s", cli_says(s->cli,
				"kon niet verder (zie hierboven)",
				"could not go on (see above)"));
		snprintf(s->why, sizeof(s->why), "stuck");
	} else {
		snprintf(why, sizeof(why), cli_says(s->cli,
				"eindigde met code %d", "ended with code %d"),
			code);
		snprintf(s->why, sizeof(s->why), "code %d", code);
	}
	start_later(s, why);
}

static void on_timer(void *ctx)
{
	struct supervisor *s = ctx;

	if (s->stopping)
		process_kill(s->worker, SIGKILL);
	else
		start(s);
}

static void on_leash(void *ctx, const char *bytes, ssize_t n)
{
	struct supervisor *s = ctx;

	(void)bytes;
	if (n > 0)
		s->served = true;
}

static void start(struct supervisor *s)
{
	const char *argv[14] = { "fairlead", "serve", "--worker", "-C",
		s->cli->dir };
	struct process_options opt = { .argv = argv,
		.slot = { PROCESS_NULL, PROCESS_INHERIT, PROCESS_INHERIT,
			PROCESS_PIPE, PROCESS_FD },
		.on_exit = on_exit_worker,
		.ctx = s };
	struct fl_error err = { 0 };
	fl_status st;
	size_t n = 5;

	if (s->cli->clock != NULL) {
		argv[n++] = "--clock";
		argv[n++] = s->cli->clock;
	}
	if (s->served) {
		argv[n++] = "--again";
		argv[n++] = s->why;
	}
	s->started_us = clock_mono_us();
	st = checker_door_open(s->door, &opt.fd[WORKER_DOOR_FD], &err);
	if (st == FL_OK) {
		st = process_spawn(s->loop, &opt, &s->worker, &err);
		close(opt.fd[WORKER_DOOR_FD]);
	}
	if (st != FL_OK) {
		start_later(s, err.text);
		return;
	}
	s->leash = process_stream(s->worker, WORKER_LEASH_FD);
	stream_read_start(s->leash, on_leash, s);
}

static void on_stop(void *ctx)
{
	struct supervisor *s = ctx;

	s->stopping = true;
	if (s->worker == NULL) {
		end(s, EXIT_DONE);
		return;
	}
	process_kill(s->worker, SIGTERM);
	loop_timer_start(s->timer, PATIENCE_MS, 0);
}

static void on_hangup(void *ctx)
{
	struct supervisor *s = ctx;

	if (cli_hung_up(s->cli))
		on_stop(s);
	else if (s->worker != NULL)
		process_kill(s->worker, SIGHUP);
}

static void on_look(void *ctx)
{
	struct supervisor *s = ctx;

	if (!s->stopping && cli_hung_up(s->cli))
		on_stop(s);
}

static fl_status supervise(struct supervisor *s, struct fl_error *err)
{
	fl_status st = loop_new(&s->loop, err);

	if (st == FL_OK)
		st = loop_timer_new(s->loop, on_timer, s, &s->timer, err);
	if (st == FL_OK)
		st = loop_timer_new(s->loop, on_look, s, &s->look, err);
	if (st == FL_OK)
		st = loop_signal_new(s->loop, SIGINT, on_stop, s,
			&s->signals[0], err);
	if (st == FL_OK)
		st = loop_signal_new(s->loop, SIGTERM, on_stop, s,
			&s->signals[1], err);
	if (st == FL_OK)
		st = loop_signal_new(s->loop, SIGHUP, on_hangup, s,
			&s->signals[2], err);
	if (st == FL_OK)
		st = checker_door_new(s->loop, &s->door, err);
	if (st != FL_OK)
		return st;
	if (s->cli->out.terminal || s->cli->err.terminal)
		loop_timer_start(s->look, LOOK_MS, LOOK_MS);
	start(s);
	loop_run(s->loop);
	return FL_OK;
}

int command_serve(struct cli *cli)
{
	struct supervisor s = { .cli = cli,
		.back_off_ms = BACK_OFF_FIRST_MS };
	struct fl_error err = { 0 };
	int code = cli_need_folder(cli);

	if (code != EXIT_DONE)
		return code;
	if (cli->clock != NULL && strcmp(cli->clock, "manual") != 0)
		return cli_usage(cli, command_find("serve"),
			cli_says(cli, "--clock kent alleen \"manual\"",
				"--clock takes only \"manual\""));
	if (cli->worker)
		return worker_run(cli);
	if (supervise(&s, &err) != FL_OK)
		s.code = cli_fail(cli, FL_STORAGE, "%s", err.text);
	stream_free(s.leash, NULL, NULL);
	process_free(s.worker);
	checker_door_free(s.door);
	for (int i = 0; i < 3; i++)
		loop_signal_free(s.signals[i]);
	loop_timer_free(s.timer);
	loop_timer_free(s.look);
	loop_free(s.loop);
	return s.code;
}
