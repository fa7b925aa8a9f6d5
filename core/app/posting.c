/* Facts typed on the command line, from files and from a pipe. */
#include "app/client.h"
#include "app/keyval.h"
#include "app/print.h"
#include "base/file.h"
#include "intake/intake.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AHEAD_BYTES = 8 * 1024 * 1024 };

/* What became of many. */
struct tally {
	struct cli *cli;
	struct arena a;
	uint64_t posted, known, refused;
};

/* ---- one fact ---- */

/* --id, --at, --source; without an id of its own the fact gets a fresh one. */
static void put_options(struct cli *cli, struct arena *a, struct value *wire)
{
	if (cli->id != NULL)
		value_put(a, wire, "id", value_text(cli->id));
	else if (value_get(wire, "id") == NULL)
		value_put(a, wire, "id", value_text(cli_fresh_id(a)));
	if (cli->at != NULL)
		value_put(a, wire, "at", value_text(cli->at));
	if (cli->source != NULL)
		value_put(a, wire, "source", value_text(cli->source));
}

static int make_wire(struct cli *cli, struct arena *a, struct value *wire)
{
	struct value data = value_map();
	struct fl_error err = { 0 };

	*wire = value_map();
	value_put(a, wire, "type", value_text(cli->args[0]));
	for (int i = 1; i < cli->n_args; i++) {
		if (strncmp(cli->args[i], "subject=", 8) == 0)
			value_put(a, wire, "subject",
				value_text(cli->args[i] + 8));
		else if (keyval_add(a, &data, cli->args[i],
				 cli_dutch(cli), &err) != FL_OK)
			return cli_usage(cli, command_find("post"), "%s",
				err.text);
	}
	put_options(cli, a, wire);
	value_put(a, wire, "data", data);
	return EXIT_DONE;
}

static int show_one(struct cli *cli, struct arena *a, fl_status s,
		    const struct value *wire, const struct buf *json)
{
	struct fl_error err = { 0 };
	struct value doc;

	if (cli->json) {
		buf_add(&cli->out.buf, json->at, json->len);
		buf_add_char(&cli->out.buf, '\n');
	} else if (value_read(a, json->at, json->len, NULL, &doc, &err) !=
		FL_OK) {
		return cli_fail(cli, FL_UNKNOWN, "odd answer: %s", err.text);
	} else if (s == FL_OK) {
		print_answer(&cli->out, a, "post", &doc);
	} else {
		print_problem(&cli->err, &doc);
	}
	if (cli_exit(s) == EXIT_UNKNOWN)
		cli_again(cli, value_get_str(wire, "id"));
	return cli_exit(s);
}

static int post_wire(struct cli *cli, struct arena *a,
		     const struct value *wire)
{
	struct client *client = NULL;
	struct fl_error err = { 0 };
	struct buf json;
	fl_status s = client_new(cli->dir, cli->actor, &client, &err);
	int code;

	buf_init(&json, AHEAD_BYTES);
	if (s == FL_OK) {
		s = client_post(client, wire, &json);
		code = show_one(cli, a, s, wire, &json);
	} else {
		code = cli_fail(cli, s, "%s", err.text);
	}
	client_free(client);
	buf_deinit(&json);
	return code;
}

/* ---- files of facts ---- */

static void on_answer(void *ctx, const char *json, size_t n)
{
	struct tally *tally = ctx;
	struct term *out = &tally->cli->out;
	struct fl_error err;
	struct value doc;

	arena_reset(&tally->a);
	if (value_read(&tally->a, json, n, NULL, &doc, &err) != FL_OK)
		doc = value_map();
	if (value_get(&doc, "event") == NULL)
		tally->refused++;
	else if (value_get_bool(&doc, "repeat", false))
		tally->known++;
	else
		tally->posted++;
	if (tally->cli->json) {
		buf_add(&out->buf, json, n);
		buf_add_char(&out->buf, '\n');
	} else if (value_get(&doc, "event") == NULL) {
		term_printf(&tally->cli->err, label(&tally->cli->err,
				"gebeurtenis %llu: ", "event %llu: "),
			(unsigned long long)tally->posted + tally->known +
				tally->refused);
		print_problem(&tally->cli->err, &doc);
		term_flush(&tally->cli->err);
	}
	if (out->buf.len > 32768)
		term_flush(out);
}

static int told_many(struct cli *cli, const struct tally *tally,
		     const struct client_lines *lines, fl_status s,
		     const struct fl_error *err)
{
	if (!cli->json) {
		term_printf(&cli->out, cli_says(cli,
				"%llu binnen, %llu al bekend, %llu geweigerd\n",
				"%llu posted, %llu known already, %llu "
				"refused\n"), (unsigned long long)tally->posted,
			(unsigned long long)tally->known,
			(unsigned long long)tally->refused);
	}
	if (s != FL_OK) {
		cli_fail(cli, s, "%s", err->text);
		if (lines->answered < lines->sent)
			term_printf(&cli->err, cli_says(cli,
				"fairlead: op %llu gebeurtenissen kwam geen "
				"antwoord: bied het bestand nog eens aan, met "
				"dezelfde ids\n",
				"fairlead: %llu events have no answer: post "
				"the file again, with the same ids\n"),
				(unsigned long long)(lines->sent -
					lines->answered));
		return lines->answered < lines->sent ? EXIT_UNKNOWN
						     : cli_exit(s);
	}
	return tally->refused > 0 ? EXIT_REFUSED : EXIT_DONE;
}

static int post_lines(struct cli *cli, struct client_lines *lines)
{
	struct tally tally = { .cli = cli };
	struct client *client = NULL;
	struct fl_error err = { 0 };
	fl_status s = client_new(cli->dir, cli->actor, &client, &err);
	int code;

	arena_init(&tally.a, 0);
	lines->on_answer = on_answer;
	lines->ctx = &tally;
	if (s == FL_OK)
		s = client_lines(client, lines, &err);
	code = told_many(cli, &tally, lines, s, &err);
	client_free(client);
	arena_deinit(&tally.a);
	return code;
}

/* Reads until the first line is whole, or to the end. */
static void read_first(struct client_lines *lines, bool to_the_end)
{
	char space[65536];
	ssize_t n = 1;

	while (n > 0 && !lines->ahead.failed &&
		(to_the_end || lines->ahead.len == 0 ||
			memchr(lines->ahead.at, '\n', lines->ahead.len) ==
				NULL)) {
		n = read(lines->fd, space, sizeof(space));
		if (n > 0)
			buf_add(&lines->ahead, space, (size_t)n);
	}
}

/* Options name one fact, and a file's first line may show that it is one. */
static bool is_one(const struct cli *cli, const struct client_lines *lines)
{
	const char *at = lines->ahead.at;
	size_t first = lines->ahead.len == 0 ? 0 : strcspn(at, "\n");
	struct stat st;

	if (cli->id != NULL || cli->at != NULL || cli->source != NULL)
		return true;
	if (first > 0 && first <= 2 && at[0] == '{') /* alone on its line */
		return true;
	return first > 0 && fstat(lines->fd, &st) == 0 &&
		S_ISREG(st.st_mode) && (size_t)st.st_size <= first + 1;
}

static int post_object(struct cli *cli, struct client_lines *lines)
{
	const struct value_limits limits = { .dutch = cli_dutch(cli) };
	struct fl_error err = { 0 };
	struct value wire;
	struct arena a;
	int code;

	arena_init(&a, 0);
	read_first(lines, true);
	if (lines->ahead.len > 0 &&
		value_read(&a, lines->ahead.at, lines->ahead.len, &limits,
			&wire, &err) == FL_OK) {
		if (wire.kind == VALUE_MAP)
			put_options(cli, &a, &wire);
		code = post_wire(cli, &a, &wire);
	} else {
		code = cli_fail(cli, FL_INVALID, "%s%s", lines->ahead.len > 0
				? err.text
				: cli_says(cli, "er staat niets in",
					  "there is nothing in it"),
			cli->id != NULL || cli->at != NULL ||
					cli->source != NULL
				? cli_says(cli, " (--id, --at en --source "
					  "horen bij een gebeurtenis)",
					  " (--id, --at and --source go with "
					  "one event)")
				: "");
	}
	arena_deinit(&a);
	buf_deinit(&lines->ahead);
	return code;
}

/* One object may span lines; else each line is one. */
static int post_stream(struct cli *cli, int fd)
{
	struct client_lines lines = { .fd = fd };

	buf_init(&lines.ahead, AHEAD_BYTES);
	read_first(&lines, false);
	return is_one(cli, &lines) ? post_object(cli, &lines)
				   : post_lines(cli, &lines);
}

/* A type of event never ends like a file. */
static bool is_file(const struct cli *cli)
{
	const char *name = cli->args[0];
	const char *dot = strrchr(name, '.');

	return cli->n_args == 1 && (strcmp(name, "-") == 0 ||
		strchr(name, '/') != NULL || file_exists(name) ||
		(dot != NULL && (strcmp(dot, ".json") == 0 ||
			strcmp(dot, ".ndjson") == 0 ||
			strcmp(dot, ".jsonl") == 0)));
}

static int post_file(struct cli *cli)
{
	const char *name = cli->args[0];
	int fd = STDIN_FILENO, code;

	if (strcmp(name, "-") != 0)
		fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return cli_fail(cli, FL_NOT_FOUND, cli_says(cli,
			"%s is niet te lezen", "%s cannot be read"), name);
	code = post_stream(cli, fd);
	if (fd != STDIN_FILENO)
		close(fd);
	return code;
}

int command_post(struct cli *cli)
{
	struct value wire;
	struct arena a;
	int code = cli_need_folder(cli);

	if (code != EXIT_DONE)
		return code;
	if (is_file(cli))
		return post_file(cli);
	arena_init(&a, 0);
	code = make_wire(cli, &a, &wire);
	if (code == EXIT_DONE)
		code = post_wire(cli, &a, &wire);
	arena_deinit(&a);
	return code;
}

/* ---- leads ---- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* EXIT_REFUSED also when something in the file was. */
static int show_import(struct cli *cli, fl_status s, const struct buf *json)
{
	struct fl_error err = { 0 };
	struct value doc;
	struct arena a;
	int code = cli_exit(s);

	arena_init(&a, 256u << 20);
	if (value_read(&a, json->at, json->len,
		    &(struct value_limits){ .bytes = 64u << 20, .depth = 64 },
		    &doc, &err) != FL_OK)
		code = cli_fail(cli, FL_UNKNOWN, "odd answer: %s", err.text);
	else if (cli->json) {
		buf_add(&cli->out.buf, json->at, json->len);
		buf_add_char(&cli->out.buf, '\n');
	} else if (s == FL_OK)
		print_answer(&cli->out, &a, "import", &doc);
	else
		print_problem(&cli->err, &doc);
	if (code == EXIT_DONE && value_get_int(&doc, "refused", 0) > 0)
		code = EXIT_REFUSED;
	arena_deinit(&a);
	return code;
}

static int import_one(struct cli *cli, struct client *client, const char *path)
{
	struct fl_error err = { 0 };
	struct buf bytes, json;
	fl_status s;
	int code;

	buf_init(&bytes, INTAKE_FILE_BYTES);
	buf_init(&json, 64u << 20);
	s = file_read(path, INTAKE_FILE_BYTES, &bytes, &err);
	if (s != FL_OK) {
		code = cli_fail(cli, s, "%s", err.text);
	} else {
		s = client_import(client, base_name(path),
			bytes.at != NULL ? bytes.at : "", bytes.len, &json);
		code = show_import(cli, s, &json);
	}
	buf_deinit(&bytes);
	buf_deinit(&json);
	return code;
}

int command_import(struct cli *cli)
{
	struct client *client = NULL;
	struct fl_error err = { 0 };
	int code = cli_need_folder(cli), one;

	if (code != EXIT_DONE)
		return code;
	if (client_new(cli->dir, cli->actor, &client, &err) != FL_OK)
		return cli_fail(cli, FL_NOMEM, "%s", err.text);
	for (int i = 0; i < cli->n_args; i++) {
		one = import_one(cli, client, cli->args[i]);
		code = one > code ? one : code;
	}
	client_free(client);
	return code;
}
