/* What runs rules to answer, in this process, on a read-only reader: also
 * while a daemon serves the folder. */
#include "app/print.h"
#include "rooftop/rooftop.h"
#include "sim/sim.h"

#include <string.h>

static int no_history(struct cli *cli, fl_status s, const struct fl_error *err)
{
	if (s == FL_NOT_FOUND)
		return cli_fail(cli, s, cli_says(cli,
			"hier is nog niets gebeurd: %s",
			"nothing has happened here yet: %s"), err->text);
	return cli_fail(cli, s, "%s", err->text);
}

/* ---- coming ---- */

static struct ask asked_of(struct readonly *ro, struct arena *a)
{
	return (struct ask){ .reader = ro->reader,
		.ruleset = ro->ruleset,
		.ruleset_number = ro->ruleset_number,
		.now_ms = ro->now_ms,
		.a = a,
		.actor = TEXT("admin"),
		.live = value_map() };
}

static void show_coming(struct cli *cli, struct ask *ask, struct value *doc,
			struct value list)
{
	struct value shown = value_list();

	for (uint32_t i = 0; i < list.count; i++) {
		struct value one = list.as.items[i];

		ask_time(ask, &one, "at", value_get_int(&one, "at_ms", 0));
		ask_time(ask, &one, "due", value_get_int(&one, "due_ms", 0));
		value_append(ask->a, &shown, one);
	}
	value_put(ask->a, doc, "coming", shown);
	if (cli->json) {
		value_write(&cli->out.buf, doc);
		buf_add_char(&cli->out.buf, '\n');
	} else {
		print_answer(&cli->out, ask->a, "coming", doc);
	}
}

static fl_status until_of(struct cli *cli, const struct readonly *ro,
			  int64_t *until, struct fl_error *err)
{
	struct value typed =
		value_text(cli->span != NULL ? cli->span : "1 year");
	struct span span;
	fl_status s = span_of_value(&typed, &span, err);

	if (s == FL_OK)
		*until = span_add(span, ro->now_ms,
			ruleset_book(ro->ruleset)->calendar);
	return s;
}

static int coming(struct cli *cli, struct readonly *ro, struct arena *a,
		  const char *typed)
{
	struct value list = value_list(), doc = value_map();
	struct ask ask = asked_of(ro, a);
	struct fl_error err = { 0 };
	struct record *deal = NULL;
	struct problems p;
	int64_t until = 0;
	fl_status s;

	problems_init(&p, a);
	s = until_of(cli, ro, &until, &err);
	if (s != FL_OK)
		return cli_usage(cli, command_find("coming"), "--for: %s",
			cli->out.dutch ? "dat is geen tijdsduur: schrijf \"2 "
				"werkdagen\", \"3 weken\" of \"4 werkuren\""
				       : err.text);
	ask.actor = text_of(cli->actor);
	s = ask_actor(ruleset_book(ro->ruleset), &ask.actor, &p)
		    ? ask_who(&ask, text_of(typed), TEXT("deal"), &deal, &p)
		    : FL_INVALID;
	if (s != FL_OK) {
		doc = problem_document(a, s, &p, NULL);
		if (cli->json) {
			value_write(&cli->out.buf, &doc);
			buf_add_char(&cli->out.buf, '\n');
		} else {
			print_problem(&cli->err, &doc);
		}
		return cli_exit(s);
	}
	s = sim_coming(ro->reader, ro->ruleset, deal->home, ro->now_ms, until,
		a, &list, &err);
	if (s != FL_OK)
		return cli_fail(cli, s, "%s", err.text);
	value_put(a, &doc, "deal",
		value_of_text(id_show(a, TEXT("deal"), deal->id)));
	ask_time(&ask, &doc, "until", until);
	show_coming(cli, &ask, &doc, list);
	return EXIT_DONE;
}

int command_coming(struct cli *cli)
{
	struct readonly ro;
	struct fl_error err = { 0 };
	struct arena a;
	const char *typed = cli->args[0];
	fl_status s;
	int code = cli_need_folder(cli);

	if (code != EXIT_DONE)
		return code;
	s = readonly_open(cli->dir, &ro, &err);
	if (s != FL_OK)
		return no_history(cli, s, &err);
	arena_init(&a, 512u << 20);
	for (int i = 1; i < cli->n_args; i++)
		typed = arena_printf(&a, "%s %s", typed, cli->args[i]);
	code = coming(cli, &ro, &a, typed);
	readonly_close(&ro);
	arena_deinit(&a);
	return code;
}

/* ---- audit ---- */

static void show_audit(struct cli *cli, struct arena *a,
		       const struct audit_result *r, const struct problems *p)
{
	char decisions[DIGEST_HEX], state[DIGEST_HEX];
	struct value doc = value_map(), list = problems_value(p, a);
	bool good = r->differences == 0 && p->errors == 0;

	digest_hex(&r->decisions, decisions);
	digest_hex(&r->state, state);
	if (cli->json) {
		value_put(a, &doc, "ok", value_bool(good));
		value_put(a, &doc, "events", value_int(r->events));
		value_put(a, &doc, "records", value_int(r->records));
		value_put(a, &doc, "tasks", value_int(r->tasks));
		value_put(a, &doc, "differences", value_int(r->differences));
		value_put(a, &doc, "decisions", value_text(decisions));
		value_put(a, &doc, "state", value_text(state));
		value_put(a, &doc, "problems", list);
		value_write(&cli->out.buf, &doc);
		buf_add_char(&cli->out.buf, '\n');
		return;
	}
	for (uint32_t i = 0; i < list.count; i++)
		print_mistake(&cli->out, &list.as.items[i]);
	term_printf(&cli->out,
		cli->out.dutch ? "%lld feiten nagerekend; vergeleken: %lld "
				 "records, taken: %lld\n"
			       : "%lld facts folded: %lld records and %lld "
				 "tasks compared\n",
		(long long)r->events, (long long)r->records,
		(long long)r->tasks);
	term_style(&cli->out, TERM_DIM,
		arena_printf(a,
			cli->out.dutch ? "beslissingen %.16s  stand %.16s"
				       : "decisions %.16s  state %.16s",
			decisions, state));
	buf_add_char(&cli->out.buf, '\n');
	term_style(&cli->out, good ? TERM_GREEN : TERM_RED,
		good ? label(&cli->out, "alles klopt", "everything agrees")
		     : arena_printf(a,
			       cli->out.dutch ? "%lld verschillen"
					      : "%lld differences",
			       (long long)r->differences));
	buf_add_char(&cli->out.buf, '\n');
}

int command_audit(struct cli *cli)
{
	struct reader *reader = NULL;
	struct audit_result result = { 0 };
	struct fl_error err = { 0 };
	struct problems p;
	struct arena a;
	fl_status s;
	int code = cli_need_folder(cli);

	if (code != EXIT_DONE)
		return code;
	arena_init(&a, 1u << 30);
	problems_init(&p, &a);
	script_init();
	s = reader_open(cli->dir, &reader, &err);
	if (s != FL_OK) {
		code = no_history(cli, s, &err);
		goto out;
	}
	s = sim_audit(reader, &a, &result, &p, &err);
	if (s != FL_OK && p.count == 0) {
		code = cli_fail(cli, s, "%s", err.text);
		goto out;
	}
	show_audit(cli, &a, &result, &p);
	code = result.differences > 0 || p.errors > 0 ? EXIT_REFUSED
						      : EXIT_DONE;
out:
	reader_free(reader);
	arena_deinit(&a);
	return code;
}
