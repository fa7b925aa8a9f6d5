/*
 * cli.h - the command line: what was typed, and one function per sub-command.
 * Exit codes: 0 done, 1 refused or not found, 2 wrong usage, 3 unknown whether
 * it happened (retry with the same id).
 */
#pragma once

#include "app/term.h"
#include "base/problem.h"

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_UNKNOWN = 3,
       EXIT_HUNG = 4, /* a worker ended a rule that did not come back */
       EXIT_STUCK = 5 /* a worker could not go on, and the store was not why */
};

/* Options as typed; NULL or false when absent. */
struct cli {
	const char *dir;    /* -C, default "." */
	const char *actor;  /* --as, default "admin" */
	bool json;          /* --json */
	bool help;          /* --help */
	const char *id, *at, *source;    /* post and commands */
	const char *until, *deputy;      /* person */
	const char *span;   /* coming --for */
	const char *from;   /* init --from, test --from, backtest --from */
	const char *to;     /* backtest --to */
	const char *language; /* init --language */
	bool training;      /* init --training */
	bool editor;        /* init --editor */
	bool check;         /* fmt --check */
	bool coverage;      /* test --coverage */
	const char *clock;  /* serve --clock manual */
	bool worker;        /* serve: started by the supervisor */
	const char *again;  /* serve --worker: why one has to be started
			     * again (rooftop_options.again); NULL: the first */
	char **args;        /* behind the command's name */
	int n_args;
	struct term out, err; /* stdout and stderr */
};

enum command_group { GROUP_SELLER, GROUP_ADMIN, GROUP_OPERATOR,
	GROUP_CONSULTANT, GROUPS };

struct said { const char *en, *nl; };

struct command {
	const char *name;
	enum command_group group;
	struct said usage;   /* behind the name */
	struct said does;    /* one line */
	struct said more;    /* further lines for `help COMMAND`; may be "" */
	const char *options; /* long options it takes, space-separated */
	int least, most;     /* arguments; most -1: any */
	int (*run)(struct cli *cli);
};

/* commands.c: the table; name NULL ends. */
const struct command *command_table(void);
const struct command *command_find(const char *name); /* NULL: none */
const char *command_near(const char *wrong);          /* NULL: none */

/* Runs what was typed; the exit code. */
int cli_run(int argc, char **argv);

/* Exit code of a status. */
int cli_exit(fl_status status);
/* Tells what went wrong, as JSON problem document or in words; exit code. */
int cli_fail(struct cli *cli, fl_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Wrong usage, with the command's usage line; exit code. */
int cli_usage(struct cli *cli, const struct command *cmd, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Says under which id an answer that never came may be asked for again; NULL:
 * that of the file. */
void cli_again(struct cli *cli, const char *id);
/* There is no such command; `near` may be NULL. Exit code. */
int cli_no_command(struct cli *cli, const char *typed, const char *near);
/* One of two texts, as the folder's language is (outside one: that of the
 * environment); may be a format. */
const char *cli_says(struct cli *cli, const char *nl, const char *en)
	__attribute__((format_arg(2), format_arg(3)));
/* The terminal that we wrote to was closed. */
bool cli_hung_up(const struct cli *cli);
/* The folder speaks Dutch. */
bool cli_dutch(struct cli *cli);
/* Refuses a folder that is none; 0 when it is one. */
int cli_need_folder(struct cli *cli);
/* Learns which language to speak, before anything is said. */
void cli_learn_language(struct cli *cli);
/* A fresh id for a fact typed here: "cli-" and 24 random hex digits. */
char *cli_fresh_id(struct arena *a);

/* ---- the sub-commands ---- */
int command_help(struct cli *cli);     /* help.c */
int command_version(struct cli *cli);
int command_init(struct cli *cli);     /* rules.c */
int command_fmt(struct cli *cli);      /* fmt.c */
int command_serve(struct cli *cli);    /* serve.c */
int command_post(struct cli *cli);     /* posting.c */
int command_import(struct cli *cli);
int command_today(struct cli *cli);    /* asking.c */
int command_deal(struct cli *cli);
int command_find_text(struct cli *cli);
int command_answer(struct cli *cli);
int command_person(struct cli *cli);
int command_why(struct cli *cli);
int command_orphans(struct cli *cli);
int command_ahead(struct cli *cli);
int command_why_not(struct cli *cli);
int command_show(struct cli *cli);
int command_status(struct cli *cli);
int command_check(struct cli *cli);
int command_test(struct cli *cli);
int command_reload(struct cli *cli);
int command_plan(struct cli *cli);
int command_backtest(struct cli *cli);
int command_rulesets(struct cli *cli);
int command_undo(struct cli *cli);
int command_release(struct cli *cli);
int command_publish(struct cli *cli);
int command_rollback(struct cli *cli);
int command_retry(struct cli *cli);
int command_late(struct cli *cli);
int command_clock(struct cli *cli);
int command_coming(struct cli *cli);   /* offline.c */
int command_audit(struct cli *cli);

/* help.c: one command in full, or all by group (NULL); with --json as JSON. */
void help_show(struct cli *cli, const struct command *cmd);
/* The text in the language of `t`. */
const char *said_in(const struct term *t, const struct said *text);
